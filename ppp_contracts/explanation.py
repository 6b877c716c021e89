"""An id in, a page of text out: what a finding code, an obligation or a clause means, and why it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .codes import CODES
from .conditions import trace
from .law import citation
from .messages import table, word
from .model import Clause, Obligation, Outcome, Plan, PlannedClause, Verdict
from .plan import copies_of, facts_of, full_path
from .report import citations, evidence_words, safe
from .schema import nearest
from .spec import place_of
from .trap import code_of
from .validation import Examined
from .workshop import Shelf


def explain(identifier: str, shelf: Shelf, ui: str) -> tuple[str, str]:
    """(the explanation, ""), or ("", the nearest known id)."""
    if identifier.startswith("PPP7") and f"T-{identifier[4:]}" in shelf.law.traps:
        identifier = f"T-{identifier[4:]}"
    for known, page in (
        (CODES, _code),
        (shelf.law.obligations, _obligation),
        (shelf.law.traps, _trap),
        (shelf.library.clauses, _clause),
    ):
        if identifier in known:
            return "\n".join(page(identifier, shelf, ui)) + "\n", ""
    every = [*CODES, *shelf.law.obligations, *shelf.law.traps, *shelf.library.clauses]
    return "", nearest(identifier, every)


def _code(code: str, shelf: Shelf, ui: str) -> Iterator[str]:
    entry = table()["codes"][code]
    yield f"{code} ({word(CODES[code].name.lower(), ui)}): {entry['title'][ui]}"
    yield f"  {entry['message'][ui]}"
    if entry["remedy"][ui]:
        yield f"  → {entry['remedy'][ui]}"


def _obligation(name: str, shelf: Shelf, ui: str) -> Iterator[str]:
    obligation: Obligation = shelf.law.obligations[name]
    yield f"{name}: {obligation.title[ui]}"
    yield f"  {obligation.rationale[ui]}"
    yield f"  {word('explain_bearer', ui, bearer=obligation.bearer, towards=obligation.towards)}"
    yield f"  {word('explain_when', ui)} {spoken(obligation.applies_when, ui) or word('always', ui)}"
    if obligation.in_force_from:
        yield f"  {word('explain_force', ui, date=obligation.in_force_from)}"
    levels = "; ".join(
        word(level.name.lower(), ui) + (f" ({word('explain_if', ui)} {spoken(when, ui)})" if when else "")
        for when, level in obligation.severity
    )
    yield f"  {word('explain_severity', ui)} {levels}"
    for cited in citations(shelf.law, name, ui):
        yield f"  § {cited}"
    for demand in obligation.demand:
        yield f"  {demand}: {shelf.law.demands[demand].get(ui, '')}"
    yield f"  → {obligation.remedy[ui]}"
    for clause in shelf.library.clauses.values():
        if name in clause.fulfils:
            yield f"  {word('explain_clause', ui, clause=clause.id, blocks=', '.join(clause.fulfils[name]))}"
    yield f"  {word('not_approved', ui)}"


def _trap(name: str, shelf: Shelf, ui: str) -> Iterator[str]:
    trap = shelf.law.traps[name]
    yield f"{name} ({code_of(name)}): {trap.title[ui]}"
    yield f"  {trap.message[ui].replace('{words}', '…')}"
    yield f"  {word('explain_when', ui)} {spoken(trap.applies_when, ui) or word('always', ui)}"
    if trap.in_force_from:
        yield f"  {word('explain_force', ui, date=trap.in_force_from)}"
    levels = "; ".join(
        word(level.name.lower(), ui) + (f" ({word('explain_if', ui)} {spoken(when, ui)})" if when else "")
        for when, level in trap.severity
    )
    yield f"  {word('explain_severity', ui)} {levels}"
    yield f"  {word(f'trap_{trap.outcome}', ui)}"
    elsewhere = [*trap.found.get("codes", ()), *trap.found.get("obligations", ())]
    if elsewhere:
        yield f"  {word('trap_elsewhere', ui, names=', '.join(elsewhere))}"
    for phrase in _phrases(trap.found, ui):
        yield f"  « {phrase} »" if ui == "fr" else f"  “{phrase}”"
    for basis in trap.basis:
        cited = citation(shelf.law, basis, ui, word("art", ui))
        if cited:
            yield f"  § {cited} ({basis.certainty})"
    yield f"  → {trap.remedy[ui]}"


def _phrases(found: Mapping[str, Any], ui: str) -> Iterator[str]:
    yield from found.get("phrases", {}).get(ui, ())
    for part in found.get("parts", ()):
        yield from _phrases(part, ui)


def explain_outcome(identifier: str, examined: Examined, ui: str) -> str:
    """Why an obligation has the outcome it has for a spec, or where the spec meets a trap: facts with their lines, evidence."""
    if examined.plan is None:
        return ""
    trap = f"T-{identifier[4:]}" if identifier.startswith("PPP7") else identifier
    verdict = next((v for v in examined.verdicts if v.obligation == identifier), None)
    lines = _outcome_of(verdict, examined.plan, ui) if verdict else _catches_of(trap, examined, ui)
    return "\n".join(["", *map(safe, lines)]) + "\n"


def _outcome_of(verdict: Verdict, plan: Plan, ui: str) -> Iterator[str]:
    obligation = plan.law.obligations[verdict.obligation]
    note = f" – {word(f'note_{verdict.note}', ui)}" if verdict.note else ""
    yield f"{plan.spec.document.file}: {word(f'outcome_{verdict.outcome.name.lower()}', ui)}{note}"
    yield from _tree(obligation.applies_when, plan, {}, "", ui)
    evidence = evidence_words(verdict, ui)
    if evidence:
        yield f"  {evidence}"
    if verdict.missing:
        yield f"  {word('missing', ui, facts=', '.join(verdict.missing))}"
    absent = [name for name in verdict.clauses if name in plan.absent]
    for name in absent if verdict.outcome in (Outcome.FAIL, Outcome.OPEN) else ():
        absence = plan.absent[name]
        key = f"absent_{absence.reason.replace('-', '_')}"
        yield f"  {name}: {word(key, ui, detail=absence.detail)}"


def _catches_of(trap: str, examined: Examined, ui: str) -> Iterator[str]:
    caught = [catch for catch in examined.catches if catch.trap == trap]
    if trap in (examined.plan.law.traps if examined.plan else ()) and not caught:
        yield word("trap_not_met", ui, file=examined.file)
    for catch in caught:
        decided = f" – {catch.decided}" if catch.decided else ""
        yield safe(f"{catch.place.file}:{catch.place.line}: {catch.words}{decided}")


def _clause(name: str, shelf: Shelf, ui: str) -> Iterator[str]:
    clause: Clause = shelf.library.clauses[name]
    yield f"{name} (version {clause.version})"
    if clause.note:
        yield f"  {clause.note}"
    yield f"  {word('explain_when', ui)} {spoken(clause.when, ui) or word('always', ui)}"
    for obligation, blocks in clause.fulfils.items():
        title = shelf.law.obligations[obligation].title[ui] if obligation in shelf.law.obligations else ""
        yield f"  {', '.join(blocks)} → {obligation}: {title}"
    for (alternative, language), text in clause.texts.items():
        yield ""
        yield f"[{language}{'.' + alternative if alternative else ''}] {text.heading}"
        for block in text.blocks:
            words = "".join(_shown(i.kind, i.value) for i in block.inlines)
            label = block.name.rsplit(".", 1)[-1] + ("." if block.level == 1 else ")")
            yield f"  {'   ' * (block.level - 1)}{label} {words}"
    yield ""
    yield word("not_approved", ui)


def _shown(kind: str, value: str) -> str:
    return value if kind == "text" else f"{{{{ {value} }}}}" if kind == "slot" else f"[{kind}:{value}]"


def spoken(condition: Any, ui: str) -> str:
    """A condition in words, down to names of conditions and fact paths."""
    if not condition or condition == {"all": []}:
        return ""
    if "all" in condition or "any" in condition:
        key = "all" if "all" in condition else "any"
        parts = [spoken(part, ui) for part in condition[key]]
        return "(" + f" {word('and' if key == 'all' else 'or', ui)} ".join(p for p in parts if p) + ")"
    if "not" in condition:
        return f"{word('not', ui)} {spoken(condition['not'], ui)}"
    if "condition" in condition:
        return str(condition["condition"])
    if "role" in condition:
        return f"{condition['role']} ≥ {condition.get('count', {}).get('at_least', 1)}"
    operator, operand = next((k, v) for k, v in condition.items() if k != "fact")
    sign = {
        "is": "=",
        "at_least": "≥",
        "at_most": "≤",
        "before": "<",
        "after": ">",
        "includes": "∋",
        "one_of": "∈",
        "exists": "∃",
    }[operator]
    value = operand.get("parameter") if isinstance(operand, Mapping) else operand
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{condition['fact']} {sign} {shown}"


# ----------------------------------------------------------------------------------------- why a clause


def why(clause: str, plan: Plan, ui: str) -> tuple[str, bool]:
    """Why a clause is in a plan or not, with the lines of the spec behind it; and whether it is."""
    planned = [p for p in plan.clauses if p.clause.id == clause]
    lines = _why_here(planned, plan, ui) if planned else _why_absent(clause, plan, ui)
    return "\n".join(map(safe, lines)) + "\n", bool(planned)


def _why_here(planned: Sequence[PlannedClause], plan: Plan, ui: str) -> Iterator[str]:
    clause = planned[0].clause
    for copy in planned:
        where = word("why_article", ui, number=copy.number) if copy.number else word(f"place_{clause.place}", ui)
        who = copy.key[len(clause.id) + 1 :]
        yield word("why_here", ui, clause=clause.id, where=where) + (f" ({who})" if who else "")
        if any(reason.condition == "choices.add" for reason in copy.why):
            yield "  " + word("why_added", ui) + _line(plan, "choices.add")
            continue
        yield from _traced(clause, copy.key, plan, ui)
    if planned[0].alternative:
        yield (
            "  " + word("why_alternative", ui, alternative=planned[0].alternative) + _line(plan, "choices.alternatives")
        )
    stood_back = [
        name for name, absence in plan.absent.items() if (absence.reason, absence.detail) == ("replaced", clause.id)
    ]
    if stood_back:
        yield "  " + word("why_replaces", ui, clauses=", ".join(stood_back))
    needed = [p.clause.id for p in plan.clauses if clause.id in p.clause.requires]
    if needed:
        yield "  " + word("why_needed", ui, clauses=", ".join(dict.fromkeys(needed)))


def _why_absent(clause: str, plan: Plan, ui: str) -> Iterator[str]:
    absence = plan.absent[clause]
    yield word("why_absent", ui, clause=clause)
    reason = word(f"absent_{absence.reason.replace('-', '_')}", ui, detail=absence.detail)
    yield f"  {reason}" + (_line(plan, absence.path) if absence.path else "")
    if absence.reason in ("condition", "open"):
        yield from _traced(plan.library.clauses[clause], clause, plan, ui)


def _traced(clause: Clause, key: str, plan: Plan, ui: str) -> Iterator[str]:
    """The condition of a clause as a tree: yes, no or open for each part, and for each fact its line in the spec."""
    if clause.when is None:
        yield "  " + word("why_always", ui)
        return
    copy = next(((scope, at) for name, scope, at in copies_of(clause, plan.spec) if name == key), None)
    scope, at = copy or next(((scope, at) for _, scope, at in copies_of(clause, plan.spec)), ({}, ""))
    yield from _tree(clause.when, plan, scope, at, ui)


def _tree(condition: Any, plan: Plan, scope: Mapping[str, Any], at: str, ui: str) -> Iterator[str]:
    """A condition part by part, each with its answer and, for a fact, its value and line."""
    if condition is None:
        return
    facts = facts_of(plan.spec, plan.law, plan.as_of)
    for step in trace(condition, facts.within(scope) if scope else facts):
        mark = {True: "✓", False: "✗", None: "?"}[step.truth]
        words = step.words if step.kind in ("fact", "role", "condition") else word(f"why_{step.kind}", ui)
        value = f" → {step.value or word('why_missing', ui)}" if step.kind in ("fact", "role") else ""
        place = _line(plan, full_path(step.path, at)) if step.path and "*" not in step.path else ""
        yield safe(f"  {'  ' * step.depth}{mark} {words}{value}") + place


def _line(plan: Plan, path: str) -> str:
    place = place_of(plan.spec, path)
    return safe(f"  [{place.file}:{place.line}]") if place.line else ""
