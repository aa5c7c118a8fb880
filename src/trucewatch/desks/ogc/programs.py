"""What of this desk a program's token opens: the release of the recipient that the token is for, and no other."""

from __future__ import annotations

from typing import Final

READS: Final = ("/ogc/{recipient}",)
LISTS: Final = ("/ogc", "/ogc/")
"""What names to each program the recipient that its token is for."""
