"""The queue of urgent messages under whatever happens to it, in any order: nothing lost, nothing sent twice after it
was taken, and each line in its order."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.builders import template_watch
from trucewatch.model.flash import FlashRecipient
from trucewatch.store import Store
from trucewatch.store.flash_queue import LONG_WAIT
from trucewatch.store.mail_server import MailServer, keep_mail_server
from trucewatch.store.outbox import FlashMail, Outbox
from trucewatch.store.webhook_post import Answer

WATCH = template_watch().settings
SIDES = ("UV", "LV")
TO = tuple(FlashRecipient(id=side, ways=("mail",)) for side in SIDES)
FAULTS = st.sampled_from(["", "", "", "unreachable", "slow", "refused", "bounced"])


class Queue(RuleBasedStateMachine):
    """A model beside the queue: what was queued to each line, and what each address took."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.now = datetime(2031, 5, 4, 9, tzinfo=UTC)
        self.store = Store(self.folder, lambda: self.now).__enter__()
        self.outbox = Outbox(self.store)
        self.by = self.store.keys.actor_reference("Ann", ())
        self.lines: dict[str, tuple[str, str]] = {}
        self.queued: dict[str, list[str]] = {}
        self.taken: dict[str, list[str]] = {}
        self.was_refused: set[str] = set()
        self.count = 0

    @initialize()
    def name_a_server(self) -> None:
        server = MailServer(host="127.0.0.1", port=25, security="none", sender="floor@centre.example")
        keep_mail_server(self.store.root / "private", server)

    @rule(side=st.sampled_from(SIDES))
    def add_a_line(self, side: str) -> None:
        if len(self.lines) < 4:
            address = f"duty{len(self.queued)}@{side.lower()}.example"
            key = self.outbox.add_line(side, by=self.by, address=address).key
            self.lines[key] = side, address
            self.queued[address], self.taken[address] = [], []

    @rule(index=st.integers(0, 3))
    def remove_a_line(self, index: int) -> None:
        if self.lines:
            key = list(self.lines)[index % len(self.lines)]
            self.outbox.remove_line(key, by=self.by)
            _, address = self.lines.pop(key)
            self.queued[address] = list(self.taken[address])

    @rule()
    def queue(self) -> None:
        self.count += 1
        code = f"UM-{self.count}"
        mails = {side: FlashMail(subject=code, text=code, document={}) for side in SIDES}
        ways = self.outbox.ways_out(TO, {})
        self.store.commit(self.outbox.flash_deliveries(code, 0, mails, self.now, WATCH, ways))
        for _, address in self.lines.values():
            self.queued[address].append(code)

    @rule(faults=st.lists(FAULTS, min_size=1, max_size=6))
    def send(self, faults: list[str]) -> None:
        """Each address meets the faults in turn, from its own place on."""

        def answer(_: Any, mail: Any) -> Answer:
            place = len(self.taken[mail.to]) + sum(map(ord, mail.to + mail.subject))
            fault = faults[place % len(faults)]
            if fault:
                if fault in ("refused", "bounced"):
                    self.was_refused.add(mail.message_id)
                return Answer(fault=fault)
            self.taken[mail.to].append(mail.subject)
            return Answer(250)

        self.outbox.send_flashes(lambda: self.now, WATCH, guard=nullcontext, by_mail=answer, wait_s=None)

    @rule(seconds=st.sampled_from([1, 5, 60, 600, 7 * 3600, -3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def restart(self) -> None:
        self.store.__exit__(None, None, None)
        self.store = Store(self.folder, lambda: self.now).__enter__()
        self.outbox = Outbox(self.store)

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        for taken in self.taken.values():
            assert len(taken) == len(set(taken))

    @invariant()
    def what_was_not_taken_waits(self) -> None:
        waiting = {
            (self.lines[delivery.key][1], delivery.number)
            for delivery in self.outbox.deliveries()
            if delivery.is_waiting
        }
        missing = {
            (address, code)
            for address, codes in self.queued.items()
            for code in codes
            if code not in self.taken[address]
        }
        assert waiting == missing

    @invariant()
    def a_line_keeps_its_order(self) -> None:
        """Beside what the receiver itself refused meanwhile."""
        refused = {
            (self.lines[delivery.key][1], delivery.number)
            for delivery in self.outbox.deliveries()
            if delivery.key in self.lines and any(delivery.id in mail for mail in self.was_refused)
        }
        for _, address in self.lines.values():
            numbers = [int(code.removeprefix("UM-")) for code in self.taken[address] if (address, code) not in refused]
            assert numbers == sorted(numbers)

    def teardown(self) -> None:
        try:
            self.now += LONG_WAIT + timedelta(hours=1)
            self.outbox.send_flashes(
                lambda: self.now, WATCH, guard=nullcontext, by_mail=lambda *_: Answer(250), wait_s=None
            )
            assert not [delivery for delivery in self.outbox.deliveries() if delivery.is_waiting]
        finally:
            self.store.__exit__(None, None, None)
            shutil.rmtree(self.folder)


def test_a_clock_that_is_set_back_puts_nothing_before_what_was_queued_earlier() -> None:
    queue = Queue()
    queue.name_a_server()
    queue.add_a_line(side="UV")
    queue.queue()
    queue.time_passes(seconds=-3600)
    queue.queue()
    queue.send(faults=[""])
    try:
        assert list(queue.taken.values()) == [["UM-1", "UM-2"]]
    finally:
        queue.teardown()


Queue.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestQueue = Queue.TestCase
