"""Conditions have three values; a missing fact is never a "no"."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppp_contracts.conditions import Facts, facts_in, holds, reasons
from ppp_contracts.paths import select

DATA = {
    "facts": {"public_money": "federal", "dgd_money": False, "empty": None},
    "parties": [
        {"id": "a", "role": "public-authority", "workers": 12},
        {"id": "b", "role": "private-partner", "workers": 240},
        {"id": "c", "role": "private-partner"},
    ],
    "grant": {"amount": "250000.00"},
    "list": [],
    "term": {"start": "2026-12-15"},
}
NAMED = {
    "public": {"not": {"fact": "facts.public_money", "is": "none"}},
    "big": {"fact": "parties[*].workers", "at_least": {"parameter": "workers"}},
}
FACTS = Facts(DATA, NAMED, {"workers": 50})


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (None, True),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"condition": "public"}, True),
        ({"fact": "facts.dgd_money", "is": True}, False),
        ({"fact": "facts.missing", "is": True}, None),
        ({"fact": "facts.empty", "is": True}, None),
        ({"not": {"fact": "facts.missing", "is": True}}, None),
        ({"all": [{"fact": "facts.missing", "is": 1}, {"fact": "facts.dgd_money", "is": True}]}, False),
        ({"any": [{"fact": "facts.missing", "is": 1}, {"condition": "public"}]}, True),
        ({"any": [{"fact": "facts.missing", "is": 1}, {"fact": "facts.dgd_money", "is": True}]}, None),
        ({"role": "private-partner"}, True),
        ({"role": "private-partner", "count": {"at_least": 3}}, False),
        ({"role": "local-partner", "count": {"at_most": 0}}, True),
        ({"fact": "grant.amount", "at_least": "250000"}, True),
        ({"fact": "grant.amount", "at_least": "250000.01"}, False),
        ({"fact": "term.start", "before": "2027-01-01"}, True),
        ({"fact": "term.start", "after": "2027-01-01"}, False),
        ({"fact": "parties[*].role", "includes": "public-authority"}, True),
        ({"fact": "parties[*].role", "one_of": ["x", "y"]}, False),
        ({"fact": "parties[role=private-partner].id", "is": "b"}, True),
        ({"fact": "parties[role=nobody].id", "is": "b"}, False),
        ({"condition": "big"}, True),
        ({"fact": "parties[*].workers", "at_least": 500}, None),  # one party does not say how many
        ({"fact": "list[*].x", "is": 1}, False),  # an empty list is an answer
        ({"fact": "nolist[*].x", "is": 1}, None),  # a missing list is not
        ({"fact": "grant.amount", "exists": True}, True),
        ({"fact": "grant.other", "exists": True}, False),
        ({"fact": "grant.other", "exists": False}, True),
        ({"fact": "facts.public_money", "at_least": 3}, None),  # not a number: the schema says so
        ({"fact": "facts.dgd_money", "is": 0}, False),  # False is not 0
    ],
)
def test_holds(condition: object, value: bool | None) -> None:
    assert holds(condition, FACTS) is value


def kleene(draw_value: bool | None) -> dict:
    return {True: {"all": []}, False: {"any": []}, None: {"fact": "no.such", "is": 1}}[draw_value]


@given(st.lists(st.sampled_from([True, False, None]), max_size=5))
def test_all_and_any_are_duals(values: list[bool | None]) -> None:
    parts = [kleene(v) for v in values]
    both = holds({"all": parts}, FACTS)
    either = holds({"not": {"any": [{"not": p} for p in parts]}}, FACTS)
    assert both is either
    if False in values:
        assert both is False
    elif None in values:
        assert both is None
    else:
        assert both is True


def test_filling_in_a_fact_never_turns_a_decided_condition() -> None:
    """Monotone: what held or failed without a fact still does with it."""
    condition = {"any": [{"all": [{"fact": "x", "is": 1}, {"condition": "public"}]}, {"not": {"fact": "y", "is": 2}}]}
    for x, y in itertools.product((None, 1, 2), repeat=2):
        before = holds(condition, Facts({**DATA, "x": x, "y": y}, NAMED, {}))
        if before is None:
            continue
        for more_x, more_y in itertools.product((1, 2), repeat=2):
            after = holds(condition, Facts({**DATA, "x": x or more_x, "y": y or more_y}, NAMED, {}))
            assert after is before


def test_reasons_go_down_to_the_facts() -> None:
    assert [(r.condition, r.fact, r.value) for r in reasons({"condition": "public"}, FACTS)] == [
        ("public", "facts.public_money", "federal")
    ]


def test_facts_in_names_every_path() -> None:
    paths = {
        p for p, _ in facts_in({"all": [{"condition": "big"}, {"role": "x"}, {"fact": "a.b", "exists": True}]}, NAMED)
    }
    assert paths == {"parties[*].workers", "parties[*].role", "a.b"}


def test_select_gives_paths() -> None:
    assert list(select(DATA, "parties[role=private-partner].workers")) == [
        (("parties", 1, "workers"), 240),
        (("parties", 2, "workers"), None),
    ]
