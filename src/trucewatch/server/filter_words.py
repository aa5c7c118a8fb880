"""What is chosen on a page of incidents, each in words and with the view without it: chips, and what hides the rest."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import held_back_word, held_word, kind_word, means_word, outcome_word
from trucewatch.reports.period_words import period_span
from trucewatch.server.filters import Chosen
from trucewatch.server.formatting import Telling
from trucewatch.server.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """One value of one filter, in words, and the view without it."""

    label: str
    without: Chosen


def chosen_filters(snapshot: Snapshot, chosen: Chosen, telling: Telling) -> list[ChosenFilter]:
    """All that narrows a view, in the order of the filters."""
    words = telling.words
    zones = {zone.id: words.name(zone.names, otherwise=zone.id) for zone in snapshot.watch.zones}
    named: list[ChosenFilter] = []

    def add(name: str, label: str, value: str = "") -> None:
        left = (
            tuple(each for each in getattr(chosen, name) if each != value) if value else type(getattr(chosen, name))()
        )
        named.append(ChosenFilter(label, chosen.changed(**{name: left})))

    for value in chosen.outcome:
        add("outcome", held_back_word(words) if value == "undetermined" else outcome_word(value, words), value)
    for value in chosen.reason:
        add("reason", held_word(value, words), value)
    for value in chosen.kind:
        add("kind", words.gettext("kind: {kind}").format(kind=kind_word(value, words)), value)
    for value in chosen.zone:
        add("zone", words.gettext("zone: {zone}").format(zone=printable(zones.get(value, value))), value)
    for value in chosen.means:
        add("means", words.gettext("means: {means}").format(means=means_word(value, words)), value)
    if chosen.grave:
        add("grave", words.gettext("grave events"))
    if chosen.sim:
        add("sim", words.gettext("real only") if chosen.sim == "hide" else words.gettext("simulated only"))
    if chosen.period in snapshot.periods:
        span = period_span(snapshot.periods[chosen.period], telling.zone, words)
        add("period", words.gettext("period: {period}").format(period=span))
    if chosen.place:
        add("place", words.gettext("place: {place}").format(place=printable(chosen.place)))
    for name, moment, template in (
        ("begin", chosen.begin, words.gettext("from {moment}")),
        ("until", chosen.until, words.gettext("until {moment}")),
    ):
        if moment is not None:
            named.append(ChosenFilter(template.format(moment=telling.moment(moment)), chosen.changed(**{name: None})))
    return named


def hidden_words(snapshot: Snapshot, chosen: Chosen, telling: Telling, hidden: int, *others: str) -> str:
    """`82 hidden by: kind: Burst; zone: North`; empty where nothing is hidden. others: filters of the page's own."""
    labels = [*(each.label for each in chosen_filters(snapshot, chosen, telling)), *others]
    if not hidden or not labels:
        return ""
    words = telling.words
    template = words.ngettext("{number} hidden by: {filters}", "{number} hidden by: {filters}", hidden)
    return template.format(number=words.number(hidden), filters=words.gettext("; ").join(labels))
