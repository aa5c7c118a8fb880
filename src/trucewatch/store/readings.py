"""Which reading of a file holds an observation, and what it says there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.store.parquet_objects import read_columns, read_rows
from trucewatch.store.pointers import pointers_to

if TYPE_CHECKING:
    from trucewatch.store.store import Store


def last_readings(
    store: Store,
    names: Sequence[str],
    *,
    columns: Sequence[str] | None = None,
    entries: Collection[int] | None = None,
) -> Iterator[tuple[int, pa.Table]]:
    """The rows of observations in the last reading of each, batch by batch; one that no batch holds is left out.

    columns: only these, the id among them. entries: only readings of these entries count.
    """
    pending = {
        name: [place for place in places if entries is None or place[0] in entries]
        for name, places in pointers_to(store.index.rows, names).items()
    }
    while pending := {name: places for name, places in pending.items() if places}:
        names_at: dict[int, dict[int, str]] = defaultdict(dict)
        for name, places in pending.items():
            batch, row = places.pop(0)
            names_at[batch][row] = name
        for batch, name_at in sorted(names_at.items()):
            ((sha256,),) = store.index.rows("SELECT observations FROM batch WHERE entry = ?", batch)
            rows = read_rows(store.objects, sha256, list(name_at), columns)
            # Another id may begin alike; the next place is then looked at.
            is_it = pc.equal(rows["observation_id"], pa.array(list(name_at.values()), pa.string()))
            yield batch, rows.filter(is_it)
            for name in rows["observation_id"].filter(is_it).to_pylist():
                del pending[name]


def last_reading_of(store: Store, name: str, evidence: str) -> int | None:
    """The entry of the last reading of this evidence that holds an observation; None if none does."""
    entries = {entry for (entry,) in store.index.rows("SELECT entry FROM batch WHERE evidence = ?", evidence)}
    readings = last_readings(store, [name], columns=("observation_id",), entries=entries)
    return max((entry for entry, _ in readings), default=None)


def names_on_record(store: Store, names: Collection[str]) -> set[str]:
    """Those of these ids that an observation of some batch has."""
    readings = last_readings(store, sorted(names), columns=("observation_id",))
    return {name for _, rows in readings for name in rows["observation_id"].to_pylist()}


def observations_from(store: Store, evidence: str) -> Iterator[str]:
    """The id of every row that a batch holds of this evidence."""
    for (sha256,) in store.index.rows("SELECT observations FROM batch WHERE evidence = ?", evidence):
        for piece in read_columns(store.objects, sha256, ("observation_id",)):
            yield from piece.column("observation_id").to_pylist()


def readings_of_rows(store: Store, evidence: str, rows: Collection[int]) -> dict[int, int]:
    """The entry of the last reading of this evidence that holds an observation of each of its rows."""
    readings: dict[int, int] = {}
    query = "SELECT entry, observations FROM batch WHERE evidence = ? ORDER BY entry DESC"
    for entry, sha256 in store.index.rows(query, evidence):
        missing = pa.array(sorted(set(rows) - readings.keys()), pa.int64())
        for piece in read_columns(store.objects, sha256, ("evidence_row",)) if len(missing) else ():
            column = piece.column("evidence_row")
            readings |= dict.fromkeys(column.filter(pc.is_in(column, value_set=missing)).to_pylist(), entry)
    return readings
