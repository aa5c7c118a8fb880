"""One form as a browser sends it: for what each form of the console sends, and for the desks' own samples of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient


@dataclass(frozen=True, slots=True)
class Sending:
    """Where a form is sent, with what."""

    where: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] | None = None

    def sent_by(self, client: TestClient) -> Response:
        return client.post(self.where, data=dict(self.fields), files=self.files)
