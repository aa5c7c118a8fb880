"""The daily report as flat facts, one mapping a line: what the table formats write, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from trucewatch.locale import Words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.reasons import speakers_named
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import counter_word
from trucewatch.model.people import PEOPLE_NUMBERS
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.reports.contribution_chart import added_facts
from trucewatch.reports.cover_words import cover_told
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.notes import draft_words, notes_shown
from trucewatch.reports.once_per_report import once_per_report
from trucewatch.reports.outcome_told import claimants_of, finding_told, outcome_told
from trucewatch.reports.people_words import giver_words, people_facts, statement_words
from trucewatch.reports.phrases import (
    clauses_of,
    line_spread_m,
    obligation_sentence,
    reasons_of,
    what_words,
    where_words,
)
from trucewatch.reports.released import ReleasedFinding, ReleasedIncident, ReleasedPeople
from trucewatch.reports.released_view import ReleasedView
from trucewatch.reports.section import sections_of

FIELDS: Final = (
    "record",
    "report",
    "revision",
    "cut_off",
    "no",
    "id",
    "finding_ids",
    "clauses",
    "outcome",
    "outcome_words",
    "kind",
    "aspect",
    "what_words",
    "count_min",
    "count_best",
    "count_max",
    "start",
    "end",
    "time_precision",
    "place",
    "where_words",
    "zones",
    "lon",
    "lat",
    "cell_m",
    "semi_major_95_m",
    "semi_minor_95_m",
    "major_azimuth_deg",
    "radius_m",
    "line_distance_m",
    "line_distance_95_m",
    "means",
    "claimed_by",
    "claims_only",
    "simulated",
    "late",
    "due",
    "reason",
    "reason_words",
    "value",
    "qualifier",
    "unit",
    "text",
    "added",
    "happened",
    "people",
    "count_by",
    "count_claims",
    "period",
    "giver",
    "person_status",
    *PEOPLE_NUMBERS,
    "checked",
    "held",
    "reviewed",
    "review",
    "grave",
    "known",
    "signed_bytes",
    "signature",
    "step",
    "state",
    "state_words",
    "answers",
    "provision",
    "instrument",
    "since",
    "due_from",
    "met_at",
    "state_before",
    "rule_words",
    "evidence",
    "cited",
    "direction",
    "travellers",
    "km_least",
    "km_most",
)
"""The columns, in their order; they only ever grow at the end. (`harm_min`, `harm_best` and `harm_max` are
of lines of people alone, where a giver does not tell killed from injured; rows of incidents have none.)"""


@once_per_report
def facts_of(report: DailyReport, words: Words) -> tuple[Mapping[str, Any], ...]:
    """Incidents, obligations, reported numbers, corrections, people by giver, published words, the lines of the kind's
    own sections and editors' notes; of a draft first that it is one, of a working translation that, and the cover note.
    The formats share them, so none changes them."""
    return tuple(_facts(report, words))


def _facts(report: DailyReport, words: Words) -> Iterator[dict[str, Any]]:
    if report.is_draft:
        yield {"record": "status", "kind": "draft", "text": draft_words(report, words)}
    if translation := translation_words(words):
        yield {"record": "status", "kind": "translation", "text": translation}
    if cover := cover_told(report, words):
        yield {
            "record": "cover_note",
            "what_words": cover.label,
            "giver": printable(report.cover.who) if report.cover else "",
            "text": "\n".join(cover.paragraphs),
            "state_words": cover.signed,
            "signed_bytes": cover.signed_bytes,
            "signature": cover.signature,
            "simulated": report.watch.settings.simulated,
        }
    for row in report.rows:
        yield incident_facts(row, report, words)
    for finding in report.obligations:
        yield obligation_facts(finding, report, words)
    for counter in report.counters:
        yield {
            "record": "counter",
            "id": counter.counter_id,
            "kind": printable(counter.name),
            "what_words": printable(counter_word(counter.name, words, report.watch)),
            "start": iso_utc(counter.period_start),
            "end": iso_utc(counter.period_end),
            "time_precision": counter.span,
            "zones": [counter.zone] if counter.zone else [],
            "claimed_by": [printable(counter.claimed_by)] if counter.claimed_by else [],
            "simulated": counter.simulated,
            "value": counter.value,
            "qualifier": counter.qualifier,
            "unit": printable(counter.unit),
            "text": printable(counter.text),
        }
    for change in report.corrections:
        yield {
            "record": "correction",
            "no": change.number,
            "id": change.incident_id,
            "kind": change.change,
            "simulated": change.simulated,
            "reason": change.report_number,
            "text": "; ".join(f"{key}: {was} → {now}" for key, was, now in change.fields),
        }
    for row in report.rows:
        yield from (_people(row, statement, report, words) for statement in row.incident.people)
    for beside in report.grave_beside:
        yield {"record": "grave_beside", **released_facts(beside, report, words)}
    for grave in report.grave_earlier:
        known = grave.known.isoformat()
        yield {"record": "grave_earlier", **released_facts(grave.incident, report, words), "known": known}
    for published in report.published:
        yield {
            "record": "published",
            "start": published.day.isoformat(),
            "time_precision": "day",
            "claimed_by": [printable(published.party)],
            "giver": printable(published.publisher),
            "simulated": published.simulated,
            "text": printable(published.text),
        }
    for section in sections_of(report, words):
        yield from ({"record": section.name, **line.facts} for line in section.lines if line.facts)
    for note in notes_shown(report, words):
        yield {
            "record": "editors_note",
            "kind": note.section,
            "what_words": f"{note.label}: {note.heading}",
            "simulated": report.watch.settings.simulated,
            "text": "\n".join(note.paragraphs),
        }


def facts_by_record(report: DailyReport, words: Words) -> dict[str, list[dict[str, Any]]]:
    """The same by what they are facts of, without `record`; the four that every report has are there, if empty."""
    by_record: dict[str, list[dict[str, Any]]] = {"incident": [], "obligation": [], "counter": [], "correction": []}
    for facts in facts_of(report, words):
        by_record.setdefault(facts["record"], []).append({key: facts[key] for key in facts if key != "record"})
    return by_record


def incident_facts(row: Row, report: DailyReport, words: Words) -> dict[str, Any]:
    """One released incident under its number in the report."""
    return {"record": "incident", "no": row.number, **released_facts(row.incident, report, words)}


def released_facts(incident: ReleasedIncident, release: DailyReport | ReleasedView, words: Words) -> dict[str, Any]:
    """One released incident of a report or a view."""
    return {
        "id": incident.incident_id,
        "finding_ids": [finding.finding_id for finding in incident.findings],
        "clauses": clauses_of(incident),
        "outcome": incident.outcome,
        "outcome_words": outcome_told(incident, release, words),
        "held": incident.hold,
        "reviewed": incident.is_reviewed,
        "review": incident.review,
        "grave": list(incident.grave),
        "kind": incident.kind,
        "aspect": incident.aspect,
        "what_words": what_words(incident, release.watch, words),
        "count_min": incident.count_min,
        "count_best": incident.count_best,
        "count_max": incident.count_max,
        "count_by": list(incident.count_by),
        "count_claims": [printable(claim) for claim in incident.count_claims],
        "start": iso_utc(incident.start),
        "end": iso_utc(incident.end),
        "time_precision": incident.time_precision,
        "place": incident.place,
        "where_words": where_words(incident, release, words),
        "zones": list(incident.zones),
        "lon": incident.lon,
        "lat": incident.lat,
        "cell_m": incident.cell_m,
        "semi_major_95_m": incident.ellipse.semi_major_m if incident.ellipse else None,
        "semi_minor_95_m": incident.ellipse.semi_minor_m if incident.ellipse else None,
        "major_azimuth_deg": incident.ellipse.azimuth_deg if incident.ellipse else None,
        "radius_m": incident.radius_m,
        "line_distance_m": incident.line_distance_m,
        "line_distance_95_m": _line_spread(incident, release.watch),
        "means": list(incident.means),
        "claimed_by": [printable(who) for who in incident.claimed_by],
        "claims_only": incident.claims_only,
        "simulated": incident.simulated,
        "late": incident.late,
        "reason": [finding.reason for finding in incident.findings if finding.outcome == incident.outcome],
        "reason_words": reasons_of(incident, release.reason_sentences, release.watch, words),
        "text": printable(speakers_named(incident.text, release.watch, words)),
        "added": added_facts(incident.added),
        "happened": incident.happened,
        "people": people_facts(incident.people),
        "period": incident.period,
    }


def _line_spread(incident: ReleasedIncident, watch: Watch) -> int | None:
    """How far off the distance to the line may be: the place and the line as it is drawn. None where none is told."""
    if incident.line_distance_m is None:
        return None
    line = watch.zone_with(watch.settings.line, incident.start) or watch.zone_with(watch.settings.line)
    return line_spread_m(line, incident.radius_m)


def _people(row: Row, statement: ReleasedPeople, report: DailyReport, words: Words) -> dict[str, Any]:
    """What one giver states of people killed and injured, under the number of its incident."""
    return {
        "record": "people",
        "no": row.number,
        "id": row.incident.incident_id,
        "what_words": statement_words(statement, words),
        "start": statement.day.isoformat() if statement.day else None,
        "time_precision": "day",
        "giver": giver_words(statement, report.watch, words),
        "person_status": statement.status,
        **{name: getattr(statement, name) for name in PEOPLE_NUMBERS},
        "checked": statement.is_checked,
        "simulated": row.incident.simulated,
    }


def obligation_facts(finding: ReleasedFinding, report: DailyReport, words: Words) -> dict[str, Any]:
    """One finding on a deadline or a stipulation as a whole."""
    return {
        "record": "obligation",
        "finding_ids": [finding.finding_id],
        "id": finding.finding_id,
        "clauses": [finding.stipulation],
        "outcome": finding.outcome,
        "outcome_words": finding_told(finding, report, words),
        "held": finding.hold,
        "reviewed": finding.is_reviewed,
        "review": finding.review,
        "claimed_by": [printable(name) for name in claimants_of(finding, report.watch, words)],
        "simulated": finding.simulated,
        "due": iso_utc(finding.due) if finding.due else None,
        "reason": [finding.reason],
        "reason_words": obligation_sentence(finding, report, words),
    }
