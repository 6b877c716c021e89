"""The library and the law in, findings out: the shipped content is checked like a user's.

Each rule is a small generator in `RULES`; it sees the loaded shelf and says what is wrong, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, combinations_with_replacement
from pathlib import Path as FilePath
from typing import Any

from .approval import stale_approvals
from .assembly import DEFINITIONS, SLOT_TYPES
from .codes import CODES, find
from .compliance import CHECK_KINDS
from .conditions import facts_in, names_under
from .fact import fact_exists, fact_type
from .files import OVERLAY, Reading
from .l10n import typeset
from .law import group_of, load_law, relevance, takes
from .library import fulfils_of, load_library
from .markup import ANNEXES, term_pattern, words_of
from .model import LANGUAGES, Block, Clause, Finding, Law, Library, Obligation, Place, Severity, Slot, Text, Trap
from .paths import mapping
from .plan import make_plan
from .schema import nearest
from .spec import make_spec
from .wording import check_wording
from .workspace import Workspace
from .yamlio import read_yaml

REQUIRED_LANGUAGES = LANGUAGES
MAX_WORDS = 45
ASKED = ("required", "conditional")
UNPLANNABLE = ("PPP411", "PPP412", "PPP455")  # names, paths and circles with which no plan can be made


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
    found.extend(stale_approvals(library))
    if workspace:
        found.extend(_lost_claims(library, root))
    elif not any(finding.code in UNPLANNABLE for finding in found):
        found.extend(_unselected(library, law, examples(root)))
    found.extend(reading.findings)
    sources = {reading.shown(name): reading.source(name) for name in reading.names}
    return tuple(
        dict.fromkeys(sorted(found, key=lambda f: (f.place.file, f.place.line, f.place.column, f.code)))
    ), sources


def _wording(reading: Reading) -> dict[str, Any]:
    """The wording file; what an overlay says is added to ours, list by list, and its quotation marks take the place of ours."""
    merged: dict[str, Any] = {}
    for layer in reading.layers("clauses/wording.yaml", "wording"):
        merged["persons"] = [*merged.get("persons", ()), *layer.get("persons", ())]
        for language in LANGUAGES:
            for name, value in layer.get(language, {}).items():
                known = merged.setdefault(language, {})
                known[name] = [*known.get(name, ()), *value] if name != "quotes" else value
    return merged


def examples(root: FilePath) -> list[FilePath]:
    """The example specs beside the clauses."""
    return sorted((root / "examples").glob("*.yaml"))


def fix_typography(root: FilePath) -> list[str]:
    """Sets apostrophes and no-break spaces in the `.md` files of the clauses; gives the names of the files changed. A link
    is left alone: what it leads to may stand elsewhere."""
    changed = []
    for file in sorted(f for f in (root.resolve() / "clauses").rglob("*.md") if f.resolve() == f):
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
    for term in library.terms.values():
        named = {i.value for definition in term.definitions.values() for i in definition if i.kind == "slot"}
        for name in sorted(named - term.slots.keys()):
            yield find("PPP405", Place(term.file), clause=term.key, slot=name)
        for name in sorted(term.slots.keys() - named):
            yield find("PPP407", Place(term.file), clause=term.key, slot=name)
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
        for other in (*clause.requires, *clause.excludes, *clause.replaces):
            if other not in library.clauses and (other in clause.requires or other not in library.forbidden):
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
    return {part["kind"] for part in _checks(check)}


def _checks(check: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A check and those it is made of."""
    yield check
    for part in check.get("checks", ()):
        yield from _checks(part)


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
        used += [(obligation.file, check["holds"]) for check in _checks(obligation.check) if "holds" in check]
        for name in _unknown_in_check(obligation.check, library, law):
            yield find("PPP411", Place(obligation.file), name=name)
    used += [("law/frameworks.yaml", view.get("applies_when")) for view in law.frameworks.values()]
    for trap in law.traps.values():
        used += [(trap.file, trap.applies_when), *((trap.file, when) for when, _ in trap.severity)]
        used += [(trap.file, part["holds"]) for part in _parts(trap.found) if "holds" in part]
        yield from _unknown_in_trap(trap, law)
    circular = {name for circle in _circles_in(_condition_links(law)) for name in circle}
    sound = {name: condition for name, condition in law.conditions.items() if name not in circular}
    for file, condition in used:
        for name in names_under("condition", condition):
            if name not in law.conditions:
                yield find("PPP411", Place(file), name=name)
        for path, _ in facts_in(condition, sound):
            if not fact_exists(path):
                yield find("PPP412", Place(file), path=path)
        for name in names_under("parameter", condition):
            if name not in law.parameters:
                yield find("PPP411", Place(file), name=name)


def _unknown_in_check(check: Mapping[str, Any], library: Library, law: Law) -> Iterator[str]:
    """The kinds, clauses, slots and parameters of bounds that a check names and that do not exist."""
    for part in _checks(check):
        if part["kind"] not in CHECK_KINDS:
            yield part["kind"]
        clause = library.clauses.get(part.get("clause", ""))
        if "clause" in part and clause is None and part["clause"] not in library.forbidden:
            yield part["clause"]
        if clause and part["slot"] not in clause.slots:
            yield part["slot"]
        bounds = names_under("parameter", [part.get("at_least"), part.get("at_most")])
        yield from (name for name in bounds if name not in law.parameters)


def _every_slot(library: Library) -> Iterator[tuple[str, str, Slot]]:
    """Every slot of a clause or a term, with its owner and the owner's file."""
    yield from ((clause.id, clause.file, slot) for clause in library.clauses.values() for slot in clause.slots.values())
    yield from ((term.key, term.file, slot) for term in library.terms.values() for slot in term.slots.values())


def _slot_bindings(library: Library, law: Law) -> Iterator[Finding]:
    for _, file, slot in _every_slot(library):
        if slot.path and not fact_exists(slot.path):
            yield find("PPP412", Place(file), path=slot.path)
        if slot.parameter and slot.parameter not in law.parameters:
            yield find("PPP411", Place(file), name=slot.parameter)
        if slot.type not in SLOT_TYPES:
            yield find("PPP411", Place(file), name=slot.type)
        if slot.table and slot.table not in library.labels:
            yield find("PPP411", Place(file), name=slot.table)


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
        if k != t.key
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


_NUMBER = r"(?:[IVXL]+\.)?\d[\w./:()]*"
_AND = r"(?:,?\s§+\s?\d+\w*)*,?\s(?:et|à|en|tot en met|tot|und|bis|and|to)\s"  # «29, § 4, et 30»
_ARTICLES = {
    language: re.compile(rf"\b{word}\s+({_NUMBER}(?:{_AND}{_NUMBER})*)", re.IGNORECASE)
    for language, word in {"fr": "articles?", "nl": "artikel(?:en)?", "de": "artikel[ns]?", "en": "articles?"}.items()
}


def _articles_in(words: str, language: str) -> Iterator[str]:
    """The articles of law that a text names by number."""
    for match in _ARTICLES[language].finditer(words):
        yield from (n.rstrip(".,;:)") for n in re.findall(rf"(?<!§)(?<!§\s)\b{_NUMBER}", match[1]))


def _parts_of(article: str) -> set[str]:
    """An article as it is declared, and what it is made of: 28(3) and 28, 32-36 and 32 and 36."""
    parts = re.split(r"[\s,;–-]+", article)
    return {article, *parts, *(re.split(r"[(§]", part)[0] for part in parts)} - {""}


def _cites(library: Library, law: Law) -> Iterator[Finding]:
    """An article named in prose is declared in `cites`, and what is declared is an article that the law files verified."""
    verified = {
        (b.instrument, b.article) for o in law.obligations.values() for b in o.basis if b.certainty in ("V", "V2")
    }
    articles = {(instrument, part) for instrument, article in verified for part in _parts_of(article)}
    for clause in library.clauses.values():
        for instrument, article in clause.cites:
            if instrument not in law.instruments:
                yield find("PPP421", Place(clause.file), article=article, instrument=instrument)
            elif article and (instrument, article) not in articles:
                yield find("PPP422", Place(clause.file), article=article, instrument=instrument)
        declared = {part for _, article in clause.cites for part in _parts_of(article)}
        for (_, language), text in clause.texts.items():
            for block in text.blocks:
                for number in _articles_in(words_of(block), language):
                    if re.split(r"[(§]", number)[0] not in declared:
                        yield find("PPP421", Place(text.file, block.line, 1), article=number, instrument="?")


def _parts(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield found
    for part in found.get("parts", ()):
        yield from _parts(part)


def _unknown_in_trap(trap: Trap, law: Law) -> Iterator[Finding]:
    """Parameters, paths, codes and obligations that the way a trap is found names and that do not exist."""
    for part in _parts(trap.found):
        unknown = [name for name in names_under("parameter", part) if name not in law.parameters]
        unknown += [name for name in part.get("obligations", ()) if name not in law.obligations]
        unknown += [name for name in part.get("codes", ()) if name not in CODES]
        yield from (find("PPP411", Place(trap.file), name=name) for name in unknown)
        for path in (*part.get("paths", ()), *part.get("not_paths", ()), *filter(None, (part.get("at"),))):
            if not fact_exists(path):
                yield find("PPP412", Place(trap.file), path=path)


def _bases(library: Library, law: Law) -> Iterator[Finding]:
    """K names the instrument without an article, D is never cited; every instrument is known."""
    every: tuple[Obligation | Trap, ...] = (*law.obligations.values(), *law.traps.values())
    for obligation in every:
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
    """A clause that has alternatives says what it holds on to; one that only an overlay gives some need not."""
    for clause in library.clauses.values():
        own = clause.alternatives if "" in clause.overlaid else clause.alternatives.keys() - clause.overlaid
        if own and not clause.playbook:
            yield find("PPP459", Place(clause.file), clause=clause.id)


def _circles(library: Library, law: Law) -> Iterator[Finding]:
    """Clauses that need or replace each other in a circle, conditions that rest on each other in one, and clauses that
    cannot have what they need."""
    for circle in _circles_in(_condition_links(law)):
        yield find("PPP455", Place("law/conditions.yaml"), key="condition", circle=" → ".join((*circle, circle[0])))
    for key in ("requires", "replaces"):
        for circle in _circles_in(_links(library, key)):
            yield find(
                "PPP455", Place(library.clauses[circle[0]].file), key=key, circle=" → ".join((*circle, circle[0]))
            )
    requires = _links(library, "requires")
    needs = {clause: {chain[-1]: chain for chain in _chains(clause, requires)} for clause in requires}
    for clause, chains in needs.items():
        # What already keeps a clause that this one needs from standing is told of that clause.
        told = [needs[other].keys() for other in chains if clause not in needs[other]]
        for one, other in combinations_with_replacement(chains, 2):
            if _quarrel(library, one, other) and not any({one, other} <= keys for keys in told):
                shown = [" → ".join(chains[name]) for name in dict.fromkeys((one, other)) if name != clause]
                yield find("PPP456", Place(library.clauses[clause].file), clause=clause, set=", ".join(shown) or clause)


def _quarrel(library: Library, one: str, other: str) -> bool:
    """Whether two clauses cannot stand together; a clause that excludes itself cannot stand at all."""
    first, second = library.clauses[one], library.clauses[other]
    if one == other:
        return one in first.excludes
    return other in {*first.excludes, *first.replaces} or one in {*second.excludes, *second.replaces}


def _condition_links(law: Law) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(o for o in names_under("condition", c) if o in law.conditions) for name, c in law.conditions.items()
    }


def _links(library: Library, key: str) -> dict[str, tuple[str, ...]]:
    return {c.id: tuple(o for o in getattr(c, key) if o in library.clauses) for c in library.clauses.values()}


def _circles_in(links: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The smallest circle through each clause, each once, beginning with the first clause that has none smaller."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for start in links:
        for chain in _chains(start, links):
            if start in links[chain[-1]]:
                found.setdefault(frozenset(chain), chain)
                break
    return list(found.values())


def _chains(start: str, links: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The shortest chain to each clause that can be reached, the nearest first, which is the clause itself."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while waiting:
        chain = waiting.pop(0)
        yield chain
        for other in links[chain[-1]]:
            if other not in seen:
                seen.add(other)
                waiting.append((*chain, other))


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
    for owner, file, slot in _every_slot(library):
        actual = fact_type(slot.path) if slot.path and fact_exists(slot.path) else ""
        if actual and slot.type in _FITS and actual not in _FITS[slot.type]:
            yield find(
                "PPP457", Place(file), clause=owner, slot=slot.name, type=slot.type, path=slot.path, actual=actual
            )


def _strays(reading: Reading, library: Library) -> Iterator[Finding]:
    """Files in a clause's folder that are neither a language of it nor of one of its alternatives, and texts that stand in
    no clause's folder."""
    for name in reading.names:
        top, _, rest = name.removeprefix(OVERLAY).partition("/")
        folder, _, file = rest.rpartition("/")
        clause = library.clauses.get(folder)
        language, _, alternative = file.removesuffix(".md").partition(".")
        belongs = clause and file.endswith(".md") and (alternative, language) in clause.texts
        astray = clause and file not in ("clause.yaml", "alternatives.yaml")
        lost = folder.count("/") != 1 and file.endswith(".md") and language in LANGUAGES
        if top == "clauses" and (lost or (astray and not belongs)):
            yield find("PPP458", Place(reading.shown(name)), clause=folder, file=file)


def _unselected(library: Library, law: Law, specs: Iterable[FilePath]) -> Iterator[Finding]:
    """Shipped clauses that no example selects; where there are no examples there is nothing to say."""
    selected: set[str] = set()
    for file in specs:
        document, _ = read_yaml(str(file))
        if document is not None:
            plan, _ = make_plan(make_spec(document), library, law)
            selected |= {planned.clause.id for planned in plan.clauses}
    for clause in library.clauses.values() if selected else ():
        if clause.id not in selected:
            yield find("PPP454", Place(clause.file), clause=clause.id)


def _lost_claims(library: Library, root: FilePath) -> Iterator[Finding]:
    """What a replaced clause stated and its replacement does not: a warning where another clause states it."""
    claimed = {obligation for clause in library.clauses.values() for obligation in clause.fulfils}
    for clause in library.clauses.values():
        if "" in clause.overlaid:
            shipped, _ = read_yaml(str(root / "clauses" / clause.id / "clause.yaml"))
            before = mapping(shipped.data.get("fulfils")) if shipped else {}
            lost = sorted(before.keys() - clause.fulfils.keys())
            if lost:
                yield find(
                    "PPP463",
                    Place(clause.file),
                    Severity.WARNING if set(lost) <= claimed else None,
                    clause=clause.id,
                    ids=", ".join(lost),
                )


def _frameworks(library: Library, law: Law) -> Iterator[Finding]:
    """Instruments, demands and obligations that a framework selects and that do not exist."""
    groups = {group_of(obligation) for obligation in law.obligations}
    known = {"instruments": {*law.instruments}, "demands": {*law.demands}, "obligations": {*law.obligations} | groups}
    for view in law.frameworks.values():
        for kind, names in view["selects"].items():
            yield from (find("PPP411", Place("law/frameworks.yaml"), name=n) for n in names if n not in known[kind])


def _contents(library: Library, law: Law) -> Iterator[Finding]:
    """A kind names clauses and obligations that exist, and takes a clause for all that its matrix asks by name or group."""
    place = Place("law/kinds.yaml")
    clauses = {*library.clauses, *library.forbidden}
    known = {
        *clauses,
        *(c.partition("/")[0] for c in clauses),
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
    _frameworks,
    _playbooks,
    _circles,
    _slot_types,
)
