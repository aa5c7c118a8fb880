"""The columns of a table of observations, however they are headed and ordered, and what a source's entry may say of
them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.observation import MEANS
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import kind_faults, nearest, quote_cell, require_columns
from trucewatch.sources.table import fold
from trucewatch.sources.written_times import DATE_ORDERS

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "position": (
        *("position", "observer position", "observation position", "observer", "post", "observed from"),
        *("позиция", "место наблюдения", "пост", "пост наблюдения", "наблюдатель", "откуда наблюдали"),
    ),
    "location": (
        *("event location", "location of event", "location of the event", "location", "event position"),
        *("место события", "местоположение события", "место происшествия", "местоположение"),
    ),
    "perceived": ("means", "how", "means of observation", "способ", "средство", "средства", "способ наблюдения"),
    "count": ("no", "nr", "number", "№", "n°", "count", "quantity", "кол-во", "количество", "число"),
    "observation": ("observation", "observations", "event", "event type", "наблюдение", "событие", "вид события"),
    "description": ("description", "details", "описание", "характер", "подробности"),
    "weapon": (
        "weapon",
        "weapons",
        "weapon type",
        "type of weapon",
        "оружие",
        "вид оружия",
        "тип оружия",
        "вооружение",
    ),
    "date_time": (
        *("date, time", "date/time", "date / time", "date and time", "date & time", "date time", "datetime"),
        *("дата, время", "дата/время", "дата / время", "дата и время", "дата время"),
    ),
    "date": ("date", "day", "дата", "день"),
    "time": ("time", "event time", "время", "время события"),
    "note": ("remarks", "remark", "note", "notes", "comment", "comments", "примечание", "примечания", "комментарий"),
}
"""Our column → theirs, folded, without the mission's name before it and without a full stop."""
_COLUMN_OF: Final = {name: target for target, names in HEADINGS.items() for name in names}
_MISSION = re.compile(r"^(?:osce |обсе )?(?:smm|смм) ")

SETTINGS: Final = ("means", "year", "date_order", "fill_down")
TARGETS: Final = (*HEADINGS, *SETTINGS)
"""What `columns` of a source's entry may name."""
FILLED_DOWN: Final = ("position", "date")


def setting_faults(setting: SourceSetting) -> tuple[Message, ...]:
    """What is wrong with this source's entry, before any file is read."""
    faults = []
    constant = {target: named[1:] for target, named in setting.columns.items() if named.startswith("=")}
    for target in setting.columns:
        if target not in TARGETS:
            faults.append(Message("columns.{name} is not known; {hint}", name=target, hint=nearest(target, TARGETS)))
        elif target in SETTINGS and target not in constant:
            faults.append(Message('columns.{name} is a setting and no column; begin it with "="', name=target))
    if constant.get("date_order", "mdy") not in DATE_ORDERS:
        faults.append(
            Message('columns.date_order is {value}; write "=mdy" or "=dmy"', value=quote_cell(constant["date_order"]))
        )
    if not re.fullmatch(r"(?:19|20)\d{2}", constant.get("year", "2000")):
        faults.append(Message('columns.year is {value}; write "=2031"', value=quote_cell(constant["year"])))
    if constant.get("means", "patrol") not in MEANS:
        faults.append(
            Message(
                "columns.means is {value}; {hint}",
                value=quote_cell(constant["means"]),
                hint=nearest(constant["means"], MEANS),
            )
        )
    for name in filled_down(constant):
        if name not in FILLED_DOWN:
            faults.append(
                Message(
                    "columns.fill_down names {value}; {hint}", value=quote_cell(name), hint=nearest(name, FILLED_DOWN)
                )
            )
    return (*faults, *kind_faults(setting.kinds))


def filled_down(constant: Mapping[str, str]) -> list[str]:
    return [part.strip() for part in constant.get("fill_down", "").split("+") if part.strip()]


class Columns:
    """Which heading is which column of one source's tables; `constant`: what its entry gives for all rows."""

    def __init__(self, setting: SourceSetting) -> None:
        self.constant = {target: named[1:] for target, named in setting.columns.items() if named.startswith("=")}
        self.filled_down = filled_down(self.constant)
        self._named = {fold(named): target for target, named in setting.columns.items() if not named.startswith("=")}
        self._source = setting.id

    def target(self, heading: str) -> str:
        """The column that a heading means; empty for none."""
        return self._named.get(fold(heading)) or _COLUMN_OF.get(_MISSION.sub("", fold(heading).strip(" .:*")), "")

    def is_header(self, cells: Sequence[str]) -> bool:
        """Whether a row is the header: it names the position, what was observed, when, and one more."""
        targets = {self.target(cell) for cell in cells} - {""}
        when = targets & {"date_time", "date"} or "date" in self.constant
        return {"position", "observation"} <= targets and bool(when) and len(targets) >= 4

    def among(self, keys: Sequence[str]) -> dict[str, str]:
        """Our column → the folded header that it is read from. Raises UnreadableInput."""
        columns: dict[str, str] = {}
        for key in keys:
            target = self.target(key)
            if not target or target in self.constant:
                continue
            if target in columns and (columns[target] in self._named) == (key in self._named):
                raise UnreadableInput(
                    Message(
                        'the columns "{first}" and "{second}" may both be the {target}; name the right one under '
                        "columns of this source, as {target}",
                        first=columns[target],
                        second=key,
                        target=target,
                    )
                )
            if target not in columns or key in self._named:
                columns[target] = key
        require_columns(
            self._named, keys, hint=Message("watch.toml maps it for the source {source}", source=self._source)
        )
        present = {*columns, *self.constant}
        needed = ["position", "observation", *([] if present & {"date_time", "date"} else ["date, time"])]
        require_columns(
            [name for name in needed if name not in present],
            keys,
            hint=Message("or name yours under columns of this source"),
        )
        return columns
