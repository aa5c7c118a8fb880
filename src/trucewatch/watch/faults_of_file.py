"""The faults of one file of a watch, gathered while it is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.watch.row_checks import RowFault
from trucewatch.watch.toml_lines import Path, TomlLines
from trucewatch.watch.toml_records import did_you_mean


class FaultList(list[Fault]):
    """The faults of one file, each at the line of its key."""

    def __init__(self, file: str, lines: TomlLines) -> None:
        super().__init__()
        self.file, self.lines = file, lines

    def error(self, path: Path, what: Message, remedy: Message, place: Message | str = "") -> None:
        self.append(Fault(self.file, self.lines.line_of(path), place, what, remedy))

    def warning(self, path: Path, what: Message, remedy: Message, place: Message | str = "") -> None:
        self.append(Fault(self.file, self.lines.line_of(path), place, what, remedy, "warning"))

    def of_row(self, path: Path, faults: Iterable[RowFault], place: Message | str = "") -> None:
        """The faults of the row that stands at this path."""
        for fault in faults:
            line = self.lines.line_of((*path, *fault.keys))
            self.append(Fault(self.file, line, place, fault.what, fault.remedy, fault.severity))

    def unique(self, key: str, ids: Iterable[str]) -> None:
        for twice, times in Counter(ids).items():
            if times > 1:
                self.error(
                    (key,),
                    Message('{key} "{id}" is given {times} times', key=key, id=twice, times=times),
                    Message("give each its own id"),
                )

    def check_word(self, path: Path, word: str, words: Iterable[str], subject: str) -> None:
        vocabulary = sorted(words)
        if word not in vocabulary:
            self.error(
                path, Message('{key} "{word}" is not known', key=subject, word=word), did_you_mean(word, vocabulary)
            )
