"""Ready-made column mappings for `event_table`, and what their precision codes mean in metres and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

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

ACLED_RADIUS_M: Final[Mapping[str, float | None]] = {"1": 5_000.0, "2": 30_000.0, "3": 110_000.0}
"""ACLED `geo_precision` → the radius of a disc in which the event may be anywhere; one standard deviation is half.

The codebook's words: 1 a particular town; 2 a small part of a region, shown by a town that stands for it; 3 a larger
region, shown by its capital. It names no distances: all three radii are ours, chosen wide.
Source: ACLED Codebook, "Geo-precision" and "Time precision"; Raleigh, Linke, Hegre and Karlsen 2010, Journal of Peace
Research 47(5).
"""

ACLED_LENGTH_DAYS: Final[Mapping[str, int]] = {"1": 1, "2": 7, "3": 31}
"""ACLED `time_precision` → the shortest interval it can stand for: 1 the day is known, 2 the week, 3 the month. The
date that is written lies in the middle."""

ACLED_KINDS: Final[Mapping[str, str]] = {
    # Battles: the sides fire, and what was fired is not told apart.
    "Armed clash": "hostilities",
    "Government regains territory": "hostilities",
    "Non-state actor overtakes territory": "hostilities",
    # Explosions and remote violence.
    "Air/drone strike": "explosion",
    "Grenade": "explosion",
    "Remote explosive/landmine/IED": "explosion",
    "Shelling/artillery/missile attack": "explosion",
    "Suicide bomb": "explosion",
    "Chemical weapon": "other",
    # Violence against civilians says neither by what means nor that anybody was killed or injured.
    "Abduction/forced disappearance": "other",
    "Attack": "other",
    "Sexual violence": "other",
    # Demonstrations are no incidents of a ceasefire.
    "Excessive force against protesters": "other",
    "Mob violence": "other",
    "Peaceful protest": "other",
    "Protest with intervention": "other",
    "Violent demonstration": "other",
    # Strategic developments.
    "Agreement": "other",
    "Arrests": "other",
    "Change to group/activity": "other",
    "Disrupted weapons use": "other",
    "Headquarters or base established": "other",
    "Looting/property destruction": "other",
    "Non-violent transfer of territory": "other",
    "Other": "other",
    "*": "other",
}
"""ACLED `sub_event_type` → kind. Whatever is not here is `other`, which no clause of an agreement speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A mapping for one well-known list. `optional` headers may be missing from a release."""

    columns: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Their word for a kind → ours, before what the source itself says."""
    delay: timedelta | None = None
    version: int = 1
    """Raised when the same bytes give other rows: files are then read again."""
    reorders_killed: bool = False
    """Where the list's low, best and high contradict each other, the extremes are taken and the row says so."""
    zero_killed_is_unstated: bool = False
    """Where the list writes 0 also for what nobody reported."""
    where_radii: Mapping[str, float | None] = field(default_factory=lambda: WHERE_RADIUS_M)
    date_lengths: Mapping[str, int] = field(default_factory=lambda: DATE_LENGTH_DAYS)
    codes_of: str = "UCDP"
    """Whose codes of precision these are."""
    known_numbers: str = ""
    """What a bare number counts where the list says when a row became known, as `date_numbers`."""
    keys_are_for_good: bool = False
    """Whether the list's keeper never gives a key to a second event, so that what returns is a correction."""


NO_PRESET: Final = Preset(columns={})

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
        keys_are_for_good=True,
    ),
    # Armed Conflict Location & Event Data: coded from press and partners' reports. Its terms forbid to pass rows on.
    "acled": Preset(
        columns={
            "natural_key": "event_id_cnty",
            "kind": "sub_event_type",
            "date_start": "event_date",
            "date_prec": "time_precision",
            "where_prec": "geo_precision",
            "lon": "longitude",
            "lat": "latitude",
            "killed_best": "fatalities",
            "actor": "actor1 + actor2",
            "text": "notes",
            "source_quality": "sub_event_type + source + source_scale + time_precision + geo_precision",
            "claimed_by": "=ACLED",
            "known_at": "timestamp",
        },
        optional=frozenset({"actor1", "actor2", "notes", "source", "source_scale", "timestamp", "fatalities"}),
        kinds=ACLED_KINDS,
        delay=timedelta(days=10),
        zero_killed_is_unstated=True,
        where_radii=ACLED_RADIUS_M,
        date_lengths=ACLED_LENGTH_DAYS,
        codes_of="ACLED",
        known_numbers="unix",
        keys_are_for_good=True,
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
