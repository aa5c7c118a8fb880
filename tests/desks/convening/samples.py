"""Meetings for the contract of the desks: a record of each kind, and a list with something in every state."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

_MEETING: Final = {
    "schema": "trucewatch/meeting/1",
    "number": 3,
    "meeting": {
        "names": "w-x",
        "day": "2031-05-02",
        "who": [{"id": "UV"}, {"office": "w-x"}],
        "level": "experts",
        "format": "ordinary",
        "agenda": [{"words": "w-x", "clauses": ["1a"]}],
        "decision": [{"words": "w-x", "clauses": ["2"], "due": "2031-05-09"}],
        "source": "w-x",
    },
    "by": "p-x",
    "known_at": "2031-05-03T10:00:00Z",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "meeting": (
        _MEETING | {"act": "register", "version": 1, "reason": ""},
        _MEETING | {"act": "correct", "version": 2, "reason": "w-x"},
    ),
    "meeting-undo": tuple(
        {
            "schema": "trucewatch/meeting-undo/1",
            "meeting": 3,
            "undoes": undoes,
            "reason": "w-x",
            "reason_code": "",
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
        }
        for undoes in (1, 2)
    ),
}
NO_REASON: Final[dict[str, str]] = {"meeting register": "who says that it was held stands in it"}
FIELDS: Final[dict[str, str | list[str]]] = {
    "names": "Liaison officers at the bridge",
    "day": "2020-12-01",
    "level": "commanders",
    "format": "ordinary",
    "offices": "liaison officer",
    "source": "the centre's bulletin",
    "agenda-0-words": "the bridge",
    "agenda-0-clauses": "1a",
    "decision-0-words": "the posts are listed",
    "decision-0-about": "1a",
    "decision-0-due": "2020-12-05",
}
"""A meeting that is sound in both example watches."""
POSTS: Final[dict[str, dict[str, Any]]] = {
    "/meetings/new": dict(FIELDS),
    "/meetings/{code}/correct": {**FIELDS, "stands": "2", "reason": "the day"},
    "/meetings/{code}/undo": {"stands": "3", "reason": "the wrong meeting"},
}
_NO_CLAUSES: Final = {"agenda-0-clauses": "", "decision-0-about": ""}
"""In a humanitarian instance, which holds nothing against an agreement."""
AID_POSTS: Final[dict[str, dict[str, Any]]] = {
    where: fields | {name: "" for name in _NO_CLAUSES if name in fields} for where, fields in POSTS.items()
}
OTHERWISE: Final[dict[str, str]] = {}
"""The desk's JSON is known by its name."""


def put_to_work_aid(client: TestClient, text: str) -> dict[str, str]:
    return put_to_work(client, text, **_NO_CLAUSES)


def put_to_work(client: TestClient, text: str, **without: str) -> dict[str, str]:
    """M-1 corrected, with another account M-2 of it; M-3 taken back, of which M-1 says nothing."""
    typed = {"names": text[:300], "offices": text[:200].replace("\n", " "), "source": text[:600], "place": text[:300]}
    typed |= without
    enter(client, **typed, **{"agenda-0-words": text[:2000], "decision-0-words": text[:4000]})
    correct(client, "M-1", 1, text[:500], **typed)
    enter(client, account_of="M-1", format="restricted", **typed | {"agenda-0-words": "", "agenda-0-clauses": ""})
    enter(client, **without)
    take_back(client, "M-3", 1, text[:500])
    return {"/meetings/{code}": "M-1"}


def enter(client: TestClient, **typed: Any) -> str:
    """The id of a meeting that is entered, with these fields."""
    return _posted(client, "/meetings/new", {**FIELDS, **typed}).rpartition("/")[2]


def correct(client: TestClient, code: str, stands: int, reason: str, **typed: Any) -> str:
    fields = {**FIELDS, **typed, "stands": str(stands), "reason": reason}
    return _posted(client, f"/meetings/{code}/correct", fields)


def take_back(client: TestClient, code: str, stands: int, reason: str) -> str:
    return _posted(client, f"/meetings/{code}/undo", {"stands": str(stands), "reason": reason})


def _posted(client: TestClient, where: str, fields: dict[str, Any]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answered.text) or answered.text[:2000]
    return str(answered.headers["location"])
