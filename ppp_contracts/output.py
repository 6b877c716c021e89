"""Files out: all of them or none, and never over a Word file that someone has worked on."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import BinaryIO

from .codes import find
from .finding import Finding, Place

_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}


def file_stem(reference: str, version: str, language: str, draft: bool) -> str:
    """The name of an agreement's file, without ending: reference, version, language, and `draft` when it is one.

    Only letters, digits, dots, hyphens and underscores: no name of a spec leads out of the folder. Letters lose their
    accents (`ÖSHZ` gives `OSHZ`).
    """
    parts = [_plain(reference) or "agreement", f"v{_plain(version) or '0'}", language, *(["draft"] if draft else [])]
    stem = "_".join(parts)
    return f"_{stem}" if stem.split(".")[0].lower() in _RESERVED else stem


# Letters that Unicode does not take apart into a plain one and an accent.
_SPELT = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)  # fmt: skip


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.translate(_SPELT))
    unmarked = "".join(c for c in spread if not unicodedata.combining(c))
    return re.sub(r"[^A-Za-z0-9.-]+", "-", unmarked).strip("-.")[:80]


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


def reference_in(manifest: FilePath) -> str | None:
    """The reference of the agreement that a manifest in a folder is of; None when there is none that can be read."""
    try:
        reference = json.loads(manifest.read_bytes())["reference"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return reference if isinstance(reference, str) else None


class Unwritable(Exception):
    """A file that cannot be written; `finding` says which and why."""

    def __init__(self, file: FilePath, problem: OSError) -> None:
        super().__init__(str(file))
        why = problem.strerror or type(problem).__name__
        self.finding = find("PPP012", Place(str(file)), file=str(file), problem=why)


def write_together(folder: FilePath, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Writes files into a folder, together or not at all. What goes wrong is a finding, and the folder is as before."""
    try:
        with staged([folder / name for name in files]) as writers:
            for write, data in zip(writers, files.values(), strict=True):
                write(data)
    except Unwritable as problem:
        return (problem.finding,)
    return ()


@contextlib.contextmanager
def staged(targets: Sequence[FilePath]) -> Iterator[list[Callable[[bytes], None]]]:
    """Ways to write to files bit by bit. The files stand in their places together when the block ends well; else all is as
    before. Folders that are missing are made. Raises `Unwritable`."""
    if not targets:
        yield []
        return
    temporaries: list[str] = []
    streams: list[BinaryIO] = []

    def writer(stream: BinaryIO, target: FilePath) -> Callable[[bytes], None]:
        def write(data: bytes) -> None:
            with _blaming(target):
                stream.write(data)

        return write

    try:
        for target in targets:
            with _blaming(target):
                if target.exists() and not target.is_file():  # a folder, a device: nothing takes their place
                    raise OSError(errno.EISDIR, os.strerror(errno.EISDIR if target.is_dir() else errno.EINVAL))
                target.parent.mkdir(parents=True, exist_ok=True)
                import tempfile  # heavy, and a check of one file to the screen writes nothing

                handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".ppp-")
                temporaries.append(temporary)
                streams.append(os.fdopen(handle, "wb"))
        yield [writer(stream, target) for stream, target in zip(streams, targets, strict=True)]
        for stream, temporary, target in zip(streams, temporaries, targets, strict=True):
            with _blaming(target):
                stream.flush()
                os.fsync(stream.fileno())
                stream.close()
                os.chmod(temporary, 0o644)
        with _blaming(targets[-1]):
            _replace_all(list(zip(temporaries, targets, strict=True)))
    finally:
        for stream in streams:
            with contextlib.suppress(OSError):
                stream.close()
        for temporary in temporaries:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def is_among(target: str, files: Sequence[str]) -> bool:
    """Whether a file to be written is one of these files, whatever the names it goes by: links, other spellings."""
    where = os.path.realpath(target)
    same = os.path.exists(where)
    for file in filter(None, files):
        with contextlib.suppress(OSError):
            if os.path.realpath(file) == where or (same and os.path.samefile(file, where)):
                return True
    return False


@contextlib.contextmanager
def _blaming(target: FilePath) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise Unwritable(FilePath(problem.filename2 or target), problem) from None


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
                import shutil

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
