"""Any list of events (CSV, XLSX) by a column mapping in watch.toml → observations, each with the claim and the error it
has.

What the mapping does not say is not guessed: an unknown word for a kind, a time without zone and a slash date of
unknown order refuse the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

import pyarrow.compute as pc

from trucewatch.errors import TrucewatchError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.watch import NEVER_LEAVING, SourceSetting
from trucewatch.sources.columns import delay_of, kind_faults, nearest, quote_cell, rejected_file
from trucewatch.sources.guess_words import RANGE_WORDS
from trucewatch.sources.limits import COUNT_LIMITS, FLOAT_LIMITS
from trucewatch.sources.mapped_rows import MappedRows
from trucewatch.sources.presets import NO_PRESET, PRESETS
from trucewatch.sources.table import Chunk, Table
from trucewatch.sources.table_plan import CLAIM_PREFIX, mapped_columns, plan_of, silent_headers
from trucewatch.sources.time_columns import is_column_of_times, mostly
from trucewatch.sources.units import KILOMETRE_TARGETS, LENGTHS, names_unit, unit_of_heading
from trucewatch.sources.written_times import DATE_NUMBERS, DATE_ORDERS

CARD: Final = SourceCard(
    adapter="event_table",
    title=Message("A list of events by a column mapping (UCDP GED, ACLED and dated facts ready-made)"),
    owner=Message("whoever keeps the list; name them as organisation in watch.toml"),
    delay=timedelta(days=1),
    delay_words=Message(
        "one day unless the list states known_at or the source sets delay_hours; 31 days for ucdp_ged, 10 for acled"
    ),
    licence=Message("the list's own; name it in watch.toml (UCDP: CC BY 4.0; ACLED: its rows may not be passed on)"),
    blind_spots=Message(
        "what nobody reported; a list counts claims, not events; places are often a town's centre or a district's"
    ),
    reads=Message(
        "CSV, CSV.gz or XLSX with one line of column names; GeoJSON, GeoPackage, KML or a Shapefile in a ZIP"
    ),
)
VERSION: Final = 2  # 1 refused days with a month's name, 24:00, zones by name, units, kinds in capitals

TARGETS: Final = (
    "kind",
    "means",
    "aspect",
    "sensor",
    "occurred_start",
    "occurred_end",
    "known_at",
    *FLOAT_LIMITS,
    *KILOMETRE_TARGETS,
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
    "day",
    "time_of_day",
    "time_end",
    "zone",
    "date_order",
    "date_numbers",
    "date_prec",
    "where_prec",
    "natural_key",
)
"""What a mapping may fill: columns of the observation table, and words of this adapter's own."""
_ROWS_LOOKED_AT: Final = 200
"""By which a column of times that nobody mapped is known."""
_OF_ACLED: Final = frozenset(("event_id_cnty", "sub_event_type"))
_ACLED_BY_HAND: Final = Message(
    'this is an export of ACLED, whose rows may not be passed on; set preset = "acled" for this source in place of its '
    "columns, so that no release holds them"
)


class Rows(Protocol):
    """What a table is to a mapping: `header` as written, `keys` folded, `chunks` once, in order."""

    @property
    def keys(self) -> Sequence[str]: ...

    def chunks(self) -> Iterator[Chunk]: ...


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
        if setting.preset != "acled" and set(table.keys) >= _OF_ACLED:
            raise UnreadableInput(_ACLED_BY_HAND)
        setting = with_reach(setting, table.place_columns)
        silent = silent_headers(setting, table.keys)
        mixed = _mixed(Table(path), silent) if silent else frozenset()
        yield from read_rows(table, origin, setting, context, mixed=mixed)
    except TrucewatchError as fault:
        yield rejected_file(origin, fault.message)


def read_rows(
    table: Rows,
    origin: Origin,
    setting: SourceSetting,
    context: ReadingContext,
    *,
    mixed: frozenset[str] = frozenset(),
) -> Iterator[Batch]:
    """The rows of anything with a header and chunks of text columns, by the source's mapping.

    mixed: folded headers that name no unit and have cells that do. Raises UnreadableInput.
    """
    plan = plan_of(setting, table.keys, delay=delay_of(CARD, setting), mixed=mixed)
    rows = MappedRows(plan, origin, setting, context)
    has_looked = False
    for chunk in table.chunks():
        batch = rows.batch(chunk)
        if len(chunk) and not has_looked:
            has_looked = True
            taken = {name for names in plan.headers.values() for name in names}
            batch = replace(batch, remarks=(*_unread_times(chunk, taken), *_unread_distances(chunk, taken)))
        yield batch


def _unread_times(chunk: Chunk, taken: set[str]) -> tuple[Message, ...]:
    """A remark for every column of times that the mapping leaves out."""
    return tuple(
        Message(
            "the column {name} holds times and is mapped to nothing, so they are not read; map it, or leave it so if "
            "they are not the event's",
            name=quote_cell(name),
        )
        for name, column in chunk.columns.items()
        if name not in taken and is_column_of_times(column.slice(0, _ROWS_LOOKED_AT).to_pylist())
    )


def _unread_distances(chunk: Chunk, taken: set[str]) -> tuple[Message, ...]:
    """A question for every column of distances without a unit that the mapping leaves out."""
    return tuple(
        Message(
            "the column {name} holds distances and does not say in what unit, so they are not read; map it to range_m "
            "if they are metres, to range_km if they are kilometres",
            name=quote_cell(name),
        )
        for name, column in chunk.columns.items()
        if name not in taken
        and any(word in name for word in RANGE_WORDS)
        and unit_of_heading(name, LENGTHS) is None
        and mostly(column.slice(0, _ROWS_LOOKED_AT).to_pylist(), str.isdecimal)
    )


def _mixed(table: Table, silent: Mapping[str, Mapping[str, float]]) -> frozenset[str]:
    """Those of these headers under which some cell names its unit."""
    mixed = set()
    waiting = dict(silent)
    try:
        for chunk in table.chunks():
            for name in list(waiting):
                column = chunk.columns[name]
                lettered = column.filter(pc.match_substring_regex(column, r"[^0-9.,+\-eE\s]"))
                if any(names_unit(cell, waiting[name]) for cell in pc.unique(lettered).to_pylist()):
                    mixed.add(name)
                    del waiting[name]
            if not waiting:
                break
    except TrucewatchError:
        pass  # the reading proper says where the file breaks
    return frozenset(mixed)


def keys_may_return(setting: SourceSetting) -> bool:
    """Whether rows have a natural key, of a list whose keeper may use it again."""
    return "natural_key" in mapped_columns(setting) and not PRESETS.get(setting.preset, NO_PRESET).keys_are_for_good


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
    if setting.never_leaves and (setting.of or setting.claimed_by or "claimed_by" in setting.columns):
        faults.append(
            Message(
                "what {name} says is its own claim, whoever acted; leave claimed_by and of out of this source",
                name=NEVER_LEAVING[setting.preset],
            )
        )
    if setting.never_leaves and setting.handling == "open":
        faults.append(
            Message(
                'the rows of {name} may not be passed on, and handling = "open" says that they may; write "restricted"',
                name=NEVER_LEAVING[setting.preset],
            )
        )
    columns = mapped_columns(setting)
    for target in columns:
        if target not in TARGETS:
            faults.append(Message("columns.{name} is not known; {hint}", name=target, hint=nearest(target, TARGETS)))
        filled = KILOMETRE_TARGETS.get(target)
        if filled in columns:
            faults.append(
                Message(
                    "columns.{one} and columns.{other} are one measure; leave one of them out", one=target, other=filled
                )
            )
    if "kind" not in columns:
        faults.append(Message('columns.kind is missing; name the list\'s column, or write "=explosion" for all rows'))
    if not columns.keys() & {"occurred_start", "date_start", "day"}:
        faults.append(
            Message("neither columns.occurred_start nor columns.date_start is given; name the column that says when")
        )
    constant = columns.get("date_order", "=mdy").removeprefix("=")
    if constant not in DATE_ORDERS:
        faults.append(Message('columns.date_order is {value}; write "=mdy" or "=dmy"', value=quote_cell(constant)))
    constant = columns.get("date_numbers", "=excel").removeprefix("=")
    if constant not in DATE_NUMBERS:
        faults.append(
            Message(
                'columns.date_numbers is {value}; write "=excel", "=excel1904" or "=unix"', value=quote_cell(constant)
            )
        )
    kinds = {word: kind for word, kind in setting.kinds.items() if not word.startswith(CLAIM_PREFIX)}
    return (*faults, *kind_faults(kinds))
