"""A partial copy of a dossier as it came from somebody → what it proves, field by field, and what stays closed.

Offline, without a watch; it only reads, and believes nothing: every number in the file is bounded before it is used.
Steps, as in docs/ledger.md, "A partial copy": 1 form, 2 record, 3 entry, 4 checkpoint, 5 rows, 6 pieces, 7 recipient.
"""

from __future__ import annotations

import base64
import os
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import LedgerError
from trucewatch.ledger.dossier import (
    CONTENT,
    COPY,
    LARGEST_COPY,
    MOST_PARTS,
    MOST_ROWS,
    RECORD,
    SECTIONS,
    commitment,
    content_path,
    depth_of,
    follow,
    parts_in,
    perfect_levels,
    slots,
)
from trucewatch.ledger.note import (
    LOG_ALGORITHM,
    WITNESS_ALGORITHM,
    Checkpoint,
    PublicKey,
    decode_base64,
    read_checkpoint,
    read_public_key,
)
from trucewatch.ledger.signing import read_canonical
from trucewatch.ledger.tree import leaf_hash, root_from_inclusion
from trucewatch.messages import Message

MOST_COLUMNS: Final = 256
_ENTRY: Final = re.compile(
    rb'\{"at":"(\d{4}-\d\d-\d\dT[\d:]{8}(?:\.\d{1,9})?Z)","kind":"([\w./-]+)","object":"([\da-f]{64})"\}'
)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The keys that somebody got by another way: of the log, and of witnesses, of whom `quorum` have to have cosigned.

    latest_s: POSIX seconds; what a witness dates later does not count.
    """

    log: PublicKey
    witnesses: Collection[PublicKey] = ()
    quorum: int = 0
    latest_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCopy:
    """What a partial copy proves. opened: value by path. closed: the other columns of the rows that are here.

    untouched: the sections of which nothing is opened. pieces: of evidence, (row, number) → value. is_trusted: whether
    the key is the one that the reader holds; else it is the copy's own word.
    """

    recipient: str
    record: Mapping[str, Any]
    entry: int
    entered_at: str
    key: str
    size: int
    root: bytes
    is_trusted: bool
    witnesses: tuple[str, ...]
    opened: Mapping[str, Any]
    closed: tuple[str, ...]
    untouched: tuple[str, ...]
    pieces: Mapping[tuple[int, int], Mapping[str, str]]

    def closed_columns(self) -> dict[str, Counter[str]]:
        """In how many of the rows that are here each column is closed, by section."""
        columns: dict[str, Counter[str]] = {}
        for path in self.closed:
            section, _, column = path.split("/")
            columns.setdefault(section, Counter())[column] += 1
        return columns


def read_bounded(path: Path, most: int = LARGEST_COPY) -> bytes:
    """The bytes of a partial copy, or of another file. Raises LedgerError for what is no ordinary file, is too large or
    cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            state = os.fstat(descriptor)
            if stat.S_ISREG(state.st_mode) and state.st_size <= most:
                content = stream.read(most + 1)
                if len(content) <= most:
                    return content
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "its name cannot be used"
        raise LedgerError(Message("{path} cannot be read: {why}; give the file itself", path=path, why=why)) from exc
    raise LedgerError(
        Message("{path} is no ordinary file of at most {most} bytes; give the file itself", path=path, most=most)
    )


def expected_by_policy(content: bytes, now_s: float) -> Expected:
    """What a policy expects (docs/ledger.md, "Verifying"). Raises LedgerError for one that cannot be used."""
    try:
        policy = tomllib.loads(content.decode())
        if set(policy) <= {"schema", "log", "witnesses", "quorum", "max_clock_skew_s"} and policy["schema"] == 1:
            witnesses = {key.raw: key for key in map(read_public_key, policy.get("witnesses", []))}
            quorum, skew_s = policy.get("quorum", min(1, len(witnesses))), policy.get("max_clock_skew_s", 300)
            if type(quorum) is int and 0 <= quorum <= len(witnesses) and type(skew_s) in (int, float) and skew_s >= 0:
                log = read_public_key(policy["log"])
                return Expected(log=log, witnesses=witnesses.values(), quorum=quorum, latest_s=now_s + skew_s)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        pass
    raise LedgerError(
        Message(
            "the policy cannot be used; it has schema = 1, log, and where you know them witnesses, quorum and "
            "max_clock_skew_s, as docs/ledger.md has them"
        )
    )


def check_copy(content: bytes, expected: Expected | None = None) -> CheckedCopy:
    """What a partial copy proves. Raises LedgerError with the first thing that is wrong."""
    try:
        return _check(content, expected)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as exc:
        raise LedgerError(Message("it is not of the form of a partial copy; ask for the file again")) from exc


def _check(content: bytes, expected: Expected | None) -> CheckedCopy:
    # 1. Form
    _require(
        len(content) <= LARGEST_COPY and parts_in(content) <= MOST_PARTS,
        Message("it holds more than can be checked; ask for a copy that opens less"),
    )
    copy = read_canonical(content)
    _fields(copy, "schema", "record", "proof", "recipient", "rows", "pieces")
    _require(copy["schema"] == COPY, Message("it is no partial copy: its schema is another"))
    # 2. Record
    text: bytes = copy["record"].encode()
    record = read_canonical(text)
    sections = _sections(record)
    # 3. Entry
    proof = copy["proof"]
    _fields(proof, "schema", "number", "entry", "leaf_hash", "hashes", "checkpoint")
    _require(proof["schema"] == "trucewatch/proof/1", Message("its proof is of another form"))
    entry = decode_base64(proof["entry"])
    form = _ENTRY.fullmatch(entry)
    _require(
        form is not None
        and form[2].decode() == RECORD
        and form[3].decode() == sha256(text).hexdigest()
        and form[1].decode() == record["recorded_at"],
        Message("the entry of the ledger is not that of this dossier"),
    )
    # 4. Checkpoint
    checkpoint, key, witnesses = _checkpoint(proof["checkpoint"], expected)
    hashes = [_digest_of_hex(node) for node in _list(proof["hashes"], 64)]
    leaf, number = leaf_hash(entry), _number(proof["number"], checkpoint.size)
    _require(
        proof["leaf_hash"] == leaf.hex()
        and root_from_inclusion(leaf, number, checkpoint.size, hashes) == checkpoint.root,
        Message("its proof does not lead to the signed root"),
    )
    # 5. Rows
    opened: dict[str, Any] = {}
    closed: list[str] = []
    places: set[tuple[str, int]] = set()
    for row in _list(copy["rows"], len(SECTIONS) * MOST_ROWS):
        _fields(row, "section", "row", "fields", "hashes")
        section = sections[row["section"]]
        place = _number(row["row"], 1 << section["depth"])
        _require((row["section"], place) not in places, Message("a row stands in it twice"))
        places.add((row["section"], place))
        _check_row(row, section, place, opened, closed)
    # 6. Pieces
    pieces: dict[tuple[int, int], Mapping[str, str]] = {}
    for piece in _list(copy["pieces"], MOST_ROWS):
        _check_piece(piece, opened, pieces)
    # 7. Recipient
    recipient = copy["recipient"]
    recipients = [value for path, value in opened.items() if re.fullmatch(r"released/\d+/recipient", path)]
    _require(
        isinstance(recipient, str) and ([recipient] == recipients if recipient else not recipients),
        Message("it says another recipient than the dossier does"),
    )
    return CheckedCopy(
        recipient=recipient,
        record=record,
        entry=number,
        entered_at=record["recorded_at"],
        key=str(key),
        size=checkpoint.size,
        root=checkpoint.root,
        is_trusted=expected is not None,
        witnesses=witnesses,
        opened=opened,
        closed=tuple(closed),
        untouched=tuple(name for name in SECTIONS if name not in {section for section, _ in places}),
        pieces=pieces,
    )


def _sections(record: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    _fields(record, "schema", "recorded_at", "list", "salts", "sections")
    _fields(record["list"], "entry", "object")
    _fields(record["sections"], *SECTIONS)
    _number(record["list"]["entry"], 1 << 53)
    _require(
        record["schema"] == RECORD
        and all(_HASH.fullmatch(name) for name in (record["salts"], record["list"]["object"])),
        Message("its record is no dossier"),
    )
    for section in record["sections"].values():
        _fields(section, "columns", "depth", "root")
        columns = _list(section["columns"], MOST_COLUMNS)
        _require(
            all(_COLUMN.fullmatch(name) for name in columns) and sorted(set(columns)) == columns,
            Message("its record is no dossier"),
        )
        _number(section["depth"], depth_of(MOST_ROWS) + 1)
        _digest(section["root"])
    sections: Mapping[str, Mapping[str, Any]] = record["sections"]
    return sections


def _checkpoint(
    document: Mapping[str, Any], expected: Expected | None
) -> tuple[Checkpoint, PublicKey, tuple[str, ...]]:
    """The signed checkpoint of a proof, the key that signed it, and the witnesses that count."""
    names = ("note", "text", "origin", "size", "root", "key", "raw_key", "signature", "cosignatures")
    _fields(document, *names)
    checkpoint = read_checkpoint(document["note"].encode())
    key = read_public_key(document["key"])
    lines = [line for line in checkpoint.signatures if line.is_of(key)]
    _require(
        key.algorithm == LOG_ALGORITHM
        and key.name == checkpoint.origin
        and len(lines) > 0
        and all(key.verifies(checkpoint.text, line.signature) for line in lines),
        Message("its checkpoint is not signed by the key that it names"),
    )
    stated = {
        "note": bytes(checkpoint).decode(),
        "text": _base64(checkpoint.text),
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "key": str(key),
        "raw_key": _base64(key.raw),
        "signature": _base64(lines[0].signature),
        "cosignatures": [],
    }
    _require(dict(document) == stated, Message("its proof says of the checkpoint what the checkpoint does not"))
    if expected is None:
        return checkpoint, key, ()
    _require(
        key == expected.log,
        Message("it is signed by {key}, not by the key that you hold; ask by another way which holds", key=str(key)),
    )
    witnesses = {
        witness.raw: witness.name
        for witness in expected.witnesses
        if witness.algorithm == WITNESS_ALGORITHM
        and any(
            checkpoint.signed_by_line(witness, line) and line.posix_seconds <= expected.latest_s
            for line in checkpoint.signatures
        )
    }
    _require(
        len(witnesses) >= expected.quorum,
        Message(
            "{count} of your witnesses cosigned its checkpoint, and {quorum} have to; ask for the file again once they "
            "have",
            count=len(witnesses),
            quorum=expected.quorum,
        ),
    )
    return checkpoint, key, tuple(sorted(witnesses.values()))


def _check_row(
    row: Mapping[str, Any], section: Mapping[str, Any], place: int, opened: dict[str, Any], closed: list[str]
) -> None:
    """A row leads to its section's root; what is opened in it is added to `opened`, the rest to `closed`."""
    columns = section["columns"]
    fields = _list(row["fields"], MOST_COLUMNS)
    _require(len(fields) == slots(len(columns)), Message("a row has not as many fields as the record says"))
    leaves = []
    for slot, part in enumerate(fields):
        path = f"{row['section']}/{place}/{columns[slot]}" if slot < len(columns) else ""
        if isinstance(part, str):
            leaves.append(_digest(part))
            closed += [path] if path else []
        else:
            _fields(part, "salt", "value")
            _require(path, Message("a field is opened that the record does not name"))
            leaves.append(commitment(path, _digest(part["salt"]), part["value"]))
            opened[path] = part["value"]
    root = perfect_levels([leaf_hash(leaf) for leaf in leaves])[-1][0]
    hashes = [_digest(node) for node in _list(row["hashes"], section["depth"])]
    _require(
        len(hashes) == section["depth"] and follow(root, place, hashes) == _digest(section["root"]),
        Message(
            "row {row} of {section} is not what the dossier committed to: a value, a salt or a hash in it was changed",
            row=place,
            section=row["section"],
        ),
    )


def _check_piece(
    piece: Mapping[str, Any], opened: Mapping[str, Any], pieces: dict[tuple[int, int], Mapping[str, str]]
) -> None:
    """A piece of evidence leads to the root that its row's opened content names."""
    _fields(piece, "evidence", "number", "value", "salt", "hashes")
    row = _number(piece["evidence"], MOST_ROWS)
    tree = opened[f"evidence/{row}/{CONTENT}"]
    _fields(tree, "unit", "depth", "root")
    depth = _number(tree["depth"], 33)
    number = _number(piece["number"], (1 << depth) + 1)
    _require(number >= 1 and (row, number) not in pieces, Message("a piece of evidence stands in it twice"))
    (kind,) = piece["value"]
    _require(
        kind in ("text", "base64") and isinstance(piece["value"][kind], str),
        Message("a piece of evidence is not of its form"),
    )
    leaf = leaf_hash(commitment(content_path(row, number), _digest(piece["salt"]), piece["value"]))
    hashes = [_digest(node) for node in _list(piece["hashes"], depth)]
    _require(
        len(hashes) == depth and follow(leaf, number - 1, hashes) == _digest(tree["root"]),
        Message(
            "{unit} {number} of evidence {row} is not what the dossier committed to",
            unit=str(tree["unit"])[:20],
            number=number,
            row=row,
        ),
    )
    pieces[row, number] = piece["value"]


def _require(condition: object, fault: Message) -> None:
    if not condition:
        raise LedgerError(fault)


def _fields(value: Any, *names: str) -> None:
    if not isinstance(value, dict) or set(value) != set(names):
        raise LedgerError(Message("it has to have exactly these fields here: {words}", words=", ".join(sorted(names))))


def _list(value: Any, most: int) -> Sequence[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise LedgerError(Message("it has a list that is none, or is longer than {most}", most=most))
    return value


def _number(value: Any, below: int) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise LedgerError(Message("it has a number that is none, or is not below {most}", most=below))
    return value


def _digest(text: Any) -> bytes:
    content = decode_base64(text) if isinstance(text, str) else b""
    _require(len(content) == 32, Message("it has a hash or a salt that is not 32 bytes"))
    return content


def _digest_of_hex(text: Any) -> bytes:
    _require(isinstance(text, str) and _HASH.fullmatch(text), Message("it has a hash that is not 64 digits"))
    return bytes.fromhex(text)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
