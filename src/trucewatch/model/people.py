"""People killed and injured, as each giver states them: one statement a row, beside the others, never added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import pyarrow as pa

PERSON_STATUS: Final = ("military", "civilian", "not_stated")
"""Whom the numbers of a row are of, as the giver states it."""
PERCEIVED: Final = ("saw", "heard", "recorded", "told")
"""How the giver knows; empty where that is not stated."""

PEOPLE_COUNTED: Final = ("killed", "injured", "harm")
"""What is counted. `harm` is people killed or injured by a giver who does not tell them apart."""
MOST_PEOPLE: Final = 1_000_000
"""More people killed or injured than this are no statement of one row."""
PEOPLE_NUMBERS: Final = tuple(f"{what}_{which}" for what in PEOPLE_COUNTED for which in ("min", "best", "max"))

GiverKind = Literal["party", "body", "source", ""]

PEOPLE: Final = pa.list_(
    pa.struct(
        [
            pa.field("giver", pa.string(), nullable=False),
            pa.field("giver_kind", pa.string(), nullable=False),
            pa.field("sensor", pa.string(), nullable=False),
            pa.field("means", pa.string(), nullable=False),
            pa.field("day", pa.date32()),
            pa.field("status", pa.string(), nullable=False),
            *(pa.field(name, pa.int32()) for name in PEOPLE_NUMBERS),
            pa.field("perceived", pa.string(), nullable=False),
            pa.field("observations", pa.list_(pa.string()), nullable=False),
        ]
    )
)
"""The column `people` of the incident table, an entry for each `PeopleReported`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleReported:
    """One giver's statement of how many people were killed and injured on one day. A number that is not stated is None.

    giver: the party's id, the body as it is written, or the source's id, as `giver_kind` says. Both are empty in lists
    that earlier versions recorded: they kept the largest number that anybody stated, as `harm`, and not whose it was.
    day: the local day on which began what the giver reports. observations: those that say the same.
    """

    giver: str
    giver_kind: GiverKind
    sensor: str = ""
    means: str = ""
    day: date | None = None
    status: str = "not_stated"
    killed_min: int | None = None
    killed_best: int | None = None
    killed_max: int | None = None
    injured_min: int | None = None
    injured_best: int | None = None
    injured_max: int | None = None
    harm_min: int | None = None
    harm_best: int | None = None
    harm_max: int | None = None
    perceived: str = ""
    observations: tuple[str, ...] = ()

    @classmethod
    def of_entry(cls, entry: Mapping[str, Any]) -> PeopleReported:
        """The statement that an entry of the column holds."""
        return cls(**{**entry, "observations": tuple(entry["observations"])})


def people_of_earlier_list(table: pa.Table) -> pa.Array:
    """The column `people` of a list that was recorded with `harm_*`: one statement without a giver, where there is a
    number."""
    entries: list[list[dict[str, Any]]] = []
    for low, best, high in zip(*(table[f"harm_{which}"].to_pylist() for which in ("min", "best", "max")), strict=True):
        if (low, best, high) == (None, None, None):
            entries.append([])
            continue
        empty = dict.fromkeys(PEOPLE_NUMBERS)
        words = {"giver": "", "giver_kind": "", "sensor": "", "means": "", "status": "not_stated", "perceived": ""}
        numbers = {"harm_min": low, "harm_best": best, "harm_max": high}
        entries.append([{**words, "day": None, **empty, **numbers, "observations": []}])
    return pa.array(entries, PEOPLE)
