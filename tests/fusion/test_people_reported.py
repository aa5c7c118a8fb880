"""People killed and injured stand as each giver states them: never added up, averaged, or chosen between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta, timezone
from itertools import groupby
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from trucewatch.fusion.current_versions import current_observations
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.setting import Setting
from trucewatch.model.incident import incident_rows
from trucewatch.model.people import PEOPLE_NUMBERS, PeopleReported
from trucewatch.model.standing import grave_stands
from trucewatch.model.watch import AssociationRule

PARTIES = {"lower valley": "LV", "lv": "LV", "upper valley": "UV", "uv": "UV"}
TOGETHER = AssociationRule(rule="cylinder")

Row = dict[str, Any]


def people(*rows: Row, **setting: Any) -> tuple[PeopleReported, ...]:
    """The statements of the one incident that these rows are."""
    table = fuse_observations(observations(*rows), rule=TOGETHER, setting=Setting(parties=PARTIES, **setting))
    (incident,) = incident_rows(table)
    return incident.people


def numbers(statement: PeopleReported) -> dict[str, int]:
    """What a statement states."""
    return {name: value for name in PEOPLE_NUMBERS if (value := getattr(statement, name)) is not None}


def report(giver: str, key: str = "", **stated: Any) -> Row:
    return {"means": "public", "claimed_by": giver, "key": key or giver} | stated


def test_givers_stand_side_by_side_with_their_own_numbers() -> None:
    stated = people(
        report("Village hospital", killed_best=3),
        report("Lower Valley", killed_best=2, injured_min=4, injured_best=5, person_status="civilian"),
        report("", key="p", source="patrols", sensor="patrol-7", killed_min=1, perceived="saw"),
        report("UV"),
    )
    assert [(one.giver_kind, one.giver, one.status, one.perceived, numbers(one)) for one in stated] == [
        ("party", "LV", "civilian", "", {"killed_best": 2, "injured_min": 4, "injured_best": 5}),
        ("body", "Village hospital", "not_stated", "", {"killed_best": 3}),
        ("source", "patrols", "not_stated", "saw", {"killed_min": 1}),
    ], "who states no number has no row, and what nobody states is nowhere a 0"


def test_numbers_that_another_said_are_told_though_the_event_was_seen() -> None:
    seen = {"means": "patrol", "perceived": "saw", "killed_best": 3}
    for quality, perceived in (
        ("gps_precision_m=4.5; people_said_by=authority; photograph=1.jpg", "told"),
        ("people_said_by=patrol; photograph=1.jpg", "saw"),
        ("", "saw"),
    ):
        (incident,) = incident_rows(fuse_observations(observations({**seen, "source_quality": quality}), rule=TOGETHER))
        assert [one.perceived for one in incident.people] == [perceived]
        assert grave_stands(incident) == (perceived == "saw"), "hearsay establishes nobody's death"


def test_a_claim_of_two_is_a_statement_of_each() -> None:
    assert [(one.giver, one.killed_best) for one in people(report("LV; UV", killed_best=2))] == [("LV", 2), ("UV", 2)]


def test_a_stated_zero_stands() -> None:
    assert [numbers(one) for one in people(report("UV", killed_best=0))] == [{"killed_best": 0}]


def test_a_repost_adds_nothing_and_a_second_number_is_a_second_row() -> None:
    stated = people(*(report("UV", key, killed_best=3) for key in "abc"), report("UV", "d", killed_best=7))
    assert [(one.killed_best, len(one.observations)) for one in stated] == [(3, 3), (7, 1)]


def test_two_patrols_that_count_alike_are_two_statements() -> None:
    rows = [report("", name, source="patrols", sensor=name, killed_best=1) for name in ("east", "west")]
    assert [(one.sensor, one.killed_best) for one in people(*rows)] == [("east", 1), ("west", 1)]


def test_days_are_those_of_the_watch() -> None:
    evening = NOON.replace(hour=21)
    rows = [
        report("UV", "a", killed_best=1, occurred_start=evening),
        report("UV", "b", killed_best=1, occurred_start=evening + timedelta(hours=2, minutes=30)),
    ]
    (day,) = {one.day for one in people(*rows)}
    assert day == NOON.date()
    days = [one.day for one in people(*rows, zone=timezone(timedelta(hours=1)))]
    assert days == [NOON.date(), NOON.date() + timedelta(days=1)], "one giver, two days, two rows"


def test_the_latest_version_of_an_observation_speaks() -> None:
    first = report("UV", "a", killed_best=1)
    later = first | {"killed_best": 4, "known_at": NOON + timedelta(hours=5), "evidence_sha256": "f" * 64}
    table = current_observations(observations(first, later), as_of=NOON + timedelta(days=1))
    (incident,) = incident_rows(fuse_observations(table, rule=TOGETHER))
    assert [one.killed_best for one in incident.people] == [4]


def test_numbers_not_told_apart_stay_so() -> None:
    (one,) = people(report("UV", harm_best=6))
    assert numbers(one) == {"harm_best": 6}


COUNT = st.none() | st.integers(0, 40)
STATED = st.fixed_dictionaries(
    {
        "claimed_by": st.sampled_from(["LV", "Upper Valley", "Village hospital", ""]),
        "source": st.sampled_from(["posts", "patrols"]),
        "sensor": st.sampled_from(["", "n"]),
        "person_status": st.sampled_from(["civilian", "military", "not_stated"]),
        "killed_best": COUNT,
        "killed_max": COUNT,
        "injured_best": COUNT,
    }
)


@settings(max_examples=40, deadline=None)
@given(stated=st.lists(STATED, min_size=1, max_size=6), data=st.data())
def test_no_number_is_made_and_another_giver_changes_no_row(stated: list[Row], data: st.DataObject) -> None:
    def of(rows: Sequence[Row]) -> list[PeopleReported]:
        table = fuse_observations(observations(*rows), rule=TOGETHER, setting=Setting(parties=PARTIES))
        return [one for incident in incident_rows(table) for one in incident.people]

    rows = [{"means": "public", "key": str(number)} | row for number, row in enumerate(stated)]
    before = of(rows)
    assert of(data.draw(st.permutations(rows))) == before
    written = [{name: row[name] for name in PEOPLE_NUMBERS if row.get(name) is not None} for row in rows]
    assert all(numbers(one) in written for one in before), "every row is somebody's own, number for number"
    newcomer = {"means": "public", "key": "new", "claimed_by": "Ministry", "killed_best": 99}
    after = of([*rows, newcomer])
    assert [(one.giver, numbers(one)) for one in after if one.giver == "Ministry"] == [
        ("Ministry", {"killed_best": 99})
    ]
    assert sorted(map(repr, before)) == sorted(repr(one) for one in after if one.giver != "Ministry")


def test_rows_come_in_one_order() -> None:
    stated = people(
        report("UV", "a", killed_best=2),
        report("UV", "b", killed_min=1),
        report("A body", "c", killed_best=0),
        report("LV", "d", injured_best=1),
        report("UV", "e", killed_best=1),
    )
    assert [one.giver for one in stated] == ["LV", "UV", "UV", "UV", "A body"]
    assert [kind for kind, _ in groupby(one.giver_kind for one in stated)] == ["party", "body"]
    assert {one.day for one in stated} == {date(NOON.year, NOON.month, NOON.day)}
