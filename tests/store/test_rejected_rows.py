"""Refused rows in the store: kept with their message, and read from stores that have only the English words."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from trucewatch.messages import Message
from trucewatch.model.evidence import REJECTED_SCHEMA, Rejected, record_of_rejected, rejected_of
from trucewatch.store.batches import rejected_table

from .test_store import open_store

ROW = Rejected(
    evidence_sha256="0" * 64,
    file="inbox/a.csv",
    row=3,
    reason=Message("{name} is empty; give a number", name="lat"),
    excerpt=",20.5",
)


def kept(folder: Path, schema: pa.Schema) -> pa.Table:
    with open_store(folder) as store:
        with store.sink(schema) as sink:
            sink.write(pa.Table.from_pylist([record_of_rejected(ROW)], schema=schema))
        return rejected_table(store, sink.sha256)


def test_a_refused_row_comes_back_with_its_message(tmp_path: Path) -> None:
    assert [rejected_of(row) for row in kept(tmp_path, REJECTED_SCHEMA).to_pylist()] == [ROW]


def test_a_table_of_before_is_read_with_its_english_words(tmp_path: Path) -> None:
    before = pa.schema([field for field in REJECTED_SCHEMA if field.name != "message"])
    table = kept(tmp_path, before)
    assert table.schema == REJECTED_SCHEMA
    (row,) = map(rejected_of, table.to_pylist())
    assert row.reason == Message.verbatim("lat is empty; give a number")


def test_a_batch_without_refused_rows_has_an_empty_table(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert rejected_table(store, "").schema == REJECTED_SCHEMA
