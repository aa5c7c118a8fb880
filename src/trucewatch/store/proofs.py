"""Proofs for one entry of a store's ledger, as anyone can check them: entry, leaf hash, path, signed checkpoint,
witnesses.

All of it comes from what is published (`checkpoint`, tiles), so that no lock is needed and a run may go on; a static
copy of the ledger gives the same proof. Nothing is handed out that does not lead to the signed root.
"""

from __future__ import annotations

import base64
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trucewatch.errors import Corrupt, StoreError
from trucewatch.ledger.note import Checkpoint, PublicKey, read_checkpoint, read_public_key
from trucewatch.ledger.tiles import TileReader
from trucewatch.ledger.tree import inclusion_proof, leaf_hash, root_from_inclusion
from trucewatch.messages import Amount, Message
from trucewatch.model.times import iso_utc
from trucewatch.store.disk_errors import translating
from trucewatch.store.index import read_key_events
from trucewatch.store.journal import KEY, read_entries
from trucewatch.store.keys import NamedKey, named_keys
from trucewatch.store.read_only_index import ask_index


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A registered witness's good line under a checkpoint: whose key, and when the witness says that it saw it."""

    holder: str
    key: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedCheckpoint:
    """The latest checkpoint: the note as it is published, what it states, and the keys whose signatures are good.

    note: the signed note, every line of it. text: what is signed, without signatures. key: the log's public key that
    signed (`name+id+base64`). cosignatures: of witnesses that count at this size, each once.
    """

    note: bytes
    text: bytes
    origin: str
    size: int
    root: bytes
    key: str
    cosignatures: tuple[Cosignature, ...]


@dataclass(frozen=True, slots=True)
class EntryProof:
    """That an entry stands at its place under a checkpoint.

    entry: its canonical bytes, which name the record by its hash. leaf_hash: SHA-256(0x00 || entry). hashes: the
    inclusion proof of RFC 6962, section 2.1.1, from the leaf upwards.
    """

    number: int
    entry: bytes
    leaf_hash: bytes
    hashes: tuple[bytes, ...]
    checkpoint: PublishedCheckpoint

    def as_json(self) -> dict[str, object]:
        """`trucewatch/proof/1`: hashes as hexadecimal digits, the entry, the signed text and keys as base64, times as
        UTC."""
        checkpoint = self.checkpoint
        public = read_public_key(checkpoint.key)
        return {
            "schema": "trucewatch/proof/1",
            "number": self.number,
            "entry": base64.b64encode(self.entry).decode(),
            "leaf_hash": self.leaf_hash.hex(),
            "hashes": [node.hex() for node in self.hashes],
            "checkpoint": {
                "note": checkpoint.note.decode(),
                "text": base64.b64encode(checkpoint.text).decode(),
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "root": checkpoint.root.hex(),
                "key": checkpoint.key,
                "signature": base64.b64encode(_line_of(read_checkpoint(checkpoint.note), public) or b"").decode(),
                "raw_key": base64.b64encode(public.raw).decode(),
                "cosignatures": [
                    {"holder": cosignature.holder, "key": cosignature.key, "seen_at": iso_utc(cosignature.seen_at)}
                    for cosignature in checkpoint.cosignatures
                ],
            },
        }


def latest_checkpoint(root: Path) -> PublishedCheckpoint:
    """The latest published checkpoint of a store (`.trucewatch`), with who signed it.

    Raises StoreError if none is published yet, Corrupt if no key that the ledger names has signed it, LedgerError if it
    is none.
    """
    path = root / "ledger" / "checkpoint"
    if not path.is_file():
        raise StoreError(Message("{path} has published no checkpoint yet; run: trucewatch run WATCH", path=path.parent))
    with translating(path):
        note = path.read_bytes()
    checkpoint, keys = read_checkpoint(note), _keys_of(root)
    size = checkpoint.size
    signers = [
        signer
        for signer in keys
        if signer.role == "log" and signer.counts_at(size) and checkpoint.signed_by(signer.public)
    ]
    if not signers:
        raise Corrupt(
            Message("{path} is signed by no key that the ledger names; see: trucewatch verify WATCH", path=path)
        )
    witnesses = [witness for witness in keys if witness.role == "witness" and witness.counts_at(size)]
    cosignatures = tuple(line for witness in witnesses if (line := _cosignature_of(checkpoint, witness)) is not None)
    return PublishedCheckpoint(
        note, checkpoint.text, checkpoint.origin, size, checkpoint.root, signers[-1].key, cosignatures
    )


def proof_of_entry(root: Path, number: int) -> EntryProof:
    """The proof of one entry of a store (`.trucewatch`) against its latest published checkpoint.

    Raises StoreError if no checkpoint covers the entry, Corrupt if the tiles do not lead to the signed root.
    """
    checkpoint = latest_checkpoint(root)
    if not 0 <= number < checkpoint.size:
        raise StoreError(
            Message(
                "entry {entry} is not under the latest checkpoint, which covers {size} entries; a later one is "
                "published when the run that is going on ends",
                entry=number,
                size=Amount(checkpoint.size),
            )
        )
    folder = root / "ledger"
    with translating(folder):
        try:
            tiles = TileReader(folder, checkpoint.size)
            entry = tiles.entry(number)
            hashes = tuple(inclusion_proof(tiles.node, number, checkpoint.size))
            leads_to = root_from_inclusion(leaf_hash(entry), number, checkpoint.size, hashes)
        except IndexError as exc:
            raise Corrupt(
                Message(
                    "{folder}: entry {entry} is not in its bundle; see: trucewatch verify WATCH",
                    folder=folder,
                    entry=number,
                )
            ) from exc
    if leads_to != checkpoint.root:
        raise Corrupt(
            Message(
                "{folder}: the tiles of entry {entry} do not lead to the signed root; see: trucewatch verify WATCH",
                folder=folder,
                entry=number,
            )
        )
    return EntryProof(number, entry, leaf_hash(entry), hashes, checkpoint)


def _keys_of(root: Path) -> list[NamedKey]:
    """Every key that the ledger names, in the order of its entries."""
    try:
        return named_keys(ask_index(root, read_key_events))
    except sqlite3.Error:
        entries = read_entries(root, kind=KEY)
        return named_keys((entry.number, entry.record) for entry in entries if entry.record["schema"] == KEY)


def _cosignature_of(checkpoint: Checkpoint, witness: NamedKey) -> Cosignature | None:
    """The witness's line, if a good one stands there; its first eight bytes are the time."""
    line = _line_of(checkpoint, witness.public)
    if line is None:
        return None
    try:
        seen_at = datetime.fromtimestamp(int.from_bytes(line[:8], "big"), UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return Cosignature(witness.holder, witness.key, seen_at)


def _line_of(checkpoint: Checkpoint, key: PublicKey) -> bytes | None:
    """The first good signature of a key, without its key id."""
    lines = (signature.signature for signature in checkpoint.signatures if checkpoint.signed_by_line(key, signature))
    return next(lines, None)
