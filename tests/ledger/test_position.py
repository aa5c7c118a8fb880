"""Positions: what is signed, committed to, listed and opened, and what of it is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.positions import WHO, document_of, key_of, salt_of
from trucewatch.errors import LedgerError
from trucewatch.ledger.note import WITNESS_ALGORITHM
from trucewatch.ledger.position import (
    MOST_LIST,
    MOST_SIGNED_BYTES,
    SEALED_BYTES,
    SealedPosition,
    check_position,
    commitment,
    opened_document,
    position_bytes,
    read_opened,
    read_position,
    sign_position,
    sign_positions,
)
from trucewatch.ledger.signing import write_canonical

KEY = key_of("review/A/0123abcd")
OTHER_KEY = key_of("review/B/0123abcd", 8)
SINGLE = sign_position(document_of(), KEY, salt_of(0))
LISTS = {
    size: sign_positions([document_of(at) for at in range(size)], KEY, [salt_of(at) for at in range(size)])
    for size in (1, 2, 3, 7, 30)
}
SAMPLES = [SINGLE, LISTS[1][0], LISTS[3][0], LISTS[7][5], LISTS[30][29]]


def claims_of(position: SealedPosition) -> tuple[object, ...]:
    """All that an opened position proves: not its place in a list, which only leads to the root that was signed."""
    return position.signed, position.signature, position.salt, position.key, bool(position.in_list)


@given(st.sampled_from(SAMPLES), st.booleans(), st.data())
def test_every_changed_byte_is_refused_or_changes_the_commitment(
    position: SealedPosition, padded: bool, data: st.DataObject
) -> None:
    content = opened_document(position, padded=padded)
    at = data.draw(st.integers(0, min(len(content), 2500) - 1) | st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(1, 255))
    changed = content[:at] + bytes([content[at] ^ byte]) + content[at + 1 :]
    try:
        read = read_opened(changed)
        check_position(read)
    except LedgerError:
        return
    if read.commitment == position.commitment:
        assert claims_of(read) == claims_of(position), "only what leads the way to the same root may differ"
        assert read.in_list != position.in_list


@given(st.sampled_from(SAMPLES), st.data())
def test_a_byte_put_in_or_taken_out_is_refused(position: SealedPosition, data: st.DataObject) -> None:
    content = opened_document(position, padded=data.draw(st.booleans()))
    at = data.draw(st.integers(0, len(content) - 1))
    put_in = content[:at] + data.draw(st.binary(min_size=1, max_size=2)) + content[at:]
    for changed in (put_in, content[:at] + content[at + 1 :]):
        try:
            read = read_opened(changed)
            check_position(read)
        except LedgerError:
            continue
        assert claims_of(read) == claims_of(position)
        assert read.in_list != position.in_list


def test_every_byte_of_a_single_position_counts() -> None:
    content = opened_document(SINGLE)
    refused = 0
    for at, byte in enumerate(content):
        try:
            read = read_opened(content[:at] + bytes([byte ^ 1]) + content[at + 1 :])
            check_position(read)
        except LedgerError:
            refused += 1
            continue
        assert (read.signed, read.signature, read.key) == (SINGLE.signed, SINGLE.signature, SINGLE.key)
        assert read.commitment != SINGLE.commitment, (
            "a signature is over the words alone: the random bytes were changed"
        )
    assert refused > len(content) - 44


@pytest.mark.parametrize("position", SAMPLES)
def test_what_is_opened_is_what_was_sealed(position: SealedPosition) -> None:
    sealed, kept = opened_document(position, padded=True), opened_document(position)
    assert len(sealed) == SEALED_BYTES
    assert read_opened(sealed) == read_opened(kept) == position
    assert read_opened(kept).commitment == position.commitment == read_opened(sealed).commitment
    assert check_position(read_opened(kept)) == position.document
    assert "salt" not in repr(position)


def test_consent_and_a_long_dissent_have_the_same_length_when_sealed() -> None:
    concur = {"answers": {"happened": {"answer": "concur"}}, "reasons": {}}
    long = {"answers": {"happened": {"answer": "dissent", "version": "v" * 1000}}, "reasons": {"happened": "ж" * 1000}}
    lengths = {
        len(opened_document(sign_position(document_of(**each), KEY, salt_of(0)), padded=True))
        for each in (concur, long)
    }
    assert lengths == {SEALED_BYTES}


@pytest.mark.parametrize("size", LISTS)
def test_each_member_of_a_list_is_proved_alone(size: int) -> None:
    for at, member in enumerate(LISTS[size]):
        document = check_position(read_opened(opened_document(member)))
        assert document["finding"] == document_of(at)["finding"]
        others = b"".join(other.signed + other.salt for other in LISTS[size] if other is not member)
        assert not any(node in others for node in member.in_list.hashes) if member.in_list else False


def test_the_hashes_beside_a_member_do_not_tell_what_the_others_say() -> None:
    """Without random bytes in the leaves each neighbour's few possible answers could be hashed and compared."""
    again = sign_positions([document_of(at) for at in range(2)], KEY, [salt_of(0), salt_of(99)])
    assert LISTS[2][0].in_list is not None
    assert again[0].in_list is not None
    assert LISTS[2][1].signed == again[1].signed
    assert LISTS[2][0].in_list.hashes != again[0].in_list.hashes


def test_a_list_in_another_order_or_a_member_in_anothers_place_is_refused() -> None:
    members = LISTS[7]
    turned = sign_positions([document_of(at) for at in range(7)][::-1], KEY, [salt_of(at) for at in range(7)][::-1])
    assert turned[0].signature != members[6].signature
    for at, member in enumerate(members):
        for other in members:
            if other is not member:
                with pytest.raises(LedgerError, match=r"is not good|proof is too"):
                    check_position(replace(member, in_list=other.in_list))
        with pytest.raises(LedgerError, match="is not good"):
            check_position(replace(member, signature=turned[6 - at].signature))
        with pytest.raises(LedgerError, match="is not good"):
            check_position(replace(member, in_list=None))
        with pytest.raises(LedgerError, match="is not good"):
            check_position(replace(member, salt=salt_of(50)))


def test_a_single_position_is_no_list_of_one() -> None:
    assert LISTS[1][0].signed == sign_position(document_of(0), KEY, salt_of(0)).signed
    assert LISTS[1][0].signature != sign_position(document_of(0), KEY, salt_of(0)).signature


def test_the_commitment_binds_random_bytes_words_and_signature() -> None:
    other = sign_position(document_of(), OTHER_KEY, SINGLE.salt)
    values = {
        SINGLE.commitment,
        commitment(salt_of(1), SINGLE.signed, SINGLE.signature),
        commitment(SINGLE.salt, SINGLE.signed + b" ", SINGLE.signature),
        commitment(SINGLE.salt, SINGLE.signed, other.signature),
        LISTS[1][0].commitment,
    }
    assert len(values) == 5
    with pytest.raises(LedgerError, match="sealed with 32 random bytes"):
        commitment(b"short", SINGLE.signed, SINGLE.signature)


def test_a_key_that_is_another_or_a_witness_s_is_refused() -> None:
    with pytest.raises(LedgerError, match=r"is not good: words, list or key are not those that were signed. Sign it"):
        check_position(replace(SINGLE, key=OTHER_KEY.public))
    witness = key_of("witness.example/w", 9, WITNESS_ALGORITHM)
    for act in (
        lambda: sign_position(document_of(), witness, salt_of(0)),
        lambda: sign_positions([document_of()], witness, [salt_of(0)]),
        lambda: check_position(replace(SINGLE, key=witness.public)),
    ):
        with pytest.raises(LedgerError, match="is a witness's; positions are signed with a key of algorithm ed25519"):
            act()


@pytest.mark.parametrize(
    ("documents", "salts", "why"),
    [
        ([], [], "a list has 1 to 1024 positions"),
        ([document_of(1), document_of(1)], [salt_of(0), salt_of(1)], "two positions on one finding; leave one"),
        ([document_of(1), document_of(2)], [salt_of(0), salt_of(0)], "32 random bytes of its own"),
        ([document_of(1), document_of(2)], [salt_of(0)], "32 random bytes of its own"),
        ([document_of(1)], [b"short"], "32 random bytes of its own"),
    ],
)
def test_a_list_with_nothing_something_twice_or_without_random_bytes_is_refused(
    documents: list[dict[str, Any]], salts: list[bytes], why: str
) -> None:
    with pytest.raises(LedgerError, match=why):
        sign_positions(documents, KEY, salts)


def test_a_list_that_is_too_long_is_refused_when_signed_and_when_read() -> None:
    member = LISTS[3][0]
    assert member.in_list is not None
    with pytest.raises(LedgerError, match="a list has 1 to 1024 positions"):
        sign_positions([document_of(at) for at in range(MOST_LIST + 1)], KEY, [salt_of(at) for at in range(1025)])
    for size in (0, MOST_LIST + 1):
        with pytest.raises(LedgerError, match="a list has 1 to 1024 positions"):
            check_position(replace(member, in_list=replace(member.in_list, size=size)))


@pytest.mark.parametrize("name", ["watch", "log_origin", "finding", "delegation"])
@pytest.mark.parametrize("text", ["", "А", "A ", "A\u200b", "A\u202e", "Ａ", "x" * 201, 1, None, ["A"]])
def test_a_name_that_could_look_like_another_is_refused(name: str, text: Any) -> None:
    with pytest.raises(LedgerError, match=f"the field {name} of the position is no name"):
        position_bytes(document_of(**{name: text}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"round": 0}, "round of the position is no number"),
        ({"round": True}, "round of the position is no number"),
        ({"round": "1"}, "round of the position is no number"),
        ({"round": 1.5}, "is no integer"),
        ({"finding_sha256": "ab"}, "names a hash that is none"),
        ({"finding_sha256": "AB" * 32}, "names a hash that is none"),
        ({"previous_sha256": ""}, "names a hash that is none"),
        ({"signed_at": "2031-05-04T17:55:00+00:00"}, "dated by no time"),
        ({"signed_at": "2031-13-04T17:55:00Z"}, "dated by no time"),
        ({"signed_at": "٢٠31-05-04T17:55:00Z"}, "dated by no time"),
        ({"answers": {}}, "an answer to each question"),
        ({"answers": []}, "an answer to each question"),
        ({"reasons": None}, "an answer to each question"),
        ({"answers": {"hаppened": {"answer": "concur"}}, "reasons": {}}, "the questions of a position are"),
        ({"answers": WHO["answers"] | {"happened": {"answer": "concur"}}}, "who is answered alone"),
        ({"reasons": {"where": "x"}}, "each of one of its questions"),
        ({"reasons": {"what": 1}}, "each of one of its questions"),
        ({"reasons": {"what": "a\x1b[2J"}}, "without control characters"),
        ({"answers": {"what": {"answer": "Concur"}}, "reasons": {}}, "the answer to what is none of concur, dissent"),
        ({"answers": {"what": "concur"}, "reasons": {}}, "the answer to what is none of"),
        ({"answers": {"what": {"answer": "concur", "sure": 1}}, "reasons": {}}, "the answer to what is none of"),
        ({"answers": {"who": {"answer": "dissent", "version": "B"}}, "reasons": {}}, "is none of names, none, abstain"),
        ({"answers": {"what": {"answer": "dissent"}}, "reasons": {}}, "is not whole"),
        ({"answers": {"what": {"answer": "dissent", "version": " "}}, "reasons": {}}, "is not whole"),
        ({"answers": {"what": {"answer": "concur", "version": "x"}}, "reasons": {}}, "is not whole"),
        ({"answers": {"what": {"answer": "concur", "version": None}}, "reasons": {}}, "is not whole"),
        ({"answers": {"who": {"answer": "names", "version": ""}}, "reasons": {}}, "is not whole"),
        ({"more": 1}, "has exactly the fields"),
        ({"reasons": {"what": "ж" * MOST_SIGNED_BYTES}}, "at most 5000 can be sealed. Write shorter reasons"),
        ({"reasons": {"what": "\ud800"}}, "what no JSON text can hold"),
        ({"reasons": {"what": object()}}, "what no JSON text can hold"),
        ({"reasons": {1: "x"}}, "what no JSON text can hold"),
    ],
)
def test_a_document_that_is_no_position_is_refused_with_what_is_wrong(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(LedgerError, match=why):
        position_bytes(document_of(**changes))


@pytest.mark.parametrize(
    "answers",
    [{"who": {"answer": "none"}}, {"who": {"answer": "abstain"}}, WHO["answers"], {"happened": {"answer": "concur"}}],
)
def test_who_is_answered_by_name_by_nobody_or_not(answers: dict[str, Any]) -> None:
    assert read_position(position_bytes(document_of(answers=answers, reasons={})))["answers"] == answers


@pytest.mark.parametrize(
    ("signed", "why"),
    [
        (b"", "its first line is not trucewatch/position/1"),
        (SINGLE.signed.replace(b"position/1", b"position/2", 1), "its first line is not"),
        (SINGLE.signed.replace(b"\n", b"\r\n", 1), "its first line is not"),
        (SINGLE.signed + b"\n", "not canonical"),
        (SINGLE.signed[:-1], "is not JSON"),
        (b"\xff" + SINGLE.signed, "its first line is not"),
    ],
)
def test_signed_bytes_in_another_spelling_are_refused(signed: bytes, why: str) -> None:
    with pytest.raises(LedgerError, match=why):
        read_position(signed)


def test_what_would_not_fit_when_sealed_is_refused_before() -> None:
    quotes = document_of(reasons={"what": '"' * 2100})
    with pytest.raises(LedgerError, match="too long to be sealed; write shorter reasons"):
        opened_document(sign_position(quotes, KEY, salt_of(0)), padded=True)


WHOLE = json.loads(opened_document(LISTS[3][1]))


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "trucewatch/position-opened/2"},
        {"more": 1},
        {"pad": "0"},
        {"key": f" {KEY.public}"},
        {"key": "no key"},
        {"signature": WHOLE["signature"] + "AA=="},
        {"signature": WHOLE["signature"].rstrip("=")},
        {"salt": 1},
        {"signed": None},
        {"list": []},
        {"list": WHOLE["list"] | {"index": True}},
        {"list": WHOLE["list"] | {"size": "3"}},
        {"list": WHOLE["list"] | {"hashes": ["AA=="]}},
        {"list": WHOLE["list"] | {"root": ""}},
    ],
)
def test_a_document_of_another_form_is_no_position(changes: dict[str, Any]) -> None:
    with pytest.raises(LedgerError, match="this is no position that was sealed; give the file"):
        read_opened(write_canonical(WHOLE | changes).encode())


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"1", b"\xff", b"[" * 9000, b'{"a":1,"a":1}', b" " * (2 * SEALED_BYTES + 1)]
)
def test_foreign_bytes_are_no_position(content: bytes) -> None:
    with pytest.raises(LedgerError, match="this is no position that was sealed"):
        read_opened(content)


def test_a_pad_is_noughts_up_to_one_length() -> None:
    sealed = opened_document(SINGLE, padded=True)
    for changed in (sealed.replace(b"00000", b"00100", 1), sealed.replace(b'"pad":"0', b'"pad":"', 1)):
        with pytest.raises(LedgerError, match="no position that was sealed"):
            read_opened(changed)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_random_bytes_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(LedgerError, match="sealed with 32 random bytes"):
        check_position(replace(LISTS[3][0], salt=bytes(length)))
