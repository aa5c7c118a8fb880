"""Urgent messages as programs and commands are given them: numbers, moments, states and ways; no typed word, no text,
no address."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import StringIO
from typing import Any, Final

from trucewatch.desks.flashing.reach import Side, is_open, side_of
from trucewatch.model.drill import drill_code
from trucewatch.model.flash import Flash
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.flash_records import flashes_on_record
from trucewatch.store.outbox import Delivery, Outbox
from trucewatch.store.role_records import grants_on_record
from trucewatch.store.sign_in_accounts import Accounts

LIST: Final = "trucewatch/urgent-messages/1"
ONE: Final = "trucewatch/urgent-message/1"
WITHHELD: Final = ("texts", "words", "who", "addresses")
COLUMNS: Final = (
    *("code", "sent_at", "queued_at", "state", "matter", "drill", "simulated", "recipient", "is_party", "stands"),
    *("acknowledged_at", "quiet_since", "seconds_to_quiet", "seconds_to_quiet_of_all", "ways"),
)
"""Of the table: one row a recipient of a message."""


def liaisons_of(store: Store, now: datetime) -> dict[str, int]:
    """For each side how many people speak for it who can sign in: a link that nobody opened reaches nobody. now: the
    computer's clock; roles are of today, also on a past case."""
    accounts = Accounts(store.root / "private", lambda: now)
    able = {account.reference for account in accounts.people() if account.state == "active"}
    held = {
        (grant.side, grant.person)
        for grant in grants_on_record(store)
        if grant.role is Role.LIAISON and grant.is_held(now) and grant.person in able
    }
    counts: dict[str, int] = {}
    for side, _ in held:
        counts[side] = counts.get(side, 0) + 1
    return counts


def sides_of_message(
    flash: Flash, deliveries: Sequence[Delivery], liaisons: Mapping[str, int], now: datetime
) -> tuple[Side, ...]:
    """Every recipient as it stands, in the order of the message. now: the watch's clock."""
    return tuple(side_of(flash, each.id, deliveries, liaisons=liaisons.get(each.id, 0), now=now) for each in flash.to)


def in_order(flashes: Sequence[Flash]) -> list[Flash]:
    """Open ones first, real ones before drills, the latest first; then those that have ended."""
    return sorted(flashes, key=lambda each: (not is_open(each), each.is_drill, -each.number))


def messages_document(store: Store, watch: Watch, outbox: Outbox, *, now: datetime, clock: datetime) -> dict[str, Any]:
    """Every message, open ones first. now: the watch's clock; clock: the computer's."""
    liaisons = liaisons_of(store, clock)
    return {
        "schema": LIST,
        "watch": watch.settings.id,
        "as_of": iso_utc(now),
        "messages": [
            _row(flash, sides_of_message(flash, outbox.deliveries_of(flash.code), liaisons, now))
            for flash in in_order(flashes_on_record(store))
        ],
        "withheld": list(WITHHELD),
    }


def message_document(
    store: Store, watch: Watch, outbox: Outbox, flash: Flash, *, now: datetime, clock: datetime
) -> dict[str, Any]:
    """One message with what came of it."""
    sides = sides_of_message(flash, outbox.deliveries_of(flash.code), liaisons_of(store, clock), now)
    return {
        "schema": ONE,
        "watch": watch.settings.id,
        "as_of": iso_utc(now),
        **_row(flash, sides),
        "acts": [
            {
                "entry": act.entry,
                "act": act.act,
                "to": act.to,
                "at": iso_utc(act.at),
                "recorded_at": iso_utc(act.recorded_at),
                "via": act.via,
                "undone": act.undone,
                "late": act.is_late,
                "undoes": act.undoes or None,
            }
            for act in flash.acts
        ],
        "withheld": list(WITHHELD),
    }


def csv_text(document: Mapping[str, Any]) -> str:
    """The list as a table: one row a recipient of a message, an empty cell for what is not known."""
    sink = StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in document["messages"]:
        for side in row["recipients"]:
            cells = (
                row
                | side
                | {
                    "recipient": side["id"],
                    "seconds_to_quiet_of_all": row["seconds_to_quiet"],
                    "seconds_to_quiet": side["seconds_to_quiet"],
                    "ways": " ".join(f"{way['way']}:{way['state']}" for way in side["ways"]),
                }
            )
            writer.writerow([_cell(cells[name]) for name in COLUMNS])
    return sink.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _row(flash: Flash, sides: Sequence[Side]) -> dict[str, Any]:
    draft = flash.draft
    return {
        "code": flash.code,
        "entry": flash.entry,
        "state": "open" if flash.ended is None else flash.ended.act,
        "sent_at": iso_utc(flash.sent_at),
        "queued_at": iso_utc(flash.queued_at),
        "matter": draft.matter,
        "about": list(draft.about),
        "asks": list(draft.asks),
        "first_report": iso_utc(draft.first_report),
        "answer_by": iso_utc(draft.answer_by),
        "drill": drill_code(draft.drill) if draft.drill else "",
        "simulated": flash.simulated,
        "quiet_at": iso_utc(flash.quiet_at) if flash.quiet_at else None,
        "own_quiet_since": iso_utc(flash.own_quiet.at) if flash.own_quiet else None,
        "seconds_to_quiet": _seconds(flash.time_to_quiet()),
        "recipients": [
            {
                "id": side.to,
                "is_party": side.is_party,
                "stands": side.said,
                "acknowledged_at": iso_utc(side.acknowledged.at) if side.acknowledged else None,
                "quiet_since": iso_utc(side.quiet.at) if side.quiet else None,
                "seconds_to_quiet": _seconds(flash.time_to_quiet(side.to)),
                "came_back": len(side.bounced),
                "ways": [
                    {
                        "way": way.channel,
                        "state": way.state,
                        "attempts": way.attempts,
                        "fault": way.fault,
                        "queued_at": iso_utc(way.queued_at),
                        "next_try": iso_utc(way.next_try) if way.next_try else None,
                    }
                    for way in side.deliveries
                ],
            }
            for side in sides
        ],
    }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
