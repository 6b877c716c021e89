"""Turns the styles of a Word file into one answer: does text of this style stand, or is it hidden, struck or not to be seen?

Hiding and striking are toggle properties (ECMA-376, 17.7.3): set in two kinds of style they cancel out, set on a run
they decide. Colour, size and width are plain ones: the nearest that sets them decides. Text as white as the paper, or too small
or narrow to be read, does not stand any more than hidden text does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TOGGLES: Mapping[str, int] = {f"{W}vanish": 1, f"{W}strike": 2, f"{W}dstrike": 4}
WHITE, TINY, NARROW = 8, 16, 32
PLAIN: Mapping[str, int] = {f"{W}color": WHITE, f"{W}sz": TINY, f"{W}w": NARROW}
TOGGLED, UNSEEN = 7, WHITE | TINY | NARROW
_NEARLY_WHITE = re.compile("(?:[fF][0-9a-fA-F]){3}")
_SMALLEST = {TINY: 8, NARROW: 20}  # half points; per cent of the width of a letter
VAL, BASED_ON, RPR = f"{W}val", f"{W}basedOn", f"{W}rPr"
OFF = frozenset({"0", "false", "off", "none"})


MAX_ANCESTORS = 32  # Word itself stops at eleven


@dataclass(frozen=True)
class Styles:
    """For each style the toggles that are on in it; those of text without a style, and those on everywhere."""

    on: Mapping[str, int]
    sets: Mapping[str, int]  # what a style decides, on or off
    default: str = ""
    everywhere: int = 0

    def of_paragraph(self, style: str, table: int) -> int:
        """What is on in a paragraph of this style ("" is the default style) in a table with `table` on."""
        name = style or self.default
        own = self.on.get(name, 0)
        toggled = ((own | self.everywhere) ^ table) & TOGGLED
        return toggled | own & UNSEEN | (self.everywhere | table) & UNSEEN & ~self.sets.get(name, 0)

    def of_run(self, style: str, paragraph: int) -> int:
        """What is on in a run of this character style in a paragraph with `paragraph` on."""
        own = self.on.get(style, 0)
        return (own ^ paragraph) & TOGGLED | own & UNSEEN | paragraph & UNSEEN & ~self.sets.get(style, 0)


def styles_of(root: _Element) -> Styles:
    """The toggles of every style of a styles part."""
    own: dict[str, tuple[str, int, int]] = {}  # style -> parent, toggles it sets, toggles it sets on
    default = ""
    for style in root.iterfind(f"{W}style"):
        name = str(style.get(f"{W}styleId", ""))
        own[name] = (value_of(style.find(BASED_ON)), *toggles_of(style.find(RPR)))
        if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") not in (None, *OFF):
            default = name
    everywhere = toggles_of(root.find(f"{W}docDefaults/{W}rPrDefault/{RPR}"))[1]
    found = {name: _inherited(name, own) for name in own}
    on = {name: mask for name, (mask, _) in found.items() if mask}
    return Styles(on, {name: sets for name, (_, sets) in found.items() if sets}, default, everywhere)


def _inherited(name: str, own: Mapping[str, tuple[str, int, int]]) -> tuple[int, int]:
    """What is on in a style, and what it decides: the nearest of it and its ancestors does."""
    decided = on = 0
    seen: set[str] = set()
    while name in own and name not in seen and len(seen) < MAX_ANCESTORS:
        seen.add(name)
        name, sets, sets_on = own[name]
        on |= sets_on & ~decided
        decided |= sets
    return on, decided


def toggles_of(properties: _Element | None) -> tuple[int, int]:
    """What these properties set, and what of it they set on."""
    sets = on = 0
    for item in properties if properties is not None else ():
        bit = TOGGLES.get(item.tag, 0)
        if bit:
            on |= bit if item.get(VAL) not in OFF else 0
        elif bit := PLAIN.get(item.tag, 0):
            on |= bit if _is_unseen(bit, str(item.get(VAL, ""))) or _is_paper(item) else 0
        sets |= bit
    return sets, on


def _is_paper(item: _Element) -> bool:
    """Whether a colour is that of the paper by the theme: the first background, no shade of it."""
    theme = item.get(f"{W}themeColor")
    return theme in ("background1", "light1") and item.get(f"{W}themeShade") is None


def _is_unseen(bit: int, value: str) -> bool:
    if bit == WHITE:
        return _NEARLY_WHITE.fullmatch(value) is not None
    figure = value.removesuffix("%").removesuffix("pt")
    return figure.isascii() and figure.isdecimal() and int(figure[:6]) < _SMALLEST[bit] // (2 if "pt" in value else 1)


def is_shaded(properties: _Element | None) -> bool:
    """Whether what these properties are of has a ground on which white can be read."""
    for item in properties if properties is not None else ():
        if item.tag == f"{W}highlight" and item.get(VAL) not in ("none", "white"):
            return True
        if item.tag == f"{W}shd":
            fills = [str(item.get(f"{W}{name}", "auto")) for name in ("fill", "themeFill")]
            pattern = str(item.get(VAL, "clear"))
            if any(fill not in ("auto", "") and not _NEARLY_WHITE.fullmatch(fill) for fill in fills):
                return True
            if pattern not in ("clear", "nil", ""):  # a pattern in the colour of the ink
                return True
    return False


def value_of(element: _Element | None) -> str:
    """The `w:val` of an element, "" where there is none."""
    return "" if element is None else str(element.get(VAL, ""))
