"""Words and digits that must never leave occur nowhere in the bytes of any format, in any language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    OBSERVER_LAT,
    OBSERVER_LON,
    PUBLIC,
    SENSOR,
    SOURCE,
    contribution,
    finding,
    incident,
    inputs_of,
)
from tests.reports.opened import everything_in
from trucewatch.locale import LANGUAGES
from trucewatch.model.report import RejectedCount, ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, build_daily, render

WORDS = "the sergeant said so himself"
EXACT_LON, EXACT_LAT = 20.7318642, 45.3174859


def loaded() -> ReportInputs:
    """Every column that could betray something does."""
    rows = [
        incident(
            f"c{number}",
            lon=EXACT_LON,
            lat=EXACT_LAT,
            semi_major_m=187.35,
            semi_minor_m=91.77,
            major_azimuth_deg=37.0,
            line_distance_m=6543.0,
            text=f"{WORDS} at {OBSERVER_LON},{OBSERVER_LAT} by {SENSOR}",
            hours=13.7 + number / 60,
        )
        for number in range(4)
    ]
    rows += [incident(f"x{number}", kind="weapon_present", lon=20.2) for number in range(3)]
    findings = [
        finding(
            row["incident_id"],
            "1a",
            "inconsistent",
            "prohibited_act_notice_late",
            facts={
                "kind": "explosion",
                "zone": "theatre",
                "notice": "notice-118",
                "known_at": "2031-05-10T12:34:56Z",
                "observer": SENSOR,
            },
        )
        for row in rows
    ]
    rejected = (RejectedCount(source=SOURCE, file=f"inbox/{SENSOR}.csv", rejected=3, rows=90),)
    added = [contribution(row, "acoustic", 0.1871, 0.1871, 0.1871) for row in rows]
    added += [contribution(row, "seismic", None, 0.1871, 0.1871) for row in rows]
    return inputs_of(rows, findings, rejected=rejected, contributions=added)


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("recipient", [PUBLIC, CELLS], ids=lambda one: one.id)
def test_nothing_withheld_is_in_the_bytes(form: str, language: str, recipient: Recipient) -> None:
    report = build_daily(loaded(), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))
    assert report.rows
    text = everything_in(render(report, format=form, language=language))
    for canary in (
        SENSOR,
        SOURCE,
        WORDS,
        "sergeant",
        "20.91357",
        "45.27182",
        "20.7318",
        "45.3174",
        "20,7318",
        "45,3174",
        "notice-118",
        "12:34",
        "15:34",
        "13:42",
        "10:42",
        "187",
        "458",
        "6543",
        "6,543",
        "6 543",
        "o-secretevidence",
        "inbox/",
    ):
        assert canary not in text, canary
    if recipient is CELLS:
        assert "weapon_present" not in text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_even_who_sees_exact_places_never_sees_an_observer(form: str) -> None:
    inputs = loaded()
    open_text = inputs.incidents.set_column(
        inputs.incidents.schema.get_field_index("text"), "text", [["loud bang"] * inputs.incidents.num_rows]
    )
    inputs = ReportInputs(
        watch=inputs.watch,
        incidents=open_text.cast(inputs.incidents.schema),
        findings=inputs.findings,
        reason_sentences=inputs.reason_sentences,
        counters=inputs.counters,
        rejected=(),
        as_of=inputs.as_of,
    )
    report = build_daily(inputs, recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    text = everything_in(render(report, format=form, language="en"))
    for canary in (SENSOR, SOURCE, "20.91357", "45.27182"):
        assert canary not in text
    assert "loud bang" in text


def test_the_report_record_itself_holds_no_sensor_notice_or_source() -> None:
    report = build_daily(loaded(), recipient=PUBLIC, day_from=DAY, day_until=DAY + timedelta(days=1))
    assert SENSOR not in repr(report)
    assert SOURCE not in repr(report)
    assert "notice-118" not in repr(report)
