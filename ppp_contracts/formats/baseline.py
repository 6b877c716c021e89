"""A baseline: the findings of a run and nothing else of it, in the words that a JSON report has for them."""

from __future__ import annotations

import json

from ..baseline import identity_of, relative_name, subject_of
from ..messages import message_of
from ..report import TOOL, Past, Result
from .format import Format, Setting, Totals


def _head(setting: Setting) -> str:
    head = json.dumps({"tool": TOOL, "version": setting.version, "format": 2, "baseline": True}, indent=1)
    return head[: -len("\n}")] + ',\n "files": [\n'


def _fragment(result: Result, setting: Setting) -> str:
    past = [
        Past(identity_of(f, result.file), f.code, subject_of(f), message_of(f, setting.ui, setting.law))._asdict()
        for f in (*result.findings, *result.known)
    ]
    lines = ",\n".join(
        "   " + json.dumps(item, ensure_ascii=False) for item in sorted(past, key=lambda p: p["identity"])
    )
    name = json.dumps(relative_name(result.file), ensure_ascii=False)
    return f'  {{"file": {name}, "findings": [' + (f"\n{lines}\n  ]}}" if past else "]}")


def _tail(totals: Totals, setting: Setting) -> str:
    return ("\n" if totals.files else "") + " ]\n}\n"


FORMAT = Format(_fragment, _head, ",\n", _tail)
