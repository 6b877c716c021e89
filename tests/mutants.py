"""Specs with one thing taken out or altered: what a check must notice, one mutant for each place where it can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ppp_contracts.fact import fact_type
from ppp_contracts.finding import LANGUAGES, Path
from ppp_contracts.rules import PARTY_PATHS
from ppp_contracts.schema import load_schema
from ppp_contracts.yamlio import spell_path

_PARTY = load_schema("spec")["properties"]["parties"]["items"]["properties"]
ROLES: tuple[str, ...] = tuple(_PARTY["role"]["enum"])
DATE_STEPS = (1, 400, -400)


@dataclass(frozen=True)
class Mutant:
    """A spec with one change. `where` is the place («parties[1].role»), `pattern` the place without numbers."""

    kind: str
    where: str
    pattern: str
    data: Mapping[str, Any]
    note: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.where, self.note)))


def general(path: Path) -> str:
    """A place without its numbers: `parties[*].role`."""
    return re.sub(r"\[\d+\]", "[*]", spell_path(path))


def put(data: Any, path: Path, value: Any) -> Any:
    """The data with another value at a path; what lies beside the path is shared, not copied."""
    if not path:
        return value
    step, *rest = path
    if isinstance(data, list):
        assert isinstance(step, int)
        return [*data[:step], put(data[step], tuple(rest), value), *data[step + 1 :]]
    return {**data, step: put(data.get(step), tuple(rest), value)}


def drop(data: Any, path: Path) -> Any:
    """The data without what stands at a path."""
    *above, last = path
    holder = data
    for step in above:
        holder = holder[step]
    if isinstance(holder, list):
        assert isinstance(last, int)
        return put(data, tuple(above), [*holder[:last], *holder[last + 1 :]])
    return put(data, tuple(above), {key: value for key, value in holder.items() if key != last})


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def keys(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value that has a name."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield (*path, key)
            yield from keys(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from keys(inner, (*path, index))


def lists(value: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from lists(inner, (*path, key))
    elif isinstance(value, list):
        yield path, value
        for index, inner in enumerate(value):
            yield from lists(inner, (*path, index))


# ------------------------------------------------------------------------------------------- the kinds


def removed(data: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every item of every list taken out: party, report, task, contribution, instalment, evaluation, result, processor, …"""
    for path, items in lists(data):
        for index in range(len(items)):
            here = (*path, index)
            yield Mutant("remove", spell_path(here), general(here), drop(data, here))


def recast(data: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every party in every other role."""
    for index, party in enumerate(data["parties"]):
        here: Path = ("parties", index, "role")
        for role in ROLES:
            if role != party["role"]:
                yield Mutant(
                    "role", spell_path(here), general(here), put(data, here, role), f"{party['role']} → {role}"
                )


def altered(data: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every amount, date, duration, rate and count altered, and every party named as another one."""
    ids = [party["id"] for party in data["parties"]]
    for path, value in leaves(data):
        pattern, where = general(path), spell_path(path)
        for kind, other, note in _others(fact_type(pattern), path, value, ids):
            yield Mutant(kind, where, pattern, put(data, path, other), note)


def _others(kind: str, path: Path, value: Any, ids: list[str]) -> Iterator[tuple[str, Any, str]]:
    if kind == "amount":
        yield "amount", f"{Decimal(str(value)) + 1:.2f}", "+1.00"
    elif kind == "date":
        for days in DATE_STEPS:
            yield "date", (date.fromisoformat(value) + timedelta(days)).isoformat(), f"{days:+} days"
    elif kind == "duration" or (
        isinstance(value, str) and re.fullmatch(r"\d+ (hour|day|working day|week|month|year)s?", value)
    ):
        count, _, unit = str(value).partition(" ")
        for more in (int(count) + 1, int(count) * 12):
            yield "duration", f"{more} {unit.removesuffix('s')}s", f"{count} → {more}"
    elif kind == "percentage":
        yield "number", f"{Decimal(str(value)) + 1}", "+1"
    elif kind == "integer" and not isinstance(value, bool) and path != ("spec",):
        yield "number", value + 1, "+1"
    elif value in ids and general(path) in PARTY_PATHS:
        other = ids[(ids.index(value) + 1) % len(ids)]
        yield "who", other, f"{value} → {other}"


def without_facts(data: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every fact taken out, once for each place without its numbers, and there where it stands last: what asks whether there is
    one of them somewhere must not be content with the first. The gate facts and the items of lists have mutants of their own."""
    last: dict[str, Path] = {}
    for path in keys(data):
        if path[0] != "facts" and not set(path) & set(LANGUAGES):
            last[general(path)] = path
    for pattern, path in last.items():
        yield Mutant("fact", spell_path(path), pattern, drop(data, path))


def gated(data: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every gate fact taken out, and every one answered the other way."""
    for name, answer in data.get("facts", {}).items():
        here: Path = ("facts", name)
        yield Mutant("gate", spell_path(here), spell_path(here), drop(data, here), "taken out")
        others: tuple[Any, ...] = (not answer,)
        if name == "public_money":
            others = ("none",) if answer != "none" else ("federal", "local")
        for other in others:
            yield Mutant("flip", spell_path(here), spell_path(here), put(data, here, other), f"{answer} → {other}")


def left_out(data: Mapping[str, Any], clauses: Iterator[str] | list[str]) -> Iterator[Mutant]:
    """Every clause left out by the drafter's hand."""
    choices = data.get("choices", {})
    for clause in clauses:
        out = [*choices.get("leave_out", []), {"clause": clause, "reason": "to see what notices it"}]
        yield Mutant("clause", clause, clause, {**data, "choices": {**choices, "leave_out": out}})


def mutants(data: Mapping[str, Any], clauses: list[str]) -> Iterator[Mutant]:
    yield from removed(data)
    yield from recast(data)
    yield from altered(data)
    yield from without_facts(data)
    yield from gated(data)
    yield from left_out(data, clauses)
