"""What was asked about an incident, and what came of it → words, for who is told of it."""

from __future__ import annotations

from typing import Final

from trucewatch.locale import Words, mark
from trucewatch.locale.reasons import party_name
from trucewatch.model.verification import ANSWER_WORDS, STEP_WORDS
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.released import ReleasedStep
from trucewatch.reports.section import Section, SectionLine

OTHERS: Final = {"hospital": mark("a hospital"), "icrc": mark("the ICRC")}


def step_words(step: ReleasedStep, report: DailyReport, words: Words) -> str:
    """`the other side’s account (Lower Valley)`"""
    name = words.say(STEP_WORDS[step.step]) if step.step in STEP_WORDS else step.step
    if not step.who:
        return name
    who = words.gettext(OTHERS[step.who]) if step.who in OTHERS else party_name(step.who, report.watch, words)
    return words.gettext("{what} ({aspect})").format(what=name, aspect=who)


def answer_words(step: ReleasedStep, words: Words) -> str:
    """`asked, no answer yet`"""
    return words.say(ANSWER_WORDS[step.answer]) if step.answer in ANSWER_WORDS else step.answer


def asked_in_brief(row: Row, report: DailyReport, words: Words) -> str:
    """What came of each step last: `access to the place: refused; …`; a dash where nothing is told."""
    last = {(step.step, step.who): step for step in row.incident.verification}
    return "; ".join(f"{step_words(step, report, words)}: {answer_words(step, words)}" for step in last.values()) or "–"


def asked_section(report: DailyReport, words: Words) -> Section:
    """Every step that may be told, in the order of entry, row by row."""
    lines = tuple(
        SectionLine(
            number=row.number,
            cells=(step_words(step, report, words), answer_words(step, words), words.short_day(step.day)),
            facts={
                "no": row.number,
                "id": row.incident.incident_id,
                "step": step.step,
                "what_words": step_words(step, report, words),
                "giver": step.who,
                "state": step.answer,
                "state_words": answer_words(step, words),
                "start": step.day.isoformat(),
                "time_precision": "day",
                "simulated": row.incident.simulated,
            },
            simulated=row.incident.simulated,
        )
        for row in report.rows
        for step in row.incident.verification
    )
    return Section(
        name="asked",
        heading=words.gettext("What was asked, and what came of it"),
        columns=(
            words.gettext("Asked for"),
            words.gettext("What came of it"),
            words.gettext("Day of the entry"),
        ),
        lines=lines,
        empty=_nothing_words(report, words),
        note=words.gettext(
            "As it was entered here. What is not here was not asked yet, or is not told; that says nothing of anybody."
        )
        if lines
        else "",
    )


def _nothing_words(report: DailyReport, words: Words) -> str:
    recipient = report.recipient
    if recipient.smallest_count > 1 or recipient.place == "zone":
        return words.gettext("What was asked is told only to those who are told of single events.")
    if recipient.delay_hours:
        return words.gettext("Nothing that was asked can be told here yet.")
    return words.gettext("Nothing was entered yet of what was asked of anybody.")
