"""Words of notifications: kinds of vehicles and of sites, purposes. Lists, so that nothing of them is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from trucewatch.messages import Term

Vehicle = Literal["cars", "lorries", "buses", "ambulances", "tankers", "machines", "other"]
VEHICLE_WORDS: Final[Mapping[str, Term]] = {
    "cars": Term("vehicle", "cars"),
    "lorries": Term("vehicle", "lorries"),
    "buses": Term("vehicle", "buses"),
    "ambulances": Term("vehicle", "ambulances"),
    "tankers": Term("vehicle", "tankers"),
    "machines": Term("vehicle", "machines for works"),
    "other": Term("vehicle", "others"),
}
Purpose = Literal[
    "delivery", "assessment", "medical", "works", "returns", "survey", "staff", "visit", "supplies", "other"
]
PURPOSE_WORDS: Final[Mapping[str, Term]] = {
    "delivery": Term("purpose", "relief goods are brought"),
    "assessment": Term("purpose", "needs are looked at"),
    "medical": Term("purpose", "medical help"),
    "works": Term("purpose", "repair of water, power, gas, telephone or road"),
    "returns": Term("purpose", "people are brought home in a group"),
    "survey": Term("purpose", "survey or clearance of mines"),
    "staff": Term("purpose", "staff change places"),
    "visit": Term("purpose", "visit or meeting"),
    "supplies": Term("purpose", "supplies of the organisation itself"),
    "other": Term("purpose", "something else"),
}
Site = Literal[
    "office",
    "warehouse",
    "hospital",
    "clinic",
    "shelter",
    "distribution",
    "water",
    "power",
    "school",
    "parking",
    "other",
]
SITE_WORDS: Final[Mapping[str, Term]] = {
    "office": Term("site", "office or quarters of staff"),
    "warehouse": Term("site", "warehouse"),
    "hospital": Term("site", "hospital"),
    "clinic": Term("site", "clinic or ambulance station"),
    "shelter": Term("site", "shelter"),
    "distribution": Term("site", "place where relief is handed out"),
    "water": Term("site", "water works"),
    "power": Term("site", "power works"),
    "school": Term("site", "school"),
    "parking": Term("site", "vehicle park"),
    "other": Term("site", "another humanitarian site"),
}
