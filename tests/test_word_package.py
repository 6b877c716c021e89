"""Word packages: what is safe is read, what is hostile is refused with a clear finding, what is written is always the same."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordfiles import MAIN, p, parts

from ppp_contracts.model import Severity
from ppp_contracts.word import package as module
from ppp_contracts.word.package import BadXml, Package, parse_xml, read_package, related_parts, write_package

GOOD = parts(p("Œuvre & Fils <ASBL>"))


def zipped(content: Mapping[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # of names written twice
        for name, data in content.items() if isinstance(content, Mapping) else content:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def code_of(data: bytes) -> str:
    found, findings = read_package(data, "partner.docx")
    assert found is None
    assert [f.place.file for f in findings] == ["partner.docx"]
    return findings[0].code


def test_a_written_package_is_read_back() -> None:
    found, findings = read_package(write_package(GOOD), "a.docx")
    assert findings == ()
    assert found is not None and dict(found.parts) == GOOD and found.document == "word/document.xml"


@given(st.permutations(sorted(GOOD)))
@settings(max_examples=10)
def test_the_same_parts_give_the_same_bytes(order: list[str]) -> None:
    assert write_package({name: GOOD[name] for name in order}) == write_package(GOOD)


def test_order_date_and_system_of_the_entries_are_fixed() -> None:
    with zipfile.ZipFile(io.BytesIO(write_package(GOOD))) as archive:
        entries = archive.infolist()
    assert [e.filename for e in entries][:2] == ["[Content_Types].xml", "_rels/.rels"]
    assert {(e.date_time, e.create_system) for e in entries} == {((1980, 1, 1, 0, 0, 0), 0)}


@pytest.mark.parametrize("name", ["word/other.xml", "/word/document.xml"])
def test_the_main_part_is_found_by_its_relationship(name: str) -> None:
    moved = dict(GOOD)
    moved["word/other.xml" if "other" in name else "word/document.xml"] = moved.pop("word/document.xml")
    moved["_rels/.rels"] = moved["_rels/.rels"].replace(b"word/document.xml", name.encode())
    moved["[Content_Types].xml"] = moved["[Content_Types].xml"].replace(
        b"/word/document.xml", b"/" + name.lstrip("/").encode()
    )
    found, _ = read_package(zipped(moved), "a.docx")
    assert found is not None and found.document == name.lstrip("/")


@pytest.mark.parametrize(
    "kind",
    [
        "vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "vnd.ms-word.document.macroEnabled.main+xml",
    ],
)
def test_templates_and_macro_files_are_word_files_too(kind: str) -> None:
    other = GOOD | {
        "[Content_Types].xml": GOOD["[Content_Types].xml"].replace(MAIN.encode(), f"application/{kind}".encode())
    }
    assert read_package(zipped(other), "a.dotx")[0] is not None


def test_macros_are_named() -> None:
    found, findings = read_package(zipped(GOOD | {"word/vbaProject.bin": b"x"}), "a.docm")
    assert found is not None
    assert [(f.code, f.severity, dict(f.params)) for f in findings] == [
        ("PPP619", Severity.ADVICE, {"part": "word/vbaProject.bin"})
    ]


HOSTILE = {
    "not a zip": (b"Bonjour", "PPP601"),
    "empty": (b"", "PPP601"),
    "truncated": (write_package(GOOD)[:-60], "PPP601"),
    "cut in the middle": (write_package(GOOD)[:300], "PPP601"),
    "old .doc, or with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "PPP614"),
    "no main part": (zipped({k: v for k, v in GOOD.items() if k != "word/document.xml"}), "PPP601"),
    "no relationships": (zipped({k: v for k, v in GOOD.items() if k != "_rels/.rels"}), "PPP601"),
    "a workbook": (
        zipped(
            GOOD
            | {
                "[Content_Types].xml": GOOD["[Content_Types].xml"].replace(
                    b"wordprocessingml.document", b"spreadsheetml.sheet"
                )
            }
        ),
        "PPP601",
    ),
    "main part outside": (
        zipped(
            GOOD
            | {
                "_rels/.rels": GOOD["_rels/.rels"].replace(
                    b'Target="word/', b'TargetMode="External" Target="http://example.org/'
                )
            }
        ),
        "PPP601",
    ),
    "path upwards": (zipped(GOOD | {"word/../../x.xml": b""}), "PPP602"),
    "absolute path": (zipped(GOOD | {"/etc/passwd": b""}), "PPP602"),
    "backslash": (zipped(GOOD | {"word\\x.xml": b""}), "PPP602"),
    "drive": (zipped(GOOD | {"C:x.xml": b""}), "PPP602"),
    "control character": (zipped(GOOD | {"word/\x1b[2J.xml": b""}), "PPP602"),
    "same name twice": (zipped([*GOOD.items(), ("word/document.xml", b"<other/>")]), "PPP602"),
    "same name in capitals": (zipped(GOOD | {"WORD/Document.xml": b"<other/>"}), "PPP602"),
    "another compression": (zipped(GOOD, zipfile.ZIP_BZIP2), "PPP602"),
    "document type": (zipped(GOOD | {"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "PPP617"),
    "document type in UTF-16": (
        zipped(
            GOOD | {"customXml/item1.xml": "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE a><a/>".encode("utf-16")}
        ),
        "PPP617",
    ),
    "bomb of zeros": (zipped(GOOD | {"word/media/image1.png": bytes(8 * 2**20)}), "PPP615"),
    "many parts": (zipped([*GOOD.items(), *((f"x/{i}.xml", b"") for i in range(5000))], zipfile.ZIP_STORED), "PPP616"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    data, code = HOSTILE[name]
    assert code_of(data) == code


def test_a_hundred_thousand_entries_are_counted_before_they_are_read() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    assert code_of(write_package(GOOD) + entry * 100_000) == "PPP616"


def test_a_part_is_capped_whatever_its_header_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped(GOOD | {"word/media/a.bin": bytes(range(256)) * 64}, zipfile.ZIP_STORED)
    monkeypatch.setattr(module, "MAX_PART", 8192)
    assert code_of(data) == "PPP615"
    monkeypatch.setattr(module, "MAX_PART", 2**20)
    monkeypatch.setattr(module, "MAX_TOTAL", 8192)
    assert code_of(data) == "PPP615"
    monkeypatch.setattr(module, "MAX_TOTAL", 2**20)
    monkeypatch.setattr(module, "MAX_TAGS", 3)
    assert code_of(data) == "PPP615"
    monkeypatch.setattr(module, "MAX_FILE", 100)
    assert code_of(data) == "PPP615"


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(write_package(GOOD))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature)
        data[at + offset] |= 1
    assert code_of(bytes(data)) == "PPP602"


@given(st.integers(0, len(write_package(GOOD)) - 1), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_damaged_byte_never_raises(at: int, value: int) -> None:
    data = bytearray(write_package(GOOD))
    data[at] = value
    found, findings = read_package(bytes(data), "a.docx")
    assert found is not None or findings


@given(st.binary(max_size=300))
def test_random_bytes_never_raise(data: bytes) -> None:
    assert read_package(b"PK\x03\x04" + data, "a.docx")[0] is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a>",
        b"<a>&b;</a>",
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_bad_xml_is_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(BadXml):
        parse_xml(data)


def test_comments_cannot_cut_a_text_in_two() -> None:
    assert parse_xml("<a>s’engage<!-- x --> à<?y z?> payer</a>".encode()).text == "s’engage à payer"


def test_external_relationships_are_left_out() -> None:
    rels = b'<r><a Type="http://purl.oclc.org/ooxml/officeDocument/relationships/styles" Target="http://example.org/s.xml" TargetMode="External"/><a Type="http://purl.oclc.org/ooxml/officeDocument/relationships/styles" Target="s.xml"/></r>'
    assert related_parts(Package("a", {"word/_rels/document.xml.rels": rels}), "word/document.xml", "styles") == (
        "word/s.xml",
    )


def test_only_official_relations_name_the_main_part() -> None:
    """A relation whose name merely ends alike hid the document that Word opens behind another one."""
    own = parts(p("real"))
    rels = own["_rels/.rels"].replace(
        b"<Relationship ",
        b'<Relationship Id="rIdX" Type="http://evil.example/officeDocument" Target="word/decoy.xml"/><Relationship ',
        1,
    )
    found, findings = read_package(
        write_package({**own, "_rels/.rels": rels, "word/decoy.xml": own["word/document.xml"]}), "a.docx"
    )
    assert found is not None and not findings and found.document == "word/document.xml"
