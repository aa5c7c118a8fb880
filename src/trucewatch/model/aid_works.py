"""Works: what is broken, who repairs it, what it waits for."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

WORK_TABLES: Final[tuple[AidTable, ...]] = ()
