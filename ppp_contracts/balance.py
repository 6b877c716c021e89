"""A plan and its verdicts in, how evenly the agreement lies on its parties out: duties, rights, risks, money, votes, sanctions.

It counts what `law/balance.yaml` says is to be counted. A share is no judgement: what is uneven may be right, and is named with the
facts that make it so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .keeping import kept_yaml
from .l10n import format_percentage, parse_number
from .model import Outcome, Plan, Verdict
from .paths import data_root, mappings, select, texts
from .workshop import parties_by_group

Weights = dict[str, Decimal]  # party -> how much


@dataclass(frozen=True)
class Measured:
    """One measure: what each party has of it, how even that is (0: all on one, 1: the same for each), and what tips it."""

    id: str
    sense: str  # burden, benefit
    title: Mapping[str, str]
    weights: Mapping[str, Decimal]
    evenness: Decimal
    tips: tuple[Tip, ...]


@dataclass(frozen=True)
class Tip:
    """A party with more than its even share, and the facts behind it, the heaviest first."""

    party: str
    share: Decimal  # of the whole, 0 to 1
    even: Decimal
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Balance:
    """The balance of an agreement."""

    parties: tuple[str, ...]
    measures: tuple[Measured, ...]


def load_measures() -> Mapping[str, Any]:
    """What is counted: `law/balance.yaml`."""
    return kept_yaml(data_root() / "law" / "balance.yaml")


def weigh(plan: Plan, verdicts: Sequence[Verdict], table: Mapping[str, Any]) -> Balance:
    """The balance of a plan by the measures of a table (`law/balance.yaml`)."""
    scale = _Scale(plan, verdicts)
    return Balance(scale.parties, tuple(_measure(item, scale, Decimal(table["tips_at"])) for item in table["measures"]))


class _Scale:
    """What is counted: the parties, who belongs to which group, and the obligations that apply."""

    def __init__(self, plan: Plan, verdicts: Sequence[Verdict]) -> None:
        self.data = plan.spec.data
        self.law = plan.law
        self.parties = tuple(str(p.get("id")) for p in mappings(self.data.get("parties")))
        self.groups = parties_by_group(self.data)
        self.applying = [v.obligation for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE]


def _measure(item: Mapping[str, Any], scale: _Scale, tips_at: Decimal) -> Measured:
    weights: Weights = dict.fromkeys(scale.parties, Decimal(0))
    facts: dict[str, list[tuple[Decimal, str]]] = {party: [] for party in scale.parties}
    for source in item["sources"]:
        for party, weight, fact in _SOURCES[source["kind"]](source, scale):
            if party in weights:
                weights[party] += weight
                facts[party].append((weight, fact))
    return Measured(
        item["id"], item["sense"], item["title"], weights, evenness(weights), tuple(_tips(weights, facts, tips_at))
    )


def evenness(weights: Mapping[str, Decimal]) -> Decimal:
    """How evenly something lies: the entropy of the shares over the greatest possible (Pielou's index), two decimals. One party, or
    nothing to share, is even."""
    total, count = sum(weights.values()), len(weights)
    if not total or count < 2:
        return Decimal("1.00")
    shares = [float(weight / total) for weight in weights.values() if weight]
    index = -sum(share * math.log(share) for share in shares) / math.log(count)
    return Decimal(str(abs(index))).quantize(Decimal("0.01"))


def _tips(weights: Weights, facts: Mapping[str, list[tuple[Decimal, str]]], tips_at: Decimal) -> Iterator[Tip]:
    total = sum(weights.values())
    even = Decimal(1) / len(weights) if weights else Decimal(1)
    for party, weight in weights.items():
        share = weight / total if total else Decimal(0)
        if len(weights) > 1 and share > even * tips_at:
            heaviest = [fact for _, fact in sorted(facts[party], key=lambda pair: -pair[0])]
            yield Tip(party, share, even, tuple(dict.fromkeys(heaviest)))


# -------------------------------------------------------------------------------------------- sources

Counted = Iterator[tuple[str, Decimal, str]]  # party, how much, the fact


def _obligations(source: Mapping[str, Any], scale: _Scale) -> Counted:
    for name in scale.applying:
        if name in source.get("of", (name,)):
            group = getattr(scale.law.obligations[name], source["side"])
            members = scale.groups.get(group, ())
            # What all owe to all lies on each alike and says nothing about the balance.
            for party in members if group != "all" else ():
                yield party, Decimal(1) / len(members), name


def _items(source: Mapping[str, Any], scale: _Scale) -> Counted:
    for path, entry in _entries(source, scale):
        held = entry.get(source["party"])
        for party in texts(held) if isinstance(held, list) else [str(held)]:
            yield party, Decimal(1), f"{path}.{source['party']}"


def _amounts(source: Mapping[str, Any], scale: _Scale) -> Counted:
    for path, entry in _entries(source, scale):
        for key in source["values"]:
            try:
                yield str(entry.get(source["party"])), parse_number(entry.get(key)), f"{path}.{key}"
            except ValueError:  # the schema says so
                continue


def _members(source: Mapping[str, Any], scale: _Scale) -> Counted:
    for _, value in select(scale.data, source["path"]):
        for party in texts(value):
            yield party, Decimal(1), source["path"]


def _entries(source: Mapping[str, Any], scale: _Scale) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for _, value in select(scale.data, source["path"]):
        for number, entry in enumerate(value if isinstance(value, list) else ()):
            if isinstance(entry, Mapping):
                yield f"{source['path']}[{number}]", entry


_SOURCES: Mapping[str, Callable[[Mapping[str, Any], _Scale], Counted]] = {
    "obligations": _obligations,
    "items": _items,
    "amounts": _amounts,
    "members": _members,
}


# --------------------------------------------------------------------------------------------- report


def render_balance(balance: Balance, names: Mapping[str, str], ui: str) -> str:
    """The balance as a table and the tips as sentences, for people."""
    from .messages import word

    lines = [word("balance_head", ui), ""]
    shown = [names.get(party, party) for party in balance.parties]
    title = max((len(m.title[ui]) for m in balance.measures), default=0)
    widths = [max(len(name), 8) for name in shown]
    head = "  ".join([" " * title, *(name.rjust(width) for name, width in zip(shown, widths, strict=True))])
    lines.append(f"{head}  {word('balance_evenness', ui)}")
    for measured in balance.measures:
        total = sum(measured.weights.values())
        cells = (_percent(measured.weights[p] / total, ui) if total else "–" for p in balance.parties)
        row = "  ".join([measured.title[ui].ljust(title), *(c.rjust(w) for c, w in zip(cells, widths, strict=True))])
        lines.append(f"{row}  {measured.evenness if total else '–'}")
    lines.append("")
    for measured in balance.measures:
        for tip in measured.tips:
            lines.append(
                word(
                    f"balance_tip_{measured.sense}",
                    ui,
                    party=names.get(tip.party, tip.party),
                    share=_percent(tip.share, ui),
                    even=_percent(tip.even, ui),
                    measure=measured.title[ui],
                    facts=", ".join(tip.facts[:6]) + (", …" if len(tip.facts) > 6 else ""),
                )
            )
    lines.append(word("balance_note", ui))
    return "\n".join(lines) + "\n"


def _percent(share: Decimal, ui: str) -> str:
    return format_percentage(str((share * 100).quantize(Decimal(1))), ui)


def balance_json(balance: Balance) -> dict[str, Any]:
    """The balance as plain values, for the JSON of a report."""
    return {
        "parties": list(balance.parties),
        "measures": [
            {
                "id": m.id,
                "sense": m.sense,
                "weights": {party: str(weight) for party, weight in m.weights.items()},
                "evenness": str(m.evenness),
                "tips": [
                    {"party": t.party, "share": f"{t.share:.4f}", "even": f"{t.even:.4f}", "facts": list(t.facts)}
                    for t in m.tips
                ],
            }
            for m in balance.measures
        ],
    }
