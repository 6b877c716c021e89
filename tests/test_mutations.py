"""What a check must notice: each clause taken out of a plan, each article of a Word file deleted, emptied, weakened, struck.

A check that passes over one of these would pass by accident.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from cases import case_for, changed_spec
from conftest import EVERY_LANGUAGE, EXAMPLES, LONG, ROOT, SPOKEN, languages_of
from lxml import etree

from ppp_contracts.assembly import assemble
from ppp_contracts.building import load_house_template, make_document
from ppp_contracts.checking import check_file
from ppp_contracts.compliance import assess
from ppp_contracts.law import relevance
from ppp_contracts.library import fulfils_of
from ppp_contracts.model import Outcome, Plan, Severity
from ppp_contracts.output import beside
from ppp_contracts.word.package import read_package, write_package
from ppp_contracts.workshop import Shelf, examine_spec, load_shelf

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SHELF = load_shelf()
WEAKER = {
    "fr": ((re.compile(r"s[’']engagent à"), "peuvent"), (re.compile(r"s[’']engage à"), "peut")),
    "nl": ((re.compile(r"verbinden zich ertoe"), "kunnen"), (re.compile(r"verbindt zich ertoe"), "kan")),
    "de": ((re.compile(r"verpflichten sich"), "können"), (re.compile(r"verpflichtet sich"), "kann")),
    "en": ((re.compile(r"\bshall\b"), "may"),),
}


@lru_cache(maxsize=64)
def built(name: str, language: str) -> tuple[Plan, bytes, bytes]:
    plan = examine_spec(str(ROOT / "examples" / f"{name}.yaml"), SHELF).plan
    assert plan is not None
    template, findings = load_house_template()
    assert findings == ()
    document, manifest = make_document(plan, assemble(plan, language)[0], template)
    return plan, document, manifest


def clauses_of(name: str) -> list[str]:
    return [p.clause.id for p in built_plan(name).clauses]


@lru_cache(maxsize=32)
def built_plan(name: str) -> Plan:
    plan = examine_spec(str(ROOT / "examples" / f"{name}.yaml"), SHELF).plan
    assert plan is not None
    return plan


@lru_cache(maxsize=64)
def outcomes_of(name: str) -> Mapping[str, Outcome]:
    """What a check says of every obligation of an example."""
    return {v.obligation: v.outcome for v in assess(case_for(changed_spec(name), SHELF)[1])}


# ------------------------------------------------------------------------------------- in the plan


@pytest.mark.parametrize(("name", "clause"), [(n, c) for n in EXAMPLES for c in dict.fromkeys(clauses_of(n))])
def test_a_clause_taken_out_of_the_plan_is_noticed(name: str, clause: str) -> None:
    spec = changed_spec(name)
    _, case = case_for(spec, SHELF, [clause])
    before = outcomes_of(name)
    claimed = [o for o in SHELF.library.clauses[clause].fulfils if before[o] is Outcome.PASS]
    after = {v.obligation: v for v in assess(case)}
    alone = [
        o
        for o in claimed
        if not any(o in c.fulfils for i, c in SHELF.library.clauses.items() if i != clause and i in clauses_of(name))
    ]
    stated = SHELF.library.clauses[clause].fulfils
    if stated and all(before[o] is Outcome.NOT_APPLICABLE for o in stated):
        return  # here nobody asks for it; see the test of `every_clause_states`
    left = [o for o in alone if relevance(SHELF.law.kinds[spec.data["kind"]], o) in ("optional", "not-used")]
    assert all(after[o].outcome is (Outcome.NOT_APPLICABLE if o in left else Outcome.FAIL) for o in alone)
    assert claimed or clause in STATES_NO_OBLIGATION, f"{clause} could vanish without any verdict changing"
    shared = SHARED.get(clause, "") in clauses_of(name)
    assert alone or shared or clause in STATES_NO_OBLIGATION, f"only {claimed} rest on {clause}, and on others too"


def test_every_clause_states_in_some_example_what_is_asked_there() -> None:
    asked: set[str] = set()
    for name in EXAMPLES:
        passed = {obligation for obligation, outcome in outcomes_of(name).items() if outcome is Outcome.PASS}
        asked |= {c for c in clauses_of(name) if passed & SHELF.library.clauses[c].fulfils.keys()}
    assert {c for c in SHELF.library.clauses if c not in asked} == set(STATES_NO_OBLIGATION)


# Clauses whose loss no obligation shows, each with the reason. A Word file that lacks one still fails: its article is gone.
STATES_NO_OBLIGATION: dict[str, str] = {
    "recitals/context": "tells the situation; nobody owes anything by it",
    "recitals/common-answer": "tells why the parties act together; nobody owes anything by it",
    "recitals/needs": "names the assessment; the duty stands in purpose/needs-and-targeting",
    "recitals/decision-reference": "an optional mention of the decision, printed when the spec has it",
    "recitals/budget-article": "an optional mention of the decision, printed when the spec has it",
    "recitals/continuity": "explains; the duties stand under sustainability/",
    "parties/account-holder": "said when the account is in another name, so that nobody takes it for a fraud",
    "parties/public-enterprise-number": "the law asks the number of registered entities; a service of the State may have none",
    "memorandum/principles-open": "an intention of a memorandum that binds nobody",
    "memorandum/contacts-open": "an intention of a memorandum that binds nobody",
    "memorandum/visibility-open": "an intention of a memorandum that binds nobody",
    "memorandum/exchange-open": "an intention of a memorandum that binds nobody",
    "purpose/public-contracts": "repeats the equality of bidders that procurement law imposes anyway",
    "general/entire-agreement": "a rule of interpretation that no instrument asks for",
    "liability/cap": "a choice of the parties; the floor below which it may not go stands in liability/responsibility",
}
# Clauses that state an obligation together with a neighbour: where both stand, the loss of one alone leaves it stated.
SHARED: dict[str, str] = {
    "parties/online-contact": "parties/website",  # CSA 2:20 asks for the one or the other if there is any
    "parties/website": "parties/online-contact",
    "parties/account": "parties/account-number",  # of two parties, one names its bank
    "parties/account-number": "parties/account",
    "liability/insurance": "liability/insurance-named",  # names the policies of the spec
    "liability/insurance-named": "liability/insurance",
    "parties/representation": "parties/own-name",  # of two parties, the one who signs in person has no representative
    "parties/own-name": "parties/representation",
    "disputes/settlement": "disputes/mediation",  # both are ways before the court
    "disputes/mediation": "disputes/settlement",
}


# ------------------------------------------------------------------------------------ in a Word file


def paragraphs(body: etree._Element, anchors: set[str]) -> list[etree._Element]:
    return [p for p in body.iter(f"{W}p") if any(b.get(f"{W}name") in anchors for b in p.iter(f"{W}bookmarkStart"))]


def delete(found: list[etree._Element]) -> None:
    for p in found:
        p.getparent().remove(p)


def empty(found: list[etree._Element]) -> None:
    for p in found:
        for t in p.iter(f"{W}t"):
            t.text = ""


def strike(found: list[etree._Element]) -> None:
    for p in found:
        for run in [r for r in p.iter(f"{W}r") if r.getparent().tag != f"{W}del"]:
            holder = etree.Element(f"{W}del", {f"{W}id": "9", f"{W}author": "x", f"{W}date": "2026-01-01T00:00:00Z"})
            run.getparent().replace(run, holder)
            holder.append(run)
            for t in run.iter(f"{W}t"):
                t.tag = f"{W}delText"


def weaken(found: list[etree._Element]) -> None:
    for p in found:
        for t in p.iter(f"{W}t"):
            for pattern, word in (pair for pairs in WEAKER.values() for pair in pairs):
                t.text = pattern.sub(word, t.text or "")


def mutated(name: str, language: str, clause: str, change: Callable[[list[etree._Element]], None]) -> bytes | None:
    """The built file with one article changed; None when the change leaves it as it was."""
    _, document, manifest = built(name, language)
    package, _ = read_package(document, "x.docx")
    assert package is not None
    import json

    anchors = {p["anchor"] for p in json.loads(manifest)["paragraphs"] if p["clause"] == clause}
    root = etree.fromstring(package.parts["word/document.xml"])
    before = etree.tostring(root)
    change(paragraphs(root, anchors))
    if etree.tostring(root) == before:
        return None
    return write_package(
        {
            **package.parts,
            "word/document.xml": etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True),
        }
    )


def check(tmp_path: Path, data: bytes, name: str, language: str) -> Any:
    _, document, manifest = built(name, language)
    (tmp_path / "a.docx").write_bytes(data)
    (tmp_path / "a.manifest.json").write_bytes(beside(manifest, document, "a.docx"))
    return check_file(str(tmp_path / "a.docx"), SHELF, "", (), "en")


CHANGES = (delete, empty, strike, weaken)


def articles() -> Iterator[tuple[str, str, str, Any]]:
    """Every article of the long examples and of the one in every language, and of the others each clause that no earlier
    example has: each changed in every way, in the first language of its example."""
    seen: set[str] = set()
    whole = (EVERY_LANGUAGE, *LONG)
    for name in (*whole, *(n for n in EXAMPLES if n not in whole)):
        for clause in [p.clause.id for p in built_plan(name).clauses if p.number]:
            if name in whole or clause not in seen:
                yield from ((name, clause, languages_of(name)[0], change) for change in CHANGES)
            if name == EVERY_LANGUAGE:
                rest = languages_of(name)[1:]
                yield from ((name, clause, language, change) for language in rest for change in (delete, weaken))
            seen.add(clause)


@pytest.mark.parametrize(
    ("name", "clause", "language", "change"), list(articles()), ids=lambda v: v if isinstance(v, str) else v.__name__
)
def test_an_article_changed_in_word_is_noticed(
    name: str, clause: str, language: str, change: Any, tmp_path: Path
) -> None:
    """A language makes a difference to the words of a duty and to the names of articles, so the articles of one long example
    are deleted and weakened in all four; to mutate every example in every language would only take a quarter of an hour more."""
    data = mutated(name, language, clause, change)
    if data is None:
        assert change is weaken, "a deletion must change the file"
        return  # the article owes nothing in these words
    plan, _, _ = built(name, language)
    planned = next(p for p in plan.clauses if p.clause.id == clause)
    result = check(tmp_path, data, name, language)
    label = f"{'Article' if language in ('fr', 'en') else 'Artikel'} {planned.number}"
    errors = [f for f in result.findings if f.severity is Severity.ERROR and f.code in ("PPP605", "PPP606", "PPP613")]
    assert any(re.match(rf"{label}(\D|$)", f.place.path, re.IGNORECASE) for f in errors), [f.place.path for f in errors]
    state = next(a for a in result.articles if a["clause"] == clause)["state"]
    assert state == ("changed" if change is weaken else "gone")
    others = {a["clause"] for a in result.articles if a["state"] != "intact"}
    assert others == {clause}
    before = outcomes_of(name)
    wanted = {Outcome.REVIEW, Outcome.FAIL} if change is weaken else {Outcome.FAIL}
    touched = {f.obligation for f in result.findings if f.obligation}
    for obligation, blocks in fulfils_of(planned.clause, planned.alternative).items():
        verdict = next(v for v in result.verdicts if v.obligation == obligation)
        if before[obligation] is Outcome.PASS and (change is not weaken or weakened(planned, blocks, language)):
            assert verdict.outcome in wanted, obligation
            assert obligation in touched, f"{obligation} is concerned and not named"


def weakened(planned: Any, blocks: Any, language: str) -> bool:
    text = planned.clause.texts[planned.alternative, language]
    words = {b.name: "".join(i.value for i in b.inlines if i.kind == "text") for b in text.blocks}
    return any(pattern.search(words[b]) for b in blocks for pattern, _ in WEAKER[language])


def test_a_weakened_duty_is_for_a_person_to_review(tmp_path: Path) -> None:
    data = mutated("family-shelter", "fr", "reporting/incidents", weaken)
    assert data is not None
    result = check(tmp_path, data, "family-shelter", "fr")
    found = {(f.code, f.obligation) for f in result.findings}
    assert ("PPP303", "reporting.incident") in found
    assert not any(code == "PPP301" for code, _ in found)
    assert result.bearers["reporting.incident"] == result.parties != ()


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_an_untouched_file_is_intact(name: str, language: str, tmp_path: Path) -> None:
    _, document, _ = built(name, language)
    result = check(tmp_path, document, name, language)
    assert {a["state"] for a in result.articles} == {"intact"}
    assert [f for f in result.findings if f.severity >= Severity.WARNING] == []
    spec_outcomes = {
        v.obligation: v.outcome for v in examine_spec(str(ROOT / "examples" / f"{name}.yaml"), SHELF).verdicts
    }
    assert {v.obligation: v.outcome for v in result.verdicts} == spec_outcomes


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_checked_against_its_spec_is_intact(name: str, tmp_path: Path) -> None:
    _, document, _ = built(name, languages_of(name)[-1])
    (tmp_path / "alone.docx").write_bytes(document)
    result = check_file(str(tmp_path / "alone.docx"), SHELF, str(ROOT / "examples" / f"{name}.yaml"), (), "en")
    assert {a["state"] for a in result.articles} == {"intact"}
    assert [f.code for f in result.findings if f.severity >= Severity.ERROR] == []


def test_a_file_alone_is_checked_against_its_own_manifest_and_says_so(tmp_path: Path) -> None:
    _, document, _ = built("family-shelter", "fr")
    (tmp_path / "alone.docx").write_bytes(document)
    result = check_file(str(tmp_path / "alone.docx"), SHELF, "", (), "en")
    assert [f.code for f in result.findings if f.severity >= Severity.WARNING] == ["PPP609"]
    assert "own manifest" in result.basis


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return SHELF
