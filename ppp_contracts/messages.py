"""The words a user reads: findings, remedies, outcomes, headings of reports, in French, Dutch, German and English.

They stand in one table, `law/messages.yaml`. It is read when there is something to say.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .finding import Finding
from .keeping import kept_yaml
from .paths import data_root

if TYPE_CHECKING:
    from .model import Law, Obligation

UI_LANGUAGES = ("fr", "nl", "de", "en")


def ui_language(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """The language of messages: the one asked for, else the locale's if that is one of ours, else English."""
    if asked in UI_LANGUAGES:
        return str(asked)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            code = environment[name][:2].lower()
            return code if code in UI_LANGUAGES else "en"
    return "en"


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The message table: `codes` (title, message, remedy of each) and `words`."""
    return kept_yaml(data_root() / "law" / "messages.yaml")


def word(name: str, ui: str, **params: object) -> str:
    """A word or sentence of a report."""
    return str(table()["words"][name][ui]).format(**params)


def message_of(finding: Finding, ui: str, law: Law | None = None) -> str:
    """What is wrong, in one sentence."""
    return _fill("message", finding, ui, law)


def remedy_of(finding: Finding, ui: str, law: Law | None = None) -> str:
    """What to do about it. For an obligation it is the obligation's own remedy."""
    obligation = _obligation(finding, law)
    if obligation and finding.code == "PPP301":
        return obligation.remedy.get(ui, obligation.remedy.get("en", ""))
    return _fill("remedy", finding, ui, law)


def _obligation(finding: Finding, law: Law | None) -> Obligation | None:
    return law.obligations.get(finding.obligation) if law and finding.obligation else None


def _fill(part: str, finding: Finding, ui: str, law: Law | None) -> str:
    params = {"obligation": finding.obligation, **dict(finding.params)}
    params |= {name.removesuffix(f"_{ui}"): value for name, value in params.items() if name.endswith(f"_{ui}")}
    trap = law.traps.get(params.get("trap", "")) if law else None
    if trap and finding.code.startswith("PPP7"):
        said = trap.message if part == "message" else trap.remedy
        return _Lenient(said[ui]).fill(params) + (f" [{trap.id}]" + _waived(params, ui) if part == "message" else "")
    obligation = _obligation(finding, law)
    if obligation:
        params["title"] = obligation.title.get(ui, obligation.title.get("en", obligation.id))
    said = table()["codes"][finding.code][part][ui]
    return _Lenient(said).fill(params) + (_waived(params, ui) if part == "message" else "")


def _waived(params: Mapping[str, str], ui: str) -> str:
    """That a finding is waived, by whom, why and until when; "" when it is not."""
    if "waived" not in params:
        return ""
    names = {"reason": "waived", "by": "waived_by", "on": "waived_on", "until": "waived_until"}
    return " – " + word("waived", ui, **{name: params.get(key, "") for name, key in names.items()})


class _Lenient:
    """A message whose fields are filled by name, never by attribute or index: values come from strangers."""

    def __init__(self, template: str) -> None:
        self.template = template

    def fill(self, params: Mapping[str, str]) -> str:
        import re

        return re.sub(r"\{([a-z_]+)\}", lambda m: params.get(m[1], ""), self.template)
