"""What is entered of counters and activities, for the contract of the desks."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
COUNT: Final[dict[str, str]] = {
    "organisation": "GLS",
    "kind": "people_returned",
    "span": "day",
    "day": "2031-05-03",
    "value": "250",
    "source": "evening bulletin",
    "confirm": "yes",
}
ACTIVITY: Final[dict[str, str]] = {
    "organisation": "HR",
    "what": "water by tank lorry",
    "sector": "water_sanitation",
    "district": "kess",
    "state": "under_way",
    "from": "2031-05-01",
    "confirm": "yes",
}
POSTS: Final[dict[str, Any]] = {
    "/counts/new": COUNT | {"day": "2031-05-02"},
    "/counts/{code}/correct": COUNT | {"value": "260", "reason": "counted again", "version": "1"},
    "/counts/entries/{entry_id}/undo": {"reason": "of another day"},
    "/counts/export": {"table": "count"},
    "/activities/new": ACTIVITY,
    "/activities/{code}/correct": ACTIVITY | {"state": "suspended", "reason": "as of today", "version": "1"},
    "/activities/entries/{entry_id}/undo": {"reason": "entered twice"},
}
OTHERWISE: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A number and an activity of which both stand, and one of each that was taken back."""
    count = enter(client, "/counts", COUNT | {"source": text[:200].replace("\n", " ")})
    activity = enter(client, "/activities", ACTIVITY | {"what": text[:200].replace("\n", " ")})
    return {
        "/counts/{code}": count,
        "/counts/entries/{entry_id}": entry_of(client, f"/counts/{count}"),
        "/activities/{code}": activity,
        "/activities/entries/{entry_id}": entry_of(client, f"/activities/{activity}"),
    }


def enter(client: TestClient, path: str, fields: dict[str, str]) -> str:
    """The code of what was entered."""
    answered = client.post(f"{path}/new", data=fields)
    assert answered.status_code == 303, answered.text[-3000:]
    return str(answered.headers["location"]).rpartition("/")[2].partition("#")[0].partition("?")[0]


def entry_of(client: TestClient, page: str) -> str:
    """The id of the entry that the page of an item offers to take back."""
    match = re.search(r"/entries/(a-[\w-]+)/undo", client.get(page).text)
    assert match is not None
    return match[1]
