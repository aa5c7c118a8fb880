"""Lists of events: mappings, times in words, places in words, precision codes, claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trucewatch.errors import TimeError
from trucewatch.model.times import zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.event_table import setting_faults
from trucewatch.sources.mapped_rows import UNSTATED_PLACE_SD_M
from trucewatch.sources.presets import WHERE_RADIUS_M
from trucewatch.sources.written_times import read_span

from .reading import SAMPLES, read_bytes, read_file, sample_setting

BAKU = zone_named("Asia/Baku")
GED_HEADER = (
    "id,where_prec,where_description,latitude,longitude,date_prec,date_start,date_end,"
    "best,high,low,event_clarity,code_status,source_headline"
)
GED = SourceSetting(id="ged", adapter="event_table", files=(), preset="ucdp_ged", time_zone="UTC")


def ged_row(*, where="1", date="1", start="2031-03-04", end="2031-03-04", low=1, best=2, high=3, key="7"):
    return (
        f"{key},{where},a made-up place,10.1,20.5,{date},{start},{end},{best},{high},{low},1,Clear,a made-up headline"
    )


def read_ged(tmp_path, *rows, **changes):
    return read_bytes("\n".join([GED_HEADER, *rows, ""]).encode(), tmp_path, GED, **changes)


def test_the_sample_reads_as_it_says():
    rows = read_file(SAMPLES / "event_table" / "good.csv", sample_setting("event_table")).rows
    first, whole_day, three_days, no_place, grid = rows
    assert first["occurred_start"] == first["occurred_end"] == datetime(2031, 3, 4, 10, 5, tzinfo=UTC)
    assert (first["kind"], first["claimed_by"], first["killed_best"], first["killed_max"]) == (
        "explosion",
        "Northland",
        1,
        2,
    )
    assert (first["lon"], first["lat"], first["semi_major_m"]) == (20.5678, 10.1234, 1000.0)
    assert whole_day["occurred_end"] - whole_day["occurred_start"] == timedelta(days=1)
    assert whole_day["claimed_by"] == "Northland; Southland"
    assert three_days["occurred_end"] - three_days["occurred_start"] == timedelta(days=3)
    assert three_days["kind"] == "access_denied"
    assert no_place["lon"] is None
    assert no_place["semi_major_m"] is None
    assert "two lines" in no_place["text"]
    assert grid["occurred_start"] == datetime(2031, 3, 5, 12, 20, tzinfo=UTC)
    assert {one["means"] for one in rows} == {"event_list"}


@pytest.mark.parametrize(
    ("written", "start", "hours"),
    [
        ("2031-03-04", "2031-03-03T20:00", 24),
        ("04.03.2031", "2031-03-03T20:00", 24),
        ("2031-03-04 14:05", "2031-03-04T10:05", 0),
        ("2031-03-04T14:05:06.5+01:00", "2031-03-04T13:05:06.500", 0),
        ("04.03.2031 14:05", "2031-03-04T10:05", 0),
    ],
)
def test_days_and_times_are_read_in_the_source_zone(written, start, hours):
    span = read_span(written, zone=BAKU)
    assert span.start == datetime.fromisoformat(start + "+00:00")
    assert span.end - span.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("09/01/2022 00:00", "mdy", "2022-09-01"),
        ("8/31/2022 12:00:00 AM", "mdy", "2022-08-31"),
        ("31/8/2022", "dmy", "2022-08-31"),
    ],
)
def test_slash_dates_are_read_in_the_stated_order(written, order, day):
    span = read_span(written, zone=zone_named("UTC"), date_order=order, whole_days=True)
    assert span.start == datetime.fromisoformat(day + "T00:00+00:00")
    assert span.end - span.start == timedelta(days=1)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2031-02-30",
        "2031-13-01",
        "2031-03-04 24:60",
        "0000-01-01",
        "3/4/2031",
        "13:00 2031-03-04",
        "2031-03-04 13:05 PM",
    ],
)
def test_other_texts_are_no_time(written):
    with pytest.raises(TimeError, match="; "):
        read_span(written, zone=BAKU)


def test_a_day_without_a_zone_is_refused():
    with pytest.raises(TimeError, match="set time_zone"):
        read_span("2031-03-04", zone=None)


@pytest.mark.parametrize("code", list("1234567"))
def test_where_prec_becomes_an_ellipse_or_no_place(code, tmp_path):
    one = read_ged(tmp_path, ged_row(where=code)).rows[0]
    radius = WHERE_RADIUS_M[code]
    if radius is None:
        assert (one["lon"], one["lat"], one["semi_major_m"]) == (None, None, None)
    else:
        assert one["semi_major_m"] == one["semi_minor_m"] == radius / 2
    assert f"where_prec={code}" in one["source_quality"]


@pytest.mark.parametrize(
    ("code", "end", "days"),
    [
        ("1", "2031-03-04", 1),
        ("2", "2031-03-04", 3),
        ("2", "2031-03-06", 3),
        ("3", "2031-03-04", 7),
        ("4", "2031-03-20", 17),
        ("5", "2031-03-04", 31),
    ],
)
def test_date_prec_widens_an_interval_only_where_it_is_shorter(code, end, days, tmp_path):
    one = read_ged(tmp_path, ged_row(date=code, end=end)).rows[0]
    assert one["occurred_end"] - one["occurred_start"] == timedelta(days=days)
    assert one["occurred_start"] <= datetime(2031, 3, 4, tzinfo=UTC)


def test_contradictory_estimates_keep_the_extremes_and_say_so(tmp_path):
    one = read_ged(tmp_path, ged_row(low=4, best=2, high=3)).rows[0]
    assert (one["killed_min"], one["killed_best"], one["killed_max"]) == (2, 2, 4)
    assert "low, best, high as written: 4, 2, 3" in one["source_quality"]


def test_a_ged_row_is_a_lethal_event_of_ucdp_known_a_month_later(tmp_path):
    one = read_ged(tmp_path, ged_row()).rows[0]
    assert (one["kind"], one["means"], one["claimed_by"]) == ("harm", "event_list", "UCDP")
    assert one["text"] == "a made-up place; a made-up headline"
    assert one["known_at"] - one["occurred_end"] == timedelta(days=31)
    assert one["known_at_assumed"]


def test_the_natural_key_keeps_the_id_when_the_rest_is_corrected(tmp_path):
    before, after = (read_ged(tmp_path, ged_row(best=best, high=9)).rows[0] for best in (2, 5))
    assert before["observation_id"] == after["observation_id"]


@pytest.mark.parametrize(
    ("row", "phrase"),
    [
        (ged_row(where="8"), "where_prec"),
        (ged_row(date="x"), "date_prec"),
        (ged_row(key=""), "natural key"),
        (ged_row(start="2031-03-04 14:00"), "holds an hour"),
    ],
)
def test_bad_codes_refuse_the_row(row, phrase, tmp_path):
    outcome = read_ged(tmp_path, row)
    assert (outcome.taken, len(outcome.rejected)) == (0, 1)
    assert phrase in str(outcome.rejected[0].reason)


LIST = SourceSetting(
    id="list",
    adapter="event_table",
    files=(),
    time_zone="UTC",
    columns={"kind": "=explosion", "occurred_start": "when", "lon": "x", "lat": "y"},
)


def test_a_place_without_a_stated_error_gets_a_wide_one(tmp_path):
    content = b"when,x,y\n2031-03-04,20.5,10.1\n"
    assert read_bytes(content, tmp_path, LIST).rows[0]["semi_major_m"] == UNSTATED_PLACE_SD_M
    assert read_bytes(content, tmp_path, LIST, place_sd_m=250.0).rows[0]["semi_major_m"] == 250.0


def test_a_star_takes_the_words_that_are_not_mapped(tmp_path):
    content = b"when,what\n2031-03-04,riot\n2031-03-05,shelling\n"
    columns = {"kind": "what", "occurred_start": "when"}
    strict = read_bytes(content, tmp_path, LIST, columns=columns, kinds={"Shelling": "explosion"})
    open_to_all = read_bytes(content, tmp_path, LIST, columns=columns, kinds={"Shelling": "explosion", "*": "other"})
    assert ([one["kind"] for one in strict.rows], len(strict.rejected)) == (["explosion"], 1)
    assert [one["kind"] for one in open_to_all.rows] == ["other", "explosion"]


def test_our_own_words_of_a_kind_hold_in_capitals_and_with_blanks(tmp_path):
    content = b"when,what\n2031-03-04,Explosion\n2031-03-05,Weapon present\n2031-03-06,Sheling\n"
    outcome = read_bytes(content, tmp_path, LIST, columns={"kind": "what", "occurred_start": "when"}, kinds={})
    assert [row["kind"] for row in outcome.rows] == ["explosion", "weapon_present"]
    assert [refusal.row for refusal in outcome.rejected] == [4]


def test_several_headers_join_into_one_text(tmp_path):
    content = b"when,what,where\n2031-03-04,noise,here\n2031-03-05,,there\n"
    columns = {"kind": "=other", "occurred_start": "when", "text": "what + where", "source_quality": "what"}
    rows = read_bytes(content, tmp_path, LIST, columns=columns).rows
    assert [(one["text"], one["source_quality"]) for one in rows] == [("noise; here", "what=noise"), ("there", "")]


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"preset": "ucdp"}, 'did you mean "ucdp_ged"'),
        ({"columns": {"kind": "a", "ocurred_start": "b"}}, 'did you mean "occurred_start"'),
        ({"columns": {"occurred_start": "b"}}, "columns.kind is missing"),
        ({"columns": {"kind": "a"}}, "says when"),
        ({"columns": {"kind": "a", "occurred_start": "b"}, "kinds": {"x": "explosions"}}, 'did you mean "explosion"'),
        ({"columns": {"kind": "a", "occurred_start": "b", "date_order": "=ymd"}}, "date_order"),
    ],
)
def test_a_faulty_setting_is_told_before_any_file_is_read(changes, phrase, tmp_path):
    setting = SourceSetting(**({"id": "x", "adapter": "event_table", "files": ()} | changes))
    assert any(phrase in str(fault) for fault in setting_faults(setting))
    outcome = read_bytes(b"a,b\n1,2\n", tmp_path, setting)
    assert [one.row for one in outcome.rejected] == [0]
    assert "watch.toml" in str(outcome.rejected[0].reason)


def test_quoted_html_and_formulas_are_only_text(tmp_path):
    content = b"when,x,y,t\n2031-03-04,20.5,10.1,\"<script>=cmd|'/c calc'!A1</script>\"\n"
    one = read_bytes(content, tmp_path, LIST, columns={**LIST.columns, "text": "t"}).rows[0]
    assert one["text"] == "<script>=cmd|'/c calc'!A1</script>"


def test_people_are_read_as_their_giver_writes_them(tmp_path):
    columns = {"kind": "=harm", "occurred_start": "when", "killed_best": "dead", "injured_min": "hurt"}
    columns |= {"person_status": "whose", "perceived": "how"}
    setting = SourceSetting(id="list", adapter="event_table", files=(), time_zone="UTC", columns=columns)
    lines = [
        "when,dead,hurt,whose,how",
        "2031-03-04T10:00,2,,Civilian,Saw",
        "2031-03-04T11:00,,1,Not stated,",
        "2031-03-04T12:00,,,,told",
        "2031-03-04T13:00,1,,soldiers,",
    ]
    outcome = read_bytes("\n".join([*lines, ""]).encode(), tmp_path, setting)
    stated = ("killed_best", "injured_min", "injured_best", "harm_best", "person_status", "perceived")
    assert [tuple(row[name] for name in stated) for row in outcome.rows] == [
        (2, None, None, None, "civilian", "saw"),
        (None, 1, None, None, "not_stated", ""),
        (None, None, None, None, "not_stated", "told"),
    ]
    assert [str(refused.reason)[:24] for refused in outcome.rejected] == ['person_status "soldiers"']
