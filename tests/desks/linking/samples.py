"""What is entered of links, for the contract of the desks: a record of each kind, and entries of its own."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from starlette.testclient import TestClient

from tests.links_on_record import ROWS
from trucewatch.pipeline.link_entering import MOST


def _as_recorded(row: dict[str, Any]) -> dict[str, Any]:
    words = {key: {language: "w-x" for language in value} for key, value in row.items() if isinstance(value, dict)}
    return {**row, **words, "source": "w-x"}


_UNDO: Final = {"reason": "w-x", "reason_code": "", "by": "p-x", "known_at": "2031-05-03T10:00:00Z"}
_QUESTION: Final = {
    "from": "ford",
    "to": "mill",
    "opened": ["ford-road"],
    "mode": "road",
    "day": "2031-05-04",
    "known_by": "2031-05-04T02:00:00Z",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "link-entry": tuple(
        {
            "schema": "trucewatch/link-entry/1",
            "id": "l-x",
            "table": table,
            "about": "ford-road",
            "fields": _as_recorded(row),
            "known_at": "2031-05-03T10:00:00Z",
            "by": "p-x",
        }
        for table, row in ROWS.items()
    ),
    "link-undo": (
        {"schema": "trucewatch/link-undo/1", "undoes": "l-x", "table": "status", "about": "ford-road", **_UNDO},
    ),
    "link-opening": (
        {
            "schema": "trucewatch/link-opening/1",
            "number": 1,
            "question": _QUESTION,
            "answer": {"question": _QUESTION, "sides": [], "whose": ["UV"]},
            "answer_digest": "sha256:" + "a" * 64,
            "known_at": "2031-05-04T02:00:00Z",
            "by": "p-x",
        },
    ),
    "link-opening-withdrawal": ({"schema": "trucewatch/link-opening-withdrawal/1", "withdraws": 1, **_UNDO},),
    "link-export": (
        {
            "schema": "trucewatch/link-export/1",
            "recipient": "public",
            "format": "geojson",
            "links": 12,
            "content": "sha256:00",
            "size_bytes": 1200,
            "by": "p-x",
            "known_at": "2031-05-03T20:00:00Z",
        },
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "link-entry": "it holds whose word it is and its source",
    "link-opening": "it is a question with its answer, put to both heads",
    "link-export": "its recipient's rule stands behind it",
}
