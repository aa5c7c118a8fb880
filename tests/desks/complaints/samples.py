"""Complaints for the contract of the desks: a record of each kind, and a register with something in every state."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any, Final

from starlette.testclient import TestClient

from trucewatch.desks.complaints.operations import MOST

_COMPLAINT: Final = {
    "schema": "trucewatch/complaint/1",
    "number": 3,
    "received_at": "2031-05-03T10:00:00Z",
    "own_number": "w-x",
    "name": "w-x",
    "call_back": "w-x",
    "says": "w-x",
    "by": "p-x",
}
_LATER: Final = {"via": "", "claims": ["CL-3"], "letter": "L-2", "incidents": ["i-x"]}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "complaint": tuple(
        _COMPLAINT | {"sender": sender, "sender_id": sender_id, "reply_due": due}
        for sender, sender_id in (("party", "UV"), ("delegation", "NI"), ("civilian", ""))
        for due in ("2031-05-06T10:00:00Z", "")
    )
    + tuple(
        _COMPLAINT
        | _LATER
        | {"schema": "trucewatch/complaint/2", "sender": "party", "sender_id": "UV", "reply_due": "", "sort": sort}
        for sort in ("complaint", "question", "problem")
    ),
    "complaint-reply": tuple(
        {
            "schema": "trucewatch/complaint-reply/1",
            "complaint": 3,
            "number": 1,
            "version": 2,
            "outcome": outcome,
            "says": "w-x",
            "incident": "i-x",
            "grounds": "w-x",
            "answers_appeal": 0,
            "by": "p-x",
        }
        for outcome in ("found", "found_otherwise", "nothing_found", "not_observable", "outside_mandate")
    ),
    "reply-step": tuple(
        {
            "schema": "trucewatch/reply-step/1",
            "complaint": 3,
            "version": 2,
            "step": step,
            "at": "2031-05-04T10:00:00Z",
            "how": "letter" if step == "sent" else "",
            "agreed": [7] if step == "sent" else [],
            "by": "p-x",
        }
        for step in ("checked", "sent")
    ),
    "complaint-appeal": (
        {
            "schema": "trucewatch/complaint-appeal/1",
            "complaint": 3,
            "number": 1,
            "received_at": "2031-05-04T10:00:00Z",
            "reply_due": "",
            "says": "w-x",
            "by": "p-x",
        },
    ),
    "complaint-link": tuple(
        {"schema": "trucewatch/complaint-link/1", "complaint": 3, "to": to, "code": code, "by": "p-x"}
        for to, code in (("incident", "i-x"), ("claim", "CL-3"))
    ),
    "side-log": (
        {
            "schema": "trucewatch/side-log/1",
            "act": "bring",
            "side": "UV",
            "number": 1,
            "evidence": "00",
            "rows": [{"day": "2031-05-03", "number": "w-x", "place": "w-x", "what": "w-x"}],
            "by": "p-x",
        },
        {
            "schema": "trucewatch/side-log/1",
            "act": "match",
            "side": "UV",
            "number": 1,
            "row": 1,
            "complaint": 3,
            "by": "p-x",
        },
    ),
    "complaint-answer": (
        {
            "schema": "trucewatch/complaint-answer/1",
            "complaint": 3,
            "number": 1,
            "answered_at": "2031-05-04T10:00:00Z",
            "says": "w-x",
            "by": "p-x",
        },
    ),
    "complaint-undo": tuple(
        {
            "schema": "trucewatch/complaint-undo/1",
            "complaint": 3,
            "undoes": undoes,
            "reason": "w-x",
            "reason_code": "",
            "by": "p-x",
        }
        for undoes in (0, 1)
    )
    + tuple(
        {
            "schema": "trucewatch/complaint-undo/2",
            "complaint": complaint,
            "side": side,
            "undoes_entry": 25,
            "reason": "" if side else "w-x",
            "reason_code": "by_hand" if side else "",
            "by": "p-x",
        }
        for complaint, side in ((3, ""), (0, "UV"))
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "complaint": "the sender's own words stand behind it",
    "complaint-answer": "the answer says itself what it says",
    "complaint-reply": "the reply says itself what it says, and what stands behind it",
    "reply-step": "it says itself which step was taken",
    "complaint-appeal": "the sender's own words stand behind it",
    "complaint-link": "it says itself what is linked",
    "side-log": "the side's own table stands behind it",
}
Posted = tuple[str, dict[str, str]]
"""Where a form is sent, and its fields."""
_REPLY: Final = {"outcome": "nothing_found", "grounds": "post 3, all night", "says": "nothing was found"}
"""The fields of a reply that needs no incident."""


def _at(step: str) -> Callable[[Any], Posted]:
    """A form of a complaint that is brought to where the form stands, whatever the forms before it did."""

    def sending(busy: Any) -> Posted:
        client = busy.client
        code = register(client)
        version: dict[str, str] = {}
        for before in ("reply", "check", "agree", "send")[: ("reply", "check", "agree", "send", "appeal").index(step)]:
            _posted(client, f"/complaints/{code}/{before}", _fields_of(before))
            version = {"version": "1"}
        return (f"/complaints/{code}/{step}", _fields_of(step) | version)

    return sending


def _fields_of(step: str) -> dict[str, str]:
    return {
        "reply": _REPLY | {"seen": "0"},
        "send": {"version": "1", "sent_at": "2031-05-03T11:00:00Z", "how": "letter"},
        "appeal": {"says": "it was so", "received_at": "2031-05-03T12:00:00Z"},
    }.get(step, {"version": "1"})


def _matching(busy: Any) -> Posted:
    client = busy.client
    number = "LV-" + register(client, sender="party:LV", own_number="LV/match")
    log = bring(client, "LV", "LV/match")
    return ("/complaints/log/LV/match", {"log": log, "row": "1", "complaint": number.removeprefix("LV-")})


def _unbrought(busy: Any) -> Posted:
    bring(busy.client, "LV", "LV/gone")
    page = busy.client.get("/complaints/log/LV").text
    entries = re.findall(r'name="entry" value="([0-9]+)"', page)
    return ("/complaints/log/LV/undo", {"entry": max(entries, key=int)})


POSTS: Final[dict[str, dict[str, str] | Callable[[Any], Any]]] = {
    "/complaints/new": {"sender": "civilian", "received_at": "2031-05-03T10:00:00Z", "says": "a film set"},
    "/complaints/own/new": {"side": "UV", "sort": "question", "says": "a film set"},
    "/complaints/{number}/link": {"to": "claim", "linked": "CL-1"},
    "/complaints/{number}/undo": lambda busy: (
        f"/complaints/{register(busy.client)}/undo",
        {"stands": "0", "reason": "the wrong complaint"},
    ),
    **{f"/complaints/{{number}}/{step}": _at(step) for step in ("reply", "check", "agree", "send", "appeal")},
    "/complaints/log/{side}": lambda _: ("/complaints/log/UV", {}, {"file": ("log.csv", table("UV/9"))}),
    "/complaints/log/{side}/match": _matching,
    "/complaints/log/{side}/undo": _unbrought,
}
OTHERWISE: Final[dict[str, str]] = {}
"""The desk's JSON is known by its name."""


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """C-1 open, linked, with a draft taken back; C-2 answered, objected to, drafted anew; C-3 withdrawn; a side's log.
    What stands for `{number}` is C-1, of which the reply on paper is a draft."""
    form = client.get("/complaints/new").text
    moment = html.unescape(re.findall(r'name="received_at"[^>]*value="([^"]*)"', form)[0])
    party, delegation = (re.findall(rf'<option value="({kind}:[^"]*)"', form)[0] for kind in ("party", "delegation"))
    texts = {"says": text, "name": text, "call_back": text, "own_number": text[: MOST["own_number"]]}
    for sender in (party, delegation, "civilian"):
        register(client, sender=sender, received_at=moment, **texts)
    draft(client, "C-1", text)
    send(client, "C-2", text, moment)
    _posted(client, "/complaints/C-2/appeal", {"says": text, "received_at": moment})
    draft(client, "C-2", text, seen=1)
    take_back(client, "C-3", 0, text)
    for _ in range(2):
        _posted(client, "/claims/new", {"speaker": "not_said", "says": "a bang", "received_at": moment})
    _posted(client, "/complaints/C-1/link", {"to": "claim", "linked": "CL-2"})
    side = party.removeprefix("party:")
    bring(client, side, text[:200].replace('"', "").replace("\n", " ") or "x")
    return {"/complaints/{number}": "C-1", "/complaints/log/{side}": side}


def table(number: str, place: str = "Stonegate") -> bytes:
    """A side's own log with one row, as CSV."""
    return f'number,day,place,what\n"{number}",2031-05-03,"{place}",three shots\n'.encode()


def bring(client: TestClient, side: str, number: str) -> str:
    """Bring a side's log with one row; the number of that table."""
    posted = client.post(f"/complaints/log/{side}", files={"file": ("log.csv", table(number))}, follow_redirects=False)
    assert posted.status_code == 303, posted.text[:2000]
    page = client.get(f"/complaints/log/{side}").text
    return str(re.findall(r'name="log" value="([0-9]+)"', page)[-1] if 'name="log"' in page else 1)


def draft(client: TestClient, code: str, text: str, *, seen: int = 0, **typed: str) -> str:
    return _posted(client, f"/complaints/{code}/reply", _REPLY | {"says": text, "seen": str(seen)} | typed)


def send(client: TestClient, code: str, text: str, sent_at: str = "2031-05-03T11:00:00Z", **typed: str) -> str:
    """A reply through all its steps, as the one person of a watch without accounts takes them."""
    draft(client, code, text, **typed)
    for step in ("check", "agree"):
        _posted(client, f"/complaints/{code}/{step}", {"version": "1"})
    return _posted(client, f"/complaints/{code}/send", {"version": "1", "sent_at": sent_at, "how": "letter"})


def register(client: TestClient, **typed: str) -> str:
    """Our number of a complaint that is registered, with these fields."""
    fields = {"sender": "party:UV", "received_at": "2031-05-03T10:00:00Z", "says": "a film set", **typed}
    first = str(_posted(client, "/complaints/new", fields))
    return first.rpartition("/")[2]


def take_back(client: TestClient, code: str, stands: int, reason: str) -> str:
    return _posted(client, f"/complaints/{code}/undo", {"stands": str(stands), "reason": reason})


def _posted(client: TestClient, where: str, fields: dict[str, str]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, answered.text[:2000]
    return str(answered.headers["location"])
