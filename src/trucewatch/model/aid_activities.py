"""Who does what where (3W)."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

ACTIVITY_TABLES: Final[tuple[AidTable, ...]] = ()
