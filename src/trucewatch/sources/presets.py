"""Ready-made column mappings for `event_table`, and what their precision codes mean in metres and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A mapping for one well-known list. `optional` headers may be missing from a release."""

    columns: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    delay: timedelta | None = None
    version: int = 1
    """Raised when the same bytes give other rows: files are then read again."""
    reorders_killed: bool = False
    """Where the list's low, best and high contradict each other, the extremes are taken and the row says so."""


NO_PRESET: Final = Preset(columns={})

WHERE_RADIUS_M: Final[Mapping[str, float | None]] = {
    "1": 2_000.0,
    "2": 25_000.0,
    "3": 40_000.0,
    "4": 110_000.0,
    "5": 110_000.0,
    "6": None,
    "7": None,
}
"""UCDP GED `where_prec` → the radius of a disc in which the event may be anywhere; one standard deviation is half of
it.

The codebook's words: 1 exact place; 2 within about 25 km of a known point; 3 a second-order division; 4 a first-order
division; 5 a line or an area without sharp edge, shown by one point; 6 only the country; 7 international waters or
airspace. The 25 km are the codebook's; the other radii are ours, chosen wide. For 6 and 7 the point says nothing of the
place, so it is left out.
Source: UCDP Georeferenced Event Dataset Codebook, `where_prec` and `date_prec`; Sundberg and Melander 2013, Journal of
Peace Research 50(4).
"""

DATE_LENGTH_DAYS: Final[Mapping[str, int]] = {"1": 1, "2": 2, "3": 7, "4": 8, "5": 31}
"""UCDP GED `date_prec` → the shortest interval it can stand for: 1 the day, 2 two to six days, 3 a week, 4 more than a
week up to a month, 5 more than a month. The stated days are kept where they are longer."""

PRESETS: Final[Mapping[str, Preset]] = {
    # UCDP Georeferenced Event Dataset and its candidate releases: lethal events only; CC BY 4.0, name the Uppsala
    # Conflict Data Program.
    "ucdp_ged": Preset(
        columns={
            "natural_key": "id",
            "kind": "=harm",
            "date_start": "date_start",
            "date_end": "date_end",
            "date_prec": "date_prec",
            "date_order": "=mdy",
            "where_prec": "where_prec",
            "lon": "longitude",
            "lat": "latitude",
            "killed_min": "low",
            "killed_best": "best",
            "killed_max": "high",
            "text": "where_description + source_headline",
            "source_quality": "where_prec + date_prec + event_clarity + code_status",
            "claimed_by": "=UCDP",
        },
        optional=frozenset({"where_description", "source_headline", "event_clarity", "code_status"}),
        delay=timedelta(days=31),
        version=2,  # 1 had deaths as people killed or injured, not told apart
        reorders_killed=True,
    ),
    # Dated facts from public sources, with who reported them and whether it is disputed. A named town's coordinates are
    # not the place of the event: set place_sd_m.
    "dated_facts": Preset(
        columns={
            "natural_key": "date_start + date_end + place + kind + reported_by + summary",
            "kind": "kind",
            "date_start": "date_start",
            "date_end": "date_end",
            "lon": "longitude",
            "lat": "latitude",
            "text": "summary",
            "source_quality": "disputed",
            "claimed_by": "reported_by",
        },
    ),
}
