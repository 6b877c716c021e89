"""A module imports only from layers below its own, and heavy packages stay where they belong."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "ppp_contracts"

# Lowest first. Modules of one layer do not import each other, unless the line below says so.
LAYERS = (
    {"__init__", "finding"},
    {"model", "codes"},
    {"letters", "pattern"},
    {"yamlio", "paths", "l10n", "markup", "output", "phrase"},
    {"keeping", "numerals"},
    {"messages", "schema", "conditions", "parameters"},
    {"fact"},
    {"rules", "files"},
    {"spec", "law", "library", "workspace"},
    {"plan", "inwords"},
    {"annexes", "compliance"},
    {"assembly", "passage"},
    {"flaws"},
    {"approval", "trap", "wording"},
    {"lint", "word.package", "word.styles", "word.toggles"},
    {"manifest", "word.reader", "word.template"},
    {"word.writer"},
    {"redline"},
    {"comparison"},
    {"playbook", "report", "starter", "validation"},
    {"workshop", "baseline", "formats.entries"},
    {"balance", "checking", "editor", "explanation", "surroundings", "formats.format"},
    {"record", "word.sheet"},
    {"building"},
    {"formats.text", "formats.json", "formats.sarif", "formats.junit", "formats.csv", "formats.baseline"},
    {"formats.markdown", "formats.table"},
    {"batch"},
    {"catalogue"},
    {"browsing"},
    {"pages.hypertext", "pages.links"},
    {"pages.frame"},
    {"pages.clauses", "pages.search"},
    {"pages.law", "pages.sources"},
    {"pages.codes", "pages.traps"},
    {"pages.site"},
    {"cli"},
)
ONLY_IN = {
    "click": {"cli"},
    "yaml": {"yamlio"},
    "docxtpl": {"word.template"},
    "docx": {"word.template", "word.writer"},
    "lxml": {"pages.links", "word.package", "word.reader", "word.template", "word.toggles", "word.writer"},
    "jinja2": {"word.template"},
    "babel": {"l10n"},
    "num2words": {"l10n"},
    "jsonschema": {"schema", "manifest"},
}
# Imports that go upwards inside a function, each for a reason: the annex tables name the paragraphs as the assembly does.
UPWARDS = {("annexes", "assembly"), ("compliance", "assembly")}


def modules() -> dict[str, Path]:
    return {
        ".".join(p.relative_to(PACKAGE).with_suffix("").parts): p
        for p in PACKAGE.rglob("*.py")
        if "data" not in p.parts
    }


def imports_of(name: str, path: Path) -> set[tuple[str, bool]]:
    """(imported module, of ours?) for every import of a module, also those inside functions."""
    out: set[tuple[str, bool]] = set()
    parts = name.split(".")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            out |= {(alias.name.split(".")[0], False) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            out.add(((node.module or "").split(".")[0], False))
        elif isinstance(node, ast.ImportFrom):
            base = [*parts[: len(parts) - node.level], *(node.module or "").split(".")]
            base = [b for b in base if b]
            for alias in node.names:
                whole = ".".join([*base, alias.name])
                out.add((whole if whole in modules() else ".".join(base) or "__init__", True))
    return out


def layer_of(module: str) -> int:
    name = "__init__" if module in ("", "__init__") else module
    return next((i for i, layer in enumerate(LAYERS) if name in layer), -1)


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_imports_only_from_layers_below(name: str) -> None:
    if name.endswith(".__init__"):  # of a folder: it holds a docstring
        assert not imports_of(name, modules()[name])
        return
    own = layer_of(name)
    assert own >= 0, f"{name} stands in no layer"
    for other, ours in imports_of(name, modules()[name]):
        if ours and (name, other) not in UPWARDS:
            assert 0 <= layer_of(other) < own, f"{name} imports {other}, which is not below it"


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_heavy_packages_stay_in_their_modules(package: str) -> None:
    users = {name for name, path in modules().items() if (package, False) in imports_of(name, path)}
    assert users <= ONLY_IN[package], f"{package} is imported in {sorted(users - ONLY_IN[package])}"


def test_the_layers_name_only_modules_that_exist() -> None:
    named = {name for layer in LAYERS for name in layer}
    assert named == {name for name in modules() if not name.endswith(".__init__")}
