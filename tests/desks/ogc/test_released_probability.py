"""The probability that an incident happened leaves for who is told single incidents and all of the list, and for nobody
else: it moves with how much is held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from tests.conftest import each
from trucewatch.reports import FORMATS, build_daily, render
from trucewatch.reports.release import release
from trucewatch.server.console import Console


def test_it_is_told_with_single_incidents_where_nothing_is_held_back_alone(valleys: Console) -> None:
    inputs = valleys.assessment().report_inputs()
    known = {
        one.incident_id: one.happened
        for one in (valleys.snapshot.incident(row) for row in range(valleys.snapshot.rows))
    }
    for recipient in each(inputs.watch.settings.recipient):
        released = release(inputs, recipient, since=date(2031, 5, 1), until=date(2031, 5, 4)).incidents
        told = [one.happened for one in released]
        holds_back = recipient.delay_hours or recipient.withheld_kinds or recipient.withheld_aspects
        if recipient.place == "zone" or recipient.smallest_count > 1 or holds_back:
            assert not any(one is not None for one in told), recipient.id
        else:
            assert told
            assert told == [pytest.approx(known[one.incident_id], abs=0.006) for one in released], recipient.id


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_shows_it(valleys: Console, name: str) -> None:
    inputs = valleys.assessment().report_inputs()
    # Some less probable than not, whatever the engine holds of these days.
    table = inputs.incidents
    chances = pa.array([0.3 if row % 2 else 0.8 for row in range(table.num_rows)], table.schema.field("happened").type)
    column = table.schema.get_field_index("happened")
    inputs = replace(inputs, incidents=table.set_column(column, table.schema.field(column), chances))
    centre, public = inputs.watch.settings.recipient[0], inputs.watch.settings.recipient[-1]
    day = {"day_from": date(2031, 5, 2), "day_until": date(2031, 5, 3)}
    report = build_daily(inputs, recipient=centre, **day)
    assert any(row.incident.happened not in (None, 1.0) for row in report.rows)
    assert all(row.incident.happened is None for row in build_daily(inputs, recipient=public, **day).rows)
    text = render(report, format=name, language="en")
    if name == "html":
        assert b'data-label="P">0.' in text
        assert b"have a probability below 0.50" in text or b"has a probability below 0.50" in text
    elif name in ("csv", "geojson", "kml"):
        assert b"happened" in text
