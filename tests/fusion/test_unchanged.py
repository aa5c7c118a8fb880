"""A list that takes rows from another one is the list that would have been made: after any change, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from tests.fusion.test_acts import RULES, o
from tests.fusion.test_acts import act as made_act
from trucewatch.fusion.fuse import Fused, fuse_with_acts
from trucewatch.fusion.setting import Groups, Setting
from trucewatch.fusion.unchanged import companions
from trucewatch.model.edits import Act
from trucewatch.model.speakers import Speakers
from trucewatch.model.watch import AssociationRule

HOURS = 30
KINDS = ("explosion", "explosion", "shot", "burst", "thermal_anomaly", "movement", "harm")
GIVERS = (("acoustic", ""), ("camera", ""), ("patrol", ""), ("satellite", ""), ("party", "UV"), ("public", "Somebody"))


def report(key: int, seed: int) -> dict[str, Any]:
    """One report on a front of ten kilometres; the same seed says the same, another something else of the same."""
    rng = random.Random(f"{key} {seed}")
    means, whose = rng.choice(GIVERS)
    start = NOON + timedelta(seconds=rng.choice((rng.randrange(3600 * HOURS), 600 * rng.randrange(6 * HOURS))))
    lasts = timedelta(days=1) if rng.random() < 0.1 else timedelta(seconds=rng.randrange(60))
    count = rng.choice((None, 1, 2, 5))
    return {
        "key": str(key),
        "sensor": f"{means}-{rng.randrange(3)}",
        "means": means,
        "kind": rng.choice(KINDS),
        "claimed_by": whose,
        "occurred_start": start,
        "occurred_end": start + lasts,
        "lon": -25.0 + rng.choice((0.0, 0.01, 0.05, rng.random() / 10)),
        "lat": -35.0,
        "count_best": count,
        "killed_best": rng.choice((None, None, 1)),
        "text": rng.choice(("", "a blast", "smoke")),
        "simulated": rng.random() < 0.1,
    }


def table(stands: dict[int, int]) -> Any:
    return observations(*(report(key, seed) for key, seed in stands.items()))


def fused(stands: dict[int, int], rule: str, setting: Setting, acts: Sequence[Act], last: Fused | None) -> Fused:
    association = AssociationRule(rule=rule)  # type: ignore[arg-type]
    return fuse_with_acts(table(stands), rule=association, setting=setting, acts=acts, contributions=True, last=last)


def is_same(one: Fused, other: Fused) -> bool:
    return all(
        getattr(one, name).equals(getattr(other, name), check_metadata=True)
        for name in ("incidents", "contributions", "weights")
    )


CHANGES = st.lists(st.tuples(st.integers(0, 79), st.integers(0, 2)), max_size=6)
"""Reports that say something else from now on; 0: that is gone, if it was there."""
ACTS = st.lists(
    st.tuples(st.sampled_from(("merge", "reject", "retype")), st.sets(st.integers(0, 79), min_size=2, max_size=4)),
    max_size=3,
)


@given(
    steps=st.lists(st.tuples(CHANGES, ACTS, st.integers(0, 3)), min_size=1, max_size=4),
    rule=st.sampled_from(RULES),
)
@settings(deadline=None, max_examples=30)
def test_rows_taken_from_a_list_are_those_that_would_have_been_made(
    steps: list[tuple[list[tuple[int, int]], list[tuple[str, set[int]]], int]], rule: str
) -> None:
    stands, last = dict.fromkeys(range(60), 1), None
    plain = Setting(parties={"uv": "UV"}, centre_sources=frozenset({"s"}))
    settings_of = (plain, plain, plain, replace(plain, parties={"uv": "UV", "somebody": "UV"}, speakers=Speakers()))
    for changes, deeds, which in steps:
        for key, seed in changes:
            stands[key] = seed
        now = {key: seed for key, seed in stands.items() if seed}
        acts = [
            made_act(number, deed, parts=(tuple(sorted(map(o, keys))),))
            if deed == "merge"
            else made_act(number, deed, members=tuple(sorted(map(o, keys))), kind="shot" if deed == "retype" else "")
            for number, (deed, keys) in enumerate(deeds, 1)
        ]
        step = fused(now, rule, settings_of[which], acts, last)
        assert is_same(step, fused(now, rule, settings_of[which], acts, None))
        if last is not None:
            before = {row["incident_id"]: row for row in last.incidents.to_pylist()}
            rows = step.incidents.to_pylist()
            for row, is_as_before in zip(rows, step.is_as_before.to_pylist(), strict=True):
                assert not is_as_before or row == before[row["incident_id"]]
        last = step


@pytest.mark.parametrize("rule", RULES)
def test_one_report_more_makes_few_rows_anew(rule: str) -> None:
    stands = dict.fromkeys(range(300), 1)
    setting = Setting(parties={"uv": "UV"})
    last = fused(stands, rule, setting, (), None)
    step = fused(stands | {300: 1}, rule, setting, (), last)
    anew = int(np.sum(step.events.numbers < 0))
    assert 1 <= anew <= 0.5 * len(step.events.numbers)
    again = fused(stands | {300: 1}, rule, setting, (), step)
    assert (again.events.numbers >= 0).all()


def test_companions_are_the_same_under_any_numbering() -> None:
    rng = np.random.default_rng(3)
    groups = Groups.of(rng.integers(0, 12, 80))
    values = rng.integers(0, 5, 80)
    renamed = rng.permutation(5)[values]
    assert (companions(groups, values) == companions(groups, renamed)).all()
    for event in range(len(groups)):
        rows = groups.order[groups.bounds[event] : groups.bounds[event + 1]].tolist()
        for row in rows:
            first = next(place for place, other in enumerate(rows) if values[other] == values[row])
            assert companions(groups, values)[row] == first


@pytest.mark.parametrize("rule", RULES)
def test_a_list_goes_on_from_one_that_is_empty_and_becomes_empty(rule: str) -> None:
    last, setting = None, Setting(parties={"uv": "UV"})
    for stands in ({}, {1: 1, 2: 1}, {}, {1: 1, 2: 1, 3: 1}):
        step = fused(stands, rule, setting, (), last)
        assert is_same(step, fused(stands, rule, setting, (), None))
        assert not any(step.is_as_before.to_pylist())
        last = step
