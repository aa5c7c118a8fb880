"""Bundles for the contract of the desks: a record of each kind, and the form that gives one."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

_GIVEN: Final = {
    "schema": "trucewatch/bundle-given/1",
    "recipient": "public",
    "dossier": "",
    "report": "",
    "opened": {},
    "evidence": [],
    "positions": [],
    "manifest": "x",
    "by": "p-x",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "bundle-given": (
        {**_GIVEN, "opened": {"released/place": 1}},
        {**_GIVEN, "opened": {"released/place": 1, "observations/kind": 1203}},
        {**_GIVEN, "report": "two-valleys/2031-05-01/public"},
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "bundle-given": "to whom it was given stands in it; a bundle is made to be shown",
}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/bundle/{code}": ("", "?recipient=joint-centre&language=ru")}
OTHERWISE: Final[dict[str, str]] = {}
POSTS: Final[dict[str, Any]] = {
    "/bundle/{code}": lambda busy: form_of(busy.client, busy.values["/bundle/{code}"]),
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """What stands for `{code}`: an incident that the joint centre may have, and that nobody rejects meanwhile."""
    codes = re.findall(r'href="/incident/([\d-]+)"', client.get("/incidents").text)
    return {"/bundle/{code}": codes[len(codes) // 2]}


def form_of(client: TestClient, code: str, recipient: str = "joint-centre") -> dict[str, str]:
    """What the page's form sends for a recipient; in a replay there is none."""
    page = client.get(f"/bundle/{code}", params={"recipient": recipient, "language": "en"}).text
    seen = "".join(re.findall(r'name="seen" value="([^"]*)"', page))
    return {"recipient": recipient, "language": "en", "seen": seen}
