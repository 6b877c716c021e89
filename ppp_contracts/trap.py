"""Known mistakes (LAW.md section 5) in, where a spec, an overlay's clause or a changed Word file makes them out.

A trap is data: when it can be met, how it is found (a closed list of kinds), what is wrong and what to do. What only a person
can judge is for review, with the words that raised it; a recorded decision answers it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any, NamedTuple

from .codes import find
from .compliance import Case, measure, severity_of, waiver_of
from .conditions import holds, spell_value
from .fact import fact_type
from .finding import LANGUAGES, Finding, Outcome, Place, Severity
from .flaws import TESTS
from .law import LEVELS, in_framework
from .model import Plan, Trap
from .passage import Passage as Passage
from .passage import Scene as Scene
from .passage import persons_of_spec
from .paths import select
from .pattern import lazy
from .phrase import NONE, Phrases, find_phrase, plain, sentences
from .spec import place_of
from .yamlio import spell_path


class Catch(NamedTuple):
    """A trap that was met: where, and the words or facts that raised it. `decided` is what a person decided on it."""

    trap: str
    outcome: Outcome
    severity: Severity
    place: Place
    words: str = ""
    decided: str = ""
    waived: Mapping[str, str] = {}


# ---------------------------------------------------------------------------------------------- texts

# What parties are called, and texts that name and do not say.
_CALLED = frozenset(("parties[*].name", "parties[*].short_name"))
_NAMES = lazy(r"(?:^|\.)(?:name|short_name|street|city|email|phone|website|bank|holder|iban|reference|id)$")
# Texts that the agreement does not say: the drafter's own notes, and the words that an amendment replaces.
_NOT_SAID = lazy(r"(?:choices|decisions|waivers)\b|amendment\.changes\[\*\]\.old$")


def passages_of_spec(data: Mapping[str, Any], place: Callable[[str], Place]) -> Iterator[Passage]:
    """Every text of a spec that says something, in each of its languages."""
    every = tuple(language for language in data.get("languages") or () if language in LANGUAGES)
    waiting: deque[tuple[tuple[str | int, ...], Any]] = deque([((), data)])
    while waiting:
        path, value = waiting.popleft()
        if isinstance(value, list):
            waiting += [((*path, position), item) for position, item in enumerate(value)]
        elif isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
            for language, text in value.items():
                if isinstance(text, str):
                    yield from _passage((*path, language), path, text, (language,), place)
        elif isinstance(value, Mapping):
            waiting += [((*path, key), item) for key, item in value.items() if isinstance(key, str)]
        elif isinstance(value, str):
            yield from _passage(path, path, value, every, place)


def _passage(
    path: tuple[str | int, ...],
    fact: tuple[str | int, ...],
    text: str,
    languages: tuple[str, ...],
    place: Callable[[str], Place],
) -> Iterator[Passage]:
    general = re.sub(r"\[\d+\]", "[*]", spell_path(fact))
    if general in _CALLED:
        yield Passage("name", text, languages, place(spell_path(path)), general)
    if _NAMES.search(general) or _NOT_SAID.match(general):
        return
    if fact_type(general) in ("text", "string"):
        yield Passage("spec", text, languages, place(spell_path(path)), general, spell_path(fact))


def passages_of_plan(plan: Plan) -> Iterator[Passage]:
    """The texts that an organisation's overlay brings into a plan, block by block."""
    for planned in plan.clauses:
        if planned.alternative not in planned.clause.overlaid:
            continue
        for (alternative, language), text in planned.clause.texts.items():
            if alternative == planned.alternative:
                for block in text.blocks:
                    words = "".join(i.value if i.kind == "text" else " " for i in block.inlines)
                    where, twin = Place(text.file, block.line, 1), f"{planned.key}:{alternative}:{block.name}"
                    yield Passage("clause", words, (language,), where, planned.clause.id, twin)


def scene_of(plan: Plan, case: Case) -> Scene:
    """The scene of a spec: its own texts, and the overlay's clauses in its plan."""

    def place(path: str) -> Place:
        return place_of(plan.spec, path)

    return Scene(
        case,
        (*passages_of_spec(plan.spec.data, place), *passages_of_plan(plan)),
        place,
        frozenset(planned.number for planned in plan.clauses if planned.number),
        frozenset(annex.number for annex in plan.annexes),
        persons_of_spec(plan.spec.data, plan.library.labels.get("role", {})),
    )


# --------------------------------------------------------------------------------------------- finding


def catch_traps(scene: Scene, frameworks: Sequence[str] = ()) -> tuple[Catch, ...]:
    """Every trap that is met, in the order of the traps; one that is found elsewhere (by a rule or an obligation) is not here."""
    out: list[Catch] = []
    for trap, idle in traps_asked(scene.case, frameworks).items():
        if not idle:
            out += _caught(scene.case.law.traps[trap], scene)
    return tuple(out)


def traps_asked(case: Case, frameworks: Sequence[str] = ()) -> dict[str, str]:
    """The traps of the frameworks (all when none is named): "" when it is looked for here, else why not, as a message key:
    elsewhere (a rule or an obligation finds it), condition, undecided (a fact is missing), not_yet_in_force, no_longer_in_force."""
    traps = case.law.traps.values()
    named = [t for t in traps if not frameworks or any(in_framework(case.law, t, f) for f in frameworks)]
    return {trap.id: _idle(trap, case) for trap in named}


def _idle(trap: Trap, case: Case) -> str:
    if trap.in_force_from and case.as_of < trap.in_force_from:
        return "not_yet_in_force"
    if trap.in_force_to and case.as_of > trap.in_force_to:
        return "no_longer_in_force"
    applies = holds(trap.applies_when, case.facts)
    if applies is not True:
        return "condition" if applies is False else "undecided"
    return "elsewhere" if trap.found["kind"] == "elsewhere" else ""


def _caught(trap: Trap, scene: Scene) -> Iterator[Catch]:
    severity = severity_of(trap.severity, trap.basis, scene.case.facts)
    outcome = Outcome(trap.outcome)
    if outcome is Outcome.REVIEW:
        severity = min(severity, Severity.WARNING)
    decision = scene.case.decisions.get(trap.id)
    waived = waiver_of(scene.case, trap.id)
    decided = f"{decision.get('decided', '')} ({decision.get('by', '')}, {decision.get('on', '')})" if decision else ""
    for place, words, most in dict.fromkeys(_hits(trap.found, scene)):
        level = severity if most is None else min(severity, most)
        if decision and outcome is Outcome.REVIEW:
            yield Catch(trap.id, Outcome.PASS, level, place, words, decided=decided)
        else:
            yield Catch(trap.id, outcome, Severity.ADVICE if waived else level, place, words, waived=waived)


class Hit(NamedTuple):
    """Where a way of finding is met, the words that meet it, and how bad that is at most (`level` of the way)."""

    place: Place
    words: str
    level: Severity | None = None


Hits = Iterator[Hit]


def _hits(found: Mapping[str, Any], scene: Scene) -> Hits:
    most = LEVELS.get(str(found.get("level")))
    for hit in _KINDS[found["kind"]](found, scene):
        yield hit if most is None else hit._replace(level=most if hit.level is None else min(most, hit.level))


def _elsewhere(found: Mapping[str, Any], scene: Scene) -> Hits:
    return iter(())


def _fact(found: Mapping[str, Any], scene: Scene) -> Hits:
    if holds(found["holds"], scene.case.facts) is True:
        path = str(found.get("at", ""))
        given = [(spell_path(at), value) for at, value in select(scene.case.facts.data, path) if value] if path else []
        where, value = given[0] if given else (path.replace("[*]", ""), None)
        plainly = isinstance(value, (str, int))
        yield Hit(scene.place(where), f"{where}: {spell_value(value)}" if plainly else where)


def _narrowed(found: Mapping[str, Any], scene: Scene) -> Mapping[str, Any] | None:
    """A way of finding with those phrases only that anything people wrote can say; None when nothing can be met. Most traps end
    here, before a text is read."""

    def narrowed(key: str, languages: Iterable[str]) -> dict[str, Phrases]:
        every: Mapping[str, Phrases] = found.get(key, {})
        return {language: every[language].within(scene.starts) for language in languages if language in every}

    able = {language: said for language, said in narrowed("phrases", scene.languages).items() if said}
    narrow = {**found}
    for key in ("with", "also"):
        if found.get(key) and able:
            narrow[key] = narrowed(key, able)
            able = {language: said for language, said in able.items() if narrow[key].get(language, said)}
    if not able:
        return None
    return {**narrow, **{key: narrowed(key, able) for key in ("unless", "without") if key in found}, "phrases": able}


def _sayings(found: Mapping[str, Any], scene: Scene) -> Iterator[tuple[Passage, str, str, str]]:
    """What says the phrases of a way of finding, in the order of the passages: (passage, language, stretch, the words of it)."""
    narrow = _narrowed(found, scene)
    if narrow is None:
        return
    whole = found.get("scope") == "text"
    places: list[tuple[int, int, int, str]] = []
    for language, phrases in narrow["phrases"].items():
        if whole:
            able = [(at, at) for at in range(len(scene.passages))]
        else:
            near = {position for start in phrases.by_start for position in scene.index.get(start, ())}
            able = [(position, scene.sentences[position][0]) for position in near]
        for position, at in able:
            languages = scene.passages[at].languages
            if language in languages and _looks_at(found, scene.passages[at]):
                places.append((at, languages.index(language), position, language))
    for at, _, position, language in sorted(places):
        passage = scene.passages[at]
        stretch = plain(passage.text).strip() if whole else scene.sentences[position][1]
        said = _said(narrow, stretch, language)
        if said:
            yield passage, language, stretch, said


_QUOTED = 120  # letters of a sentence that a finding quotes as they are


def _said(found: Mapping[str, Any], sentence: str, language: str) -> str:
    """What a sentence says: one of the phrases, with one of `with` and one of `also` where there are any, and none of `unless`;
    "" otherwise."""
    said = find_phrase(found["phrases"].get(language, NONE), sentence)
    if not said or find_phrase(found.get("unless", {}).get(language, NONE), sentence):
        return ""
    words = [said]
    for needed in (found.get(key, {}).get(language) for key in ("with", "also")):
        beside = find_phrase(needed, sentence) if needed else said
        if not beside:
            return ""
        words += () if any(beside in word for word in words) else (beside,)
    words.sort(key=sentence.find)
    stretch = sentence[sentence.find(words[0]) : max(sentence.find(word) + len(word) for word in words)]
    return stretch if len(stretch) <= _QUOTED else " … ".join(words)


def _words(found: Mapping[str, Any], scene: Scene) -> Hits:
    """A sentence that says one of the phrases; with `unless_party` one in which no party acts. Of each passage the first one."""
    names = [plain(name) for person in scene.persons for name in person.names] if found.get("unless_party") else []
    free = (saying for saying in _sayings(found, scene) if not _acts(names, saying[2]))
    yield from (Hit(passage.place, said) for passage, _, _, said in _firsts(free))


def _firsts(sayings: Iterable[tuple[Passage, str, str, str]]) -> Iterator[tuple[Passage, str, str, str]]:
    """The first of the sayings of each passage in each language."""
    for _, several in groupby(sayings, key=lambda saying: (id(saying[0]), saying[1])):
        yield next(several)


# A party of whom the sentence speaks only as the one who receives.
_RECEIVES = lazy(
    r"(?:^|\W)(?:à|au|aux|aan|an|to|envers|auprès de|tegenover|bij|gegenüber)(?: (?:la|l'|de|het|the|den|die))? ?$"
)


def _acts(names: Sequence[str], sentence: str) -> bool:
    """Whether a sentence names somebody, and not only as who receives."""
    for name in names:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sentence) if name in sentence else ():
            if not _RECEIVES.search(sentence[: match.start()]):
                return True
    return False


def _silence(found: Mapping[str, Any], scene: Scene) -> Hits:
    """A passage that says one of the phrases and nowhere one of `without`: what is promised without its condition."""
    for passage, language, _, said in _firsts(_sayings(found, scene)):
        without = found["without"].get(language, NONE)
        if not any(find_phrase(without, sentence) for sentence in sentences(passage.text)):
            yield Hit(passage.place, said)


def _absent(found: Mapping[str, Any], scene: Scene) -> Hits:
    """No text of a spec says one of the phrases. Of a Word file only what is new is seen, so nothing can be missed in it."""
    if any(passage.source == "spec" for passage in scene.passages) and not any(_words(found, scene)):
        yield Hit(scene.place(""), "")


def _figure(found: Mapping[str, Any], scene: Scene) -> Hits:
    """A sentence with one of the phrases and a figure of the unit that is beyond a bound."""
    bound = found.get("above", found.get("below", found.get("is")))
    operator = "above" if "above" in found else "below" if "below" in found else "is"
    if isinstance(bound, Mapping):
        bound = scene.case.facts.parameters.get(bound["parameter"])
    if bound is None:
        return
    limit = measure(bound)
    for passage, language, sentence, near in _sayings(found, scene):
        for shown, value in _FIGURES[found["unit"]](sentence, language):
            if _BEYOND[operator](value, limit):
                yield Hit(passage.place, f"{near} … {shown}")
                break


_BEYOND: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "above": lambda value, limit: value > limit,
    "below": lambda value, limit: value < limit,
    "is": lambda value, limit: value == limit,
}


def _text(found: Mapping[str, Any], scene: Scene) -> Hits:
    """What phrases cannot say: one of the tests of `flaws`."""
    for place, words in TESTS[found["test"]](tuple(p for p in scene.passages if _looks_at(found, p)), scene, found):
        yield Hit(place, words)


def _all(found: Mapping[str, Any], scene: Scene) -> Hits:
    """Every part is met; the places are those of the first part that is words of a text, else of the first with words."""
    parts = [list(_hits(part, scene)) for part in found["parts"]]
    if all(parts):
        spoken = [hits for part, hits in zip(found["parts"], parts, strict=True) if part["kind"] != "fact"]
        yield from next((hits for hits in (*spoken, *parts) if any(hit.words for hit in hits)), parts[0])


def _any(found: Mapping[str, Any], scene: Scene) -> Hits:
    """Some part is met; a place that an earlier part met as badly is not shown twice."""
    met: dict[Place, Severity] = {}
    for part in found["parts"]:
        fresh = [hit for hit in _hits(part, scene) if hit.place not in met or _badness(hit) > met[hit.place]]
        met |= {hit.place: _badness(hit) for hit in fresh}
        yield from fresh


def _badness(hit: Hit) -> Severity:
    return Severity.ERROR if hit.level is None else hit.level


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Scene], Hits]] = {
    "elsewhere": _elsewhere,
    "fact": _fact,
    "words": _words,
    "silence": _silence,
    "absent": _absent,
    "figure": _figure,
    "text": _text,
    "all": _all,
    "any": _any,
}
TRAP_KINDS = tuple(_KINDS)


def _looks_at(found: Mapping[str, Any], passage: Passage) -> bool:
    """Whether a way of finding looks at a passage: at all, or at those of its sources and paths."""
    sources, paths = found.get("sources"), found.get("paths")
    if passage.source not in sources if sources else passage.source == "name":
        return False
    if passage.source != "spec":
        return True
    if paths and not any(_under(passage.path, path) for path in paths):
        return False
    return not any(_under(passage.path, path) for path in found.get("not_paths", ()))


def _under(path: str, root: str) -> bool:
    return path == root or path.startswith((f"{root}.", f"{root}["))


# --------------------------------------------------------------------------------------------- figures

_NUMBER = r"(?<![\w.,])(\d{1,3}(?:[ .]\d{3})+|\d+)(?:[.,](\d{1,2}))?(?![\w]|[.,]\d)"
_EURO = lazy(rf"(?:(?:€|eur|euro) ?{_NUMBER})|(?:{_NUMBER} ?(?:€|eur|euros?)(?!\w))")
_PERCENT = lazy(rf"{_NUMBER} ?(?:%|pour cent|procent|percent|per cent|prozent)")
_UNIT_WORDS: Mapping[str, str] = {
    "hour": "heures?|uur|uren|stunden?|hours?",
    "day": "jours?(?: calendrier)?|(?:kalender)?dag(?:en)?|(?:kalender)?tage?n?|(?:calendar )?days?",
    "working day": "jours? ouvrables?|werkdag(?:en)?|arbeitstage?n?|werktage?n?|working days?",
    "week": "semaines?|week|weken|wochen?|weeks?",
    "month": "mois|maand(?:en)?|monate?n?|months?",
    "year": "ans?|années?|jaar|jaren|jahre?n?|years?",
}
_DURATION = lazy(
    rf"{_NUMBER} ?(?:"
    + "|".join(
        f"(?P<{unit.replace(' ', '_')}>{words})"
        for unit, words in sorted(_UNIT_WORDS.items(), key=lambda p: -len(p[1]))
    )
    + r")(?!\w)"
)


def _numbers(match: re.Match[str]) -> Decimal | None:
    groups = match.groups()
    whole, cents = next(
        ((w, c) for w, c in zip(groups[::2], groups[1::2], strict=False) if w and w[0].isdigit()), ("", None)
    )
    try:
        return Decimal(re.sub(r"\D", "", whole) + (f".{cents}" if cents else ""))
    except InvalidOperation:
        return None


_SWAPPED = str.maketrans(",.", ".,")


def _matches(pattern: re.Pattern[str], sentence: str, language: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Figures as they stand, and their parts; English writes comma and point the other way round."""
    for match in pattern.finditer(sentence.translate(_SWAPPED) if language == "en" else sentence):
        yield sentence[match.start() : match.end()].strip(), match


def _amounts(sentence: str, language: str) -> Iterator[tuple[str, Decimal]]:
    for shown, match in _matches(_EURO, sentence, language):
        value = _numbers(match)
        if value is not None:
            yield shown, value


def _percentages(sentence: str, language: str) -> Iterator[tuple[str, Decimal]]:
    for shown, match in _matches(_PERCENT, sentence, language):
        value = _numbers(match)
        if value is not None:
            yield shown, value


def _durations(sentence: str, language: str) -> Iterator[tuple[str, Decimal]]:
    for shown, match in _matches(_DURATION, sentence, language):
        unit = next(name for name, words in match.groupdict().items() if words)
        yield shown, measure(f"{re.sub(r'[^0-9]', '', match[1])} {unit.replace('_', ' ')}")


_FIGURES: Mapping[str, Callable[[str, str], Iterator[tuple[str, Decimal]]]] = {
    "amount": _amounts,
    "percentage": _percentages,
    "duration": _durations,
}


# -------------------------------------------------------------------------------------------- findings


def code_of(trap: str) -> str:
    """The finding code of a trap: PPP7 and its two digits."""
    return f"PPP7{trap.removeprefix('T-')}"


def findings_of_traps(catches: Sequence[Catch]) -> Iterator[Finding]:
    """One finding for each catch that no person has decided."""
    for catch in catches:
        if catch.outcome is not Outcome.PASS:
            yield find(
                code_of(catch.trap), catch.place, catch.severity, trap=catch.trap, words=catch.words, **catch.waived
            )
