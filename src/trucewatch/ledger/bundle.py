"""Bundles: one zip that proves what it opens on a computer that has never seen us. Format: docs/bundle.md.

A bundle holds members by plain names. `manifest.json` names every other member by its SHA-256; `given.json` is the
ledger's record that this manifest was given, with its proof. So nothing can be changed, taken out, put in or taken
from another bundle without a new signature of the log. `padding` alone is in no manifest: it holds zeros, and is so
long that the file's size is a power of two, which tells nothing of how much was left out.

The zip is written in one way alone: members stored, in order of their names, without times; whatever differs from that
by one byte is no bundle.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from trucewatch.errors import LedgerError
from trucewatch.ledger.signing import write_canonical
from trucewatch.messages import Message

MANIFEST: Final = "trucewatch/bundle/1"
GIVEN: Final = "trucewatch/bundle-given/1"
RECEIPT: Final = "trucewatch/bundle-receipt/1"
LOG_RECEIPT: Final = "trucewatch/bundle-log-receipt/1"
ENTERED: Final = "trucewatch/recipient-bundle/1"
"""An entry of a recipient's own log: that a bundle was given, and nothing of when."""
SUBJECTS: Final = ("incident", "figure")
LARGEST: Final = 2**28
"""Bytes of the whole file; a check reads no more."""
LEAST: Final = 2**18
"""Bytes that every bundle has at the least: most have just these, whatever they are of."""
MOST_MEMBERS: Final = 4096
MANIFEST_NAME: Final = "manifest.json"
GIVEN_NAME: Final = "given.json"
PADDING_NAME: Final = "padding"
COPY_NAME: Final = "dossier-copy.json"
FIGURE_NAME: Final = "figure.json"
CHECKPOINT_NAME: Final = "checkpoint.txt"
KEYS_NAME: Final = "keys.txt"
README_NAME: Final = "README.txt"
INSPECTOR_NAME: Final = "inspector.py"
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_DAY: Final = 0x21
"""1980-01-01, the first day that a zip can name: the same in every bundle."""


def manifest(subject: str, recipient: str, language: str, members: Mapping[str, bytes]) -> bytes:
    """`trucewatch/bundle/1`: for whom, in which language, and the SHA-256 of each member but the receipt and the
    padding. subject: one of SUBJECTS."""
    return write_canonical(
        {
            "schema": MANIFEST,
            "subject": subject,
            "recipient": recipient,
            "language": language,
            "members": {name: sha256(content).hexdigest() for name, content in members.items()},
        }
    ).encode()


def digest(content: bytes) -> str:
    """By which a record names what it does not keep: SHA-256 as base64."""
    return base64.b64encode(sha256(content).digest()).decode()


def receipt(record: bytes, proof: Mapping[str, Any]) -> bytes:
    """`trucewatch/bundle-receipt/1`: the exact bytes of the record that a bundle was given, and `trucewatch/proof/1`.
    Whose witnesses cosigned, the note itself says."""
    checkpoint = {**proof["checkpoint"], "cosignatures": []}
    content = {"schema": RECEIPT, "record": record.decode(), "proof": {**proof, "checkpoint": checkpoint}}
    return write_canonical(content).encode()


def log_entry(content: bytes) -> bytes:
    """`trucewatch/recipient-bundle/1`: the entry of a bundle in its recipient's own log. content: of the manifest."""
    return write_canonical({"schema": ENTERED, "manifest": digest(content)}).encode()


def log_receipt(entry: bytes, number: int, size: int, hashes: Sequence[str]) -> bytes:
    """`trucewatch/bundle-log-receipt/1`: that entry and its inclusion proof under the log's checkpoint of a size.
    hashes: as base64, from the leaf upwards."""
    content = {"schema": LOG_RECEIPT, "entry": entry.decode(), "number": number, "size": size, "hashes": list(hashes)}
    return write_canonical(content).encode()


def write_bundle(members: Mapping[str, bytes]) -> bytes:
    """The zip of these members and of the padding that makes its size a power of two. The same members, the same bytes.

    Raises LedgerError for more than a check reads.
    """
    if len(members) >= MOST_MEMBERS:
        raise LedgerError(Message("a bundle has at most {most} files; open fewer fields", most=f"{MOST_MEMBERS:,}"))
    bare = size_of({**members, PADDING_NAME: b""})
    size = max(LEAST, 1 << (bare - 1).bit_length())
    if size > LARGEST:
        raise LedgerError(
            Message(
                "the bundle would have {size} bytes; one of at most {most} can be checked. Open fewer fields",
                size=f"{size:,}",
                most=f"{LARGEST:,}",
            )
        )
    return write_zip({**members, PADDING_NAME: bytes(size - bare)})


def size_of(members: Mapping[str, bytes]) -> int:
    """Bytes of the zip of these members."""
    fixed = _LOCAL.size + _CENTRAL.size
    return _END.size + sum(fixed + 2 * len(name) + len(content) for name, content in members.items())


def write_zip(members: Mapping[str, bytes]) -> bytes:
    """A zip in the one form that bundles have: stored, in order of names, dated 1980-01-01. Names are ASCII."""
    head, tail = bytearray(), bytearray()
    for name, content in sorted(members.items()):
        path, crc, size = name.encode("ascii"), zlib.crc32(content), len(content)
        start = len(head)
        head += _LOCAL.pack(b"PK\3\4", 20, 0, 0, 0, _DAY, crc, size, size, len(path), 0) + path + content
        made_by, mode = 0x314, 0o100644 << 16  # Unix, an ordinary file that everybody may read
        tail += _CENTRAL.pack(
            b"PK\1\2", made_by, 20, 0, 0, 0, _DAY, crc, size, size, len(path), 0, 0, 0, 0, mode, start
        )
        tail += path
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(tail), len(head), 0)
    return bytes(head + tail + end)


def inspector_bytes() -> bytes:
    """The inspector's one file, as everybody may take it along."""
    return files("trucewatch.ledger").joinpath("inspector.py").read_bytes()
