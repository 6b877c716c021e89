"""The files under `clauses/` in, one `Library` out: clauses in the order of the articles, terms, labels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .codes import find
from .files import Reading
from .markup import parse_inlines, parse_text
from .model import LANGUAGES, Clause, Finding, Library, Place, Slot, Term, Text


def load_library(reading: Reading) -> tuple[Library, tuple[Finding, ...]]:
    """Reads the clause library. A clause that cannot be read is a finding and is left out."""
    findings: list[Finding] = []
    clauses: dict[str, Clause] = {}
    for file in reading.list("clauses", "/clause.yaml"):
        clause, found = _load_clause(reading, file)
        findings.extend(found)
        if clause:
            clauses[clause.id] = clause
    terms: dict[str, Term] = {}
    for file in reading.list("clauses/terms", ".yaml"):
        for key, item in reading.yaml(file, "terms").items():
            if key != "terms":
                if key in terms:
                    findings.append(find("PPP424", Place(reading.shown(file)), key=key))
                terms[key] = _term(key, item, reading.shown(file))
    labels = {k: v for k, v in reading.yaml("clauses/labels.yaml", "labels").items() if k != "labels"}
    ordered = dict(sorted(clauses.items(), key=lambda pair: (pair[1].order, pair[0])))
    return Library(ordered, terms, labels, reading.digest("clauses/")), tuple(findings)


def _load_clause(reading: Reading, file: str) -> tuple[Clause | None, tuple[Finding, ...]]:
    folder = file[: -len("/clause.yaml")]
    data = reading.yaml(file, "clause")
    if not data:
        return None, ()
    findings: list[Finding] = []
    texts: dict[tuple[str, str], Text] = {}
    for alternative in ("", *data.get("alternatives", {})):
        for language in LANGUAGES:
            name = f"{folder}/{language}{'.' + alternative if alternative else ''}.md"
            if name in reading.files:
                text, found = parse_text(reading.text(name), reading.shown(name))
                texts[alternative, language] = text
                findings.extend(found)
    clause_id = folder.removeprefix("clauses/")
    clause = Clause(
        id=clause_id,
        version=str(data["version"]),
        order=data["order"],
        place=data.get("place", "article"),
        each=data.get("each", ""),
        when=data.get("when"),
        fulfils={k: tuple(str(b) for b in v) for k, v in data.get("fulfils", {}).items()},
        slots=_slots(data.get("slots", {})),
        requires=tuple(data.get("requires", ())),
        excludes=tuple(data.get("excludes", ())),
        cites=tuple((c["instrument"], str(c.get("article", ""))) for c in data.get("cites", ())),
        alternatives=data.get("alternatives", {}),
        texts=texts,
        file=reading.shown(file),
        digest=_digest(reading, folder),
        note=data.get("note", ""),
        provenance=data.get("provenance", {}),
    )
    return clause, tuple(findings)


def _digest(reading: Reading, folder: str) -> str:
    whole = hashlib.sha256()
    for name in sorted(reading.files):
        if name.startswith(folder + "/"):
            whole.update(name.encode() + b"\0" + reading.files[name])
    return whole.hexdigest()


def _slots(data: Mapping[str, Any]) -> dict[str, Slot]:
    return {name: Slot(name=name, **item) for name, item in data.items()}


def _term(key: str, item: Mapping[str, Any], file: str) -> Term:
    words = {language: item[language] for language in LANGUAGES if language in item}
    return Term(
        key=key,
        labels={language: w["label"] for language, w in words.items()},
        forms={language: tuple(w["forms"]) for language, w in words.items()},
        definitions={language: parse_inlines(w["definition"]) for language, w in words.items()},
        slots=_slots(item.get("slots", {})),
        file=file,
    )


def text_digest(clause: Clause, alternative: str) -> str:
    """The digest of a clause's words in every language: what a manifest and an evidence name."""
    words = {
        language: [text.heading, [[b.name, [[i.kind, i.value] for i in b.inlines]] for b in text.blocks]]
        for (name, language), text in sorted(clause.texts.items())
        if name == alternative
    }
    return hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def fulfils_of(clause: Clause, alternative: str) -> Mapping[str, tuple[str, ...]]:
    """Which blocks state which obligation, in an alternative (its own `fulfils` if it has one, else the clause's)."""
    own = clause.alternatives.get(alternative, {}).get("fulfils") if alternative else None
    return {k: tuple(str(b) for b in v) for k, v in own.items()} if own is not None else clause.fulfils
