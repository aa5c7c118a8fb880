"""One request's reader: language, zone of time, theme and keys, from its cookies and its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from starlette.requests import Request

from trucewatch.errors import TimeError
from trucewatch.locale import Words, languages, words
from trucewatch.model.times import zone_label, zone_named
from trucewatch.model.watch import Watch
from trucewatch.server.formatting import Telling

THEMES: Final = ("auto", "light", "dark")
PAGE_LANGUAGE: Final = "X-Page-Language"
"""The language of the page that asks for a part of itself."""
OWN_NAMES: Final[Mapping[str, str]] = {
    "en": "English",
    "ru": "Русский",
    "az": "Azərbaycanca",
    "hy": "Հայերեն",
    "tr": "Türkçe",
}
"""Each language in its own words; one that is not here is shown by its code."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks, and how: nothing of a person, only how pages are to be shown."""

    language: str
    zone_name: str
    theme: str
    keys: bool
    """Whether single letters are keys."""
    telling: Telling

    @property
    def words(self) -> Words:
        return self.telling.words

    @property
    def zone(self) -> tzinfo:
        return self.telling.zone


def visit_of(request: Request, watch: Watch, *, is_own_zone: bool = False) -> Visit:
    """What the request's address and cookies ask for; what they ask for and is not there is left out. is_own_zone: the
    watch's own zone of time whatever was chosen, since that was chosen for another watch."""
    cookies = request.cookies
    named = (request.query_params.get("lang", ""), request.headers.get(PAGE_LANGUAGE, ""), cookies.get("tw_lang", ""))
    wanted = (*named, *_accepted(request), "en")
    language = next(code for code in wanted if code in languages())
    zones = zones_of(watch)
    chosen = "" if is_own_zone else cookies.get("tw_zone", "")
    name = chosen if chosen in zones else watch.settings.time_zone
    theme = cookies.get("tw_theme", "auto")
    return Visit(
        language,
        name,
        theme if theme in THEMES else "auto",
        cookies.get("tw_keys", "on") != "off",
        Telling(words(language), zones[name], watch),
    )


def zones_of(watch: Watch) -> dict[str, tzinfo]:
    """The zones of time a reader may choose: the watch's own, those that its agreement's deadlines name, and UTC."""
    zones = {watch.settings.time_zone: watch.zone}
    for _, stipulation in watch.agreement.stipulations():
        deadline = stipulation.deadline
        if deadline is not None and deadline.zone:
            try:
                zones.setdefault(deadline.zone, zone_named(deadline.zone))
            except TimeError:
                continue
    return zones | {"UTC": UTC}


def zone_title(name: str, moment: datetime) -> str:
    """A zone as a reader knows it: by its place, and `UTC-2` where its name is `Etc/GMT+2`, whose sign is the other way
    round."""
    return zone_label(moment, zone_named(name)) if name.startswith("Etc/") else name


def _accepted(request: Request) -> list[str]:
    """The languages of the browser, the best first."""
    weighed = []
    for part in request.headers.get("accept-language", "")[:200].split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("=")[2] or 1)
        except ValueError:
            weight = 0.0
        weighed.append((-weight, tag.partition("-")[0].lower()))
    return [tag for _, tag in sorted(weighed, key=lambda entry: entry[0])]
