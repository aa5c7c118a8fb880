"""Whatever a file does to its adapter is one refusal, and refusals have an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.sources.reading import CONTEXT, RECEIVED, SAMPLES, sample_setting
from trucewatch.model.batch import Batch, Origin
from trucewatch.sources import adapter, reading, stream, table
from trucewatch.sources.table import MOST_BAD_AT_ONCE, Table

ORIGIN = Origin(evidence_sha256="0" * 64, file="inbox/a.csv", received_at=RECEIVED)
GOOD = SAMPLES / "observations" / "good.csv"


def test_an_exception_that_nobody_foresaw_leaves_what_was_read_and_one_refusal(monkeypatch):
    own = adapter("observations")

    def read(*arguments) -> Iterator[Batch]:
        yield from own.read(*arguments)
        raise KeyError("\udcff")

    monkeypatch.setattr(reading, "adapter", lambda name: {"observations": replace(own, read=read)}[name])
    first, last = reading.read_file(GOOD, ORIGIN, sample_setting("observations"), CONTEXT)
    assert first.observations.num_rows > 0
    (refusal,) = last.rejected
    assert refusal.row == 0
    assert f"stopped after {first.observations.num_rows} rows" in str(refusal.reason)
    assert "(KeyError)" in str(refusal.reason)


def test_after_so_many_refusals_the_rest_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_REFUSED", 25_000)
    path = tmp_path / "a.csv"
    path.write_bytes(GOOD.read_bytes().splitlines(keepends=True)[0] + b'"\n' + b"a\n" * 200_000)
    batches = list(reading.read_file(path, ORIGIN, sample_setting("observations"), CONTEXT))
    assert max(len(batch.rejected) for batch in batches) <= MOST_BAD_AT_ONCE
    refused = [refusal for batch in batches for refusal in batch.rejected]
    assert len(refused) == 25_001
    assert refused[-1].row == 0
    assert "25,000 rows were refused" in str(refused[-1].reason)
    assert [refusal.row for refusal in refused[:-1]] == list(range(2, 25_002))


def test_blank_lines_are_passed_over_and_counted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n" * 9_000_000 + b"a,b\n" + b" \n\t\n" * 3_000_000 + b"1,2\n")
    (row,) = [row for chunk in Table(path).chunks() for row in chunk.rows()]
    assert row == (15_000_002, {"a": "1", "b": "2"})


@pytest.mark.parametrize("before", [b"", b'1,"x\n', b"1,2\n", b'1,"x\n"\n'])
def test_a_run_of_blank_lines_is_the_same_whether_it_is_passed_over_or_walked_through(tmp_path, monkeypatch, before):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + before + b"\n" * 1500 + b'3,4\n5,"6"\n' + b"\n" * 999 + b"7,8\n")

    def outcome():
        chunks = list(Table(path).chunks())
        return [row for chunk in chunks for row in chunk.rows()], [bad for chunk in chunks for bad in chunk.bad]

    at_once = outcome()
    monkeypatch.setattr(table, "_LONG_RUN", b"never\n")
    assert outcome() == at_once
    monkeypatch.setattr(stream, "BLOCK_BYTES", 7)
    assert outcome() == at_once


@pytest.mark.parametrize("separator", ["", " ", "\t"])
def test_a_blank_line_costs_no_row_whatever_it_holds(tmp_path, separator):
    path = tmp_path / "a.csv"
    path.write_text(f"a,b\n{separator}\n1,2\n{separator}\n")
    assert [row for chunk in Table(path).chunks() for row in chunk.rows()] == [(3, {"a": "1", "b": "2"})]
