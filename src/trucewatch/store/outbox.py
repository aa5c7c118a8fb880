"""The outbox: what leaves by itself, one delivery of one issue over one channel, and each step of it as a record.

A delivery is queued once for each report that was issued after the channel was added, and never for an earlier one.
It is sent at least once: a kill between sending and recording sends it again, with the same id and the same bytes, by
which the receiver knows it. What is sent lies under `private/outbox` until it was taken; records hold its hash.

Webhooks come first; mail and files are channels of the same queue.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.ids import canonical, sha256_of, short_id
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.watch import WatchFile
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.private_files import read_private, remove_private, write_private
from trucewatch.store.publications import RecordedIssue, last_issue, recorded_issues
from trucewatch.store.store import Store
from trucewatch.store.webhook_post import Answer
from trucewatch.store.webhooks import Webhook, forget_webhook, keep_webhook, read_webhooks

DELIVERY: Final = "trucewatch/delivery/1"
ACT: Final = "trucewatch/outbox-act/1"
NOTICE: Final = "trucewatch/issue-notice/1"
State = Literal["queued", "sent", "failed", "given_up"]
STATES: Final[tuple[State, ...]] = ("queued", "failed", "given_up", "sent")
FAULTS: Final = ("refused", "redirect", "gone", "slow", "tls", "unreachable", "elsewhere", "lost", "stopped", "removed")
"""Why a delivery was not taken: the receiver's status says no, leads elsewhere or says that nobody is there any more;
it took too long; its certificate is not good; it cannot be reached; its address is one that it may not lead to; the
bytes or the address are gone here; somebody stopped it, or removed the channel."""
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 20
"""Twice as long before each: the last one is some two and a half days after the first."""
AT_ONCE: Final = 20
"""Deliveries that one look sends."""
_FOLDER: Final = "outbox"
Post = Callable[..., Answer]
Guard = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way out to a recipient. `entry`: from which issue on; `removed_at`: none while it is in use."""

    key: str
    kind: str
    recipient: str
    entry: int
    added_at: datetime
    by: str
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery as its last record has it. `next_try`: none where there is none; `code`: the last answer's status,
    0 where none came."""

    id: str
    channel: str
    key: str
    recipient: str
    number: str
    revision: int
    content: str
    size_bytes: int
    state: State
    attempts: int
    code: int
    fault: str
    next_try: datetime | None
    entry: int
    queued_at: datetime
    recorded_at: datetime

    @property
    def is_waiting(self) -> bool:
        return self.state in ("queued", "failed")


class Outbox:
    """The outbox of an open store; it reads what is new in the journal each time it is asked. Raises StoreError with
    what stands in the way of an act."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._private = store.root / "private"
        self._reading = threading.RLock()
        self._channels: dict[str, Channel] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._next = 0
        self._queued_for: tuple[int, int] = (-1, -1)

    # What is there

    def channels(self) -> tuple[Channel, ...]:
        """Those in use, in the order in which they were added."""
        self._read()
        return tuple(channel for channel in list(self._channels.values()) if channel.removed_at is None)

    def names(self) -> dict[str, str]:
        """What each channel in use is called, by its key: by the key itself where its address is not kept here, as in
        a copy without `private/`."""
        hooks = read_webhooks(self._private)
        return {
            channel.key: hooks[channel.key].name if channel.key in hooks else channel.key for channel in self.channels()
        }

    def deliveries(self) -> tuple[Delivery, ...]:
        """Every delivery, the one queued last first."""
        self._read()
        return tuple(reversed(list(self._deliveries.values())))

    def delivery(self, delivery_id: str) -> Delivery:
        """Raises StoreError if there is none."""
        self._read()
        if delivery_id not in self._deliveries:
            raise StoreError(Message("there is no such delivery; the outbox lists those that there are"))
        return self._deliveries[delivery_id]

    def due(self, now: datetime) -> list[Delivery]:
        """What is to be sent by now, the one that waits longest first."""
        self._read()
        waiting = [
            delivery
            for delivery in list(self._deliveries.values())
            if delivery.is_waiting and delivery.next_try is not None and delivery.next_try <= now
        ]
        return sorted(waiting, key=lambda delivery: (delivery.next_try or now, delivery.entry))

    def has_address(self, key: str) -> bool:
        """Whether the address of a channel is kept here."""
        return key in read_webhooks(self._private)

    # Acts of people

    def add(self, hook: Webhook, *, recipient: str, by: str) -> Channel:
        """Use a webhook from the next issue on. by: a reference. The address is kept before the record is entered: a
        kill between leaves an address that nothing uses."""
        if hook.name in self.names().values():
            raise StoreError(
                Message('there is a webhook "{name}" already; remove it first, or take another name', name=hook.name)
            )
        keep_webhook(self._private, hook)
        self.store.commit([_act("add", hook.key, recipient, by)])
        self._read()
        return self._channels[hook.key]

    def remove(self, name: str, *, by: str) -> Channel:
        """Use a webhook no more: its address and secret are forgotten, what waits for it is given up."""
        names = self.names()
        key = next((key for key, called in names.items() if name in (called, key)), "")
        if not key:
            called = ", ".join(sorted(names.values())) or "–"
            raise StoreError(Message('there is no webhook "{name}"; there are: {names}', name=name[:60], names=called))
        channel = self._channels[key]
        own = [delivery for delivery in list(self._deliveries.values()) if delivery.key == key]
        given_up = [
            _record(replace(delivery, state="given_up", fault="removed", next_try=None))
            for delivery in own
            if delivery.is_waiting
        ]
        self.store.commit([_act("remove", key, channel.recipient, by), *given_up])
        forget_webhook(self._private, key)
        for delivery in own:
            remove_private(self._private, _body(delivery.id))
        self._read()
        return self._channels[key]

    def retry(self, delivery_id: str, *, by: str, now: datetime) -> Entry:
        """Send a delivery again now that was not taken: it begins anew with its attempts."""
        delivery = self.delivery(delivery_id)
        if delivery.state == "sent":
            raise StoreError(Message("this was taken by the receiver already; nothing is sent twice by hand"))
        if self._channels[delivery.key].removed_at is not None:
            raise StoreError(Message("its webhook was removed; add it again, and the next issue goes there"))
        again = replace(delivery, state="queued", attempts=0, fault="", next_try=now)
        return self._step("retry", again, by)

    def stop(self, delivery_id: str, *, by: str) -> Entry:
        """Try a delivery no more."""
        delivery = self.delivery(delivery_id)
        if not delivery.is_waiting:
            raise StoreError(Message("this delivery does not wait any more; there is nothing to stop"))
        return self._step("stop", replace(delivery, state="given_up", fault="stopped", next_try=None), by)

    def _step(self, act: str, delivery: Delivery, by: str) -> Entry:
        about = _act(act, delivery.key, delivery.recipient, by) | {"delivery": delivery.id}
        entry, _ = self.store.commit([about, _record(delivery)])
        self._read()
        return entry

    # What goes on by itself

    def queue(self, now: datetime, watch: WatchFile) -> list[Delivery]:
        """Queue what was issued since each channel was added and has no delivery yet; what was queued."""
        state = self._state()
        if state == self._queued_for:
            return []
        queued = []
        hooks = read_webhooks(self._private)
        for channel in self.channels():
            for issue in _first_issues(self.store, channel.recipient):
                publication = issue.publication
                delivery_id = short_id("q", channel.key, publication.number, str(publication.revision))
                if issue.entry < channel.entry or delivery_id in self._deliveries:
                    continue
                console = hooks[channel.key].console if channel.key in hooks else ""
                body = canonical(notice(issue, delivery_id=delivery_id, watch=watch, console=console))
                write_private(self._private, _body(delivery_id), body)
                queued.append(_first(channel, issue, delivery_id, body, now))
        if queued:
            self.store.commit([_record(delivery) for delivery in queued], is_act=False)
        self._queued_for = state
        self._read()
        return [self._deliveries[delivery.id] for delivery in queued]

    def body_of(self, delivery: Delivery) -> bytes | None:
        """What is sent, if it is what was queued."""
        body = read_private(self._private, _body(delivery.id))
        return body if body is not None and f"sha256:{sha256_of(body)}" == delivery.content else None

    def attempted(self, delivery: Delivery, answer: Answer, now: datetime) -> Delivery:
        """Record what came of an attempt, and when the next one is."""
        attempts = delivery.attempts + 1
        state: State = "sent" if not answer.fault else "failed"
        if answer.fault in ("gone", "lost") or (answer.fault and attempts >= MOST_ATTEMPTS):
            state = "given_up"
        wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
        step = replace(
            delivery,
            state=state,
            attempts=attempts,
            code=answer.code,
            fault=answer.fault,
            next_try=now + wait if state == "failed" else None,
        )
        self.store.commit([_record(step)], is_act=False)
        if state == "sent":
            remove_private(self._private, _body(delivery.id))
        self._read()
        return self._deliveries[delivery.id]

    def send_due(self, now: Callable[[], datetime], watch: WatchFile, *, post: Post, guard: Guard) -> list[Delivery]:
        """Queue what is new and send what is due, each once; what came of each. guard: held while something is
        entered, and not while the network is waited for."""
        if not self.channels() or (self._state() == self._queued_for and not self.due(now())):
            return []
        with guard():
            self.queue(now(), watch)
            due = self.due(now())[:AT_ONCE]
            hooks = read_webhooks(self._private) if due else {}
        steps = []
        for delivery in due:
            body, hook = self.body_of(delivery), hooks.get(delivery.key)
            if body is None or hook is None:
                answer = Answer(fault="lost")
            else:
                answer = post(hook, body, delivery_id=delivery.id, now=now())
            with guard():
                latest = self.delivery(delivery.id)
                # What was stopped meanwhile stays so, unless it was taken after all.
                if latest.is_waiting or not answer.fault:
                    steps.append(self.attempted(latest, answer, now()))
        return steps

    def _state(self) -> tuple[int, int]:
        """What the queue follows from: as long as it stays, nothing is to be queued."""
        return last_issue(self.store), len(self.channels())

    def _read(self) -> None:
        """Take in what the journal holds beyond what was read."""
        with self._reading:
            query = "SELECT number FROM entry WHERE number >= ? AND schema IN (?, ?) ORDER BY number"
            for (number,) in self.store.index.rows(query, self._next, DELIVERY, ACT):
                entry = next(self.store.journal.entries(number))
                self._take_in(entry)
                self._next = number + 1

    def _take_in(self, entry: Entry) -> None:
        record, at = entry.record, first_recorded_at(entry.record)
        if record["schema"] == DELIVERY:
            earlier = self._deliveries.get(record["id"])
            queued_at = earlier.queued_at if earlier else at
            self._deliveries[record["id"]] = Delivery(
                **{name: record[name] for name in _AS_RECORDED},
                next_try=read_time(record["next_try"]) if record["next_try"] else None,
                entry=entry.number,
                queued_at=queued_at,
                recorded_at=at,
            )
        elif record["act"] == "add":
            self._channels[record["key"]] = Channel(
                key=record["key"],
                kind=record["channel"],
                recipient=record["recipient"],
                entry=entry.number,
                added_at=at,
                by=record["by"],
            )
        elif record["act"] == "remove" and record["key"] in self._channels:
            self._channels[record["key"]] = replace(self._channels[record["key"]], removed_at=at)


_AS_RECORDED: Final = (
    "id",
    "channel",
    "key",
    "recipient",
    "number",
    "revision",
    "content",
    "size_bytes",
    "state",
    "attempts",
    "code",
    "fault",
)


def notice(issue: RecordedIssue, *, delivery_id: str, watch: WatchFile, console: str = "") -> dict[str, Any]:
    """What a receiver is told of an issue: which, of what, its files by their hashes and where they are; never what
    stands in it."""
    publication = issue.publication
    folder = f"{console}/feed/{publication.recipient}"
    return {
        "schema": NOTICE,
        "id": delivery_id,
        "watch": watch.id,
        "simulated": watch.simulated,
        "recipient": publication.recipient,
        "number": publication.number,
        "revision": publication.revision,
        "kind": publication.kind,
        "day_from": publication.day_from.isoformat(),
        "day_until": publication.day_until.isoformat(),
        "cut_off": iso_utc(publication.cut_off),
        "issued_at": iso_utc(issue.recorded_at),
        "feed": f"{folder}.atom",
        "files": [
            {"format": name, "language": language, "sha256": digest, "link": f"{folder}/files/{digest}"}
            for (name, language), digest in sorted(issue.files.items())
        ],
    }


def _first_issues(store: Store, recipient: str) -> list[RecordedIssue]:
    """Each issue to a recipient by the record that it was issued with; files made again later are no other issue."""
    first: dict[tuple[str, int], RecordedIssue] = {}
    for issue in recorded_issues(store):
        if issue.publication.recipient == recipient:
            first.setdefault((issue.publication.number, issue.publication.revision), issue)
    return list(first.values())


def _first(channel: Channel, issue: RecordedIssue, delivery_id: str, body: bytes, now: datetime) -> Delivery:
    return Delivery(
        id=delivery_id,
        channel=channel.kind,
        key=channel.key,
        recipient=channel.recipient,
        number=issue.publication.number,
        revision=issue.publication.revision,
        content=f"sha256:{sha256_of(body)}",
        size_bytes=len(body),
        state="queued",
        attempts=0,
        code=0,
        fault="",
        next_try=now,
        entry=-1,
        queued_at=now,
        recorded_at=now,
    )


def _record(delivery: Delivery) -> Mapping[str, Any]:
    values = {name: getattr(delivery, name) for name in _AS_RECORDED}
    return {"schema": DELIVERY, **values, "next_try": iso_utc(delivery.next_try) if delivery.next_try else ""}


def _act(act: str, key: str, recipient: str, by: str) -> dict[str, Any]:
    return {
        "schema": ACT,
        "act": act,
        "channel": "webhook",
        "key": key,
        "recipient": recipient,
        "delivery": "",
        "by": by,
    }


def _body(delivery_id: str) -> str:
    return f"{_FOLDER}/{delivery_id}.json"
