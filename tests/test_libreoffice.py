"""LibreOffice as an outsider: it shows the very numbers of the plan, and what it saves is still found intact."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import EVERY_LANGUAGE, LONG
from test_mutations import SHELF, built

from ppp_contracts.assembly import assemble, paragraphs_of, text_of
from ppp_contracts.checking import check_file
from ppp_contracts.model import Severity
from ppp_contracts.output import beside

pytestmark = pytest.mark.skipif(
    not shutil.which("soffice") or not shutil.which("pdftotext"),
    reason="libreoffice-writer or poppler-utils is not installed",
)
# Each long example once, and every language once.
CASES = [(LONG[0], "fr"), (LONG[1], "nl"), (EVERY_LANGUAGE, "de"), (EVERY_LANGUAGE, "en")]


def convert(file: Path, to: str, folder: Path) -> Path:
    profile = folder / "profile"
    out = folder / f"out-{to}-{file.suffix[1:]}"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--convert-to", to, "--outdir", str(out), str(file)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return out / f"{file.stem}.{to.split(':')[0]}"


@pytest.fixture(scope="module", params=CASES, ids=lambda c: "-".join(c))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, Path]:
    name, language = request.param
    folder = tmp_path_factory.mktemp(f"{name}-{language}")
    (folder / "a.docx").write_bytes(built(name, language)[1])
    return name, language, folder


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[\u00a0\u202f]", " ", text)).strip()


def test_the_pdf_shows_the_numbers_of_the_plan(case: tuple[str, str, Path]) -> None:
    name, language, folder = case
    pdf = convert(folder / "a.docx", "pdf", folder)
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    lines = [plain(line) for line in text.splitlines()]
    agreement, _ = assemble(built(name, language)[0], language)
    for article in agreement.articles:
        heading = plain(f"{article.label} {text_of(article.heading)}")
        start = plain(f"{article.label} ")
        assert any(re.sub(r"[^\w ]", "", line).startswith(re.sub(r"[^\w ]", "", heading)[:40]) for line in lines), (
            heading
        )
        assert any(line.startswith(start) for line in lines)
        for paragraph in article.paragraphs:
            words = plain(text_of(paragraph)).split(" ")
            if paragraph.level == 1:
                first = f"{paragraph.label} {' '.join(words[:3])}"
                assert any(line.startswith(first) for line in lines), first
    for annex in agreement.annexes:
        assert any(line.startswith(annex.label) for line in lines), annex.label
    whole = plain(text)
    for article in agreement.articles:
        for paragraph in article.paragraphs:
            for before, span in zip(paragraph.spans, paragraph.spans[1:], strict=False):
                if span.kind == "ref":
                    tail = plain(before.text)[-12:]
                    assert re.search(
                        re.escape(tail).replace(r"\ ", r"\s*") + r"\s*" + re.escape(plain(span.text)), whole
                    ), (tail, span.text)


@pytest.mark.parametrize("way", [("docx",), ("odt", "docx")], ids="-".join)
def test_what_libreoffice_saves_is_intact(case: tuple[str, str, Path], way: tuple[str, ...]) -> None:
    name, language, folder = case
    file = folder / "a.docx"
    for to in way:
        file = convert(file, to, folder)
    _, document, manifest = built(name, language)
    file.with_name(f"{file.stem}.manifest.json").write_bytes(beside(manifest, document, "a.docx"))
    result = check_file(str(file), SHELF, "", (), "en")
    assert {a["state"] for a in result.articles} == {"intact"}
    assert [(f.code, f.place.path) for f in result.findings if f.severity is Severity.ERROR] == []


def test_every_paragraph_of_the_tree_is_in_the_pdf(case: tuple[str, str, Path]) -> None:
    name, language, folder = case
    pdf = convert(folder / "a.docx", "pdf", folder)
    text = subprocess.run(
        ["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    whole = re.sub(r"\W+", "", text)
    agreement, _ = assemble(built(name, language)[0], language)
    for part, paragraph in paragraphs_of(agreement):
        words = re.sub(r"\W+", "", text_of(paragraph))
        if part != "annex":  # the cells of a table are cut by lines in a PDF's reading order
            assert words[:25] in whole, text_of(paragraph)
