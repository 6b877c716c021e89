"""The list of clauses and the page of each: its texts side by side, and everything the sheet of a clause tells."""

from __future__ import annotations

from collections.abc import Iterator

from ..browsing import approval_of, label_of, pair, provenance_of, source_of
from ..catalogue import Filling, Row, Sheet, Version, Wording, row_of, sheet_of, topics
from ..inwords import topic
from ..model import Block, Clause, Inline
from .frame import (
    Page,
    Site,
    View,
    cited_item,
    clause_link,
    definitions,
    facts,
    kind_link,
    listed,
    obligation_link,
    rows,
)
from .hypertext import Child, Html, between, coded, h, join


def clause_pages(site: Site, ui: str) -> Iterator[Page]:
    """The list of clauses, then a page for each."""
    yield _list(site, ui)
    for clause in site.shelf.library.clauses.values():
        sheet = sheet_of(clause, site.shelf, site.around, ui)
        path = f"clauses/{clause.id}.html"
        body = join(_sections(sheet, View(site, ui, path)))
        yield Page(path, sheet.row.title, body, "clauses", sheet.row.title_in)


# --------------------------------------------------------------------------------------------- list


def _list(site: Site, ui: str) -> Page:
    view = View(site, ui, "clauses.html")
    found = [row_of(clause, site.shelf, ui) for clause in site.shelf.library.clauses.values()]
    groups = [(name, [row for row in found if row.id.startswith(f"{name}/")]) for name in topics(site.shelf.library)]
    jump = listed((h("a", topic(name, ui), href=f"#{name}") for name, _ in groups), "jump")
    tables = ((h("h2", topic(name, ui), id=name), clause_table(view, group, topic(name, ui))) for name, group in groups)
    return Page(view.path, view.word("site_clauses"), (jump, tables), "")


def clause_table(view: View, found: list[Row], caption: str) -> Html:
    """A table of clauses, one row each."""
    names = ("lib_clause", "site_when_short", "site_obligations", "lib_alternatives", "lib_approved")
    return rows(map(view.word, names), (_cells(view, row) for row in found), caption, "clauses")


def _cells(view: View, row: Row) -> Iterator[Child]:
    title = h("span", row.title, lang=view.lang(row.title_in))
    yield clause_link(view, row.id, title), " ", h("code", row.id)
    yield coded(row.when)
    yield between(", ", (obligation_link(view, name) for name in row.states))
    yield str(row.alternatives)
    yield f"{row.approved}/{row.texts}"


# ---------------------------------------------------------------------------------------- one clause


def _sections(sheet: Sheet, view: View) -> Iterator[Child]:
    clause, preferred = sheet.clause, sheet.wordings[0]
    yield h("p", h("code", clause.id), class_="id")
    yield h("p", coded(pair("site_when_short", sheet.row.when, view.ui)))
    yield h("h2", view.word("lib_preferred"), id="texts")
    yield _overlaid(preferred, view), _versions(preferred, clause, view)
    yield h("h2", view.word("lib_obligations")), _stated(preferred, view)
    yield from (_alternative(wording, clause, view) for wording in sheet.wordings[1:])
    parts = (
        ("site_in_spec", definitions(sheet.conditions)),
        ("lib_slots", _fillings(sheet, view)),
        ("lib_relations", _relations(sheet, view)),
        ("lib_cites", listed(cited_item(view, cited) for cited in sheet.cites)),
        ("lib_terms", _terms(sheet, view)),
        ("lib_playbook", _playbook(sheet, view)),
        ("lib_used", _used(sheet, view)),
        ("lib_provenance", _provenance(sheet, view)),
    )
    yield ((h("h2", view.word(name)), part) for name, part in parts if part)


def _overlaid(wording: Wording, view: View) -> Html | None:
    return h("p", view.word("lib_overlay"), class_="overlay") if wording.overlaid else None


def _alternative(wording: Wording, clause: Clause, view: View) -> Child:
    concedes = h("span", wording.concedes, lang=view.lang(wording.concedes_in)) if wording.concedes else None
    return (
        h("h2", view.word("lib_fallback", what=wording.name), id=wording.name),
        _overlaid(wording, view),
        facts(((view.word("lib_concedes"), concedes), (view.word("lib_agreed_by"), wording.agreed_by))),
        _versions(wording, clause, view),
        h("h3", view.word("lib_obligations"), class_="below"),
        _stated(wording, view),
    )


def _versions(wording: Wording, clause: Clause, view: View) -> Html:
    """The texts side by side, that in the language of the page first; block beside block where the window is wide."""
    ordered = sorted(wording.versions, key=lambda version: version.language != view.ui)
    return h("div", (_version(version, wording.name, view) for version in ordered), class_="versions")


def _version(version: Version, alternative: str, view: View) -> Html:
    language = version.language
    tongue = h("span", View(view.site, language).word(f"tongue_{language}"), class_="tongue")
    approval = h("p", approval_of(version, view.ui), class_="approval", lang=view.lang(language) and view.ui)
    blocks = (_block(block, language, alternative, view) for block in version.text.blocks)
    heading = h("h3", tongue, " ", version.text.heading)
    return h("section", heading, approval, blocks, lang=language, class_="version")


def anchor(alternative: str, language: str, block: str) -> str:
    """The anchor of a block on the page of its clause."""
    return "-".join(part for part in (alternative, language, block) if part)


def _block(block: Block, language: str, alternative: str, view: View) -> Html:
    number = h("span", label_of(block), class_="number")
    words = (_inline(inline, language, view) for inline in block.inlines)
    return h(
        "p", number, " ", words, id=anchor(alternative, language, block.name), class_=f"block level-{block.level}"
    )  # fmt: skip


def _inline(inline: Inline, language: str, view: View) -> Child:
    """A piece of a text: words; a slot, linked to where its value comes from; a reference, by the heading it points to."""
    if inline.kind == "text":
        return inline.value
    if inline.kind == "slot":
        known = view.path.startswith("clauses/")
        shown = f"[{inline.value}]"
        return h("a", shown, href=f"#slot-{inline.value}", class_="slot") if known else h("span", shown, class_="slot")
    library = view.site.shelf.library
    words = library.labels["document"]
    heading = library.labels.get("annex", {}).get(inline.value, {}).get(language, inline.value)
    if inline.kind == "clause":
        target = library.clauses.get(inline.value)
        text = target.texts.get(("", language)) if target else None
        heading = text.heading if text else inline.value
    kind = words["article" if inline.kind == "clause" else "annex"][language]
    shown = f"{kind} {words['quote_open'][language]}{heading}{words['quote_close'][language]}"
    return clause_link(view, inline.value, shown) if inline.kind == "clause" else h("span", shown, class_="reference")


# ------------------------------------------------------------------------------------------- details


def _stated(wording: Wording, view: View) -> Html:
    if not wording.stated:
        return h("p", view.word("lib_states_none"))
    names = ("lib_obligation", "lib_blocks", "lib_basis")
    shown = {version.language for version in wording.versions}
    language = view.ui if view.ui in shown else next(iter(sorted(shown)), view.ui)
    body = (
        (
            (obligation_link(view, s.id, s.title or None), " ", h("code", s.id)),
            between(", ", (h("a", b, href=f"#{anchor(wording.name, language, b)}") for b in s.blocks)),
            listed(cited_item(view, cited) for cited in s.cited),
        )
        for s in wording.stated
    )
    return rows(map(view.word, names), body, view.word("lib_obligations"))


def _fillings(sheet: Sheet, view: View) -> Html | None:
    if not sheet.fillings:
        return None
    names = ("lib_slot", "lib_type", "lib_source", "lib_default")
    body = (_filling(filling, view) for filling in sheet.fillings)
    return rows(map(view.word, names), body, view.word("lib_slots"))


def _filling(filling: Filling, view: View) -> Iterator[Child]:
    yield h("code", filling.name, id=f"slot-{filling.name}")
    yield (
        h("code", filling.type),
        *((" – ", coded(view.word("lib_table", what=filling.table))) if filling.table else ()),
    )
    yield coded(source_of(filling, view.ui))
    yield h("code", filling.default) if filling.default else "–"


def _relations(sheet: Sheet, view: View) -> Html | None:
    pairs = (
        (view.word(f"lib_{name}"), between(", ", (clause_link(view, c) for c in ids))) for name, ids in sheet.links
    )
    return facts(pairs) if sheet.links else None


def _terms(sheet: Sheet, view: View) -> Html | None:
    links = (h("a", label, href=view.to("terms.html", key)) for key, label in sheet.terms)
    return h("p", between(", ", links)) if sheet.terms else None


def _playbook(sheet: Sheet, view: View) -> Html | None:
    pairs = (
        (view.word(f"lib_{name}"), h("span", words, lang=view.lang(language)))
        for name, words, language in sheet.playbook
    )
    return facts(pairs) if sheet.playbook else None


def _used(sheet: Sheet, view: View) -> Html:
    examples = between(", ", (h("code", f"examples/{name}.yaml") for name in sheet.examples))
    kinds = between(", ", (kind_link(view, kind) for kind in sheet.kinds))
    none = view.word("lib_none")
    return facts(((view.word("lib_used_kinds"), kinds or none), (view.word("lib_used_examples"), examples or none)))


def _provenance(sheet: Sheet, view: View) -> Html:
    pairs: list[tuple[str, Child]] = [(view.word(name), value) for name, value in provenance_of(sheet, view.ui)]
    if sheet.clause.note:
        pairs.append((view.word("lib_note"), h("span", sheet.clause.note, lang=view.lang("en"))))
    counted = view.word("lib_of", count=sheet.row.approved, total=sheet.row.texts)
    return facts((*pairs, (view.word("lib_approved"), counted)))
