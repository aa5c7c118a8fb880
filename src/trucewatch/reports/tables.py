"""The daily report as named tables with English columns: what a workbook's sheets and a database's tables hold.

The facts are those of `facts.py`; here they are only laid out. Every row is there, and `summary` states how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from trucewatch.locale import Words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.reasons import zone_name
from trucewatch.locale.sanitize import legible, printable
from trucewatch.model.outcomes import SAID
from trucewatch.model.people import PEOPLE_NUMBERS
from trucewatch.model.report import DAILY
from trucewatch.model.times import iso_utc
from trucewatch.reports import headline
from trucewatch.reports.clause_tables import OF_CLAUSES, Columns
from trucewatch.reports.code_words import ledger_words
from trucewatch.reports.cover_words import cover_told
from trucewatch.reports.daily_report import DailyReport, Tally
from trucewatch.reports.facts import facts_of
from trucewatch.reports.grave_words import earlier_title, grave_title
from trucewatch.reports.kinds import KINDS
from trucewatch.reports.length_words import hours_of, kind_words
from trucewatch.reports.notes import draft_words
from trucewatch.reports.once_per_report import once_per_report
from trucewatch.reports.outcome_told import finding_told, held_sentences
from trucewatch.reports.phrases import obligation_sentence
from trucewatch.reports.place_names import map_words, named_places, naming_words
from trucewatch.reports.released import WITHHELD, ReleasedFinding
from trucewatch.reports.section import sections_of

Cell = str | int | float | bool | None

SUMMARY_COLUMNS: Final[Columns] = {"key": "text", "value": "text"}
INCIDENT_COLUMNS: Final[Columns] = {
    "no": "whole",
    "id": "text",
    "outcome": "text",
    "outcome_words": "text",
    "clauses": "text",
    "kind": "text",
    "aspect": "text",
    "what_words": "text",
    "count_min": "whole",
    "count_best": "whole",
    "count_max": "whole",
    "start": "time",
    "end": "time",
    "time_precision": "text",
    "place": "text",
    "where_words": "text",
    "zones": "text",
    "lon": "real",
    "lat": "real",
    "cell_m": "real",
    "semi_major_95_m": "whole",
    "semi_minor_95_m": "whole",
    "major_azimuth_deg": "whole",
    "radius_m": "whole",
    "line_distance_m": "whole",
    "line_distance_95_m": "whole",
    "means": "text",
    "claimed_by": "text",
    "claims_only": "truth",
    "simulated": "truth",
    "late": "truth",
    "finding_ids": "text",
    "reason": "text",
    "reason_words": "text",
    "text": "text",
    "added": "text",
    "happened": "text",  # a probability; packages have held it as text so far
    "people": "text",
    "count_by": "text",
    "count_claims": "text",
    "period": "text",
    "held": "text",
    "reviewed": "truth",
    "review": "text",
    "grave": "text",
}
BESIDE_COLUMNS: Final[Columns] = {name: holds for name, holds in INCIDENT_COLUMNS.items() if name != "no"}
EARLIER_COLUMNS: Final[Columns] = {**BESIDE_COLUMNS, "known": "day"}
FINDING_COLUMNS: Final[Columns] = {
    "id": "text",
    "incident": "text",
    "no": "whole",
    "clause": "text",
    "provision": "text",
    "instrument": "text",
    "rule": "text",
    "outcome": "text",
    "outcome_words": "text",
    "reason": "text",
    "reason_words": "text",
    "due": "time",
    "simulated": "truth",
    "held": "text",
    "reviewed": "truth",
    "review": "text",
}
NUMBER_COLUMNS: Final[Columns] = {
    "id": "text",
    "kind": "text",
    "what_words": "text",
    "zones": "text",
    "start": "time",
    "end": "time",
    "time_precision": "text",
    "value": "real",
    "qualifier": "text",
    "unit": "text",
    "claimed_by": "text",
    "simulated": "truth",
    "text": "text",
}
CORRECTION_COLUMNS: Final[Columns] = {
    "report": "text",
    "revision": "whole",
    "no": "whole",
    "id": "text",
    "change": "text",
    "simulated": "truth",
    "fields": "text",
}
PEOPLE_COLUMNS: Final[Columns] = {
    "no": "whole",
    "id": "text",
    "giver": "text",
    "start": "day",
    "person_status": "text",
    **dict.fromkeys(PEOPLE_NUMBERS, "whole"),
    "checked": "truth",
    "what_words": "text",
    "simulated": "truth",
}
PUBLISHED_COLUMNS: Final[Columns] = {
    "claimed_by": "text",
    "giver": "text",
    "start": "day",
    "text": "text",
    "simulated": "truth",
}
NOTE_COLUMNS: Final[Columns] = {
    "kind": "text",
    "what_words": "text",
    "simulated": "truth",
    "text": "text",
}
COVER_COLUMNS: Final[Columns] = {
    "what_words": "text",
    "giver": "text",
    "text": "text",
    "state_words": "text",
    "signed_bytes": "text",
    "signature": "text",
    "simulated": "truth",
}
_OF_LINE: Final[Columns] = {"no": "whole", "id": "text"}
OWN_COLUMNS: Final[Mapping[str, Columns]] = {
    "day": {"start": "day", "time_precision": "text", "value": "whole", "outcome_words": "text", "simulated": "truth"},
    "giver": {"giver": "text", "what_words": "text", "simulated": "truth"},
    "casualty_states": {
        **_OF_LINE,
        "state": "text",
        "state_words": "text",
        "answers": "text",
        "simulated": "truth",
    },
    "restrictions": {
        **_OF_LINE,
        "kind": "text",
        "what_words": "text",
        "where_words": "text",
        "start": "time",
        "end": "time",
        "time_precision": "text",
        "giver": "text",
        "answers": "text",
        "outcome_words": "text",
        "simulated": "truth",
    },
    "said": {**_OF_LINE, "giver": "text", "what_words": "text", "simulated": "truth"},
    "not_known": {**_OF_LINE, "state_words": "text", "simulated": "truth"},
    "asked": {
        **_OF_LINE,
        "step": "text",
        "what_words": "text",
        "giver": "text",
        "state": "text",
        "state_words": "text",
        "start": "day",
        "time_precision": "text",
        "simulated": "truth",
    },
    "let_out": {
        "id": "text",
        "no": "whole",
        "giver": "text",
        "start": "day",
        "what_words": "text",
        "text": "text",
        "simulated": "truth",
    },
    **OF_CLAUSES,
}
"""The tables of the kinds' own sections, by their names."""
REGION_COLUMNS: Final[Columns] = {
    "id": "text",
    "name": "text",
    "before": "whole",
    "now": "whole",
    "simulated": "truth",
}
ELLIPSE_COLUMNS: Final[Columns] = {"incident": "text", "no": "whole", "outcome": "text", "simulated": "truth"}
ZONE_COLUMNS: Final[Columns] = {
    "id": "text",
    "kind": "text",
    "name": "text",
    "provenance": "text",
    "accuracy_m": "real",
    "derived": "truth",
    "valid_from": "time",
    "valid_until": "time",
    "recorded": "whole",
    "recorded_simulated": "whole",
}
TABLES: Final[Mapping[str, Columns]] = {
    "summary": SUMMARY_COLUMNS,
    "incidents": INCIDENT_COLUMNS,
    "findings": FINDING_COLUMNS,
    "regions": REGION_COLUMNS,
    "numbers": NUMBER_COLUMNS,
    "corrections": CORRECTION_COLUMNS,
    "people": PEOPLE_COLUMNS,
    "published": PUBLISHED_COLUMNS,
    "grave_beside": BESIDE_COLUMNS,
    "grave_earlier": EARLIER_COLUMNS,
    "cover_note": COVER_COLUMNS,
    **OWN_COLUMNS,
    "editors_notes": NOTE_COLUMNS,
    "ellipses": ELLIPSE_COLUMNS,
    "zones": ZONE_COLUMNS,
}
"""Every table that a report can have, with its columns; `ellipses` and `zones` are layers of maps. The codebook is made
of it."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, its columns, and a cell for each column in each row."""

    name: str
    columns: Columns
    rows: tuple[tuple[Cell, ...], ...]


@once_per_report
def tables_of(report: DailyReport, words: Words) -> Mapping[str, Table]:
    """`summary`, `incidents`, `findings`, `regions`, `numbers` and `corrections`, in this order; then `editors_notes`,
    if any. The formats share them."""
    facts = facts_of(report, words)
    tables = [
        Table("incidents", INCIDENT_COLUMNS, _rows(facts, "incident", INCIDENT_COLUMNS)),
        Table("findings", FINDING_COLUMNS, tuple(_findings(report, words))),
        Table("regions", REGION_COLUMNS, tuple(_regions(report, words))),
        Table("numbers", NUMBER_COLUMNS, _rows(facts, "counter", NUMBER_COLUMNS)),
        Table("corrections", CORRECTION_COLUMNS, tuple(_corrections(report))),
    ]
    for name, columns in (
        ("people", PEOPLE_COLUMNS),
        ("published", PUBLISHED_COLUMNS),
        ("grave_beside", BESIDE_COLUMNS),
        ("grave_earlier", EARLIER_COLUMNS),
    ):
        if rows := _rows(facts, name, columns):
            tables.append(Table(name, columns, rows))
    for section in sections_of(report, words):
        if rows := _rows(facts, section.name, columns := OWN_COLUMNS.get(section.name, {})):
            tables.append(Table(section.name, columns, rows))
    if report.cover:
        tables.append(Table("cover_note", COVER_COLUMNS, _rows(facts, "cover_note", COVER_COLUMNS)))
    if report.notes:
        tables.append(Table("editors_notes", NOTE_COLUMNS, _rows(facts, "editors_note", NOTE_COLUMNS)))
    summary = [*summary_of(report, words), *((f"rows_{table.name}", len(table.rows)) for table in tables)]
    return {table.name: table for table in [Table("summary", SUMMARY_COLUMNS, tuple(summary)), *tables]}


def summary_of(report: DailyReport, words: Words) -> Iterator[tuple[str, Cell]]:
    """What the report is, for whom, from when, and its counts: real and simulated apart. A checkpoint is a row a
    line."""
    settings, recipient = report.watch.settings, report.recipient
    yield "title", headline.title_words(report, words)
    if report.kind != DAILY:
        yield "kind", report.kind
        yield "kind_words", kind_words(report, words)
    if cover := cover_told(report, words):
        yield "cover_note", cover.label
        yield from (("cover_note", paragraph) for paragraph in cover.paragraphs)
        yield "cover_note", cover.signed or None
    if grave := grave_title(report, words):
        yield "grave", grave
    if earlier := earlier_title(report, words):
        yield "grave_earlier", earlier
    yield "report", report.issued_number or None
    yield "revision", report.issued_revision
    if report.is_draft:
        yield "status", draft_words(report, words)
    if translation := translation_words(words):
        yield "translation", translation
    yield "watch", settings.id
    yield "watch_name", printable(words.name(settings.names, otherwise=settings.id))
    yield "recipient", recipient.id
    yield "recipient_name", printable(words.name(recipient.names, otherwise=recipient.id))
    yield "first_day", report.day_from.isoformat()
    yield "last_day", (report.day_until - timedelta(days=1)).isoformat()
    yield "period_hours", hours_of(report.day_from, report.day_until, report.watch.zone)
    yield "time_zone", settings.time_zone
    yield "cut_off", iso_utc(report.cut_off)
    yield "language", words.language
    yield "simulated", report.kinds_shown
    yield "watch_is_simulated", settings.simulated
    for name, tally in (("recorded", report.real), ("recorded_simulated", report.simulated)):
        yield name, report.shown_count(tally.recorded)
        yield from ((f"{name}_{outcome}", count) for outcome, count in said_counts(report, tally).items())
        yield f"{name}_without_assessment", sum(count for _, count in tally.holds)
        yield from ((f"{name}_without_assessment_{why}", count) for why, count in tally.holds)
    yield "released_in_full", report.is_complete
    yield "fewer_than_withheld", report.fewer_than
    yield "release", headline.release_words(report, words)
    for sentence in held_sentences(report, words):
        yield "without_assessment", sentence
    for sentence in [*headline.limits_words(report, words), headline.quiet_words(report, words)]:
        if sentence:
            yield "limits", sentence
    if report.real_before is None and KINDS[report.kind].is_whole:
        yield "period_before", words.gettext("the period before was not issued")
    yield "counting_rule", headline.rule_words(report, words)
    yield "coverage", None
    for rejection in report.rejected:
        yield (
            "rejected",
            f"{printable(rejection.file)}: {rejection.rejected}/{rejection.rows}"
            if rejection.file
            else f"{rejection.rejected}/{rejection.rows}",
        )
    yield "boundary_set", printable(words.name(report.watch.basemap.boundary_set))
    yield "disclaimer", map_words(report.watch, words)
    if report.watch.policy:
        yield "names", naming_words(report, words)
        for place in named_places(report, words):
            yield "place", f"{' '.join(place.ids)}: {'; '.join(place.lines)}"
    if not report.tells_ledger:
        yield "proof", ledger_words(report, words)
        return
    for line in report.checkpoint.splitlines() or [""]:
        yield "checkpoint", printable(line) or None


def said_counts(report: DailyReport, tally: Tally) -> dict[str, int | None]:
    """How many of each assessment that is said; None for one of which none can be shown."""
    untold = tally.of(WITHHELD) > 0 or report.withholds
    counts = {outcome: tally.of(outcome) for outcome in (*SAID, "not_applicable")}
    return {outcome: None if untold and not count else count for outcome, count in counts.items()}


def flat(value: Any) -> Cell:
    """A fact as one cell: a list becomes its parts with semicolons, no text none."""
    if isinstance(value, str):
        return legible(value) or None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return "; ".join([legible(str(part)) for part in value]) or None
    return legible(str(value)) or None


def _rows(facts: Sequence[Mapping[str, Any]], record: str, columns: Columns) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(map(flat, map(row.get, columns))) for row in facts if row["record"] == record)


def _findings(report: DailyReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    """Those of incidents under their number, then those on deadlines and whole stipulations."""
    for row in report.rows:
        yield from (_finding(finding, row.number, report, words) for finding in row.incident.findings)
    yield from (_finding(finding, None, report, words) for finding in report.obligations)


def _finding(finding: ReleasedFinding, number: int | None, report: DailyReport, words: Words) -> tuple[Cell, ...]:
    return (
        finding.finding_id,
        finding.incident_id or None,
        number,
        finding.stipulation,
        finding.provision,
        finding.instrument,
        finding.rule,
        finding.outcome,
        finding_told(finding, report, words),
        finding.reason,
        obligation_sentence(finding, report, words),
        iso_utc(finding.due) if finding.due else None,
        finding.simulated,
        finding.hold or None,
        finding.is_reviewed,
        finding.review or None,
    )


def _regions(report: DailyReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    for simulated, rows in ((False, report.regions), (True, report.regions_simulated)):
        for row in rows:
            name = printable(zone_name(row.region, report.watch, words)) if row.region else None
            before = None if row.before is None else report.shown_count(row.before)
            yield row.region or None, name, before, report.shown_count(row.now), simulated


def _corrections(report: DailyReport) -> Iterator[tuple[Cell, ...]]:
    for correction in report.corrections:
        fields = "; ".join(f"{key}: {was} → {now}" for key, was, now in correction.fields)
        yield (
            correction.report_number,
            correction.revision,
            correction.number,
            correction.incident_id,
            correction.change,
            correction.simulated,
            fields or None,
        )
