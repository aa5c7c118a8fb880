"""Counters side by side: the numbers of one kind, district and source in the order of their days, and what of them does
not agree. What differs or falls is said so; nothing is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trucewatch.messages import Amount, Message
from trucewatch.model.aid_counts import Count, series_key
from trucewatch.model.aid_items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One number as it stands. before: the values that it had before it was corrected, in order."""

    code: str
    row: Count
    before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSeries:
    """The numbers of one kind, district, organisation and source. days: of single days; cumulative: in all up to a
    cut-off; each in the order of its days. Days of which nothing is stated are in neither."""

    first: Count
    days: tuple[Reported, ...]
    cumulative: tuple[Reported, ...]

    @property
    def latest(self) -> Reported | None:
        """The last of the cumulative numbers."""
        return self.cumulative[-1] if self.cumulative else None

    def notes(self) -> tuple[Message, ...]:
        """What does not agree, in the order of days."""
        notes: list[tuple[date, Message]] = []
        for earlier, later in zip(self.cumulative, self.cumulative[1:], strict=False):
            notes.extend((later.row.day, note) for note in self._between(earlier, later))
        if self.cumulative and (since := self.cumulative[0].row.since) is not None:
            notes.extend((self.cumulative[0].row.day, note) for note in self._since(since, self.cumulative[0]))
        return tuple(note for _, note in sorted(notes, key=lambda note: note[0]))

    def _between(self, earlier: Reported, later: Reported) -> Iterable[Message]:
        if later.row.since != earlier.row.since:
            return  # counted from another beginning: the two cannot be held against each other
        grown = later.row.value - earlier.row.value
        if grown < 0:
            yield Message(
                "the total falls from {before} ({first}) to {after} ({second}), as reported",
                before=Amount(earlier.row.value),
                first=earlier.code,
                after=Amount(later.row.value),
                second=later.code,
            )
        summed = self._sum(earlier.row.day, later.row.day)
        # With a cut-off within the day, part of a day's number may stand before it and part after.
        if summed is None or earlier.row.cut_off or later.row.cut_off or summed == grown:
            return
        yield _differs(later, grown, summed)

    def _since(self, since: date, total: Reported) -> Iterable[Message]:
        summed = self._sum(date.fromordinal(since.toordinal() - 1), total.row.day)
        if summed is not None and not total.row.cut_off and summed != total.row.value:
            yield _differs(total, total.row.value, summed)

    def _sum(self, after: date, until: date) -> int | None:
        """The sum of the days after one and up to another; None where a day between has no number."""
        values = {each.row.day: each.row.value for each in self.days if after < each.row.day <= until}
        return sum(values.values()) if len(values) == (until - after).days and values else None


def _differs(total: Reported, grown: int, summed: int) -> Message:
    return Message(
        "{code} counts {grown} where its days sum to {summed}, as reported",
        code=total.code,
        grown=Amount(grown),
        summed=Amount(summed),
    )


def count_series(items: Iterable[Item]) -> tuple[CountSeries, ...]:
    """The series of counters, by kind, district, organisation and source; what was erased is in none."""
    by_key: dict[tuple[str, str, str, str], list[Reported]] = {}
    for item in items:
        if isinstance(item.row, Count):
            by_key.setdefault(series_key(item.row), []).append(
                Reported(code=item.code, row=item.row, before=_before(item))
            )
    return tuple(
        CountSeries(
            first=numbers[0].row,
            days=_of(numbers, "day"),
            cumulative=_of(numbers, "cumulative"),
        )
        for _, numbers in sorted(by_key.items())
    )


def _of(numbers: Iterable[Reported], span: str) -> tuple[Reported, ...]:
    own = (number for number in numbers if number.row.span == span)
    return tuple(sorted(own, key=lambda number: (number.row.day, number.row.cut_off is None, str(number.row.cut_off))))


def _before(item: Item) -> tuple[int, ...]:
    """The values of the versions before the one that stands; of what was taken back none, since it never held."""
    earlier = (entry for entry in item.versions if entry.stands and entry is not item.last)
    return tuple(entry.row.value for entry in earlier if entry.row is not None)
