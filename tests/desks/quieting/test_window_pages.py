"""The pages of windows of silence: what both agreed is in force, what the record has inside is said, nothing is kept
by silence."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from tests.desks.quieting.samples import WINDOW, add, answer, ask
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

Fresh = Callable[..., Console]
_QUIET = "2031-05-03T11:00:00Z"


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_a_shot_inside_stands_on_the_page_of_the_window_and_beside_the_incident(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = ask(client)
    for side in ("LV", "UV"):
        add(client, code, "window_answer", **answer(side))
    page = client.get(f"/windows/{code}").text
    assert "in place, time and act as both sides agreed" in text_of(page)
    incidents = set(re.findall(r'href="(/incident/[\d-]+)"', page))
    assert incidents
    beside = [client.get(incident).text for incident in sorted(incidents)]
    assert all(f'href="/windows/{code}"' in each for each in beside)
    assert any(f"Window of silence {code}: inconsistent" in text_of(each) for each in beside)


def test_a_window_half_agreed_says_that_it_is_not_in_force_and_finds_nothing(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = ask(client, until="2031-05-04T06:00:00Z")
    add(client, code, "window_answer", **answer("LV"))
    page = client.get(f"/windows/{code}").text
    assert "half agreed: a side has not answered; not in force" in text_of(page)
    assert 'href="/incident/' not in page


def test_what_is_found_is_proposed_to_be_told_and_never_told_by_itself(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = ask(client)
    assert "/add/window_check?state=" not in client.get(f"/windows/{code}").text, "nothing is found while it waits"
    for side in ("LV", "UV"):
        add(client, code, "window_answer", **answer(side))
    before = len(console.store.journal)
    page = client.get(f"/windows/{code}").text
    where = f"/windows/{code}/add/window_check?state=something_said"
    assert where in page
    form = client.get(where).text
    assert '<option value="something_said" selected>' in form
    assert len(console.store.journal) == before
    add(client, code, "window_check", state="something_said", said_at="2031-05-04T01:00:00Z")
    assert where not in client.get(f"/windows/{code}").text


@pytest.mark.parametrize("example", ["two-valleys", AID])
def test_a_side_answers_a_window_and_more_time_by_its_own_hand(fresh: Fresh, example: str) -> None:
    console = fresh(example)
    client = client_of(console)
    code = ask(client, **{"from": "2031-05-03T02:00:00Z", "until": "2031-05-06T06:00:00Z"})
    add(client, code, "window_answer", **answer("UV"))
    liaison = browser_of(console, person_as(Role.LIAISON, "LV"))
    assert code in liaison.get("/windows/own").text
    assert liaison.get(f"/windows/{code}").status_code == 403
    assert liaison.get("/windows").status_code == 403
    own = text_of(liaison.get(f"/windows/own/{code}").text)
    assert "has not answered" in own
    assert "agrees as asked, answered" not in own, "nothing of what the other side answered"
    fields = {"side": "LV", "answer": "changed", "acts": ["fire"], "version": "1"}
    assert liaison.post(f"/windows/own/{code}/window_answer", data=fields | {"side": "UV"}).status_code == 403
    assert liaison.post(f"/windows/own/{code}/window_word", data=fields).status_code == 404
    assert liaison.post(f"/windows/own/{code}/window_answer", data=fields | {"acts": []}).status_code == 422
    assert liaison.post(f"/windows/own/{code}/window_answer", data=fields).status_code == 303
    assert "in force until" in text_of(client.get(f"/windows/{code}").text)
    (given,) = [each for each in console.store.journal.entries() if each.record.get("acting_for") == "LV"]
    assert given.record["table"] == "window_answer"
    add(client, code, "window_extension", organisation="HR", until="2031-05-06T09:00:00Z")
    more = {"side": "LV", "answer": "declined"}
    assert liaison.post(f"/windows/own/{code}/window_extension_answer", data=more).status_code == 303


def test_an_organisation_answers_for_no_side(fresh: Fresh) -> None:
    console = fresh(AID)
    code = ask(client_of(console))
    member = browser_of(console, person_as(Role.MEMBER, "HR"))
    sent = {**answer("LV"), "confirm": "yes"}
    assert member.post(f"/windows/{code}/add/window_answer", data=sent).status_code == 403
    assert member.post(f"/windows/own/{code}/window_answer", data=sent).status_code == 403


def test_silence_of_the_record_does_not_say_that_a_window_was_kept(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = ask(client, **{"from": _QUIET, "until": "2031-05-03T11:30:00Z"})
    for side in ("LV", "UV"):
        add(client, code, "window_answer", **answer(side))
    words = text_of(client.get(f"/windows/{code}").text)
    assert "Nobody has said how it was kept." in words
    assert "does not say that it was kept" in words
    assert "Of this no record says anything: engineering works rest." in words
    add(client, code, "window_word", word="kept", side="UV", said_at="2031-05-03T12:00:00Z")
    words = text_of(client.get(f"/windows/{code}").text)
    assert "Nobody has said how it was kept." not in words
    assert "says: it was kept" in words


def test_a_window_asked_after_its_beginning_is_taken_and_labelled(fresh: Fresh) -> None:
    client = client_of(fresh())
    summary = client.post("/windows/new", data={**WINDOW, "until": "2031-05-04T06:00:00Z"})
    assert "only from the later of the two answers on" in text_of(summary.text)
    code = ask(client, until="2031-05-04T06:00:00Z")
    add(client, code, "window_answer", **answer("LV"))
    add(client, code, "window_answer", **answer("UV", "2031-05-04T01:30:00Z"))
    words = text_of(client.get(f"/windows/{code}").text)
    assert "answered after it began: counts from the answer on" in words
    assert "in force until" in words


def test_an_instance_has_windows_and_no_record_to_hold_them_against(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    code = ask(client)
    for side in ("LV", "UV"):
        add(client, code, "window_answer", **answer(side))
    page = client.get(f"/windows/{code}").text
    assert "Nobody has said how it was kept." in text_of(page)
    assert "/incident/" not in page
    assert client.get(f"/windows/{code}/add/window_check").status_code in (403, 404)


def test_an_outline_that_crosses_itself_is_refused_at_its_field(fresh: Fresh) -> None:
    client = client_of(fresh())
    crossing = "-24.75, -35.05; -24.6, -34.95; -24.6, -35.05; -24.75, -34.95"
    refused = client.post("/windows/new", data={**WINDOW, "outline": crossing, "confirm": "yes"})
    assert refused.status_code == 422
    assert "crosses itself" in text_of(refused.text)


def test_two_windows_of_one_time_name_each_other(fresh: Fresh) -> None:
    client = client_of(fresh())
    first, second = ask(client), ask(client, acts=["drones"])
    assert f"{second}: asked for the same time" in text_of(client.get(f"/windows/{first}").text)
    assert f"{first}: asked for the same time" in text_of(client.get(f"/windows/{second}").text)


def test_the_centre_tells_an_instance_no_place_no_kind_and_no_number(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = ask(client)
    form = client.get(f"/windows/{code}/add/window_check").text
    names = set(re.findall(r'name="([a-z_]+)"', form)) - {"csrf"}
    assert {"state", "said_at"} <= names
    assert not names & {"place", "kind", "count", "incident", "outline", "districts"}
