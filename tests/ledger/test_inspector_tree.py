"""The inspector on the tree and its files, against logs that its own tiny writer (`small_log.py`) makes and then spoils
in one way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.small_log import (
    SmallLog,
    every_place,
    inspector,
    leaf_hash,
    run,
    sample_log,
    tree_root,
    unnoticed,
    wrong,
)


def test_a_folder_that_is_called_as_partial_tiles_are_makes_no_fault(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "copy.p" / "watch")
    for size in (12, 20, 300):
        log.fill(size)
        log.publish()
    assert run(log.watch)[0] == 0


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 300, 513])
def test_a_sound_log_of_any_size_passes_with_and_without_a_policy(tmp_path: Path, size: int) -> None:
    log = SmallLog(tmp_path / "watch", empty=size == 0)
    log.fill(size)
    log.publish(log.signer, log.witness)
    for options in ((), ("--policy", log.policy(quorum=1))):
        code, document = run(log.watch, *options)
        # An empty log names no key: without a policy nobody's signature can be checked.
        assert code == (0 if size or options else 1)
        assert (document["ok"], document["problems"], document["size"]) == (code == 0, [], size)
        assert document["schema"] == "trucewatch/verify/1"
        assert document["root"] == log.body().split("\n")[2]


@pytest.mark.parametrize("inside", ["", ".trucewatch"])
def test_the_path_may_be_the_watch_or_the_folder_that_holds_the_ledger(log: SmallLog, inside: str) -> None:
    assert run(log.watch / inside)[0] == 0


def test_roots_are_those_of_the_published_rfc_6962_vectors() -> None:
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    levels = inspector.build_levels(b"".join(leaf_hash(bytes.fromhex(leaf)) for leaf in leaves))
    assert [inspector.root_of_range(levels, 0, size).hex() for size in range(9)] == roots


LEAVES = [leaf_hash(str(i).encode()) for i in range(700)]
LEVELS = inspector.build_levels(b"".join(LEAVES))


@settings(deadline=None)
@given(st.integers(1, 700), st.integers(1, 700))
def test_a_consistency_proof_leads_to_both_roots_and_to_no_other(one: int, two: int) -> None:
    old, new = sorted((one, two))
    proof = [inspector.root_of_range(LEVELS, low, high) for low, high, _ in inspector.list_proof_nodes(old, new)]
    roots = tree_root(LEAVES[:old]), tree_root(LEAVES[:new])
    assert (inspector.root_of_range(LEVELS, 0, old), inspector.root_of_range(LEVELS, 0, new)) == roots
    assert inspector.follow_proof(old, new, roots[0], proof) == roots[1]
    if old < new:
        assert inspector.follow_proof(old, new, bytes(32), proof) != roots[1]
        assert inspector.follow_proof(old, new, roots[0], [*proof, bytes(32)]) == b""
        assert inspector.follow_proof(old, new, roots[0], proof[:-1]) == b""
        assert inspector.follow_proof(new, old, roots[0], proof) == b""


def test_a_proof_of_rfc_6962_section_2_1_3_has_its_stated_nodes() -> None:
    """PROOF(3, D[7]) = [c, d, g, l]; PROOF(4, D[7]) = [l]; PROOF(6, D[7]) = [i, j, k]."""
    assert [node[:2] for node in inspector.list_proof_nodes(3, 7)] == [(2, 3), (3, 4), (0, 2), (4, 7)]
    assert [node[:2] for node in inspector.list_proof_nodes(4, 7)] == [(4, 7)]
    assert [node[:2] for node in inspector.list_proof_nodes(6, 7)] == [(4, 6), (6, 7), (0, 4)]


def test_every_byte_of_a_small_log_and_every_61st_of_a_50_entry_log_is_noticed_when_changed(tmp_path: Path) -> None:
    """The whole 50-entry log, byte by byte, takes minutes: the benchmarks call `flip_every_byte` with stride 1."""
    small = SmallLog(tmp_path / "small")
    small.add_evidence("seen at dawn")
    small.publish(small.signer, small.witness)
    small.fill(4)
    small.publish(small.signer, small.witness)
    places = every_place(small.watch)
    assert len(places) > 2000
    assert unnoticed(small.watch, small.policy(), places) == []
    watch, policy = sample_log(tmp_path / "watch", 50)
    places = every_place(watch, stride=61)
    assert len(places) > 300
    assert unnoticed(watch, policy, places) == []
    assert run(watch, "--policy", policy)[0] == 0


@pytest.mark.parametrize("name", ["tile/0/000.p/20", "tile/entries/000.p/20", "checkpoint"])
@pytest.mark.parametrize("way", ["missing", "longer", "shorter", "link", "folder"])
def test_a_file_of_the_tree_that_is_not_as_it_must_be_is_named(log: SmallLog, name: str, way: str) -> None:
    path = log.base / "ledger" / name
    data = path.read_bytes()
    path.unlink()
    if way == "link":
        (log.watch / "elsewhere").write_bytes(data)
        path.symlink_to(log.watch / "elsewhere")
    elif way == "folder":
        path.mkdir()
    elif way != "missing":
        path.write_bytes(data + b"\0" if way == "longer" else data[:-1])
    problem = wrong(log)
    assert problem["file"] == f"ledger/{name}"
    words = {"missing": "is missing", "link": "symbolic link", "folder": "ordinary file"}
    assert words.get(way, "") in problem["what"]


def test_a_changed_entry_blames_the_bundle_and_a_changed_hash_blames_the_tile(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "watch")
    log.fill(300)
    log.publish()
    for name, offset in (
        ("tile/entries/000", 400),
        ("tile/0/000", 64),
        ("tile/1/000.p/1", 5),
        ("tile/entries/001.p/44", 30),
    ):
        path = log.base / "ledger" / name
        whole = path.read_bytes()
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
        assert wrong(log)["file"] == f"ledger/{name}"
        path.write_bytes(whole)


def test_older_partial_tiles_must_agree_and_those_beyond_the_checkpoint_are_a_fault(log: SmallLog) -> None:
    ledger = log.base / "ledger"
    old = log.note()
    log.fill(25)
    log.publish()
    assert run(log.watch, "--policy", log.policy())[0] == 0
    (ledger / "tile" / "0" / "000.p" / "12").write_bytes(bytes(12 * 32))
    assert wrong(log)["file"] == "ledger/tile/0/000.p/12"
    (ledger / "tile" / "0" / "000.p" / "12").unlink()
    (ledger / "checkpoint").write_text(old, "utf-8")
    (ledger / "checkpoints" / "25").unlink()
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 1
    assert [problem["file"][-8:] for problem in document["problems"]] == ["000.p/25", "000.p/25"]
    for problem in document["problems"]:
        assert problem["what"] == "goes beyond 20 entries: an older checkpoint than these tiles; copy again"
        assert "trucewatch log WATCH --copy DIR" in problem["do"]


@pytest.mark.parametrize("way", ["longer", "a link"])
def test_older_partial_tiles_are_not_blamed_for_the_fault_of_todays(log: SmallLog, way: str) -> None:
    log.fill(25)
    log.publish()
    tile = log.base / "ledger/tile/0/000.p/25"
    if way == "longer":
        tile.write_bytes(tile.read_bytes() + bytes(9000))
    else:
        tile.rename(log.base / "elsewhere")
        tile.symlink_to(log.base / "elsewhere")
    _, document = run(log.watch, "--policy", log.policy())
    assert [one["file"] for one in document["problems"]] == ["ledger/tile/0/000.p/25"]


def test_a_foreign_file_in_the_ledger_is_a_remark_because_nothing_rests_on_it(log: SmallLog) -> None:
    (log.base / "ledger" / "tile" / "0" / "note.txt").write_text("x")
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any("note.txt" in remark for remark in document["remarks"])


def test_a_linked_folder_in_the_ledger_is_refused(log: SmallLog) -> None:
    (log.base / "ledger" / "tile" / "9").symlink_to(log.watch)
    assert "symbolic link" in wrong(log)["what"]


def test_a_checkpoint_that_claims_an_immense_size_ends_at_the_first_missing_file(log: SmallLog) -> None:
    body = log.body().replace("\n20\n", f"\n{10**17}\n")
    (log.base / "ledger" / "checkpoint").write_text(body + "\n" + log.signer.line(body), "utf-8")
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 1
    assert document["first_wrong"].startswith("ledger/tile/entries/000")


def test_an_older_partial_tile_that_is_gone_from_the_tree_may_be_longer_or_shorter_but_not_different(
    log: SmallLog,
) -> None:
    bundle = log.base / "ledger" / "tile" / "entries" / "000.p" / "12"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"]")
    assert wrong(log)["file"] == "ledger/tile/entries/000.p/12"
