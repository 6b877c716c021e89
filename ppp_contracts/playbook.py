"""What became of an article, and the alternatives of its clause, in; the articles that now hold one of those alternatives out.

A fallback of the playbook is no deviation: who may agree to it is known. It is recognised only when every paragraph of the
alternative stands in the file with the very values that the article had; one word off, and it is a changed text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .codes import find
from .comparison import ADDED, AFTER_LABEL, CHANGED, CONCEALED, GONE, INTACT, MOVED, Difference
from .finding import Finding, Place
from .manifest import BLANK, REFERENCE, normalise
from .model import Block, Clause, Library, Text

_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[a-z]\)|[ivx]+\))\s*")


@dataclass(frozen=True)
class Fallback:
    """An article of a Word file that holds another text of the playbook than it was built with."""

    article: int
    label: str
    clause: str
    alternative: str  # "" is the preferred text


def recognise_fallbacks(
    differences: Sequence[Difference], manifest: Mapping[str, Any], library: Library, lines: Sequence[str]
) -> tuple[tuple[Fallback, ...], tuple[Difference, ...]]:
    """The articles that hold an alternative of the playbook, and the differences that are left to report. `lines` are the
    paragraphs of the file (`comparison.paragraphs_in`)."""
    language = str(manifest["language"])
    left = list(differences)
    found: list[Fallback] = []
    for article in manifest["articles"]:
        clause = library.clauses.get(str(article["clause"]))
        own = [d for d in differences if d.article == article["number"] and d.part == "article"]
        if clause is None or len(clause.alternatives) < 1 or not any(d.state in (CHANGED, GONE) for d in own):
            continue
        values = _values(clause, str(article["alternative"]), language, manifest, article["number"])
        if values is None:
            continue
        standing = _standing(own, differences, lines)
        for alternative in ("", *clause.alternatives):
            text = clause.texts.get((alternative, language))
            if text is None or alternative == article["alternative"]:
                continue
            wanted = [_say(block, values, manifest) for block in text.blocks]
            used = _all_found(wanted, standing, own, differences)
            if used is not None:
                found.append(Fallback(article["number"], str(article["label"]), clause.id, alternative))
                heading = {d for d in own if d.block == "0" and not _is_heading(d, text, str(article["label"]))}
                left = [d for d in left if (d not in own or d in heading) and d not in used]
                break
    return tuple(found), tuple(left)


def _is_heading(difference: Difference, text: Text, label: str) -> bool:
    """Whether the heading of the article is untouched or that of a text, with or without the label typed before it."""
    said = normalise(difference.new).removeprefix(normalise(label)).lstrip(AFTER_LABEL)
    return difference.state in (INTACT, MOVED) or (difference.state == CHANGED and said == normalise(text.heading))


def _values(
    clause: Clause, alternative: str, language: str, manifest: Mapping[str, Any], article: int
) -> dict[str, str] | None:
    """The values of the slots, read from the paragraphs as they were built; None when they cannot be told."""
    text = clause.texts.get((alternative, language))
    entries = {e["block"]: e for e in manifest["paragraphs"] if e["article"] == article and e["part"] == "article"}
    values: dict[str, str] = {}
    for block in text.blocks if text else ():
        entry = entries.get(block.name)
        if entry is None or BLANK in entry["text"]:
            return None
        match = re.fullmatch(_pattern(block), normalise(entry["bare"]))
        if match is None:  # the library has moved on since
            return None
        for name, value in match.groupdict().items():
            slot = name.rsplit("_", 1)[0]
            if values.setdefault(slot, value) != value:
                return None
    return values


def _pattern(block: Block) -> str:
    """A pattern for the paragraph that a block became, with a group for each slot."""
    parts: list[str] = []
    for position, inline in enumerate(block.inlines):
        if inline.kind == "slot":
            parts.append(f"\x00{inline.value}_{position}\x00")
        else:
            parts.append(inline.value if inline.kind == "text" else REFERENCE)
    # A space beside a value is gone where the value begins or ends with a mark: «tot € 5» is `tot€5`.
    pieces = re.split("( ?\x00[^\x00]+\x00 ?)", _normal_around("".join(parts)))
    return "".join(
        re.sub("\x00(.+)\x00", "(?P<\\1>.+?)", piece.replace(" ", " ?")) if at % 2 else re.escape(piece)
        for at, piece in enumerate(pieces)
    )


def _normal_around(text: str) -> str:
    """The text normalised, its marks left alone: a mark counts as a word."""
    marks: list[str] = []

    def hide(match: re.Match[str]) -> str:
        marks.append(match[0])
        return f"slotmark{len(marks) - 1}x"

    hidden = normalise(re.sub("\x00[^\x00]+\x00", hide, text))
    return re.sub(r"slotmark(\d+)x", lambda match: marks[int(match[1])], hidden)


def _standing(
    own: Sequence[Difference], every: Sequence[Difference], lines: Sequence[str]
) -> list[tuple[tuple[int, ...], str]]:
    """What stands below the heading of an article, up to the next paragraph of another: the places of each paragraph and its
    words. One that is what it was counts as one, even where somebody pressed Enter in it."""
    owners = {at: d for d in every if d.state not in (ADDED, CONCEALED) for at, _ in d.lines}
    headings = [d.lines[0][0] for d in own if d.block == "0" and d.lines]
    standing: list[tuple[tuple[int, ...], str]] = []
    done: set[int] = set()
    for at in range(headings[0] + 1, len(lines)) if headings else ():
        owner = owners.get(at)
        if owner and owner not in own:
            break
        whole = owner if owner and owner.state in (INTACT, MOVED) else None
        places = tuple(place for place, _ in whole.lines) if whole else (at,)
        if at not in done and normalise(lines[at]):
            standing.append((places, whole.old if whole else lines[at]))
            done.update(places)
    return standing


def _all_found(
    wanted: Sequence[str | None],
    standing: Sequence[tuple[tuple[int, ...], str]],
    own: Sequence[Difference],
    every: Sequence[Difference],
) -> list[Difference] | None:
    """The added paragraphs that belong to a text of which every paragraph stands in an article, in order and with nothing
    between; None when one is missing, when more is left of the article, or when something is hidden in it."""
    if len(standing) < len(wanted) or not wanted:
        return None
    if any(words is None or words not in _versions(said) for words, (_, said) in zip(wanted, standing, strict=False)):
        return None
    places = {at for several, _ in standing[: len(wanted)] for at in several}
    held = [d for d in every if any(at in places for at, _ in d.lines)]
    rest = [d for d in own if d.block != "0" and any(at not in places for at, _ in d.lines)]
    if rest or any(d.state == CONCEALED for d in (*own, *held)):
        return None
    return [d for d in held if d.state == ADDED]


def _versions(shown: str) -> Iterator[str]:
    """A paragraph as it stands, and without the number that somebody may have typed before it."""
    plain = normalise(shown)
    if plain:
        yield plain
        if (bare := normalise(_NUMBER.sub("", shown))) != plain:
            yield bare


def _say(block: Block, values: Mapping[str, str], manifest: Mapping[str, Any]) -> str | None:
    """A block with the values of the article and the numbers of the document; None when a value or a target is not known."""
    labels = {str(a["clause"]): str(a["label"]) for a in manifest["articles"]}
    annexes = {
        e["clause"].removeprefix("annex:"): str(e["label"]) for e in manifest["paragraphs"] if e["part"] == "annex"
    }
    tables: Mapping[str, Mapping[str, str]] = {"slot": values, "clause": labels, "annex": annexes}
    parts: list[str] = []
    for inline in block.inlines:
        said = inline.value if inline.kind == "text" else tables[inline.kind].get(inline.value)
        if said is None:
            return None
        parts.append(said)
    return normalise("".join(parts))


def findings_of_fallbacks(fallbacks: Sequence[Fallback], library: Library, file: str) -> Iterator[Finding]:
    """A finding for each: which text of the playbook the article holds now, what it concedes and who may agree to it."""
    for fallback in fallbacks:
        clause = library.clauses[fallback.clause]
        details = clause.alternatives.get(fallback.alternative, {})
        words = {f"concedes_{language}": text for language, text in details.get("concedes", {}).items()}
        approvers = library.labels.get("approver", {}).get(details.get("agreed_by", ""), {})
        words |= {f"approver_{language}": text for language, text in approvers.items()}
        code = "PPP623" if fallback.alternative else "PPP624"
        place = Place(file, path=fallback.label)
        yield find(code, place, where=fallback.label, clause=fallback.clause, alternative=fallback.alternative, **words)
