"""The links of a watch, and what opening one would change → what a terminal shows, in plain sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape

from trucewatch.locale import words
from trucewatch.locale.sanitize import printable
from trucewatch.model.link_days import period_words
from trucewatch.model.link_names import link_title, names_of_whom, node_labels
from trucewatch.model.link_statements import NOT_KNOWN, STATUS_WORDS, StatusStatement
from trucewatch.model.link_status import LinkStatus, Passing, said_on
from trucewatch.model.links import Link, Network
from trucewatch.model.names import name_in
from trucewatch.model.naming import CONSOLE, called
from trucewatch.model.openings import Interval, Journey, LinkLength, LinkTime, Opening, StillNeeded, Stretch
from trucewatch.model.times import iso_utc, zone_label
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_opening import MOST_OPENED
from trucewatch.terminal.inventory import plural
from trucewatch.terminal.output import cut

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.pipeline.link_columns import StatusColumns

_NARROWEST: Final = 80
_WHY: Final = {
    "sources_differ": "sources differ",
    "nobody_says": "nobody says",
    "no_longer_said": "what was said has ended",
    "day_unsure": "the day is not sure",
    "travellers_not_named": "of whom is not said",
}
_WORKS: Final = {
    "none_needed": "no works needed",
    "needed": "works needed",
    "announced": "works announced",
    "under_way": "works under way",
    "finished": "works finished",
}
_ARROWS: Final[Mapping[str, str]] = {"forward": "→", "backward": "←"}
_BY_MODE: Final = {"any": "by road or rail", "road": "by road", "rail": "by rail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What is looked at: a network on a day, by what was known at a moment. entered: its rows that were entered by
    hand, whose words and sources stay on the console's pages."""

    watch: Watch
    network: Network
    day: date
    known_by: datetime
    entered: Sequence[Any] = ()
    folder: str = "WATCH"
    """The watch's folder as it was typed, for commands that are shown."""

    @property
    def places(self) -> Mapping[str, str]:
        """What each node is called, by the console's policy, in English."""
        return node_labels(called(self.watch, CONSOLE, self.known_by), self.network.nodes, "en", self.day)

    def is_typed(self, row: Any) -> bool:
        return any(row is each for each in self.entered)

    @property
    def titles(self) -> Mapping[str, str]:
        """What each link is called, without its clauses: `Road Yeraskh – Julfa`."""
        places, english = self.places, words("en")
        return {
            link.id: link_title(self.watch, replace(link, clauses=()), english, network=self.network, labels=places)
            for link in self.network.links
        }

    def whose(self, row: Any) -> str:
        """Who states it: a party, body or state by its name, else its source."""
        if row.by:
            return self.name(row.by)
        return "a source that was entered by hand" if self.is_typed(row) else str(row.source)

    def name(self, who: str) -> str:
        """A party, body or state by its name; its id where it has none."""
        return name_in(names_of_whom(self.watch, self.network.states, who) or {}, "en", otherwise=who)

    def names(self, several: Iterable[str]) -> str:
        return ", ".join(sorted(map(self.name, several)))

    def heading(self) -> str:
        label = zone_label(self.known_by, self.watch.zone)
        moment = f"{self.known_by.astimezone(self.watch.zone):%Y-%m-%d %H:%M} {label}"
        return f"As of {self.day}, by what was known at {moment}. Approximate."

    @property
    def simulated(self) -> str:
        return "Simulated: this watch is invented. " if self.watch.settings.simulated else ""


def show_links(out: Console, view: LinkView, columns: StatusColumns) -> None:
    """`trucewatch links`: one a line, each word beside the others where they differ, and the sum."""
    _say(out, f"{view.simulated}{view.heading()} A status is a claim of its source.")
    links = view.network.links
    if not links:
        _say(out, "This watch has no links. They are drawn in links.geojson; docs/watch-folder.md says how.")
        return
    titles, width = view.titles, max(out.width, _NARROWEST)
    for link in links:
        room = width - len(link.id) - 3
        out.print(escape(printable(f"{cut(titles[link.id], room).rstrip()} ({link.id})")))
        for line in _status_lines(view, columns, link):
            _say(out, line, 2)
    inside = sum(link.is_inside_only for link in links)
    only = f", {inside} of them inside only" if inside else ""
    _say(out, f"{plural(len(links), 'link')}{only}. What opening one would change: --from A --to B --open LINK")


def _status_lines(view: LinkView, columns: StatusColumns, link: Link) -> list[str]:
    """How it stands, a line for both directions where they stand alike, with each word that stands."""
    passings: tuple[Passing, ...] = ("forward",) if link.one_way else ("forward", "backward")
    statuses = [columns.status(link.id, view.day, view.known_by, passing=passing) for passing in passings]
    if len(statuses) == 2 and statuses[0] == statuses[1]:
        return _status_words(view, statuses[0])
    lines = []
    for passing, status in zip(passings, statuses, strict=True):
        first, *others = _status_words(view, status)
        lines += [f"{_ARROWS[passing]} {first}" if len(statuses) > 1 else first, *others]
    return lines


def _status_words(view: LinkView, status: LinkStatus) -> list[str]:
    """`closed, since 1992-05-18: Armenia; last said 2020-01-01`; where it is not known, why, and each word."""
    if status.status != NOT_KNOWN:
        by_since: dict[str, list[str]] = {}
        for row in status.statements:
            by_since.setdefault(_since(row), []).append(view.whose(row))
        latest = max(said_on(row, view.watch.zone) for row in status.statements)
        parts = [f"{since}: {', '.join(whose)}" for since, whose in by_since.items()]
        return [f"{STATUS_WORDS[status.status]}, {'; '.join(parts)}; last said {latest}"]
    own = [
        f"  {view.whose(row)}: {STATUS_WORDS[row.status]}, {_since(row)}, said {said_on(row, view.watch.zone)}"
        for row in status.statements
    ]
    return [f"{STATUS_WORDS[NOT_KNOWN]}: {_WHY[status.why]}", *own]


def _since(row: StatusStatement) -> str:
    if row.since is None:
        return "since when is not stated"
    until = f", until {row.until}" if row.until else ""
    period = period_words(row.since, row.since_latest) if row.since_latest else None
    if period is not None:
        return f"since {period}{until}"
    if row.since_latest:
        return f"since a day from {row.since} to {row.since_latest}{until}"
    return f"since {row.since}{until}"


def show_opening(out: Console, view: LinkView, answer: Opening) -> None:
    """What opening links would change, side by side in the same words, and what it rests on."""
    places, titles = view.places, view.titles
    opened = " and ".join(f"{titles.get(link, link)} ({link})" for link in answer.opened)
    from_, to = places.get(answer.from_, answer.from_), places.get(answer.to, answer.to)
    were = "were" if len(answer.opened) > 1 else "was"
    _say(out, f"{view.simulated}From {from_} to {to} {_BY_MODE[answer.mode]}, if {opened} {were} open.")
    clauses = "clauses" if len(answer.clauses) > 1 else "clause"
    counted = f" Counted by this watch to {clauses} {', '.join(answer.clauses)}." if answer.clauses else ""
    _say(out, f"{view.heading()} Inside only.{counted}")
    for side in answer.sides:
        out.print()
        _say(out, f"For travellers of {view.name(side.side)}:")
        _say_journey(out, view, "before", side.before, side.unknown_before)
        if side.after is not None and side.after == side.before and side.unknown_after == side.unknown_before:
            _say(out, "after: the same.", 2)
            continue
        _say_journey(out, view, "after", side.after, side.unknown_after)
        if side.before is None and side.after is not None:
            _say(out, "There would be a way where none is on record.", 2)
        if side.after is None and answer.through is not None:
            _say(out, "That alone is not enough: further links on the way are not open, as told below.", 2)
        if side.saves is not None and side.km_less is not None:
            _say(out, f"Saves {minutes_words(side.saves)}. {_detour(side.km_less)}", 2)
    _say_stretches(out, view, answer)
    out.print()
    _say_through(out, view, answer, titles)
    _say(out, "Still needed:" if answer.still_needed else "Nothing more is stated to be needed.")
    for each in answer.still_needed:
        _say_needed(out, view, each, titles)
    typed = {row.source for row in view.entered}
    sources = [source for source in answer.sources if source not in typed]
    if answer.whose or answer.sources:
        out.print()
        _say(out, "Figures and statuses rest on what these state:")
    if answer.whose:
        _say(out, f"{view.names(answer.whose)}.", 2)
    for source in sources:
        _say(out, f"{source}.", 2)
    if len(sources) < len(answer.sources):
        _say(out, "Sources that were entered by hand; the console's pages have them.", 2)


def _say_through(out: Console, view: LinkView, answer: Opening, titles: Mapping[str, str]) -> None:
    """The way that the opening is meant for, what it would take as a whole, and how to ask for all that it needs."""
    if answer.through is None or answer.whole is None:
        _say(out, "The network has no way between the two that passes what would be open.")
        return
    _say(out, "The way that passes what would be open:")
    for each in answer.through:
        _say(out, f"{titles[each.link]} ({each.link})", 2)
    _say(out, f"If everything on it could be passed: {', '.join(_journey_figures(answer.whole))}.")
    together = tuple(dict.fromkeys((*answer.opened, *answer.not_open)))
    if answer.is_enough or len(together) == len(answer.opened):
        return
    if len(together) > MOST_OPENED:
        _say(out, f"{len(answer.not_open)} links of it are not open; a question opens at most {MOST_OPENED}.")
        return
    mode = "" if answer.mode == "any" else f" --mode {answer.mode}"
    opens = " ".join(f"--open {link}" for link in together)
    _say(out, f"Ask the same with all {len(answer.not_open)} of its links open that are not:")
    command = f"trucewatch links {quote(view.folder)} --from {answer.from_} --to {answer.to}{mode} {opens}"
    out.print(escape(printable(f"  {command} --as-of {answer.day} --known-by {iso_utc(answer.known_by)}")))


def _say_journey(out: Console, view: LinkView, when: str, journey: Journey | None, at_best: float | None) -> None:
    perhaps = "" if at_best is None else f" If links of which it is not known could be passed: {_at_best(at_best)}."
    if journey is None:
        _say(out, f"{when}: no way on record of which every link can be passed.{perhaps}", 2)
        return
    way = ", ".join(stretch.link for stretch in journey.stretches)
    _say(out, f"{when}: {', '.join(_journey_figures(journey))}; over {way}.{perhaps}", 2)


def _journey_figures(journey: Journey) -> list[str]:
    parts = [minutes_words(journey.minutes), _km(journey.km)]
    if journey.border.most:
        parts.append(f"of it {minutes_words(journey.border)} at borders")
    if journey.gauge_changes:
        parts.append(plural(journey.gauge_changes, "change") + " of gauge")
    if journey.transfers:
        parts.append(plural(journey.transfers, "change") + " between rail and road")
    return parts


def _say_stretches(out: Console, view: LinkView, answer: Opening) -> None:
    """Once for each link of all the ways: what its figures rest on, and whose claim that is."""
    stretches: dict[str, Stretch] = {}
    for side in answer.sides:
        for journey in (side.before, side.after):
            for stretch in journey.stretches if journey else ():
                stretches.setdefault(stretch.link, stretch)
    for stretch in answer.through or ():
        stretches.setdefault(stretch.link, stretch)
    if stretches:
        out.print()
        _say(out, "What the figures rest on:")
    for stretch in stretches.values():
        _say(out, f"{stretch.link}: {_length_words(view, stretch.length)}; {_time_words(view, stretch.time)}.", 2)


def _say_needed(out: Console, view: LinkView, each: StillNeeded, titles: Mapping[str, str]) -> None:
    sign = " (asked)" if each.is_asked else ""
    first, *others = _status_words(view, each.status)
    _say(out, f"{titles[each.link]} ({each.link}){sign}: {first}.", 2)
    for line in others:
        _say(out, f"{line.strip()}.", 6)
    for works in each.works:
        days = "".join(f", {word} {day}" for word, day in (("since", works.since), ("due", works.due)) if day)
        _say(out, f"{view.whose(works)}: {_WORKS[works.state]}{days}.", 6)
    for need in each.needs:
        what = "a decision" if view.is_typed(need) or not need.what else name_in(need.what, "en")
        who = f" by {view.names(need.who)}" if need.who else ""
        clause = f" (clause {', '.join(need.clauses)})" if need.clauses else ""
        _say(out, f"{view.whose(need)}: to be decided{who}: {what}{clause}.", 6)


def _length_words(view: LinkView, length: LinkLength) -> str:
    if length.worked_out_from == "straight_line":
        words = f"{_km(length.km)}, from the straight line and what this watch assumes, since no length is stated"
    else:
        words = f"{_km(length.km)} ({_claims(view, ((f'{row.km:g}', row) for row in length.stated))})"
    if length.below:
        below = _claims(view, ((f"{row.km:g}", row) for row in length.below))
        words += f", not counted with, since shorter than the straight line: {below}"
    return words


def _time_words(view: LinkView, time: LinkTime) -> str:
    border = " at the border" if time.is_border else ""
    words = f"{minutes_words(time.minutes)}{border}"
    if time.worked_out_from == "stated":
        figures = ((minutes_words(Interval(least=row.least, most=row.most)), row) for row in time.stated)
        return f"{words} ({_claims(view, figures)})"
    assumed = "from its length and this watch's speeds" if not time.is_border else "as this watch assumes"
    return f"{words}, {assumed}"


def _claims(view: LinkView, figures: Iterable[tuple[str, Any]]) -> str:
    return ", ".join(f"{figure}: {view.whose(row)}" for figure, row in figures)


def minutes_words(interval: Interval) -> str:
    """`40 to 95 min`, `3 h 20 min to 9 h`; one figure where both are the same.

    >>> minutes_words(Interval(least=40, most=95)), minutes_words(Interval(least=200, most=540))
    ('40 to 95 min', '3 h 20 min to 9 h')
    """
    least, most = round(interval.least), round(interval.most)
    if least == most:
        return _hours(most)
    return f"{least} to {most} min" if most < 120 else f"{_hours(least)} to {_hours(most)}"


def _hours(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def _at_best(minutes: float) -> str:
    return f"{_hours(round(minutes))} at best"


def _km(interval: Interval) -> str:
    least, most = (f"{round(each, 1):g}" for each in (interval.least, interval.most))
    return f"{most} km" if least == most else f"{least} to {most} km"


def _detour(less: Interval) -> str:
    """How much shorter the way is, or may be."""
    if less.least >= 0:
        return f"The way before is {_km(less)} longer."
    if less.most <= 0:
        return f"The way before is {_km(Interval(least=-less.most, most=-less.least))} shorter."
    return f"The way before is up to {less.most:.1f} km longer, or up to {-less.least:.1f} km shorter."


def _say(out: Console, text: str, indent: int = 0) -> None:
    """A sentence; in a terminal folded under itself, piped one line."""
    folded = textwrap.wrap(printable(text), max(out.width - indent - 3, 20)) if out.is_terminal else [printable(text)]
    for number, line in enumerate(folded):
        out.print(escape(" " * (indent + 2 * (number > 0 and indent > 0)) + line))
