"""The post-box of an organisation that has no watch: a folder with its keys, the cards that it took in, and the number
of its last message to each. Everything is done offline; only files go."""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import NeverHereError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.ids import Sha256, short_id
from trucewatch.model.post_card import PostCard, card_bytes, card_of, is_post_id
from trucewatch.model.record_mapping import record_from
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
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.post_rows import may_travel, refuse_guarded
from trucewatch.store.aid_rows import row_text
from trucewatch.store.post_keys import PostKeys
from trucewatch.store.private_records import PrivateRecord

STATE: Final = "post-state.json"
KEEP: Final = timedelta(days=90)
MOST_FIELD_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A sealed message of an organisation: under which code the other side shows what it holds."""

    content: bytes
    number: int
    code: str


class Outsider:
    """The folder of one organisation. Raises TrucewatchError where it is not what it has to be."""

    def __init__(self, folder: Path) -> None:
        self.keys = PostKeys(folder)
        self._state = PrivateRecord(folder, STATE, "trucewatch/post-state/1")

    def make(self, post_id: str, name: str, now: datetime, *, mail: str = "") -> PostCard:
        """Keys and a card. Raises TrucewatchError where there are some already, or the id is none."""
        if self.keys.in_force is not None:
            raise TrucewatchError(Message("this folder has keys already; nothing was made. Its card is card.json"))
        if not is_post_id(post_id):
            raise TrucewatchError(
                Message('"{id}" is no id of a post-box; take letters a to z, digits and dashes', id=post_id[:40])
            )
        self.keys.keep_ways(id=post_id, name=name, kind="organisation", mail=mail)
        self.keys.make(now)
        return self.card

    @property
    def card(self) -> PostCard:
        card = self.keys.card()
        if card is None:
            raise TrucewatchError(Message("this folder has no keys; make them with: trucewatch post key DIR --id ID"))
        return card_of(json.loads(card_bytes(card)))  # as the other side will read it

    def write(self, theirs: PostCard, table: str, fields: bytes, now: datetime, *, about: str = "") -> Written:
        """The next message to a post-box, with one row. fields: TOML. about: the code of an item for a step of it.
        Raises TrucewatchError, NeverHereError; then no number is used up."""
        declared = TABLES.get(table)
        if declared is None or not may_travel(declared, theirs.kind):
            names = [name for name, each in TABLES.items() if may_travel(each, theirs.kind)]
            raise TrucewatchError(
                Message('"{table}" is not sent there; there are: {names}', table=table[:40], names=", ".join(names))
            )
        row = _row_of(declared.row, fields)
        refuse_guarded(json.loads(row_text(row)))
        key, own = self.keys.in_force, self.card
        assert key is not None
        with self._state.changing() as state:
            state.setdefault("cards", {})[theirs.id] = json.loads(card_bytes(theirs))
            code = about
            if not declared.is_step:
                last = state.setdefault("codes", {}).get(declared.prefix, 0)
                state["codes"][declared.prefix] = last + 1
                code = f"{own.id}:{declared.prefix}-{last + 1}"
            entry = {
                "table": table,
                "entry": short_id("a", secrets.token_hex(16)),
                "code": code,
                "about": code if declared.is_step else "",
                "version": 1,
                "content": row_text(row),
                "known_at": iso_utc(now.replace(microsecond=0)),
            }
            sent = state.setdefault("sent", {}).get(theirs.id, {"number": 0, "sha256": ""})
            body = {"salt": secrets.token_hex(16), "rows": [entry]}
            envelope = Envelope(
                sender=own.id,
                receiver=theirs.id,
                number=sent["number"] + 1,
                previous_sha256=Sha256(sent["sha256"]) if sent["sha256"] else None,
                sent_at=now.replace(microsecond=0),
                keep_until=now.replace(microsecond=0) + KEEP,
                kind="rows",
                body_sha256=body_hash(body),
            )
            content = seal_message(sign_message(envelope, body, key.seed).document, [theirs.opens])
            state["sent"][theirs.id] = {"number": envelope.number, "sha256": envelope.sha256}
        return Written(content=content, number=envelope.number, code=code)

    def read(self, content: bytes) -> SignedMessage:
        """An answer, opened, and signed by the key of the card that was taken in. Raises TrucewatchError."""
        message = read_document(open_message(content, self.keys.identities()))
        cards: Mapping[str, Any] = self._state.read().get("cards", {})
        record = cards.get(message.envelope.sender)
        if record is None or card_of(record).signs != message.signs:
            raise SealedMessageError(
                "key",
                Message(
                    "the answer is not signed by the key of a card that was used here; take their card of today, and "
                    "compare its digits"
                ),
            )
        verify_signature(message)
        check_body(message)
        return message


def _row_of(row: type[Any], fields: bytes) -> Any:
    from pydantic import ValidationError

    if len(fields) > MOST_FIELD_BYTES:
        raise TrucewatchError(Message("the file of the fields is too large; nothing was written"))
    try:
        return record_from(row, tomllib.loads(fields.decode()))
    except ValidationError as exc:
        names = ", ".join(sorted({str(part["loc"][0]) for part in exc.errors() if part["loc"]}))[:200]
        raise TrucewatchError(
            Message("these fields are missing, or not of their form: {names}; nothing was written", names=names)
        ) from None
    except NeverHereError:
        raise
    except (ValueError, RecursionError):
        raise TrucewatchError(Message("the file of the fields is no TOML in UTF-8; nothing was written")) from None
