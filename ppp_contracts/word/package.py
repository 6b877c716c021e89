"""Turns the bytes of a Word file into its parts, and parts into bytes.

A file from outside is hostile: every part is capped while it is read, nothing is fetched, no entity is expanded. What
`read_package` hands on is safe to keep in memory and to parse with `parse_xml`.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..codes import find
from ..finding import Finding, Place

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_FILE = 64 * 2**20  # bytes of the file itself
MAX_PART = 48 * 2**20  # bytes of one part, unpacked
MAX_TOTAL = 128 * 2**20  # bytes of all parts, unpacked
MAX_PARTS = 4000
MAX_TAGS = 2_000_000  # of one XML part; parsed, a tag takes a hundred times the room it has in the file
MAX_RATIO = 250  # unpacked to packed; the densest real Word parts reach about 100
RATIO_FROM = 4 * 2**20  # small parts may be as dense as they like

CONTENT_TYPES = "[Content_Types].xml"
ROOT_RELATIONSHIPS = "_rels/.rels"
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .doc, and every .docx with a password
DIRECTORY_ENTRY = b"PK\x01\x02"
XML_SUFFIXES = (".xml", ".rels")
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
WORD_CONTENT = re.compile(
    r"wordprocessingml\.(document|template)\.main|ms-word\.(document|template)\.macroEnabled\.main"
)
FIRST = (CONTENT_TYPES, ROOT_RELATIONSHIPS)
EPOCH = (1980, 1, 1, 0, 0, 0)


class BadXml(ValueError):
    """XML that is not well formed, too deep, or that declares a document type."""


@dataclass(frozen=True)
class Package:
    """The parts of a Word file by name; `document` names the main part."""

    file: str
    parts: Mapping[str, bytes]
    document: str = "word/document.xml"


def read_package(data: bytes, file: str) -> tuple[Package | None, tuple[Finding, ...]]:
    """The parts of a Word file, or None with the reason."""
    place = Place(file)
    refusal = _refuse_bytes(data, place)
    if refusal:
        return None, (refusal,)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts, refusal = _read_parts(archive, place)
    except UNREADABLE:
        return None, (find("PPP601", place),)
    refusal = refusal or _refuse_xml(parts, place)
    if refusal:
        return None, (refusal,)
    document = _main_part(parts)
    if document is None:
        return None, (find("PPP601", place),)
    return Package(file, parts, document), tuple(_active_content(parts, place))


def write_package(parts: Mapping[str, bytes]) -> bytes:
    """The bytes of a Word file: the same parts always give the same bytes, whatever their order or the clock."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda n: (FIRST.index(n) if n in FIRST else len(FIRST), n)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the default says on which system the program ran
            archive.writestr(entry, parts[name], compresslevel=3)
    return buffer.getvalue()


def parse_xml(data: bytes) -> _Element:
    """The root element. Raises BadXml: no document type, no entities, no network, no endless depth.

    Comments and processing instructions are dropped, so that they cannot cut a text in two.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadXml(str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadXml("document type")
    return root


def related_parts(package: Package, part: str, kind: str) -> tuple[str, ...]:
    """The parts inside the package that `part` relates to as `kind` (`styles`, `footnotes`, …).

    Targets outside the file are left out: they are never fetched.
    """
    return tuple(_targets(package.parts, part, kind))


# ------------------------------------------------------------------------------------------- refusals


def _refuse_bytes(data: bytes, place: Place) -> Finding | None:
    if data.startswith(COMPOUND_FILE):
        return find("PPP614", place)
    if len(data) > MAX_FILE:
        return find("PPP615", place, part=place.file, limit=MAX_FILE // 2**20)
    # Counted before zipfile reads the directory: it would build an object for each entry.
    if data.count(DIRECTORY_ENTRY) > MAX_PARTS:
        return find("PPP616", place, limit=MAX_PARTS)
    return None


def _read_parts(archive: zipfile.ZipFile, place: Place) -> tuple[dict[str, bytes], Finding | None]:
    parts: dict[str, bytes] = {}
    seen: set[str] = set()
    room = MAX_TOTAL
    for entry in archive.infolist():
        name = entry.orig_filename
        # Part names differ in more than case (OPC), so that no two readers see two different documents.
        if not _is_plain_name(name) or name.casefold() in seen or not _is_plain_entry(entry):
            return {}, find("PPP602", place, part=name[:100])
        seen.add(name.casefold())
        if name.endswith("/"):
            continue
        limit = min(MAX_PART, room)
        with archive.open(entry) as stream:  # the sizes in the directory are the sender's claim
            content = stream.read(limit + 1)
        if len(content) > limit or (len(content) > RATIO_FROM and len(content) > MAX_RATIO * entry.compress_size):
            return {}, find("PPP615", place, part=name[:100], limit=limit // 2**20)
        room -= len(content)
        parts[name] = content
    return parts, None


def _is_plain_name(name: str) -> bool:
    if not name or len(name) > 255 or name.startswith("/") or "\\" in name or ":" in name or not name.isprintable():
        return False
    return not {"", ".", ".."} & set(name.removesuffix("/").split("/"))


def _is_plain_entry(entry: zipfile.ZipInfo) -> bool:
    return not entry.flag_bits & 0x1 and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def _refuse_xml(parts: Mapping[str, bytes], place: Place) -> Finding | None:
    for name, content in parts.items():
        if not name.lower().endswith(XML_SUFFIXES):
            continue
        plain = content.replace(b"\0", b"") if b"\0" in content[:4096] else content  # UTF-16 and UTF-32
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            return find("PPP617", place, part=name)
        if content.count(b"<") > MAX_TAGS:
            return find("PPP615", place, part=name, limit=MAX_PART // 2**20)
    return None


def _active_content(parts: Mapping[str, bytes], place: Place) -> Iterator[Finding]:
    for name in sorted(parts):
        base = posixpath.basename(name).lower()
        if base.startswith("vbaproject") or "/activex/" in f"/{name.lower()}":
            yield find("PPP619", place, part=name)
            return


# -------------------------------------------------------------------------------------- relationships


def _main_part(parts: Mapping[str, bytes]) -> str | None:
    """The part that the package says is the document, if it is a Word document or template."""
    names = {name.casefold(): name for name in parts}
    for target in _targets(parts, "", "officeDocument"):
        name = names.get(target.casefold())
        if name and WORD_CONTENT.search(_content_type(parts, name)):
            return name
    return None


def _content_type(parts: Mapping[str, bytes], part: str) -> str:
    try:
        root = parse_xml(parts.get(CONTENT_TYPES, b""))
    except BadXml:
        return ""
    default = ""
    for item in root:
        if item.get("PartName", "").casefold() == f"/{part}".casefold():
            return str(item.get("ContentType", ""))
        if item.get("Extension", "").casefold() == part.rpartition(".")[2].casefold():
            default = str(item.get("ContentType", ""))
    return default


_OFFICIAL = (
    "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "http://schemas.microsoft.com/office/",
)  # fmt: skip


def _targets(parts: Mapping[str, bytes], part: str, kind: str) -> Iterator[str]:
    """The internal targets of `part`'s relationships of this kind, in the transitional and the strict namespace."""
    folder, base = posixpath.split(part)
    try:
        root = parse_xml(parts.get(posixpath.join(folder, "_rels", f"{base}.rels"), b""))
    except BadXml:
        return
    for item in root:
        relation = str(item.get("Type", ""))
        if not relation.startswith(_OFFICIAL):  # Word follows no other, whatever its last word
            continue
        if relation.rpartition("/")[2] != kind or item.get("TargetMode") == "External":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, str(item.get("Target", ""))))
        yield target.lstrip("/")
