"""Merged cells of a sheet: the value of the first holds for its rows, or these are refused; none is silently empty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message

MOST_MERGED: Final = 20_000
_BLOCK_BYTES: Final = 1 << 20
_MOST_TAG_BYTES: Final = 300
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]{0,100}?ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_FORMULA: Final = re.compile(rb"[<:]f[\s/>]")
_DECLARED: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml[ \t\r\n]+version=[\"'][\d.]+[\"']"
    rb"(?:[ \t\r\n]+encoding=[\"']([\w-]+)[\"'])?(?:[ \t\r\n]+standalone=[\"']\w+[\"'])?[ \t\r\n]*\?>)?"
    rb"[ \t\r\n]*<[A-Za-z]"
)


@dataclass(frozen=True, slots=True)
class _Range:
    """A merged range: its first and last row and column, from 1."""

    first_row: int
    last_row: int
    first: int
    last: int

    @property
    def name(self) -> str:
        return f"{_letters(self.first)}{self.first_row}:{_letters(self.last)}{self.last_row}"


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What a sheet's XML holds beside its rows."""

    merged: tuple[_Range, ...]
    """In order of their first rows."""
    is_plain: bool
    """Whether it is in UTF-8 and has no document type: then no entity means anything, and any parser may have it."""
    may_have_formulas: bool


def scan_sheet(sheet: Any) -> SheetScan:
    """Look once through a sheet of openpyxl that is only read: merged ranges stand behind all rows in the file. Raises
    InputTooLarge."""
    ranges: list[_Range] = []
    rest = b""
    is_plain, has_formulas = True, False
    is_first = True
    with sheet._get_source() as source:
        while block := source.read(_BLOCK_BYTES):
            content, end = rest + block, 0
            is_plain = is_plain and (not is_first or _is_in_utf8(block)) and b"<!DOCTYPE" not in content
            is_first = False
            has_formulas = has_formulas or _FORMULA.search(content) is not None
            for match in _MERGED.finditer(content):
                end = match.end()
                ranges.append(_Range(int(match[2]), int(match[4]), _number(match[1]), _number(match[3])))
            if len(ranges) > MOST_MERGED:
                raise InputTooLarge(
                    Message(
                        "the sheet has more than {most} merged cells; unmerge them and fill in their rows",
                        most=Amount(MOST_MERGED),
                    )
                )
            rest = content[max(end, len(content) - _MOST_TAG_BYTES) :]
    merged = tuple(sorted(ranges, key=lambda merged: (merged.first_row, merged.first)))
    is_plain = is_plain and not is_first
    return SheetScan(merged, is_plain=is_plain, may_have_formulas=has_formulas or not is_plain)


def _is_in_utf8(beginning: bytes) -> bool:
    """Whether XML that begins so is in UTF-8 whatever a parser makes of it: another encoding, once declared, may write
    `<` as any byte."""
    declared = _DECLARED.match(beginning)
    return declared is not None and (declared[1] or b"utf-8").lower() == b"utf-8"


class MergedCells:
    """Rows of one sheet, in order, with the cells of its merged ranges filled in."""

    def __init__(self, ranges: Sequence[_Range]) -> None:
        self._waiting = list(reversed(ranges))
        self._open: list[tuple[_Range, str, bool]] = []

    def fill(self, number: int, cells: list[str], is_number: Sequence[bool]) -> Message | None:
        """Fill in the cells of a row, and say why it cannot be taken, if it cannot.

        is_number: which of its cells hold a number. A number over several rows may be the sum of them or of each, and a
        cell over several columns may be of any of them, so such rows are refused. Raises UnreadableInput where ranges
        overlap, as no program writes them.
        """
        while self._waiting and self._waiting[-1].first_row <= number:
            merged = self._waiting.pop()
            is_here = merged.first_row == number and merged.first <= len(cells)
            text = cells[merged.first - 1] if is_here else ""
            if not text.strip():
                continue  # nothing that would hold for another cell
            for other, *_ in self._open:
                if other.last_row >= number and other.first <= merged.last and merged.first <= other.last:
                    raise UnreadableInput(
                        Message(
                            "the merged cells {cells} and {others} overlap; save the workbook again",
                            cells=merged.name,
                            others=other.name,
                        )
                    )
            self._open.append((merged, text, is_here and is_number[merged.first - 1]))
        reason = None
        for merged, text, is_count in self._open:
            if merged.last_row < number:
                continue
            if merged.last > merged.first:
                reason = Message(
                    "the cells {cells} are merged over several columns; unmerge them and fill in each",
                    cells=merged.name,
                )
            elif is_count and merged.last_row > merged.first_row:
                reason = Message(
                    "the cells {cells} are merged over several rows and hold a number, which may be of each row or of "
                    "all of them; unmerge them and fill in each",
                    cells=merged.name,
                )
            elif number > merged.first_row:
                cells += [""] * (merged.first - len(cells))
                cells[merged.first - 1] = text
        self._open = [each for each in self._open if each[0].last_row > number]
        return reason


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
