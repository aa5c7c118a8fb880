"""What goes on beside the ledger's pages: content whose time is over goes, and the ledger says so."""

from __future__ import annotations

from trucewatch.server.aid_clock import let_lapse_hourly
from trucewatch.server.console import Console


def work(console: Console) -> None:
    """One look; most do nothing."""
    let_lapse_hourly(console)
