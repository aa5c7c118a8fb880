"""Lines for the contract of the desks: a record of each kind, and a directory with lines that were checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from starlette.testclient import TestClient

_DIRECTORY: Final = {
    "schema": "trucewatch/directory/1",
    "number": 3,
    "kept": "w-x",
    "changed": [],
    "undoes": [],
    "by": "p-x",
}
_CHECK: Final = {
    "schema": "trucewatch/line-check/1",
    "line": "UV",
    "result": "answered",
    "at": "2031-05-03T23:00:00Z",
    "function": 3,
    "number_sort": "telephone",
    "number_place": 1,
    "directory_entry": 7,
    "words": "w-x",
    "undoes": [],
    "by": "p-x",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "directory": (
        _DIRECTORY | {"act": "added"},
        *(
            _DIRECTORY | {"act": "changed", "changed": changed}
            for changed in (["numbers"], ["function", "of", "numbers", "languages", "hours", "remark"])
        ),
        _DIRECTORY | {"act": "removed", "kept": ""},
        _DIRECTORY | {"act": "undone", "kept": "", "undoes": [7, 8]},
    ),
    "line-check": (
        *(_CHECK | {"result": result} for result in ("answered", "no_answer", "bad_line", "wrong_person")),
        _CHECK | {"undoes": [9], "words": ""},
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "directory": "it says itself what was changed",
    "line-check": "it says itself what came of it",
}
Posted = tuple[str, dict[str, str]]


def _adding(busy: Any) -> Posted:
    return ("/lines/add", {"function": f"duty officer {number_of(busy.client)}", "of": "UV", "telephone": "555-0101"})


def _changing(busy: Any) -> Posted:
    code = add_line(busy.client, f"ambulance {number_of(busy.client)}")
    return (f"/lines/{code}/change", {"function": f"doctor {code}", "telephone": "555-0102"})


def _bringing(busy: Any) -> tuple[str, dict[str, str], dict[str, tuple[str, bytes]]]:
    return ("/lines/bring", {}, {"file": ("lines.csv", table(f"operations room {number_of(busy.client)}"))})


def _undoing_check(busy: Any) -> Posted:
    check_line(busy.client, "LV", "no_answer")
    entries = re.findall(r'name="entry" value="([0-9]+)"', busy.client.get("/lines/check").text)
    return ("/lines/check/undo", {"entry": entries[0]})


POSTS: Final[dict[str, dict[str, str] | Callable[[Any], Any]]] = {
    "/lines/add": _adding,
    "/lines/bring": _bringing,
    "/lines/{code}/change": _changing,
    "/lines/{code}/remove": lambda busy: (
        f"/lines/{add_line(busy.client, f'post {number_of(busy.client)}')}/remove",
        {},
    ),
    "/lines/undo": lambda busy: ("/lines/undo", {"entry": str(last_entry(busy))}),
    "/lines/check": {"result-UV": "answered", "words-UV": "clear"},
    "/lines/check/undo": _undoing_check,
}
OTHERWISE: Final[dict[str, str]] = {}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """F-1 with everything, whose line was checked twice; F-2 of no side; F-3 removed."""
    side = side_of(client)
    typed = {"radio": text[:50].replace("\n", " "), "languages": "en", "hours": text[:100], "remark": text[:300]}
    add_line(client, text[:100], of=side, telephone="555-0101\n+1 (555) 0102", **typed)
    add_line(client, "ambulance", satellite="+881 6 555 0103")
    removed = add_line(client, "post")
    _posted(client, f"/lines/{removed}/remove", {})
    check_line(client, side, "bad_line", words=text[:500])
    check_line(client, side, "answered", number="F-1:1")
    return {"/lines/{code}": "F-1"}


def side_of(client: TestClient) -> str:
    """One of those whose lines this watch checks: of the invented watch UV."""
    sides = re.findall(r'name="result-([A-Z]+)"', client.get("/lines/check").text)
    return "UV" if "UV" in sides else sides[0]


def table(function: str, of: str = "UV") -> bytes:
    """A directory with one function, as CSV."""
    return f'function,of,telephone\n"{function}",{of},555-0109|555-0110\n'.encode()


def add_line(client: TestClient, function: str, **typed: str) -> str:
    """The code of a function that is added."""
    fields = {"function": function, **({} if typed else {"telephone": "555-0100"}), **typed}
    _posted(client, "/lines/add", fields)
    return f"F-{number_of(client)}"


def check_line(client: TestClient, of: str, result: str, **typed: str) -> None:
    _posted(client, "/lines/check", {f"result-{of}": result} | {f"{name}-{of}": text for name, text in typed.items()})


def number_of(client: TestClient) -> int:
    """The highest number of a function that was given; 0 before the first."""
    numbers = re.findall(r'id="F-([0-9]+)"', client.get("/lines").text)
    return max(map(int, numbers), default=0)


def last_entry(busy: Any) -> int:
    """The entry of a function that was just added, which can be taken back."""
    add_line(busy.client, f"watch {number_of(busy.client)}")
    return len(busy.console.store.journal) - 1


def _posted(client: TestClient, where: str, fields: dict[str, str]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, answered.text[:3000]
    return str(answered.headers["location"])
