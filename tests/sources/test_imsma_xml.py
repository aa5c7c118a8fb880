"""Files of a mine action database: what is read, what is refused by feature, what is passed over unread."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputTooLarge, NeverHereError, UnreadableInput
from trucewatch.sources.imsma_features import ImsmaNames, is_of_people
from trucewatch.sources.imsma_xml import MOST_BYTES, MOST_FEATURES, read_imsma

NAMES = ImsmaNames(
    organisation="MAC",
    districts={"north": "north", "hv-01": "north", "south": "south"},
    organisations={"mine action office": "MAC", "other office": "OTHER"},
)
SQUARE = [(1.0, 2.0), (1.2, 2.0), (1.2, 2.2), (1.0, 2.2)]
BOW_TIE = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]


def polygon(ring: list[tuple[float, float]]) -> str:
    points = "".join(f"<Point><Longitude>{lon}</Longitude><Latitude>{lat}</Latitude></Point>" for lon, lat in ring)
    return f"<GeospatialInfo><Polygon>{points}</Polygon></GeospatialInfo>"


def hazard(
    number: str = "HA-7",
    kind: str = "Confirmed hazardous area",
    ring: Any = None,
    more: str = "",
    district: str = "North",
) -> str:
    return (
        f"<FieldReport><Hazard><Hazard_LocalID>{number}</Hazard_LocalID><HazardType>{kind}</HazardType>"
        f"<District>{district}</District><SurveyDate>2031-04-01</SurveyDate>"
        f"<Organisation>Other Office</Organisation>{polygon(ring or SQUARE)}{more}</Hazard></FieldReport>"
    )


def survey(result: str, method: str = "Non-Technical Survey") -> str:
    return (
        f"<FieldReport><HazardReduction><HazardReduction_LocalID>AC-1</HazardReduction_LocalID>"
        f"<ActivityType>{method}</ActivityType><Result>{result}</Result><District>HV-01</District>"
        f"<EndDate>2031-04-02</EndDate>{polygon(SQUARE)}</HazardReduction></FieldReport>"
    )


def document(*reports: str) -> bytes:
    return f"<MineActionFieldReport xmlns='urn:x'>{''.join(reports)}</MineActionFieldReport>".encode()


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(ring: Any = None, **properties: Any) -> dict[str, Any]:
    ring = [list(corner) for corner in ring or SQUARE]
    own = {"id": "HA-7", "classification": "SHA", "district": "north"} | properties
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "properties": own, "geometry": geometry}


def test_a_hazard_report_becomes_a_row_with_its_outline_and_whose_survey_it_is() -> None:
    (row,) = read_imsma(document(hazard()), NAMES).rows
    assert row.table == "hazard"
    assert row.fields["kind"] == "confirmed"
    assert row.fields["outline"] == tuple(SQUARE)
    assert row.fields["reference"] == "HA-7"
    assert row.fields["district"] == "north"
    assert row.fields["surveyed_by"] == "OTHER"
    assert row.fields["organisation"] == "MAC"
    assert str(row.fields["surveyed"]) == "2031-04-01"


@pytest.mark.parametrize(
    ("result", "method", "outcome"),
    [
        ("No evidence", "Non-Technical Survey", ("none_known", "non_technical")),
        ("Hazards found", "Technical Survey", ("hazards", "technical")),
        ("evidence of contamination", "non technical survey", ("hazards", "non_technical")),
    ],
)
def test_a_survey_says_its_result_and_method(result: str, method: str, outcome: tuple[str, str]) -> None:
    (row,) = read_imsma(document(survey(result, method)), NAMES).rows
    assert row.table == "survey"
    assert (row.fields["result"], row.fields["method"]) == outcome
    assert row.fields["district"] == "north", "a P-code names a district too"


@pytest.mark.parametrize("result", ["", "completed", "unknown"])
def test_a_survey_that_does_not_say_what_it_found_is_not_read_as_none(result: str) -> None:
    reading = read_imsma(document(survey(result)), NAMES)
    assert reading.rows == []
    assert "does not say what it found" in str(reading.faults[0].why)


def test_an_outline_that_crosses_itself_is_refused_with_its_place_and_the_rest_goes_on() -> None:
    reading = read_imsma(document(hazard(ring=BOW_TIE), hazard("HA-8")), NAMES)
    (fault,) = reading.faults
    assert fault.feature == 1
    assert "crosses itself near lon 1.00000, lat 2.00000" in str(fault.why)
    assert [row.fields["reference"] for row in reading.rows] == ["HA-8"]


def test_names_of_people_are_passed_over_unread_and_counted() -> None:
    more = (
        "<Reporter><FirstName>Zorvan</FirstName><BirthYear>1971</BirthYear></Reporter>"
        "<ContactPerson>Zorvan Kelemet, born 1971</ContactPerson>"
    )
    reading = read_imsma(document(hazard(more=more)), NAMES)
    assert len(reading.rows) == 1
    assert reading.people_fields == 2
    assert "Zorvan" not in repr(reading)


@pytest.mark.parametrize("case", ["Victim", "VictimAssistance", "Accident"])
def test_whole_reports_of_victims_are_passed_over_unread(case: str) -> None:
    report = f"<FieldReport><{case}><Name>Zorvan Kelemet</Name><Hazard><ID>1</ID></Hazard></{case}></FieldReport>"
    reading = read_imsma(document(report, hazard()), NAMES)
    assert reading.cases == 1
    assert len(reading.rows) == 1
    assert "Zorvan" not in repr(reading)


def test_what_is_never_kept_in_a_field_that_is_read_refuses_the_whole_file_without_an_echo() -> None:
    more = "<Comments>Zorvan Kelemet, born 12.03.1971, passport AZE12345678</Comments>"
    with pytest.raises(NeverHereError) as refused:
        read_imsma(document(hazard("HA-1"), hazard("HA-2", more=more)), NAMES)
    assert refused.value.rules
    assert "Zorvan" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["Reporter_Name", "victimName", "Contact", "Verified By", "Team_Leader", "date_of_birth"]
)
def test_fields_about_people_are_known_by_their_names(name: str) -> None:
    assert is_of_people(name)


@pytest.mark.parametrize("name", ["SurveyDate", "Result", "Organisation", "District", "Classification", "LocalID"])
def test_fields_about_ground_are_not_taken_for_people(name: str) -> None:
    assert not is_of_people(name)


def test_clearance_is_not_a_survey_and_says_where_it_is_entered() -> None:
    report = survey("no").replace("Non-Technical Survey", "Clearance")
    (fault,) = read_imsma(document(report), NAMES).faults
    assert "land release" in str(fault.why)


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (hazard(kind="Area"), "neither suspected nor confirmed"),
        (hazard(district="Elsewhere"), "names no district"),
        (hazard(ring=[(1.0, 2.0), (1.2, 2.0)]), "no ring of three corners"),
        (hazard(ring=[(1.0, 2.0), (500.0, 2.0), (1.0, 3.0)]), "no longitude and latitude"),
        (hazard(more=polygon(SQUARE)), "2 outlines"),
        (hazard(more="<CoordinateSystem>UTM 38N</CoordinateSystem>"), "another reference system"),
        (hazard().replace("2031-04-01", "01/04/31"), "day that cannot be read"),
        (hazard().replace("2031-04-01", "2031-02-31"), "day that cannot be read"),
        (hazard(more=f"<Comments>{'x' * 1_100_000}</Comments>"), "longer than any area"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_its_feature(report: str, why: str) -> None:
    reading = read_imsma(document(report, hazard("HA-9")), NAMES)
    assert [fault.feature for fault in reading.faults] == [1]
    assert why in str(reading.faults[0].why)
    assert [row.fields["reference"] for row in reading.rows] == ["HA-9"]


def test_the_same_number_twice_is_a_fault_of_the_second() -> None:
    reading = read_imsma(document(hazard(), hazard()), NAMES)
    assert len(reading.rows) == 1
    assert reading.faults[0].feature == 2


def test_geojson_is_read_alike() -> None:
    reading = read_imsma(
        collection(feature(), feature(BOW_TIE, id="HA-8"), feature(id="HA-9", reporter="Zorvan Kelemet")), NAMES
    )
    assert [(row.fields["reference"], row.fields["kind"]) for row in reading.rows] == [
        ("HA-7", "suspected"),
        ("HA-9", "suspected"),
    ]
    assert [fault.feature for fault in reading.faults] == [2]
    assert reading.people_fields == 1
    assert "Zorvan" not in repr(reading)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  ",
        b"id,kind\n1,SHA\n",
        b"<a><b></a>",
        document(hazard())[:-40],
        b"{",
        b'{"type": "Feature"}',
        b"[" * 100_000,
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>",
        b"<x>" * 500 + b"</x>" * 500,
        bytes(range(256)) * 4,
    ],
)
def test_damaged_foreign_and_hostile_files_are_refused_and_never_crash(content: bytes) -> None:
    with pytest.raises(UnreadableInput):
        read_imsma(content, NAMES)


def test_a_file_too_large_or_with_too_many_areas_is_refused() -> None:
    with pytest.raises(InputTooLarge):
        read_imsma(b"<" * (MOST_BYTES + 1), NAMES)
    with pytest.raises(InputTooLarge):
        read_imsma(b"<x>" + b"<Hazard/>" * (MOST_FEATURES + 1) + b"</x>", NAMES)
    with pytest.raises(InputTooLarge):
        read_imsma(collection(*[{}] * (MOST_FEATURES + 1)), NAMES)


def test_a_file_with_too_many_corners_is_refused_before_they_are_compared() -> None:
    ring = [(number / 1000, number % 7 / 10) for number in range(400)]
    with pytest.raises(InputTooLarge):
        read_imsma(collection(*[feature(ring, id=f"HA-{number}") for number in range(60)]), NAMES)


@given(content=st.binary(max_size=400), start=st.sampled_from([b"", b"<", b"{", b"<x>", b'{"features": [']))
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    with suppress(UnreadableInput):
        assert read_imsma(start + content, NAMES).rows == []


@pytest.mark.parametrize(
    "broken",
    [None, 7, {"geometry": 5}, {"properties": [1]}, {"geometry": {"type": "Polygon", "coordinates": [[["a"]]]}}],
)
def test_features_that_are_none_are_faults(broken: Any) -> None:
    reading = read_imsma(collection(broken, feature()), NAMES)
    assert [fault.feature for fault in reading.faults] == [1]
    assert len(reading.rows) == 1


def test_the_same_bytes_twice_give_the_same_rows() -> None:
    content = document(hazard(), survey("none"))
    assert read_imsma(content, NAMES) == read_imsma(content, NAMES)
