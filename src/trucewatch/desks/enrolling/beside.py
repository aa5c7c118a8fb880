"""Beside the pages: who read what is written down every few seconds, and what is kept no longer is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trucewatch.server.console import Console


def work(console: Console) -> None:
    """Write what waits. What cannot be written waits on; the page says so."""
    if console.gate.in_use:
        console.access.flush()
