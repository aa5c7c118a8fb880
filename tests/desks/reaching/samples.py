"""Access for the contract of the desks, in a centre and in a humanitarian instance: constraints and an operation."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_forms import names_the_invented
from tests.aid_rooms import CONSTRAINT, OPERATION, new_item, new_step

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
OTHERWISE: Final[dict[str, str]] = {}
_YES: Final = {"confirm": "yes"}
_CORRECTS: Final = {"version": "1", "reason": "counted again"} | _YES
POSTS: Final[dict[str, Any]] = {
    "/access/new": CONSTRAINT | _YES,
    "/access/{code}/correct": CONSTRAINT | {"people": "140"} | _CORRECTS,
    "/access/{code}/add/{step}": {"organisation": "HR", "side": "LV"} | _YES,
    "/access/entries/{entry_id}/undo": {"reason": "the wrong side"},
    "/access/operations/new": OPERATION | _YES,
    "/access/operations/{code}/correct": OPERATION | {"district": "sorrel"} | _CORRECTS,
    "/access/operations/{code}/add/{step}": {"organisation": "GLS", "day": "2031-05-03", "side": "LV", "people": "12"}
    | _YES,
    "/access/operations/entries/{entry_id}/undo": {"reason": "the wrong number"},
    "/access/export": {"file": "access"},
}
QUERIES: Final[dict[str, tuple[str, ...]]] = {
    "/access": ("", "?kind=movement&district=kess", "?of=own", "?kind=mines"),
    "/access/operations": ("", "?district=eastmark"),
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A constraint with what was done and who is said to have imposed it, one of our own; an operation under way."""
    if not names_the_invented(client):
        return {}
    words = " ".join(text.split())[:200]
    first = new_item(client, "/access", CONSTRAINT | {"what": words})
    new_step(client, "/access", first, "constraint_action", act="raised", day="2031-05-02", what=words)
    side = new_step(client, "/access", first, "constraint_side", side="UV")
    own = new_item(client, "/access", CONSTRAINT | {"organisation": "", "own": "yes", "people": ""})
    operation = new_item(client, "/access/operations", OPERATION)
    new_step(client, "/access/operations", operation, "operation_place", place="-25.05, -35.09", at="2031-05-06T09:00Z")
    new_step(client, "/access/operations", operation, "operation_state", state="under_way", day="2031-05-03")
    number = new_step(client, "/access/operations", operation, "operation_numbers", day="2031-05-03", people="14")
    return {
        "/access/{code}": own,
        "/access/{code}/add/{step}": "constraint_side",
        "/access/entries/{entry_id}": side,
        "/access/operations/{code}": operation,
        "/access/operations/{code}/add/{step}": "operation_numbers",
        "/access/operations/entries/{entry_id}": number,
    }
