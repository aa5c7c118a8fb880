"""The inspector on what delegations signed of findings: each record against what was signed, committed to and put,
with keys that were in force; and one opened position alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.positions import key_of, salt_of
from tests.ledger.small_log import SmallLog, inspector, run, said, wrong
from tests.ledger.small_review import QUESTIONS, SmallReview, holds, refused, reviewed
from tests.ledger.test_vectors import POSITIONS
from trucewatch.errors import LedgerError
from trucewatch.ledger.position import check_position, opened_document, read_opened, sign_position
from trucewatch.ledger.signing import sign_record, write_canonical


def test_a_whole_review_with_later_rounds_late_evidence_who_and_a_wording_holds(review: SmallReview) -> None:
    first = review.both(
        "R-1",
        changes={
            "answers": {"what": {"answer": "abstain"}}
            | {question: {"answer": "concur"} for question in ("happened", "where_when")}
        },
    )
    again = review.sign("R-1", "A", "OK-1", round=2, previous_sha256=review.sealed[first[0] - 2].sha256)
    later = review.open("R-1", "OK-1", again)
    review.add("done", case="R-1", side="A", role="head", round=2)
    states = dict.fromkeys(QUESTIONS, "agreed") | {"what": "not_answered"}
    review.outcome("R-1", [*first, later], state="agreed_in_part", questions=states)
    review.case(2, finding="f-of-another-id", round=3, before="R-1", why="late_evidence")
    positions = {
        "OK-1": review.sign("R-2", "A", "OK-1", previous_sha256=again.sha256),
        "OK-2": review.sign("R-2", "B", "OK-2", previous_sha256=review.sealed[first[1] - 2].sha256),
    }
    entries = {code: review.commit("R-2", code, position) for code, position in positions.items()}
    opened = [review.open("R-2", code, position, entries[code]) for code, position in positions.items()]
    review.outcome("R-2", opened)
    review.case(3, finding="f-of-another-id", round=4, before="R-2", why="attribution", questions=["who"])
    names = {"who": {"answer": "names", "version": "B"}}
    who = {
        code: review.sign("R-3", side, code, answers=names, previous_sha256=positions[code].sha256)
        for code, side in (("OK-1", "A"), ("OK-2", "B"))
    }
    at = {code: review.commit("R-3", code, position) for code, position in who.items()}
    review.add("reseal", case="R-3", delegation="A", commitment=f"sha256:{who['OK-1'].commitment}", key="OK-1")
    review.outcome("R-3", [review.open("R-3", code, who[code], at[code]) for code in who], attributed_to="B")
    wording = review.add("wording", case="R-2", number=1, of="common", texts={"en": "w-x"}, sha="sha256:" + "0" * 64)
    content = review.log.file(review.names[wording]).read_bytes()
    document = sign_record(content, review.keys["OK-1"], "2031-05-04T01:00:00Z")
    review.add("wording-signed", wording=wording, delegation="A", role="head", document=document)
    remarks = holds(review)["remarks"]
    assert any("7 positions of delegations were compared with what was signed" in remark for remark in remarks)


def test_a_list_that_was_signed_as_one_holds_member_by_member(review: SmallReview) -> None:
    codes = ["R-1", review.case(2), review.case(3)]
    members = review.sign_list(codes, "A", "OK-1")
    entries = [review.commit(code, "OK-1", member, list="act") for code, member in zip(codes, members, strict=True)]
    for code, member, entry in zip(codes, members, entries, strict=True):
        review.open(code, "OK-1", member, entry)
    holds(review)


def test_two_officers_of_one_delegation_sign_one_round_and_another_opens(review: SmallReview) -> None:
    review.key(3, "A")
    positions = {code: review.sign("R-1", "A", code) for code in ("OK-1", "OK-3")}
    entries = {code: review.commit("R-1", code, position) for code, position in positions.items()}
    for code, position in positions.items():
        review.open("R-1", code, position, entries[code], by="p1")
    holds(review)


def test_an_erased_position_is_told_as_erased_and_is_no_fault(review: SmallReview) -> None:
    opened = review.both("R-1")
    review.outcome("R-1", opened)
    name = json.loads(review.log.file(review.names[opened[0]]).read_bytes())["position"]
    review.log.add("trucewatch/erasure/1", erased=[name], reason="w-x", ordered_by="p")
    review.log.file(name).unlink()
    document = holds(review)
    assert any(f"{name} was erased" in remark for remark in document["remarks"])
    assert any("1 positions" in remark and "of 1 the words were erased" in remark for remark in document["remarks"])


def test_a_position_that_is_gone_without_an_erasure_or_was_changed_is_a_fault(review: SmallReview) -> None:
    opened = review.both("R-1")
    name = json.loads(review.log.file(review.names[opened[0]]).read_bytes())["position"]
    review.log.publish()
    whole = review.log.file(name).read_bytes()
    review.log.file(name).write_bytes(whole.replace(b"concur", b"dissen", 1))
    assert wrong(review.log)["file"] == f"objects/{name[:2]}/{name[2:]}"
    review.log.file(name).unlink()
    assert "is missing" in wrong(review.log)["what"]


OPENINGS: dict[str, tuple[dict[str, Any], str]] = {
    "other answers": ({"answers": {"happened": "dissent"}}, "states other answers"),
    "a name": ({"names": "B"}, "states other answers"),
    "another hash": ({"signed_sha256": "sha256:" + "0" * 64}, "opens other words"),
    "another round": ({"round": 2}, "does not open what entry"),
    "another person": ({"person": "p2"}, "does not open what entry"),
    "another delegation": ({"delegation": "B"}, "does not open what entry"),
    "a delegation that is none": ({"delegation": "C"}, "to whom R-1 was not put"),
    "a name that looks like it": ({"delegation": "А"}, "to whom R-1 was not put"),
    "another date": ({"signed_at": "2031-05-03T00:30:00Z"}, "states another date"),
    "another key": ({"key": "OK-2"}, "does not open what entry"),
    "no commitment": ({"commitment": ""}, "does not open what entry"),
    "no entry": ({"commitment_entry": -1}, "does not open what entry"),
    "another entry": ({"commitment_entry": 0}, "does not open what entry"),
    "a case that is none": ({"case": "R-9"}, "no earlier entry puts"),
}


@pytest.mark.parametrize("name", OPENINGS)
def test_a_record_that_says_otherwise_than_was_signed_or_committed_to_is_refused(
    review: SmallReview, name: str
) -> None:
    changes, why = OPENINGS[name]
    position = review.sign("R-1", "A", "OK-1")
    entry = review.commit("R-1", "OK-1", position)
    refused(review, review.open("R-1", "OK-1", position, entry, **changes), why)


SIGNED: dict[str, tuple[dict[str, Any], str]] = {
    "another log": ({"log_origin": "example.org/other"}, "signed for another log_origin"),
    "another finding": ({"finding": "f-other"}, "signed for another finding:"),
    "another state": ({"finding_sha256": "0" * 64}, "signed for another finding_sha256"),
    "a question less": ({"answers": {"happened": {"answer": "concur"}}}, "answers other questions"),
    "a chain from nowhere": ({"previous_sha256": "0" * 64}, "does not follow the last position of A"),
}


@pytest.mark.parametrize("name", SIGNED)
def test_words_that_were_signed_for_something_else_are_refused(review: SmallReview, name: str) -> None:
    changes, why = SIGNED[name]
    position = review.sign("R-1", "A", "OK-1", **changes)
    refused(review, review.open("R-1", "OK-1", position, review.commit("R-1", "OK-1", position)), why)


def test_another_watch_is_refused(review: SmallReview) -> None:
    review.both("R-1")
    code = review.case(2)
    position = review.sign(code, "A", "OK-1", watch="other")
    refused(review, review.open(code, "OK-1", position, review.commit(code, "OK-1", position)), "for another watch")


def test_a_later_position_that_does_not_follow_the_last_one_is_refused(review: SmallReview) -> None:
    review.both("R-1")
    refused(review, review.open("R-1", "OK-1", review.sign("R-1", "A", "OK-1", round=2)), "does not follow the last")


def test_a_later_position_that_follows_the_other_sides_is_refused(review: SmallReview) -> None:
    opened = review.both("R-1")
    other = review.sealed[opened[1] - 2].sha256
    position = review.sign("R-1", "A", "OK-1", round=2, previous_sha256=other)
    refused(review, review.open("R-1", "OK-1", position), "does not follow the last position of A")


def test_a_position_in_the_open_is_of_no_blind_round_but_a_late_first_one(review: SmallReview) -> None:
    review.open("R-1", "OK-1", review.sign("R-1", "A", "OK-1"), late=True)
    refused(review, review.open("R-1", "OK-2", review.sign("R-1", "B", "OK-2")), "which R-1 cannot have there")


def test_other_random_bytes_are_not_what_was_committed_to(review: SmallReview) -> None:
    position = review.sign("R-1", "A", "OK-1")
    entry = review.commit("R-1", "OK-1", position)
    other = replace(position, salt=salt_of(77))
    why = "opens something else than what was committed to"
    refused(review, review.open("R-1", "OK-1", other, entry, commitment=f"sha256:{position.commitment}"), why)


def test_a_position_is_not_opened_twice_nor_its_commitment(review: SmallReview) -> None:
    position = review.sign("R-1", "A", "OK-1")
    entry = review.commit("R-1", "OK-1", position)
    review.open("R-1", "OK-1", position, entry)
    refused(review, review.open("R-1", "OK-1", position, entry), "opens a position a second time")


def test_a_second_document_of_one_commitment_is_refused(review: SmallReview) -> None:
    member = review.sign_list(["R-1", review.case(2), review.case(3)], "A", "OK-1")[0]
    entry = review.commit("R-1", "OK-1", member)
    review.open("R-1", "OK-1", member, entry)
    assert member.in_list is not None
    twin = replace(member, in_list=replace(member.in_list, size=4))
    refused(review, review.open("R-1", "OK-1", twin, entry), f"opens the commitment of entry {entry} a second time")


def test_a_position_of_another_case_cannot_be_replayed(review: SmallReview) -> None:
    review.both("R-1")
    code = review.case(2)
    old = review.sign("R-1", "A", "OK-1")
    refused(review, review.open(code, "OK-1", old, review.commit(code, "OK-1", old)), "signed for another finding")


def test_a_commitment_after_the_opening_is_refused(review: SmallReview) -> None:
    position = review.sign("R-1", "A", "OK-1")
    opening = review.open("R-1", "OK-1", position, len(review.log.entries) + 1)
    review.commit("R-1", "OK-1", position)
    refused(review, opening, "does not open what entry")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"finding_sha256": "evidence"}, "is over another state of the finding"),
        ({"round": 2}, "is of another round"),
        ({"commitment": "sha256:"}, "commits to something that is no hash"),
        ({"delegation": "B"}, "another key signed it"),
        ({"key": "OK-2"}, "another key signed it"),
        ({"key": "OK-9"}, "which no earlier entry asks for"),
        ({"case": "R-9"}, "no earlier entry puts"),
    ],
)
def test_a_commitment_that_does_not_fit_is_refused(review: SmallReview, changes: dict[str, Any], why: str) -> None:
    if "finding_sha256" in changes:
        changes = {"finding_sha256": review.cases[review.case(2)][0]}
    refused(review, review.commit("R-1", "OK-1", review.sign("R-1", "A", "OK-1"), **changes), why)


def test_a_key_that_was_only_asked_for_signs_nothing(review: SmallReview) -> None:
    review.key(3, "A", entered=False)
    position = review.sign("R-1", "A", "OK-3")
    entry = review.commit("R-1", "OK-3", position)
    review.key_act("enter", 3, "A")
    refused(review, entry, "OK-3 of A, which was not entered before")


def test_a_key_that_was_ended_signs_nothing_and_what_it_committed_to_before_still_opens(review: SmallReview) -> None:
    before = review.sign("R-1", "A", "OK-1")
    entry = review.commit("R-1", "OK-1", before)
    ended = review.key_act("end", 1, "A", why="lost")
    review.open("R-1", "OK-1", before, entry)
    holds(review)
    code = review.case(2)
    refused(review, review.commit(code, "OK-1", review.sign(code, "A", "OK-1")), f"which entry {ended} had ended")


def test_a_key_that_was_ended_signs_nothing_in_the_open(review: SmallReview) -> None:
    opened = review.both("R-1")
    review.key_act("end", 2, "B", why="left_office")
    previous = review.sealed[opened[1] - 2].sha256
    position = review.sign("R-1", "B", "OK-2", round=2, previous_sha256=previous)
    refused(review, review.open("R-1", "OK-2", position), "had ended")


def test_words_signed_by_the_other_delegations_key_are_refused(review: SmallReview) -> None:
    position = sign_position(review.document("R-1", "A"), review.keys["OK-2"], salt_of(1))
    refused(review, review.open("R-1", "OK-1", position, review.commit("R-1", "OK-1", position)), "another key signed")


@pytest.mark.parametrize(
    ("act", "changes", "why"),
    [
        ("ask", {}, "asks for OK-1 a second time"),
        ("enter", {}, "has the unfit act 'enter' on OK-1"),
        ("revoke", {}, "has the unfit act 'revoke' on OK-1"),
        ("end", {"delegation": "B"}, "names another key as OK-1"),
        ("end", {"signs": ""}, "names another key as OK-1"),
        ("enter", {"number": 9}, "has the unfit act 'enter' on OK-9"),
        ("ask", {"number": 9, "delegation": "B"}, "asks for a key with the name"),
    ],
)
def test_an_act_on_a_key_that_does_not_fit_is_refused(
    review: SmallReview, act: str, changes: dict[str, Any], why: str
) -> None:
    refused(review, review.key_act(act, 1, "A", **changes), why)


def test_who_has_a_key_of_one_delegation_enters_none_for_another(review: SmallReview) -> None:
    review.key(3, "B", entered=False)
    refused(review, review.key_act("enter", 3, "B", by="p1"), "is by somebody who has a key of A, for B")


def test_who_has_a_key_of_one_delegation_opens_nothing_for_another(review: SmallReview) -> None:
    position = review.sign("R-1", "B", "OK-2")
    entry = review.commit("R-1", "OK-2", position)
    own = review.sign("R-1", "A", "OK-1")
    review.open("R-1", "OK-1", own, review.commit("R-1", "OK-1", own))
    refused(review, review.open("R-1", "OK-2", position, entry, by="p1"), "is by somebody who has a key of A, for B")


def test_whose_key_ended_may_act_for_another_delegation(review: SmallReview) -> None:
    review.key_act("end", 1, "A")
    review.key(3, "B", entered=False)
    review.key_act("enter", 3, "B", by="p1")
    holds(review)


def test_a_recovery_key_signs_nothing(review: SmallReview) -> None:
    review.key(3, "A", use="recovery")
    refused(review, review.commit("R-1", "OK-3", review.sign("R-1", "A", "OK-3")), "another key signed it")


def _outcome(change: Callable[[list[int]], dict[str, Any]]) -> Callable[[SmallReview, list[int]], int]:
    return lambda review, opened: review.outcome("R-1", **{"positions": opened, **change(opened)})


@pytest.mark.parametrize(
    ("enter", "why"),
    [
        (_outcome(lambda opened: {"positions": [opened[0] - 1]}), "is no position on R-1"),
        (_outcome(lambda opened: {"positions": [opened[0], opened[0] + 99]}), "is no position on R-1"),
        (_outcome(lambda opened: {"positions": opened[:1]}), "which no two delegations said"),
        (_outcome(lambda _: {"positions": []}), "which no two delegations said"),
        (_outcome(lambda _: {"finding": "f-other"}), "is of another finding"),
        (
            _outcome(lambda _: {"questions": dict.fromkeys(QUESTIONS, "agreed") | {"what": "differ"}}),
            "and not each of its questions",
        ),
        (
            _outcome(lambda _: {"state": "agreed_in_part", "questions": dict.fromkeys(QUESTIONS, "differ")}),
            "is called 'agreed_in_part', which its questions are not",
        ),
        (_outcome(lambda _: {"state": "agreed_in_part"}), "is called 'agreed_in_part', which its questions are not"),
        (_outcome(lambda _: {"state": "not_agreed"}), "is called 'not_agreed', which its questions are not"),
        (
            _outcome(
                lambda _: {"state": "withheld", "questions": dict.fromkeys(QUESTIONS, "agreed") | {"what": "differ"}}
            ),
            "is called 'withheld', which its questions are not",
        ),
    ],
)
def test_an_outcome_that_rests_on_nothing_is_refused(
    review: SmallReview, enter: Callable[[SmallReview, list[int]], int], why: str
) -> None:
    refused(review, enter(review, review.both("R-1")), why)


def test_an_outcome_agreed_by_a_recused_side_or_by_dissent_is_refused(log: SmallLog, tmp_path: Path) -> None:
    review = reviewed(log)
    code = review.case(2, recused={"A": "clause"})
    refused(review, review.outcome(code, review.both(code)), "which no two delegations said")
    other = reviewed(SmallLog(tmp_path / "other"))
    dissent = {question: {"answer": "dissent", "version": "no"} for question in ("happened", "what", "where_when")}
    refused(other, other.outcome("R-1", other.both("R-1", changes={"answers": dissent})), "which no two delegations")


def test_an_outcome_agreed_without_one_delegation_that_counts_is_refused(review: SmallReview) -> None:
    code = review.case(2, delegations=["A", "B", "C"])
    refused(review, review.outcome(code, review.both(code)), "or not each that counts")


def test_an_outcome_agreed_by_who_sealed_two_answers_and_opened_one_is_refused(review: SmallReview) -> None:
    review.key(3, "B")
    review.commit("R-1", "OK-3", review.sign("R-1", "B", "OK-3"))
    refused(review, review.outcome("R-1", review.both("R-1")), "or not each that counts")


def test_nothing_comes_after_an_outcome(review: SmallReview) -> None:
    opened = review.both("R-1")
    review.outcome("R-1", opened)
    holds(review)
    refused(review, review.outcome("R-1", opened, state="agreed", why="clock"), "closes R-1 a second time")


@pytest.mark.parametrize("kind", ["withheld", "done"])
def test_an_act_on_a_case_that_was_never_put_or_is_closed_is_refused(review: SmallReview, kind: str) -> None:
    if kind == "withheld":
        review.add(kind, case="R-1", delegation="A")
    opened = review.both("R-1")
    if kind == "done":  # in a discussion, so after something was opened
        review.add(kind, case="R-1", side="A")
    review.outcome("R-1", opened)
    holds(review)
    refused(review, review.add(kind, case="R-1", side="A"), "comes after the outcome of R-1")


def test_a_case_is_put_once_and_follows_one_that_was_put(review: SmallReview) -> None:
    refused(review, review.add("case", **{**review.cases["R-1"][1], "finding": "f-x"}), "puts R-1 a second time")


def test_a_case_that_follows_none_is_refused(review: SmallReview) -> None:
    refused(review, review.add("case", **{**review.cases["R-1"][1], "number": 2, "before": "R-7"}), "after 'R-7'")


def test_what_nobody_committed_to_is_not_sealed_again(review: SmallReview) -> None:
    entry = review.commit("R-1", "OK-1", review.sign("R-1", "A", "OK-1"))
    commitment = json.loads(review.log.file(review.names[entry]).read_bytes())["commitment"]
    sealed = review.add("reseal", case="R-1", delegation="B", commitment=commitment)
    refused(review, sealed, "did not commit to before")


@pytest.mark.parametrize("spoil", ["record", "signature", "key", "time", "entry"])
def test_a_wording_whose_signature_does_not_hold_is_refused(review: SmallReview, spoil: str) -> None:
    wording = review.add("wording", case="R-1", number=1, of="A", texts={"en": "w-x"}, sha="")
    content = review.log.file(review.names[wording]).read_bytes()
    key = key_of("example.org/a", 44) if spoil == "key" else review.keys["OK-1"]
    document = sign_record(content, key, "2031-05-04T01:00:00Z")
    if spoil == "record":
        document = sign_record(b"{}", key, "2031-05-04T01:00:00Z") | {
            "record": review.names[0] if 0 else document["record"]
        }
    if spoil == "signature":
        document["signature"] = sign_record(b"{}", key, "2031-05-04T01:00:00Z")["signature"]
    if spoil == "time":
        document["signed_at"] = "2031-05-04T01:00:01Z"
    at = wording - 1 if spoil == "entry" else wording
    why = {"key": "is by no key in force", "entry": "which holds no wording"}.get(spoil, "false signature")
    refused(review, review.add("wording-signed", wording=at, delegation="A", document=document), why)


def test_the_same_record_twice_is_refused(review: SmallReview) -> None:
    review.both("R-1")
    review.log.entries.append(review.log.entries[-1])
    review.log.publish()
    assert "is entered twice" in wrong(review.log)["what"]


# One opened position, as a file


def alone(folder: Path, content: bytes) -> Path:
    path = folder / "position.json"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("number", range(4))
def test_an_opened_position_proves_alone_who_signed_what(tmp_path: Path, number: int) -> None:
    vector = POSITIONS["positions"][number]
    path = alone(tmp_path, vector["opened"].encode())
    code, document = run(path)
    assert code == 0
    assert document["position"]["commitment"] == vector["commitment"]
    assert document["position"]["sha256"] == vector["sha256"]
    text = said(path)
    assert text.startswith("PROVED: whoever held the key review/A/0123abcd (")
    assert vector["commitment"] in text
    for sentence in ("Not proved: Whose key it is", "Not proved: That it was committed to", "Not proved: When it was"):
        assert sentence in text
    if number == 0:
        assert "what  dissent: взрыв на дороге, not a shell" in text
        assert "because: nobody was there" in text


def test_members_of_lists_and_padded_documents_are_proved_alone(tmp_path: Path) -> None:
    members = [member for each in POSITIONS["lists"] for member in each["members"]]
    for opened in [*(member["opened"] for member in members), POSITIONS["padded"]["document"], POSITIONS["same_proof"]]:
        code, document = run(alone(tmp_path, opened.encode()))
        assert (code, document["problems"]) == (0, [])


@pytest.mark.parametrize("vector", POSITIONS["refused"], ids=[vector["why"] for vector in POSITIONS["refused"]])
def test_changed_positions_are_not_proved(tmp_path: Path, vector: dict[str, str]) -> None:
    path = alone(tmp_path, vector["opened"].encode())
    code, document = run(path)
    assert (code, document["ok"]) == (1, False)
    assert said(path).startswith("NOT PROVED. Nothing in this file can be relied on.")


def test_a_position_of_another_log_than_the_policys_is_not_proved(tmp_path: Path) -> None:
    path = alone(tmp_path, POSITIONS["positions"][0]["opened"].encode())
    log = SmallLog(tmp_path / "watch")
    assert "is of another log" in run(path, "--policy", log.policy())[1]["problems"][0]["what"]
    same = SmallLog(tmp_path / "same", origin="test.invalid/log")
    assert run(path, "--policy", same.policy())[0] == 0


def test_a_reason_that_names_another_kind_of_file_does_not_lead_the_inspector_astray(tmp_path: Path) -> None:
    signed = sign_position(
        read_opened(POSITIONS["positions"][0]["opened"].encode()).document
        | {"reasons": {"what": "trucewatch/dossier-copy/1 trucewatch/accusation/1"}},
        key_of("review/A/0123abcd"),
        salt_of(0),
    )
    assert run(alone(tmp_path, opened_document(signed)))[0] == 0


SAMPLE = POSITIONS["lists"][1]["members"][1]["opened"].encode()


@settings(max_examples=300)
@given(st.integers(0, len(SAMPLE) - 1), st.integers(1, 255))
def test_inspector_and_program_take_and_refuse_the_same_bytes(at: int, byte: int) -> None:
    content = SAMPLE[:at] + bytes([SAMPLE[at] ^ byte]) + SAMPLE[at + 1 :]
    try:
        position = read_opened(content)
        check_position(position)
        taken = position.commitment
    except LedgerError:
        taken = ""
    try:
        seen = inspector.read_position(content).commitment
    except Exception:
        seen = ""
    assert seen == (f"sha256:{taken}" if taken else "")


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "watch",
                "round",
                "answers",
                "reasons",
                "previous_sha256",
                "signed_at",
                "finding_sha256",
                "more",
                "delegation",
            ]
        ),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5)
        | st.sampled_from(["0" * 64, "2031-02-30T00:00:00Z", "2031-05-04T24:00:00Z", "2031-05-04T17:55:60Z"])
        | st.dictionaries(
            st.sampled_from(["what", "who", "happened"]),
            st.text(max_size=3)
            | st.none()
            | st.fixed_dictionaries(
                {"answer": st.sampled_from(["concur", "dissent", "none", "names", "abstain", ""])},
                optional={"version": st.text(max_size=3) | st.none()},
            ),
        ),
        min_size=1,
    )
)
def test_inspector_and_program_agree_on_what_a_position_is(changes: dict[str, Any]) -> None:
    document = read_opened(SAMPLE).document | changes
    signed = b"trucewatch/position/1\n" + write_canonical(document).encode()
    key = key_of("review/A/0123abcd")
    whole = json.loads(SAMPLE) | {"signed": signed.decode(), "key": str(key.public), "list": None}
    whole["signature"] = inspector.encode_base64(key.private.sign(signed))
    content = write_canonical(whole).encode()
    try:
        check_position(read_opened(content))
        is_taken = True
    except LedgerError:
        is_taken = False
    try:
        inspector.read_position(content)
        is_seen = True
    except Exception:
        is_seen = False
    assert is_taken == is_seen
