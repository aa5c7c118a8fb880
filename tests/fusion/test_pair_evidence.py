"""What the rule is said to say of two sets of reports is what it does with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import observations
from tests.fusion.test_neighbourhood import PLAIN, SENSORS, report
from trucewatch.fusion.fuse import label_observations
from trucewatch.fusion.pair_evidence import judge_pair
from trucewatch.fusion.setting import Setting
from trucewatch.model.watch import AssociationRule

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
LIKELIHOOD = AssociationRule()
SETTING = Setting(sensors=SENSORS)


def blast(key: str, **more: Any) -> dict[str, Any]:
    plain = {
        "key": key,
        "source": key,
        "means": "patrol",
        "kind": "explosion",
        "occurred_start": NOON,
        "occurred_end": NOON,
        "lon": -25.0,
        "lat": -35.0,
        "semi_major_m": 200.0,
    }
    return plain | more


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, "fits"),
        ({"lon": -24.99}, "unlikely"),
        ({"occurred_start": NOON + timedelta(hours=3), "occurred_end": NOON + timedelta(hours=3)}, "unlikely"),
        ({"kind": "overflight"}, "kinds"),
        ({"lon": None, "lat": None, "semi_major_m": None}, "vague"),
        ({"semi_major_m": 80_000.0}, "vague"),
    ],
)
def test_a_pair_is_judged_by_kind_place_time_and_what_is_too_vague(other: dict[str, Any], code: str) -> None:
    pairing = judge_pair(observations(blast("a")), observations(blast("b", **other)), LIKELIHOOD, PLAIN)
    assert pairing.code == code
    assert (pairing.log_ratio is not None) == (code in ("fits", "unlikely"))


def test_the_farther_apart_the_less_probable() -> None:
    ratios = [
        judge_pair(observations(blast("a")), observations(blast("b", lon=-25.0 + step)), LIKELIHOOD, PLAIN).log_ratio
        for step in (0.0, 0.003, 0.02, 0.2)
    ]
    known = [ratio for ratio in ratios if ratio is not None]
    assert known == sorted(known, reverse=True)
    assert known[0] > known[-1] + 100


def test_one_device_reports_two_events_and_they_stay_two() -> None:
    rows = [
        blast(key, source="s", means="acoustic", sensor="acoustic-1", occurred_start=when, occurred_end=when)
        for key, when in (("a", NOON), ("b", NOON + timedelta(seconds=20)))
    ]
    assert judge_pair(*map(observations, rows), LIKELIHOOD, SETTING).code == "device"


def test_the_fixed_rule_goes_by_its_radius_and_gap() -> None:
    rule = AssociationRule(rule="cylinder", radius_m=500.0, gap_hours=1.0)
    near, far = blast("b", lon=-24.997), blast("c", lon=-24.9)
    assert judge_pair(observations(blast("a")), observations(near), rule, PLAIN).code == "fits"
    beyond = judge_pair(observations(blast("a")), observations(far), rule, PLAIN)
    assert (beyond.code, beyond.radius_m, beyond.gap_hours) == ("beyond", 500.0, 1.0)


@given(keys=st.tuples(st.integers(0, 400), st.integers(0, 400)), rule=st.sampled_from(("likelihood", "cylinder")))
@settings(deadline=None, max_examples=150)
def test_what_the_rule_joins_of_two_reports_is_never_warned_of(keys: tuple[int, int], rule: str) -> None:
    if keys[0] == keys[1]:
        return
    association = AssociationRule(rule=rule)  # type: ignore[arg-type]
    both = observations(*(report(key, 1, 2) for key in keys)).sort_by("observation_id")
    labels = label_observations(both, association, SETTING)
    if labels[0] == labels[1]:
        assert judge_pair(both.slice(0, 1), both.slice(1, 1), association, SETTING).fits
