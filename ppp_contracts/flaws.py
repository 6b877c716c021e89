"""Passages in, what is wrong in them out: numbers that are none or another's, words that deny figures, references to nothing,
blanks, language versions that say different figures. What a phrase cannot say; `TESTS` is the table.

A test is sure of what it reports or says nothing: it takes a number for an enterprise's only where the text calls it one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from .finding import Place
from .numerals import (
    FIGURE,
    SCALED,
    UNITS,
    Figure,
    Spelt,
    durations,
    figure_values,
    figures_in,
    roman_value,
    said_in_words,
    spelt_numbers,
)
from .passage import Passage, Person, Scene
from .paths import mapping
from .pattern import lazy
from .phrase import NONE, find_phrase, plain
from .rules import is_enterprise_number, is_iban, normal_enterprise_number, placeholder_in

Found = Iterator[tuple[Place, str]]
Test = Callable[[Sequence[Passage], Scene, Mapping[str, Any]], Found]


def _each_language(passages: Iterable[Passage]) -> Iterator[tuple[Passage, str]]:
    return ((passage, language) for passage in passages for language in passage.languages)


# --------------------------------------------------------------------------------- numbers of parties

_ENTERPRISE = (
    r"(?:n(?:°|os?|r|uméro)?\.? ?d'entreprise|ondernemings-?n(?:ummer|r\.?)|unternehmensnummer|(?:enterprise|company) number"
    r"|\b(?:bce|kbo|zdu|cbe|rpm|rpr|rjp)\b)"
)
_VAT = r"(?:\b(?:tva|btw|vat)\b|\bbtw-|\bmwst|\bust-id)"
_TELEPHONE = lazy(r"(?:\btél|\btel|\bgsm|\bmobile|\bfax|\bphone|☎|✆)[^0-9]{0,20}$", re.IGNORECASE)
_MARK = lazy(rf"(?:(?P<vat>{_VAT})|{_ENTERPRISE})[^0-9]{{0,40}}?$", re.IGNORECASE)
_CANDIDATE = lazy(
    r"(?<![\w.,])(?P<be>BE ?)?[01]?[0-9]{3}(?P<dot>[. ]?)[0-9]{3}[. ]?[0-9]{3}(?![\w€]|[.,]?[0-9]| ?(?:€|EUR|eur|%))"
)
_DIGITS = lazy("[0-9]{3}[. ]?[0-9]{3}")  # what every number of an enterprise has
_IBAN = lazy(r"(?<!\w)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_IBAN_MARK = lazy(r"\b(?:iban|compte|rekening(?:nummer)?|konto(?:nummer)?|account)\b[^0-9]{0,30}$", re.IGNORECASE)
_MARK_REACH = 60
_FOREIGN = lazy(r"\b(?!BE|SA|NV|BV|SC|CV|AG)[A-Z]{2} ?$")  # the code of another country


class _Number(NamedTuple):
    start: int
    shown: str
    digits: str  # ten, however it is written
    called: str  # vat, enterprise, "" when the text does not say what it is


def _numbers(text: str) -> Iterator[_Number]:
    """The numbers that a text gives as an enterprise's, or that can be nothing else."""
    if not _DIGITS.search(text):
        return
    text = _IBAN.sub(lambda m: "#" * len(m[0]), text)
    for match in _CANDIDATE.finditer(text):
        before = text[max(0, match.start() - _MARK_REACH) : match.start()]
        digits = normal_enterprise_number(match[0])
        mark = _MARK.search(before)
        if not digits or _TELEPHONE.search(before) or _FOREIGN.search(before):
            continue
        called = "" if not mark else "vat" if mark["vat"] else "enterprise"
        is_long = len(re.sub(r"\D", "", match[0])) == 10
        if called == "enterprise" or (called == "vat" and (match["be"] or (is_long and match["dot"] == "."))):
            yield _Number(match.start(), match[0], digits, called)
        elif is_long and (match["be"] or match["dot"] == ".") and is_enterprise_number(digits):
            yield _Number(match.start(), match[0], digits, "")


def wrong_enterprise_number(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """A number that the text calls an enterprise number or a VAT number, with wrong check digits (T-01)."""
    for passage in passages:
        for number in _numbers(_levelled(passage.text)):
            if number.called and not is_enterprise_number(number.digits):
                yield passage.place, number.shown


def wrong_iban(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """A number that the text calls an account, with wrong length or check digits (T-04)."""
    for passage in passages:
        text = _levelled(passage.text)
        for match in _IBAN.finditer(text):
            named = match[0].startswith("BE") or _IBAN_MARK.search(text[max(0, match.start() - 40) : match.start()])
            if named and not is_iban(match[0]):
                yield passage.place, match[0]


@lru_cache(maxsize=1 << 12)
def _levelled(text: str) -> str:
    """The text with one kind of space and apostrophe; capitals stay, for they tell names."""
    return re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text.replace("’", "'").replace("‘", "'"))


def other_enterprise_number(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """An enterprise number beside the name of a party whose number is another (T-02)."""
    yield from _not_its_own(passages, scene, ("enterprise", ""))


def other_vat_number(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """A VAT number beside the name of a party whose enterprise number has other figures (T-03)."""
    yield from _not_its_own(passages, scene, ("vat",))


def _not_its_own(passages: Sequence[Passage], scene: Scene, called: Sequence[str]) -> Found:
    for passage in passages:
        text = _levelled(passage.text)
        numbers = list(_numbers(text)) if called else []
        named = _names_in(text, scene.persons) if numbers else []
        here = {scene.persons[i].number for _, _, i in named}
        for number in numbers:
            if number.called not in called or number.digits in here:
                continue
            owner = _owner(passage, text, number, named, scene.persons)
            if owner and owner.number and owner.number != number.digits:
                name = next(iter(owner.names), "")
                yield passage.place, f"{name} … {number.shown} ≠ {_written(owner.number)}".removeprefix(" … ")


def _written(digits: str) -> str:
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def _names_in(text: str, persons: Sequence[Person]) -> list[tuple[int, int, int]]:
    """Where parties are named: (start, end, which); of names that overlap the longest."""
    places: list[tuple[int, int, int]] = []
    every = sorted(
        ((_levelled(n), i) for i, p in enumerate(persons) for n in p.names if len(n) > 2), key=lambda p: -len(p[0])
    )
    for name, i in every:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            if not any(start < match.end() and match.start() < end for start, end, _ in places):
                places.append((match.start(), match.end(), i))
    return sorted(places)


# Capitals that do not make another name.
_NO_NAME = lazy(
    r"\b(?:BE|BCE|KBO|ZDU|CBE|RPM|RPR|RJP|TVA|BTW|VAT|MwSt|USt|IdNr|ASBL|VZW|AISBL|IVZW|VoG|SA|NV|SRL|BV|SC|CV|SPRL|BVBA|AG"
    r"|GmbH|Unternehmensnummer|Nummer)\b|A\.S\.B\.L\.|V\.Z\.W\."
)
_FAR, _NEAR = 160, 30


def _owner(
    passage: Passage, text: str, number: _Number, named: Sequence[tuple[int, int, int]], persons: Sequence[Person]
) -> Person | None:
    """Whose number it is: of the party whose fact the text is, else of the party named right before it, or right after."""
    own = re.match(r"parties\[(\d+)\]", passage.twin)
    if own:
        return persons[int(own[1])] if int(own[1]) < len(persons) else None
    if passage.old:
        before = [n for n in _numbers(_levelled(passage.old)) if n.called == number.called]
        if len(before) == 1 and len([n for n in _numbers(text) if n.called == number.called]) == 1:
            return Person((), before[0].digits)
    preceding = [(end, i) for _, end, i in named if end <= number.start]
    if preceding:
        end, i = preceding[-1]
        gap = text[end : number.start]
        for about in persons[i].about:
            for words in (about, *about.split(",")):
                gap = gap.replace(_levelled(words), " ")
        other = re.search(r"\b[A-ZÀ-ÖØ-Þ]\w", _NO_NAME.sub(" ", gap))
        return persons[i] if len(gap) <= _FAR and not other else None
    after = number.start + len(number.shown)
    following = [(start, i) for start, _, i in named if start >= after]
    if following and following[0][0] - after <= _NEAR and not re.search(r"[A-Z]\w|[.;]", text[after : following[0][0]]):
        return persons[following[0][1]]
    return None


# --------------------------------------------------------------------------------- words and figures

_CURRENCY = r"€|euros?|eur(?!\w)"
_PERCENT = r"%|pour cent|per cent|procent|prozent|percent"
_TIME_WORDS = "|".join(UNITS)
_NOUN = rf"(?:d'|de |d’)?(?P<noun>{_PERCENT}|{_CURRENCY}|{_TIME_WORDS}|[^\W\d_]{{3,}})"
_TAXES = r"(?:(?:,-+)|,?[ ]?(?:h(?:ors)?\.? ?t\.?v\.?a\.?|tvac|ttc|tva|btw|excl|incl|zonder btw|mwst|vat|taxes)[^()]*)?"
_IN_BRACKETS = lazy(
    rf" ?\( ?(?P<sign>(?:{_CURRENCY}) ?)?(?P<figure>{FIGURE}{SCALED})(?: ?{_NOUN})?(?P<rest>{_TAXES}) ?\)"
)
_AFTER_WORDS = lazy(rf"(?: {_NOUN}(?: ouvrables?| calendrier)?)?$")
_OUTSIDE = lazy(rf" {_NOUN}(?: ouvrables?| calendrier)?(?= ?\()")
_LETTERS = r"(?:(?:soit|zegge|en (?:toutes )?lettres|voluit|in letters|in worten|in words|say) ?:? ?)?"
_FIGURES_BEFORE = lazy(
    rf"(?P<sign>(?:{_CURRENCY}) ?)?(?P<figure>{FIGURE}{SCALED})(?:,-+)?(?: ?{_NOUN}(?: ouvrables?| calendrier)?)? ?"
    rf"(?:\( ?{_LETTERS}|,? (?:soit|zegge|en (?:toutes )?lettres|in worten) ?:? ?)$"
)
_YEARS = (1900, 2100)


_FIGURE = lazy("[0-9]")
_MONEY = lazy(_CURRENCY)


class _Said(NamedTuple):
    """An amount or a number in words: where it stands, what it is, and the thing it counts."""

    start: int
    end: int
    value: Decimal
    noun: str


def _said_amounts(text: str, language: str) -> Iterator[_Said]:
    """The numbers in words of a text; euros and the cents after them as one."""
    spelt = list(spelt_numbers(text, language))
    position = 0
    while position < len(spelt):
        first = spelt[position]
        value, end = Decimal(first.value), first.end
        cents = _cents_after(text, spelt[position + 1 :], first)
        if cents is not None:
            value += cents[0]
            end = cents[1]
            position += cents[2]
        outside = _OUTSIDE.match(text, end) if cents is None else None
        yield _Said(
            first.start, outside.end() if outside else end, value, "€" if cents else outside["noun"] if outside else ""
        )
        position += 1


def _cents_after(text: str, following: Sequence[Spelt], first: Spelt) -> tuple[Decimal, int, int] | None:
    """«… euros et cinquante cents»: the cents, where they end, how many numbers they take."""
    if not following:
        return None
    second = following[0]
    if not re.fullmatch(rf" ?(?:d')?(?:{_CURRENCY}),? ?(?:et|en|und|and)? ?", text[first.end : second.start]):
        return None
    if re.search(r"\bcents?$", text[second.start : second.end]) and second.value % 100 == 0:
        return Decimal(second.value // 100) / 100, second.end, 1
    word = re.match(r" ?(?:cents?|centimes?)(?!\w)", text[second.end :])
    if not word or second.value >= 100:
        return None
    taken = 2 if len(following) > 1 and following[1].start < second.end + word.end() else 1
    return Decimal(second.value) / 100, second.end + word.end(), taken


def words_against_figures(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """A number in words beside figures of another value: «cent mille euros (10.000 €)», «30 (trois) jours» (T-07)."""
    figured = [passage for passage in passages if _FIGURE.search(passage.text)]
    # What denies words stands in brackets, or says money as they do.
    beside = [passage for passage in figured if "(" in passage.text or _MONEY.search(plain(passage.text))]
    for passage, language in _each_language(beside):
        text = plain(passage.text)
        for said in _said_amounts(text, language):
            shown = _denied_after(text, said) or _denied_before(text, said)
            if shown:
                yield passage.place, shown


def _denied_after(text: str, said: _Said) -> str:
    match = _IN_BRACKETS.match(text, said.end)
    return text[said.start : match.end()] if match and _denies(said, match, said.noun) else ""


def _denied_before(text: str, said: _Said) -> str:
    match = _FIGURES_BEFORE.search(text, 0, said.start)
    if not match:
        return ""
    bracket = "(" in text[match.end("figure") : said.start]
    tail = re.compile(rf"(?: (?:d')?(?P<noun>{_PERCENT}|{_CURRENCY}|[^\W\d_]{{3,}}))?(?P<close>[ ,]*\))?").match(
        text, said.end
    )
    noun = said.noun or (tail["noun"] or "" if tail else "")
    if bracket and not (tail and tail["close"]):
        return ""
    if not bracket and (_kind(noun) != "€" or (not match["sign"] and _kind(match["noun"] or "") != "€")):
        return ""
    if not bracket and re.search(r"[x×*] ?$|(?:fois|maal|mal|times|par|per) ?$", text[: match.start()]):
        return ""
    return text[match.start() : (tail.end() if tail else said.end)].strip() if _denies(said, match, noun) else ""


def _denies(said: _Said, match: re.Match[str], noun: str) -> bool:
    """Whether figures and words speak of the same thing and give different numbers of it."""
    inside = "€" if match["sign"] else _kind(match["noun"] or "")
    outside = _kind(noun)
    counted = {"€", "%", *(f"{unit} {times}" for unit, times in UNITS.values())}
    if inside and outside and (inside != outside if {inside, outside} & counted else inside[:4] != outside[:4]):
        return False
    if not inside and outside and outside not in counted:
        return False  # «six exemplaires (3)»: a note, a number of something else
    values = figure_values(match["figure"])
    if any(value == said.value for value in values):
        return False
    years = all(_YEARS[0] <= value <= _YEARS[1] for value in values) and re.fullmatch("[0-9]{4}", match["figure"])
    return not (years and said.value < 100)


def _kind(noun: str) -> str:
    """What a noun counts: money, percentages, months …, or the noun itself."""
    if re.fullmatch(_CURRENCY, noun):
        return "€"
    if re.fullmatch(_PERCENT, noun):
        return "%"
    return next((f"{unit} {times}" for words, (unit, times) in UNITS.items() if re.fullmatch(words, noun)), noun)


# ----------------------------------------------------------------------------------------------- term


# What may stand between «durée de la convention» and the duration: «… est fixée à …», «… : …».
_LEADS = lazy(
    r"[ :=(]*(?:(?:est|sera|de|d'une|une|un|totale?|période|fixée|limitée|portée|à|durée|pour|environ|is|van|een|bedraagt|vastgesteld"
    r"|bepaald|op|totaal|periode|duur|looptijd|voor|ongeveer|beträgt|von|eine[mnrs]?|zeitraum|für|wird|auf|festgesetzt|festgelegt"
    r"|dauer|etwa|of|a|for|the|period|shall be|about)[ :(]+)*"
)


def other_term(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """A sentence that gives the agreement another duration than its dates (T-09); `phrases` are how it speaks of it."""
    months = mapping(scene.case.facts.data.get("derived")).get("duration_months")
    if not isinstance(months, int):
        return
    for passage, language in _each_language(passages):
        for sentence in re.split(r"(?<=[.;!?]) ", plain(passage.text)):
            spoken = find_phrase(found["phrases"].get(language, NONE), sentence)
            if not spoken or find_phrase(found.get("unless", {}).get(language, NONE), sentence):
                continue
            start = sentence.find(spoken) + len(spoken)
            given = [
                d
                for d in durations(sentence, language)
                if d.unit == "month" and d.start >= start and _LEADS.fullmatch(sentence[start : d.start])
            ]
            # A term of 18 months and some days is told as 18 or as 19.
            if given and not any(months <= d.number <= months + 1 for d in given):
                yield passage.place, f"{given[0].shown} ≠ {months}"


# ----------------------------------------------------------------------------------------- references

_AND = r"(?:, ?| et | en | und | and | à | tot(?: en met)? | bis | to | ou | of | oder | or )"
_ARTICLE_WORD = r"(?:[Aa]rticles?|[Aa]rtikel(?:en|s|n)?|[Aa]rt\.)"
_ANNEX_WORD = r"(?:[Aa]nnexe?s?|[Bb]ijlagen?|Anlagen?|Anhang|[Aa]ppendix)"
_ARTICLE_NUMBER = r"[0-9]{1,3}(?![\w/°]|[.:]?[0-9]{2}|:[0-9])"
_ANNEX_NUMBER = r"(?:[0-9]{1,2}|[IVX]{1,5}|[A-Z])(?![\w/°'])"
_ARTICLE = lazy(rf"(?<![\w-]){_ARTICLE_WORD} (?P<many>{_ARTICLE_NUMBER}(?:{_AND}{_ARTICLE_NUMBER})*)")
_ANNEX = lazy(rf"(?<![\w-]){_ANNEX_WORD} (?:n[°ro]\.? ?)?(?P<many>{_ANNEX_NUMBER}(?:{_AND}{_ANNEX_NUMBER})*)")
_ENDS_HEADING = lazy(r" ?[.:–—-]|$| [A-ZÀ-Þ]")
_SENTENCE_END = lazy(r"(?<=[.;!?]) (?=[A-ZÀ-Þ«“„])|(?<=;) ")


def reference_to_nothing(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """A reference to an article or annex that the agreement does not have (T-15); `unless` names what else has articles."""
    for pattern, known in ((_ARTICLE, scene.articles), (_ANNEX, scene.annexes)):
        if known is None:
            continue
        there = known | _headings(pattern, passages)
        for passage, language in _each_language(passages):
            if not pattern.search(_levelled(passage.text)):
                continue
            spared = found.get("unless", {}).get(language, NONE)
            for sentence in _SENTENCE_END.split(_levelled(passage.text)):
                for match in () if find_phrase(spared, plain(sentence)) else pattern.finditer(sentence):
                    if match[0] not in passage.old and not there.issuperset(_referred(match["many"])):
                        yield passage.place, match[0]


def _headings(pattern: re.Pattern[str], passages: Sequence[Passage]) -> frozenset[int]:
    """The numbers of the articles or annexes that somebody added to a Word file."""
    out: set[int] = set()
    for passage in passages:
        text = _levelled(passage.text).strip()
        match = pattern.match(text) if passage.source == "file" else None
        if match and _ENDS_HEADING.match(text, match.end()):
            out.update(_referred(match["many"]))
    return frozenset(out)


def _referred(many: str) -> Iterator[int]:
    """The numbers of a reference; a letter is one that no annex has (0)."""
    for word in re.split(_AND, many):
        if word.isdigit():
            yield int(word)
        else:
            yield roman_value(word.lower()) if re.fullmatch("[IVX]+", word) else 0


# --------------------------------------------------------------------------------------------- blanks


def blank(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """Something is left to fill in (T-16)."""
    for passage in passages:
        shown = placeholder_in(passage.text)
        if shown:
            yield passage.place, shown


# ---------------------------------------------------------------------------------- language versions


def versions_differ(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """Two language versions of one text, each with numbers, dates or durations that the other does not have (T-17).

    A number that one version has in figures may stand in words in the other; one that is said twice counts once.
    """
    return ((place, shown) for place, shown, both in _differences(tuple(passages)) if both)


def version_lacks(passages: Sequence[Passage], scene: Scene, found: Mapping[str, Any]) -> Found:
    """Two language versions of one text, one with numbers, dates or durations that the other does not say at all (T-17): it may
    say them in a way that is not known here."""
    return ((place, shown) for place, shown, both in _differences(tuple(passages)) if not both)


@lru_cache(maxsize=8)
def _differences(passages: tuple[Passage, ...]) -> tuple[tuple[Place, str, bool], ...]:
    """Where versions of a text differ from its first one, how, and whether both have something that the other lacks."""
    return tuple(_compared(passages))


def _compared(passages: Sequence[Passage]) -> Iterator[tuple[Place, str, bool]]:
    twins: dict[str, list[Passage]] = {}
    for passage in passages:
        if passage.twin and len(passage.languages) == 1:
            twins.setdefault(passage.twin, []).append(passage)
    for first, *others in twins.values():
        for other in others:
            here, there = _only_in_one(first, other) if _FIGURE.search(first.text + other.text) else ([], [])
            if here or there:
                every = ((first.languages[0], here), (other.languages[0], there))
                shown = " ≠ ".join(f"{lang}: {', '.join(figure.shown for figure in fs) or '–'}" for lang, fs in every)
                yield other.place, shown, bool(here and there)


def _only_in_one(one: Passage, other: Passage) -> tuple[list[Figure], list[Figure]]:
    """The figures that only one of two versions says, neither as figures nor in words."""
    (here,), (there,) = one.languages, other.languages
    left, right = figures_in(one.text, here), figures_in(other.text, there)
    left, right = _without_same(left, right), _without_same(right, left)
    return _unsaid(left, plain(other.text), there), _unsaid(right, plain(one.text), here)


def _without_same(figures: Sequence[Figure], others: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if not any(_same(figure, other) for other in others)]


def _same(one: Figure, other: Figure) -> bool:
    if one.unit and other.unit:  # 30 days are no 30 weeks, nor 30 working days; 24 months are 2 years
        fortnight = one.measures | other.measures == _FORTNIGHT and one.values | other.values == {"15", "2"}
        return one.unit == other.unit and (fortnight or bool(one.measures & other.measures))
    kinds = {one.kind, other.kind}
    if kinds == {"date", "number"}:  # «15 et 31 décembre 2026», «15 december en 31 december 2026»
        dated, number = (one, other) if one.kind == "date" else (other, one)
        return any(value.startswith("-") and value.rpartition("-")[2] in number.values for value in dated.values)
    return (len(kinds) == 1 or "date" not in kinds) and bool(one.values & other.values)


_FORTNIGHT = frozenset({Decimal(14), Decimal(15)})  # «15 jours» are «2 weken», and no 14 days


def _unsaid(figures: Sequence[Figure], text: str, language: str) -> list[Figure]:
    """The figures that the other version does not say in words either."""
    if not figures:
        return []
    said = said_in_words(text, language)
    said |= {duration.number for duration in durations(text, language) if not duration.shown[0].isdigit()}
    said |= _FORTNIGHT if Decimal(15) in said else frozenset()
    return [f for f in figures if f.kind != "number" or not said & {*f.measures, *map(Decimal, f.values)}]


TESTS: Mapping[str, Test] = {
    "enterprise-number": wrong_enterprise_number,
    "iban": wrong_iban,
    "other-enterprise-number": other_enterprise_number,
    "other-vat-number": other_vat_number,
    "words-and-figures": words_against_figures,
    "term": other_term,
    "reference": reference_to_nothing,
    "blank": blank,
    "versions": versions_differ,
    "version-lacks": version_lacks,
}
