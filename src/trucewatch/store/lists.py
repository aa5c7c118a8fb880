"""Lists of incidents, as the journal holds them: L2 as it stands, L1 as it stood first, what changed, what each report
added."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from trucewatch.model.edits import FIRST_SCHEMA, HISTORY_SCHEMA, REJECTED_INCIDENT_SCHEMA, Act
from trucewatch.model.incident import CONTRIBUTION_SCHEMA, FINDING_SCHEMA, INCIDENT_SCHEMA
from trucewatch.model.people import people_of_earlier_list
from trucewatch.model.testimony import testimony_of_earlier_list
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.batches import StandingBatch
from trucewatch.store.parquet_objects import read_table
from trucewatch.store.store import Store

TABLES: Final = {
    "incidents": INCIDENT_SCHEMA,
    "findings": FINDING_SCHEMA,
    "rejected": REJECTED_INCIDENT_SCHEMA,
    "contributions": CONTRIBUTION_SCHEMA,
    "first": FIRST_SCHEMA,
    "history": HISTORY_SCHEMA,
}
"""The tables of a list. Records of before there were acts hold the first two alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedList:
    """One list of the journal: its entry, its cut-off, and the hashes of its tables ("" for an empty one)."""

    entry: int
    as_of: datetime
    recorded_at: datetime
    inputs: str
    inputs_ever: str
    """The readings that it was made from; and with them those that the lists before it were made from."""
    acts: str
    calibrations: tuple[str, ...]
    """The hashes of the calibrations that it rests on; none in records of before there were any."""
    tables: dict[str, str]

    def table(self, store: Store, name: str) -> pa.Table:
        """One of its tables, with every column that there is today: what an old one lacks is empty."""
        sha256 = self.tables.get(name)
        if sha256 is None and name == "first":
            table = self.table(store, "incidents")
            now = pa.array([[incident_id] for incident_id in table["incident_id"].to_pylist()], pa.list_(pa.string()))
            return table.append_column("now", now).cast(FIRST_SCHEMA)
        schema = TABLES[name]
        return _fitted(read_table(store.objects, sha256), schema) if sha256 else schema.empty_table()


def recorded_lists(store: Store, recorded_by: datetime | None = None) -> list[RecordedList]:
    """Every list that was recorded and not erased, in order; those recorded by a moment, if one is given."""
    query = "SELECT entry, as_of, recorded_at, inputs, incidents, findings, more FROM list ORDER BY entry"
    lists = []
    for entry, as_of, recorded_at, inputs, incidents, findings, text in store.index.rows(query):
        more = json.loads(text)
        if recorded_by is None or read_time(recorded_at) <= recorded_by:
            lists.append(
                RecordedList(
                    entry=entry,
                    as_of=read_time(as_of),
                    recorded_at=read_time(recorded_at),
                    inputs=inputs,
                    inputs_ever=more.get("inputs_ever", inputs),
                    acts=more.get("acts", ""),
                    calibrations=tuple(more.get("calibrations", ())),
                    tables={
                        "incidents": incidents,
                        "findings": findings,
                        **{name: more[name] for name in TABLES if name in more},
                    },
                )
            )
    return lists


def list_before(store: Store, as_of: datetime) -> RecordedList | None:
    """The list that one with this cut-off follows: of those with no later cut-off the latest, and of equals the last
    made."""
    earlier = [candidate for candidate in recorded_lists(store) if candidate.as_of <= as_of]
    return max(earlier, key=lambda candidate: (candidate.as_of, candidate.entry), default=None)


def list_made(store: Store, as_of: datetime, recorded_by: datetime) -> RecordedList | None:
    """The last list of this cut-off that was recorded by a moment."""
    return next(
        (candidate for candidate in reversed(recorded_lists(store, recorded_by)) if candidate.as_of == as_of), None
    )


def same_list(
    store: Store,
    tables: dict[str, pa.Table],
    batches: Sequence[StandingBatch],
    acts: Sequence[Act],
    calibrations: Sequence[str],
) -> RecordedList | None:
    """The last list, if it holds these tables and was made from the same: then nothing is recorded again."""
    last = recorded_lists(store)[-1:]
    made_from = (_numbers(batches), _numbers(acts), tuple(calibrations))
    if not last or (last[0].inputs, last[0].acts, last[0].calibrations) != made_from:
        return None
    hashes = {name: store.keep_table(table) for name, table in tables.items()}
    return last[0] if all(last[0].tables.get(name) == sha256 for name, sha256 in hashes.items()) else None


def record_list(
    store: Store,
    tables: dict[str, pa.Table],
    batches: Sequence[StandingBatch],
    acts: Sequence[Act],
    as_of: datetime,
    before: RecordedList | None,
    *,
    calibrations: Sequence[str],
) -> int:
    """Record a list with its six tables; its entry. calibrations: the hashes of those that it rests on."""
    inputs = _numbers(batches)
    ever = {*inputs.split(","), *(before.inputs_ever.split(",") if before else ())} - {""}
    record = {
        "schema": "trucewatch/list/1",
        "level": "L2",
        "as_of": iso_utc(as_of),
        "inputs": inputs,
        "acts": _numbers(acts),
        "calibrations": list(calibrations),
        "inputs_ever": ",".join(sorted(ever, key=int)),
        "follows": before.entry if before else -1,
        **{name: store.keep_table(tables[name]) for name in TABLES},
    }
    return store.commit([record])[0].number


def _numbers(entries: Sequence[StandingBatch] | Sequence[Act]) -> str:
    return ",".join(str(entry.entry) for entry in entries)


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    def column(field: Any) -> Any:
        if field.name in table.column_names:
            return table[field.name]
        if field.name == "people" and "harm_best" in table.column_names:
            return people_of_earlier_list(table)
        if field.name == "testimony" and {"witnessed_kinds", "claims"} <= set(table.column_names):
            return testimony_of_earlier_list(table["witnessed_kinds"].to_pylist(), table["claims"].to_pylist())
        if field.nullable:
            return pa.nulls(table.num_rows, field.type)
        plain: Any = [] if pa.types.is_list(field.type) else "" if pa.types.is_string(field.type) else False
        return pa.array([plain] * table.num_rows, field.type)

    return pa.table([column(field).cast(field.type) for field in schema], schema=schema)
