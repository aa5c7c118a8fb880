"""Rows of humanitarian tables entered by their pages, as a browser without scripts would."""

from __future__ import annotations

import re
from typing import Any

from starlette.testclient import TestClient


def new_item(client: TestClient, path: str, **fields: Any) -> str:
    """The code of an item that is entered at `{path}/new`."""
    return _entered(client, f"{path}/new", fields).rpartition("/")[2]


def new_step(client: TestClient, path: str, code: str, step: str, **fields: Any) -> str:
    """The name of the entry of a step of an item."""
    return _entered(client, f"{path}/{code}/add/{step}", fields).rpartition("#")[2]


def _entered(client: TestClient, where: str, fields: dict[str, Any]) -> str:
    answered = client.post(where, data={**fields, "confirm": "yes"})
    assert answered.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answered.text) or answered.text[:3000]
    return str(answered.headers["location"])


def names_the_invented(client: TestClient) -> bool:
    """Whether the watch names the organisations of the invented response. A watch without `humanitarian.toml`, as the
    reference one, has none, so that nothing of a response can be entered in it."""
    return 'value="HR"' in client.get("/access/new").text
