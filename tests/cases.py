"""Specs changed for a test: by path in their data, or by text so that lines and columns stay real."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ppp_contracts.compliance import Case, assess, case_of
from ppp_contracts.conditions import Facts
from ppp_contracts.model import Document, Plan, Spec, Verdict
from ppp_contracts.paths import parse_path
from ppp_contracts.plan import facts_of, make_plan, numbered
from ppp_contracts.spec import make_spec
from ppp_contracts.workshop import Shelf
from ppp_contracts.yamlio import parse_yaml, read_yaml

ROOT = Path(__file__).resolve().parent.parent


def replace(value: Any, **changes: Any) -> Any:
    """A frozen value with some of its fields changed."""
    return value._replace(**changes) if isinstance(value, tuple) else dataclasses.replace(value, **changes)  # type: ignore[attr-defined]


def example_text(name: str) -> str:
    return (ROOT / "examples" / f"{name}.yaml").read_text(encoding="utf-8")


def example(name: str) -> Document:
    document, findings = read_yaml(str(ROOT / "examples" / f"{name}.yaml"))
    assert document is not None and not findings, findings
    return document


def edited_text(name: str, replacements: Sequence[Sequence[str]]) -> str:
    """The text of an example with words replaced; each must be there exactly once, or a test would test nothing."""
    text = example_text(name)
    for old, new in replacements:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        text = text.replace(old, new)
    return text


def parsed(text: str, file: str = "spec.yaml") -> Document:
    document, _ = parse_yaml(text.encode(), file)
    assert document is not None
    return document


def changed_spec(name: str, put: Mapping[str, Any] | None = None, remove: Sequence[str] = ()) -> Spec:
    """An example with facts set and removed by path; the places are those of the example."""
    document = example(name)
    data = copy.deepcopy(document.data)
    for path, value in (put or {}).items():
        holder, key = _holder(data, path, create=True)
        if isinstance(holder, list) and key == len(holder):
            holder.append(value)
        else:
            holder[key] = value
    for path in remove:
        holder, key = _holder(data, path, create=False)
        if isinstance(holder, list):
            holder.pop(int(key))
        else:
            holder.pop(key, None)
    return make_spec(Document(document.file, document.text, data, document.places, document.keys))


def _holder(data: Any, path: str, create: bool) -> tuple[Any, Any]:
    steps: list[Any] = []
    for key, selector in parse_path(path):
        steps.append(key)
        if selector is not None:
            steps.append(selector)
    for step in steps[:-1]:
        if create and isinstance(data, dict) and step not in data:
            data[step] = {}
        data = data[step]
    return data, steps[-1]


def case_for(spec: Spec, shelf: Shelf, leave_out: Sequence[str] = (), as_of: str = "") -> tuple[Plan, Case]:
    plan, _ = make_plan(spec, shelf.library, shelf.law)
    for clause in leave_out:
        assert any(p.clause.id == clause for p in plan.clauses), (
            f"{clause} is not in the plan: leaving it out tests nothing"
        )
    plan = without(plan, frozenset(leave_out))
    facts = facts_of(spec, shelf.law)
    case = case_of(plan, facts)
    if as_of:
        case = Case(
            case.law,
            case.library,
            Facts(facts.data, facts.conditions, facts.parameters),
            case.statements,
            case.slots,
            as_of,
            case.decisions,
            case.waivers,
        )
    return plan, case


def verdict_for(obligation: str, fixture: Mapping[str, Any], shelf: Shelf) -> Verdict:
    spec = changed_spec(fixture["spec"], fixture.get("set"), fixture.get("remove", ()))
    _, case = case_for(spec, shelf, fixture.get("leave_out", ()), str(fixture.get("as_of", "")))
    return next(v for v in assess(case) if v.obligation == obligation)


def without(plan: Plan, clauses: frozenset[str]) -> Plan:
    """The same plan with some clauses taken out: what a check must notice."""
    return replace(plan, clauses=tuple(numbered([p for p in plan.clauses if p.clause.id not in clauses])))
