"""Markdown, for the discussion of a merge request. Strangers' text is shown, never obeyed: no markup, links or mentions of its
own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..finding import Outcome, Severity
from ..messages import word
from ..report import (
    Result,
    approval_line,
    article_lines,
    citations,
    demand_counts,
    evidence_words,
    outcome_lines,
    safe,
    summary_line,
)
from .entries import OBLIGATION, Entry, entries_of, message, remedy, title
from .format import Format, Setting, Totals
from .text import total_line

_SIGNS = {Severity.ERROR: "🔴", Severity.WARNING: "🟠", Severity.ADVICE: "🔵"}
_SPECIAL = re.compile(r"([\\`*_\[\]|~$#])")
_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_APART = "&#8288;"  # a word joiner: seen by nobody, and no longer a mention or an address


def shown(text: str) -> str:
    """A stranger's text in one line of Markdown, as it is."""
    line = safe(" ".join(text.split(" ")).replace("\r\n", " ").replace("\n", " ").replace("\t", " "))
    escaped = _SPECIAL.sub(r"\\\1", line.translate(_ENTITIES))
    return escaped.replace("@", f"@{_APART}").replace("://", f":{_APART}//").replace("www.", f"www{_APART}.")


def code(text: str) -> str:
    """The same as code. Backticks could be closed by the text itself; a tag cannot."""
    return f"<code>{shown(text)}</code>"


def said(text: str) -> str:
    """A message: what it puts between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a value has a backtick of its own
        return shown(text)
    return "".join(code(part) if index % 2 and part else shown(part) for index, part in enumerate(parts))


def _head(setting: Setting) -> str:
    return f"# {word('md_title', setting.ui)}\n\n> {word('check_notice', setting.ui)}\n"


def _fragment(result: Result, setting: Setting) -> str:
    return "\n" + "\n".join(_lines(result, setting)) + "\n"


def _tail(totals: Totals, setting: Setting) -> str:
    lines = [f"**{total_line(totals, setting.ui)}**"] if totals.files > 1 else []
    if totals.unseen:
        lines.append(word("baseline_unseen", setting.ui, count=totals.unseen))
    return "".join(f"\n{line}\n" for line in lines)


def _lines(result: Result, setting: Setting) -> Iterator[str]:
    ui, law = setting.ui, setting.law
    worst = max((f.severity for f in result.findings), default=Severity.ADVICE if result.known else None)
    yield f"## {_SIGNS[worst] if worst else '🟢'} {code(result.file)}"
    yield ""
    yield f"**{summary_line(result, ui)}**"
    if result.verdicts:
        yield ""
        yield shown(word("planned" if result.kind == "spec" else "in_file", ui, basis=result.basis))
        if result.as_of:
            yield shown(word("law_date", ui, date=result.as_of, source=result.as_of_source))
        yield approval_line(result, ui)
        yield ""
        yield from (f"- {shown(line)}" for line in (*article_lines(result, ui), *outcome_lines(result, ui)))
    entries = [e for e in entries_of(result) if e.finding]
    yield from _listed([line for e in entries if not e.known for line in _finding(e, setting)], "md_findings", ui)
    known = [f"- {e.code} {said(message(e, ui, law))}" for e in entries if e.known]
    yield from _folded(known, word("known_findings", ui, count=len(known)))
    gone = [f"- {past.code} {said(past.message)}" for past in result.gone]
    yield from _folded(gone, word("gone_findings", ui, count=len(gone)))
    decided = [e for e in entries_of(result) if e.catch and e.outcome is Outcome.PASS]
    yield from _listed([f"- {shown(e.subject)} {said(message(e, ui, law))}" for e in decided], "md_decided", ui)
    if setting.matrix and result.verdicts:
        yield from _folded(list(_demands(result, setting)), word("demands", ui))
        yield from _folded(list(_matrix(result, setting)), word("md_matrix", ui, count=len(result.verdicts)))


def _listed(lines: list[str], heading: str, ui: str) -> Iterator[str]:
    if lines:
        yield from ("", f"### {word(heading, ui)}", "", *lines)


def _folded(lines: list[str], heading: str) -> Iterator[str]:
    if lines:
        yield from ("", "<details>", f"<summary>{shown(heading)}</summary>", "", *lines, "", "</details>")


def _finding(entry: Entry, setting: Setting) -> Iterator[str]:
    ui, law, place = setting.ui, setting.law, entry.place
    at = f"{place.file}:{place.line}:{place.column}" if place.line else place.file
    where = " ".join(code(part) for part in (at, place.path) if part)
    level = word(entry.severity.name.lower(), ui)
    yield f"- {_SIGNS[entry.severity]} **{level} {entry.code}** {where}: {said(message(entry, ui, law))}"
    todo = remedy(entry, ui, law)
    if todo:
        yield f"  → {said(todo)}"


def _demands(result: Result, setting: Setting) -> Iterator[str]:
    ui, law = setting.ui, setting.law
    outcomes = [word(f"outcome_{outcome.name.lower()}", ui) for outcome in Outcome]
    yield from _table(
        ["", word("md_demand", ui), *outcomes],
        (
            [demand, law.demands[demand].get(ui, ""), *(str(counts[outcome]) for outcome in Outcome)]
            for demand, counts in demand_counts(result, law).items()
        ),
    )


def _matrix(result: Result, setting: Setting) -> Iterator[str]:
    ui, law = setting.ui, setting.law
    rows = []
    for entry in entries_of(result):
        if entry.kind == OBLIGATION and entry.verdict:
            told = "" if entry.outcome is Outcome.NOT_APPLICABLE else evidence_words(entry.verdict, ui)
            missing = word("missing", ui, facts=", ".join(entry.verdict.missing)) if entry.verdict.missing else ""
            cited = "; ".join(citations(law, entry.subject, ui))
            outcome = word(f"outcome_{entry.outcome.name.lower()}", ui)
            rows.append(
                [outcome, entry.subject, title(entry, ui, law), "; ".join(filter(None, (told, missing))), cited]
            )
    yield from _table([word(f"md_{name}", ui) for name in ("outcome", "id", "obligation", "evidence", "basis")], rows)


def _table(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(map(shown, header))} |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield f"| {' | '.join(map(shown, row))} |"


FORMAT = Format(_fragment, _head, "", _tail)
