"""Any list of events (CSV, XLSX) by a column mapping in watch.toml → observations, each with the claim and the error it
has.

What the mapping does not say is not guessed: an unknown word for a kind, a time without zone and a slash date of
unknown order refuse the row.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa

from trucewatch.errors import RowFault, TrucewatchError
from trucewatch.geo.place_text import read_place
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.ids import observation_id
from trucewatch.model.observation import ASPECTS, KINDS, MEANS, STRUCK
from trucewatch.model.people import PERCEIVED, PERSON_STATUS
from trucewatch.model.times import Interval, zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import (
    UTC_MICROS,
    Faults,
    delay_of,
    nearest,
    observation_table,
    quote_cell,
    read_flag,
    read_number,
    reason_of,
    rejected_file,
    rejected_rows,
    require_columns,
    swapped_axes,
    swapped_fault,
    word_fault,
)
from trucewatch.sources.limits import (
    AZIMUTHS,
    COUNT_LIMITS,
    FLOAT_LIMITS,
    KNOWN_AHEAD,
    KNOWN_BEFORE_IT_WAS,
    NEEDS,
    ORDERED,
    PAIRS,
)
from trucewatch.sources.presets import DATE_LENGTH_DAYS, NO_PRESET, PRESETS, WHERE_RADIUS_M, Preset
from trucewatch.sources.table import Chunk, Table, fold
from trucewatch.sources.written_times import DATE_ORDERS, join_spans, later, read_span, widened

CARD: Final = SourceCard(
    adapter="event_table",
    title=Message("A list of events by a column mapping (UCDP GED and dated facts ready-made)"),
    owner=Message("whoever keeps the list; name them as organisation in watch.toml"),
    delay=timedelta(days=1),
    delay_words=Message("one day unless the list states known_at or the source sets delay_hours; 31 days for ucdp_ged"),
    licence=Message("the list's own; name it in watch.toml (UCDP: CC BY 4.0)"),
    blind_spots=Message(
        "what nobody reported; a list counts claims, not events; places are often a town's centre or a district's"
    ),
    reads=Message(
        "CSV, CSV.gz or XLSX with one line of column names; GeoJSON, GeoPackage, KML or a Shapefile in a ZIP"
    ),
)
VERSION: Final = 1

UNSTATED_PLACE_SD_M: Final = 5_000.0
"""For coordinates whose list states no error and whose source sets no place_sd_m."""

TARGETS: Final = (
    "kind",
    "means",
    "aspect",
    "sensor",
    "occurred_start",
    "occurred_end",
    "known_at",
    *FLOAT_LIMITS,
    *COUNT_LIMITS,
    "person_status",
    "perceived",
    "actor",
    "struck",
    "intensity_unit",
    "source_quality",
    "claimed_by",
    "simulated",
    "text",
    "place",
    "date_start",
    "date_end",
    "date_order",
    "date_prec",
    "where_prec",
    "natural_key",
)
"""What a mapping may fill: columns of the observation table, and seven words of this adapter's own."""

CLAIM_PREFIX: Final = "claimed_by:"


class Rows(Protocol):
    """What a table is to a mapping: `header` as written, `keys` folded, `chunks` once, in order."""

    @property
    def keys(self) -> Sequence[str]: ...

    def chunks(self) -> Iterator[Chunk]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How one source's rows are read. Each target has a constant, or the folded headers whose cells it takes."""

    constants: Mapping[str, str]
    headers: Mapping[str, tuple[str, ...]]
    written: Mapping[str, str]
    kinds: Mapping[str, str]
    claims: Mapping[str, str]
    zone: tzinfo | None
    preset: Preset
    delay: timedelta

    @property
    def date_order(self) -> str:
        return self.constants.get("date_order", "")

    def text(self, target: str, row: Mapping[str, str]) -> str:
        """The text for a target, cells of several headers joined; empty if it is not mapped."""
        if target in self.constants:
            return self.constants[target]
        return "; ".join(cell for cell in (row[name] for name in self.headers.get(target, ())) if cell)


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The rows of a list as observations, `means` event_list unless mapped.

    A day without hours is the whole local day; a row without coordinates keeps a null place. Coordinates get the mapped
    ellipse, else `where_prec`'s, else `place_sd_m`, else UNSTATED_PLACE_SD_M, as a circle. docs/sources.md has the
    mapping.
    """
    faults = setting_faults(setting)
    if faults:
        yield rejected_file(origin, Message("watch.toml, source {source}: {why}", source=setting.id, why=faults[0]))
        return
    try:
        table = Table(path)
        yield from read_rows(table, origin, with_reach(setting, table.place_columns), context)
    except TrucewatchError as fault:
        yield rejected_file(origin, fault.message)


def read_rows(table: Rows, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The rows of anything with a header and chunks of text columns, by the source's mapping.

    Raises UnreadableInput.
    """
    plan = _plan(setting, table.keys)
    events: dict[str, tuple[int, int]] = {}
    for chunk in table.chunks():
        yield _observations(chunk, plan, origin, setting, context, events)


def with_reach(setting: SourceSetting, place_columns: Sequence[str]) -> SourceSetting:
    """The setting with the ellipse of shapes beside their places: a line is nowhere read as the point in its middle."""
    ellipse = ("semi_major_m", "semi_minor_m")
    is_by_shape = "lon" in place_columns and setting.columns.get("lon") == "lon"
    if not is_by_shape or any(name in setting.columns for name in ellipse):
        return setting
    return replace(setting, columns={**setting.columns, **{name: name for name in ellipse}})


def setting_faults(setting: SourceSetting) -> tuple[Message, ...]:
    """What is wrong with this source's entry, before any file is read."""
    faults = []
    if setting.preset and setting.preset not in PRESETS:
        faults.append(
            Message(
                "there is no preset {name}; {hint}",
                name=quote_cell(setting.preset),
                hint=nearest(setting.preset, PRESETS),
            )
        )
    columns = {**PRESETS.get(setting.preset, NO_PRESET).columns, **setting.columns}
    for target in columns:
        if target not in TARGETS:
            faults.append(Message("columns.{name} is not known; {hint}", name=target, hint=nearest(target, TARGETS)))
    if "kind" not in columns:
        faults.append(Message('columns.kind is missing; name the list\'s column, or write "=explosion" for all rows'))
    if "occurred_start" not in columns and "date_start" not in columns:
        faults.append(
            Message("neither columns.occurred_start nor columns.date_start is given; name the column that says when")
        )
    constant = columns.get("date_order", "=mdy").removeprefix("=")
    if constant not in DATE_ORDERS:
        faults.append(Message('columns.date_order is {value}; write "=mdy" or "=dmy"', value=quote_cell(constant)))
    for word, kind in setting.kinds.items():
        if not word.startswith(CLAIM_PREFIX) and kind not in KINDS:
            faults.append(
                Message(
                    "kinds maps {value} to {kind}, which is no kind; {hint}",
                    value=quote_cell(word),
                    kind=quote_cell(kind),
                    hint=nearest(kind, KINDS),
                )
            )
    return tuple(faults)


def _plan(setting: SourceSetting, present: Sequence[str]) -> _Plan:
    preset = PRESETS.get(setting.preset, NO_PRESET)
    columns = {**preset.columns, **setting.columns}
    if setting.claimed_by and "claimed_by" not in setting.columns and columns.get("claimed_by", "=").startswith("="):
        columns["claimed_by"] = "=" + setting.claimed_by
    constants = {target: named[1:] for target, named in columns.items() if named.startswith("=")}
    headers: dict[str, tuple[str, ...]] = {}
    for target, named in columns.items():
        if not named.startswith("="):
            whole = fold(named)
            parts = (whole,) if whole in present else tuple(fold(part) for part in named.split(" + "))
            is_optional = preset.columns.get(target) == named
            headers[target] = tuple(
                part for part in parts if not (is_optional and part in preset.optional and part not in present)
            )
    needed = [part for parts in headers.values() for part in parts]
    require_columns(
        dict.fromkeys(needed), present, hint=Message("watch.toml maps it for the source {source}", source=setting.id)
    )
    return _Plan(
        constants=constants,
        headers=headers,
        written={fold(part): part.strip() for named in columns.values() for part in (named, *named.split(" + "))},
        kinds={fold(word): kind for word, kind in setting.kinds.items() if not word.startswith(CLAIM_PREFIX)},
        claims={
            fold(word.removeprefix(CLAIM_PREFIX)): body
            for word, body in setting.kinds.items()
            if word.startswith(CLAIM_PREFIX)
        },
        zone=zone_named(setting.time_zone) if setting.time_zone else None,
        preset=preset,
        delay=preset.delay if preset.delay is not None and setting.delay_hours is None else delay_of(CARD, setting),
    )


def _observations(
    chunk: Chunk,
    plan: _Plan,
    origin: Origin,
    setting: SourceSetting,
    context: ReadingContext,
    events: dict[str, tuple[int, int]],
) -> Batch:
    faults = Faults(len(chunk))
    rows: list[dict[str, Any]] = []
    for index, (line, cells) in enumerate(chunk.rows()):
        try:
            row = _observation(cells, plan, setting, context)
            if "natural_key" in plan.headers:
                says = hash(frozenset(cells.items()))
                earlier = events.setdefault(row["observation_id"], (line, says))
                if earlier[1] != says:
                    raise RowFault(
                        Message(
                            "line {line} has the same natural key and says something else; give each event its own",
                            line=earlier[0],
                        )
                    )
        except ValueError as exc:  # RowFault, TimeError and PlaceError are ValueErrors too
            faults.reasons[index] = reason_of(exc)
        else:
            row["evidence_row"] = line
            rows.append(row)
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    for name in ("occurred_start", "occurred_end", "known_at"):
        columns[name] = pa.array(columns.get(name, []), UTC_MICROS)
    columns.update(source=setting.id, received_at=origin.received_at, evidence_sha256=origin.evidence_sha256)
    for name in ("observation_id", "means", "kind", "evidence_row"):
        columns.setdefault(name, [])
    return Batch(observations=observation_table(columns, len(rows)), rejected=rejected_rows(chunk, faults, origin))


def _observation(
    cells: Mapping[str, str], plan: _Plan, setting: SourceSetting, context: ReadingContext
) -> dict[str, Any]:
    """One row. Raises RowFault, TimeError or PlaceError, for the person who keeps the list."""
    span = _span(cells, plan)
    known_text, claimant = plan.text("known_at", cells), plan.text("claimed_by", cells)
    known_at = later(span.end, plan.delay)
    if known_text:
        known_at = read_span(known_text, zone=plan.zone, date_order=plan.date_order).end
        if span.start - known_at > KNOWN_AHEAD:
            raise RowFault(KNOWN_BEFORE_IT_WAS)
    numbers = _numbers(cells, plan, setting)
    quality = _quality(cells, plan)
    if plan.preset.reorders_killed:
        quality = _reorder_killed(numbers, quality)
    _place(cells, plan, setting, context, numbers)
    _check(numbers)
    return {
        "observation_id": observation_id(setting.id, _natural_key(cells, plan)),
        "kind": _kind(plan.text("kind", cells), plan),
        "means": _word("means", plan.text("means", cells) or "event_list", MEANS),
        "aspect": _word("aspect", plan.text("aspect", cells) or "undetermined", ASPECTS),
        "sensor": plan.text("sensor", cells),
        "occurred_start": span.start,
        "occurred_end": span.end,
        **numbers,
        "person_status": _stated("person_status", plan.text("person_status", cells), PERSON_STATUS, "not_stated"),
        "perceived": _stated("perceived", plan.text("perceived", cells), PERCEIVED, ""),
        "intensity_unit": plan.text("intensity_unit", cells),
        "source_quality": quality,
        "claimed_by": plan.claims.get(fold(claimant), claimant) if claimant else setting.claimed_by,
        "actor": plan.text("actor", cells),
        "struck": _stated("struck", plan.text("struck", cells), STRUCK, ""),
        "simulated": read_flag("simulated", plan.text("simulated", cells)) or setting.simulated,
        "known_at": known_at,
        "known_at_assumed": not known_text,
        "text": plan.text("text", cells),
    }


def _span(cells: Mapping[str, str], plan: _Plan) -> Interval:
    order = plan.date_order
    start, end = (
        next(
            ((name, text) for name in (f"occurred_{side}", f"date_{side}") if (text := plan.text(name, cells))),
            ("", ""),
        )
        for side in ("start", "end")
    )
    if not start[1]:
        raise RowFault(Message("the row does not say when it was; give a day or a time"))
    first, last = (
        read_span(text, zone=plan.zone, date_order=order, whole_days=name.startswith("date_")) if text else None
        for name, text in (start, end)
    )
    assert first is not None
    span = join_spans(first, last)
    precision = plan.text("date_prec", cells)
    if precision:
        if precision not in DATE_LENGTH_DAYS:
            raise RowFault(Message("date_prec {value} is not known; UCDP writes 1 to 5", value=quote_cell(precision)))
        return widened(span, at_least=timedelta(days=DATE_LENGTH_DAYS[precision]))
    return span


def _numbers(cells: Mapping[str, str], plan: _Plan, setting: SourceSetting) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for name, (low, high) in {**FLOAT_LIMITS, **COUNT_LIMITS}.items():
        text = plan.text(name, cells)
        value = read_number(name, text, low, high, decimal_comma=setting.decimal_comma) if text else None
        if value is not None and name in COUNT_LIMITS:
            if not value.is_integer():
                raise RowFault(
                    Message("{name} {value} is no whole number; correct it", name=name, value=quote_cell(text))
                )
            value = int(value)
        if value == 360.0 and name in AZIMUTHS:
            value = 0.0
        numbers[name] = value
    return numbers


def _reorder_killed(numbers: dict[str, Any], quality: str) -> str:
    """Take the extremes where a list's low, best and high contradict each other, and say so."""
    low, best, high = (numbers[name] for name in ("killed_min", "killed_best", "killed_max"))
    stated = [value for value in (low, best, high) if value is not None]
    if len(stated) < 3 or low <= best <= high:
        return quality
    numbers["killed_min"], numbers["killed_max"] = min(stated), max(stated)
    return "; ".join(part for part in (quality, f"low, best, high as written: {low}, {best}, {high}") if part)


def _place(
    cells: Mapping[str, str], plan: _Plan, setting: SourceSetting, context: ReadingContext, numbers: dict[str, Any]
) -> None:
    """Fill in place and ellipse."""
    stated_m = setting.place_sd_m
    place = plan.text("place", cells)
    if numbers["lon"] is None and numbers["lat"] is None and place:
        place_read = read_place(place, context.towns)
        numbers["lon"], numbers["lat"] = place_read.lon, place_read.lat
        stated_m = max(place_read.sd_m, stated_m or 0.0)
    precision = plan.text("where_prec", cells)
    if precision:
        if precision not in WHERE_RADIUS_M:
            raise RowFault(Message("where_prec {value} is not known; UCDP writes 1 to 7", value=quote_cell(precision)))
        radius_m = WHERE_RADIUS_M[precision]
        if radius_m is None:
            numbers["lon"] = numbers["lat"] = None
            return
        stated_m = radius_m / 2
    lon, lat = numbers["lon"], numbers["lat"]
    if lon is None or lat is None:
        return
    if swapped_axes(np.array([lon]), np.array([lat]), context)[0]:
        raise RowFault(swapped_fault(lon, lat))
    if numbers["semi_major_m"] is None and numbers["semi_minor_m"] is None:
        numbers["semi_major_m"] = numbers["semi_minor_m"] = max(stated_m or UNSTATED_PLACE_SD_M, 0.01)
        numbers["major_azimuth_deg"] = 0.0


def _check(numbers: Mapping[str, Any]) -> None:
    for first, second in PAIRS:
        if (numbers[first] is None) != (numbers[second] is None):
            raise RowFault(Message("{one} and {other} belong together; give both or neither", one=first, other=second))
    for what, needed, why in NEEDS:
        if numbers[what] is not None and numbers[needed] is None:
            raise RowFault(Message("{why}; give both", why=why))
    for names in ORDERED:
        stated = [(name, numbers[name]) for name in names if numbers[name] is not None]
        for (low, smaller), (high, larger) in pairwise(stated):
            if smaller > larger:
                raise RowFault(
                    Message(
                        "{one} is more than {other} ({value} and {other_value}); correct one of them",
                        one=low,
                        other=high,
                        value=smaller,
                        other_value=larger,
                    )
                )
    major, minor = numbers["semi_major_m"], numbers["semi_minor_m"]
    if major is not None and minor > major:
        raise RowFault(Message("semi_minor_m is more than semi_major_m; exchange them"))
    if major is not None and minor < major and numbers["major_azimuth_deg"] is None:
        raise RowFault(Message("the ellipse has no major_azimuth_deg; give its direction"))


def _kind(word: str, plan: _Plan) -> str:
    folded = fold(word)
    if folded in plan.kinds:
        return plan.kinds[folded]
    if word in KINDS:
        return word
    if word and "*" in plan.kinds:
        return plan.kinds["*"]
    if not word:
        raise RowFault(Message("kind is empty; write one"))
    near = difflib.get_close_matches(folded, plan.kinds, n=1)
    raise RowFault(
        Message(
            'kind {value} is not mapped; add it (like "{word}") to kinds of this source in watch.toml',
            value=quote_cell(word),
            word=near[0],
        )
        if near
        else Message("kind {value} is not mapped; add it to kinds of this source in watch.toml", value=quote_cell(word))
    )


def _word(name: str, word: str, allowed: Sequence[str]) -> str:
    if word not in allowed:
        raise RowFault(word_fault(name, word, allowed))
    return word


def _stated(name: str, word: str, allowed: Sequence[str], otherwise: str) -> str:
    """One of the words, however it is spelt in capitals: SMM's lists have Saw, Heard, Recorded."""
    return _word(name, fold(word).replace(" ", "_"), allowed) if word else otherwise


def _quality(cells: Mapping[str, str], plan: _Plan) -> str:
    """`header=value` for each mapped header that says something."""
    if "source_quality" in plan.constants:
        return plan.constants["source_quality"]
    names = plan.headers.get("source_quality", ())
    return "; ".join(f"{plan.written.get(name, name)}={cells[name]}" for name in names if cells[name])


def _natural_key(cells: Mapping[str, str], plan: _Plan) -> str:
    """What names the event: the mapped cells, else everything the row says."""
    names = plan.headers.get("natural_key")
    if names is None:
        return "\x1e".join(f"{name}={value}" for name, value in sorted(cells.items()) if value)
    if not any(cells[name] for name in names):
        raise RowFault(Message("the row has no natural key; fill the column that names its event"))
    return "\x1e".join(cells[name] for name in names)
