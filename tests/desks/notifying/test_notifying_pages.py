"""The pages of notifications: entered, told and answered; what stands on each of them; what a side sees of them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.desks.notifying.samples import ANSWER, MOVEMENT, PASSAGE, SITE, TOLD, entered, new_notice
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.aid_notification_state import FIXED_SENTENCES
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

PLACE = "the depot behind the mill"


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh(AID)


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", page)).split())


def movement(client: TestClient, **more: Any) -> str:
    return new_notice(client, "/notifications/movements", MOVEMENT | more)


def told(client: TestClient, code: str, **more: str) -> None:
    answer = client.post(f"/notifications/send/{code}", data=TOLD | more)
    assert answer.status_code == 303, answer.text[:3000]


def test_a_notification_is_entered_told_and_acknowledged_by_its_forms(client: TestClient) -> None:
    code = movement(client)
    told(client, code)
    entered(client, f"/notifications/movements/{code}/add/notice_answer", ANSWER)
    page = words(client.get(f"/notifications/movements/{code}").text)
    assert "acknowledged, in a letter" in page
    assert "told: 1; answered: 1" in page


def test_every_page_list_and_print_says_that_protection_does_not_depend_on_it(client: TestClient) -> None:
    code = movement(client)
    site = new_notice(client, "/notifications/sites", SITE)
    passage = new_notice(client, "/notifications/medical", PASSAGE)
    told(client, code)
    pages = (
        "/notifications",
        "/notifications/movements",
        "/notifications/sites",
        "/notifications/medical",
        f"/notifications/movements/{code}",
        f"/notifications/sites/{site}",
        f"/notifications/medical/{passage}",
        f"/notifications/send/{code}",
        f"/notifications/end/{code}",
        f"/notifications/letter/{code}",
        f"/notifications/letter/{passage}",
        "/notifications/own",
        f"/notifications/own/{code}?side=LV",
    )
    for where in pages:
        page = client.get(where)
        assert page.status_code == 200, where
        for sentence in FIXED_SENTENCES:
            assert str(sentence) in words(page.text), where


def test_what_will_be_entered_is_shown_with_what_is_on_record_beside_it(client: TestClient) -> None:
    movement(client)
    summary = client.post("/notifications/movements/new", data=MOVEMENT | {"leaves_at": "5 May 2031 06:00"})
    assert summary.status_code == 200
    page = words(summary.text)
    assert "late by own rule" in page
    assert "MV-1: another notification of the same organisation" in page


def test_a_body_of_the_united_nations_is_reminded_of_its_coordinator_and_nobody_else(client: TestClient) -> None:
    for organisation, is_said in (("UNRH", True), ("GLS", False), ("LB", False)):
        summary = client.post("/notifications/movements/new", data=MOVEMENT | {"organisation": organisation})
        assert ("through the coordinator as a rule" in words(summary.text)) is is_said, organisation


def test_a_name_in_a_route_is_refused_and_stands_in_no_page(client: TestClient) -> None:
    name = "Passport AB1234567 of Person Invented, born 1980"
    answer = client.post("/notifications/movements/new", data=MOVEMENT | {"route": name, "confirm": "yes"})
    assert answer.status_code == 422
    assert "AB1234567" not in answer.text
    assert "No notification is on record" in words(client.get("/notifications").text)


def test_a_function_that_is_a_name_with_a_number_is_refused_when_a_side_is_told(client: TestClient) -> None:
    code = movement(client)
    answer = client.post(f"/notifications/send/{code}", data=TOLD | {"function": "passport AB1234567"})
    assert answer.status_code == 422
    assert "AB1234567" not in answer.text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"way-LV": ""}, "no side is chosen"),
        ({"at": "9 May 2031 04:00"}, "this is still to come"),
        ({"at": "soon"}, "no time"),
        ({"way-LV": "by bird"}, "none of those that there are"),
    ],
)
def test_telling_is_refused_at_the_field_that_is_wrong(client: TestClient, change: dict[str, str], text: str) -> None:
    code = movement(client)
    answer = client.post(f"/notifications/send/{code}", data=TOLD | change)
    assert answer.status_code == 422
    assert text in words(answer.text)
    assert "told: 0" in words(client.get(f"/notifications/movements/{code}").text)


def test_medical_passage_stands_on_top_of_every_list_until_it_is_done(client: TestClient) -> None:
    code = new_notice(client, "/notifications/medical", PASSAGE)
    for where in ("/notifications", "/notifications/movements", "/notifications/sites"):
        page = words(client.get(where).text)
        assert f"{code}: 4 patients, within six hours" in page, where
    answer = client.post(f"/notifications/end/{code}", data={"state": "done", "at": "3 May 2031 22:00"})
    assert answer.status_code == 303
    assert f"{code}: 4 patients" not in words(client.get("/notifications").text)


def test_what_is_ticked_is_shown_to_the_centre_when_the_sides_are_told(client: TestClient, console: Console) -> None:
    code = movement(client, from_place=PLACE)
    told(client, code, show="yes")
    page = words(client.get(f"/notifications/movements/{code}").text)
    assert "It is shown as NS-1." in page
    assert "not yet what is ticked" not in page


def test_filters_choose_and_an_empty_choice_says_so(client: TestClient) -> None:
    code = movement(client)
    assert code in client.get("/notifications?organisation=GLS&district=kess&show=waiting").text
    assert "Nothing on record is of this choice" in words(client.get("/notifications?organisation=LB").text)
    assert "Nothing on record is of this choice" in words(client.get("/notifications?show=over").text)


def test_the_letter_has_every_language_of_the_watch_and_nothing_that_is_not_the_sides(
    client: TestClient, console: Console
) -> None:
    code = movement(client, from_place=PLACE)
    told(client, code)
    entered(client, f"/notifications/movements/{code}/add/notice_answer", ANSWER | {"says": "WORDS-OF-LV"})
    page = client.get(f"/notifications/letter/{code}").text
    for language in console.snapshot.watch.settings.languages:
        assert f'<article class="card paper" lang="{language}"' in page
    assert PLACE in page
    for never in ("WORDS-OF-LV", "Told by", "Show the monitoring centre", "duty officer"):
        assert never not in page


def test_a_side_sees_what_it_was_told_and_nothing_else(console: Console, client: TestClient) -> None:
    first, second = movement(client, from_place=PLACE), movement(client, to_place="ANOTHER PLACE")
    told(client, first)
    liaison = browser_of(console, person_as(Role.LIAISON, "LV"))
    listed = liaison.get("/notifications/own").text
    assert first in listed
    assert second not in listed
    assert liaison.get(f"/notifications/own/{second}").status_code == 404
    assert liaison.get("/notifications").status_code == 403
    assert liaison.get(f"/notifications/movements/{first}").status_code == 403
    assert liaison.get("/notifications/own?side=UV").status_code == 403
    other = browser_of(console, person_as(Role.LIAISON, "UV"))
    assert first not in other.get("/notifications/own").text


def test_a_side_answers_by_its_own_hand_and_its_words_stand_as_they_are(console: Console, client: TestClient) -> None:
    code = movement(client)
    told(client, code)
    liaison = browser_of(console, person_as(Role.LIAISON, "LV"))
    fields = {"side": "LV", "answer": "objected", "says": "the ford is deep"}
    assert liaison.post(f"/notifications/own/{code}", data=fields).status_code == 303
    assert liaison.post(f"/notifications/own/{code}", data=fields | {"side": "UV"}).status_code == 403
    page = words(client.get(f"/notifications/movements/{code}").text)
    assert "objected, signed in here" in page
    assert "the ford is deep" in page


def test_a_change_that_a_side_was_not_told_is_not_shown_to_it(console: Console, client: TestClient) -> None:
    code = movement(client, from_place=PLACE)
    told(client, code)
    fields = MOVEMENT | {"from_place": "OTHER PLACE", "version": "1", "reason": "moved", "confirm": "yes"}
    assert client.post(f"/notifications/movements/{code}/correct", data=fields).status_code == 303
    page = browser_of(console, person_as(Role.LIAISON, "LV")).get(f"/notifications/own/{code}").text
    assert PLACE in page
    assert "OTHER PLACE" not in page


def test_a_member_tells_the_sides_for_its_own_organisation_alone(console: Console, client: TestClient) -> None:
    code = movement(client)
    other = browser_of(console, person_as(Role.MEMBER, "LB"))
    assert other.post(f"/notifications/send/{code}", data=TOLD).status_code == 422
    assert other.post(f"/notifications/end/{code}", data={"state": "done", "at": TOLD["at"]}).status_code == 422
    own = browser_of(console, person_as(Role.MEMBER, "GLS"))
    assert own.post(f"/notifications/send/{code}", data=TOLD | {"way-LV": "own"}).status_code == 303
