"""Spec, library and law in, a `Plan` out: the clauses chosen by their conditions, ordered, numbered, their slots bound.

The plan knows no language: article 7 is article 7 in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .codes import find
from .conditions import Facts, facts_in, holds, reasons, spell_value
from .law import takes
from .markup import ANNEXES, term_pattern, words_of
from .model import (
    Absence,
    BoundSlot,
    Clause,
    Finding,
    Law,
    Library,
    Place,
    Plan,
    PlannedAnnex,
    PlannedClause,
    Reason,
    Slot,
    Spec,
)
from .parameters import parameters_at
from .paths import first, is_list_path, items, mapping
from .schema import nearest
from .spec import as_of, place_of

# What must be in a spec for an annex to exist.
_ANNEX_DATA: Mapping[str, tuple[str, ...]] = {
    "responsibilities": ("responsibilities",),
    "budget": ("resources.budget", "resources.contributions"),
    "instalments": ("resources.instalments",),
    "reporting": ("reporting",),
    "indicators": ("purpose.results",),
    "evaluation": ("evaluation",),
    "data": ("data_protection",),
    "staff": ("staff.secondments",),
    "goods": ("gift.items", "loan.items"),
    "counterparts": ("sponsorship.counterparts",),
    "protocol": ("protocol",),
    "changes": ("amendment.changes",),
    "closing": ("closing",),
    "contacts": ("parties",),
}
# Annexes of what an agreement may also say in its articles: they exist only where one of these refers to them.
_ON_REFERENCE = frozenset({"staff"})


def facts_of(spec: Spec, law: Law, date: str = "") -> Facts:
    """The facts that conditions are asked of, with the parameters of the law at a date: the one asked for, else the spec's."""
    parameters = parameters_at(law.parameters, date or as_of(spec))
    return Facts({**spec.data, "derived": spec.derived}, law.conditions, parameters)


def make_plan(spec: Spec, library: Library, law: Law, date: str = "") -> tuple[Plan, tuple[Finding, ...]]:
    """Chooses and orders the clauses by the law of a date (the one asked for, else the spec's). Conditions that a missing fact leaves open, slots without a value, clauses that
    lack or exclude each other and references that lead nowhere are findings. Every clause of the library is in the plan
    or among its absences, with the reason."""
    facts = facts_of(spec, law, date)
    findings: list[Finding] = list(_check_choices(spec, library, law))
    chosen: list[PlannedClause] = []
    absent = {clause: Absence("forbidden", why) for clause, why in library.forbidden.items()}
    kind = law.kinds.get(str(spec.data.get("kind")), {"takes": frozenset()})
    for clause in library.clauses.values():
        planned, absence, found = _choose(clause, spec, facts, takes(kind, clause.id))
        chosen += planned
        findings += found
        if absence:
            absent[clause.id] = absence
    replaced = _replaced({planned.clause.id for planned in chosen}, library)
    absent |= {clause: Absence("replaced", by) for clause, by in replaced.items()}
    chosen = [planned for planned in chosen if planned.clause.id not in replaced]
    targets = list(_targets(chosen))
    annexes = tuple(PlannedAnnex(name, number) for number, name in enumerate(_annexes(spec, targets), 1))
    plan = Plan(spec, law, library, tuple(numbered(chosen)), annexes, date or as_of(spec), absent)
    findings.extend(_check_alternatives(plan))
    findings.extend(_check_company(plan))
    findings.extend(_check_references(plan, targets))
    return plan, tuple(findings)


def _replaced(chosen: set[str], library: Library) -> dict[str, str]:
    """The clauses that stand back for another one, and for which. One that stands back itself replaces nothing; in a circle
    of replacements (which the lint reports) the first in the order of the articles stays."""
    against: dict[str, list[str]] = {}  # clause -> those that replace it
    for by in (clause for clause in library.clauses.values() if clause.id in chosen):
        for other in by.replaces:
            if other in chosen and other != by.id:
                against.setdefault(other, []).append(by.id)
    concerned = {*against, *(by for several in against.values() for by in several)}
    waiting = [clause for clause in library.clauses if clause in concerned]  # in the order of the articles
    replaced: dict[str, str] = {}
    while waiting:
        # What nobody replaces any more stays, and what it replaces stands back.
        stays = next((c for c in waiting if not any(by in waiting for by in against.get(c, ()))), "")
        stays = stays or _first_of_circle(waiting, against)
        replaced |= {other: stays for other in waiting if stays in against.get(other, ())}
        waiting = [c for c in waiting if c != stays and c not in replaced]
    return replaced


def _first_of_circle(waiting: Sequence[str], against: Mapping[str, Sequence[str]]) -> str:
    """Where every clause is replaced by another one, the first clause of a circle of them."""
    chain = [waiting[0]]
    while (by := next(c for c in against[chain[-1]] if c in waiting)) not in chain:
        chain.append(by)
    return min(chain[chain.index(by) :], key=waiting.index)


class _Target(NamedTuple):
    """What a clause refers to: another clause or an annex, and where."""

    kind: str
    id: str
    clause: str
    place: tuple[str, int]


def _targets(chosen: Sequence[PlannedClause]) -> Iterator[_Target]:
    """Every reference in the chosen clauses. The languages have the same ones (the lint sees to it): one of them says which."""
    for planned in chosen:
        text = next(
            (t for (alternative, _), t in planned.clause.texts.items() if alternative == planned.alternative), None
        )
        for _, _, inlines, line in text.blocks if text else ():
            for kind, value in inlines:
                if kind in ("clause", "annex"):
                    yield _Target(kind, value, planned.clause.id, (text.file, line))  # type: ignore[union-attr]


def _annexes(spec: Spec, targets: Sequence[_Target]) -> Iterator[str]:
    """The annexes that the facts of a spec and the chosen clauses ask for, in their order."""
    referred = {target.id for target in targets if target.kind == "annex"}
    for name in ANNEXES:
        if any(first(spec.data, path) for path in _ANNEX_DATA[name]) and (
            name in referred or name not in _ON_REFERENCE
        ):
            yield name


def numbered(chosen: list[PlannedClause]) -> Iterator[PlannedClause]:
    """The clauses with the articles among them numbered from 1, in the order they come."""
    number = 0
    for planned in chosen:
        if planned.clause.place == "article":
            number += 1
            yield planned._replace(number=number)
        else:
            yield planned


# ------------------------------------------------------------------------------------------ choosing


def _choose(
    clause: Clause, spec: Spec, facts: Facts, taken: bool
) -> tuple[list[PlannedClause], Absence | None, list[Finding]]:
    """The copies of a clause that belong to the plan; when there are none, why; and what is open or lacks a value."""
    choices = mapping(spec.data.get("choices"))
    left_out = [mapping(item).get("clause") for item in items(choices.get("leave_out"))]
    if clause.id in left_out:
        path = f"choices.leave_out[{left_out.index(clause.id)}]"
        reason = str(first(spec.data, f"{path}.reason") or "")
        finding = find("PPP435", place_of(spec, path), clause=clause.id, reason=reason)
        return [], Absence("left-out", reason, path), [finding]
    added = clause.id in items(choices.get("add"))
    if not taken and not added:
        return [], Absence("kind", str(spec.data.get("kind", "")), "kind"), []
    alternative = chosen_alternative(clause, choices)
    planned: list[PlannedClause] = []
    findings: list[Finding] = []
    absence = Absence("nobody")
    for key, scope, path in copies_of(clause, spec):
        within = facts.within(scope) if scope else facts
        truth = True if added else holds(clause.when, within)
        if truth is None:
            missing = ", ".join(missing_facts(clause.when, within))
            findings.append(find("PPP430", place_of(spec, path), clause=clause.id, facts=missing))
            absence = Absence("open", missing, path)
        elif truth:
            why = (Reason("choices.add"),) if added else reasons(clause.when, within)
            slots = {name: _bind(slot, within, path) for name, slot in clause.slots.items()}
            planned.append(PlannedClause(clause, alternative, 0, key, why, slots))
            findings += _check_slots(clause, slots, spec)
        elif absence.reason != "open":
            absence = Absence("condition", "", path)
    return planned, None if planned else absence, findings


def chosen_alternative(clause: Clause, choices: Mapping[str, Any]) -> str:
    """The alternative that a spec chooses for a clause, by name or as `{use: …, agreed_by: …}`; "" for the preferred text."""
    choice = mapping(choices.get("alternatives")).get(clause.id, "")
    name = str(choice.get("use", "")) if isinstance(choice, Mapping) else str(choice)
    return name if name in clause.alternatives else ""


def copies_of(clause: Clause, spec: Spec) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """The copies a clause is made in: (key, names in scope, where in the spec)."""
    if not clause.each:
        yield clause.id, {}, ""
        return
    for index, party in enumerate(items(spec.data.get("parties"))):
        if not isinstance(party, Mapping):
            continue
        name = str(party.get("id", index))
        if clause.each == "parties":
            yield f"{clause.id}/{name}", {"party": party}, f"parties[{index}]"
            continue
        for number, signatory in enumerate(items(party.get("signatories"))):
            where = f"parties[{index}].signatories[{number}]"
            yield f"{clause.id}/{name}/{number + 1}", {"party": party, "signatory": signatory}, where


def missing_facts(condition: Any, facts: Facts) -> list[str]:
    """The fact paths that leave a condition open."""
    out = []
    for path, operator in facts_in(condition, facts.conditions):
        if operator != "exists":
            values = [value for _, value in facts.reach(path)]
            if not values or None in values:
                out.append(path)
    return list(dict.fromkeys(out))


# -------------------------------------------------------------------------------------------- slots


def _bind(slot: Slot, facts: Facts, where: str) -> BoundSlot:
    if slot.parameter:
        value = facts.parameters.get(slot.parameter)
        return BoundSlot(slot, value, "missing" if value is None else "parameter", f"parameter {slot.parameter}")
    values = [value for _, value in facts.reach(slot.path) if value not in (None, "", [])]
    path = full_path(slot.path, where)
    if values:
        return BoundSlot(slot, values if is_list_path(slot.path) else values[0], "spec", path)
    if slot.default is not None:
        return BoundSlot(slot, slot.default, "default", path)
    return BoundSlot(slot, None, "missing", path)


def full_path(path: str, where: str) -> str:
    """`party.seat` of the second party is `parties[1].seat`."""
    head, _, rest = path.partition(".")
    if head == "party" and where:
        return f"{where.split('.')[0]}.{rest}"
    return f"{where}.{rest}" if head == "signatory" and where else path


def _check_slots(clause: Clause, slots: Mapping[str, BoundSlot], spec: Spec) -> Iterator[Finding]:
    for name, bound in slots.items():
        path = "" if bound.slot.parameter else bound.path
        if bound.origin == "missing":
            yield find("PPP434", place_of(spec, path), clause=clause.id, slot=name, path=bound.path)
        elif spec.derived.get("language_count", 1) > 1 and _is_prose(bound):
            yield find("PPP113", place_of(spec, path), path=bound.path)


def _is_prose(bound: BoundSlot) -> bool:
    """Whether a slot holds one text where each language would want its own: words, and not a name."""
    words = bound.value.split() if isinstance(bound.value, str) else []
    return bound.slot.type == "text" and bound.origin == "spec" and len(words) > 5 and not bound.path.endswith(".name")


# ------------------------------------------------------------------------------------ clauses together


def _check_choices(spec: Spec, library: Library, law: Law) -> Iterator[Finding]:
    choices = mapping(spec.data.get("choices"))
    named = [(f"choices.add[{i}]", c) for i, c in enumerate(items(choices.get("add")))]
    named += [
        (f"choices.leave_out[{i}].clause", mapping(c).get("clause"))
        for i, c in enumerate(items(choices.get("leave_out")))
    ]
    for path, clause in named:
        spared = (
            library.forbidden if path.startswith("choices.leave_out") else ()
        )  # forbidden and left out is no quarrel
        if isinstance(clause, str) and clause not in library.clauses and clause not in spared:
            yield find("PPP436", place_of(spec, path), clause=clause, nearest=nearest(clause, library.clauses))
    for clause, choice in mapping(choices.get("alternatives")).items():
        place = place_of(spec, "choices.alternatives")
        alternative = choice.get("use") if isinstance(choice, Mapping) else choice
        if clause not in library.clauses:
            yield find("PPP436", place, clause=clause, nearest=nearest(clause, library.clauses))
        elif not isinstance(alternative, str) or alternative not in library.clauses[clause].alternatives:
            known = ", ".join(library.clauses[clause].alternatives) or "-"
            yield find("PPP437", place, clause=clause, alternative=str(alternative), known=known)
    for section in ("decisions", "waivers"):
        for index, item in enumerate(items(spec.data.get(section))):
            trap = mapping(item).get("trap")
            if isinstance(trap, str) and trap not in law.traps:
                place = place_of(spec, f"{section}[{index}].trap")
                yield find("PPP438", place, obligation=trap, nearest=nearest(trap, law.traps))
            name = mapping(item).get("obligation")
            if isinstance(name, str) and name not in law.obligations:
                place = place_of(spec, f"{section}[{index}].obligation")
                yield find("PPP438", place, obligation=name, nearest=nearest(name, law.obligations))


def _check_alternatives(plan: Plan) -> Iterator[Finding]:
    """A fallback gives something up: it says to whom, and who agreed to it. One of a clause that is not here does nothing."""
    choices = mapping(mapping(plan.spec.data.get("choices")).get("alternatives"))
    for clause in choices:
        known = plan.library.clauses.get(clause) if clause in plan.absent else None
        if known and (name := chosen_alternative(known, {"alternatives": choices})):
            place = place_of(plan.spec, "choices.alternatives")
            yield find("PPP464", place, clause=clause, alternative=name, why=_why_absent(clause, plan))
    for planned in {p.clause.id: p for p in plan.clauses if p.alternative}.values():
        details = planned.clause.alternatives[planned.alternative]
        agreed = mapping(mapping(choices.get(planned.clause.id)).get("agreed_by"))
        words = {f"concedes_{language}": text for language, text in details["concedes"].items()}
        approvers = plan.library.labels.get("approver", {}).get(details["agreed_by"], {})
        words |= {f"approver_{language}": text for language, text in approvers.items()}
        yield find(
            "PPP441" if agreed else "PPP440",
            place_of(plan.spec, "choices.alternatives"),
            clause=planned.clause.id,
            alternative=planned.alternative,
            who=", ".join(str(agreed[k]) for k in ("name", "function") if k in agreed),
            on=str(mapping(choices.get(planned.clause.id)).get("on", "")),
            **words,
        )


def _check_company(plan: Plan) -> Iterator[Finding]:
    """Clauses that need, or cannot stand beside, another; each with the smallest set of clauses that conflicts and why each
    of them is there."""
    here = {planned.clause.id: planned for planned in plan.clauses}
    for planned in {p.clause.id: p for p in plan.clauses}.values():
        for other in planned.clause.requires:
            if other not in here:
                conflict = smallest_conflict(planned.clause.id, other, plan)
                absence = plan.absent.get(other)
                left_out = absence.path if absence and absence.reason == "left-out" else ""
                place = place_of(plan.spec, left_out or _decided_at(planned))
                if len(conflict) > 2:
                    yield find(
                        "PPP442",
                        place,
                        clause=planned.clause.id,
                        other=other,
                        set=", ".join(conflict),
                        why=_whys(conflict, plan),
                    )
                else:
                    yield find("PPP431", place, clause=planned.clause.id, other=other, why=_why_absent(other, plan))
        for other in planned.clause.excludes:
            if other in here:
                place = place_of(plan.spec, _decided_at(planned))
                pair = (planned.clause.id, other)
                yield find("PPP432", place, clause=pair[0], other=other, why=_whys(pair, plan))


def smallest_conflict(clause: str, needs: str, plan: Plan) -> tuple[str, ...]:
    """The smallest set of clauses that cannot stand together once `clause` gets the clause it needs: the chain of needs, and
    the clause, chosen or needed, that excludes the last of them or is excluded by it. Only (clause, needs) when adding it
    would do."""
    library = plan.library.clauses
    here = {planned.clause.id for planned in plan.clauses}
    chains: list[tuple[str, ...]] = [(clause, needs)]
    seen = {clause, needs}
    while chains:
        chain = chains.pop(0)
        last = library.get(chain[-1])
        for other in sorted({*here, *chain[:-1]}) if last else ():
            if other in last.excludes or last.id in library[other].excludes:  # type: ignore[union-attr]
                return chain if other in chain else (*chain, other)
        for further in last.requires if last else ():
            if further not in seen | here:
                seen.add(further)
                chains.append((*chain, further))
    return (clause, needs)


def _decided_at(planned: PlannedClause) -> str:
    """Where in the spec a clause was chosen: the first fact behind it."""
    return next((r.fact for r in planned.why if r.fact and "*" not in r.fact and "=" not in r.fact), "")


def _whys(clauses: Sequence[str], plan: Plan) -> str:
    here = {planned.clause.id: planned for planned in plan.clauses}
    return "; ".join(f"{name}: {_reasons_of(here[name])}" for name in clauses if name in here)


def _reasons_of(planned: PlannedClause) -> str:
    parts = (
        r.condition + (f" ({r.fact}: {r.value})" if r.fact else "") if r.condition else f"{r.fact}: {r.value}"
        for r in planned.why
    )
    return ", ".join(dict.fromkeys(parts))


def _why_absent(clause: str, plan: Plan) -> str:
    """What keeps a clause out, in the words of the spec: `facts.donation: false`."""
    absence = plan.absent.get(clause)
    if absence is None or absence.reason not in ("condition", "open"):
        return (absence.detail or absence.path) if absence else "?"
    when = plan.library.clauses[clause].when
    asked = dict.fromkeys(path for path, _ in facts_in(when, plan.law.conditions))
    return ", ".join(
        f"{path}: {spell_value(first({**plan.spec.data, 'derived': plan.spec.derived}, path))}" for path in asked
    )


def _check_references(plan: Plan, targets: Sequence[_Target]) -> Iterator[Finding]:
    known = {
        "clause": {planned.clause.id for planned in plan.clauses if planned.number},
        "annex": {annex.id for annex in plan.annexes},
    }
    for kind, name, clause, (file, line) in targets:
        if name not in known[kind]:
            yield find("PPP433", Place(file, line, 1), target=name, clause=clause)


def terms_used(plan: Plan, language: str) -> tuple[str, ...]:
    """The keys of the defined terms that the articles, recitals and definitions use, sorted by key."""
    forms = {key: term.forms.get(language, ()) for key, term in plan.library.terms.items()}
    key_of = {form: key for key, group in forms.items() for form in group}
    pattern = term_pattern(forms)
    used: set[str] = set()
    for planned in plan.clauses:
        text = planned.clause.texts.get((planned.alternative, language))
        for block in text.blocks if text and planned.clause.place in ("article", "recital") else ():
            used.update(key_of[m[0]] for m in pattern.finditer(words_of(block)))
    waiting = set(used)
    while waiting:
        term = plan.library.terms[waiting.pop()]
        words = "".join(i.value for i in term.definitions.get(language, ()) if i.kind == "text")
        more = {key_of[m[0]] for m in pattern.finditer(words)} - used
        used |= more
        waiting |= more
    return tuple(sorted(used))


def bind_term(plan: Plan, key: str) -> Mapping[str, BoundSlot]:
    """The slots of a term's definition, bound to the spec of the plan."""
    facts = facts_of(plan.spec, plan.law, plan.as_of)
    return {name: _bind(slot, facts, "") for name, slot in plan.library.terms[key].slots.items()}
