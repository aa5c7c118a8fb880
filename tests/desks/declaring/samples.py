"""Official statements for the contract of the desks: a record of each kind."""

from __future__ import annotations

from typing import Any, Final

from starlette.testclient import TestClient

_VERSION: Final = {
    "schema": "trucewatch/official-statement/1",
    "number": 3,
    "language": "en",
    "version": 1,
    "kind": "press_conference",
    "day": "2031-05-02",
    "voice": "UV",
    "evidence": "",
    "file": "w-x",
    "simulated": True,
    "heading": "w-x",
    "text": "w-x",
    "by": "p-x",
    "known_at": "2031-05-02T20:00:00Z",
}
_ANNOTATION: Final = {
    "schema": "trucewatch/statement-annotation/1",
    "number": 12,
    "statement": 3,
    "language": "en",
    "version": 1,
    "decision": "accepted",
    "kind": "commitment",
    "paragraph": "p4",
    "start": 0,
    "end": 42,
    "words": "w-x",
    "part": "answer",
    "exchange": 1,
    "speaker": "s1",
    "attributed_to": [],
    "about": ["2"],
    "topics": [],
    "who": ["LV"],
    "towards": ["UV"],
    "by_day": "2031-05-02",
    "by_bound": "by",
    "by_words": "w-x",
    "soft": False,
    "values": [
        {"kind": "place", "start": 0, "end": 14, "text": "w-x", "value": "hollin-meadows", "unit": ""},
        {"kind": "number", "start": 20, "end": 22, "text": "w-x", "value": "40", "unit": "km"},
    ],
    "rule": "en.commitment.will",
    "trigger": ["w-x"],
    "named": [],
    "offer": "q-x",
    "note": "",
    "may_leave": False,
    "leads_to": "U-12",
    "zone": "",
    "simulated": True,
    "by": "p-x",
    "known_at": "2031-05-02T20:00:00Z",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "official-statement": (_VERSION, _VERSION | {"day": "", "version": 2, "language": "ru"}),
    "statement-annotation": tuple(
        _ANNOTATION | {"decision": decision} for decision in ("accepted", "changed", "rejected", "added")
    ),
    "statement-link": (
        {
            "schema": "trucewatch/statement-link/1",
            "statement": 4,
            "same_as": 3,
            "by": "p-x",
            "known_at": "2031-05-02T20:00:00Z",
        },
    ),
    "undertaking-step": tuple(
        {
            "schema": "trucewatch/undertaking-step/1",
            "undertaking": 12,
            "number": 1,
            "word": word,
            "day": "2031-05-03",
            "who": ["LV"],
            "says": "w-x",
            "source": "w-x",
            "by": "p-x",
            "known_at": "2031-05-03T20:00:00Z",
        }
        for word in ("done", "done_in_part", "not_done", "later_day", "withdrawn")
    ),
    "statement-undo": tuple(
        {
            "schema": "trucewatch/statement-undo/1",
            "kind": what,
            "number": 3,
            "language": "en",
            "version": 1,
            "step": 1,
            "reason": "w-x",
            "reason_code": "",
            "by": "p-x",
            "known_at": "2031-05-03T20:00:00Z",
        }
        for what in ("version", "annotation", "step", "link")
    ),
    "statement-export": tuple(
        {
            "schema": "trucewatch/statement-export/1",
            "recipient": recipient,
            "format": "csv",
            "statements": 2,
            "passages": 5,
            "content": "sha256:00",
            "size_bytes": 1200,
            "by": "p-x",
            "known_at": "2031-05-03T20:00:00Z",
        }
        for recipient in ("public", "")
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "official-statement": "it is the statement itself, and its bytes stand behind it",
    "statement-annotation": "the very words stand behind it",
    "statement-link": "both texts stand behind it",
    "undertaking-step": "its source stands behind it",
    "statement-export": "its recipient's rule stands behind it",
}
OTHERWISE: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """Nothing yet has an address of its own here."""
    return {}
