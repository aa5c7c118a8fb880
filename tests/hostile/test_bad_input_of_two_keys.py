"""What nobody's script sends: each is refused with a sentence, nothing is entered, and the console goes on."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.conftest import each
from tests.desks.reviewing.two_delegations import Delegations, both
from tests.store.test_sign_in_accounts import Clock
from trucewatch.ledger.position import OPENED
from trucewatch.server.console import Console

RAW = base64.b64encode(bytes(range(1, 33))).decode()
DEEP = '{"a":' * 3000 + "1" + "}" * 3000
ACTS = ("/review/commit", "/review/R-1/open", "/review/R-1/position", "/review/R-1/reseal", "/review/keys/ask")


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    made = both(console, clock)
    made.put()
    return made


def entries_of(people: Delegations) -> int:
    return len(people.console.store.journal)


def documents() -> list[bytes]:
    """JSON texts that are none of the page's, as bytes."""
    item: dict[str, Any] = {
        "code": "R-1",
        "finding_sha256": "0" * 64,
        "round": 1,
        "key": "OK-1",
        "commitment": "1" * 64,
    }
    item |= {"signed_at": "2031-05-04T17:55:00Z", "sealed": "AAAA"}
    return [
        b'{"items": NaN}',
        b'{"items": [{"code": "R-1", "round": 1e999}]}',
        b'{"items": [{"code": "R-1", "round": 1' + b"0" * 5000 + b"}]}",
        b'{"items": [], "items": [{"code": "R-1"}]}',
        json.dumps({"items": [item | {"code": "R-1\u202e"}]}).encode(),
        json.dumps({"items": [item | {"signed_at": "0000-00-00T00:00:00Z"}]}).encode(),
        json.dumps({"items": [item | {"signed_at": "9999-12-31T23:59:59Z"}]}).encode(),
        json.dumps({"items": [item | {"signed_at": "0001-01-01T00:00:00Z"}]}).encode(),
        json.dumps({"items": [item | {"sealed": {"a": 1}}]}).encode(),
        json.dumps({"items": [item] * 1025}).encode(),
        json.dumps({"items": [item, item], "opened": [["R-1"]]}).encode(),
        json.dumps({"opened": "[" * 16_000}).encode(),
        json.dumps({"opened": DEEP[:32_000]}).encode(),
        b'{"opened": "\\ud800"}',
        json.dumps({"opened": json.dumps({"schema": OPENED, "signed": [1], "list": {}, "key": 1})}).encode(),
        b'{"signs": "' + RAW.encode() + b'", "opens": "\\ud800"}',
        json.dumps({"signs": RAW, "opens": "age1\u0000"}).encode(),
        json.dumps({"signs": RAW, "opens": "age1" + "q" * 2_000_000}).encode(),
        json.dumps({"signs": base64.b64encode(bytes(32)).decode(), "opens": "age1x"}).encode(),
        b'{"commitment": "' + b"1" * 64 + b'", "key": "OK-1", "sealed": "\xff"}',
        b"\xff\xfe{}",
        DEEP.encode(),
    ]


@pytest.mark.parametrize("act", ACTS)
def test_documents_that_no_page_sends_are_refused_with_a_sentence(people: Delegations, act: str) -> None:
    before = entries_of(people)
    for content in each(documents()):
        answer = people.ben.colleague.browser.post(act, content=content, headers={"accept": "application/json"})
        assert answer.status_code in (409, 422), (content[:80], answer.status_code, answer.text[-500:])
        assert len(answer.json()["detail"]) > 20, content[:80]
    assert entries_of(people) == before


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"schema": OPENED}).encode()[:-1] + b', "x": ' + DEEP.encode() + b"}",
        json.dumps({"schema": OPENED}).encode()[:-1] + b', "x": NaN}',
        json.dumps({"schema": OPENED}).encode()[:-1] + b', "x": "\\ud800"}',
        b'{"items": [{"opened": {"\\ud800": 1}}]}',
        b'{"items": [{"opened": ' + DEEP.encode() + b"}]}",
        b'{"items": [{"sealed": 1}]}',
        b'{"items": [{"sealed": "AAAA", "code": "R-1"}, {"opened": "x"}]}',
        b"age-encryption.org/v1\n" + bytes(8000),
    ],
)
def test_files_that_the_program_does_not_make_are_refused_with_a_sentence(people: Delegations, content: bytes) -> None:
    before = entries_of(people)
    answer = people.ben.colleague.browser.post("/review/hand-in", files={"file": ("x.json", content)})
    assert answer.status_code == 422, answer.text[-500:]
    assert 'role="alert"' in answer.text
    assert entries_of(people) == before


MANY = ",".join(f"R-{number}" for number in range(1, 400))


@pytest.mark.parametrize("codes", ["R-1" + ",R-1" * 5000, MANY, "R-1%00", "R-%D9%A1"])
def test_addresses_that_name_cases_oddly_are_answered(people: Delegations, codes: str) -> None:
    for path in each((f"/review/to-sign?codes={codes}", f"/review/list?codes={codes}")):
        answer = people.ben.get(path)
        assert answer.status_code in (200, 404, 409, 414, 422), (path[:60], answer.status_code)


def test_a_page_of_another_site_enters_nothing(people: Delegations) -> None:
    before = entries_of(people)
    for headers in each(({"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"})):
        for act in each(ACTS):
            answer = people.ben.colleague.browser.post(
                act, content=b'{"items": []}', headers={"content-type": "text/plain"} | headers
            )
            assert answer.status_code == 403
    assert entries_of(people) == before
