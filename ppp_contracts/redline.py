"""Turns two versions of a text into the few words that differ, as a lawyer reads them: «s'engage à → peut»."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence

from .manifest import normalise

MOST_PAIRS = 100_000  # pairs of equal words at most; texts with more of them are shown as they begin
MOST_SHOWN = 400

_TOKEN = re.compile(r"\w+|[^\w\s]")


def show_difference(old: str, new: str) -> str:
    """The words that differ, each with what it became: «s'engage à → peut». Differences that are none are not shown."""
    before, after = list(_TOKEN.finditer(old)), list(_TOKEN.finditer(new))
    if _cost(before, after) > MOST_PAIRS:
        return shorten(f"{old} → {new}")
    matcher = difflib.SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    shown: list[tuple[slice, slice]] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        if kind != "replace":  # one word of context on the left, or on the right where there is none
            i, k, j, m = (i - 1, k - 1, j, m) if i and k else (i, k, j + 1, m + 1)
        one, other = _span(old, before, i, j), _span(new, after, k, m)
        if shown and (one.start <= shown[-1][0].stop + 1 and other.start <= shown[-1][1].stop + 1):
            one, other = slice(shown[-1][0].start, one.stop), slice(shown[-1][1].start, other.stop)
            shown.pop()
        shown.append((one, other))
    return shorten(" … ".join(_change(old, new, one, other) for one, other in shown))


def _cost(before: Sequence[re.Match[str]], after: Sequence[re.Match[str]]) -> int:
    """What a comparison has to look at: the pairs of equal words."""
    counts = Counter(token.group() for token in after)
    return sum(counts[token.group()] for token in before)


def _change(old: str, new: str, one: slice, other: slice) -> str:
    opening = "… " if one.start > 0 else ""
    closing = " …" if one.stop < len(old) else ""
    return f"{opening}{old[one].strip()} → {new[other].strip()}{closing}".replace("… …", "…")


def _keys(tokens: Sequence[re.Match[str]]) -> list[str]:
    return [normalise(token.group()) for token in tokens]


def _span(text: str, tokens: Sequence[re.Match[str]], first: int, last: int) -> slice:
    """The stretch of text of these tokens, widened to whole words, so that amounts and elisions stay whole."""
    if first >= last or first >= len(tokens):
        at = tokens[first].start() if first < len(tokens) else len(text)
        return slice(at, at)
    start, end = tokens[first].start(), tokens[min(last, len(tokens)) - 1].end()
    while start > 0 and text[start - 1] not in " \t\n":
        start -= 1
    while end < len(text) and text[end] not in " \t\n":
        end += 1
    return slice(start, end)


def shorten(text: str) -> str:
    """The text on one line, cut where it gets too long for a report."""
    plain = " ".join(re.split(r"[ \t\n]+", text)).replace("… … …", "…").replace("… …", "…")
    return plain if len(plain) <= MOST_SHOWN else plain[: MOST_SHOWN - 1] + "…"
