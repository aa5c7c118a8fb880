"""The incidents that one part of a clause asks about, as columns of which those rows are taken that were known at a
moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings.applicability import Columns
from trucewatch.fusion.current_versions import current_observations
from trucewatch.geo.arrays import Ints
from trucewatch.model.agreement import Agreement, Provision, Stipulation

_TIME: Final = pa.timestamp("us", tz="UTC")
_BEGIN: Final = datetime.fromtimestamp(0, UTC)


class BearsOn:
    """The incidents that one part of a clause asks about, as columns of which some rows are taken at a moment."""

    def __init__(self, incidents: pa.Table, reports: pa.Table) -> None:
        first, last = (_microseconds(incidents[name]) for name in ("first_known_at", "last_known_at"))
        at_once = first == last
        self._whole = Columns(incidents)
        self._last = last
        self._first = first
        # A report that is known before others makes an incident of its own for a time.
        self._later = incidents.filter(pa.array(~at_once))
        self._reports = reports.filter(
            pc.is_in(reports["observation_id"], value_set=self._later["members"].combine_chunks().flatten())
        )
        self._times = np.unique(np.concatenate([last, first, _microseconds(self._reports["known_at"])]))

    def columns_at(self, at: datetime, fused: Callable[[pa.Table], pa.Table]) -> Mapping[str, Sequence[Any]]:
        """The incidents as they stood by what was known then."""
        moment = microseconds_of(at)
        stands = np.flatnonzero(self._last <= moment)
        in_part = (self._first <= moment) & (self._last > moment)
        again: Columns | None = None
        if in_part.any():
            later = self._later.filter(pc.greater(self._later["last_known_at"].cast(pa.int64()), moment))
            members = later["members"].combine_chunks().flatten()
            rows = self._reports.filter(pc.is_in(self._reports["observation_id"], value_set=members))
            rows = current_observations(rows.filter(pc.less_equal(rows["known_at"], pa.scalar(at, _TIME))), as_of=at)
            again = Columns(fused(rows))
        return Taken(self._whole, stands.tolist(), again)

    def moments(self) -> list[datetime]:
        return [_BEGIN + timedelta(microseconds=int(value)) for value in self._times]


class Taken(dict[str, list[Any]]):
    """Some rows of columns, each made when it is first asked for, and after them those that were made again."""

    def __init__(self, whole: Mapping[str, Sequence[Any]], rows: list[int], again: Columns | None = None) -> None:
        self._from, self._rows, self._again = whole, rows, again

    def __missing__(self, name: str) -> list[Any]:
        column = self._from[name]
        self[name] = [column[row] for row in self._rows] + (self._again[name] if self._again is not None else [])
        return self[name]


def microseconds_of(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _BEGIN) // timedelta(microseconds=1)


def _microseconds(column: pa.ChunkedArray) -> Ints:
    values: Ints = column.cast(pa.int64()).to_numpy()
    return values


def kinds_of(provision: Provision, stipulation: Stipulation) -> frozenset[str]:
    """The kinds of incidents that show a part of a clause kept or not, under any reading; of a prohibition none."""
    if stipulation.kind == "prohibited":
        return frozenset()
    read = (reading.reads.kinds or () for reading in provision.reading if reading.about == stipulation.id)
    what = (stipulation.what,) if stipulation.what else ()
    return frozenset((*what, *stipulation.kinds, *(kind for kinds in read for kind in kinds)))


def numbers_asked_for(agreement: Agreement) -> frozenset[str]:
    """The names of the numbers that clauses give, under any reading."""
    given = [each.number for _, each in agreement.stipulations()]
    read = [reading.reads.number for provision in agreement.provision for reading in provision.reading]
    return frozenset(number.counter for number in (*given, *read) if number is not None)


def kinds_asked_for(agreement: Agreement) -> frozenset[str]:
    """The same of all parts together."""
    return frozenset(kind for pair in agreement.stipulations() for kind in kinds_of(*pair))


def of_kinds(incidents: pa.Table, kinds: frozenset[str]) -> pa.Table:
    """The incidents that somebody says were of one of these kinds, or an analyst."""
    wanted, several = pa.array(sorted(kinds), pa.string()), incidents["kinds"].combine_chunks()
    is_asked_for = pc.is_in(incidents["kind"], value_set=wanted).to_numpy().copy()
    listed = pc.is_in(several.flatten(), value_set=wanted)
    is_asked_for[pc.list_parent_indices(several).filter(listed).to_numpy(zero_copy_only=False)] = True
    return incidents.filter(pa.array(is_asked_for))
