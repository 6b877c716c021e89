"""Text for people, as a terminal shows it."""

from __future__ import annotations

from ..messages import word
from ..report import Result, render_text
from .format import Format, Setting, Totals


def _fragment(result: Result, setting: Setting) -> str:
    return render_text(result, setting.ui, setting.law, setting.matrix, setting.colour, setting.quiet)


def _tail(totals: Totals, setting: Setting) -> str:
    lines = []
    if totals.files > 1:
        lines.append(total_line(totals, setting.ui))
    if totals.unseen:
        lines.append(word("baseline_unseen", setting.ui, count=totals.unseen))
    return "".join(f"{line}\n" for line in lines)


def total_line(totals: Totals, ui: str) -> str:
    """What all files come to, in one line."""
    counts = word("counts", ui, errors=totals.errors, warnings=totals.warnings, advice=totals.advice)
    more = {
        "counts_known": totals.known,
        "counts_gone": totals.gone,
        "counts_unreadable": totals.unreadable,
        "counts_internal": totals.bugs,
    }
    past = [word(name, ui, count=count) for name, count in more.items() if count]
    return word("total", ui, files=totals.files) + ", ".join([counts, *past])


FORMAT = Format(_fragment, tail=_tail)
