"""Where things are: the data folders of the program, and the facts of a spec.

A fact path is dotted. `parties[0].name` is one item, `parties[*].name` any item, `parties[role=private-partner].name`
the items with that value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from .finding import Path


@lru_cache(maxsize=1)
def data_root() -> FilePath:
    """The folder that holds `schemas/ clauses/ law/ templates/`: inside an installed package, beside it in a checkout."""
    package = FilePath(__file__).resolve().parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent


_STEP = re.compile(r"(?P<key>[A-Za-z0-9_-]+)(?P<select>\[[^\]]*\])?")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")  # nothing is selected on the way


@lru_cache(maxsize=4096)
def parse_path(path: str) -> tuple[tuple[str, str | int | tuple[str, str] | None], ...]:
    """The steps of a fact path: (key, selector), where the selector is None, a position, "*" or (key, value)."""
    if _PLAIN.fullmatch(path):
        return tuple((key, None) for key in path.split("."))
    steps: list[tuple[str, str | int | tuple[str, str] | None]] = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if not match:
            raise ValueError(f"not a fact path: {path!r}")
        inner = (match["select"] or "")[1:-1]
        if not match["select"]:
            steps.append((match["key"], None))
        elif inner == "*":
            steps.append((match["key"], "*"))
        elif "=" in inner:
            name, _, value = inner.partition("=")
            steps.append((match["key"], (name, value)))
        else:
            steps.append((match["key"], int(inner)))
    return tuple(steps)


def select(data: Any, path: str) -> Iterator[tuple[Path, Any]]:
    """Every (path, value) that a fact path reaches; a missing value is yielded as None, an empty list yields nothing."""
    return iter(_select(data, parse_path(path), ()))


def _select(data: Any, steps: tuple[Any, ...], path: Path) -> list[tuple[Path, Any]]:
    for at, (key, selector) in enumerate(steps, 1):
        data = data.get(key) if isinstance(data, (dict, Mapping)) else None
        path = (*path, key)
        if selector is not None:
            found: list[tuple[Path, Any]] = []
            for position, item in enumerate(data if isinstance(data, list) else ()):
                if _selected(selector, position, item):
                    found += _select(item, steps[at:], (*path, position))
            return found
        if data is None:
            break
    return [(path, data)]


def _selected(selector: str | int | tuple[str, str], position: int, item: Any) -> bool:
    if selector == "*":
        return True
    if isinstance(selector, int):
        return position == selector
    return isinstance(item, Mapping) and str(item.get(selector[0])) == selector[1]


def first(data: Any, path: str) -> Any:
    """The first value a path reaches, or None."""
    return next((value for _, value in select(data, path)), None)


def is_list_path(path: str) -> bool:
    """Whether a path may reach several values."""
    return any(selector is not None and not isinstance(selector, int) for _, selector in parse_path(path))


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The items of a list that are mappings; of anything else, none. A spec may hold anything: the schema says so."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping as it is; anything else as an empty one."""
    return value if isinstance(value, (dict, Mapping)) else {}


def items(value: Any) -> list[Any]:
    """A list as it is; anything else as an empty one."""
    return value if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """The items of a list that are text; of anything else, none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
