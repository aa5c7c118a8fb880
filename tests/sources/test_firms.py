"""Fire pixels: sensors, times, ellipses, one detection in many downloads, and the two products."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.model.batch import ReadingContext
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import firms

from .reading import read_bytes

HEADER = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,"
    "satellite,instrument,confidence,version,bright_ti5,frp,daynight"
)
FIRES = SourceSetting(id="fires", adapter="firms", files=())
EARTH = ReadingContext()


def row(
    lat="10.12345",
    lon="20.54321",
    *,
    time="0824",
    satellite="N",
    version="2.0NRT",
    scan="0.4",
    track="0.4",
    day="2031-03-04",
):
    instrument = "VIIRS" if satellite.startswith("N") or satellite in "12" else "MODIS"
    return f"{lat},{lon},331.2,{scan},{track},{day},{time},{satellite},{instrument},n,{version},290.1,4.5,D"


def read_rows(tmp_path, *rows, header=HEADER, **changes):
    return read_bytes("\n".join([header, *rows, ""]).encode(), tmp_path, FIRES, EARTH, **changes)


@pytest.mark.parametrize(
    ("code", "sensor"),
    [
        ("Terra", "MODIS/Terra"),
        ("T", "MODIS/Terra"),
        ("Aqua", "MODIS/Aqua"),
        ("A", "MODIS/Aqua"),
        ("N", "VIIRS/S-NPP"),
        ("1", "VIIRS/NOAA-20"),
        ("N20", "VIIRS/NOAA-20"),
        ("2", "VIIRS/NOAA-21"),
        ("N21", "VIIRS/NOAA-21"),
    ],
)
def test_each_satellite_code_of_firms_names_one_sensor(code, sensor, tmp_path):
    assert read_rows(tmp_path, row(satellite=code)).rows[0]["sensor"] == sensor


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [("824", 8, 24), ("0824", 8, 24), ("08:24", 8, 24), ("5", 0, 5), ("0", 0, 0), ("45", 0, 45), ("2359", 23, 59)],
)
def test_times_are_read_with_and_without_leading_zeros(written, hour, minute, tmp_path):
    start = read_rows(tmp_path, row(time=written)).rows[0]["occurred_start"]
    assert start == datetime(2031, 3, 4, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("written", ["2460", "2400", "860", "61", "12345", "8.24", "-824", "", "NaN"])
def test_no_other_text_is_a_time(written, tmp_path):
    outcome = read_rows(tmp_path, row(time=written))
    assert outcome.taken == 0
    assert "acq_time" in str(outcome.rejected[0].reason)


def test_the_row_is_known_three_hours_after_its_minute_unless_the_watch_says_otherwise(tmp_path):
    by_card, by_watch = (read_rows(tmp_path, row(), delay_hours=hours).rows[0] for hours in (None, 0.5))
    assert by_card["known_at"] - by_card["occurred_end"] == timedelta(hours=3)
    assert by_watch["known_at"] - by_watch["occurred_end"] == timedelta(minutes=30)
    assert by_card["occurred_end"] - by_card["occurred_start"] == timedelta(minutes=1)
    assert by_card["known_at_assumed"]


def test_the_ellipse_joins_the_pixel_and_the_geolocation_error(tmp_path):
    wide, tall = read_rows(tmp_path, row(scan="0.6", track="0.4"), row(satellite="T", scan="1.0", track="2.0")).rows
    assert wide["semi_major_m"] == pytest.approx(math.hypot(600 / math.sqrt(12), 135), abs=0.1)
    assert wide["semi_minor_m"] == pytest.approx(math.hypot(400 / math.sqrt(12), 135), abs=0.1)
    assert (wide["major_azimuth_deg"], tall["major_azimuth_deg"]) == (90.0, 0.0)
    assert tall["semi_major_m"] == pytest.approx(math.hypot(2000 / math.sqrt(12), 50), abs=0.1)


def test_a_pixel_without_size_gets_the_largest_and_says_so(tmp_path):
    outcome = read_rows(tmp_path, row(satellite="N20", scan="-2.27", track="-4.11"))
    assert outcome.rows[0]["semi_major_m"] == pytest.approx(math.hypot(800 / math.sqrt(12), 135), abs=0.1)
    assert outcome.rows[0]["source_quality"].endswith("scan=-2.27; track=-4.11")


def test_a_firms_class_is_no_probability(tmp_path):
    one = read_rows(tmp_path, row()).rows[0]
    assert one["confidence"] is None
    assert one["source_quality"] == "confidence=n; version=2.0NRT; daynight=D"
    assert (one["intensity"], one["intensity_unit"]) == (4.5, "MW")


def test_one_detection_with_more_and_fewer_decimals_is_one_observation(tmp_path):
    outcome = read_rows(tmp_path, row("10.12345", "20.54321"), row("10.1234", "20.5432"), row("10.1235", "20.5432"))
    first, second, third = (one["observation_id"] for one in outcome.rows)
    assert first == second  # 10.12345 goes to the even 10.1234
    assert third != first


def test_two_sources_of_this_adapter_name_one_detection_alike(tmp_path):
    one, other = (read_rows(tmp_path, row(), id=name).rows[0] for name in ("fires-a", "fires-b"))
    assert one["observation_id"] == other["observation_id"]
    assert (one["source"], other["source"]) == ("fires-a", "fires-b")


@pytest.mark.parametrize(
    ("version", "rank"),
    [("2.0NRT", 0), ("2.0URT", 0), ("2.0RT", 0), ("6.1NRT", 0), ("61.03", 1), ("2", 1), ("6.03", 1), ("", 0)],
)
def test_only_standard_rows_have_the_higher_rank(version, rank, tmp_path):
    assert read_rows(tmp_path, row(version=version)).rows[0]["product_rank"] == rank


def test_optional_columns_may_be_absent(tmp_path):
    outcome = read_rows(
        tmp_path,
        "10.1,20.5,0.4,0.4,2031-03-04,824,N",
        header="LATITUDE,LONGITUDE,SCAN,TRACK,ACQ_DATE,ACQ_TIME,SATELLITE",
    )
    assert outcome.rows[0]["intensity"] is None
    assert outcome.rows[0]["source_quality"] == ""
    assert outcome.rows[0]["product_rank"] == 0


def test_decimal_commas_are_read_where_the_watch_says_so(tmp_path):
    line = row().replace(",", ";").replace(".", ",").replace("2,0NRT", "2.0NRT")
    outcome = read_rows(tmp_path, line, header=HEADER.replace(",", ";"), decimal_comma=True)
    assert outcome.rejected == []
    assert outcome.rows[0]["observation_id"] == read_rows(tmp_path, row()).rows[0]["observation_id"]


def test_a_file_with_all_axes_exchanged_gives_no_row(tmp_path):
    context = ReadingContext(area=(20.0, 10.0, 21.0, 11.0))
    content = "\n".join([HEADER, *(row("20.5", f"10.{number}") for number in range(1, 6)), ""]).encode()
    outcome = read_bytes(content, tmp_path, FIRES, context)
    assert outcome.taken == 0
    assert len(outcome.rejected) == 5


def test_a_standard_row_takes_the_id_of_the_near_real_time_row_it_replaces(tmp_path):
    early = row("10.12345", "20.54321")
    late = row("10.123911", "20.544102", version="2")
    elsewhere = row("10.2", "20.6", version="2")
    table = read_rows(tmp_path, late, early, elsewhere).observations
    linked = firms.reconcile(table).column("observation_id").to_pylist()
    before = table.column("observation_id").to_pylist()
    assert linked[0] == linked[1] == before[1]
    assert linked[2] == before[2]
    assert len(set(before)) == 3


@pytest.mark.parametrize(
    "other",
    [
        row("10.1236", "20.5433", version="2", time="0825"),
        row("10.1236", "20.5433", version="2", satellite="N20"),
        row("10.1256", "20.5433", version="2"),
        row("10.1236", "20.5433"),
    ],
    ids=["another minute", "another satellite", "beyond half a pixel", "the same product"],
)
def test_rows_that_are_not_two_products_of_one_detection_stay_apart(other, tmp_path):
    table = read_rows(tmp_path, row("10.1234", "20.5432"), other).observations
    assert firms.reconcile(table).equals(table)


offsets = st.tuples(
    st.integers(0, 12),
    st.integers(0, 12),
    st.booleans(),
    st.sampled_from(["0824", "0825"]),
    st.sampled_from(["N", "N20"]),
)


@settings(deadline=None, max_examples=60)
@given(cells=st.lists(offsets, max_size=14), seed=st.integers(0, 99))
def test_linking_depends_on_the_set_of_rows_alone(cells, seed, tmp_path_factory):
    lines = [
        row(
            f"{10 + y * 0.0008:.4f}",
            f"{20 + x * 0.0008:.4f}",
            time=time,
            satellite=satellite,
            version="2" if standard else "2.0NRT",
        )
        for x, y, standard, time, satellite in cells
    ]
    table = read_rows(tmp_path_factory.mktemp("rows"), *lines).observations
    order = list(range(table.num_rows))
    random.Random(seed).shuffle(order)
    shuffled = table.take(pa.array(order, pa.int64()))

    def pairs(rows):
        keys = ("evidence_row", "observation_id")
        return {tuple(one[key] for key in keys) for one in firms.reconcile(rows).select(keys).to_pylist()}

    assert pairs(table) == pairs(shuffled)
    linked = firms.reconcile(table)
    left_alone = ["observation_id", "known_at"]
    assert linked.drop_columns(left_alone).equals(table.drop_columns(left_alone))
    ranked = {(one["observation_id"], one["product_rank"], one["lon"], one["lat"]) for one in linked.to_pylist()}
    for identity in {one[0] for one in ranked}:
        for rank in (0, 1):
            assert len({one[2:] for one in ranked if one[:2] == (identity, rank)}) <= 1, (
                "two rows of one product got one id"
            )


def test_a_standard_row_becomes_known_two_months_after_the_one_it_replaces(tmp_path):
    table = read_rows(tmp_path, row(version="2.0NRT"), row(version="2")).observations
    linked = firms.reconcile(table)
    known = dict(zip(linked["product_rank"].to_pylist(), linked["known_at"].to_pylist(), strict=True))
    ended = linked["occurred_end"].to_pylist()[0]
    assert known == {0: ended + timedelta(hours=3), 1: ended + timedelta(days=60)}
    alone = read_rows(tmp_path, row(version="2")).observations
    assert firms.reconcile(alone)["known_at"].to_pylist() == [ended + timedelta(hours=3)]
