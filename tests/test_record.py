"""A record of a check fits the files it was made of, and nothing else; its page says what the text states and what was not looked at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openxml_audit import OpenXmlValidator

from ppp_contracts.cli import run
from ppp_contracts.messages import UI_LANGUAGES
from ppp_contracts.record import NOT_CHECKED, Signer, make_record, read_record, sheet_of, verify_record
from ppp_contracts.word.package import read_package
from ppp_contracts.word.reader import read_docx
from ppp_contracts.word.sheet import write_sheet
from ppp_contracts.workshop import Shelf, examine_spec, result_of

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "examples" / "loan-for-use.yaml"
WAIVER = (
    "waivers:\n  - {obligation: loan.risk, reason: The insurer covers it, approved_by: {name: Œuvre & Fils <An>, "
    "function: director}, on: 2026-11-01, expires: 2030-01-01}\n"
)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return Path(shutil.copy(SPEC, tmp_path / "loan.yaml"))


def recorded(file: Path, shelf: Shelf, on: str = "2026-11-26") -> tuple[Any, bytes]:
    result = result_of(examine_spec(str(file), shelf), shelf, "en")
    return result, make_record([result], shelf, (), Signer("An Peeters", "compliance officer"), on)


def test_the_same_check_gives_the_same_bytes(spec: Path, shelf: Shelf) -> None:
    assert recorded(spec, shelf)[1] == recorded(spec, shelf)[1]


def test_a_record_says_what_was_checked(spec: Path, shelf: Shelf) -> None:
    body = json.loads(recorded(spec, shelf)[1])
    entry = body["files"][0]
    assert body["signed_by"] == {"name": "An Peeters", "function": "compliance officer"}
    assert (entry["file"], entry["kind"], len(entry["sha256"])) == ("loan.yaml", "spec", 64)
    assert entry["obligations"]["loan.risk"] == "pass" and entry["texts"]["approved_by_jurist"] == 0
    assert set(body["not_checked"]) == set(NOT_CHECKED)
    assert sum(entry["counts"].values()) == len(shelf.law.obligations)


def test_it_fits_until_something_changes(spec: Path, shelf: Shelf, tmp_path: Path) -> None:
    result, data = recorded(spec, shelf)
    record = tmp_path / "record.json"
    record.write_bytes(data)
    body, findings = read_record(str(record))
    assert body is not None and not findings
    assert not list(verify_record(body, str(record), [result], shelf))
    spec.write_text(spec.read_text(encoding="utf-8").replace("2026", "2027", 1) + "\n# x\n", encoding="utf-8")
    again = result_of(examine_spec(str(spec), shelf), shelf, "en")
    assert "PPP803" in [f.code for f in verify_record(body, str(record), [again], shelf)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: body.update(law_digest="0" * 64), "PPP804"),
        (lambda body: body.update(library_digest="0" * 64), "PPP804"),
        (lambda body: body["files"][0]["obligations"].update({"loan.risk": "fail"}), "PPP805"),
        (lambda body: body["files"][0]["traps"].append(["x", "met", "x"]), "PPP805"),
        (lambda body: body["files"].append({"file": "annex.yaml"}), "PPP806"),
    ],
)
def test_law_or_results_that_moved_on_are_told(change: Any, code: str, spec: Path, shelf: Shelf) -> None:
    result, data = recorded(spec, shelf)
    body = json.loads(data)
    change(body)
    assert [f.code for f in verify_record(body, "record.json", [result], shelf)] == [code]


def test_two_files_of_one_name_each_fit_their_own_entry(spec: Path, shelf: Shelf, tmp_path: Path) -> None:
    second = tmp_path / "other" / spec.name
    second.parent.mkdir()
    shutil.copy(ROOT / "examples" / "sponsorship.yaml", second)
    results = [result_of(examine_spec(str(file), shelf), shelf, "en") for file in (spec, second)]
    body = json.loads(make_record(results, shelf, (), Signer("An", "jurist"), "2026-11-26"))
    assert not list(verify_record(body, "record.json", results, shelf))
    assert [f.code for f in verify_record(body, "record.json", results[:1], shelf)] == ["PPP806"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: body["files"][0]["obligations"].update({"loan.risk": "fail"}), "PPP802"),
        (lambda body: body.update(made_on="2020-01-01"), "PPP802"),
        (lambda body: body.update(digest="0" * 64), "PPP802"),
        (lambda body: body.update(record=9), "PPP801"),
        (lambda body: body.pop("files"), "PPP801"),
    ],
)
def test_a_record_that_was_touched_is_found_out(
    change: Any, code: str, spec: Path, shelf: Shelf, tmp_path: Path
) -> None:
    body = json.loads(recorded(spec, shelf)[1])
    change(body)
    file = tmp_path / "record.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    read, findings = read_record(str(file))
    assert read is None and [f.code for f in findings] == [code]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"record": 1}', b"[" * 100_000])
def test_what_is_no_record_is_a_finding(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(data)
    assert [f.code for f in read_record(str(file))[1]] == ["PPP801"]


def test_the_commands_write_and_verify(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "out" / "check.json"
    assert (
        run(["check", str(spec), "--record", str(record), "--signed-by", "An", "--function", "jurist", "--ui", "en"])
        == 0
    )
    assert record.with_suffix(".docx").is_file()
    assert run(["verify", str(record), str(spec), "--ui", "en"]) == 0
    assert "fits" in capsys.readouterr().out
    other = tmp_path / "loan2.yaml"
    shutil.copy(ROOT / "examples" / "sponsorship.yaml", other)
    assert run(["verify", str(record), str(other), "--ui", "en"]) == 1
    said = capsys.readouterr().err
    assert "PPP803" in said and "PPP806" in said
    assert run(["verify", str(tmp_path / "none.json"), str(spec)]) == 2
    assert run(["verify", str(record), str(tmp_path / "none.yaml")]) == 2


def test_a_record_never_takes_the_place_of_an_input(spec: Path, tmp_path: Path) -> None:
    before = spec.read_bytes()
    assert run(["check", str(spec), "--record", str(spec)]) == 2
    assert spec.read_bytes() == before


def test_a_word_file_is_recorded_with_what_it_was_held_against(spec: Path, tmp_path: Path) -> None:
    assert run(["build", str(spec), "-o", str(tmp_path / "out"), "--lang", "fr"]) == 0
    word = next((tmp_path / "out").glob("*.docx"))
    record = tmp_path / "word.json"
    assert run(["check", str(word), "--record", str(record)]) == 0
    entry = json.loads(record.read_text(encoding="utf-8"))["files"][0]
    assert entry["kind"] == "word" and entry["languages"] == ["fr"] and entry["spec_digest"]
    assert run(["verify", str(record), str(word)]) == 0


def waived(spec: Path) -> Path:
    text = (
        spec.read_text(encoding="utf-8") + "choices:\n  leave_out: [{clause: loan/risk, reason: elsewhere}]\n" + WAIVER
    )
    spec.write_text(text, encoding="utf-8")
    return spec


def test_a_waived_error_never_becomes_a_pass_and_is_printed(spec: Path, shelf: Shelf) -> None:
    result, data = recorded(waived(spec), shelf)
    entry = json.loads(data)["files"][0]
    assert entry["obligations"]["loan.risk"] == "fail"
    assert entry["waivers"][0]["reason"] == "The insurer covers it"
    sheet = sheet_of([result], shelf, Signer(), "2026-11-26", "en")
    words = " ".join(cell for section in sheet.sections for row in section.rows for cell in row)
    assert "Œuvre & Fils <An>" in words and "The insurer covers it" in words and "loan.risk" in words


def test_a_build_with_waived_errors_prints_them_in_its_record(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(["build", str(waived(spec)), "-o", str(out), "--lang", "fr", "--ui", "fr"]) == 0
    record = next(out.glob("*record*.json"))
    assert json.loads(record.read_text(encoding="utf-8"))["files"][0]["waivers"]
    assert next(out.glob("*record*.docx")).is_file()
    assert run(["build", str(spec), "-o", str(out), "--lang", "fr"]) == 0, "a record of ours is no file edited by hand"


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_page_is_a_sound_word_file_in_each_language(ui: str, spec: Path, shelf: Shelf, tmp_path: Path) -> None:
    result, _ = recorded(waived(spec), shelf)
    sheet = sheet_of([result], shelf, Signer("ß’œ \u200b" * 20, ""), "2026-11-26", ui)
    data = write_sheet(sheet.title, sheet.sections, ui)
    assert data == write_sheet(sheet.title, sheet.sections, ui)
    package, findings = read_package(data, "record.docx")
    assert package is not None and not findings
    text, _ = read_docx(package)
    said = [p.text for p in text.paragraphs]
    assert said[0] == sheet.title and any("ppp-contracts" in line for line in said)
    file = tmp_path / "record.docx"
    file.write_bytes(data)
    problems = list(OpenXmlValidator().validate(str(file)).errors)
    assert not problems, problems[:3]
