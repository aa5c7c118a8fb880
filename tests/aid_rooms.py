"""Rows of mines, access and communities that are sound in the invented instance, and a person's way through their
forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.testclient import TestClient

HAZARD: Final[dict[str, Any]] = {
    "organisation": "HR",
    "kind": "suspected",
    "district": "kess",
    "outline": "-25.1,-35.1; -25.0,-35.1; -25.0,-35.0; -25.1,-35.0",
    "surveyed_by": "HR",
    "surveyed": "2031-05-01",
    "reference": "HA-7",
}
SURVEY: Final[dict[str, Any]] = {
    "organisation": "HR",
    "method": "non_technical",
    "result": "none_known",
    "district": "kess",
    "outline": "-24.9,-35.1; -24.8,-35.1; -24.8,-35.0; -24.9,-35.0",
    "day": "2031-05-01",
}
DEVICE: Final[dict[str, Any]] = {
    "organisation": "HR",
    "group": "submunition",
    "number": "12",
    "district": "kess",
    "day": "2031-05-01",
}
ACCIDENT: Final[dict[str, Any]] = {"organisation": "HR", "kind": "mine", "district": "kess", "day": "2031-05-03"}
CONSTRAINT: Final[dict[str, Any]] = {
    "organisation": "HR",
    "kind": "movement",
    "district": "kess",
    "from": "2031-05-01",
    "impact": ["delayed", "not_reached"],
    "people": "120",
}
OPERATION: Final[dict[str, Any]] = {
    "organisation": "GLS",
    "kind": "exchange",
    "district": "kess",
    "day": "2031-05-06",
    "intermediary": "GLS",
}
SITE: Final[dict[str, Any]] = {"organisation": "MB-council", "kind": "cemetery", "district": "sorrel"}
VISIT: Final[dict[str, Any]] = {
    "organisation": "MB-council",
    "district": "sorrel",
    "people": "14",
    "day": "2031-05-06",
}
GATHERING: Final[dict[str, Any]] = {
    "organisation": "MB-council",
    "district": "sorrel",
    "people": "20",
    "day": "2031-05-02",
}


def new_item(client: TestClient, path: str, fields: Mapping[str, Any]) -> str:
    """The code of an item that is entered by its form."""
    return _entered(client, f"{path}/new", fields).partition("#")[0].rpartition("/")[2]


def new_step(client: TestClient, path: str, code: str, step: str, **fields: Any) -> str:
    """The name of the entry of a step."""
    return _entered(client, f"{path}/{code}/add/{step}", {"organisation": "HR", **fields}).rpartition("#")[2]


def _entered(client: TestClient, where: str, fields: Mapping[str, Any]) -> str:
    answered = client.post(where, data={**fields, "confirm": "yes"})
    assert answered.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answered.text) or answered.text[:3000]
    return str(answered.headers["location"])
