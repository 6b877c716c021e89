"""The review lock: who approved which text, and which texts nobody did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cases import replace
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from overlays import LANGUAGES, WORKSPACE, clause, run, shelf_of, write_workspace
from wordfiles import manifest_bytes

from ppp_contracts import output
from ppp_contracts.approval import approve, demand_approval, stale_approvals, texts_of, unapproved
from ppp_contracts.library import approval_digest, is_approved
from ppp_contracts.manifest import read_manifest
from ppp_contracts.model import Approval
from ppp_contracts.word.package import read_package, write_package
from ppp_contracts.workshop import Shelf, examine_spec, load_shelf
from ppp_contracts.workspace import Workspace, read_workspace
from ppp_contracts.yamlio import read_yaml

SHELTER = str(ROOT / "examples" / "family-shelter.yaml")
SEVERABILITY = "general/severability"
WHO = ("--by", "A. Lambert", "--function", "head of legal", "--on", "2026-11-23")


@pytest.fixture
def file(tmp_path: Path) -> str:
    return write_workspace(tmp_path, {})


def lock_of(file: str) -> Path:
    return Path(file).parent / "organisation" / "clauses" / "approvals.yaml"


def entries(file: str) -> list[dict[str, Any]]:
    document, findings = read_yaml(str(lock_of(file)))
    assert document is not None and not findings, findings
    return list(document.data["list"])


def workspace_of(file: str) -> Workspace:
    workspace, findings = read_workspace(file)
    assert workspace is not None and not findings
    return workspace


# --------------------------------------------------------------------------------------------- writing


def test_an_approval_is_written_once_and_earlier_ones_are_kept(file: str, capsys: Any) -> None:
    one = ["library", "approve", SEVERABILITY, "--language", "fr", *WHO, "--workspace", file]
    assert run(capsys, *one)[:2] == (0, f"written: {lock_of(file)}\n")
    first = lock_of(file).read_bytes()
    assert b"library approve" in first.splitlines()[0]  # it says who writes it
    (entry,) = entries(file)
    mine = shelf_of(file)
    assert entry == {
        "clause": SEVERABILITY,
        "language": "fr",
        "digest": approval_digest(mine.library.clauses[SEVERABILITY], "", "fr"),
        "by": {"name": "A. Lambert", "function": "head of legal"},
        "on": "2026-11-23",
    }
    assert run(capsys, *one)[0] == 0
    assert lock_of(file).read_bytes() == first
    more = [
        "library",
        "approve",
        "liability/cap",
        "--language",
        "nl",
        "--language",
        "fr",
        "--alternative",
        "fallback-1",
    ]
    assert run(capsys, *more, *WHO, "--note", "unless insured", "--workspace", file)[0] == 0
    assert entries(file)[0] == entry
    assert [(e["clause"], e.get("alternative", ""), e["language"], e.get("note", "")) for e in entries(file)[1:]] == [
        ("liability/cap", "fallback-1", "nl", "unless insured"),
        ("liability/cap", "fallback-1", "fr", "unless insured"),
    ]
    assert (
        run(capsys, *one[:-2], "--by", "B. Second", "--workspace", file)[0] == 0
    )  # a second jurist is a second approval
    assert [e["by"]["name"] for e in entries(file) if e["clause"] == SEVERABILITY] == ["A. Lambert", "B. Second"]
    assert len(shelf_of(file).library.approvals) == 4


def test_several_clauses_at_once_and_each_text_once(file: str, capsys: Any) -> None:
    several, twice = [SEVERABILITY, "general/entire-agreement"], ["--language", "de", "--language", "de"]
    named = [*several, SEVERABILITY]
    assert run(capsys, "library", "approve", *named, *twice, *WHO, "--workspace", file)[0] == 0
    assert [e["clause"] for e in entries(file)] == several


NAMES = [
    'Jo "the pen" D\'Hondt',
    "name: value # not a comment",
    "- list, {map}, [seq], &anchor *alias !tag | > %",
    "two\nlines\r\nand\ta tab",
    "back\\slash \\n \\u0041",
    "null",
    "12:30",
    "<b>&amp;</b> {{ x }}",
    "Zoë Ὀδυσσεύς 😀",
    "Zoe\u0308",  # two characters where one is usual
    "line\u2028separator\u2029\u0085and more",
    "\u202eright to left",
    "\x1b[31mred\x7f\x9f",
    "\ufeffmark",
    " space around ",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_breaks_the_file(name: str, file: str, shelf: Shelf) -> None:
    workspace, keys = workspace_of(file), [(SEVERABILITY, "", "fr")]
    assert approve(workspace, shelf.library, keys, name, name, "2026-11-23", name) == ()
    text = lock_of(file).read_text(encoding="utf-8")
    assert len(text.splitlines()) == 2 + 1 + 1 + 1  # comment, version, list, one line for the approval
    library = shelf_of(file).library
    (read,) = library.approvals
    said = name.replace("e\u0308", "ë")
    assert (read.by, read.function, read.note) == (said, said, said)
    assert is_approved(library, SEVERABILITY, "", "fr")
    assert approve(workspace, library, keys, name, name, "2027-01-01") == ()  # said again it is not written again
    assert lock_of(file).read_text(encoding="utf-8") == text
    assert approve(workspace, library, [(SEVERABILITY, "", "nl")], "A. Lambert", "f", "2026-11-23") == ()
    assert [entry["by"]["name"] for entry in entries(file)] == [said, "A. Lambert"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=30), note=st.text(max_size=30))
def test_any_name_is_read_back_or_refused(name: str, note: str, tmp_path: Path, shelf: Shelf) -> None:
    lock = Path(write_workspace(tmp_path, {}))
    workspace = workspace_of(str(lock))
    workspace.approvals.unlink(missing_ok=True)
    findings = approve(workspace, shelf.library, [(SEVERABILITY, "", "fr")], name, "f", "2026-11-23", note)
    assert bool(findings) is not workspace.approvals.exists()
    if not findings:
        import unicodedata

        (entry,) = entries(str(lock))
        assert entry["by"]["name"] == unicodedata.normalize("NFC", name)
        assert entry.get("note", "") == unicodedata.normalize("NFC", note)


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (["no/such", "--language", "fr", *WHO], 2, "no/such"),
        (["general/severabilty", "--language", "fr", *WHO], 2, SEVERABILITY),  # names the nearest
        ([SEVERABILITY, "--language", "fr", "--alternative", "fallback-9", *WHO], 2, "fallback-9"),
        ([SEVERABILITY, "liability/cap", "--language", "fr", "--alternative", "fallback-1", *WHO], 2, "fallback-1"),
        ([SEVERABILITY, "--language", "it", *WHO], 2, "it"),
        ([SEVERABILITY, *WHO], 2, "--language"),
        (["--language", "fr", *WHO], 2, "CLAUSE"),
        ([SEVERABILITY, "--language", "fr", "--function", "x", "--on", "2026-11-23"], 2, "--by"),
        ([SEVERABILITY, "--language", "fr", "--by", "x", "--on", "2026-11-23"], 2, "--function"),
        ([SEVERABILITY, "--language", "fr", *WHO[:-1], "2026-02-30"], 2, "2026-02-30"),
        ([SEVERABILITY, "--language", "fr", *WHO[:-1], "yesterday"], 2, "yesterday"),
        ([SEVERABILITY, "--language", "fr", *WHO, "--by", ""], 1, "PPP106"),
        ([SEVERABILITY, "--language", "fr", *WHO, "--by", "x" * 201], 1, "PPP106"),
        ([SEVERABILITY, "--language", "fr", *WHO, "--note", "x" * 2001], 1, "PPP106"),
        ([SEVERABILITY, "--language", "fr", *WHO, "--by", "\udcff"], 1, "PPP004"),
    ],
)
def test_nothing_is_written_when_something_is_wrong(
    arguments: list[str], code: int, shown: str, file: str, capsys: Any
) -> None:
    for earlier in (False, True):
        if earlier:
            run(capsys, "library", "approve", SEVERABILITY, "--language", "en", *WHO, "--workspace", file)
        before = lock_of(file).read_bytes() if earlier else None
        exit_code, out, err = run(capsys, "library", "approve", *arguments, "--workspace", file)
        assert exit_code == code and shown in err and out == ""
        assert (lock_of(file).read_bytes() if lock_of(file).exists() else None) == before
    assert [p.name for p in lock_of(file).parent.iterdir()] == ["approvals.yaml"]


def test_a_full_disk_leaves_the_earlier_approvals(file: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run(capsys, "library", "approve", SEVERABILITY, "--language", "fr", *WHO, "--workspace", file)
    before = lock_of(file).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "fsync", full)
    code, _, err = run(capsys, "library", "approve", SEVERABILITY, "--language", "nl", *WHO, "--workspace", file)
    assert code == 2 and "No space left" in err
    assert lock_of(file).read_bytes() == before
    assert [p.name for p in lock_of(file).parent.iterdir()] == ["approvals.yaml"]


def test_what_ships_is_approved_in_a_workspace_only(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "library", "approve", SEVERABILITY, "--language", "fr", *WHO)
    assert code == 2 and "--workspace" in err
    document, _ = read_yaml(str(ROOT / "clauses" / "approvals.yaml"))
    assert document is not None and document.data["list"] == []  # and honestly so


def test_a_forbidden_clause_is_not_approved(tmp_path: Path, capsys: Any) -> None:
    forbids = f"forbids: [{{clause: {SEVERABILITY}, reason: no}}]\n"
    file = write_workspace(tmp_path, {}, WORKSPACE + forbids)
    code, _, err = run(capsys, "library", "approve", SEVERABILITY, "--language", "fr", *WHO, "--workspace", file)
    assert code == 2 and SEVERABILITY in err


def test_only_the_lock_itself_counts(file: str, capsys: Any) -> None:
    """A file that merely ends like the lock approves nothing."""
    run(capsys, "library", "approve", SEVERABILITY, "--language", "fr", *WHO, "--workspace", file)
    lock = lock_of(file)
    for name in ("old-approvals.yaml", "general/approvals.yaml"):
        (lock.parent / name).parent.mkdir(exist_ok=True)
        (lock.parent / name).write_bytes(lock.read_bytes())
    lock.unlink()
    assert shelf_of(file).library.approvals == ()


# ------------------------------------------------------------------------------------- what it counts for


def approved_shelf(shelf: Shelf, *texts: tuple[str, str, str]) -> Shelf:
    approvals = tuple(
        Approval(c, a, lang, approval_digest(shelf.library.clauses[c], a, lang), "A", "B", "2026-11-23", file="lock")
        for c, a, lang in texts
    )
    return replace(shelf, library=replace(shelf.library, approvals=approvals))


def with_clause(shelf: Shelf, **changes: Any) -> Shelf:
    own = replace(shelf.library.clauses["change/hardship"], **changes)
    return replace(shelf, library=replace(shelf.library, clauses={**shelf.library.clauses, own.id: own}))


KEY = ("change/hardship", "", "fr")


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ("nothing", True),
        ("another language", True),
        ("version", True),
        ("note", True),
        ("a word", False),
        ("the heading", False),
        ("a block more", False),
        ("a slot's name", False),
        ("a claim more", False),
        ("a claim less", False),
        ("another block for a claim", False),
    ],
)
def test_an_approval_counts_for_the_text_and_its_claims(change: str, still: bool, shelf: Shelf) -> None:
    own = shelf.library.clauses["change/hardship"]
    text = own.texts["", "fr"]
    first, *rest = text.blocks

    def texts(**parts: Any) -> dict[str, Any]:
        return {"texts": {**own.texts, ("", "fr"): replace(text, **parts)}}

    (obligation, blocks), *_ = own.fulfils.items()
    slot = next(i for b in text.blocks for i in b.inlines if i.kind == "slot")
    renamed = tuple(
        b._replace(inlines=tuple(i._replace(value="x") if i == slot else i for i in b.inlines)) for b in text.blocks
    )
    changes: dict[str, dict[str, Any]] = {
        "nothing": {},
        "another language": {"texts": {**own.texts, ("", "nl"): replace(own.texts["", "nl"], heading="x")}},
        "version": {"version": "9.9.9"},
        "note": {"note": "x"},
        "a word": texts(blocks=(first._replace(inlines=(first.inlines[0]._replace(value="x"),)), *rest)),
        "the heading": texts(heading="x"),
        "a block more": texts(blocks=(*text.blocks, first._replace(name="9"))),
        "a slot's name": texts(blocks=renamed),
        "a claim more": {"fulfils": {**own.fulfils, "audit.records": ("1",)}},
        "a claim less": {"fulfils": {}},
        "another block for a claim": {"fulfils": {**own.fulfils, obligation: blocks[:-1]}},
    }
    before = approved_shelf(shelf, KEY)
    assert is_approved(before.library, *KEY)
    assert not is_approved(before.library, "change/hardship", "", "nl")
    assert not is_approved(before.library, "change/hardship", "fallback-1", "fr")
    after = with_clause(before, **changes[change])
    assert is_approved(after.library, *KEY) is still
    assert [f.code for f in stale_approvals(after.library)] == ([] if still else ["PPP450"])


def test_stale_and_unknown_approvals_are_named(shelf: Shelf) -> None:
    base = approved_shelf(shelf, KEY)
    (one,) = base.library.approvals
    odd = (
        replace(one, digest="0" * 64, by="First", on="2026-01-01"),
        replace(one, digest="1" * 64, by="Last", on="2026-02-02"),
        replace(one, clause="no/such"),
        replace(one, alternative="fallback-9"),
        replace(one, clause="liability/cap", alternative="fallback-1", digest="2" * 64),
    )
    library = replace(base.library, approvals=odd)
    found = [(f.code, f.severity.name, f.place.file, dict(f.params)) for f in stale_approvals(library)]
    assert found == [
        (
            "PPP450",
            "WARNING",
            "lock",
            {"clause": "change/hardship", "language": "fr", "by": "Last", "on": "2026-02-02"},
        ),
        ("PPP451", "WARNING", "lock", {"clause": "no/such", "language": "fr"}),
        ("PPP451", "WARNING", "lock", {"clause": "change/hardship#fallback-9", "language": "fr"}),
        (
            "PPP450",
            "WARNING",
            "lock",
            {"clause": "liability/cap#fallback-1", "language": "fr", "by": "A", "on": "2026-11-23"},
        ),
    ]
    # An approval of the text as it is now is enough, whatever older ones say.
    assert list(stale_approvals(replace(base.library, approvals=(odd[0], one, odd[1])))) == []


def test_the_lint_tells_what_changed_since(file: str, capsys: Any) -> None:
    own = Path(file).parent / "organisation" / "clauses" / "general" / "house"
    for name, text in clause("general/house").items():
        (Path(file).parent / "organisation" / name).parent.mkdir(parents=True, exist_ok=True)
        (Path(file).parent / "organisation" / name).write_text(text, encoding="utf-8")
    both = ["--language", "fr", "--language", "nl"]
    assert run(capsys, "library", "approve", "general/house", *both, *WHO, "--workspace", file)[0] == 0
    (own / "fr.md").write_text("# Maison\n\n1. Chaque Partie s’engage à balayer la maison.\n", encoding="utf-8")
    (own / "nl.md").unlink()
    _, out, _ = run(capsys, "library", "lint", "--workspace", file)
    lines = [line for line in out.splitlines() if "PPP450" in line or "PPP451" in line]
    assert [line.split("warning ")[1][:6] for line in lines] == ["PPP450", "PPP451"]
    assert all(line.startswith(str(lock_of(file))) for line in lines)
    assert "approved by A. Lambert on 2026-11-23" in lines[0]


# --------------------------------------------------------------------------------------- --require-approved


def all_texts(shelf: Shelf) -> tuple[tuple[str, str, str], ...]:
    plan = examine_spec(SHELTER, shelf).plan
    assert plan is not None
    return texts_of(plan, ("fr", "nl"))


def approve_all(file: str, but: tuple[tuple[str, str, str], ...] = ()) -> int:
    """Approves every text of the example; gives how many there are."""
    mine = load_shelf(workspace=workspace_of(file))
    every = all_texts(mine)
    findings = approve(
        workspace_of(file),
        mine.library,
        [k for k in every if k not in but],
        "A. Lambert",
        "head of legal",
        "2026-11-23",
    )
    assert findings == ()
    return len(every)


def report(capsys: Any, *arguments: object) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, "check", *arguments, "--format", "json")
    return code, json.loads(out)["files"][0]


def codes(found: dict[str, Any]) -> list[str]:
    return [f["code"] for f in found["findings"]]


def test_nothing_is_approved_until_somebody_does(file: str, capsys: Any) -> None:
    total = len(all_texts(load_shelf()))
    for more in ([], ["--workspace", file]):
        code, found = report(capsys, SHELTER, *more)
        assert code == 0 and found["texts"] == {"total": total, "approved_by_jurist": 0}
        code, found = report(capsys, SHELTER, *more, "--require-approved")
        assert code == 1 and codes(found) == ["PPP452"]
        (finding,) = found["findings"]
        assert finding["severity"] == "error" and finding["file"] == SHELTER
        assert f"{total} of the {total} texts" in finding["message"] and ", …" in finding["message"]
    _, out, _ = run(capsys, "check", SHELTER)
    assert "No jurist has approved these texts." in out


def test_some_are_approved_and_the_others_are_named(file: str, capsys: Any) -> None:
    missing = ((SEVERABILITY, "", "nl"), ("general/definitions", "", "fr"))
    total = approve_all(file, missing)
    code, found = report(capsys, SHELTER, "--workspace", file, "--require-approved")
    assert code == 1 and found["texts"] == {"total": total, "approved_by_jurist": total - 2}
    assert codes(found) == ["PPP452"]
    assert f"2 of the {total} texts" in found["findings"][0]["message"]
    assert "general/severability (nl)" in found["findings"][0]["message"]
    assert "general/definitions (fr)" in found["findings"][0]["message"]
    _, out, _ = run(capsys, "check", SHELTER, "--workspace", file)
    assert f"A jurist has approved {total - 2} of the {total} texts." in out
    assert run(capsys, "check", SHELTER, "--workspace", file)[0] == 0
    approve_all(file)
    assert run(capsys, "check", SHELTER, "--workspace", file, "--require-approved")[0] == 0


@pytest.mark.parametrize("framework", ["gdpr", "be-1990-08-26-nowhere"])
def test_a_view_by_framework_hides_no_text(framework: str, capsys: Any) -> None:
    known = load_shelf().law
    one = (
        framework
        if framework in known.frameworks
        else next(
            i
            for i in known.instruments
            if not any(b.instrument == i for o in known.obligations.values() for b in o.basis)
        )
    )
    code, found = report(capsys, SHELTER, "--framework", one, "--require-approved")
    assert code == 1 and "PPP452" in codes(found)


def test_a_word_file_counts_its_own_texts(file: str, tmp_path: Path, capsys: Any) -> None:
    total = approve_all(file)
    out = tmp_path / "out"
    assert run(capsys, "build", SHELTER, "-o", out, "--lang", "fr", "--workspace", file)[0] == 0
    (docx,) = out.glob("*.docx")
    arguments = [docx, "--workspace", file, "--require-approved"]
    code, found = report(capsys, *arguments)
    assert code == 0 and found["texts"] == {"total": total // 2, "approved_by_jurist": total // 2}
    assert report(capsys, *arguments, "--spec", SHELTER)[0] == 0
    # What was approved when it was built, and is worded otherwise in the library by now, counts as it was built.
    (Path(file).parent / "organisation" / "clauses" / "general" / "severability").mkdir(parents=True)
    text = Path(file).parent / "organisation" / "clauses" / SEVERABILITY / "fr.md"
    text.write_text("# Nullité\n\n1. Rien.\n", encoding="utf-8")
    code, found = report(capsys, *arguments)
    assert code == 0 and found["texts"]["approved_by_jurist"] == total // 2
    text.unlink()
    # Without its workspace nothing is approved.
    code, found = report(capsys, docx, "--require-approved")
    assert code == 1 and codes(found) == ["PPP452"] and found["texts"]["approved_by_jurist"] == 0
    # The manifest inside the file is a claim.
    docx.with_name(docx.name.replace(".docx", ".manifest.json")).unlink()
    code, found = report(capsys, *arguments)
    assert code == 1 and codes(found) == ["PPP609", "PPP452"]
    assert found["texts"] == {"total": total // 2, "approved_by_jurist": 0}
    # Held against the spec it need not be believed.
    code, found = report(capsys, *arguments, "--spec", SHELTER)
    assert codes(found) == ["PPP609"] and found["texts"]["approved_by_jurist"] == total // 2


@pytest.mark.parametrize("texts", [None, [], [["general/severability", "", "0" * 64]]])
def test_a_manifest_that_keeps_silent_approves_nothing(texts: Any, file: str, tmp_path: Path, capsys: Any) -> None:
    """Neither an older manifest without texts, nor one that somebody shortened, passes for approved."""
    approve_all(file)
    assert run(capsys, "build", SHELTER, "-o", tmp_path / "out", "--lang", "fr", "--workspace", file)[0] == 0
    (docx,) = (tmp_path / "out").glob("*.docx")
    beside = docx.with_name(docx.name.replace(".docx", ".manifest.json"))
    manifest = json.loads(beside.read_bytes())
    if texts is None:
        del manifest["texts"]
    else:
        manifest["texts"] = texts
    beside.write_text(json.dumps(manifest), encoding="utf-8")
    without_inner(docx)
    code, found = report(capsys, docx, "--workspace", file, "--require-approved")
    assert code == 1 and "PPP452" in codes(found)
    assert found["texts"]["approved_by_jurist"] == 0


def without_inner(docx: Path) -> None:
    """Takes the manifest inside a Word file away, as another word processor may."""
    package, _ = read_package(docx.read_bytes(), str(docx))
    assert package is not None
    parts = {name: data for name, data in package.parts.items() if not name.lower().startswith("customxml/")}
    relations = parts["word/_rels/document.xml.rels"].decode()
    import re

    parts["word/_rels/document.xml.rels"] = re.sub(r"<Relationship [^>]*customXml[^>]*/>", "", relations).encode()
    docx.write_bytes(write_package(parts))


@pytest.mark.parametrize(
    "texts", [3, {}, ["x"], [["a", "b"]], [["a", "b", "c", "d"]], [["a", "b", 3]], [[None, "", ""]]]
)
def test_texts_of_the_wrong_form_are_no_manifest(texts: Any) -> None:
    data = json.dumps({**json.loads(manifest_bytes()), "texts": texts}).encode()
    manifest, (finding,) = read_manifest(data, "a.json")
    assert manifest is None and (finding.code, dict(finding.params)["key"]) == ("PPP620", "texts")


def test_the_texts_of_an_overlay_state_their_duties_once_approved(tmp_path: Path, capsys: Any) -> None:
    words = "# Dignité\n\n1. Chaque Partie s’engage à présenter les Familles avec dignité.\n"
    name = "communication/dignity"
    claims = 'fulfils: {communication.dignity: ["1"]}\n'
    file = write_workspace(tmp_path, clause(name, claims, words))

    def verdict(*languages: str) -> tuple[str, str]:
        for language in languages:
            assert run(capsys, "library", "approve", name, "--language", language, *WHO, "--workspace", file)[0] == 0
        _, found = report(capsys, SHELTER, "--workspace", file)
        return next((v["outcome"], v["note"]) for v in found["verdicts"] if v["obligation"] == "communication.dignity")

    assert verdict() == ("review", "overlay")
    assert verdict("fr") == ("review", "overlay")  # the agreement is in Dutch too
    assert verdict("nl") == ("pass", "")
    text = tmp_path / "organisation" / "clauses" / name / "nl.md"
    text.write_text(text.read_text(encoding="utf-8").replace("dignité", "respect"), encoding="utf-8")
    assert verdict() == ("review", "overlay")


def test_unapproved_and_the_finding_of_it() -> None:
    assert demand_approval("a.yaml", (), 3) == ()
    missing = [("a/b", "", "fr"), ("a/b", "fallback-1", "nl"), *(("c/d", "", lang) for lang in LANGUAGES)]
    (finding,) = demand_approval("a.yaml", missing, 9)
    assert dict(finding.params) == {
        "count": "6",
        "total": "9",
        "texts": "a/b (fr), a/b#fallback-1 (nl), c/d (fr), c/d (nl), c/d (de), c/d (en)",
    }
    (finding,) = demand_approval("a.yaml", missing * 2, 12)
    assert dict(finding.params)["texts"].count("(") == 8 and dict(finding.params)["texts"].endswith(", …")
    shelf = load_shelf()
    assert unapproved(shelf.library, [("no/such", "", "fr"), KEY]) == (("no/such", "", "fr"), KEY)
    assert unapproved(approved_shelf(shelf, KEY).library, [KEY]) == ()
