"""Checks a Trucewatch ledger, an accusation, a partial copy of a dossier, a bundle or a position, alone and offline.

    python3 -I inspector.py PATH [--policy FILE] [--seen FILE] [--accusation FILE] [--same-as FILE] [--json]

Steps, as in docs/ledger.md: 1 find, 2 checkpoint, 3 tree, 4 keys, 5 records, 6 references, 7 older checkpoints, 8
witnesses, 9 --seen, 10 result. The functions stand in that order, after the helpers that they share.

In: a watch, a copy of its ledger, an accusation file, a partial copy, a bundle (the zip, or the folder that it was
unpacked into), or a delegation's position as it was opened; a policy with the keys that you trust; a checkpoint that
you kept. Out: what was proved and what was not, or each fault with its file and what to do; exit code 0, 1 or 2.

This file is all there is: it shares no code with the program that writes ledgers and needs Python 3.11 or later and
`cryptography` only. It writes nothing, but for the one new file that you name with --accusation. Formats: RFC 6962 and
RFC 9162 (tree), RFC 8785 (records), C2SP tlog-tiles, signed-note, tlog-checkpoint and tlog-cosignature.
"""

import sys

if __name__ == "__main__":
    # Python looks for modules beside this file first, or in the working folder: there, whoever sent a copy may have
    # put a json.py of his own. Not even `from __future__` may stand above this. (`os` is loaded before any file is.)
    del sys.path[: not sys.flags.safe_path]
    import os

    def identify(folder: str) -> tuple[int, int]:
        """Which folder this is, whatever its name; zeros if it is none."""
        try:
            state = os.lstat(f"{folder or '.'}/.")
        except OSError:
            return 0, 0
        return state.st_dev, state.st_ino

    near = {identify("."), identify(__file__.rpartition(os.sep)[0])} - {(0, 0)}
    sys.path[:] = [folder for folder in sys.path if identify(folder) not in near]

import argparse
import base64
import contextlib
import json
import os
import re
import stat
import struct
import time
import tomllib
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import IntEnum
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# The steps of docs/ledger.md; a fault carries the number of the step that saw it.
Step = IntEnum(
    "Step",
    [
        "FIND",
        "CHECKPOINT",
        "TREE",
        "KEYS",
        "RECORDS",
        "REFERENCES",
        "OLDER_CHECKPOINTS",
        "WITNESSES",
        "SEEN",
        "RESULT",
    ],
)

KEY_RECORD = "trucewatch/key/1"
ERASURE_RECORD = "trucewatch/erasure/1"
EVIDENCE_RECORD = "trucewatch/evidence/1"
PUBLICATION_RECORD = "trucewatch/publication/1"
LIST_RECORD = "trucewatch/list/2"
LIST_RECORDS = ("trucewatch/list/1", LIST_RECORD)
PRUNING_RECORD = "trucewatch/pruning/1"
RESTING_RECORDS = (PUBLICATION_RECORD, "trucewatch/report-draft/1", "trucewatch/dossier/1")  # made from a list
NODE = "trucewatch/node/1"
# What of a list names the root of a tree: what a run makes again from the evidence, and what is as it was recorded.
MADE_TREES = ("incidents", "findings", "rejected", "contributions", "inputs", "acts", "calibrations")
KEPT_TREES = ("first", "inputs_ever")
ACCUSATION = "trucewatch/accusation/1"
ACCUSATION_FIELDS = ("schema", "log", "what", "checkpoint_a", "checkpoint_b", "root_of_b_at_a", "proof")
DOSSIER = "trucewatch/dossier/1"
DOSSIER_COPY = "trucewatch/dossier-copy/1"
DOSSIER_SECTIONS = ("incident", "findings", "observations", "evidence", "released")
REVIEW_KINDS = {
    f"trucewatch/review-{kind}/1": kind
    for kind in (
        "case",
        "commitment",
        "position",
        "withheld",
        "reseal",
        "done",
        "outcome",
        "key",
        "wording",
        "wording-signed",
    )
} | {"trucewatch/delegation-left/1": "left"}
REVIEW_FIELDS = (  # all that is kept of their records until they are compared with each other
    *("schema", "recorded_at", "first_recorded_at", "act", "answers", "attributed_to", "before", "case"),
    *("commitment", "commitment_entry", "delegation", "delegations", "document", "finding", "finding_sha256", "key"),
    *("known_at", "late", "names", "number", "person", "by", "position", "positions", "questions", "recused", "role"),
    *("round", "signed_at", "signed_sha256", "signs", "side", "state", "use", "wording"),
)
POSITION = "trucewatch/position/1"
POSITIONS = "trucewatch/positions/1"
COMMIT = "trucewatch/commit/1"
OPENED_POSITION = "trucewatch/position-opened/1"
POSITION_FIELDS = "watch log_origin finding finding_sha256 delegation round answers reasons previous_sha256 signed_at"
ANSWERS = dict.fromkeys(("happened", "what", "where_when"), ("concur", "dissent", "abstain"))
ANSWERS["who"] = ("names", "none", "abstain")
SIGNATURE = "trucewatch/signature/1"
BUNDLE = "trucewatch/bundle/1"
BUNDLE_GIVEN = "trucewatch/bundle-given/1"
RECEIPT = "trucewatch/bundle-receipt/1"
LOG_RECEIPT = "trucewatch/bundle-log-receipt/1"
LOG_BUNDLE = "trucewatch/recipient-bundle/1"
DOSSIER_SECTIONS_ALONE = "trucewatch/dossier-sections/1"
FIGURE_ROWS = "trucewatch/figure-rows/1"
FIGURE = "trucewatch/figure/1"
DAY_MANIFEST = "trucewatch/day-manifest/1"
SITE = "trucewatch/site/1"
SITE_PAGES = "trucewatch/site-pages/1"
SITE_ISSUE = "trucewatch/site-issue/1"
SITE_PROOF = "trucewatch/site-proof/1"
SITE_LEDGER_PROOF = "trucewatch/site-ledger-proof/1"
POSITION_RECORD = "trucewatch/review-position/1"
CASE_RECORD = "trucewatch/review-case/1"
LOST_CHECKPOINT = "lost_checkpoint_digest"  # in the first record of a ledger that was begun after another was lost
COMMITMENT_RECORD = "trucewatch/review-commitment/1"
OUTCOME_RECORD = "trucewatch/review-outcome/1"
POSITION_SHOWN = "trucewatch/position-shown/1"
REVIEW_SHOWN = "trucewatch/review-shown/1"
ROLLBACK = "rollback"
SPLIT_VIEW = "split view"
ACROSS_KEYS = "split view across a change of key"

LOG, WITNESS = 1, 4  # the first byte of a key, as C2SP signed-note numbers them: Ed25519 and cosignature/v1
HASH_BYTES = 32  # SHA-256
LONGEST_CLOCK_HOURS = 10**6  # of a rule; a watch takes ten years
ENCRYPTED = ".age"  # after the name of evidence that its keeper's passphrase opens, and this program cannot
AGE_HEADER = b"age-encryption.org/v1\n"  # with which each such file begins
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT  # hashes in a full tile, and entries in a full bundle
TILE_BYTES = TILE_WIDTH * HASH_BYTES
FOREVER = 2**62  # larger than any number of entries that a checkpoint can state (18 digits)

# Nothing longer is read, so that a hostile copy can fill neither the memory nor the day. In bytes:
LARGEST_CHECKPOINT = 100_000
LARGEST_TEXT = 1_000_000  # a policy, an accusation
LARGEST_BUNDLE = TILE_WIDTH * (2 + 65_535)  # every entry at its longest, each after its length
LARGEST_RECORD = 8_000_000
LARGEST_OBJECT = 2**32  # of what a record names without its size; evidence has the size that its record states
LARGEST_POSITION = 16_384  # an opened position; its signed part has at most so many:
LARGEST_SIGNED = 5_000
SEALED_POSITION = 8_192  # bytes of each position before it is sealed
LONGEST_LIST = 1024  # positions that were signed as one
LARGEST_COPY = 64_000_000  # a partial copy
MOST_VALUES = 2_000_000  # in it; memory for all of them is needed before any is looked at
LARGEST_ZIP = 2**28  # a bundle
MOST_MEMBERS = 4096  # in it
DEEPEST = 32  # levels of a tree of rows, or of pieces of evidence: a number in the copy never says how much is made
HOLLOW = 32  # times what a file takes on the disk is text that its file system compressed; what goes beyond is holes,
MOST_HOLES = 2**29  # and of these so much is read in all: a file system may count what was written a moment later
MOST_UNKNOWN = 16  # signature lines under one checkpoint by keys that nobody named
MOST_ACCUSATIONS = 5

ENTRY_FORM = re.compile(
    rb'\{"at":"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z)",'
    rb'"kind":"([\w./-]+)","object":"([\da-f]{64})"\}'
)
HASH_FORM = re.compile("[0-9a-f]{64}")
COMMITMENT_FORM = re.compile("sha256:[0-9a-f]{64}")
NAME_FORM = re.compile("[!-~]{1,200}")
TIME_FORM = re.compile(r"(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
CONTROL_FORM = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")  # but a line feed and a tab
COLUMN_FORM = re.compile("[a-z][a-z0-9_]{0,63}")
TILE_FORM = re.compile(r"tile/(entries|\d{1,2})/((?:x\d{3}/){0,5}\d{3})(?:\.p/(\d{1,3}))?", re.ASCII)
MEMBER_FORM = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?", re.ASCII)
VKEY_FORM = re.compile(r"([!-*,-~]{1,200})\+([0-9a-f]{8})\+(\S+)")  # a name is printable ASCII without blank or plus
PLAIN_NAME = re.compile(r"[A-Za-z0-9._/:-]+")  # as names are made today: nothing in it is a command to any shell
SIGNATURE_LINE = r"— ([^\s+\0-\x1f\x7f]{1,200}) (\S{8,200})\n"
CHECKPOINT_FORM = re.compile(
    rf"([^\s+\0-\x1f\x7f]{{1,200}})\n(0|[1-9][0-9]{{0,17}})\n(\S+)\n\n((?:{SIGNATURE_LINE}){{1,256}})"
)

# Ed25519 (RFC 8032): a public key is a y below P and a sign. Under the y of these points, whose order is 1, 2, 4 or 8,
# one signature fits every text.
P = 2**255 - 19
SMALL_ORDER = {
    0,
    1,
    P - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
}

# Each key of a policy, with what to write there.
POLICY_KEYS = {
    "schema": "1",
    "log": '"VKEY"',
    "witnesses": '["VKEY", …]',
    "quorum": "1",
    "max_clock_skew_s": "300",
}

OTHER_LOG = "is of another log: {!a}, not {!a}"
IS_LINK = "is a symbolic link"
NO_FILE = "is not an ordinary file"
WAS_CHANGED = "was changed: unfit for its name"

# What to do about most faults; the others say it where they are.
COPY_AGAIN = (
    "Copy it again from the keeper. If it is the same there, keep both and tell all delegations, by another way too."
)
COPY_LAST = (
    "Copy again, the checkpoint last: `trucewatch log WATCH --copy DIR` does it. If this is the watch itself, "
    "`trucewatch run` finishes its checkpoint. If it stays so, keep both and tell all delegations."
)
MAKE_AGAIN = (
    "If this is the watch itself, its last list names it and nothing came in since, `trucewatch run WATCH` makes it "
    "again from the evidence. Else copy it again from the keeper; if it is the same there, tell all delegations."
)
ASK_ABOUT_REVIEW = (
    "The program refuses such an entry, so copying again does not mend it. Keep the copy, ask the keeper how it came "
    "about, and tell all delegations, by another way too."
)
PASTE_AGAIN = "Compare it with this log's original and paste it again: three lines, a blank line, “— name signature”."
MEND_POLICY = (
    "Ask the keeper about it by another way; then mend `log`, `witnesses` or `quorum` in the policy, if you agree."
)
ASK_KEEPER = (
    "Ask the keeper about it by another way; if you agree, keep today's checkpoint and go by a policy with today's key."
)


# Faults


class Fault(ValueError):
    """What is wrong, in a sentence without its subject, which is the file."""


def require(condition: object, fault: str) -> None:
    """Nothing if the condition holds. Raises Fault."""
    if not condition:
        raise Fault(fault)


def explain(error: Exception) -> str:
    """An error in words, never as Python says it."""
    words = {
        Fault: str(error),
        tomllib.TOMLDecodeError: f"is not TOML: {error}",
        json.JSONDecodeError: "is not JSON",
        UnicodeError: "is not UTF-8 text",
        FileNotFoundError: "is missing",
        RecursionError: "is nested too deeply",
    }
    other = str(getattr(error, "strerror", "") or "is malformed")
    return next((text for kind, text in words.items() if isinstance(error, kind)), other)


# Files


READ_FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def open_file(path: Path) -> BufferedReader:
    """A file, open to be read; links, devices and pipes can mislead, or never end. Raises Fault, OSError."""
    require(not path.is_symlink(), IS_LINK)
    descriptor = os.open(path, READ_FLAGS)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise Fault(NO_FILE)


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of an ordinary file of at most `limit` bytes. Raises Fault, OSError."""
    with open_file(path) as file:
        content = file.read(limit + 1)
    require(len(content) <= limit, f"is longer than the {limit} bytes it may have")
    return content


def hash_file(path: Path) -> str:
    """The SHA-256 of an ordinary file, read in pieces. Raises Fault, OSError."""
    with open_file(path) as file:
        return file_digest(file, "sha256").hexdigest()


def list_files(folder: Path) -> Iterator[Path]:
    """All below a folder that is no folder itself; links are listed and not followed. Raises OSError."""
    folders = [folder] if folder.is_dir() else []
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    yield Path(entry.path)


# Texts


def encode_base64(content: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(content).decode()


def decode_base64(text: str) -> bytes:
    """Bytes from base64, of which only the canonical spelling is taken. Raises ValueError, TypeError."""
    content = base64.b64decode(text, validate=True)
    require(encode_base64(content) == text, "has non-canonical base64")
    return content


def drop_invisible(text: str) -> str:
    """The text without format characters: marks of direction, joiners, byte order marks."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def fold_name(name: str) -> str:
    """A name as the eye takes it: two names that fold to one look alike."""
    return drop_invisible(unicodedata.normalize("NFKC", name).casefold())


def printable(text: str) -> str:
    """A text that steers no terminal: what is not printed, or turns the line about, is shown as its number."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


# Keys and checkpoints


class Key(NamedTuple):
    """A public key with its name; `text` is all of it as policies and records write it (VKEY)."""

    text: str
    name: str
    id: bytes
    kind: int
    public: bytes


class Checkpoint(NamedTuple):
    """What a log signed: that so many entries have this root. `body` is the signed part of `text`.

    A signature line is a name, a key id and the signature, not yet verified.
    """

    text: str
    body: bytes
    origin: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes, bytes]]


def read_key(text: Any, kind: int) -> Key:
    """A key of one kind (LOG, WITNESS) from `name+key id+base64`. Raises ValueError."""
    form = VKEY_FORM.fullmatch(str(text))
    name, key_id, encoded = form.groups() if form else ("", "", "")
    content = decode_base64(encoded)
    true_id = sha256(name.encode() + b"\n" + content).digest()[:4]
    require(
        len(content) == 1 + 32 and true_id.hex() == key_id,
        f"has no whole key, name+8 hex digits+base64: {str(text)[:80]!a}",
    )
    y = int.from_bytes(content[1:], "little") % 2**255  # without the sign
    require(y < P and y not in SMALL_ORDER, f"has a key under which anybody can sign: {str(text)[:80]!a}")
    role = "witness" if content[0] == WITNESS else "log"
    require(content[0] == kind, f"has a {role}'s key ({name!a}) in another's place")
    return Key(str(text), name, true_id, kind, content[1:])


def read_checkpoint(content: bytes) -> Checkpoint:
    """A checkpoint from its exact form; whatever deviates from it is refused. Raises ValueError."""
    text = content.decode()
    form = CHECKPOINT_FORM.fullmatch(text)
    origin, size, encoded, lines = form.groups()[:4] if form else ("", "", "", "")
    root = decode_base64(encoded)
    require(len(root) == HASH_BYTES, "is cut off, or not origin, number, root, blank line, 1 to 256 signatures")
    signatures = [
        (name, decode_base64(line)[:4], decode_base64(line)[4:]) for name, line in re.findall(SIGNATURE_LINE, lines)
    ]
    return Checkpoint(text, text[: -len(lines) - 1].encode(), origin, int(size), root, signatures)


def restore_checkpoint(content: bytes) -> bytes:
    """A checkpoint as it was before it went through mail, print or a keyboard."""
    lines = [line.strip() for line in drop_invisible(content.decode()).splitlines() if line.strip()]
    signatures = rest = ""
    for part in re.split("(=+)", "".join("".join(lines[3:]).split())):
        # A log's signature has 68 bytes with its key id (91 digits of base64 and =), a witness's 76 (102 and ==).
        digits = {"=": 91, "==": 102}.get(part, len(rest))
        if rest[:1] in "-–—" and len(rest) > digits + 1:
            signatures += f"— {rest[1:-digits]} {rest[-digits:]}{part}\n"
            rest = ""
        else:
            rest += part
    return "\n".join([*lines[:3], "", signatures + rest]).encode()


def verify(key: Key, signature: bytes, body: bytes, latest_s: float) -> None:
    """Nothing if the key signed the body. Raises Fault.

    latest_s: POSIX seconds; what a witness dates later is refused.
    """
    if key.kind == WITNESS:  # 8 bytes of POSIX seconds, which it signed too, then the signature
        seconds = int.from_bytes(signature[:8], "big")
        require(seconds <= latest_s, f"has a cosignature by {key.name!a} that is dated in the future")
        body = f"cosignature/v1\ntime {seconds}\n".encode() + body
        signature = signature[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body)
    except Exception:  # whatever the library says: a signature that it does not vouch for is false
        raise Fault(f"has a false signature in the name of {key.name} ({key.id.hex()})") from None


# Records


def is_day(text: str) -> bool:
    """Whether a year, month and day are in the calendar."""
    with contextlib.suppress(ValueError):
        date.fromisoformat(text)
        return True
    return False


def sort_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of a JSON object in the order of RFC 8785: by UTF-16 code units."""
    names = [name for name, _ in pairs]
    if "".join(names).isascii():  # then that is the order of the letters, and faster; mostly they stand in it
        return dict(pairs if names == sorted(names) else sorted(pairs, key=lambda pair: pair[0]))
    return dict(sorted(pairs, key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass")))


# Made once: of ten thousands of records, making them would take as long as reading.
# `int` refuses a fraction, NaN and Infinity: their spelling is no whole number.
JSON_READER = json.JSONDecoder(object_pairs_hook=sort_fields, parse_float=int, parse_constant=int)
JSON_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def parse_record(content: bytes) -> dict[str, Any]:
    """A JSON object in its RFC 8785 form, without fractions. Raises ValueError."""
    record = JSON_READER.decode(content.decode())
    # Written again in canonical form, fields in another order, fields twice and blanks show as a difference.
    if isinstance(record, dict) and JSON_WRITER.encode(record).encode() == content:
        return record
    raise Fault("is not a canonical JSON object (RFC 8785)")


def list_references(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The field and the name of everything that a record refers to. Raises Fault at a number too large to be exact."""
    schema = record.get("schema")
    kept_elsewhere = ("_digest", "_digests") if schema in (KEY_RECORD, PUBLICATION_RECORD, PRUNING_RECORD) else ()
    # What an erasure erases is not looked up: it is gone, and ought to be.
    pending = [item for item in record.items() if schema != ERASURE_RECORD or item[0] != "erased"]
    for field, value in pending:  # which grows meanwhile: no record is nested too deeply for a list
        if isinstance(value, str):
            is_hash = len(value) == 2 * HASH_BYTES and HASH_FORM.fullmatch(value)
            if is_hash and not f"_{field}".endswith(kept_elsewhere):
                yield field, value
        elif isinstance(value, dict):
            pending += value.items()
        elif isinstance(value, list):
            pending += [(field, item) for item in value]
        elif isinstance(value, int):
            require(abs(value) < 2**53, "has a number too large to be exact")


# The tree (RFC 6962, section 2.1; RFC 9162, section 2.1): a leaf is the hash of a zero byte and its entry


def hash_node(children: bytes) -> bytes:
    """The hash of a node above two; `children` are their hashes, one after the other."""
    return sha256(b"\1" + children).digest()


def build_levels(leaves: bytes) -> list[bytes]:
    """Each level's complete nodes, one after the other, from the leaves upwards."""
    levels = [leaves]
    while len(row := levels[-1]) >= 2 * HASH_BYTES:
        # An odd node at the right edge has no partner yet: it is no part of the next level.
        pairs = range(0, len(row) - 2 * HASH_BYTES + 1, 2 * HASH_BYTES)
        levels.append(b"".join([hash_node(row[at : at + 2 * HASH_BYTES]) for at in pairs]))
    return levels


def split_range(start: int, end: int) -> int:
    """Where the tree parts a range of at least two leaves: after the largest power of two below their number."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def root_of_range(levels: list[bytes], start: int, end: int) -> bytes:
    """The hash of a node of the tree: the one over the leaves from `start` to before `end`."""
    if start == end:
        return sha256().digest()
    level = (end - start - 1).bit_length()
    if end - start == 1 << level:  # complete, so it is at hand
        at = (start >> level) * HASH_BYTES
        return levels[level][at : at + HASH_BYTES]
    middle = split_range(start, end)
    return hash_node(root_of_range(levels, start, middle) + root_of_range(levels, middle, end))


def list_proof_nodes(old: int, new: int, start: int = 0) -> list[tuple[int, int, int]]:
    """The nodes of a consistency proof between two sizes, from the leaves upwards (RFC 9162, section 2.1.4).

    Of each: its first leaf, the leaf after its last, and its side of the way to the root (-1 left, 1 right, 0 on it).
    """
    if old in (0, new):
        return [(start, new, 0)] if start else []
    middle = split_range(start, new)
    if old <= middle:
        return [*list_proof_nodes(old, middle, start), (middle, new, 1)]
    return [*list_proof_nodes(old, new, middle), (start, middle, -1)]


def follow_proof(old: int, new: int, old_root: bytes, proof: list[bytes]) -> bytes:
    """The root at the new size to which a consistency proof leads from the old one; empty if it leads to none."""
    path = list_proof_nodes(old, new) if 0 < old <= new else None
    if path is None or len(path) != len(proof) or any(len(node) != HASH_BYTES for node in (old_root, *proof)):
        return b""
    then = now = old_root
    for (_, _, side), node in zip(path, proof, strict=True):
        if side == 0:  # the largest node that both trees share
            then = now = node
        elif side > 0:  # what was added to the right is in the new tree only
            now = hash_node(now + node)
        else:
            then, now = hash_node(node + then), hash_node(node + now)
    return now if then == old_root else b""


def tile_path(ledger: Path, level: object, number: int, count: int) -> Path:
    """Where a tile (or, with "entries" for its level, a bundle) lies. count: hashes or entries of the whole level."""
    *groups, last = [group.zfill(3) for group in f"{number:,}".split(",")]
    width = count - number * TILE_WIDTH
    partial = f".p/{width}" if width < TILE_WIDTH else ""
    return ledger.joinpath("tile", str(level), *(f"x{group}" for group in groups), last + partial)


def entries_below(tile: str) -> int:
    """Of how many entries a log is, at least, that has this tile or bundle (`tile/0/x001/234.p/5`); 0 for no tile."""
    form = TILE_FORM.fullmatch(tile)
    level, number, width = form.groups() if form else ("", "", "")
    if not form or not 1 <= int(width or TILE_WIDTH) <= TILE_WIDTH:
        return 0
    count = int(number.replace("x", "").replace("/", "")) * TILE_WIDTH + int(width or TILE_WIDTH)
    return count << TILE_HEIGHT * (0 if level == "entries" else int(level))


# Step 1: find


class Policy(NamedTuple):
    """Whom the reader trusts. `keys`: the log's first, then the witnesses'; none if there is no policy file.

    latest_s: POSIX seconds; what a witness dates later is refused.
    """

    keys: list[Key]
    quorum: int
    latest_s: float


@contextlib.contextmanager
def policy_key(name: str) -> Iterator[None]:
    """What is refused inside is the fault of this key of the policy. Raises Fault with what to write."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise Fault(f"{name} {explain(error)}; write {name} = {POLICY_KEYS[name]}") from None


def read_policy(path: Path | None, now_s: float) -> Policy:
    """The policy in a file, or the one of somebody who has none. Raises OSError, ValueError."""
    defaults: dict[str, Any] = {"witnesses": [], "max_clock_skew_s": 300}
    text = read_file(Path(os.path.realpath(path)), LARGEST_TEXT).decode() if path else "schema=1"
    policy = defaults | tomllib.loads(text)
    if unknown := sorted(policy.keys() - POLICY_KEYS):
        raise Fault(f"{ascii(unknown)[1:-1]}: unknown; write only {', '.join(POLICY_KEYS)}")
    with policy_key("schema"):
        require(repr(policy.get("schema")) == "1", "is missing or another")  # neither true nor 1.0
    with policy_key("log"):
        keys = [read_key(policy.get("log"), LOG)] if path else []
    with policy_key("witnesses"):
        keys += [read_key(text, WITNESS) for text in policy["witnesses"]]
    with policy_key("quorum"):
        count = len({key.public for key in keys[1:]})  # one key under two names is one witness
        quorum = policy.get("quorum", min(1, count))
        require(
            type(quorum) is int and 0 <= quorum <= count,
            f"is {quorum!a}, for {count} different witnesses",
        )
    with policy_key("max_clock_skew_s"):
        skew_s = policy["max_clock_skew_s"]
        require(type(skew_s) in (int, float) and 0 <= skew_s < FOREVER, "is no time in seconds")
    return Policy(keys, quorum, skew_s + now_s)


def find_ledger(path: Path) -> tuple[Path, Path] | None:
    """The folder that holds `ledger/`, and the ledger itself; None if neither is here."""
    places = [
        (path / ".trucewatch", path / ".trucewatch" / "ledger"),
        (path, path / "ledger"),
        (path.parent if path.name == "ledger" else path, path),
    ]
    parts = ("checkpoint", "tile")
    return next((place for place in places if any(os.path.lexists(place[1] / part) for part in parts)), None)


def read_accusation(path: Path) -> list[tuple[str, Any]]:
    """The fields of an accusation, as often as they stand there. Raises OSError, ValueError, TypeError."""
    fields: list[tuple[str, Any]] = json.loads(read_file(path, LARGEST_TEXT), object_pairs_hook=list)
    require(("schema", ACCUSATION) in fields, "states none of their schemas")
    return fields


def is_position(path: Path) -> bool:
    """Whether a file says that it is a position of a delegation, as it was opened."""
    with contextlib.suppress(Exception):  # whatever it is instead, others tell
        return bool(json.loads(read_file(path, LARGEST_POSITION))["schema"] == OPENED_POSITION)
    return False


def is_copy(path: Path) -> bool:
    """Whether a file says that it is a partial copy. Raises OSError, ValueError."""
    return DOSSIER_COPY.encode() in read_file(path, LARGEST_COPY)


# One inspection, steps 1 to 9


class KeyHistory:
    """The keys of the policy and of the log's own records, and when each was in force."""

    def __init__(self, trusted: list[Key]) -> None:
        self.trusted = trusted  # by the policy: the log's first
        self.by_name: dict[tuple[str, bytes], Key] = {}
        self.alike: dict[str, set[str]] = {}  # folded name → names that fold to it
        self.terms: dict[str, tuple[int, int]] = {}  # VKEY → the entries that brought it in and ended it
        self.log_key: Key | None = None  # in force after the entries so far
        self.lost: tuple[int, Key] | None = None  # the last entry that says so, and the key that it ended
        self.handovers: dict[int, tuple[str, Key, Key]] = {}  # number of entries with the change → act, old, new key
        for key in trusted:
            self.add(key)

    def add(self, key: Key) -> None:
        """Takes up a key, so that its signatures can be verified."""
        self.by_name.setdefault((key.name, key.id), key)
        self.alike.setdefault(fold_name(key.name), set()).add(key.name)

    def enter(self, record: dict[str, Any], number: int, origin: str) -> None:
        """Step 4: takes up the key record of an entry. Raises Fault if its act does not fit those before."""
        if record["role"] == "delegation":
            return
        kind = {"log": LOG, "witness": WITNESS}[record["role"]]
        key = read_key(record["key"], kind)
        old = read_key(record["replaces"], kind) if record["replaces"] else None
        act = record["act"]
        enter = self.enter_log_key if kind == LOG else self.enter_witness
        require((kind == WITNESS or key.name == origin) and enter(act, key, old, number), f"has the unfit act {act!r}")
        self.add(key)

    def enter_log_key(self, act: str, key: Key, old: Key | None, number: int) -> bool:
        """Whether an act fits: one key first, then each signed away by the one before, or new right after a loss."""
        now = self.log_key
        if act == "lost" and key == now and old is None:
            self.terms[key.text] = (self.terms[key.text][0], number)
            self.log_key, self.lost = None, (number, key)
            return True
        after_loss = self.lost[1] if self.lost and self.lost[0] == number - 1 else None
        is_heir = act == "rotate" and now is not None and old == now
        # After a loss, older ledgers do not say which key the new one replaces.
        is_new = act == "new" and old in (None, after_loss) and (after_loss is not None or number == 0)
        if not (is_heir or is_new) or key.text in self.terms:
            return False
        before = now or after_loss
        if is_heir and now:
            self.terms[now.text] = (self.terms[now.text][0], number)
        self.terms[key.text] = (number, FOREVER)
        self.log_key = key
        if before:
            self.handovers[number + 1] = ("rotate" if is_heir else "lost", before, key)
        return True

    def enter_witness(self, act: str, key: Key, old: Key | None, number: int) -> bool:
        """Whether an act fits: a witness's key comes once and ends once; the policy's may end without its entry."""
        if act in ("new", "rotate"):
            ended, fits = old, key.text not in self.terms and (old is not None) == (act == "rotate")
        else:
            ended, fits = key, act in ("revoke", "lost") and old is None
        start, end = self.terms.get(ended.text, (0, FOREVER)) if ended else (0, FOREVER)
        if not fits or end != FOREVER:
            return False
        self.terms[key.text] = (number, FOREVER)
        if ended:
            self.terms[ended.text] = (start, number)
        return True

    def is_in_force(self, key: Key, size: int) -> bool:
        """Whether a key may sign a checkpoint of this many entries; the one that covers its end it still may."""
        start, end = self.terms.get(key.text, (0, FOREVER))
        return start < max(1, size) <= end + 1


class ReviewRule(NamedTuple):
    """The part of a case's rule by which first positions are awaited and the word of a delegation is worked out."""

    hours: float  # for which first positions are awaited, from when the case is put; a line that is down adds to it
    each: int  # how many people of each delegation
    signers: frozenset[str]  # roles
    stands_in: frozenset[str]  # roles that count where those are too few
    head_decides: bool


def read_review_rule(record: dict[str, Any]) -> ReviewRule:
    """The rule by which a case was put, as its record holds it. Raises ValueError, LookupError, TypeError."""
    rule = record["rule"]["attribution"] if record["questions"] == ["who"] else record["rule"]
    hours, each = float(rule["hours"]), int(rule["each"])
    require(0 < hours < LONGEST_CLOCK_HOURS and each > 0, "is put by a rule that no watch can have")
    return ReviewRule(
        hours, each, frozenset(rule["signers"]), frozenset(rule["stands_in"]), rule["head_decides"] is True
    )


class ReviewCase:
    """A finding that was put, and what delegations did with it so far."""

    def __init__(self, number: int, name: str, put: dict[str, Any]) -> None:
        self.number = number  # its entry
        self.name = name  # the hash of its record
        self.put = put
        self.rule: ReviewRule = put["rule"]
        self.first: list[tuple[str, str, str]] = []  # delegation, person and role of each commitment
        self.unopened: dict[str, int] = {}  # delegation → how many commitments were not opened
        self.was_withheld = set[str]()  # delegations that ever said that they give none
        self.silent = set[str]()  # delegations with no more to say, as it stands
        self.positions: dict[int, dict[str, Any]] = {}  # entry → record
        self.is_closed = False

    def is_in(self, delegation: str) -> bool:
        """Whether a delegation sealed as many first positions as the rule asks for. Who gives none opens nothing."""
        roles = self.rule.signers | self.rule.stands_in
        people = {person for side, person, role in self.first if side == delegation and role in roles}
        return len(people) >= self.rule.each

    def check_side(self, delegation: str, person: str) -> None:
        """Nothing if somebody spoke for no other delegation here. Raises Fault."""
        voices = [
            *((side, who) for side, who, _ in self.first),
            *((each["delegation"], each["person"]) for each in self.positions.values()),
        ]
        other = next((side for side, who in voices if who == person and side != delegation), None)
        require(other is None, f"is by somebody who spoke for {other} on the same case")

    def counting(self, delegation: str, entries: set[int]) -> list[dict[str, Any]]:
        """Of the positions of these entries those that make up the word of a delegation, the newest first; none where
        too few people signed.

        Of each person the last one counts, so none that was superseded; of these the newest rounds in which enough
        people signed, and the head's where the head decides.
        """
        own = [(self.positions[at]["round"], at) for at in entries if self.positions[at]["delegation"] == delegation]
        if self.unopened.get(delegation) or not own:
            return []  # who sealed several positions and did not open them all has none
        last = {self.positions[at]["person"]: (turn, at) for turn, at in sorted(own)}
        counted: list[tuple[int, int]] = []
        for roles in (self.rule.signers, self.rule.signers | self.rule.stands_in):
            newest = sorted((each for each in last.values() if self.positions[each[1]]["role"] in roles), reverse=True)
            if len(counted) < self.rule.each <= len(newest):
                counted = [each for each in newest if each[0] >= newest[self.rule.each - 1][0]]
        if counted and self.rule.head_decides:
            heads = [each for each in last.values() if self.positions[each[1]]["role"] == "head"]
            counted = sorted({*counted, *sorted(heads)[-1:]}, reverse=True)
        return [self.positions[at] for _, at in counted]

    def words_of(self, delegation: str, entries: set[int]) -> dict[str, tuple[str, str] | None]:
        """What a delegation answers to each question by the positions of these entries, with whom it names; None where
        it has no word."""
        positions = self.counting(delegation, entries)
        heads = [each for each in positions if self.rule.head_decides and each["role"] == "head"]
        words: dict[str, tuple[str, str] | None] = {}
        for question in self.put["questions"]:
            answers = {answer_in(each, question) for each in positions}
            words[question] = answer_in(heads[0], question) if len(answers) > 1 and heads else None
            if len(answers) == 1:
                words[question] = answers.pop()
        if words.get("happened") == ("dissent", ""):  # who says so agrees with nothing that was put of it
            return dict.fromkeys(words, words["happened"])
        return words


def answer_in(record: dict[str, Any], question: str) -> tuple[str, str]:
    """What a position answers to a question, with whom it names."""
    answer = str(record["answers"].get(question, "abstain"))
    return answer, str(record["names"]) if answer == "names" else ""


class ReviewHistory:
    """What delegations did with findings, entry by entry, as far as one record has to agree with another."""

    def __init__(self, origin: str, begun_anew_at: str) -> None:
        self.origin = origin
        self.begun_anew_at = begun_anew_at  # where a ledger was lost before: the date of all that was entered again
        self.watch = ""  # as the first position names it
        self.cases: dict[str, ReviewCase] = {}  # by code
        self.roots: dict[str, str] = {}  # finding or case → the first case of the same finding
        self.commitments: dict[int, dict[str, Any]] = {}  # entry → record
        self.promised: dict[str, tuple[str, str, int]] = {}  # hash that was committed to → case, delegation, entry
        self.opened = set[str]()  # hashes of what was opened
        self.spent = set[int]()  # entries of commitments that were opened
        self.chains: dict[tuple[str, str], list[tuple[int, int, str]]] = {}  # finding, delegation → entry, round, hash
        self.keys: dict[str, dict[str, Any]] = {}  # code → as it was asked for
        self.terms: dict[str, tuple[int, int]] = {}  # code → the entries that brought it in and ended it
        self.entered_keys: dict[bytes, str] = {}  # the 32 bytes of a key that signs → its code, once a head entered it
        self.away: dict[str, int] = {}  # delegation → the entry by which it left, until it comes back
        self.last_left: dict[str, int] = {}  # the same, of all that ever left
        self.wordings: dict[int, str] = {}  # entry → hash
        self.read: dict[str, Key] = {}  # VKEY → key
        self.verified = set[tuple[str, bytes, bytes]]()  # VKEY, signature, message: that of a list stands for many
        self.erased = 0
        self.again = 0  # records of a ledger that was lost, which were entered again at other places
        self.without = 0  # outcomes among them that rest on positions which were not

    def read_key(self, text: Any) -> Key:
        """A key that signs positions, read once. Raises ValueError."""
        if str(text) not in self.read:
            self.read[str(text)] = read_key(text, LOG)
        return self.read[str(text)]

    def verify_once(self, key: Key, signature: bytes, message: bytes) -> None:
        """Nothing if the key signed the message. Raises Fault."""
        if (key.text, signature, message) not in self.verified:
            verify(key, signature, message, 0)
            self.verified.add((key.text, signature, message))

    def enter(self, record: dict[str, Any], number: int, name: str, content: bytes | None) -> None:
        """Takes up the record of an entry; `content` is the position that it opens, None if that was erased.

        Raises Fault where it does not agree with those before.
        """
        kind = REVIEW_KINDS[record["schema"]]
        if "first_recorded_at" in record:
            require(
                self.begun_anew_at and record["recorded_at"] == self.begun_anew_at,
                "says that it was entered before, in a ledger that was lost; this one was not begun anew with it",
            )
            # Entries that it names, and the log that positions were signed for, are of the ledger that was lost.
            self.again += 1
            if content is not None:
                open_position(record, content, self.read_key, self.verify_once)
            self.enter_again(kind, record, number, name)
        elif kind == "case":
            self.enter_case(record, number, name)
        elif kind == "key":
            self.enter_key(record, number)
        elif kind == "commitment":
            self.enter_commitment(record, number)
        elif kind == "position":
            self.enter_position(record, number, content)
        elif kind == "outcome":
            self.enter_outcome(record)
        elif kind == "reseal":
            code, _ = self.case_of(record)
            is_own = self.promised.get(record["commitment"], ())[:2] == (code, record["delegation"])
            require(is_own, "seals again what this delegation did not commit to before")
        elif kind == "withheld":
            self.enter_withheld(record)
        elif kind == "done":
            self.enter_silence(record)
        elif kind == "wording":
            self.wordings[number] = name
        elif kind == "wording-signed":
            self.check_signed_wording(record, number)
        elif kind == "left":
            self.enter_leaving(record, number)

    def case_of(self, record: dict[str, Any]) -> tuple[str, ReviewCase]:
        """The case of a record and its code, which was put before, and not closed, to its delegation. Raises Fault."""
        code, delegation = str(record["case"]), record.get("delegation", record.get("side"))
        require(code in self.cases, f"is of {code}, which no earlier entry puts to the delegations")
        case = self.cases[code]
        require(delegation in case.put["delegations"], f"is by {delegation!a}, to whom {code} was not put")
        require(not case.is_closed, f"comes after the outcome of {code}")
        left = self.last_left.get(str(delegation), -1)
        require(left < case.number, f"is by {delegation!a} on {code}, which entry {left} closed: it left by that")
        return code, case

    def enter_again(self, kind: str, record: dict[str, Any], number: int, name: str) -> None:
        """What later records rest on of a ledger that was lost. What it had and was not entered again is unknown here.

        Raises Fault for an outcome that the positions on its case contradict.
        """
        code = f"R-{record['number']}" if kind == "case" else str(record.get("case"))
        case = self.cases.get(code)
        if kind == "key":
            key, (start, end) = f"OK-{record['number']}", self.terms.get(f"OK-{record['number']}", (FOREVER, FOREVER))
            self.keys.setdefault(key, record)
            if record["act"] != "ask":
                self.terms[key] = (number, end) if record["act"] == "enter" else (start, number)
            if record["act"] == "enter" and record["signs"]:
                self.entered_keys.setdefault(self.read_key(record["signs"]).public, key)
        elif kind == "left":
            self.enter_leaving(record, number)
        elif kind == "wording":
            self.wordings[number] = name
        elif kind == "case" and case is None:
            self.put_case(code, ReviewCase(number, name, record))
        elif case is None:
            return
        elif kind == "commitment":
            self.take_commitment(case, record, number)
        elif kind == "position":
            self.opened.add(record["position"])
            chain = self.chains.setdefault((self.roots[code], record["delegation"]), [])
            chain.append((number, record["round"], record["signed_sha256"]))
            _, _, at = self.promised.get(record["commitment"], ("", "", -1))
            if at >= 0 and at not in self.spent:
                self.spent.add(at)
                case.unopened[record["delegation"]] -= 1
            case.positions[number] = record
            case.silent.clear()
        elif kind == "withheld":
            case.was_withheld.add(record["delegation"])
        elif kind == "done":
            case.silent.add(record["side"])
        elif kind == "outcome":
            count, here = len(record["positions"]), len(case.positions)
            require(not case.is_closed and here <= count, f"closes {code} twice, or leaves out a position on it")
            check_extent(case.put, record)
            case.is_closed = True
            # The positions whose words had been erased are not entered again.
            self.without += here < count
            if here == count:
                self.check_agreed(code, case, record, {*case.positions})

    def enter_leaving(self, record: dict[str, Any], number: int) -> None:
        """A delegation leaves the review, by which its keys and cases end, or comes back."""
        delegation, act = record["delegation"], record["act"]
        is_fit = (act == "leave" and delegation not in self.away) or (act == "return" and delegation in self.away)
        require(is_fit, f"has the unfit act {act!a} of {delegation!a}")
        if act == "leave":
            self.away[delegation] = self.last_left[delegation] = number
        else:
            del self.away[delegation]

    def enter_case(self, record: dict[str, Any], number: int, name: str) -> None:
        """A finding is put to the delegations; `name` is what positions on it name."""
        code = f"R-{read_number(record['number'], 2**53)}"
        require(code not in self.cases, f"puts {code} a second time")
        before = record["before"]
        require(not before or before in self.cases, f"comes after {before!a}, which no earlier entry puts")
        gone = next((side for side in record["delegations"] if side in self.away), "")
        require(not gone, f"puts {code} to {gone!a}, which had left the review")
        self.put_case(code, ReviewCase(number, name, record))

    def put_case(self, code: str, case: ReviewCase) -> None:
        """Takes up a case; whatever was put before of the same finding has the same root."""
        root = self.roots.get(case.put["before"] or case.put["finding"], code)
        self.roots[code] = self.roots[case.put["finding"]] = root
        self.cases[code] = case

    def enter_key(self, record: dict[str, Any], number: int) -> None:
        """A key is asked for by its holder, entered by a head, ended: each once, in this order."""
        code, act = f"OK-{read_number(record['number'], 2**53)}", record["act"]
        is_here = act == "end" or record["delegation"] not in self.away
        require(is_here, f"is on {code} of {record['delegation']!a}, which had left the review")
        if act == "ask":
            require(code not in self.keys, f"asks for {code} a second time")
            require(record["by"] == record["person"], f"asks for {code} in the name of somebody else")
            if record["signs"]:
                key, delegation = self.read_key(record["signs"]), record["delegation"]
                named = f"review/{delegation}/{sha256(key.public).hexdigest()[:8]}"
                require(key.name == named, f"asks for a key with the name {key.name!a}, not {named!a}")
            self.keys[code] = record
            return
        start, end = self.terms.get(code, (FOREVER, FOREVER))
        is_first = start == FOREVER if act == "enter" else end == FOREVER
        require(act in ("enter", "end") and code in self.keys and is_first, f"has the unfit act {act!a} on {code}")
        asked = self.keys[code]
        is_same = all(record[field] == asked[field] for field in ("delegation", "person", "use", "signs"))
        require(is_same, f"names another key as {code} than was asked for")
        if act == "enter" and record["signs"]:
            first = self.entered_keys.setdefault(self.read_key(record["signs"]).public, code)
            require(first == code, f"enters as {code} the key that was entered as {first}")
        if act == "enter":
            self.check_hand(record["by"], record["delegation"])
        self.terms[code] = (number, end) if act == "enter" else (start, number)

    def check_hand(self, person: str, delegation: str) -> None:
        """Nothing if somebody who acts for a delegation asked for no key of another that has not ended. Raises
        Fault."""
        others = (
            asked["delegation"]
            for code, asked in self.keys.items()
            if asked["person"] == person and self.terms.get(code, (0, FOREVER))[1] == FOREVER
        )
        other = next((side for side in others if side != delegation), None)
        require(other is None, f"is by somebody who has a key of {other}, for {delegation}")

    def check_key(self, code: Any, text: str, delegation: str, person: str, number: int) -> None:
        """Nothing if this is a person's own key for the delegation, entered before an entry, and not ended before it
        nor by the delegation's leaving. Raises Fault."""
        asked = self.keys.get(str(code))
        require(asked, f"is by the key {code!a}, which no earlier entry asks for")
        is_own = asked and asked["delegation"] == delegation and asked["signs"] == text and asked["use"] == "officer"
        require(is_own, f"is not by {code} of {delegation}: another key signed it")
        require(asked and asked["person"] == person, f"is by {code}, which somebody else asked for")
        start, end = self.terms.get(str(code), (FOREVER, FOREVER))
        require(start < number, f"is by {code} of {delegation}, which was not entered before entry {number}")
        require(number < end, f"is by {code} of {delegation}, which entry {end} had ended")
        left = self.last_left.get(delegation, -1)
        require(left < start, f"is by {code} of {delegation}, which ended when that left, by entry {left}")

    def enter_commitment(self, record: dict[str, Any], number: int) -> None:
        """A delegation commits to a position on a case, whose hash it names, before anything of the case is opened."""
        code, case = self.case_of(record)
        require(record["finding_sha256"] == case.name, f"is over another state of the finding than {code}")
        require(record["round"] == case.put["round"], f"is of another round than the first of {code}")
        require(COMMITMENT_FORM.fullmatch(record["commitment"]), "commits to something that is no hash")
        key, delegation, person = str(record["key"]), record["delegation"], record["by"]
        self.check_key(key, str(self.keys.get(key, {}).get("signs")), delegation, person, number)
        require(record["commitment"] not in self.promised, "commits to what an earlier entry committed to")
        is_second = any(who == person for _, who, _ in case.first)
        case.check_side(delegation, person)
        self.take_commitment(case, record, number)
        require(not is_second, f"commits to a second first position of somebody on {code}")
        begun = next(iter(case.positions), None)
        require(begun is None, f"commits to a first position on {code} after entry {begun} had opened another")

    def take_commitment(self, case: ReviewCase, record: dict[str, Any], number: int) -> None:
        """Takes up that a delegation committed to a position on a case."""
        delegation = record["delegation"]
        self.promised[record["commitment"]] = record["case"], delegation, number
        self.commitments[number] = record
        case.first.append((delegation, record["by"], record["role"]))
        case.unopened[delegation] = case.unopened.get(delegation, 0) + 1

    def enter_withheld(self, record: dict[str, Any]) -> None:
        """A delegation says that it gives no first position."""
        code, case = self.case_of(record)
        delegation = record["delegation"]
        require(delegation not in case.was_withheld, f"withholds the position of {delegation} on {code} a second time")
        has_some = any(side == delegation for side, _, _ in case.first)
        require(not has_some, f"withholds the position of {delegation} on {code} after it committed to it")
        require(not case.positions, f"withholds a first position on {code} after another was opened")
        case.check_side(delegation, record["by"])
        case.was_withheld.add(delegation)

    def enter_silence(self, record: dict[str, Any]) -> None:
        """A delegation says that it has no more to say."""
        code, case = self.case_of(record)
        side = record["side"]
        require(case.positions, f"ends a discussion on {code} before any position was opened")
        require(side not in case.silent, f"says a second time that {side} has no more to say on {code}")
        case.check_side(side, record["by"])
        case.silent.add(side)

    def enter_position(self, record: dict[str, Any], number: int, content: bytes | None) -> None:
        """A position is opened, or given in the open."""
        code, case = self.case_of(record)
        delegation, turn, person = record["delegation"], read_number(record["round"], 2**53), record["person"]
        put = case.put
        require(record["position"] not in self.opened, "opens a position a second time")
        self.opened.add(record["position"])
        at = record["commitment_entry"]
        if is_sealed := record["commitment"] != "" or at != -1:
            promised = self.commitments.get(at, {})
            whose = [promised.get(field) for field in ("case", "delegation", "round", "commitment", "key", "by")]
            own = [code, delegation, turn, record["commitment"], record["key"], person]
            require(whose == own, f"does not open what entry {at} committed to")
            require(at not in self.spent, f"opens the commitment of entry {at} a second time")
            self.spent.add(at)
            case.unopened[delegation] -= 1
        is_first_late = bool(record.get("late")) and turn == put["round"]
        require(
            turn == put["round"] if is_sealed else turn > put["round"] or is_first_late,
            f"is of round {turn}, which {code} cannot have there",
        )
        signed_at_entry = at if is_sealed else number
        chain = self.chains.setdefault((self.roots[code], delegation), [])
        if content is None:
            self.erased += 1
            text = str(self.keys.get(record["key"], {}).get("signs"))
            self.check_key(record["key"], text, delegation, person, signed_at_entry)
        else:
            opened = open_position(record, content, self.read_key, self.verify_once)
            document, key = opened.document, opened.key.text
            self.watch = self.watch or document["watch"]
            expected = {
                "watch": self.watch,
                "log_origin": self.origin,
                "finding": put["finding"],
                "finding_sha256": case.name,
            }
            for field, value in expected.items():
                require(document[field] == value, f"was signed for another {field}: {document[field]!a}, not {value!a}")
            require(
                sorted(document["answers"]) == sorted(put["questions"]), f"answers other questions than {code} asks"
            )
            self.check_key(record["key"], key, delegation, person, signed_at_entry)
            # What the signer had before: the last of the same delegation on this finding; two who signed one round
            # at once both follow what stood before it.
            before = [each for each in chain if each[0] < signed_at_entry]
            last = max((each[1] for each in before if each[1] < turn), default=0)
            follows = {each[2] for each in before if each[1] >= last or each is before[-1]}
            is_first = not any(each[1] < turn for each in before) and document["previous_sha256"] is None
            require(
                is_first or f"sha256:{document['previous_sha256']}" in follows,
                f"does not follow the last position of {delegation} on this finding",
            )
        chain.append((number, turn, record["signed_sha256"]))
        is_second = any((each["person"], each["round"]) == (person, turn) for each in case.positions.values())
        case.check_side(delegation, person)
        self.check_hand(record["by"], delegation)
        is_earliest = not case.positions
        case.positions[number] = record
        case.silent.clear()
        require(not is_second, f"is a second position of somebody in round {turn} of {code}")
        if is_earliest:
            check_nobody_awaited(code, case, record)

    def check_signed_wording(self, record: dict[str, Any], number: int) -> None:
        """An agreed wording bears a signature of a delegation's key in force. Raises Fault."""
        document, delegation, name = record["document"], record["delegation"], self.wordings.get(record["wording"])
        require(name, f"signs entry {record['wording']!a}, which holds no wording")
        has_fields(document, "schema record key signed_at signature")
        require(document["schema"] == SIGNATURE and document["record"] == name, "holds a signature over another record")
        key = self.read_key(document["key"])
        message = f"{SIGNATURE}\n{key.name}\n{name}\n{document['signed_at']}\n".encode()
        self.verify_once(key, decode_base64(document["signature"]), message)
        own = [code for code, asked in self.keys.items() if asked["signs"] == key.text]
        in_force = [code for code in own if self.terms.get(code, (FOREVER, 0))[0] < number < self.terms[code][1]]
        left = self.last_left.get(delegation, -1)
        is_own = any(self.keys[code]["delegation"] == delegation and left < self.terms[code][0] for code in in_force)
        require(is_own, "is by no key in force")

    def enter_outcome(self, record: dict[str, Any]) -> None:
        """A case is closed, resting on all positions that were entered of it, and on none that was superseded."""
        code = str(record["case"])
        require(code in self.cases, f"is of {code}, which no earlier entry puts to the delegations")
        case = self.cases[code]
        require(not case.is_closed, f"closes {code} a second time")
        require(record["finding"] == case.put["finding"], f"is of another finding than {code}")
        for at in record["positions"]:
            require(at in case.positions, f"rests on entry {at!a}, which is no position on {code}")
        check_extent(case.put, record)
        self.check_agreed(code, case, record, {*record["positions"]})
        left_out = [at for at in case.positions if at not in record["positions"]]
        require(not left_out, f"leaves out the position of entry {min(left_out, default=0)} on {code}")
        case.is_closed = True

    def check_agreed(self, code: str, case: ReviewCase, record: dict[str, Any], entries: set[int]) -> None:
        """What an outcome calls agreed is the word of every delegation that counts, two at least, by the positions of
        these entries. Raises Fault."""
        states = record["questions"]
        words = {side: case.words_of(side, entries) for side in case.put["delegations"]}
        for question in [question for question, state in states.items() if state == "agreed"]:
            names = record["attributed_to"] if question == "who" else ""
            word = {"who": "names" if names else "none"}.get(question, "concur"), names
            counts = {*case.put["delegations"]} - {*case.put["recused"]}
            agree = {side for side in counts if words[side].get(question) == word}
            require(
                len(counts) >= 2 and counts == agree and states.get("happened", "agreed") == "agreed",
                f"calls {question!a} of {code} agreed, which no two delegations said, or not each that counts",
            )
        is_agreed = record["state"] == "agreed"
        gone = [side for side in case.put["delegations"] if self.last_left.get(side, -1) > case.number]
        require(
            not gone or not (is_agreed or "agreed" in states.values()),
            f"calls agreed on {code} what was open when {gone[0] if gone else ''!a} left the review",
        )
        require(
            not is_agreed or {*states.values()} == {"agreed"},
            f"calls {code} agreed, and not each of its questions",
        )


def check_nobody_awaited(code: str, case: ReviewCase, record: dict[str, Any]) -> None:
    """Nothing if the first position that is opened in a case was opened when every delegation was in, or when the clock
    had run out. Raises Fault.

    The clock is of the hours of the rule at least: a line that is down only adds to it. So it is a fault only before
    these are over; which line check was entered when somebody looked at the clock is not in the ledger.
    """
    awaited = [side for side in case.put["delegations"] if not case.is_in(side)]
    begun, opened = (datetime.fromisoformat(each["known_at"]) for each in (case.put, record))
    # Records hold whole seconds, and a clock can run out within one.
    has_run_out = (opened - begun).total_seconds() > case.rule.hours * 3600 - 1
    require(
        not awaited or has_run_out,
        f"opens a position on {code} while one of {awaited[0] if awaited else ''!a} was awaited, and before the clock "
        "can have run out",
    )


def check_extent(put: dict[str, Any], outcome: dict[str, Any]) -> None:
    """Nothing if an outcome is of all the questions that its case asks and of no other, is agreed in part where some of
    them are agreed and nowhere else, and names somebody only where *who* is agreed. Raises Fault."""
    states, state = outcome["questions"], outcome["state"]
    require(sorted(states) == sorted(put["questions"]), "is of other questions than its case asks")
    agreed = [*states.values()].count("agreed")
    expected = "agreed" if agreed == len(states) else "agreed_in_part"
    is_so = state == expected if agreed else state != "agreed_in_part"
    require(is_so or state == "agreed", f"is called {state!a}, which its questions are not")
    is_named = outcome["attributed_to"] != ""
    require(not is_named or states.get("who") == "agreed", "names who did it, which is not agreed there")


class Inspection:
    """One pass over a ledger (`inspect`), an accusation (`check_accusation`), a partial copy (`check_copy`), an opened
    position (`check_position`) or a bundle (`check_bundle`), and all that it saw."""

    def __init__(self, base: Path, ledger: Path, policy: Policy) -> None:
        self.base = base
        self.ledger = ledger
        self.head = ledger / "checkpoint"
        self.tiles = ledger / "tile"
        self.older = ledger / "checkpoints"
        self.folders = [base / "objects", base / "evidence"]
        # Else `ledger/` is here alone, as it is served: steps 5 and 6 are left out.
        self.has_records = base.name == ".trucewatch" or any(map(os.path.lexists, self.folders))
        self.policy = policy

        self.checkpoint: Checkpoint | None = None
        self.origin = ""
        self.is_signed = False  # the checkpoint, by the policy's log key
        self.levels: list[bytes] = []  # of the tree, once it has the checkpoint's root
        self.keys = KeyHistory(policy.keys)
        # Of each size of this tree, the keys that signed it; of each key, the largest checkpoint that it signed.
        self.signers: dict[int, set[Key]] = {}
        self.largest: dict[Key, Checkpoint] = {}

        self.named = set[bytes]()  # hashes of all that entries and records name
        self.sizes: dict[str, int] = {}  # hash of evidence → its size, as its record states it
        self.present: list[str] = []  # hashes of what records name and what is here, the last first
        # What is not here: only an entry after this number can have erased it; who names it; where it belongs.
        self.missing: dict[str, tuple[int, str, Path]] = {}
        self.remedies: dict[str, str] = {}  # hash of a part of a list → what to do if it is missing or changed
        self.closed: set[str] = set()  # evidence that is here encrypted only
        self.may_be_closed: dict[str, bool] = {}  # hash of evidence → whether no record of it says that it is open
        self.linked: dict[tuple[int, ...], str] = {}  # file with several names → the hash under which it was read
        self.holes = 0  # bytes of holes that were read
        self.erased: dict[str, int] = {}  # hash → the entry that says so, if no later one names it
        self.pruned: dict[int, int] = {}  # entry of a list → the entry that pruned it
        self.pruned_records: list[tuple[int, dict[str, Any]]] = []  # entries of such lists, with their records
        self.key_records: dict[str, list[tuple[int, dict[str, Any]]]] = {}  # hash → its entries, the last first
        self.last_path: tuple[tuple[Path, str, str, str] | None, Path] = (None, Path())
        self.review_records: list[tuple[int, str, dict[str, Any]]] = []  # entries, hashes, records; the last first
        self.review_rules: dict[ReviewRule, ReviewRule] = {}  # each once
        self.begun_anew_at = ""  # if a ledger was lost before this one: the date of its first entry
        self.last_at = ""
        self.clock_setbacks = 0
        self.uncounted: dict[str, int] = {}  # key of signature lines that do not count → how many

        self.problems: list[dict[str, Any]] = []  # as --json prints them
        self.changes: list[str] = []  # of the log's key, erasures, rollbacks: told first and never cut
        self.remarks: list[tuple[str, str]] = []  # kind, sentence
        self.accusations: list[dict[str, Any]] = []
        self.misfits = 0  # signed checkpoints that do not fit this tree
        self.is_ledger = True  # else an accusation or a partial copy
        self.verdict = ""  # on one of these
        self.position: dict[str, Any] = {}  # what an opened position proves
        self.copy: dict[str, Any] = {}  # what a partial copy proves: opened, closed, and where from
        self.bundle: dict[str, Any] = {}  # what a bundle proves beside its partial copy
        self.site: dict[str, Any] = {}  # what a site of issued reports proves
        self.signed_by: list[Key] = []
        self.witnesses: dict[bytes, str] = {}  # public key → name
        self.kept_by = set[Key]()  # the log's keys under the kept checkpoint
        self.seen_size: int | None = None

    @contextlib.contextmanager
    def step(self, step: Step, path: Path, remedy: str = "") -> Iterator[None]:
        """What is refused inside is a problem of this file, seen at this step; what comes after goes on."""
        try:
            yield
        except Exception as error:  # whatever a hostile file provokes is a fault of that file
            self.blame(step, path, explain(error), remedy)

    def check(self, step: Step, path: Path, condition: object, fault: str, remedy: str = "") -> None:
        """A problem of this file unless the condition holds."""
        if not condition:
            self.blame(step, path, fault, remedy)

    def blame(self, step: Step, path: Path, fault: str, remedy: str = "") -> None:
        """A problem of this file."""
        name = os.path.relpath(path, self.base) if self.base in path.parents else str(path)
        remedy = remedy or (PASTE_AGAIN if step == Step.SEEN else COPY_AGAIN)
        self.problems.append({"step": step, "file": name, "what": fault, "do": remedy})

    def inspect(self, kept_checkpoint: Path | None) -> None:
        """Steps 1 to 9. If folders, checkpoint or tree do not hold, nothing that rests on them is checked."""
        self.find_links()
        if not self.problems:
            with self.step(Step.CHECKPOINT, self.head):
                self.read_latest()
        if self.checkpoint is None or not self.levels:
            return
        if self.has_records:
            self.read_records(self.checkpoint.size)
        step = Step.CHECKPOINT if self.keys.trusted else Step.KEYS
        signers = self.count_signers(step, self.head, self.checkpoint)
        self.signed_by = sorted(key for key in signers if key.kind == LOG)
        self.take_up_stage(self.checkpoint, signers)
        self.compare_older(self.checkpoint, kept_checkpoint)
        self.check_log_keys()
        self.check_quorum(self.checkpoint)

    def find_links(self) -> None:
        """Step 1: no folder of a ledger is a link, which could lead anywhere on the reader's own disk."""
        folders = [self.ledger, self.tiles, self.older, *self.folders]
        if self.base.name == ".trucewatch":
            folders.append(self.base)
        for folder in folders:
            self.check(Step.FIND, folder, not folder.is_symlink(), IS_LINK)
        for folder in [*self.folders, self.tiles]:
            with self.step(Step.FIND, folder):
                for path in folder.iterdir() if folder.is_dir() and not folder.is_symlink() else ():
                    self.check(Step.FIND, path, not path.is_symlink(), IS_LINK)

    # Step 2: checkpoint

    def read_latest(self) -> None:
        """Takes up the latest checkpoint and the tree below it. Raises ValueError, OSError."""
        self.checkpoint = checkpoint = read_checkpoint(read_file(self.head, LARGEST_CHECKPOINT))
        self.origin = self.keys.trusted[0].name if self.keys.trusted else checkpoint.origin
        require(checkpoint.origin == self.origin, OTHER_LOG.format(checkpoint.origin, self.origin))
        # The policy's keys before any tile, so that a changed size or root is a fault of the checkpoint.
        for name, key_id, signature in checkpoint.signatures:
            if key := self.keys.by_name.get((name, key_id)):
                verify(key, signature, checkpoint.body, self.policy.latest_s)
                self.is_signed |= key.kind == LOG
        with self.step(Step.TREE, self.head):
            self.read_tree(checkpoint)

    # Steps 2, 7 and 9: the signatures under a checkpoint

    def count_signers(self, step: Step, path: Path, checkpoint: Checkpoint) -> set[Key]:
        """Verifies every signature line; returns the keys whose lines count."""
        signers = set[Key]()
        unknown = []
        for name, key_id, signature in checkpoint.signatures:
            key = self.keys.by_name.get((name, key_id))
            who = f"{name!a} ({key_id.hex()})"
            is_trusted = key in self.keys.trusted or not self.keys.trusted
            with self.step(step, path):
                alike = self.keys.alike.get(fold_name(name), set())
                twins = set() if key in self.keys.trusted else alike - {name}
                require(
                    name.isascii() and not twins,
                    f"has a signature by {name!a}, a name made to look like { {min(twins)} if twins else 'another' }",
                )
                if key:
                    verify(key, signature, checkpoint.body, self.policy.latest_s)
                is_in_force = key is not None and self.keys.is_in_force(key, checkpoint.size)
                if key and is_in_force and (is_trusted or key.kind == LOG):
                    signers.add(key)
                    continue
                self.uncounted[who] = self.uncounted.get(who, 0) + 1
                if key is None or not (is_in_force or is_trusted):
                    unknown.append(who)
        # Without records nobody can tell a registered witness from a stranger: then a few of them are a remark.
        most = 0 if self.keys.trusted and self.has_records else MOST_UNKNOWN
        fault = f"is signed by {', '.join(unknown[:3])}: {len(unknown)} lines by a key unknown here"
        self.check(step, path, len(unknown) <= most, fault)
        self.check(step, path, checkpoint.origin == self.origin, OTHER_LOG.format(checkpoint.origin, self.origin))
        is_by_log = any(key.kind == LOG for key in signers) or not self.keys.by_name
        self.check(step, path, is_by_log, "is by no log key in force")
        return signers

    # Step 3: tree; where records are here, they are read on the way (steps 4 to 6)

    def read_tree(self, checkpoint: Checkpoint) -> None:
        """Every bundle, and if they are whole, every tile. Raises Fault if the size cannot be true."""
        size = checkpoint.size
        # Nobody vouches for this size yet: at least its last bundle or tile is here, or the checkpoint is at fault.
        ends = [tile_path(self.ledger, level, (size - 1) // TILE_WIDTH, size) for level in ("entries", 0)]
        require(
            self.is_signed or not size or any(map(os.path.lexists, ends)),
            f"states {size} entries; no tile ends there",
        )
        leaves = bytearray()  # the hashes of all entries, one after the other
        for first in range(0, size, TILE_WIDTH):
            entries = self.read_bundle(first, size)
            if not entries:
                return
            for entry in entries:
                recorded_at = entry[1].decode()[:-1]  # without the Z: a fraction sorts after none
                self.clock_setbacks += recorded_at < self.last_at
                self.last_at = recorded_at
                leaves += sha256(b"\0" + entry[0]).digest()
        self.check_tree(checkpoint, build_levels(bytes(leaves)))

    def read_bundle(self, first: int, size: int) -> list[re.Match[bytes]]:
        """The entries of a bundle, from number `first` on, by their form; none if one of them is not well-formed."""
        path = tile_path(self.ledger, "entries", first // TILE_WIDTH, size)
        with self.step(Step.TREE, path):
            content = read_file(path, LARGEST_BUNDLE)
            entries = []
            at = 0
            for number in range(first, min(first + TILE_WIDTH, size)):
                start = at + 2
                at = start + int.from_bytes(content[at:start], "big")
                entry = ENTRY_FORM.fullmatch(content, start, at)
                if not entry or not is_day(entry[1][:10].decode()):
                    raise Fault(f"has no well-formed entry {number}")
                require(number or entry[2].decode() == KEY_RECORD, "begins with no key")
                entries.append(entry)
            require(at == len(content), "does not end with its last entry")
            return entries
        return []

    def check_tree(self, checkpoint: Checkpoint, levels: list[bytes]) -> None:
        """Compares every tile of every level with the tree; `levels` stay empty if its root is another."""
        size = checkpoint.size
        fits = root_of_range(levels, 0, size) == checkpoint.root
        bundles = [tile_path(self.ledger, "entries", first // TILE_WIDTH, size) for first in range(0, size, TILE_WIDTH)]
        tiles = []
        for level, row in enumerate(levels[::TILE_HEIGHT]):
            for at in range(0, len(row), TILE_BYTES):
                tile = tile_path(self.ledger, level, at // TILE_BYTES, len(row) // HASH_BYTES)
                tiles.append(tile)
                # Where tile and entries differ, the root tells which of them was changed.
                is_tile = fits or level or not tile.is_file()
                with self.step(Step.TREE, tile if is_tile else bundles[at // TILE_BYTES]):
                    require(
                        read_file(tile, TILE_BYTES) == row[at : at + TILE_BYTES],
                        f"was changed: level {level}, {at // HASH_BYTES} or on",
                    )
        self.levels = levels if fits else []
        if not fits:
            culprit = self.tiles if self.is_signed else self.head
            self.blame(Step.TREE, culprit, "does not fit: checkpoint and tiles differ")
        elif not self.problems:
            with self.step(Step.TREE, self.tiles):
                self.check_other_tiles({*bundles, *tiles}, size)

    def whole_tile(self, path: Path) -> str:
        """What a tile is called when it is full: the same for each width that it had before."""
        return path.relative_to(self.ledger).as_posix().split(".p/")[0]

    def check_other_tiles(self, expected: set[Path], size: int) -> None:
        """Step 3: an older, narrower tile has to begin today's, and none goes beyond the size. Raises OSError."""
        today = {self.whole_tile(path): path for path in expected}
        last, wide = None, b""
        for path in list_files(self.tiles):
            if path in expected:
                continue
            name, wide_path = path.relative_to(self.ledger).as_posix(), today.get(self.whole_tile(path))
            if (entries := entries_below(name)) > size:
                fault = f"goes beyond {size} entries: an older checkpoint than these tiles; copy again"
                self.blame(Step.TREE, path, fault, COPY_LAST)
                continue
            with self.step(Step.TREE, path):
                require(stat.S_ISREG(path.lstat().st_mode), IS_LINK if path.is_symlink() else NO_FILE)
                if not entries or not wide_path:
                    self.remarks.append(("no part of this tree", f"{name} is no part of this tree."))
                    continue
                if wide_path != last:  # the widths of a tile stand side by side
                    last, wide = wide_path, read_file(wide_path, LARGEST_BUNDLE)
                older = read_file(path, len(wide))
                require(older and wide.startswith(older), "differs from today's tile")

    # Step 4: keys, from the policy's to today's

    def check_log_keys(self) -> None:
        """Every change of the log's key was signed by the key that it ended, or follows a loss; and the key that the
        reader knows, by the policy or by what he kept, led to today's.

        Runs after step 9: a change is signed in an older checkpoint.
        """
        whose, remedy = ("policy's", MEND_POLICY) if self.keys.trusted else ("kept checkpoint's", ASK_KEEPER)
        known = {key.text for key in self.keys.trusted[:1] or self.kept_by}  # and to which the known key led
        is_ours = not known
        is_explained = False
        for covering, (act, old, new) in sorted(self.keys.handovers.items()):
            is_agreed = act == "rotate" and old in self.signers.get(covering, ())
            change = f"entry {covering - 1} ({act}) puts {new.text} in place of {old.id.hex()}"
            word = "the old key signed it" if is_agreed else "the old key did not sign it"
            self.changes.append(f"Key changed: {change}; {word}.")
            path = self.older / str(covering) if act == "rotate" else self.head
            if is_agreed and old.text in known:
                known.add(new.text)
            elif not is_agreed and old.text in known:
                self.blame(Step.KEYS, path, f"is not confirmed by the {whose} log key: {change}", remedy)
                is_explained = True
            elif act == "rotate" and not is_agreed:
                self.blame(Step.KEYS, path, f"is not here, or not signed by the key that it ends: {change}")
        if self.keys.lost and not self.keys.log_key:
            number, lost = self.keys.lost
            sentence = f"Key lost: entry {number} reports the log's key {lost.id.hex()} as lost or in other hands"
            self.changes.insert(0, f"{sentence}; no key follows it yet, and under later entries it counts for nothing.")
        is_ours |= any(key.text in known for key in self.signed_by)
        if not is_ours and not is_explained:
            self.blame(Step.CHECKPOINT, self.head, f"is not signed by the {whose} log key", remedy)

    # Step 5: records

    def object_path(self, name: str, folder: str = "objects", suffix: str = "") -> Path:
        """Where the bytes with this hash belong."""
        asked = (self.base, folder, name, suffix)
        if self.last_path[0] != asked:  # of one name it is asked several times one after another
            self.last_path = (asked, self.base.joinpath(folder, name[:2], name[2:] + suffix))
        return self.last_path[1]

    def copies_of(self, name: str) -> list[Path]:
        """Where the bytes with this hash are."""
        # Asked for each name several times: a path is made of those alone that are here.
        places = [
            folder
            for folder in ("evidence", "objects")
            if os.path.lexists(f"{self.base}/{folder}/{name[:2]}/{name[2:]}")
        ]
        return [self.object_path(name, folder) for folder in places]

    def read_records(self, size: int) -> None:
        """Steps 4 to 6, over the entries from the last to the first, and each record once.

        So the first time that a name is met is the last time that it is named, and what erased it was met before.
        """
        begun = len(self.problems)
        met: dict[bytes, bytes] = {}  # hash of a record → its entry's leaf hash
        for first in reversed(range(0, size, TILE_WIDTH)):
            for number, entry in reversed([*enumerate(self.read_bundle(first, size), first)]):
                recorded_at, kind, name = map(bytes.decode, entry.groups())
                leaf = self.levels[0][number * HASH_BYTES : (number + 1) * HASH_BYTES]
                first_met = met.setdefault(bytes.fromhex(name), leaf)
                if first_met is leaf:
                    self.read_record(recorded_at, kind, name, number)
                elif first_met != leaf:  # a record has one kind and one time: it cannot fit two different entries
                    self.blame(Step.RECORDS, self.object_path(name), f"does not fit entry {number}, or another one")
                elif kind in REVIEW_KINDS:
                    self.blame(Step.RECORDS, self.object_path(name), f"is entered twice, as entry {number} too")
                elif name in self.key_records:  # the same key twice is a fault, so each of its entries counts
                    self.key_records[name].append((number, self.key_records[name][0][1]))
        self.problems[begun:] = reversed(self.problems[begun:])
        for number, record in self.pruned_records:
            self.look_for_rest(record, number)
        key_records = [(*entry, name) for name, entries in self.key_records.items() for entry in entries]
        for number, record, name in sorted(key_records, key=lambda entry: entry[0]):
            with self.step(Step.KEYS, self.object_path(name)):
                self.keys.enter(record, number, self.origin)
        for name in reversed(self.present):
            for path in self.copies_of(name):
                self.check_bytes(path, name)
        self.check_missing()
        self.check_reviews()
        self.check_encrypted()
        for folder in self.folders:
            with self.step(Step.REFERENCES, folder):
                self.check_unnamed(folder)

    def read_record(self, recorded_at: str, kind: str, name: str, number: int) -> None:
        """Step 5: the record of an entry, its key (step 4) and all that it names (step 6)."""
        path = self.object_path(name)
        short_kind = kind[len("trucewatch/") : -len("/1")]
        copies = self.copies_of(name)
        for twin in copies:
            if twin != path:
                self.check_bytes(twin, name)
        if path not in copies:
            self.miss(name, number + FOREVER if kind == KEY_RECORD else number, f"entry {number} ({short_kind})", path)
        self.named.add(bytes.fromhex(name))
        if path not in copies:
            return
        with self.step(Step.RECORDS, path):
            self.admit(path, name, LARGEST_RECORD)
            content = read_file(path, LARGEST_RECORD)
            require(sha256(content).hexdigest() == name, WAS_CHANGED)
            record = parse_record(content)
            is_fit = record.get("schema") == kind and record.get("recorded_at") == recorded_at
            require(is_fit, f"does not fit entry {number}")
            if kind == KEY_RECORD:
                self.key_records[name] = [(number, record)]
                if number == 0 and LOST_CHECKPOINT in record:
                    self.begun_anew_at = recorded_at
            if kind in REVIEW_KINDS:
                kept = {field: record[field] for field in REVIEW_FIELDS if field in record}
                if kind == CASE_RECORD:
                    rule = read_review_rule(record)
                    kept["rule"] = self.review_rules.setdefault(rule, rule)
                self.review_records.append((number, name, kept))
            if kind == ERASURE_RECORD:
                self.take_up_erasure(record, number)
            if kind == EVIDENCE_RECORD and type(size := record.get("size_bytes")) is int:
                evidence, is_open = record["sha256"], record.get("handling", "open") == "open"
                self.sizes[evidence] = size
                self.may_be_closed[evidence] = self.may_be_closed.get(evidence, True) and not is_open
            if kind == PRUNING_RECORD:
                self.take_up_pruning(record, number)
            if kind in RESTING_RECORDS:
                self.check_rests(record)
            if number in self.pruned and kind in LIST_RECORDS:
                self.pruned_records.append((number, record))
                record = {"history": record.get("history", "")}  # what stays of a pruned list
            elif kind == LIST_RECORD:
                for table in (*MADE_TREES, *KEPT_TREES):
                    self.look_through(record[table], number, table)
            source = f"objects/{name[:2]}/{name[2:]}"
            for field, reference in list_references(record):
                if bytes.fromhex(reference) in self.named:
                    continue
                folder = "evidence" if "evidence" in (field, short_kind) else "objects"
                self.look_up(reference, number, source, self.object_path(reference, folder))

    def take_up_erasure(self, record: dict[str, Any], number: int) -> None:
        """What an entry erases, but for what a later entry names. Raises TypeError if these are no names."""
        erased = [name for name in record["erased"] if HASH_FORM.fullmatch(name)]
        people = list(record.get("people", []))
        for name in erased:
            if bytes.fromhex(name) not in self.named:
                self.erased.setdefault(name, number)
        sentence = f"Erased: entry {number} erases {len(erased)} objects or pieces of evidence"
        self.changes.append(f"{sentence} and {len(people)} people or texts." if people else f"{sentence}.")

    def take_up_pruning(self, record: dict[str, Any], number: int) -> None:
        """The lists before an entry that it prunes: of them the record and what changed stay. Raises Fault."""
        lists = [read_number(entry, number) for entry in record["lists"]]
        for entry in lists:
            self.pruned.setdefault(entry, number)
        count = f"{len(lists)} list" if len(lists) == 1 else f"{len(lists)} lists"
        sentence = f"Pruned: entry {number} prunes {count}; only the record and what changed is kept of each."
        self.remarks.append(("pruned", sentence))

    def check_rests(self, record: dict[str, Any]) -> None:
        """What was made from a list keeps it from being pruned later. Raises Fault."""
        basis = record.get("list")
        entry = basis.get("entry") if isinstance(basis, dict) else basis
        pruned_by = self.pruned.get(entry) if type(entry) is int else None
        require(pruned_by is None, f"was made from the list of entry {entry}, which entry {pruned_by} pruned")

    def check_reviews(self) -> None:
        """What delegations signed of findings, against the entries that it names and the keys in force there."""
        reviews, count = ReviewHistory(self.origin, self.begun_anew_at), 0
        for number, name, record in reversed(self.review_records):
            with self.step(Step.RECORDS, self.object_path(name), ASK_ABOUT_REVIEW):
                content = None
                if record["schema"] == "trucewatch/review-position/1":
                    path = self.object_path(record["position"])
                    if path in self.copies_of(record["position"]):
                        content = read_file(path, LARGEST_POSITION)
                        count += 1
                        if sha256(content).hexdigest() != record["position"]:
                            continue  # told with all that is present
                    elif record["position"] not in self.erased:
                        continue  # told as missing
                reviews.enter(record, number, name, content)
        sentence = f"{count} positions of delegations were compared with what was signed and committed to"
        if reviews.erased:
            sentence += f"; of {reviews.erased} the words were erased, and their commitments and entries stay"
        if count or reviews.erased:
            self.remarks.append(("positions", f"{sentence}."))
        if reviews.again:
            sentence = f"{reviews.again} records of reviews were entered again after a ledger was lost"
            if reviews.without:
                sentence += f", {reviews.without} outcomes without all positions that they rest on"
            self.remarks.append(("reviews", f"{sentence}: which entry came before which is no longer shown here."))

    # Step 6: references

    def look_for_rest(self, record: dict[str, Any], number: int) -> None:
        """Looks up what is still here of a pruned list, after all that must be here: nothing of it is missing."""
        with self.step(Step.REFERENCES, self.folders[0]):
            pending = [name for _, name in list_references(record)]
            for name in pending:  # which grows meanwhile
                path = self.object_path(name)
                if bytes.fromhex(name) in self.named or path not in self.copies_of(name):
                    continue
                self.look_up(name, number, f"entry {number} (list)", path)
                self.erased.pop(name, None)  # it stood in this list again
                with contextlib.suppress(Exception):  # no node, or a damaged one, which is told with all that is here
                    self.admit(path, name, LARGEST_RECORD)
                    node = parse_record(read_file(path, LARGEST_RECORD))
                    if node.get("schema") == NODE:
                        pending += [str(child[0]) for child in node["children"] if HASH_FORM.fullmatch(child[0])]

    def look_through(self, root: str, number: int, table: str) -> None:
        """Looks up a tree of a list: every node and chunk the first time that it is met, and what is below with it."""
        remedy = MAKE_AGAIN if table in MADE_TREES else ""
        pending = [(root, 0)] if root else []
        while pending:
            name, level = pending.pop()  # 0 for a root, which says itself how high it stands
            source, path = f"{table} of entry {number} (list)", self.object_path(name)
            self.remedies.setdefault(name, remedy)
            if bytes.fromhex(name) in self.named:
                continue
            self.look_up(name, number, source, path)
            if path not in self.copies_of(name):
                continue
            with self.step(Step.REFERENCES, path, remedy):
                self.admit(path, name, LARGEST_RECORD)
                content = read_file(path, LARGEST_RECORD)
                if sha256(content).hexdigest() != name:
                    continue  # told with all that is present
                node = parse_record(content)
                is_node = node.get("schema") == NODE and type(node.get("level")) is int
                require(is_node and 0 < node["level"] <= DEEPEST, "is no node of a tree")
                require(level in (0, node["level"]), "is a node of another level")
                for child in [str(child[0]) for child in node["children"]]:
                    require(HASH_FORM.fullmatch(child), "names a child that is no hash")
                    if node["level"] > 1:
                        pending.append((child, node["level"] - 1))
                    else:
                        self.remedies.setdefault(child, remedy)
                        self.look_up(child, number, source, self.object_path(child))

    def look_up(self, name: str, number: int, source: str, path: Path) -> None:
        """Whether the bytes that a record names are here, the first time that they are met."""
        if bytes.fromhex(name) in self.named:
            return
        if self.copies_of(name):
            self.present.append(name)
        elif path.is_relative_to(self.folders[1]) and os.path.lexists(f"{path}{ENCRYPTED}"):
            self.closed.add(name)
        else:
            self.miss(name, number, source, path)
        self.named.add(bytes.fromhex(name))

    def miss(self, name: str, after: int, source: str, path: Path) -> None:
        """Notes that the bytes of a name are not here, unless a later entry named them and they were noted then."""
        if bytes.fromhex(name) not in self.named or after >= FOREVER:
            self.missing[name] = (after, source, path)

    def check_bytes(self, path: Path, name: str) -> None:
        """A file that is called like a hash has that hash, and the size that a record states."""
        with self.step(Step.REFERENCES, path, self.remedies.get(name, "")):
            self.admit(path, name, LARGEST_OBJECT)
            require(hash_file(path) == name, WAS_CHANGED)

    def admit(self, path: Path, name: str, limit: int) -> None:
        """Nothing if a file may be read under a hash: so reading takes no longer than what is on the disk allows.

        limit: in bytes, for what has no size by a record. Raises Fault, OSError.
        """
        state = path.lstat()
        size, stated = state.st_size, self.sizes.get(name)
        require(stated in (None, size), f"has {size} bytes, its record says {stated}")
        require(stated is not None or size <= limit, f"is longer than the {limit} bytes it may have")
        if state.st_nlink > 1:
            first = self.linked.setdefault((state.st_dev, state.st_ino, state.st_ctime_ns), name)
            require(first == name, f"is one file with {first} (hard links): unfit for one of the two names")
        holes = max(0, size - HOLLOW * 512 * getattr(state, "st_blocks", size))
        require(
            self.holes + holes <= MOST_HOLES,
            "is mostly holes: nothing was written there; if it was copied just now, check again in a minute",
        )
        self.holes += holes

    def check_missing(self) -> None:
        """What is named and not here was erased by a later entry; what was erased and is here is told."""
        remedy = (
            "Ask the keeper for these bytes. If they were erased, an entry has to say so; if not, tell all delegations."
        )
        for name, (after, source, path) in reversed(self.missing.items()):
            erased_by = self.erased.get(name, -1)
            if erased_by > after:
                kind = source.partition("(")[2]  # of what was entered, so that an erased finding is told among others
                sentence = f"{name} was erased, says entry {erased_by}: not corrupt; {source} names it."
                self.remarks.append((f"erased {kind}", sentence))
            else:
                fault = f"is missing; {source} names it"
                self.blame(Step.REFERENCES, path, fault, self.remedies.get(name) or remedy)
        for name, number in self.erased.items():
            if self.copies_of(name) or os.path.lexists(self.object_path(name, "evidence", ENCRYPTED)):
                self.remarks.append(("erased, but here", f"{name} was erased by entry {number}, but is here."))

    def check_encrypted(self) -> None:
        """What is here encrypted only is not open, by its records, and has age's form; its bytes nobody compared."""
        remedy = "Ask the keeper for these bytes. What a record calls open is never encrypted."
        self.closed.difference_update(self.erased)
        for name in sorted(self.closed):
            path = self.object_path(name, "evidence", ENCRYPTED)
            with self.step(Step.REFERENCES, path, remedy):
                require(self.may_be_closed.get(name), "stands for what a record calls open, or no record describes")
                with open_file(path) as file:
                    least = self.sizes[name] + len(AGE_HEADER)
                    is_age = file.read(len(AGE_HEADER)) == AGE_HEADER and os.fstat(file.fileno()).st_size > least
                require(is_age, "is not encrypted with age, or too short for what it holds")

    def check_unnamed(self, folder: Path) -> None:
        """What lies in `objects/` or `evidence/` and nothing names: told and not read. Raises OSError."""
        for path in list_files(folder):
            name = "".join(path.parts[-2:])
            if name.endswith(ENCRYPTED) and name.removesuffix(ENCRYPTED) in self.closed:
                continue
            if not HASH_FORM.fullmatch(name) or bytes.fromhex(name) not in self.named:
                sentence = f"{path.relative_to(self.base)} is not named by the log and was not read."
                self.remarks.append(("not named", sentence))
                is_file = stat.S_ISREG(path.lstat().st_mode)
                self.check(Step.REFERENCES, path, is_file, IS_LINK if path.is_symlink() else NO_FILE)

    # Step 7: older checkpoints; step 9 compares the kept one in the same way

    def compare_older(self, checkpoint: Checkpoint, kept_checkpoint: Path | None) -> None:
        """Every checkpoint in `checkpoints/`, the largest first, then the one that the reader kept."""
        paths = sorted(self.older.glob("[0-9]*"), key=lambda path: (len(path.name), path.name), reverse=True)
        if str(checkpoint.size) not in [path.name for path in paths]:
            sentence = f"{checkpoint.size} is missing in checkpoints/, perhaps older ones too."
            self.remarks.append(("missing in checkpoints/", sentence))
        if self.clock_setbacks:
            self.remarks.append(("clock", f"The clock went back before {self.clock_setbacks} of the entries."))
        for path in paths:
            self.compare(Step.OLDER_CHECKPOINTS, path, checkpoint)
        if kept_checkpoint:
            self.compare(Step.SEEN, kept_checkpoint, checkpoint)
        if self.uncounted:
            who = ", ".join([*self.uncounted][:3])
            sentence = f"{sum(self.uncounted.values())} signature lines of {len(self.uncounted)} keys do not count"
            self.remarks.append(("signature lines", f"{sentence}: not in policy or in force. The first: {who}."))
        if self.misfits:
            sentence = (
                f"Forked or rolled back: {self.misfits} signed checkpoints do not fit this ledger; see step 7 or 9."
            )
            self.changes.append(sentence)

    def compare(self, step: Step, path: Path, latest: Checkpoint) -> None:
        """Whether a checkpoint is a stage of this tree; if it is none, an accusation."""
        with self.step(step, path):
            content = read_file(path, LARGEST_CHECKPOINT)
            other = read_checkpoint(restore_checkpoint(content) if step == Step.SEEN else content)
            require(
                step == Step.SEEN or path.name == str(other.size),
                f"is of the size {other.size}, not of that in its name",
            )
            signers = self.count_signers(step, path, other)
            if other.size > latest.size or root_of_range(self.levels, 0, other.size) != other.root:
                self.accuse(step, path, (other, signers), latest)
                return
            self.take_up_stage(other, signers)
            if step == Step.SEEN:
                self.seen_size = other.size
                self.kept_by = {key for key in signers if key.kind == LOG}

    def take_up_stage(self, stage: Checkpoint, signers: set[Key]) -> None:
        """Notes who signed a stage of this tree."""
        self.signers.setdefault(stage.size, set()).update(signers)
        for key in signers:
            if key not in self.largest or self.largest[key].size < stage.size:
                self.largest[key] = stage

    # Step 8: witnesses

    def check_quorum(self, checkpoint: Checkpoint) -> None:
        """As many witnesses as the policy asks for cosigned the latest checkpoint; one key is one witness."""
        self.witnesses = {key.public: key.name for key in self.signers[checkpoint.size] if key.kind == WITNESS}
        count = len(self.witnesses)
        self.check(
            Step.WITNESSES,
            self.head,
            count >= self.policy.quorum,
            f"is cosigned by {count} witnesses, but {self.policy.quorum} are required",
            "Have them cosign it first; else mend `quorum` in the policy.",
        )

    # Step 9: --seen; a checkpoint that does not fit becomes an accusation, here or at step 7

    def accuse(self, step: Step, path: Path, stage: tuple[Checkpoint, set[Key]], latest: Checkpoint) -> None:
        """Writes down that a checkpoint does not fit this tree, with what proves it.

        Raises Fault if nothing can be laid to anybody: no known log key signed the one, or none the other.
        """
        other, signers = stage
        is_later = other.size > latest.size
        log_keys = sorted(key for key in signers if key.kind == LOG)
        # Any stage that is large enough serves: best one under a key that signed the other checkpoint too.
        stages = [(other if is_later else self.largest.get(key), key) for key in log_keys]
        pairs = [(large, key) for large, key in stages if large and large.size >= other.size]
        pairs.sort(key=lambda pair: -pair[0].size)
        texts = f", {other.text!r} and {latest.text!r}" if step == Step.SEEN else ""
        require(
            log_keys and (self.signed_by or (pairs and not is_later)),
            f"does not fit this tree; nobody can prove it, for no log key known here vouches for both{texts}",
        )
        self.misfits += 1
        large, key = pairs[0] if pairs else (latest, log_keys[0])
        if is_later:  # this tree is too small to prove anything about that one
            small, what, proof = latest, ROLLBACK, [""]
        else:
            small, what = other, SPLIT_VIEW if pairs else ACROSS_KEYS
            nodes = [(0, small.size, 0), *list_proof_nodes(small.size, large.size)]
            proof = [encode_base64(root_of_range(self.levels, start, end)) for start, end, _ in nodes]
        accusation = {
            "schema": ACCUSATION,
            "log": key.text,
            "what": what,
            "checkpoint_a": small.text,
            "checkpoint_b": large.text,
            "root_of_b_at_a": proof[0],
            "proof": proof[1:],
        }
        # One is enough, and what proves something comes first.
        self.accusations.append(accusation)
        self.accusations = sorted(self.accusations, key=lambda sentence: sentence["what"] != SPLIT_VIEW)[
            :MOST_ACCUSATIONS
        ]
        relation = "is older than" if is_later else "contradicts"
        fault = (
            f"({latest.size} entries) {relation} {path} ({other.size} entries), signed by the same log: "
            f"{what}. Accusation: below"
        )
        culprit = path if step == Step.OLDER_CHECKPOINTS and not is_later else self.head
        self.blame(step, culprit, fault, "Keep both, and tell all delegations, by another way.")

    def check_accusation(self, fields: list[tuple[str, Any]]) -> None:
        """Whether an accusation proves by itself that the log's key signed two histories; `verdict` says which."""
        self.is_ledger = False
        with self.step(Step.SEEN, self.ledger, "Ask whoever wrote it for the whole file, and how it came about."):
            accusation = dict(fields)
            require(sorted(name for name, _ in fields) == sorted(ACCUSATION_FIELDS), "has other fields, or one twice")
            key = read_key(accusation["log"], LOG)
            small = read_checkpoint(accusation["checkpoint_a"].encode())
            large = read_checkpoint(accusation["checkpoint_b"].encode())
            require(
                small.origin == large.origin == key.name and key in (self.keys.trusted[:1] or [key]),
                "is of another log",
            )
            are_signed = [self.carries(checkpoint, key) for checkpoint in (small, large)]
            root_of_large_at_small = decode_base64(accusation["root_of_b_at_a"])
            proof = [decode_base64(text) for text in accusation["proof"]]
            is_proved = (
                all(are_signed)
                and root_of_large_at_small != small.root
                and follow_proof(small.size, large.size, root_of_large_at_small, proof) == large.root
            )
            what = accusation["what"]
            require(is_proved or what in (ROLLBACK, ACROSS_KEYS), "does not hold: its proof fails")
            self.verdict = f"PROVED: {key.text} signed two histories." if is_proved else "PROVES NOTHING ALONE."
            require(is_proved, f"tells of a {what!r}: what was shown when is the word of whoever wrote this")

    def check_position(self) -> None:
        """What an opened position proves by itself: who signed which words; `verdict` says it."""
        self.is_ledger = False
        with self.step(Step.SEEN, self.ledger, "Ask whoever gave it for the whole file. It proves nothing as it is."):
            opened = read_position(read_file(self.ledger, LARGEST_POSITION))
            document = opened.document
            origin = self.keys.trusted[0].name if self.keys.trusted else document["log_origin"]
            require(document["log_origin"] == origin, OTHER_LOG.format(document["log_origin"], origin))
            self.position = {
                "key": opened.key.text,
                "sha256": sha256(opened.signed).hexdigest(),
                "commitment": opened.commitment.removeprefix("sha256:"),
                "in_list": opened.fields["list"] is not None,
                **document,
            }
            self.verdict = (
                f"PROVED: whoever held the key {opened.key.name} ({opened.key.id.hex()}) signed these words for "
                f"{document['delegation']}, of finding {document['finding']} in the state "
                f"{document['finding_sha256']}, round {document['round']}, and dated them {document['signed_at']}. "
                f"Its commitment is {self.position['commitment']}; whether and when it was committed to, or given in "
                "the open, the ledger says."
            )
        if not self.position:
            self.verdict = "NOT PROVED. Nothing in this file can be relied on."

    def check_copy(self, content: bytes = b"", *, is_apart: bool = False) -> None:
        """What a partial copy proves; steps as in docs/ledger.md, "A partial copy". content: that of a bundle.
        is_apart: one that is proved in its recipient's own log, so that its dossier stands in no entry of its own."""
        self.is_ledger = False
        with self.step(Step.SEEN, self.ledger, "Ask whoever gave it for the whole file. It proves nothing as it is."):
            content = content or read_file(self.ledger, LARGEST_COPY)
            values = sum(map(content.count, (b",", b"{", b"[")))
            require(values <= MOST_VALUES, f"holds more than {MOST_VALUES} values")
            copy = parse_record(content)  # 1. form
            has_fields(copy, "schema record proof recipient rows pieces")
            require(copy["schema"] == DOSSIER_COPY, "is no partial copy")
            record = read_dossier(copy["record"].encode(), is_apart=is_apart)  # 2. record
            if is_apart:
                require(copy["proof"] == {}, "has a proof of its own")
            else:  # 3. entry, 4. checkpoint
                self.check_entry(copy["proof"], copy["record"].encode(), record["recorded_at"])
            opened: dict[str, Any] = {}
            closed: list[str] = []
            places = [(row["section"], row["row"]) for row in copy["rows"]]
            require(len({*places}) == len(places), "has a row twice")
            for row in copy["rows"]:  # 5. rows
                check_row(row, record["sections"][row["section"]], opened, closed)
            pieces: dict[str, Any] = {}
            for piece in copy["pieces"]:  # 6. pieces of evidence
                path = check_piece(piece, opened)
                require(path not in pieces, "has a piece of evidence twice")
                pieces[path] = piece["value"]
            # 7. recipient
            names = [value for path, value in opened.items() if re.fullmatch(r"released/\d+/recipient", path)]
            recipient = copy["recipient"]
            require(type(recipient) is str, "names a recipient that is no text")
            require(names == ([recipient] if recipient else []), "names another recipient than the dossier does")
            number = None if is_apart else copy["proof"]["number"]
            key = self.signed_by[0].text
            self.copy = {
                "recipient": recipient,
                "entry": number,
                "dossier": sha256(copy["record"].encode()).hexdigest(),
                "entered_at": record.get("recorded_at"),
                "list_entry": None if is_apart else record["list"]["entry"],
                "opened": opened | pieces,
                "closed": closed,
                "closed_sections": [
                    name for name in DOSSIER_SECTIONS if name not in {section for section, _ in places}
                ],
            }
            nobody = "" if self.keys.trusted else " UNDER A KEY THAT NOBODY VOUCHED FOR: compare it with the keeper's"
            self.verdict = (
                f"PROVED{nobody}: {len(opened) + len(pieces)} fields were committed to by entry {number} of {key}, "
                "and are unchanged since. "
                f"Entered {self.copy['entered_at']}, from the list of entry {self.copy['list_entry']}."
            )
        if not self.copy:
            self.verdict = "NOT PROVED. Nothing in this file can be relied on."

    def check_entry(self, proof: dict[str, Any], record: bytes, recorded_at: str, kind: str = DOSSIER) -> None:
        """The record is entered under a signed root, and the proof says nothing else. Raises Fault."""
        has_fields(proof, "schema number entry leaf_hash hashes checkpoint")
        entry = decode_base64(proof["entry"])
        form = ENTRY_FORM.fullmatch(entry)
        names = [group.decode() for group in form.groups()] if form else []
        require(names == [recorded_at, kind, sha256(record).hexdigest()], "is of another entry than its record")
        stated = proof["checkpoint"]
        checkpoint, key = read_checkpoint(stated["note"].encode()), read_key(stated["key"], LOG)
        require(checkpoint.origin == key.name and self.carries(checkpoint, key), "is not signed by the key it names")
        require(key in (self.keys.trusted[:1] or [key]), f"is signed by {key.text}, not by the policy's key")
        signature = next(line[2] for line in checkpoint.signatures if line[:2] == (key.name, key.id))
        says = {
            "note": checkpoint.text,
            "text": encode_base64(checkpoint.body),
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "key": key.text,
            "raw_key": encode_base64(key.public),
            "signature": encode_base64(signature),
            "cosignatures": [],
        }
        require(stated == says and type(stated["size"]) is int, "says of its checkpoint what the checkpoint does not")
        leaf, hashes = sha256(b"\0" + entry).digest(), [bytes.fromhex(text) for text in proof["hashes"]]
        require([node.hex() for node in hashes] == proof["hashes"], "has a hash that is not written as hashes are")
        root = follow_inclusion(leaf, proof["number"], checkpoint.size, hashes)
        require(
            proof["schema"] == "trucewatch/proof/1" and proof["leaf_hash"] == leaf.hex() and root == checkpoint.root,
            "does not lead to the signed root",
        )
        self.checkpoint, self.signed_by = checkpoint, [key]
        witnesses = [witness for witness in self.policy.keys[1:] if self.carries(checkpoint, witness)]
        self.witnesses = {witness.public: witness.name for witness in witnesses}
        quorum = self.policy.quorum
        require(len(self.witnesses) >= quorum, f"is cosigned by {len(self.witnesses)} witnesses; {quorum} are required")

    def carries(self, checkpoint: Checkpoint, key: Key) -> bool:
        """Whether the key signed a checkpoint; a line in its name that is false is refused. Raises Fault."""
        signatures = [line[2] for line in checkpoint.signatures if line[:2] == (key.name, key.id)]
        for signature in signatures:
            verify(key, signature, checkpoint.body, self.policy.latest_s)
        return bool(signatures)


# Positions of delegations: signed words, alone or as leaves of a list that was signed as one


class OpenedPosition(NamedTuple):
    """A position whose form and signature hold. `fields`: of the file; `document`: of what was signed."""

    fields: dict[str, Any]
    signed: bytes
    document: dict[str, Any]
    key: Key
    commitment: str


def read_position(
    content: bytes,
    key_of: Callable[[Any], Key] = lambda text: read_key(text, LOG),
    verify_with: Callable[[Key, bytes, bytes], None] = lambda key, signature, message: verify(
        key, signature, message, 0
    ),
) -> OpenedPosition:
    """A position as it was opened; docs/ledger.md, "Positions". Raises ValueError for what deviates from its form, for
    a false signature, and for a way that leads to no list that was signed."""
    fields = parse_record(content)
    has_fields(
        {name: value for name, value in fields.items() if name != "pad"}, "schema signed signature salt key list"
    )
    require(fields["schema"] == OPENED_POSITION, "is no opened position")
    require("pad" not in fields or len(content) == SEALED_POSITION, "has a pad of another length")
    require(set(fields.get("pad", "")) <= {"0"}, "has a pad that says something")
    signed, salt, signature = (
        fields["signed"].encode(),
        decode_base64(fields["salt"]),
        decode_base64(fields["signature"]),
    )
    require(len(salt) == 32 and len(signature) == 64, "has random bytes or a signature of another length")
    first, _, body = signed.partition(b"\n")
    require(first == POSITION.encode() and len(signed) <= LARGEST_SIGNED, "holds no signed position")
    document = parse_record(body)
    check_words(document)
    key, message = key_of(fields["key"]), signed
    if (place := fields["list"]) is not None:
        has_fields(place, "index size hashes")
        read_number(place["size"], LONGEST_LIST + 1)
        leaf, hashes = sha256(b"\0" + salt + signed).digest(), [read_hash(node) for node in place["hashes"]]
        message = f"{POSITIONS}\n".encode() + follow_inclusion(leaf, place["index"], place["size"], hashes)
    verify_with(key, signature, message)
    commitment = sha256(f"{COMMIT}\n".encode() + salt + signed + signature).hexdigest()
    return OpenedPosition(fields, signed, document, key, f"sha256:{commitment}")


def open_position(record: dict[str, Any], content: bytes, *readers: Callable[..., Any]) -> OpenedPosition:
    """The position that a record opens; the record says of it nothing else than it says. Raises ValueError."""
    opened = read_position(content, *readers)
    document, answers = opened.document, opened.document["answers"]
    require("pad" not in opened.fields, "opens a position that is padded, as it was sealed")
    signed = f"sha256:{sha256(opened.signed).hexdigest()}"
    require(record["signed_sha256"] == signed, "opens other words than those whose hash it states")
    by_question = {question: answer["answer"] for question, answer in answers.items()}
    names = answers.get("who", {}).get("version", "")
    is_same = record["answers"] == by_question and record["names"] == names
    require(is_same, "states other answers than those that were signed")
    for field in ("delegation", "round"):
        require(document[field] == record[field], f"is of another {field} than was signed: {document[field]!a}")
    require(str(record["signed_at"])[:19] == document["signed_at"][:19], "states another date than was signed")
    require(record["commitment"] in ("", opened.commitment), "opens something else than what was committed to")
    return opened


def check_words(document: dict[str, Any]) -> None:
    """The fields of what was signed have their form. Raises ValueError."""
    has_fields(document, POSITION_FIELDS)
    names = [document[name] for name in ("watch", "log_origin", "finding", "delegation")]
    require(all(isinstance(name, str) and NAME_FORM.fullmatch(name) for name in names), "has a name that is none")
    hashes = [
        document["finding_sha256"],
        *([] if document["previous_sha256"] is None else [document["previous_sha256"]]),
    ]
    require(all(isinstance(name, str) and HASH_FORM.fullmatch(name) for name in hashes), "names a hash that is none")
    require(read_number(document["round"], 2**53), "has no round")
    dated = TIME_FORM.fullmatch(document["signed_at"])
    require(dated and is_day(dated[1]), "is dated by no time")
    answers, reasons = document["answers"], document["reasons"]
    require(answers and (list(answers) == ["who"] or answers.keys() <= ANSWERS.keys() - {"who"}), "answers no question")
    require(reasons.keys() <= answers.keys(), "has reasons for what it does not answer")
    texts = [*reasons.values()]
    for question, by_question in answers.items():
        has_fields(by_question, "answer version" if by_question.get("answer") in ("dissent", "names") else "answer")
        require(by_question["answer"] in ANSWERS[question], f"has an answer to {question} that is none")
        texts += [by_question["version"]] if "version" in by_question else []
        require(by_question.get("version", "x").strip(), f"has an answer to {question} that says nothing")
    is_plain = all(isinstance(text, str) and not CONTROL_FORM.search(text) for text in texts)
    require(is_plain, "holds what is no plain text")


# Partial copies: every field is committed to by a hash with a salt; the hashes are leaves of perfect trees


def has_fields(value: Any, names: str) -> None:
    """Nothing if this is an object with exactly these fields. Raises Fault."""
    require(isinstance(value, dict) and sorted(value) == sorted(names.split()), f"has other fields than {names}")


def read_number(value: Any, below: int) -> int:
    """A whole number from 0 on. Raises Fault."""
    require(type(value) is int and 0 <= value < below, f"has something else than a number below {below}")
    return int(value)


def read_hash(text: Any) -> bytes:
    """A hash or a salt from base64. Raises ValueError, TypeError."""
    content = decode_base64(text)
    require(len(content) == HASH_BYTES, "has a hash or a salt of another length")
    return content


def read_dossier(content: bytes, *, is_apart: bool = False) -> dict[str, Any]:
    """The record of a dossier: of each of its tables the columns, and depth and root of the tree of its rows. is_apart:
    of these alone."""
    record = parse_record(content)
    if is_apart:
        has_fields(record, "schema sections")
        require(record["schema"] == DOSSIER_SECTIONS_ALONE, "is of no dossier")
    else:
        has_fields(record, "schema recorded_at list salts sections")
        has_fields(record["list"], "entry object")
        require(record["schema"] == DOSSIER, "is of no dossier")
        hashes = record["salts"], record["list"]["object"]
        require(all(HASH_FORM.fullmatch(name) for name in hashes), "is of no dossier")
        read_number(record["list"]["entry"], 2**53)
    has_fields(record["sections"], " ".join(DOSSIER_SECTIONS))
    for section in record["sections"].values():
        has_fields(section, "columns depth root")
        columns = section["columns"]
        require(isinstance(columns, list) and columns == sorted({*columns}) and len(columns) <= 256, "has bad columns")
        require(all(COLUMN_FORM.fullmatch(name) for name in columns), "has bad columns")
        read_number(section["depth"], DEEPEST + 1)
        read_hash(section["root"])
    return record


def hash_field(path: str, salt: bytes, value: Any) -> bytes:
    """What commits to a field: a hash of its path, its salt and its value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))  # in order: it was read as canonical
    return sha256(f"{DOSSIER.replace('/1', '-field/1')}\n{path}\n".encode() + salt + text.encode()).digest()


def follow_path(node: bytes, place: int, hashes: Any, depth: int) -> bytes:
    """The root of a perfect tree to which hashes lead from a node at a place. Raises Fault."""
    require(isinstance(hashes, list) and len(hashes) == depth, "has more or fewer hashes than its tree is high")
    for height, other in enumerate(map(read_hash, hashes)):
        node = hash_node(other + node if place >> height & 1 else node + other)
    return node


def follow_inclusion(leaf: bytes, number: Any, size: int, hashes: list[bytes]) -> bytes:
    """The root to which an inclusion proof leads (RFC 9162, section 2.1.3.2). Raises Fault."""
    first, last, root = read_number(number, size), size - 1, leaf
    for node in hashes:
        require(last and len(node) == HASH_BYTES, "has a proof that is too long")
        if first & 1 or first == last:
            root = hash_node(node + root)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            root = hash_node(root + node)
        first, last = first >> 1, last >> 1
    require(not last, "has a proof that is too short")
    return root


def check_row(row: Any, section: dict[str, Any], opened: dict[str, Any], closed: list[str]) -> None:
    """A row leads to the root of its section; its fields are added to `opened` or `closed`. Raises Fault."""
    has_fields(row, "section row fields hashes")
    columns, place = section["columns"], read_number(row["row"], 1 << section["depth"])
    count = 1 << max(len(columns) - 1, 0).bit_length()
    require(isinstance(row["fields"], list) and len(row["fields"]) == count, "has a row of another length")
    leaves = b""
    for slot, field in enumerate(row["fields"]):
        path = f"{row['section']}/{place}/{columns[slot]}" if slot < len(columns) else ""
        if isinstance(field, str):
            commitment = read_hash(field)
            closed += [path] if path else []
        else:
            has_fields(field, "salt value")
            require(path, "opens a field that the record does not name")
            commitment = hash_field(path, read_hash(field["salt"]), field["value"])
            opened[path] = field["value"]
        leaves += sha256(b"\0" + commitment).digest()
    root = follow_path(build_levels(leaves)[-1], place, row["hashes"], section["depth"])
    require(
        root == read_hash(section["root"]),
        f"opens row {place} of {row['section']} otherwise than the dossier committed to it",
    )


def check_piece(piece: Any, opened: dict[str, Any]) -> str:
    """The path of a piece of evidence that leads to the root which its opened content names. Raises Fault."""
    has_fields(piece, "evidence number value salt hashes")
    row = read_number(piece["evidence"], 2**32)
    tree: Any = opened.get(f"evidence/{row}/content")
    has_fields(tree, "unit depth root")
    depth = read_number(tree["depth"], DEEPEST + 1)
    place = read_number(piece["number"], (1 << depth) + 1) - 1
    path = f"evidence/{row}/content/{place + 1}"
    leaf = sha256(b"\0" + hash_field(path, read_hash(piece["salt"]), piece["value"])).digest()
    root = follow_path(leaf, place, piece["hashes"], depth)
    require(place >= 0 and root == read_hash(tree["root"]), f"opens {path} otherwise than the dossier committed to it")
    return path


# Bundles: a zip, or the folder that it was unpacked into; as docs/bundle.md has it


def write_zip(members: dict[str, bytes]) -> bytes:
    """The one zip that these members make: stored, in order of their names, dated 1980-01-01."""
    head, tail = bytearray(), bytearray()
    for name, content in sorted(members.items()):
        path, start = name.encode("ascii"), len(head)
        common = (20, 0, 0, 0, 0x21, zlib.crc32(content), len(content), len(content), len(path), 0)
        head += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", *common) + path + content
        tail += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 0x314, *common, 0, 0, 0, 0o100644 << 16, start) + path
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(members), len(members), len(tail), len(head), 0)
    return bytes(head + tail + end)


def read_zip(content: bytes) -> dict[str, bytes]:
    """The members of a zip, by its local headers alone; nothing in it is inflated, linked or named twice. Raises
    Fault."""
    members: dict[str, bytes] = {}
    at = 0
    while content[at : at + 4] == b"PK\3\4":
        require(len(content) >= at + 30, "is cut off")
        packed, full, length, extra = struct.unpack("<IIHH", content[at + 18 : at + 30])
        method = struct.unpack("<H", content[at + 8 : at + 10])[0]
        require(method == 0 and packed == full and extra == 0, "is packed otherwise than bundles are")
        name = content[at + 30 : at + 30 + length].decode("ascii", "replace")
        require(MEMBER_FORM.fullmatch(name), f"has a member with a name that no bundle has: {name[:80]!a}")
        require(name not in members, f"has a member twice: {name}")
        require(len(members) < MOST_MEMBERS, f"has more than {MOST_MEMBERS} members")
        start = at + 30 + length
        members[name], at = content[start : start + full], start + full
    return members


def read_members(path: Path) -> tuple[dict[str, bytes], str]:
    """The members of a bundle, and what is wrong with the zip around them. Raises Fault, OSError."""
    if path.is_dir():
        members, size = dict[str, bytes](), 0
        for file in list_files(path):
            name = file.relative_to(path).as_posix()
            require(MEMBER_FORM.fullmatch(name), f"has a file that no bundle has: {name[:80]!a}")
            require(len(members) < MOST_MEMBERS, f"has more than {MOST_MEMBERS} files")
            try:
                members[name] = read_file(file, LARGEST_ZIP - size)
            except Fault as why:
                raise Fault(f"has {name}, which {why}") from None
            size += len(members[name])
        return members, ""
    content = read_file(path, LARGEST_ZIP)
    members = read_zip(content)
    fault = "is not written as bundles are: bytes beside its members were changed"
    return members, "" if write_zip(members) == content else fault


def is_bundle(path: Path) -> bool:
    """Whether this is a bundle, or a folder that one was unpacked into. Raises OSError."""
    if path.is_dir():
        return (path / "manifest.json").is_file()
    with open_file(path) as file:
        return file.read(4) == b"PK\3\4"


def check_members(members: dict[str, bytes], fault: str) -> dict[str, Any]:
    """The manifest of a bundle whose members are all there, unchanged, and no others. Raises Fault with the first that
    is not."""
    require("manifest.json" in members, f"has no manifest.json{f', and {fault}' if fault else ''}")
    try:
        manifest = parse_record(members["manifest.json"])
        has_fields(manifest, "schema subject recipient language members")
        require(manifest["schema"] == BUNDLE and manifest["subject"] in ("incident", "figure"), "is no manifest")
        require(all(type(manifest[name]) is str for name in ("recipient", "language")), "is no manifest")
        require(isinstance(manifest["members"], dict), "is no manifest")
    except Exception as error:
        raise Fault(f"has a manifest.json that {explain(error)}") from None
    for name, stated in manifest["members"].items():
        require(name in members, f"lacks the member {name[:80]!a}, which its manifest names")
        require(sha256(members[name]).hexdigest() == stated, f"has {name} otherwise than its manifest names it")
    for name in members:
        is_apart = name in ("manifest.json", "given.json", "checkpoint.txt", "padding")
        require(is_apart != (name in manifest["members"]), f"has the member {name}, which its manifest does not name")
    for name in ("given.json", "padding", "README.txt", "inspector.py", "checkpoint.txt", "keys.txt"):
        require(name in members, f"lacks the member {name}")
    require(not members["padding"].strip(b"\0"), "has something else than zeros in padding")
    size = 22 + sum(76 + 2 * len(name) + len(content) for name, content in members.items())
    require(size >= 2**18 and size & (size - 1) == 0, "has padding of another length than a bundle has")
    require(not fault, fault)
    return manifest


class ShownReviews:
    """The reviews that a bundle shows: each case as it was put, how it came out, and the positions on it.

    Each record is entered; what was opened is what its delegation's key signed, and what was committed to before the
    first was opened; what is called agreed was said by every delegation whose word counts. Raises Fault.
    """

    def __init__(self, inspection: Inspection, members: dict[str, bytes]) -> None:
        self.inspection = inspection
        self.cases: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}  # code → case, outcome
        self.names: dict[str, str] = {}  # code → SHA-256 of the case as it was put
        self.entries: dict[str, dict[int, dict[str, Any]]] = {}  # code → entry → position
        self.records: dict[int, dict[str, Any]] = {}  # entry → position as it was entered
        self.reviews: list[dict[str, Any]] = []
        self.positions: list[dict[str, Any]] = []
        for folder, read in (
            ("reviews/", self.read_case),
            ("positions/", self.read_position),
            ("reviews/", self.judge),
        ):
            for name in sorted(
                (name for name in members if name.startswith(folder)), key=lambda name: (len(name), name)
            ):
                try:
                    read(name, members[name])
                except Exception as error:
                    raise Fault(f"has {name}, which {explain(error)}") from None

    def entered(self, document: dict[str, Any], name: str, schema: str) -> tuple[dict[str, Any], int]:
        """A record that is shown, with its entry. Raises Fault, ValueError."""
        content, proof = document[name].encode(), document[f"{name}_proof"]
        record = parse_record(content)
        self.inspection.check_entry(proof, content, record["recorded_at"], schema)
        return record, proof["number"]

    def read_case(self, name: str, content: bytes) -> None:
        """A case as it was put, and its outcome, where there is one."""
        document = parse_record(content)
        has_fields(document, "schema case case_proof outcome outcome_proof")
        require(document["schema"] == REVIEW_SHOWN, "is no review")
        case, entry = self.entered(document, "case", CASE_RECORD)
        code = f"R-{read_number(case['number'], 2**53)}"
        require(name == f"reviews/{code}.json", f"is of {code}")
        outcome: dict[str, Any] = {}
        if document["outcome"]:
            outcome, at = self.entered(document, "outcome", OUTCOME_RECORD)
            require(
                outcome["case"] == code and outcome["finding"] == case["finding"], "has the outcome of another case"
            )
            require(entry < at, "has an outcome from before it was put")
            outcome["entry"] = at
        self.cases[code], self.entries[code] = (case, outcome), {}
        self.names[code] = sha256(document["case"].encode()).hexdigest()

    def read_position(self, name: str, content: bytes) -> None:
        """A position, and what was committed to before; its entry alone where its words were erased or never leave."""
        document = parse_record(content)
        has_fields(document, "schema record record_proof opened commitment commitment_proof")
        require(document["schema"] == POSITION_SHOWN, "is no position")
        record, entry = self.entered(document, "record", POSITION_RECORD)
        require(name == f"positions/{entry}.json", f"is of entry {entry}")
        code = str(record["case"])
        require(code in self.cases, f"is on {code}, which is not here")
        case, _ = self.cases[code]
        committed_entry = None
        require(bool(record["commitment"]) == bool(document["commitment"]), "lacks what was committed to, or has more")
        if document["commitment"]:
            promised, committed_entry = self.entered(document, "commitment", COMMITMENT_RECORD)
            whose = [promised[field] for field in ("case", "delegation", "round", "commitment", "key", "by")]
            own = [record[field] for field in ("case", "delegation", "round", "commitment", "key", "person")]
            require(whose == own, "does not open what was committed to")
            require(
                promised["finding_sha256"] == self.names[code], "was committed to over another state of the finding"
            )
        words: dict[str, Any] = {}
        if document["opened"]:
            content = document["opened"].encode()
            require(sha256(content).hexdigest() == record["position"], "is not what was entered")
            opened = open_position(record, content)
            words = {"key": opened.key.text, **opened.document}
            require(words["finding_sha256"] == self.names[code], "is on another case")
            require(words["finding"] == case["finding"], "says another finding than its entry")
            require(sorted(words["answers"]) == sorted(case["questions"]), f"answers other questions than {code} asks")
        self.records[entry] = record
        said = {question: {"answer": answer} for question, answer in record["answers"].items()}
        self.entries[code][entry] = {
            **{"file": name, "case": code, "without_words": not words, "answers": said},
            **{field: record[field] for field in ("delegation", "round", "names", "role", "late", "signed_at")},
            **{"entry": entry, "committed_entry": committed_entry, **words},
        }

    def judge(self, name: str, content: bytes) -> None:
        """How a case came out, by the positions on it."""
        code = name.removeprefix("reviews/").removesuffix(".json")
        (case, outcome), positions = self.cases[code], self.entries[code]
        first = min(positions, default=0)
        for entry, position in sorted(positions.items()):
            at = position["committed_entry"]
            require(at is None or at < first, f"has the position of entry {entry}, committed to after one was opened")
            self.positions.append(position)
        if outcome:
            resting = {entry: each for entry, each in positions.items() if entry < outcome["entry"]}
            is_same = sorted(outcome["positions"]) == sorted(resting)
            if "first_recorded_at" in outcome:  # the numbers that it names are of a ledger that was lost
                is_same = len(resting) <= len(outcome["positions"])
            require(is_same, "has other positions than its outcome rests on")
            check_extent(case, outcome)
            judged = ReviewCase(0, self.names[code], {**case, "rule": read_review_rule(case)})
            judged.positions = {entry: self.records[entry] for entry in resting}
            for question, state in outcome["questions"].items():
                is_so = state != "agreed" or agrees(judged, outcome, question)
                require(is_so, f"calls {question} agreed, which no two said, or not each that counts")
            is_whole = {*outcome["questions"].values()} == {"agreed"}
            require(outcome["state"] != "agreed" or is_whole, "is called agreed, and not each of its questions")
        self.reviews.append(
            {
                **{"file": name, "case": code, "finding": case["finding"], "incident": case["incident"]},
                **{
                    "stipulation": case["stipulation"],
                    "put_at": case["known_at"],
                    "state": outcome.get("state", "open"),
                },
                **{"questions": outcome.get("questions", {}), "attributed_to": outcome.get("attributed_to", "")},
                **{
                    "decided_at": outcome.get("known_at"),
                    "entry": outcome.get("entry"),
                    "positions": sorted(positions),
                },
            }
        )


def agrees(case: ReviewCase, outcome: dict[str, Any], question: str) -> bool:
    """Whether every delegation whose word counts, two at least, says what is called agreed."""
    names = outcome["attributed_to"] if question == "who" else ""
    word = {"who": "names" if names else "none"}.get(question, "concur"), names
    counting = {*case.put["delegations"]} - {*case.put["recused"]}
    return len(counting) >= 2 and all(case.words_of(side, {*case.positions}).get(question) == word for side in counting)


def check_bundle(inspection: Inspection) -> None:
    """What a bundle proves. Steps: 1 members, 2 manifest, 3 that it was given, 4 what it opens, 5 bytes of evidence, 6
    positions, 7 the rows of a figure, 8 checkpoint and keys."""
    inspection.is_ledger = False
    remedy = "Ask whoever gave it for the whole file. It proves nothing as it is."
    bundle: dict[str, Any] = {}
    with inspection.step(Step.SEEN, inspection.ledger, remedy):
        members, fault = read_members(inspection.ledger)
        manifest = check_members(members, fault)
        receipt = parse_record(members["given.json"])
        if is_apart := receipt.get("schema") == LOG_RECEIPT:
            giving, number = check_log_receipt(inspection, receipt, members), receipt["number"]
        else:
            has_fields(receipt, "schema record proof")
            giving, number = parse_record(receipt["record"].encode()), receipt["proof"]["number"]
            require(receipt["schema"] == RECEIPT and giving["schema"] == BUNDLE_GIVEN, "has a given.json that is none")
            inspection.check_entry(receipt["proof"], receipt["record"].encode(), giving["recorded_at"], BUNDLE_GIVEN)
            require(giving["recipient"] == manifest["recipient"], "is for another recipient than the ledger says")
        digest = encode_base64(sha256(members["manifest.json"]).digest())
        require(giving["manifest"] == digest, "has a manifest.json that was not given at that entry: it is of another")
        receipt_point, signed_by = inspection.checkpoint, inspection.signed_by
        bundle = {"recipient": manifest["recipient"], "subject": manifest["subject"], "members": sorted(members)}
        bundle["proofs"] = "log" if is_apart else "ledger"
        bundle["given_by_entry"], bundle["given_at"] = number, giving.get("recorded_at")
        if manifest["subject"] == "incident":
            require("dossier-copy.json" in members, "lacks the member dossier-copy.json")
            inspection.check_copy(members["dossier-copy.json"], is_apart=is_apart)
            require(inspection.copy, "has a dossier-copy.json that proves nothing")
            is_given = is_apart or inspection.copy["dossier"] == giving["dossier"]
            require(is_given, "opens another dossier than the ledger says")
            require(inspection.copy["recipient"] == manifest["recipient"], "opens for another recipient")
            require(inspection.signed_by == signed_by, "has proofs under two keys")
        opened: dict[str, Any] = inspection.copy.get("opened", {})
        kept = {value for path, value in opened.items() if re.fullmatch(r"evidence/\d+/sha256", path)}
        for name in (name for name in members if name.startswith("evidence/")):
            sha = sha256(members[name]).hexdigest()
            require(name == f"evidence/{sha}" and sha in kept, f"has {name}, which is no evidence of what it opens")
        bundle["evidence"] = sorted(name for name in members if name.startswith("evidence/"))
        is_inside = not any(name.startswith(("reviews/", "positions/")) for name in members)
        require(is_inside or not is_apart, "has what is signed of a review, which nobody gets who has a log of its own")
        shown = ShownReviews(inspection, members)
        bundle["reviews"], bundle["positions"] = shown.reviews, shown.positions
        if manifest["subject"] == "figure":
            bundle["figure"] = check_figure(inspection, members, giving, is_apart=is_apart)
        inspection.checkpoint, inspection.signed_by = receipt_point, signed_by
        require(receipt_point is not None, "has no checkpoint")
        note = receipt_point.text if receipt_point else ""
        require(
            members["checkpoint.txt"].decode() == note, "has another checkpoint.txt than the one it is proved under"
        )
        lines = members["keys.txt"].decode().splitlines()
        require(signed_by[0].text in lines, "has a keys.txt without the key that it is proved under")
        check_note_lines(inspection, receipt_point, lines)
    if inspection.problems:
        inspection.copy, inspection.signed_by, inspection.witnesses = {}, [], {}
        inspection.verdict = f"NOT PROVED: the bundle {inspection.problems[0]['what']}. Nothing in it can be relied on."
        return
    inspection.bundle = bundle
    nobody = "" if inspection.keys.trusted else " UNDER A KEY THAT NOBODY VOUCHED FOR: compare it with the keeper's"
    of = f"dossier of entry {inspection.copy['entry']}" if inspection.copy else "figure of an issued report"
    of = f"dossier with the hash {inspection.copy['dossier']}" if is_apart and inspection.copy else of
    at = "" if is_apart else f", at {bundle['given_at']}"
    inspection.verdict = (
        f"PROVED{nobody}: every member of this bundle is the one that was given at entry {bundle['given_by_entry']} of "
        f"{signed_by[0].text}{at}, for {bundle['recipient']}; it opens the {of}."
    )


def check_log_receipt(inspection: Inspection, receipt: dict[str, Any], members: dict[str, bytes]) -> dict[str, Any]:
    """The entry of a bundle in its recipient's own log, under the checkpoint beside it. Raises Fault, ValueError."""
    has_fields(receipt, "schema entry number size hashes")
    entry = parse_record(receipt["entry"].encode())
    has_fields(entry, "schema manifest")
    require(entry["schema"] == LOG_BUNDLE, "has a given.json that is none")
    point, key = (
        read_checkpoint(members["checkpoint.txt"]),
        read_key(members["keys.txt"].decode().removesuffix("\n"), LOG),
    )
    require(key in (inspection.keys.trusted[:1] or [key]), f"is signed by {key.text}, not by the policy's key")
    is_signed = point.origin == key.name and inspection.carries(point, key)
    require(is_signed, "has a checkpoint.txt that the key in keys.txt did not sign")
    leaf, hashes = (
        sha256(b"\0" + receipt["entry"].encode()).digest(),
        [decode_base64(text) for text in receipt["hashes"]],
    )
    is_under = read_number(receipt["size"], 2**53) == point.size
    is_under = is_under and follow_inclusion(leaf, receipt["number"], point.size, hashes) == point.root
    require(is_under, "has a given.json that does not lead to the signed root")
    inspection.checkpoint, inspection.signed_by, inspection.witnesses = point, [key], {}
    quorum = inspection.policy.quorum
    require(not quorum, f"is in a log that no witness cosigns; {quorum} are required")
    return entry


def check_note_lines(inspection: Inspection, checkpoint: Checkpoint | None, texts: list[str]) -> None:
    """Every signature line under the checkpoint of a bundle is a good one of a key that its keys.txt names, each once.
    Raises ValueError.

    Elsewhere a line by an unknown key counts for nothing and is let be (C2SP signed-note). Of a bundle nothing else
    vouches for these lines: the manifest names keys.txt, but neither given.json nor checkpoint.txt.
    """
    keys: dict[tuple[str, bytes], Key] = {}
    for text in texts:
        form = VKEY_FORM.fullmatch(text)
        kind = WITNESS if form and decode_base64(form[3])[:1] == bytes([WITNESS]) else LOG
        key = read_key(text, kind)
        keys[key.name, key.id] = key
    for name, key_id, signature in checkpoint.signatures if checkpoint else ():
        named = keys.pop((name, key_id), None)
        require(named, f"has under its checkpoint a line by {name!a}, whose key keys.txt does not name, or one twice")
        if named:
            verify(named, signature, checkpoint.body if checkpoint else b"", inspection.policy.latest_s)


def compare_bundles(one: Inspection, other: Inspection) -> list[str]:
    """Whether two bundles or partial copies open one and the same entry; lines for people."""
    if not one.copy or not other.copy:
        return ["NOT COMPARED: both have to open a dossier and be proved alone first."]
    same = [one.copy[name] == other.copy[name] for name in ("dossier", "entry")]
    of = [
        f"entry {each.copy['entry']}" if each.copy["entry"] is not None else f"the dossier {each.copy['dossier'][:16]}…"
        for each in (one, other)
    ]
    if not all(same) or one.signed_by != other.signed_by:
        return [
            f"NOT THE SAME ENTRY: the first is of {of[0]}, the second of {of[1]}. This proves neither that they tell "
            "of one incident nor that they do not."
        ]
    mine, theirs = set(one.copy["opened"]), set(other.copy["opened"])
    return [
        f"ONE ENTRY: both open the dossier of {of[0]}; {len(mine & theirs)} fields are opened in "
        f"both, {len(mine - theirs)} in the first alone, {len(theirs - mine)} in the second alone."
    ]


def inspect_other(path: Path, policy: Policy) -> Inspection:
    """The inspection of the bundle or partial copy that another one is compared with."""
    inspection = Inspection(path.parent, path, policy)
    with inspection.step(Step.SEEN, path):
        check_bundle(inspection) if is_bundle(path) else inspection.check_copy()
    return inspection


def list_root(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes (RFC 6962), of none that of nothing."""
    subtrees: list[tuple[int, bytes]] = []  # perfect ones: height, root; the higher first
    for leaf in leaves:
        subtrees.append((0, leaf))
        while len(subtrees) > 1 and subtrees[-1][0] == subtrees[-2][0]:
            (height, left), (_, right) = subtrees[-2:]
            subtrees[-2:] = [(height + 1, hash_node(left + right))]
    if not subtrees:
        return sha256().digest()
    root = subtrees.pop()[1]
    while subtrees:
        root = hash_node(subtrees.pop()[1] + root)
    return root


def check_figure(
    inspection: Inspection, members: dict[str, bytes], giving: dict[str, Any], *, is_apart: bool
) -> dict[str, Any]:
    """The rows of a report that a figure is made of, all that it showed; for who may see everything every incident of
    its days, with the part of the rule by which it counts or not. Raises Fault."""
    require("figure.json" in members, "lacks the member figure.json")
    require(members["figure.json"].count(b",") <= MOST_VALUES, f"holds more than {MOST_VALUES} values")
    figure = parse_record(members["figure.json"])
    has_fields(figure, "schema report figure count numbers record proof shown all")
    record = parse_record(figure["record"].encode())
    kind = FIGURE_ROWS if is_apart else DAY_MANIFEST
    require(figure["schema"] == FIGURE and record["schema"] == kind, "has a figure.json that is none")
    is_given = is_apart or record["report"] == giving["report"]
    require(is_given and figure["report"] == record["report"], "has a figure.json of another report")
    if is_apart:
        has_fields(record, "schema report revision shown")
        require(figure["proof"] == {} and figure["all"] == [], "has in figure.json what is no row of the report")
    else:
        inspection.check_entry(figure["proof"], figure["record"].encode(), record["recorded_at"], DAY_MANIFEST)
    for tree in ("shown", "all") if figure["all"] else ("shown",):
        leaves = []
        for number, opened in enumerate(figure[tree]):
            has_fields(opened, "row salt")
            field = hash_field(f"{tree}/{number}", read_hash(opened["salt"]), opened["row"])
            leaves.append(sha256(b"\0" + field).digest())
        require(list_root(leaves) == read_hash(record[tree]), f"has rows in figure.json that are not those of {tree}")
    rows = [opened["row"] for opened in figure["shown"]]
    asked = figure["figure"]
    numbers = [row["number"] for row in rows if asked in ("all", row["kind"], row["code"])]
    require(figure["numbers"] == numbers and figure["count"] == len(numbers), "has a figure that its rows do not give")
    decided: dict[str, int] = {}
    for opened in figure["all"]:
        decision = str(opened["row"]["decision"])
        decided[decision] = decided.get(decision, 0) + 1
    require(not figure["all"] or decided.get("counted", 0) == len(rows), "counts other rows than the report showed")
    return {
        "report": figure["report"],
        "revision": record["revision"],
        "figure": asked,
        "count": len(numbers),
        "rows": [row for row in rows if row["number"] in numbers],
        "decisions": decided,
        "left_out": [opened["row"] for opened in figure["all"] if opened["row"]["decision"] != "counted"],
    }


def list_bundle(bundle: dict[str, Any]) -> Iterator[str]:
    """What a bundle holds beside the fields of its dossier, for people."""
    if not bundle:
        return
    if figure := bundle.get("figure"):
        yield (
            f"Report {figure['report']}, revision {figure['revision']}: {figure['figure']} is {figure['count']} "
            f"row{'' if figure['count'] == 1 else 's'} of all that it showed:"
        )
        for row in figure["rows"]:
            yield f"  {row['number']}  {row['code']}  {row['kind']}  {row['place']}  {row['time']}  {row['outcome']}"
        if figure["decisions"]:
            counts = ", ".join(f"{name} {count}" for name, count in sorted(figure["decisions"].items()))
            yield f"Every incident of these days, as decided when it was issued: {counts}."
        for row in figure["left_out"]:
            yield f"  {row['incident_id']}  {row['kind']}  {row['decision']}"
    for name in bundle["evidence"]:
        yield f"Whole, as it was received: {name}"
    for review in bundle["reviews"]:
        questions = ", ".join(f"{question}: {state}" for question, state in review["questions"].items())
        how = f"{review['state']}, entry {review['entry']} ({questions})" if review["entry"] else "no outcome yet"
        yield f"Review {review['case']} of {review['finding']}, put {review['put_at']}: {how}"
    for position in bundle["positions"]:
        answers = ", ".join(f"{question}: {said['answer']}" for question, said in position["answers"].items())
        whose = f"Position of {position['delegation']} on {position['case']}, round {position['round']}"
        at = position["committed_entry"]
        when = "given in the open" if at is None else f"committed to by entry {at}, before any was opened"
        absent = "; its words are not here: erased, or never to leave" if position["without_words"] else ""
        yield f"{whose}, signed {position['signed_at']}, {when}: {answers}{absent}"


# Step 10: result


# Sites of issued reports, as docs/publish.md has it


def is_site(path: Path) -> bool:
    """Whether this is the folder of a published site."""
    return path.is_dir() and (path / "site.json").is_file()


class SiteCheck:
    """One pass over a site of issued reports: what it says of itself, its log, each issue against its entry, and
    every other file against `pages.json`."""

    def __init__(self, inspection: Inspection) -> None:
        self.inspection, self.folder = inspection, inspection.ledger
        self.remedy = (
            "Copy the folder again from whoever publishes it. If it is the same there, ask them about it, and keep "
            "both. If a publishing was ended half way, publishing again mends it."
        )
        self.left = set[str]()  # files that nothing has explained yet
        self.absent: dict[str, str] = {}
        self.issues = 0

    def step(self, step: Step, name: str) -> contextlib.AbstractContextManager[None]:
        """`Inspection.step` of a file of the site, by its name."""
        return self.inspection.step(step, self.folder / name, self.remedy)

    def document(self, name: str, fields: str, schema: str) -> dict[str, Any]:
        """A document of the site by its name. Raises Fault, OSError."""
        document = parse_record(read_file(self.folder / name, LARGEST_COPY))
        has_fields(document, fields)
        require(document["schema"] == schema, f"is no {schema}")
        self.left.discard(name)
        return document

    def check(self, seen: Path | None) -> None:
        """Steps 1 to 9. What was changed is named by its file."""
        inspection = self.inspection
        inspection.is_ledger = False
        inspection.base = self.folder
        paths = {path.relative_to(self.folder).as_posix() for path in list_files(self.folder)}
        self.left = {name for name in paths if not name.startswith(".next/")}
        if aside := len(paths) - len(self.left):
            inspection.remarks.append(("aside", f"{aside} files lie in .next/, by a publishing that was ended."))
        site: dict[str, Any] = {}
        with self.step(Step.FIND, "site.json"):
            site = self.document("site.json", "schema watch recipient proofs key", SITE)
            require(site["proofs"] in ("log", "ledger"), "says of no log that it has")
            key = read_key(site["key"], LOG)
            trusted = inspection.keys.trusted[:1] or [key]
            require(key in trusted or site["proofs"] == "ledger", f"names {key.text}, not the policy's key")
        if inspection.problems:
            return
        pages: dict[str, Any] = {"files": {}}
        with self.step(Step.RECORDS, "pages.json"):
            pages = self.document("pages.json", "schema languages files absent order", SITE_PAGES)
            require(isinstance(pages["absent"], dict) and isinstance(pages["files"], dict), "is malformed")
            self.absent = {str(name): str(why) for name, why in pages["absent"].items()}
        if site["proofs"] == "log":
            self.check_log(key, seen)
        else:
            for name in sorted(name for name in self.left if re.fullmatch(r"issues/[^/]+/issue\.json", name)):
                with self.step(Step.RECORDS, name):
                    self.check_issue(read_file(self.folder / name, LARGEST_RECORD), name, key)
        for name, hashes in pages["files"].items():
            with self.step(Step.REFERENCES, str(name)):
                is_known = hash_file(self.folder / path_below(name)) in hashes
                require(is_known, "was changed: it is not what pages.json names")
            self.left.discard(name)
        for name in sorted(self.left):
            inspection.blame(Step.REFERENCES, self.folder / name, "was added: nothing here names it", self.remedy)
        if not inspection.problems:
            self.conclude(site)

    def check_log(self, key: Key, seen: Path | None) -> None:
        """The log of a recipient: its checkpoints, tiles and entries, and each issue against its entry."""
        inspection, log = self.inspection, self.folder / "log"
        entries: list[bytes] = []
        with self.step(Step.CHECKPOINT, "log/checkpoint"):
            point = read_checkpoint(read_file(log / "checkpoint", LARGEST_CHECKPOINT))
            self.check_point(point, key)
            inspection.checkpoint, inspection.signed_by = point, [key]
        if inspection.problems:
            return
        point = inspection.checkpoint
        assert point is not None
        self.left.discard("log/checkpoint")
        wholes: dict[str, bytes] = {}  # each tile and bundle of today, by its name without a width
        for first in range(0, point.size, TILE_WIDTH):
            path = tile_path(log, "entries", first // TILE_WIDTH, point.size)
            with self.step(Step.TREE, path.relative_to(self.folder).as_posix()):
                content, at = read_file(path, LARGEST_BUNDLE), 0
                for _ in range(first, min(first + TILE_WIDTH, point.size)):
                    start = at + 2
                    at = start + int.from_bytes(content[at:start], "big")
                    entries.append(content[start:at])
                require(at == len(content), "does not end with its last entry")
                wholes[self.whole(path)] = content
        levels = build_levels(b"".join(sha256(b"\0" + entry).digest() for entry in entries))
        with self.step(Step.TREE, "log/tile"):
            is_whole = len(entries) == point.size and root_of_range(levels, 0, point.size) == point.root
            require(is_whole, "was changed: its entries do not lead to the signed root")
        if inspection.problems:
            return
        for level, row in enumerate(levels[::TILE_HEIGHT]):
            for at in range(0, len(row), TILE_BYTES):
                path = tile_path(log, level, at // TILE_BYTES, len(row) // HASH_BYTES)
                wholes[self.whole(path)] = row[at : at + TILE_BYTES]
                with self.step(Step.TREE, path.relative_to(self.folder).as_posix()):
                    require(read_file(path, TILE_BYTES) == row[at : at + TILE_BYTES], WAS_CHANGED)
        for name in sorted(name for name in self.left if name.startswith("log/")):
            with self.step(Step.TREE, name):
                self.check_log_file(name, wholes, levels, point.size, key)
            self.left.discard(name)
        for number, entry in enumerate(entries):
            where = f"entry {number} of the log"
            with self.step(Step.RECORDS, "log"):
                record = parse_record(entry)
                if record["schema"] == LOG_BUNDLE:  # that a bundle was given, which is no part of the site
                    has_fields(record, "schema manifest")
                    continue
                folder = record["folder"]
                require(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", folder), f"has a folder of {where} misnamed")
                where = f"issues/{folder}/issue.json"
            with self.step(Step.RECORDS, where):
                require(read_file(self.folder / where, LARGEST_RECORD) == entry, f"is not entry {number} of the log")
                self.check_issue(entry, where, key, (number, levels, point.size))
        if seen:
            with inspection.step(Step.SEEN, seen):
                kept = read_checkpoint(restore_checkpoint(read_file(seen, LARGEST_CHECKPOINT)))
                self.check_point(kept, key)
                fits = kept.size <= point.size and root_of_range(levels, 0, kept.size) == kept.root
                require(fits, "does not fit this log: it has more entries, or others")
                inspection.seen_size = kept.size

    def check_point(self, point: Checkpoint, key: Key) -> None:
        """The site's key signed this checkpoint of the site's log. Raises Fault."""
        require(point.origin == key.name, OTHER_LOG.format(point.origin, key.name))
        require(self.inspection.carries(point, key), "is not signed by the site's key")

    def whole(self, path: Path) -> str:
        """What a tile is called when it is full."""
        return path.relative_to(self.folder).as_posix().split(".p/")[0]

    def check_log_file(self, name: str, wholes: dict[str, bytes], levels: list[bytes], size: int, key: Key) -> None:
        """A tile, a bundle or an older checkpoint of the log. Raises Fault, OSError."""
        if form := re.fullmatch(r"log/checkpoints/(0|[1-9]\d{0,17})", name):
            point = read_checkpoint(read_file(self.folder / name, LARGEST_CHECKPOINT))
            self.check_point(point, key)
            fits = point.size == int(form[1]) <= size and root_of_range(levels, 0, point.size) == point.root
            require(fits, "does not fit this log")
            return
        whole = wholes.get(self.whole(self.folder / name))
        require(whole is not None and entries_below(name.removeprefix("log/")), "is no part of this log")
        content = read_file(self.folder / name, LARGEST_BUNDLE)
        require(content and whole is not None and whole.startswith(content), WAS_CHANGED)

    def check_issue(self, entry: bytes, name: str, key: Key, place: tuple[int, list[bytes], int] | None = None) -> None:
        """The files of an issue against its entry, and the proof that lies beside them. place: the entry's number, the
        tree and its size, where there is a log of its own. Raises Fault, OSError."""
        issue = parse_record(entry)
        has_fields(issue, "schema folder number revision part kind day_from day_until simulated files")
        require(issue["schema"] == SITE_ISSUE and name == f"issues/{issue['folder']}/issue.json", "is of another issue")
        self.issues += 1
        self.left.discard(name)
        folder = name.rpartition("/")[0]
        for file in issue["files"]:
            has_fields(file, "name format language sha256")
            require(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", file["name"]), "has a file with a hostile name")
            path = f"{folder}/{file['name']}"
            if path in self.absent and path not in self.left:
                why = "Erased" if self.absent[path] == "erased" else "Not kept"
                self.inspection.changes.append(f"{why}: {path}, as whoever publishes says; its hash stays.")
                continue
            with self.step(Step.REFERENCES, path):
                is_same = hash_file(self.folder / path) == file["sha256"]
                require(is_same, "was changed: it is not the file that was issued")
            self.left.discard(path)
        with self.step(Step.SEEN, f"{folder}/proof.json"):
            if place is None:
                self.check_in_ledger(f"{folder}/proof.json", issue, key)
                return
            number, levels, size = place
            proof = self.document(f"{folder}/proof.json", "schema number size hashes", SITE_PROOF)
            require(proof["number"] == number and number < read_number(proof["size"], size + 1), "is of another entry")
            hashes = [decode_base64(text) for text in proof["hashes"]]
            root = follow_inclusion(sha256(b"\0" + entry).digest(), number, proof["size"], hashes)
            require(root == root_of_range(levels, 0, proof["size"]), "does not lead to the signed root")

    def check_in_ledger(self, name: str, issue: dict[str, Any], key: Key) -> None:
        """Records of the ledger that name every file of an issue, each with its proof. Raises Fault, OSError."""
        named = set[str]()
        for shown in self.document(name, "schema records", SITE_LEDGER_PROOF)["records"]:
            has_fields(shown, "record proof")
            record = parse_record(shown["record"].encode())
            self.inspection.check_entry(
                shown["proof"], shown["record"].encode(), record["recorded_at"], PUBLICATION_RECORD
            )
            require(self.inspection.signed_by[0].name == key.name, "is of another log than the site's")
            same = all(record[field] == issue[field] for field in ("number", "revision"))
            require(same, "is of another issue")
            named |= {file["file_digest"] for file in record["file_digests"]}
        require(named >= {file["sha256"] for file in issue["files"]}, "does not name every file of the issue")

    def conclude(self, site: dict[str, Any]) -> None:
        """What was proved, when nothing is wrong."""
        inspection = self.inspection
        nobody = "" if inspection.keys.trusted else " UNDER A KEY THAT NOBODY VOUCHED FOR: compare it with the keeper's"
        key = inspection.signed_by[0].text if inspection.signed_by else site["key"]
        inspection.site = {**site, "issues": self.issues}
        inspection.verdict = (
            f"PROVED{nobody}: every file of {self.issues} issues for {site['recipient']} is the one that was issued, "
            f"as the log of {key} says."
        )


def path_below(name: Any) -> str:
    """A path below a site, as its pages.json names it. Raises Fault for one that leads elsewhere."""
    require(
        isinstance(name, str) and re.fullmatch(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,199}/){0,3}[A-Za-z0-9][\w.-]*", name),
        "is named, which no site has",
    )
    return str(name)


def list_first(items: list[tuple[Any, Any]], text_of: Callable[[Any], str] = str) -> tuple[list[Any], list[str]]:
    """Five items of each kind, and a sentence for each kind that has more. Items: kind, item."""
    kinds: dict[Any, list[Any]] = {}
    for kind, item in items:
        kinds.setdefault(kind, []).append(item)
    first = [item for alike in kinds.values() for item in alike[:5]]
    more = [f"And {len(alike) - 5} more like this: … {text_of(alike[0])}" for alike in kinds.values() if len(alike) > 5]
    return first[:200], more[:50]


def list_unproved(inspection: Inspection) -> list[str]:
    """What an inspection could not prove."""
    keys, is_ledger = inspection.keys, inspection.is_ledger
    sentences = {
        "Objects and evidence are not here: their contents were not checked.": is_ledger and not inspection.has_records,
        f"{len(inspection.closed)} pieces of evidence are encrypted here, and their bytes were not compared.": bool(
            inspection.closed
        ),
        "No signature was checked: there is no policy, and records of keys are in objects/.": is_ledger
        and not keys.by_name,
        "Without a policy the keys are those that the log names: compare them with the keeper's.": not keys.trusted,
        "Without a witness this cannot show that others were shown the same log.": is_ledger
        and not inspection.witnesses,
        "Without a kept checkpoint (--seen) this cannot show that nothing was taken out.": is_ledger
        and inspection.seen_size is None,
        "No log can prove that what was entered is true, entered at once or all that was received.": is_ledger,
        "That the values are those of the list and the evidence: who has the whole watch can compare all of them, the "
        "closed ones too.": bool(inspection.copy),
        "That a review which is open has no other positions: only an outcome names all that it rests on.": any(
            review["entry"] is None for review in inspection.bundle.get("reviews", ())
        ),
        "That the manifest has every incident of the list: who has the whole watch can compare them.": bool(
            inspection.bundle.get("figure")
        ),
        "That others were shown the same ledger: no witness was counted.": bool(inspection.copy or inspection.bundle)
        and not inspection.witnesses,
        "That what was entered is true.": bool(inspection.copy or inspection.bundle or inspection.site),
        "That others were shown the same reports.": bool(inspection.site),
        "Start pages and pages of issues: they were compared with pages.json, which nobody signed.": bool(
            inspection.site
        ),
        "Whose key it is: compare it with what the delegation told you, by another way, or with the ledger.": bool(
            inspection.position
        ),
        "That it was committed to before others were opened: compare the commitment with the ledger's entry.": bool(
            inspection.position
        ),
        "When it was signed, and that what it says is true: both are the signer's own word.": bool(inspection.position),
    }
    return [sentence for sentence, applies in sentences.items() if applies]


def write_statement(inspection: Inspection) -> tuple[dict[str, Any], list[str]]:
    """What an inspection says: a document for programs, and lines for people."""

    def kind_of(problem: dict[str, Any]) -> tuple[Any, ...]:
        """Alike are problems of one step whose sentences begin alike, up to what is particular."""
        return (problem["step"], problem["do"], re.split(r"[\d:;,'\"(/]", problem["what"], maxsplit=1)[0])

    sorted_problems = sorted(inspection.problems, key=lambda problem: problem["step"])
    problems, more_problems = list_first(
        [(kind_of(problem), problem) for problem in sorted_problems], lambda problem: problem["what"]
    )
    remarks, more_remarks = list_first(inspection.remarks)
    checkpoint = inspection.checkpoint
    is_signed = inspection.signed_by or not inspection.is_ledger
    document: dict[str, Any] = {
        "schema": "trucewatch/verify/1",
        "ok": not problems
        and bool(inspection.keys.trusted if inspection.copy or inspection.bundle or inspection.site else is_signed),
        "size": checkpoint.size if checkpoint else None,
        "root": encode_base64(checkpoint.root) if checkpoint else None,
        "first_wrong": problems[0]["file"] if problems else None,
        "signed_by": [f"{key.name} ({key.id.hex()})" for key in inspection.signed_by],
        "witnesses": sorted(inspection.witnesses.values()),
        "seen": inspection.seen_size or None,
        "changes": sorted(inspection.changes, key=lambda change: change.startswith("Erased")),
        "not_compared": len(inspection.closed),
        "problems": problems,
        "remarks": more_problems + remarks + more_remarks,
        "cannot_prove": list_unproved(inspection),
        "accusations": inspection.accusations,
        **({"copy": inspection.copy} if inspection.copy else {}),
        **({"position": inspection.position} if inspection.position else {}),
        **({"bundle": inspection.bundle} if inspection.bundle else {}),
        **({"site": inspection.site} if inspection.site else {}),
    }
    lines = [
        inspection.verdict or headline(inspection, document),
        *list_fields(inspection.copy),
        *list_answers(inspection.position),
        *list_bundle(inspection.bundle),
        *document["changes"],
        *("- Step {step}: {file} {what}. {do}".format(**problem) for problem in problems),
        *more_problems,
        *(f"Remark: {remark}" for remark in remarks + more_remarks),
        *(f"Not proved: {sentence}" for sentence in document["cannot_prove"]),
        *map(json.dumps, inspection.accusations),
    ]
    return document, lines


def list_fields(copy: dict[str, Any]) -> Iterator[str]:
    """What a partial copy opens, field by field, and what stays closed."""
    if not copy:
        return
    yield f"For {copy['recipient'] or 'nobody by name'}. Opened:"
    for path, value in sorted(copy["opened"].items()):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"  {path}  {text if len(text) <= 200 else text[:200] + '…'}"
    closed: dict[str, dict[str, int]] = {}
    for path in copy["closed"]:
        section, _, column = path.split("/")
        closed.setdefault(section, {}).setdefault(column, 0)
        closed[section][column] += 1
    for section, columns in closed.items():
        names = (column if rows == 1 else f"{column} ({rows} rows)" for column, rows in columns.items())
        yield f"Closed of {section}: {', '.join(names)}"
    if copy["closed_sections"]:
        yield f"Closed whole, with how much it is: {', '.join(copy['closed_sections'])}"


def list_answers(position: dict[str, Any]) -> Iterator[str]:
    """What a position says, question by question."""
    for question, own_answer in position.get("answers", {}).items():
        version, reason = own_answer.get("version", ""), position["reasons"].get(question, "")
        yield f"  {question}  {own_answer['answer']}" + (f": {version}" if version else "")
        if reason:
            yield f"    because: {reason}"


def headline(inspection: Inspection, document: dict[str, Any]) -> str:
    """All right, with what was proved; that nobody's signature was checked; or the first wrong file."""
    if document["first_wrong"]:
        rest = " What rests on it was not checked." if inspection.is_ledger and not inspection.levels else ""
        return f"WRONG. First wrong file: {document['first_wrong']}.{rest}"
    count = document["not_compared"]
    files = f" and {'the other ' if count else ''}files" if inspection.has_records else ""
    agree = f"{document['size']} entries{files} agree; root {document['root']}"
    if not inspection.signed_by:
        return (
            f"NOBODY'S SIGNATURE WAS CHECKED: {agree}. Anybody can make such a tree; give --policy with the log's key."
        )
    holds = "" if inspection.seen_size is None else f"; holds --seen, {inspection.seen_size} entries"
    but = f", BUT {count} {'PIECE OF EVIDENCE WAS' if count == 1 else 'PIECES OF EVIDENCE WERE'} NOT COMPARED"
    return (
        f"ALL RIGHT{but if count else ''}{', WITH CHANGES TO KNOW OF' if document['changes'] else ''}: {agree}; "
        f"signed by {', '.join(document['signed_by'])}; "
        f"witnesses {' '.join([str(len(document['witnesses'])), *document['witnesses']])}{holds}"
    )


def write_accusation(path: Path, accusation: dict[str, Any]) -> str:
    """Writes the one file that this program ever writes, and never over another; what was done, in words."""
    if not PLAIN_NAME.fullmatch(accusation["log"].partition("+")[0]):
        return (
            "The accusation was not written: the log's name has signs that a shell may take for a command; see above."
        )
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(json.dumps(accusation).encode() + b"\n")
    except OSError as error:
        return f"{path} was not written: {explain(error)}. The accusation stands above."
    return f"The first accusation is in {path}."


def check_outlet(outlet: Path, checked: list[Path]) -> None:
    """Nothing if an accusation may be written there. checked: what is inspected. Raises Fault."""
    folder = Path(os.path.realpath(outlet.parent))
    above = {folder, *folder.parents}
    require(not os.path.lexists(outlet), "is there already; name a new file")
    require(folder.is_dir(), "is in no folder that is here; name another place")
    is_inside = any(Path(os.path.realpath(path)) in above for path in checked)
    require(not is_inside, "is inside of what is checked; name a place outside of it")


def main(argv: list[str] | None = None, now_s: float | None = None, prog: str | None = None) -> int:
    """Runs all steps and prints the result; returns the exit code. now_s: POSIX seconds, else the computer's."""
    parser = argparse.ArgumentParser(
        prog,
        description="Checks a Trucewatch ledger, an accusation, a partial copy or an opened position, alone, offline. "
        "Writes nothing unless asked to.",
    )
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a watch, a copy of its ledger, an accusation file, a partial copy, an opened position, a bundle, or the "
        "folder of a published site",
    )
    parser.add_argument("--policy", type=Path, metavar="FILE", help="whose keys you trust, in TOML")
    parser.add_argument("--seen", type=Path, metavar="FILE", help="a checkpoint that you kept")
    parser.add_argument("--accusation", type=Path, metavar="FILE", help="a new file for what proves two histories")
    parser.add_argument(
        "--same-as", type=Path, metavar="FILE", help="another bundle or copy: whether both are of one entry"
    )
    parser.add_argument("--json", action="store_true", help="one document for programs")
    args = parser.parse_args(argv)
    path = args.path.absolute()
    place = find_ledger(path)
    subject = args.policy
    try:
        policy = read_policy(args.policy, now_s or time.time())
        if args.seen:
            subject = args.seen
            read_file(args.seen, LARGEST_CHECKPOINT)
        subject = f"{path} holds no ledger, is no position, is no partial copy and is no accusation file"
        subject = subject if os.path.lexists(path) else path
        is_opened = not place and is_position(path)
        is_published = not place and is_site(path)
        is_zip = not place and not is_opened and not is_published and is_bundle(path)
        is_dossier = not (place or is_opened or is_zip or is_published) and is_copy(path)
        fields = [] if place or is_opened or is_dossier or is_zip or is_published else read_accusation(path)
        base, ledger = place or (path.parent, path)
        inspection = Inspection(base, ledger, policy)
        if args.accusation:
            subject = args.accusation
            check_outlet(args.accusation.absolute(), [path, *([base] if place and inspection.has_records else [])])
    except Exception as error:  # whatever is wrong with what was given: it cannot be used
        parser.error(printable(f"{subject}: {explain(error)}"))
    if place:
        inspection.inspect(args.seen)
    elif is_opened:
        inspection.check_position()
    elif is_published:
        SiteCheck(inspection).check(args.seen)
    elif is_zip:
        check_bundle(inspection)
    elif is_dossier:
        inspection.check_copy()
    else:
        inspection.check_accusation(fields)
    document, lines = write_statement(inspection)
    if args.same_as:
        compared = compare_bundles(inspection, inspect_other(args.same_as.absolute(), policy))
        document["same_entry"] = compared[0].startswith("ONE")
        document["ok"] = document["ok"] and document["same_entry"]
        document["remarks"] += compared
        lines += compared
    if args.accusation and inspection.accusations:
        sentence = write_accusation(args.accusation, inspection.accusations[0])
        lines.append(sentence)
        document["remarks"].append(sentence)
    # A hostile copy's names may hold characters that steer a terminal, or that it cannot show.
    text = json.dumps(document).replace("\x7f", "\\u007f") if args.json else "\n".join(map(printable, lines))
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except BrokenPipeError:  # whoever reads may stop early
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if document["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
