"""Bulletins' figures (CSV, XLSX) → counters: a number for a period, with who reports it and how exactly.

Columns: `name`, `span` (day, cumulative, level), `value`, and `date` or `period_start` and `period_end`; optional are
`zone`, `qualifier`, `unit`, `claimed_by`, `known_at`, `text`, `source`. A figure is a report, not a fact that anybody
checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from trucewatch.errors import RowFault, TrucewatchError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.ids import counter_id
from trucewatch.model.observation import COUNTER_SCHEMA, QUALIFIERS, SPANS
from trucewatch.model.times import Interval, zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import (
    Faults,
    delay_of,
    nearest,
    quote_cell,
    read_flag,
    read_number,
    reason_of,
    rejected_file,
    rejected_rows,
    require_columns,
    word_fault,
)
from trucewatch.sources.table import Chunk, Table
from trucewatch.sources.written_times import join_spans, later, read_span

CARD: Final = SourceCard(
    adapter="bulletin",
    title=Message("Figures of a regular bulletin, per day and cumulative"),
    owner=Message("whoever issues the bulletin; name them as organisation in watch.toml"),
    delay=timedelta(hours=12),
    delay_words=Message("12 hours after the period unless the row states known_at"),
    licence=Message("figures are facts; name the bulletin as the source"),
    blind_spots=Message(
        "what the issuer does not count or does not publish; figures are one body's claim and cannot be re-counted"
    ),
    reads=Message("CSV, CSV.gz or XLSX with the columns named in docs/sources.md"),
)
VERSION: Final = 1

REQUIRED: Final = ("name", "span", "value")
OPTIONAL: Final = (
    "date",
    "period_start",
    "period_end",
    "zone",
    "qualifier",
    "unit",
    "claimed_by",
    "known_at",
    "text",
    "source",
    "simulated",
)

_SIGNS: Final = {
    "more_than": (">", "more than", "over", "более", "больше", "свыше", "fazla"),
    "about": ("~", "≈", "about", "around", "approximately", "approx.", "ca.", "c.", "около", "примерно", "yaklaşık"),
    "at_most": ("≤", "<=", "at most", "up to", "не более", "до", "en fazla"),
}
_SIGN_OF: Final = {sign: word for word, signs in _SIGNS.items() for sign in signs}
_GROUPED = re.compile(r"^\d{1,3}([,.\u00a0\u202f\u2009' ])\d{3}(?:\1\d{3})*$")


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The rows as counters. `date` is one local day; for a cumulative figure or a level it is the day it was given for.

    The id comes from name, span, zone, period and claimant, not from the value: a corrected figure is a new version of
    the same counter. Two rows of one file that give one counter different values: the second is refused.
    """
    figures: dict[str, tuple[int, float, str]] = {}
    try:
        zone = zone_named(setting.time_zone) if setting.time_zone else None
        table = Table(path)
        columns = (*REQUIRED, *OPTIONAL)
        for key in table.keys:
            if key not in columns:
                hint = nearest(key, columns) if key else Message("give every column a name")
                raise UnreadableInput(
                    Message("a bulletin has no column {name}; {hint}", name=quote_cell(key), hint=hint)
                )
        require_columns(REQUIRED, table.keys, hint=Message("every figure needs it"))
        if "date" not in table.keys and "period_start" not in table.keys:
            raise UnreadableInput(
                Message('the file lacks the column "date" (or "period_start" and "period_end"); add it')
            )
        for chunk in table.chunks():
            yield _counters(chunk, origin, setting, zone, figures)
    except TrucewatchError as fault:
        yield rejected_file(origin, fault.message)


def _counters(
    chunk: Chunk,
    origin: Origin,
    setting: SourceSetting,
    zone: tzinfo | None,
    figures: dict[str, tuple[int, float, str]],
) -> Batch:
    faults = Faults(len(chunk))
    rows: list[dict[str, Any]] = []
    for index, (line, cells) in enumerate(chunk.rows()):
        try:
            row = _counter(cells, setting, zone)
            earlier = figures.setdefault(row["counter_id"], (line, row["value"], row["qualifier"]))
            if earlier[1:] != (row["value"], row["qualifier"]):
                raise RowFault(
                    Message(
                        "line {line} gives another value ({value}) for the same figure; leave only one of them",
                        line=earlier[0],
                        value=f"{earlier[1]:g}",
                    )
                )
        except ValueError as exc:
            faults.reasons[index] = reason_of(exc)
            continue
        row.update(received_at=origin.received_at, evidence_sha256=origin.evidence_sha256, evidence_row=line)
        rows.append(row)
    return Batch(
        counters=pa.Table.from_pylist(rows, schema=COUNTER_SCHEMA), rejected=rejected_rows(chunk, faults, origin)
    )


def _counter(cells: Mapping[str, str], setting: SourceSetting, zone: tzinfo | None) -> dict[str, Any]:
    """One row. Raises RowFault or TimeError."""
    name, span = cells["name"], cells["span"]
    if not name:
        raise RowFault(Message("name is empty; say what is counted"))
    if span not in SPANS:
        raise RowFault(word_fault("span", span, SPANS))
    period = _period(cells, zone)
    value, qualifier = read_value(cells["value"], decimal_comma=setting.decimal_comma)
    stated = cells.get("qualifier", "")
    if stated:
        if stated not in QUALIFIERS:
            raise RowFault(word_fault("qualifier", stated, QUALIFIERS))
        if qualifier not in ("exactly", stated):
            raise RowFault(
                Message(
                    "value {value} and qualifier {qualifier} disagree; correct one of them",
                    value=quote_cell(cells["value"]),
                    qualifier=quote_cell(stated),
                )
            )
        qualifier = stated
    known_text = cells.get("known_at", "")
    claimed_by = cells.get("claimed_by", "") or setting.claimed_by
    place = cells.get("zone", "")
    key = "\x1e".join((name, span, place, period.start.isoformat(), period.end.isoformat(), claimed_by))
    cited = cells.get("source", "")
    text = cells.get("text", "")
    known_at = read_span(known_text, zone=zone).end if known_text else later(period.end, delay_of(CARD, setting))
    return {
        "counter_id": counter_id(setting.id, key),
        "source": setting.id,
        "name": name,
        "span": span,
        "zone": place,
        "period_start": period.start,
        "period_end": period.end,
        "value": value,
        "qualifier": qualifier,
        "unit": cells.get("unit", ""),
        "claimed_by": claimed_by,
        "simulated": read_flag("simulated", cells.get("simulated", "")) or setting.simulated,
        "known_at": known_at,
        "text": f"{text} [{cited}]" if text and cited else text or cited,
    }


def _period(cells: Mapping[str, str], zone: tzinfo | None) -> Interval:
    start, end, day = (cells.get(name, "") for name in ("period_start", "period_end", "date"))
    if day and (start or end):
        raise RowFault(Message("the row gives both a date and a period; leave one of them empty"))
    if day:
        return read_span(day, zone=zone, whole_days=True)
    if not start:
        raise RowFault(Message("the row has no date and no period_start; say which period it counts"))
    return join_spans(read_span(start, zone=zone), read_span(end, zone=zone) if end else None)


def read_value(text: str, *, decimal_comma: bool = False) -> tuple[float, str]:
    """A figure and its qualifier: `> 26,000` is (26000.0, "more_than"). Raises RowFault.

    Thousands may be grouped by commas, points (with `decimal_comma`), apostrophes or spaces.
    """
    plain, qualifier = " ".join(text.split()), "exactly"
    for sign in sorted(_SIGN_OF, key=len, reverse=True):
        if plain.casefold().startswith(sign):
            rest = plain[len(sign) :]
            if not sign[-1].isalpha() or rest.startswith(" "):
                plain, qualifier = rest.strip(), _SIGN_OF[sign]
                break
    if plain.startswith(("≥", "=", "<")) or plain.casefold().startswith("at least"):
        raise RowFault(
            Message(
                'value {value} has a sign that no qualifier stands for; write "> 25,999" or "≤ 5"',
                value=quote_cell(text),
            )
        )
    grouped = _GROUPED.match(plain)
    if grouped and grouped[1] == ("," if decimal_comma else ".") and plain.count(grouped[1]) == 1:
        raise RowFault(
            Message("value {value} may be thousands or thousandths; write it without grouping", value=quote_cell(text))
        )
    if grouped:
        plain = plain.replace(grouped[1], "")
    return read_number("value", plain, 0.0, 1e15, decimal_comma=decimal_comma), qualifier
