"""Unreleased tables → what one recipient may have. The one rule, before any format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from math import ceil, floor, log10, sqrt
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.incident import CHI2_95, Finding, Incident, counter_rows, finding_rows, incident_rows
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.people import PEOPLE_NUMBERS
from trucewatch.model.report import IssuedRow, Publication, ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.cells import Cell, cell_of
from trucewatch.reports.contribution_chart import added_by_means
from trucewatch.reports.drawn_lines import held_back_lines
from trucewatch.reports.redact import Part, Scrubber, latest_time
from trucewatch.reports.released import (
    THEATRE,
    WITHHELD,
    Added,
    Ellipse,
    Released,
    ReleasedCounter,
    ReleasedFinding,
    ReleasedIncident,
    ReleasedPeople,
)
from trucewatch.reports.released_periods import released_periods
from trucewatch.reports.small_counts import ISSUED, Candidate, Level, Settled, settle_cohort
from trucewatch.reports.sureness_words import alone_band

TOLD_ZONE_KINDS = ("region", "district", "corridor")
"""Which zone of an incident is told, in this order; storage places and sites are too small, the area says nothing."""


def release(
    inputs: ReportInputs, recipient: Recipient, *, since: date | None = None, until: date | None = None
) -> Released:
    """All that `recipient` may have at `inputs.as_of`; of incidents, those that began on local days in `[since,
    until)`.

    1. Kinds that are withheld from the recipient, and what was not known at the cut-off, are left out.
    2. Times are widened to the recipient's unit; nothing whose widened end plus the delay is after the cut-off goes on.
    3. With a smallest count, incidents come out in batches at midnight and never fewer than k together (`cohorts`).
    4. Places are told as finely as the recipient and step 3 allow: point, cell, zone, theatre.
    5. What each means added is told to who is told single incidents, finer than by zone: shares of means, no sensor.
    6. Periods of dense reports are told to who is told exact places and minutes of single incidents, from these alone.
    7. Findings are told only where clause, outcome and facts say no more than the place and time do (`scrub`).
    """
    watch = inputs.watch
    rule = _Rule(inputs, recipient)
    # Steps 1 and 2.
    incidents = [
        incident
        for incident in incident_rows(_in_days(inputs.incidents, watch, since, until))
        if rule.may_leave(incident)
    ]
    findings = _findings_of(inputs.findings, {incident.incident_id for incident in incidents})
    # Step 5.
    if rule.tells_added:
        rule.added = added_by_means(inputs.contributions, {incident.incident_id for incident in incidents})
    cohorts: dict[tuple[date, bool], list[Incident]] = defaultdict(list)
    for incident in incidents:
        cohorts[rule.day(incident), incident.simulated].append(incident)
    released: list[ReleasedIncident] = []
    for (day, _), members in cohorts.items():
        # Step 3: the cohort of one local day, real and simulated apart.
        issued, last = _issued(inputs.earlier, recipient, day, inputs.as_of)
        places = {incident_id: row.place for incident_id, row in issued.items()}
        settled = settle_cohort(
            [rule.candidate(incident, last) for incident in members], recipient.smallest_count, places
        )
        out = [incident for incident in members if incident.incident_id in settled]
        # Steps 4 and 7, for those that come out.
        with_parts = _told_with_parts(rule, out, settled, findings, issued)
        released += [
            rule.tell(
                incident,
                settled[incident.incident_id].level,
                findings.get(incident.incident_id, []),
                with_parts=incident.incident_id in with_parts,
            )
            for incident in out
        ]
    # Step 6.
    among = inputs.periods_among if rule.tells_periods else None
    periods = released_periods(inputs.incidents, released, among) if among else ()
    period_of = {incident_id: period.period_id for period in periods for incident_id in period.incident_ids}
    if period_of:
        released = [replace(incident, period=period_of.get(incident.incident_id, "")) for incident in released]
    return Released(
        recipient=recipient,
        as_of=inputs.as_of,
        incidents=tuple(
            sorted(
                released, key=lambda incident: (incident.simulated, incident.start, incident.end, incident.incident_id)
            )
        ),
        obligations=_obligations(inputs, rule),
        counters=_counters(inputs, recipient),
        fewer_than=recipient.smallest_count if recipient.smallest_count > 1 else 0,
        periods=periods,
    )


def released_from(moment: datetime, recipient: Recipient, zone: tzinfo) -> datetime:
    """The first cut-off that may show what ended at `moment`: after the delay, and with a smallest count at
    midnight."""
    ready = moment + timedelta(hours=recipient.delay_hours)
    return next_midnight(ready, zone) if recipient.smallest_count > 1 else ready


def next_midnight(moment: datetime, zone: tzinfo) -> datetime:
    """The first local midnight at or after a moment, UTC."""
    day = day_of(moment.astimezone(zone).date(), zone)
    return day.start if moment <= day.start else day.end


class _Rule:
    """The rule of one recipient at one cut-off."""

    def __init__(self, inputs: ReportInputs, recipient: Recipient) -> None:
        self.watch, self.recipient, self.as_of = inputs.watch, recipient, inputs.as_of
        self.zone = inputs.watch.zone
        self.scrubber = Scrubber(inputs.watch, recipient)
        self._kinds = {zone.id: zone.kind for zone in inputs.watch.zones}
        self.added: Mapping[str, tuple[Added, ...]] = {}
        # A distance from an exact place would tell the course of a line that is held back.
        self.tells_line = inputs.watch.settings.line not in held_back_lines(inputs.watch, recipient)

    @property
    def tells_added(self) -> bool:
        """Whether the recipient is told what each means added: one who is told single incidents, finer than by zone."""
        return self.recipient.smallest_count <= 1 and self.recipient.place != "zone"

    @property
    def tells_periods(self) -> bool:
        """Whether nothing that a period tells is finer than what the recipient is told of each of its incidents."""
        fine = self.recipient.place == "exact" and self.recipient.time == "minute"
        return self.recipient.smallest_count <= 1 and fine

    def day(self, incident: Incident) -> date:
        return incident.occurred_start.astimezone(self.zone).date()

    def times(self, incident: Incident) -> tuple[datetime, datetime]:
        """Start and end, widened to the recipient's unit of time."""
        start, end = incident.occurred_start, incident.occurred_end
        if self.recipient.time == "minute":
            return start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
        if self.recipient.time == "hour":
            first = start.astimezone(self.zone).replace(minute=0, second=0, microsecond=0)
            last = end.astimezone(self.zone).replace(minute=0, second=0, microsecond=0)
            if last < end or last == first:  # the end is widened outwards; a moment becomes a whole hour
                last += timedelta(hours=1)
            return first.astimezone(start.tzinfo), last.astimezone(start.tzinfo)
        inside = max(start, end - timedelta(microseconds=1))  # an end at midnight is of the day before
        return day_of(self.day(incident), self.zone).start, day_of(inside.astimezone(self.zone).date(), self.zone).end

    def may_leave(self, incident: Incident) -> bool:
        if incident.kind in self.recipient.withheld_kinds or incident.first_known_at > self.as_of:
            return False
        # The widened end, since a reader is told that one; what became known later waits for that.
        end = max(self.times(incident)[1], incident.occurred_end)
        return released_from(max(end, self._known_at(incident)), self.recipient, self.zone) <= self.as_of

    def _known_at(self, incident: Incident) -> datetime:
        """With a smallest count a late record comes out at the midnight after it became known, delay or not."""
        if self.recipient.smallest_count <= 1:
            return incident.occurred_end
        return incident.first_known_at - timedelta(hours=self.recipient.delay_hours)

    def candidate(self, incident: Incident, last_issue: datetime | None) -> Candidate:
        end = max(self.times(incident)[1], incident.occurred_end)
        batch = released_from(max(end, self._known_at(incident)), self.recipient, self.zone)
        zone = self.told_zone(incident)
        return Candidate(
            incident_id=incident.incident_id,
            # A day that was issued before: what is new joins a batch after that issue, never the old one.
            batch=batch if last_issue is None else max(batch, last_issue),
            fine=self._fine(incident),
            zone=f"zone:{zone}" if zone else "",
        )

    def _fine(self, incident: Incident) -> str:
        if incident.lon is None or incident.lat is None:
            return ""
        if self.recipient.place == "exact":
            return f"point:{incident.lon:.4f},{incident.lat:.4f}"
        if self.recipient.place == "cell":
            half = _half_axis_m(incident.semi_major_m)
            if half is not None and 2 * half <= self.cell_m:  # the 95 % ellipse is no larger than the cell
                return cell_of(incident.lon, incident.lat, self.cell_m).code
        return ""

    @property
    def cell_m(self) -> float:
        return max(self.recipient.cell_m, 1000.0)  # metres; no cell is smaller, whatever is set

    def told_zone(self, incident: Incident) -> str:
        # The first in this order, and of equals the first by id: the same zone in every report.
        for kind in TOLD_ZONE_KINDS:
            zones = sorted(zone for zone in incident.zones if self._kinds.get(zone) == kind)
            if zones:
                return zones[0]
        return ""

    def published(self, incident: Incident, level: Level) -> str | Cell:
        """The place that a reader is told: a zone's id, a cell, or "" for the theatre. Points are told by their zone
        here."""
        if level == "fine" and self.recipient.place == "cell" and incident.lon is not None and incident.lat is not None:
            return cell_of(incident.lon, incident.lat, self.cell_m)
        return "" if level == "theatre" else self.told_zone(incident)

    def tell(self, incident: Incident, level: Level, findings: list[Finding], *, with_parts: bool) -> ReleasedIncident:
        zone = self.told_zone(incident) if level == "zone" else ""
        exact = self.recipient.place == "exact" and level != "theatre" and incident.lon is not None
        place, lon, lat = THEATRE, None, None
        if exact and incident.lon is not None and incident.lat is not None:
            lon, lat = round(incident.lon, 4), round(incident.lat, 4)
            place = f"point:{lon:.4f},{lat:.4f}"
        elif level == "fine" and incident.lon is not None and incident.lat is not None:
            cell = cell_of(incident.lon, incident.lat, self.cell_m)
            place, lon, lat = cell.code, cell.lon, cell.lat
        elif zone:
            place = f"zone:{zone}"
        half = _half_axis_m(incident.semi_major_m) if exact else None
        published = self.published(incident, level)
        start, end = self.times(incident)
        day = self.day(incident)
        return ReleasedIncident(
            incident_id=incident.incident_id,
            kind=incident.kind,
            aspect=incident.aspect,
            count_min=incident.count_min,
            count_best=incident.count_best,
            count_max=incident.count_max,
            count_by=(
                incident.count_by if self.tells_added else tuple(text.partition(" ")[0] for text in incident.count_by)
            ),
            count_claims=incident.count_claims,
            people=_people(incident),
            day=day,
            start=start,
            end=end,
            time_precision=self.recipient.time,
            place=place,
            lon=lon,
            lat=lat,
            cell_m=self.cell_m if place.startswith("cell:") else None,
            ellipse=_ellipse(incident) if exact else None,
            radius_m=None if half is None else two_figures(half),
            zones=tuple(sorted(incident.zones)) if exact else (zone,) if zone else (),
            line_distance_m=(
                two_figures(incident.line_distance_m)
                if exact and self.tells_line and incident.line_distance_m is not None
                else None
            ),
            outcome=self.scrubber.outcome(findings, incident.kind, published, exact=exact, with_parts=with_parts),
            findings=self.scrubber.released_findings(findings, published, exact=exact, with_parts=with_parts),
            means=tuple(sorted(incident.means)),
            claimed_by=tuple(sorted(incident.claimed_by)),
            claims_only=incident.claims_only,
            simulated=incident.simulated,
            late=incident.first_known_at > released_from(day_of(day, self.zone).end, self.recipient, self.zone),
            text=incident.text if self.recipient.text else "",
            added=self.added.get(incident.incident_id, ()),
            happened=None if incident.happened is None or not self.tells_added else round(incident.happened, 2),
            alone=alone_band(incident.happened, incident.alone) if self.tells_added else "",
        )


def _told_with_parts(
    rule: _Rule,
    incidents: list[Incident],
    settled: Mapping[str, Settled],
    findings: Mapping[str, list[Finding]],
    issued: Mapping[str, IssuedRow],
) -> set[str]:
    """The incidents of which also clauses on a part of their place may be told: each side of each edge holds at least
    k.

    Counted among those that came out together in one place and of whose kind the same clauses speak. What was issued as
    withheld stays so.
    """
    k = rule.recipient.smallest_count
    if k <= 1:
        return set()
    tellable: set[str] = set()
    groups: dict[tuple[Any, ...], list[tuple[str, frozenset[Part]]]] = defaultdict(list)
    for incident in incidents:
        incident_findings, settlement = findings.get(incident.incident_id, []), settled[incident.incident_id]
        place = rule.published(incident, settlement.level)
        parts = rule.scrubber.parts(incident_findings, incident.kind, place)
        whole = rule.scrubber.outcome(incident_findings, incident.kind, place, exact=False, with_parts=False)
        if not parts or whole == OUTCOMES[0] or not rule.scrubber.are_tellable(parts):
            continue
        if settlement.round == ISSUED and issued[incident.incident_id].outcome == WITHHELD:
            continue
        clauses = frozenset(clause for clause, _ in parts)
        groups[settlement.round, settlement.level, place, clauses].append((incident.incident_id, parts))
    # Each combination of parts, not each part: two of them together could single one incident out.
    for group in groups.values():
        if min(Counter(parts for _, parts in group).values()) >= k:
            tellable |= {incident_id for incident_id, _ in group}
    return tellable


def _in_days(table: pa.Table, watch: Watch, since: date | None, until: date | None) -> pa.Table:
    if since is not None:
        table = table.filter(pc.greater_equal(table["occurred_start"], _scalar(day_of(since, watch.zone).start)))
    if until is not None:
        table = table.filter(pc.less(table["occurred_start"], _scalar(day_of(until, watch.zone).start)))
    return table


def _scalar(moment: datetime) -> pa.Scalar:
    return pa.scalar(moment, pa.timestamp("us", tz="UTC"))


def _findings_of(table: pa.Table, incident_ids: set[str]) -> dict[str, list[Finding]]:
    wanted = table.filter(pc.is_in(table["incident_id"], pa.array(sorted(incident_ids), pa.string())))
    by_incident: dict[str, list[Finding]] = defaultdict(list)
    for finding in finding_rows(wanted):
        by_incident[finding.incident_id].append(finding)
    for findings in by_incident.values():
        findings.sort(key=lambda finding: (finding.provision, finding.stipulation, finding.finding_id))
    return by_incident


def _issued(
    earlier: tuple[Publication, ...], recipient: Recipient, day: date, as_of: datetime
) -> tuple[dict[str, IssuedRow], datetime | None]:
    """What the recipient was last shown of a day: incident → its row, and the cut-off of that issue."""
    covering = [
        publication
        for publication in earlier
        if publication.recipient == recipient.id
        and publication.day_from <= day < publication.day_until
        and publication.cut_off <= as_of
    ]
    rows: dict[str, IssuedRow] = {}
    # Later issues over earlier ones.
    for publication in sorted(
        covering, key=lambda publication: (publication.cut_off, publication.number, publication.revision)
    ):
        rows |= {row.incident_id: row for row in publication.rows}
    return rows, max((publication.cut_off for publication in covering), default=None)


def _obligations(inputs: ReportInputs, rule: _Rule) -> tuple[ReleasedFinding, ...]:
    """Findings on deadlines and whole stipulations. The day of the act goes out only with a point, or without a k.

    The state of an obligation is a statement on the agreement and goes to everyone, after the delay; with a smallest
    count its sentence leaves out on which day the act took place.
    """
    recipient = rule.recipient
    whole = inputs.findings.filter(pc.equal(inputs.findings["incident_id"], ""))
    order = {stipulation.id: place for place, (_, stipulation) in enumerate(inputs.watch.agreement.stipulations())}
    released = []
    for finding in sorted(
        finding_rows(whole), key=lambda finding: (order.get(finding.stipulation, len(order)), finding.finding_id)
    ):
        if finding.facts.get("what") in recipient.withheld_kinds:
            continue
        occurred = latest_time(finding.facts, inputs.watch)
        if occurred is not None and released_from(occurred, recipient, rule.zone) > inputs.as_of:
            continue
        released.append(rule.scrubber.scrub(finding))
    return tuple(released)


def _counters(inputs: ReportInputs, recipient: Recipient) -> tuple[ReleasedCounter, ...]:
    """Reported numbers are their reporter's own; they pass the delay, and lose the words if the recipient may not have
    them."""
    return tuple(
        ReleasedCounter(
            counter_id=counter.counter_id,
            name=counter.name,
            span=counter.span,
            zone=counter.zone,
            period_start=counter.period_start,
            period_end=counter.period_end,
            value=counter.value,
            qualifier=counter.qualifier,
            unit=counter.unit,
            claimed_by=counter.claimed_by,
            simulated=counter.simulated,
            text=counter.text if recipient.text else "",
        )
        for counter in sorted(
            counter_rows(inputs.counters), key=lambda counter: (counter.name, counter.period_end, counter.counter_id)
        )
        if released_from(counter.period_end, recipient, inputs.watch.zone) <= inputs.as_of
        and counter.known_at <= inputs.as_of
    )


def _people(incident: Incident) -> tuple[ReleasedPeople, ...]:
    """The statements of an incident without source, device and rows; what is alike then is told once."""
    told = (
        ReleasedPeople(
            giver="" if statement.giver_kind == "source" else statement.giver,
            giver_kind=statement.giver_kind,
            means=statement.means if statement.giver_kind == "source" else "",
            day=statement.day,
            status=statement.status,
            **{name: getattr(statement, name) for name in PEOPLE_NUMBERS},
        )
        for statement in incident.people
    )
    return tuple(dict.fromkeys(told))


def _half_axis_m(one_sigma_m: float | None) -> float | None:
    return None if one_sigma_m is None else one_sigma_m * sqrt(CHI2_95)


def _ellipse(incident: Incident) -> Ellipse | None:
    major, minor = _half_axis_m(incident.semi_major_m), _half_axis_m(incident.semi_minor_m)
    if major is None:
        return None
    azimuth = round(incident.major_azimuth_deg or 0.0) % 180
    return Ellipse(semi_major_m=round(major), semi_minor_m=round(minor or major), azimuth_deg=azimuth)


def two_figures(metres: float) -> int:
    """Metres rounded to two figures: 438 → 440."""
    if metres < 10:
        return ceil(metres)
    step: int = 10 ** (floor(log10(metres)) - 1)
    return round(metres / step) * step
