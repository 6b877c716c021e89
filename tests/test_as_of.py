"""The check answers for a date, announces what changes before the end, and a waiver changes how loudly it speaks, never what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cases import changed_spec, replace

from ppp_contracts.cli import run
from ppp_contracts.messages import UI_LANGUAGES, message_of
from ppp_contracts.model import Finding, Law, Outcome, Severity
from ppp_contracts.validation import Examined
from ppp_contracts.workshop import Shelf, examine_document

ROOT = Path(__file__).resolve().parent.parent
OUT = {"choices.leave_out": [{"clause": "audit/on-site-federal", "reason": "elsewhere"}]}


def examined(shelf: Shelf, put: dict[str, Any] | None = None, date: str = "", name: str = "family-shelter") -> Examined:
    return examine_document(changed_spec(name, put).document, (), shelf, (), date)


def with_law(shelf: Shelf, **changes: Any) -> Shelf:
    return replace(shelf, law=replace(shelf.law, **changes))


def shifted(law: Law, name: str, **dates: str) -> dict[str, Any]:
    return {**law.obligations, name: replace(law.obligations[name], **dates)}


def codes(findings: tuple[Finding, ...], *wanted: str) -> list[tuple[str, str]]:
    return [(f.code, dict(f.params).get("id", dict(f.params).get("name", ""))) for f in findings if f.code in wanted]


@pytest.mark.parametrize(
    ("date", "outcome", "note"),
    [
        ("", Outcome.PASS, ""),
        ("2022-12-31", Outcome.NOT_APPLICABLE, "not_yet_in_force"),
        ("2023-01-01", Outcome.PASS, ""),
        ("2035-01-01", Outcome.PASS, ""),
    ],
)
def test_an_obligation_is_asked_by_the_law_of_the_date(date: str, outcome: Outcome, note: str, shelf: Shelf) -> None:
    verdict = next(v for v in examined(shelf, date=date).verdicts if v.obligation == "change.amendment_written")
    assert (verdict.outcome, verdict.note) == (outcome, note)


def test_an_obligation_that_ended_is_asked_no_more(shelf: Shelf) -> None:
    law = with_law(shelf, obligations=shifted(shelf.law, "end.term", in_force_to="2026-12-31"))
    for date, note in (("2026-12-31", ""), ("2027-01-01", "no_longer_in_force")):
        verdict = next(v for v in examined(law, date=date).verdicts if v.obligation == "end.term")
        assert verdict.note == note


def test_a_parameter_is_that_of_the_date(shelf: Shelf) -> None:
    values = (("0001-01-01", "100.00"), ("2027-06-01", "200.00"))
    law = with_law(shelf, parameters={**shelf.law.parameters, "cash.max": values})
    for date, value in (("2026-12-10", "100.00"), ("2027-06-01", "200.00")):
        found = examined(law, date=date).case
        assert found is not None and found.facts.parameters["cash.max"] == value


@pytest.mark.parametrize(
    ("dates", "wanted"),
    [
        ({"in_force_from": "2027-03-01"}, [("PPP306", "end.term")]),
        ({"in_force_from": "2028-06-14"}, [("PPP306", "end.term")]),
        ({"in_force_from": "2028-06-15"}, []),
        ({"in_force_from": "2026-12-10"}, []),
        ({"in_force_to": "2027-03-01"}, [("PPP307", "end.term")]),
        ({"in_force_to": "2028-06-14"}, []),
    ],
)
def test_what_changes_before_the_end_is_announced(dates: dict[str, str], wanted: list[Any], shelf: Shelf) -> None:
    law = with_law(shelf, obligations=shifted(shelf.law, "end.term", **dates))
    assert codes(examined(law).findings, "PPP306", "PPP307") == wanted


@pytest.mark.parametrize(("since", "wanted"), [("2027-06-01", True), ("2028-06-15", False), ("2026-12-10", False)])
def test_a_parameter_that_changes_before_the_end_is_announced(since: str, wanted: bool, shelf: Shelf) -> None:
    name = "de_minimis.ceiling"
    law = with_law(
        shelf, parameters={**shelf.law.parameters, name: (("2024-01-01", "300000.00"), (since, "400000.00"))}
    )
    assert codes(examined(law).findings, "PPP308") == ([("PPP308", name)] if wanted else [])


def test_a_parameter_that_nothing_uses_is_not_announced(shelf: Shelf) -> None:
    law = with_law(shelf, parameters={**shelf.law.parameters, "x.y": (("2020-01-01", 1), ("2027-01-01", 2))})
    assert not codes(examined(law).findings, "PPP308")


def test_the_command_takes_a_date_and_refuses_what_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(ROOT / "examples" / "loan-for-use.yaml")
    assert run(["check", file, "--as-of", "2027-01-02", "--ui", "en"]) == 0
    assert "2027-01-02 (--as-of)" in capsys.readouterr().out
    assert run(["check", file, "--as-of", "2027-02-30", "--ui", "en"]) == 2
    assert "2027-02-30" in capsys.readouterr().err


# ---------------------------------------------------------------------------------------------- waivers


def waiver(**changes: Any) -> dict[str, Any]:
    whole = {
        "obligation": "audit.on_site",
        "reason": "adopted next year",
        "approved_by": {"name": "Œuvre & Fils <An>", "function": "director"},
        "on": "2026-11-01",
        "expires": "2027-12-01",
    }
    return {"waivers": [{**whole, **changes}], **OUT}


def of(examination: Examined, name: str = "audit.on_site") -> tuple[Outcome, list[Severity]]:
    verdict = next(v for v in examination.verdicts if v.obligation == name)
    return verdict.outcome, [f.severity for f in examination.findings if f.obligation == name and f.code == "PPP301"]


def test_a_waiver_makes_it_quiet_and_leaves_the_failing(shelf: Shelf) -> None:
    loud, quiet = of(examined(shelf, OUT)), of(examined(shelf, waiver()))
    assert loud[0] is quiet[0] is Outcome.FAIL
    assert loud[1][0] > Severity.ADVICE and quiet[1] == [Severity.ADVICE]


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_message_says_who_waived_what_and_until_when(ui: str, shelf: Shelf) -> None:
    finding = next(f for f in examined(shelf, waiver()).findings if f.obligation == "audit.on_site")
    said = message_of(finding, ui, shelf.law)
    for part in ("adopted next year", "Œuvre & Fils <An>, director", "2026-11-01", "2027-12-01"):
        assert part in said


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"expires": "2026-12-09"}, "PPP305"), ({"obligation": "end.term"}, "PPP309"), ({"expires": "2026-12-10"}, "")],
)
def test_expired_and_needless_waivers_are_findings(changes: dict[str, str], code: str, shelf: Shelf) -> None:
    found = [f.code for f in examined(shelf, waiver(**changes)).findings if f.code in ("PPP305", "PPP309")]
    assert found == ([code] if code else [])


def test_an_expired_waiver_quietens_nothing(shelf: Shelf) -> None:
    assert of(examined(shelf, waiver(expires="2026-12-09"))) == of(examined(shelf, OUT))


@pytest.mark.parametrize("missing", ["reason", "approved_by", "on", "expires"])
def test_a_waiver_is_reasoned_dated_and_signed(
    missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = {
        "obligation": "audit.on_site",
        "reason": "x",
        "approved_by": "{name: A, function: B}",
        "on": "2026-11-01",
        "expires": "2027-12-01",
    }
    line = ", ".join(f"{key}: {value}" for key, value in parts.items() if key != missing)
    file = tmp_path / "spec.yaml"
    text = (ROOT / "examples" / "family-shelter.yaml").read_text(encoding="utf-8")
    file.write_text(f"{text}waivers: [{{{line}}}]\n", encoding="utf-8")
    assert run(["validate", str(file), "--ui", "en"]) == 1
    assert f"`{missing}` is missing" in capsys.readouterr().out
