"""Phrases in, where a text says them out: what a jurist writes in a data file instead of a pattern.

`…` stands for words in between (within one sentence), `*` at the end of a word for any ending, at its beginning for any
beginning (`*gegevens`). Case, kinds of apostrophes, quotation marks, hyphens and spaces make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from .letters import in_form

# Words in between: they begin and end at a space, comma, quotation mark or apostrophe («… entreprise» is in «à l'entreprise»).
_BREAK = r"[^\w.;:!?-]"
GAP = rf"(?: |{_BREAK}(?:[^.;:!?]|[.:](?=\d)){{0,160}}?{_BREAK})"
# One letter for all of its kind.
_SAME = tuple(
    (letter, one)
    for letters, one in (
        ("‘’‚‛′`´", "'"),
        ("«»“”„‟", '"'),
        ("‐‑‒–—−", "-"),
        ("\u00a0\u202f\u2009\t\n\r", " "),
        ("\u00ad\u200b\u2060", ""),
    )
    for letter in letters
)
_OTHERS = re.compile(f"[{''.join(letter for letter, _ in _SAME)}]")
_SENTENCE = re.compile(r"[^.;:!?\n]+(?:[.:](?=\d)[^.;:!?\n]+)*[.;:!?]?")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text as phrases see it: small letters, one kind of apostrophe, quotation mark, hyphen and space."""
    text = in_form(text, "NFC")
    if _OTHERS.search(text):
        for letter, one in _SAME:
            text = text.replace(letter, one)
    return (re.sub(" {2,}", " ", text) if "  " in text else text).casefold()


@lru_cache(maxsize=1 << 12)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, as phrases see them; a full stop inside a number or an article is no end."""
    return tuple(filter(None, (match[0].strip() for match in _SENTENCE.finditer(plain(text)))))


def _parts(phrase: str) -> list[str]:
    return [part.strip() for part in plain(phrase).split("…")]


@lru_cache(maxsize=1 << 15)
def _literals(phrase: str) -> tuple[str, ...]:
    """The literal words that a text must have; most texts lack one and never meet the pattern."""
    return tuple(word.strip("*") for part in _parts(phrase) for word in part.split(" "))


@lru_cache(maxsize=1 << 12)
def _pattern(phrase: str) -> re.Pattern[str]:
    spelt = (re.escape(part).replace(r"\*", r"[\w'-]*").replace(r"\ ", " ") for part in _parts(phrase))
    return re.compile(r"(?<![\w-])" + GAP.join(spelt) + r"(?![\w-])")


_LETTERS = 4  # that tell most words apart
_WORD_START = re.compile(r"(?<![\w-])\S")
_CUT = "\uffff"  # Unicode keeps it out of texts


class Phrases(tuple[str, ...]):
    """Phrases that are looked for together, with what tells quickly that a text says none of them."""

    @cached_property
    def starts(self) -> list[str]:
        """For each phrase the longest beginning of a word that a text must have to say it: one look rules most of them out.
        A phrase that needs none has "", which is in every text."""
        return [_longest(phrase) for phrase in (plain(_CUT.join(self)).split(_CUT) if self else ())]

    @cached_property
    def by_start(self) -> dict[str, list[int]]:
        """The positions of the phrases by these beginnings."""
        positions: dict[str, list[int]] = {}
        for position, start in enumerate(self.starts):
            positions.setdefault(start, []).append(position)
        return positions

    def within(self, starts: Container[str]) -> Phrases:
        """Those of the phrases that texts with these first letters can say at all."""
        able = [(phrase, start) for phrase, start in zip(self, self.starts, strict=True) if start in starts]
        every = plain(_CUT.join([phrase for phrase, _ in able])).split(_CUT)
        able = [one for one, phrase in zip(able, every, strict=False) if all(need in starts for need in _needs(phrase))]
        narrow = Phrases(phrase for phrase, _ in able)
        narrow.__dict__["starts"] = [start for _, start in able]  # known already
        return narrow


NONE = Phrases()


def _needs(phrase: str) -> Iterator[str]:
    """The first letters of the words that a text must have to say a plain phrase; a word that may begin with anything (`*gegevens`)
    tells nothing."""
    for word in phrase.replace("…", " ").split():
        if word[0] != "*":
            yield word[:_LETTERS].rstrip("*")


def _longest(phrase: str) -> str:
    """The longest of the first letters that a plain phrase needs, the first of several; "" when it needs none."""
    longest = ""
    for start in _needs(phrase):
        if len(start) > len(longest):
            longest = start
            if len(start) == _LETTERS:
                break
    return longest


class Said(Mapping[str, Phrases]):
    """Phrases in each language, out of the form they are kept in: one string of phrases, one of their starts. Made when a language is asked
    for, because a case is written in one or two of them and a law knows ten thousand phrases."""

    def __init__(self, pressed: Mapping[str, Sequence[str]]) -> None:
        self._pressed = pressed
        self._made: dict[str, Phrases] = {}

    @staticmethod
    def press(phrases: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
        """The form for the cache; no phrase may stand for a language, and none twice in it."""
        every = {language: Phrases(dict.fromkeys(said)) for language, said in phrases.items()}
        return {language: [_CUT.join(said), _CUT.join(said.starts)] for language, said in every.items() if said}

    def __getitem__(self, language: str) -> Phrases:
        if language not in self._made:
            said, starts = self._pressed[language]
            phrases = self._made[language] = Phrases(said.split(_CUT))
            phrases.__dict__["starts"] = starts.split(_CUT)  # known already
        return self._made[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pressed)

    def __len__(self) -> int:
        return len(self._pressed)


def starts_of(text: str) -> frozenset[str]:
    """The first letters of every word of a text, one to four of them: what phrases need of it. "" is in every text."""
    return _starts(plain(text))


@lru_cache(maxsize=1 << 12)
def _starts(sentence: str) -> frozenset[str]:
    places = [match.start() for match in _WORD_START.finditer(sentence)]
    return frozenset(sentence[at : at + length] for at in places for length in range(1, _LETTERS + 1)) | {""}


def find_phrase(phrases: Phrases, sentence: str) -> str:
    """The words of a sentence (as `sentences` gives it) that the first phrase found stands for; "" when there is none."""
    if not phrases:
        return ""
    by_start = phrases.by_start
    for position in sorted(at for start in by_start.keys() & _starts(sentence) for at in by_start[start]):
        phrase = phrases[position]
        if all(word in sentence for word in _literals(phrase)):
            match = _pattern(phrase).search(sentence)
            if match:
                return match[0]
    return ""
