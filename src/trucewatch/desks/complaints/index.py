"""The desk's tables: complaints and the answers to them, as they stand after every entry."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from trucewatch.desks.complaints.records import ANSWER, COMPLAINT, REGISTRATION, UNDO
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at

VERSION: Final = 1
KINDS: Final = (COMPLAINT, ANSWER, UNDO)
_UNDONE: Final = "undone_entry INTEGER, undone_at TEXT, undone_by TEXT, undone_reason TEXT, undone_code TEXT"
TABLES: Final = f"""
CREATE TABLE complaints_complaint (number INTEGER PRIMARY KEY, entry INTEGER NOT NULL, recorded_at TEXT NOT NULL,
  sender TEXT NOT NULL, sender_id TEXT NOT NULL, received_at TEXT NOT NULL, received_s INTEGER NOT NULL,
  reply_due TEXT NOT NULL, due_s INTEGER, own_number TEXT NOT NULL, name TEXT NOT NULL, call_back TEXT NOT NULL,
  says TEXT NOT NULL, by TEXT NOT NULL, {_UNDONE});
CREATE TABLE complaints_answer (complaint INTEGER NOT NULL, number INTEGER NOT NULL, entry INTEGER NOT NULL,
  recorded_at TEXT NOT NULL, answered_at TEXT NOT NULL, answered_s INTEGER NOT NULL, says TEXT NOT NULL,
  by TEXT NOT NULL, {_UNDONE}, PRIMARY KEY (complaint, number)) WITHOUT ROWID;
"""


def fill(connection: sqlite3.Connection, entry: Entry) -> None:
    """Take in one entry. A number that is there already stays what it was first."""
    record = entry.record
    recorded_at = iso_utc(first_recorded_at(record))
    if record["schema"] == COMPLAINT:
        due = record["reply_due"]
        keys = ("own_number", "name", "call_back", "says", "by")
        connection.execute(
            "INSERT OR IGNORE INTO complaints_complaint (number, entry, recorded_at, sender, sender_id, received_at, "
            f"received_s, reply_due, due_s, {', '.join(keys)}) VALUES (?{', ?' * 13})",
            (
                record["number"],
                entry.number,
                recorded_at,
                record["sender"],
                record["sender_id"],
                record["received_at"],
                _seconds(record["received_at"]),
                due,
                _seconds(due) if due else None,
                *(record[key] for key in keys),
            ),
        )
    elif record["schema"] == ANSWER:
        connection.execute(
            "INSERT OR IGNORE INTO complaints_answer (complaint, number, entry, recorded_at, answered_at, answered_s, "
            "says, by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record["complaint"],
                record["number"],
                entry.number,
                recorded_at,
                record["answered_at"],
                _seconds(record["answered_at"]),
                record["says"],
                record["by"],
            ),
        )
    else:
        _take_back(connection, record, entry.number, recorded_at)


def _take_back(connection: sqlite3.Connection, record: Mapping[str, Any], entry: int, recorded_at: str) -> None:
    undone = (entry, recorded_at, record["by"], record["reason"], record["reason_code"])
    change = "SET undone_entry = ?, undone_at = ?, undone_by = ?, undone_reason = ?, undone_code = ?"
    if record["undoes"] == REGISTRATION:
        where = "number = ? AND undone_entry IS NULL"
        connection.execute(f"UPDATE complaints_complaint {change} WHERE {where}", (*undone, record["complaint"]))
    else:
        where = "complaint = ? AND number = ? AND undone_entry IS NULL"
        which = (record["complaint"], record["undoes"])
        connection.execute(f"UPDATE complaints_answer {change} WHERE {where}", (*undone, *which))


def _seconds(moment: str) -> int:
    """Whole seconds since 1970, by which SQLite sorts."""
    return int(read_time(moment).timestamp())
