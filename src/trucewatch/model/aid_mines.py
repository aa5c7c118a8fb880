"""Hazardous areas, devices found, accidents, by the words of IMAS."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

MINE_TABLES: Final[tuple[AidTable, ...]] = ()
