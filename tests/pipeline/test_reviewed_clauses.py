"""How a part of a clause stands, and what is counted beside it, never contradicts the findings that reviews changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOON, incidents, template_watch
from tests.reviewed_cases import case_of, put_of
from tests.reviews_on_record import CONCUR, A, B, Room, room_put
from trucewatch.findings import check_agreement
from trucewatch.geo.frame import frame_of_area
from trucewatch.model.clause_state import ClauseState
from trucewatch.model.incident import finding_rows, incident_rows
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA, empty_counters
from trucewatch.model.review import Case
from trucewatch.model.testimony import Attestation
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.pipeline.clause_record import ClauseRecord
from trucewatch.pipeline.review_effects import with_reviews

WATCH = template_watch()
AS_OF = NOON + timedelta(days=30)
HANDOVER = incidents(
    {
        "kind": "handover",
        "kinds": ["handover"],
        "zones": ["theatre", "pass"],
        "testimony": [Attestation("handover", "A", "party", "told", is_claim=True).text],
    },
)


def record_with(*cases: Case) -> ClauseRecord:
    return ClauseRecord(
        watch=WATCH,
        moment=AS_OF,
        horizon=AS_OF,
        incidents=HANDOVER,
        reports=STORED_OBSERVATION_SCHEMA.empty_table(),
        counters=empty_counters(),
        beside=_none_beside(),
        setting=lambda: pytest.fail("nothing is made again"),
        cases=cases,
    )


def _none_beside() -> object:
    from trucewatch.pipeline.clause_reading import _FINDINGS

    return _FINDINGS.empty_table()


def state(record: ClauseRecord, at: object = AS_OF, stipulation: str = "2") -> ClauseState:
    return next(each for each in record.states_at(at) if each.stipulation == stipulation)  # type: ignore[arg-type]


def whole_finding(*cases: Case) -> str:
    """The reason of the finding on the part as a whole."""
    frame = frame_of_area(WATCH.settings.area)
    findings = check_agreement(HANDOVER, empty_counters(), watch=WATCH, frame=frame, as_of=AS_OF)
    told = with_reviews(HANDOVER, findings, cases, WATCH, as_of=AS_OF, counters=empty_counters()).findings
    return next(each.reason for each in finding_rows(told) if each.stipulation == "2" and not each.incident_id)


def test_a_part_is_met_by_what_the_delegations_agree_on_from_then_on() -> None:
    (handover,) = incident_rows(HANDOVER)
    decided = AS_OF - timedelta(days=2)
    case = case_of(
        handover, stipulation="2", put=put_of(handover, outcome="undetermined"), put_at=NOON, decided_at=decided
    )
    alone, reviewed = record_with(), record_with(case)
    assert state(alone).state not in ("met", "met_late")
    assert state(reviewed).state in ("met", "met_late")
    assert state(reviewed).reason == whole_finding(case)
    assert state(reviewed, decided - timedelta(seconds=1)).state == state(alone, decided - timedelta(seconds=1)).state
    assert [change.state for change in reviewed.changes() if change.stipulation == "2" and change.at == decided] == [
        state(reviewed).state
    ]


def test_what_all_dissent_from_meets_nothing() -> None:
    (handover,) = incident_rows(
        seen := HANDOVER.set_column(
            HANDOVER.schema.get_field_index("testimony"),
            HANDOVER.schema.field("testimony"),
            incidents({"testimony": [Attestation("handover", "centre", "centre", "saw", is_claim=False).text]})[
                "testimony"
            ],
        )
    )
    case = case_of(handover, stipulation="2", state="not_agreed", questions=dict.fromkeys(CONCUR, "dissent"))
    both = [record_with(), record_with(case)]
    states = [state(_with_rows(each, seen)) for each in both]
    assert states[0].state in ("met", "met_late")
    assert states[1].state not in ("met", "met_late")
    assert states[1].reason == "dissent_from_happened"


def _with_rows(record: ClauseRecord, rows: object) -> ClauseRecord:
    from dataclasses import replace

    return replace(record, incidents=rows, _states={}, _single={}, _made_again={}, _memo={}, _reviewed={})  # type: ignore[arg-type]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_put(tmp_path / "watch") as room:
        yield room


@pytest.mark.parametrize("answer", ["concur", "dissent"])
def test_what_is_counted_beside_a_part_is_what_the_list_says(room: Room, answer: str) -> None:
    given = dict.fromkeys(CONCUR, answer)
    first, second = room.commit(A, answers=given), room.commit(B, answers=given)
    room.pass_hours(1)
    room.open(first, A)
    room.open(second, B)
    for hand in (A, B) if answer == "dissent" else ():
        room.say_done(hand)
    assert room.case().outcome is not None
    told = assess(room.store, room.folder, now=room.now, as_of=room.now)
    part = room.case().stipulation
    record = clause_record(room.store, room.folder, now=room.now, as_of=room.now)
    assert record.list_entry >= 0, "the list on record holds until the review, and nothing is worked out anew"
    (stands,) = [each for each in record.states_at(room.now) if each.stipulation == part]
    assert {each.code: each.count for each in stands.beside} == _codes_of(told, part)
    before = record.beside_at(room.now - timedelta(minutes=30))[part]
    assert sum(each.count for each in before) == sum(each.count for each in stands.beside)


def _codes_of(told: Assessment, part: str) -> Counter[str]:
    return Counter(
        each.held or each.outcome
        for each in finding_rows(told.findings)
        if each.stipulation == part and each.incident_id and each.outcome != "not_applicable"
    )
