"""Alarms for the contract of the desks: a record of each act, and a page with what rings, what somebody has and a
rule."""

from __future__ import annotations

from itertools import count
from typing import Any, Final

from starlette.testclient import TestClient

from trucewatch.desks.alerting.room import room_of
from trucewatch.model.alarm import AlarmRule, AlarmThing
from trucewatch.server.console import Console
from trucewatch.server.person import WHO

_AT: Final = {"at": "2031-05-03T02:00:00Z", "by": "p-x", "simulated": True}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "alarm": (
        {"schema": "trucewatch/alarm/1", "act": "have", "about": ["incident:i-x"], "undoes": -1, **_AT},
        {"schema": "trucewatch/alarm/1", "act": "undo", "about": ["claim:3", "claim:4"], "undoes": 7, **_AT},
    ),
}
NO_REASON: Final[dict[str, str]] = {"alarm": "whoever takes an alarm has to be quick; the entry says who has it"}
RULE: Final[dict[str, Any]] = {"name": "Night watch", "about": "incidents", "ways": ["sound"]}
_NUMBERS: Final = count(1)


def ring(console: Console, *keys: str, name: str = "Night watch", person: str = WHO) -> int:
    """Something rings for somebody; the alarm's number."""
    things = [AlarmThing(key=key, path="/claims") for key in keys]
    rule = AlarmRule(number=1, name=name, about="incidents")
    alarm = room_of(console).ringing.ring(person, rule, things, console.now(), room_of(console).had())
    assert alarm is not None
    return alarm.number


def _to_be_had(busy: Any) -> dict[str, str]:
    return {"alarm": str(ring(busy.console, f"claim:{next(_NUMBERS)}"))}


def _to_be_undone(busy: Any) -> dict[str, str]:
    number = ring(busy.console, f"claim:{next(_NUMBERS)}")
    return {"entry": _had(busy.client, number)}


def _had(client: TestClient, number: int) -> str:
    answer = client.post("/alarms/have", data={"alarm": str(number)})
    assert answer.status_code == 303
    return str(len(client.app.state.console.store.journal) - 1)  # type: ignore[attr-defined]


POSTS: Final[dict[str, Any]] = {"/alarms/have": _to_be_had, "/alarms/undo": _to_be_undone}
_HABIT: Final = "rules are somebody’s habits, kept apart from the record"
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/alarms/try": "it rings, and nothing happened",
    "/alarms/told": _HABIT,
    "/alarms/rules/new": _HABIT,
    "/alarms/rules/{number}": _HABIT,
    "/alarms/rules/{number}/remove": _HABIT,
    "/alarms/rules/{number}/restore": _HABIT,
}
OTHERWISE: Final[dict[str, str]] = {"/alarms/now": "fragment"}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A rule with a name as somebody typed it, something that rings by it, something that they have."""
    console: Console = client.app.state.console  # type: ignore[attr-defined]
    name = " ".join(text.split())[:80] or "Night"
    assert client.post("/alarms/rules/new", data={**RULE, "name": name}).status_code == 303
    ring(console, "claim:100001", name=name)
    _had(client, ring(console, "claim:100002", name=name))
    return {"/alarms/rules/{number}": "1"}
