"""A period of dense reports → the words that page, list and report share."""

from __future__ import annotations

from datetime import tzinfo

from trucewatch.locale import Words
from trucewatch.locale.terms import figure_words
from trucewatch.model.period import Period
from trucewatch.reports.phrases import span_words
from trucewatch.reports.released import ReleasedPeriod


def counted_words(incidents: int, events_min: int, events_max: int, words: Words) -> str:
    """`412 incidents listed; by their probabilities 310 to 380 of them were events (95%)`"""
    listed = words.ngettext(
        "{number} incident listed; by their probabilities {events} of them were events (95%)",
        "{number} incidents listed; by their probabilities {events} of them were events (95%)",
        incidents,
    )
    return listed.format(number=words.number(incidents), events=figure_words(events_min, None, events_max, words))


def period_span(period: Period, zone: tzinfo, words: Words) -> str:
    """`1 May, 03:05–05:50`"""
    day = words.bare_day(period.begin.astimezone(zone).date())
    time = span_words(period.begin, period.end, "", zone, words, opens_with_day=False)
    return words.gettext("{day}, {time}").format(day=day, time=time)


def period_words(period: Period, zone: tzinfo, words: Words) -> str:
    """`1 May, 03:05–05:50: 412 incidents listed; by their probabilities 310 to 380 of them were events (95%); 390 rest
    on “acoustic” alone`"""
    parts = [counted_words(period.incidents, period.events_min, period.events_max, words)]
    if period.rounds_max is not None:
        rounds = figure_words(period.rounds_min, None, period.rounds_max, words)
        parts.append(words.gettext("by their counts {figure} rounds and items").format(figure=rounds))
    if period.source:
        alone = words.ngettext(
            "{number} rests on “{source}” alone", "{number} rest on “{source}” alone", period.by_source
        )
        parts.append(alone.format(number=words.number(period.by_source), source=period.source))
    return words.gettext("{span}: {counts}").format(span=period_span(period, zone, words), counts="; ".join(parts))


def released_words(period: ReleasedPeriod, zone: tzinfo, words: Words) -> str:
    """`03:05–05:50: 412 incidents listed; by their probabilities 310 to 380 of them were events (95%).`"""
    counts = counted_words(len(period.incident_ids), period.events_min, period.events_max, words)
    span = span_words(period.start, period.end, "minute", zone, words)
    return words.gettext("{span}: {counts}.").format(span=span, counts=counts)
