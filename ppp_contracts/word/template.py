"""A house template in, checked and as data out: a small program of texts, fields, one condition and one loop.

docxtpl turns the Word file into Jinja source (it joins what Word has cut into runs) and Jinja parses it; what may stand
there is a closed list, and everything else is refused. So a template of strangers can say where things go, and nothing
else: rendering runs no Jinja and no code of the template.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..codes import find
from ..finding import Finding, Place
from .package import Package, read_package
from .styles import STYLES

FIELDS = frozenset({"title", "kind", "reference", "version", "draft", "date", "language", "words", "party_names"})
PLACES = frozenset({"toc", "parties", "recitals", "articles", "annexes", "signatures"})


Program = list[Any]  # ["text", words] | ["field", name, filters] | ["if", name, then, else] | ["names", name, body]


@dataclass(frozen=True)
class Template:
    """The parts of a template: `programs` are rendered, `parts` are taken over as they are."""

    file: str
    programs: Mapping[str, Program]
    parts: Mapping[str, bytes]

    def to_data(self) -> dict[str, Any]:
        """The template as JSON-able data."""
        parts = {name: base64.b64encode(data).decode("ascii") for name, data in self.parts.items()}
        return {"file": self.file, "programs": dict(self.programs), "parts": parts}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Template:
        """The template that `to_data` gave."""
        parts = {name: base64.b64decode(text) for name, text in data["parts"].items()}
        return cls(data["file"], data["programs"], parts)


def load_template(data: bytes, file: str) -> tuple[Template | None, tuple[Finding, ...]]:
    """Reads a template. One that is no Word file, lacks a style or a place, or asks for what there is not, is refused."""
    place = Place(file)
    package, findings = read_package(data, file)
    if package is None:
        return None, (find("PPP501", place, file=file), *findings)
    found: list[Finding] = list(_missing_styles(package, place))
    programs: dict[str, Program] = {}
    for name in _story_parts(package):
        programs[name], more = _program_of(_patched(data, name), name, place)
        found.extend(more)
    used = {name for program in programs.values() for name in _fields_in(program)}
    found += [find("PPP505", place, name=name) for name in sorted(PLACES - used)]
    if found:
        return None, tuple(dict.fromkeys(found))
    rest = {name: part for name, part in package.parts.items() if name not in programs}
    return Template(file, programs, rest), ()


def _story_parts(package: Package) -> list[str]:
    return [n for n in package.parts if re.fullmatch(r"word/(?:document|header\d*|footer\d*)\.xml", n)]


def _missing_styles(package: Package, place: Place) -> Iterator[Finding]:
    styles = package.parts.get("word/styles.xml", b"").decode("utf-8", "replace")
    known = set(re.findall(r'w:styleId="([^"]*)"', styles))
    for name in sorted(set(STYLES.values()) - known):
        yield find("PPP502", place, style=name)


def _patched(data: bytes, part: str) -> str:
    """The Jinja source of a part, as docxtpl makes it from the runs of Word."""
    import zipfile

    from docxtpl import DocxTemplate

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(part).decode("utf-8")
    return str(DocxTemplate(io.BytesIO(data)).patch_xml(xml))


class _Refused(Exception):
    """A construct that a template may not use: the finding says which."""

    def __init__(self, code: str, word: str) -> None:
        super().__init__(word)
        self.code, self.word = code, word


def _program_of(source: str, part: str, place: Place) -> tuple[Program, tuple[Finding, ...]]:
    from jinja2 import Environment, TemplateSyntaxError

    try:
        return _read(Environment(autoescape=True).parse(source).body, frozenset()), ()
    except TemplateSyntaxError as problem:
        return [], (find("PPP504", place, problem=problem.message or "", part=part),)
    except _Refused as refused:
        if refused.code == "PPP503":
            return [], (find("PPP503", place, name=refused.word),)
        return [], (find("PPP504", place, problem=refused.word, part=part),)


def _read(body: Any, loops: frozenset[str]) -> Program:
    """The nodes of a Jinja tree as a program, or `_Refused`."""
    from jinja2 import nodes

    out: Program = []
    for node in body:
        if isinstance(node, nodes.Output):
            out += [_read_field(inner, loops) for inner in node.nodes]
        elif isinstance(node, nodes.If) and isinstance(node.test, nodes.Name) and not node.elif_:
            out.append(["if", _known(node.test.name, loops), _read(node.body, loops), _read(node.else_, loops)])
        elif isinstance(node, nodes.For) and isinstance(node.target, nodes.Name) and _is_plain_loop(node) and not loops:
            out.append(["names", node.target.name, _read(node.body, frozenset({node.target.name}))])
        else:
            raise _Refused("PPP504", type(node).__name__.lower())
    return out


def _is_plain_loop(node: Any) -> bool:
    """A loop over the names of the parties, without condition, recursion or else."""
    from jinja2 import nodes

    return (
        not node.recursive
        and node.test is None
        and not node.else_
        and isinstance(node.iter, nodes.Name)
        and node.iter.name == "party_names"
    )


def _read_field(node: Any, loops: frozenset[str]) -> list[Any]:
    from jinja2 import nodes

    filters: list[str] = []
    while isinstance(node, nodes.Filter) and node.name in FILTERS and not node.args and not node.kwargs:
        filters.insert(0, node.name)
        node = node.node
    if isinstance(node, nodes.TemplateData):
        return ["text", node.data]
    if isinstance(node, nodes.Name):
        return ["field", _known(node.name, loops), filters]
    if isinstance(node, nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == "words":
            return ["field", f"words.{node.attr}", filters]
        raise _Refused("PPP503", node.attr)
    raise _Refused("PPP504", type(node).__name__.lower())


def _known(name: str, loops: frozenset[str]) -> str:
    if name not in FIELDS | PLACES | loops:
        raise _Refused("PPP503", name)
    return name


def _fields_in(program: Program) -> Iterator[str]:
    for step in program:
        if step[0] == "field":
            yield step[1]
        for inner in step[2:]:
            if step[0] in ("if", "names"):
                yield from _fields_in(inner)


FILTERS: Mapping[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower}


def render(program: Program, fields: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """A program with its fields: values are escaped for XML, places are XML of ours. A word that there is not is ""."""
    out: list[str] = []
    for step in program:
        if step[0] == "text":
            out.append(step[1])
        elif step[0] == "field":
            out.append(places[step[1]] if step[1] in places else _value(step[1], step[2], fields))
        elif step[0] == "if":
            out.append(render(step[2] if fields.get(step[1]) else step[3], fields, places))
        else:
            out.extend(render(step[2], {**fields, step[1]: name}, places) for name in fields["party_names"])
    return "".join(out)


def _value(name: str, filters: list[str], fields: Mapping[str, Any]) -> str:
    head, _, word = name.partition(".")
    value = str(fields["words"].get(word, "") if head == "words" and word else fields[head])
    for each in filters:
        value = FILTERS[each](value)
    return escape(value)


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def escape(text: str) -> str:
    """Text for XML 1.0: markup escaped, characters that XML forbids replaced."""
    clean = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
    # Four replacements take a tenth of the time of one translation table on a long text.
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
