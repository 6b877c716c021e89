"""The cache: a value in under the digest of what it was made from, the same value out in a later run.

It is data (JSON with its own digest), below `PPP_CONTRACTS_CACHE` or the user's cache folder. Its absence, a damaged
file or `PPP_CONTRACTS_CACHE=off` change nothing but time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from .yamlio import parse_yaml

MAX_KEPT = 96  # files; a library in four languages takes nine


def _kept_file(key: str) -> FilePath | None:
    """Where a value is kept: below `PPP_CONTRACTS_CACHE`, else in the user's cache folder; nowhere when it is `off`."""
    base = os.environ.get("PPP_CONTRACTS_CACHE", "")
    if base == "off":
        return None
    if not base:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        base = os.path.join(home, "ppp-contracts")
    return FilePath(base) / f"{key}.json"


def kept_value(key: str) -> dict[str, Any] | None:
    """A value kept under a key (a digest of what it was made from), or None. A damaged file counts as none."""
    file = _kept_file(key)
    try:
        digest, _, body = file.read_bytes().partition(b"\n") if file else (b"", b"", b"")
        if body and digest.decode("ascii", "replace") == hashlib.sha256(body).hexdigest():
            value = json.loads(body)
            return value if isinstance(value, dict) else None
    except (OSError, ValueError, RecursionError):
        pass
    return None


def keep_value(key: str, value: Mapping[str, Any]) -> None:
    """Keeps a value under a key. Failing to is no failure: the cache changes nothing but time."""
    file = _kept_file(key)
    if file is None:
        return
    body = json.dumps(value, ensure_ascii=False).encode()
    try:
        import tempfile

        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(temporary, file)
        _forget(file.parent)
    except OSError:
        pass


def _forget(folder: FilePath) -> None:
    """Takes away what was kept longest ago: somebody who edits a library makes it anew with every change."""
    with os.scandir(folder) as entries:
        ages = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.endswith(".json"))
    for _, file in ages[:-MAX_KEPT]:
        with contextlib.suppress(OSError):  # another run was quicker
            os.unlink(file)


def kept_yaml(file: FilePath) -> Mapping[str, Any]:
    """What one of our own YAML files says, from the cache when it is there. A file of ours that cannot be read is a bug."""
    data = file.read_bytes()
    key = f"{file.stem}-{hashlib.sha256(data).hexdigest()[:32]}"
    value: Mapping[str, Any] | None = kept_value(key)
    if value is None:
        document, findings = parse_yaml(data, str(file))
        if document is None or findings:
            raise RuntimeError(f"{file} cannot be read: {findings}")
        value = document.data
        keep_value(key, document.data)
    return value
