"""What is wrong with a watch folder: where, what, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trucewatch.messages import Message

_SENTENCES = {
    (True, True): Message("{where}: {place} {what}; {remedy}"),
    (True, False): Message("{where}: {what}; {remedy}"),
    (False, True): Message("{place} {what}; {remedy}"),
    (False, False): Message("{what}; {remedy}"),
}
"""A fault in one line, by whether its file and its place in the file are named."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `place` is a line (`88`), a feature (`feature 7 ("corridor")`) or empty for the whole file."""

    file: str
    line: int
    place: Message | str
    what: Message
    remedy: Message
    severity: Literal["error", "warning"] = "error"

    @property
    def where(self) -> str:
        """`agreement.toml:88`, `zones.geojson`."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def message(self) -> Message:
        """The whole fault in one line."""
        form = _SENTENCES[bool(self.where), bool(self.place)]
        return Message(form.template, where=self.where, place=self.place, what=self.what, remedy=self.remedy)

    def sentence(self) -> str:
        """The whole fault in one line of English, as logs show it."""
        return str(self.message)

    def __lt__(self, other: Fault) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, str, str, str, str]:
        return self.file, self.line, str(self.place), str(self.what), str(self.remedy), self.severity
