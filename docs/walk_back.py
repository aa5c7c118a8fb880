"""Walks one code of a report back to its bytes: sentence → finding → incident → observation → original bytes.

    python docs/walk_back.py WATCH CODE

CODE is what a report prints beside a figure: `i-…` an incident, `f-…` a finding, `o-…` an observation, `c-…` a counter;
its first ten characters are enough. Who is told less than every place and minute has codes of their own, each the
HMAC-SHA256 of an id; their keys are read from `private/recipient-keys.json` where that is there. Every object is read
by its SHA-256 and checked against it, the SQLite index only says where to look. Exit code 1 if the code is not known or
some bytes are encrypted, erased, missing or not what their name says.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import io
import json
import sqlite3
import struct
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

TABLES = {"i-": "incident", "f-": "finding", "o-": "observation", "c-": "counter"}
"""What the first letter of a code says that it is of."""
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
"""Of an id, each five bits of its hash."""
KEY_LETTERS = 12


class Watch:
    """The store of a watch, opened for reading only. Uses nothing of Trucewatch itself."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / ".trucewatch"
        if not (self.root / "records.sqlite").is_file():
            raise SystemExit(f"{folder} was not run yet; run: trucewatch run {folder}")
        self.db = sqlite3.connect(f"file:{self.root / 'records.sqlite'}?mode=ro", uri=True)

    def checked(self, kind: str, sha256: str) -> bytes:
        """The bytes of this name, hashed again."""
        path = self.root / kind / sha256[:2] / sha256[2:]
        if not path.is_file() and path.with_name(path.name + ".age").is_file():
            raise SystemExit(
                f"{path} is encrypted by the watch's passphrase, which this script does not ask for; the console shows "
                f"it: trucewatch serve {self.root.parent}"
            )
        if not path.is_file():
            raise SystemExit(
                f"{path} is not there: it was erased, or is missing; trucewatch verify {self.root.parent} says which"
            )
        content = path.read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise SystemExit(f"{path}: its bytes hash to {found[:16]}…, which is not its name")
        return content

    def row(self, sha256: str, number: int) -> dict[str, Any]:
        """One row of a Parquet object."""
        table = pq.read_table(io.BytesIO(self.checked("objects", sha256)), use_threads=False, pre_buffer=False)
        rows: list[dict[str, Any]] = table.slice(number, 1).to_pylist()
        return rows[0]

    def listed(self, what: str, code: str) -> tuple[str, int, dict[str, Any]] | None:
        """Object, place and content of the row of the last list (its incidents or findings) whose id begins so."""
        for sha256, names in self.parts_of(what):
            for number, name in enumerate(names):
                if name.startswith(code):
                    return sha256, number, self.row_of_part(sha256, number)
        return None

    def ids_of(self, what: str) -> list[str]:
        """The ids of what the last list holds; of what was read, of all on record."""
        if what == "counter":
            return [name for (name,) in self.db.execute("SELECT DISTINCT counter_id FROM counter")]
        return [name for _, names in self.parts_of(what) for name in names]

    def parts_of(self, what: str) -> list[tuple[str, list[str]]]:
        """The objects that hold the incidents or findings of the last list, each with their ids."""
        last = self.one(f"SELECT {what}s, more FROM list ORDER BY entry DESC LIMIT 1")
        if not last or not last[0]:
            return []
        if json.loads(last[1]).get("version", 1) > 1:  # a tree: nodes name what is below them, level 1 the chunks
            names = [last[0]]
            while names and not self.is_chunk(names[0]):
                nodes = [json.loads(self.checked("objects", name)) for name in names]
                names = [child[0] for node in nodes for child in node["children"]]
            return [(name, self.columns(name)[f"{what}_id"]) for name in names]
        stream = io.BytesIO(self.checked("objects", last[0]))
        table = pq.read_table(stream, columns=[f"{what}_id"], use_threads=False, pre_buffer=False)
        return [(last[0], table[0].to_pylist())]

    def is_chunk(self, sha256: str) -> bool:
        """Whether an object is a chunk, which is deflated, and no node."""
        return not self.checked("objects", sha256).startswith(b"{")

    def columns(self, sha256: str) -> dict[str, Any]:
        """The columns of a chunk."""
        columns: dict[str, Any] = json.loads(zlib.decompress(self.checked("objects", sha256)))["columns"]
        return columns

    def row_of_part(self, sha256: str, number: int) -> dict[str, Any]:
        """One row of a chunk, or of a Parquet object, which lists were before they were trees."""
        if self.checked("objects", sha256).startswith(b"PAR1"):
            return self.row(sha256, number)
        row = {name: value_at(column, number) for name, column in self.columns(sha256).items()}
        for name in ("lon", "lat"):
            row |= {name: float(row[name])} if row.get(name) is not None else {}
        if "occurred_start" in row:
            row["occurred_start"] = datetime.fromtimestamp(row["occurred_start"] / 1e6, UTC)
        return row

    def places(self, what: str, code: str) -> list[tuple[int, int]]:
        """Row and entry of what may have an id that begins so, of all that was read.

        Observations stand in sorted blocks of 16 bytes each: the first 60 bits of the id, entry, row.
        """
        if what == "counter":
            query = "SELECT row, batch FROM counter WHERE counter_id LIKE ?"
            return [(row, entry) for row, entry in self.db.execute(query, (code + "%",))]
        letters = code[2 : 2 + KEY_LETTERS]
        if set(letters) - set(LETTERS):
            return []
        low, high = (
            sum(LETTERS.index(letter) << 5 * (KEY_LETTERS - 1 - at) for at, letter in enumerate(padded))
            for padded in (letters.ljust(KEY_LETTERS, filler) for filler in (LETTERS[0], LETTERS[-1]))
        )
        blocks = self.db.execute(
            """SELECT pointers FROM observation AS here WHERE first <= ? AND coalesce((SELECT first FROM observation
               WHERE level = here.level AND begins = here.begins AND block = here.block + 1), ?) >= ?""",
            (high, high, low),
        )
        pointers = [pointer for (block,) in blocks for pointer in struct.iter_unpack("<qii", block)]
        return [(row, entry) for key, entry, row in sorted(pointers) if low <= key <= high]

    def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self.db.execute(query, values).fetchone()
        return found

    def code_keys(self) -> dict[str, bytes]:
        """The key of each recipient that has codes of its own; none where there is no file of them."""
        path = self.root / "private" / "recipient-keys.json"
        if path.is_file():
            try:
                return {name: bytes.fromhex(key) for name, key in json.loads(path.read_bytes())["keys"].items()}
            except OSError as exc:
                raise SystemExit(f"{path} cannot be read ({exc.strerror}); its owner can") from None
            except (ValueError, LookupError, TypeError, AttributeError):
                raise SystemExit(f"{path} is damaged: it holds the keys of codes; put back a copy of it") from None
        if path.with_name(path.name + ".age").is_file():
            raise SystemExit(
                "no id begins so. It may be a code of a recipient, and the keys of those are encrypted by the watch's "
                f"passphrase; the program asks for it: trucewatch incident {self.root.parent} show CODE (for i-… and "
                "f-…; for c-… it says the counter's id). This script takes the ids that it shows"
            )
        return {}


def value_at(column: Any, number: int) -> Any:
    """The value of a row in a column of a chunk; of a column of lists, its list."""
    if isinstance(column, list):
        return column[number]
    if "lengths" in column:
        first = sum(length or 0 for length in column["lengths"][:number])
        return [value_at(column["values"], first + place) for place in range(column["lengths"][number] or 0)]
    return {name: value_at(inner, number) for name, inner in column["fields"].items()}


def id_of(watch: Watch, code: str) -> str:
    """The id that a code means: itself where an id begins so, or the one whose code to some recipient does."""
    table = TABLES[code[:2]]
    if table == "observation":
        return code
    ids = watch.ids_of(table)
    if any(name.startswith(code) for name in ids):
        return code
    keys = watch.code_keys()
    meant = {(to, name) for to, key in keys.items() for name in ids if released_code(key, name).startswith(code)}
    if len({name for _, name in meant}) > 1:
        raise SystemExit(f"{code} begins more than one code; write more of it")
    for to, name in sorted(meant):
        say("code", f"{code} to {to}: {name}")
    return min((name for _, name in meant), default=code)


def released_code(key: bytes, name: str) -> str:
    """What a recipient is given in place of an id: its letter and 26 base32 characters of its HMAC-SHA256."""
    keyed = base64.b32encode(hmac.digest(key, name.encode(), "sha256"))
    return f"{name[:2]}{keyed[:26].decode().lower()}"


def say(hop: str, text: str) -> None:
    print(f"{hop:<12} {text}")


def walk_finding(watch: Watch, code: str) -> None:
    found = watch.listed("finding", code)
    if found is None:
        raise SystemExit(f"no finding begins with {code}")
    sha256, number, row = found
    say(
        "finding",
        f"{row['finding_id']}  clause {row['stipulation']}: {row['outcome']} ({row['reason']}, rule {row['rule']})",
    )
    say("", f"object {sha256}, row {number}; facts {json.dumps(json.loads(row['facts']), ensure_ascii=False)}")
    if row["incident_id"]:
        walk_incident(watch, row["incident_id"])
        return
    for member in row["evidence"]:
        walk(watch, member)
    if not row["evidence"]:
        say("evidence", "none: this finding rests on the absence of a record, and says so")


def walk_incident(watch: Watch, code: str) -> None:
    found = watch.listed("incident", code)
    if found is None:
        raise SystemExit(f"no incident begins with {code}")
    sha256, number, row = found
    place = "no place" if row["lon"] is None else f"lon {row['lon']:.5f}, lat {row['lat']:.5f}"
    say("incident", f"{row['incident_id']}  {row['kind']}, {row['occurred_start']:%Y-%m-%d %H:%M} UTC, {place}")
    say("", f"object {sha256}, row {number}; {len(row['members'])} observation(s)")
    for member in row["members"]:
        walk_row(watch, "observation", "observations", member)


def walk_row(watch: Watch, table: str, column: str, code: str) -> None:
    found = 0
    for number, entry in watch.places(table, code):
        (sha256,) = watch.one(f"SELECT {column} FROM batch WHERE entry = ?", entry) or ("",)
        row = watch.row(sha256, number)
        if not row[f"{table}_id"].startswith(code):
            continue
        found += 1
        if table == "observation":
            say(
                table,
                f"{row['observation_id']}  {row['kind']}; {row['means']}, source {row['source']}, "
                f"known {row['known_at']:%Y-%m-%d %H:%M} UTC",
            )
        else:
            say(
                table,
                f"{row['counter_id']}  {row['name']} ({row['span']}): {row['value']:g}, claimed by {row['claimed_by']}",
            )
        say("", f"object {sha256}, row {number}, journal entry {entry}")
        show_bytes(watch, row["evidence_sha256"], row["evidence_row"])
    if not found:
        raise SystemExit(f"no {table} begins with {code}")


def show_bytes(watch: Watch, sha256: str, line: int) -> None:
    content = watch.checked("evidence", sha256)
    source = watch.one("SELECT name, received_at FROM evidence WHERE sha256 = ?", sha256)
    named = f"{source[0]}, received {source[1]}" if source else "of unknown name"
    say("bytes", f"{sha256}  {named}; {len(content):,} bytes, hash checked")
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    if content[:2] == b"PK" or content[:4] == b"PAR1":
        say("", f"row {line} of the sheet or table")
        return
    lines = content.decode("utf-8-sig", "replace").splitlines()
    say("", f"line {line}: {lines[line - 1][:160] if 0 < line <= len(lines) else '(none)'}")


def walk(watch: Watch, code: str) -> None:
    """One code, by its first letter."""
    if code[:2] in TABLES:
        code = id_of(watch, code)
    if code.startswith("f-"):
        walk_finding(watch, code)
    elif code.startswith("i-"):
        walk_incident(watch, code)
    elif code.startswith("c-"):
        walk_row(watch, "counter", "counters", code)
    elif code.startswith("o-"):
        walk_row(watch, "observation", "observations", code)
    else:
        raise SystemExit(f"{code} is no code; codes begin with i-, f-, o- or c-")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    walk(Watch(Path(sys.argv[1])), sys.argv[2].strip().rstrip("…").casefold())
