"""Unreleased tables → the report of one recipient, of any kind, and what is kept of it once it is issued.

Everything is counted from what was released; nothing here sees an unreleased table. Real and simulated are counted
apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.incident import incident_rows
from trucewatch.model.naming import called
from trucewatch.model.recipient_key import RecipientKey, keeps_ids
from trucewatch.model.report import DAILY, CoverNote, EditorsNote, IssuedRow, Publication, RejectedCount, ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.clause_release import release_implementation, with_earlier
from trucewatch.reports.corrections import (
    LOOK_BACK_DAYS,
    correct,
    correct_notes,
    issued_row,
    tell_calibration,
    tell_codes,
    tell_reviews,
    to_compare,
)
from trucewatch.reports.counted import Around, regions_told, tally
from trucewatch.reports.daily_report import (
    Correction,
    DailyReport,
    EarlierGrave,
    Row,
)
from trucewatch.reports.decided_lines import DecidedTold, ObjectionTold, called_outside, decided_codes
from trucewatch.reports.decided_told import decided_told, objections_told
from trucewatch.reports.drawn_lines import without_drawn_lines
from trucewatch.reports.kinds import Kind, kind_called, refuse_spot
from trucewatch.reports.recipient_rule import released_from
from trucewatch.reports.release import release
from trucewatch.reports.released import Released, ReleasedCounter, ReleasedIncident
from trucewatch.reports.released_codes import coded, key_for
from trucewatch.reports.review_changes import ReviewChange, ReviewsRead

LONGEST_DAYS = 366


def build_daily(
    inputs: ReportInputs,
    *,
    recipient: Recipient,
    day_from: date,
    day_until: date,
    notes: Sequence[EditorsNote] | None = None,
    cover: CoverNote | None = None,
    is_draft: bool = False,
    kind: str = DAILY,
    event: str = "",
) -> DailyReport:
    """The report of the local days `[day_from, day_until)`; of one event, by its own id, that of the day on which it
    began.

    notes, cover: what the editors say, and the cover note. Without notes (None) both stand as the last issue had them
    as long as its rows do, so that the same report made again by a program says what the issued one said.

    Incidents are counted on the local day they began on. Raises ReportError for a period that is empty, longer than a
    year, not as long as the kind asks for, or begins after the cut-off; for a recipient whose codes have no key, or who
    is told no single event where the report is of one; and for an event that is not told to the recipient.
    """
    watch, of_kind = inputs.watch, kind_called(kind)
    if of_kind.is_of_one:
        refuse_spot(recipient)
        day_from = day_of_event(inputs, event) or day_from
        day_until = day_from + timedelta(days=1)
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
    if of_kind.days and length != of_kind.days:
        raise ReportError(
            Message(
                "a {kind} report has {most} days, and {start} to {end} are {days}; give its first day",
                kind=kind,
                most=of_kind.days,
                start=day_from,
                end=day_until - timedelta(days=1),
                days=length,
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
    if of_kind.is_of_one:
        chosen = [incident for incident in in_period if id_of[incident.incident_id] == event]
    else:
        chosen = [incident for incident in in_period if of_kind.selects(incident)]
    rows = tuple(Row(number=number, incident=incident) for number, incident in enumerate(chosen, 1))
    number = report_number(
        watch, recipient, day_from, day_until, kind=of_kind, code=key.code(event) if key and event else event
    )
    listed = _issued_rows(rows, id_of, uncoded.with_parts)
    left_out = () if of_kind.is_of_clauses else _out(in_period, chosen, recipient)
    out = _issued_rows(left_out, id_of, uncoded.with_parts)
    issues = [issue for issue in inputs.earlier if issue.number == number]
    last = max(issues, key=lambda issue: issue.revision, default=None)
    if of_kind.is_of_one and not rows and last is None:
        raise ReportError(_not_told(inputs, event, recipient))
    implementation = release_implementation(inputs, recipient, day_from, day_until) if of_kind.is_of_clauses else None
    states = implementation.told_states if implementation else ()
    if notes is None:
        words, cover = _standing_words(last, listed, states)
    else:
        words = tuple(notes)
    digest = key.digest if key else ""
    decided: tuple[DecidedTold, ...] = ()
    objected: tuple[ObjectionTold, ...] = ()
    if of_kind.is_whole:
        decided = decided_told(
            inputs,
            recipient,
            uncoded.incidents,
            {id_of[row.incident.incident_id]: row.number for row in rows},
            (day_from, day_until),
            key,
        )
        objected = objections_told(inputs, recipient, uncoded.incidents, (day_from, day_until))
    told_so = decided_codes(decided, objected)
    tells_ledger = inputs.is_early_form or keeps_ids(recipient, watch.agreement)
    if not tells_ledger:
        to_recipient = (issue for issue in inputs.earlier if issue.recipient == recipient.id)
        decided, objected = called_outside(decided, objected, to_recipient)
    revision = _revision(last, listed, words, digest, cover, states, told_so)
    now = {id_of[incident.incident_id]: incident for incident in released.incidents}
    reviews_read = ReviewsRead(inputs, recipient, now, number, (day_from, day_until), of_kind)
    reviews = reviews_read.changes(last.revision if last else 0)
    if last is not None and revision == last.revision:
        if reviews:
            revision += 1
        else:
            reviews = reviews_read.changes(last.revision - 1)
    parts = of_kind.parts
    around = Around(inputs, recipient, released.incidents, day_from, day_until)
    return DailyReport(
        number=number,
        kind=kind,
        incident=event,
        revision=revision,
        watch=public_part(watch, recipient, inputs.as_of),
        reason_sentences=inputs.reason_sentences,
        recipient=recipient,
        day_from=day_from,
        day_until=day_until,
        cut_off=inputs.as_of,
        checkpoint=inputs.checkpoint if tells_ledger else "",
        tells_ledger=tells_ledger,
        kept_rows=(*listed, *out),
        kept_reviews=tuple((change.row.incident_id, change.after) for change in reviews),
        key_digest=digest,
        complete_from=released_from(day_of(day_until - timedelta(days=1), watch.zone).end, recipient, watch.zone),
        fewer_than=released.fewer_than,
        rows=rows,
        real=tally(incident for incident in chosen if not incident.simulated),
        simulated=tally(incident for incident in chosen if incident.simulated),
        real_before=around.tally_before(simulated=False) if "figures" in parts else None,
        simulated_before=around.tally_before(simulated=True) if "figures" in parts else None,
        regions=regions_told(watch, around.regions_before(simulated=False), chosen, simulated=False)
        if "regions" in parts
        else (),
        regions_simulated=regions_told(watch, around.regions_before(simulated=True), chosen, simulated=True)
        if "regions" in parts
        else (),
        days=around.bars() if "days" in parts else (),
        obligations=released.obligations if "withdrawal" in parts else (),
        counters=_latest_counters(released, watch, day_from, day_until) if "humanitarian" in parts else (),
        corrections=_corrections(
            inputs, now, key, recipient.id, number, revision, (day_from, day_until), words, of_kind, reviews
        ),
        rejected=_rejected(inputs.rejected, recipient) if tells_ledger and "rejected" in parts else (),
        notes=words,
        cover=cover,
        implementation=with_earlier(implementation, last, revision) if implementation else None,
        decided=decided,
        objected=objected,
        has_barred_source=bool(watch.never_leaving),
        is_draft=is_draft,
        obligations_untold=released.obligations_untold if "withdrawal" in parts else 0,
        published=tuple(words for words in released.published if day_from <= words.day < day_until)
        if "published" in parts
        else (),
        periods=tuple(period for period in released.periods if day_from <= period.day < day_until)
        if of_kind.is_whole
        else (),
        grave_earlier=tuple(
            grave
            for grave in _grave_earlier(inputs, recipient, key, day_from, day_until)
            if of_kind.selects(grave.incident)
        )
        if "earlier" in parts
        else (),
        grave_beside=_grave_beside(in_period, chosen) if tells_ledger and not of_kind.is_of_one else (),
    )


def _issued_rows(rows: Iterable[Row], id_of: Mapping[str, str], with_parts: Set[str]) -> tuple[IssuedRow, ...]:
    ids = [(row, id_of[row.incident.incident_id]) for row in rows]
    return tuple(issued_row(row, own_id, with_parts=own_id in with_parts) for row, own_id in ids)


def _grave_beside(
    released: Sequence[ReleasedIncident], chosen: Sequence[ReleasedIncident]
) -> tuple[ReleasedIncident, ...]:
    """The grave events of the days that the kind of report does not choose."""
    ids = {incident.incident_id for incident in chosen}
    return tuple(incident for incident in released if incident.grave and incident.incident_id not in ids)


def _out(
    released: Sequence[ReleasedIncident], chosen: Sequence[ReleasedIncident], recipient: Recipient
) -> tuple[Row, ...]:
    """What the report leaves out of its days and was released to who has a smallest count: it stays out as it was
    settled, as if the report had told it, so that no report of another kind can be laid over this one."""
    if recipient.smallest_count <= 1:
        return ()
    ids = {incident.incident_id for incident in chosen}
    return tuple(Row(number=0, incident=incident) for incident in released if incident.incident_id not in ids)


def day_of_event(inputs: ReportInputs, incident_id: str) -> date | None:
    """The local day on which an event began; None for one that is not on the list."""
    chosen = inputs.incidents.filter(pc.equal(inputs.incidents["incident_id"], incident_id))["occurred_start"]
    started: datetime | None = chosen[0].as_py() if len(chosen) else None
    return started.astimezone(inputs.watch.zone).date() if started else None


def _not_told(inputs: ReportInputs, event: str, recipient: Recipient) -> Message:
    if day_of_event(inputs, event) is None:
        return Message(
            "there is no incident {event} on this list, so no spot report of it was made; the Incidents page and "
            "trucewatch incidents have those that there are",
            event=event[:40] or "–",
        )
    return Message(
        "{event} is not told to {recipient} at this cut-off: its kind is withheld from them, or their delay is not "
        "over yet. Nothing was made; wait for the delay, or choose another recipient",
        event=event,
        recipient=recipient.id,
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
        kind=report.kind,
        incident=report.incident,
        recipient=report.recipient.id,
        day_from=report.day_from,
        day_until=report.day_until,
        cut_off=report.cut_off,
        rows=report.kept_rows,
        notes=report.notes,
        cover=report.cover,
        key_digest=report.key_digest,
        states=report.implementation.told_states if report.implementation else (),
        decided=decided_codes(report.decided, report.objected),
        reviews=report.kept_reviews,
    )


def report_number(
    watch: Watch, recipient: Recipient, day_from: date, day_until: date, *, kind: Kind, code: str = ""
) -> str:
    """`karabakh-2020/2020-12-11/public`; a longer period names its first and last day. Of every other kind but daily
    with its name, a series of its own: `karabakh-2020/weekly/2020-12-07--2020-12-13/public`,
    `karabakh-2020/spot/i-…/desk` by the code that the recipient knows the event by."""
    last = day_until - timedelta(days=1)
    days = day_from.isoformat() if last == day_from else f"{day_from.isoformat()}--{last.isoformat()}"
    series = "" if kind.name == DAILY else f"{kind.name}/"
    return f"{watch.settings.id}/{series}{code if kind.is_of_one else days}/{recipient.id}"


def public_part(watch: Watch, recipient: Recipient, at: datetime) -> Watch:
    """The watch as it may leave to a recipient: without sensors, notices, links, sources, the other recipients and
    lines that are held back, its places called as the recipient is told of them at that moment."""
    named = without_drawn_lines(called(watch, recipient.id, at), recipient)
    return replace(
        named, sensors=(), notices=(), network=None, settings=replace(named.settings, source=(), recipient=())
    )


def _standing_words(
    last: Publication | None, rows: tuple[IssuedRow, ...], states: tuple[tuple[str, str], ...]
) -> tuple[tuple[EditorsNote, ...], CoverNote | None]:
    return (
        (last.notes, last.cover)
        if last is not None and (last.rows_shown, last.states) == (rows, states)
        else ((), None)
    )


def _revision(
    last: Publication | None,
    rows: tuple[IssuedRow, ...],
    notes: tuple[EditorsNote, ...],
    key_digest: str,
    cover: CoverNote | None,
    states: tuple[tuple[str, str], ...],
    decided: tuple[tuple[str, str], ...],
) -> int:
    """The number of a report's issue: that of the last one if its rows, states, notes, cover note, codes and what heads
    let out are the same, one more if they differ."""
    if last is None:
        return 1
    was = (last.rows_shown, last.notes, last.key_digest, last.cover, last.states, last.decided)
    same = was == (rows, notes, key_digest, cover, states, decided)
    return last.revision if same else last.revision + 1


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
    now: Mapping[str, ReleasedIncident],
    key: RecipientKey | None,
    recipient: str,
    number: str,
    revision: int,
    days: tuple[date, date],
    notes: tuple[EditorsNote, ...],
    kind: Kind,
    reviews: tuple[ReviewChange, ...],
) -> tuple[Correction, ...]:
    issues = [
        issue
        for issue in to_compare(
            inputs.earlier, recipient=recipient, number=number, revision=revision, days=days, kind=kind
        )
        if issue.cut_off <= inputs.as_of
    ]
    corrections: list[Correction] = []
    beside = list(reviews)
    for issue in issues:
        named = [change for change in reviews if change.issue is issue]
        in_lines = {change.row.incident_id: change for change in named if change.row.incident_id in now}
        beside = [change for change in beside if in_lines.get(change.row.incident_id) is not change]
        corrections += tell_calibration(issue, inputs.learnt_anew)
        corrections += correct(issue, now, in_lines)
        corrections += correct_notes(issue, notes) if issue.number == number else []
    corrections += tell_reviews(beside)
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
