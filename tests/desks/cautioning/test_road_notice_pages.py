"""The pages of road notices: one sentence, how long it took, that it lapses to no word since, and nothing of an
incident."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from tests.desks.cautioning.samples import NOTICE, OLD, add, say
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.alerting.room import background_view
from trucewatch.desks.cautioning.on_floor import items
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

Fresh = Callable[..., Console]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_a_notice_reads_as_one_sentence_with_its_hours_and_zone(fresh: Fresh) -> None:
    client = client_of(fresh())
    hours = {"asked_at": "2031-05-04T01:48:00Z", "said_at": "2031-05-04T02:00:00Z"}
    code = say(client, **hours)
    words = text_of(client.get(f"/road-notices/{code}").text)
    assert "K-12 between Norhaven and Highmere: advised against, said 00:00, next word by 00:30 (UTC" in words
    assert "This is advice. The organisation decides." in words
    assert "said 12 minutes after it was asked for or known" in words


def test_past_its_hour_it_says_that_there_is_no_word_since_and_not_that_it_is_open(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = say(client, **OLD)
    for page in (client.get("/road-notices").text, client.get(f"/road-notices/{code}").text):
        words = text_of(page)
        assert "K-12 between Norhaven and Highmere: no word since 3 May 2031, 20:40 (UTC-2);" in words
        assert "the next was due by 3 May 2031, 21:30" in words
        assert not re.search(r"\b(safe|is open|can be used again|cleared)\b", words)
    late = text_of(client.get(f"/road-notices/{code}").text)
    assert "said 40 minutes after it was asked for or known; the watch's own rule is 15 minutes" in late


def test_a_position_a_kind_or_a_count_does_not_pass(fresh: Fresh) -> None:
    client = client_of(fresh())
    for changes in ({"road": "K-12 at 4675123"}, {"to": "5 tanks"}, {"from": "Norhaven: shelling"}):
        answered = client.post("/road-notices/new", data={**NOTICE, **changes, "confirm": "yes"})
        assert answered.status_code == 422
        assert "no place, kind or number stands in a road notice" in text_of(answered.text)


def test_from_an_incident_only_the_hour_is_taken(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = console.snapshot.codes[0]
    assert f'href="/road-notices?incident={code}#begin"' in client.get(f"/incident/{code}").text
    page = client.get(f"/road-notices?incident={code}").text
    names = set(re.findall(r'name="(\w+)"', page[page.index('id="begin"') :]))
    assert {"road", "from", "to", "districts", "asked_at", "said_at"} <= names
    assert not names & {"incident", "place", "kind", "lon", "lat", "count"}


def test_a_road_of_the_network_fills_the_form_and_enters_nothing(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    page = client.get("/road-notices").text
    form = page[page.index('id="begin"') :].partition("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(html.unescape(value))
    before = len(console.store.journal)
    filled = client.post("/road-notices/new", data={**fields, "confirm": "change"})
    assert filled.status_code == 200
    assert html.escape(fields["from"][0]) in filled.text
    assert len(console.store.journal) == before
    entered = client.post("/road-notices/new", data={**fields, "advice": "awaited", "confirm": "yes"})
    assert entered.status_code == 303


def test_who_decides_is_the_shift_and_who_reads_inside_reads(fresh: Fresh) -> None:
    console = fresh()
    shift, officer = (browser_of(console, person_as(role)) for role in (Role.SHIFT_LEAD, Role.INTERPRETER))
    assert officer.get("/road-notices").status_code == 200
    assert officer.post("/road-notices/new", data={**NOTICE, "confirm": "yes"}).status_code == 403
    assert say(shift) == "RN-1"


def test_a_notice_that_is_read_out_says_to_whom_and_when(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = say(client)
    add(client, code, "road_read_out", organisation="HR", read_at="2031-05-04T01:50:00Z")
    assert "read out to Halvane Relief" in text_of(client.get(f"/road-notices/{code}").text)


def test_a_notice_whose_next_word_is_nearly_due_stands_on_the_board_as_late(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    say(client, next_word_by="2031-05-04T02:08:00Z")
    say(client, next_word_by="2031-05-04T04:00:00Z")
    page = client.get("/floor").text
    assert all(f"{code}: K-12 between Norhaven and Highmere" in text_of(page) for code in ("RN-1", "RN-2"))
    soon, later = sorted(items(background_view(console)), key=lambda item: item.path)
    assert (soon.is_late, later.is_late) == (True, False)


def test_an_instance_says_none_itself(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    assert client.get("/road-notices").status_code == 200
    assert client.get("/road-notices/new").status_code in (403, 404)
    assert client.post("/road-notices/new", data={**NOTICE, "confirm": "yes"}).status_code in (403, 404)
