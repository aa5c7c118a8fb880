"""Notifications for the contract of the desks: of each kind one with work under way."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
_YES: Final = {"confirm": "yes"}
MOVEMENT: Final[dict[str, Any]] = {
    "organisation": "GLS",
    "from_district": "kess",
    "to_district": "long-water",
    "leaves_at": "7 May 2031 06:00",
    "arrives_at": "7 May 2031 12:00",
    "vehicles": "3",
    "vehicle_kinds": ["lorries", "cars"],
    "staff": "7",
    "purpose": "delivery",
    "itself": ["UV"],
    "by_coordinator": ["LV"],
    "shown": ["exists"],
}
SITE: Final[dict[str, Any]] = {
    "organisation": "LB",
    "site": "warehouse",
    "district": "sorrel",
    "from": "2031-05-08",
    "until": "2031-05-20",
    "by_coordinator": ["LV", "UV"],
}
PASSAGE: Final[dict[str, Any]] = {
    "organisation": "GLS",
    "patients": "4",
    "urgency": "hours",
    "from_district": "kess",
    "to_district": "sorrel",
    "from_at": "4 May 2031 01:00",
    "until_at": "4 May 2031 08:00",
    "asked_at": "3 May 2031 23:00",
}
ANSWER: Final[dict[str, Any]] = {
    "side": "LV",
    "answer": "acknowledged",
    "answered_at": "3 May 2031 22:00",
    "way": "letter",
}
TOLD: Final[dict[str, Any]] = {"way-LV": "letter", "at": "3 May 2031 22:00", "function": "duty officer"}
_CORRECTS: Final = {"version": "1", "reason": "counted again"} | _YES
POSTS: Final[dict[str, dict[str, Any]]] = {
    "/notifications/movements/new": MOVEMENT | _YES,
    "/notifications/movements/{code}/correct": MOVEMENT | {"staff": "9"} | _CORRECTS,
    "/notifications/movements/{code}/add/{step}": ANSWER | _YES,
    "/notifications/movements/entries/{entry_id}/undo": {"reason": "the wrong side"},
    "/notifications/sites/new": SITE | _YES,
    "/notifications/sites/{code}/correct": SITE | {"site": "office"} | _CORRECTS,
    "/notifications/sites/{code}/add/{step}": ANSWER | _YES,
    "/notifications/sites/entries/{entry_id}/undo": {"reason": "the wrong side"},
    "/notifications/medical/new": PASSAGE | _YES,
    "/notifications/medical/{code}/correct": PASSAGE | {"patients": "5"} | _CORRECTS,
    "/notifications/medical/{code}/add/{step}": ANSWER | _YES,
    "/notifications/medical/entries/{entry_id}/undo": {"reason": "the wrong side"},
    "/notifications/send/{code}": TOLD,
    "/notifications/end/{code}": {"state": "done", "at": "3 May 2031 22:00"},
    "/notifications/own/{code}": {"side": "LV", "answer": "objected", "says": "the ford is deep"},
}
OTHERWISE: Final[dict[str, str]] = {
    f"/notifications/{sort}/{{code}}/add/{step}": "onward"
    for sort in ("movements", "sites", "medical")
    for step in ("notice_end", "notice_sent")
}
"""Those steps have pages of their own."""
_QUERIES: Final = ("", "?show=all", "?show=waiting", "?show=over&organisation=GLS&district=kess")
QUERIES: Final[dict[str, tuple[str, ...]]] = {
    "/notifications": _QUERIES,
    "/notifications/medical": _QUERIES,
    "/notifications/own": ("", "?side=LV"),
}


def entered(client: TestClient, path: str, fields: dict[str, Any]) -> str:
    """What a form leads to once it is entered."""
    answer = client.post(path, data=fields | _YES)
    assert answer.status_code == 303, answer.text[:3000]
    return str(answer.headers["location"])


def new_notice(client: TestClient, path: str, fields: dict[str, Any]) -> str:
    """The code of an item that is entered by its form."""
    return entered(client, f"{path}/new", fields).rpartition("/")[2]


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A movement that was told and answered, a site and a passage that were told; each with an answer to take back."""
    words = " ".join(text.split())[:200]
    typed = {"from_place": words, "to_place": words, "route": words}
    movement = new_notice(client, "/notifications/movements", MOVEMENT | typed)
    site = new_notice(client, "/notifications/sites", SITE | {"where": words})
    passage = new_notice(client, "/notifications/medical", PASSAGE)
    values = {
        "/notifications/send/{code}": site,
        "/notifications/end/{code}": movement,
        "/notifications/letter/{code}": movement,
        "/notifications/own/{code}": site,
    }
    for path, code, table in (
        ("/notifications/movements", movement, "notice_answer"),
        ("/notifications/sites", site, "notice_answer"),
        ("/notifications/medical", passage, "passage_answer"),
    ):
        told = TOLD | {"function": words, "show": "yes" if code == movement else ""}
        answer = client.post(f"/notifications/send/{code}", data=told)
        assert answer.status_code == 303, answer.text[:3000]
        said = ANSWER | {"answer": "objected", "from": words, "says": text[:2000]}
        where = entered(client, f"{path}/{code}/add/{table}", said)
        named = re.search(r"#([^#]+)$", where)
        assert named
        values |= {
            f"{path}/{{code}}": code,
            f"{path}/{{code}}/add/{{step}}": table,
            f"{path}/entries/{{entry_id}}": named[1],
        }
    return values
