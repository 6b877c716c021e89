"""Conditions have three values; a missing fact is never a "no"."""

from __future__ import annotations

import itertools

import pytest
from cases import changed_spec
from hypothesis import given
from hypothesis import strategies as st

from ppp_contracts.conditions import Facts, circle_of, facts_in, holds, names_under, reasons, trace
from ppp_contracts.paths import select
from ppp_contracts.plan import make_plan
from ppp_contracts.schema import load_schema
from ppp_contracts.workshop import load_shelf

DATA = {
    "facts": {"public_money": "federal", "dgd_money": False, "empty": None},
    "parties": [
        {"id": "a", "role": "public-authority", "workers": 12},
        {"id": "b", "role": "private-partner", "workers": 240},
        {"id": "c", "role": "private-partner"},
    ],
    "grant": {"amount": "250000.00"},
    "list": [],
    "term": {"start": "2026-12-15", "end": "2027-12-15"},
    "teams": [{"name": "x", "members": [{"name": "x"}]}, {"name": "y", "members": [{"name": "x"}, {"name": "z"}]}],
    "tags": ["old", "new"],
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
        ({"fact": "term.start", "before": {"fact": "term.end"}}, True),  # another fact to compare with
        ({"fact": "term.end", "before": {"fact": "term.start"}}, False),
        ({"fact": "term.start", "is": {"fact": "term.missing"}}, None),
        ({"fact": "parties[*].role", "includes": {"fact": "facts.missing"}}, None),
    ],
)
def test_holds(condition: object, value: bool | None) -> None:
    assert holds(condition, FACTS) is value


def some(path: str, *parts: object) -> dict:
    return {"some": path, "where": {"all": list(parts)}}


BIG = {"fact": "item.workers", "at_least": {"parameter": "workers"}}
HUGE = {"fact": "item.workers", "at_least": 500}
PUBLIC = {"fact": "item.role", "is": "public-authority"}
PRIVATE = {"fact": "item.role", "is": "private-partner"}


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (some("parties", PRIVATE, BIG), True),  # c does not say how many, but b has enough
        (some("parties", PUBLIC, BIG), False),  # nobody else's number matters
        (some("parties", PRIVATE, HUGE), None),  # c may have as many
        (some("parties", PUBLIC, HUGE), False),
        (some("parties", {"not": PRIVATE}, HUGE), False),
        ({"not": some("parties", PRIVATE, HUGE)}, None),
        (some("parties", {"fact": "item.type", "is": "x"}), None),  # nobody says it
        (some("parties", {"fact": "item.type", "exists": True}), False),
        (some("parties"), True),  # at least one item
        (some("list", PUBLIC), False),  # an empty list is an answer
        (some("nolist", PUBLIC), None),  # a missing list is not
        (some("grant", PUBLIC), None),  # nor is what is no list
        (some("tags", {"fact": "item", "is": "new"}), True),  # the item itself
        (some("tags", {"fact": "item", "is": "items"}), False),
        (some("parties", PRIVATE, {"condition": "public"}, {"fact": "term.start", "after": "2026-01-01"}), True),
        # a list in each item, and an item in it; the inner `item` is the inner one
        ({"some": "teams", "where": some("item.members", {"fact": "item.name", "is": "z"})}, True),
        ({"some": "teams", "where": some("item.members", {"fact": "item.name", "is": "w"})}, False),
        ({"some": "teams", "where": {"fact": "item.name", "is": {"fact": "item.members[1].name"}}}, None),
        ({"some": "teams", "where": {"fact": "item.members[*].name", "includes": {"fact": "item.name"}}}, True),
    ],
)
def test_some_item_of_a_list(condition: object, value: bool | None) -> None:
    assert holds(condition, FACTS) is value


def test_some_item_says_why_down_to_that_item() -> None:
    condition = {"condition": "large"}
    facts = Facts(DATA, {"large": some("parties", PRIVATE, BIG)}, {"workers": 50})
    assert [(r.condition, r.fact, r.value) for r in reasons(condition, facts)] == [
        ("large", "parties[1].role", "private-partner"),
        ("large", "parties[1].workers", "240"),
    ]
    steps = [(s.depth, s.kind, s.words, s.truth) for s in trace(some("parties", BIG), facts)]
    assert steps == [
        (0, "any", "parties", True),
        (1, "all", "", False),
        (2, "fact", "parties[0].workers at_least workers", False),
        (1, "all", "", True),
        (2, "fact", "parties[1].workers at_least workers", True),
        (1, "all", "", None),
        (2, "fact", "parties[2].workers at_least workers", None),
    ]


def test_some_item_looks_at_its_facts_and_not_at_the_list() -> None:
    """The list itself would put every fact of every party into a manifest."""
    condition = some("parties", BIG, {"fact": "item.name", "is": {"fact": "grant.name"}}, {"fact": "x", "is": 1})
    assert list(facts_in(condition, NAMED)) == [
        ("parties[*].workers", "at_least"),
        ("parties[*].name", "is"),
        ("grant.name", "is"),
        ("x", "is"),
    ]
    inner = {"some": "teams", "where": some("item.members", {"fact": "item.name", "is": "z"})}
    assert list(facts_in(inner, NAMED)) == [("teams[*].members[*].name", "is")]


def test_a_public_body_need_not_count_its_workers() -> None:
    shelf = load_shelf()
    plan, findings = make_plan(
        changed_spec("federal-reception", remove=["parties[0].workers"]), shelf.library, shelf.law
    )
    assert "PPP430" not in {f.code for f in findings}
    assert "integrity/whistleblowing-law" not in {p.clause.id for p in plan.clauses}


def test_who_signs_in_person_is_represented_by_nobody() -> None:
    def said(put: dict[str, object]) -> set[str]:
        shelf = load_shelf()
        plan, findings = make_plan(changed_spec("secondment", put), shelf.library, shelf.law)
        assert "PPP430" not in {f.code for f in findings}
        return {p.key.removeprefix("parties/") for p in plan.clauses if p.clause.id in WHO_SIGNS}

    companies = {"representation/logistics", "representation/shelter"}
    assert said({}) == {*companies, "own-name/planner"}
    guardian = {"name": "Marko Horvat", "capacity": "père", "authority": "autorité parentale"}
    assert said({"parties[2].signatories[0]": guardian}) == {*companies, "representation/planner"}
    assert said({"parties[2].signatories[1]": guardian}) == {*companies, "representation/planner"}


WHO_SIGNS = ("parties/own-name", "parties/representation")


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"some": "parties", "where": PUBLIC}, True),
        ({"fact": "a", "is": {"fact": "b"}}, True),
        ({"fact": "a", "is": {"fact": "b", "parameter": "c.d"}}, False),
        ({"fact": "a", "is": {}}, False),
        ({"some": "parties"}, False),
        ({"where": PUBLIC}, False),
        ({"some": "parties", "where": PUBLIC, "role": "local-partner"}, False),
        ({"some": "parties", "where": PUBLIC, "not": PUBLIC}, False),
    ],
)
@pytest.mark.parametrize("schema", ["clause", "conditions", "obligations", "traps"])
def test_the_schemas_know_lists_and_other_facts(schema: str, condition: object, fits: bool) -> None:
    from jsonschema import Draft202012Validator

    whole = load_schema(schema)
    validator = Draft202012Validator({"$ref": "#/$defs/condition", "$defs": whole["$defs"]})
    assert validator.is_valid(condition) is fits


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


# -------------------------------------------------------------------------------------- names in conditions


@pytest.mark.parametrize(
    ("value", "conditions", "parameters"),
    [
        (None, [], []),
        ({"condition": "a"}, ["a"], []),
        ({"all": [{"condition": "a"}, {"any": [{"not": {"condition": "b"}}]}]}, ["a", "b"], []),
        ({"fact": "x", "at_least": {"parameter": "p"}}, [], ["p"]),
        ([None, [{"condition": "a"}], {"checks": [{"kind": "fact", "holds": {"condition": "c"}}]}], ["a", "c"], []),
        ({"condition": {"condition": "a"}}, ["a"], []),
        ({"fact": "condition", "is": "parameter"}, [], []),
    ],
)
def test_the_names_that_conditions_hold(value: object, conditions: list[str], parameters: list[str]) -> None:
    assert list(names_under("condition", value)) == conditions
    assert list(names_under("parameter", value)) == parameters


@pytest.mark.parametrize(
    ("links", "circle"),
    [
        ({}, ""),
        ({"a": "b", "b": "c", "c": ""}, ""),
        ({"a": "bc", "b": "d", "c": "d", "d": ""}, ""),  # two ways to one are no circle
        ({"a": "x"}, ""),  # what nobody defines is another mistake
        ({"a": "a"}, "aa"),
        ({"a": "b", "b": "a"}, "aba"),
        ({"a": "b", "b": "c", "c": "b"}, "bcb"),
        ({"a": "", "b": "ac", "c": "d", "d": "ab"}, "bcdb"),
    ],
)
def test_conditions_that_ask_each_other(links: dict[str, str], circle: str) -> None:
    conditions = {name: {"all": [{"condition": other} for other in others]} for name, others in links.items()}
    assert "".join(circle_of(conditions)) == circle


def test_the_shipped_conditions_ask_in_no_circle() -> None:
    law = load_shelf().law
    assert circle_of(law.conditions) == ()
    assert set(names_under("condition", law.conditions)) <= law.conditions.keys()
