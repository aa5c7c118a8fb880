"""A line that loses, doubles and reorders, and is cut for 72 hours: whatever it does, in the end nothing is lost,
nothing doubled, the order kept, and both logs hold the same hashes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.pipeline.post_boxes import BLANKETS, Box, Clock, opened
from trucewatch.model.sealed_message import SealedMessageError
from trucewatch.pipeline.post_receiving import receive
from trucewatch.store.post_records import RECEIVED, SENT


def hashes(box: Box, schema: str, peer: str) -> list[str]:
    key = "to" if schema == SENT else "from"
    return [
        entry.record["message_sha256"]
        for entry in box.store.journal.entries()
        if entry.record["schema"] == schema and entry.record[key] == peer
    ]


def carry(box: Box, other: Box) -> None:
    """A line that works: all that waits goes over once, and is answered."""
    for outgoing in box.post.waiting(other.id):
        answer = receive(other.post, box.post.sealed(outgoing)).answer
        assert answer is not None
        receive(box.post, answer)


class Line(RuleBasedStateMachine):
    """Two stores on disk and what is under way between them."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.boxes = [
            opened(Path(self.folder.name, name), name, "humanitarian", self.clock)
            for name in ("valleys-aid", "hills-aid")
        ]
        self.boxes[0].knows(self.boxes[1])
        self.boxes[1].knows(self.boxes[0])
        self.under_way: list[tuple[int, bytes]] = []
        self.sent = [0, 0]
        self.is_cut = False

    @rule(at=st.sampled_from((0, 1)))
    def send(self, at: int) -> None:
        box, other = self.boxes[at], self.boxes[1 - at]
        box.book.enter("request", BLANKETS, by="p-1")
        own = [item for item in box.book.items("request") if not item.origin]
        box.post.send_rows(other.id, [own[-1].last], by="p-1")
        self.sent[at] += 1

    @rule(at=st.sampled_from((0, 1)), which=st.integers(0, 20))
    def hand_over(self, at: int, which: int) -> None:
        """Any of what waits is put on the line, also before its turn and again."""
        box = self.boxes[at]
        waiting = box.post.waiting(self.boxes[1 - at].id)
        if waiting and not self.is_cut:
            self.under_way.append((1 - at, box.post.sealed(waiting[which % len(waiting)])))

    @rule(which=st.integers(0, 20), again=st.booleans())
    def arrive(self, which: int, again: bool) -> None:
        """Any of what is under way comes in, and perhaps stays under way, to come again."""
        if not self.under_way or self.is_cut:
            return
        at, content = self.under_way[which % len(self.under_way)]
        if not again:
            self.under_way.pop(which % len(self.under_way))
        answer = receive(self.boxes[at].post, content).answer
        if answer is not None:
            self.under_way.append((1 - at, answer))

    @rule(which=st.integers(0, 20))
    def lose(self, which: int) -> None:
        if self.under_way:
            self.under_way.pop(which % len(self.under_way))

    @rule(which=st.integers(0, 20), at_byte=st.integers(0, 5000))
    def spoil(self, which: int, at_byte: int) -> None:
        if self.under_way:
            at, content = self.under_way.pop(which % len(self.under_way))
            spoilt = bytearray(content)
            spoilt[at_byte % len(spoilt)] ^= 0x40
            try:
                receive(self.boxes[at].post, bytes(spoilt))
            except SealedMessageError:
                return
            raise AssertionError("what was changed on its way was taken")

    @rule()
    def cut(self) -> None:
        self.is_cut, self.under_way = True, []

    @rule()
    def mend(self) -> None:
        if self.is_cut:
            self.clock.pass_by(hours=72)
            self.is_cut = False

    @rule(at=st.sampled_from((0, 1)))
    def kill(self, at: int) -> None:
        """The program ends, and is begun anew."""
        box = self.boxes[at]
        box.store.__exit__(None, None, None)
        self.boxes[at] = opened(Path(self.folder.name, box.id), box.id, box.kind, self.clock)

    @invariant()
    def the_order_is_kept(self) -> None:
        for at in (0, 1):
            sent = hashes(self.boxes[at], SENT, self.boxes[1 - at].id)
            came = hashes(self.boxes[1 - at], RECEIVED, self.boxes[at].id)
            assert came == sent[: len(came)]

    def teardown(self) -> None:
        for at in (0, 1):
            carry(self.boxes[at], self.boxes[1 - at])
        for at in (0, 1):
            box, other = self.boxes[at], self.boxes[1 - at]
            assert hashes(box, SENT, other.id) == hashes(other, RECEIVED, box.id)
            items = [item.number for item in other.book.items("request") if item.origin == box.id]
            assert items == list(range(1, self.sent[at] + 1))
            assert box.post.waiting(other.id) == []
        for box in self.boxes:
            box.store.__exit__(None, None, None)
        self.folder.cleanup()


Line.TestCase.settings = settings(
    max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLine = Line.TestCase
