"""How far two incidents lie from each other, with the error of both places, and how long; and what the rule of
association says of them being one event."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, radians, sin, sqrt
from typing import TYPE_CHECKING, Final

from trucewatch.geo.frame import wgs84
from trucewatch.locale import Words
from trucewatch.locale.terms import kind_word
from trucewatch.model.incident import Incident
from trucewatch.model.rounding import two_figures
from trucewatch.server.formatting import Telling

if TYPE_CHECKING:
    from trucewatch.fusion.pair_evidence import Pairing

_SIGMAS_OF_ONE: Final = 1.959964
"""One dimension's 95 %: one sigma × 1.96."""
_SMALLEST_RATIO: Final = 1e-6
"""A likelihood ratio below this is told as that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What lies between two incidents. metres: between their places, error_m its 95 % (±), None where a place is not
    known; seconds: from the end of the earlier to the start of the later, 0 where they meet."""

    metres: float | None
    error_m: float | None
    seconds: float


def gap_between(first: Incident, second: Incident) -> Gap:
    """How far apart two incidents are in place and time."""
    latest_start = max(first.occurred_start, second.occurred_start)
    earliest_end = min(first.occurred_end, second.occurred_end)
    seconds = max((latest_start - earliest_end).total_seconds(), 0.0)
    places = [(each.lon, each.lat) for each in (first, second)]
    (lon, lat), (other_lon, other_lat) = places
    if lon is None or lat is None or other_lon is None or other_lat is None:
        return Gap(metres=None, error_m=None, seconds=seconds)
    azimuth, _, metres = wgs84().inv(lon, lat, other_lon, other_lat)
    error = sqrt(sum(_variance_along(each, float(azimuth)) for each in (first, second)))
    return Gap(metres=float(metres), error_m=_SIGMAS_OF_ONE * error, seconds=seconds)


def _variance_along(incident: Incident, azimuth_deg: float) -> float:
    """The variance of a place in one direction, m²."""
    major = incident.semi_major_m or 0.0
    minor = incident.semi_minor_m if incident.semi_minor_m is not None else major
    turned = radians(azimuth_deg - (incident.major_azimuth_deg or 0.0))
    return (major * cos(turned)) ** 2 + (minor * sin(turned)) ** 2


def gap_words(gap: Gap, telling: Telling) -> str:
    """`14.6 km ± 0.4 km and 39 min apart`; that their times meet; that a place is not known."""
    words, lasting = telling.words, lasting_words(gap.seconds, telling)
    if gap.metres is None or gap.error_m is None:
        if gap.seconds < 60:
            return words.gettext("no distance, since a place is not known; their times meet")
        return words.gettext("no distance, since a place is not known; {time} apart").format(time=lasting)
    values = {"distance": length_words(gap.metres, words), "error": length_words(gap.error_m, words)}
    if gap.seconds < 60:
        return words.gettext("{distance} ± {error} apart; their times meet").format(**values)
    return words.gettext("{distance} ± {error} and {time} apart").format(**values, time=lasting)


def length_words(metres: float, words: Words) -> str:
    """`380 m`, `14.6 km`, `120 km`: a distance beside its error, so to a tenth of a kilometre."""
    if metres < 1_000:
        return words.gettext("{metres} m").format(metres=words.number(two_figures(metres)))
    digits = 0 if metres >= 99_950 else 1
    return words.gettext("{distance} km").format(distance=words.fixed(metres / 1000, digits))


def lasting_words(seconds: float, telling: Telling) -> str:
    """`39 min`, `5 h 20 min`, `3 days`."""
    words, minutes = telling.words, max(round(seconds / 60), 0)
    if minutes < 120:
        return words.gettext("{minutes} min").format(minutes=words.number(minutes))
    if minutes < 48 * 60:
        return words.gettext("{hours} h {minutes} min").format(
            hours=words.number(minutes // 60), minutes=words.number(minutes % 60)
        )
    return words.ngettext("{days} day", "{days} days", minutes // 1440).format(days=words.number(minutes // 1440))


def pairing_words(pairing: Pairing, first: Incident, second: Incident, telling: Telling) -> str:
    """What the rule says of two incidents that someone would merge; empty where it has nothing against it."""
    words = telling.words
    match pairing.code:
        case "fits":
            return ""
        case "kinds":
            return words.gettext("The rule never joins these kinds: {first}; {second}.").format(
                first=kind_word(first.kind, words), second=kind_word(second.kind, words)
            )
        case "device":
            return words.gettext("The same devices report both, each as two events, and the rule follows them.")
        case "vague":
            return words.gettext("The place or time of one of them is too vague for the rule to join it with anything.")
        case "beyond":
            return words.gettext(
                "The rule of this watch joins reports within {radius} and {hours} h of each other; these are farther "
                "apart."
            ).format(radius=length_words(pairing.radius_m or 0.0, words), hours=words.number(pairing.gap_hours or 0.0))
    return words.gettext(
        "The rule joins reports of one event by their own errors; by it these are two events (likelihood ratio "
        "{ratio})."
    ).format(ratio=ratio_words(pairing.log_ratio or 0.0, words))


def ratio_words(log_ratio: float, words: Words) -> str:
    """How many times more probable one event is than two: `0.04`, `1 to 4,200`, `less than 1 to 1,000,000`."""
    ratio = exp(max(min(log_ratio, 50.0), -50.0))
    if ratio < _SMALLEST_RATIO:
        return words.gettext("less than 1 to {many}").format(many=words.number(round(1 / _SMALLEST_RATIO)))
    if ratio < 0.01:
        return words.gettext("1 to {many}").format(many=words.number(two_figures(1 / ratio)))
    return words.fixed(ratio, 2)
