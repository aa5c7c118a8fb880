"""What is given out as HXL is read by the library of the standard, holds what was stated, says whose codes it has."""

from __future__ import annotations

import csv
import io
import logging
from datetime import UTC, date, datetime

import pytest

from trucewatch.locale import words
from trucewatch.model.aid_activities import Activity
from trucewatch.model.aid_counts import Count
from trucewatch.model.humanitarian import District, HumanitarianFile, PCode
from trucewatch.reports.hxl_tables import HxlContext, activities_as_hxl, counts_as_hxl

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
ON_FILE = HumanitarianFile(
    schema=1,
    district=(
        District(
            id="north",
            names={"en": "North"},
            zone="north",
            pcode=(
                PCode(code="HV-01", edition="2031-01", of="census office"),
                PCode(code="X1", edition="2029", of="UN list"),
            ),
        ),
        District(id="south", names={"en": "South"}, zone="south"),
    ),
)


class Names:
    def organisation(self, id_: str) -> str:
        return f"the organisation {id_}"

    def district(self, id_: str) -> str:
        return {"north": "North", "south": "South"}[id_]

    def side(self, id_: str) -> str:
        return id_


def context(language: str = "en") -> HxlContext:
    return HxlContext(
        watch="valleys-aid", at=NOW, is_simulated=True, on_file=ON_FILE, names=Names(), words=words(language)
    )


ACTIVITIES = [
    (
        "AV-1",
        Activity(
            organisation="A",
            what="pipes, pumps",
            sector="water_sanitation",
            district="north",
            state="under_way",
            from_=date(2031, 5, 1),
        ),
    ),
    (
        "AV-2",
        Activity(
            organisation="B",
            what="=HYPERLINK(1)",
            sector="health",
            district="south",
            state="done",
            from_=date(2031, 4, 1),
            until=date(2031, 5, 1),
        ),
    ),
]
COUNTS = [
    ("CT-1", Count(organisation="A", kind="buses", span="day", day=date(2031, 5, 3), value=9, source="its bulletin")),
    (
        "CT-2",
        Count(
            organisation="A",
            kind="people_returned",
            span="cumulative",
            day=date(2031, 5, 3),
            value=1250,
            source="its bulletin",
            district="north",
            since=date(2031, 5, 1),
            cut_off=NOW,
        ),
    ),
]


@pytest.mark.parametrize("language", ["en", "ru", "az", "hy", "tr"])
def test_the_library_of_the_standard_reads_and_validates_both_tables(language: str) -> None:
    hxl = pytest.importorskip("hxl")
    logging.getLogger("hxl").setLevel(logging.ERROR)
    for content in (activities_as_hxl(ACTIVITIES, context(language)), counts_as_hxl(COUNTS, context(language))):
        source = hxl.data(io.BytesIO(content), hxl.InputOptions(allow_local=True))
        assert len(list(source)) == 2
        assert hxl.schema().validate(hxl.data(io.BytesIO(content), hxl.InputOptions(allow_local=True)))


def test_every_value_stands_under_its_tag() -> None:
    hxl = pytest.importorskip("hxl")
    activity, _ = hxl.data(io.BytesIO(activities_as_hxl(ACTIVITIES, context()))).values
    source = hxl.data(io.BytesIO(activities_as_hxl(ACTIVITIES, context())))
    row = dict(zip((column.display_tag for column in source.columns), activity, strict=True))
    assert row["#org+code"] == "A"
    assert row["#sector+code"] == "water_sanitation"
    assert row["#activity+name"] == "pipes, pumps"
    assert row["#loc+district+code+v_census_office_2031_01"] == "HV-01"
    assert row["#loc+district+code+v_un_list_2029"] == "X1"
    assert row["#meta+simulated"] == "yes: invented"


def test_a_code_says_whose_list_and_which_edition_it_is_of() -> None:
    header = next(csv.reader(io.StringIO(counts_as_hxl(COUNTS, context()).decode())))
    assert "P-code as in census office, edition 2031-01" in header
    assert "P-code as in UN list, edition 2029" in header


def test_no_cell_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(activities_as_hxl(ACTIVITIES, context()).decode())))
    assert "'=HYPERLINK(1)" in rows[3]
