"""Released incidents → the periods of dense reports that these alone form, a local day at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.period import PeriodRule
from trucewatch.reports.released import ReleasedIncident, ReleasedPeriod


def released_periods(
    incidents: pa.Table, released: Sequence[ReleasedIncident], rule: PeriodRule
) -> tuple[ReleasedPeriod, ...]:
    """The periods, in order of their begin and id; only what is told with a point counts.

    incidents: the unreleased table (INCIDENT_SCHEMA). What was not released plays no part, so that no period tells of
    it: neither what is withheld, nor by which device something without a place was heard. Days are apart, as in
    `release`.
    """
    by_day = defaultdict(list)
    told = {incident.incident_id: incident for incident in released if incident.lon is not None}
    for incident in told.values():
        by_day[incident.day].append(incident.incident_id)
    periods = []
    for day, ids in sorted(by_day.items()):
        rows = incidents.filter(pc.is_in(incidents["incident_id"], value_set=pa.array(sorted(ids), pa.string())))
        for period in rule(rows):
            members = [told[incident_id] for incident_id in period.incident_ids]
            periods.append(
                ReleasedPeriod(
                    period_id=period.period_id,
                    incident_ids=period.incident_ids,
                    day=day,
                    start=min(member.start for member in members),
                    end=max(member.end for member in members),
                    events_min=period.events_min,
                    events_max=period.events_max,
                    simulated=period.simulated,
                )
            )
    return tuple(periods)
