"""A watch gets a passphrase, loses it, or is sealed: what lies on the disk afterwards, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trucewatch.store.private_files import (
    decrypt_files,
    encrypt_plain_files,
    has_private,
    remove_private,
    write_private,
)
from trucewatch.store.vault import check_strength, drop_vault, is_protected, make_vault

if TYPE_CHECKING:
    from trucewatch.store.store import Store

_GOING_ON: Final = "protecting"
"""Stands while files are being encrypted, so that a run that was cut short is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encrypted:
    """How many private files and how many pieces of evidence were encrypted or decrypted."""

    private: int
    evidence: int


def protect(store: Store, passphrase: str) -> Encrypted:
    """Give the watch a passphrase and encrypt what it protects. Raises StoreError for a short one, or if it has one.

    A run that is killed half-way leaves a watch that is protected, and whose next start encrypts the rest.
    """
    check_strength(passphrase)
    private = store.root / "private"
    write_private(private, _GOING_ON, b"")
    make_vault(private, passphrase)
    return finish_protecting(store)


def finish_protecting(store: Store) -> Encrypted:
    """Encrypt what is still plain of a protected watch: private files, and evidence if a run that did was cut short."""
    private = store.root / "private"
    if not is_protected(private):
        return Encrypted(private=0, evidence=0)
    files = encrypt_plain_files(private)
    if not has_private(private, _GOING_ON):
        return Encrypted(private=files, evidence=0)
    store.keys.free_log_keys()
    closed = [sha256 for sha256 in closed_evidence(store) if store.evidence.close(sha256)]
    remove_private(private, _GOING_ON)
    return Encrypted(private=files, evidence=len(closed))


def unprotect(store: Store) -> Encrypted:
    """Decrypt everything and take the passphrase away."""
    private = store.root / "private"
    opened = [sha256 for sha256 in list(store.evidence.names()) if store.evidence.open_again(sha256)]
    files = decrypt_files(private)
    drop_vault(private)
    return Encrypted(private=files, evidence=len(opened))


def closed_evidence(store: Store) -> list[str]:
    """The hashes of evidence that no source gave to everybody, as its records say.

    What one gave openly stays plain, whoever else gave it: the inspector takes no encrypted file in its place.
    """
    rows = store.index.rows("SELECT sha256, entry FROM evidence ORDER BY entry")
    records = [(sha256, next(store.journal.entries(int(entry))).record) for sha256, entry in rows]
    opened = {sha256 for sha256, record in records if record.get("handling") == "open"}
    # The record of what was erased is gone with its file's name: such bytes are not here, or are nobody's to read.
    return sorted({sha256 for sha256, _ in records} - opened)
