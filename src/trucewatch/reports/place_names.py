"""What a report says of its places' names: each place with its id, by which rule it is named, and that neither names
nor boundaries are a statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trucewatch.locale import Words, mark
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import printable
from trucewatch.model.names import OUR_OWN, UNITED_NATIONS, PlaceRow
from trucewatch.model.naming import INSTRUMENT, SIDE, STANDARDISED, label, lines_by_user, numbers_of
from trucewatch.model.watch import Watch
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.released_geometry import zones_of_report

DISCLAIMER: Final = mark(
    "Boundaries and names on this map are no statement on the status of any territory or on any boundary."
)


_NOT_DRAWN: Final = mark(
    "The line of contact is not drawn: it was drawn by hand, and not every delegation has entered it."
)


def map_words(watch: Watch, words: Words) -> str:
    """What stands under every map: that it is no statement, and that a line is held back where one is."""
    line = watch.zone_with(watch.settings.line)
    is_held_back = line is not None and line.geometry.is_empty
    return " ".join(words.gettext(text) for text in (DISCLAIMER, *([_NOT_DRAWN] if is_held_back else [])))


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One row of the table of names as a report shows it: number, ids, names."""

    number: int
    ids: tuple[str, ...]
    lines: tuple[str, ...]
    """All names in one line; those of a road or corridor each in its own, with who uses it."""
    code: str


def naming_words(report: DailyReport, words: Words) -> str:
    """By which rule places are named; empty for a watch without a table of names."""
    policy = report.watch.policy
    if not policy:
        return ""
    if policy == INSTRUMENT:
        return words.gettext(
            "Names are those of the instrument's copies in this language. A place that these do not name bears all the "
            "names of its row in the watch's table, in alphabetical order."
        )
    if policy.startswith(SIDE):
        return words.gettext(
            "Names are those that {party} uses. A place that it has no name for bears all the names of its row in the "
            "watch's table, in alphabetical order."
        ).format(party=party_name(policy.removeprefix(SIDE), report.watch, words))
    if policy == STANDARDISED:
        return words.gettext(
            "Names are those filed with the United Nations Group of Experts on Geographical Names, other names in "
            "brackets. A place without one bears all the names of its row in the watch's table, in alphabetical order."
        )
    return words.gettext("A place bears all the names of its row in the watch's table, in alphabetical order.")


def named_places(report: DailyReport, words: Words) -> list[NamedPlace]:
    """The places of this copy that have a row: its towns on the map and its zones, in the order of their numbers. None
    of a report on clauses, which has no map."""
    table = report.watch.naming
    if table is None or report.implementation is not None:
        return []
    west, south, east, north = report.watch.settings.area
    here = {zone.id: zone.kind for zone in zones_of_report(report)}
    here |= {
        town.id: "town"
        for town in report.watch.basemap.towns
        if west <= town.lon <= east and south <= town.lat <= north
    }
    numbers = numbers_of(report.watch)
    places = []
    for row in table.place:
        ids = tuple(place_id for place_id in row.ids if place_id in here)
        if ids:
            is_road = any(here[place_id] == "corridor" for place_id in ids)
            code = words.gettext("{code}, of {owner}").format(code=row.pcode, owner=row.pcode_of) if row.pcode else ""
            places.append(
                NamedPlace(numbers[row.id], ids, name_lines(row, report, words, apart=is_road), printable(code))
            )
    return sorted(places, key=lambda place: place.number)


def name_lines(row: PlaceRow, report: DailyReport, words: Words, *, apart: bool) -> tuple[str, ...]:
    """The label of a place in one line; with `apart` each name in its own line, with who uses it."""
    watch = report.watch
    day = report.cut_off.astimezone(watch.zone).date()
    if not apart:
        return (printable(label(row, watch.policy, words.language, day, watch.agreement).text),)
    lines = lines_by_user(row, watch.policy, words.language, day, watch.agreement)
    if len(lines) == 1:
        return (printable(lines[0][1]),)
    return tuple(
        printable(
            words.gettext("{who}: {name}").format(
                who=words.listed([_user_words(user, report, words) for user in users]), name=name
            )
        )
        for users, name in lines
    )


def _user_words(user: str, report: DailyReport, words: Words) -> str:
    agreement = report.watch.agreement
    named = {body.id: body.names for body in agreement.body} | {part.id: part.names for part in agreement.instrument}
    if user in named:
        return words.name(named[user], otherwise=user)
    if user == UNITED_NATIONS:
        return words.gettext("United Nations")
    if user == OUR_OWN:
        return words.gettext("this watch")
    return party_name(user, report.watch, words)
