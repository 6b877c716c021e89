"""What people wrote, and the case that it belongs to: what traps are looked for in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from .compliance import Case
from .finding import LANGUAGES, Place
from .paths import mapping, mappings
from .pattern import lazy
from .phrase import sentences, starts_of
from .rules import normal_enterprise_number


class Passage(NamedTuple):
    """A text that a person wrote: where it stands, in which languages it may be, and in whose voice (spec, clause, file), or
    what a party of the spec is called (name)."""

    source: str
    text: str
    languages: tuple[str, ...]
    place: Place
    path: str = ""  # the fact path, positions as `[*]`
    twin: str = ""  # the same for the versions of one text in several languages
    old: str = ""  # what stood in its place before, in a Word file


class Person(NamedTuple):
    """A party as a text may speak of it: what it is called, its enterprise number, the words of its form and seat."""

    names: tuple[str, ...]
    number: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """What traps are looked for in: the case (facts, date, decisions), everything that people wrote, and what there is to refer
    to: the numbers of the articles and annexes, None when they are not known."""

    case: Case
    passages: Sequence[Passage]
    place: Callable[[str], Place]
    articles: frozenset[int] | None = None
    annexes: frozenset[int] | None = None
    persons: tuple[Person, ...] = ()

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages in which people wrote."""
        return frozenset(language for passage in self.passages for language in passage.languages)

    @cached_property
    def starts(self) -> frozenset[str]:
        """The first letters of all the words that people wrote."""
        return frozenset().union(*(starts_of(passage.text) for passage in self.passages))

    @cached_property
    def sentences(self) -> tuple[tuple[int, str], ...]:
        """Every sentence that people wrote, with the position of its passage."""
        return tuple((at, said) for at, passage in enumerate(self.passages) for said in sentences(passage.text))

    @cached_property
    def index(self) -> Mapping[str, Sequence[int]]:
        """The positions of the sentences in which a word begins with these letters."""
        positions: dict[str, list[int]] = {}
        for position, (_, sentence) in enumerate(self.sentences):
            for start in starts_of(sentence):
                positions.setdefault(start, []).append(position)
        return positions


def persons_of_spec(data: Mapping[str, Any], roles: Mapping[str, Mapping[str, str]]) -> tuple[Person, ...]:
    """The parties of a spec; one that is alone in its role is also called by it."""
    parties = mappings(data.get("parties"))
    every = [party.get("role") for party in parties]
    out = []
    for party in parties:
        names = [text for key in ("name", "short_name") for text in _texts(party.get(key))]
        if every.count(party.get("role")) == 1:
            names += roles.get(str(party.get("role")), {}).values()
        seat = mapping(party.get("seat"))
        about = [t for v in (party.get("legal_form"), seat.get("street"), seat.get("city")) for t in _texts(v)]
        number = normal_enterprise_number(str(party.get("enterprise_number", "")))
        out.append(Person(tuple(names), number, tuple(about)))
    return tuple(out)


def _texts(value: Any) -> Iterator[str]:
    every = [value.get(language) for language in LANGUAGES] if isinstance(value, Mapping) else [value]
    return (text for text in every if isinstance(text, str) and text.strip())


_CALLED = lazy(r"«\s*([^«»]+?)\s*»|“([^“”„]+)”|„([^“”„]+)“")
_NUMBER = lazy(r"(?<![\w.])[01][0-9]{3}\.[0-9]{3}\.[0-9]{3}(?![\w.]?[0-9])")


def persons_of_manifest(manifest: Mapping[str, Any]) -> tuple[Person, ...]:
    """The parties of a Word file, out of the paragraphs that identify them: one of each ends with «ci-après « X »»."""
    out, said = [], list[str]()
    for paragraph in mappings(manifest.get("paragraphs")):
        if paragraph.get("part") != "party":
            continue
        said.append(str(paragraph.get("text", "")))
        if str(paragraph.get("clause")) == "parties/role":
            names = [next(filter(None, found.groups())) for found in _CALLED.finditer(said[-1])]
            numbers = [m[0] for text in said for m in _NUMBER.finditer(text)]
            out.append(
                Person((*names[:1], said[0].split(",")[0]), normal_enterprise_number((*numbers, "")[0]), (said[0],))
            )
            said = []
    return tuple(out)
