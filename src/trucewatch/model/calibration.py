"""What is learnt of devices and of those who report: one record a calibration, named by its hash in every list that
rests on it.

A calibration is learnt from the rows known before `until`, and stands for the incidents that begin in its month
(`period`), or for all of a record that is still short (`opening`). What nothing was learnt of has the prior that comes
with the program, which is the calibration without books.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

SCHEMA: Final = "trucewatch/calibration/1"
METHOD: Final = "sure/1"
"""The version of the method: a calibration of an earlier one stands until somebody calibrates anew."""
OPENING: Final = "opening"
SHIPPED: Final = "shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBook:
    """What is learnt of one device, or of one source of people, which has no `sensor`."""

    source: str
    sensor: str
    key: str
    """The number by which its voices are known, in hexadecimal digits."""
    means: str
    reports: int
    """How many of its voices were learnt from; `alone`: of them those that nobody bears out."""
    alone: int
    answers: float
    """The chance that a report of it answers to an event."""
    answers_sd: float
    alone_answers: float
    """The same of a report that nobody bears out; `alone_logit`: the log-odds from which what speaks for and against
    each of them is taken, such that their chances have this mean."""
    alone_logit: float
    false_per_day: float
    """How many of its reports a day answer to nothing; `days`: the time in which it stood."""
    days: float
    expected: float
    """How many sure events of others it should have noticed by the register; `noticed`: how many it did."""
    noticed: int
    notices_times: float
    """By how much the chance of the register that it notices an event is to be multiplied."""
    clock_s: float = 0.0
    """Seconds by which its clock is ahead; taken off its times. `clock_sd_s` of that; `clock_pairs`: from so many."""
    clock_sd_s: float = 0.0
    clock_pairs: int = 0
    clock_proposed_s: float = 0.0
    """A wrong zone that its reports would fit: proposed, not applied."""
    clock_from: str = ""
    """From when until when (ISO, by its own clock) it was off; "" from the first, and until further notice."""
    clock_until: str = ""
    clock_simulated: bool = False
    """Of its simulated rows, which have a clock of their own."""
    stated_false_per_day: float | None = None
    """What the register says; `register_fits` is false where it cannot be right."""
    register_fits: bool = True

    @property
    def borne_out(self) -> int:
        """How many of its voices others bore out."""
        return self.reports - self.alone


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBook:
    """What is learnt of voices that agree: by their means, by whether they share a group, by how far apart they
    stand."""

    kind: str
    """`acoustic / near`: voices of one means that can share a cause; `acoustic / camera`: voices that cannot."""
    events: int
    borne_out: int
    """How many of them others bear out besides."""
    answers: float
    """The chance that such an agreement answers to an event."""
    answers_sd: float
    alone_answers: float
    """The same of one that nobody else bears out; `alone_logit`: the log-odds from which what speaks for and against
    each of them is taken, such that their chances have this mean."""
    alone_logit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansBook:
    """By how much the stated errors of a means are to be multiplied; 1 where they are right or nothing is known."""

    means: str
    pairs: int
    """From so many reports that others bear out."""
    place_times: float
    time_times: float
    bearing_times: float = 1.0
    simulated: bool = False
    """Of simulated rows, which are learnt from by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassBook:
    """What share of what happens here is of a class (`fusion/classes.toml`)."""

    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """How much happens here: sure events by cell of 12 and of 2 km (`near_repeat_kernels.cells_of`; simulated ones have
    cells of their own), over so many days of real and of simulated ones."""

    days: float
    simulated_days: float
    wide: Mapping[int, int]
    near: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One calibration."""

    period: str
    until: datetime
    since: datetime
    rows: int
    method: str = METHOD
    devices: tuple[DeviceBook, ...] = ()
    pairs: tuple[PairBook, ...] = ()
    means: tuple[MeansBook, ...] = ()
    classes: tuple[ClassBook, ...] = ()
    class_events: int = 0
    """From so many events."""
    surroundings: Surroundings | None = None


PRIOR: Final = Calibration(
    period=SHIPPED, until=datetime(1, 1, 1, tzinfo=UTC), since=datetime(1, 1, 1, tzinfo=UTC), rows=0
)
"""What comes with the program: nothing learnt."""


def _text(value: Any) -> Any:
    """A number as a decimal string (records hold no floats)."""
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    return f"{value:.6g}" if isinstance(value, float) else value


def _book(book: Any) -> dict[str, Any]:
    return {field.name: _text(getattr(book, field.name)) for field in fields(book)}


def calibration_record(calibration: Calibration) -> dict[str, Any]:
    """The record of a calibration: canonical JSON without floats. `read_calibration` gives the same calibration back
    as long as its numbers have six digits (`rounded`)."""
    around = calibration.surroundings
    return {
        "schema": SCHEMA,
        "period": calibration.period,
        "since": _iso(calibration.since),
        "until": _iso(calibration.until),
        "rows": calibration.rows,
        "method": calibration.method,
        "devices": [_book(book) for book in calibration.devices],
        "pairs": [_book(book) for book in calibration.pairs],
        "means": [_book(book) for book in calibration.means],
        "classes": [_book(book) for book in calibration.classes],
        "class_events": calibration.class_events,
        "surroundings": None
        if around is None
        else {
            "days": _text(around.days),
            "simulated_days": _text(around.simulated_days),
            "wide": {str(cell): count for cell, count in sorted(around.wide.items())},
            "near": {str(cell): count for cell, count in sorted(around.near.items())},
        },
    }


def read_calibration(record: Mapping[str, Any]) -> Calibration:
    """The calibration of a record. Raises ValueError, TypeError or KeyError for one that is none."""
    if not isinstance(record, Mapping):
        raise TypeError("it is no object")
    if record.get("schema") != SCHEMA:
        raise ValueError(f"the schema is {record.get('schema')!r}, not {SCHEMA}")
    around = record["surroundings"]
    return Calibration(
        period=str(record["period"]),
        since=_moment(record["since"]),
        until=_moment(record["until"]),
        rows=int(record["rows"]),
        method=str(record["method"]),
        devices=tuple(DeviceBook(**_numbers(book, DeviceBook)) for book in record["devices"]),
        pairs=tuple(PairBook(**_numbers(book, PairBook)) for book in record["pairs"]),
        means=tuple(MeansBook(**_numbers(book, MeansBook)) for book in record["means"]),
        classes=tuple(ClassBook(**_numbers(book, ClassBook)) for book in record["classes"]),
        class_events=int(record["class_events"]),
        surroundings=None if around is None else _surroundings(around),
    )


def rounded(calibration: Calibration) -> Calibration:
    """The calibration as its record gives it back: what is used and what is recorded are the same numbers."""
    return read_calibration(calibration_record(calibration))


def _surroundings(record: Mapping[str, Any]) -> Surroundings:
    return Surroundings(
        days=float(record["days"]),
        simulated_days=float(record["simulated_days"]),
        wide={int(cell): int(count) for cell, count in record["wide"].items()},
        near={int(cell): int(count) for cell, count in record["near"].items()},
    )


def _numbers(book: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """The fields of a book, checked: what comes from a file may be anything. Raises ValueError, TypeError."""
    if not isinstance(book, Mapping):
        raise TypeError(f"a {kind.__name__} is no object")
    types = {field.name: str(field.type) for field in fields(kind)}
    if unknown := sorted(set(book) - set(types)):
        raise ValueError(f"{kind.__name__} has no {unknown[0]}")
    return {name: _value(name, types[name], value) for name, value in book.items()}


def _value(name: str, type_: str, value: Any) -> Any:
    if value is None and "None" in type_:
        return None
    if type_.startswith("float"):
        number = float(value)
        low, high = _LIMITS.get(name, (0.0, _MOST))
        if not low <= number <= high:
            raise ValueError(f"{name} {number:g} is not between {low:g} and {high:g}")
        return number
    # A truth is a whole number for Python; here it is none.
    wanted: type = {"int": int, "bool": bool}.get(type_, str)
    if type(value) is not wanted or (isinstance(value, int) and not 0 <= value <= _MOST):
        raise ValueError(f"{name} {str(value)[:40]} is no {type_} that a calibration holds")
    return value


_MOST: Final = 1e12
_DAY_S: Final = 86_400.0
_SHARE: Final = (0.0, 1.0)
_LIMITS: Final = {
    "answers": _SHARE,
    "alone_answers": _SHARE,
    "share": _SHARE,
    "alone_logit": (-1e3, 1e3),
    "clock_s": (-_DAY_S, _DAY_S),
    "clock_proposed_s": (-_DAY_S, _DAY_S),
}
"""What a number of a calibration may be; of all others, from 0."""


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@dataclass(frozen=True, slots=True)
class Calibrations:
    """Which calibration stands for which month: by `period` ("2026-11"), else the opening one, else the prior."""

    every: Sequence[Calibration] = ()

    def of_months(self, months: Sequence[str]) -> tuple[tuple[Calibration, ...], tuple[int, ...]]:
        """The calibrations that stand for these months, each once, and for each month its place among them."""
        by_period = {each.period: each for each in self.every}
        standing: dict[str, Calibration] = {}
        for month in months:
            chosen = by_period.get(month) or by_period.get(OPENING) or PRIOR
            standing.setdefault(chosen.period, chosen)
        at = {period: number for number, period in enumerate(standing)}
        places = tuple(at[(by_period.get(month) or by_period.get(OPENING) or PRIOR).period] for month in months)
        return tuple(standing.values()), places
