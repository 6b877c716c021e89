"""A spec file in, what is wrong with it by itself out. It reads no clause and starts fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .finding import Document, Finding, Spec
from .parameters import load_parameters, parameters_at, refusals
from .paths import data_root
from .spec import as_of, check_spec, make_spec, read_spec

if TYPE_CHECKING:
    from .compliance import Case
    from .model import Plan, Verdict

# A file with one of these cannot be read or written at all: exit code 2.
UNREADABLE = frozenset(
    {
        "PPP001",
        "PPP002",
        "PPP003",
        "PPP012",
        "PPP013",
        "PPP014",
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


@dataclass(frozen=True)
class Examined:
    """A spec file and all that a check found in it. Without a document nothing else could be done."""

    file: str
    document: Document | None
    spec: Spec | None
    plan: Plan | None
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...] = ()
    case: Case | None = None


def validate_spec(file: str) -> Examined:
    """Reads a spec and holds it against schema and rules; of the law only the parameters are read, and no clause."""
    document, findings = read_spec(file)
    if document is None:
        return Examined(file, None, None, None, findings)
    spec = make_spec(document)
    parameters = parameters_at(load_parameters(data_root()), as_of(spec))
    return Examined(file, document, spec, None, (*findings, *check_spec(spec, parameters, refusals(data_root()))))
