"""Messages between two instances with the line cut for 72 hours: `python -m benchmarks.post`.

A thousand messages each way are queued, and handed over by a line that loses a fifth of them and of the answers,
doubles a fifth, and carries the others in any order; in the middle it is cut for 72 hours of the watch's clock while
both go on to queue. In the end it is counted what is lost, doubled or out of order, by the hashes of both logs. All is
invented.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure
from tests.pipeline.post_boxes import BLANKETS, Box, Clock, opened

from trucewatch.pipeline.post_receiving import receive
from trucewatch.store.post_records import post_book

MESSAGES: Final = 1000
LOSES: Final = 0.2
DOUBLES: Final = 0.2
AT_ONCE: Final = 50
CUT: Final = timedelta(hours=72)


def post() -> list[Figure]:
    """What is lost, doubled and out of order of a thousand messages each way, and how long the work takes."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        one, other = (opened(Path(folder, name), name, "humanitarian", clock) for name in ("valleys-aid", "hills-aid"))
        one.knows(other)
        other.knows(one)
        chance = random.Random(7)
        queued_s = _queue(one, other, MESSAGES // 2) + _queue(other, one, MESSAGES // 2)
        carried_s = _carry(one, other, chance, looks=4)
        clock.now += CUT  # nothing passes; both go on
        queued_s += _queue(one, other, MESSAGES // 2) + _queue(other, one, MESSAGES // 2)
        while one.post.waiting(other.id) or other.post.waiting(one.id):
            carried_s += _carry(one, other, chance, looks=1)
        counts = [_counted(sender, receiver) for sender, receiver in ((one, other), (other, one))]
        for box in (one, other):
            box.store.__exit__(None, None, None)
    lost, doubled, disordered = (float(sum(column)) for column in zip(*counts, strict=True))
    note = f"{MESSAGES:,} messages each way, the line cut for 72 h, {LOSES:.0%} lost, {DOUBLES:.0%} doubled on the way"
    return [
        Figure("post: messages lost", (lost,), "", 0, note),
        Figure("post: messages kept twice", (doubled,), "", 0, note),
        Figure("post: messages out of their order", (disordered,), "", 0, note),
        Figure("post: a message queued, on disk", (queued_s / (2 * MESSAGES) * 1000,), "ms", None, note),
        Figure("post: a message carried and acknowledged", (carried_s / (2 * MESSAGES) * 1000,), "ms", None, note),
    ]


def _queue(box: Box, to: Box, count: int) -> float:
    if not box.book.items("request"):
        box.book.enter("request", BLANKETS, by="p-1")
    entry = next(item for item in box.book.items("request") if not item.origin).last
    begun_s = time.perf_counter()
    for _ in range(count):
        box.post.send_rows(to.id, [entry], by="p-1")
    return time.perf_counter() - begun_s


def _carry(one: Box, other: Box, chance: random.Random, *, looks: int) -> float:
    begun_s = time.perf_counter()
    for _ in range(looks):
        under_way = [
            (receiver, sender, content)
            for sender, receiver in ((one, other), (other, one))
            for content in map(sender.post.sealed, sender.post.waiting(receiver.id)[:AT_ONCE])
        ]
        under_way += [each for each in under_way if chance.random() < DOUBLES]
        chance.shuffle(under_way)
        for receiver, sender, content in under_way:
            if chance.random() < LOSES:
                continue
            answer = receive(receiver.post, content).answer
            if answer is not None and chance.random() >= LOSES:
                receive(sender.post, answer)
    return time.perf_counter() - begun_s


def _counted(sender: Box, receiver: Box) -> tuple[int, int, int]:
    """Lost, doubled and out of order, by the hashes of both logs."""
    sent = [message.envelope.sha256 for message in post_book(sender.store).of(receiver.id).outgoing.values()]
    came = [message.sha256 for message in post_book(receiver.store).of(sender.id).received.values()]
    return (
        len(set(sent) - set(came)),
        len(came) - len(set(came)),
        sum(a != b for a, b in zip(sent, came, strict=False)),
    )


if __name__ == "__main__":
    for figure in post():
        sys.stdout.write(
            f"{figure.name}: {figure.median:.4f} {figure.unit} (bound {figure.bound_words}; {figure.note})\n"
        )
