"""Whatever a spec holds, the program says what is wrong with it and never breaks: not in a check, not in a draft."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from cases import example
from conftest import EXAMPLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppp_contracts.assembly import assemble, lost_values
from ppp_contracts.checking import check_file
from ppp_contracts.formats.format import Setting
from ppp_contracts.formats.table import FORMATS, format_named
from ppp_contracts.model import Document, Severity
from ppp_contracts.report import render_text
from ppp_contracts.spec import languages_of
from ppp_contracts.workshop import Shelf, examine_document, load_shelf, result_of, stops_build

SHELF: Shelf = load_shelf()
DOCUMENTS = {name: example(name) for name in EXAMPLES}
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**12), st.just([]), st.just({}), st.just([None]), st.just([{}]), st.just({"fr": 3}), st.just([["x"]]),
    st.text(max_size=8), st.sampled_from(["2026-02-30", "3 months", "none", "shelter", "9999-12-31", "0001-01-01", "9999 years", "1e9", "NaN", "Infinity", "\ud7ff"]),
)  # fmt: skip


def leaves(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    out = [path] if path else []
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        out += leaves(value, (*path, key))
    return out


PATHS = {name: leaves(document.data) for name, document in DOCUMENTS.items()}


@st.composite
def damaged(draw: st.DrawFn) -> Document:
    name = draw(st.sampled_from(EXAMPLES))
    document = DOCUMENTS[name]
    data = copy.deepcopy(document.data)
    for path in draw(st.lists(st.sampled_from(PATHS[name]), min_size=1, max_size=4)):
        holder = data
        try:
            for step in path[:-1]:
                holder = holder[step]
            if draw(st.booleans()):
                holder[path[-1]] = draw(JUNK)
            else:
                del holder[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier damage took it away
    return Document(document.file, document.text, data, document.places, document.keys)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_a_damaged_spec_gives_findings_and_no_exception(document: Document) -> None:
    examined = examine_document(document, (), SHELF)
    for ui in ("fr", "en"):
        result = result_of(examined, SHELF, ui)
        assert render_text(result, ui, SHELF.law, True, False)
        for name in FORMATS if ui == "en" else ("json",):
            setting = Setting(ui, SHELF.law, "0", matrix=name == "sarif")
            assert isinstance(format_named(name).fragment(result, setting).encode(), bytes)
    if examined.plan and not stops_build(examined.findings, draft=True):
        for language in languages_of(examined.plan.spec.data):  # as the build asks for them
            agreement, _ = assemble(examined.plan, language, draft=True)
            list(lost_values(agreement, examined.plan))


@pytest.mark.parametrize("name", EXAMPLES)
def test_taking_out_any_single_value_is_noticed_or_harmless(name: str) -> None:
    """A value that the program needs is missed by name; one that is optional leaves a plan without errors."""
    document = DOCUMENTS[name]
    for path in PATHS[name]:
        data = copy.deepcopy(document.data)
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        examined = examine_document(
            Document(document.file, document.text, data, document.places, document.keys), (), SHELF
        )
        errors = [f for f in examined.findings if f.severity is Severity.ERROR]
        if not errors:
            assert examined.plan is not None
            for language in examined.plan.spec.data["languages"][:1]:
                assert list(lost_values(assemble(examined.plan, language)[0], examined.plan)) == [], path


def test_a_file_that_is_no_agreement_of_ours(tmp_path: Any) -> None:
    import zipfile

    file = tmp_path / "other.docx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Bonjour</w:t></w:r></w:p></w:body></w:document>',
        )
    result = check_file(str(file), SHELF, "", (), "en")
    assert [f.code for f in result.findings] == ["PPP603"]
    assert result.verdicts == ()
