"""Pages of what the law rests on: instruments with what was consulted, and the defined terms."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import LANGUAGES
from ..inwords import in_language, known_word
from ..model import Instrument, Term
from .frame import Page, Site, View, certainty_mark, clause_link, facts, listed, obligation_link, rows
from .hypertext import Child, Html, h, join

# ----------------------------------------------------------------------------------------- instruments


def instrument_pages(site: Site, ui: str) -> Iterator[Page]:
    """The list of instruments, then a page for each: what was consulted, and what rests on it."""
    view = View(site, ui, "instruments.html")
    names = ("site_instrument", "site_force", "site_consulted", "lib_certainty")
    body = (
        (
            h("a", view.said(i.name), href=view.to(f"instruments/{i.id}.html")),
            known_word(f"force_{i.force}", ui, i.force),
            i.consulted,
            certainty_mark(view, i.certainty),
        )
        for i in site.shelf.law.instruments.values()
    )
    title = view.word("site_instruments")
    yield Page(view.path, title, rows(map(view.word, names), body, title))
    for instrument in site.shelf.law.instruments.values():
        path = f"instruments/{instrument.id}.html"
        name, name_in = in_language(instrument.name, ui)
        yield Page(path, name, join(_instrument(instrument, View(site, ui, path))), "instruments", name_in)


def _instrument(instrument: Instrument, view: View) -> Iterator[Child]:
    shelf = view.site.shelf
    yield h("p", h("code", instrument.id), class_="id")
    web = instrument.eli.startswith(("https://", "http://"))
    official = h("a", instrument.eli, href=instrument.eli, rel="external noreferrer") if web else instrument.eli
    status = h("span", instrument.status, lang=view.lang("en")) if instrument.status else None
    yield facts(
        (
            (view.word("site_short"), view.said(instrument.short)),
            (view.word("site_date"), instrument.date),
            (view.word("site_official"), official),
            (view.word("site_force"), known_word(f"force_{instrument.force}", view.ui, instrument.force)),
            (view.word("lib_certainty"), certainty_mark(view, instrument.certainty)),
            (view.word("site_consulted"), instrument.consulted),
            (view.word("site_status"), status),
            (view.word("site_row"), instrument.row),
        )
    )
    resting = (
        (
            obligation_link(view, o.id, view.said(o.title)),
            " ",
            h("code", o.id),
            f" {view.word('art')} {b.article}" if b.article else "",
        )
        for o in shelf.law.obligations.values()
        for b in o.basis
        if b.instrument == instrument.id
    )
    citing = (
        (clause_link(view, c.id), f" {view.word('art')} {article}" if article else "")
        for c in shelf.library.clauses.values()
        for name, article in c.cites
        if name == instrument.id
    )
    for name, found in (("site_rests", listed(resting)), ("site_cited_by", listed(citing))):
        yield h("h2", view.word(name)), found or h("p", view.word("lib_none"))


# ----------------------------------------------------------------------------------------------- terms


def term_page(site: Site, ui: str) -> Page:
    """The defined terms, each in all languages."""
    view = View(site, ui, "terms.html")
    terms = site.shelf.library.terms
    sections = ((h("h2", _label(term, view), id=key), _term(term, view)) for key, term in terms.items())
    return Page(view.path, view.word("site_terms"), sections)


def _label(term: Term, view: View) -> Html:
    return view.said(term.labels)


def _term(term: Term, view: View) -> Html:
    names = ("lib_language", "site_term", "site_definition", "site_forms")
    ordered = sorted((name for name in LANGUAGES if name in term.labels), key=lambda name: name != view.ui)
    body = (
        (
            view.word(f"tongue_{name}"),
            h("span", term.labels[name], lang=view.lang(name)),
            h(
                "span",
                "".join(i.value if i.kind == "text" else f"[{i.value}]" for i in term.definitions[name]),
                lang=view.lang(name),
            ),
            h("span", ", ".join(term.forms[name]), lang=view.lang(name)),
        )
        for name in ordered
    )
    return rows(map(view.word, names), body, in_language(term.labels, view.ui)[0])
