"""A house template in, checked and as data out: small programs of texts, fields, one condition and one loop.

docxtpl turns the Word file into Jinja source (it joins what Word has cut into runs) and Jinja parses it; what may stand
there is a closed list, and everything else is refused. So a template of strangers can say where things go, and nothing
else: rendering runs no Jinja and no code of the template.
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ..codes import find
from ..finding import Finding, Place
from .package import CONTENT_TYPES, ROOT_RELATIONSHIPS, BadXml, Package, parse_xml, read_package, related_parts
from .styles import LEVELS, STYLES, W, ids_by_role, levels_of, unknown_styles

if TYPE_CHECKING:
    from lxml.etree import _Element

PLACES = ("toc", "parties", "recitals", "articles", "signatures", "annexes")  # `{{p articles }}`, in this order
PRINTED = frozenset({"title", "kind", "reference", "version", "date", "language"})  # `{{ title }}`
ASKED = PRINTED | {"draft", "party_names", *PLACES}  # `{%p if draft %}`
LISTED = "party_names"  # `{%p for name in party_names %}`
WORDS = frozenset(
    {"article", "annex", "draft", "contents", "between", "recitals", "agree", "signatures"}
    | {"reference", "version", "date", "page", "page_of"}
)  # `{{ words.contents }}`
FILTERS: Mapping[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower}  # `{{ title|upper }}`
TAG_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
TAG = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
MAX_SOURCE = 2**20  # characters of one text part
MAX_DEPTH = 20  # conditions within conditions

Program = list[Any]  # ["text", words] | ["field", name, filters] | ["if", name, then, else] | ["names", name, body]
Refusal = tuple[str, str]  # a code and what it is about

# What the writer puts in its own stead: it stands in `parts`, where no Jinja is read.
ARTICLE_MARK, ANNEX_MARK, LANGUAGE_MARK = "ppp:article", "ppp:annex", "ppp:language"
MARKS = {"article": ARTICLE_MARK, "annex": ANNEX_MARK}

# What a template may not bring along into a contract: programs, foreign documents, other people's remarks.
UNWANTED = frozenset({"vbaProject", "control", "oleObject", "package", "aFChunk", "subDocument", "comments"})
UNWANTED_FIELD = re.compile(r"\b(DDE|DDEAUTO|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|RD|DATABASE|MACROBUTTON)\b")
TRACKED = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo"))
LINKED = frozenset({"hyperlink", "attachedTemplate"})  # relations that may leave the file; the second is cut
# Parts about the file, not of its text: the writer makes them anew, or the agreement has no use for them.
DROPPED = ("docProps/", "customXml/", "word/glossary/")
CUT = frozenset(
    {"core-properties", "extended-properties", "custom-properties", "thumbnail", "customXml", "glossaryDocument"}
    | {"attachedTemplate"}
)
CUT_SETTINGS = ("attachedTemplate", "updateFields", "documentProtection", "writeProtection", "mailMerge", "rsids")

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
R_TAG, T_TAG = f"{{{PACKAGE}/relationships}}Relationship", f"{{{PACKAGE}/content-types}}Override"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# Name of a part that the writer makes -> its content type and its relation: to the package, or to the document.
MADE: Mapping[str, tuple[str, str]] = {
    "docProps/core.xml": (
        "application/vnd.openxmlformats-package.core-properties+xml",
        f"{PACKAGE}/relationships/metadata/core-properties",
    ),
    "docProps/app.xml": (
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        f"{OFFICE}/extended-properties",
    ),
    "docProps/custom.xml": (
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        f"{OFFICE}/custom-properties",
    ),
    "customXml/item1.xml": ("application/xml", f"{OFFICE}/customXml"),
    "customXml/itemProps1.xml": (
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        f"{OFFICE}/customXmlProps",
    ),
}


@dataclass(frozen=True)
class Template:
    """What the writer needs of a template: `programs` are rendered, `parts` are the rest of the package."""

    file: str
    document: str  # the name of the main part
    programs: Mapping[str, Program]
    parts: Mapping[str, bytes]
    styles: Mapping[str, str]  # role -> id of the style
    width: int  # between the margins, in twentieths of a point
    first_id: int  # the first number that is free for a bookmark or a content control

    def to_data(self) -> dict[str, Any]:
        """The template as JSON-able data."""
        parts = {name: base64.b64encode(data).decode("ascii") for name, data in self.parts.items()}
        return {field.name: getattr(self, field.name) for field in fields(self)} | {"parts": parts}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Template:
        """The template that `to_data` gave."""
        parts = {name: base64.b64decode(text) for name, text in data["parts"].items()}
        return cls(**{**data, "parts": parts})


def load_template(data: bytes, file: str) -> tuple[Template | None, tuple[Finding, ...]]:
    """Reads a template. One that is no Word file, lacks a style, a list or a place, or asks for what there is not, is
    refused, with every reason."""
    place = Place(file)
    package, unread = read_package(data, file)
    if package is None:
        return None, (find("PPP501", place, file=file), *unread)
    try:
        roots = {name: parse_xml(package.parts[name]) for name in _xml_parts(package)}
    except BadXml:
        return None, (find("PPP501", place, file=file),)
    for name in _story_parts(package):
        _neutralise(roots[name])
    programs, refused = _programs(package, roots, place)
    found = (*_unwanted(package, roots, place), *_look(package, roots, place), *refused)
    if found:
        return None, found
    return _template(package, roots, programs), ()


def _template(package: Package, roots: Mapping[str, _Element], programs: Mapping[str, Program]) -> Template:
    styles, numbering = roots[_part(package, "styles")], roots[_part(package, "numbering")]
    ids = ids_by_role(styles)
    _mark_words(levels_of(styles, numbering, ids))
    _mark_language(styles)
    _neutralise_settings(roots.get(_part(package, "settings")))
    parts = {
        name: _bytes(roots[name]) if name in roots else part
        for name, part in package.parts.items()
        if name not in programs and not name.startswith(DROPPED)
    }
    document = roots[package.document]
    return Template(
        file=package.file,
        document=package.document,
        programs=programs,
        parts={**parts, **dict(_wired(package, parts))},
        styles=ids,
        width=_text_width(document),
        first_id=1 + max((n for name in programs for n in _ids(roots[name])), default=0),
    )


# ----------------------------------------------------------------------------------------------- parts


def _part(package: Package, kind: str) -> str:
    return next((p for p in related_parts(package, package.document, kind) if p in package.parts), "")


def _story_parts(package: Package) -> list[str]:
    """The parts with text of the template's own: the document, its headers and footers."""
    more = [p for kind in ("header", "footer") for p in related_parts(package, package.document, kind)]
    return [package.document, *sorted({p for p in more if p in package.parts})]


def _xml_parts(package: Package) -> list[str]:
    """The parts that are looked into: those with text, look and settings, and those that tie the package together."""
    look = [p for p in (_part(package, kind) for kind in ("styles", "numbering", "settings")) if p]
    return [*_story_parts(package), *look, CONTENT_TYPES, *sorted(n for n in package.parts if n.endswith(".rels"))]


def _neutralise(root: _Element) -> None:
    """Takes the template's own language and hidden bookmarks out of a text part: the agreement brings its own."""
    hidden = {m.get(f"{W}id") for m in root.iter(f"{W}bookmarkStart") if str(m.get(f"{W}name")).startswith("_")}
    marks = (m for m in root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd") if m.get(f"{W}id") in hidden)
    for element in [*root.iter(f"{W}lang"), *marks]:
        _cut(element)


def _neutralise_settings(root: _Element | None) -> None:
    if root is None:
        return
    for name in CUT_SETTINGS:
        for element in root.findall(f"{W}{name}"):
            _cut(element)
    for element in root.iter(f"{W}themeFontLang"):
        element.set(f"{W}val", LANGUAGE_MARK)


def _mark_language(styles: _Element) -> None:
    """The language of the agreement is that of every run: it stands in the defaults, and no style says another."""
    from lxml import etree

    for element in list(styles.iter(f"{W}lang")):
        _cut(element)
    defaults = styles.find(f"{W}docDefaults")
    if defaults is None:
        defaults = etree.Element(f"{W}docDefaults")
        styles.insert(0, defaults)
    run = defaults.find(f"{W}rPrDefault")
    if run is None:
        run = etree.Element(f"{W}rPrDefault")
        defaults.insert(0, run)
    properties = run.find(f"{W}rPr")
    properties = properties if properties is not None else etree.SubElement(run, f"{W}rPr")
    after = [e for e in properties if e.tag in (f"{W}eastAsianLayout", f"{W}specVanish", f"{W}oMath")]
    language = etree.Element(f"{W}lang", {f"{W}val": LANGUAGE_MARK, f"{W}eastAsia": LANGUAGE_MARK, f"{W}bidi": "ar-SA"})
    properties.insert(properties.index(after[0]) if after else len(properties), language)


def _mark_words(levels: Mapping[str, Any]) -> None:
    """The words «Article» and «Annexe» of the lists are the language's: the writer sets them."""
    for level in LEVELS:
        if level.word:
            levels[level.role].find(f"{W}lvlText").set(f"{W}val", f"{MARKS[level.word]} {level.text}")


def _wired(package: Package, parts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The parts that say how the package hangs together, with what is cut out and what the writer makes put in."""
    folder, base = posixpath.split(package.document)
    document_relations = posixpath.join(folder, "_rels", f"{base}.rels")
    up = "../" * folder.count("/") + ("../" if folder else "")
    root = [name for name in MADE if name.startswith("docProps/")]
    yield ROOT_RELATIONSHIPS, _relations(package.parts[ROOT_RELATIONSHIPS], {n: n for n in root})
    manifest = {"customXml/item1.xml": f"{up}customXml/item1.xml"}
    yield document_relations, _relations(package.parts[document_relations], manifest)
    properties = {"customXml/itemProps1.xml": "itemProps1.xml"}
    yield "customXml/_rels/item1.xml.rels", _relations(b"", properties)
    for name, data in parts.items():
        if name.endswith(".rels") and name not in (ROOT_RELATIONSHIPS, document_relations):
            yield name, _relations(data, {})
    yield CONTENT_TYPES, _content_types(package, parts)


def _relations(data: bytes, made: Mapping[str, str]) -> bytes:
    from lxml import etree

    root = parse_xml(data) if data else etree.Element(f"{{{PACKAGE}/relationships}}Relationships")
    for relation in list(root):
        if _kind(relation) in CUT:
            root.remove(relation)
    for number, (name, target) in enumerate(made.items(), 1):
        etree.SubElement(root, R_TAG, {"Id": f"rIdPpp{number}", "Type": MADE[name][1], "Target": target})
    return _bytes(root)


def _content_types(package: Package, parts: Mapping[str, bytes]) -> bytes:
    from lxml import etree

    root = parse_xml(package.parts[CONTENT_TYPES])
    kept = {f"/{name}".casefold() for name in parts}
    for item in list(root):
        name = str(item.get("PartName", "")).casefold()
        if name == f"/{package.document}".casefold():
            item.set("ContentType", MAIN_TYPE)  # a .dotx becomes a document
        elif item.tag == T_TAG and name not in kept and name.lstrip("/") not in _folded(_story_parts(package)):
            root.remove(item)
    for name, (kind, _) in MADE.items():
        etree.SubElement(root, T_TAG, {"PartName": f"/{name}", "ContentType": kind})
    return _bytes(root)


def _folded(names: list[str]) -> Set[str]:
    return {name.casefold() for name in names}


def _kind(relation: _Element) -> str:
    return str(relation.get("Type", "")).rpartition("/")[2]


def _cut(element: _Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _bytes(root: _Element) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def _text_width(document: _Element) -> int:
    section = document.find(f"{W}body/{W}sectPr")
    size, margins = (section.find(f"{W}{n}") if section is not None else None for n in ("pgSz", "pgMar"))
    try:
        page = int(str(size.get(f"{W}w"))) if size is not None else 11906
        sides = (
            [int(str(margins.get(f"{W}{side}"))) for side in ("left", "right")] if margins is not None else [1418] * 2
        )
    except ValueError:
        return 9070
    return max(page - sum(sides), 1000)


def _ids(document: _Element) -> Iterator[int]:
    for element in document.iter(f"{W}bookmarkStart", f"{W}id"):
        number = str(element.get(f"{W}id") or element.get(f"{W}val") or "")
        if number.isdecimal() and len(number) < 10:
            yield int(number)


# ---------------------------------------------------------------------------------------------- checks


def _unwanted(package: Package, roots: Mapping[str, _Element], place: Place) -> Iterator[Finding]:
    """Programs, links out of the file, tracked changes and comments: none of them may travel into a contract."""
    for name in sorted(n for n in package.parts if n.endswith(".rels")):
        for relation in roots[name]:
            outside = relation.get("TargetMode") == "External" and _kind(relation) not in LINKED
            if outside or _kind(relation) in UNWANTED:
                yield find("PPP507", place, part=name, problem=_kind(relation))
    for name in _story_parts(package):
        if next(roots[name].iter(*TRACKED), None) is not None:
            yield find("PPP507", place, part=name, problem="tracked changes")
        code = "".join(e.text or "" for e in roots[name].iter(f"{W}instrText"))
        code += "".join(str(e.get(f"{W}instr", "")) for e in roots[name].iter(f"{W}fldSimple"))
        for field in sorted(set(UNWANTED_FIELD.findall(code.upper()))):
            yield find("PPP507", place, part=name, problem=field)


def _look(package: Package, roots: Mapping[str, _Element], place: Place) -> Iterator[Finding]:
    """Styles that are missing, and lists that would number otherwise than the plan does."""
    from lxml import etree

    nothing = etree.Element("none")
    styles, numbering = (roots.get(_part(package, kind), nothing) for kind in ("styles", "numbering"))
    ids = ids_by_role(styles)
    missing = [STYLES[role] for role in STYLES if role not in ids] + list(unknown_styles(styles, numbering))
    yield from (find("PPP502", place, style=name) for name in missing)
    if missing:
        return
    levels = levels_of(styles, numbering, ids)
    for level in LEVELS:
        if level.role not in levels:
            yield find("PPP506", place, style=STYLES[level.role], number=f"{level.word} {level.text}".strip())


def _programs(
    package: Package, roots: Mapping[str, _Element], place: Place
) -> tuple[Mapping[str, Program], tuple[Finding, ...]]:
    """The program of each text part, with what a template may not say, and the places that do not stand where they must."""
    from docxtpl import DocxTemplate
    from lxml import etree

    reader = DocxTemplate(None)
    programs: dict[str, Program] = {}
    found: list[Finding] = []
    for name in _story_parts(package):
        xml = str(etree.tostring(roots[name], encoding="unicode"))
        if len(xml) > MAX_SOURCE:
            found.append(find("PPP615", place, part=name, limit=1))
        elif roots[name].nsmap.get("w") != W[1:-1]:  # ISO 29500 strict, or made by hand
            found.append(find("PPP504", place, problem="xmlns:w", part=name))
        else:
            refused = list(_unclosed(roots[name]))
            programs[name] = _program_of(str(reader.patch_xml(xml)), refused)
            found.extend(_finding_of(refusal, name, place) for refusal in refused)
    if not found:
        for name, program in programs.items():
            found.extend(_trial_problems(program, name, name == package.document, place))
    return programs, tuple(dict.fromkeys(found))


def _unclosed(root: _Element) -> Iterator[Refusal]:
    """Paragraphs with a tag that does not end in them: docxtpl would take everything up to the next end for one tag, and
    drop it without a word."""
    for paragraph in root.iter(f"{W}p"):
        text = "".join(str(t.text or "") for t in paragraph.iter(f"{W}t"))
        end = ""
        for mark in TAG.findall(text):
            if end and mark != end:
                break
            end = "" if end else TAG_ENDS.get(mark, "")
        if end:
            yield "PPP504", text[:60]


def _finding_of(refusal: Refusal, part: str, place: Place) -> Finding:
    code, word = refusal
    return find(code, place, name=word) if code == "PPP503" else find(code, place, problem=word, part=part)


def _trial_problems(program: Program, part: str, is_document: bool, place: Place) -> Iterator[Finding]:
    """Renders a trial for each case a template can tell apart: it is well formed, and each place stands where it must."""
    places = {name: f'<w:place w:val="{name}"/>' for name in PLACES}
    words = dict.fromkeys(WORDS, "x")
    for draft, date in ((True, "x"), (True, ""), (False, "x"), (False, "")):
        values = {**dict.fromkeys(PRINTED, "x"), "date": date, "draft": draft, LISTED: ["x", "y"], "words": words}
        try:
            root = parse_xml(render(program, values, places).encode())
        except BadXml as problem:
            yield find("PPP504", place, problem=str(problem)[:100], part=part)
            return
        for name in _misplaced(root, is_document):
            yield find("PPP505", place, name=name)


def _misplaced(root: _Element, is_document: bool) -> Iterator[str]:
    """The places that do not stand once, in a paragraph of their own of the body, in the order of the plan."""
    anywhere = [str(e.get(f"{W}val")) for e in root.iter(f"{W}place")]
    body = [str(e.get(f"{W}val")) for e in root.iterfind(f"{W}body/{W}place")]
    if not is_document:
        yield from anywhere
        return
    once = [name for name in body if anywhere.count(name) == 1]
    ordered = [name for name in once if name != "toc"]
    yield from (name for name in PLACES if name not in once)
    wrong = (name for name, right in zip(ordered, PLACES[1:], strict=False) if name != right)
    if len(once) == len(PLACES):
        yield from list(wrong)[:1]


# -------------------------------------------------------------------------------------------- programs


def _program_of(source: str, refused: list[Refusal]) -> Program:
    """The program that a Jinja source stands for; what it may not say goes to `refused`."""
    from jinja2 import Environment, TemplateSyntaxError

    try:
        body = Environment(autoescape=True).parse(source).body  # only parsed: Jinja never runs a template
    except TemplateSyntaxError as problem:
        refused.append(("PPP504", problem.message or ""))
    except RecursionError:
        refused.append(("PPP504", "nesting"))
    else:
        return _read(body, frozenset(), refused)
    return []


def _read(body: Any, loops: frozenset[str], refused: list[Refusal], depth: int = 0) -> Program:
    from jinja2 import nodes

    out: Program = []
    for node in body:
        if depth > MAX_DEPTH:
            refused.append(("PPP504", "nesting"))
        elif isinstance(node, nodes.Output):
            out += [_read_field(inner, loops, refused) for inner in node.nodes]
        elif isinstance(node, nodes.If) and isinstance(node.test, nodes.Name) and not node.elif_:
            name = _known(node.test.name, ASKED | loops, refused)
            branches = [_read(branch, loops, refused, depth + 1) for branch in (node.body, node.else_)]
            out.append(["if", name, *branches])
        elif isinstance(node, nodes.For) and _is_plain_loop(node) and not loops:
            name = str(getattr(node.target, "name", ""))
            out.append(["names", name, _read(node.body, frozenset({name}), refused, depth + 1)])
        else:
            refused.append(("PPP504", type(node).__name__.lower()))
    return out


def _is_plain_loop(node: Any) -> bool:
    """A loop over the names of the parties, without condition, recursion or else."""
    from jinja2 import nodes

    if not isinstance(node.target, nodes.Name) or not isinstance(node.iter, nodes.Name) or node.iter.name != LISTED:
        return False
    return not (node.test or node.else_ or node.recursive or node.target.name in {*ASKED, "words", "loop"})


def _read_field(node: Any, loops: frozenset[str], refused: list[Refusal]) -> list[Any]:
    from jinja2 import nodes

    filters: list[str] = []
    while isinstance(node, nodes.Filter) and node.name in FILTERS and not node.args and not node.kwargs:
        filters.insert(0, node.name)
        node = node.node
    if isinstance(node, nodes.TemplateData):
        return ["text", node.data]
    if isinstance(node, nodes.Name):
        return ["field", _known(node.name, PRINTED | loops | set(PLACES), refused), filters]
    if isinstance(node, nodes.Getattr):
        owner = f"{node.node.name}." if isinstance(node.node, nodes.Name) else "."
        return ["field", _known(f"{owner}{node.attr}", {f"words.{word}" for word in WORDS}, refused), filters]
    refused.append(("PPP504", type(node).__name__.lower()))
    return ["text", ""]


def _known(name: str, names: Set[str], refused: list[Refusal]) -> str:
    if name not in names:
        refused.append(("PPP503", name))
    return name


def render(program: Program, fields: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """A program with its fields: values are escaped for XML, places are XML of ours. A word that there is not is ""."""
    out: list[str] = []
    for step in program:
        if step[0] == "text":
            out.append(step[1])
        elif step[0] == "field":
            out.append(places[step[1]] if step[1] in places else _value(step[1], step[2], fields))
        elif step[0] == "if":
            out.append(render(step[2] if fields.get(step[1]) or places.get(step[1]) else step[3], fields, places))
        else:
            out.extend(render(step[2], {**fields, step[1]: name}, places) for name in fields[LISTED])
    return "".join(out)


def _value(name: str, filters: list[str], fields: Mapping[str, Any]) -> str:
    head, _, word = name.partition(".")
    value = str(fields["words"].get(word, "") if word else fields[head])
    for each in filters:
        value = FILTERS[each](value)
    return escape(value)


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def escape(text: str) -> str:
    """Text for XML 1.0: markup escaped, characters that XML forbids replaced."""
    clean = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
    # Four replacements take a tenth of the time of one translation table on a long text.
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
