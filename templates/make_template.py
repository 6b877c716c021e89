"""Makes `templates/agreement.docx`, the house template: an ordinary Word file whose look lives in its named styles.

Development only: `python templates/make_template.py`. The same script gives the same bytes. An organisation edits the
Word file itself, not this script.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from ppp_contracts.word.package import write_package

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
NS = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{OFFICE}"'
INK, GREY, RULE, PALE = "1F3044", "5A6672", "B8C4D0", "EEF2F6"  # dark blue, greys, a light ground
ALERT, BLANK = "B00020", "FFF2CC"  # the draft mark, the ground of a blank to fill in
FONT = "Arial"  # on every Windows and Mac; elsewhere Liberation Sans has the same widths
TEXT = 9070  # between margins of 2.5 cm on A4, in twentieths of a point

# ---------------------------------------------------------------------------------------- properties

KEEP_NEXT, KEEP_LINES, JUSTIFIED, RIGHT = (
    "<w:keepNext/>",
    "<w:keepLines/>",
    '<w:jc w:val="both"/>',
    '<w:jc w:val="right"/>',
)


def space(before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


CLOSE = '<w:spacing w:before="0" w:after="20" w:line="240" w:lineRule="auto"/>'


def indent(left: int, hanging: int = 0) -> str:
    return f'<w:ind w:left="{left}"' + (f' w:hanging="{hanging}"' if hanging else "") + "/>"


def tabs(*stops: tuple[str, int, str]) -> str:
    made = (
        f'<w:tab w:val="{kind}"{f" w:leader={leader!r}" if leader else ""} w:pos="{at}"/>' for kind, at, leader in stops
    )
    return f"<w:tabs>{''.join(made)}</w:tabs>".replace("'", '"')


def numbered(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def line(side: str, color: str = RULE, away: int = 4) -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="4" w:space="{away}" w:color="{color}"/></w:pBdr>'


def outline(level: int) -> str:
    return f'<w:outlineLvl w:val="{level}"/>'


def font(size: int = 0, color: str = "", bold: bool = False, caps: bool = False, wide: int = 0) -> str:
    """Properties of characters; `size` in half points. The order of the elements is that of the schema."""
    return (
        ("<w:b/><w:bCs/>" if bold else "")
        + ("<w:caps/>" if caps else "")
        + (f'<w:color w:val="{color}"/>' if color else "")
        + (f'<w:spacing w:val="{wide}"/>' if wide else "")
        + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
    )


# -------------------------------------------------------------------------------------------- styles

BUILT_IN = {
    "Title": "Title",
    "Subtitle": "Subtitle",
    "heading 1": "Heading1",
    "header": "Header",
    "footer": "Footer",
    "toc 1": "TOC1",
    "Hyperlink": "Hyperlink",
    "Placeholder Text": "PlaceholderText",
}


def style_id(name: str) -> str:
    return BUILT_IN.get(name) or name.replace(" ", "")


def style(
    name: str, paragraph: str = "", run: str = "", *, based: str = "Normal", then: str = "", listed: bool = True
) -> str:
    custom = "" if name in BUILT_IN else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{style_id(based)}"/>'
        + (f'<w:next w:val="{style_id(then)}"/>' if then else "")
        + f'<w:uiPriority w:val="{1 if listed else 39}"/>'
        + ("<w:qFormat/>" if listed else "")
        + (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "")
        + (f"<w:rPr>{run}</w:rPr>" if run else "")
        + "</w:style>"
    )


def character(name: str, run: str = "") -> str:
    custom = "" if name in BUILT_IN else ' w:customStyle="1"'
    properties = f"<w:rPr>{run}</w:rPr>" if run else ""
    return (
        f'<w:style w:type="character"{custom} w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:uiPriority w:val="99"/>{properties}</w:style>'
    )


def table_style(name: str, borders: str = "", parts: str = "", left: int = 80, right: int = 80) -> str:
    margins = f'<w:left w:w="{left}" w:type="dxa"/><w:right w:w="{right}" w:type="dxa"/>'
    frame = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/>'
        f"<w:tblPr>{frame}<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>{parts}</w:style>"
    )


def border(side: str, size: int, color: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'


DEFAULTS = (
    f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    '<w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="fr-BE" w:eastAsia="fr-BE" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault><w:pPr><w:widowControl/>"
    '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
)
BASE = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
    '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
)
ARTICLES, RECITALS, ANNEXES, PARTIES = 1, 2, 3, 4  # the lists
LEFT = 680  # where the text of numbered paragraphs starts
HEADED = tabs(("right", TEXT, ""))
COVER = [
    style("Subtitle", space(2200, 160), font(22, GREY, caps=True, wide=24), then="Title"),
    style(
        "Title", KEEP_NEXT + line("bottom", INK, 14) + space(0, 560) + '<w:jc w:val="left"/>', font(44, INK, bold=True)
    ),
    style("PPP Cover Label", KEEP_NEXT + space(0, 120), font(17, GREY, caps=True, wide=16)),
    style("PPP Cover Party", space(0, 120), font(24)),
    style("PPP Cover Line", KEEP_NEXT + tabs(("left", 2000, "")) + space(0, 60) + indent(2000, 2000)),
    style("PPP Cover First Line", space(900, 60), based="PPP Cover Line"),
]
FRAME = [
    style("PPP Frame Heading", KEEP_NEXT + space(400, 180), font(26, INK, bold=True), then="Normal"),
    style("PPP Frame Page", "<w:pageBreakBefore/>" + space(0, 200), based="PPP Frame Heading", then="Normal"),
    style("PPP Frame Text", KEEP_NEXT + space(280, 120)),
    style("header", HEADED + space(0, 0), font(16, GREY), listed=False),
    style("PPP Header Title", line("bottom") + space(0, 0), based="header"),
    style("footer", line("top") + HEADED + space(0, 0), font(16, GREY), listed=False),
    style("PPP Draft Mark", space(80, 120) + '<w:jc w:val="center"/>', font(26, ALERT, bold=True, wide=20)),
    style(
        "toc 1", tabs(("left", 1420, ""), ("right", TEXT, "dot")) + CLOSE + indent(1420, 1420), font(19), listed=False
    ),
]
TEXTS = [
    style("PPP Party First", KEEP_NEXT + numbered(PARTIES) + space(240, 60) + JUSTIFIED, then="PPP Party"),
    style("PPP Party", space(0, 60) + indent(LEFT) + JUSTIFIED),
    style("PPP Recital", numbered(RECITALS) + space(0, 120) + JUSTIFIED),
    style(
        "heading 1",
        KEEP_NEXT + KEEP_LINES + numbered(ARTICLES) + space(340, 120) + outline(0),
        font(23, INK, bold=True),
        then="PPP Block 1",
    ),
    style("PPP Block 1", numbered(ARTICLES, 1) + space(0, 110) + JUSTIFIED),
    style("PPP Block 2", numbered(ARTICLES, 2) + space(0, 80) + JUSTIFIED),
    style("PPP Block 3", numbered(ARTICLES, 3) + space(0, 60) + JUSTIFIED),
    style("PPP Definition", space(0, 90) + indent(LEFT) + JUSTIFIED),
    style(
        "PPP Annex Heading",
        KEEP_NEXT + KEEP_LINES + "<w:pageBreakBefore/>" + numbered(ANNEXES) + space(0, 240) + outline(0),
        font(27, INK, bold=True),
        then="PPP Annex Text",
    ),
    style("PPP Annex Text", KEEP_NEXT + space(200, 120), font(bold=True)),
]
TABLES = [
    style("PPP Cell", space(50, 50) + '<w:jc w:val="left"/>', font(18)),
    style("PPP Cell Number", RIGHT, based="PPP Cell"),
    style("PPP Cell Header", KEEP_NEXT, font(0, INK, bold=True), based="PPP Cell"),
    style("PPP Cell Header Number", RIGHT, based="PPP Cell Header"),
    # A line of two points: the paragraph that Word wants after a table takes no page of its own.
    style("PPP After Table", '<w:spacing w:before="0" w:after="160" w:line="40" w:lineRule="exact"/>', font(2)),
    style("PPP Signature", KEEP_NEXT + KEEP_LINES + space(0, 60) + '<w:jc w:val="left"/>'),
    style("PPP Signature First", space(120, 120), based="PPP Signature", then="PPP Signature"),
    # The room to sign: one high line above a rule.
    style(
        "PPP Signature Room",
        '<w:keepNext w:val="0"/>'
        + line("bottom", GREY, 1)
        + '<w:spacing w:before="0" w:after="480" w:line="1100" w:lineRule="exact"/>',
        based="PPP Signature",
    ),
    table_style(
        "PPP Table",
        border("top", 8, INK) + border("bottom", 8, INK) + border("insideH", 4, RULE),
        f'<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/></w:tcPr></w:tblStylePr>'
        '<w:tblStylePr w:type="lastRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>'
        f"{border('top', 8, INK)}</w:tcBorders></w:tcPr></w:tblStylePr>",
    ),
    table_style("PPP Signatures", left=0, right=280),
    character("Hyperlink"),
    character("PPP Term", font(bold=True)),
    character("PPP Name", font(bold=True)),
    character("PPP Cover Name", font(17, GREY, caps=True, wide=16)),
    character("Placeholder Text", f'<w:color w:val="{ALERT}"/><w:shd w:val="clear" w:color="auto" w:fill="{BLANK}"/>'),
]
STYLES = f"{HEAD}<w:styles {NS}>{DEFAULTS}{BASE}{''.join([*COVER, *FRAME, *TEXTS, *TABLES])}</w:styles>"


# ------------------------------------------------------------------------------------------ numbering


def level(at: int, kind: str, text: str, left: int, hanging: int, tied: str = "") -> str:
    link = f'<w:pStyle w:val="{style_id(tied)}"/>' if tied else ""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{link}<w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{left}"/></w:tabs>'
        f"{indent(left, hanging)}</w:pPr></w:lvl>"
    )


def number_list(number: int, *levels: str) -> str:
    kind = "multilevel" if len(levels) > 1 else "singleLevel"
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="{kind}"/>{"".join(levels)}</w:abstractNum>'
    )


# LibreOffice prints the whole text of a level where a reference points to it: «Article 7», and no mark behind it.
LISTS = {
    ARTICLES: (
        level(0, "decimal", "Article %1", 1480, 1480, "heading 1"),
        level(1, "decimal", "%1.%2", LEFT, LEFT, "PPP Block 1"),
        level(2, "lowerLetter", "%3)", LEFT + 450, 450, "PPP Block 2"),
        level(3, "lowerRoman", "%4)", LEFT + 900, 450, "PPP Block 3"),
        *(level(at, "decimal", f"%{at + 1}.", LEFT + 900 + 300 * (at - 3), 300) for at in range(4, 9)),
    ),
    RECITALS: (level(0, "upperLetter", "(%1)", LEFT, LEFT, "PPP Recital"),),
    ANNEXES: (level(0, "decimal", "Annexe %1", 1700, 1700, "PPP Annex Heading"),),
    PARTIES: (level(0, "decimal", "%1.", LEFT, LEFT, "PPP Party First"),),
}
NUMBERING = (
    f"{HEAD}<w:numbering {NS}>"
    + "".join(number_list(number, *levels) for number, levels in LISTS.items())
    + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in LISTS)
    + "</w:numbering>"
)

# --------------------------------------------------------------------------------------------- texts

TAB = "<w:r><w:tab/></w:r>"


def p(name: str, *runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id(name)}"/></w:pPr>{"".join(runs)}</w:p>'


def r(text: str, name: str = "") -> str:
    properties = f'<w:rPr><w:rStyle w:val="{style_id(name)}"/></w:rPr>' if name else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def field(code: str, shown: str) -> str:
    def part(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"{part('begin')}{instruction}{part('separate')}{r(shown)}{part('end')}"


def tag(words: str) -> str:
    """A paragraph that only steers: docxtpl takes it out."""
    return f"<w:p>{r(words)}</w:p>"


def place(name: str) -> str:
    return tag(f"{{{{p {name} }}}}")


def when(condition: str, *content: str) -> str:
    return f"{tag(f'{{%p if {condition} %}}')}{''.join(content)}{tag('{%p endif %}')}"


DRAFT = when("draft", p("PPP Draft Mark", r("{{ words.draft }}")))


def cover_line(name: str, label: str, value: str) -> str:
    return p(name, r(label, "PPP Cover Name"), TAB, r(value))


SECTION = (
    "<w:sectPr>"
    '<w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId5"/>'
    '<w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="first" r:id="rId7"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1700" w:right="1418" w:bottom="1418" w:left="1418" '
    'w:header="624" w:footer="567" w:gutter="0"/><w:cols w:space="708"/><w:titlePg/></w:sectPr>'
)
BODY = (
    p("Subtitle", r("{{ kind }}"))
    + p("Title", r("{{ title }}"))
    + p("PPP Cover Label", r("{{ words.between }}"))
    + tag("{%p for name in party_names %}")
    + p("PPP Cover Party", r("{{ name }}"))
    + tag("{%p endfor %}")
    + cover_line("PPP Cover First Line", "{{ words.reference }}", "{{ reference }}")
    + cover_line("PPP Cover Line", "{{ words.version }}", "{{ version }}")
    + when("date", cover_line("PPP Cover Line", "{{ words.date }}", "{{ date }}"))
    + p("PPP Frame Page", r("{{ words.contents }}"))
    + place("toc")
    + p("PPP Frame Page", r("{{ words.between }}"))
    + place("parties")
    + when("recitals", p("PPP Frame Heading", r("{{ words.recitals }}")))
    + place("recitals")
    + p("PPP Frame Text", r("{{ words.agree }}"))
    + place("articles")
    + p("PPP Frame Page", r("{{ words.signatures }}"))
    + place("signatures")
    + place("annexes")
)
HEADER = (
    p("header", r("{{ kind }}"), TAB, r("{{ reference }} · {{ words.version }} {{ version }}"))
    + p("PPP Header Title", r("{{ title }}"))
    + DRAFT
)
FOOTER = p(
    "footer",
    r("{{ reference }} · {{ words.version }} {{ version }}"),
    TAB,
    r("{{ words.page }} "),
    field("PAGE", "1"),
    r(" {{ words.page_of }} "),
    field("NUMPAGES", "1"),
)

# ------------------------------------------------------------------------------------------- package

FONTS = (
    f'{HEAD}<w:fonts {NS}><w:font w:name="{FONT}"><w:panose1 w:val="020B0604020202020204"/><w:charset w:val="00"/>'
    '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)
SETTINGS = (
    f'{HEAD}<w:settings {NS}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="fr-BE"/></w:settings>'
)
COLOURS = ["000000", "FFFFFF", INK, PALE, INK, GREY, RULE, ALERT, BLANK, GREY, INK, GREY]
COLOUR_NAMES = ["dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink"]
FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
THEME = (
    f'{HEAD}<a:theme xmlns:a="{DRAWING}/main" name="ppp-contracts"><a:themeElements><a:clrScheme name="ppp-contracts">'
    + "".join(f'<a:{n}><a:srgbClr val="{c}"/></a:{n}>' for n, c in zip(COLOUR_NAMES, COLOURS, strict=True))
    + '</a:clrScheme><a:fontScheme name="ppp-contracts">'
    + "".join(
        f'<a:{n}Font><a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/></a:{n}Font>'
        for n in ("major", "minor")
    )
    + f'</a:fontScheme><a:fmtScheme name="ppp-contracts"><a:fillStyleLst>{FILL * 3}</a:fillStyleLst>'
    f"<a:lnStyleLst>{f'<a:ln>{FILL}</a:ln>' * 3}</a:lnStyleLst>"
    f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
    f"<a:bgFillStyleLst>{FILL * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
# part -> (kind of relation, content type, content); the relations are numbered in this order
DOCUMENT_PARTS = {
    "styles": ("styles", f"{WORD}styles+xml", STYLES),
    "settings": ("settings", f"{WORD}settings+xml", SETTINGS),
    "numbering": ("numbering", f"{WORD}numbering+xml", NUMBERING),
    "header1": ("header", f"{WORD}header+xml", f"{HEAD}<w:hdr {NS}>{HEADER}</w:hdr>"),
    "header2": ("header", f"{WORD}header+xml", f"{HEAD}<w:hdr {NS}>{p('header')}{DRAFT}</w:hdr>"),
    "footer1": ("footer", f"{WORD}footer+xml", f"{HEAD}<w:ftr {NS}>{FOOTER}</w:ftr>"),
    "footer2": ("footer", f"{WORD}footer+xml", f"{HEAD}<w:ftr {NS}>{p('header')}</w:ftr>"),
    "theme1": ("theme", "application/vnd.openxmlformats-officedocument.theme+xml", THEME),
    "fontTable": ("fontTable", f"{WORD}fontTable+xml", FONTS),
}


def relations(*targets: tuple[str, str]) -> str:
    made = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{made}</Relationships>'


def content_types() -> str:
    kinds = {"document": f"{WORD}document.main+xml"} | {n: kind for n, (_, kind, _) in DOCUMENT_PARTS.items()}
    overrides = "".join(f'<Override PartName="/word/{n}.xml" ContentType="{kind}"/>' for n, kind in kinds.items())
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


PARTS = {
    "[Content_Types].xml": content_types(),
    "_rels/.rels": relations(("officeDocument", "word/document.xml")),
    "word/_rels/document.xml.rels": relations(*((kind, f"{n}.xml") for n, (kind, _, _) in DOCUMENT_PARTS.items())),
    "word/document.xml": f"{HEAD}<w:document {NS}><w:body>{BODY}{SECTION}</w:body></w:document>",
    **{f"word/{name}.xml": content for name, (_, _, content) in DOCUMENT_PARTS.items()},
}

if __name__ == "__main__":
    target = Path(__file__).resolve().parent / "agreement.docx"
    target.write_bytes(write_package({name: text.encode() for name, text in PARTS.items()}))
    print(target)
