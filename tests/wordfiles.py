"""Small Word files made by hand, and one small agreement: what the tests of the Word modules share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ppp_contracts.manifest import make_manifest, read_manifest
from ppp_contracts.model import (
    Agreement,
    Annex,
    Article,
    Clause,
    Document,
    Law,
    Library,
    Paragraph,
    Plan,
    PlannedClause,
    Span,
    Spec,
    Table,
)
from ppp_contracts.word.package import Package, read_package, write_package
from ppp_contracts.word.reader import WordText, read_docx

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


# ------------------------------------------------------------------------------------------ raw XML


def t(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def fld(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(code: str, *result: str) -> str:
    """A complex field."""
    return f'{fld("begin")}<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>{fld("separate")}{"".join(result)}{fld("end")}'


_ids = iter(range(1, 10**9))


def mark(name: str, content: str) -> str:
    number = next(_ids)
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def p(*content: str, properties: str = "", anchor: str = "") -> str:
    inner = "".join(c if c.startswith("<") else t(c) for c in content)
    return (
        f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{mark(anchor, inner) if anchor else inner}</w:p>"
    )


def tbl(*rows: Iterable[str]) -> str:
    cells = "".join("<w:tr>" + "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    grid = '<w:gridCol w:w="3000"/>' * len(list(rows[0]))
    return f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{cells}</w:tbl>'


def parts(
    *body: str, styles: str = "", extra: Mapping[str, bytes] | None = None, properties: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """The parts of a Word file with this body."""
    relations = f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="word/document.xml"/>'
    types = f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/>'
    out: dict[str, bytes] = {}
    if properties:
        relations += f'<Relationship Id="rId2" Type="{REL}/custom-properties" Target="docProps/custom.xml"/>'
        types += '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
        items = "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{i}" name={quoteattr(k)}><vt:lpwstr>{escape(v)}</vt:lpwstr></property>'
            for i, (k, v) in enumerate(properties.items(), start=2)
        )
        out["docProps/custom.xml"] = (
            '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
            f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{items}</Properties>'
        ).encode()
    links = ""
    if styles:
        types += '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
        links += f'<Relationship Id="rId1" Type="{REL}/styles" Target="styles.xml"/>'
        out["word/styles.xml"] = f"<w:styles {NAMESPACES}>{styles}</w:styles>".encode()
    for number, name in enumerate(n for n in extra or {} if n.startswith("customXml/item") and "Props" not in n):
        links += f'<Relationship Id="rId{10 + number}" Type="{REL}/customXml" Target="../{name}"/>'
    package = "http://schemas.openxmlformats.org/package/2006"
    out["[Content_Types].xml"] = (
        f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    ).encode()
    out["_rels/.rels"] = f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>'.encode()
    out["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{package}/relationships">{links}</Relationships>'.encode()
    )
    out["word/document.xml"] = (
        f"<w:document {NAMESPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>".encode()
    )
    return out | dict(extra or {})


def package(*body: str, **more: Any) -> Package:
    found, findings = read_package(write_package(parts(*body, **more)), "file.docx")
    assert found is not None, findings
    return found


def read(*body: str, view: Any = "final", **more: Any) -> WordText:
    text, _ = read_docx(package(*body, **more), view)
    return text


def texts(*body: str, **more: Any) -> list[str]:
    return [paragraph.text for paragraph in read(*body, **more).paragraphs]


# ------------------------------------------------------------------------------------- one agreement


def _article(number: int, clause: str, heading: str, *blocks: Paragraph) -> Article:
    label = f"Article {number}"
    return Article(
        number, label, Paragraph(f"_ppp_{clause}_0", (Span("text", heading),), "heading", 0, label, clause, "0"), blocks
    )


def _block(clause: str, name: str, label: str, *spans: Span | str, level: int = 1, style: str = "block") -> Paragraph:
    made = tuple(Span("text", s) if isinstance(s, str) else s for s in spans)
    return Paragraph(f"_ppp_{clause}_{name.replace('.', '_')}", made, style, level, label, clause, name)


def _cell(number: int, text: str) -> Paragraph:
    block = f"1.{(number - 1) // 2}.{(number - 1) % 2 + 1}"  # the table has two columns
    return Paragraph(f"_ppp_annex_budget_c{number}", (Span("text", text),), "cell", 0, "", "annex:budget", block)


AGREEMENT = Agreement(
    language="fr",
    title="Hébergement d’urgence",
    kind="Convention de partenariat",
    reference="PPP-2026-014",
    version="0.3",
    draft=False,
    words={},
    parties=(
        (
            _block(
                "party_body",
                "1",
                "",
                "Œuvre & Fils <ASBL>, dont le siège est établi à Bruxelles",
                level=0,
                style="party",
            ),
        ),
    ),
    recitals=(
        _block("recital", "1", "", "que les familles « vulnérables » ont besoin d’un toit", level=0, style="recital"),
    ),
    articles=(
        _article(
            1,
            "object",
            "Objet",
            _block("object", "1", "1.1", "La Convention a pour objet l’hébergement de 320 familles."),
            _block("object", "2", "1.2", "Chaque Partenaire en assure la publicité."),
            Paragraph(
                "_ppp_term_grant",
                (Span("term", "« Subvention »"), Span("text", " : la somme de 250 000,00 €.")),
                "definition",
                0,
                "",
                "object",
                "t",
            ),
        ),
        _article(
            2,
            "repay",
            "Remboursement",
            _block("repay", "1", "2.1", "Le Bénéficiaire s’engage à rembourser sans délai la Subvention :"),
            _block(
                "repay",
                "1.a",
                "a)",
                "dont il n’a pas respecté les conditions, voir l’",
                Span("ref", "Article 1", "_ppp_object_0"),
                " ;",
                level=2,
            ),
            _block(
                "repay",
                "1.b",
                "b)",
                "dont il ne peut pas justifier l’emploi, voir l’",
                Span("ref", "Annexe 1", "_ppp_annex_budget_0"),
                ".",
                level=2,
            ),
            _block(
                "repay",
                "2",
                "2.2",
                "Le remboursement a lieu dans un délai de ",
                Span("slot", "30 jours", "days"),
                " à compter de la demande écrite.",
            ),
        ),
        _article(
            3,
            "audit",
            "Contrôle",
            _block("audit", "1", "3.1", "L’Autorité publique peut contrôler sur place."),
            _block(
                "audit",
                "2",
                "3.2",
                "Le Bénéficiaire conserve les pièces pendant ",
                Span("slot", "dix ans", "years"),
                ".",
            ),
        ),
    ),
    annexes=(
        Annex(
            1,
            "Annexe 1",
            Paragraph(
                "_ppp_annex_budget_0", (Span("text", "Budget"),), "annex-heading", 0, "Annexe 1", "annex:budget", "0"
            ),
            (
                Table(
                    "",
                    (_cell(1, "Poste"), _cell(2, "Montant")),
                    ((_cell(3, "Loyer"), _cell(4, "200 000,00 €")), (_cell(5, "Repas"), _cell(6, ""))),
                    (50, 50),
                    (False, True),
                ),
            ),
        ),
    ),
    signatures=((_block("sign", "1", "", "Fait à Bruxelles, en deux exemplaires", level=0, style="signature"),),),
    party_names=("Œuvre & Fils <ASBL>",),
    date="",
)


def plan() -> Plan:
    """The plan behind the agreement, as far as a manifest looks at it."""
    spec = Spec(Document("spec.yaml", "", {}, {}, {}), {"kind": "partnership"}, {}, "spec-digest")
    law = Law({}, {}, {}, {}, {}, {}, {}, "law-digest")
    clauses = tuple(
        PlannedClause(
            Clause(a.heading.clause, "1.0.0", 1, "article", "", None, {}, {}, (), (), (), (), {}, {}, "", {}),
            "",
            a.number,
            "",
            (),
            {},
        )
        for a in AGREEMENT.articles
    )
    return Plan(spec, law, Library({}, {}, {}, "library-digest"), clauses, (), "2026-12-10")


def manifest_bytes(agreement: Agreement = AGREEMENT, frame: tuple[str, ...] = ("ENTRE", "Table des matières")) -> bytes:
    return make_manifest(plan(), agreement, "0.1.0", {"facts": {"public_money": "federal"}}, frame)


def manifest(agreement: Agreement = AGREEMENT) -> Mapping[str, Any]:
    value, findings = read_manifest(manifest_bytes(agreement), "manifest.json")
    assert value is not None and findings == ()
    return value


def _runs(paragraph: Paragraph) -> Iterable[str]:
    for span in paragraph.spans:
        yield (
            field(f"REF {span.target} \\r \\h", t(span.text))
            if span.kind == "ref"
            else t(span.text or ("…………" if span.kind == "slot" else ""))
        )


def body_of(agreement: Agreement = AGREEMENT) -> dict[str, str]:
    """The body of the agreement as Word XML, one entry for each anchor, in document order; a table is one entry."""
    out = {"ENTRE": p("ENTRE")}

    def put(paragraph: Paragraph) -> str:
        return p(*_runs(paragraph), anchor=paragraph.anchor)

    flat = [x for group in agreement.parties for x in group] + list(agreement.recitals)
    flat += [x for article in agreement.articles for x in (article.heading, *article.paragraphs)]
    flat += [x for group in agreement.signatures for x in group]
    out |= {x.anchor: put(x) for x in flat}
    for annex in agreement.annexes:
        out[annex.heading.anchor] = put(annex.heading)
        for item in annex.body:
            if isinstance(item, Table):
                out["table"] = tbl([put(c) for c in item.header], *([put(c) for c in row] for row in item.rows))
            else:
                out[item.anchor] = put(item)
    return out
