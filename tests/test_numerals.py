"""Numbers in words and in figures, as people write them in four languages; and tests of texts that no text makes raise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from cases import case_for, changed_spec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppp_contracts.finding import LANGUAGES, Place
from ppp_contracts.flaws import TESTS
from ppp_contracts.l10n import format_amount, format_date, number_in_words
from ppp_contracts.numerals import durations, figure_values, figures_in, roman_value, said_in_words, spelt_numbers
from ppp_contracts.passage import Passage, persons_of_manifest
from ppp_contracts.phrase import Phrases, plain
from ppp_contracts.trap import scene_of
from ppp_contracts.workshop import Shelf


def numbers(text: str, language: str) -> list[int]:
    return [number.value for number in spelt_numbers(plain(text), language)]


@given(st.integers(0, 999_999_999_999), st.sampled_from(LANGUAGES))
@settings(max_examples=600)
def test_what_the_program_spells_it_reads(value: int, language: str) -> None:
    assert numbers(number_in_words(value, language), language) == [value]


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("fr", "quatre vingt dix neuf, soixante-et-onze, octante-deux, huitante, douze cents", [99, 71, 82, 80, 1200]),
        ("fr", "deux trois, cinq pour cent, pour cent mille euros", [2, 3, 5, 100_000]),
        ("fr", "un mille-feuille, la centaine, le quatrième", [1]),
        (
            "nl",
            "twee en dertig, honderd duizend, twaalfhonderd vijftig, tweeëntwintig, één",
            [32, 100_000, 1250, 22, 1],
        ),
        ("nl", "vieren, zesde, eenheid, honderdtal", []),
        ("de", "hundertfünfzigtausend, einundzwanzig, eine Million, dreißig", [150_000, 21, 1_000_000, 30]),
        ("en", "two hundred and fifty thousand, twenty-one, one million", [250_000, 21, 1_000_000]),
    ],
)
def test_numbers_in_words(language: str, text: str, values: list[int]) -> None:
    assert numbers(text, language) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12.345,67", {"12345.67"}), ("12 345,67", {"12345.67"}), ("12,345.67", {"12345.67"}), ("1.234.567", {"1234567"}),
        ("0,5", {"0.5"}), ("5.74", {"5.74"}), ("1.200", {"1200", "1.200"}), ("1,200", {"1200", "1.200"}), ("0,125", {"0.125"}),
        ("1,5 million", {"1500000"}), ("2 miljard", {"2000000000"}), ("10", {"10"}),
    ],
)  # fmt: skip
def test_figures(text: str, values: set[str]) -> None:
    assert figure_values(text) == {Decimal(value) for value in values}


@given(st.integers(0, 999_999_999), st.dates(date(1900, 1, 1)), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
@settings(max_examples=200)
def test_amounts_and_dates_are_the_same_in_every_language(value: int, day: object, one: str, other: str) -> None:
    told = [
        [
            (f.kind, f.values)
            for f in figures_in(f"{format_date(str(day), n)} : {format_amount(str(value), 'EUR', n)}", n)
        ]
        for n in (one, other)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("fr", "dix-huit mois, 2 ans et quinze jours ouvrables", [("month", 18), ("month", 24), ("working day", 15)]),
        (
            "nl",
            "vierentwintig (24) maanden, 72 uur, 2 weken",
            [("month", 24), ("hour", 72), ("day", 14)],
        ),
        ("de", "innerhalb von 30 Tagen", [("day", 30)]),
        ("en", "an 18-month project", [("month", 18)]),
    ],
)
def test_durations(language: str, text: str, said: list[tuple[str, int]]) -> None:
    assert [(d.unit, int(d.number)) for d in durations(plain(text), language)] == said


def test_words_that_say_a_number_without_naming_it() -> None:
    assert {Decimal(6), Decimal(2)} <= said_in_words("chaque semestre, les deux", "fr")
    assert Decimal(21) in said_in_words("au xxie siècle", "fr")
    assert Decimal(3) in said_in_words("de derde schijf", "nl")
    assert roman_value("xliv") == 44


@given(
    st.text(max_size=80)
    | st.sampled_from(["BCE 0447.203.55", "€ (€)", "annexe (", "1 (un) (", "«", "00 00 00 00", "32.13.2026"])
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_makes_a_test_raise(shelf: Shelf, text: str) -> None:
    plan, case = case_for(changed_spec("confidentiality"), shelf)
    scene = scene_of(plan, case)
    for language in LANGUAGES:
        passages = [
            Passage("file", text, (language,), Place("f"), twin="a", old=text[::-1]),
            Passage("spec", text[::-1], ("fr",), Place("f"), twin="parties[9].name"),
        ]
        for test in TESTS.values():
            list(test(passages, scene, {"phrases": {language: Phrases(("projet",))}}))


def test_the_parties_of_a_word_file_come_from_its_head() -> None:
    said = [
        ("parties/belgian-legal-person", "Toits Ouverts & Cie, ASBL, dont le siège est établi rue X 1"),
        ("parties/belgian-legal-person", "numéro d’entreprise (BCE) : 0447.203.553, RPM : Bruxelles"),
        ("parties/role", "ci-après « Toits Ouverts », agissant en la qualité suivante : Organisation humanitaire"),
        ("parties/role", "hierna “Ministerie”, handelend als Overheid"),
    ]
    paragraphs = [{"part": "party", "clause": clause, "text": text} for clause, text in said]
    shelter, ministry = persons_of_manifest({"paragraphs": paragraphs})
    assert (shelter.names, shelter.number) == (("Toits Ouverts", "Toits Ouverts & Cie"), "0447203553")
    assert (ministry.names[0], ministry.number) == ("Ministerie", "")
