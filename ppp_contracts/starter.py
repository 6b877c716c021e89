"""Starter specs: `templates/starter-<kind>.yaml`, one for each kind that the program builds."""

from __future__ import annotations

from .paths import data_root


def kinds() -> tuple[str, ...]:
    """The kinds that have a starter."""
    return tuple(sorted(f.stem.removeprefix("starter-") for f in (data_root() / "templates").glob("starter-*.yaml")))


def starter(kind: str) -> str:
    """The commented starter spec of a kind."""
    return (data_root() / "templates" / f"starter-{kind}.yaml").read_text(encoding="utf-8")
