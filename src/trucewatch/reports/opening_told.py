"""An answer on an opening that all heads released, as reports and files tell it: figures, links, and whose statements
they rest on. The statements' own words stay inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from trucewatch.model.clause_history import OpeningRow

Range = tuple[float, float]
"""From least to most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldJourney:
    """The quickest way: minutes, of these at borders, km, and the links that it leads along."""

    minutes: Range
    border: Range
    km: Range
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSide:
    """For the travellers of one party; None where there is no way."""

    side: str
    before: ToldJourney | None
    after: ToldJourney | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNeed:
    """What stands between a link and its being passed: its status; the state of its works, and who has to decide, each
    with who says so ("" for a source that speaks for itself)."""

    link: str
    status: str
    works: tuple[tuple[str, str], ...]
    """(who says so, state)"""
    decisions: tuple[tuple[str, tuple[str, ...]], ...]
    """(who says so, who has to decide)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOpening:
    """One answer. through: the links of the way that passes what would open."""

    code: str
    from_: str
    to: str
    opened: tuple[str, ...]
    mode: str
    day: date
    sides: tuple[ToldSide, ...]
    through: tuple[str, ...]
    needs: tuple[ToldNeed, ...]
    clauses: tuple[str, ...]
    whose: tuple[str, ...]
    whole: ToldJourney | None
    """What the whole way would take if everything on it could be passed; None of answers from before it was told."""

    @property
    def links(self) -> Iterator[str]:
        """Every link that it speaks of; some more than once."""
        yield from (*self.opened, *self.through, *(need.link for need in self.needs))
        for side in self.sides:
            for journey in (side.before, side.after):
                yield from journey.links if journey else ()

    @property
    def ids(self) -> Iterator[str]:
        """The parties, bodies and states that it names."""
        yield from (*self.whose, *(side.side for side in self.sides))
        for need in self.needs:
            yield from (by for by, _ in (*need.works, *need.decisions) if by)
            yield from (who for _, several in need.decisions for who in several)


def told_opening(row: OpeningRow) -> ToldOpening:
    """What is told of an answer."""
    document, question = row.document, row.document["question"]
    return ToldOpening(
        code=row.code,
        from_=question["from"],
        to=question["to"],
        opened=tuple(question["opened"]),
        mode=question["mode"],
        day=date.fromisoformat(question["day"]),
        sides=tuple(
            ToldSide(side=each["side"], before=_journey(each["before"]), after=_journey(each["after"]))
            for each in document["sides"]
        ),
        through=tuple(stretch["link"] for stretch in document["through"] or ()),
        needs=tuple(
            ToldNeed(
                link=each["link"],
                status=each["status"],
                works=tuple(dict.fromkeys((works["by"], works["state"]) for works in each["works"])),
                decisions=tuple(dict.fromkeys((need["by"], tuple(need["who"])) for need in each["decisions"])),
            )
            for each in document["still_needed"]
        ),
        clauses=tuple(document["clauses"]),
        whose=tuple(document["whose"]),
        whole=_journey(document.get("whole_way")),
    )


def _journey(journey: Mapping[str, Any] | None) -> ToldJourney | None:
    if journey is None:
        return None
    return ToldJourney(
        minutes=_range(journey["minutes"]),
        border=_range(journey["border_minutes"]),
        km=_range(journey["km"]),
        links=tuple(stretch["link"] for stretch in journey.get("stretches", ())),
    )


def _range(ends: Any) -> Range:
    least, most = ends
    return float(least), float(most)
