"""The pages of the library: complete, linked, escaped, the same bytes twice, and readable by everyone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import etree, html

from ppp_contracts import cli
from ppp_contracts.codes import CODES
from ppp_contracts.finding import LANGUAGES
from ppp_contracts.l10n import sort_key
from ppp_contracts.messages import UI_LANGUAGES, word
from ppp_contracts.pages import site as pages
from ppp_contracts.pages.frame import View, render
from ppp_contracts.pages.hypertext import Html, between, coded, h
from ppp_contracts.pages.links import broken_links
from ppp_contracts.workshop import Shelf, load_shelf
from ppp_contracts.workspace import Workspace


@pytest.fixture(scope="module")
def folder(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as the command writes it."""
    target = tmp_path_factory.mktemp("site") / "out"
    written, findings = pages.write_site(shelf, target)
    assert written is not None and not findings
    return target


@pytest.fixture(scope="module")
def trees(folder: Path) -> dict[str, Any]:
    """Every page, parsed."""
    return {
        path.relative_to(folder).as_posix(): html.fromstring(
            path.read_bytes(), parser=html.HTMLParser(encoding="utf-8")
        )
        for path in sorted(folder.rglob("*.html"))
    }


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run([str(a) for a in arguments])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out, captured.err


# --------------------------------------------------------------------------------------------- whole


def test_there_is_a_page_for_everything_in_every_language(trees: dict[str, Any], shelf: Shelf) -> None:
    law, library = shelf.law, shelf.library
    lists = ("index", "search", "clauses", "obligations", "demands", "traps", "codes", "kinds", "instruments", "terms")
    expected = {
        *(f"{name}.html" for name in lists),
        *(f"clauses/{name}.html" for name in library.clauses),
        *(f"obligations/{name}.html" for name in law.obligations),
        *(f"codes/{name}.html" for name in CODES),
        *(f"traps/{name}.html" for name in law.traps),
        *(f"kinds/{name}.html" for name in law.kinds),
        *(f"instruments/{name}.html" for name in law.instruments),
    }
    assert set(trees) == {"index.html", *(f"{ui}/{name}" for ui in UI_LANGUAGES for name in expected)}


def test_every_link_leads_somewhere(folder: Path) -> None:
    assert broken_links(folder) == ()


def test_the_same_library_gives_the_same_bytes(folder: Path, shelf: Shelf) -> None:
    again = dict(pages.files_of(pages.site_of(shelf)))
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == {*again, pages.MARK}
    for name, data in again.items():
        assert (folder / name).read_bytes() == data, name


def test_a_broken_link_and_a_missing_anchor_are_found(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "b.css").write_text("")
    page = (
        '<link href="b.css"><script src="gone.js"></script><p id="here">'
        '<a href="#here">1</a><a href="#away">2</a><a href="fr/x.html#y%20z">3</a><a href="fr/x.html#n">4</a>'
        '<a href="fr">5</a><a href="../out.html">6</a><a href="https://example.org/">7</a><form action="gone"></form>'
    )
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "fr" / "x.html").write_text('<p id="y z"><a href="../a.html#here">up</a><a href="a.html">no</a>')
    (tmp_path / "empty.html").write_text("")
    found = broken_links(tmp_path)
    assert {f.code for f in found} == {"PPP511"}
    assert [(dict(f.params)["file"], dict(f.params)["target"]) for f in found] == [
        ("a.html", "gone.js"),
        ("a.html", "#away"),
        ("a.html", "fr/x.html#n"),
        ("a.html", "fr"),
        ("a.html", "../out.html"),
        ("a.html", "gone"),
        ("fr/x.html", "a.html"),
    ]


# ------------------------------------------------------------------------------------------ each page


def test_every_page_says_what_it_is_and_in_which_language(trees: dict[str, Any]) -> None:
    for name, tree in trees.items():
        language = name.partition("/")[0] if "/" in name else "en"
        assert tree.get("lang") == language, name
        assert tree.findtext(".//title").strip(), name
        assert len(tree.findall(".//h1")) == 1 and tree.find(".//h1").text_content().strip(), name
        assert len(tree.findall(".//main")) == 1, name


def test_headings_do_not_skip_a_level(trees: dict[str, Any]) -> None:
    for name, tree in trees.items():
        levels = [int(e.tag[1]) for e in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert all(b - a <= 1 for a, b in zip([0, *levels], levels, strict=False)), (name, levels)


def test_nothing_on_a_page_comes_from_elsewhere_or_runs_by_itself(trees: dict[str, Any]) -> None:
    for name, tree in trees.items():
        policy = tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy and "http" not in policy
        assert not tree.xpath("//style | //iframe | //object | //embed | //img | //base"), name
        assert not tree.xpath("//@style"), name
        assert not [a for e in tree.iter(etree.Element) for a in e.attrib if a.startswith("on")], name
        assert all(not s.text and s.get("src") for s in tree.iter("script")), name
        assert (len(tree.findall(".//script")) > 0) is name.endswith("/search.html"), name
        for address in tree.xpath("//link/@href | //script/@src | //form/@action"):
            assert "//" not in address and ":" not in address, name
        for link in tree.xpath("//a[contains(@href, ':')]"):
            assert re.match("https?://", link.get("href")) and "noreferrer" in link.get("rel"), name


def test_every_page_can_be_used_by_keyboard_and_by_ear(trees: dict[str, Any]) -> None:
    for name, tree in trees.items():
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), name
        assert all(th.get("scope") in ("col", "row") for th in tree.iter("th")), name
        assert all(t.find("caption") is not None and t.find("thead") is not None for t in tree.iter("table")), name
        assert all(a.text_content().strip() for a in tree.iter("a")), name
        if "/" not in name:
            continue
        skip = tree.find("body")[0]
        assert skip.tag == "a" and skip.get("href") == "#content" and "content" in ids, name
        assert tree.find(".//header") is not None and tree.find(".//footer") is not None, name
        assert all(nav.get("aria-label") for nav in tree.iter("nav")), name
        labels = {label.get("for") for label in tree.iter("label")}
        assert all(field.get("id") in labels for field in tree.iter("input")), name


def test_every_page_leads_to_itself_in_the_other_languages(trees: dict[str, Any], folder: Path) -> None:
    for name, tree in trees.items():
        own, _, path = name.partition("/")
        for ui in UI_LANGUAGES if path else ():
            if ui != own:
                (link,) = tree.xpath(f"//nav[contains(@class, 'languages')]//a[@hreflang='{ui}']")
                target = (folder / name).parent / unquote(link.get("href"))
                assert target.resolve() == (folder / ui / path).resolve(), name
                assert link.get("lang") == ui and link.text == word(f"tongue_{ui}", ui)


def test_every_page_says_that_no_jurist_approved(trees: dict[str, Any]) -> None:
    for name, tree in trees.items():
        for ui in [name.partition("/")[0]] if "/" in name else UI_LANGUAGES:
            assert word("not_approved", ui) in tree.text_content(), name


# ------------------------------------------------------------------------------------------- clauses


def test_a_clause_stands_in_all_its_languages_each_marked(trees: dict[str, Any], shelf: Shelf) -> None:
    for ui in UI_LANGUAGES:
        for clause in shelf.library.clauses.values():
            tree = trees[f"{ui}/clauses/{clause.id}.html"]
            versions = tree.xpath("//section[@class='version']")
            assert len(versions) == len(clause.texts)
            assert [v.get("lang") for v in versions[:4]] == [ui, *(x for x in LANGUAGES if x != ui)]
            for (alternative, language), text in clause.texts.items():
                for block in text.blocks:
                    name = "-".join(filter(None, (alternative, language, block.name)))
                    (shown,) = tree.xpath(f"//p[@id='{name}']")
                    assert shown.getparent().get("lang") == language
                    said = shown.text_content()
                    assert all(i.value in said for i in block.inlines if i.kind in ("text", "slot")), name


def test_a_clause_tells_and_links_what_belongs_to_it(trees: dict[str, Any]) -> None:
    tree = trees["fr/clauses/audit/records.html"]
    links = set(tree.xpath("//main//a/@href"))
    assert "../../obligations/audit.records.html" in links and "../../kinds/grant.html" in links
    assert (
        "../../terms.html#party" in links
        and "#slot-years" in links
        and "#fr-2" in links
        and "#fallback-1-fr-3" in links
    )
    assert "../../instruments/be-2003-05-22-budget.html" in links
    said = tree.text_content()
    for name in ("lib_concedes", "lib_agreed_by", "lib_position", "lib_never", "lib_used", "lib_provenance"):
        assert word(name, "fr") in said
    assert said.count(word("lib_unapproved", "fr")) == 8 and word("lib_of", "fr", count=0, total=8) in said
    assert "examples/family-shelter.yaml" in said and word("certainty_v", "fr") in said


def test_an_obligation_tells_what_belongs_to_it(trees: dict[str, Any], shelf: Shelf) -> None:
    for ui in UI_LANGUAGES:
        for obligation in shelf.law.obligations.values():
            tree = trees[f"{ui}/obligations/{obligation.id}.html"]
            said = tree.text_content()
            assert obligation.title[ui] in said and obligation.rationale[ui] in said and obligation.remedy[ui] in said
            links = set(tree.xpath("//main//a/@href"))
            assert {f"../demands.html#{name}" for name in obligation.demand} <= links
            stating = {c.id for c in shelf.library.clauses.values() if obligation.id in c.fulfils}
            assert {f"../clauses/{name}.html" for name in stating} <= links
            bases = {b.instrument for b in obligation.basis}
            assert {f"../instruments/{name}.html" for name in bases} <= links


def test_a_kind_shows_its_whole_contents_matrix(trees: dict[str, Any], shelf: Shelf) -> None:
    for name, kind in shelf.law.kinds.items():
        tree = trees[f"de/kinds/{name}.html"]
        rows = tree.xpath("//span[starts-with(@class, 'relevance ')]")
        assert len(rows) == (0 if "refused" in kind else len(shelf.law.obligations)), name
        assert "refused" not in kind or kind["refused"]["de"] in tree.text_content()


# -------------------------------------------------------------------------------------------- search


def index_of(folder: Path, ui: str) -> list[list[Any]]:
    text = (folder / ui / "search-index.js").read_text(encoding="utf-8")
    assert text.startswith("window.PPP_INDEX = ") and text.endswith(";\n")
    found: list[list[Any]] = json.loads(text.removeprefix("window.PPP_INDEX = ").rstrip(";\n"))
    return found


@pytest.mark.parametrize("ui", UI_LANGUAGES)
def test_the_search_index_holds_everything(ui: str, folder: Path, shelf: Shelf) -> None:
    index = index_of(folder, ui)
    names = {entry[1] for entry in index}
    law = shelf.law
    assert names >= {
        *shelf.library.clauses,
        *law.obligations,
        *CODES,
        *law.kinds,
        *law.instruments,
        *shelf.library.terms,
    }
    for _, name, title, path, words in index:
        assert title and (folder / ui / path.partition("#")[0]).is_file()
        held = set(words.split())
        assert set(re.findall(r"[^\W_]+", sort_key(f"{name} {title}")[0])) <= held
    for clause in shelf.library.clauses.values():
        (entry,) = [e for e in index if e[1] == clause.id]
        text = " ".join(i.value for b in clause.texts["", ui].blocks for i in b.inlines if i.kind == "text")
        assert set(re.findall(r"[^\W_]+", sort_key(text)[0])) <= set(entry[4].split())
        assert entry[2] == clause.texts["", ui].heading


def test_the_search_leaves_accents_and_capitals_aside(folder: Path) -> None:
    entry = next(e for e in index_of(folder, "fr") if e[1] == "audit/on-site-federal")
    assert "controle" in entry[4].split() and "contrôle" not in entry[4].split()


def test_without_a_script_the_search_page_leads_to_the_lists(trees: dict[str, Any]) -> None:
    for ui in UI_LANGUAGES:
        links = set(trees[f"{ui}/search.html"].xpath("//div[@id='lists']//a/@href"))
        assert {"clauses.html", "obligations.html", "codes.html"} <= links


# ------------------------------------------------------------------------------------------ escaping

NAME = "Œuvre & Fils <ASBL>"
SCRIPT = '<script>alert("x")</script>'
CLAUSE = f"""clause: 1
version: "1.0.0"
order: 6990
fulfils: {{house.meals: ["1"]}}
slots: {{meal: {{path: purpose.object, type: text, default: "{NAME}"}}}}
requires: [house/gone]
alternatives:
  fallback-1: {{concedes: {{fr: '{SCRIPT}', nl: n, de: d, en: e}}, agreed_by: management}}
playbook:
  subject: {{fr: '{SCRIPT}', nl: '{NAME}', de: d, en: '"><b onclick=x>'}}
  position: {{fr: f, nl: n, de: d, en: e}}
  never: {{fr: f, nl: n, de: d, en: e}}
provenance: {{drafted: 2026-11-23, sources: ['{SCRIPT}']}}
note: '{SCRIPT}'
"""
OBLIGATION = f"""obligations: 1
list:
- id: house.meals
  title: {{fr: '{NAME}', nl: '{SCRIPT}', en: '{SCRIPT}'}}
  demand: [D1]
  basis: [{{instrument: be-csa, certainty: K}}]
  bearer: all
  towards: all
  severity: advice
  check: {{kind: stated}}
  rationale: {{fr: '{SCRIPT}', nl: '{SCRIPT}', en: '{NAME}'}}
  remedy: {{fr: '{SCRIPT}', nl: '{SCRIPT}', en: '{NAME}'}}
"""


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Pages of a library with an overlay that would like to run scripts, parsed."""
    overlay = tmp_path_factory.mktemp("overlay")
    text = f"# {SCRIPT}\n\n1. {NAME} {{{{ meal }}}} {SCRIPT} [clause:house/gone]\n"
    files = {
        "clauses/house/meals/clause.yaml": CLAUSE,
        "clauses/house/meals/fr.md": text,
        "clauses/house/meals/fr.fallback-1.md": text,
        "law/obligations/house.yaml": OBLIGATION,
    }
    for name, words in files.items():
        (overlay / name).parent.mkdir(parents=True, exist_ok=True)
        (overlay / name).write_text(words, encoding="utf-8")
    shelf = load_shelf(workspace=Workspace("", overlay))
    site = pages.site_of(shelf)
    wanted = ("clauses/house/meals.html", "obligations/house.meals.html", "clauses.html", "obligations.html")
    return {
        f"{ui}/{page.path}": render(page, View(site, ui, page.path)).decode()
        for ui in UI_LANGUAGES
        for page in pages.pages_of(site, ui)
        if page.path in wanted or page.path == "demands.html"
    }


def test_texts_of_strangers_stay_texts(strange: dict[str, str]) -> None:
    for name, source in strange.items():
        tree = html.fromstring(source.encode(), parser=html.HTMLParser(encoding="utf-8"))
        assert not tree.xpath("//script | //asbl | //b | //@onclick"), name
        assert "<script" not in source and "<ASBL" not in source, name
        if "meals" in name:
            assert SCRIPT in tree.text_content(), name
    clause = html.fromstring(strange["nl/clauses/house/meals.html"].encode())
    said = clause.text_content()
    assert NAME in said and '"><b onclick=x>' not in said
    assert '"><b onclick=x>' in html.fromstring(strange["en/clauses/house/meals.html"].encode()).text_content()


def test_a_text_that_is_not_in_the_language_of_the_page_says_so(strange: dict[str, str]) -> None:
    tree = html.fromstring(strange["de/clauses/house/meals.html"].encode())
    assert tree.find(".//h1").get("lang") == "fr"  # the overlay has no German text
    assert [v.get("lang") for v in tree.xpath("//section[@class='version']")] == ["fr", "fr"]
    obligation = html.fromstring(strange["de/obligations/house.meals.html"].encode())
    assert obligation.find(".//h1").get("lang") == "fr" and obligation.xpath("//main/p[@lang='fr']")
    note = html.fromstring(strange["fr/clauses/house/meals.html"].encode()).xpath("//dd/span[@lang='en']")
    assert [n.text for n in note] == [SCRIPT]


def test_a_clause_that_is_not_there_is_named_without_a_link(strange: dict[str, str]) -> None:
    tree = html.fromstring(strange["fr/clauses/house/meals.html"].encode())
    assert "house/gone" in tree.text_content() and not tree.xpath("//a[contains(@href, 'house/gone')]")


def test_elements_escape_what_is_no_html() -> None:
    assert h("p", "<&>", class_='a"b') == '<p class="a&quot;b">&lt;&amp;&gt;</p>\n'
    assert h("p", h("b", "x"), None, ["<", Html("&amp;")], hidden=True, id=None) == "<p hidden><b>x</b>&lt;&amp;</p>\n"
    assert coded("a `<b>` c") == "a <code>&lt;b&gt;</code> c"
    assert between(" & ", ("a", Html("<br>"))) == "a &amp; <br>"


# ------------------------------------------------------------------------------------------- writing


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site of two pages: what is tested is the writing."""
    files = {"index.html": b'<a href="fr/a.html">a</a>', "fr/a.html": b"<p>a"}
    monkeypatch.setattr(pages, "files_of", lambda site: iter(files.items()))


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_the_command_writes_over_its_own_site_only(small: None, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "docs" / "site"
    for _ in range(2):  # the second time over the first
        code, out, err = run(capsys, "library", "site", "-o", target)
        assert code == 0 and str(target) in out and not err
        assert names(target) == {"index.html", "fr/a.html", pages.MARK}
        assert [p.name for p in target.parent.iterdir()] == ["site"]  # nothing is left beside
    (target / "fr" / "mine.txt").write_text("mine")
    code, out, err = run(capsys, "library", "site", "-o", target)
    assert code == 1 and "PPP510" in err and "mine.txt" in err and not out
    code, out, _ = run(capsys, "library", "site", "-o", target, "--force", "--ui", "nl")
    assert code == 0 and str(tmp_path / "docs" / "site.old1") in out
    assert (tmp_path / "docs" / "site.old1" / "fr" / "mine.txt").read_text() == "mine"  # put aside, not lost
    assert names(target) == {"index.html", "fr/a.html", pages.MARK}


def test_a_folder_of_others_is_left_alone(small: None, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "index.html").write_text("mine")
    code, _, err = run(capsys, "library", "site", "-o", tmp_path, "--ui", "de")
    assert code == 1 and "PPP510" in err and "index.html" in err and names(tmp_path) == {"index.html"}
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(capsys, "library", "site", "-o", empty)[0] == 0 and pages.MARK in names(empty)
    shutil.rmtree(empty / "fr")  # a site that lacks a page is still ours
    assert run(capsys, "library", "site", "-o", empty)[0] == 0 and "fr/a.html" in names(empty)
    (empty / "fr" / "link").symlink_to(tmp_path)
    assert run(capsys, "library", "site", "-o", empty)[0] == 1 and (tmp_path / "index.html").is_file()


def test_a_broken_link_fails_the_command_and_nothing_is_written(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "files_of", lambda site: iter([("index.html", b'<a href="gone.html">x</a>')]))
    target = tmp_path / "site"
    code, out, err = run(capsys, "library", "site", "-o", target, "--ui", "fr")
    assert code == 1 and "PPP511" in err and "gone.html" in err and not out
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_leaves_the_old_site(
    small: None, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "site"
    assert run(capsys, "library", "site", "-o", target)[0] == 0
    moves = []

    def replace(source: Any, goal: Any) -> None:
        moves.append(goal)
        if len(moves) == 2:
            raise OSError(28, "No space left on device")
        real(source, goal)

    real = pages.os.replace
    monkeypatch.setattr(pages.os, "replace", replace)
    code, _, err = run(capsys, "library", "site", "-o", target)
    assert code == 2 and "PPP012" in err and names(target) == {"index.html", "fr/a.html", pages.MARK}
    (tmp_path / "file").write_text("")
    monkeypatch.undo()
    assert run(capsys, "library", "site", "-o", tmp_path / "file" / "site")[0] == 2
