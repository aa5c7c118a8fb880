"""What rings, kept by the console while it is open: the list as it stands against what was there, for all persons'
rules at once.

At the first look nothing rings: what stands then was there before anybody opened the console.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request

from trucewatch.desks.alerting.columns import ListColumns
from trucewatch.desks.alerting.mailing import AlarmPost
from trucewatch.desks.alerting.ringing import Ringing
from trucewatch.desks.alerting.rule import NAME, AlertingRule, read
from trucewatch.desks.base import FloorItem
from trucewatch.model.alarm import AlarmAbout, AlarmHabits, AlarmHad, AlarmRule, AlarmThing
from trucewatch.model.claim_record import Claim
from trucewatch.model.roles import Right, rights_of
from trucewatch.server.console import Console
from trucewatch.server.person import WHO
from trucewatch.server.preferences import visit_of
from trucewatch.server.snapshot import Ints, Snapshot
from trucewatch.server.view import View
from trucewatch.store.alarm_records import had_on_record
from trucewatch.store.alarm_rules import AlarmRules
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.role_records import grants_on_record, held_by

NAMED_ZONES: Final = ("region", "district", "area", "corridor")
"""Kinds of zones by which an alarm may name where something is, the first one that there is."""
MAY_WISH: Final = frozenset((Right.TAKE, Right.TRANSLATE))
"""Who has alarms: whoever works at what comes. Whoever only looks on is woken by nothing and stops it for nobody."""


class AlarmRoom:
    """One console's alarms. Pages ask it from any thread; `look` is called by one."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.rules = AlarmRules(console.store.root / "private")
        self.ringing = Ringing()
        self.token = secrets.token_hex(4)
        """Tells the rings of this console from those of one that was open before it."""
        self.post = AlarmPost(console.store.root / "private")
        self.removed: dict[str, AlarmRule] = {}
        """The rule that each person removed last, so that it can be brought back."""
        self._snapshot: Snapshot | None = None
        self._columns: ListColumns | None = None
        self._claims_mark, self._claims = -1, frozenset[str]()
        self._floor: frozenset[str] | None = None
        self._floor_mark: object = None
        self._state: object = ()
        self._changes = 0

    def close(self) -> None:
        self.post.close()

    @property
    def rule(self) -> AlertingRule:
        return read(self.console.snapshot.watch.settings.desk.get(NAME, {}))

    @property
    def is_silent(self) -> bool:
        """Whether nothing rings here: of a past case nothing is news, unless all of it is invented."""
        snapshot = self.console.snapshot
        return snapshot.is_replay or (snapshot.is_past and not snapshot.watch.settings.simulated)

    def people(self) -> Mapping[str, AlarmHabits]:
        """For whom something may ring: who chose something and works at what comes at this moment."""
        everybody, console = self.rules.everybody(), self.console
        if not console.gate.in_use:
            return {person: habits for person, habits in everybody.items() if person == WHO}
        grants, now = grants_on_record(console.store), console.now()
        return {
            person: habits
            for person, habits in everybody.items()
            if console.accounts.of(person) is not None
            and MAY_WISH & rights_of(grant.role for grant in held_by(grants, person, now))
        }

    def had(self) -> Mapping[str, AlarmHad]:
        return had_on_record(self.console.store)

    def look(self) -> None:
        """Ring what came since the last look, send the mails that are due, and tell the open pages."""
        people = self.people()
        groups = (*self._incidents(people), *self._claims_in_danger(people), *self._on_floor(people))
        for person, number, things in groups:
            rule = people[person].rule(number)
            loud = [thing for thing in things if rule is not None and (rule.drills or not thing.is_drill)]
            if rule is not None and loud and not self.is_silent:
                self.ringing.ring(person, rule, loud, self.console.now(), self.had())
        self.ringing.keep_only(self.rules.everybody())
        if self.console.gate.in_use:
            self.rules.keep_only({WHO, *(account.reference for account in self.console.accounts.people())})
        self.post.send(self, people)
        self.tell()

    def tell(self) -> None:
        """Tell the open pages that something changed, and nothing of what: each asks for its own person's part."""
        people, had, now = self.people(), self.had(), self.console.now()
        state = sorted(
            (
                alarm.person,
                alarm.number,
                alarm.ring,
                len(alarm.open_things(had)),
                alarm.rings(people[alarm.person], had, now),
            )
            for alarm in self.ringing.everybodys()
            if alarm.person in people
        )
        if state != self._state:
            self._state = state
            self._changes += 1
            self.console.hub.publish("alarms", {"number": self._changes})

    def _incidents(self, people: Mapping[str, AlarmHabits]) -> Iterable[tuple[str, int, list[AlarmThing]]]:
        snapshot, former = self.console.snapshot, self._columns
        if snapshot is self._snapshot:
            return
        columns = ListColumns.of(snapshot)
        if former is not None:
            rows, was = columns.changed_since(former)
            things: dict[int, AlarmThing] = {}
            for person, habits in people.items():
                for rule in habits.rules:
                    if rule.is_of_incidents and len(rows):
                        matching = columns.newly(rule, rows, was, former)
                        yield person, rule.number, _things_of(snapshot, matching, things)
        self._snapshot, self._columns = snapshot, columns  # only when all of it rang: what failed is looked at again

    def _claims_in_danger(self, people: Mapping[str, AlarmHabits]) -> Iterable[tuple[str, int, list[AlarmThing]]]:
        store = self.console.store
        mark = store.index.applied
        if mark == self._claims_mark:
            return
        claims = [claim for claim in claims_on_record(store) if claim.stands and claim.answers.in_danger == "yes"]
        if self._claims_mark >= 0:
            fresh = [_thing_of(claim) for claim in claims if claim.code not in self._claims]
            yield from ((person, number, fresh) for person, number in _with_rule(people, "claims"))
        self._claims_mark, self._claims = mark, frozenset(claim.code for claim in claims)

    def _on_floor(self, people: Mapping[str, AlarmHabits]) -> Iterable[tuple[str, int, list[AlarmThing]]]:
        """What other desks say on the board of urgent messages: without an answer in time, or a way that failed. Asked
        anew when something was entered or another list came, and with each minute, to which a time for an answer is
        stated: the whole board every few seconds is work for nothing."""
        wanted = _with_rule(people, "urgent")
        if not wanted and self._floor is None:
            return
        console = self.console
        minute = console.now().replace(second=0, microsecond=0)
        mark = (console.store.index.applied, console.snapshot.version, minute, tuple(wanted))
        if mark == self._floor_mark:
            return
        late = {
            key_on_floor(item): item
            for desk in self.console.desks
            if desk.name != NAME
            for item in (desk.gives("on_floor", "items") or _no_items)(background_view(self.console))
            if item.part == "flash" and (item.is_late or item.has_failed)
        }
        if self._floor is not None:
            fresh = [_thing_on_floor(key, item) for key, item in late.items() if key not in self._floor]
            yield from ((person, number, fresh) for person, number in wanted)
        self._floor, self._floor_mark = frozenset(late), mark


def room_of(console: Console) -> AlarmRoom:
    """The alarms of a console."""
    return console.part(AlarmRoom)


def background_view(console: Console) -> View:
    """A view that no request asked for: in English, by the watch's own zone, with every right."""
    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})
    snapshot = console.snapshot
    return View(request=request, console=console, snapshot=snapshot, reader=visit_of(request, snapshot.watch))


def key_on_floor(item: FloorItem) -> str:
    """What tells a line of the board from the others, the same at every look: its numbers, which go on with the clock,
    are left out. A reference of our own: who looks at the record reads no name in it."""
    words = re.sub(r"[0-9]+", "", str(item.label))
    return f"floor:{item.path}:{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def quarter_of(moment: datetime) -> datetime:
    """The quarter of an hour in which a moment lies, by its first minute.

    >>> quarter_of(datetime(2031, 5, 2, 21, 44, 59, tzinfo=UTC)).minute
    30
    """
    moment = moment.astimezone(UTC)
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


def _with_rule(people: Mapping[str, AlarmHabits], about: AlarmAbout) -> list[tuple[str, int]]:
    return [(person, rule.number) for person, habits in people.items() for rule in habits.rules if rule.about == about]


def _things_of(snapshot: Snapshot, rows: Ints, things: dict[int, AlarmThing]) -> list[AlarmThing]:
    """What some rows are as alarms; each row worked out once for all persons."""
    for row in (row for row in rows.tolist() if row not in things):
        things[row] = AlarmThing(
            key=f"incident:{snapshot.ids[row]}",
            path=f"/incident/{snapshot.codes[row]}",
            zones=_named_zones(snapshot, row),
            quarter=quarter_of(datetime.fromtimestamp(int(snapshot.start_s[row]), UTC)),
            is_grave=bool(snapshot.grave[row]),
            simulated=bool(snapshot.simulated[row]),
        )
    return [things[row] for row in rows.tolist()]


def _named_zones(snapshot: Snapshot, row: int) -> tuple[str, ...]:
    """The zones by which an alarm names where a row lies: regions, where it lies in one; never a post, a store or the
    line, which would be a place."""
    kinds = {zone.id: zone.kind for zone in snapshot.watch.zones}
    own = [zone for zone, holds in snapshot.zones.items() if holds[row]]
    groups = ([zone for zone in own if kinds.get(zone) == kind] for kind in NAMED_ZONES)
    return tuple(next((group for group in groups if group), []))


def _thing_of(claim: Claim) -> AlarmThing:
    return AlarmThing(
        key=f"claim:{claim.number}",
        path=f"/claims/{claim.code}",
        quarter=quarter_of(claim.received_at),
        is_grave=False,
        simulated=claim.simulated,
        is_drill=claim.is_drill,
    )


def _thing_on_floor(key: str, item: FloorItem) -> AlarmThing:
    return AlarmThing(
        key=key,
        path=item.path,
        quarter=None if (moment := item.due or item.since) is None else quarter_of(moment),
        simulated=item.simulated,
        is_drill=item.is_drill,
    )


def _no_items(_view: View) -> Iterable[FloorItem]:
    return ()
