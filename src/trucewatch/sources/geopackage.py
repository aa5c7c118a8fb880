"""GeoPackage → blocks of features. The file is opened as the table it is: nothing of it is run, and its work has a
limit.

No view, no virtual table and no function that the file brings; a geometry is GeoPackage's own wrapping and plain WKB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from trucewatch.errors import RowFault, UnreadableInput
from trucewatch.geo.arrays import Floats
from trucewatch.messages import Message
from trucewatch.sources.features import (
    BYTES_AT_ONCE,
    DAMAGED_SHAPE,
    FEATURES_AT_ONCE,
    NO_CORNERS,
    Corners,
    FeatureBlock,
    text_of_value,
)
from trucewatch.sources.reference_systems import degrees_from_epsg, degrees_from_wkt
from trucewatch.sources.table import MAX_COLUMNS

STEPS: Final = 20_000_000
"""SQLite's own small steps that one look at a GeoPackage may take; a second or so."""
_MOST_VALUE_BYTES: Final = 8 << 20
_LITTLE_POINT: Final = b"\x01\x01\x00\x00\x00"
_ENVELOPE_BYTES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


class Budget:
    """The steps that SQLite may take until it is given new ones."""

    def __init__(self) -> None:
        self.left = STEPS

    def renew(self) -> None:
        self.left = STEPS

    def spend(self) -> bool:
        """Whether it is to stop."""
        self.left -= 1000
        return self.left < 0


@contextmanager
def open_geopackage(path: Path) -> Iterator[tuple[sqlite3.Connection, Budget]]:
    """The database, read only. Raises UnreadableInput for whatever SQLite raises meanwhile."""
    budget = Budget()
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            for setting in (
                *("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"),
                *("query_only=ON", "temp_store=MEMORY"),
            ):
                db.execute(f"PRAGMA {setting}")
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_VALUE_BYTES)
            db.set_progress_handler(budget.spend, 1000)
            yield db, budget
    except (sqlite3.Error, UnicodeError) as exc:  # names of tables and columns may be any bytes
        raise UnreadableInput(Message("the GeoPackage cannot be read ({error}); save it again", error=exc)) from exc


def quoted(name: object) -> str:
    """A name as SQL takes it, whatever it holds."""
    return '"' + str(name).replace('"', '""') + '"'


def plain_wkb(blob: object) -> bytes:
    """The WKB in GeoPackage's wrapping: `GP`, version, flags, reference system, envelope. Raises RowFault."""
    if not isinstance(blob, bytes) or len(blob) < 8 or not blob.startswith(b"GP"):
        raise RowFault(DAMAGED_SHAPE)
    return blob[8 + _ENVELOPE_BYTES.get((blob[3] >> 1) & 7, 0) :]


class GeoPackageFeatures:
    """The features of the one layer that a GeoPackage holds. Raises UnreadableInput, at once or from `blocks`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with open_geopackage(path) as (db, _):
            self._table, self._shape, self.degrees = _layer(db)
            names = [str(row[1]) for row in db.execute(f"PRAGMA table_info({quoted(self._table)})")]
        self.names = [name for name in names if name != self._shape]
        if len(self.names) > MAX_COLUMNS:
            raise UnreadableInput(Message("the layer has more than {most} columns; leave some out", most=MAX_COLUMNS))

    def blocks(self) -> Iterator[FeatureBlock]:
        columns = ", ".join(["rowid", *map(quoted, (self._shape, *self.names))])
        block, size = FeatureBlock(), 0
        with open_geopackage(self._path) as (db, budget):
            db.text_factory = bytes
            rows = db.execute(f"SELECT {columns} FROM {quoted(self._table)}")
            try:
                for number, shape, *values in rows:
                    if not isinstance(number, int) or number < 1:
                        raise UnreadableInput(
                            Message("a feature has the number {number}; number them from 1", number=str(number))
                        )
                    size += self._add(block, number, shape, values)
                    if len(block) >= FEATURES_AT_ONCE or size >= BYTES_AT_ONCE:
                        yield block
                        block, size = FeatureBlock(), 0
                        budget.renew()
            except sqlite3.Error:
                yield block
                raise
        yield block

    def _add(self, block: FeatureBlock, number: int, shape: object, values: Sequence[Any]) -> int:
        try:
            cells = dict(zip(self.names, map(_cell, values), strict=True))
            block.add(number, cells, _corners(shape))
        except UnicodeDecodeError:
            block.refuse(number, Message("a text is not UTF-8; save the GeoPackage again"))
            return 100
        except RowFault as fault:
            block.refuse(number, fault.message, ",".join(cells.values()))
        return sum(map(len, cells.values())) + (len(shape) if isinstance(shape, bytes) else 0)


def _layer(db: sqlite3.Connection) -> tuple[str, str, Any]:
    """Table, column of shapes and reference system of the layer. Raises UnreadableInput."""
    layers = db.execute(
        "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition "
        "FROM gpkg_geometry_columns g JOIN gpkg_contents c ON c.table_name = g.table_name "
        "JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table' AND m.sql LIKE 'CREATE TABLE%' "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE c.data_type = 'features' LIMIT 50"
    ).fetchall()
    filled = [
        layer for layer in layers if db.execute(f"SELECT 1 FROM {quoted(layer[0])} LIMIT 1").fetchone() is not None
    ]
    if not layers:
        raise UnreadableInput(Message("the GeoPackage holds no layer of features; save the events as one"))
    if len(filled) > 1:
        raise UnreadableInput(
            Message(
                'the GeoPackage holds several layers ("{first}", "{second}"); save the layer of events as a file of '
                "its own",
                first=str(filled[0][0])[:80],
                second=str(filled[1][0])[:80],
            )
        )
    table, column, organization, code, definition = (filled or layers)[0]
    return str(table), str(column), _degrees(str(organization or ""), code, str(definition or ""))


def _degrees(organization: str, code: object, definition: str) -> Any:
    if organization.upper() == "EPSG" and isinstance(code, int):
        return degrees_from_epsg(code)
    if not definition or organization.upper() in ("", "NONE"):
        raise UnreadableInput(
            Message("the GeoPackage does not say its reference system; save the events in WGS 84 (EPSG:4326)")
        )
    return degrees_from_wkt(definition)


def _cell(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else text_of_value(value)


def _corners(blob: object) -> Corners:
    if blob is None:
        return NO_CORNERS
    wkb = plain_wkb(blob)
    if wkb.startswith(_LITTLE_POINT) and len(wkb) == 21:
        point: list[float] = np.frombuffer(wkb, "<f8", 2, 5).tolist()
        return NO_CORNERS if point[0] != point[0] else [point]
    import shapely

    try:
        corners: Floats = shapely.get_coordinates(shapely.from_wkb(wkb))
    except (shapely.errors.ShapelyError, ValueError, TypeError) as exc:
        raise RowFault(DAMAGED_SHAPE) from exc
    return corners
