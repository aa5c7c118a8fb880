"""An adapter that does what a file tells it, for all the faults of readers that nobody knows yet."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.ids import observation_id
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import observation_table

WORDS = Message("invented")
CARD = SourceCard(
    adapter="obedient",
    title=WORDS,
    owner=WORDS,
    delay=timedelta(0),
    delay_words=WORDS,
    licence=WORDS,
    blind_spots=WORDS,
    reads=WORDS,
)
VERSION = 1


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """One row, and then what the file says."""
    order = path.read_text().rstrip()
    yield Batch(observations=_row(origin, setting))
    if order == "loop":
        while True:
            pass
    elif order == "sleep":
        time.sleep(10_000)
    elif order == "rows":
        while True:
            time.sleep(0.5)
            yield Batch(observations=_row(origin, setting))
    elif order == "memory":
        held = []
        while True:
            held.append(bytearray(b"x") * (8 << 20))
            time.sleep(0.005)
    elif order == "memory at once":
        bytearray(100 << 30)
    elif order == "segfault":
        ctypes.string_at(0)
    elif order == "exit":
        os._exit(0)
    elif order == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "stack":
        read_again(path)
    elif order == "surprise":
        raise RuntimeError("\udcff what nobody foresaw")
    elif order == "write":
        path.with_name("planted").write_text("x")
    elif order == "network":
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    elif order == "noise":
        os.write(1, b"\x00\x00\x00\x05hello" * 1000)
    elif order == "secret":
        raise RuntimeError(os.environ["TRUCEWATCH_SECRET"])


def read_again(path: Path) -> None:
    read_again(path)


def _row(origin: Origin, setting: SourceSetting) -> object:
    return observation_table(
        {
            "observation_id": [observation_id(setting.id, origin.file)],
            "source": setting.id,
            "means": "patrol",
            "kind": "explosion",
            "occurred_start": [origin.received_at],
            "occurred_end": [origin.received_at],
            "known_at": [origin.received_at],
            "received_at": [origin.received_at],
            "evidence_sha256": origin.evidence_sha256,
            "evidence_row": [1],
        },
        1,
    )
