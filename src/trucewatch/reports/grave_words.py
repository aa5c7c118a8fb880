"""Grave events: a person reported killed; a hospital, a school or a place of worship hit. They head every report to who
is told single incidents, as what they are, before anything else of them is settled. Those of earlier days that became
known in the period follow, each with both days, in none of the period's counts. A report of some incidents alone is
headed inside the centre by those of its days that are no rows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trucewatch.locale import Words
from trucewatch.locale.terms import grave_word
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.outcome_told import outcome_with_clauses
from trucewatch.reports.phrases import days_words, is_whole_days, told_when, what_words, when_words, where_words
from trucewatch.reports.released import ReleasedIncident


@dataclass(frozen=True, slots=True)
class GraveLine:
    """One grave event: what is reported, its sentence with each giver's own numbers, and how it stands."""

    head: str
    sentence: str
    number: int | None
    """Its number in the report; None for one of an earlier day, and for one that is no row of this report."""
    simulated: bool


def grave_rows(report: DailyReport) -> tuple[Row, ...]:
    """The lines of grave events; none for who is told no single incident, since its rule goes before all else."""
    if report.recipient.smallest_count > 1:
        return ()
    return tuple(row for row in report.rows if row.incident.grave)


def grave_of(report: DailyReport) -> tuple[tuple[ReleasedIncident, int | None], ...]:
    """Every grave event of the days, each with its number; None for one that is no row of this kind of report."""
    rows = tuple((row.incident, row.number) for row in grave_rows(report))
    return (*rows, *((incident, None) for incident in report.grave_beside))


def grave_counts(report: DailyReport, *, simulated: bool) -> tuple[int, int]:
    """How many grave events are established, and how many not yet. Real or simulated, never both."""
    return _counts((incident for incident, _ in grave_of(report)), simulated=simulated)


def grave_title(report: DailyReport, words: Words) -> str:
    """`Grave events: 2 established, 5 not yet established`; empty where there are none."""
    titles = []
    for simulated in (False, True):
        established, still_open = grave_counts(report, simulated=simulated)
        if established + still_open:
            template = words.gettext("Grave events: {established} established, {open} not yet established")
            if simulated:
                template = words.gettext(
                    "Grave events, simulated: {established} established, {open} not yet established"
                )
            titles.append(template.format(established=words.number(established), open=words.number(still_open)))
    return ". ".join(titles)


def grave_lines(report: DailyReport, words: Words, *, most: int | None = None) -> list[GraveLine]:
    """A sentence for each grave event of the report's days, or for the first `most`."""
    return [
        GraveLine(
            _head(incident, words),
            words.gettext("{what}, {where}, {when}; {stands}; {outcome}.").format(
                when=told_when(incident, report, words), **_parts(incident, report, words)
            ),
            number,
            incident.simulated,
        )
        for incident, number in grave_of(report)[:most]
    ]


def earlier_title(report: DailyReport, words: Words) -> str:
    """`Became known in this period, of earlier days, not in its counts: 0 established, 2 not yet established`; empty
    where there are none."""
    titles = []
    for simulated in (False, True):
        established, still_open = _counts((grave.incident for grave in report.grave_earlier), simulated=simulated)
        if established + still_open:
            template = words.gettext(
                "Grave events of earlier days that became known in this period, not in its counts: "
                "{established} established, {open} not yet established"
            )
            if simulated:
                template = words.gettext(
                    "Grave events, simulated, of earlier days that became known in this period, not in its counts: "
                    "{established} established, {open} not yet established"
                )
            titles.append(template.format(established=words.number(established), open=words.number(still_open)))
    return ". ".join(titles)


def earlier_lines(report: DailyReport, words: Words, *, most: int | None = None) -> list[GraveLine]:
    """A sentence for each grave event of an earlier day that became known on the report's, or for the first `most`:
    when it happened, and when it became known."""
    return [
        GraveLine(
            _head(grave.incident, words),
            words.gettext("{what}, {where}; happened {day}, became known {known}; {stands}; {outcome}.").format(
                day=dated(grave.incident, report, words),
                known=words.short_day(grave.known),
                **_parts(grave.incident, report, words),
            ),
            None,
            grave.incident.simulated,
        )
        for grave in report.grave_earlier[:most]
    ]


def _counts(incidents: Iterable[ReleasedIncident], *, simulated: bool) -> tuple[int, int]:
    chosen = [incident for incident in incidents if incident.simulated is simulated]
    established = sum(incident.is_established for incident in chosen)
    return established, len(chosen) - established


def _head(incident: ReleasedIncident, words: Words) -> str:
    return words.listed([grave_word(why, words) for why in incident.grave])


def _parts(incident: ReleasedIncident, report: DailyReport, words: Words) -> dict[str, str]:
    return {
        "what": what_words(incident, report.watch, words),
        "where": where_words(incident, report, words),
        "stands": words.gettext("established") if incident.is_established else words.gettext("not yet established"),
        "outcome": outcome_with_clauses(incident, report, words),
    }


def dated(incident: ReleasedIncident, report: DailyReport, words: Words) -> str:
    """`26 Nov 2020`, `26 Nov 2020, 14:02`: always with its day, since that is not one of the report's."""
    zone = report.watch.zone
    if incident.time_precision == "day" or is_whole_days(incident.start, incident.end, zone):
        return days_words(incident.start, incident.end, zone, words, words.short_day)
    return words.gettext("{day}, {time}").format(
        day=words.short_day(incident.day), time=when_words(incident, report.watch, words)
    )
