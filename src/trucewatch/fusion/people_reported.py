"""Observations of one event → what each giver states of people killed and injured, side by side.

No number here is worked out: none is added to another, averaged, or chosen over another. Each stands as its giver wrote
it, with whose it is and of which day; what says the same in every word is one statement of several observations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import reduce
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.geo.arrays import Rows
from trucewatch.model.claims import claimants_in
from trucewatch.model.people import PEOPLE_NUMBERS

Statement = dict[str, Any]
"""An entry of the column `people` of the incident table."""

READ: Final = (
    *("observation_id", "source", "sensor", "means", "occurred_start", "claimed_by"),
    *("person_status", "perceived", "source_quality", *PEOPLE_NUMBERS),
)
"""Columns of the observation table that statements are made of."""
_ORDER: Final = ("giver_kind", "giver", "day", "status", *PEOPLE_NUMBERS, "perceived", "sensor", "means")
_FIRST: Final = ("party", "body", "source")
_SAID_BY_ANOTHER = re.compile(r"(?:^|; )people_said_by=(?!patrol(?:;|$))")
"""In source_quality: who saw the event gives the numbers of people as another (a hospital, an authority) said them."""


class PeopleStated:
    """What the rows of an observation table state of people; days in `zone`, parties by their ids."""

    def __init__(self, observations: pa.Table, parties: Mapping[str, str], zone: tzinfo = UTC) -> None:
        self._rows = observations.select(READ)
        self._parties, self._ids, self._zone = parties, set(parties.values()), zone
        stated = (pc.is_valid(self._rows[name]) for name in PEOPLE_NUMBERS)
        self._is_stated = np.asarray(reduce(pc.or_, stated).to_numpy(), dtype=np.bool_)

    def of_rows(self, rows: Rows) -> list[Sequence[Statement]]:
        """The statements of each of these rows, in their order: one for every giver that it names."""
        statements: list[Sequence[Statement]] = [()] * len(rows)
        places = np.flatnonzero(self._is_stated[rows])
        for place, row in zip(places.tolist(), self._rows.take(pa.array(rows[places])).to_pylist(), strict=True):
            statements[place] = self._of_row(row)
        return statements

    def _of_row(self, row: Mapping[str, Any]) -> list[Statement]:
        # Whoever makes the claim gives the number; where nobody is named, whoever runs the source does.
        named = claimants_in(row["claimed_by"], self._parties)
        givers = [("party" if who in self._ids else "body", who) for who in named] or [("source", row["source"])]
        began: datetime = row["occurred_start"]
        numbers = {name: row[name] for name in PEOPLE_NUMBERS}
        return [
            {
                "giver": giver,
                "giver_kind": kind,
                "sensor": row["sensor"],
                "means": row["means"],
                "day": began.astimezone(self._zone).date(),
                "status": row["person_status"] or "not_stated",
                **numbers,
                "perceived": "told" if _SAID_BY_ANOTHER.search(row["source_quality"] or "") else row["perceived"] or "",
                "observations": [row["observation_id"]],
            }
            for kind, giver in givers
        ]


def side_by_side(statements: Iterable[Statement]) -> list[Statement]:
    """Every statement once, in one order: parties, bodies, sources, each by name, then by day.

    Two that differ in a word or a number both stand, of one giver and day too: which of them is right, or whether one
    is a part of the other, is not known here.
    """
    alike: dict[tuple[Any, ...], list[str]] = {}
    for statement in statements:
        alike.setdefault(tuple(statement[name] for name in _ORDER), []).extend(statement["observations"])
    return [
        {**dict(zip(_ORDER, words, strict=True)), "observations": sorted(set(alike[words]))}
        for words in sorted(alike, key=_sorted_as)
    ]


def _sorted_as(words: tuple[Any, ...]) -> tuple[Any, ...]:
    kind, *rest = words
    return _FIRST.index(kind), *((value is not None, value or 0) if _is_number(value) else value for value in rest)


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, int)
