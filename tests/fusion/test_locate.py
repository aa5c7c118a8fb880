"""Where an event was: ellipses that do not shrink twice over one error, directions, ranges, and one that is far off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.builders import observations
from tests.fusion.test_likelihood import METRE, device, ray
from trucewatch.fusion.locate import STRAYS, degrees_of, locate_events
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.geo.frame import wgs84
from trucewatch.model.observation import MEANS

EAST = METRE / np.cos(np.radians(35))


def locate(*rows: dict[str, Any]) -> list[float]:
    """lon, lat, one-sigma half-axes and azimuth of one event of these rows."""
    table = observations(*rows).sort_by("observation_id")
    places, _ = locate_events(prepare_reports(table), np.arange(len(rows)), np.array([0, len(rows)]))
    return list(places[0])


def metres_apart(place: list[float], lon: float, lat: float) -> float:
    return float(wgs84().inv(place[0], place[1], lon, lat)[2])


def test_one_report_is_where_it_says_with_its_own_ellipse() -> None:
    lon, lat, major, minor, azimuth = locate(
        device("a", semi_major_m=400.0, semi_minor_m=100.0, major_azimuth_deg=30.0)
    )
    assert (lon, lat) == pytest.approx((-25.0, -35.0), abs=1e-9)
    assert (major, minor, azimuth) == pytest.approx((400 * STRAYS[1], 100 * STRAYS[1], 30.0), abs=1e-6)


def test_devices_of_one_means_share_a_part_of_their_error() -> None:
    shared = means_table().shared[MEANS.index("acoustic")]
    four = locate(*(device(str(number)) for number in range(4)))
    alone = 200.0 / np.sqrt(4)
    assert four[2] == pytest.approx(alone * np.sqrt(1 + 3 * shared) * STRAYS[4], abs=0.5)
    other = locate(device("1"), device("2"), device("3", means="seismic"), device("4", means="uav"))
    assert other[2] < four[2]


def test_copies_of_one_rumour_are_no_better_than_one() -> None:
    rumour = {"means": "public", "semi_major_m": 1000.0, "semi_minor_m": 1000.0}
    ten = locate(*(rumour | {"source": f"s{number}", "key": number} for number in range(10)))
    assert ten[2] == pytest.approx(1000.0 * STRAYS[1], abs=0.5)


def test_pixels_that_lie_apart_widen_the_ellipse_along_the_fire() -> None:
    pixel = {
        "means": "satellite",
        "kind": "thermal_anomaly",
        "sensor": "N",
        "semi_major_m": 100.0,
        "semi_minor_m": 100.0,
    }
    rows = [pixel | {"key": number, "lat": -35.0 + number * 1000 * METRE} for number in range(5)]
    _, lat, major, minor, azimuth = locate(*rows)
    assert lat == pytest.approx(-35.0 + 2000 * METRE, abs=1e-5)
    assert major > 1000
    assert minor < 250
    assert min(azimuth, 180 - azimuth) < 1


def test_two_directions_give_the_place_where_they_cross() -> None:
    place = locate(ray("a", -25.0, -35.0, 45.0), ray("b", -25.0 + 5000 * EAST, -35.0, 315.0))
    assert metres_apart(place, -25.0 + 2500 * EAST, -35.0 + 2500 * METRE) < 15
    across = np.radians(1.0) * 2500 * np.sqrt(2)
    assert place[2] / STRAYS[2] == pytest.approx(
        np.hypot(across, 30) * np.sqrt(1.0 + means_table().shared[MEANS.index("acoustic")]), rel=0.02
    )


def test_a_direction_sharpens_a_place_across_it_and_not_along_it() -> None:
    before = locate(device("a", lat=-35.0 + 5000 * METRE, semi_major_m=500.0, semi_minor_m=500.0))
    after = locate(
        device("a", lat=-35.0 + 5000 * METRE, semi_major_m=500.0, semi_minor_m=500.0),
        ray("b", -25.0, -35.0, 0.0, means="camera"),
    )
    assert after[3] / STRAYS[2] < 120
    assert after[2] / STRAYS[2] == pytest.approx(before[2] / STRAYS[1], rel=0.03)
    assert min(after[4], 180 - after[4]) < 2


def test_a_bearing_with_a_range_is_a_place() -> None:
    row = ray("a", -25.0, -35.0, 90.0, range_m=4000.0, range_sd_m=300.0)
    place = locate(row)
    assert metres_apart(place, -25.0 + 4000 * EAST, -35.0) < 20
    assert place[2] == pytest.approx(300 * STRAYS[1], rel=0.01)
    assert place[4] == pytest.approx(90.0, abs=0.1)


def test_one_direction_alone_is_no_place() -> None:
    assert np.isnan(locate(ray("a", -25.0, -35.0, 45.0))).all()


def test_one_that_is_far_off_does_not_draw_the_place() -> None:
    good = [device(str(number), lat=-35.0 + number * 20 * METRE) for number in range(4)]
    place = locate(*good, device("9", means="patrol", lat=-35.0 + 3000 * METRE))
    assert metres_apart(place, -25.0, -35.0 + 30 * METRE) < 150


def test_the_ellipse_holds_the_truth_as_often_as_it_says() -> None:
    """Independent normal errors as stated: with what is added for strays the 95 % ellipse holds more than 95 %, never
    less."""
    rng = np.random.default_rng(4)
    count, held = 600, 0
    rows, bounds = [], [0]
    for event in range(count):
        for number in range(3):
            error = rng.normal(0.0, 200.0, 2)
            rows.append(
                device(
                    str(number),
                    key=f"{event}-{number}",
                    means=("acoustic", "seismic", "uav")[number],
                    lon=-25.0 + error[0] * EAST,
                    lat=-35.0 + error[1] * METRE,
                )
            )
        bounds.append(len(rows))
    places, devices = locate_events(prepare_reports(observations(*rows)), np.arange(len(rows)), np.array(bounds))
    assert set(devices) == {3}
    azimuth, _, away = wgs84().inv(places[:, 0], places[:, 1], np.full(count, -25.0), np.full(count, -35.0))
    turned = np.radians(np.asarray(azimuth) - places[:, 4])
    held = (away * np.cos(turned) / places[:, 2]) ** 2 + (away * np.sin(turned) / places[:, 3]) ** 2 <= 5.991
    assert 0.95 <= held.mean() <= 0.999


def test_rows_without_a_value_are_blank_and_have_no_gaps_between_their_columns() -> None:
    from trucewatch.fusion.measurements import Reports

    blank = Reports.blank(3)
    assert not any(blank.f[name].any() for name in blank.f.dtype.names or ())
    assert all((blank.k[name] == -1).all() for name in blank.k.dtype.names or ())
    assert [one.dtype.itemsize for one in (blank.f, blank.k)] == [8 * 23, 8 * 14]


def test_a_crowd_of_rows_is_their_mean_and_their_scatter() -> None:
    rng = np.random.default_rng(5)
    one = prepare_reports(observations(device("a")))
    f, k = np.repeat(one.f, 3000, axis=0), np.repeat(one.k, 3000, axis=0)
    for axis, moved in zip("xyz", rng.normal(0.0, 500.0, (3000, 3)).T, strict=True):
        f[axis] += moved
    from trucewatch.fusion.measurements import Reports

    places, _ = locate_events(Reports(f, k), np.arange(3000), np.array([0, 3000]))
    assert 400 < places[0, 2] < 800


@pytest.mark.parametrize(("lon", "lat"), [(0.0, 0.0), (179.99, 45.0), (-120.0, -80.0), (10.0, 89.9)])
def test_places_go_to_the_plane_and_back(lon: float, lat: float) -> None:
    from trucewatch.geo.frame import straight_coordinates

    back = degrees_of(straight_coordinates(np.array([lon]), np.array([lat])))
    assert (back[0][0], back[1][0]) == pytest.approx((lon, lat), abs=1e-9)
