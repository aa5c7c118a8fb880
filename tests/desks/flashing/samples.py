"""Urgent messages for the contract of the desks: a record of each kind, and messages in every state."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from starlette.testclient import TestClient

from trucewatch.model.flash import ACTS

_FLASH: Final = {
    "schema": "trucewatch/flash/1",
    "number": 3,
    "sent_at": "2031-05-03T01:26:00Z",
    "queued_at": "2031-05-03T01:26:00Z",
    "about": ["claim:CL-3"],
    "matter": "fire",
    "place": {"form": "cell", "id": "", "lon": "3.5", "lat": "45.5", "size_m": "5000.0"},
    "quarter": ["2031-05-03T01:00:00Z", "2031-05-03T01:15:00Z"],
    "reporter": "civilian",
    "reporter_id": "",
    "first_report": "2031-05-03T01:20:00Z",
    "asks": ["stop", "check_units", "answer"],
    "answer_by": "2031-05-03T01:56:00Z",
    "added": {"en": "w-x"},
    "drill": 0,
    "simulated": True,
    "to": [{"id": "UV", "ways": ["console"], "place": "cell", "cell_m": "5000.0", "tells": ["matter"]}],
    "parties": ["UV"],
    "texts": {"UV": "w-x"},
    "text_hash": "00",
    "by": "p-x",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "flash": (_FLASH, _FLASH | {"drill": 2, "place": None}),
    "flash-act": tuple(
        {
            "schema": "trucewatch/flash-act/1",
            "flash": 3,
            "act": act,
            "to": "" if act in ("own_quiet", "withdrawn", "closed", "reopened") else "UV",
            "at": "2031-05-03T01:27:00Z",
            "via": "telephone",
            "by": "p-x",
            "words": "",
            "undoes": 41 if act == "undone" else 0,
            "of": "",
            "late": is_late,
        }
        for act in ACTS
        for is_late in (False, True)
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "flash": "it says itself what it rests on",
    **{
        f"flash-act {act}": "it says itself what came of the message, and from whom"
        for act in ("acknowledged", "quiet", "own_quiet", "read_out", "bounced", "closed", "reopened")
    },
    "flash-act withdrawn": "why may be written for inside; nobody waits for it while both are to be told",
    "flash-act undone": "a slip is taken back at once, on a night; both entries stay",
}
BOUNCE: Final = (
    b"From: MAILER-DAEMON@mail.example\nSubject: Undelivered\n\n550 5.1.1 no such user\n"
    b"Message-ID: <q-" + b"a" * 26 + b"@centre.example>\n"
)


def _entry_of_an_act(busy: Any) -> tuple[str, dict[str, str]]:
    code = send(busy.client)
    _posted(busy.client, f"/urgent/{code}/acknowledge", {"to": "UV", "via": "telephone"} | _at(busy.client, code))
    page = busy.client.get(f"/urgent/{code}").text
    (entry,) = re.findall(rf'href="/urgent/{code}/undo\?entry=([0-9]+)"', page)
    return code, {"entry": entry}


def _own_entry(busy: Any) -> tuple[str, dict[str, str]]:
    code = send(busy.client)
    _posted(busy.client, "/urgent/own/acknowledge", {"side": "UV", "code": code})
    page = busy.client.get("/urgent/own?side=UV").text
    entry = max(re.findall(r'name="entry" value="([0-9]+)"', page), key=int)
    return "/urgent/own/undo", {"side": "UV", "code": code, "entry": entry}


def _closed(busy: Any) -> tuple[str, dict[str, str]]:
    code = send(busy.client)
    _posted(busy.client, f"/urgent/{code}/close", {})
    return f"/urgent/{code}/reopen", {}


def _undoing(busy: Any) -> tuple[str, dict[str, str]]:
    code, fields = _entry_of_an_act(busy)
    return f"/urgent/{code}/undo", fields


def _of(step: str, **typed: str) -> Any:
    """A form of a message that was just sent."""

    def sending(busy: Any) -> tuple[str, dict[str, str]]:
        code = send(busy.client)
        return f"/urgent/{code}/{step}", typed | _at(busy.client, code)

    return sending


def _bouncing(busy: Any) -> tuple[str, dict[str, str], dict[str, tuple[str, bytes]]]:
    return f"/urgent/{send(busy.client)}/bounce", {"to": "UV"}, {"file": ("back.eml", BOUNCE)}


def _sending(busy: Any) -> tuple[str, dict[str, Any]]:
    return "/urgent/new", form_about(busy.client, f"claim:{claim(busy.client)}") | {"step": "send"}


POSTS: Final[dict[str, Any]] = {
    "/urgent/new": _sending,
    "/urgent/own/acknowledge": lambda busy: ("/urgent/own/acknowledge", {"side": "UV", "code": send(busy.client)}),
    "/urgent/own/quiet": lambda busy: (
        "/urgent/own/quiet",
        {"side": "UV", "code": (code := send(busy.client))} | _at(busy.client, code),
    ),
    "/urgent/own/undo": _own_entry,
    "/urgent/{code}/acknowledge": _of("acknowledge", to="UV", via="radio"),
    "/urgent/{code}/quiet": _of("quiet", to="UV", via="telephone"),
    "/urgent/{code}/own-quiet": _of("own-quiet", words="a post heard nothing"),
    "/urgent/{code}/read-out": _of("read-out", to="UV"),
    "/urgent/{code}/bounce": _bouncing,
    "/urgent/{code}/close": lambda busy: (f"/urgent/{send(busy.client)}/close", {}),
    "/urgent/{code}/reopen": _closed,
    "/urgent/{code}/withdraw": lambda busy: (f"/urgent/{send(busy.client)}/withdraw", {"words": "of another day"}),
    "/urgent/{code}/undo": _undoing,
}
QUERIES: Final = {"/urgent/new": ("", "?about={about}")}
OTHERWISE: Final[dict[str, str]] = {
    "/urgent/{code}/live": "fragment",
    "/urgent/own/live": "fragment",
    "/urgent.csv": "file",
    "/api/urgent": "data",
    "/api/urgent/{code}": "data",
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """The first acknowledged by one side, with words added; the second withdrawn; the third closed. What stands for
    `{code}` is the first. A watch of the past in which nothing is invented sends none."""
    about = claim(client, says=text)
    page = client.get(f"/urgent/new?about=claim:{about}")
    if page.status_code != 200 or 'id="trouble"' in page.text:
        return {"about={about}": "", "/urgent/{code}": "UM-1", "/api/urgent/{code}": "UM-1"}
    first, second, third = (send(client) for _ in range(3))
    _posted(client, f"/urgent/{first}/acknowledge", {"to": "UV", "via": "telephone"} | _at(client, first))
    _posted(client, f"/urgent/{first}/own-quiet", {"words": text[:500]} | _at(client, first))
    _posted(client, f"/urgent/{second}/withdraw", {"words": text[:500]})
    _posted(client, f"/urgent/{third}/close", {})
    return {"about={about}": f"claim:{about}", "/urgent/{code}": first, "/api/urgent/{code}": first}


def claim(client: TestClient, **typed: str) -> str:
    """Our number of a claim of a side of which both may be told."""
    form = client.get("/claims/new").text
    moment = html.unescape(re.findall(r'name="received_at"[^>]*value="([^"]*)"', form)[0])
    party = re.findall(r'<option value="(party:[^"]*)"', form)[0]
    fields = {"speaker": party, "kind": "explosion", "says": "a bang", "when": "10 minutes ago", "received_at": moment}
    return _posted(client, "/claims/new", fields | {"via": "telephone"} | typed).rpartition("/")[2]


def form_about(client: TestClient, about: str) -> dict[str, Any]:
    """What the form that sends a message holds, as it is shown."""
    page = client.get(f"/urgent/new?about={about}")
    assert page.status_code == 200, page.text[:3000]

    def held(name: str) -> str:
        return html.unescape(re.findall(rf'name="{name}"[^>]*?value="([^"]*)"', page.text, re.DOTALL)[0])

    def chosen(name: str) -> str:
        options = page.text.split(f'<select name="{name}"')[1].partition("</select>")[0]
        return str(re.findall(r'<option value="(\w+)" selected', options)[0])

    return {
        "about": held("about"),
        "seen": held("seen"),
        "answer_by": held("answer_by"),
        "matter": chosen("matter"),
        "place": chosen("place"),
        "asks": ["stop", "check_units", "answer"],
    }


def send(client: TestClient, about: str = "", **typed: Any) -> str:
    """Our number of a message that is sent as it was shown."""
    fields = form_about(client, about or f"claim:{claim(client)}") | {"step": "send"} | typed
    return _posted(client, "/urgent/new", fields).rpartition("/")[2]


def _at(client: TestClient, code: str) -> dict[str, str]:
    """The moment that the forms of a message offer: now."""
    page = client.get(f"/urgent/{code}").text
    return {"at": html.unescape(re.findall(r'id="at-acknowledge"[^>]*?value="([^"]*)"', page, re.DOTALL)[0])}


def _posted(client: TestClient, where: str, fields: dict[str, Any]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, answered.text[:5000]
    return str(answered.headers["location"])
