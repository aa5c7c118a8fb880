"""Initiatives for the contract of the desks: a record of each kind, and a list with something in every state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.testclient import TestClient

_INITIATIVE: Final = {
    "schema": "trucewatch/initiative/1",
    "number": 3,
    "proposed_by": ["UV"],
    "to": ["JC", "LV"],
    "day": "2031-05-02",
    "what": {"en": "w-x"},
    "quoted": False,
    "about": ["5b"],
    "origin": "meeting",
    "meeting": "M-1",
    "statement": "",
    "source": "w-x",
    "simulated": True,
    "by": "p-x",
    "known_at": "2031-05-02T20:00:00Z",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "initiative": (_INITIATIVE, _INITIATIVE | {"proposed_by": ["LV", "UV"], "to": ["JC"]}),
    "initiative-step": tuple(
        {
            "schema": "trucewatch/initiative-step/1",
            "initiative": 3,
            "number": 1,
            "day": "2031-05-03",
            "word": word,
            "who": ["LV"],
            "says": {"en": "w-x"},
            "quoted": True,
            "meeting": "",
            "source": "w-x",
            "by": "p-x",
            "known_at": "2031-05-03T20:00:00Z",
        }
        for word in ("discussed", "accepted", "declined", "under_way", "done", "withdrawn")
    ),
    "initiative-undo": tuple(
        {
            "schema": "trucewatch/initiative-undo/1",
            "initiative": 3,
            "undoes": undoes,
            "reason": "w-x",
            "reason_code": "",
            "by": "p-x",
            "known_at": "2031-05-03T20:00:00Z",
        }
        for undoes in (0, 1)
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "initiative": "its source stands behind it",
    "initiative-step": "its source stands behind it",
}
PROPOSAL: Final[dict[str, Any]] = {
    "proposed_by": ["UV"],
    "to": ["LV"],
    "day": "2 May 2031",
    "what-en": "a telephone line between the two staffs",
    "about": ["5b"],
    "origin": "by_hand",
    "source": "a letter of 2 May",
    "known_at": "2031-05-02T20:00:00Z",
}
STEP: Final[dict[str, Any]] = {
    "word": "accepted",
    "by": ["LV"],
    "day": "3 May 2031",
    "says-en": "we agree to the line",
    "quoted": "yes",
    "source": "an answer of 3 May",
    "known_at": "2031-05-03T20:00:00Z",
}
POSTS: Final[dict[str, dict[str, Any]]] = {
    "/initiatives/new": PROPOSAL,
    "/initiatives/{number}/step": STEP | {"word": "discussed", "day": "4 May 2031", "known_at": "2031-05-04T02:00:00Z"},
    "/initiatives/{number}/undo": {"stands": "3", "reason": "the wrong initiative"},
}
OTHERWISE: Final[dict[str, str]] = {}
"""The desk's JSON is known by its name."""


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """One with steps of which the second was taken back, and one that was taken out. What stands for `{number}` is the
    first."""
    form = client.get("/initiatives/new").text
    # Parties and delegations: a body may be the voice of the one that proposes.
    people = [who for who in re.findall(r'name="proposed_by" value="([^"]*)"', form) if who.isupper()]
    about = re.findall(r'name="about" value="([^"]*)"', form)[-1]
    day, moment = (re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("day", "known_at"))
    when = {"day": day, "known_at": moment, "source": text}
    proposal = {"proposed_by": people[:1], "to": people[1:], "about": [about], **when, "what-en": text}
    first, second = (propose(client, **proposal) for _ in range(2))
    for word in ("accepted", "done"):
        take_step(client, first, word=word, by=people[1:2], **when, **{"says-en": text})
    take_back(client, first, 2, text)
    take_back(client, second, 0, text)
    return {"/initiatives/{number}": first}


def propose(client: TestClient, **typed: Any) -> str:
    """The number of an initiative that is entered, with these fields."""
    return _posted(client, "/initiatives/new", {**PROPOSAL, **typed}).rpartition("/")[2]


def take_step(client: TestClient, code: str, **typed: Any) -> str:
    return _posted(client, f"/initiatives/{code}/step", {**STEP, **typed})


def take_back(client: TestClient, code: str, stands: int, reason: str) -> str:
    return _posted(client, f"/initiatives/{code}/undo", {"stands": str(stands), "reason": reason})


def _posted(client: TestClient, where: str, fields: Mapping[str, Any]) -> str:
    answered = client.post(where, data=dict(fields))
    assert answered.status_code == 303, answered.text[:4000]
    return str(answered.headers["location"])
