"""Each trap is met by what it is about and stays silent before its near misses, in French and in Dutch.

`tests/traps/<group>.yaml`: for each trap `found` and `silent` cases. A case changes an example (`spec`, `set`, `remove`, `leave_out`
as for obligations), or gives a text that somebody added to a Word file (`passage`; with `old`, one that stands in the place of another), or edits a copy of
the clauses (`edit`), of which the lint then speaks. `expect` are the paths of the findings of the trap (of the lint: their codes); a
trap that is found elsewhere expects the findings of the rules or obligations that its data names.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cases import ROOT, case_for, changed_spec, replace

from ppp_contracts.compliance import assess, findings_of, used_facts
from ppp_contracts.files import Reading
from ppp_contracts.law import load_law, press_way, unpress_way
from ppp_contracts.lint import lint
from ppp_contracts.model import Finding, Place, Severity, Trap
from ppp_contracts.passage import Passage
from ppp_contracts.spec import as_of, check_spec, place_of
from ppp_contracts.trap import TRAP_KINDS, catch_traps, code_of, findings_of_traps, scene_of
from ppp_contracts.workshop import Shelf, load_shelf
from ppp_contracts.yamlio import read_yaml

FOLDER = Path(__file__).parent / "traps"
TRAPS = load_shelf().law.traps


def fixtures() -> dict[str, dict[str, list[dict[str, Any]]]]:
    out: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        document, findings = read_yaml(str(file))
        assert document is not None and not findings, findings
        for trap, cases in document.data.items():
            assert trap not in out, f"{trap} has cases in two files"
            out[trap] = cases
    return out


FIXTURES = fixtures()


def cases(kind: str) -> Iterator[Any]:
    for trap, both in FIXTURES.items():
        for number, case in enumerate(both.get(kind, ()), 1):
            yield pytest.param(trap, case, id=f"{trap}-{case.get('language', '')}-{number}")


def ways_of(trap: Trap) -> list[Mapping[str, Any]]:
    """Every way in which a trap is found, the parts of `all` and `any` included."""
    ways: list[Mapping[str, Any]] = [trap.found]
    for way in ways:
        ways += way.get("parts", ())
    return ways


def kinds_of(trap: Trap) -> set[str]:
    return {way["kind"] for way in ways_of(trap)}


def lint_after(edits: list[list[str]]) -> list[Finding]:
    """What the lint says of a copy of the clauses and the law with words replaced, as in `tests/codes/library.yaml`."""
    with TemporaryDirectory() as folder:
        for name in ("clauses", "law"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        for file, old, new in edits:
            text = (Path(folder) / file).read_text(encoding="utf-8")
            assert old in text, f"{old!r} is not in {file}"
            (Path(folder) / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return [replace(f, place=Place("", path=f.code)) for f in lint(Path(folder))[0]]


def findings_for(name: str, case: dict[str, Any], shelf: Shelf) -> list[Finding]:
    trap = shelf.law.traps[name]
    spec = changed_spec(case.get("spec", "family-shelter"), case.get("set"), case.get("remove", ()))
    plan, assessed = case_for(spec, shelf, case.get("leave_out", ()), str(case.get("as_of", "")))
    if "passage" in case:
        place = Place("file.docx", path="passage")
        added = Passage("file", case["passage"], (case["language"],), place, old=case.get("old", ""))
        scene = replace(scene_of(plan, assessed), passages=(added,), place=lambda path: place)
        return [f for f in findings_of_traps(catch_traps(scene)) if f.code == code_of(name)]
    if "edit" in case:
        return [f for f in lint_after(case["edit"]) if f.code in trap.found["codes"]]
    own = [f for f in findings_of_traps(catch_traps(scene_of(plan, assessed))) if f.code == code_of(name)]
    elsewhere = [way for way in ways_of(trap) if way["kind"] == "elsewhere"]
    if not elsewhere:
        return own
    refused = {kind: item["refused"] for kind, item in shelf.law.kinds.items() if "refused" in item}
    found = [*check_spec(spec, assessed.facts.parameters, refused)]
    found += findings_of(assess(assessed), assessed, lambda path: place_of(spec, path))
    codes = {code for way in elsewhere for code in way.get("codes", ())}
    obligations = {obligation for way in elsewhere for obligation in way.get("obligations", ())}
    return [*(f for f in found if f.code in codes or f.obligation in obligations), *own]


@pytest.mark.parametrize(("name", "case"), cases("found"))
def test_the_trap_is_found(name: str, case: dict[str, Any], shelf: Shelf) -> None:
    found = findings_for(name, case, shelf)
    assert [f.place.path for f in found] == case["expect"], [(f.code, f.place.path, f.params) for f in found]
    for finding in found:
        if "words" in case:
            assert case["words"] in dict(finding.params).get("words", "")
        if "severity" in case:
            assert finding.severity.name.lower() == case["severity"]


@pytest.mark.parametrize(("name", "case"), cases("silent"))
def test_the_trap_stays_silent(name: str, case: dict[str, Any], shelf: Shelf) -> None:
    assert case.get("why"), "a near miss says why it is none"
    found = findings_for(name, case, shelf)
    assert not found, [(f.code, f.place.path, f.params) for f in found]


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_a_trap_has_its_cases(name: str) -> None:
    trap, have = TRAPS[name], FIXTURES.get(name, {})
    assert have.get("found") and have.get("silent"), f"{name} lacks cases"
    if kinds_of(trap) & {"words", "silence", "figure"}:
        for kind in ("found", "silent"):
            languages = {case.get("language") for case in have[kind]}
            assert {"fr", "nl"} <= languages, f"{name} lacks {kind} cases in French or Dutch"
    assert kinds_of(trap) <= set(TRAP_KINDS)


def test_the_fixtures_name_traps_that_exist() -> None:
    assert set(FIXTURES) <= set(TRAPS)


@pytest.mark.parametrize("name", sorted(p.stem for p in (Path(__file__).parent.parent / "examples").glob("*.yaml")))
def test_no_example_meets_a_trap(name: str, shelf: Shelf) -> None:
    spec = changed_spec(name)
    plan, assessed = case_for(spec, shelf)
    caught = catch_traps(scene_of(plan, assessed))
    assert not caught, [(c.trap, c.place.path, c.words) for c in caught]


def test_the_day_of_the_law_is_that_of_the_spec(shelf: Shelf) -> None:
    assert as_of(changed_spec("family-shelter")) == "2026-12-10"


# -------------------------------------------------------------------------------------------- the engine


def caught(found: Mapping[str, Any], text: str, shelf: Shelf, **put: Any) -> list[tuple[str, str, str]]:
    """Where a way of finding meets a text in the context of a spec, what it quotes, and how bad that is."""
    trap = replace(
        TRAPS["T-43"], id="T-43", found=unpress_way(press_way(found, {})), severity=((None, Severity.ERROR),)
    )
    spec = changed_spec("family-shelter", {"purpose.context.fr": text, **put})
    plan, case = case_for(spec, shelf)
    case = replace(case, law=replace(case.law, traps={"T-43": trap}))
    return [(c.place.path, c.words, c.severity.name.lower()) for c in catch_traps(scene_of(plan, case))]


HERE = "purpose.context.fr"
RISK = {"kind": "words", "phrases": {"fr": ("risque*",)}}


def test_a_sentence_says_all_that_is_asked_together_and_is_quoted_as_it_is(shelf: Shelf) -> None:
    found = RISK | {"with": {"fr": ("support*",)}, "also": {"fr": ("seul", "seule")}, "unless": {"fr": ("sauf",)}}
    quoted = "supporte seule tous les risques"
    assert caught(found, "Elle supporte seule tous les risques.", shelf) == [(HERE, quoted, "error")]
    assert not caught(found, "Elle supporte tous les risques. Elle est seule.", shelf)
    assert not caught(found, "Elle supporte seule les risques, sauf la force majeure.", shelf)
    far = f"Elle supporte {'vraiment ' * 20}seule les risques."
    assert caught(found, far, shelf) == [(HERE, "supporte … seule … risques", "error")]


def test_a_promise_without_its_condition_may_be_spared_and_asked_more_of(shelf: Shelf) -> None:
    found = {
        "kind": "silence",
        "phrases": {"fr": ("reconduite",)},
        "without": {"fr": ("préavis",)},
        "unless": {"fr": ("pas",)},
    }
    assert caught(found, "Elle est reconduite.", shelf)
    assert not caught(found, "Elle est reconduite. Un préavis de trois mois permet de s’y opposer.", shelf)
    assert not caught(found, "Elle n’est pas reconduite.", shelf)
    assert not caught(found | {"with": {"fr": ("tacitement",)}}, "Elle est reconduite.", shelf)


def test_a_way_of_finding_may_be_less_bad_and_a_place_is_shown_once(shelf: Shelf) -> None:
    mild = RISK | {"level": "warning"}
    also = {"kind": "words", "phrases": {"fr": ("danger",)}}
    assert caught(mild, "Un risque.", shelf) == [(HERE, "risque", "warning")]
    assert caught({"kind": "any", "parts": [RISK, also]}, "Un risque, un danger.", shelf) == [(HERE, "risque", "error")]
    worse = {"kind": "any", "parts": [mild, also]}
    assert [level for _, _, level in caught(worse, "Un risque, un danger.", shelf)] == ["warning", "error"]
    every = {"kind": "all", "parts": [{"kind": "fact", "holds": {"condition": "public_money"}, "at": "grant"}, mild]}
    assert caught(every, "Un risque.", shelf) == [(HERE, "risque", "warning")]


def test_a_fact_is_shown_with_what_it_is(shelf: Shelf) -> None:
    found = {"kind": "fact", "holds": {"condition": "federal_money"}, "at": "facts.public_money"}
    assert caught(found, "", shelf) == [("facts.public_money", "facts.public_money: federal", "error")]


def test_what_the_agreement_does_not_say_meets_nothing(shelf: Shelf) -> None:
    notes: dict[str, Any] = {
        "choices.leave_out": [{"clause": "disputes/mediation", "reason": "un risque"}],
        "decisions": [{"trap": "T-43", "decided": "un risque", "by": "x", "on": "2026-12-01"}],
        "waivers": [{"trap": "T-43", "reason": "un risque"}],
        "amendment": {"changes": [{"id": "M1", "old": {"fr": "un risque"}, "new": {"fr": "rien"}}]},
    }
    assert not caught(RISK, "", shelf, **notes)
    notes["amendment"]["changes"][0]["new"]["fr"] = "un risque"
    assert [where for where, _, _ in caught(RISK, "", shelf, **notes)] == ["amendment.changes[0].new.fr"]


def test_facts_that_traps_ask_travel_with_a_word_file(shelf: Shelf) -> None:
    spec = changed_spec("sponsorship")
    facts = used_facts(shelf.law, shelf.library, {**spec.data, "derived": spec.derived})
    assert facts["sponsorship"]["exclusive"] is True


def test_lists_of_phrases_stand_after_the_phrases_of_a_trap_and_a_list_that_is_missing_is_told(tmp_path: Path) -> None:
    document, findings = read_yaml(str(ROOT / "law/traps/contract.yaml"))
    assert document is not None and not findings
    raw = next(item for item in document.data["list"] if item["id"] == "T-53")["found"]["parts"][0]
    assert raw["phrases"] == {"lists": ["arbitration"]}
    told = TRAPS["T-53"].found["parts"][0]["phrases"]["fr"]
    assert list(told) == document.data["lists"]["arbitration"]["fr"]
    shutil.copytree(ROOT / "law", tmp_path / "law")
    file = tmp_path / "law/traps/contract.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("lists: [arbitration]", "lists: [arbitral]"), encoding="utf-8"
    )
    _, found = load_law(Reading(tmp_path))
    assert ("PPP411", "arbitral") in [(f.code, dict(f.params).get("name")) for f in found]
