"""The result of a check in, a record of it out: what was checked, by which law and library, with which result; and back.

A record can be verified later: its own digest, the files it names, and the result of checking them again. It says what the
agreement states, never that anybody complies with anything.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from . import __version__
from .checking import check_file
from .codes import find
from .messages import message_of, word
from .model import Finding, Outcome, Place, Severity
from .report import Result, approval_line
from .workshop import Shelf

FORMAT = 1
MAX_BYTES = 32 * 2**20
SHOWN = 12  # obligations at most that the page lists by name; the rest stands in the JSON
# What no check of this program looks at; the words stand in the messages as `not_checked_<name>`.
NOT_CHECKED = ("reality", "headers", "hidden", "signatures", "annexes_of_others", "languages")


@dataclass(frozen=True)
class Signer:
    """Who puts a name under a check."""

    name: str = ""
    function: str = ""


def make_record(results: Sequence[Result], shelf: Shelf, frameworks: Sequence[str], signer: Signer, on: str) -> bytes:
    """The record of a check of one or several files, made on a day (ISO), as JSON with its own digest. The same check of the
    same files gives the same bytes."""
    body: dict[str, Any] = {
        "record": FORMAT,
        "tool": {"name": "ppp-contracts", "version": __version__},
        "made_on": on,
        "signed_by": {"name": signer.name, "function": signer.function},
        "library_digest": shelf.library.digest,
        "law_digest": shelf.law.digest,
        "frameworks": list(frameworks),
        "files": [_file(result, shelf) for result in results],
        "not_checked": list(NOT_CHECKED),
        "states": "what the text states; no legal advice, and nothing about what anybody does",
    }
    body["digest"] = _digest(body)
    return (json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _digest(body: Mapping[str, Any]) -> str:
    plain = {key: value for key, value in body.items() if key != "digest"}
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _file(result: Result, shelf: Shelf) -> dict[str, Any]:
    findings = Counter(finding.severity.name.lower() for finding in result.findings)
    return {
        "file": FilePath(result.file).name,
        "sha256": file_digest(result.file),
        "kind": result.kind,
        "reference": result.reference,
        "version": result.version,
        "languages": list(result.languages),
        "spec_digest": result.spec_digest,
        "checked_against": result.basis,
        "law_of": result.as_of,
        "obligations": {verdict.obligation: verdict.outcome.value for verdict in result.verdicts},
        "counts": {outcome.value: sum(1 for v in result.verdicts if v.outcome is outcome) for outcome in Outcome},
        "findings": {level.name.lower(): findings.get(level.name.lower(), 0) for level in Severity},
        "found": sorted({(f.code, f.obligation, f.place.path, f.severity.name.lower()) for f in result.findings}),
        "traps": sorted({(c.trap, c.outcome.value, c.decided) for c in result.catches}),
        "waivers": [dict(waiver) for waiver in result.waivers],
        "decisions": [dict(decision) for decision in result.decisions],
        "texts": {"total": len(result.texts), "approved_by_jurist": len(result.texts) - len(result.unapproved)},
    }


def file_digest(file: str) -> str:
    """The sha256 of a file's bytes, "" when it cannot be read."""
    try:
        with open(file, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


# -------------------------------------------------------------------------------------------- verifying


def read_record(file: str) -> tuple[Mapping[str, Any] | None, tuple[Finding, ...]]:
    """A record whose own digest fits, or findings: it cannot be read, is no record, or was changed since."""
    place = Place(file)
    try:
        with open(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as problem:
        return None, (find("PPP001", place, file=file, problem=problem.strerror or "unreadable"),)
    try:
        body = json.loads(data.decode()) if len(data) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or body.get("record") != FORMAT or not isinstance(body.get("files"), list):
        return None, (find("PPP801", place, file=file),)
    if body.get("digest") != _digest(body):
        return None, (find("PPP802", place, file=file),)
    return body, ()


def check_again(
    body: Mapping[str, Any], files: Sequence[str], shelf: Shelf, spec_file: str, ui: str
) -> tuple[Result, ...]:
    """The files of a record checked again by the law of the date that the record names for each."""
    dates = {
        str(entry.get("file")): str(entry.get("law_of", "")) for entry in body["files"] if isinstance(entry, Mapping)
    }
    frameworks = tuple(str(name) for name in body.get("frameworks", ()))
    return tuple(
        check_file(file, shelf, spec_file, frameworks, ui, date=dates.get(FilePath(file).name, "")) for file in files
    )


def verify_record(body: Mapping[str, Any], file: str, results: Sequence[Result], shelf: Shelf) -> Iterator[Finding]:
    """What no longer fits a record: a file that is another one, law or library that moved on, and results that differ when the
    files are checked again (`results`, by the law of the record's date)."""
    place = Place(file)
    for key in ("library_digest", "law_digest"):
        if body.get(key) != getattr(shelf, key.removesuffix("_digest")).digest:
            yield find("PPP804", place, what=key, then=str(body.get(key))[:12])
    left = [entry for entry in body["files"] if isinstance(entry, Mapping)]
    for result in results:
        same = [entry for entry in left if entry.get("file") == FilePath(result.file).name]
        digest = file_digest(result.file)
        entry = next((entry for entry in same if entry.get("sha256") == digest), same[0] if same else None)
        if entry is None:
            yield find("PPP803", Place(result.file), file=result.file, record=file)
            continue
        left.remove(entry)
        if entry.get("sha256") != digest:
            yield find("PPP803", Place(result.file), file=result.file, record=file)
        again = json.loads(json.dumps(_file(result, shelf)))
        differ = [key for key in ("obligations", "found", "traps", "texts") if entry.get(key) != again[key]]
        if differ:
            yield find("PPP805", Place(result.file), file=result.file, what=", ".join(differ))
    for entry in left:
        yield find("PPP806", place, file=str(entry.get("file")))


# ------------------------------------------------------------------------------------------------ page


@dataclass(frozen=True)
class Sheet:
    """A page for people: a title, and sections of a heading with lines or rows. `rows` of two or more cells make a table whose first
    row is its header when `header` is true."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Section:
    """A part of a sheet."""

    heading: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    header: bool = False


def sheet_of(results: Sequence[Result], shelf: Shelf, signer: Signer, on: str, ui: str) -> Sheet:
    """The record as a page, in a language: what was checked, the result, waivers, what was not checked, room for a signature."""
    sections: list[Section] = []
    for result in results:
        sections.append(Section(FilePath(result.file).name, rows=tuple(_identity(result, shelf, on, ui))))
        sections.append(Section(word("record_result", ui), lines=tuple(_result(result, ui))))
        left = [v for v in result.verdicts if v.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)]
        if left:
            sections.append(Section(word("record_left", ui), rows=tuple(_left(left, shelf, ui)), header=True))
        met = [f for f in result.findings if f.code.startswith("PPP7")]
        if met:
            lines = tuple(message_of(f, ui, shelf.law) for f in met[:SHOWN])
            sections.append(Section(word("record_traps", ui), lines=lines))
        if result.waivers:
            sections.append(Section(word("record_waivers", ui), rows=tuple(_waivers(result, ui)), header=True))
    sections.append(
        Section(word("record_not_checked", ui), lines=tuple(word(f"not_checked_{n}", ui) for n in NOT_CHECKED))
    )
    blank = "…" * 12
    sections.append(
        Section(
            word("record_signed", ui),
            rows=(
                (word("record_name", ui), signer.name or blank),
                (word("record_function", ui), signer.function or blank),
                (word("record_date", ui), on or blank),
                (word("record_signature", ui), blank),
            ),
        )
    )
    return Sheet(word("record_title", ui), tuple(sections))


def _identity(result: Result, shelf: Shelf, on: str, ui: str) -> Iterator[tuple[str, ...]]:
    languages = ", ".join(result.languages)
    yield word("record_agreement", ui), " · ".join(filter(None, (result.reference, result.version, languages)))
    yield word("record_basis", ui), word("planned_short", ui) if result.kind == "spec" else result.basis
    yield word("record_law", ui), f"{result.as_of} ({result.as_of_source})"
    yield "SHA-256", file_digest(result.file)
    yield (
        word("record_digests", ui),
        f"{shelf.library.digest[:16]} · {shelf.law.digest[:16]} · {result.spec_digest[:16]}",
    )
    yield word("record_tool", ui), f"ppp-contracts {__version__} · {on}"


def _result(result: Result, ui: str) -> Iterator[str]:
    counts = {outcome: sum(1 for v in result.verdicts if v.outcome is outcome) for outcome in Outcome}
    applying = len(result.verdicts) - counts[Outcome.NOT_APPLICABLE]
    yield word("record_states", ui, stated=counts[Outcome.PASS], applying=applying)
    yield word("outcomes", ui, total=len(result.verdicts), **{o.name.lower(): n for o, n in counts.items()})
    levels = Counter(finding.severity for finding in result.findings)
    yield word(
        "counts", ui, errors=levels[Severity.ERROR], warnings=levels[Severity.WARNING], advice=levels[Severity.ADVICE]
    )
    yield approval_line(result, ui)


def _left(left: Sequence[Any], shelf: Shelf, ui: str) -> Iterator[tuple[str, ...]]:
    yield word("record_obligation", ui), word("record_outcome", ui)
    for verdict in left[:SHOWN]:
        title = shelf.law.obligations[verdict.obligation].title[ui]
        yield f"{title} ({verdict.obligation})", word(f"outcome_{verdict.outcome.name.lower()}", ui)
    if len(left) > SHOWN:
        yield word("record_more", ui, count=len(left) - SHOWN), ""


def _waivers(result: Result, ui: str) -> Iterator[tuple[str, ...]]:
    yield word("record_subject", ui), word("record_reason", ui), word("record_by", ui), word("record_until", ui)
    for waiver in result.waivers:
        by = waiver.get("approved_by")
        who = ", ".join(str(v) for v in by.values()) if isinstance(by, Mapping) else str(by or "")
        subject = str(waiver.get("obligation", waiver.get("trap", "")))
        yield subject, str(waiver.get("reason", "")), f"{who} ({waiver.get('on', '')})", str(waiver.get("expires", ""))
