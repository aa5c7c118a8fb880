"""The invented day of a humanitarian example is entered once, and each act as its organisation would enter it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import copy_of
from trucewatch.cli.play_aid_day import FILE, aid_day_of, play_aid_day
from trucewatch.errors import WatchError
from trucewatch.model.aid_items import Item
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.store import Store
from trucewatch.store.aid_records import aid_entries
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
DAY = """\
schema = 1
simulated = true

[[act]]
table = "request"
at = 2031-05-03T08:00:00-02:00
key = "blankets"
acting_for = "HR"
fields = { organisation = "HR", kind = "blankets", quantity = 300, unit = "pieces", district = "kess" }

[[act]]
table = "offer"
at = 2031-05-03T08:20:00-02:00
key = "store"
acting_for = "GLS"
fields = { organisation = "GLS", kind = "blankets", quantity = 200, unit = "pieces" }

[[act]]
table = "promise"
at = 2031-05-03T08:30:00-02:00
about = "blankets"
acting_for = "GLS"
fields = { organisation = "GLS", quantity = 200, offer = "{store}" }

[[act]]
table = "request"
act = "correct"
at = 2031-05-03T09:00:00-02:00
about = "blankets"
acting_for = "HR"
reason = "counted again"
fields = { organisation = "HR", kind = "blankets", quantity = 350, unit = "pieces", district = "kess" }

[[act]]
table = "request"
at = 2031-05-03T09:10:00-02:00
key = "twice"
acting_for = "HR"
fields = { organisation = "HR", kind = "blankets", quantity = 300, unit = "pieces", district = "kess" }

[[act]]
table = "request"
act = "undo"
at = 2031-05-03T09:15:00-02:00
about = "twice"
acting_for = "HR"
reason = "it stands above already"
"""
FROM_ELSEWHERE = """
[[act]]
table = "window_answer"
at = 2031-05-03T10:00:00-02:00
about = "two-valleys:WN-1"
fields = { side = "UV", answer = "agreed" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = copy_of("two-valleys-aid", tmp_path)
    (folder / FILE).write_text(DAY, encoding="utf-8")
    return folder


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store(folder, lambda: NOW) as opened:
        yield opened


def play(store: Store, folder: Path, until: datetime | None = None) -> dict[str, int]:
    day = aid_day_of(folder)
    assert day is not None
    return dict(play_aid_day(store, load_watch(folder), day, until=until))


def requests(store: Store, folder: Path) -> list[Item]:
    return list(AidBook(store, load_watch(folder), NOW).items("request"))


def test_every_act_is_entered_and_each_by_its_organisation(store: Store, folder: Path) -> None:
    assert play(store, folder) == {"request": 4, "offer": 1, "promise": 1}
    (request,) = requests(store, folder)
    assert request.code == "RQ-1"
    assert request.row.quantity == 350
    assert [(step.table, step.row.offer) for step in request.steps] == [("promise", "OF-1")]
    assert {entry.acting_for for entry in aid_entries(store)} == {"HR", "GLS"}


def test_nothing_is_entered_twice(store: Store, folder: Path) -> None:
    play(store, folder)
    before = len(store.journal)
    assert sum(play(store, folder).values()) == 0
    assert len(store.journal) == before


def test_what_was_taken_back_meanwhile_stays_so(store: Store, folder: Path) -> None:
    play(store, folder)
    watch = load_watch(folder)
    (request,) = requests(store, folder)
    AidBook(store, watch, NOW).undo(request.steps[0].entry_id, by="somebody", reason="it went elsewhere")
    before = len(store.journal)
    assert sum(play(store, folder).values()) == 0
    assert len(store.journal) == before


def test_a_day_goes_on_where_it_was_left(store: Store, folder: Path) -> None:
    half = datetime(2031, 5, 3, 10, 25, tzinfo=UTC)
    assert play(store, folder, until=half) == {"request": 1, "offer": 1}
    assert play(store, folder) == {"request": 3, "promise": 1}
    (request,) = requests(store, folder)
    assert [step.row.offer for step in request.steps] == ["OF-1"]


def test_what_another_instance_has_not_sent_yet_is_left_for_the_next_time(store: Store, folder: Path) -> None:
    (folder / FILE).write_text(DAY + FROM_ELSEWHERE, encoding="utf-8")
    assert "window_answer" not in play(store, folder)


def test_an_act_that_is_refused_is_named(store: Store, folder: Path) -> None:
    (folder / FILE).write_text(DAY.replace('district = "kess" }', 'district = "nowhere" }', 1), encoding="utf-8")
    with pytest.raises(WatchError, match=r"day\.toml, act 1 \(request\)"):
        play(store, folder)
    assert aid_entries(store) == ()


def test_an_example_without_a_day_has_none(tmp_path: Path) -> None:
    assert aid_day_of(copy_of("karabakh-2020", tmp_path)) is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('key = "store"', 'key = "blankets"', "given 2 times"),
        ('about = "twice"', 'about = "thrice"', "key of no earlier act"),
        ('about = "blankets"\nacting_for = "GLS"', 'about = "blanket"\nacting_for = "GLS"', "key of no earlier act"),
        ("2031-05-03T08:30:00", "2031-05-03T08:10:00", "stands after what came later"),
        ("2031-05-03T09:10:00", "2031-05-03T09:00:00", "one moment"),
        ("simulated = true", "simulated = false", "simulated"),
        ("schema = 1", "schema = 1\nnight = 3", 'unknown key "night"'),
        ('act = "undo"', 'act = "forget"', "forget"),
    ],
)
def test_a_day_that_cannot_be_played_is_refused_before_anything_is_entered(
    store: Store, folder: Path, old: str, new: str, what: str
) -> None:
    assert old in DAY
    (folder / FILE).write_text(DAY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WatchError) as refused:
        play(store, folder)
    assert any(what in fault.sentence() for fault in refused.value.faults), refused.value.faults
    assert aid_entries(store) == ()
