"""The index of the search: for each page its section, id, title, address, and the words in it, accents and capitals aside.

It is a script that sets one value, because a page opened from a folder may read no other file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from ..codes import CODES
from ..inwords import in_language
from ..l10n import sort_key
from ..messages import table
from ..model import Clause
from ..trap import code_of
from .frame import SECTIONS, Site

Entry = tuple[str, str, str, str, str]  # section, id, title, path, more words

_WORD = re.compile(r"[^\W_]+")


def search_index(site: Site, ui: str) -> bytes:
    """The index of a language as a script."""
    lines = (
        json.dumps(
            [SECTIONS.index(section), name, title, path, _folded(f"{name} {title} {words}")],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for section, name, title, path, words in _entries(site, ui)
    )
    return ("window.PPP_INDEX = [\n" + ",\n".join(lines) + "\n];\n").encode()


def _folded(text: str) -> str:
    """The words of a text, each once, as a search compares them."""
    return " ".join(sorted(set(_WORD.findall(sort_key(text)[0]))))


def _entries(site: Site, ui: str) -> Iterator[Entry]:
    law, library = site.shelf.law, site.shelf.library
    for clause in library.clauses.values():
        yield "clauses", clause.id, _heading(clause, ui), f"clauses/{clause.id}.html", _words(clause, ui)
    for obligation in law.obligations.values():
        words = " ".join(in_language(part, ui)[0] for part in (obligation.rationale, obligation.remedy))
        path = f"obligations/{obligation.id}.html"
        yield "obligations", obligation.id, in_language(obligation.title, ui)[0], path, words
    for name, demand in law.demands.items():
        yield "demands", name, in_language(demand, ui)[0], f"demands.html#{name}", ""
    for trap in law.traps.values():
        words = " ".join(in_language(part, ui)[0] for part in (trap.message, trap.remedy))
        yield "traps", code_of(trap.id), in_language(trap.title, ui)[0], f"traps/{trap.id}.html", f"{trap.id} {words}"
    for code in CODES:
        told: Mapping[str, Mapping[str, str]] = table()["codes"][code]
        words = f"{told['message'][ui]} {told['remedy'][ui]}"
        yield "codes", code, told["title"][ui], f"codes/{code}.html", words
    for name, kind in law.kinds.items():
        yield "kinds", name, in_language(kind["title"], ui)[0], f"kinds/{name}.html", ""
    for instrument in law.instruments.values():
        path = f"instruments/{instrument.id}.html"
        yield (
            "instruments",
            instrument.id,
            in_language(instrument.name, ui)[0],
            path,
            in_language(instrument.short, ui)[0],
        )
    for key, term in library.terms.items():
        words = " ".join(i.value for i in term.definitions.get(ui, ()) if i.kind == "text")
        yield "terms", key, in_language(term.labels, ui)[0], f"terms.html#{key}", words


def _heading(clause: Clause, ui: str) -> str:
    headings = {language: text.heading for (name, language), text in clause.texts.items() if not name}
    return in_language(headings, ui)[0] or clause.id


def _words(clause: Clause, ui: str) -> str:
    """The words of a clause in a language, its fallbacks included, with the obligations it states."""
    texts = [text for (_, language), text in clause.texts.items() if language == ui]
    parts = [i.value for text in texts for block in text.blocks for i in block.inlines if i.kind == "text"]
    return " ".join((*clause.fulfils, *(text.heading for text in texts), *parts))
