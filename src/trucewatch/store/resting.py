"""Which lists something rests on: what a record names, what stood when a person acted, what a checkpoint given away
ends with."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from trucewatch.ledger.note import without_cosignatures
from trucewatch.model.record_kind import kind_name
from trucewatch.model.times import read_time
from trucewatch.store.history import History
from trucewatch.store.typed_words import place_of

if TYPE_CHECKING:
    from trucewatch.store.journal import Entry
    from trucewatch.store.lists import RecordedList
    from trucewatch.store.store import Store

LIST: Final = "list"
_OF_NO_LIST: Final = ("evidence", "batch", LIST, "watch-files", "key", "recipient-key", "erasure", "pruning")
"""Kinds of records that say nothing about incidents. All others rest on the list that stood when they were entered."""


@dataclass(slots=True)
class Resting:
    """named: entries of lists that records name; places, moments: of the records that rest on the list before them."""

    named: set[int] = field(default_factory=set)
    places: list[int] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Take note of an entry of the ledger."""
        if kind_name(str(entry.record["schema"])) not in _OF_NO_LIST:
            self.named.update(_named_in(entry.record))
            self.places.append(place_of(entry.number, entry.record))
            self.moments.append(read_time(str(entry.record.get("first_recorded_at", entry.record["recorded_at"]))))


def _named_in(record: Mapping[str, Any]) -> Iterator[int]:
    """The entry of the list that a draft, a report or a dossier was made from, as their records say it."""
    name = record.get(LIST, -1)
    entry = name.get("entry", -1) if isinstance(name, Mapping) else name
    if isinstance(entry, int):
        yield entry


def last_before(lists: Sequence[RecordedList], places: Iterable[int]) -> set[int]:
    """The entries of the last lists before places in the ledger."""
    entries = [recorded.entry for recorded in lists]
    return {entries[number - 1] for place in places if (number := bisect_left(entries, place))}


def last_by(lists: Sequence[RecordedList], moments: Iterable[datetime]) -> set[int]:
    """The entries of the last lists that were recorded by moments, as a replay of such a moment takes them."""
    times = [recorded.recorded_at for recorded in lists]
    return {lists[number - 1].entry for moment in moments if (number := bisect_right(times, moment))}


def first_and_last_of_days(lists: Sequence[RecordedList]) -> set[int]:
    """The entries of the first and the last list of each day on which any was recorded, UTC."""
    days = [[*day] for _, day in groupby(lists, key=lambda recorded: recorded.recorded_at.date())]
    return {recorded.entry for day in days for recorded in (day[0], day[-1])}


def sizes_given_away(store: Store) -> set[int]:
    """The sizes of the checkpoints that others hold: those that witnesses cosigned, and those in `witnessed/`."""
    notes = History(store.root, store.objects).notes(store.journal.log, store.public_key.name)
    sizes = {note.checkpoint.size for note in notes}
    folder = store.journal.log.folder / "checkpoints"
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.isdecimal() and (content := path.read_bytes()) != without_cosignatures(content):
            sizes.add(int(path.name))
    return sizes
