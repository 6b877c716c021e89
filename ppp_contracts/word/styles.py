"""Which named style of the house template each role of a paragraph takes. Python sets no font, size or colour."""

from __future__ import annotations

from collections.abc import Mapping

# Paragraph.style (and level, for blocks) -> the id of the style in the template.
STYLES: Mapping[str, str] = {
    "heading": "Heading1",
    "block-1": "PPPBlock1",
    "block-2": "PPPBlock2",
    "block-3": "PPPBlock3",
    "definition": "PPPDefinition",
    "party": "PPPParty",
    "party-first": "PPPParty1",
    "recital": "PPPRecital",
    "signature": "PPPSignature",
    "annex-heading": "PPPAnnexHeading",
    "annex-text": "PPPAnnexText",
    "cell": "PPPCell",
    "cell-number": "PPPCellNumber",
    "cell-header": "PPPCellHeader",
    "cell-header-number": "PPPCellHeaderNumber",
    "contents": "TOC1",
    "term": "PPPTerm",
    "link": "Hyperlink",
    "blank": "PlaceholderText",
    "table": "PPPTable",
    "signatures": "PPPSignatures",
}
NUMBERED = ("Heading1", "PPPBlock1", "PPPBlock2", "PPPBlock3")
