"""Unreleased tables → the daily report of one recipient, and what is kept of it once it is issued.

Everything is counted from what was released; nothing here sees an unreleased table. Real and simulated are counted
apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from shapely.geometry import Point

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.incident import incident_rows
from trucewatch.model.naming import called
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.report import EditorsNote, IssuedRow, Publication, RejectedCount, ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.corrections import (
    LOOK_BACK_DAYS,
    correct,
    correct_notes,
    issued_row,
    tell_calibration,
    to_compare,
)
from trucewatch.reports.daily_report import (
    Correction,
    DailyReport,
    DayBar,
    EarlierGrave,
    RegionRow,
    Row,
    Tally,
)
from trucewatch.reports.drawn_lines import without_drawn_lines
from trucewatch.reports.outcome_policy import held_counts
from trucewatch.reports.recipient_rule import TOLD_ZONE_KINDS, released_from
from trucewatch.reports.release import release
from trucewatch.reports.released import WITHHELD, Released, ReleasedCounter, ReleasedIncident

BARS = 14
LONGEST_DAYS = 366


def build_daily(
    inputs: ReportInputs,
    *,
    recipient: Recipient,
    day_from: date,
    day_until: date,
    notes: Sequence[EditorsNote] | None = None,
    is_draft: bool = False,
) -> DailyReport:
    """The report of the local days `[day_from, day_until)`.

    notes: what the editors say. Without them (None) those of the last issue stand as long as its rows do, so that the
    same report made again by a program says what the issued one said.

    Incidents are counted on the local day they began on. Raises ReportError for a period that is empty, longer than a
    year, or begins after the cut-off.
    """
    watch = inputs.watch
    length = (day_until - day_from).days
    if length < 1 or length > LONGEST_DAYS:
        raise ReportError(
            Message(
                "the period {start} to {end} has {days} days; give 1 to {most}, the last day excluded",
                start=day_from,
                end=day_until,
                days=length,
                most=LONGEST_DAYS,
            )
        )
    if inputs.as_of < day_of(day_from, watch.zone).start:
        raise ReportError(
            Message(
                "{day} begins after the cut-off {moment}; choose an earlier day",
                day=day_from,
                moment=inputs.as_of,
            )
        )
    since = day_from - timedelta(days=max(length, LOOK_BACK_DAYS + 1))
    compared = [issue for issue in inputs.earlier if issue.recipient == recipient.id and issue.day_from < day_until]
    oldest = min((issue.day_from for issue in compared if issue.day_from >= since), default=since)
    latest = max((issue.day_until for issue in compared if issue.day_from >= since), default=day_until)
    released = release(inputs, recipient, since=min(since, oldest), until=max(day_until, latest))
    in_period = [incident for incident in released.incidents if day_from <= incident.day < day_until]
    before = [
        incident for incident in released.incidents if day_from - timedelta(days=length) <= incident.day < day_from
    ]
    rows = tuple(Row(number=number, incident=incident) for number, incident in enumerate(in_period, 1))
    number = report_number(watch, recipient, day_from, day_until)
    issued = tuple(issued_row(row) for row in rows)
    issues = [issue for issue in inputs.earlier if issue.number == number]
    last = max(issues, key=lambda issue: issue.revision, default=None)
    words = _standing_notes(last, issued) if notes is None else tuple(notes)
    revision = _revision(last, issued, words)
    return DailyReport(
        number=number,
        revision=revision,
        watch=public_part(watch, recipient, inputs.as_of),
        reason_sentences=inputs.reason_sentences,
        recipient=recipient,
        day_from=day_from,
        day_until=day_until,
        cut_off=inputs.as_of,
        checkpoint=inputs.checkpoint,
        complete_from=released_from(day_of(day_until - timedelta(days=1), watch.zone).end, recipient, watch.zone),
        fewer_than=released.fewer_than,
        rows=rows,
        real=tally(incident for incident in in_period if not incident.simulated),
        simulated=tally(incident for incident in in_period if incident.simulated),
        real_before=tally(incident for incident in before if not incident.simulated),
        simulated_before=tally(incident for incident in before if incident.simulated),
        regions=_regions(watch, before, in_period, simulated=False),
        regions_simulated=_regions(watch, before, in_period, simulated=True),
        days=_bars(released.incidents, day_until),
        obligations=released.obligations,
        counters=_latest_counters(released, watch, day_from, day_until),
        corrections=_corrections(inputs, released, recipient.id, number, revision, day_from, words),
        rejected=_rejected(inputs.rejected, recipient),
        notes=words,
        is_draft=is_draft,
        obligations_untold=released.obligations_untold,
        published=tuple(words for words in released.published if day_from <= words.day < day_until),
        periods=tuple(period for period in released.periods if day_from <= period.day < day_until),
        grave_earlier=_grave_earlier(inputs, recipient, day_from, day_until),
    )


def _grave_earlier(
    inputs: ReportInputs, recipient: Recipient, day_from: date, day_until: date
) -> tuple[EarlierGrave, ...]:
    """Grave events of any day before the report's, of which somebody first told on one of its days, as the recipient's
    own rule releases them.

    A row that states a day alone became known at that day's end, so midnight belongs to the day that it closes.
    """
    if recipient.smallest_count > 1:
        return ()
    zone, table = inputs.watch.zone, inputs.incidents
    moment = pa.timestamp("us", tz="UTC")
    opens = pa.scalar(day_of(day_from, zone).start, moment)
    closes = pa.scalar(day_of(day_until, zone).start, moment)
    chosen = table.filter(
        (pc.field("occurred_start") < opens)
        & (pc.field("first_known_at") > opens)
        & (pc.field("first_known_at") <= closes)
        & (pc.list_value_length(pc.field("grave")) > 0)
    )
    if not chosen.num_rows:
        return ()
    known = {
        incident.incident_id: (incident.first_known_at - timedelta(microseconds=1)).astimezone(zone).date()
        for incident in incident_rows(chosen)
    }
    released = release(replace(inputs, incidents=chosen, periods_among=None), recipient)
    return tuple(
        EarlierGrave(incident=incident, known=known[incident.incident_id])
        for incident in released.incidents
        if incident.grave and incident.day < day_from
    )


def publication_of(report: DailyReport) -> Publication:
    """What is kept of a report once it is issued."""
    return Publication(
        number=report.number,
        revision=report.revision,
        kind="daily",
        recipient=report.recipient.id,
        day_from=report.day_from,
        day_until=report.day_until,
        cut_off=report.cut_off,
        rows=tuple(issued_row(row) for row in report.rows),
        notes=report.notes,
    )


def report_number(watch: Watch, recipient: Recipient, day_from: date, day_until: date) -> str:
    """`karabakh-2020/2020-12-11/public`; a longer period names its first and last day."""
    last = day_until - timedelta(days=1)
    days = day_from.isoformat() if last == day_from else f"{day_from.isoformat()}--{last.isoformat()}"
    return f"{watch.settings.id}/{days}/{recipient.id}"


def public_part(watch: Watch, recipient: Recipient, at: datetime) -> Watch:
    """The watch as it may leave to a recipient: without sensors, notices, sources, the other recipients and lines that
    are held back, its places called as the recipient is told of them at that moment."""
    named = without_drawn_lines(called(watch, recipient.id, at), recipient)
    return replace(named, sensors=(), notices=(), settings=replace(named.settings, source=(), recipient=()))


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
    if incident.place.startswith("cell:") and incident.lon is not None and incident.lat is not None:
        centre = Point(incident.lon, incident.lat)
        for kind in TOLD_ZONE_KINDS:
            for zone in sorted(watch.zones, key=lambda zone: zone.id):
                if zone.kind == kind and zone.geometry.intersects(centre):
                    return zone.id
        return ""
    by_kind = {zone.id: zone.kind for zone in watch.zones}
    return next((zone for kind in TOLD_ZONE_KINDS for zone in incident.zones if by_kind.get(zone) == kind), "")


def _standing_notes(last: Publication | None, rows: tuple[IssuedRow, ...]) -> tuple[EditorsNote, ...]:
    return last.notes if last is not None and last.rows == rows else ()


def _revision(last: Publication | None, rows: tuple[IssuedRow, ...], notes: tuple[EditorsNote, ...]) -> int:
    """The number of a report's issue: that of the last one if its rows and notes are the same, one more if they
    differ."""
    if last is None:
        return 1
    return last.revision if (last.rows, last.notes) == (rows, notes) else last.revision + 1


def _regions(
    watch: Watch, before: list[ReleasedIncident], now: list[ReleasedIncident], *, simulated: bool
) -> tuple[RegionRow, ...]:
    then = Counter(region_of(watch, incident) for incident in before if incident.simulated is simulated)
    today = Counter(region_of(watch, incident) for incident in now if incident.simulated is simulated)
    kinds = {zone.kind for zone in watch.zones}
    counted = "region" if "region" in kinds else "district"
    listed = list(dict.fromkeys(zone.id for zone in watch.zones if zone.kind == counted))
    others = sorted((set(then) | set(today)) - set(listed) - {""})
    last = [""] if then[""] or today[""] else []
    if simulated:
        listed = [zone for zone in listed if then[zone] or today[zone]]
    return tuple(RegionRow(region=zone, before=then[zone], now=today[zone]) for zone in [*listed, *others, *last])


def _bars(incidents: tuple[ReleasedIncident, ...], day_until: date) -> tuple[DayBar, ...]:
    real = Counter(incident.day for incident in incidents if not incident.simulated)
    simulated = Counter(incident.day for incident in incidents if incident.simulated)
    days = [day_until - timedelta(days=back) for back in range(BARS, 0, -1)]
    return tuple(DayBar(day=day, recorded=real[day], simulated=simulated[day]) for day in days)


def _latest_counters(released: Released, watch: Watch, day_from: date, day_until: date) -> tuple[ReleasedCounter, ...]:
    """Numbers for the days of the period, and the last running total or level that stood by its end."""
    start = day_of(day_from, watch.zone).start
    end = day_of(day_until - timedelta(days=1), watch.zone).end
    of_days: list[ReleasedCounter] = []
    last: dict[tuple[str, str, str, str, str, bool], ReleasedCounter] = {}
    for counter in released.counters:
        if counter.span == "day" and counter.period_start < end and counter.period_end > start:
            of_days.append(counter)
        elif counter.span != "day" and counter.period_end <= end:
            key = counter.name, counter.span, counter.zone, counter.claimed_by, counter.unit, counter.simulated
            if key not in last or counter.period_end >= last[key].period_end:
                last[key] = counter
    return tuple(
        sorted(
            [*of_days, *last.values()],
            key=lambda counter: (
                counter.simulated,
                counter.name,
                counter.zone,
                counter.claimed_by,
                counter.span,
                counter.period_end,
                counter.counter_id,
            ),
        )
    )


def _corrections(
    inputs: ReportInputs,
    released: Released,
    recipient: str,
    number: str,
    revision: int,
    day_from: date,
    notes: tuple[EditorsNote, ...],
) -> tuple[Correction, ...]:
    now = {incident.incident_id: incident for incident in released.incidents}
    issues = to_compare(inputs.earlier, recipient=recipient, number=number, revision=revision, day_from=day_from)
    return tuple(
        correction
        for issue in issues
        if issue.cut_off <= inputs.as_of
        for correction in [
            *tell_calibration(issue, inputs.learnt_anew),
            *correct(issue, now),
            *(correct_notes(issue, notes) if issue.number == number else ()),
        ]
    )


def _rejected(counts: tuple[RejectedCount, ...], recipient: Recipient) -> tuple[RejectedCount, ...]:
    """Per file for who sees exact places; else one line: names of files and sources may name a sensor."""
    rejections = sorted((count for count in counts if count.rejected), key=lambda count: (count.source, count.file))
    if recipient.place == "exact" or not rejections:
        return tuple(rejections)
    rejected, rows = sum(count.rejected for count in rejections), sum(count.rows for count in rejections)
    return (RejectedCount(source="", file="", rejected=rejected, rows=rows),)
