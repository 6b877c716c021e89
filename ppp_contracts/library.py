"""The files under `clauses/` in, a `Library` out: clauses with their words in each language, terms, labels, approvals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from .codes import find
from .files import OVERLAY, Reading
from .markup import parse_inlines
from .model import LANGUAGES, Approval, Clause, Finding, Library, Place, Slot, Term, Text

APPROVALS = "clauses/approvals.yaml"


def load_library(reading: Reading, forbids: Mapping[str, str] | None = None) -> tuple[Library, tuple[Finding, ...]]:
    """Reads the clause library. A clause that cannot be read is a finding and is left out; so is, without one, a clause
    that the organisation forbids (`forbids`: clause and reason)."""
    findings: list[Finding] = []
    clauses: dict[str, Clause] = {}
    files: dict[str, list[str]] = {}
    for name in reading.names:
        if name.count("/") == 3:
            files.setdefault(name[: name.rfind("/")], []).append(name)
    digests = reading.derived("digests", lambda: {folder: _digests(reading, names) for folder, names in files.items()})
    for folder, names in files.items():
        if f"{folder}/clause.yaml" in names:
            clause, found = _load_clause(reading, folder, names, digests[folder])
            findings.extend(found)
            if clause:
                clauses[clause.id] = clause
        else:
            findings.append(find("PPP461", Place(reading.shown(names[0])), clause=folder.removeprefix("clauses/")))
    terms: dict[str, Term] = {}
    seen: set[tuple[bool, str]] = set()
    for file in reading.list("clauses/terms", ".yaml"):
        for key, item in reading.yaml(file, "terms").items():
            if key != "terms":
                if (file in reading.overlaid, key) in seen:
                    findings.append(find("PPP424", Place(reading.shown(file)), key=key))
                seen.add((file in reading.overlaid, key))
                terms[key] = _term(key, item, reading.shown(file))
    forbidden = {clause: why for clause, why in (forbids or {}).items() if clause in clauses}
    ordered = {c.id: c for c in sorted(clauses.values(), key=lambda c: (c.order, c.id)) if c.id not in forbidden}
    library = Library(
        ordered, terms, _labels(reading), reading.digest("clauses/"), tuple(_approvals(reading)), forbidden
    )
    return library, tuple(findings)


def _labels(reading: Reading) -> dict[str, Any]:
    """The tables of labels; an overlay adds to a table and replaces single words in it."""
    tables: dict[str, Any] = {}
    for layer in reading.layers("clauses/labels.yaml", "labels"):
        for name, words in layer.items():
            if name != "labels":
                tables[name] = {**tables.get(name, {}), **words}
    return tables


def _approvals(reading: Reading) -> Iterator[Approval]:
    for file in (name for name in (APPROVALS, OVERLAY + APPROVALS) if name in reading.paths):
        for item in reading.yaml(file, "approvals").get("list", ()):
            by = item["by"]
            yield Approval(
                clause=item["clause"],
                alternative=item.get("alternative", ""),
                language=item["language"],
                digest=item["digest"],
                by=by["name"],
                function=by["function"],
                on=str(item["on"]),
                note=item.get("note", ""),
                file=reading.shown(file),
            )


class _KeptTexts(Mapping[tuple[str, str], Text]):
    """The texts of a clause, from what an earlier run kept of a language, when one of that language is asked for."""

    __slots__ = ("_names", "_reading")

    def __init__(self, reading: Reading, names: Mapping[tuple[str, str], str]) -> None:
        self._reading, self._names = reading, names

    def __getitem__(self, key: tuple[str, str]) -> Text:
        name = self._names[key]
        return self._reading.kept_texts(key[1]).get(name) or self._reading.text(name)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, key: object) -> bool:
        return key in self._names


def _digests(reading: Reading, files: list[str]) -> dict[str, str]:
    """For each alternative of a clause, by its name, one digest over its words in all languages."""
    words: dict[str, dict[str, str]] = {}  # alternative -> language -> file
    for file in (name for name in files if name.endswith(".md")):
        language, _, alternative = file.rpartition("/")[2].removesuffix(".md").partition(".")
        words.setdefault(alternative, {})[language] = file
    return {
        alternative: reading.digest_of([of[language] for language in LANGUAGES if language in of])
        for alternative, of in words.items()
    }


def _load_clause(
    reading: Reading, folder: str, files: list[str], digests: Mapping[str, str]
) -> tuple[Clause | None, tuple[Finding, ...]]:
    data = reading.yaml(f"{folder}/clause.yaml", "clause")
    if not data:
        return None, ()
    more = reading.yaml(f"{folder}/alternatives.yaml", "alternatives") if f"{folder}/alternatives.yaml" in files else {}
    alternatives = {**data.get("alternatives", {}), **more.get("alternatives", {})}
    names: dict[tuple[str, str], str] = {}
    for alternative in ("", *alternatives):
        for language in LANGUAGES:
            name = f"{folder}/{language}{'.' + alternative if alternative else ''}.md"
            if name in reading.paths:
                names[alternative, language] = name
    before = len(reading.findings)
    texts: Mapping[tuple[str, str], Text] = _KeptTexts(reading, names)
    if not reading.is_kept():
        texts = {key: reading.text(name) for key, name in names.items()}
    found = tuple(reading.findings[before:])
    del reading.findings[before:]
    clause = Clause(
        id=folder.removeprefix("clauses/"),
        version=str(data["version"]),
        order=data["order"],
        place=data.get("place", "article"),
        each=data.get("each", ""),
        when=data.get("when"),
        fulfils={k: tuple(str(b) for b in v) for k, v in data.get("fulfils", {}).items()},
        slots=_slots(data.get("slots", {})),
        requires=tuple(data.get("requires", ())),
        excludes=tuple(data.get("excludes", ())),
        replaces=tuple(data.get("replaces", ())),
        cites=tuple((c["instrument"], str(c.get("article", ""))) for c in data.get("cites", ())),
        alternatives=alternatives,
        texts=texts,
        file=reading.shown(f"{folder}/clause.yaml"),
        digests={alternative: digests.get(alternative, "") for alternative in ("", *alternatives)},
        note=data.get("note", ""),
        provenance=data.get("provenance", {}),
        playbook=data.get("playbook", {}),
        overlaid=frozenset(_overlaid(reading, folder, names, more)),
    )
    return clause, found


def _overlaid(
    reading: Reading, folder: str, names: Mapping[tuple[str, str], str], more: Mapping[str, Any]
) -> Iterator[str]:
    """The alternatives of a clause of which the overlay brings the claims or a text."""
    whole = f"{folder}/clause.yaml" in reading.overlaid
    for (alternative, _), name in names.items() if reading.overlaid else ():
        if whole or name in reading.overlaid or alternative in more.get("alternatives", {}):
            yield alternative


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


# ------------------------------------------------------------------------------------------- digests


def approval_digest(clause: Clause, alternative: str, language: str) -> str:
    """The digest of what a jurist approves: the words in one language, and which obligations they are said to state."""
    claims = {obligation: list(blocks) for obligation, blocks in fulfils_of(clause, alternative).items()}
    whole = [clause.id, _words(clause.texts[alternative, language]), claims]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _words(text: Text) -> list[Any]:
    return [text.heading, [[b.name, [[i.kind, i.value] for i in b.inlines]] for b in text.blocks]]


def is_approved(library: Library, clause: str, alternative: str, language: str) -> bool:
    """Whether a jurist approved this very text with these very claims."""
    known = library.clauses.get(clause)
    if known is None or (alternative, language) not in known.texts:
        return False
    given = {
        a.digest for a in library.approvals if (a.clause, a.alternative, a.language) == (clause, alternative, language)
    }
    return bool(given) and approval_digest(known, alternative, language) in given


def fulfils_of(clause: Clause, alternative: str) -> Mapping[str, tuple[str, ...]]:
    """Which blocks state which obligation, in an alternative (its own `fulfils` if it has one, else the clause's)."""
    own = clause.alternatives.get(alternative, {}).get("fulfils") if alternative else None
    return {k: tuple(str(b) for b in v) for k, v in own.items()} if own is not None else clause.fulfils
