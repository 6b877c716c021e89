"""The named styles that a template must bring: which one each role takes, and how its lists must number them.

The look is the template's alone: Python sets no font, size or colour. A style is known by its name, never by its id, for
Word writes ids in the language of whoever saved the file («Titre1», «Kop1») and the names of built-in styles in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Paragraph.style (with the level, for blocks) or what else the writer makes -> the name of the style.
STYLES: Mapping[str, str] = {
    "heading": "heading 1",
    "block-1": "PPP Block 1",
    "block-2": "PPP Block 2",
    "block-3": "PPP Block 3",
    "definition": "PPP Definition",
    "party-first": "PPP Party First",
    "party": "PPP Party",
    "recital": "PPP Recital",
    "signature": "PPP Signature",
    "signature-first": "PPP Signature First",
    "signature-room": "PPP Signature Room",
    "annex-heading": "PPP Annex Heading",
    "annex-text": "PPP Annex Text",
    "cell": "PPP Cell",
    "cell-number": "PPP Cell Number",
    "cell-header": "PPP Cell Header",
    "cell-header-number": "PPP Cell Header Number",
    "after-table": "PPP After Table",
    "contents": "toc 1",
    "term": "PPP Term",
    "name": "PPP Name",
    "link": "Hyperlink",
    "blank": "Placeholder Text",
    "table": "PPP Table",
    "signatures": "PPP Signatures",
}


@dataclass(frozen=True, slots=True)
class Level:
    """How a list must number a style. In `text`, `word` stands for the word «Article» or «Annexe» that the writer sets."""

    role: str
    list: str  # levels with the same name share one list
    level: int
    format: str
    text: str
    word: str = ""


# What the plan prints as labels («Article 7», «7.2», «a)», «i)», «Annexe 1»): Word must number the same.
LEVELS = (
    Level("heading", "articles", 0, "decimal", "%1", "article"),
    Level("block-1", "articles", 1, "decimal", "%1.%2"),
    Level("block-2", "articles", 2, "lowerLetter", "%3)"),
    Level("block-3", "articles", 3, "lowerRoman", "%4)"),
    Level("annex-heading", "annexes", 0, "decimal", "%1", "annex"),
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def ids_by_role(styles: Any) -> Mapping[str, str]:
    """The id of each role's style in a styles part (its root element); a role without one is left out."""
    known = {_value(style, "name").casefold(): str(style.get(f"{W}styleId", "")) for style in styles.iter(f"{W}style")}
    return {role: known[name.casefold()] for role, name in STYLES.items() if known.get(name.casefold())}


def levels_of(styles: Any, numbering: Any, ids: Mapping[str, str]) -> Mapping[str, Any]:
    """The list level (`w:lvl`) that numbers each role of `LEVELS`, where it numbers it as it must."""
    found = {level: _level_element(styles, numbering, ids.get(level.role, ""), level.level) for level in LEVELS}
    lists = {level.list: found[level][0] for level in LEVELS if level.level == 0}
    return {
        level.role: element
        for level, (number, element) in found.items()
        if element is not None and number == lists[level.list] and _numbers(element, level, ids[level.role])
    }


def unknown_styles(styles: Any, numbering: Any) -> Iterator[str]:
    """The ids of styles that the lists number and that are not there."""
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    named = [str(link.get(f"{W}val", "")) for link in numbering.iter(f"{W}pStyle")]
    yield from sorted(set(named) - known)


def _numbers(element: Any, level: Level, style: str) -> bool:
    """Whether a list level is tied to the style and counts as it must; the word in front of a number may be any."""
    text = _value(element, "lvlText")
    shown = text == level.text or bool(level.word and text.endswith(f" {level.text}") and text.count("%") == 1)
    same = (_value(element, "pStyle"), _value(element, "numFmt"), _value(element, "start")) == (
        style,
        level.format,
        "1",
    )
    return shown and same


def _level_element(styles: Any, numbering: Any, style: str, level: int) -> tuple[str, Any]:
    """The list (its abstract number) and the level in it that a style says it is numbered by."""
    found = styles.find(f"{W}style[@{W}styleId='{style}']") if "'" not in style else None
    properties = found.find(f"{W}pPr/{W}numPr") if found is not None else None
    if properties is None or (_value(properties, "ilvl") or "0") != str(level):
        return "", None
    number = _value(properties, "numId")
    instance = next((n for n in numbering.iter(f"{W}num") if n.get(f"{W}numId") == number), None)
    if instance is None or instance.find(f"{W}lvlOverride") is not None:
        return "", None
    abstract = _value(instance, "abstractNumId")
    for definition in numbering.iter(f"{W}abstractNum"):
        if definition.get(f"{W}abstractNumId") == abstract:
            return abstract, next((e for e in definition.iter(f"{W}lvl") if e.get(f"{W}ilvl") == str(level)), None)
    return "", None


def _value(element: Any, child: str) -> str:
    found = element.find(f"{W}{child}")
    return "" if found is None else str(found.get(f"{W}val", ""))
