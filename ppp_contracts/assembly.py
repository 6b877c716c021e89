"""A plan and a language in, an `Agreement` out: the tree that every writer and the checker share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import l10n
from .annexes import build_annex
from .codes import find
from .model import (
    Agreement,
    Annex,
    Article,
    Block,
    BoundSlot,
    Finding,
    Inline,
    Paragraph,
    Place,
    Plan,
    PlannedClause,
    Span,
    Text,
)
from .paths import mapping, mappings
from .plan import bind_term, terms_used
from .spec import place_of

DEFINITIONS = "general/definitions"


def anchor_of(key: str, block: str) -> str:
    """The name of a paragraph's bookmark: letters, digits and underscores, at most 40 characters (ECMA-376, 17.13.6.2)."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", f"{key}_{block}").strip("_")
    if len(name) > 35:
        name = f"{name[:26]}_{hashlib.sha256(f'{key}#{block}'.encode()).hexdigest()[:8]}"
    return f"_ppp_{name}"


@dataclass(frozen=True)
class Voice:
    """What it takes to say things in one language: the plan, its labels, the names of the parties, where clauses stand."""

    plan: Plan
    language: str
    articles: Mapping[str, int]
    annexes: Mapping[str, int]

    def label(self, table: str, value: Any) -> str:
        """The word for an enumeration value; the value itself where the table lacks it."""
        words = self.plan.library.labels.get(table, {}).get(str(value), {})
        return words.get(self.language) or words.get("en") or str(value)

    def word(self, name: str) -> str:
        """A word of the document's frame."""
        return self.label("document", name)

    def text(self, value: Any) -> str:
        """A text of the spec in this language, typeset as the clauses are; "" when it is not there."""
        return l10n.typeset(l10n.text_in(value, self.language) or "", self.language)

    def party(self, name: Any) -> str:
        """The short name of a party, by its id."""
        for party in mappings(self.plan.spec.data.get("parties")):
            if party.get("id") == name:
                return self.text(party.get("short_name") or party.get("name"))
        return str(name)

    def parties(self, names: Any) -> str:
        """The short names of several parties, joined («a, b et c»)."""
        listed = names if isinstance(names, list) else [names]
        return l10n.join_list(list(dict.fromkeys(self.party(name) for name in listed)), self.language)

    def amount(self, value: Any) -> str:
        """An amount in figures, as it is when it is none; the spec's findings say so."""
        try:
            return l10n.format_amount(str(value), self.currency, self.language)
        except (ArithmeticError, ValueError):
            return str(value)

    def date(self, value: Any) -> str:
        """An ISO date in words, as it is when it is no date; the spec's findings say so."""
        try:
            return l10n.format_date(str(value), self.language) if value else ""
        except ValueError:
            return str(value)

    @property
    def currency(self) -> str:
        return str(self.plan.spec.data.get("currency", "EUR"))

    def clause_label(self, clause: str) -> str:
        """«Article 7»; "" when the clause is not an article of the plan."""
        number = self.articles.get(clause)
        return f"{self.word('article')} {number}" if number else ""

    def annex_label(self, annex: str) -> str:
        """«Annexe 2»; "" when there is no such annex."""
        number = self.annexes.get(annex)
        return f"{self.word('annex')} {number}" if number else ""


def make_voice(plan: Plan, language: str) -> Voice:
    """The voice of a plan in a language."""
    articles = {planned.clause.id: planned.number for planned in plan.clauses if planned.number}
    return Voice(plan, language, articles, {annex.id: annex.number for annex in plan.annexes})


# --------------------------------------------------------------------------------------------- slots


def _address(voice: Voice, value: Any, bound: BoundSlot) -> str:
    country = value.get("country", "BE")
    city = f"{value.get('postal_code', '')} {voice.text(value.get('city'))}".strip()
    parts = [voice.text(value.get("street")), city]
    if country != "BE":
        parts.append(l10n.country_name(country, voice.language))
    return ", ".join(part for part in parts if part)


def _signatories(voice: Voice, value: Any, bound: BoundSlot) -> str:
    """«Name, capacity (authority)»: brackets spare the reader «en vertu de l’ / du / de la»."""
    return "; ".join(
        f"{voice.text(s.get('name'))}, {voice.text(s.get('capacity'))} ({voice.text(s.get('authority'))})"
        for s in value
    )


def _labels(voice: Voice, value: Any, bound: BoundSlot) -> str:
    listed = value if isinstance(value, list) else [value]
    return l10n.join_list(list(dict.fromkeys(voice.label(bound.slot.table, v) for v in listed)), voice.language)


def _texts(voice: Voice, value: Any, bound: BoundSlot) -> str:
    listed = value if isinstance(value, list) else [value]
    return l10n.join_list([voice.text(v) for v in listed], voice.language)


_SAY: Mapping[str, Callable[[Voice, Any, BoundSlot], str]] = {
    "text": lambda voice, value, bound: voice.text(value),
    "texts": _texts,
    "party": lambda voice, value, bound: voice.party(value),
    "parties": lambda voice, value, bound: voice.parties(value),
    "amount": lambda voice, value, bound: l10n.format_amount_full(str(value), voice.currency, voice.language),
    "date": lambda voice, value, bound: voice.date(value),
    "duration": lambda voice, value, bound: l10n.format_duration(str(value), voice.language, in_sentence=True),
    "percentage": lambda voice, value, bound: l10n.format_percentage(str(value), voice.language),
    "number": lambda voice, value, bound: l10n.format_number(str(value), voice.language),
    "label": lambda voice, value, bound: voice.label(bound.slot.table, value),
    "labels": _labels,
    "address": _address,
    "signatories": _signatories,
    "enterprise_number": lambda voice, value, bound: spell_enterprise_number(str(value)),
    "iban": lambda voice, value, bound: spell_iban(str(value)),
}
SLOT_TYPES = tuple(_SAY)


def spell_enterprise_number(value: str) -> str:
    """An enterprise number as the Crossroads Bank writes it, `0123.456.789`; unchanged when it is none."""
    digits = re.sub(r"\D", "", value).rjust(10, "0")
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}" if len(digits) == 10 else value


def spell_iban(value: str) -> str:
    """An IBAN in groups of four (ISO 13616, print format)."""
    plain = re.sub(r"\s", "", value)
    return "\N{NO-BREAK SPACE}".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def say(voice: Voice, bound: BoundSlot) -> str:
    """A slot's value in words; "" when it has none, or when the value is not of the slot's type (the schema says so)."""
    if bound.value is None:
        return ""
    try:
        return _SAY[bound.slot.type](voice, bound.value, bound)
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        return ""


# ------------------------------------------------------------------------------------------ assembly


def assemble(plan: Plan, language: str, draft: bool = False) -> tuple[Agreement, tuple[Finding, ...]]:
    """The agreement in one language. A clause without a text in it is a finding (PPP418)."""
    voice = make_voice(plan, language)
    findings: list[Finding] = []
    parts: dict[str, list[tuple[PlannedClause, Text]]] = {"article": [], "recital": [], "party": [], "signature": []}
    for planned in plan.clauses:
        text = planned.clause.texts.get((planned.alternative, language))
        if text is None:
            findings.append(find("PPP418", Place(planned.clause.file), clause=planned.clause.id, language=language))
        else:
            parts[planned.clause.place].append((planned, text))
    data = plan.spec.data
    kind = plan.law.kinds.get(str(data.get("kind")), {}).get("title", {})
    agreement = Agreement(
        language=language,
        title=voice.text(data.get("title")),
        kind=kind.get(language, str(data.get("kind", ""))),
        reference=str(data.get("reference", "")),
        version=str(data.get("version", "")),
        draft=draft,
        words={name: voice.word(name) for name in plan.library.labels.get("document", {})},
        parties=tuple(tuple(paragraphs) for paragraphs in _grouped(voice, parts["party"], "party")),
        recitals=tuple(p for planned, text in parts["recital"] for p in _flat(voice, planned, text, "recital")),
        articles=tuple(_article(voice, planned, text) for planned, text in parts["article"]),
        annexes=tuple(_annex(voice, annex.id, annex.number) for annex in plan.annexes),
        signatures=tuple(tuple(paragraphs) for paragraphs in _grouped(voice, parts["signature"], "signature")),
        party_names=tuple(voice.text(p.get("name")) for p in mappings(data.get("parties"))),
        date=voice.date(mapping(data.get("signature")).get("date")),
    )
    return agreement, tuple(findings)


def _article(voice: Voice, planned: PlannedClause, text: Text) -> Article:
    label = f"{voice.word('article')} {planned.number}"
    heading = Paragraph(
        anchor_of(planned.key, "0"), (Span("text", text.heading),), "heading", 0, label, planned.clause.id, "0"
    )
    paragraphs = [_numbered(voice, planned, block) for block in text.blocks]
    if planned.clause.id == DEFINITIONS:
        paragraphs.extend(_definitions(voice, planned))
    return Article(planned.number, label, heading, tuple(paragraphs))


def _numbered(voice: Voice, planned: PlannedClause, block: Block) -> Paragraph:
    spans = tuple(_spans(voice, block.inlines, planned.slots))
    return Paragraph(
        anchor_of(planned.key, block.name),
        spans,
        "block",
        block.level,
        _printed(planned.number, block),
        planned.clause.id,
        block.name,
    )


def _printed(number: int, block: Block) -> str:
    last = block.name.rsplit(".", 1)[-1]
    return f"{number}.{last}" if block.level == 1 else f"{last})"


def _flat(voice: Voice, planned: PlannedClause, text: Text, style: str) -> Iterator[Paragraph]:
    for block in text.blocks:
        spans = tuple(_spans(voice, block.inlines, planned.slots))
        yield Paragraph(anchor_of(planned.key, block.name), spans, style, 0, "", planned.clause.id, block.name)


def _grouped(voice: Voice, parts: list[tuple[PlannedClause, Text]], style: str) -> Iterator[list[Paragraph]]:
    """One group of paragraphs for each party (or signatory), in the order of the spec."""
    copies = [(planned.key[len(planned.clause.id) + 1 :], planned, text) for planned, text in parts]
    order = list(dict.fromkeys(_copy_order(voice.plan, [copy for copy, _, _ in copies])))
    for copy in order:
        group = [p for key, planned, text in copies if key == copy for p in _flat(voice, planned, text, style)]
        # The paragraph that names a party is the one that is numbered.
        yield [group[0]._replace(style="party-first"), *group[1:]] if style == "party" and group else group


def _copy_order(plan: Plan, copies: list[str]) -> Iterator[str]:
    for party in mappings(plan.spec.data.get("parties")):
        name = str(party.get("id", ""))
        yield from (copy for copy in copies if copy == name or copy.startswith(f"{name}/"))


def _definitions(voice: Voice, planned: PlannedClause) -> Iterator[Paragraph]:
    terms = voice.plan.library.terms
    keys = [key for key in terms_used(voice.plan, voice.language) if voice.language in terms[key].labels]
    for key in sorted(keys, key=lambda k: l10n.sort_key(terms[k].labels[voice.language])):
        bound = bind_term(voice.plan, key)
        open_quote, close_quote = (voice.word("quote_open"), voice.word("quote_close"))
        head = Span("term", f"{open_quote}{terms[key].labels[voice.language]}{close_quote}", key)
        body = _spans(voice, terms[key].definitions[voice.language], bound)
        spans = (
            head,
            Span("text", l10n.typeset(" : " if voice.language == "fr" else ": ", voice.language)),
            *body,
            Span("text", "."),
        )
        yield Paragraph(
            anchor_of(planned.key, f"term_{key}"), spans, "definition", 0, "", planned.clause.id, f"term:{key}"
        )


def _spans(voice: Voice, inlines: tuple[Inline, ...], slots: Mapping[str, BoundSlot]) -> Iterator[Span]:
    for inline in inlines:
        if inline.kind == "text":
            yield Span("text", inline.value)
        elif inline.kind == "slot":
            bound = slots.get(inline.value)
            yield Span("slot", say(voice, bound) if bound else "", inline.value)
        elif inline.kind == "clause":
            yield Span("ref", voice.clause_label(inline.value), anchor_of(inline.value, "0"))
        else:
            yield Span("ref", voice.annex_label(inline.value), anchor_of(f"annex_{inline.value}", "0"))


def _annex(voice: Voice, name: str, number: int) -> Annex:
    label = voice.annex_label(name)
    clause = f"annex:{name}"
    heading = Paragraph(
        anchor_of(f"annex_{name}", "0"),
        (Span("text", voice.label("annex", name)),),
        "annex-heading",
        0,
        label,
        clause,
        "0",
    )
    return Annex(number, label, heading, tuple(build_annex(voice, name)))


# -------------------------------------------------------------------------------------------- reading


def paragraphs_of(agreement: Agreement) -> Iterator[tuple[str, Paragraph]]:
    """Every paragraph with an anchor, in the order of the document, with the part it stands in
    (party, recital, article, signature, annex)."""
    for group in agreement.parties:
        yield from (("party", p) for p in group)
    yield from (("recital", p) for p in agreement.recitals)
    for article in agreement.articles:
        yield "article", article.heading
        yield from (("article", p) for p in article.paragraphs)
    for group in agreement.signatures:
        yield from (("signature", p) for p in group)
    for annex in agreement.annexes:
        yield "annex", annex.heading
        for item in annex.body:
            cells = (item,) if isinstance(item, Paragraph) else (*item.header, *(c for row in item.rows for c in row))
            yield from (("annex", p) for p in cells)


def text_of(paragraph: Paragraph) -> str:
    """The words of a paragraph, its number left out."""
    return "".join(span.text for span in paragraph.spans)


def evidence_label(clause_place: str, number: int, block: str) -> str:
    """How a verdict names a paragraph: `7.2.a`; a place name where there is no number."""
    return f"{number}.{block}" if number else clause_place


def lost_values(agreement: Agreement, plan: Plan) -> Iterator[Finding]:
    """Slots that print nothing although the spec gives a value, and marks that should never reach a reader."""
    for _, paragraph in paragraphs_of(agreement):
        text = text_of(paragraph)
        if re.search(r"\{\{|\}\}|\[clause:|\[annex:|\bNone\b|  ", text):
            yield find("PPP509", place_of(plan.spec, ""), text=text[:80])
        for span in paragraph.spans:
            if span.kind == "ref" and not span.text:
                yield find("PPP433", place_of(plan.spec, ""), target=span.target, clause=paragraph.clause)
            if span.kind == "slot" and not span.text and not agreement.draft:
                yield find("PPP508", place_of(plan.spec, ""), slot=span.target, clause=paragraph.clause)
