"""Turns an agreement into its manifest, and the manifests of a Word file back into checked values.

A manifest says for every paragraph of a document which clause, block and words it stands for. The one inside a file is
a claim of whoever sent the file; `find_manifests` says so and never prefers it to the one beside the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from .codes import find
from .letters import in_form
from .library import approval_digest
from .model import Agreement, Annex, Article, Finding, Paragraph, Place, Plan, Table
from .word.package import BadXml, Package, parse_xml, related_parts

NAMESPACE = "https://ppp-contracts.example/ns/manifest/1"
ELEMENT = f"{{{NAMESPACE}}}manifest"
DIGEST_PROPERTY = "ppp-manifest-digest"
IDENTITY = ("reference", "version", "language")  # custom properties ppp-reference, …

REFERENCE = "\ufffc"  # stands in `bare` for the words that a reference shows
BLANK = "\ufffd"  # stands in `text` and `bare` for a slot that is still to be filled in

FORMAT = 1
MAX_BYTES = 16 * 2**20
MAX_PARAGRAPHS = 100_000

HEAD: Mapping[str, type] = {
    "tool": dict,
    "reference": str,
    "version": str,
    "kind": str,
    "language": str,
    "draft": bool,
    "as_of": str,
    "spec_digest": str,
    "library_digest": str,
    "law_digest": str,
    "facts": dict,
    "slots": list,
    "articles": list,
    "paragraphs": list,
    "frame": list,
}
ARTICLE: Mapping[str, type] = {
    "number": int,
    "label": str,
    "clause": str,
    "version": str,
    "alternative": str,
    "heading": str,
}
PARAGRAPH: Mapping[str, type] = {
    "anchor": str,
    "part": str,
    "article": int,
    "label": str,
    "clause": str,
    "block": str,
    "text": str,
    "bare": str,
    "digest": str,
    "refs": list,
}
PARTS = frozenset({"party", "recital", "article", "definition", "annex", "signature"})


@dataclass(frozen=True)
class Manifests:
    """The manifests of a Word file: the one kept beside it and the one inside."""

    beside: Mapping[str, Any] | None
    embedded: Mapping[str, Any] | None

    @property
    def best(self) -> Mapping[str, Any] | None:
        """The one to check against: what a partner cannot edit comes first."""
        return self.beside if self.beside is not None else self.embedded


# ------------------------------------------------------------------------------------------ sameness

_SAME = {
    "'": '‘’‚‛′‵‹›ʼʹ`´“”„‟″‶«»"＂＇〝〞〟❛❜❝❞',  # quotation marks and apostrophes
    "-": "‐‑‒–—―−⁃﹘﹣－",
    "": "\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff",  # seen by nobody
}
_TABLE = str.maketrans({char: same for same, chars in _SAME.items() for char in chars})
_AROUND_PUNCTUATION = re.compile(r" ?([^\w\s]) ?")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """The text without differences that change no meaning: spacing, kinds of quotation marks and dashes, Unicode forms.

    Letters, digits, case and all other punctuation count. Marks that reverse the direction of writing stay, for they
    change what a reader sees.
    """
    plain = in_form(text.translate(_TABLE), "NFKC").translate(_TABLE)
    spaced = _AROUND_PUNCTUATION.sub(r"\1", _SPACES.sub(" ", plain)).strip()
    return in_form(spaced, "NFKC")  # a combining mark may have lost the space that NFKC put before it


def digest_text(text: str) -> str:
    """The sha256 of the normalised text: equal for texts between which a reader sees no difference of meaning."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


# ------------------------------------------------------------------------------------------- privacy

_PRIVATE = re.compile(
    r"[^\s@,;:()<>«»“”]{1,64}@[^\s@,;:()<>«»“”]{1,254}\w"  # a mail address, as long as one may be (RFC 5321)
    r"|\b[A-Z]{2}[0-9]{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,4})?\b"  # an IBAN, in groups or not
    r"|\+[0-9](?:[ \u00a0./-]?[0-9]){6,14}"  # a telephone number
)


_NUMBERED = re.compile(r"[A-Z]{2}[0-9]{2}|\+[0-9]")  # what an account or telephone number cannot do without


def mask_private(text: str) -> str:
    """The text with mail addresses, account and telephone numbers as short digests: a change still shows, the value
    does not travel."""
    if "@" not in text and not _NUMBERED.search(text):
        return text
    return _PRIVATE.sub(lambda match: f"⟦{_short_digest(match[0])}⟧", text)


def _short_digest(value: str) -> str:
    return hashlib.sha256(re.sub(r"[\s\u00a0]", "", value).encode()).hexdigest()[:8]


# -------------------------------------------------------------------------------------------- making


def make_manifest(
    plan: Plan, agreement: Agreement, tool_version: str, facts: Mapping[str, Any], frame: Sequence[str] = ()
) -> bytes:
    """The manifest of an agreement as canonical JSON: the same agreement always gives the same bytes.

    `facts` are those that conditions use; `frame` the texts that the template and the writer bring themselves.
    """
    paragraphs = list(_entries(agreement))
    unmarked = [entry["text"] for entry in paragraphs if not entry["anchor"]]
    captions = [item.caption for annex in agreement.annexes for item in annex.body if isinstance(item, Table)]
    manifest = {
        "manifest": FORMAT,
        "tool": {"version": tool_version},
        "reference": agreement.reference,
        "version": agreement.version,
        "kind": str(plan.spec.data.get("kind", "")),
        "language": agreement.language,
        "draft": agreement.draft,
        "as_of": plan.as_of,
        "spec_digest": plan.spec.digest,
        "library_digest": plan.library.digest,
        "law_digest": plan.law.digest,
        "facts": facts,
        "slots": sorted(_checked_slots(plan), key=lambda slot: slot[:2]),
        "texts": sorted(_texts(plan, agreement.language)),
        "articles": _articles(plan, agreement),
        "paragraphs": [entry for entry in paragraphs if entry["anchor"]],
        "frame": sorted({normalise(text) for text in (*frame, *unmarked, *captions)} - {""}),
    }
    return _canonical(manifest)


def _texts(plan: Plan, language: str) -> set[tuple[str, str, str]]:
    """Clause, alternative and the digest that an approval names, of every text that went in."""
    return {
        (p.clause.id, p.alternative, approval_digest(p.clause, p.alternative, language))
        for p in plan.clauses
        if (p.alternative, language) in p.clause.texts
    }


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _articles(plan: Plan, agreement: Agreement) -> list[dict[str, Any]]:
    planned = {clause.number: clause for clause in plan.clauses if clause.clause.place == "article"}
    return [
        {
            "number": article.number,
            "label": article.label,
            "clause": planned[article.number].clause.id if article.number in planned else article.heading.clause,
            "version": planned[article.number].clause.version if article.number in planned else "",
            "alternative": planned[article.number].alternative if article.number in planned else "",
            "heading": _text(article.heading),
        }
        for article in agreement.articles
    ]


def _checked_slots(plan: Plan) -> Iterator[tuple[str, str, Any]]:
    """Clause, slot and value of the slots that an obligation looks at; no other value travels."""
    asked = {pair for obligation in plan.law.obligations.values() for pair in _slots_in(obligation.check)}
    for planned in plan.clauses:
        for name, bound in planned.slots.items():
            if (planned.clause.id, name) in asked:
                yield planned.clause.id, name, bound.value


def _slots_in(check: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if check.get("kind") == "slot":
        yield str(check["clause"]), str(check["slot"])
    for part in check.get("checks", ()):
        yield from _slots_in(part)


def _entries(agreement: Agreement) -> Iterator[dict[str, Any]]:
    for group in agreement.parties:
        yield from _run("party", 0, "", group)
    yield from _run("recital", 0, "", agreement.recitals)
    for article in agreement.articles:
        yield from _article_entries(article)
    for group in agreement.signatures:
        yield from _run("signature", 0, "", group)
    for annex in agreement.annexes:
        yield from _run("annex", 0, annex.label, _annex_paragraphs(annex))


def _article_entries(article: Article) -> Iterator[dict[str, Any]]:
    yield _entry("article", article.number, article.label, article.heading)
    yield from _run("article", article.number, "", article.paragraphs)


def _annex_paragraphs(annex: Annex) -> Iterator[Paragraph]:
    yield annex.heading
    for item in annex.body:
        if isinstance(item, Paragraph):
            yield item
            continue
        yield from item.header
        for row in item.rows:
            yield from row


def _run(part: str, article: int, label: str, paragraphs: Sequence[Paragraph] | Iterator[Paragraph]) -> Iterator[Any]:
    """The entries of a run of paragraphs. «a)» under «7.2» is labelled «7.2 a)»: a label says where it stands."""
    above: dict[int, str] = {}
    for paragraph in paragraphs:
        own = paragraph.label
        if paragraph.level > 1 and own and not own[0].isdigit():
            own = f"{above.get(paragraph.level - 1, '')} {own}".strip()
        above[paragraph.level] = own
        yield _entry(part, article, label or own, paragraph)


def _entry(part: str, article: int, label: str, paragraph: Paragraph) -> dict[str, Any]:
    shown = (REFERENCE if span.kind == "ref" else _shown(span.kind, span.text) for span in paragraph.spans)
    bare = mask_private("".join(shown))
    return {
        "anchor": paragraph.anchor,
        "part": "definition" if paragraph.style == "definition" else part,
        "article": article,
        "label": label,
        "clause": paragraph.clause,
        "block": paragraph.block,
        "text": _text(paragraph),
        "bare": bare,
        "digest": digest_text(bare),
        "refs": [span.target for span in paragraph.spans if span.kind == "ref"],
    }


def _text(paragraph: Paragraph) -> str:
    return mask_private("".join(_shown(span.kind, span.text) for span in paragraph.spans))


def _shown(kind: str, text: str) -> str:
    return BLANK if kind == "slot" and not text else text


# ------------------------------------------------------------------------------------------- reading


def read_manifest(data: bytes, file: str) -> tuple[Mapping[str, Any] | None, tuple[Finding, ...]]:
    """A manifest, or None where its form is wrong. A text that does not fit its digest is a finding, not a refusal."""
    place = Place(file)
    value = _load(data)
    wrong = _wrong_form(value)
    if wrong:
        return None, (find("PPP620", place, key=wrong),)
    misfits = [entry for entry in value["paragraphs"] if not _fits(entry)]
    if misfits:
        labels = [label for label, _ in groupby(str(entry["label"] or entry["clause"]) for entry in misfits)]
        return value, (find("PPP604", place, what=", ".join(labels[:5])),)
    return value, ()


def find_manifests(package: Package, beside: bytes | None) -> tuple[Manifests, tuple[Finding, ...]]:
    """The manifests for a Word file, checked one against the other and against the properties of the file."""
    findings: list[Finding] = []
    outer: Mapping[str, Any] | None = None
    if beside is not None:
        outer, found = read_manifest(beside, package.file)
        findings += found
    properties = _custom_properties(package)
    inner, found = _embedded(package, properties)
    findings += found
    place = Place(package.file)
    if outer is not None:
        findings += _compare_manifests(outer, inner, properties, place)
    elif inner is not None:
        findings.append(find("PPP609", place))
    elif not findings:
        findings.append(find("PPP603", place))
    return Manifests(outer, inner), tuple(findings)


def _compare_manifests(
    outer: Mapping[str, Any], inner: Mapping[str, Any] | None, properties: Mapping[str, str], place: Place
) -> Iterator[Finding]:
    """What the manifest beside a file and the file itself say differently: another document, or another text of it."""
    claimed = {key: str(inner[key]) if inner else properties.get(f"ppp-{key}", "") for key in IDENTITY}
    if any(claimed[key] not in ("", outer[key]) for key in IDENTITY):
        expected = " ".join(outer[key] for key in IDENTITY)
        yield find("PPP610", place, reference=" ".join(filter(None, claimed.values())), expected=expected)
    elif inner is not None:
        # Beside the file stands the digest of the file too, which cannot stand inside it.
        keys = sorted(k for k in {*inner, *outer} - {"document"} if inner.get(k) != outer.get(k))
        if keys:
            yield find("PPP604", place, what=", ".join(keys))
    elif properties.get(DIGEST_PROPERTY, "") not in ("", _digest_inside(outer)):
        yield find("PPP604", place, what=DIGEST_PROPERTY)  # another build of the same version


def _digest_inside(manifest: Mapping[str, Any]) -> str:
    """The digest of the manifest as it stands inside the file."""
    return hashlib.sha256(_canonical({k: v for k, v in manifest.items() if k != "document"})).hexdigest()


def _canonical(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _embedded(package: Package, properties: Mapping[str, str]) -> tuple[Mapping[str, Any] | None, tuple[Finding, ...]]:
    """The manifest in the custom XML parts; the digests of element and property must be its own."""
    place = Place(package.file)
    elements = list(_manifest_elements(package))
    if not elements:
        return None, ()
    claimed, text = elements[0]
    raw = text.encode()
    manifest, findings = read_manifest(raw, package.file)
    digests = {claim for claim in (claimed, properties.get(DIGEST_PROPERTY, "")) if claim}
    if digests != {hashlib.sha256(raw).hexdigest()} or len(elements) > 1:
        findings = (*findings, find("PPP604", place, what=DIGEST_PROPERTY))
    return manifest, findings


def _manifest_elements(package: Package) -> Iterator[tuple[str, str]]:
    """Digest and text of every manifest element; a renamed part is still found."""
    for name in sorted(package.parts):
        content = package.parts[name]
        if not name.lower().startswith("customxml/") or NAMESPACE.encode() not in content:
            continue
        try:
            root = parse_xml(content)
        except BadXml:
            continue
        if root.tag == ELEMENT:
            yield str(root.get("digest", "")).removeprefix("sha256:"), (root.text or "").strip()


def _custom_properties(package: Package) -> dict[str, str]:
    properties: dict[str, str] = {}
    for part in related_parts(package, "", "custom-properties"):
        try:
            root = parse_xml(package.parts.get(part, b""))
        except BadXml:
            continue
        properties |= {str(item.get("name")): "".join(str(text) for text in item.itertext()).strip() for item in root}
    return properties


# ---------------------------------------------------------------------------------------------- form


def _load(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        return None
    try:
        value = json.loads(data.decode(), parse_constant=_refuse)
        if b"\\u" in data:  # half a surrogate pair is no text
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _wrong_form(value: Any) -> str:
    """The first key that is missing or holds the wrong kind of value, "" if there is none."""
    if not isinstance(value, dict) or value.get("manifest") != FORMAT:
        return "manifest"
    wrong = _wrong_keys(value, HEAD, "")
    if wrong:
        return wrong
    if len(value["paragraphs"]) > MAX_PARAGRAPHS:
        return "paragraphs"
    tables = (("articles", ARTICLE), ("paragraphs", PARAGRAPH))
    for name, keys in tables:
        for number, item in enumerate(value[name]):
            wrong = _wrong_keys(item, keys, f"{name}[{number}]")
            if wrong:
                return wrong
    return _wrong_values(value)


def _wrong_keys(item: Any, keys: Mapping[str, type], path: str) -> str:
    if not isinstance(item, dict):
        return path
    # type(), not isinstance: True is an int, and no article number
    return next((f"{path}.{key}".lstrip(".") for key, kind in keys.items() if type(item.get(key)) is not kind), "")


def _wrong_values(value: Mapping[str, Any]) -> str:
    anchors: set[str] = set()
    for number, entry in enumerate(value["paragraphs"]):
        if entry["part"] not in PARTS or not all(isinstance(ref, str) for ref in entry["refs"]):
            return f"paragraphs[{number}]"
        if entry["anchor"] in anchors:
            return f"paragraphs[{number}].anchor"
        anchors.add(entry["anchor"])
    if not all(isinstance(text, str) for text in value["frame"]):
        return "frame"
    texts = value.get("texts", [])  # absent in what an older program wrote
    if not isinstance(texts, list) or not all(
        isinstance(t, list) and len(t) == 3 and all(isinstance(part, str) for part in t) for t in texts
    ):
        return "texts"
    slots_fit = all(
        isinstance(s, list) and len(s) == 3 and isinstance(s[0], str) and isinstance(s[1], str) for s in value["slots"]
    )
    return "" if slots_fit else "slots"


def _fits(entry: Mapping[str, Any]) -> bool:
    """Whether digest, bare text and whole text belong together."""
    if digest_text(entry["bare"]) != entry["digest"]:
        return False
    pieces = str(entry["bare"]).split(REFERENCE)
    at, text = 0, str(entry["text"])
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return text.startswith(pieces[0]) and text.endswith(pieces[-1])
