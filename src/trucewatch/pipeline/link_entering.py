"""The links of a watch, those of its file with what was entered since; and what somebody states of one → an entry of
the journal, checked as `links.geojson` is. What is refused enters nothing, and says why by the field that each fault is
about; what an entry comes to can be seen before it.

Who enters something is named by a salted reference; what was typed is kept apart, so that it can be erased.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.link_checks import MOST_SOURCE, MOST_WORDS, troubles
from trucewatch.model.link_entries import REASONS, LinkEntry, counting_in_no_network, network_with, subjects_of
from trucewatch.model.link_statements import STATEMENTS, Direction, StatusStatement
from trucewatch.model.link_status import LinkStatus, Passing, begins, status_on, surely_from
from trucewatch.model.link_vocabulary import nearest
from trucewatch.model.links import Network
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.record_mapping import KEY_OF_FIELD, mapping_from
from trucewatch.model.times import as_utc, read_time
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.link_records import link_entries, link_entry_record, link_undo_record
from trucewatch.watch.toml_records import read_row

MOST: Final = {
    "says": MOST_WORDS,
    "source": MOST_SOURCE,
    "reason": 500,
    "of": 300,
    "what": MOST_WORDS,
    "who": 1000,
    "cargo": 1000,
    "papers": 1000,
    "hours": 1000,
    "controller": 600,
    "called": 300,
}
"""Characters of what is typed, by its key."""
_ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: nothing is given one name, or taken back, twice."""
_NO_NETWORK: Final = Network()


class LinkRefusedError(TrucewatchError):
    """Something cannot be entered as it was typed; `troubles` says why, each at its key."""

    def __init__(self, troubles: tuple[Trouble, ...]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=troubles[0].sentence))
        self.troubles = troubles


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """What an entry does to how a link stands: on a day, in a direction or in both, for the travellers of a party or
    state, or for everybody (""). day: the first of which it surely tells, or today."""

    day: date
    passing: Direction
    traveller: str
    before: LinkStatus
    after: LinkStatus

    @property
    def changes(self) -> bool:
        """Whether anything is another: the status, or what stands beside each other."""
        return (self.before.status, self.before.why, self.before.statements) != (
            self.after.status,
            self.after.why,
            self.after.statements,
        )


@dataclass(frozen=True, slots=True)
class FilledNetwork:
    """The network that was asked for last, by the one of the file and the entries that it rests on."""

    on_file: Network = field(default=_NO_NETWORK)
    entries: tuple[LinkEntry, ...] = ()
    network: Network = field(default=_NO_NETWORK)


def network_of(store: Store, watch: Watch, recorded_by: datetime | None = None) -> Network:
    """The network with what its file says and what was entered of it since; by a moment, if one is given. The same
    object while neither changed. Who asks what was known at a moment asks the network (`known_by`), as of its file."""
    on_file = watch.network or _NO_NETWORK
    entries = link_entries(store, recorded_by)
    if recorded_by is not None:
        return network_with(on_file, entries)
    last = store.memory.of(FilledNetwork)
    if last.on_file is not on_file or last.entries is not entries:
        last = FilledNetwork(on_file, entries, network_with(on_file, entries))
        store.memory.put(last)
    return last.network


class LinkBook:
    """The links of a watch, and what can be entered of them, at a moment of its clock, `now`.

    Raises LinkRefusedError and StoreError with what stands in the way of an entry.
    """

    def __init__(self, store: Store, watch: Watch, now: datetime) -> None:
        self.store, self.watch = store, watch
        self.now = as_utc(now).replace(microsecond=0)

    # What is shown

    @property
    def network(self) -> Network:
        """All that is on file or was entered, also what is known only after `now`: a reader asks it by a moment."""
        return network_of(self.store, self.watch)

    def entries_of(self, about: str) -> tuple[LinkEntry, ...]:
        """What was entered of a link, a corridor or a route and known by now, those taken back among it; of everything
        for ""."""
        return tuple(
            each for each in link_entries(self.store) if each.known_at <= self.now and about in ("", each.about)
        )

    def counting_nowhere(self) -> list[Message]:
        """A sentence for each entry that stands and counts nowhere, since the file does not name now what it is of."""
        return counting_in_no_network(self.network, self.entries_of(""))

    def entry(self, entry_id: str) -> LinkEntry:
        """The entry of this name. Raises StoreError if there is none by now."""
        for each in self.entries_of(""):
            if each.entry_id == entry_id:
                return each
        raise StoreError(
            Message('nothing called "{name}" was entered about a link; look at the list', name=entry_id[:40])
        )

    def status_changes(self, about: str, row: StatusStatement) -> tuple[StatusChange, ...]:
        """What a row does to how a link stands: on the first day of which it surely tells and today, in each direction
        and for everybody of whom it tells; both directions once where they are the same."""
        link = self.network.link(about)
        if link is None:
            return ()
        today, zone = self.now.astimezone(self.watch.zone).date(), self.watch.zone
        first = min(max(surely_from(row, zone), begins(row, zone)), today)
        rows = []
        for day in dict.fromkeys((first, today)):
            for traveller in row.for_ or ("",):
                each = [
                    StatusChange(
                        day=day,
                        passing=passing,
                        traveller=traveller,
                        before=self._status(link.status, day, passing, traveller),
                        after=self._status((*link.status, row), day, passing, traveller),
                    )
                    for passing in (("forward", "backward") if row.direction == "both" else (row.direction,))
                ]
                both = replace(each[0], passing="both")
                is_same = len(each) == 2 and replace(each[1], passing="both") == both
                rows.extend([both] if is_same else each)
        return tuple(rows)

    def _status(
        self, statements: tuple[StatusStatement, ...], day: date, passing: Passing, traveller: str
    ) -> LinkStatus:
        return status_on(
            statements,
            day,
            self.now,
            agreement=self.watch.agreement,
            zone=self.watch.zone,
            passing=passing,
            traveller=traveller,
        )

    # Acts

    def check(self, table: str, about: str, fields: Mapping[str, Any]) -> Any:
        """The row that something comes to; nothing is entered. fields: the keys of the table in `links.geojson` with
        what they hold, days and moments as ISO 8601 writes them; `known_at` is now if it is not among them. Raises
        LinkRefusedError with everything that is wrong."""
        own = {"known_at": self.now, **fields}
        record = STATEMENTS.get(table)
        if record is None:
            what = Message("this is none of the things that can be entered of a link")
            raise LinkRefusedError((Trouble(("table",), what, Message("choose what it is")),))
        network = self.network
        _refuse(
            [
                *_of_subject(network, table, about),
                *self._of_known_at(own["known_at"]),
                *(trouble for key, text in _texts(own) for trouble in _of_text(key, text)),
                *_lacking(record, own),
            ]
        )
        own["known_at"] = self._moment(own["known_at"])
        read: tuple[Any, Any] = read_row(own, record)
        row, wrong = read
        if row is None or wrong:
            _refuse([Trouble((key.strip(),), fault.what, fault.remedy) for key, fault in wrong])
        _refuse(troubles(table, row, network, about, agreement=self.watch.agreement, zone=self.watch.zone))
        return row

    def enter(self, table: str, about: str, fields: Mapping[str, Any], *, by: str) -> Entry:
        """Check and enter it."""
        with _ENTERING:
            row = self.check(table, about, fields)
            own = {
                key: _as_recorded(self.store, key, value)
                for key, value in mapping_from(row).items()
                if key != "known_at"
            }
            record = link_entry_record(self.store, table, about, own, known_at=row.known_at, by=self._who(by))
            (entry,) = self.store.commit([record])
            return entry

    def undo(self, entry_id: str, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
        """Take an entry back, with a reason that was typed or one of REASONS by its code. Raises StoreError for what
        is not there or was taken back already."""
        with _ENTERING:
            entry = self.entry(entry_id)
            if entry.undone is not None:
                raise StoreError(
                    Message(
                        "entry {entry} was taken back already, by entry {undo}; nothing was entered",
                        entry=entry.entry,
                        undo=entry.undone.entry,
                    )
                )
            is_listed = reason_code in REASONS
            if not is_listed:
                _refuse(list(reason_troubles(reason)))
            record = link_undo_record(
                entry,
                reason="" if is_listed else self.store.keep_words(reason.strip()),
                reason_code=reason_code if is_listed else "",
                known_at=self.now,
                by=self._who(by),
            )
            (undoing,) = self.store.commit([record])
            return undoing

    def _of_known_at(self, known_at: Any) -> Iterator[Trouble]:
        try:
            is_to_come = self._moment(known_at) > self.now
        except TrucewatchError as exc:
            yield Trouble(("known_at",), exc.message, Message("correct the moment"))
            return
        if is_to_come:
            what = Message("this lies ahead of the watch's clock, which shows {moment}", moment=self.now)
            yield Trouble(("known_at",), what, _CORRECT)

    def _moment(self, known_at: Any) -> datetime:
        moment = known_at if isinstance(known_at, datetime) else read_time(str(known_at))
        return as_utc(moment).replace(microsecond=0)

    def _who(self, by: str) -> str:
        return self.store.keys.reference_of(by)


_CORRECT: Final = Message("correct it")


def reason_troubles(reason: str) -> Iterator[Trouble]:
    """What is wrong with a reason that was typed."""
    if not reason.strip():
        yield Trouble(("reason",), Message("this is empty"), Message("write it in words"))
    yield from _of_text("reason", reason)


def _of_subject(network: Network, table: str, about: str) -> Iterator[Trouble]:
    names = subjects_of(network, table)
    if about not in names:
        what = Message('there is no link, route or corridor "{name}" of which this can be stated', name=about[:40])
        yield Trouble(("about",), what, nearest(about, names))


def _texts(own: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text that somebody typed, with its key."""
    for key, value in own.items():
        texts = value.values() if isinstance(value, Mapping) else [value] if key == "source" else []
        yield from ((key, text) for text in texts if isinstance(text, str))


def _of_text(key: str, text: str) -> Iterator[Trouble]:
    if why := refusal_of(text):
        yield Trouble((key,), why, Message("then send it again"))
    elif len(text) > MOST.get(key, MOST["says"]):
        what = Message(
            "this has {count} characters, at most {most} are kept",
            count=Amount(len(text)),
            most=Amount(MOST.get(key, MOST["says"])),
        )
        yield Trouble((key,), what, Message("shorten it"))


def _lacking(record: type[Any], own: Mapping[str, Any]) -> Iterator[Trouble]:
    """What has to be filled in: what has no default, and words that hold nothing."""
    for each in fields(record):
        key = KEY_OF_FIELD.get(each.name, each.name)
        is_needed = each.default is MISSING and each.default_factory is MISSING
        value = own.get(key)
        texts = value.values() if isinstance(value, Mapping) else [value]
        is_empty = not any(str(text).strip() for text in texts if text is not None) or value in ([], ())
        if is_needed and is_empty:
            yield Trouble((key,), Message("this is empty"), Message("fill it in"))


def _as_recorded(store: Store, key: str, value: Any) -> Any:
    """A field as a record holds it: a reference in place of all that was typed, a decimal string for a number with a
    fraction."""
    if isinstance(value, Mapping):
        return {language: store.keep_words(str(text).strip()) for language, text in value.items()}
    if key == "source":
        return store.keep_words(str(value).strip())
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value


def _refuse(wrong: list[Trouble]) -> None:
    if wrong:
        raise LinkRefusedError(tuple(wrong))
