"""What of this desk a program's token opens: the inbox, into which it may bring files."""

from __future__ import annotations

from typing import Final

BRINGS: Final = ("/api/inbox/{source}",)
