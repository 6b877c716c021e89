"""The schema for editors, completion, and the files for hooks and pipelines: each is held against the program itself."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from ppp_contracts.cli import cli, run
from ppp_contracts.editor import schema_for
from ppp_contracts.workshop import Shelf
from ppp_contracts.yamlio import read_yaml

ROOT = Path(__file__).resolve().parent.parent


def data_of(name: str) -> Any:
    document, findings = read_yaml(str(ROOT / name))
    assert document is not None and not findings, findings
    return document.data


@pytest.mark.parametrize("name", sorted(p.stem for p in (ROOT / "examples").glob("*.yaml")))
def test_the_schema_for_a_spec_accepts_the_spec(name: str, shelf: Shelf) -> None:
    data = data_of(f"examples/{name}.yaml")
    schema = json.loads(schema_for(data, shelf))
    Draft202012Validator.check_schema(schema)
    assert not list(Draft202012Validator(schema).iter_errors(data))


def test_it_offers_the_parties_and_refuses_others(shelf: Shelf) -> None:
    data = data_of("examples/family-shelter.yaml")
    schema = json.loads(schema_for(data, shelf))
    assert schema["$defs"]["partyId"]["enum"] == ["authority", "shelter", "logistics"]
    data["responsibilities"][0]["lead"] = "logistic"
    errors = list(Draft202012Validator(schema).iter_errors(data))
    assert [list(e.absolute_path) for e in errors] == [["responsibilities", 0, "lead"]]


def test_a_new_party_may_have_any_id(shelf: Shelf) -> None:
    data = data_of("examples/family-shelter.yaml")
    schema = json.loads(schema_for(data, shelf))
    data["parties"][0]["id"] = "somebody-else"
    wrong = [list(e.absolute_path) for e in Draft202012Validator(schema).iter_errors(data)]
    assert ["parties", 0, "id"] not in wrong


def test_without_a_spec_any_party_will_do(shelf: Shelf) -> None:
    schema = json.loads(schema_for(None, shelf))
    assert "enum" not in schema["$defs"]["partyId"]
    assert set(schema["$defs"]["clauseId"]["enum"]) == set(shelf.library.clauses)
    assert set(schema["$defs"]["obligationId"]["enum"]) == set(shelf.law.obligations)


@pytest.mark.parametrize("data", [[], "text", {"parties": "nobody"}, {"parties": [{"role": "x"}, 3]}])
def test_a_spec_may_hold_anything(data: Any, shelf: Shelf) -> None:
    Draft202012Validator.check_schema(json.loads(schema_for(data, shelf)))


def test_the_command_writes_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "spec.schema.json"
    assert run(["schema", str(ROOT / "examples" / "family-shelter.yaml"), "-o", str(target), "--ui", "en"]) == 0
    assert str(target) in capsys.readouterr().out
    assert json.loads(target.read_text(encoding="utf-8"))["$defs"]["partyId"]["enum"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(shell: str) -> None:
    result = CliRunner().invoke(cli, ["completion", shell])
    assert result.exit_code == 0 and "_PPP_CONTRACTS_COMPLETE" in result.output


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("ppp-contracts explain audit.re", "audit.repayment"),
        ("ppp-contracts explain PPP20", "PPP203"),
        ("ppp-contracts why audit/rep", "audit/repayment-federal"),
        ("ppp-contracts new part", "partnership"),
        ("ppp-contracts check --framework gd", "gdpr"),
    ],
)
def test_ids_are_completed(words: str, wanted: str) -> None:
    listed = shlex.split(words)
    environment = {
        **os.environ,
        "_PPP_CONTRACTS_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(listed) - 1),
    }
    program = Path(sys.executable).with_name("ppp-contracts")
    done = subprocess.run([str(program)], env=environment, capture_output=True, text=True, check=False)
    assert f"plain,{wanted}" in done.stdout.splitlines(), done


# -------------------------------------------------------------------------------------- hooks and pipelines


def options_of(command: str) -> set[str]:
    node: Any = cli
    for word in command.split():
        node = node.commands[word]
    return {option for parameter in node.params for option in getattr(parameter, "opts", ())}


def test_the_hooks_name_commands_and_options_that_exist() -> None:
    import yaml

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == {
        "ppp-contracts-validate",
        "ppp-contracts-check",
        "ppp-contracts-library-lint",
    }
    for hook in hooks:
        program, *words = shlex.split(hook["entry"])
        command = " ".join(word for word in words if not word.startswith("-"))
        assert program == "ppp-contracts"
        assert {word for word in words if word.startswith("-")} <= options_of(command)


def script_of_action() -> tuple[dict[str, str], str]:
    import yaml

    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = next(step for step in action["runs"]["steps"] if step.get("name") == "Check")
    inputs = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(action["runs"])))
    assert inputs == set(action["inputs"]), "every input is used, and every one used is declared"
    assert "${{" not in step["run"], "an input may not become a part of the script"
    return step["env"], step["run"]


@pytest.mark.parametrize(("file", "code"), [("examples/loan-for-use.yaml", 0), ("examples/broken/iban.yaml", 1)])
def test_the_script_of_the_action_runs(file: str, code: int, tmp_path: Path) -> None:
    _, script = script_of_action()
    if not (ROOT / file).is_file():
        file = str(next((ROOT / "examples" / "broken").glob("*.yaml")).relative_to(ROOT))
    summary = tmp_path / "summary.md"
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "FILES": file,
        "FAIL_ON": "error",
        "FRAMEWORK": "",
        "BASELINE": "",
        "UI": "fr",
        "SARIF": str(tmp_path / "out.sarif"),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert Path(file).name in summary.read_text(encoding="utf-8")


def test_the_gitlab_include_names_options_that_exist() -> None:
    import yaml

    head, job = yaml.safe_load_all((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
    used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", json.dumps(job)))
    assert used == set(head["spec"]["inputs"])
    line = next(line for line in job["ppp-contracts"]["script"] if line.startswith("ppp-contracts check"))
    assert set(re.findall(r"--[a-z-]+", line)) <= options_of("check")
