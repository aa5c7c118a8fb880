"""Works for the contract of the desks."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_forms import new_item, new_step

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
WORK: Final[dict[str, Any]] = {
    "organisation": "HR",
    "kind": "water",
    "district": "long-water",
    "served": "4321",
    "repairs": "UV-works",
    "point": "-24.7, -35.0",
}
SUPPLY: Final[dict[str, Any]] = {
    "organisation": "HR",
    "state": "out",
    "since": "2031-05-03T04:00:00Z",
    "said": "2031-05-04T02:00:00Z",
}
_YES: Final = {"confirm": "yes"}
POSTS: Final[dict[str, dict[str, Any]]] = {
    "/works.csv": {},
    "/works/new": WORK | _YES,
    "/works/{code}/add/{step}": SUPPLY | _YES,
    "/works/{code}/correct": WORK | {"served": "5000", "version": "1", "reason": "counted again"} | _YES,
    "/works/entries/{entry_id}/undo": {"reason": "the wrong work"},
}
OTHERWISE: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A main that one source says is back and another that it is out, which waits for consent; and a school."""
    first = new_item(client, "/works", **WORK, what=" ".join(text.split())[:200])
    new_step(client, "/works", first, "damage", organisation="LB", day="2031-05-03", words=text[:2000])
    step = new_step(client, "/works", first, "supply", **SUPPLY)
    back = {"organisation": "UV-works", "state": "back", "since": "2031-05-03T12:00:00Z"}
    new_step(client, "/works", first, "supply", **SUPPLY | back)
    new_step(client, "/works", first, "wait", organisation="HR", side="LV", day="2031-05-04", **{"for": "consent"})
    school = new_item(client, "/works", **WORK | {"kind": "school", "point": "", "served": "40"})
    return {"/works/{code}": school, "/works/{code}/add/{step}": "supply", "/works/entries/{entry_id}": step}
