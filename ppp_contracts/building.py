"""A spec file and a folder in, Word agreements with their manifests out: together, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from . import __version__
from .assembly import assemble, lost_values
from .codes import find
from .compliance import used_facts
from .keeping import keep_value, kept_value
from .manifest import make_manifest
from .model import Agreement, Finding, Law, Place, Plan, Severity
from .output import beside, edited_since, file_stem, reference_in, write_together
from .paths import data_root
from .spec import languages_of
from .validation import Examined
from .workshop import Shelf, examine_spec, result_of, stops_build

# Raised when `Template.to_data` changes its shape: what an older program kept is then made anew.
TEMPLATE_FORMAT = 2

Built = tuple[list[str], list[Finding], Mapping[str, str], Law]


def build_files(
    spec_file: str,
    folder: FilePath,
    languages: Sequence[str],
    draft: bool,
    force: bool,
    template_file: str,
    shelves: Shelf,
    today: str = "",
    ui: str = "en",
) -> Built:
    """Builds a spec into a folder: (files written, findings, sources for excerpts, the law used).

    Nothing is written when a finding stops the build, when a Word file there was edited since it was built (unless
    `force`), or when one of the files cannot be written. Where a waiver lets an error pass, the record of the check (made
    `today`, ISO) goes with the agreement and prints the waiver.
    """
    examined = examine_spec(spec_file, shelves)
    sources = {spec_file: examined.document.text} if examined.document else {}
    findings = list(examined.findings)

    def refuse(*more: Finding) -> Built:
        return [], [*findings, *more], sources, shelves.law

    if examined.plan is None or stops_build(findings, draft):
        return refuse()
    known = languages_of(examined.plan.spec.data)
    asked = tuple(languages) or tuple(known)
    foreign = [language for language in asked if language not in known]
    if foreign:
        return refuse(*(find("PPP114", Place(spec_file), language=language) for language in foreign))
    own = shelves.workspace.template if shelves.workspace else ""
    template, template_findings = load_house_template(template_file or own)
    if template is None:
        return refuse(*template_findings)
    findings += template_findings
    files: dict[str, bytes] = {}
    for language in asked:
        agreement, found = assemble(examined.plan, language, draft)
        findings += [*found, *lost_values(agreement, examined.plan)]
        document, manifest = make_document(examined.plan, agreement, template)
        stem = file_stem(agreement.reference, agreement.version, language, draft)
        files[f"{stem}.docx"] = document
        files[f"{stem}.manifest.json"] = beside(manifest, document, f"{stem}.docx")
    if stops_build(findings, draft):
        return refuse()
    if any(name == "waived" for finding in examined.findings for name, _ in finding.params):
        stem = file_stem(
            str(examined.plan.spec.data.get("reference", "")),
            str(examined.plan.spec.data.get("version", "")),
            "record",
            draft,
        )
        files |= _record(examined, shelves, stem, today, ui)
    edited = () if force else tuple(_edited(folder, files))
    problems = edited or write_together(folder, files)
    if problems:
        return refuse(*problems)
    worth_saying = [f for f in findings if f.severity >= Severity.WARNING]
    return [str(folder / name) for name in files], worth_saying, sources, shelves.law


def _record(examined: Examined, shelves: Shelf, stem: str, today: str, ui: str) -> dict[str, bytes]:
    """The record of the check of a spec whose errors are waived, as JSON and as a page."""
    from .record import Signer, make_record, sheet_of
    from .word.sheet import write_sheet

    results = [result_of(examined, shelves, ui)]
    sheet = sheet_of(results, shelves, Signer(), today, ui)
    return {
        f"{stem}.json": make_record(results, shelves, (), Signer(), today),
        f"{stem}.docx": write_sheet(sheet.title, sheet.sections, ui),
    }


def _edited(folder: FilePath, files: Mapping[str, bytes]) -> list[Finding]:
    out = []
    for name in files:
        target = folder / name
        if name.endswith(".manifest.json") and (other := reference_in(target)) is not None:
            reference = str(json.loads(files[name])["reference"])
            if other != reference:  # «A/B» and «A B» have files of one name
                out.append(find("PPP018", Place(str(target)), file=str(target), other=other, reference=reference))
        if (
            name.endswith(".docx")
            and f"{name[:-5]}.manifest.json" in files
            and target.exists()
            and edited_since(target, folder / f"{name[:-5]}.manifest.json")
        ):
            out.append(find("PPP013", Place(str(target)), file=str(target)))
    return out


def make_document(plan: Plan, agreement: Agreement, template: Any) -> tuple[bytes, bytes]:
    """The Word file of an agreement and the manifest inside it."""
    from .word.writer import frame_texts, write_docx

    facts = used_facts(plan.law, plan.library, {**plan.spec.data, "derived": plan.spec.derived})
    manifest = make_manifest(plan, agreement, __version__, facts, frame=frame_texts(agreement, template))
    return write_docx(agreement, template, manifest), manifest


def load_house_template(file: str = "") -> tuple[Any, tuple[Finding, ...]]:
    """The house template: the shipped one, or an organisation's own file.

    What docxtpl makes of it is kept as data under the digest of its bytes, so that the next run need not import it.
    """
    from .word.template import Template, load_template

    path = FilePath(file) if file else data_root() / "templates" / "agreement.docx"
    try:
        data = path.read_bytes()
    except OSError as problem:
        return None, (find("PPP001", Place(str(path)), file=str(path), problem=problem.strerror or "unreadable"),)
    key = f"template-{TEMPLATE_FORMAT}-{hashlib.sha256(data + __version__.encode()).hexdigest()[:32]}"
    kept = kept_value(key)
    if kept is not None:
        return Template.from_data(kept), ()
    template, findings = load_template(data, str(path))
    if template is not None and not findings:
        keep_value(key, template.to_data())
    return template, findings
