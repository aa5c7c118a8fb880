"""What of this desk a program's token opens: the feed of the recipient that the token is for, and the files it
names."""

from __future__ import annotations

from typing import Final

READS: Final = ("/feed/{recipient}.atom", "/feed/{recipient}/files")
