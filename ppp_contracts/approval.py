"""The review lock: which texts a jurist approved, which changed since, and the writing of a new approval.

An approval counts for one text in one language with one digest. What this program or its authors read is never one.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from .codes import find
from .library import approval_digest, is_approved
from .model import Approval, Finding, Library, Place, Plan
from .output import write_together
from .schema import check_schema
from .workspace import Workspace
from .yamlio import parse_yaml

TextKey = tuple[str, str, str]  # clause, alternative ("" the preferred text), language

_HEADER = """\
# The review lock: which texts a jurist of this organisation approved. Written by `ppp-contracts library approve`; an
# approval counts for the text with this digest only.
approvals: 1
"""


def stale_approvals(library: Library) -> Iterator[Finding]:
    """Approvals of texts that changed since, or that the library does not have. One of a clause that the organisation forbids
    waits, and is neither."""
    for clause, alternative, language in dict.fromkeys(
        (a.clause, a.alternative, a.language) for a in library.approvals
    ):
        last = [
            a for a in library.approvals if (a.clause, a.alternative, a.language) == (clause, alternative, language)
        ][-1]
        known = library.clauses.get(clause)
        if clause in library.forbidden:
            continue
        if known is None or (alternative, language) not in known.texts:
            yield find("PPP451", Place(last.file), clause=_named(clause, alternative), language=language)
        elif not is_approved(library, clause, alternative, language):
            yield find(
                "PPP450",
                Place(last.file),
                clause=_named(clause, alternative),
                language=language,
                by=last.by,
                on=last.on,
            )


def texts_of(plan: Plan, languages: Sequence[str]) -> tuple[TextKey, ...]:
    """The texts of a plan in the languages of its agreement, each once."""
    keys = ((p.clause.id, p.alternative, language) for p in plan.clauses for language in languages)
    return tuple(dict.fromkeys(key for key in keys if key[1:] in plan.library.clauses[key[0]].texts))


def unapproved(library: Library, texts: Iterable[TextKey]) -> tuple[TextKey, ...]:
    """Those of the texts that no jurist approved as they stand."""
    return tuple(key for key in texts if not is_approved(library, *key))


def demand_approval(file: str, missing: Sequence[TextKey], total: int) -> tuple[Finding, ...]:
    """The finding that some texts of an agreement are not approved: what `--require-approved` asks."""
    if not missing:
        return ()
    named = [f"{_named(clause, alternative)} ({language})" for clause, alternative, language in missing]
    shown = ", ".join(named[:8]) + (", …" if len(named) > 8 else "")
    return (find("PPP452", Place(file), count=len(missing), total=total, texts=shown),)


def _named(clause: str, alternative: str) -> str:
    return f"{clause}#{alternative}" if alternative else clause


# ------------------------------------------------------------------------------------------- writing


def approve(
    workspace: Workspace, library: Library, texts: Sequence[TextKey], by: str, function: str, on: str, note: str = ""
) -> tuple[Finding, ...]:
    """Adds approvals of these texts to the review lock of a workspace, after those that stand there.

    The file is written whole or not at all: not when it could not be read again, say for a name that is no text or too long.
    Gives the findings of that and of the writing.
    """
    ours = [a for a in library.approvals if a.file == str(workspace.approvals)]
    by, function, note = (unicodedata.normalize("NFC", words) for words in (by, function, note))  # as it will be read
    new = [
        Approval(
            c, alternative, language, approval_digest(library.clauses[c], alternative, language), by, function, on, note
        )
        for c, alternative, language in dict.fromkeys(texts)
    ]
    fresh = [a for a in new if not any(_same(a, known) for known in ours)]
    body = (_HEADER + "list:\n" + "".join(_line(a) for a in (*ours, *fresh))).encode()
    document, findings = parse_yaml(body, str(workspace.approvals))
    wrong = (*findings, *(check_schema(document, "approvals") if document else ()))
    if wrong or not fresh:
        return wrong
    workspace.approvals.parent.mkdir(parents=True, exist_ok=True)
    return write_together(workspace.approvals.parent, {workspace.approvals.name: body})


def _same(one: Approval, other: Approval) -> bool:
    keys = ("clause", "alternative", "language", "digest", "by", "function")
    return all(getattr(one, key) == getattr(other, key) for key in keys)


def _line(approval: Approval) -> str:
    entry: dict[str, object] = {"clause": approval.clause}
    if approval.alternative:
        entry["alternative"] = approval.alternative
    entry |= {"language": approval.language, "digest": approval.digest}
    entry |= {"by": {"name": approval.by, "function": approval.function}, "on": approval.on}
    if approval.note:
        entry["note"] = approval.note
    shown = json.dumps(entry, ensure_ascii=False)  # JSON is YAML: quoted text stays text
    return "- " + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in shown) + "\n"
