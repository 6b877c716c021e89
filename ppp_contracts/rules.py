"""A spec in, findings out: the rules that join several facts of one spec, and the facts that are computed from it.

`RULES` is the table: one small function for each code. A rule never raises: what is missing or of the wrong kind is the
schema's to report, and the rule that needs it says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from .codes import find
from .finding import Finding, Path, Place, Severity
from .l10n import add_duration, months_between, parse_date, parse_number
from .paths import mapping, select
from .pattern import lazy
from .schema import nearest
from .yamlio import spell_path

Data = Mapping[str, Any]
Parameters = Callable[[str], Any]
At = Callable[[str], Place]
Rule = Callable[[Data, Data, Parameters, At], Iterator[Finding]]

# The last payment and the final evaluation may come after the end, but not when nobody remembers the partnership.
GRACE = "12 months"


# -------------------------------------------------------------------------------------- reading safely


def _value(data: Any, path: str) -> Any:
    """The value at a plain dotted path, None when there is none."""
    for key in path.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _items(data: Any, path: str) -> list[tuple[str, Data]]:
    """The mappings of a list, each with its path."""
    return [(spell_path(at), item) for at, item in select(data, f"{path}[*]") if isinstance(item, Mapping)]


def _words(data: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text that a path pattern reaches, with its path."""
    return ((spell_path(at), value) for at, value in select(data, path) if isinstance(value, str))


def _tongues(value: Any) -> list[str]:
    """A text in every language it has."""
    return [v for v in (value.values() if isinstance(value, Mapping) else [value]) if isinstance(v, str)]


_PLAIN_KEY = lazy(r"[A-Za-z0-9_-]+", re.ASCII)


def _all_texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of a spec with its path; below what no fact path can spell, the path of what holds it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            plain = isinstance(key, str) and _PLAIN_KEY.fullmatch(key)
            yield from _all_texts(inner, (*path, key)) if plain else _held(inner, path)
    elif isinstance(value, list):
        in_list = not path or isinstance(path[-1], int)  # a fact path has no way to say «a list in a list»
        for position, inner in enumerate(value):
            yield from _held(inner, path) if in_list else _all_texts(inner, (*path, position))


def _held(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    return ((path, text) for _, text in _all_texts(value))


def _amount(value: Any) -> Decimal | None:
    try:
        return parse_number(value)
    except ValueError:
        return None


def _day(value: Any) -> date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None


def _after(day: date | None, duration: Any) -> date | None:
    """The day that lies a duration after another; None when either is none."""
    try:
        return parse_date(add_duration(day.isoformat(), duration)) if day else None
    except ValueError:
        return None


def _sum(values: Iterable[Any]) -> Decimal | None:
    """The exact sum of amounts; None when one of them is no amount, for then there is no sum to speak of."""
    amounts = [_amount(value) for value in values]
    return None if None in amounts else sum((a for a in amounts if a is not None), Decimal(0))


def _money(amount: Decimal) -> str:
    """An amount with its cents; more decimals are kept, never rounded."""
    return f"{amount:.2f}" if amount == round(amount, 2) else str(amount.normalize())


def _party_ids(data: Data) -> list[str]:
    return [value for _, value in _words(data, "parties[*].id")]


def _role_of(data: Data, party: Any) -> str:
    return next((_word(p.get("role")) for _, p in _items(data, "parties") if party and p.get("id") == party), "")


def _term(data: Data) -> tuple[date | None, date | None]:
    return _day(_value(data, "term.start")), _day(_value(data, "term.end"))


def _signed(data: Data) -> date | None:
    return _day(_value(data, "signature.date"))


# --------------------------------------------------------------------------------------- derived facts


def derive(data: Any) -> Data:
    """The facts that are computed from a spec, as `derived.<name>`; one that cannot be computed is absent, never zero."""
    computed = {name: compute(mapping(data)) for name, compute in _DERIVED.items()}
    return {name: value for name, value in computed.items() if value is not None}


def _duration_months(data: Data) -> int | None:
    start, end = _term(data)
    return months_between(start.isoformat(), end.isoformat())[0] if start and end else None


def _count(data: Data, path: str) -> int | None:
    listed = _value(data, path)
    return len(listed) if isinstance(listed, list) else None


def _private_side(data: Data) -> int | None:
    if not isinstance(data.get("parties"), list):
        return None
    roles = [_word(party.get("role")) for _, party in _items(data, "parties")]
    return sum(1 for role in roles if role and role != "public-authority")


def _total(data: Data, path: str, key: str) -> str | None:
    if not isinstance(_value(data, path), list):
        return None
    total = _sum(item.get(key) for _, item in _items(data, path))
    return None if total is None else _money(total)


def _grant_total(data: Data) -> str | None:
    amount = _amount(_value(data, "grant.amount"))
    return None if amount is None else _money(amount)


_DERIVED: Mapping[str, Callable[[Data], Any]] = {
    "duration_months": _duration_months,
    "party_count": lambda data: _count(data, "parties"),
    "private_side_count": _private_side,
    "language_count": lambda data: _count(data, "languages"),
    "total_budget": lambda data: _total(data, "resources.budget", "amount"),
    "total_contributions": lambda data: _total(data, "resources.contributions", "value"),
    "grant_total": _grant_total,
}


# ---------------------------------------------------------------------------------- names and identity


# Every path that holds the id of a party.
PARTY_PATHS = (
    "responsibilities[*].lead",
    "responsibilities[*].support[*]",
    "responsibilities[*].approval",
    "grant.grantor",
    "grant.grantee",
    "resources.contributions[*].party",
    "resources.contributions[*].to",
    "resources.budget[*].funded_by",
    "resources.instalments[*].from",
    "resources.instalments[*].to",
    "reporting[*].from",
    "reporting[*].to[*]",
    "governance.lead",
    "governance.steering_committee.chair",
    "governance.steering_committee.members[*]",
    "governance.coordination.coordinator",
    "governance.risk_register.owner",
    "governance.complaints.handled_by",
    "evaluation[*].by",
    "data_protection.controllers[*]",
    "data_protection.joint.parties[*]",
    "data_protection.joint.contact_point",
    "data_protection.processors[*].processor",
    "data_protection.processors[*].controller",
    "data_protection.officers[*].party",
    "data_protection.transfers[*].from",
    "data_protection.transfers[*].to",
    "integrity.reporting_point.party",
    "integrity.screening.by",
    "communication.publication.by",
    "intellectual_property.owner",
    "liability.insurance[*].party",
    "exit.assets_to",
    "staff.secondments[*].employer",
    "staff.secondments[*].user",
    "staff.volunteers.organisation",
    "staff.secondments[*].cost_by",
    "donations[*].from",
    "donations[*].to",
    "data_protection.joint.duties[*].by",
    "data_protection.subprocessors[*].processor",
    "gift.delivery.costs_by",
    "sponsorship.sponsor",
    "sponsorship.sponsored",
    "loan.lender",
    "loan.borrower",
    "loan.insured_by",
    "protocol.sender",
    "protocol.recipient",
    "protocol.opinions[*].party",
    "closing.accounts.from",
    "closing.accounts.to",
    "closing.assets[*].to",
    "closing.outstanding[*].by",
    "closing.archives",
    "volunteering.organisation",
    "volunteering.volunteer",
)
# These may name an outsider in words; only what is written like an id has to be one.
_OUTSIDERS = frozenset({"data_protection.transfers[*].to", "staff.volunteers.organisation", "donations[*].from"})
_ID_LIKE = lazy(r"[a-z][a-z0-9-]*", re.ASCII)


def unknown_party(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A party that is named somewhere is one of the parties (T-20)."""
    ids = _party_ids(data)
    for pattern in PARTY_PATHS if ids else ():
        for path, value in _words(data, pattern):
            if value in ids or (pattern in _OUTSIDERS and not _ID_LIKE.fullmatch(value)):
                continue
            yield find("PPP201", at(path), value=value, nearest=nearest(value, ids) or ", ".join(ids))


_ID_LISTS = (
    "parties[*].id",
    "responsibilities[*].id",
    "purpose.results[*].id",
    "purpose.results[*].indicators[*].id",
    "resources.contributions[*].id",
    "resources.budget[*].id",
    "resources.instalments[*].id",
    "reporting[*].id",
    "evaluation[*].id",
    "gift.items[*].id",
    "loan.items[*].id",
    "sponsorship.counterparts[*].id",
    "amendment.changes[*].id",
    "closing.results[*].id",
    "closing.assets[*].id",
    "closing.outstanding[*].id",
)


def duplicate_id(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """An id stands once in its list, indicators once in the whole spec."""
    for pattern in _ID_LISTS:
        seen: dict[str, str] = {}
        for path, value in _words(data, pattern):
            if value in seen:
                yield find("PPP202", at(path), id=value, first=seen[value])
            seen.setdefault(value, path)


def normal_enterprise_number(value: str) -> str:
    """An enterprise number as ten digits, "" when it is not written like one (T-01: «BE», dots, spaces, nine digits)."""
    digits = re.sub(r"[\s.\-/]", "", value.upper().removeprefix("BE"))
    return digits.rjust(10, "0") if re.fullmatch("[0-9]{9,10}", digits) else ""


def is_enterprise_number(value: str) -> bool:
    """Whether the check digits hold: 97 less the first eight digits modulo 97."""
    digits = normal_enterprise_number(value)
    return digits[:1] in ("0", "1") and int(digits[:8]) > 0 and int(digits[8:]) == 97 - int(digits[:8]) % 97


def enterprise_number(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The check digits of an enterprise number (T-01)."""
    for path, value in _words(data, "parties[*].enterprise_number"):
        if not is_enterprise_number(value):
            yield find("PPP203", at(path), value=value)


def is_iban(value: str) -> bool:
    """ISO 13616: modulo 97 is 1; a Belgian one has 16 characters and two check digits of its own (T-04)."""
    plain = re.sub(r"\s", "", value).upper()
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", plain):
        return False
    if int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 != 1:
        return False
    if not plain.startswith("BE"):
        return True
    own = plain[4:]
    return bool(re.fullmatch("[0-9]{12}", own)) and int(own[10:]) == (int(own[:10]) % 97 or 97)


def iban(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The length and check digits of an IBAN. That no bank has such a code is not ours to say."""
    for path, value in _words(data, "parties[*].account.iban"):
        if not is_iban(value):
            yield find("PPP204", at(path), value=value)


# Words of a name that tell no party from another: legal forms, kinds of bodies, articles, «account».
_COMMON = lazy(
    r"asbl|vzw|aisbl|ivzw|vog|sa|nv|srl|bv|sc|cv|scrl|cvba|sprl|bvba|ag|gmbh|fondation|stichting|stiftung|association|vereniging"
    r"|vereinigung|societe|ville|commune|stad|gemeente|stadt|gemeinde|region|gewest|service|dienst|compte|rekening|konto|account"
    r"|de|du|des|la|le|les|et|en|und|and|van|het|een|der|die|das|of|the|au|aux|pour|voor|zonder|sans|lucratif|winstoogmerk"
)


def _telling_words(text: str) -> frozenset[str]:
    """The words that make a name that name: no legal form, no article, no accents."""
    plain = "".join(c for c in unicodedata.normalize("NFD", _folded(text)) if not unicodedata.combining(c))
    return frozenset(
        w for w in re.findall(r"[^\W_]{2,}", plain.replace(".", "").replace("œ", "oe")) if not _COMMON.fullmatch(w)
    )


def account_holder(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The account is that of the party, which receives the money (T-05).

    A name may be written longer or shorter: one telling word in common is enough, the town aside.
    """
    for path, party in _items(data, "parties"):
        holders = _tongues(_value(party, "account.holder"))
        names = [text for key in ("name", "short_name", "represents") for text in _tongues(party.get(key))]
        town = frozenset(w for text in _tongues(_value(party, "seat.city")) for w in _telling_words(text))
        held = frozenset(w for text in holders for w in _telling_words(text)) - town
        known = frozenset(w for text in names for w in _telling_words(text))
        if held and known and not held & known:
            yield find("PPP247", at(f"{path}.account.holder"), holder=holders[0], name=names[0])


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _identities(party: Data) -> Iterator[tuple[str, str]]:
    """What tells a party from another: what it is called in each language, its number. What is still to be filled in is none."""
    number = normal_enterprise_number(_word(party.get("enterprise_number")))
    if number:
        yield "enterprise_number", number
    for key in ("name", "short_name"):
        yield from (
            (key, _folded(name)) for name in _tongues(party.get(key)) if name.strip() and not placeholder_in(name)
        )


def same_party_twice(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Two parties do not have the same name, short name or enterprise number."""
    seen: dict[tuple[str, str], str] = {}
    for path, party in _items(data, "parties"):
        found = [(key, value) for key, value in _identities(party) if (key, value) in seen]
        for key in dict.fromkeys(key for key, _ in found):
            value = next(v for k, v in found if k == key)
            shown = next(iter(_tongues(party.get(key))))
            yield find("PPP225", at(f"{path}.{key}"), value=shown, first=f"{seen[key, value]}.{key}")
        for identity in _identities(party):
            seen.setdefault(identity, path)


_OLD_FORMS = lazy(
    r"\b(?:E?BVBA|SPRLU?|SCRL|CVBA|SCRI|CVOA|comm ?VA)\b"
    r"|société (?:privée|coopérative) à responsabilité (?:limitée|illimitée)|commandite par actions"
    r"|besloten vennootschap met beperkte|coöperatieve vennootschap met (?:on)?beperkte|commanditaire vennootschap op aandelen",
    re.IGNORECASE,
)
_NO_PERSON = lazy(
    r"\bassociations? de fait\b|\bfeitelijke vereniging|\bde facto association|\bunincorporated association"
    r"|\bfaktische vereinigung|\bnicht ?rechtsfähige[rn]? verein",
    re.IGNORECASE,
)


def _legal_forms(data: Data, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for path, party in _items(data, "parties"):
        texts = _tongues(party.get("legal_form"))
        hit = next((text for text in texts if pattern.search(text.replace(".", ""))), "")
        if hit:
            yield f"{path}.legal_form", hit


def old_legal_form(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A legal form that the Code of companies and associations has replaced (T-64)."""
    for path, value in _legal_forms(data, _OLD_FORMS):
        yield find("PPP230", at(path), value=value)


def no_legal_person(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A de facto association has no legal personality and is no party (T-65)."""
    for path, value in _legal_forms(data, _NO_PERSON):
        yield find("PPP233", at(path), value=value)


# The kinds of person that each role is for. An international organisation may be a public authority: the Union, a United Nations body.
_PERSONS: Mapping[str, tuple[str, ...]] = {
    "public-authority": ("public-body", "foreign-legal-person", "international-organisation"),
    "humanitarian-organisation": ("belgian-legal-person", "foreign-legal-person", "international-organisation"),
    "private-partner": ("belgian-legal-person", "foreign-legal-person", "natural-person"),
    "local-partner": ("belgian-legal-person", "foreign-legal-person", "international-organisation"),
    "worker": ("natural-person",),
    "volunteer": ("natural-person",),
}


def role_of_type(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A role is for the kind of person that the rules on it are for: a public body is a public authority, a volunteer a person.

    Between a person and an organisation nobody has to judge; whether a public body may act as an organisation, a person may.
    """
    for path, party in _items(data, "parties"):
        role, kind = _word(party.get("role")), _word(party.get("type"))
        fitting = _PERSONS.get(role, ())
        if kind and fitting and kind not in fitting:
            odd = kind == "natural-person" or fitting == ("natural-person",)
            level = Severity.ERROR if odd else Severity.WARNING
            yield find("PPP270", at(f"{path}.role"), level, party=_word(party.get("id")), role=role, type=kind)


_ASSOCIATION = lazy(
    r"\b(?:ai?sbl|i?vzw|vog)\b|sans but lucratif|zonder winstoogmerk|ohne (?:gewinn|erwerb)|non-profit", re.IGNORECASE
)
_COMPANY = lazy(
    r"société (?:anonyme|à responsabilité limitée|en nom collectif|en commandite|européenne)"
    r"|(?:naamloze|besloten|commanditaire) vennootschap|vennootschap onder firma"
    r"|aktiengesellschaft|gesellschaft mit beschränkter haftung|(?:public|private) limited|limited (?:liability )?company"
    r"|\((?:sa|nv|ag|srl|bv|gmbh|snc|vof|se|ltd|plc|llc)\)",
    re.IGNORECASE,
)
_PUBLIC_LAW = lazy(r"droit public|publiek ?recht|öffentlichen rechts|public law", re.IGNORECASE)
# The legal forms that a role is not for. A foundation may be a private partner: companies give through theirs.
_OTHER_FORMS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "public-authority": (_ASSOCIATION, _COMPANY),
    "humanitarian-organisation": (_COMPANY,),
    "private-partner": (_ASSOCIATION,),
    "local-partner": (_COMPANY,),
}


def role_of_form(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A company is a private partner and an association is none: the rules on money, on commercial separation and on volunteers go
    by the role (T-13, T-33, T-72)."""
    for path, party in _items(data, "parties"):
        role, forms = _word(party.get("role")), _tongues(party.get("legal_form"))
        patterns = _OTHER_FORMS.get(role, ())
        hit = next((f for f in forms if any(pattern.search(f.replace(".", "")) for pattern in patterns)), "")
        if hit and not any(_PUBLIC_LAW.search(form) for form in forms):
            yield find("PPP271", at(f"{path}.role"), party=_word(party.get("id")), role=role, form=hit)


# (a place that names a party, the roles it is for, how bad another one is)
_PLACES_OF_ROLES: tuple[tuple[str, tuple[str, ...], Severity], ...] = (
    ("protocol.sender", ("public-authority",), Severity.ERROR),
    ("volunteering.organisation", ("humanitarian-organisation", "public-authority", "local-partner"), Severity.ERROR),
    ("volunteering.volunteer", ("volunteer",), Severity.ERROR),
    ("sponsorship.sponsor", ("private-partner", "public-authority"), Severity.WARNING),
    ("sponsorship.sponsored", ("humanitarian-organisation", "public-authority", "local-partner"), Severity.WARNING),
)


def role_for_place(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Some places are for some roles: a federal protocol is sent by an authority (B-51), a volunteer works for an organisation
    without profit (B-62), a sponsor is a company (B-71)."""
    for path, roles, level in _PLACES_OF_ROLES:
        party = _value(data, path)
        role = _role_of(data, party)
        if role and role not in roles:
            yield find("PPP272", at(path), level, party=party, role=role, path=path, roles=", ".join(roles))


def local_partner(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A local partner is established in the country of intervention, and there is one only outside the European Economic Area."""
    abroad = _value(data, "facts.third_country")
    for path, party in _items(data, "parties"):
        home = _word(_value(party, "seat.country")) == "BE"
        if party.get("role") == "local-partner" and (abroad is False or (abroad is True and home)):
            yield find("PPP282", at(f"{path}.role"), party=_word(party.get("id")))


# Names that a public body had before a reform: (name, the first day of the new one, the new one). Where the day is not sure,
# it is the first of the year after.
_OLD_NAMES: tuple[tuple[str, str, str], ...] = (
    ("CTB", "2018-01-01", "Enabel"),
    ("BTC", "2018-01-01", "Enabel"),
    ("Coopération technique belge", "2018-01-01", "Enabel"),
    ("Belgische Technische Coöperatie", "2018-01-01", "Enabel"),
    ("Belgian Technical Cooperation", "2018-01-01", "Enabel"),
    ("Belgische Technische Zusammenarbeit", "2018-01-01", "Enabel"),
    ("DGCD", "2012-01-01", "DGD"),
    ("DGOS", "2012-01-01", "DGD"),
    ("SPF Personnel et Organisation", "2017-03-01", "SPF BOSA"),
    ("Service public fédéral Personnel et Organisation", "2017-03-01", "SPF BOSA"),
    ("FOD Personeel en Organisatie", "2017-03-01", "FOD BOSA"),
    ("Federale Overheidsdienst Personeel en Organisatie", "2017-03-01", "FOD BOSA"),
    ("Fedict", "2017-03-01", "SPF BOSA / FOD BOSA"),
    ("Ministère de la Région wallonne", "2008-08-01", "Service public de Wallonie"),
    ("Ministerie van de Vlaamse Gemeenschap", "2007-01-01", "Vlaamse overheid"),
    ("AWIPH", "2016-01-01", "AVIQ"),
    ("Commission de la protection de la vie privée", "2018-05-25", "Autorité de protection des données"),
    (
        "Commissie voor de bescherming van de persoonlijke levenssfeer",
        "2018-05-25",
        "Gegevensbeschermingsautoriteit",
    ),
)
_OLD_NAME = lazy(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name, _, _ in _OLD_NAMES)})(?!\w)")


def old_authority_name(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The name that a public authority had before a reform (T-22), in an agreement that is signed after it."""
    now = {name: (since, new) for name, since, new in _OLD_NAMES}
    day = (_signed(data) or _term(data)[0] or date.max).isoformat()
    for path, party in _items(data, "parties"):
        for key in ("name", "short_name", "represents") if party.get("role") == "public-authority" else ():
            hits = [hit[0] for text in _tongues(party.get(key)) for hit in _OLD_NAME.finditer(text.replace("’", "'"))]
            hit = next((name for name in hits if now[name][0] <= day), "")
            if hit:
                yield find("PPP240", at(f"{path}.{key}"), value=hit, now=now[hit][1])


# Enterprise courts, a court with all its divisions in one row: postal codes of the seats, and names in two or three languages.
_COURTS: tuple[tuple[tuple[tuple[int, int], ...], str], ...] = (
    (((1000, 1299), (1500, 1999), (3080, 3099)), "bruxelles|brussels?|brüssel"),
    (((1300, 1499),), "nivelles|nijvel|brabant wallon|waals-brabant"),
    (((2000, 2999),), "antwerpen|anvers|mechelen|malines|turnhout"),
    (((3000, 3499),), "leuven|louvain"),
    (((3500, 3999),), "hasselt|tongeren|tongres|limburg|limbourg"),
    (((4700, 4799),), "eupen"),
    (
        ((4000, 4699), (4800, 5999), (6600, 6999)),
        "liège|luik|lüttich|verviers|huy|hoei|namur|namen|dinant|marche|neufchâteau|arlon|aarlen",
    ),
    (((6000, 6599), (7000, 7999)), "hainaut|henegouwen|mons|bergen|charleroi|tournai|doornik"),
    (
        ((8000, 9999),),
        "gent|gand|brugge|bruges|oostende|ostende|kortrijk|courtrai|ieper|ypres|veurne|furnes"
        "|dendermonde|termonde|oudenaarde|audenarde",
    ),
)


def register_court(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The register of legal persons is that of the court of the seat (T-64)."""
    for path, party in _items(data, "parties"):
        seat, courts = mapping(party.get("seat")), " / ".join(_tongues(party.get("register_court")))
        code = str(seat.get("postal_code", ""))
        if seat.get("country", "BE") != "BE" or not re.fullmatch("[1-9][0-9]{3}", code):
            continue
        named = [ranges for ranges, names in _COURTS if re.search(rf"\b(?:{names})\b", courts, re.IGNORECASE)]
        if named and not any(low <= int(code) <= high for ranges in named for low, high in ranges):
            yield find("PPP241", at(f"{path}.register_court"), court=courts, postal_code=code)


def belgian_seat(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A Belgian seat has a postal code and, but for a natural person, a language region: the rules on courts and languages go by
    them (T-63, T-64), and silence would let everything pass."""
    for path, party in _items(data, "parties"):
        seat = mapping(party.get("seat"))
        asked = ("postal_code",) if party.get("type") == "natural-person" else ("postal_code", "language_region")
        for key in asked if seat.get("country") == "BE" else ():
            if not _word(seat.get(key)):
                yield find("PPP284", at(f"{path}.seat.{key}"), party=_word(party.get("id")), key=key)


# ----------------------------------------------------------------------------------------------- dates


_SPANS = (("term", "start", "end"), ("staff.secondments[*]", "from", "until"), ("loan", "delivered_on", "returned_on"))


def end_before_start(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What has a beginning ends after it (T-09)."""
    for pattern, first, last in _SPANS:
        for path, holder in select(data, pattern):
            start, end = _day(mapping(holder).get(first)), _day(mapping(holder).get(last))
            if start and end and end <= start:
                yield find("PPP205", at(f"{spell_path(path)}.{last}"), start=start, end=end)


def outside_term(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A date that belongs to the partnership lies within its term.

    A payment may come from the signature on (PPP229), a baseline evaluation before the start; a payment, a report and a final
    evaluation up to twelve months after the end, if something survives it (PPP211).
    """
    start, end = _term(data)
    if not start or not end or end <= start:
        return
    for path, day, early, late in _dated(data):
        last = (_after(end, GRACE) or end) if late else end
        if (day < start and not early) or day > last:
            yield find("PPP206", at(path), date=day, start=start, end=end)


def _dated(data: Data) -> Iterator[tuple[str, date, bool, bool]]:
    """The dates that have to lie in the term: path, day, whether it may lie before the start, whether after the end."""
    signed = _signed(data) is not None
    for list_path, key in _DATED:
        for path, item in _items(data, list_path):
            day = _day(item.get(key))
            if day:
                payment = list_path == "resources.instalments"
                early = (payment and signed) or (list_path == "evaluation" and item.get("type") == "baseline")
                late = payment or (list_path == "evaluation" and item.get("type") == "final")
                yield f"{path}.{key}", day, early, late
    for pattern, early, late in _DATED_TOO:
        for path, value in _words(data, pattern):
            day = _day(value)
            if day:
                yield path, day, early and signed, late


_DATED = (
    ("responsibilities", "due"),
    ("resources.instalments", "due"),
    ("evaluation", "due"),
    ("purpose.results[*].indicators", "by"),
)
# (path, whether it may lie between the signature and the start, whether up to twelve months after the end)
_DATED_TOO = (
    ("reporting[*].due", False, True),
    ("gift.transfer_by", True, False),
    ("gift.delivery.by", True, False),
    ("sponsorship.due", True, False),
    ("sponsorship.counterparts[*].by", True, False),
    ("memorandum.next_step_by", True, False),
    ("loan.delivered_on", False, False),
    ("loan.returned_on", False, False),
    ("staff.secondments[*].from", True, False),
    ("staff.secondments[*].until", False, False),
    ("closing.outstanding[*].due", False, False),
    ("closing.accounts.repaid_by", False, False),
)


def after_the_end(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What falls after the end needs a duty that survives it (T-10)."""
    _, end = _term(data)
    if not end or "reporting" in _tongues_of_list(_value(data, "term.survives")):
        return
    late = [*_late_reports(data, end), *(path for path, day, _, may in _dated(data) if may and day > end)]
    if late:
        yield find("PPP211", at("term.survives"), items=", ".join(dict.fromkeys(late)), end=end)


def _tongues_of_list(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _late_reports(data: Data, end: date) -> Iterator[str]:
    for path, item in _items(data, "reporting"):
        due = _day(item.get("due"))
        if due and due > end:
            yield f"{path}.due"
        elif _after(end, item.get("final_within")):
            yield f"{path}.final_within"
        elif item.get("every") != "once" and _after(end, item.get("within")):
            yield f"{path}.within"  # the report on the last period is due after its last day


_DATE_LIKE = lazy(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def no_such_date(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What is written as a date is in the calendar."""
    for path, value in _all_texts(data):
        if _DATE_LIKE.fullmatch(value) and not _day(value):
            yield find("PPP213", at(spell_path(path)), value=value)


def signed_after_start(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """An agreement is signed before it starts."""
    signed, (start, _) = _signed(data), _term(data)
    if signed and start and signed > start:
        yield find("PPP214", at("signature.date"), date=signed, start=start)


def no_signature_date(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Without a date of signature the law of the start is used, and that is said."""
    start, _ = _term(data)
    if start and _value(data, "signature.date") is None:
        yield find("PPP226", at("signature.date"), start=start)


def _as_long_as_term(data: Data, pattern: str, longer: bool = False) -> Iterator[tuple[str, str]]:
    """The durations at a path that are as long as the term, or longer than it, or (`longer`) only longer."""
    start, end = _term(data)
    for path, value in _words(data, pattern) if start and end and end > start else ():
        over = _after(start, value)  # the first day after the duration
        if over and end and (over.toordinal() - end.toordinal()) > (1 if longer else 0):
            yield path, value


def long_notice(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A notice is shorter than the term (T-11)."""
    for path, value in _as_long_as_term(data, "term.notice"):
        yield find("PPP216", at(path), notice=value)


def early_exit_plan(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The exit plan is not due before the start (T-11)."""
    for path, value in _as_long_as_term(data, "exit.plan_before_end"):
        yield find("PPP234", at(path), value=value)


_RHYTHMS = (
    "reporting[*].every",
    "governance.steering_committee.meets",
    "governance.lessons.every",
    "integrity.screening.every",
)


def long_rhythm(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What comes back regularly does so within the term."""
    for pattern in _RHYTHMS:
        for path, value in _as_long_as_term(data, pattern, longer=True):
            yield find("PPP231", at(path), every=value)


def late_report(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A report on a period is due before the next period has ended too, the final one within twelve months of the end (T-10)."""
    start, end = _term(data)
    for path, item in _items(data, "reporting"):
        due, following = _after(start, item.get("within")), _after(start, item.get("every"))
        if due and following and due > following:
            yield find("PPP280", at(f"{path}.within"), within=item.get("within"), limit=item.get("every"))
        last, latest = _after(end, item.get("final_within")), _after(end, GRACE)
        if last and latest and last > latest:
            yield find("PPP280", at(f"{path}.final_within"), within=item.get("final_within"), limit=GRACE)


def long_before_start(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Between the signature and the start lie no more than twelve months: else one of the years is wrong (T-11)."""
    signed, (start, _) = _signed(data), _term(data)
    latest = _after(signed, GRACE)
    if signed and start and latest and start > latest:
        yield find("PPP278", at("signature.date"), date=signed, start=start)


def needs_after_signature(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The needs are known when the agreement is signed (T-11)."""
    for path, day, signed in _against_signature(data, "purpose.needs_assessment.date", date.__gt__):
        yield find("PPP277", at(path), date=day, signed=signed)


def amendment_start(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The term of an amendment begins when it takes effect."""
    effective, (start, _) = _day(_value(data, "amendment.effective")), _term(data)
    if effective and start and effective != start:
        yield find("PPP279", at("amendment.effective"), effective=effective, start=start)


def _against_signature(
    data: Data, pattern: str, wrong: Callable[[date, date], bool]
) -> Iterator[tuple[str, date, date]]:
    signed = _signed(data)
    for path, value in _words(data, pattern) if signed else ():
        day = _day(value)
        if signed and day and wrong(day, signed):
            yield path, day, signed


def paid_before_signature(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Nothing is paid before the signature (T-11)."""
    for path, day, signed in _against_signature(data, "resources.instalments[*].due", date.__lt__):
        yield find("PPP229", at(path), date=day, signed=signed)


# (a deadline, what has to have happened before it)
_DEADLINES = (
    ("gift.transfer_by", "signature.date"),
    ("gift.delivery.by", "signature.date"),
    ("memorandum.next_step_by", "signature.date"),
    ("sponsorship.due", "signature.date"),
    ("sponsorship.counterparts[*].by", "signature.date"),
    ("closing.outstanding[*].due", "closing.meeting"),
    ("closing.accounts.repaid_by", "closing.meeting"),
    ("reporting[*].due", "term.start"),
)


def deadline_before_trigger(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A deadline comes after what starts it (T-11)."""
    for pattern, path in _DEADLINES:
        trigger = _day(_value(data, path))
        for where, value in _words(data, pattern) if trigger else ():
            day = _day(value)
            if day and trigger and day < trigger:
                yield find("PPP249", at(where), date=day, what=f"`{path}`", trigger=trigger)


def decided_after_signature(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A grant is decided before its agreement is signed."""
    for path, day, signed in _against_signature(data, "grant.decision.date", date.__gt__):
        yield find("PPP235", at(path), date=day, signed=signed)


def base_dated_later(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What amends, carries out or closes an agreement comes after it: `base.date` is no later than the signature and the closing."""
    base = _day(_value(data, "base.date"))
    for path in ("signature.date", "closing.meeting"):
        day = _day(_value(data, path))
        if base and day and base > day:
            yield find("PPP243", at("base.date"), base=base, what=f"`{path}`", date=day)


def amended_too_late(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """An agreement is amended before it ends, its last day included: what has expired is not extended (B-20f)."""
    end = _day(_value(data, "amendment.base_end"))
    for path in ("signature.date", "amendment.effective"):
        day = _day(_value(data, path))
        if end and day and day > end:
            yield find("PPP245", at(path), date=day, end=end)


def opinion_after_signature(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A protocol is signed after the opinions of the data protection officers (B-51)."""
    for path, day, signed in _against_signature(data, "protocol.opinions[*].date", date.__gt__):
        yield find("PPP246", at(path), date=day, signed=signed)


def closing_balance(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The balance of a close-out is what was received less what was spent (I-17)."""
    accounts = _value(data, "closing.accounts")
    received, spent, balance = (_amount(_value(accounts, key)) for key in ("received", "spent", "balance"))
    if received is not None and spent is not None and balance is not None and received - spent != balance:
        yield find("PPP244", at("closing.accounts.balance"), expected=_money(received - spent), balance=_money(balance))


def lent_before_signature(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Staff is lent after the document that allows it is signed (T-32)."""
    for path, day, signed in _against_signature(data, "staff.secondments[*].from", date.__lt__):
        yield find("PPP236", at(path), date=day, signed=signed)


def evaluations_out_of_order(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The final evaluation comes after the others (T-11)."""
    dated = [(path, item.get("type"), _day(item.get("due"))) for path, item in _items(data, "evaluation")]
    finals = [day for _, kind, day in dated if kind == "final" and day]
    for path, kind, day in dated:
        if finals and kind != "final" and day and day >= max(finals):
            yield find("PPP242", at(f"{path}.due"), date=day, final=max(finals))


def early_final(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A final evaluation looks back on the whole: it does not come more than twelve months before the end (T-11)."""
    _, end = _term(data)
    for path, item in _items(data, "evaluation"):
        due = _day(item.get("due")) if item.get("type") == "final" else None
        latest = _after(due, GRACE)
        if due and end and latest and latest < end:
            yield find("PPP285", at(f"{path}.due"), date=due, end=end)


_SCHEMES: Mapping[str, tuple[str, str]] = {
    "dgd-programme": ("dgd.programme.min_months", "dgd.programme.max_months"),
    "dgd-project": ("", "dgd.project.max_months"),
    "dgd-core": ("", "dgd.core.max_months"),
    "dgd-fund": ("", "dgd.fund.max_months"),
}


def scheme_duration(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """How long a humanitarian grant of the development cooperation may last (T-12); the figures are the law's."""
    scheme, (start, end) = _word(_value(data, "grant.scheme")), _term(data)
    if scheme not in _SCHEMES or not start or not end or end <= start:
        return
    months, exact = months_between(start.isoformat(), end.isoformat())
    least, most = (parameters(name) if name else None for name in _SCHEMES[scheme])
    low, high = (_amount(limit) for limit in (least, most))
    if low is not None and months < low:
        yield find("PPP221", at("term.end"), scheme=scheme, months=months, limit=low)
    # With days left over it lasts longer than its whole months.
    if high is not None and months + (not exact) > high:
        yield find("PPP221", at("term.end"), scheme=scheme, months=months if exact else f"{months}+", limit=high)


# ----------------------------------------------------------------------------------------------- money


def instalments_sum(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The instalments from the grantor make up the grant (T-06)."""
    grantor, amount = _value(data, "grant.grantor"), _amount(_value(data, "grant.amount"))
    instalments = _items(data, "resources.instalments")
    total = _sum(item.get("amount") for _, item in instalments if item.get("from") == grantor)
    if instalments and grantor and amount is not None and total is not None and total != amount:
        yield find("PPP207", at("resources.instalments"), sum=_money(total), amount=_money(amount))


def _by_party(items: Sequence[tuple[str, Data]], who: str, what: str, party: str) -> tuple[list[str], Decimal | None]:
    own = [(path, item) for path, item in items if item.get(who) == party]
    return [f"{path}.{what}" for path, _ in own], _sum(item.get(what) for _, item in own)


def budget_and_contributions(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What a party funds in the budget is what it contributes, to the cent (T-06)."""
    budget, contributions = _items(data, "resources.budget"), _items(data, "resources.contributions")
    for party in dict.fromkeys(_party_ids(data)) if budget and contributions else ():
        lines, funded = _by_party(budget, "funded_by", "amount", party)
        given, contributed = _by_party(contributions, "party", "value", party)
        if funded is not None and contributed is not None and funded != contributed:
            place = at((lines or given)[0])
            yield find("PPP208", place, party=party, budget=_money(funded), contributions=_money(contributed))


def cash_and_grant(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What the grantor contributes in cash is the grant (T-06)."""
    grantor, amount = _value(data, "grant.grantor"), _amount(_value(data, "grant.amount"))
    contributions = _items(data, "resources.contributions")
    cash = _sum(c.get("value") for _, c in contributions if c.get("party") == grantor and c.get("type") == "cash")
    if contributions and grantor and amount is not None and cash is not None and cash != amount:
        yield find("PPP209", at("grant.amount"), cash=_money(cash), amount=_money(amount))


def grantor_pays_grantee(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What the grantor pays goes to the grantee, who answers for it (B-05)."""
    grantor, grantee = _value(data, "grant.grantor"), _value(data, "grant.grantee")
    if not grantor or not grantee or grantor == grantee:
        return
    paid = [(path, item) for path, item in _items(data, "resources.instalments") if item.get("from") == grantor]
    paid += [
        (path, item)
        for path, item in _items(data, "resources.contributions")
        if item.get("party") == grantor and item.get("type") == "cash"
    ]
    for path, item in paid:
        other = _word(item.get("to"))
        if other and other != grantee:
            yield find("PPP273", at(f"{path}.to"), party=other, grantor=grantor, grantee=grantee)


def gift_sum(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A gift is worth what its goods are worth, and what the giver says it contributes (T-06)."""
    items, gifts = _items(data, "gift.items"), _items(data, "donations")
    goods, given = _sum(item.get("value") for _, item in items), _sum(gift.get("value") for _, gift in gifts)
    if items and gifts and goods is not None and given is not None and goods != given:
        yield find("PPP275", at(f"{gifts[0][0]}.value"), value=_money(given), sum=_money(goods), what="`gift.items`")
    contributions, ids = _items(data, "resources.contributions"), _party_ids(data)
    for giver in dict.fromkeys(_word(gift.get("from")) for _, gift in gifts) if contributions else ():
        own = [(path, gift) for path, gift in gifts if _word(gift.get("from")) == giver]
        value = _sum(gift.get("value") for _, gift in own)
        brought = [(path, c) for path, c in contributions if c.get("party") == giver]
        kinds = (("in-kind",), ("cash",), ("in-kind", "cash"))
        sums = {_sum(c.get("value") for _, c in brought if c.get("type") in several) for several in kinds}
        if giver in ids and value is not None and None not in sums and value not in sums:
            shown = ", ".join(_money(s) for s in sorted(s for s in sums if s is not None))
            place = at(f"{own[0][0]}.value")
            yield find("PPP275", place, value=_money(value), sum=shown, what="`resources.contributions`")


def counterparts_sum(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What a sponsor pays is the price of what it gets (B-71): the values of the counterparts make up the fee."""
    fee, items = _amount(_value(data, "sponsorship.fee")), _items(data, "sponsorship.counterparts")
    total = _sum(item.get("value") for _, item in items)
    if items and fee is not None and total is not None and total != fee:
        yield find("PPP276", at("sponsorship.fee"), fee=_money(fee), sum=_money(total))


def instalments_and_cash(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """What a party that gives no grant pays another in instalments is its contribution to it in cash (T-06).

    A grantee is left out: it may hand on what it receives.
    """
    instalments, contributions = _items(data, "resources.instalments"), _items(data, "resources.contributions")
    cash = [(path, item) for path, item in contributions if item.get("type") == "cash"]
    others = (_value(data, "grant.grantor"), _value(data, "grant.grantee"))
    pairs = dict.fromkeys((_word(i.get("from")), _word(i.get("to"))) for _, i in instalments)
    for giver, taker in pairs:
        given = [i for _, i in cash if i.get("party") == giver and i.get("to") == taker]
        if not giver or not taker or giver in others or not given:
            continue
        paid = [(path, i) for path, i in instalments if i.get("from") == giver and i.get("to") == taker]
        total, promised = _sum(i.get("amount") for _, i in paid), _sum(i.get("value") for i in given)
        if total is not None and promised is not None and total != promised:
            place = at(f"{paid[0][0]}.amount")
            yield find("PPP250", place, party=giver, sum=_money(total), cash=_money(promised))


def budget_result(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The result that a budget line names is one of the results."""
    ids = [value for _, value in _words(data, "purpose.results[*].id")]
    for path, value in _words(data, "resources.budget[*].result") if ids else ():
        if value not in ids:
            yield find("PPP212", at(path), value=value, nearest=nearest(value, ids) or ", ".join(ids))


def structure_costs(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The structure costs that the grantor funds stay within the stated rate of their base (T-08).

    The base `direct-eligible-costs` is every other line that the grantor funds, never the total.
    """
    terms, grantor = mapping(_value(data, "resources.structure_costs")), _value(data, "grant.grantor")
    rate = _amount(terms.get("rate"))
    if rate is None or terms.get("base") != "direct-eligible-costs":
        return
    lines = [
        (p, line) for p, line in _items(data, "resources.budget") if not grantor or line.get("funded_by") == grantor
    ]
    own = [(path, line.get("amount")) for path, line in lines if line.get("category") == "structure-costs"]
    base = _sum(line.get("amount") for _, line in lines if line.get("category") != "structure-costs")
    costs = _sum(amount for _, amount in own)
    if own and base is not None and costs is not None and costs * 100 > base * rate:
        limit = (base * rate / 100).quantize(Decimal("0.01"), ROUND_DOWN)
        yield find("PPP215", at(f"{own[0][0]}.amount"), amount=_money(costs), limit=limit, rate=rate, base=_money(base))


def grantor_role(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A grant comes from a public authority."""
    grantor = _value(data, "grant.grantor")
    role = _role_of(data, grantor)
    if role and role != "public-authority":
        yield find("PPP219", at("grant.grantor"), party=grantor, role=role)


def company_grantee(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A company receives no humanitarian grant of the development cooperation directly (T-13)."""
    if _value(data, "facts.dgd_money") is not True:
        return
    grantor = _value(data, "grant.grantor")
    paid = [
        (f"{path}.to", i.get("to")) for path, i in _items(data, "resources.instalments") if i.get("from") == grantor
    ]
    for path, party in [("grant.grantee", _value(data, "grant.grantee")), *paid]:
        if _role_of(data, party) == "private-partner":
            yield find("PPP222", at(path), party=party)


_OPPOSITES = (
    ("grant", "grantor", "grantee"),
    ("resources.contributions[*]", "party", "to"),
    ("resources.instalments[*]", "from", "to"),
    ("reporting[*]", "from", "to"),
    ("data_protection.processors[*]", "controller", "processor"),
    ("data_protection.transfers[*]", "from", "to"),
    ("staff.secondments[*]", "employer", "user"),
    ("donations[*]", "from", "to"),
    ("sponsorship", "sponsor", "sponsored"),
    ("loan", "lender", "borrower"),
    ("protocol", "sender", "recipient"),
    ("closing.accounts", "from", "to"),
    ("volunteering", "organisation", "volunteer"),
)


def on_both_sides(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Nobody pays, reports to, or acts on behalf of itself."""
    for pattern, giver, taker in _OPPOSITES:
        for path, holder in select(data, pattern):
            party, here = _word(mapping(holder).get(giver)), spell_path(path)
            taken = mapping(holder).get(taker)
            places = enumerate(taken) if isinstance(taken, list) else [(-1, taken)]
            for position, other in places:
                if party and other == party:
                    where = f"{here}.{taker}" if position < 0 else f"{here}.{taker}[{position}]"
                    yield find("PPP220", at(where), party=party, first=f"{here}.{giver}")


def gift_to_company(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """An organisation with a disinterested purpose makes no gift to a company, nor lends it goods for nothing (T-72)."""
    loan = mapping(data.get("loan"))
    given = [(f"{path}.to", gift.get("from"), gift.get("to")) for path, gift in _items(data, "donations")]
    given += [("loan.borrower", loan.get("lender"), loan.get("borrower"))]
    for path, giver, taker in given:
        if _role_of(data, giver) == "humanitarian-organisation" and _role_of(data, taker) == "private-partner":
            yield find("PPP265", at(path), giver=giver, taker=taker)


def cash_gift(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A gift of money from hand to hand stays within the limit of cash, linked gifts together (T-58)."""
    limit = _amount(parameters("cash.max"))
    if limit is None or data.get("kind") != "donation-in-cash":
        return
    gifts = [(path, gift) for path, gift in _items(data, "donations") if gift.get("form") == "manual-gift"]
    for giver, taker in dict.fromkeys((_word(g.get("from")), _word(g.get("to"))) for _, g in gifts):
        linked = [(path, g) for path, g in gifts if (g.get("from"), g.get("to")) == (giver, taker)]
        total = _sum(g.get("value") for _, g in linked)
        if total is not None and total > limit:
            yield find("PPP266", at(f"{linked[0][0]}.value"), amount=_money(total), limit=_money(limit))


# ----------------------------------------------------------------------------------------- who does what


def idle_party(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Every party leads, supports or approves something."""
    keys = ("lead", "support[*]", "approval")
    busy = {value for key in keys for _, value in _words(data, f"responsibilities[*].{key}")}
    for path, party in _items(data, "parties") if _items(data, "responsibilities") else ():
        name = _word(party.get("id"))
        if name and name not in busy:
            yield find("PPP210", at(path), party=name)


def own_approval(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Nobody approves its own work."""
    for path, task in _items(data, "responsibilities"):
        lead = _word(task.get("lead"))
        if lead and task.get("approval") == lead:
            yield find("PPP228", at(f"{path}.approval"), party=lead)


def one_leads_all(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Responsibilities are shared (T-24)."""
    leads = [_word(task.get("lead")) for _, task in _items(data, "responsibilities")]
    if len(leads) > 1 and leads[0] and len(set(leads)) == 1 and len(_party_ids(data)) > 1:
        yield find("PPP237", at("responsibilities"), party=leads[0])


_DUTIES = (
    "responsibilities[*].lead",
    "responsibilities[*].support[*]",
    "resources.contributions[*].party",
    "resources.instalments[*].from",
    "reporting[*].from",
    "evaluation[*].by",
)


def one_bears_all(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Tasks, contributions, payments, reports and evaluations are not all on one side (T-24)."""
    bearers = [value for pattern in _DUTIES for _, value in _words(data, pattern)]
    if len(bearers) > 1 and len(set(bearers)) == 1 and len(_party_ids(data)) > 1 and bearers[0] in _party_ids(data):
        place = next(spell_path(where) for pattern in _DUTIES for where, value in select(data, pattern) if value)
        yield find("PPP248", at(place.split("[", 1)[0]), party=bearers[0], count=len(bearers))


def chair_is_member(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Who chairs the steering committee is in it."""
    committee = mapping(_value(data, "governance.steering_committee"))
    chair, members = _word(committee.get("chair")), _tongues_of_list(committee.get("members"))
    if chair and members and chair not in members:
        yield find("PPP239", at("governance.steering_committee.chair"), party=chair)


def joint_control_alone(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Joint control takes two."""
    parties = _value(data, "data_protection.joint.parties")
    if isinstance(parties, list) and len(set(_tongues_of_list(parties))) < 2:
        yield find("PPP217", at("data_protection.joint.parties"), count=len(set(_tongues_of_list(parties))))


def joint_controllers(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A joint controller, and the contact point of the joint controllers, is a controller."""
    controllers = _tongues_of_list(_value(data, "data_protection.controllers"))
    for key in ("parties[*]", "contact_point") if controllers else ():
        for path, value in _words(data, f"data_protection.joint.{key}"):
            if value not in controllers:
                yield find("PPP232", at(path), party=value)


def data_roles(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Who instructs a processor, exchanges data by a protocol or sends them abroad is among the controllers (or processors); who
    engages a sub-processor is a processor (B-50, B-51)."""
    controllers = _tongues_of_list(_value(data, "data_protection.controllers"))
    processors = [value for _, value in _words(data, "data_protection.processors[*].processor")]
    asked: tuple[tuple[str, list[str], str], ...] = (
        ("data_protection.processors[*].controller", controllers, "data_protection.controllers"),
        ("protocol.sender", controllers, "data_protection.controllers"),
        ("protocol.recipient", controllers, "data_protection.controllers"),
        ("data_protection.transfers[*].from", [*controllers, *processors], "data_protection.controllers"),
        ("data_protection.subprocessors[*].processor", processors, "data_protection.processors"),
    )
    for pattern, listed, where in asked:
        for path, value in _words(data, pattern) if listed else ():
            if value not in listed:
                yield find("PPP274", at(path), party=value, path=path, where=where)


def processor_is_controller(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Who decides together on a processing does not carry it out on behalf of the other (B-50)."""
    joint = _tongues_of_list(_value(data, "data_protection.joint.parties"))
    for path, value in _words(data, "data_protection.processors[*].processor"):
        if value in joint:
            yield find("PPP283", at(path), party=value)


def ground_without_category(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """An exception of article 9(2) of the GDPR is for special categories, which are named (T-54)."""
    ground = _value(data, "data_protection.special_ground")
    if ground and not _tongues_of_list(_value(data, "data_protection.special_categories")):
        yield find("PPP281", at("data_protection.special_ground"), ground=ground)


# The countries of the European Economic Area.
_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
_HANDLES_DATA = (
    "data_protection.controllers[*]",
    "data_protection.joint.parties[*]",
    "data_protection.processors[*].processor",
    "data_protection.subprocessors[*].processor",
    "protocol.recipient",
)


def data_outside_eea(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A party outside the European Economic Area that handles personal data receives them by a transfer with a tool (T-55)."""
    if _value(data, "facts.personal_data") is not True:
        return
    sent = {to for _, to in _words(data, "data_protection.transfers[*].to")}
    for _, party in _items(data, "parties"):
        country, name = _word(_value(party, "seat.country")), _word(party.get("id"))
        places = [path for pattern in _HANDLES_DATA for path, value in _words(data, pattern) if value == name]
        if places and name and name not in sent and re.fullmatch("[A-Z]{2}", country) and country not in _EEA:
            yield find("PPP264", at(places[0]), party=name, country=country)


# ------------------------------------------------------------------------------------------ gate facts


_ANY, _ABSENT = object(), object()
_DGD_SCHEMES = tuple(_SCHEMES)
# (gate fact, its answer, what does not fit it: a path and the values there; _ANY: anything, _ABSENT: nothing)
_CONTRADICTIONS: tuple[tuple[str, Any, str, Any], ...] = (
    ("public_money", "none", "grant", _ANY),
    ("public_money", "none", "resources.contributions[*].source", ("federal", "regional", "community", "local")),
    ("dgd_money", True, "facts.public_money", ("none", "regional", "community", "local")),
    ("dgd_money", False, "grant.scheme", _DGD_SCHEMES),
    ("eu_money", False, "resources.contributions[*].source", ("eu",)),
    ("personal_data", False, "data_protection", _ANY),
    ("personal_data", False, "facts.joint_control", (True,)),
    ("personal_data", False, "facts.processor", (True,)),
    ("personal_data", False, "facts.federal_data", (True,)),
    ("personal_data", False, "facts.non_eea_transfer", (True,)),
    ("joint_control", False, "data_protection.joint", _ANY),
    ("processor", False, "data_protection.processors", _ANY),
    ("non_eea_transfer", False, "data_protection.transfers", _ANY),
    ("federal_data", False, "protocol", _ANY),
    ("aid_direct", False, "governance.complaints", _ANY),
    ("third_country", False, "purpose.country", _ANY),
    ("third_country", True, "purpose.country", _ABSENT),
    ("volunteers", False, "staff.volunteers", _ANY),
    ("volunteers", False, "volunteering", _ANY),
    ("lent_staff", False, "staff.secondments", _ANY),
    ("donation", False, "donations", _ANY),
    ("ip_created", False, "intellectual_property", _ANY),
    ("equipment", False, "resources.budget[*].category", ("equipment",)),
)


def gate_facts(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """The gate facts fit the rest of the spec: they decide which clauses and obligations apply."""
    facts = mapping(data.get("facts"))
    for fact, answer, pattern, misfit in _CONTRADICTIONS:
        given = facts.get(fact)
        if type(given) is not type(answer) or given != answer:
            continue
        for path, value in select(data, pattern):
            if _is(value, misfit):
                spoken = str(answer).lower()
                where = pattern if misfit is _ABSENT else spell_path(path)
                yield find("PPP218", at(where), fact=fact, value=spoken, path=where)


def _is(value: Any, misfit: Any) -> bool:
    empty = value is None or value in ("", [], {})
    if misfit is _ABSENT or misfit is _ANY:
        return empty is (misfit is _ABSENT)
    return any(type(value) is type(wrong) and value == wrong for wrong in misfit)


# ------------------------------------------------------------------------------- signature and languages


def originals(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A paper agreement is made in as many originals as there are parties with distinct interests (T-19)."""
    signature = mapping(data.get("signature"))
    number, parties = signature.get("originals"), derived.get("party_count")
    if signature.get("form") == "handwritten" and type(number) is int and parties and number != parties:
        yield find("PPP223", at("signature.originals"), originals=number, parties=parties)


def authentic_language(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A language in which the agreement is authentic is one in which it is written."""
    languages = _tongues_of_list(data.get("languages"))
    for path, value in _words(data, "authentic[*]") if languages else ():
        if value not in languages:
            yield find("PPP238", at(path), language=value, languages=", ".join(languages))


# The language of a unilingual area. Municipalities with a special regime have rules of their own and are left alone.
_AREA_LANGUAGE: Mapping[str, str] = {"dutch": "nl", "french": "fr", "german": "de"}
_FEDERAL = lazy(
    r"\bétat belge|\bbelgische[nr]? sta+t|\bbelgian state|\bf[ée]d[ée]ra(?:l|al)|\bföderal|\b(?:SPF|SPP|FOD|POD|FÖD|Fedasil|Enabel|DGD)\b",
    re.IGNORECASE,
)
_COMMUNITY: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "nl",
        lazy(r"\bvlaams|\bvlaanderen|\bflamand|\bflandre|\bflämisch|\bflandern|\bflemish|\bflanders", re.IGNORECASE),
    ),
    (
        "fr",
        lazy(
            r"\bwallon|\bwaals|commun\w+ française|franse gemeenschap|französische gemeinschaft|french community",
            re.IGNORECASE,
        ),
    ),
    ("de", lazy(r"germanophone|deutschsprachig|duitstalig|german-speaking", re.IGNORECASE)),
)
_THREE = ("fr", "nl", "de")


def _languages_of_service(data: Data, party: Data) -> tuple[str, ...]:
    """The languages in which a public service may act, its own first; () when the spec does not tell.

    A unilingual area has one (German, and French beside it, in the German one), and so has a service of one Community or Region
    that is seated in Brussels; for the others, federal or of Brussels, it is a question of whom they write to.
    """
    seat = mapping(party.get("seat"))
    words = " ".join(text for key in ("name", "short_name", "represents") for text in _tongues(party.get(key)))
    granted = _value(data, "grant.grantor") == party.get("id") and _value(data, "facts.public_money") == "federal"
    area = _AREA_LANGUAGE.get(_word(seat.get("language_region")), "")
    own = next((language for language, pattern in _COMMUNITY if pattern.search(words)), "")
    if seat.get("country") != "BE" or party.get("role") != "public-authority":
        return ()
    if granted or _FEDERAL.search(words):
        return _THREE
    if seat.get("language_region") == "bilingual-brussels":
        return (own,) if own else _THREE
    if not area or (own and own != area):
        return ()
    return ("de", "fr") if area == "de" else (area,)


def _services(data: Data) -> list[tuple[Data, tuple[str, ...]]]:
    """The public services that are parties, each with its languages."""
    services = [party for _, party in _items(data, "parties") if party.get("role") == "public-authority"]
    return [(party, _languages_of_service(data, party)) for party in services]


def service_language(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A public service of a unilingual area acts in the language of that area (T-63, T-77)."""
    authentic = _tongues_of_list(data.get("authentic"))
    for party, languages in _services(data) if authentic else ():
        if languages and languages != _THREE and languages[0] not in authentic:
            yield find("PPP260", at("authentic"), party=_word(party.get("id")), language=languages[0])


def no_service_language(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """No version is authentic in a language that none of the public services may use (T-77).

    With a foreign or international partner the rules on the language of private persons do not decide: then a federal or Brussels
    service is left alone.
    """
    services = _services(data)
    abroad = ("foreign-legal-person", "international-organisation")
    foreign = any(party.get("type") in abroad for _, party in _items(data, "parties"))
    if not services or any(not languages or (foreign and languages == _THREE) for _, languages in services):
        return
    for path, language in _words(data, "authentic[*]"):
        if not any(language in languages for _, languages in services):
            yield find("PPP261", at(path), language=language)


_NO_COMPANY = lazy(
    r"\b(?:ai?sbl|i?vzw|vog)\b|sans but lucratif|zonder winstoogmerk|ohne (?:gewinn|erwerb)|fondation|stichting|stiftung|non-profit",
    re.IGNORECASE,
)


def _unilingual(data: Data) -> Iterator[tuple[str, str, bool]]:
    """The Belgian legal persons of a Dutch or French unilingual area to which a federal or Brussels service is tied in a
    language that is not theirs: id, language of the area, whether it is a company."""
    authentic = _tongues_of_list(data.get("authentic"))
    if not authentic or not any(languages == _THREE for _, languages in _services(data)):
        return
    for _, party in _items(data, "parties"):
        language = _AREA_LANGUAGE.get(_word(_value(party, "seat.language_region")), "")
        if party.get("type") != "belgian-legal-person" or party.get("role") == "public-authority":
            continue
        if language in ("nl", "fr") and language not in authentic:
            forms = " ".join(_tongues(party.get("legal_form"))).replace(".", "")
            company = party.get("role") == "private-partner" and not _NO_COMPANY.search(forms)
            yield _word(party.get("id")), language, company


def enterprise_language(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """A federal or Brussels service writes to an enterprise of a unilingual municipality in the language there (T-63)."""
    for party, language, company in _unilingual(data):
        if company:
            yield find("PPP262", at("authentic"), party=party, language=language)


def association_language(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Whether an association counts as such an enterprise is debated (T-63)."""
    for party, language, company in _unilingual(data):
        if not company:
            yield find("PPP263", at("authentic"), party=party, language=language)


# What is no placeholder without brackets: «formulaire à compléter» is a form, TBC is also a disease.
_TO_FILL = (
    r"…|\.{2,}|_+|•+|●|\?+|x+|tb[cda]|(?:à|a) (?:compléter|completer|préciser|définir)|nom|naam|name|date|datum|montant|bedrag|amount"
    r"|(?:in|aan) te vullen|(?:nader )?te bepalen|auszufüllen|to be (?:completed|defined|confirmed)|(?:to )?fill in"
)
_PLACEHOLDER = lazy(
    rf"(?i:\[\s*(?:{_TO_FILL})(?:[\s:,][^\[\]]{{0,60}})?\]|<\s*(?:{_TO_FILL})(?:[\s:,][^<>]{{0,60}})?>)"
    r"|(?<![^\W_])X{3,}(?![^\W_])|\b(?:TODO|FIXME)\b|_{3,}|\?{3,}|\.{5,}|…{2,}|\{\{[^{}]{0,60}\}\}"
)


def placeholder_in(text: str) -> str:
    """What a text leaves to fill in; "" when it leaves nothing."""
    hit = _PLACEHOLDER.search(text)
    return hit[0] if hit else ""


def placeholder(data: Data, derived: Data, parameters: Parameters, at: At) -> Iterator[Finding]:
    """Nothing is left to fill in (T-16)."""
    for path, value in _all_texts(data):
        hit = placeholder_in(value)
        if hit:
            yield find("PPP224", at(spell_path(path)), value=hit)


# ----------------------------------------------------------------------------------------------- table


RULES: Mapping[str, Rule] = {
    "PPP201": unknown_party,
    "PPP202": duplicate_id,
    "PPP203": enterprise_number,
    "PPP204": iban,
    "PPP205": end_before_start,
    "PPP206": outside_term,
    "PPP207": instalments_sum,
    "PPP208": budget_and_contributions,
    "PPP209": cash_and_grant,
    "PPP210": idle_party,
    "PPP211": after_the_end,
    "PPP212": budget_result,
    "PPP213": no_such_date,
    "PPP214": signed_after_start,
    "PPP215": structure_costs,
    "PPP216": long_notice,
    "PPP217": joint_control_alone,
    "PPP218": gate_facts,
    "PPP219": grantor_role,
    "PPP220": on_both_sides,
    "PPP221": scheme_duration,
    "PPP222": company_grantee,
    "PPP223": originals,
    "PPP224": placeholder,
    "PPP225": same_party_twice,
    "PPP226": no_signature_date,
    "PPP228": own_approval,
    "PPP229": paid_before_signature,
    "PPP230": old_legal_form,
    "PPP231": long_rhythm,
    "PPP232": joint_controllers,
    "PPP233": no_legal_person,
    "PPP234": early_exit_plan,
    "PPP235": decided_after_signature,
    "PPP236": lent_before_signature,
    "PPP237": one_leads_all,
    "PPP238": authentic_language,
    "PPP239": chair_is_member,
    "PPP240": old_authority_name,
    "PPP241": register_court,
    "PPP242": evaluations_out_of_order,
    "PPP243": base_dated_later,
    "PPP244": closing_balance,
    "PPP245": amended_too_late,
    "PPP246": opinion_after_signature,
    "PPP247": account_holder,
    "PPP248": one_bears_all,
    "PPP249": deadline_before_trigger,
    "PPP250": instalments_and_cash,
    "PPP260": service_language,
    "PPP261": no_service_language,
    "PPP262": enterprise_language,
    "PPP263": association_language,
    "PPP264": data_outside_eea,
    "PPP265": gift_to_company,
    "PPP266": cash_gift,
    "PPP270": role_of_type,
    "PPP271": role_of_form,
    "PPP272": role_for_place,
    "PPP273": grantor_pays_grantee,
    "PPP274": data_roles,
    "PPP275": gift_sum,
    "PPP276": counterparts_sum,
    "PPP277": needs_after_signature,
    "PPP278": long_before_start,
    "PPP279": amendment_start,
    "PPP280": late_report,
    "PPP281": ground_without_category,
    "PPP282": local_partner,
    "PPP283": processor_is_controller,
    "PPP284": belgian_seat,
    "PPP285": early_final,
}


def check_spec_rules(data: Any, derived: Data, parameters: Parameters, at: At) -> tuple[Finding, ...]:
    """What every rule says of a spec, in the order of the file."""
    found = [finding for rule in RULES.values() for finding in rule(mapping(data), derived, parameters, at)]
    return tuple(sorted(found, key=lambda f: (f.place.line, f.place.column, f.code, f.place.path)))
