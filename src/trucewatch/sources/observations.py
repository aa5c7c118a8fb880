"""Our own observation table as CSV, XLSX, Parquet or GeoParquet → the same rows, checked one by one.

Needed are `kind`, `means` and `occurred_start`; every other column may be missing. A column that the table does not
know refuses the whole file, because a misspelt name would lose its values without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import TrucewatchError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.observation import ASPECTS, KINDS, MEANS, STORED_OBSERVATION_SCHEMA, STRUCK
from trucewatch.model.people import PERCEIVED, PERSON_STATUS
from trucewatch.model.times import as_utc, read_time, zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import (
    UTC_MICROS,
    Faults,
    Floats,
    coded,
    delay_of,
    flag_fault,
    nearest,
    observation_table,
    quote_cell,
    read_numbers,
    read_words,
    reason_of,
    rejected_file,
    rejected_rows,
    require_columns,
    swapped_axes,
    swapped_fault,
    to_mask,
    with_remedy,
)
from trucewatch.sources.limits import (
    AZIMUTHS,
    COUNT_LIMITS,
    FALSE_WORDS,
    FLOAT_LIMITS,
    KNOWN_AHEAD,
    KNOWN_BEFORE_IT_WAS,
    NEEDS,
    ORDERED,
    PAIRS,
    TRUE_WORDS,
)
from trucewatch.sources.many_ids import observation_ids
from trucewatch.sources.stream import kind_of
from trucewatch.sources.table import Chunk, Table

if TYPE_CHECKING:
    from trucewatch.sources.parquet import ParquetTable

CARD: Final = SourceCard(
    adapter="observations",
    title=Message("Observations in the project's own table"),
    owner=Message("whoever wrote the file; name them as organisation in watch.toml"),
    delay=timedelta(0),
    delay_words=Message("as each row's known_at says; a row without one counts as known when the event ended"),
    licence=Message("as agreed with the owner; name it in watch.toml"),
    blind_spots=Message("those of the means that each row names; the file itself does not say what nobody watched"),
    reads=Message("CSV, CSV.gz, XLSX, Parquet, GeoParquet with the columns of the observation table"),
)
VERSION: Final = 1

REQUIRED: Final = ("kind", "means", "occurred_start")
COLUMNS: Final = (*STORED_OBSERVATION_SCHEMA.names, "natural_key")
_OURS: Final = ("source", "received_at", "evidence_sha256", "evidence_row")
"""Set by this reading, whatever the file says."""
_ID: Final = r"^o-[a-z2-7]{26}$"
_DAY_ONLY = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}$")
_UTC_TEXT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:?00)$"

Micros = npt.NDArray[np.int64]
NO_TIME: Final = np.iinfo(np.int64).min
"""Stands where a time is empty or at fault."""


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The rows as they are; times without zone need the source's `time_zone`.

    An `observation_id` of the right form is kept; otherwise the id comes from that text, else from `natural_key`, else
    from the whole row. `source` is this watch's source, `simulated` is true where the row or the source says so.
    """
    try:
        zone = zone_named(setting.time_zone) if setting.time_zone else None
        table = _open(path)
        _check_columns(table.keys)
        for chunk in table.chunks():
            yield _observations(chunk, origin, setting, context, zone)
    except TrucewatchError as fault:
        yield rejected_file(origin, fault.message)


def _open(path: Path) -> ParquetTable | Table:
    if kind_of(path) != "parquet":
        return Table(path)
    from trucewatch.sources.parquet import ParquetTable

    return ParquetTable(path, wanted=COLUMNS)


def _check_columns(names: Iterable[str]) -> None:
    for name in names:
        if name not in COLUMNS:
            hint = nearest(name, COLUMNS) if name else Message("give every column a name")
            raise UnreadableInput(
                Message("the observation table has no column {name}; {hint}", name=quote_cell(name), hint=hint)
            )
    require_columns(REQUIRED, names, hint=Message("every observation needs it"))


def _observations(
    chunk: Chunk, origin: Origin, setting: SourceSetting, context: ReadingContext, zone: tzinfo | None
) -> Batch:
    columns = chunk.columns
    count = len(chunk)
    faults = Faults(count)
    blank = pa.repeat(pa.scalar("", pa.string()), count)

    def column(name: str) -> Any:
        return columns.get(name, blank)

    values: dict[str, Any] = {
        "kind": read_words(column("kind"), "kind", faults, allowed=KINDS),
        "means": read_words(column("means"), "means", faults, allowed=MEANS),
        "aspect": read_words(
            column("aspect"), "aspect", faults, allowed=ASPECTS, required=False, default="undetermined"
        ),
        "person_status": read_words(
            column("person_status"),
            "person_status",
            faults,
            allowed=PERSON_STATUS,
            required=False,
            default="not_stated",
        ),
        "perceived": read_words(column("perceived"), "perceived", faults, allowed=PERCEIVED, required=False),
        "struck": read_words(column("struck"), "struck", faults, allowed=STRUCK, required=False),
    }
    start = read_times(column("occurred_start"), "occurred_start", faults, zone=zone, required=True)
    end = read_times(column("occurred_end"), "occurred_end", faults, zone=zone)
    end = np.where(end == NO_TIME, start, end)
    faults.refuse(end < start, Message("occurred_end is before occurred_start; correct one of them"))
    known_us = read_times(column("known_at"), "known_at", faults, zone=zone)
    assumed = known_us == NO_TIME
    ahead_us = KNOWN_AHEAD // timedelta(microseconds=1)
    faults.refuse(~assumed & (start > known_us + ahead_us), KNOWN_BEFORE_IT_WAS)
    delay_us = delay_of(CARD, setting) // timedelta(microseconds=1)
    known_us = np.where(assumed, end + delay_us, known_us)

    numbers: dict[str, Floats] = {
        name: read_numbers(column(name), name, faults, low=low, high=high, decimal_comma=setting.decimal_comma)
        for name, (low, high) in {**FLOAT_LIMITS, **COUNT_LIMITS}.items()
        if name in columns
    }
    _cross_check(numbers, faults)
    if "lon" in numbers and "lat" in numbers:
        lon, lat = numbers["lon"], numbers["lat"]
        faults.refuse(swapped_axes(lon, lat, context), lambda i: swapped_fault(float(lon[i]), float(lat[i])))
    for name in AZIMUTHS:
        if name in numbers:
            numbers[name] = np.where(numbers[name] == 360.0, 0.0, numbers[name])
    rank = read_numbers(column("product_rank"), "product_rank", faults, low=0, high=127)
    simulated = _read_flags(column("simulated"), "simulated", faults) | setting.simulated
    was_assumed = _read_flags(column("known_at_assumed"), "known_at_assumed", faults) | assumed

    good = faults.good
    keep = pa.array(good)
    values.update(numbers)
    values.update(
        observation_id=_ids(chunk, setting.id),
        sensor=column("sensor"),
        intensity_unit=column("intensity_unit"),
        source_quality=column("source_quality"),
        claimed_by=pc.if_else(pc.equal(column("claimed_by"), ""), setting.claimed_by, column("claimed_by")),
        actor=column("actor"),
        text=column("text"),
        simulated=simulated,
        known_at_assumed=was_assumed,
        product_rank=np.where(np.isnan(rank), 1, rank).astype(np.int8),
        evidence_row=chunk.lines,
    )
    stored: dict[str, Any] = {
        name: value[good] if isinstance(value, np.ndarray) else value.filter(keep) for name, value in values.items()
    }
    for name in COUNT_LIMITS:
        if name in stored:
            stored[name] = pa.array(stored[name], from_pandas=True).cast(pa.int32())
    for name, moments in (("occurred_start", start), ("occurred_end", end), ("known_at", known_us)):
        stored[name] = pa.array(moments[good]).cast(UTC_MICROS)
    stored.update(source=setting.id, received_at=origin.received_at, evidence_sha256=origin.evidence_sha256)
    observations = observation_table(stored, int(good.sum()))
    return Batch(observations=observations, rejected=rejected_rows(chunk, faults, origin))


def read_times(column: Any, name: str, faults: Faults, *, zone: tzinfo | None, required: bool = False) -> Micros:
    """Moments in UTC microseconds; the smallest integer where empty or at fault."""
    empty = to_mask(pc.equal(column, ""))
    if required:
        faults.refuse(empty, Message("{name} is empty; write a time like 2020-12-11T14:02:00Z", name=name))
    plain = to_mask(pc.match_substring_regex(column, _UTC_TEXT)) & ~to_mask(pc.starts_with(column, "0000"))
    if (plain | empty).all():
        bare = pc.replace_substring_regex(column, r"(Z|\+00:?00)$", "")
        try:
            cast = pc.cast(pc.if_else(pa.array(empty), None, bare), pa.timestamp("us")).cast(pa.int64())
            micros: Micros = np.asarray(pc.fill_null(cast, int(NO_TIME)).to_numpy(), dtype=np.int64)
        except pa.ArrowInvalid:
            pass  # some day or hour does not exist; the careful way finds which
        else:
            return micros
    texts, codes = coded(column)
    results = [_moment(text, name, zone) for text in texts]
    faults.refuse_texts(results, codes)
    moments = [NO_TIME if isinstance(result, Message) else result for result in results]
    return np.array(moments, dtype=np.int64)[codes]


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _moment(text: str, name: str, zone: tzinfo | None) -> int | Message:
    """Microseconds, or what is wrong."""
    if not text:
        return int(NO_TIME)
    if _DAY_ONLY.match(text):
        return Message(
            "{name} {value} is a day, not a time; give occurred_start and occurred_end with hours",
            name=name,
            value=quote_cell(text),
        )
    try:
        return (as_utc(read_time(text, zone=zone)) - _EPOCH) // timedelta(microseconds=1)
    except ValueError as exc:
        return with_remedy(Message("{where}: {why}", where=name, why=reason_of(exc)))


def _cross_check(numbers: Mapping[str, Floats], faults: Faults) -> None:
    """What must hold between the numbers of one row."""
    some = {name: ~np.isnan(value) for name, value in numbers.items()}
    none = np.zeros(next(iter(some.values())).shape, dtype=np.bool_) if some else np.zeros(0, dtype=np.bool_)
    for first, second in PAIRS:
        alone = some.get(first, none) != some.get(second, none)
        faults.refuse(
            alone, Message("{one} and {other} belong together; give both or neither", one=first, other=second)
        )
    for what, needed, why in NEEDS:
        faults.refuse(some.get(what, none) & ~some.get(needed, none), Message("{why}; give both", why=why))
    for name in COUNT_LIMITS:
        if name in numbers:
            broken = some[name] & (numbers[name] % 1 != 0)
            faults.refuse(broken, Message("{name} is no whole number; correct it", name=name))
    with np.errstate(invalid="ignore"):
        for low, mid, high in ORDERED:
            for smaller, larger in ((low, mid), (mid, high), (low, high)):
                if smaller in numbers and larger in numbers:
                    faults.refuse(
                        numbers[smaller] > numbers[larger],
                        Message("{one} is more than {other}; correct one of them", one=smaller, other=larger),
                    )
        if "semi_major_m" in numbers and "semi_minor_m" in numbers:
            major, minor = numbers["semi_major_m"], numbers["semi_minor_m"]
            faults.refuse(minor > major, Message("semi_minor_m is more than semi_major_m; exchange them"))
            azimuth = numbers.get("major_azimuth_deg", np.full(major.shape, np.nan))
            faults.refuse(
                (minor < major) & np.isnan(azimuth),
                Message("the ellipse has no major_azimuth_deg; give its direction"),
            )


def _read_flags(column: Any, name: str, faults: Faults) -> npt.NDArray[np.bool_]:
    lower = pc.utf8_lower(column)
    true = to_mask(pc.is_in(lower, value_set=pa.array(TRUE_WORDS)))
    false = to_mask(pc.is_in(lower, value_set=pa.array(FALSE_WORDS)))
    faults.refuse(~true & ~false, lambda i: flag_fault(name, column[i].as_py()))
    return true


def _ids(chunk: Chunk, source: str) -> Any:
    columns = chunk.columns
    blank = pa.repeat(pa.scalar("", pa.string()), len(chunk))
    written, keys = (columns.get(name, blank) for name in ("observation_id", "natural_key"))
    is_ours = pc.match_substring_regex(written, _ID)
    if pc.all(is_ours).as_py():
        return written
    whole = pc.if_else(pc.equal(written, ""), keys, written)
    has_none = pc.equal(whole, "")
    if pc.any(has_none).as_py():
        whole = pc.if_else(has_none, _whole_rows(columns, blank), whole)
    return pc.if_else(is_ours, written, observation_ids(source, whole))


def _whole_rows(columns: Mapping[str, Any], blank: Any) -> Any:
    """What each row says, as `NAME=CELL` of its cells that say something, between record separators."""
    names = [name for name in sorted(columns) if name not in (*_OURS, "observation_id", "natural_key")]
    parts = [
        pc.if_else(pc.equal(columns[name], ""), "", pc.binary_join_element_wise(f"\x1e{name}=", columns[name], ""))
        for name in names
    ]
    return pc.utf8_slice_codeunits(pc.binary_join_element_wise(blank, *parts, ""), start=1)
