"""Road notices for the contract of the desks: one that stands, one with a later word, one without a word since."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_forms import names_the_invented
from tests.desks.posting.samples import add_outsider, brought_row

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
OTHERWISE: Final[dict[str, str]] = {}
NOTICE: Final[dict[str, Any]] = {
    "road": "K-12",
    "from": "Norhaven",
    "to": "Highmere",
    "districts": ["kess"],
    "advice": "advised_against",
    "asked_at": "2031-05-04T01:30:00Z",
    "said_at": "2031-05-04T01:42:00Z",
    "next_word_by": "2031-05-04T02:30:00Z",
}
"""By the clock of two-valleys it stands."""
OLD: Final = {
    "asked_at": "2031-05-03T22:00:00Z",
    "said_at": "2031-05-03T22:40:00Z",
    "next_word_by": "2031-05-03T23:30:00Z",
}
WORD: Final = {"advice": "no_movement", "said_at": "2031-05-04T01:55:00Z"}


def _sending(busy: Any) -> tuple[str, dict[str, str]]:
    """A notice that nobody got yet, and somebody who gets it."""
    add_outsider(busy.client)
    say(busy.client)
    return ("/road-notices/send", {})


POSTS: Final[dict[str, Any]] = {
    "/road-notices/new": {**NOTICE, "confirm": "yes"},
    "/road-notices/{code}/add/{step}": {**WORD, "confirm": "yes"},
    "/road-notices/{code}/correct": {
        **NOTICE,
        "advice": "no_movement",
        "version": "1",
        "reason": "the wrong road",
        "confirm": "yes",
    },
    "/road-notices/entries/{entry_id}/undo": {"reason": "the wrong road"},
    "/road-notices/send": _sending,
}
AID_POSTS: Final[dict[str, dict[str, Any]]] = {}
AID_ENTERS_NOTHING: Final = dict.fromkeys(POSTS, "an instance reads what the centre says, no more")
NOT_IN_AID: Final = frozenset(
    (
        "/road-notices/new",
        "/road-notices/{code}/add/{step}",
        "/road-notices/{code}/correct",
        "/road-notices/entries/{entry_id}/undo",
    )
)
"""There is no form of what only the centre says."""


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    if not names_the_invented(client):
        return {}
    code = say(client)
    name = add(client, code, "road_word", **WORD)
    say(client, **OLD)
    other = say(client, advice="awaited")
    return {
        "/road-notices/{code}": other,
        "/road-notices/{code}/add/{step}": "road_word",
        "/road-notices/entries/{entry_id}": name,
    }


def put_to_work_aid(client: TestClient, text: str) -> dict[str, str]:
    """A notice that the centre sent."""
    road = " ".join(text.split())[:100] or "K-12"
    fields = {name: value for name, value in NOTICE.items() if name not in ("road", "from", "to")}
    centre = add_outsider(client, kind="centre")
    code = brought_row(client, "road_notice", by=centre, **fields, road=road, from_="Norhaven", to="Highmere")
    return {
        "/road-notices/{code}": code,
        "/road-notices/{code}/add/{step}": "road_word",
        "/road-notices/entries/{entry_id}": f"{centre.id}:a-x",
    }


def say(client: TestClient, **more: Any) -> str:
    """The code of a notice that is entered."""
    return _entered(client, "/road-notices/new", {**NOTICE, **more}).rpartition("/")[2]


def add(client: TestClient, code: str, step: str, **fields: Any) -> str:
    """The name of the entry of a step."""
    return _entered(client, f"/road-notices/{code}/add/{step}", fields).rpartition("#")[2]


def _entered(client: TestClient, where: str, fields: dict[str, Any]) -> str:
    answered = client.post(where, data={**fields, "confirm": "yes"})
    assert answered.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answered.text) or answered.text[:3000]
    return str(answered.headers["location"])
