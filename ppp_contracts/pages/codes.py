"""The first page, the finding codes and the search page."""

from __future__ import annotations

from collections.abc import Iterator

from ..codes import CODES
from ..inwords import known_word
from ..messages import table
from .frame import SECTIONS, Page, Site, View, facts, listed, note, rows
from .hypertext import Child, coded, h, join
from .law import demand_item


def home_page(site: Site, ui: str) -> Page:
    """What is here, and what it is not."""
    view = View(site, ui, "index.html")
    shelf = site.shelf
    intro = view.word(
        "site_intro",
        clauses=len(shelf.library.clauses),
        obligations=len(shelf.law.obligations),
        codes=len(CODES),
        kinds=len(shelf.law.kinds),
    )
    counts = {
        "clauses": len(shelf.library.clauses),
        "obligations": len(shelf.law.obligations),
        "demands": len(shelf.law.demands),
        "traps": len(shelf.law.traps),
        "codes": len(CODES),
        "kinds": len(shelf.law.kinds),
        "instruments": len(shelf.law.instruments),
        "terms": len(shelf.library.terms),
    }
    cards = (
        (h("a", view.word(f"site_{name}"), href=view.to(f"{name}.html")), h("span", str(counts[name]), class_="count"))
        for name in SECTIONS
    )
    demands = (demand_item(view, name) for name in shelf.law.demands)
    body = (
        note(view),
        h("p", intro),
        h("h2", view.word("site_menu")),
        listed(cards, "cards"),
        h("h2", view.word("site_demands")),
        listed(demands, "plain"),
    )
    return Page(view.path, view.word("site_name"), body)


def code_pages(site: Site, ui: str) -> Iterator[Page]:
    """The list of finding codes by family, then a page for each."""
    view = View(site, ui, "codes.html")
    words = table()["codes"]
    families = sorted({code[3] for code in CODES})
    names = ("site_code", "lib_title", "site_severity")
    sections = (
        (
            h("h2", _family(family, ui), id=f"PPP{family}"),
            rows(
                map(view.word, names),
                (
                    (h("a", code, href=view.to(f"codes/{code}.html")), words[code]["title"][ui], _level(view, code))
                    for code in CODES
                    if code[3] == family
                ),
                _family(family, ui),
            ),
        )
        for family in families
    )
    yield Page(view.path, view.word("site_codes"), sections)
    for code in CODES:
        path = f"codes/{code}.html"
        yield Page(path, f"{code} – {words[code]['title'][ui]}", join(_code(code, View(site, ui, path))), "codes")


def _family(digit: str, ui: str) -> str:
    return known_word(f"codes_{digit}", ui, f"PPP{digit}")


def _level(view: View, code: str) -> Child:
    name = CODES[code].name.lower()
    return h("span", view.word(name), class_=f"severity {name}")


def _code(code: str, view: View) -> Iterator[Child]:
    words = table()["codes"][code]
    yield facts(
        (
            (view.word("site_severity"), _level(view, code)),
            (view.word("site_message"), coded(words["message"][view.ui])),
            (view.word("site_remedy"), coded(words["remedy"][view.ui])),
        )
    )
    if "{" in words["message"][view.ui] + words["remedy"][view.ui]:
        yield h("p", view.word("site_message_note"), class_="small")


def search_page(site: Site, ui: str) -> Page:
    """The search: a few lines of our own, over an index beside the page. Without JavaScript it leads to the lists."""
    view = View(site, ui, "search.html")
    form = h(
        "form",
        h("label", view.word("site_search_what"), for_="find"),
        h("input", type="search", id="find", name="q", autocomplete="off"),
        h("button", view.word("site_search"), type="submit"),
        role="search",
        action="search.html",
        method="get",
    )
    status = h(
        "p",
        id="status",
        role="status",
        data_some=view.word("site_search_some", count="{count}", query="{query}"),
        data_most=view.word("site_search_most", count="{count}", query="{query}", shown="{shown}"),
        data_none=view.word("site_search_none", query="{query}"),
        data_names="|".join(view.word(f"site_{name}") for name in SECTIONS),
    )
    lists = listed(h("a", view.word(f"site_{name}"), href=view.to(f"{name}.html")) for name in SECTIONS)
    off = h("div", h("p", view.word("site_search_off")), lists, id="lists")
    scripts = (h("script", src="search-index.js", defer=True), h("script", src="../search.js", defer=True))
    return Page(view.path, view.word("site_search"), (form, status, h("ol", id="found"), off), head=scripts)
