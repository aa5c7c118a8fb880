"""An event leaves by a decision only as it was put to the heads: what late evidence changes of it they did not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.test_deciding_release import assent
from tests.reviews_on_record import SIDES, Room, room_put
from trucewatch.errors import StoreError
from trucewatch.locale import words
from trucewatch.model.decisions import Decision
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.let_out import LetOut
from trucewatch.pipeline.deciding_release import Wanted, covers, decision_named, decisions, propose_decision
from trucewatch.pipeline.leaving_by_decision import let_out_at
from trucewatch.reports.decided_told import told_by
from trucewatch.reports.decided_words import sentences_of
from trucewatch.store.decision_records import DECISION
from trucewatch.store.kind_entries import entries_of_kind

LATE = "o-2222222222222222222222"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_put(tmp_path / "watch") as room:
        yield room


def event(room: Room) -> Incident:
    """The event of the first finding, as the list has it."""
    rows = room.assessment.findings.to_pylist()
    name = next(row["incident_id"] for row in rows if row["finding_id"] == room.findings[0])
    return next(each for each in incident_rows(room.assessment.incidents) if each.incident_id == name)


def put(room: Room) -> Decision:
    of = event(room)
    wanted = Wanted(
        subject=of.incident_id,
        opens=("event",),
        to=("public",),
        reason="The road is open again.",
        place="cell",
        cell_m=5000,
        unit="hour",
    )
    entry = propose_decision(room.store, room.watch, wanted, of, by="head of D1", now=room.now)
    return decision_named(room.store, room.watch, f"D-{entry.record['number']}")


def agreed(room: Room) -> Decision:
    decision = put(room)
    for side in SIDES:
        assent(room, decision, side)
    room.pass_hours(1)
    return decision_named(room.store, room.watch, decision.code)


def leaving(room: Room, let_out: LetOut | None = None) -> list[str]:
    """The sentences that the public is told by all decisions, or by one that is at hand."""
    recipient = room.watch.recipient("public")
    assert recipient is not None
    let_outs = let_out_at(room.store, room.watch, room.now)[0] if let_out is None else (let_out,)
    inputs = replace(room.assessment.report_inputs(), let_out=let_outs, as_of=room.now)
    tellings = (told_by(inputs, recipient, each) for each in let_outs)
    return [
        sentence
        for telling in tellings
        if telling is not None
        for _, sentence in sentences_of(telling, room.watch, words("en"))
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda of: {"lon": of.lon + 0.3},
        lambda of: {
            "occurred_start": of.occurred_start - timedelta(hours=7),
            "occurred_end": of.occurred_end - timedelta(hours=7),
        },
        lambda of: {"count_min": 9, "count_best": 9, "count_max": 9},
        lambda of: {"count_claims": ["9/9/9 :public"]},
        lambda of: {"aspect": "impact"},
        lambda of: {"simulated": not of.simulated},
        lambda of: {"semi_major_m": 90_000.0},
    ],
)
def test_what_changed_of_an_event_leaves_by_no_decision_that_did_not_see_it(room: Room, change: Any) -> None:
    first = agreed(room)
    before = leaving(room)
    assert len(before) == 1
    room.change_list(0, **change(event(room)), members=sorted([*event(room).members, LATE]))
    assert leaving(room) == []
    assert not covers(room.store, room.watch, first, event(room))
    assert agreed(room).code == "D-2", "the event as it is now can be put"
    (after,) = leaving(room)
    assert after != before[0]


def test_what_people_say_of_casualties_is_of_what_was_put(room: Room) -> None:
    statement: dict[str, Any] = {
        **dict.fromkeys(("killed_min", "killed_best", "killed_max"), 1),
        **dict.fromkeys(("injured_min", "injured_best", "injured_max", "harm_min", "harm_best", "harm_max")),
        **{"giver": "NI", "giver_kind": "party", "means": "", "day": None, "status": "", "perceived": "", "rows": []},
    }
    type_of = room.assessment.incidents.schema.field("people").type.value_type
    statement = {field.name: statement.get(field.name, "") for field in type_of}
    agreed(room)
    assert len(leaving(room)) == 1
    room.change_list(0, people=[statement])
    assert leaving(room) == []


def test_an_event_stays_let_out_while_reports_alone_change_and_no_word_of_it(room: Room) -> None:
    agreed(room)
    before = leaving(room)
    of = event(room)
    room.change_list(
        0,
        members=[LATE],
        sources=sorted([*of.sources, "another"]),
        occurred_start=of.occurred_start + timedelta(seconds=1),
    )
    assert leaving(room) == before != []
    with pytest.raises(StoreError, match="asks the same already"):
        put(room)


def test_the_ledger_holds_what_was_put_as_a_reference_and_heads_agree_to_it(room: Room) -> None:
    decision = agreed(room)
    (entry,) = entries_of_kind(room.store, DECISION)
    assert str(entry.record["event_put"]).startswith("w-")
    room.change_list(0, count_min=9, count_best=9, count_max=9)
    again = put(room)
    assert again.event_put != decision.event_put
    assert again.digest != decision.digest


def test_what_was_put_and_erased_since_covers_nothing(room: Room) -> None:
    decision = agreed(room)
    room.store.erase([], people=[decision.event_put], reason="by order", ordered_by="p-x")
    assert leaving(room) == []


def test_an_early_record_covers_an_event_of_the_same_reports_alone(room: Room) -> None:
    of = event(room)
    decision = replace(agreed(room), event_put="")
    early = LetOut(decision=decision, incident_id=of.incident_id, members=decision.members)
    assert len(leaving(room, early)) == 1
    room.change_list(0, members=sorted([*of.members, LATE]))
    assert leaving(room, early) == []


def test_early_records_stay_readable_and_count(room: Room) -> None:
    decision = put(room)
    (entry,) = entries_of_kind(room.store, DECISION)
    early = {name: value for name, value in entry.record.items() if name not in ("event_put", "recorded_at")}
    room.store.commit([early | {"number": 2}])
    second = decisions(room.store, room.watch)[1]
    assert (second.code, second.event_put, second.members) == ("D-2", "", decision.members)
    for side in SIDES:
        assent(room, second, side)
    assert len(leaving(room)) == 1
