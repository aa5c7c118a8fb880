"""Mines for the contract of the desks: an area with a release, a survey, devices, an accident with what followed."""

from __future__ import annotations

import json
from typing import Any, Final

from starlette.testclient import TestClient

from tests.aid_rooms import ACCIDENT, DEVICE, HAZARD, SURVEY, new_item, new_step

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
OTHERWISE: Final[dict[str, str]] = {}
_YES: Final = {"confirm": "yes"}
_CORRECTS: Final = {"version": "1", "reason": "counted again"} | _YES
RELEASE: Final[dict[str, Any]] = {
    "organisation": "HR",
    "state": "cleared",
    "area_m2": "400",
    "day": "2031-05-02",
    "reference": "LR-1",
    "nothing_remains": "yes",
}
_ROWS: Final = [["hazard", {"organisation": "HR", "kind": "confirmed", "district": "sorrel", "reference": "HA-90"}]]
POSTS: Final[dict[str, Any]] = {
    "/mines/new": HAZARD | _YES,
    "/mines/{code}/correct": HAZARD | {"kind": "confirmed"} | _CORRECTS,
    "/mines/{code}/add/{step}": RELEASE | {"area_m2": "90"} | _YES,
    "/mines/entries/{entry_id}/undo": {"reason": "the wrong area"},
    "/mines/surveys/new": SURVEY | _YES,
    "/mines/surveys/{code}/correct": SURVEY | {"result": "hazards"} | _CORRECTS,
    "/mines/surveys/entries/{entry_id}/undo": {"reason": "the wrong survey"},
    "/mines/devices/new": DEVICE | _YES,
    "/mines/devices/{code}/correct": DEVICE | {"number": "11"} | _CORRECTS,
    "/mines/devices/{code}/add/{step}": {"organisation": "HR", "state": "destroyed", "number": "2", "day": "2031-05-03"}
    | _YES,
    "/mines/devices/entries/{entry_id}/undo": {"reason": "the wrong devices"},
    "/mines/accidents/new": ACCIDENT | _YES,
    "/mines/accidents/{code}/correct": ACCIDENT | {"district": "eastmark"} | _CORRECTS,
    "/mines/accidents/{code}/add/{step}": {"organisation": "GLS", "day": "2031-05-03", "injured": "2"} | _YES,
    "/mines/accidents/entries/{entry_id}/undo": {"reason": "the wrong number"},
    "/mines/bring/enter": {"rows.outline": json.dumps(_ROWS)},
    "/mines/export": {"file": "mines"},
}
ENTERS_NOTHING: Final[dict[str, str]] = {"/mines/bring": "it shows what a file comes to"}
QUERIES: Final[dict[str, tuple[str, ...]]] = {
    "/mines": ("", "?district=kess&standing=hazardous", "?lon=-25.05&lat=-35.05&district=kess"),
    "/mines/accidents": ("", "?district=eastmark"),
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """Two areas, one of them reduced in part; a survey; devices in part destroyed; two accidents."""
    words = " ".join(text.split())[:200]
    area = new_item(client, "/mines", HAZARD | {"source": words})
    released = new_step(client, "/mines", area, "land_release", **RELEASE)
    second = new_item(client, "/mines", HAZARD | {"outline": "", "reference": words})
    surveyed = new_item(client, "/mines/surveys", SURVEY | {"reference": words})
    taken_back = new_item(client, "/mines/surveys", SURVEY)
    found = new_item(client, "/mines/devices", DEVICE | {"hazard": area})
    destroyed = new_step(
        client, "/mines/devices", found, "device_step", state="destroyed", number="4", day="2031-05-02"
    )
    accident = new_item(client, "/mines/accidents", ACCIDENT)
    new_step(client, "/mines/accidents", accident, "medical_request", at="2031-05-03T05:00:00Z")
    new_step(client, "/mines/accidents", accident, "investigation", state="opened", day="2031-05-03", reference=words)
    people = new_step(client, "/mines/accidents", accident, "casualties", day="2031-05-03", injured="3")
    unasked = new_item(client, "/mines/accidents", ACCIDENT | {"district": "sorrel"})
    return {
        "/mines/{code}": second,
        "/mines/{code}/add/{step}": "land_release",
        "/mines/entries/{entry_id}": released,
        "/mines/surveys/{code}": surveyed,
        "/mines/surveys/entries/{entry_id}": _entry_of(client, "/mines/surveys", taken_back),
        "/mines/devices/{code}": found,
        "/mines/devices/{code}/add/{step}": "device_step",
        "/mines/devices/entries/{entry_id}": destroyed,
        "/mines/accidents/{code}": unasked,
        "/mines/accidents/{code}/add/{step}": "casualties",
        "/mines/accidents/entries/{entry_id}": people,
    }


def _entry_of(client: TestClient, path: str, code: str) -> str:
    """The name of the entry by which an item was entered."""
    page = client.get(f"{path}/{code}").text
    return page.partition(f"{path}/entries/")[2].partition("/")[0]
