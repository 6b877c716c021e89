"""Starter specs: `templates/starter-<kind>.yaml`, for the kinds that have one; the others have an example."""

from __future__ import annotations

from pathlib import Path

from .paths import data_root


def kinds() -> tuple[str, ...]:
    """The kinds that have a starter."""
    return tuple(sorted(f.stem.removeprefix("starter-") for f in (data_root() / "templates").glob("starter-*.yaml")))


def examples() -> dict[str, Path]:
    """The example specs that are named after their kind, by kind."""
    return {file.stem: file for file in sorted((data_root() / "examples").glob("*.yaml"))}


def starter(kind: str) -> str:
    """The commented starter spec of a kind."""
    return (data_root() / "templates" / f"starter-{kind}.yaml").read_text(encoding="utf-8")
