"""Pages of the known traps: what is wrong, when it is looked for, the words that raise it, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..catalogue import cited
from ..codes import CODES
from ..inwords import in_language, in_words, spelt_out
from ..model import Trap
from ..trap import code_of
from .frame import Page, Site, View, cited_item, definitions, facts, listed, obligation_link, rows
from .hypertext import Child, between, coded, h, join
from .law import demand_item, severity

# How the words of a way of finding are shown, in this order.
_WORDS = ("phrases", "with", "also", "unless", "without")


def trap_pages(site: Site, ui: str) -> Iterator[Page]:
    """The list of traps, then a page for each."""
    view = View(site, ui, "traps.html")
    names = ("site_code", "lib_title", "site_severity", "site_when_short")
    body = (
        (
            h("a", code_of(trap.id), href=view.to(f"traps/{trap.id}.html")),
            view.said(trap.title),
            severity(view, trap),
            coded(in_words(trap.applies_when, site.shelf.law, ui) or view.word("always")),
        )
        for trap in site.shelf.law.traps.values()
    )
    yield Page(view.path, view.word("site_traps"), rows(map(view.word, names), body, view.word("site_traps"), "many"))
    for trap in site.shelf.law.traps.values():
        path = f"traps/{trap.id}.html"
        title, title_in = in_language(trap.title, ui)
        yield Page(path, title, join(_trap(trap, View(site, ui, path))), "traps", title_in)


def _trap(trap: Trap, view: View) -> Iterator[Child]:
    law = view.site.shelf.law
    yield h("p", h("code", code_of(trap.id)), " ", h("code", trap.id), class_="id")
    since = view.word("explain_force", date=trap.in_force_from) if trap.in_force_from else ""
    until = view.word("site_in_force_to", date=trap.in_force_to) if trap.in_force_to else ""
    when = coded(in_words(trap.applies_when, law, view.ui) or view.word("always"))
    yield facts(
        (
            (view.word("site_when_short"), when),
            (view.word("site_severity"), severity(view, trap)),
            (view.word("site_in_force"), ", ".join(part for part in (since, until) if part)),
        )
    )
    yield h("p", view.word(f"trap_{trap.outcome}"))
    message = {language: text.replace("{words}", "…") for language, text in trap.message.items()}
    sections: tuple[tuple[str, Child], ...] = (
        ("site_message", view.said(message, "p")),
        ("site_remedy", view.said(trap.remedy, "p")),
        ("site_check", list(_ways(trap.found, view))),
        ("site_in_spec", definitions(spelt_out(trap.applies_when, law, view.ui))),
        ("lib_basis", listed(cited_item(view, c) for c in cited(trap, law, view.ui))),
        ("site_demands", listed(demand_item(view, name) for name in trap.demand)),
    )
    yield ((h("h2", view.word(name)), part) for name, part in sections if part)


def _ways(found: Mapping[str, Any], view: View) -> Iterator[Child]:
    """How a trap is found: what raises it in the language of the page, and the rules and obligations that find it elsewhere."""
    links: list[Child] = [
        h("a", code, href=view.to(f"codes/{code}.html")) for code in found.get("codes", ()) if code in CODES
    ]
    links += [obligation_link(view, name) for name in found.get("obligations", ())]
    if links:
        yield h("p", view.word("trap_elsewhere", names=""), between(", ", links))
    if "holds" in found:
        yield h("p", coded(in_words(found["holds"], view.site.shelf.law, view.ui)))
    if found["kind"] == "text":
        yield h("p", view.word("site_trap_test"))
    if found.get("scope") == "text":
        yield h("p", view.word("site_trap_scope"))
    for key in _WORDS:
        said = found.get(key, {}).get(view.ui, ())
        if said:
            yield h("p", view.word(f"site_trap_{key}")), h("p", between(" · ", (h("q", words) for words in said)))
    for part in found.get("parts", ()):
        yield from _ways(part, view)
