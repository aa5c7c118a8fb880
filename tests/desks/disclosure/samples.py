"""Partial copies for the contract of the desks: a record of each kind, and the form that gives one."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "dossier": ({"schema": "trucewatch/dossier/1", "list": {"entry": 25, "object": "a"}},),
    "dossier-given": tuple(
        {"schema": "trucewatch/dossier-given/1", "recipient": "public", "opened": opened, "by": "p-x"}
        for opened in ({"released/place": 1}, {"released/place": 1, "observations/kind": 1203})
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "dossier-given": "to whom it was given stands in it; a dossier is made to be shown",
}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/show/{code}": ("", "?recipient=joint-centre")}
OTHERWISE: Final[dict[str, str]] = {}
POSTS: Final[dict[str, Any]] = {
    "/show/{code}": lambda busy: form_of(busy.client, busy.values["/show/{code}"]),
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """What stands for `{code}`: an incident that the joint centre may have, and that nobody rejects meanwhile."""
    codes = re.findall(r'href="/incident/([\d-]+)"', client.get("/incidents").text)
    return {"/show/{code}": codes[len(codes) // 2]}


def form_of(client: TestClient, code: str, recipient: str = "joint-centre") -> dict[str, str]:
    """What the page's form sends for a recipient; in a replay there is none."""
    page = client.get(f"/show/{code}", params={"recipient": recipient}).text
    return {"recipient": recipient, "seen": "".join(re.findall(r'name="seen" value="([^"]*)"', page))}
