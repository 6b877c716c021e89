"""Turns a Word file into its paragraphs as a reader would see them, with tracked changes accepted or rejected.

Every paragraph of the body is read once, wherever it stands (tables, text boxes, content controls); text that does not
stand (hidden, struck, deleted, white, tiny) is left out of the final view. Headers, footers, notes and comments are not text of the
agreement; they are counted. The walk keeps its own stack: no nesting can exhaust Python's.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ..codes import find
from ..finding import Finding, Place
from .package import BadXml, Package, parse_xml, related_parts
from .toggles import OFF, RPR, WHITE, Styles, W, is_shaded, styles_of, toggles_of, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

View = Literal["final", "original"]
Step = tuple[Iterable["_Element"], Callable[[], None] | None] | None  # what to walk next, and what to do after it

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M[1:-1].encode()),
)
# What Word itself shows; an element of any other namespace is ignored with everything in it, as Word does.
KNOWN = (W[:-1], M[:-1], MC[:-1], "{http://schemas.openxmlformats.org/", "{http://purl.oclc.org/ooxml/")
KNOWN_VENDOR = ("http://schemas.microsoft.com/office/", "urn:schemas-microsoft-com:")

PROPERTIES = ("pPr", "rPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr", "customXmlPr")
UNSEEN = frozenset(f"{W}{name}" for name in (*PROPERTIES, "rt", "ffData", "fldData")) | {f"{M}rPr", f"{M}ctrlPr"}
CHARACTERS: Mapping[str, str] = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}",
    f"{W}softHyphen": "\N{SOFT HYPHEN}",
}
PPR, PSTYLE, RSTYLE = f"{W}pPr", f"{W}pStyle", f"{W}rStyle"  # built once: the walk is hot

REVISIONS = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel"))
OUT: Mapping[View, frozenset[str]] = {  # tracked changes whose content is not in the view
    "final": frozenset({f"{W}del", f"{W}moveFrom", f"{W}cellDel"}),
    "original": frozenset({f"{W}ins", f"{W}moveTo", f"{W}cellIns"}),
}

REFERENCE = "\ufffc"
MAX_FIELDS = 64  # fields within fields; those still deeper are read as text
# Fields whose words Word computes from elsewhere in the document; of all others the result is text like any other.
COMPUTED = frozenset({"REF", "PAGEREF", "NOTEREF", "STYLEREF", "SEQ", "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES"})


_CODE = re.compile("0{0,4}[0-9A-Fa-f]{1,4}")
_WORD = re.compile(r"[^\W\d_]{2}")
LEAST_HEIGHT = 60  # twentieths of a point: lines and rows that are lower show nothing
FARTHEST = 14_000  # how far to the side, in twentieths of a point; what is farther stands outside the paper
HIGHEST = 200  # half points above or below the line


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark or a reference, and where it starts in the text and in the bare text of its paragraph."""

    name: str
    text_at: int
    bare_at: int


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """A paragraph of a Word file. In `bare`, U+FFFC stands for the words of each reference."""

    text: str
    bare: str
    bookmarks: tuple[Mark, ...] = ()
    refs: tuple[Mark, ...] = ()  # the bookmarks that its REF fields point to
    in_contents: bool = False  # a line of the table of contents
    concealed: str = ""  # text that is in the file but does not stand: hidden, struck, white, tiny


@dataclass(frozen=True, slots=True)
class WordText:
    """What a reader sees of a Word file, in document order, and what of it is not read."""

    paragraphs: tuple[WordParagraph, ...]
    revisions: int = 0
    comments: int = 0
    footnotes: int = 0


def read_docx(package: Package, view: View = "final") -> tuple[WordText, tuple[Finding, ...]]:
    """The paragraphs of the body; findings for what is still open in the file or cannot be read."""
    place = Place(package.file)
    try:
        root = _parse(package.parts[package.document])
        styles = _read_styles(package)
    except (BadXml, KeyError) as error:
        return WordText(()), (find("PPP622", place, part=package.document, problem=str(error)[:200]),)
    body = root.find(f"{W}body")
    if body is None:
        return WordText(()), (find("PPP622", place, part=package.document, problem="body"),)
    walk = _Walk(styles, view)
    walk.through(body)
    text = WordText(
        tuple(draft.freeze() for draft in walk.drafts),
        revisions=sum(1 for _ in body.iter(*REVISIONS)),
        comments=sum(1 for _ in body.iter(f"{W}commentReference")),
        footnotes=sum(1 for _ in body.iter(f"{W}footnoteReference", f"{W}endnoteReference")),
    )
    return text, tuple(_open_ends(text, body, place))


def read_margins(package: Package) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what each paragraph of the headers and footers says, with U+FFFC for what Word computes; the labels of the lists that hold
    words). Parts that cannot be read say nothing: reading the body has reported them."""
    said: list[str] = []
    styles = Styles({}, {})
    with contextlib.suppress(BadXml):
        styles = _read_styles(package)
    for kind in ("header", "footer"):
        for part in dict.fromkeys(related_parts(package, package.document, kind)):
            with contextlib.suppress(BadXml, KeyError):
                walk = _Walk(styles, "final")
                walk.through(_parse(package.parts[part]))
                said += [draft.freeze().bare for draft in walk.drafts]
    labels: list[str] = []
    for part in dict.fromkeys(related_parts(package, package.document, "numbering")):
        with contextlib.suppress(BadXml, KeyError):
            labels += [value_of(item) for item in _parse(package.parts[part]).iter(f"{W}lvlText")]
    return tuple(dict.fromkeys(said)), tuple(dict.fromkeys(label for label in labels if _WORD.search(label)))


def _parse(data: bytes) -> _Element:
    for strict, transitional in STRICT:
        data = data.replace(strict, transitional)
    return parse_xml(data)


def _read_styles(package: Package) -> Styles:
    parts = [package.parts[p] for p in related_parts(package, package.document, "styles") if p in package.parts]
    return styles_of(_parse(parts[0])) if parts else Styles({}, {})


def _child(element: _Element, tag: str) -> _Element | None:
    return next(element.iterchildren(tag), None)


def _open_ends(text: WordText, body: _Element, place: Place) -> Iterator[Finding]:
    if text.revisions or text.comments:
        yield find("PPP611", place, revisions=text.revisions, comments=text.comments)
    if text.footnotes:
        yield find("PPP618", place, count=text.footnotes)
    if next(body.iter(f"{W}altChunk", f"{W}subDoc"), None) is not None:
        yield find("PPP621", place)


# ----------------------------------------------------------------------------------------------- walk


@dataclass(slots=True)
class _Draft:
    """A paragraph while it is read."""

    text: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    text_length: int = 0
    bare_length: int = 0
    bookmarks: list[Mark] = field(default_factory=list)
    refs: list[Mark] = field(default_factory=list)
    concealed: list[str] = field(default_factory=list)
    in_contents: bool = False
    outside_contents: bool = False

    def mark(self, name: str) -> Mark:
        return Mark(name, self.text_length, self.bare_length)

    def freeze(self) -> WordParagraph:
        return WordParagraph(
            "".join(self.text),
            "".join(self.bare),
            tuple(self.bookmarks),
            tuple(self.refs),
            self.in_contents and not self.outside_contents,
            "".join(self.concealed).strip(),
        )


@dataclass(slots=True, eq=False)
class _Field:
    """A field while it is read: its code until the separator, then its result."""

    code: list[str] = field(default_factory=list)
    in_result: bool = False
    computed: bool = False
    contents: bool = False
    marked: bool = False

    @property
    def words(self) -> list[str]:
        return "".join(self.code).split()

    def separate(self) -> None:
        kind = (self.words or [""])[0].upper()
        self.in_result, self.computed, self.contents = True, kind in COMPUTED, kind == "TOC"


class _Walk:
    """A walk over a body in document order, with the state that Word's flat markup asks for."""

    def __init__(self, styles: Styles, view: View) -> None:
        self.styles = styles
        self.view = view
        self.out = OUT[view]
        self.drafts: list[_Draft] = []
        self.draft: _Draft | None = None
        self.merging: _Draft | None = None  # its mark is out of the view, so the next paragraph continues it
        self.waiting: list[str] = []  # bookmarks that start between paragraphs
        self.fields: list[_Field] = []
        self.too_deep = 0  # fields that began below the deepest one that is kept
        self.toggles = 0  # of the paragraph
        self.table_toggles = 0
        self.unseen = False  # in this row or paragraph
        self.shaded = 0  # how many grounds (of tables, cells, the paragraph) are not white
        self.concealing = False  # in this run
        self.shows: dict[str, bool] = {}
        self.enter: Mapping[str, Callable[[_Element], Step]] = {
            f"{W}p": self._paragraph,
            f"{W}r": self._run,
            f"{M}r": self._run,
            f"{W}t": self._text,
            f"{M}t": self._text,
            f"{W}delText": self._deleted_text,
            f"{W}sym": self._symbol,
            f"{W}fldChar": self._field_character,
            f"{W}fldSimple": self._simple_field,
            f"{W}instrText": self._instruction,
            f"{W}delInstrText": self._instruction,
            f"{W}bookmarkStart": self._bookmark,
            f"{W}tbl": self._table,
            f"{W}tr": self._row,
            f"{W}tc": self._cell,
            f"{W}txbxContent": self._text_box,
            f"{MC}AlternateContent": self._alternate,
            **dict.fromkeys(CHARACTERS, self._character),
        }

    def through(self, body: _Element) -> None:
        """Walks the body; a stack of its own instead of recursion."""
        stack: list[tuple[Iterator[_Element], Callable[[], None] | None]] = [(iter(body), None)]
        while stack:
            children, leave = stack[-1]
            for element in children:
                step = self._step(element)
                if step is not None:
                    stack.append((iter(step[0]), step[1]))
                    break
            else:
                stack.pop()
                if leave is not None:
                    leave()

    def _step(self, element: _Element) -> Step:
        tag = element.tag
        enter = self.enter.get(tag)
        if enter is not None:
            return enter(element)
        if tag in self.out or not len(element):
            return None
        if tag not in self.shows:
            known = tag.startswith(KNOWN) or tag[1:].startswith(KNOWN_VENDOR)
            self.shows[tag] = known and tag not in UNSEEN
        return (element, None) if self.shows[tag] else None

    # paragraphs and what holds them

    def _paragraph(self, element: _Element) -> Step:
        properties = _child(element, PPR)
        merges = False
        style = ""
        if properties is not None:
            style = value_of(_child(properties, PSTYLE))
            mark = _child(properties, RPR)
            merges = mark is not None and any(item.tag in self.out for item in mark)
        outer_toggles = self.toggles
        self.toggles = self.styles.of_paragraph(style, self.table_toggles)
        shaded = is_shaded(properties)
        self.shaded += shaded
        outer_unseen = self.unseen
        self.unseen = self.unseen or _is_squeezed(properties)
        outer = self.draft
        draft = self.merging
        if draft is None:
            draft = _Draft()
            self.drafts.append(draft)
        self.draft, self.merging = draft, None
        draft.bookmarks.extend(draft.mark(name) for name in self.waiting)
        self.waiting.clear()

        def leave() -> None:
            self.draft, self.toggles, self.unseen = outer, outer_toggles, outer_unseen
            self.shaded -= shaded
            self.merging = draft if merges else None

        return element, leave

    def _table(self, element: _Element) -> Step:
        outer, self.merging = self.table_toggles, None
        self.table_toggles = self.styles.on.get(value_of(element.find(f"{W}tblPr/{W}tblStyle")), 0)
        shaded = is_shaded(_child(element, f"{W}tblPr"))
        self.shaded += shaded

        def leave() -> None:
            self.table_toggles = outer
            self.shaded -= shaded

        return element, leave

    def _row(self, element: _Element) -> Step:
        properties = _child(element, f"{W}trPr")
        if self._is_out(properties):
            return None
        outer = self.unseen
        self.unseen = outer or _is_low(properties)

        def leave() -> None:
            self.unseen = outer

        return element, leave

    def _cell(self, element: _Element) -> Step:
        properties = _child(element, f"{W}tcPr")
        if self._is_out(properties):
            return None
        shaded = is_shaded(properties)
        self.shaded += shaded

        def leave() -> None:
            self.merging = None
            self.shaded -= shaded

        return element, leave

    def _is_out(self, properties: _Element | None) -> bool:
        return properties is not None and any(item.tag in self.out for item in properties)

    def _text_box(self, element: _Element) -> Step:
        outer = (self.draft, self.merging, self.fields, self.toggles, self.table_toggles, self.concealing)
        self.draft, self.merging, self.fields, self.table_toggles = None, None, [], 0

        def leave() -> None:
            self.draft, self.merging, self.fields, self.toggles, self.table_toggles, self.concealing = outer

        return element, leave

    def _alternate(self, element: _Element) -> Step:
        """One branch: the first choice that Word understands, else the fallback."""
        for branch in element:
            spaces = [str(branch.nsmap.get(prefix, "")) for prefix in str(branch.get("Requires", "")).split()]
            if branch.tag == f"{MC}Choice" and spaces and all(space.startswith(KNOWN_VENDOR) for space in spaces):
                return branch, None
            if branch.tag == f"{MC}Fallback":
                return branch, None
        return None

    def _bookmark(self, element: _Element) -> Step:
        name = str(element.get(f"{W}name", ""))
        if self.draft is None:
            self.waiting.append(name)
        else:
            self.draft.bookmarks.append(self.draft.mark(name))
        return None

    # text

    def _run(self, element: _Element) -> Step:
        self.concealing = self.view == "final" and self._conceals(_child(element, RPR))
        return element, None

    def _conceals(self, properties: _Element | None) -> bool:
        """Whether a run is hidden, struck or not to be seen. What the run itself says decides."""
        toggles, shaded = self.toggles, self.shaded > 0
        if self.unseen or _is_lifted(properties):
            return True
        if properties is not None:
            if self.styles.sets:
                toggles = self.styles.of_run(value_of(_child(properties, RSTYLE)), toggles)
            sets, on = toggles_of(properties)
            toggles = toggles & ~sets | on
            shaded = shaded or is_shaded(properties)
        return (toggles & ~WHITE if shaded else toggles) != 0

    def _text(self, element: _Element) -> Step:
        if element.text:
            self._emit(element.text)
        return None

    def _deleted_text(self, element: _Element) -> Step:
        return self._text(element) if self.view == "original" else None

    def _character(self, element: _Element) -> Step:
        self._emit(CHARACTERS[element.tag])
        return None

    def _symbol(self, element: _Element) -> Step:
        code = str(element.get(f"{W}char", ""))
        letter = chr(int(code, 16)) if _CODE.fullmatch(code) else ""
        self._emit(
            letter if letter and letter.isprintable() else "\N{REPLACEMENT CHARACTER}"
        )  # no control, no half of a letter
        return None

    def _emit(self, text: str) -> None:
        draft = self.draft
        if draft is None:
            return
        in_contents, computed = False, None
        for item in self.fields:
            if not item.in_result:
                return
            in_contents = in_contents or item.contents
            computed = computed or (item if item.computed else None)
        if self.concealing:
            draft.concealed.append(text)
            return
        if computed is None:
            draft.bare.append(text)
            draft.bare_length += len(text)
        elif not computed.marked:
            computed.marked = True
            words = computed.words
            if words[0].upper() == "REF":
                draft.refs.append(draft.mark(words[1] if len(words) > 1 else ""))
            draft.bare.append(REFERENCE)
            draft.bare_length += 1
        draft.text.append(text)
        draft.text_length += len(text)
        if in_contents:
            draft.in_contents = True
        elif not text.isspace():
            draft.outside_contents = True

    # fields

    def _field_character(self, element: _Element) -> Step:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin" and len(self.fields) < MAX_FIELDS:
            self.fields.append(_Field())
        elif kind == "begin" or (self.too_deep and kind == "end"):
            self.too_deep += 1 if kind == "begin" else -1
        elif kind == "separate" and self.fields and not self.too_deep:
            self.fields[-1].separate()
        elif kind == "end" and self.fields:
            self.fields.pop()
        return None

    def _instruction(self, element: _Element) -> Step:
        if self.fields and not self.fields[-1].in_result:
            self.fields[-1].code.append(element.text or "")
        return None

    def _simple_field(self, element: _Element) -> Step:
        item = _Field([str(element.get(f"{W}instr", ""))])
        item.separate()
        self.fields.append(item)

        def leave() -> None:
            if item in self.fields:
                self.fields.remove(item)

        return element, leave


# ------------------------------------------------------------------------------------------ not to be seen


def _is_squeezed(properties: _Element | None) -> bool:
    """Whether a paragraph has lines or a frame too low to show anything, or stands beside the paper."""
    for item in properties if properties is not None else ():
        if (
            item.tag == f"{W}spacing"
            and item.get(f"{W}lineRule") == "exact"
            and _figure(item, "line", 240) < LEAST_HEIGHT
        ):
            return True
        if item.tag == f"{W}framePr" and item.get(f"{W}hRule") == "exact" and _figure(item, "h", 240) < LEAST_HEIGHT:
            return True
        if item.tag == f"{W}ind" and any(abs(_figure(item, side, 0)) > FARTHEST for side in _SIDES):
            return True
    return False


_SIDES = ("left", "start", "right", "end", "firstLine", "hanging")


def _is_low(properties: _Element | None) -> bool:
    """Whether a row is hidden or too low to show anything."""
    for item in properties if properties is not None else ():
        if item.tag == f"{W}hidden" and item.get(f"{W}val") not in OFF:
            return True
        if item.tag == f"{W}trHeight" and item.get(f"{W}hRule") == "exact" and _figure(item, "val", 240) < LEAST_HEIGHT:
            return True
    return False


def _is_lifted(properties: _Element | None) -> bool:
    """Whether a run stands far above or below its line."""
    position = _child(properties, f"{W}position") if properties is not None else None
    return position is not None and abs(_figure(position, "val", 0)) > HIGHEST


def _figure(element: _Element, name: str, otherwise: int) -> int:
    """A measure in the units of its attribute; `otherwise` when it is none of ours (`2cm`)."""
    value = str(element.get(f"{W}{name}", ""))
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return otherwise
    return int(digits[:9]) * (-1 if value != digits else 1)
