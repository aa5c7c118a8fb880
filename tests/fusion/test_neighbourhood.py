"""Grown row by row is made at once: a list that goes on from another one is the list that would have been made from
nothing, after any change, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from tests.fusion.grown import is_same
from tests.fusion.learnt import calibrated, with_learnt
from tests.fusion.test_acts import RULES, o
from tests.fusion.test_acts import act as made_act
from tests.fusion.test_confidence import node
from trucewatch.fusion.fuse import Fused, fuse_with_acts
from trucewatch.fusion.setting import Setting
from trucewatch.model.edits import Act
from trucewatch.model.speakers import Speakers
from trucewatch.model.watch import AssociationRule

SPANS = (30, 600)
"""Hours on which the reports fall: all near each other, or weeks apart."""
KINDS = ("explosion", "explosion", "shot", "burst", "thermal_anomaly", "movement", "harm")
GIVERS = (("acoustic", ""), ("camera", ""), ("patrol", ""), ("satellite", ""), ("party", "UV"), ("public", "Somebody"))


def report(key: int, seed: int, hours: int = SPANS[0]) -> dict[str, Any]:
    """One report on a front of ten kilometres; the same seed says the same, another something else of the same."""
    rng = random.Random(f"{key} {seed}")
    means, whose = rng.choice(GIVERS)
    start = NOON + timedelta(seconds=rng.choice((rng.randrange(3600 * hours), 600 * rng.randrange(6 * hours))))
    lasts = timedelta(days=1) if rng.random() < 0.1 else timedelta(seconds=rng.randrange(60))
    count = rng.choice((None, 1, 2, 5))
    place: dict[str, Any] = {"lon": -25.0 + rng.choice((0.0, 0.01, 0.05, rng.random() / 10)), "lat": -35.0}
    if means in ("acoustic", "camera") and rng.random() < 0.3:
        eye = {"observer_lon": -25.1, "observer_lat": -35.02, "bearing_deg": rng.uniform(60.0, 100.0)}
        place = {"lon": None, "lat": None, **eye}
    elif rng.random() < 0.05:
        place = {"lon": None, "lat": None}
    return {
        "key": str(key),
        "sensor": f"{means}-{rng.randrange(3)}",
        "means": means,
        "kind": rng.choice(KINDS),
        "claimed_by": whose,
        "occurred_start": start,
        "occurred_end": start + lasts,
        **place,
        "semi_major_m": rng.choice((None, 100.0, 800.0, 20_000.0)),
        "count_best": count,
        "killed_best": rng.choice((None, None, 1)),
        "text": rng.choice(("", "a blast", "smoke")),
        "simulated": rng.random() < 0.1,
    }


def table(stands: dict[int, int], hours: int = SPANS[0]) -> Any:
    return observations(*(report(key, seed, hours) for key, seed in stands.items()))


def fused(
    stands: dict[int, int],
    rule: str,
    setting: Setting,
    acts: Sequence[Act],
    last: Fused | None,
    hours: int = SPANS[0],
) -> Fused:
    association = AssociationRule(rule=rule)  # type: ignore[arg-type]
    return fuse_with_acts(
        table(stands, hours), rule=association, setting=setting, acts=acts, contributions=True, last=last
    )


CHANGES = st.lists(st.tuples(st.integers(0, 79), st.integers(0, 2)), max_size=4)
"""Reports that say something else from now on; 0: that is gone, if it was there."""
DEEDS = st.one_of(
    st.none(),
    st.tuples(
        st.sampled_from(("merge", "reject", "retype", "undo")), st.sets(st.integers(0, 79), min_size=2, max_size=4)
    ),
)
PLAIN = Setting(parties={"uv": "UV"}, centre_sources=frozenset({"s"}))
SENSORS = tuple(
    node(f"{means}-{number}", lon=-25.0 + 0.03 * number) for means in ("acoustic", "camera") for number in range(3)
)


@lru_cache(maxsize=4)
def setting_of(which: int, hours: int) -> Setting:
    """Nothing learnt, a register, and what sixty reports taught."""
    if which == 0:
        return PLAIN
    setting = replace(PLAIN, sensors=SENSORS)
    return setting if which == 1 else with_learnt(calibrated([report(key, 1, hours) for key in range(60)]), setting)


@given(
    steps=st.lists(st.tuples(CHANGES, DEEDS), min_size=2, max_size=5),
    rule=st.sampled_from(RULES),
    hours=st.sampled_from(SPANS),
    which=st.integers(0, 2),
)
@settings(deadline=None, max_examples=60)
def test_a_list_that_goes_on_is_the_list_made_from_nothing(
    steps: list[tuple[list[tuple[int, int]], tuple[str, set[int]] | None]], rule: str, hours: int, which: int
) -> None:
    stands, acts, last = dict.fromkeys(range(60), 1), list[Act](), None
    setting = setting_of(which, hours)
    for changes, deed in steps:
        stands |= dict(changes)
        now = {key: seed for key, seed in stands.items() if seed}
        acts = acts_after(acts, deed)
        step = fused(now, rule, setting, acts, last, hours)
        assert is_same(step, fused(now, rule, setting, acts, None, hours))
        if last is not None and not step.begun:
            stays = [row for row in last.incidents.to_pylist() if row["incident_id"] not in step.gone]
            rows = {row["incident_id"]: row for row in [*stays, *step.fresh.to_pylist()]}
            assert rows == {row["incident_id"]: row for row in step.incidents.to_pylist()}
        last = step


def acts_after(acts: list[Act], deed: tuple[str, set[int]] | None) -> list[Act]:
    if deed is None:
        return acts
    what, keys = deed
    if what == "undo":  # any of them, not only the last
        goes = min(keys) % len(acts) if acts else 0
        return [*acts[:goes], *acts[goes + 1 :]]
    number = max((act.entry for act in acts), default=0) + 1
    named = tuple(sorted(map(o, keys)))
    if what == "merge":
        return [*acts, made_act(number, "merge", parts=(named,))]
    return [*acts, made_act(number, what, members=named, kind="shot" if what == "retype" else "")]


def test_a_list_under_another_setting_or_rule_is_begun_from_nothing() -> None:
    stands = dict.fromkeys(range(60), 1)
    last = fused(stands, "likelihood", PLAIN, (), None)
    other = replace(PLAIN, parties={"uv": "UV", "somebody": "UV"}, speakers=Speakers())
    for rule, setting in (("cylinder", PLAIN), ("likelihood", other)):
        step = fused(stands, rule, setting, (), last)
        assert step.begun
        assert is_same(step, fused(stands, rule, setting, (), None))


@pytest.mark.parametrize("rule", RULES)
def test_one_report_more_makes_few_rows_anew(rule: str) -> None:
    stands = dict.fromkeys(range(300), 1)
    setting = Setting(parties={"uv": "UV"})
    last = fused(stands, rule, setting, (), None)
    step = fused(stands | {300: 1}, rule, setting, (), last)
    assert 1 <= step.fresh.num_rows <= 0.5 * step.incidents.num_rows
    again = fused(stands | {300: 1}, rule, setting, (), step)
    assert again.fresh.num_rows == 0
    assert again.gone == []


@pytest.mark.parametrize("rule", RULES)
def test_one_report_more_is_weighed_against_those_near_it_alone(rule: str) -> None:
    stands = dict.fromkeys(range(200), 1)
    last = fused(stands, rule, PLAIN, (), None, SPANS[1])
    step = fused(stands | {200: 1}, rule, PLAIN, (), last, SPANS[1])
    assert not step.begun
    assert step.weights_fresh.num_rows <= 0.5 * step.weights.num_rows
