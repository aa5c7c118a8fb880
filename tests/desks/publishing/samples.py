"""Decisions for the contract of the desks: a record of each kind, and an event that is put to the heads."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

_WHEN: Final = {"known_at": "2031-05-03T10:00:00Z", "by": "p-x"}
_DECISION: Final[dict[str, Any]] = {
    "schema": "trucewatch/decision/1",
    "number": 1,
    "subject": "R-1",
    "members": ["o-x"],
    "kind": "explosion",
    "opens": ["positions"],
    "to": ["parties", "public"],
    "place": "",
    "cell_m": 0,
    "unit": "",
    "reason": "w-x",
    "digest": f"sha256:{'ab' * 32}",
    "due": "2031-05-06T10:00:00Z",
    **_WHEN,
}
_OBJECTION: Final[dict[str, Any]] = {
    "schema": "trucewatch/objection/1",
    "number": 1,
    "about": "D-1",
    "party": "UV",
    "language": "en",
    "words": "w-x",
    "in_print": True,
    "on_paper": False,
    **_WHEN,
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "decision": (
        _DECISION,
        _DECISION | {"number": 2, "opens": ["positions", "wording", "attribution"]},
        _DECISION
        | {"number": 3, "subject": "i-x", "opens": ["event"], "place": "cell", "cell_m": 5000, "unit": "hour"},
        _DECISION
        | {"number": 4, "subject": "i-x", "opens": ["event"], "place": "zone", "unit": "day", "event_put": "w-y"},
    ),
    "decision-withdrawal": tuple(
        {
            "schema": "trucewatch/decision-withdrawal/1",
            "withdraws": 1,
            "reason": reason,
            "reason_code": code,
            **_WHEN,
        }
        for reason, code in (("w-x", ""), ("", "at_once"))
    ),
    "objection": (_OBJECTION, _OBJECTION | {"number": 2, "about": "R-1", "on_paper": True, "in_print": False}),
    "objection-withdrawal": (
        {"schema": "trucewatch/objection-withdrawal/1", "withdraws": 1, "reason": "w-x", "reason_code": "", **_WHEN},
    ),
}
NO_REASON: Final[dict[str, str]] = {"objection": "it is words itself"}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/decisions/new": ("", "?incident={event}")}
OTHERWISE: Final[dict[str, str]] = {}
POSTS: Final[dict[str, Any]] = {
    "/decisions": lambda busy: {**_WANTED, "subject": event_of(busy.client), "unit": "hour"},
    "/decisions/D-{number}/withdraw": {"reason": "the wrong event"},
}
_NOTHING: Final = "nothing was let out, so that no party was told anything"
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/decisions/D-{number}/agree": "without accounts nobody else is asked",
    "/decisions/D-{number}/agree/undo": "without accounts nobody else is asked",
    "/decisions/own/object": _NOTHING,
    "/decisions/own/withdraw": _NOTHING,
    "/decisions/objections": _NOTHING,
    "/decisions/objections/OB-{number}/withdraw": _NOTHING,
}
_WANTED: Final = {
    "opens": ["event"],
    "to": ["public"],
    "place": "zone",
    "unit": "day",
    "reason": "People on the road should know.",
    "step": "put",
}


def events_of(client: TestClient) -> list[str]:
    """The events of the list, by id, those first that the list has last."""
    console: Any = client.app.state.console  # type: ignore[attr-defined]
    return [str(each) for each in reversed(console.snapshot.incidents["incident_id"].to_pylist())]


def event_of(client: TestClient) -> str:
    """An event that a decision can let out by its zone."""
    for event in events_of(client):
        look = client.post("/decisions", data={**_WANTED, "subject": event, "step": "look"})
        if look.status_code == 200:
            return event
    raise AssertionError("no event of the list can be let out")


def put(client: TestClient, event: str, text: str = "", **wanted: Any) -> str:
    """Put an event to the heads; the number of the decision."""
    sent = {**_WANTED, "subject": event, "reason": text[:500].strip() or _WANTED["reason"], **wanted}
    answer = client.post("/decisions", data=sent, follow_redirects=False)
    assert answer.status_code == 303, answer.text[-3000:]
    return str(answer.headers["location"]).rpartition("D-")[2]


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """An event is put twice, and one of the two is withdrawn."""
    event = event_of(client)
    number = put(client, event, text)
    other = put(client, event, text, unit="quarter")
    reason = {"reason": text[:500].strip() or "by mistake"}
    answer = client.post(f"/decisions/D-{other}/withdraw", data=reason, follow_redirects=False)
    assert answer.status_code == 303, answer.text[-3000:]
    return {"/decisions/D-{number}": number, "/decisions/objections/OB-{number}": "1", "incident={event}": event}
