"""What a party objects is printed by the same bar as let-out words: held to it when it is entered, and again when it
would be printed. What cannot be printed can be entered, for the centre alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.issued_by_hand import DAY
from tests.reviews_on_record import Room, room_put
from trucewatch.errors import StoreError
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.report import IssuedRow, Publication
from trucewatch.model.review import Outcome
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Sensor
from trucewatch.pipeline.leaving_by_decision import let_out_at, told_at
from trucewatch.pipeline.objecting import object_in_writing, objections_to

POST = Sensor(id="OP3", means="patrol", names={"en": "Post Elm"}, lon=20.9133, lat=45.2712, range_m=9000.0)
GIVING_AWAY = (
    "The post OP\u200b3 lied.",
    "It was seen from Post\u2011Elm.",
    "The gun stood at 45.2712, 20.9133.",
    "It stood at 34T 452712 5012345.",
    "The caller was Nemo Anyone, +374 91 234567.",
    "Nemo Anyone, born 1980-05-01, said so.",
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_put(tmp_path / "watch") as room:
        yield room


def with_post(room: Room) -> Watch:
    return replace(room.watch, sensors=(POST,))


def enter(room: Room, watch: Watch, words: str, *, in_print: bool = True, **more: Any) -> None:
    object_in_writing(
        room.store,
        watch,
        about="D-1",
        party=sorted(watch.agreement.bound_ids)[0],
        language=watch.settings.languages[0],
        words=words,
        in_print=in_print,
        told_at=room.now,
        by="a liaison",
        now=room.now,
        **more,
    )


def test_words_that_may_not_leave_are_entered_only_as_not_to_be_printed(room: Room) -> None:
    watch = with_post(room)
    for words in each(GIVING_AWAY):
        with pytest.raises(StoreError, match=r"Not to be printed as it is written: .*as not to be printed"):
            enter(room, watch, words)
        assert not objections_to(room.store)
    for words in GIVING_AWAY:
        enter(room, watch, words, in_print=False)
    enter(room, watch, "We read it otherwise.")
    assert len(objections_to(room.store)) == len(GIVING_AWAY) + 1
    assert [out.words for out in let_out_at(room.store, watch, room.now)[1]] == ["We read it otherwise."]


def test_what_was_entered_before_the_register_named_the_device_is_not_printed(room: Room) -> None:
    enter(room, replace(room.watch, sensors=()), "It was seen from post elm.")
    assert len(let_out_at(room.store, replace(room.watch, sensors=()), room.now)[1]) == 1
    assert let_out_at(room.store, with_post(room), room.now)[1] == ()


@pytest.mark.parametrize("kind", ["movement", "outgoing"])
def test_of_what_moves_and_of_where_fire_came_from_nothing_is_printed_for_a_day(room: Room, kind: str) -> None:
    watch = with_post(room)
    listed = next(iter(incident_rows(room.assessment.incidents)))
    event: Incident = replace(
        listed,
        kind="movement" if kind == "movement" else "shelling",
        kinds=(),
        aspect="outgoing" if kind == "outgoing" else "",
        occurred_end=room.now - timedelta(hours=20),
    )
    with pytest.raises(StoreError, match="cannot be printed yet"):
        enter(room, watch, "It came from the ridge.", incident=event)
    enter(room, watch, "It came from the ridge.", incident=event, in_print=False)
    enter(room, watch, "It came.", incident=replace(event, occurred_end=room.now - timedelta(hours=25)))


def test_the_clock_runs_from_the_entry_of_the_issue_and_never_from_its_cut_off(room: Room) -> None:
    case = room.case()
    outcome = Outcome(state="agreed", questions={}, attributed_to="", entry=1, known_at=room.now, recorded_at=room.now)
    decided = replace(case, outcome=outcome)
    parties = sorted(room.watch.agreement.bound_ids)
    early, late = room.now + timedelta(hours=1), room.now + timedelta(hours=49)
    issues = [
        Publication(
            number=f"watch/{DAY}/{party}",
            revision=1,
            kind="daily",
            recipient=party,
            day_from=DAY,
            day_until=DAY + timedelta(days=1),
            cut_off=early,
            rows=(
                IssuedRow(
                    incident_id="i-1",
                    number=1,
                    kind="explosion",
                    outcome="",
                    place="zone:north",
                    radius_m=None,
                    time="2031-05-01",
                    simulated=False,
                    review="agreed",
                ),
            ),
            entered_at=late,
        )
        for party in parties
    ]
    watch = replace(
        room.watch,
        settings=replace(
            room.watch.settings,
            recipient=tuple(replace(room.watch.settings.recipient[0], id=party, to=party) for party in parties),
        ),
    )
    assert told_at(watch, decided, {"i-1"}, issues) == late
    assert told_at(watch, decided, {"i-1"}, [replace(issue, entered_at=None) for issue in issues]) == early
    assert told_at(watch, decided, {"i-1"}, issues[:1]) is None
