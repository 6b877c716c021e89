"""Conditions: data in, true, false or open out.

Open (None) means that a fact is missing: a missing fact is never a "no". `all` is false as soon as one part is false,
`any` true as soon as one part is true, whatever is missing elsewhere (Kleene's three-valued logic).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from .finding import Path
from .model import Reason
from .paths import is_list_path, mappings, select

Truth = bool | None


@dataclass(frozen=True)
class Facts:
    """What conditions are asked of: the facts of a spec (with `derived`, and `party`, `signatory` in the scope of one),
    the named conditions and the parameters of the law at a date."""

    data: Mapping[str, Any]
    conditions: Mapping[str, Any]
    parameters: Mapping[str, Any]
    # The same few facts and named conditions are asked for by hundreds of clauses, duties and traps: each is looked up once.
    _reached: dict[str, tuple[tuple[Path, Any], ...]] = field(default_factory=dict, compare=False, repr=False)
    _held: dict[str, Truth] = field(default_factory=dict, compare=False, repr=False)
    _why: dict[str, tuple[Reason, ...]] = field(default_factory=dict, compare=False, repr=False)

    def reach(self, path: str) -> tuple[tuple[Path, Any], ...]:
        """Every (path, value) that a fact path reaches, as `paths.select` gives them."""
        reached = self._reached.get(path)
        if reached is None:
            reached = self._reached[path] = tuple(select(self.data, path))
        return reached

    def first(self, path: str) -> Any:
        """The first value a fact path reaches, or None."""
        reached = self.reach(path)
        return reached[0][1] if reached else None

    def within(self, scope: Mapping[str, Any]) -> Facts:
        """The same facts with more names in scope."""
        return Facts({**self.data, **scope}, self.conditions, self.parameters)


def holds(condition: Any, facts: Facts) -> Truth:
    """Whether a condition holds; None when a fact it needs is missing. No condition (None) always holds."""
    if condition is None:
        return True
    if "all" in condition:
        return _all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return _any(holds(part, facts) for part in condition["any"])
    if "not" in condition:
        inner = holds(condition["not"], facts)
        return None if inner is None else not inner
    if "condition" in condition:
        return _named(condition["condition"], facts)
    if "role" in condition:
        return _role(condition, facts)
    if "some" in condition:
        return _some(condition, facts)
    return _fact(condition, facts)


def _named(name: str, facts: Facts) -> Truth:
    if name not in facts._held:
        facts._held[name] = holds(facts.conditions[name], facts)
    return facts._held[name]


def _all(parts: Iterator[Truth]) -> Truth:
    seen = list(parts)
    return False if False in seen else (None if None in seen else True)


def _any(parts: Iterator[Truth]) -> Truth:
    seen = list(parts)
    return True if True in seen else (None if None in seen else False)


def _role(condition: Mapping[str, Any], facts: Facts) -> Truth:
    parties = facts.data.get("parties")
    if not isinstance(parties, list):
        return None
    count = sum(1 for party in parties if isinstance(party, Mapping) and party.get("role") == condition["role"])
    bounds = condition.get("count", {"at_least": 1})
    return all(OPERATORS[name](count, bound) for name, bound in bounds.items())


def _some(condition: Mapping[str, Any], facts: Facts) -> Truth:
    """Whether one item of a list fits `where`. A list that is missing leaves it open, an empty one answers it."""
    if not isinstance(facts.first(condition["some"]), list):
        return None
    return _any(holds(part, facts) for part in _each(condition, facts))


def _each(condition: Mapping[str, Any], facts: Facts) -> Iterator[Any]:
    """What stands under `where`, once for each item of the list, with the path of that item for `item`."""
    listed = facts.first(condition["some"])
    for index in range(len(listed) if isinstance(listed, list) else 0):
        yield _placed(condition["where"], f"{condition['some']}[{index}]")


def _placed(condition: Any, path: str) -> Any:
    """A condition on `item` as one on the path of an item. A `where` further in has an item of its own."""
    if isinstance(condition, list):
        return [_placed(part, path) for part in condition]
    if not isinstance(condition, Mapping):
        return condition
    return {key: value if key == "where" else _placed_at(key, value, path) for key, value in condition.items()}


def _placed_at(key: str, value: Any, path: str) -> Any:
    if key in ("fact", "some") and isinstance(value, str) and value.partition(".")[0] == "item":
        return path + value[len("item") :]
    return _placed(value, path)


def _fact(condition: Mapping[str, Any], facts: Facts) -> Truth:
    path = condition["fact"]
    operator, operand = next((k, v) for k, v in condition.items() if k != "fact")
    if isinstance(operand, Mapping):
        other = operand.get("fact")
        operand = facts.first(other) if other else facts.parameters.get(operand["parameter"])
        if operand is None:
            return None
    values = [value for _, value in facts.reach(path)]
    if operator == "exists":
        return any(value not in (None, "", [], {}) for value in values) is bool(operand)
    if not values:
        # A list that is there but empty is an answer; a list that is missing is not.
        return False if is_list_path(path) and _list_is_there(facts, path) else None
    test = OPERATORS[operator]
    return _any(None if value is None else _try(test, value, operand) for value in values)


def _list_is_there(facts: Facts, path: str) -> bool:
    return isinstance(facts.first(path.split("[", 1)[0]), list)


def _try(test: Callable[[Any, Any], bool], value: Any, operand: Any) -> Truth:
    try:
        return test(value, operand)
    except (InvalidOperation, TypeError, ValueError):
        return None  # a value of the wrong kind: the schema reports it, here it is unknown


def number(value: Any) -> Decimal:
    """An amount, count or percentage as a decimal. Raises InvalidOperation when it is none."""
    if isinstance(value, bool):
        raise InvalidOperation
    return Decimal(str(value))


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, operand: value == operand and type(value) is type(operand),
    "one_of": lambda value, operand: value in operand,
    "at_least": lambda value, operand: number(value) >= number(operand),
    "at_most": lambda value, operand: number(value) <= number(operand),
    "before": lambda value, operand: str(value) < str(operand),
    "after": lambda value, operand: str(value) > str(operand),
    "includes": lambda value, operand: operand in value if isinstance(value, list) else value == operand,
}


def reasons(condition: Any, facts: Facts) -> tuple[Reason, ...]:
    """Why a condition that holds does so: its parts that hold, down to the facts."""
    if condition is None:
        return (Reason("always"),)
    return tuple(dict.fromkeys(_reasons(condition, facts, "")))


def _reasons(condition: Any, facts: Facts, name: str) -> Iterator[Reason]:
    for connective in ("all", "any"):
        if connective in condition:
            for part in condition[connective]:
                if holds(part, facts):
                    yield from _reasons(part, facts, name)
            return
    if "some" in condition:
        part = next(part for part in _each(condition, facts) if holds(part, facts))
        yield from _reasons(part, facts, name)
    elif "condition" in condition:
        own = condition["condition"]
        if name:
            yield from _reasons(facts.conditions[own], facts, name)
            return
        if own not in facts._why:
            facts._why[own] = tuple(_reasons(facts.conditions[own], facts, own))
        yield from facts._why[own]
    elif "not" in condition:
        inner = condition["not"]
        if "fact" in inner:
            yield from _reasons({"fact": inner["fact"], "exists": True}, facts, name)
        else:
            yield Reason(name or f"not {inner.get('condition', 'so')}")
    elif "role" in condition:
        yield Reason(name, f"parties[role={condition['role']}]", condition["role"])
    else:
        _path, value = next(((p, v) for p, v in facts.reach(condition["fact"]) if v is not None), ((), None))
        shown = value if isinstance(value, (str, int, bool)) else ""
        yield Reason(name, condition["fact"], str(shown).lower() if isinstance(shown, bool) else str(shown))


class Step(NamedTuple):
    """One part of a condition as it was asked: how deep it stands, what it asks (`kind` is all, any, not, condition, role or
    fact; `words` the name, role or test), the answer, and for a fact where it stands and what it is. What is asked of some
    item of a list is an `any` of what is asked of each."""

    depth: int
    kind: str
    words: str
    truth: Truth
    path: str = ""
    value: str = ""


def trace(condition: Any, facts: Facts, depth: int = 0) -> Iterator[Step]:
    """Every part of a condition with its answer, the whole before its parts."""
    truth = holds(condition, facts)
    if condition is None:
        yield Step(depth, "all", "", True)
        return
    for connective in ("all", "any", "not"):
        if connective in condition:
            yield Step(depth, connective, "", truth)
            inner = condition[connective]
            for part in inner if isinstance(inner, list) else (inner,):
                yield from trace(part, facts, depth + 1)
            return
    if "some" in condition:
        yield Step(depth, "any", condition["some"], truth)
        for part in _each(condition, facts):
            yield from trace(part, facts, depth + 1)
    elif "condition" in condition:
        yield Step(depth, "condition", condition["condition"], truth)
        yield from trace(facts.conditions[condition["condition"]], facts, depth + 1)
    elif "role" in condition:
        roles = [str(p.get("role")) for p in mappings(facts.data.get("parties"))]
        words = f"{condition['role']} {_bounds(condition.get('count', {'at_least': 1}))}"
        yield Step(depth, "role", words, truth, "parties", ", ".join(roles))
    else:
        operator, operand = next((k, v) for k, v in condition.items() if k != "fact")
        found = [spell_value(value) for _, value in facts.reach(condition["fact"]) if value is not None]
        words = f"{condition['fact']} {operator} {spell_value(operand)}"
        yield Step(depth, "fact", words, truth, condition["fact"], ", ".join(found))


def _bounds(bounds: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in bounds.items())


def spell_value(value: Any) -> str:
    """A value as the spec writes it; a missing one as nothing, a parameter or another fact by its name."""
    if isinstance(value, Mapping):
        return str(value.get("parameter") or value.get("fact") or "{…}")
    if isinstance(value, list):
        return "[" + ", ".join(map(spell_value, value)) + "]"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def facts_in(condition: Any, conditions: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every (fact path, operator) that a condition looks at; a role is the path of the parties' roles, and what is asked of
    some item of a list is asked of any."""
    if condition is None:
        return
    for connective in ("all", "any"):
        for part in condition.get(connective, ()):
            yield from facts_in(part, conditions)
    if "not" in condition:
        yield from facts_in(condition["not"], conditions)
    elif "condition" in condition:
        yield from facts_in(conditions.get(condition["condition"], {"all": []}), conditions)
    elif "role" in condition:
        yield "parties[*].role", "is"
    elif "some" in condition:
        yield from facts_in(_placed(condition["where"], f"{condition['some']}[*]"), conditions)
    elif "fact" in condition:
        operator, operand = next((k, v) for k, v in condition.items() if k != "fact")
        yield condition["fact"], operator
        if isinstance(operand, Mapping) and "fact" in operand:
            yield operand["fact"], operator


def names_under(key: str, value: Any) -> Iterator[str]:
    """Every name that stands under a key (`condition`, `parameter`) in a condition, or in whatever holds conditions."""
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ():
        yield from names_under(key, part)
    if isinstance(value, Mapping) and isinstance(value.get(key), str):
        yield value[key]


def circle_of(conditions: Mapping[str, Any]) -> tuple[str, ...]:
    """Named conditions that ask each other in a circle, the first one again at the end; () when there are none."""
    done: set[str] = set()

    def walk(name: str, chain: tuple[str, ...]) -> tuple[str, ...]:
        if name in chain:
            return (*chain[chain.index(name) :], name)
        if name in done or name not in conditions:
            return ()
        for other in names_under("condition", conditions[name]):
            if found := walk(other, (*chain, name)):
                return found
        done.add(name)
        return ()

    return next((found for name in conditions if (found := walk(name, ()))), ())
