"""The commands as a user meets them: exit codes, messages, bad input, files left alone."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cases import edited_text, example_text
from conftest import EXAMPLES, ROOT, languages_of

from ppp_contracts import cli, output
from ppp_contracts.codes import CODES
from ppp_contracts.messages import UI_LANGUAGES, table, ui_language
from ppp_contracts.starter import kinds

SHELTER = str(ROOT / "examples" / "family-shelter.yaml")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run([str(a) for a in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out, captured.err


# --------------------------------------------------------------------------------------- the good path


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_builds_and_checks(name: str, tmp_path: Path, capsys: Any) -> None:
    spec = str(ROOT / "examples" / f"{name}.yaml")
    assert run(capsys, "validate", spec)[0] == 0
    code, out, _ = run(capsys, "build", spec, "-o", tmp_path)
    assert code == 0
    files = sorted(p.name for p in tmp_path.iterdir())
    wanted = {f"{language}.{ending}" for language in languages_of(name) for ending in ("docx", "manifest.json")}
    assert len(files) == len(wanted) and {f.split("_")[-1] for f in files} == wanted
    assert all(f in out for f in files)
    code, out, _ = run(capsys, "check", spec, *[str(p) for p in tmp_path.glob("*.docx")], "--matrix", "--ui", "fr")
    assert code == 0
    assert "Texte prévu" in out and "Énoncé dans le fichier" in out and "Aucun juriste n" in out


def test_two_builds_are_the_same_bytes(tmp_path: Path, capsys: Any) -> None:
    for folder in ("a", "b"):
        assert run(capsys, "build", SHELTER, "-o", tmp_path / folder)[0] == 0
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_one_language_only(tmp_path: Path, capsys: Any) -> None:
    assert run(capsys, "build", SHELTER, "-o", tmp_path, "--lang", "nl")[0] == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "PPP-2026-014_v0.3_nl.docx",
        "PPP-2026-014_v0.3_nl.manifest.json",
    ]
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path, "--lang", "de")
    assert code == 1 and "PPP114" in err


def test_json_is_json_and_says_what_it_is(capsys: Any) -> None:
    code, out, _ = run(capsys, "check", SHELTER, "--format", "json")
    data = json.loads(out)
    assert code == 0
    assert data["approved_by_jurist"] is False
    (file,) = data["files"]
    assert file["texts"]["total"] > 100 and file["texts"]["approved_by_jurist"] == 0
    assert file["law_of"] == "2026-12-10" and file["law_of_source"] == "signature.date"
    assert {v["outcome"] for v in file["verdicts"]} == {"pass", "notApplicable"}
    repayment = next(v for v in file["verdicts"] if v["obligation"].startswith("audit.repayment"))
    assert repayment["evidence"][0]["digest"] and repayment["citations"]


def test_a_framework_is_a_view(capsys: Any) -> None:
    _, out, _ = run(capsys, "check", SHELTER, "--framework", "gdpr", "--matrix", "--format", "json")
    some = json.loads(out)["files"][0]["verdicts"]
    assert len(some) > 0 and all(any("GDPR" in c or "2018" in c for c in v["citations"]) for v in some)
    code, _, err = run(capsys, "check", SHELTER, "--framework", "gpdr")
    assert code == 2 and "gdpr" in err


def test_the_matrix_shows_every_obligation(capsys: Any, shelf: Any) -> None:
    _, out, _ = run(capsys, "check", SHELTER, "--matrix", "--ui", "nl")
    for obligation in shelf.law.obligations:
        assert obligation in out
    assert "niet van toepassing" in out and "Nog open, partij per partij" in out


# --------------------------------------------------------------------------------------------- new

STARTERS = kinds()


@pytest.mark.parametrize("kind", STARTERS)
def test_a_starter_lacks_only_what_the_officer_knows(kind: str, tmp_path: Path, capsys: Any) -> None:
    from ppp_contracts.validation import validate_spec

    file = tmp_path / "spec.yaml"
    assert run(capsys, "new", kind, "-o", file)[0] == 0
    examined = validate_spec(str(file))
    lines = file.read_text(encoding="utf-8").splitlines()
    assert examined.findings
    for finding in examined.findings:
        assert "[à compléter]" in lines[finding.place.line - 1], finding


def test_new_never_overwrites(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text("mine")
    code, _, err = run(capsys, "new", "grant", "-o", file)
    assert code == 2 and "exists already" in err
    assert file.read_text() == "mine"


def test_every_kind_that_is_not_refused_has_a_starter(shelf: Any) -> None:
    assert set(STARTERS) == {name for name, kind in shelf.law.kinds.items() if "refused" not in kind}


@pytest.mark.parametrize("kind", ["loan-for-use", "volunteer-note"])
def test_a_starter_from_an_example_keeps_no_name_or_number_of_it(kind: str, capsys: Any) -> None:
    code, out, _ = run(capsys, "new", kind)
    assert code == 0 and "invented example" in out and f"kind: {kind}" in out
    assert not re.search(r"\d{4}\.\d{3}\.\d{3}|BE\d{2} \d{4}", out)


def test_new_knows_the_nearest_kind(capsys: Any) -> None:
    code, _, err = run(capsys, "new", "partnershp")
    assert code == 2 and "partnership" in err


# ------------------------------------------------------------------------------------------ bad input


def bad_files(folder: Path) -> list[tuple[str, bytes, int, str]]:
    """(name, content, exit code, code shown) of what strangers send."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    dtd = io.BytesIO()
    with zipfile.ZipFile(dtd, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    return [
        ("latin.yaml", "titre: é".encode("latin-1"), 2, "PPP002"),
        ("broken.yaml", b"a: [1, 2", 1, "PPP004"),
        ("list.yaml", b"- a", 1, "PPP011"),
        ("empty.yaml", b"", 1, "PPP011"),
        ("bomb.yaml", b"a: &a [x]\nb: [*a, *a]", 1, "PPP006"),
        ("large.yaml", b"# " + b"x" * 50_000_000, 2, "PPP003"),
        ("deep.yaml", b"[" * 100_000, 1, "PPP010"),
        (
            "types.yaml",
            b"spec: x\nparties: 3\nkind: [a]\nfacts: 7\nterm: no\nlanguages: {}\nresources: []\n",
            1,
            "PPP103",
        ),
        ("kind.yaml", b"spec: 1\nkind: partnershp\n", 1, "PPP109"),
        ("tender.yaml", b"spec: 1\nkind: public-contract\n", 1, "PPP110"),
        ("no.docx", b"this is no zip", 2, "PPP601"),
        ("bomb.docx", bomb.getvalue(), 2, "PPP615"),
        ("dtd.docx", dtd.getvalue(), 2, "PPP617"),
        ("notes.txt", b"hello", 2, "PPP014"),
    ]


@pytest.mark.parametrize("number", range(14))
def test_bad_files_give_a_finding_and_an_exit_code(number: int, tmp_path: Path, capsys: Any) -> None:
    name, content, expected, shown = bad_files(tmp_path)[number]
    file = tmp_path / name
    file.write_bytes(content)
    code, out, err = run(capsys, "check", file)
    assert shown in out + err
    assert code == expected


def test_a_missing_file(capsys: Any) -> None:
    for command in ("validate", "check"):
        code, out, _ = run(capsys, command, "no-such-file.yaml")
        assert code == 2 and "PPP001" in out


@pytest.mark.parametrize("command", ["validate", "check"])
def test_one_bad_file_does_not_hide_the_others(command: str, tmp_path: Path, capsys: Any) -> None:
    code, out, _ = run(capsys, command, tmp_path / "no.yaml", SHELTER)
    assert code == 2 and "PPP001" in out and "family-shelter.yaml: 0 error(s)" in out


def test_a_build_with_errors_writes_nothing(tmp_path: Path, capsys: Any) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(edited_text("family-shelter", [["0447.203.553", "0447.203.554"]]), encoding="utf-8")
    code, _, err = run(capsys, "build", spec, "-o", tmp_path / "out")
    assert code == 1 and "PPP203" in err and "Nothing was built" in err
    assert not (tmp_path / "out").exists()


def test_a_draft_is_built_with_errors_and_says_so_on_every_page(tmp_path: Path, capsys: Any) -> None:
    spec = tmp_path / "spec.yaml"
    text = "\n".join(line for line in example_text("family-shelter").splitlines() if not line.startswith("  court:"))
    spec.write_text(text, encoding="utf-8")
    assert run(capsys, "build", spec, "-o", tmp_path / "out")[0] == 1
    code, out, _ = run(capsys, "build", spec, "-o", tmp_path / "out", "--draft", "--lang", "fr")
    assert code == 0 and "_draft.docx" in out
    with zipfile.ZipFile(tmp_path / "out" / "PPP-2026-014_v0.3_fr_draft.docx") as archive:
        headers = [archive.read(n).decode() for n in archive.namelist() if n.startswith("word/header")]
        document = archive.read("word/document.xml").decode()
    assert all("PROJET" in header for header in headers) and headers
    assert "<w:sdt>" in document and "à compléter" in document


# ----------------------------------------------------------------------------------- nothing is lost


def test_a_word_file_edited_by_hand_is_not_overwritten(tmp_path: Path, capsys: Any) -> None:
    assert run(capsys, "build", SHELTER, "-o", tmp_path, "--lang", "fr")[0] == 0
    assert run(capsys, "build", SHELTER, "-o", tmp_path, "--lang", "fr")[0] == 0  # untouched: built again
    (docx,) = tmp_path.glob("*.docx")
    docx.write_bytes(docx.read_bytes() + b"edited")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path)
    assert code == 2 and "PPP013" in err
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    assert run(capsys, "build", SHELTER, "-o", tmp_path, "--force")[0] == 0


def test_an_output_folder_that_cannot_be_written(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "file").write_text("x")
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path / "file" / "out")
    assert code == 2 and "PPP012" in err


def test_a_full_disk(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "fsync", full)
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path / "out")
    assert code == 2 and "No space left" in err
    assert list((tmp_path / "out").iterdir()) == []


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(output.os, "fsync", interrupted)
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path / "out")
    assert code == 130 and "Interrupted" in err
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bug_of_ours_is_exit_3_and_no_traceback(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import ppp_contracts.validation

    monkeypatch.setattr(ppp_contracts.validation, "validate_spec", lambda *arguments: 1 / 0)
    code, _, err = run(capsys, "validate", SHELTER)
    assert code == 3 and "ZeroDivisionError" in err


# ------------------------------------------------------------------------------------------ templates


def test_a_template_that_is_no_word_file(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "t.docx").write_text("no")
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path / "out", "--template", tmp_path / "t.docx")
    assert code == 2 and "PPP501" in err


def test_a_template_without_a_needed_style(tmp_path: Path, capsys: Any) -> None:
    shipped = ROOT / "templates" / "agreement.docx"
    with zipfile.ZipFile(shipped) as old, zipfile.ZipFile(tmp_path / "t.docx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(
                name,
                data.replace(b'w:styleId="PPPBlock2"', b'w:styleId="Other"') if name == "word/styles.xml" else data,
            )
    code, _, err = run(capsys, "build", SHELTER, "-o", tmp_path / "out", "--template", tmp_path / "t.docx")
    assert code == 1 and "PPP502" in err and "PPPBlock2" in err
    assert not (tmp_path / "out").exists()


# --------------------------------------------------------------------------------------------- words


def test_every_code_has_its_words_and_every_word_a_code() -> None:
    entries = table()["codes"]
    assert set(entries) == set(CODES)
    for code, entry in entries.items():
        fields = {
            part: {
                lang: sorted(set(__import__("re").findall(r"\{(\w+)\}", entry[part][lang]))) for lang in UI_LANGUAGES
            }
            for part in entry
        }
        for part, by_language in fields.items():
            assert len({tuple(f) for f in by_language.values()}) == 1, (code, part, by_language)
        assert all(entry["message"][lang] and entry["title"][lang] for lang in UI_LANGUAGES)


def test_every_code_in_the_program_is_in_the_table() -> None:
    import re

    used = set()
    for file in (ROOT / "ppp_contracts").rglob("*.py"):
        used |= set(re.findall(r'"(PPP\d{3})"', file.read_text(encoding="utf-8")))
    assert used == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_explain_knows_every_code(code: str, ui: str, capsys: Any) -> None:
    exit_code, out, _ = run(capsys, "explain", code, "--ui", ui)
    assert exit_code == 0 and code in out


def test_explain_an_obligation_and_a_clause(capsys: Any, shelf: Any) -> None:
    for identifier in (*shelf.law.obligations, *shelf.library.clauses):
        code, out, _ = run(capsys, "explain", identifier, "--ui", "fr")
        assert code == 0 and identifier in out
    code, _, err = run(capsys, "explain", "audit.repaymnt")
    assert code == 2 and "audit." in err


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "fr_BE.UTF-8"}, "fr"),
        ({"LC_ALL": "nl_BE", "LANG": "fr_BE"}, "nl"),
        ({"LANG": "de_BE.UTF-8"}, "de"),
        ({"LANG": "es_ES"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_messages_follows_the_locale(variables: dict[str, str], language: str) -> None:
    assert ui_language(None, variables) == language


def commands(group: Any, *above: str) -> Iterator[tuple[str, ...]]:
    """The words of every command, those of a group of commands before them."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *above, name)
        else:
            yield (*above, name)


def test_every_command_has_help_with_an_example(capsys: Any) -> None:
    words_of_all = list(commands(cli.cli))
    assert {("why",), ("why-not",), ("library", "approve"), ("check",)} <= set(words_of_all)
    for words in words_of_all:
        code, out, _ = run(capsys, *words, "--help")
        assert code == 0 and "Example:" in out and f"ppp-contracts {' '.join(words)}" in out


def test_a_strangers_text_does_not_drive_the_terminal(tmp_path: Path, capsys: Any) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text('spec: 1\n"\\e[31mred": 1\n', encoding="utf-8")
    _, out, _ = run(capsys, "validate", spec)
    assert "\x1b" not in out


def test_the_library_has_no_finding(capsys: Any) -> None:
    code, out, _ = run(capsys, "library", "lint", "--fail-on", "advice")
    assert code == 0, out[-3000:]


# ------------------------------------------------------------------------------ what is the user's stays


def built_with(reference: str, folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    spec = folder / "spec.yaml"
    spec.write_text(
        example_text("grant-regional").replace("reference: ", f'reference: "{reference}" # '), encoding="utf-8"
    )
    code = cli.run(["build", str(spec), "-o", str(folder / "out"), "--ui", "en", *more])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_agreements_whose_references_make_one_file_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert built_with("A/B", tmp_path, capsys)[0] == 0
    before = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    code, said = built_with("A B", tmp_path, capsys)
    assert code == 2 and "PPP018" in said and "`A/B` and not `A B`" in said
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == before
    assert built_with("A/B", tmp_path, capsys)[0] == 0  # its own is made anew
    assert built_with("A B", tmp_path, capsys, "--force")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("schema", "{spec}", "-o", "{spec}"),
        ("schema", "-o", "{other}"),
        ("check", "{spec}", "--record", "{folder}/agreement.json"),
        ("check", "{spec}", "--record", "{folder}/other.json"),
        ("check", "{spec}", "--record", "{folder}/record.txt"),
        ("check", "{spec}", "--output", "json={folder}/agreement.docx"),
        ("check", "{spec}", "--write-baseline", "{folder}/agreement.docx"),
        ("check", "{spec}", "--output", "markdown={folder}/second.yaml"),
    ],
)
def test_nothing_of_the_user_is_written_over(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "spec.yaml": example_text("grant-regional"),
        "agreement.docx": "mine",
        "second.yaml": "mine",
        "other.json": "{}",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    names = {"spec": tmp_path / "spec.yaml", "other": tmp_path / "other.json", "folder": tmp_path}
    assert cli.run([argument.format(**names) for argument in arguments]) == 2
    capsys.readouterr()
    assert {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()} == files


def test_a_schema_and_a_record_are_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(example_text("grant-regional"), encoding="utf-8")
    for _ in range(2):
        assert cli.run(["schema", str(spec), "-o", str(tmp_path / "spec.schema.json")]) == 0
        assert cli.run(["check", str(spec), "--record", str(tmp_path / "record.json")]) == 0
    assert (tmp_path / "record.docx").is_file()
    capsys.readouterr()
