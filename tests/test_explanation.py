"""Why a clause is in an agreement or is not: each reason, with the lines of the spec behind it, in four languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases import edited_text, parsed
from conftest import EXAMPLES, ROOT
from overlays import WORKSPACE, clause, run, write_workspace
from test_plan import LAW, small_plan
from test_plan import clause as small_clause

from ppp_contracts.explanation import why
from ppp_contracts.messages import UI_LANGUAGES, word
from ppp_contracts.model import Library
from ppp_contracts.plan import make_plan
from ppp_contracts.spec import make_spec
from ppp_contracts.workshop import Shelf, examine_spec

SHELTER = ROOT / "examples" / "family-shelter.yaml"


def line_of(text: str, words: str) -> int:
    """The line of a spec on which words stand; they stand on one only."""
    (number,) = [n for n, line in enumerate(text.splitlines(), 1) if words in line]
    return number


def spec_with(tmp_path: Path, *replacements: tuple[str, str], name: str = "family-shelter") -> tuple[Path, str]:
    text = edited_text(name, replacements)
    file = tmp_path / "spec.yaml"
    file.write_text(text, encoding="utf-8")
    return file, text


# ------------------------------------------------------------------------------------------------ golden


ALWAYS = """\
`general/severability` is in the agreement: article {number}
  ✓ always, in this kind of agreement
"""
FEDERAL = """\
`audit/on-site-federal` is in the agreement: article {number}
  ✓ federal_money
    ✓ facts.public_money is federal → federal  [{file}:{line}]
"""
ABSENT = """\
`staff/volunteers` is not in the agreement
  its condition does not hold
  ✗ volunteers
    ✗ facts.volunteers is true → false  [{file}:{line}]
"""


def test_a_clause_that_is_there_always(capsys: Any) -> None:
    code, out, err = run(capsys, "why", "general/severability", SHELTER)
    assert (code, err) == (0, "")
    assert out == ALWAYS.format(number=number_of("general/severability"))


def number_of(clause_id: str) -> int:
    from ppp_contracts.workshop import load_shelf

    plan = examine_spec(str(SHELTER), load_shelf()).plan
    assert plan is not None
    return next(p.number for p in plan.clauses if p.clause.id == clause_id)


def test_a_clause_that_is_there_for_a_fact(capsys: Any) -> None:
    text = SHELTER.read_text(encoding="utf-8")
    code, out, _ = run(capsys, "why", "audit/on-site-federal", SHELTER)
    assert code == 0
    assert out == FEDERAL.format(
        number=number_of("audit/on-site-federal"), file=SHELTER, line=line_of(text, "public_money: federal")
    )


def test_a_clause_whose_condition_does_not_hold(tmp_path: Path, capsys: Any) -> None:
    file, text = spec_with(tmp_path)
    expected = ABSENT.format(file=file, line=line_of(text, "  volunteers: false"))
    code, out, _ = run(capsys, "why-not", "staff/volunteers", file)
    assert code == 0
    assert out.splitlines()[:2] == expected.splitlines()[:2]
    assert f"✗ facts.volunteers is true → false  [{file}:{line_of(text, '  volunteers: false')}]" in out


# ------------------------------------------------------------------------------------------- each reason


def absences(tmp_path: Path) -> dict[str, tuple[Path, str, str, int, str]]:
    """For each reason: (spec, clause, the words, the line that is named or 0, the workspace)."""
    signature = "signature:\n  date: 2026-12-10"
    left, left_text = spec_with(
        tmp_path / "left-out",
        (
            signature,
            "choices:\n  leave_out:\n    - {clause: general/severability, reason: We agreed so.}\n" + signature,
        ),
    )
    open_, _ = spec_with(tmp_path / "open", ("  volunteers: false\n", ""))
    text = SHELTER.read_text(encoding="utf-8")
    forbids = "forbids: [{clause: general/severability, reason: Our board says no.}]\n"
    forbidden = write_workspace(tmp_path / "forbidden", {}, WORKSPACE + forbids)
    replacing = clause("general/ours", "replaces: [general/severability]\n")
    replaced = write_workspace(tmp_path / "replaced", replacing)
    return {
        "condition": (SHELTER, "staff/volunteers", "does not hold", line_of(text, "  volunteers: false"), ""),
        "open": (open_, "staff/volunteers", "a fact is missing to decide: facts.volunteers", 15, ""),
        "kind": (SHELTER, "donation/gift", "`partnership`", line_of(text, "kind: partnership"), ""),
        "left-out": (
            left,
            "general/severability",
            "the drafter left it out: We agreed so.",
            line_of(left_text, "We agreed so."),
            "",
        ),
        "forbidden": (SHELTER, "general/severability", "the organisation forbids it: Our board says no.", 0, forbidden),
        "replaced": (SHELTER, "general/severability", "`general/ours` takes its place", 0, replaced),
    }


REASONS = ("condition", "open", "kind", "left-out", "forbidden", "replaced")


@pytest.fixture
def cases(tmp_path: Path) -> dict[str, tuple[Path, str, str, int, str]]:
    for name in ("left-out", "open"):
        (tmp_path / name).mkdir()
    return absences(tmp_path)


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_why_a_clause_is_not_there(reason: str, cases: Any, capsys: Any) -> None:
    spec, name, words, line, workspace = cases[reason]
    more = ["--workspace", workspace] if workspace else []
    code, out, _ = run(capsys, "why-not", name, spec, *more)
    assert code == 0
    assert out.splitlines()[0] == f"`{name}` is not in the agreement"
    assert words in out
    assert (f"[{spec}:{line}]" in out) is bool(line), out
    again = run(capsys, "why", name, spec, *more)
    assert (again[0], again[1]) == (1, out)  # asked the other way round the answer is the same, and the code says so


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_answers_in_four_languages(ui: str, cases: Any, capsys: Any) -> None:
    for reason in ("condition", "open", "kind", "left-out"):
        spec, name, _, line, _ = cases[reason]
        detail = {"open": "facts.volunteers", "kind": "partnership", "left-out": "We agreed so."}.get(reason, "")
        code, out, _ = run(capsys, "why-not", name, spec, "--ui", ui)
        assert code == 0
        assert out.splitlines()[0] == word("why_absent", ui, clause=name)
        key = f"absent_{reason.replace('-', '_')}"
        assert out.splitlines()[1].startswith("  " + word(key, ui, detail=detail)), out
        assert f":{line}]" in out
    code, out, _ = run(capsys, "why", "general/severability", SHELTER, "--ui", ui)
    assert word("why_always", ui) in out
    assert word("why_article", ui, number=number_of("general/severability")) in out


def test_the_words_differ_from_language_to_language() -> None:
    keys = [f"absent_{reason.replace('-', '_')}" for reason in (*REASONS, "nobody")]
    for key in (
        *keys,
        "why_here",
        "why_absent",
        "why_always",
        "why_added",
        "why_replaces",
        "why_needed",
        "why_missing",
    ):
        said = {word(key, ui, detail="d", clause="c", where="w", clauses="cc") for ui in UI_LANGUAGES}
        assert len(said) == len(UI_LANGUAGES), key


# -------------------------------------------------------------------------------------- small libraries


def explained(name: str, clauses: list[Any], spec: str = "", ui: str = "en", **library: Any) -> str:
    plan, _ = small_plan(clauses, spec, **library)
    text, chosen = why(f"t/{name}", plan, ui)
    assert chosen is any(p.clause.id == f"t/{name}" for p in plan.clauses)
    return text


def test_a_tree_of_conditions() -> None:
    when = {
        "all": [
            {"any": [{"condition": "money"}, {"fact": "term.months", "at_least": 12}]},
            {"not": {"fact": "facts.volunteers", "is": True}},
            {"role": "grantor", "count": {"at_least": 1, "at_most": 2}},
            {"fact": "resources.budget[*].amount", "at_most": 100},
        ]
    }
    spec = (
        "facts:\n  public_money: local\n  volunteers: false\nterm: {months: 18}\n"
        "parties: [{id: a, role: grantor}, {id: b, role: grantee}]\n"
        "resources: {budget: [{amount: 5}, {amount: 500}]}\n"
    )
    assert explained("a", [small_clause("a", 1, when=when)], spec) == (
        "`t/a` is in the agreement: article 1\n"
        "  ✓ all of these\n"
        "    ✓ at least one of these\n"
        "      ✗ money\n"
        "        ✗ facts.public_money is federal → local  [spec.yaml:4]\n"
        "      ✓ term.months at_least 12 → 18  [spec.yaml:6]\n"
        "    ✓ this does not hold\n"
        "      ✗ facts.volunteers is true → false  [spec.yaml:5]\n"
        "    ✓ grantor at_least 1, at_most 2 → grantor, grantee  [spec.yaml:7]\n"
        "    ✓ resources.budget[*].amount at_most 100 → 5, 500\n"
    )


def test_an_open_fact_is_missing() -> None:
    when = {"any": [{"condition": "money"}, {"fact": "facts.volunteers", "is": True}]}
    assert explained("a", [small_clause("a", 1, when=when)], "facts: {public_money: local}\n") == (
        "`t/a` is not in the agreement\n"
        "  a fact is missing to decide: facts.volunteers\n"
        "  ? at least one of these\n"
        "    ✗ money\n"
        "      ✗ facts.public_money is federal → local  [spec.yaml:3]\n"
        "    ? facts.volunteers is true → (missing)  [spec.yaml:3]\n"
    )


def test_a_clause_that_the_drafter_added_replaces_others_and_is_needed() -> None:
    clauses = [
        small_clause("a", 1, when={"condition": "money"}, replaces="bc"),
        small_clause("b", 2),
        small_clause("c", 3),
        small_clause("d", 4, requires="a"),
        small_clause("e", 5, requires="a"),
    ]
    spec = "facts: {public_money: local}\nchoices:\n  add: [t/a]\n"
    assert explained("a", clauses, spec) == (
        "`t/a` is in the agreement: article 1\n"
        "  the drafter added it under `choices.add`  [spec.yaml:5]\n"
        "  it replaces there: t/b, t/c\n"
        "  needed by: t/d, t/e\n"
    )
    assert explained("b", clauses, spec) == "`t/b` is not in the agreement\n  `t/a` takes its place\n"


def test_a_copy_for_each_party() -> None:
    when = {"fact": "party.type", "is": "public-body"}
    own = small_clause("a", 1, place="party", each="parties", when=when)
    spec = (
        "parties:\n  - {id: x, type: public-body}\n  - {id: y, type: other}\n"
        "  - id: z\n    name: Zed\n    type: public-body\n"
    )
    assert explained("a", [own], spec) == (
        "`t/a` is in the agreement: identification of the parties (x)\n"
        "  ✓ party.type is public-body → public-body  [spec.yaml:4]\n"
        "`t/a` is in the agreement: identification of the parties (z)\n"
        "  ✓ party.type is public-body → public-body  [spec.yaml:8]\n"
    )
    none = "parties: []\n"
    assert explained("a", [own], none) == (
        "`t/a` is not in the agreement\n  it is made for each party or signatory of a kind, and there is none\n"
    )
    out = explained("a", [own], "parties: [{id: x, type: other}]\n")
    assert "its condition does not hold  [spec.yaml:3]" in out and "✗ party.type is public-body → other" in out


def test_an_alternative_is_named() -> None:
    from test_plan import APPROVER, with_fallback

    spec = "choices:\n  alternatives:\n    t/a: f-1\n"
    out = explained("a", [with_fallback()], spec, labels=APPROVER)
    assert "  in its alternative `f-1`  [spec.yaml:5]\n" in out


@pytest.mark.parametrize("parties", ["3", "x", "{a: b}", "[3, x]", "null"])
def test_parties_of_the_wrong_kind_break_nothing(parties: str) -> None:
    own = small_clause("a", 1, when={"role": "grantor"})
    assert "grantor at_least 1" in explained("a", [own], f"parties: {parties}\n")


def test_a_strangers_words_do_not_drive_the_terminal() -> None:
    spec = 'choices: {leave_out: [{clause: t/a, reason: "\\e[31mred\\nnext"}]}\nparties: [{id: "\\e[1mx", type: b}]\n'
    own = small_clause("a", 1)
    out = explained("a", [own], spec)
    assert "\x1b" not in out and len(out.splitlines()) == 2
    party = small_clause("b", 2, place="party", each="parties", when={"fact": "party.type", "is": "b"})
    assert "\x1b" not in explained("b", [party], spec)
    out = explained("z", [own], forbidden={"t/z": "\x1b[31mno\nnext"})
    assert "\x1b" not in out and len(out.splitlines()) == 2


# ------------------------------------------------------------------------------------------- everything


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_clause_can_be_explained_for_every_example(name: str, shelf: Shelf) -> None:
    file = ROOT / "examples" / f"{name}.yaml"
    plan = examine_spec(str(file), shelf).plan
    assert plan is not None
    length = len(file.read_text(encoding="utf-8").splitlines())
    for identifier in shelf.library.clauses:
        for ui in ("fr", "en"):
            text, chosen = why(identifier, plan, ui)
            assert chosen is (identifier not in plan.absent)
            assert text.startswith(f"`{identifier}`") and text.endswith("\n")
            marks = [line.strip()[0] for line in text.splitlines() if line.strip()[0] in "✓✗?"]
            if plan.absent.get(identifier) and plan.absent[identifier].reason == "condition":
                assert marks[0] == "✗"
            for line in text.splitlines():
                assert all(0 < int(part.split("]")[0]) <= length for part in line.split(f"[{file}:")[1:])


# ------------------------------------------------------------------------------------------- exit codes


@pytest.mark.parametrize(
    ("command", "name", "code"),
    [
        ("why", "general/severability", 0),
        ("why-not", "general/severability", 1),
        ("why", "staff/volunteers", 1),
        ("why-not", "staff/volunteers", 0),
    ],
)
def test_the_exit_code_says_whether_it_is_as_asked(command: str, name: str, code: int, capsys: Any) -> None:
    assert run(capsys, command, name, SHELTER)[0] == code


@pytest.mark.parametrize("command", ["why", "why-not"])
def test_an_unknown_clause_names_the_nearest(command: str, capsys: Any) -> None:
    code, out, err = run(capsys, command, "general/severabilty", SHELTER)
    assert code == 2 and out == "" and "general/severability" in err


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        (None, 2, "PPP001"),
        ("a: [", 1, "PPP004"),
        ("- a", 1, "PPP011"),
        ("spec: 1\nkind: partnershp\n", 1, "PPP109"),
        ("spec: 1\nkind: public-contract\n", 1, "PPP110"),
    ],
)
def test_a_spec_without_a_plan_shows_what_is_wrong(
    text: str | None, code: int, shown: str, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "spec.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    for command in ("why", "why-not"):
        exit_code, out, err = run(capsys, command, "general/severability", file)
        assert (exit_code, out) == (code, "") and shown in err


def test_a_plan_with_errors_can_still_be_explained(tmp_path: Path, capsys: Any) -> None:
    """Who asks why may be looking for the very mistake."""
    file, _ = spec_with(tmp_path, ("0447.203.553", "0447.203.554"))
    assert run(capsys, "why", "general/severability", file)[0] == 0


def test_a_clause_that_is_not_in_the_plan_has_a_reason_whatever_the_spec_is() -> None:
    library = Library({"t/a": small_clause("a", 1)}, {}, {}, "library")
    for text in ("kind: grant\n", "kind: nothing\n", "kind: [a]\n", "x: 1\n"):
        plan, _ = make_plan(make_spec(parsed(text)), library, LAW)
        answer, chosen = why("t/a", plan, "en")
        assert chosen is (text == "kind: grant\n") and answer.startswith("`t/a`")
