"""An agreement and a template in, the bytes of a Word file out.

The articles are WordprocessingML (ECMA-376, part 1) written as one string. Numbers are Word's own, by one multilevel
list tied to styles; references are live REF fields whose cached text is right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import count

from ..model import Agreement, Annex, Article, Paragraph, Span, Table
from .package import write_package
from .styles import STYLES
from .template import PLACES, Template, escape, render

LOCALES = {"fr": "fr-BE", "nl": "nl-BE", "de": "de-DE", "en": "en-GB"}
NAMESPACE = "https://ppp-contracts.example/ns/manifest/1"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TEXT_WIDTH = 9070  # twentieths of a point between the margins of the house template


class _Ids:
    """Numbers for bookmarks and content controls, one after the other: the same document always has the same."""

    def __init__(self) -> None:
        self.bookmarks, self.controls = count(1), count(1)


def write_docx(agreement: Agreement, template: Template, manifest: bytes) -> bytes:
    """The Word file of an agreement, with its manifest inside. The same input gives the same bytes."""
    ids = _Ids()
    places = {
        "parties": "".join(_paragraph(p, agreement, ids) for group in agreement.parties for p in group),
        "recitals": "".join(_paragraph(p, agreement, ids) for p in agreement.recitals),
        "articles": "".join(_article(a, agreement, ids) for a in agreement.articles),
        "signatures": _signatures(agreement, ids),
        "annexes": "".join(_annex(a, agreement, ids) for a in agreement.annexes),
        "toc": _contents(agreement),
    }
    fields = _fields(agreement)
    parts = dict(template.parts)
    for name, program in template.programs.items():
        parts[name] = render(program, fields, places).encode("utf-8")
    language = LOCALES[agreement.language]
    parts["word/styles.xml"] = _set_language(parts["word/styles.xml"], language)
    parts["word/settings.xml"] = _set_language(parts["word/settings.xml"], language)
    parts["word/numbering.xml"] = _set_labels(parts["word/numbering.xml"], agreement)
    return write_package({**parts, **_properties(agreement, parts, manifest)})


def frame_texts(agreement: Agreement, template: Template) -> tuple[str, ...]:
    """The texts that the template and the writer bring to a document besides the agreement's own paragraphs."""
    program = template.programs["word/document.xml"]
    xml = render(program, _fields(agreement), dict.fromkeys(PLACES, ""))
    out = []
    for paragraph in re.findall(r"<w:p[ >].*?</w:p>", xml, re.DOTALL):
        text = "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", paragraph))
        for entity, character in (("&quot;", '"'), ("&gt;", ">"), ("&lt;", "<"), ("&amp;", "&")):
            text = text.replace(entity, character)
        out.append(text)
    return tuple(text for text in out if text.strip())


def _fields(agreement: Agreement) -> dict[str, object]:
    names = ("title", "kind", "reference", "version", "date", "language", "draft", "words", "party_names")
    return {name: getattr(agreement, name) for name in names}


# ---------------------------------------------------------------------------------------- paragraphs


def _style(paragraph: Paragraph) -> str:
    return STYLES[f"block-{paragraph.level}" if paragraph.style == "block" else paragraph.style]


def _paragraph(paragraph: Paragraph, agreement: Agreement, ids: _Ids) -> str:
    runs = "".join(_span(span, agreement, ids) for span in paragraph.spans)
    number = next(ids.bookmarks)
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{_style(paragraph)}"/></w:pPr>'
        f'<w:bookmarkStart w:id="{number}" w:name="{paragraph.anchor}"/>{runs}<w:bookmarkEnd w:id="{number}"/></w:p>'
    )


def _run(text: str, style: str = "") -> str:
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _span(span: Span, agreement: Agreement, ids: _Ids) -> str:
    if span.kind == "ref":
        return _field(f"REF {span.target} \\r \\h", span.text)
    if span.kind == "slot" and not span.text:
        return _blank(span.target, agreement, ids)
    return _run(span.text, STYLES["term"] if span.kind == "term" else "")


def _field(code: str, shown: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _blank(name: str, agreement: Agreement, ids: _Ids) -> str:
    """A slot without a value as a content control to fill in (ECMA-376, 17.5.2)."""
    words = f"[{agreement.words.get('fill_in', '…')}: {name.replace('_', ' ')}]"
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{escape(name)}"/><w:tag w:val="{escape(name)}"/><w:id w:val="{next(ids.controls)}"/>'
        f"<w:showingPlcHdr/><w:text/></w:sdtPr><w:sdtContent>{_run(words, STYLES['blank'])}</w:sdtContent></w:sdt>"
    )


def _article(article: Article, agreement: Agreement, ids: _Ids) -> str:
    return "".join(_paragraph(p, agreement, ids) for p in (article.heading, *article.paragraphs))


def _annex(annex: Annex, agreement: Agreement, ids: _Ids) -> str:
    out = [_paragraph(annex.heading, agreement, ids)]
    for item in annex.body:
        out.append(_paragraph(item, agreement, ids) if isinstance(item, Paragraph) else _table(item, agreement, ids))
    if annex.body and isinstance(annex.body[-1], Table):
        out.append("<w:p/>")
    return "".join(out)


def _table(table: Table, agreement: Agreement, ids: _Ids) -> str:
    widths = [TEXT_WIDTH * share // 100 for share in table.widths]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    rows = [_row(table.header, widths, agreement, ids, "<w:cantSplit/><w:tblHeader/>")]
    rows += [_row(row, widths, agreement, ids, "<w:cantSplit/>") for row in table.rows]
    look = f'<w:tblLook w:val="0000" w:firstRow="1" w:lastRow="{int(table.total)}" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    caption = escape(table.caption)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{STYLES["table"]}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}'
        f'<w:tblCaption w:val="{caption}"/><w:tblDescription w:val="{caption}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _row(cells: Sequence[Paragraph], widths: Sequence[int], agreement: Agreement, ids: _Ids, properties: str) -> str:
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, agreement, ids)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def _signatures(agreement: Agreement, ids: _Ids) -> str:
    """Two blocks in a row, each kept together, with room to sign."""
    width = TEXT_WIDTH // 2
    rows = []
    groups = list(agreement.signatures)
    for start in range(0, len(groups), 2):
        cells = []
        for group in (*groups[start : start + 2], ())[:2]:
            inner = "".join(_paragraph(p, agreement, ids) for p in group)
            room = f'<w:p><w:pPr><w:pStyle w:val="{STYLES["signature"]}"/><w:spacing w:before="900"/></w:pPr></w:p>'
            cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inner}{room}</w:tc>')
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    if not rows:
        return ""
    caption = escape(agreement.words.get("signatures", ""))
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{STYLES["signatures"]}"/><w:tblW w:w="{width * 2}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="0000" w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{caption}"/></w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/><w:gridCol w:w="{width}"/></w:tblGrid>{"".join(rows)}</w:tbl><w:p/>'
    )


def _contents(agreement: Agreement) -> str:
    """A table of contents whose numbers, titles and links are right as they stand; it has no page numbers, for only a
    layout engine knows them: refreshing it in Word (F9) adds them."""
    titled: tuple[Article | Annex, ...] = (*agreement.articles, *agreement.annexes)
    entries = [(one.label, one.heading) for one in titled]
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\h \\z \\t '
        '&quot;heading 1;1;PPP Annex Heading;1&quot; </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    out = []
    for position, (label, heading) in enumerate(entries):
        words = "".join(span.text for span in heading.spans)
        link = f'<w:hyperlink w:anchor="{heading.anchor}" w:history="1">{_run(label, STYLES["link"])}<w:r><w:tab/></w:r>{_run(words, STYLES["link"])}</w:hyperlink>'
        out.append(
            f'<w:p><w:pPr><w:pStyle w:val="{STYLES["contents"]}"/></w:pPr>{begin if position == 0 else ""}{link}'
            f"{end if position == len(entries) - 1 else ''}</w:p>"
        )
    return "".join(out)


# --------------------------------------------------------------------------------------- other parts


def _set_language(part: bytes, language: str) -> bytes:
    out = re.sub(
        rb'(<w:lang w:val=")[^"]*(" w:eastAsia=")[^"]*',
        rb"\g<1>%s\g<2>%s" % (language.encode(), language.encode()),
        part,
    )
    return re.sub(rb'(<w:themeFontLang w:val=")[^"]*', rb"\g<1>%s" % language.encode(), out)


def _set_labels(part: bytes, agreement: Agreement) -> bytes:
    article, annex = (escape(agreement.words[w]).encode() for w in ("article", "annex"))
    return part.replace(b"PPPARTICLE", article).replace(b"PPPANNEX", annex)


def _properties(agreement: Agreement, parts: Mapping[str, bytes], manifest: bytes) -> dict[str, bytes]:
    digest = hashlib.sha256(manifest).hexdigest()
    title, subject = escape(agreement.title), escape(f"{agreement.reference} – {agreement.version}")
    core = (
        f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:creator>ppp-contracts</dc:creator><dc:language>{LOCALES[agreement.language]}</dc:language></cp:coreProperties>"
    )
    custom = f'{XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    values = (
        ("ppp-manifest-digest", digest),
        ("ppp-reference", agreement.reference),
        ("ppp-version", agreement.version),
        ("ppp-language", agreement.language),
    )
    for number, (name, value) in enumerate(values, 2):
        custom += f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
    custom += "</Properties>"
    item = f'{XML}<ppp:manifest xmlns:ppp="{NAMESPACE}" digest="{digest}">{escape(manifest.decode())}</ppp:manifest>'
    props = f'{XML}<ds:datastoreItem ds:itemID="{{6F1A2B3C-0000-4000-8000-5050502D4D31}}" xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = parts["[Content_Types].xml"].decode()
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in (
            ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
            ("docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml"),
            ("docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
            ("customXml/itemProps1.xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"),
        )
        if f'"/{name}"' not in types
    )
    app = f'{XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>ppp-contracts</Application></Properties>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return {
        "docProps/core.xml": core.encode(),
        "docProps/app.xml": app.encode(),
        "docProps/custom.xml": custom.encode(),
        "customXml/item1.xml": item.encode(),
        "customXml/itemProps1.xml": props.encode(),
        "customXml/_rels/item1.xml.rels": f'{XML}<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{rel}/customXmlProps" Target="itemProps1.xml"/></Relationships>'.encode(),
        "[Content_Types].xml": types.replace("</Types>", overrides + "</Types>").encode(),
        "_rels/.rels": _root_relationships(parts["_rels/.rels"].decode(), rel).encode(),
        "word/_rels/document.xml.rels": parts["word/_rels/document.xml.rels"]
        .decode()
        .replace(
            "</Relationships>",
            f'<Relationship Id="rIdPppManifest" Type="{rel}/customXml" Target="../customXml/item1.xml"/></Relationships>',
        )
        .encode(),
    }


def _root_relationships(rels: str, base: str) -> str:
    kept = re.sub(r'<Relationship [^>]*(?:core-properties|extended-properties|custom-properties)"[^>]*/>', "", rels)
    added = (
        '<Relationship Id="rIdPppCore" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        f'<Relationship Id="rIdPppApp" Type="{base}/extended-properties" Target="docProps/app.xml"/>'
        f'<Relationship Id="rIdPppCustom" Type="{base}/custom-properties" Target="docProps/custom.xml"/>'
    )
    return kept.replace("</Relationships>", added + "</Relationships>")
