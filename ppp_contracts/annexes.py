"""The facts of a spec in, the tables of an annex out: who does what, money, dates, indicators, data, contacts.

An annex is generated, never drafted: it says again, as tables, what the spec says once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from . import l10n
from .model import Paragraph, Span, Table
from .paths import items, mapping, mappings, texts

if TYPE_CHECKING:
    from .assembly import Voice

Column = tuple[str, int, bool]  # (name in the label table `column`, width in percent, an amount?)
Row = Sequence[str]
MAX_DATES = 400  # rows of the reporting calendar


def build_annex(voice: Voice, name: str) -> Iterator[Paragraph | Table]:
    """What stands in the annex with that name, after its heading."""
    yield from _BUILDERS[name](voice)


def _section(voice: Voice, *path: str) -> Any:
    value: Any = voice.plan.spec.data
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _table(
    voice: Voice, annex: str, number: int, columns: Sequence[Column], rows: Sequence[Row], total: bool = False
) -> Table:
    from .assembly import anchor_of

    def cell(row: int, column: int, text: str, style: str) -> Paragraph:
        block = f"{number}.{row}.{column + 1}"
        return Paragraph(
            anchor_of(f"annex_{annex}", f"t{number}_r{row}_c{column + 1}"),
            (Span("text", text),),
            style,
            0,
            "",
            f"annex:{annex}",
            block,
        )

    styles = ["cell-number" if numeric else "cell" for _, _, numeric in columns]
    heads = ["cell-header-number" if numeric else "cell-header" for _, _, numeric in columns]
    header = tuple(cell(0, i, voice.label("column", name), heads[i]) for i, (name, _, _) in enumerate(columns))
    body = tuple(
        tuple(cell(r, i, text or "–", styles[i]) for i, text in enumerate(row)) for r, row in enumerate(rows, 1)
    )
    caption = voice.label("annex", annex)
    return Table(caption, header, body, tuple(w for _, w, _ in columns), tuple(n for _, _, n in columns), total)


def _heading(voice: Voice, annex: str, number: int, word: str) -> Paragraph:
    from .assembly import anchor_of

    anchor = anchor_of(f"annex_{annex}", f"h{number}")
    return Paragraph(
        anchor, (Span("text", voice.label("caption", word)),), "annex-text", 0, "", f"annex:{annex}", f"h{number}"
    )


def _responsibilities(voice: Voice) -> Iterator[Paragraph | Table]:
    columns = [
        ("id", 6, False),
        ("task", 25, False),
        ("lead", 17, False),
        ("support", 16, False),
        ("approval", 16, False),
        ("deliverable", 20, False),
    ]
    rows = []
    for item in mappings(_section(voice, "responsibilities")):
        due = voice.date(item.get("due"))
        deliverable = voice.text(item.get("deliverable"))
        rows.append(
            (
                str(item.get("id", "")),
                voice.text(item.get("task")),
                voice.party(item.get("lead", "")),
                voice.parties(item.get("support") or []) if item.get("support") else "",
                voice.party(item["approval"]) if item.get("approval") else "",
                f"{deliverable} ({due})" if due else deliverable,
            )
        )
    yield _table(voice, "responsibilities", 1, columns, rows)


def _budget(voice: Voice) -> Iterator[Paragraph | Table]:
    contributions = mappings(_section(voice, "resources", "contributions"))
    lines = mappings(_section(voice, "resources", "budget"))
    if contributions:
        yield _heading(voice, "budget", 1, "contributions")
        columns = [
            ("id", 7, False),
            ("party", 18, False),
            ("type", 15, False),
            ("description", 23, False),
            ("valuation", 20, False),
            ("value", 17, True),
        ]
        rows = [
            (
                str(item.get("id", "")),
                voice.party(item.get("party", "")),
                voice.label("contribution_type", item.get("type", "")),
                voice.text(item.get("description")),
                voice.text(item.get("valuation")),
                voice.amount(item.get("value", 0)),
            )
            for item in contributions
        ]
        yield _table(voice, "budget", 1, columns, [*rows, _total(voice, contributions, "value", 6)], total=True)
    if lines:
        yield _heading(voice, "budget", 2, "budget_lines")
        columns = [
            ("id", 7, False),
            ("result", 11, False),
            ("category", 18, False),
            ("description", 28, False),
            ("funded_by", 19, False),
            ("amount", 17, True),
        ]
        rows = [
            (
                str(item.get("id", "")),
                str(item.get("result", "")),
                voice.label("budget_category", item.get("category", "")),
                voice.text(item.get("description")),
                voice.party(item.get("funded_by", "")),
                voice.amount(item.get("amount", 0)),
            )
            for item in lines
        ]
        yield _table(voice, "budget", 2, columns, [*rows, _total(voice, lines, "amount", 6)], total=True)
        yield _heading(voice, "budget", 3, "budget_by_result")
        yield _table(voice, "budget", 3, [("result", 60, False), ("amount", 40, True)], _sums(voice, lines), total=True)


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)  # the schema reports it


def _total(voice: Voice, items: Sequence[Mapping[str, Any]], key: str, width: int) -> Row:
    total = sum((_decimal(item.get(key, 0)) for item in items), Decimal(0))
    return (voice.label("column", "total"), *[" "] * (width - 2), voice.amount(total))


def _sums(voice: Voice, lines: Sequence[Mapping[str, Any]]) -> list[Row]:
    sums: dict[str, Decimal] = {}
    for item in lines:
        name = str(item.get("result", ""))
        sums[name] = sums.get(name, Decimal(0)) + _decimal(item.get("amount", 0))
    statements = {
        str(r.get("id")): voice.text(r.get("statement")) for r in mappings(_section(voice, "purpose", "results"))
    }
    rows = [
        (f"{name} – {statements[name]}" if statements.get(name) else name, voice.amount(value))
        for name, value in sums.items()
    ]
    return [*rows, (voice.label("column", "total"), voice.amount(sum(sums.values(), Decimal(0))))]


def _instalments(voice: Voice) -> Iterator[Paragraph | Table]:
    items = mappings(_section(voice, "resources", "instalments"))
    columns = [
        ("id", 7, False),
        ("from", 18, False),
        ("to", 18, False),
        ("trigger", 24, False),
        ("due", 16, False),
        ("amount", 17, True),
    ]
    rows = [
        (
            str(item.get("id", "")),
            voice.party(item.get("from", "")),
            voice.party(item.get("to", "")),
            voice.text(item.get("trigger")),
            voice.date(item.get("due")),
            voice.amount(item.get("amount", 0)),
        )
        for item in items
    ]
    yield _table(voice, "instalments", 1, columns, rows)


def reporting_calendar(data: Mapping[str, Any]) -> list[tuple[str, str, str, str, bool]]:
    """Every report that the spec asks for: (duty id, from, to, due, final), dates ISO and inclusive.

    A report on a period is due so many days after its last day; the final report, where its own delay is given, covers
    the whole term. A calendar that would pass `MAX_DATES` rows is cut there.
    """
    term = mapping(data.get("term"))
    start, end = str(term.get("start", "")), str(term.get("end", ""))
    out: list[tuple[str, str, str, str, bool]] = []
    for item in mappings(data.get("reporting")):
        name, every = str(item.get("id", "")), str(item.get("every", ""))
        try:
            if every == "once":
                out.append((name, start, end, str(item.get("due", "")), False))
            else:
                for since, until in l10n.periods(start, end, every)[:MAX_DATES]:
                    out.append(
                        (name, since, until, l10n.add_duration(until, str(item.get("within", "30 days"))), False)
                    )
            if item.get("final_within"):
                out.append((name, start, end, l10n.add_duration(end, str(item["final_within"])), True))
        except (ValueError, OverflowError, TypeError):
            continue  # a date or duration that is none: the schema and the rules report it
    return sorted(out[:MAX_DATES], key=lambda row: (row[3], row[0], row[4]))


def _reporting(voice: Voice) -> Iterator[Paragraph | Table]:
    duties = {str(item.get("id", "")): item for item in mappings(_section(voice, "reporting"))}
    yield _heading(voice, "reporting", 1, "reporting_duties")
    columns = [
        ("id", 7, False),
        ("report", 20, False),
        ("from", 20, False),
        ("to", 23, False),
        ("every", 14, False),
        ("within", 16, False),
    ]
    yield _table(voice, "reporting", 1, columns, [_duty(voice, name, item) for name, item in duties.items()])
    yield _heading(voice, "reporting", 2, "reporting_calendar")
    columns = [("due", 18, False), ("id", 7, False), ("report", 28, False), ("period", 47, False)]
    rows = []
    for name, since, until, due, final in reporting_calendar(voice.plan.spec.data):
        kind = voice.label("report_type", duties[name].get("type", ""))
        period = f"{voice.date(since)} – {voice.date(until)}"
        rows.append((voice.date(due), name, f"{kind} ({voice.word('final_report')})" if final else kind, period))
    yield _table(voice, "reporting", 2, columns, rows)


def _duty(voice: Voice, name: str, item: Mapping[str, Any]) -> Row:
    def duration(key: str) -> str:
        value = str(item.get(key, ""))
        if value == "once":
            return voice.word("once")
        try:
            return l10n.format_duration(value, voice.language) if value else ""
        except ValueError:
            return value

    return (
        name,
        voice.label("report_type", item.get("type", "")),
        voice.party(item.get("from", "")),
        voice.parties(item.get("to") or []),
        duration("every"),
        duration("within"),
    )


def _indicators(voice: Voice) -> Iterator[Paragraph | Table]:
    columns = [
        ("id", 8, False),
        ("indicator", 28, False),
        ("baseline", 13, False),
        ("target", 13, False),
        ("source", 22, False),
        ("by", 16, False),
    ]
    for number, result in enumerate(mappings(_section(voice, "purpose", "results")), 1):
        from .assembly import anchor_of

        text = f"{result.get('id', '')} – {voice.text(result.get('statement'))}"
        yield Paragraph(
            anchor_of("annex_indicators", f"h{number}"),
            (Span("text", text),),
            "annex-text",
            0,
            "",
            "annex:indicators",
            f"h{number}",
        )
        rows = [
            (
                str(item.get("id", "")),
                voice.text(item.get("statement")),
                voice.text(item.get("baseline")),
                voice.text(item.get("target")),
                voice.text(item.get("source")),
                voice.date(item.get("by")),
            )
            for item in mappings(result.get("indicators"))
        ]
        yield _table(voice, "indicators", number, columns, rows)


def _evaluation(voice: Voice) -> Iterator[Paragraph | Table]:
    columns = [
        ("id", 8, False),
        ("evaluation", 22, False),
        ("evaluator", 20, False),
        ("criteria", 32, False),
        ("due", 18, False),
    ]
    rows = [
        (
            str(item.get("id", "")),
            voice.label("evaluation_type", item.get("type", "")),
            voice.party(item.get("by", "")),
            l10n.join_list(
                [voice.label("evaluation_criterion", c) for c in texts(item.get("criteria"))], voice.language
            ),
            voice.date(item.get("due")),
        )
        for item in mappings(_section(voice, "evaluation"))
    ]
    yield _table(voice, "evaluation", 1, columns, rows)


def _data(voice: Voice) -> Iterator[Paragraph | Table]:
    data = mapping(_section(voice, "data_protection"))
    special = [voice.label("special_category", c) for c in texts(data.get("special_categories"))]
    facts = [
        ("controllers", voice.parties(data.get("controllers") or [])),
        ("purposes", voice.text(data.get("purposes"))),
        ("data_subjects", voice.text(data.get("data_subjects"))),
        ("categories", voice.text(data.get("categories"))),
        ("special_categories", l10n.join_list(special, voice.language) if special else ""),
        ("special_ground", voice.label("special_ground", data["special_ground"]) if data.get("special_ground") else ""),
        ("legal_basis", voice.label("legal_basis", data.get("legal_basis", "")) if data.get("legal_basis") else ""),
        ("retention", l10n.format_duration(str(data["retention"]), voice.language) if data.get("retention") else ""),
        ("officers", _officers(voice)),
    ]
    rows = [(voice.label("column", name), text) for name, text in facts if text]
    yield _table(voice, "data", 1, [("item", 32, False), ("description", 68, False)], rows)
    processors = mappings(data.get("processors"))
    if processors:
        yield _heading(voice, "data", 2, "processors")
        columns = [
            ("processor", 20, False),
            ("controller", 20, False),
            ("subject", 32, False),
            ("categories", 28, False),
        ]
        yield _table(
            voice,
            "data",
            2,
            columns,
            [
                (
                    voice.party(p.get("processor")),
                    voice.party(p.get("controller")),
                    voice.text(p.get("subject")),
                    voice.text(p.get("categories")),
                )
                for p in processors
            ],
        )
    transfers = mappings(data.get("transfers"))
    if transfers:
        yield _heading(voice, "data", 3, "transfers")
        columns = [
            ("from", 18, False),
            ("to", 18, False),
            ("country", 16, False),
            ("tool", 22, False),
            ("description", 26, False),
        ]
        yield _table(
            voice,
            "data",
            3,
            columns,
            [
                (
                    voice.party(t.get("from")),
                    voice.party(t.get("to")),
                    voice.text(t.get("country")),
                    voice.label("transfer_tool", t.get("tool", "")),
                    voice.text(t.get("description")),
                )
                for t in transfers
            ],
        )

    measures = items(data.get("security"))
    if measures:
        yield _heading(voice, "data", 4, "security")
        yield from _listed(voice, "data", 4, [{"description": m} for m in measures], (("description", 100, _text),))
    yield from _headed(
        voice, "data", 5, "subprocessors", mappings(data.get("subprocessors")),
        (("processor", 20, _party), ("name", 24, _plain), ("task", 36, _text), ("country", 20, _text)),
    )  # fmt: skip
    duties = mappings(mapping(data.get("joint")).get("duties"))
    yield from _headed(voice, "data", 6, "joint_duties", duties, (("duty", 65, _text), ("by_party", 35, _party)))


# ------------------------------------------------------------------------------- lists of the spec, as they are


def _text(voice: Voice, item: Mapping[str, Any], key: str) -> str:
    return voice.text(item.get(key))


def _plain(voice: Voice, item: Mapping[str, Any], key: str) -> str:
    return l10n.typeset(str(item.get(key, "")), voice.language)


def _party(voice: Voice, item: Mapping[str, Any], key: str) -> str:
    return voice.party(item.get(key.removesuffix("_party"), ""))


def _date(voice: Voice, item: Mapping[str, Any], key: str) -> str:
    return voice.date(item.get(key.removesuffix("_date")))


def _amount(voice: Voice, item: Mapping[str, Any], key: str) -> str:
    return voice.amount(item.get(key, 0))


Cell = Callable[["Voice", Mapping[str, Any], str], str]
Columns = Sequence[tuple[str, int, Cell]]


def _listed(
    voice: Voice, annex: str, number: int, listed: Sequence[Mapping[str, Any]], columns: Columns
) -> Iterator[Paragraph | Table]:
    """A list of the spec as a table: the key of a column is the key of the item, and its name in the labels."""
    heads = [(name, width, cell is _amount) for name, width, cell in columns]
    rows = [[cell(voice, item, name) for name, _, cell in columns] for item in listed]
    yield _table(voice, annex, number, heads, rows)


def _headed(
    voice: Voice, annex: str, number: int, caption: str, listed: Sequence[Mapping[str, Any]], columns: Columns
) -> Iterator[Paragraph | Table]:
    """The same under a caption; nothing at all where the list is empty."""
    if listed:
        yield _heading(voice, annex, number, caption)
        yield from _listed(voice, annex, number, listed, columns)


def _staff(voice: Voice) -> Iterator[Paragraph | Table]:
    """Each worker who is lent, in a table of its own: what article 32 of the law of 24 July 1987 wants written."""
    for number, item in enumerate(mappings(_section(voice, "staff", "secondments")), 1):
        start, end = voice.date(item.get("from")), voice.date(item.get("until"))
        ground = voice.label("secondment_ground", item["ground"]) if item.get("ground") else ""
        facts = [
            ("worker", voice.text(item.get("worker"))),
            ("employer", voice.party(item.get("employer"))),
            ("user", voice.party(item.get("user"))),
            ("tasks", voice.text(item.get("tasks"))),
            ("instructions", voice.text(item.get("instructions"))),
            ("period", f"{start} – {end}"),
            *((name, voice.text(item.get(name))) for name in ("place", "hours", "pay")),
            ("cost_by", voice.party(item["cost_by"]) if item.get("cost_by") else ""),
            ("refund", voice.text(item.get("refund"))),
            ("ground", ground),
            *((name, voice.text(item.get(name))) for name in ("ground_reference", "consulted")),
        ]
        rows = [(voice.label("column", name), text) for name, text in facts if text]
        yield _table(voice, "staff", number, [("item", 32, False), ("description", 68, False)], rows)


def _goods(voice: Voice) -> Iterator[Paragraph | Table]:
    listed = mappings(_section(voice, "gift", "items")) or mappings(_section(voice, "loan", "items"))
    columns: Columns = (
        ("id", 8, _plain), ("description", 30, _text), ("quantity", 14, _plain), ("state", 18, _text),
        ("expiry", 14, _date), ("value", 16, _amount),
    )  # fmt: skip
    yield from _listed(voice, "goods", 1, listed, columns)


def _counterparts(voice: Voice) -> Iterator[Paragraph | Table]:
    columns: Columns = (("id", 8, _plain), ("description", 54, _text), ("by_date", 20, _date), ("value", 18, _amount))
    yield from _listed(voice, "counterparts", 1, mappings(_section(voice, "sponsorship", "counterparts")), columns)


def _changes(voice: Voice) -> Iterator[Paragraph | Table]:
    columns: Columns = (("id", 8, _plain), ("provision", 20, _text), ("old", 36, _text), ("new", 36, _text))
    yield from _listed(voice, "changes", 1, mappings(_section(voice, "amendment", "changes")), columns)


def _officers(voice: Voice) -> str:
    officers = mappings(_section(voice, "data_protection", "officers"))
    named = [f"{voice.party(o.get('party'))} ({voice.text(o.get('name'))}, {o.get('email', '')})" for o in officers]
    return l10n.join_list(named, voice.language)


def _protocol(voice: Voice) -> Iterator[Paragraph | Table]:
    """The particulars of article 20, § 1, of the law of 30 July 2018, one row each, and the officers' opinions."""
    protocol = mapping(_section(voice, "protocol"))
    start, end = voice.date(_section(voice, "term", "start")), voice.date(_section(voice, "term", "end"))
    facts = [
        ("sender", voice.party(protocol.get("sender"))),
        ("recipient", voice.party(protocol.get("recipient"))),
        ("officers", _officers(voice)),
        *(
            (name, voice.text(protocol.get(name)))
            for name in ("purposes", "categories", "recipients", "legal_basis", "means")
        ),
        ("measures", l10n.join_list([voice.text(m) for m in items(protocol.get("measures"))], voice.language)),
        *((name, voice.text(protocol.get(name))) for name in ("restrictions", "rights", "periodicity")),
        ("period", f"{start} – {end}"),
        ("sanctions", voice.text(protocol.get("sanctions"))),
    ]  # fmt: skip
    rows = [(voice.label("column", name), text) for name, text in facts if text]
    yield _table(voice, "protocol", 1, [("item", 32, False), ("description", 68, False)], rows)

    def outcome(voice: Voice, item: Mapping[str, Any], key: str) -> str:
        followed = voice.label("followed", "yes" if item.get("followed") else "no")
        return f"{voice.label('opinion', item.get('outcome', ''))} ({followed})"

    columns: Columns = (("party", 24, _party), ("date", 18, _date), ("outcome", 24, outcome), ("reasons", 34, _text))
    yield from _headed(voice, "protocol", 2, "opinions", mappings(protocol.get("opinions")), columns)


def _closing(voice: Voice) -> Iterator[Paragraph | Table]:
    closing = mapping(_section(voice, "closing"))
    results: Columns = (
        ("id", 8, _plain), ("statement", 32, _text), ("target", 18, _plain), ("achieved", 18, _plain), ("remark", 24, _text),
    )  # fmt: skip
    yield from _headed(voice, "closing", 1, "results", mappings(closing.get("results")), results)
    accounts: Columns = (("received", 34, _amount), ("spent", 33, _amount), ("balance", 33, _amount))
    yield from _headed(voice, "closing", 2, "accounts", [mapping(closing.get("accounts"))], accounts)
    assets: Columns = (("id", 8, _plain), ("description", 44, _text), ("to_party", 28, _party), ("value", 20, _amount))
    yield from _headed(voice, "closing", 3, "assets", mappings(closing.get("assets")), assets)
    tasks: Columns = (("id", 8, _plain), ("task", 46, _text), ("by_party", 26, _party), ("due", 20, _date))
    yield from _headed(voice, "closing", 4, "outstanding", mappings(closing.get("outstanding")), tasks)


def _contacts(voice: Voice) -> Iterator[Paragraph | Table]:
    columns = [("party", 24, False), ("name", 20, False), ("function", 22, False), ("email", 34, False)]
    rows = []
    for party in mappings(_section(voice, "parties")):
        contact = mapping(party.get("contact"))
        reach = [str(contact[key]) for key in ("email", "telephone") if contact.get(key)]
        rows.append(
            (
                voice.party(party.get("id")),
                voice.text(contact.get("name")),
                voice.text(contact.get("function")),
                " · ".join(reach),
            )
        )
    yield _table(voice, "contacts", 1, columns, rows)


_BUILDERS: Mapping[str, Callable[[Voice], Iterator[Paragraph | Table]]] = {
    "responsibilities": _responsibilities,
    "budget": _budget,
    "instalments": _instalments,
    "reporting": _reporting,
    "indicators": _indicators,
    "evaluation": _evaluation,
    "data": _data,
    "staff": _staff,
    "goods": _goods,
    "counterparts": _counterparts,
    "protocol": _protocol,
    "changes": _changes,
    "closing": _closing,
    "contacts": _contacts,
}
