"""The query of a request for features → what is wanted of them, or one sentence on what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from trucewatch.errors import PlaceError, ReportError, TimeError
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.times import ALWAYS, NEVER, iso_utc, read_time
from trucewatch.reports.outcome_policy import policy_of
from trucewatch.reports.released import WITHHELD, ReleasedIncident
from trucewatch.reports.released_view import ReleasedView

LIMIT: Final = 100
MOST: Final = 1000
_DEEPEST: Final = 10**9
_LONGEST: Final = 1000
"""Characters of a list of words, or of a number."""
COMMON: Final = ("f", "lang")
OF_ITEMS: Final = (*COMMON, "limit", "offset", "bbox", "datetime")
OF_INCIDENTS: Final = (*OF_ITEMS, "zone", "simulated", "outcome", "kind", "min_probability")
ENCODINGS: Final = ("json", "geojson", "html")
ASSESSMENTS: Final = (*OUTCOMES, WITHHELD)
"""What `outcome` may ask for: the words that a recipient is told, as it is told them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for. Without a box, a time, a zone, an outcome, a kind, a probability or a word on simulated ones:
    everything. Several outcomes or kinds: any of them."""

    language: str
    limit: int = LIMIT
    offset: int = 0
    area: BaseGeometry | None = None
    since: datetime = ALWAYS
    until: datetime = NEVER
    zone: str = ""
    simulated: bool | None = None
    outcomes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    least_probability: float | None = None

    def takes(self, incident: ReleasedIncident) -> bool:
        """Whether the parts of an incident that are no place and no time are asked for: as they were released, so that
        nothing else moves which ones match, or how many."""
        return (
            self.simulated in (None, incident.simulated)
            and self.zone in ("", *incident.zones)
            and (not self.outcomes or incident.outcome in self.outcomes)
            and (not self.kinds or incident.kind in self.kinds)
            and (
                self.least_probability is None
                or (incident.happened is not None and incident.happened >= self.least_probability)
            )
        )

    def within(self, shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        """Which geometries the box touches; what has none is outside every box."""
        if self.area is None:
            return np.ones(len(shapes), dtype=np.bool_)
        touched: npt.NDArray[np.bool_] = shapely.intersects(shapes, self.area)
        return touched

    def spans(self, start: datetime, end: datetime) -> bool:
        """Whether `[start, end)`, or the moment if both are one, has a part in the time asked for."""
        return start <= self.until and (end > self.since or start == end == self.since)


def read_query(
    pairs: Iterable[tuple[str, str]],
    *,
    parameters: Collection[str],
    languages: Collection[str],
    zones: Collection[str] = (),
    view: ReleasedView | None = None,
) -> Query:
    """The query. view: of the release that is asked for; by what its recipient is not told nobody can filter, whatever
    there is. Raises ReportError, PlaceError or TimeError with a sentence that names the parameter."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name not in parameters:
            raise ReportError(
                Message(
                    '"{word}" is no {what}; there are: {words}',
                    word=name[:40],
                    what="parameter here",
                    words=", ".join(parameters),
                )
            )
        if name in values:
            raise ReportError(Message("{name} is given twice; give it once", name=name))
        values[name] = value
    if values.get("f", "json") not in ENCODINGS:
        raise ReportError(Message("f: write json or html"))
    fallback = "en" if "en" in languages else next(iter(languages))
    language = values.get("lang", fallback)
    if language not in languages:
        raise ReportError(Message("lang: this watch is told in {words}", words=", ".join(languages)))
    since, until = _times(values["datetime"]) if "datetime" in values else (ALWAYS, NEVER)
    if "zone" in values and values["zone"] not in zones:
        raise ReportError(Message("zone: there is no zone of this id; the collection of zones lists them"))
    if values.get("simulated", "true") not in ("true", "false"):
        raise ReportError(Message("simulated: write true or false"))
    if view is not None:
        _refuse_what_is_not_told(values, view)
    return Query(
        language=language,
        limit=min(_whole("limit", values.get("limit", str(LIMIT)), least=1), MOST),
        offset=_whole("offset", values.get("offset", "0"), least=0),
        area=_area(values["bbox"]) if "bbox" in values else None,
        since=since,
        until=until,
        zone=values.get("zone", ""),
        simulated=values["simulated"] == "true" if "simulated" in values else None,
        outcomes=_words("outcome", values, ASSESSMENTS),
        kinds=_words("kind", values, KINDS),
        least_probability=_probability(values["min_probability"]) if "min_probability" in values else None,
    )


def _refuse_what_is_not_told(values: Collection[str], view: ReleasedView) -> None:
    """By the recipient's rule alone, so that the refusal says nothing of what is on record."""
    if "outcome" in values and policy_of(view.recipient) == "none":
        raise ReportError(
            Message("outcome: assessments are not told to this recipient, so that nothing can be chosen by them")
        )
    if "min_probability" in values and not view.tells_probability:
        raise ReportError(
            Message(
                "min_probability: how probable an incident is is not told to this recipient, so that nothing can be "
                "chosen by it"
            )
        )


def _words(name: str, values: Mapping[str, str], vocabulary: Collection[str]) -> tuple[str, ...]:
    """The words of a parameter, with commas between; none where it is not given."""
    if name not in values:
        return ()
    words = tuple(values[name].split(",")) if len(values[name]) <= _LONGEST else ("",)
    if not all(word in vocabulary for word in words):
        raise ReportError(Message("{name}: write one or more of: {words}", name=name, words=", ".join(vocabulary)))
    return words


def _probability(text: str) -> float:
    try:
        value = float(text) if len(text) <= _LONGEST and text.isascii() else math.nan
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise ReportError(Message("min_probability: write a number from 0 to 1, as 0.9"))
    return value


def _whole(name: str, text: str, *, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and least <= int(text) <= _DEEPEST):
        raise ReportError(Message("{name}: write a whole number from {least} on", name=name, least=least))
    return int(text)


def _area(text: str) -> BaseGeometry:
    """west,south,east,north in degrees; with heights (six numbers) these are left out. West of more than east crosses
    180°."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        del numbers[5], numbers[2]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise PlaceError(Message("bbox: write west,south,east,north in degrees, as 46.1,39.2,47.0,40.3"))
    west, south, east, north = numbers
    if not (-90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
        raise PlaceError(Message("bbox: longitudes lie from -180 to 180, latitudes from -90 to 90, south before north"))
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union(shapely.box(west, south, 180, north), shapely.box(-180, south, east, north))


_HOW_TO_WRITE: Final = Message(
    "datetime: write 2020-12-11 or 2020-12-11T14:00:00Z, or two of these with a slash; .. leaves an end open"
)


def _times(text: str) -> tuple[datetime, datetime]:
    """A moment, a day (UTC), or two of them with a slash; `..` or nothing for an open end."""
    first, slash, last = text.partition("/")
    if not slash:
        last = first
        if first in ("", ".."):
            raise TimeError(_HOW_TO_WRITE)
    since = ALWAYS if first in ("", "..") else _moment(first, at_end=False)
    until = NEVER if last in ("", "..") else _moment(last, at_end=True)
    if until < since:
        raise TimeError(
            Message(
                "datetime: it would end at {iso_utc}, before it begins at {iso_utc_2}",
                iso_utc=iso_utc(until),
                iso_utc_2=iso_utc(since),
            )
        )
    return since, until


def _moment(text: str, *, at_end: bool) -> datetime:
    try:
        if len(text) == len("2020-12-11"):
            start = datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
            return start + timedelta(days=1, microseconds=-1) if at_end else start
        return read_time(text)
    except (TimeError, ValueError, OverflowError) as exc:
        raise TimeError(_HOW_TO_WRITE) from exc
