"""The day of an instance for the contract of the desks: it enters nothing of its own."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {}
OTHERWISE: Final[dict[str, str]] = {}
POSTS: Final[dict[str, dict[str, Any]]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    return {}
