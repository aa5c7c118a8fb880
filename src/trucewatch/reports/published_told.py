"""What a party itself published → as a report cites it: giver, publisher, day, and its words as they were published.

The rules of a recipient withhold what we add, not public words: these go to everyone after the delay, whatever the
smallest count. Each is taken from one row alone, so that no count, place or line of the report follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.report import PublishedWords
from trucewatch.model.watch import Recipient
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.released import ReleasedWords


@dataclass(frozen=True, slots=True)
class WordsTold:
    """One statement as a format shows it."""

    head: str
    text: str
    simulated: bool


def released_words(
    published: Iterable[PublishedWords], recipient: Recipient, *, as_of: datetime, zone: tzinfo
) -> tuple[ReleasedWords, ...]:
    """Those that a recipient may have at a cut-off, in order of publication."""
    delay = timedelta(hours=recipient.delay_hours)
    return tuple(
        ReleasedWords(
            party=words.party,
            publisher=words.publisher,
            day=words.known_at.astimezone(zone).date(),
            text=words.text,
            simulated=words.simulated,
        )
        for words in published
        if words.kind not in recipient.withheld_kinds
        and words.aspect not in recipient.withheld_aspects
        and words.known_at + delay <= as_of
    )


def published_told(report: DailyReport, words: Words, *, most: int | None = None) -> list[WordsTold]:
    """`Upper Valley, published by Ministry X on 11 Dec 2020`, and the words; of the first `most`, if it is given."""
    return [
        WordsTold(
            words.gettext("{giver}, published by {publisher} on {day}").format(
                giver=party_name(published.party, report.watch, words),
                publisher=printable(published.publisher),
                day=words.short_day(published.day),
            ),
            isolated(published.text),
            published.simulated,
        )
        for published in report.published[:most]
    ]
