"""The log: RFC 6962's roots and proofs for every size, durable appends, recovery, tiles that any reader finds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.proofs import is_consistent
from trucewatch.errors import LedgerError
from trucewatch.ledger import log as log_module
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.log import Log, SignedEntriesLost, last_signed, read_acknowledged, read_what_is_left
from trucewatch.ledger.note import LOG_ALGORITHM, read_checkpoint
from trucewatch.ledger.tiles import TileReader, pack_entries, tile_path, unpack_entries
from trucewatch.ledger.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of_range,
)

KEY = new_key("origin", LOG_ALGORITHM)
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The test vectors of Certificate Transparency for RFC 6962's tree."""


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it is written."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def reader_of(hashes: list[bytes]):  # type: ignore[no-untyped-def]
    return lambda height, index: naive_root(hashes[index << height : (index + 1) << height])


def entry(number: int) -> bytes:
    return f"entry {number}".encode()


def filled(folder: Path, size: int) -> Log:
    log = Log(folder)
    for start in range(0, size, 100):
        log.append([entry(number) for number in range(start, min(start + 100, size))])
    return log


def test_roots_equal_the_published_vectors() -> None:
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    for size, root in enumerate(ROOTS, 1):
        assert root_of_range(reader_of(hashes), 0, size).hex() == root


def test_roots_and_inclusion_proofs_of_every_entry_in_every_size_to_300(tmp_path: Path) -> None:
    hashes = [leaf_hash(entry(number)) for number in range(300)]
    log = filled(tmp_path / "log", 300)
    for size in range(301):
        root = log.root(size)
        assert root == naive_root(hashes[:size])
        for index in range(size):
            proof = inclusion_proof(log.node, index, size)
            assert root_from_inclusion(hashes[index], index, size, proof) == root
        for index in {0, size // 3, size // 2} & set(range(size - 1)):
            proof = inclusion_proof(log.node, index, size)
            assert root_from_inclusion(hashes[index + 1], index, size, proof) != root
    log.close()


def test_roots_equal_those_of_an_independent_library(tmp_path: Path) -> None:
    pymerkle = pytest.importorskip("pymerkle", reason="the GPL oracle is not installed")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    log = filled(tmp_path / "log", 300)
    for size in range(1, 301):
        tree.append_entry(entry(size - 1))
        assert log.root(size) == tree.get_root()
    log.close()


def test_consistency_proofs_between_all_sizes_to_300(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 300)
    roots = [log.root(size) for size in range(301)]
    for new in range(301):
        for old in range(new + 1):
            proof = consistency_proof(log.node, old, new)
            assert is_consistent(old, new, roots[old], roots[new], proof), (old, new)
            if 0 < old < new and new % 7 == 0:
                assert not is_consistent(old, new, roots[old - 1], roots[new], proof)
                assert not is_consistent(old, new, roots[old], roots[new - 1], proof)
                assert not is_consistent(old, new, roots[old], roots[new], proof[:-1])
    log.close()


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 300), st.integers(0, 300), st.binary(min_size=32, max_size=32))
def test_a_foreign_hash_in_a_proof_is_refused(old: int, new: int, foreign: bytes) -> None:
    old, new = min(old, new), max(old, new)
    hashes = [leaf_hash(entry(number)) for number in range(new)]
    proof = consistency_proof(reader_of(hashes), old, new)
    for at in range(len(proof)):
        if proof[at] != foreign:
            forged = [*proof[:at], foreign, *proof[at + 1 :]]
            assert not is_consistent(old, new, naive_root(hashes[:old]), naive_root(hashes), forged)


def test_a_proof_for_what_is_not_there_is_refused(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 10)
    with pytest.raises(LedgerError, match="not in a log of 10"):
        inclusion_proof(log.node, 10, 10)
    with pytest.raises(LedgerError, match="no past of 11"):
        consistency_proof(log.node, 11, 10)
    log.close()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 700])
def test_published_tiles_give_the_same_root_and_entries(tmp_path: Path, size: int) -> None:
    log = filled(tmp_path / "log", size)
    log.publish("origin", [KEY])
    reader = TileReader(tmp_path / "log", size)
    assert root_of_range(reader.node, 0, size) == log.root()
    assert list(reader.entries()) == [entry(number) for number in range(size)]
    log.append([b"one more"])
    log.publish("origin", [KEY])
    assert root_of_range(TileReader(tmp_path / "log", size + 1).node, 0, size + 1) == log.root()
    partial = list((tmp_path / "log" / "tile").rglob("*.p/*"))
    assert len(partial) <= 3 * 2, "of partial tiles those of this checkpoint and of the one before stay"
    log.close()


def test_a_published_partial_tile_stays_until_its_full_tile_has_been_out_for_one_checkpoint(tmp_path: Path) -> None:
    """C2SP tlog-tiles; one checkpoint longer than asked for, so that whoever reads while the log grows finds its
    tiles."""
    log = filled(tmp_path / "log", 200)

    def partial() -> set[str]:
        return {path.relative_to(log.folder / "tile").as_posix() for path in (log.folder / "tile").rglob("*.p/*")}

    def grow(count: int) -> None:
        log.append([entry(log.size)] * count)
        log.publish("origin", [KEY])

    log.publish("origin", [KEY])
    log._write_tiles(200)
    (log.folder / "tile/entries/000.p/177").write_bytes(b"a run that was killed left it, and no checkpoint names it")
    grow(20)
    grow(40)
    of_first = {f"{level}/000.p/{width}" for level in ("0", "entries") for width in (200, 220)}
    assert of_first < partial()
    assert "entries/000.p/177" not in partial()
    grow(1)
    assert not of_first & partial()
    assert partial() == {"0/001.p/4", "0/001.p/5", "entries/001.p/4", "entries/001.p/5", "1/000.p/1"}
    log.close()


def test_the_log_settles_and_opens_again_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "SETTLE_AT", 512)
    log = filled(tmp_path / "log", 70_000)
    assert (tmp_path / "log" / "journal").stat().st_size < 60_000
    hashes = [leaf_hash(entry(number)) for number in range(70_000)]
    root = log.root()
    log.close()
    again = Log(tmp_path / "log")
    assert (again.size, root_of_range(again.node, 0, again.size)) == (70_000, root)
    assert root == _fast_root(hashes)
    assert again.entry(12_345) == entry(12_345)
    assert list(again.entries(69_990)) == [entry(number) for number in range(69_990, 70_000)]
    proof = inclusion_proof(again.node, 12_345, 70_000)
    assert root_from_inclusion(hashes[12_345], 12_345, 70_000, proof) == root
    again.close()


def _fast_root(hashes: list[bytes]) -> bytes:
    from trucewatch.ledger.tree import perfect_subtrees

    rows = [hashes]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append([node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)])
    parts = [rows[height][index] for height, index in perfect_subtrees(0, len(hashes))]
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def test_every_cut_of_the_journal_keeps_whole_groups_and_nothing_else(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    for group in ([b"a"], [b"b", b"c"], [b"d"]):
        log.append(group)
    log.close()
    path = tmp_path / "log" / "journal"
    whole = path.read_bytes()
    for length in range(47, len(whole)):
        path.write_bytes(whole[:length])
        cut = Log(tmp_path / "log")
        assert list(cut.entries()) in ([], [b"a"], [b"a", b"b", b"c"])
        cut.append([b"new"])
        cut.close()
        again = Log(tmp_path / "log")
        assert list(again.entries())[-1] == b"new"
        again.close()


def test_a_flipped_byte_in_the_journal_never_gives_another_entry(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    log.append([b"a" * 20, b"b" * 20])
    log.close()
    path = tmp_path / "log" / "journal"
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            damaged = Log(tmp_path / "log")
        except LedgerError:
            continue
        assert list(damaged.entries()) == []
        damaged.close()


@pytest.mark.parametrize("fails", ["write", "short", "fsync"])
def test_an_append_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    log = Log(tmp_path / "log")
    log.append([b"kept"])
    real_write, real_fsync = os.write, os.fsync
    calls = [0]

    def write(descriptor: int, content: bytes) -> int:
        calls[0] += 1
        if fails == "short" and calls[0] < 3:
            return real_write(descriptor, content[:3])
        if fails != "fsync":
            raise OSError(28, "No space left on device")
        return real_write(descriptor, content)

    def fsync(descriptor: int) -> None:
        if fails == "fsync":
            raise OSError(5, "Input/output error")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "write", write)
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match=r"space|error"):
        log.append([b"lost"])
    monkeypatch.undo()
    assert log.size == 1
    log.append([b"next"])
    log.close()
    again = Log(tmp_path / "log")
    assert list(again.entries()) == [b"kept", b"next"]
    again.close()


def test_short_writes_are_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(tmp_path / "log")
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real(descriptor, content[:7]))
    log.append([b"x" * 100])
    monkeypatch.undo()
    log.close()
    again = Log(tmp_path / "log")
    assert list(again.entries()) == [b"x" * 100]
    again.close()


def test_bundles_and_paths_are_those_of_tlog_tiles() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path("entries", 5, 17) == "tile/entries/005.p/17"
    assert pack_entries([b"", b"ab"]) == b"\x00\x00\x00\x02ab"
    assert unpack_entries(pack_entries([b"", b"ab"])) == [b"", b"ab"]
    with pytest.raises(LedgerError, match="cut off"):
        unpack_entries(b"\x00\x05ab")
    with pytest.raises(LedgerError, match="too long"):
        pack_entries([b"x" * 65_536])


# What was signed, and lost


def published(folder: Path, size: int) -> bytes:
    """A log that was published at each hundred and at its end; its journal."""
    log = filled(folder, size)
    log.publish("origin", [KEY])
    log.close()
    return (folder / "journal").read_bytes()


@pytest.mark.parametrize(("older", "newer"), [(0, 1), (2, 5), (5, 255), (255, 256), (256, 257), (300, 700)])
def test_entries_that_were_signed_come_back_from_the_tiles(tmp_path: Path, older: int, newer: int) -> None:
    journal = published(tmp_path / "log", older)
    whole = published(tmp_path / "log", newer - older) and list(read_acknowledged(tmp_path / "log"))
    (tmp_path / "log" / "journal").write_bytes(journal)
    log = Log(tmp_path / "log")
    assert (log.restored, log.size) == (newer - older, newer)
    assert list(log.entries()) == whole
    log.close()
    log = Log(tmp_path / "log")
    assert log.restored == 0, "they are in the journal now"
    assert list(log.entries()) == whole
    log.close()


def test_a_journal_that_is_gone_comes_back_from_the_tiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "SETTLE_AT", 0)
    published(tmp_path / "log", 600)
    (tmp_path / "log" / "journal").unlink()
    log = Log(tmp_path / "log")
    assert list(log.entries()) == [entry(number) for number in range(600)]
    root = log.root()
    log.append([entry(600)])
    assert log.root(600) == root
    log.close()


@pytest.mark.parametrize("damage", ["bundle", "tile", "another history", "checkpoint"])
def test_no_second_history_is_signed_when_the_tiles_cannot_help(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "log"
    journal = published(folder, 3)
    published(folder, 4)
    signed = {path: path.read_bytes() for path in folder.rglob("checkpoint*") if path.is_file()}
    if damage == "another history":
        (folder / "journal").unlink()
        for path in (*folder.glob("checkpoints/*"), folder / "checkpoint"):
            path.unlink()
        log = Log(folder)
        log.append([b"otherwise"] * 9)
        log.close()
        for path, content in signed.items():
            path.write_bytes(content)
    else:
        (folder / "journal").write_bytes(journal)
        if damage == "checkpoint":
            (folder / "checkpoints/7").write_bytes(b"no checkpoint")
        else:
            path = next(folder.glob("tile/entries/000.p/7" if damage == "bundle" else "tile/0/000.p/7"))
            path.unlink()
            (folder / "tile/entries/000.p/7").write_bytes(pack_entries([b"other"] * 7))
    with pytest.raises(SignedEntriesLost, match=r"from a copy.*--accept-loss"):
        Log(folder)
    if damage != "checkpoint":
        assert last_signed(folder) is not None


def test_a_size_that_was_signed_is_never_signed_with_another_root(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 5)
    other = filled(tmp_path / "other", 4)
    other.append([b"otherwise"])
    signed = log.publish("origin", [KEY])
    (tmp_path / "other" / "checkpoints").mkdir()
    (tmp_path / "other" / "checkpoints" / "5").write_bytes(signed)
    with pytest.raises(SignedEntriesLost, match="another root"):
        other.publish("origin", [KEY])
    log.close()
    other.close()


def test_what_is_left_of_a_damaged_log_is_read_and_nothing_is_changed(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    published(folder, 7)
    (folder / "journal").write_bytes(b"damaged")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert list(read_what_is_left(folder)) == [entry(number) for number in range(7)]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("damage", [b"", b"cut off", b"origin\n9\n"])
def test_a_damaged_checkpoint_is_written_anew_as_long_as_its_copy_is_whole(tmp_path: Path, damage: bytes) -> None:
    folder = tmp_path / "log"
    published(folder, 7)
    signed = (folder / "checkpoint").read_bytes()
    (folder / "checkpoint").write_bytes(damage)
    log = Log(folder)
    assert not log.is_published
    assert log.publish("origin", [KEY]) == signed
    assert ((folder / "checkpoint").read_bytes(), log.is_published) == (signed, True)
    log.append([entry(7)])
    (folder / "checkpoint").write_bytes(damage)
    log.publish("origin", [KEY])
    assert read_checkpoint((folder / "checkpoint").read_bytes()).size == 8
    (folder / "checkpoint").write_bytes(damage)
    for path in (folder / "checkpoints").iterdir():
        path.unlink()
    with pytest.raises(SignedEntriesLost, match="from a copy"):
        log.publish("origin", [KEY])
    log.close()
