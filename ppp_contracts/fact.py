"""What the spec schema knows of a fact path: whether there is such a fact, and of what type it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .paths import parse_path
from .schema import load_schema

DERIVED = (
    "duration_months",
    "party_count",
    "private_side_count",
    "total_budget",
    "total_contributions",
    "language_count",
    "grant_total",
)


def fact_exists(path: str) -> bool:
    """Whether the spec schema knows a fact path (`derived.…`, `party.…` and `signatory.…` included)."""
    steps = parse_path(path)
    if steps[0][0] == "derived":
        return len(steps) > 1 and steps[1][0] in DERIVED
    root = load_schema("spec")
    if steps[0][0] == "party":
        return _known(_item(root, "parties"), steps[1:], root)
    if steps[0][0] == "signatory":
        return _known(_property(_item(root, "parties"), "signatories", root).get("items", {}), steps[1:], root)
    return _known(root, steps, root)


def _item(root: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    items: Mapping[str, Any] = _resolve(_property(root, name, root), root).get("items", {})
    return items


def _resolve(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        node: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        schema = node
    return schema


def _property(schema: Mapping[str, Any], name: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = _resolve(schema, root).get("properties", {}).get(name)
    return _resolve(found, root) if isinstance(found, Mapping) else {}


def _known(schema: Mapping[str, Any], steps: Any, root: Mapping[str, Any]) -> bool:
    for key, selector in steps:
        schema = _property(schema, key, root)
        if not schema:
            return False
        if selector is not None:
            schema = _resolve(schema.get("items", {}), root)
    return True


@lru_cache(maxsize=2048)
def fact_type(path: str) -> str:
    """What the spec schema says a fact is: the name of its definition (`amount`), `enum`, or its plain type; of a list what
    its items are; "" when the schema does not know it."""
    root = load_schema("spec")
    try:
        steps = parse_path(path)
    except ValueError:  # a key with a blank, a list in a list: no schema has them
        return ""
    node: Any = root
    if steps[0][0] == "party":
        node, steps = _item(root, "parties"), steps[1:]
    elif steps[0][0] == "signatory":
        node, steps = _property(_item(root, "parties"), "signatories", root).get("items", {}), steps[1:]
    elif steps[0][0] == "derived":
        return ""
    for key, selector in steps:
        node = _resolve(node, root).get("properties", {}).get(key, {})
        if selector is not None:
            node = _resolve(node, root).get("items", {})
    while _resolve(node, root).get("type") == "array":
        node = _resolve(node, root).get("items", {})
    if "$ref" in node:
        return str(node["$ref"]).rsplit("/", 1)[-1]
    kind = node.get("type", "")
    return "enum" if "enum" in node else "/".join(kind) if isinstance(kind, list) else str(kind)
