"""Fallbacks in a Word file that came back: one of the playbook is recognised, one word more or less is a changed text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from cases import changed_spec, replace
from conftest import EXAMPLES
from lxml import etree
from test_mutations import SHELF, W, paragraphs
from wordfiles import NAMESPACES, p, t

from ppp_contracts.assembly import assemble, text_of
from ppp_contracts.building import load_house_template, make_document
from ppp_contracts.checking import check_file
from ppp_contracts.library import approval_digest, fulfils_of
from ppp_contracts.model import Agreement, Approval, Outcome, Plan, Severity
from ppp_contracts.output import beside
from ppp_contracts.plan import make_plan
from ppp_contracts.report import Result
from ppp_contracts.word.package import read_package, write_package
from ppp_contracts.workshop import Shelf

CLAUSES = SHELF.library.clauses
CAP, HARDSHIP = "liability/cap", "change/hardship"
SPEC = {CAP: "food-aid-private", HARDSHIP: "family-shelter"}


# --------------------------------------------------------------------------------------------- the files


@lru_cache(maxsize=64)
def planned(name: str, clause: str = "", alternative: str = "") -> Plan:
    put = {"choices": {"alternatives": {clause: alternative}}} if alternative else {}
    plan, _ = make_plan(changed_spec(name, put), SHELF.library, SHELF.law)
    return plan


@lru_cache(maxsize=64)
def assembled(name: str, language: str, clause: str = "", alternative: str = "") -> Agreement:
    return assemble(planned(name, clause, alternative), language)[0]


@lru_cache(maxsize=64)
def built(name: str, language: str, clause: str = "", alternative: str = "") -> tuple[bytes, bytes]:
    """The Word file of an example, with one clause in an alternative, and its manifest."""
    agreement = assembled(name, language, clause, alternative)
    template, findings = load_house_template()
    assert findings == ()
    return make_document(planned(name, clause, alternative), agreement, template)


def article_of(name: str, language: str, clause: str, alternative: str = "") -> Any:
    chosen = (clause, alternative) if alternative else ()
    return next(a for a in assembled(name, language, *chosen).articles if a.heading.clause == clause)


def lines_of(name: str, language: str, clause: str, alternative: str = "") -> list[str]:
    """The paragraphs of an article as a reader sees them, without their numbers."""
    return [text_of(paragraph) for paragraph in article_of(name, language, clause, alternative).paragraphs]


# ---------------------------------------------------------------------------------------------- editing


def element(xml: str) -> etree._Element:
    return etree.fromstring(f"<w:body {NAMESPACES}>{xml}</w:body>")[0]


def say(paragraph: etree._Element, text: str) -> None:
    """Types a text over a paragraph; its bookmark stays."""
    for child in [c for c in paragraph if c.tag not in (f"{W}pPr", f"{W}bookmarkStart", f"{W}bookmarkEnd")]:
        paragraph.remove(child)
    starts = [child for child in paragraph if child.tag == f"{W}bookmarkStart"]
    starts[-1].addnext(element(t(text)))


def typed_over(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
    """Writes the lines into the paragraphs that are there; what is too much goes, what lacks is added below."""
    for paragraph, line in zip(old, lines, strict=False):
        say(paragraph, line)
    last = old[min(len(old), len(lines)) - 1]
    for line in reversed(lines[len(old) :]):
        last.addnext(element(p(line)))
    for paragraph in old[len(lines) :]:
        paragraph.getparent().remove(paragraph)


def pasted(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
    """Deletes the paragraphs and puts new ones in their place, which have no bookmarks."""
    for line in lines:
        old[0].addprevious(element(p(line)))
    for paragraph in old:
        paragraph.getparent().remove(paragraph)


def numbered(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
    """The same with the numbers typed before the words, as it comes from another program."""
    pasted(old, [f"7.{position}. {line}" for position, line in enumerate(lines, 1)])


def tracked(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
    """The same with tracked changes."""
    who = 'w:id="9" w:author="x" w:date="2026-12-01T00:00:00Z"'
    for line in lines:
        old[0].addprevious(
            element(f"<w:p><w:pPr><w:rPr><w:ins {who}/></w:rPr></w:pPr><w:ins {who}>{t(line)}</w:ins></w:p>")
        )
    for paragraph in old:
        for run in [r for r in paragraph.iter(f"{W}r") if r.getparent().tag == f"{W}p"]:
            holder = element(f"<w:del {who}/>")
            run.getparent().replace(run, holder)
            holder.append(run)
            for text in run.iter(f"{W}t"):
                text.tag = f"{W}delText"


WAYS = (typed_over, pasted, numbered, tracked)
Way = Callable[[Sequence[etree._Element], Sequence[str]], None]


def edited(
    name: str,
    language: str,
    clause: str,
    lines: Sequence[str],
    way: Way = typed_over,
    start: str = "",
    heading: str = "",
    also: Callable[[etree._Element], None] = lambda root: None,
) -> bytes:
    """The built file with the paragraphs of an article (built in the alternative `start`) replaced by these lines."""
    document, _ = built(name, language, *((clause, start) if start else ()))
    package, _ = read_package(document, "x.docx")
    assert package is not None
    root = etree.fromstring(package.parts["word/document.xml"])
    article = article_of(name, language, clause, start)
    way(paragraphs(root, {paragraph.anchor for paragraph in article.paragraphs}), lines)
    if heading:
        say(paragraphs(root, {article.heading.anchor})[0], heading)
    also(root)
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return write_package({**package.parts, "word/document.xml": xml})


def check(
    folder: Path,
    data: bytes,
    name: str,
    language: str,
    clause: str = "",
    start: str = "",
    shelf: Shelf = SHELF,
    **more: Any,
) -> Result:
    document, manifest = built(name, language, *((clause, start) if start else ()))
    (folder / "a.docx").write_bytes(data)
    (folder / "a.manifest.json").write_bytes(beside(manifest, document, "a.docx"))
    return check_file(str(folder / "a.docx"), shelf, "", (), "en", **more)


def codes(result: Result) -> set[str]:
    """The codes about the text; verdicts and traps have their own, and PPP611 only says that changes are tracked."""
    return {f.code for f in result.findings if f.code.startswith("PPP6")} - {"PPP611"}


def state(result: Result, clause: str) -> str:
    return next(a["state"] for a in result.articles if a["clause"] == clause)


# ------------------------------------------------------------------------------------------- recognised


def pairs() -> Iterator[tuple[str, str, str, str]]:
    """Every alternative of the library, in the first example that has its clause, and a language of that example."""
    for clause in CLAUSES.values():
        for position, alternative in enumerate(clause.alternatives):
            name = next((n for n in EXAMPLES if any(p.clause.id == clause.id for p in planned(n).clauses)), "")
            if name and clause.place == "article":
                languages = planned(name).spec.data["languages"]
                yield clause.id, alternative, name, languages[position % len(languages)]


PAIRS = list(pairs())


@pytest.mark.parametrize(("clause", "alternative", "name", "language"), PAIRS, ids=lambda v: str(v))
def test_every_fallback_of_the_library_is_recognised(
    clause: str, alternative: str, name: str, language: str, tmp_path: Path
) -> None:
    """With the values that the article had. One that says a value which the preferred text lacks cannot be told from a changed
    text: the file has nothing to hold it against."""
    wanted = {
        i.value for b in CLAUSES[clause].texts[alternative, language].blocks for i in b.inlines if i.kind == "slot"
    }
    had = {i.value for b in CLAUSES[clause].texts["", language].blocks for i in b.inlines if i.kind == "slot"}
    lines = lines_of(name, language, clause, alternative)
    assert lines != lines_of(name, language, clause)
    result = check(tmp_path, edited(name, language, clause, lines), name, language)
    if wanted <= had:
        assert codes(result) == {"PPP623"}
        assert state(result, clause) == "fallback"
    else:
        assert "PPP623" not in codes(result) and "PPP605" in codes(result)
    others = {a["clause"] for a in result.articles if a["state"] != "intact"}
    assert others == {clause}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize("alternative", list(CLAUSES[CAP].alternatives))
def test_a_fallback_is_recognised_however_it_came_there(
    alternative: str, language: str, way: Way, tmp_path: Path
) -> None:
    name = SPEC[CAP]
    lines = lines_of(name, language, CAP, alternative)
    heading = article_of(name, language, CAP, alternative).heading
    result = check(tmp_path, edited(name, language, CAP, lines, way, heading=text_of(heading)), name, language)
    (finding,) = [f for f in result.findings if f.code == "PPP623"]
    assert codes(result) == {"PPP623"}
    details = CLAUSES[CAP].alternatives[alternative]
    params = dict(finding.params)
    assert finding.severity is Severity.WARNING
    assert (params["clause"], params["alternative"]) == (CAP, alternative)
    assert all(params[f"concedes_{lang}"] == details["concedes"][lang] for lang in ("fr", "nl", "de", "en"))
    assert params["approver_fr"] == SHELF.library.labels["approver"][details["agreed_by"]]["fr"]
    number = next(p.number for p in planned(name).clauses if p.clause.id == CAP)
    assert finding.place.path.endswith(f" {number}") and params["where"] == finding.place.path


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_what_a_fallback_states_is_for_review_and_no_failure(language: str, tmp_path: Path) -> None:
    name = SPEC[HARDSHIP]
    (alternative, *_) = CLAUSES[HARDSHIP].alternatives
    lines = lines_of(name, language, HARDSHIP, alternative)
    result = check(tmp_path, edited(name, language, HARDSHIP, lines), name, language)
    before = check(tmp_path, built(name, language)[0], name, language)
    claimed = fulfils_of(CLAUSES[HARDSHIP], alternative)
    assert claimed
    was = {v.obligation: v.outcome for v in before.verdicts}
    now = {v.obligation: v.outcome for v in result.verdicts}
    for obligation in claimed:
        assert was[obligation] is Outcome.PASS and now[obligation] is Outcome.REVIEW
    lost = CLAUSES[HARDSHIP].fulfils.keys() - claimed.keys()
    assert all(now[obligation] is Outcome.FAIL for obligation in lost)
    assert {o: v for o, v in now.items() if o not in {*claimed, *lost}} == {
        o: v for o, v in was.items() if o not in {*claimed, *lost}
    }
    # What stands in the file is named as the article that now holds it.
    number = next(p.number for p in planned(name).clauses if p.clause.id == HARDSHIP)
    findings = [f for f in result.findings if f.obligation in claimed]
    assert {f.code for f in findings} == {"PPP303"}
    assert number


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(("clause", "language"), [(CAP, "fr"), (CAP, "de"), (HARDSHIP, "fr"), (HARDSHIP, "nl")])
def test_back_to_the_preferred_text(clause: str, language: str, way: Way, tmp_path: Path) -> None:
    name, (alternative, *_) = SPEC[clause], CLAUSES[clause].alternatives
    lines = lines_of(name, language, clause)
    data = edited(name, language, clause, lines, way, start=alternative)
    result = check(tmp_path, data, name, language, clause, alternative)
    known = {
        i.value for b in CLAUSES[clause].texts[alternative, language].blocks for i in b.inlines if i.kind == "slot"
    }
    needed = {i.value for b in CLAUSES[clause].texts["", language].blocks for i in b.inlines if i.kind == "slot"}
    if needed <= known:
        assert codes(result) == {"PPP624"}
        assert state(result, clause) == "fallback"
        assert not any(f.code == "PPP301" for f in result.findings)
    else:  # the fallback says none of the values: there is nothing to hold them against
        assert not codes(result) & {"PPP623", "PPP624"}
        assert codes(result) & {"PPP605", "PPP606"}


def test_one_fallback_for_another(tmp_path: Path) -> None:
    name, (first, second, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    data = edited(name, "fr", CAP, lines_of(name, "fr", CAP, second), start=first)
    result = check(tmp_path, data, name, "fr", CAP, first)
    (finding,) = [f for f in result.findings if f.code in ("PPP623", "PPP624")]
    assert dict(finding.params)["alternative"] == second


def test_two_articles_at_once(tmp_path: Path) -> None:
    name = SPEC[CAP]
    (cap, *_), (hardship, *_) = CLAUSES[CAP].alternatives, CLAUSES[HARDSHIP].alternatives
    article = article_of(name, "fr", HARDSHIP)

    def also(root: etree._Element) -> None:
        anchors = {paragraph.anchor for paragraph in article.paragraphs}
        typed_over(paragraphs(root, anchors), lines_of(name, "fr", HARDSHIP, hardship))

    data = edited(name, "fr", CAP, lines_of(name, "fr", CAP, cap), pasted, also=also)
    result = check(tmp_path, data, name, "fr")
    found = sorted(dict(f.params)["clause"] for f in result.findings if f.code == "PPP623")
    assert found == [HARDSHIP, CAP] and codes(result) == {"PPP623"}


def test_a_fallback_held_against_the_spec_and_against_the_file_itself(tmp_path: Path) -> None:
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    data = edited(name, "fr", CAP, lines_of(name, "fr", CAP, alternative))
    (tmp_path / "a_fr.docx").write_bytes(data)
    spec = Path(planned(name).spec.document.file)
    for more in (str(spec), ""):
        result = check_file(str(tmp_path / "a_fr.docx"), SHELF, more, (), "en")
        assert codes(result) == {"PPP609", "PPP623"}, more


# --------------------------------------------------------------------------------------- not recognised


def swap_words(lines: list[str]) -> list[str]:
    words = lines[0].split(" ")
    words[1], words[2] = words[2], words[1]
    return [" ".join(words), *lines[1:]]


def other_amount(lines: list[str]) -> list[str]:
    at = next(i for i, line in enumerate(lines) if "250" in line)
    return [line.replace("250", "251") if i == at else line for i, line in enumerate(lines)]


WRONG: dict[str, Callable[[list[str]], list[str]]] = {
    "one word more": lambda lines: [lines[0].replace(" ", " not ", 1), *lines[1:]],
    "one word less": lambda lines: [lines[0].split(" ", 1)[1], *lines[1:]],
    "two words swapped": swap_words,
    "another case": lambda lines: [lines[0].swapcase(), *lines[1:]],
    "another amount": other_amount,
    "another reference": lambda lines: [line.replace("Article", "Article 1").replace("11", "12") for line in lines],
    "a full stop less": lambda lines: [*lines[:-1], lines[-1].rstrip(".")],
    "a paragraph less": lambda lines: lines[:-1],
    "the first paragraph less": lambda lines: lines[1:],
    "a paragraph more": lambda lines: [*lines[:2], "This paragraph does not apply to the Beneficiary.", *lines[2:]],
    "a paragraph twice": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "another order": lambda lines: [*lines[:-2], lines[-1], lines[-2]],
    "two paragraphs in one": lambda lines: [f"{lines[0]} {lines[1]}", *lines[2:]],
    "words at the end": lambda lines: [*lines[:-1], f"{lines[-1]} Except on Sundays."],
    "words before": lambda lines: [f"In no case: {lines[0]}", *lines[1:]],
}


@pytest.mark.parametrize("way", [typed_over, pasted], ids=lambda way: way.__name__)
@pytest.mark.parametrize("change", WRONG)
@pytest.mark.parametrize("alternative", list(CLAUSES[CAP].alternatives))
def test_a_text_beside_the_playbook_is_a_changed_text(alternative: str, change: str, way: Way, tmp_path: Path) -> None:
    name = SPEC[CAP]
    right = lines_of(name, "fr", CAP, alternative)
    lines = WRONG[change](list(right))
    assert lines != right
    result = check(tmp_path, edited(name, "fr", CAP, lines, way), name, "fr")
    assert not codes(result) & {"PPP623", "PPP624"}
    assert codes(result) & {"PPP605", "PPP606"}
    assert any(f.severity is Severity.ERROR for f in result.findings if f.code in ("PPP605", "PPP606"))
    assert state(result, CAP) in ("changed", "gone")


def test_the_values_are_those_of_the_article(tmp_path: Path) -> None:
    """The right words with the right amount of another place of the agreement are no fallback."""
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    plan, _ = make_plan(
        changed_spec(name, {"liability.cap": "100.00", "choices": {"alternatives": {CAP: alternative}}}),
        SHELF.library,
        SHELF.law,
    )
    article = next(a for a in assemble(plan, "fr")[0].articles if a.heading.clause == CAP)
    lines = [text_of(paragraph) for paragraph in article.paragraphs]
    result = check(tmp_path, edited(name, "fr", CAP, lines), name, "fr")
    assert "PPP623" not in codes(result) and codes(result) & {"PPP605", "PPP606"}


def test_what_is_left_of_the_article_beside_the_fallback_is_noticed(tmp_path: Path) -> None:
    """All the words of the fallback, and one paragraph of the preferred text that still stands."""
    name, (alternative, *_) = SPEC[HARDSHIP], CLAUSES[HARDSHIP].alternatives

    def keep_the_first(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
        pasted(old[1:], lines)

    lines = lines_of(name, "fr", HARDSHIP, alternative)
    assert lines_of(name, "fr", HARDSHIP)[0] not in lines
    result = check(tmp_path, edited(name, "fr", HARDSHIP, lines, keep_the_first), name, "fr")
    assert "PPP623" not in codes(result) and "PPP606" in codes(result)

    def keep_the_last(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
        pasted(old[:-1], lines)

    result = check(tmp_path, edited(name, "fr", HARDSHIP, lines, keep_the_last), name, "fr")
    assert "PPP623" not in codes(result) and codes(result) & {"PPP605", "PPP606"}


def test_a_fallback_elsewhere_in_the_file_is_not_in_the_article(tmp_path: Path) -> None:
    """Its paragraphs spread over the document, one after the article and the others at the end."""
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    lines = lines_of(name, "fr", CAP, alternative)

    def scattered(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
        body = old[0].getparent()
        pasted(old, lines[:1])
        for line in lines[1:]:
            body[-1].addprevious(element(p(line)))

    result = check(tmp_path, edited(name, "fr", CAP, lines, scattered), name, "fr")
    assert "PPP623" not in codes(result) and codes(result) & {"PPP605", "PPP606"}


@pytest.mark.parametrize("where", ["in the fallback", "in the heading"])
def test_hidden_words_in_a_fallback_are_noticed(where: str, tmp_path: Path) -> None:
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    lines = lines_of(name, "fr", CAP, alternative)
    article = article_of(name, "fr", CAP)
    anchor = article.paragraphs[0].anchor if where == "in the fallback" else article.heading.anchor

    def also(root: etree._Element) -> None:
        (found,) = paragraphs(root, {anchor})
        starts = [child for child in found if child.tag == f"{W}bookmarkStart"]
        starts[-1].addnext(element(t(" hidden words ", "<w:vanish/>")))

    result = check(tmp_path, edited(name, "fr", CAP, lines, also=also), name, "fr")
    assert "PPP613" in codes(result) and "PPP623" not in codes(result)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("own", {"PPP623"}),
        ("{label}. own", {"PPP623"}),
        ("", {"PPP623"}),  # untouched
        ("Suppression : own", {"PPP605", "PPP623"}),
        ("Autre chose", {"PPP605", "PPP623"}),
    ],
)
def test_the_heading_of_a_fallback(heading: str, expected: set[str], tmp_path: Path) -> None:
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    article = article_of(name, "fr", CAP, alternative)
    shown = heading.replace("own", text_of(article.heading)).replace("{label}", article.label)
    data = edited(name, "fr", CAP, lines_of(name, "fr", CAP, alternative), heading=shown)
    assert codes(check(tmp_path, data, name, "fr")) == expected


def test_an_article_around_a_fallback_is_an_addition_of_its_own(tmp_path: Path) -> None:
    """Who inserts an article after one that holds a fallback hides neither."""
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    lines = lines_of(name, "fr", CAP, alternative)

    def with_more(old: Sequence[etree._Element], lines: Sequence[str]) -> None:
        old[-1].addnext(element(p("Chaque Partie chante le matin.")))
        typed_over(old, lines)

    found = check(tmp_path, edited(name, "fr", CAP, lines, with_more), name, "fr")
    assert codes(found) == {"PPP608", "PPP623"}


def test_a_library_that_moved_on_recognises_nothing(tmp_path: Path) -> None:
    """Held against other words than the file was built with, nobody can tell the values."""
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    own = CLAUSES[CAP]
    text = own.texts["", "fr"]
    block = text.blocks[0]._replace(
        inlines=(text.blocks[0].inlines[0]._replace(value="Autre "), *text.blocks[0].inlines[1:])
    )
    changed = replace(own, texts={**own.texts, ("", "fr"): replace(text, blocks=(block, *text.blocks[1:]))})
    shelf = replace(SHELF, library=replace(SHELF.library, clauses={**CLAUSES, CAP: changed}))
    data = edited(name, "fr", CAP, lines_of(name, "fr", CAP, alternative))
    found = check(tmp_path, data, name, "fr", shelf=shelf)
    assert "PPP623" not in codes(found) and "PPP605" in codes(found)


def test_a_fallback_that_no_jurist_approved_is_not_approved(tmp_path: Path) -> None:
    """The file counts with the text that it holds, not with the one it was built with."""
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    keys = {(p.clause.id, p.alternative) for p in planned(name).clauses}

    def shelf_with(*texts: tuple[str, str]) -> Shelf:
        approvals = tuple(
            Approval(c, a, "fr", approval_digest(CLAUSES[c], a, "fr"), "A", "B", "2026-11-23") for c, a in texts
        )
        return replace(SHELF, library=replace(SHELF.library, approvals=approvals))

    untouched = built(name, "fr")[0]
    result = check(tmp_path, untouched, name, "fr", shelf=shelf_with(*keys), require_approved=True)
    assert result.findings == () and result.unapproved == ()
    data = edited(name, "fr", CAP, lines_of(name, "fr", CAP, alternative))
    result = check(tmp_path, data, name, "fr", shelf=shelf_with(*keys), require_approved=True)
    assert result.unapproved == ((CAP, alternative, "fr"),)
    assert "PPP452" in {f.code for f in result.findings}
    result = check(tmp_path, data, name, "fr", shelf=shelf_with(*keys, (CAP, alternative)), require_approved=True)
    assert result.unapproved == () and codes(result) == {"PPP623"}


def test_a_manifest_names_its_alternatives(tmp_path: Path) -> None:
    name, (alternative, *_) = SPEC[CAP], CLAUSES[CAP].alternatives
    for start in ("", alternative):
        _, manifest = built(name, "fr", *((CAP, start) if start else ()))
        articles = {a["clause"]: a["alternative"] for a in json.loads(manifest)["articles"]}
        texts = {(c, a): digest for c, a, digest in json.loads(manifest)["texts"]}
        assert articles[CAP] == start
        assert texts[CAP, start] == approval_digest(CLAUSES[CAP], start, "fr")
