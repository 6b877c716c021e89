"""The text subset of a clause: Markdown words in, a heading and numbered blocks out.

One `# heading`, numbered paragraphs to three levels (three spaces of indent each), `{{ slot }}`, `[clause:topic/name]`,
`[annex:budget]`. Anything else is a finding: a clause that a reader could misread is not a clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, repeat
from typing import Any

from .codes import find
from .model import Block, Finding, Inline, Place, Text

ANNEXES = (
    "responsibilities", "budget", "instalments", "reporting", "indicators", "evaluation", "data", "staff", "goods", "counterparts",
    "protocol", "changes", "closing", "contacts",
)  # fmt: skip

_ITEM = re.compile(r"(?P<indent> *)(?P<number>[0-9]{1,3})\. (?P<text>\S.*)")
_MARK = re.compile(
    r"\{\{ (?P<slot>[a-z][a-z0-9_]*) \}\}|\[clause:(?P<clause>[a-z0-9-]+/[a-z0-9-]+)\]|\[annex:(?P<annex>[a-z]+)\]"
)
# What looks like a mark, or like Markdown beyond the subset, and is neither a slot nor a reference.
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\[[a-z]+:|\]\(|\*|`|<[A-Za-z/!]|\||_{2}|^\s*[-+#>] ")
_ODD = re.compile(r"[][{}*`<|_]|^\s*[-+#>] ")  # most paragraphs have none of this
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


def label_of(position: int, level: int) -> str:
    """The label of the n-th block at a level as block names write it: `1`, `a`, `i` (positions from 1)."""
    if level == 1:
        return str(position)
    if level == 2:
        return chr(ord("a") + position - 1)
    return _ROMAN[position - 1]


def parse_inlines(text: str) -> tuple[Inline, ...]:
    """The pieces of a paragraph: words, slots and references, in order."""
    return tuple(_inlines(text)) if "{" in text or "[" in text else (Inline("text", text),) if text else ()


def _inlines(text: str) -> Iterator[Inline]:
    at = 0
    for match in _MARK.finditer(text):
        if match.start() > at:
            yield Inline("text", text[at : match.start()])
        kind = match.lastgroup or ""
        yield Inline(kind, match[kind])
        at = match.end()
    if at < len(text):
        yield Inline("text", text[at:])


def parse_text(source: str, file: str) -> tuple[Text, tuple[Finding, ...]]:
    """Parses a clause's `.md` file. What is outside the subset is a finding; the rest is still given."""
    findings: list[Finding] = []
    heading = ""
    blocks: list[Block] = []
    counts = [0, 0, 0]

    def wrong(line: int, column: int, problem: str) -> None:
        findings.append(find("PPP402", Place(file, line, column), problem=problem))

    for number, line in enumerate(source.split("\n"), 1):
        if not line.strip():
            continue
        if line.startswith("# ") and not heading and not blocks:
            heading = line[2:].strip()
            continue
        item = _ITEM.fullmatch(line.rstrip())
        if not item:
            wrong(number, 1, line.strip()[:40])
            continue
        indent, given, text = item.groups()
        level = len(indent) // 3 + 1
        if len(indent) % 3 or level > 3 or (level > 1 and not counts[level - 2]):
            wrong(number, 1, line.strip()[:40])
            continue
        counts[level - 1] += 1
        counts[level:] = [0] * (3 - level)
        if counts[level - 1] > (999, 26, 15)[level - 1] or int(given) != counts[level - 1]:
            wrong(number, len(indent) + 1, f"{given}.")
        if _ODD.search(text):
            for mark in _STRAY.finditer(_MARK.sub(lambda m: "\N{REPLACEMENT CHARACTER}" * len(m[0]), text)):
                wrong(number, item.start("text") + mark.start() + 1, mark[0].strip())
        name = str(counts[0]) if level == 1 else ".".join([label_of(counts[i], i + 1) for i in range(level)])
        blocks.append(Block(name, level, parse_inlines(text), number))
    if not heading:
        wrong(1, 1, "#")
    if not blocks:
        wrong(1, 1, "1.")
    return Text(file, heading, tuple(blocks)), tuple(findings)


# A library has twenty thousand pieces of text. One long string is read in a tenth of the time of twenty thousand short ones;
# it is cut at a character that Unicode keeps out of texts.
_CUT = "\uffff"
_KINDS = {"t": "text", "s": "slot", "c": "clause", "a": "annex"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


def press_texts(texts: Mapping[str, Text]) -> dict[str, Any] | None:
    """Texts by name as a few long strings and lists, for the cache; None when they hold the character that cuts these.
    Where a text stands is left out, for a copy elsewhere says the same."""
    blocks = [block for text in texts.values() for block in text.blocks]
    inlines = [inline for block in blocks for inline in block.inlines]
    columns = {
        "names": list(texts),
        "headings": [text.heading for text in texts.values()],
        "blocks": [block.name for block in blocks],
        "values": [inline.value for inline in inlines],
    }
    if any(_CUT in part for column in columns.values() for part in column):
        return None
    return {
        **{name: _CUT.join(column) for name, column in columns.items()},
        "kinds": "".join(_LETTERS[inline.kind] for inline in inlines),
        "levels": "".join(str(block.level) for block in blocks),
        "lines": [block.line for block in blocks],
        "spans": [len(text.blocks) for text in texts.values()],
        "sizes": [len(block.inlines) for block in blocks],
    }


def unpress_texts(pressed: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, Text]:
    """The texts that `press_texts` pressed, by name; `shown` tells where each stands now."""

    def cut(name: str) -> list[str]:
        return pressed[name].split(_CUT)  # type: ignore[no-any-return]

    # The named tuples' own constructors cost a call each.
    new: Any = tuple.__new__
    pairs = zip(map(_KINDS.__getitem__, pressed["kinds"]), cut("values"), strict=True)
    inlines = map(new, repeat(Inline), pairs)
    rows = zip(
        cut("blocks"),
        map(int, pressed["levels"]),
        [tuple(islice(inlines, size)) for size in pressed["sizes"]],
        pressed["lines"],
        strict=True,
    )
    blocks = map(new, repeat(Block), rows)
    names = cut("names")
    parts = [tuple(islice(blocks, span)) for span in pressed["spans"]]
    texts = map(new, repeat(Text), zip(map(shown.__getitem__, names), cut("headings"), parts, strict=True))
    return dict(zip(names, texts, strict=True))


def words_of(block: Block) -> str:
    """The words of a block, each slot and reference as one neutral character."""
    return "".join(i.value if i.kind == "text" else "\N{REPLACEMENT CHARACTER}" for i in block.inlines)


def term_pattern(forms: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    """A pattern that finds the written forms of terms as whole words, the longest first."""
    every = sorted((form for group in forms.values() for form in group), key=len, reverse=True)
    return (
        re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(form) for form in every) + r")(?![\w-])")
        if every
        else re.compile(r"(?!)")
    )
