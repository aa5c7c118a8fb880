"""The report on people killed and injured: each incident of which somebody says so, each giver's own words on it, what
was asked, and how it stands."""

from __future__ import annotations

from trucewatch.locale import Words, capitalised
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Term
from trucewatch.reports.casualty_state import casualty_state, concerns_people, state_words
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.grave_words import dated
from trucewatch.reports.headline import period_words, quiet_of_some
from trucewatch.reports.kinds import OF_SOME, Kind
from trucewatch.reports.people_words import people_lines
from trucewatch.reports.phrases import where_words
from trucewatch.reports.section import Section, SectionLine
from trucewatch.reports.verification_told import asked_in_brief, asked_section


def head_words(report: DailyReport, words: Words) -> str:
    return words.pgettext("report", "Report on people killed and injured")


def title_words(report: DailyReport, words: Words) -> str:
    """`Five incidents with people reported killed or injured; in two of them it is established`"""
    rows = [row for row in report.rows if not row.incident.simulated] or list(report.rows)
    if not rows:
        period = period_words(report, words)
        if not report.is_complete:
            return words.gettext("Nothing released yet for {period}").format(period=period)
        if report.withholds:
            return words.gettext("No report of people killed or injured can be shown: {period}").format(period=period)
        return words.gettext("No report on record of people killed or injured: {period}").format(period=period)
    first = words.ngettext(
        "{number} incident with people reported killed or injured",
        "{number} incidents with people reported killed or injured",
        len(rows),
    )
    if rows[0].incident.simulated:
        first = words.ngettext(
            "{number} simulated incident with people reported killed or injured",
            "{number} simulated incidents with people reported killed or injured",
            len(rows),
        )
    first = capitalised(first.format(number=words.spelled(len(rows))), words.language)
    if report.recipient.smallest_count > 1:
        return first
    number = sum(casualty_state(row.incident, report.recipient).footing == "established" for row in rows)
    if not number:
        second = words.gettext("established in none of them so far")
    else:
        second = words.ngettext("established in {number} of them", "established in {number} of them", number)
    return words.gettext("{first}; {second}").format(first=first, second=second.format(number=words.spelled(number)))


def quiet_words(report: DailyReport, words: Words) -> str:
    return quiet_of_some(
        report,
        words,
        withheld=words.gettext(
            "No report of people killed or injured on {period} can be shown to this recipient. This says nothing about "
            "whether there were any."
        ),
        nothing=words.gettext(
            "Nobody reported to this watch that people were killed or injured on {period}. This does not say that "
            "nobody was."
        ),
    )


def sections(report: DailyReport, words: Words) -> tuple[Section, ...]:
    return stated_section(report, words), standing_section(report, words), asked_section(report, words)


def stated_section(report: DailyReport, words: Words) -> Section:
    """A line for what each giver states of one incident; files have them as `people`, as those of every report."""
    lines = tuple(
        SectionLine(
            number=line.number,
            cells=(line.giver, line.day, line.killed, line.injured, line.harm, line.status, line.checked),
            simulated=line.simulated,
        )
        for line in people_lines(report.rows, report.watch, words)
    )
    return Section(
        name="stated",
        heading=words.gettext("Who says what"),
        columns=(
            words.gettext("Who says so"),
            words.gettext("Day"),
            words.gettext("Killed"),
            words.gettext("Injured"),
            words.gettext("Killed or injured"),
            words.gettext("Of whom"),
            words.gettext("Checked"),
        ),
        lines=lines,
        empty=words.gettext("None can be shown.")
        if report.withholds
        else words.gettext("Nobody states a number in this report."),
        note=words.gettext(
            "Each line is its giver's own. Lines are not added up: two givers may speak of the same people."
        )
        if lines
        else "",
    )


def standing_section(report: DailyReport, words: Words) -> Section:
    """How it stands with each incident, and what came of what was asked."""
    lines = []
    for row in report.rows:
        incident = row.incident
        state = casualty_state(incident, report.recipient)
        where = words.gettext("{what}: {where}, {when}").format(
            what=kind_word(incident.kind, words),
            where=where_words(incident, report, words),
            when=dated(incident, report, words),
        )
        stands, answers = state_words(state, report.watch, words), asked_in_brief(row, report, words)
        lines.append(
            SectionLine(
                number=row.number,
                cells=(where, stands, answers),
                facts={
                    "no": row.number,
                    "id": incident.incident_id,
                    "state": state.code,
                    "state_words": stands,
                    "answers": answers,
                    "simulated": incident.simulated,
                },
                simulated=incident.simulated,
            )
        )
    return Section(
        name="casualty_states",
        heading=words.gettext("How it stands"),
        columns=(
            words.gettext("Incident"),
            words.gettext("People killed; where nobody says so, injured"),
            words.gettext("Asked, and what came of it"),
        ),
        lines=tuple(lines),
        empty=words.gettext("No line to show."),
        note=words.gettext(
            "Established: an assessment of the event is said, or independent voices bear it out, and a source that is "
            "no party states the people. A dash: not told to this recipient, or nothing on record. It says nothing of "
            "who did it."
        )
        if lines
        else "",
    )


KIND = Kind(
    name="casualties",
    title=Term("report", "People killed and injured"),
    parts=OF_SOME | {"earlier"},
    is_whole=False,
    selects=concerns_people,
    head_words=head_words,
    title_words=title_words,
    quiet_words=quiet_words,
    sections=sections,
)
