"""Turns the styles of a Word file into one answer: does text of this style stand, or is it hidden or struck?

Hiding and striking are toggle properties (ECMA-376, 17.7.3): set in two kinds of style they cancel out, set on a run
they decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TOGGLES: Mapping[str, int] = {f"{W}vanish": 1, f"{W}strike": 2, f"{W}dstrike": 4}
VAL, BASED_ON, RPR = f"{W}val", f"{W}basedOn", f"{W}rPr"
OFF = frozenset({"0", "false", "off", "none"})


MAX_ANCESTORS = 32  # Word itself stops at eleven


@dataclass(frozen=True)
class Styles:
    """For each style the toggles that are on in it; those of text without a style, and those on everywhere."""

    on: Mapping[str, int]
    default: str = ""
    everywhere: int = 0

    def of_paragraph(self, style: str) -> int:
        """The toggles of a paragraph in this style ("" is the default style)."""
        return self.on.get(style or self.default, 0) | self.everywhere


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
    on = {name: _inherited(name, own) for name in own}
    return Styles({name: mask for name, mask in on.items() if mask}, default, everywhere)


def _inherited(name: str, own: Mapping[str, tuple[str, int, int]]) -> int:
    """The toggles that are on in a style: the nearest of it and its ancestors decides."""
    decided = on = 0
    seen: set[str] = set()
    while name in own and name not in seen and len(seen) < MAX_ANCESTORS:
        seen.add(name)
        name, sets, sets_on = own[name]
        on |= sets_on & ~decided
        decided |= sets
    return on


def toggles_of(properties: _Element | None) -> tuple[int, int]:
    """Which toggles these properties set, and which of them they set on."""
    sets = on = 0
    for item in properties if properties is not None else ():
        bit = TOGGLES.get(item.tag, 0)
        sets |= bit
        if bit and item.get(VAL) not in OFF:
            on |= bit
    return sets, on


def value_of(element: _Element | None) -> str:
    """The `w:val` of an element, "" where there is none."""
    return "" if element is None else str(element.get(VAL, ""))
