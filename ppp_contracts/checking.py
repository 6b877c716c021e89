"""A file in, what a check says of it out: a spec as planned text, or a Word file that was built here and edited since."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from . import __version__
from .approval import TextKey, demand_approval
from .codes import find
from .compliance import CHANGED, GONE, STANDS, Case, Statement, assess, by_subject, findings_of, used_facts
from .conditions import Facts
from .finding import LANGUAGES, Finding, Place
from .law import frameworks_of
from .library import approval_digest
from .messages import word
from .model import Library
from .parameters import parameters_at
from .passage import Passage, Scene, persons_of_manifest
from .paths import mapping, mappings
from .report import Result
from .spec import languages_of
from .trap import catch_traps, findings_of_traps, traps_asked
from .workshop import Shelf, bearers_of, examine_spec, party_names, result_of

if TYPE_CHECKING:
    from .playbook import Fallback

MAX_DOCX = 64 * 2**20


def check_file(
    file: str,
    shelves: Shelf,
    spec_file: str,
    frameworks: Sequence[str],
    ui: str,
    require_approved: bool = False,
    date: str = "",
) -> Result:
    """Checks a spec (`.yaml`, `.yml`) or a Word file (`.docx`) by the law of a date (else of its signature, else of its start);
    another ending is a finding. With `require_approved` so are texts that no jurist approved."""
    ending = FilePath(file).suffix.lower()
    if ending in (".yaml", ".yml"):
        result = result_of(examine_spec(file, shelves, frameworks, date), shelves, ui, date)
    elif ending in (".docx", ".docm", ".dotx", ".doc"):
        result = check_word(file, shelves, spec_file, frameworks, ui, date)
    else:
        return Result(file, "unknown", (find("PPP014", Place(file), file=file),))
    if not require_approved or not result.texts:
        return result
    return result._replace(findings=(*result.findings, *demand_approval(file, result.unapproved, len(result.texts))))


def check_word(file: str, shelves: Shelf, spec_file: str, frameworks: Sequence[str], ui: str, date: str = "") -> Result:
    """What became of each article of a Word file, and the verdicts on what is left.

    It is held against the spec when one is named, else against the manifest beside the file, else against the one
    inside it, which a partner could have edited too: then that is said (PPP609).
    """
    from .comparison import compare, foreign_margins, paragraphs_in
    from .comparison import findings_of as findings_of_differences
    from .manifest import find_manifests
    from .playbook import findings_of_fallbacks, recognise_fallbacks
    from .word.package import read_package
    from .word.reader import read_docx, read_margins

    data, problem = _read(file)
    if data is None:
        return Result(file, "word", (problem,) if problem else ())
    package, findings = read_package(data, file)
    if package is None:
        return Result(file, "word", findings)
    found = list(findings)
    own, manifest_findings = find_manifests(package, _beside(file))
    found += manifest_findings
    expected, basis, more = _expected(file, shelves, spec_file, own, ui)
    found += more
    if expected is None:
        return Result(file, "word", tuple(found))
    text, reader_findings = read_docx(package)
    differences = compare(expected, text)
    fallbacks, rest = recognise_fallbacks(differences, expected, shelves.library, paragraphs_in(expected, text))
    found += [*reader_findings, *findings_of_differences(rest, file)]
    found += foreign_margins(expected, *read_margins(package), file)
    found += findings_of_fallbacks(fallbacks, shelves.library, file)
    case = case_of_manifest(
        {**expected, "as_of": date or expected.get("as_of", "")}, _states(differences), shelves, fallbacks
    )
    verdicts = assess(case, frameworks)
    found += findings_of(verdicts, case, lambda path: Place(file, path=path))
    catches = catch_traps(_scene_of_file(case, expected, rest, file), frameworks)
    found += findings_of_traps(catches)
    who = _parties_of(expected, shelves, ui)
    names = party_names(who, ui)
    texts_in, missing = _approval_of(expected, shelves, bool(spec_file) or own.beside is not None, fallbacks)
    return Result(
        file=file,
        kind="word",
        findings=tuple(dict.fromkeys(found)),
        verdicts=verdicts,
        as_of=case.as_of,
        as_of_source="--as-of" if date else spec_file if spec_file else "manifest",
        basis=basis,
        articles=_articles(expected, rest, fallbacks),
        bearers=bearers_of(shelves.law, who, names),
        parties=tuple(names.values()),
        texts=texts_in,
        unapproved=missing,
        catches=catches,
        reference=str(expected.get("reference", "")),
        version=str(expected.get("version", "")),
        languages=(str(expected.get("language", "")),),
        spec_digest=str(expected.get("spec_digest", "")),
        waivers=tuple(mappings(mapping(expected.get("facts")).get("waivers"))),
        decisions=tuple(mappings(mapping(expected.get("facts")).get("decisions"))),
        traps=traps_asked(case, frameworks),
        frameworks=frameworks_of(shelves.law, case.facts),
    )


def _scene_of_file(case: Case, manifest: Mapping[str, Any], differences: Sequence[Any], file: str) -> Scene:
    """The scene of a Word file: what was added to it or changed in it. The rest is the library's, or was checked as a spec."""
    passages = tuple(
        Passage("file", d.new, case.languages, Place(file, path=d.where), old=d.old if d.state == "changed" else "")
        for d in differences
        if d.state in ("added", "changed") and d.new
    )
    articles = frozenset(int(article["number"]) for article in mappings(manifest.get("articles")))
    annexes = frozenset(
        int(number)
        for paragraph in mappings(manifest.get("paragraphs"))
        if paragraph.get("part") == "annex"
        for number in re.findall(r"[0-9]+$", str(paragraph.get("label", "")))
    )
    persons = persons_of_manifest(manifest)
    return Scene(case, passages, lambda path: Place(file, path=path), articles, annexes, persons)


def _approval_of(
    manifest: Mapping[str, Any], shelves: Shelf, trusted: bool, fallbacks: Sequence[Fallback]
) -> tuple[tuple[TextKey, ...], tuple[TextKey, ...]]:
    """The texts of a Word file, and those that no jurist approved as they were when it was built.

    What only the file itself says of its texts is a claim, and counts as not approved; so does what an older program wrote,
    which named no texts. An article that holds another text of the playbook counts with that one.
    """
    language = str(manifest.get("language", ""))
    approved = {(a.clause, a.alternative, a.language, a.digest) for a in shelves.library.approvals}
    articles = [(str(a["clause"]), str(a["alternative"]), "") for a in manifest.get("articles", ())]
    listed = [(str(c), str(a), str(d)) for c, a, d in manifest.get("texts") or articles]
    swapped = {fallback.clause: fallback.alternative for fallback in fallbacks}
    for at, (clause, _, _) in enumerate(listed):
        if clause in swapped:
            known = shelves.library.clauses[clause]
            listed[at] = (clause, swapped[clause], approval_digest(known, swapped[clause], language))
    every = tuple((clause, alternative, language) for clause, alternative, _ in listed)
    missing = tuple((c, a, language) for c, a, d in listed if not trusted or (c, a, language, d) not in approved)
    return every, missing


def _parties_of(manifest: Mapping[str, Any], shelves: Shelf, ui: str) -> dict[str, Any]:
    """The parties of a Word file by their roles: a manifest carries no names."""
    roles = [
        str(party.get("role")) for party in mappings(mapping(manifest.get("facts")).get("parties")) if party.get("role")
    ]
    labels = shelves.library.labels.get("role", {})
    return {
        "parties": [
            {"id": role, "role": role, "name": labels.get(role, {}).get(ui, role)} for role in dict.fromkeys(roles)
        ]
    }


def _read(file: str) -> tuple[bytes | None, Finding | None]:
    try:
        with open(file, "rb") as stream:
            data = stream.read(MAX_DOCX + 1)
    except OSError as problem:
        return None, find("PPP001", Place(file), file=file, problem=problem.strerror or type(problem).__name__)
    if len(data) > MAX_DOCX:
        return None, find("PPP003", Place(file), file=file, limit=f"{MAX_DOCX >> 20} MB")
    return data, None


def _beside(file: str) -> bytes | None:
    path = FilePath(file)
    try:
        return path.with_name(f"{path.stem}.manifest.json").read_bytes()
    except OSError:
        return None


def _expected(
    file: str, shelves: Shelf, spec_file: str, own: Any, ui: str
) -> tuple[Mapping[str, Any] | None, str, list[Finding]]:
    """What the document should say: (manifest, in words where that comes from, findings)."""
    if spec_file:
        return _from_spec(file, shelves, spec_file, own, ui)
    return own.best, word("against_own" if own.beside is None else "against_beside", ui), []


def _from_spec(
    file: str, shelves: Shelf, spec_file: str, own: Any, ui: str
) -> tuple[Mapping[str, Any] | None, str, list[Finding]]:
    from .assembly import assemble
    from .manifest import make_manifest

    examined = examine_spec(spec_file, shelves)
    if examined.plan is None:
        return None, "", list(examined.findings)
    known = own.best or {}
    language = str(known.get("language") or _language_in(file, languages_of(examined.plan.spec.data)))
    if language not in LANGUAGES:
        return None, "", [find("PPP610", Place(file), reference=str(known.get("reference", "?")), expected="fr, nl")]
    agreement, _ = assemble(examined.plan, language, bool(known.get("draft")))
    facts = used_facts(shelves.law, shelves.library, {**examined.plan.spec.data, "derived": examined.plan.spec.derived})
    manifest = json.loads(make_manifest(examined.plan, agreement, __version__, facts))
    manifest["frame"] = known.get("frame", [])
    found: list[Finding] = []
    if known and (known.get("reference"), known.get("version")) != (agreement.reference, agreement.version):
        found.append(
            find(
                "PPP610",
                Place(file),
                reference=f"{known.get('reference')} {known.get('version')}",
                expected=f"{agreement.reference} {agreement.version}",
            )
        )
    # The names that a report shows are the spec's; they do not travel in a manifest.
    manifest["facts"] = {**manifest["facts"], **{k: examined.plan.spec.data.get(k) for k in ("decisions", "waivers")}}
    return manifest, word("against_spec", ui, file=spec_file), found


def _language_in(file: str, languages: Sequence[str]) -> str:
    stem = FilePath(file).stem.removesuffix("_draft")
    return next(
        (language for language in languages if stem.endswith(f"_{language}")),
        languages[0] if len(languages) == 1 else "",
    )


def _states(differences: Sequence[Any]) -> dict[str, str]:
    """What became of each paragraph, by its anchor; one that was only moved still stands."""
    kinds = {"changed": CHANGED, "misplaced": CHANGED, "gone": GONE, "concealed": GONE}
    states: dict[str, str] = {}
    for difference in differences:  # one that is concealed has been named intact before: the worse counts
        if difference.anchor:
            states[difference.anchor] = kinds.get(difference.state, STANDS)
    return states


def case_of_manifest(
    manifest: Mapping[str, Any], states: Mapping[str, str], shelves: Shelf, fallbacks: Sequence[Fallback] = ()
) -> Case:
    """The case of a Word file: facts and statements as its manifest has them, each with what became of it.

    Which block states which obligation is never taken from a manifest: the library says so. An article that holds another
    text of the playbook states what that text states, and as a changed text: a person has to agree.
    """
    as_of = str(manifest.get("as_of", ""))
    data = manifest.get("facts", {})
    facts = Facts(data, shelves.law.conditions, parameters_at(shelves.law.parameters, as_of))
    slots = {(str(clause), str(slot)): value for clause, slot, value in manifest.get("slots", ())}
    alternatives = {str(a["clause"]): str(a["alternative"]) for a in manifest.get("articles", ())}
    swapped = {fallback.article for fallback in fallbacks}
    foreign = _other_texts(manifest, shelves.library)
    language = str(manifest.get("language", ""))
    statements = [s for fallback in fallbacks for s in _statements_of(fallback, shelves.library, language)]
    for p in manifest.get("paragraphs", ()):
        clause, block = str(p["clause"]), str(p["block"])
        if clause.startswith("annex:") or block in ("", "0"):
            continue
        number = p.get("article") or 0
        if number in swapped:
            continue
        state = states.get(p["anchor"], STANDS)
        statements.append(
            Statement(
                clause,
                alternatives.get(clause, ""),
                "",
                p["part"],
                block,
                f"{number}.{block}" if number else "",
                p["anchor"],
                p["digest"][:12],
                state,
                (clause, alternatives.get(clause, "")) not in foreign,
            )
        )
    decisions, waivers = by_subject(data.get("decisions")), by_subject(data.get("waivers"))
    return Case(shelves.law, shelves.library, facts, statements, slots, as_of, decisions, waivers, (language,))


def _other_texts(manifest: Mapping[str, Any], library: Library) -> frozenset[tuple[str, str]]:
    """Clause and alternative of the texts that were not this library's when the file was built: an overlay's, or older ones.
    What the library claims of its own text says nothing about them."""
    language = str(manifest.get("language", ""))
    listed = [(str(c), str(a), str(d)) for c, a, d in manifest.get("texts", ())]
    return frozenset(
        (clause, alternative)
        for clause, alternative, digest in listed
        if (known := library.clauses.get(clause)) and (alternative, language) in known.texts
        if approval_digest(known, alternative, language) != digest
    )


def _statements_of(fallback: Fallback, library: Library, language: str) -> Iterator[Statement]:
    clause = library.clauses[fallback.clause]
    digest = clause.digests[fallback.alternative][:12]
    for block in clause.texts[fallback.alternative, language].blocks:
        label = f"{fallback.article}.{block.name}"
        yield Statement(clause.id, fallback.alternative, "", "article", block.name, label, "", digest, CHANGED)


def _articles(
    manifest: Mapping[str, Any], differences: Sequence[Any], fallbacks: Sequence[Fallback]
) -> tuple[Mapping[str, str], ...]:
    """Each article with what became of it: gone when every paragraph is, changed when any is gone or changed."""
    states: dict[int, list[str]] = {}
    for difference in differences:
        if difference.part == "article":
            states.setdefault(difference.article, []).append(difference.state)
    out = []
    for article in manifest.get("articles", ()):
        seen = states.get(article["number"], ["intact"])
        swapped = any(fallback.article == article["number"] for fallback in fallbacks)
        worst = {"gone", "changed", "concealed"} & set(seen)
        state = "gone" if set(seen) == {"gone"} else "changed" if worst else "moved" if "moved" in seen else "intact"
        state = "fallback" if swapped else state
        out.append(
            {"label": article["label"], "heading": article["heading"], "clause": article["clause"], "state": state}
        )
    return tuple(out)
