"""How long a report's period is, as it is told: two days are 48 hours and no day; a day on which the clocks change has
23 or 25."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo
from typing import Final

from trucewatch.locale import Words
from trucewatch.model.times import day_of
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.kinds import KINDS

DAY_HOURS: Final = 24
MOST_IN_HOURS: Final = 4
"""A period of more days than this is told in days; in hours too where the clocks change in it."""


def hours_of(first: date, until: date, zone: tzinfo) -> float:
    """The true length of the local days `[first, until)`, hours."""
    return (day_of(until - timedelta(days=1), zone).end - day_of(first, zone).start).total_seconds() / 3600


def length_of(first: date, until: date, zone: tzinfo, words: Words) -> str:
    """`48 hours`, `14 days`, `14 days, 337 hours`; empty for a day of 24 hours."""
    days, hours = (until - first).days, hours_of(first, until, zone)
    if days == 1 and hours == DAY_HOURS:
        return ""
    # A zone that shifts by half an hour gives a fraction, which takes the plural.
    whole = int(hours) if hours == int(hours) else 5
    in_hours = words.ngettext("{number} hour", "{number} hours", whole).format(number=words.number(hours))
    if days <= MOST_IN_HOURS:
        return in_hours
    in_days = words.ngettext("{number} day", "{number} days", days).format(number=words.number(days))
    if hours == days * DAY_HOURS:
        return in_days
    return words.gettext("{days}, {hours}").format(days=in_days, hours=in_hours)


def length_words(report: DailyReport, words: Words) -> str:
    """The length of a report's period; empty for a day of 24 hours."""
    return length_of(report.day_from, report.day_until, report.watch.zone, words)


def against_words(report: DailyReport, words: Words) -> str:
    """What the period is held against: `against the day before`, `against the 48 hours before`; both lengths where
    they differ."""
    zone, first = report.watch.zone, report.day_from - (report.day_until - report.day_from)
    now, before = length_words(report, words), length_of(first, report.day_from, zone, words)
    if not now and not before:
        return words.gettext("against the day before")
    if hours_of(first, report.day_from, zone) == hours_of(report.day_from, report.day_until, zone):
        return words.gettext("against the {length} before").format(length=before)
    day = words.ngettext("{number} hour", "{number} hours", DAY_HOURS).format(number=words.number(DAY_HOURS))
    return words.gettext("{length}, against the {before} before").format(length=now or day, before=before or day)


def kind_words(report: DailyReport, words: Words) -> str:
    """What the report is called at the head of its pages, by its kind."""
    return KINDS[report.kind].head_words(report, words)


def period_kind_words(report: DailyReport, words: Words) -> str:
    """The same of a report on one day or several."""
    if (report.day_until - report.day_from).days == 1:
        return words.gettext("Daily report")
    return words.gettext("Report on {length}").format(length=length_words(report, words))
