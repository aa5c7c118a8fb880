"""The watch log as it is read: people's lines, and what the program recorded of their acts, in the order of the ledger.

Acts are read from the journal by the sentences of their kinds; nothing is entered twice. What was read stays in memory
for as long as the store is open, so that a page costs what is new.
"""

from __future__ import annotations

import csv
import io
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from trucewatch.desks.watchkeeping.log_lines import named_in
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.record_kind import Kinds, Record, kind_name, sentence_of
from trucewatch.model.shift import LogLine, Shift, shift_code
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store import Store
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.shift_records import LINE, lines_on_record, shifts_on_record, unsigned_at_entry

RowSort = Literal["line", "act"]
LINE_KIND: Final = kind_name(LINE)
QUIET: Final = frozenset(
    (
        *("account", "role-grant", "role-end", "key", "calibration", "pruning", "erasure", "outbox-act"),
        *("shift-undo", LINE_KIND),
    )
)
"""Acts that are of no watch: accounts, keys, what the keeper of the machine does; and what stands at its line."""
OF_DRILLS: Final = frozenset(
    (
        *("claim", "claim-undo", "claim-translation", "claim-join", "flash", "flash-act"),
        *("duty-task", "duty-task-step", "alarm", LINE_KIND),
    )
)
"""Kinds of which a record may be a drill's; of the others none is read to count it."""
_READING: Final = threading.Lock()
COLUMNS: Final = (
    *("entry", "shift", "recorded_at", "about", "sort", "words", "names", "who", "struck_out_by_entry"),
    *("hand_over_unsigned", "drill", "simulated"),
)


@dataclass(slots=True)
class _Logged:
    """The entries of the log by their numbers, with their kinds, as far as the index knew them."""

    until: int = 0
    numbers: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Sentences:
    """Entry → what it says, and what a search looks through, of those that were asked for."""

    acts: dict[int, LogRow] = field(default_factory=dict)
    texts: dict[tuple[str, int], str] = field(default_factory=dict)
    """By language and entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One row. line: of a person's line, and then `says` is empty; else says: the act in words. about: what it names,
    as `named_in` does. at: the moment that it is about, by the watch's clock where the record states one."""

    entry: int
    sort: RowSort
    at: datetime
    recorded_at: datetime
    by: str
    about: tuple[str, ...] = ()
    says: Message | None = None
    line: LogLine | None = None
    is_drill: bool = False
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the log is asked for. shift: its number, or 0 for all; sort: lines, acts, or "" for both; search: words
    that all have to stand in it."""

    shift: int = 0
    sort: str = ""
    search: str = ""


class WatchLog:
    """The log of a store. kinds: the kinds of records that the program knows; say: a sentence in the language in which
    acts are searched."""

    def __init__(
        self, store: Store, kinds: Kinds, *, say: Callable[[Message], str] = str, language: str = "en"
    ) -> None:
        self.store, self.kinds = store, kinds
        self._say, self._language = say, language

    def entries(self, choice: Asked) -> list[int]:
        """The entries of a choice, the newest first."""
        logged = self._logged()
        first, last = self.bounds(choice.shift)
        begin = bisect_left(logged.numbers, first)
        end = len(logged.numbers) if last is None else bisect_right(logged.numbers, last)
        chosen = [
            logged.numbers[place]
            for place in range(end - 1, begin - 1, -1)
            if not choice.sort or (logged.kinds[place] == LINE_KIND) == (choice.sort == "line")
        ]
        if words := choice.search.casefold().split():
            chosen = [entry for entry in chosen if all(word in self._text(entry) for word in words)]
        return chosen

    def counts(self, shift: Shift, until: int | None = None) -> Mapping[tuple[str, bool], int]:
        """Kind, and whether they are of a drill → how many entries of it a shift has, those of lines among them; up to
        an entry. What is of a drill is never counted with what is real."""
        logged = self._logged()
        first, last = self.bounds(shift.number)
        last = min((each for each in (last, until) if each is not None), default=None)
        end = len(logged.numbers) if last is None else bisect_right(logged.numbers, last)
        counted: dict[tuple[str, bool], int] = {}
        for place in range(bisect_left(logged.numbers, first), end):
            kind = logged.kinds[place]
            sort = kind, kind in OF_DRILLS and self._row(logged.numbers[place]).is_drill
            counted[sort] = counted.get(sort, 0) + 1
        return counted

    def bounds(self, shift: int) -> tuple[int, int | None]:
        """The first and the last entry of a shift; None where it is on. 0: of the whole log."""
        own = next((each for each in shifts_on_record(self.store) if each.number == shift), None)
        if own is None:
            return 0, None
        return own.entry, own.end_entry or None

    def rows(self, entries: Sequence[int]) -> list[LogRow]:
        return [self._row(entry) for entry in entries]

    def _row(self, entry: int) -> LogRow:
        line = lines_on_record(self.store).get(entry)
        if line is not None:
            return LogRow(
                entry=entry,
                sort="line",
                at=line.at,
                recorded_at=line.recorded_at,
                by=line.by,
                about=line.about,
                line=line,
                is_drill=bool(line.drill),
                simulated=line.simulated,
            )
        acts = self.store.memory.of(_Sentences).acts
        if entry not in acts:
            acts[entry] = self._act(entry, next(self.store.journal.entries(entry)).record)
        return acts[entry]

    def _act(self, entry: int, record: Record) -> LogRow:
        says, who = sentence_of(record, self.kinds)
        recorded_at = first_recorded_at(record)
        return LogRow(
            entry=entry,
            sort="act",
            at=_stated_at(record) or recorded_at,
            recorded_at=recorded_at,
            by=str(who),
            about=tuple(dict.fromkeys((*named_in(str(says)), *_incidents(record)))),
            says=says,
            is_drill=bool(record.get("drill")),
            simulated=record.get("simulated") is True or bool(record.get("drill")),
        )

    def _text(self, entry: int) -> str:
        texts = self.store.memory.of(_Sentences).texts
        key = (self._language, entry)
        if key not in texts:
            row = self._row(entry)
            words = self.store.words.read(row.line.words) if row.line else self._say(row.says) if row.says else ""
            texts[key] = f"{words or ''} {' '.join(row.about)} {entry}".casefold()
        return texts[key]

    def _logged(self) -> _Logged:
        until = self.store.index.applied
        logged = self.store.memory.of(_Logged)
        if logged.until == until:
            return logged
        with _READING:
            logged = self.store.memory.of(_Logged)
            if logged.until > until:
                logged = _Logged()
                self.store.memory.put(logged)
            last = logged.numbers[-1] if logged.numbers else -1
            rows = self.store.index.rows(
                "SELECT number, schema FROM entry WHERE number >= ? ORDER BY number", logged.until
            )
            is_logged: dict[str, bool] = {}
            for number, schema in rows:
                if schema not in is_logged:
                    kind = self.kinds.get(kind_name(schema))
                    is_own = kind is not None and kind.by_hand and kind.name not in QUIET
                    is_logged[schema] = "#" not in schema and (is_own or kind_name(schema) == LINE_KIND)
                if number > last and is_logged[schema]:
                    logged.kinds.append(kind_name(schema))
                    logged.numbers.append(number)
            logged.until = until
        return logged


def csv_lines(log: WatchLog, entries: Sequence[int]) -> Iterator[str]:
    """The log as CSV, the oldest first. People stand in it by reference alone, since a file goes on to others; no cell
    runs as a formula."""
    yield _csv_row(COLUMNS)
    unsigned = unsigned_at_entry(log.store, entries)
    shifts = shifts_on_record(log.store)
    for entry in reversed(entries):
        row = log.rows([entry])[0]
        words = log.store.words.read(row.line.words) if row.line else str(row.says)
        yield _csv_row(
            (
                str(entry),
                of_shift(row, shifts),
                iso_utc(row.recorded_at),
                iso_utc(row.at),
                row.sort,
                "(erased)" if words is None else words,
                " ".join(row.about),
                row.by,
                str(row.line.struck or "") if row.line else "",
                "yes" if entry in unsigned else "",
                "yes" if row.is_drill else "",
                "yes" if row.simulated else "",
            )
        )


def of_shift(row: LogRow, shifts: Sequence[Shift]) -> str:
    """The shift under which a row stands, `SH-3`; "" for none."""
    if row.line is not None:
        return shift_code(row.line.shift) if row.line.shift else ""
    own = (each for each in reversed(shifts) if each.entry <= row.entry <= (each.end_entry or row.entry))
    return next((each.code for each in own), "")


MOMENTS: Final = ("sent_at", "received_at", "at", "known_at")
"""Fields of a record that say when what it is about was, by the watch's clock: the first that there is."""


def _stated_at(record: Record) -> datetime | None:
    value = next((record[name] for name in MOMENTS if record.get(name)), None)
    try:
        return read_time(value) if isinstance(value, str) and value else None
    except (TrucewatchError, ValueError):  # a record is hostile until it is read
        return None


def _incidents(record: Record) -> list[str]:
    incident = record.get("incident")
    about = record.get("about")
    named = [f"incident:{incident}"] if isinstance(incident, str) and incident else []
    if isinstance(about, list | tuple):
        named += [each for each in about if isinstance(each, str) and each.startswith("incident:")]
    return named


def _csv_row(values: Sequence[str]) -> str:
    out = io.StringIO()
    cells = [f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value for value in values]
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
