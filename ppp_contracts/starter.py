"""A kind of agreement in, a commented starter spec out: `templates/starter-<kind>.yaml`, else one made from the kind's example.

What only the officer knows stands as `[à compléter]`, which no check lets pass.
"""

from __future__ import annotations

import re
from pathlib import Path

from .paths import data_root

BLANK = '"[à compléter]"'
_HEADER = """\
# FR  Ce départ vient d’un exemple inventé. Remplacez chaque « [à compléter] », puis tout ce qui ne dit pas votre cas.
# NL  Dit vertrekpunt komt uit een verzonnen voorbeeld. Vervang elke “[à compléter]”, en daarna alles wat uw geval niet beschrijft.
# DE  Diese Vorlage stammt aus einem erfundenen Beispiel. Ersetzen Sie jedes „[à compléter]“, dann alles, was Ihren Fall nicht beschreibt.
# EN  This starter comes from an invented example. Replace each “[à compléter]”, then all that does not describe your case.
"""
# What is the example's own and never the officer's: the name of a file, the parties and their numbers.
_OWN = (
    (re.compile(r"(?m)^(reference: ).*$"), rf"\g<1>{BLANK}"),
    (re.compile(r"(?m)^(    (?:name|enterprise_number): ).*$"), rf"\g<1>{BLANK}"),
    (re.compile(r"(\biban: )[A-Z]{2}[0-9]{2}[A-Z0-9 ]+"), rf"\g<1>{BLANK}"),
)
_KIND = re.compile(r"(?m)^kind: ([a-z-]+)\s*$")


def kinds() -> tuple[str, ...]:
    """The kinds that have a starter: every kind that is not refused."""
    return tuple(sorted({*_written(), *examples()}))


def _written() -> dict[str, Path]:
    return {file.stem.removeprefix("starter-"): file for file in (data_root() / "templates").glob("starter-*.yaml")}


def example_files() -> tuple[Path, ...]:
    """Every example spec, by name."""
    return tuple(sorted((data_root() / "examples").glob("*.yaml")))


def examples() -> dict[str, Path]:
    """An example spec of each kind; the one that is named after its kind when there are several."""
    found: dict[str, Path] = {}
    for file in example_files():
        kind = _KIND.search(file.read_text(encoding="utf-8"))
        if kind and (kind[1] not in found or file.stem == kind[1]):
            found[kind[1]] = file
    return found


def starter(kind: str) -> str:
    """The commented starter spec of a kind."""
    written = _written().get(kind)
    if written:
        return written.read_text(encoding="utf-8")
    first, _, rest = examples()[kind].read_text(encoding="utf-8").partition("\n")
    kept = re.sub(r"\A(?:#.*\n)*", "", rest)  # what the example says of itself
    for pattern, blank in _OWN:
        kept = pattern.sub(blank, kept)
    return f"{first}\n{_HEADER}{kept}"
