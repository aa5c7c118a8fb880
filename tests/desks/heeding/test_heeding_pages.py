"""A centre reads what it is shown and no more, enters what a side answered, and changes nothing of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.desks.heeding.samples import ANSWER, NOTICE, PASSAGE
from tests.desks.posting.samples import brought_row
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.aid_notification_state import FIXED_SENTENCES
from trucewatch.model.roles import Role
from trucewatch.server.console import Console


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh("two-valleys")


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", page)).split())


def test_what_is_shown_stands_in_the_list_with_the_fixed_sentences(client: TestClient) -> None:
    code = brought_row(client, "shared_notice", **NOTICE)
    for where in ("/notices", f"/notices/{code}", f"/notices/letter/{code}"):
        page = client.get(where)
        assert page.status_code == 200, where
        assert "Grey Lantern Society" in page.text
        for sentence in FIXED_SENTENCES:
            assert str(sentence) in words(page.text), where


def test_a_passage_that_is_shown_stands_on_the_board_until_it_ended(client: TestClient) -> None:
    code = brought_row(client, "shared_passage", **PASSAGE)
    assert f"{code}: medical passage" in words(client.get("/floor").text)
    brought_row(client, "shared_passage", 2, **PASSAGE, ended="done")
    assert words(client.get("/floor").text).count("medical passage asked") == 1


def test_the_shift_enters_an_answer_and_nobody_corrects_what_is_shown(console: Console, client: TestClient) -> None:
    code = brought_row(client, "shared_notice", **NOTICE)
    officer = browser_of(console, person_as(Role.SHIFT_LEAD, "NI"))
    assert officer.post(f"/notices/{code}/add/notice_answer", data=ANSWER).status_code == 303
    assert "acknowledged, in a letter" in words(client.get(f"/notices/{code}").text)
    analyst = browser_of(console, person_as(Role.ANALYST, "NI"))
    assert analyst.post(f"/notices/{code}/add/notice_answer", data=ANSWER).status_code == 403
    assert client.post(f"/notices/{code}/correct", data={"confirm": "yes"}).status_code == 404
    assert "Correct it" not in client.get(f"/notices/{code}").text


def test_an_empty_list_says_that_nothing_is_shown(client: TestClient) -> None:
    assert "Nothing is shown to this centre" in words(client.get("/notices").text)
