"""Findings of an earlier run in, a result out in which they are known: they are shown, and decide nothing.

A finding is told apart by its code, the obligation or trap it is about, where it stands in the spec or agreement, and the
values in its message; never by lines, columns or article numbers, so that an edit elsewhere leaves it known.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .codes import find
from .finding import Finding, Place
from .paths import data_root
from .report import TOOL, Past, Result

MAX_BYTES = 512 * 2**20
# Values of messages that say where something is, and what a waiver says: neither makes it another finding.
_PASSING = frozenset(("articles", "detail", "waived", "waived_by", "waived_on", "waived_until"))
_LINES = frozenset((("PPP005", "first"),))


def relative_name(file: str) -> str:
    """A file as a baseline names it: relative to this folder (one of ours to the data folder), with slashes."""
    whole = os.path.abspath(file)
    ours = str(data_root())
    base = ours if whole.startswith(ours + os.sep) else os.getcwd()
    try:
        return os.path.relpath(whole, base).replace(os.sep, "/")
    except ValueError:  # another drive
        return whole.replace(os.sep, "/")


def identity_of(finding: Finding, file: str) -> str:
    """What tells a finding about a file apart from others, as a digest."""
    place = finding.place
    elsewhere = relative_name(place.file) if place.file not in ("", file) else ""
    params = sorted(
        (name, "" if value == file else value)
        for name, value in finding.params
        if name not in _PASSING and (finding.code, name) not in _LINES
    )
    whole = json.dumps([finding.code, finding.obligation, elsewhere, place.path, params], ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def subject_of(finding: Finding) -> str:
    """The obligation or trap that a finding is about, "" when it is about neither."""
    return finding.obligation or dict(finding.params).get("trap", "")


@dataclass(frozen=True)
class Baseline:
    """The findings of an earlier run, by file."""

    files: Mapping[str, tuple[Past, ...]]

    def unseen(self, files: Sequence[str]) -> int:
        """How many of its files are not among these."""
        return len(set(self.files) - {relative_name(file) for file in files})


def read_baseline(file: str) -> tuple[Baseline | None, tuple[Finding, ...]]:
    """A JSON report of a check, or what `--write-baseline` wrote. What is neither is a finding."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as problem:
        return None, (find("PPP001", Place(file), file=file, problem=problem.strerror or type(problem).__name__),)
    if len(data) > MAX_BYTES:
        return None, (find("PPP003", Place(file), file=file, limit=f"{MAX_BYTES >> 20} MB"),)
    try:
        return Baseline(_files(json.loads(data))), ()
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as problem:
        return None, (find("PPP017", Place(file), file=file, problem=f"{type(problem).__name__}: {problem}"),)


def _files(body: Any) -> dict[str, tuple[Past, ...]]:
    if body["tool"] != TOOL or body["format"] != 2:
        raise ValueError(f"tool {body['tool']}, format {body['format']}")
    files: dict[str, tuple[Past, ...]] = {}
    for item in body["files"]:
        past = tuple(Past(*(_text(f[key]) for key in Past._fields)) for f in item["findings"])
        name = relative_name(_text(item["file"]))
        files[name] = (*files.get(name, ()), *past)
    return files


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


# A file with one of these is no YAML that can be read: nothing was checked in it, and that it is known makes it no better. (What
# ends with exit code 2 does so whether known or not.)
NOTHING_CHECKED = frozenset({"PPP004", "PPP006", "PPP007", "PPP009", "PPP010", "PPP011", "PPP015"})


def hold_against(result: Result, baseline: Baseline, whole: bool = True) -> Result:
    """The result with the findings of the baseline set apart as known, and those of the baseline that are gone.

    Nothing is gone that was not looked for: in a file without verdicts, or (not `whole`) outside the frameworks asked for.
    """
    if not result.verdicts and any(finding.code in NOTHING_CHECKED for finding in result.findings):
        return result
    past = baseline.files.get(relative_name(result.file), ())
    left = Counter(item.identity for item in past)
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in result.findings:
        identity = identity_of(finding, result.file)
        if left[identity] > 0:
            left[identity] -= 1
            known.append(finding)
        else:
            new.append(finding)
    gone: list[Past] = []
    asked = {*(v.obligation for v in result.verdicts), *result.traps}
    for item in past if result.verdicts else ():
        if left[item.identity] > 0:
            left[item.identity] -= 1
            if whole or item.subject in asked:
                gone.append(item)
    return result._replace(findings=tuple(new), known=tuple(known), gone=tuple(gone))
