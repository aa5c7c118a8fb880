"""The outbox as it carries urgent messages: lines to recipients, what is queued with a message, and its sending.

Each line has a thread of its own while something of it is due, so that a receiver that is slow holds up no other, nor
what is queued meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.flash import FlashRecipient
from trucewatch.model.times import read_time
from trucewatch.model.watch import WatchFile
from trucewatch.store.delivery_records import DELIVERY, Channel, Delivery, act_record, delivery_record
from trucewatch.store.flash_queue import (
    FOLDER,
    LONG_WAIT,
    OF_THE_LINE,
    FlashMail,
    WayOut,
    after_attempt,
    body_name,
    domain_of,
    first_step,
    is_worth_recording,
    lines_due,
    mail_in,
    names_to_sweep,
    ways_of,
)
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.mail_lines import (
    forget_mail_line,
    keep_mail_line,
    new_mail_line,
    read_mail_lines,
)
from trucewatch.store.mail_post import Mail, post_mail
from trucewatch.store.mail_server import read_mail_server
from trucewatch.store.private_files import private_names, remove_private, write_private
from trucewatch.store.recorded_outbox import RecordedOutbox
from trucewatch.store.webhook_post import Answer, post
from trucewatch.store.webhooks import Webhook, forget_webhook, keep_webhook, read_webhooks

Guard = Callable[[], AbstractContextManager[object]]
Post = Callable[..., Answer]
WAITED_FOR_S: Final = 2.0
"""How long a look waits for what it began to send; what takes longer goes on, and is told of at a later look."""


class FlashOutbox(RecordedOutbox):
    """What of the outbox carries urgent messages."""

    # Lines

    def add_line(self, recipient: str, *, by: str, address: str = "", hook: Webhook | None = None) -> Channel:
        """A line for urgent messages, by mail or to a program. by: a reference. The address is kept before the record
        is entered: a kill between leaves one that nothing uses."""
        if hook is not None:
            if hook.name in [each.name for each in read_webhooks(self._private).values()]:
                raise StoreError(
                    Message(
                        'there is a webhook "{name}" already; remove it first, or take another name', name=hook.name
                    )
                )
            keep_webhook(self._private, hook)
            kind, key = "webhook", hook.key
        else:
            line = new_mail_line(address)
            kept = read_mail_lines(self._private)
            own = [kept[each.key].address for each in self.lines() if each.recipient == recipient and each.key in kept]
            if address in own:
                raise StoreError(Message("this address is a line for {recipient} already", recipient=recipient))
            keep_mail_line(self._private, line)
            kind, key = "mail", line.key
        self.store.commit([act_record("add", channel=kind, key=key, recipient=recipient, carries="flashes", by=by)])
        self._read()
        return self._channels[key]

    def remove_line(self, key: str, *, by: str) -> Channel:
        """Use a line no more: its address is forgotten, what waits for it is given up."""
        line = next((each for each in self.lines() if each.key == key), None)
        if line is None:
            raise StoreError(Message('there is no line "{name}"; `line list` has those there are', name=key[:60]))
        line = self._remove_channel(line, by=by)
        (forget_mail_line if line.kind == "mail" else forget_webhook)(self._private, key)
        return line

    def line_names(self) -> dict[str, str]:
        """What each line in use is called, by its key: a mail's address masked, a program by its name; the key itself
        where its address is not kept here."""
        hooks, mails = read_webhooks(self._private), read_mail_lines(self._private)
        names = {}
        for line in self.lines():
            kept = mails[line.key].masked if line.key in mails else line.key
            names[line.key] = hooks[line.key].name if line.key in hooks else kept
        return names

    def ways_out(self, recipients: Sequence[FlashRecipient], liaisons: Mapping[str, int]) -> tuple[WayOut, ...]:
        """Every way that the rule names for each recipient, and whether a message would reach it now. liaisons:
        recipient → how many accounts speak for it now."""
        return ways_of(recipients, liaisons, self.lines(), read_mail_server(self._private))

    # What is queued with a message

    def flash_deliveries(
        self,
        code: str,
        revision: int,
        texts: Mapping[str, FlashMail],
        now: datetime,
        watch: WatchFile,
        ways: Sequence[WayOut],
    ) -> list[dict[str, Any]]:
        """The records of one message's deliveries, for the caller's own commit; what is sent is on disk when this
        returns. All have one queued second.

        revision: 0 is the message, 1… what follows it. ways: as `ways_out` gives them; a way without a line is passed
        over, a line that is not ready waits until it is. What is queued already of this revision is not queued twice.
        """
        domain = domain_of(read_mail_server(self._private))
        before = {(each.recipient, each.channel, each.key) for each in self._of(code) if each.revision == revision}
        records = []
        for way in ways:
            has_line = way.key or way.way in ("console", "telephone")
            if way.recipient not in texts or not has_line or (way.recipient, way.way, way.key) in before:
                continue
            delivery, body = first_step(
                way, texts[way.recipient], code=code, revision=revision, now=now, watch=watch, domain=domain
            )
            if body is not None:
                write_private(self._private, body_name(delivery.id), body)
            records.append(delivery_record(delivery))
        return records

    def deliveries_of(self, code: str) -> tuple[Delivery, ...]:
        """Those of one message and of what followed it, in the order in which they were queued."""
        return tuple(sorted(self._of(code), key=lambda each: (each.revision, each.queued_at)))

    def _of(self, code: str) -> list[Delivery]:
        self._read()
        own = list(self._of_message.get(code, ()))
        return [self._sending.latest(self._deliveries[each]) for each in own]

    def to_be_read_out(self, code: str, to: str) -> Delivery | None:
        """The delivery of a message by telephone to a recipient that waits; None where there is none."""
        ours = (each for each in self.deliveries_of(code) if each.recipient == to and each.channel == "telephone")
        return next((each for each in ours if not each.revision and each.is_waiting), None)

    def read_out_records(self, delivery_id: str, *, by: str) -> list[dict[str, Any]]:
        """The records of a text that was read out by telephone, for the caller's own commit. by: a reference."""
        return self._by_telephone(delivery_id, "read_out", by)

    def not_read_out_records(self, delivery_id: str, *, by: str) -> list[dict[str, Any]]:
        """The same where that was entered by mistake: it waits to be read out again."""
        return self._by_telephone(delivery_id, "not_read_out", by)

    def read_out(self, delivery_id: str, *, by: str) -> Delivery:
        """Enter that a text was read out by telephone. by: a reference. Raises StoreError if it was already."""
        self.store.commit(self.read_out_records(delivery_id, by=by))
        return self.delivery(delivery_id)

    def _by_telephone(self, delivery_id: str, act: str, by: str) -> list[dict[str, Any]]:
        delivery = self.delivery(delivery_id)
        if delivery.channel != "telephone":
            raise StoreError(Message("this does not go by telephone; nothing was entered"))
        if (delivery.state == "sent") is (act == "read_out"):
            raise StoreError(
                Message("it was read out already; nothing was entered")
                if act == "read_out"
                else Message("it was not read out yet; nothing was entered")
            )
        step = replace(
            delivery,
            state="sent" if act == "read_out" else "queued",
            attempts=delivery.attempts + (1 if act == "read_out" else 0),
            fault="",
            next_try=None,
        )
        about = act_record(
            act,
            channel=delivery.channel,
            key=delivery.key,
            recipient=delivery.recipient,
            carries="flashes",
            delivery=delivery.id,
            by=by,
        )
        return [about, delivery_record(step)]

    def delivery_of_mail(self, message_id: str) -> Delivery:
        """The delivery that a mail's id names, `<q-…@…>`. Raises StoreError where it names none of ours."""
        delivery_id = message_id.strip().strip("<>").partition("@")[0]
        delivery = self._deliveries.get(delivery_id) if self.deliveries() else None
        if delivery is None or delivery.channel != "mail":
            raise StoreError(Message("it names no mail of ours; nothing was entered"))
        return self._sending.latest(delivery)

    def bounce_records(self, delivery_id: str, *, code: int, now: datetime) -> list[dict[str, Any]]:
        """The record of a mail that came back, for the caller's own commit: the line's state, and no answer of a side.
        It is sent again after a long wait, while its bytes are kept. code: 0 where none is stated. Empty where that is
        what the record says already."""
        delivery = self.delivery(delivery_id)
        if delivery.channel != "mail":
            raise StoreError(Message("this does not go by mail; nothing was entered"))
        if delivery.fault == "bounced" or delivery.state == "given_up":
            return []
        is_kept = self.body_of(delivery) is not None
        step = replace(
            delivery,
            state="failed" if is_kept else "given_up",
            code=code,
            fault="bounced",
            next_try=now + LONG_WAIT if is_kept else None,
        )
        return [delivery_record(step)]

    def not_bounced_records(self, delivery_id: str, *, entry: int) -> list[dict[str, Any]]:
        """The record that takes back what `bounce_records` said of a mail, where a person entered it by mistake or was
        brought a file that somebody made: the mail stands as it stood before, and is not sent once more because of it.
        entry: of the act that said so. Empty where the server itself refused the address, or it was sent again."""
        delivery = self.delivery(delivery_id)
        if delivery.fault != "bounced" or delivery.state == "sent":
            return []
        steps = (each for each in entries_of_kind(self.store, DELIVERY) if each.record["id"] == delivery_id)
        before = [each for each in steps if each.number < entry]
        if not before or before[-1].record["state"] != "sent":
            return []
        code = before[-1].record["code"]
        return [delivery_record(replace(delivery, state="sent", code=code, fault="", next_try=None))]

    def bounced(self, delivery_id: str, *, code: int, now: datetime) -> Delivery:
        """Enter that a mail came back, as `bounce_records`."""
        records = self.bounce_records(delivery_id, code=code, now=now)
        if records:
            self.store.commit(records)
        return self.delivery(delivery_id)

    # What goes on by itself

    def send_flashes(
        self,
        now: Callable[[], datetime],
        watch: WatchFile,
        *,
        guard: Guard,
        by_program: Post = post,
        by_mail: Post = post_mail,
        wait_s: float | None = WAITED_FOR_S,
    ) -> list[Delivery]:
        """Send what is due, each line in a thread of its own; what came of each that ended by now, also of those that
        an earlier look began. guard: held while something is entered, and not while the network is waited for; the
        caller does not hold it. wait_s: None waits for all."""
        self._sweep(now(), guard)
        begun = []
        for key, due in self._due_by_line(now()).items():
            with self._sending.lock:
                if key in self._sending.busy:
                    continue
                self._sending.busy.add(key)
            thread = threading.Thread(
                target=self._speak, args=(key, due, now, guard, by_program, by_mail), name="outbox-line", daemon=True
            )
            thread.start()
            begun.append(thread)
        ends_s = None if wait_s is None else time.monotonic() + wait_s
        for thread in begun:
            thread.join(None if ends_s is None else max(ends_s - time.monotonic(), 0))
        with self._sending.lock:
            finished, self._sending.finished = self._sending.finished, []
            errors, self._sending.errors = self._sending.errors, []
        if errors:
            raise errors[0]
        return finished

    def _due_by_line(self, now: datetime) -> dict[str, list[Delivery]]:
        waiting = [
            delivery
            for delivery in self.waiting()
            if delivery.about == "flash" and delivery.is_waiting and delivery.is_by_program
        ]
        return lines_due(waiting, now)

    def _speak(
        self,
        key: str,
        due: Sequence[Delivery],
        now: Callable[[], datetime],
        guard: Guard,
        by_program: Post,
        by_mail: Post,
    ) -> None:
        """Send what is due on one line, in its order; after a fault of the line itself the rest is not tried."""
        fault_of_line: Answer | None = None
        try:
            for queued in due:
                delivery = self.delivery(queued.id)
                if not delivery.is_waiting or delivery.entry != queued.entry:
                    continue  # stopped, removed or begun anew meanwhile
                answer_before = self._sending.answer_before.get(delivery.id)
                if answer_before is not None:
                    # It could not be recorded then, as on a full disk: it is not sent once more.
                    answer = answer_before
                elif fault_of_line is None:
                    answer = self._attempt(delivery, now(), by_program, by_mail)
                    if not answer.fault:
                        self._sending.answer_before[delivery.id] = answer
                    fault_of_line = answer if answer.fault in OF_THE_LINE else None
                else:
                    answer = fault_of_line
                with guard():
                    self._attempted_flash(delivery.id, answer, now())
        except Exception as exc:  # told to whoever has the next look
            with self._sending.lock:
                self._sending.errors.append(exc)
        finally:
            with self._sending.lock:
                self._sending.busy.discard(key)

    def _attempt(self, delivery: Delivery, now: datetime, by_program: Post, by_mail: Post) -> Answer:
        if any(
            each.key == delivery.key and each.revision > delivery.revision and each.state == "sent"
            for each in self._of(delivery.number)
        ):
            return Answer(fault="overtaken")
        body = self.body_of(delivery)
        if delivery.channel == "webhook":
            hook = read_webhooks(self._private).get(delivery.key)
            if hook is None or body is None:
                return Answer(fault="lost")
            return by_program(hook, body, delivery_id=delivery.id, now=now)
        line = read_mail_lines(self._private).get(delivery.key)
        if line is None or body is None:
            return Answer(fault="lost")
        server = read_mail_server(self._private)
        if server is None:
            return Answer(fault="no_server")
        content = mail_in(body)
        mail = Mail(
            to=line.address,
            subject=content["subject"],
            text=content["text"],
            message_id=content["message_id"],
            date=read_time(content["date"]),
        )
        return by_mail(server, mail)

    def _attempted_flash(self, delivery_id: str, answer: Answer, now: datetime) -> None:
        """Take in what came of an attempt; what was stopped meanwhile stays so, unless it was taken after all."""
        before = self.delivery(delivery_id)
        if not before.is_waiting and answer.fault:
            return
        step = after_attempt(before, answer, now)
        if is_worth_recording(before, step, now):
            self.store.commit([delivery_record(step)], is_act=False)
            self._sending.tried.pop(delivery_id, None)
            self._sending.answer_before.pop(delivery_id, None)
            step = self.delivery(delivery_id)
            if step.state == "sent" and step.channel == "webhook":
                remove_private(self._private, body_name(delivery_id))
        else:
            self._sending.tried[delivery_id] = step
        with self._sending.lock:
            self._sending.finished.append(step)

    def _sweep(self, now: datetime, guard: Guard) -> None:
        """Once a day, and at the first look: remove bodies that nothing waits for."""
        if self._sending.swept_on == now.date():
            return
        with guard():
            self._read()
            for name in names_to_sweep(private_names(self._private, FOLDER), self._deliveries, now):
                remove_private(self._private, name)
        self._sending.swept_on = now.date()
