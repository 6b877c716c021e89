"""The data folder in, parsed files out, with one digest over what was read and an optional cache.

The cache is data: the JSON of what the YAML said, keyed by the digest of the very bytes that were read. Without it the
same values come from the YAML itself, only later.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from .codes import find
from .finding import Document, Finding, Place
from .keeping import keep_value, kept_value
from .yamlio import parse_yaml

CACHE_FORMAT = "1"


class Reading:
    """Reads the files of one data root, keeps their digests and collects the findings."""

    def __init__(self, root: FilePath, folders: tuple[str, ...] = ("clauses", "law")) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self.documents: dict[str, Document] = {}
        self.files: dict[str, bytes] = {}
        for folder in folders:
            self._gather(folder)
        self._digests = {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}
        self._cached: dict[str, Any] | None = None
        self._strict = False

    def _gather(self, folder: str) -> None:
        base = self.root / folder
        for path, folders, names in os.walk(base):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".yaml", ".md")):
                    full = os.path.join(path, name)
                    with open(full, "rb") as stream:
                        self.files[os.path.relpath(full, self.root).replace(os.sep, "/")] = stream.read(2_000_001)

    def digest(self, prefix: str = "") -> str:
        """One sha256 over names and bytes of every file below a folder."""
        whole = hashlib.sha256(CACHE_FORMAT.encode())
        for name, value in sorted(self._digests.items()):
            if name.startswith(prefix):
                whole.update(f"{name}\0{value}\n".encode())
        return whole.hexdigest()

    def list(self, folder: str, ending: str) -> list[str]:
        """The files below a folder with that ending, in order."""
        return sorted(name for name in self.files if name.startswith(folder + "/") and name.endswith(ending))

    def text(self, name: str) -> str:
        """A text file as UTF-8; bytes that are none are a finding."""
        try:
            return self.files[name].decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.findings.append(find("PPP002", Place(self.shown(name)), file=self.shown(name)))
            return ""

    def shown(self, name: str) -> str:
        """The name of a file as findings print it."""
        return str(self.root / name)

    def yaml(self, name: str, schema: str) -> Mapping[str, Any]:
        """A YAML file as plain values. In strict reading, what breaks its schema is a finding and an empty value."""
        if name not in self.files:
            self.findings.append(find("PPP001", Place(self.shown(name)), file=self.shown(name), problem="missing"))
            return {}
        if not self._strict:
            cached = self._cache().get(name)
            if cached is not None:
                return cached  # type: ignore[no-any-return]
        document, findings = parse_yaml(self.files[name], self.shown(name))
        self.findings.extend(findings)
        if document is None:
            return {}
        self.documents[name] = document
        if self._strict or os.environ.get("PPP_CONTRACTS_STRICT"):
            from .schema import check_schema

            broken = check_schema(document, schema)
            self.findings.extend(broken)
            if broken:
                return {}
        return document.data  # type: ignore[no-any-return]

    def strictly(self) -> Reading:
        """The same files, read past the cache and held against their schemas: for the lint and for an overlay."""
        self._strict = True
        return self

    # ------------------------------------------------------------------------------------- cache

    def _key(self) -> str:
        return f"library-{self.digest()[:32]}"

    def _cache(self) -> dict[str, Any]:
        if self._cached is None:
            self._cached = kept_value(self._key()) or {}
        return self._cached

    def keep(self) -> None:
        """Keeps what was parsed for the next run, unless something was wrong with it."""
        if self._strict or not self.documents or self.findings:
            return
        keep_value(self._key(), {name: document.data for name, document in self.documents.items()})
