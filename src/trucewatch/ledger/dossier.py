"""Dossiers: each field of an incident and all behind it as a salted hash, so that some can be opened and the rest stays
closed. Format: docs/ledger.md, "A partial copy".

A dossier is a few tables (SECTIONS). A field has a path, `observations/2/kind`; its salt is made from a seed of 32
random bytes; its commitment is a hash of path, salt and value. The commitments of a row are the leaves of a perfect
tree, the rows of a table those of another. The record holds the roots: it does not grow, and tells nothing of how much
it holds but to a factor of four.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from trucewatch.errors import LedgerError
from trucewatch.ledger.signing import write_canonical
from trucewatch.ledger.tree import leaf_hash, node_hash
from trucewatch.messages import Message

RECORD: Final = "trucewatch/dossier/1"
SALTS: Final = "trucewatch/dossier-salts/1"
COPY: Final = "trucewatch/dossier-copy/1"
BARE: Final = "trucewatch/dossier-sections/1"
SECTIONS: Final = ("incident", "findings", "observations", "evidence", "released")
"""The tables of a dossier. `incident` has one row; `released` one, of the recipient whose dossier it is;
dossiers were once of all recipients, and those have one for each that may have it."""
CONTENT: Final = "content"
"""The column of `evidence` that commits to its bytes, piece by piece."""

MOST_ROWS: Final = 10_000
LARGEST_COPY: Final = 64_000_000
"""Bytes of a file that is given away; a check reads no more."""
MOST_PARTS: Final = 2_000_000
"""Values in it; with fewer fields than these, what is opened has to be chosen."""
LARGEST_CONTENT: Final = 64_000_000
"""Bytes of one piece of evidence that is committed to piece by piece; of a larger one only its own SHA-256 is."""
MOST_PIECES: Final = 250_000
CHUNK: Final = 4096
_LEAST_DEPTH: Final = 4
"""A table has room for 16, 64, 256 … rows, so that this much is all that its proofs tell of their number."""

Row = Mapping[str, Any]


def commitment(path: str, salt: bytes, value: Any) -> bytes:
    """SHA-256("trucewatch/dossier-field/1\\n" ‖ path ‖ "\\n" ‖ salt ‖ value as RFC 8785 JSON); salt: 32 bytes."""
    # For all but objects and lists the standard library writes the same, and faster: a dossier may have 500,000 fields.
    text = write_canonical(value) if isinstance(value, dict | list) else json.dumps(value, ensure_ascii=False)
    return sha256(b"trucewatch/dossier-field/1\n" + path.encode() + b"\n" + salt + text.encode()).digest()


def salt_of(seed: bytes, path: str) -> bytes:
    """HMAC-SHA256(seed, path): without the seed as good as 32 random bytes for each path, and no salt tells another."""
    return hmac.digest(seed, path.encode(), "sha256")


def slots(columns: int) -> int:
    """How many leaves a row has: the power of two that holds its columns."""
    return 1 << max(columns - 1, 0).bit_length()


def depth_of(rows: int) -> int:
    """The height of the tree above that many rows: 4, 6, 8 …"""
    depth = max((rows - 1).bit_length(), _LEAST_DEPTH)
    return depth + depth % 2


def perfect_levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The levels of a perfect tree from its leaves (hashes) to its root; a power of two of them."""
    levels = [list(leaves)]
    while len(row := levels[-1]) > 1:
        levels.append([node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)])
    return levels


def path_in(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the root, upwards."""
    return [level[(index >> height) ^ 1] for height, level in enumerate(levels[:-1])]


def follow(node: bytes, index: int, hashes: Sequence[bytes]) -> bytes:
    """The root that a hash at a place of a perfect tree leads to."""
    for height, other in enumerate(hashes):
        node = node_hash(other, node) if index >> height & 1 else node_hash(node, other)
    return node


def pieces_of(content: bytes) -> tuple[str, list[bytes]] | None:
    """What can be opened of bytes one by one: ("line", each with its line feed) of a text, else ("chunk", 4,096 bytes
    each); None of bytes that are too many."""
    if len(content) > LARGEST_CONTENT:
        return None
    if b"\0" not in content and content.count(b"\n") < MOST_PIECES:
        lines = content.split(b"\n")
        whole = [line + b"\n" for line in lines[:-1]]
        return "line", whole + ([lines[-1]] if lines[-1] else [])
    return "chunk", [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]


def piece_value(piece: bytes) -> dict[str, str]:
    """A piece as a value: `{"text": …}` if it is UTF-8, else `{"base64": …}`."""
    try:
        return {"text": piece.decode()}
    except UnicodeDecodeError:
        return {"base64": _base64(piece)}


def content_path(row: int, number: int) -> str:
    """The path of a piece; pieces are numbered from 1, as rows of evidence are."""
    return f"evidence/{row}/{CONTENT}/{number}"


class ContentTree:
    """The tree over the pieces of one piece of evidence. Raises LedgerError for bytes that are too many."""

    def __init__(self, seed: bytes, row: int, content: bytes) -> None:
        parts = pieces_of(content)
        if parts is None:
            raise LedgerError(Message("this evidence is too large to be opened in parts"))
        self._seed, self._row = seed, row
        self.unit, self.pieces = parts
        self.depth = depth_of(len(self.pieces))
        leaves = [leaf_hash(self._commitment(number, piece)) for number, piece in enumerate(self.pieces, 1)]
        room = range(len(leaves), 1 << self.depth)
        leaves += [salt_of(seed, f"evidence/{row}/{CONTENT}/filler/{place}") for place in room]
        self._levels = perfect_levels(leaves)

    def _commitment(self, number: int, piece: bytes) -> bytes:
        path = content_path(self._row, number)
        return commitment(path, salt_of(self._seed, path), piece_value(piece))

    @property
    def value(self) -> dict[str, Any]:
        """What the column `content` holds."""
        return {"unit": self.unit, "depth": self.depth, "root": _base64(self._levels[-1][0])}

    def opened(self, number: int) -> dict[str, Any]:
        """One piece as a copy opens it. Raises LedgerError if there is none of this number."""
        if not 1 <= number <= len(self.pieces):
            raise LedgerError(
                Message(
                    "{path} is not there: that evidence has {count} parts",
                    path=content_path(self._row, number),
                    count=f"{len(self.pieces):,}",
                )
            )
        return {
            "evidence": self._row,
            "number": number,
            "value": piece_value(self.pieces[number - 1]),
            "salt": _base64(salt_of(self._seed, content_path(self._row, number))),
            "hashes": [_base64(node) for node in path_in(self._levels, number - 1)],
        }


@dataclass(frozen=True)
class Fields:
    """All that one dossier commits to: the seed of its salts, and the rows of each section.

    The rows of a section have the same columns; their values are texts, whole numbers, true, false, null, lists and
    objects of these. Raises LedgerError for more rows than a dossier holds.
    """

    seed: bytes = field(repr=False)
    rows: Mapping[str, Sequence[Row]]

    def __post_init__(self) -> None:
        most = max(len(rows) for rows in self.rows.values())
        if most > MOST_ROWS:
            raise LedgerError(
                Message(
                    "this has {count} observations; a dossier holds at most {most}. Split the incident first",
                    count=f"{most:,}",
                    most=f"{MOST_ROWS:,}",
                )
            )

    @cached_property
    def columns(self) -> Mapping[str, list[str]]:
        return {name: sorted(self.rows[name][0]) if self.rows[name] else [] for name in SECTIONS}

    def commitments(self, section: str, row: int) -> list[bytes]:
        """Of every column of a row, in order, and of the empty slots after them."""
        columns, values = self.columns[section], self.rows[section][row]
        hashes = []
        for column in columns:
            path = f"{section}/{row}/{column}"
            hashes.append(commitment(path, salt_of(self.seed, path), values[column]))
        rest = range(len(columns), slots(len(columns)))
        return hashes + [salt_of(self.seed, f"{section}/{row}/filler/{slot}") for slot in rest]

    @cached_property
    def _levels(self) -> Mapping[str, list[list[bytes]]]:
        trees = {}
        for section in SECTIONS:
            count = len(self.rows[section])
            roots = [self._row_root(section, row) for row in range(count)]
            room = range(count, 1 << depth_of(count))
            trees[section] = perfect_levels(roots + [salt_of(self.seed, f"{section}/filler/{row}") for row in room])
        return trees

    def _row_root(self, section: str, row: int) -> bytes:
        return perfect_levels([leaf_hash(content) for content in self.commitments(section, row)])[-1][0]

    def section_records(self) -> dict[str, dict[str, Any]]:
        """What the record says of each section: its columns, and the depth and root of the tree of its rows."""
        return {
            section: {
                "columns": self.columns[section],
                "depth": len(self._levels[section]) - 1,
                "root": _base64(self._levels[section][-1][0]),
            }
            for section in SECTIONS
        }

    def paths(self) -> Iterator[str]:
        """Every field."""
        for section in SECTIONS:
            for row in range(len(self.rows[section])):
                yield from (f"{section}/{row}/{column}" for column in self.columns[section])

    def value(self, path: str) -> Any:
        section, row, column = path.split("/")
        return self.rows[section][int(row)][column]

    def salts_object(self) -> bytes:
        """`trucewatch/dossier-salts/1`: the seed and every value. With it everything can be opened, without it nothing
        more."""
        return write_canonical(
            {
                "schema": SALTS,
                "seed": _base64(self.seed),
                "sections": {
                    section: {
                        "columns": self.columns[section],
                        "rows": [[row[column] for column in self.columns[section]] for row in self.rows[section]],
                    }
                    for section in SECTIONS
                },
            }
        ).encode()

    def opened_rows(self, paths: Collection[str]) -> list[dict[str, Any]]:
        """The rows that hold one of these fields, as a copy has them: what is opened with its salt, of the rest the
        commitment alone."""
        wanted = set(paths)
        rows = []
        for section, row in sorted({(path.split("/")[0], int(path.split("/")[1])) for path in wanted}):
            fields: list[Any] = [_base64(content) for content in self.commitments(section, row)]
            for slot, column in enumerate(self.columns[section]):
                path = f"{section}/{row}/{column}"
                if path in wanted:
                    value = self.rows[section][row][column]
                    fields[slot] = {"salt": _base64(salt_of(self.seed, path)), "value": value}
            hashes = [_base64(node) for node in path_in(self._levels[section], row)]
            rows.append({"section": section, "row": row, "fields": fields, "hashes": hashes})
        return rows


def read_salts(content: bytes) -> Fields:
    """The fields of a salts object. Raises LedgerError for what is none."""
    try:
        document = json.loads(content)
        sections = document["sections"]
        rows = {
            name: [dict(zip(sections[name]["columns"], row, strict=True)) for row in sections[name]["rows"]]
            for name in SECTIONS
        }
        if document["schema"] == SALTS:
            return Fields(base64.b64decode(document["seed"], validate=True), rows)
    except (ValueError, TypeError, LookupError, RecursionError):
        pass
    raise LedgerError(Message("the salts of this dossier are not of their form; restore them from a copy"))


def dossier_record(fields: Fields, *, list_entry: int, list_object: str, salts: str) -> dict[str, Any]:
    """`trucewatch/dossier/1` without its time, as the journal takes it. list_object: the SHA-256 of the list's record;
    salts: that of the salts object."""
    return {
        "schema": RECORD,
        "list": {"entry": list_entry, "object": list_object},
        "salts": salts,
        "sections": fields.section_records(),
    }


def bare_record(sections: Mapping[str, Any]) -> bytes:
    """`trucewatch/dossier-sections/1`: the same roots without time, list and entry, for who is told nothing of the
    ledger. sections: of the dossier's record."""
    return write_canonical({"schema": BARE, "sections": sections}).encode()


def write_copy(
    record: bytes,
    proof: Mapping[str, Any] | None,
    fields: Fields,
    *,
    recipient: str,
    opened: Collection[str],
    pieces: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """`trucewatch/dossier-copy/1`: the record, its proof, what is opened, and of the rest hashes alone.

    record: its exact bytes. proof: `trucewatch/proof/1`; whose witnesses cosigned, the note itself says. None of a
    record that is entered nowhere by itself (`bare_record`). pieces: what `ContentTree.opened` gave. Raises LedgerError
    if it grows too large.
    """
    bare_proof = {**proof, "checkpoint": {**proof["checkpoint"], "cosignatures": []}} if proof else {}
    content = write_canonical(
        {
            "schema": COPY,
            "record": record.decode(),
            "proof": bare_proof,
            "recipient": recipient,
            "rows": fields.opened_rows(opened),
            "pieces": list(pieces),
        }
    ).encode()
    if len(content) > LARGEST_COPY or parts_in(content) > MOST_PARTS:
        raise LedgerError(
            Message(
                "the copy would have {size} bytes; one of at most {most} can be checked. Open fewer fields",
                size=f"{len(content):,}",
                most=f"{LARGEST_COPY:,}",
            )
        )
    return content


def parts_in(content: bytes) -> int:
    """No fewer than the values that JSON text holds, for which memory is needed before any of it is looked at."""
    return sum(map(content.count, (b",", b"{", b"[")))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
