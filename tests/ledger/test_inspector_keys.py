"""The inspector on keys and witnesses, against logs that its own tiny writer (`small_log.py`) makes and then spoils in
one way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.small_log import Signer, SmallLog, rotated, run, said, wrong

NO_WITNESS = "without a witness this cannot show that others were shown the same log"


def test_a_confirmed_rotation_connects_the_policys_key_with_todays(log: SmallLog) -> None:
    heir = rotated(log, confirmed=True)
    assert run(log.watch, "--policy", log.policy())[1]["problems"] == []
    assert run(log.watch, "--policy", log.policy(log=heir.vkey))[1]["problems"] == []


def test_a_rotation_that_the_old_key_did_not_sign_is_refused_with_and_without_a_policy(log: SmallLog) -> None:
    """Otherwise anyone could append a hand-over from the old key to his own."""
    rotated(log, confirmed=False)
    for options in ((), ("--policy", log.policy())):
        code, document = run(log.watch, *options)
        assert code == 1
        assert "ledger/checkpoints/21" in [problem["file"] for problem in document["problems"]]
        assert "the old key did not sign it" in document["changes"][0]


def test_a_key_counts_up_to_its_end_and_not_after(log: SmallLog) -> None:
    rotated(log, confirmed=True)
    text = log.note(23, [log.signer])
    for name in ("checkpoint", "checkpoints/23"):
        (log.base / "ledger" / name).write_text(text, "utf-8")
    assert "is by no log key in force" in wrong(log)["what"]


@pytest.mark.parametrize("says_which", [True, False])
def test_after_a_loss_the_old_policy_no_longer_leads_to_todays_key(log: SmallLog, says_which: bool) -> None:
    """As the writer enters it: `lost`, and `new` directly after; older writers did not say which key is replaced."""
    heir = Signer(log.origin, 2)
    log.add_key("lost", log.signer)
    log.add_key("new", heir, replaces=log.signer if says_which else None)
    log.publish(heir)
    code, document = run(log.watch)
    assert code == 0, "what the key signed before stays valid"
    told = f"Key changed: entry 21 (lost) puts {heir.vkey} in place of {log.signer.key_id.hex()}; the old key did not"
    assert told in document["changes"][0]
    assert told in said(log.watch).splitlines()[1]
    assert said(log.watch).startswith("ALL RIGHT, WITH CHANGES TO KNOW OF: 22 entries")
    problem = wrong(log)
    assert f"entry 21 (lost) puts {heir.vkey} in place of" in problem["what"]
    assert "by another way; then mend `log`" in problem["do"]
    assert run(log.watch, "--policy", log.policy())[1]["problems"] == [problem]
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
    assert "begins with no key" in wrong(log)["what"]


def test_a_policy_for_another_key_refuses_the_log(log: SmallLog) -> None:
    code, document = run(log.watch, "--policy", log.policy(log=Signer(log.origin, 77).vkey))
    assert code == 1
    assert document["first_wrong"] == "ledger/checkpoint"


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
    policy = log.policy(quorum=2, witnesses=[log.witness.vkey, twin.vkey])
    assert run(log.watch, "--policy", policy)[0] == 2
    assert "quorum is 2, for 1 different witnesses" in said(log.watch, "--policy", policy)


def test_a_registered_witness_that_the_policy_does_not_name_is_a_remark_and_does_not_count(log: SmallLog) -> None:
    second = Signer("second.example/w", 103, kind=4)
    log.add_key("new", second)
    log.publish(log.signer, log.witness, second)
    code, document = run(log.watch, "--policy", log.policy(quorum=1))
    assert (code, document["problems"], document["witnesses"]) == (0, [], ["witness.example/w1"])
    assert any("second.example/w" in remark and "do not count" in remark for remark in document["remarks"])
    log.fill(25)
    log.publish(log.signer, second)
    assert run(log.watch, "--policy", log.policy(quorum=1))[0] == 1, "only those that the policy names make the quorum"
    assert run(log.watch)[1]["witnesses"] == ["second.example/w"], "without a policy it counts"


def test_a_witness_that_is_registered_only_later_is_unknown_before(log: SmallLog) -> None:
    second = Signer("second.example/w", 103, kind=4)
    (log.base / "ledger" / "checkpoints" / "20").write_text(log.note(20, [log.signer, second]), "utf-8")
    log.add_key("new", second)
    log.publish()
    assert wrong(log)["file"] == "ledger/checkpoints/20"


def test_a_false_signature_in_the_name_of_a_registered_witness_is_refused_under_a_policy(log: SmallLog) -> None:
    second = Signer("second.example/w", 103, kind=4)
    log.add_key("new", second)
    log.publish()
    body = log.body()
    text = body + "\n" + log.signer.line(body) + second.line(log.body(20))
    (log.base / "ledger" / "checkpoint").write_text(text, "utf-8")
    assert "false signature in the name of second.example/w" in wrong(log)["what"]


def test_a_registered_look_alike_does_not_spoil_the_witness_that_the_policy_names(log: SmallLog) -> None:
    twin = Signer("Witness.example/w1", 104, kind=4)
    log.add_key("new", twin)
    log.publish(log.signer, log.witness)
    assert run(log.watch, "--policy", log.policy(quorum=1))[1]["problems"] == []
    log.publish(log.signer, log.witness, twin)
    assert "made to look like" in wrong(log)["what"]
