"""What of the outbox is on record: channels, lines, deliveries; and what people do to a delivery."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.ids import sha256_of
from trucewatch.store.delivery_records import (
    ACT,
    DELIVERY,
    FIRST_ACT,
    FIRST_DELIVERY,
    Channel,
    Delivery,
    act_record,
    channel_in,
    delivery_in,
    delivery_record,
)
from trucewatch.store.flash_queue import body_name, sending_of
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.private_files import read_private, remove_private
from trucewatch.store.store import Store
from trucewatch.store.webhooks import read_webhooks


class RecordedOutbox:
    """The outbox of an open store as it stands; it reads what is new in the journal each time it is asked. Raises
    StoreError with what stands in the way of an act."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._private = store.root / "private"
        self._sending = sending_of(store)
        self._reading = threading.RLock()
        self._channels: dict[str, Channel] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._of_message: dict[str, list[str]] = {}
        """Code of an urgent message → the ids of its deliveries, in the order in which they were queued."""
        self._waiting: dict[str, None] = {}
        """The ids of those that are sent, or entered as read out, when their time comes."""
        self._next = 0

    def channels(self) -> tuple[Channel, ...]:
        """Those in use that carry notices of issues, in the order in which they were added."""
        return tuple(channel for channel in self._in_use() if channel.carries == "issues")

    def lines(self) -> tuple[Channel, ...]:
        """Those in use that carry urgent messages, in the order in which they were added."""
        return tuple(channel for channel in self._in_use() if channel.carries == "flashes")

    def names(self) -> dict[str, str]:
        """What each webhook in use is called, by its key: by the key itself where its address is not kept here, as in
        a copy without `private/`."""
        hooks = read_webhooks(self._private)
        return {
            channel.key: hooks[channel.key].name if channel.key in hooks else channel.key for channel in self.channels()
        }

    def deliveries(self) -> tuple[Delivery, ...]:
        """Every delivery, the one queued last first."""
        self._read()
        return tuple(self._sending.latest(delivery) for delivery in reversed(list(self._deliveries.values())))

    def waiting(self) -> tuple[Delivery, ...]:
        """Those that wait, the one queued last first."""
        self._read()
        own = (self._deliveries[each] for each in reversed(list(self._waiting)))
        return tuple(self._sending.latest(delivery) for delivery in own)

    def delivery(self, delivery_id: str) -> Delivery:
        """Raises StoreError if there is none."""
        self._read()
        if delivery_id not in self._deliveries:
            raise StoreError(Message("there is no such delivery; the outbox lists those that there are"))
        return self._sending.latest(self._deliveries[delivery_id])

    def body_of(self, delivery: Delivery) -> bytes | None:
        """What is sent, if it is what was queued."""
        body = read_private(self._private, body_name(delivery.id))
        return body if body is not None and f"sha256:{sha256_of(body)}" == delivery.content else None

    def retry(self, delivery_id: str, *, by: str, now: datetime) -> Entry:
        """Send a delivery again now that was not taken: it begins anew with its attempts."""
        delivery = self.delivery(delivery_id)
        if delivery.state == "sent":
            raise StoreError(Message("this was taken by the receiver already; nothing is sent twice by hand"))
        channel = self._channels.get(delivery.key)
        if channel is not None and channel.removed_at is not None:
            raise StoreError(
                Message("its webhook was removed; add it again, and the next issue goes there")
                if channel.carries == "issues"
                else Message("its line was removed; add it again, and the next urgent message goes there")
            )
        if delivery.channel == "console":
            raise StoreError(Message("it stands on the page of whoever speaks for them; nothing is sent there"))
        again = replace(
            delivery, state="queued", attempts=0, fault="", code=0, next_try=now if delivery.is_by_program else None
        )
        return self._step("retry", again, by)

    def stop(self, delivery_id: str, *, by: str) -> Entry:
        """Try a delivery no more."""
        delivery = self.delivery(delivery_id)
        if not delivery.is_waiting:
            raise StoreError(Message("this delivery does not wait any more; there is nothing to stop"))
        return self._step("stop", replace(delivery, state="given_up", fault="stopped", next_try=None), by)

    def _step(self, act: str, delivery: Delivery, by: str) -> Entry:
        about = act_record(
            act,
            channel=delivery.channel,
            key=delivery.key,
            recipient=delivery.recipient,
            carries="flashes" if delivery.about == "flash" else "issues",
            delivery=delivery.id,
            by=by,
        )
        entry, _ = self.store.commit([about, delivery_record(delivery)])
        self._read()
        return entry

    def _remove_channel(self, channel: Channel, *, by: str) -> Channel:
        """Enter that a channel is used no more, and that what waits for it is given up; then forget what waits."""
        own = [delivery for delivery in list(self._deliveries.values()) if delivery.key == channel.key]
        given_up = [
            delivery_record(replace(self._sending.latest(delivery), state="given_up", fault="removed", next_try=None))
            for delivery in own
            if delivery.is_waiting
        ]
        removal = act_record(
            "remove",
            channel=channel.kind,
            key=channel.key,
            recipient=channel.recipient,
            carries=channel.carries,
            by=by,
        )
        self.store.commit([removal, *given_up])
        for delivery in own:
            remove_private(self._private, body_name(delivery.id))
        self._read()
        return self._channels[channel.key]

    def _in_use(self) -> tuple[Channel, ...]:
        self._read()
        return tuple(channel for channel in list(self._channels.values()) if channel.removed_at is None)

    def _read(self) -> None:
        """Take in what the journal holds beyond what was read."""
        with self._reading:
            query = "SELECT number FROM entry WHERE number >= ? AND schema IN (?, ?, ?, ?) ORDER BY number"
            schemas = (DELIVERY, FIRST_DELIVERY, ACT, FIRST_ACT)
            rows = self.store.index.rows(query, self._next, *schemas)
            for entry in self.store.journal.entries_at(number for (number,) in rows):
                self._take_in(entry)
                self._next = entry.number + 1

    def _take_in(self, entry: Entry) -> None:
        record = entry.record
        if record["schema"] in (DELIVERY, FIRST_DELIVERY):
            before = self._deliveries.get(record["id"])
            delivery = self._deliveries[record["id"]] = delivery_in(entry, before)
            if before is None and delivery.about == "flash":
                self._of_message.setdefault(delivery.number, []).append(delivery.id)
            if delivery.is_waiting:
                self._waiting[delivery.id] = None
            else:
                self._waiting.pop(delivery.id, None)
        elif record["act"] == "add":
            self._channels[record["key"]] = channel_in(entry)
        elif record["act"] == "remove" and record["key"] in self._channels:
            removed_at = first_recorded_at(record)
            self._channels[record["key"]] = replace(self._channels[record["key"]], removed_at=removed_at)
