"""Zones and lines as researchers have them (a GeoJSON file, shapely, GeoPandas) → drawn shapes with an id."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import shapely

from trucewatch.archive.zone_lookup import Drawn
from trucewatch.errors import PlaceError, TrucewatchError, system_words
from trucewatch.geo.zone_index import FOREVER
from trucewatch.messages import Message
from trucewatch.model.times import as_utc, read_time

_NAMES: Final = ("id", "name", "zone", "NAME", "shapeName")
_AREAS: Final = (shapely.Polygon, shapely.MultiPolygon)
_LINES: Final = (shapely.LineString, shapely.MultiLineString)


def drawn_zones(zones: Any) -> tuple[Drawn, ...]:
    """A GeoJSON file or object, a GeoDataFrame, a mapping of names to shapes, or shapes; ids are names or numbers from
    0.

    `valid_from` and `valid_until` among a feature's properties are kept.
    Raises PlaceError for what is no polygon, TimeError for such a time, TrucewatchError for a file that cannot be read.
    """
    drawn = tuple(_drawn(zones))
    for zone in drawn:
        if not isinstance(shapely.from_wkb(zone.wkb), _AREAS):
            raise PlaceError(Message('zone "{id}" is no polygon; draw it as Polygon or MultiPolygon', id=zone.id))
    return drawn


def drawn_lines(line: Any) -> tuple[Drawn, ...]:
    """The same for one line; its parts, if there are several, are one line."""
    shapes = [shapely.from_wkb(drawn.wkb) for drawn in _drawn(line)]
    if not shapes or any(not isinstance(shape, _LINES) for shape in shapes):
        raise PlaceError(Message("the line is none; give a LineString or MultiLineString, or a GeoJSON file with one"))
    parts = [part for shape in shapes for part in shapely.get_parts(shape)]
    whole = parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)
    return (Drawn("line", shapely.to_wkb(whole), *FOREVER),)


def _drawn(shapes: Any) -> Iterable[Drawn]:
    if isinstance(shapes, str | Path):
        shapes = _read(Path(shapes))
    if isinstance(shapes, shapely.Geometry):
        return [_shape("0", shapes)]
    crs = getattr(shapes, "crs", None)
    if crs is not None and not (crs.to_epsg() == 4326 or str(crs).upper().endswith("CRS84")):
        shapes = shapes.to_crs(4326)
    if hasattr(shapes, "__geo_interface__"):
        shapes = shapes.__geo_interface__
    if isinstance(shapes, Mapping) and "type" in shapes and not isinstance(shapes["type"], shapely.Geometry):
        return _features(shapes)
    if isinstance(shapes, Mapping):
        return [_shape(str(name), shape) for name, shape in shapes.items()]
    if isinstance(shapes, Sequence):
        return [_shape(str(number), shape) for number, shape in enumerate(shapes)]
    raise PlaceError(
        Message(
            "a {type} is no drawing; give a GeoJSON file, a GeoDataFrame, or shapely shapes", type=type(shapes).__name__
        )
    )


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise TrucewatchError(Message("{path} cannot be read: {error}", path=path, error=system_words(exc))) from exc
    except ValueError as exc:
        raise PlaceError(
            Message("{path} is no GeoJSON ({error}); export it as GeoJSON in WGS 84", path=path, error=exc)
        ) from exc


def _features(document: Mapping[str, Any]) -> Iterable[Drawn]:
    if document["type"] == "FeatureCollection":
        features = document["features"]
    elif document["type"] == "Feature":
        features = [document]
    else:
        features = [{"type": "Feature", "properties": {}, "geometry": document}]
    drawings = []
    for number, feature in enumerate(features):
        properties = feature.get("properties") or {}
        name = next((str(properties[key]) for key in _NAMES if properties.get(key) not in (None, "")), None)
        name = name or str(feature.get("id", number))
        if feature.get("geometry") is None:
            raise PlaceError(
                Message(
                    'feature {number} ("{name}") has no geometry; draw it or leave it out', number=number, name=name
                )
            )
        try:
            shape = shapely.geometry.shape(feature["geometry"])
        except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as exc:
            raise PlaceError(
                Message(
                    'feature {number} ("{name}") cannot be read as a shape: {error}; redraw it',
                    number=number,
                    name=name,
                    error=exc,
                )
            ) from exc
        since, until = (_moment(properties.get(key)) for key in ("valid_from", "valid_until"))
        drawn = _shape(name, shape)
        drawings.append(
            Drawn(
                drawn.id,
                drawn.wkb,
                FOREVER[0] if since is None else since,
                FOREVER[1] if until is None else until,
            )
        )
    return drawings


def _moment(value: Any) -> int | None:
    if value in (None, ""):
        return None
    moment = as_utc(value) if isinstance(value, datetime) else read_time(str(value))
    return round(moment.timestamp() * 1e6)


def _shape(name: str, shape: Any) -> Drawn:
    if not isinstance(shape, shapely.Geometry):
        raise PlaceError(Message('"{name}" is a {type}; give a shapely shape', name=name, type=type(shape).__name__))
    return Drawn(name, shapely.to_wkb(shape), *FOREVER)
