"""The dated numbers of the law, and the kinds of agreement that are refused: what a validation needs of the law."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from .keeping import kept_yaml

Dated = tuple[tuple[str, Any], ...]  # (first day, value), oldest first


def dated(value: Mapping[str, Any]) -> Dated:
    """The values of one parameter, oldest first."""
    return tuple(sorted((str(v["from"]), v["value"]) for v in value["values"]))


def load_parameters(root: FilePath) -> dict[str, tuple[tuple[str, Any], ...]]:
    """The dated parameters alone, for a check that needs no clause and no obligation."""
    data = kept_yaml(root / "law" / "parameters.yaml")
    return {name: dated(value) for name, value in data.items() if name != "parameters"}


def refusals(root: FilePath) -> dict[str, Mapping[str, str]]:
    """The kinds that are refused, each with the reason in the languages of messages."""
    kinds = kept_yaml(root / "law" / "kinds.yaml")["list"]
    return {name: kind["refused"] for name, kind in kinds.items() if "refused" in kind}


def parameters_at(parameters: Mapping[str, tuple[tuple[str, Any], ...]], as_of: str) -> dict[str, Any]:
    """The parameters of the law at a date (ISO, inclusive); one that is not yet in force is absent.

    A parameter whose first date is not known stands from "0001-01-01".
    """
    out: dict[str, Any] = {}
    for name, values in parameters.items():
        for since, value in values:
            if since <= (as_of or "9999-12-31"):
                out[name] = value
    return out
