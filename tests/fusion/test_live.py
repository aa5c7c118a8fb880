"""One observation at a time: the same components as all at once, whatever the order; zones and line in the same
call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fusion.test_associate import EAST_M, HOUR_US, crowds, gaps, plain, radii
from trucewatch.fusion.cylinder import label_cylinder
from trucewatch.fusion.streaming import LiveCylinder, LiveStream
from trucewatch.fusion.streaming_kernels import LINE_TYPE, ZONES_TYPE, check_type, type_of
from trucewatch.geo.line_index import LineIndex
from trucewatch.geo.zone_index import FOREVER, ZoneIndex

Columns = dict[str, Any]
GAP_US = 6 * HOUR_US


def row_of(rows: Columns, number: int) -> Columns:
    return {name: column[number].item() for name, column in rows.items()}


def add_in_order(live: LiveCylinder, rows: Columns, order: list[int]) -> None:
    for number in order:
        live.add(number, **row_of(rows, number))


def labels_in_table_order(live: LiveCylinder, count: int) -> list[int]:
    """For each row of the table the first row, in table order, of its component."""
    seen: dict[int, int] = {}
    return [seen.setdefault(live.label_of(number), number) for number in range(count)]


@settings(deadline=None, max_examples=150)
@given(crowds(), radii, gaps, st.randoms(use_true_random=False))
def test_any_order_gives_the_components_of_the_batch(rows: Columns, radius_m: float, gap_us: int, dice: Any) -> None:
    order = list(range(len(rows["lon"])))
    dice.shuffle(order)
    live = LiveCylinder(radius_m=radius_m, gap_us=gap_us)
    add_in_order(live, rows, order)
    batch = label_cylinder(**rows, radius_m=radius_m, gap_us=gap_us)
    assert labels_in_table_order(live, len(order)) == batch.tolist()


@settings(deadline=None, max_examples=100)
@given(crowds(), radii, gaps, st.randoms(use_true_random=False))
def test_any_batches_and_repeats_give_the_components_of_the_batch(
    rows: Columns, radius_m: float, gap_us: int, dice: Any
) -> None:
    count = len(rows["lon"])
    order = list(range(count)) + [dice.randrange(count) for _ in range(count // 3)]
    dice.shuffle(order)
    live, first = LiveCylinder(radius_m=radius_m, gap_us=gap_us), 0
    while first < len(order):
        size = dice.choice([1, 2, 7, 60])
        part = np.array(order[first : first + size])
        columns = {name: column[part] for name, column in rows.items()}
        labels = live.add_many(part.tolist(), **columns)
        assert labels.tolist() == [live.label_of(number) for number in part.tolist()]
        first += size
    batch = label_cylinder(**rows, radius_m=radius_m, gap_us=gap_us)
    assert len(live) == count
    assert labels_in_table_order(live, count) == batch.tolist()


@settings(deadline=None, max_examples=60)
@given(crowds(), st.booleans())
def test_merged_names_every_label_that_is_gone_and_no_other(rows: Columns, one_by_one: bool) -> None:
    count = len(rows["lon"])
    live, shown = LiveCylinder(radius_m=1500.0, gap_us=GAP_US), set()
    for first in range(0, count, 1 if one_by_one else 5):
        numbers = list(range(first, min(first + (1 if one_by_one else 5), count)))
        if one_by_one:
            label = live.add(first, **row_of(rows, first))
            assert label == live.label_of(first)
        else:
            live.add_many(numbers, **{name: column[numbers] for name, column in rows.items()})
        now = set(live.labels().tolist())
        assert live.merged == sorted(shown - now)
        shown = now


def test_a_late_observation_that_bridges_two_events_says_so() -> None:
    live = LiveCylinder(radius_m=1500.0, gap_us=GAP_US)
    assert live.add("morning", 46.0, 39.0, 0, 0) == 0
    assert live.add("evening", 46.0, 39.0, 2 * GAP_US, 2 * GAP_US) == 1
    assert live.merged == []
    assert live.add("noon, told late", 46.0, 39.0, GAP_US, GAP_US) == 0
    assert live.merged == [1]
    assert live.add("noon, told late", 46.0, 39.0, GAP_US, GAP_US) == 0
    assert live.merged == []
    assert live.labels().tolist() == [0, 0, 0]


def test_whole_numbers_stand_for_degrees() -> None:
    live = LiveCylinder(radius_m=1500.0, gap_us=0)
    assert live.add("a", 46, 39, 0, 0) == live.add("b", 46.0, 39.0, 0, 0)


@pytest.mark.parametrize(
    "change", [{"end_us": -1}, {"group": -1}, {"group": 1 << 20}, {"start_us": 1 << 60, "end_us": 1 << 60}]
)
def test_what_cannot_be_judged_is_refused_and_not_counted(change: Columns) -> None:
    live = LiveCylinder(radius_m=1500.0, gap_us=0)
    with pytest.raises(ValueError, match="cannot be added"):
        live.add("a", **(row_of(plain(1), 0) | change))
    assert len(live) == 0
    assert "a" not in live
    assert live.add("a", **row_of(plain(1), 0)) == 0


def test_what_is_forgotten_changes_no_later_component_and_gives_its_room_back() -> None:
    rng = np.random.default_rng(3)
    count = 20_000
    start = np.sort(rng.integers(0, 400 * 24, count)) * HOUR_US
    rows = plain(
        count, lon=45 + rng.uniform(0, 0.3, count), start_us=start, end_us=start + rng.integers(0, 30, count) * HOUR_US
    )
    live, most = LiveCylinder(radius_m=1500.0, gap_us=GAP_US), 0
    for first in range(0, count, 500):
        live.forget_before(int(start[first]))
        live.add_many(range(first, first + 500), **{name: column[first : first + 500] for name, column in rows.items()})
        most = max(most, len(live._net.members))
    assert live.labels().tolist() == label_cylinder(**rows, radius_m=1500.0, gap_us=GAP_US).tolist()
    assert most <= 4096
    with pytest.raises(ValueError, match="forgotten"):
        live.add("late", 45.0, 40.0, int(start[first]) - 1, int(start[first]))
    with pytest.raises(ValueError, match="forgotten"):
        live.add_many(["late"], **plain(1))


def test_a_sensor_that_shouts_takes_the_room_of_one() -> None:
    live = LiveCylinder(radius_m=1500.0, gap_us=GAP_US)
    for number in range(5_000):
        live.add(number, 45.0, 40.0, number, number)
    assert len(live._net.members) == 1024


ZONES = ZoneIndex([(shapely.box(45, 39, 46, 40), *FOREVER), (shapely.box(45.5, 39, 47, 40), 0, 50 * HOUR_US)])
LINE = LineIndex(shapely.LineString([(44, 39.5), (48, 39.6)]))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.floats(44, 48),
            st.floats(38, 41),
            st.integers(0, 100),
            st.sampled_from([True, True, False]),
            st.booleans(),
        ),
        max_size=60,
    )
)
def test_the_stream_says_what_the_indexes_and_the_cylinder_say(events: list[tuple[Any, ...]]) -> None:
    stream, live = LiveStream(ZONES, LINE, radius_m=9000.0, gap_us=GAP_US), LiveCylinder(radius_m=9000.0, gap_us=GAP_US)
    for number, (east, lat, hour, linkable, missing) in enumerate(events):
        lon = float("nan") if missing else east
        start = hour * HOUR_US
        told = stream.situate(number, lon, lat, start, start, linkable=linkable)
        assert told.label == live.add(number, lon, lat, start, start, linkable=linkable)
        assert stream.merged == live.merged
        place = np.array([lon]), np.array([lat])
        assert told.zones == ZONES.pairs(*place, np.array([start]))[1].tolist()
        assert np.array_equal([told.line_distance_m], LINE.distance(*place), equal_nan=True)
        assert repr(stream.situate(number, lon, lat, start, start)) == repr(told), "told again, the same"


def test_the_pages_of_the_line_are_made_on_the_way_and_change_no_answer() -> None:
    line = LineIndex(shapely.LineString([(44, 39.5), (48, 39.6)]))
    stream = LiveStream(ZONES, line, radius_m=1500.0, gap_us=GAP_US)
    rng = np.random.default_rng(5)
    lon, lat = 45 + rng.uniform(0, 0.1, 4000), 39.5 + rng.uniform(0, 0.1, 4000)
    told = [stream.situate(n, x, y, n, n).line_distance_m for n, (x, y) in enumerate(zip(lon, lat, strict=True))]
    assert (line.arrays.pages >= 0).any()
    assert np.array_equal(told, LineIndex(shapely.LineString([(44, 39.5), (48, 39.6)])).distance(lon, lat))


def test_what_is_written_down_is_what_is_read() -> None:
    check_type(ZONES.arrays, ZONES_TYPE)
    check_type(LINE.arrays, LINE_TYPE)
    with pytest.raises(TypeError, match="annotations"):
        check_type(LINE.arrays, ZONES_TYPE)
    assert type_of(type(ZONES.arrays)) == ZONES_TYPE


@pytest.mark.parametrize(("last_m", "last_us"), [(-1450.0, -GAP_US), (1550.0, 3 * GAP_US - 2)])
@pytest.mark.parametrize("shift_m", range(0, 900, 90))
def test_crowds_that_a_late_one_joins_keep_all_their_rows(shift_m: int, last_m: float, last_us: int) -> None:
    """The fourth is near enough to one end of what the third joined, and to nothing else."""
    live = LiveCylinder(radius_m=1500.0, gap_us=GAP_US)
    rows = [(0.0, 0), (100.0, 2 * GAP_US - 2), (50.0, GAP_US - 1), (last_m, last_us)]
    labels = [live.add(n, 45 + (m + shift_m) * EAST_M, 40.0, us, us) for n, (m, us) in enumerate(rows)]
    assert labels == [0, 1, 0, 0]
