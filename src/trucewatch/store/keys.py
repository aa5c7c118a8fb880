"""The ledger's own key: made on first use, kept in `private/`, encrypted if a passphrase is given; rotation and revocation.

What a key signed before it was rotated, lost or revoked stays valid, what it would sign after does not: the entry in the
ledger draws the line. A delegation's or witness's secret key never comes here; only its public part is registered.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.durable import move_durably
from trucewatch.ledger.keyfile import new_key, read_key, write_key
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.model.ids import short_id
from trucewatch.store.durable import make_folder, translating, write_durably
from trucewatch.store.journal import KEY

PASSPHRASE = "TRUCEWATCH_PASSPHRASE"  # noqa: S105 - the name of a variable
_KEY_FILE = "log-key"
_NEXT_FILE = "log-key.next"


class Keyring:
    """What lies in `private/` (mode 0700): the log's key, the salt, and who stands behind salted references."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def log_key(self) -> SecretKey:
        """The key that signs now. Raises LedgerError if its passphrase is missing or wrong."""
        return read_key(self.folder / _KEY_FILE, _passphrase())

    def make_log_key(self, name: str = "", *, file: str = _KEY_FILE) -> SecretKey:
        """A new key for the log, written durably; its name is the log's origin, drawn by lot if none is given."""
        make_folder(self.folder, mode=0o700)
        key = new_key(name or f"trucewatch/{secrets.token_hex(8)}", LOG_ALGORITHM)
        write_key(self.folder / file, key, _passphrase())
        return key

    def make_next_log_key(self, name: str) -> SecretKey:
        """The key that will take the log key's place; it lies beside it until the ledger has named it."""
        return self.make_log_key(name, file=_NEXT_FILE)

    def next_log_key(self) -> SecretKey | None:
        """The key of a rotation that is going on, or was killed; None if there is none."""
        path = self.folder / _NEXT_FILE
        return read_key(path, _passphrase()) if path.is_file() else None

    def drop_next_log_key(self) -> None:
        """Undo a rotation that the ledger never named."""
        (self.folder / _NEXT_FILE).unlink(missing_ok=True)

    def install_next_log_key(self) -> None:
        """Put the next key in the log key's place; the old one stays aside as `log-key.….old`."""
        path = self.folder / _KEY_FILE
        with translating(path):
            if path.exists():
                path.rename(self.folder / f"{_KEY_FILE}.{secrets.token_hex(4)}.old")
            move_durably(self.folder / _NEXT_FILE, path)

    @property
    def has_log_key(self) -> bool:
        return (self.folder / _KEY_FILE).is_file()

    def person_reference(self, person: str) -> str:
        """A salted reference to a person, `p-…`; the name itself stays in `private/` and can be forgotten."""
        make_folder(self.folder, mode=0o700)
        salt_path, people_path = self.folder / "salt", self.folder / "people.json"
        if not salt_path.is_file():
            write_durably(salt_path, secrets.token_bytes(32), mode=0o600)
        salted = hmac.new(salt_path.read_bytes(), person.strip().casefold().encode(), hashlib.sha256).hexdigest()
        reference = short_id("p", salted)
        people = json.loads(people_path.read_bytes()) if people_path.is_file() else {}
        if people.get(reference) != person.strip():
            people[reference] = person.strip()
            write_durably(people_path, json.dumps(people, ensure_ascii=False, indent=1).encode(), mode=0o600)
        return reference

    def forget_person(self, reference: str) -> None:
        """Remove who stands behind a reference. Raises StoreError if nobody does."""
        path = self.folder / "people.json"
        people = json.loads(path.read_bytes()) if path.is_file() else {}
        if people.pop(reference, None) is None:
            raise StoreError(f"nobody stands behind {reference}; `private/people.json` lists who does")
        write_durably(path, json.dumps(people, ensure_ascii=False, indent=1).encode(), mode=0o600)


def _passphrase() -> bytes | None:
    text = os.environ.get(PASSPHRASE, "")
    return text.encode() or None


def key_record(
    act: str, role: str, key: str, *, holder: str = "", replaces: str = "", reason: str = ""
) -> Mapping[str, Any]:
    """What the ledger says of a key: act new, rotate, revoke or lost; role log, witness or delegation."""
    if act not in ("new", "rotate", "revoke", "lost") or role not in ("log", "witness", "delegation"):
        raise LedgerError(f'a key is not "{act}" as "{role}"')
    return {
        "schema": KEY,
        "act": act,
        "role": role,
        "holder": holder,
        "key": key,
        "replaces": replaces,
        "reason": reason,
    }
