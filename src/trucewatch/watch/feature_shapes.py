"""GeoJSON bytes → features, each fault with its feature: its id, names, words, times and geometry. Axes swapped and
crossing rings are found."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.times import read_time
from trucewatch.watch.toml_records import did_you_mean, not_utf8, words_of_reader

T = TypeVar("T")
Area = tuple[float, float, float, float]

SHAPES = {"line": ("LineString", "MultiLineString")}
SURFACES = ("Polygon", "MultiPolygon")

_JSON_WORDS = (
    Message("expecting value"),
    Message("expecting ',' delimiter"),
    Message("expecting ':' delimiter"),
    Message("expecting property name enclosed in double quotes"),
    Message("extra data"),
)
"""What Python's reader of JSON says most often."""


class FeatureFault(Exception):
    """What is wrong with one feature, and the remedy."""

    def __init__(self, what: Message, remedy: Message) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def document_of(content: bytes, file: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
        if isinstance(document, dict) and isinstance(document.get("features"), list):
            return document
        what = Message("is not a GeoJSON FeatureCollection")
        fault = Fault(file, 0, "", what, Message('it needs {{"type": "FeatureCollection", …}}'))
    except UnicodeDecodeError as exc:
        fault = not_utf8(file, content, exc)
    except json.JSONDecodeError as exc:
        what = Message("is not JSON: {error}", error=words_of_reader(exc.msg.lower(), _JSON_WORDS))
        fault = Fault(file, exc.lineno, "", what, Message("mend it near this line"))
    except RecursionError:
        what = Message("is nested too deep to be GeoJSON")
        fault = Fault(file, 0, "", what, Message("export it again from the map program"))
    except ValueError:  # a number of thousands of digits, which Python does not count
        what = Message("has coordinates that are no geometry")
        fault = Fault(file, 0, "", what, Message("export it again from the map program"))
    faults.append(fault)
    return {}


def each_feature(content: bytes, file: str, make: Callable[[dict[str, Any]], T], faults: list[Fault]) -> Iterator[T]:
    for number, feature in enumerate(document_of(content, file, faults).get("features", []), 1):
        if not isinstance(feature, dict):
            faults.append(
                Fault(
                    file,
                    0,
                    Message("feature {number}", number=number),
                    Message("is no feature"),
                    Message("export it again from the map program"),
                )
            )
            continue
        try:
            yield make(feature)
        except FeatureFault as fault:
            called = feature.get("id", properties_of(feature).get("id", ""))
            place = (
                Message('feature {number} ("{name}")', number=number, name=str(called)[:40])
                if called != ""
                else Message("feature {number}", number=number)
            )
            faults.append(Fault(file, 0, place, fault.what, fault.remedy))


def properties_of(feature: dict[str, Any]) -> dict[str, Any]:
    """The properties of a feature; none where it has something else in their place."""
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def id_of(feature: dict[str, Any]) -> str:
    name = feature.get("id", properties_of(feature).get("id", ""))
    if not isinstance(name, str | int) or not str(name).strip():
        raise FeatureFault(Message("has no id"), Message('add "id" beside "geometry"'))
    return str(name)


def sentences_of(value: Any) -> dict[str, str]:
    """A sentence in one language or in several, by language."""
    if isinstance(value, dict):
        return {str(language): str(words) for language, words in value.items()}
    return {"en": str(value)} if value else {}


def names_of(properties: dict[str, Any], *, needed: bool = True) -> dict[str, str]:
    names = properties.get("names")
    if names is None and not needed:
        return {}
    if not isinstance(names, dict) or not names or not all(isinstance(name, str) and name for name in names.values()):
        raise FeatureFault(Message("has no names"), Message('add "names": {{"en": "…"}}'))
    return {str(language): name for language, name in names.items()}


def listed_of(properties: dict[str, Any], key: str) -> tuple[str, ...]:
    words = properties.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise FeatureFault(Message("has {key} that is no list", key=key), Message('write it like ["A", "B"]'))
    return tuple(words)


def whole_number(properties: dict[str, Any], key: str, otherwise: int, remedy: Message) -> int:
    number = properties.get(key, otherwise)
    if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number < 1e10 or number % 1:
        raise FeatureFault(Message("has a {key} that is no whole number", key=key), remedy)
    return int(number)


def word_of(properties: dict[str, Any], key: str, vocabulary: tuple[str, ...]) -> str:
    word = properties.get(key)
    if word not in vocabulary:
        raise FeatureFault(
            Message('{key} "{word}" is not known', key=key, word=word) if word else Message("has no {key}", key=key),
            did_you_mean(str(word), vocabulary),
        )
    return str(word)


def moment_of(properties: dict[str, Any], key: str, otherwise: datetime) -> datetime:
    text = properties.get(key)
    if text in (None, ""):
        return otherwise
    try:
        return read_time(str(text))
    except TimeError as exc:
        raise FeatureFault(
            Message("{where}: {why}", where=key, why=exc), Message("write it like 2020-11-10T00:00:00+03:00")
        ) from exc


def geometry_of(feature: dict[str, Any], shapes: tuple[str, ...], area: Area | None) -> Any:
    """The feature's geometry, two-dimensional, inside the world and valid. Raises FeatureFault."""
    import shapely

    raw = feature.get("geometry")
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise FeatureFault(Message("has no geometry"), Message("draw it, or leave it out"))
    if raw["type"] not in shapes:
        raise FeatureFault(Message("is a {shape}", shape=raw["type"][:40]), _drawn_as(shapes))
    try:
        geometry = shapely.force_2d(_shape_of(raw))
    except (ArithmeticError, ValueError, TypeError, AttributeError, LookupError, shapely.errors.ShapelyError) as exc:
        raise FeatureFault(
            Message("has coordinates that are no geometry"), Message("export it again from the map program")
        ) from exc
    if geometry.is_empty:
        raise FeatureFault(Message("is empty"), Message("draw it, or leave it out"))
    lon_min, lat_min, lon_max, lat_max = geometry.bounds
    if not all(math.isfinite(bound) for bound in geometry.bounds):
        raise FeatureFault(
            Message("has a coordinate that is no number"), Message("export it again from the map program")
        )
    if lat_min < -90 or lat_max > 90 or lon_min < -180 or lon_max > 180:
        swapped = lon_min >= -90 and lon_max <= 90
        what = Message(
            "reaches lon {west} to {east}, lat {south} to {north}",
            west=f"{lon_min:g}",
            east=f"{lon_max:g}",
            south=f"{lat_min:g}",
            north=f"{lat_max:g}",
        )
        raise FeatureFault(
            what,
            Message("its axes are swapped: longitude comes first")
            if swapped
            else Message("coordinates are degrees WGS 84"),
        )
    if area is not None and _looks_swapped(geometry.bounds, area):
        raise FeatureFault(
            Message("lies at lon {lon}, lat {lat}, far from the watch", lon=f"{lon_min:g}", lat=f"{lat_min:g}"),
            Message("its axes are swapped: longitude comes first"),
        )
    if not geometry.is_valid:
        raise FeatureFault(*_invalid(shapely.is_valid_reason(geometry)))
    return geometry


def _drawn_as(shapes: tuple[str, ...]) -> Message:
    """The remedy for a shape of the wrong sort, by how many sorts would do."""
    if len(shapes) == 4:
        first, second, third, fourth = shapes
        return Message(
            "draw it as {one} or {two} or {three} or {four}", one=first, two=second, three=third, four=fourth
        )
    if len(shapes) == 2:
        return Message("draw it as {one} or {other}", one=shapes[0], other=shapes[1])
    return Message("draw it as {shapes}", shapes=" or ".join(shapes))


def _shape_of(raw: dict[str, Any]) -> Any:
    """The shape as it is drawn. Rings of plain numbers are taken whole, which is six times as quick as corner by
    corner."""
    import numpy as np
    import shapely

    if raw["type"] == "Polygon" and raw["coordinates"]:
        rings = [np.asarray(ring) for ring in raw["coordinates"]]
        if all(ring.ndim == 2 and ring.dtype.kind in "if" for ring in rings):
            return shapely.Polygon(rings[0], rings[1:])
    return shapely.geometry.shape(raw)


def _looks_swapped(bounds: tuple[float, ...], area: Area) -> bool:
    west, south, east, north = area
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    inside = west <= lon <= east and south <= lat <= north
    return not inside and west <= lat <= east and south <= lon <= north


def _invalid(reason: str) -> tuple[Message, Message]:
    import re

    match = re.match(r"(.*?)\[(-?[\d.e+-]+) (-?[\d.e+-]+)\]", reason)
    if match is None:
        return Message("is no valid shape ({reason})", reason=reason.lower()), Message("redraw it")
    lon, lat = float(match[2]), float(match[3])
    if "elf-intersection" in match[1]:
        return Message("crosses itself near lon {lon}, lat {lat}", lon=f"{lon:.3f}", lat=f"{lat:.3f}"), Message(
            "redraw it"
        )
    return Message(
        "is no valid shape ({reason}) near lon {lon}, lat {lat}",
        reason=match[1].lower(),
        lon=f"{lon:.3f}",
        lat=f"{lat:.3f}",
    ), Message("redraw it")
