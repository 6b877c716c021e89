"""Each finding code has something that raises it and something near it that does not, with the exact findings.

- `tests/codes/PPP2xx.yaml`: the rules of a spec, as edits of an example (see also `test_rules.py`).
- `tests/codes/specs.yaml`: schema, plan and obligations, as edits of an example.
- `tests/codes/library.yaml`: the lint, as edits of a copy of the small library in `tests/minilib/`.
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
from ppp_contracts.messages import table
from ppp_contracts.model import Finding
from ppp_contracts.workshop import Shelf, examine_document, examine_spec, load_shelf
from ppp_contracts.workspace import Workspace
from ppp_contracts.yamlio import parse_yaml, read_yaml

FOLDER = Path(__file__).parent / "codes"
MINILIB = Path(__file__).parent / "minilib"
ELSEWHERE = {
    "test_yamlio.py": "001 002 003 004 005 006 007 008 009 010 011 015",
    "test_cli.py": "012 013 014 018 109 110 114 501 502",
    "test_templates.py": "503 504 505",
    "test_word_writer.py": "506 507",
    "test_plan.py": "432 440 441 442 508 509",
    "test_word_package.py": "601 602 614 615 616 617 619",
    "test_word_reader.py": "611 618 621 622",
    "test_manifest.py": "603 604 609 610 620",
    "test_comparison.py": "606 607 608 612 613 625",
    "test_mutations.py": "303 605",
    "test_documents.py": "626",
    "test_workspace.py": "462",
    "test_approval.py": "452",
    "test_playbook.py": "623 624",
    "test_many.py": "016",
    "test_baseline.py": "017",
    "test_site.py": "510 511",
    "test_as_of.py": "306 307 308 309",
    "test_record.py": "801 802 803 804 805 806",
}


FIELD = re.compile(r"\{([a-z_]+)\}")


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


def edit(base: Path, file: str, words: str | None = "", new: str | None = "") -> None:
    """Words of a file replaced, which must be there exactly once; see the head of library.yaml for the rest."""
    target = base / file
    target.parent.mkdir(parents=True, exist_ok=True)
    if new is None:
        target.unlink()
    elif words is None:
        target.write_text(new, encoding="utf-8")
    else:
        if not target.exists():
            shutil.copy(base.parent / "library" / file, target)
        text = target.read_text(encoding="utf-8")
        assert not words or text.count(words) == 1, f"{words!r} stands {text.count(words)} times in {file}"
        target.write_text(text.replace(words, new) if words else text, encoding="utf-8")


def laid_out(case: dict[str, Any], folder: Path) -> tuple[Path, Workspace | None]:
    """The library of a case, and its workspace if it has an overlay, links or forbidden clauses."""
    library, overlay = folder / "library", folder / "organisation"
    shutil.copytree(MINILIB, library)
    overlay.mkdir()
    for change in case.get("edit", ()):
        edit(library, *change)
    for change in case.get("overlay", ()):
        edit(overlay, *change)
    for file, target in case.get("links", {}).items():
        (overlay / file).parent.mkdir(parents=True, exist_ok=True)
        (overlay / file).symlink_to(library / target)
    has_workspace = case.keys() & {"overlay", "links", "forbids"}
    return library, Workspace("", overlay, case.get("forbids", {})) if has_workspace else None


def shown(finding: Finding, folder: Path) -> str:
    """A finding as the fixtures write it: code, severity, file and, where it has one, line."""
    place = finding.place
    file = place.file.removeprefix(f"{folder}/").removeprefix("library/")
    return f"{finding.code} {finding.severity.name.lower()} {file}" + (f":{place.line}" if place.line else "")


def unfilled(finding: Finding) -> set[str]:
    """What the words of a finding name in braces and the finding does not say."""
    told = table()["codes"][finding.code]
    fields = {f for part in ("message", "remedy") for words in told[part].values() for f in FIELD.findall(words)}
    return fields - dict(finding.params).keys()


@pytest.mark.parametrize(("code", "name", "case"), library_cases(), ids=lambda v: v if isinstance(v, str) else "")
def test_the_lint_shows_exactly_these_findings(code: str, name: str, case: dict[str, Any], tmp_path: Path) -> None:
    findings, _ = lint(*laid_out(case, tmp_path))
    found = [shown(f, tmp_path) for f in findings]
    assert found == case["expect"]
    assert any(f.startswith(code) for f in found) is name.startswith("violating")
    assert not [(f.code, unfilled(f)) for f in findings if unfilled(f)]


def test_the_small_library_is_sound() -> None:
    findings, _ = lint(MINILIB)
    assert [shown(f, MINILIB) for f in findings] == []
    shelf = load_shelf(MINILIB, strict=True)
    examined = examine_spec(str(MINILIB / "examples" / "one.yaml"), shelf)
    assert examined.findings == () and examined.plan is not None
    assert {planned.clause.id for planned in examined.plan.clauses} == set(shelf.library.clauses)


def test_the_shipped_library_has_no_finding() -> None:
    findings, _ = lint(ROOT)
    assert [shown(f, ROOT) for f in findings] == []


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
        assert {"violating", "compliant"} <= both.keys()
        assert both["violating"]["expect"], "a violating case finds something"
