"""The keys of recipients' codes: made when first needed, kept in `private/`, named in the ledger by their hash.

A key lies durably in its file before the ledger names it, and the ledger names it before a code is made with it. One
that the ledger names and the file does not hold is lost: a new one takes its place, and the ledger says so.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterable
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.recipient_key import SECRET_BYTES, RecipientKey, RecipientKeys, digest_of, keeps_ids
from trucewatch.model.watch import Recipient
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.private_files import read_private, write_private
from trucewatch.store.store import Store

FILE: Final = "recipient-keys.json"
SCHEMA: Final = "trucewatch/recipient-key/1"
_FILE_SCHEMA: Final = "trucewatch/recipient-keys/1"
_MAKING = threading.Lock()


def recipient_keys(store: Store) -> RecipientKeys:
    """The keys that are in force: those that the file holds and the ledger named last of their recipient.

    Raises StoreError for a file that cannot be read.
    """
    secret_of, named = _read(store), _named(store)
    return {
        recipient: _key(secret, named[recipient])
        for recipient, secret in secret_of.items()
        if recipient in named and named[recipient].record["key_digest"] == digest_of(secret)
    }


def make_missing_keys(store: Store, recipients: Iterable[Recipient], agreement: Agreement) -> list[Message]:
    """See to it that every recipient whose records go by codes has a key; of each that was lost a sentence.

    Raises StoreError for a file that cannot be read or written.
    """
    with _MAKING:
        wanted = [recipient.id for recipient in recipients if not keeps_ids(recipient, agreement)]
        secret_of, named = _read(store), _named(store)
        new = {recipient: secrets.token_bytes(SECRET_BYTES) for recipient in wanted if recipient not in secret_of}
        if new:
            secret_of |= new
            _write(store, secret_of)
        # A key that lies there and is not named was made by a run that ended before its entry.
        records = [
            record
            for recipient in wanted
            if (record := _record(recipient, secret_of[recipient], named.get(recipient))) is not None
        ]
        if records:
            store.commit(records)
    return [
        Message(
            "the key of the codes of {recipient} was lost with its file in private/, and a new one was made: codes of "
            "reports that were issued before cannot be matched any more. If you have the file, put it back",
            recipient=record["recipient"],
        )
        for record in records
        if record["reason"] == "lost"
    ]


def _record(recipient: str, secret: bytes, last: Entry | None) -> dict[str, Any] | None:
    """What the ledger is to say of a key; None where it said so last."""
    digest, before = digest_of(secret), last.record["key_digest"] if last else ""
    if digest == before:
        return None
    return {
        "schema": SCHEMA,
        "recipient": recipient,
        "key_digest": digest,
        "replaces_digest": before,
        "reason": "lost" if before else "new",
    }


def _named(store: Store) -> dict[str, Entry]:
    """The last entry on the key of each recipient."""
    return {entry.record["recipient"]: entry for entry in entries_of_kind(store, SCHEMA)}


def _key(secret: bytes, entry: Entry) -> RecipientKey:
    is_heir = entry.record["reason"] == "lost"
    return RecipientKey(secret=secret, since=first_recorded_at(entry.record), replaces_lost=is_heir)


def _read(store: Store) -> dict[str, bytes]:
    content = read_private(store.keys.folder, FILE)
    if content is None:
        return {}
    try:
        document = json.loads(content)
        keys = {str(recipient): bytes.fromhex(text) for recipient, text in document["keys"].items()}
        is_whole = document["schema"] == _FILE_SCHEMA and all(len(key) == SECRET_BYTES for key in keys.values())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        is_whole = False
    if not is_whole:
        raise StoreError(
            Message(
                "{path} is damaged: it holds the keys of recipients' codes. Put back a copy of it; only if there is "
                "none, remove it: new keys are made, and codes of reports that were issued before cannot be matched "
                "any more",
                path=store.keys.folder / FILE,
            )
        )
    return keys


def _write(store: Store, secret_of: dict[str, bytes]) -> None:
    document = {"schema": _FILE_SCHEMA, "keys": {recipient: key.hex() for recipient, key in sorted(secret_of.items())}}
    write_private(store.keys.folder, FILE, json.dumps(document, indent=1).encode() + b"\n")
