"""An invented country: control points → zones.geojson and basemap.geojson. No real place is meant or drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
import shapely.ops

from trucewatch.simulate.example.outlines import draw_land, draw_path, widen_downstream
from trucewatch.simulate.places import Origin
from trucewatch.simulate.strict_toml import Km, Strict, read_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline(Strict):
    """A coast, an islet, a lake: its corners in kilometres, and how much to roughen it."""

    km: tuple[Km, ...]
    names: Mapping[str, str] | None = None
    roughness: float = 0.09
    levels: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Path(Strict):
    """A river, a boundary, a divide, the line of contact, from end to end."""

    km: tuple[Km, ...]
    id: str = ""
    names: Mapping[str, str] | None = None
    width_m: tuple[float, float] = (0.0, 0.0)
    disputed: bool = False
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Strict):
    """One part of the land, named by a point that it holds."""

    id: str
    names: Mapping[str, str]
    holds_km: Km


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTown(Strict):
    """A town of the map, 1 the largest."""

    id: str
    names: Mapping[str, str]
    km: Km
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedZone(Strict):
    """A zone of the agreement: a belt about a path (`half_width_m`, the line if `about` says so) or a drawn place."""

    id: str
    kind: Literal["district", "corridor", "storage", "site"]
    names: Mapping[str, str]
    accuracy_m: float
    km: tuple[Km, ...] = ()
    about: str = ""
    half_width_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Country(Strict):
    """`country.toml`, as it stands: nothing but control points and names."""

    schema: Literal[1]
    seed: int
    origin: Origin
    boundary_set: str
    credit: str
    coast: Outline
    islet: tuple[Outline, ...]
    lake: tuple[Outline, ...]
    river: tuple[Path, ...]
    boundary: tuple[Path, ...]
    divide: tuple[Path, ...]
    region: tuple[Region, ...]
    town: tuple[SimulatedTown, ...]
    line: Path
    belt: tuple[SimulatedZone, ...]
    place: tuple[SimulatedZone, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCountry:
    """The country's geometries on the plane, metres."""

    land: Any
    water: tuple[tuple[Any, Mapping[str, str]], ...]
    boundary: Mapping[str, Any]
    region: Mapping[str, Any]
    line: Any
    zone: Mapping[str, Any]


def read_country() -> Country:
    """The country that is committed."""
    return read_record(__package__, "two_valleys", "country.toml", record=Country)


def draw_country(country: Country) -> DrawnCountry:
    """Every outline and path of the country, roughened with its own seed and cut to fit each other."""

    def _metres(km: Sequence[Km]) -> list[tuple[float, float]]:
        return [(east * 1000.0, north * 1000.0) for east, north in km]

    def _rng(part: int) -> np.random.Generator:
        return np.random.default_rng([country.seed, part])

    def _land(outline: Outline, part: int) -> Any:
        return draw_land(
            _metres(outline.km), roughness=outline.roughness, levels=outline.levels, rng=_rng(part)
        ).simplify(40.0)

    def _path(path: Path, part: int, roughness: float) -> Any:
        return draw_path(_metres(path.km), roughness=roughness, levels=3, rng=_rng(part)).simplify(25.0)

    main = _land(country.coast, 1)
    islets = [_land(islet, 20 + number) for number, islet in enumerate(country.islet)]
    land = shapely.union_all([main, *islets])
    lakes = [(_land(lake, 40 + number), lake.names or {}) for number, lake in enumerate(country.lake)]
    rivers = [
        (
            shapely.intersection(widen_downstream(_path(river, 60 + number, 0.12), river.width_m), main),
            river.names or {},
        )
        for number, river in enumerate(country.river)
    ]
    drawn = {path.id: _path(path, 80 + number, 0.05) for number, path in enumerate(country.boundary)}
    divides = [_path(path, 100 + number, 0.05) for number, path in enumerate(country.divide)]
    march = shapely.ops.split(main, drawn["march"])
    inner = max(march.geoms, key=lambda part: float(part.area))
    regions = _part_land(main, islets, [*drawn.values(), *divides], country.region)
    line = _longest(shapely.intersection(_path(country.line, 120, 0.06), inner))
    zones = {}
    for zone in country.belt:
        spine = line if zone.about else draw_path(_metres(zone.km), roughness=0.03, levels=1, rng=_rng(140))
        belt = shapely.buffer(spine, zone.half_width_m, quad_segs=8).simplify(60.0)
        zones[zone.id] = shapely.intersection(belt, inner) if zone.about else belt
    for number, zone in enumerate(country.place):
        zones[zone.id] = _land(Outline(km=zone.km, roughness=0.03, levels=1), 160 + number)
    return DrawnCountry(
        land=land,
        water=(*lakes, *rivers),
        boundary={
            path.id: _longest(shapely.intersection(drawn[path.id], inner if path.disputed else main))
            for path in country.boundary
        },
        region=regions,
        line=line,
        zone=zones,
    )


def _part_land(main: Any, islets: Sequence[Any], cuts: Sequence[Any], regions: Sequence[Region]) -> dict[str, Any]:
    """The land cut into its regions; each remaining piece and each islet goes to the region that it is nearest to."""
    faces: list[Any] = list(shapely.get_parts(shapely.polygonize([shapely.union_all([main.exterior, *cuts])])))
    faces = [face for face in faces if main.contains(face.representative_point())]
    parted: dict[str, list[Any]] = {}
    for region in regions:
        point = shapely.Point(region.holds_km[0] * 1000.0, region.holds_km[1] * 1000.0)
        parted[region.id] = [face for face in faces if face.contains(point)]
    assigned = [face for pieces in parted.values() for face in pieces]
    for rest in [*(face for face in faces if not any(face is piece for piece in assigned)), *islets]:
        nearest = max(
            parted, key=lambda name: (_shared_m(parted[name][0], rest), -float(parted[name][0].distance(rest)))
        )
        parted[nearest].append(rest)
    return {name: shapely.union_all(pieces) for name, pieces in parted.items()}


def _longest(lines: Any) -> Any:
    return max(shapely.get_parts(lines), key=lambda part: float(part.length))


def _shared_m(region: Any, piece: Any) -> float:
    return float(shapely.intersection(region.boundary, piece.boundary).length)
