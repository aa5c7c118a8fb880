"""The published vectors: what another implementation runs is what this one does."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.ledger.proofs import is_consistent
from tests.ledger.small_log import inspector
from trucewatch.errors import LedgerError
from trucewatch.ledger.log import Log
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey, read_checkpoint, read_public_key, sign_checkpoint
from trucewatch.ledger.position import check_position, list_message, list_root, opened_document, read_opened
from trucewatch.ledger.tiles import pack_entries, tile_path
from trucewatch.ledger.tree import leaf_hash, node_hash, root_from_inclusion
from trucewatch.ledger.witness import verify_accusation

VECTORS = Path(__file__).resolve().parents[2] / "docs" / "vectors"
TREE, TILES, NOTES = (json.loads((VECTORS / f"{name}.json").read_text("utf-8")) for name in ("tree", "tiles", "notes"))
ACCUSATIONS = json.loads((VECTORS / "accusations.json").read_text("utf-8"))
POSITIONS = json.loads((VECTORS / "positions.json").read_text("utf-8"))
ROOTS = {one["size"]: bytes.fromhex(one["root"]) for one in TREE["roots"]}


def steps(vector: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(step) for step in vector["proof"]]


def test_the_published_vectors_are_what_the_script_writes() -> None:
    script = runpy.run_path(str(VECTORS / "make_vectors.py"))
    assert {path.stem for path in VECTORS.glob("*.json")} == set(script["VECTORS"])
    for name in script["VECTORS"]:
        assert (VECTORS / f"{name}.json").read_text("utf-8") == script["vectors_text"](name), name


def test_the_published_roots_and_proofs_hold(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.append([f"entry {n}".encode() for n in range(1000)])
    assert {size: log.root(size) for size in ROOTS} == ROOTS
    log.close()
    for one in TREE["inclusion"]:
        leaf = leaf_hash(f"entry {one['index']}".encode())
        assert root_from_inclusion(leaf, one["index"], one["size"], steps(one)) == ROOTS[one["size"]]
    for one in TREE["consistency"]:
        assert is_consistent(one["old"], one["new"], ROOTS[one["old"]], ROOTS[one["new"]], steps(one))


def test_the_published_tiles_hold() -> None:
    for one in TILES["paths"]:
        assert tile_path(one["level"], one["number"], one["width"]) == one["path"]
    assert pack_entries([f"entry {n}".encode() for n in range(3)]).hex() == TILES["bundle"]["content"]


def test_the_published_notes_verify_and_are_made_again() -> None:
    log = read_public_key(NOTES["log"]["vkey"])
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(NOTES["log"]["ed25519_seed"]))
    assert "never use" in NOTES["log"]["note"]
    for one in NOTES["checkpoints"]:
        checkpoint = one["checkpoint"].encode()
        root = bytes.fromhex(one["root"])
        assert read_checkpoint(checkpoint).signed_by(log)
        assert (read_checkpoint(checkpoint).size, read_checkpoint(checkpoint).root) == (one["size"], root)
        assert sign_checkpoint(log.name, one["size"], root, [SecretKey(log.name, LOG_ALGORITHM, private)]) == checkpoint
    for one in NOTES["cosignatures"]:
        cosigned = read_checkpoint(one["cosigned"].encode())
        assert [int.from_bytes(line.signature[:8], "big") for line in cosigned.signatures[1:]] == one["times"]
        assert all(cosigned.signed_by(read_public_key(witness["vkey"])) for witness in NOTES["witnesses"])


def test_the_published_keys_are_taken_or_refused_by_writer_and_inspector() -> None:
    keys = json.loads((VECTORS / "keys.json").read_text("utf-8"))
    assert len(keys["refused"]) == 36
    for vkey in keys["taken"]:
        kind = read_public_key(vkey).algorithm[0]
        assert inspector.read_key(vkey, kind).text == vkey
    for vector in keys["refused"]:
        with pytest.raises(LedgerError, match="anybody can sign"):
            read_public_key(vector["vkey"])
        for kind in (1, 4):
            with pytest.raises(ValueError, match="has a key under which anybody can sign"):
                inspector.read_key(vector["vkey"], kind)


@pytest.mark.parametrize("document", ACCUSATIONS["accusations"], ids=["equal sizes", "with a proof"])
def test_the_published_accusations_convince(document: dict[str, Any]) -> None:
    verify_accusation(document, read_public_key(document["log"]))


def test_the_nodes_of_the_vectors_are_hashed_as_the_rfc_says() -> None:
    left, right = (bytes.fromhex(one) for one in TREE["leaf_hashes"][:2])
    assert node_hash(left, right) == ROOTS[2]


def test_the_published_positions_hold_alone_and_as_lists() -> None:
    members = [member for each in POSITIONS["lists"] for member in each["members"]]
    assert len(members) == 1 + 3 + 1, "of the list of 30 one member was pulled out"
    for vector in (*POSITIONS["positions"], *members):
        position = read_opened(vector["opened"].encode())
        assert check_position(position)["log_origin"] == "test.invalid/log"
        assert str(position.key) == POSITIONS["key"]["vkey"]
        made = (position.signed.decode(), position.sha256, position.salt.hex(), position.signature.hex())
        assert made == (vector["signed"], vector["sha256"], vector["salt"], vector["signature"])
        assert position.commitment == vector["commitment"]
    for each in POSITIONS["lists"]:
        root = list_root([bytes.fromhex(leaf) for leaf in each["leaf_hashes"]])
        assert (root.hex(), list_message(root).hex()) == (each["root"], each["message"])
        assert len(each["leaf_hashes"]) == len({*each["commitments"]}) == each["size"]


def test_the_published_padded_document_is_as_long_as_every_other() -> None:
    padded = POSITIONS["padded"]["document"].encode()
    assert len(padded) == POSITIONS["padded"]["bytes"]
    assert opened_document(read_opened(padded)).decode() == POSITIONS["positions"][0]["opened"]


def test_a_published_list_proves_the_same_by_another_number_and_other_random_bytes_are_not_what_was_committed() -> None:
    same, other = (read_opened(POSITIONS[name].encode()) for name in ("same_proof", "other_commitment"))
    assert check_position(same)
    assert same.commitment == POSITIONS["lists"][1]["members"][0]["commitment"]
    assert check_position(other)
    assert other.commitment != POSITIONS["positions"][0]["commitment"]


@pytest.mark.parametrize("vector", POSITIONS["refused"], ids=[vector["why"] for vector in POSITIONS["refused"]])
def test_the_published_changed_positions_are_refused(vector: dict[str, str]) -> None:
    assert vector["opened"] not in [each["opened"] for each in POSITIONS["positions"]]
    with pytest.raises(LedgerError):
        check_position(read_opened(vector["opened"].encode()))
