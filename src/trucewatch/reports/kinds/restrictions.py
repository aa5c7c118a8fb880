"""The report on restrictions: every time that access was refused or that sight and radio were disturbed, with who says
so and what came of asking."""

from __future__ import annotations

from typing import Final

from trucewatch.locale import Words, capitalised
from trucewatch.messages import Term
from trucewatch.model.times import iso_utc
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.grave_words import dated
from trucewatch.reports.headline import period_words, quiet_of_some
from trucewatch.reports.kinds import OF_SOME, Kind
from trucewatch.reports.outcome_told import outcome_told
from trucewatch.reports.phrases import claimed_words, means_words, what_words, where_words
from trucewatch.reports.section import Section, SectionLine
from trucewatch.reports.verification_told import asked_in_brief, asked_section

RESTRICTING: Final = ("access_denied", "jamming")


def head_words(report: DailyReport, words: Words) -> str:
    return words.pgettext("report", "Report on restrictions")


def title_words(report: DailyReport, words: Words) -> str:
    """`Three restrictions of movement or sight reported`. Simulated ones are never counted in."""
    rows = [row for row in report.rows if not row.incident.simulated] or list(report.rows)
    if not rows:
        period = period_words(report, words)
        if not report.is_complete:
            return words.gettext("Nothing released yet for {period}").format(period=period)
        if report.withholds:
            return words.gettext("No restriction can be shown: {period}").format(period=period)
        return words.gettext("No restriction reported: {period}").format(period=period)
    counted = words.ngettext(
        "{number} restriction of movement or sight reported",
        "{number} restrictions of movement or sight reported",
        len(rows),
    )
    if rows[0].incident.simulated:
        counted = words.ngettext(
            "{number} simulated restriction of movement or sight reported",
            "{number} simulated restrictions of movement or sight reported",
            len(rows),
        )
    return capitalised(counted.format(number=words.spelled(len(rows))), words.language)


def quiet_words(report: DailyReport, words: Words) -> str:
    return quiet_of_some(
        report,
        words,
        withheld=words.gettext(
            "No restriction on {period} can be shown to this recipient. This says nothing about whether there were any."
        ),
        nothing=words.gettext(
            "Nobody reported a restriction on {period} to this watch. This does not say that everybody could pass and "
            "see."
        ),
    )


def sections(report: DailyReport, words: Words) -> tuple[Section, ...]:
    return restrictions_section(report, words), asked_section(report, words)


def restrictions_section(report: DailyReport, words: Words) -> Section:
    """A line an incident: what, where by the rule of the recipient, who says so, and what came of asking."""
    return Section(
        name="restrictions",
        heading=words.gettext("Restrictions of movement and sight"),
        columns=(
            words.gettext("What"),
            words.gettext("Where and when"),
            words.gettext("Who says so"),
            words.gettext("Asked, and what came of it"),
            words.gettext("Assessment"),
        ),
        lines=tuple(_line(row, report, words) for row in report.rows),
        empty=words.gettext("None can be shown.") if report.withholds else words.gettext("None in this report."),
        note=words.gettext(
            "A restriction is here if somebody reported it. What nobody was near to see is in no report, and a road on "
            "which nobody tried to pass is not known to be open. No answer here means that none was entered, "
            "or none that can be told here yet."
        ),
    )


def _line(row: Row, report: DailyReport, words: Words) -> SectionLine:
    incident = row.incident
    what = what_words(incident, report.watch, words)
    where = where_words(incident, report, words)
    who = claimed_words(incident, report.watch, words)
    if not who or not incident.claims_only:
        who = "; ".join(part for part in (means_words(incident, words), who) if part) or "–"
    answers, outcome = asked_in_brief(row, report, words), outcome_told(incident, report, words)
    return SectionLine(
        number=row.number,
        cells=(
            what,
            words.gettext("{where}, {when}").format(where=where, when=dated(incident, report, words)),
            who,
            answers,
            outcome,
        ),
        facts={
            "no": row.number,
            "id": incident.incident_id,
            "kind": incident.kind,
            "what_words": what,
            "where_words": where,
            "start": iso_utc(incident.start),
            "end": iso_utc(incident.end),
            "time_precision": incident.time_precision,
            "giver": who,
            "answers": answers,
            "outcome_words": outcome,
            "simulated": incident.simulated,
        },
        simulated=incident.simulated,
    )


KIND = Kind(
    name="restrictions",
    title=Term("report", "Restrictions"),
    parts=OF_SOME,
    is_whole=False,
    selects=lambda incident: incident.kind in RESTRICTING,
    head_words=head_words,
    title_words=title_words,
    quiet_words=quiet_words,
    sections=sections,
)
