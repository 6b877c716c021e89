"""A spec file in, what is wrong with it by itself out. It reads no clause and starts fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from .finding import Document, Finding, Spec
from .parameters import Dated, load_parameters, parameters_at, refusals
from .paths import data_root
from .spec import as_of, check_spec, make_spec, read_spec

if TYPE_CHECKING:
    from .compliance import Case
    from .model import Plan, Verdict
    from .trap import Catch
    from .workspace import Workspace

# A file with one of these cannot be read or written at all: exit code 2.
UNREADABLE = frozenset(
    {
        "PPP001",
        "PPP002",
        "PPP003",
        "PPP012",
        "PPP013",
        "PPP014",
        "PPP017",
        "PPP018",
        "PPP501",
        "PPP601",
        "PPP602",
        "PPP614",
        "PPP615",
        "PPP616",
        "PPP617",
        "PPP622",
    }
)


class Examined(NamedTuple):
    """A spec file and all that a check found in it. Without a document nothing else could be done."""

    file: str
    document: Document | None
    spec: Spec | None
    plan: Plan | None
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...] = ()
    case: Case | None = None
    catches: tuple[Catch, ...] = ()
    traps: Mapping[str, str] = {}  # those asked about, and why one was not looked for


class Basics(NamedTuple):
    """What a validation needs of the law: its dated parameters, and the kinds that are refused, with the reason."""

    parameters: Mapping[str, Dated]
    refused: Mapping[str, Mapping[str, str]]


def load_basics(workspace: Workspace | None = None) -> tuple[Basics, tuple[Finding, ...]]:
    """These of the shipped law; with a workspace, those of the sum of that law and the overlay's, and what is wrong with it."""
    if workspace is None:
        return Basics(load_parameters(data_root()), refusals(data_root())), ()
    from .files import Reading
    from .law import load_law

    reading = Reading(data_root(), workspace.overlay, ("law",))
    law, findings = load_law(reading)
    findings = (*reading.findings, *findings)
    if not findings:
        reading.keep()
    refused = {name: kind["refused"] for name, kind in law.kinds.items() if "refused" in kind}
    return Basics(law.parameters, refused), findings


def validate_spec(file: str, basics: Basics | None = None) -> Examined:
    """Reads a spec and holds it against schema and rules; of the law only the basics are asked, and no clause is read."""
    document, findings = read_spec(file)
    if document is None:
        return Examined(file, None, None, None, findings)
    spec = make_spec(document)
    known = basics or load_basics()[0]
    parameters = parameters_at(known.parameters, as_of(spec))
    return Examined(file, document, spec, None, (*findings, *check_spec(spec, parameters, known.refused)))
