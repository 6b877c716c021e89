"""The formats by name. A format is loaded when it is asked for."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .format import Format

FORMATS = ("text", "json", "sarif", "junit", "markdown", "csv")
"""What `--format` and `--output` may ask for; each is a module of this package with a `FORMAT`."""


@lru_cache(maxsize=16)
def format_named(name: str) -> Format:
    """The format with this name: one of `FORMATS`, or `baseline`."""
    module = import_module(f"{__package__}.{name}")
    made: Format = module.FORMAT
    return made
