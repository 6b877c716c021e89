"""A shelf in, a static site out: pages in four languages, one style sheet, the search, and a mark that says who wrote it.

The site is made in a folder beside and moved into place when every link of it leads somewhere. A folder with files of
others is not touched, unless it is asked for; even then it is put aside, not thrown away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from .. import __version__
from ..codes import find
from ..finding import Finding, Place
from ..library import is_approved
from ..messages import UI_LANGUAGES, word
from ..paths import data_root
from ..surroundings import surroundings_of
from ..workshop import Shelf
from .clauses import clause_pages
from .codes import code_pages, home_page, search_page
from .frame import DOCTYPE, POLICY, Page, Site, View, note, render
from .hypertext import h
from .law import demand_page, kind_pages, obligation_pages
from .links import broken_links, files_below
from .search import search_index
from .sources import instrument_pages, term_page
from .traps import trap_pages

MARK = ".ppp-contracts-site"
_TITLE = "ppp-contracts site 1"
ASSETS = ("site.css", "search.js")


@dataclass(frozen=True)
class Written:
    """What was written: how many pages and bytes, and where a folder that stood in the way was put."""

    pages: int
    size: int
    put_aside: str = ""


def site_of(shelf: Shelf) -> Site:
    """What every page draws from."""
    keys = [(clause.id, *key) for clause in shelf.library.clauses.values() for key in clause.texts]
    approved = sum(1 for key in keys if is_approved(shelf.library, *key))
    return Site(shelf, surroundings_of(shelf), __version__, approved, len(keys))


def pages_of(site: Site, ui: str) -> Iterator[Page]:
    """Every page of a language."""
    yield home_page(site, ui)
    yield search_page(site, ui)
    yield from clause_pages(site, ui)
    yield from obligation_pages(site, ui)
    yield demand_page(site, ui)
    yield from trap_pages(site, ui)
    yield from code_pages(site, ui)
    yield from kind_pages(site, ui)
    yield from instrument_pages(site, ui)
    yield term_page(site, ui)


def files_of(site: Site) -> Iterator[tuple[str, bytes]]:
    """Every file of the site: its name within the folder, and its bytes."""
    for name in ASSETS:
        yield name, (data_root() / "templates" / "site" / name).read_bytes()
    yield "index.html", _entrance(site)
    for ui in UI_LANGUAGES:
        yield f"{ui}/search-index.js", search_index(site, ui)
        for page in pages_of(site, ui):
            yield f"{ui}/{page.path}", render(page, View(site, ui, page.path))


def _entrance(site: Site) -> bytes:
    """The page above the languages: it says its few words in each of them."""
    parts = (
        h(
            "section",
            h("h2", h("a", word(f"tongue_{ui}", ui), href=f"{ui}/index.html", hreflang=ui)),
            h("p", word("site_name", ui)),
            note(View(site, ui)),
            lang=ui,
        )
        for ui in UI_LANGUAGES
    )
    title = " · ".join(word("site_name", ui) for ui in UI_LANGUAGES)
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", http_equiv="Content-Security-Policy", content=POLICY),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", f"ppp-contracts: {title}"),
        h("link", rel="stylesheet", href="site.css"),
    )
    main = h("main", h("h1", "ppp-contracts"), parts, id="content", class_="entrance")
    return (DOCTYPE + h("html", head, h("body", main), lang="en")).encode()


# ------------------------------------------------------------------------------------------- writing


def write_site(shelf: Shelf, folder: FilePath, force: bool = False) -> tuple[Written | None, tuple[Finding, ...]]:
    """Writes the site into a folder, whole or not at all. Gives what was written, or the findings for which it was not."""
    target = folder.resolve()
    stranger = _stranger_in(target)
    if stranger and not force:
        return None, (find("PPP510", Place(str(folder)), folder=str(folder), file=stranger),)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = FilePath(tempfile.mkdtemp(dir=target.parent, prefix=".ppp-site-"))
        try:
            return _write(shelf, staged, target, bool(stranger))
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as problem:
        words = problem.strerror or type(problem).__name__
        return None, (find("PPP012", Place(str(folder)), file=str(folder), problem=words),)


def _write(shelf: Shelf, staged: FilePath, target: FilePath, keep: bool) -> tuple[Written | None, tuple[Finding, ...]]:
    made = staged / "site"
    pages, size = 0, 0
    for name, data in files_of(site_of(shelf)):
        file = made / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        pages, size = pages + name.endswith(".html"), size + len(data)
    (made / MARK).write_text(_mark(made), encoding="utf-8")
    broken = broken_links(made)
    if broken:
        return None, broken
    return Written(pages, size, _move(made, target, staged / "old", keep)), ()


def _move(made: FilePath, target: FilePath, old: FilePath, keep: bool) -> str:
    """Moves the site into place. What stood there is thrown away when it was ours, else kept beside; gives where."""
    if keep:
        old = next(p for n in range(1, 1000) if not (p := target.with_name(f"{target.name}.old{n}")).exists())
    there = os.path.lexists(target)
    if there:
        os.replace(target, old)
    try:
        os.replace(made, target)
    except BaseException:  # Ctrl-C included: the folder goes back to what it was
        if there:
            with contextlib.suppress(OSError):
                os.replace(old, target)
        raise
    return str(old) if keep else ""


def _mark(folder: FilePath) -> str:
    """The mark of a site: which files this program wrote into it."""
    return "\n".join((_TITLE, *files_below(folder))) + "\n"


def _stranger_in(folder: FilePath) -> str:
    """A file of a folder that this program did not write there, "" when the folder is free or a site of ours."""
    if not os.path.lexists(folder):
        return ""
    if not folder.is_dir():
        return folder.name
    mark = folder / MARK
    listed = mark.read_text(encoding="utf-8", errors="replace").split("\n") if mark.is_file() else [""]
    ours = {MARK, *listed[1:]} if listed[0] == _TITLE else set()
    return next((name for name in files_below(folder) if name not in ours), "")
