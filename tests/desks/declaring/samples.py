"""Official statements for the contract of the desks: a record of each kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
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
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/statements/{number}/change": ("?paragraph=p1",)}
PRESS: Final = """Press conference of the spokesperson of the Lower Valley

1 May 2031, 20:19

Anna Reed, spokesperson: Good evening to you. We will hand over Hollin Meadows by 2 May, as clause 2 of the accord says.

Question: Will you let aid pass on the Bridge Road?

Answer: On 1 May two convoys were turned back on the Bridge Road. They meet at Middle Bridge.

Question: What do you say to those who have been waiting there since the evening before?

Answer: We say to them that the road is open, that aid will pass, and that our officers have been told so again today.
"""
GROWN: Final = f"""{PRESS}
Question: And the liaison officers?

Answer: They meet at Middle Bridge tomorrow, as clause 5b says.
"""
RUSSIAN: Final = """Заявление представителя Нижней Долины

30 апреля 2031 года

Мы передадим Холлинские луга до 2 мая. Комиссия встретится у Среднего Моста.
"""
WAITING: Final = """Statement of the foreign ministry of the Upper Valley

30 April 2031

We stand by the Accord of the Two Valleys. Nobody is turned back on the Bridge Road.
"""
UNDERTAKEN: Final = {"paragraph": "p1", "kind": "commitment", "words": "We will hand over Hollin Meadows by 2 May"}
STEP: Final = {"word": "done", "name": "a spokesperson", "source": "a letter"}
ADDED: Final = {"paragraph": "p1", "kind": "claim", "words": "Good evening"}


def bring(client: TestClient, text: str, **wanted: str) -> str:
    """The address at which a pasted statement waits to be entered."""
    return _posted(client, "/statements/new", {"text": text, **wanted})


def take_in(client: TestClient, text: str, **wanted: str) -> str:
    """The number of a statement that is entered: `S-5`."""
    return _code(_posted(client, f"{bring(client, text, **wanted)}/enter", {"confirmed": "yes"}))


def offers_on(client: TestClient, address: str) -> list[str]:
    """The keys of what is offered on a page and not decided, in order."""
    return re.findall(r'name="offer" value="(q-[a-z2-7]+)"', client.get(address).text)


def decide(client: TestClient, code: str, offer: str, decision: str = "accept", **more: str) -> str:
    """Where a decision leads."""
    place = {"language": "en", "version": re.findall(r"version=(\d+)", _latest(client, code))[0], "seen": "0"}
    return _posted(client, f"/statements/{code}/decide", {**place, "offer": offer, "decision": decision, **more})


def _latest(client: TestClient, code: str) -> str:
    return str(re.findall(r"/change\?language=[^\"]*", unescape(client.get(f"/statements/{code}").text))[0])


def _next_decision(busy: Any) -> dict[str, str]:
    """What nobody decided yet of the statement, accepted."""
    code = busy.values["/statements/{number}"]
    page = busy.client.get(f"/statements/{code}").text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    offer = offers_on(busy.client, f"/statements/{code}")[0]
    return {"language": "en", "version": version, "offer": offer, "seen": "0", "decision": "reject"}


def _step(client: TestClient, undertaking: str) -> dict[str, str]:
    """A step with the day and the moment that its form proposes."""
    form = unescape(client.get(f"/undertakings/{undertaking}/step").text)
    return STEP | {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("day", "known_at")}


def _waiting(busy: Any) -> tuple[str, dict[str, str]]:
    """A statement of its own to be entered, so that the one that waits goes on waiting; in a replay that one."""
    text = f"{WAITING} It was said {len(busy.console.store.journal)} times."
    brought = busy.client.post("/statements/new", data={"text": text})
    where = str(brought.headers.get("location", ""))
    if brought.status_code != 303 or not where.startswith("/statements/new/"):
        where = f"/statements/new/{busy.values['/statements/new/{token}']}"
    return f"{where}/enter", {"confirmed": "yes"}


POSTS: Final[dict[str, Any]] = {
    "/statements/new/{token}/enter": _waiting,
    "/statements/{number}/decide": _next_decision,
    "/statements/{number}/change": ADDED | {"words": "evening"},
    "/statements/{number}/decisions/{decision}/undo": {"reason": "of another statement"},
    "/statements/{number}/take-out": {"language": "en", "version": "1", "reason": "of another day"},
    "/statements/{number}/join": lambda busy: {"other": busy.values["/statements/{other}"]},
    "/statements/{number}/join/undo": {"reason": "they are two"},
    "/undertakings/{number}/step": lambda busy: _step(busy.client, busy.values["/undertakings/{number}"]),
    "/undertakings/{number}/undo": {"step": "1", "reason": "of another undertaking"},
    "/statements/out": {"whose": "inside"},
}
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/statements/new": "the statement waits aside until it is entered",
    "/statements/new/{token}/look": "how a statement that waits would be read",
    "/statements/new/{token}/leave": "a statement that waits is removed",
}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """One in two versions with something added by hand, one in Russian, and one that waits to be entered."""
    year = _year(client)
    first = take_in(client, PRESS.replace("2031", year))
    second = take_in(client, GROWN.replace("2031", year))
    assert second == first
    where = _posted(client, f"/statements/{first}/change", ADDED | {"note": text, "people": text[:200]})
    _posted(client, f"/statements/{first}/change", UNDERTAKEN)
    undertaking = client.get("/undertakings.json").json()["undertakings"][0]["number"]
    for _ in range(2):
        _posted(client, f"/undertakings/{undertaking}/step", _step(client, undertaking) | {"says": text})
    overview = client.get("/statements/clauses").text
    decision = re.findall(r"/decisions/(\d+)/undo", client.get(where.partition("#")[0]).text)[0]
    other, waiting = take_in(client, RUSSIAN.replace("2031", year)), bring(client, WAITING.replace("2031", year))
    for code in sorted(set(re.findall(r'href="/statements/(S-\d+)', client.get("/statements").text))):
        client.get(f"/statements/{code}")  # so that what is offered is counted in the list, whoever looks at it first
    return {
        "/statements/{number}": first,
        "/statements/clauses/{clause:path}": re.findall(r"/statements/clauses/([^\"]+)", overview)[0],
        "/undertakings/{number}": str(undertaking),
        "/statements/{number}/decisions/{decision}": decision,
        "/statements/{other}": other,
        "/statements/new/{token}": waiting.rpartition("/")[2],
    }


def _year(client: TestClient) -> str:
    """The year of the watch's clock, as forms propose it."""
    return str(re.findall(r'name="day" value="[^"]*?(\d{4})"', client.get("/initiatives/new").text)[0])


def _code(address: str) -> str:
    return str(re.findall(r"/statements/(S-\d+)", address)[0])


def _posted(client: TestClient, where: str, fields: Mapping[str, Any]) -> str:
    answered = client.post(where, data=dict(fields))
    assert answered.status_code == 303, unescape(answered.text)[-6000:]
    return str(answered.headers["location"])
