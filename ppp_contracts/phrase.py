"""Phrases in, where a text says them out: what a jurist writes in a data file instead of a pattern.

`…` stands for words in between (within one sentence), `*` at the end of a word for any ending, at its beginning for any
beginning (`*gegevens`). Case, kinds of apostrophes, quotation marks, hyphens and spaces make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

# Words in between: they begin and end at a space, comma, quotation mark or apostrophe («… entreprise» is in «à l'entreprise»).
_BREAK = r"[^\w.;:!?-]"
GAP = rf"(?: |{_BREAK}(?:[^.;:!?]|[.:](?=\d)){{0,160}}?{_BREAK})"
_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("«»“”„‟", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009\t\n\r", " "),
        "\u00ad": "",
        "\u200b": "",
        "\u2060": "",
    }
)
_SENTENCE = re.compile(r"[^.;:!?\n]+(?:[.:](?=\d)[^.;:!?\n]+)*[.;:!?]?")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text as phrases see it: small letters, one kind of apostrophe, quotation mark, hyphen and space."""
    return re.sub(r" {2,}", " ", unicodedata.normalize("NFC", text).translate(_SAME)).casefold()


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


class Phrases(tuple[str, ...]):
    """Phrases that are looked for together, with what tells quickly that a text says none of them."""

    @cached_property
    def needs(self) -> list[tuple[str, ...]]:
        """For each phrase the first letters of the words that a text must have; a word that may begin with anything
        (`*gegevens`) tells nothing."""
        return [
            tuple([word[:_LETTERS].rstrip("*") for word in phrase.replace("…", " ").split() if word[0] != "*"])
            for phrase in (plain("\x00".join(self)).split("\x00") if self else ())
        ]

    @cached_property
    def by_start(self) -> dict[str, list[int]]:
        """The positions of the phrases by the longest beginning of a word that they need: one look rules most of them out. A phrase
        that needs none stands under "", which is in every text."""
        starts: dict[str, list[int]] = {}
        for position, needed in enumerate(self.needs):
            starts.setdefault(max(needed, key=len, default=""), []).append(position)
        return starts

    def within(self, starts: frozenset[str]) -> Phrases:
        """Those of the phrases that texts with these first letters can say at all."""
        kept = [(phrase, needed) for phrase, needed in zip(self, self.needs, strict=True) if starts.issuperset(needed)]
        narrow = Phrases(phrase for phrase, _ in kept)
        narrow.__dict__["needs"] = [needed for _, needed in kept]  # known already
        return narrow


def starts_of(texts: Iterable[str]) -> frozenset[str]:
    """The first letters of every word of several texts: what `Phrases.within` asks."""
    return _starts(plain(" ".join(texts)))


def made(phrases: Sequence[str]) -> Phrases:
    """Phrases as they are looked for."""
    return phrases if isinstance(phrases, Phrases) else Phrases(phrases)


@lru_cache(maxsize=1 << 12)
def _starts(sentence: str) -> frozenset[str]:
    """The first letters of every word of a sentence, the one letter too."""
    places = [match.start() for match in _WORD_START.finditer(sentence)]
    return frozenset(sentence[at : at + length] for at in places for length in range(1, _LETTERS + 1)) | {""}


def find_phrase(phrases: Sequence[str], sentence: str) -> str:
    """The words of a sentence (as `sentences` gives it) that the first phrase found stands for; "" when there is none."""
    if not phrases:
        return ""
    by_start = made(phrases).by_start
    for position in sorted(at for start in by_start.keys() & _starts(sentence) for at in by_start[start]):
        phrase = phrases[position]
        if all(word in sentence for word in _literals(phrase)):
            match = _pattern(phrase).search(sentence)
            if match:
                return match[0]
    return ""
