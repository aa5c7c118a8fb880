"""Complaints for the contract of the desks: a record of each kind, and a register with something in every state."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from starlette.testclient import TestClient

from trucewatch.desks.complaints.operations import MOST

_COMPLAINT: Final = {
    "schema": "trucewatch/complaint/1",
    "number": 3,
    "received_at": "2031-05-03T10:00:00Z",
    "own_number": "w-x",
    "name": "w-x",
    "call_back": "w-x",
    "says": "w-x",
    "by": "p-x",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "complaint": tuple(
        _COMPLAINT | {"sender": sender, "sender_id": sender_id, "reply_due": due}
        for sender, sender_id in (("party", "UV"), ("delegation", "NI"), ("civilian", ""))
        for due in ("2031-05-06T10:00:00Z", "")
    ),
    "complaint-answer": (
        {
            "schema": "trucewatch/complaint-answer/1",
            "complaint": 3,
            "number": 1,
            "answered_at": "2031-05-04T10:00:00Z",
            "says": "w-x",
            "by": "p-x",
        },
    ),
    "complaint-undo": tuple(
        {
            "schema": "trucewatch/complaint-undo/1",
            "complaint": 3,
            "undoes": undoes,
            "reason": "w-x",
            "reason_code": "",
            "by": "p-x",
        }
        for undoes in (0, 1)
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "complaint": "the sender's own words stand behind it",
    "complaint-answer": "the answer says itself what it says",
}
POSTS: Final[dict[str, dict[str, str]]] = {
    "/complaints/new": {"sender": "civilian", "received_at": "2031-05-03T10:00:00Z", "says": "a film set"},
    "/complaints/{number}/answer": {
        "answer": "nothing was found",
        "answered_at": "2031-05-04T02:00:00Z",
        "confirm": "yes",
    },
    "/complaints/{number}/undo": {"stands": "2", "reason": "the wrong complaint"},
}
OTHERWISE: Final[dict[str, str]] = {}
"""The desk's JSON is known by its name."""


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """C-1 answered, taken back, and open again; C-2 answered; C-3 withdrawn. What stands for `{number}` is C-1."""
    form = client.get("/complaints/new").text
    moment = html.unescape(re.findall(r'name="received_at"[^>]*value="([^"]*)"', form)[0])
    party, delegation = (re.findall(rf'<option value="({kind}:[^"]*)"', form)[0] for kind in ("party", "delegation"))
    texts = {"says": text, "name": text, "call_back": text, "own_number": text[: MOST["own_number"]]}
    for sender in (party, delegation, "civilian"):
        register(client, sender=sender, received_at=moment, **texts)
    for code in ("C-1", "C-2"):
        answer(client, code, text, moment)
    take_back(client, "C-1", 1, text)
    take_back(client, "C-3", 0, text)
    return {"/complaints/{number}": "C-1"}


def register(client: TestClient, **typed: str) -> str:
    """Our number of a complaint that is registered, with these fields."""
    fields = {"sender": "party:UV", "received_at": "2031-05-03T10:00:00Z", "says": "a film set", **typed}
    first = str(_posted(client, "/complaints/new", fields))
    return first.rpartition("/")[2]


def answer(client: TestClient, code: str, text: str, answered_at: str = "2031-05-03T11:00:00Z") -> str:
    fields = {"answer": text, "answered_at": answered_at, "confirm": "yes"}
    return _posted(client, f"/complaints/{code}/answer", fields)


def take_back(client: TestClient, code: str, stands: int, reason: str) -> str:
    return _posted(client, f"/complaints/{code}/undo", {"stands": str(stands), "reason": reason})


def _posted(client: TestClient, where: str, fields: dict[str, str]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, answered.text[:2000]
    return str(answered.headers["location"])
