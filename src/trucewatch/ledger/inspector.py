"""Checks a Trucewatch ledger or an accusation, offline: python inspector.py PATH [--policy FILE] [--seen FILE] [--json]
Steps, as in docs/ledger.md: 1 find, 2 checkpoint, 3 tree, 4 keys, 5 records, 6 references, 7 older checkpoints, 8
witnesses, 9 --seen, 10 result. Only reads; an accusation is written into the current folder. RFC 6962, 8785, 9162."""
import argparse, base64, contextlib, functools, json, os, re, stat, sys, time, tomllib, unicodedata
from hashlib import file_digest, sha256; from pathlib import Path; from typing import Any, Iterator, NamedTuple
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
ENTRY = re.compile(rb'\{"at":"(\d{4}-\d\d-\d\dT[\d:]{8}(?:\.\d+)?Z)","kind":"([\w./-]+)","object":"([\da-f]{64})"\}')
HASH, VKEY = re.compile("[0-9a-f]{64}"), re.compile(r"([!-*,-~]+)\+([0-9a-f]{8})\+(\S+)")
LINE, LINK, CHANGED = r"— ([^\s+\0-\x1f\x7f]+) (\S{8,})\n", "is a symbolic link", "was changed: unfit for its name"
NOTE = re.compile(rf"([^\s+\0-\x1f\x7f]+)\n(0|[1-9][0-9]{{0,17}})\n(\S+)\n\n((?:{LINE}){{1,256}})")
KEY, ERASURE, PUBLICATION, ACCUSATION = [f"trucewatch/{x}/1" for x in ("key", "erasure", "publication", "accusation")]
SMALL, LARGE, HUGE, FOREVER, ACROSS = 1_000_000, 256 * 65_537, 8_000_000, 2**62, "split view across a change of key"
COPY = "Copy it again from the keeper. If it is the same there, keep both and tell all delegations, by another way too."
LOST = "Ask the keeper for these bytes. If they were erased, an entry has to say so; if not, tell all delegations."
REDO = {9: "Compare it with this log's original and paste it again: three lines, a blank line, “— name signature”."}
MEND = "Ask the keeper about it by another way; then mend `log`, `witnesses` or `quorum` in the policy, if you agree."
FIELDS = ("schema", "log", "what", "checkpoint_a", "checkpoint_b", "root_of_b_at_a", "proof")
POLICY = {"schema": "1", "log": '"VKEY"', "witnesses": '["VKEY", …]', "quorum": "1", "max_clock_skew_s": "300"}
Key = NamedTuple("Key", [("text", str), ("name", str), ("id", bytes), ("kind", int), ("public", bytes)])
Note = NamedTuple("Note", [("text", str), ("body", bytes), ("name", str), ("size", int), ("root", bytes), ("by", Any)])
class Fault(ValueError): pass  # what is wrong, in a sentence without its subject
def need(condition: object, otherwise: str) -> None:
    if not condition: raise Fault(otherwise)
def explain(error: Exception) -> str:  # in words, never as Python says it
    told = {Fault: f"{error}", tomllib.TOMLDecodeError: f"is not TOML: {error}", json.JSONDecodeError: "is not JSON",
            UnicodeError: "is not UTF-8 text", FileNotFoundError: "is missing", RecursionError: "is nested too deeply"}
    return next((told[x] for x in told if isinstance(error, x)), str(getattr(error, "strerror", "") or "is malformed"))
def read_file(path: Path, limit: int = 32, *, hashed: bool = False) -> bytes:  # all or, read in pieces, its SHA-256
    need(stat.S_ISREG(path.lstat().st_mode), LINK if path.is_symlink() else "is not an ordinary file")
    with path.open("rb") as file: data = file_digest(file, "sha256").digest() if hashed else file.read(limit + 1)
    need(len(data) <= limit, f"is longer than the {limit} bytes it may have"); return data
def walk(folder: Path) -> list[Path]: return sorted(x for x in folder.rglob("*") if x.is_symlink() or not x.is_dir())
def encode(data: bytes) -> str: return base64.b64encode(data).decode()
def decode(text: str) -> bytes:
    need(encode(data := base64.b64decode(text, validate=True)) == text, "has non-canonical base64"); return data
def visible(text: str) -> str: return "".join(c for c in text if unicodedata.category(c) != "Cf")
fold = functools.cache(lambda name: visible(unicodedata.normalize("NFKC", name).casefold()))  # as the eye takes it
def parse_key(text: Any, kind: int) -> Key:  # name+key id+base64
    name, key_id, blob = found.groups() if (found := VKEY.fullmatch(str(text))) else ("", "", "")
    made = sha256(name.encode() + b"\n" + (data := decode(blob))).digest()[:4]
    need(len(data) == 33 and made.hex() == key_id, f"has no whole key, name+8 hex digits+base64: {str(text)[:80]!a}")
    need(data[0] == kind, f"has a {'witness' if data[0] == 4 else 'log'}'s key ({name!a}) in another's place")
    return Key(str(text), name, made, kind, data[1:])
def parse_note(data: bytes) -> Note:  # a signed checkpoint; whatever deviates from its exact form is refused
    name, size, top, tail, *_ = found.groups() if (found := NOTE.fullmatch(text := data.decode())) else [""] * 4
    need(name and len(decode(top)) == 32, "is cut off, or not origin, number, root, blank line, 1 to 256 signatures")
    by = [(one, decode(two)[:4], decode(two)[4:]) for one, two in re.findall(LINE, tail)]
    return Note(text, text[: -len(tail) - 1].encode(), name, int(size), decode(top), by)
def unwrap(data: bytes) -> bytes:  # a note as it was before mail, print or retyping; signatures have 68 or 76 bytes
    lines = [line.strip() for line in visible(data.decode()).splitlines() if line.strip()]
    by = re.sub(r"[-–—]([^—]+?)([\w+/]{91}=|[\w+/]{102}==)", r"— \1 \2\n", "".join("".join(lines[3:]).split()))
    return "\n".join([*lines[:3], "", by]).encode()
def parse_record(data: bytes) -> Any:  # a JSON object in its RFC 8785 form; unsorted or double keys make it differ
    def order(pairs: Any) -> Any: return dict(sorted(pairs, key=lambda x: x[0].encode("utf-16-be", "surrogatepass")))
    value = json.loads(data.decode(), object_pairs_hook=order, parse_float=int, parse_constant=int)  # no floats
    same = isinstance(value, dict) and json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() == data
    need(same, "is not a canonical JSON object (RFC 8785)"); return value
def references(record: dict[str, Any]) -> Iterator[tuple[str, str]]:  # field, name; not what is erased or elsewhere
    stack: list[Any] = [item for item in record.items() if record.get("schema") != ERASURE or item[0] != "erased"]
    apart = ("_digest", "_digests") if record.get("schema") in (KEY, PUBLICATION) else ()
    for key, item in stack:  # which grows meanwhile
        if isinstance(item, dict | list): stack += item.items() if isinstance(item, dict) else ((key, x) for x in item)
        elif isinstance(item, int): need(abs(item) < 2**53, "has a number too large to be exact")
        elif isinstance(item, str) and HASH.fullmatch(item) and not f"_{key}".endswith(apart): yield key, item
def node(both: bytes) -> bytes: return sha256(b"\1" + both).digest()  # RFC 6962
def grow(row: bytes) -> list[bytes]:  # each level's whole nodes in one run of bytes, leaves first
    return [row, *(grow(b"".join([node(row[i : i + 64]) for i in range(0, len(row) - 63, 64)])) if row[63:] else ())]
def root(levels: list[bytes], start: int, end: int) -> bytes:  # over the leaves from start to end, a node of the tree
    level = (end - start - 1).bit_length(); at, middle = (start >> level) * 32, start + (1 << level >> 1)
    if end - start in (0, 1 << level): return levels[level][at : at + 32] if end > start else sha256().digest()
    return node(root(levels, start, middle) + root(levels, middle, end))
def nodes(old: int, end: int, start: int = 0) -> list[tuple[int, int, int]]:  # of a consistency proof (RFC 9162, 2.1.4)
    if old in (0, end): return [(start, end, 0)] if start else []  # start, end; -1 left, 1 right, 0 itself
    middle = start + (1 << (end - start - 1).bit_length() - 1); low = old <= middle
    return [*nodes(old, middle, start), (middle, end, 1)] if low else [*nodes(old, end, middle), (start, middle, -1)]
def follow(old: int, new: int, first: bytes, proof: list[bytes]) -> bytes:  # the new root, if the old one is the first
    was, now, path = first, first, nodes(old, new) if 0 < old <= new and {32} == {*map(len, [first, *proof])} else []
    for (_, _, side), h in zip(path, proof, strict=False):
        was, now = (h, h) if not side else (was, node(now + h)) if side > 0 else (node(h + was), node(h + now))
    return now if was == first and len(path) == len(proof) and 0 < old <= new else b""
def tile_path(level: object, number: int, count: int) -> str:  # count: how many leaves or hashes the level has
    name = re.sub("x(...)$", r"\1", "/".join(f"x{one:0>3}" for one in f"{number:,}".split(",")))
    return f"tile/{level}/{name}" + (f".p/{count - number * 256}" if count < number * 256 + 256 else "")
class Inspection(argparse.Namespace):
    def __init__(self, base: Path, ledger: Path, policy: dict[str, Any], latest: float) -> None:
        super().__init__(base=base, ledger=ledger, head=ledger / "checkpoint", tiles=ledger / "tile", latest=latest,
            older=ledger / "checkpoints", folders=[base / "objects", base / "evidence"], quorum=policy["quorum"],
            trusted=policy["keys"], known={(x.name, x.id): x for x in policy["keys"]}, spans={}, handed={}, erased={},
            missing={}, named=set(), problems=[], remarks=[], charges=[], anchors=[], levels=[], signed_by=[], last="",
            back=0, verdict="", witnesses={}, seen=[], note=None, done=set())
        self.whole = base.name == ".trucewatch" or any(map(os.path.lexists, self.folders))  # else ledger/ alone
    def here(self, x: str) -> list[Path]: return [*filter(os.path.lexists, (self.file(x, "evidence"), self.file(x)))]
    def check(self, path: Path, name: str) -> None:  # bytes against their name, if it is a hash
        with self.step(6, path): need(read_file(path, hashed=True).hex() == name or not HASH.fullmatch(name), CHANGED)
    @contextlib.contextmanager
    def step(self, step: int, path: Path, do: str = "") -> Iterator[None]:  # what is refused inside is path's fault
        try: yield
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            name = os.path.relpath(path, self.base) if self.base in path.parents else str(path)
            self.problems.append({"step": step, "file": name, "what": explain(error), "do": do or REDO.get(step, COPY)})
    def hold(self, step: int, path: Path, condition: object, otherwise: str, do: str = "") -> None:
        with self.step(step, path, do): need(condition, otherwise)
    def run(self, seen: Path | None) -> None:
        for x in (self.ledger, self.tiles, self.older, *self.folders): self.hold(1, x, not x.is_symlink(), LINK)
        with self.step(2, self.head):  # the policy's keys first, so that a changed size or root is found here
            self.note = note = parse_note(read_file(self.head, SMALL)); self.origin = (self.trusted or [note])[0].name
            need(note.name == self.origin, f"is of another log: {note.name!a}, not {self.origin!a}")
            self.signed = 1 in [self.verify(self.known[x[:2]], x[2], note.body) for x in note.by if x[:2] in self.known]
            with self.step(3, self.head): self.read_tree(note)
        if not self.levels: return
        for name, (index, source, path) in self.missing.items():  # step 6: it has to be erased by a later entry
            at = self.erased.get(name, -1); self.hold(6, path, at > index, f"is missing; {source} names it", LOST)
            self.remarks += [f"{name} was erased, says entry {at}: not corrupt; {source} names it."] * (at > index)
        self.remarks += [f"{x} was erased by entry {n}, but is here." for x, n in self.erased.items() if self.here(x)]
        self.anchors += [(note, self.signers(2 if self.trusted else 4, self.head, note))]
        files = sorted(self.older.glob("[0-9]*"), key=lambda x: (len(x.name), x.name))[::-1]
        self.remarks += [f"{note.size} is missing in checkpoints/, perhaps older ones too."] * (str(note.size) not in [
            x.name for x in files]) + [f"The clock went back before {self.back} of the entries."] * bool(self.back)
        for path in [*files, *([seen] if seen else [])]: self.compare(9 if path is seen else 7, path)
        self.check_keys(note)
        for path in (path for folder in self.folders for path in walk(folder)):
            if HASH.fullmatch(name := "".join(path.parts[-2:])) and bytes.fromhex(name) in self.named: continue
            self.remarks += [f"{path.relative_to(self.base)} is not named by the log."]; self.check(path, name)
    def read_tree(self, note: Note) -> None:  # step 3, with 5 and 6 on the way; step 1: what else lies in ledger/
        ledger, size, leaves, bundles = self.ledger, note.size, bytearray(), list[Path]()
        ends = [ledger / tile_path(level, (size - 1) // 256, size) for level in ("entries", 0)]
        need(self.signed or not size or any(map(os.path.lexists, ends)), f"states {size} entries; no tile ends there")
        for first in range(0, size, 256):
            bundles.append(ledger / tile_path("entries", first // 256, size)); end = min(first + 256, size)
            with self.step(3, bundles[-1]): leaves += self.read_bundle(bundles[-1], first, end)
            if len(leaves) < end * 32: return
        right, due = root(levels := grow(bytes(leaves)), 0, size) == note.root, set(bundles)
        for level, row, at in [(n, x, at) for n, x in enumerate(levels[::8]) for at in range(0, len(x), 8192)]:
            due.add(tile := ledger / tile_path(level, at // 8192, len(row) // 32))
            with self.step(3, tile if right or level or not tile.is_file() else bundles[at // 8192]):
                need(read_file(tile, 8192) == row[at : at + 8192], f"was changed: level {level}, {at // 32} or on")
        self.hold(3, self.tiles if self.signed else self.head, right, "does not fit: checkpoint and tiles differ")
        self.levels, wholes = levels if right else [], {str(path).split(".p/")[0]: path for path in due}
        for path in sorted(set(walk(self.tiles)) - due) if right and not self.problems else ():
            with self.step(3, path):  # an older partial tile must begin today's; on other files nothing rests
                part, now = (read_file(x, LARGE) if x else b"" for x in (path, wholes.get(str(path).split(".p/")[0])))
                need(part.startswith(now) or (part and now.startswith(part)), "differs from today's tile")
                self.remarks += [f"{path.relative_to(ledger)} is no part of this tree."] * (len(part) > len(now))
    def read_bundle(self, path: Path, first: int, end: int) -> bytes:
        data, at, leaves = read_file(path, LARGE), 0, b""
        for self.index in range(first, end):
            start, at = at + 2, at + 2 + int.from_bytes(data[at : at + 2], "big")
            if not (it := ENTRY.fullmatch(data, start, at)): raise Fault(f"has no well-formed entry {self.index}")
            when, kind, name = map(bytes.decode, it.groups()); need(self.index or kind == KEY, "begins with no key")
            leaves += sha256(b"\0" + it[0]).digest(); self.back += when[:-1] < self.last[:-1]; self.last: Any = when
            if self.whole and (self.erased or hash(it[0]) not in self.done): self.read_record(when, kind, name, it[0])
        need(at == len(data), "does not end with its last entry"); return leaves
    def file(self, name: str, folder: str = "objects") -> Path: return Path(self.base, folder, name[:2], name[2:])
    def read_record(self, when: str, kind: str, name: str, all: bytes) -> None:  # steps 5, 6: what it names too
        at, n, here = self.file(name), self.index, self.here(name)
        self.named.add(bytes.fromhex(name)); self.erased.pop(name, None); self.done.add(hash(all) * (kind != KEY))
        for twin in {*here} - {at}: self.check(twin, name)
        if at not in here: self.missing[name] = (n + FOREVER * (kind == KEY), f"entry {n} ({kind[11:-2]})", at); return
        with self.step(5, at):
            need(sha256(data := read_file(at, HUGE)).hexdigest() == name, CHANGED); record = parse_record(data)
            need([record.get(x) for x in ("schema", "recorded_at")] == [kind, when], f"does not fit entry {n}")
            if kind == ERASURE: self.erased |= dict.fromkeys(filter(HASH.fullmatch, record["erased"]), n)
            for key, one in references(record):
                place = self.file(one, "evidence" if "evidence" in (key, kind[11:-2]) else "objects")
                if not (here := self.here(one)): self.missing[one] = (n, f"objects/{name[:2]}/{name[2:]}", place)
                for path in here if bytes.fromhex(one) not in self.named else (): self.check(path, one)
                self.named.add(bytes.fromhex(one)); self.erased.pop(one, None)
            with self.step(4, at): self.read_key(record, n)
    def read_key(self, record: dict[str, Any], index: int) -> None:  # step 4: from which entry to which a key signs
        if record["schema"] != KEY or not (kind := {"log": 1, "witness": 4, "delegation": 0}[record["role"]]): return
        new, old = (parse_key(record[one] or record["key"], kind) for one in ("key", "replaces"))
        start, end = self.spans.get(old.text, [0, FOREVER if kind == 4 else 0])
        act, acts = record["act"], ("new" if old == new else "rotate", *("revoke", "lost")[: 2 * index])
        need(act in acts and (end == FOREVER or act == "new") and (kind == 4 or new.name == self.origin)
             and (new.text not in self.spans or (act != "new" and old == new)), f"has the unfit act {act!r}")
        self.spans |= {new.text: [index, FOREVER]} | ({} if act == "new" else {old.text: [start, index]})
        self.known.setdefault((new.name, new.id), new)
        if kind == 1 and old != new: self.handed[index + 1] = (act, old, new)
    def verify(self, key: Key, signature: bytes, body: bytes) -> int:
        seconds = int.from_bytes(signature[:8], "big") if key.kind == 4 else 0  # a witness says when, in POSIX seconds
        need(seconds <= self.latest, f"has a cosignature by {key.name!a} that is dated in the future")
        if key.kind == 4: body, signature = f"cosignature/v1\ntime {seconds}\n".encode() + body, signature[8:]
        try: Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body); return key.kind
        except Exception: raise Fault(f"has a false signature in the name of {key.name} ({key.id.hex()})") from None
    def signers(self, step: int, path: Path, note: Note) -> set[Key]:  # checks all signature lines; returns whose count
        good = set[Key]()
        for name, key_id, signature in note.by:
            key, who = self.known.get((name, key_id)), f"{name!a} ({key_id.hex()})"
            start, end = self.spans.get(key and key.text, [0, FOREVER if key else -1])
            fits, named = start < max(1, note.size) <= end + 1, key in self.trusted or not self.trusted
            alike = {x.name for x in self.known.values() if fold(x.name) == fold(name)} - {name}
            with self.step(step, path):
                need(key in self.trusted or not alike, f"has a signature by {name!a}, a name made to look like {alike}")
                if key: self.verify(key, signature, note.body)
                if key and fits and (named or key.kind == 1): good.add(key)
                elif self.known: self.remarks.append(f"{path.name}: {who} does not count: not in policy or in force.")
            self.hold(step, path, fits or named or alike or not self.whole, f"is signed by {who}, a key unknown here")
        self.hold(step, path, note.name == self.origin, f"is of another log: {note.name!a}, not {self.origin!a}")
        self.hold(step, path, 1 in [x.kind for x in good] or not self.known, "is by no log key in force"); return good
    def compare(self, step: int, path: Path) -> None:  # steps 7, 9: a stage of this tree, or an accusation
        with self.step(step, path):
            other, now = parse_note((unwrap if step == 9 else bytes)(read_file(path, SMALL))), self.note
            need(step == 9 or path.name == str(other.size), f"is of the size {other.size}, not of that in its name")
            good, later = self.signers(step, path, other), other.size > now.size
            if not later and root(self.levels, 0, other.size) == other.root:
                self.anchors.append((other, good)); self.seen += [other.size] * (step == 9); return
            logs, vouched = ([key for key in keys if key.kind == 1] for keys in (good, self.anchors[0][1]))
            pairs = [(other, good)] if later else [one for one in self.anchors if one[0].size >= other.size]
            b, by = next(((note, key) for note, keys in pairs for key in logs if key in keys), (now, None))
            need(logs and (vouched or (by and not later)), "does not fit this tree; nobody can prove it, for no log "
                 f"key known here vouches for both, {other.text!r} and {now.text!r}")
            a, what = now if later else other, "rollback" if later else "split view" if by else ACROSS
            spans = [] if later else [(0, a.size, 0), *nodes(a.size, b.size)]
            top, *proof = [encode(root(self.levels, low, high)) for low, high, _ in spans] or [""]
            self.charges += [dict(zip(FIELDS, (ACCUSATION, (by or logs[0]).text, what, a.text, b.text, top, proof)))]
            out, at = Path(f"accusation-{sha256(f'{self.charges}'.encode()).hexdigest()[:8]}.json").absolute(), ""
            with contextlib.suppress(OSError): at = f", also in {out}"[: out.write_text(json.dumps(self.charges[-1]))]
            told = f"({now.size} entries) {'is older than' if later else 'contradicts'} {path} ({other.size} entries)"
            self.hold(step, path if step == 7 and not later else self.head, False, f"{told}, signed by the same log: "
                f"{what}. Accusation: below{at}", "Keep both, and tell all delegations, by another way.")
    def check_keys(self, note: Note) -> None:  # step 4: from the policy's key to today's; step 8: witnesses
        trusted = {key.text for key in self.trusted[:1]}
        for size, (act, old, new) in sorted(self.handed.items()):
            agreed = act == "rotate" and any(one.size == size and old in keys for one, keys in self.anchors)
            said, ours = f"entry {size - 1} ({act}) puts {new.text} in place of {old.id.hex()}", old.text in trusted
            self.remarks += [f"Unconfirmed by the old key: {said}. {MEND}"] * (not agreed and not ours)
            trusted |= {new.text} if agreed and ours else set()
            at = self.older / str(size) if act == "rotate" else self.head
            self.hold(4, at, agreed or not ours, f"is not confirmed by the policy's log key: {said}", MEND)
        self.signed_by = sorted(key for key in self.anchors[0][1] if key.kind == 1)
        fits = {x.text for x in self.signed_by} & trusted or not trusted or any(x["step"] == 4 for x in self.problems)
        self.hold(2, self.head, fits, "is not signed by the policy's log key", MEND)
        self.witnesses = {x.public: x.name for n, y in self.anchors if n.body == note.body for x in y if x.kind == 4}
        self.hold(8, self.head, (n := len(self.witnesses)) >= self.quorum, f"is cosigned by {n} witnesses, but "
            f"{self.quorum} are required", "Have them cosign it first; else mend `quorum` in the policy.")
    def check_accusation(self, pairs: Any) -> None:  # two checkpoints that no honest log signs
        with self.step(9, self.ledger, "Ask whoever wrote it for the whole file, and how it came about."):
            given = dict(pairs); need(sorted(x[0] for x in pairs) == sorted(FIELDS), "has other fields, or one twice")
            key, a, b = parse_key(given["log"], 1), *(parse_note(given[f"checkpoint_{one}"].encode()) for one in "ab")
            need(a.name == b.name == key.name and key in (self.trusted[:1] or [key]), "is of another log")
            lines = [[(x[2], note.body) for x in note.by if x[:2] == (key.name, key.id)] for note in (a, b)]
            for signature, body in lines[0] + lines[1]: self.verify(key, signature, body)
            top, proof, what = decode(given["root_of_b_at_a"]), [decode(one) for one in given["proof"]], given["what"]
            proved = all(lines) and top != a.root and follow(a.size, b.size, top, proof) == b.root
            need(proved or what in ("rollback", ACROSS), "does not hold: its proof fails")
            self.verdict = f"PROVED: {key.text} signed two histories." if proved else "PROVES NOTHING ALONE."
            need(proved, f"tells of a {what!r}: what was shown when is the word of whoever wrote this")
def read_policy(path: Path | None) -> Any:  # what is refused names the key and says what to write
    p: Any = {"witnesses": [], "max_clock_skew_s": 300} | tomllib.loads(path.read_text("utf-8") if path else "schema=1")
    if odd := sorted(p.keys() - POLICY): raise Fault(f"{ascii(odd)[1:-1]}: unknown; write only {', '.join(POLICY)}")
    try:
        key = "schema"; need(repr(p.get(key)) == "1", "is missing or another"); key = "log"
        keys = [parse_key(p.get(key), 1)] if path else []; key = "witnesses"; keys += [parse_key(x, 4) for x in p[key]]
        key = "quorum"; count = len({one.public for one in keys[1:]}); quorum = p.setdefault(key, min(1, count))
        need(type(quorum) is int and 0 <= quorum <= count, f"is {quorum!a}, for {count} different witnesses")
        key = "max_clock_skew_s"; need(type(p[key]) in (int, float) and 0 <= p[key] < FOREVER, "is no time in seconds")
    except (ValueError, TypeError) as error:
        raise Fault(f"{key} {explain(error)}; write {key} = {POLICY[key]}") from None
    return p | {"keys": keys}
def first_few(items: list[Any], text: Any = str) -> tuple[list[Any], list[str]]:  # five of each kind, and how many more
    kinds: dict[str, list[Any]] = {}
    for item in items: kinds.setdefault(re.sub(r"\S*[\d/]\S*|'.*?'", "", text(item)), []).append(item)
    more = [f"And {len(few) - 5} more like this: … {text(few[0])}" for few in kinds.values() if len(few) > 5]
    return [item for few in kinds.values() for item in few[:5]][:200], more[:50]
def main(argv: list[str] | None = None, now: float | None = None, prog: str | None = None) -> int:  # steps 1 and 10
    parser = argparse.ArgumentParser(prog, description="Checks a Trucewatch ledger or an accusation, alone, offline.")
    for name in ("path", "--policy", "--seen"): parser.add_argument(name, type=Path)
    parser.add_argument("--json", action="store_true"); args = parser.parse_args(argv); p = args.path.absolute()
    pairs: Any = [(x, x / "ledger") for x in (p / ".trucewatch", p)] + [(p.parent if p.name == "ledger" else p, p)]
    base, ledger = next((x for x in pairs if any(os.path.lexists(x[1] / y) for y in ("checkpoint", "tile"))), (None, p))
    try:
        policy = read_policy(at := args.policy)
        if at := args.seen: read_file(at, SMALL)
        at = f"{p} holds no ledger and is no accusation file" if os.path.lexists(p) else f"{p}"
        need(base or ("schema", ACCUSATION) in (pairs := json.loads(read_file(p, SMALL), object_pairs_hook=list)), "")
    except (OSError, ValueError, TypeError, KeyError) as error: parser.error(f"{at}: {explain(error)}")
    it = Inspection(base or p.parent, ledger, policy, policy["max_clock_skew_s"] + (now or time.time()))
    (it.run if base else it.check_accusation)(args.seen if base else pairs); names = sorted(it.witnesses.values())
    problems, more = first_few(sorted(it.problems, key=lambda one: one["step"]), lambda one: one["what"])
    (remarks, others), size, top = first_few(it.remarks), it.note and it.note.size, it.note and encode(it.note.root)
    keys, first = [f"{key.name} ({key.id.hex()})" for key in it.signed_by], problems[0]["file"] if problems else None
    good = (f"ALL RIGHT: {size} entries{' and files' * it.whole} agree; root {top}; signed by {', '.join(keys) or '?'}"
        f"; witnesses {len(names)}{' '.join(['', *names])}" + f"; holds --seen, {sum(it.seen)} entries" * bool(it.seen))
    cannot = [text for applies, text in (
        (base and not it.whole, "Objects and evidence are not here: their contents were not checked."),
        (base and not it.known, "No signature was checked: there is no policy, and records of keys are in objects/."),
        (not policy["keys"], "Without a policy the keys are those that the log names: compare them with the keeper's."),
        (base and not names, "Without a witness this cannot show that others were shown the same log."),
        (base and not it.seen, "Without a kept checkpoint (--seen) this cannot show that nothing was taken out."),
        (base, "No log can prove that what was entered is true, entered at once or all that was received.")) if applies]
    wrong = f"WRONG. First wrong file: {first}.{' What rests on it was not checked.' * bool(base and not it.levels)}"
    lines = [it.verdict or (wrong if first else good), *(f"- Step {x['step']}: {x['file']} {x['what']}. {x['do']}"
        for x in problems), *more, *(f"Remark: {x}" for x in remarks + others), *(f"Not proved: {x}" for x in cannot),
        *map(json.dumps, it.charges)]
    if args.json: lines = [json.dumps({"schema": "trucewatch/verify/1", "ok": not first, "size": size, "root": top,
        "first_wrong": first, "signed_by": keys, "witnesses": names, "seen": sum(it.seen) or None, "problems": problems,
        "remarks": more + remarks + others, "cannot_prove": cannot, "accusations": it.charges})]
    text = "\n".join(re.sub("[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", "?", x) for x in lines)
    print(text.encode(out := sys.stdout.encoding or "utf-8", "backslashreplace").decode(out)); return 1 if first else 0
if __name__ == "__main__": sys.exit(main())
