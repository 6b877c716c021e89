"""An organisation's workspace made for a test: a workspace file, and an overlay on the shipped clauses and law."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ppp_contracts import cli
from ppp_contracts.workshop import Shelf, load_shelf
from ppp_contracts.workshop import shelf as kept_shelf
from ppp_contracts.workspace import FILE_NAME, read_workspace

LANGUAGES = ("fr", "nl", "de", "en")
WORKSPACE = "workspace: 1\noverlay: organisation\n"


def write_workspace(folder: Path, files: Mapping[str, str], workspace: str = WORKSPACE) -> str:
    """Writes a workspace file and the files of its overlay into a folder; gives the name of the workspace file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(workspace, encoding="utf-8")
    (folder / "organisation").mkdir(exist_ok=True)
    for name, text in files.items():
        file = folder / "organisation" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return str(folder / FILE_NAME)


def shelf_of(file: str) -> Shelf:
    """Law and library with the overlay of a workspace, read anew; nothing may be wrong with them."""
    workspace, findings = read_workspace(file)
    assert workspace is not None and not findings, findings
    found = load_shelf(workspace=workspace)
    assert not found.findings, found.findings
    return found


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """The program as a process of its own would run it: nothing is kept from the run before."""
    kept_shelf.cache_clear()
    code = cli.run([str(a) for a in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out, captured.err


def clause(name: str, more: str = "", text: str = "", languages: tuple[str, ...] = LANGUAGES) -> dict[str, str]:
    """The files of a clause with the same words in each language; its place is the last among the articles."""
    words = text or "# Maison\n\n1. Chaque Partie s’engage à ranger la maison.\n"
    head = 'clause: 1\nversion: "1.0.0"\norder: 9999\nprovenance: {drafted: 2026-11-23, sources: [own]}\n'
    return {
        f"clauses/{name}/clause.yaml": head + more,
        **{f"clauses/{name}/{language}.md": words for language in languages},
    }


def in_all_languages(words: str) -> str:
    """One sentence in four languages, as YAML."""
    return "{" + ", ".join(f'{language}: "{words} ({language})"' for language in LANGUAGES) + "}"
