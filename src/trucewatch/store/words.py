"""What people said or wrote: erasable bytes under `private/`, to which records point by a salted reference.

A record, its sentence in the ledger and every copy of the ledger hold the reference alone. Whoever has a copy and
guesses the words cannot tell that they are right: each text has a salt of its own, which is forgotten with it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Amount, Message
from trucewatch.model.ids import WORDS_REFERENCE, short_id
from trucewatch.store.private_files import has_private, private_names, read_private, remove_private, write_private

FOLDER: Final = "words"
"""Below `private/`."""
LONGEST: Final = 1_000_000
"""Characters of one text."""


class KeptWords:
    """The texts of one watch, each in a file of its own, so that one can go without the others being written again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, text: str) -> str:
        """Keep a text as it is, on disk when this returns; its reference, `w-…`. "" for no text. Raises StoreError."""
        if not text:
            return ""
        if len(text) > LONGEST:
            raise StoreError(
                Message(
                    "the text has {count} characters; at most {most} are kept. Nothing was entered",
                    count=Amount(len(text)),
                    most=Amount(LONGEST),
                )
            )
        salt = secrets.token_bytes(32)
        reference = _reference(salt, text)
        content = json.dumps({"salt": salt.hex(), "text": text}).encode()
        write_private(self.folder.parent, _name(reference), content)
        return reference

    def read(self, reference: str) -> str | None:
        """The text behind a reference; None if it was erased. Raises StoreError for bytes that were not kept so."""
        if not reference:
            return ""
        if not self.has(reference):
            return None
        try:
            content = read_private(self.folder.parent, _name(reference)) or b""
            if not content.strip(b"\0"):
                return None  # it is just being erased
            record = json.loads(content)
            text = str(record["text"])
            is_whole = _reference(bytes.fromhex(record["salt"]), text) == reference
        except (KeyError, TypeError, ValueError):
            is_whole = False
        if not is_whole:
            raise StoreError(
                Message(
                    "{path}: its text is not the one that was kept; restore it from a copy",
                    path=self.folder.parent / _name(reference),
                )
            )
        return text

    def has(self, reference: str) -> bool:
        return bool(WORDS_REFERENCE.fullmatch(reference)) and has_private(self.folder.parent, _name(reference))

    def references(self) -> set[str]:
        """Of every text that is kept."""
        stems = (Path(name).stem for name in private_names(self.folder.parent, FOLDER))
        return {stem for stem in stems if WORDS_REFERENCE.fullmatch(stem)}

    def check(self, reference: str) -> None:
        """Raises StoreError if no text is kept under a reference."""
        if not self.has(reference):
            raise StoreError(
                Message("no text is kept under {reference}; it may be erased already", reference=reference)
            )

    def forget(self, references: Iterable[str]) -> None:
        """Remove texts with their salts; no error for one that is gone."""
        for reference in references:
            if self.has(reference):
                remove_private(self.folder.parent, _name(reference))


def _name(reference: str) -> str:
    return f"{FOLDER}/{reference}.json"


def dangling_reference() -> str:
    """A reference as any other, behind which no text was ever kept: it stands where words are left out."""
    return _reference(secrets.token_bytes(32), "")


def _reference(salt: bytes, text: str) -> str:
    return short_id("w", hmac.new(salt, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest())
