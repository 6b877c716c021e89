"""SARIF 2.1.0, the format of code scanning. Its kinds of result are our outcomes; a waiver is a suppression, a baseline its
baseline state. Without `--matrix` only what asks for something is a result: there are readers that show every result as a fault.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from ..baseline import identity_of
from ..finding import Outcome, Place, Severity
from ..messages import table, word
from ..report import TOOL, Past, Result, citations, safe
from .entries import Entry, entries_of, message, question, remedy, title_of
from .format import Format, Setting, Totals

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KINDS = {"PPP302": Outcome.OPEN, "PPP303": Outcome.REVIEW}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


def _head(setting: Setting) -> str:
    return f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{"columnKind": "unicodeCodePoints", "results": [\n'


def _fragment(result: Result, setting: Setting) -> str:
    results = [_result(entry, result, setting) for entry in entries_of(result, setting.matrix)]
    results += [_gone(past, result.file) for past in result.gone]
    return ",\n".join(json.dumps(item, ensure_ascii=False) for item in results)


def _tail(totals: Totals, setting: Setting) -> str:
    code = totals.exit_code(setting.fail_on)
    rest = {
        "tool": {
            "driver": {
                "name": TOOL,
                "version": setting.version,
                "semanticVersion": setting.version,
                "fullDescription": {"text": word("check_notice", setting.ui)},
                "rules": [_rule(name, setting) for name in sorted(totals.rules)],
            }
        },
        "language": setting.ui,
        "invocations": [{"executionSuccessful": code in (0, 1), "exitCode": code}],
    }
    return "\n], " + json.dumps(rest, ensure_ascii=False).removeprefix("{") + "]}\n"


def _result(entry: Entry, result: Result, setting: Setting) -> dict[str, Any]:
    ui, law = setting.ui, setting.law
    failed = entry.outcome is Outcome.FAIL
    severity = Severity.ADVICE if entry.known else entry.severity
    said, todo = _plain(message(entry, ui, law)), _plain(remedy(entry, ui, law))
    told = {
        "code": entry.code,
        "severity": severity.name.lower(),
        "remedy": todo,
        "question": question(entry, ui),
        "decided": entry.catch.decided if entry.catch else "",
        "evidence": [e.label for e in entry.verdict.evidence] if entry.verdict else [],
        "missing": list(entry.verdict.missing) if entry.verdict else [],
    }
    out: dict[str, Any] = {
        "ruleId": entry.subject,
        "kind": entry.outcome.value,
        "level": _LEVELS[severity] if failed else "none",  # what is no failure has no level, says SARIF
        "message": {"text": f"{said}\n→ {todo}" if todo else said},
        "locations": [_location(entry.place)],
        "properties": {name: value for name, value in told.items() if value},
    }
    if entry.finding:
        out["partialFingerprints"] = {"finding/v1": identity_of(entry.finding, result.file)}
        if setting.baseline:
            out["baselineState"] = "unchanged" if entry.known else "new"
    if entry.waived:
        out["suppressions"] = [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": entry.waived["reason"],
                "properties": {key: entry.waived[key] for key in ("by", "on", "until")},
            }
        ]
    return out


def _gone(past: Past, file: str) -> dict[str, Any]:
    return {
        "ruleId": past.subject or past.code,
        "kind": (kind := _KINDS.get(past.code, Outcome.FAIL)).value,
        "level": "note" if kind is Outcome.FAIL else "none",
        "message": {"text": _plain(past.message)},
        "locations": [_location(Place(file))],
        "properties": {"code": past.code},
        "partialFingerprints": {"finding/v1": past.identity},
        "baselineState": "absent",
    }


def _plain(text: str) -> str:
    """A stranger's text as SARIF's plain text, which knows links: `[words](target)`."""
    return safe(text).replace("](", "] (")


def _location(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri_of(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    out: dict[str, Any] = {"physicalLocation": physical}
    if place.path:
        out["logicalLocations"] = [{"fullyQualifiedName": place.path}]
    return out


def uri_of(file: str) -> str:
    """A file as a URI reference: relative as it was named, or `file:///…`."""
    path = (PureWindowsPath if os.name == "nt" else PurePosixPath)(file)
    if path.is_absolute():
        return path.as_uri()
    parts = path.as_posix().encode("utf-8", "surrogateescape")
    return quote(parts, safe="/")


def _rule(name: str, setting: Setting) -> dict[str, Any]:
    """What a code, an obligation or a trap is: its title, why, what to do, what it rests on."""
    law, ui = setting.law, setting.ui
    title = title_of(name, ui, law)
    rule: dict[str, Any] = {"id": name, "shortDescription": {"text": title}}
    obligation, trap = law.obligations.get(name), law.traps.get(name)
    if obligation:
        rule["fullDescription"] = {"text": _in(obligation.rationale, ui) or title}
        rule["help"] = {"text": _in(obligation.remedy, ui) or title}
        cited = citations(law, name, ui)
        rule["properties"] = {"tags": list(obligation.demand), **({"citations": cited} if cited else {})}
    elif trap:
        rule["properties"] = {"tags": list(trap.demand)}
    else:
        entry = table()["codes"].get(name, {})
        for key, part in (("fullDescription", "message"), ("help", "remedy")):
            rule[key] = {"text": re.sub(r"\{[a-z_]+\}", "…", _in(entry.get(part, {}), ui)) or title}
        rule["defaultConfiguration"] = {"level": _LEVELS[_severity(name)]}
    return rule


def _in(words: Mapping[str, str], ui: str) -> str:
    return words.get(ui, words.get("en", ""))


def _severity(code: str) -> Severity:
    from ..codes import CODES

    return CODES.get(code, Severity.WARNING)


FORMAT = Format(_fragment, _head, ",\n", _tail)
