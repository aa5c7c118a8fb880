"""A sealed message: what is signed is what is read, any bit that changes is seen, and the hash stays when the content
goes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from tests.conftest import ROOT
from trucewatch.model.ids import Sha256, canonical
from trucewatch.model.post_card import PostCard, PostCardError, card_bytes, read_card
from trucewatch.model.sealed_message import (
    Envelope,
    SealedMessageError,
    SignedMessage,
    body_hash,
    check_body,
    open_message,
    read_document,
    seal_message,
    sign_message,
    verify_signature,
)

SEED = bytes(range(32))
VECTORS = Path(ROOT, "docs", "vectors", "messages.json")
BODY: dict[str, Any] = {"salt": "00" * 16, "rows": [{"table": "request", "content": "{}"}]}
ENVELOPE = Envelope(
    sender="valleys-aid",
    receiver="hills-aid",
    number=2,
    previous_sha256=Sha256("ab" * 32),
    sent_at=datetime(2031, 5, 4, 2, tzinfo=UTC),
    keep_until=datetime(2031, 8, 2, 2, tzinfo=UTC),
    kind="rows",
    body_sha256=body_hash(BODY),
)
SIGNED = sign_message(ENVELOPE, BODY, SEED)
OWN, OTHER = x25519.Identity.generate(), x25519.Identity.generate()
SEALED = seal_message(SIGNED.document, [str(OWN.to_public())])


def checked(document: bytes) -> SignedMessage:
    message = read_document(document)
    verify_signature(message)
    check_body(message)
    return message


def verified(content: bytes) -> SignedMessage:
    return checked(open_message(content, [str(OWN)]))


def test_what_is_sealed_is_what_is_read() -> None:
    assert verified(SEALED) == SIGNED


@given(at=st.integers(0, len(SEALED) - 1), bit=st.integers(0, 7))
def test_any_bit_that_changes_on_the_way_is_seen(at: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[at] ^= 1 << bit
    with pytest.raises(SealedMessageError):
        verified(bytes(changed))


@given(length=st.integers(0, len(SEALED) - 1))
def test_a_message_that_is_cut_anywhere_is_seen(length: int) -> None:
    with pytest.raises(SealedMessageError):
        verified(SEALED[:length])


def test_another_than_the_receiver_opens_nothing() -> None:
    with pytest.raises(SealedMessageError) as refused:
        open_message(SEALED, [str(OTHER)])
    assert refused.value.rule == "receiver"


def test_what_is_too_large_is_not_opened() -> None:
    with pytest.raises(SealedMessageError) as refused:
        open_message(b"x" * 1_000_001, [str(OWN)])
    assert refused.value.rule == "size"


@pytest.mark.parametrize("field", ["sender", "receiver", "number", "previous_sha256", "sent_at", "keep_until", "kind"])
def test_whoever_changes_a_field_of_the_envelope_breaks_the_signature(field: str) -> None:
    others: dict[str, Any] = {
        "sender": "other-aid",
        "receiver": "other-aid",
        "number": 3,
        "previous_sha256": Sha256("cd" * 32),
        "sent_at": datetime(2031, 5, 5, tzinfo=UTC),
        "keep_until": datetime(2099, 1, 1, tzinfo=UTC),
        "kind": "leaving",
    }
    forged = replace(SIGNED, envelope=replace(ENVELOPE, **{field: others[field]}))
    with pytest.raises(SealedMessageError) as refused:
        verify_signature(read_document(forged.document))
    assert refused.value.rule == "signature"


def test_another_body_under_the_same_envelope_is_seen() -> None:
    with pytest.raises(SealedMessageError) as refused:
        check_body(replace(SIGNED, body=BODY | {"salt": "11" * 16}))
    assert refused.value.rule == "body"


def test_without_its_body_a_message_still_has_its_hash_and_its_signature() -> None:
    bare = read_document(replace(SIGNED, body=None).document)
    verify_signature(bare)
    check_body(bare)
    assert bare.envelope.sha256 == SIGNED.envelope.sha256


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"a":1,"a":1}',
        b'{"body":NaN}',
        SIGNED.document + b" ",
        SIGNED.document.replace(b'"number":2', b'"number":2.0'),
        SIGNED.document.replace(b'"number":2', b'"number":-2'),
        SIGNED.document.replace(b'"number":2', b'"number":true'),
        SIGNED.document.replace(b'"kind":"rows"', b'"kind":"else"'),
        SIGNED.document.replace(b"2031-05-04T02", b"2031-13-04T02"),
        SIGNED.document.replace(b"2031-05-04T02:00:00Z", b"2031-05-04T04:00:00+02:00"),
        SIGNED.document.replace(b"valleys-aid", b"../../etc/x"),
        SIGNED.document.replace(b"message/1", b"message/2"),
    ],
)
def test_a_document_of_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(SealedMessageError) as refused:
        read_document(content)
    assert refused.value.rule == "form"


@given(st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), st.lists, max_leaves=9))
def test_no_json_ends_the_program(value: Any) -> None:
    for content in (canonical(value), canonical({"envelope": value, "body": value, "key": "", "signature": ""})):
        with pytest.raises(SealedMessageError):
            read_document(content)


CARD = PostCard(
    id="valleys-aid",
    name="Valleys aid",
    kind="humanitarian",
    signs=Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw().hex(),
    opens="age1" + "q" * 58,
    since=datetime(2031, 5, 1, tzinfo=UTC),
)


def test_a_card_reads_back_and_its_digits_are_of_its_keys_alone() -> None:
    assert read_card(card_bytes(CARD)) == CARD
    moved = replace(CARD, https="https://post.example", mail="post@aid.example", name="Other")
    assert moved.fingerprint == CARD.fingerprint
    for changed in (
        replace(CARD, id="hills-aid"),
        replace(CARD, signs="ab" * 32),
        replace(CARD, opens="age1" + "p" * 58),
    ):
        assert changed.fingerprint != CARD.fingerprint
    assert [len(group) for group in CARD.fingerprint] == [5] * 8


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "../x"),
        ("id", ""),
        ("name", ""),
        ("name", "a\x00b"),
        ("kind", "army"),
        ("signs", "AB" * 32),
        ("opens", "age1x"),
        ("since", "yesterday"),
        ("mail", "a@b\r\nBcc: c@d"),
        ("https", "http://post.example"),
        ("https", "https://name:word@post.example"),
        ("certificate_sha256", "ab"),
    ],
)
def test_a_card_with_one_wrong_field_is_refused(field: str, value: str) -> None:
    record = json.loads(card_bytes(CARD)) | {field: value}
    with pytest.raises(PostCardError):
        read_card(json.dumps(record).encode())


def test_the_published_vectors_hold() -> None:
    vectors = json.loads(VECTORS.read_bytes())
    assert vectors["messages"]
    for vector in vectors["messages"]:
        message = checked(vector["document"].encode())
        assert message.envelope.sha256 == vector["sha256"]
    for vector in vectors["refused"]:
        with pytest.raises(SealedMessageError) as refused:
            checked(vector["document"].encode())
        assert refused.value.rule == vector["rule"]
    for vector in vectors["cards"]:
        assert " ".join(read_card(json.dumps(vector["card"]).encode()).fingerprint) == vector["digits"]
