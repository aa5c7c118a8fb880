"""Sites, visits and meetings between communities, kept as records."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

COMMUNITY_TABLES: Final[tuple[AidTable, ...]] = ()
