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
from trucewatch.model.recipient_key import RecipientKey, keeps_ids
from trucewatch.model.report import EditorsNote, IssuedRow, Publication, RejectedCount, ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.as_issued import IssuedDays, tally_of_rows
from trucewatch.reports.corrections import (
    LOOK_BACK_DAYS,
    correct,
    correct_notes,
    issued_row,
    tell_calibration,
    tell_codes,
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
from trucewatch.reports.released_codes import coded, key_for

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
    year, or begins after the cut-off, and for a recipient whose codes have no key.
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
    key = key_for(inputs, recipient)
    uncoded = release(inputs, recipient, since=min(since, oldest), until=max(day_until, latest))
    released = coded(uncoded, key)
    id_of = _ids_by_code(uncoded, key)
    in_period = [incident for incident in released.incidents if day_from <= incident.day < day_until]
    rows = tuple(Row(number=number, incident=incident) for number, incident in enumerate(in_period, 1))
    number = report_number(watch, recipient, day_from, day_until)
    issued = tuple(issued_row(row, id_of[row.incident.incident_id]) for row in rows)
    issues = [issue for issue in inputs.earlier if issue.number == number]
    last = max(issues, key=lambda issue: issue.revision, default=None)
    words = _standing_notes(last, issued) if notes is None else tuple(notes)
    digest = key.digest if key else ""
    revision = _revision(last, issued, words, digest)
    around = _Around(inputs, recipient, released.incidents, day_from, day_until)
    tells_ledger = inputs.is_early_form or keeps_ids(recipient, watch.agreement)
    return DailyReport(
        number=number,
        revision=revision,
        watch=public_part(watch, recipient, inputs.as_of),
        reason_sentences=inputs.reason_sentences,
        recipient=recipient,
        day_from=day_from,
        day_until=day_until,
        cut_off=inputs.as_of,
        checkpoint=inputs.checkpoint if tells_ledger else "",
        tells_ledger=tells_ledger,
        kept_rows=issued,
        key_digest=digest,
        complete_from=released_from(day_of(day_until - timedelta(days=1), watch.zone).end, recipient, watch.zone),
        fewer_than=released.fewer_than,
        rows=rows,
        real=tally(incident for incident in in_period if not incident.simulated),
        simulated=tally(incident for incident in in_period if incident.simulated),
        real_before=around.tally_before(simulated=False),
        simulated_before=around.tally_before(simulated=True),
        regions=_regions(watch, around.regions_before(simulated=False), in_period, simulated=False),
        regions_simulated=_regions(watch, around.regions_before(simulated=True), in_period, simulated=True),
        days=around.bars(),
        obligations=released.obligations,
        counters=_latest_counters(released, watch, day_from, day_until),
        corrections=_corrections(inputs, released, id_of, key, recipient.id, number, revision, day_from, words),
        rejected=_rejected(inputs.rejected, recipient) if tells_ledger else (),
        notes=words,
        is_draft=is_draft,
        obligations_untold=released.obligations_untold,
        published=tuple(words for words in released.published if day_from <= words.day < day_until),
        periods=tuple(period for period in released.periods if day_from <= period.day < day_until),
        grave_earlier=_grave_earlier(inputs, recipient, key, day_from, day_until),
    )


def _ids_by_code(released: Released, key: RecipientKey | None) -> dict[str, str]:
    """The incidents' own ids by what they are called in the report."""
    ids = [incident.incident_id for incident in released.incidents]
    return {key.code(incident_id) if key else incident_id: incident_id for incident_id in ids}


def _grave_earlier(
    inputs: ReportInputs, recipient: Recipient, key: RecipientKey | None, day_from: date, day_until: date
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
    uncoded = release(replace(inputs, incidents=chosen, periods_among=None), recipient)
    released, id_of = coded(uncoded, key), _ids_by_code(uncoded, key)
    return tuple(
        EarlierGrave(incident=incident, known=known[id_of[incident.incident_id]])
        for incident in released.incidents
        if incident.grave and incident.day < day_from
    )


def publication_of(report: DailyReport) -> Publication:
    """What is kept of a report once it is issued; inside, under the incidents' own ids."""
    return Publication(
        number=report.number,
        revision=report.revision,
        kind="daily",
        recipient=report.recipient.id,
        day_from=report.day_from,
        day_until=report.day_until,
        cut_off=report.cut_off,
        rows=report.kept_rows,
        notes=report.notes,
        key_digest=report.key_digest,
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


def _standing_notes(last: Publication | None, rows: tuple[IssuedRow, ...]) -> tuple[EditorsNote, ...]:
    return last.notes if last is not None and last.rows == rows else ()


def _revision(
    last: Publication | None, rows: tuple[IssuedRow, ...], notes: tuple[EditorsNote, ...], key_digest: str
) -> int:
    """The number of a report's issue: that of the last one if its rows, notes and codes are the same, one more if they
    differ."""
    if last is None:
        return 1
    same = (last.rows, last.notes, last.key_digest) == (rows, notes, key_digest)
    return last.revision if same else last.revision + 1


class _Around:
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


def _regions(
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
    id_of: dict[str, str],
    key: RecipientKey | None,
    recipient: str,
    number: str,
    revision: int,
    day_from: date,
    notes: tuple[EditorsNote, ...],
) -> tuple[Correction, ...]:
    now = {id_of[incident.incident_id]: incident for incident in released.incidents}
    issues = [
        issue
        for issue in to_compare(
            inputs.earlier, recipient=recipient, number=number, revision=revision, day_from=day_from
        )
        if issue.cut_off <= inputs.as_of
    ]
    corrections = [
        correction
        for issue in issues
        for correction in [
            *tell_calibration(issue, inputs.learnt_anew),
            *correct(issue, now),
            *(correct_notes(issue, notes) if issue.number == number else ()),
        ]
    ]
    if key is None:
        return tuple(corrections)
    coded_corrections = [
        replace(correction, incident_id=key.code(correction.incident_id)) for correction in corrections
    ]
    return (*tell_codes(issues, key, inputs.watch.zone), *coded_corrections)


def _rejected(counts: tuple[RejectedCount, ...], recipient: Recipient) -> tuple[RejectedCount, ...]:
    """Per file for who sees exact places; in the early form else one line: names of files may name a sensor."""
    rejections = sorted((count for count in counts if count.rejected), key=lambda count: (count.source, count.file))
    if recipient.place == "exact" or not rejections:
        return tuple(rejections)
    rejected, rows = sum(count.rejected for count in rejections), sum(count.rows for count in rejections)
    return (RejectedCount(source="", file="", rejected=rejected, rows=rows),)
