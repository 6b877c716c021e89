"""A text in, the figures it says out: numbers, dates, times, durations, and numbers in words, in four languages.

It reads what people write, not what a spec holds: thousands with points or spaces, decimals with a comma, «septante et un»,
«tweeëntwintig». What it does not know it leaves out. Texts come as `phrase.plain` gives them, and positions are those in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from .l10n import month_names
from .pattern import lazy
from .phrase import plain

# -------------------------------------------------------------------------------------------- figures

_GROUPED = r"[0-9]{1,3}(?:[ '][0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+"
FIGURE = rf"(?<![\w.,'])(?:(?:{_GROUPED})(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?)(?![0-9])"
_SCALES: tuple[tuple[str, int], ...] = (
    ("milliards?|miljard(?:en)?|milliarden?|billions?", 10**9),
    ("millions?|miljoen(?:en)?|millionen", 10**6),
    ("mille|duizend|tausend|thousand", 10**3),
)
SCALED = rf"(?: (?:{'|'.join(words for words, _ in _SCALES)})(?!\w))?"
"""What may stand after figures to multiply them: «1,5 million»."""


def figure_values(text: str) -> frozenset[Decimal]:
    """The numbers that figures may stand for: «12.345,67» and «12,345.67» one, «1.200» two, for who wrote it is not known."""
    figures, scale = text, 1
    for words, times in _SCALES:
        figures, found = re.subn(rf" (?:{words})$", "", figures)
        scale *= times**found
    bare = re.sub(r"[ ']", "", figures)
    marks = [c for c in bare if c in ".,"]
    if len(set(marks)) == 2:  # the last one is that of the decimals
        readings = {bare.replace(marks[0], "").replace(marks[-1], ".")}
    elif len(marks) > 1:
        readings = {bare.replace(marks[0], "")}
    else:
        readings = {bare.replace(",", ".")}
        if marks and re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", bare):
            readings.add(bare.replace(marks[0], ""))
    return frozenset(Decimal(reading) * scale for reading in readings)


# --------------------------------------------------------------------------------- numbers in words

_HUNDRED, _THOUSAND = 100, 1000
_NUMBERS: Mapping[str, Mapping[int, str]] = {
    "fr": {
        0: "zéro|zero", 1: "une?", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf",
        10: "dix", 11: "onze", 12: "douze", 13: "treize", 14: "quatorze", 15: "quinze", 16: "seize",
        20: "vingts?", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 70: "septante", 80: "huitante|octante",
        90: "nonante", 100: "cents?", 1000: "mille", 10**6: "millions?", 10**9: "milliards?",
    },
    "nl": {
        0: "nul", 1: "een|één|eén", 2: "twee", 3: "drie", 4: "vier", 5: "vijf", 6: "zes", 7: "zeven", 8: "acht", 9: "negen",
        10: "tien", 11: "elf", 12: "twaalf", 13: "dertien", 14: "veertien", 15: "vijftien", 16: "zestien", 17: "zeventien",
        18: "achttien", 19: "negentien", 20: "twintig", 30: "dertig", 40: "veertig", 50: "vijftig", 60: "zestig",
        70: "zeventig", 80: "tachtig", 90: "negentig", 100: "honderd", 1000: "duizend", 10**6: "miljoen(?:en)?",
        10**9: "miljard(?:en)?",
    },
    "de": {
        0: "null", 1: "eins|ein(?:e[nmrs]?)?", 2: "zwei|zwo", 3: "drei", 4: "vier", 5: "fünf", 6: "sechs", 7: "sieben",
        8: "acht", 9: "neun", 10: "zehn", 11: "elf", 12: "zwölf", 13: "dreizehn", 14: "vierzehn", 15: "fünfzehn",
        16: "sechzehn", 17: "siebzehn", 18: "achtzehn", 19: "neunzehn", 20: "zwanzig", 30: "dreissig", 40: "vierzig",
        50: "fünfzig", 60: "sechzig", 70: "siebzig", 80: "achtzig", 90: "neunzig", 100: "hundert", 1000: "tausend",
        10**6: "million(?:en)?", 10**9: "milliarden?",
    },
    "en": {
        0: "zero", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
        10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen",
        17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty",
        60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety", 100: "hundred", 1000: "thousand", 10**6: "million",
        10**9: "billion",
    },
}  # fmt: skip
_JOIN: Mapping[str, str] = {"fr": "et", "nl": "en|ën", "de": "und", "en": "and"}
_WRITTEN_TOGETHER = frozenset({"nl", "de"})


class Spelt(NamedTuple):
    """A number in words: where it stands and what it is."""

    start: int
    end: int
    value: int


class _Manner(NamedTuple):
    run: re.Pattern[str]
    part: re.Pattern[str]
    values: Mapping[str, int]


@lru_cache(maxsize=len(_NUMBERS))
def _manner(language: str) -> _Manner:
    words = sorted(((value, spelling) for value, s in _NUMBERS[language].items() for spelling in s.split("|")),
                   key=lambda pair: -len(pair[1]))  # fmt: skip
    names = "|".join(f"(?P<n{i}>{spelling})" for i, (_, spelling) in enumerate(words))
    any_number = "|".join(spelling for _, spelling in words)
    join = _JOIN[language]
    if language in _WRITTEN_TOGETHER:
        word = f"(?:(?:{any_number})(?:(?:{join})(?={any_number}))?)+"
    else:
        word = f"(?:{any_number})"
    run = rf"(?<![\w-]){word}(?:[ -](?:(?:{join})[ -])?{word}(?!\w))*(?![\w-])"
    return _Manner(
        re.compile(run),
        re.compile(f"{names}|(?P<join>{join})"),
        {f"n{i}": value for i, (value, _) in enumerate(words)},
    )


def spelt_numbers(text: str, language: str) -> Iterator[Spelt]:
    """Every number in words, the longest there is at its place: «cent mille», «tweehonderd vijftig», «vingt et un»."""
    manner = _manner(language)
    for run in manner.run.finditer(_without_percent(text, language)):
        yield from _numbers_in(run[0], run.start(), manner, language)


def _without_percent(text: str, language: str) -> str:
    """The text without the «cent» of «cinq pour cent»; that of «pour cent mille euros» stays."""
    if language not in ("fr", "en"):
        return text
    return re.sub(r"(?<=pour )cent(?! (?:mille|millions?|milliards?|[a-z]+ante|vingt|deux|dix)\b)|(?<=per )cent\b",
                  lambda m: "#" * len(m[0]), text)  # fmt: skip


def _numbers_in(run: str, offset: int, manner: _Manner, language: str) -> Iterator[Spelt]:
    """The numbers of a run of number words: «deux trois» is two of them."""
    state = _Sum(language)
    start = end = 0
    for match in manner.part.finditer(run):
        if match["join"]:
            state.joined = True
            continue
        value = manner.values[str(match.lastgroup)]
        if not state.take(value):
            yield Spelt(offset + start, offset + end, state.value)
            state, start = _Sum(language), match.start()
            state.take(value)
        end = match.end()
    if end:
        yield Spelt(offset + start, offset + end, state.value)


class _Sum:
    """A number that is being added up, word by word; `take` says whether a word still belongs to it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.total = self.section = 0
        self.scale = 10**12
        self.joined = self.begun = False
        self.last = -1

    @property
    def value(self) -> int:
        return self.total + self.section

    def take(self, value: int) -> bool:
        fits = self._fits(value)
        if fits:
            self._add(value)
            self.begun, self.joined, self.last = True, False, value
        return fits

    def _fits(self, value: int) -> bool:
        rest = self.section % _HUNDRED
        if not self.begun:
            return True
        if value == 0 or self.value == 0:
            return False
        if value >= _THOUSAND:
            return value < self.scale
        if value == _HUNDRED:
            if self.section == 0:
                return self.last >= _THOUSAND
            return self.section < 20 and self.last < _HUNDRED  # «twelfhonderd», never «cinquante cents»
        if rest == 0:
            return self.last >= _HUNDRED
        if self.language == "fr":
            return (value == 20 and rest == 4) or self._after_tens(rest, value)
        if self.language in _WRITTEN_TOGETHER:
            return rest < 10 and value >= 20 and self.joined
        return self._after_tens(rest, value)

    def _after_tens(self, rest: int, value: int) -> bool:
        if self.language == "fr" and rest in (60, 80):
            return value < 17
        if self.language == "fr" and rest in (70, 90) and self.last == 10:  # «soixante-dix-sept»
            return 7 <= value < 10
        if self.language == "fr" and rest == 10:
            return 7 <= value < 10
        return rest % 10 == 0 and rest >= 20 and value < 10

    def _add(self, value: int) -> None:
        if value >= _THOUSAND:
            self.total += (self.section or 1) * value
            self.section, self.scale = 0, value
        elif value == _HUNDRED:
            self.section = (self.section or 1) * _HUNDRED
        elif self.language == "fr" and value == 20 and self.section % _HUNDRED == 4:
            self.section += 76
        else:
            self.section += value


_ORDINALS: Mapping[str, tuple[str, ...]] = {
    "fr": ("premi[eè]re?", "deuxième|seconde?", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième",
           "neuvième", "dixième", "onzième", "douzième"),
    "nl": ("eerste", "tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende", "elfde",
           "twaalfde"),
    "de": ("erste[nmrs]?", "zweite[nmrs]?", "dritte[nmrs]?", "vierte[nmrs]?", "fünfte[nmrs]?", "sechste[nmrs]?",
           "siebte[nmrs]?", "achte[nmrs]?", "neunte[nmrs]?", "zehnte[nmrs]?", "elfte[nmrs]?", "zwölfte[nmrs]?"),
    "en": ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
           "twelfth"),
}  # fmt: skip
# Words that say a number without naming it, with every number they may stand for.
_SAYING: Mapping[str, tuple[int, ...]] = {
    r"semestr|halbjahr|half ?ja{1,2}r|six-month|half-year|biannual": (6, 2),
    r"trimestr|kwarta|driemaandelijks|quartal|quarter|vierteljähr": (3, 4),
    r"bimestr|bimens|tweemaandelijks": (2,),
    r"quinzaine|fortnight|veertiendaags|vierzehntäg": (14, 15, 2),
    r"\ban(?:s|née|nuel)|\bchaque année|jaarlijks|\bper jaar|jährlich|annual|yearly|\ban\b|\bjaar\b|\bjahr\b|\byear\b": (
        1,
        12,
    ),
    r"mensuel|maandelijks|monatlich|monthly": (1, 12),
    r"hebdomadaire|wekelijks|wöchentlich|weekly": (1, 7, 52),
    r"douzaine|dozijn|dutzend|dozen": (12,),
    r"dizaine|tiental": (10,),
    r"vingtaine|twintigtal": (20,),
    r"trentaine|dertigtal": (30,),
    r"cinquantaine|vijftigtal": (50,),
    r"centaine|honderdtal": (100,),
    r"millier|duizendtal": (1000,),
    r"moitié|helft|hälfte|\bhalf\b|\bhalb|demi|mi-temps|halftijd|halve": (50, 2),
    r"double|dubbel|doppelt|twice|bis\b|beide|les deux|both": (2,),
    r"totalité|intégral|volledig|geheel|vollständig|gesamt|whole|full|entire": (100,),
    r"jour et nuit|dag en nacht|tag und nacht|around the clock|heures sur": (24,),
}


def said_in_words(text: str, language: str) -> frozenset[Decimal]:
    """Every number that a text may say in words: cardinals, ordinals, «semestre», «la moitié», «XXIe»."""
    said = {Decimal(number.value) for number in spelt_numbers(text, language)}
    said |= {Decimal(n) for n, word in enumerate(_ORDINALS[language], 1) if re.search(rf"\b(?:{word})s?\b", text)}
    said |= {Decimal(value) for words, values in _SAYING.items() if re.search(words, text) for value in values}
    for match in re.finditer(r"(?<!\w)([ivxl]+)(?:e|er|ère|ème|de|ste|st|nd|rd|th|\.)?(?!\w)", text):
        said.add(Decimal(roman_value(match[1])))
    return frozenset(said)


def roman_value(text: str) -> int:
    """What a Roman number stands for, up to 89."""
    values = [{"i": 1, "v": 5, "x": 10, "l": 50}[c] for c in text]
    return sum(-v if any(v < later for later in values[i + 1 :]) else v for i, v in enumerate(values))


# ----------------------------------------------------------------------------------- what a text says

UNITS: Mapping[str, tuple[str, int]] = {
    r"heures?|uur|uren|stunden?|hours?|h|u": ("hour", 1),
    r"jours? ouvrables?|jours? ouvrés?|werkdag(?:en)?|arbeitstage?n?|werktage?n?|working days?|business days?": ("working day", 1),
    r"jours?(?: calendrier| calendaires?)?|(?:kalender)?dag(?:en)?|(?:kalender)?tage?[ns]?|(?:calendar )?days?": ("day", 1),
    r"semaines?|week|weken|wochen?|weeks?": ("day", 7),
    r"mois|maand(?:en)?|monate?[ns]?|months?": ("month", 1),
    r"ans?|années?|jaar|jaren|jahre?[ns]?|years?": ("month", 12),
}  # fmt: skip
_UNIT = "|".join(f"(?P<u{i}>{words})" for i, words in enumerate(UNITS))
_KINDS = tuple(UNITS.values())


class Figure(NamedTuple):
    """Something said in figures. `values` are what it may be (one of them is); `kind` is number, date, time or mark (a number
    that is a name, as of a telephone); a duration has a `unit`, and `measures` as many as it has values."""

    kind: str
    shown: str
    values: frozenset[str]
    unit: str = ""
    measures: frozenset[Decimal] = frozenset()


class Duration(NamedTuple):
    """A duration that a text says, in figures or in words: «18 mois», «deux ans»."""

    start: int
    shown: str
    unit: str  # hour, day, working day, month
    number: Decimal


def durations(text: str, language: str) -> Iterator[Duration]:
    """The durations of a text, in figures or in words."""
    said = [(m.start(), m.end(), min(figure_values(m[0]))) for m in re.finditer(FIGURE, text)]
    said += [(s.start, s.end, Decimal(s.value)) for s in spelt_numbers(text, language)]
    for start, end, value in sorted(said):
        unit = _unit_at(text, end)
        if unit:
            name, times = _KINDS[unit[0]]
            yield Duration(start, text[start : unit[1]], name, value * times)


_UNIT_AFTER = lazy(rf"(?: ?\([^()]{{1,40}}\))?[ -]?(?:{_UNIT})(?!\w)")


def _unit_at(text: str, position: int) -> tuple[int, int] | None:
    """Which unit stands at a place, and where it ends."""
    match = _UNIT_AFTER.match(text, position)
    return (int(str(match.lastgroup)[1:]), match.end()) if match else None


# What holds figures and is none: addresses, web pages, files.
_NO_FIGURE = lazy(r"[^\s@]+@[^\s@]+|(?:https?://|www\.)\S+")
# A number that is a name: an account, a telephone, an enterprise.
_MARKS = lazy(
    r"(?<!\w)[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?!\w)"
    r"|(?<![\w.,])(?:be ?)?[01][0-9]{3}\.[0-9]{3}\.[0-9]{3}(?![0-9])"
    r"|(?<![\w.,])(?:\+|00)[1-9][0-9]{0,2}(?:[ ./()-]{1,3}[0-9]{1,4}){2,6}(?![0-9])"
    r"|(?<![\w.,])0[0-9]{1,3}(?:[ ./-]{1,3}[0-9]{2,4}){1,5}(?![0-9])"
)
FEWEST_OF_A_MARK = 8
_ORDINAL_END = r"(?:er|e|ste|de|st|nd|rd|th|\.)?"


@lru_cache(maxsize=len(_NUMBERS))
def _dates(language: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
    names = {plain(name): number for number, name in enumerate(month_names(language), 1)}
    short = {name[:n]: number for name, number in names.items() for n in (3, 4) if len(name) > n}
    months = (
        "|".join(sorted(names, key=len, reverse=True))
        + "|(?:"
        + "|".join(sorted(short, key=len, reverse=True))
        + r")\."
    )
    day = rf"(?P<d1>[0-9]{{1,2}}){_ORDINAL_END}"
    pattern = (
        rf"(?<![\w.,]){day} (?:of )?(?P<m1>{months})(?!\w)(?:,? (?P<y1>[0-9]{{4}}))?"
        rf"|(?<!\w)(?P<m2>{months}) (?:(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?,? )?(?P<y2>[0-9]{{4}})"
        r"|(?<![\w.,])(?P<y4>[0-9]{4})-(?P<m4>[0-9]{2})-(?P<d4>[0-9]{2})(?![0-9])"
        r"|(?<![\w.,])(?P<d5>[0-9]{1,2})(?P<s>[./-])(?P<m5>[0-9]{1,2})(?P=s)(?P<y5>[0-9]{4})(?![0-9])"
    )
    return re.compile(pattern), {**short, **{f"{s}.": n for s, n in short.items()}, **names}


_TIME = lazy(
    r"(?<![\w.,])(?P<h>[01]?[0-9]|2[0-4]) ?[hu:] ?(?P<m>[0-5][0-9])(?![0-9])(?P<pm> ?p\.?m)?"
    r"|(?<![\w.,])(?P<h2>[01]?[0-9]|2[0-4])\.(?P<m2>[0-5][0-9]) ?(?:uur|uhr|heures)(?!\w)"
)
_NUMBER = lazy(rf"{FIGURE}{SCALED}")
_SPLIT_NUMBER = lazy(r"(?<![\w])[0-9]+(?![0-9])")


def figures_in(text: str, language: str) -> list[Figure]:
    """Everything that a text says in figures, each once, wherever it stands."""
    rest = _NO_FIGURE.sub(" ", plain(text))
    out: list[Figure] = []

    def keep(kind: str, match: re.Match[str], *values: str) -> str:
        out.append(Figure(kind, match[0].strip(), frozenset(values)))
        return " ; "

    def date_of(match: re.Match[str]) -> str:
        parts = {key[0]: value for key, value in match.groupdict().items() if value}
        month = months.get(parts["m"]) or (int(parts["m"]) if parts["m"].isdigit() else 0)
        if not 1 <= month <= 12:
            return match[0]
        return keep("date", match, f"{parts.get('y', '')}-{month}-{int(parts.get('d', '0'))}")

    def mark_of(match: re.Match[str]) -> str:
        bare = re.sub(r"[^a-z0-9]", "", re.sub(r"^(?:\+|00)32", "", match[0]))
        if len(bare) < FEWEST_OF_A_MARK:
            return match[0]
        return keep("mark", match, re.sub(r"^(?:be(?=[01][0-9]{9}$))?0*", "", bare))

    def time_of(match: re.Match[str]) -> str:
        hour, minute = str(int(match["h"] or match["h2"]) + (12 if match["pm"] else 0)), match["m"] or match["m2"]
        return keep("time", match, f"{hour}:{minute}", *([hour] if minute == "00" else ()))

    pattern, months = _dates(language)
    rest = pattern.sub(date_of, rest)
    rest = _MARKS.sub(mark_of, rest)
    rest = _TIME.sub(time_of, rest)
    for match in _NUMBER.finditer(rest):
        unit = _unit_at(rest, match.end())
        values = figure_values(match[0])
        shown = rest[match.start() : unit[1] if unit else match.end()]
        name, times = _KINDS[unit[0]] if unit else ("", 0)
        measures = frozenset(value * times for value in values) if unit else frozenset()
        out.append(Figure("number", shown, frozenset(map(_spell, values)), name, measures))
    return out


def _spell(value: Decimal) -> str:
    return f"{value.normalize():f}"
