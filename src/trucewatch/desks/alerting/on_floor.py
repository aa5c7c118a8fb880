"""What rang and nobody has, for the board of the floor."""

from __future__ import annotations

from collections.abc import Iterator

from trucewatch.desks.alerting.room import room_of
from trucewatch.desks.base import FloorItem
from trucewatch.messages import Amount, Plural
from trucewatch.model.alarm import AlarmThing
from trucewatch.server.view import View


def items(view: View) -> Iterator[FloorItem]:
    """One line for all of it, and one for what is of a drill, once the watch's minutes have passed."""
    if view.snapshot.is_replay:
        return
    room, now = room_of(view.console), view.console.now()
    had, people, after = room.had(), room.people(), room.rule.nobody_after
    for is_drill in (False, True):
        waiting: dict[str, AlarmThing] = {}
        since = None
        for alarm in room.ringing.everybodys():
            habits = people.get(alarm.person)
            if habits is None or now - alarm.rang_at < after or not alarm.rings(habits, had, now):
                continue
            things = {thing.key: thing for thing in alarm.open_things(had) if thing.is_drill == is_drill}
            waiting |= {key: thing for key, thing in things.items() if not key.startswith("test:")}
            since = min(since or alarm.rang_at, alarm.rang_at)
        if waiting:
            count = len(waiting)
            yield FloorItem(
                part="other",
                label=Plural(
                    "An alarm rang for {count} event, and nobody has it",
                    "An alarm rang for {count} events, and nobody has it",
                    count,
                    count=Amount(count),
                ),
                path="/alarms",
                since=since,
                is_late=True,
                simulated=all(thing.simulated for thing in waiting.values()),
                is_drill=is_drill,
            )
