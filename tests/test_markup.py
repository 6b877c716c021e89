"""The text subset of a clause: what is in it is read, what is not is a finding with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppp_contracts.markup import parse_inlines, parse_text, term_pattern, words_of

GOOD = """# Remboursement

1. {{ grantee }} s’engage à rembourser :
   1. la partie non justifiée ;
   2. l’autre, voir l’[clause:finance/audit] :
      1. un point ;
      2. un autre.
2. Voir l’[annex:budget].
"""


def test_blocks_have_names_and_levels() -> None:
    text, findings = parse_text(GOOD, "fr.md")
    assert findings == ()
    assert text.heading == "Remboursement"
    assert [(b.name, b.level, b.line) for b in text.blocks] == [
        ("1", 1, 3),
        ("1.a", 2, 4),
        ("1.b", 2, 5),
        ("1.b.i", 3, 6),
        ("1.b.ii", 3, 7),
        ("2", 1, 8),
    ]
    assert [(i.kind, i.value) for i in text.blocks[0].inlines] == [
        ("slot", "grantee"),
        ("text", " s’engage à rembourser :"),
    ]
    assert [(i.kind, i.value) for i in text.blocks[2].inlines][1] == ("clause", "finance/audit")
    assert words_of(text.blocks[5]) == "Voir l’\N{REPLACEMENT CHARACTER}."


@pytest.mark.parametrize(
    ("source", "line", "problem"),
    [
        ("1. Sans titre.\n", 1, "#"),
        ("# Seul\n", 1, "1."),
        ("# T\n\ndu texte libre\n\n1. Oui.\n", 3, "du texte libre"),
        ("# T\n\n2. Mauvais numéro.\n", 3, "2."),
        ("# T\n\n1. Un.\n1. Encore un.\n", 4, "1."),
        ("# T\n\n1. Un.\n  1. Deux espaces.\n", 4, "1. Deux espaces."),
        ("# T\n\n1. Un.\n      1. Trop profond.\n", 4, "1. Trop profond."),
        ("# T\n\n1. Du **gras**.\n", 3, "*"),
        ("# T\n\n1. Un [lien](http://x).\n", 3, "]("),
        ("# T\n\n1. Du <b>html</b>.\n", 3, "<b"),
        ("# T\n\n1. {% if x %}oui{% endif %}.\n", 3, "{%"),
        ("# T\n\n1. {{ x.y }}.\n", 3, "{{"),
        ("# T\n\n1. {{x}}.\n", 3, "{{"),
        ("# T\n\n1. [clause:Mauvais].\n", 3, "[clause:"),
        ("# T\n\n1. Un | deux.\n", 3, "|"),
        ("# T\n\n# Encore\n\n1. Un.\n", 3, "# Encore"),
    ],
)
def test_what_is_outside_the_subset_is_a_finding(source: str, line: int, problem: str) -> None:
    _, findings = parse_text(source, "fr.md")
    assert ("PPP402", line, problem) in [(f.code, f.place.line, dict(f.params)["problem"]) for f in findings]


@given(st.text(max_size=300))
def test_no_text_raises(source: str) -> None:
    parse_text(source, "x.md")


WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "Nd"), include_characters="&’€ß«»"), min_size=1, max_size=12
)
PIECES = st.lists(
    st.one_of(WORDS, st.just("{{ slot_1 }}"), st.just("[clause:a/b-c]"), st.just("[annex:budget]")),
    min_size=1,
    max_size=8,
)


@given(PIECES)
def test_nothing_of_a_paragraph_is_lost(pieces: list[str]) -> None:
    text = " ".join(pieces)
    spell = {"text": "{}", "slot": "{{{{ {} }}}}", "clause": "[clause:{}]", "annex": "[annex:{}]"}
    assert "".join(spell[i.kind].format(i.value) for i in parse_inlines(text)) == text


def test_terms_are_whole_words_and_the_longest_wins() -> None:
    pattern = term_pattern({"a": ("Partie", "Parties"), "b": ("Partie coordinatrice",)})
    found = [
        m[0]
        for m in pattern.finditer("Les Parties et la Partie coordinatrice, l’Antipartie, une Partie-ci, la Partie.")
    ]
    assert found == ["Parties", "Partie coordinatrice", "Partie"]
