"""What rings for whom: alarms of all persons while the console is open. No store, no clock; a lock, since pages read it
while it grows."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from trucewatch.model.alarm import Alarm, AlarmHabits, AlarmHad, AlarmRule, AlarmThing

TOGETHER: Final = timedelta(minutes=1)
"""What comes by the same rule so soon after an alarm belongs to it, and makes no second sound."""
MOST_OPEN: Final = 100
"""Alarms kept for one person; what nobody took of a whole night is more than anyone reads, and stands in the list."""
MAIL_EVERY: Final = timedelta(minutes=5)
TRIAL: Final = 0
"""The number of the rule by which somebody tries how it rings."""


class Ringing:
    """Each thing rings once for each person, whatever the clock does in between."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._alarms: dict[str, list[Alarm]] = {}
        self._rang: dict[str, set[str]] = {}
        self._mailed_at: dict[str, datetime] = {}
        self._number = 0

    def ring(
        self,
        person: str,
        rule: AlarmRule,
        things: Iterable[AlarmThing],
        now: datetime,
        had: Mapping[str, AlarmHad] = MappingProxyType({}),
    ) -> Alarm | None:
        """Ring for somebody what did not ring for them before; None where all of it did. had: an alarm that somebody
        has is over, and nothing is added to it."""
        with self._lock:
            rang = self._rang.setdefault(person, set())
            fresh = {thing.key: thing for thing in things if thing.key not in rang}
            if not fresh:
                return None
            rang.update(fresh)
            alarms = self._alarms.setdefault(person, [])
            last = next((alarm for alarm in reversed(alarms) if alarm.rule.number == rule.number), None)
            if last is not None and _belongs(last, fresh.values(), had, now):
                last.things.update(fresh)
                last.mailed = 0
                return last
            alarm = Alarm(number=self._next(), person=person, rule=rule, ring=self._number, rang_at=now, things=fresh)
            alarms.append(alarm)
            del alarms[:-MOST_OPEN]
            return alarm

    def _next(self) -> int:
        self._number += 1
        return self._number

    def of(self, person: str) -> list[Alarm]:
        """Somebody's alarms, the latest first; copies, which nothing changes any more."""
        with self._lock:
            return [replace(alarm, things=dict(alarm.things)) for alarm in reversed(self._alarms.get(person, []))]

    def alarm(self, person: str, number: int) -> Alarm | None:
        return next((alarm for alarm in self.of(person) if alarm.number == number), None)

    def everybodys(self) -> list[Alarm]:
        with self._lock:
            people = list(self._alarms)
        return [alarm for person in people for alarm in self.of(person)]

    def ring_again(self, keys: Collection[str], *, but: str) -> None:
        """Whoever had these does not have them after all: they ring again for all others."""
        with self._lock:
            for person, alarms in self._alarms.items():
                for alarm in alarms:
                    if person != but and not alarm.things.keys().isdisjoint(keys):
                        alarm.ring = self._next()

    def forget(self, person: str, number: int) -> None:
        """Put one alarm away, as the one that only tried how it rings."""
        with self._lock:
            self._alarms[person] = [each for each in self._alarms.get(person, []) if each.number != number]

    def keep_only(self, habits: Mapping[str, AlarmHabits]) -> None:
        """Let go of alarms of people who have none any more, and of rules that are gone. What rang stays known: a role
        that comes back rings nothing twice."""
        with self._lock:
            for person in list(self._alarms):
                own = habits.get(person)
                self._alarms[person] = [
                    each
                    for each in self._alarms[person]
                    if own and (each.rule.number == TRIAL or own.rule(each.rule.number))
                ]

    def mails_due(
        self, person: str, habits: AlarmHabits, had: Mapping[str, AlarmHad], now: datetime
    ) -> Sequence[Alarm]:
        """The alarms that one mail would tell now; none within five minutes of the last one. A clock that was set back
        holds no mail up."""
        last = self._mailed_at.get(person)
        if not habits.mail or (last is not None and timedelta() <= now - last < MAIL_EVERY):
            return ()
        return [
            alarm
            for alarm in self.of(person)
            if "mail" in alarm.rule.ways and alarm.mailed != alarm.ring and alarm.rings(habits, had, now)
        ]

    def tried_mail(self, person: str, now: datetime) -> None:
        with self._lock:
            self._mailed_at[person] = now

    def mailed(self, alarms: Iterable[Alarm]) -> None:
        """A mail told these; they are told by no other, unless they ring again."""
        sent = {(alarm.person, alarm.number): alarm.ring for alarm in alarms}
        with self._lock:
            for alarm in (each for group in self._alarms.values() for each in group):
                alarm.mailed = sent.get((alarm.person, alarm.number), alarm.mailed)


def _belongs(alarm: Alarm, things: Collection[AlarmThing], had: Mapping[str, AlarmHad], now: datetime) -> bool:
    """Whether things that ring now are of a burst that an alarm began; a drill is never of one with what is real."""
    is_soon = timedelta() <= now - alarm.rang_at < TOGETHER
    is_alike = {thing.is_drill for thing in things} == {alarm.is_drill}
    return is_soon and is_alike and bool(alarm.open_things(had))
