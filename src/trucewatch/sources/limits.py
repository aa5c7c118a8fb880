"""What a value of the observation table may be; one list for every adapter that reads it from text."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trucewatch.messages import Message
from trucewatch.model.count_claims import MOST_COUNTED
from trucewatch.model.people import MOST_PEOPLE, PEOPLE_COUNTED

_EARTH_M: Final = 20_100_000.0
"""Half way round the Earth."""

FLOAT_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "time_sd_s": (0.0, 1e9),
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "semi_major_m": (0.01, _EARTH_M),
    "semi_minor_m": (0.01, _EARTH_M),
    "major_azimuth_deg": (0.0, 360.0),
    "observer_lon": (-180.0, 180.0),
    "observer_lat": (-90.0, 90.0),
    "bearing_deg": (0.0, 360.0),
    "bearing_sd_deg": (0.0, 180.0),
    "range_m": (0.0, _EARTH_M),
    "range_sd_m": (0.0, _EARTH_M),
    "intensity": (-1e15, 1e15),
    "confidence": (0.0, 1.0),
}
AZIMUTHS: Final = ("major_azimuth_deg", "bearing_deg")
"""360 is read as 0."""

COUNT_LIMITS: Final[dict[str, tuple[float, float]]] = {
    f"{what}_{which}": (0.0, MOST_COUNTED if what == "count" else MOST_PEOPLE)
    for what in ("count", *PEOPLE_COUNTED)
    for which in ("min", "best", "max")
}
"""Kept as whole numbers of 32 bits."""
ORDERED: Final = tuple((f"{what}_min", f"{what}_best", f"{what}_max") for what in ("count", *PEOPLE_COUNTED))
"""Each no larger than the next."""

PAIRS: Final = (("lon", "lat"), ("observer_lon", "observer_lat"), ("semi_major_m", "semi_minor_m"))
"""Both or neither."""

NEEDS: Final = (
    ("semi_major_m", "lon", Message("an ellipse needs a place")),
    ("bearing_deg", "observer_lon", Message("a bearing needs the observer's place")),
    ("range_m", "bearing_deg", Message("a range needs a bearing")),
)
"""The first only with the second."""

KNOWN_AHEAD: Final = timedelta(days=1)
"""By so much a row may begin after it became known: a clock or a zone is wrong by hours, never by days."""
KNOWN_BEFORE_IT_WAS: Final = Message(
    "known_at is more than a day before it happened; correct the one that is wrong, or leave known_at empty"
)

TRUE_WORDS: Final = ("true", "1", "yes")
FALSE_WORDS: Final = ("false", "0", "no", "")
