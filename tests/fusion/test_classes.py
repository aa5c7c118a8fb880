"""What an event may have been: by its words whatever their order, by what a heat pixel shows, by what was announced."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON, observations
from tests.conftest import each
from tests.fusion.test_likelihood import METRE, at, device
from trucewatch.fusion.classify import ANNOUNCED, AT_WORKS, ENOUGH_CIRCLES, TEMPER, class_table, classify_events
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.heat_signs import count_other_days
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.fusion.notice_match import count_notices
from trucewatch.fusion.setting import Setting
from trucewatch.fusion.verification_level import bears_out, rungs_of
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.observation import KINDS
from trucewatch.model.watch import AssociationRule
from trucewatch.model.zone import Notice

HOUR, DAY_S = timedelta(hours=1), 86_400.0
CYLINDER = AssociationRule(rule="cylinder", radius_m=3000.0, gap_hours=12.0)


def fuse(
    *rows: dict[str, Any], rule: AssociationRule | None = None, notices: tuple[Notice, ...] = ()
) -> list[Incident]:
    setting = Setting(parties={"Aldor": "AL"}, notices=notices)
    return incident_rows(fuse_observations(observations(*rows), rule=rule or AssociationRule(), setting=setting))


def chances(*rows: dict[str, Any]) -> dict[str, float]:
    """The class probabilities of the rows as one event, unrounded."""
    table = observations(*rows).sort_by("observation_id")
    reports, bounds = prepare_reports(table), np.array([0, len(rows)])
    places, _ = locate_events(reports, np.arange(len(rows)), bounds)
    (found,) = classify_events(reports, np.arange(len(rows)), bounds, places)
    return dict(zip(class_table().names, found.tolist(), strict=True))


def pixel(**more: Any) -> dict[str, Any]:
    return {"means": "satellite", "sensor": "VIIRS/S-NPP", "kind": "thermal_anomaly"} | more


def classes(incident: Incident) -> dict[str, float]:
    return dict.fromkeys(class_table().names, 0.0) | dict(
        zip(incident.classes, incident.class_probabilities, strict=True)
    )


def notice(**more: Any) -> Notice:
    plain: dict[str, Any] = {
        "id": "n",
        "who": "AL",
        "kinds": ("explosion",),
        "zone": "",
        "lon": -25.0,
        "lat": -35.0,
        "radius_m": 1000.0,
        "start": NOON - HOUR,
        "end": NOON + HOUR,
        "known_at": NOON - 24 * HOUR,
        "text": "",
        "source": "",
        "row": 2,
    }
    return Notice(**plain | more)


# 1. Order and ids


def test_a_class_does_not_depend_on_which_voice_has_the_smallest_id() -> None:
    """Three voices, three words: the ids are dealt out to them in every way."""
    words = ("explosion", "burst", "muzzle_flash")
    found = [
        chances(*(device(name, kind=kind, key=key) for name, kind, key in zip("abc", words, keys, strict=True)))
        for keys in permutations(("x", "y", "z"))
    ]
    assert all(other == found[0] for other in each(found[1:]))


def test_a_device_of_two_words_counts_as_one_voice_whatever_their_order() -> None:
    found = [
        chances(device("a", kind="explosion", key=first), device("a", kind="burst", key=second), device("b", key="q"))
        for first, second in (("x", "y"), ("y", "x"))
    ]
    assert found[0] == found[1]


def test_the_power_of_voices_is_shared_alike() -> None:
    """Of two voices each counts with (1 + 0.6) / 2 = 0.8: explosion and burst, worked out by hand."""
    table = class_table()
    power = (1 + TEMPER) / 2
    words = table.log_kind[:, KINDS.index("explosion")] + table.log_kind[:, KINDS.index("burst")]
    # NOON in UTC at 25° W is a day hour.
    odds = table.prior * table.daylight * np.exp(power * words)
    expected = dict(zip(table.names, (odds / odds.sum()).tolist(), strict=True))
    assert chances(device("a", kind="explosion"), device("b", kind="burst")) == pytest.approx(expected)


# 2. Heat pixels


def test_a_heat_pixel_alone_is_not_held_to_be_fire_between_the_sides() -> None:
    for quality in each(("confidence=n; daynight=D", "confidence=h; daynight=N", "")):
        (incident,) = fuse(pixel(source_quality=quality))
        found = classes(incident)
        assert found["shelling"] < 0.02
        assert found["fire"] < 0.3
        assert incident.classes[0] == "farm_fire"


def test_a_fire_that_people_tell_of_is_no_pixel() -> None:
    """A satellite sees every field; what a list or a patrol names concerns the watch."""
    for means in each(("patrol", "event_list")):
        (incident,) = fuse(pixel(means=means, sensor="", source_quality="daynight=D"))
        found = classes(incident)
        assert 0.3 < found["fire"] < 0.5
        assert 0.3 < found["farm_fire"] < 0.6


def test_by_day_it_is_a_field_and_by_night_nobody_knows() -> None:
    (day,), (night,) = fuse(pixel(source_quality="daynight=D")), fuse(pixel(source_quality="daynight=N"))
    assert classes(day)["farm_fire"] > 0.8
    assert day.what is not None
    assert night.what is not None
    assert night.what < 0.5


def test_where_the_source_does_not_say_day_or_night_the_sun_does() -> None:
    """25° W is 1 h 40 min behind UTC: noon UTC is 10:20 there, midnight 22:20."""
    hour_of = {"D": NOON, "N": NOON + 12 * HOUR}
    for letter, moment in each(hour_of.items()):
        (stated,) = fuse(pixel(source_quality=f"daynight={letter}", occurred_start=moment, occurred_end=moment))
        (by_sun,) = fuse(pixel(occurred_start=moment, occurred_end=moment))
        assert classes(stated) == classes(by_sun)


@pytest.mark.parametrize(
    ("quality", "likely"),
    [
        ("version=2; daynight=D; type=0", "farm_fire"),
        ("version=2; daynight=N; type=2", "industry"),
        ("version=2; daynight=D; type=2", "industry"),
        ("version=2; daynight=N; type=3", "gas_flare"),
    ],
)
def test_the_type_that_firms_states_counts(quality: str, likely: str) -> None:
    (incident,) = fuse(pixel(source_quality=quality))
    assert incident.classes[0] == likely


def test_a_place_that_burns_on_many_days_is_a_works_and_one_that_burns_for_three_days_is_a_field() -> None:
    again = fuse(*(pixel(key=f"d{day}", source_quality="daynight=D", **at(DAY_S * 4 * day)) for day in range(21)))
    works = classes(again[10])
    assert works["industry"] + works["gas_flare"] > 0.6
    days = fuse(*(pixel(key=f"d{day}", source_quality="daynight=D", **at(DAY_S * day)) for day in range(3)))
    (once,) = fuse(pixel(source_quality="daynight=D"))
    assert [classes(incident) for incident in each(days)] == [classes(once)] * 3


def test_other_days_are_counted_near_by_and_within_ninety_days() -> None:
    """Days 0, 2, 10, 20, 95 and 200 at one place, and one of day 10 that is three kilometres off."""
    day = np.array([0, 2, 10, 20, 95, 200, 10])
    lat = np.array([-35.0] * 6 + [-35.0 + 3000 * METRE])
    counted = count_other_days(np.full(7, -25.0), lat, day, np.zeros(7, dtype=np.int64))
    #  0: 10, 20 (2 is the same fire, 95 is too late); 2: 10, 20 (93 days to 95); 10: 0, 2, 20, 95; …
    assert counted.tolist() == [2, 2, 4, 4, 2, 0, 0]


def test_one_pixel_more_touches_only_those_around_it() -> None:
    rng = np.random.default_rng(5)
    lon, lat, day = rng.uniform(30.0, 30.5, 3000), rng.uniform(48.0, 48.3, 3000), rng.integers(0, 300, 3000)
    apart = np.zeros(3000, dtype=np.int64)
    before = count_other_days(lon[:-1], lat[:-1], day[:-1], apart[:-1])
    after = count_other_days(lon, lat, day, apart)[:-1]
    changed = np.flatnonzero(before != after)
    away_m = np.hypot((lon - lon[-1]) * np.cos(np.radians(48.15)), lat - lat[-1])[changed] * 111_000
    assert (away_m < 2100.0).all()  # two cells, corner to corner
    assert (np.abs(day[changed] - day[-1]) <= 90).all()
    order = rng.permutation(3000)
    shuffled = count_other_days(lon[order], lat[order], day[order], apart)
    assert (shuffled == count_other_days(lon, lat, day, apart)[order]).all()


def test_simulated_pixels_make_no_real_place_persistent() -> None:
    rows = [pixel(key=f"s{day}", simulated=True, **at(DAY_S * 4 * day)) for day in range(1, 21)]
    real = next(one for one in fuse(pixel(key="real"), *rows) if not one.simulated)
    (alone,) = fuse(pixel(key="real"))
    assert classes(real) == classes(alone)


# 3. Notices


def test_a_notice_speaks_only_of_the_kinds_that_it_names() -> None:
    rows = observations(device("a"), device("b", kind="burst"), device("c", kind="movement")).sort_by("observation_id")
    reports, order, bounds = prepare_reports(rows), np.arange(3), np.arange(4)
    places, _ = locate_events(reports, order, bounds)
    kinds = rows["kind"].to_pylist()
    named = dict(zip(kinds, count_notices(reports, order, bounds, places, [notice()]).tolist(), strict=True))
    assert named == {"explosion": 1.0, "burst": 0.0, "movement": 0.0}
    every = count_notices(reports, order, bounds, places, [notice(kinds=())])
    assert every.tolist() == [1.0, 1.0, 1.0]


def test_an_announced_explosion_counts_by_the_share_of_voices_that_report_one() -> None:
    rows = observations(
        *(device(name, kind=kind) for name, kind in zip("abcd", ["explosion"] * 3 + ["burst"], strict=True))
    )
    reports, order, bounds = prepare_reports(rows.sort_by("observation_id")), np.arange(4), np.array([0, 4])
    places, _ = locate_events(reports, order, bounds)
    assert count_notices(reports, order, bounds, places, [notice()]).tolist() == [0.75]


def test_announced_works_do_not_make_bursts_an_exercise() -> None:
    (told,), (untold,) = fuse(device("a", kind="burst"), notices=(notice(),)), fuse(device("a", kind="burst"))
    assert classes(told) == classes(untold)
    (meant,) = fuse(device("a", kind="burst"), notices=(notice(kinds=("burst",)),))
    assert classes(meant)["exercise"] > 3 * classes(untold)["exercise"]


def test_thunder_is_never_announced_and_two_notices_say_no_more_than_one() -> None:
    (untold,), (told,), (twice,) = (
        fuse(device("a"), notices=notices) for notices in ((), (notice(),), (notice(), notice(id="m")))
    )
    assert classes(twice) == classes(told)
    ratio = classes(told)["demining"] / classes(told)["shelling"]
    # Besides, it lies where works were announced: one circle says a third of what enough of them do.
    at_works = AT_WORKS ** (1 / ENOUGH_CIRCLES)
    told_of = ANNOUNCED * at_works * classes(untold)["demining"] / classes(untold)["shelling"]
    assert ratio == pytest.approx(told_of, rel=0.05)
    assert classes(told)["thunder"] <= classes(untold)["thunder"]


# 4. Heat and blasts under the cylinder rule


def listed_and_hot() -> list[dict[str, Any]]:
    """A lethal row of a list, and a heat pixel an hour later at the same place: one event by the cylinder rule."""
    return [
        {"means": "event_list", "source": "list", "kind": "harm", "harm_best": 3, "key": "row"},
        pixel(source="firms", key="pixel", **at(3600.0)),
    ]


def test_a_heat_pixel_bears_out_no_blast() -> None:
    table = observations(*listed_and_hot(), device("a", **at(10.0))).sort_by("observation_id")
    reports, order = prepare_reports(table), np.arange(3)
    is_heat = np.array(table["kind"].to_pylist()) == "thermal_anomaly"
    assert bears_out(reports, order, np.array([0, 3])).tolist() == (~is_heat).tolist()
    assert bears_out(reports, order, np.arange(4)).all()  # each by itself bears itself out
    assert rungs_of(reports, order, np.array([0, 3]), np.array([0.99])) == ["corroborated"]  # the list and the node


def test_a_list_row_is_not_corroborated_by_a_fire_beside_it() -> None:
    (incident,) = fuse(*listed_and_hot(), rule=CYLINDER)
    assert len(incident.members) == 2
    assert incident.rung == "recorded"
    table = observations(*listed_and_hot()).sort_by("observation_id")
    assert rungs_of(prepare_reports(table), np.arange(2), np.array([0, 2]), np.array([0.99])) == ["recorded"]


def test_a_claim_stays_a_claim_where_something_burns() -> None:
    claim = {"means": "party", "claimed_by": "Aldor", "kind": "explosion", "key": "claim"}
    (incident,) = fuse(claim, pixel(source="firms", **at(3600.0)), rule=CYLINDER)
    assert len(incident.members) == 2
    assert incident.rung == "claimed"


def test_two_satellites_bear_out_a_fire() -> None:
    table = observations(pixel(), pixel(sensor="VIIRS/NOAA-20")).sort_by("observation_id")
    assert rungs_of(prepare_reports(table), np.arange(2), np.array([0, 2]), np.array([0.9])) == ["assessed"]


def test_heat_that_was_joined_with_a_blast_tells_nothing_of_its_class() -> None:
    blast = device("a")
    found = chances(blast, pixel(key="pixel"))
    alone = chances(blast)
    assert found == pytest.approx(alone)
