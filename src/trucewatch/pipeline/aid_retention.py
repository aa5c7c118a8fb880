"""The retention clock of a humanitarian instance: which content is due to go at a moment, and its going.

Content goes, its record stays: what it was, when, by whom it was entered, the totals. Content is due by the first of:
`lapse`, hours after the end of what it tells of, for tables whose routes and times lapse; `keep_days`, from when it was
over, for every table; `keep_until`, as the sender of a message said. A step goes with its item at the latest, every
version of an item with its last one, and what was sent of an item with the item, once the other side has it. There is
no other clock: the post-box's is this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.model.aid_items import AidEntry
from trucewatch.model.aid_keeping import EARLIEST, EVIDENCE, KEEP_DAYS, KEEP_UNTIL, KEEPING_RULES, LAPSE
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.humanitarian import HumanitarianFile
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.model.watch import Watch
from trucewatch.pipeline.post_lapsing import lapse_post
from trucewatch.store import Store
from trucewatch.store.aid_records import aid_entries
from trucewatch.store.post_records import post_book
from trucewatch.store.private_files import read_private, write_private

LONGEST_AHEAD: Final = timedelta(days=365)
"""Something that is to end later than this after the last word on it counts as over then."""
_WITHOUT_A_FILE: Final = HumanitarianFile(schema=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Content that has to go. at: since when; rule: of KEEPING_RULES; table and code of what it tells of, "" for what
    has none; entry: of its record; reference: `w-…`, or the hash of a file."""

    at: datetime
    rule: str
    reference: str
    entry: int
    table: str = ""
    code: str = ""


def due(store: Store, watch: Watch, now: datetime) -> tuple[Due, ...]:
    """What is due at a moment, the longest due first. Changes nothing."""
    return tuple(each for each in clock_of(store, watch) if each.at <= as_utc(now))


def clock_of(store: Store, watch: Watch) -> tuple[Due, ...]:
    """All that will go by itself, each at its time, the next first."""
    by_reference: dict[str, Due] = {}
    for each in (*_of_entries(store, watch), *_of_messages(store), *_of_files(store, watch)):
        earlier = by_reference.get(each.reference)
        if earlier is None or each.at < earlier.at:
            by_reference[each.reference] = each
    _with_what_was_sent(store, by_reference)
    return tuple(sorted(by_reference.values(), key=lambda each: (each.at, each.entry, each.reference)))


def lapse(store: Store, watch: Watch, now: datetime) -> tuple[Due, ...]:
    """Erase what is due: what went. One record of an erasure for each rule; it says when and by which rule, and nobody
    who ordered it. Afterwards no page of the index holds what was taken out. Raises StoreError."""
    gone = due(store, watch, now)
    lapse_post(store, as_utc(now))
    for rule, sentence in KEEPING_RULES.items():
        of_rule = [each for each in gone if each.rule == rule]
        texts = sorted({each.reference for each in of_rule if each.reference.startswith("w-")})
        files = sorted({each.reference for each in of_rule if not each.reference.startswith("w-")})
        if texts or files:
            store.erase(files, people=texts, reason=str(sentence), ordered_by="", reason_code=rule)
    if gone:
        store.index.scrub()
    _note_next(store, watch, now)
    return gone


def next_due(store: Store) -> datetime | None:
    """When the next content is due, as it was worked out last; None where nothing is known of that."""
    try:
        record = json.loads(read_private(store.root / "private", EARLIEST) or b"{}")
        return read_time(record["forget_by"])
    except (KeyError, TypeError, ValueError, StoreError):
        return None


def _note_next(store: Store, watch: Watch, now: datetime) -> None:
    coming = [each.at for each in clock_of(store, watch)]
    before = read_private(store.root / "private", EARLIEST)
    if not coming and before is None:
        return  # a watch in which nothing was ever entered that goes by itself
    record = {"looked_at": iso_utc(now)} | ({"forget_by": iso_utc(min(coming))} if coming else {})
    content = json.dumps(record).encode()
    if before != content:
        write_private(store.root / "private", EARLIEST, content)


def _of_entries(store: Store, watch: Watch) -> Iterator[Due]:
    entries = aid_entries(store)
    steps: dict[str, list[AidEntry]] = {}
    versions: dict[str, list[AidEntry]] = {}
    for entry in entries:
        (steps if entry.about else versions).setdefault(entry.about or entry.code, []).append(entry)
    for code, own in versions.items():
        item_due = _due_of(own, steps.get(code, ()), watch)
        for entry in own:
            yield from _content_due(store, entry, *item_due)
        for step in steps.pop(code, ()):
            step_due = _due_of([step], (), watch)
            yield from _content_due(store, step, *min(step_due, item_due))
    for left in steps.values():  # about what is not here, or of a program that knew more
        for step in left:
            yield from _content_due(store, step, *_due_of([step], (), watch))


def _content_due(store: Store, entry: AidEntry, at: datetime, rule: str) -> Iterator[Due]:
    references = [entry.content, entry.reason, *([entry.undone.reason] if entry.undone else [])]
    if entry.keep_until is not None and entry.keep_until < at:
        at, rule = entry.keep_until, KEEP_UNTIL
    for reference in references:
        if reference.startswith("w-") and store.words.has(reference):
            yield Due(at=at, rule=rule, reference=reference, entry=entry.entry, table=entry.table, code=entry.code)


def _due_of(versions: list[AidEntry], steps: Iterable[AidEntry], watch: Watch) -> tuple[datetime, str]:
    """When an item goes, by which rule: counted from its end, and from the last word on it where it has none."""
    on_file = watch.humanitarian or _WITHOUT_A_FILE
    last = next((each for each in reversed(versions) if each.stands), versions[-1])
    table = TABLES.get(last.table)
    spoken = max(each.known_at for each in (*versions, *steps))
    ends_at = table.ends_at(last.row, watch.zone) if table is not None and last.row is not None else None
    if ends_at is None and last.undone is not None:
        ends_at = last.undone.recorded_at
    if ends_at is not None:  # whoever says that it ends in a hundred years says nothing of how long it is kept
        ends_at = min(ends_at, spoken + LONGEST_AHEAD)
    keeps_until = (ends_at or spoken) + timedelta(days=on_file.kept_days(last.table))
    if table is None or table.lapse_hours is None or ends_at is None:
        return as_utc(keeps_until), KEEP_DAYS
    lapses = ends_at + timedelta(hours=min(table.lapse_hours, on_file.lapse_hours))
    return min((as_utc(lapses), LAPSE), (as_utc(keeps_until), KEEP_DAYS))


def _of_messages(store: Store) -> Iterator[Due]:
    """What came and was sent, at the time that its sender set."""
    for direction in post_book(store).by_peer.values():
        for outgoing in direction.outgoing.values():
            if store.words.has(outgoing.body):
                yield Due(
                    at=outgoing.envelope.keep_until, rule=KEEP_UNTIL, reference=outgoing.body, entry=outgoing.entry
                )
        for message in direction.received.values():
            for row in message.rows:
                if row.get("content") and store.words.has(row["content"]):
                    yield Due(
                        at=message.keep_until,
                        rule=KEEP_UNTIL,
                        reference=row["content"],
                        entry=message.entry,
                        table=str(row.get("table", "")),
                        code=str(row.get("code", "")),
                    )


def _with_what_was_sent(store: Store, by_reference: dict[str, Due]) -> None:
    """A message that was acknowledged goes with the first row in it: it says the same once more."""
    names = {each.entry_id: by_reference[each.content] for each in aid_entries(store) if each.content in by_reference}
    for direction in post_book(store).by_peer.values():
        for outgoing in direction.outgoing.values():
            own = by_reference.get(outgoing.body)
            rows = [names[row["entry"]] for row in outgoing.rows if row.get("entry") in names]
            if own is None or outgoing.is_waiting or not rows:
                continue
            first = min(rows, key=lambda each: each.at)
            if first.at < own.at:
                by_reference[outgoing.body] = Due(
                    at=first.at, rule=first.rule, reference=own.reference, entry=own.entry, code=first.code
                )


def _of_files(store: Store, watch: Watch) -> Iterator[Due]:
    """Files that were brought to a humanitarian instance. In a joint centre they are evidence, which its own rules
    keep."""
    if watch.kind != "humanitarian":
        return
    days = timedelta(days=(watch.humanitarian or _WITHOUT_A_FILE).kept_days(EVIDENCE))
    for sha256, received_at, entry in store.index.rows(
        "SELECT sha256, received_at, entry FROM evidence ORDER BY entry"
    ):
        if not store.is_erased(sha256) and sha256 in store.evidence:
            yield Due(at=read_time(received_at) + days, rule=KEEP_DAYS, reference=sha256, entry=int(entry))
