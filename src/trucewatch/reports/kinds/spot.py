"""The spot report: one event, as it stands; what each giver says, what is not known, what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from trucewatch.locale import Words, capitalised
from trucewatch.locale.reasons import party_name, speakers_named
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Term
from trucewatch.model.count_claims import read_count_claim
from trucewatch.model.watch import Watch
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.grave_words import dated
from trucewatch.reports.kinds import OF_SOME, Kind
from trucewatch.reports.outcome_told import finding_told, outcome_told
from trucewatch.reports.people_words import giver_words, statement_words
from trucewatch.reports.phrases import (
    claim_words,
    counters_words,
    distance_words,
    is_claimed_alone,
    means_words,
    obligation_sentence,
    where_words,
)
from trucewatch.reports.released import THEATRE, ReleasedIncident
from trucewatch.reports.section import Section, SectionLine
from trucewatch.reports.verification_told import asked_section

OF_FIRE: Final = ("explosion", "projectile", "muzzle_flash", "burst", "shot")
"""Kinds of which it is a question whether fire went out or came in."""


def head_words(report: DailyReport, words: Words) -> str:
    return words.pgettext("report", "Spot report")


def title_words(report: DailyReport, words: Words) -> str:
    """`Explosions: 2.1 km NE of Town, 10 May 2031, 14:02–14:07`"""
    if not report.rows:
        return words.gettext("This event is no longer listed")
    incident = report.rows[0].incident
    template = words.gettext("{what}: {where}, {when}")
    if incident.simulated:
        template = words.gettext("{what}, simulated: {where}, {when}")
    return template.format(
        what=kind_word(incident.kind, words),
        where=where_words(incident, report, words),
        when=dated(incident, report, words),
    )


def quiet_words(report: DailyReport, words: Words) -> str:
    if report.rows:
        return ""
    return words.gettext(
        "It was merged into another record, withdrawn, or is held back now. What an earlier revision of this report "
        "said of it stands under Corrections."
    )


def sections(report: DailyReport, words: Words) -> tuple[Section, ...]:
    if not report.rows:
        return ()
    return (
        said_section(report.rows[0], report, words),
        assessed_section(report.rows[0], report, words),
        not_known_section(report.rows[0], report, words),
        asked_section(report, words),
    )


def said_section(row: Row, report: DailyReport, words: Words) -> Section:
    """What each giver says of it, giver by giver."""
    return Section(
        name="said",
        heading=words.gettext("What each says"),
        columns=(words.gettext("Who says so"), words.gettext("What")),
        lines=tuple(
            SectionLine(
                number=None,
                cells=(giver, what),
                facts={
                    "no": row.number,
                    "id": row.incident.incident_id,
                    "giver": giver,
                    "what_words": what,
                    "simulated": row.incident.simulated,
                },
                simulated=row.incident.simulated,
            )
            for giver, what in _statements(row.incident, report, words)
        ),
        empty=words.gettext("No giver is told."),
        note=words.gettext("Each says its own; nothing is added up, and no word of one is put for another's."),
    )


def _statements(incident: ReleasedIncident, report: DailyReport, words: Words) -> Iterator[tuple[str, str]]:
    watch = report.watch
    if means := means_words(incident, words):
        counted = counters_words(incident.count_by, words)
        number = words.gettext("counted by {who}").format(who=counted) if counted else ""
        yield words.gettext("Means on record"), "; ".join(part for part in (means, number) if part)
    is_alone = is_claimed_alone(incident)
    for who in incident.claimed_by:
        reports = words.gettext("reports it; nobody else does here") if is_alone else words.gettext("reports it")
        yield party_name(who, watch, words), reports
    for claim in incident.count_claims:
        yield words.gettext("How many"), claim_words(read_count_claim(claim), watch, words)
    for statement in incident.people:
        figures = statement_words(statement, words)
        if not figures:
            continue
        checked = words.gettext("seen or recorded") if statement.is_checked else words.gettext("not checked")
        day = words.short_day(statement.day) if statement.day else ""
        giver = giver_words(statement, watch, words) or words.gettext("giver not on record")
        yield giver, "; ".join(part for part in (figures, day, checked) if part)
    if incident.text:
        yield _whose_words(incident, watch, words), printable(speakers_named(incident.text, watch, words))


def _whose_words(incident: ReleasedIncident, watch: Watch, words: Words) -> str:
    """How the words of an incident are headed: those of whoever keeps a list are nobody's own."""
    if "event_list" not in incident.means:
        return words.gettext("In their own words")
    if len(incident.means) > 1 or any(source.publisher for source in watch.settings.source):
        return words.gettext("What it says")  # a release does not tell from which source a text is
    return capitalised(words.gettext("as the list puts it"), words.language)


def assessed_section(row: Row, report: DailyReport, words: Words) -> Section:
    """Each clause that speaks of it, with the assessment or the word for why none is said, and the reason."""
    incident = row.incident
    lines = [
        SectionLine(
            number=None,
            cells=(
                finding.stipulation,
                finding_told(finding, report, words),
                obligation_sentence(finding, report, words),
            ),
            simulated=incident.simulated,
        )
        for finding in incident.findings
    ]
    return Section(
        name="assessed",
        heading=words.gettext("Assessment"),
        columns=(words.gettext("Clause"), words.gettext("Assessment"), words.gettext("Reason")),
        lines=tuple(lines),
        empty=words.gettext("Of the whole event: {outcome}.").format(outcome=outcome_told(incident, report, words)),
    )


def not_known_section(row: Row, report: DailyReport, words: Words) -> Section:
    return Section(
        name="not_known",
        heading=words.gettext("What is not known, or not told here"),
        lines=tuple(
            SectionLine(
                number=None,
                cells=(sentence,),
                facts={
                    "no": row.number,
                    "id": row.incident.incident_id,
                    "state_words": sentence,
                    "simulated": row.incident.simulated,
                },
            )
            for sentence in _not_known(row.incident, report, words)
        ),
    )


def _not_known(incident: ReleasedIncident, report: DailyReport, words: Words) -> Iterator[str]:
    if incident.place == THEATRE:
        yield words.gettext("Where it was: not known, or not told here.")
    elif incident.ellipse is not None and incident.ellipse.semi_major_m == incident.ellipse.semi_minor_m:
        yield words.gettext("Where it was within the 95% circle: radius {radius}.").format(
            radius=distance_words(incident.ellipse.semi_major_m, words)
        )
    elif incident.ellipse is not None:
        ellipse = incident.ellipse
        yield words.gettext(
            "Where it was within the 95% ellipse: half axes {major} and {minor}, the long one {azimuth}° from "
            "true north."
        ).format(
            major=distance_words(ellipse.semi_major_m, words),
            minor=distance_words(ellipse.semi_minor_m, words),
            azimuth=words.number(ellipse.azimuth_deg),
        )
    elif incident.cell_m:
        yield words.gettext("Where in the cell of {size} km it was: not told here.").format(
            size=words.number(incident.cell_m / 1000)
        )
    elif incident.lon is None:
        yield words.gettext("Where in the zone it was: not known, or not told here.")
    else:
        yield words.gettext("How far off the place may be: not stated.")
    if incident.time_precision == "day":
        yield words.gettext("At what hour it was: not told here.")
    if incident.count_min is incident.count_best is incident.count_max is None and not incident.count_claims:
        yield words.gettext("How many: no number is told here.")
    if incident.kind in OF_FIRE and incident.aspect in ("", "undetermined"):
        yield words.gettext("Whether fire went out or came in: not determined.")
    if not incident.people:
        yield words.gettext("Whether anybody was killed or injured: no number is told here.")
    if incident.happened is None:
        yield words.gettext("How probable it is that it happened: not weighed, or not told here.")
    yield words.gettext("Whose act it was: this report puts it to nobody, and none of its lines decides it.")


KIND = Kind(
    name="spot",
    title=Term("report", "Spot report"),
    parts=OF_SOME | {"found"},
    is_whole=False,
    is_of_one=True,
    days=1,
    selects=lambda incident: True,
    head_words=head_words,
    title_words=title_words,
    quiet_words=quiet_words,
    sections=sections,
)
