"""Names in several languages: what a place, a party or a provision is called, with no name marked as official."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Literal

Names = Mapping[str, str]
"""Language code → name. Where a language has two names in use, both stand with a slash, in alphabetical order."""

UNITED_NATIONS: Final = "UN"
"""Who uses a name as it was filed with the United Nations Group of Experts on Geographical Names."""
OUR_OWN: Final = "watch"
"""Who uses a word that is no name of a place: a region for counting, a strip that this watch draws."""

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """One name of a place: in which language, who uses it, from when until when, and where that was read."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    text: str
    language: str
    used_by: str | tuple[str, ...]
    """A party, a body, an instrument, one of its texts, "UN" or "watch"; several where they say the same."""
    source: str
    script: str = ""
    """ISO 15924; without it the script is that of the text."""
    from_: date | None = None
    until: date | None = None
    """The first day on which it is no longer used."""

    @property
    def users(self) -> tuple[str, ...]:
        return (self.used_by,) if isinstance(self.used_by, str) else self.used_by

    def is_used_on(self, day: date | None) -> bool:
        """Whether it is in use on a day; without a day always."""
        if day is None:
            return True
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """All the names of one place: of a zone, a line or a town, and of further ones that are called alike."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    name: tuple[PlaceName, ...]
    also: tuple[str, ...] = ()
    """Further zones and towns with the same names: a town's district."""
    pcode: str = ""
    pcode_of: str = ""
    """Whose code that is: the set and who keeps it."""

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.id, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingPolicy:
    """By which names one recipient is told of places: "instrument", "side:X" or "standardised"."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    recipient: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesFile:
    """`names.toml`, as it stands."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    console: str = "all"
    """The console's own policy: "all", "side:X" or "standardised", the same in every language."""
    policy: tuple[NamingPolicy, ...] = ()
    place: tuple[PlaceRow, ...] = ()


def name_in(names: Names, language: str, *, otherwise: str = "") -> str:
    """The name in `language`, else in English, else the first in order of language code, else `otherwise`.

    >>> name_in({"az": "Laçın", "hy": "Բերձոր"}, "tr")
    'Laçın'
    """
    if language in names:
        return names[language]
    if "en" in names:
        return names["en"]
    return names[min(names)] if names else otherwise
