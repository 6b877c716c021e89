"""The cross-field rules: each with an example that breaks it and one that just does not; no data makes a rule raise."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cases import changed_spec, edited_text, example, parsed
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.be import vat
from stdnum.iban import calc_check_digits

from ppp_contracts import codes
from ppp_contracts.messages import message_of
from ppp_contracts.model import Document, Finding, Spec
from ppp_contracts.paths import parse_path
from ppp_contracts.rules import (
    _ABSENT,
    _ANY,
    _CONTRADICTIONS,
    PARTY_PATHS,
    RULES,
    check_spec_rules,
    derive,
    is_enterprise_number,
    is_iban,
    normal_enterprise_number,
)
from ppp_contracts.schema import check_schema
from ppp_contracts.spec import make_spec, place_of
from ppp_contracts.yamlio import read_yaml

FIXTURES = Path(__file__).resolve().parent / "codes"
CODES = sorted(RULES)
# The law's figures of 2016 and 2014 (and of 2017 for cash), as parameters would give them.
PARAMETERS = {
    "dgd.programme.min_months": 24,
    "dgd.programme.max_months": 60,
    "dgd.project.max_months": 18,
    "dgd.core.max_months": 36,
    "dgd.fund.max_months": 24,
    "cash.max": "3000.00",
}


def findings_of(spec: Spec, parameters: Mapping[str, Any] = PARAMETERS) -> tuple[Finding, ...]:
    return check_spec_rules(spec.data, spec.derived, parameters.get, lambda path: place_of(spec, path))


def spoken(finding: Finding) -> str:
    place = finding.place
    return f"{finding.code} {finding.severity.name.lower()} {place.line}:{place.column} {place.path}"


def codes_of(put: Mapping[str, Any] | None = None, remove: tuple[str, ...] = ()) -> list[str]:
    return [finding.code for finding in findings_of(changed_spec("family-shelter", put, remove))]


def fixture(code: str) -> Mapping[str, Any]:
    document, findings = read_yaml(str(FIXTURES / f"{code}.yaml"))
    assert document is not None and not findings
    assert document.data["code"] == code
    return document.data


@pytest.mark.parametrize("case", ["violating", "compliant"])
@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_an_example_that_breaks_it_and_one_that_just_does_not(code: str, case: str) -> None:
    given_case = fixture(code)[case]
    spec = make_spec(parsed(edited_text(given_case["spec"], given_case["replace"])))
    assert [spoken(finding) for finding in findings_of(spec)] == given_case["expect"]
    assert any(line.startswith(code) for line in given_case["expect"]) is (case == "violating")


def test_every_fixture_of_the_rules_has_a_rule_and_every_rule_a_severity() -> None:
    assert {file.stem for file in FIXTURES.glob("PPP2*.yaml")} == set(RULES)
    assert set(RULES) <= set(codes.CODES)


def test_the_example_breaks_no_rule() -> None:
    assert findings_of(make_spec(example("family-shelter"))) == ()


def test_findings_come_in_the_order_of_the_file() -> None:
    spec = changed_spec(
        "family-shelter",
        {
            "signature.originals": 2,
            "parties[0].enterprise_number": "1",
            "grant.grantor": "nobody",
            "term.end": "2026-01-01",
        },
    )
    found = findings_of(spec)
    assert len(found) > 4
    assert [(f.place.line, f.place.column) for f in found] == sorted((f.place.line, f.place.column) for f in found)


# ------------------------------------------------------------------------------------------- any data


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["authority", "shelter", "2026-12-15", "2026-02-30", "9999-12-31", "0001-01-01", "18 months", "9999 years"]
    )
    | st.sampled_from(
        ["250000.00", "999999999999999", "-1", "1e400", "NaN", "0136.695.962", "BE62 5100 0754 7061", "XXX"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def every_path(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [deeper for key, item in inner for deeper in every_path(item, (*path, key))]


BASE = example("family-shelter")
# The example, and what it does not have but a spec may.
RICH = {
    **BASE.data,
    "staff": {
        "secondments": [{"employer": "logistics", "user": "shelter", "from": "2027-01-01", "until": "2027-06-30"}],
        "volunteers": {"organisation": "shelter"},
    },
    "donations": [{"from": "logistics", "to": "shelter", "value": "1000.00"}],
    "grant": {**BASE.data["grant"], "scheme": "dgd-project"},
    "facts": {**BASE.data["facts"], "dgd_money": True},
}
PATHS = every_path(RICH)
NAMES = sorted({step for path in PATHS for step in path if isinstance(step, str)})


def with_values(data: Any, values: Mapping[tuple[Any, ...], Any]) -> Any:
    data = copy.deepcopy(data)
    for path, value in values.items():
        holder = data
        try:
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # another value stands in the way now
    return data


def run_on(data: Any) -> tuple[Finding, ...]:
    document = Document("f.yaml", "", data, BASE.places, BASE.keys)
    spec = Spec(document, data, derive(data), "")
    found = findings_of(spec)
    assert all(isinstance(finding, Finding) for finding in found)
    return found


@given(JSON)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_data_makes_a_rule_raise(data: Any) -> None:
    run_on(data)


@given(st.dictionaries(st.sampled_from(PATHS), JSON, min_size=1, max_size=6))
@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_value_in_a_spec_makes_a_rule_raise(values: Mapping[tuple[Any, ...], Any]) -> None:
    run_on(with_values(RICH, values))


@given(
    st.recursive(
        JSON,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
        max_leaves=30,
    ).filter(lambda value: isinstance(value, dict))
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
def test_no_tree_of_known_keys_makes_a_rule_raise(data: Any) -> None:
    run_on(data)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_spec_that_lacks_a_value_makes_no_rule_raise(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(RICH)
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    run_on(data)


@pytest.mark.parametrize("key", ["clé", "a.b", "x y", "", "a[0]", "[*]"])
def test_a_key_that_no_path_can_spell_has_the_place_of_its_holder(key: str) -> None:
    found = run_on({"purpose": {key: ["à", "2026-02-30"]}})
    assert [(f.code, f.place) for f in found] == [("PPP213", BASE.places["purpose",])]


def test_a_list_in_a_list_has_the_place_of_its_holder() -> None:
    assert [(f.code, f.place.path) for f in run_on({"purpose": [["2026-02-30"], {"x": "2026-02-31"}]})] == [
        ("PPP213", "purpose[0]"),
        ("PPP213", "purpose[1].x"),
    ]


# ------------------------------------------------------------------------------------------- identity


@given(st.integers(1, 19_999_999))
def test_enterprise_numbers_agree_with_stdnum(first: int) -> None:
    for digits in (97 - first % 97, (98 - first % 97) % 100):
        number = f"{first:08d}{digits:02d}"
        assert is_enterprise_number(number) is vat.is_valid(number)


@pytest.mark.parametrize(
    "value", ["0136.695.962", "BE0136.695.962", "BE 0136 695 962", "136.695.962", "0136695962", "0136-695-962"]
)
def test_an_enterprise_number_may_be_written_in_several_ways(value: str) -> None:
    assert is_enterprise_number(value)
    assert normal_enterprise_number(value) == "0136695962"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "BE",
        "0136.695.963",
        "2136.695.962",
        "0136.695.96",
        "0136.695.9622",
        "abc",
        "٠136695962",
        "0000.000.097",
        "ß",
    ],
)
def test_what_is_no_enterprise_number(value: str) -> None:
    assert not is_enterprise_number(value)


@given(st.integers(0, 9_999_999_999))
def test_belgian_ibans_have_two_checks(account: int) -> None:
    right = f"{account:010d}{account % 97 or 97:02d}"
    wrong = f"{account:010d}{(account % 97 + 1) % 97 or 97:02d}"
    for own, good in ((right, True), (wrong, False)):
        iban = f"BE{calc_check_digits('BE00' + own)}{own}"
        assert is_iban(iban) is good
        assert is_iban(" ".join(iban[i : i + 4] for i in range(0, 16, 4)).lower()) is good
        assert not is_iban(iban[:-1] + str((int(iban[-1]) + 1) % 10))


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("NL91 ABNA 0417 1643 00", True), ("DE89370400440532013000", True), ("MT84MALT011000012345MTLCAST001S", True),
        ("NL91 ABNA 0417 1643 01", False), ("BE6251000754706", False), ("BE62 5100 0754 7061 0", False), ("", False), ("BE", False), ("ＢＥ62510007547061", False),
    ],
)  # fmt: skip
def test_ibans_of_other_countries(value: str, good: bool) -> None:
    assert is_iban(value) is good


def put_at(pattern: str, value: Any) -> dict[str, Any]:
    """The smallest spec that has a value at a path pattern."""
    out: Any = value
    for key, selector in reversed(parse_path(pattern)):
        out = {key: [out] if selector == "*" else out}
    return dict(out)


@pytest.mark.parametrize("pattern", PARTY_PATHS)
def test_every_place_that_names_a_party_is_looked_at(pattern: str) -> None:
    for name, expected in (("sheltre", "shelter"), ("shelter", "")):
        data = {"parties": [{"id": "shelter"}, {"id": "authority"}], **put_at(pattern, name)}
        found = [f for f in run_on(data) if f.code == "PPP201"]
        assert [(f.place.path, dict(f.params)["nearest"]) for f in found] == [
            (pattern.replace("[*]", "[0]"), expected)
        ] * bool(expected)


def test_an_outsider_may_be_named_in_words() -> None:
    data = {"parties": [{"id": "shelter"}], **put_at("data_protection.transfers[*].to", "Clinique de Goma")}
    assert [f.code for f in run_on(data) if f.code == "PPP201"] == []


def test_an_unknown_party_far_from_every_id_gets_the_list() -> None:
    found = findings_of(changed_spec("family-shelter", {"governance.lead": "zzz"}))
    assert [dict(f.params)["nearest"] for f in found] == ["authority, shelter, logistics"]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Œuvre & Fils <ASBL>", "œuvre  & FILS <asbl>", True),
        ("Société Élan", unicodedata.normalize("NFD", "SOCIÉTÉ ÉLAN"), True),
        ("A" * 200, "a" * 200, True),
        ("Straße", "STRASSE", True),
        ("Élan", "Elan", False),
        ("A" * 200, "A" * 199, False),
    ],
)
def test_names_are_compared_as_a_reader_does(first: str, second: str, same: bool) -> None:
    found = codes_of({"parties[1].name": {"fr": first, "nl": "x"}, "parties[2].name": second})
    assert found == ["PPP225"] * same


def test_numbers_are_compared_however_they_are_written() -> None:
    assert codes_of({"parties[2].enterprise_number": "BE447203553"}) == ["PPP225"]


@pytest.mark.parametrize("value", ["XXX", "n° XXXX", "[à compléter]", "[À COMPLÉTER : montant]", "[in te vullen]", "[…]", "[...]", "<…>", "<naam>", "[date]", "TODO: vragen", "____", "???", "{{ x }}", "[•]", "……"])  # fmt: skip
def test_what_is_left_to_fill_in(value: str) -> None:
    assert codes_of({"purpose.object.fr": value}) == ["PPP224"]


@pytest.mark.parametrize("value", ["Œuvre & Fils <ASBL>", "formulaire à compléter", "taille XXL", "0XXX", "Maladies (TBC)", "todo", "[sic]", "et caetera…", "fin.", "a < b > c", "l’article [5]", "ß’"])  # fmt: skip
def test_what_is_no_placeholder(value: str) -> None:
    assert codes_of({"purpose.object.fr": value}) == []


@pytest.mark.parametrize(
    ("court", "code", "fits"),
    [
        ("Bruxelles", "1000", True), ("Brussel", "1800", True), ("Brussel", "3080", True), ("Leuven", "3090", True), ("Liège, division Arlon", "6700", True),
        ("Gent, afdeling Kortrijk", "8500", True), ("Mons", "7000", True), ("Eupen", "4700", True), ("Atlantis", "4000", True), ("", "4000", True),
        ("Bruxelles", "4000", False), ("Luik", "1000", False), ("Eupen", "4000", False), ("Antwerpen", "9000", False),
    ],
)  # fmt: skip
def test_registers_and_seats(court: str, code: str, fits: bool) -> None:
    assert codes_of({"parties[2].register_court": court, "parties[2].seat.postal_code": code}) == ["PPP241"] * (
        not fits
    )


def test_a_foreign_seat_has_no_belgian_register() -> None:
    assert codes_of({"parties[2].seat.country": "NL", "parties[2].seat.postal_code": "4000"}) == []


# ------------------------------------------------------------------------------------- dates and money


def test_payments_and_final_evaluations_may_follow_the_end_for_a_year() -> None:
    assert codes_of({"resources.instalments[2].due": "2029-06-14", "evaluation[1].due": "2029-06-14"}) == []
    assert codes_of({"resources.instalments[2].due": "2029-06-15"}) == ["PPP206"]
    assert codes_of({"evaluation[0].due": "2028-06-15"}) == ["PPP206", "PPP242"]
    assert codes_of({"evaluation[0].type": "baseline", "evaluation[0].due": "2026-11-01"}) == []
    assert codes_of({"responsibilities[0].due": "2026-12-14"}) == ["PPP206"]


def test_a_payment_between_signature_and_start_is_allowed_when_the_signature_is_known() -> None:
    assert codes_of({"resources.instalments[0].due": "2026-12-12"}) == []
    assert codes_of({"resources.instalments[0].due": "2026-12-12"}, ("signature.date",)) == ["PPP206", "PPP226"]


def test_what_falls_after_the_end_is_listed() -> None:
    found = findings_of(
        changed_spec("family-shelter", {"term.survives": ["audit"], "resources.instalments[2].due": "2028-07-01"})
    )
    assert [dict(f.params)["items"] for f in found] == [
        "reporting[0].final_within, reporting[1].final_within, reporting[2].within, resources.instalments[2].due"
    ]


@pytest.mark.parametrize(
    ("scheme", "end", "wrong"),
    [
        ("dgd-project", "2028-06-14", False), ("dgd-project", "2028-06-15", True), ("dgd-programme", "2028-12-14", False),
        ("dgd-programme", "2028-12-13", True), ("dgd-programme", "2031-12-14", False), ("dgd-programme", "2031-12-15", True),
        ("dgd-core", "2029-12-15", True), ("dgd-fund", "2028-12-15", True), ("other", "2040-01-01", False),
    ],
)  # fmt: skip
def test_how_long_a_humanitarian_grant_may_last(scheme: str, end: str, wrong: bool) -> None:
    spec = changed_spec("family-shelter", {"facts.dgd_money": True, "grant.scheme": scheme, "term.end": end})
    assert ("PPP221" in [f.code for f in findings_of(spec)]) is wrong
    assert "PPP221" not in [f.code for f in findings_of(spec, {})]  # no figure of the law, no finding


def test_cents_count_and_floats_do_not() -> None:
    lines = {f"resources.budget[{i}].amount": "0.10" for i in range(3)}
    given_lines = {"resources.budget[0].funded_by": "shelter", "resources.budget[1].funded_by": "shelter"}
    spec = changed_spec("family-shelter", {**lines, **given_lines})
    assert (
        dict(next(f for f in findings_of(spec) if dict(f.params)["party"] == "logistics").params)["budget"]
        == "36000.10"
    )


def test_an_amount_that_is_none_silences_the_sums() -> None:
    assert codes_of({"resources.budget[0].amount": "beaucoup"}) == []
    assert codes_of({"grant.amount": 1.5}) == []


@pytest.mark.parametrize("row", _CONTRADICTIONS, ids=lambda row: f"{row[0]}={row[1]} {row[2]}")
def test_every_contradiction_of_a_gate_fact_is_found(row: tuple[str, Any, str, Any]) -> None:
    fact, answer, pattern, misfit = row
    data = put_at("facts", {fact: answer})
    if misfit is not _ABSENT:
        wrong = put_at(pattern, {"x": "y"} if misfit is _ANY else misfit[0])
        data = {**data, **wrong, "facts": {**wrong.get("facts", {}), fact: answer}}
    found = [f.place.path for f in run_on(data) if f.code == "PPP218" and dict(f.params)["fact"] == fact]
    assert pattern.replace("[*]", "[0]") in found
    for other in (None, "yes", 1):
        found = [
            f for f in run_on({**data, "facts": {**data["facts"], fact: other}}) if dict(f.params).get("fact") == fact
        ]
        assert found == []  # what is no answer contradicts nothing: the schema reports it


# -------------------------------------------------------------------------------------- derived facts


def test_derived_facts() -> None:
    assert derive(BASE.data) == {
        "duration_months": 18,
        "party_count": 3,
        "private_side_count": 2,
        "language_count": 2,
        "total_budget": "420000.00",
        "total_contributions": "420000.00",
        "grant_total": "250000.00",
    }


@pytest.mark.parametrize(
    "data", [{}, None, [], "x", 5, {"parties": {}, "term": [], "grant": "x", "resources": {"budget": "y"}}]
)
def test_a_fact_that_cannot_be_computed_is_absent(data: Any) -> None:
    assert derive(data) == {}


def test_an_amount_that_is_none_makes_no_total() -> None:
    budget = [{"amount": "1.10"}, {"amount": "2.20"}]
    assert derive({"resources": {"budget": budget}}) == {"total_budget": "3.30"}
    assert derive({"resources": {"budget": [*budget, {"amount": "?"}]}}) == {}
    assert derive({"resources": {"budget": []}}) == {"total_budget": "0.00"}


def test_every_place_of_the_schema_that_holds_a_party_is_looked_up() -> None:
    """A path that the schema gives to a party's id and that the rule forgets would let a misspelt party pass."""
    schema = json.loads((ROOT / "schemas" / "spec.schema.json").read_text(encoding="utf-8"))

    def paths(node: Any, path: str) -> Iterator[str]:
        if not isinstance(node, dict):
            return
        if node.get("$ref") == "#/$defs/partyId":
            yield path
        elif "$ref" in node:
            yield from paths(schema["$defs"][node["$ref"].removeprefix("#/$defs/")], path)
        for key, value in node.get("properties", {}).items():
            yield from paths(value, f"{path}.{key}" if path else key)
        yield from paths(node.get("items"), f"{path}[*]")
        for way in ("anyOf", "oneOf", "allOf"):
            for value in node.get(way, ()):
                yield from paths(value, path)

    held = set(paths(schema, "")) - {"parties[*].id"}
    assert len(held) > 50
    assert held <= set(PARTY_PATHS), sorted(held - set(PARTY_PATHS))


def test_every_form_that_the_schema_asks_for_is_told_in_every_language() -> None:
    """The form of a date or an amount is what officers get wrong most: «expected: …» has to be in their language."""
    schema = json.loads((ROOT / "schemas" / "spec.schema.json").read_text(encoding="utf-8"))
    patterned: list[dict[str, Any]] = []
    waiting: list[Any] = [schema]
    while waiting:
        value = waiting.pop()
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        if isinstance(value, dict) and "pattern" in value and "description" in value:
            patterned.append(value)
    assert len(patterned) > 30
    for value in patterned:
        assert set(value["x-form"]) == {"fr", "nl", "de"}, value["description"]
        assert all(words and words != value["description"] for words in value["x-form"].values())


@pytest.mark.parametrize(
    ("ui", "words"),
    [
        ("fr", "une date année-mois-jour"),
        ("nl", "een datum jaar-maand-dag"),
        ("de", "ein Datum Jahr-Monat-Tag"),
        ("en", "A calendar date"),
    ],
)
def test_a_wrong_date_is_explained_in_the_language_of_the_reader(ui: str, words: str) -> None:
    document = parsed(edited_text("family-shelter", [["  date: 2026-12-10", "  date: 10 december 2026"]]))
    (finding,) = check_schema(document, "spec")
    assert finding.code == "PPP105" and words in message_of(finding, ui, None)
