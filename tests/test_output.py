"""Files are written together or not at all, and a Word file that was edited is never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppp_contracts.output import beside, edited_since, file_stem, write_together


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_reference_leads_out_of_the_folder(reference: str, version: str) -> None:
    stem = file_stem(reference, version, "fr", False)
    assert "/" not in stem and "\\" not in stem and not stem.startswith(".") and stem.isascii() and len(stem) < 200
    assert stem.split(".")[0].lower() not in ("con", "nul", "com1")


def test_names_say_what_they_are() -> None:
    assert file_stem("PPP-2026-014", "0.3", "fr", False) == "PPP-2026-014_v0.3_fr"
    assert file_stem("../../etc/passwd", "1", "nl", True) == "etc-passwd_v1_nl_draft"


@pytest.mark.parametrize(
    ("reference", "plain"),
    [
        ("ÖSHZ-2026-044", "OSHZ-2026-044"),
        ("O\u0308SHZ-2026-044", "OSHZ-2026-044"),  # the same letters, written apart
        ("Œuvre/Été 2027", "OEuvre-Ete-2027"),
        ("Straße & Ærø", "Strasse-AEro"),
        ("№ ½ ﬁn", "No-1-2-fin"),
        ("Łódź-İstanbul", "Lodz-Istanbul"),
        ("договор", "agreement"),  # no letter of ours: the name says at least what it is
    ],
)
def test_letters_lose_their_accents_and_nothing_else(reference: str, plain: str) -> None:
    assert file_stem(reference, "1", "de", False) == f"{plain}_v1_de"


def test_all_files_are_written(tmp_path: Path) -> None:
    assert write_together(tmp_path / "new" / "deep", {"a": b"1", "b": b"2"}) == ()
    assert sorted(p.name for p in (tmp_path / "new" / "deep").iterdir()) == ["a", "b"]


def test_a_failure_half_way_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_together(tmp_path, {"a": b"old a", "b": b"old b"})
    real, calls = os.replace, []

    def failing(source: str, target: object) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", failing)
    findings = write_together(tmp_path, {"a": b"new a", "b": b"new b"})
    assert [f.code for f in findings] == ["PPP012"]
    assert "No space left on device" in dict(findings[0].params)["problem"]
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old a", "b": b"old b"}


def test_an_interrupt_half_way_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_together(tmp_path, {"a": b"old"})
    real, calls = os.replace, []

    def interrupting(source: str, target: object) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", interrupting)
    with pytest.raises(KeyboardInterrupt):
        write_together(tmp_path, {"a": b"new", "b": b"new"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old"}


def test_a_disk_that_is_full_while_staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert [f.code for f in write_together(tmp_path, {"a": b"1"})] == ["PPP012"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    assert [f.code for f in write_together(tmp_path / "f", {"a": b"1"})] == ["PPP012"]


def test_edited_since(tmp_path: Path) -> None:
    docx, manifest = tmp_path / "a.docx", tmp_path / "a.manifest.json"
    docx.write_bytes(b"word")
    assert edited_since(docx, manifest)  # nobody can tell
    manifest.write_bytes(beside(b"{}", b"word", "a.docx"))
    assert not edited_since(docx, manifest)
    docx.write_bytes(b"word, edited")
    assert edited_since(docx, manifest)
    manifest.write_bytes(b"[not json")
    assert edited_since(docx, manifest)
