"""A tiny writer of ledgers, for tests of the inspector only: shares nothing with the program's own writer.

A `SmallLog` holds entries in memory and writes the whole folder anew on `publish()`; keys come from fixed seeds, so the
same calls give the same bytes. `flip_every_byte(folder, policy)` changes each byte in turn and counts what the
inspector misses.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib.util
import io
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

INSPECTOR = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "ledger" / "inspector.py"
ORIGIN = "example.org/two-valleys"
START = 1_935_000_000
"""POSIX seconds of the first entry (2031); the tests' own `now` is a day later."""
NOW = START + 86_400


def load_inspector() -> ModuleType:
    """The inspector read from its file, as a stranger would run it: nothing else of the package is imported."""
    spec = importlib.util.spec_from_file_location("inspector_alone", INSPECTOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


inspector = load_inspector()


def run(path: Path, *options: object, now: float = NOW) -> tuple[int, dict[str, Any]]:
    """The inspector's exit code and its JSON document."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            code = inspector.main([str(path), "--json", *map(str, options)], now)
        except SystemExit as end:
            code = int(str(end.code))
    return code, json.loads(out.getvalue()) if out.getvalue() else {}


def is_whole_or_ahead(document: dict[str, Any]) -> bool:
    """Whether nothing is wrong but tiles beyond the checkpoint, as a writer leaves them that has not got to it yet.

    The inspector cannot tell them from an older checkpoint that was put back, so it refuses them and says what to do:
    make the copy with the program, or let the writer finish.
    """
    return all("an older checkpoint than these tiles" in problem["what"] for problem in document["problems"])


def wrong(log: SmallLog, *options: object, now: float = NOW) -> dict[str, Any]:
    """The first problem under the log's policy, after a check that the exit code is 1 and the file is named."""
    code, document = run(log.watch, "--policy", log.policy(), *options, now=now)
    assert code == 1
    assert document["ok"] is False
    assert document["first_wrong"] == document["problems"][0]["file"]
    assert document["problems"][0]["do"]
    return dict(document["problems"][0])


def said(path: Path, *options: object, now: float = NOW) -> str:
    """What the inspector prints for people, on both channels."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        inspector.main([str(path), *map(str, options)], now)
    return out.getvalue()


def fork(log: SmallLog, folder: Path, shared: int) -> SmallLog:
    """Another history under the same key, equal up to `shared` entries."""
    other = SmallLog(folder)
    other.fill(shared)
    other.add("trucewatch/act/1", number=-1)
    return other


def rotated(log: SmallLog, *, confirmed: bool) -> Signer:
    """A log that handed over to a new key at entry 20 and grew to 23 entries."""
    heir, old = Signer(log.origin, 2), log.signer
    log.add_key("rotate", heir, replaces=old)
    if confirmed:
        log.publish(old, heir)
    log.fill(23)
    log.publish(heir)
    return heir


def canonical(record: dict[str, Any]) -> bytes:
    """RFC 8785 for the plain records of these tests (keys are ASCII)."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def tree_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + tree_root(leaves[:k]) + tree_root(leaves[k:])).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Signer:
    """An Ed25519 key with a name: kind 1 signs as a log, 4 as a witness."""

    def __init__(self, name: str, seed: int, kind: int = 1) -> None:
        self.name, self.kind = name, kind
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public = bytes([kind]) + self.private.public_key().public_bytes_raw()
        self.key_id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        self.vkey = f"{name}+{self.key_id.hex()}+{b64(public)}"

    def line(self, body: str, seconds: int = START + 3600) -> str:
        """This signer's line under a checkpoint."""
        if self.kind == 1:
            signature = self.private.sign(body.encode())
        else:
            signature = seconds.to_bytes(8, "big")
            signature += self.private.sign(f"cosignature/v1\ntime {seconds}\n{body}".encode())
        return f"— {self.name} {b64(self.key_id + signature)}\n"


class SmallLog:
    """A ledger of a few entries under `watch/.trucewatch`."""

    def __init__(self, watch: Path, *, seed: int = 1, origin: str = ORIGIN, empty: bool = False) -> None:
        self.watch, self.base = watch, watch / ".trucewatch"
        self.signer, self.witness = Signer(origin, seed), Signer("witness.example/w1", 101, kind=4)
        self.origin, self.entries, self.clock = origin, list[bytes](), START
        (self.base / "ledger").mkdir(parents=True)
        if not empty:
            self.add_key("new", self.signer)

    def keep(self, data: bytes, folder: str = "objects") -> str:
        """Puts bytes in their place; returns their name."""
        name = hashlib.sha256(data).hexdigest()
        path = self.file(name, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    def file(self, name: str, folder: str = "objects") -> Path:
        return self.base / folder / name[:2] / name[2:]

    def at(self) -> str:
        day, rest = divmod(self.clock - START, 86_400)
        return f"2031-05-{4 + day:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"

    def add(self, kind: str, **fields: Any) -> str:
        """A record and its entry; returns the record's name."""
        record = {"schema": kind, "recorded_at": self.at(), **fields}
        return self.add_bytes(kind, canonical(record))

    def add_bytes(self, kind: str, data: bytes) -> str:
        name = self.keep(data)
        self.entries.append(canonical({"at": self.at(), "kind": kind, "object": name}))
        self.clock += 1
        return name

    def add_key(self, act: str, key: Signer, *, replaces: Signer | None = None, role: str = "") -> str:
        role = role or ("log" if key.kind == 1 else "witness")
        old = replaces.vkey if replaces else ""
        return self.add("trucewatch/key/1", act=act, role=role, holder="h", key=key.vkey, replaces=old, reason="test")

    def add_evidence(self, text: str) -> str:
        """Evidence and the record that names it; returns the evidence's name."""
        name = self.keep(text.encode(), "evidence")
        self.add("trucewatch/evidence/1", evidence=[{"sha256": name}], note=text[:20], number=len(self.entries))
        return name

    def fill(self, size: int) -> None:
        """Ordinary entries up to a size; every tenth brings evidence."""
        while len(self.entries) < size:
            if len(self.entries) % 10 == 5:
                self.add_evidence(f"evidence № {len(self.entries)}\n")
            else:
                self.add("trucewatch/act/1", number=len(self.entries), who="дежурный")

    def body(self, size: int | None = None) -> str:
        size = len(self.entries) if size is None else size
        return f"{self.origin}\n{size}\n{b64(tree_root([leaf_hash(e) for e in self.entries[:size]]))}\n"

    def note(
        self, size: int | None = None, signers: Iterable[Signer] | None = None, seconds: int = START + 3600
    ) -> str:
        body = self.body(size)
        return body + "\n" + "".join(s.line(body, seconds) for s in (signers or [self.signer]))

    def publish(self, *signers: Signer, seconds: int = START + 3600) -> str:
        """Writes tiles, bundles and the checkpoint; returns the checkpoint's text."""
        ledger, size = self.base / "ledger", len(self.entries)
        row = [leaf_hash(entry) for entry in self.entries]
        for first in range(0, size, 256):
            bundle = b"".join(len(e).to_bytes(2, "big") + e for e in self.entries[first : first + 256])
            write(ledger / tile_name("entries", first // 256, min(256, size - first)), bundle)
        level = 0
        while row:
            for first in range(0, len(row), 256):
                part = row[first : first + 256]
                write(ledger / tile_name(level, first // 256, len(part)), b"".join(part))
            row = [tree_root(row[first : first + 256]) for first in range(0, len(row) - 255, 256)]
            level += 1
        text = self.note(None, signers or None, seconds)
        write(ledger / "checkpoint", text.encode())
        write(ledger / "checkpoints" / str(size), text.encode())
        return text

    def policy(self, **changes: Any) -> Path:
        """A policy file beside the watch: this log's key, this log's witness, a quorum of none."""
        fields: dict[str, Any] = {"schema": 1, "log": self.signer.vkey, "witnesses": [self.witness.vkey], "quorum": 0}
        path = self.watch.parent / f"{self.watch.name}-policy.toml"
        path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in (fields | changes).items()), "utf-8")
        return path


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def tile_name(level: object, number: int, width: int) -> str:
    """C2SP tlog-tiles, for fewer than a million tiles."""
    name = f"{number:03}" if number < 1000 else f"x{number // 1000:03}/{number % 1000:03}"
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")


def files_of(folder: Path) -> Iterator[Path]:
    """Every file under a folder that a log's truth rests on."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "private" not in path.parts)


def unnoticed(folder: Path, policy: Path, places: Iterable[tuple[Path, int]], now: float = NOW) -> list[str]:
    """Changes one bit at each place (file, offset) in turn, asks the inspector, and puts the byte back.

    Returns, as "file:offset", the places where it said all right. The folder is left as it was.
    """
    missed = []
    for count, (path, offset) in enumerate(places):
        whole = path.read_bytes()
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ (1 << count % 8)]) + whole[offset + 1 :])
        code, document = run(folder, "--policy", policy, now=now)
        path.write_bytes(whole)
        if code != 1 or document["ok"]:
            missed.append(f"{path.relative_to(folder)}:{offset}")
    return missed


def every_place(folder: Path, stride: int = 1) -> list[tuple[Path, int]]:
    """Each (each `stride`-th) byte of all that a log's truth rests on."""
    paths = files_of(folder / ".trucewatch")
    return [(path, offset) for path in paths for offset in range(path.stat().st_size)][::stride]


def flip_every_byte(folder: Path, policy: Path, stride: int = 1) -> tuple[int, int]:
    """How many bytes were changed in turn, and how many of them the inspector did not notice.

    One changed byte costs one whole verification: about 8 ms for 50 entries, 100 ms for 1,000.
    """
    places = every_place(folder, stride)
    return len(places), len(unnoticed(folder, policy, places))


def flip_random_bytes(folder: Path, policy: Path, count: int, seed: int = 1) -> tuple[int, int]:
    """The same for `count` bytes drawn at random."""
    places = random.Random(seed).choices(every_place(folder), k=count)
    return count, len(unnoticed(folder, policy, places))


def sample_log(watch: Path, size: int) -> tuple[Path, Path]:
    """A sound log with evidence, three checkpoints and a witness, and its policy file."""
    log = SmallLog(watch)
    for part in (size // 7, size // 2, size):
        log.fill(part)
        log.publish(log.signer, log.witness)
    return log.watch, log.policy(quorum=1)
