"""The inspector on kept checkpoints, rollbacks and split views, against logs that its own tiny writer (`small_log.py`)
makes and then spoils in one way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.small_log import Signer, SmallLog, fork, rotated, run, said, wrong


def accusation_of(document: dict[str, Any]) -> Path:
    """The first accusation that was printed, in a file."""
    assert list(Path().glob("accusation*")) == [], "nothing is written that was not asked for"
    path = Path("of the test.json").absolute()
    path.write_text(json.dumps(document["accusations"][0]), "utf-8")
    return path


def test_a_kept_checkpoint_of_this_log_is_said_to_be_contained(log: SmallLog, tmp_path: Path) -> None:
    (tmp_path / "seen").write_text(log.note(7), "utf-8")
    assert run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")[1]["seen"] == 7
    assert "; holds --seen, 7 entries" in said(log.watch, "--seen", tmp_path / "seen")
    assert run(log.watch)[1]["seen"] is None


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
    accusation = accusation_of(document)
    code, document = run(accusation, "--policy", log.policy())
    assert (code, document["ok"]) == (1, False)
    assert "is the word of whoever wrote this" in document["problems"][0]["what"]
    assert said(accusation).startswith("PROVES NOTHING ALONE.\n")


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


def test_when_the_watch_was_rolled_back_it_is_blamed_and_not_the_checkpoint_that_was_kept(
    log: SmallLog, tmp_path: Path
) -> None:
    (tmp_path / "seen").write_text(log.note(20), "utf-8")
    ledger = log.base / "ledger"
    shutil.copy(ledger / "checkpoints" / "12", ledger / "checkpoint")
    (ledger / "checkpoints" / "20").unlink()
    wrong(log, "--seen", tmp_path / "seen")
    _, document = run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")
    (problem,) = [problem for problem in document["problems"] if problem["step"] == 9]
    assert problem["file"] == "ledger/checkpoint"
    assert document["changes"] == [
        "Forked or rolled back: 1 signed checkpoints do not fit this ledger; see step 7 or 9."
    ]
    assert f"(12 entries) is older than {tmp_path / 'seen'} (20 entries)" in problem["what"]
    assert "Copy it again" not in problem["do"]
    assert "tell all delegations" in problem["do"]
    assert "{" not in problem["what"], "the accusation has its own place"
    text = said(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")
    assert json.loads(text.splitlines()[-1])["what"] == "rollback"


def test_an_accusation_is_judged_by_what_it_holds_and_not_by_its_word_for_it(log: SmallLog, tmp_path: Path) -> None:
    (tmp_path / "seen").write_text(fork(log, tmp_path / "other", 9).note(), "utf-8")
    _, document = run(log.watch, "--policy", log.policy(), "--seen", tmp_path / "seen")
    path = accusation_of(document)
    proof = json.loads(path.read_text("utf-8"))
    assert said(path).startswith(f"PROVED: {log.signer.vkey} signed two histories.")
    for what, code in (("rollback", 0), ("anything", 0)):
        path.write_text(json.dumps(proof | {"what": what}), "utf-8")
        assert run(path)[0] == code
    honest = {"checkpoint_a": log.note(12), "checkpoint_b": log.note(20), "root_of_b_at_a": "", "proof": []}
    for what, verdict in (("rollback", "PROVES NOTHING ALONE."), ("split view", "WRONG.")):
        path.write_text(json.dumps(proof | honest | {"what": what}), "utf-8")
        assert said(path).startswith(verdict)
        assert run(path)[0] == 1


def test_an_older_checkpoint_under_the_same_key_proves_what_todays_under_another_cannot(
    log: SmallLog, tmp_path: Path
) -> None:
    """The old key signed 20 entries of this log and 14 of another; only then did it hand over."""
    other = fork(log, tmp_path / "other", 9)
    other.fill(14)
    (tmp_path / "seen").write_text(other.note(), "utf-8")
    rotated(log, confirmed=False)
    (accusation,) = run(log.watch, "--seen", tmp_path / "seen")[1]["accusations"]
    assert (accusation["what"], accusation["checkpoint_b"]) == ("split view", log.note(20, [log.signer, log.witness]))
    assert run(accusation_of(run(log.watch, "--seen", tmp_path / "seen")[1]))[0] == 0


def test_two_histories_under_two_keys_prove_nothing_alone(log: SmallLog, tmp_path: Path) -> None:
    other = fork(log, tmp_path / "other", 9)
    other.fill(21)
    (tmp_path / "seen").write_text(other.note(), "utf-8")
    heir = Signer(log.origin, 2)
    log.add_key("lost", log.signer)
    log.add_key("new", heir, replaces=log.signer)
    log.publish(heir)
    code, document = run(log.watch, "--seen", tmp_path / "seen")
    assert (code, document["first_wrong"]) == (1, "ledger/checkpoint")
    assert document["accusations"][0]["what"] == "split view across a change of key"
    assert said(accusation_of(document)).startswith("PROVES NOTHING ALONE.")


@pytest.mark.parametrize("content", ["[]", "{}", '{"schema":"trucewatch/signature/1"}', "print()", "", "\udcff"])
def test_a_file_that_is_no_accusation_is_unusable_and_said_so(log: SmallLog, tmp_path: Path, content: str) -> None:
    (tmp_path / "file").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert run(tmp_path / "file")[0] == 2
    refusal = said(tmp_path / "file").strip()
    assert "holds no ledger, is no position, is no partial copy and is no accusation file: " in refusal
    assert not refusal.endswith(":"), "and says why"
    assert run(log.base / "ledger" / "checkpoint")[0] == 2


@pytest.mark.parametrize("field", ["log", "checkpoint_a", "checkpoint_b", "root_of_b_at_a", "proof", "what"])
@pytest.mark.parametrize("value", [None, 5, [], "x", {}])
def test_an_accusation_with_an_unfit_field_is_refused_in_words(
    log: SmallLog, tmp_path: Path, field: str, value: object
) -> None:
    honest = {"schema": "trucewatch/accusation/1", "log": log.signer.vkey, "what": "rollback", "root_of_b_at_a": ""}
    honest |= {"checkpoint_a": log.note(12), "checkpoint_b": log.note(20), "proof": []}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(honest | {field: value}), "utf-8")
    assert run(path)[0] == 1
    assert "Error" not in said(path)
