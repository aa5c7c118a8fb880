"""The outbox: what leaves by itself, one delivery over one channel, and each step of it as a record.

A delivery of an issue is queued once for each report that was issued after the channel was added, and never for an
earlier one. Those of an urgent message (`flash_outbox.py`) are entered with the message itself, all in one second, and
wait for no issue and for no other receiver. Each is sent at least once: a kill between sending and recording sends it
again, with the same id and the same bytes, by which the receiver knows it. What is sent lies under `private/outbox`
until it was taken; records hold its hash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.ids import canonical, short_id
from trucewatch.model.watch import WatchFile
from trucewatch.store.delivery_records import (
    ACT,
    DELIVERY,
    FAULTS,
    STATES,
    Channel,
    Delivery,
    State,
    act_record,
    delivery_record,
)
from trucewatch.store.flash_outbox import FlashOutbox, Guard, Post
from trucewatch.store.flash_queue import FlashMail, WayOut, body_name
from trucewatch.store.issue_notices import first_issues, first_step, notice
from trucewatch.store.private_files import remove_private, write_private
from trucewatch.store.publications import last_issue
from trucewatch.store.store import Store
from trucewatch.store.webhook_post import Answer
from trucewatch.store.webhooks import Webhook, forget_webhook, keep_webhook, read_webhooks

__all__ = ["ACT", "DELIVERY", "FAULTS", "STATES", "Channel", "Delivery", "FlashMail", "Outbox", "WayOut"]
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 20
"""Twice as long before each: the last one is some two and a half days after the first."""
AT_ONCE: Final = 20
"""Deliveries that one look sends."""


class Outbox(FlashOutbox):
    """The outbox of an open store: notices of issues by webhook, and all of `FlashOutbox` and `RecordedOutbox`."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._queued_for: tuple[int, int] = (-1, -1)

    def due(self, now: datetime) -> list[Delivery]:
        """What of the issues is to be sent by now, the one that waits longest first."""
        self._read()
        waiting = [
            delivery
            for delivery in list(self._deliveries.values())
            if delivery.about == "issue" and delivery.is_waiting and delivery.next_try and delivery.next_try <= now
        ]
        return sorted(waiting, key=lambda delivery: (delivery.next_try or now, delivery.entry))

    def has_address(self, key: str) -> bool:
        """Whether the address of a webhook is kept here."""
        return key in read_webhooks(self._private)

    def add(self, hook: Webhook, *, recipient: str, by: str) -> Channel:
        """Use a webhook from the next issue on. by: a reference. The address is kept before the record is entered: a
        kill between leaves an address that nothing uses."""
        if hook.name in (self.names() | self.line_names()).values():
            raise StoreError(
                Message('there is a webhook "{name}" already; remove it first, or take another name', name=hook.name)
            )
        keep_webhook(self._private, hook)
        self.store.commit([act_record("add", channel="webhook", key=hook.key, recipient=recipient, by=by)])
        self._read()
        return self._channels[hook.key]

    def remove(self, name: str, *, by: str) -> Channel:
        """Use a webhook no more: its address and secret are forgotten, what waits for it is given up."""
        names = self.names()
        key = next((key for key, called in names.items() if name in (called, key)), "")
        if not key:
            called = ", ".join(sorted(names.values())) or "–"
            raise StoreError(Message('there is no webhook "{name}"; there are: {names}', name=name[:60], names=called))
        channel = self._remove_channel(self._channels[key], by=by)
        forget_webhook(self._private, key)
        return channel

    def queue(self, now: datetime, watch: WatchFile) -> list[Delivery]:
        """Queue what was issued since each channel was added and has no delivery yet; what was queued."""
        state = self._state()
        if state == self._queued_for:
            return []
        queued = []
        hooks = read_webhooks(self._private)
        for channel in self.channels():
            for issue in first_issues(self.store, channel.recipient):
                publication = issue.publication
                delivery_id = short_id("q", channel.key, publication.number, str(publication.revision))
                if issue.entry < channel.entry or delivery_id in self._deliveries:
                    continue
                console = hooks[channel.key].console if channel.key in hooks else ""
                body = canonical(notice(issue, delivery_id=delivery_id, watch=watch, console=console))
                write_private(self._private, body_name(delivery_id), body)
                queued.append(first_step(channel, issue, delivery_id, body, now))
        if queued:
            self.store.commit([delivery_record(delivery) for delivery in queued], is_act=False)
        self._queued_for = state
        self._read()
        return [self._deliveries[delivery.id] for delivery in queued]

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
        self.store.commit([delivery_record(step)], is_act=False)
        if state == "sent":
            remove_private(self._private, body_name(delivery.id))
        self._read()
        return self._deliveries[delivery.id]

    def send_due(self, now: Callable[[], datetime], watch: WatchFile, *, post: Post, guard: Guard) -> list[Delivery]:
        """Queue what is new of the issues and send what is due, each once; what came of each. guard: held while
        something is entered, and not while the network is waited for."""
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
