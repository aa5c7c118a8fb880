"""What a file gives beside rows: track points, the private people who sent it, and what there is to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.builders import make_watch
from tests.store.test_ledger_of_a_store import verifies
from tests.store.test_store import NOW
from trucewatch.messages import Message
from trucewatch.model.sender import SENDER_SCHEMA
from trucewatch.model.track import TRACK_SCHEMA
from trucewatch.pipeline import intake
from trucewatch.reader import Tables
from trucewatch.store import Store
from trucewatch.store.batches import senders_of, tracks_of

HANDLE = "@planted-handle-7731"
POINT = {
    "track_id": "patrol-1",
    "source": "reports",
    "platform": "Patrol 1",
    "at": datetime(2031, 5, 1, tzinfo=UTC),
    "lon": 1.0,
    "lat": 2.0,
    "altitude_m": None,
    "accuracy_m": 5.0,
    "simulated": True,
    "evidence_sha256": "0" * 64,
    "evidence_row": 2,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A watch whose one file gives a track point, a sender and a remark."""

    @contextmanager
    def read(files: list[object], *_: object) -> Iterator[list[Iterator[Tables]]]:
        tables = Tables(
            tracks=pa.Table.from_pylist([POINT], TRACK_SCHEMA),
            senders=pa.Table.from_pylist([{"evidence_row": 2, "handle": HANDLE}], SENDER_SCHEMA),
            remarks=(Message("nobody mapped the column {column}", column='"When"'),),
        )
        yield [iter([tables]) for _ in files]

    monkeypatch.setattr(intake, "read_files", read)
    return make_watch(tmp_path / "w")


def take_in(store: Store, folder: Path) -> intake.Intake:
    return intake.take_in(store, folder, now=NOW)


def test_points_and_senders_are_kept_and_the_remark_is_passed_on(folder: Path) -> None:
    with Store(folder, lambda: NOW) as store:
        result = take_in(store, folder)
        (batch,) = intake.standing_batches(store, intake.watch_of_today(store, folder)).values()
        assert tracks_of(store, batch).to_pylist() == [POINT]
        assert senders_of(store, batch) == {2: HANDLE}
        assert [str(warning) for warning in result.warnings] == [
            'inbox/reports.csv: nobody mapped the column "When"',
        ]
        assert take_in(store, folder).warnings == (), "the file is not read again"


def test_a_private_sender_stands_in_no_byte_outside_private(folder: Path) -> None:
    with Store(folder, lambda: NOW) as store:
        take_in(store, folder)
    kept = [path for path in (folder / ".trucewatch").rglob("*") if path.is_file()]
    naming = [path for path in kept if HANDLE.encode() in path.read_bytes()]
    assert naming
    assert all("private" in path.parts for path in naming)


def test_points_and_senders_go_with_the_file_that_gave_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(folder, lambda: NOW) as store:
        take_in(store, folder)
        (batch,) = intake.standing_batches(store, intake.watch_of_today(store, folder)).values()
        tracks = next(store.journal.entries(batch.entry)).record["tracks"]
        store.erase([batch.evidence], reason="asked for by who sent it", ordered_by="the head")
        assert tracks not in store.objects
    kept = [path for path in (folder / ".trucewatch").rglob("*") if path.is_file()]
    assert not any(HANDLE.encode() in path.read_bytes() for path in kept)
    code, text = verifies(folder, capsys)
    assert code == 0, text
