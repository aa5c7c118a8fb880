"""One hostile file beside a good one: the good rows are there, the refusal says what to do, nothing else falls.

Real watch folders and the real program. Every adapter is found by itself, so a new one is held to this too.
"""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.hostile.files import CP1251, HOSTILE, put_no_files
from tests.hostile.watches import FEWER_REFUSED, SAMPLES, SECRET, files_read, run, watch_of
from trucewatch.model.file_names import name_on_disk, name_on_record
from trucewatch.model.watch import MESSAGES
from trucewatch.pipeline.intake import most_rows
from trucewatch.sources import adapters
from trucewatch.sources.reading import MOST_REFUSED

MOST_MB = 700
MOST_S = 60
"""What one file may take. All are read in one run here, and the program gives no account of each: that they take three
times as long at most together is what this holds; the benchmark `hostile-files` runs and times each file alone."""
REFUSED_TO_THE_END = {"bad_rows.csv"}
"""Where as many rows are refused as are kept, and the rest is one refusal more."""
OF_ROWS = {"blank_lines.csv.gz"}
"""Where rows are refused, and the file is read to its end."""


OF_ALL_REFUSALS = "observations"
"""The adapter by which as many rows are refused as the program keeps; by the others refusals end ten times as early.
What ends them is one line that knows no adapter."""
TABLES = tuple(name for name in adapters() if (SAMPLES / name / "good.csv").is_file())
"""The others read no tables; what may be done to a mail or an export their own tests do."""


@pytest.mark.slow
@pytest.mark.parametrize("adapter", TABLES)
def test_a_hostile_file_is_one_refusal_and_the_rest_is_read(adapter: str, tmp_path: Path) -> None:
    folder, fewer = watch_of(tmp_path / "w", adapter), adapter != OF_ALL_REFUSALS
    most = FEWER_REFUSED if fewer else MOST_REFUSED
    inbox, good = folder / "inbox", (SAMPLES / adapter / "good.csv").read_bytes()
    if adapter in MESSAGES:  # what was sent after it came in is refused, and here it comes in today
        good = good.replace(b"2031-", b"2021-")
    for name, make in HOSTILE.items():
        (inbox / name).write_bytes(make(good))
    (inbox / "z_good.csv").write_bytes(good)
    (inbox / CP1251).write_bytes(good + b"\n")
    no_files = put_no_files(inbox, tmp_path / "elsewhere.csv")

    done = run(folder, "--json", fewer_refusals=fewer)
    assert done.code == 1, done.err
    assert "Traceback" not in done.err
    assert done.peak_mb <= MOST_MB
    assert done.seconds <= MOST_S * 3, f"{len(HOSTILE)} of them, one after another"

    read = files_read(folder)
    assert read["inbox/z_good.csv"].rows > 0
    assert not read["inbox/z_good.csv"].whole_file
    recorded = name_on_record(f"inbox/{CP1251}")
    assert read[recorded].rows == read["inbox/z_good.csv"].rows, "a name that is no UTF-8 is a name"
    assert (folder / name_on_disk(recorded)).is_file()
    for name in HOSTILE:
        refused = read[f"inbox/{name}"].refused
        assert 0 < len(refused) <= most + 1, name
        if name in REFUSED_TO_THE_END and adapter == OF_ALL_REFUSALS:
            assert len(refused) == most + 1, name
        assert ";" in refused[-1]["reason"], f"{name}: what to do next is said: {refused[-1]}"
        if name not in OF_ROWS:
            assert len(read[f"inbox/{name}"].whole_file) == 1, name
    table = list(csv.DictReader(io.StringIO((folder / ".trucewatch/out/rejected.csv").read_text("utf-8"))))
    by_file = {row["file"]: row["reason"] for row in table if row["line"] == "0"}
    assert by_file.keys() >= {f"inbox/{name}" for name in (*HOSTILE, *no_files)} - {f"inbox/{name}" for name in OF_ROWS}
    for name, remedy in no_files.items():
        assert remedy in by_file[f"inbox/{name}"], name

    again = run(folder, fewer_refusals=fewer)
    assert again.code == 1
    for name, remedy in no_files.items():
        assert f"inbox/{name}: {remedy}" in " ".join(again.out.split()), "it is said as a warning, every time"
    assert files_read(folder) == read, "the same bytes, the same rows"


REASONS = {
    "loop": "took longer than 3 seconds",
    "sleep": "took longer than 3 seconds",
    "memory": "more than 200 MB of memory",
    "memory at once": "more than 200 MB of memory",
    "segfault": "(SIGSEGV)",
    "exit": "(exit code 0)",
    "kill": "(SIGKILL)",
    "stack": "(RecursionError)",
    "surprise": "(RuntimeError)",
    "write": "(PermissionError)",
    "network": "(PermissionError)",
    "secret": "(KeyError)",
    "noise": "",
}
"""What a file tells its adapter to do → what its refusal says; nothing where it does no harm."""
STANDS_BEFORE = {"stack", "surprise", "write", "network", "secret", "noise"}
"""After these the row before the fault stays: how far the reading came does not depend on the machine."""


@pytest.mark.slow
def test_whatever_a_file_does_to_its_reader_is_one_refusal(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", "obedient", read_seconds=3.0, read_memory_mb=200)
    for order in REASONS:
        (folder / "inbox" / f"{order}.txt").write_text(order)
    (folder / "inbox" / "z_good.txt").write_text("nothing")
    done = run(folder, "--json")
    assert done.code == 1, done.err
    assert "Traceback" not in done.err
    assert done.peak_mb <= MOST_MB
    read = files_read(folder)
    assert read["inbox/z_good.txt"].rows == 1
    for order, reason in REASONS.items():
        refusals = read[f"inbox/{order}.txt"]
        assert [reason in said for said in refusals.whole_file] == ([True] if reason else []), (order, refusals)
        assert refusals.rows == (1 if order in STANDS_BEFORE else 0), order
        assert SECRET not in str(refusals)
    assert not list(folder.rglob("planted"))

    again = run(folder, "--json")
    assert again.code == 1
    assert again.seconds < done.seconds - 5, "the bound is not spent again on the same bytes"
    assert files_read(folder) == read
    assert len(_batches(folder)) == len(REASONS) + 1

    text = (folder / "watch.toml").read_text("utf-8")
    (folder / "watch.toml").write_text(text.replace("read_seconds = 3.0", "read_seconds = 4.0"), "utf-8")
    assert run(folder, "--json").code == 1
    assert "longer than 4 seconds" in files_read(folder)["inbox/loop.txt"].whole_file[0], "a raised bound: tried again"


@pytest.mark.slow
def test_one_row_said_a_million_times_in_a_small_file_is_refused_and_fills_nothing(tmp_path: Path) -> None:
    """Parquet with a dictionary and zstd, and gzip: each a few hundred kB that would be gigabytes of the program."""
    folder, count = watch_of(tmp_path / "w", "observations"), 400_000
    inbox, good = folder / "inbox", (SAMPLES / "observations" / "good.csv").read_bytes()
    header, row = good.splitlines(keepends=True)[:2]
    values = zip(header.decode().strip().split(","), next(csv.reader([row.decode()])), strict=True)
    index = pa.array(np.zeros(count, dtype=np.int32))
    table = pa.table({name: pa.DictionaryArray.from_arrays(index, pa.array([value])) for name, value in values})
    pq.write_table(table, inbox / "again.parquet", compression="zstd", row_group_size=5_000)
    (inbox / "again.csv.gz").write_bytes(gzip.compress(header + row * count, 9))
    (inbox / "z_good.csv").write_bytes(good)
    sizes = {name: (inbox / name).stat().st_size for name in ("again.parquet", "again.csv.gz")}
    assert max(sizes.values()) < 500_000

    done = run(folder, "--json")
    assert done.code == 1, done.err
    assert "Traceback" not in done.err
    assert done.peak_mb <= MOST_MB
    assert sum(path.stat().st_size for path in (folder / ".trucewatch").rglob("*") if path.is_file()) < 20_000_000
    read = files_read(folder)
    assert read["inbox/z_good.csv"].rows > 0
    for name, size in sizes.items():
        refused = read[f"inbox/{name}"]
        assert refused.rows == 0, name
        assert len(refused.refused) == len(refused.whole_file) == 1, name
        assert f"more than {most_rows(size):,} rows" in refused.whole_file[0]
        assert "unpacked, as CSV" in refused.whole_file[0]


def test_different_rows_of_a_packed_archive_are_far_from_the_bound() -> None:
    """As an archive packs well: sorted by time to the minute, places to a tenth of a kilometre, no text."""
    rng, count = np.random.default_rng(1), 200_000
    minutes = np.sort(rng.integers(0, 5 * 365 * 1440, count)).astype("datetime64[m]")
    columns = {
        "kind": rng.choice(["explosion", "gunfire", "flare"], count),
        "occurred_start": np.datetime_as_string(minutes),
        "lon": np.round(44 + 5 * rng.random(count), 3).astype(str),
        "lat": np.round(38 + 4 * rng.random(count), 3).astype(str),
    }
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, compression="zstd", compression_level=9)
    packed = gzip.compress("\n".join(map(",".join, zip(*columns.values(), strict=True))).encode(), 9)
    assert most_rows(len(sink.getvalue())) > 1.5 * count
    assert most_rows(len(packed)) > 1.5 * count


def _batches(folder: Path) -> list[tuple[str]]:
    from tests.hostile.watches import store_of

    with store_of(folder) as store:
        return list(store.index.rows("SELECT file FROM batch"))


@pytest.mark.slow
def test_missing_evidence_is_said_with_its_remedy(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", "observations")
    (folder / "inbox" / "a.csv").write_bytes((SAMPLES / "observations" / "good.csv").read_bytes())
    assert run(folder, "--json").code == 0
    (folder / "inbox" / "a.csv").unlink()
    for path in (folder / ".trucewatch" / "evidence").rglob("*"):
        if path.is_file():
            path.unlink()
    done = run(folder)
    assert "the original bytes of inbox/a.csv are missing from the store" in " ".join(done.out.split())
