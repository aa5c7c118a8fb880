"""Forms filled in on a telephone: the observer's place, distances with their unit, who sent it, repeats, and our own
form there and back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyxform.xls2xform import convert

from tests.conftest import ROOT
from trucewatch.model.batch import Batch
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import kobo
from trucewatch.sources.patrol_form import (
    CHOICES,
    FILLS,
    KINDS_ASKED,
    OUR_QUESTIONS,
    QUESTIONS,
    choices_by_label,
    form_workbook,
)
from trucewatch.sources.patrol_words import CHOICE_LABELS, LABELS, LANGUAGES
from trucewatch.sources.people_lists import tells_of_person

from .reading import CONTEXT, Outcome, read_bytes

PRIVATE = {
    "_submitted_by": "quokka_account",
    "username": "quokka_user",
    "deviceid": "collect:QuokkaDevice",
    "phonenumber": "+99450quokka",
    "SubmitterName": "Quokka Person",
    "email": "quokka@phone.example",
}
MAPPED = SourceSetting(
    id="forms",
    adapter="kobo",
    files=("inbox/*",),
    time_zone="Asia/Baku",
    columns={
        "occurred_start": "when",
        "kind": "kind",
        "observer_place": "GPS",
        "bearing_deg": "direction",
        "range_m": "How far (km)",
        "text": "remarks",
    },
    kinds={"shelling": "explosion", "shelling smoke": "explosion"},
)
OURS = SourceSetting(id="patrols", adapter="kobo", files=("inbox/*",), of="centre")
ROW = {
    "_uuid": "u-1",
    "when": "2031-03-04T14:05:00.000+04:00",
    "kind": "shelling",
    "GPS": "10.2 20.5 900 4.5",
    "direction": "90",
    "How far (km)": "3",
    "remarks": "three bursts heard",
}


def as_csv(rows: Sequence[Mapping[str, Any]], separator: str = ",") -> bytes:
    content = io.StringIO()
    writer = csv.DictWriter(content, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return content.getvalue().encode()


def as_json(rows: Sequence[Mapping[str, Any]], **more: Any) -> bytes:
    return json.dumps({"count": len(rows), "next": None, "results": rows}, **more).encode()


def senders(outcome: Outcome) -> list[dict[str, Any]]:
    return [sender for batch in outcome.batches for sender in batch.senders.to_pylist()]


def remarks(outcome: Outcome) -> str:
    return " | ".join(str(remark) for batch in outcome.batches for remark in batch.remarks)


def only(outcome: Outcome) -> dict[str, Any]:
    assert outcome.rejected == []
    assert len(outcome.rows) == 1
    return outcome.rows[0]


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("group", ["", "observation/", "visit/observation/", "observation-"])
def test_questions_are_found_behind_their_groups(group: str, separator: str, tmp_path: Path) -> None:
    plain = only(read_bytes(as_csv([ROW]), tmp_path, MAPPED))
    grouped = {name if name.startswith("_") else group + name: cell for name, cell in ROW.items()}
    row = only(read_bytes(as_csv([grouped], separator), tmp_path, MAPPED))
    assert {**row, "evidence_sha256": ""} == {**plain, "evidence_sha256": ""}
    assert (row["observer_lon"], row["observer_lat"], row["lon"], row["lat"]) == (20.5, 10.2, None, None)
    assert (row["bearing_deg"], row["range_m"]) == (90.0, 3000.0)
    assert "gps_precision_m=4.5" in row["source_quality"]


@pytest.mark.parametrize(
    "place",
    [
        {"GPS": "10.2 20.5 900 4.5"},
        {"_GPS_latitude": "10.2", "_GPS_longitude": "20.5", "_GPS_altitude": "900", "_GPS_precision": "4.5"},
        {"GPS-Latitude": "10.2", "GPS-Longitude": "20.5", "GPS-Altitude": "900", "GPS-Accuracy": "4.5"},
        {"group/_GPS_latitude": "10.2", "group/_GPS_longitude": "20.5", "group/_GPS_precision": "4.5"},
        {"_group/GPS_latitude": "10.2", "_group/GPS_longitude": "20.5", "_group/GPS_precision": "4.5"},
    ],
    ids=["one column", "kobo", "central", "group outside", "group inside"],
)
@pytest.mark.parametrize("is_mapped", [True, False])
def test_the_place_of_the_telephone_is_the_observers_never_the_events(
    place: dict[str, str], is_mapped: bool, tmp_path: Path
) -> None:
    rows = [{**{name: cell for name, cell in ROW.items() if name != "GPS"}, **place}]
    columns = {name: value for name, value in MAPPED.columns.items() if is_mapped or name != "observer_place"}
    for content in (as_csv(rows), as_json(rows)):
        outcome = read_bytes(content, tmp_path, replace(MAPPED, columns=columns))
        row = only(outcome)
        assert (row["observer_lon"], row["observer_lat"], row["lon"], row["lat"]) == (20.5, 10.2, None, None)
        assert "gps_precision_m=4.5" in row["source_quality"]
        assert ("where the person stood" in remarks(outcome)) is not is_mapped, (
            "what is taken without being told is said"
        )


def test_a_second_place_that_the_form_calls_the_events_is_the_events(tmp_path: Path) -> None:
    row = ROW | {"impact_place": "10.25 20.55 0 12"}
    unmapped = {name: value for name, value in MAPPED.columns.items() if name != "observer_place"}
    for columns in (unmapped, {**MAPPED.columns, "event_place": "impact_place"}):
        taken = only(read_bytes(as_csv([row]), tmp_path, replace(MAPPED, columns=columns)))
        assert (taken["lon"], taken["lat"], taken["semi_major_m"]) == (20.55, 10.25, 12.0)
        assert (taken["observer_lon"], taken["observer_lat"]) == (20.5, 10.2)
    two = {
        **{k: v for k, v in row.items() if k not in ("GPS", "impact_place")},
        "first": ROW["GPS"],
        "last": ROW["GPS"],
    }
    outcome = read_bytes(
        as_csv([two | {"direction": "", "How far (km)": ""}]), tmp_path, replace(MAPPED, columns=unmapped)
    )
    assert only(outcome)["observer_lon"] is None
    assert "which is where the person stood is not said" in remarks(outcome)


def test_the_telephones_place_cannot_be_mapped_as_the_events() -> None:
    columns = {**MAPPED.columns, "lon": "_GPS_longitude", "lat": "_GPS_latitude"}
    faults = [str(fault) for fault in kobo.setting_faults(replace(MAPPED, columns=columns))]
    assert len(faults) == 2
    assert all("where a telephone was is not where the event was" in fault for fault in faults)


@pytest.mark.parametrize(
    ("heading", "cell", "more", "unit", "metres"),
    [
        ("How far (km)", "3", {}, None, 3000.0),
        ("How far (m)", "300", {}, None, 300.0),
        ("distance_km", "0.8", {}, None, 800.0),
        ("Расстояние, км", "3", {}, None, 3000.0),
        ("How far", "3 km", {}, None, 3000.0),
        ("How far", "300 m", {}, None, 300.0),
        ("How far", "3", {}, "=km", 3000.0),
        ("How far", "3", {"unit": "km"}, "unit", 3000.0),
        ("How far", "3", {"unit": "kilometres"}, "unit", 3000.0),
        ("How far", "3", {}, None, None),
        ("How far", "3", {"unit": ""}, "unit", None),
        ("How far", "3", {"unit": "leagues"}, "unit", None),
    ],
)
def test_a_distance_has_its_unit_or_is_asked_about(
    heading: str, cell: str, more: dict[str, str], unit: str | None, metres: float | None, tmp_path: Path
) -> None:
    row = {**{name: value for name, value in ROW.items() if name != "How far (km)"}, heading: cell, **more}
    columns = {**MAPPED.columns, "range_m": heading} | ({"range_unit": unit} if unit else {})
    for content in (as_csv([row]), as_json([row])):
        outcome = read_bytes(content, tmp_path, replace(MAPPED, columns=columns))
        if metres is not None:
            assert only(outcome)["range_m"] == metres
        else:
            assert outcome.rows == []
            assert f'range_m "{cell}" has no unit, and is not taken for metres' in str(outcome.rejected[0].reason)
            assert "columns.range_unit" in str(outcome.rejected[0].reason)


def test_a_distance_without_a_direction_is_kept_in_words(tmp_path: Path) -> None:
    row = only(read_bytes(as_csv([ROW | {"direction": ""}]), tmp_path, MAPPED))
    assert row["range_m"] is None
    assert "distance_m=3000.0" in row["source_quality"]


def test_what_was_chosen_is_one_text_whether_it_has_a_column_each_or_one(tmp_path: Path) -> None:
    one = {**ROW, "kind": "shelling smoke"}
    each = {name: cell for name, cell in ROW.items() if name != "kind"}
    each |= {"kind/shelling": "1", "kind/smoke": "1", "kind/other": "0"}
    for row in (one, each):
        for content in (as_csv([row]), as_json([row])):
            assert only(read_bytes(content, tmp_path, MAPPED))["kind"] == "explosion"
    refused = read_bytes(as_csv([ROW | {"kind": "smoke other"}]), tmp_path, MAPPED)
    assert 'kind "smoke other" is not mapped' in str(refused.rejected[0].reason)


@pytest.mark.parametrize(
    "status",
    [
        {"_validation_status": "Not approved"},
        {"_validation_status": {"uid": "validation_status_not_approved", "label": "Not approved"}},
        {"__system": {"reviewState": "Not approved"}},
    ],
)
def test_a_submission_that_was_not_approved_is_a_row_that_says_so(status: dict[str, Any], tmp_path: Path) -> None:
    assert "validation=Not approved" in only(read_bytes(as_json([ROW | status]), tmp_path, MAPPED))["source_quality"]


def test_who_sent_it_stands_in_no_row_and_in_no_refusal(tmp_path: Path) -> None:
    rows = [ROW | PRIVATE, ROW | PRIVATE | {"_uuid": "u-2", "kind": "unknown"}]
    broken = as_csv(rows) + b"a line that is no row,quokka_account\n"
    for content in (broken, as_json(rows)):
        outcome = read_bytes(content, tmp_path, MAPPED)
        assert len(outcome.rows) == 1
        assert outcome.rejected
        assert "quokka" not in (str(outcome.rows) + str(outcome.rejected) + remarks(outcome)).casefold()
        sent = senders(outcome)
        assert all(cell in sent[0]["handle"] for cell in PRIVATE.values())
        assert outcome.rows[0]["means"] == "public"
        assert outcome.rows[0]["claimed_by"] == ""


def test_an_account_that_channels_name_speaks_for_its_organisation(tmp_path: Path) -> None:
    setting = replace(MAPPED, channels={"Quokka_Account": "Observer body"}, claimed_by="Northland")
    rows = [ROW | PRIVATE, ROW | dict.fromkeys(PRIVATE, "") | {"_uuid": "u-2"}]
    named, other = read_bytes(as_csv(rows), tmp_path, setting).rows
    assert (named["claimed_by"], named["means"]) == ("Observer body", "patrol")
    assert (other["claimed_by"], other["means"]) == ("", "public")
    own = only(read_bytes(as_csv([ROW]), tmp_path, replace(MAPPED, of="centre")))
    assert (own["claimed_by"], own["means"]) == ("", "patrol")
    faults = kobo.setting_faults(replace(MAPPED, columns={**MAPPED.columns, "claimed_by": "_submitted_by"}))
    assert "name accounts of organisations in channels" in str(faults[0])


def test_a_persons_name_that_an_answer_gives_is_no_claimant_and_no_second_voice(tmp_path: Path) -> None:
    columns, kinds = (
        {**MAPPED.columns, "claimed_by": "who told you"},
        {**MAPPED.kinds, "claimed_by:theirs": "Northland"},
    )
    rows = [
        ROW | {"_uuid": f"u-{who}", "who told you": who} for who in ("Quokka Person", "", "theirs", "Theirs; Quokka")
    ]
    for own in ("", "centre"):
        outcome = read_bytes(as_csv(rows), tmp_path, replace(MAPPED, columns=columns, kinds=kinds, of=own))
        assert [row["claimed_by"] for row in outcome.rows] == ["", "", "Northland", ""]
        not_said = "patrol" if own else "public"
        assert [row["means"] for row in outcome.rows] == ["public", not_said, not_said, "public"]
        assert "Quokka" not in str(outcome.rows) + str(outcome.rejected) + remarks(outcome)
        assert [sender["handle"] for sender in senders(outcome)] == ["Quokka Person", "Theirs; Quokka"]
        assert '"who told you" was answered with somebody' in remarks(outcome)


@pytest.mark.parametrize("channels", [{}, {"somebody": "Observer body"}])
def test_what_comes_through_a_partys_own_form_is_its_claim(channels: dict[str, str], tmp_path: Path) -> None:
    setting = replace(MAPPED, of="AM", channels=channels)
    context = replace(CONTEXT, party_ids=frozenset(("AM", "AZ")))
    row = only(read_bytes(as_csv([ROW | PRIVATE]), tmp_path, setting, context))
    assert (row["claimed_by"], row["means"]) == ("AM", "patrol"), "its patrol is not told as anybody's patrol"


def test_the_key_is_the_submissions_in_whatever_file_it_comes(tmp_path: Path) -> None:
    keys = [{"_uuid": "u-1"}, {"KEY": "uuid:u-1"}, {"instanceID": "uuid:u-1"}, {"meta/instanceID": "uuid:u-1"}]
    plain = {name: cell for name, cell in ROW.items() if name != "_uuid"}
    ids = {
        only(read_bytes(content, tmp_path, MAPPED))["observation_id"]
        for key in keys
        for content in (as_csv([{**key, **plain}]), as_json([{**key, **plain}]))
    }
    assert len(ids) == 1
    edited = {**ROW, "_uuid": "u-9", "meta/rootUuid": "uuid:u-1", "remarks": "four bursts"}
    assert only(read_bytes(as_json([edited]), tmp_path, MAPPED))["observation_id"] in ids


def test_each_element_of_a_repeat_is_an_observation(tmp_path: Path) -> None:
    elements = [
        {"events/kind": "shelling", "events/direction": way, "events/How far (km)": "1"} for way in ("10", "20")
    ]
    record = {name: ROW[name] for name in ("_uuid", "when", "GPS", "remarks")} | {"events": elements}
    rows = read_bytes(as_json([record, record | {"_uuid": "u-2", "events": []}]), tmp_path, MAPPED)
    assert [row["bearing_deg"] for row in rows.rows] == [10.0, 20.0]
    assert len({row["observation_id"] for row in rows.rows}) == 2
    assert {row["evidence_row"] for row in rows.rows} == {1}
    assert "kind is empty" in str(rows.rejected[0].reason)
    two = read_bytes(as_json([record | {"people": [{"a": "1"}]}]), tmp_path, MAPPED)
    assert "two repeats (events, people)" in str(two.rejected[0].reason)
    inner = read_bytes(as_json([record | {"events": [{"again": [{"a": "1"}]}]}]), tmp_path, MAPPED)
    assert "a repeat within a repeat" in str(inner.rejected[0].reason)


def test_the_table_of_a_repeat_is_read_where_it_carries_what_it_needs(tmp_path: Path) -> None:
    parent = {"_index": "1", "_parent_table_name": "form", "_parent_index": "1", "_submission__uuid": "u-1"}
    rest = {name: cell for name, cell in ROW.items() if name != "_uuid"}
    rows = read_bytes(as_csv([{**parent, **rest}, {**parent, **rest, "_index": "2"}]), tmp_path, MAPPED).rows
    assert len({row["observation_id"] for row in rows}) == 2
    without = {name: cell for name, cell in {**parent, **rest}.items() if name != "when"}
    refused = read_bytes(as_csv([without]), tmp_path, MAPPED)
    assert '"when" stands in the form\'s main table; export the form as JSON' in str(refused.rejected[0].reason)


def test_photographs_are_named_by_the_row(tmp_path: Path) -> None:
    csv_row = ROW | {"photo": "1709-1.jpg", "more/photo": "1709-2.PNG"}
    assert (
        "photograph=1709-1.jpg; photograph=1709-2.PNG"
        in only(read_bytes(as_csv([csv_row]), tmp_path, MAPPED))["source_quality"]
    )
    attached = [{"filename": "quokka_account/attachments/abc/1709-1.jpg", "download_url": "https://kobo.example/x"}]
    row = only(read_bytes(as_json([ROW | {"_attachments": attached}]), tmp_path, MAPPED))
    assert row["source_quality"].endswith("photograph=1709-1.jpg")


@pytest.mark.parametrize(
    "wrap", [as_json, lambda rows: json.dumps(rows).encode(), lambda rows: json.dumps(rows, indent=2).encode()]
)
def test_json_is_read_record_by_record_in_whatever_pieces_it_comes(
    wrap: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = [
        ROW | {"_uuid": f"u-{n}", "remarks": 'выстрел, } ] " и ещё', "_geolocation": [10.2, 20.5]} for n in range(50)
    ]
    plain = read_bytes(wrap(rows), tmp_path, MAPPED)
    assert [row["evidence_row"] for row in plain.rows] == list(range(1, 51))
    monkeypatch.setattr("trucewatch.sources.stream.BLOCK_BYTES", 7)
    pieces = read_bytes(wrap(rows), tmp_path, MAPPED)
    assert pieces.observations.equals(plain.observations)


@pytest.mark.parametrize(
    ("content", "taken", "phrase"),
    [
        (as_json([ROW, ROW | {"_uuid": "u-2"}])[:-60], 1, "cut off or damaged"),
        (as_json([ROW]).replace(b'"results": [', b'"results": [7, '), 0, "no list of submissions"),
        (b"[]", 0, "holds no submission"),
        (b'{"results": []}', 0, "holds no submission"),
        (b'{"type": "FeatureCollection"}', 0, "no list of submissions"),
        (b"[" * 100_000, 0, "nested too deep"),
        (json.dumps([ROW | {"x": {"y": 1}}])[:-2].encode() + b'\xff"}]', 0, "not in UTF-8"),
        (as_json([{"a": "b"}]), 0, "does not say when"),
    ],
    ids=["cut", "number", "empty list", "no results", "geojson", "deep", "encoding", "other form"],
)
def test_bad_json_is_one_refusal_with_its_remedy(content: bytes, taken: int, phrase: str, tmp_path: Path) -> None:
    outcome = read_bytes(content, tmp_path, MAPPED)
    assert outcome.taken == taken
    assert [phrase in str(refusal.reason) for refusal in outcome.rejected] == [True]
    assert ";" in str(outcome.rejected[0].reason)


def test_an_endless_submission_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("trucewatch.sources.form_files.LONGEST_RECORD", 10_000)
    monkeypatch.setattr("trucewatch.sources.stream.BLOCK_BYTES", 4_000)
    outcome = read_bytes(as_json([ROW | {"remarks": "x" * 50_000}]), tmp_path, MAPPED)
    assert "more than" in str(outcome.rejected[0].reason)


def test_a_question_that_nobody_answered_in_json_is_said(tmp_path: Path) -> None:
    outcome = read_bytes(as_json([ROW]), tmp_path, replace(MAPPED, columns={**MAPPED.columns, "sensor": "tean"}))
    assert only(outcome)
    assert 'no submission of the file answers "tean"' in remarks(outcome)


def test_a_form_that_is_not_ours_asks_for_a_mapping(tmp_path: Path) -> None:
    outcome = read_bytes(as_csv([ROW | PRIVATE]), tmp_path, OURS)
    assert "write columns and kinds for it" in str(outcome.rejected[0].reason)
    assert "deviceid" not in str(outcome.rejected[0].reason)


# The form that ships with us


def test_the_form_is_valid_the_same_each_time_and_the_one_that_is_committed(tmp_path: Path) -> None:
    content = form_workbook()
    assert content == form_workbook()
    assert (ROOT / "docs" / "forms" / "patrol-report.xlsx").read_bytes() == content
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    converted = convert(str(path), validate=False)
    assert all("max-pixels" in warning for warning in converted.warnings), "photographs are evidence, at full size"
    for code, name in LANGUAGES.items():
        assert f'lang="{name} ({code})"' in converted.xform
    assert all(f"/{name}" in converted.xform for name in OUR_QUESTIONS)


def test_the_form_asks_for_nobodys_name_and_takes_no_account_or_telephone() -> None:
    types = {question.type for question in QUESTIONS}
    assert types <= {"note", "dateTime", "geopoint", "select_one", "decimal", "integer", "image", "text"}
    assert not any(tells_of_person(label) for labels in LABELS.values() for label in labels)


def test_every_question_and_choice_has_its_words_in_each_language() -> None:
    assert LABELS.keys() == set(OUR_QUESTIONS)
    assert {name: set(words) for name, words in CHOICE_LABELS.items()} == {name: set(c) for name, c in CHOICES.items()}
    assert len({label for labels in LABELS.values() for label in labels}) == len(LABELS) * len(LANGUAGES)
    for name, choices in CHOICES.items():
        for place in range(len(LANGUAGES)):
            assert len({CHOICE_LABELS[name][choice][place] for choice in choices}) == len(choices)


REPORT = {
    "event_began": "2031-03-04T14:05:00.000+04:00",
    "event_ended": "2031-03-04T14:09:00.000+04:00",
    "observer_place": "10.2 20.5 900 4.5",
    "event_kind": "explosion",
    "event_aspect": "impact",
    "perceived_how": "heard",
    "bearing": "112.5",
    "bearing_error": "5",
    "distance": "3",
    "distance_unit": "km",
    "distance_error": "1",
    "count_least": "2",
    "count_best": "3",
    "count_most": "5",
    "killed_best": "0",
    "injured_best": "1",
    "person_status": "civilian",
    "people_said_by": "hospital",
    "not_reached": "yes",
    "not_reached_words": "the gate at the bridge",
    "photo_1": "1709-1.jpg",
    "words": "three bursts, smoke",
    "_uuid": "u-1",
    "_submission_time": "2031-03-04T10:30:00",
    "_submitted_by": "quokka_account",
}


def labelled(report: Mapping[str, str], language: int) -> dict[str, str]:
    """A report as it is exported with labels."""
    names = {name: LABELS[name][language] for name in OUR_QUESTIONS}
    lists = {question.name: question.choices for question in QUESTIONS if question.choices}
    return {
        names.get(name, name): CHOICE_LABELS[lists[name]][cell][language] if name in lists else cell
        for name, cell in report.items()
    }


@pytest.mark.parametrize("write", ["names", "json", "groups", *LANGUAGES])
def test_an_answer_to_our_form_maps_itself(write: str, tmp_path: Path) -> None:
    if write in LANGUAGES:
        content = as_csv([labelled(REPORT, list(LANGUAGES).index(write))], ";")
    elif write == "json":
        content = as_json([REPORT])
    else:
        prefix = "report/" if write == "groups" else ""
        content = as_csv([{name if name[0] == "_" else prefix + name: cell for name, cell in REPORT.items()}])
    outcome = read_bytes(content, tmp_path, OURS)
    assert outcome.rejected == []
    event, access = outcome.rows
    expected = {
        "kind": "explosion",
        "aspect": "impact",
        "perceived": "heard",
        "means": "patrol",
        "claimed_by": "",
        "observer_lon": 20.5,
        "observer_lat": 10.2,
        "lon": None,
        "bearing_deg": 112.5,
        "bearing_sd_deg": 5.0,
        "range_m": 3000.0,
        "range_sd_m": 1000.0,
        "count_min": 2,
        "count_best": 3,
        "count_max": 5,
        "killed_best": 0,
        "killed_min": None,
        "injured_best": 1,
        "person_status": "civilian",
        "text": "three bursts, smoke",
        "source_quality": "gps_precision_m=4.5; people_said_by=hospital; photograph=1709-1.jpg",
    }
    assert {name: event[name] for name in expected} == expected
    assert [f"{event[name]:%H:%M}" for name in ("occurred_start", "occurred_end", "known_at")] == [
        "10:05",
        "10:09",
        "10:30",
    ]
    assert (access["kind"], access["text"], access["bearing_deg"]) == ("access_denied", "the gate at the bridge", None)
    assert (access["injured_best"], access["observer_lon"]) == (None, 20.5)
    assert event["observation_id"] != access["observation_id"]
    assert "quokka" in senders(outcome)[0]["handle"]
    assert "quokka" not in str(outcome.rows)


def test_every_kind_that_the_form_offers_is_read_in_every_language(tmp_path: Path) -> None:
    for place in range(len(LANGUAGES)):
        rows = [
            labelled({**REPORT, "event_kind": kind, "not_reached": "no", "_uuid": kind}, place) for kind in KINDS_ASKED
        ]
        outcome = read_bytes(as_csv(rows), tmp_path, OURS)
        assert [row["kind"] for row in outcome.rows] == list(KINDS_ASKED)
    assert choices_by_label("event_kind")["взрыв"] == "explosion"
    assert set(FILLS) < set(OUR_QUESTIONS)


def test_a_batch_of_nothing_is_nothing(tmp_path: Path) -> None:
    outcome = read_bytes(as_csv([ROW]).split(b"\n")[0] + b"\n", tmp_path, MAPPED)
    assert (outcome.taken, outcome.rejected) == (0, [])
    assert all(isinstance(batch, Batch) and isinstance(batch.senders, pa.Table) for batch in outcome.batches)
