"""The ledger's own key: made on first use, kept in `private/`, encrypted if a passphrase is given; rotation and
revocation.

What a key signed before it was rotated, lost or revoked stays valid, what it would sign after does not: the entry in
the ledger draws the line. A delegation's or witness's secret key never comes here; only its public part is registered.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.durable import sync_folder
from trucewatch.ledger.keyfile import (
    check_name,
    key_file,
    key_of,
    needs_passphrase,
    new_key,
    public_part_of,
    read_key,
    read_public_part,
    write_key,
)
from trucewatch.ledger.note import (
    LOG_ALGORITHM,
    WITNESS_ALGORITHM,
    Checkpoint,
    PublicKey,
    SecretKey,
    Signature,
    read_public_key,
)
from trucewatch.messages import Message
from trucewatch.model.ids import PERSON_REFERENCE, short_id
from trucewatch.store.disk_errors import make_folder, translating
from trucewatch.store.journal import KEY
from trucewatch.store.private_files import (
    has_private,
    move_private,
    private_names,
    read_private,
    remove_private,
    write_private,
)
from trucewatch.store.vault import PASSPHRASE, is_protected

_KEY_FILE = "log-key"
_NEXT_FILE = "log-key.next"
_PEOPLE_FILE = "people.json"
_RECIPIENT_LOG_FILE = "recipient-log-key"
CLOCK_SKEW_S = 300
"""How far a witness's clock may be ahead of this one; the inspector's default."""


class Keyring:
    """What lies in `private/` (mode 0700): the log's key, the salt, and who stands behind salted references."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def log_key(self) -> SecretKey:
        """The key that signs now. Raises LedgerError if its passphrase is missing or wrong."""
        return self._key_in(_KEY_FILE)

    def _key_in(self, file: str) -> SecretKey:
        path = self.folder / file
        content = None if path.is_file() else read_private(self.folder, file)
        return read_key(path, _passphrase()) if content is None else key_of(content, path, _passphrase())

    def _public_part(self, file: str) -> PublicKey:
        path = self.folder / file
        content = None if path.is_file() else read_private(self.folder, file)
        return read_public_part(path) if content is None else public_part_of(content, path)

    def free_log_keys(self) -> None:
        """Take the log's keys out of a passphrase of their own, once the whole folder has one; those that the variable
        does not open stay as they are."""
        small = [name for name in private_names(self.folder) if name.startswith(f"{_RECIPIENT_LOG_FILE}-")]
        for name in [_KEY_FILE, *self._old_names(), *small]:
            content = read_private(self.folder, name)
            if content is not None and needs_passphrase(content):
                with suppress(LedgerError):
                    key = key_of(content, self.folder / name, _passphrase())
                    write_private(self.folder, name, key_file(key, None))

    def make_log_key(self, name: str = "", *, file: str = _KEY_FILE) -> SecretKey:
        """A new key for the log, written durably; its name is the log's origin, drawn by lot if none is given."""
        make_folder(self.folder, mode=0o700)
        key = new_key(name or new_log_name(), LOG_ALGORITHM)
        if is_protected(self.folder):  # the vault's passphrase is the key's too
            if has_private(self.folder, file):
                raise LedgerError(Message("{path} exists and is kept", path=self.folder / file))
            write_private(self.folder, file, key_file(key, None))
            return key
        with translating(self.folder / file):
            write_key(self.folder / file, key, _passphrase())
        return key

    def recipient_log_file(self, recipient: str) -> str:
        """Which file of `private/` holds the key of the small log for a recipient."""
        return f"{_RECIPIENT_LOG_FILE}-{recipient}"

    def has_recipient_log_key(self, recipient: str) -> bool:
        return has_private(self.folder, self.recipient_log_file(recipient))

    def recipient_log_key(self, recipient: str) -> SecretKey:
        """The key that signs the small log for a recipient, made on first use; its name is that log's origin, drawn by
        lot. Raises LedgerError as `log_key`."""
        file = self.recipient_log_file(recipient)
        return self._key_in(file) if has_private(self.folder, file) else self.make_log_key(file=file)

    def make_next_log_key(self, name: str) -> SecretKey:
        """The key that will take the log key's place; it lies beside it until the ledger has named it."""
        return self.make_log_key(name, file=_NEXT_FILE)

    def flush_names(self) -> None:
        """A killed run may have made a key and not flushed its name: before it signs, that is made up for."""
        if self.folder.is_dir():
            with translating(self.folder):
                sync_folder(self.folder)
                sync_folder(self.folder.parent)

    def next_log_key(self) -> SecretKey | None:
        """The key of a rotation that is going on, or was killed; None if there is none."""
        return self._key_in(_NEXT_FILE) if has_private(self.folder, _NEXT_FILE) else None

    def next_public_key(self) -> PublicKey | None:
        """The public part of `next_log_key`; asks for no passphrase."""
        return self._public_part(_NEXT_FILE) if has_private(self.folder, _NEXT_FILE) else None

    def drop_next_log_key(self) -> None:
        """Undo a change of key that the ledger never named."""
        remove_private(self.folder, _NEXT_FILE)

    def install_next_log_key(self) -> None:
        """Put the next key in the log key's place; the old one stays aside as `log-key.<its key id>.old`."""
        self.set_aside(_KEY_FILE)
        move_private(self.folder, _NEXT_FILE, _KEY_FILE)

    def set_aside(self, file: str) -> None:
        """Rename a key file to `log-key.<its key id>.old`, if there is one."""
        if not has_private(self.folder, file):
            return
        try:
            name = self._public_part(file).key_id.hex()
        except LedgerError:
            name = "unreadable"
        count = sum(other.startswith(f"{_KEY_FILE}.{name}") for other in self._old_names())
        move_private(self.folder, file, f"{_KEY_FILE}.{name}{f'-{count + 1}' if count else ''}.old")

    def old_keys(self) -> list[tuple[Path, bool]]:
        """Secret keys that sign no more and still lie here, each with whether it is encrypted."""
        keys = []
        for name in self._old_names():
            with suppress(LedgerError):
                self._public_part(name)
                content = read_private(self.folder, name) or b""
                keys.append((self.folder / name, is_protected(self.folder) or needs_passphrase(content)))
        return keys

    def _old_names(self) -> list[str]:
        return [
            name for name in private_names(self.folder) if name.startswith(f"{_KEY_FILE}.") and name.endswith(".old")
        ]

    @property
    def has_log_key(self) -> bool:
        return has_private(self.folder, _KEY_FILE)

    def person_reference(self, person: str) -> str:
        """A salted reference to a person, `p-…`; name and salt stay in `private/`, and are forgotten together.

        Every person has a salt of their own, so that the same name gets another reference once it was forgotten. A
        reference behind which somebody stands is their own.
        Raises StoreError for an empty name.
        """
        make_folder(self.folder, mode=0o700)
        name = person.strip()
        if not name:
            raise StoreError(Message("a person needs a name; nothing was written"))
        people = self._people()
        if name in people:
            return name
        names = ((reference, _name_of(who).casefold()) for reference, who in people.items())
        reference = next((reference for reference, other in names if other == name.casefold()), None)
        if reference is None:
            salt = secrets.token_bytes(32)
            reference = short_id("p", hmac.new(salt, name.casefold().encode(), hashlib.sha256).hexdigest())
            self._write_people(people | {reference: {"name": name, "salt": salt.hex()}})
        return reference

    def reference_of(self, by: str) -> str:
        """A reference to a person, of a name or of a reference, which is taken as it is: nobody looks who stands behind
        it. Raises StoreError for an empty name."""
        return by if by.startswith("p-") else self.person_reference(by)

    def actor_reference(self, by: str, delegations: Collection[str]) -> str:
        """Who acts, as a record holds it: a delegation by its id, a person by a salted reference; the name stays in
        `private/`. Raises StoreError for nobody, and for a reference behind which nobody stands."""
        name = by.strip()
        if not name:
            raise StoreError(Message("say whose act it is: --by NAME; nothing was entered"))
        if name in delegations:
            return name
        if name.startswith("p-"):
            self.check_person(name)
            return name
        return self.person_reference(name)

    def forget_people(self, references: Iterable[str]) -> None:
        """Remove who stands behind references, and the salts; no error for one behind which nobody stands any more."""
        people, gone = self._people(), set(references)
        left = {reference: who for reference, who in people.items() if reference not in gone}
        if len(left) < len(people):
            self._write_people(left)

    def check_person(self, reference: str) -> None:
        """Raises StoreError if nobody stands behind a reference."""
        if reference not in self._people():
            raise StoreError(
                Message("nobody stands behind {reference}; `private/people.json` lists who does", reference=reference)
            )

    def knows(self, reference: str) -> bool:
        return reference in self._people()

    def name_of(self, reference: str) -> str | None:
        """Who stands behind a reference; None if they were erased."""
        who = self._people().get(reference)
        return None if who is None else _name_of(who)

    def people(self) -> dict[str, str]:
        """Everybody who has a reference, by it, and whose name was not erased."""
        return {reference: _name_of(who) for reference, who in self._people().items()}

    def _people(self) -> dict[str, Any]:
        content = read_private(self.folder, _PEOPLE_FILE)
        people: dict[str, Any] = json.loads(content) if content is not None else {}
        return people

    def _write_people(self, people: Mapping[str, Any]) -> None:
        content = json.dumps(people, ensure_ascii=False, indent=1).encode()
        write_private(self.folder, _PEOPLE_FILE, content)


def new_log_name() -> str:
    """A name for a log, drawn by lot: its origin."""
    return f"trucewatch/{secrets.token_hex(8)}"


def _name_of(who: Any) -> str:
    """A person's name; a watch of before there was a salt for each holds it bare."""
    return str(who["name"]) if isinstance(who, dict) else str(who)


def _passphrase() -> bytes | None:
    """None if the variable is not set; an empty one makes no key."""
    text = os.environ.get(PASSPHRASE)
    return None if text is None else text.encode()


def key_record(
    act: str, role: str, key: str, *, holder: str = "", replaces: str = "", reason: str = ""
) -> Mapping[str, Any]:
    """What the ledger says of a key: act new, rotate, revoke or lost; role log, witness or delegation.

    Raises LedgerError for another act or role.
    """
    if act not in ("new", "rotate", "revoke", "lost") or role not in ("log", "witness", "delegation"):
        raise LedgerError(Message('a key is not "{act}" as "{role}"', act=act, role=role))
    return {
        "schema": KEY,
        "act": act,
        "role": role,
        "holder": holder,
        "key": key,
        "replaces": replaces,
        "reason": reason,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKey:
    """A key that the ledger names: whose, brought in by which entry, and by which entry and act it ended."""

    key: str
    role: str
    holder: str
    entry: int
    brought_by: str
    ended: int | None = None
    ended_by: str = ""

    @property
    def name(self) -> str:
        return self.key.partition("+")[0]

    @property
    def public(self) -> PublicKey:
        """The key itself. Raises LedgerError for a text that is none."""
        return read_public_key(self.key)

    @property
    def is_in_force(self) -> bool:
        return self.ended is None

    def counts_at(self, size: int) -> bool:
        """Whether its signature under a checkpoint of so many entries counts: brought in before, not ended before."""
        return self.entry < max(1, size) and (self.ended is None or size <= self.ended + 1)

    def state(self) -> str:
        """In force, or what ended it, in words."""
        words = {"rotate": "replaced", "revoke": "revoked", "lost": "lost"}
        return "in force" if self.ended is None else f"{words.get(self.ended_by, 'ended')} by entry {self.ended}"


def named_keys(events: Iterable[tuple[int, Mapping[str, Any]]]) -> list[NamedKey]:
    """Every key that key records bring in, with its end; (entry, record) in the order of the ledger."""
    named: dict[str, NamedKey] = {}
    for entry, record in events:
        act, key = record["act"], record["key"]
        over = record["replaces"] if act == "rotate" else key if act in ("revoke", "lost") else ""
        if over in named:
            named[over] = replace(named[over], ended=entry, ended_by=act)
        if act in ("new", "rotate"):
            named[key] = NamedKey(key=key, role=record["role"], holder=record["holder"], entry=entry, brought_by=act)
    return list(named.values())


def check_new_key(registered: Sequence[NamedKey], text: str, *, role: str, holder: str) -> PublicKey:
    """The witness's or delegation's key that a text names, if it may be registered. Raises LedgerError saying why
    not."""
    algorithms = {"witness": WITNESS_ALGORITHM, "delegation": LOG_ALGORITHM}
    if role not in algorithms:
        raise LedgerError(Message('"{role}" is no role of a key to register; write witness or delegation', role=role))
    if not holder.strip():
        raise LedgerError(Message("say whose key it is: --holder NAME"))
    if PERSON_REFERENCE.fullmatch(holder.strip()):
        raise LedgerError(
            Message(
                "{holder} stands for a person; say by its public name which delegation or organisation holds the key, "
                "since that stays for ever and cannot be erased",
                holder=holder.strip(),
            )
        )
    key = read_public_key(text)
    check_name(key.name)
    if key.algorithm != algorithms[role]:
        other_role = "witness" if role == "delegation" else "delegation or a log"
        raise LedgerError(
            Message(
                "{name} is a key of a {other}, not of a {role}; ask for one made with --role {role}",
                name=key.name,
                other=other_role,
                role=role,
            )
        )
    for other in registered:
        whose = f"{other.role} {other.name}, entry {other.entry}"
        if other.key == str(key):
            again = "" if other.is_in_force else f", and {other.state()}: ask for a new key"
            raise LedgerError(Message("this key is registered already ({whose}{again})", whose=whose, again=again))
        if _raw(other.key) == key.raw:
            raise LedgerError(
                Message(
                    "this is the key of {whose} under another name; each holder makes a key of their own", whose=whose
                )
            )
        if other.name.casefold() == key.name.casefold() and (other.is_in_force or other.role != role):
            raise LedgerError(
                Message(
                    'the name "{name}" is taken ({whose}); ask for a key of another name, or revoke that one first',
                    name=other.name,
                    whose=whose,
                )
            )
    return key


def check_revocation(registered: Sequence[NamedKey], text: str) -> NamedKey:
    """The witness's or delegation's key that may be revoked. Raises LedgerError saying why not, and what to do."""
    key = str(read_public_key(text))
    named = next((candidate for candidate in registered if candidate.key == key), None)
    if named is None:
        raise LedgerError(Message("the ledger names no such key; see: trucewatch keys list WATCH"))
    if named.role == "log":
        raise LedgerError(
            Message(
                "this is the ledger's own key. To replace it: trucewatch keys rotate WATCH. If it was stolen: "
                "trucewatch keys rotate WATCH --lost --reason stolen --yes"
            )
        )
    if not named.is_in_force:
        raise LedgerError(
            Message(
                "{name} was revoked already, by entry {ended}; nothing was entered", name=named.name, ended=named.ended
            )
        )
    return named


def check_cosignature(registered: Sequence[NamedKey], checkpoint: Checkpoint, line: Signature, now: int) -> None:
    """Raises StoreError for a line that is no good cosignature of a registered witness in force at that size, saying
    why.

    now: POSIX seconds; a line that is dated later would make every inspector refuse the ledger until then.
    """
    size, signer = checkpoint.size, f"{line.name} ({line.key_id.hex()})"
    namesakes = (witness for witness in registered if witness.role == "witness" and witness.name == line.name)
    witness = next((witness for witness in namesakes if witness.public.key_id == line.key_id), None)
    if witness is None:
        raise StoreError(
            Message(
                "the line of {signer} is not of a registered witness. Get its public key by another way, then see: "
                "trucewatch keys register",
                signer=signer,
            )
        )
    if not checkpoint.signed_by_line(witness.public, line):
        raise StoreError(
            Message(
                "the line of {signer} is no good cosignature of this checkpoint; ask for the file again",
                signer=signer,
            )
        )
    if not witness.counts_at(size):
        since = f"registered by entry {witness.entry}" if witness.entry >= size else witness.state()
        again = "run: trucewatch run WATCH, and ask the witness to cosign the checkpoint that is there then"
        if not witness.is_in_force:
            again = "if the witness has a new key: trucewatch keys register"
        raise StoreError(
            Message(
                "{signer} was {since}, so it does not count under a checkpoint of {size} entries; {again}",
                signer=signer,
                since=since,
                size=size,
                again=again,
            )
        )
    ahead_s = int.from_bytes(line.signature[:8], "big") - now
    if ahead_s > CLOCK_SKEW_S:
        raise StoreError(
            Message(
                "the line of {signer} is dated {ahead_s} s after this computer's time; the witness has to set its "
                "clock and sign again, unless it is this computer's clock that is wrong",
                signer=signer,
                ahead_s=ahead_s,
            )
        )


def without_false_lines(registered: Sequence[NamedKey], checkpoint: Checkpoint) -> list[Signature]:
    """The lines of a checkpoint without those in the name of a registered witness that are not its signature."""
    witnesses = [named.public for named in registered if named.role == "witness"]
    keys = {(key.name, key.key_id): key for key in witnesses}
    lines = ((line, keys.get((line.name, line.key_id))) for line in checkpoint.signatures)
    return [line for line, key in lines if key is None or key.verifies(checkpoint.text, line.signature)]


def _raw(key: str) -> bytes:
    try:
        return read_public_key(key).raw
    except LedgerError:
        return b""
