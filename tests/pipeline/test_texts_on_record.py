"""The instruments' own words are on record with the watch's other files, and stand as they were then."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.watch.test_text_files import SOUND
from trucewatch.errors import WatchError
from trucewatch.pipeline import assess, knowledge_at
from trucewatch.pipeline.intake import _marks_of
from trucewatch.store import Store
from trucewatch.store.batches import files_on_record

FIRST = datetime(2031, 5, 4, tzinfo=UTC)
LATER = FIRST + timedelta(days=2)


def words_at(store: Store, folder: Path, recorded_by: datetime) -> list[str]:
    watch = knowledge_at(store, folder, now=LATER, recorded_by=recorded_by).watch
    return [clause.words for copy in watch.texts for clause in copy.clause]


def test_words_stand_as_they_were_recorded(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    moment = FIRST
    with Store(folder, lambda: moment) as store:
        assess(store, folder, now=moment)
        assert "texts/" not in files_on_record(store, None), "a watch without texts is recorded as before"
        (folder / "texts").mkdir()
        (folder / "texts" / "en-1.toml").write_text(SOUND)
        moment = FIRST + timedelta(days=1)
        assess(store, folder, now=moment)
        assert "texts/en-1.toml" in json.loads(files_on_record(store, None))
        (folder / "texts" / "en-1.toml").write_text(SOUND.replace("All fire stops.", "Fire stops."))
        moment = LATER
        assess(store, folder, now=moment)
        assert words_at(store, folder, FIRST) == []
        assert words_at(store, folder, FIRST + timedelta(days=1)) == ["All fire stops.", "fire stops"]
        assert words_at(store, folder, LATER) == ["Fire stops.", "fire stops"]


def test_a_changed_text_is_a_changed_watch(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    before = _marks_of(folder)
    (folder / "texts").mkdir()
    assert _marks_of(folder) == before
    (folder / "texts" / "en-1.toml").write_text(SOUND)
    assert _marks_of(folder) != before


def test_a_bad_text_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with Store(folder, lambda: FIRST) as store:
        assess(store, folder, now=FIRST)
        before = files_on_record(store, None)
        (folder / "texts").mkdir()
        (folder / "texts" / "en-1.toml").write_text(SOUND.replace('licence = "ours"', 'licence = ""'))
        with pytest.raises(WatchError, match=r"texts/en-1\.toml:5: licence is empty"):
            assess(store, folder, now=FIRST)
        assert files_on_record(store, None) == before
