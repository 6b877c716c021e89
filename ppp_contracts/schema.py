"""JSON Schema errors in, findings out: each with its place, what is wrong and what was expected.

Validators are built once per schema. `if/then` in the schemas gives direct errors; `oneOf` would not, so none is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .codes import find
from .finding import Document, Finding, Path, Place
from .paths import data_root
from .yamlio import nearest_place, spell_path

_TYPES = {dict: "object", list: "array", str: "string", int: "integer", bool: "boolean", type(None): "null"}


@lru_cache(maxsize=32)
def load_schema(name: str) -> Any:
    """The JSON Schema `schemas/<name>.schema.json`."""
    return json.loads((data_root() / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=32)
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(load_schema(name))


def check_schema(document: Document, name: str) -> tuple[Finding, ...]:
    """Checks a document against a schema; findings in the order of the file."""
    found = {
        (finding.code, finding.place, finding.params): finding
        for error in _validator(name).iter_errors(document.data)
        for finding in _findings(document, error, load_schema(name))
    }
    return tuple(sorted(found.values(), key=lambda f: (f.place.line, f.place.column, f.code)))


def _findings(document: Document, error: Any, root: Any) -> Iterator[Finding]:
    path: Path = tuple(error.absolute_path)
    maker = _MAKERS.get(error.validator, _other)
    yield from maker(document, path, error, root)


def _place(document: Document, path: Path) -> Place:
    return nearest_place(document, path)


def _key_place(document: Document, path: Path) -> Place:
    return document.keys.get(path) or nearest_place(document, path)


def nearest(word: str, known: Any) -> str:
    """The known word nearest to one that is not known, or ""."""
    from difflib import get_close_matches

    found = get_close_matches(str(word), [str(k) for k in known], n=1, cutoff=0.6)
    return found[0] if found else ""


def _unknown_keys(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            place = _key_place(document, (*path, key))
            yield find("PPP101", place, key=key, nearest=nearest(key, known) or ", ".join(known[:12]))


def _missing(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    for key in error.validator_value:
        if key not in error.instance:
            reason = _reason(error, root)
            code = "PPP108" if reason else "PPP102"
            params = {"key": key, "reason": reason} if reason else {"key": key}
            yield find(code, _place(document, (*path, key)), **params)


def _reason(error: Any, root: Any) -> str:
    """The fact that makes a key required: the `const` or `enum` values of the `if` that led here, as `path: value`."""
    steps = list(error.absolute_schema_path)
    if "then" not in steps:
        return ""
    at = len(steps) - 1 - steps[::-1].index("then")
    node: Any = root
    for step in steps[:at]:
        if step == "$ref":
            continue
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return "if"
    return "; ".join(_spoken(node.get("if", {}), "")) or "if"


def _spoken(schema: Any, path: str) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    if "const" in schema:
        yield f"{path}: {json.dumps(schema['const'])}".replace('"', "")
    if "enum" in schema:
        yield f"{path}: {' | '.join(map(str, schema['enum']))}"
    if "not" in schema and isinstance(schema["not"], dict):
        inner = schema["not"]
        if "const" in inner:
            yield f"{path} ≠ {inner['const']}"
    for key, value in schema.get("properties", {}).items():
        yield from _spoken(value, f"{path}.{key}" if path else key)


def _type(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    expected = error.validator_value if isinstance(error.validator_value, str) else " | ".join(error.validator_value)
    yield find(
        "PPP103", _place(document, path), key=spell_path(path), expected=expected, actual=_TYPES[type(error.instance)]
    )


def _choice(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
    words = ", ".join(json.dumps(v, ensure_ascii=False).strip('"') for v in allowed)
    code = {"kind": "PPP109", "spec": "PPP111"}.get(spell_path(path), "PPP104")
    hint = nearest(str(error.instance), allowed) or words
    yield find(code, _place(document, path), value=_short(error.instance), allowed=words, nearest=hint)


def _pattern(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    expected = error.schema.get("description") or error.schema.get("title") or error.validator_value
    forms = {f"expected_{language}": words for language, words in error.schema.get("x-form", {}).items()}
    yield find("PPP105", _place(document, path), value=_short(error.instance), expected=_sentence(expected), **forms)


def _bound(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    yield find(
        "PPP106", _place(document, path), key=spell_path(path), limit=f"{error.validator} {error.validator_value}"
    )


def _contains(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    wanted = error.schema.get("contains", {}).get("properties", {})
    what = ", ".join(_spoken({"properties": wanted}, ""))
    yield find("PPP107", _place(document, path), key=spell_path(path), role=what or "?")


def _other(document: Document, path: Path, error: Any, root: Any) -> Iterator[Finding]:
    yield find("PPP105", _place(document, path), value=_short(error.instance), expected=str(error.validator))


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


def _sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")


_MAKERS = {
    "additionalProperties": _unknown_keys,
    "required": _missing,
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "pattern": _pattern,
    "contains": _contains,
    "minContains": _contains,
    **dict.fromkeys(
        (
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "minProperties",
            "maxProperties",
            "uniqueItems",
        ),
        _bound,
    ),
}
