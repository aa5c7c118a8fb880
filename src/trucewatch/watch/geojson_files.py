"""GeoJSON bytes → zones, basemap and sensors, each fault with its feature. Axes swapped and crossing rings are
found."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.times import ALWAYS, NEVER, read_time
from trucewatch.model.zone import BASEMAP_KINDS, ZONE_KINDS, Basemap, Ground, Sensor, Town, Zone
from trucewatch.watch.boundary_status import boundary_status
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


def read_zones(content: bytes, file: str, area: Area | None) -> tuple[list[Zone], list[Fault]]:
    """Zones and lines. Every faulty feature is named; the good ones are returned."""
    faults: list[Fault] = []

    def zone_of(feature: dict[str, Any]) -> Zone:
        properties = properties_of(feature)
        kind = _word(properties, "kind", ZONE_KINDS)
        accuracy = properties.get("accuracy_m")
        if not isinstance(accuracy, int | float) or not 0 < accuracy < 1e6:
            raise FeatureFault(
                Message("has no accuracy_m"), Message("say in metres how far the true edge may be from the drawn one")
            )
        if not properties.get("provenance"):
            raise FeatureFault(Message("has no provenance"), Message("say where the geometry comes from"))
        start, end = _moment(properties, "valid_from", ALWAYS), _moment(properties, "valid_until", NEVER)
        if end <= start:
            raise FeatureFault(
                Message("is valid until before it is valid from"), Message("swap valid_from and valid_until")
            )
        return Zone(
            id=_id(feature),
            kind=kind,
            names=_names(properties),
            geometry=geometry_of(feature, SHAPES.get(kind, SURFACES), area),
            provenance=str(properties["provenance"]),
            accuracy_m=float(accuracy),
            derived=bool(properties.get("derived", False)),
            entered_by=_listed(properties, "entered_by"),
            follows=str(properties.get("follows", "")),
            valid_from=start,
            valid_until=end,
        )

    zones = list(_each(content, file, zone_of, faults))
    return zones, faults + _overlaps(zones, file)


def _overlaps(zones: list[Zone], file: str) -> list[Fault]:
    """Two versions of one zone may not be valid at the same time."""
    faults = []
    ordered = sorted(zones, key=lambda zone: (zone.id, zone.valid_from))
    for earlier, later in itertools.pairwise(ordered):
        if earlier.id == later.id and later.valid_from < earlier.valid_until:
            what = Message(
                'zone "{zone}" is given twice for the time from {moment} UTC',
                zone=later.id,
                moment=f"{later.valid_from:%Y-%m-%d %H:%M}",
            )
            faults.append(
                Fault(file, 0, "", what, Message("end the earlier one with valid_until, or give the other another id"))
            )
    return faults


def read_basemap(content: bytes, file: str) -> tuple[Basemap, list[Fault]]:
    """Land, water, boundaries, districts and towns. A basemap whose boundary set has no name gets a warning."""
    faults: list[Fault] = []
    document = _document(content, file, [])
    boundary_set, credit = _sentences(document.get("boundary_set")), _sentences(document.get("credit"))
    if document and not boundary_set:
        remedy = Message('add "boundary_set": "who drew the boundaries, and when" beside "features"')
        faults.append(Fault(file, 0, "", Message("does not name its boundary set"), remedy, "warning"))

    def piece_of(feature: dict[str, Any]) -> Ground | Town:
        properties = properties_of(feature)
        kind = _word(properties, "kind", BASEMAP_KINDS)
        if kind == "town":
            point = geometry_of(feature, ("Point",), None)
            names, spellings = _names(properties), _listed(properties, "spellings")
            return Town(
                id=_id(feature),
                names=names,
                lon=point.x,
                lat=point.y,
                rank=_whole(properties, "rank", 3, Message("write 1 for the largest, 2, 3, or leave it out")),
                population=_whole(properties, "population", 0, Message("write the inhabitants as a whole number")),
                every_name=(*names.values(), *spellings) if spellings else (),
            )
        geometry = geometry_of(feature, ("LineString", "MultiLineString", *SURFACES), None)
        return Ground(
            kind=kind,
            geometry=geometry,
            names=_names(properties, needed=False),
            status=boundary_status(feature, properties, file, faults) if kind == "boundary" else "not_stated",
            status_by=str(properties.get("status_by", "")),
            line=str(properties.get("line", "")),
            derived=bool(properties.get("derived", False)),
        )

    pieces = list(_each(content, file, piece_of, faults))
    return Basemap(
        boundary_set=boundary_set,
        credit=credit,
        ground=tuple(piece for piece in pieces if isinstance(piece, Ground)),
        towns=tuple(piece for piece in pieces if isinstance(piece, Town)),
    ), faults


def read_sensors(content: bytes, file: str, area: Area | None) -> tuple[list[Sensor], list[Fault]]:
    """The sensor register. Groups are declared beside its features, with what their devices share."""
    faults: list[Fault] = []
    groups, group_faults = _groups(_document(content, file, []), file)
    names: dict[str, str] = {}
    ids: set[str] = set()

    def sensor_of(feature: dict[str, Any]) -> Sensor:
        properties = properties_of(feature)
        if _id(feature) in ids:
            raise FeatureFault(
                Message('the id "{id}" is given twice', id=_id(feature)), Message("give each device its own id")
            )
        ids.add(_id(feature))
        point = geometry_of(feature, ("Point",), area)
        reach = properties.get("range_m")
        if not isinstance(reach, int | float) or not 0 < reach < 1e7:
            raise FeatureFault(Message("has no range_m"), Message("say in metres how far it can sense"))
        start, end, built = (
            _moment(properties, key, otherwise)
            for key, otherwise in (("up_from", ALWAYS), ("up_until", NEVER), ("built", ALWAYS))
        )
        if end <= start:
            raise FeatureFault(Message("is up until before it is up from"), Message("swap up_from and up_until"))
        if properties.get("up_from") and start < built:
            raise FeatureFault(
                Message(
                    "is up from {start} UTC, before it was built ({built} UTC)",
                    start=f"{start:%Y-%m-%d %H:%M}",
                    built=f"{built:%Y-%m-%d %H:%M}",
                ),
                Message("correct up_from or built"),
            )
        if end <= built:
            raise FeatureFault(Message("is up until before it was built"), Message("correct up_until or built"))
        return Sensor(
            id=_id(feature),
            means=_word(properties, "means", MEANS),
            names=_names(properties, needed=False),
            lon=point.x,
            lat=point.y,
            range_m=float(reach),
            noise=str(properties.get("noise", "")),
            up_from=max(start, built),
            up_until=end,
            outages=_outages(properties),
            notices=_chances(properties),
            false_per_day=_rate(properties),
            group=_group(properties, groups),
            also=_also(properties, _id(feature), names),
            built=built,
        )

    sensors = list(_each(content, file, sensor_of, faults))
    members = Counter(sensor.group for sensor in sensors)
    for group in groups:
        if members[group] < 2 and not faults:
            group_faults.append(
                Fault(
                    file,
                    0,
                    "",
                    Message('group "{group}" has fewer than two devices', group=group),
                    Message("give the devices that share it this group, or leave it out"),
                    "warning",
                )
            )
    return sensors, faults + group_faults


def _groups(document: dict[str, Any], file: str) -> tuple[dict[str, str], list[Fault]]:
    """What the devices of each group share, by the group's id."""
    groups = document.get("groups", {})
    if isinstance(groups, dict) and all(isinstance(words, str | dict) for words in groups.values()):
        return groups, []
    what = Message("has groups that are no object")
    remedy = Message('write "groups": {{"east-hill": "what its devices share"}} beside "features"')
    return {}, [Fault(file, 0, "", what, remedy)]


def _group(properties: dict[str, Any], groups: Mapping[str, Any]) -> str:
    group = properties.get("group", "")
    if group == "" or (isinstance(group, str) and group in groups):
        return str(group)
    remedy = Message('declare it beside "features": "groups": {{"east-hill": "what its devices share"}}')
    raise FeatureFault(
        Message('group "{group}" is not declared', group=str(group)[:40]),
        did_you_mean(str(group), sorted(groups)) if groups else remedy,
    )


def _also(properties: dict[str, Any], device: str, names: dict[str, str]) -> tuple[str, ...]:
    """The further names of a device. names: name → device of those before, to which its own are added."""
    also = properties.get("also", [])
    if not isinstance(also, list) or not all(isinstance(name, str) and name for name in also):
        raise FeatureFault(
            Message("has further names that are no list"), Message('write "also": ["cam-3b", "feed-b:cam-3"]')
        )
    for name in (device, *also):
        if names.setdefault(name, device) != device:
            raise FeatureFault(
                Message('"{name}" is a name of "{owner}" already', name=name[:40], owner=names[name][:40]),
                Message("let each name stand for one device"),
            )
    return tuple(also)


def _outages(properties: dict[str, Any]) -> tuple[tuple[datetime, datetime], ...]:
    outages = []
    for pair in properties.get("outages") or []:
        if not isinstance(pair, list) or len(pair) != 2:
            raise FeatureFault(
                Message("has an outage that is no pair"),
                Message('write "outages": [["2031-05-01T06:00:00Z", "2031-05-01T09:00:00Z"]]'),
            )
        begin, end = (_moment({"outages": moment}, "outages", ALWAYS) for moment in pair)
        if end <= begin:
            raise FeatureFault(
                Message("has an outage that ends before it begins ({moment})", moment=pair[0]),
                Message("swap the two times"),
            )
        outages.append((begin, end))
    return tuple(outages)


def _chances(properties: dict[str, Any]) -> dict[str, float]:
    chances = properties.get("notices") or {}
    remedy = Message('write "notices": {{"explosion": 0.8}}, the chance of a report of such an event within its range')
    if not isinstance(chances, dict):
        raise FeatureFault(Message("has notices that are no object"), remedy)
    for kind, chance in chances.items():
        if kind not in KINDS:
            raise FeatureFault(
                Message('notices the kind "{kind}", which there is not', kind=str(kind)[:40]),
                Message("use one of: {words}", words=", ".join(KINDS)),
            )
        if not isinstance(chance, int | float) or isinstance(chance, bool) or not 0 <= chance <= 1:
            raise FeatureFault(Message("notices {kind} with a chance that is none", kind=kind), remedy)
    return {kind: float(chance) for kind, chance in chances.items()}


def _rate(properties: dict[str, Any]) -> float | None:
    rate = properties.get("false_per_day")
    if rate is None:
        return None
    if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0 <= rate < 1e6:
        raise FeatureFault(
            Message("has a false_per_day that is no number"),
            Message("say how many of its reports a day answer to nothing"),
        )
    return float(rate)


def _document(content: bytes, file: str, faults: list[Fault]) -> dict[str, Any]:
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
    faults.append(fault)
    return {}


def _each(content: bytes, file: str, make: Callable[[dict[str, Any]], T], faults: list[Fault]) -> Iterator[T]:
    for number, feature in enumerate(_document(content, file, faults).get("features", []), 1):
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


def _id(feature: dict[str, Any]) -> str:
    name = feature.get("id", properties_of(feature).get("id", ""))
    if not isinstance(name, str | int) or not str(name).strip():
        raise FeatureFault(Message("has no id"), Message('add "id" beside "geometry"'))
    return str(name)


def _sentences(value: Any) -> dict[str, str]:
    """A sentence in one language or in several, by language."""
    if isinstance(value, dict):
        return {str(language): str(words) for language, words in value.items()}
    return {"en": str(value)} if value else {}


def _names(properties: dict[str, Any], *, needed: bool = True) -> dict[str, str]:
    names = properties.get("names")
    if names is None and not needed:
        return {}
    if not isinstance(names, dict) or not names or not all(isinstance(name, str) and name for name in names.values()):
        raise FeatureFault(Message("has no names"), Message('add "names": {{"en": "…"}}'))
    return {str(language): name for language, name in names.items()}


def _listed(properties: dict[str, Any], key: str) -> tuple[str, ...]:
    words = properties.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise FeatureFault(Message("has {key} that is no list", key=key), Message('write it like ["A", "B"]'))
    return tuple(words)


def _whole(properties: dict[str, Any], key: str, otherwise: int, remedy: Message) -> int:
    number = properties.get(key, otherwise)
    if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number < 1e10 or number % 1:
        raise FeatureFault(Message("has a {key} that is no whole number", key=key), remedy)
    return int(number)


def _word(properties: dict[str, Any], key: str, vocabulary: tuple[str, ...]) -> str:
    word = properties.get(key)
    if word not in vocabulary:
        raise FeatureFault(
            Message('{key} "{word}" is not known', key=key, word=word) if word else Message("has no {key}", key=key),
            did_you_mean(str(word), vocabulary),
        )
    return str(word)


def _moment(properties: dict[str, Any], key: str, otherwise: datetime) -> datetime:
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
