"""What a plan and an agreement say of clauses that lack a language, need, exclude or replace each other, use a fallback, or
lose a value (PPP418, PPP431, PPP432, PPP440, PPP441, PPP442, PPP508, PPP509); order, numbers, reasons and absences."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from cases import changed_spec, parsed, replace
from conftest import EXAMPLES, LONG
from hypothesis import given
from hypothesis import strategies as st

from ppp_contracts.assembly import anchor_of, assemble, lost_values, paragraphs_of
from ppp_contracts.messages import message_of
from ppp_contracts.model import LANGUAGES, Absence, Block, Clause, Finding, Inline, Law, Library, Plan, Span, Text
from ppp_contracts.plan import make_plan, smallest_conflict, terms_used
from ppp_contracts.spec import make_spec
from ppp_contracts.workshop import Shelf


def plan_of(name: str, shelf: Shelf, **changes: object) -> Plan:
    plan, findings = make_plan(changed_spec(name, changes), shelf.library, shelf.law)
    assert not [f for f in findings if f.severity == 3], findings
    return plan


def with_clauses(shelf: Shelf, *clauses: Clause) -> Shelf:
    """The shelf with some clauses in another form."""
    changed = {**shelf.library.clauses, **{clause.id: clause for clause in clauses}}
    return replace(shelf, library=replace(shelf.library, clauses=changed))


def test_a_clause_without_the_language_is_named(shelf: Shelf) -> None:
    own = shelf.library.clauses["general/severability"]
    less = replace(own, texts={key: text for key, text in own.texts.items() if key != ("", "de")})
    plan = plan_of("family-shelter", with_clauses(shelf, less))
    for language in LANGUAGES:
        agreement, findings = assemble(plan, language)
        assert [(f.code, dict(f.params)) for f in findings] == (
            [("PPP418", {"clause": own.id, "language": "de"})] if language == "de" else []
        )
        assert any(a.heading.clause == own.id for a in agreement.articles) is (language != "de")
    assert all(assemble(plan_of("family-shelter", shelf), language)[1] == () for language in LANGUAGES)


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


# ------------------------------------------------------------------------------- small libraries, made here


def clause(name: str, order: int, **more: Any) -> Clause:
    """A small clause `t/<name>`; what is named without a topic is of the same one."""
    for key in ("requires", "excludes", "replaces"):
        more[key] = tuple(f"t/{other}" for other in more.get(key, ()))
    text = Text("fr.md", name, (Block("1", 1, (Inline("text", f"Le texte de {name}."),), 3),))
    values: dict[str, Any] = {
        "id": f"t/{name}",
        "version": "1.0.0",
        "order": order,
        "place": "article",
        "each": "",
        "when": None,
        "fulfils": {},
        "slots": {},
        "cites": (),
        "alternatives": {},
        "texts": {("", "fr"): text},
        "file": f"clauses/t/{name}/clause.yaml",
        "digests": {"": "0" * 64},
    }
    return Clause(**{**values, **more})


CONDITIONS = {"money": {"fact": "facts.public_money", "is": "federal"}}
LAW = Law({}, {}, CONDITIONS, {}, {}, {"grant": {"takes": frozenset({"t"}), "title": {}}}, {}, "law")


def small_plan(clauses: list[Clause], spec: str = "", **library: Any) -> tuple[Plan, tuple[Finding, ...]]:
    ordered = {c.id: c for c in sorted(clauses, key=lambda c: (c.order, c.id))}
    made = make_spec(parsed(f"kind: grant\nlanguages: [fr]\n{spec}"))
    values = {"terms": {}, "labels": {}, "digest": "library", **library}
    return make_plan(made, Library(ordered, **values), LAW)


def here(plan: Plan) -> str:
    return "".join(p.clause.id.removeprefix("t/") for p in plan.clauses)


def whole(plan: Plan) -> None:
    """Every clause of the library is in the plan or among its absences, and not in both."""
    chosen = {p.clause.id for p in plan.clauses}
    assert not chosen & plan.absent.keys()
    assert chosen | plan.absent.keys() == {*plan.library.clauses, *plan.library.forbidden}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_clause_of_the_library_is_in_a_plan_or_absent_for_a_reason(name: str, shelf: Shelf) -> None:
    plan = plan_of(name, shelf)
    whole(plan)
    for absent, absence in plan.absent.items():
        assert absence.reason in ("condition", "kind", "replaced", "nobody"), (absent, absence)
        if absence.reason == "replaced":
            assert any(p.clause.id == absence.detail for p in plan.clauses)


# -------------------------------------------------------------------------------------------- replaces


# (who replaces whom, who stays, who stands back for whom), in the order a, b, c, d of the articles
REPLACED: list[tuple[dict[str, str], str, dict[str, str]]] = [
    ({}, "abcd", {}),
    ({"a": "b"}, "acd", {"b": "a"}),
    ({"b": "a"}, "bcd", {"a": "b"}),
    ({"a": "bcd"}, "a", {"b": "a", "c": "a", "d": "a"}),
    ({"d": "abc"}, "d", {"a": "d", "b": "d", "c": "d"}),
    ({"a": "b", "b": "c"}, "acd", {"b": "a"}),  # who stands back replaces nothing
    ({"c": "b", "b": "a"}, "acd", {"b": "c"}),
    ({"a": "b", "b": "c", "c": "d"}, "ac", {"b": "a", "d": "c"}),
    ({"d": "c", "c": "b", "b": "a"}, "bd", {"c": "d", "a": "b"}),
    ({"b": "a", "d": "c", "c": "b"}, "bd", {"a": "b", "c": "d"}),
    ({"a": "c", "b": "c"}, "abd", {"c": "a"}),
    ({"a": "b", "b": "a"}, "acd", {"b": "a"}),  # a circle: the first of it stays
    ({"a": "b", "b": "c", "c": "a"}, "acd", {"b": "a"}),  # a stays, b goes, and nobody replaces c any more
    ({"b": "c", "c": "b"}, "abd", {"c": "b"}),
    ({"b": "ca", "c": "ba"}, "bd", {"c": "b", "a": "b"}),  # the first of the circle, and not the first of all
    ({"a": "a"}, "abcd", {}),  # nobody replaces himself
    ({"a": "x"}, "abcd", {}),  # nor what is not there
    ({"a": "b", "c": "a"}, "bcd", {"a": "c"}),
]


@pytest.mark.parametrize(("links", "stays", "back"), REPLACED, ids=str)
def test_clauses_that_stand_back(links: dict[str, str], stays: str, back: dict[str, str]) -> None:
    plan, findings = small_plan([clause(n, i, replaces=links.get(n, "")) for i, n in enumerate("abcd")])
    assert here(plan) == stays and findings == ()
    assert plan.absent == {f"t/{name}": Absence("replaced", f"t/{by}") for name, by in back.items()}
    assert [p.number for p in plan.clauses] == list(range(1, len(stays) + 1))
    whole(plan)


def test_only_what_is_chosen_replaces() -> None:
    """A clause whose condition does not hold, that was left out or that is forbidden takes nobody's place."""
    not_here = clause("a", 1, replaces="b", when={"condition": "money"})
    for spec, stays, reason in (
        ("facts: {public_money: federal}", "a", ""),
        ("facts: {public_money: local}", "b", "condition"),
        ("facts: {}", "b", "open"),
        ("facts: {public_money: federal}\nchoices: {leave_out: [{clause: t/a, reason: no}]}", "b", "left-out"),
        ("facts: {public_money: local}\nchoices: {add: [t/a]}", "a", ""),
    ):
        plan, _ = small_plan([not_here, clause("b", 2)], spec)
        assert here(plan) == stays
        assert plan.absent["t/b" if stays == "a" else "t/a"].reason == (reason or "replaced")
        whole(plan)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=12), st.permutations("abcde"))
def test_replacements_end_and_hold_whatever_they_are(links: list[tuple[str, str]], order: list[str]) -> None:
    """Who stays is replaced by nobody who stays, unless in a circle; who stands back does so for one who stays."""
    clauses = [clause(n, order.index(n), replaces=[o for by, o in links if by == n]) for n in "abcde"]
    plan, _ = small_plan(clauses)
    stays = set(here(plan))
    replaces = {n: {o for by, o in links if by == n and o != n} for n in "abcde"}
    assert stays
    for name, absence in plan.absent.items():
        by = absence.detail.removeprefix("t/")
        assert by in stays and name.removeprefix("t/") in replaces[by]
    if not circular(replaces):
        assert not any(other in stays for name in stays for other in replaces[name])
    whole(plan)


def circular(links: Mapping[str, set[str]]) -> bool:
    def reaches(start: str, end: str, seen: frozenset[str]) -> bool:
        return any(o == end or (o not in seen and reaches(o, end, seen | {o})) for o in links[start])

    return any(reaches(name, name, frozenset()) for name in links)


# ------------------------------------------------------------------------------------- needs and exclusions


def found(findings: tuple[Finding, ...], *codes: str) -> list[tuple[str, str, str, str]]:
    """Code, clause, other, and why, of the findings about clauses together."""
    params = [(f.code, dict(f.params)) for f in findings if f.code in (codes or ("PPP431", "PPP432", "PPP442"))]
    return [
        (code, p["clause"].removeprefix("t/"), p["other"].removeprefix("t/"), p.get("why", "")) for code, p in params
    ]


MONEY = {"condition": "money"}
FEDERAL, LOCAL = "facts: {public_money: federal}\n", "facts: {public_money: local}\n"


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (LOCAL, "facts.public_money: local"),
        ("facts: {}\n", "facts.public_money: "),
        (FEDERAL + "choices: {leave_out: [{clause: t/b, reason: agreed so}]}\n", "agreed so"),
    ],
)
def test_a_clause_that_another_needs_and_why_it_is_not_there(spec: str, why: str) -> None:
    _, findings = small_plan([clause("a", 1, requires="b"), clause("b", 2, when=MONEY)], spec)
    assert found(findings) == [("PPP431", "a", "b", why)]
    (finding,) = [f for f in findings if f.code == "PPP431"]
    assert why in message_of(finding, "fr")
    _, findings = small_plan([clause("a", 1, requires="b"), clause("b", 2, when=MONEY)], FEDERAL)
    assert findings == ()


def test_a_need_says_where_it_comes_from() -> None:
    """At the fact for which the clause is there; at the drafter's line where the drafter left out what it needs."""
    clauses = [clause("a", 1, requires="b", when=MONEY), clause("b", 2)]
    spec = FEDERAL + "choices:\n  leave_out:\n    - {clause: t/b, reason: no}\n"
    _, findings = small_plan(clauses, spec)
    places = [(f.code, f.place.line, f.place.path) for f in findings]
    assert places == [("PPP435", 6, "choices.leave_out[0]"), ("PPP431", 6, "choices.leave_out[0]")]
    _, findings = small_plan([clauses[0], clause("b", 2, when={"not": MONEY})], FEDERAL)
    assert [(f.code, f.place.line, f.place.path) for f in findings] == [("PPP431", 3, "facts.public_money")]


def test_what_is_replaced_forbidden_or_unknown_is_not_there_for_who_needs_it() -> None:
    needs = clause("a", 1, requires="b")
    _, findings = small_plan([needs, clause("b", 2), clause("c", 3, replaces="b")])
    assert found(findings) == [("PPP431", "a", "b", "t/c")]
    _, findings = small_plan([needs], forbidden={"t/b": "our board"})
    assert found(findings) == [("PPP431", "a", "b", "our board")]
    _, findings = small_plan([needs])
    assert found(findings) == [("PPP431", "a", "b", "?")]
    _, findings = small_plan([replace(needs, when=MONEY)], LOCAL)
    assert findings == ()  # who is not there needs nothing


@pytest.mark.parametrize(
    ("when_a", "when_b", "why"),
    [
        (None, None, "t/a: always; t/b: always"),
        (MONEY, None, "t/a: money (facts.public_money: federal); t/b: always"),
        (
            {"fact": "facts.public_money", "exists": True},
            MONEY,
            "t/a: facts.public_money: federal; t/b: money (facts.public_money: federal)",
        ),
    ],
)
def test_clauses_that_exclude_each_other_say_why_they_are_there(when_a: Any, when_b: Any, why: str) -> None:
    plan, findings = small_plan([clause("a", 1, excludes="b", when=when_a), clause("b", 2, when=when_b)], FEDERAL)
    assert found(findings) == [("PPP432", "a", "b", why)]
    assert here(plan) == "ab"  # nothing is taken away in silence
    (finding,) = findings
    assert all(part in message_of(finding, "nl") for part in ("t/a", "t/b", why))
    assert finding.place.line == (3 if when_a else 0)
    _, findings = small_plan([clause("a", 1, excludes="b"), clause("b", 2, when=MONEY)], LOCAL)
    assert findings == ()


def test_an_added_clause_says_that_the_drafter_added_it() -> None:
    clauses = [clause("a", 1, excludes="b"), clause("b", 2, when=MONEY)]
    _, findings = small_plan(clauses, LOCAL + "choices: {add: [t/b]}\n")
    assert found(findings) == [("PPP432", "a", "b", "t/a: always; t/b: choices.add")]


def test_clauses_that_exclude_each_other_in_the_library(shelf: Shelf) -> None:
    own = replace(shelf.library.clauses["general/severability"], excludes=("general/entire-agreement",))
    mine = with_clauses(shelf, own)
    _, findings = make_plan(changed_spec("family-shelter"), mine.library, shelf.law)
    assert [(f.code, dict(f.params)["other"]) for f in findings] == [("PPP432", "general/entire-agreement")]


# (needs, excludes, here, the smallest set that cannot stand together)
CONFLICTS: list[tuple[dict[str, str], dict[str, str], str, str]] = [
    ({"a": "b"}, {}, "a", "ab"),  # adding b would do
    ({"a": "b"}, {"b": "c"}, "a", "ab"),  # c is not there
    ({"a": "b"}, {"b": "c"}, "ac", "abc"),
    ({"a": "b"}, {"c": "b"}, "ac", "abc"),
    ({"a": "b"}, {"b": "a"}, "a", "ab"),
    ({"a": "b"}, {"a": "b"}, "a", "ab"),
    ({"a": "b", "b": "c"}, {}, "a", "ab"),
    ({"a": "b", "b": "c"}, {"c": "d"}, "ad", "abcd"),  # a chain of needs
    ({"a": "b", "b": "c"}, {"d": "c"}, "ad", "abcd"),
    ({"a": "b", "b": "c"}, {"c": "a"}, "a", "abc"),
    ({"a": "b", "b": "c"}, {"c": "b"}, "a", "abc"),  # what is needed excludes what needs it
    ({"a": "b", "b": "c"}, {"b": "c"}, "a", "abc"),
    ({"a": "b", "b": "cd", "c": "e"}, {"e": "f", "d": "f"}, "af", "abdf"),  # the shortest of two
    ({"a": "b", "b": "c"}, {"c": "de"}, "ade", "abcd"),  # the first of two
    ({"a": "b", "b": "c", "c": "b"}, {}, "a", "ab"),  # needs in a circle end
    ({"a": "b", "b": "x"}, {}, "a", "ab"),  # what nobody knows is no conflict
    ({"a": "x"}, {}, "a", "ax"),
]


@pytest.mark.parametrize(("needs", "excludes", "chosen", "smallest"), CONFLICTS, ids=str)
def test_the_smallest_conflict(needs: dict[str, str], excludes: dict[str, str], chosen: str, smallest: str) -> None:
    clauses = [
        clause(n, i, requires=needs.get(n, ""), excludes=excludes.get(n, ""), when=None if n in chosen else {"any": []})
        for i, n in enumerate("abcdef")
    ]
    plan, findings = small_plan(clauses)
    assert here(plan) == chosen
    assert smallest_conflict("t/a", f"t/{needs['a']}", plan) == tuple(f"t/{n}" for n in smallest)
    of_a = [f for f in findings if dict(f.params)["clause"] == "t/a" and f.code != "PPP432"]
    assert [f.code for f in of_a] == ["PPP442" if len(smallest) > 2 else "PPP431"]
    if len(smallest) > 2:
        params = dict(of_a[0].params)
        assert params["set"] == ", ".join(f"t/{n}" for n in smallest)
        assert params["why"] == "; ".join(f"t/{n}: always" for n in smallest if n in chosen)
        assert params["set"] in message_of(of_a[0], "de")


def test_the_order_of_the_library_changes_no_conflict() -> None:
    for order in permutations(range(4)):
        links = {"a": {"requires": "b"}, "b": {"requires": "c"}, "c": {"excludes": "d"}, "d": {}}
        when = {"a": None, "d": None, "b": {"any": []}, "c": {"any": []}}
        clauses = [clause(n, order[i], when=when[n], **links[n]) for i, n in enumerate("abcd")]
        plan, _ = small_plan(clauses)
        assert smallest_conflict("t/a", "t/b", plan) == ("t/a", "t/b", "t/c", "t/d")


# ------------------------------------------------------------------------------------------- alternatives


WORDS = {language: f"donne plus ({language})" for language in LANGUAGES}
FALLBACK = {"concedes": WORDS, "agreed_by": "management"}
APPROVER = {"approver": {"management": {language: f"la direction ({language})" for language in LANGUAGES}}}


def with_fallback(**more: Any) -> Clause:
    texts = {(a, "fr"): Text("fr.md", a or "a", (Block("1", 1, (Inline("text", a or "a"),), 3),)) for a in ("", "f-1")}
    return clause("a", 1, alternatives={"f-1": FALLBACK}, texts=texts, digests={"": "0", "f-1": "1"}, **more)


@pytest.mark.parametrize(
    ("choice", "code", "who", "on"),
    [
        ("f-1", "PPP440", "", ""),
        ("{use: f-1}", "PPP440", "", ""),
        ("{use: f-1, on: 2026-12-01}", "PPP440", "", "2026-12-01"),
        ("{use: f-1, agreed_by: {}}", "PPP440", "", ""),
        ("{use: f-1, agreed_by: An}", "PPP440", "", ""),  # the schema says what is wrong with it
        (
            "{use: f-1, agreed_by: {name: An Peeters, function: director}, on: 2026-12-01}",
            "PPP441",
            "An Peeters, director",
            "2026-12-01",
        ),
        ("{use: f-1, agreed_by: {name: An Peeters, function: director}}", "PPP441", "An Peeters, director", ""),
    ],
)
def test_a_fallback_says_what_it_gives_up_and_who_agreed(choice: str, code: str, who: str, on: str) -> None:
    plan, findings = small_plan([with_fallback()], f"choices:\n  alternatives:\n    t/a: {choice}\n", labels=APPROVER)
    assert [p.alternative for p in plan.clauses] == ["f-1"]
    (finding,) = findings
    assert (finding.code, finding.severity) == (code, 2 if code == "PPP440" else 1)
    assert (finding.place.line, finding.place.path) == (5, "choices.alternatives")
    params = dict(finding.params)
    assert (params["clause"], params["alternative"], params["who"], params["on"]) == ("t/a", "f-1", who, on)
    for language in LANGUAGES:
        message = message_of(finding, language)
        assert WORDS[language] in message
        assert (f"la direction ({language})" in message) is (code == "PPP440")
        assert not who or who in message


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ("f-9", "PPP437"),
        ("{use: f-9}", "PPP437"),
        ("{agreed_by: {name: An, function: director}}", "PPP437"),
        ('""', "PPP437"),
        ("null", "PPP437"),
        ("3", "PPP437"),
        ("true", "PPP437"),
        ("[f-1]", "PPP437"),
        ("{use: [f-1]}", "PPP437"),
        ("{use: {f-1: f-1}}", "PPP437"),
    ],
)
def test_a_choice_that_is_no_alternative_leaves_the_preferred_text(choice: str, code: str) -> None:
    plan, findings = small_plan([with_fallback()], f"choices: {{alternatives: {{t/a: {choice}}}}}\n", labels=APPROVER)
    assert [p.alternative for p in plan.clauses] == [""]
    assert [f.code for f in findings] == [code]


@pytest.mark.parametrize(
    "choices", ["3", "[]", "{alternatives: 3}", "{alternatives: [t/a]}", "{add: 3}", "{leave_out: [3]}"]
)
def test_choices_of_the_wrong_kind_choose_nothing(choices: str) -> None:
    plan, findings = small_plan([with_fallback()], f"choices: {choices}\n", labels=APPROVER)
    assert here(plan) == "a" and findings == ()
    whole(plan)


def test_an_alternative_of_a_clause_that_is_not_there_is_no_fallback_and_is_told() -> None:
    spec = LOCAL + "choices: {alternatives: {t/a: f-1}}\n"
    _, findings = small_plan([with_fallback(when=MONEY)], spec, labels=APPROVER)
    assert [(f.code, dict(f.params)["why"]) for f in findings] == [("PPP464", "facts.public_money: local")]


def test_a_clause_that_nobody_knows_is_named_with_its_nearest() -> None:
    spec = "choices:\n  add: [t/aa]\n  leave_out: [{clause: t/aaa, reason: x}]\n  alternatives: {t/b: f-1}\n"
    _, findings = small_plan([clause("a", 1)], spec)
    assert [(f.code, dict(f.params)["nearest"], f.place.line) for f in findings] == [
        ("PPP436", "t/a", 4),
        ("PPP436", "t/a", 5),
        ("PPP436", "t/a", 6),
    ]


# ----------------------------------------------------------------------------------------------- absences


def test_each_absence_has_its_reason() -> None:
    parties = "parties:\n  - {id: x, role: y}\n"
    clauses = [
        clause("a", 1, when=MONEY),
        clause("b", 2, when={"fact": "facts.volunteers", "is": True}),
        clause("c", 3),
        clause("d", 4, replaces="e"),
        clause("e", 5),
        clause("f", 6, place="signature", each="signatories"),
        clause("g", 7, place="party", each="parties", when={"fact": "party.type", "is": "public-body"}),
        replace(clause("h", 8), id="u/h"),
    ]
    spec = parties + LOCAL + "choices: {leave_out: [{clause: t/c, reason: not ours}]}\n"
    plan, findings = small_plan(clauses, spec, forbidden={"t/z": "never"})
    assert here(plan) == "d"
    assert plan.absent == {
        "t/a": Absence("condition"),
        "t/b": Absence("open", "facts.volunteers"),
        "t/c": Absence("left-out", "not ours", "choices.leave_out[0]"),
        "t/e": Absence("replaced", "t/d"),
        "t/f": Absence("nobody"),
        "t/g": Absence("open", "party.type", "parties[0]"),
        "u/h": Absence("kind", "grant", "kind"),
        "t/z": Absence("forbidden", "never"),
    }
    assert sorted(f.code for f in findings) == ["PPP430", "PPP430", "PPP435"]
    whole(plan)


def test_an_open_copy_is_open_whatever_the_others_are() -> None:
    """Of several parties one decides yes, one no, one keeps silent."""
    own = clause("a", 1, place="party", each="parties", when={"fact": "party.type", "is": "public-body"})
    types = {"yes": "type: public-body", "no": "type: other", "silent": ""}
    for names, chosen, reason in (
        (("no", "silent"), 0, "open"),
        (("silent", "no"), 0, "open"),
        (("no", "no"), 0, "condition"),
        (("yes", "silent"), 1, ""),
        (("no", "yes"), 1, ""),
        ((), 0, "nobody"),
    ):
        parties = "".join(f"  - {{id: p{i}, {types[n]}}}\n" for i, n in enumerate(names))
        plan, findings = small_plan([own], f"parties:\n{parties}" if names else "parties: []\n")
        assert len(plan.clauses) == chosen
        assert (plan.absent["t/a"].reason if not chosen else "") == reason
        assert [f.code for f in findings] == ["PPP430"] * names.count("silent")
        whole(plan)


@pytest.mark.parametrize("name", LONG)
def test_leaving_out_any_clause_is_told_and_kept(name: str, shelf: Shelf) -> None:
    for left in dict.fromkeys(p.clause.id for p in plan_of(name, shelf).clauses):
        put = {"choices": {"leave_out": [{"clause": left, "reason": "agreed"}]}}
        plan, findings = make_plan(changed_spec(name, put), shelf.library, shelf.law)
        assert plan.absent[left] == Absence("left-out", "agreed", "choices.leave_out[0]")
        assert [dict(f.params)["clause"] for f in findings if f.code == "PPP435"] == [left]
        needed = {dict(f.params)["other"] for f in findings if f.code in ("PPP431", "PPP442")}
        assert needed <= {left}
        whole(plan)
