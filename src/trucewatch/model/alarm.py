"""What an alarm is: a person's rules for what they want to be told of at once, what rang by them, and who has it.

Rules are habits of a person, kept apart and never a record. That somebody has what rang is an act, and on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from trucewatch.messages import Message
from trucewatch.model.times import zone_named

AlarmAbout = Literal["incidents", "grave", "claims", "urgent"]
ALARM_ABOUT: Final[tuple[AlarmAbout, ...]] = ("incidents", "grave", "claims", "urgent")
"""Incidents that match; grave events alone; claims whose speaker says that somebody is in danger now; urgent messages
that nobody answered in time and ways that failed."""
AlarmWay = Literal["sound", "notice", "mail"]
ALARM_WAYS: Final[tuple[AlarmWay, ...]] = ("sound", "notice", "mail")
RUNG_ORDER: Final = ("claimed", "recorded", "assessed", "corroborated", "verified")
"""How far an incident is known, the least first."""
BEFORE_GATE: Final = "before_gate"
"""Said in the place of an outcome: the gate holds it back."""
SAID_OF_CLAUSE: Final = ("inconsistent", "consistent", "not_applicable", BEFORE_GATE)
MOST_RULES: Final = 20
MOST_NAME: Final = 80
DAY_MIN: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """One rule. number: the person's own, from 1. Of kinds, zones and `outcomes` none means each.

    happened: the least probability that it happened, 0 to 1; None: whatever it is, weighed or not. clause: of what
    `outcomes` are said; "": the worst of all clauses. drills: whether drills ring too. The conditions from `kinds` on
    are of incidents and grave events alone.
    """

    number: int
    name: str
    about: AlarmAbout
    kinds: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    rung: str = ""
    happened: float | None = None
    clause: str = ""
    outcomes: tuple[str, ...] = ()
    drills: bool = False
    ways: tuple[AlarmWay, ...] = ("sound",)

    @property
    def is_of_incidents(self) -> bool:
        return self.about in ("incidents", "grave")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmHabits:
    """The rules of one person, and how they want to be told. mail: an address, "" for none. zone, language: of their
    quiet hours and mails. quiet: from and until in minutes after midnight there, None for none; until may be the
    smaller one."""

    rules: tuple[AlarmRule, ...] = ()
    mail: str = ""
    zone: str = "UTC"
    language: str = "en"
    quiet: tuple[int, int] | None = None
    grave_rings: bool = True
    """Whether grave events ring in quiet hours too."""

    def rule(self, number: int) -> AlarmRule | None:
        return next((rule for rule in self.rules if rule.number == number), None)

    def is_quiet(self, now: datetime) -> bool:
        """Whether a moment lies in the quiet hours, by the clock on the wall of the person's zone: where that is set
        forward or back, the hours are those that the wall shows.

        >>> from datetime import UTC
        >>> night = AlarmHabits(quiet=(22 * 60, 6 * 60))
        >>> [night.is_quiet(datetime(2031, 5, 2, hour, tzinfo=UTC)) for hour in (21, 23, 5, 6)]
        [False, True, True, False]
        """
        if self.quiet is None:
            return False
        local = now.astimezone(zone_named(self.zone))
        minute, (begin, end) = local.hour * 60 + local.minute, self.quiet
        return begin <= minute < end if begin <= end else minute >= begin or minute < end


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmThing:
    """What an alarm is about. key: `incident:i-…`, `claim:7`, `floor:…`, `test:…`, the same for everybody. zones: in
    which it lies, as the watch names them. path: its page. quarter: the quarter of an hour in which it happened, or was
    told; None where that is not known."""

    key: str
    path: str
    zones: tuple[str, ...] = ()
    quarter: datetime | None = None
    is_grave: bool = False
    simulated: bool = False
    is_drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmHad:
    """Somebody has what rang. entry: of the ledger. at: by the computer's clock."""

    entry: int
    by: str
    at: datetime
    things: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Alarm:
    """What rang for one person by one rule at once; 30 incidents are one. ring: changes when it rings again."""

    number: int
    person: str
    rule: AlarmRule
    ring: int
    rang_at: datetime
    things: dict[str, AlarmThing] = field(default_factory=dict)
    mailed: int = 0
    """The ring of which a mail was sent."""

    @property
    def is_drill(self) -> bool:
        """Whether it is of a drill alone."""
        return bool(self.things) and all(thing.is_drill for thing in self.things.values())

    @property
    def simulated(self) -> bool:
        return any(thing.simulated for thing in self.things.values())

    @property
    def zones(self) -> tuple[str, ...]:
        return tuple(sorted({zone for thing in self.things.values() for zone in thing.zones}))

    def open_things(self, had: Mapping[str, AlarmHad]) -> list[AlarmThing]:
        """What of it nobody has."""
        return [thing for key, thing in self.things.items() if key not in had]

    def rings(self, habits: AlarmHabits, had: Mapping[str, AlarmHad], now: datetime) -> bool:
        """Whether it rings now: somebody has to take it, and these are no quiet hours, or it is grave and such ring."""
        waiting = self.open_things(had)
        if not waiting:
            return False
        is_loud = habits.grave_rings and any(thing.is_grave for thing in waiting)
        return is_loud or not habits.is_quiet(now)


ABOUT_WORDS: Final[Mapping[str, Message]] = {
    "incidents": Message("incidents"),
    "grave": Message("grave events"),
    "claims": Message("calls that say that somebody is in danger"),
    "urgent": Message("urgent messages without an answer in time, and ways that failed"),
}
WAY_WORDS: Final[Mapping[str, Message]] = {
    "sound": Message("one soft sound"),
    "notice": Message("a notice of the browser"),
    "mail": Message("a mail"),
}
