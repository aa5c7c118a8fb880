"""Files beside a form or a message: kept as evidence of its source, named by the row, bounded, and read by nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hostile.test_lists_of_people import PLANTED, TABLE, holds_planted
from tests.hostile.watches import watch_of
from tests.server.conftest import now
from tests.sources.test_kobo import REPORT, as_csv
from trucewatch.model.ids import sha256_of
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.pipeline import files_beside
from trucewatch.pipeline.intake import standing_batches, take_in
from trucewatch.store import Store
from trucewatch.store.attachments import Attachment, attachments_of
from trucewatch.store.batches import senders_of
from trucewatch.watch import check_watch, load_watch

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A watch with one report of a patrol and what its telephone sent beside."""
    folder = watch_of(tmp_path / "w", "kobo", "inbox/*.csv")
    toml = folder / "watch.toml"
    text = toml.read_text("utf-8")
    begin, end = text.index("[source.columns]"), text.index("# Who gets what")
    toml.write_text(
        text[:begin].replace('files = ["inbox/*.csv"]', 'files = ["inbox/*.csv"]\nattachments = ["inbox/photos/**"]')
        + text[end:],
        "utf-8",
    )
    (folder / "inbox" / "reports.csv").write_bytes(as_csv([REPORT | {"photo_2": "lost.jpg"}]))
    (folder / "inbox" / "photos" / "u-1").mkdir(parents=True)
    (folder / "inbox" / "photos" / "u-1" / "1709-1.jpg").write_bytes(PHOTO)
    (folder / "inbox" / "photos" / "other.jpg").write_bytes(PHOTO + b"x")
    return folder


def test_a_row_leads_to_the_photographs_that_it_names(folder: Path) -> None:
    with Store(folder, now) as store:
        taken = take_in(store, folder, now=now())
        assert taken.warnings == ()
        (batch,) = standing_batches(store, load_watch(folder)).values()
        assert (batch.rows, batch.rejected_rows) == (2, 0)
        row = store.table(batch.observations, STORED_OBSERVATION_SCHEMA).to_pylist()[0]
        found, lost = attachments_of(store, row)
        assert (found.name, found.sha256, found.size_bytes) == ("1709-1.jpg", sha256_of(PHOTO), len(PHOTO))
        assert found.entry >= 0
        assert lost == Attachment("lost.jpg")
        assert store.evidence.get(found.sha256) == PHOTO
        handlings = {record.record["handling"] for record in store.journal.entries(found.entry)}
        assert "restricted" in handlings
        assert senders_of(store, batch) == {2: "_submitted_by=quokka_account"}
        entries = len(store.journal)
        assert take_in(store, folder, now=now()).warnings == ()
        assert len(store.journal) == entries, "what is kept is not kept again"


def test_a_message_leads_to_the_files_that_it_carried(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", "telegram", "inbox/*.json")
    toml = folder / "watch.toml"
    files = 'files = ["inbox/*.json"]'
    toml.write_text(toml.read_text("utf-8").replace(files, f'{files}\nattachments = ["inbox/export/**"]'), "utf-8")
    message = {"id": 1, "type": "message", "date_unixtime": "1930000000", "from_id": "user1", "text": "seen"}
    carried = {"photo": "photos/photo_1@02-05-2031.jpg", "file": "(File not included. Change data exporting settings.)"}
    chat = {"name": "A", "type": "public_channel", "id": 5, "messages": [message | carried]}
    (folder / "inbox" / "result.json").write_text(json.dumps(chat), "utf-8")
    (folder / "inbox" / "export" / "photos").mkdir(parents=True)
    (folder / "inbox" / "export" / "photos" / "photo_1@02-05-2031.jpg").write_bytes(PHOTO)
    with Store(folder, now) as store:
        take_in(store, folder, now=now())
        (batch,) = standing_batches(store, load_watch(folder)).values()
        (row,) = store.table(batch.observations, STORED_OBSERVATION_SCHEMA).to_pylist()
        (found,) = attachments_of(store, row)
    assert (found.name, found.sha256) == (carried["photo"], sha256_of(PHOTO))


def test_check_does_not_call_them_unread_and_refuses_what_leads_out(folder: Path) -> None:
    assert not [fault for fault in check_watch(folder).faults if "photos" in fault.file]
    toml = folder / "watch.toml"
    toml.write_text(toml.read_text("utf-8").replace("inbox/photos/**", "../photos/*"), "utf-8")
    assert [fault for fault in check_watch(folder).faults if "leaves the watch" in str(fault.what)]


def test_too_large_too_many_and_lists_of_people_are_said_and_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = folder / "inbox" / "photos"
    (photos / f"{PLANTED[3]}.txt").write_bytes(TABLE)
    (photos / "u-1" / "film.mp4").write_bytes(bytes(20_000))
    monkeypatch.setattr(files_beside, "LARGEST_BYTES", 15_000)
    with Store(folder, now) as store:
        said = [str(warning) for warning in take_in(store, folder, now=now()).warnings]
        assert sum("film.mp4: is larger than 0 MB and is not kept" in each for each in said) == 1
        assert sum("names of people" in each for each in said) == 1
        assert not any(word in " ".join(said) for word in PLANTED)
        monkeypatch.setattr(files_beside, "MOST_FILES", 1)
        assert any("more than 1 files" in str(each) for each in take_in(store, folder, now=now()).warnings)
    assert not holds_planted(folder / ".trucewatch")
