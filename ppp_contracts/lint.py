"""The library and the law in, findings out: the shipped content is checked like a user's.

Each rule is a small generator in `RULES`; it sees the loaded shelf and says what is wrong, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path as FilePath
from typing import Any

from .approval import stale_approvals
from .assembly import DEFINITIONS, SLOT_TYPES
from .codes import find
from .compliance import CHECK_KINDS
from .conditions import facts_in
from .files import Reading
from .l10n import typeset
from .law import group_of, load_law, relevance, takes
from .library import fulfils_of, load_library
from .markup import ANNEXES, term_pattern, words_of
from .model import LANGUAGES, Block, Clause, Finding, Law, Library, Place, Severity, Text
from .paths import parse_path
from .plan import make_plan
from .schema import load_schema, nearest
from .spec import make_spec, read_spec
from .wording import check_wording
from .workspace import Workspace

REQUIRED_LANGUAGES = LANGUAGES
MAX_WORDS = 45
ASKED = ("required", "conditional")


def lint(root: FilePath, workspace: Workspace | None = None) -> tuple[tuple[Finding, ...], Mapping[str, str]]:
    """Everything that is wrong with the clauses, terms, labels and law below a data root, with the overlay of a workspace on
    them, and the texts for excerpts."""
    reading = Reading(root, workspace.overlay if workspace else None).strictly()
    law, law_findings = load_law(reading)
    library, library_findings = load_library(reading, workspace.forbids if workspace else None)
    found = [*law_findings, *library_findings]
    for rule in RULES:
        found.extend(rule(library, law))
    found.extend(check_wording(library, law, _wording(reading)))
    found.extend(_strays(reading, library))
    found.extend(_unselected(library, law, examples(root)))
    found.extend(stale_approvals(library))
    if workspace:
        found.extend(_lost_claims(library, root))
    found.extend(reading.findings)
    sources = {reading.shown(name): reading.source(name) for name in reading.names}
    return tuple(
        dict.fromkeys(sorted(found, key=lambda f: (f.place.file, f.place.line, f.place.column, f.code)))
    ), sources


def _wording(reading: Reading) -> dict[str, Any]:
    """The wording file; what an overlay says of a language is added to ours, list by list."""
    merged: dict[str, Any] = {}
    for layer in reading.layers("clauses/wording.yaml", "wording"):
        for language, words in layer.items():
            if not isinstance(words, Mapping):
                merged.setdefault(language, words)
                continue
            known = merged.setdefault(language, {})
            for name, value in words.items():
                known[name] = [*known.get(name, ()), *value] if name != "quotes" else value
    return merged


def examples(root: FilePath) -> list[FilePath]:
    """The example specs beside the clauses."""
    return sorted((root / "examples").glob("*.yaml"))


def fix_typography(root: FilePath) -> list[str]:
    """Sets apostrophes and no-break spaces in the `.md` files of the clauses; gives the names of the files changed."""
    changed = []
    for file in sorted((root / "clauses").rglob("*.md")):
        language = file.name.split(".")[0]
        before = file.read_text(encoding="utf-8")
        after = _typeset_source(before, language)
        if after != before:
            file.write_text(after, encoding="utf-8")
            changed.append(str(file))
    return changed


_MARKS = re.compile(r"(\{\{.*?\}\}|\[(?:clause|annex):[^\]]*\])")


def _typeset_source(text: str, language: str) -> str:
    """Typography over the words of a source, marks left alone. A mark counts as a word: the space before `;` after a
    slot is a no-break space too."""
    marks: list[str] = []

    def hide(match: re.Match[str]) -> str:
        marks.append(match[0])
        return f"X\N{OBJECT REPLACEMENT CHARACTER}{len(marks) - 1}X"

    hidden = _MARKS.sub(hide, text)
    lines = [typeset(line, language) if line.strip() else line for line in hidden.split("\n")]
    return re.sub("X\N{OBJECT REPLACEMENT CHARACTER}([0-9]+)X", lambda m: marks[int(m[1])], "\n".join(lines))


# ---------------------------------------------------------------------------------------------- rules


def _texts(library: Library) -> Iterator[tuple[Clause, str, str, Text]]:
    for clause in library.clauses.values():
        for (alternative, language), text in clause.texts.items():
            yield clause, alternative, language, text


def _languages(library: Library, law: Law) -> Iterator[Finding]:
    for clause in library.clauses.values():
        for alternative in ("", *clause.alternatives):
            for language in REQUIRED_LANGUAGES:
                if (alternative, language) not in clause.texts:
                    code = "PPP419" if alternative else "PPP418"
                    yield find(code, Place(clause.file), clause=clause.id, language=language, alternative=alternative)


def _pairs(library: Library) -> Iterator[tuple[Clause, Text, Text, str]]:
    """The texts of a clause against its first language, alternative by alternative."""
    for clause in library.clauses.values():
        for alternative in ("", *clause.alternatives):
            texts = [(lang, t) for (alt, lang), t in clause.texts.items() if alt == alternative]
            for language, text in texts[1:]:
                yield clause, texts[0][1], text, language


def _outline(library: Library, law: Law) -> Iterator[Finding]:
    for clause, base, text, _ in _pairs(library):
        names, others = [b.name for b in base.blocks], [b.name for b in text.blocks]
        if names != others:
            odd = next((b for b in (*others, *names) if (b in names) != (b in others)), "?")
            yield find("PPP403", Place(text.file), clause=clause.id, block=odd)


def _marks(block: Block, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    return sorted((i.kind, i.value) for i in block.inlines if i.kind in kinds)


def _parity(library: Library, law: Law) -> Iterator[Finding]:
    for clause, base, text, _ in _pairs(library):
        blocks = {b.name: b for b in base.blocks}
        for block in text.blocks:
            other = blocks.get(block.name)
            if other is None:
                continue
            for code, kinds in (("PPP404", ("slot",)), ("PPP406", ("clause", "annex"))):
                if _marks(block, kinds) != _marks(other, kinds):
                    odd = set(_marks(block, kinds)) ^ set(_marks(other, kinds))
                    names = ", ".join(sorted(value for _, value in odd)) or "×2"
                    yield find(code, Place(text.file, block.line, 1), clause=clause.id, names=names)


def _slots(library: Library, law: Law) -> Iterator[Finding]:
    for clause in library.clauses.values():
        used: set[str] = set()
        for text in clause.texts.values():
            for block in text.blocks:
                for inline in block.inlines:
                    if inline.kind == "slot":
                        used.add(inline.value)
                        if inline.value not in clause.slots:
                            yield find("PPP405", Place(text.file, block.line, 1), clause=clause.id, slot=inline.value)
        for name in clause.slots.keys() - used:
            yield find("PPP407", Place(clause.file), clause=clause.id, slot=name)


def _references(library: Library, law: Law) -> Iterator[Finding]:
    for _, _, _, text in _texts(library):
        for block in text.blocks:
            for inline in block.inlines:
                known: Any = {"clause": library.clauses, "annex": ANNEXES}.get(inline.kind)
                if known is not None and inline.value not in known:
                    yield find(
                        "PPP408",
                        Place(text.file, block.line, 1),
                        target=inline.value,
                        nearest=nearest(inline.value, known),
                    )
    for clause in library.clauses.values():
        for other in (*clause.requires, *clause.excludes):
            if other not in library.clauses:
                yield find("PPP408", Place(clause.file), target=other, nearest=nearest(other, library.clauses))


def _fulfils(library: Library, law: Law) -> Iterator[Finding]:
    for clause in library.clauses.values():
        for alternative in ("", *clause.alternatives):
            text = next((t for (alt, _), t in clause.texts.items() if alt == alternative), None)
            names = {b.name for b in text.blocks} if text else set()
            for obligation, blocks in fulfils_of(clause, alternative).items():
                if obligation not in law.obligations:
                    yield find(
                        "PPP409", Place(clause.file), id=obligation, nearest=nearest(obligation, law.obligations)
                    )
                for block in blocks:
                    if text and block not in names:
                        yield find("PPP410", Place(clause.file), id=obligation, block=block)


def _unstated(library: Library, law: Law) -> Iterator[Finding]:
    claimed = {o for c in library.clauses.values() for o in c.fulfils}
    for obligation in law.obligations.values():
        if "stated" in _check_kinds(obligation.check) and obligation.id not in claimed:
            yield find("PPP416", Place(obligation.file), id=obligation.id)


def _check_kinds(check: Mapping[str, Any]) -> set[str]:
    return {check["kind"], *(kind for part in check.get("checks", ()) for kind in _check_kinds(part))}


def _same_blocks(library: Library, law: Law) -> Iterator[Finding]:
    rests: dict[str, set[tuple[str, str]]] = {}
    for clause in library.clauses.values():
        for obligation, blocks in clause.fulfils.items():
            rests.setdefault(obligation, set()).update((clause.id, b) for b in blocks)
    for one, other in combinations(sorted(rests), 2):
        if rests[one] == rests[other]:
            clause = library.clauses[next(iter(rests[one]))[0]]
            yield find("PPP417", Place(clause.file), one=one, other=other)


def _conditions(library: Library, law: Law) -> Iterator[Finding]:
    """Named conditions, fact paths, parameters and check kinds that do not exist."""
    used: list[tuple[str, Any]] = [(c.file, c.when) for c in library.clauses.values()]
    used += [("law/conditions.yaml", c) for c in law.conditions.values()]
    for obligation in law.obligations.values():
        used.append((obligation.file, obligation.applies_when))
        used += [(obligation.file, when) for when, _ in obligation.severity]
        used += [(obligation.file, condition) for condition in _held(obligation.check)]
        for kind in _check_kinds(obligation.check):
            if kind not in CHECK_KINDS:
                yield find("PPP411", Place(obligation.file), name=kind)
    for file, condition in used:
        for name in _names_in(condition):
            if name not in law.conditions:
                yield find("PPP411", Place(file), name=name)
        for path, _ in facts_in(condition, law.conditions):
            if not fact_exists(path):
                yield find("PPP412", Place(file), path=path)
        for name in _parameters_in(condition):
            if name not in law.parameters:
                yield find("PPP411", Place(file), name=name)


def _held(check: Mapping[str, Any]) -> Iterator[Any]:
    if "holds" in check:
        yield check["holds"]
    for part in check.get("checks", ()):
        yield from _held(part)


def _names_in(condition: Any) -> Iterator[str]:
    if isinstance(condition, Mapping):
        for key, value in condition.items():
            if key == "condition":
                yield value
            else:
                yield from _names_in(value)
    elif isinstance(condition, list):
        for part in condition:
            yield from _names_in(part)


def _parameters_in(condition: Any) -> Iterator[str]:
    if isinstance(condition, Mapping):
        for key, value in condition.items():
            if key == "parameter":
                yield value
            else:
                yield from _parameters_in(value)
    elif isinstance(condition, list):
        for part in condition:
            yield from _parameters_in(part)


def _slot_bindings(library: Library, law: Law) -> Iterator[Finding]:
    for clause in library.clauses.values():
        for slot in clause.slots.values():
            if slot.path and not fact_exists(slot.path):
                yield find("PPP412", Place(clause.file), path=slot.path)
            if slot.parameter and slot.parameter not in law.parameters:
                yield find("PPP411", Place(clause.file), name=slot.parameter)
            if slot.type not in SLOT_TYPES:
                yield find("PPP411", Place(clause.file), name=slot.type)
            if slot.table and slot.table not in library.labels:
                yield find("PPP411", Place(clause.file), name=slot.table)


DERIVED = (
    "duration_months",
    "party_count",
    "private_side_count",
    "total_budget",
    "total_contributions",
    "language_count",
    "grant_total",
)


def fact_exists(path: str) -> bool:
    """Whether the spec schema knows a fact path (`derived.…`, `party.…` and `signatory.…` included)."""
    steps = parse_path(path)
    if steps[0][0] == "derived":
        return len(steps) > 1 and steps[1][0] in DERIVED
    root = load_schema("spec")
    if steps[0][0] == "party":
        return _known(_item(root, "parties"), steps[1:], root)
    if steps[0][0] == "signatory":
        return _known(_property(_item(root, "parties"), "signatories", root).get("items", {}), steps[1:], root)
    return _known(root, steps, root)


def _item(root: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    items: Mapping[str, Any] = _resolve(_property(root, name, root), root).get("items", {})
    return items


def _resolve(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        node: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        schema = node
    return schema


def _property(schema: Mapping[str, Any], name: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = _resolve(schema, root).get("properties", {}).get(name)
    return _resolve(found, root) if isinstance(found, Mapping) else {}


def _known(schema: Mapping[str, Any], steps: Any, root: Mapping[str, Any]) -> bool:
    for key, selector in steps:
        schema = _property(schema, key, root)
        if not schema:
            return False
        if selector is not None:
            schema = _resolve(schema.get("items", {}), root)
    return True


def _terms(library: Library, law: Law) -> Iterator[Finding]:
    """The same defined terms in the same block of every language; a label that is written in each language."""
    languages = {language for clause in library.clauses.values() for _, language in clause.texts}
    forms = {
        language: {key: term.forms.get(language, ()) for key, term in library.terms.items()} for language in languages
    }
    patterns = {language: term_pattern(group) for language, group in forms.items()}
    keys = {language: {f: k for k, group in forms[language].items() for f in group} for language in forms}

    def used(block: Block, language: str) -> set[str]:
        return {keys[language][m[0]] for m in patterns[language].finditer(words_of(block))}

    for clause, base, text, language in _pairs(library):
        first = next(lang for (_, lang), t in clause.texts.items() if t is base)
        by_name = {b.name: b for b in text.blocks}
        for block in base.blocks if clause.id != DEFINITIONS else ():
            other = by_name.get(block.name)
            odd = used(block, first) ^ used(other, language) if other else set()
            if other and odd:
                place = Place(text.file, other.line, 1)
                yield find("PPP413", place, clause=clause.id, block=block.name, terms=", ".join(sorted(odd)))
    everywhere = {k for c, _, lang, t in _texts(library) if lang in forms for b in t.blocks for k in used(b, lang)}
    defined = {
        k
        for t in library.terms.values()
        for lang in forms
        for k in _terms_in(t.definitions.get(lang, ()), patterns[lang], keys[lang])
    }
    for key, term in library.terms.items():
        if key not in everywhere | defined | set(library.labels.get("role", {})):  # a role is used by a party
            yield find("PPP425", Place(term.file), key=key)


def _terms_in(inlines: Any, pattern: re.Pattern[str], keys: Mapping[str, str]) -> set[str]:
    return {keys[m[0]] for i in inlines if i.kind == "text" for m in pattern.finditer(i.value)}


def _typography(library: Library, law: Law) -> Iterator[Finding]:
    for clause, _, language, text in _texts(library):
        for block in text.blocks:
            words = "".join("X" if i.kind != "text" else i.value for i in block.inlines)
            if typeset(words, language) != words or "  " in words:
                yield find("PPP414", Place(text.file, block.line, 1), clause=clause.id, block=block.name)


def _sentences(library: Library, law: Law) -> Iterator[Finding]:
    for clause, _, _, text in _texts(library):
        for block in text.blocks:
            for sentence in re.split(r"(?<=[.;:])\s", words_of(block)):
                if len(sentence.split()) > MAX_WORDS:
                    yield find(
                        "PPP415",
                        Place(text.file, block.line, 1),
                        clause=clause.id,
                        block=block.name,
                        count=len(sentence.split()),
                        limit=MAX_WORDS,
                    )


_NUMBER = r"\s+((?:[IVXL]+\.)?\d[\w./:()]*)"
_ARTICLES = {
    "fr": re.compile(r"\barticles?" + _NUMBER, re.IGNORECASE),
    "nl": re.compile(r"\bartikel(?:en)?" + _NUMBER, re.IGNORECASE),
    "de": re.compile(r"\bArtikeln?" + _NUMBER, re.IGNORECASE),
    "en": re.compile(r"\barticles?" + _NUMBER, re.IGNORECASE),
}


def _cites(library: Library, law: Law) -> Iterator[Finding]:
    """An article named in prose is declared in `cites`, and what is declared is an article that the law files verified."""
    verified = {
        (b.instrument, b.article) for o in law.obligations.values() for b in o.basis if b.certainty in ("V", "V2")
    }
    articles = {(i, part) for i, a in verified for part in re.split(r"[\s,;–-]+", a)} | verified
    for clause in library.clauses.values():
        for instrument, article in clause.cites:
            if instrument not in law.instruments:
                yield find("PPP421", Place(clause.file), article=article, instrument=instrument)
            elif article and not any(i == instrument and (a == article or article in a) for i, a in articles):
                yield find("PPP422", Place(clause.file), article=article, instrument=instrument)
        declared = " ".join(article for _, article in clause.cites)
        for (_, language), text in clause.texts.items():
            for block in text.blocks:
                for match in _ARTICLES[language].finditer(words_of(block)) if language in _ARTICLES else ():
                    number = match[1].rstrip(".,;:)")
                    if re.split(r"[(§]", number)[0] not in declared:
                        yield find("PPP421", Place(text.file, block.line, 1), article=number, instrument="?")


def _bases(library: Library, law: Law) -> Iterator[Finding]:
    """K names the instrument without an article, D is never cited; every instrument is known."""
    for obligation in law.obligations.values():
        for basis in obligation.basis:
            if basis.instrument not in law.instruments:
                yield find("PPP421", Place(obligation.file), article=basis.article, instrument=basis.instrument)
            if basis.certainty in ("K", "D") and basis.article:
                yield find(
                    "PPP426", Place(obligation.file), id=obligation.id, article=basis.article, certainty=basis.certainty
                )
        for demand in obligation.demand:
            if demand not in law.demands:
                yield find("PPP411", Place(obligation.file), name=demand)


def _twice(library: Library, law: Law) -> Iterator[Finding]:
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for clause, alternative, language, text in _texts(library):
        if clause.place in ("party", "signature") or alternative:
            continue
        for block in text.blocks:
            words = re.sub(r"\W+", " ", words_of(block)).strip().lower()
            if len(words) < 40:
                continue
            other = seen.setdefault((language, words), (clause.id, block.name))
            if other[0] != clause.id:
                yield find("PPP427", Place(text.file, block.line, 1), clause=clause.id, other=f"{other[0]}#{other[1]}")


def _orders(library: Library, law: Law) -> Iterator[Finding]:
    seen: dict[tuple[str, int], str] = {}
    for clause in library.clauses.values():
        other = seen.setdefault((clause.place, clause.order), clause.id)
        if other != clause.id:
            yield find("PPP428", Place(clause.file), clause=clause.id, other=other, order=clause.order)
        if not clause.provenance.get("sources"):
            yield find("PPP429", Place(clause.file), clause=clause.id)


def _playbooks(library: Library, law: Law) -> Iterator[Finding]:
    for clause in library.clauses.values():
        if clause.alternatives and not clause.playbook:
            yield find("PPP459", Place(clause.file), clause=clause.id)


def _circles(library: Library, law: Law) -> Iterator[Finding]:
    """Clauses that need or replace each other in a circle, and clauses that need what they exclude or replace."""
    for key, links in (("requires", _links(library, "requires")), ("replaces", _links(library, "replaces"))):
        for circle in _circles_in(links):
            yield find(
                "PPP455", Place(library.clauses[circle[0]].file), key=key, circle=" → ".join((*circle, circle[0]))
            )
    requires = _links(library, "requires")
    for clause in library.clauses.values():
        for chain in _chains(clause.id, requires):
            last = library.clauses[chain[-1]]
            against = {*clause.excludes, *clause.replaces}
            if last.id in against or clause.id in {*last.excludes, *last.replaces}:
                yield find("PPP456", Place(clause.file), clause=clause.id, set=" → ".join(chain))


def _links(library: Library, key: str) -> dict[str, tuple[str, ...]]:
    return {c.id: tuple(o for o in getattr(c, key) if o in library.clauses) for c in library.clauses.values()}


def _circles_in(links: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Each circle once, beginning with its first clause."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for start in links:
        for chain in _chains(start, links):
            if start in links[chain[-1]]:
                found.setdefault(frozenset(chain), chain)
                break
    return list(found.values())


def _chains(start: str, links: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The shortest chain to each clause that can be reached, the nearest first."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while waiting:
        chain = waiting.pop(0)
        for other in links[chain[-1]]:
            if other not in seen:
                seen.add(other)
                waiting.append((*chain, other))
                yield (*chain, other)


# What a slot may be filled from: the name of a definition of the spec schema, or a plain type of it.
_FITS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text", "string", "integer"}),
    "texts": frozenset({"text", "string"}),
    "party": frozenset({"partyId"}),
    "parties": frozenset({"partyId"}),
    "amount": frozenset({"amount"}),
    "date": frozenset({"date"}),
    "duration": frozenset({"duration"}),
    "percentage": frozenset({"percentage"}),
    "number": frozenset({"integer"}),
    "label": frozenset({"enum"}),
    "labels": frozenset({"enum"}),
    "address": frozenset({"address"}),
    "signatories": frozenset({"person", "object"}),
    "enterprise_number": frozenset({"string"}),
    "iban": frozenset({"string"}),
}


def _slot_types(library: Library, law: Law) -> Iterator[Finding]:
    for clause in library.clauses.values():
        for slot in clause.slots.values():
            actual = fact_type(slot.path) if slot.path else ""
            if actual and slot.type in _FITS and actual not in _FITS[slot.type]:
                yield find(
                    "PPP457",
                    Place(clause.file),
                    clause=clause.id,
                    slot=slot.name,
                    type=slot.type,
                    path=slot.path,
                    actual=actual,
                )


def fact_type(path: str) -> str:
    """What the spec schema says a fact is: the name of its definition (`amount`), `enum`, or its plain type; of a list what
    its items are; "" when the schema does not know it."""
    root = load_schema("spec")
    steps = parse_path(path)
    node: Any = root
    if steps[0][0] == "party":
        node, steps = _item(root, "parties"), steps[1:]
    elif steps[0][0] == "signatory":
        node, steps = _property(_item(root, "parties"), "signatories", root).get("items", {}), steps[1:]
    elif steps[0][0] == "derived":
        return ""
    for key, selector in steps:
        node = _resolve(node, root).get("properties", {}).get(key, {})
        if selector is not None:
            node = _resolve(node, root).get("items", {})
    while _resolve(node, root).get("type") == "array":
        node = _resolve(node, root).get("items", {})
    if "$ref" in node:
        return str(node["$ref"]).rsplit("/", 1)[-1]
    kind = node.get("type", "")
    return "enum" if "enum" in node else "/".join(kind) if isinstance(kind, list) else str(kind)


def _strays(reading: Reading, library: Library) -> Iterator[Finding]:
    """Files in a clause's folder that are neither a language of it nor of one of its alternatives."""
    for name in reading.names:
        folder, _, file = name.rpartition("/")
        clause = library.clauses.get(folder.removeprefix("clauses/")) if name.count("/") == 3 else None
        if clause is None or file in ("clause.yaml", "alternatives.yaml"):
            continue
        language, _, alternative = file.removesuffix(".md").partition(".")
        if not file.endswith(".md") or (alternative, language) not in clause.texts:
            yield find("PPP458", Place(reading.shown(name)), clause=clause.id, file=file)


def _unselected(library: Library, law: Law, specs: Iterable[FilePath]) -> Iterator[Finding]:
    """Shipped clauses that no example selects; where there are no examples there is nothing to say."""
    selected: set[str] = set()
    for file in specs:
        document, _ = read_spec(str(file))
        if document is not None:
            plan, _ = make_plan(make_spec(document), library, law)
            selected |= {planned.clause.id for planned in plan.clauses}
    for clause in library.clauses.values() if selected else ():
        if clause.id not in selected and "" not in clause.overlaid:
            yield find("PPP454", Place(clause.file), clause=clause.id)


def _lost_claims(library: Library, root: FilePath) -> Iterator[Finding]:
    """What a replaced clause stated and nothing in the sum of shipped clauses and overlay states any more."""
    shipped, _ = load_library(Reading(root))
    claimed = {obligation for clause in library.clauses.values() for obligation in clause.fulfils}
    for clause in library.clauses.values():
        before = shipped.clauses.get(clause.id)
        if before and "" in clause.overlaid:
            lost = sorted(before.fulfils.keys() - clause.fulfils.keys())
            if lost:
                yield find(
                    "PPP463",
                    Place(clause.file),
                    Severity.WARNING if set(lost) <= claimed else None,
                    clause=clause.id,
                    ids=", ".join(lost),
                )


def _contents(library: Library, law: Law) -> Iterator[Finding]:
    """A kind names clauses and obligations that exist, and takes a clause for all that its matrix asks by name or group."""
    place = Place("law/kinds.yaml")
    known = {
        *library.clauses,
        *(c.partition("/")[0] for c in library.clauses),
        *law.obligations,
        *map(group_of, law.obligations),
    }
    needs_text = [o.id for o in law.obligations.values() if "stated" in _check_kinds(o.check)]
    for name, kind in law.kinds.items():
        listed = kind.get("contents", {})
        for unknown in sorted((kind["takes"] | listed.keys()) - known):
            yield find("PPP411", place, name=unknown)
        stated = {o for c in library.clauses.values() if takes(kind, c.id) for o in c.fulfils}
        for obligation in needs_text:
            asked = {obligation, group_of(obligation)} & listed.keys() and relevance(kind, obligation) in ASKED
            if asked and obligation not in stated:
                yield find("PPP439", place, kind=name, id=obligation)


RULES: tuple[Callable[[Library, Law], Iterator[Finding]], ...] = (
    _languages,
    _outline,
    _parity,
    _slots,
    _slot_bindings,
    _references,
    _fulfils,
    _unstated,
    _same_blocks,
    _conditions,
    _terms,
    _typography,
    _sentences,
    _cites,
    _bases,
    _twice,
    _orders,
    _contents,
    _playbooks,
    _circles,
    _slot_types,
)
