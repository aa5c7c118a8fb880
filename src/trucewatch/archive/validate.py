"""A piece of a table, of any column types → rows, and for each row that cannot be taken its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.archive.header import Layout, detect_layout
from trucewatch.archive.row_kernels import hash_texts
from trucewatch.archive.rows import NOTHING, TYPES, Rows
from trucewatch.errors import UnreadableInput
from trucewatch.fusion.word_hashes import hash_of, words_of
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.sources.columns import (
    UTC_MICROS,
    Faults,
    Floats,
    flag_fault,
    quote_cell,
    range_fault,
    read_numbers,
    to_mask,
    word_fault,
)
from trucewatch.sources.limits import FALSE_WORDS, FLOAT_LIMITS, TRUE_WORDS
from trucewatch.sources.observations import NO_TIME, read_times

ALIKE: Final = {"heat": "thermal_anomaly", "fire": "thermal_anomaly", "hotspot": "thermal_anomaly"}
"""Words for a kind that mean one of ours."""
EMPTY_WORDS: Final = ("nan", "na", "n/a", "#n/a", "null", "none", "nat")
NULLS: Final = ["", *(form for word in EMPTY_WORDS for form in dict.fromkeys((word, word.upper(), word.title())))]
FIRST_US: Final = -62_135_596_800_000_000 + 366 * 86_400_000_000
LAST_US: Final = 253_402_300_800_000_000 - 366 * 86_400_000_000
_SPOKEN: Final = (MEANS.index("public"), MEANS.index("party"))
UNKNOWN: Final = -2
"""In place of the number of a word that is in none of our lists."""


def clean_table(
    table: pa.Table, layout: Layout, *, zone: tzinfo | None, zone_name: str = "", kind: str = "thermal_anomaly"
) -> tuple[Rows, Faults]:
    """The good rows in their order, and the faults of the others by their number in the table.

    kind: what a table without such a column reports; its means are then those of satellites for heat, else of nobody we
    know.
    Raises UnreadableInput where a column cannot be what it has to be.
    """
    faults = Faults(table.num_rows)
    count = table.num_rows
    own = layout.columns
    columns: dict[str, npt.NDArray[Any]] = clean_places(table, own, faults)
    for name in FLOAT_LIMITS:
        if name in own and name in TYPES and name not in columns:
            columns[name] = _numbers_of(table[own[name]], own[name], faults, *FLOAT_LIMITS[name])
    columns["start_us"] = _times_of(table[own["start"]], own["start"], faults, zone, zone_name, required=True)
    if "end" in own:
        end = _times_of(table[own["end"]], own["end"], faults, zone, zone_name)
        columns["end_us"] = np.where(end == NO_TIME, columns["start_us"], end)
        faults.refuse(
            columns["end_us"] < columns["start_us"], Message("the end is before the start; correct one of them")
        )
    if "known" in own:
        known_us = _times_of(table[own["known"]], own["known"], faults, zone, zone_name)
        columns["known_us"] = np.where(known_us == NO_TIME, 0, known_us)
    if "rank" in own:
        columns["rank"] = np.nan_to_num(_numbers_of(table[own["rank"]], own["rank"], faults, 0, 127), nan=1.0)
    texts: dict[int, str] = {}
    columns["kind"] = _codes_of(table, own.get("kind"), KINDS, ALIKE, KINDS.index(kind), faults)
    columns["means"] = _codes_of(table, own.get("means"), MEANS, {}, -1, faults)
    columns["means"] = means_or_usual(columns["means"], columns["kind"])
    for name in ("source", "sensor", "claimed_by"):
        if name in own:
            columns[name] = _hashes_of(table[own[name]], texts)
    spoken = np.isin(columns["means"], _SPOKEN)
    if "text" in own and spoken.any():
        columns["text"] = np.full(count, NOTHING, dtype=np.int64)
        bare = pc.replace_substring_regex(pc.utf8_lower(_as_words(table[own["text"]])), r"[^\p{L}\p{N}]+", " ")
        columns["text"][spoken] = words_of(pa.chunked_array([bare.filter(pa.array(spoken))]))
    if "simulated" in own:
        columns["simulated"] = _flags_of(table[own["simulated"]], own["simulated"], faults)
    ids = None
    if "id" in own and layout.has_our_ids:
        ids = text = _as_words(table[own["id"]])
        faults.refuse(
            ~to_mask(pc.match_substring_regex(text, "^o-[a-z2-7]{26}$")),
            lambda i: Message(
                "observation_id {value} is not of our form; name the column id instead",
                value=quote_cell(text[i].as_py()),
            ),
        )
    elif "id" in own:
        columns["text_id"] = _fingerprints(table[own["id"]])
    _check_together(columns, faults)
    typed = {name: column.astype(TYPES[name], copy=False) for name, column in columns.items()}
    rows = Rows(count, typed, ids, texts)
    return (rows.take(faults.good), faults) if faults.reasons else (rows, faults)


def clean_places(table: pa.Table, own: Mapping[str, str], faults: Faults) -> dict[str, npt.NDArray[Any]]:
    """lon and lat, NaN where there is no place, or where one of them is at fault. Raises UnreadableInput where a column
    cannot be a place."""
    if "geometry" in own:
        lon, lat = _points_of(table[own["geometry"]], own["geometry"], faults)
        return {"lon": lon, "lat": lat}
    return {
        name: _numbers_of(table[own[name]], own[name], faults, *FLOAT_LIMITS[name])
        if name in own
        else np.full(table.num_rows, np.nan)
        for name in ("lon", "lat")
    }


def _check_together(columns: dict[str, npt.NDArray[Any]], faults: Faults) -> None:
    for first, second in (("lon", "lat"), ("observer_lon", "observer_lat")):
        if first in columns and second in columns:
            alone = np.isnan(columns[first]) != np.isnan(columns[second])
            faults.refuse(
                alone, Message("{one} and {other} belong together; give both or neither", one=first, other=second)
            )
    if "semi_minor_m" in columns and "semi_major_m" in columns:
        with np.errstate(invalid="ignore"):
            faults.refuse(
                columns["semi_minor_m"] > columns["semi_major_m"],
                Message("semi_minor_m is more than semi_major_m; exchange them"),
            )


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _as_words(column: Any) -> Any:
    """A column as one array of trimmed texts, empty where nothing is known."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    text = pc.fill_null(whole.cast(pa.string()), "")
    return pc.utf8_trim_whitespace(text) if _is_text(whole.type) else text


def _as_cells(column: Any) -> Any:
    """Texts in which every way to say nothing is empty."""
    words = _as_words(column)
    return pc.if_else(pc.is_in(pc.utf8_lower(words), value_set=pa.array(EMPTY_WORDS)), "", words)


def _numbers_of(column: Any, name: str, faults: Faults, low: float, high: float) -> Floats:
    if _is_text(column.type):
        return read_numbers(_as_cells(column), name, faults, low=low, high=high)
    if pa.types.is_nested(column.type) or pa.types.is_temporal(column.type) or pa.types.is_binary(column.type):
        raise UnreadableInput(
            Message('column "{name}" is of type {type}, not numbers; write it as numbers', name=name, type=column.type)
        )
    values: Floats = np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    with np.errstate(invalid="ignore"):
        outside = ~np.isnan(values) & ~((values >= low) & (values <= high))
    faults.refuse(outside, lambda i: range_fault(name, f"{values[i]:.7g}", low, high))
    return values


def _times_of(
    column: Any, name: str, faults: Faults, zone: tzinfo | None, zone_name: str, *, required: bool = False
) -> npt.NDArray[np.int64]:
    kind = column.type
    if _is_text(kind):
        times_us = read_times(_as_cells(column), name, faults, zone=zone, required=required)
    elif pa.types.is_timestamp(kind):
        if kind.tz is None:
            if not zone_name:
                raise UnreadableInput(
                    Message('column "{name}" has times without a zone; name it: time zone "UTC", or another', name=name)
                )
            column = pc.assume_timezone(column, zone_name, ambiguous="earliest")
        micros = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False).cast(UTC_MICROS).cast(pa.int64())
        times_us = np.asarray(pc.fill_null(micros, int(NO_TIME)).to_numpy(), dtype=np.int64)
        if required:
            faults.refuse(
                times_us == NO_TIME, Message("{name} is empty; write a time like 2020-12-11T14:02:00Z", name=name)
            )
    else:
        raise UnreadableInput(
            Message(
                'column "{name}" is of type {type}, not times; write times like 2020-12-11T14:02:00Z',
                name=name,
                type=kind,
            )
        )
    outside = (times_us != NO_TIME) & ((times_us < FIRST_US) | (times_us > LAST_US))
    faults.refuse(outside, Message("{name} is outside the years 2 to 9998; correct it", name=name))
    return times_us


def _coded(column: Any) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The different words of a column and the number of each row's; missing is the empty word."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = whole if pa.types.is_dictionary(whole.type) else whole.cast(pa.string()).dictionary_encode()
    words = [cell_word(word) for word in coded.dictionary.to_pylist()] + [""]
    codes = pc.fill_null(coded.indices, len(words) - 1).to_numpy(zero_copy_only=False).astype(np.int64)
    return words, codes


def cell_word(word: str | None) -> str:
    """What a cell says; nothing where it says so in one of many ways."""
    text = (word or "").strip()
    return "" if text.casefold() in EMPTY_WORDS else text


def _codes_of(
    table: pa.Table, name: str | None, allowed: tuple[str, ...], alike: dict[str, str], otherwise: int, faults: Faults
) -> npt.NDArray[np.int8]:
    """Numbers of words of one of our lists; `otherwise` where the cell is empty or there is no such column."""
    if name is None:
        return np.full(table.num_rows, otherwise, dtype=np.int8)
    words, codes = _coded(table[name])
    numbers = numbers_of_words(words, allowed, alike, otherwise)[codes]
    faults.refuse(numbers == UNKNOWN, lambda i: word_fault(str(name), words[codes[i]], allowed))
    return numbers


def numbers_of_words(
    words: Sequence[str], allowed: tuple[str, ...], alike: Mapping[str, str], otherwise: int
) -> npt.NDArray[np.int8]:
    """The place of each word in one of our lists; `otherwise` for the empty word, UNKNOWN for others."""
    our_words = [alike.get(word.casefold(), word) for word in words]
    return np.array(
        [allowed.index(word) if word in allowed else UNKNOWN if word else otherwise for word in our_words],
        dtype=np.int8,
    )


def means_or_usual(means: npt.NDArray[np.int8], kind: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """The means of each row; where none is said (−1) that of satellites for heat, else of nobody we know."""
    unsaid = means < 0
    if not unsaid.any():
        return means
    heat = kind == KINDS.index("thermal_anomaly")
    by_kind = np.where(heat, MEANS.index("satellite"), MEANS.index("public"))
    return np.where(unsaid, by_kind, means).astype(np.int8)


def _hashes_of(column: Any, texts: dict[int, str]) -> npt.NDArray[np.int64]:
    words, codes = _coded(column)
    numbers = [hash_of(word) for word in words]
    texts.update({number: word for number, word in zip(numbers, words, strict=True) if number != NOTHING})
    return np.array(numbers, dtype=np.int64)[codes]


def _flags_of(column: Any, name: str, faults: Faults) -> npt.NDArray[np.bool_]:
    if pa.types.is_boolean(column.type):
        return np.asarray(pc.fill_null(column, False).to_numpy(), dtype=np.bool_)
    words, codes = _coded(column)
    lower = [word.casefold() for word in words]
    value = np.array([1 if word in TRUE_WORDS else 0 if word in FALSE_WORDS else -1 for word in lower])[codes]
    faults.refuse(
        value < 0,
        lambda i: flag_fault(name, words[codes[i]]),
    )
    return np.asarray(value == 1, dtype=np.bool_)


def _fingerprints(column: Any) -> npt.NDArray[np.int64]:
    """64 bits of each text, blanks about it apart; 0 where there is none."""
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if flat.type != pa.string() or flat.null_count:
        flat = pc.fill_null(flat.cast(pa.string()), "")
    out = np.zeros(len(flat), dtype=np.uint64)
    if len(flat):
        _, offsets, content = flat.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32)[flat.offset : flat.offset + len(flat) + 1]
        hash_texts(ends, np.frombuffer(content, dtype=np.uint8) if content else np.zeros(0, np.uint8), out)
    return out.view(np.int64)


def _points_of(column: Any, name: str, faults: Faults) -> tuple[Floats, Floats]:
    import shapely

    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        raise UnreadableInput(
            Message(
                'column "{name}" is of type {type}; write points as WKB, or give columns lon and lat',
                name=name,
                type=column.type,
            )
        )
    raw = np.array(column.to_pylist(), dtype=object)
    shapes = shapely.from_wkb(raw, on_invalid="ignore")
    present = np.array([cell is not None for cell in raw], dtype=np.bool_)
    points = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    faults.refuse(present & ~points, Message("{name} is no point; give points, or columns lon and lat", name=name))
    lon, lat = (np.asarray(axis(shapes), dtype=np.float64) for axis in (shapely.get_x, shapely.get_y))
    with np.errstate(invalid="ignore"):
        outside = points & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    faults.refuse(
        outside,
        lambda i: Message(
            "{name} {lon} {lat} is no lon and lat in degrees; convert it to WGS 84",
            name=name,
            lon=f"{lon[i]:.6g}",
            lat=f"{lat[i]:.6g}",
        ),
    )
    return lon, lat


_OBSERVED: Final = detect_layout(
    (
        "observation_id",
        "lon",
        "lat",
        "occurred_start",
        "occurred_end",
        "kind",
        "means",
        "source",
        "sensor",
        "claimed_by",
        "text",
        "simulated",
        "semi_major_m",
        "semi_minor_m",
        "major_azimuth_deg",
        "time_sd_s",
        "observer_lon",
        "observer_lat",
        "bearing_deg",
        "bearing_sd_deg",
        "range_m",
        "range_sd_m",
        "product_rank",
        "known_at",
    )
)


def rows_of_observations(table: pa.Table, *, with_ids: bool) -> Rows:
    """Rows of an observation table that an adapter made."""
    rows, _ = clean_table(table, _OBSERVED, zone=None)
    columns = {
        name: column
        for name, column in rows.columns.items()
        if column.dtype.kind != "f" or name in ("lon", "lat") or not np.isnan(column).all()
    }
    return Rows(len(rows), columns, rows.ids if with_ids else None, rows.texts)
