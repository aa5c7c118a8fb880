"""Meetings that are entered: what the ledger holds of them, as of when they are known, erasing, the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.pipeline.test_command_line import call
from trucewatch.desks import indexes
from trucewatch.errors import StoreError
from trucewatch.model.meetings import TYPED, Decision, Meeting, Participant
from trucewatch.pipeline.meeting_entering import AT_ONCE, MeetingBook, MeetingRefusedError, every_meeting
from trucewatch.store import Store
from trucewatch.store.meeting_records import meetings, standing, versions
from trucewatch.watch import load_watch

DAY = timedelta(days=1)
NOW = datetime(2031, 5, 20, tzinfo=UTC)
TYPED_WORDS = ("zebra title", "zebra place", "zebra office", "zebra decision", "zebra source")
MEETING = Meeting(
    id="M-0",
    names={TYPED: "zebra title"},
    day=date(2031, 5, 2),
    known_at=NOW,
    place={TYPED: "zebra place"},
    who=(Participant(id="A"), Participant(office={TYPED: "zebra office"})),
    level="experts",
    decision=(Decision(words={TYPED: "zebra decision"}, clauses=("2",), due=date(2031, 5, 9)),),
    source="zebra source",
)


class Clock:
    moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w")


@pytest.fixture
def store(folder: Path, clock: Clock) -> Iterator[Store]:
    with Store(folder, clock, desks=indexes()) as store:
        yield store


def book_at(store: Store, now: datetime = NOW) -> MeetingBook:
    return MeetingBook(store, load_watch(store.root.parent), now)


def test_a_record_holds_references_and_no_word(store: Store) -> None:
    entry = book_at(store).register(MEETING, by="Ann")
    text = json.dumps(dict(entry.record))
    assert "zebra" not in text
    assert text.count('"w-') == len(TYPED_WORDS)
    assert entry.record["act"] == "register"
    (meeting,) = meetings(store, NOW)
    assert meeting.id == "M-1"
    assert meeting == replace(MEETING, id="M-1", simulated=meeting.simulated)


def test_what_is_known_when(store: Store) -> None:
    book_at(store).register(MEETING, by="Ann")
    book_at(store, NOW + 2 * DAY).correct("M-1", 1, replace(MEETING, day=date(2031, 5, 3)), reason="day", by="Ann")
    days = [[str(each.day) for each in meetings(store, NOW + days * DAY)] for days in (-1, 0, 1, 2)]
    assert days == [[], ["2031-05-02"], ["2031-05-02"], ["2031-05-03"]]


def test_what_the_journal_held_when(store: Store, clock: Clock) -> None:
    book_at(store).register(MEETING, by="Ann")
    clock.moment = NOW + DAY
    book_at(store).correct("M-1", 1, replace(MEETING, day=date(2031, 5, 3)), reason="day", by="Ann")
    clock.moment = NOW + 2 * DAY
    book_at(store).undo("M-1", 2, by="Ann", reason="it was right")

    def day_at(recorded_by: datetime | None) -> list[str]:
        return [str(each.day) for each in meetings(store, NOW + 9 * DAY, recorded_by)]

    assert day_at(NOW - DAY) == []
    assert day_at(NOW) == ["2031-05-02"]
    assert day_at(NOW + DAY) == ["2031-05-03"]
    assert day_at(NOW + 2 * DAY) == day_at(None) == ["2031-05-02"]


def test_a_version_after_one_that_was_taken_back_has_its_own_number(store: Store) -> None:
    book_at(store).register(MEETING, by="Ann")
    book_at(store).correct("M-1", 1, MEETING, reason="first", by="Ann")
    book_at(store).undo("M-1", 2, by="Ann", reason_code=AT_ONCE)
    book_at(store).correct("M-1", 1, MEETING, reason="second", by="Ann")
    assert [version.version for version in standing(store, NOW)] == [3]
    assert [version.undone is not None for version in versions(store)] == [False, True, False]
    book_at(store).undo("M-1", 3, by="Ann", reason="x")
    book_at(store).undo("M-1", 1, by="Ann", reason="x")
    assert meetings(store, NOW) == ()
    with pytest.raises(StoreError, match='no meeting "M-1"'):
        book_at(store).undo("M-1", 1, by="Ann", reason="x")
    assert book_at(store).register(MEETING, by="Ann").record["number"] == 2


def test_a_correction_and_an_undo_need_a_reason(store: Store) -> None:
    book_at(store).register(MEETING, by="Ann")
    for reason in ("", " ", "x" * 501):
        with pytest.raises(MeetingRefusedError, match="Nothing was entered"):
            book_at(store).correct("M-1", 1, MEETING, reason=reason, by="Ann")
        with pytest.raises(MeetingRefusedError, match="Nothing was entered"):
            book_at(store).undo("M-1", 1, by="Ann", reason=reason, reason_code="because")
    assert len(versions(store)) == 1


def test_what_was_erased_leaves_the_meeting_standing(store: Store, folder: Path) -> None:
    book_at(store).register(MEETING, by="Ann")
    (version,) = versions(store)
    assert len(version.references) == len(TYPED_WORDS)
    store.erase([], people=version.references, reason="asked for", ordered_by="Court")
    (meeting,) = meetings(store, NOW)
    assert meeting.names == {}
    assert meeting.source == ""
    assert meeting.who[1].office == {}
    assert meeting.decision[0].due == date(2031, 5, 9)
    assert not any(b"zebra" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_entered_ones_stand_beside_those_of_the_file(store: Store, folder: Path) -> None:
    (folder / "meetings.toml").write_text(
        'schema = 1\n[[meeting]]\nid = "first"\nnames = { en = "First" }\nday = 2031-05-01\n'
        'known_at = 2031-05-02T00:00:00Z\nlevel = "experts"\nsource = "a bulletin"\nwho = [{ id = "A" }]\n',
        encoding="utf-8",
    )
    book_at(store).register(replace(MEETING, account_of="first"), by="Ann")
    every = every_meeting(store, load_watch(folder), NOW)
    assert [meeting.id for meeting in every] == ["first", "M-1"]
    (gathering,) = book_at(store).gatherings()
    assert gathering.id == "first"
    with pytest.raises(StoreError, match=r"stands in meetings\.toml; change it there"):
        book_at(store).undo("first", 1, by="Ann", reason="x")


def test_a_code_is_read_as_people_write_it(store: Store) -> None:
    book_at(store).register(MEETING, by="Ann")
    for code in ("M-1", "m-1", "1", " M-1 "):
        assert book_at(store).gathering(code).id == "M-1"
    with pytest.raises(StoreError, match="the list has those there are"):
        book_at(store).gathering("x" * 10_000)


def test_the_command_lists_them_and_gives_a_document(tmp_path: Path) -> None:
    code, text = call("meetings", str(_example(tmp_path)))
    assert code == 0
    assert text.startswith("Simulated: ")
    assert "A meeting is a claim of its source." in text
    lines = [line for line in text.splitlines() if line.startswith(("storage", "ministers"))]
    assert [line.split()[0] for line in lines] == ["ministers-restricted", "storage-talks"]
    assert "D-1  by 2031-05-03  about 3b, 3c" in text
    assert "next by 2031-05-09" in text
    assert "2 meetings, 1 decision." in text
    code, text = call("meetings", str(_example(tmp_path)), "--json", "--as-of", "2031-05-03T00:00:00Z")
    assert [row["id"] for row in json.loads(text)["meetings"]] == ["storage-talks"]
    early = call("meetings", str(_example(tmp_path)), "--as-of", "2031-05-01T00:00:00Z")[1]
    assert "No meeting was known by then." in early
    day = call("meetings", str(_example(tmp_path)), "--json", "--as-of", "2031-05-03")[1]
    assert [row["id"] for row in json.loads(day)["meetings"]] == ["storage-talks"], "a day of the watch's own zone"


def _example(tmp_path: Path) -> Path:
    from trucewatch.watch.template import copy_example

    return copy_example("two-valleys", tmp_path)
