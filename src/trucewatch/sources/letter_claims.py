"""A letter's text → the rows that may each be a claim, with the words of time and place that stand in them.

A row is a proposal that a person looks at before anything is entered: what it is said to be about, when and where are
words of the letter, or nothing. One letter can carry hundreds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from trucewatch.sources.letter_items import Piece, Shape, pieces_of
from trucewatch.sources.letter_words import letter_words
from trucewatch.sources.month_names import month_number

MOST_ROWS: Final = 2_000
"""Of one letter; `LetterRows.left_out` says how many there are beyond."""
LONGEST_TEXT: Final = 1_000_000
_FEW_WORDS: Final = 8

_DATE: Final = re.compile(
    r"(?<![\d.])(?:\d{4}-\d{2}-\d{2}(?!\d)"
    r"|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?![\d.]\d)"
    r"|\d{1,2}/\d{1,2}(?![\d/]))"
)
_NAMED_DATE: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|-го)?[ \u00a0]([^\W\d_]{3,12})\.?(?:,?[ \u00a0](\d{4}))?"
)
_MONTH_FIRST: Final = re.compile(r"(?<!\w)([A-Z][a-z]{2,8})[ \u00a0](\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,?[ ](\d{4}))?")
_HOUR: Final = r"(?:[01]?\d|2[0-4])[:.h][0-5]\d"
_CLOCK: Final = re.compile(
    rf"(?<![\d:.]){_HOUR}(?!\d|[:.]\d)(?:[ ]?(?:[-–—]|to|and|до|и)[ ]?{_HOUR}(?!\d))?"
    r"|(?<![\d:.])(?:[01]?\d|2[0-4])[ ]?(?:o'clock|час(?:а|ов)?|[ap]\.?m\.?)(?!\w)"
)
_MGRS: Final = re.compile(r"(?<!\w)\d{1,2}[C-HJ-NP-X][ ]?[A-HJ-NP-Z]{2}[ ]?\d{2,5}[ ]?\d{2,5}(?!\w)")
_DEGREES: Final = re.compile(
    r"(?<![\d.])\d{1,3}[.,]\d{3,8}°?[ ]?[NSEW]?[,;/ ]{1,3}\d{1,3}[.,]\d{3,8}°?[ ]?[NSEW]?(?![\d])"
)
_RUN: Final = re.compile(r"[^\W\d_a-zа-яё][\w'’]{1,30}(?:[ -][^\W\d_a-zа-яё][\w'’]{1,30}){0,3}")
"""Words that begin with a capital letter, as names of places do."""
_OFFSET: Final = re.compile(
    r"(?<!\w)\d{1,3}(?:[.,]\d{1,2})?[ ]?(?:km|m|metres|meters|км|м|կմ|մ)(?!\w)[^,.;()\n]{0,40}$", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?<![\w.,:/-])(\d{1,5})(?![\w:./%-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """One row. number: from 1 within the letter; label: as the letter counts it. when, where: words of the letter, to
    be read as a caller's are; "" where none were seen. kind: of the observation table, "" for none. count: as least,
    best and most. is_likely: whether there is anything in it that a claim has, so that it is ticked."""

    number: int
    label: str
    words: str
    when: str = ""
    where: str = ""
    kind: str = ""
    count: tuple[int | None, int | None, int | None] = (None, None, None)
    is_likely: bool = False


@dataclass(frozen=True, slots=True)
class LetterRows:
    """How a letter is laid out, its rows, and how many more there are than are read."""

    shape: Shape
    rows: tuple[LetterRow, ...]
    left_out: int = 0


def claims_in_letter(text: str, *, places: Iterable[str] = (), nobodys: Iterable[str] = ()) -> tuple[LetterRow, ...]:
    """`rows_of_letter`, the rows alone.

    >>> [row.where for row in claims_in_letter("1. 10:10 two shots near Hollin\\n2. 11:40 a drone over Stonegate")]
    ['Hollin', 'Stonegate']
    """
    return rows_of_letter(text, places=places, nobodys=nobodys).rows


def rows_of_letter(text: str, *, places: Iterable[str] = (), nobodys: Iterable[str] = ()) -> LetterRows:
    """The rows of a letter. places: names that the watch knows, in any language; they come before what only looks like
    a name. nobodys: names of parties and bodies, which are no places."""
    shape, pieces = pieces_of(text[:LONGEST_TEXT])
    names = _Names(places, nobodys)
    rows: list[LetterRow] = []
    left_out = 0
    for piece in pieces:
        row = _row_of(piece, len(rows) + 1, names)
        if shape == "paragraphs" and not _may_be_claim(row):
            continue
        if len(rows) < MOST_ROWS:
            rows.append(row)
        else:
            left_out += 1
    return LetterRows(shape, tuple(rows), left_out)


def _may_be_claim(row: LetterRow) -> bool:
    """Of a letter without items: a paragraph that says when or where, and is no line of a letterhead."""
    return bool(row.when or row.where) and bool(row.kind or len(row.words.split()) >= _FEW_WORDS)


def _row_of(piece: Piece, number: int, names: _Names) -> LetterRow:
    cells = dict(reversed(piece.cells))  # of a column that comes twice the first
    plain = piece.words.casefold()
    counted = cells.get("what", "").casefold() or plain
    kind, kind_at = letter_words().kind_in(counted)
    if not kind:
        counted, (kind, kind_at) = plain, letter_words().kind_in(plain)
    when = " ".join(filter(None, (cells.get("day", ""), cells.get("clock", "")))) or _when(piece)
    where = cells.get("where", "") or names.place_in(piece.words) or names.place_in(piece.heading)
    count = _count(counted, kind_at)
    if (cell := cells.get("count", "")).isdigit() and len(cell) < 6:
        count = (int(cell), int(cell), int(cell))
    return LetterRow(
        number=number,
        label=piece.label,
        words=piece.words,
        when=when[:100],
        where=where[:100],
        kind=kind,
        count=count,
        is_likely=bool(kind or (when and where)),
    )


# When


def _when(piece: Piece) -> str:
    """Day and clock as written; the day of the heading where the piece has none."""
    day = _day_in(piece.words) or _day_in(piece.heading)
    clock = _CLOCK.search(piece.words) or _CLOCK.search(piece.heading)
    if clock is not None and clock[0] in day:
        clock = _CLOCK.search(piece.words, clock.end())
    return " ".join(filter(None, (day, clock[0] if clock else "")))


def _day_in(text: str) -> str:
    days: list[tuple[int, str]] = []
    if match := _DATE.search(text):
        days.append((match.start(), match[0]))
    for pattern, month in ((_NAMED_DATE, 2), (_MONTH_FIRST, 1)):
        for match in pattern.finditer(text):
            if month_number(match[month]):
                days.append((match.start(), match[0].rstrip(" ,")))
                break
    if days:
        return min(days)[1]
    match = letter_words().days.search(text.casefold()) if text else None
    return match[0] if match else ""


# Where


class _Names:
    """Names of places that a watch knows, days in a text by its words, also with another ending."""

    def __init__(self, places: Iterable[str], nobodys: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in places:
            words = _folded(name)
            if words:
                self._by_first.setdefault(words[0][:_ALIKE_FROM], []).append(words)
        self._nobodys = {_folded(name) for name in nobodys}

    def place_in(self, text: str) -> str:
        """The words of a text that say where: a grid reference, degrees, a known name, or what stands as a name stands;
        with a distance that is said before it. "" for none."""
        if not text:
            return ""
        for pattern in (_MGRS, _DEGREES):
            if match := pattern.search(text):
                return match[0].strip()
        begin, end = self._known(text) or self._alike(text) or (0, 0)
        if not end:
            return ""
        before = _OFFSET.search(text[max(begin - 60, 0) : begin])
        return text[begin - len(before[0]) if before else begin : end].strip()

    def _known(self, text: str) -> tuple[int, int] | None:
        if not self._by_first:
            return None
        words = [*_WORD.finditer(text)]
        folded = [word[0].casefold() for word in words]
        for at, word in enumerate(folded):
            if not words[at][0][0].isupper():
                continue
            for name in sorted(self._by_first.get(word[:_ALIKE_FROM], ()), key=len, reverse=True):
                if _is_alike(name, folded[at : at + len(name)]):
                    return words[at].start(), words[at + len(name) - 1].end()
        return None

    def _alike(self, text: str) -> tuple[int, int] | None:
        """Words with capital letters behind a word as "near", or before one, as some languages have it."""
        near = letter_words().near
        for match in near.finditer(text):
            run = _RUN.match(text, match.end())
            if run is not None and self._is_name(run[0]):
                return run.start(), run.end()
        for run in _RUN.finditer(text):
            follows = near.match(text, run.end() + 1) if run.end() < len(text) else None
            if follows and not follows[0].isascii() and self._is_name(run[0]):
                return run.start(), run.end()
        return None

    def _is_name(self, run: str) -> bool:
        words = _folded(run)
        is_nobodys = any(_is_alike(name, words[: len(name)]) for name in self._nobodys)
        return not is_nobodys and not month_number(run.split(maxsplit=1)[0])


_WORD: Final = re.compile(r"[^\W\d_]+")


_ALIKE_FROM: Final = 3
"""Letters that two forms of a word share at least."""


@lru_cache(maxsize=4096)
def _folded(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(name))


def _is_alike(name: Sequence[str], words: Sequence[str]) -> bool:
    """Whether words are these, each but for the ending that another case gives it. ASCII words have none."""
    return len(name) == len(words) and all(
        word == other
        or (
            not word.isascii()
            and abs(len(word) - len(other)) < 3
            and word[: (least := max(_ALIKE_FROM, len(word) - 2))] == other[:least]
        )
        for word, other in zip(name, words, strict=True)
    )


# How many


def _count(text: str, kind_at: int) -> tuple[int | None, int | None, int | None]:
    """A number within the three words before what it counts; "about" leaves the ends open, "at least" the upper one."""
    if kind_at <= 0:
        return (None, None, None)
    before: Sequence[str] = text[max(kind_at - 60, 0) : kind_at].split()[-5:]
    words = letter_words()
    for at in range(len(before) - 1, max(len(before) - 4, -1), -1):
        match = _NUMBER.fullmatch(before[at])
        number = int(match[1]) if match else words.numbers.get(before[at])
        if number is None:
            continue
        pair = " ".join(before[max(at - 2, 0) : at])
        if pair in words.at_least or before[max(at - 1, 0)] in words.at_least:
            return (number, None, None)
        if pair in words.about or (at and before[at - 1] in words.about):
            return (None, number, None)
        return (number, number, number)
    return (None, None, None)
