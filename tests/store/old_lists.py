"""Lists as they were recorded before they were trees: tables as Parquet objects, numbers as text."""

from __future__ import annotations

import pyarrow as pa

from trucewatch.model.times import iso_utc
from trucewatch.store import Store
from trucewatch.store.list_tables import TABLES
from trucewatch.store.lists import RecordedList


def record_old_list(store: Store, recorded: RecordedList) -> int:
    """Record the same list again as `trucewatch/list/1`; its entry."""
    record = {
        "schema": "trucewatch/list/1",
        "level": "L2",
        "as_of": iso_utc(recorded.as_of),
        "inputs": _numbers(recorded.inputs(store)),
        "acts": _numbers(recorded.acts(store)),
        "calibrations": recorded.calibrations(store),
        "inputs_ever": _numbers(recorded.inputs_ever(store)),
        "follows": recorded.entry,
        **{name: keep_table(store, recorded.table(store, name)) for name in TABLES},
    }
    return store.commit([record])[0].number


def keep_table(store: Store, table: pa.Table) -> str:
    """Keep an Arrow table as a Parquet object, as lists were kept; "" for an empty one."""
    with store.sink(table.schema) as sink:
        sink.write(table.combine_chunks())
    return sink.sha256


def _numbers(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))
