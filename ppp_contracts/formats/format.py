"""What a format is: a head, one fragment for each file, what stands between two, and a tail. Written in that order, they are
the report; so a report of thousands of files is never held whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from ..finding import Finding, Outcome, Severity
from ..report import Result
from ..validation import UNREADABLE
from .entries import entries_of, waiver_in

if TYPE_CHECKING:
    from ..model import Law

INTERNAL = "PPP016"  # a bug of ours inside one file


@dataclass(frozen=True)
class Setting:
    """What a report is written with: language, law, version of the program, and how much is asked for."""

    ui: str
    law: Law
    version: str
    matrix: bool = False  # every obligation, also those that are stated or not applicable
    quiet: bool = False  # text: the summary line of each file and nothing else
    colour: bool = False
    fail_on: Severity = Severity.ERROR
    baseline: bool = False  # whether the findings were held against those of an earlier run


@dataclass(frozen=True)
class Totals:
    """What the results of several files come to, as far as an exit code or a tail needs it."""

    files: int = 0
    bugs: int = 0  # files that a bug of ours stopped
    unreadable: int = 0
    errors: int = 0
    warnings: int = 0
    advice: int = 0
    known: int = 0
    gone: int = 0
    waived: int = 0
    texts: int = 0
    approved: int = 0  # of the texts, by a jurist
    unseen: int = 0  # files of the baseline that were not checked now
    outcomes: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys((o.value for o in Outcome), 0))
    traps: Mapping[str, int] = field(default_factory=lambda: {"fail": 0, "review": 0, "decided": 0})  # met
    rules: frozenset[str] = frozenset()  # the codes, obligations and traps that a report names

    def __add__(self, other: Totals) -> Totals:
        return Totals(**{f.name: _added(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)})

    def exit_code(self, fail_on: Severity) -> int:
        """0 nothing at or above `fail_on`, 1 something, 2 a file could not be read, 3 a bug of ours. Known findings decide
        nothing; a file that could not be read was not checked, known or not."""
        if self.bugs or self.unreadable:
            return 3 if self.bugs else 2
        counts = {Severity.ERROR: self.errors, Severity.WARNING: self.warnings, Severity.ADVICE: self.advice}
        return 1 if any(count for level, count in counts.items() if level >= fail_on) else 0


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, frozenset):
        return one | other
    if isinstance(one, Mapping):
        return {key: one[key] + other[key] for key in one}
    return one + other


def totals_of(result: Result, every: bool) -> Totals:
    """The totals of one file. `every`: its report names also what asks for nothing."""
    shown = (*result.findings, *result.known)
    codes = {f.code for f in shown}
    outcomes = dict.fromkeys((o.value for o in Outcome), 0)
    for verdict in result.verdicts:
        outcomes[verdict.outcome.value] += 1
    traps = {"fail": 0, "review": 0, "decided": 0}
    for catch in result.catches:
        traps["decided" if catch.outcome is Outcome.PASS else catch.outcome.value] += 1
    return Totals(
        files=1,
        bugs=int(INTERNAL in codes),
        unreadable=int(not codes.isdisjoint(UNREADABLE)),
        errors=_at(result.findings, Severity.ERROR),
        warnings=_at(result.findings, Severity.WARNING),
        advice=_at(result.findings, Severity.ADVICE),
        known=len(result.known),
        gone=len(result.gone),
        waived=sum(1 for f in shown if waiver_in(dict(f.params))),
        texts=len(result.texts),
        approved=len(result.texts) - len(result.unapproved),
        outcomes=outcomes,
        traps=traps,
        rules=frozenset(
            [*(entry.subject for entry in entries_of(result, every)), *(p.subject or p.code for p in result.gone)]
        ),
    )


def _at(findings: tuple[Finding, ...], level: Severity) -> int:
    return sum(1 for finding in findings if finding.severity is level)


def _nothing(*ignored: object) -> str:
    return ""


@dataclass(frozen=True)
class Format:
    """How a report is written."""

    fragment: Callable[[Result, Setting], str]
    head: Callable[[Setting], str] = _nothing
    separator: str = ""
    tail: Callable[[Totals, Setting], str] = _nothing
