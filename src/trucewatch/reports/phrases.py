"""Facts of an incident → the words that page, map, tables and the console share: what, how many, where, when, by which
clause.

Each speaks of a released incident or of the record itself: what a recipient may not have is already gone from the one,
and is told of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from math import sqrt
from typing import Final

from trucewatch.geo.describe import describe_place
from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name, reason_sentence, zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import (
    aspect_word,
    compass_word,
    counted_kind,
    figure_words,
    kind_of_number,
    means_word,
    qualified,
    unit_word,
)
from trucewatch.model.count_claims import OF_THE_CENTRE, CountClaim, read_count_claim
from trucewatch.model.incident import Incident, ReasonSentences
from trucewatch.model.rounding import two_figures
from trucewatch.model.times import read_time, zone_label
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Zone
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.people_words import people_words
from trucewatch.reports.released import ReleasedCounter, ReleasedFinding, ReleasedIncident
from trucewatch.reports.released_view import ReleasedView

FROM_KM: Final = 10_000
"""Lengths of so many metres and more are told in kilometres."""


def kind_words(kind: str, aspect: str, low: int | None, best: int | None, high: int | None, words: Words) -> str:
    """`Explosions, 3 to 5 (impact)`"""
    what = counted_kind(kind, low, best, high, words)
    if aspect in ("", "undetermined"):
        return what
    return words.gettext("{what} ({aspect})").format(what=what, aspect=aspect_word(aspect, words))


def what_words(incident: Incident | ReleasedIncident, watch: Watch, words: Words) -> str:
    """`Explosions, 3 to 5 (impact; 2 devices; Lower Valley says 21); 2 killed according to Lower Valley`"""
    what = number_words(incident, watch, words)
    people = people_words(incident.people, watch, words)
    return words.gettext("{what}; {people}").format(what=what, people=people) if people else what


def number_words(incident: Incident | ReleasedIncident, watch: Watch, words: Words) -> str:
    """What and how many, each number with who gives it: that of devices first, then each claim.

    Where all who give a number say one, none is printed: the title is the kind.
    """
    claims = [read_count_claim(text) for text in incident.count_claims]
    counts = incident.count_min, incident.count_best, incident.count_max
    limits = [claim.limits for claim in claims]
    if all(limit == (1, 1) for limit in limits) and set(counts) <= {1, None}:
        return kind_words(incident.kind, incident.aspect, *counts, words)
    if counts == (None, None, None):
        most = max(high or low or 1 for low, high in limits)
        what = kind_of_number(incident.kind, most, words)
    elif set(counts) == {1}:
        what = words.gettext("{kind}, {number}").format(
            kind=counted_kind(incident.kind, *counts, words), number=words.number(1)
        )
    else:
        what = counted_kind(incident.kind, *counts, words)
    notes = [] if incident.aspect in ("", "undetermined") else [aspect_word(incident.aspect, words)]
    if who := counters_words(incident.count_by, words):
        notes.append(who)
    # All in one pair of brackets: what follows a title is often another number.
    notes += [claim_words(claim, watch, words) for claim in claims]
    return words.gettext("{what} ({aspect})").format(what=what, aspect="; ".join(notes)) if notes else what


def counters_words(count_by: Sequence[str], words: Words) -> str:
    """`2 devices and 1 patrol`, `devices of the centre`; empty where nobody is named. A reader who may not know how
    many is told none."""
    numbers = {"device": 0, "patrol": 0}
    means = [text.partition(" ") for text in count_by if text != OF_THE_CENTRE]
    for name, _, number in means:
        numbers["patrol" if name == "patrol" else "device"] += int(number or 0)
    if not means:
        return ""
    are = {"patrol" if name == "patrol" else "device" for name, _, _ in means}
    if not all(number for _, _, number in means):
        parts = [words.gettext("devices")] if "device" in are else []
        parts += [words.gettext("patrols")] if "patrol" in are else []
    else:
        devices, patrols = numbers["device"], numbers["patrol"]
        parts = []
        if devices:
            parts.append(
                words.ngettext("{number} device", "{number} devices", devices).format(number=words.number(devices))
            )
        if patrols:
            parts.append(
                words.ngettext("{number} patrol", "{number} patrols", patrols).format(number=words.number(patrols))
            )
    who = words.listed(parts)
    return words.gettext("{who} of the centre").format(who=who) if OF_THE_CENTRE in count_by else who


def claim_words(claim: CountClaim, watch: Watch, words: Words) -> str:
    """`Lower Valley says 21`, `public reports say 5 to 9`: a number with its giver, in no more words than that."""
    low, high = claim.limits
    number = figure_words(low, None, high, words)
    match claim.giver:
        case ":public":
            return words.gettext("public reports say {number}").format(number=number)
        case ":event_list":
            return words.gettext("an event list says {number}").format(number=number)
        case ":party":
            return words.gettext("a party says {number}").format(number=number)
        case ":devices":
            return words.gettext("other devices say {number}").format(number=number)
    if claim.giver.startswith(":"):
        giver = means_word(claim.giver[1:], words)
        return words.gettext("according to {giver}: {number}").format(giver=giver, number=number)
    givers = claim.giver.split("; ")
    names = words.listed([party_name(who, watch, words) for who in givers])
    bodies = {body.id for body in watch.settings.delegation} | {body.id for body in watch.agreement.party}
    if not bodies.issuperset(givers):
        return words.gettext("according to {giver}: {number}").format(giver=names, number=number)
    if len(givers) > 1:
        return words.gettext("{giver} say {number}").format(giver=names, number=number)
    return words.gettext("{giver} says {number}").format(giver=names, number=number)


def where_words(
    incident: ReleasedIncident, release: DailyReport | ReleasedView, words: Words, *, beside: bool = False
) -> str:
    """`2.1 km ± 420 m NE of Town`, `in the area of Town`, `East`, `5 km N of Town (cell of 5 km)`. beside: whether its
    ± stands beside it, in a column of its own."""
    told_apart = release.recipient.smallest_count <= 1 and release.recipient.place == "exact"
    return place_words(
        incident.place,
        incident.cell_m,
        release.watch,
        words,
        told_apart=told_apart,
        radius_m=incident.radius_m,
        beside=beside,
    )


def place_words(
    code: str,
    cell_m: float | None,
    watch: Watch,
    words: Words,
    *,
    told_apart: bool,
    radius_m: float | None = None,
    beside: bool = False,
) -> str:
    """A released place code in words. told_apart: whether the recipient is told every place that is known; radius_m:
    how far off a point may be, with 95 %."""
    form, _, rest = code.partition(":")
    if form == "zone":
        return zone_name(rest, watch, words)
    if form in ("cell", "point"):
        lon, lat = (float(part) for part in rest.split(","))
        if form == "point":
            return point_words(lon, lat, watch, words, radius_m=radius_m, digits=1, beside=beside)
        # From its middle a cell reaches as far as its corners; its size stands beside the words.
        reach_m = cell_m / sqrt(2) if cell_m else None
        where = point_words(lon, lat, watch, words, radius_m=reach_m, beside=True)
        if cell_m:
            return words.gettext("{where} (cell of {size} km)").format(where=where, size=words.number(cell_m / 1000))
        return words.gettext("{where} (cell)").format(where=where)
    return words.gettext("no place given") if told_apart else words.gettext("place withheld or not known")


def point_words(
    lon: float,
    lat: float,
    watch: Watch,
    words: Words,
    *,
    radius_m: float | None = None,
    digits: int = 0,
    beside: bool = False,
) -> str:
    """`2.1 km ± 420 m NE of Town`, `at Town`; `in the area of Town` where the place may be farther off than the town
    is; degrees where no town of the watch is near.

    radius_m: how far off the place may be, with 95 %, None where nobody states it; beside: whether that stands beside
    the words anyway.
    """
    nearest = describe_place(lon, lat, watch.basemap.towns)
    if nearest is None or nearest.distance_m > 200_000:
        return words.gettext("{lat}°, {lon}°").format(lat=words.fixed(lat, 3), lon=words.fixed(lon, 3))
    town = printable(words.name(nearest.town.names, otherwise=nearest.town.id))
    # As it is told: the console knows it more exactly than a recipient, and both say the same.
    radius_m = None if radius_m is None else two_figures(radius_m)
    if radius_m is not None and radius_m > nearest.distance_m:
        return words.gettext("in the area of {town}").format(town=town)
    if nearest.distance_m < 500:
        return words.gettext("at {town}").format(town=town)
    if radius_m is not None and radius_m >= FROM_KM:
        digits = 0
    distance = words.fixed(nearest.distance_m / 1000, digits)
    compass = compass_word(nearest.compass16, words)
    if radius_m is None or beside:
        return words.gettext("{distance} km {compass} of {town}").format(distance=distance, compass=compass, town=town)
    return words.gettext("{distance} km ± {radius} {compass} of {town}").format(
        distance=distance, radius=spread_words(radius_m, words), compass=compass, town=town
    )


def spread_words(metres: float, words: Words) -> str:
    """A ± beside kilometres, to two figures: `420 m`, `1.2 km`, `12 km`."""
    rounded = two_figures(metres)
    if 1000 <= rounded < FROM_KM:
        return words.gettext("{distance} km").format(distance=words.fixed(rounded / 1000, 1))
    return distance_words(rounded, words)


def line_spread_m(line: Zone | None, radius_m: float | None) -> int:
    """How far off a distance to the line of contact may be, metres to two figures: the place (`radius_m`, with 95 %)
    and the line as it is drawn may be off together."""
    return two_figures((line.accuracy_m if line else 0.0) + (radius_m or 0.0))


def when_words(incident: ReleasedIncident, watch: Watch, words: Words) -> str:
    """`14:02–14:07`, `14:00–15:00`, `11 Dec`; with the day where it is not one day."""
    return span_words(incident.start, incident.end, incident.time_precision, watch.zone, words)


def told_when(incident: ReleasedIncident, report: DailyReport, words: Words) -> str:
    """The same as a line of a report has it: with its day where the report is of several."""
    when = when_words(incident, report.watch, words)
    is_of_one_day = (report.day_until - report.day_from).days == 1
    if (
        is_of_one_day
        or incident.time_precision == "day"
        or incident.start.astimezone(report.watch.zone).date() != (incident.end.astimezone(report.watch.zone).date())
    ):
        return when
    return words.gettext("{day}, {time}").format(day=words.bare_day(incident.day), time=when)


def span_words(
    start: datetime, end: datetime, precision: str, zone: tzinfo, words: Words, *, opens_with_day: bool = True
) -> str:
    """A span of time in a zone. `opens_with_day`: whether one that is not of one day begins with its first, too."""
    if precision == "day" or is_whole_days(start, end, zone):
        return days_words(start, end, zone, words, words.bare_day)
    first, last = start.astimezone(zone), end.astimezone(zone)
    opening, closing = time_told(first, zone, words), time_told(last, zone, words)
    # The hour before midnight ends on the next day, and is still one hour of its own.
    if first.date() == last.date() or (precision == "hour" and last - first == timedelta(hours=1)):
        return opening if opening == closing else f"{opening}–{closing}"
    dated = words.gettext("{day}, {time}")
    if opens_with_day:
        opening = dated.format(day=words.bare_day(first.date()), time=opening)
    closing = dated.format(day=words.bare_day(last.date()), time=closing)
    return words.gettext("{start} – {end}").format(start=opening, end=closing)


def time_told(moment: datetime, zone: tzinfo, words: Words) -> str:
    """`14:02`; with the zone's offset where the clocks showed this time twice, on the day they were put back."""
    local = moment.astimezone(zone)
    clock = words.time(local, zone)
    if local.replace(fold=1 - local.fold).utcoffset() == local.utcoffset():
        return clock
    return words.gettext("{time} ({zone})").format(time=clock, zone=zone_label(local, zone))


def is_whole_days(start: datetime, end: datetime, zone: tzinfo) -> bool:
    """Whether a span is whole local days: it is known to the day and no finer."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    return first.time() == last.time() == time.min and first < last


def days_words(start: datetime, end: datetime, zone: tzinfo, words: Words, day_word: Callable[[date], str]) -> str:
    """The first and the last local day of a span, as `day_word` says each; one where they are the same."""
    first = start.astimezone(zone).date()
    last = (
        max(start, end - timedelta(microseconds=1)).astimezone(zone).date()
    )  # an end at midnight is of the day before
    if first == last:
        return day_word(first)
    return words.gettext("{start} – {end}").format(start=day_word(first), end=day_word(last))


def time_code_words(code: str, precision: str, watch: Watch, words: Words) -> str:
    """The time of an issued row, as it is kept, in words. Raises TimeError for a text that is no time."""
    start, _, end = code.partition("/")
    first = read_time(start)
    return span_words(first, read_time(end) if end else first, precision, watch.zone, words)


def clauses_of(incident: ReleasedIncident) -> list[str]:
    """The clauses that give the outcome; none if none applies."""
    if incident.outcome in ("not_applicable", "withheld"):
        return []
    return [finding.stipulation for finding in incident.findings if finding.outcome == incident.outcome]


def reasons_of(incident: ReleasedIncident, sentences: ReasonSentences, watch: Watch, words: Words) -> list[str]:
    """The sentences behind the outcome, the worst first; those of clauses that do not apply only if nothing else
    speaks."""
    telling = [finding for finding in incident.findings if finding.outcome == incident.outcome]
    return [reason_sentence(finding, sentences, watch, words) for finding in telling]


def means_words(incident: ReleasedIncident, words: Words) -> str:
    return words.listed([means_word(means, words) for means in incident.means])


def is_claimed_alone(incident: ReleasedIncident) -> bool:
    """Whether one claimant speaks for it and nobody else; a list beside other words may be of somebody who is not named
    here."""
    is_listed_too = "event_list" in incident.means and len(set(incident.means)) > 1
    return incident.claims_only and len(incident.claimed_by) == 1 and not is_listed_too


def claimed_words(incident: ReleasedIncident, watch: Watch, words: Words) -> str:
    return words.listed([party_name(who, watch, words) for who in incident.claimed_by])


def distance_words(metres: float, words: Words) -> str:
    """A length that was rounded, in its unit: `420 m`, `4,200 m`, `12 km`."""
    if metres >= FROM_KM:
        return words.gettext("{distance} km").format(distance=words.number(metres / 1000))
    return words.gettext("{metres} m").format(metres=words.number(metres))


def counter_value(counter: ReleasedCounter, words: Words) -> str:
    """`more than 26,000 people`"""
    value = qualified(words.number(counter.value), counter.qualifier, words)
    unit = printable(unit_word(counter.unit, words))
    return words.gettext("{value} {unit}").format(value=value, unit=unit) if unit else value


def obligation_sentence(finding: ReleasedFinding, report: DailyReport, words: Words) -> str:
    return reason_sentence(finding, report.reason_sentences, report.watch, words)


def runs(numbers: Iterable[int]) -> list[tuple[str, int]]:
    """`1–3`, `7`: the numbers in order, each run of three or more in one text, and the number that each begins with."""
    grouped: list[list[int]] = []
    for number in sorted(numbers):
        if grouped and number == grouped[-1][-1] + 1:
            grouped[-1].append(number)
        else:
            grouped.append([number])
    texts: list[tuple[str, int]] = []
    for run in grouped:
        texts += [(f"{run[0]}–{run[-1]}", run[0])] if len(run) > 2 else [(str(number), number) for number in run]
    return texts


def led_runs(numbers: Iterable[int], rows_shown: Collection[int]) -> list[tuple[str, int]]:
    """The same, each run with the first of its numbers whose row is on the page; 0 where none is."""
    ordered = sorted(numbers)
    led, at = [], 0
    for text, first in runs(ordered):
        last = int(text.rpartition("–")[2])
        length = last - first + 1
        run, at = ordered[at : at + length], at + length
        led.append((text, next((number for number in run if number in rows_shown), 0)))
    return led


def ranges(numbers: Iterable[int]) -> str:
    """`1–3, 7`"""
    return ", ".join(text for text, _ in runs(numbers))


def short_code(code: str) -> str:
    """The first ten characters after the letter: enough to look a record up, short enough to read out."""
    return code[:12]
