"""The access log by itself: what a passphrase hides, and what many threads note."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import make_watch
from trucewatch.store import Store
from trucewatch.store.access_log import Access, AccessLog
from trucewatch.store.protection import protect, unprotect

NOW = datetime(2031, 5, 4, 23, 59, 30, tzinfo=UTC)
WORDS = "five quiet words on paper"


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def test_under_a_passphrase_no_line_lies_in_the_clear_and_all_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, clock = make_watch(tmp_path / "watch"), Clock()
    with Store(folder, clock) as store:
        private = store.root / "private"
        AccessLog(private, clock).add(Access.EXPORT, "p-before", where="/ledger", at_once=True)
        protect(store, WORDS)
        log = AccessLog(private, clock)
        for number in range(1200):
            log.add(Access.REFUSED, f"p-{number}", where="/people", at_once=number % 100 == 0)
        log.close()
        files = [path for path in (private / "access").iterdir() if path.is_file()]
        assert {path.suffix for path in files} == {".age"}
        assert not any(b"p-7" in path.read_bytes() for path in files)
        another = AccessLog(private, clock)
        another.add(Access.READ, "p-later", where="/map")
        whom = {line.who for line in another.lines()}
        assert {"p-before", "p-later", "p-0", "p-1199"} <= whom
        assert len(whom) == 1202
        another.close()
        monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", WORDS)
        unprotect(store)
        assert len({line.who for line in AccessLog(private, clock).lines()}) == 1202


def test_lines_of_two_days_lie_in_two_files_and_are_chosen_by_day(tmp_path: Path) -> None:
    clock = Clock()
    log = AccessLog(tmp_path, clock)
    log.add(Access.READ, "p-a", where="/map")
    clock.moment += timedelta(minutes=1)
    log.add(Access.READ, "p-a", where="/map")
    log.close()
    assert [path.name for path in sorted((tmp_path / "access").iterdir())] == ["2031-05-04.jsonl", "2031-05-05.jsonl"]
    assert [line.at.day for line in log.lines()] == [5, 4]
    assert [line.at.day for line in log.lines(until=date(2031, 5, 4))] == [4]
    assert log.days() == (date(2031, 5, 5), date(2031, 5, 4))


def test_what_is_kept_no_longer_is_removed_by_the_day(tmp_path: Path) -> None:
    clock = Clock()
    log = AccessLog(tmp_path, clock, keep_days=30)
    log.add(Access.READ, "p-a", where="/map")
    log.flush()
    for days, is_kept in ((30, True), (31, False)):
        clock.moment = NOW + timedelta(days=days)
        log.flush()
        assert (tmp_path / "access" / "2031-05-04.jsonl").exists() is is_kept


def test_what_many_threads_note_is_counted_once_each(tmp_path: Path) -> None:
    log = AccessLog(tmp_path, Clock())

    def note() -> None:
        for number in range(200):
            log.add(Access.READ, "p-a", where="/map")
            if number % 20 == 0:
                log.flush()

    threads = [threading.Thread(target=note) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.count for line in log.lines()] == [1600]
    log.close()
    assert [line.count for line in AccessLog(tmp_path, Clock()).lines()] == [1600]


def test_a_link_in_the_place_of_a_days_file_is_not_written_through(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"")
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "2031-05-04.jsonl").symlink_to(elsewhere)
    log = AccessLog(tmp_path, Clock())
    log.add(Access.EXPORT, "p-a", where="/map", at_once=True)
    assert log.trouble is not None
    assert elsewhere.read_bytes() == b""
