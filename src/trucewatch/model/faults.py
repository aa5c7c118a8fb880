"""What is wrong with a watch folder: where, what, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. `place` is a line (`88`), a feature (`feature 7 ("corridor")`) or empty for the whole file."""

    file: str
    line: int
    place: str
    what: str
    remedy: str
    severity: Literal["error", "warning"] = "error"

    @property
    def where(self) -> str:
        """`agreement.toml:88`, `zones.geojson`."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def sentence(self) -> str:
        """The whole fault in one line, as the console and logs show it."""
        subject = f"{self.place} " if self.place else ""
        return f"{self.where}: {subject}{self.what}; {self.remedy}"
