"""Measures the program beside its peers, in one run, in turn: never as a lone absolute time.

    make bench        (or: python benchmarks/bench.py [--runs N])

1. `validate` of an example, whole process, beside `python -c "import yaml, jsonschema, click"`.
2. A warm build of one language (spec read, plan, agreement, Word bytes) beside docxtpl loading and rendering the same
   text from one big template: the built document with each slot's value put back as `{{ name }}`, autoescape on.
3. The same two as whole processes, with and without the cache.
4. `check --matrix` of an example, whole process, beside the same imports as in 1.
5. `check` of 1 000 files in one call: how many cores it keeps busy, and the peak memory of the main process with 100 files and
   with 1 000 (which has to be the same).
6. The library and the law with every text of every language, from the cache and without one, and the plan of an example, each
   within a process that does nothing else, beside `import jsonschema` measured the same way.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEC = str(ROOT / "examples" / "family-shelter.yaml")
PEER = """
import io, json, sys
from docxtpl import DocxTemplate
template = DocxTemplate(sys.argv[1])
template.render(json.load(open(sys.argv[2], encoding="utf-8")), autoescape=True)
template.save(io.BytesIO())
"""


def in_turn(runs: int, *jobs: Callable[[], object]) -> list[list[float]]:
    """Times of each job over several runs, the jobs in turn, after one run that does not count."""
    times: list[list[float]] = [[] for _ in jobs]
    for run in range(runs + 1):
        for job, kept in zip(jobs, times, strict=True):
            start = time.perf_counter()
            job()
            if run:
                kept.append(time.perf_counter() - start)
    return times


# What a process prints: the seconds that one thing took in it, the imports that it needs not counted; garbage is
# collected as seldom as the command line lets it be, in the peer too.
IMPORT = "import gc, time; gc.set_threshold(200_000); begun = time.perf_counter(); import jsonschema; print(time.perf_counter() - begun)"
LOAD = """
import gc, time
gc.set_threshold(200_000)
from ppp_contracts.workshop import load_shelf
begun = time.perf_counter()
clauses = load_shelf().library.clauses.values()
assert all(clause.texts[key].blocks for clause in clauses for key in clause.texts)
print(time.perf_counter() - begun)
"""
PLAN = """
import gc, sys, time
gc.set_threshold(200_000)
from ppp_contracts.plan import make_plan
from ppp_contracts.spec import make_spec, read_spec
from ppp_contracts.workshop import load_shelf
shelf = load_shelf()
clauses = shelf.library.clauses.values()
assert all(clause.texts[key].blocks for clause in clauses for key in clause.texts)
spec = make_spec(read_spec(sys.argv[1])[0])
begun = time.perf_counter()
make_plan(spec, shelf.library, shelf.law)
print(time.perf_counter() - begun)
"""


def told(code: str, *words: str, **environment: str) -> float:
    """The seconds that a process printed."""
    run = [sys.executable, "-c", code, *words]
    return float(subprocess.run(run, env={**os.environ, **environment}, check=True, capture_output=True).stdout)


def report_library(runs: int) -> bool:
    """Loading the library and making a plan beside `import jsonschema`, in turn."""
    times: dict[str, list[float]] = {name: [] for name in ("import", "warm", "cold", "plan")}
    told(LOAD)  # fills the cache
    for _ in range(runs):
        times["import"].append(told(IMPORT))
        times["warm"].append(told(LOAD))
        times["cold"].append(told(LOAD, PPP_CONTRACTS_CACHE="off"))
        times["plan"].append(told(PLAN, SPEC))
    good = report("library, all texts, from the cache / import jsonschema", times["warm"], times["import"], 0.6)
    good &= report("library, all texts, without a cache / import jsonschema", times["cold"], times["import"], 6)
    return good & report("plan of an example / import jsonschema", times["plan"], times["import"], 0.1)


# The command, and what it took: wall time, processor time of all processes, peak memory (KiB) of this one.
CHECK = """
import json, resource, sys, time
from ppp_contracts import cli
begun = time.perf_counter()
code = cli.run(sys.argv[1:])
wall = time.perf_counter() - begun
own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
busy = sum(used.ru_utime + used.ru_stime for used in (own, workers))
print(json.dumps([code, wall, busy, own.ru_maxrss]), file=sys.stderr)
"""


def crowd(folder: Path, count: int) -> tuple[float, float, int]:
    """Checks that many copies of the examples in one call with every report; (wall, processor time, peak KiB)."""
    examples = sorted((ROOT / "examples").glob("*.yaml"))
    specs = folder / f"specs-{count}"
    specs.mkdir()
    for number in range(count):
        shutil.copy(examples[number % len(examples)], specs / f"{number:05}.yaml")
    reports = [
        f"--output={name}={folder / f'{name}-{count}'}" for name in ("json", "sarif", "junit", "csv", "markdown")
    ]
    done = subprocess.run(
        [sys.executable, "-c", CHECK, "check", str(specs), "--quiet", *reports],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
    )
    code, wall, busy, peak = json.loads(done.stderr.decode().splitlines()[-1])
    assert code == 0
    return wall, busy, peak


def report_crowd(folder: Path) -> bool:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    _, _, small = crowd(folder, 100)
    wall, busy, large = crowd(folder, 1000)
    good = large <= small * 1.15
    print(
        f"check, 1000 files, five reports: {wall:.1f} s, {busy / wall:.2f} of {cores} cores busy; peak of the main process "
        f"{small / 1024:.0f} MiB with 100 files, {large / 1024:.0f} MiB with 1000, at most 15 % more: "
        f"{'ok' if good else 'TOO MUCH'}"
    )
    return good


def report(title: str, ours: list[float], peers: list[float], limit: float) -> bool:
    ratio = statistics.median(a / b for a, b in zip(ours, peers, strict=True))
    good = ratio <= limit
    print(
        f"{title}: ours {statistics.median(ours) * 1000:.0f} ms, peer {statistics.median(peers) * 1000:.0f} ms (medians); "
        f"ratio {ratio:.2f}, at most {limit}: {'ok' if good else 'TOO SLOW'}"
    )
    return good


def big_template(folder: Path) -> tuple[Path, Path]:
    """The built document as one docxtpl template, and its context as JSON."""
    from ppp_contracts.assembly import assemble
    from ppp_contracts.building import load_house_template
    from ppp_contracts.model import Paragraph, Span
    from ppp_contracts.word.writer import write_docx
    from ppp_contracts.workshop import examine_spec, shelf

    plan = examine_spec(SPEC, shelf()).plan
    assert plan is not None
    agreement, _ = assemble(plan, "fr")
    values: dict[str, str] = {}

    def put_back(paragraph: Paragraph) -> Paragraph:
        spans = []
        for span in paragraph.spans:
            if span.kind == "slot":
                name = f"slot_{len(values)}"
                values[name] = span.text
                span = Span("text", f"{{{{ {name} }}}}")
            spans.append(span)
        return paragraph._replace(spans=tuple(spans))

    agreement = agreement._replace(
        parties=tuple(tuple(map(put_back, group)) for group in agreement.parties),
        recitals=tuple(map(put_back, agreement.recitals)),
        articles=tuple(a._replace(paragraphs=tuple(map(put_back, a.paragraphs))) for a in agreement.articles),
        signatures=tuple(tuple(map(put_back, group)) for group in agreement.signatures),
    )
    template, _ = load_house_template()
    file, context = folder / "big.docx", folder / "big.json"
    file.write_bytes(write_docx(agreement, template, b"{}"))
    context.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    return file, context


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=11)
    runs = arguments.parse_args().runs
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled, as its peers are
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PPP_CONTRACTS_CACHE"] = str(folder / "cache")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [str(Path(sys.executable).with_name("ppp-contracts"))]

        def process(*words: str, **environment: str) -> Callable[[], object]:
            return lambda: subprocess.run(words, env={**os.environ, **environment}, check=False, **quiet)  # type: ignore[call-overload]

        imports = process(sys.executable, "-c", "import yaml, jsonschema, click")
        lines = len(Path(SPEC).read_text(encoding="utf-8").splitlines())
        ours, peers = in_turn(runs, process(*command, "validate", SPEC), imports)
        good &= report(f"validate, {lines} lines, whole process", ours, peers, 1.6)

        ours, peers = in_turn(runs, process(*command, "check", "--matrix", SPEC), imports)
        good &= report(f"check --matrix, {lines} lines, whole process", ours, peers, 2.5)
        good &= report_library(runs)
        good &= report_crowd(folder)

        from docxtpl import DocxTemplate

        from ppp_contracts.assembly import assemble
        from ppp_contracts.building import load_house_template, make_document
        from ppp_contracts.workshop import examine_spec, shelf

        shelves = shelf()
        template, _ = load_house_template()
        file, context = big_template(folder)

        def build() -> bytes:
            plan = examine_spec(SPEC, shelves).plan
            assert plan is not None
            return make_document(plan, assemble(plan, "fr")[0], template)[0]

        values = json.loads(context.read_text(encoding="utf-8"))

        def peer() -> None:
            document = DocxTemplate(file)
            document.render(values, autoescape=True)
            document.save(io.BytesIO())

        ours, peers = in_turn(runs, build, peer)
        good &= report("warm build of one language", ours, peers, 1.0)

        out = str(folder / "out")
        building = (*command, "build", SPEC, "-o", out, "--lang", "fr", "--force")
        peer_process = process(sys.executable, "-c", PEER, str(file), str(context))
        ours, peers = in_turn(runs, process(*building), peer_process)
        good &= report("build, whole process, with the cache", ours, peers, 1.5)
        ours, peers = in_turn(runs, process(*building, PPP_CONTRACTS_CACHE="off"), peer_process)
        report("build, whole process, without a cache (shown, no limit)", ours, peers, 99)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
