"""Elements of HTML, built so that nothing can be forgotten: text is escaped unless it is HTML already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TypeAlias


class Html(str):
    """Text that is HTML already. Only this module and its users that build it from escaped parts make one."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"

_EMPTY = frozenset({"meta", "link", "input", "br", "hr"})
_OWN_LINE = frozenset(
    {"html", "head", "body", "header", "nav", "main", "footer", "section", "form", "div", "p", "h1", "h2", "h3"}
    | {
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "title",
        "meta",
        "link",
        "script",
    }
)


def h(tag: str, *children: Child, **attributes: str | bool | None) -> Html:
    """An element. `class_` and `for_` lose their underscore, `aria_label` becomes `aria-label`; None and False are left
    out, True is an attribute without a value."""
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        key = name.rstrip("_").replace("_", "-")
        parts.append(f" {key}" if value is True else f' {key}="{escape(value)}"')
    parts.append(">")
    if tag not in _EMPTY:
        parts.append(join(children))
        parts.append(f"</{tag}>")
    if tag in _OWN_LINE:
        parts.append("\n")
    return Html("".join(parts))


def join(children: Child) -> Html:
    """Pieces one after the other, each escaped unless it is HTML already."""
    if children is None:
        return Html("")
    if isinstance(children, str):
        return children if isinstance(children, Html) else Html(escape(children, quote=False))
    return Html("".join(join(child) for child in children))


def between(separator: str, children: Iterable[Child]) -> Html:
    """Pieces with a separator between them."""
    return Html(join(separator).join(join(child) for child in children))


def coded(text: str) -> Html:
    """Text with what stands in backquotes as code."""
    return join(h("code", part) if at % 2 else part for at, part in enumerate(re.split("`([^`]*)`", text)))
