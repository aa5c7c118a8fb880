"""How surely it happened, what it may have been, how well it is placed, and how far it has come from a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON, observations
from tests.conftest import each
from tests.fusion.learnt import calibrated, fuse_in, fuse_learnt, with_learnt
from tests.fusion.test_likelihood import METRE, at, device, ray
from trucewatch.fusion.classify import class_table
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.setting import Setting
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.observation import KINDS
from trucewatch.model.speakers import Speakers
from trucewatch.model.watch import AssociationRule
from trucewatch.model.zone import Notice, Sensor

HOUR = timedelta(hours=1)


def fuse(
    *rows: dict[str, Any],
    sensors: tuple[Sensor, ...] = (),
    notices: tuple[Notice, ...] = (),
    speakers: Speakers | None = None,
) -> list[Incident]:
    speakers = speakers or Speakers()
    setting = Setting(parties={"Aldor": "AL"}, sensors=sensors, notices=notices, speakers=speakers)
    return incident_rows(fuse_observations(observations(*rows), rule=AssociationRule(), setting=setting))


def node(name: str, **more: Any) -> Sensor:
    plain: dict[str, Any] = {
        "id": name,
        "means": "acoustic",
        "names": {},
        "lon": -25.0,
        "lat": -35.0,
        "range_m": 8000.0,
        "notices": {"explosion": 0.9},
        "false_per_day": 0.1,
    }
    return Sensor(**plain | more)


def rumour(number: int, **more: Any) -> dict[str, Any]:
    return {
        "means": "public",
        "source": f"channel-{number}",
        "key": number,
        "semi_major_m": 1500.0,
        "semi_minor_m": 1500.0,
    } | more


def test_two_independent_voices_are_worth_more_than_one() -> None:
    (two,) = fuse(device("a"), device("b"))
    (one,) = fuse(device("a"))
    assert one.happened is not None
    assert two.happened is not None
    assert two.happened > 0.9 > one.happened


def test_ten_copies_of_one_rumour_count_once() -> None:
    (ten,) = fuse(*(rumour(number) for number in range(10)))
    (one,) = fuse(rumour(0))
    assert ten.rung == one.rung == "claimed"
    assert ten.happened is not None
    assert ten.happened == one.happened


def test_the_silence_of_devices_that_were_up_and_near_counts() -> None:
    others = tuple(node(name) for name in "bcd")
    rows = [
        device("a", means="uav"),
        *(device("b", **at(7200 * (number + 1)), lat=-35.0 + 3000 * METRE) for number in range(3)),
    ]
    heard_by_nobody = next(one for one in fuse(*rows, sensors=others) if one.means == ("uav",))
    far = tuple(node(name, lon=-20.0) for name in "bcd")
    nobody_there = next(one for one in fuse(*rows, sensors=far) if one.means == ("uav",))
    down = tuple(node(name, outages=((NOON - HOUR, NOON + HOUR),)) for name in "bcd")
    nobody_up = next(one for one in fuse(*rows, sensors=down) if one.means == ("uav",))
    assert heard_by_nobody.happened is not None
    assert nobody_there.happened is not None
    assert heard_by_nobody.happened <= nobody_there.happened
    assert nobody_up.happened == nobody_there.happened
    pair = [device("a", means="uav"), device("p", means="patrol")]
    (unheard,) = fuse(*pair, sensors=others)
    (unasked,) = fuse(*pair)
    assert unheard.happened is not None
    assert unasked.happened is not None
    assert unheard.happened < unasked.happened


def test_a_device_whose_books_show_many_false_alarms_is_believed_less() -> None:
    """What the register states is where its book begins, once there is one."""
    rows = [device("a", **at(86_400.0 * day)) for day in range(10)]
    good = fuse_learnt(rows, Setting(sensors=(node("a", false_per_day=0.05),)))
    poor = fuse_learnt(rows, Setting(sensors=(node("a", false_per_day=0.8),)))
    for better, worse in each(zip(good, poor, strict=True)):
        assert better.happened > 0.5 > worse.happened  # type: ignore[operator]


def shouts(number: int) -> list[dict[str, Any]]:
    """So many directions of one node within an hour, a few on the next day, and an event that its neighbours hear on
    the day after."""
    step = 3500.0 / number
    return [
        *(ray("a", -25.0, -35.0, float(turn * 7 % 360), key=f"s{turn}", **at(turn * step)) for turn in range(number)),
        *(ray("a", -25.0, -35.0, 10.0 * turn, key=f"q{turn}", **at(86_400 + turn * 7200)) for turn in range(8)),
        *(device(name, key=f"n{name}", **at(3 * 86_400)) for name in "bcd"),
    ]


FOUR_NODES = tuple(node(name) for name in "abcd")


@pytest.mark.parametrize("judge", [fuse_in, fuse_learnt])
def test_a_sensor_that_shouts_is_not_believed_in_that_hour_and_nothing_is_dropped(judge: Any) -> None:
    """Its neighbours would have had to notice what it reports; of a node without any nothing is learnt so."""
    found = judge(shouts(200), Setting(sensors=FOUR_NODES))
    assert sum(len(one.members) for one in found) == 211
    early = [one.happened for one in found if one.occurred_start < NOON + HOUR]
    late = [one.happened for one in found if one.occurred_start > NOON + 12 * HOUR]
    assert max(early) < 0.1 < min(late)


@pytest.mark.parametrize("judge", [fuse_in, fuse_learnt])
def test_the_more_a_sensor_speaks_alone_in_an_hour_the_less_it_is_believed_and_there_is_no_step(judge: Any) -> None:
    chances = []
    for number in (2, 5, 10, 20, 40, 59, 60, 61, 90, 150):
        found = judge(shouts(number), Setting(sensors=FOUR_NODES))
        chances.append(float(np.mean([one.happened for one in found if one.occurred_start < NOON + HOUR])))
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 2 * chances[-1]
    assert np.ptp(chances[5:8]) < 0.02, "59, 60 and 61 reports an hour are much the same"


@pytest.mark.parametrize(
    ("rows", "rung"),
    [
        ([{"means": "party", "claimed_by": "Aldor"}], "claimed"),
        ([rumour(0)], "claimed"),
        ([device("a")], "recorded"),
        ([device("a"), device("b")], "assessed"),
        ([device("a"), device("p", means="uav")], "corroborated"),
        ([device("a"), rumour(1)], "corroborated"),
    ],
)
def test_the_ladder(rows: list[dict[str, Any]], rung: str) -> None:
    (one,) = fuse(*rows)
    assert one.rung == rung


def test_who_did_it_is_never_said_by_the_program() -> None:
    (one,) = fuse(device("a"), {"means": "party", "claimed_by": "Aldor", "semi_major_m": 1500.0})
    assert one.who is None


def test_place_and_time_are_known_as_well_as_their_errors_say() -> None:
    (sharp,) = fuse(device("a", semi_major_m=100.0, semi_minor_m=100.0))
    (vague,) = fuse(device("a", semi_major_m=3000.0, semi_minor_m=3000.0))
    (nowhere,) = fuse(ray("a", -25.0, -35.0, 45.0))
    assert sharp.where_when is not None
    assert vague.where_when is not None
    assert sharp.where_when > 0.99
    assert vague.where_when < 0.2
    assert nowhere.where_when == 0.0


def test_class_probabilities_sum_to_one_and_name_screened_causes() -> None:
    table = class_table()
    assert table.prior.sum() == pytest.approx(1.0)
    of_one_event = [kind not in ("hostilities", "agreement_act") for kind in KINDS]
    assert np.exp(table.log_kind)[:, of_one_event].sum(axis=1) == pytest.approx(np.ones(len(table.names)))
    assert set(np.array(table.names)[table.screened]) == {
        "exercise",
        "demining",
        "quarry_blast",
        "farm_fire",
        "industry",
        "gas_flare",
        "thunder",
    }


@pytest.mark.parametrize(
    ("kind", "likely"),
    [
        ("explosion", "shelling"),
        ("burst", "small_arms"),
        ("projectile", "rocket_or_missile"),
        ("flare", "illumination"),
    ],
)
def test_a_kind_makes_its_class_likely(kind: str, likely: str) -> None:
    (one,) = fuse(device("a", kind=kind, occurred_start=NOON + 12 * HOUR))
    assert one.classes[0] == likely
    assert one.what == one.class_probabilities[0]
    assert sum(one.class_probabilities) <= 1.0 + 1e-9


def test_work_that_was_announced_before_makes_its_cause_likely() -> None:
    notice = Notice(
        id="n",
        who="AL",
        kinds=("explosion",),
        zone="",
        lon=-25.0,
        lat=-35.0,
        radius_m=1000.0,
        start=NOON - HOUR,
        end=NOON + HOUR,
        known_at=NOON - 24 * HOUR,
        text="",
        source="",
        row=2,
    )
    row = device("a")

    def screened(one: Incident) -> float:
        table = class_table()
        causes = set(np.array(table.names)[table.screened])
        return sum(p for name, p in zip(one.classes, one.class_probabilities, strict=True) if name in causes)

    (announced,) = fuse(row, notices=(notice,))
    (silent,) = fuse(row)
    assert screened(announced) > 0.5 > screened(silent)


def test_a_lone_report_where_works_were_announced_is_believed_more() -> None:
    notice = Notice(
        id="n",
        who="AL",
        kinds=("explosion",),
        zone="",
        lon=-25.0,
        lat=-35.0,
        radius_m=1000.0,
        start=NOON - HOUR,
        end=NOON + HOUR,
        known_at=NOON - 24 * HOUR,
        text="",
        source="",
        row=2,
    )
    elsewhere = replace(notice, lat=-34.0)
    afterwards = replace(notice, known_at=NOON + HOUR)
    noisy = Setting(sensors=(node("a", false_per_day=0.9),))
    rows = [device("a", **at(86_400.0 * day)) for day in range(10)]
    book = calibrated(rows, noisy)

    def judged(*notices: Notice) -> list[Incident]:
        return fuse_in(rows, with_learnt(book, replace(noisy, notices=notices)))

    announced, *others = judged(notice)
    for notices in ((), (elsewhere,), (afterwards,)):
        assert judged(*notices)[0].happened == others[0].happened
    assert announced.happened is not None
    assert others[0].happened is not None
    assert others[0].happened < 0.5
    assert announced.happened > others[0].happened + 0.3


def test_chances_of_lone_reports_have_the_mean_that_the_books_allow() -> None:
    """Ten lone reports of one flight, one where silent nodes would have heard it: what it loses, the others gain."""
    spread = [
        device("a", means="uav", lat=-35.0 + number * 30_000 * METRE, **at(3600.0 * number)) for number in range(10)
    ]
    uav = node("a", means="uav", false_per_day=3.0, range_m=400_000.0)
    setting = Setting(sensors=(uav, *(node(name) for name in "bcd")))
    learnt = calibrated(spread, setting)
    found = fuse_in(spread, with_learnt(learnt, setting))
    chances = [one.happened for one in found]
    unheard = next(one for one in found if one.lat == pytest.approx(-35.0))
    assert unheard.happened == min(chances)  # type: ignore[type-var]
    (book,) = [each for each in learnt.devices if each.sensor == "a"]
    assert np.mean(chances) == pytest.approx(book.alone_answers, abs=0.02)  # type: ignore[arg-type]


def test_a_meeting_has_no_class() -> None:
    (one,) = fuse(device("a", kind="meeting"))
    assert (one.classes, one.what) == ((), None)
    assert "meeting" in KINDS
