"""The inspector against people who mean harm: framed logs, forged histories, planted files, oversized input."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.small_log import (
    INSPECTOR,
    Signer,
    SmallLog,
    b64,
    canonical,
    fork,
    inspector,
    leaf_hash,
    run,
    said,
    tree_root,
    write,
    wrong,
)

# Framing an honest log


def accusation(log: SmallLog, a: int, b: int, top: bytes, proof: list[bytes], **changes: object) -> dict[str, Any]:
    """Two honest checkpoints, and a proof that the accuser made up."""
    document = {"schema": "trucewatch/accusation/1", "log": log.signer.vkey, "what": "split view"}
    document |= {"checkpoint_a": log.note(a), "checkpoint_b": log.note(b)}
    return document | {"root_of_b_at_a": b64(top), "proof": [b64(one) for one in proof]} | changes


def judged(log: SmallLog, text: str) -> None:
    """Asserts that the inspector, with and without a policy, finds nothing proved."""
    path = log.watch.parent / "accusation.json"
    path.write_text(text, "utf-8")
    for options in ((), ("--policy", log.policy())):
        assert run(path, *options)[0] in (1, 2)
        assert "PROVED:" not in said(path, *options)


def root_of(log: SmallLog, start: int, end: int) -> bytes:
    return tree_root([leaf_hash(entry) for entry in log.entries[start:end]])


@pytest.mark.parametrize(("a", "b"), [(1, 2), (2, 4), (4, 7), (5, 20), (8, 16), (12, 20), (16, 20), (19, 20)])
def test_no_proof_with_hashes_of_another_length_frames_an_honest_log(log: SmallLog, a: int, b: int) -> None:
    top = root_of(log, 0, b)
    for count in range(len(inspector.list_proof_nodes(a, b)) + 2):
        for proof in ([b""] * count, [top, *[b""] * (count - 1)]):
            judged(log, json.dumps(accusation(log, a, b, top, proof)))


@pytest.mark.parametrize("cut", [0, 1, 31, 33, 63, 64])
def test_the_boundary_between_two_hashes_cannot_be_moved(log: SmallLog, cut: int) -> None:
    """Node = SHA-256(0x01 ‖ left ‖ right): the same 64 bytes, cut elsewhere, give the same root and another left."""
    both = root_of(log, 0, 8) + root_of(log, 8, 16)
    judged(log, json.dumps(accusation(log, 8, 16, both[:cut], [both[cut:]])))
    low, high = root_of(log, 0, 12), root_of(log, 12, 14)
    judged(log, json.dumps(accusation(log, 12, 14, (low + high)[:cut], [(low + high)[cut:]])))


@pytest.mark.parametrize(("a", "b"), [(0, 0), (0, 12), (12, 12), (20, 12), (12, 20)])
def test_no_two_checkpoints_of_an_honest_log_prove_anything(log: SmallLog, a: int, b: int) -> None:
    proof = [
        inspector.root_of_range(inspector.build_levels(leaves_of(log)), low, high)
        for low, high, _ in inspector.list_proof_nodes(a, max(a, b))
    ]
    for top in (root_of(log, 0, a), root_of(log, 0, b), bytes(32), b""):
        for what in ("split view", "rollback", "split view across a change of key"):
            for path in (proof, [], proof[1:]):
                judged(log, json.dumps(accusation(log, a, b, top, path, what=what)))


def leaves_of(log: SmallLog) -> bytes:
    return b"".join(leaf_hash(entry) for entry in log.entries)


@pytest.fixture
def proof(log: SmallLog, tmp_path: Path) -> dict[str, Any]:
    """A true accusation: the key of `log` signed another history of 16 entries."""
    other = fork(log, tmp_path / "other", 9)
    other.fill(16)
    (tmp_path / "seen").write_text(other.note(), "utf-8")
    (document,) = run(log.watch, "--seen", tmp_path / "seen")[1]["accusations"]
    (tmp_path / "true.json").write_text(json.dumps(document), "utf-8")
    assert run(tmp_path / "true.json", "--policy", log.policy())[0] == 0
    return dict(document)


def test_a_key_written_twice_or_a_field_too_many_or_too_few_makes_an_accusation_unusable(
    log: SmallLog, proof: dict[str, Any]
) -> None:
    """Two readers of a double key would see two different accusations."""
    text = json.dumps(proof)
    judged(log, text[:-1] + f', "checkpoint_a": {json.dumps(proof["checkpoint_a"])}}}')
    judged(log, '{"log": "another",' + text[1:])
    judged(log, json.dumps(proof | {"note": "x"}))
    judged(log, json.dumps({key: value for key, value in proof.items() if key != "what"}))
    judged(log, json.dumps(proof | {"schema": "trucewatch/accusation/2"}))


def test_a_proof_under_another_origin_or_another_key_is_no_proof_against_this_log(
    log: SmallLog, proof: dict[str, Any], tmp_path: Path
) -> None:
    elsewhere = SmallLog(tmp_path / "elsewhere", origin="example.org/elsewhere")
    elsewhere.fill(16)
    judged(log, json.dumps(proof | {"checkpoint_a": elsewhere.note()}))
    judged(log, json.dumps(proof | {"checkpoint_a": log.note(16, [Signer(log.origin, 9)])}))
    judged(log, json.dumps(proof | {"log": Signer(log.origin, 9).vkey}))
    judged(log, json.dumps(proof | {"log": log.witness.vkey}))
    path = tmp_path / "true.json"
    assert run(path, "--policy", log.policy(log=Signer(log.origin, 9).vkey))[0] == 1
    assert "is of another log" in said(path, "--policy", log.policy(log=Signer(log.origin, 9).vkey))


def test_a_rollback_accusation_of_two_honest_checkpoints_proves_nothing(log: SmallLog) -> None:
    for top, path in ((b"", []), (root_of(log, 0, 20), [b""])):
        judged(log, json.dumps(accusation(log, 12, 20, top, path, what="rollback")))


# Who is accused, and by whom


def test_an_empty_checkpoint_by_a_stranger_does_not_pass_for_a_fresh_log(log: SmallLog, tmp_path: Path) -> None:
    body = f"{log.origin}\n0\n{b64(hashlib.sha256().digest())}\n"
    (tmp_path / "seen").write_text(log.note(20), "utf-8")
    (log.base / "ledger" / "checkpoint").write_text(body + "\n" + Signer("x.example", 9).line(body), "utf-8")
    for tiles in ("here", "gone"):
        for options in ((), ("--seen", tmp_path / "seen"), ("--policy", log.policy())):
            code, document = run(log.watch, *options)
            assert (code, document["accusations"]) == (1, []), (tiles, options)
        shutil.rmtree(log.base / "ledger" / "tile", ignore_errors=True)
    assert list(tmp_path.glob("accusation-*")) == []


def test_no_accusation_is_made_of_a_checkpoint_that_no_log_key_signed(log: SmallLog, tmp_path: Path) -> None:
    """Anyone can put an older tree under his own signature and say that the log was rolled back."""
    (tmp_path / "seen").write_text(log.note(20), "utf-8")
    stranger, ledger = Signer("x.example", 9), log.base / "ledger"
    for path in (ledger / "tile").rglob("20"):
        path.rename(path.with_name("12")) if not path.with_name("12").exists() else path.unlink()
    (ledger / "checkpoints" / "20").unlink()
    (ledger / "checkpoint").write_text(log.note(12, [stranger]), "utf-8")
    for options in ((), ("--policy", log.policy())):
        code, document = run(log.watch, "--seen", tmp_path / "seen", *options)
        assert (code, document["accusations"]) == (1, [])
        assert list(tmp_path.glob("accusation-*")) == []
    told = next(x["what"] for x in run(log.watch, "--seen", tmp_path / "seen")[1]["problems"] if x["step"] == 9)
    assert "nobody can prove it" in told
    assert repr(log.note(20)) in told
    assert repr(log.note(12, [stranger])) in told


def test_a_contradiction_that_a_stranger_signed_is_shown_with_both_and_said_to_prove_nothing(
    log: SmallLog, tmp_path: Path
) -> None:
    other = fork(log, tmp_path / "other", 9)
    other.fill(14)
    text = other.note(14, [Signer(log.origin, 9)])
    (tmp_path / "seen").write_text(text, "utf-8")
    code, document = run(log.watch, "--seen", tmp_path / "seen")
    assert (code, document["accusations"]) == (1, [])
    (told,) = [x["what"] for x in document["problems"] if "nobody can prove it" in x["what"]]
    assert repr(text) in told
    assert repr((log.base / "ledger" / "checkpoint").read_text("utf-8")) in told


# Bytes under false names, and erasures


def test_false_bytes_under_the_name_of_an_object_or_of_evidence_are_noticed_in_either_folder(log: SmallLog) -> None:
    record = json.loads(log.entries[10])["object"]
    evidence = log.add_evidence("seen at dawn")
    log.publish()
    for name, folder in ((record, "evidence"), (evidence, "objects")):
        write(log.file(name, folder), b"false")
        assert wrong(log)["file"] == f"{folder}/{name[:2]}/{name[2:]}"
        log.file(name, folder).unlink()
    write(log.file(record, "evidence"), log.file(record).read_bytes())
    assert run(log.watch)[0] == 0, "a true copy does no harm"


def test_false_evidence_under_the_name_of_an_erased_object_is_noticed_too(log: SmallLog) -> None:
    record = json.loads(log.entries[10])["object"]
    log.add("trucewatch/erasure/1", erased=[record], reason="r", ordered_by="o")
    log.publish()
    log.file(record).unlink()
    write(log.file(record, "evidence"), b"false")
    assert wrong(log)["file"] == f"evidence/{record[:2]}/{record[2:]}"


@pytest.mark.parametrize("gone", ["evidence", "objects"])
def test_an_entry_that_is_repeated_after_an_erasure_names_its_object_again(log: SmallLog, gone: str) -> None:
    words = log.keep(b"a person's words", "evidence")
    name = log.add_bytes(
        "trucewatch/act/1", canonical({"schema": "trucewatch/act/1", "recorded_at": log.at(), "evidence": words})
    )
    again, erased = log.entries[-1], words if gone == "evidence" else name
    log.add("trucewatch/erasure/1", erased=[erased], reason="r", ordered_by="o")
    log.publish()
    log.file(erased, gone).unlink()
    assert run(log.watch)[0] == 0
    log.entries.append(again)
    log.publish()
    assert wrong(log)["file"] == f"{gone}/{erased[:2]}/{erased[2:]}"


def test_erased_bytes_that_are_still_here_are_a_remark_unless_they_were_entered_again(log: SmallLog) -> None:
    name = log.add_evidence("a person's words")
    log.add("trucewatch/erasure/1", erased=[name], reason="r", ordered_by="o")
    log.publish()
    code, document = run(log.watch)
    assert code == 0
    assert f"{name} was erased by entry 21, but is here." in document["remarks"]
    log.add("trucewatch/act/1", again=name)
    log.publish()
    assert not any("but is here" in remark for remark in run(log.watch)[1]["remarks"])


def test_the_erasure_of_a_record_is_told_with_its_kind_and_entry_and_is_not_drowned(log: SmallLog) -> None:
    people = [log.add_evidence(f"person {number}") for number in range(30)]
    acts = [log.add("trucewatch/act/1", number=number) for number in range(8)]
    kept = log.add("trucewatch/finding/1", number=1)
    log.add("trucewatch/erasure/1", erased=[*people, *acts, kept], reason="r", ordered_by="o")
    log.publish()
    for name in people:
        log.file(name, "evidence").unlink()
    for name in (*acts, kept):
        log.file(name).unlink()
    code, document = run(log.watch)
    assert code == 0
    assert any(kept in remark and "entry 58 (finding)" in remark for remark in document["remarks"])
    assert sum("(act)" in remark for remark in document["remarks"]) == 6, "five, and how many more"
    assert len(document["remarks"]) < 20


def test_an_erased_record_of_a_key_is_wrong_and_named_with_its_entry(log: SmallLog) -> None:
    key = json.loads(log.entries[0])["object"]
    log.add("trucewatch/erasure/1", erased=[key], reason="none", ordered_by="nobody")
    log.publish()
    log.file(key).unlink()
    problem = wrong(log)
    assert problem["file"] == f"objects/{key[:2]}/{key[2:]}"
    assert "entry 0 (key)" in problem["what"]


@pytest.mark.parametrize("erased", [[["ab" * 32]], None, [5], 7])
def test_an_erasure_that_does_not_list_hashes_is_refused(log: SmallLog, erased: object) -> None:
    name = log.add("trucewatch/erasure/1", erased=erased, reason="r", ordered_by="o")
    log.publish()
    assert wrong(log)["file"] == log.file(name).relative_to(log.base).as_posix()


# Names and sizes


@pytest.mark.parametrize("name", ["ledger/tile/0", "ledger/tile/entries", "objects/ab", "evidence/cd"])
def test_a_linked_folder_at_any_depth_is_refused(log: SmallLog, tmp_path: Path, name: str) -> None:
    path = log.base / name
    if not path.exists():
        path = next(path.parent.iterdir())
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    assert wrong(log)["what"] == "is a symbolic link"


@pytest.mark.parametrize("option", [[], ["--json"]])
@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_a_file_name_that_is_no_text_and_a_terminal_that_knows_few_letters_stop_nothing(
    log: SmallLog, option: list[str], encoding: str
) -> None:
    for name in (b"\xff\xfe", "дежурный".encode()):
        Path(os.fsdecode(bytes(log.base / "evidence") + b"/" + name)).write_text("x")
    done = subprocess.run(
        [sys.executable, str(INSPECTOR), str(log.watch), *option],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\udcff\\udcfe is not named by the log" in done.stdout
    if option:
        assert any("дежурный" in remark for remark in json.loads(done.stdout)["remarks"])


TOO_MANY = "is cut off, or not origin, number, root, blank line, 1 to 256 signatures"


@pytest.mark.parametrize("count", [257, 7000])
def test_more_signature_lines_than_anyone_needs_are_refused_unread(log: SmallLog, count: int) -> None:
    body = log.body()
    lines = "".join(f"— q{number}.example {b64(bytes(68))}\n" for number in range(count - 1))
    (log.base / "ledger" / "checkpoint").write_text(body + "\n" + log.signer.line(body) + lines, "utf-8")
    problem = wrong(log)
    told = TOO_MANY if count < 1000 else "is longer than the 100000 bytes it may have"
    assert (problem["file"], problem["what"]) == ("ledger/checkpoint", told)


@pytest.mark.parametrize(("count", "code"), [(16, 0), (17, 1), (255, 1)])
def test_a_few_signature_lines_by_unknown_keys_are_one_remark_and_more_are_a_fault(
    log: SmallLog, count: int, code: int
) -> None:
    body = log.body()
    lines = "".join(f"— q{number}.example {b64(bytes(68))}\n" for number in range(count))
    (log.base / "ledger" / "checkpoint").write_text(body + "\n" + log.signer.line(body) + lines, "utf-8")
    exit_code, document = run(log.watch)
    assert exit_code == code
    # Without a policy nobody vouches for the log's own witness either, whose two lines are counted with them.
    told = f"{count + 2} signature lines of {count + 1} keys do not count: not in policy or in force. The first: 'q0."
    assert [remark[: len(told)] for remark in document["remarks"]] == [told]
    if code:
        (problem,) = document["problems"]
        assert f"{count} lines by a key unknown here" in problem["what"]


def test_a_record_of_more_than_eight_million_bytes_is_refused_before_it_is_parsed(log: SmallLog) -> None:
    record = {"recorded_at": log.at(), "schema": "trucewatch/act/1", "x": "a" * 8_000_000}
    log.add_bytes("trucewatch/act/1", canonical(record))
    log.publish()
    assert wrong(log)["what"] == "is longer than the 8000000 bytes it may have"


@pytest.mark.parametrize("quorum", [-1, False, "2", 1.5, 2, []])
def test_an_unfit_quorum_is_unusable_and_names_the_key(log: SmallLog, quorum: object) -> None:
    policy = log.policy(quorum=quorum)
    assert run(log.watch, "--policy", policy)[0] == 2
    assert f"quorum is {quorum!r}, for 1 different witnesses" in said(log.watch, "--policy", policy)


def test_refusals_show_letters_that_only_look_like_others(log: SmallLog) -> None:
    policy, greek = log.policy(), "qu\u03bfrum"
    policy.write_text(policy.read_text("utf-8").replace("quorum", f'"{greek}"'), "utf-8")
    text = said(log.watch, "--policy", policy)
    assert "qu\\u03bfrum" in text
    assert greek not in text
    log.publish(log.signer, Signer("witness.ex\u0430mple/w1", 9, kind=4))
    problem = wrong(log)
    assert "witness.ex\\u0430mple/w1" in problem["what"]
    assert "\u0430" not in said(log.watch, "--policy", log.policy())


# Who counts, and from when


def test_a_witness_key_that_signs_under_two_names_is_one_witness(log: SmallLog) -> None:
    twin = Signer("witness.example/w2", 101, kind=4)
    log.add_key("new", twin)
    log.publish(log.signer, log.witness, twin)
    third = Signer("third.example/w", 105, kind=4)
    policy = log.policy(quorum=2, witnesses=[log.witness.vkey, twin.vkey, third.vkey])
    code, document = run(log.watch, "--policy", policy)
    assert (code, len(document["witnesses"])) == (1, 1)
    assert [x["what"] for x in document["problems"]] == ["is cosigned by 1 witnesses, but 2 are required"]


def test_a_properly_signed_checkpoint_with_another_root_is_wrong(log: SmallLog) -> None:
    body = f"{log.origin}\n20\n{b64(hashlib.sha256(b'another').digest())}\n"
    text = body + "\n" + log.signer.line(body) + log.witness.line(body)
    for name in ("checkpoint", "checkpoints/20"):
        (log.base / "ledger" / name).write_text(text, "utf-8")
    for options in ((), ("--policy", log.policy())):
        code, document = run(log.watch, *options)
        assert (code, document["problems"][0]["step"]) == (1, 3)
        assert "ALL RIGHT" not in said(log.watch, *options)


def test_a_properly_signed_older_checkpoint_with_another_root_is_a_split_view(log: SmallLog) -> None:
    body = f"{log.origin}\n12\n{b64(hashlib.sha256(b'another').digest())}\n"
    (log.base / "ledger" / "checkpoints" / "12").write_text(body + "\n" + log.signer.line(body), "utf-8")
    problem = wrong(log)
    assert problem["file"] == "ledger/checkpoints/12"
    assert "split view" in problem["what"]


def test_witnesses_that_only_the_log_names_never_fill_the_quorum_of_a_policy(log: SmallLog) -> None:
    mine = [Signer(f"sock{number}.example/w", 110 + number, kind=4) for number in range(3)]
    for one in mine:
        log.add_key("new", one)
    log.fill(30)
    log.publish(log.signer, *mine)
    code, document = run(log.watch, "--policy", log.policy(quorum=1))
    assert (code, document["witnesses"]) == (1, [])
    assert len(run(log.watch)[1]["witnesses"]) == 3


def test_a_chain_of_rotations_that_begins_at_an_untrusted_key_never_gains_trust(log: SmallLog) -> None:
    """The policy's key never signed the first hand-over; what its taker confirms later is worth nothing."""
    thief, heir = Signer(log.origin, 2), Signer(log.origin, 3)
    log.add_key("rotate", thief, replaces=log.signer)
    log.publish(thief)
    log.add_key("rotate", heir, replaces=thief)
    log.publish(thief, heir)
    log.fill(24)
    log.publish(heir)
    code, document = run(log.watch, "--policy", log.policy())
    assert code == 1
    assert any("policy's log key: entry 20 (rotate)" in x["what"] for x in document["problems"])
    assert [change.split(";")[1] for change in document["changes"]] == [
        " the old key did not sign it.",
        " the old key signed it.",
    ]
    elsewhere = Signer(log.origin, 7)
    code, document = run(log.watch, "--policy", log.policy(log=elsewhere.vkey))
    assert code == 1
    assert any("is not signed by the policy's log key" in x["what"] for x in document["problems"])


def test_a_hand_over_must_be_confirmed_at_its_own_size_and_not_by_an_older_checkpoint(log: SmallLog) -> None:
    """The old key signed 20 entries; the hand-over is entry 20 and has to be in what it signs."""
    thief = Signer(log.origin, 2)
    log.add_key("rotate", thief, replaces=log.signer)
    log.publish(thief)
    assert run(log.watch, "--policy", log.policy())[0] == 1


def test_a_key_does_not_count_before_the_entry_that_brings_it_in(log: SmallLog) -> None:
    heir = Signer(log.origin, 2)
    for size, signers in ((12, [heir]), (20, [log.signer])):
        (log.base / "ledger" / "checkpoints" / str(size)).write_text(log.note(size, signers), "utf-8")
    log.add_key("rotate", heir, replaces=log.signer)
    log.publish(log.signer, heir)
    for options in ((), ("--policy", log.policy())):
        code, document = run(log.watch, *options)
        assert (code, document["first_wrong"]) == (1, "ledger/checkpoints/12")
        assert any("is by no log key in force" in x["what"] for x in document["problems"])


def test_a_checkpoint_under_the_name_of_another_size_is_refused(log: SmallLog) -> None:
    (log.base / "ledger" / "checkpoints" / "13").write_text(log.note(12), "utf-8")
    problem = wrong(log)
    assert (problem["file"], problem["what"][:21]) == ("ledger/checkpoints/13", "is of the size 12, no")


def test_cosignatures_of_an_older_or_a_kept_checkpoint_do_not_count_for_todays(log: SmallLog, tmp_path: Path) -> None:
    log.fill(25)
    log.publish(log.signer)
    (tmp_path / "seen").write_text(log.note(20, [log.signer, log.witness]), "utf-8")
    code, document = run(log.watch, "--policy", log.policy(quorum=1), "--seen", tmp_path / "seen")
    assert (code, document["witnesses"], document["seen"]) == (1, [], 20)
    (tmp_path / "seen").write_text(log.note(25, [log.signer, log.witness]), "utf-8")
    code, document = run(log.watch, "--policy", log.policy(quorum=1), "--seen", tmp_path / "seen")
    assert (code, document["witnesses"]) == (0, ["witness.example/w1"]), "one of today's does"


def test_key_entries_with_an_unfit_act_or_a_known_name_are_refused(log: SmallLog, tmp_path: Path) -> None:
    heir, witness = Signer(log.origin, 2), Signer("second.example/w", 103, kind=4)
    unfit: list[tuple[str, Signer, Signer | None]] = [
        ("new", heir, log.signer),
        ("rotate", log.signer, None),
        ("create", witness, None),
        ("", witness, None),
        ("new", log.signer, None),
        ("rotate", log.signer, heir),
        ("rotate", Signer("example.org/elsewhere", 2), log.signer),
        ("revoke", heir, Signer(log.origin, 4)),
    ]
    for number, (act, key, replaces) in enumerate(unfit):
        other = SmallLog(tmp_path / str(number))
        name = other.add_key(act, key, replaces=replaces)
        other.publish(other.signer)
        problem = wrong(other)
        assert problem["file"] == other.file(name).relative_to(other.base).as_posix(), (act, number)
        assert "unfit act" in problem["what"], (act, number)
    log.add_key("new", witness)
    log.publish(log.signer)
    assert run(log.watch)[0] == 0
    log.add_key("new", witness)
    log.publish(log.signer)
    assert "unfit act 'new'" in wrong(log)["what"]
