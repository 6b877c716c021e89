"""The commands. They read arguments, call the stages, print, and give an exit code; nothing else happens here.

Exit codes: 0 nothing at or above `--fail-on`; 1 something; 2 usage, or a file that cannot be read or written; 3 our
bug; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path as FilePath
from typing import Any

import click

from . import __version__
from .finding import LANGUAGES, Finding, Severity
from .messages import UI_LANGUAGES, ui_language, word

LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "advice": Severity.ADVICE}

_ui_option = click.option(
    "--ui",
    type=click.Choice(UI_LANGUAGES),
    default=None,
    help="Language of messages. Default: the locale's, else English.",
)


_workspace_option = click.option(
    "--workspace",
    default="",
    envvar="PPP_CONTRACTS_WORKSPACE",
    metavar="FILE",
    help="Workspace file that names an organisation's overlay. Default: ppp-contracts.yaml in this folder, if there is one.",
)


def _shelf(workspace: str, ui: str) -> Any:
    """Law and library with the overlay of the workspace; a workspace or overlay that cannot be read ends the command."""
    from .workshop import shelf
    from .workspace import find_workspace

    found, findings = find_workspace(workspace, FilePath.cwd())
    shelves = None if findings else shelf(found)
    if found and shelves:
        findings = tuple(f for f in shelves.findings if f.severity is Severity.ERROR)
        click.echo(word("with_overlay", ui, folder=str(found.overlay), file=found.file), err=True)
    if findings:
        _report_findings(findings, ui)
        raise _Ended(2)
    return shelves


class _Ended(Exception):
    """A command that ended before its time, its findings reported, with an exit code."""

    def __init__(self, code: int) -> None:
        self.code = code


def _say(text: str, error: bool = False) -> None:
    click.echo(text, err=error, nl=False, color=_colour(error))


def _colour(error: bool = False) -> bool:
    stream = sys.stderr if error else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _exit_code(findings: Iterable[Finding], fail_on: str) -> int:
    from .validation import UNREADABLE

    listed = list(findings)
    if any(f.code in UNREADABLE for f in listed):
        return 2
    return 1 if any(f.severity >= LEVELS[fail_on] for f in listed) else 0


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings, 2 usage or a file that cannot be read or written, 3 a bug of ours. "
    "This program gives no legal advice; no jurist has approved its texts.",
)
@click.version_option(__version__, prog_name="ppp-contracts")
def cli() -> None:
    """Partnership agreements under Belgian law: from a YAML spec to a Word agreement, and a check of what it lacks.

    \b
    Example:
      ppp-contracts new partnership -o spec.yaml
      ppp-contracts validate spec.yaml
      ppp-contracts build spec.yaml -o out
      ppp-contracts check spec.yaml
      ppp-contracts check out/PPP-2026-014_v0.3_fr.docx
    """


@cli.command()
@click.argument("kind")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write to this file (never over one that exists)."
)
@_ui_option
def new(kind: str, output: str | None, ui: str | None) -> int:
    """Print a commented starter spec of a KIND: partnership or grant.

    It validates except for what only the officer knows; those places are marked.
    For every other kind it says where a full example stands.

    \b
    Example:
      ppp-contracts new grant -o grant.yaml
    """
    from .starter import examples, kinds, starter

    language = ui_language(ui)
    if kind not in kinds():
        file = examples().get(kind)
        hint = "\n" + word("kind_example", language, file=str(file)) if file else ""
        raise click.UsageError(word("unknown_kind", language, kind=kind, known=", ".join(kinds())) + hint)
    text = starter(kind)
    if output is None:
        click.echo(text, nl=False)
        return 0
    target = FilePath(output)
    if target.exists():
        raise click.UsageError(word("exists", language, file=output))
    from .output import write_together

    findings = write_together(target.parent, {target.name: text.encode()})
    _report_findings(findings, language)
    if not findings:
        click.echo(word("written", language, file=output))
    return _exit_code(findings, "error")


@cli.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option(
    "--fail-on", type=click.Choice(list(LEVELS)), default="error", show_default=True, help="What makes the exit code 1."
)
@_ui_option
def validate(specs: Sequence[str], fail_on: str, ui: str | None) -> int:
    """Hold specs against the schema and the rules that join several facts.

    \b
    Example:
      ppp-contracts validate spec.yaml
    """
    from .report import count_line, render_findings
    from .validation import validate_spec

    language = ui_language(ui)
    found: list[Finding] = []
    for file in specs:
        examined = validate_spec(file)
        sources = {file: examined.document.text} if examined.document else {}
        lines = [*render_findings(examined.findings, language, sources, None, _colour())]
        _say("\n".join([*lines, f"{file}: {count_line(examined.findings, language)}"]) + "\n")
        found.extend(examined.findings)
    return _exit_code(found, fail_on)


@cli.command()
@click.argument("spec")
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False), help="Folder for the Word files and manifests."
)
@click.option(
    "--lang", "languages", multiple=True, type=click.Choice(LANGUAGES), help="Only this language (repeatable)."
)
@click.option(
    "--draft", is_flag=True, help="Build in spite of errors: DRAFT on every page, empty slots as fields to fill in."
)
@click.option("--force", is_flag=True, help="Overwrite Word files that were edited since they were built.")
@click.option("--template", default="", help="Another house template (.docx) than the shipped one.")
@_workspace_option
@_ui_option
def build(
    spec: str,
    output: str,
    languages: Sequence[str],
    draft: bool,
    force: bool,
    template: str,
    workspace: str,
    ui: str | None,
) -> int:
    """Build one Word agreement for each language of SPEC, and the manifest beside it.

    The languages are written together or not at all. While the spec has errors nothing is built, unless --draft.

    \b
    Example:
      ppp-contracts build spec.yaml -o out --lang fr
    """
    from .building import build_files

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    written, findings, sources, law = build_files(
        spec, FilePath(output), tuple(languages), draft, force, template, shelves
    )
    _report_findings(findings, language, sources, law)
    for name in written:
        click.echo(word("written", language, file=name))
    if not written:
        click.echo(word("nothing_built", language), err=True)
        return max(1, _exit_code(findings, "error"))
    return 0


def _report_findings(findings: Sequence[Finding], ui: str, sources: Any = None, law: Any = None) -> None:
    from .report import count_line, render_findings

    if findings:
        lines = [*render_findings(findings, ui, sources or {}, law, _colour(True)), count_line(findings, ui)]
        _say("\n".join(lines) + "\n", error=True)


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="SPEC|DOCX...")
@click.option("--spec", "spec_file", default="", help="The spec that a Word file is checked against.")
@click.option(
    "--framework",
    "frameworks",
    multiple=True,
    help="Only the obligations of this framework or instrument (repeatable).",
)
@click.option("--matrix", is_flag=True, help="Every obligation with its outcome, evidence and citation.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on", type=click.Choice(list(LEVELS)), default="error", show_default=True, help="What makes the exit code 1."
)
@click.option("--require-approved", is_flag=True, help="Texts that no jurist approved are an error.")
@_workspace_option
@_ui_option
def check(
    files: Sequence[str],
    spec_file: str,
    frameworks: Sequence[str],
    matrix: bool,
    shape: str,
    fail_on: str,
    require_approved: bool,
    workspace: str,
    ui: str | None,
) -> int:
    """Say of each obligation whether the agreement states it: of a spec (planned text) or of a Word file built here.

    For a Word file: which articles are intact, changed, moved or gone, and the verdicts on what is left.

    \b
    Example:
      ppp-contracts check spec.yaml --framework gdpr --matrix
      ppp-contracts check out/PPP-2026-014_v0.3_fr.docx --spec spec.yaml
    """
    from .checking import check_file
    from .report import as_json, render_text
    from .schema import nearest

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    known = [*shelves.law.frameworks, *shelves.law.instruments]
    for framework in frameworks:
        if framework not in known:
            raise click.UsageError(
                word(
                    "unknown_framework",
                    language,
                    id=framework,
                    nearest=nearest(framework, known),
                    known=", ".join(shelves.law.frameworks),
                )
            )
    results = []
    for file in files:
        result = check_file(file, shelves, spec_file, tuple(frameworks), language, require_approved)
        results.append(result)
        if shape == "text":
            _say(render_text(result, language, shelves.law, matrix, _colour()))
    if shape == "json":
        click.echo(as_json(results, language, shelves.law, __version__), nl=False)
    return _exit_code((f for result in results for f in result.findings), fail_on)


@cli.command()
@click.argument("identifier", metavar="ID")
@_workspace_option
@_ui_option
def explain(identifier: str, workspace: str, ui: str | None) -> int:
    """Explain a finding code, an obligation or a clause.

    \b
    Example:
      ppp-contracts explain PPP203
      ppp-contracts explain audit.repayment
      ppp-contracts explain audit/repayment-federal
    """
    from .explanation import explain as explained

    language = ui_language(ui)
    text, near = explained(identifier, _shelf(workspace, language), language)
    if not text:
        raise click.UsageError(word("unknown_id", language, id=identifier, nearest=near))
    _say(text)
    return 0


def _why(clause: str, spec: str, workspace: str, ui: str | None, expected: bool) -> int:
    from .explanation import why
    from .schema import nearest
    from .workshop import examine_spec

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    known = [*shelves.library.clauses, *shelves.library.forbidden]
    if clause not in known:
        raise click.UsageError(word("unknown_id", language, id=clause, nearest=nearest(clause, known)))
    examined = examine_spec(spec, shelves)
    if examined.plan is None:
        _report_findings(examined.findings, language)
        return max(1, _exit_code(examined.findings, "error"))
    text, chosen = why(clause, examined.plan, language)
    _say(text)
    return 0 if chosen is expected else 1


@cli.command("why")
@click.argument("clause", metavar="CLAUSE")
@click.argument("spec", metavar="SPEC")
@_workspace_option
@_ui_option
def why_clause(clause: str, spec: str, workspace: str, ui: str | None) -> int:
    """Say why a clause is in the agreement of a spec: the conditions and the lines of the spec behind them.

    The exit code is 0 when it is, 1 when it is not (the answer then says why not).

    \b
    Example:
      ppp-contracts why audit/on-site-federal spec.yaml
    """
    return _why(clause, spec, workspace, ui, True)


@cli.command("why-not")
@click.argument("clause", metavar="CLAUSE")
@click.argument("spec", metavar="SPEC")
@_workspace_option
@_ui_option
def why_not_clause(clause: str, spec: str, workspace: str, ui: str | None) -> int:
    """Say why a clause is not in the agreement of a spec.

    The exit code is 0 when it is not, 1 when it is (the answer then says why).

    \b
    Example:
      ppp-contracts why-not staff/volunteers spec.yaml
    """
    return _why(clause, spec, workspace, ui, False)


@cli.group()
def library() -> None:
    """Work with the clause library."""


@library.command("lint")
@click.option("--fix", is_flag=True, help="Set typography (apostrophes, no-break spaces) in the clause texts.")
@click.option(
    "--fail-on", type=click.Choice(list(LEVELS)), default="error", show_default=True, help="What makes the exit code 1."
)
@_workspace_option
@_ui_option
def lint_library(fix: bool, fail_on: str, workspace: str, ui: str | None) -> int:
    """Check clauses, law and labels, with the overlay of a workspace: schemas, parity of languages, references, duties,
    citations, words.

    \b
    Example:
      ppp-contracts library lint
    """
    from .lint import fix_typography, lint
    from .paths import data_root
    from .report import count_line, render_findings
    from .workspace import find_workspace

    language = ui_language(ui)
    found, problems = find_workspace(workspace, FilePath.cwd())
    if problems:
        _report_findings(problems, language)
        return 2
    if fix:
        for name in fix_typography(found.overlay if found else data_root()):
            click.echo(word("written", language, file=name))
    findings, sources = lint(data_root(), found)
    _say(
        "\n".join([*render_findings(findings, language, sources, None, _colour()), count_line(findings, language)])
        + "\n"
    )
    return _exit_code(findings, fail_on)


@library.command("approve")
@click.argument("clauses", nargs=-1, required=True, metavar="CLAUSE...")
@click.option(
    "--language",
    "languages",
    multiple=True,
    required=True,
    type=click.Choice(LANGUAGES),
    help="Language that was read (repeatable).",
)
@click.option("--alternative", default="", help="The alternative that was read. Default: the preferred text.")
@click.option("--by", required=True, help="Name of the jurist.")
@click.option("--function", required=True, help="Function of the jurist.")
@click.option("--on", default="", help="Day of the approval, like 2026-11-23. Default: today.")
@click.option("--note", default="", help="Reserves of the jurist.")
@_workspace_option
@_ui_option
def approve_texts(
    clauses: Sequence[str],
    languages: Sequence[str],
    alternative: str,
    by: str,
    function: str,
    on: str,
    note: str,
    workspace: str,
    ui: str | None,
) -> int:
    """Record that a jurist approved texts of the library, in the review lock of the workspace.

    The approval counts for the texts as they are now: one that changes later is approved no longer.

    \b
    Example:
      ppp-contracts library approve liability/cap --language fr --language nl --by "A. Lambert" --function "head of legal"
    """
    from datetime import date

    from .approval import approve
    from .l10n import parse_date
    from .schema import nearest

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    if shelves.workspace is None:
        raise click.UsageError(word("approve_needs_workspace", language))
    try:
        day = parse_date(on).isoformat() if on else date.today().isoformat()
    except ValueError:
        raise click.UsageError(word("no_date", language, value=on)) from None
    for clause in clauses:
        known = shelves.library.clauses.get(clause)
        if known is None:
            near = nearest(clause, shelves.library.clauses)
            raise click.UsageError(word("unknown_id", language, id=clause, nearest=near))
        for tongue in languages:
            if (alternative, tongue) not in known.texts:
                raise click.UsageError(
                    word("no_such_text", language, clause=clause, alternative=alternative, language=tongue)
                )
    texts = [(clause, alternative, tongue) for clause in clauses for tongue in languages]
    findings = approve(shelves.workspace, shelves.library, texts, by, function, day, note)
    _report_findings(findings, language)
    if not findings:
        click.echo(word("written", language, file=str(shelves.workspace.approvals)))
    return _exit_code(findings, "error")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command `ppp-contracts`. A user's mistake never shows a traceback; a bug of ours says that it is one."""
    import gc

    gc.set_threshold(50_000)  # the values of a run are frozen trees: looking for cycles that often finds none
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _utf8(stream)
    try:
        code = cli.main(
            args=list(arguments) if arguments is not None else None, prog_name="ppp-contracts", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as problem:
        problem.show()
        return 2
    except _Ended as ended:
        return ended.code
    except (click.Abort, KeyboardInterrupt):
        click.echo(word("interrupted", ui_language()), err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:
        if os.environ.get("PPP_CONTRACTS_DEBUG"):
            raise
        click.echo(f"ppp-contracts {__version__}: {_bug(problem)}", err=True)
        return 3
    return code if isinstance(code, int) else 0


def _bug(problem: Exception) -> str:
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"
    try:
        return word("bug", ui_language(), problem=f"{type(problem).__name__} ({where})")
    except Exception:
        return f"a bug of ours: {type(problem).__name__} ({where})"


def _utf8(stream: Any) -> None:
    reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main()
