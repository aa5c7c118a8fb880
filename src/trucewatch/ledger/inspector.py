"""Checks a Trucewatch ledger or an accusation, alone and offline.

    python inspector.py PATH [--policy FILE] [--seen FILE] [--json]

Steps, as in docs/ledger.md: 1 find, 2 checkpoint, 3 tree, 4 keys, 5 records, 6 references, 7 older checkpoints, 8
witnesses, 9 --seen, 10 result. The functions stand in that order, after the helpers that they share.

In: a watch, a copy of its ledger, or an accusation file; a policy with the keys that you trust; a checkpoint that you
kept. Out: what was proved and what was not, or each fault with its file and what to do; exit code 0, 1 or 2.

This file is all there is: it shares no code with the program that writes ledgers and needs Python 3.11 or later and
`cryptography` only. It only reads; an accusation is written into the current folder. Formats: RFC 6962 and RFC 9162
(tree), RFC 8785 (records), C2SP tlog-tiles, signed-note, tlog-checkpoint and tlog-cosignature.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import functools
import json
import os
import re
import stat
import sys
import time
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
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
PUBLICATION_RECORD = "trucewatch/publication/1"
ACCUSATION = "trucewatch/accusation/1"
ACCUSATION_FIELDS = ("schema", "log", "what", "checkpoint_a", "checkpoint_b", "root_of_b_at_a", "proof")
ROLLBACK = "rollback"
SPLIT_VIEW = "split view"
ACROSS_KEYS = "split view across a change of key"

LOG, WITNESS = 1, 4  # the first byte of a key, as C2SP signed-note numbers them: Ed25519 and cosignature/v1
HASH_BYTES = 32  # SHA-256
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT  # hashes in a full tile, and entries in a full bundle
TILE_BYTES = TILE_WIDTH * HASH_BYTES
FOREVER = 2**62  # larger than any number of entries that a checkpoint can state (18 digits)

# Nothing longer is read, so that a hostile copy cannot fill the memory. In bytes:
LARGEST_TEXT = 1_000_000  # a checkpoint, an accusation
LARGEST_BUNDLE = TILE_WIDTH * (2 + 65_535)  # every entry at its longest, each after its length
LARGEST_RECORD = 8_000_000

ENTRY_FORM = re.compile(
    rb'\{"at":"(\d{4}-\d\d-\d\dT[\d:]{8}(?:\.\d+)?Z)","kind":"([\w./-]+)","object":"([\da-f]{64})"\}'
)
HASH_FORM = re.compile("[0-9a-f]{64}")
VKEY_FORM = re.compile(r"([!-*,-~]+)\+([0-9a-f]{8})\+(\S+)")  # a name is printable ASCII without blank or plus
SIGNATURE_LINE = r"— ([^\s+\0-\x1f\x7f]+) (\S{8,})\n"
CHECKPOINT_FORM = re.compile(rf"([^\s+\0-\x1f\x7f]+)\n(0|[1-9][0-9]{{0,17}})\n(\S+)\n\n((?:{SIGNATURE_LINE}){{1,256}})")
CONTROL_CHARACTERS = re.compile("[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")

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
WAS_CHANGED = "was changed: unfit for its name"

# What to do about most faults; the others say it where they are.
COPY_AGAIN = (
    "Copy it again from the keeper. If it is the same there, keep both and tell all delegations, by another way too."
)
PASTE_AGAIN = "Compare it with this log's original and paste it again: three lines, a blank line, “— name signature”."
MEND_POLICY = (
    "Ask the keeper about it by another way; then mend `log`, `witnesses` or `quorum` in the policy, if you agree."
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


def open_file(path: Path) -> BufferedReader:
    """A file, open to be read; links, devices and pipes can mislead, or never end. Raises Fault, OSError."""
    require(stat.S_ISREG(path.lstat().st_mode), IS_LINK if path.is_symlink() else "is not an ordinary file")
    return path.open("rb")


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of an ordinary file of at most `limit` bytes. Raises Fault, OSError."""
    with open_file(path) as file:
        content = file.read(limit + 1)
    require(len(content) <= limit, f"is longer than the {limit} bytes it may have")
    return content


def list_files(folder: Path) -> list[Path]:
    """Everything below a folder that is no folder itself; links are listed and not followed."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


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


@functools.cache
def fold_name(name: str) -> str:
    """A name as the eye takes it: two names that fold to one look alike."""
    return drop_invisible(unicodedata.normalize("NFKC", name).casefold())


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
    signatures = "".join("".join(lines[3:]).split())
    # A log's signature has 68 bytes with its key id (91 digits of base64 and =), a witness's 76 (102 digits and ==).
    signatures = re.sub(r"[-–—]([^—]+?)([\w+/]{91}=|[\w+/]{102}==)", r"— \1 \2\n", signatures)
    return "\n".join([*lines[:3], "", signatures]).encode()


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


def sort_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of a JSON object in the order of RFC 8785: by UTF-16 code units."""
    return dict(sorted(pairs, key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass")))


def parse_record(content: bytes) -> dict[str, Any]:
    """A JSON object in its RFC 8785 form, without fractions. Raises ValueError."""
    # `int` refuses a fraction, NaN and Infinity: their spelling is no whole number.
    record = json.loads(content.decode(), object_pairs_hook=sort_fields, parse_float=int, parse_constant=int)
    # Written again in canonical form, fields in another order, fields twice and blanks show as a difference.
    if isinstance(record, dict) and json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() == content:
        return record
    raise Fault("is not a canonical JSON object (RFC 8785)")


def list_references(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The field and the name of everything that a record refers to. Raises Fault at a number too large to be exact."""
    schema = record.get("schema")
    kept_elsewhere = ("_digest", "_digests") if schema in (KEY_RECORD, PUBLICATION_RECORD) else ()
    # What an erasure erases is not looked up: it is gone, and ought to be.
    pending = [item for item in record.items() if schema != ERASURE_RECORD or item[0] != "erased"]
    for field, value in pending:  # which grows meanwhile: no record is nested too deeply for a list
        if isinstance(value, dict):
            pending += value.items()
        elif isinstance(value, list):
            pending += ((field, item) for item in value)
        elif isinstance(value, int):
            require(abs(value) < 2**53, "has a number too large to be exact")
        elif isinstance(value, str) and HASH_FORM.fullmatch(value) and not f"_{field}".endswith(kept_elsewhere):
            yield field, value


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
    policy = defaults | tomllib.loads(path.read_text("utf-8") if path else "schema=1")
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
    require(("schema", ACCUSATION) in fields, "")
    return fields


# One inspection, steps 1 to 9


class KeyHistory:
    """The keys of the policy and of the log's own records, and when each was in force."""

    def __init__(self, trusted: list[Key]) -> None:
        self.trusted = trusted  # by the policy: the log's first
        self.by_name = {(key.name, key.id): key for key in trusted}
        self.terms: dict[str, tuple[int, int]] = {}  # VKEY → the entries that brought it in and ended it
        self.handovers: dict[int, tuple[str, Key, Key]] = {}  # number of entries with the change → act, old, new key

    def enter(self, record: dict[str, Any], number: int, origin: str) -> None:
        """Step 4: takes up the key record of an entry. Raises Fault if its act does not fit those before."""
        if record["schema"] != KEY_RECORD or record["role"] == "delegation":
            return
        kind = {"log": LOG, "witness": WITNESS}[record["role"]]
        new = read_key(record["key"], kind)
        old = read_key(record["replaces"] or record["key"], kind)
        act = record["act"]
        # A witness of the policy may be revoked without having been registered; a log's key has its entry.
        start, end = self.terms.get(old.text, (0, FOREVER if kind == WITNESS else 0))
        acts = ["new" if old == new else "rotate"] + (["revoke", "lost"] if number else [])
        require(
            act in acts
            and (end == FOREVER or act == "new")
            and (kind == WITNESS or new.name == origin)
            and (new.text not in self.terms or (act != "new" and old == new)),
            f"has the unfit act {act!r}",
        )
        self.terms[new.text] = (number, FOREVER)
        if act != "new":  # after the line above: a key that ends without an heir stands in for itself
            self.terms[old.text] = (start, number)
        self.by_name.setdefault((new.name, new.id), new)
        if kind == LOG and old != new:
            self.handovers[number + 1] = (act, old, new)

    def is_in_force(self, key: Key, size: int) -> bool:
        """Whether a key may sign a checkpoint of this many entries; the one that covers its end it still may."""
        start, end = self.terms.get(key.text, (0, FOREVER))
        return start < max(1, size) <= end + 1


class Inspection:
    """One pass over a ledger (`inspect`), or over an accusation (`check_accusation`), and all that it saw."""

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
        # Of this tree: the latest checkpoint, then older ones, each with the keys whose signatures under it count.
        self.stages: list[tuple[Checkpoint, set[Key]]] = []

        self.named = set[bytes]()  # hashes of all that entries and records name
        # What is not here: only an entry after this number can have erased it; who names it; where it belongs.
        self.missing: dict[str, tuple[int, str, Path]] = {}
        self.erased: dict[str, int] = {}  # hash → the entry that says so
        self.entered = set[int]()  # Python's hashes of the entries that were read: the same ones again cost nothing
        self.last_at = ""
        self.clock_setbacks = 0

        self.problems: list[dict[str, Any]] = []  # as --json prints them
        self.remarks: list[str] = []
        self.accusations: list[dict[str, Any]] = []
        self.is_ledger = True  # else an accusation
        self.verdict = ""  # on an accusation
        self.signed_by: list[Key] = []
        self.witnesses: dict[bytes, str] = {}  # public key → name
        self.seen_size: int | None = None

    @contextlib.contextmanager
    def step(self, step: Step, path: Path, remedy: str = "") -> Iterator[None]:
        """What is refused inside is a problem of this file, seen at this step; what comes after goes on."""
        try:
            yield
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
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
        """Steps 1 to 9. If the checkpoint or the tree does not hold, nothing that rests on it is checked."""
        for folder in (self.ledger, self.tiles, self.older, *self.folders):
            self.check(Step.FIND, folder, not folder.is_symlink(), IS_LINK)
        with self.step(Step.CHECKPOINT, self.head):
            self.read_latest()
        if self.checkpoint is None or not self.levels:
            return
        self.check_missing()
        signers = self.count_signers(Step.CHECKPOINT if self.keys.trusted else Step.KEYS, self.head, self.checkpoint)
        self.stages.append((self.checkpoint, signers))
        self.compare_older(self.checkpoint, kept_checkpoint)
        self.check_log_keys()
        self.check_quorum(self.checkpoint)
        self.check_unnamed()

    # Step 2: checkpoint

    def read_latest(self) -> None:
        """Takes up the latest checkpoint and the tree below it. Raises ValueError, OSError."""
        self.checkpoint = checkpoint = read_checkpoint(read_file(self.head, LARGEST_TEXT))
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
        names = {key.name for key in self.keys.by_name.values()}
        for name, key_id, signature in checkpoint.signatures:
            key = self.keys.by_name.get((name, key_id))
            who = f"{name!a} ({key_id.hex()})"
            is_in_force = key is not None and self.keys.is_in_force(key, checkpoint.size)
            is_trusted = key in self.keys.trusted or not self.keys.trusted
            look_alikes = {other for other in names if fold_name(other) == fold_name(name)} - {name}
            with self.step(step, path):
                require(
                    key in self.keys.trusted or not look_alikes,
                    f"has a signature by {name!a}, a name made to look like {look_alikes}",
                )
                if key:
                    verify(key, signature, checkpoint.body, self.policy.latest_s)
                if key and is_in_force and (is_trusted or key.kind == LOG):
                    signers.add(key)
                elif self.keys.by_name:
                    self.remarks.append(f"{path.name}: {who} does not count: not in policy or in force.")
            # Without records nobody can tell a registered witness from a stranger: then it is the remark above.
            is_explained = is_in_force or is_trusted or look_alikes or not self.has_records
            self.check(step, path, is_explained, f"is signed by {who}, a key unknown here")
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
            end = min(first + TILE_WIDTH, size)
            bundle = tile_path(self.ledger, "entries", first // TILE_WIDTH, size)
            with self.step(Step.TREE, bundle):
                leaves += self.read_bundle(bundle, first, end)
            if len(leaves) < end * HASH_BYTES:
                return
        self.check_tree(checkpoint, build_levels(bytes(leaves)))

    def read_bundle(self, path: Path, first: int, end: int) -> bytes:
        """The hashes of the entries in a bundle, from number `first` to before `end`. Raises Fault, OSError."""
        content = read_file(path, LARGEST_BUNDLE)
        leaves = b""
        at = 0
        for number in range(first, end):
            start = at + 2
            at = start + int.from_bytes(content[at:start], "big")
            entry = ENTRY_FORM.fullmatch(content, start, at)
            if not entry:
                raise Fault(f"has no well-formed entry {number}")
            self.read_entry(entry, number)
            leaves += sha256(b"\0" + entry[0]).digest()
        require(at == len(content), "does not end with its last entry")
        return leaves

    def read_entry(self, entry: re.Match[bytes], number: int) -> None:
        """An entry's time and kind, and its record if records are here. Raises Fault."""
        recorded_at, kind, name = map(bytes.decode, entry.groups())
        require(number or kind == KEY_RECORD, "begins with no key")
        self.clock_setbacks += recorded_at[:-1] < self.last_at[:-1]  # without the Z: a fraction sorts after none
        self.last_at = recorded_at
        # An entry that stood before says nothing new, unless what it names was erased meanwhile.
        if not self.has_records or (hash(entry[0]) in self.entered and not self.erased):
            return
        if kind != KEY_RECORD:  # the same key twice is a fault, so it is read each time
            self.entered.add(hash(entry[0]))
        self.read_record(recorded_at, kind, name, number)

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
            self.check_other_tiles({*bundles, *tiles})

    def whole_tile(self, path: Path) -> str:
        """What a tile is called when it is full: the same for each width that it had before."""
        return path.relative_to(self.ledger).as_posix().split(".p/")[0]

    def check_other_tiles(self, expected: set[Path]) -> None:
        """Step 3: an older, narrower tile has to begin today's; on other files nothing rests, and they are told."""
        today = {self.whole_tile(path): path for path in expected}
        for path in sorted(set(list_files(self.tiles)) - expected):
            with self.step(Step.TREE, path):
                older = read_file(path, LARGEST_BUNDLE)
                wide_path = today.get(self.whole_tile(path))
                wide = read_file(wide_path, LARGEST_BUNDLE) if wide_path else b""
                require(
                    older.startswith(wide) or (older and wide.startswith(older)),
                    "differs from today's tile",
                )
                if len(older) > len(wide):
                    self.remarks.append(f"{path.relative_to(self.ledger)} is no part of this tree.")

    # Step 4: keys, from the policy's to today's

    def check_log_keys(self) -> None:
        """Every change of the log's key was signed by the key that it ended, and the policy's key led to today's.

        Runs after step 7: a change is signed in an older checkpoint.
        """
        confirmed = {key.text for key in self.keys.trusted[:1]}  # to which the policy's key led
        for size, (act, old, new) in sorted(self.keys.handovers.items()):
            signed_then = [signers for checkpoint, signers in self.stages if checkpoint.size == size]
            is_agreed = act == "rotate" and any(old in signers for signers in signed_then)
            is_ours = old.text in confirmed
            change = f"entry {size - 1} ({act}) puts {new.text} in place of {old.id.hex()}"
            if is_agreed and is_ours:
                confirmed.add(new.text)
            elif is_ours:
                path = self.older / str(size) if act == "rotate" else self.head
                self.blame(Step.KEYS, path, f"is not confirmed by the policy's log key: {change}", MEND_POLICY)
            elif not is_agreed:
                self.remarks.append(f"Unconfirmed by the old key: {change}. {MEND_POLICY}")
        self.signed_by = sorted(key for key in self.stages[0][1] if key.kind == LOG)
        is_ours = not confirmed or any(key.text in confirmed for key in self.signed_by)
        is_explained = any(problem["step"] == Step.KEYS for problem in self.problems)
        if not is_ours and not is_explained:
            self.blame(Step.CHECKPOINT, self.head, "is not signed by the policy's log key", MEND_POLICY)

    # Step 5: records

    def object_path(self, name: str, folder: str = "objects") -> Path:
        """Where the bytes with this hash belong."""
        return self.base / folder / name[:2] / name[2:]

    def copies_of(self, name: str) -> list[Path]:
        """Where the bytes with this hash are."""
        return [*filter(os.path.lexists, (self.object_path(name, "evidence"), self.object_path(name)))]

    def check_bytes(self, path: Path, name: str) -> None:
        """Step 6: a file that is called like a hash has that hash; long ones are read in pieces."""
        with self.step(Step.REFERENCES, path), open_file(path) as file:
            require(not HASH_FORM.fullmatch(name) or file_digest(file, "sha256").hexdigest() == name, WAS_CHANGED)

    def read_record(self, recorded_at: str, kind: str, name: str, number: int) -> None:
        """Step 5: the record of an entry, its key (step 4) and all that it names (step 6)."""
        path = self.object_path(name)
        copies = self.copies_of(name)
        short_kind = kind[len("trucewatch/") : -len("/1")]
        self.named.add(bytes.fromhex(name))
        self.erased.pop(name, None)  # entered again, so only a later entry can have erased it
        for twin in {*copies} - {path}:
            self.check_bytes(twin, name)
        if path not in copies:
            after = number + FOREVER if kind == KEY_RECORD else number  # a key is never erased
            self.missing[name] = (after, f"entry {number} ({short_kind})", path)
            return
        with self.step(Step.RECORDS, path):
            content = read_file(path, LARGEST_RECORD)
            require(sha256(content).hexdigest() == name, WAS_CHANGED)
            record = parse_record(content)
            is_fit = record.get("schema") == kind and record.get("recorded_at") == recorded_at
            require(is_fit, f"does not fit entry {number}")
            if kind == ERASURE_RECORD:
                self.erased |= dict.fromkeys(filter(HASH_FORM.fullmatch, record["erased"]), number)
            for field, reference in list_references(record):
                folder = "evidence" if "evidence" in (field, short_kind) else "objects"
                source = f"objects/{name[:2]}/{name[2:]}"
                self.look_up(reference, (number, source, self.object_path(reference, folder)))
            with self.step(Step.KEYS, path):
                self.keys.enter(record, number, self.origin)

    # Step 6: references

    def look_up(self, reference: str, missing: tuple[int, str, Path]) -> None:
        """Checks the bytes that a record names, the first time that they are named; if there are none, notes it."""
        copies = self.copies_of(reference)
        if not copies:
            self.missing[reference] = missing
        if bytes.fromhex(reference) not in self.named:
            for path in copies:
                self.check_bytes(path, reference)
        self.named.add(bytes.fromhex(reference))
        self.erased.pop(reference, None)

    def check_missing(self) -> None:
        """What is named and not here was erased by a later entry; what was erased and is here is told."""
        remedy = (
            "Ask the keeper for these bytes. If they were erased, an entry has to say so; if not, tell all delegations."
        )
        for name, (after, source, path) in self.missing.items():
            erased_by = self.erased.get(name, -1)
            if erased_by > after:
                self.remarks.append(f"{name} was erased, says entry {erased_by}: not corrupt; {source} names it.")
            else:
                self.blame(Step.REFERENCES, path, f"is missing; {source} names it", remedy)
        for name, number in self.erased.items():
            if self.copies_of(name):
                self.remarks.append(f"{name} was erased by entry {number}, but is here.")

    def check_unnamed(self) -> None:
        """What lies in `objects/` and `evidence/` and nothing names: told, and checked if it is called like a hash."""
        for folder in self.folders:
            for path in list_files(folder):
                name = "".join(path.parts[-2:])
                if not HASH_FORM.fullmatch(name) or bytes.fromhex(name) not in self.named:
                    self.remarks.append(f"{path.relative_to(self.base)} is not named by the log.")
                    self.check_bytes(path, name)

    # Step 7: older checkpoints; step 9 compares the kept one in the same way

    def compare_older(self, checkpoint: Checkpoint, kept_checkpoint: Path | None) -> None:
        """Every checkpoint in `checkpoints/`, the largest first, then the one that the reader kept."""
        paths = sorted(self.older.glob("[0-9]*"), key=lambda path: (len(path.name), path.name), reverse=True)
        if str(checkpoint.size) not in [path.name for path in paths]:
            self.remarks.append(f"{checkpoint.size} is missing in checkpoints/, perhaps older ones too.")
        if self.clock_setbacks:
            self.remarks.append(f"The clock went back before {self.clock_setbacks} of the entries.")
        for path in paths:
            self.compare(Step.OLDER_CHECKPOINTS, path, checkpoint)
        if kept_checkpoint:
            self.compare(Step.SEEN, kept_checkpoint, checkpoint)

    def compare(self, step: Step, path: Path, latest: Checkpoint) -> None:
        """Whether a checkpoint is a stage of this tree; if it is none, an accusation."""
        with self.step(step, path):
            content = read_file(path, LARGEST_TEXT)
            other = read_checkpoint(restore_checkpoint(content) if step == Step.SEEN else content)
            require(
                step == Step.SEEN or path.name == str(other.size),
                f"is of the size {other.size}, not of that in its name",
            )
            signers = self.count_signers(step, path, other)
            if other.size > latest.size or root_of_range(self.levels, 0, other.size) != other.root:
                self.accuse(step, path, (other, signers), latest)
                return
            self.stages.append((other, signers))
            if step == Step.SEEN:
                self.seen_size = other.size

    # Step 8: witnesses

    def check_quorum(self, checkpoint: Checkpoint) -> None:
        """As many witnesses as the policy asks for cosigned the latest checkpoint; one key is one witness."""
        copies = [signers for stage, signers in self.stages if stage.body == checkpoint.body]
        self.witnesses = {key.public: key.name for signers in copies for key in signers if key.kind == WITNESS}
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
        log_keys = [key for key in signers if key.kind == LOG]
        is_latest_signed = any(key.kind == LOG for key in self.stages[0][1])
        # Any stage that is large enough serves: best one under a key that signed the other checkpoint too.
        stages = [stage] if is_later else [large for large in self.stages if large[0].size >= other.size]
        pairs = [(large, key) for large, keys in stages for key in log_keys if key in keys]
        require(
            log_keys and (is_latest_signed or (pairs and not is_later)),
            "does not fit this tree; nobody can prove it, for no log key known here vouches for both, "
            f"{other.text!r} and {latest.text!r}",
        )
        large, key = pairs[0] if pairs else (latest, log_keys[0])
        if is_later:  # this tree is too small to prove anything about that one
            small, what, proof = latest, ROLLBACK, [""]
        else:
            small, what = other, SPLIT_VIEW if pairs else ACROSS_KEYS
            nodes = [(0, small.size, 0), *list_proof_nodes(small.size, large.size)]
            proof = [encode_base64(root_of_range(self.levels, start, end)) for start, end, _ in nodes]
        self.accusations.append(
            {
                "schema": ACCUSATION,
                "log": key.text,
                "what": what,
                "checkpoint_a": small.text,
                "checkpoint_b": large.text,
                "root_of_b_at_a": proof[0],
                "proof": proof[1:],
            }
        )
        relation = "is older than" if is_later else "contradicts"
        fault = (
            f"({latest.size} entries) {relation} {path} ({other.size} entries), signed by the same log: "
            f"{what}. Accusation: below{self.write_accusation()}"
        )
        culprit = path if step == Step.OLDER_CHECKPOINTS and not is_later else self.head
        self.blame(step, culprit, fault, "Keep both, and tell all delegations, by another way.")

    def write_accusation(self) -> str:
        """Writes the last accusation into the current folder; returns where, in words, if that could be done."""
        path = Path(f"accusation-{sha256(f'{self.accusations}'.encode()).hexdigest()[:8]}.json").absolute()
        try:
            path.write_text(json.dumps(self.accusations[-1]))
        except OSError:  # it is printed anyway
            return ""
        return f", also in {path}"

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

    def carries(self, checkpoint: Checkpoint, key: Key) -> bool:
        """Whether the key signed a checkpoint; a line in its name that is false is refused. Raises Fault."""
        signatures = [line[2] for line in checkpoint.signatures if line[:2] == (key.name, key.id)]
        for signature in signatures:
            verify(key, signature, checkpoint.body, self.policy.latest_s)
        return bool(signatures)


# Step 10: result


def list_first(items: list[Any], text_of: Callable[[Any], str] = str) -> tuple[list[Any], list[str]]:
    """Five items of each kind, and a sentence for each kind that has more.

    Of one kind are items whose texts differ only in words with a digit or a slash, and in what is quoted.
    """
    kinds: dict[str, list[Any]] = {}
    for item in items:
        kind = re.sub(r"\S*[\d/]\S*|'.*?'", "", text_of(item))
        kinds.setdefault(kind, []).append(item)
    first = [item for alike in kinds.values() for item in alike[:5]]
    more = [f"And {len(alike) - 5} more like this: … {text_of(alike[0])}" for alike in kinds.values() if len(alike) > 5]
    return first[:200], more[:50]


def list_unproved(inspection: Inspection) -> list[str]:
    """What an inspection could not prove."""
    keys, is_ledger = inspection.keys, inspection.is_ledger
    sentences = {
        "Objects and evidence are not here: their contents were not checked.": is_ledger and not inspection.has_records,
        "No signature was checked: there is no policy, and records of keys are in objects/.": is_ledger
        and not keys.by_name,
        "Without a policy the keys are those that the log names: compare them with the keeper's.": not keys.trusted,
        "Without a witness this cannot show that others were shown the same log.": is_ledger
        and not inspection.witnesses,
        "Without a kept checkpoint (--seen) this cannot show that nothing was taken out.": is_ledger
        and inspection.seen_size is None,
        "No log can prove that what was entered is true, entered at once or all that was received.": is_ledger,
    }
    return [sentence for sentence, applies in sentences.items() if applies]


def write_statement(inspection: Inspection) -> tuple[dict[str, Any], list[str]]:
    """What an inspection says: a document for programs, and lines for people."""
    problems, more_problems = list_first(
        sorted(inspection.problems, key=lambda problem: problem["step"]), lambda problem: problem["what"]
    )
    remarks, more_remarks = list_first(inspection.remarks)
    checkpoint = inspection.checkpoint
    document: dict[str, Any] = {
        "schema": "trucewatch/verify/1",
        "ok": not problems,
        "size": checkpoint.size if checkpoint else None,
        "root": encode_base64(checkpoint.root) if checkpoint else None,
        "first_wrong": problems[0]["file"] if problems else None,
        "signed_by": [f"{key.name} ({key.id.hex()})" for key in inspection.signed_by],
        "witnesses": sorted(inspection.witnesses.values()),
        "seen": inspection.seen_size or None,
        "problems": problems,
        "remarks": more_problems + remarks + more_remarks,
        "cannot_prove": list_unproved(inspection),
        "accusations": inspection.accusations,
    }
    lines = [
        inspection.verdict or headline(inspection, document),
        *("- Step {step}: {file} {what}. {do}".format(**problem) for problem in problems),
        *more_problems,
        *(f"Remark: {remark}" for remark in remarks + more_remarks),
        *(f"Not proved: {sentence}" for sentence in document["cannot_prove"]),
        *map(json.dumps, inspection.accusations),
    ]
    return document, lines


def headline(inspection: Inspection, document: dict[str, Any]) -> str:
    """All right, with what was proved; or the first wrong file."""
    if document["first_wrong"]:
        rest = " What rests on it was not checked." if inspection.is_ledger and not inspection.levels else ""
        return f"WRONG. First wrong file: {document['first_wrong']}.{rest}"
    files = " and files" if inspection.has_records else ""
    holds = "" if inspection.seen_size is None else f"; holds --seen, {inspection.seen_size} entries"
    return (
        f"ALL RIGHT: {document['size']} entries{files} agree; root {document['root']}; "
        f"signed by {', '.join(document['signed_by']) or '?'}; "
        f"witnesses {' '.join([str(len(document['witnesses'])), *document['witnesses']])}{holds}"
    )


def main(argv: list[str] | None = None, now_s: float | None = None, prog: str | None = None) -> int:
    """Runs all steps and prints the result; returns the exit code. now_s: POSIX seconds, else the computer's."""
    parser = argparse.ArgumentParser(prog, description="Checks a Trucewatch ledger or an accusation, alone, offline.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--policy", type=Path)
    parser.add_argument("--seen", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    path = args.path.absolute()
    place = find_ledger(path)
    subject = args.policy
    try:
        policy = read_policy(args.policy, now_s or time.time())
        if args.seen:
            subject = args.seen
            read_file(args.seen, LARGEST_TEXT)
        subject = f"{path} holds no ledger and is no accusation file" if os.path.lexists(path) else path
        fields = [] if place else read_accusation(path)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        parser.error(f"{subject}: {explain(error)}")
    base, ledger = place or (path.parent, path)
    inspection = Inspection(base, ledger, policy)
    if place:
        inspection.inspect(args.seen)
    else:
        inspection.check_accusation(fields)
    document, lines = write_statement(inspection)
    # A hostile copy's names may hold characters that steer a terminal, or that it cannot show.
    text = "\n".join(CONTROL_CHARACTERS.sub("?", line) for line in ([json.dumps(document)] if args.json else lines))
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
    return 0 if document["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
