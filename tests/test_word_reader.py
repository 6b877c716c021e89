"""The reader: every paragraph once, in order, as a person sees it with tracked changes accepted or rejected."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordfiles import AGREEMENT, body_of, field, fld, mark, p, package, parts, read, t, tbl, texts

from ppp_contracts.model import Severity
from ppp_contracts.word.package import Package, read_package, write_package
from ppp_contracts.word.reader import WordText, read_docx

LONG = "Fédération des œuvres d’accueil " * 7


def ins(*content: str) -> str:
    return f'<w:ins w:id="1" w:author="x">{"".join(content)}</w:ins>'


def dele(*content: str) -> str:
    inner = "".join(content).replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    return f'<w:del w:id="1" w:author="x">{inner}</w:del>'


def mark_is(kind: str) -> str:
    return f'<w:rPr><w:{kind} w:id="1" w:author="x"/></w:rPr>'


# ------------------------------------------------------------------------------------- where text stands


@pytest.mark.parametrize(
    "text", ["Œuvre & Fils <ASBL>", "l’hébergement", "Straße", "e\u0301quipe", LONG, "a\u00a0b", " x "]
)
def test_text_is_read_as_it_is(text: str) -> None:
    assert texts(p(text)) == [text]


def test_special_characters() -> None:
    run = '<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:t>e</w:t><w:sym w:font="Arial" w:char="00E9"/><w:sym w:char="zz"/></w:r>'
    assert texts(p(run)) == ["a\tb\nc\u2011d\u00ade\u00e9\ufffd"]


def test_tabs_of_the_paragraph_properties_are_no_text() -> None:
    assert texts(p("a", properties='<w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs>')) == ["a"]


def test_tables_nested_tables_and_content_controls() -> None:
    control = "<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    row = control.format(f"<w:tr><w:tc>{p('row')}</w:tc></w:tr>")
    cell = "<w:tr>" + control.format(f"<w:tc>{p('cell')}</w:tc>") + "</w:tr>"
    body = [
        p("1"),
        tbl([p("2"), tbl([p("3")]) + p("4")]),
        control.format(p("5") + p("6")),
        p(t("7"), control.format(t("8")), f"<w:hyperlink>{t('9')}</w:hyperlink>", f"<w:smartTag>{t('0')}</w:smartTag>"),
        f"<w:tbl>{row}{cell}</w:tbl>",
        f"<w:customXml>{p('x')}</w:customXml>",
        p("<m:oMath><m:r><m:t>y</m:t></m:r></m:oMath>"),
    ]
    assert texts(*body) == ["1", "2", "3", "4", "5", "6", "7890", "row", "cell", "x", "y"]


def test_a_text_box_is_read_once() -> None:
    inner = "<w:txbxContent>" + p("boîte", anchor="_ppp_box") + "</w:txbxContent>"
    choice = f"<w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
    box = f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    found = read(p(t("avant "), box, t("après")), p("fin"))
    assert [x.text for x in found.paragraphs] == ["avant après", "boîte", "fin"]
    assert [m.name for m in found.paragraphs[1].bookmarks] == ["_ppp_box"]


def test_of_alternates_the_one_that_word_shows_is_read() -> None:
    unknown = '<w:r><mc:AlternateContent><mc:Choice xmlns:q="urn:q" Requires="q"><w:t>q</w:t></mc:Choice><mc:Fallback><w:t>\U0001f600</w:t></mc:Fallback></mc:AlternateContent></w:r>'
    assert texts(p(t("a"), unknown, t("b"))) == ["a\U0001f600b"]


def test_elements_that_word_ignores_are_ignored() -> None:
    assert texts('<q:x xmlns:q="urn:q">' + p("unseen") + "</q:x>", p("seen")) == ["seen"]


def test_strict_files_are_read() -> None:
    made = {
        k: v.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for k, v in parts(p("strict")).items()
    }
    found, _ = read_package(write_package(made), "a.docx")
    assert found is not None
    assert [x.text for x in read_docx(found)[0].paragraphs] == ["strict"]


# ------------------------------------------------------------------------------------------ tracked changes

TRACKED = {
    "insertion": ([p(t("a"), ins(t("b")), t("c"))], ["abc"], ["ac"]),
    "deletion": ([p(t("a"), dele(t("b")), t("c"))], ["ac"], ["abc"]),
    "replacement": ([p(dele(t("doit")), ins(t("peut")), t(" payer"))], ["peut payer"], ["doit payer"]),
    "insertion deleted again": ([p(t("a"), ins(dele(t("b"))), t("c"))], ["ac"], ["ac"]),
    "move": (
        [
            p(t("a"), f'<w:moveFrom w:id="1">{t("b")}</w:moveFrom>'),
            p(f'<w:moveTo w:id="1">{t("b")}</w:moveTo>', t("c")),
        ],
        ["a", "bc"],
        ["ab", "c"],
    ),
    "deleted mark": ([p("a", properties=mark_is("del")), p("b"), p("c")], ["ab", "c"], ["a", "b", "c"]),
    "inserted mark": ([p("a", properties=mark_is("ins")), p("b"), p("c")], ["a", "b", "c"], ["ab", "c"]),
    "two deleted marks": (
        [p("a", properties=mark_is("del")), p("b", properties=mark_is("del")), p("c")],
        ["abc"],
        ["a", "b", "c"],
    ),
    "moved mark": ([p("a", properties=mark_is("moveFrom")), p("b")], ["ab"], ["a", "b"]),
    "deleted mark before a table": (
        [p("a", properties=mark_is("del")), tbl([p("b")]), p("c")],
        ["a", "b", "c"],
        ["a", "b", "c"],
    ),
    "deleted mark at the end of a cell": (
        [tbl([p("a", properties=mark_is("del")), p("b")]), p("c")],
        ["a", "b", "c"],
        ["a", "b", "c"],
    ),
    "deleted paragraph": ([p("a"), p(dele(t("b")), properties=mark_is("del")), p("c")], ["a", "c"], ["a", "b", "c"]),
    "deleted row": (
        [
            "<w:tbl><w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc>"
            + p("a")
            + "</w:tc></w:tr><w:tr><w:tc>"
            + p("b")
            + "</w:tc></w:tr></w:tbl>"
        ],
        ["b"],
        ["a", "b"],
    ),
    "inserted row": (
        [
            "<w:tbl><w:tr><w:trPr><w:ins w:id='1'/></w:trPr><w:tc>"
            + p("a")
            + "</w:tc></w:tr><w:tr><w:tc>"
            + p("b")
            + "</w:tc></w:tr></w:tbl>"
        ],
        ["a", "b"],
        ["b"],
    ),
    "deleted cell": (
        [
            "<w:tbl><w:tr><w:tc><w:tcPr><w:cellDel w:id='1'/></w:tcPr>"
            + p("a")
            + "</w:tc><w:tc>"
            + p("b")
            + "</w:tc></w:tr></w:tbl>"
        ],
        ["b"],
        ["a", "b"],
    ),
    "inserted cell": (
        [
            "<w:tbl><w:tr><w:tc><w:tcPr><w:cellIns w:id='1'/></w:tcPr>"
            + p("a")
            + "</w:tc><w:tc>"
            + p("b")
            + "</w:tc></w:tr></w:tbl>"
        ],
        ["a", "b"],
        ["b"],
    ),
}


@pytest.mark.parametrize("name", TRACKED)
def test_tracked_changes_in_both_views(name: str) -> None:
    body, final, original = TRACKED[name]
    assert texts(*body) == final
    assert texts(*body, view="original") == original


def test_open_changes_and_comments_are_advice() -> None:
    made = package(
        p(t("a"), ins(t("b")), "<w:r><w:commentReference w:id='1'/></w:r>"), p("c", properties=mark_is("del"))
    )
    text, findings = read_docx(made)
    assert (text.revisions, text.comments) == (2, 1)
    assert [(f.code, f.severity, dict(f.params)) for f in findings] == [
        ("PPP611", Severity.ADVICE, {"revisions": "2", "comments": "1"})
    ]


def test_notes_and_inserted_documents_are_reported() -> None:
    text, findings = read_docx(package(p(t("a"), "<w:r><w:footnoteReference w:id='1'/></w:r>"), "<w:altChunk/>"))
    assert text.footnotes == 1
    assert [f.code for f in findings] == ["PPP618", "PPP621"]


# --------------------------------------------------------------------------------------------- fields


def one(*content: str) -> tuple[str, str, list[str]]:
    found = read(p(*content)).paragraphs[0]
    return found.text, found.bare, [m.name for m in found.refs]


def test_a_reference_is_left_out_of_the_bare_text() -> None:
    ref = field("REF _ppp_object_0 \\r \\h", t("Article"), t(" 7"))
    assert one("voir l’", ref, ", et ", ref, ".") == (
        "voir l’Article 7, et Article 7.",
        "voir l’\ufffc, et \ufffc.",
        ["_ppp_object_0"] * 2,
    )


def test_a_simple_field() -> None:
    simple = f'<w:fldSimple w:instr=" REF _ppp_x \\h ">{t("Article 7")}</w:fldSimple>'
    assert one("a ", simple, " b") == ("a Article 7 b", "a \ufffc b", ["_ppp_x"])


def test_nested_fields_and_fields_whose_result_is_text() -> None:
    inner = field("PAGEREF _ppp_x", t("3"))
    assert one(field("HYPERLINK \\l x", t("Objet "), inner)) == ("Objet 3", "Objet \ufffc", [])
    assert one(field("IF 1 = 1", t("sauf opposition"))) == ("sauf opposition", "sauf opposition", [])
    nested_code = f"{fld('begin')}<w:r><w:instrText> REF </w:instrText></w:r>{field('DOCPROPERTY x', t('code'))}{fld('separate')}{t('Article 1')}{fld('end')}"
    assert one(nested_code)[:2] == ("Article 1", "\ufffc")


def test_a_field_that_is_split_over_runs_or_never_closed() -> None:
    split = f"{fld('begin')}<w:r><w:instrText>RE</w:instrText></w:r><w:r><w:instrText>F _ppp_x</w:instrText></w:r>{fld('separate')}{t('Article 1')}{fld('end')}"
    assert one(split)[1:] == ("\ufffc", ["_ppp_x"])
    assert one(fld("end"), t("a"), fld("separate"), t("b"))[0] == "ab"
    assert texts(p(fld("begin"), t("code")), p("a")) == ["", ""]


def test_a_deleted_field_is_gone() -> None:
    assert one("a ", dele(field("REF _ppp_x", t("Article 1"))), "b")[:2] == ("a b", "a b")


def test_the_table_of_contents_is_known_as_such() -> None:
    body = [
        p("Sommaire"),
        p(
            fld("begin"),
            '<w:r><w:instrText>TOC \\o "1-1" \\h</w:instrText></w:r>',
            fld("separate"),
            field("HYPERLINK", t("Article 1 Objet"), "<w:r><w:tab/></w:r>", field("PAGEREF x", t("2"))),
        ),
        p("Article 2 Contrôle"),
        p(fld("end")),
        p("Article 1"),
    ]
    found = read(*body).paragraphs
    assert [x.in_contents for x in found] == [False, True, True, False, False]
    assert found[1].text == "Article 1 Objet\t2"


def test_a_text_box_has_fields_of_its_own() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('boîte')}</w:txbxContent></v:textbox></w:pict></w:r>"
    assert texts(p(fld("begin"), box, fld("separate"), t("a"), fld("end"))) == ["a", "boîte"]


# --------------------------------------------------------------------------------- hidden and struck text

STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>
<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Child"><w:basedOn w:val="Secret"/></w:style>
<w:style w:type="character" w:styleId="Freed"><w:basedOn w:val="Child"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Loop"><w:basedOn w:val="Loop2"/></w:style>
<w:style w:type="character" w:styleId="Loop2"><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="paragraph" w:styleId="Struck"><w:basedOn w:val="Normal"/><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="table" w:styleId="HiddenTable"><w:rPr><w:vanish/></w:rPr></w:style>
"""
STYLES += """
<w:style w:type="character" w:styleId="White"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Ink"><w:basedOn w:val="White"/><w:rPr><w:color w:val="auto"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Pale"><w:rPr><w:color w:val="FEFEFE"/></w:rPr></w:style>
<w:style w:type="table" w:styleId="WhiteTable"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>
"""
DARK = '<w:shd w:val="clear" w:fill="1F3864"/>'
IN_WHITE_TABLE = '<w:tbl><w:tblPr><w:tblStyle w:val="WhiteTable"/></w:tblPr><w:tr><w:tc>{}{}</w:tc></w:tr></w:tbl>'
IN_HIDDEN_TABLE = '<w:tbl><w:tblPr><w:tblStyle w:val="HiddenTable"/></w:tblPr><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>'
CONCEALED = {
    "hidden": (p("a", t("b", "<w:vanish/>")), "a", "b"),
    "struck": (p("a", t("b", '<w:strike w:val="true"/>')), "a", "b"),
    "doubly struck": (p("a", t("b", "<w:dstrike/>")), "a", "b"),
    "not hidden": (p("a", t("b", '<w:vanish w:val="false"/>')), "ab", ""),
    "hidden on the web only": (p("a", t("b", "<w:webHidden/>")), "ab", ""),
    "by character style": (p("a", t("b", '<w:rStyle w:val="Secret"/>')), "a", "b"),
    "by the style's parent": (p("a", t("b", '<w:rStyle w:val="Child"/>')), "a", "b"),
    "freed by a style": (p("a", t("b", '<w:rStyle w:val="Freed"/>')), "ab", ""),
    "styles in a circle": (p("a", t("b", '<w:rStyle w:val="Loop"/>')), "ab", ""),
    "by paragraph style": (p("b", properties='<w:pStyle w:val="Struck"/>'), "", "b"),
    "freed by the run": (p(t("a", '<w:strike w:val="0"/>'), properties='<w:pStyle w:val="Struck"/>'), "a", ""),
    "by table style": (IN_HIDDEN_TABLE.format(p("b")), "", "b"),
    "set twice cancels out": (IN_HIDDEN_TABLE.format(p(t("a", '<w:rStyle w:val="Secret"/>'))), "a", ""),
    "white": (p("a", t("b", '<w:color w:val="FFFFFF"/>')), "a", "b"),
    "nearly white": (p("a", t("b", '<w:color w:val="fdfefc"/>')), "a", "b"),
    "grey": (p("a", t("b", '<w:color w:val="808080"/>')), "ab", ""),
    "white on a dark run": (p("a", t("b", f'<w:color w:val="FFFFFF"/>{DARK}')), "ab", ""),
    "white on a white run": (
        p("a", t("b", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="FFFFFF"/>')),
        "a",
        "b",
    ),
    "white on a mark of colour": (p("a", t("b", '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')), "ab", ""),
    "white in a dark paragraph": (p(t("a", '<w:color w:val="FFFFFF"/>'), properties=DARK), "a", ""),
    "white in a dark cell": (IN_WHITE_TABLE.format(f"<w:tcPr>{DARK}</w:tcPr>", p("a")), "a", ""),
    "white by table style": (IN_WHITE_TABLE.format("", p("b")), "", "b"),
    "white by table and character style": (IN_WHITE_TABLE.format("", p(t("b", '<w:rStyle w:val="White"/>'))), "", "b"),
    "ink in a white table": (IN_WHITE_TABLE.format("", p(t("a", '<w:rStyle w:val="Ink"/>'))), "a", ""),
    "white by paragraph style": (p("b", properties='<w:pStyle w:val="Pale"/>'), "", "b"),
    "tiny": (p("a", t("b", '<w:sz w:val="2"/>')), "a", "b"),
    "small": (p("a", t("b", '<w:sz w:val="12"/>')), "ab", ""),
    "squeezed": (p("a", t("b", '<w:w w:val="1"/>')), "a", "b"),
    "paper by the theme": (p("a", t("b", '<w:color w:val="000000" w:themeColor="background1"/>')), "a", "b"),
    "a shade of the paper": (
        p("a", t("b", '<w:color w:val="7F7F7F" w:themeColor="background1" w:themeShade="80"/>')),
        "ab",
        "",
    ),
    "lines of no height": (p("b", properties='<w:spacing w:line="1" w:lineRule="exact"/>'), "", "b"),
    "narrow lines": (p("a", properties='<w:spacing w:line="200" w:lineRule="exact"/>'), "a", ""),
    "lines that grow": (p("a", properties='<w:spacing w:line="1" w:lineRule="atLeast"/>'), "a", ""),
    "a frame of no height": (p("b", properties='<w:framePr w:h="1" w:hRule="exact"/>'), "", "b"),
    "beside the paper": (p("b", properties='<w:ind w:left="31000"/>'), "", "b"),
    "indented": (p("a", properties='<w:ind w:left="720" w:hanging="360" w:right="2cm"/>'), "a", ""),
    "far below its line": (p("a", t("b", '<w:position w:val="-3000"/>')), "a", "b"),
    "raised": (p("a", t("b", '<w:position w:val="6"/>')), "ab", ""),
    "a hidden row": (f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{p('b')}</w:tc></w:tr></w:tbl>", "", "b"),
    "a row of no height": (
        f'<w:tbl><w:tr><w:trPr><w:trHeight w:val="1" w:hRule="exact"/></w:trPr><w:tc>{p("b")}</w:tc></w:tr></w:tbl>',
        "",
        "b",
    ),
    "a row": (f'<w:tbl><w:tr><w:trPr><w:trHeight w:val="1"/></w:trPr><w:tc>{p("a")}</w:tc></w:tr></w:tbl>', "a", ""),
    "no size": (p("a", t("b", '<w:sz w:val="x"/><w:w/>')), "ab", ""),
    "hidden reference": (p("a", field("REF _ppp_x", t("b", "<w:vanish/>"))), "a", "b"),
}


@pytest.mark.parametrize("name", CONCEALED)
def test_text_that_does_not_stand_is_left_out_and_reported(name: str) -> None:
    body, text, concealed = CONCEALED[name]
    found = read(body, styles=STYLES).paragraphs[0]
    assert (found.text, found.bare, found.concealed) == (text, text, concealed)


def test_hidden_by_the_default_style_and_by_the_defaults() -> None:
    default = '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert texts(p("a"), styles=default) == [""]
    assert texts(
        p("a"), styles="<w:docDefaults><w:rPrDefault><w:rPr><w:strike/></w:rPr></w:rPrDefault></w:docDefaults>"
    ) == [""]


# ------------------------------------------------------------------------------------------ bookmarks


def test_bookmarks_stand_in_the_paragraph_in_which_they_start() -> None:
    found = read(
        '<w:bookmarkStart w:id="1" w:name="before"/>',
        p(t("a"), mark("in", t("b"))),
        '<w:bookmarkEnd w:id="1"/>',
        tbl([p("c", anchor="cell")]),
    ).paragraphs
    assert [[(m.name, m.text_at) for m in x.bookmarks] for x in found] == [[("before", 0), ("in", 1)], [("cell", 0)]]


def test_merged_paragraphs_keep_both_bookmarks_with_their_places() -> None:
    found = read(p("ab", anchor="x", properties=mark_is("del")), p("cd", anchor="y")).paragraphs
    assert [[(m.name, m.text_at, m.bare_at) for m in x.bookmarks] for x in found] == [[("x", 0, 0), ("y", 2, 2)]]


def test_the_sample_agreement_is_read_whole() -> None:
    found = read(*body_of().values())
    wanted = ["ENTRE"]
    for group in AGREEMENT.parties:
        wanted += ["".join(s.text for s in x.spans) for x in group]
    assert [x.text for x in found.paragraphs[:2]] == wanted
    assert sum(len(x.bookmarks) for x in found.paragraphs) == len(found.paragraphs) - 1


# -------------------------------------------------------------------------------------------- hostile


def document(data: bytes) -> Package:
    return Package("a.docx", {"word/document.xml": data})


@pytest.mark.parametrize("data", [b"", b"<w:document", b"<a/>", b"<!DOCTYPE a><a/>", b"<a>" * 100_000])
def test_a_document_that_is_none_is_a_finding(data: bytes) -> None:
    text, findings = read_docx(document(data))
    assert text == WordText(())
    assert [f.code for f in findings] == ["PPP622"]


def test_deep_nesting_is_a_finding_not_a_crash() -> None:
    body = "<w:sdt><w:sdtContent>" * 100_000 + "</w:sdtContent></w:sdt>" * 100_000
    assert [f.code for f in read_docx(document(parts(body)["word/document.xml"]))[1]] == ["PPP622"]


def test_a_missing_part_is_a_finding() -> None:
    assert [f.code for f in read_docx(Package("a.docx", {}))[1]] == ["PPP622"]


def test_fields_within_fields_without_end_are_bounded() -> None:
    assert texts(p(*[fld("begin") + fld("separate")] * 5000, t("a"), *[fld("end")] * 5000, t("b"))) == ["ab"]


@given(st.lists(st.sampled_from(["begin", "separate", "end"]), max_size=12))
@settings(max_examples=60, deadline=None)
def test_fields_in_any_order_never_raise(kinds: list[str]) -> None:
    assert len(texts(p(*map(fld, kinds), t("a")), p("b"))) == 2


def test_thousands_of_paragraphs_are_read() -> None:
    assert len(texts(*[p("Le Bénéficiaire ", "s’engage", " à payer")] * 5000)) == 5000
