"""Signatures over records, made on a delegation's own computer; verified by anyone with its public key.

What is signed (UTF-8, four lines with a line feed after each):

    trucewatch/signature/1
    <name of the key>
    <SHA-256 of the record's bytes, 64 lower-case hex digits>
    <time, YYYY-MM-DDTHH:MM:SSZ>

A checkpoint has three lines and a cosignature begins otherwise, so that no signature of one kind can be passed off as
another. The record has to be RFC 8785 canonical JSON already: people would otherwise sign bytes that another program
writes otherwise.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any, NoReturn

from trucewatch.errors import LedgerError
from trucewatch.ledger.note import LOG_ALGORITHM, PublicKey, SecretKey, decode_base64, read_public_key
from trucewatch.messages import Message

SCHEMA = "trucewatch/signature/1"
LARGEST_INTEGER = (1 << 53) - 1
"""The largest integer that every JSON reader keeps exactly (RFC 7493, section 2.2)."""

_FIELDS = {"schema", "record", "key", "signed_at", "signature"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def signed_message(name: str, record_sha256: str, signed_at: str) -> bytes:
    """The bytes under a record's signature."""
    return f"{SCHEMA}\n{name}\n{record_sha256}\n{signed_at}\n".encode()


def sign_record(content: bytes, key: SecretKey, signed_at: str) -> dict[str, str]:
    """The signature document for a canonical record. Raises LedgerError if it is not canonical, or key or time do not
    fit.

    content: the record's exact bytes, RFC 8785 canonical JSON. signed_at: `YYYY-MM-DDTHH:MM:SSZ`, the signer's own
    clock.
    """
    if key.algorithm != LOG_ALGORITHM:
        raise LedgerError(
            Message("the key {name} is a witness's; records are signed with a key of algorithm ed25519", name=key.name)
        )
    read_canonical(content)
    _check_time(signed_at)
    record = sha256(content).hexdigest()
    signature = key.private.sign(signed_message(key.name, record, signed_at))
    return {
        "schema": SCHEMA,
        "record": record,
        "key": str(key.public),
        "signed_at": signed_at,
        "signature": base64.b64encode(signature).decode(),
    }


def verify_record(content: bytes, document: Mapping[str, object], keys_in_force: Collection[PublicKey]) -> PublicKey:
    """The key that signed this record, one of those given. Raises LedgerError with the first thing that is wrong.

    keys_in_force: the keys that were in force at the *entry* that holds the signature, not at `signed_at`: whoever
    steals a key can write any time, but not an earlier place in the log.
    """
    if set(document) != _FIELDS or not all(isinstance(value, str) for value in document.values()):
        raise LedgerError(
            Message("a signature has exactly the fields {words}, all of them texts", words=", ".join(sorted(_FIELDS)))
        )
    fields = {name: str(value) for name, value in document.items()}
    if fields["schema"] != SCHEMA:
        raise LedgerError(
            Message('the signature is of the form "{said}", not {schema}', said=fields["schema"][:60], schema=SCHEMA)
        )
    key = read_public_key(fields["key"])
    if fields["key"] != str(key):
        raise LedgerError(Message('the key "{name}" is not written exactly; copy it again, whole', name=key.name))
    if key not in keys_in_force:
        raise LedgerError(Message("{key} is not in force here: unknown, revoked, lost or not yet introduced", key=key))
    if key.algorithm != LOG_ALGORITHM:
        raise LedgerError(
            Message("the key {name} is a witness's; records are signed with a key of algorithm ed25519", name=key.name)
        )
    _check_time(fields["signed_at"])
    read_canonical(content)
    record = sha256(content).hexdigest()
    if fields["record"] != record:
        raise LedgerError(
            Message(
                "the signature is over the record {said}, and this one is {record}",
                said=fields["record"][:64],
                record=record,
            )
        )
    if not key.verifies(signed_message(key.name, record, fields["signed_at"]), decode_base64(fields["signature"])):
        raise LedgerError(
            Message("the signature of {name} over the record {record} is not good", name=key.name, record=record)
        )
    return key


def read_canonical(content: bytes) -> dict[str, Any]:
    """The record in these bytes, which have to be RFC 8785 canonical JSON with integers only.

    Raises LedgerError saying what is not canonical, and at which byte.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as exc:
        raise LedgerError(Message("the record is not canonical: byte {start} is no UTF-8", start=exc.start)) from exc
    try:
        record = json.loads(
            text,
            object_pairs_hook=_refuse_double_names,
            parse_int=_read_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
        again = write_canonical(record).encode()
    except json.JSONDecodeError as exc:
        raise LedgerError(
            Message(
                "the record is not JSON: {msg} (line {lineno}, column {colno})",
                msg=exc.msg,
                lineno=exc.lineno,
                colno=exc.colno,
            )
        ) from exc
    except UnicodeEncodeError as exc:
        raise LedgerError(
            Message("the record is not canonical: it holds half of a surrogate pair, which is no character")
        ) from exc
    except RecursionError as exc:
        raise LedgerError(Message("the record is nested too deeply to be read")) from exc
    if not isinstance(record, dict):
        raise LedgerError(Message("a record is a JSON object: it begins with {{"))
    if again != content:
        at = next(
            (at for at, (a, b) in enumerate(zip(again, content, strict=False)) if a != b), min(len(again), len(content))
        )
        raise LedgerError(
            Message(
                "the record is not canonical from byte {at} on: it has {shown} where RFC 8785 has {shown_2}; names "
                "in order, no blanks, no line feed at the end",
                at=at,
                shown=_excerpt(content, at),
                shown_2=_excerpt(again, at),
            )
        )
    return record


def _excerpt(content: bytes, at: int) -> str:
    return repr(content[at : at + 20].decode(errors="replace")) if at < len(content) else "its end"


def write_canonical(value: Any) -> str:
    """RFC 8785 for objects, lists, texts, integers, true, false, null: names sorted by their UTF-16 code units."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{write_canonical(name)}:{write_canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write_canonical(element) for element in value) + "]"
    # For texts, the escapes of the standard library without ASCII are exactly those of RFC 8785, section 3.2.2.2.
    return json.dumps(value, ensure_ascii=False)


def _refuse_double_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LedgerError(
            Message("the record is not canonical: the name {twice} stands twice in one object", twice=f"{twice[:60]!r}")
        )
    return record


def _read_integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        raise LedgerError(
            Message(
                "the record is not canonical: {text} is beyond ±{largest_integer}; write it as a text",
                text=text[:30],
                largest_integer=LARGEST_INTEGER,
            )
        )
    return int(text)


def _refuse_number(text: str) -> NoReturn:
    raise LedgerError(
        Message(
            "the record is not canonical: {text} is no integer; write numbers with a fraction as texts", text=text[:30]
        )
    )


def _check_time(text: str) -> None:
    with suppress(ValueError):
        if _TIME.fullmatch(text) and datetime.fromisoformat(text):
            return
    raise LedgerError(Message('"{text}" is no time of the form 2031-05-04T17:55:00Z', text=text[:40]))
