"""House templates of strangers: what one may say, and what is refused before anything is rendered."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from conftest import ROOT
from test_mutations import built

from ppp_contracts.building import load_house_template
from ppp_contracts.word.template import Template, escape, load_template
from ppp_contracts.word.writer import write_docx

SHIPPED = (ROOT / "templates" / "agreement.docx").read_bytes()


def changed(old: str, new: str, part: str = "word/document.xml") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(SHIPPED)) as archive, zipfile.ZipFile(out, "w") as target:
        for name in archive.namelist():
            text = archive.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            target.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("code", "new"),
    [
        ("PPP503", "{{ client }}"),
        ("PPP503", "{{ title.__class__ }}"),
        ("PPP503", "{{ words.draft.__class__.__mro__ }}"),
        ("PPP503", "{{ cycler }}"),
        ("PPP504", "{{ title() }}"),
        ("PPP504", "{{ words['draft'] }}"),
        ("PPP504", "{{ 'x' * 999999999 }}"),
        ("PPP504", "{% for a in party_names %}{% for b in party_names %}x{% endfor %}{% endfor %}"),
        ("PPP504", "{% for a in title %}x{% endfor %}"),
        ("PPP504", "{% include 'secret' %}"),
        ("PPP504", "{% if %}"),
        ("PPP504", "{{ range(10) }}"),
        ("PPP504", "{{ title|attr('x') }}"),
        ("PPP504", "{% set x = 3 %}"),
        ("PPP504", "{% macro m() %}{% endmacro %}"),
    ],
)
def test_what_a_template_may_not_say(code: str, new: str) -> None:
    template, findings = load_template(changed("{{ title }}", new), "t.docx")
    assert template is None
    assert code in {f.code for f in findings}


def test_a_template_without_a_place_for_the_articles() -> None:
    template, findings = load_template(changed("{{p articles }}", "articles"), "t.docx")
    assert template is None
    assert [(f.code, dict(f.params)["name"]) for f in findings] == [("PPP505", "articles")]


def test_a_template_may_drop_and_move_fields() -> None:
    template, findings = load_template(changed("{{ title }}", "{{ title|upper }} – {{ reference }}"), "t.docx")
    assert findings == () and template is not None


def test_what_docxtpl_made_of_a_template_can_be_kept_as_data() -> None:
    import json

    template, _ = load_house_template()
    again = Template.from_data(json.loads(json.dumps(template.to_data())))
    plan, document, manifest = built("family-shelter", "fr")
    from ppp_contracts.assembly import assemble

    assert write_docx(assemble(plan, "fr")[0], again, manifest) == document


def test_the_script_makes_the_shipped_template(tmp_path: object) -> None:
    import runpy

    parts = runpy.run_path(str(ROOT / "templates" / "make_template.py"))["PARTS"]
    from ppp_contracts.word.package import write_package

    assert write_package({name: text.encode() for name, text in parts.items()}) == SHIPPED


def test_xml_forbids_some_characters() -> None:
    assert escape('a\x00\x0b<&>"\ufffe') == "a\ufffd\ufffd&lt;&amp;&gt;&quot;\ufffd"
