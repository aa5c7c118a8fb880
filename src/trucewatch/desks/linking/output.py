"""The links of a watch, and what opening one would change → what a terminal shows, in plain sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape

from trucewatch.locale.sanitize import printable
from trucewatch.model.link_names import node_labels
from trucewatch.model.link_statements import NOT_KNOWN, STATUS_WORDS, StatusStatement
from trucewatch.model.link_status import LinkStatus, Passing, said_on
from trucewatch.model.links import KIND_WORDS, Link, Network
from trucewatch.model.names import name_in
from trucewatch.model.naming import CONSOLE, called
from trucewatch.model.openings import Interval, Journey, LinkLength, LinkTime, Opening, StillNeeded, Stretch
from trucewatch.model.times import zone_label
from trucewatch.model.watch import Watch
from trucewatch.terminal.output import cut, plural

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.pipeline.link_columns import StatusColumns

_NARROWEST: Final = 80
_LONGEST_ID: Final = 24
_STATUS_WIDTH: Final = 13
_SINCE_WIDTH: Final = 15
_SHORT: Final = {
    "never_built": "never built",
    "destroyed": "destroyed",
    "closed": "closed",
    "restricted": "restricted",
    "open": "open",
    NOT_KNOWN: "not known",
}
"""Statuses in a column; `STATUS_WORDS` say them in a sentence."""
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

    @property
    def places(self) -> Mapping[str, str]:
        """What each node is called, by the console's policy, in English."""
        return node_labels(called(self.watch, CONSOLE, self.known_by), self.network.nodes, "en", self.day)

    def is_typed(self, row: Any) -> bool:
        return any(row is each for each in self.entered)

    def whose(self, row: Any) -> str:
        """Who states it: a party or body by its id, else its source."""
        return row.by or ("a source that was entered by hand" if self.is_typed(row) else row.source)

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
    width = max(out.width, _NARROWEST)
    id_width = min(max(len(link.id) for link in links), _LONGEST_ID)
    kind_width = max(len(str(KIND_WORDS[link.kind])) for link in links)
    by_width = width - id_width - kind_width - _STATUS_WIDTH - _SINCE_WIDTH - 8
    head = f"{'link':<{id_width}}  {'kind':<{kind_width}}  {'status':<{_STATUS_WIDTH}}  {'since':<{_SINCE_WIDTH}}  by"
    out.print(f"[dim]{head}[/]")
    for link in links:
        beside = f"{link.id:<{id_width}}  {KIND_WORDS[link.kind]!s:<{kind_width}}"
        if len(link.id) > id_width:
            out.print(escape(printable(link.id)))
            beside = " " * id_width + beside[len(link.id) :]
        for cells in _status_cells(view, columns, link):
            if cells.note:
                out.print(escape(f"{beside}  {cells.status:<{_STATUS_WIDTH}}  {cells.note}"))
            else:
                by = cut(printable(", ".join(cells.by)), by_width).rstrip()
                out.print(escape(f"{beside}  {cells.status:<{_STATUS_WIDTH}}  {cells.since:<{_SINCE_WIDTH}}  {by}"))
            beside = " " * (id_width + kind_width + 2)
            if cells.latest:
                out.print(escape(f"{beside}  {'':<{_STATUS_WIDTH}}  {cells.latest}"))
    inside = sum(link.is_inside_only for link in links)
    only = f", {inside} of them inside only" if inside else ""
    _say(out, f"{plural(len(links), 'link')}{only}. What opening one would change: --from A --to B --open LINK")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """One line of the table: a status with its first day and whose word it is, or why it is not known (`note`)."""

    status: str
    since: str = ""
    latest: str = ""
    by: tuple[str, ...] = ()
    note: str = ""


def _status_cells(view: LinkView, columns: StatusColumns, link: Link) -> list[_Cells]:
    passings: tuple[Passing, ...] = ("forward",) if link.one_way else ("forward", "backward")
    statuses = [columns.status(link.id, view.day, view.known_by, passing=passing) for passing in passings]
    if len(statuses) == 2 and statuses[0] == statuses[1]:
        return _cells_of(view, statuses[0], "")
    signs = [f"{_ARROWS[passing]} " for passing in passings]
    return [cells for sign, status in zip(signs, statuses, strict=True) for cells in _cells_of(view, status, sign)]


def _cells_of(view: LinkView, status: LinkStatus, sign: str) -> list[_Cells]:
    whose: dict[tuple[str, str, str], list[str]] = {}
    for row in status.statements:
        since = str(row.since or f"said {said_on(row, view.watch.zone)}")
        latest = f"to {row.since_latest}" if row.since_latest else ""
        ended = f"{_SHORT[row.status]}, ended" if status.why == "no_longer_said" else _SHORT[row.status]
        whose.setdefault((ended, since, latest), []).append(view.whose(row))
    own = [_Cells(status=key[0], since=key[1], latest=key[2], by=tuple(by)) for key, by in whose.items()]
    if status.status == NOT_KNOWN:
        why = _Cells(status=f"{sign}{_SHORT[NOT_KNOWN]}", note=_WHY[status.why])
        return [why, *(replace(cells, status=f"  {cells.status}") for cells in own)]
    return [replace(cells, status=f"{sign}{cells.status}") for cells in own]


def _status_words(view: LinkView, status: LinkStatus) -> list[str]:
    """`closed, since 1992-05-18: AM, AZ`; where it is not known, why, and each word that stands."""
    if status.status != NOT_KNOWN:
        by_since: dict[str, list[str]] = {}
        for row in status.statements:
            by_since.setdefault(_since(view, row), []).append(view.whose(row))
        parts = [f"{since}: {', '.join(whose)}" for since, whose in by_since.items()]
        return [f"{STATUS_WORDS[status.status]}, {'; '.join(parts)}"]
    own = [f"  {STATUS_WORDS[row.status]}, {_since(view, row)}: {view.whose(row)}" for row in status.statements]
    return [f"{STATUS_WORDS[NOT_KNOWN]}: {_WHY[status.why]}", *own]


def _since(view: LinkView, row: StatusStatement) -> str:
    if row.since is None:
        return f"since: not stated, said {said_on(row, view.watch.zone)}"
    until = f", until {row.until}" if row.until else ""
    if row.since_latest:
        return f"since a day from {row.since} to {row.since_latest}{until}"
    return f"since {row.since}{until}"


def show_opening(out: Console, view: LinkView, answer: Opening) -> None:
    """What opening links would change, side by side in the same words, and what it rests on."""
    places = view.places
    opened = " and ".join(answer.opened)
    from_, to = places.get(answer.from_, answer.from_), places.get(answer.to, answer.to)
    were = "were" if len(answer.opened) > 1 else "was"
    _say(out, f"{view.simulated}From {from_} to {to} {_BY_MODE[answer.mode]}, if {opened} {were} open.")
    clauses = "clauses" if len(answer.clauses) > 1 else "clause"
    counted = f" Counted by this watch to {clauses} {', '.join(answer.clauses)}." if answer.clauses else ""
    _say(out, f"{view.heading()} Inside only.{counted}")
    for side in answer.sides:
        names = view.watch.names_by_id.get(side.side, {})
        out.print()
        _say(out, f"For travellers of {name_in(names, 'en', otherwise=side.side)}:")
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
    if answer.through is None:
        _say(out, "The network has no way between the two that passes what would be open.")
    else:
        _say(out, f"The way that passes what would be open: {', '.join(each.link for each in answer.through)}.")
    _say(out, "Still needed:" if answer.still_needed else "Nothing more is stated to be needed.")
    for each in answer.still_needed:
        _say_needed(out, view, each)
    if answer.whose:
        whose = ", ".join(answer.whose)
        _say(out, f"Parties and bodies whose statements it rests on: {whose}. The rest is of the sources named above.")


def _say_journey(out: Console, view: LinkView, when: str, journey: Journey | None, at_best: float | None) -> None:
    perhaps = "" if at_best is None else f" If links of which it is not known could be passed: {_at_best(at_best)}."
    if journey is None:
        _say(out, f"{when}: no way on record of which every link can be passed.{perhaps}", 2)
        return
    parts = [minutes_words(journey.minutes), _km(journey.km)]
    if journey.border.most:
        parts.append(f"of it {minutes_words(journey.border)} at borders")
    if journey.gauge_changes:
        parts.append(plural(journey.gauge_changes, "change") + " of gauge")
    if journey.transfers:
        parts.append(plural(journey.transfers, "change") + " between rail and road")
    way = ", ".join(stretch.link for stretch in journey.stretches)
    _say(out, f"{when}: {', '.join(parts)}; over {way}.{perhaps}", 2)


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


def _say_needed(out: Console, view: LinkView, each: StillNeeded) -> None:
    sign = " (asked)" if each.is_asked else ""
    first, *others = _status_words(view, each.status)
    _say(out, f"{each.link}{sign}: {first}.", 2)
    for line in others:
        _say(out, f"{line.strip()}.", 6)
    for works in each.works:
        days = "".join(f", {word} {day}" for word, day in (("since", works.since), ("due", works.due)) if day)
        _say(out, f"{_WORKS[works.state]}{days}, says {view.whose(works)}.", 6)
    for need in each.needs:
        what = "a decision" if view.is_typed(need) or not need.what else name_in(need.what, "en")
        who = f", by {', '.join(need.who)}" if need.who else ""
        clause = f", clause {', '.join(need.clauses)}" if need.clauses else ""
        _say(out, f"to be decided{who}: {what}{clause}; says {view.whose(need)}.", 6)


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
