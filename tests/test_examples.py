"""The shipped examples check clean; each broken one shows exactly what its first line says."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import EVERY_LANGUAGE, EXAMPLES, ROOT, SPOKEN, languages_of

from ppp_contracts.model import LANGUAGES, Outcome, Severity
from ppp_contracts.workshop import Shelf, examine_spec

BROKEN = sorted((ROOT / "examples" / "broken").glob("*.yaml"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_checks_clean(name: str, shelf: Shelf) -> None:
    examined = examine_spec(str(ROOT / "examples" / f"{name}.yaml"), shelf)
    assert [f for f in examined.findings if f.severity >= Severity.WARNING] == []
    assert len(examined.verdicts) == len(shelf.law.obligations)
    assert {v.outcome for v in examined.verdicts} == {Outcome.PASS, Outcome.NOT_APPLICABLE}


def test_every_language_has_its_examples() -> None:
    assert set(languages_of(EVERY_LANGUAGE)) == set(LANGUAGES)
    assert all(len([name for name, spoken in SPOKEN if spoken == language]) > 3 for language in LANGUAGES)


def declared(file: Path) -> list[str]:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# expects: "), file.name
    return first.removeprefix("# expects: ").split(", ")


@pytest.mark.parametrize("file", BROKEN, ids=lambda f: f.stem)
def test_a_broken_example_shows_its_mistake(file: Path, shelf: Shelf) -> None:
    examined = examine_spec(str(file), shelf)
    found = sorted({f.code for f in examined.findings if f.severity >= Severity.WARNING})
    assert found == sorted(declared(file))


def test_ten_broken_examples_have_ten_codes() -> None:
    first = [declared(file)[0] for file in BROKEN]
    assert len(BROKEN) >= 10
    assert len(set(first)) == len(first)
