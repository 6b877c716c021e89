"""CSV (RFC 4180, UTF-8): a row for each verdict, each trap that was met and each other finding.

A spreadsheet takes what begins with `=`, `+`, `-` or `@` for a formula: such a value gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ..report import Result, citations, evidence_words
from .entries import FINDING, Entry, entries_of, message, remedy, title
from .format import Format, Setting

COLUMNS = (
    "file", "kind", "subject", "title", "outcome", "severity", "code", "at", "line", "column", "path", "message", "remedy",
    "evidence", "missing", "citations", "words", "decided", "waived_reason", "waived_by", "waived_on", "waived_until",
    "baseline",
)  # fmt: skip


def _head(setting: Setting) -> str:
    return _rows([COLUMNS])


def _fragment(result: Result, setting: Setting) -> str:
    rows = [_row(entry, result, setting) for entry in entries_of(result)]
    rows += [_gone(result, *past) for past in result.gone]
    return _rows(rows)


def _row(entry: Entry, result: Result, setting: Setting) -> list[str]:
    ui, law, place, verdict = setting.ui, setting.law, entry.place, entry.verdict
    return [
        result.file,
        entry.kind,
        entry.subject,
        title(entry, ui, law),
        entry.outcome.value if entry.kind != FINDING else "",
        "advice" if entry.known else entry.severity.name.lower(),
        entry.code,
        place.file,
        str(place.line or ""),
        str(place.column or ""),
        place.path,
        message(entry, ui, law) if entry.finding else "",
        remedy(entry, ui, law),
        evidence_words(verdict, ui) if verdict else "",
        ", ".join(verdict.missing) if verdict else "",
        "; ".join(citations(law, verdict.obligation, ui)) if verdict else "",
        entry.catch.words if entry.catch else "",
        entry.catch.decided if entry.catch else "",
        *(entry.waived.get(key, "") for key in ("reason", "by", "on", "until")),
        ("known" if entry.known else "new") if setting.baseline and entry.finding else "",
    ]


def _gone(result: Result, identity: str, code: str, subject: str, said: str) -> list[str]:
    told = {"file": result.file, "kind": "gone", "subject": subject or code, "code": code, "message": said}
    return [told.get(column, "gone" if column == "baseline" else "") for column in COLUMNS]


def _rows(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([inert(value) for value in row] for row in rows)
    return text.getvalue()


def inert(value: str) -> str:
    """A value that no spreadsheet runs."""
    value = value.replace("\0", "\ufffd")
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


FORMAT = Format(_fragment, _head)
