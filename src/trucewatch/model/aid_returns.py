"""Group returns and destination cards."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

RETURN_TABLES: Final[tuple[AidTable, ...]] = ()
