"""`trucewatch shift`: who is on, and a line of the log, without anybody's words or names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.pipeline.test_command_line import call
from tests.server.signing_in import worked_out
from trucewatch.desks import indexes
from trucewatch.desks.watchkeeping.operations import Comer, Shifts
from trucewatch.errors import UnreadableInput
from trucewatch.pipeline.duty_tasking import TaskDraft, ask_task
from trucewatch.store import Store
from trucewatch.watch import load_watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_watch(tmp_path / "w")
    watch = load_watch(folder)
    clock = watch.settings.watch_time
    assert clock is not None
    with Store(folder, lambda: datetime(2031, 5, 4, tzinfo=UTC), desks=indexes()) as store:
        Shifts(store, watch, clock).begin([Comer(name="Ada Quince")], by="Ann")
    return folder


def test_who_is_on_is_said_by_reference_alone(folder: Path) -> None:
    code, text = call("shift", str(folder))
    assert code == 0
    assert "Shift SH-1 is on since" in text
    assert "Quince" not in text
    code, text = call("shift", str(folder), "--json")
    document = json.loads(text)
    assert document["shift"]["number"] == "SH-1"
    assert document["shift"]["on"][0]["who"].startswith("w-")
    assert document["handovers"] == []
    assert "Quince" not in text


def test_a_line_is_entered_under_the_shift(folder: Path) -> None:
    code, text = call("shift", str(folder), "log", "07:12 radio check with CL-7", "--by", "Ann", "--json")
    assert code == 0
    assert json.loads(text)["entry"] > 0
    assert "a line of the watch log of shift SH-1" in call("log", str(folder))[1]


def test_a_word_that_is_none_is_refused_with_what_to_write(folder: Path) -> None:
    with pytest.raises(UnreadableInput, match='write: trucewatch shift WATCH log "words"'):
        call("shift", str(folder), "lgo", "x")


def test_without_a_shift_it_says_where_one_is_begun(tmp_path: Path) -> None:
    code, text = call("shift", str(make_watch(tmp_path / "w")))
    assert code == 0
    assert "No shift is on" in text


def test_what_waits_at_every_desk_is_listed_as_on_the_board(tmp_path: Path) -> None:
    folder = worked_out(tmp_path / "w")
    watch = load_watch(folder)
    with Store(folder, lambda: datetime(2031, 5, 4, 3, tzinfo=UTC), desks=indexes()) as store:
        now = watch.settings.watch_time or datetime(2031, 5, 4, 3, tzinfo=UTC)
        draft = TaskDraft(to="source:patrols", sort="look", asks="look at the mill", where="Stonegate")
        ask_task(store, watch, draft, by="Ann", now=now)
    code, text = call("shift", str(folder), "--json")
    assert code == 0
    rows = json.loads(text)["open"]
    assert [row for row in rows if row["what"] == "task" and row["path"] == "/shift/tasks/T-1"]
    assert [row for row in rows if row["what"] == "line"]
    assert "look at the mill" not in text
    code, shown = call("shift", str(folder))
    assert code == 0
    assert "T-1" in shown
