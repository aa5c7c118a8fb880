"""What witnesses cosigned: their lines go on the ledger's checkpoints, and the notes are kept outside the store.

Every start holds the store against them (`history`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from trucewatch.errors import StoreError
from trucewatch.ledger.note import Signature, read_checkpoint
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating, write_durably
from trucewatch.store.history import keep_note
from trucewatch.store.keys import NamedKey, check_cosignature, without_false_lines


def add_cosignatures(root: Path, content: bytes, registered: Sequence[NamedKey], now: int) -> str:
    """Add the good lines of registered witnesses to the checkpoint of the same text; what was done, in words.

    Every other line is left out, and said. What was taken is kept in the watch's folder `witnessed/` too. root: the
    store's folder. now: POSIX seconds. Raises StoreError if no line is good, LedgerError if it is no checkpoint.
    """
    from trucewatch.ledger.witness import merge_cosignatures

    other, good, refused = read_checkpoint(content), list[Signature](), list[StoreError]()
    folder = root / "ledger"
    path, latest = folder / "checkpoints" / str(other.size), folder / "checkpoint"
    with translating(folder):
        published = read_checkpoint(path.read_bytes()) if path.is_file() else None
        if published is None or published.text != other.text:
            raise StoreError(
                Message(
                    "this ledger has no such checkpoint of {size} entries; it belongs to another log or history",
                    size=other.size,
                )
            )
        for line in other.signatures:
            if line.name != other.origin:
                try:
                    check_cosignature(registered, other, line, now)
                    good.append(line)
                except StoreError as exc:
                    refused.append(exc)
        if not good:
            raise (
                refused[0]
                if refused
                else StoreError(Message("it carries no cosignature; ask the witness for the file again"))
            )
        mine = replace(published, signatures=tuple(without_false_lines(registered, published)))
        merged = merge_cosignatures(bytes(mine), [bytes(replace(other, signatures=tuple(good)))])
        keep_note(root.parent, merged, _name_of(good))
        write_durably(path, merged)
        if read_checkpoint(latest.read_bytes()).size == other.size:
            write_durably(latest, merged)
    already = ", known already" if all(line in published.signatures for line in good) else ""
    left_out = f"; left out: {'; '.join(map(str, refused))}" if refused else ""
    return f"{len(good)} cosignature(s) on the checkpoint of {other.size} entries{already}{left_out}"


def _name_of(lines: Sequence[Signature]) -> str:
    """A file name for what these witnesses signed, the same for the same witnesses."""
    signers = sorted({(line.name, line.key_id) for line in lines})
    if len(signers) == 1:
        return signers[0][1].hex()
    return sha256(repr(signers).encode()).hexdigest()[:8]
