"""A view of the list of incidents as a file, for use inside the centre: what the page shows, marked in every row.

It is no release: what leaves the centre goes through a recipient's rule (reports, feeds, /ogc), or is shown to
somebody by name. So it holds no more than the page: no sensor, no observer's place, no sender, no
person's name, and nothing of sources whose rows never leave.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from trucewatch.desks.incidents.listing import ListView
from trucewatch.model.incident import CHI2_95, Incident
from trucewatch.model.rounding import azimuth, coordinate, probability, two_figures
from trucewatch.model.standing import Standing
from trucewatch.model.times import iso_utc
from trucewatch.reports.never_leaving import without_barred
from trucewatch.reports.people_words import people_words
from trucewatch.reports.phrases import line_spread_m, number_words
from trucewatch.reports.recipient_rule import released_people
from trucewatch.server.formatting import Telling
from trucewatch.server.snapshot import Ints, Snapshot
from trucewatch.server.source_words import SourceWords, speaker_name, words_of_rows

INSIDE: Final = "inside the centre, not released"
"""What stands in each row, so that a single one that is copied says it too."""
_AT_ONCE: Final = 500
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""
COLUMNS: Final = (
    *("status", "simulated", "code", "assessment", "assessment_words", "start", "end", "what", "where", "lon", "lat"),
    *("semi_major_95_m", "semi_minor_95_m", "major_azimuth_deg", "line_distance_m"),
    *("line_distance_95_m", "known", "happened", "cause", "cause_probability", "means", "claimed_by", "zones", "says"),
    *("period", "observations", "changed_by_hand"),
)


def csv_lines(snapshot: Snapshot, rows: Ints, wanted: ListView, telling: Telling) -> Iterator[str]:
    """The rows as CSV, their columns named; no cell runs as a formula."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in _records(snapshot, rows, telling):
        writer.writerow([_cell(record[name]) for name in COLUMNS])
        if sink.tell() > 64_000:
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def json_lines(snapshot: Snapshot, rows: Ints, wanted: ListView, telling: Telling) -> Iterator[str]:
    """The rows as one JSON object, with what the file is and which view it holds."""
    head = {
        "schema": "trucewatch/inside-incidents/1",
        "status": INSIDE,
        "watch": snapshot.watch.settings.id,
        "as_of": iso_utc(snapshot.as_of),
        "view": wanted.address(),
        "left_out_never_leaving": leaving_none(snapshot, rows),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "incidents": ['
    for number, record in enumerate(_records(snapshot, rows, telling)):
        yield (",\n" if number else "\n") + json.dumps(record, ensure_ascii=False)
    yield "\n]}\n"


def leaving_none(snapshot: Snapshot, rows: Ints) -> int:
    """How many of these rows rest on sources alone whose rows never leave, so that no file holds them."""
    barred = snapshot.watch.never_told
    sources = snapshot.incidents["sources"].to_pylist()
    return sum(barred.issuperset(sources[row]) for row in rows.tolist())


def _records(snapshot: Snapshot, rows: Ints, telling: Telling) -> Iterator[dict[str, Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        standing_of = dict(zip(part.tolist(), snapshot.standings(part), strict=True))
        incidents = list(without_barred(snapshot.incidents_at(part), snapshot.watch))
        says = words_of_rows(snapshot, incidents, telling.words)
        for incident, spoken in zip(incidents, says, strict=True):
            row = snapshot.row_of[incident.incident_id]
            yield _record(incident, snapshot.codes[row], standing_of[row], spoken, telling)


def _record(incident: Incident, code: str, standing: Standing, spoken: SourceWords, telling: Telling) -> dict[str, Any]:
    words, watch = telling.words, telling.watch
    line = watch.zone_with(watch.settings.line) if watch.settings.line else None
    radius_m = _half_axis(incident.semi_major_m)
    has_line = incident.line_distance_m is not None
    return {
        "status": INSIDE,
        "simulated": incident.simulated,
        "code": code,
        "assessment": standing.outcome if not standing.reason_word else standing.reason_word,
        "assessment_words": telling.standing(standing),
        "start": iso_utc(incident.occurred_start),
        "end": iso_utc(incident.occurred_end),
        "what": _what(incident, telling),
        "where": telling.where(incident),
        "lon": None if incident.lon is None else coordinate(incident.lon),
        "lat": None if incident.lat is None else coordinate(incident.lat),
        "semi_major_95_m": radius_m,
        "semi_minor_95_m": _half_axis(incident.semi_minor_m),
        "major_azimuth_deg": None if incident.major_azimuth_deg is None else azimuth(incident.major_azimuth_deg),
        "line_distance_m": two_figures(abs(incident.line_distance_m)) if incident.line_distance_m is not None else None,
        "line_distance_95_m": line_spread_m(line, radius_m) if has_line else None,
        "known": telling.rung(incident.rung, standing),
        "happened": None if incident.happened is None or incident.alone else probability(incident.happened),
        "cause": telling.event_class(incident.classes[0]) if incident.classes else "",
        "cause_probability": None if incident.what is None else probability(incident.what),
        "means": list(incident.means),
        "claimed_by": [speaker_name(who, incident, watch, words) for who in incident.claimed_by],
        "zones": list(incident.zones),
        "says": spoken.whole(words),
        "period": incident.period,
        "observations": len(incident.members),
        "changed_by_hand": len(incident.acts),
    }


def _what(incident: Incident, telling: Telling) -> str:
    """What happened, as whoever is told single incidents is told it: a number of people names no device as its
    giver."""
    words, watch = telling.words, telling.watch
    what, people = number_words(incident, watch, words), people_words(released_people(incident), watch, words)
    return words.gettext("{what}; {people}").format(what=what, people=people) if people else what


def _half_axis(one_sigma_m: float | None) -> int | None:
    return None if one_sigma_m is None else two_figures(one_sigma_m * float(np.sqrt(CHI2_95)))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
