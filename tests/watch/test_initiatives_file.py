"""`initiatives.toml`: read with the watch, every fault at its line with what to do, and none of it without the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from trucewatch.errors import WatchError
from trucewatch.model.initiatives import Initiative, circle_of, standing_messages, standing_of
from trucewatch.model.watch import Watch
from trucewatch.watch import check_watch, load_watch
from trucewatch.watch.template import examples

FILE = """\
schema = 1

[[initiative]]
code = "P-1"
proposed_by = ["A"]
to = ["B"]
day = 2031-05-02
what = { en = "officers meet each day" }
about = ["work"]
source = "a letter"
known_at = 2031-05-02T12:00:00Z

  [[initiative.step]]
  day = 2031-05-03
  word = "accepted"
  by = ["B"]
  source = "an answer"
  known_at = 2031-05-03T12:00:00Z
"""


def watch_with(folder: Path, text: str = FILE) -> Path:
    make_watch(folder)
    (folder / "initiatives.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_watch_without_the_file_has_none(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    assert not (folder / "initiatives.toml").exists()
    assert load_watch(folder).initiatives == ()


def test_the_file_is_read_with_its_steps(tmp_path: Path) -> None:
    (initiative,) = load_watch(watch_with(tmp_path / "w")).initiatives
    assert (initiative.code, initiative.proposed_by, initiative.about) == ("P-1", ("A",), ("work",))
    assert [(step.word, step.by) for step in initiative.steps] == [("accepted", ("B",))]
    assert (initiative.origin, initiative.quoted, initiative.simulated) == ("by_hand", False, False)


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ('to = ["B"]', 'to = ["Z"]', 6, '"Z" is no party, body or delegation', "write one of: A, B"),
        ('about = ["work"]', 'about = ["99"]', 9, '"99" is no clause of this agreement', "work"),
        ("day = 2031-05-02", "day = 2031-02-30", 7, "is no day", "a day of the calendar"),
        ("day = 2031-05-03", "day = 2031-05-01", 14, "lies before the day on which it was proposed", "correct the day"),
        ('by = ["B"]', "by = []", 16, "by names nobody", "name at least one"),
        ('word = "accepted"', 'word = "agreed"', 15, 'word = "agreed" is not one of its words', "accepted"),
        ('word = "accepted"', 'word = "withdrawn"', 16, '"B" did not propose it', "declined"),
        ('source = "a letter"', 'sorce = "a letter"', 10, 'unknown key "sorce"', 'did you mean "source"?'),
        ('code = "P-1"', 'code = "1"', 4, 'code "1" is no number of an initiative', "P-3"),
        ("T12:00:00Z\n\n", "T12:00:00\n\n", 11, "has no zone of time", "add Z"),
        ("officers meet each day", "x" * 4001, 8, "at most 4,000 are kept", "shorten it"),
    ],
)
def test_a_fault_has_its_line_and_says_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, what: str, remedy: str
) -> None:
    folder = watch_with(tmp_path / "w")
    edit(folder / "initiatives.toml", old, new)
    (fault,) = (fault for fault in check_watch(folder).faults if what in str(fault.what))
    assert (fault.file, fault.line, fault.severity) == ("initiatives.toml", line, "error")
    assert remedy in str(fault.remedy)
    with pytest.raises(WatchError):
        load_watch(folder)


def test_a_number_that_is_given_twice_and_a_second_acceptance_are_faults(tmp_path: Path) -> None:
    whole = FILE.partition("\n\n")[2]
    folder = watch_with(tmp_path / "w", FILE + "\n" + whole)
    (fault,) = check_watch(folder).faults
    assert 'initiative "P-1" is given 2 times' in str(fault.what)
    step = FILE[FILE.index("  [[initiative.step]]") :]
    (folder / "initiatives.toml").write_text(f"{FILE}\n{step}", encoding="utf-8")
    (fault,) = check_watch(folder).faults
    assert str(fault.place) == 'initiative "P-1", step 2'
    assert 'the same is on record of "B" already, 2031-05-03' in str(fault.what)


def test_the_example_has_two_invented_initiatives_and_the_past_case_none() -> None:
    watch = load_watch(examples()["two-valleys"])
    assert all(initiative.simulated for initiative in watch.initiatives)
    clause, work = watch.initiatives
    assert (clause.is_about_work, work.is_about_work) == (False, True)
    assert _said(clause, watch) == ["accepted by LV", "nothing on record from UV"]
    assert _said(work, watch) == ["discussed by JC, LV, UV"]
    assert load_watch(examples()["karabakh-2020"]).initiatives == ()


def _said(initiative: Initiative, watch: Watch) -> list[str]:
    circle = circle_of(watch.agreement, watch.delegation_ids, watch.zone)
    standing = standing_of(initiative, circle)
    return [str(sentence) for sentence in standing_messages(standing, lambda ids: ", ".join(sorted(ids)))]
