"""The stages joined: a file in, everything known about it out. What the commands and a program that embeds this call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from .approval import texts_of, unapproved
from .codes import find
from .compliance import announcements, assess, case_of, findings_of, findings_of_waivers, parameters_used
from .conditions import circle_of, names_under
from .files import Reading
from .law import frameworks_of, load_law
from .library import load_library
from .model import Document, Finding, Law, Library, Outcome, Place, Severity, Slot, Spec
from .paths import data_root, mapping, mappings, texts
from .plan import facts_of, make_plan
from .report import Result
from .schema import nearest
from .spec import check_spec, make_spec, place_of, read_spec
from .trap import catch_traps, findings_of_traps, scene_of, traps_asked
from .validation import Examined
from .workspace import Workspace


class Shelf(NamedTuple):
    """The law and the library that a run works with, the workspace they come from, and what was wrong in them."""

    law: Law
    library: Library
    findings: tuple[Finding, ...]
    workspace: Workspace | None = None


def load_shelf(root: FilePath | None = None, strict: bool = False, workspace: Workspace | None = None) -> Shelf:
    """Reads law and library from a data root and the overlay of a workspace. `strict` reads past the cache and holds every
    file against its schema."""
    reading = Reading(root or data_root(), workspace.overlay if workspace else None)
    if strict:
        reading.strictly()
    law, law_findings = load_law(reading)
    library, library_findings = load_library(reading, workspace.forbids if workspace else None)
    findings = (*reading.findings, *law_findings, *library_findings)
    if not findings:  # what was wrong once has to be said again
        reading.keep()
    if workspace:
        findings = (*findings, *_unknown_names(workspace, law, library))
    return Shelf(law, library, findings, workspace)


def _unknown_names(workspace: Workspace, law: Law, library: Library) -> Iterator[Finding]:
    """Names of a workspace and its overlay that nobody defines, and named conditions that ask each other: no run could answer
    them. The rest of what the lint says does not keep anybody from working."""
    for clause in workspace.forbids:
        if clause not in library.forbidden:
            place = Place(workspace.file, path="forbids")
            yield find("PPP436", place, clause=clause, nearest=nearest(clause, library.clauses))
    own = str(workspace.overlay / "law" / "conditions.yaml")
    asked: list[tuple[str, Any]] = [(own, law.conditions)]
    asked += [(o.file, [o.applies_when, [when for when, _ in o.severity], o.check]) for o in law.obligations.values()]
    asked += [(t.file, [t.applies_when, [when for when, _ in t.severity], t.found]) for t in law.traps.values()]
    asked += [(c.file, [c.when, _parameters_of(c.slots)]) for c in library.clauses.values()]
    asked += [(t.file, _parameters_of(t.slots)) for t in library.terms.values()]
    for file, value in asked:
        for key, defined in (("condition", law.conditions), ("parameter", law.parameters)):
            for name in dict.fromkeys(names_under(key, value)):
                if name not in defined:
                    yield find("PPP411", Place(file), name=name)
    circle = circle_of(law.conditions)
    if circle:
        yield find("PPP455", Place(own), key="condition", circle=" → ".join(circle))


def _parameters_of(slots: Mapping[str, Slot]) -> list[dict[str, str]]:
    return [{"parameter": slot.parameter} for slot in slots.values() if slot.parameter]


@lru_cache(maxsize=4)
def shelf(workspace: Workspace | None = None) -> Shelf:
    """The shipped law and library, with the overlay of a workspace when there is one; read once."""
    return load_shelf(workspace=workspace)


def examine_spec(file: str, shelf: Shelf, frameworks: Sequence[str] = (), date: str = "") -> Examined:
    """Everything a check says of a spec: schema, rules, plan, obligations, traps; by the law of a date (else the spec's)."""
    document, findings = read_spec(file)
    if document is None:
        return Examined(file, None, None, None, findings)
    return examine_document(document, findings, shelf, frameworks, date)


def examine_document(
    document: Document, findings: Sequence[Finding], shelf: Shelf, frameworks: Sequence[str] = (), date: str = ""
) -> Examined:
    """The same for a spec that is read already."""
    spec = make_spec(document)
    facts = facts_of(spec, shelf.law, date)
    refused = {name: kind["refused"] for name, kind in shelf.law.kinds.items() if "refused" in kind}
    found = [*findings, *check_spec(spec, facts.parameters, refused)]
    kind = str(spec.data.get("kind"))
    if kind not in shelf.law.kinds or kind in refused:
        return Examined(document.file, document, spec, None, tuple(found))
    plan, plan_findings = make_plan(spec, shelf.library, shelf.law, date)
    case = case_of(plan, facts)
    verdicts = assess(case, frameworks)
    catches = catch_traps(scene_of(plan, case), frameworks)
    found += [*plan_findings, *findings_of(verdicts, case, lambda path: place_of(spec, path))]
    found += findings_of_traps(catches)
    met = frozenset({*(v.obligation for v in verdicts if v.outcome is not Outcome.PASS), *(c.trap for c in catches)})
    if not frameworks:
        found += findings_of_waivers(case, met, lambda path: place_of(spec, path))
    until = str(mapping(spec.data.get("term")).get("end", ""))
    found += announcements(case, until, parameters_used(plan), place_of(spec, "term.end"))
    return Examined(
        document.file,
        document,
        spec,
        plan,
        tuple(dict.fromkeys(found)),
        verdicts,
        case,
        catches,
        traps_asked(case, frameworks),
    )


# A draft may lack what is still being negotiated; it may not be built from values of the wrong kind.
_NOT_EVEN_A_DRAFT = frozenset(
    {"PPP103", "PPP005", "PPP008", "PPP109", "PPP110", "PPP111", "PPP432", "PPP433", "PPP436", "PPP437"}
)


def stops_build(findings: Sequence[Finding], draft: bool) -> tuple[Finding, ...]:
    """The findings for which nothing is built: errors; for a draft only those that make the text meaningless."""
    return tuple(f for f in findings if f.severity is Severity.ERROR and (not draft or f.code in _NOT_EVEN_A_DRAFT))


# ------------------------------------------------------------------------------------------- results


def bearers_of(law: Law, data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """For each obligation the names of the parties that bear it, as far as the spec's facts tell."""
    groups = parties_by_group(data)
    return {o.id: tuple(names[p] for p in groups.get(o.bearer, ()) if p in names) for o in law.obligations.values()}


def parties_by_group(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """The ids of the parties by role, and by the places that the law's words for bearers name (grantor, controller, …)."""
    parties = mappings(data.get("parties"))
    groups: dict[str, list[str]] = {"all": [str(p.get("id")) for p in parties]}
    for party in parties:
        groups.setdefault(str(party.get("role")), []).append(str(party.get("id")))
    protection = mapping(data.get("data_protection"))
    for name, value in (
        ("grantor", mapping(data.get("grant")).get("grantor")),
        ("grantee", mapping(data.get("grant")).get("grantee")),
        ("coordinator", mapping(data.get("governance")).get("lead")),
    ):
        if isinstance(value, str):
            groups[name] = [value]
    groups["controller"] = texts(protection.get("controllers"))
    groups["processor"] = [str(p.get("processor")) for p in mappings(protection.get("processors"))]
    return groups


def party_names(data: Mapping[str, Any], ui: str) -> dict[str, str]:
    """Party ids and the names to show for them in a report."""
    from .l10n import text_in

    out = {}
    for party in mappings(data.get("parties")):
        name = party.get("short_name") or party.get("name") or party.get("id")
        out[str(party.get("id"))] = text_in(name, ui, ("fr", "nl", "en", "de")) or str(party.get("id"))
    return out


def _about(spec: Spec | None) -> dict[str, Any]:
    """What a record says of a spec itself."""
    if spec is None:
        return {}
    return {
        "reference": str(spec.data.get("reference", "")),
        "version": str(spec.data.get("version", "")),
        "languages": tuple(texts(spec.data.get("languages"))),
        "spec_digest": spec.digest,
        "waivers": tuple(mappings(spec.data.get("waivers"))),
        "decisions": tuple(mappings(spec.data.get("decisions"))),
    }


def result_of(examined: Examined, shelf: Shelf | None, ui: str, date: str = "") -> Result:
    """What a report needs of an examined spec; `date` is the one that was asked for, if any."""
    spec = examined.spec
    names = party_names(spec.data, ui) if spec else {}
    signature = spec.data.get("signature") if spec else None
    source = "signature.date" if isinstance(signature, Mapping) and signature.get("date") else "term.start"
    used = texts_of(examined.plan, texts(spec.data.get("languages"))) if examined.plan and spec else ()
    return Result(
        file=examined.file,
        kind="spec",
        findings=examined.findings,
        verdicts=examined.verdicts,
        as_of=examined.plan.as_of if examined.plan else "",
        as_of_source="--as-of" if date else source,
        bearers=bearers_of(shelf.law, spec.data, names) if spec and shelf else {},
        parties=tuple(names.values()),
        sources={examined.file: examined.document.text} if examined.document else {},
        texts=used,
        unapproved=unapproved(shelf.library, used) if shelf else (),
        catches=examined.catches,
        **_about(spec),
        traps=examined.traps,
        frameworks=frameworks_of(shelf.law, examined.case.facts) if examined.case and shelf else (),
    )
