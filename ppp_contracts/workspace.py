"""A workspace file in, an organisation's overlay out: the folder with its own clauses and law, and what it forbids.

workspace: 1
overlay: organisation          # a folder beside this file, laid out like ours: clauses/, law/, templates/agreement.docx
forbids:
  - {clause: change/crisis-modifier, reason: Our board decides on new crises itself.}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from .codes import find
from .finding import Finding, Place
from .schema import check_schema
from .yamlio import nearest_place, read_yaml

FILE_NAME = "ppp-contracts.yaml"


@dataclass(frozen=True)
class Workspace:
    """What an organisation lays over the shipped library."""

    file: str
    overlay: FilePath
    forbids: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def template(self) -> str:
        """The organisation's house template, "" when it brings none."""
        file = self.overlay / "templates" / "agreement.docx"
        return str(file) if file.is_file() else ""

    @property
    def approvals(self) -> FilePath:
        """The review lock: where the organisation's jurists approve texts."""
        return self.overlay / "clauses" / "approvals.yaml"


def read_workspace(file: str) -> tuple[Workspace | None, tuple[Finding, ...]]:
    """The workspace a file describes. Its overlay is a folder inside the folder of the file: no path leads out of it, and
    links in it are refused (those below `clauses` and `law` when they are read)."""
    document, findings = read_yaml(file)
    if document is None:
        return None, findings
    findings = (*findings, *check_schema(document, "workspace"))
    if findings:
        return None, findings
    base = FilePath(file).resolve().parent
    overlay = base / document.data["overlay"]
    inside = overlay.is_dir() and overlay.resolve().is_relative_to(base) and overlay.resolve() != base
    if not inside:
        place = nearest_place(document, ("overlay",))
        return None, (find("PPP462", place, folder=str(document.data["overlay"])),)
    template = overlay.resolve() / "templates"
    for path in (template, template / "agreement.docx"):
        if path.is_symlink():
            return None, (find("PPP460", Place(str(path)), file=str(path)),)
    forbids = {item["clause"]: item["reason"] for item in document.data.get("forbids", ())}
    return Workspace(file, overlay.resolve(), forbids), ()


def find_workspace(named: str, here: FilePath) -> tuple[Workspace | None, tuple[Finding, ...]]:
    """The workspace that was named, else the one in this folder, else none."""
    if named:
        return read_workspace(named)
    file = here / FILE_NAME
    return read_workspace(str(file)) if file.is_file() else (None, ())
