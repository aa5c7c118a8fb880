"""What waits at every desk, for whoever asks at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.desks.base import FloorItem
from trucewatch.desks.watchkeeping.proposal import floor_items
from trucewatch.server.console import Console
from trucewatch.server.view import view_for_command
from trucewatch.store.lists import last_list

if TYPE_CHECKING:
    from trucewatch.server.static_files import AnyDesk
    from trucewatch.store import Store


def waiting_in(store: Store, folder: Path, clock: Callable[[], datetime], desks: Sequence[AnyDesk]) -> list[FloorItem]:
    """What waits or runs at every desk, as the board has it; of a watch whose list was never worked out nothing, since
    a question is no reason to read all of its files."""
    if last_list(store) is None:
        return []
    console = Console(store, folder, clock, desks)
    try:
        return list(floor_items(view_for_command(console)))
    finally:
        console.close()
