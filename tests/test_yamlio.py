"""Strict YAML: nothing is read other than it is written, and what could hide or explode is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppp_contracts.yamlio import MAX_BYTES, parse_yaml, spell_path


def read(text: str | bytes):
    return parse_yaml(text.encode() if isinstance(text, str) else text, "f.yaml")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"), ("no", "no"), ("yes", "yes"), ("on", "on"), ("0403", "0403"), ("12:30", "12:30"), ("2026-12-01", "2026-12-01"),
        ("1.50", "1.50"), ("1e3", "1e3"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("+5", "+5"), (".inf", ".inf"), ("9" * 5000, "9" * 5000),
        ("7", 7), ("-3", -3), ("0", 0), ("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("'7'", "7"), ('"true"', "true"),
        ("Œuvre & Fils <ASBL>", "Œuvre & Fils <ASBL>"),
    ],
)  # fmt: skip
def test_a_value_is_what_was_written(written: str, value: object) -> None:
    document, findings = read(f"a: {written}\n")
    assert findings == ()
    assert document is not None
    assert document.data == {"a": value}
    assert type(document.data["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\na: 2\n", "PPP005", 2, 1),
        ("a: &x 1\nb: 2\n", "PPP006", 1, 4),
        ("a: 1\nb: *x\n", "PPP006", 2, 4),
        ("<<: {a: 1}\n", "PPP007", 1, 1),
        ("a: !!python/object:os.system 1\n", "PPP008", 1, 4),
        ("a: !local 1\n", "PPP008", 1, 4),
        ("a: 1\n---\nb: 2\n", "PPP009", 2, 1),
        ("[" * 100 + "]" * 100, "PPP010", 1, 42),
        ("- a\n- b\n", "PPP011", 0, 0),
        ("", "PPP011", 0, 0),
        ("a: [1, 2\n", "PPP004", 2, 1),
        ("? {a: 1}\n: 2\n", "PPP004", 1, 3),
        ("a: \x07\n", "PPP015", 1, 4),
        ("a: \u202eevil\n", "PPP015", 1, 4),
    ],
)
def test_what_is_refused(text: str, code: str, line: int, column: int) -> None:
    _, findings = read(text)
    assert [(f.code, f.place.line, f.place.column) for f in findings] == [(code, line, column)]


def test_bytes_that_are_not_utf8() -> None:
    document, findings = read("a: 1\nb: é\n".encode("latin-1"))
    assert document is None
    assert [(f.code, f.place.line, f.place.column) for f in findings] == [("PPP002", 2, 4)]


def test_a_file_that_is_too_large() -> None:
    assert [f.code for f in read(b"a" * (MAX_BYTES + 1))[1]] == ["PPP003"]


def test_a_missing_file_is_a_finding(tmp_path) -> None:
    from ppp_contracts.yamlio import read_yaml

    assert [f.code for f in read_yaml(str(tmp_path / "no.yaml"))[1]] == ["PPP001"]
    assert [f.code for f in read_yaml(str(tmp_path))[1]] == ["PPP001"]


def test_a_billion_laughs_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]
    assert [f.code for f in read("\n".join(lines))[1]] == ["PPP006"]


def test_positions_and_nfd() -> None:
    document, _ = read(
        "parties:\n  - name: " + unicodedata.normalize("NFD", "Société Œuvre") + "\n    seat: {city: Liège}\n"
    )
    assert document is not None
    assert document.data["parties"][0]["name"] == "Société Œuvre"
    place = document.places["parties", 0, "seat", "city"]
    assert (place.line, place.column, place.path) == (3, 18, "parties[0].seat.city")
    assert document.keys["parties", 0, "seat"].column == 5


def test_a_byte_order_mark_is_no_content() -> None:
    document, findings = read(b"\xef\xbb\xbfa: 1\n")
    assert findings == ()
    assert document is not None and document.data == {"a": 1}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefg-_", min_size=1, max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcdefg", min_size=1, max_size=6), VALUES, max_size=5))
def test_json_is_read_as_itself(data: dict) -> None:
    import json

    text = unicodedata.normalize("NFC", json.dumps(data, ensure_ascii=False))
    document, findings = read(text)
    assert findings == ()
    assert document is not None
    assert document.data == json.loads(text)
    assert all(path == () or spell_path(path) == place.path for path, place in document.places.items())


@given(st.binary(max_size=300))
def test_any_bytes_give_findings_and_no_exception(data: bytes) -> None:
    document, findings = read(data)
    assert document is not None or findings
