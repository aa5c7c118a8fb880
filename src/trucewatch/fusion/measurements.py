"""Observation table → reports: the two arrays on which the compiled gate works, with every gap filled from the means'
table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.gate_kernels import CODED, LEVELS_M, MEASURED, REACH_SIGMAS, SIGMAS, SPANS_S
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.set_right import Corrections
from trucewatch.fusion.voices import Shared, devices_of, voices_of, with_registered_devices
from trucewatch.fusion.word_hashes import hash_of, words_of
from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.geo.ellipse import covariance_of
from trucewatch.geo.frame import straight_coordinates, wgs84
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.speakers import Speakers

_ID_LENGTH: Final = 28
# Base32 letters in the order of their bytes: numbers then sort as ids do.
_IN_ORDER: Final = np.full(256, -1, dtype=np.int64)
_IN_ORDER[np.frombuffer(b"234567abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)] = np.arange(32)

Named = npt.NDArray[np.void]
"""Rows whose columns have names."""

_COLUMNS: Final = list(MEASURED.names or ())

FLOOR_M: Final = 30.0
FLOOR_S: Final = 1.0
"""No place and no time is believed to be better than this, whatever its source says."""
CEILING_M: Final = LEVELS_M[-1] / REACH_SIGMAS
"""A place vaguer than this (one sigma, 5,381 m) is joined with nothing."""
BEYOND_RANGE: Final = 1.5  # × a device's registered range: how far its direction points
FARTHEST_RAY_M: Final = 28_000.0
_WIDEST_RAY: Final = float(np.radians(20.0))  # one sigma of a direction is no wider
BURNS_BEFORE_S: Final = 6 * 3600.0
BURNS_AFTER_S: Final = 1800.0
"""A fire that is seen may have been lit hours ago, and burns on: who sees it earlier or later may see the same one."""
FAMILY: Final = ("explosion", "projectile", "burst", "shot", "muzzle_flash", "flare", "harm", "hostilities")
"""Kinds that can be reports of one event, the most telling first. What burns is an event of its own, also where a blast
lit it: a heat pixel of hours later shows the fire, not the blast, and bears out no more than that something burnt
there. Hostilities are what is told of without telling kinds apart: last, so that they name no event of which more is
known."""
CROSSING: Final = KINDS.index("line_crossing")
MOVES_S, MOVES_M_S = 600.0, 1.0
"""Who crosses a line moves on: posts that see the same group ten minutes before and after are one crossing. On foot
across country, one sigma of its speed [A]; the gate lets some three metres a second pass."""
_HEAT: Final = 1 + KINDS.index("thermal_anomaly")


@dataclass(frozen=True, slots=True)
class Reports:
    """Numbers `f` (n,) of MEASURED and codes `k` (n,) of CODED, one row for each row of the table, in its order."""

    f: Named
    k: Named
    shared: Shared = field(default_factory=dict)
    """Voices that may be one of several speakers': see `settle_voices`."""

    @classmethod
    def blank(cls, n: int) -> Reports:
        """Room for n reports: every number 0, every code -1."""
        k = np.empty(n, dtype=CODED)
        k.view(np.int64)[:] = -1
        return cls(np.zeros(n, dtype=MEASURED), k)

    def __len__(self) -> int:
        return len(self.f)

    @property
    def time_spread(self) -> Floats:
        """One sigma of each report's time, seconds; anywhere within an interval has a variance of length² / 12."""
        return np.asarray(np.sqrt(self.f["time_sd"] ** 2 + (self.f["end"] - self.f["start"]) ** 2 / 12.0))


def prepare_reports(
    observations: pa.Table,
    reach_m: Mapping[str, float] | None = None,
    speakers: Speakers | None = None,
    corrections: Corrections | None = None,
) -> Reports:
    """Reports of an observation table whose rows are in the order of their ids.

    A row can be joined if it has a place no vaguer than CEILING_M, or an observer and a bearing, and a time no vaguer
    than some hours; every other row (level -1) is an event by itself. Infinite, negative or missing errors count as
    not stated.
    reach_m: how far each device can sense, by its id, from the sensor register; a direction points half as far again.
    speakers: what the watch says of who speaks; without it each source, device and claimant is its own.
    corrections: by how much stated errors are too small; times are set right before (`Corrections.on_time`).
    """
    speakers = speakers or Speakers()
    observations = with_registered_devices(observations, speakers)
    n = observations.num_rows
    table = means_table()
    means = codes_of(observations["means"], MEANS)
    kinds = codes_of(observations["kind"], KINDS)
    reports = Reports.blank(n)
    f, k = reports.f, reports.k
    lon, lat = numbers_of(observations["lon"]), numbers_of(observations["lat"])
    placed = on_earth(lon, lat)
    major = _stated(numbers_of(observations["semi_major_m"]), table.place_sd_m[means])
    minor = _stated(numbers_of(observations["semi_minor_m"]), major)
    azimuth = np.nan_to_num(numbers_of(observations["major_azimuth_deg"]), posinf=0.0, neginf=0.0)
    ray = _fill_rays(f, observations, means, placed, reach_m or {})
    ranged = ray & (f["ray_reach"] < 0)
    if ranged.any():
        lon, lat, major, minor, azimuth = _place_ranged(f, observations, ranged, lon, lat, major, minor, azimuth)
        ray &= ~ranged
        placed |= ranged
    _fill_places(f, placed, lon, lat, np.maximum(major, minor), np.minimum(major, minor), azimuth)
    _fill_times(f, observations, means, kinds)
    if corrections is not None and corrections.by_period:
        major = _widen(f, observations, corrections.wider(observations, means), np.maximum(major, FLOOR_M))
    k["group"] = _groups(kinds, observations["simulated"].to_numpy(zero_copy_only=False))
    orders = orders_of(observations["observation_id"])
    k["means"], k["kind"] = means, kinds
    k["order"] = _other_orders(observations) if orders is None else orders
    k["ray"] = np.where(placed, 0, np.where(ray, 1, 2))
    source, device = words_of(observations["source"]), devices_of(observations, speakers)
    has_sensor = pc.not_equal(observations["sensor"], "").to_numpy(zero_copy_only=False)
    is_list = means == MEANS.index("event_list")
    # A list that writes down several speakers is one for each: what two of them say may be one event.
    lists = np.where(is_list, _lists(observations, source), -1) if is_list.any() else source
    k["once"] = np.where(table.once[means] & (has_sensor | is_list), np.where(is_list, lists, device), -1)
    k["overpass"] = np.where(means == MEANS.index("satellite"), device, -1)
    k["copies"] = copies = _copies(observations, means)
    k["feed"] = source
    voice, shared = voices_of(observations, means, device, speakers)
    k["voice"] = voice
    public = np.flatnonzero(means == MEANS.index("public"))
    # Of one who may repeat several, the errors of the first.
    errors = [shared[number][0] if number in shared else number for number in voice.tolist()] if shared else voice
    k["key"] = errors
    texts = observations["text"].take(pa.array(public)) if "text" in observations.column_names else None
    k["key"][public] = _texts(texts, copies[public], source[public])
    # Copies of a text, and rows of nobody's device, have their whole error in common.
    k["whole"] = (copies >= 0) | ~has_sensor
    reach = np.where(ray, f["ray_reach"] / 2 + 500.0, np.maximum(major, FLOOR_M) * REACH_SIGMAS)
    f["reach"] = reach
    f["reach_s"] = (f["end"] - f["start"]) / 2 + SIGMAS * f["time_sd"]
    # A hair less, so that what reaches exactly as far as a level stays in it.
    level = np.searchsorted(np.array(LEVELS_M), reach * (1 - 1e-12))
    span = np.searchsorted(np.array(SPANS_S), f["reach_s"])
    usable = (placed | ray) & (level < len(LEVELS_M)) & (span < len(SPANS_S))
    k["level"], k["span"] = np.where(usable, level, -1), np.where(usable, span, -1)
    return Reports(f, k, shared)


def with_room_to_move(reports: Reports) -> Reports:
    """The reports as they are joined: those of a line that was crossed hold for as long and as far as the group may
    have moved on, so that several posts' sights of it meet. Where it lies is told from what each saw."""
    moving = np.flatnonzero((reports.k["kind"] == CROSSING) & (reports.k["level"] >= 0))
    if not moving.size:
        return reports
    f, k = reports.f.copy(), reports.k.copy()
    far = MOVES_S * MOVES_M_S
    reach, reach_s = np.hypot(f["reach"][moving], far * REACH_SIGMAS), f["reach_s"][moving] + MOVES_S
    # What is vaguer than that already has its room.
    has_room = (reach < LEVELS_M[-1]) & (reach_s < SPANS_S[-1])
    moving, reach, reach_s = moving[has_room], reach[has_room], reach_s[has_room]
    f["reach"][moving], f["reach_s"][moving] = reach, reach_s
    f["start"][moving] -= MOVES_S
    f["end"][moving] += MOVES_S
    f["ee"][moving] += far**2
    f["nn"][moving] += far**2
    rays = moving[k["ray"][moving] == 1]
    f["ray_sd"][rays] = np.minimum(np.hypot(f["ray_sd"][rays], far / (f["ray_reach"][rays] / 2)), _WIDEST_RAY)
    k["level"][moving] = np.searchsorted(np.array(LEVELS_M), reach * (1 - 1e-12))
    k["span"][moving] = np.searchsorted(np.array(SPANS_S), reach_s)
    return replace(reports, f=f, k=k)


def numbers_of(column: pa.ChunkedArray) -> Floats:
    """A column as float64, NaN where it is null."""
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def seconds_of(column: pa.ChunkedArray) -> Floats:
    """Times as seconds since 1970."""
    return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.float64) / 1e6


def codes_of(column: pa.ChunkedArray, words: tuple[str, ...]) -> Ints:
    """The place of each word in `words`."""
    codes = pc.index_in(column, value_set=pa.array(words))
    return np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64)


def orders_of(ids: pa.ChunkedArray) -> Ints | None:
    """Numbers in the order of the ids, from the first 12 of their 26 base32 characters; None if they are not of our
    form or two of them share these characters."""
    words = ids.to_numpy(zero_copy_only=False)
    if not len(words) or any(len(word) != _ID_LENGTH for word in words):
        return None
    letters = np.frombuffer("".join(word[2:14] for word in words).encode("ascii", "replace"), dtype=np.uint8)
    if letters.size != 12 * len(words):
        return None
    digits = _IN_ORDER[letters.reshape(-1, 12)]
    if (digits < 0).any():
        return None
    # 12 × 5 bits: fits 64, and two ids rarely share it.
    keys = digits @ (np.int64(32) ** np.arange(11, -1, -1, dtype=np.int64))
    return keys if len(np.unique(keys)) == len(keys) else None


def on_earth(lon: Floats, lat: Floats) -> Mask:
    """Whether a place is one."""
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(lon) <= 360.0) & (np.abs(lat) <= 90.0), dtype=np.bool_)


def _stated(values: Floats, otherwise: Floats) -> Floats:
    return np.where(_is_stated(values), values, otherwise)


def _is_stated(values: Floats) -> Mask:
    return np.asarray(np.isfinite(values) & (values > 0), dtype=np.bool_)


def stated_errors(observations: pa.Table) -> tuple[Mask, Mask, Mask]:
    """Whether each row states the error of its place, of its bearing and of its time; shape (n,) each."""
    placed = on_earth(numbers_of(observations["lon"]), numbers_of(observations["lat"]))
    bearing = _is_stated(numbers_of(observations["bearing_sd_deg"]))
    place, ranged = (_is_stated(numbers_of(observations[name])) for name in ("semi_major_m", "range_sd_m"))
    return np.where(placed, place, ranged & bearing), bearing, _is_stated(numbers_of(observations["time_sd_s"]))


def _widen(f: Named, observations: pa.Table, times: tuple[Floats, Floats, Floats], major: Floats) -> Floats:
    """Widens the errors that rows state, by factors of place, bearing and time; the longer axes of the places, metres.

    What could be joined as it was stated still can: no axis grows beyond CEILING_M, no time beyond the longest span.
    """
    place, bearing, time = (
        np.where(is_stated, by, 1.0) for is_stated, by in zip(stated_errors(observations), times, strict=True)
    )
    place = np.minimum(place, np.maximum(0.999 * CEILING_M / major, 1.0))
    for name in ("ee", "en", "nn"):
        f[name] *= place**2
    f["ray_sd"] = np.minimum(f["ray_sd"] * bearing, np.maximum(_WIDEST_RAY, f["ray_sd"]))
    room = (SPANS_S[-1] - (f["end"] - f["start"]) / 2) / SIGMAS
    f["time_sd"] = np.maximum(np.minimum(f["time_sd"] * time, 0.999 * room), f["time_sd"])
    return major * place


def _fill_rays(f: Named, observations: pa.Table, means: Ints, placed: Mask, reach_m: Mapping[str, float]) -> Mask:
    """Directions of the rows that have no place: eye, unit vector, spread, reach (-1 where a range is stated)."""
    eye_lon, eye_lat = numbers_of(observations["observer_lon"]), numbers_of(observations["observer_lat"])
    bearing = np.radians(numbers_of(observations["bearing_deg"]))
    ray = np.asarray(~placed & on_earth(eye_lon, eye_lat) & np.isfinite(bearing), dtype=np.bool_)
    reach = means_table().reach_m[means]
    if reach_m:
        registered = pa.array(list(reach_m))
        at = pc.index_in(observations["sensor"], value_set=registered).to_numpy(zero_copy_only=False).astype(np.float64)
        ranges_known = np.array([*reach_m.values(), np.nan]) * BEYOND_RANGE
        stated = ranges_known[np.where(np.isfinite(at), at, len(reach_m)).astype(np.intp)]
        reach = np.where(np.isfinite(stated) & (reach > 0), np.minimum(stated, FARTHEST_RAY_M), reach)
    spread = numbers_of(observations["bearing_sd_deg"])
    # 3° where none is stated; never believed below 0.1°.
    spread = np.clip(np.radians(_stated(spread, np.full(len(ray), 3.0))), np.radians(0.1), _WIDEST_RAY)
    ranges = numbers_of(observations["range_m"])
    has_range = np.isfinite(ranges) & (ranges > 0) & (ranges < 100_000.0)  # metres; 100 km and more is no range
    ray &= has_range | (reach > 0)
    at = np.flatnonzero(ray)
    if at.size == 0:
        return ray
    east, north = _axes(eye_lon[at], eye_lat[at])
    _vector(f, "eye_x")[at] = straight_coordinates(eye_lon[at], eye_lat[at])
    _vector(f, "ray_x")[at] = np.sin(bearing[at])[:, None] * east + np.cos(bearing[at])[:, None] * north
    f["ray_sd"][at] = spread[at]
    f["ray_reach"][at] = np.where(has_range[at], -1.0, reach[at])
    return ray


def _vector(f: Named, first: str) -> Floats:
    """Three neighbouring columns as vectors (n, 3), to read and to write."""
    at = _COLUMNS.index(first)
    return f.view(np.float64).reshape(len(f), len(_COLUMNS))[:, at : at + 3]


def _axes(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Unit vectors east and north at places, Earth-centred, shape (n, 3)."""
    lam, phi = np.radians(lon), np.radians(lat)
    zero = np.zeros(len(lon))
    east = np.column_stack((-np.sin(lam), np.cos(lam), zero))
    north = np.column_stack((-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)))
    return east, north


def _place_ranged(f: Named, observations: pa.Table, ranged: Mask, *place: Floats) -> tuple[Floats, ...]:
    """Rows with bearing and range but no place: the place that both give, and its ellipse."""
    lon, lat, major, minor, azimuth = (column.copy() for column in place)
    at = np.flatnonzero(ranged)
    bearing = numbers_of(observations["bearing_deg"])[at]
    ranges = numbers_of(observations["range_m"])[at]
    # A fifth of the range where none is stated.
    range_sd = _stated(numbers_of(observations["range_sd_m"])[at], 0.2 * ranges)
    across = ranges * f["ray_sd"][at]
    lon[at], lat[at], _ = wgs84().fwd(
        numbers_of(observations["observer_lon"])[at], numbers_of(observations["observer_lat"])[at], bearing, ranges
    )
    major[at], minor[at] = np.maximum(range_sd, across), np.minimum(range_sd, across)
    # The longer axis along the bearing, else across it.
    azimuth[at] = np.where(range_sd >= across, bearing, bearing + 90.0)
    return lon, lat, major, minor, azimuth


def _fill_places(
    f: Named, placed: Mask, lon: Floats, lat: Floats, major: Floats, minor: Floats, azimuth: Floats
) -> None:
    place = _vector(f, "x")
    place[:] = _vector(f, "eye_x") + _vector(f, "ray_x") * (f["ray_reach"] / 2)[:, None]
    at = np.flatnonzero(placed)
    place[at] = straight_coordinates(lon[at], lat[at])
    x, y, z = f["x"], f["y"], f["z"]
    flat = np.hypot(x, y)
    size = np.where(flat > 0, flat, 1.0)
    f["sin_lon"], f["cos_lon"] = np.where(flat > 0, y / size, 0.0), np.where(flat > 0, x / size, 1.0)
    # The geodetic latitude of a point on the ellipsoid: tan φ = z / ((1 − e²) p).
    phi = np.arctan2(z, flat * (1 - 0.0066943799901413165))
    phi[at] = np.radians(lat[at])
    f["sin_lat"], f["cos_lat"] = np.sin(phi), np.cos(phi)
    cov: Any = covariance_of(np.maximum(major, FLOOR_M), np.maximum(minor, FLOOR_M), azimuth)
    f["ee"], f["en"], f["nn"] = cov[:, 0], cov[:, 1], cov[:, 2]


def _fill_times(f: Named, observations: pa.Table, means: Ints, kinds: Ints) -> None:
    start, end = seconds_of(observations["occurred_start"]), seconds_of(observations["occurred_end"])
    wrong = np.flatnonzero(end < start)
    if wrong.size:
        raise ValueError(f"row {wrong[0]} ends before it starts; correct it or leave it out")
    fire = kinds == KINDS.index("thermal_anomaly")
    f["start"] = np.where(fire, start - BURNS_BEFORE_S, start)
    f["end"] = np.where(fire, end + BURNS_AFTER_S, end)
    sd = _stated(numbers_of(observations["time_sd_s"]), means_table().time_sd_s[means])
    f["time_sd"] = np.maximum(sd, FLOOR_S)


def _lists(observations: pa.Table, source: Ints) -> Ints:
    """A number for the source and claimant of each row, not negative; the source's own where nobody is named."""
    claimant = words_of(observations["claimed_by"])
    named = pc.not_equal(observations["claimed_by"], "").to_numpy(zero_copy_only=False)
    return np.where(named, (source * np.int64(1_000_033) + claimant) & np.int64((1 << 61) - 1), source)


def _groups(kinds: Ints, simulated: Any) -> Ints:
    """Only reports of one family of kinds can be one event, and simulated ones never with real ones."""
    family = np.array([0 if word in FAMILY else 1 + index for index, word in enumerate(KINDS)], dtype=np.int64)
    return np.asarray(family[kinds] * 2 + simulated.astype(np.int64), dtype=np.int64)


def is_of_blasts(groups: Ints) -> Mask:
    """Whether a group is that of FAMILY."""
    return np.asarray(groups < 2, dtype=np.bool_)


def tells_of_fire(groups: Ints) -> Mask:
    """Whether a group is that of fire between the sides or of heat: what sensors and people err about, as about no
    meeting."""
    return np.asarray((groups < 2) | (groups // 2 == _HEAT), dtype=np.bool_)


def _other_orders(observations: pa.Table) -> Ints:
    """Orders of ids that are not of our form: their rank in the table; of a single row, which has none, a hash."""
    if observations.num_rows == 1:
        return np.array([hash_of(observations["observation_id"][0].as_py())], dtype=np.int64)
    return np.arange(observations.num_rows, dtype=np.int64)


def _texts(texts: pa.ChunkedArray | None, copies: Ints, source: Ints) -> Ints:
    """Whose errors a row of the public has: those of a text, whoever retells it; what has no text, of what it copies or
    of its source."""
    text = np.full(len(source), hash_of(""), dtype=np.int64)
    if texts is not None:
        text = words_of(pc.replace_substring_regex(pc.utf8_lower(texts), r"[^\p{L}\p{N}]+", " "))
    return np.where(text == hash_of(""), np.where(copies >= 0, copies, source), text)


def _copies(observations: pa.Table, means: Ints) -> Ints:
    """A number for the rows of people that repeat each other word for word about one time and place; -1 for all
    others."""
    by_people = np.isin(means, [MEANS.index("public"), MEANS.index("party")])
    copies = np.full(len(means), -1, dtype=np.int64)
    rows = np.flatnonzero(by_people)
    if rows.size == 0:
        return copies
    some = observations.select(["kind", "occurred_start", "lon", "lat", "claimed_by"]).take(pa.array(rows)).to_pylist()
    for row, record in zip(rows.tolist(), some, strict=True):
        if record["lon"] is not None and record["lat"] is not None:
            place = f"{record['lon']:.4f} {record['lat']:.4f}"  # to some 11 m
            told_by = (
                f"{means[row]}\x1f{record['kind']}\x1f{record['occurred_start']}\x1f{place}\x1f{record['claimed_by']}"
            )
            copies[row] = hash_of(told_by)
    return copies
