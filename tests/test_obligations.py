"""Each obligation has facts under which it applies and passes, applies and fails, does not apply, and may be open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases import verdict_for

from ppp_contracts.model import Outcome
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
    assert len(shelf.law.obligations) >= 40
    used = {b.instrument for o in shelf.law.obligations.values() for b in o.basis}
    wanted = {
        "be-2013-03-19-cooperation",
        "be-2020-07-20-integrity",
        "be-2003-05-22-budget",
        "be-civil-code-5",
        "eu-gdpr",
        "be-csa",
    }
    assert wanted <= used
    assert {d for o in shelf.law.obligations.values() for d in o.demand} == set(shelf.law.demands)
    articles = {
        b.article for o in shelf.law.obligations.values() for b in o.basis if b.instrument == "be-2003-05-22-budget"
    }
    assert {"121", "122", "123", "124"} <= articles


def test_every_demand_is_served_by_two_clauses(shelf: Shelf) -> None:
    serving: dict[str, set[str]] = {d: set() for d in shelf.law.demands}
    for clause in shelf.library.clauses.values():
        for obligation in clause.fulfils:
            for demand in shelf.law.obligations[obligation].demand:
                serving[demand].add(clause.id)
    assert {d: len(c) for d, c in serving.items() if len(c) < 2} == {}
