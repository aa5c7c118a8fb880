"""How a link stood on a day, by what was known at a moment: what the sources say, and what follows where they differ.

The rule, which nobody's word is above:

1. A statement tells of a day from its first day on (the last of its range; before that, within the range, the day is
   unsure) until the first day of which its source no longer says so.
2. A voice is a bound party with the bodies that count with it, else whoever `by` names, else the source. The later of
   two statements of one voice stands.
3. What was said before a change does not stand against it: a statement gives way to one of a later first day, if
   neither is a bound party's, or if every bound party says the same of the later time. Nobody's word makes a bound
   party's give way but its own. Where each would give way to another (what was said ahead of its day), all stand.
4. If all that stands says the same, that is the status. Else it is not known, and each word stands beside the others.
5. At a crossing between a bound party and a state that is none, that it can be passed is not taken to be about the
   travellers of another bound party, unless somebody names them: whether they are admitted is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, Literal, get_args

from trucewatch.model.agreement import Agreement
from trucewatch.model.link_statements import NOT_KNOWN, USABLE, Statement, StatusStatement
from trucewatch.model.links import Link
from trucewatch.model.times import as_utc, zone_named

Why = Literal["stated", "sources_differ", "nobody_says", "no_longer_said", "day_unsure", "travellers_not_named"]
"""stated: all that stands says so. Why it is not known: sources_differ, nobody_says, no_longer_said (what was said last
has ended), day_unsure (the day lies within the range in which it changed), travellers_not_named (rule 5)."""
WHYS: Final[tuple[Why, ...]] = get_args(Why)


Passing = Literal["forward", "backward"]
"""From the first end of a link to the second, or back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """How a link stands in a direction, for somebody, on a day. statements: what stands, a statement a voice, in the
    order of voices; where nothing stands, those that ended. status: one of STATUSES, or NOT_KNOWN."""

    status: str
    why: Why
    statements: tuple[StatusStatement, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether all that stands says that it can be passed, also where sources differ in how freely."""
        telling = self.why in ("stated", "sources_differ")
        return telling and all(statement.status in USABLE for statement in self.statements)


def voice_of(statement: StatusStatement, agreement: Agreement) -> str:
    """Who speaks: a party for the bodies that count with it, else whoever is named, else the source."""
    counts_with = {body.id: body.counts_with for body in agreement.body}
    return counts_with.get(statement.by, "") or statement.by or source_voice(statement)


def source_voice(statement: Statement) -> str:
    """The voice of what nobody is named for: its source. Where that was erased, nobody can say any more whose it was,
    so that each is a voice of its own: an erasure never makes one of two sources that differ give way to the other."""
    return f"source:{statement.source}" if statement.source else f"erased:{statement!r}"


def said_on(statement: StatusStatement, zone: tzinfo) -> date:
    """The day on which it was said."""
    own = zone_named(statement.zone) if statement.zone else zone
    return statement.said or as_utc(statement.known_at).astimezone(own).date()


def begins(statement: StatusStatement, zone: tzinfo) -> date:
    """The first day of which it tells, surely or not."""
    return statement.since or said_on(statement, zone)


def surely_from(statement: StatusStatement, zone: tzinfo) -> date:
    """The first day of which it tells surely."""
    return statement.since_latest or begins(statement, zone)


def tells_of(statement: StatusStatement, passing: Passing, traveller: str) -> bool:
    """Whether it is about passing in this direction, by the travellers of a party or state ("": by everybody)."""
    return statement.direction in ("both", passing) and (not statement.for_ or traveller in statement.for_)


def has_to_name(link: Link, traveller: str, agreement: Agreement) -> bool:
    """Whether that a link can be passed has to name a bound party's travellers to be about them (rule 5)."""
    bound = agreement.bound_ids
    if link.kind != "crossing" or traveller not in bound or traveller in link.between:
        return False
    return any(party in bound for party in link.between)


def status_on(
    statements: Iterable[StatusStatement],
    day: date,
    known_by: datetime,
    *,
    agreement: Agreement,
    zone: tzinfo,
    passing: Passing = "forward",
    traveller: str = "",
    only_named: bool = False,
) -> LinkStatus:
    """How a link stood on a day by what was known at `known_by` (UTC), in a direction, for the travellers of a party or
    state. zone: that of the days of statements that name none. only_named: as `has_to_name` says of the link.

    This is the rule, one link at a time; `pipeline/link_columns.py` works it out for all links at once and has to say
    the same.
    """
    last: dict[str, StatusStatement] = {}
    for statement in sorted(statements, key=lambda each: _place(each, zone)):
        begun = begins(statement, zone) <= day
        if begun and statement.known_at <= known_by and tells_of(statement, passing, traveller):
            last[voice_of(statement, agreement)] = statement
    standing = {voice: each for voice, each in last.items() if each.until is None or day < each.until}
    if not standing:
        ended = tuple(last[voice] for voice in sorted(last))
        return LinkStatus(status=NOT_KNOWN, why="no_longer_said" if ended else "nobody_says", statements=ended)
    bound = agreement.bound_ids
    voices = [voice for voice in sorted(standing) if not _gives_way(voice, standing, bound, day, zone)]
    remaining = tuple(standing[voice] for voice in voices or sorted(standing))
    if any(surely_from(each, zone) > day for each in remaining):
        return LinkStatus(status=NOT_KNOWN, why="day_unsure", statements=remaining)
    if only_named and all(each.status in USABLE and not each.for_ for each in remaining):
        return LinkStatus(status=NOT_KNOWN, why="travellers_not_named", statements=remaining)
    if len({each.status for each in remaining}) > 1:
        return LinkStatus(status=NOT_KNOWN, why="sources_differ", statements=remaining)
    return LinkStatus(status=remaining[0].status, why="stated", statements=remaining)


def _place(statement: StatusStatement, zone: tzinfo) -> tuple[date, date, datetime, bool]:
    """In which order statements of one voice replace each other: what is said of a party's own travellers comes after
    what is said of everybody on the same day."""
    return begins(statement, zone), said_on(statement, zone), statement.known_at, bool(statement.for_)


def _gives_way(
    voice: str, standing: dict[str, StatusStatement], bound: tuple[str, ...], day: date, zone: tzinfo
) -> bool:
    """Whether what a voice said is about a time that has passed, by what others say of a later change."""
    if voice in bound:
        return False
    said_day = said_on(standing[voice], zone)
    later = {
        other: each.status
        for other, each in standing.items()
        if other != voice and begins(each, zone) > said_day and surely_from(each, zone) <= day
    }
    by_parties = [later.get(party) for party in bound]
    agreed = bool(bound) and None not in by_parties and len(set(by_parties)) == 1
    return agreed or any(other not in bound for other in later)
