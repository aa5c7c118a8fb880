"""Tables of observations as special monitoring missions write them (XLSX, CSV, pasted text) → observations.

Columns, in any order: Position, Event location, Means, No., Observation, Description, Weapon, and Date, time (in one
column or two), in English or Russian. Who observed is found in the sensor register and the basemap; where it was is a
direction and a distance from there; an event's weapon or direction of flight is kept as written and attributes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.times import zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import (
    UTC_MICROS,
    Codes,
    Faults,
    coded,
    delay_of,
    distinct,
    names_shown,
    observation_table,
    quote_cell,
    reason_of,
    rejected_file,
    rejected_rows,
    together,
    with_remedy,
)
from trucewatch.sources.many_ids import observation_ids
from trucewatch.sources.smm_cells import (
    check_one_kind,
    read_aspect,
    read_count,
    read_event_location,
    read_kind,
    read_perceived,
)
from trucewatch.sources.smm_columns import HEADINGS, Columns, setting_faults
from trucewatch.sources.smm_lines import PastedLines
from trucewatch.sources.smm_posts import Gazetteer, Observer, place_of
from trucewatch.sources.smm_times import Calendar, Span, days_in, read_day_and_time
from trucewatch.sources.table import Chunk, Table, fold

CARD: Final = SourceCard(
    adapter="smm_table",
    title=Message("A mission's table of observations: position, event location, means, number, observation, time"),
    owner=Message("the mission that observed; name it as organisation in watch.toml"),
    delay=timedelta(days=1),
    delay_words=Message("one day unless the source sets delay_hours"),
    licence=Message("the mission's own; name it in watch.toml"),
    blind_spots=Message(
        "what nobody stood near enough to see or hear; directions are sixteenths of the compass, distances estimates"
    ),
    reads=Message("CSV, CSV.gz, XLSX, or text pasted from a document, with the columns named in docs/sources.md"),
)
VERSION: Final = 1
USES_POSTS: Final = True

_KEPT_AS_WRITTEN: Final = ("location", "perceived", "count", "observation", "weapon")
"""What `source_quality` quotes. The position is not among it: it says where a post is."""

DEFAULT_MEANS: Final = "patrol"
"""People of the mission, where neither the words nor the register say by what they observed."""
MOST_REMEMBERED: Final = 100_000
"""Different texts of one column whose reading is remembered."""

_WHEN_IT_CAME: Final = Message("the day on which it came")


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The rows as observations, seen from where the position says.

    A direction and a distance give bearing and range, each with one standard deviation, and the place that both point
    at; a direction alone a bearing; neither a row without a place. The spread of a bearing is half a sixteenth of the
    compass and that of a range half its width (`4 km` a fifth): see `smm_cells`. A day without a year is the nearest
    before the file's own day, which a title line or its name states; else before the day on which it came, and the
    batch remarks on it. Rows that say the same are one observation.
    """
    faults = setting_faults(setting)
    if faults:
        yield rejected_file(origin, Message("watch.toml, source {source}: {why}", source=setting.id, why=faults[0]))
        return
    try:
        reading = _Reading(path, origin, setting, context)
        for chunk in reading.table.chunks():
            yield reading.batch(chunk)
        if remarks := reading.remarks():
            yield Batch(remarks=remarks)
    except TrucewatchError as fault:
        yield rejected_file(origin, fault.message)


@dataclass(slots=True)
class _Memory:
    """What texts of one column came to, so that each is read once: a value, or why it is none."""

    read: Callable[..., Any]
    remembered: dict[Any, Any] = field(default_factory=dict)

    def of(self, texts: Sequence[Any]) -> list[Any]:
        if len(self.remembered) > MOST_REMEMBERED:
            self.remembered.clear()
        values = []
        for text in texts:
            value = self.remembered.get(text)
            if value is None:
                parts = text if isinstance(text, tuple) else (text,)
                try:
                    value = self.read(*parts)
                except ValueError as exc:  # RowFault, TimeError and PlaceError are ValueErrors too
                    value = with_remedy(reason_of(exc))
                self.remembered[text] = value
            values.append(value)
        return values


class _Reading:
    """One file: its columns, its day, and what its texts came to so far."""

    def __init__(self, path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> None:
        self._origin, self._setting = origin, setting
        self._party = setting.of if setting.of in context.party_ids else ""
        named = Columns(setting)
        self._constant, self._filled_down = named.constant, named.filled_down
        gazetteer = Gazetteer(context.posts, context.towns)
        kinds = {fold(word): kind for word, kind in setting.kinds.items()}
        self._observers = _Memory(gazetteer.observer)
        self._locations = _Memory(lambda text: read_event_location(text, context.towns))
        self._perceived = _Memory(read_perceived)
        self._counts = _Memory(read_count)
        self._whats = _Memory(lambda word, description: _what(word, description, kinds))
        self._spans = _Memory(lambda day, clock: read_day_and_time(day, clock, self._calendar))
        lines = PastedLines(named.is_header, lambda header: self._fits([named.target(cell) for cell in header]))
        self._calendar = Calendar(zone=None)  # until the titles are read
        self.table = Table(path, is_header=named.is_header, mend=lines.mend)
        self._unclear = lines.unclear
        self._ground = _WHEN_IT_CAME
        self._calendar = self._calendar_of([*self.table.titles, *lines.titles])
        self._spans.remembered.clear()
        self._columns = named.among(self.table.keys)
        self._above: dict[str, str] = {}
        self._unread = [
            name
            for name, key in zip(self.table.header, self.table.keys, strict=True)
            if key and key not in self._columns.values()
        ]
        self._without_year = 0
        self._first_nearest: tuple[str, date] | None = None

    # --- the file ----------------------------------------------------------------------------------------------------

    def _fits(self, targets: Sequence[str]) -> Mapping[int, Callable[[str], bool]]:
        """For each column of strict words whether a text can stand in it."""
        checks: dict[str, _Memory] = {
            "position": self._observers,
            "location": self._locations,
            "perceived": self._perceived,
            "count": self._counts,
        }
        calendar = Calendar(zone=UTC, date_order="dmy", year=2000)
        whens = _Memory(lambda text: read_day_and_time(text, "", calendar))
        checks |= {"date_time": whens, "date": whens}

        def check(memory: _Memory) -> Callable[[str], bool]:
            return lambda text: bool(text) and not isinstance(memory.of([text])[0], Message)

        return {column: check(checks[target]) for column, target in enumerate(targets) if target in checks}

    def _calendar_of(self, titles: Sequence[str]) -> Calendar:
        """By what this file's days are read. Its day is the last that its titles state, else its name, else when it
        came."""
        zone = zone_named(self._setting.time_zone) if self._setting.time_zone else None
        day = self._origin.received_at.astimezone(zone or UTC).date()
        for texts, ground in (
            (titles, Message("the day in its title")),
            ([self._origin.file], Message("the day in its name")),
        ):
            days = [stated for text in texts for stated in days_in(text[:1000])]
            if days:
                day, self._ground = max(days), ground
                break
        year = self._constant.get("year")
        return Calendar(
            zone=zone,
            date_order=self._constant.get("date_order", ""),
            year=int(year) if year else None,
            nearest_to=day,
        )

    def remarks(self) -> tuple[Message, ...]:
        """What there is to know of the file as a whole."""
        remarks: list[Message] = []
        if self._first_nearest is not None:
            written, day = self._first_nearest
            remarks.append(
                Plural(
                    "{count} row gives a day without a year, and it was read as the last such day up to {day}, "
                    '{ground}: {value} as {read}; if that is not so, set columns.year = "=2031" for this source',
                    "{count} rows give a day without a year, and it was read as the last such day up to {day}, "
                    '{ground}: {value} as {read}; if that is not so, set columns.year = "=2031" for this source',
                    self._without_year,
                    count=Amount(self._without_year),
                    day=str(self._calendar.nearest_to),
                    ground=self._ground,
                    value=quote_cell(written),
                    read=day.isoformat(),
                )
            )
        if self._unread:
            remarks.append(
                Message(
                    "columns that were not read: {names}; name them under columns of this source if they belong to it",
                    names=names_shown(self._unread),
                )
            )
        return tuple(remarks)

    # --- its rows ----------------------------------------------------------------------------------------------------

    def _cells(self, target: str, chunk: Chunk) -> Any:
        """The texts of a column; empty where the file has none."""
        if target in self._constant:
            return pa.repeat(pa.scalar(self._constant[target], pa.string()), len(chunk))
        if target not in self._columns:
            return pa.repeat(pa.scalar("", pa.string()), len(chunk))
        cells = chunk.columns[self._columns[target]]
        if target not in self._filled_down or not len(chunk):
            return cells
        above = pa.array([self._above.get(target, "")], pa.string())
        with_above = pa.concat_arrays([above, pc.if_else(pc.equal(cells, ""), None, cells)])
        filled = pc.fill_null_forward(with_above).slice(1)
        self._above[target] = filled[-1].as_py()
        return filled

    def batch(self, chunk: Chunk) -> Batch:
        """The rows of a chunk, and those that are refused."""
        count = len(chunk)
        faults = Faults(count)
        cells = {target: self._cells(target, chunk) for target in HEADINGS}
        position, at_position = coded(cells["position"])
        for number, text in enumerate(position):
            if text and fold(text) == self._columns.get("position"):
                faults.refuse(at_position == number, _HEADER_AGAIN)
        if self._unclear:
            faults.refuse(np.isin(chunk.lines, list(self._unclear)), _BROKEN)
        observers = self._observers.of(position)
        faults.refuse_texts(observers, at_position)
        location, at_location = coded(cells["location"])
        locations = self._locations.of(location)
        faults.refuse_texts(locations, at_location)
        columns = self._places(observers, at_position, locations, at_location)
        columns |= self._words(cells, faults, count)
        start, end = self._times(cells, faults, count)
        keys = [cells[name] for name in _NAMES_THE_EVENT]
        keys += [pa.array(moments).cast(pa.string()) for moments in (start, end)]
        written = {name: cells[name] for name in _KEPT_AS_WRITTEN if name in self._columns}
        delay_us = delay_of(CARD, self._setting) // _MICROSECOND
        columns |= {
            "observation_id": observation_ids(self._setting.id, pc.binary_join_element_wise(*keys, "\x1e"))
            if count
            else pa.array([], pa.string()),
            "source_quality": _joined([_labelled(self._heading(name), text) for name, text in written.items()], count),
            "text": _joined([cells["description"], cells["note"]], count),
            "evidence_row": pa.array(chunk.lines),
        }
        for name, moments in (("occurred_start", start), ("occurred_end", end), ("known_at", end + delay_us)):
            columns[name] = pa.array(moments).cast(UTC_MICROS)
        good = faults.good
        keep = pa.array(good)
        stored: dict[str, Any] = {name: column.filter(keep) for name, column in columns.items()}
        stored.update(
            source=self._setting.id,
            claimed_by=self._setting.claimed_by or self._party,
            simulated=self._setting.simulated,
            known_at_assumed=True,
            received_at=self._origin.received_at,
            evidence_sha256=self._origin.evidence_sha256,
        )
        return Batch(
            observations=observation_table(stored, int(good.sum())), rejected=rejected_rows(chunk, faults, self._origin)
        )

    def _heading(self, target: str) -> str:
        """The column's name as the file writes it."""
        return self.table.header[self.table.keys.index(self._columns[target])]

    def _places(
        self, observers: Sequence[Any], at_position: Codes, locations: Sequence[Any], at_location: Codes
    ) -> dict[str, Any]:
        """Who observed, in which direction, how far, and the place that these point at, of each row."""
        pairs, of_pair = distinct(at_position * max(len(locations), 1) + at_location)
        seen_from = [observers[pair // max(len(locations), 1)] for pair in pairs.tolist()]
        seen_at = [locations[pair % max(len(locations), 1)] for pair in pairs.tolist()]
        rows = [place_of(*pair) for pair in zip(seen_from, seen_at, strict=True)]
        numbers = {
            name: pa.array([row.get(name) for row in rows], pa.float64()).take(pa.array(of_pair)) for name in _PLACED
        }
        default = self._constant.get("means", DEFAULT_MEANS)
        observers_or_none = [observer if isinstance(observer, Observer) else None for observer in observers]
        words = {
            "sensor": [observer.sensor if observer else "" for observer in observers_or_none],
            "means": [observer.means or default if observer else default for observer in observers_or_none],
        }
        return numbers | {
            name: pa.array(values, pa.string()).take(pa.array(at_position)) for name, values in words.items()
        }

    def _words(self, cells: Mapping[str, Any], faults: Faults, count: int) -> dict[str, Any]:
        """Kind, aspect, how it is known, and how many."""
        what, at_what = together([coded(cells[name]) for name in ("observation", "description")], count)
        whats = self._whats.of(what)
        faults.refuse_texts(whats, at_what)
        columns = {
            name: _by_code([value[part] if isinstance(value, tuple) else "" for value in whats], at_what, pa.string())
            for part, name in enumerate(("kind", "aspect"))
        }
        perceived, at_perceived = coded(cells["perceived"])
        ways = self._perceived.of(perceived)
        faults.refuse_texts(ways, at_perceived)
        columns["perceived"] = _by_code(
            [way if isinstance(way, str) else "" for way in ways], at_perceived, pa.string()
        )
        number, at_number = coded(cells["count"])
        counts = self._counts.of(number)
        faults.refuse_texts(counts, at_number)
        for part, name in enumerate(("count_min", "count_best", "count_max")):
            columns[name] = _by_code(
                [value[part] if isinstance(value, tuple) else None for value in counts], at_number, pa.int32()
            )
        return columns

    def _times(self, cells: Mapping[str, Any], faults: Faults, count: int) -> tuple[Codes, Codes]:
        """Begin and end of each row, UTC microseconds; 0 where they are at fault."""
        day = "date_time" if "date_time" in {*self._columns, *self._constant} else "date"
        when, at_when = together([coded(cells[name]) for name in (day, "time")], count)
        spans = self._spans.of(when)
        faults.refuse_texts(spans, at_when)
        start, end = (
            np.array(
                [
                    (getattr(span.interval, side) - _EPOCH) // _MICROSECOND if isinstance(span, Span) else 0
                    for span in spans
                ],
                dtype=np.int64,
            )[at_when]
            for side in ("start", "end")
        )
        if self._ground.template == _WHEN_IT_CAME.template:
            by_nearest = np.array([isinstance(span, Span) and span.by_nearest for span in spans], dtype=np.bool_)
            rows = np.flatnonzero(by_nearest[at_when] & faults.good) if count else at_when
            self._without_year += rows.size
            if rows.size and self._first_nearest is None:
                first = int(at_when[rows[0]])
                local = spans[first].interval.start.astimezone(self._calendar.zone or UTC)
                self._first_nearest = (when[first][0], local.date())
        return start, end


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NAMES_THE_EVENT: Final = ("position", *_KEPT_AS_WRITTEN, "description", "note")
_PLACED: Final = (
    *("observer_lon", "observer_lat", "bearing_deg", "bearing_sd_deg", "range_m", "range_sd_m"),
    *("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg"),
)
_BROKEN: Final = Message(
    "the row is broken over several lines and can be read in two ways; write it on one line, or paste the table into a "
    "spreadsheet and save that"
)
_HEADER_AGAIN: Final = Message("the row repeats the header; delete it")


def _what(word: str, description: str, kinds: Mapping[str, str]) -> tuple[str, str]:
    """Kind and aspect of a row. Raises RowFault."""
    kind = read_kind(word, kinds)
    check_one_kind(description, kind)
    return kind, read_aspect(word, description)


def _by_code(values: Sequence[Any], codes: Codes, kind: pa.DataType) -> Any:
    return pa.array(values, kind).take(pa.array(codes))


def _labelled(label: str, cells: Any) -> Any:
    """`label=cell`, empty where the cell is."""
    return pc.if_else(pc.equal(cells, ""), "", pc.binary_join_element_wise(f"{label}=", cells, ""))


def _joined(parts: Sequence[Any], count: int) -> Any:
    """The texts of each row that say something, with "; " between them."""
    blank = pa.repeat(pa.scalar("", pa.string()), count)
    set_off = [pc.if_else(pc.equal(part, ""), "", pc.binary_join_element_wise("; ", part, "")) for part in parts]
    return pc.utf8_slice_codeunits(pc.binary_join_element_wise(blank, *set_off, ""), start=2)
