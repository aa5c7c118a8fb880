"""Forms filled in on a telephone (KoboToolbox, ODK Central) → observations: exports in CSV and XLSX, JSON of the API.

The form that ships with us (`patrol_form`) maps itself; any other is mapped by `columns` and `kinds` as a list of
events is, by the question's name with or without its groups. What no mapping says is asked for, not guessed: a distance
without a unit refuses its row. Who sent a submission goes apart (`senders`) and is a member of the public, unless
`channels` says whose claim that account's words are, or the source is somebody's own (`of`, `claimed_by`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.errors import TrucewatchError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.sender import SENDER_SCHEMA, empty_senders
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import event_table
from trucewatch.sources.columns import names_shown, quote_cell, rejected_file
from trucewatch.sources.form_answers import (
    PARENTS,
    Answers,
    Column,
    built,
    find,
    geopoint,
    geopoints_by_cells,
    geopoints_of,
    is_private,
    names_event,
    options_of,
)
from trucewatch.sources.form_files import FormRecords, FormTable, opened
from trucewatch.sources.patrol_form import (
    DISTANCE,
    DISTANCE_ERROR,
    DISTANCE_UNIT,
    EVENT_PLACE,
    FILLS,
    NEEDED,
    NOT_REACHED,
    NOT_REACHED_WORDS,
    OBSERVER,
    OUR_QUESTIONS,
    QUALITY,
    choices_by_label,
    questions_by_label,
)
from trucewatch.sources.table import Chunk, build_chunk, fold

CARD: Final = SourceCard(
    adapter="kobo",
    title=Message("Forms filled in on a telephone (KoboToolbox, ODK Central)"),
    owner=Message("whoever runs the form; name them as organisation in watch.toml"),
    delay=timedelta(0),
    delay_words=Message("a submission states when its server got it; one that does not counts as known when it ended"),
    licence=Message("the organisation's own; name it in watch.toml"),
    blind_spots=Message(
        "where nobody with the form was; the place is where the person stood, and the event's own only where the form "
        "asks for it"
    ),
    reads=Message("CSV and XLSX exports, with names or labels as headings; JSON of the API"),
)
VERSION: Final = 1

PLACES: Final = ("observer_place", "event_place")
UNIT: Final = "range_unit"
KILOMETRES: Final = {"range_km": "range_m", "range_sd_km": "range_sd_m"}
RANGES: Final = ("range_m", "range_sd_m")
OWN_TARGETS: Final = (*PLACES, UNIT, *KILOMETRES)
NOT_OF_ACCESS: Final = (
    *("aspect", "lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg", "bearing_deg", "bearing_sd_deg"),
    *(*RANGES, "person_status", "perceived"),
)
"""What is said of the event, and not of the place that a patrol was not let to."""


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The submissions of an export as observations. docs/forms.md has the way from the telephone to the row."""
    faults = setting_faults(setting)
    if faults:
        yield rejected_file(origin, Message("watch.toml, source {source}: {why}", source=setting.id, why=faults[0]))
        return
    try:
        form = _Form(opened(path), setting)
        yield from form.batches(origin, context)
    except TrucewatchError as fault:
        yield rejected_file(origin, fault.message)


def setting_faults(setting: SourceSetting) -> tuple[Message, ...]:
    """What is wrong with this source's entry, before any file is read; without columns the form is to be ours."""
    if not setting.columns:
        return ()
    faults = []
    for target, named in setting.columns.items():
        names = () if named.startswith("=") else tuple(map(fold, named.split(" + ")))
        if any(map(is_private, names)):
            faults.append(
                Message(
                    "columns.{name} takes {value}, which is a person who sent the form or a telephone; leave it out "
                    "and name accounts of organisations in channels",
                    name=target,
                    value=quote_cell(named),
                )
            )
        if target in ("lon", "lat") and any(name.endswith(("latitude", "longitude")) for name in names):
            faults.append(
                Message(
                    "columns.{name} takes {value}, and where a telephone was is not where the event was; write "
                    "observer_place, or event_place where the form asks for the event's own place",
                    name=target,
                    value=quote_cell(named),
                )
            )
    plain = {target: named for target, named in setting.columns.items() if target not in OWN_TARGETS}
    return (*faults, *event_table.setting_faults(replace(setting, columns=plain)))


@dataclass(slots=True)
class _Form:
    """One file of submissions, and what of it a source maps."""

    source: FormTable | FormRecords
    setting: SourceSetting
    columns: dict[str, str] = field(default_factory=dict)
    """Our column → their question, or "=constant"."""
    kinds: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Of our own form: target → what stands there as a label → the word."""
    remarks: list[Message] = field(default_factory=list)
    is_ours: bool = False
    has_keys: bool = False
    """Whether the file names its submissions."""
    unseen: set[str] = field(default_factory=set)
    senders: pa.Table = field(default_factory=empty_senders)
    """Of the chunk that was derived last."""
    claimants: frozenset[str] = frozenset()
    """Whom an answer may name as the one whose claim it is, folded."""
    party: str = ""
    """Whose all submissions are, where the source is a party's own."""
    has_people: bool = False
    """Whether an answer named somebody else, and the run was told."""
    rows: int = 0

    def batches(self, origin: Origin, context: ReadingContext) -> Iterator[Batch]:
        """Batch by batch. Raises UnreadableInput."""
        self.party = self.setting.of if self.setting.of in context.party_ids else ""
        words = (word.partition(":")[2] for word in self.setting.kinds if word.startswith("claimed_by:"))
        self.claimants = frozenset(
            map(fold, (*context.party_ids, *context.party_names, *self.setting.channels.values(), *words))
        )
        submissions = self._submissions()
        first = next(submissions)
        self._begin(first)
        table = _Derived(self._derived(first), map(self._derived, submissions))
        for batch in event_table.read_rows(table, origin, self._setting_of(table.keys), context):
            remarks, self.remarks = (*batch.remarks, *self.remarks), []
            yield replace(batch, senders=self.senders, remarks=remarks)
        if self.unseen and self.rows:
            names = names_shown([quote_cell(name) for name in sorted(self.unseen)])
            remark = Message("no submission of the file answers {names}; compare columns with the form", names=names)
            yield Batch(remarks=(remark,))

    def _submissions(self) -> Iterator[Answers]:
        is_begun = False
        for chunk in self.source.chunks():
            is_begun = True
            yield Answers(chunk, self.setting.decimal_comma)
        if not is_begun:
            yield Answers(build_chunk(self.source.keys, [], [], []), self.setting.decimal_comma)

    def _begin(self, answers: Answers) -> None:
        """Settle what the questions are, by the headings and the first submissions."""
        ours = our_questions(answers.keys)
        self.is_ours = not self.setting.columns and ours is not None
        if not self.setting.columns and ours is None:
            raise UnreadableInput(
                Message(
                    "this is no answer to the patrol report that ships with us, and the source maps no questions; "
                    "write columns and kinds for it. It has: {has}",
                    has=names_shown([key for key in answers.keys if not is_private(key)]),
                )
            )
        if ours is not None and self.is_ours:
            self._map_ours(ours)
        else:
            self.columns = dict(self.setting.columns)
            self.kinds = dict(self.setting.kinds)
            self._find_places(answers)
            if isinstance(self.source, FormTable):
                self._require(answers.keys)
        self.has_keys = "natural_key" not in self.columns and any(answers.natural_keys())
        self.unseen = {name for named in self.columns.values() for name in _parts(named, answers.keys)}

    def _map_ours(self, ours: Mapping[str, str]) -> None:
        self.columns = {target: ours[name] for name, target in FILLS.items() if name in ours}
        self.columns |= {"observer_place": ours[OBSERVER]}
        for target, name in (("event_place", EVENT_PLACE), ("range_m", DISTANCE), ("range_sd_m", DISTANCE_ERROR)):
            if name in ours:
                self.columns[target] = ours[name]
        self.columns[UNIT] = ours.get(DISTANCE_UNIT, "=")
        for name in QUALITY:
            if name in ours:
                self.columns["source_quality"] = ours[name]
        chosen = {**FILLS, DISTANCE_UNIT: UNIT, NOT_REACHED: NOT_REACHED, QUALITY[0]: "source_quality"}
        for name, target in chosen.items():
            if words := choices_by_label(name):
                self.labels[target] = {fold(label): word for label, word in words.items()}
        for name in (NOT_REACHED, NOT_REACHED_WORDS):
            if name in ours:
                self.columns[name] = ours[name]

    def _find_places(self, answers: Answers) -> None:
        """Take the questions about places that nobody mapped for what they are, and say so."""
        if any(target in self.columns for target in (*PLACES, "observer_lon", "observer_lat")):
            return
        names = geopoints_of(answers.keys) or geopoints_by_cells(answers)
        of_event = [name for name in names if names_event(name)]
        of_person = [name for name in names if name not in of_event]
        if len(of_person) == 1:
            self.columns["observer_place"] = of_person[0]
            self.remarks.append(
                Message(
                    "{name} is taken as where the person stood, not as the place of the event; if that is wrong, write "
                    "columns.event_place",
                    name=quote_cell(of_person[0]),
                )
            )
        if len(of_event) == 1 and of_person:
            self.columns["event_place"] = of_event[0]
            self.remarks.append(
                Message(
                    "{name} is taken as the place of the event; if that is wrong, write columns.observer_place",
                    name=quote_cell(of_event[0]),
                )
            )
        elif len(names) > 1 or (of_event and not of_person):
            self.remarks.append(
                Message(
                    "the form asks for several places or for one that may be the event's ({names}), and which is where "
                    "the person stood is not said; write columns.observer_place and columns.event_place",
                    names=", ".join(map(quote_cell, names)),
                )
            )

    def _require(self, keys: tuple[str, ...]) -> None:
        """Raises UnreadableInput where a mapped question is not among the headings."""
        missing = [
            part
            for target, named in self.columns.items()
            for part in _parts(named, keys)
            if not _has(part, keys, is_place=target in PLACES)
        ]
        if not missing:
            return
        names = ", ".join(map(quote_cell, dict.fromkeys(missing)))
        if any(parent in keys for parent in PARENTS):
            raise UnreadableInput(
                Message(
                    "this is the table of a repeat, and {names} stands in the form's main table; export the form as "
                    "JSON, which holds both, or map only what stands here",
                    names=names,
                )
            )
        raise UnreadableInput(
            Message(
                "the form has no question {names}, which watch.toml maps for the source {source}; write it as in the "
                "export, with its group. It has: {has}",
                names=names,
                source=self.setting.id,
                has=names_shown([key for key in keys if not is_private(key)]),
            )
        )

    # From here on: one chunk

    def _derived(self, answers: Answers) -> Chunk:
        """The chunk that the mapping reads: natural key, mapped questions, places, distances, quality, claimant."""
        self.unseen = {name for name in self.unseen if not _has(name, answers.keys, is_place=True)}
        self.senders, self.rows = answers.senders(), self.rows + len(answers)
        table: dict[str, Column] = {"natural_key": answers.natural_keys()} if self.has_keys else {}
        faults: dict[int, Message] = {}
        for target, named in self.columns.items():
            if named.startswith("=") or target in (*OWN_TARGETS, *RANGES, "source_quality", NOT_REACHED_WORDS):
                continue
            joined = [answers.answers(part) for part in _parts(named, answers.keys)]
            separator = "\x1e" if target == "natural_key" else "; "
            column = [separator.join(filter(None, cells)) for cells in zip(*joined, strict=True)]
            table[target] = self._words(target, column)
        self._add_places(answers, table)
        faults |= self._add_ranges(answers, table)
        if "known_at" not in self.columns:
            table["known_at"] = answers.known_at()
        self._add_giver(answers, table)
        self._add_quality(answers, table)
        chunk = built(answers, table, faults)
        return self._with_access(answers, chunk) if self.is_ours and NOT_REACHED in table else chunk

    def _words(self, target: str, column: Column) -> Column:
        labels = self.labels.get(target)
        return [labels.get(fold(cell), cell) for cell in column] if labels else column

    def _add_places(self, answers: Answers, table: dict[str, Column]) -> None:
        if "observer_place" in self.columns:
            lon, lat, precision = answers.place(self.columns["observer_place"])
            table |= {"observer_lon": lon, "observer_lat": lat, "gps_precision_m": precision}
        if "event_place" in self.columns:
            lon, lat, precision = answers.place(self.columns["event_place"])
            sd = [cell if _is_above_zero(cell) and lon[row] else "" for row, cell in enumerate(precision)]
            table |= {"lon": lon, "lat": lat, "semi_major_m": sd, "semi_minor_m": list(sd)}
            table["major_azimuth_deg"] = ["0" if cell else "" for cell in sd]

    def _add_ranges(self, answers: Answers, table: dict[str, Column]) -> dict[int, Message]:
        """Distances in metres; one without a direction is told in words, since it says no place."""
        named = self.columns.get(UNIT, "=")
        units = self._words(UNIT, answers.answers(named)) if not named.startswith("=") else []
        word = named.removeprefix("=")
        faults: dict[int, Message] = {}
        for target, question in self.columns.items():
            filled = KILOMETRES.get(target, target)
            if filled not in RANGES or question.startswith("="):
                continue
            stated = 1000.0 if target in KILOMETRES else None
            column, wrong = answers.metres(filled, question, units or [word] * len(answers), stated)
            table[filled], faults = column, faults | wrong
        if "range_m" in table and not any(name.startswith("bearing") for name in self.columns):
            table["distance_m"] = table.pop("range_m")
            table.pop("range_sd_m", None)
        elif "range_m" in table and "bearing_deg" in table:
            bare = [bool(far) and not way for far, way in zip(table["range_m"], table["bearing_deg"], strict=True)]
            table["distance_m"] = [far if is_bare else "" for far, is_bare in zip(table["range_m"], bare, strict=True)]
            for name in RANGES:
                if name in table:
                    table[name] = ["" if is_bare else far for far, is_bare in zip(table[name], bare, strict=True)]
        return faults

    def _add_giver(self, answers: Answers, table: dict[str, Column]) -> None:
        """Whose claim a submission is, and by which means; nobody's where nobody is named."""
        own = self.setting.claimed_by
        is_somebodys = bool(own or self.setting.of)
        channels = {fold(name): claimant for name, claimant in self.setting.channels.items()}
        if "claimed_by" not in self.columns:
            otherwise = self.party or ("" if channels else own)
            table["claimed_by"] = [
                next((channels[fold(name)] for name in names if fold(name) in channels), otherwise)
                for names in answers.accounts()
            ]
        is_asked = not self.columns.get("claimed_by", "=").startswith("=")
        people = self._without_people(answers, table) if is_asked else {}
        if "means" not in self.columns:
            named = table.get("claimed_by", [""] * len(answers))
            is_public = bool(channels) or not is_somebodys
            # A form that asks who says so is the asker's: whoever answers "a party" is no patrol of the party's.
            table["means"] = [
                "patrol" if row not in people and ((claimant and not is_asked) or not is_public) else "public"
                for row, claimant in enumerate(named)
            ]

    def _without_people(self, answers: Answers, table: dict[str, Column]) -> dict[int, str]:
        """Take out of the claimants whom neither the watch nor the source names: a person, who goes to the senders."""
        people = {
            row: named
            for row, named in enumerate(table["claimed_by"])
            if fold(named) not in self.claimants and any(fold(name) not in self.claimants for name in _named(named))
        }
        table["claimed_by"] = ["" if row in people else named for row, named in enumerate(table["claimed_by"])]
        handles = dict(zip(*self.senders.to_pydict().values(), strict=True))
        for row, named in people.items():
            line = int(answers.chunk.lines[row])
            handles[line] = "; ".join(filter(None, (handles.get(line, ""), named)))
        self.senders = pa.Table.from_pydict(
            {"evidence_row": list(handles), "handle": list(handles.values())}, schema=SENDER_SCHEMA
        )
        if people and not self.has_people:
            self.has_people = True
            self.remarks.append(
                Message(
                    "{name} was answered with somebody who is no party and stands in neither channels nor kinds; such "
                    "rows name nobody and are told as a member of the public's. Write whose claim a word is as "
                    '"claimed_by:WORD" under kinds',
                    name=quote_cell(self.columns["claimed_by"]),
                )
            )
        return people

    def _add_quality(self, answers: Answers, table: dict[str, Column]) -> None:
        for part in _parts(self.columns.get("source_quality", "="), answers.keys):
            name = QUALITY[0] if self.is_ours else part.replace(" + ", " ").strip()
            table.setdefault(name, self._words("source_quality", answers.answers(part)))
        table["validation"] = answers.validation()
        table["photograph"] = answers.photographs()

    def _with_access(self, answers: Answers, chunk: Chunk) -> Chunk:
        """The chunk with a row more for each patrol that was not let to a place, unless that is what it reports."""
        cells = {name: column.to_pylist() for name, column in chunk.columns.items()}
        words = answers.answers(self.columns.get(NOT_REACHED_WORDS, NOT_REACHED_WORDS))
        by_line = dict(zip(answers.chunk.lines.tolist(), words, strict=True))
        lines = chunk.lines.tolist()
        for row in range(len(chunk)):
            if cells[NOT_REACHED][row] != "yes" or cells["kind"][row] == "access_denied":
                continue
            lines.append(lines[row])
            for name, column in cells.items():
                is_of_event = name in NOT_OF_ACCESS or name.startswith(("count_", "killed_", "injured_"))
                column.append("" if is_of_event or name in ("distance_m", *QUALITY) else column[row])
            cells["kind"][-1] = "access_denied"
            if "natural_key" in cells:
                cells["natural_key"][-1] += f"/{NOT_REACHED}"
            if "text" in cells:
                cells["text"][-1] = by_line.get(lines[row], "")
        columns = {name: pa.array(column, pa.string()) for name, column in cells.items()}
        return Chunk(np.array(lines, dtype=np.int64), columns, chunk.bad)

    def _setting_of(self, keys: Sequence[str]) -> SourceSetting:
        """The mapping by which derived chunks are read: every column is called what it fills."""
        present = [name for name in keys if name in event_table.TARGETS]
        constants = {
            target: named
            for target, named in self.columns.items()
            if named.startswith("=") and target not in OWN_TARGETS
        }
        quality = [name for name in keys if name not in event_table.TARGETS and name != NOT_REACHED]
        columns = {name: name for name in present} | constants
        if quality:
            columns["source_quality"] = " + ".join(quality)
        return replace(self.setting, columns=columns, kinds=self.kinds, claimed_by="", preset="")


class _Derived:
    """Derived chunks as a table."""

    def __init__(self, first: Chunk, rest: Iterator[Chunk]) -> None:
        self.keys = self.header = tuple(first.columns)
        self._first, self._rest = first, rest

    def chunks(self) -> Iterator[Chunk]:
        yield self._first
        yield from self._rest


def _named(claimants: str) -> list[str]:
    """Each of several claimants in one answer."""
    return [name.strip() for name in claimants.split(";") if name.strip()]


def _parts(named: str, keys: Sequence[str]) -> tuple[str, ...]:
    """The questions that a mapping takes; none of a constant."""
    if named.startswith("="):
        return ()
    return (named,) if _has(named, keys, is_place=True) else tuple(part.strip() for part in named.split(" + "))


def _has(name: str, keys: Sequence[str], *, is_place: bool) -> bool:
    """Whether a question is among the headings: itself, by its choices, or by the parts of a place."""
    if find(name, keys) is not None or options_of(name, keys):
        return True
    return is_place and geopoint(name, keys) is not None


def our_questions(keys: Sequence[str]) -> dict[str, str] | None:
    """The questions of the form that ships with us → as this file calls them; None where it is another form."""
    ours = {name: name for name in OUR_QUESTIONS if _has(name, keys, is_place=name in PLACES)}
    for label, name in questions_by_label().items():
        if name not in ours and _has(label, keys, is_place=name in PLACES):
            ours[name] = label
    return ours if all(name in ours for name in NEEDED) else None


def _is_above_zero(text: str) -> bool:
    try:
        return float(text) > 0
    except ValueError:
        return False
