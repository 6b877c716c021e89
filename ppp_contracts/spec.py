"""A YAML file in, a `Spec` out: strict reading, the JSON Schema, then the rules that join several facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from .codes import find
from .finding import LANGUAGES, Document, Finding, Path, Place, Spec
from .paths import parse_path, texts
from .rules import check_spec_rules, derive
from .schema import check_schema
from .yamlio import nearest_place, parse_yaml, read_yaml


def read_spec(file: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """Reads a spec file as YAML; see `make_spec` for the rest."""
    return read_yaml(file)


def parse_spec(data: bytes, file: str) -> tuple[Document | None, tuple[Finding, ...]]:
    """The same from bytes."""
    return parse_yaml(data, file)


def make_spec(document: Document) -> Spec:
    """A spec with its derived facts and its digest. Never fails: what is wrong is for `check_spec` to say."""
    canonical = json.dumps(document.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Spec(document, document.data, derive(document.data), digest)


def check_spec(
    spec: Spec, parameters: Mapping[str, Any], refused: Mapping[str, Mapping[str, str]]
) -> tuple[Finding, ...]:
    """What is wrong with a spec by itself: schema, languages of its texts, cross-field rules, in the order of the file.

    A kind that is `refused` (a public contract) ends the check: nothing else said of it would help.
    """
    kind = spec.data.get("kind")
    if isinstance(kind, str) and kind in refused:
        return (_refusal(spec, kind, refused[kind]),)
    findings = (*check_schema(spec.document, "spec"), *_missing_languages(spec))
    rules = check_spec_rules(spec.data, spec.derived, parameters.get, lambda path: place_of(spec, path))
    # Where the schema already complains of a value, a rule on the same value adds nothing.
    complained = {finding.place.path for finding in findings}
    extra = tuple(f for f in rules if f.place.path not in complained)
    return tuple(sorted((*findings, *extra), key=lambda f: (f.place.line, f.place.column, f.code)))


def _refusal(spec: Spec, kind: str, reasons: Mapping[str, str]) -> Finding:
    params: dict[str, Any] = {f"reason_{language}": reason for language, reason in reasons.items()}
    return find("PPP110", place_of(spec, "kind"), value=kind, **params)


def languages_of(data: Mapping[str, Any]) -> list[str]:
    """The languages of the agreement, each once, those only that there are texts in; the schema reports the others."""
    return [language for language in dict.fromkeys(texts(data.get("languages"))) if language in LANGUAGES]


def _missing_languages(spec: Spec) -> Iterator[Finding]:
    """Texts written for each language that lack one of the languages of the agreement."""
    asked = languages_of(spec.data)
    waiting: list[tuple[Path, Any]] = [((), spec.data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(((*path, index), item) for index, item in enumerate(value))
        elif isinstance(value, Mapping):
            if value and set(value) <= set(LANGUAGES):
                for language in asked:
                    if language not in value:
                        yield find("PPP112", nearest_place(spec.document, path), language=language)
            else:
                waiting.extend(((*path, key), item) for key, item in value.items())


def place_of(spec: Spec, path: str) -> Place:
    """The place of a fact path such as `parties[0].name`, or of its nearest parent that is there; "" is
    the whole file."""
    if not path:
        return Place(spec.document.file)
    steps: list[str | int] = []
    for key, selector in parse_path(path):
        steps.append(key)
        if isinstance(selector, int):
            steps.append(selector)
    return nearest_place(spec.document, tuple(steps))


def as_of(spec: Spec) -> str:
    """The date whose law counts: the date of signature, else of the start, else "" (ISO)."""
    signature, term = spec.data.get("signature"), spec.data.get("term")
    for holder, key in ((signature, "date"), (term, "start")):
        if isinstance(holder, Mapping) and isinstance(holder.get(key), str):
            return str(holder[key])
    return ""
