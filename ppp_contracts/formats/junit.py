"""JUnit XML, which every pipeline shows: a suite for each file, a case for each obligation, each trap and each other finding.

Only what is stated, and a trap that was looked for and not met, passes. A failing is a failure; what is open, for a person to
review, waived, known, not applicable or not looked for is skipped, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..finding import Outcome, Severity
from ..messages import word
from ..report import Result, citations, evidence_words
from ..validation import UNREADABLE
from .entries import FINDING, OBLIGATION, TRAP, Entry, entries_of, message, question, remedy, title_of
from .format import INTERNAL, Format, Setting, Totals

if TYPE_CHECKING:
    from ..model import Trap

PASSED, FAILURE, ERROR, SKIPPED = "passed", "failure", "error", "skipped"


@dataclass(frozen=True)
class _Case:
    group: str
    name: str
    state: str
    message: str = ""
    code: str = ""
    text: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


def _head(setting: Setting) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="{_in("ppp-contracts check")}">\n'


def _fragment(result: Result, setting: Setting) -> str:
    cases = list(_cases(result, setting))
    counts = Counter(case.state for case in cases)
    head = (
        f'  <testsuite name="{_in(result.file)}" tests="{len(cases)}" failures="{counts[FAILURE]}" '
        f'errors="{counts[ERROR]}" skipped="{counts[SKIPPED]}">\n'
    )
    told = {"kind": result.kind, "law_of": result.as_of, "checked_against": result.basis, "gone": len(result.gone)}
    told |= {"texts": len(result.texts), "approved_by_jurist": len(result.texts) - len(result.unapproved)}
    suite = _properties({name: str(value) for name, value in told.items() if value != ""}, 4)
    return head + suite + "".join(_written(case) for case in cases) + "  </testsuite>\n"


def _tail(totals: Totals, setting: Setting) -> str:
    return "</testsuites>\n"


# ------------------------------------------------------------------------------------------------ cases


def _cases(result: Result, setting: Setting) -> Iterator[_Case]:
    entries = list(entries_of(result))
    for entry in entries:
        if entry.kind == OBLIGATION:
            yield _case(entry, setting)
    for trap, idle in result.traps.items():
        caught = [e for e in entries if e.kind == TRAP and e.subject == trap]
        if caught:
            yield from (_case(entry, setting) for entry in caught)
        else:
            state, why = _quiet(setting.law.traps[trap], idle, result, entries, setting.ui)
            yield _Case("traps", f"{trap} {title_of(trap, setting.ui, setting.law)}", state, why, text=why)
    for entry in entries:
        if entry.kind == FINDING:
            yield _case(entry, setting)


def _case(entry: Entry, setting: Setting) -> _Case:
    ui, law = setting.ui, setting.law
    said = message(entry, ui, law)
    place = f"{entry.place.file}:{entry.place.line}:{entry.place.column}" if entry.place.line else entry.place.file
    todo = remedy(entry, ui, law)
    lines = [said, question(entry, ui), f"→ {todo}" if todo else "", f"{place} {entry.place.path}".strip()]
    told = {"outcome": entry.outcome.value if entry.kind != FINDING else "", "code": entry.code}
    told["severity"] = entry.severity.name.lower() if entry.finding else ""
    told["evidence"] = evidence_words(entry.verdict, ui) if entry.verdict else ""
    told["citations"] = "; ".join(citations(law, entry.subject, ui)) if entry.verdict else ""
    told["decided"] = entry.catch.decided if entry.catch else ""
    told |= {f"waived_{name}": value for name, value in entry.waived.items()}
    return _Case(
        {OBLIGATION: "obligations", TRAP: "traps", FINDING: "findings"}[entry.kind],
        f"{entry.subject} {title_of(entry.subject, ui, law)}",
        state := _state(entry),
        word("known_finding", ui, message=said) if entry.known and state == SKIPPED else said,
        entry.code,
        "\n".join(filter(None, lines)),
        {name: value for name, value in told.items() if value},
    )


def _state(entry: Entry) -> str:
    if entry.code == INTERNAL or entry.code in UNREADABLE:
        return ERROR
    if entry.outcome is Outcome.PASS:
        return PASSED
    if entry.outcome is not Outcome.FAIL or entry.waived or entry.known:
        return SKIPPED
    return SKIPPED if entry.kind == FINDING and entry.severity is Severity.ADVICE else FAILURE


def _quiet(trap: Trap, idle: str, result: Result, entries: list[Entry], ui: str) -> tuple[str, str]:
    """State and reason of a trap that was not met by itself: it passes only where it was looked for."""
    if idle != "elsewhere":
        return (SKIPPED, word(f"note_{idle}", ui)) if idle else (PASSED, "")
    codes, duties = trap.found.get("codes", ()), trap.found.get("obligations", ())
    looks = [e for e in entries if e.subject in (codes if e.kind == FINDING else duties)]
    met = [e for e in looks if e.outcome is not Outcome.PASS]
    named = ", ".join(dict.fromkeys(e.subject for e in met)) or ", ".join((*codes, *duties))
    if any(_state(e) == FAILURE for e in met):
        return FAILURE, word("note_elsewhere", ui, names=named)
    asked = {v.obligation for v in result.verdicts}.issuperset(duties) and (not codes or result.kind == "spec")
    return (SKIPPED if met or not asked else PASSED), word("note_elsewhere", ui, names=named)


# -------------------------------------------------------------------------------------------------- XML


def _written(case: _Case) -> str:
    head = f'    <testcase classname="{_in(case.group)}" name="{_in(case.name)}"'
    inner = _properties(case.properties, 6)
    if case.state != PASSED:
        kind = f' type="{_in(case.code)}"' if case.code and case.state != SKIPPED else ""
        inner += f'      <{case.state} message="{_in(case.message)}"{kind}>{_in(case.text)}</{case.state}>\n'
    return f"{head}>\n{inner}    </testcase>\n" if inner else f"{head}/>\n"


def _properties(values: Mapping[str, str], indent: int) -> str:
    if not values:
        return ""
    pad = " " * indent
    lines = "".join(f'{pad}  <property name="{_in(n)}" value="{_in(v)}"/>\n' for n, v in values.items())
    return f"{pad}<properties>\n{lines}{pad}</properties>\n"


_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("\n"): "&#10;"}


def _in(text: str) -> str:
    """A text inside XML: no markup of its own, and none of the characters that XML 1.0 does not know."""
    known = "".join(c if c.isprintable() or c in "\n\u00a0\u202f" else " " if c == "\t" else "\ufffd" for c in text)
    return known.translate(_ENTITIES)


FORMAT = Format(_fragment, _head, "", _tail)
