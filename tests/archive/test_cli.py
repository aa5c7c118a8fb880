"""`trucewatch fuse`: what it says, what it writes, how it ends."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from tests.archive.tables import many_means
from trucewatch.archive.incidents import ARCHIVE_SCHEMA
from trucewatch.cli.main import app
from trucewatch.errors import TrucewatchError
from trucewatch.watch.template import write_template

ROWS = "lon,lat,time\n-25,-35,2031-05-04T02:00:00Z\n-25,-35,2031-05-04T03:00:00Z\n"


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    write_template(tmp_path / "watch")
    return tmp_path / "watch"


def run(folder: Path, watch: Path, *words: str, text: str = ROWS) -> Result:
    (folder / "in.csv").write_text(text, encoding="utf-8")
    given = ["fuse", str(folder / "in.csv"), "--watch", str(watch), "--out", str(folder / "out.parquet"), *words]
    return CliRunner().invoke(app, given, catch_exceptions=False)


def test_it_says_what_it_reads_and_writes_incidents(tmp_path: Path, watch: Path) -> None:
    done = run(tmp_path, watch, "--rule", "cylinder")
    assert done.exit_code == 0
    assert "in.csv: read as lon, lat, start = time" in done.stderr
    assert "slice 1: 100 % read, 2 rows" in done.stderr
    assert "1 incidents from 2 observations" in done.stdout
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.schema.equals(ARCHIVE_SCHEMA)
    assert table["observations"].to_pylist() == [2]
    assert table["zones"].to_pylist() != [[]]


def test_rejected_rows_are_counted_told_and_written_and_end_with_1(tmp_path: Path, watch: Path) -> None:
    bad = ROWS + "=cmd,-35,2031-05-04T02:00:00Z\n-25,-95,2031-05-04T02:00:00Z\n"
    done = run(tmp_path, watch, "--rejected", str(tmp_path / "no.csv"), "--json", text=bad)
    assert done.exit_code == 1
    assert "2 rows were rejected" in done.stderr
    assert "in.csv, line 4: lon" in done.stderr
    told = json.loads(done.stdout)
    assert (told["rows"], told["rejected"], told["observations"]) == (4, 2, 2)
    written = pa_csv.read_csv(tmp_path / "no.csv").to_pylist()
    assert [row["line"] for row in written] == [4, 5]
    assert written[0]["excerpt"].startswith("'=cmd")


def test_without_a_rejected_row_no_file_of_them_is_made(tmp_path: Path, watch: Path) -> None:
    assert run(tmp_path, watch, "--rejected", str(tmp_path / "no.csv")).exit_code == 0
    assert not (tmp_path / "no.csv").exists()


def test_csv_comes_out_where_the_name_says_so(tmp_path: Path, watch: Path) -> None:
    done = run(tmp_path, watch, "--out", str(tmp_path / "out.csv"), "--members", str(tmp_path / "members.csv"))
    assert done.exit_code == 0
    (row,) = pa_csv.read_csv(tmp_path / "out.csv").to_pylist()
    assert row["observations"] == 2
    members = pa_csv.read_csv(tmp_path / "members.csv").to_pylist()
    assert [(one["file"], one["line"]) for one in members] == [("in.csv", 2), ("in.csv", 3)]
    assert {one["incident_id"] for one in members} == {row["incident_id"]}


def test_the_number_of_workers_changes_nothing(tmp_path: Path, watch: Path) -> None:
    pa_csv.write_csv(many_means(800, seed=5, days=20.0), tmp_path / "many.csv")
    text = (tmp_path / "many.csv").read_text(encoding="utf-8")
    outs = []
    for words in (["--workers", "1"], ["--workers", "3", "--slice-days", "2"]):
        assert run(tmp_path, watch, *words, text=text).exit_code == 0
        outs.append((tmp_path / "out.parquet").read_bytes())
    assert outs[0] == outs[1]


def test_a_source_of_the_watch_reads_by_its_adapter(tmp_path: Path, watch: Path) -> None:
    inbox = (watch / "inbox" / "reports.csv").read_text(encoding="utf-8")
    source = tomllib.loads((watch / "watch.toml").read_text(encoding="utf-8"))["source"][0]["id"]
    done = run(tmp_path, watch, "--source", source, text=inbox)
    assert done.exit_code == 0
    assert "read by its source's adapter" in done.stderr
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--source", "none"], '"none" is no source of this watch'),
        (["--rule", "guess"], 'there is no rule "guess"'),
        (["--kind", "bang"], "--kind"),
        (["--workers", "2", "--scheduler", "tcp://x"], "exclude each other"),
        (["--time-zone", "Mars"], "no time zone"),
        (["--members", "OUT"], "two outputs have the same name"),
        (["--out", "IN"], "is an input"),
        (["--out", "nowhere/out.parquet"], "its folder does not exist"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, watch: Path, words: list[str], said: str) -> None:
    names = {"OUT": str(tmp_path / "out.parquet"), "IN": str(tmp_path / "in.csv")}
    with pytest.raises(TrucewatchError) as caught:
        run(tmp_path, watch, *(names.get(word, word) for word in words))
    assert said in str(caught.value)
    assert not (tmp_path / "out.parquet").exists()


def test_a_header_that_fits_nothing_leaves_no_output(tmp_path: Path, watch: Path) -> None:
    with pytest.raises(TrucewatchError, match=r"in\.csv: no column is the longitude"):
        run(tmp_path, watch, text="a,b\n1,2\n")
    assert not list(tmp_path.glob("out*"))


def test_an_empty_table_gives_an_empty_one(tmp_path: Path, watch: Path) -> None:
    assert run(tmp_path, watch, text="lon,lat,time\n").exit_code == 0
    assert pq.read_table(tmp_path / "out.parquet").equals(pa.Table.from_pylist([], schema=ARCHIVE_SCHEMA))
