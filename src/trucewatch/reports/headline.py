"""The title that is the finding, the period in words, and the texts for days without a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta

from trucewatch.locale import Words, capitalised
from trucewatch.model.party_release import is_fine, is_of_parties
from trucewatch.model.times import day_of, zone_label
from trucewatch.reports.daily_report import DailyReport, Tally
from trucewatch.reports.kinds import KINDS
from trucewatch.reports.length_words import length_words
from trucewatch.reports.released import WITHHELD


def period_words(report: DailyReport, words: Words) -> str:
    """`11 December 2020`, or the first and the last day, and how long that is."""
    return _with_length(report, words, words.day, words.gettext("{start} to {end}"))


def short_period(report: DailyReport, words: Words) -> str:
    """`11 Dec 2020`, `11 Dec 2020 – 12 Dec 2020 (48 hours)`"""
    return _with_length(report, words, words.short_day, words.gettext("{start} – {end}"))


def _with_length(report: DailyReport, words: Words, day_words: Callable[[date], str], template: str) -> str:
    last = report.day_until - timedelta(days=1)
    period, length = day_words(report.day_from), length_words(report, words)
    if last != report.day_from:
        period = template.format(start=period, end=day_words(last))
    return words.gettext("{period} ({length})").format(period=period, length=length) if length else period


def title_words(report: DailyReport, words: Words) -> str:
    """The title that is the finding, as the report's kind says it."""
    return KINDS[report.kind].title_words(report, words)


def counted_title(report: DailyReport, words: Words) -> str:
    """`Fourteen incidents recorded; five inconsistent with the agreement`. Simulated ones are never counted in."""
    tally, simulated = (report.real, False) if report.real.recorded else (report.simulated, True)
    if not tally.recorded:
        if not report.is_complete:
            return words.gettext("Nothing released yet for {period}").format(period=period_words(report, words))
        if report.withholds:
            return words.gettext("No incident to be shown for {period}").format(period=period_words(report, words))
        return words.gettext("No incident recorded: {period}").format(period=period_words(report, words))
    number = words.spelled(tally.recorded)
    if simulated:
        first = words.ngettext(
            "{number} simulated incident recorded", "{number} simulated incidents recorded", tally.recorded
        )
    else:
        first = words.ngettext("{number} incident recorded", "{number} incidents recorded", tally.recorded)
    first = first.format(number=number)
    if length := length_words(report, words):
        first = words.gettext("{counted} in {length}").format(counted=first, length=length)
    return words.gettext("{first}; {second}").format(
        first=capitalised(first, words.language), second=_inconsistent(report, tally, words)
    )


def _inconsistent(report: DailyReport, tally: Tally, words: Words) -> str:
    """How many are inconsistent, of those of which an assessment is said; the others are told beside it."""
    inconsistent, untold = tally.of("inconsistent"), tally.of(WITHHELD) > 0 or report.withholds
    if inconsistent:
        template = words.ngettext(
            "{number} inconsistent with the agreement", "{number} inconsistent with the agreement", inconsistent
        )
        if untold:
            template = words.ngettext(
                "at least {number} inconsistent with the agreement",
                "at least {number} inconsistent with the agreement",
                inconsistent,
            )
        return template.format(number=words.spelled(inconsistent))
    if tally.of(WITHHELD) == tally.recorded:
        return words.gettext("no assessment can be shown")
    if untold:
        return words.gettext("none can be shown to be inconsistent with the agreement")
    if tally.holds and not tally.of("consistent"):
        return words.gettext("no assessment is possible so far")
    return words.gettext("none found inconsistent with the agreement")


def quiet_words(report: DailyReport, words: Words) -> str:
    """What an empty list says, and what it does not say, by the report's kind; empty if there are lines."""
    return KINDS[report.kind].quiet_words(report, words)


def quiet_period(report: DailyReport, words: Words) -> str:
    """The same of a report on all incidents of its days."""
    if report.rows:
        return ""
    period = period_words(report, words)
    if not report.is_complete:
        return words.gettext(
            "{period} is not released to this recipient before {moment}. This says nothing about quiet."
        ).format(period=period, moment=words.moment(report.complete_from, report.watch.zone))
    if report.fewer_than:
        return words.gettext(
            "No incident of {period} can be shown: on each day there were none, or fewer than {number}. "
            "What could have been seen is not computed yet, so this says nothing about quiet."
        ).format(period=period, number=words.number(report.fewer_than))
    if report.withholds:
        return words.gettext(
            "No incident of {period} can be shown; what this recipient is not told is left out. "
            "What could have been seen is not computed yet, so this says nothing about quiet."
        ).format(period=period)
    return words.gettext(
        "No incident was recorded on {period}. What could have been seen is not computed yet, "
        "so this says nothing about quiet."
    ).format(period=period)


def quiet_of_some(report: DailyReport, words: Words, *, withheld: str, nothing: str) -> str:
    """The same of a report on some incidents: that the period is not released yet, that something may be withheld, or
    that nothing is on record. Empty if there are lines."""
    if report.rows:
        return ""
    if not report.is_complete:
        return words.gettext(
            "{period} is not released to this recipient before {moment}. This says nothing about quiet."
        ).format(period=period_words(report, words), moment=words.moment(report.complete_from, report.watch.zone))
    return (withheld if report.withholds else nothing).format(period=period_words(report, words))


def limits_words(report: DailyReport, words: Words) -> list[str]:
    """What the numbers leave out by the rule of this recipient; the same words whatever the day held."""
    sentences = []
    if not report.is_complete and report.rows:
        sentences.append(
            words.gettext("This period is not released in full yet; it will be on {moment}.").format(
                moment=words.moment(report.complete_from, report.watch.zone)
            )
        )
    if report.fewer_than:
        sentences.append(
            words.gettext(
                "Where a zone had fewer than {number} incidents on a day, their place is withheld. "
                "On any day fewer than {number} more may be withheld altogether."
            ).format(number=words.number(report.fewer_than))
        )
    if is_of_parties(report.recipient, report.watch.agreement):
        if is_fine(report.recipient):
            sentences.append(
                words.gettext(
                    "Until it is a day old, an incident is told in a cell of 5 km and by the quarter of an hour."
                )
            )
        sentences.append(words.gettext("Where fire came from is told by its zone, and no finer."))
    if report.recipient.withheld_kinds or report.recipient.withheld_aspects:
        sentences.append(words.gettext("Some kinds of record are not released to this recipient."))
    if report.has_barred_source:
        sentences.append(
            words.gettext("What a source may not pass on by its licence is in no report, whoever it goes to.")
        )
    return sentences


def simulated_words(report: DailyReport, words: Words) -> str:
    """What is simulated in the report, as the hatched strip says it; empty if nothing is."""
    if report.watch.settings.simulated:
        return words.gettext("Simulated: the places, parties and records of this watch are invented")
    if report.simulated.recorded and report.real.recorded:
        return words.gettext("Some records are simulated; each is marked, and they are counted apart")
    return words.gettext("Simulated records") if report.simulated.recorded else ""


def times_words(report: DailyReport, words: Words) -> str:
    """Period and cut-off in the watch's zone and in UTC."""
    zone = report.watch.zone
    start = day_of(report.day_from, zone).start
    end = day_of(report.day_until - timedelta(days=1), zone).end
    return words.gettext(
        "{period}, {start} to {end} ({zone}) = {start_utc} to {end_utc}. Cut-off {cut_off} = {cut_off_utc}."
    ).format(
        period=short_period(report, words),
        start=words.time(start, zone),
        end=words.gettext("24:00") if words.time(end, zone) == "00:00" else words.time(end, zone),
        zone=zone_labels(report, words),
        start_utc=words.moment(start, UTC),
        end_utc=words.moment(end, UTC),
        cut_off=words.moment(report.cut_off, zone),
        cut_off_utc=words.moment(report.cut_off, UTC),
    )


def zone_labels(report: DailyReport, words: Words) -> str:
    """`UTC+4`; both labels where the clocks change in the period."""
    zone = report.watch.zone
    start = day_of(report.day_from, zone).start
    end = day_of(report.day_until - timedelta(days=1), zone).end
    first, last = zone_label(start, zone), zone_label(end, zone)
    return first if first == last else words.gettext("{first}, then {last}").format(first=first, last=last)


def rule_words(report: DailyReport, words: Words) -> str:
    """The counting rule, named beside every count."""
    rule = report.watch.settings.association
    if rule.rule == "likelihood":
        return words.gettext("rule: one event where reports agree within their own errors, on the day it began")
    return words.gettext("rule: one event within {radius} km and {gap} h, on the day it began").format(
        radius=words.number(rule.radius_m / 1000), gap=words.number(rule.gap_hours)
    )


def release_words(report: DailyReport, words: Words) -> str:
    """The recipient's rule in words, for the foot of every page."""
    recipient = report.recipient
    name = words.name(recipient.names, otherwise=recipient.id)
    delay = (
        words.gettext("delay {hours} h").format(hours=words.number(recipient.delay_hours))
        if recipient.delay_hours
        else words.gettext("no delay")
    )
    if recipient.place == "zone":
        places = words.gettext("places by zone")
    elif recipient.place == "cell":
        places = words.gettext("places in cells of {size} km").format(
            size=words.number(max(recipient.cell_m, 1000) / 1000)
        )
    else:
        places = words.gettext("places as located")
    times = {
        "day": words.gettext("times by the day"),
        "hour": words.gettext("times by the hour"),
        "quarter": words.gettext("times by the quarter of an hour"),
        "minute": words.gettext("times to the minute"),
    }[recipient.time]
    return words.gettext("Release: {name}; {delay}; {places}; {times}. No places of observers or sensors.").format(
        name=name, delay=delay, places=places, times=times
    )
