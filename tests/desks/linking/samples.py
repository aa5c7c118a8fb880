"""What is entered of links, for the contract of the desks: a record of each kind, and entries of its own."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlencode

from starlette.testclient import TestClient

from tests.links_on_record import ROWS
from trucewatch.model.links import Network
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_entering import MOST


def _as_recorded(row: dict[str, Any]) -> dict[str, Any]:
    words = {key: dict.fromkeys(value, "w-x") for key, value in row.items() if isinstance(value, dict)}
    return {**row, **words, "source": "w-x"}


_UNDO: Final = {"reason": "w-x", "reason_code": "", "by": "p-x", "known_at": "2031-05-03T10:00:00Z"}
_QUESTION: Final = {
    "from": "ford",
    "to": "mill",
    "opened": ["ford-road"],
    "mode": "road",
    "day": "2031-05-04",
    "known_by": "2031-05-04T02:00:00Z",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "link-entry": tuple(
        {
            "schema": "trucewatch/link-entry/1",
            "id": "l-x",
            "table": table,
            "about": "ford-road",
            "fields": _as_recorded(row),
            "known_at": "2031-05-03T10:00:00Z",
            "by": "p-x",
        }
        for table, row in ROWS.items()
    ),
    "link-undo": (
        {"schema": "trucewatch/link-undo/1", "undoes": "l-x", "table": "status", "about": "ford-road", **_UNDO},
    ),
    "link-opening": (
        {
            "schema": "trucewatch/link-opening/1",
            "number": 1,
            "question": _QUESTION,
            "answer": {"question": _QUESTION, "sides": [], "whose": ["UV"]},
            "answer_digest": "sha256:" + "a" * 64,
            "known_at": "2031-05-04T02:00:00Z",
            "by": "p-x",
        },
    ),
    "link-opening-withdrawal": ({"schema": "trucewatch/link-opening-withdrawal/1", "withdraws": 1, **_UNDO},),
    "link-export": (
        {
            "schema": "trucewatch/link-export/1",
            "recipient": "public",
            "format": "geojson",
            "links": 12,
            "content": "sha256:00",
            "size_bytes": 1200,
            "by": "p-x",
            "known_at": "2031-05-03T20:00:00Z",
        },
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "link-entry": "it holds whose word it is and its source",
    "link-opening": "it is a question with its answer, put to both heads",
    "link-export": "its recipient's rule stands behind it",
}
STATUS: Final[dict[str, Any]] = {
    "table": "status",
    "status": "closed",
    "direction": "both",
    "since": "2020-12-01",
    "said": "2020-12-02",
    "says": "the gate is shut",
    "language": "en",
    "source": "an evening broadcast",
    "known_at": "2020-12-03T12:00",
    "confirm": "yes",
}
"""A statement that is sound in both example watches; `about` is one of their links."""


def _status(busy: Any) -> dict[str, Any]:
    return {**STATUS, "about": link_of(busy.client), "since": "2020-12-01", "said": "2020-12-03"}


def _question(busy: Any) -> dict[str, Any]:
    """Of the same ends on another day, since an answer is proposed once."""
    return {**question_of(busy.client), "at": "2020-12-10"}


POSTS: Final[dict[str, Any]] = {
    "/links/entries/new": _status,
    "/links/entries/{entry_id}/undo": {"reason": "the wrong link"},
    "/links/export": {"recipient": "public", "format": "geojson"},
    "/links/openings": _question,
    "/links/openings/{code}/withdraw": {"reason": "the wrong day"},
}
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/links/openings/{code}/agree": "without accounts nobody else is asked",
    "/links/openings/{code}/agree/undo": "without accounts nobody else is asked",
}
OTHERWISE: Final[dict[str, str]] = {}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/links/opening": ("?{question}",)}
"""It is an answer, so there is none without a question."""


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """Two statuses of a link, one of them taken back; an answer about an opening that is proposed, and one that is
    withdrawn."""
    about = link_of(client)
    words = {"says": text[: MOST["says"]], "source": text[: MOST["source"]]}
    stands = enter(client, about=about, **words)
    goes = enter(client, about=about, **words, said="2020-12-01")
    take_back(client, goes, text[: MOST["reason"]])
    question = question_of(client)
    code = propose(client, **question)
    other = propose(client, **question, at="2020-12-11")
    posted(client, f"/links/openings/{other}/withdraw", {"reason": text[: MOST["reason"]]})
    network = network_on(client)
    return {
        "/links/{link_id}": about,
        "/links/routes/{route_id}": network.routes[0].id,
        "/links/corridors/{corridor_id}": network.corridors[0].id,
        "/links/entries/{entry_id}": stands,
        "/links/openings/{code}": code,
        "{question}": urlencode(question),
    }


def network_on(client: TestClient) -> Network:
    """The links of the watch's file."""
    watch: Watch = client.app.state.console.snapshot.watch  # type: ignore[attr-defined]
    assert watch.network is not None
    return watch.network


def link_of(client: TestClient) -> str:
    """A link of any watch that people pass."""
    return next(link.id for link in network_on(client).links if link.kind in ("road", "railway"))


def question_of(client: TestClient) -> dict[str, Any]:
    """A question about one link of any watch that cannot be passed as far as is on record: from its one end to the
    other."""
    for link in network_on(client).links:
        asked = {"from": link.from_, "to": link.to, "open": link.id, "mode": "any"}
        is_shut = not link.is_inside_only and link.kind != "crossing" and link.status
        if is_shut and all(row.status in ("closed", "destroyed", "never_built") for row in link.status):
            return asked
    raise AssertionError("no link of this watch is shut")


def enter(client: TestClient, **typed: Any) -> str:
    """The name of an entry with these fields."""
    return posted(client, "/links/entries/new", {**STATUS, **typed}).rpartition("#")[2]


def take_back(client: TestClient, name: str, reason: str) -> None:
    posted(client, f"/links/entries/{name}/undo", {"reason": reason})


def propose(client: TestClient, **asked: Any) -> str:
    """The code of an answer that is proposed."""
    return posted(client, "/links/openings", asked).rpartition("/")[2]


def posted(client: TestClient, where: str, fields: dict[str, Any]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answered.text) or answered.text[:2000]
    return str(answered.headers["location"])
