"""The commands. They read arguments, call the stages, print, and give an exit code; nothing else happens here.

Exit codes: 0 nothing at or above `--fail-on`; 1 something; 2 usage, or a file that cannot be read or written; 3 our
bug; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path as FilePath
from typing import Any

import click

from . import __version__
from .finding import LANGUAGES, Finding, Severity
from .formats.table import FORMATS
from .messages import UI_LANGUAGES, ui_language, word

LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "advice": Severity.ADVICE}

_ui_option = click.option(
    "--ui",
    type=click.Choice(UI_LANGUAGES),
    default=None,
    help="Language of messages. Default: the locale's, else English.",
)


def _day(context: click.Context, parameter: click.Parameter, value: str) -> str:
    from .l10n import parse_date

    try:
        return parse_date(value).isoformat() if value else ""
    except ValueError:
        raise click.UsageError(word("no_date", ui_language(context.params.get("ui")), value=value)) from None


_as_of_option = click.option(
    "--as-of",
    "as_of",
    default="",
    callback=_day,
    metavar="DATE",
    help="The law of this day, like 2026-12-01. Default: the day of the signature, else of the start.",
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

    found = _workspace(workspace, ui)
    shelves = shelf(found)
    if found:
        _end_at(shelves.findings, ui)
    return shelves


def _workspace(workspace: str, ui: str) -> Any:
    """The workspace that was named or is found here, None when there is none; one that cannot be read ends the command."""
    from .workspace import find_workspace

    found, findings = find_workspace(workspace, FilePath.cwd())
    _end_at(findings, ui)
    if found:
        click.echo(word("with_overlay", ui, folder=str(found.overlay), file=found.file), err=True)
    return found


def _end_at(findings: Iterable[Finding], ui: str) -> None:
    """Ends the command when there are errors among the findings of a workspace or of its overlay."""
    errors = tuple(f for f in findings if f.severity is Severity.ERROR)
    if errors:
        _report_findings(errors, ui)
        raise _Ended(2)


def _complete(*kinds: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """A completion for ids of the library or the law: clauses, obligations, traps, codes, frameworks."""

    def complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        from .codes import CODES
        from .workshop import shelf

        law, clauses = shelf().law, shelf().library.clauses
        every: dict[str, Iterable[str]] = {
            "clauses": clauses,
            "obligations": law.obligations,
            "traps": law.traps,
            "codes": CODES,
            "frameworks": (*law.frameworks, *law.instruments),
            "kinds": law.kinds,
        }
        return [CompletionItem(name) for kind in kinds for name in every[kind] if name.startswith(begun)]

    return complete


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
@click.argument("kind", shell_complete=_complete("kinds"))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write to this file (never over one that exists)."
)
@_ui_option
def new(kind: str, output: str | None, ui: str | None) -> int:
    """Print a commented starter spec of a KIND: partnership, grant, donation-in-kind, secondment, …

    It validates except for what only the officer knows; those places are marked [à compléter].

    \b
    Example:
      ppp-contracts new grant -o grant.yaml
    """
    from .starter import kinds, starter

    language = ui_language(ui)
    if kind not in kinds():
        raise click.UsageError(word("unknown_kind", language, kind=kind, known=", ".join(kinds())))
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
@_workspace_option
@_ui_option
def validate(specs: Sequence[str], fail_on: str, workspace: str, ui: str | None) -> int:
    """Hold specs against the schema and the rules that join several facts.

    \b
    Example:
      ppp-contracts validate spec.yaml
    """
    from .report import count_line, render_findings
    from .validation import load_basics, validate_spec

    language = ui_language(ui)
    basics, problems = load_basics(_workspace(workspace, language))
    _end_at(problems, language)
    found: list[Finding] = []
    for file in specs:
        examined = validate_spec(file, basics)
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
    from datetime import date

    from .building import build_files

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    written, findings, sources, law = build_files(
        spec, FilePath(output), tuple(languages), draft, force, template, shelves, date.today().isoformat(), language
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
@click.argument("files", nargs=-1, required=True, metavar="SPEC|DOCX|FOLDER...")
@click.option("--spec", "spec_file", default="", help="The spec that a Word file is checked against.")
@click.option(
    "--framework",
    "frameworks",
    multiple=True,
    shell_complete=_complete("frameworks"),
    help="Only the obligations of this framework or instrument (repeatable).",
)
@click.option("--matrix", is_flag=True, help="Every obligation with its outcome, evidence and citation.")
@click.option(
    "--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True, help="What is printed."
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write this format to a file as well (repeatable; all files are written, or none).",
)
@click.option("--quiet", is_flag=True, help="Text: only the summary line of each file and the total.")
@click.option(
    "--fail-on", type=click.Choice(list(LEVELS)), default="error", show_default=True, help="What makes the exit code 1."
)
@click.option(
    "--baseline",
    "baseline_file",
    default="",
    metavar="FILE",
    help="An earlier JSON report or written baseline: its findings are known, and only new ones count.",
)
@click.option("--write-baseline", "new_baseline", default="", metavar="FILE", help="Write the findings as a baseline.")
@click.option("--require-approved", is_flag=True, help="Texts that no jurist approved are an error.")
@click.option(
    "--record",
    default="",
    metavar="FILE.json",
    help="Write a record of the check, and beside it a page to sign (FILE.docx); `verify` holds files against it later.",
)
@click.option("--signed-by", default="", metavar="NAME", help="Who signs the record.")
@click.option("--function", "signer_function", default="", help="The function of who signs the record.")
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Number of processes. Default: one a core, for many files."
)
@click.option("--progress", is_flag=True, help="Say on stderr how far it is, also where that is no terminal.")
@_as_of_option
@_workspace_option
@_ui_option
def check(
    files: Sequence[str],
    spec_file: str,
    frameworks: Sequence[str],
    matrix: bool,
    shape: str,
    outputs: Sequence[str],
    quiet: bool,
    fail_on: str,
    baseline_file: str,
    new_baseline: str,
    require_approved: bool,
    record: str,
    signed_by: str,
    signer_function: str,
    jobs: int | None,
    progress: bool,
    as_of: str,
    workspace: str,
    ui: str | None,
) -> int:
    """Say of each obligation whether the agreement states it: of a spec (planned text) or of a Word file built here.

    For a Word file: which articles are intact, changed, moved or gone, and the verdicts on what is left.
    Of a folder, every .yaml, .yml and .docx below it.

    \b
    Example:
      ppp-contracts check spec.yaml --framework gdpr --matrix
      ppp-contracts check out/PPP-2026-014_v0.3_fr.docx --spec spec.yaml
      ppp-contracts check specs --output sarif=out/check.sarif --output junit=out/check.xml --baseline known.json
      ppp-contracts check spec.yaml --record out/check.json --signed-by "An Peeters" --function "compliance officer"
    """
    from .batch import Job, check_all
    from .output import Unwritable, staged

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    _known_frameworks(frameworks, shelves.law, language)
    listed = _files_to_check(files, shelves.workspace, language)
    read = [*listed, spec_file, shelves.workspace.file if shelves.workspace else ""]
    asked = _targets(outputs, new_baseline, read, baseline_file, language)
    baseline = _baseline(baseline_file, language) if baseline_file else None
    job = Job(
        formats=((shape, shape == "text" and _colour()), *((name, False) for name, _ in asked)),
        workspace=shelves.workspace,
        spec_file=spec_file,
        frameworks=tuple(frameworks),
        ui=language,
        require_approved=require_approved,
        as_of=as_of,
        matrix=matrix,
        quiet=quiet,
        fail_on=LEVELS[fail_on],
        baseline=baseline,
    )
    shown = _Progress(len(listed), progress, language)

    def print_out(data: bytes) -> None:
        shown.hide()
        try:
            click.echo(data.decode() if shape == "text" else data, nl=False, color=_colour())
        except BrokenPipeError:
            if not asked:
                raise
            _close_stdout()  # nobody reads it any more; the files are still wanted

    try:
        with staged([target for _, target in asked]) as writers:
            totals = check_all(listed, job, [print_out, *writers], jobs or 0, shown.tell)
    except Unwritable as problem:
        _report_findings((problem.finding,), language)
        return 2
    finally:
        shown.hide()
    code = int(totals.exit_code(LEVELS[fail_on]))
    if record:
        problems = _write_record(record, listed, job, shelves, (signed_by, signer_function))
        _report_findings(problems, language)
        return 2 if problems else code
    return code


def _write_record(
    record: str, files: Sequence[str], job: Any, shelves: Any, signer: tuple[str, str]
) -> tuple[Finding, ...]:
    """Writes the record of a check and its page, together or not at all; gives what went wrong."""
    from datetime import date

    from .checking import check_file
    from .codes import find
    from .finding import Place
    from .output import write_together
    from .record import Signer, make_record, read_record, sheet_of
    from .word.sheet import write_sheet

    target, who, today = FilePath(record), Signer(*signer), date.today().isoformat()
    page = target.with_suffix(".docx")
    if target.suffix.lower() != ".json":
        raise click.UsageError(word("record_json", job.ui, file=record))
    if (target.exists() or page.exists()) and read_record(record)[
        0
    ] is None:  # only a record is written over, and its page
        raise click.UsageError(word("exists", job.ui, file=record if target.exists() else str(page)))
    if {target.resolve(), target.with_suffix(".docx").resolve()} & {FilePath(file).resolve() for file in files}:
        return (find("PPP012", Place(record), file=record, problem="input"),)
    results = [
        check_file(file, shelves, job.spec_file, job.frameworks, job.ui, job.require_approved, job.as_of)
        for file in files
    ]
    sheet = sheet_of(results, shelves, who, today, job.ui)
    written = {
        target.name: make_record(results, shelves, job.frameworks, who, today),
        target.with_suffix(".docx").name: write_sheet(sheet.title, sheet.sections, job.ui),
    }
    findings = write_together(target.parent, written)
    for name in () if findings else written:
        click.echo(word("written", job.ui, file=str(target.parent / name)), err=True)
    return findings


def _baseline(file: str, ui: str) -> Any:
    """The baseline of this file; one that cannot be read ends the command."""
    from .baseline import read_baseline

    baseline, problems = read_baseline(file)
    _end_at(problems, ui)
    return baseline


def _known_frameworks(frameworks: Sequence[str], law: Any, ui: str) -> None:
    from .schema import nearest

    known = [*law.frameworks, *law.instruments]
    for framework in frameworks:
        if framework not in known:
            near, shown = nearest(framework, known), ", ".join(law.frameworks)
            raise click.UsageError(word("unknown_framework", ui, id=framework, nearest=near, known=shown))


def _files_to_check(names: Sequence[str], workspace: Any, ui: str) -> list[str]:
    """The files that were named and those below the folders that were, each once."""
    from .batch import files_below

    files: dict[str, str] = {}
    for name in names:
        below = files_below(name, workspace)
        if not below:
            raise click.UsageError(word("empty_folder", ui, folder=name))
        for file in below:
            files.setdefault(os.path.normpath(file), file)
    return list(files.values())


# A report never takes the place of such a file: it is an agreement or a spec.
_WRITTEN_BY_PEOPLE = frozenset({".docx", ".docm", ".dotx", ".doc", ".yaml", ".yml"})


def _targets(
    outputs: Sequence[str], new_baseline: str, inputs: Sequence[str], baseline: str, ui: str
) -> list[tuple[str, FilePath]]:
    """The formats that go to files, and these files: none of them is one that is read, and none is asked for twice. A baseline
    may be written in the place of the one it is held against."""
    asked: list[tuple[str, str]] = []
    for value in outputs:
        name, _, file = value.partition("=")
        if name not in FORMATS or not file:
            raise click.UsageError(word("output_form", ui, value=value, known=", ".join(FORMATS)))
        asked.append((name, file))
    asked += [("baseline", new_baseline)] if new_baseline else []
    if not asked:
        return []
    from .output import is_among

    manifests = [str(FilePath(f).with_suffix(".manifest.json")) for f in inputs if f.lower().endswith(".docx")]
    seen: list[str] = []
    for name, file in asked:
        if is_among(file, [*inputs, *manifests, *([baseline] if name != "baseline" else [])]):
            raise click.UsageError(word("output_is_input", ui, file=file))
        if FilePath(file).suffix.lower() in _WRITTEN_BY_PEOPLE and FilePath(file).exists():
            raise click.UsageError(word("exists", ui, file=file))
        if is_among(file, seen):
            raise click.UsageError(word("output_twice", ui, file=file))
        seen.append(file)
    return [(name, FilePath(os.path.realpath(file))) for name, file in asked]


class _Progress:
    """How far a check is, on stderr: one line that is written over on a terminal, else a line now and then."""

    def __init__(self, total: int, asked: bool, ui: str) -> None:
        self._terminal = sys.stderr.isatty()
        self._on = asked or (self._terminal and total > 1)
        self._total, self._ui = total, ui
        self._due, self._visible = 0.0, False

    def tell(self, done: int) -> None:
        """Says how many files are done, if it is time to."""
        if not self._on or (time.monotonic() < self._due and done < self._total):
            return
        self._due = time.monotonic() + (0.1 if self._terminal else 5)
        line = word("progress", self._ui, done=done, total=self._total)
        click.echo(f"\r{line}" if self._terminal else line, err=True, nl=not self._terminal, color=True)
        self._visible = self._terminal

    def hide(self) -> None:
        """Takes the line from the terminal, so that a report can stand there."""
        if self._visible:
            click.echo("\r\x1b[2K", err=True, nl=False, color=True)
            self._visible = False


@cli.command()
@click.argument("identifier", metavar="ID", shell_complete=_complete("clauses", "obligations", "traps", "codes"))
@click.option(
    "--spec", "spec_file", default="", help="Say of an obligation or trap why its outcome for this spec is what it is."
)
@_as_of_option
@_workspace_option
@_ui_option
def explain(identifier: str, spec_file: str, as_of: str, workspace: str, ui: str | None) -> int:
    """Explain a finding code, an obligation, a trap or a clause.

    \b
    Example:
      ppp-contracts explain PPP203
      ppp-contracts explain audit.repayment
      ppp-contracts explain audit/repayment-federal
      ppp-contracts explain audit.repayment --spec spec.yaml
    """
    from .explanation import explain as explained

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    text, near = explained(identifier, shelves, language)
    if not text:
        raise click.UsageError(word("unknown_id", language, id=identifier, nearest=near))
    _say(text)
    if spec_file:
        from .explanation import explain_outcome
        from .workshop import examine_spec

        examined = examine_spec(spec_file, shelves, date=as_of)
        if examined.plan is None:
            _report_findings(examined.findings, language)
            return max(1, _exit_code(examined.findings, "error"))
        _say(explain_outcome(identifier, examined, language))
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
@click.argument("clause", metavar="CLAUSE", shell_complete=_complete("clauses"))
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
@click.argument("clause", metavar="CLAUSE", shell_complete=_complete("clauses"))
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


@cli.command()
@click.argument("spec", metavar="SPEC")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_as_of_option
@_workspace_option
@_ui_option
def balance(spec: str, shape: str, as_of: str, workspace: str, ui: str | None) -> int:
    """Show how evenly the agreement of a spec lies on its parties: duties, rights, risks, money, votes, sanctions.

    It counts and names what tips the scale; it is advice, never an error.

    \b
    Example:
      ppp-contracts balance spec.yaml
    """
    import json

    from .balance import balance_json, load_measures, render_balance, weigh
    from .workshop import examine_spec, party_names

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    examined = examine_spec(spec, shelves, date=as_of)
    if examined.plan is None:
        _report_findings(examined.findings, language)
        return max(1, _exit_code(examined.findings, "error"))
    weighed = weigh(examined.plan, examined.verdicts, load_measures())
    if shape == "json":
        _say(json.dumps(balance_json(weighed), ensure_ascii=False, indent=2) + "\n")
    else:
        _say(render_balance(weighed, party_names(examined.plan.spec.data, language), language))
    return 0


@cli.command()
@click.argument("record", metavar="RECORD")
@click.argument("files", nargs=-1, required=True, metavar="SPEC|DOCX...")
@click.option("--spec", "spec_file", default="", help="The spec that a Word file was checked against.")
@_workspace_option
@_ui_option
def verify(record: str, files: Sequence[str], spec_file: str, workspace: str, ui: str | None) -> int:
    """Hold files against the record of an earlier check: the same files, the same result by the same law?

    The exit code is 0 when the record fits, 1 when something differs, 2 when the record or a file cannot be read.

    \b
    Example:
      ppp-contracts check spec.yaml --record check.json
      ppp-contracts verify check.json spec.yaml
    """
    from .record import check_again, read_record, verify_record

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    body, findings = read_record(record)
    if body is None:
        _report_findings(findings, language)
        return 2 if any(f.code in ("PPP001", "PPP801") for f in findings) else 1
    results = check_again(body, files, shelves, spec_file, language)
    found = tuple(verify_record(body, record, results, shelves))
    unreadable = _exit_code((f for result in results for f in result.findings if f.code == "PPP001"), "error")
    _report_findings(found, language)
    if not found and not unreadable:
        _say(word("record_fits", language, file=record) + "\n")
    return unreadable or _exit_code(found, "warning")


@cli.command("schema")
@click.argument("spec", metavar="[SPEC]", required=False)
@click.option("-o", "--output", default="", metavar="FILE", help="Write to this file. Default: print it.")
@_workspace_option
@_ui_option
def spec_schema(spec: str | None, output: str, workspace: str, ui: str | None) -> int:
    """Print the JSON Schema of a spec for an editor, with the clauses and obligations there are as completions.

    With a SPEC the ids of its parties are completions too.

    \b
    Example:
      ppp-contracts schema spec.yaml -o spec.schema.json
    """
    from .editor import schema_for
    from .spec import read_spec

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    data = None
    if spec:
        document, findings = read_spec(spec)
        if document is None:
            _report_findings(findings, language)
            return max(1, _exit_code(findings, "error"))
        data = document.data
    text = schema_for(data, shelves)
    if not output:
        _say(text)
        return 0
    from .output import write_together

    target = FilePath(output)
    if target.exists() and not _is_schema(target):
        raise click.UsageError(word("exists", language, file=output))
    findings = write_together(target.parent, {target.name: text.encode()})
    _report_findings(findings, language)
    if not findings:
        click.echo(word("written", language, file=output))
    return _exit_code(findings, "error")


def _is_schema(file: FilePath) -> bool:
    """Whether a file is a JSON Schema, as this command writes it: nothing else is written over."""
    import json

    try:
        value = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "$schema" in value


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the completion script of a SHELL; it completes commands, options, clauses, obligations and codes.

    \b
    Example:
      ppp-contracts completion bash > ~/.local/share/bash-completion/completions/ppp-contracts
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(shell)
    _say(found(cli, {}, "ppp-contracts", "_PPP_CONTRACTS_COMPLETE").source() + "\n")
    return 0


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

    language = ui_language(ui)
    found = _workspace(workspace, language)
    if fix:
        for name in fix_typography(found.overlay if found else data_root()):
            click.echo(word("written", language, file=name))
    findings, sources = lint(data_root(), found)
    _say(
        "\n".join([*render_findings(findings, language, sources, None, _colour()), count_line(findings, language)])
        + "\n"
    )
    return _exit_code(findings, fail_on)


@library.command("list")
@click.option("--topic", default="", metavar="TOPIC", help="Only the clauses of this topic, like finance.")
@click.option("--obligation", default="", metavar="ID", help="Only the clauses that state this obligation.")
@click.option("--kind", default="", metavar="KIND", help="Only the clauses that this kind of agreement may select.")
@click.option("--demand", default="", metavar="D1-D11", help="Only the clauses that answer this demand.")
@click.option("--language", "tongue", default="", metavar="LANG", help="Only the clauses with a text in this language.")
@click.option("--alternatives", is_flag=True, help="Only the clauses that have fallbacks.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_workspace_option
@_ui_option
def list_library(
    topic: str,
    obligation: str,
    kind: str,
    demand: str,
    tongue: str,
    alternatives: bool,
    shape: str,
    workspace: str,
    ui: str | None,
) -> int:
    """List the clauses, a line each: title, condition, obligations, number of fallbacks, texts that a jurist approved.

    \b
    Example:
      ppp-contracts library list --topic audit
      ppp-contracts library list --demand D7 --alternatives
    """
    from .browsing import list_as_json, list_as_text
    from .catalogue import Filter, choose, row_of, unknown_value

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    asked = Filter(topic, obligation, kind, demand, tongue, alternatives)
    unknown = unknown_value(asked, shelves)
    if unknown:
        raise click.UsageError(word("lib_unknown", language, **unknown))
    rows = [row_of(clause, shelves, language) for clause in choose(asked, shelves)]
    total = len(shelves.library.clauses)
    _say(list_as_json(rows, __version__) if shape == "json" else list_as_text(rows, total, language))
    return 0


@library.command("show")
@click.argument("clause", metavar="ID")
@click.option(
    "--language", "tongues", multiple=True, metavar="LANG", help="Only the texts in this language (repeatable)."
)
@click.option(
    "--alternative", default="", metavar="NAME", help="Only this fallback. Default: the preferred text and all."
)
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_workspace_option
@_ui_option
def show_clause(
    clause: str, tongues: Sequence[str], alternative: str, shape: str, workspace: str, ui: str | None
) -> int:
    """Show a clause: its texts side by side, when it applies, what it states, its slots, its fallbacks, where it is used.

    \b
    Example:
      ppp-contracts library show audit/repayment-federal --language fr --language nl
    """
    import shutil

    from .browsing import sheet_as_json, sheet_as_text
    from .catalogue import narrowed, sheet_of, unknown_part
    from .surroundings import surroundings_of

    language = ui_language(ui)
    shelves = _shelf(workspace, language)
    unknown = unknown_part(clause, alternative, tongues, shelves)
    if unknown:
        raise click.UsageError(word("lib_unknown", language, **unknown))
    sheet = sheet_of(shelves.library.clauses[clause], shelves, surroundings_of(shelves), language)
    sheet = narrowed(sheet, alternative, tongues)
    width = shutil.get_terminal_size((80, 24)).columns
    _say(sheet_as_json(sheet, __version__) if shape == "json" else sheet_as_text(sheet, language, width))
    return 0


@library.command("site")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False), help="Folder for the pages.")
@click.option(
    "--force", is_flag=True, help="Take the place of a folder with files of others; it is put aside, not lost."
)
@_workspace_option
@_ui_option
def library_site(output: str, force: bool, workspace: str, ui: str | None) -> int:
    """Write the library as pages in four languages: clauses, obligations, finding codes, kinds, instruments, terms.

    They need no server and no network. A link that leads nowhere fails the command, and nothing is written.

    \b
    Example:
      ppp-contracts library site -o docs/site
    """
    from .pages.site import write_site

    language = ui_language(ui)
    written, findings = write_site(_shelf(workspace, language), FilePath(output), force)
    _report_findings(findings, language)
    if written is None:
        return max(1, _exit_code(findings, "error"))
    if written.put_aside:
        click.echo(word("site_put_aside", language, folder=written.put_aside))
    kilobytes = (written.size + 1023) // 1024
    click.echo(word("site_written", language, folder=output, pages=written.pages, kilobytes=kilobytes))
    return 0


@library.command("approve")
@click.argument("clauses", nargs=-1, required=True, metavar="CLAUSE...", shell_complete=_complete("clauses"))
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

    gc.set_threshold(200_000)  # the values of a run are frozen trees: looking for cycles that often finds none
    code = run(arguments)
    gc.freeze()  # nor are they looked through once more when the process ends
    sys.exit(code)


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
        _close_stdout()
        return 0
    except Exception as problem:
        if os.environ.get("PPP_CONTRACTS_DEBUG"):
            raise
        click.echo(f"ppp-contracts {__version__}: {_bug(problem)}", err=True)
        return 3
    return code if isinstance(code, int) else 0


def _close_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
