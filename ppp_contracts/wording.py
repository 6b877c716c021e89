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
from .l10n import LOCALES
from .library import fulfils_of
from .markup import term_pattern, words_of
from .model import Block, Clause, Finding, Law, Library, Place, Text

MARK = "\N{REPLACEMENT CHARACTER}"  # what `words_of` puts for a slot or a reference
SENTENCE_END = re.compile(r"(?<=[.;:])\s")
FEWEST_WORDS = 2  # of the object of a duty
_GAP = r"(?:[\s\u00a0]|[\s\u00a0][^.;:]{0,200}?[\s\u00a0])"  # what `…` stands for: a space, or words between two


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
    numbers, units = _any_of(words["numbers"]), _any_of(words["units"])
    law = "|".join(re.escape(word) for word in words["law"])
    figures = "|".join(re.escape(word) for word in words.get("figures", ())) or "(?!)"
    months = "|".join(re.escape(name) for name in _months(language))
    return Manner(
        duty=re.compile(_any_of(words["duty"]), re.IGNORECASE),
        debtor=re.compile(f"{_any_of([*forms, *words['debtors']])}|{MARK}", re.IGNORECASE),
        quotes=(words["quotes"][0], words["quotes"][1]),
        avoid=tuple(
            (
                re.compile(_any_of(entry["words"]), re.IGNORECASE),
                re.compile(_any_of(entry.get("except", [])) if entry.get("except") else "(?!)", re.IGNORECASE),
                str(entry["use"]),
            )
            for entry in words["avoid"]
        ),
        names=frozenset(words["names"]),
        counted=re.compile(rf"{numbers}[\s\u00a0]+{units}", re.IGNORECASE),
        doubled=re.compile(r"\w+[\s\u00a0]?\([\s\u00a0]?\d[\d.,\s\u00a0\u202f]*\)"),
        lawful=re.compile(
            rf"{figures}|(?:{law})[\s\u00a0]*(?:[IVXLC]+\.)?\d[\w./:°§()-]*"
            rf"(?:(?:,|;| et| en| und| and| ou| of| oder| or| à| tot en met| tot| bis| to)*,?(?:[\s\u00a0]*(?:{law}))*[\s\u00a0]*\d[\w./:°()-]*)*"
            rf"|\d{{1,2}}(?:er|\.)?[\s\u00a0](?:{months})[\s\u00a0]\d{{4}}|\b\d{{4}}/\d+|\b\d+/\d{{4}}|\d+°",
            re.IGNORECASE,
        ),
    )


def _months(language: str) -> list[str]:
    from .l10n import month_names

    return month_names(language)


def _any_of(phrases: Sequence[str]) -> str:
    """A pattern for any of the phrases, as whole words; `…` stands for words in between."""
    spelt = (
        _GAP.join(re.escape(part.strip()).replace(r"\ ", r"[\s\u00a0]+") for part in phrase.split("…"))
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


def _sentence_with(pattern: re.Pattern[str], words: str) -> str:
    """The first sentence in which a pattern is found, "" when there is none."""
    return next((s for s in SENTENCE_END.split(words) if pattern.search(s)), "")


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
        sentence = _sentence_with(manner.duty, words_of(block))
        if not sentence:
            continue
        place = Place(text.file, block.line, 1)
        if not manner.debtor.search(sentence):
            yield find("PPP444", place, clause=clause.id, block=block.name)
        leads = number + 1 < len(text.blocks) and text.blocks[number + 1].level > block.level
        left = len(re.findall(r"\w+", manner.debtor.sub(" ", manner.duty.sub(" ", sentence))))
        if left < FEWEST_WORDS and not leads:
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
        doubled = [m[0] for m in manner.doubled.finditer(rest)]
        yield from (find("PPP448", place, clause=clause.id, text=found) for found in doubled)
        for match in (*manner.counted.finditer(rest), *re.finditer(r"\d[\d.,\u00a0\u202f]*", rest)):
            if not any(match[0] in found for found in doubled):
                yield find("PPP447", place, clause=clause.id, block=block.name, text=match[0].strip())


_EVERY_QUOTE = '«»“”„"‹›‚‘'


def _quotes(clause: Clause, text: Text, language: str, manner: Manner, library: Library) -> Iterator[Finding]:
    for block in text.blocks:
        words = "".join(i.value for i in block.inlines if i.kind == "text")
        wrong = sorted({c for c in words if c in _EVERY_QUOTE and c not in manner.quotes})
        opened, closed = (words.count(mark) for mark in manner.quotes)
        if wrong or opened != closed or "'" in words:
            shown = " ".join([*wrong, *(["'"] if "'" in words else [])]) or f"{opened} ≠ {closed}"
            yield find(
                "PPP449", Place(text.file, block.line, 1), clause=clause.id, marks=shown, right=" ".join(manner.quotes)
            )


def _capitals(clause: Clause, text: Text, language: str, manner: Manner, library: Library) -> Iterator[Finding]:
    """A capital inside a sentence says «defined term»: the word is one, or a name."""
    if language == "de" or clause.id == DEFINITIONS:
        return
    pattern = term_pattern({key: term.forms.get(language, ()) for key, term in library.terms.items()})
    for block in text.blocks:
        words = pattern.sub(" ", manner.lawful.sub(" ", words_of(block)))
        for match in re.finditer(r"(?<=[\w,’)] )(?:[dlLDnN]’)?([A-ZÀ-Þ][\w’-]*)", words):
            if match[1] not in manner.names:
                yield find("PPP453", Place(text.file, block.line, 1), clause=clause.id, word=match[1])


TextRule = Callable[[Clause, Text, str, Manner, Library], Iterator[Finding]]
TEXT_RULES: tuple[TextRule, ...] = (_duties, _avoided, _numbers, _quotes, _capitals)
