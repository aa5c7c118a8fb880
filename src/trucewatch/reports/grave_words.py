"""Grave events: a person reported killed; a hospital, a school or a place of worship hit. They head every report to who
is told single incidents, as what they are, before anything else of them is settled."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.locale import Words
from trucewatch.locale.terms import grave_word
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.outcome_told import outcome_with_clauses
from trucewatch.reports.phrases import what_words, when_words, where_words


@dataclass(frozen=True, slots=True)
class GraveLine:
    """One grave event: what is reported, its sentence with each giver's own numbers, and how it stands."""

    head: str
    sentence: str
    number: int
    simulated: bool


def grave_rows(report: DailyReport) -> tuple[Row, ...]:
    """The lines of grave events; none for who is told no single incident, since its rule goes before all else."""
    if report.recipient.smallest_count > 1:
        return ()
    return tuple(row for row in report.rows if row.incident.grave)


def grave_counts(report: DailyReport, *, simulated: bool) -> tuple[int, int]:
    """How many grave events are established, and how many are being checked. Real or simulated, never both."""
    rows = [row for row in grave_rows(report) if row.incident.simulated is simulated]
    established = sum(row.incident.is_established for row in rows)
    return established, len(rows) - established


def grave_title(report: DailyReport, words: Words) -> str:
    """`Grave events: 2 established, 5 being checked`; empty where there are none."""
    titles = []
    for simulated in (False, True):
        established, being_checked = grave_counts(report, simulated=simulated)
        if established + being_checked:
            template = words.gettext("Grave events: {established} established, {checked} being checked")
            if simulated:
                template = words.gettext("Grave events, simulated: {established} established, {checked} being checked")
            titles.append(template.format(established=words.number(established), checked=words.number(being_checked)))
    return ". ".join(titles)


def grave_lines(report: DailyReport, words: Words) -> list[GraveLine]:
    """A sentence for each grave event."""
    lines = []
    for row in grave_rows(report):
        incident = row.incident
        head = words.listed([grave_word(why, words) for why in incident.grave])
        stands = words.gettext("established") if incident.is_established else words.gettext("being checked")
        sentence = words.gettext("{what}, {where}, {when}; {stands}; {outcome}.").format(
            what=what_words(incident, report.watch, words),
            where=where_words(incident, report, words),
            when=when_words(incident, report.watch, words),
            stands=stands,
            outcome=outcome_with_clauses(incident, report, words),
        )
        lines.append(GraveLine(head, sentence, row.number, incident.simulated))
    return lines
