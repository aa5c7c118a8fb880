"""The desk's tables: complaints, answers, replies with their steps, appeals, links and sides' logs, after every
entry."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from trucewatch.desks.complaints.records import (
    ANSWER,
    APPEAL,
    COMPLAINT,
    COMPLAINT_1,
    LINK,
    REGISTRATION,
    REPLY,
    SIDE_LOG,
    STEP,
    UNDO,
    UNDO_ENTRY,
)
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at

VERSION: Final = 2
KINDS: Final = (COMPLAINT_1, COMPLAINT, ANSWER, UNDO, REPLY, STEP, APPEAL, LINK, SIDE_LOG, UNDO_ENTRY)
_UNDONE: Final = "undone_entry INTEGER, undone_at TEXT, undone_by TEXT, undone_reason TEXT, undone_code TEXT"
_ENTRY: Final = "entry INTEGER PRIMARY KEY, recorded_at TEXT NOT NULL, complaint INTEGER NOT NULL"
TABLES: Final = f"""
CREATE TABLE complaints_complaint (number INTEGER PRIMARY KEY, entry INTEGER NOT NULL, recorded_at TEXT NOT NULL,
  sender TEXT NOT NULL, sender_id TEXT NOT NULL, received_at TEXT NOT NULL, received_s INTEGER NOT NULL,
  reply_due TEXT NOT NULL, own_number TEXT NOT NULL, name TEXT NOT NULL, call_back TEXT NOT NULL, says TEXT NOT NULL,
  sort TEXT NOT NULL, via TEXT NOT NULL, claims TEXT NOT NULL, letter TEXT NOT NULL, incidents TEXT NOT NULL,
  by TEXT NOT NULL, {_UNDONE});
CREATE TABLE complaints_answer (complaint INTEGER NOT NULL, number INTEGER NOT NULL, entry INTEGER NOT NULL,
  recorded_at TEXT NOT NULL, answered_at TEXT NOT NULL, answered_s INTEGER NOT NULL, says TEXT NOT NULL,
  by TEXT NOT NULL, {_UNDONE}, PRIMARY KEY (complaint, number)) WITHOUT ROWID;
CREATE TABLE complaints_reply ({_ENTRY}, number INTEGER NOT NULL, version INTEGER NOT NULL, outcome TEXT NOT NULL,
  says TEXT NOT NULL, incident TEXT NOT NULL, grounds TEXT NOT NULL, answers_appeal INTEGER NOT NULL,
  known_s INTEGER NOT NULL, by TEXT NOT NULL, {_UNDONE}, UNIQUE (complaint, version));
CREATE TABLE complaints_step ({_ENTRY}, version INTEGER NOT NULL, step TEXT NOT NULL, at TEXT NOT NULL,
  at_s INTEGER NOT NULL, how TEXT NOT NULL, agreed TEXT NOT NULL,
  by TEXT NOT NULL, {_UNDONE});
CREATE TABLE complaints_appeal ({_ENTRY}, number INTEGER NOT NULL, received_at TEXT NOT NULL,
  received_s INTEGER NOT NULL, reply_due TEXT NOT NULL, says TEXT NOT NULL, by TEXT NOT NULL, {_UNDONE},
  UNIQUE (complaint, number));
CREATE TABLE complaints_link ({_ENTRY}, link_to TEXT NOT NULL, code TEXT NOT NULL, known_s INTEGER NOT NULL,
  by TEXT NOT NULL, {_UNDONE});
CREATE TABLE complaints_log_row (entry INTEGER NOT NULL, row INTEGER NOT NULL, side TEXT NOT NULL,
  log INTEGER NOT NULL, day TEXT NOT NULL, number TEXT NOT NULL, place TEXT NOT NULL, what TEXT NOT NULL,
  known_s INTEGER NOT NULL, undone_entry INTEGER, PRIMARY KEY (entry, row)) WITHOUT ROWID;
CREATE TABLE complaints_match ({_ENTRY}, side TEXT NOT NULL, log INTEGER NOT NULL, row INTEGER NOT NULL,
  known_s INTEGER NOT NULL, {_UNDONE});
"""
_BY_ENTRY: Final = ("complaints_reply", "complaints_step", "complaints_appeal", "complaints_link", "complaints_match")


def fill(connection: sqlite3.Connection, entry: Entry) -> None:
    """Take in one entry. A number that is there already stays what it was first."""
    record, schema = entry.record, entry.record["schema"]
    base = {"entry": entry.number, "recorded_at": iso_utc(first_recorded_at(record))}
    if schema in (COMPLAINT, COMPLAINT_1):
        keys = ("number", "sender", "sender_id", "reply_due", "own_number", "name", "call_back", "says", "by")
        later = {
            "sort": record.get("sort", "complaint"),
            "via": record.get("via", ""),
            "letter": record.get("letter", ""),
            "claims": json.dumps(record.get("claims", [])),
            "incidents": json.dumps(record.get("incidents", [])),
        }
        values = base | later | _picked(record, keys) | _moment(record, "received_at", "received_s")
        _insert(connection, "complaints_complaint", values)
    elif schema == ANSWER:
        values = base | _picked(record, ("complaint", "number", "says", "by"))
        _insert(connection, "complaints_answer", values | _moment(record, "answered_at", "answered_s"))
    elif schema == REPLY:
        keys = ("complaint", "number", "version", "outcome", "says", "incident", "grounds", "answers_appeal", "by")
        _insert(connection, "complaints_reply", base | _picked(record, keys) | _known(record))
    elif schema == STEP:
        values = base | _picked(record, ("complaint", "version", "step", "how", "by"))
        agreed = {"agreed": json.dumps(record["agreed"])}
        _insert(connection, "complaints_step", values | agreed | _moment(record, "at", "at_s"))
    elif schema == APPEAL:
        values = base | _picked(record, ("complaint", "number", "reply_due", "says", "by"))
        _insert(connection, "complaints_appeal", values | _moment(record, "received_at", "received_s"))
    elif schema == LINK:
        values = base | _picked(record, ("complaint", "code", "by")) | {"link_to": record["to"]}
        _insert(connection, "complaints_link", values | _known(record))
    elif schema == SIDE_LOG:
        _fill_log(connection, record, base)
    else:
        undone = (entry.number, base["recorded_at"], record["by"], record["reason"], record["reason_code"])
        if schema == UNDO_ENTRY:
            _take_back_entry(connection, record["undoes_entry"], undone)
        else:
            _take_back(connection, record, undone)


def _fill_log(connection: sqlite3.Connection, record: Mapping[str, Any], base: Mapping[str, Any]) -> None:
    if record["act"] == "match":
        values = {**base, **_picked(record, ("complaint", "side", "row")), "log": record["number"]}
        _insert(connection, "complaints_match", values | _known(record))
        return
    for place, row in enumerate(record["rows"], 1):
        values = {"entry": base["entry"], "row": place, "side": record["side"], "log": record["number"]}
        cells = _picked(row, ("day", "number", "place", "what"))
        _insert(connection, "complaints_log_row", values | cells | _known(record))


def _take_back(connection: sqlite3.Connection, record: Mapping[str, Any], undone: tuple[Any, ...]) -> None:
    change = "SET undone_entry = ?, undone_at = ?, undone_by = ?, undone_reason = ?, undone_code = ?"
    if record["undoes"] == REGISTRATION:
        where = "number = ? AND undone_entry IS NULL"
        connection.execute(f"UPDATE complaints_complaint {change} WHERE {where}", (*undone, record["complaint"]))
    else:
        where = "complaint = ? AND number = ? AND undone_entry IS NULL"
        which = (record["complaint"], record["undoes"])
        connection.execute(f"UPDATE complaints_answer {change} WHERE {where}", (*undone, *which))


def _take_back_entry(connection: sqlite3.Connection, entry: int, undone: tuple[Any, ...]) -> None:
    change = "SET undone_entry = ?, undone_at = ?, undone_by = ?, undone_reason = ?, undone_code = ?"
    for table in _BY_ENTRY:
        connection.execute(f"UPDATE {table} {change} WHERE entry = ? AND undone_entry IS NULL", (*undone, entry))
    where = "SET undone_entry = ? WHERE entry = ? AND undone_entry IS NULL"
    connection.execute(f"UPDATE complaints_log_row {where}", (undone[0], entry))


def _insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))


def _picked(record: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: record[key] for key in keys}


def _moment(record: Mapping[str, Any], key: str, seconds: str) -> dict[str, Any]:
    return {key: record[key], seconds: _seconds(record[key])}


def _known(record: Mapping[str, Any]) -> dict[str, int]:
    return {"known_s": _seconds(record["known_at"])}


def _seconds(moment: str) -> int:
    """Whole seconds since 1970, by which SQLite sorts."""
    return int(read_time(moment).timestamp())
