"""What every test shares: the shipped shelf, examples, and a rule that CI skips nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ppp_contracts.workshop import Shelf, load_shelf
from ppp_contracts.yamlio import read_yaml

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = tuple(sorted(f.stem for f in (ROOT / "examples").glob("*.yaml")))
LONG = ("family-shelter", "medical-logistics")  # the two that between them use nearly every clause of the first library
EVERY_LANGUAGE = "food-aid-private"  # a long one in all the languages


def languages_of(name: str) -> tuple[str, ...]:
    """The languages that an example is written in."""
    document, findings = read_yaml(str(ROOT / "examples" / f"{name}.yaml"))
    assert document is not None and not findings, findings
    return tuple(document.data["languages"])


SPOKEN = tuple((name, language) for name in EXAMPLES for language in languages_of(name))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests leave the user's cache alone and see messages in English."""
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    yield


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return load_shelf()


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if (
        call.excinfo is not None
        and call.excinfo.errisinstance(pytest.skip.Exception)
        and os.environ.get("PPP_CONTRACTS_NO_SKIP")
    ):
        pytest.fail(f"{item.nodeid} was skipped where nothing may be: {call.excinfo.value}")
