"""What happened to a Word file in negotiation: every paragraph intact, changed, moved, concealed or gone, and what was added."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cases import replace
from hypothesis import given, settings
from hypothesis import strategies as st
from wordfiles import AGREEMENT, body_of, field, fld, manifest, manifest_bytes, mark, p, parts, read, t

from ppp_contracts.comparison import (
    ADDED,
    CHANGED,
    CONCEALED,
    GONE,
    INTACT,
    MISPLACED,
    MOVED,
    Difference,
    compare,
    findings_of,
)
from ppp_contracts.manifest import find_manifests
from ppp_contracts.model import Agreement, Severity, Span
from ppp_contracts.redline import show_difference
from ppp_contracts.word.package import read_package, write_package
from ppp_contracts.word.reader import read_docx

Body = dict[str, str]
SOFFICE = shutil.which("soffice")


def compared(body: Body | list[str], agreement: Agreement = AGREEMENT, **more: str) -> list[Difference]:
    """What is not intact."""
    found = compare(manifest(agreement), read(*(body.values() if isinstance(body, dict) else body), **more))
    return [d for d in found if d.state != INTACT]


def after(change: Callable[[Body], object]) -> list[tuple[str, str]]:
    """States and places after a change of the body."""
    body = body_of()
    change(body)
    return [(d.state, d.where) for d in compared(body)]


def reorder(body: Body, *order: str) -> None:
    """Puts these entries, which are neighbours, in this order."""
    keys = list(body)
    first = min(keys.index(k) for k in order)
    keys[first : first + len(order)] = order
    items = {k: body[k] for k in keys}
    body.clear()
    body.update(items)


def insert(body: Body, after_key: str, xml: str) -> None:
    body[after_key] += xml


def test_an_untouched_file_is_intact() -> None:
    found = compare(manifest(), read(*body_of().values()))
    assert {d.state for d in found} == {INTACT}
    assert len(found) == len(manifest()["paragraphs"])
    assert findings_of(found, "a.docx") == ()


# --------------------------------------------------------------------------------------------- changed


def test_a_changed_word_is_shown_in_context() -> None:
    body = body_of()
    body["_ppp_repay_1"] = body["_ppp_repay_1"].replace("s’engage à", "peut")
    assert [
        (d.state, d.where, d.part, d.article, d.label, d.clause, d.block, d.anchor, d.shown) for d in compared(body)
    ] == [(CHANGED, "Article 2.1", "article", 2, "2.1", "repay", "1", "_ppp_repay_1", "… s’engage à → peut …")]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("le Bénéficiaire s'engage à payer", "le Bénéficiaire peut payer", "… s'engage à → peut …"),
        ("payer sans délai la somme", "payer la somme", "payer sans délai → payer …"),
        ("payer la somme", "payer volontairement la somme", "payer → payer volontairement …"),
        ("la somme", "Toute la somme", "la → Toute la …"),
        ("dans les 30 jours", "dans les 60 jours", "… 30 → 60 …"),
        ("12\u202f345,67\u00a0€ dus", "12\u202f346,67\u00a0€ dus", "12\u202f345,67\u00a0€ → 12\u202f346,67\u00a0€ …"),
        ("l'Autorité paie", "l’Autorité paie", ""),
        ("a b c d e f", "a X c d e Y", "… b → X … f → Y"),
        ("", "ajout", "→ ajout"),
        ("fin", "", "fin →"),
    ],
)
def test_differences_in_words(old: str, new: str, shown: str) -> None:
    assert show_difference(old, new).strip() == shown


@given(st.text(max_size=60), st.text(max_size=60))
@settings(deadline=None)
def test_any_two_texts_can_be_shown(old: str, new: str) -> None:
    assert len(show_difference(old, new)) <= 400


def test_an_amount_in_an_annex_is_an_annex_cell() -> None:
    body = body_of()
    body["table"] = body["table"].replace("200 000,00", "300 000,00")
    found = compared(body)
    assert [(d.state, d.where, d.part) for d in found] == [(CHANGED, "Annexe 1", "annex")]
    assert [f.code for f in findings_of(found, "a.docx")] == ["PPP612"]
    body = body_of()
    cell = body["table"].rindex("<w:bookmarkEnd")
    body["table"] = body["table"][:cell] + t("90 000,00 €") + body["table"][cell:]
    assert [(d.state, d.new) for d in compared(body)] == [(CHANGED, "90 000,00 €")]


def test_spacing_quotes_and_unicode_forms_are_no_change() -> None:
    assert (
        after(lambda b: b.update(_ppp_recital_1=b["_ppp_recital_1"].replace("« vulnérables »", "“vulne\u0301rables”")))
        == []
    )


def test_a_blank_may_be_filled_in() -> None:
    article = AGREEMENT.articles[2]
    spans = (Span("text", "Les pièces sont conservées pendant "), Span("slot", "", "years"), Span("text", " au siège."))
    blank = replace(
        AGREEMENT,
        articles=(
            *AGREEMENT.articles[:2],
            replace(article, paragraphs=(article.paragraphs[0], replace(article.paragraphs[1], spans=spans))),
        ),
    )
    body = body_of(blank)
    assert compared(body, blank) == []
    for filled, states in (("dix ans", []), ("", []), ("x" * 600, [CHANGED])):
        body["_ppp_audit_2"] = body_of(blank)["_ppp_audit_2"].replace("…………", filled)
        assert [d.state for d in compared(body, blank)] == states
    body["_ppp_audit_2"] = body_of(blank)["_ppp_audit_2"].replace("conservées", "détruites")
    assert [(d.state, d.shown) for d in compared(body, blank)] == [(CHANGED, "… conservées → détruites …")]


# ------------------------------------------------------------------------------------------ references


def ref_body(shown: str, target: str = "_ppp_object_0", live: bool = True) -> list[tuple[str, str]]:
    body = body_of()
    old = field("REF _ppp_object_0 \\r \\h", t("Article 1"))
    new = field(f"REF {target} \\r \\h", t(shown)) if live else t(shown)
    assert old in body["_ppp_repay_1_a"]
    body["_ppp_repay_1_a"] = body["_ppp_repay_1_a"].replace(old, new)
    return [(d.state, d.where) for d in compared(body)]


def test_a_live_reference_may_show_another_number() -> None:
    assert ref_body("Article 4") == []


def test_a_reference_that_became_text_must_have_the_very_number() -> None:
    assert ref_body("Article 1", live=False) == []
    assert ref_body("Article 4", live=False) == [(CHANGED, "Article 2.1 a)")]


def test_a_reference_must_say_no_more_and_point_where_it_did() -> None:
    changed = [(CHANGED, "Article 2.1 a)")]
    assert ref_body("Article 1, sauf opposition") == changed
    assert ref_body("Erreur ! Source du renvoi introuvable.") == changed
    assert ref_body("Article 3", "_ppp_audit_0") == changed
    assert ref_body("Article 1", "_ppp_audit_0") == changed
    assert ref_body("Article 1", "_Ref123456") == []


# ----------------------------------------------------------------------------------------- gone, moved


def test_a_deleted_or_emptied_paragraph_is_gone() -> None:
    assert after(lambda b: b.pop("_ppp_repay_2")) == [(GONE, "Article 2.2")]
    assert after(lambda b: b.update(_ppp_repay_2=p("", anchor="_ppp_repay_2"))) == [(GONE, "Article 2.2")]
    assert after(lambda b: b.update(_ppp_repay_2=p(" \u00a0", anchor="_ppp_repay_2"))) == [(GONE, "Article 2.2")]


def test_lost_bookmarks_are_no_loss() -> None:
    body = [x if x.startswith("<w:tbl") else strip_marks(x) for x in body_of().values()]
    assert compared(body) == []


def test_with_all_bookmarks_lost_changes_are_still_found() -> None:
    body = {k: strip_marks(v) for k, v in body_of().items()}
    body["_ppp_repay_1"] = body["_ppp_repay_1"].replace("s’engage à rembourser", "peut rembourser")
    del body["_ppp_audit_1"]
    assert [(d.state, d.where) for d in compared(body)] == [(CHANGED, "Article 2.1"), (GONE, "Article 3.1")]


def strip_marks(xml: str) -> str:
    return re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", xml)


def test_only_what_moved_is_named() -> None:
    assert after(lambda b: reorder(b, "_ppp_object_2", "_ppp_object_1")) in (
        [(MOVED, "Article 1.1")],
        [(MOVED, "Article 1.2")],
    )
    moved = after(lambda b: b.update(ENTRE=b["ENTRE"] + b.pop("_ppp_audit_2")))
    assert moved == [(MOVED, "Article 3.2")]


def test_cut_and_paste_that_loses_the_bookmark_is_a_move() -> None:
    assert after(lambda b: b.update(ENTRE=b["ENTRE"] + strip_marks(b.pop("_ppp_audit_2")))) == [(MOVED, "Article 3.2")]

    def leave_the_bookmark(b: Body) -> None:
        b["ENTRE"] += strip_marks(b["_ppp_audit_2"])
        b["_ppp_audit_2"] = p("", anchor="_ppp_audit_2")

    assert after(leave_the_bookmark) == [(MOVED, "Article 3.2")]


def test_annexes_before_the_signatures_are_no_move() -> None:
    body = body_of()
    signature = body.pop("_ppp_sign_1")
    assert compared([*body.values(), signature]) == []


def test_a_whole_article_is_one_finding() -> None:
    body = {k: v for k, v in body_of().items() if "_repay_" not in k}
    found = compared(body)
    assert {d.state for d in found} == {GONE} and len(found) == 5
    findings = findings_of(found, "a.docx")
    assert [(f.code, f.severity, f.place.file, f.place.path) for f in findings] == [
        ("PPP606", Severity.ERROR, "a.docx", "Article 2")
    ]
    assert dict(findings[0].params)["old"].startswith("Remboursement · Le Bénéficiaire s’engage")


def test_a_whole_article_that_moved_is_one_finding() -> None:
    body = body_of()
    moved = {k: body.pop(k) for k in list(body) if "_audit_" in k}
    body["ENTRE"] += "".join(moved.values())
    assert [(f.code, f.place.path) for f in findings_of(compared(body), "a.docx")] == [("PPP607", "Article 3")]


def test_a_deleted_row_is_one_finding() -> None:
    body = body_of()
    cut = body["table"].index("<w:tr>", body["table"].index("200 000"))
    body["table"] = body["table"][:cut] + "</w:tbl>"
    assert [(f.code, f.place.path, dict(f.params)["old"]) for f in findings_of(compared(body), "a.docx")] == [
        ("PPP606", "Annexe 1", "Repas")
    ]


# ------------------------------------------------------------------------------------------- misplaced


def swapped(body: Body, one: str, other: str) -> str:
    """The table with the paragraphs of two cells, bookmarks and all, in each other's place."""
    found = [
        re.search(rf'<w:p><w:bookmarkStart w:id="\d+" w:name="{a}"/>.*?</w:p>', body["table"]) for a in (one, other)
    ]
    first, second = (m[0] for m in found if m)
    return body["table"].replace(first, "@").replace(second, first).replace("@", second)


def test_a_cell_that_leaves_its_row_says_something_else() -> None:
    body = body_of()
    body["table"] = swapped(body, "_ppp_annex_budget_c3", "_ppp_annex_budget_c5")
    found = compared(body)
    assert {(d.state, d.where) for d in found} == {(MISPLACED, "Annexe 1")}
    assert {(f.code, f.severity) for f in findings_of(found, "a.docx")} == {("PPP625", Severity.ERROR)}


def test_a_row_that_moves_as_a_whole_says_the_same() -> None:
    body = body_of()
    head, first, second = re.findall(r"<w:tr>.*?</w:tr>", body["table"])
    body["table"] = body["table"].replace(head + first + second, head + second + first)
    assert {(d.state, d.where) for d in compared(body)} == {(MOVED, "Annexe 1")}


def test_a_mention_of_one_party_among_those_of_another_is_misplaced() -> None:
    body = body_of()
    body["_ppp_repay_2"] += body.pop("_ppp_party_body_1")
    assert [(d.state, d.where) for d in compared(body)] == [(MISPLACED, "party_body")]


def test_a_figure_before_an_amount_is_no_number_of_the_annex() -> None:
    body = body_of()
    body["table"] = body["table"].replace("200 000,00", "1200 000,00")
    assert [(d.state, d.where) for d in compared(body)] == [(CHANGED, "Annexe 1")]


def test_the_copy_of_a_row_is_added() -> None:
    body = body_of()
    row = re.findall(r"<w:tr>.*?</w:tr>", body["table"])[1]
    body["table"] = body["table"].replace(row, row + strip_marks(row))
    found = compared(body)
    assert [(d.state, d.part, d.new) for d in found] == [(ADDED, "annex", "Loyer"), (ADDED, "annex", "200 000,00 €")]
    assert {(f.code, f.severity) for f in findings_of(found, "a.docx")} == {("PPP608", Severity.ERROR)}


def test_a_new_row_is_added_to_the_annex_and_a_note_after_it_is_not() -> None:
    body = body_of()
    rows = re.findall(r"<w:tr>.*?</w:tr>", body["table"])
    new = strip_marks(rows[1]).replace("Loyer", "Gardien").replace("200 000,00", "50 000,00")
    body["table"] = body["table"].replace(rows[1], rows[1] + new) + p("Note au lecteur.")
    found = [(f.code, f.severity.name, dict(f.params)["new"]) for f in findings_of(compared(body), "a.docx")]
    assert found == [
        ("PPP608", "ERROR", "Gardien"), ("PPP608", "ERROR", "50 000,00 €"), ("PPP608", "WARNING", "Note au lecteur."),
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------- added


def test_an_unknown_paragraph_is_added_after_the_known_one() -> None:
    body = body_of()
    insert(body, "_ppp_repay_2", p("Le remboursement est plafonné à 10 %."))
    found = compared(body)
    assert [(d.state, d.where, d.new) for d in found] == [
        (ADDED, "Article 2.2", "Le remboursement est plafonné à 10 %.")
    ]
    finding = findings_of(found, "a.docx")[0]
    assert (finding.code, finding.severity, finding.place.path) == ("PPP608", Severity.WARNING, "Article 2.2")


def test_what_the_template_brings_and_empty_paragraphs_are_not_added() -> None:
    assert after(lambda b: insert(b, "_ppp_repay_2", p("") + p("TABLE DES MATIÈRES".capitalize()) + p("\t"))) == []


def test_lines_of_the_table_of_contents_are_not_added_unless_they_say_something_else() -> None:
    toc = p(
        fld("begin"),
        "<w:r><w:instrText>TOC</w:instrText></w:r>",
        fld("separate"),
        t("Article 2"),
        "<w:r><w:tab/></w:r>",
        t("Remboursement"),
        "<w:r><w:tab/></w:r>",
        t("7"),
    )
    assert after(lambda b: insert(b, "ENTRE", toc + p("Article 3 Contrôle 8") + p(fld("end")))) == []
    assert [
        s for s, _ in after(lambda b: insert(b, "ENTRE", toc + p("Le Bénéficiaire ne rembourse rien") + p(fld("end"))))
    ] == [ADDED]


# ----------------------------------------------------------------------------------- split and merged


def test_a_split_paragraph_is_intact() -> None:
    whole = "Le Bénéficiaire s’engage à rembourser sans délai la Subvention :"
    for cut in (15, 16, 20, 40):
        assert (
            after(lambda b, cut=cut: b.update(_ppp_repay_1=p(whole[:cut], anchor="_ppp_repay_1") + p(whole[cut:])))
            == []
        )  # type: ignore[misc]


def test_a_bookmark_over_several_paragraphs_or_on_both_halves() -> None:
    whole = "Le Bénéficiaire s’engage à rembourser sans délai la Subvention :"
    twice = p(whole[:20], anchor="_ppp_repay_1") + p(whole[20:], anchor="_ppp_repay_1")
    assert after(lambda b: b.update(_ppp_repay_1=twice)) == []
    over = f'<w:p><w:bookmarkStart w:id="990" w:name="_ppp_repay_1"/>{t(whole[:20])}</w:p><w:p>{t(whole[20:])}<w:bookmarkEnd w:id="990"/></w:p>'
    assert after(lambda b: b.update(_ppp_repay_1=over)) == []


def test_a_split_and_changed_paragraph_is_one_change() -> None:
    halves = p("Le Bénéficiaire s’engage à rembourser", anchor="_ppp_repay_1") + p("dans l’année la Subvention :")
    body = body_of() | {"_ppp_repay_1": halves}
    assert [(d.state, d.where, d.shown) for d in compared(body)] == [
        (CHANGED, "Article 2.1", "… sans délai → dans l’année …")
    ]


def test_two_paragraphs_with_the_same_bookmark() -> None:
    twin = p("Le Bénéficiaire peut rembourser.", anchor="_ppp_repay_1")
    assert after(lambda b: b.update(_ppp_repay_1=twin + b["_ppp_repay_1"])) == [(ADDED, "Article 2")]


def test_merged_paragraphs_are_intact() -> None:
    one, two = "L’Autorité publique peut contrôler sur place.", "Le Bénéficiaire conserve les pièces pendant dix ans."
    merged = "<w:p>" + mark("_ppp_audit_1", t(one)) + t(" ") + mark("_ppp_audit_2", t(two)) + "</w:p>"

    def merge(b: Body) -> None:
        del b["_ppp_audit_2"]
        b["_ppp_audit_1"] = merged

    assert after(merge) == []


def test_a_paragraph_deleted_with_tracked_changes_is_gone_and_its_neighbours_are_not() -> None:
    gone = '<w:p><w:pPr><w:rPr><w:del w:id="5"/></w:rPr></w:pPr><w:bookmarkStart w:id="991" w:name="_ppp_repay_1"/><w:del w:id="6"><w:r><w:delText>x</w:delText></w:r></w:del><w:bookmarkEnd w:id="991"/></w:p>'
    assert after(lambda b: b.update(_ppp_repay_1=gone)) == [(GONE, "Article 2.1")]


@pytest.mark.parametrize("number", ["3.1\t", "3.1. ", "3.1 – "])
def test_a_number_typed_as_text_is_no_change(number: str) -> None:
    typed = p(f"{number}L’Autorité publique peut contrôler sur place.", anchor="_ppp_audit_1")
    assert after(lambda b: b.update(_ppp_audit_1=typed)) == []
    assert after(lambda b: b.update(_ppp_audit_0=p("Article 3 - Contrôle", anchor="_ppp_audit_0"))) == []


def test_numbers_that_became_text_are_no_change() -> None:
    assert (
        after(
            lambda b: b.update(
                _ppp_audit_1=p("3.1\tL’Autorité publique peut contrôler sur place.", anchor="_ppp_audit_1")
            )
        )
        == []
    )
    assert after(
        lambda b: b.update(_ppp_audit_1=p("4.1\tL’Autorité publique peut contrôler sur place.", anchor="_ppp_audit_1"))
    ) == [(CHANGED, "Article 3.1")]


# ------------------------------------------------------------------------------------- hidden and struck


def test_struck_text_does_not_stand() -> None:
    body = body_of()
    body["_ppp_audit_1"] = p(t("L’Autorité publique peut contrôler sur place.", "<w:strike/>"), anchor="_ppp_audit_1")
    found = compared(body)
    assert [(d.state, d.where, d.shown) for d in found] == [
        (CONCEALED, "Article 3.1", "L’Autorité publique peut contrôler sur place.")
    ]
    assert [(f.code, f.severity) for f in findings_of(found, "a.docx")] == [("PPP613", Severity.ERROR)]


def test_hidden_text_beside_a_paragraph_that_stands() -> None:
    found = compare(
        manifest(),
        read(
            *(
                body_of()
                | {
                    "_ppp_audit_1": p(
                        t("L’Autorité publique peut contrôler sur place."),
                        t(" Ou pas.", "<w:vanish/>"),
                        anchor="_ppp_audit_1",
                    )
                }
            ).values()
        ),
    )
    assert [(d.state, d.shown) for d in found if d.anchor == "_ppp_audit_1"] == [(INTACT, ""), (CONCEALED, "Ou pas.")]
    assert after(lambda b: insert(b, "_ppp_audit_1", p(t("Rien n’est dû.", "<w:vanish/>")))) == [
        (CONCEALED, "Article 3.1")
    ]


# ------------------------------------------------------------------------------------------- in general


@given(st.sets(st.sampled_from(sorted(body_of())), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_every_paragraph_gets_one_state_whatever_is_left_out_or_shuffled(left_out: set[str], random: object) -> None:
    body = [v for k, v in body_of().items() if k not in left_out]
    random.shuffle(body)  # type: ignore[attr-defined]
    found = compare(manifest(), read(*body))
    stated = [d.anchor for d in found if d.anchor and d.state != ADDED]
    assert stated[: len(manifest()["paragraphs"])] == [e["anchor"] for e in manifest()["paragraphs"]]
    gone = {d.anchor for d in found if d.state == GONE}
    assert gone == {k for k in left_out if k.startswith("_ppp_")} | (
        {f"_ppp_annex_budget_c{i}" for i in range(1, 6)} if "table" in left_out else set()
    )
    assert not any(d.state in (CHANGED, ADDED) for d in found)


def test_nothing_in_common_is_all_gone_not_a_crash() -> None:
    found = compare(manifest(), read(p("Autre chose.")))
    assert [(f.code, f.place.path) for f in findings_of(found, "a.docx")] == [
        ("PPP606", "party_body"),
        ("PPP606", "recital"),
        ("PPP606", "Article 1"),
        ("PPP606", "Article 2"),
        ("PPP606", "Article 3"),
        ("PPP606", "sign"),
        ("PPP606", "Annexe 1"),
        ("PPP608", ""),
    ]


# ------------------------------------------------------------------------------------------- LibreOffice


ITEM_PROPERTIES = {  # without them LibreOffice drops a custom XML part
    "customXml/_rels/item1.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXmlProps" Target="itemProps1.xml"/></Relationships>',
    "customXml/itemProps1.xml": b'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
    b'ds:itemID="{5B7D3C3E-0F5E-4C6B-9C0B-3B0F7B1E2A11}"><ds:schemaRefs/></ds:datastoreItem>',
}


def convert(file: Path, target: str, folder: Path, number: int) -> Path:
    out = folder / f"out{number}"
    out.mkdir()
    profile = (folder / f"profile{number}").as_uri()
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        str(out),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return next(out.iterdir())


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("route", [("docx",), ("odt", "docx")], ids=" ".join)
def test_a_round_trip_through_libreoffice_leaves_every_paragraph_intact(route: tuple[str, ...], tmp_path: Path) -> None:
    from test_manifest import with_manifest

    data = manifest_bytes()
    made = with_manifest(data)
    body = list(body_of().values())
    content = dict(made.parts) | ITEM_PROPERTIES | {"word/document.xml": parts(*body)["word/document.xml"]}
    file = tmp_path / "agreement.docx"
    file.write_bytes(write_package(content))
    for number, target in zip(itertools.count(), route, strict=False):
        file = convert(file, target, tmp_path, number)
    found, findings = read_package(file.read_bytes(), file.name)
    assert found is not None and findings == ()
    text, findings = read_docx(found)
    assert findings == ()
    assert [(d.state, d.where, d.shown) for d in compare(manifest(), text) if d.state != INTACT] == []
    bookmarks = {m.name for x in text.paragraphs for m in x.bookmarks}
    assert {e["anchor"] for e in manifest()["paragraphs"] if e["text"]} <= bookmarks  # it drops those around nothing
    assert sum(len(x.refs) for x in text.paragraphs) == 2
    manifests, findings = find_manifests(found, data)
    assert findings == ()
    assert (manifests.embedded is not None) == ("odt" not in route)
