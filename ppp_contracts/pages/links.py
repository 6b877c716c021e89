"""A folder of pages in, its broken links out: every address inside the folder has to lead to a file, every anchor to an id."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from lxml import etree

from ..codes import find
from ..finding import Finding, Place


@dataclass(frozen=True)
class _Linked:
    """The ids of a page, and the addresses it links to."""

    ids: frozenset[str]
    addresses: tuple[str, ...]


def broken_links(folder: FilePath) -> tuple[Finding, ...]:
    """A finding for each link of a page that leads nowhere. Links out of the site (with a scheme) are not followed."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    pages = {name: _read(folder / name) for name in sorted(files) if name.endswith(".html")}
    return tuple(
        find("PPP511", Place(str(folder / name)), file=name, target=address)
        for name, page in pages.items()
        for address in page.addresses
        if not _leads(address, name, files, pages)
    )


def _read(file: FilePath) -> _Linked:
    tree = etree.fromstring(file.read_bytes(), etree.HTMLParser(encoding="utf-8", no_network=True))
    found = [item for element in tree.iter() for item in element.attrib.items()] if tree is not None else []
    return _Linked(
        frozenset(str(value) for name, value in found if name == "id"),
        tuple(dict.fromkeys(str(value) for name, value in found if name in ("href", "src", "action"))),
    )


def _leads(address: str, name: str, files: set[str], pages: dict[str, _Linked]) -> bool:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return True
    target = normpath(join(dirname(name), unquote(parts.path))) if parts.path else name
    if target not in files:
        return False
    return not parts.fragment or (target in pages and unquote(parts.fragment) in pages[target].ids)


def files_below(folder: FilePath) -> Iterator[str]:
    """The names of the files below a folder, in order; a link counts as a file."""
    for base, folders, names in os.walk(folder):
        folders.sort()
        linked = [name for name in folders if os.path.islink(os.path.join(base, name))]
        for name in sorted([*names, *linked]):
            yield FilePath(os.path.join(base, name)).relative_to(folder).as_posix()
