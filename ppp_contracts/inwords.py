"""A condition, a check or a certainty in, a phrase in a language out.

What a drafter writes in a spec (paths, values, names of parameters) stands in backquotes; everything else is words of
`law/messages.yaml`. A condition that has no words of its own, an organisation's, is spelt out down to its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .conditions import spell_value
from .messages import UI_LANGUAGES, table, word
from .model import Clause, Law


def known_word(name: str, ui: str, otherwise: str = "") -> str:
    """A word of the message table, or something else where the table has none: for names that an overlay may bring."""
    key = name.replace("-", "_").lower()
    return word(key, ui) if key in table()["words"] else otherwise


def in_language(words: Mapping[str, str], language: str) -> tuple[str, str]:
    """A text of the law or the library in a language, else in the first of ours that has it; and which one that is."""
    found = next((name for name in (language, *UI_LANGUAGES) if words.get(name)), "")
    return (words[found], found) if found else ("", language)


def topic(name: str, ui: str) -> str:
    """The heading for the clauses or obligations of a topic."""
    return known_word(f"topic_{name}", ui, name)


def who(name: str, ui: str) -> str:
    """A bearer or creditor of a duty in words."""
    return known_word(f"who_{name}", ui, name)


def certainty(name: str, ui: str) -> str:
    """How sure we are, the letter and the words: `V – official text read`."""
    words = known_word(f"certainty_{name}", ui)
    return f"{name} – {words}" if words else name


def parameter(name: str, law: Law) -> str:
    """A parameter of the law with its latest value: `whistle.workers` (50)."""
    values = law.parameters.get(name, ())
    return f"`{name}` ({spell_value(values[-1][1])})" if values else f"`{name}`"


# --------------------------------------------------------------------------------------- conditions


def applies(clause: Clause, law: Law, ui: str) -> str:
    """When a clause belongs to an agreement; for one that is copied, for each of whom."""
    said = in_words(clause.when, law, ui)
    each = word(f"each_{clause.each}", ui) if clause.each else ""
    return " – ".join(part for part in (each, said) if part) or word("always", ui)


def in_words(condition: Any, law: Law, ui: str) -> str:
    """A condition in words; "" when it always holds."""
    if not condition or condition in ({"all": []}, {"condition": "always"}):
        return ""
    return _said(condition, law, ui, False, 0)


def spelt_out(condition: Any, law: Law, ui: str) -> tuple[tuple[str, str], ...]:
    """The named conditions that a condition rests on, each in words and spelt out: (words, definition)."""
    return tuple(
        (known_word(f"condition_{name}", ui, f"`{name}`"), _said(law.conditions[name], law, ui, False, 0))
        for name in dict.fromkeys(_named_in(condition, law))
        if law.conditions[name] != {"all": []}
    )


def _named_in(condition: Any, law: Law) -> Iterator[str]:
    if not isinstance(condition, Mapping):
        return
    for part in (*condition.get("all", ()), *condition.get("any", ()), condition.get("not"), condition.get("where")):
        yield from _named_in(part, law)
    name = str(condition.get("condition", ""))
    if name in law.conditions:
        yield name
        yield from _named_in(law.conditions[name], law)


def _said(condition: Any, law: Law, ui: str, negated: bool, depth: int) -> str:
    maker = next(maker for key, maker in _MAKERS.items() if key in condition)
    return maker(condition, law, ui, negated, depth)


def _joined(condition: Any, law: Law, ui: str, negated: bool, depth: int) -> str:
    key = "all" if "all" in condition else "any"
    parts = [_said(part, law, ui, False, depth + 1) for part in condition[key]]
    joined = (f" {word('and', ui)} " if key == "all" else f", {word('or', ui)} ").join(parts)
    if negated:
        return word("phrase_not", ui, what=joined)
    return f"({joined})" if depth and len(parts) > 1 else joined


def _denied(condition: Any, law: Law, ui: str, negated: bool, depth: int) -> str:
    return _said(condition["not"], law, ui, not negated, depth)


def _named(condition: Any, law: Law, ui: str, negated: bool, depth: int) -> str:
    name = str(condition["condition"])
    said = known_word(f"condition_{'not_' if negated else ''}{name}", ui)
    if said:
        return said
    positive = known_word(f"condition_{name}", ui)
    if positive:
        return word("phrase_not", ui, what=positive)
    return _said(law.conditions[name], law, ui, negated, depth) if name in law.conditions else f"`{name}`"


def _role(condition: Any, law: Law, ui: str, negated: bool, depth: int) -> str:
    said = word("phrase_role", ui, who=who(condition["role"], ui), bounds=_bounds(condition.get("count"), law, ui))
    return word("phrase_not", ui, what=said) if negated else said


def _some(condition: Any, law: Law, ui: str, negated: bool, depth: int) -> str:
    what = _said(condition["where"], law, ui, False, depth + 1)
    return word("phrase_none" if negated else "phrase_some", ui, list=f"`{condition['some']}`", what=what)


def _bounds(bounds: Any, law: Law, ui: str) -> str:
    named = {key: (bounds or {}).get(key) for key in ("at_least", "at_most")}
    if not any(named.values()):
        named["at_least"] = 1
    return ", ".join(word(f"bound_{k}", ui, value=_value(v, law)) for k, v in named.items() if v is not None)


def _value(value: Any, law: Law) -> str:
    return parameter(value["parameter"], law) if isinstance(value, Mapping) else spell_value(value)


_OPPOSITE = {"is": "is_not", "one_of": "is_not", "exists": "absent", "absent": "exists"}


def _fact(condition: Any, law: Law, ui: str, negated: bool, depth: int) -> str:
    operator, operand = next((k, v) for k, v in condition.items() if k != "fact")
    if operator == "exists" and not operand:
        operator = "absent"
    if condition["fact"] == "kind" and operator in ("is", "one_of"):
        return _kind(operand, law, ui, negated)
    spelt = [_code(v, law) for v in (operand if isinstance(operand, list) else [operand])]
    names = {"is": "phrase_is", "one_of": "phrase_is"}
    turned = negated and operator in _OPPOSITE
    key = f"phrase_{_OPPOSITE[operator]}" if turned else names.get(operator, f"phrase_{operator}")
    said = word(key, ui, fact=f"`{condition['fact']}`", value=f" {word('or', ui)} ".join(spelt))
    return word("phrase_not", ui, what=said) if negated and not turned else said


def _kind(operand: Any, law: Law, ui: str, negated: bool) -> str:
    names = operand if isinstance(operand, list) else [operand]
    titles = [in_language(law.kinds.get(n, {}).get("title", {}), ui)[0] or f"`{n}`" for n in names]
    return word("phrase_kind_not" if negated else "phrase_kind", ui, value=f" {word('or', ui)} ".join(titles))


def _code(value: Any, law: Law) -> str:
    known = isinstance(value, Mapping) and "parameter" in value
    return parameter(value["parameter"], law) if known else f"`{spell_value(value)}`"


_Maker = Callable[[Any, Law, str, bool, int], str]
_MAKERS: Mapping[str, _Maker] = {
    "all": _joined,
    "any": _joined,
    "not": _denied,
    "condition": _named,
    "role": _role,
    "some": _some,
    "fact": _fact,
}


# ------------------------------------------------------------------------------------------- checks


def checked(check: Mapping[str, Any], law: Law, ui: str) -> tuple[str, ...]:
    """How an obligation is checked, a line for each part of its check."""
    return tuple(dict.fromkeys(_checked(check, law, ui)))


def _checked(check: Mapping[str, Any], law: Law, ui: str) -> Iterator[str]:
    kind = check["kind"]
    if kind == "all-of":
        for part in check["checks"]:
            yield from _checked(part, law, ui)
    elif kind == "any-of":
        yield f" {word('or', ui)} ".join(line for part in check["checks"] for line in _checked(part, law, ui))
    else:
        yield _TESTS[kind](check, law, ui)


def _stated(check: Mapping[str, Any], law: Law, ui: str) -> str:
    places = ", ".join(word(f"place_{place}", ui) for place in check.get("places", ()))
    return word("test_stated_places", ui, places=places) if places else word("test_stated", ui)


_TESTS: Mapping[str, Callable[[Mapping[str, Any], Law, str], str]] = {
    "stated": _stated,
    "not-stated": lambda check, law, ui: word("test_not_stated", ui),
    "fact": lambda check, law, ui: word("test_fact", ui, when=in_words(check["holds"], law, ui)),
    "role": lambda check, law, ui: word(
        "test_role", ui, who=who(check["role"], ui), bounds=_bounds(check, law, ui)
    ),
    "slot": lambda check, law, ui: word(
        "test_slot", ui, slot=check["slot"], clause=check["clause"], bounds=_bounds(check, law, ui)
    ),
    "review": lambda check, law, ui: word("test_review", ui, question=in_language(check["question"], ui)[0]),
}  # fmt: skip
