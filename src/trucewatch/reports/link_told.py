"""One statement of a link → what a recipient is told of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from trucewatch.model.link_statements import Names, PassageStatement, QueueStatement, Statement
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.recipient_rule import UNITS, whole_unit

_PUBLIC_SOURCES: Final = ("https://", "http://")
_WORDS: Final = frozenset(("says", "of", "who", "cargo", "papers", "hours", "controller", "what", "called"))
"""Fields that hold somebody's words where they are names by language."""
_BESIDE: Final = frozenset(("by", "source", "known_at", "zone", "said", "at"))
"""Fields that are told apart, or of which only the program has a use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStatement:
    """A statement as a recipient has it. by: the id of a party, body or state, "" where its source alone speaks.
    values: what it comes to, by the fields' names in the file. words: by field, then by language. known_on: the day on
    which the watch knew of it."""

    table: str
    by: str
    values: Mapping[str, Any]
    words: Mapping[str, Names] = field(default_factory=dict)
    source: str = ""
    known_on: date | None = None


class StatementRule:
    """What one recipient is told of statements, up to a moment (UTC).

    recipient: as it counts for links (a bound party's is coarser within a day).
    """

    def __init__(self, watch: Watch, recipient: Recipient, moment: datetime) -> None:
        self.recipient, self.moment = recipient, moment
        self.zone: tzinfo = watch.zone
        self._never = watch.never_told
        self._handling = {source.id: source.handling for source in watch.settings.source}

    def is_told(self, statement: Statement, *, is_on_file: bool) -> bool:
        """Whether a statement leaves to this recipient, and counts for what is worked out for them.

        What stands in the watch's own files, or has a public source, is told to everybody; the rest to who is told the
        sources' words. Of a source that never leaves, or is confidential, nothing.
        """
        source = statement.source.strip()
        origin = source.partition(":")[0].strip()
        handling = self._handling.get(origin, "")
        if statement.known_at > self.moment or origin in self._never or handling == "confidential":
            return False
        is_public = source.startswith(_PUBLIC_SOURCES) or handling == "open"
        return self.recipient.text or is_public or (is_on_file and not handling)

    def tell(self, table: str, statement: Statement) -> ToldStatement | None:
        """What is told of one that leaves; None where that is nothing."""
        if isinstance(statement, PassageStatement) and not self._may_have_passage(statement):
            return None
        values: dict[str, Any] = {}
        if isinstance(statement, QueueStatement):
            start, end = self._widened(statement.at)
            # A queue that stands now, or stood a moment ago, would be live traffic.
            if end > self.moment or self._is_small(statement.waiting):
                return None
            values |= {"from": start, "until": end}
        words: dict[str, Names] = {}
        for each in fields(statement):
            name, value = each.name.rstrip("_"), getattr(statement, each.name)
            if name in _BESIDE or value is None or value in ((), {}):
                continue
            if name in _WORDS and isinstance(value, Mapping):
                words[name] = value
            else:
                values[name] = value
        return ToldStatement(
            table=table,
            by=statement.by,
            values=values,
            words=words,
            source=statement.source,
            known_on=statement.known_at.astimezone(self.zone).date(),
        )

    def _widened(self, at: datetime) -> tuple[datetime, datetime]:
        """The recipient's whole unit of time that a moment lies in, from its begin to its end."""
        if self.recipient.time == "day" or self.recipient.smallest_count > 1:
            day = day_of(at.astimezone(self.zone).date(), self.zone)
            return day.start, day.end
        unit = UNITS.get(self.recipient.time, timedelta(minutes=1))
        start = whole_unit(at, unit, self.zone)
        return start, start + unit

    def _may_have_passage(self, passage: PassageStatement) -> bool:
        """The day is over by the recipient's delay, and not so few passed that somebody could be known by it."""
        end = day_of(passage.day_latest or passage.day, self.zone).end
        return end <= self.moment and not self._is_small(passage.least)

    def _is_small(self, number: int | None) -> bool:
        return number is not None and number < self.recipient.smallest_count and self.recipient.smallest_count > 1
