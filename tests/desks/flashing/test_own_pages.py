"""The liaison's own page: what was told to their side, what their side said, and nothing of anybody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.desks.flashing.samples import claim, send
from tests.desks.flashing.test_pages import at_of, entered, words_of
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import RIGHTS, Right, Role
from trucewatch.server.console import Console
from trucewatch.store.flash_records import flash_of

Fresh = Callable[[], Console]


def liaison(console: Console, side: str) -> TestClient:
    return browser_of(console, person_as(Role.LIAISON, side))


def test_a_liaison_reads_the_text_and_acknowledges_it_with_one_click(fresh: Fresh) -> None:
    console = fresh()
    code = send(client_of(console))
    browser = liaison(console, "UV")
    page = browser.get("/urgent/own")
    assert f"New: {code} waits for your answer." in words_of(page.text)
    assert "stop" in words_of(page.text)
    entered(browser, "/urgent/own/acknowledge", side="UV", code=code)
    act = flash_of(console.store, code).acknowledged("UV")
    assert act is not None
    assert (act.via, act.by) == ("console", person_as(Role.LIAISON, "UV").reference)
    after = words_of(browser.get("/urgent/own").text)
    assert "you acknowledged it" in after
    assert "New:" not in after


def test_a_text_stands_in_the_readers_language_first(fresh: Fresh) -> None:
    console = fresh()
    send(client_of(console))
    page = liaison(console, "UV").get("/urgent/own?lang=tr").text
    own = page.partition('<section class="card own')[2]
    assert re.findall(r'lang="(\w\w)"', own)[0] == "tr"


def test_a_liaison_sees_nothing_of_the_other_side_nor_of_what_it_rests_on(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    about = claim(client, says="SAID TO THE CENTRE")
    code = send(client, f"claim:{about}")
    entered(client, f"/urgent/{code}/acknowledge", to="LV", via="radio", at=at_of(client, code))
    entered(client, f"/urgent/{code}/quiet", to="LV", via="radio", at=at_of(client, code))
    entered(client, f"/urgent/{code}/own-quiet", at=at_of(client, code), words="THE POST SAW IT")
    page = liaison(console, "UV").get("/urgent/own").text
    said = words_of(page)
    for words in each(
        (about, "SAID TO THE CENTRE", "THE POST", "Lower Valley", "acknowledged", "First report", "entry")
    ):
        assert words not in said.partition(code)[2], words


@pytest.mark.parametrize("address", ["/urgent", "/urgent/UM-1", "/urgent/UM-1/live", "/urgent.csv", "/api/urgent"])
def test_the_centres_pages_are_closed_to_a_liaison(fresh: Fresh, address: str) -> None:
    console = fresh()
    send(client_of(console))
    assert liaison(console, "UV").get(address).status_code == 403


@pytest.mark.parametrize("step", ["acknowledge", "quiet", "undo"])
def test_nobody_speaks_for_another_side(fresh: Fresh, step: str) -> None:
    console = fresh()
    code = send(client_of(console))
    before = len(console.store.journal)
    for side in each(("LV", "NI", "nobody")):
        fields = {"side": side, "code": code, "at": "2031-05-03T12:00:00Z", "entry": "1"}
        assert liaison(console, "UV").post(f"/urgent/own/{step}", data=fields).status_code == 403
    assert liaison(console, "UV").get("/urgent/own?side=LV").status_code == 403
    assert liaison(console, "UV").post(f"/urgent/{code}/acknowledge", data={"to": "UV"}).status_code == 403
    assert len(console.store.journal) == before


def test_a_message_that_went_to_others_cannot_be_told_from_one_that_there_is_not(fresh: Fresh) -> None:
    console = fresh()
    send(client_of(console))
    browser = liaison(console, "NI")
    for code in each(("UM-1", "UM-99", "x")):
        assert browser.post("/urgent/own/acknowledge", data={"side": "NI", "code": code}).status_code == 403
    assert "No urgent message was sent to your side." in words_of(browser.get("/urgent/own").text)


def test_a_side_says_since_when_it_is_quiet_and_may_take_it_back(fresh: Fresh) -> None:
    console = fresh()
    code = send(client_of(console))
    browser = liaison(console, "UV")
    page = browser.get("/urgent/own").text
    at = html.unescape(re.findall(r'id="quiet-1"[^>]*?value="([^"]*)"', page, re.DOTALL)[0])
    entered(browser, "/urgent/own/quiet", side="UV", code=code, at=at)
    quiet = flash_of(console.store, code).quiet("UV")
    assert quiet is not None
    entered(browser, "/urgent/own/undo", side="UV", code=code, entry=str(quiet.entry))
    assert flash_of(console.store, code).quiet("UV") is None


def test_what_the_centre_entered_for_a_side_its_liaison_does_not_take_back(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    entered(client, f"/urgent/{code}/acknowledge", to="UV", via="telephone", at=at_of(client, code))
    act = flash_of(console.store, code).acknowledged("UV")
    assert act is not None
    fields = {"side": "UV", "code": code, "entry": str(act.entry)}
    assert liaison(console, "UV").post("/urgent/own/undo", data=fields).status_code == 403


@pytest.mark.parametrize("at", ["", "now", "2031-05-02T10:00:00Z", "2040-01-01T00:00:00Z"])
def test_a_moment_that_cannot_be_stands_beside_its_field_with_what_was_typed(fresh: Fresh, at: str) -> None:
    console = fresh()
    code = send(client_of(console))
    answer = liaison(console, "UV").post("/urgent/own/quiet", data={"side": "UV", "code": code, "at": at})
    assert answer.status_code == 422
    assert 'id="fault-at"' in answer.text
    assert f'value="{at}"' in answer.text
    assert flash_of(console.store, code).quiet("UV") is None


def test_a_second_acknowledgement_changes_nothing_and_says_so(fresh: Fresh) -> None:
    console = fresh()
    code = send(client_of(console))
    browser = liaison(console, "UV")
    entered(browser, "/urgent/own/acknowledge", side="UV", code=code)
    again = browser.post("/urgent/own/acknowledge", data={"side": "UV", "code": code})
    assert again.status_code == 422
    assert "already" in words_of(again.text)
    assert len(flash_of(console.store, code).acts) == 1


def test_a_withdrawn_message_says_so_on_the_liaisons_page_and_asks_nothing_more(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    entered(client, f"/urgent/{code}/withdraw", words="WHY STAYS INSIDE")
    page = liaison(console, "LV").get("/urgent/own").text
    assert "take no step because of it" in words_of(page)
    assert "WHY STAYS" not in page
    assert 'id="acknowledge-1"' not in page


def test_the_liaisons_page_is_touched_only_where_something_changed_for_their_side(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    browser = liaison(console, "UV")
    page = html.unescape(browser.get("/urgent/own").text)
    (shown,) = re.findall(r'hx-get="(/urgent/own/live\?[^"]+)"', page)
    assert browser.get(shown).status_code == 204
    entered(client, f"/urgent/{code}/acknowledge", to="LV", via="radio", at=at_of(client, code))
    assert browser.get(shown).status_code == 204, "what the other side says is no news here"
    entered(client, f"/urgent/{code}/close")
    assert browser.get(shown).status_code == 200


def test_the_menu_leads_a_liaison_to_their_own_page(fresh: Fresh) -> None:
    page = liaison(fresh(), "UV").get("/urgent/own").text
    assert 'href="/urgent/own"' in page
    assert 'href="/urgent"' not in page


@pytest.mark.parametrize("role", [role for role in Role if Right.LIAISE not in RIGHTS[role]])
def test_the_liaisons_page_is_for_liaisons_alone(fresh: Fresh, role: Role) -> None:
    assert browser_of(fresh(), person_as(role)).get("/urgent/own").status_code == 403
