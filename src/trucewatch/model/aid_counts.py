"""Counters per day and cumulative."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

COUNT_TABLES: Final[tuple[AidTable, ...]] = ()
