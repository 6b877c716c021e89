"""Files out: all of them or none, and never over a Word file that someone has worked on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path as FilePath

from .codes import find
from .finding import Finding, Place

_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}


def file_stem(reference: str, version: str, language: str, draft: bool) -> str:
    """The name of an agreement's file, without ending: reference, version, language, and `draft` when it is one.

    Only letters, digits, dots, hyphens and underscores: no name of a spec leads out of the folder.
    """
    parts = [_plain(reference) or "agreement", f"v{_plain(version) or '0'}", language, *(["draft"] if draft else [])]
    stem = "_".join(parts)
    return f"_{stem}" if stem.split(".")[0].lower() in _RESERVED else stem


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", text).strip("-.")[:80]


def beside(manifest: bytes, document: bytes, name: str) -> bytes:
    """The manifest that stands beside a Word file: the one inside (a JSON object), plus the digest of the file as it was
    written."""
    added = json.dumps({"document": {"file": name, "sha256": hashlib.sha256(document).hexdigest()}}, ensure_ascii=False)
    inner = manifest.decode().rstrip().removesuffix("}")
    return (inner + ("," if len(inner) > 1 else "") + added.removeprefix("{") + "\n").encode()


def edited_since(docx: FilePath, manifest: FilePath) -> bool:
    """Whether a Word file is other than what was written with the manifest beside it. Without a manifest, it counts as
    edited: nobody can tell."""
    try:
        written = json.loads(manifest.read_bytes())["document"]["sha256"]
        return bool(hashlib.sha256(docx.read_bytes()).hexdigest() != written)
    except (OSError, ValueError, KeyError, TypeError):
        return True


def write_together(folder: FilePath, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Writes files into a folder, together or not at all. What goes wrong is a finding, and the folder is as before."""
    staged: list[tuple[str, FilePath]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".ppp-")
            staged.append((temporary, folder / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, 0o644)
        _replace_all(staged)
    except OSError as problem:
        shown = str(folder / (staged[-1][1].name if staged else ""))
        return (find("PPP012", Place(shown), file=shown, problem=problem.strerror or type(problem).__name__),)
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    return ()


def _replace_all(staged: list[tuple[str, FilePath]]) -> None:
    """Moves every staged file into place. When one cannot be moved, those moved before it are put back.

    Between two moves a crash of the machine can still leave an old and a new file side by side; their manifests tell.
    """
    undo: list[tuple[FilePath, str | None]] = []
    try:
        for temporary, target in staged:
            saved = None
            if target.exists():
                saved = f"{temporary}.old"
                shutil.copy2(target, saved)
            undo.append((target, saved))
            os.replace(temporary, target)
    except BaseException:  # Ctrl-C included: the folder goes back to what it was
        for target, saved in reversed(undo):
            with contextlib.suppress(OSError):
                if saved is None:
                    os.unlink(target)
                else:
                    os.replace(saved, target)
        raise
    for _, saved in undo:
        if saved:
            os.unlink(saved)
