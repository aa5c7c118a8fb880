"""What a watch is the instance of."""

from __future__ import annotations

from typing import Final, Literal

WatchKind = Literal["centre", "humanitarian"]
WATCH_KINDS: Final[tuple[WatchKind, ...]] = ("centre", "humanitarian")
"""A joint centre, or a humanitarian response centre beside one."""
