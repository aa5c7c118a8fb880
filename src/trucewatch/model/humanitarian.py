"""`humanitarian.toml`: who takes part in a humanitarian response, in which districts, by which hours, and for how many
days what is entered stays. Field names are those of the file.

It stands beside `watch.toml` in a humanitarian instance, and in a joint centre that works with one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal

from trucewatch.messages import Term

_STRICT: dict[str, Any] = {"extra": "forbid"}

OrganisationKind = Literal["un", "red_cross", "ngo", "state_body", "peacekeepers", "community", "other"]
ORGANISATION_KINDS: Final[Mapping[str, Term]] = {
    "un": Term("organisation", "body of the United Nations"),
    "red_cross": Term("organisation", "Red Cross or Red Crescent"),
    "ngo": Term("organisation", "non-governmental organisation"),
    "state_body": Term("organisation", "body of a side"),
    "peacekeepers": Term("organisation", "peacekeepers"),
    "community": Term("organisation", "community"),
    "other": Term("organisation", "other organisation"),
}
USUAL_KEEP_DAYS: Final = 90
MOST_KEEP_DAYS: Final = 3650
"""Nothing is kept longer than ten years without somebody deciding it anew."""
EMPTY: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who takes part, as a body: never a person. names: by language. side: a party's id, only of a body of a side."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    kind: OrganisationKind
    side: str = ""

    @property
    def needs_coordinator(self) -> bool:
        """Whether its notices go through the coordinator as a rule. Whoever stands outside the system of the United
        Nations decides for itself."""
        return self.kind == "un"


@dataclass(frozen=True, slots=True, kw_only=True)
class PCode:
    """A code of a district in a list that somebody keeps. It means nothing without its edition and whose list it is."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    code: str
    edition: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """An outline of `zones.geojson` by which help is counted. A place that is entered is a district, and a point inside
    alone."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    names: Mapping[str, str]
    zone: str
    pcode: tuple[PCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardHours:
    """How long before a movement notice is given: the watch's own rule, which makes no notice void. Hours."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    notice: int = 48
    emergency: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanitarianFile:
    """`humanitarian.toml`, as it stands. keep_days: by the name of a table; `kept_days` has what holds for others.
    lapse_hours: after how long routes and times of what is over lapse."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    organisation: tuple[Organisation, ...] = ()
    district: tuple[District, ...] = ()
    coordinator: str = ""
    """The organisation that coordinates; "" where there is none."""
    hours: StandardHours = field(default_factory=StandardHours)
    keep_days: Mapping[str, int] = field(default_factory=lambda: EMPTY)
    lapse_hours: int = 72

    def organisation_of(self, organisation_id: str) -> Organisation | None:
        return next((each for each in self.organisation if each.id == organisation_id), None)

    def district_of(self, district_id: str) -> District | None:
        return next((each for each in self.district if each.id == district_id), None)

    def kept_days(self, table: str) -> int:
        """For how many days a row of a table stays, from when it is over.

        >>> HumanitarianFile(schema=1, keep_days={"request": 30}).kept_days("request")
        30
        """
        return self.keep_days.get(table, USUAL_KEEP_DAYS)
