"""Rows and sheets of the catalogue in, text for a terminal or JSON for a program out.

The texts of a clause stand in two columns where the terminal is wide enough, block beside block; else one below the other.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from .catalogue import Cited, Filling, Row, Sheet, Stated, Version, Wording
from .inwords import certainty
from .l10n import NBSP
from .messages import word
from .model import Block
from .report import TOOL, safe

TWO_COLUMNS = 100  # from this width on
_GAP = " │ "


def label_of(block: Block) -> str:
    """The label of a block as a reader sees it: `2.`, `b)`."""
    return block.name.rsplit(".", 1)[-1] + ("." if block.level == 1 else ")")


# --------------------------------------------------------------------------------------------- list


def list_as_text(rows: Sequence[Row], total: int, ui: str) -> str:
    """A line for each clause, and how many there are."""
    width = max((len(row.id) for row in rows), default=0)
    lines = [safe(f"{row.id:<{width}}  {' · '.join(_told(row, ui))}") for row in rows]
    return "\n".join([*lines, word("lib_count", ui, count=len(rows), total=total)]) + "\n"


def _told(row: Row, ui: str) -> Iterator[str]:
    yield row.title
    yield pair("lib_when", row.when, ui)
    yield pair("lib_states", ", ".join(row.states), ui) if row.states else word("lib_states_none", ui)
    yield pair("lib_alternatives", row.alternatives, ui)
    yield pair("lib_approved", f"{row.approved}/{row.texts}", ui)


def pair(name: str, value: object, ui: str) -> str:
    """A named value as a language writes it: «objet : …», “subject: …”."""
    return word("lib_pair", ui, what=word(name, ui), value=value)


def list_as_json(rows: Sequence[Row], version: str) -> str:
    """The list as JSON."""
    return _json({"clauses": [_row(row) for row in rows]}, version)


def _json(body: Mapping[str, Any], version: str) -> str:
    whole = {"tool": TOOL, "version": version, "format": 1, **body}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "when": row.when,
        "obligations": list(row.states),
        "alternatives": row.alternatives,
        "texts": {"total": row.texts, "approved_by_jurist": row.approved},
    }


# -------------------------------------------------------------------------------------------- sheet


def sheet_as_text(sheet: Sheet, ui: str, width: int) -> str:
    """Everything that is told of a clause, its texts first."""
    lines = [f"{sheet.clause.id} – {sheet.row.title}", ""]
    for wording in sheet.wordings:
        lines += [*_wording(wording, ui, width), ""]
    for heading, body in _sections(sheet, ui):
        told = list(body)
        if told:
            lines += [word(heading, ui), *(line for text in told for line in _wrapped(text, width)), ""]
    lines.append(pair("lib_approved", word("lib_of", ui, count=sheet.row.approved, total=sheet.row.texts), ui))
    return "\n".join(safe(line) for line in lines) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip(" ")))
    return _fold(text, max(width, 40), subsequent_indent=indent + "  ") or [text]


def _fold(text: str, width: int, **indents: str) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False, **indents)  # type: ignore[arg-type]


def _sections(sheet: Sheet, ui: str) -> Iterator[tuple[str, Iterator[str]]]:
    yield "lib_applies", _when(sheet)
    yield "lib_obligations", (line for s in sheet.wordings[0].stated for line in _stated(s, ui))
    yield "lib_slots", (_filling(f, ui) for f in sheet.fillings)
    yield "lib_relations", (f"  {pair(f'lib_{name}', ', '.join(ids), ui)}" for name, ids in sheet.links)
    yield "lib_cites", (f"  § {_cited(c, ui)}" for c in sheet.cites)
    yield "lib_terms", (f"  {term}" for term in (", ".join(label for _, label in sheet.terms),) if term)
    yield "lib_playbook", (f"  {pair(f'lib_{name}', words, ui)}" for name, words, _ in sheet.playbook)
    yield "lib_used", _used(sheet, ui)
    yield "lib_provenance", _provenance(sheet, ui)


def _when(sheet: Sheet) -> Iterator[str]:
    yield f"  {sheet.row.when}"
    yield from (f"    {words}: {definition}" for words, definition in sheet.conditions)


def _stated(stated: Stated, ui: str) -> Iterator[str]:
    yield f"  {stated.id} – {stated.title} ({', '.join(stated.blocks)})"
    yield from (f"    § {_cited(c, ui)}" for c in stated.cited)


def _cited(cited: Cited, ui: str) -> str:
    return f"{cited.words or word('lib_not_cited', ui)} [{certainty(cited.certainty, ui)}]"


def source_of(filling: Filling, ui: str) -> str:
    """Where the value of a slot comes from, in words."""
    if not filling.parameter:
        return word("lib_from_spec", ui, path=filling.path)
    dated = (word("lib_since", ui, value=v, date=d) if d > "0001-01-01" else v for d, v in filling.values)
    return f"{word('lib_from_parameter', ui, what=filling.parameter)}: {'; '.join(dated)}"


def _filling(filling: Filling, ui: str) -> str:
    parts = [f"  {filling.name} ({filling.type}): {source_of(filling, ui)}"]
    if filling.default:
        parts.append(pair("lib_default", f"`{filling.default}`", ui))
    if filling.table:
        parts.append(word("lib_table", ui, what=filling.table))
    return "; ".join(parts)


def _used(sheet: Sheet, ui: str) -> Iterator[str]:
    yield "  " + pair("lib_used_examples", ", ".join(sheet.examples) or word("lib_none", ui), ui)
    yield "  " + pair("lib_used_kinds", ", ".join(sheet.kinds) or word("lib_none", ui), ui)


def _provenance(sheet: Sheet, ui: str) -> Iterator[str]:
    yield from (f"  {pair(name, value, ui)}" for name, value in provenance_of(sheet, ui))
    if sheet.clause.note:
        yield "  " + pair("lib_note", sheet.clause.note, ui)


def provenance_of(sheet: Sheet, ui: str) -> Iterator[tuple[str, str]]:
    """Where a clause comes from, each with the key of its name: version, day of drafting, research rows, place."""
    clause = sheet.clause
    yield "lib_version", clause.version
    yield "lib_drafted", str(clause.provenance.get("drafted", "–"))
    yield "lib_sources", ", ".join(clause.provenance.get("sources", ())) or "–"
    yield "lib_place", word("lib_place_order", ui, place=word(f"place_{clause.place}", ui), order=clause.order)


# -------------------------------------------------------------------------------------------- texts


def _wording(wording: Wording, ui: str, width: int) -> Iterator[str]:
    name = word("lib_fallback", ui, what=wording.name) if wording.name else word("lib_preferred", ui)
    yield name + (f" ({word('lib_overlay', ui)})" if wording.overlaid else "")
    if wording.name:
        states = "; ".join(f"{s.id} ({', '.join(s.blocks)})" for s in wording.stated)
        for name, value in (("concedes", wording.concedes), ("agreed_by", wording.agreed_by), ("states", states)):
            yield from _wrapped(f"  {pair(f'lib_{name}', value or '–', ui)}", width)
    wide = width >= TWO_COLUMNS and len(wording.versions) > 1
    for at in range(0, len(wording.versions), 2 if wide else 1):
        yield ""
        if wide:
            yield from _beside(wording.versions[at : at + 2], ui, (width - len(_GAP)) // 2)
        else:
            for piece in _pieces(wording.versions[at], ui, width):
                yield from piece


def _beside(versions: Sequence[Version], ui: str, width: int) -> Iterator[str]:
    """Two versions of a text, each block on one height with its like."""
    columns = [list(_pieces(version, ui, width)) for version in versions]
    for row in zip_longest(*columns, fillvalue=[]):
        for left, right in zip_longest(row[0], row[1] if len(row) > 1 else [], fillvalue=""):
            yield f"{left:<{width}}{_GAP}{right}".rstrip() if right else f"{left:<{width}}{_GAP.rstrip()}"


def _pieces(version: Version, ui: str, width: int) -> Iterator[list[str]]:
    """The heading and the blocks of a text, each wrapped to a width."""
    yield _fold(f"[{version.language}] {version.text.heading} – {approval_of(version, ui)}", width)
    for block in version.text.blocks:
        first = "   " * (block.level - 1) + label_of(block) + " "
        words = _words(block, NBSP)
        yield _fold(words, width, initial_indent=first, subsequent_indent=" " * len(first))


def _words(block: Block, space: str = " ") -> str:
    return "".join(i.value if i.kind == "text" else _mark(i.kind, i.value, space) for i in block.inlines)


def _mark(kind: str, value: str, space: str) -> str:
    return f"{{{{{space}{value}{space}}}}}" if kind == "slot" else f"[{kind}:{value}]"


def approval_of(version: Version, ui: str) -> str:
    """Whether a jurist approved a text, and who."""
    if not version.approved:
        return word("lib_unapproved", ui)
    return word("lib_approved_by", ui, by=version.by, function=version.function, on=version.on)


# --------------------------------------------------------------------------------------------- JSON


def sheet_as_json(sheet: Sheet, version: str) -> str:
    """The sheet as JSON."""
    clause = sheet.clause
    body = {
        **_row(sheet.row),
        "version": clause.version,
        "place": clause.place,
        "order": clause.order,
        "conditions": [{"words": words, "definition": definition} for words, definition in sheet.conditions],
        "wordings": [_wording_json(wording) for wording in sheet.wordings],
        "slots": [_filling_json(f) for f in sheet.fillings],
        "clauses": {name: list(ids) for name, ids in sheet.links},
        "cites": [_cited_json(c) for c in sheet.cites],
        "terms": [key for key, _ in sheet.terms],
        "playbook": {name: words for name, words, _ in sheet.playbook},
        "used": {"examples": list(sheet.examples), "kinds": list(sheet.kinds)},
        "provenance": dict(clause.provenance),
        "note": clause.note,
    }
    return _json({"clause": body}, version)


def _cited_json(cited: Cited) -> dict[str, str]:
    return {"words": cited.words, "instrument": cited.instrument, "certainty": cited.certainty}


def _filling_json(filling: Filling) -> dict[str, Any]:
    return {
        "name": filling.name,
        "type": filling.type,
        "path": filling.path or None,
        "default": filling.default or None,
        "parameter": filling.parameter or None,
        "values": [{"from": since, "value": value} for since, value in filling.values],
        "table": filling.table or None,
    }


def _wording_json(wording: Wording) -> dict[str, Any]:
    return {
        "alternative": wording.name,
        "concedes": wording.concedes,
        "agreed_by": wording.agreed_by,
        "overlay": wording.overlaid,
        "obligations": [
            {"id": s.id, "title": s.title, "blocks": list(s.blocks), "basis": [_cited_json(c) for c in s.cited]}
            for s in wording.stated
        ],
        "texts": [_version_json(version) for version in wording.versions],
    }


def _version_json(version: Version) -> dict[str, Any]:
    approval = {"by": version.by, "function": version.function, "on": version.on} if version.approved else None
    return {
        "language": version.language,
        "heading": version.text.heading,
        "blocks": [{"name": block.name, "text": _words(block)} for block in version.text.blocks],
        "approval": approval,
    }
