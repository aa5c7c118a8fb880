"""Urgent road notices."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

ROAD_TABLES: Final[tuple[AidTable, ...]] = ()
