"""Constraints on access, and agreed operations."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

ACCESS_TABLES: Final[tuple[AidTable, ...]] = ()
