"""`meetings.toml`: read with the watch, each fault at its line with what to do."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import make_watch, template_files
from tests.conftest import ROOT
from trucewatch.model.faults import Fault
from trucewatch.model.meetings import known_by
from trucewatch.watch import check_watch, load_watch, read_watch

FILE = """schema = 1

[[meeting]]
id = "first"
names = { en = "First meeting" }
day = 2031-05-02
known_at = 2031-05-03T00:00:00Z
level = "experts"
source = "a bulletin"
who = [{ id = "A" }, { office = { en = "mediator" } }]

  [[meeting.agenda]]
  words = { en = "the pass" }
  clauses = ["1"]

  [[meeting.decision]]
  words = { en = "lists are handed over" }
  clauses = ["2"]
  due = 2031-05-09
"""


def faults_of(content: str) -> tuple[Fault, ...]:
    return read_watch(template_files() | {"meetings.toml": content.encode()})[1]


def test_a_watch_has_the_meetings_of_its_file() -> None:
    watch, faults = read_watch(template_files() | {"meetings.toml": FILE.encode()})
    assert faults == ()
    assert watch is not None
    (meeting,) = watch.meetings
    assert meeting.clauses == ("1", "2")
    assert meeting.ids == ("A",)


def test_a_watch_needs_no_such_file() -> None:
    watch, faults = read_watch(template_files())
    assert watch is not None
    assert watch.meetings == faults == ()


FAULTS = [
    ('id = "first"', 'id = "M-1"', 4, 'the id "M-1" cannot be used', "small letters, digits and hyphens"),
    ('level = "experts"', 'level = "kings"', 8, '"kings" is not one of its words', "write one of: heads_of_state"),
    ("day = 2031-05-02", "day = 2031-02-30", 6, "that month has 28 days", "write a day of the calendar"),
    ("day = 2031-05-02", "dya = 2031-05-02", 6, 'unknown key "dya"', 'did you mean "day"?'),
    ("day = 2031-05-02", "from = 2031-05-02T10:00:00", 6, "has no zone of time", "add Z for UTC"),
    (
        "day = 2031-05-02",
        "from = 2031-05-02T10:00:00Z\nuntil = 2031-05-01T10:00:00Z",
        7,
        "it ends before it begins",
        "",
    ),
    ('{ id = "A" }', '{ id = "Z" }', 10, '"Z" is no id of a party, body or delegation', "write one of: A, B"),
    ('clauses = ["1"]', 'clauses = ["99"]', 14, '"99" is no id of a clause', "write one of: 1"),
    ("due = 2031-05-09", "due = 2031-05-01", 19, "decision D-1 is to be done by", "check both days"),
    ("known_at = 2031-05-03", "known_at = 2031-05-01", 7, "known of before it took place", "next_by"),
    ('level = "experts"', 'level = "experts"\nformat = "restricted"', 13, "has no agenda on record", "choose ordinary"),
    ('source = "a bulletin"', 'source = ""', 9, "this is empty", "write it in words"),
    ("schema = 1", "schema = 2", 1, "schema", "1"),
    (
        'source = "a bulletin"',
        'source = "a bulletin"\naccount_of = "second"',
        10,
        "is no id of a meeting",
        "leave it out",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "remedy"), FAULTS)
def test_a_fault_stands_at_its_line_and_says_what_to_do(old: str, new: str, line: int, what: str, remedy: str) -> None:
    assert old in FILE
    faults = [fault for fault in faults_of(FILE.replace(old, new)) if fault.file == "meetings.toml"]
    fault = next(fault for fault in faults if what in str(fault.message))
    assert fault.line == line
    assert fault.severity == "error"
    assert remedy in str(fault.remedy)


def test_an_id_that_is_given_twice_is_a_fault() -> None:
    twice = FILE + FILE.removeprefix("schema = 1\n")
    assert any("is given 2 times" in str(fault.message) for fault in faults_of(twice))


def test_what_cannot_be_read_is_one_refusal() -> None:
    for content in (b"\xff\xfe", b"[[meeting]", b"schema = 1\nmeeting = 3\n", b"schema = 1\n" + b"[" * 5000):
        watch, faults = read_watch(template_files() | {"meetings.toml": content})
        assert watch is None
        assert {fault.file for fault in faults} == {"meetings.toml"}


def test_a_broken_agreement_does_not_hide_the_faults_of_form() -> None:
    contents = template_files() | {"meetings.toml": FILE.replace("experts", "kings").encode(), "agreement.toml": b"x"}
    faults = read_watch(contents)[1]
    assert {fault.file for fault in faults} == {"meetings.toml", "agreement.toml"}


def test_check_reads_the_file_of_a_folder(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    (folder / "meetings.toml").write_text(FILE.replace('"experts"', '"kings"'), encoding="utf-8")
    assert [(fault.file, fault.line) for fault in check_watch(folder).faults] == [("meetings.toml", 8)]


def test_the_reference_example_states_the_first_meeting_of_the_working_group() -> None:
    watch = load_watch(ROOT / "examples" / "karabakh-2020")
    (meeting,) = known_by(watch.meetings, datetime(2021, 2, 1, tzinfo=UTC))
    assert known_by(watch.meetings, datetime(2021, 1, 30, 12, tzinfo=UTC)) == ()
    assert meeting.ids == ("AM", "AZ", "RU")
    assert [str(decision.due) for decision in meeting.decision] == ["2021-02-02", "2021-02-05"]
    assert {clause for decision in meeting.decision for clause in decision.clauses} == {"s2"}
    assert "Anadolu Agency" in meeting.source


def test_every_meeting_of_the_invented_example_is_marked_so() -> None:
    watch = load_watch(ROOT / "examples" / "two-valleys")
    assert [meeting.format for meeting in watch.meetings] == ["ordinary", "restricted"]
    assert all(meeting.simulated for meeting in watch.meetings)


def test_a_deadline_may_be_counted_from_a_meeting_and_from_nothing_that_is_none() -> None:
    agreement = template_files()["agreement.toml"].decode()
    day = re.search(r"deadline = \{ day = [^,]*,", agreement)
    assert day

    def counted_from(what: str) -> list[str]:
        deadline = f'deadline = {{ term = "P1M", after = "{what}",'
        contents = template_files() | {"agreement.toml": agreement.replace(day[0], deadline, 1).encode()}
        return [str(fault.message) for fault in read_watch(contents)[1] if fault.severity == "error"]

    assert counted_from("meeting:first") == counted_from("meeting:M-1") == []
    assert "which is no meeting" in counted_from("meeting:The first")[0]
