"""Where stores live that tests bring down."""

from __future__ import annotations

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.store.fault_disk import FaultDisk
from tests.store.lives import Life, live
from trucewatch.ledger import log as log_module
from trucewatch.ledger.note import SecretKey
from trucewatch.store import keys as keys_module


class Unflushed(sqlite3.Connection):
    """The index of a disk that is only looked at: SQLite's own flushing takes most of the time."""

    def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(query.replace("synchronous=NORMAL", "synchronous=OFF"), *values)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a store lives that settles its journal at 256 entries; keys and names are drawn from a seed."""
    rng = Random(3)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(log_module, "SETTLE_AT", 0)
    connect = sqlite3.connect  # nothing is flushed for real: only what a FaultDisk sees counts here
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setattr(sqlite3, "connect", lambda *words, **more: connect(*words, **more, factory=Unflushed))
    monkeypatch.setattr(secrets, "token_hex", lambda size: rng.randbytes(size).hex())
    monkeypatch.setattr(
        keys_module,
        "new_key",
        lambda name, kind: SecretKey(name, kind, Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))),
    )
    in_memory = os.access("/dev/shm", os.W_OK)  # a thousand small folders take a minute on a busy disk
    with tempfile.TemporaryDirectory(dir="/dev/shm" if in_memory else tmp_path) as parent:
        (Path(parent) / "live").mkdir()
        yield Path(parent) / "live"


@pytest.fixture
def life(folder: Path) -> Life:
    """A life that has been lived to its end."""
    lived = Life(FaultDisk(folder))
    with lived.disk:
        live(lived)
    return lived
