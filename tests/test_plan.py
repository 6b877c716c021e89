"""What a plan and an agreement say of clauses that lack a language, exclude each other, or lose a value (PPP418, PPP432,
PPP508, PPP509); order, numbers and reasons."""

from __future__ import annotations

from dataclasses import replace

from cases import changed_spec
from conftest import EXAMPLES

from ppp_contracts.assembly import anchor_of, assemble, lost_values, paragraphs_of
from ppp_contracts.model import Plan, Span
from ppp_contracts.plan import make_plan, terms_used
from ppp_contracts.workshop import Shelf


def plan_of(name: str, shelf: Shelf, **changes: object) -> Plan:
    plan, findings = make_plan(changed_spec(name, changes), shelf.library, shelf.law)
    assert not [f for f in findings if f.severity == 3], findings
    return plan


def test_a_clause_without_the_language_is_named(shelf: Shelf) -> None:
    _, findings = assemble(plan_of("family-shelter", shelf), "de")
    assert {f.code for f in findings} == {"PPP418"}
    assert assemble(plan_of("family-shelter", shelf), "fr")[1] == ()


def test_clauses_that_exclude_each_other(shelf: Shelf) -> None:
    clause = replace(shelf.library.clauses["general/severability"], excludes=("general/entire-agreement",))
    library = replace(shelf.library, clauses={**shelf.library.clauses, clause.id: clause})
    _, findings = make_plan(changed_spec("family-shelter"), library, shelf.law)
    assert [(f.code, dict(f.params)["other"]) for f in findings] == [("PPP432", "general/entire-agreement")]


def test_a_lost_value_and_a_left_mark_are_found(shelf: Shelf) -> None:
    plan = plan_of("family-shelter", shelf)
    agreement, _ = assemble(plan, "fr")
    assert list(lost_values(agreement, plan)) == []
    article = agreement.articles[3]
    for span, code in (
        (Span("slot", "", "x"), "PPP508"),
        (Span("text", "voir {{ x }}"), "PPP509"),
        (Span("ref", "", "_ppp_x"), "PPP433"),
    ):
        bad = replace(article, paragraphs=(replace(article.paragraphs[0], spans=(span,)), *article.paragraphs[1:]))
        broken = replace(agreement, articles=(*agreement.articles[:3], bad, *agreement.articles[4:]))
        assert [f.code for f in lost_values(broken, plan)] == [code]


def test_articles_are_numbered_in_order_without_gaps_and_know_why_they_are_there(shelf: Shelf) -> None:
    for name in EXAMPLES:
        plan = plan_of(name, shelf)
        numbered = [p for p in plan.clauses if p.number]
        assert [p.number for p in numbered] == list(range(1, len(numbered) + 1))
        assert [p.clause.order for p in numbered] == sorted(p.clause.order for p in numbered)
        assert all(p.why for p in plan.clauses)
        for repayment in (p for p in numbered if p.clause.id == "audit/repayment-federal"):
            assert [(r.condition, r.fact, r.value) for r in repayment.why] == [
                ("federal_money", "facts.public_money", "federal")
            ]
    assert any(p.clause.id == "audit/repayment-federal" for p in plan_of("family-shelter", shelf).clauses)


def test_anchors_are_valid_and_unique(shelf: Shelf) -> None:
    for name in EXAMPLES:
        agreement, _ = assemble(plan_of(name, shelf), "nl")
        anchors = [p.anchor for _, p in paragraphs_of(agreement)]
        assert len(set(map(str.lower, anchors))) == len(anchors)
        assert all(
            a.startswith("_ppp_") and a.replace("_", "").isalnum() and a.isascii() and len(a) <= 40 for a in anchors
        )
    assert anchor_of("a" * 60, "1") != anchor_of("a" * 60, "2")


def test_only_the_terms_used_are_defined_and_they_are_the_same_in_both_languages(shelf: Shelf) -> None:
    for name in EXAMPLES:
        plan = plan_of(name, shelf)
        assert terms_used(plan, "fr") == terms_used(plan, "nl")
    assert "local-partner" not in terms_used(plan_of("family-shelter", shelf), "fr")


def test_an_alternative_takes_the_place_of_the_text(shelf: Shelf) -> None:
    plan = plan_of("family-shelter", shelf, choices={"alternatives": {"change/hardship": "fallback-1"}})
    planned = next(p for p in plan.clauses if p.clause.id == "change/hardship")
    agreement, _ = assemble(plan, "fr")
    article = agreement.articles[planned.number - 1]
    preferred, _ = assemble(plan_of("family-shelter", shelf), "fr")
    assert article.paragraphs != preferred.articles[planned.number - 1].paragraphs
