"""Nothing of a sealed position is known early: not in what the console answers to anybody, in no file below the watch's
folder, in nothing that is logged."""

from __future__ import annotations

import base64
import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import each
from tests.desks.reviewing.two_delegations import Delegations, all_of, both
from tests.server.signing_in import enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

VERSION = "PLANTED-QUARRY-BLAST-7734"
REASON = "PLANTED-ROAD-PATROL-2291"
SALT = bytes(range(32))
"""With which the test's browsers seal."""


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


def spellings(word: str) -> list[bytes]:
    """A word as its bytes, as UTF-16, and inside base64 at each of the three places where it can begin."""
    inside = [base64.b64encode(bytes(shift) + word.encode())[shift + 1 : -4] for shift in range(3)]
    return [word.encode(), word.encode("utf-16-le"), *inside]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, as it is and unpacked where it is packed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield str(path.relative_to(folder)), content
            try:
                yield f"{path.name}, unpacked", zlib.decompress(content, wbits=47)
            except zlib.error:
                continue


def told_of(content: bytes) -> list[str]:
    wanted = [*spellings(VERSION), *spellings(REASON), base64.b64encode(SALT), SALT]
    return [repr(word) for word in wanted if word in content]


def test_no_answer_no_file_and_no_line_of_a_log_holds_a_position_before_it_is_opened(
    people: Delegations, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first, second = people.put(2)
    given = people.ben.seal(first, all_of("concur") | {"what": f"dissent:{VERSION}"}, what=REASON)
    people.dan.seal(first, all_of("concur"))
    people.ben.seal(second, all_of(f"dissent:{VERSION}"), happened=REASON)
    early = people.dan.send(f"/review/{second}/open", {"opened": "{}"})
    auditor = enrol(people.console, people.anna.colleague.clock, "Olga Tarn", "olga", Role.AUDITOR).browser
    browsers = [each.colleague.browser for each in (people.anna, people.ben, people.cleo, people.dan)] + [auditor]
    incident = re.search(r'href="(/incident/[\d-]+)"', people.ben.get("/review").text)
    assert incident
    entries = [f"/ledger/entry/{number}" for number in given.json()["entries"]]
    paths = [
        "/review",
        "/review?state=all",
        "/review/list",
        "/review/keys",
        "/review/leaving",
        "/floor",
        "/floor.json",
        incident[1],
        *(f"/review/{code}{part}" for code in (first, second) for part in ("", "/sealed", "/sealed.json")),
        f"/review/to-sign?codes={first},{second}",
        *entries,
        *(f"{entry}/record.json" for entry in entries),
    ]
    answers = [(path, browser.get(path)) for browser in browsers for path in each(paths)]
    assert sum(answer.status_code == 200 for _, answer in answers) > len(paths), "pages were answered"
    assert [(path, told_of(answer.content)) for path, answer in answers if told_of(answer.content)] == []
    assert told_of(early.content) == []
    files = list(contents(people.console.store.root.parent))
    assert len(files) > 20
    assert [(name, told_of(content)) for name, content in files if told_of(content)] == []
    assert told_of(caplog.text.encode()) == []
    people.ben.open(first)
    assert VERSION in people.dan.get(f"/review/{first}").text, "what is opened is found by the same search"
    assert any(told_of(content) for _, content in contents(people.console.store.root.parent))
