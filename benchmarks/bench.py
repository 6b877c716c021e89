"""Measures the program beside its peers, in one run, in turn: never as a lone absolute time.

    make bench        (or: python benchmarks/bench.py [--runs N])

1. `validate` of an example, whole process, beside `python -c "import yaml, jsonschema, click"`.
2. A warm build of one language (spec read, plan, agreement, Word bytes) beside docxtpl loading and rendering the same
   text from one big template: the built document with each slot's value put back as `{{ name }}`, autoescape on.
3. The same two as whole processes, with and without the cache.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
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
    import json

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
        return replace(paragraph, spans=tuple(spans))

    agreement = replace(
        agreement,
        parties=tuple(tuple(map(put_back, group)) for group in agreement.parties),
        recitals=tuple(map(put_back, agreement.recitals)),
        articles=tuple(replace(a, paragraphs=tuple(map(put_back, a.paragraphs))) for a in agreement.articles),
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

        import json

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
