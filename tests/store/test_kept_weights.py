"""Weights of a list that differs in few incidents: what differs is written, and the whole is read."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.fusion.weights import WEIGHT_SCHEMA
from trucewatch.store import Store
from trucewatch.store import kept_weights as module
from trucewatch.store.kept_weights import forget_weights, keep_weights, kept_weights


def new_store(folder: Path) -> Store:
    return Store(folder, lambda: datetime(2031, 5, 2, tzinfo=UTC))


def weights(values: dict[str, int]) -> pa.Table:
    rows = []
    for name, value in sorted(values.items()):
        row = {field.name: "" if pa.types.is_string(field.type) else 0 for field in WEIGHT_SCHEMA}
        rows.append(row | {"incident_id": name, "voices": value})
    return pa.Table.from_pylist(rows, schema=WEIGHT_SCHEMA)


STEPS = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), max_size=4), min_size=1, max_size=6)
"""Of which incidents the weights differ; 0: it is no more."""


@given(STEPS)
@settings(deadline=None, max_examples=20)
def test_what_is_read_is_the_whole_whatever_was_written_of_it(steps: list[dict[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, new_store(Path(folder)) as store:
        stands = dict.fromkeys("abcd", 1)
        keep_weights(store, weights(stands), 0)
        for entry, changes in enumerate(steps, 1):
            stands = {name: value for name, value in (stands | changes).items() if value}
            fresh = weights({name: value for name, value in changes.items() if value})
            keep_weights(store, weights(stands), entry, since=entry - 1, gone=[*changes], fresh=fresh)
            read = kept_weights(store, entry)
            assert read is not None
            assert read.equals(weights(stands))
            assert kept_weights(store, entry + 1) is None
        # Another process begins with the whole.
        store.memory.clear()
        keep_weights(store, weights({"z": 1}), 99, since=98, gone=["a"], fresh=weights({}))
        read = kept_weights(store, 99)
        assert read is not None
        assert read.equals(weights({"z": 1}))
        forget_weights(store.root)
        assert kept_weights(store, 99) is None


def test_much_that_differs_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    with new_store(tmp_path) as store:
        keep_weights(store, weights({"a": 1}), 0)
        keep_weights(store, weights({"a": 2, "b": 2}), 1, since=0, gone=["a", "b"], fresh=weights({"a": 2, "b": 2}))
        assert not (store.root / "private" / "weights-changes.parquet").exists()
        read = kept_weights(store, 1)
        assert read is not None
        assert read.equals(weights({"a": 2, "b": 2}))
