"""Manifests: canonical when made, checked when read, never believed because they stand inside a file."""

from __future__ import annotations

import hashlib
import json
from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape

import pytest
from cases import replace
from hypothesis import given
from hypothesis import strategies as st
from wordfiles import AGREEMENT, manifest, manifest_bytes, p, package, plan

from ppp_contracts.manifest import (
    BLANK,
    DIGEST_PROPERTY,
    NAMESPACE,
    digest_text,
    find_manifests,
    make_manifest,
    mask_private,
    normalise,
    read_manifest,
)
from ppp_contracts.model import BoundSlot, Slot, Span
from ppp_contracts.word.package import Package

# --------------------------------------------------------------------------------------------- sameness

SAME = [
    ("l'Autorité", "l’Autorité"),
    ("« familles »", "“familles”"),
    ("« familles »", "«\u202ffamilles\u00a0»"),
    ("partie :", "partie:"),
    ("partie\u00a0: une", "partie : une"),
    ("12\u202f345,67\u00a0€", "12 345,67 €"),
    ("€ 12.345,67", "€\u00a012.345,67"),
    ("vis-à-vis", "vis\u2011à\u2011vis"),
    ("lundi – vendredi", "lundi-vendredi"),
    ("héber\u00adgement", "hébergement"),
    ("e\u0301quipe", "équipe"),
    ("ﬁnances", "finances"),
    (" a\tb\n c ", "a b c"),
    ("a\u200bb\ufeff", "ab"),
    ("fin…", "fin..."),
]
DIFFERENT = [
    ("s’engage à", "peut"),
    ("la Partie", "la partie"),
    ("30 jours", "60 jours"),
    ("a, b", "a b"),
    ("pour suivre", "poursuivre"),
    ("10 000", "10000"),
    ("50 %", "50"),
    ("été", "ete"),
    ("abc", "\u202eabc"),
    ("а", "a"),  # Cyrillic and Latin
    ("", "x"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_differences_that_are_none(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_differences_that_count(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text())
def test_to_normalise_twice_is_to_normalise_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


# --------------------------------------------------------------------------------------------- making


def test_the_same_agreement_gives_the_same_bytes() -> None:
    data = manifest_bytes()
    assert data == manifest_bytes()
    assert data == json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert b"\n" not in data


def test_every_paragraph_is_listed_in_document_order() -> None:
    entries = manifest()["paragraphs"]
    assert [e["label"] for e in entries if e["part"] in ("article", "definition")] == [
        "Article 1",
        "1.1",
        "1.2",
        "",
        "Article 2",
        "2.1",
        "2.1 a)",
        "2.1 b)",
        "2.2",
        "Article 3",
        "3.1",
        "3.2",
    ]
    parts = [e["part"] for e in entries]
    assert list(dict.fromkeys(parts)) == ["party", "recital", "article", "definition", "signature", "annex"]
    assert {e["label"] for e in entries if e["part"] == "annex"} == {"Annexe 1"}
    assert len(entries) == 22


def test_references_are_left_out_of_the_bare_text() -> None:
    entry = next(e for e in manifest()["paragraphs"] if e["label"] == "2.1 a)")
    assert entry["text"].endswith("voir l’Article 1 ;")
    assert entry["bare"].endswith("voir l’\ufffc ;")
    assert entry["refs"] == ["_ppp_object_0"]
    assert (
        entry["digest"] == hashlib.sha256(normalise(entry["bare"]).encode()).hexdigest() == digest_text(entry["bare"])
    )


def test_the_head_says_what_went_in() -> None:
    value = manifest()
    assert (value["manifest"], value["tool"], value["kind"], value["language"]) == (
        1,
        {"version": "0.1.0"},
        "partnership",
        "fr",
    )
    assert (value["spec_digest"], value["library_digest"], value["law_digest"]) == (
        "spec-digest",
        "library-digest",
        "law-digest",
    )
    assert value["articles"][1] == {
        "number": 2,
        "label": "Article 2",
        "clause": "repay",
        "version": "1.0.0",
        "alternative": "",
        "heading": "Remboursement",
    }
    assert value["frame"] == sorted(normalise(x) for x in ("ENTRE", "Table des matières"))


def test_only_slots_that_an_obligation_looks_at_travel() -> None:
    made = plan()
    obligation = SimpleNamespace(
        check={
            "kind": "all-of",
            "checks": [{"kind": "stated"}, {"kind": "slot", "clause": "repay", "slot": "days", "at_most": 30}],
        }
    )
    slot = BoundSlot(Slot("days", "duration"), "30 days", "spec", "deadlines.repayment")
    iban = BoundSlot(Slot("iban", "iban"), "BE68 5390 0754 7034", "spec", "parties[0].account.iban")
    clauses = tuple(replace(c, slots={"days": slot, "iban": iban}) for c in made.clauses)
    asked = replace(made, law=replace(made.law, obligations={"audit.repayment": obligation}), clauses=clauses)  # type: ignore[dict-item]
    assert json.loads(make_manifest(asked, AGREEMENT, "0.1.0", {}))["slots"] == [["repay", "days", "30 days"]]


def test_a_blank_is_marked() -> None:
    article = AGREEMENT.articles[2]
    blank = replace(article.paragraphs[1], spans=(Span("text", "pendant "), Span("slot", "", "years")))
    made = replace(
        AGREEMENT, articles=(*AGREEMENT.articles[:2], replace(article, paragraphs=(article.paragraphs[0], blank)))
    )
    assert next(e for e in manifest(made)["paragraphs"] if e["label"] == "3.2")["text"] == f"pendant {BLANK}"


# -------------------------------------------------------------------------------------------- reading


def changed(**keys: Any) -> bytes:
    return json.dumps(json.loads(manifest_bytes()) | keys).encode()


BAD = {
    "no JSON": (b"{", "manifest"),
    "no UTF-8": (b"\xff", "manifest"),
    "half a character": (changed(reference="\ud800"), "manifest"),
    "not an object": (b"[]", "manifest"),
    "another format": (changed(manifest=2), "manifest"),
    "a number of 5000 digits": (b'{"manifest": ' + b"1" * 5000 + b"}", "manifest"),
    "nested without end": (b"[" * 100_000, "manifest"),
    "not a number": (b'{"manifest": NaN}', "manifest"),
    "draft is no yes or no": (changed(draft="no"), "draft"),
    "no paragraphs": (changed(paragraphs=None), "paragraphs"),
    "a paragraph is no object": (changed(paragraphs=[1]), "paragraphs[0]"),
    "a paragraph lacks a key": (changed(paragraphs=[{}]), "paragraphs[0].anchor"),
    "an article number is yes": (changed(articles=[{"number": True}]), "articles[0].number"),
    "the same anchor twice": (
        changed(paragraphs=json.loads(manifest_bytes())["paragraphs"][:1] * 2),
        "paragraphs[1].anchor",
    ),
    "an unknown part": (
        changed(paragraphs=[json.loads(manifest_bytes())["paragraphs"][0] | {"part": "x"}]),
        "paragraphs[0]",
    ),
    "a slot without a value": (changed(slots=[["a", "b"]]), "slots"),
    "a frame of numbers": (changed(frame=[1]), "frame"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_manifest_of_the_wrong_form_is_refused(name: str) -> None:
    data, key = BAD[name]
    value, findings = read_manifest(data, "m.json")
    assert value is None
    assert [(f.code, dict(f.params), f.place.file) for f in findings] == [("PPP620", {"key": key}, "m.json")]


@pytest.mark.parametrize(
    ("key", "value"),
    [("bare", "Le Bénéficiaire peut rembourser"), ("text", "Le Bénéficiaire peut rembourser"), ("digest", "0" * 64)],
)
def test_a_text_that_does_not_fit_its_digest_is_named(key: str, value: str) -> None:
    data = json.loads(manifest_bytes())
    next(e for e in data["paragraphs"] if e["label"] == "2.1")[key] = value
    read, findings = read_manifest(json.dumps(data).encode(), "m.json")
    assert read is not None
    assert [(f.code, dict(f.params)) for f in findings] == [("PPP604", {"what": "2.1"})]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_read_without_an_exception(value: Any) -> None:
    assert read_manifest(json.dumps(value).encode(), "m.json")[0] is None


# --------------------------------------------------------------------------------------- in a Word file


def with_manifest(
    data: bytes | None, digest: str = "", name: str = "customXml/item1.xml", **properties: str
) -> Package:
    extra = {}
    own = hashlib.sha256(data).hexdigest() if data else ""
    if data is not None:
        element = (
            f'<ppp:manifest xmlns:ppp="{NAMESPACE}" digest="{digest or own}">{escape(data.decode())}</ppp:manifest>'
        )
        extra[name] = element.encode()
    known = {DIGEST_PROPERTY: own, "ppp-reference": "PPP-2026-014", "ppp-version": "0.3", "ppp-language": "fr"}
    return package(
        p("a"),
        extra=extra,
        properties={k: v for k, v in (known | {k.replace("_", "-"): v for k, v in properties.items()}).items() if v},
    )


def codes_of(found: Package, beside: bytes | None) -> list[str]:
    return [f.code for f in find_manifests(found, beside)[1]]


GOOD = manifest_bytes()
OTHER = manifest_bytes(replace(AGREEMENT, version="0.4"))


def test_the_manifest_beside_the_file_is_preferred() -> None:
    found, findings = find_manifests(with_manifest(GOOD), GOOD)
    assert findings == ()
    assert found.best is found.beside and found.embedded == found.beside


def test_the_one_beside_may_be_laid_out_for_people_and_name_the_file() -> None:
    beside = json.dumps(json.loads(GOOD) | {"document": {"file": "a.docx", "sha256": "0" * 64}}, indent=1).encode()
    assert codes_of(with_manifest(GOOD), beside) == []


def test_the_files_own_manifest_is_a_claim() -> None:
    found, findings = find_manifests(with_manifest(GOOD), None)
    assert found.beside is None and found.best == json.loads(GOOD)
    assert [f.code for f in findings] == ["PPP609"]


def test_no_manifest_at_all() -> None:
    found, findings = find_manifests(package(p("a")), None)
    assert found.best is None
    assert [f.code for f in findings] == ["PPP603"]


def test_the_manifest_inside_may_be_lost() -> None:
    assert codes_of(with_manifest(None), GOOD) == []


def test_the_digest_outlives_the_manifest_inside() -> None:
    own = hashlib.sha256(GOOD).hexdigest()
    assert codes_of(with_manifest(None, ppp_manifest_digest=own), GOOD) == []
    assert codes_of(with_manifest(None, ppp_manifest_digest="0" * 64), GOOD) == ["PPP604"]


def test_a_renamed_part_is_found() -> None:
    assert codes_of(with_manifest(GOOD, name="customXml/item7.xml"), GOOD) == []


def test_tampering_shows() -> None:
    assert codes_of(with_manifest(GOOD, digest="0" * 64), GOOD) == ["PPP604"]
    assert codes_of(with_manifest(GOOD, ppp_manifest_digest="0" * 64), None) == ["PPP604", "PPP609"]
    softened = json.loads(GOOD)
    entry = next(e for e in softened["paragraphs"] if e["label"] == "2.1")
    entry["text"] = entry["bare"] = "Le Bénéficiaire peut rembourser."
    entry["digest"] = digest_text(entry["bare"])
    recomputed = json.dumps(softened, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    findings = find_manifests(with_manifest(recomputed), GOOD)[1]
    assert [(f.code, dict(f.params)) for f in findings] == [("PPP604", {"what": "paragraphs"})]


def test_two_manifests_inside_are_one_too_many() -> None:
    one = with_manifest(GOOD)
    two = replace(one, parts={**one.parts, "customXml/item2.xml": one.parts["customXml/item1.xml"]})
    assert codes_of(two, GOOD) == ["PPP604"]


def test_a_manifest_of_another_document() -> None:
    assert codes_of(with_manifest(GOOD), OTHER) == ["PPP610"]
    findings = find_manifests(with_manifest(None, ppp_language="nl"), GOOD)[1]
    assert [(f.code, dict(f.params)) for f in findings] == [
        ("PPP610", {"reference": "PPP-2026-014 0.3 nl", "expected": "PPP-2026-014 0.3 fr"})
    ]


def test_an_unreadable_manifest_is_said_once() -> None:
    assert codes_of(with_manifest(b"{}"), None) == ["PPP620"]
    assert codes_of(package(p("a")), b"{}") == ["PPP620"]


def test_broken_parts_do_not_raise() -> None:
    one = with_manifest(GOOD)
    broken = replace(one, parts={**one.parts, "customXml/item1.xml": NAMESPACE.encode(), "docProps/custom.xml": b"<"})
    assert codes_of(broken, None) == ["PPP603"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("écrire à integrite@toits-ouverts.example, merci", "integrite@toits-ouverts.example"),
        ("compte BE71 0961 2345 6769 auprès de", "BE71 0961 2345 6769"),
        ("compte BE71\u00a00961\u00a02345\u00a06769", "BE71\u00a00961\u00a02345\u00a06769"),
        ("tél. +32 2 555 01 10", "+32 2 555 01 10"),
    ],
)
def test_no_mail_address_account_or_telephone_number_travels(text: str, hidden: str) -> None:
    masked = mask_private(text)
    assert hidden not in masked
    assert mask_private(masked) == masked
    assert mask_private(text.replace(hidden[-1], "9" if hidden[-1] != "9" else "8")) != masked


def test_ordinary_numbers_are_left_alone() -> None:
    for text in (
        "0447.203.553",
        "250 000,00 €",
        "le 10 décembre 2026",
        "AM-2026-1187",
        "RPM Bruxelles",
        "article 28, paragraphe 3",
    ):
        assert mask_private(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500_000 + " @",
        "x" + "\u00a0" * 500_000 + "x",
        "a" + "\u0301\u0323" * 100_000,
        "+1" + " 1" * 100_000,
        "." * 500_000,
    ],
    ids=["letters before an at", "spaces", "marks", "digits", "points"],
)
def test_hostile_texts_are_compared_in_bounded_time(text: str) -> None:
    """Each of these took minutes: quadratic patterns, and the sorting of marks on one letter."""
    assert normalise(mask_private(text)) == normalise(mask_private(text))
    assert normalise(text + "a") != normalise(text + "b")
