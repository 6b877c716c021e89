"""Obligations, facts and statements in, one verdict for each obligation out; nothing is left out.

A statement is a paragraph that a clause claims states a duty. For a spec the statements are planned; for a Word file
they are what was found there. A `pass` rests on statements that stand or on facts that hold, never on a word search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .codes import find
from .conditions import OPERATORS, Facts, facts_in, holds, number
from .law import in_framework, relevance
from .library import fulfils_of, is_approved
from .model import Basis, Evidence, Finding, Law, Library, Obligation, Outcome, Place, Plan, Severity, Verdict
from .paths import parse_path, select, texts

STANDS, CHANGED, GONE = "stands", "changed", "gone"


class Statement(NamedTuple):
    """A paragraph of a document as a check sees it: which block of which clause, and what became of it."""

    clause: str
    alternative: str
    copy: str  # tells the copies of a clause apart: one for each party, signatory
    place: str
    block: str
    label: str  # «7.2»
    anchor: str
    digest: str
    state: str = STANDS
    known: bool = True  # whether the text is the library's, whose claims are read, and no older or other one


class Case(NamedTuple):
    """What is assessed: facts, statements, the values of slots, the drafter's decisions and waivers, and the date."""

    law: Law
    library: Library
    facts: Facts
    statements: Sequence[Statement]
    slots: Mapping[tuple[str, str], Any]
    as_of: str
    decisions: Mapping[str, Mapping[str, Any]]
    waivers: Mapping[str, Mapping[str, Any]]
    languages: tuple[str, ...] = ()  # of the agreement: in each of them an overlay's text has to be approved


def case_of(plan: Plan, facts: Facts) -> Case:
    """The case of a plan: every block of every chosen clause stands, as planned text."""
    from .assembly import anchor_of

    statements = []
    for planned in plan.clauses:
        digest = planned.clause.digests[planned.alternative][:12]
        text = next((t for (a, _), t in planned.clause.texts.items() if a == planned.alternative), None)
        for block in text.blocks if text else ():
            label = f"{planned.number}.{block.name}" if planned.number else ""
            anchor = anchor_of(planned.key, block.name)
            copy = planned.key[len(planned.clause.id) + 1 :]
            statements.append(
                Statement(
                    planned.clause.id,
                    planned.alternative,
                    copy,
                    planned.clause.place,
                    block.name,
                    label,
                    anchor,
                    digest,
                )
            )
    slots = {(p.clause.id, name): bound.value for p in plan.clauses for name, bound in p.slots.items()}
    data = plan.spec.data
    return Case(
        plan.law,
        plan.library,
        facts,
        statements,
        slots,
        plan.as_of,
        by_subject(data.get("decisions")),
        by_subject(data.get("waivers")),
        tuple(texts(data.get("languages"))),
    )


def by_subject(items: Any) -> dict[str, Mapping[str, Any]]:
    """Decisions or waivers by the obligation or trap that they are about."""
    listed = items if isinstance(items, list) else []
    named = ((i.get("obligation", i.get("trap")), i) for i in listed if isinstance(i, Mapping))
    return {str(name): item for name, item in named if name is not None}


def assess(case: Case, frameworks: Sequence[str] = ()) -> tuple[Verdict, ...]:
    """One verdict for each obligation of the frameworks (all when none is named), in the order of the law's topics."""
    claims = _claims(case)
    chosen = [
        o
        for o in case.law.obligations.values()
        if not frameworks or any(in_framework(case.law, o, f) for f in frameworks)
    ]
    makers: dict[str, list[str]] = {}
    for clause in case.library.clauses.values():
        for name in clause.fulfils:
            makers.setdefault(name, []).append(clause.id)
    return tuple(_verdict(obligation, case, claims, tuple(makers.get(obligation.id, ()))) for obligation in chosen)


def _claims(case: Case) -> Mapping[str, list[Statement]]:
    """For each obligation the statements that claim it."""
    claims: dict[str, list[Statement]] = {}
    for statement in case.statements:
        clause = case.library.clauses.get(statement.clause)
        for obligation, blocks in fulfils_of(clause, statement.alternative).items() if clause else ():
            if statement.block in blocks:
                claims.setdefault(obligation, []).append(statement)
    return claims


# ------------------------------------------------------------------------------------------ verdicts


# The contents matrix decides only whether silence is a failing: what an agreement does state is always tested.
_ABSENT: Mapping[str, str] = {"not-used": "not_of_this_kind", "optional": "optional"}


def _verdict(
    obligation: Obligation, case: Case, claims: Mapping[str, list[Statement]], makers: tuple[str, ...]
) -> Verdict:
    severity = severity_of(obligation.severity, obligation.basis, case.facts)
    base = Verdict(obligation.id, Outcome.NOT_APPLICABLE, severity, clauses=makers)
    if obligation.in_force_from and case.as_of and case.as_of < obligation.in_force_from:
        return base._replace(note="not_yet_in_force")
    if obligation.in_force_to and case.as_of > obligation.in_force_to:
        return base._replace(note="no_longer_in_force")
    kind = case.law.kinds.get(str(case.facts.data.get("kind")), {})
    used = relevance(kind, obligation.id)
    if used in _ABSENT and obligation.id not in claims:
        return base._replace(note=_ABSENT[used])
    applies = holds(obligation.applies_when, case.facts)
    if applies is False:
        return base._replace(note="condition")
    if applies is None:
        return base._replace(outcome=Outcome.OPEN, missing=tuple(_missing(obligation.applies_when, case.facts)))
    verdict = _CHECKS[obligation.check["kind"]](obligation.check, base._replace(outcome=Outcome.PASS), case, claims)
    return _decided(verdict, case)


def severity_of(severities: Sequence[tuple[Any, Severity]], bases: Sequence[Basis], facts: Facts) -> Severity:
    """The first severity whose condition is not false; what rests on doubtful grounds only is capped."""
    level = next((level for when, level in severities if holds(when, facts) is not False), Severity.WARNING)
    certainties = {basis.certainty for basis in bases}
    if not certainties & {"V", "V2"}:
        level = min(level, Severity.WARNING if "K" in certainties else Severity.ADVICE)
    return level


def _decided(verdict: Verdict, case: Case) -> Verdict:
    decision = case.decisions.get(verdict.obligation)
    if verdict.outcome is not Outcome.REVIEW or not decision or verdict.note == "changed":
        return verdict
    words = f"{decision.get('decided', '')} ({decision.get('by', '')}, {decision.get('on', '')})"
    return verdict._replace(
        outcome=Outcome.PASS, note="decided", evidence=(*verdict.evidence, Evidence(words, fact="decisions"))
    )


Claims = Mapping[str, list[Statement]]


def _stated(check: Mapping[str, Any], base: Verdict, case: Case, claims: Claims) -> Verdict:
    places = check.get("places")
    found = [s for s in claims.get(base.obligation, ()) if not places or s.place in places]
    evidence = tuple(Evidence(s.label or s.place, s.anchor, s.digest) for s in found if s.state == STANDS)
    base = base._replace(evidence=(*base.evidence, *evidence))
    if not found or any(s.state == GONE for s in found) or not (evidence or any(s.state == CHANGED for s in found)):
        return base._replace(outcome=Outcome.FAIL, note="gone" if found else "not_stated")
    if any(s.state == CHANGED for s in found):
        return base._replace(outcome=Outcome.REVIEW, note="changed")
    if not all(s.known for s in found):
        return base._replace(outcome=Outcome.REVIEW, note="other_text")
    if any(_is_only_claimed(s, case) for s in found):
        return base._replace(outcome=Outcome.REVIEW, note="overlay")
    return base


def _is_only_claimed(statement: Statement, case: Case) -> bool:
    """Whether an organisation's own text says that it states a duty, and no jurist has approved it yet."""
    clause = case.library.clauses[statement.clause]
    approved = (is_approved(case.library, clause.id, statement.alternative, language) for language in case.languages)
    return statement.alternative in clause.overlaid and not (case.languages and all(approved))


def _not_stated(check: Mapping[str, Any], base: Verdict, case: Case, claims: Claims) -> Verdict:
    found = [s for s in claims.get(base.obligation, ()) if s.state != GONE]
    if not found:
        return base
    evidence = tuple(Evidence(s.label or s.place, s.anchor, s.digest) for s in found)
    return base._replace(outcome=Outcome.FAIL, evidence=evidence, note="stated")


def _fact(check: Mapping[str, Any], base: Verdict, case: Case, claims: Claims) -> Verdict:
    truth = holds(check["holds"], case.facts)
    if truth:
        return base._replace(evidence=(*base.evidence, *_fact_evidence(check["holds"], case.facts)))
    if truth is None:
        return base._replace(outcome=Outcome.OPEN, missing=tuple(_missing(check["holds"], case.facts)))
    paths = tuple(dict.fromkeys(path for path, _ in facts_in(check["holds"], case.facts.conditions)))
    return base._replace(outcome=Outcome.FAIL, missing=paths, note="fact")


def _fact_evidence(condition: Any, facts: Facts) -> Iterator[Evidence]:
    for path in dict.fromkeys(path for path, _ in facts_in(condition, facts.conditions)):
        yield Evidence(path, fact=path)


def _role(check: Mapping[str, Any], base: Verdict, case: Case, claims: Claims) -> Verdict:
    condition = {"role": check["role"], "count": {"at_least": check.get("at_least", 1)}}
    return _fact({"holds": condition}, base, case, claims)


def _slot(check: Mapping[str, Any], base: Verdict, case: Case, claims: Claims) -> Verdict:
    label = f"{check['clause']}#{check['slot']}"
    if (check["clause"], check["slot"]) not in case.slots:
        return base._replace(outcome=Outcome.FAIL, missing=(label,), note="not_stated")
    value = case.slots[check["clause"], check["slot"]]
    for operator in ("at_least", "at_most"):
        bound = check.get(operator)
        if isinstance(bound, Mapping):
            bound = case.facts.parameters.get(bound["parameter"])
        if operator in check and (value is None or bound is None):
            return base._replace(outcome=Outcome.OPEN, missing=(label,))
        if operator in check and not OPERATORS[operator](measure(value), measure(bound)):
            return base._replace(outcome=Outcome.FAIL, missing=(label,), note="fact")
    return base._replace(evidence=(*base.evidence, Evidence(f"{label} = {value}", fact=label)))


_DAYS = {"hour": "0.0416667", "day": "1", "working day": "1.4", "week": "7", "month": "30.4375", "year": "365.25"}


def measure(value: Any) -> Any:
    """A duration in days, so that bounds can be compared; anything else as the number it is."""
    count, _, unit = str(value).partition(" ")
    days = _DAYS.get(unit.rstrip("s"))
    return number(count) * number(days) if days else number(value)


def _review(check: Mapping[str, Any], base: Verdict, case: Case, claims: Claims) -> Verdict:
    severity = min(base.severity, Severity.WARNING)
    return base._replace(outcome=Outcome.REVIEW, severity=severity, question=check["question"], note="person")


_WORST = (Outcome.FAIL, Outcome.OPEN, Outcome.REVIEW, Outcome.PASS)


def _several(order: tuple[Outcome, ...]) -> Callable[[Mapping[str, Any], Verdict, Case, Claims], Verdict]:
    """A check of several: the outcome is the first of `order` that one of the parts has."""

    def check_all(check: Mapping[str, Any], base: Verdict, case: Case, claims: Claims) -> Verdict:
        parts = [_CHECKS[part["kind"]](part, base, case, claims) for part in check["checks"]]
        first = min(parts, key=lambda part: order.index(part.outcome))
        same = [part for part in parts if part.outcome is first.outcome]
        return first._replace(
            evidence=tuple(dict.fromkeys(e for part in parts for e in part.evidence)),
            missing=tuple(dict.fromkeys(m for part in same for m in part.missing)),
        )

    return check_all


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], Verdict, Case, Claims], Verdict]] = {
    "stated": _stated,
    "not-stated": _not_stated,
    "fact": _fact,
    "role": _role,
    "slot": _slot,
    "review": _review,
    "all-of": _several(_WORST),
    "any-of": _several((Outcome.PASS, Outcome.REVIEW, Outcome.OPEN, Outcome.FAIL)),
}
CHECK_KINDS = tuple(_CHECKS)


def _missing(condition: Any, facts: Facts) -> Iterator[str]:
    from .plan import missing_facts

    return iter(missing_facts(condition, facts))


# ------------------------------------------------------------------------------------------ findings

_CODE = {Outcome.FAIL: "PPP301", Outcome.OPEN: "PPP302", Outcome.REVIEW: "PPP303"}


def findings_of(verdicts: Sequence[Verdict], case: Case, place: Callable[[str], Place]) -> tuple[Finding, ...]:
    """The findings of the verdicts that are no pass. `place` gives the place of a fact path ("" for the whole file).

    A waiver that is in force makes the finding quiet (advice); the verdict stays what it is.
    """
    out: list[Finding] = []
    for verdict in verdicts:
        code = _CODE.get(verdict.outcome)
        if not code:
            continue
        waived = waiver_of(case, verdict.obligation)
        severity = Severity.ADVICE if waived else verdict.severity
        where = place(verdict.missing[0] if verdict.missing and "#" not in verdict.missing[0] else "")
        out.append(
            find(
                code,
                where,
                severity,
                verdict.obligation,
                id=verdict.obligation,
                facts=", ".join(verdict.missing),
                articles=_articles(verdict),
                detail=f" ({about})"
                if (about := ", ".join((*verdict.missing, _articles(verdict))).strip(", "))
                else "",
                **waived,
            )
        )
    return tuple(out)


def waiver_of(case: Case, subject: str) -> dict[str, Any]:
    """What a message says of the waiver of an obligation or trap that is in force on the date of the case; {} when there is none."""
    waiver = case.waivers.get(subject)
    if waiver is None or str(waiver.get("expires", "")) < case.as_of:
        return {}
    by = waiver.get("approved_by")
    who = ", ".join(str(by[key]) for key in ("name", "function") if key in by) if isinstance(by, Mapping) else str(by)
    return {
        "waived": str(waiver.get("reason", "")),
        "waived_by": who,
        "waived_on": str(waiver.get("on", "")),
        "waived_until": str(waiver.get("expires", "")),
    }


def findings_of_waivers(case: Case, met: frozenset[str], place: Callable[[str], Place]) -> Iterator[Finding]:
    """Waivers past their date, and waivers of what is no failing (`met`: the obligations and traps with a finding)."""
    for subject, waiver in case.waivers.items():
        expires = str(waiver.get("expires", ""))
        if expires < case.as_of:
            yield find("PPP305", place("waivers"), obligation=subject, expires=expires)
        elif subject not in met:
            yield find("PPP309", place("waivers"), obligation=subject)


# ----------------------------------------------------------------------------------------- the law to come


def announcements(case: Case, until: str, used: frozenset[str], place: Place) -> Iterator[Finding]:
    """What changes in the law after the date of the case, up to and including the last day of the agreement: obligations that
    begin or end, and parameters that change, of those the agreement uses (`used`)."""
    for obligation in case.law.obligations.values():
        if case.as_of < obligation.in_force_from <= until and holds(obligation.applies_when, case.facts) is not False:
            yield find("PPP306", place, id=obligation.id, date=obligation.in_force_from, **_titles(obligation))
        if case.as_of <= obligation.in_force_to < until and holds(obligation.applies_when, case.facts):
            yield find("PPP307", place, id=obligation.id, date=obligation.in_force_to, **_titles(obligation))
    for name in sorted(used):
        for since, value in case.law.parameters.get(name, ()):
            if case.as_of < since <= until:
                yield find("PPP308", place, name=name, date=since, value=value)


def _titles(obligation: Obligation) -> dict[str, Any]:
    return {f"title_{language}": title for language, title in obligation.title.items()}


def parameters_used(plan: Plan) -> frozenset[str]:
    """The parameters of the law that the chosen clauses print or that the obligations are measured by."""
    names = {slot.parameter for planned in plan.clauses for slot in planned.clause.slots.values() if slot.parameter}
    waiting: list[Any] = [part for o in plan.law.obligations.values() for part in (o.check, o.applies_when)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            if isinstance(node.get("parameter"), str):
                names.add(node["parameter"])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return frozenset(names)


def _articles(verdict: Verdict) -> str:
    return ", ".join(dict.fromkeys(e.label for e in verdict.evidence))


# ---------------------------------------------------------------------------------- facts that travel


def used_facts(law: Law, library: Library, data: Mapping[str, Any]) -> dict[str, Any]:
    """Those facts of a spec that conditions look at, and nothing else: what a manifest may carry.

    A fact that is only asked for its existence is carried as `true`.
    """
    conditions = [c.when for c in library.clauses.values() if not c.each]
    for obligation in law.obligations.values():
        conditions += [
            obligation.applies_when,
            *(when for when, _ in obligation.severity),
            *_conditions_in(obligation.check),
        ]
    conditions += [view.get("applies_when") for view in law.frameworks.values()]
    for trap in law.traps.values():
        conditions += [trap.applies_when, *(when for when, _ in trap.severity), *_conditions_in(trap.found)]
    asked: dict[str, set[str]] = {}
    for condition in conditions:
        for path, operator in facts_in(condition, law.conditions):
            asked.setdefault(path, set()).add(operator)
    out: dict[str, Any] = {"kind": data.get("kind")}
    for path, operators in sorted(asked.items()):
        for where, value in select(data, path):
            _put(out, where, value if operators != {"exists"} else (True if value not in (None, "", [], {}) else None))
        _keep_list(out, data, path)
    return out


def _conditions_in(check: Mapping[str, Any]) -> Iterator[Any]:
    if "holds" in check:
        yield check["holds"]
    if check["kind"] == "role":
        yield {"role": check["role"]}
    for part in (*check.get("checks", ()), *check.get("parts", ())):
        yield from _conditions_in(part)


def _keep_list(out: dict[str, Any], data: Mapping[str, Any], path: str) -> None:
    """An empty list is an answer, so it travels too."""
    steps = parse_path(path)
    node: Any = data
    for index, (key, selector) in enumerate(steps):
        node = node.get(key) if isinstance(node, Mapping) else None
        if selector is not None and isinstance(node, list):
            target = out
            for name, _ in steps[:index]:
                target = target.setdefault(name, {})
            if isinstance(target, dict):
                target.setdefault(key, [])
            return


def _put(out: dict[str, Any], path: tuple[str | int, ...], value: Any) -> None:
    node: Any = out
    for step, following in zip(path, (*path[1:], None), strict=True):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, int):
            while len(node) <= step:
                node.append({})
            if following is None:
                node[step] = value
            node = node[step]
        elif following is None:
            if not isinstance(node.get(step), (dict, list)):
                node[step] = value
        else:
            if not isinstance(node.get(step), (dict, list)):
                node[step] = empty
            node = node[step]
