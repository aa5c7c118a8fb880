"""Requests and offers for the contract of the desks."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_forms import new_item, new_step

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
REQUEST: Final[dict[str, Any]] = {
    "organisation": "HR",
    "kind": "blankets",
    "quantity": "300",
    "unit": "pieces",
    "district": "kess",
    "by": "2031-05-06",
}
OFFER: Final[dict[str, Any]] = {"organisation": "LB", "kind": "blankets", "quantity": "200", "unit": "pieces"}
PROMISE: Final[dict[str, Any]] = {"organisation": "LB", "quantity": "10"}
_YES: Final = {"confirm": "yes"}
POSTS: Final[dict[str, dict[str, Any]]] = {
    "/requests.csv": {},
    "/offers.csv": {},
    "/requests/new": REQUEST | _YES,
    "/requests/{code}/add/{step}": PROMISE | _YES,
    "/requests/{code}/correct": REQUEST | {"quantity": "320", "version": "1", "reason": "counted again"} | _YES,
    "/requests/entries/{entry_id}/undo": {"reason": "the wrong request"},
    "/offers/new": OFFER | _YES,
    "/offers/{code}/add/{step}": {"organisation": "LB", "day": "2031-05-04"} | _YES,
    "/offers/{code}/correct": OFFER | {"quantity": "250", "version": "1", "reason": "more came"} | _YES,
    "/offers/entries/{entry_id}/undo": {"reason": "the wrong offer"},
}
OTHERWISE: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """An offer, a request promised and delivered in part, and one that nobody has answered."""
    words = " ".join(text.split())[:200]
    offer = new_item(client, "/offers", **OFFER, what=words)
    first = new_item(client, "/requests", **REQUEST, what=words)
    step = new_step(client, "/requests", first, "promise", **PROMISE | {"quantity": "120", "offer": offer})
    sent = {"organisation": "LB", "state": "delivered", "quantity": "100", "day": "2031-05-04"}
    new_step(client, "/requests", first, "delivery", **sent)
    new_step(
        client, "/requests", first, "receipt", organisation="HR", quantity="90", day="2031-05-04", **{"from": "LB"}
    )
    waiting = new_item(client, "/requests", **REQUEST | {"kind": "fuel", "unit": "litres"})
    other = new_item(client, "/offers", **OFFER | {"kind": "fuel", "unit": "litres"})
    closed = new_step(client, "/offers", offer, "closing", organisation="LB", day="2031-05-04")
    return {
        "/requests/{code}": waiting,
        "/requests/{code}/add/{step}": "promise",
        "/requests/entries/{entry_id}": step,
        "/offers/{code}": other,
        "/offers/{code}/add/{step}": "closing",
        "/offers/entries/{entry_id}": closed,
    }
