"""Dates, amounts, durations and typography in four languages; words are read back, and the calendar is counted by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppp_contracts.l10n import (
    LOCALES,
    MAX_PERIODS,
    add_duration,
    amount_in_words,
    country_name,
    format_amount,
    format_amount_full,
    format_date,
    format_duration,
    format_number,
    format_percentage,
    join_list,
    month_names,
    months_between,
    number_in_words,
    parse_date,
    parse_duration,
    parse_number,
    periods,
    sort_key,
    text_in,
    typeset,
)

NB, NN = "\u00a0", "\u202f"
LANGUAGES = st.sampled_from(sorted(LOCALES))
DATES = st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(date.isoformat)
DURATIONS = st.builds(
    lambda n, u: f"{n} {u}{'s' if n > 1 else ''}",
    st.integers(1, 400),
    st.sampled_from(["hour", "day", "working day", "week", "month", "year"]),
)


# ---------------------------------------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("iso", "language", "text"),
    [
        ("2026-12-01", "fr", "1er décembre 2026"),
        ("2026-12-10", "fr", "10 décembre 2026"),
        ("2026-12-11", "fr", "11 décembre 2026"),
        ("2026-12-21", "fr", "21 décembre 2026"),
        ("2026-12-01", "nl", "1 december 2026"),
        ("2026-12-10", "nl", "10 december 2026"),
        ("2026-03-10", "de", "10. März 2026"),
        ("2026-12-10", "en", "10 December 2026"),
    ],
)
def test_dates_in_full(iso: str, language: str, text: str) -> None:
    assert format_date(iso, language) == text


@pytest.mark.parametrize(
    "wrong", ["2026-02-30", "20261201", "2026-W01-1", "2026-1-1", "1/12/2026", "", "٢٠٢٦-12-01", "0000-01-01"]
)
def test_what_is_no_date(wrong: str) -> None:
    with pytest.raises(ValueError):
        format_date(wrong, "fr")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", f"250{NN}000,00{NB}€ (deux cent cinquante mille euros)"),
        ("nl", f"€{NB}250.000,00 (tweehonderdvijftigduizend euro)"),
        ("de", f"250.000,00{NB}€ (zweihundertfünfzigtausend Euro)"),
        ("en", "€250,000.00 (two hundred and fifty thousand euros)"),
    ],
)
def test_amounts_in_figures_and_words(language: str, text: str) -> None:
    assert format_amount_full("250000.00", "EUR", language) == text
    assert format_amount_full("250000", "EUR", language) == text
    assert format_amount_full(250000, "EUR", language) == text  # an int is euros, never cents


@pytest.mark.parametrize(
    "wrong", ["", "abc", "1,50", "1e3", "NaN", "Infinity", "1.505", "1_000", "9" * 16, "٣", "1.", ".5", " 1"]
)
def test_what_is_no_amount(wrong: str) -> None:
    with pytest.raises(ValueError):
        format_amount(wrong, "EUR", "fr")
    with pytest.raises(ValueError):
        amount_in_words(wrong, "EUR", "nl")


@pytest.mark.parametrize("wrong", [True, 1.5, None, [], {}])
def test_what_is_no_number(wrong: object) -> None:
    with pytest.raises(ValueError):
        parse_number(wrong)


def test_english_puts_the_sign_before_the_figures() -> None:
    assert format_amount("-5.5", "EUR", "en") == "-€5.50"
    assert format_amount("1234567.8", "EUR", "en") == "€1,234,567.80"
    assert format_amount("5", "USD", "en") == "US$5.00"


def test_true_is_not_one_even_after_one() -> None:
    assert format_amount(1, "EUR", "fr") == f"1,00{NB}€"
    with pytest.raises(ValueError):
        format_amount(True, "EUR", "fr")


def test_an_unknown_language_or_currency_is_refused() -> None:
    for call in (
        lambda: format_date("2026-12-01", "it"),
        lambda: format_amount("1", "EUR", "xx"),
        lambda: format_amount("1", "euro", "fr"),
    ):
        with pytest.raises(ValueError):
            call()


@given(st.decimals(-(10**12), 10**12, places=2), LANGUAGES)
def test_figures_keep_the_amount(amount: Decimal, language: str) -> None:
    digits = re.sub(r"[^0-9-]", "", format_amount(str(amount), "EUR", language))
    assert digits.replace("-", "").lstrip("0") == str(abs(amount)).replace(".", "").lstrip("0")
    assert ("-" in digits) is (amount < 0)


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [("7.5", "fr", f"7,5{NB}%"), ("7.5", "nl", "7,5%"), ("7.5", "de", f"7,5{NB}%"), ("7.5", "en", "7.5%"), ("8", "fr", f"8{NB}%"), ("0.125", "fr", f"0,125{NB}%")],
)  # fmt: skip
def test_percentages(value: str, language: str, text: str) -> None:
    assert format_percentage(value, language) == text


def test_numbers_countries_and_lists() -> None:
    assert format_number("12345.678", "fr") == f"12{NN}345,678"
    assert format_number("12345", "nl") == "12.345"
    assert country_name("JO", "nl") == "Jordanië"
    assert country_name("CD", "fr") == "République démocratique du Congo"
    assert country_name("??", "fr") == "??"
    assert [join_list(["a", "b", "c"], lg) for lg in ("fr", "nl", "de", "en")] == [
        "a, b et c",
        "a, b en c",
        "a, b und c",
        "a, b and c",
    ]
    assert [join_list(items, "fr") for items in ([], ["a"], ["a", "b"])] == ["", "a", "a et b"]
    assert join_list(["Œuvre & Fils <ASBL>", "d’Hondt"], "nl") == "Œuvre & Fils <ASBL> en d’Hondt"


# ------------------------------------------------------------------------------------------------ words


def words(text: str) -> dict[str, int]:
    return {word: int(value) for word, _, value in (pair.partition("=") for pair in text.split())}


VALUES: Mapping[str, Mapping[str, int]] = {
    "fr": words(
        "zéro=0 un=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13 quatorze=14 quinze=15 "
        "seize=16 vingt=20 trente=30 quarante=40 cinquante=50 soixante=60 septante=70 quatre-vingt=80 quatre-vingts=80 nonante=90 "
        "cent=100 cents=100 mille=1000 million=1000000 millions=1000000"
    ),
    "nl": words(
        "nul=0 één=1 een=1 twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10 elf=11 twaalf=12 dertien=13 veertien=14 "
        "vijftien=15 zestien=16 zeventien=17 achttien=18 negentien=19 twintig=20 dertig=30 veertig=40 vijftig=50 zestig=60 zeventig=70 "
        "tachtig=80 negentig=90 honderd=100 duizend=1000 miljoen=1000000"
    ),
    "de": words(
        "null=0 ein=1 eins=1 eine=1 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 dreizehn=13 "
        "vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20 dreißig=30 vierzig=40 fünfzig=50 sechzig=60 "
        "siebzig=70 achtzig=80 neunzig=90 hundert=100 tausend=1000 Million=1000000 Millionen=1000000"
    ),
    "en": words(
        "zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 "
        "fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 "
        "ninety=90 hundred=100 thousand=1000 million=1000000"
    ),
}  # fmt: skip
JOINTS = {"fr": "et", "nl": "en|ën", "de": "und", "en": "and"}


def read(text: str, language: str) -> int:
    """The number that words say; a word that is none raises."""
    known = sorted(VALUES[language], key=len, reverse=True)
    token = re.compile(rf"({'|'.join(known)})|{JOINTS[language]}|[ -]")
    total = current = at = 0
    while at < len(text):
        match = token.match(text, at)
        assert match, f"{text[at:]!r} in {text!r}"
        at = match.end()
        if not match[1]:
            continue
        value = VALUES[language][match[1]]
        if value < 100:
            current += value
        elif value == 100:
            current = max(current, 1) * 100
        else:
            total, current = total + max(current, 1) * value, 0
    return total + current


EDGES = [
    0,
    1,
    16,
    17,
    21,
    61,
    70,
    71,
    72,
    77,
    79,
    80,
    81,
    90,
    91,
    99,
    100,
    101,
    180,
    181,
    200,
    201,
    280,
    999,
    1000,
    1001,
    1100,
    1999,
]
EDGES += [n * 1000 for n in EDGES[1:24]] + [1_000_000, 1_000_001, 2_000_000, 2_000_100, 9_999_999, 10_000_000]


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_words_are_read_back_at_the_edges(language: str) -> None:
    assert [read(number_in_words(n, language), language) for n in EDGES] == EDGES


@given(st.integers(0, 10_000_000), LANGUAGES)
@settings(max_examples=1000)
def test_words_are_read_back(number: int, language: str) -> None:
    assert read(number_in_words(number, language), language) == number


@given(st.integers(0, 10_000_000))
@settings(max_examples=1000)
def test_french_agrees_as_grammars_ask(number: int) -> None:
    text = number_in_words(number, "fr")
    assert not re.search(
        r"soixante(-dix|-| et )(onze|douze|treize|quatorze|quinze|seize|dix)|quatre-vingt-(dix|onze)", text
    )
    assert not re.search(r"\b(cents|vingts)\b(?= |-)(?! millions?)", text)  # an s only at the end or before a noun
    assert not re.search(r"(deux|trois|quatre|cinq|six|sept|huit|neuf) cent\Z|quatre-vingt\Z", text)
    assert not re.search(r"(?:\A|millions? )un mille\b|\bun millions|\bmilles\b", text)


@given(st.integers(0, 10_000_000))
def test_dutch_is_spelled_officially(number: int) -> None:
    text = number_in_words(number, "nl")
    assert "duizend" not in re.sub(r"duizend(?= |\Z)", "", text)  # a space after «duizend»
    assert not re.search("[a-z]één|één[a-z]", text)


@pytest.mark.parametrize(
    ("number", "language", "text"),
    [
        (71, "fr", "septante et un"), (80, "fr", "quatre-vingts"), (81, "fr", "quatre-vingt-un"), (97, "fr", "nonante-sept"), (201, "fr", "deux cent un"),
        (1234, "fr", "mille deux cent trente-quatre"), (200_300, "fr", "deux cent mille trois cents"), (80_000, "fr", "quatre-vingt mille"),
        (1_000_001, "fr", "un million un"), (280_000_000, "fr", "deux cent quatre-vingts millions"),
        (22, "nl", "tweeëntwintig"), (101, "nl", "honderdeen"), (1001, "nl", "duizend één"), (200_300, "nl", "tweehonderdduizend driehonderd"),
        (1_200_000, "nl", "een miljoen tweehonderdduizend"), (30, "de", "dreißig"), (1_234, "de", "eintausendzweihundertvierunddreißig"),
        (1_234, "en", "one thousand two hundred and thirty-four"), (1_000_001, "en", "one million and one"),
    ],
)  # fmt: skip
def test_numbers_in_words(number: int, language: str, text: str) -> None:
    assert number_in_words(number, language) == text


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        ("0", "fr", "zéro euro"), ("1", "fr", "un euro"), ("1.50", "fr", "un euro et cinquante cents"), ("0.01", "fr", "un cent"),
        ("1000000", "fr", "un million d’euros"), ("2000000.00", "fr", "deux millions d’euros"), ("1200000", "fr", "un million deux cent mille euros"),
        ("2000000.71", "fr", "deux millions d’euros et septante et un cents"), ("-80", "fr", "moins quatre-vingts euros"),
        ("1", "nl", "één euro"), ("12.50", "nl", "twaalf euro en vijftig cent"), ("1000000", "nl", "een miljoen euro"),
        ("1", "de", "ein Euro"), ("101", "de", "einhundertein Euro"), ("1000000", "de", "eine Million Euro"), ("1.01", "de", "ein Euro und ein Cent"),
        ("1", "en", "one euro"), ("0.50", "en", "fifty cents"), ("1000000", "en", "one million euros"),
    ],
)  # fmt: skip
def test_amounts_in_words(value: str, language: str, text: str) -> None:
    assert amount_in_words(value, "EUR", language) == text


def test_other_currencies() -> None:
    assert amount_in_words("1000000", "USD", "fr") == "un million de dollars des États-Unis"
    assert amount_in_words("1.50", "CDF", "fr") == "un franc congolais et 50/100"
    assert amount_in_words("1.125", "KWD", "en") == "one Kuwaiti dinar and 125/1000"
    assert amount_in_words("1.5", "CHF", "de") == "ein Schweizer Franken und fünfzig Rappen"
    with pytest.raises(ValueError):
        amount_in_words("1.5", "JPY", "fr")


EURO = {"fr": r" (?:d’)?euros?", "nl": " euro", "de": " Euro", "en": " euros?"}
CENT = {"fr": r" cents?\Z", "nl": r" cent\Z", "de": r" Cent\Z", "en": r" cents?\Z"}


@given(st.decimals(0, 10_000_000, places=2), LANGUAGES)
@settings(max_examples=500)
def test_the_words_of_an_amount_say_the_figures(amount: Decimal, language: str) -> None:
    text = amount_in_words(str(amount), "EUR", language)
    units, _, rest = (
        text.rpartition(re.search(EURO[language], text)[0]) if re.search(EURO[language], text) else ("", "", text)
    )
    cents = (
        re.sub(CENT[language], "", re.sub(rf"\A (?:{JOINTS[language]}) ", "", rest))
        if re.search(CENT[language], rest)
        else ""
    )
    value = Decimal(read(units, language) if units else 0) + Decimal(read(cents, language) if cents else 0) / 100
    assert value == amount


# -------------------------------------------------------------------------------------------- durations


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10 working days", ("10 jours ouvrables", "10 werkdagen", "10 Arbeitstage", "10 working days")),
        ("1 working day", ("1 jour ouvrable", "1 werkdag", "1 Arbeitstag", "1 working day")),
        ("72 hours", ("72 heures", "72 uur", "72 Stunden", "72 hours")),
        ("3 months", ("3 mois", "3 maanden", "3 Monate", "3 months")),
        ("1 year", ("1 an", "1 jaar", "1 Jahr", "1 year")),
        ("5 years", ("5 ans", "5 jaar", "5 Jahre", "5 years")),
        ("2 weeks", ("2 semaines", "2 weken", "2 Wochen", "2 weeks")),
    ],
)
def test_durations_in_words(text: str, said: tuple[str, ...]) -> None:
    assert tuple(format_duration(text, language) for language in ("fr", "nl", "de", "en")) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10 working days", "10 Arbeitstagen"), ("1 working day", "1 Arbeitstag"), ("30 days", "30 Tagen"), ("1 day", "1 Tag"),
        ("72 hours", "72 Stunden"), ("2 weeks", "2 Wochen"), ("3 months", "3 Monaten"), ("1 month", "1 Monat"), ("5 years", "5 Jahren"),
    ],
)  # fmt: skip
def test_german_durations_in_a_sentence_are_datives(text: str, said: str) -> None:
    """A German clause puts them after «innerhalb von», «mit einer Frist von»; in a table they are nominatives."""
    assert format_duration(text, "de", in_sentence=True) == said


@given(DURATIONS, st.sampled_from(sorted(set(LOCALES) - {"de"})))
def test_durations_in_a_sentence_are_the_same_in_the_other_languages(text: str, language: str) -> None:
    assert format_duration(text, language, in_sentence=True) == format_duration(text, language)


def test_durations_are_parsed() -> None:
    assert parse_duration("10 working days") == (10, "working day")
    assert parse_duration("1 month") == (1, "month")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "0 days",
        "-1 day",
        "3",
        "3 moons",
        "three months",
        "1.5 years",
        " 3 days",
        "99999 days",
        "٣ days",
        None,
        3,
        [],
    ],
)
def test_what_is_no_duration(wrong: object) -> None:
    with pytest.raises(ValueError):
        parse_duration(wrong)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-01-31", "1 month", "2026-02-28"), ("2024-01-31", "1 month", "2024-02-29"), ("2024-02-29", "1 year", "2025-02-28"),
        ("2026-12-15", "18 months", "2028-06-15"), ("2026-12-31", "1 day", "2027-01-01"), ("2026-12-10", "2 weeks", "2026-12-24"),
        ("2026-12-10", "72 hours", "2026-12-13"), ("2026-12-10", "1 hour", "2026-12-11"), ("2026-12-11", "1 working day", "2026-12-14"),
        ("2026-12-12", "1 working day", "2026-12-14"), ("2026-12-13", "5 working days", "2026-12-18"), ("2026-12-10", "10 working days", "2026-12-24"),
    ],
)  # fmt: skip
def test_durations_are_added(start: str, duration: str, end: str) -> None:
    assert add_duration(start, duration) == end


@given(DATES, st.integers(1, 60))
def test_working_days_are_counted_one_by_one(start: str, count: int) -> None:
    day, left = date.fromisoformat(start), count
    while left:
        day += timedelta(1)
        left -= day.weekday() < 5
    assert add_duration(start, f"{count} working days") == day.isoformat()


@given(DATES, DURATIONS)
def test_a_duration_leads_to_a_later_day(start: str, duration: str) -> None:
    assert add_duration(start, duration) > start


@pytest.mark.parametrize("duration", ["9999 years", "1 day", "1 month", "9999 weeks", "5 working days", "24 hours"])
def test_the_end_of_the_calendar_is_a_value_error(duration: str) -> None:
    with pytest.raises(ValueError):
        add_duration("9999-12-31", duration)


def test_the_reporting_periods_of_the_example() -> None:
    assert periods("2026-12-15", "2028-06-14", "6 months") == [
        ("2026-12-15", "2027-06-14"),
        ("2027-06-15", "2027-12-14"),
        ("2027-12-15", "2028-06-14"),
    ]
    assert periods("2026-12-15", "2027-01-31", "1 month") == [
        ("2026-12-15", "2027-01-14"),
        ("2027-01-15", "2027-01-31"),
    ]
    assert periods("2026-01-31", "2026-04-30", "1 month") == [
        ("2026-01-31", "2026-02-27"),
        ("2026-02-28", "2026-03-30"),
        ("2026-03-31", "2026-04-29"),
        ("2026-04-30", "2026-04-30"),
    ]
    assert periods("2026-12-15", "2026-12-14", "6 months") == []
    assert periods("2026-12-15", "2026-12-15", "30 years") == [("2026-12-15", "2026-12-15")]
    assert periods("9999-12-30", "9999-12-31", "1 month") == [("9999-12-30", "9999-12-31")]
    assert len(periods("0001-01-01", "9999-12-31", "1 hour")) == MAX_PERIODS


@given(DATES, st.integers(0, 2000), DURATIONS)
@settings(max_examples=300)
def test_periods_cover_the_term_without_gap_or_overlap(start: str, days: int, every: str) -> None:
    end = (date.fromisoformat(start) + timedelta(days)).isoformat()
    found = periods(start, end, every)
    assert found[0][0] == start
    assert found[-1][1] == end
    assert all(since <= until for since, until in found)
    for (_, until), (since, _) in pairwise(found):
        assert date.fromisoformat(since) - date.fromisoformat(until) == timedelta(1)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-12-15", "2028-06-14", (18, True)), ("2026-12-15", "2028-06-13", (17, False)), ("2026-12-15", "2028-06-15", (18, False)),
        ("2026-01-01", "2026-12-31", (12, True)), ("2026-01-31", "2026-02-27", (1, True)), ("2026-01-15", "2026-01-15", (0, False)),
        ("2026-02-01", "2026-01-31", (0, False)), ("9999-01-01", "9999-12-31", (11, False)),
    ],
)  # fmt: skip
def test_months_between(start: str, end: str, months: tuple[int, bool]) -> None:
    assert months_between(start, end) == months


@given(DATES, st.integers(1, 240))
def test_months_between_undoes_adding_months(start: str, months: int) -> None:
    after = parse_date(add_duration(start, f"{months} months"))
    assert months_between(start, (after - timedelta(1)).isoformat()) == (months, True)
    assert months_between(start, (after - timedelta(2)).isoformat())[0] == months - 1


# ------------------------------------------------------------------------------------------------ texts


def test_a_text_in_a_language() -> None:
    assert text_in("Œuvre", "nl") == "Œuvre"
    assert text_in({"fr": "oui", "nl": "ja"}, "nl") == "ja"
    assert text_in({"fr": "oui"}, "nl") is None
    assert text_in({"fr": "oui"}, "nl", ("de", "fr")) == "oui"
    assert text_in({"nl": 5, "fr": "oui"}, "nl", ("fr",)) == "oui"
    assert [text_in(value, "fr", ("nl",)) for value in (None, 5, [], {}, True)] == [None] * 5


def test_words_are_sorted_as_a_reader_expects() -> None:
    assert sorted(["Ombudsman", "œuvre", "Zèle", "Élu", "eau", "Etat"], key=sort_key) == [
        "eau",
        "Élu",
        "Etat",
        "œuvre",
        "Ombudsman",
        "Zèle",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("l'aide : «a» ; « b »", f"l’aide{NB}: «{NB}a{NB}»{NB}; «{NB}b{NB}»"),
        ("aujourd'hui, l'«urgence»!", f"aujourd’hui, l’«{NB}urgence{NB}»{NB}!"),
        ("qui ? oui: non;", f"qui{NB}? oui{NB}: non{NB};"),
        ("quoi ?!", f"quoi{NB}?!"),
        ("30% et 30 %", f"30{NB}% et 30{NB}%"),
        ("30 € pour 1 200 heures", f"30{NB}€ pour 1 200 heures"),
        (" : ", f"{NB}: "),
        (f"déjà{NN}; fin", f"déjà{NN}; fin"),
        (f"«{NN}mot{NN}»", f"«{NN}mot{NN}»"),
        ("à 12:30, le 3:45:10", "à 12:30, le 3:45:10"),
        ("https://x.example/a'b?c=d;e: oui", f"https://x.example/a'b?c=d;e{NB}: oui"),
        ("voir https://x.example/?", f"voir https://x.example/{NB}?"),
        ("o'neil@x.example; dpo@x.example?", f"o'neil@x.example{NB}; dpo@x.example{NB}?"),
        ("BE62 5100 0754 7061: compte", f"BE62 5100 0754 7061{NB}: compte"),
        ("la clé `a: b ?`: oui", f"la clé `a: b ?`{NB}: oui"),
        ("(?) [!]", "(?) [!]"),
        ("article 5:3 du livre", "article 5:3 du livre"),
        ("e\u0301tat d'e\u0301te\u0301: oui", f"e\u0301tat d’e\u0301te\u0301{NB}: oui"),
        ("l'X\ufffc0X ; d'X", f"l’X\ufffc0X{NB}; d’X"),
        ("   1. alinéa ;", f"   1. alinéa{NB};"),
        ("Œuvre & Fils <ASBL> ; Weiß", f"Œuvre & Fils <ASBL>{NB}; Weiß"),
    ],
)
def test_french_typography(before: str, after: str) -> None:
    assert typeset(before, "fr") == after


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("nl", "'s avonds: foto's van 't huis; ja?", "’s avonds: foto’s van ’t huis; ja?"),
        ("nl", "zo'n € 30, 'tekst' en 30 %", f"zo’n €{NB}30, 'tekst' en 30{NB}%"),
        ("nl", "30% van https://x.example/'s", "30% van https://x.example/'s"),
        ("de", "geht's: 7,5 %; 30 €?", f"geht’s: 7,5{NB}%; 30{NB}€?"),
        ("en", "the Parties' duties; the Party's name: no?", "the Parties’ duties; the Party’s name: no?"),
        ("xx", "l'a ;", "l'a ;"),
    ],
)
def test_typography_of_the_other_languages(language: str, before: str, after: str) -> None:
    assert typeset(before, language) == after


SCRAPS = st.lists(
    st.sampled_from(
        [
            *"aéX1 ';:?!%«»()[]<>€`.,’“”\n",
            NB,
            NN,
            "https://x.example",
            "a@b.example",
            "12:30",
            "BE62 5100 0754 7061",
            "'s ",
        ]
    ),
    max_size=25,
).map("".join)


@given(SCRAPS | st.text(max_size=60), LANGUAGES)
@settings(max_examples=1000)
def test_typesetting_twice_changes_nothing(text: str, language: str) -> None:
    once = typeset(text, language)
    assert typeset(once, language) == once


@given(SCRAPS | st.text(max_size=60), LANGUAGES)
@settings(max_examples=500)
def test_typesetting_touches_only_spaces_and_apostrophes(text: str, language: str) -> None:
    def bare(value: str) -> str:
        return re.sub(f"[ {NB}{NN}]", "", value).replace("'", "’")

    assert bare(typeset(text, language)) == bare(text)


def test_long_texts_are_typeset_in_linear_time() -> None:
    for text in (
        "a" * 200_000,
        " " * 200_000,
        "a:" * 100_000,
        "'" * 200_000,
        "AB12" * 50_000,
        "« " * 100_000,
        "`a" * 100_000,
    ):
        assert len(typeset(text, "fr")) >= 1


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_the_months_are_those_of_babel(language: str) -> None:
    from babel.dates import get_month_names

    names = get_month_names("wide", "format", LOCALES[language])
    assert month_names(language) == [names[number] for number in range(1, 13)]
