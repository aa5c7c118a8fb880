"""What each observation added, in order of arrival: what is believed after its voice, less what was before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON, observations
from trucewatch.fusion import judge as module
from trucewatch.fusion.contributions import arrivals_of
from trucewatch.fusion.fuse import Fused, fuse_with_acts
from trucewatch.fusion.setting import Setting
from trucewatch.model.edits import Act
from trucewatch.model.ids import Sha256
from trucewatch.model.incident import incident_rows
from trucewatch.model.watch import AssociationRule


def fuse(*rows: dict[str, Any], ask: bool = True) -> Fused:
    rule = AssociationRule(rule="cylinder")
    return fuse_with_acts(observations(*rows), rule=rule, setting=Setting(), acts=(), contributions=ask)


def added(fused: Fused) -> dict[str, dict[str, Any]]:
    return {row["means"]: row for row in fused.contributions.to_pylist()}


def merge(entry: int, members: Sequence[str]) -> Act:
    return Act(
        act_id="a-1",
        sha256=Sha256("0" * 64),
        entry=entry,
        deed="merge",
        reason="seen",
        by="NI",
        known_at=NOON,
        recorded_at=NOON,
        parts=(tuple(members),),
    )


def later(minutes: int) -> dict[str, Any]:
    return {"known_at": NOON + timedelta(minutes=minutes)}


SHARP = {"means": "camera", "sensor": "c", "semi_major_m": 20.0, "semi_minor_m": 20.0}
BLUNT = {"means": "acoustic", "sensor": "m", "semi_major_m": 900.0, "semi_minor_m": 900.0}
PATROL = {"key": "r", "source": "other", "means": "patrol", "sensor": "p"}


def test_what_comes_second_adds_what_it_changes() -> None:
    found = added(fuse({**BLUNT, **later(1)}, {**SHARP, **later(2)}))
    assert (found["acoustic"]["order"], found["camera"]["order"]) == (1, 2)
    assert found["acoustic"]["place"] is None
    assert found["camera"]["place"] > 2.0
    found = added(fuse({**BLUNT, **later(2)}, {**SHARP, **later(1)}))
    assert found["camera"]["place"] is None
    assert found["acoustic"]["place"] < 0.1


def test_a_contribution_is_what_is_believed_after_it_less_what_was_before() -> None:
    """Held against judging those that had come by then as an incident of their own: but for the book of the hour, which
    counts a report as it stands today."""
    rows = ({**BLUNT, **later(1)}, {**PATROL, **later(2)}, {**SHARP, **later(3)})
    # So that each has the company of an event far off, of other devices.
    far = tuple(
        {**row, "lon": -20.0, "key": f"far {number}", "sensor": f"far-{number}"} for number, row in enumerate(rows)
    )
    fused = fuse(*rows, *far)
    stood = [incident_rows(fuse(*rows[:count], *far).incidents.sort_by("lon"))[0] for count in (1, 2, 3)]
    named = [part for part in fused.contributions.to_pylist() if part["incident_id"] == stood[-1].incident_id]
    found = {part["means"]: part for part in named}
    happened = [incident.happened for incident in stood]
    area = [np.log(incident.semi_major_m * incident.semi_minor_m) for incident in stood]
    for place, means in enumerate(("acoustic", "patrol", "camera")):
        assert found[means]["order"] == place + 1
        before = happened[place - 1] if place else 0.0
        assert found[means]["confidence"] == pytest.approx(happened[place] - before, abs=0.02)
        if place:
            assert found[means]["place"] == pytest.approx(area[place - 1] - area[place], abs=0.02)


def test_what_was_added_in_order_of_arrival_adds_up_to_the_whole() -> None:
    rows = [{**BLUNT, "key": n, "sensor": f"m{n}", **later(17 * n % 7)} for n in range(7)]
    fused = fuse(*rows, {**SHARP, **later(3)}, {**SHARP, "key": "again", **later(9)})
    (whole,) = incident_rows(fused.incidents)
    parts = fused.contributions.to_pylist()
    assert len(parts) == 9
    assert sum(part["confidence"] for part in parts) == pytest.approx(whole.happened, abs=2e-3)
    assert sum(part["kind"] for part in parts) == pytest.approx(whole.what, abs=2e-3)


def test_of_voices_that_came_at_one_moment_the_smaller_id_is_first() -> None:
    fused = fuse(SHARP, BLUNT, PATROL)
    parts = sorted(fused.contributions.to_pylist(), key=lambda part: part["order"])
    assert [part["order"] for part in parts] == [1, 2, 3]
    names = [part["observation_id"] for part in parts]
    assert names == sorted(names)


def test_what_gave_the_first_place_has_no_number_and_what_has_none_adds_none() -> None:
    no_place = {"means": "public", "lon": None, "lat": None, "semi_major_m": None, "semi_minor_m": None, "key": "n"}
    table = observations({**SHARP, **later(2)}, {**no_place, **later(1)})
    act = merge(1, table["observation_id"].to_pylist())
    fused = fuse_with_acts(
        table, rule=AssociationRule(rule="cylinder"), setting=Setting(), acts=[act], contributions=True
    )
    found = added(fused)
    assert found["public"]["place"] == 0.0
    assert found["camera"]["place"] is None


def test_reports_of_one_voice_share_what_it_added() -> None:
    pair = [{**SHARP, "key": number, **later(5 + number)} for number in range(2)]
    parts = fuse(*pair, {**BLUNT, "key": 9}).contributions.to_pylist()
    shares = [part["place"] for part in parts if part["means"] == "camera"]
    assert shares[0] == shares[1] > 1.0
    assert [part["order"] for part in parts] == [1, 2, 2]


def test_an_incident_of_one_voice_owes_all_to_it() -> None:
    fused = fuse(*({**SHARP, "key": number} for number in range(3)))
    (one,) = incident_rows(fused.incidents)
    rows = fused.contributions.to_pylist()
    assert [row["place"] for row in rows] == [None] * 3
    assert sum(row["confidence"] for row in rows) == pytest.approx(one.happened, abs=1e-3)


@pytest.mark.parametrize(("members", "rows"), [(1, 0), (2, 2), (40, 40), (41, 0)])
def test_incidents_of_2_to_40_reports_are_worked_out(members: int, rows: int) -> None:
    fused = fuse(*({**BLUNT, "key": number, "sensor": f"m{number}"} for number in range(members)))
    assert fused.incidents.num_rows == 1
    assert fused.contributions.num_rows == rows


def test_where_nothing_was_weighed_nothing_was_added_to_kind_and_confidence() -> None:
    found = fuse(*({"kind": "movement", "key": number, "sensor": str(number)} for number in range(2)))
    assert found.contributions["kind"].to_pylist() == [None, None]
    assert found.contributions["confidence"].to_pylist() == [None, None]


def test_asking_changes_nothing_in_the_incidents() -> None:
    rows = [{**BLUNT, "key": number, "sensor": f"m{number % 7}", "lon": -25 + number // 5} for number in range(30)]
    assert fuse(*rows).incidents.equals(fuse(*rows, ask=False).incidents)


def test_asking_makes_no_storm_of_what_is_asked() -> None:
    """Earlier states of a blast 9 km off are no further claps of thunder."""
    near = {**SHARP, "key": "near"}
    far = [{**SHARP, "key": number, "sensor": f"m{number}", "lon": -24.9} for number in range(8)]
    assert fuse(near, *far).incidents.equals(fuse(near, *far, ask=False).incidents)


def test_however_many_there_are_they_are_worked_out_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{**BLUNT, "key": number, "sensor": f"m{number}", "lon": -25 + number // 5} for number in range(30)]
    whole = fuse(*rows)
    monkeypatch.setattr(module, "AT_ONCE", 5)
    parts = fuse(*rows)
    assert whole.contributions.num_rows == 30
    assert parts.contributions.equals(whole.contributions)
    assert parts.incidents.equals(whole.incidents)


@pytest.mark.parametrize("sizes", [(), (1,), (3, 1, 2), (2, 45, 3), (40, 2)])
def test_every_event_is_judged_as_it_stood_after_each_voice(sizes: Sequence[int]) -> None:
    rng = np.random.default_rng(4)
    bounds = np.r_[0, np.cumsum(sizes)].astype(np.intp)
    order = np.concatenate([np.zeros(0, dtype=np.intp), *(np.arange(a, b) for a, b in pairwise(bounds))])
    keys, known = rng.integers(0, 9, len(order)), rng.integers(0, 5, len(order))
    arrivals = arrivals_of(order, bounds, keys, known)
    expected = []
    for group in range(len(sizes)):
        rows = order[bounds[group] : bounds[group + 1]].tolist()
        if not 2 <= len(rows) <= 40:
            continue
        came = {key: min((known[row], row) for row in rows if keys[row] == key) for key in keys[rows].tolist()}
        in_order = sorted(came, key=came.__getitem__)
        expected += [
            (group, [row for row in rows if keys[row] in in_order[:count]]) for count in range(1, len(in_order))
        ]
    states = [arrivals.order[a:b].tolist() for a, b in pairwise(arrivals.bounds)]
    assert list(zip(arrivals.of_event.tolist(), states, strict=True)) == expected
    assert sorted(arrivals.voice_row.tolist()) == [
        row
        for size, begin in zip(sizes, bounds.tolist(), strict=False)
        if 2 <= size <= 40
        for row in order[begin : begin + size].tolist()
    ]
    assert (
        keys[arrivals.voice_row] == keys[arrivals.voice_row][arrivals.voice_of.searchsorted(arrivals.voice_of)]
    ).all()
