"""The data folders in, parsed files out, with one digest over what was read and an optional cache.

Two layers: the shipped folder, and an organisation's overlay on it. A file of a clause in the overlay takes the place of
the shipped one, and a `clause.yaml` there replaces the clause whole; in the tables (law, terms, labels, approvals) an
entry of the overlay takes the place of the entry with the same key and the others stay.

The cache is data: the JSON of what the files said, keyed by the digest of the very bytes. Without it the same values come
from the files themselves, only later. To know a digest without reading, the file's size and times are remembered, as git
does it: a file counts as unchanged when size, inode, time of change and time of content are those of the last reading, and that
time lies clearly before that reading. On systems without a time of change every file is read.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from pathlib import Path as FilePath
from typing import Any

from .codes import find
from .finding import Document, Finding, Place
from .keeping import keep_value, kept_value
from .markup import parse_text, press_texts, unpress_texts
from .model import Text
from .yamlio import parse_yaml

CACHE_FORMAT = "6"
OVERLAY = "overlay:"  # marks the tables of an overlay among the names
MAX_BYTES = 2_000_000
MAX_FILES = 20_000
MAX_DEPTH = 5
_SETTLED = 2_000_000_000  # nanoseconds between a change and a reading from which the times of a file tell it apart


class Reading:
    """Reads the files of a data root and of an overlay, keeps their digests and collects the findings."""

    def __init__(
        self, root: FilePath, overlay: FilePath | None = None, folders: tuple[str, ...] = ("clauses", "law")
    ) -> None:
        self.root, self.overlay = root, overlay
        self._folders = folders
        self.findings: list[Finding] = []
        self.documents: dict[str, Document] = {}
        self.paths: dict[str, str] = {}  # name -> where it is
        self.overlaid: set[str] = set()  # names that come from the overlay
        self._stats: dict[str, tuple[int, ...]] = {}
        self._bytes: dict[str, bytes] = {}
        for folder in folders:
            self._add(root, folder)
        for folder in folders if overlay else ():
            self._add(overlay, folder)  # type: ignore[arg-type]
        self.names = sorted(self.paths)
        self._wholes = self._digest_wholes()
        self._kept: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, dict[str, Text]] = {}  # language -> name -> text, as they were parsed
        self._unpressed: dict[str, dict[str, Text]] = {}  # the same, as the cache had them
        self._derived: dict[str, Any] = {}  # what was made of the files in this run
        self._used_up: set[str] = set()  # the files that nothing else needs
        self._strict = False

    # ------------------------------------------------------------------------------------ gathering

    def _add(self, base: FilePath, folder: str) -> None:
        found: dict[str, tuple[str, tuple[int, ...]]] = {}
        over, top = base is self.overlay, os.path.join(base, folder)
        if over and os.path.islink(top):
            self.findings.append(find("PPP460", Place(top), file=top))
            return
        self._scan(top, f"{folder}/", 0, found, over)
        if over:
            replaced = {n[: -len("clause.yaml")] for n in found if n.count("/") == 3 and n.endswith("/clause.yaml")}
            for name in [n for n in self.paths if n[: n.rfind("/") + 1] in replaced]:
                del self.paths[name], self._stats[name]
            self.overlaid.update(f"{OVERLAY}{n}" if n.count("/") < 3 else n for n in found)
        for name, (path, stat) in found.items():
            known = f"{OVERLAY}{name}" if over and name.count("/") < 3 else name
            self.paths[known], self._stats[known] = path, stat

    def _scan(
        self, folder: str, prefix: str, depth: int, found: dict[str, tuple[str, tuple[int, ...]]], over: bool
    ) -> None:
        """Every `.yaml` and `.md` below a folder. A link is not followed: no path leaves its folder."""
        try:
            entries = sorted(os.scandir(folder), key=attrgetter("name"))
        except OSError:
            return
        for entry in entries:
            name = entry.name
            if name.endswith((".yaml", ".md")) and entry.is_file(follow_symlinks=False):
                if len(found) < MAX_FILES:
                    stat = entry.stat(follow_symlinks=False)
                    found[prefix + name] = entry.path, (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
            elif entry.is_symlink():
                if over:
                    self.findings.append(find("PPP460", Place(entry.path), file=entry.path))
            elif entry.is_dir() and depth < MAX_DEPTH:
                self._scan(entry.path, f"{prefix}{name}/", depth + 1, found, over)

    # -------------------------------------------------------------------------------------- digests

    def _digest_wholes(self) -> dict[str, str]:
        """The digests of the folders, the whole first: remembered when the size and times of every file are what they were."""
        key = f"state-{self._where()}"
        stamp = hashlib.sha256(marshal.dumps([(name, self._stats[name]) for name in self.names], 2)).hexdigest()
        kept = (kept_value(key) or {}) if os.name == "posix" else {}
        if kept.get("stamp") == stamp and kept.get("settled") is True:
            return dict(kept["digests"])
        since, digests = self._digests
        wholes = {prefix: _whole(digests, prefix) for prefix in ("", *(f"{folder}/" for folder in self._folders))}
        if os.name == "posix":
            settled = all(stat[2] < since - _SETTLED for stat in self._stats.values())
            keep_value(key, {"stamp": stamp, "settled": settled, "digests": wholes})
        return wholes

    def _where(self) -> str:
        where = "\0".join((CACHE_FORMAT, str(self.root), str(self.overlay or ""), *self._folders))
        return hashlib.sha256(where.encode()).hexdigest()[:32]

    @cached_property
    def _digests(self) -> tuple[int, dict[str, str]]:
        """(when the files were read, the digest of each)."""
        key = f"digests-{self._where()}"
        kept = (kept_value(key) or {}) if os.name == "posix" else {}
        since, known = kept.get("since", 0), kept.get("files", {})
        now = time.time_ns()
        digests: dict[str, str] = {}
        fresh = False
        for name in self.names:
            stat = self._stats[name]
            entry = known.get(name)
            if entry and tuple(entry[1:]) == stat and stat[2] < since - _SETTLED:
                digests[name] = entry[0]
            else:
                digests[name] = hashlib.sha256(self._read(name)).hexdigest()
                fresh = True
        if os.name == "posix" and (fresh or len(known) != len(digests)):
            keep_value(key, {"since": now, "files": {n: [d, *self._stats[n]] for n, d in digests.items()}})
        return (now if fresh else since), digests

    def digest(self, prefix: str = "") -> str:
        """One sha256 over names and bytes of every file below a folder, the overlay's included."""
        if prefix not in self._wholes:
            self._wholes[prefix] = _whole(self._digests[1], prefix)
        return self._wholes[prefix]

    def digest_of(self, names: list[str]) -> str:
        """One sha256 over the bytes of these files."""
        return hashlib.sha256("\n".join(self._digests[1][name] for name in names).encode()).hexdigest()

    # -------------------------------------------------------------------------------------- reading

    def _read(self, name: str) -> bytes:
        if name not in self._bytes:
            try:
                with open(self.paths[name], "rb", 0) as stream:
                    known = stream.read(min(self._stats[name][0], MAX_BYTES) + 1)  # one more tells that there is more
                    more = stream.read(MAX_BYTES + 1 - len(known)) if len(known) > self._stats[name][0] else b""
                    self._bytes[name] = (known or b"") + (more or b"")
            except OSError as problem:
                words = problem.strerror or "unreadable"
                self.findings.append(find("PPP001", Place(self.shown(name)), file=self.shown(name), problem=words))
                self._bytes[name] = b""
        return self._bytes[name]

    def list(self, folder: str, ending: str) -> list[str]:
        """The files below a folder with that ending, in order; those of the overlay after the shipped ones."""
        fits = [n for n in self.names if n.removeprefix(OVERLAY).startswith(f"{folder}/") and n.endswith(ending)]
        return sorted(fits, key=lambda name: (name.startswith(OVERLAY), name))

    def shown(self, name: str) -> str:
        """The name of a file as findings print it."""
        return self.paths.get(name) or str(self.root / name)

    def source(self, name: str) -> str:
        """A text file as UTF-8; bytes that are none are a finding."""
        try:
            return self._read(name).decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.findings.append(find("PPP002", Place(self.shown(name)), file=self.shown(name)))
            return ""

    def yaml(self, name: str, schema: str) -> Mapping[str, Any]:
        """A YAML file as plain values. In strict reading, what breaks its schema is a finding and an empty value."""
        if name not in self.paths:
            self.findings.append(find("PPP001", Place(self.shown(name)), file=self.shown(name), problem="missing"))
            return {}
        if not self._strict:
            cached = self._cache("yaml").get(name)
            if cached is not None:
                return cached  # type: ignore[no-any-return]
        document, findings = parse_yaml(self._read(name), self.shown(name))
        self.findings.extend(findings)
        if document is None:
            return {}
        self.documents[name] = document
        # What an organisation brings is held against its schema whenever it is read, ours when it is linted.
        if self._strict or name in self.overlaid or os.environ.get("PPP_CONTRACTS_STRICT"):
            from .schema import check_schema

            broken = check_schema(document, schema)
            self.findings.extend(broken)
            if broken:
                return {}
        return document.data  # type: ignore[no-any-return]

    def layers(self, name: str, schema: str) -> Iterator[Mapping[str, Any]]:
        """A table and, when there is one, the overlay's on it."""
        yield self.yaml(name, schema)
        if f"{OVERLAY}{name}" in self.paths:
            yield self.yaml(f"{OVERLAY}{name}", schema)

    def table(self, name: str, schema: str) -> dict[str, Any]:
        """A table by its top keys; an overlay's entry takes the place of ours. A key that names the format is left out."""
        merged: dict[str, Any] = {}
        for layer in self.layers(name, schema):
            merged.update({key: value for key, value in layer.items() if key != schema})
        return merged

    def text(self, name: str) -> Text:
        """The words of a clause in one language: heading and blocks."""
        known = self._texts.setdefault(name.rsplit("/", 1)[1].split(".")[0], {})
        if name not in known:
            known[name], findings = parse_text(self.source(name), self.shown(name))
            self.findings.extend(findings)
        return known[name]

    def strictly(self) -> Reading:
        """The same files, read past the cache and held against their schemas: for the lint and for an overlay."""
        self._strict = True
        return self

    def derived(self, name: str, make: Callable[[], Any]) -> Any:
        """What is made of some of the files (plain data), from the cache when an earlier run kept it. The files it is made
        of are read for that only."""
        kept = self._cache(name)
        if "made" in kept:
            return kept["made"]
        known = set(self.documents)
        self._derived[name] = make()
        self._used_up |= self.documents.keys() - known
        return self._derived[name]

    # ------------------------------------------------------------------------------------- cache

    def _cache(self, part: str) -> dict[str, Any]:
        if part not in self._kept:
            self._kept[part] = (not self._strict and kept_value(f"library-{self.digest()[:32]}-{part}")) or {}
        return self._kept[part]

    def kept_texts(self, language: str) -> Mapping[str, Text]:
        """The texts of a language that an earlier run kept, by file name; {} when there are none."""
        if language not in self._unpressed:
            pressed = self._cache(language)
            self._unpressed[language] = unpress_texts(pressed, self.paths) if pressed else {}
        return self._unpressed[language]

    def is_kept(self) -> bool:
        """Whether an earlier run kept what these very files say."""
        return not self._strict and bool(self._cache("yaml"))

    def keep(self) -> None:
        """Keeps what was parsed for the next run, unless something was wrong with it."""
        if self._strict or self.findings:
            return
        key = f"library-{self.digest()[:32]}"
        if not self.is_kept():
            for language, texts in self._texts.items():
                if pressed := press_texts(texts):
                    keep_value(f"{key}-{language}", pressed)
            tables = {name: document.data for name, document in self.documents.items() if name not in self._used_up}
            keep_value(f"{key}-yaml", tables)
        for name, value in self._derived.items():
            keep_value(f"{key}-{name}", {"made": value})


def _whole(digests: Mapping[str, str], prefix: str) -> str:
    listed = (f"{name}\0{value}\n" for name, value in digests.items() if name.removeprefix(OVERLAY).startswith(prefix))
    return hashlib.sha256((CACHE_FORMAT + "".join(listed)).encode()).hexdigest()
