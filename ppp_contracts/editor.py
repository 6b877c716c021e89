"""The schema of a spec for editors: with the ids of this library, and of the parties of one spec, as completions.

An editor's YAML language server completes what a JSON Schema enumerates. The shipped schema describes every spec; this one describes
the spec at hand, so that `lead:` offers its parties and `choices.add` the clauses there are.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .paths import mappings
from .schema import load_schema
from .workshop import Shelf


def schema_for(data: Any, shelf: Shelf) -> str:
    """The JSON Schema of a spec as text. `data` are the values of the spec, or None: then no party is known, and any id will do."""
    schema = copy.deepcopy(load_schema("spec"))
    definitions: dict[str, Any] = schema["$defs"]
    _offer(
        definitions, "clauseId", [*shelf.library.clauses], {c.id: _heading(c) for c in shelf.library.clauses.values()}
    )
    titles = {o.id: o.title.get("en", o.id) for o in shelf.law.obligations.values()}
    _offer(definitions, "obligationId", [*shelf.law.obligations], titles)
    parties = [
        party for party in mappings(data.get("parties") if isinstance(data, Mapping) else None) if party.get("id")
    ]
    if parties:
        names = {str(party["id"]): str(party.get("role", "")) for party in parties}
        _offer(definitions, "partyId", list(names), names)
        # The place where a party gets its id may hold any: it is the list of parties itself that says which there are.
        schema["properties"]["parties"]["items"]["properties"]["id"] = load_schema("spec")["$defs"]["partyId"]
    alternatives = schema["properties"]["choices"]["properties"]["alternatives"]
    alternatives["properties"] = {
        clause.id: {
            **alternatives["additionalProperties"],
            "description": clause.playbook.get("subject", {}).get("en", clause.id),
            "examples": list(clause.alternatives),
        }
        for clause in shelf.library.clauses.values()
        if clause.alternatives
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _heading(clause: Any) -> str:
    text = clause.texts.get(("", "en")) or clause.texts.get(("", "fr"))
    return str(text.heading) if text else str(clause.id)


def _offer(definitions: dict[str, Any], name: str, values: Sequence[str], descriptions: Mapping[str, str]) -> None:
    """Makes a definition an enumeration; editors that know how show what each value means."""
    known = definitions[name]
    definitions[name] = {
        **{key: value for key, value in known.items() if key not in ("pattern", "maxLength", "minLength")},
        "enum": list(dict.fromkeys(values)),
        "enumDescriptions": [descriptions.get(value, "") for value in dict.fromkeys(values)],
    }
