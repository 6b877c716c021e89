"""Findings and verdicts in, text for people out. The other shapes of a report stand in `formats`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .finding import Finding, Outcome, Severity
from .messages import message_of, remedy_of, word

if TYPE_CHECKING:
    from .model import Law, Verdict
    from .trap import Catch

COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.ADVICE: "36;1"}
TOOL = "ppp-contracts"
_SPACES = "\t\u00a0\u202f"  # no-break spaces are no printable characters, and French is full of them
_NO_SPACES = str.maketrans("", "", _SPACES)


class Past(NamedTuple):
    """A finding of an earlier run."""

    identity: str
    code: str
    subject: str  # the obligation or trap it is about
    message: str


class Result(NamedTuple):
    """What a command found out about one file."""

    file: str
    kind: str  # spec, word, library
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...] = ()
    as_of: str = ""
    as_of_source: str = ""  # signature.date, term.start
    basis: str = ""  # for a Word file, what it was checked against
    articles: tuple[Mapping[str, str], ...] = ()  # for a Word file: label, heading, state of each article
    bearers: Mapping[str, tuple[str, ...]] = {}  # obligation -> names of the parties that bear it
    parties: tuple[str, ...] = ()
    sources: Mapping[str, str] = {}  # file -> its text, for excerpts
    texts: tuple[tuple[str, str, str], ...] = ()  # clause, alternative and language of every text of the agreement
    unapproved: tuple[tuple[str, str, str], ...] = ()  # those of them that no jurist approved
    catches: tuple[Catch, ...] = ()  # the traps that were met
    reference: str = ""
    version: str = ""
    languages: tuple[str, ...] = ()
    spec_digest: str = ""
    waivers: tuple[Mapping[str, Any], ...] = ()
    decisions: tuple[Mapping[str, Any], ...] = ()
    traps: Mapping[str, str] = {}  # those asked about, and why one was not looked for
    frameworks: tuple[str, ...] = ()  # those that the facts call for
    known: tuple[Finding, ...] = ()  # findings of an earlier run (see `baseline`): they are shown and decide nothing
    gone: tuple[Past, ...] = ()  # findings of that run that are gone


def paint(text: str, code: str, colour: bool) -> str:
    """A text in a colour of the terminal, or as it is."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text


def safe(text: str) -> str:
    """Text of strangers without control characters: a terminal would obey them."""
    if text.isprintable() or text.translate(_NO_SPACES).isprintable():
        return text
    return "".join(c if c.isprintable() or c in _SPACES else "\N{REPLACEMENT CHARACTER}" for c in text)


def render_findings(
    findings: Sequence[Finding], ui: str, sources: Mapping[str, str], law: Law | None, colour: bool
) -> Iterator[str]:
    """The lines that report findings: place, what is wrong, the offending text with a caret, the remedy."""
    for finding in findings:
        place = finding.place
        where = f"{place.file}:{place.line}:{place.column}" if place.line else place.file
        level = word(finding.severity.name.lower(), ui)
        path = f" [{place.path}]" if place.path else ""
        yield (
            safe(f"{where}: ")
            + paint(f"{level} {finding.code}", COLOURS[finding.severity], colour)
            + safe(f": {message_of(finding, ui, law)}{path}")
        )
        yield from _excerpt(finding, sources)
        remedy = remedy_of(finding, ui, law)
        if remedy:
            yield safe(f"    → {remedy}")


def _excerpt(finding: Finding, sources: Mapping[str, str]) -> Iterator[str]:
    place = finding.place
    lines = sources.get(place.file, "").split("\n")
    if not 0 < place.line <= len(lines):
        return
    text = lines[place.line - 1].rstrip("\r")
    start = max(0, place.column - 1 - 70)
    shown = safe(text[start : start + 110].expandtabs(1))
    number = str(place.line)
    yield f"  {number} | {shown}"
    yield f"  {' ' * len(number)} | {' ' * (place.column - 1 - start)}^"


def count_line(findings: Sequence[Finding], ui: str) -> str:
    """How many findings of each severity there are."""
    counts = {level: sum(1 for f in findings if f.severity is level) for level in Severity}
    return word(
        "counts", ui, errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], advice=counts[Severity.ADVICE]
    )


def render_text(result: Result, ui: str, law: Law | None, matrix: bool, colour: bool, quiet: bool = False) -> str:
    """The whole report of one file, for people; `quiet` leaves only its last line."""
    lines = [] if quiet else list(_report(result, ui, law, matrix, colour))
    return "\n".join([*lines, safe(f"{result.file}: ") + summary_line(result, ui)]) + "\n"


def _report(result: Result, ui: str, law: Law | None, matrix: bool, colour: bool) -> Iterator[str]:
    if result.verdicts:
        yield paint(safe(result.file), "1", colour)
        yield "  " + word("planned" if result.kind == "spec" else "in_file", ui, basis=result.basis)
        if result.as_of:
            yield "  " + word("law_date", ui, date=result.as_of, source=result.as_of_source)
        yield "  " + approval_line(result, ui)
        yield ""
    yield from (f"  {line}" for line in article_lines(result, ui))
    if result.articles:
        yield ""
    yield from render_findings(result.findings, ui, result.sources, law, colour)
    yield from _past(result, ui, law)
    if result.verdicts and law:
        yield ""
        yield from outcome_lines(result, ui)
        if result.frameworks:
            yield safe(word("frameworks", ui, names=", ".join(result.frameworks)))
        if matrix:
            yield from _demands(result, ui, law)
            yield from _matrix(result, ui, law, colour)
        yield from _still_open(result, ui, law)


def _past(result: Result, ui: str, law: Law | None) -> Iterator[str]:
    """What the baseline knows already, and what of it is gone."""
    if result.known:
        yield word("known_findings", ui, count=len(result.known))
        for finding in result.known:
            yield safe(f"  - {finding.code} {message_of(finding, ui, law)}")
    if result.gone:
        yield word("gone_findings", ui, count=len(result.gone))
        yield from (safe(f"  - {past.code} {past.message}") for past in result.gone)


def summary_line(result: Result, ui: str) -> str:
    """The counts of a result, with those of the baseline."""
    counts = {"counts_known": len(result.known), "counts_gone": len(result.gone)}
    past = [word(name, ui, count=count) for name, count in counts.items() if count]
    return ", ".join([count_line(result.findings, ui), *past])


def approval_line(result: Result, ui: str) -> str:
    """How many of the texts a jurist approved; none of what ships is."""
    approved = len(result.texts) - len(result.unapproved)
    if not approved:
        return word("not_approved", ui)
    return word("approved_texts", ui, approved=approved, total=len(result.texts))


def article_lines(result: Result, ui: str) -> Iterator[str]:
    """How many articles of a Word file are intact, changed, moved or gone, and which."""
    states: dict[str, list[Mapping[str, str]]] = {}
    for article in result.articles:
        states.setdefault(article["state"], []).append(article)
    for state in ("intact", "fallback", "changed", "moved", "gone", "added"):
        items = states.get(state, [])
        if items:
            names = "" if state == "intact" else ": " + "; ".join(f"{a['label']} {a['heading']}" for a in items)
            yield safe(word(f"state_{state}", ui, count=len(items)) + names)


def outcome_lines(result: Result, ui: str) -> Iterator[str]:
    """How many obligations have which outcome, and how many traps were met of those that were looked for."""
    counts = {outcome: sum(1 for v in result.verdicts if v.outcome is outcome) for outcome in Outcome}
    yield word("outcomes", ui, total=len(result.verdicts), **{o.name.lower(): n for o, n in counts.items()})
    met = {"fail": 0, "review": 0, "decided": 0}
    for catch in result.catches:
        met["decided" if catch.outcome is Outcome.PASS else catch.outcome.value] += 1
    yield word("traps_met", ui, total=sum(1 for idle in result.traps.values() if idle in ("", "elsewhere")), **met)


def demand_counts(result: Result, law: Law) -> dict[str, dict[Outcome, int]]:
    """For each demand of the seed text, how many of the obligations that serve it have which outcome. Counts, no score."""
    counts = {demand: dict.fromkeys(Outcome, 0) for demand in law.demands}
    for verdict in result.verdicts:
        for demand in law.obligations[verdict.obligation].demand:
            counts[demand][verdict.outcome] += 1
    return counts


def framework_counts(result: Result, law: Law) -> dict[str, dict[Outcome, int]]:
    """For each framework that the facts call for, how many of its obligations have which outcome."""
    from .law import in_framework

    counts = {name: dict.fromkeys(Outcome, 0) for name in result.frameworks}
    for name, outcomes in counts.items():
        for verdict in result.verdicts:
            if in_framework(law, law.obligations[verdict.obligation], name):
                outcomes[verdict.outcome] += 1
    return counts


def _demands(result: Result, ui: str, law: Law) -> Iterator[str]:
    yield ""
    yield word("demands", ui)
    for demand, outcomes in demand_counts(result, law).items():
        said = ", ".join(
            f"{count} {word(f'outcome_{outcome.name.lower()}', ui)}" for outcome, count in outcomes.items() if count
        )
        yield safe(f"  {demand:<4}{law.demands[demand].get(ui, '')}: {said or '0'}")


def evidence_words(verdict: Verdict, ui: str) -> str:
    """Where a duty stands: «article 7.2 (3f2a…)», or the facts it rests on."""
    parts: list[str] = []
    for item in verdict.evidence[:8]:
        label = word("article", ui, number=item.label) if item.label[:1].isdigit() else item.label
        parts.append(f"{label} ({item.digest})" if item.digest else label)
    more = len(verdict.evidence) - 8
    return ", ".join(dict.fromkeys(parts)) + (f" + {more}" if more > 0 else "")


def citations(law: Law, obligation: str, ui: str) -> list[str]:
    """The citations of an obligation, each once."""
    from .law import citation

    basis = law.obligations[obligation].basis
    return [c for c in dict.fromkeys(citation(law, b, ui, word("art", ui)) for b in basis) if c]


def _matrix(result: Result, ui: str, law: Law, colour: bool) -> Iterator[str]:
    yield ""
    for verdict in result.verdicts:
        obligation = law.obligations[verdict.obligation]
        mark = word(f"outcome_{verdict.outcome.name.lower()}", ui)
        tint = {"pass": "32", "fail": "31;1", "open": "33;1", "review": "33"}.get(verdict.outcome.value, "2")
        yield paint(f"{mark:<16}", tint, colour) + safe(f"{obligation.id}  {obligation.title.get(ui, '')}")
        evidence = evidence_words(verdict, ui)
        details = [evidence] if evidence and verdict.outcome is not Outcome.NOT_APPLICABLE else []
        if verdict.missing:
            details.append(word("missing", ui, facts=", ".join(verdict.missing)))
        if verdict.question:
            details.append(verdict.question.get(ui, verdict.question.get("en", "")))
        if verdict.note:
            details.append(word(f"note_{verdict.note}", ui))
        cited = "; ".join(citations(law, obligation.id, ui))
        for detail in (*details, cited):
            if detail:
                yield safe(f"{'':<16}{detail}")
    yield ""


def _still_open(result: Result, ui: str, law: Law) -> Iterator[str]:
    """What is still open, party by party: the findings that keep the agreement from being signed, and who they are for."""
    items: dict[str, list[str]] = {name: [] for name in result.parties}
    everyone: list[str] = []
    for finding in (*result.findings, *result.known):  # what is known is open all the same
        if finding.severity is Severity.ADVICE:
            continue
        text = f"{finding.code} {message_of(finding, ui, law)}"
        names = result.bearers.get(finding.obligation) or _party_of(finding, result.parties)
        for name in names:
            items.setdefault(name, []).append(text)
        if not names:
            everyone.append(text)
    yield word("still_open", ui)
    for name, texts in items.items():
        yield safe(f"  {name}: " + (word("nothing", ui) if not texts else ""))
        yield from (safe(f"    - {text}") for text in dict.fromkeys(texts))
    if everyone:
        yield "  " + word("for_all", ui)
        yield from (safe(f"    - {text}") for text in dict.fromkeys(everyone))


def _party_of(finding: Finding, parties: tuple[str, ...]) -> tuple[str, ...]:
    path = finding.place.path
    if path.startswith("parties[") and path[8 : path.index("]")].isdigit():
        index = int(path[8 : path.index("]")])
        return parties[index : index + 1]
    return ()
