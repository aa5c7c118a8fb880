"""What others hand in, or a disk gives back: whoever meets it is told which file is wrong and what to do about it.

One log, made by the program; it is spoilt in exactly one way, and then met by the inspector, by a witness and by the
keeper. What the inspector and the witness refuse in detail is in their own tests; here the sentence counts.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.test_store import NOW, open_store, record
from trucewatch.errors import LedgerError, StoreError, TrucewatchError
from trucewatch.ledger import inspector
from trucewatch.ledger import log as log_module
from trucewatch.ledger.fetching import fetch_from_folder
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import WITNESS_ALGORITHM, PublicKey, SecretKey, read_checkpoint, read_public_key
from trucewatch.ledger.witness import cosign
from trucewatch.store.keys import key_record

SECONDS = int(NOW.timestamp())
WEEK = timedelta(days=7)
WITNESS = new_key("test.invalid/witness", WITNESS_ALGORITHM)
LOOK_ALIKE = SecretKey("Test.invalid/witness", WITNESS_ALGORITHM, WITNESS.private)
STRANGER = new_key("stranger.invalid/witness", WITNESS_ALGORITHM)


@dataclass
class Kept:
    """A watch with a log of 300 entries, settled, published and cosigned; and another log beside it."""

    watch: Path
    other: Path

    @property
    def ledger(self) -> Path:
        return self.watch / ".trucewatch" / "ledger"

    @property
    def checkpoint(self) -> bytes:
        return (self.ledger / "checkpoint").read_bytes()

    @property
    def key(self) -> PublicKey:
        with open_store(self.watch) as store:
            return store.keys.log_key().public

    def cosigned(self, key: SecretKey = WITNESS, *, seconds: int = SECONDS) -> bytes:
        """The log's checkpoint as a witness would send it back."""
        text = read_checkpoint(self.checkpoint).text
        return self.checkpoint + key.signature_line(text, posix_seconds=seconds).encode()

    def spoil(self, name: str, change: Callable[[bytes], bytes]) -> None:
        path = self.ledger / name
        path.write_bytes(change(path.read_bytes()))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(log_module, "SETTLE_AT", 0)
    found = Kept(tmp_path / "kept", tmp_path / "other")
    for folder in (found.watch, found.other):
        folder.mkdir()
        with open_store(folder) as store:
            store.commit([key_record("new", "witness", str(WITNESS.public), holder="Example")])
            store.commit([record(1)] * 298)
    return found


def verify(kept: Kept, *, now: int = SECONDS, quorum: int = 0) -> tuple[int, str]:
    """What the inspector says to a person who knows the log's key and the witness's."""
    policy = kept.watch.parent / "policy.toml"
    with open_store(kept.other):  # only to show that other logs go on
        pass
    policy.write_text(
        f'schema = 1\nlog = "{log_key_of(kept)}"\nwitnesses = ["{WITNESS.public}"]\nquorum = {quorum}\n', "utf-8"
    )
    said = io.StringIO()
    with redirect_stdout(said):
        code = inspector.main([str(kept.watch), "--policy", str(policy)], now)
    return code, said.getvalue()


def log_key_of(kept: Kept) -> str:
    lines = (kept.watch / ".trucewatch/private/log-key").read_text("ascii").splitlines()
    return next(line for line in lines if line.startswith("# public: ")).removeprefix("# public: ")


def witness_it(kept: Kept, seen: bytes | None = None, *, seconds: int = SECONDS) -> bytes:
    """What the witness's program does with the log's folder."""
    fetch = fetch_from_folder(kept.ledger)
    return cosign(fetch("checkpoint"), read_public_key(log_key_of(kept)), WITNESS, seen, fetch, seconds)


def put_link(path: Path) -> None:
    target = path.parent.parent / "elsewhere"
    target.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(target)


TILE = "tile/0/001.p/44"
SPOILT: dict[str, tuple[str, Callable[[Kept], None]]] = {
    "another log's checkpoint": (
        "checkpoint",
        lambda kept: kept.spoil("checkpoint", lambda _: Kept(kept.other, kept.other).checkpoint),
    ),
    "a checkpoint that is cut off": ("checkpoint", lambda kept: kept.spoil("checkpoint", lambda whole: whole[:-20])),
    "a stranger's signature": ("checkpoint", lambda kept: kept.spoil("checkpoint", lambda _: kept.cosigned(STRANGER))),
    "a look-alike name": ("checkpoint", lambda kept: kept.spoil("checkpoint", lambda _: kept.cosigned(LOOK_ALIKE))),
    "a date in the future": (
        "checkpoint",
        lambda kept: kept.spoil("checkpoint", lambda _: kept.cosigned(seconds=SECONDS + 86_400)),
    ),
    "a tile that is missing": (TILE, lambda kept: (kept.ledger / TILE).unlink()),
    "a tile one byte longer": (TILE, lambda kept: kept.spoil(TILE, lambda whole: whole + b"\0")),
    "a tile that is a link": (TILE, lambda kept: put_link(kept.ledger / TILE)),
}


@pytest.mark.parametrize("way", SPOILT)
def test_the_inspector_names_the_file_and_says_what_to_do(kept: Kept, way: str) -> None:
    assert verify(kept)[0] == 0
    name, spoil = SPOILT[way]
    spoil(kept)
    code, said = verify(kept)
    assert code == 1
    assert f"First wrong file: ledger/{name}." in said
    assert f"ledger/{name} " in said
    assert "Copy it again from the keeper." in said


WITNESS_SAYS = {
    "another log's checkpoint": r"the checkpoint is of the log .*; fetch it from the right place",
    "a checkpoint that is cut off": r"the checkpoint is cut off .*; fetch it again",
    "a look-alike name": r"the checkpoint has a signature line of 'Test\.invalid/witness', .*; tell the log's keeper",
    "a tile that is missing": rf"{TILE} cannot be read: No such file or directory; .*fetch its checkpoint again",
    "a tile one byte longer": rf"{TILE} is 1409 bytes long, not 1408; fetch it again",
    "a tile that is a link": rf"{TILE} is a link; .*",
}


@pytest.mark.parametrize("way", list(WITNESS_SAYS))
def test_a_witness_names_the_file_and_says_what_to_do(kept: Kept, way: str) -> None:
    SPOILT[way][1](kept)
    with pytest.raises(LedgerError, match=WITNESS_SAYS[way]):
        witness_it(kept)


def test_a_witness_signs_what_strangers_signed_but_does_not_hand_their_lines_on(kept: Kept) -> None:
    SPOILT["a stranger's signature"][1](kept)
    assert "stranger.invalid" not in witness_it(kept).decode()


# A cosigned checkpoint that comes back to the keeper


def handed_in(kept: Kept, content: bytes) -> str:
    before = kept.checkpoint
    with open_store(kept.watch) as store, pytest.raises((StoreError, LedgerError)) as caught:
        store.add_cosignatures(content)
    assert kept.checkpoint == before
    assert verify(kept)[0] == 0
    return str(caught.value)


def test_a_cosigned_checkpoint_of_another_log_is_refused_as_such(kept: Kept) -> None:
    other = Kept(kept.other, kept.watch)
    assert "belongs to another log or history" in handed_in(kept, other.cosigned())


def test_a_cosignature_by_a_stranger_or_under_a_look_alike_name_is_refused_with_the_way_to_register(kept: Kept) -> None:
    for key in (STRANGER, LOOK_ALIKE):
        assert "see: trucewatch keys register" in handed_in(kept, kept.cosigned(key))


def test_a_cosigned_checkpoint_that_is_cut_off_is_asked_for_again(kept: Kept) -> None:
    assert "fetch it again" in handed_in(kept, kept.cosigned()[:-20])


def test_a_cosignature_from_the_future_is_refused_and_the_witness_is_to_set_its_clock(kept: Kept) -> None:
    said = handed_in(kept, kept.cosigned(seconds=SECONDS + 86_400))
    assert "test.invalid/witness" in said
    assert "set its clock" in said


# A witness that was away


def test_a_witness_that_was_down_for_a_week_is_missed_by_number_and_catches_up(kept: Kept) -> None:
    seen = witness_it(kept)
    with open_store(kept.watch) as store:
        store.add_cosignatures(seen)
    assert verify(kept, quorum=1)[0] == 0
    with open_store(kept.watch) as store:
        store.commit([record(2)] * 400)
    later = SECONDS + int(WEEK.total_seconds())
    code, said = verify(kept, now=later, quorum=1)
    assert code == 1
    assert "ledger/checkpoint is cosigned by 0 witnesses, but 1 are required" in said
    again = witness_it(kept, seen, seconds=later)
    with open_store(kept.watch) as store:
        store._clock = lambda: NOW + WEEK
        assert "1 cosignature" in store.add_cosignatures(again)
    assert verify(kept, now=later, quorum=1)[0] == 0


# The keeper's own files


SETTLED = "tile/entries/000"


@pytest.mark.parametrize("way", ["is missing", "is one byte longer", "is cut off"])
def test_a_settled_tile_that_is_spoilt_is_named_to_the_keeper(kept: Kept, way: str) -> None:
    path = kept.ledger / SETTLED
    whole = path.read_bytes()
    path.unlink()
    if way != "is missing":
        path.write_bytes(whole + b"\0" if way == "is one byte longer" else whole[:-1])
    with (
        pytest.raises(TrucewatchError, match=rf"{path}.*; restore it from a copy, or from anyone who follows this log"),
        open_store(kept.watch) as store,
    ):
        list(store.journal.entries())


# Paths that lead elsewhere


@pytest.mark.parametrize(
    "path", ["../private/log-key", "tile/../../private/log-key", "/etc/passwd", "checkpoints/../x"]
)
def test_a_path_that_leads_out_of_the_ledger_is_refused_by_its_name(kept: Kept, path: str) -> None:
    with pytest.raises(LedgerError, match="is no file of a ledger") as caught:
        fetch_from_folder(kept.ledger)(path)
    assert path in str(caught.value)


def test_a_checkpoint_whose_size_is_a_path_names_no_file(kept: Kept) -> None:
    text = read_checkpoint(kept.checkpoint).text.replace(b"\n300\n", b"\n../../private/log-key\n")
    forged = text + b"\n" + WITNESS.signature_line(text, posix_seconds=SECONDS).encode()
    assert "three lines: origin, size, root" in handed_in(kept, forged)
