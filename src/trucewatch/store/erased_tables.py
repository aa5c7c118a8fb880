"""Which tables of lists of version 1 hold what is to be erased: a table is one Parquet object, and goes whole."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.store.erased_parts import WITH_MEMBERS, incidents_in_parts
from trucewatch.store.parquet_objects import read_table

if TYPE_CHECKING:
    from trucewatch.store.index import Index
    from trucewatch.store.store import Store


def incidents_with(table: pa.Table, observations: Collection[str]) -> set[str]:
    """The incidents of a list's table that hold one of these observations."""
    members = table["members"].combine_chunks()
    is_wanted = pc.is_in(members.flatten(), value_set=pa.array(sorted(observations), pa.string()))
    rows = pc.unique(pc.list_parent_indices(members).filter(is_wanted))
    return set(table["incident_id"].combine_chunks().take(rows).to_pylist())


def incidents_of(store: Store, observations: Collection[str]) -> set[str]:
    """Every incident of a list, of today or before, that holds one of these observations."""
    tables = {table for _, _, word, table in tables_of_lists(store.index) if word in WITH_MEMBERS}
    if not observations:
        return set()
    holders = [incidents_with(read_table(store.objects, table), observations) for table in sorted(tables)]
    return set().union(incidents_in_parts(store, observations), *holders)


def rejected_by(table: pa.Table, acts: Collection[str]) -> set[str]:
    """The incidents of a table of rejected ones that these acts rejected."""
    pairs = zip(table["incident_id"].to_pylist(), table["rejected_by"].to_pylist(), strict=True)
    return {name for name, act in pairs if act in acts}


def tables_of_lists(index: Index) -> Iterator[tuple[int, set[str], str, str]]:
    """Entry, readings that it was made from, name and hash, of every table of every list of version 1; of one that was
    pruned, of what changed alone.

    What a list tells of earlier ones (L1, what changed) was made from their readings too.
    """
    columns = "entry, inputs, incidents, findings, more"
    query = f"SELECT {columns}, 0 FROM list UNION ALL SELECT {columns}, 1 FROM pruned_list ORDER BY entry"
    for entry, inputs, incidents, findings, text, is_pruned in index.rows(query):
        more = json.loads(text)
        if "version" in more:
            continue
        ever = set(more.get("inputs_ever", inputs).split(","))
        now = set(inputs.split(","))
        tables = {"incidents": (now, incidents), "findings": (now, findings)}
        tables |= {name: (now, more.get(name, "")) for name in ("rejected", "contributions")}
        tables |= {name: (ever, more.get(name, "")) for name in ("first", "history")}
        for name, (readings, table) in tables.items():
            if table and (name == "history" or not is_pruned):
                yield entry, readings, name, table
