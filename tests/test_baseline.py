"""A baseline: what was found before is known, what is new counts, what is gone is said; no verdict changes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from cases import edited_text, example_text
from conftest import ROOT

from ppp_contracts import cli
from ppp_contracts.baseline import hold_against, identity_of, read_baseline, relative_name
from ppp_contracts.codes import find
from ppp_contracts.finding import Place
from ppp_contracts.report import Past, Result

NUMBER = ["0447.203.553", "0447.203.554"]
IBAN = ["BE71 0961 2345 6769", "BE72 0961 2345 6769"]
LEAVE_OUT = """
choices:
  leave_out:
    - {clause: audit/repayment-federal, reason: the grantee asked for it}
"""
WAIVER = """
waivers:
  - {obligation: audit.repayment, reason: "agreed", approved_by: {name: A. Lambert, function: director}, on: 2026-11-01, expires: 2027-11-01}
"""


def run(capsys: Any, *arguments: Any) -> tuple[int, str, str]:
    exit_code = cli.run([str(a) for a in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return exit_code, captured.out, captured.err


def report(capsys: Any, *arguments: Any) -> tuple[int, dict[str, Any]]:
    exit_code, out, _ = run(capsys, "check", *arguments, "--format", "json")
    body: dict[str, Any] = json.loads(out)
    assert body["exit_code"] == exit_code
    return exit_code, body


def spec_with(*replacements: list[str], more: str = "") -> str:
    return edited_text("family-shelter", replacements) + more


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec that has one mistake, and its baseline."""
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(spec_with(NUMBER), encoding="utf-8")
    return tmp_path


def test_the_iban_of_the_example_is_the_one_edited_here() -> None:
    assert IBAN[0] in example_text("family-shelter") and NUMBER[0] in example_text("family-shelter")


# ----------------------------------------------------------------------------------------- what it does


@pytest.mark.parametrize("kind", ["written", "report"])
def test_what_is_known_decides_nothing(kind: str, folder: Path, capsys: Any) -> None:
    how = ["--write-baseline", "b.json"] if kind == "written" else ["--output", "json=b.json"]
    assert run(capsys, "check", "spec.yaml", *how)[0] == 1
    exit_code, out, _ = run(capsys, "check", "spec.yaml", "--baseline", "b.json")
    assert exit_code == 0
    assert "spec.yaml: 0 error(s), 0 warning(s), 0 advice, 1 known" in out
    assert "Known from the baseline" in out and "- PPP203" in out.replace("  ", "")
    before, after = report(capsys, "spec.yaml")[1], report(capsys, "spec.yaml", "--baseline", "b.json")[1]
    assert before["files"][0]["verdicts"] == after["files"][0]["verdicts"]
    (known,) = after["files"][0]["findings"]
    assert (known["baseline"], known["severity"]) == ("known", "advice")
    assert after["totals"]["counts"] == {"error": 0, "warning": 0, "advice": 0, "known": 1, "gone": 0, "waived": 0}


def test_what_is_known_is_still_open_for_its_party(folder: Path, capsys: Any) -> None:
    Path("spec.yaml").write_text(spec_with(more=LEAVE_OUT), encoding="utf-8")
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    exit_code, out, _ = run(capsys, "check", "spec.yaml", "--baseline", "b.json")
    assert exit_code == 0 and " 0 missing" not in out
    assert "PPP301 `audit.repayment`" in out.partition("Still open")[2]
    exit_code, body = report(capsys, "spec.yaml", "--baseline", "b.json")
    (file,) = body["files"]
    assert "audit.repayment" in [v["obligation"] for v in file["verdicts"] if v["outcome"] == "fail"]
    assert file["outcomes"]["fail"] == sum(f["code"] == "PPP301" for f in file["findings"]) > 0


def test_what_is_new_counts(folder: Path, capsys: Any) -> None:
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    Path("spec.yaml").write_text(spec_with(NUMBER, IBAN), encoding="utf-8")
    exit_code, body = report(capsys, "spec.yaml", "--baseline", "b.json")
    assert exit_code == 1
    assert {(f["code"], f["baseline"]) for f in body["files"][0]["findings"]} == {
        ("PPP203", "known"),
        ("PPP204", "new"),
    }
    exit_code, out, _ = run(capsys, "check", "spec.yaml", "--baseline", "b.json")
    assert "1 error(s), 0 warning(s), 0 advice, 1 known" in out


def test_another_wrong_value_at_the_same_place_is_new(folder: Path, capsys: Any) -> None:
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    Path("spec.yaml").write_text(spec_with([NUMBER[0], "0447.203.555"]), encoding="utf-8")
    exit_code, body = report(capsys, "spec.yaml", "--baseline", "b.json")
    (file,) = body["files"]
    assert exit_code == 1 and [f["baseline"] for f in file["findings"]] == ["new"] and len(file["gone"]) == 1


def test_what_is_gone_is_said(folder: Path, capsys: Any) -> None:
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    Path("spec.yaml").write_text(spec_with(), encoding="utf-8")
    exit_code, out, _ = run(capsys, "check", "spec.yaml", "--baseline", "b.json")
    assert exit_code == 0 and "In the baseline and gone" in out and "0 advice, 1 gone" in out
    _, body = report(capsys, "spec.yaml", "--baseline", "b.json")
    assert [g["code"] for g in body["files"][0]["gone"]] == ["PPP203"]


def test_lines_do_not_matter(folder: Path, capsys: Any) -> None:
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    Path("spec.yaml").write_text("# one\n# two\n" + spec_with(NUMBER), encoding="utf-8")
    assert run(capsys, "check", "spec.yaml", "--baseline", "b.json")[0] == 0


def test_the_way_a_file_is_named_does_not_matter(folder: Path, capsys: Any) -> None:
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    for name in ("./spec.yaml", folder / "spec.yaml", "x/../spec.yaml", "."):
        Path("x").mkdir(exist_ok=True)
        assert run(capsys, "check", name, "--baseline", "b.json")[0] == 0, name
    assert run(capsys, "check", folder / "spec.yaml", "--output", "json=r.json")[0] == 1
    assert run(capsys, "check", "spec.yaml", "--baseline", "r.json")[0] == 0


def test_the_language_does_not_matter(folder: Path, capsys: Any) -> None:
    text = spec_with(NUMBER, more=LEAVE_OUT)
    Path("spec.yaml").write_text(text, encoding="utf-8")
    assert run(capsys, "check", "spec.yaml", "--ui", "fr", "--write-baseline", "b.json")[0] == 1
    for ui in ("nl", "de", "en"):
        assert run(capsys, "check", "spec.yaml", "--ui", ui, "--baseline", "b.json", "--fail-on", "advice")[0] == 0


def test_a_known_finding_stays_known_when_it_is_waived(folder: Path, capsys: Any) -> None:
    Path("spec.yaml").write_text(spec_with(more=LEAVE_OUT), encoding="utf-8")
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    Path("spec.yaml").write_text(spec_with(more=LEAVE_OUT + WAIVER), encoding="utf-8")
    exit_code, body = report(capsys, "spec.yaml", "--baseline", "b.json", "--fail-on", "advice")
    (file,) = body["files"]
    known = {f["subject"]: f for f in file["findings"]}
    assert exit_code == 0 and known["audit.repayment"]["waived"] and known["audit.repayment"]["baseline"] == "known"
    assert file["gone"] == []


def test_a_word_file_has_a_baseline_too(folder: Path, capsys: Any) -> None:
    Path("spec.yaml").write_text(spec_with(), encoding="utf-8")
    assert run(capsys, "build", "spec.yaml", "-o", "out", "--lang", "fr")[0] == 0
    (docx,) = Path("out").glob("*.docx")
    next(Path("out").glob("*.manifest.json")).unlink()  # held against its own manifest: a warning
    assert run(capsys, "check", docx, "--fail-on", "warning", "--write-baseline", "b.json")[0] == 1
    assert run(capsys, "check", docx, "--fail-on", "warning", "--baseline", "b.json")[0] == 0


def test_only_what_was_looked_for_can_be_gone(folder: Path, capsys: Any) -> None:
    Path("spec.yaml").write_text(spec_with(more=LEAVE_OUT), encoding="utf-8")
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    Path("spec.yaml").write_text(spec_with(), encoding="utf-8")
    _, body = report(capsys, "spec.yaml", "--baseline", "b.json", "--framework", "gdpr")
    assert body["files"][0]["gone"] == []
    _, body = report(capsys, "spec.yaml", "--baseline", "b.json")
    assert {g["code"] for g in body["files"][0]["gone"]} == {"PPP301", "PPP435"}
    Path("spec.yaml").write_text("a: [1", encoding="utf-8")
    exit_code, body = report(capsys, "spec.yaml", "--baseline", "b.json")
    assert exit_code == 1 and body["files"][0]["gone"] == []


def test_a_file_that_cannot_be_read_is_exit_2_known_or_not(folder: Path, capsys: Any) -> None:
    assert run(capsys, "check", "none.yaml", "--write-baseline", "b.json")[0] == 2
    exit_code, out, _ = run(capsys, "check", "none.yaml", "--baseline", "b.json")
    assert exit_code == 2 and "1 known" in out


def test_files_of_the_baseline_that_are_not_checked_are_counted(folder: Path, capsys: Any) -> None:
    shutil.copy("spec.yaml", "other.yaml")
    assert run(capsys, "check", "spec.yaml", "other.yaml", "--write-baseline", "b.json")[0] == 1
    exit_code, out, _ = run(capsys, "check", "spec.yaml", "--baseline", "b.json")
    assert exit_code == 0 and "1 file(s) of the baseline were not checked" in out
    assert report(capsys, "spec.yaml", "--baseline", "b.json")[1]["totals"]["not_in_this_run"] == 1


def test_a_baseline_is_written_in_the_place_of_the_one_it_is_held_against(folder: Path, capsys: Any) -> None:
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    first = Path("b.json").read_bytes()
    again = ["check", "spec.yaml", "--baseline", "b.json", "--write-baseline", "b.json"]
    assert run(capsys, *again)[0] == 0
    assert Path("b.json").read_bytes() == first  # what is known stays in it
    exit_code, _, err = run(capsys, "check", "spec.yaml", "--write-baseline", "spec.yaml")
    assert exit_code == 2 and "not overwritten" in err


def test_the_other_formats_show_it(folder: Path, capsys: Any) -> None:
    Path("spec.yaml").write_text(spec_with(NUMBER, more=LEAVE_OUT), encoding="utf-8")
    assert run(capsys, "check", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    Path("spec.yaml").write_text(spec_with(IBAN, more=LEAVE_OUT), encoding="utf-8")
    wanted = ["check", "spec.yaml", "--baseline", "b.json", "--format"]
    results = json.loads(run(capsys, *wanted, "sarif")[1])["runs"][0]["results"]
    assert {(r["properties"]["code"], r["baselineState"]) for r in results} == {
        ("PPP301", "unchanged"), ("PPP435", "unchanged"), ("PPP204", "new"), ("PPP203", "absent")
    }  # fmt: skip
    suite = next(ElementTree.fromstring(run(capsys, *wanted, "junit")[1].encode()).iter("testsuite"))
    assert suite.get("failures") == "1"
    skipped = next(c for c in suite.iter("testcase") if c.get("name", "").startswith("audit.repayment"))
    assert "known from the baseline" in (skipped.find("skipped").get("message") or "")  # type: ignore[union-attr]
    rows = csv.DictReader(io.StringIO(run(capsys, *wanted, "csv")[1], newline=""))
    assert {(r["code"], r["baseline"]) for r in rows if r["baseline"]} == {
        ("PPP301", "known"), ("PPP435", "known"), ("PPP204", "new"), ("PPP203", "gone")
    }  # fmt: skip
    out = run(capsys, *wanted, "markdown")[1]
    known = sum(r["baselineState"] == "unchanged" for r in results)
    assert out.count("<summary>") == 2
    assert f"**1 error(s), 0 warning(s), 0 advice, {known} known, 1 gone**" in out


# ----------------------------------------------------------------------------------- baselines of strangers


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"null",
        b"\xff\xfe",
        b'{"tool": "ppp-contracts"}',
        b'{"tool": "other", "format": 2, "files": []}',
        b'{"tool": "ppp-contracts", "format": 1, "files": []}',
        b'{"tool": "ppp-contracts", "format": 2, "files": {}, "x": 1e999, "files": 7}',
        b'{"tool": "ppp-contracts", "format": 2, "files": [{"file": 3, "findings": []}]}',
        b'{"tool": "ppp-contracts", "format": 2, "files": [{"file": "a", "findings": [{"code": "PPP203"}]}]}',
        b'{"tool": "ppp-contracts", "format": 2, "files": [{"file": "a", "findings": [{"identity": [], "code": "", "subject": "", "message": ""}]}]}',
        b"[" * 100_000,
        b'"PPP001"',
    ],
)
def test_a_baseline_that_cannot_be_read_is_exit_2(content: bytes, folder: Path, capsys: Any) -> None:
    Path("b.json").write_bytes(content)
    exit_code, out, err = run(capsys, "check", "spec.yaml", "--baseline", "b.json", "--output", "json=r.json")
    assert exit_code == 2 and "PPP017" in err and out == ""
    assert not Path("r.json").exists()


def test_a_baseline_that_is_missing_is_exit_2(folder: Path, capsys: Any) -> None:
    for name in ("none.json", "."):
        exit_code, _, err = run(capsys, "check", "spec.yaml", "--baseline", name)
        assert exit_code == 2 and "PPP001" in err


# --------------------------------------------------------------------------------------------- identity


def test_an_identity_is_code_subject_path_and_values() -> None:
    base = find("PPP203", Place("a.yaml", 3, 4, "parties[1].x"), value="1")
    same = find("PPP203", Place("a.yaml", 9, 1, "parties[1].x"), value="1")
    others = [
        find("PPP203", Place("a.yaml", 3, 4, "parties[2].x"), value="1"),
        find("PPP203", Place("a.yaml", 3, 4, "parties[1].x"), value="2"),
        find("PPP204", Place("a.yaml", 3, 4, "parties[1].x"), value="1"),
        find("PPP203", Place("a.yaml", 3, 4, "parties[1].x"), None, "audit.repayment", value="1"),
        find("PPP203", Place("b.yaml", 3, 4, "parties[1].x"), value="1"),
    ]
    assert identity_of(base, "a.yaml") == identity_of(same, "a.yaml")
    assert len({identity_of(f, "a.yaml") for f in (base, *others)}) == 6
    lines = [find("PPP005", Place("a.yaml", n, 1, "notice"), key="notice", first=str(n)) for n in (3, 9)]
    assert len({identity_of(f, "a.yaml") for f in lines}) == 1
    articles = [
        find("PPP303", Place("a.yaml"), None, "x.y", facts="", articles=a, detail=f" ({a})") for a in ("7.1", "8")
    ]
    assert len({identity_of(f, "a.yaml") for f in articles}) == 1
    named = [find("PPP001", Place(n), file=n, problem="x") for n in ("a.yaml", "b/a.yaml")]
    assert len({identity_of(f, f.place.file) for f in named}) == 1  # the file is told apart by its name, not here


def test_equal_findings_are_counted() -> None:
    one = find("PPP203", Place("a.yaml", 1, 1, "x"), value="1")
    two = find("PPP203", Place("a.yaml", 2, 1, "x"), value="1")
    past = Past(identity_of(one, "a.yaml"), "PPP203", "", "m")
    from ppp_contracts.baseline import Baseline

    result = hold_against(Result("a.yaml", "spec", (one, two)), Baseline({"a.yaml": (past,)}))
    assert result.known == (one,) and result.findings == (two,)


def test_files_of_the_program_are_named_within_it() -> None:
    file = str(ROOT / "clauses" / "x" / "fr.md")
    here = os.getcwd()
    assert relative_name(file) == "clauses/x/fr.md"
    try:
        os.chdir("/")
        assert relative_name(file) == "clauses/x/fr.md"
    finally:
        os.chdir(here)


def test_a_baseline_of_a_run_with_several_files_is_read(folder: Path, capsys: Any) -> None:
    Path("b").mkdir()
    for number in range(3):
        shutil.copy("spec.yaml", f"b/{number}.yaml")
    assert run(capsys, "check", "b", "spec.yaml", "--write-baseline", "b.json")[0] == 1
    baseline, findings = read_baseline("b.json")
    assert baseline is not None and findings == ()
    assert sorted(baseline.files) == ["b/0.yaml", "b/1.yaml", "b/2.yaml", "spec.yaml"]
    assert all(len(past) == 1 for past in baseline.files.values())


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "", "- 1\n", "a: &x 1\n", "a: \x07\n"])
def test_a_file_in_which_nothing_was_checked_is_never_known(
    text: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(text, encoding="utf-8")
    assert cli.run(["check", "spec.yaml", "--write-baseline", "known.json"]) == 1
    assert cli.run(["check", "spec.yaml", "--baseline", "known.json"]) == 1
    assert "1 error(s)" in capsys.readouterr().out
