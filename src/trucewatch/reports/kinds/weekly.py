"""The weekly report: every released incident of seven local days, against the seven before; what each giver states of
people, never added up; each day by itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from trucewatch.locale import Words
from trucewatch.locale.terms import outcome_word
from trucewatch.messages import Term
from trucewatch.model.outcomes import SAID
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.decided_words import decided_sections
from trucewatch.reports.headline import counted_title, quiet_period
from trucewatch.reports.kinds import PARTS, Kind
from trucewatch.reports.people_words import giver_words, statement_words, statements_of
from trucewatch.reports.section import Section, SectionLine

DAYS = 7


def head_words(report: DailyReport, words: Words) -> str:
    return words.pgettext("report", "Weekly report")


def sections(report: DailyReport, words: Words) -> tuple[Section, ...]:
    return *decided_sections(report, words), day_by_day(report, words), by_giver(report, words)


def day_by_day(report: DailyReport, words: Words) -> Section:
    """A line a day, real and simulated apart, from the lines of the report."""
    lines = []
    is_simulated = [
        simulated for simulated in (False, True) if any(row.incident.simulated is simulated for row in report.rows)
    ]
    for simulated in is_simulated or [report.watch.settings.simulated]:
        for back in range(DAYS):
            day = report.day_from + timedelta(days=back)
            of_day = [
                row.incident for row in report.rows if (row.incident.day, row.incident.simulated) == (day, simulated)
            ]
            recorded = report.shown_count(len(of_day))
            assessed = {
                outcome: sum(incident.outcome == outcome and not incident.hold for incident in of_day)
                for outcome in SAID
            }
            text = "; ".join(
                words.gettext("{number} {reason}").format(
                    number=words.number(number), reason=outcome_word(outcome, words)
                )
                for outcome, number in assessed.items()
                if number
            )
            lines.append(
                SectionLine(
                    number=None,
                    cells=(words.short_day(day), "–" if recorded is None else words.number(recorded), text or "–"),
                    facts={
                        "start": day.isoformat(),
                        "time_precision": "day",
                        "value": recorded,
                        "outcome_words": text,
                        "simulated": simulated,
                    },
                    simulated=simulated,
                )
            )
    return Section(
        name="day",
        heading=words.gettext("Day by day"),
        columns=(words.gettext("Day"), words.gettext("Incidents recorded"), words.gettext("Assessments that are said")),
        lines=tuple(lines),
        note=words.gettext(
            "A dash: none, or none can be shown. Coverage is not computed yet, so fewer is not quieter."
        ),
    )


def by_giver(report: DailyReport, words: Words) -> Section:
    """What each giver states of people killed and injured, line by line of the report; no sum of any kind."""
    stated: dict[tuple[str, bool], list[tuple[int, str]]] = defaultdict(list)
    for row, statement in statements_of(report.rows):
        giver = giver_words(statement, report.watch, words) or words.gettext("giver not on record")
        if figures := statement_words(statement, words):
            stated[giver, row.incident.simulated].append((row.number, figures))
    lines = []
    for (giver, simulated), of_giver in sorted(
        stated.items(), key=lambda entry: (entry[0][1], entry[1][0][0], entry[0][0])
    ):
        text = "; ".join(
            words.gettext("No. {number}: {what}").format(number=number, what=what) for number, what in of_giver
        )
        facts = {"giver": giver, "what_words": text, "simulated": simulated}
        lines.append(SectionLine(number=None, cells=(giver, text), facts=facts, simulated=simulated))
    return Section(
        name="giver",
        heading=words.gettext("People killed and injured, by who says so"),
        columns=(words.gettext("Who says so"), words.gettext("What they state, by line of this report")),
        lines=tuple(lines),
        empty=words.gettext("None can be shown.")
        if report.withholds
        else words.gettext("Nobody states a number of people killed or injured in this week."),
        note=words.gettext("Nothing is added up: two givers, or two statements of one, may speak of the same people.")
        if lines
        else "",
    )


KIND = Kind(
    name="weekly",
    title=Term("report", "Weekly report"),
    parts=PARTS,
    is_whole=True,
    days=DAYS,
    selects=lambda incident: True,
    head_words=head_words,
    title_words=counted_title,
    quiet_words=quiet_period,
    sections=sections,
)
