"""The humanitarian records of an instance, its own and those that others sent; and what somebody states in one of its
tables → an entry of the journal, guarded and checked. What is refused enters nothing, and says why by the field that
each fault is about.

Who enters something is named by a salted reference; the row lies apart, so that it can be erased.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any, Final

from trucewatch.errors import NeverHereError, StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_checks import AidVocabulary, row_of, typed_texts
from trucewatch.model.aid_items import CODE, REASONS, AidEntry, Item, items_from
from trucewatch.model.aid_registry import CHOSEN, TABLES
from trucewatch.model.aid_tables import AidTable, trouble
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.never_here import refusals_of_row
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.aid_records import aid_entries, aid_entry_record, aid_undo_record
from trucewatch.store.journal import Entry

LONGEST_REASON: Final = 500
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_MOST_SHELVES: Final = 4
_ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no code is given twice."""


class AidRefusedError(TrucewatchError):
    """Something cannot be entered as it was typed; `troubles` says why, each at its key."""

    def __init__(self, troubles: tuple[Trouble, ...]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=troubles[0].sentence))
        self.troubles = troubles


class _Shelf:
    """What is known by a moment, with what stands by it, each worked out when it is first asked for. since, until: the
    moments between which nothing else is known."""

    def __init__(self, entries: tuple[AidEntry, ...], now: datetime) -> None:
        later = [each.known_at for each in entries if each.known_at > now]
        self.entries = tuple(each for each in entries if each.known_at <= now) if later else entries
        self.since = max((each.known_at for each in self.entries), default=_EARLIEST)
        self.until = min(later, default=_LATEST)

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return items_from(self.entries)

    @cached_property
    def by_table(self) -> dict[str, tuple[Item, ...]]:
        tables: dict[str, list[Item]] = {}
        for item in self.by_code.values():
            tables.setdefault(item.table, []).append(item)
        return {table: tuple(items) for table, items in tables.items()}

    @cached_property
    def by_id(self) -> dict[str, AidEntry]:
        return {each.entry_id: each for each in reversed(self.entries)}


class _Shelves:
    """Those of the moments that were asked for last, held while the store is open: as long as nothing is entered they
    serve all who ask."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[AidEntry, ...], tuple[_Shelf, ...]] = ((), ())

    def of(self, entries: tuple[AidEntry, ...], now: datetime) -> _Shelf:
        of, last = self._kept  # read and written at once: threads share it
        last = last if of is entries else ()
        fitting = next((each for each in last if each.since <= now < each.until), None) or _Shelf(entries, now)
        rest = tuple(each for each in last if each is not fitting)[: _MOST_SHELVES - 1]
        self._kept = (entries, (fitting, *rest))
        return fitting


class AidBook:
    """The humanitarian records of a watch, and what can be entered, at a moment of its clock, `now`.

    Raises AidRefusedError, NeverHereError and StoreError with what stands in the way of an entry. `acting_for`: the
    organisation whose member enters it; "" for the coordinator, and where nobody has an account.
    """

    def __init__(self, store: Store, watch: Watch, now: datetime, recorded_by: datetime | None = None) -> None:
        self.store, self.watch, self._recorded_by = store, watch, recorded_by
        self.now = as_utc(now).replace(microsecond=0)
        self._shelf: _Shelf | None = None

    # What is shown

    @property
    def zone(self) -> tzinfo:
        return self.watch.zone

    @property
    def here(self) -> str:
        """What this instance is called in codes of others."""
        return self.watch.settings.id

    def entries(self) -> tuple[AidEntry, ...]:
        """Everything that was entered and known by now, those taken back among it."""
        return self._known.entries

    def items(self, *tables: str) -> tuple[Item, ...]:
        """The items of tables that stand, in the order in which they were entered first; those of which the content
        was erased among them, with `row` None."""
        by_table = self._known.by_table
        if len(tables) == 1:
            return by_table.get(tables[0], ())
        return tuple(item for item in self._items.values() if item.table in tables)

    def item(self, code: str) -> Item:
        """The item of a code, as somebody types it. Raises StoreError if there is none by now."""
        item = self.item_or_none(code)
        if item is None:
            raise StoreError(Message("there is nothing of this number by now; the list has those there are"))
        return item

    def item_or_none(self, code: str) -> Item | None:
        code = code.strip()
        origin, colon, own = code.rpartition(":")
        return self._items.get(f"{origin}{colon}{own.upper()}")

    def entry(self, entry_id: str) -> AidEntry:
        """The entry of this name. Raises StoreError if there is none by now."""
        entry = self._known.by_id.get(entry_id)
        if entry is not None:
            return entry
        raise StoreError(Message("there is no such entry by now; the list has those there are"))

    @cached_property
    def vocabulary(self) -> AidVocabulary:
        """Which ids a row may name."""
        on_file = self.watch.humanitarian
        return AidVocabulary(
            organisations=tuple(each.id for each in on_file.organisation) if on_file else (),
            districts=tuple(each.id for each in on_file.district) if on_file else (),
            sides=tuple(self.watch.agreement.bound_ids),
            codes=lambda table: tuple(item.code for item in self.items(table)),
        )

    @property
    def _items(self) -> dict[str, Item]:
        return self._known.by_code

    @property
    def _known(self) -> _Shelf:
        """What is known by now; worked out once for all who ask, until something is entered."""
        if self._shelf is None:
            entries = aid_entries(self.store, self._recorded_by)
            if self._recorded_by is None:
                shelves = self.store.memory.of(_Shelves)
                self._shelf = shelves.of(entries, self.now)
            else:
                self._shelf = _Shelf(entries, self.now)
        return self._shelf

    # Acts

    def check(self, table: str, fields: Mapping[str, Any], *, about: str = "", acting_for: str = "") -> Any:
        """The row that fields come to, by their keys; nothing is entered. Raises AidRefusedError with everything that
        is wrong, NeverHereError before that for what is never kept here."""
        declared = self._table(table)
        typed = list(typed_texts(declared, fields))
        of_places = {each.key for each in declared.fields if each.kind in ("place", "outline")}
        listed = ids_on_file(self.watch)
        refuse_never_here([text for key, text in typed if key not in of_places], listed=listed)
        refuse_never_here([text for key, text in typed if key in of_places], allow=("position",))
        subject = self._subject(declared, about)
        row, wrong = row_of(declared, fields, self.vocabulary)
        if row is not None:
            wrong = (*_of_owner(declared, row, acting_for), *declared.troubles(row, subject, self))
        if wrong:
            raise AidRefusedError(tuple(wrong))
        return row

    def enter(self, table: str, fields: Mapping[str, Any], *, by: str, about: str = "", acting_for: str = "") -> Entry:
        """Check and enter a row: an item under the next number, or a step of the item `about`."""
        with _ENTERING:
            self._shelf = None
            row = self.check(table, fields, about=about, acting_for=acting_for)
            declared = TABLES[table]
            code = self.item(about).code if declared.is_step else f"{declared.prefix}-{self._last_number(table) + 1}"
            about = code if declared.is_step else ""
            return self._commit(declared, row, code=code, about=about, version=1, acting_for=acting_for, by=by)

    def correct(
        self, code: str, version: int, fields: Mapping[str, Any], *, reason: str, by: str, acting_for: str = ""
    ) -> Entry:
        """Enter the next version of an item. version: the one that was looked at; raises StoreError if another stands
        meanwhile. A step is not corrected: it is taken back, and another entered."""
        with _ENTERING:
            self._shelf = None
            item = self.item(code)
            self._refuse_foreign(item.first, acting_for)
            if item.version != version:
                raise StoreError(
                    Message(
                        "{code} changed since it was looked at; nothing was entered. Look at it as it stands now",
                        code=item.code,
                    )
                )
            self._check_reason(reason)
            row = self.check(item.table, fields, acting_for=acting_for)
            return self._commit(
                TABLES[item.table],
                row,
                code=item.code,
                about="",
                version=max(each.version for each in item.versions) + 1,
                acting_for=acting_for,
                reason=reason.strip(),
                by=by,
            )

    def undo(self, entry_id: str, *, by: str, reason: str = "", reason_code: str = "", acting_for: str = "") -> Entry:
        """Take an entry back, with a reason that was typed or one of REASONS by its code. Raises StoreError for what is
        not there or was taken back already."""
        with _ENTERING:
            self._shelf = None
            entry = self.entry(entry_id)
            self._refuse_foreign(entry, acting_for)
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
                self._check_reason(reason)
            record = aid_undo_record(
                entry,
                reason="" if is_listed else self.store.keep_words(reason.strip()),
                reason_code=reason_code if is_listed else "",
                known_at=self.now,
                by=self._who(by),
            )
            (undoing,) = self.store.commit([record])
            self._shelf = None
            return undoing

    def _table(self, name: str) -> AidTable:
        table = TABLES.get(name)
        if table is None:
            what = Message("this is none of the things that can be entered here")
            raise AidRefusedError((trouble("table", what, Message("choose what it is")),))
        if self.watch.settings.kind not in table.only_in:
            raise StoreError(Message("this is entered in the other instance, not here; nothing was entered"))
        return table

    def _subject(self, table: AidTable, about: str) -> Item | None:
        if not table.is_step:
            return None
        item = self.item_or_none(about)
        if item is None or item.table not in table.about:
            what = Message("there is nothing of this number that this can be about")
            raise AidRefusedError((trouble("about", what, Message("choose it from its list")),))
        return item

    def _refuse_foreign(self, entry: AidEntry, acting_for: str) -> None:
        """Only who stated something changes it: the instance that sent it, and in it the organisation whose it is."""
        if entry.origin:
            raise StoreError(
                Message("this came from {origin}, which alone changes it; nothing was entered", origin=entry.origin)
            )
        if acting_for and acting_for != _owner_of(entry):
            raise StoreError(Message("this is another organisation's, which alone changes it; nothing was entered"))

    def _check_reason(self, reason: str) -> None:
        refuse_never_here([reason])
        for what in _reason_faults(reason):
            raise AidRefusedError((trouble("reason", what, Message("write it in words")),))

    def _last_number(self, table: str) -> int:
        """The highest number that was ever given, of what was taken back too."""
        own = (each for each in aid_entries(self.store) if each.table == table and not each.origin)
        return max((int(match["number"]) for each in own if (match := CODE.fullmatch(each.code))), default=0)

    def _commit(
        self,
        table: AidTable,
        row: Any,
        *,
        code: str,
        about: str,
        version: int,
        acting_for: str,
        by: str,
        reason: str = "",
    ) -> Entry:
        record = aid_entry_record(
            self.store,
            table.name,
            row,
            code=code,
            about=about,
            version=version,
            acting_for=acting_for,
            reason=reason,
            known_at=self.now,
            by=self._who(by),
        )
        (entry,) = self.store.commit([record])
        self._shelf = None
        return entry

    def _who(self, by: str) -> str:
        return self.store.keys.reference_of(by)


def ids_on_file(watch: Watch) -> tuple[str, ...]:
    """The ids of the watch's files by which rows name organisations, districts and sides."""
    on_file = watch.humanitarian
    own = (*(each.id for each in on_file.organisation), *(each.id for each in on_file.district)) if on_file else ()
    return (*own, *watch.agreement.bound_ids)


def refuse_never_here(texts: list[str], *, allow: tuple[str, ...] = (), listed: tuple[str, ...] = ()) -> None:
    """Raises NeverHereError where texts of one row hold what is never kept; nothing of them is in it. allow: rules
    that are not asked, as `position` of fields that are made for a place. listed: ids of the watch's files, which say
    nothing beside others."""
    refusals = refusals_of_row(texts, allow=allow, listed=CHOSEN.union(listed))
    if refusals:
        rules = tuple(refusal.rule for refusal in refusals)
        raise NeverHereError(
            Message("{why}. Nothing of it was kept, only that something was refused.", why=refusals[0].why), rules
        ) from None


def _of_owner(table: AidTable, row: Any, acting_for: str) -> Iterator[Trouble]:
    """A member of an organisation states what is its own; what is nobody's own the coordinator states."""
    if not acting_for:
        return
    if not table.owner:
        yield trouble("table", Message("the coordinator enters this"), Message("ask them"))
    elif getattr(row, table.owner) != acting_for:
        yield trouble(
            table.owner, Message("you act for another organisation"), Message("choose your own, or ask the coordinator")
        )


def _owner_of(entry: AidEntry) -> str:
    table = TABLES.get(entry.table)
    if table is None or not table.owner or entry.row is None:
        return entry.acting_for
    return str(getattr(entry.row, table.owner))


def _reason_faults(reason: str) -> Iterator[Message]:
    if not reason.strip():
        yield Message("this is empty")
    elif why := refusal_of(reason):
        yield why
    elif len(reason) > LONGEST_REASON:
        yield Message("this has more than {most} characters", most=LONGEST_REASON)
