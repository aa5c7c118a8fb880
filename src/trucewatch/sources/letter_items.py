"""A letter's text → the pieces that may each be a claim: numbered or bulleted items, rows of a table, paragraphs.

What stands before the first item and after the last is no piece. A short line before items that ends with a colon or
names a day is their heading: what it says of day and place holds for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from trucewatch.sources.letter_words import letter_words

MOST_PIECES: Final = 5_000
LONGEST_PIECE: Final = 4_000
"""Characters of one piece; a longer one is cut, and stands whole in the letter."""
_SHORT: Final = 120
_SEPARATORS: Final = ("\t", ";", "|")
_MARK: Final = re.compile(
    r"[ \t]{0,40}(?:"
    r"(?P<number>(?:№|No\.?|Nr\.?)?[ \t]?\(?\d{1,4}(?:\.\d{1,3})?(?:[.)․:]|\.\)))(?=[ \t]|$)"
    r"|(?P<letter>\(?[^\W\d_]\))(?=[ \t])"
    r"|(?P<dash>[-–—•*·▪●○◦‣])(?=[ \t]))[ \t]{0,40}"
)
_INLINE: Final = re.compile(r"(?:^|(?<=[\s;:,]))\(?(\d{1,3})\)[ \t]+")
Shape = Literal["items", "table", "paragraphs"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a letter. label: its number or letter as written; heading: the line that holds for it; cells: of a
    row of a table, by column (`day`, `clock`, `where`, `what`, `count`), empty for other pieces."""

    words: str
    label: str = ""
    heading: str = ""
    cells: tuple[tuple[str, str], ...] = ()


def pieces_of(text: str) -> tuple[Shape, tuple[Piece, ...]]:
    """How a letter is laid out, and its pieces in their order."""
    lines = text.split("\n")
    rows = tuple(_table_rows(lines))
    if rows:
        return "table", rows[:MOST_PIECES]
    items = tuple(_items(_with_inline_items(lines)))
    if len(items) > 1:
        return "items", items[:MOST_PIECES]
    return "paragraphs", tuple(_paragraphs(text))[:MOST_PIECES]


# Items


def _with_inline_items(lines: list[str]) -> Iterator[str]:
    """The lines; one that counts its parts itself, "1) … 2) … 3) …", as a line for each."""
    for line in lines:
        marks = [*_INLINE.finditer(line)] if ")" in line else []
        numbers = [int(mark[1]) for mark in marks]
        if len(numbers) < 3 or numbers != list(range(1, len(numbers) + 1)):
            yield line
            continue
        if line[: marks[0].start()].strip():
            yield line[: marks[0].start()].rstrip()
        ends = [*(mark.start() for mark in marks[1:]), len(line)]
        yield from (line[mark.start() : end].strip() for mark, end in zip(marks, ends, strict=True))


def _items(lines: Iterator[str]) -> Iterator[Piece]:
    label, words, heading = "", list[str](), ""
    is_open = is_after_blank = False
    for line in lines:
        mark = _MARK.match(line)
        stripped = line.strip()
        if mark is not None:
            if is_open:
                yield _piece(words, label, heading)
            is_open = False
            rest = line[mark.end() :].strip()
            if _is_heading(rest, is_marked=True):
                heading = rest
                continue
            label, words, is_open = mark[0].strip(), [rest], True
        elif not stripped:
            is_after_blank = True
            continue
        elif is_open and not is_after_blank:
            words.append(stripped)
        elif _is_heading(stripped, is_marked=False):
            if is_open:
                yield _piece(words, label, heading)
            is_open, heading = False, stripped
        elif is_open:  # unmarked text behind a blank line: the letter goes on, the item does not
            yield _piece(words, label, heading)
            is_open = False
        is_after_blank = False
    if is_open:
        yield _piece(words, label, heading)


def _is_heading(text: str, *, is_marked: bool) -> bool:
    """A short line that ends with a colon; unmarked also one that is a day and little else."""
    if not text or len(text) > _SHORT:
        return False
    return text.endswith(":") or (not is_marked and len(text.split()) <= 5 and any(char.isdigit() for char in text))


def _piece(words: list[str], label: str, heading: str) -> Piece:
    return Piece(" ".join(filter(None, words))[:LONGEST_PIECE], label, heading)


# Tables


def _table_rows(lines: list[str]) -> Iterator[Piece]:
    """The rows of the tables that were pasted: two lines or more with as many separators each, two cells at least."""
    at = 0
    while at < len(lines):
        separator = next((each for each in _SEPARATORS if lines[at].count(each) >= (1 if each == "\t" else 2)), "")
        if not separator:
            at += 1
            continue
        begin, cells = at, list[list[str]]()
        width = len(_cells(lines[at], separator))
        while at < len(lines) and len(row := _cells(lines[at], separator)) <= width:
            is_cut = at == len(lines) - 1 and cells and len(row) > 1  # a text is kept without blanks at its end
            if len(row) < width and not is_cut:
                break
            cells.append(row + [""] * (width - len(row)))
            at += 1
        at = max(at, begin + 1)
        if len(cells) > 1:
            yield from _pieces_of_table([row for row in cells if any(set(cell) - set("-=+: ") for cell in row)])


def _cells(line: str, separator: str) -> list[str]:
    line = line.strip().strip("|") if separator == "|" else line
    return [cell.strip().strip('"').strip() for cell in line.split(separator)]


def _pieces_of_table(rows: list[list[str]]) -> Iterator[Piece]:
    if not rows:
        return
    heads = [column_of(cell) for cell in rows[0]]
    has_head = sum(bool(head) for head in heads) * 2 >= len([cell for cell in rows[0] if cell])
    columns = heads if has_head else _guessed_columns(rows)
    for number, row in enumerate(rows[1:] if has_head else rows, 1):
        cells = tuple((column, cell) for column, cell in zip(columns, row, strict=True) if column and cell)
        label = next((cell for column, cell in cells if column == "no"), str(number))
        words = ", ".join(cell for column, cell in zip(columns, row, strict=True) if cell and column != "no")
        if words:
            yield Piece(words[:LONGEST_PIECE], label[:20], "", tuple(cell for cell in cells if cell[0] != "no"))


def column_of(cell: str) -> str:
    """Which column a head names, by its whole, or by the first of its words that is one; "" for none."""
    heads, plain = letter_words().heads, cell.casefold().strip(" .:")
    if plain in heads:
        return heads[plain]
    if len(plain) > 40 or any(char.isdigit() for char in plain):
        return ""
    return next((heads[word] for word in re.split(r"[\s,/()]+", plain) if word in heads), "")


_DAY: Final = re.compile(r"\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{4}-\d{2}-\d{2}")
_CLOCK: Final = re.compile(r"\d{1,2}[:.]\d{2}(?:\s?[-–—]\s?\d{1,2}[:.]\d{2})?")


def _guessed_columns(rows: list[list[str]]) -> list[str]:
    """Of a table without a head: what a column is by what stands in most of its rows; the longest is what happened, the
    first of the others where."""
    columns = [""] * len(rows[0])
    lengths = []
    for at in range(len(rows[0])):
        cells = [row[at] for row in rows if row[at]]
        most = len(cells) / 2
        if not cells:
            lengths.append(0)
            continue
        lengths.append(sum(map(len, cells)) // len(cells))
        if sum(bool(_CLOCK.fullmatch(cell)) and ":" in cell for cell in cells) > most:
            columns[at] = "clock"
        elif sum(bool(_DAY.match(cell)) for cell in cells) > most:
            columns[at] = "day"
        elif sum(cell.rstrip(".)").isdigit() for cell in cells) > most:
            columns[at] = "no" if at == 0 else "count"
    free = [at for at, column in enumerate(columns) if not column and lengths[at]]
    if free:
        what = max(free, key=lambda at: lengths[at])
        columns[what] = "what"
        where = next((at for at in free if at != what), None)
        if where is not None:
            columns[where] = "where"
    return columns


# Paragraphs


def _paragraphs(text: str) -> Iterator[Piece]:
    """Paragraphs without what opens and closes a letter; of a letter that leaves no line free, its lines."""
    words = letter_words()
    blocks = [" ".join(block.split()) for block in re.split(r"\n[ \t]*\n", text)]
    if len(blocks) < 3 and text.count("\n") > 5:
        blocks = [" ".join(line.split()) for line in text.split("\n")]
    for block in blocks:
        plain = block.casefold()
        if words.closing.match(plain) and len(block) < 2 * _SHORT:
            continue
        if words.salutation.match(plain) and len(block) < _SHORT:
            continue
        if block:
            yield Piece(block[:LONGEST_PIECE])
