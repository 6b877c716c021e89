"""Each finding code has something that raises it and something near it that does not, with the exact findings.

- `tests/codes/PPP2xx.yaml`: the rules of a spec, as edits of an example (see also `test_rules.py`).
- `tests/codes/specs.yaml`: schema, plan and obligations, as edits of an example.
- `tests/codes/library.yaml`: the lint, as edits of a copy of the shipped clauses and law.
- The codes of files (0xx), templates (5xx) and Word files (6xx) need bytes: the tests named in `ELSEWHERE` raise them.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from cases import edited_text
from conftest import ROOT

from ppp_contracts.codes import CODES
from ppp_contracts.lint import lint
from ppp_contracts.workshop import Shelf, examine_document
from ppp_contracts.yamlio import parse_yaml, read_yaml

FOLDER = Path(__file__).parent / "codes"
ELSEWHERE = {
    "test_yamlio.py": "001 002 003 004 005 006 007 008 009 010 011 015",
    "test_cli.py": "012 013 014 109 110 114 501 502",
    "test_templates.py": "503 504 505",
    "test_word_writer.py": "506 507",
    "test_plan.py": "418 432 508 509",
    "test_word_package.py": "601 602 614 615 616 617 619",
    "test_word_reader.py": "611 618 621 622",
    "test_manifest.py": "603 604 609 610 620",
    "test_comparison.py": "606 607 608 612 613",
    "test_mutations.py": "303 605",
}


def load(name: str) -> dict[str, Any]:
    document, findings = read_yaml(str(FOLDER / name))
    assert document is not None and not findings, findings
    data: dict[str, Any] = document.data
    return data


def spec_cases() -> list[tuple[str, str, dict[str, Any]]]:
    return [(code, name, case) for code, both in load("specs.yaml").items() for name, case in both.items()]


@pytest.mark.parametrize(("code", "name", "case"), spec_cases(), ids=lambda v: v if isinstance(v, str) else "")
def test_a_spec_shows_exactly_these_findings(code: str, name: str, case: dict[str, Any], shelf: Shelf) -> None:
    text = edited_text(case["spec"], case["replace"])
    document, findings = parse_yaml(text.encode(), "spec.yaml")
    assert document is not None
    found = [
        f"{f.code} {f.severity.name.lower()} {f.place.line}:{f.place.column} {f.place.path}".strip()
        for f in examine_document(document, findings, shelf).findings
    ]
    wanted = [f for f in found if not f.startswith("PPP30") or code.startswith("PPP30")]
    assert wanted == case["expect"]
    assert any(f.startswith(code) for f in found) is (name == "violating")


def library_cases() -> list[tuple[str, str, dict[str, Any]]]:
    return [(code, name, case) for code, both in load("library.yaml").items() for name, case in both.items()]


@pytest.mark.parametrize(("code", "name", "case"), library_cases(), ids=lambda v: v if isinstance(v, str) else "")
def test_the_lint_shows_exactly_these_findings(code: str, name: str, case: dict[str, Any], tmp_path: Path) -> None:
    for folder in ("clauses", "law"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file, old, new in case["edit"]:
        target = tmp_path / file
        if old is None:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(new, encoding="utf-8")
        elif new is None:
            target.unlink()
        else:
            text = target.read_text(encoding="utf-8")
            assert text.count(old) >= 1, f"{old!r} is not in {file}"
            target.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = sorted({f.code for f in lint(tmp_path)[0]})
    assert found == sorted(case["expect"])
    assert (code in found) is (name == "violating")


def test_every_code_is_raised_somewhere() -> None:
    have = {f.stem for f in FOLDER.glob("PPP*.yaml")} | set(load("specs.yaml")) | set(load("library.yaml"))
    for file, numbers in ELSEWHERE.items():
        text = (Path(__file__).parent / file).read_text(encoding="utf-8")
        for number in numbers.split():
            assert f"PPP{number}" in text, f"{file} does not raise PPP{number}"
            have.add(f"PPP{number}")
    assert have == set(CODES)


def test_expectations_name_known_codes() -> None:
    for both in (*load("specs.yaml").values(), *load("library.yaml").values()):
        for case in both.values():
            assert all(re.match(r"PPP\d{3}", line)[0] in CODES for line in case["expect"])  # type: ignore[index]
        assert both["violating"]["expect"], "a violating case finds something"
