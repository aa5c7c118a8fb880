"""Windows of silence for works."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

WINDOW_TABLES: Final[tuple[AidTable, ...]] = ()
