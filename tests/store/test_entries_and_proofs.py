"""What the console shows of the ledger: pages of entries for people, and a proof of each that a stranger can
recompute."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.store.test_ledger_of_a_store import verifies
from tests.store.test_store import NOW, open_store, record
from trucewatch.errors import Corrupt, StoreError
from trucewatch.ledger.fetching import fetch_from_folder
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import WITNESS_ALGORITHM, PublicKey, read_public_key
from trucewatch.ledger.witness import cosign
from trucewatch.store.journal import ERASURE, read_entries
from trucewatch.store.keys import key_record
from trucewatch.store.ledger_lines import MOST, LogPage, entries_for_people, log_lines
from trucewatch.store.objects import HashedFiles
from trucewatch.store.proofs import EntryProof, latest_checkpoint, proof_of_entry
from trucewatch.store.read_only_index import ask_index

ROWS = 600
"""More than two bundles of 256, so that proofs reach into full and partial tiles."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 601 entries: the key's, then `ROWS` of watch files, of seven objects. Read only."""
    folder = tmp_path_factory.mktemp("kept")
    with open_store(folder) as store:
        store.commit([record(number % 7) for number in range(ROWS)])
    return folder / ".trucewatch"


def numbers(page: LogPage) -> list[int]:
    return [one.number for one in page.entries]


# Pages


def test_the_newest_come_first_and_pages_follow_on_each_other(kept: Path) -> None:
    first = entries_for_people(kept, limit=3)
    assert (numbers(first), first.total) == ([600, 599, 598], ROWS + 1)
    assert numbers(entries_for_people(kept, offset=3, limit=2)) == [597, 596]
    assert numbers(entries_for_people(kept, newest_first=False, limit=2)) == [0, 1]
    assert numbers(entries_for_people(kept, offset=600, limit=5)) == [0]
    assert numbers(entries_for_people(kept, offset=601, limit=5)) == []


def test_a_page_of_one_kind_counts_that_kind_only(kept: Path) -> None:
    page = entries_for_people(kept, kind="key")
    assert (numbers(page), page.total) == ([0], 1)
    assert entries_for_people(kept, kind="trucewatch/watch-files/1", limit=1).total == ROWS
    assert entries_for_people(kept, kind="erasure").total == 0


def test_a_page_says_what_the_log_says(kept: Path) -> None:
    page = entries_for_people(kept, newest_first=False, limit=MOST)
    assert list(page.entries) == list(read_entries(kept))
    line = log_lines(page.entries)[5]
    assert (line["number"], line["what"], line["at"]) == (5, "n", "2031-05-04T17:55:00Z")
    assert (kept.parent / str(line["object"])).is_file()


def test_a_page_reads_its_own_entries_only(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: object) -> None:
        raise AssertionError("the whole log was read")

    monkeypatch.setattr("trucewatch.store.journal.read_acknowledged", refuse)
    opened: list[str] = []
    reading = HashedFiles.get

    def read(objects: HashedFiles, sha256: str) -> bytes:
        opened.append(sha256)
        return reading(objects, sha256)

    monkeypatch.setattr(HashedFiles, "get", read)
    assert len(entries_for_people(kept, offset=200, limit=7).entries) == 7
    assert len(opened) == 7


def test_an_index_that_a_writer_took_up_meanwhile_is_read_again_beside_it(kept: Path) -> None:
    wal, asked = kept / "records.sqlite-wal", []

    def ask(db: sqlite3.Connection) -> int:
        asked.append(wal.exists())
        wal.touch()  # as a run that begins just now
        return int(db.execute("SELECT count(*) FROM entry").fetchone()[0])

    try:
        assert (ask_index(kept, ask), asked) == (ROWS + 1, [False, True])
    finally:
        wal.unlink()


@pytest.mark.parametrize("way", ["gone", "broken", "of another version"])
def test_without_an_index_the_ledger_itself_is_read(tmp_path: Path, way: str) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(number) for number in range(5)])
    root, index = tmp_path / ".trucewatch", tmp_path / ".trucewatch/records.sqlite"
    expected = entries_for_people(root, kind="watch-files", offset=1, limit=2)
    proof = proof_of_entry(root, 3)
    if way == "gone":
        index.unlink()
    elif way == "broken":
        index.write_bytes(b"no index" * 1000)
    else:
        content = bytearray(index.read_bytes())
        content[60:64] = (99).to_bytes(4, "big")
        index.write_bytes(bytes(content))
    assert entries_for_people(root, kind="watch-files", offset=1, limit=2) == expected
    assert proof_of_entry(root, 3) == proof
    assert numbers(entries_for_people(root, newest_first=False, offset=2, limit=2)) == [2, 3]


def test_pages_are_read_beside_a_run_and_leave_nothing_behind(tmp_path: Path) -> None:
    root = tmp_path / ".trucewatch"
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        assert numbers(entries_for_people(root)) == [1, 0], "acknowledged, though no checkpoint covers it yet"
    before = sorted(path.name for path in root.iterdir())
    assert "records.sqlite-wal" not in before
    entries_for_people(root)
    proof_of_entry(root, 1)
    assert sorted(path.name for path in root.iterdir()) == before


def test_an_erased_record_says_that_it_is_erased_and_the_erasure_who_ordered_it(tmp_path: Path) -> None:
    root = tmp_path / ".trucewatch"
    with open_store(tmp_path) as store:
        (gone,) = store.commit([record(1)])
        store.commit([{"schema": ERASURE, "erased": [gone.sha256], "reason": "a court", "ordered_by": "Example"}])
        store.objects.remove(gone.sha256)
    erasure, erased, _ = log_lines(entries_for_people(root).entries, private=root / "private")
    assert (erasure["what"], erasure["who"]) == ("1 object erased: a court", "Example")
    assert (erased["kind"], erased["what"]) == ("watch-files", "erased; its hash stays and still verifies")
    (root / "objects" / gone.sha256[:2]).mkdir(exist_ok=True)
    (root / "objects" / gone.sha256[:2] / gone.sha256[2:]).write_bytes(b"{}")
    with pytest.raises(Corrupt):
        entries_for_people(root)


@pytest.mark.parametrize(
    "words", [{"limit": 0}, {"limit": MOST + 1}, {"offset": -1}, {"offset": 1 << 60}, {"kind": "no such"}]
)
def test_a_page_made_by_hand_is_refused(kept: Path, words: dict[str, Any]) -> None:
    with pytest.raises(StoreError):
        entries_for_people(kept, **words)


def test_a_store_without_a_ledger_is_told_to_run(tmp_path: Path) -> None:
    for ask in (entries_for_people, latest_checkpoint):
        with pytest.raises(StoreError, match="trucewatch run"):
            ask(tmp_path)


# Proofs


def recomputed_root(document: dict[str, Any]) -> str:
    """The root that a proof's JSON leads to, computed as a browser would: RFC 9162, section 2.1.3.2, nothing of
    ours."""
    node = hashlib.sha256(b"\x00" + base64.b64decode(document["entry"])).digest()
    assert node.hex() == document["leaf_hash"]
    at, last = document["number"], document["checkpoint"]["size"] - 1
    for text in document["hashes"]:
        other = bytes.fromhex(text)
        if at % 2 or at == last:
            node = hashlib.sha256(b"\x01" + other + node).digest()
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            node = hashlib.sha256(b"\x01" + node + other).digest()
        at, last = at // 2, last // 2
    assert last == 0
    return node.hex()


@pytest.mark.parametrize("number", [0, 1, 255, 256, 511, 512, 599, 600])
def test_a_stranger_recomputes_the_proof_and_the_signature(kept: Path, number: int) -> None:
    document = json.loads(json.dumps(proof_of_entry(kept, number).as_json()))
    stated = document["checkpoint"]
    assert recomputed_root(document) == stated["root"]
    text = base64.b64decode(stated["text"])
    assert text.decode().split("\n")[1:3] == [
        str(stated["size"]),
        base64.b64encode(bytes.fromhex(stated["root"])).decode(),
    ]
    key = PublicKey(stated["origin"], b"\x01", base64.b64decode(stated["raw_key"]))
    assert str(key) == stated["key"]
    assert key.verifies(text, base64.b64decode(stated["signature"]))
    assert stated["note"].encode() == (kept / "ledger/checkpoint").read_bytes()
    named = json.loads(base64.b64decode(document["entry"]))["object"]
    entry = next(iter(entries_for_people(kept, newest_first=False, offset=number, limit=1).entries))
    assert (named, entry.number) == (entry.sha256, number)


def test_an_entry_that_is_not_published_yet_has_no_proof(tmp_path: Path) -> None:
    root = tmp_path / ".trucewatch"
    with open_store(tmp_path) as store:
        store.publish()
        store.commit([record(1)])
        with pytest.raises(StoreError, match="covers 1 entries"):
            proof_of_entry(root, 1)
        store.publish()
        assert proof_of_entry(root, 1).checkpoint.size == 2
    with pytest.raises(StoreError, match="entry -1 is not under"):
        proof_of_entry(root, -1)


def test_witnesses_that_count_are_named_with_the_time_they_saw_it(tmp_path: Path) -> None:
    first, second = (new_key(f"example.org/w{number}", WITNESS_ALGORITHM) for number in (1, 2))
    root = tmp_path / ".trucewatch"
    with open_store(tmp_path) as store:
        store.commit([key_record("new", "witness", str(first.public), holder="First Delegation")])
    assert latest_checkpoint(root).cosignatures == ()
    with open_store(tmp_path) as store:
        content, seconds = (root / "ledger/checkpoint").read_bytes(), int(NOW.timestamp())
        fetch = fetch_from_folder(root / "ledger")
        store.add_cosignatures(cosign(content, store.public_key, first, None, fetch, seconds))
    (one,) = latest_checkpoint(root).cosignatures
    assert (one.holder, one.key, one.seen_at) == ("First Delegation", str(first.public), NOW)
    with (root / "ledger/checkpoint").open("a") as stream:
        stream.write(second.signature_line(content.rpartition(b"\n\n")[0] + b"\n", posix_seconds=seconds))
    assert latest_checkpoint(root).cosignatures == (one,), "a stranger's line is no witness's"


def test_after_a_rotation_the_key_in_force_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / ".trucewatch"
    with open_store(tmp_path) as store:
        old = str(store.public_key)
        store.publish()
        assert latest_checkpoint(root).key == old
        heir = str(store.rotate_key(reason="time").public)
        assert latest_checkpoint(root).key == heir
    assert verifies(tmp_path, capsys)[0] == 0


@pytest.mark.parametrize("way", ["tile", "bundle", "stranger"])
def test_nothing_is_handed_out_that_does_not_lead_to_the_signed_root(tmp_path: Path, way: str) -> None:
    root = tmp_path / ".trucewatch"
    with open_store(tmp_path) as store:
        store.commit([record(number) for number in range(9)])
    if way == "stranger":
        path = root / "ledger/checkpoint"
        stranger = new_key(read_public_key(latest_checkpoint(root).key).name, b"\x01")
        text = path.read_bytes().rpartition(b"\n\n")[0] + b"\n"
        path.write_bytes(text + b"\n" + stranger.signature_line(text).encode())
    else:
        path = root / ("ledger/tile/0/000.p/10" if way == "tile" else "ledger/tile/entries/000.p/10")
        content = bytearray(path.read_bytes())
        content[40] ^= 1
        path.write_bytes(bytes(content))
    with pytest.raises(Corrupt, match="trucewatch verify"):
        proof_of_entry(root, 0)


def test_a_proof_is_the_same_from_the_same_ledger(kept: Path) -> None:
    one: EntryProof = proof_of_entry(kept, 300)
    assert one == proof_of_entry(kept, 300)
    assert one.checkpoint == latest_checkpoint(kept)
    assert datetime.fromisoformat(json.loads(one.entry)["at"]).astimezone(UTC) == NOW
