"""JSON for programs, format 2. The shape is ours to keep (schemas/report.schema.json): it is written by hand, not dumped from
the program's values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..baseline import identity_of, subject_of
from ..finding import Finding, Outcome, Place, Severity
from ..messages import message_of, remedy_of, word
from ..report import TOOL, Result, citations, demand_counts, framework_counts
from .entries import waiver_in
from .format import Format, Setting, Totals, totals_of

if TYPE_CHECKING:
    from ..model import Law, Verdict
    from ..trap import Catch

FORMAT_NUMBER = 2


def _head(setting: Setting) -> str:
    head = {
        "tool": TOOL,
        "version": setting.version,
        "format": FORMAT_NUMBER,
        "language": setting.ui,
        "notice": word("check_notice", setting.ui),
    }
    return "{" + _members(head) + ',\n"files": [\n'


def _fragment(result: Result, setting: Setting) -> str:
    return "{" + _members(_file(result, setting)) + "\n}"


def _tail(totals: Totals, setting: Setting) -> str:
    tail = {
        "approved_by_jurist": bool(totals.texts) and totals.approved == totals.texts,
        "totals": {
            "files": totals.files,
            "unreadable": totals.unreadable,
            "internal_errors": totals.bugs,
            "counts": _counts(totals),
            "outcomes": dict(totals.outcomes),
            "traps": dict(totals.traps),
            "not_in_this_run": totals.unseen,
        },
        "exit_code": totals.exit_code(setting.fail_on),
    }
    return "\n]," + _members(tail) + "\n}\n"


def _members(value: Mapping[str, Any]) -> str:
    """The members of an object, each on its line, and each item of a list on its own: to be read, and compared line by line."""
    return ",".join(f"\n{_one_line(name)}: {_listed(item)}" for name, item in value.items())


def _listed(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[" + ",".join(f"\n {_one_line(item)}" for item in value) + "\n]"
    return _one_line(value)


def _one_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _counts(totals: Totals) -> dict[str, int]:
    return {
        "error": totals.errors,
        "warning": totals.warnings,
        "advice": totals.advice,
        "known": totals.known,
        "gone": totals.gone,
        "waived": totals.waived,
    }


def _file(result: Result, setting: Setting) -> dict[str, Any]:
    law, ui = setting.law, setting.ui
    totals = totals_of(result, setting.matrix)
    new = "new" if setting.baseline else None
    return {
        "file": result.file,
        "kind": result.kind,
        "law_of": result.as_of or None,
        "law_of_source": result.as_of_source if result.as_of else None,
        "checked_against": result.basis or None,
        "parties": list(result.parties),
        "texts": {"total": totals.texts, "approved_by_jurist": totals.approved},
        "articles": [
            {"label": a["label"], "heading": a["heading"], "clause": a["clause"], "state": a["state"]}
            for a in result.articles
        ],
        "findings": [
            *(_finding(finding, result.file, new, setting) for finding in result.findings),
            *(_finding(finding, result.file, "known", setting) for finding in result.known),
        ],
        "gone": [past._asdict() for past in result.gone],
        "verdicts": [_verdict(verdict, result, ui, law) for verdict in result.verdicts],
        "traps": [_catch(catch, ui, law) for catch in result.catches],
        "demands": [
            {
                "demand": demand,
                "title": law.demands[demand].get(ui, ""),
                **{outcome.value: count for outcome, count in counts.items()},
            }
            for demand, counts in demand_counts(result, law).items()
            if result.verdicts
        ],
        "frameworks": [
            {
                "framework": name,
                "title": law.frameworks[name]["title"].get(ui, ""),
                **{outcome.value: count for outcome, count in counts.items()},
            }
            for name, counts in framework_counts(result, law).items()
            if result.verdicts
        ],
        "counts": _counts(totals),
        "outcomes": dict(totals.outcomes),
    }


def _where(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line or None, "column": place.column or None, "path": place.path}


def _finding(finding: Finding, file: str, state: str | None, setting: Setting) -> dict[str, Any]:
    severity = Severity.ADVICE if state == "known" else finding.severity
    return {
        "code": finding.code,
        "severity": severity.name.lower(),
        **_where(finding.place),
        "message": message_of(finding, setting.ui, setting.law),
        "remedy": remedy_of(finding, setting.ui, setting.law),
        "subject": subject_of(finding),
        "waived": waiver_in(dict(finding.params)) or None,
        "baseline": state,
        "identity": identity_of(finding, file),
    }


def _verdict(verdict: Verdict, result: Result, ui: str, law: Law) -> dict[str, Any]:
    obligation = law.obligations[verdict.obligation]
    return {
        "obligation": verdict.obligation,
        "title": obligation.title.get(ui, ""),
        "demands": list(obligation.demand),
        "outcome": verdict.outcome.value,
        "severity": verdict.severity.name.lower(),
        "evidence": [
            {"label": e.label, "anchor": e.anchor, "digest": e.digest, "fact": e.fact} for e in verdict.evidence
        ],
        "missing": list(verdict.missing),
        "question": verdict.question.get(ui, verdict.question.get("en", "")),
        "clauses": list(verdict.clauses),
        "bearers": list(result.bearers.get(verdict.obligation, ())),
        "citations": citations(law, verdict.obligation, ui),
        "note": verdict.note,
    }


def _catch(catch: Catch, ui: str, law: Law) -> dict[str, Any]:
    return {
        "trap": catch.trap,
        "title": law.traps[catch.trap].title.get(ui, ""),
        "outcome": catch.outcome.value,
        "severity": catch.severity.name.lower(),
        **_where(catch.place),
        "words": catch.words,
        "decided": catch.decided if catch.outcome is Outcome.PASS else "",
        "waived": waiver_in(catch.waived) or None,
    }


FORMAT = Format(_fragment, _head, ",\n", _tail)
