"""Humanitarian notifications of movements and fixed sites, and medical passage."""

from __future__ import annotations

from typing import Final

from trucewatch.model.aid_tables import AidTable

NOTIFICATION_TABLES: Final[tuple[AidTable, ...]] = ()
