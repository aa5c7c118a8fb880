"""Windows of silence for the contract of the desks, in a centre and in a humanitarian instance."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_forms import names_the_invented

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
OTHERWISE: Final[dict[str, str]] = {}
WINDOW: Final[dict[str, Any]] = {
    "organisation": "HR",
    "districts": ["long-water"],
    "acts": ["fire", "engineering"],
    "from": "2031-05-03T02:00:00Z",
    "until": "2031-05-03T06:00:00Z",
    "outline": "-24.75, -35.05; -24.6, -35.05; -24.6, -34.95; -24.75, -34.95",
}
"""On the third night of two-valleys, around what its record has there."""


def answer(side: str, at: str = "2031-05-02T18:00:00Z", **more: Any) -> dict[str, Any]:
    return {"side": side, "answer": "agreed", "answered_at": at, **more}


POSTS: Final[dict[str, dict[str, Any]]] = {
    "/windows/new": {**WINDOW, "confirm": "yes"},
    "/windows/{code}/add/{step}": {**answer("UV"), "confirm": "yes"},
    "/windows/{code}/correct": {**WINDOW, "acts": ["fire"], "version": "1", "reason": "the works", "confirm": "yes"},
    "/windows/entries/{entry_id}/undo": {"reason": "the wrong window"},
    "/windows/own/{code}/{step}": {"side": "LV", "answer": "agreed", "version": "1"},
}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/windows/own": ("", "?side=LV")}
ENTERS_NOTHING: Final[dict[str, str]] = {"/windows/{code}/send": "it is told to no instance that sent it none"}
AID_POSTS: Final[dict[str, dict[str, Any]]] = {**POSTS, "/windows/{code}/send": {}}
"""There the centre beside it is told."""
AID_ENTERS_NOTHING: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """WN-1, to which both sides agreed; WN-2, which one answered; of WN-3 nobody did."""
    if not names_the_invented(client):
        return {}
    code = ask(client)
    for side in ("LV", "UV"):
        add(client, code, "window_answer", **answer(side))
    half = ask(client, acts=["drones"])
    name = add(client, half, "window_answer", **answer("LV"))
    waiting = ask(client, outline="")
    return {
        "/windows/{code}": waiting,
        "/windows/{code}/add/{step}": "window_answer",
        "/windows/{code}/send": waiting,
        "/windows/own/{code}": waiting,
        "/windows/own/{code}/{step}": "window_answer",
        "/windows/entries/{entry_id}": name,
    }


def ask(client: TestClient, **more: Any) -> str:
    """The code of a window that is asked for."""
    return _entered(client, "/windows/new", {**WINDOW, **more}).rpartition("/")[2]


def add(client: TestClient, code: str, step: str, **fields: Any) -> str:
    """The name of the entry of a step."""
    return _entered(client, f"/windows/{code}/add/{step}", fields).rpartition("#")[2]


def _entered(client: TestClient, where: str, fields: dict[str, Any]) -> str:
    answered = client.post(where, data={**fields, "confirm": "yes"})
    assert answered.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answered.text) or answered.text[:3000]
    return str(answered.headers["location"])
