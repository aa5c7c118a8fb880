"""What is entered of the agreement, for the contract of the desks: a record of each kind, and an entry of its own."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from starlette.testclient import TestClient

from trucewatch.pipeline.agreement_entering import MOST

_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "reading": {"by": "UV", "says": {"en": "w-x"}, "source": "w-x"},
    "extension": {"day": "2031-05-20", "form": "oral", "source": "w-x"},
    "term_notice": {"by": "w-" + "a" * 26, "day": "2031-05-20", "source": "w-x"},
    "part": {"says": {"en": "w-x"}, "day": "2031-05-20", "source": "w-x"},
    "claim": {"by": "UV", "state": "met", "says": {"en": "w-x"}, "source": "w-x"},
    "gap": {"by": "UV", "from": "2031-05-20", "says": {"en": "w-x"}, "source": "w-x"},
    "suspension": {"from": "2031-05-20T10:00:00Z", "source": "w-x"},
    "role": {"role": "bearer", "who": "UV", "by": "text", "source": "w-x"},
    "judgment": {"by": "NI", "outcome": "consistent", "source": "w-x"},
    "read_as": {"by": "UV", "relation": "amends", "to": "2031", "says": {"en": "w-x"}, "source": "w-x"},
    "by_hand": {"state": "met", "reason": "w-x"},
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "agreement-entry": tuple(
        {
            "schema": "trucewatch/agreement-entry/1",
            "id": "e-x",
            "table": table,
            "about": "1a",
            "fields": fields,
            "known_at": "2031-05-03T10:00:00Z",
            "by": "p-x",
        }
        for table, fields in _FIELDS.items()
    ),
    "agreement-undo": tuple(
        {
            "schema": "trucewatch/agreement-undo/1",
            "undoes": "e-x",
            "table": table,
            "about": "1a",
            "reason": "w-x",
            "reason_code": "",
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
        }
        for table in ("reading", "read_as")
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "agreement-entry": "it holds its speaker and its source; a state set by hand holds its reason among its fields",
}
READING: Final[dict[str, str]] = {
    "about": "1a",
    "table": "reading",
    "by": "UV",
    "says": "posts that were there before may stay",
    "language": "en",
    "source": "a speech in the assembly",
    "reads.permits": "presence",
    "known_at": "2031-05-03T12:00:00Z",
}
POSTS: Final[dict[str, dict[str, str]]] = {
    "/agreement/enter": READING,
    "/agreement/entered/{entry_id}/undo": {"reason": "the wrong clause"},
}
OTHERWISE: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """Two readings by hand, one of them taken back. What stands for `{entry_id}` is the other."""
    about, known_at = _first_part(client)
    words = {"about": about, "says": text, "source": text[: MOST["source"]], "reads.permits": [], "known_at": known_at}
    stands, goes = (enter(client, **words, by=_first_speaker(client, about)) for _ in range(2))
    take_back(client, goes, text[: MOST["reason"]])
    return {"/agreement/entered/{entry_id}": stands}


def enter(client: TestClient, **typed: Any) -> str:
    """The name of an entry with these fields."""
    answered = client.post("/agreement/enter", data={**READING, **typed})
    assert answered.status_code == 303, answered.text[:3000]
    return str(answered.headers["location"]).rpartition("#")[2]


def take_back(client: TestClient, name: str, reason: str) -> None:
    answered = client.post(f"/agreement/entered/{name}/undo", data={"reason": reason})
    assert answered.status_code == 303, answered.text[:3000]


def _first_part(client: TestClient) -> tuple[str, str]:
    """A part of a clause of any watch, and what stands in the field for since when something is known."""
    about = re.findall(r'about=([^"&]+)&amp;table=reading"', client.get("/agreement/enter").text)[0]
    form = client.get(f"/agreement/enter?about={about}&table=reading").text
    return about, html.unescape(re.findall(r'name="known_at"[^>]*value="([^"]*)"', form)[0])


def _first_speaker(client: TestClient, about: str) -> str:
    form = client.get(f"/agreement/enter?about={about}&table=reading").text
    choices = re.search(r'<select name="by".*?</select>', form, re.DOTALL)
    assert choices
    return re.findall(r'<option value="([^"]+)"', choices[0])[0]
