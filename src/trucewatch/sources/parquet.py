"""Parquet and GeoParquet files → the same chunks of text columns as any table; rows are numbered from 1.

Values become text that reads back to the same value, so that every format is checked by one set of rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.columns import NO_POINT
from trucewatch.sources.table import CHUNK_ROWS, MAX_COLUMNS, MAX_FIELD_CHARS, TOO_LONG, BadRow, Chunk, fold

MAX_CHUNK_TEXT_BYTES: Final = 256 << 20
MAX_GROUP_BYTES: Final = 1 << 30
_BATCH_ROWS: Final = 5_000


class ParquetTable:
    """One Parquet file. Raises UnreadableInput at once where the file or its columns cannot be read.

    A `geometry` column of WKB points (or the primary column that GeoParquet names) gives lon and lat where those are
    absent.
    """

    def __init__(self, path: Path, wanted: Sequence[str]) -> None:
        import pyarrow.parquet as pq

        try:
            schema = pq.read_schema(path)
            words = [
                field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            ]
            # Kept as dictionaries, so that one long text repeated a million times cannot fill the memory.
            self._file = pq.ParquetFile(path, read_dictionary=words)
        except (pa.ArrowException, OSError) as exc:
            raise UnreadableInput(
                Message("the Parquet file is cut off or damaged ({error}); fetch it again", error=_short(exc))
            ) from exc
        except UnicodeDecodeError as exc:
            raise UnreadableInput(
                Message("the Parquet file has a column whose name is not UTF-8; rename it and write the file again")
            ) from exc
        metadata = self._file.metadata
        sizes = [metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups)]
        if len(schema) > MAX_COLUMNS or max(sizes, default=0) > MAX_GROUP_BYTES:
            raise InputTooLarge(
                Message(
                    "the Parquet file has more than {columns} columns or a row group beyond {size} MB; write it in "
                    "smaller row groups",
                    columns=Amount(MAX_COLUMNS),
                    size=MAX_GROUP_BYTES >> 20,
                )
            )
        names = {field.name: fold(field.name) for field in schema}
        if len(set(names.values())) < len(schema):
            raise UnreadableInput(Message("the Parquet file names a column twice; rename one of them"))
        self._geometry = _geometry_column(schema, set(names.values()))
        self._columns = [
            name for name, key in names.items() if key != "bbox" and (name != self._geometry or key in wanted)
        ]
        self._names = names
        located = ("lon", "lat") if self._geometry and "lon" not in names.values() else ()
        self._located = bool(located)
        self.keys = (*(names[name] for name in self._columns if name != self._geometry), *located)

    def chunks(self) -> Iterator[Chunk]:
        position = 1
        columns = [*self._columns, *([self._geometry] if self._located and self._geometry else [])]
        try:
            for batch in self._file.iter_batches(batch_size=min(_BATCH_ROWS, CHUNK_ROWS), columns=columns):
                yield self._chunk(batch, position)
                position += batch.num_rows
        except (pa.ArrowException, OSError) as exc:
            raise UnreadableInput(
                Message(
                    "the Parquet file breaks off after row {row} ({error}); fetch it again",
                    row=position - 1,
                    error=_short(exc),
                )
            ) from exc

    def _chunk(self, batch: Any, first: int) -> Chunk:
        good = np.ones(batch.num_rows, dtype=np.bool_)
        texts: dict[str, Any] = {}
        for name in self._columns:
            if name != self._geometry:
                texts[self._names[name]], long = _as_text(batch.column(batch.schema.get_field_index(name)), name)
                good &= ~long
        if self._located:
            texts["lon"], texts["lat"] = _points(batch.column(batch.schema.get_field_index(self._geometry)))
        lines = np.arange(first, first + batch.num_rows, dtype=np.int64)
        bad = tuple(BadRow(int(line), TOO_LONG, "") for line in lines[~good])
        keep = pa.array(good)
        return Chunk(lines[good], {name: text.filter(keep) for name, text in texts.items()}, bad)


def _short(exc: Exception) -> str:
    return str(exc).splitlines()[0][:120]


def _geometry_column(schema: Any, keys: set[str]) -> str:
    """The name of the column of WKB points, or nothing. Raises UnreadableInput for another reference system."""
    about = (schema.metadata or {}).get(b"geo")
    name = "geometry" if "geometry" in schema.names else ""
    if about:
        try:
            geo = json.loads(about)
            name = geo["primary_column"]
            column = geo["columns"][name]
            encoding, crs = column["encoding"], column.get("crs", "absent")
        except (ValueError, KeyError, TypeError) as exc:
            raise UnreadableInput(Message("the GeoParquet description cannot be read; write the file again")) from exc
        is_wgs84 = crs == "absent" or (
            isinstance(crs, dict) and str(crs.get("id", {}).get("code")) in ("CRS84", "4326")
        )
        if not is_wgs84:
            raise UnreadableInput(
                Message("the GeoParquet file is not in WGS 84 longitude and latitude; convert it to OGC:CRS84")
            )
        if encoding != "WKB" and "lon" not in keys:
            raise UnreadableInput(
                Message(
                    'geometry is stored as "{encoding}"; write it as WKB, or give columns lon and lat',
                    encoding=encoding,
                )
            )
    if name and name not in schema.names:
        raise UnreadableInput(
            Message('the GeoParquet file lacks its geometry column "{name}"; write the file again', name=name)
        )
    return str(name)


def _as_text(column: Any, name: str) -> tuple[Any, Any]:
    """A column as text, empty for null, and a mask of the cells that are too long."""
    long = np.zeros(len(column), dtype=np.bool_)
    kind = column.type
    if pa.types.is_dictionary(kind):
        words = column.dictionary.cast(pa.string())
        lengths = pc.fill_null(pc.utf8_length(words), 0).to_numpy(zero_copy_only=False)
        codes = pc.fill_null(column.indices, 0).to_numpy(zero_copy_only=False)
        if len(lengths):
            long = lengths[codes] > MAX_FIELD_CHARS
            if int(np.where(long, 0, lengths[codes]).sum()) > MAX_CHUNK_TEXT_BYTES:
                raise InputTooLarge(
                    Message(
                        "the texts in column {name} add up to more than 256 MB in 5,000 rows; shorten them", name=name
                    )
                )
            if long.any():
                column = pc.if_else(pa.array(long), pa.scalar(None, column.type), column)
            text = column.cast(pa.string())
        else:
            text = pa.nulls(len(column), pa.string())
    elif pa.types.is_timestamp(kind):
        text = column.cast(pa.timestamp("us", tz=kind.tz and "UTC"), safe=False).cast(pa.string())
    elif pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise UnreadableInput(
            Message(
                'column "{name}" is of type {type}, not a text, number or time; write it as one of these',
                name=name,
                type=kind,
            )
        )
    else:
        text = column.cast(pa.string())
    return pc.utf8_trim_whitespace(pc.fill_null(text, "")), long


def _points(column: Any) -> tuple[Any, Any]:
    import shapely

    shapes = shapely.from_wkb(np.array(column.to_pylist(), dtype=object), on_invalid="ignore")
    present = np.array(column.is_valid().to_pylist(), dtype=np.bool_)
    is_point = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    texts = []
    for values in (shapely.get_x(shapes), shapely.get_y(shapes)):
        text = pa.array(values).cast(pa.string())
        text = pc.if_else(pa.array(is_point), text, str(NO_POINT))
        texts.append(pc.if_else(pa.array(present), text, ""))
    return texts[0], texts[1]
