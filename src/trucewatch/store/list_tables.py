"""The tables of a list: their columns, how they stand in trees, and how rows of earlier versions are read today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.edits import FIRST_SCHEMA, HISTORY_SCHEMA, REJECTED_INCIDENT_SCHEMA
from trucewatch.model.incident import CONTRIBUTION_SCHEMA, FINDING_SCHEMA, INCIDENT_SCHEMA
from trucewatch.model.people import people_of_earlier_list
from trucewatch.model.testimony import testimony_of_earlier_list
from trucewatch.store.arranged_rows import arrange
from trucewatch.store.chunks import read_chunks, unpack
from trucewatch.store.objects import HashedFiles
from trucewatch.store.tree_writing import Stand
from trucewatch.store.trees import read_part

TABLES: Final = {
    "incidents": INCIDENT_SCHEMA,
    "findings": FINDING_SCHEMA,
    "rejected": REJECTED_INCIDENT_SCHEMA,
    "contributions": CONTRIBUTION_SCHEMA,
    "first": FIRST_SCHEMA,
    "history": HISTORY_SCHEMA,
}
"""The tables of a list. Records of before there were acts hold the first two alone."""

START: Final = pa.field("incident_start", pa.timestamp("us", tz="UTC"))
"""In chunks of tables whose rows have no time of their own: the start of their incident, null where they have none."""
_OF_INCIDENTS: Final = ("occurred_start", ("incident_id",))
KEYS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "incidents": _OF_INCIDENTS,
    "rejected": _OF_INCIDENTS,
    "first": _OF_INCIDENTS,
    "findings": (START.name, ("incident_id", "finding_id")),
    "contributions": (START.name, ("incident_id", "observation_id")),
}
"""By which columns the rows of a table stand in its tree; history has none, it is one chunk of its list."""


def in_order(name: str, tables: Mapping[str, pa.Table]) -> pa.Table:
    """A table of a list in the order of its tree, with the columns for that. tables: with its incidents, and those
    rejected."""
    return arrange(with_starts(name, tables), *KEYS[name]).table


def with_starts(name: str, tables: Mapping[str, pa.Table]) -> pa.Table:
    """A table of a list with the columns by which it stands in its tree."""
    table = tables[name]
    if KEYS[name][0] != START.name:
        return table
    of = (tables["incidents"], tables["rejected"])
    ids = pa.chunked_array([chunk for each in of for chunk in each["incident_id"].chunks], pa.string())
    starts = pa.chunked_array([chunk for each in of for chunk in each["occurred_start"].chunks], START.type)
    place = pc.index_in(table["incident_id"], value_set=ids.combine_chunks())
    return table.append_column(START, starts.take(place.combine_chunks()))


def stand_of(objects: HashedFiles, name: str) -> Stand:
    """How a table stands in its tree; its rows are read with the columns for that."""
    start, ids = KEYS[name]
    return Stand(name, start, ids, lambda chunks: rows_of_chunks(objects, chunks, schema_in_tree(name)))


def schema_in_tree(name: str) -> pa.Schema:
    """The columns of a table with those by which it stands in its tree."""
    return TABLES[name].append(START) if KEYS[name][0] == START.name else TABLES[name]


def rows_of_chunks(objects: HashedFiles, names: Sequence[str], schema: pa.Schema) -> pa.Table:
    """The rows of chunks, each held against its name, with every column that there is today.

    Raises StoreError for a missing chunk, Corrupt for a damaged one.
    """
    tables = read_chunks((unpack(read_part(objects, name), name) for name in names), schema)
    return pa.concat_tables([schema.empty_table(), *(fitted(table, schema) for table in tables)]).combine_chunks()


def fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table of a list with every column that there is today: what an old one lacks is empty."""

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
