"""Notices that a centre is shown, for the contract of the desks: they come sealed through its post-box."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_forms import names_the_invented
from tests.desks.posting.samples import add_outsider, brought_row

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
NOTICE: Final[dict[str, Any]] = {
    "districts": ["kess", "long-water"],
    "day": "2031-05-07",
    "tell": ["UV"],
    "organisation": "GLS",
}
PASSAGE: Final[dict[str, Any]] = {
    "districts": ["kess", "sorrel"],
    "day": "2031-05-04",
    "asked_at": "2031-05-03T23:00:00Z",
    "patients": 4,
    "urgency": "hours",
}
ANSWER: Final[dict[str, Any]] = {
    "side": "UV",
    "answer": "acknowledged",
    "answered_at": "4 May 2031 01:00Z",
    "way": "letter",
    "confirm": "yes",
}
POSTS: Final[dict[str, dict[str, Any]]] = {
    "/notices/{code}/add/{step}": ANSWER,
    "/notices/entries/{entry_id}/undo": {"reason": "the wrong side"},
}
OTHERWISE: Final[dict[str, str]] = {}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/notices": ("", "?show=all")}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A notice that a side was told of and answered, and a medical passage of which nobody said anything."""
    if not names_the_invented(client):
        return {}
    words = " ".join(text.split())[:200]
    sender = add_outsider(client)
    code = brought_row(client, "shared_notice", by=sender, **NOTICE, route=words)
    brought_row(client, "shared_passage", by=sender, **PASSAGE)
    said = ANSWER | {"answer": "objected", "from": words, "says": text[:2000]}
    answer = client.post(f"/notices/{code}/add/notice_answer", data=said)
    assert answer.status_code == 303, answer.text[:3000]
    named = re.search(r"#([^#]+)$", str(answer.headers["location"]))
    assert named
    return {
        "/notices/{code}": code,
        "/notices/letter/{code}": code,
        "/notices/{code}/add/{step}": "notice_answer",
        "/notices/entries/{entry_id}": named[1],
    }
