"""Released incidents → what a report counts of them: by outcome, by region, by day; real and simulated apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from shapely.geometry import Point

from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.report import IssuedRow, ReportInputs
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.as_issued import IssuedDays, tally_of_rows
from trucewatch.reports.daily_report import DayBar, RegionRow, Tally
from trucewatch.reports.outcome_policy import held_counts
from trucewatch.reports.recipient_rule import TOLD_ZONE_KINDS
from trucewatch.reports.released import WITHHELD, ReleasedIncident

BARS = 14


def tally(incidents: Iterable[ReleasedIncident]) -> Tally:
    """How many, how many of each outcome, and how many without one, by the word for why."""
    counted = list(incidents)
    outcomes = Counter(incident.outcome for incident in counted)
    return Tally(
        recorded=outcomes.total(),
        outcomes=tuple((outcome, outcomes[outcome]) for outcome in (*OUTCOMES, WITHHELD)),
        holds=held_counts(counted),
    )


def region_of(watch: Watch, incident: ReleasedIncident) -> str:
    """The region that a released place lies in: by its zone, or by the centre of its cell. Empty if it is not told."""
    if incident.place.startswith("cell:"):
        return region_of_place(watch, incident.place)
    by_kind = {zone.id: zone.kind for zone in watch.zones}
    return next((zone for kind in TOLD_ZONE_KINDS for zone in incident.zones if by_kind.get(zone) == kind), "")


def region_of_place(watch: Watch, place: str) -> str:
    """The same by the code of a place alone, as a row of an issue holds it."""
    kind_of_place, _, where = place.partition(":")
    if kind_of_place == "zone":
        return where if any(zone.id == where and zone.kind in TOLD_ZONE_KINDS for zone in watch.zones) else ""
    if not where:
        return ""
    lon, lat = map(float, where.split(","))
    for kind in TOLD_ZONE_KINDS:
        for zone in sorted(watch.zones, key=lambda zone: zone.id):
            if zone.kind == kind and zone.geometry.intersects(Point(lon, lat)):
                return zone.id
    return ""


class Around:
    """The days around a report's own: as they were issued, or to who is told every record at once as they are now."""

    def __init__(
        self,
        inputs: ReportInputs,
        recipient: Recipient,
        released: tuple[ReleasedIncident, ...],
        day_from: date,
        day_until: date,
    ) -> None:
        self._watch, self._released = inputs.watch, released
        self._first, self._until = day_from, day_until
        by_issues = not (inputs.is_early_form or keeps_ids(recipient, inputs.watch.agreement))
        self._issued = IssuedDays(inputs, recipient) if by_issues else None
        begin = day_from - (day_until - day_from)
        self._before = [incident for incident in released if begin <= incident.day < day_from]
        self._rows_before = self._issued.rows_of(begin, day_from) if self._issued else None

    def tally_before(self, *, simulated: bool) -> Tally | None:
        if self._issued is None:
            return tally(incident for incident in self._before if incident.simulated is simulated)
        rows = self._issued_before(simulated=simulated)
        return None if rows is None else tally_of_rows(rows)

    def regions_before(self, *, simulated: bool) -> Counter[str] | None:
        """How many in each region in the period before; None where that was not issued."""
        if self._issued is None:
            kept = (incident for incident in self._before if incident.simulated is simulated)
            return Counter(region_of(self._watch, incident) for incident in kept)
        rows = self._issued_before(simulated=simulated)
        return None if rows is None else Counter(region_of_place(self._watch, row.place) for row in rows)

    def _issued_before(self, *, simulated: bool) -> list[IssuedRow] | None:
        if self._issued is None or self._rows_before is None:
            return None
        return [row for row in self._rows_before if self._issued.is_simulated(row) is simulated]

    def bars(self) -> tuple[DayBar, ...]:
        return tuple(self._bar(self._until - timedelta(days=back)) for back in range(BARS, 0, -1))

    def _bar(self, day: date) -> DayBar:
        if self._issued is None or self._first <= day < self._until:
            counted = [incident.simulated for incident in self._released if incident.day == day]
        else:
            rows = self._issued.rows(day)
            if rows is None:
                return DayBar(day=day, recorded=0, simulated=0, is_issued=False)
            counted = [self._issued.is_simulated(row) for row in rows]
        return DayBar(day=day, recorded=counted.count(False), simulated=counted.count(True))


def regions_told(
    watch: Watch, before: Counter[str] | None, now: list[ReleasedIncident], *, simulated: bool
) -> tuple[RegionRow, ...]:
    then = before or Counter[str]()
    today = Counter(region_of(watch, incident) for incident in now if incident.simulated is simulated)
    kinds = {zone.kind for zone in watch.zones}
    counted = "region" if "region" in kinds else "district"
    listed = list(dict.fromkeys(zone.id for zone in watch.zones if zone.kind == counted))
    others = sorted((set(then) | set(today)) - set(listed) - {""})
    last = [""] if then[""] or today[""] else []
    if simulated:
        listed = [zone for zone in listed if then[zone] or today[zone]]
    return tuple(
        RegionRow(region=zone, before=None if before is None else then[zone], now=today[zone])
        for zone in [*listed, *others, *last]
    )
