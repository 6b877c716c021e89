"""Many files in one call: in order, one bad file beside good ones, over several processes with the same bytes."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from cases import edited_text
from conftest import EXAMPLES, ROOT

from ppp_contracts import batch, cli
from ppp_contracts.batch import Job, check_all, check_many, files_below
from ppp_contracts.checking import check_file
from ppp_contracts.formats.table import FORMATS
from ppp_contracts.workshop import Shelf

BUG, BROKEN, MISSING, DEADLY = "29-bug.yaml", "11-broken.yaml", "47-missing.yaml", "30-deadly.yaml"


def run(capsys: Any, *arguments: Any) -> tuple[int, str, str]:
    exit_code = cli.run([str(a) for a in arguments])
    captured = capsys.readouterr()
    return exit_code, captured.out, captured.err


def with_a_bug(file: str, *rest: Any) -> Any:
    if Path(file).name == BUG:
        raise ZeroDivisionError("injected")
    if Path(file).name == DEADLY:
        os._exit(9)
    return check_file(file, *rest)


@pytest.fixture
def sixty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sixty specs: one in five with a wrong number, one broken, one missing, one that meets a bug of ours."""
    monkeypatch.setattr(batch, "check_file", with_a_bug)
    files = []
    for number in range(60):
        name = {11: BROKEN, 29: BUG, 47: MISSING}.get(number, f"{number:02}-spec.yaml")
        wrong = [["0447.203.553", "0447.203.554"]] if number % 5 == 0 else []
        text = edited_text("volunteer-note", wrong)
        if name != MISSING:
            (tmp_path / name).write_text("a: [1, 2" if name == BROKEN else text, encoding="utf-8")
        files.append(str(tmp_path / name))
    return files


# ------------------------------------------------------------------------------------------- sixty files


@pytest.mark.parametrize("jobs", [1, 2])
def test_sixty_files_come_in_order_and_none_stops_the_rest(jobs: int, sixty: list[str], capsys: Any) -> None:
    exit_code, out, err = run(capsys, "check", *sixty, "--format", "json", "--jobs", jobs)
    body = json.loads(out)
    assert exit_code == body["exit_code"] == 3 and "Traceback" not in err
    assert [f["file"] for f in body["files"]] == sixty
    codes = {Path(f["file"]).name: [x["code"] for x in f["findings"]] for f in body["files"]}
    assert (codes[BROKEN], codes[MISSING], codes[BUG]) == (["PPP004"], ["PPP001"], ["PPP016"])
    for number in range(60):
        name = f"{number:02}-spec.yaml"
        if name in codes:
            assert codes[name] == (["PPP203"] if number % 5 == 0 else [])
    assert body["totals"]["files"] == 60
    assert (body["totals"]["internal_errors"], body["totals"]["unreadable"]) == (1, 1)
    bug = next(f for f in body["files"] if f["file"].endswith(BUG))["findings"][0]
    assert "ZeroDivisionError (test_many.py:" in bug["message"]


def test_a_pool_and_no_pool_write_the_same_bytes(sixty: list[str], tmp_path: Path, capsys: Any) -> None:
    written: dict[int, dict[str, bytes]] = {}
    for jobs in (1, 3):
        folder = tmp_path / f"out{jobs}"
        more = [f"--output={name}={folder / name}" for name in FORMATS]
        more += ["--write-baseline", str(folder / "baseline")]
        exit_code, out, _ = run(capsys, "check", *sixty, "--jobs", jobs, *more)
        assert exit_code == 3
        written[jobs] = {p.name: p.read_bytes() for p in folder.iterdir()}
        assert written[jobs]["text"] == out.encode()
    assert len(written[1]) == len(FORMATS) + 1
    assert written[1] == written[3]


def test_where_processes_cannot_fork_they_start_anew(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [str(ROOT / "examples" / f"{name}.yaml") for name in EXAMPLES[:4]]
    expected = run(capsys, "check", *files, "--matrix", "--jobs", 1)
    monkeypatch.setattr(batch, "_forks", lambda: False)
    assert run(capsys, "check", *files, "--matrix", "--jobs", 2) == expected


def test_a_file_that_ends_its_process_does_not_stop_the_rest(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "check_file", with_a_bug)
    files = []
    for number in range(12):
        name = DEADLY if number in (3, 4, 9) else "spec.yaml"
        (tmp_path / str(number)).mkdir()
        shutil.copy(ROOT / "examples" / "volunteer-note.yaml", tmp_path / str(number) / name)
        files.append(str(tmp_path / str(number) / name))
    exit_code, out, _ = run(capsys, "check", *files, "--format", "json", "--jobs", 2)
    body = json.loads(out)
    assert exit_code == 3 and [f["file"] for f in body["files"]] == files
    stopped = [number for number, f in enumerate(body["files"]) if f["findings"]]
    assert stopped == [3, 4, 9]
    assert "process ended (9)" in body["files"][3]["findings"][0]["message"]


def test_a_bug_in_a_format_is_a_bug_in_that_file(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ppp_contracts.formats import text

    real = text.render_text

    def failing(result: Any, *rest: Any) -> str:
        if result.verdicts and "iban" in result.file:
            raise KeyError("x")
        return real(result, *rest)

    monkeypatch.setattr(text, "render_text", failing)
    good = ROOT / "examples" / "family-shelter.yaml"
    exit_code, out, _ = run(capsys, "check", ROOT / "examples" / "broken" / "iban.yaml", good)
    assert exit_code == 3 and "PPP016" in out and "KeyError" in out and "family-shelter.yaml: 0 error" in out


def test_one_bug_in_one_file_is_exit_3(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "check_file", with_a_bug)
    (tmp_path / BUG).write_text("a: 1")
    exit_code, out, err = run(capsys, "check", tmp_path / BUG)
    assert exit_code == 3 and "PPP016" in out and "Traceback" not in err
    monkeypatch.setenv("PPP_CONTRACTS_DEBUG", "1")
    exit_code, out, err = run(capsys, "check", tmp_path / BUG)
    assert exit_code == 3 and "Traceback" in err and "injected" in err


# -------------------------------------------------------------------------------------------------- pool


def test_one_or_a_few_files_start_no_process(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_pool(*ignored: Any) -> Any:
        raise AssertionError("a pool was started")

    monkeypatch.setattr(batch, "_Pool", no_pool)
    monkeypatch.setattr(batch, "_cores", lambda: 8)
    few = [str(ROOT / "examples" / f"{name}.yaml") for name in EXAMPLES[:7]]
    assert run(capsys, "check", *few)[0] == 0
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ppp_contracts.cli", "check", few[0]],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "ppp_contracts.batch" in loaded
    for heavy in ("multiprocessing", "csv", "lxml", "ppp_contracts.formats.json", "ppp_contracts.formats.sarif"):
        assert heavy not in loaded, heavy


def test_workers_stay_near_the_file_that_is_written_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow file holds the others up: what waits to be written stays bounded."""
    log = tmp_path / "log"

    def slow(file: str, job: Job) -> batch.Done:
        if file == "001":
            time.sleep(0.7)
        with log.open("a") as stream:
            stream.write(f"{file}\n")
        return batch.Done((file.encode(),), batch.Totals(files=1))

    monkeypatch.setattr(batch, "check_one", slow)
    names = [f"{number:03}" for number in range(400)]
    results = check_many(names, Job((("text", False),)), 2)
    assert next(results).fragments == (b"000",)
    assert next(results).fragments == (b"001",)
    assert len(log.read_text().split()) <= 2 * (batch.WINDOW + batch.AHEAD) + 2
    assert [done.fragments[0].decode() for done in results] == names[2:]


def test_no_process_is_left(sixty: list[str]) -> None:
    import multiprocessing

    with io.BytesIO() as out:
        check_all(sixty[:20], Job((("text", False),)), [out.write], 2)  # type: ignore[list-item]
    assert multiprocessing.active_children() == []
    results = check_many(sixty[:20], Job((("text", False),)), 2)
    next(results), next(results)
    results.close()
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("group", [True, False])
def test_an_interrupt_stops_the_pool_at_once(group: bool, tmp_path: Path) -> None:
    """Ctrl-C reaches every process of a terminal, a `kill` only the first: both stop all, and nothing is written."""
    (tmp_path / "specs").mkdir()
    for number in range(600):
        os.link(ROOT / "examples" / "volunteer-note.yaml", tmp_path / "specs" / f"{number}.yaml")
    command = [sys.executable, "-m", "ppp_contracts.cli", "check", str(tmp_path / "specs"), "--matrix", "--jobs", "3"]
    command += [f"--output=json={tmp_path / 'out' / 'a.json'}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    read = 0
    while read < 200_000:  # it is well under way
        read += len(process.stdout.read1(65536))
    begun = time.monotonic()
    (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and time.monotonic() - begun < 10
    assert b"Traceback" not in err and b"Interrupted" in err
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(ProcessLookupError):  # nobody of its session is left
        os.killpg(process.pid, 0)


def test_workers_end_when_the_main_process_is_killed(tmp_path: Path) -> None:
    for number in range(200):
        os.link(ROOT / "examples" / "volunteer-note.yaml", tmp_path / f"{number}.yaml")
    command = [sys.executable, "-m", "ppp_contracts.cli", "check", str(tmp_path), "--matrix", "--jobs", "3"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    read = 0
    while read < 200_000:
        read += len(process.stdout.read1(65536))
    process.kill()
    process.stdout.close()
    process.wait()
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("workers outlive the main process")


# ----------------------------------------------------------------------------------------------- folders


def test_a_folder_stands_for_what_is_below_it(tmp_path: Path, capsys: Any) -> None:
    for name in (
        "b.yaml", "a/z.yml", "a/b/c.docx", "a.yaml", "a/B.YAML", "~$c.docx", ".hidden.yaml", ".git/x.yaml", "notes.txt",
        "a/readme.md", "ppp-contracts.yaml",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1")
    os.symlink(tmp_path, tmp_path / "a" / "loop")
    found = [str(Path(f).relative_to(tmp_path)) for f in files_below(str(tmp_path))]
    assert found == ["a/B.YAML", "a/b/c.docx", "a/z.yml", "a.yaml", "b.yaml"]
    assert files_below("no/such/file.yaml") == ["no/such/file.yaml"]
    exit_code, out, _ = run(capsys, "check", tmp_path, tmp_path / "a.yaml", "--quiet")
    assert exit_code == 2 and out.count("a.yaml: ") == 1 and "5 files: " in out


def test_a_folder_with_nothing_to_check_is_no_success(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "notes.txt").write_text("x")
    exit_code, _, err = run(capsys, "check", tmp_path)
    assert exit_code == 2 and "holds no .yaml" in err


def test_the_overlay_of_the_workspace_is_no_spec(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "organisation" / "law").mkdir(parents=True)
    (tmp_path / "organisation" / "law" / "parameters.yaml").write_text("parameters: 1\n")
    (tmp_path / "ppp-contracts.yaml").write_text("workspace: 1\noverlay: organisation\n")
    shutil.copy(ROOT / "examples" / "volunteer-note.yaml", tmp_path / "spec.yaml")
    exit_code, out, _ = run(capsys, "check", ".", "--quiet")
    assert exit_code == 0 and out.startswith("spec.yaml: ") and len(out.splitlines()) == 1
    exit_code, out, _ = run(capsys, "check", ".", "spec.yaml", "./spec.yaml", "--quiet")
    assert exit_code == 0 and len(out.splitlines()) == 1  # the same file, however it is named


# ---------------------------------------------------------------------------------------------- progress


def test_progress_is_told_when_it_is_asked_for(sixty: list[str], capsys: Any) -> None:
    _, out, err = run(capsys, "check", *sixty[:10], "--progress", "--quiet")
    assert "checked 10 of 10 files" in err and "checked" not in out
    _, _, err = run(capsys, "check", *sixty[:10], "--quiet")
    assert err == ""


def test_progress_on_a_terminal_is_one_line_that_goes_away(
    sixty: list[str], capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _, _, err = run(capsys, "check", *sixty[:10], "--quiet")
    assert "\rchecked 10 of 10 files" in err and err.endswith("\r\x1b[2K")
    assert "\n" not in err


def test_the_law_is_read_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files there are: a shelf for each file would be most of the time."""
    from ppp_contracts import workshop

    calls = []
    workshop.shelf.cache_clear()
    monkeypatch.setattr(workshop, "load_shelf", lambda workspace=None: calls.append(1) or shelf)
    files = [str(ROOT / "examples" / f"{name}.yaml") for name in EXAMPLES[:5]]
    list(check_many(files, Job((("text", False),)), 1))
    workshop.shelf.cache_clear()
    assert calls == [1]
