"""What a step of New watch asks for → the draft with it. Whatever cannot be is one sentence: what, and what to do."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from shapely.geometry import box, shape
from starlette.datastructures import FormData

from trucewatch.errors import PlaceError, TrucewatchError
from trucewatch.geo.degrees import METRES_PER_DEGREE_AT_EQUATOR
from trucewatch.geo.place_text import read_place
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.times import iso_utc, zone_named
from trucewatch.model.watch import Recipient
from trucewatch.model.zone import ZONE_KINDS
from trucewatch.server.forms import text_of, typed_of, words_of
from trucewatch.server.time_fields import TimeForm
from trucewatch.watch.feature_shapes import SHAPES, SURFACES, FeatureFault, geometry_of
from trucewatch.watch.watch_draft import Draft, DraftZone, Named, slug
from trucewatch.watch.world_map import town_named, towns_like

MOST_ROWS: Final = 24
LONGEST: Final = 2000
_EXAMPLE: Final = datetime(2031, 5, 4, 10, tzinfo=UTC)
"""What a new watch, which has no moment of its own yet, shows to who typed no time."""


def typed_values(typed: FormData | None) -> dict[str, Any]:
    """`value` and `picked` for a template: what was typed before what is kept, so that nothing is typed twice."""

    def value(name: str, stored: object = "") -> str:
        text = typed.get(name) if typed is not None else None
        return text if isinstance(text, str) else str(stored if stored is not None else "")

    def picked(name: str, choice: str, *, stored: bool = False) -> bool:
        return choice in typed.getlist(name) if typed is not None else stored

    return {"value": value, "picked": picked}


def names_of(form: FormData, field: str, languages: Sequence[str]) -> dict[str, str]:
    """The texts of a field that is asked once a language: `name-en`, `name-ru`; those that were left empty are not
    there."""
    texts = {language: words_of(form, f"{field}-{language}", LONGEST) for language in languages}
    return {language: text for language, text in texts.items() if text}


def name_step(form: FormData, draft: Draft | None, languages: Sequence[str], used_names: Sequence[str]) -> Draft:
    """Names, languages, zone of time, area, the agreement's name and day. Raises TrucewatchError."""
    ticked = {str(language) for language in form.getlist("language")}
    if draft is None:
        ticked |= set(names_of(form, "name", languages))
    chosen = tuple(language for language in languages if language in ticked) or ("en",)
    names = names_of(form, "name", chosen)
    if not names:
        raise TrucewatchError(Message("the watch has no name; write one"))
    zone = text_of(form, "time_zone", 60) or "UTC"
    local = zone_named(zone)
    clock = text_of(form, "watch_time", 60)
    moment = iso_utc(TimeForm(words("en"), local, _EXAMPLE).read_moment(clock)) if clock else ""
    values: dict[str, Any] = {
        "names": names,
        "theatre": names_of(form, "theatre", chosen) or names,
        "time_zone": zone,
        "languages": chosen,
        "area": area_step(form, draft),
        "simulated": text_of(form, "simulated") == "on",
        "watch_time": moment,
        "agreement": words_of(form, "agreement"),
        "signed": day_of_form(form, "signed"),
        "published": words_of(form, "published", LONGEST),
    }
    if draft is not None:
        return replace(draft, **values)
    return Draft(id=slug(text_of(form, "id", 60) or _first_name(names), used_names, "watch"), **values)


def _first_name(names: dict[str, str]) -> str:
    """The English name, or the first there is: what an id is made from."""
    return names.get("en") or next(iter(names.values()))


def area_step(form: FormData, draft: Draft | None) -> tuple[float, float, float, float]:
    """The box of the map: round a town or a place, or by its four sides. Raises TrucewatchError."""
    middle = unicodedata.normalize("NFKC", text_of(form, "middle"))  # ４６，７５ of an East Asian keyboard
    if middle:
        width_m = number_between(form, "width_km", low=2, high=4000, otherwise=100.0) * 1000
        lon, lat = _middle(middle)
        high = width_m / METRES_PER_DEGREE_AT_EQUATOR / 2
        wide = high / max(math.cos(math.radians(lat)), 0.1)
        return _sound((lon - wide, lat - high, lon + wide, lat + high))
    sides = text_of(form, "area").replace(";", ",")
    if not sides and draft is not None:
        return draft.area
    try:
        west, south, east, north = (float(side) for side in sides.split(","))
    except ValueError:
        raise TrucewatchError(
            Message(
                "the area is not known; name a town or coordinates in its middle, or its west, south, east and north "
                "sides in degrees"
            )
        ) from None
    return _sound((west, south, east, north))


def _middle(text: str) -> tuple[float, float]:
    town = town_named(text)
    if town is not None:
        return town
    try:
        place = read_place(text, ())
    except PlaceError as exc:
        raise TrucewatchError(_no_town(text)) from exc
    return place.lon, place.lat


def _no_town(text: str) -> Message:
    near = [town.name for town in towns_like(text, 3)]
    if near:
        return Message(
            '"{text}" is no town that is known here and no coordinates; is it one of these: {towns}? Or click on the '
            "map, or write latitude and longitude, like 39.82, 46.75",
            text=text[:60],
            towns=", ".join(near),
        )
    return Message(
        '"{text}" is no town that is known here, by any of its spellings, and no coordinates; click on the map, or '
        "write latitude and longitude, like 39.82, 46.75",
        text=text[:60],
    )


def _sound(sides: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = (round(side, 4) for side in sides)
    if not (-180 <= west < east <= 180 and -89 < south < north < 89):
        raise TrucewatchError(
            Message(
                "the area {west}, {south}, {east}, {north} is no box; write west, south, east, north in degrees, "
                "away from the poles and the date line",
                west=f"{west:g}",
                south=f"{south:g}",
                east=f"{east:g}",
                north=f"{north:g}",
            )
        )
    return west, south, east, north


def parties_step(form: FormData, draft: Draft) -> Draft:
    """Who is bound and who reviews. Raises TrucewatchError for one who is left out and is still spoken of."""
    parties, delegations = (_named(form, field, draft) for field in ("party", "delegation"))
    spoken = {name for stipulation in draft.stipulations for name in stipulation.obliged} - {
        party.id for party in parties
    }
    if spoken:
        raise TrucewatchError(
            Message("a clause obliges {party}; change that clause first, or keep the party", party=min(spoken))
        )
    return replace(draft, parties=parties, delegations=delegations)


def _named(form: FormData, field: str, draft: Draft) -> tuple[Named, ...]:
    named: list[Named] = []
    for number in range(MOST_ROWS):
        names = names_of(form, f"{field}-{number}", draft.languages)
        if names:
            used = [entry.id for entry in named]
            typed_id = text_of(form, f"{field}-{number}-id", 40)
            is_free = typed_id and typed_id not in used
            code = typed_id if is_free else slug(typed_id or _first_name(names), used, field).upper()
            named.append(Named(id=code, names=names))
    return tuple(named)


def corners_of(text: str) -> list[list[float]]:
    """`lon, lat` one a line → corners. Raises TrucewatchError naming the line."""
    corners = []
    for number, line in enumerate(unicodedata.normalize("NFKC", text).splitlines(), 1):
        if line.strip():
            try:
                lon, lat = (float(part) for part in line.replace(";", ",").replace("\t", ",").split(",")[:2])
            except ValueError:
                raise TrucewatchError(
                    Message(
                        'line {line} of the corners, "{text}", is no longitude and latitude, as in 46.75, 39.82',
                        line=number,
                        text=line.strip()[:40],
                    )
                ) from None
            corners.append([lon, lat])
    return corners


def zone_step(form: FormData, draft: Draft) -> Draft:
    """A zone or line by its corners, new or in the place of one of its id. Raises TrucewatchError with the remedy."""
    kind = text_of(form, "kind")
    corners = corners_of(typed_of(form, "corners"))
    if kind == "line":
        geometry: dict[str, Any] = {"type": "LineString", "coordinates": corners}
    else:
        ring = corners + corners[:1] if corners[:1] != corners[-1:] else corners
        geometry = {"type": "Polygon", "coordinates": [ring]}
    least = 2 if kind == "line" else 3
    if len(corners) < least:
        raise TrucewatchError(
            Message(
                "the shape has {corners} corners; it needs at least {least}: draw it, or write them one a line",
                corners=len(corners),
                least=least,
            )
        )
    zone = zone_of(form, draft, kind=kind, geometry=geometry, prefix="", standing=text_of(form, "id", 60))
    return with_zones(draft, [zone])


def zone_of(
    form: FormData, draft: Draft, *, kind: str, geometry: dict[str, Any], prefix: str, standing: str = ""
) -> DraftZone:
    """A zone with the names, accuracy and provenance that a form gives it. Raises TrucewatchError."""
    if kind not in ZONE_KINDS:
        raise TrucewatchError(Message("choose what the zone is: {kinds}", kinds=", ".join(ZONE_KINDS)))
    names = names_of(form, f"{prefix}name", draft.languages)
    if not names:
        raise TrucewatchError(Message("the zone has no name; write one"))
    label = next(iter(names.values()))
    try:
        geometry_of({"geometry": geometry}, SHAPES.get(kind, SURFACES), None)
    except FeatureFault as fault:
        place = Message('zone "{zone}"', zone=label[:60])
        raise TrucewatchError(Fault("", 0, place, fault.what, fault.remedy).message) from fault
    _near(draft, label, geometry)
    ids = [zone.id for zone in draft.zones]
    return DraftZone(
        id=standing if standing in ids else slug(names.get("en", label), ids, kind),
        kind=kind,
        names=names,
        geometry=geometry,
        accuracy_m=number_between(form, f"{prefix}accuracy_m", low=1, high=500_000, otherwise=1000.0),
        provenance=words_of(form, f"{prefix}provenance", LONGEST) or "drawn by hand when the watch was set up",
        derived=text_of(form, f"{prefix}derived") == "on",
    )


def _near(draft: Draft, label: str, geometry: dict[str, Any]) -> None:
    """Raises TrucewatchError for a shape wholly outside the watch's area: most often its latitude was written first."""
    west, south, east, north = shape(geometry).bounds
    if box(*draft.area).intersects(box(west, south, east, north)):
        return
    swapped = box(*draft.area).intersects(box(south, west, north, east))
    values = {"zone": label[:60], "lon": f"{west:g}", "lat": f"{south:g}"}
    raise TrucewatchError(
        Message(
            'zone "{zone}" lies outside the area of this watch, near longitude {lon}, latitude {lat}; longitude comes '
            "first: exchange the two numbers of every corner",
            **values,
        )
        if swapped
        else Message(
            'zone "{zone}" lies outside the area of this watch, near longitude {lon}, latitude {lat}; mend its '
            "corners, or make the area larger in the first step",
            **values,
        )
    )


def with_zones(draft: Draft, zones: Sequence[DraftZone]) -> Draft:
    """The draft with these zones, each in the place of the one of its id."""
    by_id = {zone.id: zone for zone in draft.zones} | {zone.id: zone for zone in zones}
    return replace(draft, zones=tuple(by_id.values()))


def without_zone(draft: Draft, zone: str) -> Draft:
    """Raises TrucewatchError for a zone that a provision speaks of."""
    spoken = next((stipulation.provision for stipulation in draft.stipulations if stipulation.zone == zone), "")
    if spoken:
        raise TrucewatchError(
            Message('clause {number} speaks of the zone "{zone}"; change that clause first', number=spoken, zone=zone)
        )
    return replace(draft, zones=tuple(other for other in draft.zones if other.id != zone))


def recipients_step(form: FormData, draft: Draft) -> Draft:
    """Who gets what. Raises TrucewatchError where nobody would."""
    recipients: list[Recipient] = []
    for number in range(MOST_ROWS):
        names = names_of(form, f"r{number}-name", draft.languages)
        if not names:
            continue
        place = text_of(form, f"r{number}-place")
        time = text_of(form, f"r{number}-time")
        typed_id = text_of(form, f"r{number}-id", 40)
        used = [recipient.id for recipient in recipients]
        earlier = next((recipient for recipient in draft.recipients if recipient.id == typed_id), None)
        recipients.append(
            Recipient(
                id=typed_id
                if typed_id and typed_id not in used
                else slug(typed_id or next(iter(names.values())), used, "recipient"),
                names=names,
                delay_hours=number_between(form, f"r{number}-delay_hours", low=0, high=87_000, otherwise=24.0),
                place="exact" if place == "exact" else "cell" if place == "cell" else "zone",
                cell_m=number_between(form, f"r{number}-cell_m", low=1000, high=200_000, otherwise=4000.0)
                if place == "cell"
                else 0.0,
                time=next((unit for unit in ("minute", "quarter", "hour") if unit == time), "day"),
                smallest_count=int(number_between(form, f"r{number}-smallest_count", low=1, high=1000, otherwise=3.0)),
                text=text_of(form, f"r{number}-text") == "on",
                to="parties" if text_of(form, f"r{number}-to") == "parties" else "",
                drawn_lines=earlier is not None and earlier.drawn_lines,
            )
        )
    if not recipients:
        raise TrucewatchError(Message("nobody would get a report; name at least the public"))
    return replace(draft, recipients=tuple(recipients))


def day_of_form(form: FormData, name: str) -> date | None:
    """A day as people type it; None where the field is empty. Raises TimeError for anything else."""
    text = text_of(form, name, 60)
    return TimeForm(words("en"), UTC, _EXAMPLE).read_day(text) if text else None


def number_between(form: FormData, name: str, *, low: float, high: float, otherwise: float) -> float:
    """A number of a field within these bounds; `otherwise` where it is empty. Raises TrucewatchError."""
    text = text_of(form, name, 40)
    if not text:
        return otherwise
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise TrucewatchError(Message('"{text}" is no number; write it like 500', text=text)) from None
    if not low <= value <= high:
        raise TrucewatchError(
            Message("{value} is not between {low} and {high}; correct it", value=text, low=f"{low:g}", high=f"{high:g}")
        )
    return value
