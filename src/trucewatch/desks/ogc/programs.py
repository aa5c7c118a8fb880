"""What of this desk a program's token opens: the release of the recipient that the token is for, and no other."""

from __future__ import annotations

from typing import Final

READS: Final = ("/ogc/{recipient}",)
