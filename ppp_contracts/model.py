"""Every noun of the program, as frozen values.

Nothing here reads, writes or computes; a value says what it holds and where it came from. The language of the
field (DESIGN, glossary in the README) is the language of this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .finding import LANGUAGES, Document, Finding, Outcome, Path, Place, Severity, Spec

__all__ = [
    "LANGUAGES",
    "Document",
    "Finding",
    "Outcome",
    "Path",
    "Place",
    "Severity",
    "Spec",
]  # the first nouns; the others are defined here

# ---------------------------------------------------------------------------------------------- law


class Instrument(NamedTuple):
    """A law, regulation or standard."""

    id: str
    name: Mapping[str, str]
    short: Mapping[str, str]
    force: str  # law, funding-condition, standard
    certainty: str
    consulted: str
    date: str = ""
    eli: str = ""
    status: str = ""
    row: str = ""


class Basis(NamedTuple):
    """What an obligation rests on: an article of an instrument, and how sure we are of it."""

    instrument: str
    certainty: str
    article: str = ""
    row: str = ""


class Obligation(NamedTuple):
    """One duty that an agreement has to state."""

    id: str
    title: Mapping[str, str]
    demand: tuple[str, ...]
    basis: tuple[Basis, ...]
    bearer: str
    towards: str
    severity: tuple[tuple[Any, Severity], ...]  # (condition or None, level): the first that holds
    applies_when: Any
    check: Mapping[str, Any]
    rationale: Mapping[str, str]
    remedy: Mapping[str, str]
    in_force_from: str = ""
    in_force_to: str = ""
    form: str = "duty"  # somebody undertakes it; or declaration: it is stated or granted
    file: str = ""


class Trap(NamedTuple):
    """A known mistake, and how it is found (`found`: one of the kinds of `trap`)."""

    id: str
    title: Mapping[str, str]
    basis: tuple[Basis, ...]
    severity: tuple[tuple[Any, Severity], ...]
    outcome: str  # fail: it is a mistake; review: a person has to judge
    applies_when: Any
    found: Mapping[str, Any]
    message: Mapping[str, str]
    remedy: Mapping[str, str]
    demand: tuple[str, ...] = ()
    in_force_from: str = ""
    in_force_to: str = ""
    file: str = ""


class Law(NamedTuple):
    """Everything under `law/`."""

    instruments: Mapping[str, Instrument]
    obligations: Mapping[str, Obligation]
    conditions: Mapping[str, Any]
    parameters: Mapping[str, tuple[tuple[str, Any], ...]]  # name -> ((from date, value), …), oldest first
    demands: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, Mapping[str, Any]]
    frameworks: Mapping[str, Mapping[str, Any]]
    digest: str
    traps: Mapping[str, Trap] = {}


# ------------------------------------------------------------------------------------------ clauses


class Inline(NamedTuple):
    """A piece of a clause's text. `kind` is text, slot, clause or annex; `value` the words, slot name or target."""

    kind: str
    value: str


class Block(NamedTuple):
    """A numbered paragraph of a clause; `name` is `1`, `1.a` or `1.a.i`, level 1 to 3."""

    name: str
    level: int
    inlines: tuple[Inline, ...]
    line: int = 0


class Text(NamedTuple):
    """A clause in one language: its heading and its blocks in order."""

    file: str
    heading: str
    blocks: tuple[Block, ...]


class Slot(NamedTuple):
    """A named, typed blank in a clause, bound to a fact or to a parameter of the law."""

    name: str
    type: str
    path: str = ""
    parameter: str = ""
    table: str = ""
    default: Any = None


class Clause(NamedTuple):
    """A unit of the library. `texts` maps alternative ("" is the preferred text) and language to a text."""

    id: str
    version: str
    order: int
    place: str  # article, recital, party, signature
    each: str  # "", parties, signatories
    when: Any
    fulfils: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, Slot]
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    replaces: tuple[str, ...]  # clauses that stand back where this one is chosen
    cites: tuple[tuple[str, str], ...]
    alternatives: Mapping[str, Mapping[str, Any]]
    texts: Mapping[tuple[str, str], Text]
    file: str
    digests: Mapping[str, str]  # alternative -> the digest of its words in all languages: what an evidence names
    note: str = ""
    provenance: Mapping[str, Any] = {}
    playbook: Mapping[str, Any] = {}  # what is negotiated: subject, position, never
    overlaid: frozenset[str] = frozenset()  # alternatives that an organisation's overlay brings ("" the preferred text)


class Term(NamedTuple):
    """A defined term: its label, written forms and definition in each language."""

    key: str
    labels: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    definitions: Mapping[str, tuple[Inline, ...]]
    slots: Mapping[str, Slot]
    file: str


class Approval(NamedTuple):
    """A jurist's approval of one text: it counts for the text with this digest and for no other."""

    clause: str
    alternative: str
    language: str
    digest: str
    by: str
    function: str
    on: str
    note: str = ""
    file: str = ""


class Library(NamedTuple):
    """Everything under `clauses/`, in order of the articles."""

    clauses: Mapping[str, Clause]
    terms: Mapping[str, Term]
    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    digest: str
    approvals: tuple[Approval, ...] = ()
    forbidden: Mapping[str, str] = {}  # clause -> why the organisation forbids it


# --------------------------------------------------------------------------------------------- plan


class Reason(NamedTuple):
    """Why a clause is in a plan: a condition that held, and the fact behind it."""

    condition: str
    fact: str = ""
    value: str = ""


class BoundSlot(NamedTuple):
    """A slot with its value, still without a language. `origin` is spec, default, parameter or missing."""

    slot: Slot
    value: Any
    origin: str
    path: str


class PlannedClause(NamedTuple):
    """A chosen clause. `number` is its article number; `key` tells copies (one for each party) apart."""

    clause: Clause
    alternative: str
    number: int
    key: str
    why: tuple[Reason, ...]
    slots: Mapping[str, BoundSlot]


class Absence(NamedTuple):
    """Why a clause of the library is not in a plan.

    `reason`: condition (it does not hold), open (a fact is missing), kind (this kind does not take it), left-out,
    replaced (by `detail`), forbidden (by the organisation, for the reason in `detail`), nobody (a copy for each, of none).
    """

    reason: str
    detail: str = ""
    path: str = ""  # where in the spec that was decided


class PlannedAnnex(NamedTuple):
    """A generated annex; `number` counts from 1."""

    id: str
    number: int


class Plan(NamedTuple):
    """The clauses chosen for a spec, ordered and numbered, their slots bound. It knows no language."""

    spec: Spec
    law: Law
    library: Library
    clauses: tuple[PlannedClause, ...]
    annexes: tuple[PlannedAnnex, ...]
    as_of: str
    absent: Mapping[str, Absence] = {}


# ---------------------------------------------------------------------------------------- agreement


class Span(NamedTuple):
    """A run of text. `kind`: text; slot (a value; `target` is the slot's name, empty text means a blank to fill in);
    ref (a live reference; `target` is the anchor it points to, `text` the words it shows)."""

    kind: str
    text: str
    target: str = ""


class Paragraph(NamedTuple):
    """One paragraph of a document.

    `anchor` is its bookmark, unique in the document. `label` is the number a reader sees («7.2», «a)»), "" if none.
    `level`: 0 heading or unnumbered, 1 to 3 the numbered levels. `style` names the role of the paragraph (see
    `word.styles`): heading, block, party-first, party, recital, signature, definition, annex-heading, annex-text, cell,
    cell-number, cell-header, cell-header-number.
    """

    anchor: str
    spans: tuple[Span, ...]
    style: str
    level: int = 0
    label: str = ""
    clause: str = ""  # the clause id, or annex:<id>
    block: str = ""  # the block's name; "0" is the heading


class Article(NamedTuple):
    """A numbered clause: `label` is the whole label as printed («Article 7»)."""

    number: int
    label: str
    heading: Paragraph
    paragraphs: tuple[Paragraph, ...]


class Table(NamedTuple):
    """A table of an annex. `header` and every row have the same length; `widths` are shares that sum to 100;
    `numeric` tells the columns of amounts. The last row is a total when `total` is true."""

    caption: str
    header: tuple[Paragraph, ...]
    rows: tuple[tuple[Paragraph, ...], ...]
    widths: tuple[int, ...]
    numeric: tuple[bool, ...]
    total: bool = False


class Annex(NamedTuple):
    """A generated annex: its heading («Annexe 2» is `label`) and what stands in it."""

    number: int
    label: str
    heading: Paragraph
    body: tuple[Paragraph | Table, ...]


class Agreement(NamedTuple):
    """A plan in one language: the tree that every writer and the checker share."""

    language: str
    title: str
    kind: str  # the kind's name in this language («Convention de partenariat»)
    reference: str
    version: str
    draft: bool
    words: Mapping[str, str]  # words of the frame in this language: table `document` of the labels
    parties: tuple[tuple[Paragraph, ...], ...]  # one group for each party
    recitals: tuple[Paragraph, ...]
    articles: tuple[Article, ...]
    annexes: tuple[Annex, ...]
    signatures: tuple[tuple[Paragraph, ...], ...]  # one group for each signatory
    party_names: tuple[str, ...]
    date: str  # the date of signature in words, "" if not known


# ------------------------------------------------------------------------------------------ verdict


class Evidence(NamedTuple):
    """What a verdict rests on: a paragraph («article 7.2», its digest) or a fact of the spec."""

    label: str
    anchor: str = ""
    digest: str = ""
    fact: str = ""


class Verdict(NamedTuple):
    """The outcome for one obligation."""

    obligation: str
    outcome: Outcome
    severity: Severity
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()  # facts that are missing (open), or that do not hold (fail)
    clauses: tuple[str, ...] = ()  # clauses that could state it
    question: Mapping[str, str] = {}  # what a person has to decide (review)
    note: str = ""  # a message key that explains the outcome
