"""Claims for the contract of the desks: a record of each kind, and a list with something in every state."""

from __future__ import annotations

import html
import io
import re
from typing import Any, Final

from PIL import Image
from starlette.testclient import TestClient

from trucewatch.model.ids import sha256_of

_EVENT: Final = {
    "kind": "explosion",
    "aspect": "undetermined",
    "when": {"start": "2031-05-03T12:10:00Z", "end": "2031-05-03T12:10:00Z"},
    "where": None,
    "count": [3, None, 3],
    "killed": [None, None, None],
    "injured": [None, None, None],
    "person_status": "not_stated",
    "perceived": "saw",
    "actor": "",
}
_CLAIM: Final = {
    "schema": "trucewatch/claim/1",
    "number": 7,
    "via": "telephone",
    "received_at": "2031-05-03T12:20:00Z",
    "language": "en",
    "event": _EVENT,
    "answers": {"may_tell": "not_asked", "may_call": "not_asked", "in_danger": "not_asked"},
    "says": "w-x",
    "when_words": "w-x",
    "where_words": "w-x",
    "name": "w-x",
    "call_back": "w-x",
    "simulated": False,
    "drill": False,
    "attachments": [],
    "by": "p-x",
    "known_at": "2031-05-03T12:20:00Z",
}
_SPEAKERS: Final = (
    ("party", "UV"),
    ("delegation", "NI"),
    ("post", "patrol-west"),
    ("body", "JC"),
    ("agency", "Red Crescent"),
    ("civilian", "ambermill"),
    ("not_said", ""),
)
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "claim": tuple(
        _CLAIM
        | {"act": act, "version": version, "reason": reason, "speaker": speaker, "speaker_id": name}
        | {"letter": letter, "row": letter}
        for act, version, reason, letter in (("enter", 1, "", 0), ("enter", 1, "", 2), ("correct", 2, "w-x", 0))
        for speaker, name in _SPEAKERS
    ),
    "claim-undo": tuple(
        {
            "schema": "trucewatch/claim-undo/1",
            "claim": 7,
            "undoes": undoes,
            "reason": "w-x",
            "reason_code": "",
            "by": "p-x",
            "known_at": "2031-05-03T12:30:00Z",
        }
        for undoes in (0, 2)
    ),
    "claim-translation": (
        {
            "schema": "trucewatch/claim-translation/1",
            "claim": 7,
            "says": "w-x",
            "language": "ru",
            "words": "w-y",
            "by": "p-x",
            "known_at": "2031-05-03T12:30:00Z",
        },
    ),
    "claim-join": tuple(
        {
            "schema": "trucewatch/claim-join/1",
            "act": act,
            "claims": [3, 7],
            "by": "p-x",
            "known_at": "2031-05-03T12:30:00Z",
        }
        for act in ("join", "part")
    ),
}
_LETTER: Final = {
    "schema": "trucewatch/letter/1",
    "number": 2,
    "via": "letter",
    "their_number": "w-x",
    "subject": "w-x",
    "text": "w-x",
    "stated_day": "2031-05-02",
    "received_at": "2031-05-03T12:20:00Z",
    "language": "en",
    "evidence": "",
    "known_at": "2031-05-03T12:20:00Z",
    "by": "p-x",
}
_FILE: Final = {
    "file": "sha256:" + "5" * 64,
    "about": "claim:CL-7",
    "known_at": "2031-05-03T12:20:00Z",
    "by": "p-x",
}
SAMPLES |= {
    "letter": tuple(_LETTER | {"sender": kind, "sender_id": name} for kind, name in _SPEAKERS),
    "letter-undo": (
        {
            "schema": "trucewatch/letter-undo/1",
            "letter": 2,
            "reason": "w-x",
            "reason_code": "",
            "known_at": "2031-05-03T12:20:00Z",
            "by": "p-x",
        },
    ),
    "handed-file": (
        {
            "schema": "trucewatch/handed-file/1",
            "evidence": "5" * 64,
            "file_name": "w-x",
            "media_type": "image/jpeg",
            "size_bytes": 1204,
            "about": "claim:CL-7",
            "giver": "civilian:ambermill",
            "within": "sha256:" + "6" * 64,
            "received_at": "2031-05-03T12:20:00Z",
            "known_at": "2031-05-03T12:20:00Z",
            "by": "p-x",
        },
    ),
    "handed-file-undo": ({"schema": "trucewatch/handed-file-undo/1", "reason": "w-x", "reason_code": ""} | _FILE,),
}
NO_REASON: Final[dict[str, str]] = {
    "claim enter": "the speaker's own words stand behind it",
    "letter": "the sender's own words stand behind it",
    "handed-file": "the bytes themselves stand behind it",
    "claim-translation": "it says itself what it says; the words that it is of stand beside it",
    "claim-join": "the page shows why the two were proposed; a person held them to be of one event, or no longer",
}
CALL: Final = {
    "speaker": "party:UV",
    "says": "three bangs from the ridge",
    "received_at": "2031-05-03T12:20:00Z",
    "via": "telephone",
    "language": "en",
}
"""The least that is typed of a call, with what the form brings itself."""


def _held(busy: Any, page: str, field: str) -> str:
    """What a field that nobody sees holds on a page about CL-1."""
    text = busy.client.get(f"/claims/CL-1/{page}").text
    return html.unescape(re.findall(rf'name="{field}" value="([^"]*)"', text)[0])


LETTER: Final = {
    "sender": "party:UV",
    "received_at": "2031-05-03T12:20:00Z",
    "text": "1. At 10:10 shots near Ambermill\n2. At 11:10 a drone over Stonegate",
}


def _picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(stream, "PNG")
    return stream.getvalue()


PICTURE: Final = _picture()
POSTS: Final[dict[str, Any]] = {
    "/claims/new": CALL,
    "/claims/{code}/correct": lambda busy: (
        CALL | {"version": _held(busy, "correct", "version"), "says": "two bangs", "reason": "the caller said so"}
    ),
    "/claims/{code}/undo": lambda busy: {"version": _held(busy, "undo", "version"), "reason": "a wrong number"},
    "/claims/{code}/translate": lambda busy: {
        "language": "ru",
        "translation": "три хлопка",
        "says": _held(busy, "translate", "says"),
    },
    "/claims/{code}/join": {"other": "CL-5"},
    "/claims/{code}/part": {"other": "CL-2"},
    "/claims/{code}/files": lambda busy: (
        "/claims/CL-1/files",
        {"giver": "civilian"},
        {"file": ("scan.pdf", b"%PDF-1.7 a scan")},
    ),
    "/claims/{code}/files/undo": {"file": sha256_of(PICTURE), "reason": "of another claim"},
    "/letters/new": LETTER,
    "/letters/{code}/claims": {"row": "2"},
    "/letters/{code}/undo": {"reason": "of another watch"},
}
QUERIES: Final = {"/claims/resolve": ("?when=10:10&received_at=2031-05-03T12:20:00Z", "?where=Ambermill")}
OTHERWISE: Final[dict[str, str]] = {
    "/claims/resolve?when=10:10&received_at=2031-05-03T12:20:00Z": "fragment",
    "/claims/resolve?where=Ambermill": "fragment",
    "/claims.csv": "file",
    "/files/{sha256}": "file",
    "/files/{sha256}/preview": "file",
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """CL-1 corrected, translated and joined with CL-2; CL-3 taken back; CL-4 a drill; CL-5 as it came. What stands for
    `{code}` is CL-1."""
    form = client.get("/claims/new").text
    moment = html.unescape(re.findall(r'name="received_at"[^>]*value="([^"]*)"', form)[0])
    party = re.findall(r'<option value="(party:[^"]*)"', form)[0]
    typed = {"says": text, "name": text[:200], "call_back": text[:200], "received_at": moment}
    for speaker, drill in ((party, ""), ("civilian", ""), ("not_said", ""), ("civilian", "on"), ("not_said", "")):
        take_down(client, speaker=speaker, is_drill=drill, kind="explosion", may_tell="yes", in_danger="yes", **typed)
    correct(client, "CL-1", 1, speaker=party, reason=text[:500], **typed)
    translate(client, "CL-1", text)
    _posted(client, "/claims/CL-1/join", {"other": "CL-2"})
    take_back(client, "CL-3", 1, text[:500])
    _posted(client, "/letters/new", LETTER | {"sender": party, "received_at": moment, "their_number": text[:60]})
    _posted(client, "/letters/L-1/claims", {"row": "1"})
    given = client.post("/claims/CL-1/files", data={"giver": "civilian"}, files={"file": (text[:60], PICTURE)})
    assert given.status_code == 303, given.text[:3000]
    return {"/claims/{code}": "CL-1", "/letters/{code}": "L-1", "/files/{sha256}": sha256_of(PICTURE)}


def take_down(client: TestClient, **typed: str) -> str:
    """Our number of a call that is taken down, with these fields."""
    return _posted(client, "/claims/new", CALL | typed).rpartition("/")[2]


def correct(client: TestClient, code: str, version: int, **typed: str) -> str:
    fields = CALL | {"version": str(version), "reason": "the caller said so"} | typed
    return _posted(client, f"/claims/{code}/correct", fields)


def take_back(client: TestClient, code: str, version: int, reason: str) -> str:
    return _posted(client, f"/claims/{code}/undo", {"version": str(version), "reason": reason})


def translate(client: TestClient, code: str, words: str, language: str = "ru") -> str:
    says = re.findall(r'name="says" value="([^"]*)"', client.get(f"/claims/{code}/translate").text)[0]
    return _posted(client, f"/claims/{code}/translate", {"language": language, "translation": words, "says": says})


def _posted(client: TestClient, where: str, fields: dict[str, str]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, answered.text[:3000]
    return str(answered.headers["location"])
