"""Initiatives and meetings as sections of a report: each step and each account with its speaker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trucewatch.locale import Words, mark_in
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.clause_history import InitiativeRow, MeetingRow, StepRow
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.section import Section, SectionLine

STEPS: Final[Mapping[str, str]] = {
    "discussed": mark_in("initiative", "discussed"),
    "accepted": mark_in("initiative", "accepted"),
    "declined": mark_in("initiative", "declined"),
    "under_way": mark_in("initiative", "under way"),
    "done": mark_in("initiative", "done"),
    "withdrawn": mark_in("initiative", "withdrawn"),
}
LEVELS: Final[Mapping[str, str]] = {
    "heads_of_state": mark_in("meeting", "heads of state or government"),
    "ministers": mark_in("meeting", "ministers"),
    "deputy_ministers": mark_in("meeting", "deputy ministers"),
    "experts": mark_in("meeting", "experts"),
    "commanders": mark_in("meeting", "commanders"),
    "delegations": mark_in("meeting", "delegations"),
    "other": mark_in("meeting", "another level"),
}


def initiatives_section(rows: Iterable[InitiativeRow], report: DailyReport, words: Words) -> Section:
    """A line an initiative or proposal, with what each states of it since."""
    lines = []
    for row in rows:
        by, what = _names(row.by, report, words), isolated(words.name(row.what, otherwise="–"))
        to = words.gettext("{by}, to {to}").format(by=by, to=_names(row.to, report, words)) if row.to else by
        about = words.listed(
            [words.gettext("the work itself") if each == "work" else printable(each) for each in row.about]
        )
        steps = "; ".join(_step_words(step, report, words) for step in row.steps)
        lines.append(
            SectionLine(
                number=None,
                cells=(f"{row.code}, {words.short_day(row.day)}", to, what, about or "–", steps or "–"),
                facts={
                    "id": row.code,
                    "start": row.day.isoformat(),
                    "giver": by,
                    "what_words": what,
                    "clauses": list(row.about),
                    "state_words": steps,
                    "cited": printable(row.source),
                    "simulated": row.simulated,
                },
                simulated=row.simulated,
            )
        )
    return Section(
        name="initiatives",
        heading=words.gettext("Initiatives and proposals"),
        columns=(
            words.gettext("Code and day"),
            words.gettext("Who proposes it, to whom"),
            words.gettext("What is proposed"),
            words.gettext("About"),
            words.gettext("Since then, by whose word"),
        ),
        widths=(1, 1.6, 2.4, 0.8, 2.4),
        lines=tuple(lines),
        empty=words.gettext("None that can be told here was on record."),
    )


def meetings_section(rows: Iterable[MeetingRow], report: DailyReport, words: Words) -> Section:
    """A line an account of a meeting."""
    lines = []
    for row in rows:
        level = words.pgettext("meeting", LEVELS[row.level]) if row.level in LEVELS else printable(row.level)
        who = words.gettext("{who}; level: {level}").format(who=_names(row.who, report, words) or "–", level=level)
        agenda = "; ".join(isolated(words.name(item, otherwise="–")) for item in row.agenda)
        if row.is_restricted:
            agenda = words.gettext("Restricted format: neither minutes nor an agenda are on record.")
        decisions = "; ".join(
            words.gettext("{decision} (to be done by {day})").format(
                decision=isolated(words.name(item, otherwise="–")), day=words.short_day(due)
            )
            if due
            else isolated(words.name(item, otherwise="–"))
            for item, due in row.decisions
        )
        next_by = words.short_day(row.next_by) if row.next_by else "–"
        stated = _names(row.stated_by, report, words) or printable(row.source) or "–"
        lines.append(
            SectionLine(
                number=None,
                cells=(
                    f"{row.code}, {words.short_day(row.day)}",
                    who,
                    agenda or "–",
                    decisions or "–",
                    next_by,
                    stated,
                ),
                facts={
                    "id": row.code,
                    "start": row.day.isoformat(),
                    "giver": stated,
                    "what_words": who,
                    "text": agenda,
                    "state_words": decisions,
                    "cited": printable(row.source),
                    "simulated": row.simulated,
                },
                simulated=row.simulated,
            )
        )
    return Section(
        name="meetings",
        heading=words.gettext("Meetings and decisions"),
        columns=(
            words.gettext("Code and day"),
            words.gettext("Who met"),
            words.gettext("Agenda"),
            words.gettext("Decisions"),
            words.gettext("Next one by"),
            words.gettext("Who states it"),
        ),
        widths=(1, 1.8, 1.8, 2.2, 0.9, 1.3),
        lines=tuple(lines),
        empty=words.gettext("None that can be told here was on record."),
        note=words.gettext("Whether a decision was carried out is told by other records.") if lines else "",
    )


def _step_words(step: StepRow, report: DailyReport, words: Words) -> str:
    """`discussed on 7 May 2031, by the word of Quorra: we shall see`"""
    stated = words.gettext("{step} on {day}, by the word of {who}").format(
        step=words.pgettext("initiative", STEPS[step.word]) if step.word in STEPS else printable(step.word),
        who=_names(step.by, report, words),
        day=words.short_day(step.day),
    )
    says = isolated(words.name(step.says, otherwise="")) if step.says else ""
    return words.gettext("{stated}: {says}").format(stated=stated, says=says) if says else stated


def _names(ids: Iterable[str], report: DailyReport, words: Words) -> str:
    return words.listed([party_name(each, report.watch, words) for each in ids])
