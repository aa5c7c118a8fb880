"""Urgent messages as the journal holds them: `trucewatch/flash/1`, one record a message, and `trucewatch/flash-act/1`
for each thing that came of it. Texts and typed words lie apart; records hold their references `w-…`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.flash import (
    Flash,
    FlashAct,
    FlashDraft,
    FlashPlace,
    FlashRecipient,
    with_undone,
)
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

FLASH: Final = "trucewatch/flash/1"
ACT: Final = "trucewatch/flash-act/1"


@dataclass(frozen=True, slots=True)
class _Entered:
    """What was read last, and up to which entry the index had been read then."""

    until: int = 0
    flashes: Mapping[int, Flash] | None = None


def flashes_on_record(store: Store) -> tuple[Flash, ...]:
    """Every message with what came of it, in the order of their numbers. Costs what was entered since it was asked
    last."""
    return tuple(_entered(store).values())


def flash_of(store: Store, code: str) -> Flash:
    """A message by our number, `UM-3` or `3`. Raises StoreError if there is none."""
    number = code.strip().upper().removeprefix("UM-")
    flash = _entered(store).get(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    if flash is None:
        raise StoreError(
            Message('there is no urgent message "{number}"; the list has those there are', number=code.strip()[:20])
        )
    return flash


def flash_record(flash: Flash) -> dict[str, Any]:
    """The record of a message."""
    draft, place = flash.draft, flash.draft.place
    return {
        "schema": FLASH,
        "number": flash.number,
        "sent_at": iso_utc(flash.sent_at),
        "queued_at": iso_utc(flash.queued_at),
        "about": list(draft.about),
        "matter": draft.matter,
        "place": None
        if place is None
        else {
            "form": place.form,
            "id": place.id,
            "lon": "" if place.lon is None else repr(float(place.lon)),
            "lat": "" if place.lat is None else repr(float(place.lat)),
            "size_m": repr(float(place.size_m)),
        },
        "quarter": [iso_utc(moment) for moment in draft.quarter],
        "reporter": draft.reporter,
        "reporter_id": draft.reporter_id,
        "first_report": iso_utc(draft.first_report),
        "asks": list(draft.asks),
        "answer_by": iso_utc(draft.answer_by),
        "added": dict(draft.added),
        "drill": draft.drill,
        "simulated": flash.simulated,
        "to": [
            {
                "id": each.id,
                "ways": list(each.ways),
                "place": each.place,
                "cell_m": repr(float(each.cell_m)),
                "tells": list(each.tells),
            }
            for each in flash.to
        ],
        "parties": list(flash.parties),
        "texts": dict(flash.texts),
        "text_hash": flash.text_hash,
        "by": flash.by,
    }


def flash_act_record(act: FlashAct, *, drill: int, simulated: bool) -> dict[str, Any]:
    """The record of an act; its entry is given when it is committed. drill, simulated: of the message, so that nothing
    that came of one stands anywhere without them."""
    return {
        "schema": ACT,
        "flash": act.flash,
        "act": act.act,
        "to": act.to,
        "at": iso_utc(act.at),
        "via": act.via,
        "by": act.by,
        "words": act.words,
        "undoes": act.undoes,
        "of": act.of,
        "late": act.is_late,
        "drill": drill,
        "simulated": simulated,
    }


def act_in(entry: Entry) -> FlashAct:
    record = entry.record
    return FlashAct(
        entry=entry.number,
        flash=record["flash"],
        act=record["act"],
        to=record["to"],
        at=read_time(record["at"]),
        via=record["via"],
        by=record["by"],
        recorded_at=first_recorded_at(record),
        words=record["words"],
        undoes=record["undoes"],
        of=record["of"],
        is_late=record["late"],
    )


def flash_in(entry: Entry) -> Flash:
    """The message that an entry holds, without what came of it. `added` holds references."""
    record = entry.record
    place = record["place"]
    draft = FlashDraft(
        about=tuple(record["about"]),
        matter=record["matter"],
        place=None
        if place is None
        else FlashPlace(
            form=place["form"],
            id=place["id"],
            lon=float(place["lon"]) if place["lon"] else None,
            lat=float(place["lat"]) if place["lat"] else None,
            size_m=float(place["size_m"]),
        ),
        quarter=(read_time(record["quarter"][0]), read_time(record["quarter"][1])),
        reporter=record["reporter"],
        reporter_id=record["reporter_id"],
        first_report=read_time(record["first_report"]),
        asks=tuple(record["asks"]),
        answer_by=read_time(record["answer_by"]),
        added=dict(record["added"]),
        drill=record["drill"],
        simulated=record["simulated"],
    )
    return Flash(
        number=record["number"],
        entry=entry.number,
        by=record["by"],
        sent_at=read_time(record["sent_at"]),
        queued_at=read_time(record["queued_at"]),
        draft=draft,
        to=tuple(
            FlashRecipient(
                id=each["id"],
                ways=tuple(each["ways"]),
                place=each["place"],
                cell_m=float(each["cell_m"]),
                tells=tuple(each["tells"]),
            )
            for each in record["to"]
        ),
        parties=tuple(record["parties"]),
        texts=dict(record["texts"]),
        text_hash=record["text_hash"],
    )


def next_flash_number(store: Store) -> int:
    """The number that the next message bears; asked while nobody else enters one."""
    return max(_entered(store), default=0) + 1


def _entered(store: Store) -> Mapping[int, Flash]:
    last = store.memory.of(_Entered)
    until = store.index.applied
    if last.flashes is not None and until == last.until:
        return last.flashes
    since = last.until if last.flashes is not None and until > last.until else 0
    flashes = dict(last.flashes or {}) if since else {}
    rows = store.index.rows(
        "SELECT number FROM entry WHERE schema IN (?, ?) AND number >= ? ORDER BY number", FLASH, ACT, since
    )
    for entry in list(store.journal.entries_at(number for (number,) in rows)):
        if entry.record["schema"] == FLASH:
            flashes.setdefault(entry.record["number"], flash_in(entry))
        else:
            flash = flashes.get(entry.record["flash"])
            if flash is not None and all(each.entry != entry.number for each in flash.acts):
                flashes[flash.number] = replace(flash, acts=with_undone((*flash.acts, act_in(entry))))
    store.memory.put(_Entered(until, flashes))
    return flashes
