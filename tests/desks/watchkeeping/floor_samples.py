"""What stands for the addresses of the board of the floor."""

from __future__ import annotations

from typing import Final

OTHERWISE: Final = {"/floor/board": "fragment"}
QUERIES: Final = {"/floor": ("", "?hours=12&whole=came_in")}
