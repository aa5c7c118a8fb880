"""The day of an instance: medical passage before everything, each line once, and what is not known said so."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.aid_forms import new_item, new_step
from tests.conftest import each
from tests.desks.samples import samples_for
from tests.notices_on_record import MOVEMENT
from tests.server.addresses import put_to_work
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import Role, roles_of
from trucewatch.server.console import Console

PARTS = ("movement", "destination", "road", "request", "offer", "work", "line")
"""Parts that answer a question of the first day, so that they always stand."""
REQUEST = {"organisation": "HR", "kind": "blankets", "quantity": "400", "unit": "pieces", "district": "kess"}


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"[\u2066-\u2069]|<[^>]*>", "", page)).split())


def part_of(page: str, name: str) -> str:
    found = re.search(rf'<section class="card[^"]*" id="part-{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return found[0]


def enter(client: TestClient, where: str, **fields: str) -> str:
    answered = client.post(where, data={**fields, "confirm": "yes"})
    assert answered.status_code == 303, answered.text[-3000:]
    return str(answered.headers["location"])


def test_an_empty_day_says_how_it_begins_and_answers_no_question_with_more_than_is_known(aid: Console) -> None:
    page = client_of(aid).get("/today").text
    assert 'id="begins"' in page
    for name in each(PARTS):
        part_of(page, name)
    assert "nothing is known of any road" in text_of(part_of(page, "road"))
    assert "nothing is known of any" in text_of(part_of(page, "destination"))


def test_it_is_the_first_page_of_the_instance(aid: Console) -> None:
    answer = client_of(aid).get("/")
    assert answer.headers["location"] == "/today"


def test_no_centre_has_it(valleys: Console) -> None:
    assert client_of(valleys).get("/today").status_code == 404


def test_blankets_that_are_offered_and_asked_for_stand_on_it(fresh: Callable[[str], Console]) -> None:
    client = client_of(fresh(AID))
    enter(client, "/requests/new", **REQUEST)
    enter(client, "/offers/new", organisation="LB", kind="blankets", quantity="150", unit="pieces")
    page = client.get("/today").text
    assert "Lamp and Bread" in text_of(part_of(page, "offer"))
    assert "1 offer stands." in text_of(part_of(page, "offer"))
    assert "RQ-1" in text_of(part_of(page, "request"))
    assert 'id="begins"' not in page


def test_what_is_due_today_stands_above_and_not_once_more_below(fresh: Callable[[str], Console]) -> None:
    client = client_of(fresh(AID))
    enter(client, "/requests/new", **REQUEST, by="2031-05-03")
    page = client.get("/today").text
    assert "RQ-1" in text_of(part_of(page, "due"))
    assert "RQ-1" not in text_of(part_of(page, "request"))
    assert page.index('id="part-due"') < page.index('id="part-movement"')


def test_a_movement_that_is_notified_stands_among_the_movements_whoever_was_told(
    fresh: Callable[[str], Console],
) -> None:
    client = client_of(fresh(AID))
    times = {"leaves_at": "2031-05-04 04:00", "arrives_at": "2031-05-04 08:00"}
    where = enter(client, "/notifications/movements/new", **{**MOVEMENT, **times})
    assert where in part_of(client.get("/today").text, "movement")


def test_a_work_says_who_repairs_it_or_that_nobody_is_named(fresh: Callable[[str], Console]) -> None:
    client = client_of(fresh(AID))
    enter(client, "/works/new", organisation="HR", kind="water", district="kess", repairs="UV-works")
    enter(client, "/works/new", organisation="HR", kind="power", district="sorrel")
    words = text_of(part_of(client.get("/today").text, "work"))
    assert "Upper Valley Works Office (simulated) repairs it" in words
    assert "nobody is named who repairs it" in words


@pytest.mark.parametrize("path", ["/today", "/requests", "/offers", "/works", "/returns", "/windows", "/road-notices"])
def test_medical_passage_stands_before_everything_on_every_list(fresh: Callable[[str], Console], path: str) -> None:
    client = client_of(fresh(AID))
    passage = {
        "organisation": "HR",
        "patients": "2",
        "urgency": "hours",
        "from_district": "kess",
        "to_district": "sorrel",
        "from_at": "2031-05-04 00:30",
        "until_at": "2031-05-04 06:00",
        "asked_at": "2031-05-03 23:50",
    }
    where = enter(client, "/notifications/medical/new", **passage)
    enter(client, "/requests/new", **REQUEST, by="2031-05-03")
    page = client.get(path).text
    main = page[page.index('<main id="content"') :]
    assert where in main
    assert main.index(where) < min(
        main.find(tag) for tag in ("/requests/RQ-1", '<div class="card empty"') if tag in main
    )


@pytest.mark.parametrize("role", list(roles_of("humanitarian")))
def test_it_opens_for_who_reads_inside_and_for_nobody_else(aid: Console, role: Role) -> None:
    side = {Role.MEMBER: "HR", Role.LIAISON: "UV"}.get(role, "")
    status = browser_of(aid, person_as(role, side)).get("/today").status_code
    assert status == (200 if role in (Role.COORDINATOR, Role.MEMBER, Role.AUDITOR) else 403)


def test_with_everything_under_way_no_line_says_that_anything_is_safe(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    client = client_of(console)
    assert samples_for("humanitarian")
    put_to_work(console, client)
    words = text_of(client.get("/today").text.split('<main id="content"')[1])
    assert "Is the road safe?" in words
    assert not re.search(r"\b(safe|open road|all clear|cleared)\b", words.replace("Is the road safe?", ""))


def test_an_offer_that_is_promised_away_is_no_answer_to_who_has_something(fresh: Callable[[str], Console]) -> None:
    client = client_of(fresh(AID))
    goods = {"kind": "blankets", "quantity": "100", "unit": "pieces", "district": "kess"}
    offer = new_item(client, "/offers", organisation="GLS", **goods)
    assert f"/offers/{offer}" in client.get("/today").text
    request = new_item(client, "/requests", organisation="HR", **goods)
    new_step(client, "/requests", request, "promise", organisation="GLS", quantity="100", offer=offer)
    page = client.get("/today").text
    assert "All that is offered is promised." in page
    assert f"/offers/{offer}" not in page
