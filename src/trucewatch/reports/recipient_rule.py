"""The rule of a recipient, and of each incident for it: whether it may leave, and how finely it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from math import sqrt
from typing import Final

from trucewatch.model.claim_record import CLAIM_SOURCES
from trucewatch.model.incident import CHI2_95, Finding, Incident, is_message
from trucewatch.model.outcomes import SAID
from trucewatch.model.party_release import (
    FINE_AFTER,
    aspects_of,
    coarse_form,
    is_fine,
    is_of_parties,
    is_origin,
    origin_form,
)
from trucewatch.model.people import PEOPLE_NUMBERS
from trucewatch.model.report import ReportInputs
from trucewatch.model.review import Case
from trucewatch.model.rounding import azimuth, coordinate, probability, two_figures
from trucewatch.model.standing import ESTABLISHED_RUNGS, grave_stands
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.cells import Cell, cell_of
from trucewatch.reports.contribution_chart import added_by_means
from trucewatch.reports.drawn_lines import held_back_lines
from trucewatch.reports.outcome_policy import BY_PLACE, held_of, policy_of, why_untold
from trucewatch.reports.redact import Scrubber
from trucewatch.reports.released import (
    THEATRE,
    WITHHELD,
    Added,
    Ellipse,
    ReleasedIncident,
    ReleasedPeople,
    point_code,
    time_code,
)
from trucewatch.reports.review_told import NOT_REVIEWED, ReviewsTold, outside, own_states
from trucewatch.reports.small_counts import Candidate, Level
from trucewatch.reports.sureness_words import alone_band

UNITS: Final = {"quarter": timedelta(minutes=15), "hour": timedelta(hours=1)}
"""Units of time within a local day, by their word in a recipient's rule."""
TOLD_ZONE_KINDS = ("region", "district", "corridor")
"""Which zone of an incident is told, in this order; storage places and sites are too small, the area says nothing."""


def released_from(moment: datetime, recipient: Recipient, zone: tzinfo) -> datetime:
    """The first cut-off that may show what ended at `moment`: after the delay, and with a smallest count at
    midnight."""
    ready = moment + timedelta(hours=recipient.delay_hours)
    return next_midnight(ready, zone) if recipient.smallest_count > 1 else ready


def whole_unit(moment: datetime, unit: timedelta, zone: tzinfo) -> datetime:
    """The begin of the whole local hour, or part of one, that a moment lies in, UTC."""
    local = moment.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond) % unit
    return moment - past


def next_midnight(moment: datetime, zone: tzinfo) -> datetime:
    """The first local midnight at or after a moment, UTC."""
    day = day_of(moment.astimezone(zone).date(), zone)
    return day.start if moment <= day.start else day.end


def tells_single_finely(recipient: Recipient) -> bool:
    """Whether a recipient is told single incidents, finer than by zone."""
    return recipient.smallest_count <= 1 and recipient.place != "zone"


def tells_probability(recipient: Recipient, watch: Watch) -> bool:
    """Whether a recipient is told how probable an incident is. How sure one is moves with all that happened around it:
    to whom not all of that is told, it would tell how much is held back; rows that never leave are told to nobody."""
    return tells_single_finely(recipient) and not recipient.holds_back and not watch.never_leaving


class RecipientRule:
    """The rule of one recipient at one cut-off."""

    def __init__(self, inputs: ReportInputs, recipient: Recipient) -> None:
        self.watch, self.recipient, self.as_of = inputs.watch, recipient, inputs.as_of
        self.zone = inputs.watch.zone
        self.scrubber = Scrubber(inputs.watch, recipient, is_early_form=inputs.is_early_form)
        self._kinds = {zone.id: zone.kind for zone in inputs.watch.zones}
        self._messages = inputs.watch.message_sources
        self.added: Mapping[str, tuple[Added, ...]] = {}
        self.reviews = ReviewsTold(inputs)
        self.every: Mapping[str, list[Finding]] = {}
        """All findings of each incident that may leave, those that are not for the recipient too."""
        self._wordings = inputs.wordings
        # A distance from an exact place would tell the course of a line that is held back.
        self.tells_line = inputs.watch.settings.line not in held_back_lines(inputs.watch, recipient)
        self.tells_added = tells_single_finely(recipient)
        """Whether the recipient is told what each means added."""
        self.tells_happened = tells_probability(recipient, inputs.watch) or (self.tells_added and inputs.is_early_form)

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
        if self.recipient.time in UNITS:
            unit = UNITS[self.recipient.time]
            first, last = whole_unit(start, unit, self.zone), whole_unit(end, unit, self.zone)
            if last < end or last == first:  # the end is widened outwards; a moment becomes a whole unit
                last += unit
            return first, last
        inside = max(start, end - timedelta(microseconds=1))  # an end at midnight is of the day before
        return day_of(self.day(incident), self.zone).start, day_of(inside.astimezone(self.zone).date(), self.zone).end

    def may_leave(self, incident: Incident) -> bool:
        # A message alone, of which nobody said what it tells of, is no event.
        if is_message(incident.kind, incident.sources, incident.lon, self._messages):
            return False
        if incident.kind in self.recipient.withheld_kinds or incident.first_known_at > self.as_of:
            return False
        withheld = self.recipient.withheld_aspects
        if not aspects_of(incident).isdisjoint(withheld) or ("outgoing" in withheld and is_origin(incident)):
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
            return point_code(incident.lon, incident.lat)
        if self.recipient.place == "cell":
            half = _half_axis_m(incident.semi_major_m)
            if half is not None and 2 * half <= self.cell_m:  # the 95 % ellipse is no larger than the cell
                return cell_of(incident.lon, incident.lat, self.cell_m).code
        return ""

    def has_cell(self, incident: Incident) -> bool:
        return bool(self._fine(incident))

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

    def _wording(self, cases: Iterable[Case]) -> tuple[tuple[str, str], ...]:
        """The common text of the first of these cases that has one."""
        texts = (self._wordings.get(case.code) for case in cases if case.outcome is not None)
        return next((tuple(sorted(text.items())) for text in texts if text), ())

    def tell(self, incident: Incident, level: Level, findings: list[Finding], *, with_parts: bool) -> ReleasedIncident:
        zone = self.told_zone(incident) if level == "zone" else ""
        exact = self.recipient.place == "exact" and level != "theatre" and incident.lon is not None
        place, lon, lat = THEATRE, None, None
        if exact and incident.lon is not None and incident.lat is not None:
            lon, lat = coordinate(incident.lon), coordinate(incident.lat)
            place = point_code(lon, lat)
        elif level == "fine" and incident.lon is not None and incident.lat is not None:
            cell = cell_of(incident.lon, incident.lat, self.cell_m)
            place, lon, lat = cell.code, cell.lon, cell.lat
        elif zone:
            place = f"zone:{zone}"
        half = _half_axis_m(incident.semi_major_m) if exact else None
        published = self.published(incident, level)
        start, end = self.times(incident)
        day = self.day(incident)
        is_single = self.recipient.smallest_count <= 1
        # Of an event whose place nobody knows no finding can tell a place to who is told places as they are.
        whole = exact or (self.recipient.place == "exact" and incident.lon is None and is_single)
        outcome = self.scrubber.outcome(findings, incident.kind, published, exact=whole, with_parts=with_parts)
        scrubbed = self.scrubber.released_findings(findings, published, exact=whole, with_parts=with_parts)
        told = self.scrubber.tellable(
            self.every.get(incident.incident_id, findings), published, exact=whole, with_parts=with_parts
        )
        cases = self.reviews.of_findings(incident, told)
        tells_review = policy_of(self.recipient) != "none"
        review = self.reviews.state(incident, told) if tells_review else ""
        is_held_for_place = outcome == WITHHELD
        if is_held_for_place and review == NOT_REVIEWED:
            review = ""  # that of a clause on a part of its place may stand otherwise
        scrubbed = tuple(replace(each, review=outside(cases.get(each.stipulation))) for each in scrubbed)
        untold = "" if findings else why_untold(self.recipient, review)
        reason = untold or (BY_PLACE if outcome == WITHHELD else held_of(scrubbed, outcome))
        outcome = WITHHELD if untold else outcome
        telling = [finding for finding in scrubbed if finding.outcome == outcome]
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
            people=released_people(incident),
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
            outcome=outcome,
            findings=scrubbed,
            hold=reason,
            is_reviewed=(
                None if is_held_for_place else bool(telling) and all(finding.is_reviewed for finding in telling)
            ),
            review=review,
            own_states=own_states(cases.values(), with_evidence=self.tells_added) if tells_review else (),
            wording=self._wording(cases.values()) if tells_review and whole and self.recipient.text else (),
            grave=tuple(incident.grave) if is_single else (),
            is_established=is_single
            and not reason
            and (outcome in SAID or incident.rung in ESTABLISHED_RUNGS)
            and grave_stands(incident),
            means=tuple(sorted(incident.means)),
            claimed_by=tuple(sorted(incident.claimed_by)),
            claims_only=incident.claims_only,
            simulated=incident.simulated,
            late=incident.first_known_at > released_from(day_of(day, self.zone).end, self.recipient, self.zone),
            # What people wrote to somebody, or under a name, was not written to be passed on.
            text=incident.text if self.recipient.text and self._messages.isdisjoint(incident.sources) else "",
            added=self.added.get(incident.incident_id, ()),
            happened=None if incident.happened is None or not self.tells_happened else probability(incident.happened),
            alone=alone_band(incident.happened, incident.alone) if self.tells_happened else "",
        )


class IncidentRules:
    """The rule of each incident: one for all, but for the bound parties what `model.party_release` says.

    With a smallest count what is out stays out as it was told, so nothing becomes finer with time.
    """

    def __init__(self, inputs: ReportInputs, recipient: Recipient) -> None:
        self.as_of = inputs.as_of
        is_bound = is_of_parties(recipient, inputs.watch.agreement)
        self.is_staged = is_bound and is_fine(recipient) and timedelta(hours=recipient.delay_hours) < FINE_AFTER
        if self.is_staged and recipient.smallest_count > 1:
            self.is_staged, recipient = False, coarse_form(recipient)
        self.plain = RecipientRule(inputs, recipient)
        self.coarse = RecipientRule(inputs, coarse_form(recipient)) if self.is_staged else self.plain
        self.origin = RecipientRule(inputs, origin_form(recipient)) if is_bound else None
        if self.origin is not None:
            self.origin.tells_added = self.plain.tells_added  # how sure it is says nothing of the place
            self.origin.tells_happened = self.plain.tells_happened

    def of(self, incident: Incident) -> RecipientRule:
        if self.origin is not None and is_origin(incident):
            return self.origin
        if self.is_staged:
            end = max(self.coarse.times(incident)[1], incident.occurred_end)
            return self.plain if end + FINE_AFTER <= self.as_of else self.coarse
        return self.plain

    def tell(self, incident: Incident, level: Level, findings: list[Finding], *, with_parts: bool) -> ReleasedIncident:
        rule = self.of(incident)
        released = rule.tell(incident, level, findings, with_parts=with_parts)
        if not self.is_staged or rule is not self.plain:
            return released
        level_then: Level = (
            "fine" if self.coarse.has_cell(incident) else "zone" if rule.told_zone(incident) else "theatre"
        )
        then = self.coarse.tell(incident, level_then, findings, with_parts=with_parts)
        return replace(released, was_told=(then.place, time_code(then)))

    def hold_against(self, findings: Mapping[str, list[Finding]]) -> None:
        """All findings of the incidents, by which it is told how their reviews stand."""
        for rule in filter(None, (self.plain, self.coarse, self.origin)):
            rule.every = findings

    def add(self, inputs: ReportInputs, incidents: list[Incident]) -> None:
        """What each means added, for who is told it."""
        if self.plain.tells_added:
            added = added_by_means(inputs.contributions, {incident.incident_id for incident in incidents})
            for rule in filter(None, (self.plain, self.coarse, self.origin)):
                rule.added = added

    @property
    def tell_periods(self) -> bool:
        return self.plain.tells_periods and not self.is_staged


def released_people(incident: Incident) -> tuple[ReleasedPeople, ...]:
    """The statements of an incident without source, device and rows; what is alike then is told once."""
    statements = (
        ReleasedPeople(
            giver="" if statement.giver_kind == "source" else statement.giver,
            giver_kind=statement.giver_kind,
            means=statement.means if statement.giver_kind == "source" else "",
            day=statement.day,
            status=statement.status,
            is_checked=statement.giver_kind == "source"
            and statement.giver not in CLAIM_SOURCES
            and statement.perceived in ("saw", "recorded"),
            is_claim=statement.giver in CLAIM_SOURCES,
            **{name: getattr(statement, name) for name in PEOPLE_NUMBERS},
        )
        for statement in incident.people
    )
    return tuple(dict.fromkeys(statements))


def _half_axis_m(one_sigma_m: float | None) -> float | None:
    return None if one_sigma_m is None else one_sigma_m * sqrt(CHI2_95)


def _ellipse(incident: Incident) -> Ellipse | None:
    major, minor = _half_axis_m(incident.semi_major_m), _half_axis_m(incident.semi_minor_m)
    if major is None:
        return None
    return Ellipse(
        semi_major_m=two_figures(major),
        semi_minor_m=two_figures(minor or major),
        azimuth_deg=azimuth(incident.major_azimuth_deg or 0.0),
    )
