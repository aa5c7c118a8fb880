"""The form of a mapping: a table's columns with examples → what each becomes; and what was chosen → a source's
setting."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from starlette.datastructures import FormData

from trucewatch.errors import UnreadableInput
from trucewatch.locale import mark
from trucewatch.messages import Message
from trucewatch.model.observation import KINDS
from trucewatch.model.watch import SourceSetting
from trucewatch.reader import head_of
from trucewatch.server.forms import text_of
from trucewatch.sources.form_answers import is_private, questions_of, unit_in
from trucewatch.sources.guess import guess_columns, guess_kind, guess_preset, words_in
from trucewatch.sources.guess_words import BEARING_WORDS, RANGE_WORDS
from trucewatch.sources.table import fold

FORMS: Final = "kobo"
"""The adapter of forms from telephones."""
MOST_COLUMNS: Final = 80
"""Columns that the form shows; a mapping of further ones is written by hand."""
EXAMPLES: Final = 3

TARGET_WORDS: Final[Mapping[str, str]] = {
    "occurred_start": mark("when it began: a day or a moment"),
    "occurred_end": mark("when it ended"),
    "date_start": mark("first day, hours beside it ignored"),
    "date_end": mark("last day, hours beside it ignored"),
    "day": mark("the day, where the time has a column of its own"),
    "time_of_day": mark("the time of day, or from when to when"),
    "time_end": mark("the time of day when it ended"),
    "zone": mark("the zone of the row's times"),
    "known_at": mark("when it became known"),
    "kind": mark("what happened"),
    "place": mark("place in words, or coordinates in one cell"),
    "lat": mark("latitude"),
    "lon": mark("longitude"),
    "text": mark("description"),
    "claimed_by": mark("who says so"),
    "means": mark("means: how it was observed"),
    "count_best": mark("how many"),
    "count_min": mark("how many at least"),
    "count_max": mark("how many at most"),
    "killed_best": mark("people killed"),
    "killed_min": mark("people killed, at least"),
    "killed_max": mark("people killed, at most"),
    "injured_best": mark("people injured"),
    "injured_min": mark("people injured, at least"),
    "injured_max": mark("people injured, at most"),
    "harm_best": mark("people killed or injured, not told apart"),
    "harm_min": mark("people killed or injured, not told apart, at least"),
    "harm_max": mark("people killed or injured, not told apart, at most"),
    "person_status": mark("who is counted: military, civilian or not_stated"),
    "perceived": mark("how they know: saw, heard, recorded, told"),
    "actor": mark("whose forces it was, as the row says"),
    "struck": mark("what was hit: hospital, school, place_of_worship"),
    "source_quality": mark("the source's own words on quality"),
    "simulated": mark("simulated: true or false"),
    "sensor": mark("name of the device"),
    "aspect": mark("aspect: impact, outgoing, …"),
    "time_sd_s": mark("error of the time, seconds"),
    "semi_major_m": mark("error of the place, larger half-axis, metres"),
    "semi_minor_m": mark("error of the place, smaller half-axis, metres"),
    "major_azimuth_deg": mark("direction of the larger half-axis, degrees"),
    "observer_lat": mark("observer's latitude"),
    "observer_lon": mark("observer's longitude"),
    "bearing_deg": mark("bearing from the observer, degrees"),
    "bearing_sd_deg": mark("error of the bearing, degrees"),
    "range_m": mark("distance from the observer, metres"),
    "range_sd_m": mark("error of the distance, metres"),
    "range_km": mark("distance from the observer, kilometres"),
    "range_sd_km": mark("error of the distance, kilometres"),
    "semi_major_km": mark("error of the place, larger half-axis, kilometres"),
    "semi_minor_km": mark("error of the place, smaller half-axis, kilometres"),
    "intensity": mark("intensity"),
    "intensity_unit": mark("unit of the intensity"),
    "confidence": mark("probability that the source states, 0 to 1"),
    "date_prec": mark("UCDP's code for the precision of the date"),
    "where_prec": mark("UCDP's code for the precision of the place"),
}
"""What a column may become, in words. `natural_key` is a tick beside it, `date_order` a choice of its own;
`date_numbers` is proposed or written by hand."""

OF_FORMS: Final[Mapping[str, str]] = {
    "observer_place": mark("where the person stood, with the telephone"),
    "event_place": mark("the event's own place, asked for as a point"),
    "range_unit": mark("the unit of the distance"),
}
"""What a question of a form may become beside that."""


def targets_of(setting: SourceSetting) -> Mapping[str, str]:
    """What a column of a source's files may become, in words."""
    return {**TARGET_WORDS, **OF_FORMS} if setting.adapter == FORMS else TARGET_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """One column of the file: its name, some cells, what it becomes, whether it names the event."""

    number: int
    name: str
    examples: tuple[str, ...]
    target: str
    is_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingForm:
    """All that the form shows. `words`: their words for a kind, each with the kind that it stands for."""

    columns: tuple[ColumnChoice, ...]
    words: tuple[tuple[str, str], ...]
    others: str
    """The kind of all other words; empty: they are refused."""
    kind: str
    """The kind of all rows; empty if a column says it."""
    means: str
    date_order: str
    perceived: str
    """How they know, of all rows; empty if a column says it or nobody does."""
    fault: Message | None = None
    """Why the file shows no columns."""
    left_out: int = 0


def mapping_form(path: Path, setting: SourceSetting) -> MappingForm:
    """The form for a file as a setting maps it."""
    try:
        header, rows = head_of(path)
    except UnreadableInput as exc:
        return MappingForm(
            columns=(), words=(), others="", kind="", means="", date_order="", perceived="", fault=exc.message
        )
    by_name: dict[str, str] = {}
    keys: set[str] = set()
    for target, named in setting.columns.items():
        if named.startswith("="):
            continue
        present = {fold(name) for name in header}
        parts = (fold(named),) if fold(named) in present else tuple(fold(name) for name in named.split(" + "))
        for part in parts:
            if target == "natural_key":
                keys.add(part)
            else:
                by_name.setdefault(part, target)
    columns = tuple(
        ColumnChoice(
            number=number,
            name=name,
            target=by_name.get(fold(name), ""),
            is_key=fold(name) in keys,
            examples=tuple(dict.fromkeys(row[fold(name)] for row in rows if row.get(fold(name))))[:EXAMPLES],
        )
        for number, name in enumerate(header)
        if fold(name) and not (setting.adapter == FORMS and is_private(fold(name)))
    )
    kind_columns = [fold(column.name) for column in columns if column.target == "kind"]
    kind_words = words_in([row[name] for row in rows for name in kind_columns])
    folded = {fold(word): kind for word, kind in setting.kinds.items()}
    return MappingForm(
        columns=columns[:MOST_COLUMNS],
        words=tuple((word, folded.get(fold(word), fold(word) if fold(word) in KINDS else "")) for word in kind_words),
        others=folded.get("*", ""),
        kind=_constant(setting, "kind"),
        means=_constant(setting, "means"),
        date_order=_constant(setting, "date_order"),
        perceived=_constant(setting, "perceived"),
        left_out=max(len(columns) - MOST_COLUMNS, 0),
    )


def _constant(setting: SourceSetting, target: str) -> str:
    named = setting.columns.get(target, "")
    return named[1:] if named.startswith("=") else ""


def guessed(path: Path, setting: SourceSetting) -> SourceSetting:
    """The setting with a mapping that the header and the first cells suggest; unchanged if there is no header."""
    try:
        header, rows = head_of(path)
    except UnreadableInput:
        return setting
    if setting.adapter == FORMS:
        columns = _of_a_form(header, rows)
    elif preset := guess_preset(header):
        return replace(setting, preset=preset)
    else:
        columns = guess_columns(header, rows)
    kinds = dict(setting.kinds)
    if "kind" in columns:
        for word in words_in([row[fold(columns["kind"])] for row in rows]):
            if kind := guess_kind(word):
                kinds.setdefault(word, kind)
    return replace(setting, columns=columns, kinds=kinds)


def _of_a_form(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What the questions of a form become; which of them are places the adapter finds. A distance says nothing without
    a direction, nor without its unit."""
    asked = questions_of([fold(name) for name in header])
    questions = [name for name in header if fold(name) in asked]
    columns = {target: name for target, name in guess_columns(questions, rows).items() if target not in ("lon", "lat")}
    free = [name for name in questions if name not in columns.values()]
    ways = [name for name in free if any(word in fold(name) for word in (*BEARING_WORDS, "direction"))]
    lengths = [name for name in free if any(word in fold(name) for word in RANGE_WORDS) and unit_in(fold(name))]
    if ways:
        columns |= {"bearing_deg": ways[0]} | ({"range_m": lengths[0]} if lengths else {})
    return columns


_OF_ALL_ROWS: Final = ("kind", "means", "date_order", "perceived")
"""What the form can state of every row."""


def chosen_setting(form: FormData, setting: SourceSetting, header: Sequence[str]) -> SourceSetting:
    """The setting that a filled form asks for. Whatever is not among the choices is left out; the adapter judges the
    rest."""
    text = partial(text_of, form)
    joined: dict[str, list[str]] = {}
    for number, name in enumerate(header):
        target = text(f"col-{number}")
        if target in targets_of(setting) and fold(name):
            joined.setdefault(target, []).append(name)
        if text(f"key-{number}") == "on" and fold(name):
            joined.setdefault("natural_key", []).append(name)
    columns = {target: _as_before(setting.columns.get(target, ""), names) for target, names in joined.items()}
    for target in _OF_ALL_ROWS:
        if target not in columns and text(f"all-{target}"):
            columns[target] = "=" + text(f"all-{target}")
    # What the watch's file states of every row, and the form does not show, stays.
    for target, named in setting.columns.items():
        if named.startswith("=") and target not in _OF_ALL_ROWS:
            columns.setdefault(target, named)
    words: dict[str, str] = {}
    while isinstance(word := form.get(f"word-{len(words)}"), str) and word not in words:
        words[word] = text(f"kind-{len(words)}")
    form_words = {fold(word) for word in words} | {"*"}
    kinds = {
        word: kind for word, kind in setting.kinds.items() if fold(word) not in form_words or words.get(word) == kind
    }
    for word, kind in words.items():
        if kind in KINDS and fold(word) != kind and fold(word) not in {fold(other) for other in kinds}:
            kinds[word] = kind
    if text("others") in KINDS:
        kinds["*"] = text("others")
    return replace(
        setting,
        columns=columns,
        kinds=kinds,
        time_zone=text("time_zone", 60),
        claimed_by=text("claimed_by"),
        place_sd_m=positive(text("place_sd_m")),
        delay_hours=positive(text("delay_hours"), zero=True),
        decimal_comma=text("decimal_comma") == "on",
        simulated=text("simulated") == "on",
    )


def _as_before(written: str, names: Sequence[str]) -> str:
    """The columns as the setting had them if they are the same ones: their order is part of an event's identity."""
    is_same = sorted(fold(name) for name in written.split(" + ")) == sorted(fold(name) for name in names)
    return written if is_same or fold(written) == fold(" + ".join(names)) else " + ".join(names)


def positive(text: str, *, zero: bool = False) -> float | None:
    """A number above 0 (or 0) as it was typed, with a point or a comma; None for anything else."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and (value > 0 or (zero and value == 0)) else None
