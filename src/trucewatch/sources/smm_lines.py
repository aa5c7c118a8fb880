"""A pasted table → the same lines with each row on one: title lines before the header are taken off, and rows whose
cells broke over lines are joined where that can be read in one way.

Lines that go are left blank, so that every row keeps the number of the line where it starts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from trucewatch.sources.stream import Block

MOST_TITLE_LINES: Final = 30
MOST_TITLE_BYTES: Final = 1 << 16
MOST_BROKEN_LINES: Final = 200
"""A row that goes on for more lines is none."""

MOST_HELD_BYTES: Final = 16 << 20

_FOOT = re.compile(rb"\s*(?:(?:page|\xd1\x81\xd1\x82\xd1\x80\.?)\s*\d+.{0,20}|\d+\s*(?:of|/)\s*\d+)\s*", re.IGNORECASE)
"""The foot of a page, "Page 2 of 5": no part of any row."""

IsHeader = Callable[[Sequence[str]], bool]
Fits = Callable[[str], bool]


class PastedLines:
    """The blocks of a text table, mended. `titles`: the lines before the header. `unclear`: the first lines of rows
    that may be read in two ways, and are to be refused.

    fits: the header's cells → for each column whether a text can be a cell of it; missing where any text can.
    """

    def __init__(self, is_header: IsHeader, fits: Callable[[Sequence[str]], Mapping[int, Fits]]) -> None:
        self.titles: list[str] = []
        self.unclear: set[int] = set()
        self._is_header = is_header
        self._fits_of = fits

    def mend(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """The same lines, in order."""
        waiting: list[Block] = []
        header: list[str] | None = None
        for block in blocks:
            waiting.append(block)
            if block.overlong:
                break
            data = b"".join(each.data for each in waiting)
            header, data = self._without_titles(data)
            if header is not None:
                lines = sum(each.lines for each in waiting)
                waiting = [Block(waiting[0].first_line, data, lines=lines)]
                break
            if len(data) > MOST_TITLE_BYTES:
                break
        if header is None or "\t" not in self._delimiter:
            yield from waiting
            yield from blocks
            return
        yield from self._joined(header, waiting[0], blocks)

    def _without_titles(self, data: bytes) -> tuple[list[str] | None, bytes]:
        """The header's cells, and the data with the lines before it left blank; None where no line is one."""
        titles: list[str] = []
        at = 0
        for number, line in enumerate(data[:MOST_TITLE_BYTES].split(b"\n")):
            text = line.decode(errors="replace")
            for delimiter in "\t;,":
                try:
                    cells = next(csv.reader([text], delimiter=delimiter, strict=True), [])
                except csv.Error:
                    continue
                if self._is_header(cells):
                    self._delimiter = delimiter
                    self.titles += titles
                    return cells, b"\n" * number + data[at:]
            at += len(line) + 1
            titles += [text] if text.strip() else []
            if len(titles) > MOST_TITLE_LINES:
                break
        return None, data

    _delimiter = ""

    # --- rows that broke over lines ----------------------------------------------------------------------------------

    def _joined(self, header: list[str], first: Block, blocks: Iterator[Block]) -> Iterator[Block]:
        fits = self._fits_of(header)
        start = first.data.index(b"\n", len(first.data) - len(first.data.lstrip(b"\n"))) + 1
        head = first.data[:start]
        yield Block(first.first_line, head, lines=head.count(b"\n"))
        waiting, line = b"", first.first_line + head.count(b"\n")
        for block in _chained(Block(line, first.data[start:], lines=first.lines - head.count(b"\n")), blocks):
            if block.overlong or b'"' in block.data:
                # A quoted cell says itself where it ends.
                yield from self._pieces(waiting, line, len(header), fits, at_end=True)
                yield block
                waiting, line = b"", block.first_line + block.lines
                continue
            data = waiting + block.data
            cut = _settled(data, len(header))
            yield from self._pieces(data[:cut], line, len(header), fits, at_end=False)
            line += data.count(b"\n", 0, cut)
            waiting = data[cut:]
        yield from self._pieces(waiting, line, len(header), fits, at_end=True)

    def _pieces(
        self, data: bytes, first_line: int, width: int, fits: Mapping[int, Fits], *, at_end: bool
    ) -> Iterator[Block]:
        if not data:
            return
        if not _all_whole(data, width):
            data = self._mend_rows(data, first_line, width, fits)
        yield Block(first_line, data, lines=data.count(b"\n"))

    def _mend_rows(self, data: bytes, first_line: int, width: int, fits: Mapping[int, Fits]) -> bytes:
        """The lines of some rows, each row joined on its first line.

        1. A line with all cells is a row. 2. Lines with fewer follow each other until they have all cells together: the
        last cell of each goes on with the first of the next. 3. Lines without a tab before such a row may end the row
        before or begin this one: what fits the last and the first column decides; both or neither is unclear.
        4. What never comes to the right number of cells is one row with the wrong number, which the table refuses.
        """
        lines = data.split(b"\n")[:-1]
        cells = [line.count(b"\t") + 1 if line.strip() and not _FOOT.fullmatch(line) else 0 for line in lines]
        before: int | None = None
        at = 0
        while at < len(lines):
            if cells[at] == 0 or cells[at] >= width:
                before = at if cells[at] == width else before if cells[at] == 0 else None
                at += 1
                continue
            group = [at]
            total = cells[at]
            after = at + 1
            while after < len(lines) and total < width and len(group) < MOST_BROKEN_LINES:
                if total + max(cells[after] - 1, 0) > width:
                    break
                if cells[after]:
                    group.append(after)
                    total += cells[after] - 1
                after += 1
            alone = next((place for place, row in enumerate(group) if cells[row] > 1), len(group))
            tail = self._tail(lines, group, alone, before, total == width, fits, width) if alone else 0
            rest = group[tail or 0 :]
            if tail is None:
                self.unclear.update(first_line + row for row in (before, group[0]) if row is not None)
            elif tail and before is not None:
                _join(lines, [before, *group[:tail]])
            follows = next((row for row in range(after, len(lines)) if cells[row]), None)
            if total != width and cells[group[-1]] == 1 and len(group) > alone and follows is not None:
                self.unclear.add(first_line + follows)  # its beginning may be the end of what lacks cells
            if rest:
                if total == width and self._begins_anew(lines, cells, rest, fits):
                    self.unclear.add(first_line + rest[0])
                _join(lines, rest)
                before = rest[0] if total == width else None
            at = after
        return b"\n".join(lines) + b"\n"

    def _tail(
        self,
        lines: Sequence[bytes],
        group: Sequence[int],
        alone: int,
        before: int | None,
        is_whole: bool,
        fits: Mapping[int, Fits],
        width: int,
    ) -> int | None:
        """How many lines at the beginning of a group, of those that stand alone, end the row before it.

        None where that is unclear: several numbers fit, or none does, as before the foot of a page.
        """
        if before is None:
            return 0 if 0 in fits else None
        last = lines[before].rpartition(b"\t")[2]
        ways = []
        for tail in range(alone + 1):
            rest = group[tail:]
            ends = b" ".join([last, *(lines[row] for row in group[:tail])])
            begins = b" ".join(lines[row] for row in rest).partition(b"\t")[0]
            # A row that lacks cells is refused whatever it begins with.
            begins_well = _fits(fits, 0, begins) if is_whole and rest else True
            if _fits(fits, width - 1, ends) and begins_well and (rest or not is_whole):
                ways.append(tail)
        if alone == len(group) and alone in ways:
            return alone  # nothing follows that the lines could begin
        return ways[0] if len(ways) == 1 and (ways[0] or is_whole or alone < len(group)) else None

    def _begins_anew(
        self, lines: Sequence[bytes], cells: Sequence[int], rows: Sequence[int], fits: Mapping[int, Fits]
    ) -> bool:
        """Whether a line in the middle of a row looks like the beginning of another: then two rows lack cells."""
        column = cells[rows[0]] - 1
        for row in rows[1:]:
            if column and cells[row] > 1 and 0 in fits and _fits(fits, 0, lines[row].partition(b"\t")[0]):
                return True
            column += cells[row] - 1
        return False


def _chained(first: Block, rest: Iterator[Block]) -> Iterator[Block]:
    if first.data:
        yield first
    yield from rest


def _tabs_of_lines(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The number of tabs of each line, and its length."""
    letters = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(letters == 10)
    tabs = np.searchsorted(np.flatnonzero(letters == 9), ends)
    return np.diff(tabs, prepend=0), np.diff(ends, prepend=-1) - 1


def _all_whole(data: bytes, width: int) -> bool:
    tabs, lengths = _tabs_of_lines(data)
    return bool(((tabs == width - 1) | (lengths == 0)).all())


def _settled(data: bytes, width: int) -> int:
    """Where the last row begins that has all its cells and stands behind another such row: nothing before it can go on.

    The end of the data where so much waits that no such row will come.
    """
    for looked_at in sorted({min(1 << 16, len(data)), len(data)}):
        lines = data[len(data) - looked_at :].split(b"\n")[:-1]
        back = 0
        is_whole, at = False, 0
        for line in reversed(lines[1:] if looked_at < len(data) else lines):
            back += len(line) + 1
            if not line.strip():
                continue
            was_whole, is_whole = is_whole, line.count(b"\t") + 1 == width
            if was_whole and is_whole:
                return len(data) - at
            at = back
    return 0 if len(data) < MOST_HELD_BYTES else len(data)


def _join(lines: list[bytes], rows: Sequence[int]) -> None:
    """Put lines together on the first of them."""
    lines[rows[0]] = b" ".join(lines[row].strip(b" ") for row in rows)
    for row in rows[1:]:
        lines[row] = b""


def _fits(fits: Mapping[int, Fits], column: int, cell: bytes) -> bool:
    """Whether a text can be a whole cell of a column; one that ends with a comma or a dash goes on."""
    check = fits.get(column)
    text = cell.decode(errors="replace").strip()
    return check is None or (not text.endswith((",", "-", "–")) and check(text))
