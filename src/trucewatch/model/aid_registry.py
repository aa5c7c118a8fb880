"""Every table of a humanitarian response centre, by name."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Final

from trucewatch.model.aid_access import ACCESS_TABLES
from trucewatch.model.aid_activities import ACTIVITY_TABLES
from trucewatch.model.aid_communities import COMMUNITY_TABLES
from trucewatch.model.aid_counts import COUNT_TABLES
from trucewatch.model.aid_mines import MINE_TABLES
from trucewatch.model.aid_notifications import NOTIFICATION_TABLES
from trucewatch.model.aid_requests import REQUEST_TABLES
from trucewatch.model.aid_returns import RETURN_TABLES
from trucewatch.model.aid_roads import ROAD_TABLES
from trucewatch.model.aid_tables import AidTable
from trucewatch.model.aid_windows import WINDOW_TABLES
from trucewatch.model.aid_works import WORK_TABLES

_PARTS: Final[tuple[tuple[AidTable, ...], ...]] = (
    NOTIFICATION_TABLES,
    WINDOW_TABLES,
    ROAD_TABLES,
    REQUEST_TABLES,
    WORK_TABLES,
    RETURN_TABLES,
    MINE_TABLES,
    ACCESS_TABLES,
    COUNT_TABLES,
    ACTIVITY_TABLES,
    COMMUNITY_TABLES,
)
TABLES: Final[Mapping[str, AidTable]] = {table.name: table for table in chain.from_iterable(_PARTS)}
BY_PREFIX: Final[Mapping[str, AidTable]] = {table.prefix: table for table in TABLES.values() if table.prefix}

CHOSEN: Final = frozenset(value for table in TABLES.values() for field in table.fields for value in field.choices)
"""Every value that a field of choices may hold."""


def steps_about(table: str) -> tuple[AidTable, ...]:
    """The tables whose rows are steps of an item of this one.

    >>> [step.name for step in steps_about("request")]
    ['promise', 'delivery', 'receipt', 'closing']
    """
    return tuple(step for step in TABLES.values() if table in step.about)
