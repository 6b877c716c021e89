"""Findings and verdicts in, text for people or JSON for programs out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .finding import Finding, Outcome, Severity
from .messages import message_of, remedy_of, word

if TYPE_CHECKING:
    from .model import Law, Verdict

COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.ADVICE: "36;1"}
TOOL = "ppp-contracts"


@dataclass(frozen=True)
class Result:
    """What a command found out about one file."""

    file: str
    kind: str  # spec, word, library
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...] = ()
    as_of: str = ""
    as_of_source: str = ""  # signature.date, term.start
    basis: str = ""  # for a Word file, what it was checked against
    articles: tuple[Mapping[str, str], ...] = ()  # for a Word file: label, heading, state of each article
    bearers: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # obligation -> names of the parties that bear it
    parties: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)  # file -> its text, for excerpts
    texts: tuple[tuple[str, str, str], ...] = ()  # clause, alternative and language of every text of the agreement
    unapproved: tuple[tuple[str, str, str], ...] = ()  # those of them that no jurist approved


def paint(text: str, code: str, colour: bool) -> str:
    """A text in a colour of the terminal, or as it is."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text


def safe(text: str) -> str:
    """Text of strangers without control characters: a terminal would obey them."""
    return "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def render_findings(
    findings: Sequence[Finding], ui: str, sources: Mapping[str, str], law: Law | None, colour: bool
) -> Iterator[str]:
    """The lines that report findings: place, what is wrong, the offending text with a caret, the remedy."""
    for finding in findings:
        place = finding.place
        where = f"{place.file}:{place.line}:{place.column}" if place.line else place.file
        level = word(finding.severity.name.lower(), ui)
        path = f" [{place.path}]" if place.path else ""
        yield (
            safe(f"{where}: ")
            + paint(f"{level} {finding.code}", COLOURS[finding.severity], colour)
            + safe(f": {message_of(finding, ui, law)}{path}")
        )
        yield from _excerpt(finding, sources)
        remedy = remedy_of(finding, ui, law)
        if remedy:
            yield safe(f"    → {remedy}")


def _excerpt(finding: Finding, sources: Mapping[str, str]) -> Iterator[str]:
    place = finding.place
    lines = sources.get(place.file, "").split("\n")
    if not 0 < place.line <= len(lines):
        return
    text = lines[place.line - 1].rstrip("\r")
    start = max(0, place.column - 1 - 70)
    shown = safe(text[start : start + 110].expandtabs(1))
    number = str(place.line)
    yield f"  {number} | {shown}"
    yield f"  {' ' * len(number)} | {' ' * (place.column - 1 - start)}^"


def count_line(findings: Sequence[Finding], ui: str) -> str:
    """How many findings of each severity there are."""
    counts = {level: sum(1 for f in findings if f.severity is level) for level in Severity}
    return word(
        "counts", ui, errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], advice=counts[Severity.ADVICE]
    )


def render_text(result: Result, ui: str, law: Law | None, matrix: bool, colour: bool) -> str:
    """The whole report of one file, for people."""
    lines: list[str] = []
    if result.verdicts:
        lines.append(paint(safe(result.file), "1", colour))
        lines.append("  " + word("planned" if result.kind == "spec" else "in_file", ui, basis=result.basis))
        if result.as_of:
            lines.append("  " + word("law_date", ui, date=result.as_of, source=result.as_of_source))
        lines.append("  " + approval_line(result, ui))
        lines.append("")
    lines.extend(_articles(result, ui, colour))
    lines.extend(render_findings(result.findings, ui, result.sources, law, colour))
    if result.verdicts and law:
        lines.append("")
        lines.extend(_outcomes(result, ui))
        if matrix:
            lines.extend(_matrix(result, ui, law, colour))
        lines.extend(_still_open(result, ui, law))
    lines.append(safe(f"{result.file}: ") + count_line(result.findings, ui))
    return "\n".join(lines) + "\n"


def approval_line(result: Result, ui: str) -> str:
    """How many of the texts a jurist approved; none of what ships is."""
    approved = len(result.texts) - len(result.unapproved)
    if not approved:
        return word("not_approved", ui)
    return word("approved_texts", ui, approved=approved, total=len(result.texts))


def _articles(result: Result, ui: str, colour: bool) -> Iterator[str]:
    if not result.articles:
        return
    states: dict[str, list[Mapping[str, str]]] = {}
    for article in result.articles:
        states.setdefault(article["state"], []).append(article)
    for state in ("intact", "fallback", "changed", "moved", "gone", "added"):
        items = states.get(state, [])
        if items:
            names = "" if state == "intact" else ": " + "; ".join(f"{a['label']} {a['heading']}" for a in items)
            yield safe("  " + word(f"state_{state}", ui, count=len(items)) + names)
    yield ""


def _outcomes(result: Result, ui: str) -> Iterator[str]:
    counts = {outcome: sum(1 for v in result.verdicts if v.outcome is outcome) for outcome in Outcome}
    yield word("outcomes", ui, total=len(result.verdicts), **{o.name.lower(): n for o, n in counts.items()})


def evidence_words(verdict: Verdict, ui: str) -> str:
    """Where a duty stands: «article 7.2 (3f2a…)», or the facts it rests on."""
    parts: list[str] = []
    for item in verdict.evidence[:8]:
        label = word("article", ui, number=item.label) if item.label[:1].isdigit() else item.label
        parts.append(f"{label} ({item.digest})" if item.digest else label)
    more = len(verdict.evidence) - 8
    return ", ".join(dict.fromkeys(parts)) + (f" + {more}" if more > 0 else "")


def citations(law: Law, obligation: str, ui: str) -> list[str]:
    """The citations of an obligation, each once."""
    from .law import citation

    basis = law.obligations[obligation].basis
    return [c for c in dict.fromkeys(citation(law, b, ui, word("art", ui)) for b in basis) if c]


def _matrix(result: Result, ui: str, law: Law, colour: bool) -> Iterator[str]:
    yield ""
    for verdict in result.verdicts:
        obligation = law.obligations[verdict.obligation]
        mark = word(f"outcome_{verdict.outcome.name.lower()}", ui)
        tint = {"pass": "32", "fail": "31;1", "open": "33;1", "review": "33"}.get(verdict.outcome.value, "2")
        yield paint(f"{mark:<16}", tint, colour) + safe(f"{obligation.id}  {obligation.title.get(ui, '')}")
        evidence = evidence_words(verdict, ui)
        details = [evidence] if evidence and verdict.outcome is not Outcome.NOT_APPLICABLE else []
        if verdict.missing:
            details.append(word("missing", ui, facts=", ".join(verdict.missing)))
        if verdict.question:
            details.append(verdict.question.get(ui, verdict.question.get("en", "")))
        if verdict.note:
            details.append(word(f"note_{verdict.note}", ui))
        cited = "; ".join(citations(law, obligation.id, ui))
        for detail in (*details, cited):
            if detail:
                yield safe(f"{'':<16}{detail}")
    yield ""


def _still_open(result: Result, ui: str, law: Law) -> Iterator[str]:
    """What is still open, party by party: the findings that keep the agreement from being signed, and who they are for."""
    items: dict[str, list[str]] = {name: [] for name in result.parties}
    everyone: list[str] = []
    for finding in result.findings:
        if finding.severity is Severity.ADVICE:
            continue
        text = f"{finding.code} {message_of(finding, ui, law)}"
        names = result.bearers.get(finding.obligation) or _party_of(finding, result.parties)
        for name in names:
            items.setdefault(name, []).append(text)
        if not names:
            everyone.append(text)
    yield word("still_open", ui)
    for name, texts in items.items():
        yield safe(f"  {name}: " + (word("nothing", ui) if not texts else ""))
        yield from (safe(f"    - {text}") for text in dict.fromkeys(texts))
    if everyone:
        yield "  " + word("for_all", ui)
        yield from (safe(f"    - {text}") for text in dict.fromkeys(everyone))


def _party_of(finding: Finding, parties: tuple[str, ...]) -> tuple[str, ...]:
    path = finding.place.path
    if path.startswith("parties[") and path[8 : path.index("]")].isdigit():
        index = int(path[8 : path.index("]")])
        return parties[index : index + 1]
    return ()


# -------------------------------------------------------------------------------------------- JSON


def as_json(results: Sequence[Result], ui: str, law: Law | None, version: str) -> str:
    """The results as JSON. This shape is ours to keep: it is written by hand, not dumped from the program's values."""
    body = {
        "tool": TOOL,
        "version": version,
        "format": 1,
        "files": [_file(result, ui, law) for result in results],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _file(result: Result, ui: str, law: Law | None) -> dict[str, Any]:
    return {
        "file": result.file,
        "kind": result.kind,
        "law_of": result.as_of,
        "law_of_source": result.as_of_source,
        "checked_against": result.basis,
        "texts": {"total": len(result.texts), "approved_by_jurist": len(result.texts) - len(result.unapproved)},
        "articles": [dict(article) for article in result.articles],
        "findings": [_finding(finding, ui, law) for finding in result.findings],
        "verdicts": [_verdict(verdict, ui, law) for verdict in result.verdicts if law],
        "counts": {level.name.lower(): sum(1 for f in result.findings if f.severity is level) for level in Severity},
    }


def _finding(finding: Finding, ui: str, law: Law | None) -> dict[str, Any]:
    place = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "file": place.file,
        "line": place.line or None,
        "column": place.column or None,
        "path": place.path,
        "message": message_of(finding, ui, law),
        "remedy": remedy_of(finding, ui, law),
        "obligation": finding.obligation or None,
    }


def _verdict(verdict: Verdict, ui: str, law: Law | None) -> dict[str, Any]:
    obligation = law.obligations[verdict.obligation] if law else None
    return {
        "obligation": verdict.obligation,
        "title": obligation.title.get(ui, "") if obligation else "",
        "demands": list(obligation.demand) if obligation else [],
        "outcome": verdict.outcome.value,
        "severity": verdict.severity.name.lower(),
        "evidence": [
            {"label": e.label, "anchor": e.anchor, "digest": e.digest, "fact": e.fact} for e in verdict.evidence
        ],
        "missing": list(verdict.missing),
        "clauses": list(verdict.clauses),
        "citations": citations(law, verdict.obligation, ui) if law else [],
        "note": verdict.note,
    }
