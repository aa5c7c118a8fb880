"""GeoJSON bytes → zones, basemap and sensors, each fault with its feature."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import BASEMAP_KINDS, ZONE_KINDS, Basemap, Ground, Sensor, Town, Zone
from trucewatch.watch.boundary_status import boundary_status
from trucewatch.watch.feature_shapes import (
    SHAPES,
    SURFACES,
    Area,
    FeatureFault,
    document_of,
    each_feature,
    geometry_of,
    id_of,
    listed_of,
    moment_of,
    names_of,
    properties_of,
    sentences_of,
    whole_number,
    word_of,
)
from trucewatch.watch.toml_records import did_you_mean


def read_zones(content: bytes, file: str, area: Area | None) -> tuple[list[Zone], list[Fault]]:
    """Zones and lines. Every faulty feature is named; the good ones are returned."""
    faults: list[Fault] = []

    def zone_of(feature: dict[str, Any]) -> Zone:
        properties = properties_of(feature)
        kind = word_of(properties, "kind", ZONE_KINDS)
        accuracy = properties.get("accuracy_m")
        if not isinstance(accuracy, int | float) or not 0 < accuracy < 1e6:
            raise FeatureFault(
                Message("has no accuracy_m"), Message("say in metres how far the true edge may be from the drawn one")
            )
        if not properties.get("provenance"):
            raise FeatureFault(Message("has no provenance"), Message("say where the geometry comes from"))
        start, end = moment_of(properties, "valid_from", ALWAYS), moment_of(properties, "valid_until", NEVER)
        if end <= start:
            raise FeatureFault(
                Message("is valid until before it is valid from"), Message("swap valid_from and valid_until")
            )
        return Zone(
            id=id_of(feature),
            kind=kind,
            names=names_of(properties),
            geometry=geometry_of(feature, SHAPES.get(kind, SURFACES), area),
            provenance=str(properties["provenance"]),
            accuracy_m=float(accuracy),
            derived=bool(properties.get("derived", False)),
            entered_by=listed_of(properties, "entered_by"),
            follows=str(properties.get("follows", "")),
            valid_from=start,
            valid_until=end,
        )

    zones = list(each_feature(content, file, zone_of, faults))
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
    document = document_of(content, file, [])
    boundary_set, credit = sentences_of(document.get("boundary_set")), sentences_of(document.get("credit"))
    if document and not boundary_set:
        remedy = Message('add "boundary_set": "who drew the boundaries, and when" beside "features"')
        faults.append(Fault(file, 0, "", Message("does not name its boundary set"), remedy, "warning"))

    def piece_of(feature: dict[str, Any]) -> Ground | Town:
        properties = properties_of(feature)
        kind = word_of(properties, "kind", BASEMAP_KINDS)
        if kind == "town":
            point = geometry_of(feature, ("Point",), None)
            names, spellings = names_of(properties), listed_of(properties, "spellings")
            return Town(
                id=id_of(feature),
                names=names,
                lon=point.x,
                lat=point.y,
                rank=whole_number(properties, "rank", 3, Message("write 1 for the largest, 2, 3, or leave it out")),
                population=whole_number(properties, "population", 0, Message("write how many live there")),
                every_name=(*names.values(), *spellings) if spellings else (),
            )
        geometry = geometry_of(feature, ("LineString", "MultiLineString", *SURFACES), None)
        is_boundary = kind == "boundary"
        status = boundary_status(feature, properties, file, faults, boundary_set) if is_boundary else "not_stated"
        return Ground(
            kind=kind,
            geometry=geometry,
            names=names_of(properties, needed=False),
            status=status,
            status_by=str(properties.get("status_by", "")),
            line=str(properties.get("line", "")),
            derived=bool(properties.get("derived", False)),
        )

    pieces = list(each_feature(content, file, piece_of, faults))
    return Basemap(
        boundary_set=boundary_set,
        credit=credit,
        ground=tuple(piece for piece in pieces if isinstance(piece, Ground)),
        towns=tuple(piece for piece in pieces if isinstance(piece, Town)),
    ), faults


def read_sensors(content: bytes, file: str, area: Area | None) -> tuple[list[Sensor], list[Fault]]:
    """The sensor register. Groups are declared beside its features, with what their devices share."""
    faults: list[Fault] = []
    groups, group_faults = _groups(document_of(content, file, []), file)
    names: dict[str, str] = {}
    ids: set[str] = set()

    def sensor_of(feature: dict[str, Any]) -> Sensor:
        properties = properties_of(feature)
        if id_of(feature) in ids:
            raise FeatureFault(
                Message('the id "{id}" is given twice', id=id_of(feature)), Message("give each device its own id")
            )
        ids.add(id_of(feature))
        point = geometry_of(feature, ("Point",), area)
        reach = properties.get("range_m")
        if not isinstance(reach, int | float) or not 0 < reach < 1e7:
            raise FeatureFault(Message("has no range_m"), Message("say in metres how far it can sense"))
        start, end, built = (
            moment_of(properties, key, otherwise)
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
            id=id_of(feature),
            means=word_of(properties, "means", MEANS),
            names=names_of(properties, needed=False),
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
            also=_also(properties, id_of(feature), names),
            built=built,
        )

    sensors = list(each_feature(content, file, sensor_of, faults))
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
        begin, end = (moment_of({"outages": moment}, "outages", ALWAYS) for moment in pair)
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
