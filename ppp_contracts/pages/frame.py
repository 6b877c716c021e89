"""A page's content in, the whole page out: head, header with menu, languages and search, path, footer with the honest note.

A page lies at the same place in the folder of each language, so that the switch of languages is one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from ..catalogue import Cited
from ..inwords import certainty, in_language
from ..messages import UI_LANGUAGES, word
from ..surroundings import Surroundings
from ..workshop import Shelf
from .hypertext import Child, Html, coded, h, join

SECTIONS = ("clauses", "obligations", "demands", "traps", "codes", "kinds", "instruments", "terms")
# `file:` for the search form alone: from a folder, Firefox counts no address of a form as 'self'.
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self' file:; base-uri 'none'"
DOCTYPE = "<!DOCTYPE html>\n"


@dataclass(frozen=True)
class Site:
    """What every page draws from."""

    shelf: Shelf
    around: Surroundings
    version: str
    approved: int
    texts: int


@dataclass(frozen=True)
class View:
    """The site as one page sees it: in a language, from a place."""

    site: Site
    ui: str
    path: str = ""  # of the page, within the folder of its language

    def word(self, name: str, **params: object) -> str:
        """A word in the language of the page."""
        return word(name, self.ui, **params)

    def to(self, path: str, anchor: str = "") -> str:
        """The address of a page of the same language, or of a place on it, from here."""
        return "../" * self.path.count("/") + quote(path) + (f"#{quote(anchor)}" if anchor else "")

    def said(self, words: Mapping[str, str], tag: str = "span") -> Html:
        """A text of the law or the library in the language of the page, marked when it had to be another."""
        text, language = in_language(words, self.ui)
        return join(text) if tag == "span" and language == self.ui else h(tag, text, lang=self.lang(language))

    def lang(self, language: str) -> str | None:
        """The attribute of a text: its language, unless that is the page's."""
        return None if language == self.ui else language


@dataclass(frozen=True)
class Page:
    """The content of a page: its path and title, the list it belongs to, and what stands below the heading."""

    path: str
    title: str
    body: Child
    section: str = ""
    title_in: str = ""  # the language of the title when it is not the page's
    head: Child = None  # more for the head: scripts


# ------------------------------------------------------------------------------------------- links


def clause_link(view: View, clause: str, words: Child = None) -> Html:
    """A link to a clause; its id alone when the library does not have it (an organisation may forbid one)."""
    shown = h("code", clause) if words is None else words
    known = clause in view.site.shelf.library.clauses
    return h("a", shown, href=view.to(f"clauses/{clause}.html")) if known else join(shown)


def obligation_link(view: View, obligation: str, words: Child = None) -> Html:
    """A link to an obligation."""
    shown = h("code", obligation) if words is None else words
    known = obligation in view.site.shelf.law.obligations
    return h("a", shown, href=view.to(f"obligations/{obligation}.html")) if known else join(shown)


def kind_link(view: View, kind: str) -> Html:
    """A link to a kind of agreement, by its title."""
    return h("a", view.said(view.site.shelf.law.kinds[kind]["title"]), href=view.to(f"kinds/{kind}.html"))


def cited_item(view: View, cited: Cited) -> Html:
    """A base as it is cited, linked to its instrument, with how sure we are of it."""
    words: Child = cited.words or view.word("lib_not_cited")
    if cited.instrument in view.site.shelf.law.instruments:
        words = h("a", words, href=view.to(f"instruments/{cited.instrument}.html"))
    return join((words, " ", certainty_mark(view, cited.certainty)))


def certainty_mark(view: View, name: str) -> Html:
    """The letter of a certainty with its words."""
    return h("span", certainty(name, view.ui), class_="certainty")


def rows(headers: Iterable[str], body: Iterable[Iterable[Child]], caption: str, class_: str = "") -> Html:
    """A table whose first column names the rows. In a narrow window it scrolls by itself, by keyboard too."""
    head = h("tr", (h("th", header, scope="col") for header in headers))
    lines = (
        h("tr", (h("td", cell) if at else h("th", cell, scope="row") for at, cell in enumerate(line))) for line in body
    )
    table = h("table", h("caption", caption), h("thead", head), h("tbody", lines), class_=class_ or None)
    return h("div", table, class_="wide", role="region", aria_label=caption, tabindex="0")


def facts(pairs: Iterable[tuple[Child, Child]], class_: str = "facts") -> Html:
    """Named values, one below the other; those without a value are left out. Nothing when there are none."""
    found = [(name, html) for name, value in pairs if (html := join(value))]
    return h("dl", ((h("dt", name), h("dd", html)) for name, html in found), class_=class_) if found else Html("")


def definitions(conditions: Iterable[tuple[str, str]]) -> Html:
    """The named conditions that something rests on, each in words and as the facts of a spec answer it."""
    return facts(((coded(words), coded(definition)) for words, definition in conditions), "facts conditions")


def listed(items: Iterable[Child], class_: str = "") -> Html:
    """A list, or nothing when there are no items."""
    entries = [h("li", item) for item in items]
    return h("ul", entries, class_=class_ or None) if entries else Html("")


# -------------------------------------------------------------------------------------------- pages


def render(page: Page, view: View) -> bytes:
    """A page as the bytes of its file."""
    name = view.word("site_name")
    title = page.title if page.path == "index.html" else f"{page.title} – {name}"
    top = "../" * (page.path.count("/") + 1)
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", http_equiv="Content-Security-Policy", content=POLICY),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="referrer", content="no-referrer"),
        h("title", title),
        h("link", rel="stylesheet", href=f"{top}site.css"),
        _alternates(page.path, top),
        page.head,
    )
    main = h(
        "main",
        _trail(page, view),
        h("h1", page.title, lang=view.lang(page.title_in or view.ui)),
        page.body,
        id="content",
        tabindex="-1",
    )
    body = h(
        "body",
        h("a", view.word("site_skip"), href="#content", class_="skip"),
        _header(page, view, top),
        main,
        _footer(view),
    )
    return (DOCTYPE + h("html", head, body, lang=view.ui)).encode()


def _alternates(path: str, top: str) -> Html:
    return join(h("link", rel="alternate", hreflang=ui, href=f"{top}{ui}/{quote(path)}") for ui in UI_LANGUAGES)


def _header(page: Page, view: View, top: str) -> Html:
    menu = (
        h(
            "li",
            h(
                "a",
                view.word(f"site_{name}"),
                href=view.to(f"{name}.html"),
                aria_current="page" if page.path == f"{name}.html" else "true" if page.section == name else None,
            ),
        )
        for name in SECTIONS
    )
    search = h(
        "form",
        h("label", view.word("site_search"), for_="find"),
        h("input", type="search", id="find", name="q", placeholder=view.word("site_search_what"), autocomplete="off"),
        h("button", view.word("site_search"), type="submit"),
        role="search",
        action=view.to("search.html"),
        method="get",
    )
    return h(
        "header",
        h("p", h("a", view.word("site_name"), href=view.to("index.html")), class_="name"),
        _languages(page.path, view, top),
        search if page.path != "search.html" else None,
        h("nav", h("ul", menu), aria_label=view.word("site_menu"), class_="menu"),
    )


def _languages(path: str, view: View, top: str) -> Html:
    def entry(ui: str) -> Html:
        name = word(f"tongue_{ui}", ui)
        if ui == view.ui:
            return h("li", h("span", name, aria_current="true"))
        return h("li", h("a", name, href=f"{top}{ui}/{quote(path)}", lang=ui, hreflang=ui))

    return h(
        "nav",
        h("ul", (entry(ui) for ui in UI_LANGUAGES)),
        aria_label=view.word("site_languages"),
        class_="languages",
    )


def _trail(page: Page, view: View) -> Html | None:
    if not page.section:
        return None
    steps = [("index.html", view.word("site_home")), (f"{page.section}.html", view.word(f"site_{page.section}"))]
    return h(
        "nav",
        h("ol", (h("li", h("a", words, href=view.to(path))) for path, words in steps)),
        aria_label=view.word("site_path"),
        class_="trail",
    )


def note(view: View) -> Html:
    """The honest note: how many texts a jurist approved, and that a check is no legal advice."""
    site = view.site
    said = word("not_approved", view.ui)
    if site.approved:
        said = word("approved_texts", view.ui, approved=site.approved, total=site.texts)
    return h("p", said, class_="note")


def _footer(view: View) -> Html:
    shelf = view.site.shelf
    made = view.word(
        "site_made", version=view.site.version, library=shelf.library.digest[:12], law=shelf.law.digest[:12]
    )
    overlay = view.word("site_overlay") if shelf.workspace else None
    said = note(view) if view.path != "index.html" else None  # there it stands on top
    return h("footer", said, h("p", made, " ", overlay))
