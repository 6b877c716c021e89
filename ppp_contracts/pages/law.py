"""Pages of the law: obligations, the demands they answer, and kinds of agreement with their contents matrix."""

from __future__ import annotations

from collections.abc import Iterator

from ..catalogue import cited, row_of
from ..inwords import checked, in_language, in_words, known_word, spelt_out, topic, who
from ..law import relevance
from ..library import fulfils_of
from ..model import Obligation, Trap
from ..starter import examples
from ..surroundings import may_select
from .clauses import clause_table
from .frame import (
    Page,
    Site,
    View,
    certainty_mark,
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

# ------------------------------------------------------------------------------------------ obligations


def obligation_pages(site: Site, ui: str) -> Iterator[Page]:
    """The list of obligations by topic, then a page for each."""
    view = View(site, ui, "obligations.html")
    groups: dict[str, list[Obligation]] = {}
    for obligation in site.shelf.law.obligations.values():
        groups.setdefault(obligation.id.partition(".")[0], []).append(obligation)
    jump = listed((h("a", topic(name, ui), href=f"#{name}") for name in groups), "jump")
    tables = (
        (h("h2", topic(name, ui), id=name), _obligation_table(view, group, topic(name, ui)))
        for name, group in groups.items()
    )
    yield Page(view.path, view.word("site_obligations"), (jump, tables))
    for obligation in site.shelf.law.obligations.values():
        path = f"obligations/{obligation.id}.html"
        title, title_in = in_language(obligation.title, ui)
        yield Page(path, title, join(_obligation(obligation, View(site, ui, path))), "obligations", title_in)


def _obligation_table(view: View, group: list[Obligation], caption: str) -> Html:
    names = ("lib_obligation", "site_severity", "site_bearer", "site_when_short", "site_demand")
    body = (
        (
            (obligation_link(view, o.id, view.said(o.title)), " ", h("code", o.id)),
            severity(view, o),
            who(o.bearer, view.ui),
            coded(in_words(o.applies_when, view.site.shelf.law, view.ui) or view.word("always")),
            _demands(view, o),
        )
        for o in group
    )
    return rows(map(view.word, names), body, caption, "many")


def _demands(view: View, obligation: Obligation) -> Html:
    return between(", ", (h("a", name, href=view.to("demands.html", name)) for name in obligation.demand))


def severity(view: View, obligation: Obligation | Trap) -> Html:
    """How loud a failing or a trap is; where it depends, under which conditions."""
    law = view.site.shelf.law
    parts = []
    for when, level in obligation.severity:
        name = view.word(level.name.lower())
        said = view.word("phrase_if", what=name, when=in_words(when, law, view.ui)) if when else name
        parts.append(h("span", coded(said), class_=f"severity {level.name.lower()}"))
    return between("; ", parts)


def _obligation(obligation: Obligation, view: View) -> Iterator[Child]:
    law = view.site.shelf.law
    none = h("p", view.word("lib_none"))
    yield h("p", h("code", obligation.id), class_="id")
    yield facts(_traits(obligation, view))
    asked = ((k, relevance(kind, obligation.id)) for k, kind in law.kinds.items() if "refused" not in kind)
    sections: tuple[tuple[str, Child], ...] = (
        ("site_rationale", view.said(obligation.rationale, "p")),
        ("site_remedy", view.said(obligation.remedy, "p")),
        ("site_in_spec", definitions(spelt_out(obligation.applies_when, law, view.ui))),
        ("lib_basis", listed(cited_item(view, c) for c in cited(obligation, law, view.ui)) or none),
        ("site_demands", listed(demand_item(view, name) for name in obligation.demand)),
        ("site_stated_by", listed(_stating(obligation, view)) or none),
        ("site_asked_by", listed((kind_link(view, k), " – ", said(view, r)) for k, r in asked if r in _ASKED) or none),
    )
    yield ((h("h2", view.word(name)), part) for name, part in sections if part)


_ASKED = ("required", "conditional")


def demand_item(view: View, name: str) -> Child:
    """A demand of the seed text with its words."""
    return h("a", name, href=view.to("demands.html", name)), " – ", view.said(view.site.shelf.law.demands.get(name, {}))


def _traits(obligation: Obligation, view: View) -> Iterator[tuple[str, Child]]:
    law = view.site.shelf.law
    yield view.word("site_when_short"), coded(in_words(obligation.applies_when, law, view.ui) or view.word("always"))
    yield view.word("site_bearer"), who(obligation.bearer, view.ui)
    yield view.word("site_towards"), who(obligation.towards, view.ui)
    yield view.word("site_form"), known_word(f"form_{obligation.form}", view.ui, obligation.form)
    yield view.word("site_severity"), severity(view, obligation)
    yield view.word("site_check"), listed(coded(line) for line in checked(obligation.check, law, view.ui))
    since = view.word("explain_force", date=obligation.in_force_from) if obligation.in_force_from else ""
    until = view.word("site_in_force_to", date=obligation.in_force_to) if obligation.in_force_to else ""
    yield view.word("site_in_force"), ", ".join(part for part in (since, until) if part)


def _stating(obligation: Obligation, view: View) -> Iterator[Child]:
    for clause in view.site.shelf.library.clauses.values():
        for alternative in ("", *clause.alternatives):
            blocks = fulfils_of(clause, alternative).get(obligation.id)
            if blocks:
                row = row_of(clause, view.site.shelf, view.ui)
                link = clause_link(view, clause.id, h("span", row.title, lang=view.lang(row.title_in)))
                name = f" – {view.word('lib_fallback', what=alternative)}" if alternative else ""
                yield link, " ", h("code", clause.id), name, f" ({', '.join(blocks)})"


# --------------------------------------------------------------------------------------------- demands


def demand_page(site: Site, ui: str) -> Page:
    """The demands of the seed text, each with the obligations that answer it."""
    view = View(site, ui, "demands.html")
    law = site.shelf.law
    sections = (
        (
            h("h2", f"{name} – ", view.said(words), id=name),
            listed(
                (obligation_link(view, o.id, view.said(o.title)), " ", h("code", o.id))
                for o in law.obligations.values()
                if name in o.demand
            ),
        )
        for name, words in law.demands.items()
    )
    return Page(view.path, view.word("site_demands"), sections)


# ----------------------------------------------------------------------------------------------- kinds


def kind_pages(site: Site, ui: str) -> Iterator[Page]:
    """The list of kinds of agreement, then a page for each with its contents matrix."""
    view = View(site, ui, "kinds.html")
    names = ("site_kind", "site_id", "lib_certainty")
    body = (
        (
            kind_link(view, name),
            h("code", name),
            certainty_mark(view, kind["certainty"]) if "certainty" in kind else "–",
        )
        for name, kind in site.shelf.law.kinds.items()
    )
    yield Page(view.path, view.word("site_kinds"), rows(map(view.word, names), body, view.word("site_kinds")))
    for name, kind in site.shelf.law.kinds.items():
        path = f"kinds/{name}.html"
        title, title_in = in_language(kind["title"], ui)
        yield Page(path, title, join(_kind(name, View(site, ui, path))), "kinds", title_in)


def _kind(name: str, view: View) -> Iterator[Child]:
    shelf = view.site.shelf
    kind = shelf.law.kinds[name]
    yield h("p", h("code", name), class_="id")
    if "refused" in kind:
        yield h("h2", view.word("site_refused")), view.said(kind["refused"], "p")
        return
    example = examples().get(name)
    pairs: list[tuple[str, Child]] = [
        (view.word("lib_certainty"), certainty_mark(view, kind["certainty"]) if "certainty" in kind else None),
        (view.word("site_row"), kind.get("row")),
        (view.word("site_kind_reason"), view.said(kind["reason"]) if "reason" in kind else None),
        (view.word("site_example"), h("code", f"examples/{example.name}") if example else None),
    ]
    yield facts(pairs)
    yield h("h2", view.word("site_matrix"))
    body = (
        (
            (obligation_link(view, o.id, view.said(o.title)), " ", h("code", o.id)),
            said(view, relevance(kind, o.id)),
            severity(view, o),
        )
        for o in shelf.law.obligations.values()
    )
    yield rows(map(view.word, ("lib_obligation", "site_relevance", "site_severity")), body, view.word("site_matrix"))
    found = [row_of(c, shelf, view.ui) for c in shelf.library.clauses.values() if may_select(shelf.law, name, c)]
    yield h("h2", view.word("site_takes")), clause_table(view, found, view.word("site_takes"))


def said(view: View, name: str) -> Html:
    """What a contents matrix says of an obligation, in words."""
    return h("span", known_word(f"relevance_{name}", view.ui, name), class_=f"relevance {name}")
