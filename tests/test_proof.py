"""The proof that a check cannot pass by accident, as mutants: one thing taken out or altered, and the right finding has to come.

In a spec every item of every list, every role, amount, date, duration, named party, fact, gate fact and clause is taken out or
altered, one at a time, in every example. `proof/noticed.yaml` says which finding is the right one. What no rule can know, because
the spec with the change is another agreement and no wrong one, stands in `proof/survivors.yaml` with the reason, and is noticed
all the same where it matters: the agreement made from the one spec, held against the other, differs at the right article or annex.

In the text of every agreement, in each of its languages, every figure, month, number word, unit, negation, duty and name is
altered, every paragraph deleted, every cell exchanged and every row copied: each is named at its place, and nothing else is.
`test_mutations.py` does it in real Word files, and looks at the verdicts too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel.dates import get_month_names
from cases import example, replace
from conftest import EXAMPLES, ROOT, SPOKEN
from mutants import Mutant, altered, gated, left_out, recast, removed, without_facts

from ppp_contracts.assembly import assemble
from ppp_contracts.comparison import (
    ADDED,
    CHANGED,
    CODES,
    GONE,
    INTACT,
    MISPLACED,
    Difference,
    compare,
    findings_of,
    where_of,
)
from ppp_contracts.compliance import assess, case_of
from ppp_contracts.compliance import findings_of as findings_of_verdicts
from ppp_contracts.finding import LANGUAGES
from ppp_contracts.l10n import text_in
from ppp_contracts.law import relevance
from ppp_contracts.manifest import REFERENCE, _entries, make_manifest, mask_private, normalise
from ppp_contracts.model import Agreement, Document, Finding, Outcome, Paragraph, Plan, Severity, Table, Verdict
from ppp_contracts.plan import facts_of, make_plan
from ppp_contracts.schema import check_schema
from ppp_contracts.spec import check_spec, make_spec, place_of
from ppp_contracts.trap import catch_traps, findings_of_traps, scene_of
from ppp_contracts.word.reader import Mark, WordParagraph, WordText
from ppp_contracts.workshop import load_shelf
from ppp_contracts.yamlio import read_yaml

FOLDER = Path(__file__).parent / "proof"
SHELF = load_shelf()
REFUSED = {name: kind["refused"] for name, kind in SHELF.law.kinds.items() if "refused" in kind}


def load(file: Path) -> dict[str, Any]:
    document, findings = read_yaml(str(file))
    assert document is not None and not findings, findings
    data: dict[str, Any] = document.data
    return data


NOTICED: Mapping[str, Mapping[str, Sequence[str]]] = load(FOLDER / "noticed.yaml")["mutants"]
ARGUED: Sequence[Mapping[str, Any]] = load(FOLDER / "survivors.yaml")["list"]
KINDS = ("remove", "role", "amount", "date", "duration", "number", "who", "fact", "gate", "flip", "clause")


# ------------------------------------------------------------------------------------ a spec, stage by stage


class Check:
    """A check of an example's data, changed or not, one stage at a time: most changes need no more than the first."""

    def __init__(self, document: Document, data: Mapping[str, Any]) -> None:
        self.document = Document(document.file, document.text, data, document.places, document.keys)
        self.spec = make_spec(self.document)
        self.facts = facts_of(self.spec, SHELF.law)

    @cached_property
    def planned(self) -> tuple[Plan, Sequence[Finding]]:
        return make_plan(self.spec, SHELF.library, SHELF.law)

    @cached_property
    def assessed(self) -> tuple[Mapping[str, Verdict], Sequence[Finding]]:
        case = case_of(self.planned[0], self.facts)
        verdicts = assess(case)
        said = findings_of_verdicts(verdicts, case, lambda path: place_of(self.spec, path))
        return {v.obligation: v for v in verdicts}, said

    def schema(self) -> Sequence[Finding]:
        return tuple(check_schema(self.document, "spec"))

    def rules(self) -> Sequence[Finding]:
        return check_spec(self.spec, self.facts.parameters, REFUSED)

    def obligations(self) -> Sequence[Finding]:
        return (*self.planned[1], *self.assessed[1])

    def traps(self) -> Sequence[Finding]:
        """Those that facts raise: no change here alters words that a trap would look for."""
        scene = scene_of(self.planned[0], case_of(self.planned[0], self.facts))
        return tuple(findings_of_traps(catch_traps(replace(scene, passages=()))))


EVERY_STAGE = (Check.schema, Check.rules, Check.obligations, Check.traps)
# What is asked of a change, in this order. A figure that is well formed is the rules' to judge.
STAGES = {
    **dict.fromkeys(("amount", "date", "duration", "number"), (Check.rules,)),
    **dict.fromkeys(("role", "who", "flip"), (Check.rules, Check.schema, Check.obligations, Check.traps)),
    **dict.fromkeys(("remove", "fact", "gate"), EVERY_STAGE),
    "clause": (Check.obligations,),
}


def spoken(finding: Finding) -> str:
    """A finding as the tables write it: its code, and the obligation, trap or place without numbers that it is about."""
    about = finding.obligation or dict(finding.params).get("trap") or re.sub(r"\[\d+\]", "[*]", finding.place.path)
    return f"{finding.code} {about}".strip()


def key_of(finding: Finding) -> tuple[str, ...]:
    return finding.code, finding.obligation, finding.place.path, str(finding.params)


@dataclass(frozen=True)
class Original:
    """An example as it is: what is found, its plan and verdicts, and its agreement as a Word file has it."""

    document: Document
    found: frozenset[tuple[str, ...]]
    plan: Plan
    verdicts: Mapping[str, Verdict]
    manifest: Mapping[str, Any]
    text: WordText


@lru_cache(maxsize=4)
def original(name: str) -> Original:
    document = example(name)
    check = Check(document, document.data)
    found = frozenset(key_of(f) for stage in EVERY_STAGE for f in stage(check))
    manifest, raw = papers(check.planned[0], document.data["languages"][0])
    return Original(document, found, check.planned[0], check.assessed[0], manifest, written(manifest, raw))


# ----------------------------------------------------------------------------------- an agreement as a Word file

Raw = Mapping[
    str, tuple[str, tuple[str, ...]]
]  # anchor -> text with U+FFFC for each reference, the words of the references


def papers(plan: Plan, language: str) -> tuple[Mapping[str, Any], Raw]:
    """The manifest of an agreement, and its paragraphs as they stand in the file: nothing is masked there."""
    agreement, _ = assemble(plan, language)
    manifest = json.loads(make_manifest(plan, agreement, "0", {}))
    raw = {}
    for paragraph in paragraphs_of(agreement):
        words = tuple(span.text for span in paragraph.spans if span.kind == "ref")
        bare = "".join(REFERENCE if span.kind == "ref" else span.text for span in paragraph.spans)
        raw[paragraph.anchor] = (bare, words)
    return manifest, raw


def paragraphs_of(agreement: Agreement) -> Iterator[Paragraph]:
    for group in (*agreement.parties, agreement.recitals, *agreement.signatures):
        yield from group
    for article in agreement.articles:
        yield from (article.heading, *article.paragraphs)
    for annex in agreement.annexes:
        yield annex.heading
        for item in annex.body:
            if isinstance(item, Table):
                yield from (*item.header, *(cell for row in item.rows for cell in row))
            else:
                yield item


def paragraph_in_word(entry: Mapping[str, Any], bare: str, words: Sequence[str], marked: bool = True) -> WordParagraph:
    text = bare
    for shown in words:
        text = text.replace(REFERENCE, shown, 1)
    marks = (Mark(entry["anchor"], 0, 0),) if marked else ()
    return WordParagraph(text, bare, marks, tuple(Mark(ref, 0, 0) for ref in entry["refs"]))


def written(manifest: Mapping[str, Any], raw: Raw) -> WordText:
    return WordText(tuple(paragraph_in_word(entry, *raw[entry["anchor"]]) for entry in manifest["paragraphs"]))


def names_of(manifest: Mapping[str, Any]) -> Mapping[int, str]:
    return {article["number"]: article["label"] for article in manifest["articles"]}


def is_at(place: str, name: str) -> bool:
    """Whether a finding stands at an article, annex or clause, or within it: «Article 7.2 a)» at «Article 7», not at «Article 71»."""
    return place == name or (bool(name) and place.startswith(name) and not place[len(name)].isalnum())


# ---------------------------------------------------------------------------------------- every change of a spec


def mutants_of(name: str, kind: str) -> Iterator[Mutant]:
    data = example(name).data
    if kind == "remove":
        yield from removed(data)
    elif kind == "role":
        yield from recast(data)
    elif kind in ("gate", "flip"):
        yield from (m for m in gated(data) if m.kind == kind)
    elif kind == "clause":
        yield from left_out(data, list(dict.fromkeys(p.clause.id for p in original(name).plan.clauses)))
    elif kind == "fact":
        seen = {m.pattern for other in earlier_of_its_kind(name) for m in without_facts(example(other).data)}
        yield from (m for m in without_facts(data) if m.pattern not in seen)
    else:
        yield from (m for m in altered(data) if m.kind == kind)


@lru_cache(maxsize=64)
def earlier_of_its_kind(name: str) -> tuple[str, ...]:
    """The examples before this one that are of the same kind of agreement: a fact is taken out once in each kind."""
    kind = example(name).data["kind"]
    return tuple(other for other in EXAMPLES if other < name and example(other).data["kind"] == kind)


def is_noticed(mutant: Mutant, found: Sequence[Finding]) -> bool:
    """Whether one of the findings is the right one for the change."""
    wanted = NOTICED.get(mutant.kind, {}).get(mutant.pattern, ())
    for finding in found:
        if finding.severity >= Severity.WARNING:
            said = spoken(finding)
            if any(said == w or (" " not in w and finding.code == w) for w in wanted):
                return True
            if mutant.kind in ("fact", "gate") and asks_for(finding, mutant.where):
                return True
            if mutant.kind == "clause" and finding.obligation in SHELF.library.clauses[mutant.where].fulfils:
                return True
    return False


def asks_for(finding: Finding, where: str) -> bool:
    """Whether a finding of the schema or the plan asks for what was taken out: at its place, above or below it."""
    place = finding.place.path
    nested = place == where or is_at(where, place) or is_at(place, where)
    return nested and (finding.code.startswith("PPP1") or finding.code in ("PPP430", "PPP434"))


def argument_of(mutant: Mutant, name: str) -> Mapping[str, Any] | None:
    """The argument for a change that no finding names: the first of the table that is about it."""
    for entry in ARGUED:
        about = entry["kind"] == mutant.kind and entry["path"] in (mutant.pattern, "*")
        if about and name in entry.get("examples", (name,)) and re.search(entry.get("change", ""), mutant.note):
            return entry
    return None


@dataclass(frozen=True)
class Trial:
    """What became of one change: its check, and what that found anew."""

    check: Check
    new: Sequence[Finding]

    @property
    def plan(self) -> Plan:
        return self.check.planned[0]

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        return self.check.assessed[0]


def tried(mutant: Mutant, before: Original) -> Trial:
    """The check of a change, no further than to the right finding."""
    check = Check(before.document, mutant.data)
    new: list[Finding] = []
    for stage in STAGES[mutant.kind]:
        new += [f for f in stage(check) if key_of(f) not in before.found]
        if is_noticed(mutant, new):
            break
    return Trial(check, new)


@pytest.mark.parametrize(("name", "kind"), [(n, k) for n in EXAMPLES for k in KINDS])
def test_a_change_of_a_spec_is_noticed_or_argued(name: str, kind: str) -> None:
    before = original(name)
    silent: list[str] = []
    used: list[Mapping[str, Any]] = []
    for mutant in mutants_of(name, kind):
        outcome = tried(mutant, before)
        if kind == "clause" and (held := passes_by_accident(mutant.where, outcome, before)):
            silent.append(f"{mutant}: {held} still pass")
        if is_noticed(mutant, outcome.new):
            continue
        entry = argument_of(mutant, name)
        if entry is None:
            silent.append(f"{mutant}: {sorted({spoken(f) for f in outcome.new})}")
            continue
        used.append(entry)
        if not is_seen_elsewhere(entry["noticed_by"], mutant, outcome, before):
            silent.append(f"{mutant}: argued, but not noticed by {entry['noticed_by']}")
    assert not silent, "\n".join(silent)
    idle = [e for e in ARGUED if e["kind"] == kind and e["seen_in"] == name and not any(e is u for u in used)]
    assert not idle, "argued without need: " + "; ".join(f"{e['kind']} {e['path']}" for e in idle)


def is_seen_elsewhere(ways: Sequence[str], mutant: Mutant, outcome: Trial, before: Original) -> bool:
    """Whether a change that no warning names is seen in one of the ways that its argument gives: by an advice, by nobody for good
    reason (WITHOUT_TEXT), or in the Word file at one of the clauses or annexes that are named."""
    advice = {spoken(f) for f in outcome.new if f.severity is Severity.ADVICE}
    if any(way in advice for way in ways) or ("nobody" in ways and matters_to_nobody(outcome, before)):
        return True
    if mutant.kind == "clause" and is_excused(ways, mutant, outcome, before):
        return True
    places = [way for way in ways if "/" in way or way.startswith("annex:")]
    return bool(places) and differs_at(places, outcome, before)


def differs_at(places: Sequence[str], outcome: Trial, before: Original) -> bool:
    """Whether the agreement of the example, held against the spec with the change, differs at one of these clauses or annexes."""
    manifest, text = differing(outcome, before)
    differences = [d for d in compare(manifest, text) if d.state != INTACT]
    found = {f.place.path for f in findings_of(differences, "a.docx") if f.severity >= Severity.WARNING}
    for place in places:
        labels = {where_of(e, names_of(manifest)) for e in manifest["paragraphs"] if e["clause"] == place}
        heads = {re.sub(r"^(\w+ \d+).*", r"\1", label) for label in labels}
        if any(is_at(path, head) for path in found for head in heads):
            return True
        # What the changed spec has no more stands in the file as text that nobody knows.
        words = {normalise(e["text"]) for e in before.manifest["paragraphs"] if e["clause"] == place}
        if any(d.state == ADDED and normalise(mask_private(d.new)) in words for d in differences):
            return True
    return False


def differing(outcome: Trial, before: Original) -> tuple[Mapping[str, Any], WordText]:
    """What the changed spec asks for and the file of the example has, without the paragraphs that are the same in both (they are
    intact and only cost time) but for the one before each difference, which tells where it is."""
    agreement, _ = assemble(outcome.plan, before.manifest["language"])
    asked = [entry for entry in _entries(agreement) if entry["anchor"]]
    same = {as_value(e) for e in asked} & {as_value(e) for e in before.manifest["paragraphs"]}
    kept: set[str] = set()
    for entries in (asked, before.manifest["paragraphs"]):
        for earlier, entry in pairwise((entries[0], *entries)):
            if as_value(entry) not in same:
                kept |= {earlier["anchor"], entry["anchor"]}
    articles = [{"number": article.number, "label": article.label} for article in agreement.articles]
    manifest = {"paragraphs": [e for e in asked if e["anchor"] in kept], "articles": articles, "frame": []}
    return manifest, WordText(tuple(p for p in before.text.paragraphs if p.bookmarks[0].name in kept))


def as_value(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(entry["refs"]) + tuple(value for key, value in sorted(entry.items()) if key != "refs")


def passes_by_accident(clause: str, outcome: Trial, before: Original) -> list[str]:
    """The obligations that the clause alone stated, and that are held for stated without it."""
    others = {o for planned in outcome.plan.clauses for o in planned.clause.fulfils}
    lost = [o for o in SHELF.library.clauses[clause].fulfils if o not in others]
    return [
        o for o in lost if before.verdicts[o].outcome is Outcome.PASS and outcome.verdicts[o].outcome is Outcome.PASS
    ]


def matters_to_nobody(outcome: Trial, before: Original) -> bool:
    """Not a word of the agreement depends on it, and no verdict but of an obligation that is asked for now and met."""
    manifest, text = differing(outcome, before)
    verdicts = ((before.verdicts[o].outcome, v.outcome) for o, v in outcome.verdicts.items())
    harmless = all(old is new or (old, new) == (Outcome.NOT_APPLICABLE, Outcome.PASS) for old, new in verdicts)
    return harmless and not manifest["paragraphs"] and not text.paragraphs


def is_excused(ways: Sequence[str], mutant: Mutant, outcome: Trial, before: Original) -> bool:
    """Whether nothing is lost with a clause: an obligation that it states is reported as advice, or each of them is one that this
    kind leaves to the drafter (matrix), that another clause states (neighbour) or that is not asked for here (unasked)."""
    stated = SHELF.library.clauses[mutant.where].fulfils
    if "advice" in ways and any(f.obligation in stated and f.code == "PPP301" for f in outcome.new):
        return True
    kind = SHELF.law.kinds[str(mutant.data["kind"])]
    excuses = {
        "matrix": {o for o in stated if relevance(kind, o) in ("optional", "not-used")},
        "neighbour": {o for o in stated if outcome.verdicts[o].outcome is Outcome.PASS},
        "unasked": {o for o in stated if before.verdicts[o].outcome is Outcome.NOT_APPLICABLE},
    }
    return bool(stated) and set(stated) <= {o for way in ways for o in excuses.get(way, ())}


WITHOUT_TEXT = ("advice", "nobody", "matrix", "neighbour", "unasked")


def test_the_tables_are_about_what_is_there() -> None:
    clauses, annexes = (
        SHELF.library.clauses,
        {e["clause"] for n in EXAMPLES for e in original(n).manifest["paragraphs"]},
    )
    for entry in ARGUED:
        assert entry["kind"] in KINDS and len(entry["reason"]) > 20
        assert entry["seen_in"] in EXAMPLES and set(entry.get("examples", ())) <= set(EXAMPLES)
        for way in entry["noticed_by"]:
            assert way in WITHOUT_TEXT or way in clauses or way in annexes or way.startswith("PPP"), way
    assert set(NOTICED) <= set(KINDS)


# ------------------------------------------------------------------------------------ every change of a Word file


WORDING = load(ROOT / "clauses" / "wording.yaml")
WEAK = {"fr": "peut", "nl": "kan", "de": "kann", "en": "may"}
NOT = {
    "fr": ("ne", "n’", "n'", "pas", "aucun", "aucune", "jamais", "sans"),
    "nl": ("niet", "geen", "nooit", "zonder"),
    "de": ("nicht", "kein", "keine", "keinen", "keiner", "ohne", "nie"),
    "en": ("not", "no", "never", "without", "cannot"),
}


@cache
def others_of(language: str) -> Mapping[str, str]:
    """Months, number words and units of a language, each with another one of its sort."""
    words = WORDING[language]
    months = [name for _, name in sorted(get_month_names("wide", locale=language).items())]
    sorts = (months, list(words["numbers"]), list(words["units"]))
    return {word: sort[(i + 1) % len(sort)] for sort in sorts for i, word in enumerate(sort)}


@cache
def patterns_of(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What is altered in the words of a language: words that have another one, duties, negations."""
    gap = r"\b[^.;:…]{1,80}?\b"
    duties = (gap.join(re.escape(part.strip()) for part in duty.split("…")) for duty in WORDING[language]["duty"])
    longest = sorted((re.sub(r"(?:’|')", "[’']", duty) for duty in duties), key=len, reverse=True)
    return (
        re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(others_of(language), key=len, reverse=True)))})\b"),
        re.compile(rf"\b(?:{'|'.join(longest)})(?!\w)"),
        re.compile(rf"\b(?:{'|'.join(NOT[language])})(?!\w)"),
    )


def alterations(bare: str, language: str, names: Mapping[str, str], annex: str) -> Iterator[str]:
    """A text with one thing altered, for each thing in it: a digit changed, put before or taken out of every figure; every month,
    number word and unit another; every duty weaker; every negation gone; every party another; every percent and euro."""
    for figure in re.finditer(r"[0-9]+", bare):
        run, start, end = figure[0], figure.start(), figure.end()
        for other in (run[:-1] + str((int(run[-1]) + 1) % 10), (annex or "1") + run, run[1:]):
            yield bare[:start] + other + bare[end:]
    words, duties, negations = patterns_of(language)
    for pattern, new in (
        (words, lambda m: others_of(language)[m[0]]),
        (duties, lambda m: WEAK[language]),
        (negations, lambda m: ""),
        (re.compile(r"%"), lambda m: "‰"),
        (re.compile(r"€"), lambda m: "$"),
        *((re.compile(re.escape(name)), lambda m, other=other: other) for name, other in names.items()),
    ):
        for match in pattern.finditer(bare):
            yield bare[: match.start()] + new(match) + bare[match.end() :]


def names_said(plan: Plan, language: str) -> Mapping[str, str]:
    """The names of the parties as the agreement says them, full and short, each with that of the next party."""
    parties = plan.spec.data["parties"]
    out: dict[str, str] = {}
    for key in ("name", "short_name"):
        names = [text_in(party.get(key) or party["name"], language, LANGUAGES) for party in parties]
        out |= {name: names[(i + 1) % len(names)] for i, name in enumerate(names)}
    return dict(sorted(out.items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=2)
def in_word(name: str, language: str) -> tuple[Plan, Mapping[str, Any], Raw]:
    plan = original(name).plan
    return (plan, *papers(plan, language))


def part_of(manifest: Mapping[str, Any], anchors: set[str]) -> Mapping[str, Any]:
    return {**manifest, "paragraphs": [e for e in manifest["paragraphs"] if e["anchor"] in anchors]}


def annex_of(entry: Mapping[str, Any]) -> str:
    """The number of the annex that a paragraph stands in: put before an amount, it must not pass for a number typed as text."""
    return re.sub(r"\D", "", entry["label"]) if entry["part"] == "annex" else ""


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_every_altered_word_and_figure_is_named(name: str, language: str) -> None:
    """Each round alters one thing in every paragraph that still has one; the first is of the whole file, the others of the
    paragraphs concerned, for what is said of one does not depend on the others."""
    plan, manifest, raw = in_word(name, language)
    names, labels = names_said(plan, language), names_of(manifest)
    left = {
        entry["anchor"]: list(
            dict.fromkeys(
                other
                for other in alterations(raw[entry["anchor"]][0], language, names, annex_of(entry))
                if other.strip()
            )
        )
        for entry in manifest["paragraphs"]
    }
    count, whole = 0, True
    while any(left.values()):
        now = {anchor: several.pop() for anchor, several in left.items() if several}
        part = manifest if whole else part_of(manifest, set(now))
        pieces = (
            paragraph_in_word(e, now.get(e["anchor"], raw[e["anchor"]][0]), raw[e["anchor"]][1])
            for e in part["paragraphs"]
        )
        found = compare(part, WordText(tuple(pieces)))
        for entry, difference in zip(part["paragraphs"], found, strict=True):
            altered_here = entry["anchor"] in now and normalise(now[entry["anchor"]]) != normalise(
                raw[entry["anchor"]][0]
            )
            assert difference.state == (CHANGED if altered_here else INTACT), (difference, now.get(entry["anchor"]))
            count += altered_here
        named = findings_of(found, "a.docx")
        concerned = [(e, d) for e, d in zip(part["paragraphs"], found, strict=True) if d.state == CHANGED]
        assert [(f.code, f.place.path) for f in named] == [
            ("PPP612" if e["part"] == "annex" else "PPP605", where_of(e, labels)) for e, _ in concerned
        ]
        whole = False
    assert count > 100


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_every_deleted_paragraph_is_named(name: str, language: str) -> None:
    """Every fifth paragraph is deleted, five times, so that the neighbours of each stand once without it."""
    _, manifest, raw = in_word(name, language)
    entries = manifest["paragraphs"]
    for turn in range(5):
        gone = {e["anchor"] for i, e in enumerate(entries) if i % 5 == turn}
        kept = (paragraph_in_word(e, *raw[e["anchor"]]) for e in entries if e["anchor"] not in gone)
        found = compare(manifest, WordText(tuple(kept)))
        for entry, difference in zip(entries, found, strict=True):
            said = bool(str(entry["text"]).strip())  # nobody misses a cell with nothing in it
            assert difference.state == (GONE if entry["anchor"] in gone and said else INTACT), difference
        places = {f.place.path for f in findings_of(found, "a.docx") if f.code == "PPP606"}
        for difference in found:
            if difference.state == GONE:
                assert any(is_at(difference.where, place) for place in places), difference


def cells_of(manifest: Mapping[str, Any]) -> Mapping[tuple[str, str], Mapping[tuple[int, int], int]]:
    """The cells of each table: (annex, table) -> (row, column) -> position among the paragraphs. The head is no row."""
    out: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
    for position, entry in enumerate(manifest["paragraphs"]):
        cell = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", entry["block"]) if entry["part"] == "annex" else None
        if cell and cell[2] != "0":
            out.setdefault((entry["clause"], cell[1]), {})[int(cell[2]), int(cell[3])] = position
    return out


def errors_at(found: Sequence[Difference], place: str) -> set[str]:
    return {f.code for f in findings_of(found, "a.docx") if f.severity is Severity.ERROR and is_at(f.place.path, place)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_exchange_of_cells_is_named(name: str) -> None:
    """Two cells of a column change places with their bookmarks, as cut and paste does it: who pays and what is due are others."""
    language = str(example(name).data["languages"][0])
    _, manifest, raw = in_word(name, language)
    entries = manifest["paragraphs"]
    pieces = [paragraph_in_word(e, *raw[e["anchor"]]) for e in entries]
    tables = cells_of(manifest)
    pairs = [
        (cells[row, column], cells[row + 1, column])
        for cells in tables.values()
        for row, column in cells
        if max(column for _, column in cells) > 1  # of one column the whole row would move
        if (row + 1, column) in cells and entries[cells[row, column]]["text"] != entries[cells[row + 1, column]]["text"]
    ]
    for one, other in pairs:
        moved = list(pieces)
        moved[one], moved[other] = pieces[other], pieces[one]
        near = slice(max(0, one - 12), other + 12)  # the tables around tell as much as the whole file
        found = compare(part_of(manifest, {e["anchor"] for e in entries[near]}), WordText(tuple(moved[near])))
        assert errors_at(found, entries[one]["label"]) & {"PPP625", "PPP612"}, (entries[one], entries[other])
    # The same words without the bookmarks: each cell is changed where it stands.
    for one, other in pairs[:20]:
        swapped = {one: other, other: one}
        words = [
            paragraph_in_word(e, *raw[entries[swapped.get(i, i)]["anchor"]]) if not e["refs"] else pieces[i]
            for i, e in enumerate(entries)
        ]
        found = compare(manifest, WordText(tuple(words)))
        assert "PPP612" in errors_at(found, entries[one]["label"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_copied_row_is_named(name: str) -> None:
    """A row that is copied is another instalment, another task, another report."""
    language = str(example(name).data["languages"][0])
    _, manifest, raw = in_word(name, language)
    entries = manifest["paragraphs"]
    for (annex, _), cells in cells_of(manifest).items():
        for row in sorted({row for row, _ in cells}):
            own = [position for (r, _), position in sorted(cells.items()) if r == row]
            for marked in (False, True):
                pieces = [paragraph_in_word(e, *raw[e["anchor"]]) for e in entries]
                copy = [paragraph_in_word(entries[p], *raw[entries[p]["anchor"]], marked) for p in own]
                pieces[own[-1] + 1 : own[-1] + 1] = copy
                near = slice(own[0], own[-1] + 1 + len(own))
                part = part_of(manifest, {entries[p]["anchor"] for p in own})
                found = findings_of(compare(part, WordText(tuple(pieces[near]))), "a.docx")
                said = {(f.code, f.severity, f.place.path) for f in found}
                assert said == {("PPP608", Severity.ERROR, entries[own[0]]["label"])}, (annex, row)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_exchange_between_parties_is_named(name: str) -> None:
    """An account, a role, a number among the mentions of another party, bookmarks and all: nothing is missing, and all is wrong."""
    language = str(example(name).data["languages"][0])
    _, manifest, raw = in_word(name, language)
    entries = manifest["paragraphs"]
    pieces = [paragraph_in_word(e, *raw[e["anchor"]]) for e in entries]
    by_clause: dict[tuple[str, str, str], list[int]] = {}
    for position, entry in enumerate(entries):
        if entry["part"] in ("party", "signature"):
            by_clause.setdefault((entry["part"], entry["clause"], entry["block"]), []).append(position)
    for (_, clause, _), positions in by_clause.items():
        for one, other in pairwise(positions):
            if entries[one]["text"] == entries[other]["text"] or other == one + 1:
                continue
            moved = list(pieces)
            moved[one], moved[other] = pieces[other], pieces[one]
            found = compare(manifest, WordText(tuple(moved)))
            assert {d.state for d in found} <= {INTACT, MISPLACED, "moved"}
            assert errors_at(found, clause) == {CODES[MISPLACED]}, (entries[one]["text"], entries[other]["text"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_altered_figure_is_named_without_any_bookmark(name: str) -> None:
    """Who copies the whole text into a new file loses every bookmark; an altered figure is named all the same, one at a time."""
    language = str(example(name).data["languages"][0])
    _, manifest, raw = in_word(name, language)
    entries = manifest["paragraphs"]
    pieces = [paragraph_in_word(e, *raw[e["anchor"]], False) for e in entries]
    assert {d.state for d in compare(manifest, WordText(tuple(pieces)))} == {INTACT}
    figured = [i for i, e in enumerate(entries) if re.search(r"[0-9]", raw[e["anchor"]][0])]
    for position in figured[:: max(1, len(figured) // 15)]:
        entry = entries[position]
        bare, words = raw[entry["anchor"]]
        other = next(alterations(bare, language, {}, annex_of(entry)))
        changed = [*pieces[:position], paragraph_in_word(entry, other, words, False), *pieces[position + 1 :]]
        head = re.sub(r"^(\w+ \d+).*", r"\1", where_of(entry, names_of(manifest)))
        assert errors_at(compare(manifest, WordText(tuple(changed))), head), (entry["text"], other)
