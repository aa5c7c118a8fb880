"""The cells that say when → the interval of each row and when it became known; each different combination once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

import numpy as np
import numpy.typing as npt

from trucewatch.errors import RowFault
from trucewatch.messages import Message
from trucewatch.model.times import Interval
from trucewatch.sources.columns import Codes, Faults, coded, quote_cell, reason_of, together
from trucewatch.sources.limits import KNOWN_AHEAD, KNOWN_BEFORE_IT_WAS
from trucewatch.sources.table import Chunk
from trucewatch.sources.table_plan import TablePlan
from trucewatch.sources.written_clocks import zone_written
from trucewatch.sources.written_times import DateRules, join_spans, later, read_day_and_times, read_span, widened

Micros = npt.NDArray[np.int64]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)
TIME_TARGETS: Final = (
    *("occurred_start", "date_start", "day", "occurred_end", "date_end", "time_of_day", "time_end", "date_prec"),
    "zone",
)


def read_times(chunk: Chunk, plan: TablePlan, faults: Faults) -> tuple[Micros, Micros, Micros, npt.NDArray[np.bool_]]:
    """Start, end and time of becoming known of each row, microseconds since 1970, and whether the last is assumed."""
    mapped = [target for target in TIME_TARGETS if plan.has(target)]
    combinations, codes = together([coded(plan.column(target, chunk)) for target in mapped], len(chunk))
    spans: list[tuple[int, int, int] | Message] = []
    zones: dict[str, tzinfo | Message | None] = {"": plan.zone}
    for texts in combinations:
        try:
            span = _span(dict(zip(mapped, texts, strict=True)), plan, zones)
            known_from = later(span.end, plan.delay)
            spans.append((_micros(span.start), _micros(span.end), _micros(known_from)))
        except ValueError as exc:  # TimeError and RowFault are ValueErrors too
            spans.append(reason_of(exc))
    faults.refuse_texts(spans, codes)
    plain = [(0, 0, 0) if isinstance(span, Message) else span for span in spans]
    start, end, known_at = np.array(plain, dtype=np.int64).reshape(-1, 3)[codes].T
    if not plan.has("known_at"):
        return start, end, known_at, np.ones(len(chunk), dtype=np.bool_)
    stated, is_stated = _known_moments(*coded(plan.column("known_at", chunk)), plan, faults)
    known_at = np.where(is_stated, stated, known_at)
    faults.refuse(is_stated & (start - known_at > KNOWN_AHEAD // _MICRO), KNOWN_BEFORE_IT_WAS)
    return start, end, known_at, ~is_stated


def _known_moments(
    texts: list[str], codes: Codes, plan: TablePlan, faults: Faults
) -> tuple[Micros, npt.NDArray[np.bool_]]:
    """What the column of becoming known says, and where it says something."""
    numbers = plan.preset.known_numbers or plan.constants.get("date_numbers", "")
    order = plan.constants.get("date_order", "")
    values: list[int | Message] = []
    for text in texts:
        try:
            values.append(
                _micros(read_span(text, zone=plan.zone, date_order=order, numbers=numbers).end) if text else 0
            )
        except ValueError as exc:
            values.append(reason_of(exc))
    faults.refuse_texts(values, codes)
    moments = np.array([0 if isinstance(value, Message) else value for value in values], dtype=np.int64)
    return moments[codes], np.array([bool(text) for text in texts], dtype=np.bool_)[codes]


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICRO


def _span(cells: Mapping[str, str], plan: TablePlan, zones: dict[str, tzinfo | Message | None]) -> Interval:
    """The interval of one combination. Raises RowFault, TimeError."""
    zone = _zone_of(cells.get("zone", ""), zones)
    rules = DateRules(
        zone=zone, order=plan.constants.get("date_order", ""), numbers=plan.constants.get("date_numbers", "")
    )
    start = next(((name, cells[name]) for name in ("occurred_start", "date_start", "day") if cells.get(name)), None)
    end = next(((name, cells[name]) for name in ("occurred_end", "date_end") if cells.get(name)), None)
    if start is None:
        raise RowFault(Message("the row does not say when it was; give a day or a time"))
    time_text, end_text = cells.get("time_of_day", ""), cells.get("time_end", "")
    if time_text:
        span = read_day_and_times(start[1], time_text, end_text, rules, end_day_text=end[1] if end else "")
    elif end_text:
        raise RowFault(Message("the row says at what time it ended and not when it began; give both or neither"))
    else:
        first, last = (
            read_span(
                bound[1],
                zone=zone,
                date_order=rules.order,
                whole_days=bound[0].startswith("date_"),
                numbers=rules.numbers,
            )
            if bound
            else None
            for bound in (start, end)
        )
        assert first is not None
        span = join_spans(first, last)
    precision = cells.get("date_prec", "")
    if not precision:
        return span
    lengths = plan.preset.date_lengths
    if precision not in lengths:
        raise RowFault(
            Message(
                "date_prec {value} is not known; {whose} writes {first} to {last}",
                value=quote_cell(precision),
                whose=plan.preset.codes_of,
                first=min(lengths),
                last=max(lengths),
            )
        )
    return widened(span, at_least=timedelta(days=lengths[precision]))


def _zone_of(word: str, zones: dict[str, tzinfo | Message | None]) -> tzinfo | None:
    """The zone that a row names, else the source's. Raises RowFault."""
    if word not in zones:
        try:
            written = zone_written(word, word)
            if isinstance(written, str):
                offset = "+00:00" if written == "Z" else written
                size = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
                written = timezone(-size if offset[0] == "-" else size)
            zones[word] = written
        except ValueError as exc:
            zones[word] = reason_of(exc)
    zone = zones[word]
    if isinstance(zone, Message):
        raise RowFault(zone)
    return zone
