"""Chunks of a table by a plan → observations, by columns: each different text of a column is read once.

What a row gives does not depend on the rows beside it, but for a natural key that says two things.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import RowFault
from trucewatch.geo.place_text import decimal_sd_m, read_place
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext
from trucewatch.model.observation import ASPECTS, KINDS, MEANS, STRUCK
from trucewatch.model.people import PERCEIVED, PERSON_STATUS
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import (
    UTC_MICROS,
    Codes,
    Faults,
    Floats,
    Mask,
    coded,
    observation_table,
    plain_numbers,
    quote_cell,
    range_fault,
    read_flag,
    read_number,
    reason_of,
    rejected_rows,
    swapped_axes,
    swapped_fault,
    to_mask,
    word_fault,
)
from trucewatch.sources.keys_seen import KeysSeen, key_numbers
from trucewatch.sources.limits import AZIMUTHS, COUNT_LIMITS, FLOAT_LIMITS, NEEDS, ORDERED, PAIRS
from trucewatch.sources.many_ids import observation_ids
from trucewatch.sources.mapped_times import read_times
from trucewatch.sources.table import Chunk, fold
from trucewatch.sources.table_plan import TablePlan, joined
from trucewatch.sources.units import UNITS_OF, read_measure

UNSTATED_PLACE_SD_M: Final = 5_000.0
"""For coordinates whose list states no error and whose source sets no place_sd_m."""
_LEAST_AXIS_M: Final = 0.01
_DECIMAL_PAIR: Final = r"^(?P<lat>-?[0-9]{1,3}(?:\.[0-9]{1,12})?), ?(?P<lon>-?[0-9]{1,3}(?:\.[0-9]{1,12})?)$"
"""The commonest way to write a place, which is read by columns."""
_SD_OF_DECIMALS = np.array([decimal_sd_m(decimals) for decimals in range(13)])
_KEY_PART: Final = "\x1e"


class MappedRows:
    """One file by its plan, chunk by chunk."""

    def __init__(self, plan: TablePlan, origin: Origin, setting: SourceSetting, context: ReadingContext) -> None:
        self._plan, self._origin, self._setting, self._context = plan, origin, setting, context
        self._seen = KeysSeen()

    def batch(self, chunk: Chunk) -> Batch:
        """The observations of a chunk, and its refused rows."""
        faults = Faults(len(chunk))
        columns = _Columns(chunk, self._plan, self._setting, self._context, faults).read() if len(chunk) else {}
        if columns and "natural_key" in self._plan.headers:
            self._refuse_others(chunk, columns["observation_id"], faults)
        good = faults.good
        taken = {name: column.filter(pa.array(good)) for name, column in columns.items()}
        for name in ("observation_id", "means", "kind", "evidence_row"):
            taken.setdefault(name, [])
        for name in ("occurred_start", "occurred_end", "known_at"):
            taken.setdefault(name, pa.array([], UTC_MICROS))
        taken.update(
            source=self._setting.id,
            received_at=self._origin.received_at,
            evidence_sha256=self._origin.evidence_sha256,
        )
        return Batch(
            observations=observation_table(taken, int(good.sum())),
            rejected=rejected_rows(chunk, faults, self._origin),
        )

    def _refuse_others(self, chunk: Chunk, ids: Any, faults: Faults) -> None:
        """Refuse the rows whose natural key stood before them with something else."""
        good = np.flatnonzero(faults.good)
        rows = pa.array(good)
        whole = pc.binary_join_element_wise(*chunk.columns.values(), _KEY_PART).take(rows).to_pylist()
        says = np.fromiter(map(hash, whole), dtype=np.int64, count=len(whole))
        lines = self._seen.first_of_others(key_numbers(ids.take(rows)), says, chunk.lines[good]) if len(good) else good
        for index in np.flatnonzero(lines).tolist():
            faults.reasons[int(good[index])] = Message(
                "line {line} has the same natural key and says something else; give each event its own",
                line=int(lines[index]),
            )


class _Columns:
    """One chunk while it is read. Each step refuses rows of which no earlier one did."""

    def __init__(
        self, chunk: Chunk, plan: TablePlan, setting: SourceSetting, context: ReadingContext, faults: Faults
    ) -> None:
        self._chunk, self._plan, self._setting, self._context, self._faults = chunk, plan, setting, context, faults
        self._numbers: dict[str, Floats] = {}

    def read(self) -> dict[str, Any]:
        """The columns of the observation table of every row; of a refused row they mean nothing."""
        start, end, known_at, is_assumed = read_times(self._chunk, self._plan, self._faults)
        self._read_numbers()
        quality = self._quality()
        if self._plan.preset.reorders_killed:
            quality = self._reorder_killed(quality)
        if self._plan.preset.zero_killed_is_unstated:
            for name in ("killed_min", "killed_best", "killed_max"):
                self._numbers[name][self._numbers[name] == 0] = np.nan
        self._place()
        self._check()
        keys = self._natural_keys()
        return {
            "observation_id": observation_ids(self._setting.id, keys),
            "kind": self._decoded("kind", self._kind),
            "means": self._decoded("means", lambda text: _word("means", text or "event_list", MEANS)),
            "aspect": self._decoded("aspect", lambda text: _word("aspect", text or "undetermined", ASPECTS)),
            "person_status": self._stated("person_status", PERSON_STATUS, "not_stated"),
            "perceived": self._stated("perceived", PERCEIVED, ""),
            "struck": self._stated("struck", STRUCK, ""),
            "simulated": self._flags(),
            **{name: self._plan.column(name, self._chunk) for name in ("sensor", "intensity_unit", "actor", "text")},
            **{name: pa.array(values, from_pandas=True) for name, values in self._numbers.items()},
            "claimed_by": self._claimants(),
            "source_quality": quality,
            "occurred_start": pa.array(start).cast(UTC_MICROS),
            "occurred_end": pa.array(end).cast(UTC_MICROS),
            "known_at": pa.array(known_at).cast(UTC_MICROS),
            "known_at_assumed": pa.array(is_assumed),
            "evidence_row": pa.array(self._chunk.lines),
        }

    # --- words ---------------------------------------------------------------------------------------------------

    def _decoded(self, target: str, read: Callable[[str], str]) -> Any:
        """What each different text for a target comes to, of every row."""
        encoded = self._plan.column(target, self._chunk).dictionary_encode()
        values: list[str | Message] = []
        for text in encoded.dictionary.to_pylist():
            try:
                values.append(read(text))
            except ValueError as exc:  # RowFault is one
                values.append(reason_of(exc))
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        self._faults.refuse_texts(values, codes)
        plain = pa.array(["" if isinstance(value, Message) else value for value in values], pa.string())
        return plain.take(encoded.indices)

    def _stated(self, target: str, allowed: Sequence[str], otherwise: str) -> Any:
        """One of the words, however it is spelt in capitals: SMM's lists have Saw, Heard, Recorded."""
        return self._decoded(
            target, lambda text: _word(target, fold(text).replace(" ", "_"), allowed) if text else otherwise
        )

    def _kind(self, word: str) -> str:
        kinds = self._plan.kinds
        folded = fold(word)
        if folded in kinds:
            return kinds[folded]
        if (ours := folded.replace(" ", "_")) in KINDS:
            return ours
        if word and "*" in kinds:
            return kinds["*"]
        if not word:
            raise RowFault(Message("kind is empty; write one"))
        near = difflib.get_close_matches(folded, kinds, n=1)
        raise RowFault(
            Message(
                'kind {value} is not mapped; add it (like "{word}") to kinds of this source in watch.toml',
                value=quote_cell(word),
                word=near[0],
            )
            if near
            else Message(
                "kind {value} is not mapped; add it to kinds of this source in watch.toml", value=quote_cell(word)
            )
        )

    def _claimants(self) -> Any:
        claims, otherwise = self._plan.claims, self._setting.claimed_by
        return self._decoded("claimed_by", lambda text: claims.get(fold(text), text) if text else otherwise)

    def _flags(self) -> Any:
        always = self._setting.simulated
        words = self._decoded("simulated", lambda text: "yes" if read_flag("simulated", text) or always else "")
        return pc.equal(words, "yes")

    def _quality(self) -> Any:
        """`header=value` for each mapped header that says something."""
        names = self._plan.headers.get("source_quality", ())
        if "source_quality" in self._plan.constants or not names:
            return self._plan.column("source_quality", self._chunk)
        before = [f"{self._plan.written.get(name, name)}=" for name in names]
        return joined([self._chunk.columns[name] for name in names], before)

    def _natural_keys(self) -> Any:
        """What names the event: the mapped cells, else everything the row says."""
        names = self._plan.headers.get("natural_key")
        if names is None:
            columns = self._chunk.columns
            every = sorted(columns)
            return joined([columns[name] for name in every], [f"{name}=" for name in every], _KEY_PART)
        cells = [self._chunk.columns[name] for name in names]
        if not cells:
            is_empty = np.ones(len(self._chunk), dtype=np.bool_)
        else:
            is_empty = np.logical_and.reduce([to_mask(pc.equal(column, "")) for column in cells])
        self._faults.refuse(is_empty, Message("the row has no natural key; fill the column that names its event"))
        if not cells:
            return pa.repeat(pa.scalar("", pa.string()), len(self._chunk))
        return pc.binary_join_element_wise(*cells, _KEY_PART) if len(cells) > 1 else cells[0]

    # --- numbers -------------------------------------------------------------------------------------------------

    def _read_numbers(self) -> None:
        for name, (low, high) in {**FLOAT_LIMITS, **COUNT_LIMITS}.items():
            if self._plan.has(name):
                self._numbers[name] = self._number(name, low, high)
            else:
                self._numbers[name] = np.full(len(self._chunk), np.nan)

    def _number(self, name: str, low: float, high: float) -> Floats:
        """A column as numbers, NaN where it is empty."""
        texts = self._plan.column(name, self._chunk)
        is_filled = pc.not_equal(texts, "")
        values = np.full(len(texts), np.nan)
        filled = texts.filter(is_filled)
        if not len(filled):
            return values
        scale = self._plan.scales.get(name, 1.0)
        plain = plain_numbers(filled)
        if plain is None or scale is None:
            return self._careful_number(texts, name, low, high, scale)
        values[to_mask(is_filled)] = plain if scale == 1.0 else plain * scale
        with np.errstate(invalid="ignore"):
            outside = ~np.isnan(values) & ~((values >= low) & (values <= high))
            parts = ~np.isnan(values) & ~outside & (values % 1 != 0)
        if name in COUNT_LIMITS:
            parts |= to_mask(pc.match_substring_regex(texts, _THOUSANDS))
        self._faults.refuse(outside, lambda i: self._outside(name, texts[i].as_py(), low, high, scale))
        if name in COUNT_LIMITS:
            self._faults.refuse(parts, lambda i: _no_whole_number(name, texts[i].as_py()))
        if name in AZIMUTHS:
            values[values == 360.0] = 0.0
        return values

    @staticmethod
    def _outside(name: str, text: str, low: float, high: float, scale: float | None) -> Message:
        scale = scale or 1.0
        return range_fault(name, quote_cell(text), low / scale, high / scale)

    def _careful_number(self, texts: Any, name: str, low: float, high: float, scale: float | None) -> Floats:
        """The same, each different text by itself."""
        different, codes = coded(texts)
        values: list[float | Message] = []
        for text in different:
            try:
                values.append(self._one_number(name, text, low, high, scale) if text else np.nan)
            except RowFault as exc:
                values.append(exc.message)
        self._faults.refuse_texts(values, codes)
        plain = [np.nan if isinstance(value, Message) else value for value in values]
        return np.array(plain, dtype=np.float64)[codes]

    def _one_number(self, name: str, text: str, low: float, high: float, scale: float | None) -> float:
        comma = self._setting.decimal_comma
        if name in UNITS_OF:
            units = UNITS_OF[name]
            value = read_measure(name, text, low, high, units=units, bare=scale, decimal_comma=comma)
        else:
            value = read_number(name, text, low, high, decimal_comma=comma)
        if name in COUNT_LIMITS and (not value.is_integer() or re.search(_THOUSANDS, text)):
            raise RowFault(_no_whole_number(name, text))
        return 0.0 if value == 360.0 and name in AZIMUTHS else value

    def _reorder_killed(self, quality: Any) -> Any:
        """Take the extremes where a list's low, best and high contradict each other, and say so."""
        low, best, high = (self._numbers[name] for name in ("killed_min", "killed_best", "killed_max"))
        with np.errstate(invalid="ignore"):
            is_stated = ~(np.isnan(low) | np.isnan(best) | np.isnan(high))
            wrong = np.flatnonzero(is_stated & ~((low <= best) & (best <= high)))
        if not len(wrong):
            return quality
        texts = quality.to_pylist()
        for index in wrong.tolist():
            stated = [int(values[index]) for values in (low, best, high)]
            words = f"low, best, high as written: {stated[0]}, {stated[1]}, {stated[2]}"
            texts[index] = "; ".join(part for part in (texts[index], words) if part)
            low[index], high[index] = min(stated), max(stated)
        return pa.array(texts, pa.string())

    # --- places --------------------------------------------------------------------------------------------------

    def _place(self) -> None:
        """Fill in place and ellipse."""
        count, numbers = len(self._chunk), self._numbers
        lon, lat = numbers["lon"], numbers["lat"]
        stated_m = np.full(count, self._setting.place_sd_m or 0.0)
        if self._plan.has("place"):
            self._read_places(np.isnan(lon) & np.isnan(lat), stated_m)
        left_out = self._read_precision(stated_m)
        is_placed = ~(np.isnan(lon) | np.isnan(lat)) & ~left_out
        swapped = swapped_axes(lon, lat, self._context) & is_placed
        self._faults.refuse(swapped, lambda i: swapped_fault(float(lon[i]), float(lat[i])))
        is_round = is_placed & np.isnan(numbers["semi_major_m"]) & np.isnan(numbers["semi_minor_m"])
        axis = np.maximum(np.where(stated_m == 0.0, UNSTATED_PLACE_SD_M, stated_m), _LEAST_AXIS_M)
        for name in ("semi_major_m", "semi_minor_m"):
            numbers[name][is_round] = axis[is_round]
        numbers["major_azimuth_deg"][is_round] = 0.0

    def _read_places(self, wanted: Mask, stated_m: Floats) -> None:
        """Places in words, of the rows that have no coordinates."""
        column = self._plan.column("place", self._chunk)
        wanted = wanted & to_mask(pc.not_equal(column, ""))
        pairs = pc.extract_regex(column, _DECIMAL_PAIR)
        lat, lon = (pairs.field(at) for at in (0, 1))
        is_pair = to_mask(pc.is_valid(pairs)) & wanted
        rows = np.flatnonzero(is_pair)
        if len(rows):
            pieces = [part.take(pa.array(rows)) for part in (lat, lon)]
            values = [np.array(part.cast(pa.float64()).to_numpy(zero_copy_only=False)) for part in pieces]
            is_on_globe = (np.abs(values[0]) <= 90.0) & (np.abs(values[1]) <= 180.0)
            decimals = np.minimum(*(_decimals(part) for part in pieces))
            self._put(
                rows[is_on_globe],
                values[1][is_on_globe],
                values[0][is_on_globe],
                _SD_OF_DECIMALS[decimals[is_on_globe]],
                stated_m,
            )
            wanted[rows[is_on_globe]] = False
        rows = np.flatnonzero(wanted)
        different, codes = coded(column.take(pa.array(rows, pa.int64())))
        places: list[tuple[float, float, float] | Message] = []
        for text in different:
            try:
                place = read_place(text, self._context.towns)
                places.append((place.lon, place.lat, place.sd_m))
            except ValueError as exc:  # PlaceError is one
                places.append(reason_of(exc))
        whole = np.zeros(len(self._chunk), dtype=np.int64)
        whole[rows] = codes + 1
        self._faults.refuse_texts([None, *places], whole)
        plain = [(np.nan,) * 3 if isinstance(place, Message) else place for place in places]
        read = np.array(plain, dtype=np.float64).reshape(-1, 3)[codes]
        self._put(rows, read[:, 0], read[:, 1], read[:, 2], stated_m)

    def _put(self, rows: Codes, lon: Floats, lat: Floats, sd_m: Floats, stated_m: Floats) -> None:
        self._numbers["lon"][rows], self._numbers["lat"][rows] = lon, lat
        stated_m[rows] = np.fmax(sd_m, stated_m[rows])

    def _read_precision(self, stated_m: Floats) -> Mask:
        """Codes for the precision of the place; True where one says that the point is no place."""
        left_out = np.zeros(len(self._chunk), dtype=np.bool_)
        if not self._plan.has("where_prec"):
            return left_out
        preset = self._plan.preset
        different, codes = coded(self._plan.column("where_prec", self._chunk))
        radii: Mapping[str, float | None] = preset.where_radii
        faults = [
            Message(
                "where_prec {value} is not known; {whose} writes {first} to {last}",
                value=quote_cell(text),
                whose=preset.codes_of,
                first=min(radii),
                last=max(radii),
            )
            if text and text not in radii
            else None
            for text in different
        ]
        self._faults.refuse_texts(faults, codes)
        has_code = np.array([text in radii for text in different], dtype=np.bool_)[codes]
        radius = np.array([radii.get(text) or np.nan for text in different], dtype=np.float64)[codes]
        left_out = has_code & np.isnan(radius)
        stated_m[has_code] = radius[has_code] / 2
        self._numbers["lon"][left_out] = self._numbers["lat"][left_out] = np.nan
        return left_out

    def _check(self) -> None:
        """What must hold between the numbers of one row."""
        numbers, refuse = self._numbers, self._faults.refuse
        some = {name: ~np.isnan(values) for name, values in numbers.items()}
        for first, second in PAIRS:
            refuse(
                some[first] != some[second],
                Message("{one} and {other} belong together; give both or neither", one=first, other=second),
            )
        for what, needed, why in NEEDS:
            refuse(some[what] & ~some[needed], Message("{why}; give both", why=why))
        with np.errstate(invalid="ignore"):
            for low, mid, high in ORDERED:
                pairs = ((low, mid, True), (mid, high, True), (low, high, ~some[mid]))
                for smaller, larger, where in pairs:
                    refuse((numbers[smaller] > numbers[larger]) & where, _out_of_order(numbers, smaller, larger))
            major, minor, azimuth = (numbers[name] for name in ("semi_major_m", "semi_minor_m", "major_azimuth_deg"))
            refuse(minor > major, Message("semi_minor_m is more than semi_major_m; exchange them"))
            refuse(
                (minor < major) & np.isnan(azimuth),
                Message("the ellipse has no major_azimuth_deg; give its direction"),
            )


def _decimals(texts: Any) -> Codes:
    """How many decimals each number is written with."""
    point = pc.find_substring(texts, ".").to_numpy(zero_copy_only=False).astype(np.int64)
    length = pc.utf8_length(texts).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(point < 0, 0, length - point - 1)


def _out_of_order(numbers: Mapping[str, Floats], smaller: str, larger: str) -> Callable[[int], Message]:
    return lambda i: Message(
        "{one} is more than {other} ({value} and {other_value}); correct one of them",
        one=smaller,
        other=larger,
        value=int(numbers[smaller][i]),
        other_value=int(numbers[larger][i]),
    )


_THOUSANDS: Final = r"^\d{1,3}[.,]\d{3}$"
"""A count of "1.000" is a thousand to one hand and one to another."""


def _no_whole_number(name: str, text: str) -> Message:
    return Message("{name} {value} is no whole number; correct it", name=name, value=quote_cell(text))


def _word(name: str, word: str, allowed: Sequence[str]) -> str:
    if word not in allowed:
        raise RowFault(word_fault(name, word, allowed))
    return word
