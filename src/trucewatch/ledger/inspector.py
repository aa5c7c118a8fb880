"""Checks a Trucewatch ledger, alone and offline: python inspector.py PATH [--policy FILE] [--seen CHECKPOINT] [--json]
Needs Python 3.11 and `cryptography`; shares no code with the writer. Steps, as in the docs: 1 find, 2 checkpoint,
3 tree, 4 keys, 5 entries and records, 6 references and erasures, 7 older checkpoints, 8 witnesses, 9 --seen, 10 result.
Exit: 0 all right, 1 wrong, 2 unusable. PATH may be an accusation file. It only reads; to accuse, it writes one
here. Sources: RFC 6962, 8785, 9162; C2SP signed-note, tlog-*. Dense, so that one person can read it whole."""

# fmt: off
# ruff: noqa: E401, I001, UP014, UP035
import argparse, base64, contextlib, functools, json, os, re, stat, sys, time, tomllib, unicodedata
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Iterator, NamedTuple
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
TIME = r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,9})?Z"
ENTRY = re.compile((r'\{"at":"(' + TIME + r')","kind":"([A-Za-z0-9._/-]+)","object":"([0-9a-f]{64})"\}').encode())
HASH, NUMBER, NAME = re.compile("[0-9a-f]{64}"), re.compile("0|[1-9][0-9]{0,17}"), re.compile(r"[^\s+]+")
KEY, ERASURE, PUBLICATION = "trucewatch/key/1", "trucewatch/erasure/1", "trucewatch/publication/1"
NOTE_LIMIT, BUNDLE_LIMIT, RECORD_LIMIT, FOREVER = 1_000_000, 256 * 65_537, 64_000_000, 2**62
CHANGED = "was changed: its bytes do not hash to its name"
DO = "Copy it again from the keeper. If it is the same there, keep both and tell all delegations, by another route too."
Key = NamedTuple("Key", [("text", str), ("name", str), ("id", bytes), ("kind", int), ("public", bytes)])
Note = NamedTuple("Note", [("text", str), ("body", bytes), ("name", str), ("size", int), ("root", bytes), ("by", Any)])
def need(condition: object, otherwise: str) -> None:  # refuses what does not hold, in a sentence without its subject
    if not condition: raise ValueError(otherwise)
def read_file(path: Path, limit: int = 32, *, hashed: bool = False) -> bytes:  # all or, read in pieces, its SHA-256
    need(stat.S_ISREG(path.lstat().st_mode), "is a symbolic link" if path.is_symlink() else "is not an ordinary file")
    with path.open("rb") as file: data = file_digest(file, "sha256").digest() if hashed else file.read(limit + 1)
    need(len(data) <= limit, f"is longer than the {limit} bytes it may have")
    return data
def encode(data: bytes) -> str: return base64.b64encode(data).decode()
def decode(text: str) -> bytes:
    need(encode(data := base64.b64decode(text, validate=True)) == text, f"has non-canonical base64: {text:.60}")
    return data
def fold(name: str) -> str:  # a name as the eye takes it: without compatibility forms, case and invisible characters
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if unicodedata.category(c) != "Cf")
def parse_key(text: Any, kind: int) -> Key:  # name+key id+base64
    name, key_id, blob = ([*str(text).split("+", 2), "", ""])[:3]
    made = sha256(name.encode() + b"\n" + (data := decode(blob))).digest()[:4]
    need(NAME.fullmatch(name) and len(data) == 33 and (data[0], made.hex()) == (kind, key_id), f"has no key: {name}")
    return Key(str(text), name, made, kind, data[1:])
def parse_note(data: bytes) -> Note:  # a signed checkpoint; whatever deviates from its exact form is refused
    body, gap, tail = (text := data.decode()).rpartition("\n\n")
    need(gap and tail[-1:] == "\n" and not re.search("[\0-\x09\x0b-\x1f\x7f]", text), "is cut off or not a signed note")
    name, size, top, *rest = [*body.split("\n"), "", ""]
    need(len(rest) == 2 and NAME.fullmatch(name) and NUMBER.fullmatch(size), "is not three lines: origin, size, root")
    lines = [(one, decode(two)) for one, two in re.findall(r"^— ([^\s+]+) (\S{8,})\n", tail, re.M)]
    need(len(lines) == tail.count("\n") and len(decode(top)) == 32, "has a malformed signature line or root")
    return Note(text, f"{body}\n".encode(), name, int(size), decode(top), [(n, b[:4], b[4:]) for n, b in lines])
def check_signature(key: Key, signature: bytes, body: bytes, latest: float) -> None:
    if key.kind == 4:  # a witness says when it signed, in POSIX seconds
        seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        need(seconds <= latest, f"has a cosignature by {key.name!r} that is dated in the future")
        body = f"cosignature/v1\ntime {seconds}\n".encode() + body
    try: Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body)
    except Exception: raise ValueError(f"has a false signature in the name of {key.name} ({key.id.hex()})") from None
def parse_record(data: bytes) -> Any:  # a JSON object in its RFC 8785 form; unsorted or double keys make it differ
    def order(pairs: Any) -> Any: return dict(sorted(pairs, key=lambda x: x[0].encode("utf-16-be", "surrogatepass")))
    value = json.loads(data.decode(), object_pairs_hook=order, parse_float=int, parse_constant=int)  # no floats
    same = isinstance(value, dict) and json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() == data
    need(same, "is not a canonical JSON object (RFC 8785)")
    return value
def references(record: dict[str, Any]) -> Iterator[str]:  # strings that name bytes; not what is erased or elsewhere
    stack: list[Any] = [{k: v for k, v in record.items() if record.get("schema") != ERASURE or k != "erased"}]
    elsewhere = "_digest" if record.get("schema") in (KEY, PUBLICATION) else "\0none"
    while stack:
        if isinstance(value := stack.pop(), dict): stack += [v for k, v in value.items() if not k.endswith(elsewhere)]
        elif isinstance(value, list): stack += value
        elif isinstance(value, str) and HASH.fullmatch(value): yield value
        elif isinstance(value, int): need(abs(value) < 2**53, "has a number too large to be exact")
def join(row: bytes) -> bytes:  # the RFC 6962 hash over a row of hashes
    while (size := len(row)) > 32:
        row = b"".join([sha256(b"\1" + row[i:i + 64]).digest() for i in range(0, size - 32, 64)]) + row[size & -64:]
    return row
def grow(leaves: bytes) -> list[bytes]:  # every eighth level as one run of bytes (32 MB for a million leaves)
    levels = [leaves]
    while len(row := levels[-1]) >= 8192:
        levels.append(b"".join(join(row[i : i + 8192]) for i in range(0, len(row) - 8191, 8192)))
    return levels
def root(levels: list[bytes], start: int, end: int) -> bytes:  # over the leaves from start to end, a node of the tree
    tail = b""
    for level, row in enumerate(levels):
        low, high = start >> 8 * level, end >> 8 * level
        tail = join(row[(low if low & 255 else high >> 8 << 8) * 32 : high * 32] + tail)
        if low & 255: break
    return tail or sha256().digest()
def path_between(old: int, end: int) -> list[tuple[int, int, int]]:
    start, path = 0, []  # the nodes of a consistency proof (RFC 9162, 2.1.4): start, end; -1 left, 1 right, 0 itself
    while old not in (0, end):
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        path.append((middle, end, 1) if old <= middle else (start, middle, -1))
        start, end = (start, middle) if old <= middle else (middle, end)
    return ([*path, (start, end, 0)] if start else path)[::-1]
def follow(old: int, new: int, first: bytes, proof: list[bytes]) -> bytes:  # the new root, if the old one is the first
    was, now, path = first, first, path_between(old, new) if 0 < old <= new else []
    for (_, _, side), h in zip(path, proof, strict=False):
        was, now = (h, h) if not side else (was, join(now + h)) if side > 0 else (join(h + was), join(h + now))
    return now if was == first and len(path) == len(proof) and 0 < old <= new else b""
def tile_path(level: object, number: int, count: int) -> str:  # count: how many leaves or hashes the level has
    name = re.sub("x(...)$", r"\1", "/".join(f"x{one:0>3}" for one in f"{number:,}".split(",")))
    return f"tile/{level}/{name}" + (f".p/{count - number * 256}" if count < number * 256 + 256 else "")
def walk(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        yield from (Path(at, x) for x in sorted(folders + files) if x not in folders or Path(at, x).is_symlink())
class Inspection(argparse.Namespace):
    index, back, last, strict, origin = 0, 0, "", False, ""
    def __init__(self, base: Path, policy: dict[str, Any], now: float) -> None:
        super().__init__(base=base, ledger=base / "ledger", head=base / "ledger" / "checkpoint", spans={}, events=[],
            latest=now + policy["max_clock_skew_s"], strict=bool(policy["log"]), problems=[], remarks=[], anchors=[],
            policy=policy, known={(k.name, k.id): k for k in policy["keys"]}, rotations={}, records={}, missing={},
            named=set(), levels=[], cosigners=set(), read=functools.lru_cache(10_000)(self.read_record))
    @contextlib.contextmanager
    def step(self, number: int, path: Path) -> Iterator[None]:  # what is refused inside becomes a problem of this file
        try: yield
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            told = {FileNotFoundError: "is missing", RecursionError: "is nested too deeply", ValueError: str(error)}
            name = path.relative_to(self.base).as_posix() if path.is_relative_to(self.base) else str(path)
            self.problems.append({"step": number, "file": name, "what": told.get(type(error), repr(error)), "do": DO})
    def run(self, seen: Path | None) -> Note | None:
        note, older = None, self.ledger / "checkpoints"
        with self.step(2, self.head): note = parse_note(read_file(self.head, NOTE_LIMIT))
        if note is None: return None
        self.origin = self.policy["keys"][0].name if self.strict else note.name
        self.read_tree(note)
        self.read_events(note.size)
        self.anchors.append((note, self.signers(2 if self.strict else 4, self.head, note)))
        for path in sorted(older.glob("[0-9]*"), key=lambda x: (len(x.name), x.name))[::-1]: self.compare(7, path, note)
        self.check_policy(note)
        if seen: self.compare(9, seen, note)
        for path in (path for folder in ("objects", "evidence") for path in walk(self.base / folder)):
            is_hash = HASH.fullmatch(name := path.parent.name + path.name)
            if is_hash and bytes.fromhex(name) in self.named: continue
            self.remarks.append(f"{path.relative_to(self.base)} is not named by the log; it proves nothing.")
            with self.step(6, path): need(not is_hash or read_file(path, hashed=True).hex() == name, CHANGED)
        return note
    def read_tree(self, note: Note) -> None:  # step 3, with 5 and 6 on the way; step 1: what else lies in ledger/
        ledger, leaves, due = self.ledger, bytearray(), {self.head}
        for first in range(0, note.size, 256):
            due.add(bundle := ledger / tile_path("entries", first // 256, note.size))
            with self.step(3, bundle): leaves += self.read_bundle(bundle, first, min(first + 256, note.size))
            if len(leaves) < min(first + 256, note.size) * 32: return
        right = root(levels := grow(bytes(leaves)), 0, note.size) == note.root
        for level, number in [(n, at // 8192) for n, row in enumerate(levels) for at in range(0, len(row), 8192)]:
            row, length = levels[level][number * 8192 : number * 8192 + 8192], len(levels[level]) // 32
            tile, bundle = (ledger / tile_path(x, number, n) for x, n in ((level, length), ("entries", note.size)))
            due.add(tile)
            with self.step(3, tile):
                kept = read_file(tile, 8192)
                with self.step(3, tile if right or level or len(kept) != len(row) else bundle):
                    need(kept == row, f"was changed: unfit for the tree, level {level}, number {number * 256} and on")
        with self.step(3, self.head): need(right, "states another root than the entries and tiles give")
        self.levels, wholes = levels if right else [], {path.as_posix().split(".p/")[0]: path for path in due}
        for path in walk(ledger):
            whole, name = wholes.get(path.as_posix().split(".p/")[0]), path.relative_to(ledger).as_posix()
            if path not in due and not re.fullmatch("journal.*|checkpoints/(0|[1-9][0-9]*)", name):
                with self.step(3, path):  # an older partial tile must begin today's; on other files nothing rests
                    part, now = read_file(path, BUNDLE_LIMIT), read_file(whole, BUNDLE_LIMIT) if whole else b""
                    need(part.startswith(now) or (part and now.startswith(part)), "differs from today's tile")
                    if len(part) > len(now): self.remarks.append(f"{name} is beyond the checkpoint or foreign.")
    def read_bundle(self, path: Path, first: int, end: int) -> bytes:
        data, at, leaves = read_file(path, BUNDLE_LIMIT), 0, []
        for self.index in range(first, end):
            start, at = at + 2, at + 2 + int.from_bytes(data[at : at + 2], "big")
            found = ENTRY.fullmatch(data, start, at)
            if at > len(data) or not found: raise ValueError(f"has no well-formed entry {self.index}: at, kind, hash")
            leaves.append(sha256(b"\0" + data[start:at]).digest())
            when, kind, name = (one.decode() for one in found.groups())
            self.back, self.last = self.back + (when[:-1] < self.last[:-1]), when
            self.read(when, kind, name)
            if kind in (KEY, ERASURE): self.events.append((self.index, kind, name))
        need(at == len(data), f"has {len(data) - at} bytes after its last entry")
        return b"".join(leaves)
    def file(self, name: str, folder: str = "objects") -> Path: return Path(self.base, folder, name[:2], name[2:])
    def read_record(self, when: str, kind: str, name: str) -> None:  # steps 5, 6: a record and the bytes it names
        self.named.add(bytes.fromhex(name))
        if not os.path.lexists(self.file(name)): self.missing[name] = (self.index, f"entry {self.index}")
        with self.step(5, self.file(name)) if name not in self.missing else contextlib.suppress(FileNotFoundError):
            need(sha256(data := read_file(self.file(name), RECORD_LIMIT)).hexdigest() == name, CHANGED)
            record = parse_record(data)
            need([record.get(x) for x in ("schema", "recorded_at")] == [kind, when], f"does not fit entry {self.index}")
            if kind in (KEY, ERASURE): self.records[name] = record
            for one in references(record):
                paths = [path for path in (self.file(one), self.file(one, "evidence")) if os.path.lexists(path)]
                if not paths: self.missing[one] = (self.index, f"objects/{name[:2]}/{name[2:]}")
                for path in paths if bytes.fromhex(one) not in self.named else ():
                    with self.step(6, path): need(read_file(path, hashed=True).hex() == one, CHANGED)
                self.named.add(bytes.fromhex(one))
    def read_events(self, size: int) -> None:  # step 4: when a key signs; step 6: what is missing must be erased later
        erased, begins = dict[str, int](), not size or [one[:2] for one in self.events[:1]] == [(0, KEY)]
        with self.step(4, self.ledger / tile_path("entries", 0, size)): need(begins, "does not begin with a key")
        for index, event, name in self.events:
            with self.step(4, self.file(name)):
                record = self.records[name]
                if event == ERASURE: erased |= dict.fromkeys(record["erased"], index)
                if not (kind := {"log": 1, "witness": 4, "delegation": 0}[record.get("role", "delegation")]): continue
                new, old = (parse_key(record[one] or record["key"], kind) for one in ("key", "replaces"))
                start, end = self.spans.get(old.text, [0, FOREVER if kind == 4 else 0])
                act, acts = record["act"], ("new" if old == new else "rotate", *("revoke", "lost")[: 2 * index])
                need(act in acts and (end == FOREVER or act == "new") and (kind == 4 or new.name == self.origin)
                     and (new.text not in self.spans or (act != "new" and old == new)), f"has the unfit act {act!r}")
                self.spans |= {new.text: [index, FOREVER]} | ({} if act == "new" else {old.text: [start, index]})
                if act == "rotate" and kind == 1: self.rotations[index + 1] = (old.text, new.text)
                if kind == 1 or not self.strict: self.known.setdefault((new.name, new.id), new)
        for name, (index, source) in self.missing.items():
            with self.step(6, self.file(name)):
                need(erased.get(name, -1) > index, f"is missing, in evidence/ too; {source} names it; not erased")
                self.remarks.append(f"{name} was erased, says entry {erased[name]}; it is not corrupt.")
    def signers(self, step: int, path: Path, note: Note) -> set[Key]:  # checks all signature lines; returns whose count
        good = set()
        for name, key_id, signature in note.by:
            with self.step(step, path):
                alike = {key.name for key in self.known.values() if fold(key.name) == fold(name)} - {name}
                need(not alike, f"has a signature by {name!r}, a name made to look like {alike}")
                key = self.known.get((name, key_id))
                need(key or not self.strict, f"is signed by {name!r} ({key_id.hex()}), which the policy does not name")
                if key: check_signature(key, signature, note.body, self.latest)
                start, end = self.spans.get(key.text, [0, FOREVER]) if key else [0, -1]
                if key and start < max(1, note.size) <= end + 1: good.add(key)
                else: self.remarks.append(f"{path.name}: {name!r} does not count as signer; unknown or not in force.")
        with self.step(step, path):
            need(note.name == self.origin, f"is of another log: {note.name!r}, not {self.origin!r}")
            need(any(key.kind == 1 for key in good) or not self.known, "has no signature by a log key in force")
        return good
    def compare(self, step: int, path: Path, now: Note) -> None:  # steps 7, 9: a stage of this tree, or an accusation
        with self.step(step, path):
            other = parse_note(read_file(path, NOTE_LIMIT))
            need(step == 9 or path.name == str(other.size), f"is of the size {other.size}, not of that in its name")
            good, later, kinds = self.signers(step, path, other), other.size > now.size, ("split view", "rollback")
            fits = not later and root(self.levels, 0, other.size) == other.root
            if fits and other.size in (now.size, *self.rotations): self.anchors.append((other, good))
            if fits or not self.levels or not any(key.kind == 1 for key in good): return
            a = now if later else other
            pairs = [(other, self.anchors[0][1])] if later else [one for one in self.anchors if one[0].size >= a.size]
            b, by = next(((note, key.text) for note, keys in pairs for key in keys & good if key.kind == 1), (now, ""))
            nodes = [] if later else [(0, a.size, 0), *path_between(a.size, b.size)]
            top, *proof = [encode(root(self.levels, low, high)) for low, high, _ in nodes] or [""]
            text = json.dumps({"schema": "trucewatch/accusation/1", "log": by, "what": kinds[later],
                "checkpoint_a": a.text, "checkpoint_b": b.text, "root_of_b_at_a": top, "proof": proof}, indent=0)
            file = Path(f"accusation-{sha256(text.encode()).hexdigest()[:8]}.json")
            with contextlib.suppress(OSError): file.write_text(text, "utf-8")
            need(0, f"contradicts this log. For anyone to check, also in {file.resolve()}: {text}")
    def check_policy(self, note: Note) -> None:  # step 4: an unbroken chain from the policy's key; step 8: witnesses
        trusted = {key.text for key in self.policy["keys"][:1]}
        for size, (old, new) in sorted(self.rotations.items()):
            with self.step(4, self.ledger / "checkpoints" / str(size)):
                sure = any(one.size == size and old in [key.text for key in keys] for one, keys in self.anchors)
                need(sure or old not in trusted, "must be a checkpoint by the old key, to confirm that it handed over")
                trusted |= {new} if old in trusted else set()
        signed = not trusted or trusted & {key.text for key in self.anchors[0][1]}
        with self.step(2, self.head): need(signed, "is not signed by the policy's log key or its heir")
        self.cosigners = {k.public for x, keys in self.anchors if x.body == note.body for k in keys if k.kind == 4}
        few = f"is cosigned by {len(self.cosigners)} witnesses, but {self.policy['quorum']} are required"
        with self.step(8, self.head): need(len(self.cosigners) >= self.policy["quorum"], few)
    def check_accusation(self, path: Path) -> Note | None:  # two checkpoints that no honest log signs
        with self.step(9, path):
            data = json.loads(read_file(path, 4 * NOTE_LIMIT))
            key, a, b = parse_key(data["log"], 1), *(parse_note(data[f"checkpoint_{one}"].encode()) for one in "ab")
            need(not self.strict or key in self.policy["keys"][:1], "accuses another key than the policy's")
            self.known, self.strict, self.origin = {(key.name, key.id): key}, False, key.name
            for note in (a, b): self.signers(9, path, note)
            if data["what"] == "split view":
                old, proof = decode(data["root_of_b_at_a"]), [decode(one) for one in data["proof"]]
                need(old != a.root and follow(a.size, b.size, old, proof) == b.root, "does not hold: its proof fails")
            else: need(data["what"] == "rollback" and a.size < b.size, "accuses of nothing that this can show")
            self.remarks.append("In a rollback, which one was shown later is the word of whoever wrote this file.")
            return b
        return None
def read_policy(path: Path | None) -> Any:
    given = tomllib.loads(read_file(path, NOTE_LIMIT).decode()) if path else {"schema": 1, "log": ""}
    p: Any = {"witnesses": [], "quorum": int("witnesses" in given), "max_clock_skew_s": 300} | given
    fits = p.get("schema") == 1 and p.keys() == {"schema", "log", "witnesses", "quorum", "max_clock_skew_s"}
    need(fits and (p["log"] or not path), f"{path}: needs schema = 1, log, at most witnesses, quorum, max_clock_skew_s")
    return p | {"keys": [parse_key(x, 1) for x in [p["log"]] if x] + [parse_key(x, 4) for x in p["witnesses"]]}
def main(argv: list[str] | None = None, now: float | None = None) -> int:  # step 1, and step 10: the statement
    parser = argparse.ArgumentParser(description="Checks a Trucewatch ledger, or an accusation, alone and offline.")
    for name in ("path", "--policy", "--seen"): parser.add_argument(name, type=Path)
    parser.add_argument("--json", action="store_true"); args = parser.parse_args(argv)
    try:
        base = next((base for base in (args.path / ".trucewatch", args.path) if (base / "ledger").is_dir()), None)
        need(base or args.path.is_file(), f"{args.path} holds no ledger and is no accusation file")
        if args.seen: read_file(args.seen, NOTE_LIMIT)
        it = Inspection(base or args.path.parent, read_policy(args.policy), time.time() if now is None else now)
    except (OSError, ValueError, TypeError) as error: parser.error(str(error))
    note = it.run(args.seen) if base else it.check_accusation(args.path)
    problems = sorted(it.problems, key=lambda one: int(one["step"]))
    it.remarks += [f"The clock went back before {it.back} of the entries."] if it.back else []
    gaps = {"No log can prove that what was entered is true, was entered at once, or is all that was received.": True,
            "Without a policy the keys are taken from the log itself: compare them with the keeper's.": not args.policy,
            "Without a witness this cannot show that others were shown the same log.": not it.cosigners,
            "Without a checkpoint that you kept (--seen) this cannot show that nothing was taken back.": not args.seen}
    cannot = [text for text, applies in gaps.items() if applies]
    first, size, top = (problems[0]["file"] if problems else None), note and note.size, note and encode(note.root)
    if args.json: print(json.dumps({"schema": "trucewatch/verify/1", "ok": not problems, "size": size, "root": top,
        "first_wrong": first, "problems": problems, "remarks": it.remarks, "cannot_prove": cannot}, ensure_ascii=False))
    else:
        said = f"{size} entries and files agree; witnesses: {len(it.cosigners)}; root {top}" if base else "it holds"
        print(f"WRONG. First wrong file: {first}." if problems else f"ALL RIGHT: {said}")
        for one in problems[:20]: print(f"- Step {one['step']}: {one['file']} {one['what']}. {one['do']}")
        for text in it.remarks[:20] + cannot: print(f"{'Not proved' if text in cannot else 'Remark'}: {text}")
    return 1 if problems else 0
if __name__ == "__main__": sys.exit(main())
