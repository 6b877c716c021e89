"""A result in, what it says of each subject out: an obligation with its verdict, a trap that was met, another finding.

Verdicts and catches stand beside the findings that report them; here each subject is one entry, so that no format has to join
them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..finding import Finding, Outcome, Place, Severity
from ..messages import message_of, remedy_of, word
from ..report import Result, evidence_words

if TYPE_CHECKING:
    from ..model import Law, Verdict
    from ..trap import Catch

OBLIGATION, TRAP, FINDING = "obligation", "trap", "finding"
_VERDICTS = frozenset(("PPP301", "PPP302", "PPP303"))
_SILENT = frozenset((Outcome.PASS, Outcome.NOT_APPLICABLE))


@dataclass(frozen=True)
class Entry:
    """What a report says of one subject."""

    kind: str
    subject: str  # the id of the obligation or trap, the code of another finding
    outcome: Outcome
    severity: Severity
    place: Place
    code: str = ""
    finding: Finding | None = None
    verdict: Verdict | None = None
    catch: Catch | None = None
    known: bool = False  # it is in the baseline
    waived: Mapping[str, str] = field(default_factory=dict)  # reason, by, on, until


def entries_of(result: Result, every: bool = True) -> Iterator[Entry]:
    """The entries of a result: verdicts, traps, other findings, each in the order of the result. Without `every` those are left
    out that ask for nothing: stated, not applicable, decided."""
    findings = dict.fromkeys(result.findings, False) | dict.fromkeys(result.known, True)
    of_verdicts = {f.obligation: f for f in findings if f.code in _VERDICTS}
    of_catches = {_caught(f): f for f in findings if f.code.startswith("PPP7")}
    for verdict in result.verdicts:
        found = of_verdicts.get(verdict.obligation)
        if every or verdict.outcome not in _SILENT:
            yield _entry(OBLIGATION, verdict.obligation, verdict.outcome, verdict.severity, found, result, verdict)
    for catch in result.catches:
        found = of_catches.get((catch.trap, catch.place, catch.words))
        if every or catch.outcome not in _SILENT:
            yield _entry(TRAP, catch.trap, catch.outcome, catch.severity, found, result, catch=catch)
    for finding in findings:
        if finding.code not in _VERDICTS and not finding.code.startswith("PPP7"):
            yield _entry(FINDING, finding.code, Outcome.FAIL, finding.severity, finding, result)


def _caught(finding: Finding) -> tuple[str, Place, str]:
    params = dict(finding.params)
    return params.get("trap", ""), finding.place, params.get("words", "")


def _entry(
    kind: str,
    subject: str,
    outcome: Outcome,
    severity: Severity,
    finding: Finding | None,
    result: Result,
    verdict: Verdict | None = None,
    catch: Catch | None = None,
) -> Entry:
    place = finding.place if finding else catch.place if catch else Place(result.file)
    return Entry(
        kind=kind,
        subject=subject,
        outcome=outcome,
        severity=finding.severity if finding else severity,
        place=place if place.file else Place(result.file, place.line, place.column, place.path),
        code=finding.code if finding else "",
        finding=finding,
        verdict=verdict,
        catch=catch,
        known=finding is not None and finding in result.known,
        waived=waiver_in(dict(finding.params)) if finding else {},
    )


def waiver_in(params: Mapping[str, str]) -> dict[str, str]:
    """Reason, by, on and until of the waiver among the values of a finding or a catch; {} when it is not waived."""
    if "waived" not in params:
        return {}
    return {key: params.get(name, "") for key, name in _WAIVER.items()}


_WAIVER = {"reason": "waived", "by": "waived_by", "on": "waived_on", "until": "waived_until"}


def message(entry: Entry, ui: str, law: Law) -> str:
    """What a report says of an entry in one sentence."""
    if entry.finding:
        return message_of(entry.finding, ui, law)
    outcome = word(f"outcome_{entry.outcome.name.lower()}", ui)
    if entry.verdict:
        why = evidence_words(entry.verdict, ui) if entry.outcome is Outcome.PASS else ""
        note = word(f"note_{entry.verdict.note}", ui) if entry.verdict.note else ""
        return f"{outcome}: " + "; ".join(filter(None, (title(entry, ui, law), why, note)))
    if entry.catch and entry.catch.decided:
        return f"{word('note_decided', ui)}: {entry.catch.decided}"
    return outcome


def remedy(entry: Entry, ui: str, law: Law) -> str:
    """What to do about an entry; "" when there is nothing to do."""
    return remedy_of(entry.finding, ui, law) if entry.finding else ""


def question(entry: Entry, ui: str) -> str:
    """What a person has to decide; "" when there is no such question."""
    asked: Mapping[str, str] = entry.verdict.question if entry.verdict else {}
    return asked.get(ui, asked.get("en", ""))


def title(entry: Entry, ui: str, law: Law) -> str:
    """What the subject of an entry is called."""
    return title_of(entry.subject, ui, law)


def title_of(subject: str, ui: str, law: Law) -> str:
    """What an obligation, a trap or a code is called in a language."""
    from ..messages import table

    known = law.obligations.get(subject) or law.traps.get(subject)
    titles: Mapping[str, str] = known.title if known else table()["codes"].get(subject, {}).get("title", {})
    return titles.get(ui, titles.get("en", subject))
