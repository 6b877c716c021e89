"""Plain values in, the words of a language out: dates, amounts, durations, lists, typography; and the calendar under them.

Values come as text, ISO dates and decimal figures, and never pass through a float. What is not such a value raises
ValueError, and nothing else: the schema has reported it, the caller decides what is shown instead. Babel and num2words
are loaded by the functions that need them, so that the calendar costs nothing.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .pattern import lazy

# Belgium's own forms. English has no Belgian form that English readers know: Ireland's has the day before the month and
# the sign of the euro before the figures, with the English point and comma.
LOCALES: Mapping[str, str] = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_BE", "en": "en_IE"}
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
MAX_PERIODS = 10_000


# --------------------------------------------------------------------------------------------- values


_FIGURES = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parse_number(value: Any) -> Decimal:
    """A number as a spec writes it, `250000.00` or 12. Raises ValueError for anything else, a float among them."""
    if isinstance(value, int | str | Decimal) and not isinstance(value, bool) and _FIGURES.fullmatch(str(value)):
        return Decimal(str(value)) + 0  # no negative zero
    raise ValueError(f"not a number: {value!r:.60}")


def parse_date(value: Any) -> date:
    """A calendar date written `2026-12-01`. Raises ValueError for anything else, such as the 30th of February."""
    if isinstance(value, str) and _ISO.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError(f"not a date: {value!r:.60}")


def _locale(language: str) -> str:
    try:
        return LOCALES[language]
    except KeyError:
        raise ValueError(f"not a language: {language!r:.60}") from None


# -------------------------------------------------------------------------------------------- figures


@lru_cache(maxsize=4096, typed=True)
def format_date(iso: str, language: str) -> str:
    """A date in full: «1er décembre 2026», «10 december 2026», «10. Dezember 2026», «10 December 2026»."""
    from babel.dates import format_date as spell

    day = parse_date(iso)
    text = str(spell(day, "long", locale=_locale(language)))
    # CLDR has no «1er», which is how French writes the first of the month and only that day.
    return "1er" + text[1:] if language == "fr" and day.day == 1 else text


# As Babel has them (a test says so); to read a text for dates should not cost the loading of Babel.
_MONTHS: Mapping[str, str] = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}


def month_names(language: str) -> list[str]:
    """The names of the months, as they stand in a date."""
    _locale(language)
    return _MONTHS[language].split()


@lru_cache(maxsize=4096, typed=True)
def format_number(value: str, language: str) -> str:
    """A number with the separators of the language; every decimal that was written is kept."""
    from babel.numbers import format_decimal

    return str(format_decimal(parse_number(value), locale=_locale(language), decimal_quantization=False))


@lru_cache(maxsize=1024, typed=True)
def format_percentage(value: str, language: str) -> str:
    """A percentage given in per cent: "7.5" gives «7,5 %»."""
    from babel.numbers import format_percent

    return str(format_percent(parse_number(value).scaleb(-2), locale=_locale(language), decimal_quantization=False))


def _parse_amount(value: Any, currency: str) -> Decimal:
    from babel.numbers import get_currency_precision

    amount = parse_number(value)
    if not re.fullmatch("[A-Z]{3}", currency):
        raise ValueError(f"not a currency: {currency!r:.60}")
    precision = get_currency_precision(currency)
    if amount != round(amount, precision):
        raise ValueError(f"more than {precision} decimals: {value!r:.60}")
    return amount


@lru_cache(maxsize=4096, typed=True)
def format_amount(value: str | int, currency: str, language: str) -> str:
    """An amount in figures: «250 000,00 €», «€ 250.000,00», «250.000,00 €», «€250,000.00»."""
    from babel.numbers import format_currency

    return str(format_currency(_parse_amount(value, currency), currency, locale=_locale(language)))


def format_amount_full(value: str | int, currency: str, language: str) -> str:
    """An amount in figures and in words: «250 000,00 € (deux cent cinquante mille euros)»."""
    return f"{format_amount(value, currency, language)} ({amount_in_words(value, currency, language)})"


# Where CLDR has a name that no deed uses («Congo-Kinshasa»).
_OFFICIAL: Mapping[str, Mapping[str, str]] = {
    "CD": {
        "fr": "République démocratique du Congo",
        "nl": "Democratische Republiek Congo",
        "de": "Demokratische Republik Kongo",
        "en": "Democratic Republic of the Congo",
    },
    "CG": {"fr": "République du Congo", "nl": "Republiek Congo", "de": "Republik Kongo", "en": "Republic of the Congo"},
}


@lru_cache(maxsize=512, typed=True)
def country_name(code: str, language: str) -> str:
    """A country's name by its ISO 3166 code; the code itself when it is none."""
    from babel import Locale

    if code in _OFFICIAL:
        return _OFFICIAL[code][_locale(language)[:2]]
    return str(Locale.parse(_locale(language)).territories.get(code, code))


# ---------------------------------------------------------------------------------------------- words


def _belgian_tens() -> Mapping[str, str]:
    """What France says from 70 to 79 and from 90 to 99, and what Belgium says."""
    ones = ("", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
    teens = ("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf")
    table: dict[str, str] = {}
    for france, belgium in (("soixante", "septante"), ("quatre-vingt", "nonante")):
        for one, teen in zip(ones, teens, strict=True):
            joined = {"": belgium, "un": f"{belgium} et un"}.get(one, f"{belgium}-{one}")
            table[f"{france} et onze" if france == "soixante" and one == "un" else f"{france}-{teen}"] = joined
    return table


_BELGIAN = _belgian_tens()
_BELGIAN_TENS = lazy("|".join(sorted(_BELGIAN, key=len, reverse=True)))


def _french(text: str) -> str:
    # num2words 0.5.14 has a Belgian French, but its «un millions» and «deux cents un» are wrong; its French is right.
    return _BELGIAN_TENS.sub(lambda match: _BELGIAN[match[0]], text)


def _dutch(text: str) -> str:
    # Official spelling: a space after «duizend», and no accents on «een» where it cannot be read as the article.
    return re.sub("(?<=[a-z])één", "een", re.sub("duizend(?=[a-zé])", "duizend ", text))


def _english(text: str) -> str:
    return text.replace(",", "")


_MEND: Mapping[str, Callable[[str], str]] = {"fr": _french, "nl": _dutch, "en": _english, "de": str}


def number_in_words(value: int, language: str) -> str:
    """A whole number in words, as Belgium spells it: «septante et un», «tweehonderdvijftigduizend»."""
    from num2words import num2words

    _locale(language)
    return _MEND[language](str(num2words(value, lang=language)))


# Hundredths: (one, several). Belgian deeds say «cents»; a currency that is not here gets its hundredths in figures.
_HUNDREDTHS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "fr": {
        "EUR": ("cent", "cents"),
        "USD": ("cent", "cents"),
        "CHF": ("centime", "centimes"),
        "GBP": ("penny", "pence"),
    },
    "nl": {"EUR": ("cent", "cent"), "USD": ("cent", "cent"), "CHF": ("rappen", "rappen"), "GBP": ("penny", "pence")},
    "de": {"EUR": ("Cent", "Cent"), "USD": ("Cent", "Cent"), "CHF": ("Rappen", "Rappen"), "GBP": ("Penny", "Pence")},
    "en": {
        "EUR": ("cent", "cents"),
        "USD": ("cent", "cents"),
        "CHF": ("centime", "centimes"),
        "GBP": ("penny", "pence"),
    },
}
_AND: Mapping[str, str] = {"fr": "et", "nl": "en", "de": "und", "en": "and"}
_MINUS: Mapping[str, str] = {"fr": "moins", "nl": "min", "de": "minus", "en": "minus"}


@lru_cache(maxsize=1024, typed=True)
def amount_in_words(value: str | int, currency: str, language: str) -> str:
    """An amount in words: «deux cent cinquante mille euros», «un million d’euros», «twaalf euro en vijftig cent».

    Hundredths are said when there are any.
    """
    amount = _parse_amount(value, currency)
    locale = _locale(language)
    minus = f"{_MINUS[language]} " if amount < 0 else ""
    whole, rest = divmod(abs(amount), 1)
    parts = []
    if whole or not rest:
        parts.append(_units_in_words(int(whole), currency, language, locale))
    if rest:
        parts.append(_fraction_in_words(rest, currency, language))
    return minus + f" {_AND[language]} ".join(parts)


def _units_in_words(count: int, currency: str, language: str, locale: str) -> str:
    from babel.numbers import get_currency_name

    # CLDR's French has a form of its own for millions, which names the currency like any other plural.
    name = str(get_currency_name(currency, min(count, 3), locale=locale))
    if language == "fr" and count and count % 1_000_000 == 0:
        return f"{number_in_words(count, language)} {'d’' if name[0] in 'aeiouyé' else 'de '}{name}"
    return _counted(count, language, name)


def _fraction_in_words(rest: Decimal, currency: str, language: str) -> str:
    names = _HUNDREDTHS[language].get(currency)
    if names:
        hundredths = int(rest * 100)
        return _counted(hundredths, language, names[hundredths > 1])
    digits = str(rest.normalize()).partition(".")[2].ljust(2, "0")
    return f"{int(digits)}/1{'0' * len(digits)}"


def _counted(count: int, language: str, name: str) -> str:
    """A number before the thing it counts; German then says «ein», not «eins»."""
    words = number_in_words(count, language)
    if language == "de" and words.endswith("eins"):
        words = words[:-1]
    return f"{words} {name}"


# ------------------------------------------------------------------------------------------ durations


_DURATION = re.compile(r"([1-9][0-9]{0,3}) (hour|day|working day|week|month|year)s?", re.ASCII)
_UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "fr": {
        "hour": ("heure", "heures"),
        "day": ("jour", "jours"),
        "working day": ("jour ouvrable", "jours ouvrables"),
        "week": ("semaine", "semaines"),
        "month": ("mois", "mois"),
        "year": ("an", "ans"),
    },
    "nl": {
        "hour": ("uur", "uur"),
        "day": ("dag", "dagen"),
        "working day": ("werkdag", "werkdagen"),
        "week": ("week", "weken"),
        "month": ("maand", "maanden"),
        "year": ("jaar", "jaar"),
    },
    "de": {
        "hour": ("Stunde", "Stunden"),
        "day": ("Tag", "Tage"),
        "working day": ("Arbeitstag", "Arbeitstage"),
        "week": ("Woche", "Wochen"),
        "month": ("Monat", "Monate"),
        "year": ("Jahr", "Jahre"),
    },
    "en": {
        "hour": ("hour", "hours"),
        "day": ("day", "days"),
        "working day": ("working day", "working days"),
        "week": ("week", "weeks"),
        "month": ("month", "months"),
        "year": ("year", "years"),
    },
}


def parse_duration(text: Any) -> tuple[int, str]:
    """The count and the unit of a duration: "10 working days" gives (10, "working day")."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"not a duration: {text!r:.60}")
    return int(match[1]), match[2]


@lru_cache(maxsize=1024, typed=True)
def format_duration(text: str, language: str, in_sentence: bool = False) -> str:
    """A duration in words: «10 jours ouvrables», «3 maanden», «5 jaar».

    In a sentence German clauses put it after a preposition that asks for the dative («innerhalb von 3 Monaten»); in a
    table it stands in the nominative («3 Monate»). The other languages make no difference.
    """
    count, unit = parse_duration(text)
    _locale(language)
    word = _UNITS[language][unit][count > 1]
    dative = in_sentence and language == "de" and count > 1 and not word.endswith("n")
    return f"{count} {word}n" if dative else f"{count} {word}"


def add_duration(iso: str, duration: str) -> str:
    """The date that lies a duration after another.

    Months and years go by the calendar; where the month is too short, its last day counts (31 January plus a month is
    28 or 29 February). Hours are rounded up to whole days. Working days are Monday to Friday: holidays are not known here.
    """
    return _add(parse_date(iso), *parse_duration(duration)).isoformat()


def _add(day: date, count: int, unit: str) -> date:
    try:
        return _ADD[unit](day, count)
    except OverflowError:
        raise ValueError(f"beyond the calendar: {day} + {count} {unit}") from None


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if year > date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _add_working_days(day: date, count: int) -> date:
    if day.weekday() > 4:  # from a weekend one counts as from the Friday before it
        day -= timedelta(day.weekday() - 4)
    weeks, rest = divmod(count, 5)
    weekend = 2 if day.weekday() + rest > 4 else 0
    return day + timedelta(weeks * 7 + rest + weekend)


_ADD: Mapping[str, Callable[[date, int], date]] = {
    "hour": lambda day, count: day + timedelta(-(-count // 24)),
    "day": lambda day, count: day + timedelta(count),
    "working day": _add_working_days,
    "week": lambda day, count: day + timedelta(7 * count),
    "month": _add_months,
    "year": lambda day, count: _add_months(day, 12 * count),
}


def periods(start: str, end: str, every: str) -> list[tuple[str, str]]:
    """The periods of a reporting calendar, first and last day inclusive, the last one cut at the end.

    Each is counted from the start, so that a short month does not shift the ones after it. At most `MAX_PERIODS`.
    """
    first, last = parse_date(start), parse_date(end)
    count, unit = parse_duration(every)
    out: list[tuple[str, str]] = []
    if unit == "hour":  # a period is of whole days
        count, unit = -(-count // 24), "day"
    since = first
    while since <= last and len(out) < MAX_PERIODS:
        try:
            following = _add(first, count * (len(out) + 1), unit)
        except ValueError:  # past the last year of the calendar
            return [*out, (since.isoformat(), last.isoformat())]
        out.append((since.isoformat(), min(following - timedelta(1), last).isoformat()))
        since = following
    return out


def months_between(start: str, end: str) -> tuple[int, bool]:
    """The whole months from a day to another, both included, and whether nothing is left over.

    From 15 December 2026 to 14 June 2028 there are exactly 18.
    """
    first, last = parse_date(start), parse_date(end)
    if last < first:
        return 0, False
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    while months and _ends_after(first, months, last):
        months -= 1
    after = _add_months(first, months) if months else first
    return months, after.toordinal() == last.toordinal() + 1


def _ends_after(first: date, months: int, last: date) -> bool:
    """Whether so many months from a day end after another day."""
    try:
        return _add_months(first, months).toordinal() > last.toordinal() + 1
    except OverflowError:
        return True


# ---------------------------------------------------------------------------------------------- texts


def join_list(items: Sequence[str], language: str) -> str:
    """Several texts as one: «a, b et c», «a, b en c»."""
    from babel.lists import format_list

    return str(format_list(list(items), locale=_locale(language))) if items else ""


def text_in(value: Any, language: str, fallbacks: Sequence[str] = ()) -> str | None:
    """A text of a spec in a language: the text itself when it is one for all languages, else that of the language or of
    the first fallback that has one; None when there is none."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping):
        return None
    return next((value[name] for name in (language, *fallbacks) if isinstance(value.get(name), str)), None)


def sort_key(text: str) -> tuple[str, str]:
    """The key that puts words in alphabetical order, accents and capitals aside (Œuvre between oeil and office)."""
    spread = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", spread) if not unicodedata.combining(c)), text


# ----------------------------------------------------------------------------------------- typography


_LETTER = r"[^\W\d_]"
_KEEP = (
    r"`[^`\n]*`"  # a key or a value that is quoted
    r"|(?:https?://|www\.)[^\s«»<>]*[^\s«»<>.,;:!?)\]’'\"]"
    r"|(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
    r"|\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?\b"
)
# After a letter (or a mark on it) and before a word, an opening mark or a blank of the text, ' is an apostrophe.
_APOSTROPHE = rf"(?:(?<={_LETTER})|(?<=[\u0300-\u036f]))'(?=[\w«“\"({{\[\ufffc])"
_SPACES = r"[ \u00a0\u202f]"
_MARK = r"[;:?!]+(?=[\s»”\"’)\],.…]|\Z)"
_FRENCH = (
    rf"(?:(?<=[^\s(\[«]){_SPACES}*|\A{_SPACES})(?P<mark>{_MARK}|»)"
    rf"|(?<=\S){_SPACES}(?P<lone>[;:?!])"  # a mark with a space before it and none after
    rf"|«{_SPACES}*(?=\S)"
    rf"|(?<=\d){_SPACES}*(?P<cent>%)"
)
# Where a space stands already before a sign or after one, it may not break; none is added: that is for the author.
_SIGNS = r"(?<=\d) (?=[%€])|(?<=€) (?=\d)"
_DUTCH = r"(?<![^\s(“])'(?=[stnkrm]\b)"  # ’s avonds, ’t huis
_ENGLISH = r"(?<=s)'(?=[\s,.;:)]|\Z)"  # the Parties’ duties
_TYPOGRAPHY: Mapping[str, str] = {
    "fr": f"(?P<keep>{_KEEP})|(?P<apostrophe>{_APOSTROPHE})|{_FRENCH}|(?P<sign>{_SIGNS})",
    "nl": f"(?P<keep>{_KEEP})|(?P<apostrophe>{_APOSTROPHE}|{_DUTCH})|(?P<sign>{_SIGNS})",
    "de": f"(?P<keep>{_KEEP})|(?P<apostrophe>{_APOSTROPHE})|(?P<sign>{_SIGNS})",
    "en": f"(?P<keep>{_KEEP})|(?P<apostrophe>{_APOSTROPHE}|{_ENGLISH})|(?P<sign>{_SIGNS})",
}


@lru_cache(maxsize=8)
def _typography(language: str) -> re.Pattern[str]:
    return re.compile(_TYPOGRAPHY[language])


def typeset(text: str, language: str) -> str:
    """A text with typographic apostrophes and, in French, no-break spaces before « : ; ? ! % » and inside « ».

    The space is U+00A0, which Word sets too; a narrow one (U+202F) that is there already stays. Addresses of pages and
    mail, times, IBANs and what stands in backquotes are left alone. Typesetting twice changes nothing.
    """
    return _typography(language).sub(_set, text) if language in _TYPOGRAPHY else text


def _set(match: re.Match[str]) -> str:
    found, groups = match[0], match.groupdict()
    if groups["keep"]:
        return found
    if groups["apostrophe"]:
        return "’"
    if groups["sign"]:
        return NBSP
    space = NARROW if NARROW in found else NBSP
    return f"«{space}" if found[0] == "«" else f"{space}{groups['mark'] or groups['lone'] or groups['cent']}"
