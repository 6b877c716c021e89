"""The files under `law/` in, one `Law` out: instruments, obligations, conditions, dated parameters, frameworks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .codes import find
from .files import Reading
from .model import Basis, Finding, Instrument, Law, Obligation, Place, Severity
from .parameters import dated

LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "advice": Severity.ADVICE}


def load_law(reading: Reading) -> tuple[Law, tuple[Finding, ...]]:
    """Reads the law. Files that do not fit their schema are findings, and what could be read is still given.

    An entry of an overlay takes the place of the shipped entry with the same key or id.
    """
    obligations: dict[str, Obligation] = {}
    findings: list[Finding] = []
    for file in reading.list("law/obligations", ".yaml"):
        for item in reading.yaml(file, "obligations").get("list", ()):
            if item["id"] in obligations and file not in reading.overlaid:
                findings.append(find("PPP423", Place(reading.shown(file)), id=item["id"]))
            obligations[item["id"]] = _obligation(item, reading.shown(file))
    law = Law(
        instruments={item["id"]: _instrument(item) for item in _listed(reading, "instruments")},
        obligations=dict(sorted(obligations.items(), key=lambda pair: _position(pair[0], obligations))),
        conditions=reading.table("law/conditions.yaml", "conditions"),
        parameters={k: dated(value) for k, value in reading.table("law/parameters.yaml", "parameters").items()},
        demands=reading.table("law/demands.yaml", "demands"),
        kinds=_kinds(reading),
        frameworks={item["id"]: item for item in _listed(reading, "frameworks")},
        digest=reading.digest("law/"),
    )
    return law, tuple(findings)


def _listed(reading: Reading, name: str) -> Iterator[Mapping[str, Any]]:
    """The items of a list, the overlay's after ours, so that the later one with the same id counts."""
    for layer in reading.layers(f"law/{name}.yaml", name):
        yield from layer.get("list", ())


def _kinds(reading: Reading) -> dict[str, Mapping[str, Any]]:
    """The kinds with what they take written out: sets replaced by the topics and clauses they stand for."""
    sets: dict[str, Any] = {}
    kinds: dict[str, Any] = {}
    for layer in reading.layers("law/kinds.yaml", "kinds"):
        sets.update(layer.get("sets", {}))
        kinds.update(layer.get("list", {}))
    return {
        name: {**kind, "takes": frozenset(t for part in kind.get("takes", ()) for t in sets.get(part, (part,)))}
        for name, kind in kinds.items()
    }


def takes(kind: Mapping[str, Any], clause: str) -> bool:
    """Whether a kind of agreement may take a clause (by its id, `topic/name`)."""
    return clause in kind["takes"] or clause.partition("/")[0] in kind["takes"]


def group_of(obligation: str) -> str:
    """The key by which a contents matrix names all obligations of a topic: `data.*` for `data.roles`."""
    return f"{obligation.partition('.')[0]}.*"


def relevance(kind: Mapping[str, Any], obligation: str) -> str:
    """What the contents matrix of a kind says of an obligation: required, conditional, optional or not-used."""
    contents: Mapping[str, str] = kind.get("contents", {})
    return contents.get(obligation) or contents.get(group_of(obligation)) or str(kind.get("otherwise", "conditional"))


TOPICS = (
    "parties", "purpose", "roles", "governance", "resources", "finance", "reporting", "evaluation", "audit", "data",
    "integrity", "communication", "ip", "change", "liability", "staff", "sustainability", "end", "assignment",
    "contract", "notices", "disputes", "language", "signature", "framework", "implementing", "memorandum",
    "donation", "sponsorship", "secondment", "loan", "processing", "joint", "protocol", "secrecy", "amendment", "closing",
    "volunteer",
)  # fmt: skip


def _position(obligation: str, all_of: Mapping[str, Obligation]) -> tuple[int, int]:
    """Obligations come in the order of the topics, and within a topic as their file has them."""
    topic = obligation.split(".")[0]
    return (TOPICS.index(topic) if topic in TOPICS else len(TOPICS)), list(all_of).index(obligation)


def _instrument(item: Mapping[str, Any]) -> Instrument:
    keep = ("id", "name", "short", "force", "certainty", "consulted", "date", "eli", "status", "row")
    return Instrument(**{key: item[key] for key in keep if key in item})


def _severities(value: Any) -> Iterator[tuple[Any, Severity]]:
    if isinstance(value, str):
        yield None, LEVELS[value]
        return
    for item in value:
        yield item.get("when"), LEVELS[item["level"]]


def _obligation(item: Mapping[str, Any], file: str) -> Obligation:
    force = item.get("in_force", {})
    return Obligation(
        id=item["id"],
        title=item["title"],
        demand=tuple(item["demand"]),
        basis=tuple(
            Basis(b["instrument"], b["certainty"], str(b.get("article", "")), b.get("row", "")) for b in item["basis"]
        ),
        bearer=item["bearer"],
        towards=item["towards"],
        form=item.get("form", "duty"),
        severity=tuple(_severities(item["severity"])),
        applies_when=item.get("applies_when"),
        check=item["check"],
        rationale=item["rationale"],
        remedy=item["remedy"],
        in_force_from=str(force.get("from", "")),
        in_force_to=str(force.get("to", "")),
        file=file,
    )


def in_framework(law: Law, obligation: Obligation, framework: str) -> bool:
    """Whether an obligation belongs to a framework: a view by instrument or by seed demand, or an instrument's id."""
    if framework in law.instruments:
        return any(b.instrument == framework for b in obligation.basis)
    selects = law.frameworks[framework]["selects"]
    return any(b.instrument in selects.get("instruments", ()) for b in obligation.basis) or any(
        d in selects.get("demands", ()) for d in obligation.demand
    )


def citation(law: Law, basis: Basis, language: str, article_word: str) -> str:
    """How a basis is cited: article and instrument when verified, the instrument alone when known, nothing when doubtful."""
    if basis.certainty == "D" or basis.instrument not in law.instruments:
        return ""
    short = law.instruments[basis.instrument].short
    name = short.get(language) or short.get("en") or basis.instrument
    return f"{article_word} {basis.article}, {name}" if basis.article and basis.certainty in ("V", "V2") else name
