"""Browsing the library: what a list lets through, what a sheet tells, and what is said of a value that is not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from ppp_contracts import cli
from ppp_contracts.approval import approve
from ppp_contracts.browsing import list_as_text, sheet_as_json, sheet_as_text
from ppp_contracts.catalogue import Filter, Sheet, choose, narrowed, row_of, sheet_of, topics
from ppp_contracts.finding import LANGUAGES
from ppp_contracts.inwords import applies, checked, in_words
from ppp_contracts.library import fulfils_of
from ppp_contracts.messages import UI_LANGUAGES, table
from ppp_contracts.model import Clause
from ppp_contracts.surroundings import Surroundings, may_select, surroundings_of
from ppp_contracts.workshop import Shelf, load_shelf
from ppp_contracts.workspace import Workspace
from ppp_contracts.yamlio import read_yaml

FALLBACKS = "audit/records"  # a clause with a fallback, slots, a playbook and a condition


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run([str(a) for a in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out, captured.err


@pytest.fixture(scope="session")
def around(shelf: Shelf) -> Surroundings:
    return surroundings_of(shelf)


def states(clause: Clause) -> set[str]:
    return {o for alternative in ("", *clause.alternatives) for o in fulfils_of(clause, alternative)}


# ----------------------------------------------------------------------------------------- choosing


def test_without_a_filter_every_clause_is_there_in_the_order_of_the_articles(shelf: Shelf) -> None:
    assert [c.id for c in choose(Filter(), shelf)] == list(shelf.library.clauses)


def test_each_filter_lets_through_what_it_says_and_nothing_else(shelf: Shelf) -> None:
    clauses = shelf.library.clauses.values()
    demand = {o.id for o in shelf.law.obligations.values() if "D7" in o.demand}
    expected = {
        Filter(topic="audit"): [c.id for c in clauses if c.id.split("/")[0] == "audit"],
        Filter(obligation="audit.repayment"): [c.id for c in clauses if "audit.repayment" in states(c)],
        Filter(demand="D7"): [c.id for c in clauses if states(c) & demand],
        Filter(language="de"): [c.id for c in clauses if ("", "de") in c.texts],
        Filter(alternatives=True): [c.id for c in clauses if c.alternatives],
        Filter(kind="confidentiality"): [c.id for c in clauses if may_select(shelf.law, "confidentiality", c)],
    }
    for filter, ids in expected.items():
        found = [c.id for c in choose(filter, shelf)]
        assert found == ids and len(found) > 0, filter
    both = Filter(topic="audit", alternatives=True)
    assert [c.id for c in choose(both, shelf)] == [c.id for c in clauses if c.id[:6] == "audit/" and c.alternatives]


def test_a_text_that_only_some_clauses_have_narrows_the_list(tmp_path: Path) -> None:
    overlay_clause(tmp_path, {"fr.md": "# Repas\n\n1. Chaque Partie s’engage à manger.\n"})
    found = load_shelf(workspace=Workspace("", tmp_path))
    assert "house/meals" in found.library.clauses
    assert "house/meals" not in [c.id for c in choose(Filter(language="nl"), found)]
    assert "house/meals" in [c.id for c in choose(Filter(language="fr"), found)]
    row = row_of(found.library.clauses["house/meals"], found, "nl")
    assert (row.title, row.title_in) == ("Repas", "fr")  # no Dutch text: the title is told in the language it has


def test_a_kind_may_select_what_it_takes_unless_the_condition_rules_it_out(shelf: Shelf, around: Surroundings) -> None:
    clauses = shelf.library.clauses
    assert not may_select(shelf.law, "confidentiality", clauses["audit/records"])  # not taken
    assert may_select(shelf.law, "partnership", clauses["liability/cap"])  # its fact is not known: it may
    for file in sorted((ROOT / "examples").glob("*.yaml")):
        document, _ = read_yaml(str(file))
        assert document is not None
        added = document.data.get("choices", {}).get("add", ())
        for clause in (clause for clause, examples in around.examples.items() if file.stem in examples):
            assert document.data["kind"] in around.kinds[clause] or clause in added, (clause, file.stem)


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (("--topic", "audt"), "audit"),
        (("--obligation", "audit.repaymnt"), "audit.repayment"),
        (("--kind", "partnrship"), "partnership"),
        (("--demand", "D77"), "D7"),
        (("--language", "es"), "fr"),
    ],
)
@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_an_unknown_value_is_a_usage_error_with_the_nearest_known_one(
    arguments: tuple[str, str], near: str, ui: str, capsys: Any
) -> None:
    code, out, err = run(capsys, "library", "list", *arguments, "--ui", ui)
    assert code == 2 and not out
    assert f"`{arguments[1]}`" in err and f"`{near}`" in err and arguments[0] in err


def test_an_unknown_clause_alternative_or_language_is_one_too(capsys: Any) -> None:
    for arguments, near in (
        (("audit/record",), "`audit/records`"),
        (("",), "ID"),
        ((FALLBACKS, "--alternative", "fallback-9"), "`fallback-1`"),
        (("end/term", "--alternative", "fallback-1"), "–"),
        ((FALLBACKS, "--language", "dee"), "`de`"),
    ):
        code, out, err = run(capsys, "library", "show", *arguments)
        assert code == 2 and not out and near in err, arguments


@pytest.mark.parametrize("command", ["list", "show", "site"])
def test_each_command_has_help_with_an_example(command: str, capsys: Any) -> None:
    code, out, _ = run(capsys, "library", command, "--help")
    assert code == 0 and "Example:" in out and f"ppp-contracts library {command}" in out


# ---------------------------------------------------------------------------------------------- list


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_list_has_a_line_for_each_clause(ui: str, shelf: Shelf, capsys: Any) -> None:
    code, out, _ = run(capsys, "library", "list", "--ui", ui)
    assert code == 0
    lines = out.rstrip("\n").split("\n")
    assert [line.split()[0] for line in lines[:-1]] == list(shelf.library.clauses)
    assert str(len(shelf.library.clauses)) in lines[-1]
    for line, clause in zip(lines, shelf.library.clauses.values(), strict=False):
        assert clause.texts["", ui].heading in line
        assert all(obligation in line for obligation in clause.fulfils)
        assert f"0/{len(clause.texts)}" in line


def test_the_list_as_json(shelf: Shelf, capsys: Any) -> None:
    code, out, _ = run(capsys, "library", "list", "--alternatives", "--format", "json")
    data = json.loads(out)
    assert code == 0 and data["tool"] == "ppp-contracts" and data["format"] == 1
    assert [c["id"] for c in data["clauses"]] == [c.id for c in choose(Filter(alternatives=True), shelf)]
    for clause in data["clauses"]:
        assert clause["alternatives"] >= 1 and clause["title"] and clause["when"]
        assert clause["texts"]["approved_by_jurist"] == 0 < clause["texts"]["total"]


def test_an_approved_text_is_counted_and_named(tmp_path: Path) -> None:
    workspace = Workspace("", tmp_path)
    shelf = load_shelf()
    assert not approve(workspace, shelf.library, [("end/term", "", "fr")], "A. Lambert", "juriste", "2026-11-23")
    found = load_shelf(workspace=workspace)
    row = row_of(found.library.clauses["end/term"], found, "en")
    assert (row.approved, row.texts) == (1, 4)
    sheet = sheet_of(found.library.clauses["end/term"], found, Surroundings({}, {}, {}), "en")
    assert [v.language for v in sheet.wordings[0].versions if v.approved] == ["fr"]
    told = sheet_as_text(sheet, "en", 80)
    assert "approved by A. Lambert, juriste, on 2026-11-23" in " ".join(told.split()) and "1 of 4" in told


# --------------------------------------------------------------------------------------------- sheet


def everything(shelf: Shelf, around: Surroundings, ui: str) -> list[Sheet]:
    return [sheet_of(clause, shelf, around, ui) for clause in shelf.library.clauses.values()]


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_a_sheet_tells_everything(ui: str, shelf: Shelf, around: Surroundings) -> None:
    for sheet in everything(shelf, around, ui):
        clause = sheet.clause
        told = sheet_as_text(sheet, ui, 10_000)
        for text in clause.texts.values():
            assert text.heading in told
            for block in text.blocks:
                assert all(i.value in told for i in block.inlines)
        for alternative in ("", *clause.alternatives):
            for obligation, blocks in fulfils_of(clause, alternative).items():
                assert obligation in told and ", ".join(blocks) in told
        for stated in (
            s for s in sheet.wordings[0].stated if s.id in shelf.law.obligations
        ):  # the lint finds the others
            assert stated.title in told and stated.cited
            assert all(c.words in told and f"[{c.certainty} – " in told for c in stated.cited)
        for slot in clause.slots.values():
            assert f"`{slot.path or slot.parameter}`" in told
        for other in (*clause.requires, *clause.excludes, *clause.replaces):
            assert other in told
        assert clause.version in told and (not clause.note or clause.note in told)
        assert all(words in told for _, words, _ in sheet.playbook)
        assert all(kind in told for kind in sheet.kinds) and all(example in told for example in sheet.examples)


def test_who_requires_a_clause_is_told_on_its_sheet(shelf: Shelf, around: Surroundings) -> None:
    pairs = {(c.id, other) for c in shelf.library.clauses.values() for other in c.requires}
    back = {(c, name) for name, links in around.links.items() for c in dict(links).get("required_by", ())}
    assert pairs and back == pairs


def test_where_a_clause_is_used_is_what_the_plans_say(around: Surroundings) -> None:
    assert all((ROOT / "examples" / f"{name}.yaml").is_file() for names in around.examples.values() for name in names)
    assert "family-shelter" in around.examples["audit/repayment-federal"]
    assert "grant-regional" not in around.examples["audit/repayment-federal"]
    assert "partnership" in around.kinds["audit/repayment-federal"]
    assert "sponsorship" not in around.kinds["audit/repayment-federal"]


def test_two_columns_when_wide_enough_else_one_below_the_other(shelf: Shelf, around: Surroundings) -> None:
    sheet = sheet_of(shelf.library.clauses[FALLBACKS], shelf, around, "en")
    wide, narrow = sheet_as_text(sheet, "en", 120).split("\n"), sheet_as_text(sheet, "en", 80).split("\n")
    assert any("[fr]" in line and "│ [nl]" in line for line in wide)
    assert max(map(len, wide)) <= 120 and max(map(len, narrow)) <= 80
    assert not any("│" in line for line in narrow)
    starts = [line.split("│") for line in wide if line.startswith("2. ")]
    assert starts and all(right.strip().startswith("2. ") for _, right in starts)  # block beside block


def test_languages_and_an_alternative_can_be_chosen(shelf: Shelf, around: Surroundings, capsys: Any) -> None:
    code, out, _ = run(capsys, "library", "show", FALLBACKS, "--language", "fr", "--language", "de")
    assert code == 0 and "[fr]" in out and "[de]" in out and "[nl]" not in out and "[en]" not in out
    code, out, _ = run(capsys, "library", "show", FALLBACKS, "--alternative", "fallback-1", "--language", "en")
    texts = shelf.library.clauses[FALLBACKS].texts
    assert code == 0 and texts["fallback-1", "en"].heading in out
    assert f"[en] {texts['', 'en'].heading} –" not in out
    sheet = sheet_of(shelf.library.clauses[FALLBACKS], shelf, around, "en")
    assert narrowed(sheet, "", ()) == sheet


def test_the_sheet_as_json(shelf: Shelf, around: Surroundings, capsys: Any) -> None:
    code, out, _ = run(capsys, "library", "show", FALLBACKS, "--format", "json")
    clause = json.loads(out)["clause"]
    assert code == 0 and clause["id"] == FALLBACKS
    preferred, fallback = clause["wordings"]
    assert [t["language"] for t in preferred["texts"]] == list(LANGUAGES)
    assert all(t["approval"] is None for t in (*preferred["texts"], *fallback["texts"]))
    assert fallback["alternative"] == "fallback-1" and fallback["concedes"] and fallback["agreed_by"]
    assert clause["slots"][0]["path"] and clause["used"]["examples"] and clause["provenance"]["sources"]
    for sheet in everything(shelf, around, "nl"):
        json.loads(sheet_as_json(sheet, "0"))


# --------------------------------------------------------------------------------------------- words


def test_every_condition_topic_and_person_has_words_in_every_language(shelf: Shelf) -> None:
    words = table()["words"]
    people = {who for o in shelf.law.obligations.values() for who in (o.bearer, o.towards)}
    groups = {*topics(shelf.library), *(o.partition(".")[0] for o in shelf.law.obligations)}
    names = [
        *(f"condition_{name}" for name in shelf.law.conditions),
        *(f"topic_{name}" for name in groups),
        *(f"who_{name}" for name in people),
    ]
    assert not [name for name in names if name.replace("-", "_") not in words]


def test_conditions_are_told_in_words(shelf: Shelf) -> None:
    clauses, law = shelf.library.clauses, shelf.law
    assert applies(clauses["audit/on-site-federal"], law, "fr") == "de l’argent fédéral est en jeu"
    assert applies(clauses["end/term"], law, "nl") == "altijd"
    assert applies(clauses["integrity/conduct"], law, "en").startswith("no money of the Belgian")
    assert in_words({"not": {"fact": "facts.public_money", "is": "none"}}, law, "en") == (
        "`facts.public_money` is not `none`"
    )
    assert in_words({"all": []}, law, "de") == ""
    assert "50" in in_words({"fact": "x", "at_least": {"parameter": "whistle.workers"}}, law, "en")
    unknown = {"not": {"any": [{"condition": "ours"}, {"role": "private-partner", "count": {"at_least": 2}}]}}
    assert "`ours`" in in_words(unknown, law, "en") and "at least 2" in in_words(unknown, law, "en")
    for ui in UI_LANGUAGES:
        for obligation in law.obligations.values():
            assert all(checked(obligation.check, law, ui))
            assert "{" not in in_words(obligation.applies_when, law, ui)


def test_a_strangers_text_does_not_drive_the_terminal(tmp_path: Path) -> None:
    overlay_clause(tmp_path, {"fr.md": "# Repas \x1b[31m\n\n1. Chaque Partie s’engage à manger \x1b]0;x\x07.\n"})
    found = load_shelf(workspace=Workspace("", tmp_path))
    clause = found.library.clauses["house/meals"]
    sheet = sheet_of(clause, found, Surroundings({}, {}, {}), "fr")
    for told in (sheet_as_text(sheet, "fr", 80), list_as_text([row_of(clause, found, "fr")], 1, "fr")):
        assert "\x1b" not in told and "\x07" not in told and "Repas" in told


def overlay_clause(folder: Path, files: dict[str, str]) -> None:
    """An overlay with one clause, `house/meals`."""
    home = folder / "clauses" / "house" / "meals"
    home.mkdir(parents=True)
    meta = 'clause: 1\nversion: "1.0.0"\norder: 6990\nprovenance: {drafted: 2026-11-23, sources: []}\n'
    for name, text in {"clause.yaml": meta, **files}.items():
        (home / name).write_text(text, encoding="utf-8")
