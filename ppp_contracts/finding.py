"""The nouns that every stage needs: a place in a file, a finding, a strictly read document, a spec.

They stand apart from `model` because a validation starts with them and needs no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
"""Where a fact stands in a YAML file: keys and list positions from the root."""

LANGUAGES = ("fr", "nl", "de", "en")


class Severity(IntEnum):
    """How loud a finding is; the order is meaningful."""

    ADVICE = 1
    WARNING = 2
    ERROR = 3


class Outcome(StrEnum):
    """What a check says of an obligation, in the words of SARIF."""

    PASS = "pass"
    FAIL = "fail"
    OPEN = "open"  # a fact is missing
    REVIEW = "review"  # a person decides
    NOT_APPLICABLE = "notApplicable"


class Place(NamedTuple):
    """A point in a file. Lines and columns count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0
    path: str = ""


class Finding(NamedTuple):
    """A reported problem. Its words come from the message table, in the reader's language."""

    code: str
    severity: Severity
    place: Place
    params: tuple[tuple[str, str], ...] = ()
    obligation: str = ""  # the obligation whose verdict this finding reports, if it does


class Document(NamedTuple):
    """A strictly read YAML file: plain values, and the place of each of them."""

    file: str
    text: str
    data: Any
    places: Mapping[Path, Place]
    keys: Mapping[Path, Place]  # where the key of a mapping's entry stands


class Spec(NamedTuple):
    """The description of one partnership.

    `data` is what the officer wrote; `derived` holds the computed facts, addressed as `derived.<name>`.
    """

    document: Document
    data: Mapping[str, Any]
    derived: Mapping[str, Any]
    digest: str  # sha256 of the canonical data: comments and layout do not count
