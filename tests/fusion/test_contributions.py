"""What each observation added: what would be missing without its voice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON, observations
from trucewatch.fusion import contributions as module
from trucewatch.fusion.contributions import leave_out_voices
from trucewatch.fusion.fuse import Fused, Setting, fuse_with_acts
from trucewatch.model.edits import Act
from trucewatch.model.ids import Sha256
from trucewatch.model.incident import incident_rows
from trucewatch.model.watch import AssociationRule


def fuse(*rows: dict[str, Any], ask: bool = True) -> Fused:
    rule = AssociationRule(rule="cylinder")
    return fuse_with_acts(observations(*rows), rule=rule, setting=Setting(), acts=(), contributions=ask)


def added(fused: Fused) -> dict[str, dict[str, Any]]:
    assert fused.contributions is not None
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


SHARP = {"means": "camera", "sensor": "c", "semi_major_m": 20.0, "semi_minor_m": 20.0}
BLUNT = {"means": "acoustic", "sensor": "m", "semi_major_m": 900.0, "semi_minor_m": 900.0}


def test_the_sharper_report_added_more_to_the_place() -> None:
    found = added(fuse(SHARP, BLUNT))
    assert found["camera"]["place"] > 2.0 > found["acoustic"]["place"]


def test_a_contribution_is_what_is_missing_when_the_rest_is_judged_alone() -> None:
    """Held against judging the rest as an incident of its own, with the same books."""
    rest = {"key": "r", "source": "other", "means": "patrol", "sensor": "p"}
    whole = fuse(SHARP, BLUNT, rest)
    (one,) = incident_rows(whole.incidents)
    assert one.semi_major_m is not None
    assert one.semi_minor_m is not None
    (without,) = incident_rows(fuse(BLUNT, rest).incidents)
    assert without.semi_major_m is not None
    assert without.semi_minor_m is not None
    expected = np.log(without.semi_major_m * without.semi_minor_m) - np.log(one.semi_major_m * one.semi_minor_m)
    assert added(whole)["camera"]["place"] == pytest.approx(expected, abs=0.02)
    assert one.happened is not None
    assert without.happened is not None
    assert added(whole)["camera"]["confidence"] == pytest.approx(one.happened - without.happened, abs=2e-3)


def test_what_there_would_be_no_place_without_has_no_number() -> None:
    no_place = {"means": "public", "lon": None, "lat": None, "semi_major_m": None, "semi_minor_m": None, "key": "n"}
    table = observations(SHARP, no_place)
    act = merge(1, table["observation_id"].to_pylist())
    fused = fuse_with_acts(
        table, rule=AssociationRule(rule="cylinder"), setting=Setting(), acts=[act], contributions=True
    )
    found = added(fused)
    assert found["camera"]["place"] is None
    assert found["public"]["place"] is not None


def test_reports_of_one_voice_share_what_it_added() -> None:
    pair = [{**SHARP, "key": number} for number in range(2)]
    found = fuse(*pair, {**BLUNT, "key": 9})
    assert found.contributions is not None
    shares = [row["place"] for row in found.contributions.to_pylist() if row["means"] == "camera"]
    assert shares[0] == shares[1] > 1.0


def test_an_incident_of_one_voice_owes_all_to_it() -> None:
    fused = fuse(*({**SHARP, "key": number} for number in range(3)))
    (one,) = incident_rows(fused.incidents)
    assert fused.contributions is not None
    rows = fused.contributions.to_pylist()
    assert [row["place"] for row in rows] == [None] * 3
    assert sum(row["confidence"] for row in rows) == pytest.approx(one.happened, abs=1e-3)


@pytest.mark.parametrize(("members", "rows"), [(1, 0), (2, 2), (40, 40), (41, 0)])
def test_incidents_of_2_to_40_reports_are_worked_out(members: int, rows: int) -> None:
    fused = fuse(*({**BLUNT, "key": number, "sensor": f"m{number}"} for number in range(members)))
    assert fused.incidents.num_rows == 1
    assert fused.contributions is not None
    assert fused.contributions.num_rows == rows


def test_kinds_that_tell_nothing_get_no_share_of_the_kind() -> None:
    found = fuse(*({"kind": "movement", "key": number, "sensor": str(number)} for number in range(2)))
    assert found.contributions is not None
    assert found.contributions["kind"].to_pylist() == [None, None]


def test_asking_changes_nothing_in_the_incidents() -> None:
    rows = [{**BLUNT, "key": number, "sensor": f"m{number % 7}", "lon": -25 + number // 5} for number in range(30)]
    assert fuse(*rows).incidents.equals(fuse(*rows, ask=False).incidents)


def test_too_many_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LEFT_OUT", 1)
    assert fuse(SHARP, BLUNT).contributions is None
    assert fuse(SHARP, BLUNT, ask=False).contributions is not None


@pytest.mark.parametrize("sizes", [(), (1,), (3, 1, 2), (2, 45, 3)])
def test_every_event_is_judged_once_without_each_of_its_voices(sizes: Sequence[int]) -> None:
    bounds = np.r_[0, np.cumsum(sizes)].astype(np.intp)
    order = np.random.default_rng(4).permutation(int(bounds[-1])).astype(np.intp)
    keys = np.arange(len(order)) // 2
    left = leave_out_voices(order, bounds, keys)
    assert left is not None
    seen = set()
    for group, key, event in zip(left.group.tolist(), left.key.tolist(), left.event.tolist(), strict=True):
        rows = order[bounds[group] : bounds[group + 1]]
        rest = [row for row in rows.tolist() if keys[row] != key]
        seen.add((group, key))
        if rest:
            assert left.order[left.bounds[event] : left.bounds[event + 1]].tolist() == rest
        else:
            assert event == -1
    assert seen == {
        (group, int(keys[row]))
        for group in range(len(sizes))
        if 2 <= sizes[group] <= 40
        for row in order[bounds[group] : bounds[group + 1]]
    }
