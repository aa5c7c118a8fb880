"""A side's own log beside ours: its table as it brought it → rows, and what each of them may be of ours.

Nothing is matched by itself: what is proposed is entered by a person, row by row, and can be taken back.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Final

from trucewatch.desks.complaints.operations import ENTERING, Register
from trucewatch.desks.complaints.records import BY_HAND, SIDE_LOG, UNDO_ENTRY
from trucewatch.desks.complaints.rows import log_rows_in
from trucewatch.desks.complaints.states import Complaint, LogRow, Sender
from trucewatch.errors import StoreError, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.model.times import iso_utc
from trucewatch.store.journal import Entry

COLUMNS: Final = ("number", "day", "place", "what")
MOST_BYTES: Final = 2 * 2**20
MOST_ROWS: Final = 2000
MOST_CELL: Final = 1000
_AT_ONCE: Final = 16
"""How many cells are written at once: each is flushed by itself."""
_DAY: Final = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD: Final = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a side's table, as it wrote it. day: ISO, or "" where it could not be read; the file holds what
    stands there."""

    number: str
    day: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A complaint of ours that a row may be, and why: "number" or "day_and_place"."""

    complaint: Complaint
    why: str


def read_table(content: bytes) -> tuple[TableRow, ...]:
    """The rows of a table with a line of column names: number, day, place, what, in any order.

    >>> read_table(b"number;day;place;what\\n7;2031-05-03;Stonegate;three shots\\n")[0].place
    'Stonegate'

    Raises UnreadableInput for another kind of file, for a table without these columns, and for one that is too long.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableInput(
            Message("the table is larger than {most} bytes; bring it in parts", most=Amount(MOST_BYTES))
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise UnreadableInput(Message("the file is no table in UTF-8; save it as CSV (UTF-8)")) from exc
    if "\0" in text:
        raise UnreadableInput(Message("the file is no table in UTF-8; save it as CSV (UTF-8)"))
    head = text.lstrip().split("\n", 1)[0]
    delimiter = max(";,\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as exc:
        raise UnreadableInput(Message("the file is no table; save it as CSV (UTF-8)")) from exc
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    names = [cell.strip().casefold() for cell in lines[0]] if lines else []
    if missing := [name for name in COLUMNS if name not in names]:
        raise UnreadableInput(
            Message(
                "the table has no column {missing}; its first line names number, day, place and what",
                missing=", ".join(missing),
            )
        )
    if len(lines) == 1:
        raise UnreadableInput(Message("the table has a line of names and no row"))
    if len(lines) - 1 > MOST_ROWS:
        raise UnreadableInput(Message("the table has more than {most} rows; bring it in parts", most=Amount(MOST_ROWS)))
    places = {name: names.index(name) for name in COLUMNS}
    return tuple(_row(line, places, number) for number, line in enumerate(lines[1:], 2))


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A side's table that is kept, and not entered yet. rows: as the record has them, with references for cells."""

    evidence: str
    rows: tuple[Mapping[str, str], ...]


class SideLogs:
    """Sides' own logs in a register. Raises StoreError where something else stands meanwhile."""

    def __init__(self, register: Register) -> None:
        self.register = register

    def side(self, name: str) -> Sender:
        """The party that has this id. Raises StoreError if the watch has none."""
        for sender in self.register.senders:
            if sender.kind == "party" and sender.id == name:
                return sender
        raise StoreError(Message('this watch has no party "{side}"', side=name[:40]))

    def rows(self, side: str) -> list[LogRow]:
        return log_rows_in(self.register.store, self.register.second, side)

    def keep_rows(self, content: bytes) -> KeptTable:
        """A side's table, kept as evidence, and its cells, kept apart. It takes seconds for a long one, most of them
        waiting for the disk, and is done before anything is held up. Raises UnreadableInput for what is no such
        table."""
        rows, store = read_table(content), self.register.store
        sha256, _ = store.evidence.keep(io.BytesIO(content), is_open=False)
        cells = [cell for row in rows for cell in (row.number, row.place, row.what)]
        with ThreadPoolExecutor(_AT_ONCE) as several:
            references = iter(several.map(store.keep_words, cells))
        entered = tuple(
            {"day": row.day, "number": next(references), "place": next(references), "what": next(references)}
            for row in rows
        )
        return KeptTable(evidence=sha256, rows=entered)

    def bring(self, side: str, table: KeptTable, *, by: str) -> Entry:
        """Enter the rows of a side's table."""
        sender, register = self.side(side), self.register
        with ENTERING:
            query = "SELECT coalesce(max(log), 0) + 1 FROM complaints_log_row WHERE side = ?"
            ((number,),) = register.store.index.rows(query, sender.id)
            return register.enter(
                {
                    "schema": SIDE_LOG,
                    "act": "bring",
                    "side": sender.id,
                    "number": number,
                    "evidence": table.evidence,
                    "rows": list(table.rows),
                    "by": register.who(by),
                    "known_at": iso_utc(register.now),
                }
            )

    def match(self, side: str, log: int, row: int, code: str, *, by: str) -> Entry:
        """Enter that a row of a side's log is this complaint of that side."""
        register = self.register
        with ENTERING:
            rows = self.rows(self.side(side).id)
            place = next((kept for kept in rows if (kept.log, kept.row) == (log, row)), None)
            complaint = register.complaint(code)
            taken = {kept.complaint for kept in rows if kept.complaint}
            if place is None or place.complaint or complaint.number in taken:
                raise StoreError(
                    Message("this row or {number} is matched meanwhile; nothing was entered", number=complaint.code)
                )
            if complaint.sender != self.side(side) or complaint.withdrawn:
                raise StoreError(
                    Message("{number} is no complaint of this side; nothing was entered", number=complaint.code)
                )
            return register.enter(
                {
                    "schema": SIDE_LOG,
                    "act": "match",
                    "side": side,
                    "number": log,
                    "row": row,
                    "complaint": complaint.number,
                    "by": register.who(by),
                    "known_at": iso_utc(register.now),
                }
            )

    def undo(self, side: str, entry: int, *, by: str) -> Entry:
        """Take back a match, or a whole table of which no row is matched, by its entry."""
        register = self.register
        with ENTERING:
            rows = self.rows(self.side(side).id)
            brought = [row for row in rows if row.entry == entry]
            is_match = entry > 0 and entry in {row.match_entry for row in rows}
            if not is_match and (not brought or any(row.complaint for row in brought)):
                raise StoreError(
                    Message(
                        "this cannot be taken back now: of a table no row may be matched. Nothing was entered",
                    )
                )
            return register.enter(
                {
                    "schema": UNDO_ENTRY,
                    "complaint": 0,
                    "side": side,
                    "undoes_entry": entry,
                    "reason": "",
                    "reason_code": BY_HAND,
                    "by": register.who(by),
                    "known_at": iso_utc(register.now),
                }
            )

    def proposals(self, side: str) -> Mapping[tuple[int, int], Proposal]:
        """For rows that are not matched the complaint of that side that each may be: by its number first, then by the
        day with a word of the place. A complaint is proposed for one row."""
        register, rows = self.register, self.rows(side)
        taken = {row.complaint for row in rows}
        free = [
            complaint
            for complaint in register.complaints(side=f"party:{side}")
            if complaint.number not in taken and not complaint.withdrawn
        ]
        proposed: dict[tuple[int, int], Proposal] = {}
        used: set[int] = set()
        for why, candidates in (("number", self._by_number(free)), ("day_and_place", self._by_day(free))):
            for row in rows:
                place = (row.log, row.row)
                if row.complaint or place in proposed:
                    continue
                complaint = next((each for each in candidates(row) if each.number not in used), None)
                if complaint is not None:
                    proposed[place] = Proposal(complaint, why)
                    used.add(complaint.number)
        return proposed

    def _by_number(self, free: Sequence[Complaint]) -> Callable[[LogRow], Iterable[Complaint]]:
        read = self.register.words
        of_number: dict[str, list[Complaint]] = {}
        for each in free:
            of_number.setdefault(_folded(read(each.own_number) or ""), []).append(each)
        of_number.pop("", None)
        return lambda row: of_number.get(_folded(read(row.number) or ""), ())

    def _by_day(self, free: Sequence[Complaint]) -> Callable[[LogRow], Iterable[Complaint]]:
        """Those that were received on the day of a row, and name its place with one word at least."""
        read, zone = self.register.words, self.register.watch.zone
        of_word: dict[tuple[str, str], list[int]] = {}
        for place, each in enumerate(free):
            day = each.received_at.astimezone(zone).date().isoformat()
            for word in set(_WORD.findall(_folded(read(each.says) or ""))):
                of_word.setdefault((day, word), []).append(place)

        def candidates(row: LogRow) -> Iterable[Complaint]:
            words = set(_WORD.findall(_folded(read(row.place) or ""))) if row.day else set()
            return [
                free[place] for place in sorted({each for word in words for each in of_word.get((row.day, word), ())})
            ]

        return candidates


def _row(line: Sequence[str], places: Mapping[str, int], number: int) -> TableRow:
    cells = {name: line[place].strip() if place < len(line) else "" for name, place in places.items()}
    for name, cell in cells.items():
        if len(cell) > MOST_CELL:
            raise UnreadableInput(
                Message(
                    "line {line}: {column} has more than {most} characters; shorten it",
                    line=number,
                    column=name,
                    most=Amount(MOST_CELL),
                )
            )
    return TableRow(cells["number"], _day(cells["day"]), cells["place"], cells["what"])


def _day(text: str) -> str:
    """A day as ISO writes it; "" where the text is none."""
    try:
        if _ISO_DAY.match(text):
            return date.fromisoformat(text[:10]).isoformat()
        if match := _DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return ""
    return ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
