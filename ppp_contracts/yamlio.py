"""Strict YAML: text in, plain values with the place of each out.

A value is text unless it is plainly `true`, `false`, `null` or a whole number without leading zero. So `NO`, `0403`,
`12:30`, `2026-12-01` and `1.50` stay what the officer wrote (YAML 1.1 would change every one of them). Anchors, aliases,
merge keys, tags, duplicate keys and a second document are findings: they hide from a reader what a spec says, and the
first three make small files explode. Size, depth and the number of values are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .codes import find
from .finding import Document, Finding, Path, Place
from .letters import in_form

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_VALUES = 200_000

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def spell_path(path: Path) -> str:
    """A path as the messages print it: `parties[0].name.fr`."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else (f".{step}" if out else step)
    return out


def read_yaml(file: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """Reads a file. A file that is missing, too large or not UTF-8 is a finding and no document."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as problem:
        return None, (find("PPP001", Place(file), file=file, problem=problem.strerror or type(problem).__name__),)
    return parse_yaml(data, file)


def parse_yaml(data: bytes, file: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """Parses the bytes of a YAML file named `file`. Where YAML itself is broken there is no document."""
    if len(data) > MAX_BYTES:
        return None, (find("PPP003", Place(file), file=file, limit=f"{MAX_BYTES // 1_000_000} MB"),)
    try:
        text = in_form(data.decode("utf-8-sig"), "NFC")
    except UnicodeDecodeError as problem:
        return None, (find("PPP002", _line_of(file, data[: problem.start]), file=file),)
    bad = _CONTROL.search(text)
    if bad:
        place = _line_of(file, text[: bad.start()].encode())
        return None, (find("PPP015", place, character=f"U+{ord(bad.group()):04X}"),)
    return _Reader(file, text).read()


def _line_of(file: str, before: bytes) -> Place:
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return Place(file, line, column)


class _Reader:
    """Builds values from the parser's events, without recursion: depth costs memory, never the stack."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.findings: list[Finding] = []
        self.places: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}

    def read(self) -> tuple[Document | None, tuple[Finding, ...]]:
        import yaml

        try:
            root = self._build(yaml)
        except _Stop:
            return None, tuple(self.findings)
        except yaml.YAMLError as problem:
            return None, (*self.findings, self._syntax(problem))
        if not isinstance(root, dict):
            self.findings.append(find("PPP011", Place(self.file), file=self.file))
            return None, tuple(self.findings)
        places, keys = _Places(self.file, self.places), _Places(self.file, self.keys)
        return Document(self.file, self.text, root, places, keys), tuple(self.findings)

    def _syntax(self, problem: Any) -> Finding:
        mark = getattr(problem, "problem_mark", None)
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
        words = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "unreadable"
        if "nesting depth" in words:  # newer parsers have a bound of their own and meet it while they look ahead
            return find("PPP010", place, depth=MAX_DEPTH, values=MAX_VALUES)
        return find("PPP004", place, problem=words)

    def _build(self, yaml: Any) -> Any:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self.text)
        try:
            return self._build_from(loader.get_event, yaml.events)
        finally:
            loader.dispose()

    def _build_from(self, get_event: Callable[[], Any], events: Any) -> Any:
        # Each frame: the container, its path, the key that waits for its value.
        stack: list[tuple[Any, Path, list[Any]]] = []
        root: Any = None
        documents = values = 0
        scalar, ends = events.ScalarEvent, (events.MappingEndEvent, events.SequenceEndEvent)
        empty: Mapping[Any, Callable[[], Any]]
        empty = {scalar: str, events.MappingStartEvent: dict, events.SequenceStartEvent: list}
        while True:
            event = get_event()
            kind = type(event)
            if kind in empty:
                values += 1
                if values > MAX_VALUES or len(stack) > MAX_DEPTH:
                    self._stop("PPP010", event, depth=MAX_DEPTH, values=MAX_VALUES)
                if event.anchor is not None or event.tag is not None:
                    self._check_node(event)
                value: Any = self._scalar(event) if kind is scalar else empty[kind]()
                path: Path = ()
                if not stack:
                    root = value
                else:
                    placed = self._put(stack[-1], event, value)
                    if placed is None:
                        continue  # it was a key
                    path = placed
                mark = event.start_mark
                self.places[path] = mark.line + 1, mark.column + 1
                if kind is not scalar:
                    stack.append((value, path, []))
            elif kind in ends:
                stack.pop()
            elif kind is events.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._stop("PPP009", event)
            elif kind is events.AliasEvent:
                self._stop("PPP006", event, name=event.anchor)
            elif kind is events.StreamEndEvent:
                return root

    def _put(self, frame: tuple[Any, Path, list[Any]], event: Any, value: Any) -> Path | None:
        """Puts a value into the innermost container; gives its path, or None when the value was a key."""
        container, path, waiting = frame
        if isinstance(container, list):
            container.append(value)
            return (*path, len(container) - 1)
        if waiting:
            key = waiting.pop()
            if key not in container:
                container[key] = value
            return (*path, key)
        if type(event).__name__ != "ScalarEvent":
            self._stop("PPP004", event, problem="a key must be plain text")
        key = event.value
        if key == "<<" and event.implicit[0]:
            self._stop("PPP007", event)
        if key in container:
            self._add("PPP005", event, key=key, first=self.keys[(*path, key)][0])
        else:
            mark = event.start_mark
            self.keys[(*path, key)] = mark.line + 1, mark.column + 1
        waiting.append(key)
        return None

    def _check_node(self, event: Any) -> None:
        if event.anchor is not None:
            self._stop("PPP006", event, name=event.anchor)
        if event.tag is not None and event.tag != "!":
            self._add("PPP008", event, tag=event.tag)

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _PLAIN:
            return _PLAIN[text]
        return int(text) if _WHOLE.match(text) else text

    def _add(self, code: str, event: Any, **params: Any) -> None:
        mark = event.start_mark
        self.findings.append(find(code, Place(self.file, mark.line + 1, mark.column + 1), **params))

    def _stop(self, code: str, event: Any, **params: Any) -> None:
        self._add(code, event, **params)
        raise _Stop


class _Stop(Exception):
    """What was found makes the rest of the file meaningless."""


class _Places(Mapping[Path, Place]):
    """Where each value of a file stands: lines and columns, as places when one is asked for."""

    def __init__(self, file: str, marks: Mapping[Path, tuple[int, int]]) -> None:
        self._file, self._marks = file, marks

    def __getitem__(self, path: Path) -> Place:
        line, column = self._marks[path]
        return Place(self._file, line, column, spell_path(path))

    def __iter__(self) -> Iterator[Path]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)


def nearest_place(document: Document, path: Path) -> Place:
    """The place of a path, or of its nearest parent that exists; the path in it is the one asked for."""
    for length in range(len(path), -1, -1):
        place = document.places.get(path[:length])
        if place is not None:
            if length == 0 and len(path) > 0:
                return Place(document.file, 1, 1, spell_path(path))
            return Place(place.file, place.line, place.column, spell_path(path))
    return Place(document.file, 0, 0, spell_path(path))
