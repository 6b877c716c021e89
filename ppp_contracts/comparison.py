"""Turns a manifest and the text of a Word file into what happened to each paragraph of the agreement.

Every paragraph of the manifest gets one difference: intact, moved, misplaced, changed, concealed or gone; paragraphs that nobody
knows are added ones. Misplaced is what only its place gives a meaning, and has another now: the cell of a table under the name of
another party or instalment, the account or the role of one party among the mentions of another. Bookmarks find a paragraph first, its words next: who copies and pastes loses bookmarks, not words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .codes import find
from .finding import Finding, Place, Severity
from .manifest import BLANK, REFERENCE, mask_private, normalise
from .redline import shorten, show_difference

if TYPE_CHECKING:
    from .word.reader import WordText

INTACT, MOVED, CHANGED, CONCEALED, GONE, ADDED = "intact", "moved", "changed", "concealed", "gone", "added"
MISPLACED = "misplaced"

OURS = "_ppp_"
AFTER_LABEL = " .:)-"
BLANK_SHOWN = "……"
DOTS = re.compile(r"[.…_]{2,}")  # a blank as it is printed
JOINED = 20  # pieces at most that together may be one paragraph
ALIKE = 0.6  # share of common words from which a paragraph without bookmark is taken for a changed one
FEWEST_WORDS = 4  # shorter texts are not recognised by likeness
MOST_PAIRS = 100_000  # comparisons at most in the search by likeness
MOST_FILLED = 500  # characters at most that a blank may have become
MOST_MERGED = 100  # paragraphs at most that were merged into one
MOST_COPIES = 20  # paragraphs at most that are looked at for one bookmark


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to one paragraph. `where` is how people call it («Article 7.2»)."""

    state: str
    where: str
    part: str = ""
    article: int = 0
    label: str = ""
    clause: str = ""
    block: str = ""
    anchor: str = ""
    old: str = ""
    new: str = ""
    shown: str = ""  # the words that differ, in context; for concealed text that text
    lines: tuple[
        tuple[int, str], ...
    ] = ()  # the paragraphs of the file that it stands in: place in its order, and text


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph of the file, or the part of it that belongs to one anchor."""

    at: int  # its place in the order of the file
    text: str
    bare: str
    refs: tuple[str, ...]
    anchor: str
    in_contents: bool
    concealed: str


@dataclass
class _Match:
    """The pieces found for one entry."""

    pieces: tuple[_Piece, ...] = ()
    same: bool = False

    @property
    def text(self) -> str:
        return " ".join(piece.text.strip() for piece in self.pieces).strip()


def compare(manifest: Mapping[str, Any], text: WordText) -> tuple[Difference, ...]:
    """One difference for each paragraph of the manifest, in its order; then concealed and added text, in the file's."""
    entries: Sequence[Mapping[str, Any]] = manifest["paragraphs"]
    pieces = list(_pieces(text, {entry["anchor"] for entry in entries}))
    matches, free = _match(entries, pieces)
    moved = _moved(entries, matches)
    astray = _misplaced(entries, matches, moved)
    names = {article["number"]: article["label"] for article in manifest["articles"]}
    stated = [
        _difference(
            entry,
            match,
            MISPLACED if number in astray else MOVED if number in moved else INTACT,
            where_of(entry, names),
        )
        for number, (entry, match) in enumerate(zip(entries, matches, strict=True))
    ]
    concealed = [
        replace(difference, state=CONCEALED, new=match.text, shown=hidden)
        for difference, match in zip(stated, matches, strict=True)
        if difference.state in (INTACT, MOVED, MISPLACED)
        and (hidden := " ".join(p.concealed for p in match.pieces).strip())
    ]
    owners = {p.at: d.where for d, match in zip(stated, matches, strict=True) for p in match.pieces}
    annexed = {
        p.at for entry, match in zip(entries, matches, strict=True) if _is_within_annex(entry) for p in match.pieces
    }
    return (*stated, *concealed, *_added(manifest, pieces, free, owners, annexed))


def foreign_margins(
    manifest: Mapping[str, Any], said: Sequence[str], labels: Sequence[str], file: str
) -> Iterator[Finding]:
    """What headers, footers and the labels of lists say and the template does not; `said` has U+FFFC for what Word computes.
    A manifest that knows no label is of a program that kept neither."""
    known = set(manifest["frame"])
    if not any("%1" in text for text in known):
        return
    for text in said:
        parts = [re.escape(normalise(part)) for part in text.split(REFERENCE)]
        pattern = re.compile(r"\s*+[0-9ivxlc]*+\s*+".join(parts), re.IGNORECASE)  # nothing is tried twice
        if normalise(text.replace(REFERENCE, "")) and not any(pattern.fullmatch(one) for one in known):
            yield find("PPP626", Place(file), shown=shorten(text.replace(REFERENCE, "…")))
    for label in labels:
        if normalise(label) not in known:
            yield find("PPP626", Place(file), shown=shorten(label))


def paragraphs_in(manifest: Mapping[str, Any], text: WordText) -> list[str]:
    """The paragraphs of a file in its order, as the places in `Difference.lines` count them."""
    return [piece.text for piece in _pieces(text, {entry["anchor"] for entry in manifest["paragraphs"]})]


def where_of(entry: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """How people call a paragraph: «Article 7.2», «Annexe 2», else its clause."""
    name, label, number = names.get(entry["article"], ""), str(entry["label"]), str(entry["article"])
    if not name:
        return label or str(entry["clause"])
    if label.startswith(number) and name.endswith(number):
        return name.removesuffix(number) + label
    return name if label in ("", name) else f"{name} {label}"


def _difference(entry: Mapping[str, Any], match: _Match, place: str, where: str) -> Difference:
    """What happened to a paragraph; `place` is its state when its words are the same."""
    hidden = " ".join(piece.concealed for piece in match.pieces).strip()
    new, shown = "" if match.same else match.text, ""
    old = str(entry["text"]).replace(BLANK, BLANK_SHOWN)
    if match.same:
        state = place
    elif hidden:
        state, shown = CONCEALED, hidden
    elif not new:
        state = GONE if old.strip() else INTACT  # an empty cell
    else:
        state, shown = CHANGED, show_difference(old, DOTS.sub(BLANK_SHOWN, new))
    keys = ("part", "article", "label", "clause", "block", "anchor")
    lines = tuple((piece.at, piece.text) for piece in match.pieces)
    return Difference(state, where, **{key: entry[key] for key in keys}, old=old, new=new, shown=shown, lines=lines)


# --------------------------------------------------------------------------------------------- pieces


def _pieces(word_text: WordText, anchors: set[str]) -> Iterator[_Piece]:
    """The paragraphs of a file; one with several anchors (merged ones) is cut where each of them starts."""
    at = 0
    for paragraph in word_text.paragraphs:
        named = {mark.name: mark for mark in reversed(paragraph.bookmarks) if mark.name in anchors}
        marks = [mark for mark in paragraph.bookmarks if named.get(mark.name) is mark][:MOST_MERGED]
        if len(marks) < 2:
            anchor = marks[0].name if marks else ""
            refs = tuple(ref.name for ref in paragraph.refs)
            text, bare = mask_private(paragraph.text), mask_private(paragraph.bare)
            yield _Piece(at, text, bare, refs, anchor, paragraph.in_contents, paragraph.concealed)
            at += 1
            continue
        starts = [(0, 0), *((mark.text_at, mark.bare_at) for mark in marks[1:])]
        ends = [*starts[1:], (len(paragraph.text), len(paragraph.bare))]
        for mark, start, end in zip(marks, starts, ends, strict=True):
            yield _Piece(
                at,
                mask_private(paragraph.text[start[0] : end[0]]),
                mask_private(paragraph.bare[start[1] : end[1]]),
                tuple(ref.name for ref in paragraph.refs if start[1] <= ref.bare_at < end[1]),
                mark.name,
                paragraph.in_contents,
                paragraph.concealed,
            )
            at += 1


# ------------------------------------------------------------------------------------------- matching


def _match(entries: Sequence[Mapping[str, Any]], pieces: Sequence[_Piece]) -> tuple[list[_Match], list[_Piece]]:
    """The pieces of each entry, and the pieces that belong to none."""
    anchored = defaultdict(list)
    for piece in pieces:
        if piece.anchor:
            anchored[piece.anchor].append(piece)
    matches = [_by_anchor(entry, anchored[entry["anchor"]], pieces) for entry in entries]
    _match_free(entries, matches, pieces, _by_words)
    _match_free(entries, matches, pieces, _by_likeness)
    taken = {piece.at for match in matches for piece in match.pieces}
    return matches, [piece for piece in pieces if piece.at not in taken]


def _match_free(
    entries: Sequence[Mapping[str, Any]], matches: list[_Match], pieces: Sequence[_Piece], search: Any
) -> None:
    taken = {piece.at for match in matches for piece in match.pieces}
    free = [piece for piece in pieces if piece.at not in taken and piece.text.strip() and not piece.in_contents]
    lost = [number for number, match in enumerate(matches) if not match.same]
    if free and lost:
        search(entries, matches, lost, free)


def _by_anchor(entry: Mapping[str, Any], own: Sequence[_Piece], pieces: Sequence[_Piece]) -> _Match:
    """The pieces with the entry's bookmark: one that says the same, else one with what follows it, else the first."""
    own = own[:MOST_COPIES]
    for piece in own:
        if is_same(entry, piece):
            return _Match((piece,), True)
    for piece in own:
        joined = _joined(entry, piece, pieces)
        if joined:
            return _Match(joined, True)
    filled = [piece for piece in own if piece.text.strip() or piece.concealed]
    return _Match(_joined_alike(entry, filled[0], pieces)) if filled else _Match()


def _followers(first: _Piece, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The pieces after this one that no other bookmark claims."""
    for piece in pieces[first.at + 1 : first.at + JOINED]:
        if piece.anchor not in ("", first.anchor) or piece.in_contents:
            return
        yield piece


def _joined(entry: Mapping[str, Any], first: _Piece, pieces: Sequence[_Piece]) -> tuple[_Piece, ...]:
    """This piece and those after it, when together they are the entry: someone pressed Enter in the middle."""
    wanted = _unspaced(entry["bare"])
    so_far, joined = _unspaced(first.bare), [first]
    for piece in _followers(first, pieces):
        if not so_far or not wanted.startswith(so_far):
            return ()
        so_far, joined = _unspaced(so_far + piece.bare), [*joined, piece]
        if so_far == wanted:
            return tuple(joined)
    return ()


def _joined_alike(entry: Mapping[str, Any], first: _Piece, pieces: Sequence[_Piece]) -> tuple[_Piece, ...]:
    """This piece, and those after it as long as they bring the text nearer to the entry's."""
    wanted = _words(entry["text"])
    have: Counter[str] = _words(first.text)
    joined: tuple[_Piece, ...] = (first,)
    for piece in _followers(first, pieces):
        more = have + _words(piece.text)
        if _likeness(wanted, more) <= _likeness(wanted, have):
            break
        have, joined = more, (*joined, piece)
    return joined


def _by_words(
    entries: Sequence[Mapping[str, Any]], matches: list[_Match], lost: Sequence[int], free: Sequence[_Piece]
) -> None:
    """Entries whose very words stand in a paragraph without a bookmark."""
    by_key: dict[str, list[_Piece]] = defaultdict(list)
    for piece in reversed(free):
        for key in {normalise(piece.bare), normalise(piece.text)}:
            by_key[key].append(piece)
    taken: set[int] = set()
    for number in lost:
        for key in (normalise(entries[number]["bare"]), normalise(entries[number]["text"])):
            while by_key[key] and by_key[key][-1].at in taken:
                by_key[key].pop()
            if by_key[key] and is_same(entries[number], by_key[key][-1]):
                matches[number] = _Match((by_key[key][-1],), True)
                taken.add(by_key[key].pop().at)
                break


def _by_likeness(
    entries: Sequence[Mapping[str, Any]], matches: list[_Match], lost: Sequence[int], free: Sequence[_Piece]
) -> None:
    """Entries without a paragraph of their own that a paragraph without a bookmark resembles: changed, not gone."""
    wanted = [(number, _words(entries[number]["text"])) for number in lost if not matches[number].text]
    have = [(piece, _words(piece.text)) for piece in free]
    pairs = [
        (likeness, -number, -piece.at, piece)
        for rank, (number, words) in enumerate(wanted)
        if words.total() >= FEWEST_WORDS
        for piece, other in have[_near(rank, len(wanted), len(have))]
        if (likeness := _likeness(words, other)) >= ALIKE
    ]
    done: set[int] = set()
    used: set[int] = set()
    for _, number, at, piece in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if -number not in done and at not in used:
            matches[-number] = _Match((piece,), is_same(entries[-number], piece))
            done.add(-number)
            used.add(at)


def _near(rank: int, ranks: int, places: int) -> slice:
    """Where to look for an entry: everywhere, or in a very long file around the same place."""
    reach = max(MOST_PAIRS // ranks, 1)
    start = max(0, rank * places // ranks - reach // 2) if reach < places else 0
    return slice(start, start + reach)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", normalise(text)))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


# ------------------------------------------------------------------------------------------- sameness


def is_same(entry: Mapping[str, Any], piece: _Piece) -> bool:
    """Whether a piece says what the entry says.

    The number that a live reference shows may differ, for an inserted article renumbers the rest, as long as the
    reference points where it did; what became plain text must have the very number of the manifest.
    """
    refs = list(piece.refs)
    if piece.text == entry["text"] and refs == entry["refs"]:
        return True
    bare, text = normalise(piece.bare), normalise(piece.text)
    old_bare, old_text = normalise(entry["bare"]), normalise(entry["text"])
    if BLANK in old_text:
        return _fills(old_bare, bare) or _fills(old_text, text)
    if text == old_text:  # a reference made anew has a bookmark of Word's own; one of ours must be the right one
        return not any(ref.startswith(OURS) and ref not in entry["refs"] for ref in refs)
    if bare == old_bare and refs == entry["refs"]:
        return _numberless(text) == _numberless(old_text)
    if _is_within_annex(
        entry
    ):  # its label is that of the annex: «2» before «50 000,00 €» in annex 2 is no number typed as text
        return False
    label = normalise(entry["label"])
    labels = [typed for typed in (label, label.rpartition(" ")[2]) if typed and text.startswith(typed)]
    return any(_without_label(text, typed) == old_text for typed in labels)


def _without_label(text: str, label: str) -> str:
    """The text after a label that was typed before it; as it is when figures follow at once, for then it is no label."""
    rest = text.removeprefix(label)
    return text if label[-1:].isdigit() and rest[:1].isdigit() else rest.lstrip(AFTER_LABEL)


def _is_within_annex(entry: Mapping[str, Any]) -> bool:
    return bool(entry["part"] == "annex" and entry["block"] != "0")


def _fills(blank: str, text: str) -> bool:
    """Whether the text is the blank one with words filled in: that is what blanks are for."""
    parts = blank.split(BLANK)
    if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
        return False
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(text) - len(blank) <= MOST_FILLED * (len(parts) - 1)


def _numberless(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _unspaced(text: str) -> str:
    return normalise(text).replace(" ", "")


# ---------------------------------------------------------------------------------------------- order


def _moved(entries: Sequence[Mapping[str, Any]], matches: Sequence[_Match]) -> frozenset[int]:
    """The entries that stand elsewhere: the fewest that explain the order of the file.

    A template may put the annexes before or after the signatures; neither is a move.
    """
    found = [number for number, match in enumerate(matches) if match.same]
    late = [number for number in found if entries[number]["part"] == "annex"]
    annexes = set(late)
    signed = {number for number in found if entries[number]["part"] == "signature"}
    body = [number for number in found if number not in annexes and number not in signed]
    orders = (found, [*body, *late, *sorted(signed)])
    kept = (_longest_rise(order, [matches[number].pieces[0].at for number in order]) for order in orders)
    return frozenset(found) - max(kept, key=len)


_CELL = re.compile(r"(\d+)\.(\d+)\.\d+")  # block of a cell: table, row, column


def _misplaced(
    entries: Sequence[Mapping[str, Any]], matches: Sequence[_Match], moved: frozenset[int]
) -> frozenset[int]:
    """The moved entries that say something else where they are: a cell that left its row, a paragraph of the parties or signatures
    that left its neighbours. A row or a party that moved as a whole says what it said."""
    pieces = [match.pieces for match in matches]
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        cell = _CELL.fullmatch(entry["block"]) if entry["part"] == "annex" else None
        if cell and pieces[number]:
            rows[entry["clause"], cell[1], cell[2]].append(number)
    held = sorted(piece.at for own in pieces for piece in own)
    out: set[int] = set()
    for row in rows.values() if moved else ():
        places = [pieces[number][0].at for number in row]
        apart = places != sorted(places) or _between(held, min(places), max(places)) > sum(len(pieces[n]) for n in row)
        out |= moved & set(row) if apart else set()
    for number in moved:
        if entries[number]["part"] in ("party", "signature") and not _has_neighbour(number, entries, pieces):
            out.add(number)
    return frozenset(out)


def _between(held: Sequence[int], first: int, last: int) -> int:
    """How many known paragraphs stand from one place to another, both included."""
    from bisect import bisect_left, bisect_right

    return bisect_right(held, last) - bisect_left(held, first)


def _has_neighbour(number: int, entries: Sequence[Mapping[str, Any]], pieces: Sequence[tuple[_Piece, ...]]) -> bool:
    """Whether the paragraph before an entry, or the one after it, stands beside it in the file too."""
    own = pieces[number]
    for other in (number - 1, number + 1):
        if 0 <= other < len(entries) and pieces[other] and entries[other]["part"] == entries[number]["part"]:
            before, after = (pieces[other], own) if other < number else (own, pieces[other])
            if before[-1].at + 1 == after[0].at:
                return True
    return False


def _longest_rise(items: Sequence[int], places: Sequence[int]) -> frozenset[int]:
    """The items of a longest increasing subsequence of places (patience sorting)."""
    from bisect import bisect_left

    tops: list[int] = []  # the smallest place on which a rise of this length can end
    ends: list[int] = []  # the position of that place
    before: list[int] = []
    for position, place in enumerate(places):
        length = bisect_left(tops, place)
        before.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [place]
        ends[length : length + 1] = [position]
    kept: list[int] = []
    position = ends[-1] if ends else -1
    while position >= 0:
        kept.append(items[position])
        position = before[position]
    return frozenset(kept)


# ---------------------------------------------------------------------------------------------- added


def _added(
    manifest: Mapping[str, Any],
    pieces: Sequence[_Piece],
    free: Sequence[_Piece],
    owners: Mapping[int, str],
    annexed: set[int],
) -> Iterator[Difference]:
    """Paragraphs that neither the manifest nor the template knows; concealed text outside the known paragraphs too.

    A paragraph that says again what an article says adds nothing; the copy of a cell does: another instalment, another report.
    What is added between the cells of an annex (`annexed`: where these are), or copies one, belongs to the annex.
    """
    cells = {normalise(entry["text"]) for entry in manifest["paragraphs"] if _is_within_annex(entry)}
    known = set(manifest["frame"])
    known |= {normalise(entry["text"]) for entry in manifest["paragraphs"] if not _is_within_annex(entry)}
    following = dict(zip((held := sorted(owners)), held[1:], strict=False))
    titles = {*known, *(normalise(piece.text) for piece in pieces if not piece.in_contents)} - {""}
    loose = {piece.at for piece in free}
    where, last = "", -1
    for piece in pieces:
        if piece.at in owners:
            where, last = owners[piece.at], piece.at
        if piece.at not in loose:
            continue
        new = " ".join(piece.text.split())
        if piece.concealed:
            yield Difference(CONCEALED, where, new=new, shown=piece.concealed, lines=((piece.at, piece.text),))
        text = normalise(piece.text)
        if text and text not in known and not (piece.in_contents and _is_contents_line(text, titles)):
            inside = last in annexed and (following.get(last) in annexed or text in cells)
            part = "annex" if inside else ""
            yield Difference(ADDED, where, part, new=new, shown=new, lines=((piece.at, piece.text),))


def _is_contents_line(text: str, titles: set[str]) -> bool:
    """A line of the table of contents: a number, the words of a paragraph of the document, a page."""
    words = re.sub(r"(?<!\w)\d+$", "", text).split(" ")
    return any(" ".join(words[start:]).strip() in titles for start in range(min(4, len(words))))


# ------------------------------------------------------------------------------------------- findings


CODES: Mapping[str, str] = {
    CHANGED: "PPP605",
    GONE: "PPP606",
    MOVED: "PPP607",
    MISPLACED: "PPP625",
    ADDED: "PPP608",
    CONCEALED: "PPP613",
}


def findings_of(differences: Sequence[Difference], file: str) -> tuple[Finding, ...]:
    """One finding for each paragraph that is not intact; one for an article or run of cells that is gone or moved."""
    findings: list[Finding] = []
    whole = _whole_articles(differences)
    for key, group in groupby(differences, key=lambda d: _group(d, whole)):
        members = list(group)
        if members[0].state == INTACT:
            continue
        if len(key) == 1 or len(members) == 1:
            findings += [_finding(member, member.where, file) for member in members]
            continue
        words = " · ".join(member.old for member in members if member.old)
        merged = replace(members[0], old=shorten(words))
        findings.append(_finding(merged, _head(members[0]), file))
    return tuple(findings)


def _group(difference: Difference, whole: frozenset[tuple[str, int]]) -> tuple[Any, ...]:
    """What the difference is reported together with: a key of one part means on its own."""
    state, article = difference.state, difference.article
    if article and (state, article) in whole:
        return state, "article", article
    if difference.part == "annex" and state in (GONE, MOVED):
        return state, "annex", difference.clause
    return (id(difference),)


def _whole_articles(differences: Sequence[Difference]) -> frozenset[tuple[str, int]]:
    states: dict[int, set[str]] = defaultdict(set)
    for difference in differences:
        if difference.article:
            states[difference.article].add(difference.state)
    return frozenset(
        (state, article) for article, found in states.items() for state in (GONE, MOVED) if found == {state}
    )


def _head(difference: Difference) -> str:
    """The article of a paragraph: «Article 7» of «Article 7.2»."""
    if not difference.article:
        return difference.where
    name, number, _ = difference.where.partition(str(difference.article))
    return f"{name}{number}"


def _finding(difference: Difference, where: str, file: str) -> Finding:
    in_annex = difference.part == "annex"  # generated, never drafted: what is added there contradicts the spec
    code = "PPP612" if in_annex and difference.state == CHANGED else CODES[difference.state]
    level = Severity.ERROR if in_annex and difference.state == ADDED else None
    old, new, shown = shorten(difference.old), shorten(difference.new), shorten(difference.shown)
    return find(code, Place(file, 0, 0, path=where), level, where=where or file, old=old, new=new, shown=shown)
