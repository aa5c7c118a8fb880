"""The inspector, against logs that its own tiny writer (`small_log.py`) makes and then spoils in exactly one way."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.small_log import (
    INSPECTOR,
    NOW,
    START,
    Signer,
    SmallLog,
    canonical,
    every_place,
    inspector,
    leaf_hash,
    run,
    sample_log,
    tree_root,
    unnoticed,
)

NO_WITNESS = "without a witness this cannot show that others were shown the same log"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accusations are written into the current folder: each test has its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def log(tmp_path: Path) -> SmallLog:
    """Twenty entries, two checkpoints, the latest cosigned by the log's witness."""
    log = SmallLog(tmp_path / "watch")
    log.fill(12)
    log.publish(log.signer, log.witness)
    log.fill(20)
    log.publish(log.signer, log.witness)
    return log


def wrong(log: SmallLog, *options: object, now: float = NOW) -> dict[str, str]:
    """The first problem under the log's policy, after a check that the exit code is 1 and the file is named."""
    code, document = run(log.watch, "--policy", log.policy(), *options, now=now)
    assert code == 1
    assert document["ok"] is False
    assert document["first_wrong"] == document["problems"][0]["file"]
    assert document["problems"][0]["do"]
    return document["problems"][0]


# What is in order


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 300, 513])
def test_a_sound_log_of_any_size_passes_with_and_without_a_policy(tmp_path: Path, size: int) -> None:
    log = SmallLog(tmp_path / "watch", empty=size == 0)
    log.fill(size)
    log.publish(log.signer, log.witness)
    for options in ((), ("--policy", log.policy(quorum=1))):
        code, document = run(log.watch, *options)
        assert (code, document["problems"], document["size"]) == (0, [], size)
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
    levels = inspector.grow(b"".join(leaf_hash(bytes.fromhex(leaf)) for leaf in leaves))
    assert [inspector.root(levels, 0, size).hex() for size in range(9)] == roots


LEAVES = [leaf_hash(str(i).encode()) for i in range(700)]
LEVELS = inspector.grow(b"".join(LEAVES))


@settings(deadline=None)
@given(st.integers(1, 700), st.integers(1, 700))
def test_a_consistency_proof_leads_to_both_roots_and_to_no_other(one: int, two: int) -> None:
    old, new = sorted((one, two))
    proof = [inspector.root(LEVELS, low, high) for low, high, _ in inspector.path_between(old, new)]
    roots = tree_root(LEAVES[:old]), tree_root(LEAVES[:new])
    assert (inspector.root(LEVELS, 0, old), inspector.root(LEVELS, 0, new)) == roots
    assert inspector.follow(old, new, roots[0], proof) == roots[1]
    if old < new:
        assert inspector.follow(old, new, bytes(32), proof) != roots[1]
        assert inspector.follow(old, new, roots[0], [*proof, bytes(32)]) == b""
        assert inspector.follow(old, new, roots[0], proof[:-1]) == b""
        assert inspector.follow(new, old, roots[0], proof) == b""


def test_a_proof_of_rfc_6962_section_2_1_3_has_its_stated_nodes() -> None:
    """PROOF(3, D[7]) = [c, d, g, l]; PROOF(4, D[7]) = [l]; PROOF(6, D[7]) = [i, j, k]."""
    assert [node[:2] for node in inspector.path_between(3, 7)] == [(2, 3), (3, 4), (0, 2), (4, 7)]
    assert [node[:2] for node in inspector.path_between(4, 7)] == [(4, 7)]
    assert [node[:2] for node in inspector.path_between(6, 7)] == [(4, 6), (6, 7), (0, 4)]


# Every byte


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


# Files of the tree


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


def test_older_partial_tiles_must_agree_and_files_beyond_the_checkpoint_are_a_remark(log: SmallLog) -> None:
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
    assert code == 0
    assert any("000.p/25 is beyond the checkpoint" in remark for remark in document["remarks"])


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


# The checkpoint


def spoil_checkpoint(log: SmallLog, text: str) -> dict[str, str]:
    (log.base / "ledger" / "checkpoint").write_text(text, "utf-8")
    problem = wrong(log)
    assert problem["file"] == "ledger/checkpoint"
    return problem


def test_a_checkpoint_of_another_log_is_refused(log: SmallLog, tmp_path: Path) -> None:
    other = SmallLog(tmp_path / "other", seed=2, origin="example.org/elsewhere")
    other.fill(20)
    spoil_checkpoint(log, other.note())
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 1
    assert any("is of another log: 'example.org/elsewhere'" in problem["what"] for problem in document["problems"])


def test_a_strangers_signature_is_refused_and_named(log: SmallLog) -> None:
    problem = spoil_checkpoint(log, log.note(None, [log.signer, Signer("stranger.example", 9)]))
    assert "'stranger.example'" in problem["what"]
    assert "policy does not name" in problem["what"]
    assert run(log.watch)[0] == 0, "without a policy it is a remark"


@pytest.mark.parametrize("name", ["WITNESS.example/w1", "witness.example/w\u2460", "witness.exam\u200bple/w1"])
def test_a_look_alike_name_is_refused_and_said_to_be_one(log: SmallLog, name: str) -> None:
    problem = spoil_checkpoint(log, log.note(None, [log.signer, Signer(name, 9, kind=4)]))
    assert "made to look like {'witness.example/w1'}" in problem["what"]


def test_a_false_signature_under_the_right_name_is_refused(log: SmallLog) -> None:
    body = log.body()
    forged = log.signer.line(body.replace("\n20\n", "\n21\n"))
    assert "false signature" in spoil_checkpoint(log, body + "\n" + forged)["what"]


def test_a_cosignature_from_the_future_is_refused_and_a_small_skew_is_not(log: SmallLog) -> None:
    late = log.note(None, [log.signer, log.witness], seconds=NOW + 301)
    assert "in the future" in spoil_checkpoint(log, late)["what"]
    (log.base / "ledger" / "checkpoint").write_text(
        log.note(None, [log.signer, log.witness], seconds=NOW + 299), "utf-8"
    )
    assert run(log.watch, "--policy", log.policy())[0] == 0


MALFORMED: dict[str, Callable[[str], str]] = {
    "cut off": lambda text: text[:-30],
    "no last newline": lambda text: text[:-1],
    "empty": lambda _: "",
    "no signature": lambda text: text.split("\n\n")[0] + "\n\n",
    "a hyphen for the dash": lambda text: text.replace("— ", "- ", 1),
    "two spaces": lambda text: text.replace("— ", "—  ", 1),
    "carriage return": lambda text: text.replace("\n", "\r\n", 1),
    "leading zero": lambda text: text.replace("\n20\n", "\n020\n"),
    "other digits": lambda text: text.replace("\n20\n", "\n٢٠\n"),
    "negative": lambda text: text.replace("\n20\n", "\n-20\n"),
    "an extension line": lambda text: text.replace("\n\n", "\nextra\n\n", 1),
    "short root": lambda text: text.replace(text.split("\n")[2], "AAAA"),
    "plus in a name": lambda text: text.replace("— example", "— exam+ple"),
}


@pytest.mark.parametrize("way", MALFORMED)
@pytest.mark.parametrize("policy", [True, False])
def test_a_malformed_checkpoint_is_refused(log: SmallLog, way: str, policy: bool) -> None:
    text = MALFORMED[way](log.note())
    (log.base / "ledger" / "checkpoint").write_bytes(text.encode())
    code, document = run(log.watch, *(("--policy", log.policy()) if policy else ()))
    assert (code, document["first_wrong"]) == (1, "ledger/checkpoint")


def test_base64_that_is_not_canonical_is_refused_even_without_a_policy(log: SmallLog) -> None:
    text = log.note()
    root = text.split("\n")[2]
    assert root.endswith("=")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = root[:-2] + alphabet[alphabet.index(root[-2]) + 1] + "="
    body = text.split("\n\n")[0].replace(root, twin) + "\n"
    (log.base / "ledger" / "checkpoint").write_text(body + "\n" + log.signer.line(body), "utf-8")
    code, document = run(log.watch)
    assert code == 1
    assert "non-canonical base64" in document["problems"][0]["what"]


# Entries and records


def refused_record(log: SmallLog, data: bytes, kind: str = "trucewatch/act/1") -> dict[str, str]:
    name = log.add_bytes(kind, data)
    log.publish()
    problem = wrong(log)
    assert problem["file"] == log.file(name).relative_to(log.base).as_posix()
    return problem


@pytest.mark.parametrize(
    "ending",
    [
        b'"x":1.5}', b'"x":1e3}', b'"x":NaN}', b'"x":-0}', b'"x": 1}', b'"x":1,"x":1}', b'"x":1,"w":1}', b'"x":9007199254740992}',
        b'"x":"\\u0041"}', b'"x":"\\/"}', b'"x":"\xff"}', b'"x":"\\ud800"}', b'"x":1}\n', b'"x":1', b'"x":' + b"9" * 5000 + b"}",
        '"\ue000":1,"\U0001f600":1}'.encode(),
    ],
)  # fmt: skip
def test_a_record_that_is_not_canonical_json_is_refused(log: SmallLog, ending: bytes) -> None:
    refused_record(log, b'{"recorded_at":"%s","schema":"trucewatch/act/1",' % log.at().encode() + ending)


def test_keys_are_ordered_as_utf_16_and_control_characters_are_escaped_as_rfc_8785_says(log: SmallLog) -> None:
    start = f'{{"recorded_at":"{log.at()}","schema":"trucewatch/act/1",'
    log.add_bytes(
        "trucewatch/act/1", (start + '"x":"\\b\\t\\n\\f\\r\\u001f\x7f\\"\\\\/","\U0001f600":1,"\ue000":1}').encode()
    )
    log.publish()
    assert run(log.watch, "--policy", log.policy())[0] == 0


def test_a_deeply_nested_record_is_refused_and_does_not_stop_the_inspector(log: SmallLog) -> None:
    start = b'{"recorded_at":"%s","schema":"trucewatch/act/1","x":' % log.at().encode()
    assert "nested too deeply" in refused_record(log, start + b"[" * 100_000 + b"]" * 100_000 + b"}")["what"]


def test_a_record_that_disagrees_with_its_entry_is_refused(log: SmallLog) -> None:
    refused_record(log, canonical({"schema": "trucewatch/other/1", "recorded_at": log.at()}))
    log.entries.pop()
    refused_record(log, canonical({"schema": "trucewatch/act/1", "recorded_at": "2031-05-04T00:00:00Z"}))


@pytest.mark.parametrize("name", ["../../../etc/passwd", "A" * 64, "a" * 63, ""])
def test_an_entry_that_names_a_path_and_no_hash_is_refused(log: SmallLog, name: str) -> None:
    log.entries.append(canonical({"at": log.at(), "kind": "trucewatch/act/1", "object": name}))
    log.publish()
    problem = wrong(log)
    assert problem["file"] == "ledger/tile/entries/000.p/21"
    assert "entry 20" in problem["what"]


def test_evidence_that_is_missing_changed_or_a_link_is_named(log: SmallLog) -> None:
    name = log.add_evidence("the original bytes")
    log.publish()
    path = log.file(name, "evidence")
    path.write_bytes(b"other bytes")
    assert wrong(log)["file"] == f"evidence/{name[:2]}/{name[2:]}"
    path.unlink()
    assert "is missing" in wrong(log)["what"]
    (log.watch / "copy").write_bytes(b"the original bytes")
    path.symlink_to(log.watch / "copy")
    assert "symbolic link" in wrong(log)["what"]


def test_a_reference_counts_at_any_depth_and_a_digest_of_things_elsewhere_does_not(log: SmallLog) -> None:
    nowhere = "ab" * 32
    log.add("trucewatch/publication/1", list_digest=nowhere, parts=[{"file_digest": nowhere}])
    log.add("trucewatch/act/1", **{nowhere: "a key is not a reference"})
    log.publish()
    assert run(log.watch, "--policy", log.policy())[0] == 0
    log.add("trucewatch/act/1", parts=[[{"deep": [nowhere]}]], x_digest="cd" * 32)
    log.publish()
    code, document = run(log.watch)
    assert code == 1
    assert sorted(problem["file"] for problem in document["problems"]) == [
        f"objects/{one[:2]}/{one[2:]}" for one in (nowhere, "cd" * 32)
    ]


def test_a_clock_that_jumped_back_is_a_remark(log: SmallLog) -> None:
    log.clock -= 3
    log.fill(22)
    log.publish()
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any("clock went back" in remark for remark in document["remarks"])


def test_an_unused_file_is_a_remark_but_a_false_name_is_refused(log: SmallLog) -> None:
    name = log.keep(b"nobody names me", "evidence")
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any(name[2:] in remark for remark in document["remarks"])
    log.file(name, "evidence").write_bytes(b"half of")
    assert wrong(log)["file"] == f"evidence/{name[:2]}/{name[2:]}"


# Erasure


def test_erased_evidence_is_said_to_be_erased_not_corrupt(log: SmallLog) -> None:
    name = log.add_evidence("a person's words")
    log.publish()
    log.file(name, "evidence").unlink()
    assert wrong(log)["what"].startswith("is missing")
    log.add("trucewatch/erasure/1", erased=[name], reason="asked for by the person", ordered_by="head of mission")
    log.publish()
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 0
    assert any(f"{name} was erased, says entry 21" in remark for remark in document["remarks"])


def test_what_is_named_again_after_its_erasure_must_exist(log: SmallLog) -> None:
    name = log.add_evidence("a person's words")
    log.add("trucewatch/erasure/1", erased=[name], reason="asked for", ordered_by="head of mission")
    log.publish()
    assert run(log.watch, "--policy", log.policy())[0] == 0, "erased, but a copy still has the bytes"
    log.file(name, "evidence").unlink()
    log.add("trucewatch/act/1", again=name)
    log.publish()
    assert wrong(log)["file"] == f"objects/{name[:2]}/{name[2:]}"


def test_the_log_cannot_erase_the_record_of_a_key(log: SmallLog) -> None:
    key = json.loads(log.entries[0])["object"]
    log.add("trucewatch/erasure/1", erased=[key], reason="none", ordered_by="nobody")
    log.publish()
    log.file(key).unlink()
    assert run(log.watch, "--policy", log.policy())[0] == 1


# Keys


def rotated(log: SmallLog, *, confirmed: bool) -> Signer:
    """A log that handed over to a new key at entry 20 and grew to 23 entries."""
    heir, old = Signer(log.origin, 2), log.signer
    log.add_key("rotate", heir, replaces=old)
    if confirmed:
        log.publish(old, heir)
    log.fill(23)
    log.publish(heir)
    return heir


def test_a_confirmed_rotation_connects_the_policys_key_with_todays(log: SmallLog) -> None:
    heir = rotated(log, confirmed=True)
    assert run(log.watch, "--policy", log.policy())[1]["problems"] == []
    assert run(log.watch, "--policy", log.policy(log=heir.vkey))[1]["problems"] == []


def test_a_rotation_that_the_old_key_did_not_sign_is_refused_under_a_policy(log: SmallLog) -> None:
    """Otherwise anyone could append a hand-over from the old key to his own."""
    rotated(log, confirmed=False)
    assert run(log.watch)[0] == 0
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 1
    assert "ledger/checkpoints/21" in [problem["file"] for problem in document["problems"]]


def test_a_key_counts_up_to_its_end_and_not_after(log: SmallLog) -> None:
    rotated(log, confirmed=True)
    text = log.note(23, [log.signer])
    for name in ("checkpoint", "checkpoints/23"):
        (log.base / "ledger" / name).write_text(text, "utf-8")
    assert "no signature by a log key in force" in wrong(log)["what"]


@pytest.mark.parametrize("act", ["revoke", "lost"])
def test_after_revocation_or_loss_the_old_policy_no_longer_leads_to_todays_key(log: SmallLog, act: str) -> None:
    heir = Signer(log.origin, 2)
    log.add_key(act, heir, replaces=log.signer)
    log.publish(heir)
    assert run(log.watch)[0] == 0, "what the key signed before stays valid"
    assert "not signed by the policy's log key" in wrong(log)["what"]
    assert run(log.watch, "--policy", log.policy(log=heir.vkey))[0] == 0


def test_a_key_event_that_does_not_fit_is_refused(log: SmallLog) -> None:
    name = log.add_key("rotate", Signer(log.origin, 3), replaces=Signer(log.origin, 4))
    log.publish()
    problem = wrong(log)
    assert problem["file"] == log.file(name).relative_to(log.base).as_posix()


def test_a_log_that_does_not_begin_with_its_key_is_refused(tmp_path: Path) -> None:
    log = SmallLog(tmp_path / "watch", empty=True)
    log.fill(2)
    log.publish()
    assert "does not begin with a key" in wrong(log)["what"]


def test_a_policy_for_another_key_refuses_the_log(log: SmallLog) -> None:
    code, document = run(log.watch, "--policy", log.policy(log=Signer(log.origin, 77).vkey))
    assert code == 1
    assert document["first_wrong"] == "ledger/checkpoint"


# Witnesses


def test_without_a_witness_it_says_what_it_cannot_prove(log: SmallLog) -> None:
    assert NO_WITNESS in " ".join(run(log.watch)[1]["cannot_prove"]).lower()
    assert NO_WITNESS not in " ".join(run(log.watch, "--policy", log.policy(quorum=1))[1]["cannot_prove"]).lower()


def test_a_missing_quorum_is_refused_and_said_in_numbers(log: SmallLog) -> None:
    """A witness that is down for a week."""
    log.fill(25)
    log.publish(log.signer)
    code, document = run(log.watch, "--policy", log.policy(quorum=1))
    assert code == 1
    assert document["problems"][0]["what"] == "is cosigned by 0 witnesses, but 1 are required"
    (log.base / "ledger" / "checkpoints" / "25").write_text(log.note(None, [log.signer, log.witness]), "utf-8")
    assert run(log.watch, "--policy", log.policy(quorum=1))[0] == 0, (
        "a cosignature beside the copy of today's checkpoint counts"
    )


def test_a_revoked_witness_does_not_count_after_its_revocation(log: SmallLog) -> None:
    log.add_key("revoke", log.witness)
    log.publish(log.signer, log.witness)
    assert run(log.watch, "--policy", log.policy(quorum=1))[0] == 0
    log.fill(22)
    log.publish(log.signer, log.witness)
    assert run(log.watch, "--policy", log.policy(quorum=1))[0] == 1


def test_one_witness_key_under_two_names_cannot_fill_a_quorum_of_two(log: SmallLog) -> None:
    twin = Signer("witness.example/w2", 101, kind=4)
    assert run(log.watch, "--policy", log.policy(quorum=2, witnesses=[log.witness.vkey, twin.vkey]))[0] == 1


# Rollback and split view


def fork(log: SmallLog, folder: Path, shared: int) -> SmallLog:
    """Another history under the same key, equal up to `shared` entries."""
    other = SmallLog(folder)
    other.fill(shared)
    other.add("trucewatch/act/1", number=-1)
    return other


def accusation_of(document: dict[str, object]) -> Path:
    (path,) = Path().glob("accusation-*.json")
    assert path.name in str(document["problems"])
    return path


def test_a_kept_checkpoint_of_this_log_agrees(log: SmallLog, tmp_path: Path) -> None:
    (tmp_path / "seen").write_text(log.note(7), "utf-8")
    assert run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")[0] == 0


@pytest.mark.parametrize("size", [13, 16, 20])
def test_a_split_view_gives_an_accusation_that_anyone_can_verify(log: SmallLog, tmp_path: Path, size: int) -> None:
    other = fork(log, tmp_path / "other", 9)
    other.fill(size)
    (tmp_path / "seen").write_text(other.note(), "utf-8")
    code, document = run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")
    assert code == 1
    assert "split view" in document["problems"][0]["what"]
    accusation = accusation_of(document)
    loaded = json.loads(accusation.read_text("utf-8"))
    assert (loaded["checkpoint_a"], loaded["checkpoint_b"]) == (
        other.note(),
        (log.base / "ledger" / "checkpoint").read_text("utf-8"),
    )
    assert run(accusation, "--policy", log.policy())[0] == 0
    code, document = run(accusation)
    assert code == 0
    assert any("Without a policy" in text for text in document["cannot_prove"])
    assert run(accusation, "--policy", log.policy(log=Signer(log.origin, 5).vkey))[0] == 1
    for field in ("root_of_b_at_a", "checkpoint_a", "proof"):
        honest = loaded | {
            field: {"root_of_b_at_a": "A" * 43 + "=", "checkpoint_a": log.note(size), "proof": ["A" * 43 + "="]}[field]
        }
        if size < 20 or field != "root_of_b_at_a":
            accusation.write_text(json.dumps(honest), "utf-8")
            assert run(accusation)[0] == 1, f"an honest log must not be accused by a false {field}"


def test_a_contradicting_checkpoint_among_the_published_ones_is_an_accusation_too(
    log: SmallLog, tmp_path: Path
) -> None:
    other = fork(log, tmp_path / "other", 9)
    other.fill(14)
    (log.base / "ledger" / "checkpoints" / "14").write_text(other.note(), "utf-8")
    code, document = run(log.watch, "--policy", log.policy())
    assert (code, document["first_wrong"]) == (1, "ledger/checkpoints/14")
    assert run(accusation_of(document), "--policy", log.policy())[0] == 0


def test_a_rollback_is_found_with_seen_and_the_accusation_verifies_and_says_its_limit(
    log: SmallLog, tmp_path: Path
) -> None:
    shutil.copytree(log.watch, tmp_path / "kept")
    log.fill(26)
    (tmp_path / "seen").write_text(log.note(), "utf-8")
    code, document = run(tmp_path / "kept", "--policy", log.policy(), "--seen", tmp_path / "seen")
    assert code == 1
    assert "rollback" in document["problems"][0]["what"]
    code, document = run(accusation_of(document), "--policy", log.policy())
    assert code == 0
    assert any("is the word of" in remark for remark in document["remarks"])


def test_a_split_view_under_a_rotated_key_is_provable_at_the_hand_over(log: SmallLog, tmp_path: Path) -> None:
    other = fork(log, tmp_path / "other", 9)
    other.fill(14)
    (tmp_path / "seen").write_text(other.note(), "utf-8")
    rotated(log, confirmed=True)
    code, document = run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")
    assert code == 1
    accusation = accusation_of(document)
    assert json.loads(accusation.read_text("utf-8"))["log"] == log.signer.vkey
    assert run(accusation, "--policy", log.policy())[0] == 0


def test_a_seen_checkpoint_of_another_log_or_by_a_stranger_accuses_nobody(log: SmallLog, tmp_path: Path) -> None:
    stranger = SmallLog(tmp_path / "other", seed=66)
    stranger.fill(10)
    (tmp_path / "seen").write_text(stranger.note(), "utf-8")
    for options in ((), ("--policy", log.policy())):
        assert run(log.watch, *options, "--seen", tmp_path / "seen")[0] == 1
    assert list(Path().glob("accusation-*")) == []


# Arguments, statement, and the file itself


def test_what_cannot_be_used_is_exit_code_2(log: SmallLog, tmp_path: Path) -> None:
    assert run(log.watch, "--policy", log.policy(quorom=2))[0] == 2
    assert run(log.watch, "--policy", log.policy(schema=2))[0] == 2
    (tmp_path / "bad.toml").write_text("quorom = 1\n")
    assert run(tmp_path / "nothing here")[0] == 2
    assert run(tmp_path)[0] == 2
    assert run(log.watch, "--policy", tmp_path / "bad.toml")[0] == 2
    assert run(log.watch, "--policy", tmp_path / "absent.toml")[0] == 2
    assert run(log.watch, "--policy", log.policy(log="nonsense"))[0] == 2
    assert run(log.watch, "--seen", tmp_path / "absent")[0] == 2


def test_the_statement_is_in_sentences(log: SmallLog, capsys: pytest.CaptureFixture[str]) -> None:
    assert inspector.main([str(log.watch), "--policy", str(log.policy())], NOW) == 0
    said = capsys.readouterr().out
    assert said.startswith("ALL RIGHT: 20 entries")
    (log.base / "ledger" / "tile" / "0" / "000.p" / "20").unlink()
    assert inspector.main([str(log.watch)], NOW) == 1
    said = capsys.readouterr().out
    assert "First wrong file: ledger/tile/0/000.p/20" in said
    assert "Copy it again" in said


def test_it_reads_only(log: SmallLog) -> None:
    before = {path: path.stat().st_mtime_ns for path in log.watch.rglob("*")}
    run(log.watch, "--policy", log.policy())
    assert {path: path.stat().st_mtime_ns for path in log.watch.rglob("*")} == before


def test_the_inspector_is_one_short_file_that_needs_only_cryptography() -> None:
    text = INSPECTOR.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    assert max(map(len, text.splitlines())) <= 120
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(str(node.module).split(".", maxsplit=1)[0])
    assert names - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_lone_copy_runs_anywhere(log: SmallLog, tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    copy = shutil.copy(INSPECTOR, tmp_path / "alone" / "inspector.py")
    command = [sys.executable, "-I", str(copy), str(log.watch), "--json"]
    done = subprocess.run(
        command,
        cwd=tmp_path / "alone",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["size"] == 20
    assert START < NOW
