"""Hostile copies by the thousand, for tests and benchmarks: what the inspector writes, where it hangs, where it breaks.

In: how many, a seed, a folder. Out: counts that have to be nought. The reader's working folder and home hold links,
pipes and modules that whoever sent the copy planted; afterwards they are compared byte for byte. Most inputs are run in
this process, every so many in one of its own, with the inspector's file beside the planted modules.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ledger.small_log import (
    INSPECTOR,
    NOW,
    Signer,
    SmallLog,
    b64,
    canonical,
    inspector,
    leaf_hash,
    tree_root,
    write,
)

MODULES = ("base64", "json", "argparse", "os", "re", "tomllib", "datetime", "hashlib", "__future__", "cryptography")
SECONDS_PER_MB = 2.0
HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**53,
    10**400,
    "",
    "a" * 5000,
    "ab" * 32,
    "../../../../etc/passwd",
    "\x1b[2J\u202e\u0430",
    [],
    {},
    [[[[[["ab" * 32]]]]]],
    {"sha256": "ab" * 32, "size_bytes": 8 * 10**12},
    ["ab" * 32] * 300,
    "9999-99-99T::::::::Z",
    "trucewatch/key/1",
    "rotate",
    "lost",
    "log",
)


@dataclass
class Outcome:
    """What came of the inputs; `ends` counts exit codes, the rest is to be nought."""

    ends: Counter[int] = field(default_factory=Counter)
    processes: int = 0
    writes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


class Reader:
    """Somebody's computer: a home, and a working folder in which things were planted."""

    def __init__(self, folder: Path) -> None:
        self.home, self.work, self.folder = folder / "home", folder / "work", folder
        for place in (self.home, self.work):
            place.mkdir(parents=True)
        (self.home / ".bashrc").write_text("mine\n")
        for name in MODULES:
            (self.work / f"{name}.py").write_text("import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n")
        for number in range(16):
            (self.work / f"accusation-{number:08x}.json").symlink_to(self.home / ".bashrc")
        os.mkfifo(self.work / "accusation.json")
        (self.work / "link").symlink_to(self.home)
        shutil.copy(INSPECTOR, self.work / "inspector.py")
        self.before = self.state()

    def state(self) -> list[tuple[str, str]]:
        """Everything that is there, byte for byte."""
        paths = [path for place in (self.home, self.work) for path in sorted(place.rglob("*"))]
        return [(str(path), self._content_of(path)) for path in paths]

    @staticmethod
    def _content_of(path: Path) -> str:
        if path.is_symlink():
            return f"-> {path.readlink()}"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder or pipe"


def fuzz(folder: Path, count: int, *, seed: int = 1, process_every: int = 100) -> Outcome:
    """Run the inspector on `count` hostile inputs."""
    reader, outcome, rng = Reader(folder / "reader"), Outcome(), random.Random(seed)
    was = Path.cwd()
    home = os.environ.get("HOME")
    os.environ["HOME"] = str(reader.home)
    os.chdir(reader.work)
    try:
        for number in range(count):
            make = rng.choice(WAYS)
            copy = Path(folder / "copies" / str(number % 50))
            shutil.rmtree(copy, ignore_errors=True)
            words = make(rng, copy)
            if rng.random() < 0.1:
                words += ["--json"]
            _run(outcome, reader, copy, words, what=f"{number} ({make.__name__})", alone=number % process_every == 0)
        if reader.state() != reader.before:
            outcome.writes.append("the reader's working folder or home")
    finally:
        os.chdir(was)
        os.environ.pop("HOME") if home is None else os.environ.__setitem__("HOME", home)
    return outcome


def _run(outcome: Outcome, reader: Reader, copy: Path, words: list[str], *, what: str, alone: bool) -> None:
    before = _stand_of(copy)
    limit_s = 2 + SECONDS_PER_MB * sum(blocks * 512 for _, _, blocks, _ in before) / 1e6
    begun = time.perf_counter()
    if alone:
        outcome.processes += 1
        command = [sys.executable, str(reader.work / "inspector.py"), *words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit_s + 10)
            code, text = done.returncode, done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            code, text, limit_s = -1, "", 0.0
    else:
        code, text = _run_here(words)
    taken_s = time.perf_counter() - begun
    outcome.slowest_s = max(outcome.slowest_s, taken_s)
    outcome.ends[code] += 1
    if taken_s > limit_s:
        outcome.hangs.append(f"{what}: {taken_s:.1f} s")
    if code not in (0, 1, 2) or "Traceback" in text:
        outcome.tracebacks.append(f"{what}: {text[-300:]}")
    if _stand_of(copy) != before:
        outcome.writes.append(f"{what}: the copy")
    if alone and reader.state() != reader.before:
        outcome.writes.append(f"{what}: the reader's folders")


def _run_here(words: list[str]) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            code = inspector.main(words, NOW)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else -1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return -1, f"Traceback: {error!r}"
    return code, out.getvalue()


def _stand_of(folder: Path) -> list[tuple[str, int, int, int]]:
    """Path, size, blocks and time of change of all that is there."""
    stands = [(str(path), path.lstat()) for path in sorted(folder.rglob("*"))]
    return [(name, state.st_size, getattr(state, "st_blocks", 0), state.st_mtime_ns) for name, state in stands]


# Ways to make a hostile copy: each lays one out and gives the inspector's words


def sound(rng: random.Random, folder: Path, *, size: int = 0) -> SmallLog:
    """A log of all that there is: evidence, a table, a rotation, an erasure, witnesses, older checkpoints."""
    log = SmallLog(folder / "watch")
    log.add("trucewatch/evidence/1", sha256=log.keep(b"photograph", "evidence"), size_bytes=10)
    log.add("trucewatch/list/1", findings=log.keep(b"a table"))
    children = [[log.keep(b"a chunk"), 1, 0]]
    node = canonical({"children": children, "level": 1, "schema": "trucewatch/node/1", "table": "incidents"})
    trees = dict.fromkeys((*inspector.MADE_TREES, *inspector.KEPT_TREES), "")
    log.add("trucewatch/list/2", **trees | {"incidents": log.keep(node)})
    log.add_key("new", log.witness)
    log.publish(log.signer, log.witness)
    heir = Signer(log.origin, 2)
    if rng.random() < 0.5:
        log.add_key("rotate", heir, replaces=log.signer)
        log.publish(log.signer, heir)
    else:
        log.add_key("lost", log.signer)
        log.add_key("new", heir, replaces=log.signer)
        log.publish(heir)
    gone = log.add_evidence("a person's words")
    log.add("trucewatch/erasure/1", erased=[gone], reason="r", ordered_by="o")
    log.file(gone, "evidence").unlink()
    log.fill(size or rng.choice((9, 14, 20)))
    log.signer = heir
    log.publish(heir, log.witness)
    return log


def words_of(rng: random.Random, log: SmallLog) -> list[str]:
    """PATH, and often a policy and a kept checkpoint."""
    words = [str(rng.choice((log.watch, log.base, log.base / "ledger")))]
    words += ["--policy", str(log.policy())] if rng.random() < 0.4 else []
    if rng.random() < 0.4:
        seen = log.watch.parent / "seen"
        seen.write_text(log.note(rng.randrange(1, len(log.entries) + 3)), "utf-8")
        words += ["--seen", str(seen)]
    return words


def spoil(rng: random.Random, content: bytes) -> bytes:
    """Bytes with a few flipped, cut, doubled or put in."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(changed) + 1)
        way = rng.randrange(6)
        if way == 0 and changed:
            changed[at % len(changed)] ^= 1 << rng.randrange(8)
        elif way == 1:
            del changed[at : at + rng.choice((1, 5, 40))]
        elif way == 2:
            changed[at:at] = rng.randbytes(rng.choice((1, 5, 40)))
        elif way == 3:
            changed[at:at] = rng.choice((b"-", b"\n", b"[", b"{", b"=", "— ".encode(), b"\0", b"9")) * rng.choice(
                (1, 300)
            )
        elif way == 4:
            changed += changed[at : at + 200]
        else:
            changed[at : at + 4] = rng.choice((b"null", b"\xff\xff", b"1e99", b"NaN", "\u202e".encode()))
    return bytes(changed)


def spoilt_files(rng: random.Random, folder: Path) -> list[str]:
    log = sound(rng, folder)
    words = words_of(rng, log)
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in rng.sample(paths, rng.choice((1, 1, 3))):
        path.write_bytes(spoil(rng, path.read_bytes()))
    return words


def odd_files(rng: random.Random, folder: Path) -> list[str]:
    """Links, pipes, folders, holes and nothing in the place of files and folders."""
    log = sound(rng, folder)
    words = words_of(rng, log)
    for path in rng.sample(sorted(folder.rglob("*")), 2):
        if not os.path.lexists(path) or path == log.watch:
            continue
        way = rng.randrange(7)
        if way == 6 and path.is_file():
            os.truncate(path, rng.choice((10**6, 10**9, 8 * 10**12)))
            continue
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        if way == 0:
            path.symlink_to(rng.choice(("/dev/zero", "/etc/passwd", "..", path.name, str(log.base))))
        elif way == 1:
            os.mkfifo(path)
        elif way == 2:
            path.mkdir()
        elif way == 3:
            path.write_bytes(b"")
    return words


def spoilt_records(rng: random.Random, folder: Path) -> list[str]:
    """Records with hostile values, hashed, entered and signed as if they were sound."""
    log = sound(rng, folder)
    signers, still_sound = [log.signer], list(log.entries)
    for _ in range(rng.choice((1, 2, 5))):
        entry = json.loads(rng.choice(still_sound))
        path = log.file(entry["object"])
        record = json.loads(path.read_bytes())
        name = rng.choice([*record, "new field", "sha256", "erased", "size_bytes", "replaces"])
        record[name] = rng.choice((*HOSTILE, log.signer.vkey, entry["object"], json.loads(log.entries[0])["object"]))
        record["recorded_at"] = log.at() if rng.random() < 0.9 else record["recorded_at"]
        content = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        content = content if rng.random() < 0.9 else content.replace("1", "1.0")
        kind = str(record.get("schema")) if isinstance(record.get("schema"), str) else "trucewatch/act/1"
        log.add_bytes(kind[:80] or "x", content.encode("utf-8", "surrogatepass"))
        if rng.random() < 0.3:
            log.entries.append(rng.choice(log.entries))
    log.publish(*signers)
    return words_of(rng, log)


def spoilt_entries(rng: random.Random, folder: Path) -> list[str]:
    """Entries that are none, in a tree that holds."""
    log = sound(rng, folder)
    for _ in range(rng.choice((1, 3))):
        at = rng.randrange(len(log.entries) + 1)
        log.entries.insert(at, spoil(rng, rng.choice(log.entries))[:60_000])
    log.publish()
    return words_of(rng, log)


def spoilt_notes(rng: random.Random, folder: Path) -> list[str]:
    """Checkpoints of odd sizes, roots, names and lines, signed by the log's key or by nobody."""
    log = sound(rng, folder)
    ledger = log.base / "ledger"
    for _ in range(rng.choice((1, 4, 40))):
        size = rng.choice((0, 1, 5, len(log.entries), len(log.entries) + 1, 10**17, 2**63))
        root = rng.choice((log.body(min(size, len(log.entries))).split("\n")[2], b64(rng.randbytes(32)), "A" * 44, ""))
        origin = rng.choice((log.origin, log.origin.upper(), "ex\u0430mple.org", "a" * 300, log.origin + "\u200b"))
        body = f"{origin}\n{size}\n{root}\n"
        names = [
            rng.choice(("it's-", "\u0430", "w", "`id`", "x" * 199)) + str(number)
            for number in range(rng.choice((0, 3, 300)))
        ]
        lines = "".join(f"— {name} {b64(rng.randbytes(rng.choice((68, 76, 3))))}\n" for name in names)
        text = body + "\n" + rng.choice((log.signer, log.witness, Signer("x", 7))).line(body) + lines
        content = text.encode() if rng.random() < 0.7 else spoil(rng, text.encode())
        write(
            ledger / rng.choice(("checkpoint", "checkpoints/5", f"checkpoints/{size}", f"checkpoints/{'9' * 30}")),
            content,
        )
    return words_of(rng, log)


def spoilt_words(rng: random.Random, folder: Path) -> list[str]:
    """Policies and kept checkpoints that are spoilt, and accusations, also ones that were spoilt with care."""
    log = sound(rng, folder)
    way = rng.randrange(3)
    if way == 0:
        policy = log.policy()
        policy.write_bytes(spoil(rng, policy.read_bytes()))
        return [str(log.watch), "--policy", str(policy)]
    if way == 1:
        seen = folder / "seen"
        seen.write_bytes(spoil(rng, log.note(rng.randrange(1, len(log.entries))).encode()) * rng.choice((1, 50)))
        return [str(log.watch), "--seen", str(seen)]
    at = rng.randrange(1, len(log.entries))
    accusation: dict[str, Any] = {
        "schema": "trucewatch/accusation/1",
        "log": log.signer.vkey,
        "what": rng.choice(("split view", "rollback")),
        "checkpoint_a": log.note(at),
        "checkpoint_b": log.note(),
        "root_of_b_at_a": b64(tree_root([leaf_hash(entry) for entry in log.entries[:at]])),
        "proof": [b64(rng.randbytes(32)) for _ in range(rng.randrange(5))],
    }
    if rng.random() < 0.7:
        accusation[rng.choice([*accusation])] = rng.choice(HOSTILE)
    content = json.dumps(accusation).encode()
    path = folder / "accusation.json"
    path.write_bytes(content if rng.random() < 0.5 else spoil(rng, content))
    return [str(path)]


def crowded_folders(rng: random.Random, folder: Path) -> list[str]:
    """Many files that nobody asked for, by odd names."""
    log = sound(rng, folder)
    for _ in range(rng.choice((3, 60))):
        place = log.base / rng.choice(
            ("objects", "evidence", "ledger", "ledger/tile", "ledger/tile/0", "ledger/checkpoints")
        )
        name = rng.choice(
            ("000", "x001/000", "000.p/7", "000.p/999", "ab/" + "c" * 62, "\x1b[2J", "a\nb", "\u202e", "7", "it's")
        )
        path = place / (name + rng.choice(("", "", str(rng.randrange(99)))))
        with contextlib.suppress(OSError):
            write(path, rng.randbytes(rng.choice((0, 32, 5000))))
    return words_of(rng, log)


def other_histories(rng: random.Random, folder: Path) -> list[str]:
    """A keeper who signs two histories, in a copy and in what was kept; the accusation is asked for or not."""
    log = sound(rng, folder)
    words = words_of(rng, log)
    body = f"{log.origin}\n{rng.randrange(1, len(log.entries) + 4)}\n{b64(rng.randbytes(32))}\n"
    text = body + "\n" + log.signer.line(body)
    write(log.base / "ledger" / "checkpoints" / body.split("\n")[1], text.encode())
    (folder / "kept").write_text(text, "utf-8")
    words = [*words, "--seen", str(folder / "kept")]
    if rng.random() < 0.3:  # the working folder holds a pipe of that name, the copy nothing of it
        words += ["--accusation", rng.choice(("accusation.json", "accusation-00000001.json", str(log.base / "a.json")))]
    return words


WAYS: tuple[Callable[[random.Random, Path], list[str]], ...] = (
    spoilt_files,
    odd_files,
    spoilt_records,
    spoilt_entries,
    spoilt_notes,
    spoilt_words,
    crowded_folders,
    other_histories,
)
