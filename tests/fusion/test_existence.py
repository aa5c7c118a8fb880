"""How surely it happened: what must hold whatever the numbers of the weights are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from tests.conftest import each
from tests.fusion.learnt import calibrated, fuse_in, with_learnt
from tests.fusion.test_company import DAY_S, sure
from tests.fusion.test_confidence import node, rumour
from tests.fusion.test_likelihood import METRE, at, device
from trucewatch.fusion.existence import Evidence, weigh_happening
from trucewatch.fusion.fuse import Groups, Setting, fuse_observations
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.fusion.voices import settle_voices
from trucewatch.model.calibration import Calibration
from trucewatch.model.incident import incident_rows
from trucewatch.model.watch import AssociationRule

DAYS = 40


def chance(rows: list[dict[str, Any]], setting: Setting | None = None) -> float:
    """`happened` of rows that are one event."""
    (incident,) = fuse_in(rows, setting)
    assert incident.happened is not None
    return incident.happened


def evidence_of(*events: list[dict[str, Any]], setting: Setting | None = None) -> Evidence:
    """The evidence of events that are known to be events."""
    setting = setting or Setting()
    table = observations(*(row for event in events for row in event))
    labels = np.repeat(np.arange(len(events)), [len(event) for event in events])
    groups = Groups.of(labels)
    reports = settle_voices(prepare_reports(table, setting.reach_m), groups.order, groups.bounds)
    places, _ = locate_events(reports, groups.order, groups.bounds)
    return weigh_happening(table, reports, groups.order, groups.bounds, places, setting.sensors)


# Voices


@pytest.mark.parametrize("lone", [device("a"), rumour(0), device("a", means="camera")])
def test_a_voice_of_another_kind_makes_it_surer(lone: dict[str, Any]) -> None:
    beside = [device("u", means="uav"), device("p", means="patrol", time_sd_s=60.0)]
    chances = [chance([lone, *beside[:number]]) for number in range(3)]
    assert chances == sorted(chances)
    assert chances[0] < chances[1]


def test_no_further_device_makes_it_less_sure_however_many_there_are() -> None:
    chances = [chance([device(f"n{number}") for number in range(count)]) for count in range(1, 9)]
    assert chances == sorted(chances)


def test_devices_of_one_hill_add_less_than_devices_of_two() -> None:
    def named(*groups: str) -> Setting:
        pair = zip("ab", groups, strict=True)
        return Setting(sensors=tuple(node(name, group=group, notices={}) for name, group in pair))

    rows = [device("a"), device("b")]
    assert chance(rows, named("hill", "hill")) < chance(rows, named("hill", "mast"))


def test_what_is_said_twice_by_one_voice_is_as_sure_as_once() -> None:
    pair = [device("a"), rumour(0)]
    assert chance([*pair, rumour(1), rumour(2)]) == chance(pair)


# Silence


@pytest.mark.parametrize("voices", range(1, 9))
def test_who_was_silent_counts_against_any_number_of_voices(voices: int) -> None:
    """From four voices on too: a round of fire that four of twenty hear is not as sure as one that all hear."""
    rows = [device(f"n{number}") for number in range(voices)]
    own = tuple(node(f"n{number}") for number in range(voices))
    chances = [
        chance(rows, Setting(sensors=(*own, *(node(f"x{number}") for number in range(silent))))) for silent in range(6)
    ]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > chances[2] > chances[5]


def test_silence_weighs_the_less_the_more_voices_agree_and_never_nothing() -> None:
    silent = tuple(node(f"x{number}") for number in range(3))
    lost = []
    for voices in range(2, 9):
        rows = [device(f"n{number}") for number in range(voices)]
        heard, unheard = evidence_of(rows), evidence_of(rows, setting=Setting(sensors=silent))
        lost.append(float(unheard.by_cause[0] - heard.by_cause[0]))
    assert lost == sorted(lost, reverse=True)
    assert min(lost) > 0.5


def test_a_silent_device_that_hardly_ever_notices_says_hardly_anything() -> None:
    chances = [
        chance([device("a")], Setting(sensors=(node("x", notices={"explosion": notices}),)))
        for notices in (0.0, 0.05, 0.5, 0.9)
    ]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] - chances[1] < 0.02


# Echoes


def heard_again(voices: int, away: float = 0.03) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What so many nodes hear, and hear again five seconds later so many degrees of latitude away."""
    names = [f"n{number}" for number in range(voices)]
    first = [device(name, key=f"{name}-first", **at(0.0)) for name in names]
    return first, [device(name, key=f"{name}-again", lat=-35.0 + away, **at(5.0)) for name in names]


def test_further_rounds_from_the_same_place_are_no_echoes() -> None:
    first, again = heard_again(2, away=0.0)
    after = evidence_of(first, again)
    assert after.echoes.tolist() == [0, 0]
    assert after.happened[0] == pytest.approx(after.happened[1], abs=0.01)


def test_what_may_be_an_echo_weighs_less_the_more_hear_it_alike() -> None:
    """A hillside throws sound back to one or two, not to all who stand around."""
    penalties = []
    for voices in range(2, 9):
        first, again = heard_again(voices)
        after, alone = evidence_of(first, again), evidence_of(again)
        assert after.echoes.tolist() == [0, voices]
        penalties.append(float(after.by_cause[1] - alone.by_cause[0]))
    assert penalties == sorted(penalties, reverse=True)
    assert min(penalties) >= 0.0
    assert penalties[0] > 1.0


def test_a_lone_echo_is_believed_less() -> None:
    first, again = heard_again(1)
    after = evidence_of(first, again).happened
    assert after[1] < after[0] - 0.3


# What is far away


def record(days: int = DAYS) -> list[dict[str, Any]]:
    """An event a day that three nodes hear, one a day that two hear, and a report that stands alone."""
    rows = []
    for day in range(days):
        rows += sure(DAY_S * day)
        rows += sure(DAY_S * day + 20_000.0, 900.0)[:2]
        rows.append(device("a", key=f"alone {day}", lat=-35.0 + 500 * METRE, **at(DAY_S * day + 40_000.0)))
    return rows


@pytest.fixture(scope="module")
def learnt() -> Calibration:
    return calibrated(record())


OLD = [
    pytest.param([device("a", key="old", **at(-900 * DAY_S))], id="a row"),
    pytest.param(sure(-900 * DAY_S), id="an event"),
    pytest.param([row for hour in range(40) for row in sure(-900 * DAY_S + 600.0 * hour)], id="a day of fire"),
]


@pytest.mark.parametrize("old", OLD)
def test_what_is_of_years_ago_changes_nothing_in_what_is_said_of_today(
    learnt: Calibration, old: list[dict[str, Any]]
) -> None:
    before = {one.members: one for one in fuse_in(record(), with_learnt(learnt))}
    after = {one.members: one for one in fuse_in([*record(), *old], with_learnt(learnt))}
    for members, incident in each(before.items()):
        assert after[members] == incident


@pytest.mark.parametrize("old", OLD[:2])
def test_what_is_of_years_ago_changes_little_also_through_what_is_learnt(
    learnt: Calibration, old: list[dict[str, Any]]
) -> None:
    before = {one.members: one.happened for one in fuse_in(record(), with_learnt(learnt))}
    anew = with_learnt(calibrated([*record(), *old]))
    after = {one.members: one.happened for one in fuse_in([*record(), *old], anew)}
    for members, happened in each(before.items()):
        assert after[members] == pytest.approx(happened, abs=0.03)


# A function of the set

places = st.tuples(st.sampled_from("abcde"), st.integers(-2, 2), st.integers(0, 40), st.booleans())


@settings(max_examples=25, deadline=None)
@given(st.lists(places, min_size=1, max_size=25, unique=True), st.randoms())
def test_the_order_of_rows_changes_nothing_with_books_and_a_register(
    learnt: Calibration, reports: list[tuple[str, int, int, bool]], random: Any
) -> None:
    rows = [
        device(name, key=f"{number}", lat=-35.0 + north * 1500 * METRE, means="public" if told else "acoustic")
        | at(moment * 40.0)
        for number, (name, north, moment, told) in enumerate(reports)
    ]
    setting = replace(with_learnt(learnt), sensors=tuple(node(name) for name in "abcde"))
    table = observations(*rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    one, other = (
        fuse_observations(some, rule=AssociationRule(), setting=setting) for some in (table, table.take(order))
    )
    assert one.equals(other)
    assert all(0.0 < incident.happened < 1.0 for incident in incident_rows(one))  # type: ignore[operator]


def test_the_hour_is_of_the_clock_and_of_the_device() -> None:
    """A node that shouts takes nothing from its neighbour, nor from itself on the next day."""
    four = Setting(sensors=tuple(node(name, notices={"explosion": 0.4}) for name in "abcd"))
    others = [
        device("b", key="neighbour", lat=-35.0 + 5_000 * METRE, **at(1800.0)),
        device("a", key="next day", **at(DAY_S + 1800.0)),
    ]
    shouted = [
        device("a", key=f"s{number}", lat=-35.0 + 2_000 * METRE, **at(number * 30.0 + 2.0)) for number in range(100)
    ]
    quiet = fuse_in(others, four)
    loud = fuse_in([*others, *shouted], four)
    for incident in each(quiet):
        (same,) = [one for one in loud if one.members == incident.members]
        assert same.happened == incident.happened
    crowd = [one for one in loud if one.occurred_start < NOON + timedelta(hours=1) and len(one.sources) == 1]
    assert np.median([one.happened for one in crowd]) < min(one.happened for one in quiet)  # type: ignore[type-var]
