"""Shifts for the contract of the desks: a record of each kind, and a shift that is on, with a log and a hand-over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from starlette.testclient import TestClient

from tests.desks.watchkeeping import drill_posts, task_samples

_AT: Final = {
    "at": "2031-05-03T10:00:00Z",
    "drill": 0,
    "simulated": True,
    "by": "p-x",
    "known_at": "2031-05-03T10:00:00Z",
}
_PEOPLE: Final = [{"who": "p-x", "side": "NI", "lead": True}]
_SHIFT: Final = _AT | {
    "schema": "trucewatch/shift/1",
    "shift": 2,
    "persons": _PEOPLE,
    "planned_end": "",
    "takes_over": 0,
    "ending": "",
}
_HASH: Final = "sha256:00"
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "shift": (
        _SHIFT | {"act": "begin", "planned_end": "2031-05-03T22:00:00Z"},
        _SHIFT | {"act": "begin", "takes_over": 1},
        _SHIFT | {"act": "come"},
        _SHIFT | {"act": "go", "persons": _PEOPLE * 2},
        *(_SHIFT | {"act": "end", "persons": [], "ending": end} for end in ("handed_over", "taken_over", "ended")),
    ),
    "handover": (
        _AT
        | {
            "schema": "trucewatch/handover/1",
            "number": 3,
            "shift": 2,
            "proposed": "w-x",
            "proposed_hash": _HASH,
            "changes": "w-x",
            "changes_hash": _HASH,
            "words": "w-x",
            "name": "w-x",
            "until_entry": 40,
        },
    ),
    "handover-sign": tuple(
        _AT | {"schema": "trucewatch/handover-sign/1", "handover": 3, "shift": 2, "name": "w-x", "remark": remark}
        for remark in ("", "w-x")
    ),
    "log-line": tuple(
        _AT | {"schema": "trucewatch/log-line/1", "shift": shift, "words": "w-x", "about": ["claim:CL-7"]}
        for shift in (0, 2)
    ),
    "shift-undo": tuple(
        {
            "schema": "trucewatch/shift-undo/1",
            "act": act,
            "shift": 2,
            "undoes_entry": 41,
            "reason": "" if code else "w-x",
            "reason_code": code,
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
        }
        for act in ("undo", "strike")
        for code in ("", "at_once")
    ),
    **task_samples.SAMPLES,
}
NO_REASON: Final[dict[str, str]] = {
    "shift": "it says itself who comes, goes, begins or ends",
    "handover": "the hand-over says itself what it says",
    "handover-sign": "whoever signs says so, with a remark where there is one",
    "log-line": "the line says itself what it says",
    **task_samples.NO_REASON,
}
Posted = tuple[str, dict[str, str]]


def _begin(busy: Any) -> Posted:
    return ("/shift/begin", {"names": "Dan Reed", "takes_over": "yes"})


def _come(busy: Any) -> Posted:
    on(busy.client)
    return ("/shift/come", {"names": "Eve Ford"})


def _go(busy: Any) -> Posted:
    on(busy.client)
    busy.client.post("/shift/come", data={"names": "Fay Lund"})
    page = busy.client.get("/shift").text
    return ("/shift/go", {"who": re.findall(r'name="who" value="([^"]+)"', page)[-1]})


def _end(busy: Any) -> Posted:
    on(busy.client)
    return ("/shift/end", {})


def _line(busy: Any) -> Posted:
    return ("/shift/log", {"line": "a film set"})


def _undo(busy: Any) -> Posted:
    client = busy.client
    client.post("/shift/log", data={"line": "a line too many"})
    page = client.get("/shift/log?shift=all&sort=line").text
    entry = re.findall(r'href="/shift/undo\?entry=([0-9]+)"', page)[0]
    return ("/shift/undo", {"entry": entry, "reason": "the wrong line"})


def _write(busy: Any) -> Posted:
    on(busy.client)
    return ("/shift/handover", _written(busy.client))


def _sign(busy: Any) -> Posted:
    on(busy.client)
    return (f"{hand_over(busy.client)}/sign", {"name": "Gus Hale"})


POSTS: Final[dict[str, dict[str, str] | Callable[[Any], Any]]] = {
    **drill_posts.POSTS,
    "/shift/begin": _begin,
    "/shift/come": _come,
    "/shift/go": _go,
    "/shift/end": _end,
    "/shift/log": _line,
    "/shift/undo": _undo,
    "/shift/handover": _write,
    "/shift/handover/{number}/sign": _sign,
    **task_samples.POSTS,
}
OTHERWISE: Final[dict[str, str]] = {"/shift/log.csv": "file", "/floor/board": "fragment"}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/floor": ("", "?hours=12&whole=came_in")}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """SH-1 handed over with a remark; SH-2 on, with lines of which one is struck out, and a hand-over that nobody has
    signed."""
    name = " ".join(text.replace(",", " ").replace(";", " ").split())[:80] or "Ada Quince"
    on(client, name)
    first = hand_over(client, text)
    _posted(client, f"{first}/sign", {"name": "Ben Hollow", "remark": text[:1000]})
    for line in (text[:900], f"a line too many {text[:500]}"):
        _posted(client, "/shift/log", {"line": line})
    page = client.get("/shift/log").text
    entry = re.findall(r'href="/shift/undo\?entry=([0-9]+)"', page)[0]
    _posted(client, "/shift/undo", {"entry": entry, "reason": text[:400]})
    last = hand_over(client, text)
    tasks = task_samples.put_to_work(client, text)
    return {"/shift/of/{number}": "SH-1", "/shift/handover/{number}": last.rpartition("/")[2], **tasks}


def on(client: TestClient, name: str = "Ada Quince") -> None:
    """A shift that is on, whatever was before."""
    if 'action="/shift/end"' not in client.get("/shift").text:
        _posted(client, "/shift/begin", {"names": name})


def hand_over(client: TestClient, words: str = "a quiet night") -> str:
    """The address of a hand-over that is written of what is proposed."""
    return _posted(client, "/shift/handover", _written(client, words))


def _written(client: TestClient, words: str = "a quiet night") -> dict[str, str]:
    seen = re.findall(r'name="seen" value="([0-9a-f]+)"', client.get("/shift/handover").text)
    return {"seen": seen[0], "words": words, "name": "Ada Quince"}


def _posted(client: TestClient, where: str, fields: dict[str, str]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, answered.text[:2000]
    return str(answered.headers["location"])
