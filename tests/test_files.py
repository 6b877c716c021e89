"""Reading the data folders: two layers, a digest that any change changes, and a cache that changes nothing but time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppp_contracts import files, keeping
from ppp_contracts.files import MAX_BYTES, OVERLAY, Reading
from ppp_contracts.workshop import Shelf, load_shelf
from ppp_contracts.workspace import Workspace

SMALL = {
    "clauses/topic/one/clause.yaml": 'clause: 1\nversion: "1.0.0"\norder: 10\n',
    "clauses/topic/one/fr.md": "# Un\n\n1. Premier {{ x }}.\n2. Second.\n",
    "clauses/topic/one/nl.md": "# Een\n\n1. Eerste {{ x }}.\n2. Tweede.\n",
    "clauses/topic/two/clause.yaml": 'clause: 1\nversion: "1.0.0"\norder: 20\n',
    "clauses/topic/two/fr.md": "# Deux\n\n1. Troisième.\n",
    "law/conditions.yaml": "conditions: 1\nalways: {all: []}\n",
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own."""
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small data root."""
    return write(tmp_path / "root", SMALL)


def write(folder: Path, contents: Mapping[str, str]) -> Path:
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every reading be a minute after the files were written, so that their times count."""
    real = files.time.time_ns
    monkeypatch.setattr(files.time, "time_ns", lambda: real() + 60_000_000_000)


class Counting:
    """Which files were read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        real = Reading._read

        def read(reading: Reading, name: str) -> bytes:
            if name not in reading._bytes:
                self.names.append(name)
            return real(reading, name)

        monkeypatch.setattr(Reading, "_read", read)


# ------------------------------------------------------------------------------------------ the digest


def touch_nothing(root: Path) -> None:
    pass


def same_size(root: Path) -> None:
    (root / "law/conditions.yaml").write_text("conditions: 1\nalways: {any: []}\n", encoding="utf-8")


def same_size_and_time(root: Path) -> None:
    """What a careless copy does, or who wants to hide a change."""
    file = root / "law/conditions.yaml"
    before = file.stat()
    same_size(root)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def replaced_by_a_rename(root: Path) -> None:
    """As editors write: a new file takes the name of the old one; its time is the old one's."""
    file, new = root / "law/conditions.yaml", root / "law/new"
    before = file.stat()
    new.write_text("conditions: 1\nalways: {any: []}\n", encoding="utf-8")
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(file)


def exchanged(root: Path) -> None:
    """Two files change their names: all sizes and times are there as before."""
    one, two = root / "clauses/topic/one/clause.yaml", root / "clauses/topic/two/clause.yaml"
    assert one.stat().st_size == two.stat().st_size
    one.rename(root / "x")
    two.rename(one)
    (root / "x").rename(two)


CHANGES: dict[str, tuple[Callable[[Path], object], bool]] = {
    "nothing": (touch_nothing, False),
    "read by somebody": (lambda root: (root / "law/conditions.yaml").read_bytes(), False),
    "touched": (lambda root: os.utime(root / "law/conditions.yaml"), False),
    "other rights": (lambda root: (root / "law/conditions.yaml").chmod(0o600), False),
    "another file beside": (lambda root: (root / "clauses/topic/one/notes.txt").write_text("x"), False),
    "an empty folder": (lambda root: (root / "clauses/topic/three").mkdir(), False),
    "longer": (lambda root: (root / "law/conditions.yaml").open("a").write("# more\n"), True),
    "same size": (same_size, True),
    "same size and time": (same_size_and_time, True),
    "replaced by a rename": (replaced_by_a_rename, True),
    "exchanged": (exchanged, True),
    "empty": (lambda root: (root / "law/conditions.yaml").write_text(""), True),
    "added": (lambda root: (root / "clauses/topic/two/nl.md").write_text("# Twee\n\n1. Derde.\n"), True),
    "removed": (lambda root: (root / "clauses/topic/two/fr.md").unlink(), True),
    "renamed": (lambda root: (root / "clauses/topic/two/fr.md").rename(root / "clauses/topic/two/de.md"), True),
    "moved": (lambda root: (root / "clauses/topic/two").rename(root / "clauses/topic/zwei"), True),
    "a folder removed": (lambda root: shutil.rmtree(root / "clauses/topic/two"), True),
    "an empty file added": (lambda root: (root / "law/empty.yaml").write_text(""), True),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.usefixtures("cache", "settled")
def test_any_change_of_a_file_is_noticed(change: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    act, matters = CHANGES[change]
    before = Reading(root).digest()
    counting = Counting(monkeypatch)
    assert Reading(root).digest() == before and counting.names == []  # the times are enough
    if change == "exchanged":  # the two say the same in the beginning: make them differ
        (root / "clauses/topic/two/clause.yaml").write_text(SMALL["clauses/topic/two/clause.yaml"].replace("20", "21"))
        before = Reading(root).digest()
    act(root)
    after = Reading(root)
    assert (after.digest() != before) is matters
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", "off")
    assert Reading(root).digest() == after.digest()  # and read anew it says the same
    assert after.findings == []


@pytest.mark.usefixtures("cache")
def test_a_file_that_was_just_written_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time cannot tell a second change within the same tick."""
    Reading(root)
    counting = Counting(monkeypatch)
    Reading(root)
    assert sorted(counting.names) == sorted(SMALL)


@pytest.mark.usefixtures("cache", "settled")
def test_only_what_changed_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Reading(root)
    same_size_and_time(root)
    counting = Counting(monkeypatch)
    Reading(root)
    assert counting.names == ["law/conditions.yaml"]
    counting.names.clear()
    Reading(root)
    assert counting.names == []


@pytest.mark.usefixtures("cache", "settled")
def test_a_clock_that_was_set_back_makes_nothing_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Reading(root)
    monkeypatch.setattr(files.time, "time_ns", lambda: 1)
    same_size(root)
    Reading(root)
    counting = Counting(monkeypatch)
    digest = Reading(root).digest()
    assert sorted(counting.names) == sorted(SMALL)
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", "off")
    assert Reading(root).digest() == digest


@pytest.mark.usefixtures("cache", "settled")
def test_two_readings_of_parts_do_not_disturb_each_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A validation reads the law alone; what it keeps is not what a check keeps."""
    Reading(root)
    Reading(root, None, ("law",))
    counting = Counting(monkeypatch)
    Reading(root)
    Reading(root, None, ("law",))
    assert counting.names == []


def test_digests_of_a_part_and_of_files(root: Path) -> None:
    before = Reading(root)
    (root / "law/conditions.yaml").write_text("conditions: 1\n", encoding="utf-8")
    after = Reading(root)
    assert before.digest("clauses/") == after.digest("clauses/")
    assert before.digest("law/") != after.digest("law/") and before.digest() != after.digest()
    assert before.digest("clauses/") != before.digest("law/")
    names = ["clauses/topic/one/fr.md", "clauses/topic/one/nl.md"]
    assert before.digest_of(names) == after.digest_of(names)
    assert before.digest_of(names) != before.digest_of(names[::-1])
    assert before.digest_of(["law/conditions.yaml"]) != after.digest_of(["law/conditions.yaml"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_digest_changes_with_any_byte(data: st.DataObject, tmp_path: Path) -> None:
    """One byte changed, put in, taken out or moved over the border of two files; and back again."""
    root = write(tmp_path / "root", SMALL)
    contents = {name: text.encode() for name, text in SMALL.items()}
    before = Reading(root).digest()
    name = data.draw(st.sampled_from(sorted(contents)))
    body = contents[name]
    at = data.draw(st.integers(0, len(body) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    other = data.draw(st.sampled_from(sorted(set(contents) - {name})))
    new = data.draw(
        st.sampled_from(
            [
                {name: body[:at] + byte + body[at + 1 :]},
                {name: body[:at] + byte + body[at:]},
                {name: body[:at] + body[at + 1 :]},
                {name: body[:-1], other: body[-1:] + contents[other]},
                {name: contents[other], other: body},
            ]
        )
    )
    changed = {**contents, **new} != contents
    for file, content in new.items():
        (root / file).write_bytes(content)
    assert (Reading(root).digest() != before) is changed
    for file in new:
        (root / file).write_bytes(contents[file])
    assert Reading(root).digest() == before


# -------------------------------------------------------------------------------------------- the cache


def library_of(shelf: Shelf) -> dict[str, Any]:
    """Everything a library says, its lazy texts read."""
    return {
        clause.id: (clause, {key: clause.texts[key] for key in clause.texts})
        for clause in shelf.library.clauses.values()
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what ships, which nobody edits meanwhile."""
    for folder in ("clauses", "law"):
        shutil.copytree(ROOT / folder, tmp_path / "copy" / folder)
    return tmp_path / "copy"


def test_warm_and_cold_give_equal_values(copy: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = load_shelf(copy)
    assert any(cache.iterdir())
    warm = load_shelf(copy)
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", "off")
    off = load_shelf(copy)
    strict = load_shelf(copy, strict=True)
    assert cold.findings == ()
    for other in (warm, off, strict):
        assert other == cold
        assert library_of(other) == library_of(cold)
        assert list(other.library.clauses) == list(cold.library.clauses)
        assert list(other.law.obligations) == list(cold.law.obligations)


@pytest.mark.usefixtures("cache")
def test_a_warm_run_parses_nothing(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_shelf(copy)

    def parse(*arguments: Any) -> Any:
        raise AssertionError("parsed again")

    monkeypatch.setattr(files, "parse_yaml", parse)
    monkeypatch.setattr(files, "parse_text", parse)
    assert load_shelf(copy).library.clauses["general/severability"].texts["", "fr"].blocks


def test_a_cache_that_is_off_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.chdir(tmp_path)
    load_shelf()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        ({"PPP_CONTRACTS_CACHE": "{}/own", "XDG_CACHE_HOME": "{}/xdg"}, "own"),
        ({"XDG_CACHE_HOME": "{}/xdg"}, "xdg/ppp-contracts"),
        ({"HOME": "{}/home"}, "home/.cache/ppp-contracts"),
    ],
)
def test_where_the_cache_is(
    variables: dict[str, str], where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PPP_CONTRACTS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp_path))
    keeping.keep_value("key", {"a": 1})
    assert [f.name for f in (tmp_path / where).iterdir()] == ["key.json"]
    assert keeping.kept_value("key") == {"a": 1}


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("PPP_CONTRACTS_CACHE", str(tmp_path / "file" / "cache"))
    keeping.keep_value("key", {"a": 1})
    assert keeping.kept_value("key") is None
    assert load_shelf().findings == ()


def test_what_was_kept_longest_ago_is_forgotten(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MAX_KEPT", 3)
    for number in range(5):
        keeping.keep_value(f"key-{number}", {"n": number})
        os.utime(cache / f"key-{number}.json", ns=(number, number))
    (cache / "of somebody else.txt").write_text("x")
    keeping.keep_value("key-5", {"n": 5})
    assert sorted(file.name for file in cache.iterdir()) == [
        "key-3.json", "key-4.json", "key-5.json", "of somebody else.txt",
    ]  # fmt: skip


def signed(body: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "one byte": lambda data: data[:-2] + bytes([data[-2] ^ 1]) + data[-1:],
    "another digest": lambda data: b"0" + data[1:],
    "no digest": lambda data: data.partition(b"\n")[2],
    "binary": lambda data: bytes(range(256)),
    "a list": lambda data: signed(b"[1, 2]"),
    "a number": lambda data: signed(b"3"),
    "no JSON": lambda data: signed(b"{"),
    "deep": lambda data: signed(b"[" * 100_000),
    "nothing in it": lambda data: signed(b"{}"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.usefixtures("settled")
def test_damaged_cache_files_change_nothing(damage: str, root: Path, cache: Path) -> None:
    real = ROOT / "clauses" / "labels.yaml"
    shutil.copy(real, root / "clauses" / "labels.yaml")
    cold = reading_values(root)
    kept = list(cache.iterdir())
    assert len(kept) >= 3  # digests, tables, texts of two languages
    for file in kept:
        file.write_bytes(DAMAGES[damage](file.read_bytes()))
    assert reading_values(root) == cold
    assert reading_values(root) == cold


@pytest.mark.usefixtures("settled")
def test_folders_in_the_place_of_cache_files_change_nothing(root: Path, cache: Path) -> None:
    cold = reading_values(root)
    for file in list(cache.iterdir()):
        file.unlink()
        file.mkdir()
    assert reading_values(root) == cold


@pytest.mark.usefixtures("settled")
def test_one_lost_part_of_the_cache_is_made_up_for(root: Path, cache: Path) -> None:
    cold = reading_values(root)
    for file in sorted(cache.iterdir()):
        body = file.read_bytes()
        file.unlink()
        assert reading_values(root) == cold, file.name
        if not file.exists():
            file.write_bytes(body)


def reading_values(root: Path) -> tuple[Any, ...]:
    """What a small root says, read as the library is."""
    reading = Reading(root)
    tables = [dict(reading.yaml(name, "x")) for name in reading.list("clauses", "clause.yaml")]
    tables.append(reading.table("law/conditions.yaml", "conditions"))
    languages = {name: name.rsplit("/", 1)[1][:2] for name in reading.list("clauses", ".md")}
    texts = [reading.kept_texts(language).get(name) or reading.text(name) for name, language in languages.items()]
    numbers = reading.derived("numbers", lambda: [len(reading.yaml("law/conditions.yaml", "conditions"))])
    assert reading.findings == []
    reading.keep()
    return tables, texts, numbers, reading.digest()


def test_the_same_files_elsewhere_have_their_own_places(cache: Path, tmp_path: Path) -> None:
    """What one folder taught the cache names no file of that folder when another one says the same."""
    text = {"clauses/general/severability/fr.md": "# Nullité\n\n1. Rien.\n"}
    found = []
    for folder in ("a", "b"):
        overlay = write(tmp_path / folder / "organisation", text)
        shelf = load_shelf(workspace=Workspace(str(tmp_path / folder / "x.yaml"), overlay))
        found.append(shelf.library.clauses["general/severability"])
        assert found[-1].texts["", "fr"].file == str(overlay / "clauses/general/severability/fr.md")
    assert found[0].texts["", "fr"].blocks == found[1].texts["", "fr"].blocks


def test_what_was_wrong_is_not_kept(cache: Path, tmp_path: Path) -> None:
    overlay = write(tmp_path / "organisation", {"clauses/general/severability/fr.md": "# T\n\n1. Un.\n* deux\n"})
    for _ in range(3):
        shelf = load_shelf(workspace=Workspace(str(tmp_path / "x.yaml"), overlay))
        assert [(f.code, f.place.file, f.place.line) for f in shelf.findings] == [
            ("PPP402", str(overlay / "clauses/general/severability/fr.md"), 4)
        ]


# ------------------------------------------------------------------------------------------- two layers


def test_names_and_layers(root: Path, tmp_path: Path) -> None:
    overlay = write(
        tmp_path / "over",
        {
            "clauses/topic/one/clause.yaml": 'clause: 1\nversion: "2.0.0"\n',
            "clauses/topic/two/nl.md": "# Twee\n\n1. Derde.\n",
            "law/conditions.yaml": "conditions: 1\nnever: {any: []}\n",
            "clauses/terms/own.yaml": "terms: 1\n",
        },
    )
    reading = Reading(root, overlay)
    assert reading.names == [
        "clauses/topic/one/clause.yaml",  # and no text of ours with it
        "clauses/topic/two/clause.yaml",
        "clauses/topic/two/fr.md",
        "clauses/topic/two/nl.md",
        "law/conditions.yaml",
        f"{OVERLAY}clauses/terms/own.yaml",
        f"{OVERLAY}law/conditions.yaml",
    ]
    assert reading.overlaid == {
        "clauses/topic/one/clause.yaml",
        "clauses/topic/two/nl.md",
        f"{OVERLAY}clauses/terms/own.yaml",
        f"{OVERLAY}law/conditions.yaml",
    }
    assert reading.shown("clauses/topic/two/nl.md") == str(overlay / "clauses/topic/two/nl.md")
    assert reading.shown("clauses/topic/two/fr.md") == str(root / "clauses/topic/two/fr.md")
    assert reading.shown("clauses/nowhere.yaml") == str(root / "clauses/nowhere.yaml")
    assert reading.table("law/conditions.yaml", "conditions") == {"always": {"all": []}, "never": {"any": []}}
    assert reading.list("law", ".yaml") == ["law/conditions.yaml", f"{OVERLAY}law/conditions.yaml"]
    assert not reading.findings or {f.code for f in reading.findings} <= {
        "PPP102",
        "PPP106",
    }  # own files keep to schemas


def test_what_cannot_be_read_is_a_finding(root: Path) -> None:
    (root / "law/conditions.yaml").write_bytes(b"\xff\xfe")
    (root / "clauses/topic/one/fr.md").write_bytes(b"# \xe9\n")
    (root / "clauses/topic/two/clause.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    reading = Reading(root)
    assert reading.yaml("law/conditions.yaml", "conditions") == {}
    assert reading.source("clauses/topic/one/fr.md") == ""
    assert reading.yaml("clauses/topic/two/clause.yaml", "clause") == {}
    assert reading.yaml("law/nowhere.yaml", "conditions") == {}
    assert [f.code for f in reading.findings] == ["PPP002", "PPP002", "PPP003", "PPP001"]
    digest = reading.digest()
    reading.keep()
    assert Reading(root).digest() == digest and not Reading(root).is_kept()


def test_line_ends_and_marks_of_other_systems(root: Path) -> None:
    (root / "clauses/topic/two/fr.md").write_bytes("\ufeff# Deux\r\n\r\n1. Troisième.\r\n".encode())
    reading = Reading(root)
    text = reading.text("clauses/topic/two/fr.md")
    assert (text.heading, text.blocks[0].inlines[0].value) == ("Deux", "Troisième.") and reading.findings == []


def test_folders_deeper_than_any_clause_are_not_walked(tmp_path: Path) -> None:
    deep = "/".join("abcdefghij")
    root = write(tmp_path / "root", {f"clauses/{deep}/fr.md": "# x\n", "clauses/a/b/fr.md": "# x\n"})
    assert Reading(root).names == ["clauses/a/b/fr.md"]


def links(root: Path) -> Iterator[str]:
    (root / "clauses/topic/three").symlink_to(root / "clauses/topic/one")
    (root / "clauses/topic/two/nl.md").symlink_to(root / "clauses/topic/one/nl.md")
    yield from ("clauses/topic/three/fr.md", "clauses/topic/two/nl.md")


def test_no_link_is_followed(root: Path, tmp_path: Path) -> None:
    linked = list(links(root))
    reading = Reading(root)
    assert not set(linked) & set(reading.names) and reading.findings == []  # ours: passed over
    over = write(tmp_path / "over", {name: text for name, text in SMALL.items() if "law" not in name})
    list(links(over))
    (over / "law").symlink_to(root / "law")
    reading = Reading(root, over)
    assert sorted(Path(f.place.file).relative_to(over).as_posix() for f in reading.findings) == [
        "clauses/topic/three",
        "clauses/topic/two/nl.md",
        "law",
    ]
    assert {f.code for f in reading.findings} == {"PPP460"}
