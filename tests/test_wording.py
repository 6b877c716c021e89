"""How the clauses speak: phrases, debtors, numbers, doubled numbers, quotation marks and capitals, each with near misses that
stay silent; and the smallest circles among clauses. The words are those of `tests/minilib/clauses/wording.yaml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from cases import replace

from ppp_contracts.files import Reading
from ppp_contracts.library import load_library
from ppp_contracts.lint import _chains, _circles_in, fix_typography
from ppp_contracts.markup import parse_text
from ppp_contracts.model import Clause, Slot
from ppp_contracts.wording import (
    MARK,
    PARTY,
    TEXT_RULES,
    Manner,
    _any_of,
    _capitals,
    _duties,
    _numbers,
    _quotes,
    make_manner,
)
from ppp_contracts.yamlio import read_yaml

MINILIB = Path(__file__).parent / "minilib"
LIBRARY, _ = load_library(Reading(MINILIB).strictly())
WORDING: Any = read_yaml(str(MINILIB / "clauses" / "wording.yaml"))[0].data  # type: ignore[union-attr]
SLOTS = {"who": Slot("who", "party", "grant.grantor"), "when": Slot("when", "date", "term.end")}
CLAUSE: Clause = replace(LIBRARY.clauses["secrecy/return"], slots=SLOTS)


def manner(language: str, **more: list[str]) -> Manner:
    words = {name: [*value, *more.get(name, ())] for name, value in WORDING[language].items()}
    return make_manner(language, words, WORDING["persons"], LIBRARY)


def said(rule: Any, language: str, words: str, clause: Clause = CLAUSE) -> list[str]:
    """What a rule finds in a clause whose only paragraph has these words: the code, and the words it points at."""
    text, _ = parse_text(f"# Titre\n\n1. {words}\n", "x.md")
    found = rule(clause, text, language, manner(language), LIBRARY)
    params = [(f.code, dict(f.params)) for f in found]
    return [f"{code} {p.get('text') or p.get('word') or p.get('marks') or ''}".strip() for code, p in params]


# ------------------------------------------------------------------------------------------- phrases

BINDING = (
    ("fr", "Chaque Partie s’engage à payer"),
    ("fr", "S’ENGAGE\u00a0À payer"),
    ("fr", "Les Parties s’engagent, sauf accord contraire, à payer"),
    ("nl", "De Partij verbindt zich ertoe te betalen"),
    ("nl", "De Partij verbindt onverwijld en zonder kosten zich ertoe te betalen"),
    ("nl", "De Partij verbindt, indien dat nodig is, zich ertoe te betalen"),
    ("nl", "De Partij verbindt volgens artikel 5.76 van het Wetboek zich ertoe te betalen"),
    ("de", "Dazu verpflichtet die Partei sich"),
    ("de", "Jede Partei, die sich zur Zahlung verpflichtet"),
    ("en", "The Party shall not pay"),
)
FREE = (
    ("fr", "L’engagement de la Partie vaut"),
    ("fr", "La Partie s’engageant à payer"),
    ("fr", "La Partie s’engagera à payer"),
    ("nl", "Het akkoord verbindt de Partijen"),
    ("nl", "De brug verbindt beide oevers. Hij zet zich ertoe neer"),
    ("nl", "De brug verbindt beide oevers; hij zet zich ertoe neer"),
    ("de", "Diese Verpflichtung gilt; sie versteht sich von selbst"),
    ("de", "Das Gesetz verpflichtet die Partei. Sie ärgert sich"),
    ("en", "The shallow marshall may pay"),
)


@pytest.mark.parametrize(("language", "words"), BINDING)
def test_a_phrase_of_duty_is_found(language: str, words: str) -> None:
    assert manner(language).duty.search(words)


@pytest.mark.parametrize(("language", "words"), FREE)
def test_what_only_looks_like_a_phrase_of_duty_is_none(language: str, words: str) -> None:
    assert not manner(language).duty.search(words)


def test_the_longest_phrase_is_taken_whole_and_no_phrase_fits_nothing() -> None:
    assert re.search(_any_of(["il", "il faut … que"]), "il faut, dit-on, que")[0] == "il faut, dit-on, que"  # type: ignore[index]
    assert re.search(_any_of(["vingt-cinq"]), "vingt-cinq") and not re.search(_any_of(["cinq"]), "vingt-cinq")
    assert not re.search(_any_of([]), "il faut que")


def test_a_manner_of_few_words_finds_little() -> None:
    text, _ = parse_text("# Titre\n\n1. La Loi s’engage dans les deux (2) jours.\n", "x.md")
    empty = make_manner("fr", {}, (), LIBRARY)
    found = [f.code for rule in TEXT_RULES for f in rule(CLAUSE, text, "fr", empty, LIBRARY)]
    assert found == ["PPP448", "PPP453"]  # figures and capitals are seen without any word


# ------------------------------------------------------------------------------------------- debtors


@pytest.mark.parametrize("who", ["Chaque Partie", "Elle", "il", f"Pour {PARTY}, on", "Les Parties"])
def test_a_debtor_is_a_defined_person_a_pronoun_or_a_party_slot(who: str) -> None:
    assert manner("fr").debtor.search(f"{who} s’engage à payer")


@pytest.mark.parametrize("who", ["Une partie du prix", "Illico on", "Quiconque", f"Le {MARK} on", "La Contrepartie"])
def test_other_words_are_no_debtor(who: str) -> None:
    assert not manner("fr").debtor.search(f"{who} s’engage à payer")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("Chaque Partie s’engage à payer le prix.", []),
        ("{{ who }} s’engage à payer le prix.", []),
        ("On s’engage à payer le prix le {{ when }}.", ["PPP444"]),
        ("On s’engage à payer selon l’[annex:budget].", ["PPP444"]),
        ("Elle paie le prix. On s’engage à le prouver.", ["PPP444"]),
        ("Elle s’engage à payer le prix. Elle peut le prouver.", []),
        ("Elle s’engage à payer {{ when }}.", []),
        ("Elle s’engage à payer.", ["PPP445"]),
        ("Chaque Partie s’engage à payer.", []),
        ("Elle s’engage à.", ["PPP445"]),
        ("{{ who }} s’engage.", ["PPP445"]),
        ("On s’engage.", ["PPP444", "PPP445"]),
        ("On peut.", []),
    ],
)
def test_a_duty_says_whose_and_what(words: str, codes: list[str]) -> None:
    assert said(_duties, "fr", words) == codes


def test_only_articles_bind() -> None:
    assert said(_duties, "fr", "On s’engage.", replace(CLAUSE, place="recital")) == []


# ------------------------------------------------------------------------------------------- numbers

LAWFUL = (
    ("fr", "selon l’article 5.76 du Code civil"),
    ("fr", "selon l’article\u00a05.76 du Code civil"),
    ("fr", "selon l’article 29, § 1er, 3°, de la loi"),
    ("fr", "selon les articles 29, § 4, et 30, § 5, de la loi"),
    ("fr", "selon les articles 121 à 124 et l’article VI.91/5"),
    ("fr", "selon la loi du 19 mars 2013 et celle du 1er\u00a0juin\u00a02018"),
    ("fr", "selon le règlement (UE) 2016/679 et le règlement n° 1049/2001"),
    ("fr", "selon le livre 5 et la règle 8+3"),
    ("fr", "deux Parties, un exemplaire, trente-deux jours"),
    ("nl", "volgens artikel 5.76 en de artikelen 121 tot en met 124"),
    ("nl", "volgens de artikelen 29, § 4, en 30, § 5, 2°, van de wet van 19 maart 2013"),
    ("nl", "volgens Verordening (EU) 2016/679 en boek 5"),
    ("de", "nach Artikel 5.76 und den Artikeln 121 bis 124"),
    ("de", "nach § 4 des Gesetzes vom 19. März 2013 und der Verordnung (EU) 2016/679"),
    ("de", "nach Artikel 6 Absatz"),
    ("en", "under article 28(3), articles 121 to 124 and article 49(1)(f)"),
    ("en", "under the law of 19 March 2013 and Regulation (EU) 2016/679"),
)
COUNTED = (
    ("fr", "dans les 30 jours", ["30"]),
    ("fr", "dans les trente\u00a0jours", ["trente jours"]),
    ("fr", "la somme de 250\u00a0000,00 euros.", ["250 000,00"]),
    ("fr", "qui délivre 3 listes", ["3"]),  # «livre» ends «délivre»
    ("fr", "selon l’article 5, 30 jours après", ["30"]),
    ("fr", "selon l’article 5 et 30 jours après", ["30"]),
    ("fr", "selon l’article 5 et trente jours après", ["trente jours"]),
    ("fr", "selon la loi de 2013", ["2013"]),
    ("fr", "avant le 19 mars", ["19"]),
    ("fr", "la règle 18+3", ["18", "3"]),
    ("nl", "binnen 30 dagen of dertig dagen", ["dertig dagen", "30"]),
    ("nl", "het jaarboek 2020", ["2020"]),  # «boek» ends «jaarboek»
    ("de", "innerhalb von 30 Tagen", ["30"]),
    ("de", "dreißig Tage nach Zeitpunkt 5", ["dreißig Tage", "5"]),
    ("en", "shall appoint 5 persons within thirty days", ["thirty days", "5"]),  # «point» ends «appoint»
)
TWICE = (
    ("fr", "dans les trente (30) jours", ["PPP448 trente (30)"]),
    ("fr", "dans les 30 (trente) jours", ["PPP448 30 (trente)"]),
    ("fr", "dans les trente\u00a0( 30 ) jours", ["PPP448 trente ( 30 )"]),
    ("fr", "deux (2) listes et 2 autres", ["PPP448 deux (2)", "PPP447 2"]),
    ("nl", "binnen dertig (30) dagen", ["PPP448 dertig (30)"]),
    ("de", "innerhalb von dreißig (30) Tagen", ["PPP448 dreißig (30)"]),
    ("en", "within 30 (thirty) days", ["PPP448 30 (thirty)"]),
    ("fr", "deux (bonnes) listes selon l’article 28(3)", []),
    ("fr", "selon l’article 5.76 (ancien)", []),
)


@pytest.mark.parametrize(("language", "words"), LAWFUL)
def test_figures_of_the_law_belong_in_the_prose(language: str, words: str) -> None:
    assert said(_numbers, language, words) == []


@pytest.mark.parametrize(("language", "words", "numbers"), COUNTED)
def test_other_numbers_do_not(language: str, words: str, numbers: list[str]) -> None:
    assert [f.replace("\u00a0", " ") for f in said(_numbers, language, words)] == [f"PPP447 {n}" for n in numbers]


@pytest.mark.parametrize(("language", "words", "found"), TWICE)
def test_a_number_is_written_once(language: str, words: str, found: list[str]) -> None:
    assert [f.replace("\u00a0", " ") for f in said(_numbers, language, words)] == found


# ------------------------------------------------------------------------------------ marks, capitals


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("fr", "le «\u00a0secret\u00a0» et le «\u00a0sceau\u00a0»", []),
        ("fr", "le «\u00a0secret", ["PPP449 «"]),
        ("fr", "le\u00a0» secret «", ["PPP449 » «"]),
        ("fr", "le “secret”", ["PPP449 “ ”"]),
        ("fr", 'le "secret"', ['PPP449 "']),
        ("fr", "le 'secret'", ["PPP449 '"]),
        ("fr", "l'accord de l'{{ who }}", []),  # an apostrophe is a matter of typography
        ("fr", "l’accord", []),
        ("nl", "het “geheim”", []),
        ("nl", "het «geheim»", ["PPP449 « »"]),
        ("nl", "het „geheim”", ["PPP449 „"]),
        ("de", "das „Geheimnis“", []),
        ("de", "das “Geheimnis”", ["PPP449 ”"]),
        ("de", "das “Geheimnis„", ["PPP449 “ „"]),
        ("en", "the “secret” and the parties’ seal", []),
        ("en", "the ‘secret’", ["PPP449 ‘"]),
    ],
)
def test_quotation_marks_are_those_of_the_language_and_closed(language: str, words: str, found: list[str]) -> None:
    assert said(_quotes, language, words) == found


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("fr", "La Partie et la Convention. Le reste suit\u00a0; Rien d’autre", []),
        ("fr", "selon la Loi", ["PPP453 Loi"]),
        ("fr", "selon l’Accord", ["PPP453 Accord"]),
        ("fr", "les Informations", ["PPP453 Informations"]),  # only part of the term
        ("fr", "les Informations confidentielles", []),
        ("fr", "la Partie Adverse", ["PPP453 Adverse"]),  # right after a term
        ("fr", "pour {{ who }} Adverse", ["PPP453 Adverse"]),  # and after a slot
        ("fr", "selon l’article VI.91/5 du Code", []),
        ("fr", "selon une Œuvre", ["PPP453 Œuvre"]),
        ("nl", "volgens het Burgerlijk Wetboek", []),
        ("nl", "volgens de Wet", ["PPP453 Wet"]),
        ("en", "the Civil Code and the Act", ["PPP453 Act"]),
        ("de", "nach dem Gesetz", []),  # nouns have a capital
    ],
)
def test_a_capital_is_a_term_or_a_name(language: str, words: str, found: list[str]) -> None:
    assert said(_capitals, language, words) == found


def test_the_definitions_may_have_capitals() -> None:
    assert said(_capitals, "fr", "selon la Loi", replace(CLAUSE, id="general/definitions")) == []


# ------------------------------------------------------------------------------------------- circles


@pytest.mark.parametrize(
    ("links", "circles"),
    [
        ({"a": ("b",), "b": ("c",), "c": ()}, []),
        ({"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()}, []),  # two ways, no circle
        ({"a": ("a",), "b": ()}, [("a",)]),
        ({"a": ("b",), "b": ("c",), "c": ("a",)}, [("a", "b", "c")]),
        ({"a": ("b",), "b": ("c",), "c": ("b",)}, [("b", "c")]),  # a leads to the circle and is not in it
        ({"a": ("c", "b"), "b": ("a",), "c": ("d",), "d": ("a",)}, [("a", "b"), ("c", "d", "a")]),  # two through a
        ({"a": ("b",), "b": ("c", "a"), "c": ("a",)}, [("a", "b"), ("c", "a", "b")]),  # a short cut: the smaller first
        ({"a": ("b",), "b": ("a",), "c": ("d",), "d": ("c",)}, [("a", "b"), ("c", "d")]),
    ],
)
def test_the_smallest_circles(links: dict[str, tuple[str, ...]], circles: list[tuple[str, ...]]) -> None:
    assert _circles_in(links) == circles


def test_a_chain_is_the_shortest_to_each_clause() -> None:
    links = {"a": ("b", "d"), "b": ("c",), "c": ("d",), "d": ("e",), "e": ("a",)}
    assert list(_chains("a", links)) == [("a",), ("a", "b"), ("a", "d"), ("a", "b", "c"), ("a", "d", "e")]


# ---------------------------------------------------------------------------------------- typography


def test_typography_is_set_in_the_folder_and_not_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.md"
    elsewhere.write_text("# L'accord\n", encoding="utf-8")
    clause = tmp_path / "root" / "clauses" / "a" / "b"
    clause.mkdir(parents=True)
    (clause / "fr.md").write_text("# L'accord\n\n1. {{ it's }} l'accord ;\n", encoding="utf-8")
    (clause / "nl.md").symlink_to(elsewhere)
    assert fix_typography(tmp_path / "root") == [str((clause / "fr.md").resolve())]
    assert (clause / "fr.md").read_text(encoding="utf-8") == "# L’accord\n\n1. {{ it's }} l’accord\u00a0;\n"
    assert elsewhere.read_text(encoding="utf-8") == "# L'accord\n"
