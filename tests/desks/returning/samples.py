"""Group returns and destinations for the contract of the desks."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_forms import new_item, new_step

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
RETURN: Final[dict[str, Any]] = {
    "organisation": "UNRH",
    "from": "salt-coast",
    "to": "kess",
    "day": "2031-05-05",
    "people": "212",
    "buses": "9",
    "escort_of": "HG",
}
DESTINATION: Final[dict[str, Any]] = {"district": "kess"}
ASPECT: Final[dict[str, Any]] = {"organisation": "HR", "aspect": "water", "state": "there", "day": "2031-05-03"}
LEFT: Final[dict[str, Any]] = {"organisation": "HR", "people": "12", "day": "2031-05-04"}
_YES: Final = {"confirm": "yes"}
POSTS: Final[dict[str, dict[str, Any]]] = {
    "/returns.csv": {},
    "/returns/new": RETURN | _YES,
    "/returns/{code}/add/{step}": LEFT | _YES,
    "/returns/{code}/correct": RETURN | {"people": "210", "version": "1", "reason": "two stay"} | _YES,
    "/returns/entries/{entry_id}/undo": {"reason": "the wrong return"},
    "/destinations/new": {"district": "sorrel"} | _YES,
    "/destinations/{code}/add/{step}": ASPECT | _YES,
    "/destinations/{code}/correct": {"district": "eastmark", "version": "1", "reason": "the wrong district"} | _YES,
    "/destinations/entries/{entry_id}/undo": {"reason": "the wrong place"},
}
OTHERWISE: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A return with its escort, whose word it is, and who left again; one that went; a card on which sources differ."""
    words = " ".join(text.split())[:200]
    card = new_item(client, "/destinations", **DESTINATION, place=words)
    stated = new_step(client, "/destinations", card, "aspect", **ASPECT, words=words)
    new_step(client, "/destinations", card, "aspect", **ASPECT | {"organisation": "LB", "state": "not_there"})
    first = new_item(client, "/returns", **RETURN, to_place=words)
    new_step(client, "/returns", first, "return_escort", organisation="HG", state="given", day="2031-05-04")
    asked = {"organisation": "HR", "aspect": "informed", "state": "yes", "day": "2031-05-04"}
    new_step(client, "/returns", first, "return_will", **asked)
    went = new_item(client, "/returns", **RETURN | {"from": "kess", "to": "salt-coast", "day": "2031-05-03"})
    outcome = {"organisation": "UNRH", "state": "went", "people": "200", "buses": "8", "day": "2031-05-03"}
    new_step(client, "/returns", went, "return_outcome", **outcome)
    step = new_step(client, "/returns", went, "left_again", **LEFT)
    return {
        "/returns/{code}": went,
        "/returns/{code}/add/{step}": "left_again",
        "/returns/entries/{entry_id}": step,
        "/destinations/{code}": card,
        "/destinations/{code}/add/{step}": "aspect",
        "/destinations/entries/{entry_id}": stated,
    }
