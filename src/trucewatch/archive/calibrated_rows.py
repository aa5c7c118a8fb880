"""Rows as they were read × a calibration → rows with the clocks of their devices set right, and with errors as large as
they proved to be.

An archive says where and when, and not how sure: what else a calibration holds is not used here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from trucewatch.archive.rows import Rows, Whole
from trucewatch.fusion.word_hashes import hash_of
from trucewatch.model.calibration import PRIOR, Calibration
from trucewatch.model.observation import MEANS

_PLACE_ERRORS: Final = ("semi_major_m", "semi_minor_m", "bearing_sd_deg", "range_sd_m")


def calibrated_rows(rows: Rows, calibration: Calibration = PRIOR) -> Rows:
    """The same rows, in the same order; those of which nothing was learnt are unchanged.

    Offsets are whole microseconds. Errors that the input does not state are not multiplied: what is usual for the means
    stands for them.
    """
    columns: dict[str, npt.NDArray[np.generic]] = {}
    if (shift := _clock_shift(rows, calibration)) is not None:
        columns |= {name: rows[name] - shift for name in ("start_us", "end_us") if name in rows.columns}
    place, time = (
        _factors({book.means: getattr(book, name) for book in calibration.means})
        for name in ("place_times", "time_times")
    )
    for factors, names in ((place, _PLACE_ERRORS), (time, ("time_sd_s",))):
        if factors is not None:
            columns |= {
                name: (rows[name] * factors[rows["means"]]).astype(rows[name].dtype)
                for name in names
                if name in rows.columns
            }
    return Rows(rows.count, {**rows.columns, **columns}, rows.ids, rows.texts) if columns else rows


def _clock_shift(rows: Rows, calibration: Calibration) -> Whole | None:
    """Microseconds to take off the times of each row; None where no device of it is off."""
    shift: Whole | None = None
    for book in calibration.devices:
        if not book.clock_s:
            continue
        column, name = ("sensor", book.sensor) if book.sensor else ("source", book.source)
        if column not in rows.columns:
            continue
        if shift is None:
            shift = np.zeros(len(rows), dtype=np.int64)
        shift[rows[column] == hash_of(name)] = round(book.clock_s * 1e6)
    return shift


def _factors(times: Mapping[str, float]) -> npt.NDArray[np.float64] | None:
    """A factor for each means; None where all are 1."""
    factors = np.array([times.get(means, 1.0) for means in MEANS])
    return None if (factors == 1.0).all() else factors
