"""Each obligation has facts under which it applies and passes, applies and fails, does not apply, and may be open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases import changed_spec, verdict_for

from ppp_contracts.law import frameworks_of, in_framework
from ppp_contracts.model import Outcome
from ppp_contracts.plan import facts_of
from ppp_contracts.workshop import Shelf
from ppp_contracts.yamlio import read_yaml

FOLDER = Path(__file__).parent / "obligations"
EXPECTED = {
    "passes": Outcome.PASS,
    "fails": Outcome.FAIL,
    "not_applicable": Outcome.NOT_APPLICABLE,
    "open": Outcome.OPEN,
    "review": Outcome.REVIEW,
}


def fixtures() -> list[tuple[str, str, dict[str, Any]]]:
    out = []
    for file in sorted(FOLDER.glob("*.yaml")):
        document, findings = read_yaml(str(file))
        assert document is not None and not findings, findings
        for obligation, cases in document.data.items():
            for name, fixture in cases.items():
                listed = fixture if isinstance(fixture, list) else [fixture]
                out += [(obligation, name, one) for one in listed]
    return out


@pytest.mark.parametrize(("obligation", "name", "fixture"), fixtures(), ids=lambda v: v if isinstance(v, str) else "")
def test_the_outcome_is_as_the_fixture_says(obligation: str, name: str, fixture: dict[str, Any], shelf: Shelf) -> None:
    verdict = verdict_for(obligation, fixture, shelf)
    assert verdict.outcome is EXPECTED[name], verdict
    if verdict.outcome is Outcome.PASS:
        assert verdict.evidence, "a pass needs evidence"
    if verdict.outcome is Outcome.OPEN:
        assert verdict.missing, "what is open names the missing fact"


def test_every_obligation_has_its_cases(shelf: Shelf) -> None:
    have: dict[str, set[str]] = {}
    for obligation, name, _ in fixtures():
        have.setdefault(obligation, set()).add(name)
    assert set(have) == set(shelf.law.obligations)
    lacking = {o: missing for o in have if (missing := {"passes", "fails", "not_applicable"} - have[o])}
    assert not lacking


def test_there_are_enough_obligations_on_the_instruments_asked_for(shelf: Shelf) -> None:
    assert len(shelf.law.obligations) >= 120
    used = {b.instrument for o in shelf.law.obligations.values() for b in o.basis}
    assert used == set(shelf.law.instruments) - NAMED_ONLY
    assert {d for o in shelf.law.obligations.values() for d in o.demand} == set(shelf.law.demands)


# What traps, clauses or kinds cite and no obligation rests on.
NAMED_ONLY = {"be-1976-07-08-cpas", "be-2007-01-12-reception", "be-2016-06-17-concessions"}

# Contents that a law or a standard numbers, each with an obligation of its own.
ITEM_BY_ITEM = {
    "be-2003-05-22-budget": {"121", "122", "123", "124"},
    "eu-gdpr": {
        *(f"28(3)({letter})" for letter in "abcdefgh"),
        *("28(2)", "28(4)", "28(9)", "5(1)(e)", "26(1)", "26(2)", "26(3)", "30", "33(1)", "33(2)", "34"),
        *("35(3)(b)", "37(1)(a)", "49(1)(f)"),
    },
    "be-2018-07-30-privacy": {"20", "21"},
    "std-chs-2024": {f"C{number}" for number in range(1, 10)},
    "std-pop": {"Equality", "Transparency", "Result-oriented approach", "Responsibility", "Complementarity"},
    "std-wef-ocha": {"(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)", "(vii)"},
    "std-un-sea-protocol": {"3", "4", "5", "6"},
    "std-dac-seah": {"1", "2", "3", "4", "6"},
}


@pytest.mark.parametrize("instrument", ITEM_BY_ITEM)
def test_what_an_instrument_numbers_is_tested_item_by_item(instrument: str, shelf: Shelf) -> None:
    found = {b.article for o in shelf.law.obligations.values() for b in o.basis if b.instrument == instrument}
    assert ITEM_BY_ITEM[instrument] - found == set()


# The funder or the situation, and what the facts have to call for and not to call for.
CALLED_FOR = {
    "family-shelter": (
        {"federal-grant", "gdpr-processor", "pseah", "chs"},
        {"dgd-humanitarian", "regional-grant", "echo"},
    ),
    "medical-logistics": ({"dgd-humanitarian", "integrity-charter", "federal-grant"}, {"local-grant", "private-money"}),
    "grant-regional": ({"regional-grant", "chs"}, {"federal-grant", "brussels-grant", "company-partner"}),
    "grant-local-eupen": ({"local-grant"}, {"federal-grant", "regional-grant"}),
    "food-aid-private": ({"gifts", "volunteers", "staff", "company-partner"}, {"federal-grant", "gdpr"}),
    "data-protocol": ({"gdpr", "federal-data"}, {"pseah", "staff"}),
}


@pytest.mark.parametrize("name", CALLED_FOR)
def test_the_facts_call_for_their_frameworks(name: str, shelf: Shelf) -> None:
    wanted, unwanted = CALLED_FOR[name]
    called = set(frameworks_of(shelf.law, facts_of(changed_spec(name), shelf.law)))
    assert wanted <= called
    assert not unwanted & called
    assert not {"enabel", "bio"} & called, "no fact of a spec tells"


def test_a_framework_selects_obligations_by_instrument_and_by_id(shelf: Shelf) -> None:
    for name in shelf.law.frameworks:
        assert any(in_framework(shelf.law, o, name) for o in shelf.law.obligations.values()), name
    inside = {o.id for o in shelf.law.obligations.values() if in_framework(shelf.law, o, "gifts")}
    assert {"donation.object", "resources.donation_terms", "finance.cash_limit"} <= inside
    assert "data.roles" not in inside


def test_a_missing_fact_calls_for_no_framework(shelf: Shelf) -> None:
    spec = changed_spec("medical-logistics", remove=["facts.dgd_money"])
    assert "dgd-humanitarian" not in frameworks_of(shelf.law, facts_of(spec, shelf.law))


def test_every_demand_is_served_by_two_clauses(shelf: Shelf) -> None:
    serving: dict[str, set[str]] = {d: set() for d in shelf.law.demands}
    for clause in shelf.library.clauses.values():
        for obligation in clause.fulfils:
            for demand in shelf.law.obligations[obligation].demand:
                serving[demand].add(clause.id)
    assert {d: len(c) for d, c in serving.items() if len(c) < 2} == {}
