"""The balance counts what its file says, names who has more than an even share and why, and never judges."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cases import case_for, changed_spec
from hypothesis import given
from hypothesis import strategies as st

from ppp_contracts.balance import Balance, evenness, load_measures, render_balance, weigh
from ppp_contracts.cli import run
from ppp_contracts.compliance import assess
from ppp_contracts.messages import UI_LANGUAGES
from ppp_contracts.workshop import Shelf

ROOT = Path(__file__).resolve().parent.parent


def weighed(shelf: Shelf, name: str = "family-shelter", put: dict[str, Any] | None = None, **table: Any) -> Balance:
    plan, case = case_for(changed_spec(name, put), shelf)
    return weigh(plan, assess(case), {**load_measures(), **table})


def measure(identifier: str, *sources: dict[str, Any], sense: str = "burden") -> dict[str, Any]:
    return {
        "id": identifier,
        "sense": sense,
        "title": dict.fromkeys(UI_LANGUAGES, identifier),
        "sources": list(sources),
    }


@pytest.mark.parametrize(
    ("weights", "index"),
    [
        ({}, "1.00"),
        ({"a": 0, "b": 0}, "1.00"),
        ({"a": 5}, "1.00"),
        ({"a": 5, "b": 5}, "1.00"),
        ({"a": 5, "b": 0}, "0.00"),
        ({"a": 1, "b": 1, "c": 0}, "0.63"),
        ({"a": 3, "b": 1}, "0.81"),
    ],
)
def test_evenness(weights: dict[str, int], index: str) -> None:
    assert str(evenness({party: Decimal(weight) for party, weight in weights.items()})) == index


@given(st.dictionaries(st.text(min_size=1), st.decimals(0, 10**9, places=2), min_size=2, max_size=8))
def test_evenness_stays_between_nothing_and_one(weights: dict[str, Decimal]) -> None:
    assert 0 <= evenness(weights) <= 1


def test_amounts_are_summed_by_party(shelf: Shelf) -> None:
    source = {"kind": "amounts", "path": "resources.contributions", "party": "party", "values": ["amount", "value"]}
    (brought,) = weighed(shelf, measures=[measure("brought", source)]).measures
    spec = changed_spec("family-shelter")
    wanted: dict[str, Decimal] = {}
    for entry in spec.data["resources"]["contributions"]:
        value = entry.get("amount", entry.get("value"))
        wanted[entry["party"]] = wanted.get(entry["party"], Decimal(0)) + Decimal(value)
    assert {party: weight for party, weight in brought.weights.items() if weight} == wanted


def test_a_party_with_more_than_its_share_is_named_with_what_weighs(shelf: Shelf) -> None:
    source = {"kind": "items", "path": "responsibilities", "party": "lead"}
    put = {
        f"responsibilities[{n}].lead": "shelter"
        for n in range(len(changed_spec("family-shelter").data["responsibilities"]))
    }
    (duties,) = weighed(shelf, put=put, measures=[measure("lead", source)]).measures
    (tip,) = duties.tips
    assert (tip.party, tip.share, math.isclose(float(tip.even), 1 / 3)) == ("shelter", 1, True)
    assert tip.facts[0] == "responsibilities[0].lead" and duties.evenness == 0


def test_an_even_share_is_not_named(shelf: Shelf) -> None:
    (votes,) = weighed(
        shelf, measures=[measure("votes", {"kind": "members", "path": "governance.steering_committee.members"})]
    ).measures
    assert votes.evenness == 1 and not votes.tips


def test_what_all_owe_to_all_does_not_weigh(shelf: Shelf) -> None:
    source = {"kind": "obligations", "side": "bearer", "of": ["end.term", "audit.repayment"]}
    (duties,) = weighed(shelf, measures=[measure("duties", source)]).measures
    assert duties.weights["shelter"] == 1 and sum(duties.weights.values()) == 1


def test_every_obligation_that_the_file_names_exists(shelf: Shelf) -> None:
    named = {o for m in load_measures()["measures"] for s in m["sources"] for o in s.get("of", ())}
    assert named <= set(shelf.law.obligations)


@pytest.mark.parametrize("name", sorted(p.stem for p in (ROOT / "examples").glob("*.yaml")))
def test_every_example_can_be_weighed_in_every_language(name: str, shelf: Shelf) -> None:
    balance = weighed(shelf, name)
    for ui in UI_LANGUAGES:
        text = render_balance(balance, {}, ui)
        assert all(m.title[ui] in text for m in balance.measures) and "{" not in text


def test_the_command_advises_and_never_fails(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(ROOT / "examples" / "food-aid-private.yaml")
    assert run(["balance", file, "--ui", "fr"]) == 0
    assert "il ne juge pas" in capsys.readouterr().out
    assert run(["balance", file, "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert {m["id"] for m in body["measures"]} == {m["id"] for m in load_measures()["measures"]}
    assert run(["balance", "none.yaml"]) == 2
