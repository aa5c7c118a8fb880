"""The report on implementation: how each part of each clause stands, by which text, rule and reading, and what each
side says of it. It tells of no incident, counts no side and gives no score."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final

from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name, time_words
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.locale.terms import state_named
from trucewatch.messages import Term
from trucewatch.model.times import day_of
from trucewatch.reports.clause_release import Implementation
from trucewatch.reports.clause_state_words import (
    as_text,
    comes_to,
    day_known,
    due_facts,
    due_words,
    evidence_words,
    fact,
    moment_known,
    range_facts,
    source_words,
    stands_words,
    state_words,
    what_asked,
    why_words,
)
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.headline import period_words
from trucewatch.reports.kinds import Kind
from trucewatch.reports.link_rows import links_sections
from trucewatch.reports.record_rows import initiatives_section, meetings_section
from trucewatch.reports.section import Section, SectionLine

OF_PACE: Final = ("met", "met_late", "met_in_part", "not_met", "not_shown", "disputed", "reading_disputed")
_OPEN: Final = frozenset(("not_yet_due", "due_soon", "extended", "not_shown", "met_in_part", "reading_disputed", ""))


def head_words(report: DailyReport, words: Words) -> str:
    return words.pgettext("report", "Report on implementation")


def title_words(report: DailyReport, words: Words) -> str:
    """`Implementation of the agreement, 1 December 2020 to 31 December 2020: as known on 15 Dec 2020`"""
    return words.gettext("Implementation of the agreement, {period}: as known on {moment}").format(
        period=period_words(report, words), moment=day_known(report, words)
    )


def quiet_words(report: DailyReport, words: Words) -> str:
    """Nothing: without a part of a clause its sections say so."""
    return ""


def sections(report: DailyReport, words: Words) -> tuple[Section, ...]:
    released = report.implementation
    if released is None:
        return ()
    return (
        pace_section(released, report, words),
        states_section(released, report, words),
        changes_section(released, report, words),
        *([earlier_section(released, report, words)] if released.otherwise else []),
        readings_section(released, report, words),
        claims_section(released, report, words),
        next_section(released, report, words),
        initiatives_section(released.initiatives, report, words),
        meetings_section(released.meetings, report, words),
        *links_sections(released.links, report, words),
    )


def pace_section(released: Implementation, report: DailyReport, words: Words) -> Section:
    """How far the whole agreement is by its schedule; never by side."""
    dated = [state for state in released.states if state.due is not None]
    due = [state for state in dated if state.due is not None and state.due.moment <= released.at]
    counts = Counter(state.state for state in due)
    by_state = [(code, counts[code]) for code in (*OF_PACE, "") if counts[code]]
    others = len(due) - sum(number for _, number in by_state)
    rows = [("due", words.gettext("Parts of clauses that had fallen due, on a day that is told here"), len(due))]
    rows += [
        (code or "not_released", words.gettext("of these: {state}").format(state=state_words(code, words)), number)
        for code, number in by_state
    ]
    if others:
        rows.append(("other", words.gettext("of these: another state"), others))
    rows.append(("ahead", words.gettext("Parts with a day that is still to come"), len(dated) - len(due)))
    rows.append(("no_day", words.gettext("Parts of which no day is set or told"), len(released.states) - len(dated)))
    return Section(
        name="pace",
        heading=words.gettext("Against the schedule of the whole agreement"),
        columns=(words.gettext("By then"), words.gettext("How many")),
        widths=(4, 1),
        lines=tuple(
            SectionLine(
                number=None,
                cells=(text, words.number(number)),
                facts=fact(report, state=code, value=number, state_words=text),
                simulated=report.watch.settings.simulated,
            )
            for code, text, number in rows
        ),
        note=words.gettext(
            "This is no score, and no side is counted. Not shown: nothing that can be told here shows it, which says "
            "nothing of whether it was done."
        ),
    )


def states_section(released: Implementation, report: DailyReport, words: Words) -> Section:
    """Every part of every clause."""
    lines = []
    for state in released.states:
        what, why = what_asked(state, report, words), why_words(state, report, words)
        stands = stands_words(state, released, report, words)
        due = due_words(state, report, words)
        if state.met_at:
            met = words.gettext("On record as met: {when}").format(when=time_words(state.met_at, report.watch, words))
            due = f"{due}. {met}"
        lines.append(
            SectionLine(
                number=None,
                cells=(state.stipulation, what, stands, due, as_text([*why, *evidence_words(state, words)])),
                facts=fact(
                    report,
                    clauses=[state.stipulation],
                    provision=state.provision,
                    instrument=state.instrument,
                    kind=state.kind,
                    what_words=what,
                    state=state.state or "not_released",
                    state_words=stands,
                    since=state.since,
                    **due_facts(state.due),
                    met_at=state.met_at,
                    rule_words=why,
                    finding_ids=[state.reason.finding_id] if state.reason and released.tells_records else [],
                    evidence=list(state.evidence),
                ),
                simulated=report.watch.settings.simulated,
            )
        )
    notes = [
        words.gettext(
            "A state says how a part of a clause stands by the record, the texts and what bound parties state; it "
            "says nothing of who is at fault. Since: the day on which that became known, or a text's day was reached."
        )
    ]
    if any(not state.state for state in released.states):
        notes.append(
            words.gettext(
                "Not released: it rests on an assessment that this recipient is not told; what stands by public dates "
                "alone is told to everybody."
            )
        )
    if not released.tells_records:
        notes.append(words.gettext("The records that a state rests on are not named to this recipient."))
    return Section(
        name="stipulations",
        heading=words.gettext("How each part of each clause stands, as known on {moment}").format(
            moment=moment_known(report, words)
        ),
        columns=(
            words.gettext("Clause"),
            words.gettext("What it asks"),
            words.gettext("State"),
            words.gettext("Due"),
            words.gettext("By which text, rule or reading"),
        ),
        widths=(0.5, 1.8, 1.3, 1.3, 3),
        lines=tuple(lines),
        empty=words.gettext("No text of the agreement was published by then."),
        note=" ".join(notes),
    )


def changes_section(released: Implementation, report: DailyReport, words: Words) -> Section:
    """What came to stand otherwise in the period, by day."""
    lines = []
    for change in released.changes:
        now, why = change.now, why_words(change.now, report, words)
        was = words.gettext("its text published") if change.was is None else state_words(change.was, words)
        became = words.gettext("{was} → {now}").format(was=was, now=state_words(now.state, words))
        lines.append(
            SectionLine(
                number=None,
                cells=(
                    words.short_day(change.day) if change.day else words.gettext("day not told"),
                    now.stipulation,
                    became,
                    as_text(why),
                ),
                facts=fact(
                    report,
                    known=change.day.isoformat() if change.day else None,
                    clauses=[now.stipulation],
                    state_before=None if change.was is None else change.was or "not_released",
                    state=now.state or "not_released",
                    state_words=became,
                    rule_words=why,
                ),
                simulated=report.watch.settings.simulated,
            )
        )
    return Section(
        name="state_changes",
        heading=words.gettext("What changed in the period"),
        columns=(
            words.gettext("Day"),
            words.gettext("Clause"),
            words.gettext("From → to"),
            words.gettext("By which text, rule or reading"),
        ),
        widths=(0.9, 0.5, 1.8, 4),
        lines=tuple(lines),
        empty=words.gettext("No state that can be told here changed in the period."),
        note=words.gettext("The day is that on which it became known, or on which a date of a text was reached."),
    )


def earlier_section(released: Implementation, report: DailyReport, words: Words) -> Section:
    """What an earlier issue of the same report said otherwise."""
    now = {state.stipulation: state.state for state in released.states}
    lines = []
    for name, was in released.otherwise:
        became = words.gettext("{was} → {now}").format(
            was=state_words(was, words), now=state_words(now.get(name, ""), words)
        )
        facts = fact(
            report,
            clauses=[name],
            state_before=was or "not_released",
            state=now.get(name) or "not_released",
            state_words=became,
        )
        lines.append(SectionLine(number=None, cells=(name, became), facts=facts))
    return Section(
        name="earlier_states",
        heading=words.gettext("What revision {revision} of this report said otherwise").format(
            revision=words.number(released.earlier_revision)
        ),
        columns=(words.gettext("Clause"), words.gettext("Then → now")),
        widths=(0.5, 5),
        lines=tuple(lines),
    )


def readings_section(released: Implementation, report: DailyReport, words: Words) -> Section:
    """What each bound party says that a part of a clause means, and what it comes to; beside each other."""
    lines = []
    for state in released.states:
        for reading in state.readings:
            who = party_name(reading.by, report.watch, words)
            says = isolated(words.name(reading.says, otherwise="")) if reading.says else ""
            comes = comes_to(reading, report, words)
            known_on = reading.known_at.astimezone(report.watch.zone).date() if reading.known_at else None
            lines.append(
                SectionLine(
                    number=None,
                    cells=(
                        state.stipulation,
                        who,
                        says or words.gettext("No reading of its own is on record; here as the clause stands."),
                        comes,
                        source_words(reading.source, known_on, words),
                    ),
                    facts=fact(
                        report,
                        clauses=[state.stipulation],
                        giver=who,
                        text=says,
                        state=reading.state or "not_released",
                        state_words=comes,
                        **range_facts(reading.due),
                        known=known_on.isoformat() if known_on else None,
                        cited=printable(reading.source),
                    ),
                    simulated=report.watch.settings.simulated,
                )
            )
    return Section(
        name="readings",
        heading=words.gettext("Readings beside each other"),
        columns=(
            words.gettext("Clause"),
            words.gettext("Who reads it so"),
            words.gettext("How it is read"),
            words.gettext("What it comes to, read so"),
            words.gettext("Source and day"),
        ),
        widths=(0.5, 1, 2.6, 1.8, 2),
        lines=tuple(lines),
        empty=words.gettext("No reading by a bound party was on record."),
        note=words.gettext("Each reading is its speaker's; none is preferred here.") if lines else "",
    )


def claims_section(released: Implementation, report: DailyReport, words: Words) -> Section:
    """What parties and bodies state of how a part of a clause stands, each with its speaker."""
    lines = []
    for state in released.states:
        for claim in state.claims:
            who, word = party_name(claim.by, report.watch, words), state_named(claim.state, words)
            says = isolated(words.name(claim.says, otherwise="")) if claim.says else ""
            stated = (
                words.gettext("{state}, since {day}").format(state=word, day=words.short_day(claim.since))
                if claim.since
                else word
            )
            known_on = claim.known_at.astimezone(report.watch.zone).date()
            lines.append(
                SectionLine(
                    number=None,
                    cells=(state.stipulation, who, stated, says or "–", source_words(claim.source, known_on, words)),
                    facts=fact(
                        report,
                        clauses=[state.stipulation],
                        giver=who,
                        state=claim.state,
                        state_words=stated,
                        text=says,
                        start=claim.since.isoformat() if claim.since else None,
                        known=known_on.isoformat(),
                        cited=printable(claim.source),
                    ),
                    simulated=report.watch.settings.simulated,
                )
            )
    notes = [words.gettext("Each line is its speaker's own; nobody here has checked it.")] if lines else []
    if not report.recipient.text:
        notes.append(words.gettext("Told here are claims on file, or whose source is public."))
    return Section(
        name="claims",
        heading=words.gettext("What parties and bodies state of it"),
        columns=(
            words.gettext("Clause"),
            words.gettext("Who says so"),
            words.gettext("What they state"),
            words.gettext("Their words, or ours of them"),
            words.gettext("Source and day"),
        ),
        widths=(0.5, 1, 1.3, 2.6, 2),
        lines=tuple(lines),
        empty=words.gettext("No claim that can be told here was on record."),
        note=" ".join(notes),
    )


def next_section(released: Implementation, report: DailyReport, words: Words) -> Section:
    """What falls due in as many days after the period as it has."""
    last = report.day_until + (report.day_until - report.day_from) - timedelta(days=1)
    zone = report.watch.zone
    opens, closes = day_of(report.day_until, zone).start, day_of(last, zone).end
    lines = []
    for state in released.states:
        if state.due is None or state.state not in _OPEN:
            continue
        if state.due.range.latest <= opens or state.due.range.earliest > closes:
            continue
        what, due, stands = (
            what_asked(state, report, words),
            due_words(state, report, words),
            state_words(state.state, words),
        )
        facts = fact(
            report,
            clauses=[state.stipulation],
            what_words=what,
            **due_facts(state.due),
            state=state.state or "not_released",
            state_words=stands,
        )
        lines.append(
            SectionLine(
                number=None,
                cells=(state.stipulation, what, due, stands),
                facts=facts,
                simulated=report.watch.settings.simulated,
            )
        )
    return Section(
        name="due_next",
        heading=words.gettext("Due in the period that follows: {start} to {end}").format(
            start=words.short_day(report.day_until), end=words.short_day(last)
        ),
        columns=(
            words.gettext("Clause"),
            words.gettext("What it asks"),
            words.gettext("Due"),
            words.gettext("State"),
        ),
        widths=(0.5, 3, 1.6, 1.6),
        lines=tuple(lines),
        empty=words.gettext("Nothing of which the day is told here falls due in it."),
    )


KIND = Kind(
    name="implementation",
    title=Term("report", "Implementation of the agreement"),
    parts=frozenset(),
    is_whole=False,
    is_of_clauses=True,
    selects=lambda incident: False,
    head_words=head_words,
    title_words=title_words,
    quiet_words=quiet_words,
    sections=sections,
)
