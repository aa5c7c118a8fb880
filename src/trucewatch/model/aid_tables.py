"""What can be entered in a humanitarian response centre: tables, each with the fields of its rows and what is asked of
them. Rows are frozen dataclasses; no row has a field for a person.

A row of a main table is an item with a code (`RQ-3`); a row of a table that is `about` another one is a step of an
item. How an item stands follows from its steps and is typed by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final, Literal, Protocol

from trucewatch.messages import Message
from trucewatch.model.meeting_checks import Trouble

FieldKind = Literal[
    "line",
    "text",
    "day",
    "moment",
    "choice",
    "several",
    "count",
    "number",
    "yes",
    "organisation",
    "organisations",
    "district",
    "districts",
    "side",
    "sides",
    "code",
    "codes",
    "place",
    "outline",
]
"""line, text: words that somebody types, guarded. day: a date. moment: UTC. choice, several: of `choices`. count: a
whole number from 0; number: with a fraction. yes: true or not. organisation, district: ids of `humanitarian.toml`;
side: a bound party; code: of an item of the table `of`. place: (lon, lat) in degrees, inside only. outline: a ring of
such."""
TYPED: Final[frozenset[FieldKind]] = frozenset(("line", "text"))
MANY: Final[frozenset[FieldKind]] = frozenset(("several", "organisations", "districts", "sides", "codes"))
MOST: Final[Mapping[FieldKind, int]] = {"line": 200, "text": 2000}
"""Characters of what is typed."""
MOST_COUNTED: Final = 10_000_000
Way = Literal["to_centre", "to_aid"]
"""Which way rows of a table may go between instances: to the monitoring centre, to the humanitarian one."""


class AidNames(Protocol):
    """Names for ids, as one reader reads them."""

    def organisation(self, id_: str) -> str: ...
    def district(self, id_: str) -> str: ...
    def side(self, id_: str) -> str: ...


class AidItems(Protocol):
    """The items that a check may look at."""

    @property
    def now(self) -> datetime: ...
    @property
    def zone(self) -> tzinfo: ...
    def items(self, table: str) -> tuple[Any, ...]: ...
    def item_or_none(self, code: str) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AidField:
    """One field of a table's rows. name: the attribute of the row. of: tables whose items a code may name."""

    name: str
    kind: FieldKind
    label: Message
    is_needed: bool = False
    note: Message | None = None
    choices: Mapping[str, Message] = field(default_factory=dict)
    of: tuple[str, ...] = ()
    unit: Message | None = None
    begins: str = ""
    """What stands in an empty form: one of `choices`; `now` of a moment, `today` of a day. "": nothing."""
    as_words: Callable[[Any], Message] | None = None
    """How a value is said where it is not said as it stands."""

    @property
    def key(self) -> str:
        """As a form and a file name it: `from` for `from_`."""
        return self.name.removesuffix("_")

    @property
    def most(self) -> int:
        return MOST.get(self.kind, 80)


def _no_troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from ()


def _no_totals(row: Any) -> Mapping[str, int]:
    return {}


def _no_end(row: Any, zone: tzinfo) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AidTable:
    """A table: what its rows are, what is checked, what of them may stay and travel.

    name: `request`; stands in records. prefix: of the codes of its items, "" for a table of steps. title, plural: what
    one and several are called. note: what is to be entered here, above the form. row: the dataclass, whose attributes
    are `fields`. line: a row in one sentence, with nothing that was typed. troubles: what is wrong with a row beyond
    its fields, (row, the item it is about or None, items). owner: the field with the organisation whose row it is; ""
    for none: then only the coordinator changes it. totals: numbers that stay when the content goes. ends_at: when what
    it tells of is over; lapse_hours: how long after that its content stays, None for as long as `keep_days` says.
    travels: whether and which way its rows go to another instance; a step goes only where it says so itself, whatever
    its items do. of_origin: steps that only the instance of the item adds. only_in: kinds of watch in which it is
    entered.
    """

    name: str
    prefix: str = ""
    title: Message
    plural: Message
    note: Message
    row: type[Any]
    fields: tuple[AidField, ...]
    about: frozenset[str] = frozenset()
    line: Callable[[Any, AidNames], Message]
    troubles: Callable[[Any, Any, AidItems], Iterable[Trouble]] = _no_troubles
    owner: str = ""
    totals: Callable[[Any], Mapping[str, int]] = _no_totals
    ends_at: Callable[[Any, tzinfo], datetime | None] = _no_end
    lapse_hours: int | None = None
    travels: frozenset[Way] = frozenset()
    of_origin: bool = False
    only_in: frozenset[str] = frozenset(("humanitarian",))

    @property
    def is_step(self) -> bool:
        return bool(self.about)

    def field(self, key: str) -> AidField | None:
        """The field of this key or attribute."""
        return next((each for each in self.fields if key in (each.key, each.name)), None)


def trouble(key: str, what: Message, remedy: Message) -> Trouble:
    """What is wrong at a field of a row."""
    return Trouble((key,), what, remedy)
