"""Our own table: out and in again, GeoParquet, ids, and files that only seem to be ours."""

from __future__ import annotations

import io
import json
import struct

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trucewatch.model.batch import ReadingContext
from trucewatch.model.watch import SourceSetting

from .reading import SAMPLES, read_bytes, read_file, sample_setting

OWN = SourceSetting(id="own", adapter="observations", files=())
OURS = ["source", "evidence_sha256", "evidence_row", "received_at"]


def parquet(table):
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def small(**columns):
    size = len(next(iter(columns.values())))
    base = {"kind": ["shot"] * size, "means": ["patrol"] * size, "occurred_start": ["2031-03-04T14:05:00Z"] * size}
    return pa.table({**base, **columns})


def test_what_was_read_once_reads_back_from_parquet_to_the_same_rows(tmp_path):
    first = read_file(SAMPLES / "observations" / "good.csv", sample_setting("observations")).observations
    again = read_bytes(parquet(first), tmp_path, OWN)
    assert again.rejected == []
    assert again.observations.drop_columns(OURS).equals(first.drop_columns(OURS))


def test_parquet_rows_are_numbered_from_one(tmp_path):
    outcome = read_bytes(parquet(small(lon=[20.5, 200.0, 20.6], lat=[10.1, 10.1, 10.2])), tmp_path, OWN)
    assert [one["evidence_row"] for one in outcome.rows] == [1, 3]
    assert [one.row for one in outcome.rejected] == [2]


def test_a_cut_off_parquet_file_is_refused(tmp_path):
    content = parquet(small(text=["x"]))
    outcome = read_bytes(content[:-30], tmp_path, OWN)
    assert [(one.row, "cut off or damaged" in str(one.reason)) for one in outcome.rejected] == [(0, True)]


def wkb(lon, lat):
    return struct.pack("<BIdd", 1, 1, lon, lat)


def test_geoparquet_points_give_the_place(tmp_path):
    line = struct.pack("<BII4d", 1, 2, 2, 20.0, 10.0, 20.5, 10.5)
    table = small(geometry=[wkb(20.5, 10.1), None, line])
    about = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
    }
    outcome = read_bytes(parquet(table.replace_schema_metadata({"geo": json.dumps(about)})), tmp_path, OWN)
    assert [(one["lon"], one["lat"]) for one in outcome.rows] == [(20.5, 10.1), (None, None)]
    assert "no point" in str(outcome.rejected[0].reason)


def test_geoparquet_of_another_reference_system_is_refused(tmp_path):
    about = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "crs": {"id": {"code": 3857}}}}}
    table = small(geometry=[wkb(5e6, 4e6)]).replace_schema_metadata({"geo": json.dumps(about)})
    outcome = read_bytes(parquet(table), tmp_path, OWN)
    assert "not in WGS 84" in str(outcome.rejected[0].reason)


def test_a_nan_and_a_huge_text_in_parquet_are_refused_row_by_row(tmp_path):
    table = small(lon=[20.5, float("nan"), 20.5], lat=[10.1, 10.1, 10.1], text=["a", "b", "x" * 1_000_001])
    outcome = read_bytes(parquet(table), tmp_path, OWN)
    assert [one["text"] for one in outcome.rows] == ["a"]
    assert [one.row for one in outcome.rejected] == [3, 2] or [one.row for one in outcome.rejected] == [2, 3]


def test_one_long_text_repeated_does_not_fill_the_memory(tmp_path):
    table = small(text=pa.DictionaryArray.from_arrays(pa.array([0] * 5000), ["y" * 900_000]))
    content = io.BytesIO()
    pq.write_table(table, content)
    outcome = read_bytes(content.getvalue(), tmp_path, OWN)
    assert [(one.row, "256 MB" in str(one.reason)) for one in outcome.rejected] == [(0, True)]


@pytest.mark.parametrize("kind", [pa.timestamp("ns", tz="Asia/Baku"), pa.timestamp("ms", tz="UTC"), pa.timestamp("us")])
def test_parquet_times_of_any_unit_are_read(kind, tmp_path):
    moment = pa.array(["2031-03-04T14:05:00.250"]).cast(pa.timestamp("us")).cast(pa.timestamp(kind.unit, tz=kind.tz))
    outcome = read_bytes(
        parquet(small(text=["x"]).set_column(2, "occurred_start", moment)), tmp_path, OWN, time_zone="UTC"
    )
    assert outcome.rejected == []
    assert outcome.rows[0]["occurred_start"].isoformat() == "2031-03-04T14:05:00.250000+00:00"


def test_an_id_of_the_right_form_is_kept_and_any_other_names_its_own(tmp_path):
    kept = "o-" + "a" * 26
    text = (
        "observation_id,kind,means,occurred_start,text\n"
        f"{kept},shot,patrol,2031-03-04T14:05:00Z,a\n"
        "N-7,shot,patrol,2031-03-04T14:05:00Z,b\n"
        "N-7,shot,patrol,2031-03-04T15:05:00Z,c\n"
        ",shot,patrol,2031-03-04T14:05:00Z,d\n"
    )
    ids = [one["observation_id"] for one in read_bytes(text.encode(), tmp_path, OWN).rows]
    assert ids[0] == kept
    assert ids[1] == ids[2]
    assert len(set(ids)) == 3
    assert all(len(one) == 28 for one in ids)


def test_a_simulated_row_stays_simulated_in_a_real_source(tmp_path):
    text = (
        "kind,means,occurred_start,simulated\n"
        "shot,patrol,2031-03-04T14:05:00Z,true\n"
        "shot,patrol,2031-03-04T14:05:00Z,\n"
    )
    assert [one["simulated"] for one in read_bytes(text.encode(), tmp_path, OWN).rows] == [True, False]


def test_known_at_is_taken_from_the_row_or_assumed(tmp_path):
    text = (
        "kind,means,occurred_start,known_at\n"
        "shot,patrol,2031-03-04T14:05:00Z,2031-03-04T15:00:00Z\n"
        "shot,patrol,2031-03-04T14:05:00Z,\n"
    )
    stated, assumed = read_bytes(text.encode(), tmp_path, OWN, delay_hours=2.0).rows
    assert (stated["known_at"].hour, stated["known_at_assumed"]) == (15, False)
    assert (assumed["known_at"].hour, assumed["known_at_assumed"]) == (16, True)


def test_a_mixed_column_of_times_tells_the_bad_one_only(tmp_path):
    times = ["2031-03-04T14:05:00Z", "2031-02-30T14:05:00Z", "2031-03-04T14:05+04:00", "2031-03-04 14:05:00.125Z"]
    text = "kind,means,occurred_start\n" + "".join(f"shot,patrol,{one}\n" for one in times)
    outcome = read_bytes(text.encode(), tmp_path, OWN, ReadingContext())
    assert outcome.taken == 3
    assert [one.row for one in outcome.rejected] == [3]
    assert outcome.rows[1]["occurred_start"].hour == 10


def test_an_azimuth_of_360_is_north(tmp_path):
    text = (
        "kind,means,occurred_start,observer_lon,observer_lat,bearing_deg\n"
        "flare,camera,2031-03-04T14:05:00Z,20.5,10.1,360\n"
    )
    assert read_bytes(text.encode(), tmp_path, OWN).rows[0]["bearing_deg"] == 0.0
