"""A shelf in, everything there is to tell of its clauses out: what the list, the sheet of a clause and the pages share.

Words are in one language of messages; the texts of clauses are in all of theirs. Nothing here prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .conditions import spell_value
from .finding import LANGUAGES
from .inwords import applies, in_language, spelt_out
from .law import citation
from .library import approval_digest, fulfils_of, is_approved
from .markup import term_pattern, words_of
from .messages import word
from .model import Clause, Law, Library, Obligation, Slot, Text, Trap
from .schema import nearest
from .surroundings import Surroundings, may_select
from .workshop import Shelf

# ------------------------------------------------------------------------------------------- values


@dataclass(frozen=True)
class Cited:
    """One base of an obligation: how it is cited ("" when it is doubtful and never cited), and how sure we are."""

    words: str
    certainty: str
    instrument: str


@dataclass(frozen=True)
class Stated:
    """An obligation that a text states, and the blocks that do."""

    id: str
    title: str
    blocks: tuple[str, ...]
    cited: tuple[Cited, ...]


@dataclass(frozen=True)
class Version:
    """A text of a clause in one language, and whether a jurist approved it as it stands (`by`, `function`, `on`)."""

    language: str
    text: Text
    approved: bool
    by: str = ""
    function: str = ""
    on: str = ""


@dataclass(frozen=True)
class Wording:
    """The preferred text of a clause (`name` is ""), or an alternative: what it concedes and who may agree to it."""

    name: str
    versions: tuple[Version, ...]
    stated: tuple[Stated, ...]
    concedes: str = ""
    concedes_in: str = ""  # the language of that text
    agreed_by: str = ""
    overlaid: bool = False


@dataclass(frozen=True)
class Filling:
    """Where the value of a slot comes from: a path of the spec with a default, or a parameter with its dated values."""

    name: str
    type: str
    path: str
    default: str
    parameter: str
    values: tuple[tuple[str, str], ...]
    table: str


@dataclass(frozen=True)
class Row:
    """A clause in a list."""

    id: str
    title: str
    title_in: str
    when: str
    states: tuple[str, ...]
    alternatives: int
    approved: int
    texts: int


@dataclass(frozen=True)
class Sheet:
    """Everything that is told of one clause."""

    clause: Clause
    row: Row
    conditions: tuple[tuple[str, str], ...]  # the named conditions it rests on: words, definition
    wordings: tuple[Wording, ...]
    fillings: tuple[Filling, ...]
    links: tuple[tuple[str, tuple[str, ...]], ...]  # requires, required_by, …: the clauses
    cites: tuple[Cited, ...]
    terms: tuple[tuple[str, str], ...]  # key and label of the defined terms that its words use
    playbook: tuple[tuple[str, str, str], ...]  # subject, position, never: name, words, language
    examples: tuple[str, ...]
    kinds: tuple[str, ...]


# ------------------------------------------------------------------------------------------ choosing


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; empty values narrow nothing."""

    topic: str = ""
    obligation: str = ""
    kind: str = ""
    demand: str = ""
    language: str = ""
    alternatives: bool = False


def topics(library: Library) -> tuple[str, ...]:
    """The topics of a library, in the order of the articles."""
    return tuple(dict.fromkeys(clause.partition("/")[0] for clause in library.clauses))


def unknown_value(filter: Filter, shelf: Shelf) -> Mapping[str, str]:
    """The first value of a filter that is not known: option, value, the nearest known one, some that are. {} if none."""
    known = {
        "topic": topics(shelf.library),
        "obligation": tuple(shelf.law.obligations),
        "kind": tuple(shelf.law.kinds),
        "demand": tuple(shelf.law.demands),
        "language": LANGUAGES,
    }
    asked = ((f"--{option}", getattr(filter, option), values) for option, values in known.items())
    return next((_unknown(*one) for one in asked if one[1] and one[1] not in one[2]), {})


def unknown_part(clause: str, alternative: str, languages: Sequence[str], shelf: Shelf) -> Mapping[str, str]:
    """The same for what is asked of one clause."""
    found = shelf.library.clauses.get(clause)
    if found is None:
        return _unknown("ID", clause, tuple(shelf.library.clauses))
    if alternative and alternative not in found.alternatives:
        return _unknown("--alternative", alternative, tuple(found.alternatives))
    return next((_unknown("--language", name, LANGUAGES) for name in languages if name not in LANGUAGES), {})


def _unknown(option: str, value: str, known: Sequence[str]) -> Mapping[str, str]:
    some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    near = nearest(value, known) or next(iter(known), "–")
    return {"option": option, "value": value, "nearest": near, "known": some or "–"}


def choose(filter: Filter, shelf: Shelf) -> tuple[Clause, ...]:
    """The clauses that a filter lets through, in the order of the articles."""
    return tuple(clause for clause in shelf.library.clauses.values() if _fits(clause, filter, shelf.law))


def _fits(clause: Clause, filter: Filter, law: Law) -> bool:
    claimed = {o for alternative in ("", *clause.alternatives) for o in fulfils_of(clause, alternative)}
    demands = {d for o in claimed if o in law.obligations for d in law.obligations[o].demand}
    return all(
        (
            not filter.topic or clause.id.startswith(f"{filter.topic}/"),
            not filter.obligation or filter.obligation in claimed,
            not filter.kind or may_select(law, filter.kind, clause),
            not filter.demand or filter.demand in demands,
            not filter.language or any(language == filter.language for _, language in clause.texts),
            not filter.alternatives or bool(clause.alternatives),
        )
    )


# -------------------------------------------------------------------------------------------- telling


def row_of(clause: Clause, shelf: Shelf, ui: str) -> Row:
    """The line of a clause in a list."""
    heading, language = in_language({lang: t.heading for (a, lang), t in clause.texts.items() if not a}, ui)
    approved = sum(1 for key in clause.texts if is_approved(shelf.library, clause.id, *key))
    return Row(
        id=clause.id,
        title=heading or clause.id,
        title_in=language,
        when=applies(clause, shelf.law, ui),
        states=tuple(clause.fulfils),
        alternatives=len(clause.alternatives),
        approved=approved,
        texts=len(clause.texts),
    )


def sheet_of(clause: Clause, shelf: Shelf, around: Surroundings, ui: str) -> Sheet:
    """Everything there is to tell of a clause."""
    return Sheet(
        clause=clause,
        row=row_of(clause, shelf, ui),
        conditions=spelt_out(clause.when, shelf.law, ui),
        wordings=tuple(_wording(clause, name, shelf, ui) for name in ("", *clause.alternatives)),
        fillings=tuple(filling(slot, shelf.law) for slot in clause.slots.values()),
        links=around.links.get(clause.id, ()),
        cites=tuple(_cited_article(shelf.law, instrument, article, ui) for instrument, article in clause.cites),
        terms=_terms(clause, shelf.library, ui),
        playbook=tuple((name, *in_language(clause.playbook.get(name, {}), ui)) for name in clause.playbook),
        examples=around.examples.get(clause.id, ()),
        kinds=around.kinds.get(clause.id, ()),
    )


def narrowed(sheet: Sheet, alternative: str, languages: Sequence[str]) -> Sheet:
    """A sheet with only one of its alternatives, or only some of its languages; empty values narrow nothing."""
    wordings = (w for w in sheet.wordings if alternative in ("", w.name))
    chosen = tuple(
        replace(w, versions=tuple(v for v in w.versions if not languages or v.language in languages)) for w in wordings
    )
    return replace(sheet, wordings=chosen)


def _wording(clause: Clause, name: str, shelf: Shelf, ui: str) -> Wording:
    details = clause.alternatives.get(name, {})
    concedes, concedes_in = in_language(details.get("concedes", {}), ui)
    approver = str(details.get("agreed_by", ""))
    return Wording(
        name=name,
        versions=tuple(
            _version(shelf.library, clause, name, language)
            for language in LANGUAGES
            if (name, language) in clause.texts
        ),
        stated=stated_by(clause, name, shelf.law, ui),
        concedes=concedes,
        concedes_in=concedes_in,
        agreed_by=in_language(shelf.library.labels.get("approver", {}).get(approver, {}), ui)[0] or approver,
        overlaid=name in clause.overlaid,
    )


def _version(library: Library, clause: Clause, name: str, language: str) -> Version:
    text = clause.texts[name, language]
    digest = approval_digest(clause, name, language)
    for given in reversed(library.approvals):
        if (given.clause, given.alternative, given.language, given.digest) == (clause.id, name, language, digest):
            return Version(language, text, True, given.by, given.function, given.on)
    return Version(language, text, False)


def stated_by(clause: Clause, alternative: str, law: Law, ui: str) -> tuple[Stated, ...]:
    """The obligations that a text of a clause states."""
    return tuple(
        Stated(name, in_language(known.title, ui)[0] if known else "", blocks, cited(known, law, ui) if known else ())
        for name, blocks in fulfils_of(clause, alternative).items()
        for known in (law.obligations.get(name),)
    )


def cited(obligation: Obligation | Trap, law: Law, ui: str) -> tuple[Cited, ...]:
    """The bases of an obligation or a trap with their certainty, each once."""
    art = word("art", ui)
    return tuple(
        dict.fromkeys(Cited(citation(law, b, ui, art), b.certainty, b.instrument) for b in obligation.basis)
    )  # fmt: skip


def _cited_article(law: Law, instrument: str, article: str, ui: str) -> Cited:
    known = law.instruments.get(instrument)
    name = in_language(known.short, ui)[0] if known else instrument
    return Cited(
        f"{word('art', ui)} {article}, {name}" if article else name, known.certainty if known else "", instrument
    )


def filling(slot: Slot, law: Law) -> Filling:
    """Where the value of a slot comes from."""
    values = tuple((since, spell_value(value)) for since, value in law.parameters.get(slot.parameter, ()))
    default = "" if slot.default is None else spell_value(slot.default)
    return Filling(slot.name, slot.type, slot.path, default, slot.parameter, values, slot.table)


def _terms(clause: Clause, library: Library, ui: str) -> tuple[tuple[str, str], ...]:
    """The defined terms that the words of a clause use, in any of its languages."""
    used: set[str] = set()
    for (_, language), text in clause.texts.items():
        pattern, key_of = _pattern(tuple((key, term.forms.get(language, ())) for key, term in library.terms.items()))
        used |= {key_of[m[0]] for block in text.blocks for m in pattern.finditer(words_of(block))}
    return tuple((key, in_language(term.labels, ui)[0]) for key, term in library.terms.items() if key in used)


@lru_cache(maxsize=8)
def _pattern(forms: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A pattern for the written forms of the terms in a language, and the key of each form."""
    return term_pattern(dict(forms)), {form: key for key, group in forms for form in group}
