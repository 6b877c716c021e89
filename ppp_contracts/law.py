"""The files under `law/` in, one `Law` out: instruments, obligations, conditions, dated parameters, frameworks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .codes import find
from .conditions import Facts, holds
from .files import Reading
from .finding import LANGUAGES
from .model import Basis, Finding, Instrument, Law, Obligation, Place, Severity, Trap
from .parameters import dated
from .phrase import Said

LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "advice": Severity.ADVICE}


def load_law(reading: Reading) -> tuple[Law, tuple[Finding, ...]]:
    """Reads the law. Files that do not fit their schema are findings, and what could be read is still given.

    An entry of an overlay takes the place of the shipped entry with the same key or id.
    """
    obligations: dict[str, Obligation] = {}
    findings: list[Finding] = []
    seen: set[tuple[bool, str]] = set()  # an overlay may say anew what ships, and nobody the same thing twice

    def note(file: str, name: str) -> None:
        if (file in reading.overlaid, name) in seen:
            findings.append(find("PPP423", Place(reading.shown(file)), id=name))
        seen.add((file in reading.overlaid, name))

    for file in reading.list("law/obligations", ".yaml"):
        for item in reading.yaml(file, "obligations").get("list", ()):
            note(file, item["id"])
            obligations[item["id"]] = _obligation(item, reading.shown(file))
    traps = {
        item["id"]: _trap(item, reading.shown(file))
        for file, item in reading.derived("traps", lambda: list(_read_traps(reading, note, findings)))
    }
    law = Law(
        instruments={item["id"]: _instrument(item) for item in _listed(reading, "instruments")},
        obligations=dict(sorted(obligations.items(), key=_topic)),
        conditions=reading.table("law/conditions.yaml", "conditions"),
        parameters={k: dated(value) for k, value in reading.table("law/parameters.yaml", "parameters").items()},
        demands=reading.table("law/demands.yaml", "demands"),
        kinds=_kinds(reading),
        frameworks={item["id"]: item for item in _listed(reading, "frameworks")},
        digest=reading.digest("law/"),
        traps=dict(sorted(traps.items())),
    )
    return law, tuple(findings)


def _read_traps(
    reading: Reading, note: Callable[[str, str], None], findings: list[Finding]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The traps of every file, the named lists of phrases written out and pressed."""
    for file in reading.list("law/traps", ".yaml"):
        document = reading.yaml(file, "traps")
        lists = document.get("lists", {})
        for item in document.get("list", ()):
            note(file, item["id"])
            unknown = sorted(set(_lists_in(item["found"])) - set(lists))
            findings += [find("PPP411", Place(reading.shown(file)), name=name) for name in unknown]
            yield file, {**item, "found": press_way(item["found"], lists)}


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


_PLACE_OF = {topic: place for place, topic in enumerate(TOPICS)}


def _topic(pair: tuple[str, Obligation]) -> int:
    """Obligations come in the order of the topics, and within a topic as their file has them."""
    return _PLACE_OF.get(pair[0].partition(".")[0], len(TOPICS))


def _instrument(item: Mapping[str, Any]) -> Instrument:
    keep = ("id", "name", "short", "force", "certainty", "consulted", "date", "eli", "status", "row")
    return Instrument(**{key: item[key] for key in keep if key in item})


def _severities(value: Any) -> Iterator[tuple[Any, Severity]]:
    if isinstance(value, str):
        yield None, LEVELS[value]
        return
    for item in value:
        yield item.get("when"), LEVELS[item["level"]]


def _bases(item: Mapping[str, Any]) -> tuple[Basis, ...]:
    listed = item.get("basis", ())
    return tuple(Basis(b["instrument"], b["certainty"], str(b.get("article", "")), b.get("row", "")) for b in listed)


_PHRASES = ("phrases", "with", "also", "unless", "without")


def _lists_in(found: Mapping[str, Any]) -> Iterator[str]:
    """The names of the lists of phrases that a way of finding uses."""
    for key in _PHRASES:
        yield from found.get(key, {}).get("lists", ())
    for part in found.get("parts", ()):
        yield from _lists_in(part)


def press_way(found: Mapping[str, Any], lists: Mapping[str, Any]) -> dict[str, Any]:
    """A way of finding with the named lists of phrases after its own phrases, these in the form they are kept in."""
    out = dict(found)
    for key in _PHRASES:
        if key in found:
            every = (found[key], *(lists.get(name, {}) for name in found[key].get("lists", ())))
            said = {language: [p for words in every for p in words.get(language, ())] for language in LANGUAGES}
            out[key] = Said.press(said)
    if "parts" in found:
        out["parts"] = [press_way(part, lists) for part in found["parts"]]
    return out


def unpress_way(found: Mapping[str, Any]) -> dict[str, Any]:
    """A way of finding with its phrases as they are looked for."""
    out = {key: Said(value) if key in _PHRASES else value for key, value in found.items()}
    return {**out, "parts": [unpress_way(part) for part in found["parts"]]} if "parts" in found else out


def _trap(item: Mapping[str, Any], file: str) -> Trap:
    force = item.get("in_force", {})
    return Trap(
        id=item["id"],
        title=item["title"],
        basis=_bases(item),
        severity=tuple(_severities(item["severity"])),
        outcome=item["outcome"],
        applies_when=item.get("applies_when"),
        found=unpress_way(item["found"]),
        message=item["message"],
        remedy=item["remedy"],
        demand=tuple(item.get("demand", ())),
        in_force_from=str(force.get("from", "")),
        in_force_to=str(force.get("to", "")),
        file=file,
    )


def _obligation(item: Mapping[str, Any], file: str) -> Obligation:
    force = item.get("in_force", {})
    return Obligation(
        id=item["id"],
        title=item["title"],
        demand=tuple(item["demand"]),
        basis=_bases(item),
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


def in_framework(law: Law, obligation: Obligation | Trap, framework: str) -> bool:
    """Whether an obligation belongs to a framework: a view by instrument, by seed demand or by obligation (one, or all of a
    topic), or an instrument's id."""
    if framework not in law.frameworks:
        return any(b.instrument == framework for b in obligation.basis)
    selects = law.frameworks[framework]["selects"]
    return (
        any(b.instrument in selects.get("instruments", ()) for b in obligation.basis)
        or any(d in selects.get("demands", ()) for d in obligation.demand)
        or not {obligation.id, group_of(obligation.id)}.isdisjoint(selects.get("obligations", ()))
    )


def frameworks_of(law: Law, facts: Facts) -> tuple[str, ...]:
    """The frameworks that the facts of a case call for. One without a condition is for a person to choose."""
    return tuple(
        name for name, view in law.frameworks.items() if "applies_when" in view and holds(view["applies_when"], facts)
    )


def citation(law: Law, basis: Basis, language: str, article_word: str) -> str:
    """How a basis is cited: article and instrument when verified, the instrument alone when known, nothing when doubtful."""
    if basis.certainty == "D" or basis.instrument not in law.instruments:
        return ""
    short = law.instruments[basis.instrument].short
    name = short.get(language) or short.get("en") or basis.instrument
    return f"{article_word} {basis.article}, {name}" if basis.article and basis.certainty in ("V", "V2") else name
