"""A text in, the same in a Unicode normal form out, in bounded time."""

from __future__ import annotations

import unicodedata
from typing import Literal

LONG = 2_000  # letters from which a text is looked at first
MOST_MARKS = 30  # on one letter (Unicode Standard Annex 15, stream-safe text); to sort a hundred thousand takes minutes


def in_form(text: str, form: Literal["NFC", "NFKC"]) -> str:
    """A text in a normal form. In a long one, more marks on one letter than any script needs are one replacement character."""
    if len(text) > LONG and not text.isascii():
        kept: list[str] = []
        marks = 0
        for letter in text:
            marks = marks + 1 if unicodedata.combining(letter) else 0
            if marks <= MOST_MARKS:
                kept.append(letter)
            elif marks == MOST_MARKS + 1:
                kept.append("\N{REPLACEMENT CHARACTER}")
        text = "".join(kept)
    return unicodedata.normalize(form, text)
