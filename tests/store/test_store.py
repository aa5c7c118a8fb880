"""Nothing acknowledged is lost, nothing half-written stands, one run at a time, the index can be thrown away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.store.old_lists import keep_table
from trucewatch.errors import Corrupt, StoreError, WatchBusy
from trucewatch.store import Store
from trucewatch.store.disk_errors import write_durably

NOW = datetime(2031, 5, 4, 17, 55, tzinfo=UTC)


def open_store(folder: Path) -> Store:
    return Store(folder, lambda: NOW)


def said(store: Store) -> list[str]:
    """What the test's own records say, in the order of the ledger; the key's entry stands before them."""
    return [entry.record["files"]["n"] for entry in store.journal.entries() if "files" in entry.record]


def record(number: int) -> dict[str, object]:
    return {"schema": "trucewatch/watch-files/1", "files": {"n": str(number)}}


def test_what_is_committed_is_read_back_after_reopening(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        entries = store.commit([record(1), record(2)])
        assert [entry.number for entry in entries] == [1, 2], "the first entry names the ledger's key"
    with open_store(tmp_path) as store:
        assert said(store) == ["1", "2"]
        assert all(entry.record["recorded_at"] == "2031-05-04T17:55:00Z" for entry in store.journal.entries())
        assert store.recovered == ()


def test_a_torn_end_of_the_journal_is_cut_off_kept_aside_and_said(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    with (tmp_path / ".trucewatch/ledger/journal").open("ab") as stream:
        stream.write(b"0123456789abcdef" + b"\0" * 100)
    with open_store(tmp_path) as store:
        assert said(store) == ["1"]
        assert "never acknowledged" in store.recovered[0]
        assert (tmp_path / ".trucewatch/ledger/journal.torn").read_bytes()[:4] == b"0123"
        store.commit([record(2)])
    with open_store(tmp_path) as store:
        assert said(store) == ["1", "2"]


def test_a_journal_that_holds_less_than_the_index_knows_is_not_silently_taken(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        store.publish()
        length = (tmp_path / ".trucewatch/ledger/journal").stat().st_size
        store.commit([record(2)])
        store.publish = lambda: b""  # type: ignore[method-assign]
    path = tmp_path / ".trucewatch/ledger/journal"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(Corrupt, match=r"3 records that the index knows.*--accept-loss"), open_store(tmp_path):
        pass
    with Store(tmp_path, lambda: NOW, accept_loss=True) as store:
        assert said(store) == ["1", "2"], "the record is there, and the index knows its place"


def test_a_store_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "w").mkdir()
    (tmp_path / "w/.trucewatch").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"), open_store(tmp_path / "w"):
        pass


def test_the_index_catches_up_with_the_journal(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        store.journal.commit([record(2)])
    with open_store(tmp_path) as store:
        assert store.index.applied == 3
        assert "caught up with 1 record" in store.recovered[0]


def test_rebuild_gives_an_index_of_equal_content(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(number) for number in range(5)])
        before = store.index.digest()
        assert store.rebuild() == 6
        assert store.index.digest() == before
        store.index.rows("DELETE FROM watch_files WHERE entry = 3")
        assert store.index.digest() != before
        store.rebuild()
        assert store.index.digest() == before


def test_a_broken_index_is_thrown_away_and_made_again(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
    (tmp_path / ".trucewatch/records.sqlite").write_bytes(b"not a database" * 1000)
    with open_store(tmp_path) as store:
        assert store.recovered == (
            "the index was damaged (file is not a database), so it was made again from 2 records",
        )


def test_changed_bytes_are_found(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        sha256 = store.objects.put(b"as it was")
        store.objects.path_of(sha256).write_bytes(b"as it is not")
        with pytest.raises(Corrupt, match="do not match its name"):
            store.objects.get(sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 65])
def test_a_name_that_is_no_hash_leads_nowhere(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path) as store, pytest.raises(StoreError, match="no SHA-256"):
        store.objects.get(name)


def test_evidence_is_kept_once_and_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 3_000_000)
    with open_store(tmp_path) as store:
        first = store.keep_evidence(tmp_path / "big")
        assert first == store.keep_evidence(tmp_path / "big")
        assert list(store.evidence.names()) == [first[0]]
        assert first[1] == 3_000_000
        (tmp_path / "link").symlink_to(tmp_path / "big")
        with pytest.raises(StoreError, match="copy the file itself"):
            store.keep_evidence(tmp_path / "link")


def test_an_equal_table_is_an_equal_object(tmp_path: Path) -> None:
    table = pa.table({"a": [1, 2, 3], "b": ["x", "y", None]})
    with open_store(tmp_path) as store:
        assert keep_table(store, table) == keep_table(store, pa.concat_tables([table.slice(0, 1), table.slice(1)]))
        assert keep_table(store, table.slice(0, 0)) == ""


def test_a_record_without_schema_or_with_a_float_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        with pytest.raises(ValueError, match="names its schema"):
            store.commit([{"files": {}}])
        with pytest.raises(TypeError, match="no floats"):
            store.commit([{"schema": "trucewatch/watch-files/1", "files": {}, "x": 1.5}])
        assert len(store.journal) == 1


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        store.commit([record(1)])
        real = os.fsync

        def full(descriptor: int) -> None:
            if Path(f"/proc/self/fd/{descriptor}").readlink().name == "journal":
                raise OSError(28, "No space left on device")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="disk is full; free some space"):
            store.commit([record(2)])
        monkeypatch.undo()
        assert len(store.journal) == 2
        store.commit([record(3)])
    with open_store(tmp_path) as store:
        assert said(store) == ["1", "3"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    write_durably(path, b"old")

    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_second_run_says_who_holds_the_watch(tmp_path: Path) -> None:
    with (
        open_store(tmp_path),
        pytest.raises(WatchBusy, match=rf"since 17:55Z \(process {os.getpid()}\)\. Wait, or end it"),
        open_store(tmp_path),
    ):
        pass
    with open_store(tmp_path):
        pass


def test_out_never_leads_out(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, pytest.raises(StoreError, match="leads out"):
        store.write_out("../../x", b"")


COMMITTER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.store import Store
with Store(Path(sys.argv[1]), lambda: datetime.now(UTC)) as store:
    number = len(store.journal) - 1
    while True:
        store.commit([{"schema": "trucewatch/watch-files/1", "files": {"n": str(number)}}])
        print(number, flush=True)
        number += 1
"""


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Ten kills at moments spread over a run of commits; what was printed was acknowledged."""
    for attempt in range(10):
        process = subprocess.Popen([sys.executable, "-c", COMMITTER, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.003 * attempt)
        process.kill()
        acknowledged = [int(line) for line in (first + process.stdout.read()).split()]
        process.wait()
        process.stdout.close()
        with open_store(tmp_path) as store:
            kept = [int(one) for one in said(store)]
            assert kept == list(range(len(kept)))
            assert kept[-1] >= acknowledged[-1]
            assert store.index.applied == len(kept) + 1
            before = store.index.digest()
            store.rebuild()
            assert store.index.digest() == before
            assert not list(store.root.rglob(".*.tmp"))


def test_an_object_is_canonical_json(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        (entry,) = store.commit([{"schema": "trucewatch/watch-files/1", "files": {"b": "ü", "a": "1"}}])
        content = store.objects.get(entry.sha256)
        assert (
            content
            == json.dumps(json.loads(content), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        )


ASIDE = (
    ".objects.0123456789abcdef.77-1.tmp",
    ".evidence.incoming.77-1.tmp",
    "objects/.objects.0123456789abcdef.77-1.tmp",
    "evidence/.evidence.incoming.77-1.tmp",
    "ledger/.tile.77.tmp",
    "ledger/.journal.77.tmp",
    "ledger/.checkpoint.77.tmp",
    "ledger/checkpoints/.3.77.tmp",
    "private/.high-water.77.tmp",
    "private/words/.w-1.77.tmp",
    "out/issued/7/.report.html.77.tmp",
)
"""Wherever a file grows before it has its name; in `objects/` where that is a disk of its own."""


def test_a_start_removes_what_a_kill_left_aside_and_looks_into_no_folder_of_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / ".trucewatch"
    with open_store(tmp_path) as store:
        store.commit([record(number) for number in range(300)])
        store.publish()
        store.evidence.put(b"evidence")
    for name in ASIDE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"half")
    visited, walk = set[Path](), os.walk

    def walking(top: Path, **more: object) -> Iterator[tuple[str, list[str], list[str]]]:
        for place, folders, names in walk(top, **more):  # type: ignore[call-overload]
            visited.add(Path(place))
            yield place, folders, names

    monkeypatch.setattr(os, "walk", walking)
    with open_store(tmp_path) as store:
        assert store.recovered == (f"removed {len(ASIDE)} half-written files",)
    assert not list(root.rglob("*.tmp"))
    assert root / "objects" in visited
    deep = [place for folder in ("objects", "evidence", "ledger/tile") for place in (root / folder).iterdir()]
    assert len(deep) > 100
    assert not visited.intersection(deep)
