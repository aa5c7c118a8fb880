"""What somebody states, by the fields of a table → its row, or everything that is wrong with it, each at its field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from trucewatch.errors import TimeError
from trucewatch.messages import Amount, Message
from trucewatch.model.aid_items import CODE
from trucewatch.model.aid_tables import MANY, MOST_COUNTED, TYPED, AidField, AidTable, trouble
from trucewatch.model.meeting_checks import Trouble
from trucewatch.model.record_mapping import record_from
from trucewatch.model.times import as_utc, read_time
from trucewatch.model.typed_text import refusal_of

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""What days and moments lie between: with one at the end of all days nothing can be worked out any more."""
MOST_POINTS: Final = 500
"""Corners of an outline."""
_WHOLE: Final = re.compile(r"\d{1,12}")
_FILL_IN: Final = Message("fill it in")
_CHOOSE: Final = Message("choose one of the list")


@dataclass(frozen=True, slots=True, kw_only=True)
class AidVocabulary:
    """Which ids a row may name. codes: the codes of the items of a table."""

    organisations: Container[str]
    districts: Container[str]
    sides: Container[str]
    codes: Callable[[str], Container[str]]


class _InAny(Container[str]):
    """What stands in one of several."""

    def __init__(self, containers: Sequence[Container[str]]) -> None:
        self._containers = containers

    def __contains__(self, word: object) -> bool:
        return any(word in each for each in self._containers)


class _OfForm(Container[str]):
    """Every text of a form."""

    def __init__(self, form: re.Pattern[str]) -> None:
        self._form = form

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._form.fullmatch(word) is not None


_IDS: Final = _OfForm(re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"))
OF_ANOTHER_INSTANCE: Final = AidVocabulary(
    organisations=_IDS, districts=_IDS, sides=_IDS, codes=lambda table: _OfForm(CODE)
)
"""What a row of another instance may name: any ids, since its file has others, and nothing that is no id."""


def row_of(
    table: AidTable, fields: Mapping[str, Any], vocabulary: AidVocabulary
) -> tuple[Any | None, tuple[Trouble, ...]]:
    """The row that fields come to, by key; None with what is wrong. Values may be as files hold them (numbers, days) or
    as forms do (texts); "", None and empty lists are left out."""
    own: dict[str, Any] = {}
    wrong: list[Trouble] = []
    for key in fields:
        if table.field(key) is None:
            # The key is not said again either: whoever writes a file may have put anything there.
            what = Message("this has a field that is none of those asked for here")
            wrong.append(trouble("table", what, Message("leave it out")))
    for each in table.fields:
        value = fields.get(each.key, fields.get(each.name))
        if _is_empty(value):
            if each.is_needed:
                wrong.append(trouble(each.key, Message("this is empty"), _FILL_IN))
            continue
        try:
            own[each.name] = _value(each, value, vocabulary)
        except _FaultError as exc:
            wrong.append(trouble(each.key, exc.what, exc.remedy))
    if wrong:
        return None, tuple(wrong)
    return record_from(table.row, own), ()


def typed_texts(table: AidTable, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of the fields that somebody may have typed, with its key: also what stands where an id should."""
    for key, value in fields.items():
        each = table.field(key)
        if each is not None and each.kind in ("place", "outline", "day", "moment", "count", "number", "yes"):
            if isinstance(value, str):
                yield key, value
            continue
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str):
                yield key, text


class _FaultError(Exception):
    def __init__(self, what: Message, remedy: Message) -> None:
        self.what, self.remedy = what, remedy


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list | tuple):
        return all(_is_empty(each) for each in value)
    return value is None


def _value(each: AidField, value: Any, vocabulary: AidVocabulary) -> Any:
    if each.kind in TYPED:
        return _text(each, value)
    if each.kind in ("choice", "several"):
        return _of_words(each, value, each.choices)
    if each.kind in ("organisation", "organisations"):
        return _of_words(each, value, vocabulary.organisations)
    if each.kind in ("district", "districts"):
        return _of_words(each, value, vocabulary.districts)
    if each.kind in ("side", "sides"):
        return _of_words(each, value, vocabulary.sides)
    if each.kind in ("code", "codes"):
        return _of_words(each, value, _InAny([vocabulary.codes(table) for table in each.of]))
    return _READERS[each.kind](value)


def _text(each: AidField, value: Any) -> str:
    text = _single(value).strip()
    if why := refusal_of(text):
        raise _FaultError(why, Message("then send it again"))
    if each.kind == "line" and ("\n" in text or "\r" in text):
        raise _FaultError(Message("this is one line"), Message("write it on one line"))
    if len(text) > each.most:
        what = Message(
            "this has {count} characters, at most {most} are kept", count=Amount(len(text)), most=Amount(each.most)
        )
        raise _FaultError(what, Message("shorten it"))
    return text


def _of_words(each: AidField, value: Any, words: Container[str]) -> Any:
    values = list(dict.fromkeys(_texts(value)))
    for text in values:
        if text not in words:
            # What was typed is not said again: it may be what is never kept.
            raise _FaultError(Message("this is none of those that there are"), _CHOOSE)
    if each.kind in MANY:
        return tuple(values)
    if len(values) != 1:
        raise _FaultError(Message("this is more than one"), _CHOOSE)
    return values[0]


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [_single(each).strip() for each in values if not _is_empty(each)]


def _single(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise _FaultError(Message("this is no text"), Message("write it in words"))
    return value


D = TypeVar("D", bound=date)


def _within(day: D) -> D:
    """The day or the moment. Raises ValueError for one of which no others can be worked out."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError
    return day


def _day(value: Any) -> date:
    try:
        is_day = isinstance(value, date) and not isinstance(value, datetime)
        day = value if is_day else date.fromisoformat(_single(value).strip())
        return _within(day)
    except ValueError:
        raise _FaultError(Message("this is no day"), Message("write it as 2031-05-04")) from None


def _moment(value: Any) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else read_time(_single(value).strip())
        return _within(as_utc(_within(moment)).replace(microsecond=0))
    except (TimeError, ValueError, OverflowError):
        raise _FaultError(
            Message("this is no moment with its zone"), Message("write it as 2031-05-04T09:30Z")
        ) from None


def _count(value: Any) -> int:
    if isinstance(value, bool) or not (isinstance(value, int) or _WHOLE.fullmatch(_single(value).strip())):
        raise _FaultError(Message("this is no whole number"), Message("write it in digits, from 0"))
    number = int(value) if isinstance(value, int) else int(_single(value).strip())
    if not 0 <= number <= MOST_COUNTED:
        raise _FaultError(
            Message("this is no number from 0 to {most}", most=Amount(MOST_COUNTED)), Message("correct it")
        )
    return number


def _number(value: Any) -> float:
    try:
        number = float(value if isinstance(value, int | float) else _single(value).strip().replace(",", "."))
    except (ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number) or abs(number) > MOST_COUNTED:
        raise _FaultError(Message("this is no number"), Message("write it in digits, as 12.5"))
    return number


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = _single(value).strip().lower()
    if text in ("yes", "true", "on", "1"):
        return True
    if text in ("no", "false", "0"):
        return False
    raise _FaultError(Message("this is neither yes nor no"), _CHOOSE)


def _place(value: Any) -> tuple[float, float]:
    """Longitude and latitude, of a pair or of `46.75, 39.82`."""
    pair: Sequence[Any] = value if isinstance(value, list | tuple) and len(value) == 2 else _single(value).split(",")
    try:
        lon, lat = (float(each) for each in pair)
    except (TypeError, ValueError):
        raise _FaultError(
            Message("this is no place"), Message("write longitude and latitude in degrees, as 46.75, 39.82")
        ) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _FaultError(Message("this lies outside the world: longitude comes first"), Message("turn the two round"))
    return lon, lat


def _outline(value: Any) -> tuple[tuple[float, float], ...]:
    """A ring of places, closed or not: kept without the first one again. Raises for one that crosses itself."""
    if isinstance(value, str) or (isinstance(value, list | tuple) and len(value) == 1 and isinstance(value[0], str)):
        value = [part for part in re.split(r"[;\n]", _single(value)) if part.strip()]
    if not isinstance(value, list | tuple) or len(value) > MOST_POINTS:
        raise _FaultError(
            Message("this is no outline of at most {most} corners", most=Amount(MOST_POINTS)),
            Message("write a corner a line, longitude and latitude"),
        )
    ring = tuple(_place(corner) for corner in value)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring = ring[:-1]
    if len(set(ring)) < 3 or len(set(ring)) != len(ring):
        raise _FaultError(
            Message("an outline has three corners or more, each once"), Message("write the corners in their order")
        )
    if crossing := _crossing(ring):
        raise _FaultError(
            Message("the outline crosses itself near corner {number}", number=crossing), Message("redraw it there")
        )
    return ring


def _crossing(ring: Sequence[tuple[float, float]]) -> int | None:
    """The number, from 1, of a corner after which an edge meets another that is not its neighbour."""
    edges = [(ring[at], ring[(at + 1) % len(ring)]) for at in range(len(ring))]
    for first, (a, b) in enumerate(edges):
        for second in range(first + 2, len(edges)):
            if first == 0 and second == len(edges) - 1:
                continue
            c, d = edges[second]
            if _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0 and _near(a, b, c, d):
                return first + 1
    return None


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _near(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]) -> bool:
    """Whether the boxes of two edges overlap: of edges on one line the turns alone say too much."""
    return all(
        min(a[axis], b[axis]) <= max(c[axis], d[axis]) and min(c[axis], d[axis]) <= max(a[axis], b[axis])
        for axis in (0, 1)
    )


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "day": _day,
    "moment": _moment,
    "count": _count,
    "number": _number,
    "yes": _yes,
    "place": _place,
    "outline": _outline,
}
