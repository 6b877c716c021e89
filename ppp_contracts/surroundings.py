"""A shelf in, what stands around its clauses out: where they are used and what they have to do with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .conditions import Facts, Truth, holds
from .law import takes
from .model import Clause, Law, Library
from .plan import make_plan
from .spec import make_spec, read_spec
from .starter import example_files
from .workshop import Shelf

_RELATIONS = (
    ("requires", "required_by"),
    ("excludes", "excluded_by"),
    ("replaces", "replaced_by"),
    ("refers", "referred_by"),
)


@dataclass(frozen=True)
class Surroundings:
    """What stands around the clauses: the examples that select each, the kinds that may, the clauses it has to do with."""

    examples: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, tuple[str, ...]]
    links: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]  # requires, required_by, …; only what there is


def surroundings_of(shelf: Shelf) -> Surroundings:
    """Where the clauses are used and what they have to do with each other."""
    selected: dict[str, list[str]] = {}
    for file in example_files():
        document, _ = read_spec(str(file))
        if document is not None:
            plan, _ = make_plan(make_spec(document), shelf.library, shelf.law)
            for clause in dict.fromkeys(planned.clause.id for planned in plan.clauses):
                selected.setdefault(clause, []).append(file.stem)
    clauses = shelf.library.clauses.values()
    return Surroundings(
        examples={clause: tuple(names) for clause, names in selected.items()},
        kinds={c.id: tuple(kind for kind in shelf.law.kinds if may_select(shelf.law, kind, c)) for c in clauses},
        links=_links(shelf.library),
    )


def _links(library: Library) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """For each clause the clauses that it names, and those that name it."""
    found: dict[str, dict[str, list[str]]] = {clause: {} for clause in library.clauses}
    for clause in library.clauses.values():
        for name, back in _RELATIONS:
            for other in _references(clause) if name == "refers" else getattr(clause, name):
                found[clause.id].setdefault(name, []).append(other)
                found.get(other, {}).setdefault(back, []).append(clause.id)
    order = [name for pair in _RELATIONS for name in pair]
    return {
        clause: tuple((name, tuple(links[name])) for name in order if name in links) for clause, links in found.items()
    }


def _references(clause: Clause) -> tuple[str, ...]:
    """The clauses that the words of a clause refer to."""
    inlines = (i for text in clause.texts.values() for block in text.blocks for i in block.inlines)
    return tuple(dict.fromkeys(i.value for i in inlines if i.kind == "clause"))


def may_select(law: Law, kind: str, clause: Clause) -> bool:
    """Whether an agreement of a kind may have a clause: the kind takes it, and its condition does not rule the kind out."""
    return takes(law.kinds[kind], clause.id) and _of_kind(clause.when, kind, law) is not False


def _of_kind(condition: Any, kind: str, law: Law) -> Truth:
    """What a condition says when nothing is known but the kind of the agreement."""
    if condition is None:
        return True
    for connective, decisive in (("all", False), ("any", True)):
        if connective in condition:
            parts = [_of_kind(part, kind, law) for part in condition[connective]]
            return decisive if decisive in parts else None if None in parts else not decisive
    if "not" in condition:
        inner = _of_kind(condition["not"], kind, law)
        return None if inner is None else not inner
    if "condition" in condition:
        return _of_kind(law.conditions[condition["condition"]], kind, law)
    return holds(condition, Facts({"kind": kind}, {}, {})) if condition.get("fact") == "kind" else None
