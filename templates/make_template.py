"""Makes `templates/agreement.docx`, the house template: an ordinary Word file whose look lives in its named styles.

Development only: `python templates/make_template.py`. The same script gives the same bytes. An organisation edits the
Word file itself, not this script.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from ppp_contracts.word.package import write_package

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
INK, GREY, RULE = "1F3044", "5A6672", "B8C4D0"


def style(sid, name, kind="paragraph", based="Normal", nxt="", ppr="", rpr="", extra="", q=True):
    custom = "" if sid in BUILTIN else ' w:customStyle="1"'
    return (
        f'<w:style w:type="{kind}"{custom} w:styleId="{sid}"><w:name w:val="{name}"/>'
        + (f'<w:basedOn w:val="{based}"/>' if based else "")
        + (f'<w:next w:val="{nxt}"/>' if nxt else "")
        + extra
        + '<w:uiPriority w:val="1"/>'
        + ("<w:qFormat/>" if q else "")
        + (f"<w:pPr>{ppr}</w:pPr>" if ppr else "")
        + (f"<w:rPr>{rpr}</w:rPr>" if rpr else "")
        + "</w:style>"
    )


BUILTIN = {
    "Normal",
    "Title",
    "Subtitle",
    "Heading1",
    "Header",
    "Footer",
    "TOC1",
    "TOCHeading",
    "Hyperlink",
    "TableNormal",
    "TableGrid",
    "Caption",
    "PlaceholderText",
}


def sp(before=0, after=0, line=None):
    return (
        f'<w:spacing w:before="{before}" w:after="{after}"'
        + (f' w:line="{line}" w:lineRule="auto"' if line else "")
        + "/>"
    )


def ind(left=0, hanging=0):
    return f'<w:ind w:left="{left}"' + (f' w:hanging="{hanging}"' if hanging else "") + "/>"


def num(level):
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'


KN = "<w:keepNext/>"
KL = "<w:keepLines/>"


def b(color="", size=0, extra=""):
    return (
        "<w:b/>"
        + extra
        + (f'<w:color w:val="{color}"/>' if color else "")
        + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
    )


STYLES = "".join(
    [
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>',
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
        style("Title", "Title", ppr=KN + sp(0, 240) + '<w:jc w:val="left"/>', rpr=b(INK, 44)),
        style(
            "Subtitle",
            "Subtitle",
            ppr=sp(2400, 120),
            rpr=f'<w:caps/><w:color w:val="{GREY}"/><w:spacing w:val="20"/><w:sz w:val="24"/><w:szCs w:val="24"/>',
        ),
        style("PPPCover", "PPP Cover", ppr=sp(0, 80), rpr='<w:sz w:val="24"/><w:szCs w:val="24"/>'),
        style("PPPCoverSmall", "PPP Cover Small", ppr=sp(0, 60), rpr=f'<w:color w:val="{GREY}"/>'),
        style("PPPFrame", "PPP Frame Heading", nxt="Normal", ppr=KN + sp(360, 160), rpr=b(INK, 26)),
        style("PPPFrameText", "PPP Frame Text", ppr=sp(120, 120)),
        style(
            "PPPParty1",
            "PPP Party First",
            nxt="PPPParty",
            ppr=KN
            + '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="4"/></w:numPr>'
            + sp(280, 60)
            + '<w:jc w:val="both"/>',
            rpr="<w:b/>",
        ),
        style("PPPParty", "PPP Party", ppr=sp(0, 60) + ind(680) + '<w:jc w:val="both"/>'),
        style(
            "PPPRecital",
            "PPP Recital",
            ppr='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>' + sp(0, 120) + '<w:jc w:val="both"/>',
        ),
        style(
            "Heading1",
            "heading 1",
            nxt="PPPBlock1",
            ppr=KN + KL + num(0) + sp(320, 120) + '<w:outlineLvl w:val="0"/>',
            rpr=b(INK, 24),
        ),
        style("PPPBlock1", "PPP Block 1", ppr=num(1) + sp(0, 110) + '<w:jc w:val="both"/>'),
        style("PPPBlock2", "PPP Block 2", ppr=num(2) + sp(0, 80) + '<w:jc w:val="both"/>'),
        style("PPPBlock3", "PPP Block 3", ppr=num(3) + sp(0, 60) + '<w:jc w:val="both"/>'),
        style("PPPDefinition", "PPP Definition", ppr=sp(0, 100) + ind(680) + '<w:jc w:val="both"/>'),
        style(
            "PPPAnnexHeading",
            "PPP Annex Heading",
            nxt="PPPAnnexText",
            ppr=KN
            + KL
            + '<w:pageBreakBefore/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
            + sp(0, 240)
            + '<w:outlineLvl w:val="0"/>',
            rpr=b(INK, 28),
        ),
        style("PPPAnnexText", "PPP Annex Text", ppr=KN + sp(240, 120), rpr="<w:b/>"),
        style("PPPCell", "PPP Cell", ppr=sp(40, 40), rpr='<w:sz w:val="18"/><w:szCs w:val="18"/>'),
        style("PPPCellNumber", "PPP Cell Number", based="PPPCell", ppr='<w:jc w:val="right"/>'),
        style("PPPCellHeader", "PPP Cell Header", based="PPPCell", ppr=KN, rpr=b(INK)),
        style("PPPCellHeaderNumber", "PPP Cell Header Number", based="PPPCellHeader", ppr='<w:jc w:val="right"/>'),
        style("PPPSignature", "PPP Signature", ppr=KN + KL + sp(0, 60)),
        style(
            "TOC1",
            "toc 1",
            ppr='<w:tabs><w:tab w:val="left" w:pos="1500"/><w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs>'
            + sp(0, 60)
            + ind(1500, 1500),
            q=False,
        ),
        style(
            "Header",
            "header",
            ppr=f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{RULE}"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>',
            rpr=f'<w:color w:val="{GREY}"/><w:sz w:val="17"/><w:szCs w:val="17"/>',
            q=False,
        ),
        style(
            "Footer",
            "footer",
            ppr=f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="{RULE}"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>',
            rpr=f'<w:color w:val="{GREY}"/><w:sz w:val="17"/><w:szCs w:val="17"/>',
            q=False,
        ),
        style("PPPDraft", "PPP Draft Mark", ppr='<w:jc w:val="center"/>', rpr=b("B00020", 28)),
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:uiPriority w:val="99"/></w:style>',
        '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/><w:uiPriority w:val="99"/><w:rPr><w:color w:val="B00020"/><w:shd w:val="clear" w:color="auto" w:fill="FFF2CC"/></w:rPr></w:style>',
        '<w:style w:type="character" w:customStyle="1" w:styleId="PPPTerm"><w:name w:val="PPP Term"/><w:uiPriority w:val="1"/><w:rPr><w:b/></w:rPr></w:style>',
        f'<w:style w:type="table" w:customStyle="1" w:styleId="PPPTable"><w:name w:val="PPP Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="6" w:space="0" w:color="{INK}"/><w:bottom w:val="single" w:sz="6" w:space="0" w:color="{INK}"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/></w:tblBorders><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="EEF2F6"/></w:tcPr></w:tblStylePr><w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>',
        '<w:style w:type="table" w:customStyle="1" w:styleId="PPPSignatures"><w:name w:val="PPP Signatures"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/></w:style>',
    ]
)
STYLES_XML = (
    HEAD
    + f'<w:styles {NS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/><w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="fr-BE" w:eastAsia="fr-BE" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>{STYLES}</w:styles>'
)


def lvl(i, fmt, text, left, hanging, st="", suff="tab", rpr=""):
    return (
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>'
        + (f'<w:pStyle w:val="{st}"/>' if st else "")
        + f'<w:suff w:val="{suff}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{left}"/></w:tabs><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>{rpr}</w:lvl>'
    )


NUMBERING = (
    HEAD + f"<w:numbering {NS}>"
    '<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>'
    + lvl(0, "decimal", "PPPARTICLE %1", 1300, 1300, "Heading1")
    + lvl(1, "decimal", "%1.%2", 680, 680, "PPPBlock1")
    + lvl(2, "lowerLetter", "%3)", 1130, 450, "PPPBlock2")
    + lvl(3, "lowerRoman", "%4)", 1580, 450, "PPPBlock3")
    + "".join(lvl(i, "decimal", f"%{i + 1}.", 1580 + 300 * (i - 3), 300) for i in range(4, 9))
    + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/>'
    + lvl(0, "upperLetter", "(%1)", 680, 680, "PPPRecital")
    + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="singleLevel"/>'
    + lvl(0, "decimal", "PPPANNEX %1", 1500, 1500, "PPPAnnexHeading")
    + "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="3"><w:multiLevelType w:val="singleLevel"/>'
    + lvl(0, "decimal", "%1.", 680, 680, "PPPParty1")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
)


def p(st, *runs):
    return f'<w:p><w:pPr><w:pStyle w:val="{st}"/></w:pPr>' + "".join(runs) + "</w:p>"


def r(t):
    return f'<w:r><w:t xml:space="preserve">{t}</w:t></w:r>'


TAB = "<w:r><w:tab/></w:r>"


def fld(code, shown):
    return f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'


def place(n):
    return f"<w:p><w:r><w:t>{{{{p {n} }}}}</w:t></w:r></w:p>"


DRAFT = (
    "<w:p><w:r><w:t>{%p if draft %}</w:t></w:r></w:p>"
    + p("PPPDraft", r("{{ words.draft }}"))
    + "<w:p><w:r><w:t>{%p endif %}</w:t></w:r></w:p>"
)
SECT = '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1588" w:right="1418" w:bottom="1418" w:left="1418" w:header="680" w:footer="567" w:gutter="0"/><w:cols w:space="708"/></w:sectPr>'
BODY = (
    p("Subtitle", r("{{ kind }}"))
    + p("Title", r("{{ title }}"))
    + "<w:p><w:r><w:t>{%p for name in party_names %}</w:t></w:r></w:p>"
    + p("PPPCover", r("{{ name }}"))
    + "<w:p><w:r><w:t>{%p endfor %}</w:t></w:r></w:p>"
    + p("PPPCoverSmall", r("{{ words.reference }} {{ reference }}"))
    + p("PPPCoverSmall", r("{{ words.version }} {{ version }}"))
    + "<w:p><w:r><w:t>{%p if date %}</w:t></w:r></w:p>"
    + p("PPPCoverSmall", r("{{ words.date }} {{ date }}"))
    + "<w:p><w:r><w:t>{%p endif %}</w:t></w:r></w:p>"
    + '<w:p><w:pPr><w:pStyle w:val="PPPFrame"/><w:pageBreakBefore/></w:pPr>'
    + r("{{ words.contents }}")
    + "</w:p>"
    + place("toc")
    + '<w:p><w:pPr><w:pStyle w:val="PPPFrame"/><w:pageBreakBefore/></w:pPr>'
    + r("{{ words.between }}")
    + "</w:p>"
    + place("parties")
    + p("PPPFrame", r("{{ words.recitals }}"))
    + place("recitals")
    + p("PPPFrameText", r("{{ words.agree }}"))
    + place("articles")
    + '<w:p><w:pPr><w:pStyle w:val="PPPFrame"/><w:pageBreakBefore/></w:pPr>'
    + r("{{ words.signatures }}")
    + "</w:p>"
    + place("signatures")
    + place("annexes")
)
DOCUMENT = HEAD + f"<w:document {NS}><w:body>{BODY}{SECT}</w:body></w:document>"
HEADER = (
    HEAD
    + f"<w:hdr {NS}>"
    + p("Header", r("{{ kind }}"), TAB, r("{{ reference }} · {{ words.version }} {{ version }}"))
    + DRAFT
    + "</w:hdr>"
)
FOOTER = (
    HEAD
    + f"<w:ftr {NS}>"
    + p(
        "Footer",
        r("{{ reference }}"),
        TAB,
        r("{{ words.page }} "),
        fld("PAGE", "1"),
        r(" {{ words.page_of }} "),
        fld("NUMPAGES", "1"),
    )
    + "</w:ftr>"
)
CT = "application/vnd.openxmlformats-officedocument.wordprocessingml."
FONTS = (
    HEAD
    + f'<w:fonts {NS}><w:font w:name="Arial"><w:panose1 w:val="020B0604020202020204"/><w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)


def clr(n, v):
    return f'<a:{n}><a:srgbClr val="{v}"/></a:{n}>'


LINE = '<a:ln><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>'
FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
THEME = (
    HEAD
    + '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="ppp-contracts"><a:themeElements><a:clrScheme name="ppp-contracts">'
    + "".join(
        clr(n, v)
        for n, v in (
            ("dk1", "000000"),
            ("lt1", "FFFFFF"),
            ("dk2", INK),
            ("lt2", "EEF2F6"),
            ("accent1", INK),
            ("accent2", GREY),
            ("accent3", RULE),
            ("accent4", "B00020"),
            ("accent5", "FFF2CC"),
            ("accent6", "5A6672"),
            ("hlink", INK),
            ("folHlink", GREY),
        )
    )
    + '</a:clrScheme><a:fontScheme name="ppp-contracts">'
    + "".join(
        f'<a:{n}Font><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:{n}Font>'
        for n in ("major", "minor")
    )
    + '</a:fontScheme><a:fmtScheme name="ppp-contracts"><a:fillStyleLst>'
    + FILL * 3
    + "</a:fillStyleLst><a:lnStyleLst>"
    + LINE * 3
    + "</a:lnStyleLst><a:effectStyleLst>"
    + "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    + "</a:effectStyleLst><a:bgFillStyleLst>"
    + FILL * 3
    + "</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)
PARTS = {
    "[Content_Types].xml": HEAD
    + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{n}.xml" ContentType="{CT}{t}+xml"/>'
        for n, t in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("settings", "settings"),
            ("numbering", "numbering"),
            ("header1", "header"),
            ("footer1", "footer"),
            ("fontTable", "fontTable"),
        )
    )
    + '<Override PartName="/word/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/></Types>',
    "_rels/.rels": HEAD
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": HEAD
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + "".join(
        f'<Relationship Id="rId{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{t}" Target="{f}.xml"/>'
        for i, (t, f) in enumerate(
            (
                ("styles", "styles"),
                ("settings", "settings"),
                ("numbering", "numbering"),
                ("header", "header1"),
                ("footer", "footer1"),
                ("theme", "theme1"),
                ("fontTable", "fontTable"),
            ),
            1,
        )
    )
    + "</Relationships>",
    "word/document.xml": DOCUMENT,
    "word/styles.xml": STYLES_XML,
    "word/numbering.xml": NUMBERING,
    "word/header1.xml": HEADER,
    "word/footer1.xml": FOOTER,
    "word/theme1.xml": THEME,
    "word/fontTable.xml": FONTS,
    "word/settings.xml": HEAD
    + f'<w:settings {NS}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="fr-BE"/></w:settings>',
}
if __name__ == "__main__":
    target = Path(__file__).resolve().parent / "agreement.docx"
    target.write_bytes(write_package({k: v.encode() for k, v in PARTS.items()}))
    print(target)
