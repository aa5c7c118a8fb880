"""Signatures over records: the documented bytes, canonical records only, the vectors that another implementation
runs."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import LedgerError
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import LOG_ALGORITHM, WITNESS_ALGORITHM, PublicKey, SecretKey, read_public_key
from trucewatch.ledger.signing import LARGEST_INTEGER, read_canonical, sign_record, verify_record

VECTORS = Path(__file__).resolve().parents[2] / "docs" / "vectors"
KEY = new_key("test.invalid/delegation", LOG_ALGORITHM)
RECORD = b'{"act":"concur","schema":"example/1"}'
AT = "2031-05-04T17:55:00Z"

SIGNATURES = json.loads((VECTORS / "signatures.json").read_text("utf-8"))


def test_a_signed_record_verifies_and_names_its_key() -> None:
    assert verify_record(RECORD, sign_record(RECORD, KEY, AT), [KEY.public]) == KEY.public


def test_the_signed_bytes_are_those_of_the_documents() -> None:
    document = sign_record(RECORD, KEY, AT)
    digest = sha256(RECORD).hexdigest().encode()
    message = b"trucewatch/signature/1\ntest.invalid/delegation\n" + digest + b"\n2031-05-04T17:55:00Z\n"
    Ed25519PublicKey.from_public_bytes(KEY.public.raw).verify(base64.b64decode(document["signature"]), message)
    assert document.keys() == {"schema", "record", "key", "signed_at", "signature"}


@pytest.mark.parametrize("vector", SIGNATURES["signatures"], ids=lambda vector: vector["document"]["record"][:8])
def test_the_published_signatures_are_ours(vector: dict[str, Any]) -> None:
    seed = bytes.fromhex(SIGNATURES["key"]["ed25519_seed"])
    key = SecretKey(SIGNATURES["key"]["name"], LOG_ALGORITHM, Ed25519PrivateKey.from_private_bytes(seed))
    record, document = vector["record"].encode(), vector["document"]
    assert str(key.public) == SIGNATURES["key"]["vkey"]
    assert sign_record(record, key, document["signed_at"]) == document
    assert verify_record(record, document, [key.public]) == key.public
    raw = Ed25519PublicKey.from_public_bytes(key.public.raw)
    raw.verify(base64.b64decode(document["signature"]), vector["message"].encode())


@pytest.mark.parametrize("vector", SIGNATURES["not_canonical"], ids=lambda vector: vector["why"])
def test_the_published_texts_that_are_not_canonical_are_refused(vector: dict[str, str]) -> None:
    with pytest.raises(LedgerError, match="record"):
        sign_record(vector["record"].encode(), KEY, AT)


CHANGES = {
    "record": sha256(b"{}").hexdigest(),
    "key": str(new_key("test.invalid/delegation", LOG_ALGORITHM).public),
    "signed_at": "2031-05-04T17:55:01Z",
    "signature": base64.b64encode(bytes(64)).decode(),
    "schema": "trucewatch/signature/2",
}


@pytest.mark.parametrize("name", CHANGES)
def test_no_field_of_a_signature_can_be_changed(name: str) -> None:
    document = sign_record(RECORD, KEY, AT) | {name: CHANGES[name]}
    with pytest.raises(LedgerError):
        verify_record(RECORD, document, [KEY.public])


def test_every_flipped_bit_of_a_signature_is_noticed() -> None:
    document = sign_record(RECORD, KEY, AT)
    good = base64.b64decode(document["signature"])
    for bit in range(512):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(LedgerError, match="is not good"):
            verify_record(RECORD, document | {"signature": base64.b64encode(bad).decode()}, [KEY.public])


@pytest.mark.parametrize("change", [{"more": "x"}, {"signature": 5}, {"signed_at": None}])
def test_a_signature_with_more_or_other_fields_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(LedgerError, match="exactly the fields"):
        verify_record(RECORD, sign_record(RECORD, KEY, AT) | change, [KEY.public])


def test_another_record_is_refused() -> None:
    with pytest.raises(LedgerError, match="is over the record"):
        verify_record(b"{}", sign_record(RECORD, KEY, AT), [KEY.public])


def test_a_key_that_is_not_in_force_is_refused_by_name() -> None:
    for keys in ([], [new_key("test.invalid/other", LOG_ALGORITHM).public]):
        with pytest.raises(LedgerError, match=r"test\.invalid/delegation\+.* is not in force"):
            verify_record(RECORD, sign_record(RECORD, KEY, AT), keys)


def test_a_key_of_another_name_with_the_same_bytes_is_another_key() -> None:
    renamed = SecretKey("test.invalid/other", LOG_ALGORITHM, KEY.private)
    with pytest.raises(LedgerError, match="is not good"):
        verify_record(RECORD, sign_record(RECORD, KEY, AT) | {"key": str(renamed.public)}, [renamed.public])


def test_a_witness_key_signs_no_records() -> None:
    key = new_key("test.invalid/witness", WITNESS_ALGORITHM)
    with pytest.raises(LedgerError, match="is a witness's"):
        sign_record(RECORD, key, AT)
    document = sign_record(RECORD, KEY, AT) | {"key": str(key.public)}
    with pytest.raises(LedgerError, match="is a witness's"):
        verify_record(RECORD, document, [key.public])


def test_base64_that_is_not_canonical_is_refused() -> None:
    document = sign_record(RECORD, KEY, AT)
    shifted = document["signature"][:-3] + chr(ord(document["signature"][-3]) + 1) + "=="
    for bad in (document["signature"] + "\n", shifted, document["signature"].rstrip("=")):
        with pytest.raises(LedgerError):
            verify_record(RECORD, document | {"signature": bad}, [KEY.public])


def test_a_key_written_with_a_blank_more_is_refused() -> None:
    document = sign_record(RECORD, KEY, AT)
    with pytest.raises(LedgerError, match="not written exactly"):
        verify_record(RECORD, document | {"key": document["key"] + " "}, [KEY.public])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2031-05-04",
        "2031-05-04T17:55:00",
        "2031-05-04T17:55:00+00:00",
        "2031-02-30T00:00:00Z",
        "2031-05-04T24:00:00Z",
        "2031-05-04T17:55:60Z",
        "2031-05-04T17:55:00.5Z",
        "2031-05-04 17:55:00Z",
        "２031-05-04T17:55:00Z",
        "2031-05-04T17:55:00Z\n",
    ],
)
def test_a_time_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="is no time"):
        sign_record(RECORD, KEY, text)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_what_the_reference_library_writes_is_canonical(record: dict[str, Any]) -> None:
    assert read_canonical(rfc8785.dumps(record)) == record


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=5), st.booleans(), st.booleans())
def test_what_another_writer_writes_is_taken_only_if_it_is_the_same(
    record: dict[str, Any], ascii_only: bool, blanks: bool
) -> None:
    text = json.dumps(record, ensure_ascii=ascii_only, separators=None if blanks else (",", ":")).encode()
    if text == rfc8785.dumps(record):
        read_canonical(text)
    else:
        with pytest.raises(LedgerError, match="not canonical from byte"):
            read_canonical(text)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b'{"a":1', "not JSON"),
        (b"\xff{}", "byte 0 is no UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'"a"', "begins with {"),
        (b'{"a":Infinity}', "no integer"),
        (b'{"a":' + b"9" * 5000 + b"}", "write it as a text"),
        (b'{"a":01}', "not JSON"),
        (b'{"x":{"a":1,"b":2,"a":1}}', "'a' stands twice"),
        (b'{"a":1}\n', "byte 7"),
        (b'{"a":"\xed\xa0\x80"}', "no UTF-8"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"a":"\\/"}', "from byte 6"),
        (b'{"a":"\\u000A"}', "from byte 7"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_not_canonical_is_said(content: bytes, said: str) -> None:
    with pytest.raises(LedgerError, match=said):
        read_canonical(content)


def test_the_key_in_a_signature_is_a_whole_public_key() -> None:
    assert isinstance(read_public_key(sign_record(RECORD, KEY, AT)["key"]), PublicKey)
