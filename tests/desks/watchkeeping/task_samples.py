"""Tasks for the contract of the desks: a record of each kind, and tasks in several states."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from starlette.testclient import TestClient

_PLACE: Final = {"basis": "place", "place": "stonegate", "place_name": "Stonegate", "lon": "-25.1", "lat": "-35.0"}
_TASK: Final = {
    "schema": "trucewatch/duty-task/1",
    "number": 4,
    "asked_words": "w-x",
    "about": "claim:CL-7",
    "asked_at": "2031-05-03T22:00:00Z",
    "due": "",
    "asked_place": None,
    "drill": 0,
    "simulated": True,
    "of_simulated": False,
    "by": "p-x",
}
_STEP: Final = {
    "schema": "trucewatch/duty-task-step/1",
    "task": 4,
    "at": "2031-05-03T22:30:00Z",
    "known_at": "2031-05-03T22:31:00Z",
    "words": "w-x",
    "refused_place": None,
    "undoes": 0,
    "drill": 0,
    "by": "p-x",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "duty-task": (
        _TASK | {"asked_kind": "party", "asked_of": "UV", "sort": "access", "asked_place": _PLACE},
        _TASK | {"asked_kind": "person", "asked_of": "p-y", "sort": "ask", "due": "2031-05-03T23:00:00Z", "drill": 1},
        *(_TASK | {"asked_kind": "source", "asked_of": "cameras", "sort": sort} for sort in ("look", "other")),
    ),
    "duty-task-step": (
        *(_STEP | {"step": step} for step in ("accepted", "done", "refused")),
        _STEP | {"step": "refused", "refused_place": _PLACE},
        _STEP | {"step": "undone", "words": "", "undoes": 41},
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "duty-task": "what is asked stands in words behind it",
    "duty-task-step": "it says itself what came of it; a refusal has its reason in words",
}
Posted = tuple[str, dict[str, str]]


def _stepping(busy: Any) -> Posted:
    return (f"/shift/tasks/{ask(busy.client)}/step", {"step": "accepted"})


def _undoing(busy: Any) -> Posted:
    code = ask(busy.client)
    page = busy.client.get(f"/shift/tasks/{code}").text
    return (f"/shift/tasks/{code}/undo", {"entry": re.findall(r'name="entry" value="([0-9]+)"', page)[0]})


POSTS: Final[dict[str, dict[str, str] | Callable[[Any], Any]]] = {
    "/shift/tasks/ask": {"to": "party:UV", "sort": "look", "asks": "a film set"},
    "/shift/tasks/{code}/step": _stepping,
    "/shift/tasks/{code}/undo": _undoing,
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A task that is asked of the first side; one of the source after it that was refused, one of a person done."""
    page = client.get("/shift/tasks/ask").text
    party, source = (re.findall(rf'<option value="({kind}:[^"]+)"', page) for kind in ("party", "source"))
    first = ask(client, to=party[0], asks=text[:1500])
    refused = ask(client, to=(source or party)[0], asks=text[:1500])
    step(client, refused, "refused", words=text[:1500])
    name = " ".join(text.split())[:150] or "Ada Quill"
    step(client, ask(client, to="person:", name=name, asks=text[:1500]), "done", words=text[:1500])
    return {"/shift/tasks/{code}": first}


def ask(client: TestClient, **typed: str) -> str:
    """The number of a task that is asked."""
    fields = {"to": "party:UV", "sort": "look", "asks": "a film set", **typed}
    return _posted(client, "/shift/tasks/ask", fields).rpartition("/")[2]


def step(client: TestClient, code: str, name: str, **typed: str) -> str:
    return _posted(client, f"/shift/tasks/{code}/step", {"step": name, **typed})


def _posted(client: TestClient, where: str, fields: dict[str, str]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, re.findall(r'class="error"[^>]*>[^<]*', answered.text)[:5] or answered.text
    return str(answered.headers["location"])
