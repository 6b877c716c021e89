"""A sheet in, the bytes of a small Word file out: headings, lines and tables on a page (ECMA-376, part 1).

It has what a reader with a screen reader needs: a document title, a language, real headings, header rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from ..paths import data_root
from .package import read_package, write_package
from .template import escape
from .writer import LOCALES, XML

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
WIDTH = 9638  # of the text, in twentieths of a point: A4 with margins of two centimetres


class SectionLike(Protocol):
    """What `write_sheet` asks of a section."""

    @property
    def heading(self) -> str: ...
    @property
    def lines(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def header(self) -> bool: ...


def write_sheet(title: str, sections: Sequence[SectionLike], language: str) -> bytes:
    """The Word file of a sheet; the same sheet gives the same bytes."""
    body = "".join(_body(title, sections))
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1000" w:right="1134" w:bottom="900" w:left="1134" '
    )
    page += 'w:header="500" w:footer="500" w:gutter="0"/></w:sectPr>'
    shared = _from_house_template()
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("rId1", f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/_rels/document.xml.rels": _relations(
            ("rId1", f"{_OFFICE}/relationships/styles", "styles.xml"),
            ("rId2", f"{_OFFICE}/relationships/settings", "settings.xml"),
            ("rId3", f"{_OFFICE}/relationships/fontTable", "fontTable.xml"),
            ("rId4", f"{_OFFICE}/relationships/theme", "theme1.xml"),
        ),
        "word/document.xml": f"{XML}<w:document {W} {R}><w:body>{body}{page}</w:body></w:document>",
        "word/styles.xml": _styles(LOCALES[language]),
        "word/settings.xml": f'{XML}<w:settings {W}><w:zoom w:percent="100"/></w:settings>',
        "docProps/core.xml": _core(title, LOCALES[language]),
    }
    return write_package({**{name: text.encode() for name, text in parts.items()}, **shared})


@lru_cache(maxsize=1)
def _from_house_template() -> dict[str, bytes]:
    """Fonts and theme of the shipped house template: a sheet looks like an agreement."""
    file = data_root() / "templates" / "agreement.docx"
    package, _ = read_package(file.read_bytes(), str(file))
    names = ("word/fontTable.xml", "word/theme1.xml")
    return {name: package.parts[name] for name in names} if package else {}


def _body(title: str, sections: Sequence[SectionLike]) -> Iterator[str]:
    yield _paragraph(title, "Title")
    for section in sections:
        yield _paragraph(section.heading, "Heading1")
        yield from (_paragraph(line, "Normal") for line in section.lines)
        if section.rows:
            yield _table(section.rows, section.header)


def _paragraph(text: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


_SHARES = {2: (30, 70), 3: (40, 40, 20), 4: (26, 38, 24, 12)}


def _table(rows: Sequence[tuple[str, ...]], header: bool) -> str:
    columns = max(len(row) for row in rows)
    shares = (64, 36) if header and columns == 2 else _SHARES.get(columns, (100 // columns,) * columns)
    widths = [WIDTH * share // 100 for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = f'<w:tblLook w:val="0020" w:firstRow="{int(header)}"/>'
    properties = f'<w:tblPr><w:tblStyle w:val="Sheet"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}</w:tblPr>'
    return (
        f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>"
        + "".join(_row(row, widths, header and number == 0) for number, row in enumerate(rows))
        + "</w:tbl>"
    )


def _row(row: tuple[str, ...], widths: Sequence[int], is_header: bool) -> str:
    repeat = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_header else "<w:trPr><w:cantSplit/></w:trPr>"
    cells = (*row, *("",) * (len(widths) - len(row)))
    style = "CellHeader" if is_header else "Cell"
    return (
        f"<w:tr>{repeat}"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(text, style)}</w:tc>'
            for text, width in zip(cells, widths, strict=True)
        )
        + "</w:tr>"
    )


def _style(name: str, identifier: str, size: int, bold: bool, before: int, after: int, level: int | None = None) -> str:
    outline = f'<w:outlineLvl w:val="{level}"/>' if level is not None else ""
    keep = "<w:keepNext/>" if level is not None else ""
    default = ' w:default="1"' if identifier == "Normal" else ""
    based = "" if identifier == "Normal" else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{identifier}"><w:name w:val="{name}"/>{based}<w:qFormat/>'
        f'<w:pPr>{keep}<w:spacing w:before="{before}" w:after="{after}"/>{outline}</w:pPr>'
        f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _styles(locale: str) -> str:
    fonts = '<w:rFonts w:ascii="Liberation Sans" w:hAnsi="Liberation Sans" w:cs="Liberation Sans"/>'
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:lang w:val="{locale}"/></w:rPr></w:rPrDefault></w:docDefaults>'
    )
    edge = 'w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"'
    borders = "".join(f"<w:{side} {edge}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    table = (
        '<w:style w:type="table" w:styleId="Sheet"><w:name w:val="Sheet"/><w:tblPr><w:tblBorders>'
        f'{borders}</w:tblBorders><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )
    styles = (
        _style("Normal", "Normal", 18, False, 0, 40),
        _style("Title", "Title", 30, True, 0, 120),
        _style("heading 1", "Heading1", 20, True, 140, 50, 0),
        _style("Cell", "Cell", 16, False, 20, 20),
        _style("Cell header", "CellHeader", 16, True, 20, 20),
    )
    return f"{XML}<w:styles {W}>{defaults}{''.join(styles)}{table}</w:styles>"


def _content_types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = (
        ("/word/document.xml", f"{word}.document.main+xml"),
        ("/word/styles.xml", f"{word}.styles+xml"),
        ("/word/settings.xml", f"{word}.settings+xml"),
        ("/word/fontTable.xml", f"{word}.fontTable+xml"),
        ("/word/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
    )
    listed = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides)
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    plain = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{XML}<Types xmlns="{_PACKAGE}/content-types">{relations}{plain}{listed}</Types>'


def _relations(*relations: tuple[str, str, str]) -> str:
    listed = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in relations)
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _core(title: str, locale: str) -> str:
    names = 'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return (
        f"{XML}<cp:coreProperties {names}><dc:title>{escape(title)}</dc:title><dc:creator>ppp-contracts</dc:creator>"
        f"<dc:language>{locale}</dc:language></cp:coreProperties>"
    )
