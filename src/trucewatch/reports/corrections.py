"""Earlier reports as they were issued × what is released now → what changed. Lines of a report keep their number
there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta, tzinfo

from trucewatch.model.recipient_key import RecipientKey
from trucewatch.model.report import EditorsNote, IssuedRow, LearntAnew, Publication
from trucewatch.reports.daily_report import Correction, Row
from trucewatch.reports.kinds import KINDS, Kind, is_whole
from trucewatch.reports.released import ReleasedIncident, time_code
from trucewatch.reports.review_changes import ReviewChange
from trucewatch.reports.review_told import NOT_REVIEWED

LOOK_BACK_DAYS = 14  # days before a report's own in which earlier ones are compared


def issued_row(row: Row, incident_id: str, *, with_parts: bool) -> IssuedRow:
    """A row as it is kept of an issued report, under the incident's own id. with_parts: whether clauses on a part of
    its place could speak."""
    incident = row.incident
    return IssuedRow(
        incident_id=incident_id,
        number=row.number,
        kind=incident.kind,
        outcome=incident.outcome,
        place=incident.place,
        radius_m=incident.radius_m,
        time=time_code(incident),
        simulated=incident.simulated,
        review="" if incident.review == NOT_REVIEWED else incident.review,
        hold=incident.hold,
        with_parts=with_parts,
    )


def to_compare(
    earlier: Iterable[Publication], *, recipient: str, number: str, revision: int, days: tuple[date, date], kind: Kind
) -> list[Publication]:
    """The latest issue of each report of the fourteen days before, and this report's own issue before this one.

    A report on all incidents corrects every earlier one, and those on some that lie in its own days; a report on some
    those of its own kind, one on a single event itself alone.
    """
    day_from, day_until = days
    latest: dict[str, Publication] = {}
    for publication in earlier:
        own = publication.number == number and publication.revision < revision
        is_part = kind.is_whole and not is_whole(publication.kind)
        recent = (
            publication.number != number
            and (kind.is_whole or (publication.kind == kind.name and not kind.is_of_one))
            and day_from - timedelta(days=LOOK_BACK_DAYS) <= publication.day_from < (day_until if is_part else day_from)
        )
        if publication.recipient == recipient and (own or recent):
            newest = latest.get(publication.number)
            if (
                newest is None or publication.revision > newest.revision
            ):  # the latest issue of each report: what readers have
                latest[publication.number] = publication
    return sorted(
        latest.values(),
        key=lambda publication: (publication.day_from, publication.day_until, publication.number),
        reverse=True,
    )


def correct(
    publication: Publication, now: Mapping[str, ReleasedIncident], reviews: Mapping[str, ReviewChange] | None = None
) -> list[Correction]:
    """What of one issued report stands otherwise now. `now` holds every released incident of its days and around, by
    its own id, by which corrections speak of them here. reviews: of those whose review is named here as standing
    otherwise."""
    reviews = reviews or {}
    corrections = []
    kind = KINDS.get(publication.kind)
    listed = {row.incident_id for row in publication.rows_shown}
    for row in sorted(publication.rows_shown, key=lambda row: row.number):
        incident = now.get(row.incident_id)
        if incident is None:
            corrections.append(
                _correction(publication, row.number, row.incident_id, "removed", simulated=False, fields=())
            )
        elif fields := _changes(row, incident, reviews.get(row.incident_id)):
            corrections.append(
                _correction(
                    publication, row.number, row.incident_id, "changed", simulated=incident.simulated, fields=fields
                )
            )
    for incident_id, incident in now.items():
        # Of this report's days and kind only: `now` reaches further.
        is_of_kind = kind is not None and not kind.is_of_one and kind.selects(incident)
        if incident_id not in listed and is_of_kind and publication.day_from <= incident.day < publication.day_until:
            fields = (("kind", "", incident.kind), ("outcome", "", incident.outcome), ("time", "", time_code(incident)))
            corrections.append(
                _correction(publication, None, incident_id, "added", simulated=incident.simulated, fields=fields)
            )
    return corrections


def correct_notes(publication: Publication, notes: Iterable[EditorsNote]) -> list[Correction]:
    """What the editors say otherwise now than in one issued report: a section and language each, what was and what
    is."""
    was = {(note.section, note.language): _compared(note) for note in publication.notes}
    now = {(note.section, note.language): _compared(note) for note in notes}
    return [
        _correction(
            publication,
            None,
            "",
            "notes",
            simulated=False,
            fields=((f"{key[0]} ({key[1]})", was.get(key, ""), now.get(key, "")),),
        )
        for key in sorted({*was, *now})
        if was.get(key, "") != now.get(key, "")
    ]


def _compared(note: EditorsNote) -> str:
    """What is told of a note in a correction; of one that was erased, that it was."""
    return str(note.erased) if note.erased else " ".join(note.text.split())


def tell_calibration(publication: Publication, learnt_anew: Iterable[LearntAnew]) -> list[Correction]:
    """That since one issued report devices and reports were calibrated anew, or by another method: lines may stand
    otherwise without new evidence."""
    issue = publication.number, publication.revision
    return [
        _correction(
            publication,
            None,
            "",
            "calibrated",
            simulated=False,
            fields=(
                *((("calibrated_anew", "", learnt.day.isoformat()),) if learnt.by_hand else ()),
                *((("method_changed", "", f"{learnt.day.isoformat()} {learnt.method}"),) if learnt.method else ()),
            ),
        )
        for learnt in learnt_anew
        if (learnt.number, learnt.revision) == issue
    ]


def tell_codes(issues: Iterable[Publication], key: RecipientKey, zone: tzinfo) -> list[Correction]:
    """That codes are others than in reports that were issued before: once, beside the last of them."""
    others = [issue for issue in issues if issue.key_digest != key.digest]
    if not others:
        return []
    last = max(others, key=lambda issue: (issue.cut_off, issue.number, issue.revision))
    why = "key_lost" if key.replaces_lost and last.key_digest else "first_key"
    since = key.since.astimezone(zone).date().isoformat()
    return [_correction(last, None, "", "codes", simulated=False, fields=((why, "", since),))]


def tell_reviews(changes: Iterable[ReviewChange]) -> list[Correction]:
    """That reviews stand otherwise, of lines of which nothing else is compared any more."""
    return [
        _correction(
            change.issue,
            change.row.number,
            change.row.incident_id,
            "changed",
            simulated=bool(change.row.simulated),
            fields=(("review", change.before, change.after),),
        )
        for change in changes
    ]


def _changes(
    row: IssuedRow, incident: ReleasedIncident, review: ReviewChange | None
) -> tuple[tuple[str, str, str], ...]:
    pairs: tuple[tuple[str, str, str], ...] = (
        ("kind", row.kind, incident.kind),
        ("outcome", row.outcome, incident.outcome),
    )
    # What is only told finer now, since it is a day old, is no correction.
    if (row.place, row.time) != incident.was_told:
        pairs += (
            ("place", row.place, incident.place),
            ("radius_m", str(row.radius_m or ""), str(incident.radius_m or "")),
            ("time", row.time, time_code(incident)),
        )
    if review is not None:
        pairs += (("review", review.before, review.after),)
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _correction(
    publication: Publication,
    number: int | None,
    incident_id: str,
    change: str,
    *,
    simulated: bool,
    fields: tuple[tuple[str, str, str], ...],
) -> Correction:
    return Correction(
        report_number=publication.number,
        report_day=publication.day_from,
        revision=publication.revision,
        number=number,
        incident_id=incident_id,
        change=change,
        simulated=simulated,
        fields=fields,
    )
