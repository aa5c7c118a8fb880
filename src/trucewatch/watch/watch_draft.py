"""A watch that is being set up by a form: what was said so far, kept as `draft.json` in the folder that it becomes.

Everything has a default, so that a draft is a whole watch from its first step on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, ClassVar, Final, Literal

from trucewatch.model.agreement import StipulationKind
from trucewatch.model.watch import Recipient, SourceSetting
from trucewatch.watch.plain_letters import plain_letters

_STRICT: dict[str, Any] = {"extra": "forbid"}
THEATRE: Final = "theatre"
"""The id of the area that stands for the whole map until one is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A party or a delegation."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftZone:
    """A zone as drawn or imported. `geometry`: GeoJSON, longitude first."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    kind: str
    names: Mapping[str, str]
    geometry: Mapping[str, Any]
    accuracy_m: float
    provenance: str
    derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlace:
    """A place that tables name and the bundled towns do not have."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    lon: float
    lat: float
    spellings: tuple[str, ...] = ()
    """Further names to read tables by, never shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStipulation:
    """One checkable sentence under a numbered provision. Days are those of the watch's own zone of time."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    provision: str
    kind: StipulationKind
    summary: Mapping[str, str]
    obliged: tuple[str, ...] = ()
    zone: str = ""
    kinds: tuple[str, ...] = ()
    what: str = ""
    counter: str = ""
    at_least: int = 0
    begin: date | None = None
    end: date | None = None
    """The last day on which it binds."""
    due: date | None = None
    unless: tuple[str, ...] = ()


JOINT_CENTRE: Final = Recipient(
    id="joint-centre",
    names={"en": "Joint centre"},
    delay_hours=0,
    place="exact",
    time="minute",
    smallest_count=1,
    text=True,
    drawn_lines=True,
)
PUBLIC: Final = Recipient(
    id="public", names={"en": "Public"}, delay_hours=24, place="zone", time="day", smallest_count=3
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A watch as far as it was told."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal["trucewatch/draft/1"] = "trucewatch/draft/1"
    id: str
    names: Mapping[str, str]
    theatre: Mapping[str, str]
    time_zone: str
    languages: tuple[str, ...]
    area: tuple[float, float, float, float]
    simulated: bool = False
    watch_time: str = ""
    """ISO 8601 with zone; empty for a live watch."""
    agreement: str = ""
    """What the agreement is called."""
    signed: date | None = None
    published: str = ""
    """Who published its text, and where."""
    parties: tuple[Named, ...] = ()
    delegations: tuple[Named, ...] = ()
    zones: tuple[DraftZone, ...] = ()
    boundaries: Mapping[str, str] = field(default_factory=dict)
    """Line of the bundled world → the status that this watch gives it."""
    places: tuple[DraftPlace, ...] = ()
    stipulations: tuple[DraftStipulation, ...] = ()
    sources: tuple[SourceSetting, ...] = ()
    recipients: tuple[Recipient, ...] = (JOINT_CENTRE, PUBLIC)
    written: Mapping[str, str] = field(default_factory=dict)
    """File → SHA-256 of what the form wrote last; a file that was changed by hand since is not overwritten."""
    is_finished: bool = False

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """Every zone that a stipulation may name, the whole area among them."""
        drawn = tuple(zone.id for zone in self.zones if zone.kind != "line")
        return drawn if THEATRE in drawn else (THEATRE, *drawn)

    @property
    def line(self) -> str:
        """The zone that is the line of contact; empty if there is none."""
        return next((zone.id for zone in self.zones if zone.kind == "line"), "")


def draft_json(draft: Draft) -> bytes:
    """The draft as kept."""
    return json.dumps(asdict(draft), ensure_ascii=True, default=str).encode()


def read_draft(content: bytes) -> Draft | None:
    """The draft that these bytes hold; None if they hold none."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Draft).validate_json(content)
    except (ValidationError, ValueError, RecursionError):
        return None


def slug(text: str, ids: Iterable[str], otherwise: str) -> str:
    """A short name for files and records: Latin letters, digits, hyphens, and none of `ids`.

    >>> slug("Zone 1 (nord)", ["zone-1-nord"], "zone")
    'zone-1-nord-2'
    """
    stem = re.sub(r"[^a-z0-9]+", "-", plain_letters(text)).strip("-")[:40].strip("-") or otherwise
    used, name, number = set(ids), stem, 2
    while name in used:
        name, number = f"{stem}-{number}", number + 1
    return name
