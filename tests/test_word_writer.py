"""The Word writer on an agreement made by hand: every word arrives, once, where it should; and a template that would
spoil that is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import pytest
from cases import replace
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from ppp_contracts.finding import LANGUAGES, Finding
from ppp_contracts.model import Agreement, Annex, Article, Paragraph, Span, Table
from ppp_contracts.word.package import Package, parse_xml, read_package, write_package
from ppp_contracts.word.reader import WordText, read_docx
from ppp_contracts.word.styles import STYLES, W
from ppp_contracts.word.template import PLACES, WORDS, Template, escape, load_template
from ppp_contracts.word.writer import frame_texts, write_docx

SHIPPED = (ROOT / "templates" / "agreement.docx").read_bytes()
LONG = "Fédération européenne de l’accueil, de l’hébergement et de l’accompagnement des familles " + "é" * 90 + " & Cie"
HARD = "Œuvre & Fils <ASBL>"
MANIFEST = json.dumps({"manifest": 1, "text": "a < b & « c »"}, ensure_ascii=False).encode()
FRENCH = {
    "article": "Article", "annex": "Annexe", "draft": "PROJET – NE PAS SIGNER", "contents": "Table des matières",
    "between": "Entre les soussignés", "recitals": "Il est exposé ce qui suit", "signatures": "Signatures",
    "agree": "Les Parties conviennent de ce qui suit.", "reference": "Référence", "version": "version", "date": "Date",
    "page": "page", "page_of": "de", "fill_in": "à compléter",
}  # fmt: skip


# ------------------------------------------------------------------------------------- the agreement


def para(anchor: str, *spans: Span | str, style: str = "block", level: int = 0, label: str = "") -> Paragraph:
    made = tuple(Span("text", span) if isinstance(span, str) else span for span in spans)
    return Paragraph(f"_ppp_{anchor}", made, style, level, label)


def article(number: int, heading: str) -> Article:
    """An article with every level, a reference ahead and a reference to an annex."""
    other = number % 12 + 1
    name = f"a{number}"
    return Article(
        number,
        f"Article {number}",
        para(f"{name}_0", heading, style="heading", label=f"Article {number}"),
        (
            para(
                f"{name}_1",
                "Le Bénéficiaire s’engage à rembourser la part de la Subvention dont il ne justifie pas l’emploi, dans les cas "
                "suivants et selon l’",
                Span("ref", f"Article {other}", f"_ppp_a{other}_0"),
                " :",
                level=1,
                label=f"{number}.1",
            ),
            para(f"{name}_1_a", "à une autre fin que celle de l’", Span("ref", "Annexe 1", "_ppp_x1_0"), " ;", level=2, label="a)"),
            para(f"{name}_1_b", "sans pièce, notamment :", level=2, label="b)"),
            para(f"{name}_1_b_i", "sans facture ;", level=3, label="i)"),
            para(f"{name}_1_b_ii", "sans preuve de paiement.", level=3, label="ii)"),
            para(f"{name}_2", "Le délai est de ", Span("slot", "30 jours", "days"), " ; le compte est ", Span("slot", "", "account_number"), ".", level=1, label=f"{number}.2"),
        ),
    )  # fmt: skip


def table(name: str, rows: int) -> Table:
    def cells(
        row: int, *texts: str, styles: tuple[str, str, str] = ("cell", "cell", "cell-number")
    ) -> tuple[Paragraph, ...]:
        return tuple(para(f"{name}_r{row}_c{i}", t, style=styles[i]) for i, t in enumerate(texts))

    header = cells(0, "N°", "Description", "Montant", styles=("cell-header", "cell-header", "cell-header-number"))
    body = [
        cells(n, f"L{n}", f"{HARD} n° {n}, loyers et énergie des logements d’urgence", f"{n} 000,00 €")
        for n in range(1, rows + 1)
    ]
    return Table("Budget & <apports>", header, (*body, cells(rows + 1, "Total", "", "420 000,00 €")), (3, 77, 20), (False, False, True), True)  # fmt: skip


def annex(number: int, heading: str) -> Annex:
    name = f"x{number}"
    body = (para(f"{name}_h", "Budget par rubrique", style="annex-text"), table(f"{name}_t", 5), table(f"{name}_u", 40))
    return Annex(number, f"Annexe {number}", para(f"{name}_0", heading, style="annex-heading"), body)


HEADINGS = (
    "Définitions", "Objet", "Tâches et livrables", "Comité de pilotage", "Apports", "Paiements", "Coûts éligibles",
    "Rapports", "Contrôle sur place", "Protection des données", "Modification", "Droit applicable et tribunal compétent",
)  # fmt: skip
AGREEMENT = Agreement(
    language="fr",
    title="Hébergement d’urgence et accompagnement des familles vulnérables en Région de Bruxelles-Capitale",
    kind="Convention de partenariat",
    reference="PPP-2026-014",
    version="0.3",
    draft=False,
    words=FRENCH,
    parties=tuple(
        (
            para(f"p{n}_1", Span("slot", name, "name"), ", dont le siège est établi rue de l’Étoile 7, 1080 Bruxelles", style="party-first"),
            para(f"p{n}_2", "numéro d’entreprise (BCE) : 0123.456.749", style="party"),
        )
        for n, name in enumerate(("Service public de programmation", HARD, LONG))
    ),
    recitals=tuple(para(f"r{n}", "Les familles ont besoin d’un toit et d’un suivi.", style="recital") for n in range(3)),
    articles=tuple(article(n, heading) for n, heading in enumerate(HEADINGS, 1)),
    annexes=(annex(1, "Apports et budget"), annex(2, "Tranches & paiements")),
    signatures=tuple(
        (
            para(f"s{n}_1", "Pour : ", Span("slot", name, "party"), style="signature"),
            para(f"s{n}_2", "Nom : Éléonore Van den Bossche-Çelik", style="signature"),
            para(f"s{n}_3", "Signature :", style="signature"),
        )
        for n, name in enumerate(("Service public de programmation", HARD, LONG))
    ),
    party_names=("Service public de programmation", HARD, LONG),
    date="10 décembre 2026",
)  # fmt: skip


def all_paragraphs(agreement: Agreement) -> Iterator[Paragraph]:
    for group in (*agreement.parties, agreement.recitals):
        yield from group
    for one in agreement.articles:
        yield from (one.heading, *one.paragraphs)
    for group in agreement.signatures:
        yield from group
    for each in agreement.annexes:
        yield each.heading
        for item in each.body:
            yield from (
                (item,) if isinstance(item, Paragraph) else (*item.header, *(c for row in item.rows for c in row))
            )


@pytest.fixture(scope="module")
def template() -> Template:
    made, findings = load_template(SHIPPED, "agreement.docx")
    assert made is not None, findings
    return made


def opened(document: bytes) -> tuple[Package, WordText]:
    package, findings = read_package(document, "a.docx")
    assert package is not None and findings == ()
    return package, read_docx(package)[0]


def part(document: bytes, name: str = "word/document.xml") -> str:
    return opened(document)[0].parts[name].decode()


# --------------------------------------------------------------------------------------------- words


def test_every_paragraph_arrives_with_its_anchor_and_its_words(template: Template) -> None:
    _, text = opened(write_docx(AGREEMENT, template, MANIFEST))
    found = {p.bookmarks[0].name: p for p in text.paragraphs if p.bookmarks}
    wanted = list(all_paragraphs(AGREEMENT))
    assert list(found) == [p.anchor for p in wanted]
    for paragraph in wanted:
        assert found[paragraph.anchor].text == "".join(
            span.text or "[à compléter]" for span in paragraph.spans if span.text or span.kind == "slot"
        )


def test_bookmarks_stand_within_their_paragraph_and_have_numbers_of_their_own(template: Template) -> None:
    root = parse_xml(part(write_docx(AGREEMENT, template, MANIFEST)).encode())
    starts = list(root.iter(f"{W}bookmarkStart"))
    numbers = [start.get(f"{W}id") for start in starts]
    controls = [e.get(f"{W}val") for e in root.iter(f"{W}id")]
    assert len({*numbers, *controls}) == len(numbers) + len(controls)
    for start in starts:
        parent = start.getparent()
        assert parent is not None and parent.tag == f"{W}p"
        ends = [e.get(f"{W}id") for e in parent.iterchildren(f"{W}bookmarkEnd")]
        assert ends == [start.get(f"{W}id")]
    assert all(re.fullmatch(r"_ppp_\w{1,35}", str(start.get(f"{W}name")), re.ASCII) for start in starts)


def test_a_paragraph_without_an_anchor_has_no_bookmark(template: Template) -> None:
    bare = replace(AGREEMENT.recitals[0], anchor="")
    _, text = opened(write_docx(replace(AGREEMENT, recitals=(bare,)), template, MANIFEST))
    assert [p.bookmarks for p in text.paragraphs if p.text == bare.spans[0].text] == [()]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), min_size=1, max_size=40))
def test_any_text_at_all_arrives(words: str) -> None:
    template, _ = load_template(SHIPPED, "agreement.docx")
    assert template is not None
    agreement = replace(
        AGREEMENT,
        title=words,
        party_names=(words,),
        articles=(replace(AGREEMENT.articles[0], heading=para("a1_0", words, style="heading")),),
        annexes=(),
    )
    _, text = opened(write_docx(agreement, template, MANIFEST))
    (found,) = [p.text for p in text.paragraphs if p.bookmarks and p.bookmarks[0].name == "_ppp_a1_0"]
    assert found == re.sub(
        r"\r\n?", "\n", re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", words)
    )


@pytest.mark.parametrize(
    "text",
    [
        HARD,
        "’ ß « » “ ”",
        "e\u0301",
        LONG,
        "]]>",
        "{{ title }} {% x %} {#",
        "a\tb\nc",
        "\x07",
        "PPPARTICLE ppp:article %1",
    ],
)
def test_hard_texts_arrive_everywhere(text: str, template: Template) -> None:
    one = replace(AGREEMENT, title=text, reference=text, kind=text, date=text, party_names=(text, text))
    document = write_docx(one, template, MANIFEST)
    _, read = opened(document)
    said = " ".join(p.text for p in read.paragraphs)
    shown = " ".join(text.replace("\x07", "\ufffd").split())
    assert " ".join(said.split()).count(shown) >= 5
    for name in ("docProps/core.xml", "docProps/custom.xml", "word/header1.xml", "word/footer1.xml"):
        assert shown in " ".join("".join(parse_xml(part(document, name).encode()).itertext()).split())


def test_a_reference_is_live_and_one_that_leads_nowhere_is_plain(template: Template) -> None:
    lost = para("r0", "voir l’", Span("ref", "Article 99", "_ppp_nowhere_0"), style="recital")
    document = write_docx(replace(AGREEMENT, recitals=(lost,)), template, MANIFEST)
    _, text = opened(document)
    refs = {p.bookmarks[0].name: [r.name for r in p.refs] for p in text.paragraphs if p.bookmarks and p.refs}
    assert refs["_ppp_a1_1"] == ["_ppp_a2_0"] and refs["_ppp_a1_1_a"] == ["_ppp_x1_0"] and "_ppp_r0" not in refs
    assert "REF _ppp_a2_0 \\r \\h" in part(document) and "nowhere" not in part(document)


def test_a_blank_is_a_content_control_to_fill_in(template: Template) -> None:
    xml = part(write_docx(AGREEMENT, template, MANIFEST))
    assert xml.count("<w:sdt>") == 12 and xml.count("[à compléter]") == 12
    assert '<w:alias w:val="account number"/><w:tag w:val="account_number"/>' in xml


def test_the_contents_show_labels_titles_and_links(template: Template) -> None:
    document = write_docx(AGREEMENT, template, MANIFEST)
    _, text = opened(document)
    lines = [p.text for p in text.paragraphs if p.in_contents]
    assert lines == [f"{a.label}\t{a.heading.spans[0].text}" for a in (*AGREEMENT.articles, *AGREEMENT.annexes)]
    xml = part(document)
    links = re.findall(r'<w:hyperlink w:anchor="(\w+)"', xml)
    assert links == [a.heading.anchor for a in (*AGREEMENT.articles, *AGREEMENT.annexes)]
    assert "updateFields" not in part(document, "word/settings.xml") and "\\t" not in "".join(
        re.findall(r"TOC[^<]*", xml)
    )


def test_an_agreement_with_nothing_in_it_is_still_a_document(template: Template) -> None:
    empty = replace(AGREEMENT, parties=(), recitals=(), articles=(), annexes=(), signatures=(), party_names=())
    _, text = opened(write_docx(empty, template, MANIFEST))
    assert FRENCH["recitals"] not in [p.text for p in text.paragraphs]


def test_what_introduces_a_list_stays_with_it(template: Template) -> None:
    xml = part(write_docx(AGREEMENT, template, MANIFEST))
    kept = re.findall(
        r'<w:p><w:pPr><w:pStyle w:val="\w+"/><w:keepNext/></w:pPr><w:bookmarkStart w:id="\d+" w:name="_ppp_a1_(\w+)"/>',
        xml,
    )
    assert kept == ["1", "1_b"]


# ------------------------------------------------------------------------------------------ the look


def test_python_sets_no_font_size_or_colour(template: Template) -> None:
    xml = part(write_docx(AGREEMENT, template, MANIFEST))
    body = xml[xml.index("_ppp_p0_1") :]
    assert not re.search(r"<w:(rFonts|sz|szCs|color|b|i|u|shd|highlight|jc|ind|spacing)\b", body)


def test_the_words_of_the_lists_and_the_language_are_the_agreements(template: Template) -> None:
    dutch = {**FRENCH, "article": "Artikel", "annex": "Bijlage"}
    document = write_docx(replace(AGREEMENT, language="nl", words=dutch), template, MANIFEST)
    numbering = part(document, "word/numbering.xml")
    assert 'w:lvlText w:val="Artikel %1"' in numbering and 'w:lvlText w:val="Bijlage %1"' in numbering
    assert 'w:lang w:val="nl-BE"' in part(document, "word/styles.xml") and "fr-BE" not in part(
        document, "word/styles.xml"
    )
    assert "<dc:language>nl-BE" in part(document, "docProps/core.xml")
    assert not any(
        "ppp:" in part(document, name) for name in ("word/styles.xml", "word/numbering.xml", "word/settings.xml")
    )


def test_draft_stands_on_every_page_or_on_none(template: Template) -> None:
    for draft in (True, False):
        document = write_docx(replace(AGREEMENT, draft=draft), template, MANIFEST)
        marks = [FRENCH["draft"] in part(document, f"word/header{n}.xml") for n in (1, 2)]
        assert marks == [draft, draft]
    assert "<w:titlePg/>" in part(document)


def test_tables_repeat_their_header_and_have_a_caption(template: Template) -> None:
    root = parse_xml(part(write_docx(AGREEMENT, template, MANIFEST)).encode())
    tables = list(root.iter(f"{W}tbl"))
    assert len(tables) == 5
    for one in tables[1:]:
        rows = one.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert one.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val") == "Budget & <apports>"  # type: ignore[union-attr]
        widths = [int(str(c.get(f"{W}w"))) for c in one.iterfind(f"{W}tblGrid/{W}gridCol")]
        assert sum(widths) <= 9070 and widths[0] > 9070 * 3 // 100  # «Total» would not fit into three per cent
        after = one.getnext()
        assert after is not None and after.tag == f"{W}p"


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.text("ab- é", max_size=60), min_size=4, max_size=4), min_size=1, max_size=5),
    st.integers(1, 97),
)
def test_columns_never_take_more_than_the_page(rows: list[list[str]], share: int) -> None:
    from ppp_contracts.word.writer import _widths

    made = [tuple(para("", text, style="cell") for text in row) for row in rows]
    shares = (share, (100 - share) // 3, (100 - share) // 3, 100 - share - 2 * ((100 - share) // 3))
    widths = _widths(Table("", made[0], tuple(made[1:]), shares, (False,) * 4), 9070)
    assert sum(widths) <= 9070 and min(widths) > 0


def test_properties_name_the_agreement_and_no_clock(template: Template) -> None:
    document = write_docx(AGREEMENT, template, MANIFEST)
    core, custom, item = (
        part(document, n) for n in ("docProps/core.xml", "docProps/custom.xml", "customXml/item1.xml")
    )
    assert AGREEMENT.title in core and "PPP-2026-014" in core and "dcterms" not in core
    assert "ppp-manifest-digest" in custom and "ppp-language" in custom
    assert "".join(parse_xml(item.encode()).itertext()).encode() == MANIFEST


# -------------------------------------------------------------------------------------- the same bytes


def test_warm_and_cold_templates_give_the_same_bytes(template: Template) -> None:
    warm = Template.from_data(json.loads(json.dumps(template.to_data())))
    cold, _ = load_template(SHIPPED, "agreement.docx")
    assert cold is not None
    documents = {write_docx(AGREEMENT, one, MANIFEST) for one in (template, warm, cold)}
    assert len(documents) == 1


def test_the_frame_is_what_the_template_says(template: Template) -> None:
    texts = frame_texts(replace(AGREEMENT, title=HARD), template)
    assert HARD in texts and FRENCH["recitals"] in texts and "Référence PPP-2026-014" in texts
    _, text = opened(write_docx(replace(AGREEMENT, title=HARD), template, MANIFEST))
    own = [" ".join(p.text.split()) for p in text.paragraphs if p.text and not p.bookmarks and not p.in_contents]
    assert own == list(texts[: len(own)])
    assert {"Article %1", "Annexe %1", "PPP-2026-014 · version 0.3 page 1 de 1"} <= set(texts[len(own) :])


# ----------------------------------------------------------------------------------------- templates


def changed(
    *changes: tuple[str, str], name: str = "word/document.xml", more: Mapping[str, bytes] | None = None
) -> bytes:
    package, _ = read_package(SHIPPED, "t.docx")
    assert package is not None
    text = package.parts[name].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return write_package({**package.parts, name: text.encode(), **(more or {})})


def refused(data: bytes) -> list[tuple[str, dict[str, str]]]:
    made, findings = load_template(data, "t.docx")
    assert made is None
    return [(f.code, dict(f.params)) for f in findings]


def test_the_shipped_template_brings_what_the_writer_needs(template: Template) -> None:
    assert set(template.styles) == set(STYLES) and template.width == 9070


def test_every_word_a_template_may_use_is_in_the_labels(shelf: object) -> None:
    labels = shelf.library.labels["document"]  # type: ignore[attr-defined]
    assert set(labels) >= {*WORDS, "fill_in"}
    assert all(labels[word][language] for word in WORDS for language in LANGUAGES)


def test_styles_are_known_by_name_as_a_french_word_saves_them(template: Template) -> None:
    """Word names the ids of styles in the language of whoever saved the file; only the names of styles stay."""
    package, _ = read_package(SHIPPED, "t.docx")
    assert package is not None
    parts = dict(package.parts)
    for name in ("word/styles.xml", "word/numbering.xml", "word/document.xml"):
        parts[name] = parts[name].replace(b'"Heading1"', b'"Titre1"').replace(b'"TOC1"', b'"TM1"')
    french, findings = load_template(write_package(parts), "t.docx")
    assert findings == () and french is not None
    xml = part(write_docx(AGREEMENT, french, MANIFEST))
    assert '<w:pStyle w:val="Titre1"/>' in xml and '<w:pStyle w:val="TM1"/>' in xml and "Heading1" not in xml


def test_every_missing_style_is_named() -> None:
    data = changed(
        ('w:val="PPP Block 2"', 'w:val="Other"'), ('w:val="PPP Cell"', 'w:val="Cell"'), name="word/styles.xml"
    )
    assert refused(data) == [("PPP502", {"style": "PPP Block 2"}), ("PPP502", {"style": "PPP Cell"})]


@pytest.mark.parametrize(
    ("old", "new", "style"),
    [
        ("%1.%2", "%1-%2", "PPP Block 1"),
        ("%3)", "(%3)", "PPP Block 2"),
        ('w:val="lowerRoman"', 'w:val="decimal"', "PPP Block 3"),
        ("Article %1", "%1 –", "heading 1"),
        ("Annexe %1", "Annexe %1.%2", "PPP Annex Heading"),
    ],
)
def test_lists_that_would_number_otherwise_than_the_plan(old: str, new: str, style: str) -> None:
    assert [(code, p["style"]) for code, p in refused(changed((old, new), name="word/numbering.xml"))] == [
        ("PPP506", style)
    ]


def test_a_style_that_is_in_no_list() -> None:
    out = refused(changed(('<w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>', ""), name="word/styles.xml"))
    assert [(code, p["style"]) for code, p in out] == [("PPP506", "PPP Block 2")]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ([("{{p articles }}", "x")], ["articles"]),
        ([("{{p articles }}", "{{ articles }}")], ["articles"]),  # within a paragraph it would break the file
        ([("{{p articles }}", "{{p articles }}</w:t></w:r></w:p><w:p><w:r><w:t>{{p articles }}")], ["articles"]),
        ([("{{p articles }}", "{%p if draft %}</w:t></w:r></w:p><w:p><w:r><w:t>{{p articles }}</w:t></w:r></w:p><w:p><w:r><w:t>{%p endif %}")], ["articles"]),
        ([("{{p toc }}", "{{p x }}"), ("{{p annexes }}", "{{p toc }}"), ("{{p x }}", "{{p annexes }}")], ["parties"]),
        ([("{{p toc }}", "")], ["toc"]),
    ],
)  # fmt: skip
def test_places_stand_once_in_the_body_and_in_their_turn(changes: list[tuple[str, str]], names: list[str]) -> None:
    out = refused(changed(*changes))
    if changes[0][0] == "{{p toc }}" and len(changes) > 1:  # the annexes would stand before the articles
        assert {code for code, _ in out} == {"PPP505"}
    else:
        assert out == [("PPP505", {"name": name}) for name in names]


def test_a_place_in_a_header() -> None:
    assert refused(changed(("{{ title }}", "{{ articles }}"), name="word/header1.xml")) == [
        ("PPP505", {"name": "articles"})
    ]


def test_all_that_is_wrong_is_said_at_once() -> None:
    out = refused(changed(("{{ title }}", "{{ client }}{{ words.client }}{{ title() }}{% set x = 1 %}")))
    assert {(code, p.get("name") or p.get("problem")) for code, p in out} == {
        ("PPP503", "client"), ("PPP503", "words.client"), ("PPP504", "call"), ("PPP504", "assign"),
    }  # fmt: skip


HOSTILE = [
    "{{ title.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.getcwd() }}",
    "{{ ''.join(title) }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for a in party_names %}{% for b in party_names %}x{% endfor %}{% endfor %}",
    "{% for a in party_names recursive %}{{ loop(party_names) }}{% endfor %}",
    "{% for title in party_names %}x{% endfor %}",
    "{{ 9**9**9 }}",
    "{{ 'x' * 10**10 }}",
    "{{ title|safe }}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{{ self }}",
    "{{ words }}",
    "{{ party_names }}",
    "{{",
    "{%",
    "{#",
    "{{ title %}",
    "{{ title {{ kind }}",
    "{% if draft %}",
    "{{ " + "(" * 3000 + "title" + ")" * 3000 + " }}",
    "{% if draft %}" * 60 + "x" + "{% endif %}" * 60,
    "{{ not not title }}",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_jinja_is_refused_before_anything_is_rendered(source: str) -> None:
    codes_found = {code for code, _ in refused(changed(("{{ title }}", source)))}
    assert codes_found and codes_found <= {"PPP503", "PPP504"}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["{{", "}}", "{%", "%}", "{#", "#}", "p ", "tr ", "title", "if draft", "endif", "for x in party_names", "endfor", "x", "|upper", ".", "-", "vm", "hm", "</w:t></w:r></w:p><w:p><w:r><w:t>", "articles"]), max_size=14))  # fmt: skip
def test_no_template_makes_a_file_that_is_none(pieces: list[str]) -> None:
    """Whatever stands in a template, it is refused with findings or gives a well-formed document."""
    made, findings = load_template(changed(("{{ title }}", " ".join(pieces))), "t.docx")
    assert (made is None) == bool(findings)
    if made is not None:
        opened(write_docx(AGREEMENT, made, MANIFEST))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("<w:body>", "<w:body><w:p><w:ins w:id=\"1\" w:author=\"x\"><w:r><w:t>x</w:t></w:r></w:ins></w:p>"), "tracked changes"),
        (("<w:body>", "<w:body><w:p><w:r><w:instrText> DDEAUTO c:\\cmd </w:instrText></w:r></w:p>"), "DDEAUTO"),
        (("<w:body>", '<w:body><w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;x&quot; "/></w:p>'), "INCLUDETEXT"),
    ],
)  # fmt: skip
def test_what_may_not_travel_into_an_agreement(change: tuple[str, str], problem: str) -> None:
    assert [(code, p["problem"]) for code, p in refused(changed(change))] == [("PPP507", problem)]


@pytest.mark.parametrize(
    ("kind", "mode"), [("vbaProject", ""), ("image", "External"), ("oleObject", "External"), ("comments", "")]
)
def test_macros_comments_and_outside_links_are_refused(kind: str, mode: str) -> None:
    relation = f'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/{kind}" Target="x.bin"{f" TargetMode={mode!r}" if mode else ""}/>'
    data = changed(
        ("</Relationships>", f"{relation}</Relationships>".replace("'", '"')), name="word/_rels/document.xml.rels"
    )
    assert [(code, p["problem"]) for code, p in refused(data)] == [("PPP507", kind)]


def test_a_template_made_of_a_built_agreement_brings_nothing_of_it_along(template: Template) -> None:
    """Properties, manifest, hidden bookmarks and languages of the old agreement are not those of the new one."""
    package, _ = read_package(write_docx(AGREEMENT, template, b'{"old": 1}'), "t.docx")
    shipped, _ = read_package(SHIPPED, "t.docx")
    assert package is not None and shipped is not None
    document = shipped.parts["word/document.xml"].decode().replace(
        "<w:body>", '<w:body><w:p><w:bookmarkStart w:id="7" w:name="_ppp_a1_1"/><w:r><w:rPr><w:lang w:val="en-US"/></w:rPr>'
        '<w:t>x</w:t></w:r><w:bookmarkEnd w:id="7"/><w:bookmarkStart w:id="900" w:name="mine"/><w:bookmarkEnd w:id="900"/></w:p>',
    )  # fmt: skip
    again = {**package.parts, "word/document.xml": document.encode()}
    made, findings = load_template(write_package(again), "t.docx")
    assert findings == () and made is not None and made.first_id == 901
    new, _ = opened(write_docx(AGREEMENT, made, MANIFEST))
    assert not any(b'"old"' in data for data in new.parts.values())
    assert new.parts["word/document.xml"].count(b'"_ppp_a1_1"') == 1 and b"en-US" not in new.parts["word/document.xml"]
    relations = new.parts["word/_rels/document.xml.rels"]
    assert relations.count(b"customXml") == 2 and new.parts["[Content_Types].xml"].count(b"docProps/core.xml") == 1


def test_a_word_template_file_becomes_a_document(template: Template) -> None:
    data = changed(("document.main+xml", "template.main+xml"), name="[Content_Types].xml")
    made, findings = load_template(data, "t.dotx")
    assert findings == () and made is not None
    assert "template.main" not in part(write_docx(AGREEMENT, made, MANIFEST), "[Content_Types].xml")
    assert write_docx(AGREEMENT, made, MANIFEST) == write_docx(AGREEMENT, template, MANIFEST)


def test_settings_that_ask_or_point_elsewhere_are_cut(template: Template) -> None:
    settings_part = "word/settings.xml"
    data = changed(
        ('<w:zoom w:percent="100"/>', '<w:zoom w:percent="100"/><w:attachedTemplate r:id="rId1"/><w:updateFields w:val="true"/>'),
        name=settings_part,
        more={"word/_rels/settings.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="file:///C:/Users/secret.dotx" TargetMode="External"/></Relationships>'},
    )  # fmt: skip
    made, findings = load_template(data, "t.docx")
    assert findings == () and made is not None
    package, _ = opened(write_docx(AGREEMENT, made, MANIFEST))
    assert not any(b"secret" in data or b"updateFields" in data for data in package.parts.values())


@pytest.mark.parametrize("data", [b"", b"no", SHIPPED[:2000], changed(("<w:body>", "<w:body><w:p>"))])
def test_what_is_no_word_file(data: bytes) -> None:
    assert refused(data)[0][0] == "PPP501"


def test_escape_is_for_text_and_attributes() -> None:
    assert escape("a&b<c>\"d'") == "a&amp;b&lt;c&gt;&quot;d'"


def test_findings_are_about_the_file() -> None:
    made, findings = load_template(b"no", "mein Modell.docx")
    assert made is None and all(isinstance(f, Finding) and f.place.file == "mein Modell.docx" for f in findings)


def test_places_are_in_the_order_of_the_plan() -> None:
    assert [name for name in PLACES if name != "toc"] == ["parties", "recitals", "articles", "signatures", "annexes"]
