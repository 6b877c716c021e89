"""A house template in, checked and as data out: the Jinja source of its parts, ready to render.

docxtpl turns the Word file into that source (it joins what Word has cut into runs); rendering is Jinja's, in a sandbox,
with no globals and no attributes beyond plain values. A template comes from strangers: it can say where things go, and
nothing else.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..codes import find
from ..finding import Finding, Place
from .package import Package, read_package
from .styles import STYLES

FIELDS = frozenset({"title", "kind", "reference", "version", "draft", "date", "language", "words", "party_names"})
PLACES = frozenset({"toc", "parties", "recitals", "articles", "annexes", "signatures"})
MAX_LOOP = 200


@dataclass(frozen=True)
class Template:
    """The parts of a template: `sources` are Jinja, `parts` are taken over as they are."""

    file: str
    sources: Mapping[str, str]
    parts: Mapping[str, bytes]

    def to_data(self) -> dict[str, Any]:
        """The template as JSON-able data."""
        parts = {name: base64.b64encode(data).decode("ascii") for name, data in self.parts.items()}
        return {"file": self.file, "sources": dict(self.sources), "parts": parts}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Template:
        """The template that `to_data` gave."""
        parts = {name: base64.b64decode(text) for name, text in data["parts"].items()}
        return cls(data["file"], data["sources"], parts)


def load_template(data: bytes, file: str) -> tuple[Template | None, tuple[Finding, ...]]:
    """Reads a template. One that is no Word file, lacks a style or a place, or asks for what there is not, is refused."""
    place = Place(file)
    package, findings = read_package(data, file)
    if package is None:
        return None, (find("PPP501", place, file=file), *findings)
    found: list[Finding] = list(_missing_styles(package, place))
    sources = {name: _patched(data, name) for name in _story_parts(package)}
    for name, source in sources.items():
        found.extend(_check_source(source, name, place))
    used = set().union(*(set(re.findall(r"\{\{\s*(\w+)\s*\}\}", source)) for source in sources.values()))
    found += [find("PPP505", place, name=name) for name in sorted(PLACES - used)]
    if found:
        return None, tuple(found)
    rest = {name: part for name, part in package.parts.items() if name not in sources}
    return Template(file, sources, rest), ()


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


def environment() -> Any:
    """Jinja without anything: a sandbox, undefined names are errors, no globals, no filters beyond those of text."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    env.globals.clear()
    env.filters = {name: env.filters[name] for name in ("upper", "lower", "default", "escape", "e")}
    env.tests = {name: env.tests[name] for name in ("defined", "undefined")}
    return env


def _check_source(source: str, part: str, place: Place) -> Iterator[Finding]:
    from jinja2 import TemplateSyntaxError, meta, nodes

    env = environment()
    try:
        tree = env.parse(source)
        unknown = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as problem:
        yield find("PPP504", place, problem=problem.message or "", part=part)
        return
    loops = {node.target.name for node in tree.find_all(nodes.For) if isinstance(node.target, nodes.Name)}
    for name in sorted(unknown - FIELDS - PLACES - loops):
        yield find("PPP503", place, name=name)
    for kind in (
        nodes.Call,
        nodes.Getitem,
        nodes.Include,
        nodes.Import,
        nodes.FromImport,
        nodes.Extends,
        nodes.Macro,
        nodes.CallBlock,
        nodes.Assign,
        nodes.AssignBlock,
        nodes.FilterBlock,
        nodes.With,
        nodes.Mul,
        nodes.Pow,
        nodes.Concat,
        nodes.Add,
    ):
        if next(tree.find_all(kind), None) is not None:
            yield find("PPP504", place, problem=kind.__name__.lower(), part=part)
    for attribute in tree.find_all(nodes.Getattr):
        if not (isinstance(attribute.node, nodes.Name) and attribute.node.name == "words"):
            yield find("PPP503", place, name=attribute.attr)
    for loop in tree.find_all(nodes.For):
        nested = next((n for n in loop.find_all(nodes.For) if n is not loop), None)
        if not (isinstance(loop.iter, nodes.Name) and loop.iter.name == "party_names") or nested is not None:
            yield find("PPP504", place, problem="for", part=part)
