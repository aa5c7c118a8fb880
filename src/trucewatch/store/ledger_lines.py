"""The ledger's entries for people: when, what, who, where the record lies. A page costs its own entries, not the whole
log.

Pages are found through the index, opened for reading only. Where there is none that can be read (it was thrown away, or
is of another version), the ledger itself is read. No lock is needed; a run may go on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.journal import Entry, check_kind, read_entries, read_records
from trucewatch.store.objects import HashedFiles
from trucewatch.store.read_only_index import ask_index

MOST: Final = 1000
"""Entries of one page, at most."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the ledger: its entries in the order asked for, and how many of this kind there are in all."""

    entries: tuple[Entry, ...]
    total: int

    @property
    def lines(self) -> list[dict[str, object]]:
        """The entries as people read them: see `log_lines`."""
        return log_lines(self.entries)


def entries_for_people(
    root: Path, *, kind: str = "", newest_first: bool = True, offset: int = 0, limit: int = 50
) -> LogPage:
    """One page of the entries of a store (`.trucewatch`), of one kind or of all.

    kind: as "evidence"; "" for all. offset: how many to pass over, from the newest on, or from the oldest. limit: 1 to
    1,000.
    Raises StoreError for a store without a ledger, for a kind that is none, and for numbers that no page has.
    """
    if not 0 <= offset < 1 << 53 or not 1 <= limit <= MOST:
        raise StoreError(
            Message(
                "a page of the ledger has 1 to {most} entries and begins at 0 or later; ask for another one",
                most=f"{MOST:,}",
            )
        )
    wanted = check_kind(root, kind)
    try:
        found, total, erased = ask_index(root, lambda db: _read_page(db, wanted, newest_first, offset, limit))
    except sqlite3.Error:
        entries = list(read_entries(root, kind=kind))
        ordered = entries[::-1] if newest_first else entries
        return LogPage(tuple(ordered[offset : offset + limit]), len(entries))
    return LogPage(tuple(read_records(found, HashedFiles(root / "objects"), lambda: erased)), total)


_Found = tuple[list[tuple[int, dict[str, str]]], int, set[str]]
"""The entries of a page as the index knows them, how many there are in all, and which hashes of the page were
erased."""


def _read_page(db: sqlite3.Connection, kind: str, newest_first: bool, offset: int, limit: int) -> _Found:
    order = "DESC" if newest_first else "ASC"
    page = f"ORDER BY number {order} LIMIT ? OFFSET ?"
    if kind:
        # Records of a later version are of the same kind: trucewatch/list/1, trucewatch/list/2.
        where, like = "WHERE schema GLOB ?", f"trucewatch/{kind}/*"
        (total,) = db.execute(f"SELECT count(*) FROM entry {where}", (like,)).fetchone()
        rows = db.execute(
            f"SELECT number, sha256, schema, recorded_at FROM entry {where} {page}", (like, limit, offset)
        )
    else:
        (total,) = db.execute("SELECT coalesce(max(number) + 1, 0) FROM entry").fetchone()
        rows = db.execute(f"SELECT number, sha256, schema, recorded_at FROM entry {page}", (limit, offset))
    found = [
        (number, {"object": sha256, "kind": schema.removesuffix("#erased"), "at": recorded_at})
        for number, sha256, schema, recorded_at in rows
    ]
    names = [entry["object"] for _, entry in found]
    marks = ", ".join("?" * len(names))
    erased = {sha256 for (sha256,) in db.execute(f"SELECT sha256 FROM erased WHERE sha256 IN ({marks})", names)}
    return found, total, erased


def log_lines(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """Entries of the ledger as people read them: number, when, what, who, where the record lies, which evidence it
    names."""
    lines: list[dict[str, object]] = []
    for one in entries:
        schema = str(one.record["schema"])
        name = schema.removeprefix("trucewatch/").partition("/")[0]
        what, who = (schema.replace("#", ", "), "") if schema.endswith("#erased") else _told(name, one.record)
        line = {"number": one.number, "at": one.record["recorded_at"], "kind": name, "what": what, "who": who}
        evidence = one.record.get({"evidence": "sha256", "batch": "evidence"}.get(name, ""), "")
        lines.append(line | {"object": f".trucewatch/objects/{one.sha256[:2]}/{one.sha256[2:]}", "evidence": evidence})
    return lines


def _told(name: str, record: Mapping[str, Any]) -> tuple[str, str]:
    """What a record says in a few words, and who stands behind it."""
    match name:
        case "evidence":
            return f"{record['name']}, {record['size_bytes']:,} bytes, source {record['source']}", record[
                "organisation"
            ]
        case "batch":
            rows = record["observation_rows"] + record["counter_rows"]
            return f"{record['file']}: {_plural(rows, 'row')}, {record['rejected_rows']:,} rejected", ""
        case "list":
            return f"list {record['level']} as of {record['as_of'][:16]}Z", ""
        case "watch-files":
            return "the watch's files: " + ", ".join(sorted(record["files"])), ""
        case "publication":
            shown = f"report {record['number']}, revision {record['revision']}, {_plural(len(record['rows']), 'row')}"
            return f"{shown}, {_plural(len(record.get('file_digests', ())), 'file')} for {record['recipient']}", ""
        case "key":
            return f"key {record['act']}, {record['role']} {record['key'].partition('+')[0]}", record["holder"]
        case "incident-act":
            named = {one for part in record["parts"] for one in part} | set(record["members"])
            what = record["undoes"][:12] or record["observation"].get("kind") or _plural(len(named), "report")
            return f"{record['deed']} {what}: {record['reason']}", record["by"]
        case "report-draft":
            span = record["day_from"]
            about = f"report of {span} for {record['recipient']}"
            what = f"draft {record['draft'][:12]}, version {record['version']}: {record['act']}, {about}"
            return what, record["by"]
        case "export":
            state = f"revision {record['revision']}" if record["issued"] else "draft"
            what = f"{record['format']} ({record['language']}) of {record['number']}, {state}, taken"
            return what, record["by"]
        case "erasure":
            people = record.get("people", ())
            gone = [_plural(len(record["erased"]), "object")] if record["erased"] or not people else []
            gone += [f"{len(people):,} {'person' if len(people) == 1 else 'people'}"] if people else []
            return f"{' and '.join(gone)} erased: {record['reason']}", record["ordered_by"]
    return name, ""


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
