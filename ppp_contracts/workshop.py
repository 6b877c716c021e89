"""The stages joined: a file in, everything known about it out. What the commands and a program that embeds this call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from .approval import texts_of, unapproved
from .compliance import assess, case_of, findings_of
from .files import Reading
from .law import load_law
from .library import load_library
from .model import Document, Finding, Law, Library, Severity
from .paths import data_root, mapping, mappings, texts
from .plan import facts_of, make_plan
from .report import Result
from .spec import check_spec, make_spec, place_of, read_spec
from .validation import Examined
from .workspace import Workspace


@dataclass(frozen=True)
class Shelf:
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
    reading.keep()
    return Shelf(law, library, (*reading.findings, *law_findings, *library_findings), workspace)


@lru_cache(maxsize=4)
def shelf(workspace: Workspace | None = None) -> Shelf:
    """The shipped law and library, with the overlay of a workspace when there is one; read once."""
    return load_shelf(workspace=workspace)


def examine_spec(file: str, shelf: Shelf, frameworks: Sequence[str] = ()) -> Examined:
    """Everything a check says of a spec: schema, rules, plan, obligations."""
    document, findings = read_spec(file)
    if document is None:
        return Examined(file, None, None, None, findings)
    return examine_document(document, findings, shelf, frameworks)


def examine_document(
    document: Document, findings: Sequence[Finding], shelf: Shelf, frameworks: Sequence[str] = ()
) -> Examined:
    """The same for a spec that is read already."""
    spec = make_spec(document)
    facts = facts_of(spec, shelf.law)
    refused = {name: kind["refused"] for name, kind in shelf.law.kinds.items() if "refused" in kind}
    found = [*findings, *check_spec(spec, facts.parameters, refused)]
    kind = str(spec.data.get("kind"))
    if kind not in shelf.law.kinds or kind in refused:
        return Examined(document.file, document, spec, None, tuple(found))
    plan, plan_findings = make_plan(spec, shelf.library, shelf.law)
    case = case_of(plan, facts)
    verdicts = assess(case, frameworks)
    found += [*plan_findings, *findings_of(verdicts, case, lambda path: place_of(spec, path))]
    return Examined(document.file, document, spec, plan, tuple(dict.fromkeys(found)), verdicts, case)


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
    groups = _groups(data)
    return {o.id: tuple(names[p] for p in groups.get(o.bearer, ()) if p in names) for o in law.obligations.values()}


def _groups(data: Mapping[str, Any]) -> dict[str, list[str]]:
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


def result_of(examined: Examined, shelf: Shelf | None, ui: str) -> Result:
    """What a report needs of an examined spec."""
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
        as_of_source=source,
        bearers=bearers_of(shelf.law, spec.data, names) if spec and shelf else {},
        parties=tuple(names.values()),
        sources={examined.file: examined.document.text} if examined.document else {},
        texts=used,
        unapproved=unapproved(shelf.library, used) if shelf else (),
    )
