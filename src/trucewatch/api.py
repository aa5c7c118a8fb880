"""For researchers: tables of observations → incidents, zones, distances, without a watch and without files.

    import trucewatch as tw
    incidents = tw.fuse(table)                      # one row an incident
    names = tw.label(table)                         # for each row of the table, the id of its incident
    inside = tw.zones(table, "zones.geojson")       # for each row, the zones that hold its place
    metres = tw.line_distance(table, "line.geojson")

A table is one of pyarrow, pandas, GeoPandas, polars, or anything else that speaks the Arrow PyCapsule interface. Its
places are in WGS 84 degrees: columns `lon` and `lat` (or `longitude`, `latitude`), or a `geometry` column of points.
What comes back is Arrow; `.to_pandas()` and `polars.from_arrow` take it from there.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pyarrow as pa

from trucewatch.archive.fuse_rows import fuse_rows
from trucewatch.archive.geometries import drawn_lines, drawn_zones
from trucewatch.archive.header import detect_layout, detect_places, joined
from trucewatch.archive.read import firms_piece
from trucewatch.archive.rows import Rows
from trucewatch.archive.slice_association import Association
from trucewatch.archive.slice_fusion import MEMBER_SCHEMA, Job
from trucewatch.archive.validate import clean_places, clean_table
from trucewatch.archive.zone_lookup import Situation
from trucewatch.errors import TrucewatchError, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.model.observation import KINDS
from trucewatch.model.times import zone_named
from trucewatch.model.watch import AssociationRule
from trucewatch.sources.columns import Faults, word_fault

__all__ = ["fuse", "label", "line_distance", "zones"]


def fuse(
    table: Any,
    *,
    rule: Literal["likelihood", "cylinder"] = "likelihood",
    radius_m: float = 1500.0,
    gap_hours: float = 6.0,
    events_per_km2_day: float = 0.05,
    zones: Any = None,
    line: Any = None,
    kind: str = "thermal_anomaly",
    time_zone: str = "",
    skip_bad: bool = False,
) -> pa.Table:
    """The incidents behind the observations: one row each, with place, one-sigma ellipse, time span, kind and how many
    rows.

    table: one row an observation. Needed: a place and a time (`occurred_start`, `time`, `timestamp`, …). Used if there:
    `occurred_end`, `kind`, `means`, `source`, `sensor`, `semi_major_m` (or `sd_m`; one sigma, metres), `semi_minor_m`,
    `major_azimuth_deg`, `time_sd_s`, `observer_lon`, `observer_lat`, `bearing_deg`, `range_m` and their spreads,
    `claimed_by`, `simulated`, `observation_id` or `id`. A FIRMS table is known by its columns.
    rule: `likelihood` joins rows by each one's own errors; `cylinder` joins rows within `radius_m` and `gap_hours` of
    each other, in a chain. Rows of different families of kinds, and simulated with real ones, are never joined.
    zones, line: as for `zones` and `line_distance`; they fill the columns `zones` and `line_distance_m`.
    kind: what a table without such a column reports. time_zone: for times without one, such as "UTC".
    Raises UnreadableInput where columns are missing or a row cannot be taken (`skip_bad=True` leaves such rows out),
    and PlaceError for drawings that are none. The result does not depend on the order of the rows.

    >>> import pyarrow as pa
    >>> table = pa.table({
    ...     "lon": [46.5, 46.501, 46.9], "lat": [39.5, 39.5, 39.1],
    ...     "time": ["2031-05-04T02:00:00Z", "2031-05-04T02:30:00Z", "2031-05-04T02:00:00Z"],
    ... })
    >>> fuse(table, rule="cylinder")["observations"].to_pylist()
    [1, 2]
    """
    rows, _ = _rows_of(table, kind=kind, time_zone=time_zone, skip_bad=skip_bad)
    job = Job(_association(rule, radius_m, gap_hours, events_per_km2_day), _situation(zones, line))
    return fuse_rows(rows, job)[0]


def label(
    table: Any,
    *,
    rule: Literal["likelihood", "cylinder"] = "likelihood",
    radius_m: float = 1500.0,
    gap_hours: float = 6.0,
    events_per_km2_day: float = 0.05,
    kind: str = "thermal_anomaly",
    time_zone: str = "",
    skip_bad: bool = False,
) -> pa.Array:
    """For each row of the table the id of its incident, as `fuse` with the same arguments gives it; null for rows left
    out. Raises what `fuse` raises.

    >>> import pyarrow as pa
    >>> when = pa.array([0, 60_000_000], pa.timestamp("us", "UTC"))
    >>> names = label(pa.table({"lon": [46.5, 46.5], "lat": [39.5, 39.5001], "time": when}), rule="cylinder")
    >>> names[0] == names[1]
    True
    """
    rows, is_kept = _rows_of(table, kind=kind, time_zone=time_zone, skip_bad=skip_bad)
    rows = rows.with_line_numbers(0, np.flatnonzero(is_kept).astype(np.int64))
    job = Job(_association(rule, radius_m, gap_hours, events_per_km2_day), Situation(), members=True)
    _, members = fuse_rows(rows, job)
    belonging = pa.concat_tables([MEMBER_SCHEMA.empty_table(), *members])
    at = np.full(len(is_kept), -1, dtype=np.int64)
    at[belonging["line"].to_numpy()] = np.arange(len(belonging))
    return belonging["incident_id"].combine_chunks().take(pa.array(at, mask=at < 0))


def zones(table: Any, zones: Any, *, time_zone: str = "") -> pa.Array:
    """For each row of the table the ids of all zones that hold its place: a list column; empty where there is none or
    no place.

    zones: a GeoJSON file or object, a GeoDataFrame, a mapping of names to shapely polygons, or a list of them. Ids are
    `id` or `name` of each feature, else its number from 0. Edges belong to the zone. Zones with `valid_from` and
    `valid_until` hold only rows of that time.
    Raises UnreadableInput where the table has no places, or no times though a zone has; PlaceError for drawings that
    are no zones.

    >>> import pyarrow as pa, shapely
    >>> zones(pa.table({"lon": [46.5, 48.0], "lat": [39.5, 39.5]}), {"west": shapely.box(46, 39, 47, 40)}).to_pylist()
    [['west'], []]
    """
    drawn = drawn_zones(zones)
    arrow = _arrow_of(table)
    lon, lat = _places_of(arrow)
    when = np.zeros(len(lon), dtype=np.int64)
    if any(zone.from_us > -(1 << 62) or zone.until_us < 1 << 62 for zone in drawn):
        when = _rows_of(arrow, kind="thermal_anomaly", time_zone=time_zone, skip_bad=False)[0]["start_us"]
    return Situation(drawn).situate(lon, lat, when)[0]


def line_distance(table: Any, line: Any) -> pa.Array:
    """For each row of the table the metres on the ellipsoid from its place to the line; null where there is no place.

    line: a GeoJSON file or object, a GeoDataFrame, or a shapely LineString or MultiLineString. Within 2 mm up to 25 km,
    2 cm up to 100 km. Raises UnreadableInput where the table has no places, PlaceError for a drawing that is no line.

    >>> import pyarrow as pa, shapely
    >>> line = shapely.LineString([(46, 39), (47, 39)])
    >>> line_distance(pa.table({"lon": [46.5], "lat": [39.1]}), line).to_numpy().round(1)
    array([11101.6])
    """
    lon, lat = _places_of(_arrow_of(table))
    situation = Situation((), drawn_lines(line))
    return pa.array(situation.situate(lon, lat, np.zeros(len(lon), dtype=np.int64))[1], from_pandas=True)


def _association(rule: str, radius_m: float, gap_hours: float, events_per_km2_day: float) -> Association:
    if rule not in ("likelihood", "cylinder"):
        raise TrucewatchError(Message('there is no rule "{rule}"; there are: likelihood, cylinder', rule=rule))
    for name, value in (("radius_m", radius_m), ("gap_hours", gap_hours), ("events_per_km2_day", events_per_km2_day)):
        if not 0 < value < float("inf"):
            raise TrucewatchError(Message("{name} is {value}; give a number above 0", name=name, value=value))
    chosen: Literal["likelihood", "cylinder"] = "likelihood" if rule == "likelihood" else "cylinder"
    return Association(
        rule=AssociationRule(rule=chosen, radius_m=radius_m, gap_hours=gap_hours, events_per_km2_day=events_per_km2_day)
    )


def _situation(zones: Any, line: Any) -> Situation:
    return Situation(drawn_zones(zones) if zones is not None else (), drawn_lines(line) if line is not None else ())


def _arrow_of(table: Any) -> pa.Table:
    """The table as Arrow. A GeoDataFrame's points become lon and lat."""
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    if hasattr(table, "to_crs") and hasattr(table, "geometry"):
        return _arrow_of_geopandas(table)
    if hasattr(table, "collect") and not hasattr(table, "__arrow_c_stream__"):
        table = table.collect()
    if hasattr(table, "__arrow_c_stream__"):
        return pa.table(table)
    if hasattr(table, "columns") and hasattr(table, "iloc"):
        return pa.Table.from_pandas(table, preserve_index=False)
    raise UnreadableInput(
        Message(
            "a {type} is no table that can be read; give pyarrow, pandas, GeoPandas or polars",
            type=type(table).__name__,
        )
    )


def _arrow_of_geopandas(frame: Any) -> pa.Table:
    import shapely

    crs = frame.crs
    if crs is not None and crs.to_epsg() != 4326:
        frame = frame.to_crs(4326)
    name = frame.geometry.name
    shapes = np.asarray(frame.geometry.values)
    kinds = shapely.get_type_id(shapes)
    if ((kinds != 0) & (kinds != -1)).any():
        raise UnreadableInput(
            Message('column "{name}" holds shapes that are no points; give points, such as .centroid', name=name)
        )
    others = frame.drop(columns=[name, *(axis for axis in ("lon", "lat") if axis in frame.columns)])
    arrow = pa.Table.from_pandas(others, preserve_index=False)
    for column, values in (("lon", shapely.get_x(shapes)), ("lat", shapely.get_y(shapes))):
        arrow = arrow.append_column(column, pa.array(values, from_pandas=True))
    return arrow


def _plain(arrow: pa.Table) -> pa.Table:
    """Extension columns, as GeoArrow's, as what they are made of."""
    for at, field in enumerate(arrow.schema):
        if isinstance(field.type, pa.ExtensionType):
            arrow = arrow.set_column(at, field.name, arrow[field.name].cast(field.type.storage_type))
    return arrow


def _places_of(arrow: pa.Table) -> tuple[Any, Any]:
    """lon and lat of every row, NaN where there is none."""
    arrow = _plain(arrow)
    faults = Faults(arrow.num_rows)
    places = clean_places(arrow, detect_places(arrow.schema.names), faults)
    _refuse(faults.reasons, skip_bad=False)
    return places["lon"], places["lat"]


def _rows_of(table: Any, *, kind: str, time_zone: str, skip_bad: bool) -> tuple[Rows, Any]:
    """The rows that can be taken, and which they are."""
    if kind not in KINDS:
        raise TrucewatchError(word_fault("kind", kind, KINDS))
    arrow = _plain(_arrow_of(table))
    layout = detect_layout(arrow.schema.names)
    if layout.form == "firms":
        piece = firms_piece(arrow, layout)
        _refuse({row.line: row.reason for row in piece.refused}, skip_bad=skip_bad)
        is_kept = np.zeros(arrow.num_rows, dtype=np.bool_)
        is_kept[piece.rows["line"]] = True
        return piece.rows, is_kept
    zone = zone_named(time_zone) if time_zone else None
    rows, faults = clean_table(arrow, layout, zone=zone, zone_name=time_zone, kind=kind)
    _refuse(faults.reasons, skip_bad=skip_bad)
    return rows, faults.good


def _refuse(reasons: dict[int, Message], *, skip_bad: bool) -> None:
    if reasons and not skip_bad:
        first = [Message("row {row}: {why}", row=number, why=reasons[number]) for number in sorted(reasons)[:3]]
        raise UnreadableInput(
            Message(
                "{count} rows cannot be taken (counted from 0): {why}. Correct them, or leave them out: skip_bad=True",
                count=Amount(len(reasons)),
                why=joined(first),
            )
        )
