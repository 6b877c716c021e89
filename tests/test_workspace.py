"""An organisation's overlay on the shipped library: what it replaces, adds and forbids, and what it may not do."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cases import changed_spec, edited_text
from conftest import ROOT
from overlays import LANGUAGES, WORKSPACE, clause, in_all_languages, run, shelf_of, write_workspace

from ppp_contracts.assembly import assemble, paragraphs_of, text_of
from ppp_contracts.compliance import assess, case_of
from ppp_contracts.files import Reading
from ppp_contracts.library import load_library
from ppp_contracts.model import Outcome, Plan
from ppp_contracts.parameters import parameters_at
from ppp_contracts.plan import facts_of, make_plan
from ppp_contracts.validation import load_basics, validate_spec
from ppp_contracts.workshop import Shelf, load_shelf
from ppp_contracts.workspace import FILE_NAME, find_workspace, read_workspace

SHELTER = str(ROOT / "examples" / "family-shelter.yaml")
DIGNITY = "communication/dignity"
OBLIGATION = """\
obligations: 1
list:
  - id: {id}
    title: {title}
    demand: [D3]
    basis: [{{instrument: be-civil-code-5, certainty: V, article: "5.73"}}]
    bearer: all
    towards: all
    severity: error
    check: {{kind: stated}}
    rationale: {title}
    remedy: {title}
"""
TERM = "{key}:\n" + "".join(
    f'  {language}: {{{{label: "{{word}}", forms: ["{{word}}"], definition: "la chose {language}"}}}}\n'
    for language in LANGUAGES
)


def plan_with(shelves: Shelf, name: str = "family-shelter", **changes: Any) -> Plan:
    plan, findings = make_plan(changed_spec(name, changes), shelves.library, shelves.law)
    assert not [f for f in findings if f.severity == 3], findings
    return plan


def words_of(plan: Plan, language: str) -> str:
    agreement, findings = assemble(plan, language)
    assert not findings, findings
    return "\n".join(text_of(p) for _, p in paragraphs_of(agreement))


def outcomes(plan: Plan) -> Mapping[str, tuple[Outcome, str]]:
    return {v.obligation: (v.outcome, v.note) for v in assess(case_of(plan, facts_of(plan.spec, plan.law)))}


def digests_of(folder: Path) -> dict[str, str]:
    return {
        str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.rglob("*") if f.is_file()
    }


# ------------------------------------------------------------------------------------------- clauses


def test_a_clause_yaml_replaces_the_clause_whole(tmp_path: Path, shelf: Shelf) -> None:
    own = clause(DIGNITY, 'fulfils: {communication.dignity: ["1"]}\n', languages=("fr", "nl"))
    mine = shelf_of(write_workspace(tmp_path, own))
    replaced, shipped = mine.library.clauses[DIGNITY], shelf.library.clauses[DIGNITY]
    assert set(replaced.texts) == {("", "fr"), ("", "nl")}  # nothing of ours is left, in no language
    assert replaced.order == 9999 and not replaced.slots and shipped.slots
    assert replaced.overlaid == {""} and not shipped.overlaid
    assert replaced.file == str(tmp_path / "organisation" / "clauses" / DIGNITY / "clause.yaml")
    assert list(mine.library.clauses)[-1] == DIGNITY and mine.library.clauses.keys() == shelf.library.clauses.keys()
    words = words_of(plan_with(mine), "fr")
    assert "ranger la maison" in words and "objets de pitié" not in words
    assert mine.library.digest != shelf.library.digest


def test_a_file_replaces_one_text_and_the_rest_stays(tmp_path: Path) -> None:
    shelf = load_shelf()
    words = "# Dignité\n\n1. Chaque Partie respecte les Familles dans un délai de {{ withdrawal_within }}.\n"
    mine = shelf_of(write_workspace(tmp_path, {f"clauses/{DIGNITY}/fr.md": words}))
    own, shipped = mine.library.clauses[DIGNITY], shelf.library.clauses[DIGNITY]
    assert own.texts["", "fr"].heading == "Dignité"
    assert own.texts["", "fr"].file == str(tmp_path / "organisation" / "clauses" / DIGNITY / "fr.md")
    assert own.texts["", "nl"] == shipped.texts["", "nl"]
    assert (own.version, own.order, own.fulfils, own.slots) == (
        shipped.version,
        shipped.order,
        shipped.fulfils,
        shipped.slots,
    )
    assert own.overlaid == {""}
    for other in shelf.library.clauses.keys() - {DIGNITY}:
        assert mine.library.clauses[other] == shelf.library.clauses[other], other


@pytest.mark.parametrize("files", [{f"clauses/{DIGNITY}/fr.md": "# D\n\n1. Rien.\n"}, clause(DIGNITY)])
def test_what_only_the_organisation_says_is_for_review(files: dict[str, str], tmp_path: Path, shelf: Shelf) -> None:
    """A text that claims a duty states it only once a jurist approved it; every other verdict is as before."""
    if f"clauses/{DIGNITY}/clause.yaml" in files:
        files = {
            **files,
            **clause(DIGNITY, 'fulfils: {communication.dignity: ["1"]}\n'),
        }
    before, after = outcomes(plan_with(shelf)), outcomes(plan_with(shelf_of(write_workspace(tmp_path, files))))
    assert before.pop("communication.dignity") == (Outcome.PASS, "")
    assert after.pop("communication.dignity") == (Outcome.REVIEW, "overlay")
    assert after == before


def test_an_alternative_is_added(tmp_path: Path, shelf: Shelf) -> None:
    folder = "clauses/liability/cap"
    more = (
        f"format: 1\nalternatives:\n  org-1:\n    concedes: {in_all_languages('Tout')}\n    agreed_by: governing-body\n"
    )
    texts = {f"{folder}/{lang}.org-1.md": "# Maison\n\n1. La limite est de {{ cap }}.\n" for lang in LANGUAGES}
    mine = shelf_of(write_workspace(tmp_path, {f"{folder}/alternatives.yaml": more, **texts}))
    own, shipped = mine.library.clauses["liability/cap"], shelf.library.clauses["liability/cap"]
    assert own.alternatives.keys() == {*shipped.alternatives, "org-1"}
    assert own.overlaid == {"org-1"}
    assert {key: text for key, text in own.texts.items() if key[0] != "org-1"} == dict(shipped.texts)
    put = {"liability.cap": "50000.00", "choices": {"alternatives": {"liability/cap": "org-1"}}}
    spec = changed_spec("family-shelter", put)
    plan, findings = make_plan(spec, mine.library, mine.law)
    assert [f.code for f in findings] == ["PPP440"]
    assert "La limite est de" in words_of(plan, "fr")
    _, findings = make_plan(spec, shelf.library, shelf.law)
    assert "PPP437" in {f.code for f in findings}


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("clause.yaml", clause("liability/cap")["clauses/liability/cap/clause.yaml"]),
        ("fr.fallback-1.md", "# R\n\n1. R.\n"),
    ],
)
def test_a_clause_or_an_alternative_of_the_same_name(key: str, body: str, tmp_path: Path, shelf: Shelf) -> None:
    mine = shelf_of(write_workspace(tmp_path, {f"clauses/liability/cap/{key}": body}))
    own = mine.library.clauses["liability/cap"]
    if key == "clause.yaml":
        assert not own.alternatives and not own.texts
    else:
        assert own.overlaid == {"fallback-1"}
        assert own.texts["fallback-1", "fr"].heading == "R"
        assert own.texts["", "fr"] == shelf.library.clauses["liability/cap"].texts["", "fr"]


def test_a_clause_an_obligation_and_a_term_are_added(tmp_path: Path, shelf: Shelf) -> None:
    words = "# Maison\n\n1. Chaque Partie s’engage à entretenir la Maisonnée.\n"
    obligation = OBLIGATION.format(id="roles.house", title=in_all_languages("Maison"))
    files = {
        **clause("general/house", 'fulfils: {roles.house: ["1"]}\n', words),
        "law/obligations/own.yaml": obligation,
        "clauses/terms/own.yaml": "terms: 1\n" + TERM.format(key="house", word="Maisonnée"),
    }
    mine = shelf_of(write_workspace(tmp_path, files))
    assert mine.library.clauses.keys() - shelf.library.clauses.keys() == {"general/house"}
    assert mine.law.obligations.keys() - shelf.law.obligations.keys() == {"roles.house"}
    assert mine.library.terms.keys() - shelf.library.terms.keys() == {"house"}
    plan = plan_with(mine)
    assert plan.clauses[-1].clause.id != "general/house" or plan.clauses[-1].number
    (planned,) = (p for p in plan.clauses if p.clause.id == "general/house")
    assert planned.number == max(p.number for p in plan.clauses)
    words_fr = words_of(plan, "fr")
    assert "entretenir la Maisonnée" in words_fr and "la chose fr" in words_fr  # the term is defined where it is used
    verdicts = outcomes(plan)
    assert verdicts["roles.house"] == (Outcome.REVIEW, "overlay")
    assert {k: v for k, v in verdicts.items() if k != "roles.house"} == outcomes(plan_with(shelf))
    alone = shelf_of(write_workspace(tmp_path / "alone", {"law/obligations/own.yaml": obligation}))
    assert outcomes(plan_with(alone))["roles.house"] == (Outcome.FAIL, "not_stated")


def test_a_clause_of_a_topic_that_no_kind_takes_comes_when_the_drafter_adds_it(tmp_path: Path) -> None:
    mine = shelf_of(write_workspace(tmp_path, clause("house/rules")))
    assert plan_with(mine).absent["house/rules"].reason == "kind"
    plan = plan_with(mine, choices={"add": ["house/rules"]})
    assert "house/rules" not in plan.absent and "ranger la maison" in words_of(plan, "nl")


def test_forbidden_clauses_are_out_with_their_reason(tmp_path: Path, shelf: Shelf, capsys: Any) -> None:
    forbids = "forbids:\n  - {clause: change/crisis-modifier, reason: Our board decides.}\n"
    file = write_workspace(tmp_path, {}, WORKSPACE + forbids)
    mine = shelf_of(file)
    assert shelf.library.clauses.keys() - mine.library.clauses.keys() == {"change/crisis-modifier"}
    for spec in ("family-shelter", "medical-logistics"):
        absence = make_plan(changed_spec(spec), mine.library, mine.law)[0].absent["change/crisis-modifier"]
        assert (absence.reason, absence.detail) == ("forbidden", "Our board decides.")
    put = {"choices": {"add": ["change/crisis-modifier"]}}
    _, findings = make_plan(changed_spec("family-shelter", put), mine.library, mine.law)
    assert ("PPP436", 3) in {(f.code, f.severity) for f in findings}
    put = {"choices": {"leave_out": [{"clause": "change/crisis-modifier", "reason": "no"}]}}
    _, findings = make_plan(changed_spec("family-shelter", put), mine.library, mine.law)
    assert "PPP436" not in {f.code for f in findings}  # who leaves out what is forbidden makes no mistake
    code, out, _ = run(capsys, "why-not", "change/crisis-modifier", SHELTER, "--workspace", file)
    assert code == 0 and "the organisation forbids it: Our board decides." in out


def test_a_clause_that_others_need_and_the_organisation_forbids(tmp_path: Path) -> None:
    forbids = "forbids: [{clause: change/amendment, reason: We never amend.}]\n"
    mine = shelf_of(write_workspace(tmp_path, {}, WORKSPACE + forbids))
    _, findings = make_plan(changed_spec("family-shelter"), mine.library, mine.law)
    assert {("PPP431", "We never amend.")} == {
        (f.code, dict(f.params)["why"]) for f in findings if dict(f.params).get("other") == "change/amendment"
    }


# ----------------------------------------------------------------------------------------------- law


ENTRY = {
    "conditions": ("law/conditions.yaml", "conditions: 1\nfederal_money: {fact: facts.public_money, is: local}\n"),
    "parameters": (
        "law/parameters.yaml",
        'parameters: 1\ncash.max: {unit: EUR, note: x, values: [{from: 2020-01-01, value: "1.00", certainty: V, row: own}]}\n',
    ),
}


@pytest.mark.parametrize("table", sorted(ENTRY))
def test_an_entry_of_a_table_replaces_ours_and_the_others_stay(table: str, tmp_path: Path, shelf: Shelf) -> None:
    name, text = ENTRY[table]
    mine: Any = getattr(shelf_of(write_workspace(tmp_path, {name: text})).law, table)
    shipped: Any = getattr(shelf.law, table)
    assert list(mine) == list(shipped)
    assert [key for key in shipped if mine[key] != shipped[key]] == [
        "federal_money" if table == "conditions" else "cash.max"
    ]


def test_an_obligation_an_instrument_a_term_and_a_label_replace_ours_by_their_key(tmp_path: Path, shelf: Shelf) -> None:
    obligation = OBLIGATION.format(id="audit.records", title=in_all_languages("Pièces"))
    files = {
        "law/obligations/own.yaml": obligation,
        "law/instruments.yaml": "instruments: 1\nlist:\n- " + json.dumps(own_instrument()) + "\n",
        "clauses/terms/own.yaml": "terms: 1\n" + TERM.format(key="families", word="Familles"),
        "clauses/labels.yaml": "labels: 1\ndocument:\n  article: {fr: Art., nl: Art., de: Art., en: Art.}\n",
    }
    mine = shelf_of(write_workspace(tmp_path, files))
    for ours, theirs, key in (
        (shelf.law.obligations, mine.law.obligations, "audit.records"),
        (shelf.law.instruments, mine.law.instruments, "be-civil-code-5"),
        (shelf.library.terms, mine.library.terms, "families"),
    ):
        assert list(ours) == list(theirs)
        assert [k for k in ours if ours[k] != theirs[k]] == [key]
    document = dict(shelf.library.labels["document"])
    assert mine.library.labels["document"] == {**document, "article": dict.fromkeys(LANGUAGES, "Art.")}
    assert {k: v for k, v in mine.library.labels.items() if k != "document"} == {
        k: v for k, v in shelf.library.labels.items() if k != "document"
    }
    assert assemble(plan_with(mine), "fr")[0].articles[0].label == "Art. 1"


def own_instrument() -> dict[str, Any]:
    name = dict.fromkeys(LANGUAGES, "Code maison")
    return {
        "id": "be-civil-code-5",
        "name": name,
        "short": name,
        "force": "law",
        "certainty": "V",
        "consulted": "2026-11-23",
        "row": "own",
    }


@pytest.mark.parametrize("name", ["law/obligations/clause.yaml", "clauses/clause.yaml", "clauses/terms/clause.yaml"])
def test_a_file_with_an_unlucky_name_takes_nothing_away(name: str, tmp_path: Path, shelf: Shelf) -> None:
    text = {"law/obligations": "obligations: 1\nlist: []\n", "clauses/terms": "terms: 1\n"}.get(
        name.rpartition("/")[0], "x: 1\n"
    )
    workspace, _ = read_workspace(write_workspace(tmp_path, {name: text}))
    mine = load_shelf(workspace=workspace)
    assert mine.law.obligations == shelf.law.obligations
    assert mine.library.terms == shelf.library.terms and mine.library.labels == shelf.library.labels


def test_what_an_overlay_says_twice_is_a_finding(tmp_path: Path) -> None:
    obligation = OBLIGATION.format(id="roles.house", title=in_all_languages("Maison"))
    term = "terms: 1\n" + TERM.format(key="house", word="Maisonnée")
    files = {f"law/obligations/{n}.yaml": obligation for n in "ab"} | {f"clauses/terms/{n}.yaml": term for n in "ab"}
    workspace, _ = read_workspace(write_workspace(tmp_path, files))
    found = [(f.code, Path(f.place.file).name) for f in load_shelf(workspace=workspace).findings]
    assert found == [("PPP423", "b.yaml"), ("PPP424", "b.yaml")]


# ----------------------------------------------------------------------------------- parameters, template


SHORTER = {
    "law/parameters.yaml": "parameters: 1\n"
    "dgd.project.max_months: {unit: months, note: x, values: [{from: 2014-02-09, value: 12, certainty: V, row: own}]}\n"
}


def test_a_parameter_of_the_overlay_counts_in_every_command(tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, SHORTER)
    spec = ROOT / "examples" / "medical-logistics.yaml"
    for command in (["validate", spec], ["check", spec], ["build", spec, "-o", tmp_path / "out"]):
        assert run(capsys, *command)[0] == 0
        code, out, err = run(capsys, *command, "--workspace", file)
        assert code == 1 and "PPP221" in out + err and "12" in out + err, command


def test_validation_reads_the_same_basics_as_a_check(tmp_path: Path, shelf: Shelf) -> None:
    ours, findings = load_basics()
    assert findings == ()
    assert ours.parameters == shelf.law.parameters
    assert ours.refused == {name: kind["refused"] for name, kind in shelf.law.kinds.items() if "refused" in kind}
    workspace, _ = read_workspace(write_workspace(tmp_path, SHORTER))
    mine, findings = load_basics(workspace)
    assert findings == () and mine.parameters == load_shelf(workspace=workspace).law.parameters
    assert mine.refused == ours.refused
    assert parameters_at(mine.parameters, "2026-12-10") == {
        **parameters_at(ours.parameters, "2026-12-10"),
        "dgd.project.max_months": 12,
    }
    assert validate_spec(SHELTER, mine).findings == ()


def test_a_broken_parameter_ends_a_validation(tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, {"law/parameters.yaml": "parameters: 1\ncash.max: 3\n"})
    code, _, err = run(capsys, "validate", SHELTER, "--workspace", file)
    assert code == 2 and "PPP103" in err and "organisation" in err


def test_the_template_of_the_overlay_is_used(tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, {})
    shutil.copytree(ROOT / "templates", tmp_path / "organisation" / "templates")
    own = tmp_path / "organisation" / "templates" / "agreement.docx"
    with zipfile.ZipFile(ROOT / "templates" / "agreement.docx") as old, zipfile.ZipFile(own, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"B00020", b"B00021"))
    for more, expected in (([], False), (["--workspace", file], True)):
        out = tmp_path / f"out{len(more)}"
        assert run(capsys, "build", SHELTER, "-o", out, "--lang", "fr", *more)[0] == 0
        (docx,) = out.glob("*.docx")
        with zipfile.ZipFile(docx) as archive:
            assert (b"B00021" in archive.read("word/styles.xml")) is expected
    # An option still counts more than the overlay.
    shipped = ROOT / "templates" / "agreement.docx"
    arguments = ["--lang", "fr", "--workspace", file, "--template", shipped]
    assert run(capsys, "build", SHELTER, "-o", tmp_path / "option", *arguments)[0] == 0
    with zipfile.ZipFile(next((tmp_path / "option").glob("*.docx"))) as archive:
        assert b"B00021" not in archive.read("word/styles.xml")


def test_a_template_that_is_no_word_file_ends_the_build(tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, {"templates/agreement.docx": "no zip"})
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path / "out", "--workspace", file)
    assert code == 2 and "PPP501" in err and not (tmp_path / "out").exists()


# ------------------------------------------------------------------------------------------ paths, links


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("nowhere", "PPP462"),
        (FILE_NAME, "PPP462"),
        ("out", "PPP462"),  # a link that leads out of the folder
        ("organisation/out", "PPP462"),
        (".", "PPP105"),
        ("..", "PPP105"),
        ("../outside", "PPP105"),
        ("organisation/..", "PPP105"),
        ("organisation/../../outside", "PPP105"),
        ("/etc", "PPP105"),
        ("~", "PPP105"),
        ("organisation\\\\..", "PPP105"),
        ("C:/overlay", "PPP105"),
        (".hidden", "PPP105"),
        ("", "PPP105"),
        ("3", "PPP103"),
        ("[organisation]", "PPP103"),
    ],
)
def test_an_overlay_stays_inside_its_folder(overlay: str, code: str, tmp_path: Path, capsys: Any) -> None:
    shown = overlay if code == "PPP103" else f'"{overlay}"'
    file = write_workspace(tmp_path / "in", {}, f"workspace: 1\noverlay: {shown}\n")
    (tmp_path / "outside").mkdir()
    for link in ("out", "organisation/out"):
        (tmp_path / "in" / link).symlink_to(tmp_path / "outside")
    exit_code, out, err = run(capsys, "check", SHELTER, "--workspace", file)
    assert exit_code == 2 and code in err and out == ""


LINKS: dict[str, Callable[[Path, Path], None]] = {
    "clauses": lambda overlay, away: (overlay / "clauses").symlink_to(away),
    "law": lambda overlay, away: (overlay / "law").symlink_to(away),
    "templates": lambda overlay, away: (overlay / "templates").symlink_to(away),
    "a folder": lambda overlay, away: (overlay / "clauses" / "x").symlink_to(away),
    "a text": lambda overlay, away: (overlay / "clauses" / "fr.md").symlink_to(away / "fr.md"),
    "any file": lambda overlay, away: (overlay / "clauses" / "note.txt").symlink_to(away / "fr.md"),
    "one that leads nowhere": lambda overlay, away: (overlay / "clauses" / "x.yaml").symlink_to(away / "nowhere"),
    "one that stays inside": lambda overlay, away: (overlay / "clauses" / "x").symlink_to(overlay),
    "the template": lambda overlay, away: (overlay / "agreement.docx").symlink_to(ROOT / "templates/agreement.docx"),
}


@pytest.mark.parametrize("kind", LINKS)
def test_links_in_an_overlay_are_refused(kind: str, tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path / "in", {})
    overlay, away = tmp_path / "in" / "organisation", tmp_path / "away"
    away.mkdir()
    (away / "fr.md").write_text("# Secret\n\n1. Secret.\n", encoding="utf-8")
    if kind == "the template":
        (overlay / "templates").mkdir()
        LINKS[kind](overlay / "templates", away)
    else:
        (overlay / "clauses").mkdir(exist_ok=kind != "clauses") if kind != "clauses" else None
        LINKS[kind](overlay, away)
    for command in (["check", SHELTER], ["build", SHELTER, "-o", tmp_path / "out"]):
        code, out, err = run(capsys, *command, "--workspace", file)
        assert code == 2 and "PPP460" in err and "Secret" not in out + err
    assert not (tmp_path / "out").exists()


def test_a_pipe_in_an_overlay_is_no_file(tmp_path: Path, shelf: Shelf) -> None:
    file = write_workspace(tmp_path, {})
    (tmp_path / "organisation" / "law").mkdir()
    os.mkfifo(tmp_path / "organisation" / "law" / "conditions.yaml")  # reading it would wait for ever
    assert shelf_of(file).law.conditions == shelf.law.conditions


# ------------------------------------------------------------------------------------------ broken files


BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "yaml that is none": ({"law/conditions.yaml": "a: [1, 2"}, "PPP004"),
    "an empty table": ({"law/conditions.yaml": ""}, "PPP011"),
    "a list for a table": ({"law/parameters.yaml": "- a\n"}, "PPP011"),
    "a key twice": ({"law/conditions.yaml": "conditions: 1\na: {not: {role: x}}\na: {not: {role: x}}\n"}, "PPP005"),
    "an alias": ({"law/demands.yaml": "demands: 1\na: &a {fr: x}\nb: *a\n"}, "PPP006"),
    "a tag": ({"law/demands.yaml": "demands: !!python/object 1\n"}, "PPP008"),
    "an unknown key of a clause": (clause("general/house", "titel: x\n"), "PPP101"),
    "an unknown key of a table": ({"clauses/labels.yaml": "labels: 1\ndocument: {article: {xx: A}}\n"}, "PPP101"),
    "an unknown key of an alternative": (
        {"clauses/liability/cap/alternatives.yaml": "format: 1\nalternatives: {org-1: {concedes: x, agree: y}}\n"},
        "PPP101",
    ),
    "an obligation of no form": ({"law/obligations/own.yaml": "obligations: 1\nlist: [{id: x}]\n"}, "PPP102"),
    "a fact path that is none": (clause("general/house", "when: {fact: a..b, exists: true}\n"), "PPP105"),
    "a slot path that is none": (clause("general/house", "slots: {x: {path: 'a[x].b', type: text}}\n"), "PPP105"),
    "a condition nobody defines": (clause("general/house", "when: {condition: nowhere}\n"), "PPP411"),
    "a condition of a condition": (
        {"law/conditions.yaml": "conditions: 1\nmine: {not: {condition: nowhere}}\n"},
        "PPP411",
    ),
    "a parameter nobody defines": (
        clause("general/house", "when: {fact: derived.party_count, at_least: {parameter: nowhere.x}}\n"),
        "PPP411",
    ),
    "a parameter of a slot": (clause("general/house", "slots: {x: {parameter: no.x, type: number}}\n"), "PPP411"),
    "conditions in a circle": (
        {"law/conditions.yaml": "conditions: 1\naa: {not: {condition: bb}}\nbb: {all: [{condition: aa}]}\n"},
        "PPP455",
    ),
    "a text outside the format": (clause("general/house", text="# T\n\n1. Un.\n* deux\n"), "PPP402"),
    "a text without its clause": ({"clauses/general/house/fr.md": "# T\n\n1. Un.\n"}, "PPP461"),
    "alternatives without their clause": (
        {
            "clauses/general/house/alternatives.yaml": f"format: 1\nalternatives:\n  org-1: {{concedes: {in_all_languages('x')}, agreed_by: funder}}\n"
        },
        "PPP461",
    ),
    "approvals of no form": (
        {"clauses/approvals.yaml": "approvals: 1\nlist: [{clause: a/b, language: fr, digest: abc}]\n"},
        "PPP105",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_overlay_is_a_finding_each_time(case: str, tmp_path: Path, capsys: Any) -> None:
    files, code = BROKEN[case]
    file = write_workspace(tmp_path, files)
    for _ in range(2):  # what was kept from the first run hides nothing
        exit_code, out, err = run(capsys, "explain", "PPP203", "--workspace", file)
        assert exit_code == 2 and code in err and out == "", (out, err)
        assert str(tmp_path / "organisation") in err  # the file is named


def test_a_broken_overlay_ends_every_command(tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, clause("general/house", "titel: x\n"))
    approve = ["general/severability", "--language", "fr", "--by", "A", "--function", "B", "--on", "2026-11-23"]
    for command in (
        ["check", SHELTER],
        ["build", SHELTER, "-o", tmp_path / "out"],
        ["why", "general/severability", SHELTER],
        ["library", "approve", *approve],
    ):
        exit_code, out, err = run(capsys, *command, "--workspace", file)
        assert exit_code == 2 and "PPP101" in err and out == "", (command, out, err)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "organisation" / "clauses" / "approvals.yaml").exists()
    code, out, _ = run(capsys, "library", "lint", "--workspace", file)
    assert code == 1 and "PPP101" in out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("workspace: 1\n", "PPP102"),
        ("workspace: 2\noverlay: organisation\n", "PPP104"),
        (WORKSPACE + "overlays: x\n", "PPP101"),
        (WORKSPACE + "forbids: [{clause: change/crisis-modifier}]\n", "PPP102"),
        (WORKSPACE + "forbids: [{clause: change/crisis-modifer, reason: typo}]\n", "PPP436"),
        (WORKSPACE + "overlay: twice\n", "PPP005"),
        ("workspace: [\n", "PPP004"),
        ("", "PPP011"),
        ("workspace: &a 1\noverlay: organisation\n", "PPP006"),
        ("x: " + "y" * 2_000_001, "PPP003"),
    ],
)
def test_a_broken_workspace_file_is_a_finding(text: str, code: str, tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, {}, text)
    for command in ("check", "validate"):
        if (command, code) != ("validate", "PPP436"):  # a validation reads no clause
            exit_code, out, err = run(capsys, command, SHELTER, "--workspace", file)
            assert exit_code == 2 and code in err and FILE_NAME in err and out == ""


def test_a_forbidden_clause_that_is_none_names_the_nearest(tmp_path: Path, capsys: Any) -> None:
    text = WORKSPACE + "forbids: [{clause: change/crisis-modifer, reason: typo}]\n"
    _, _, err = run(capsys, "check", SHELTER, "--workspace", write_workspace(tmp_path, {}, text))
    assert "change/crisis-modifer" in err and "change/crisis-modifier" in err


# --------------------------------------------------------------------------------------------- finding it


def test_a_workspace_is_found_here_by_option_and_by_environment(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, none = tmp_path / "one", tmp_path / "other", tmp_path / "none"
    none.mkdir()
    for folder in (one, other):
        write_workspace(folder, clause("general/house", text=f"# {folder.name}\n\n1. Un.\n"))

    def asked(*arguments: object) -> str:
        code, out, err = run(capsys, "explain", "general/house", *arguments)
        assert code in (0, 2) and (("With the overlay" in err) is (code == 0))
        return next((name for name in ("one", "other") if f"[fr] {name}" in out), "")

    monkeypatch.chdir(none)
    assert asked() == ""
    assert asked("--workspace", one / FILE_NAME) == "one"
    monkeypatch.chdir(one)
    assert asked() == "one"
    assert asked("--workspace", other / FILE_NAME) == "other"
    monkeypatch.setenv("PPP_CONTRACTS_WORKSPACE", str(other / FILE_NAME))
    assert asked() == "other"
    assert asked("--workspace", one / FILE_NAME) == "one"
    monkeypatch.setenv("PPP_CONTRACTS_WORKSPACE", "")
    assert asked() == "one"
    monkeypatch.setenv("PPP_CONTRACTS_WORKSPACE", "nowhere.yaml")
    code, _, err = run(capsys, "explain", "PPP203")
    assert code == 2 and "PPP001" in err and "nowhere.yaml" in err


def test_a_folder_of_that_name_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert find_workspace("", tmp_path) == (None, ())
    (tmp_path / "nothing").mkdir()
    assert find_workspace("", tmp_path / "nothing") == (None, ())


# --------------------------------------------------------------------------------------- ours is untouched


def test_the_shipped_library_is_untouched(tmp_path: Path, capsys: Any) -> None:
    before = {folder: digests_of(ROOT / folder) for folder in ("law", "schemas", "templates")}
    clauses = (ROOT / "clauses" / DIGNITY / "fr.md").read_bytes(), (ROOT / "clauses" / "approvals.yaml").read_bytes()
    _, alone, _ = run(capsys, "check", SHELTER, "--matrix")
    forbids = "forbids: [{clause: change/crisis-modifier, reason: x}]\n"
    own = clause(DIGNITY, 'fulfils: {communication.dignity: ["1"]}\n')
    file = write_workspace(tmp_path, {**own, **SHORTER}, WORKSPACE + forbids)
    _, mine, _ = run(capsys, "check", SHELTER, "--matrix", "--workspace", file)
    run(capsys, "build", SHELTER, "-o", tmp_path / "out", "--workspace", file)
    approved = ["--language", "fr", "--by", "A", "--function", "B", "--on", "2026-11-23"]
    assert run(capsys, "library", "approve", "general/severability", *approved, "--workspace", file)[0] == 0
    assert mine != alone
    assert run(capsys, "check", SHELTER, "--matrix")[1] == alone
    assert {folder: digests_of(ROOT / folder) for folder in before} == before
    assert clauses == (
        (ROOT / "clauses" / DIGNITY / "fr.md").read_bytes(),
        (ROOT / "clauses" / "approvals.yaml").read_bytes(),
    )


def test_an_empty_overlay_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, {})
    mine, shelf = shelf_of(file), load_shelf()
    assert mine.library.clauses == shelf.library.clauses and mine.law == shelf.law
    assert mine.library.digest == shelf.library.digest
    for format_ in ("text", "json"):
        arguments = ("check", SHELTER, "--matrix", "--format", format_)
        assert run(capsys, *arguments, "--workspace", file)[:2] == run(capsys, *arguments)[:2]


# ------------------------------------------------------------------------------------------ the Word file


def test_a_file_that_was_built_with_an_overlay_and_is_checked_without_it(tmp_path: Path, capsys: Any) -> None:
    """What the shipped library claims of its own text is no evidence for another text."""
    words = "# Dignité\n\n1. Chaque Partie fait ce qu’elle veut.\n"
    file = write_workspace(tmp_path, {f"clauses/{DIGNITY}/{language}.md": words for language in LANGUAGES})
    assert run(capsys, "build", SHELTER, "-o", tmp_path / "out", "--lang", "fr", "--workspace", file)[0] == 0
    (docx,) = (tmp_path / "out").glob("*.docx")
    for more, note in ((["--workspace", file], "overlay"), ([], "other_text")):
        _, out, _ = run(capsys, "check", docx, "--format", "json", *more)
        (found,) = json.loads(out)["files"]
        assert {a["state"] for a in found["articles"]} == {"intact"}
        verdicts = {v["obligation"]: (v["outcome"], v["note"]) for v in found["verdicts"]}
        assert verdicts["communication.dignity"] == ("review", note)
        assert all(v[0] in ("pass", "notApplicable") for k, v in verdicts.items() if k != "communication.dignity")


def test_a_file_built_with_an_own_clause_holds_its_words(tmp_path: Path, capsys: Any) -> None:
    file = write_workspace(tmp_path, clause("general/house"))
    spec = tmp_path / "spec.yaml"
    spec.write_text(edited_text("family-shelter", []), encoding="utf-8")
    assert run(capsys, "build", spec, "-o", tmp_path / "out", "--workspace", file)[0] == 0
    for docx in (tmp_path / "out").glob("*.docx"):
        with zipfile.ZipFile(docx) as archive:
            assert "ranger la maison" in archive.read("word/document.xml").decode()
        assert run(capsys, "check", docx, "--workspace", file)[0] == 0


# -------------------------------------------------------------------------------------------- the lint


def test_the_lint_reads_shipped_and_own_files_together(tmp_path: Path, capsys: Any) -> None:
    less = clause(DIGNITY, 'fulfils: {roles.house: ["1"]}\n')
    file = write_workspace(tmp_path, less)
    _, out, _ = run(capsys, "library", "lint", "--workspace", file)
    assert "PPP463" in out and "communication.dignity" in out  # the duty is lost
    assert "PPP409" in out and "roles.house" in out  # and the one it claims does not exist


def test_a_reading_without_overlay_has_no_overlaid_names() -> None:
    reading = Reading(ROOT)
    assert not reading.overlaid and not any(name.startswith("overlay:") for name in reading.names)
    library, findings = load_library(reading)
    assert not findings and all(not c.overlaid for c in library.clauses.values())
