"""The daily report as flat facts, one mapping a line: what the table formats write, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import counter_word, outcome_word
from trucewatch.model.times import iso_utc
from trucewatch.reports.contribution_chart import added_facts
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.notes import draft_words, notes_shown
from trucewatch.reports.phrases import (
    clauses_of,
    obligation_sentence,
    reasons_of,
    what_words,
    where_words,
)
from trucewatch.reports.released import ReleasedFinding, ReleasedIncident
from trucewatch.reports.released_view import ReleasedView

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
    "harm_min",
    "harm_best",
    "harm_max",
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
)
"""The columns, in their order; they only ever grow at the end."""


def facts_of(report: DailyReport, words: Words) -> Iterator[dict[str, Any]]:
    """Incidents, then obligations, then reported numbers, corrections and editors' notes; of a draft first that it is
    one."""
    if report.is_draft:
        yield {"record": "status", "kind": "draft", "text": draft_words(report, words)}
    for row in report.rows:
        yield incident_facts(row, report, words)
    for finding in report.obligations:
        yield obligation_facts(finding, report, words)
    for one in report.counters:
        yield {
            "record": "counter",
            "id": one.counter_id,
            "kind": printable(one.name),
            "what_words": printable(counter_word(one.name, words, report.watch)),
            "start": iso_utc(one.period_start),
            "end": iso_utc(one.period_end),
            "time_precision": one.span,
            "zones": [one.zone] if one.zone else [],
            "claimed_by": [printable(one.claimed_by)] if one.claimed_by else [],
            "simulated": one.simulated,
            "value": one.value,
            "qualifier": one.qualifier,
            "unit": printable(one.unit),
            "text": printable(one.text),
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
    for note in notes_shown(report, words):
        yield {
            "record": "editors_note",
            "kind": note.section,
            "what_words": f"{note.label}: {note.heading}",
            "simulated": report.watch.settings.simulated,
            "text": "\n".join(note.paragraphs),
        }


def incident_facts(row: Row, report: DailyReport, words: Words) -> dict[str, Any]:
    """One released incident under its number in the report."""
    return {"record": "incident", "no": row.number, **released_facts(row.incident, report, words)}


def released_facts(one: ReleasedIncident, release: DailyReport | ReleasedView, words: Words) -> dict[str, Any]:
    """One released incident of a report or a view."""
    watch, told_apart = release.watch, release.recipient.smallest_count <= 1
    return {
        "id": one.incident_id,
        "finding_ids": [finding.finding_id for finding in one.findings],
        "clauses": clauses_of(one),
        "outcome": one.outcome,
        "outcome_words": outcome_word(one.outcome, words),
        "kind": one.kind,
        "aspect": one.aspect,
        "what_words": what_words(one, words),
        "count_min": one.count_min,
        "count_best": one.count_best,
        "count_max": one.count_max,
        "harm_min": one.harm_min,
        "harm_best": one.harm_best,
        "harm_max": one.harm_max,
        "start": iso_utc(one.start),
        "end": iso_utc(one.end),
        "time_precision": one.time_precision,
        "place": one.place,
        "where_words": where_words(one, watch, words, told_apart=told_apart),
        "zones": list(one.zones),
        "lon": one.lon,
        "lat": one.lat,
        "cell_m": one.cell_m,
        "semi_major_95_m": one.ellipse.semi_major_m if one.ellipse else None,
        "semi_minor_95_m": one.ellipse.semi_minor_m if one.ellipse else None,
        "major_azimuth_deg": one.ellipse.azimuth_deg if one.ellipse else None,
        "radius_m": one.radius_m,
        "line_distance_m": one.line_distance_m,
        "means": list(one.means),
        "claimed_by": [printable(who) for who in one.claimed_by],
        "claims_only": one.claims_only,
        "simulated": one.simulated,
        "late": one.late,
        "reason": [finding.reason for finding in one.findings if finding.outcome == one.outcome],
        "reason_words": reasons_of(one, release.reason_sentences, watch, words),
        "text": printable(one.text),
        "added": added_facts(one.added),
        "happened": one.happened,
    }


def obligation_facts(finding: ReleasedFinding, report: DailyReport, words: Words) -> dict[str, Any]:
    """One finding on a deadline or a stipulation as a whole."""
    claimed = finding.facts.get("claimed_by", "")
    return {
        "record": "obligation",
        "finding_ids": [finding.finding_id],
        "id": finding.finding_id,
        "clauses": [finding.stipulation],
        "outcome": finding.outcome,
        "outcome_words": outcome_word(finding.outcome, words),
        "claimed_by": [printable(party_name(str(claimed), report.watch, words))] if claimed else [],
        "simulated": finding.simulated,
        "due": iso_utc(finding.due) if finding.due else None,
        "reason": [finding.reason],
        "reason_words": obligation_sentence(finding, report, words),
    }
