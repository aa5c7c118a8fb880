"""A source's mapping × the header of its file → how its rows are read, settled once before the first of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.times import zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import quote_cell, require_columns
from trucewatch.sources.presets import NO_PRESET, PRESETS, Preset
from trucewatch.sources.table import Chunk, fold
from trucewatch.sources.units import ANGLES, KILOMETRE_TARGETS, LENGTHS, UNITS_OF, unit_of_heading

CLAIM_PREFIX: Final = "claimed_by:"
JOINED: Final = "; "


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """How one source's rows are read. Each target has a constant, or the folded headers whose cells it takes.

    scales: of each target with a unit how many metres or degrees a bare number of it is, None where a bare number says
    nothing, since other cells of its column name their units.
    """

    constants: Mapping[str, str]
    headers: Mapping[str, tuple[str, ...]]
    written: Mapping[str, str]
    kinds: Mapping[str, str]
    claims: Mapping[str, str]
    zone: tzinfo | None
    preset: Preset
    delay: timedelta
    scales: Mapping[str, float | None]

    def has(self, target: str) -> bool:
        return target in self.constants or bool(self.headers.get(target))

    def column(self, target: str, chunk: Chunk) -> Any:
        """The text for a target of each row, cells of several headers joined; empty where it is not mapped."""
        if target in self.constants or not self.headers.get(target):
            return pa.repeat(pa.scalar(self.constants.get(target, ""), pa.string()), len(chunk))
        columns = [chunk.columns[name] for name in self.headers[target]]
        return columns[0] if len(columns) == 1 else joined(columns, [""] * len(columns))


def joined(columns: Sequence[Any], before: Sequence[str], between: str = JOINED) -> Any:
    """The cells of each row that say something, each behind its prefix, with a text between them."""
    parts = [
        pc.if_else(pc.equal(column, ""), "", pc.binary_join_element_wise(between + prefix, column, ""))
        for column, prefix in zip(columns, before, strict=True)
    ]
    whole = pc.binary_join_element_wise(*parts, "") if len(parts) > 1 else parts[0]
    return pc.utf8_slice_codeunits(whole, start=len(between))


def mapped_columns(setting: SourceSetting) -> dict[str, str]:
    """Our column → theirs, as the preset has it and the source changes it."""
    return {**PRESETS.get(setting.preset, NO_PRESET).columns, **setting.columns}


def mapped_kinds(setting: SourceSetting) -> dict[str, str]:
    """Their word for a kind, folded → ours, as the preset has it and the source changes it."""
    own = {fold(word): kind for word, kind in setting.kinds.items() if not word.startswith(CLAIM_PREFIX)}
    return {**{fold(word): kind for word, kind in PRESETS.get(setting.preset, NO_PRESET).kinds.items()}, **own}


_MAGNETIC: Final = re.compile(r"magnet|магнит|manyetik|maqnit|մագնիս")


def plan_of(
    setting: SourceSetting, present: Sequence[str], *, delay: timedelta, mixed: frozenset[str] = frozenset()
) -> TablePlan:
    """The plan for a file with these folded headers.

    delay: how long after an event its rows are known, where neither row nor preset says. mixed: headers under which
    some cells name their units. Raises UnreadableInput for a header that is not there.
    """
    preset = PRESETS.get(setting.preset, NO_PRESET)
    columns = mapped_columns(setting)
    if setting.claimed_by and "claimed_by" not in setting.columns and columns.get("claimed_by", "=").startswith("="):
        columns["claimed_by"] = "=" + setting.claimed_by
    stated = dict.fromkeys(UNITS_OF, 1.0)
    for target, filled in KILOMETRE_TARGETS.items():
        if target in columns:
            columns[filled], stated[filled] = columns.pop(target), 1000.0
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
    if magnetic := next(filter(_MAGNETIC.search, headers.get("bearing_deg", ())), ""):
        raise UnreadableInput(
            Message(
                "the column {name} holds magnetic bearings, and bearing_deg is from true north; add the declination "
                "of the place and day, and name the column anew",
                name=quote_cell(magnetic),
            )
        )
    return TablePlan(
        constants=constants,
        headers=headers,
        written={fold(part): part.strip() for named in columns.values() for part in (named, *named.split(" + "))},
        kinds=mapped_kinds(setting),
        claims={
            fold(word.removeprefix(CLAIM_PREFIX)): body
            for word, body in setting.kinds.items()
            if word.startswith(CLAIM_PREFIX)
        },
        zone=zone_named(setting.time_zone) if setting.time_zone else None,
        preset=preset,
        delay=preset.delay if preset.delay is not None and setting.delay_hours is None else delay,
        scales={target: _scale(target, headers.get(target, ()), stated[target], mixed) for target in UNITS_OF},
    )


def _scale(target: str, headers: Sequence[str], stated: float, mixed: frozenset[str]) -> float | None:
    """The unit of bare numbers: the heading's, else the one that the target's own name has."""
    if len(headers) != 1:
        return stated
    units = UNITS_OF[target]
    named = unit_of_heading(headers[0], units)
    if named is not None:
        return named
    if unit_of_heading(headers[0], ANGLES if units is LENGTHS else LENGTHS) is not None:
        raise UnreadableInput(
            Message(
                "the column {name} is mapped to {target}, and its heading names another kind of unit; map another one",
                name=quote_cell(headers[0]),
                target=target,
            )
        )
    return None if headers[0] in mixed else stated


def silent_headers(setting: SourceSetting, present: Sequence[str]) -> dict[str, Mapping[str, float]]:
    """The folded headers of measures that name no unit, each with the units that its cells may have."""
    silent = {}
    for target, named in mapped_columns(setting).items():
        filled = KILOMETRE_TARGETS.get(target, target)
        header = fold(named)
        if filled in UNITS_OF and header in present and unit_of_heading(header, UNITS_OF[filled]) is None:
            silent[header] = UNITS_OF[filled]
    return silent
