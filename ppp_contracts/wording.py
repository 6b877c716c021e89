"""The words of the clauses against `clauses/wording.yaml`: duties, numbers, quotation marks, one word for one concept.

Every rule is a generator over the texts. What a phrase or a word is stands in the file; here is only how it is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .assembly import DEFINITIONS
from .codes import find
from .l10n import LOCALES, month_names
from .library import fulfils_of
from .markup import term_pattern, words_of
from .model import Block, Clause, Finding, Law, Library, Place, Text

MARK = "\N{REPLACEMENT CHARACTER}"  # what `words_of` puts for a slot or a reference
PARTY = "\N{OBJECT REPLACEMENT CHARACTER}"  # what stands for a slot that holds parties
SENTENCE_END = re.compile(r"(?<=[.;:])\s")
FEWEST_WORDS = 2  # of the object of a duty
_GAP = r"(?:\s|,?\s(?:[^.;:]|[.:](?=\d)){0,200}?\s)"  # what `…` stands for: a space, or words between two


@dataclass(frozen=True)
class Manner:
    """How one language speaks, as patterns over its texts."""

    duty: re.Pattern[str]
    debtor: re.Pattern[str]
    quotes: tuple[str, str]
    avoid: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...]  # words, where they are right, what to say instead
    names: frozenset[str]
    counted: re.Pattern[str]  # a number word before a unit
    doubled: re.Pattern[str]  # «deux (2)»
    lawful: re.Pattern[str]  # figures that belong in the prose


def make_manner(language: str, words: Mapping[str, Any], persons: Sequence[str], library: Library) -> Manner:
    """The manner of a language out of the wording file and the defined terms."""
    forms = [form for key in persons if key in library.terms for form in library.terms[key].forms.get(language, ())]
    numbers, units = _any_of(words.get("numbers", ())), _any_of(words.get("units", ()))
    law = _beginning(words.get("law", ()))
    months = "|".join(re.escape(name) for name in month_names(language))
    opening, closing = words.get("quotes", ("", ""))
    return Manner(
        duty=re.compile(_any_of(words.get("duty", ())), re.IGNORECASE),
        # A term is a person with its capital only: «une partie du Projet» undertakes nothing.
        debtor=re.compile(f"{_any_of(forms)}|(?i:{_any_of(words.get('debtors', ()))})|{PARTY}"),
        quotes=(opening, closing),
        avoid=tuple(
            (
                re.compile(_any_of(entry["words"]), re.IGNORECASE),
                re.compile(_any_of(entry.get("except", ())), re.IGNORECASE),
                str(entry["use"]),
            )
            for entry in words.get("avoid", ())
        ),
        names=frozenset(words.get("names", ())),
        counted=re.compile(rf"{numbers}\s+{units}", re.IGNORECASE),
        doubled=re.compile(rf"\w+\s?\(\s?\d[\d.,\s]*\)|\d[\d.,]*\s?\(\s?{numbers}\s?\)", re.IGNORECASE),
        lawful=re.compile(
            "|".join(
                (
                    _beginning(words.get("figures", ())) + r"(?!\w)",
                    rf"{law}\s*(?:[IVXLC]+\.)?{_FIGURE}(?:{_JOIN}(?:\s*{law})*\s*{_FIGURE}(?!\s+{units}))*",
                    rf"\b\d{{1,2}}(?:er|\.)?\s(?:{months})\s\d{{4}}",
                    r"\b\d{4}/\d+|\b\d+/\d{4}|\d+°",
                )
            ),
            re.IGNORECASE,
        ),
    )


_FIGURE = r"\d[\w./:°§()-]*+"  # 5.76, 1er, 26(1), 3°; possessive, so that 30 is never read as 3
_JOIN = r"(?:[,;]|\s(?:et|en|und|and|ou|of|oder|or|à|tot en met|tot|bis|to))*"


def _beginning(words: Sequence[str]) -> str:
    """A pattern for any of the words where a word begins: «point», and not the end of «appoint»."""
    return rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in words) or '(?!)'})"


def _any_of(phrases: Sequence[str]) -> str:
    """A pattern for any of the phrases, as whole words; `…` stands for words in between. Of no phrase, it fits nothing."""
    if not phrases:
        return "(?!)"
    spelt = (
        _GAP.join(re.escape(part.strip()).replace(r"\ ", r"\s+") for part in phrase.split("…"))
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return r"(?<![\w-])(?:" + "|".join(spelt) + r")(?![\w-])"


# ---------------------------------------------------------------------------------------------- rules


def check_wording(library: Library, law: Law, wording: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that the wording file finds in the texts of a library."""
    manners = {
        language: make_manner(language, wording[language], wording.get("persons", ()), library)
        for language in LOCALES
        if language in wording
    }
    for clause in library.clauses.values():
        for (_alternative, language), text in clause.texts.items():
            if language in manners:
                for rule in TEXT_RULES:
                    yield from rule(clause, text, language, manners[language], library)
        yield from _undertakings(clause, law, manners)
        yield from _modality(clause, manners)


def _spoken(clause: Clause, block: Block) -> str:
    """The words of a block, with a sign of its own for a slot that holds parties: they can be debtors."""
    people = {name for name, slot in clause.slots.items() if slot.type in ("party", "parties")}
    signs = (PARTY if i.kind == "slot" and i.value in people else MARK for i in block.inlines)
    return "".join(i.value if i.kind == "text" else sign for i, sign in zip(block.inlines, signs, strict=True))


def _whole(text: Text, block: Block) -> str:
    """A block together with what leads to it: «Chaque Partie s’engage à :» and «a) …»."""
    said = {b.name: words_of(b) for b in text.blocks}
    parts = block.name.split(".")
    return " ".join(said[".".join(parts[: n + 1])] for n in range(len(parts)))


def _undertakings(clause: Clause, law: Law, manners: Mapping[str, Manner]) -> Iterator[Finding]:
    """Who claims to state a duty has, in every language, a block in which somebody undertakes something."""
    if clause.place != "article":
        return
    for (alternative, language), text in clause.texts.items():
        manner = manners.get(language)
        blocks = {b.name: b for b in text.blocks}
        for obligation, names in fulfils_of(clause, alternative).items() if manner else ():
            known = law.obligations.get(obligation)
            if known is None or known.form != "duty":
                continue
            claimed = [blocks[name] for name in names if name in blocks]
            if claimed and not any(manner.duty.search(_whole(text, b)) for b in claimed):  # type: ignore[union-attr]
                place = Place(text.file, claimed[0].line, 1)
                yield find("PPP420", place, clause=clause.id, block=", ".join(names), id=obligation, language=language)


def _duties(clause: Clause, text: Text, language: str, manner: Manner, library: Library) -> Iterator[Finding]:
    """Where a duty is undertaken, the sentence says by whom, and to do what."""
    if clause.place != "article":
        return
    for number, block in enumerate(text.blocks):
        sentences = [s for s in SENTENCE_END.split(_spoken(clause, block)) if manner.duty.search(s)]
        leads = number + 1 < len(text.blocks) and text.blocks[number + 1].level > block.level
        place = Place(text.file, block.line, 1)
        if not all(manner.debtor.search(sentence) for sentence in sentences):
            yield find("PPP444", place, clause=clause.id, block=block.name)
        left = [len(re.findall(rf"\w+|{MARK}", manner.debtor.sub(" ", manner.duty.sub(" ", s)))) for s in sentences]
        if not leads and any(count < FEWEST_WORDS for count in left):
            yield find("PPP445", place, clause=clause.id, block=block.name)


def _modality(clause: Clause, manners: Mapping[str, Manner]) -> Iterator[Finding]:
    """A block undertakes something in all languages or in none."""
    for alternative in ("", *clause.alternatives):
        texts = [(lang, t) for (alt, lang), t in clause.texts.items() if alt == alternative and lang in manners]
        for language, text in texts[1:]:
            base_language, base = texts[0]
            others = {b.name: b for b in base.blocks}
            for block in text.blocks:
                other = others.get(block.name)
                if other is None:
                    continue
                here = bool(manners[language].duty.search(words_of(block)))
                if here != bool(manners[base_language].duty.search(words_of(other))):
                    place = Place(text.file, block.line, 1)
                    yield find(
                        "PPP443", place, clause=clause.id, block=block.name, language=language, other=base_language
                    )


def _avoided(clause: Clause, text: Text, language: str, manner: Manner, library: Library) -> Iterator[Finding]:
    for block in text.blocks:
        for pattern, right, use in manner.avoid:
            for match in pattern.finditer(right.sub(" ", words_of(block))):
                yield find("PPP446", Place(text.file, block.line, 1), clause=clause.id, word=match[0], use=use)


def _numbers(clause: Clause, text: Text, language: str, manner: Manner, library: Library) -> Iterator[Finding]:
    """Numbers that belong in a slot or a parameter, and numbers said twice."""
    for block in text.blocks:
        rest = manner.lawful.sub(" ", words_of(block))
        place = Place(text.file, block.line, 1)
        for match in manner.doubled.finditer(rest):
            yield find("PPP448", place, clause=clause.id, text=match[0])
        rest = manner.doubled.sub(" ", rest)
        for match in (*manner.counted.finditer(rest), *re.finditer(r"\d(?:[\d.,\u00a0\u202f]*\d)?", rest)):
            yield find("PPP447", place, clause=clause.id, block=block.name, text=match[0])


_APOSTROPHE = re.compile(r"(?<=\w)'(?=[\w\N{REPLACEMENT CHARACTER}])")  # a matter of typography: PPP414
_EVERY_QUOTE = "«»“”„\"‹›‚‘'"


def _quotes(clause: Clause, text: Text, language: str, manner: Manner, library: Library) -> Iterator[Finding]:
    for block in text.blocks:
        words = "".join(i.value if i.kind == "text" else MARK for i in block.inlines)
        marks = [c for c in _APOSTROPHE.sub("", words) if c in _EVERY_QUOTE]
        wrong = sorted(set(marks) - set(manner.quotes))
        pairs = "".join(marks).replace("".join(manner.quotes), "")
        if wrong or pairs:
            shown, right = " ".join(wrong or marks), " ".join(manner.quotes)
            yield find("PPP449", Place(text.file, block.line, 1), clause=clause.id, marks=shown, right=right)


def _capitals(clause: Clause, text: Text, language: str, manner: Manner, library: Library) -> Iterator[Finding]:
    """A capital inside a sentence says «defined term»: the word is one, or a name."""
    if language == "de" or clause.id == DEFINITIONS:
        return
    pattern = term_pattern({key: term.forms.get(language, ()) for key, term in library.terms.items()})
    for block in text.blocks:
        words = pattern.sub(MARK, manner.lawful.sub(MARK, words_of(block)))
        for match in re.finditer(rf"(?<=[\w,’){MARK}] )(?:[dlLDnN]’)?([^\W\d_][\w’-]*)", words):
            if match[1][0].isupper() and match[1] not in manner.names:
                yield find("PPP453", Place(text.file, block.line, 1), clause=clause.id, word=match[1])


TextRule = Callable[[Clause, Text, str, Manner, Library], Iterator[Finding]]
TEXT_RULES: tuple[TextRule, ...] = (_duties, _avoided, _numbers, _quotes, _capitals)
