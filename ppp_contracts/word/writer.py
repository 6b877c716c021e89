"""An agreement and a template in, the bytes of a Word file out.

What the agreement says is WordprocessingML (ECMA-376, part 1) written as one string. Numbers are Word's own, by lists
tied to styles; references are live REF fields whose cached text is right; every paragraph with an anchor carries its
bookmark within itself.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from ..model import Agreement, Annex, Article, Paragraph, Span, Table
from .package import write_package
from .template import ANNEX_MARK, ARTICLE_MARK, LANGUAGE_MARK, LISTED, PLACES, PRINTED, Template, escape, render

# Word checks spelling by these names; it knows no German of Belgium.
LOCALES = {"fr": "fr-BE", "nl": "nl-BE", "de": "de-DE", "en": "en-GB"}
NAMESPACE = "https://ppp-contracts.example/ns/manifest/1"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORDS = re.compile(  # the text of a paragraph; what else is markup
    r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:instrText[^>]*>[^<]*</w:instrText>|<[^>]*>"
)
_MARGIN = re.compile(r"/(?:header|footer)[^/]*\.xml$")
_LABEL = re.compile(r'<w:lvlText [^>]*?w:val="([^"]*)"')
_BREAKS = re.compile(r"(\t|\r\n|\r|\n)")
CHARACTER = 105  # the width of a letter in a table, in twentieths of a point, on average and with room to spare
CELL_SIDES = 200  # what the margins of a cell take of its width


def write_docx(agreement: Agreement, template: Template, manifest: bytes) -> bytes:
    """The Word file of an agreement, with its manifest inside. The same input gives the same bytes."""
    fields, places = _fields(agreement), _places(agreement, template)
    parts = dict(template.parts)
    for name, program in template.programs.items():
        parts[name] = (XML + render(program, fields, places)).encode()
    words = {ARTICLE_MARK: agreement.words["article"], ANNEX_MARK: agreement.words["annex"]}
    marks = {LANGUAGE_MARK: LOCALES[agreement.language], **words}
    for name, part in template.parts.items():
        if name.endswith(".xml"):
            for mark, text in marks.items():
                part = part.replace(mark.encode(), escape(text).encode())
            parts[name] = part
    return write_package({**parts, **_properties(agreement, manifest)})


def frame_texts(agreement: Agreement, template: Template) -> tuple[str, ...]:
    """The texts that the template brings to a document besides the agreement's own paragraphs: in the body, in headers and
    footers, and in the labels of its lists («Article %1»)."""
    fields, empty = _fields(agreement), dict.fromkeys(PLACES, " ")
    names = sorted(template.programs, key=lambda name: (name != template.document, name))
    sources = [render(template.programs[name], fields, empty) for name in names]
    sources += [part.decode() for name, part in template.parts.items() if _MARGIN.search(name)]
    words = {ARTICLE_MARK: agreement.words["article"], ANNEX_MARK: agreement.words["annex"]}
    labels = [part.decode() for name, part in template.parts.items() if name.endswith("numbering.xml")]
    found = [_WORDS.sub(_said, p) for xml in sources for p in re.findall(r"<w:p[ >].*?</w:p>", xml, re.DOTALL)]
    for label in (text for xml in labels for text in _LABEL.findall(xml)):
        for mark, word in words.items():
            label = label.replace(mark, word)
        found.append(label)
    return tuple(html.unescape(text) for text in found if text.strip())


def _said(match: re.Match[str]) -> str:
    return match[1] or (" " if match[0] in ("<w:tab/>", "<w:br/>") else "")


def _fields(agreement: Agreement) -> dict[str, object]:
    return {name: getattr(agreement, name) for name in (*PRINTED, "draft", "words", LISTED)}


def _places(agreement: Agreement, template: Template) -> dict[str, str]:
    """What stands at each place of the template. The parts are written in the order of the document."""
    pen = _Pen(agreement, template)
    made: dict[str, Iterable[str]] = {
        "toc": _contents(agreement, pen),
        "parties": (pen.paragraph(p) for group in agreement.parties for p in group),
        "recitals": map(pen.paragraph, agreement.recitals),
        "articles": (xml for article in agreement.articles for xml in _article(article, pen)),
        "signatures": _signatures(agreement, pen),
        "annexes": (xml for annex in agreement.annexes for xml in _annex(annex, pen)),
    }
    return {name: "".join(xml) for name, xml in made.items()}


# ---------------------------------------------------------------------------------------- paragraphs


class _Pen:
    """Writes paragraphs, and numbers bookmarks and content controls: the same document always has the same numbers."""

    def __init__(self, agreement: Agreement, template: Template) -> None:
        self.styles = template.styles
        self.width = template.width
        self.blank_words = f"[{agreement.words.get('fill_in', '…')}]"
        self.caption = agreement.words.get("signatures", "")
        self.ids = count(template.first_id)
        self.anchors = frozenset(p.anchor for p in _all_paragraphs(agreement) if p.anchor)

    def paragraph(self, paragraph: Paragraph, style: str = "", with_next: bool = False) -> str:
        """A paragraph with its bookmark; `with_next` keeps it on the page of the next one."""
        role = style or (f"block-{paragraph.level}" if paragraph.style == "block" else paragraph.style)
        runs = "".join([self.span(span) for span in self.named(paragraph.spans, role)])
        if paragraph.anchor:
            number, name = next(self.ids), escape(paragraph.anchor)
            runs = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{number}"/>'
        return self.line(role, runs, with_next)

    def signatory(self, group: Sequence[Paragraph]) -> str:
        """What stands above the room to sign."""
        return "".join(self.paragraph(p, "" if at else "signature-first") for at, p in enumerate(group))

    def named(self, spans: Sequence[Span], role: str) -> Sequence[Span]:
        """The spans, with the first value of the paragraph that introduces a party as a name."""
        first = next((at for at, span in enumerate(spans) if span.kind == "slot" and span.text), None)
        if role not in ("party-first", "signature-first") or first is None:
            return spans
        return (*spans[:first], Span("name", spans[first].text), *spans[first + 1 :])

    def line(self, role: str, runs: str = "", with_next: bool = False) -> str:
        """A paragraph of runs in the style of a role."""
        keep = "<w:keepNext/>" if with_next else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{self.styles[role]}"/>{keep}</w:pPr>{runs}</w:p>'

    def span(self, span: Span) -> str:
        if span.kind == "ref" and span.target in self.anchors:
            return self.field(f"REF {span.target} \\r \\h", span.text)
        if span.kind == "slot" and not span.text:
            return self.blank(span.target)
        return self.run(span.text, span.kind if span.kind in ("term", "name") else "")

    def run(self, text: str, role: str = "") -> str:
        properties = f'<w:rPr><w:rStyle w:val="{self.styles[role]}"/></w:rPr>' if role else ""
        return f"<w:r>{properties}{_text(text)}</w:r>"

    def field(self, code: str, shown: str) -> str:
        return f"{_field_start(code)}{self.run(shown)}{FIELD_END}"

    def blank(self, name: str) -> str:
        """A slot without a value: a content control to fill in (ECMA-376, 17.5.2).

        It is not declared plain text, for LibreOffice takes the style out of those that are.
        """
        tag, title = escape(name), escape(name.replace("_", " "))
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{title}"/><w:tag w:val="{tag}"/><w:id w:val="{next(self.ids)}"/>'
            f"<w:showingPlcHdr/></w:sdtPr><w:sdtContent>{self.run(self.blank_words, 'blank')}</w:sdtContent></w:sdt>"
        )


FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _field_start(code: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def _text(text: str) -> str:
    """Text as the content of a run; a tab or a line break within it is an element of its own."""
    if not _BREAKS.search(text):
        return f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    pieces = [piece for piece in _BREAKS.split(text) if piece]
    marks = {"\t": "<w:tab/>", "\n": "<w:br/>", "\r": "<w:br/>", "\r\n": "<w:br/>"}
    return "".join(marks.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces)


def _all_paragraphs(agreement: Agreement) -> Iterator[Paragraph]:
    for group in (*agreement.parties, agreement.recitals, *agreement.signatures):
        yield from group
    for article in agreement.articles:
        yield article.heading
        yield from article.paragraphs
    for annex in agreement.annexes:
        yield annex.heading
        for item in annex.body:
            yield from (
                (item,) if isinstance(item, Paragraph) else (*item.header, *(c for row in item.rows for c in row))
            )


# -------------------------------------------------------------------------------------------- places


def _article(article: Article, pen: _Pen) -> Iterator[str]:
    """The paragraphs of an article. What introduces a list stays on one page with its first item."""
    yield pen.paragraph(article.heading)
    following = (*article.paragraphs[1:], article.heading)
    for paragraph, after in zip(article.paragraphs, following, strict=False):
        yield pen.paragraph(paragraph, with_next=after.level > paragraph.level > 0)


def _annex(annex: Annex, pen: _Pen) -> Iterator[str]:
    yield pen.paragraph(annex.heading)
    for item in annex.body:
        if isinstance(item, Paragraph):
            yield pen.paragraph(item)
        else:
            yield _table(item, pen)
            yield pen.line("after-table")  # Word joins two tables that touch, and wants a paragraph at the end


def _contents(agreement: Agreement, pen: _Pen) -> Iterator[str]:
    """A table of contents whose numbers, titles and links are right as they stand. It has no page numbers, for only a
    layout engine knows them: refreshing it in Word (F9) adds them.

    It goes by outline level (`\\u`), not by style names: between those, Word wants the list separator of its user.
    """
    titled: tuple[Article | Annex, ...] = (*agreement.articles, *agreement.annexes)
    start = _field_start('TOC \\o "1-1" \\h \\z \\u')
    for position, one in enumerate(titled, 1):
        title = "".join(span.text for span in one.heading.spans)
        entry = f"{pen.run(one.label, 'link')}<w:r><w:tab/></w:r>{pen.run(title, 'link')}"
        link = f'<w:hyperlink w:anchor="{escape(one.heading.anchor)}" w:history="1">{entry}</w:hyperlink>'
        yield pen.line(
            "contents", f"{start if position == 1 else ''}{link}{FIELD_END if position == len(titled) else ''}"
        )


def _signatures(agreement: Agreement, pen: _Pen) -> Iterator[str]:
    """Two signatories side by side; each with room to sign, on the page of the words above it."""
    blocks = list(map(pen.signatory, agreement.signatures))
    if not blocks:
        return
    room, nobody = pen.line("signature-room"), pen.line("signature")
    widths = [pen.width // 2] * 2
    rows = []
    for at in range(0, len(blocks), 2):
        pair = blocks[at : at + 2]
        gap = [nobody] * (2 - len(pair))
        rows += [_row([*cells, *gap], widths, "<w:cantSplit/>") for cells in (pair, [room] * len(pair))]
    yield _frame("signatures", pen.caption, widths, rows, pen)
    yield pen.line("after-table")


# -------------------------------------------------------------------------------------------- tables


def _table(table: Table, pen: _Pen) -> str:
    widths = _widths(table, pen.width)
    rows = [_row(list(map(pen.paragraph, table.header)), widths, "<w:cantSplit/><w:tblHeader/>")]
    rows += [_row(list(map(pen.paragraph, row)), widths, "<w:cantSplit/>") for row in table.rows]
    return _frame("table", table.caption, widths, rows, pen, bool(table.header), table.total)


def _frame(
    role: str,
    caption: str,
    widths: Sequence[int],
    rows: Iterable[str],
    pen: _Pen,
    header: bool = False,
    total: bool = False,
) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    words = escape(" ".join(caption.split()))
    said = f'<w:tblCaption w:val="{words}"/><w:tblDescription w:val="{words}"/>' if words else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{pen.styles[role]}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="{0x0600 | header << 5 | total << 6:04X}" '
        f'w:firstRow="{int(header)}" w:lastRow="{int(total)}" '
        f'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{said}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: Sequence[str], widths: Sequence[int], properties: str) -> str:
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def _widths(table: Table, width: int) -> list[int]:
    """The widths of the columns: their shares, but none narrower than its longest word, so that no word is cut.

    What that takes is taken from the columns that have room to spare, by how much they have.
    """
    columns = list(zip(*[[_shown(cell) for cell in row] for row in (table.header, *table.rows)], strict=True))
    asked = [width * share // 100 for share in table.widths]
    least = [min(_longest(texts) * CHARACTER + CELL_SIDES, width // 3) for texts in columns]
    short = sum(max(need - has, 0) for need, has in zip(least, asked, strict=True))
    spare = [max(has - need, 0) for need, has in zip(least, asked, strict=True)]
    if not short or sum(spare) < short:
        return asked
    return [
        need if has < need else has + -short * free // sum(spare)
        for need, has, free in zip(least, asked, spare, strict=True)
    ]


def _shown(cell: Paragraph) -> str:
    return "".join(span.text for span in cell.spans)


def _longest(texts: Iterable[str]) -> int:
    return max((len(word) for text in texts for word in re.split(r"[ \t\n-]", text)), default=0)


# --------------------------------------------------------------------------------------- other parts


def _properties(agreement: Agreement, manifest: bytes) -> Mapping[str, bytes]:
    """The parts about the document: its properties, without a clock, and the manifest with its digest."""
    digest = hashlib.sha256(manifest).hexdigest()
    vt = "http://schemas.openxmlformats.org/officeDocument/2006"
    core = (
        f'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(agreement.title)}</dc:title>'
        f"<dc:subject>{escape(agreement.reference)}</dc:subject><dc:creator>ppp-contracts</dc:creator>"
        f"<dc:language>{LOCALES[agreement.language]}</dc:language></cp:coreProperties>"
    )
    values = {"manifest-digest": digest, "reference": agreement.reference, "version": agreement.version}
    custom = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="ppp-{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate({**values, "language": agreement.language}.items(), 2)
    )
    item = f'<ppp:manifest xmlns:ppp="{NAMESPACE}" digest="{digest}">{escape(manifest.decode())}</ppp:manifest>'
    store = (
        f'<ds:datastoreItem ds:itemID="{{6F1A2B3C-0000-4000-8000-5050502D4D31}}" xmlns:ds="{vt}/customXml">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    made = {
        "docProps/core.xml": core,
        "docProps/app.xml": f'<Properties xmlns="{vt}/extended-properties"><Application>ppp-contracts</Application></Properties>',
        "docProps/custom.xml": f'<Properties xmlns="{vt}/custom-properties" xmlns:vt="{vt}/docPropsVTypes">{custom}</Properties>',
        "customXml/item1.xml": item,
        "customXml/itemProps1.xml": store,
    }
    return {name: (XML + text).encode() for name, text in made.items()}
