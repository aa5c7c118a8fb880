"""The pages of the joint centre: the text before it leaves, the click that sends it, what came of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.desks.flashing.samples import BOUNCE, claim, form_about, send
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import RIGHTS, Right, Role
from trucewatch.server.console import Console
from trucewatch.store.flash_records import FLASH, flash_of, flashes_on_record

Fresh = Callable[[], Console]


def words_of(page: str) -> str:
    """What a page says, without its frame."""
    main = page.partition('<main id="content"')[2].partition("</main>")[0] or page
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def at_of(client: TestClient, code: str) -> str:
    page = client.get(f"/urgent/{code}").text
    return html.unescape(re.findall(r'id="at-acknowledge"[^>]*?value="([^"]*)"', page, re.DOTALL)[0])


def entered(client: TestClient, where: str, **fields: str) -> None:
    answer = client.post(where, data=fields)
    assert answer.status_code == 303, words_of(answer.text)[:2000]


def test_an_empty_list_says_where_a_message_begins(fresh: Fresh) -> None:
    said = words_of(client_of(fresh()).get("/urgent").text)
    assert "No urgent message was sent yet." in said
    assert "Tell both sides now" in said


def test_a_claim_and_an_incident_lead_to_the_first_click(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = claim(client)
    assert f"/urgent/new?about=claim%3A{code}" in client.get(f"/claims/{code}").text
    incident = console.snapshot.codes[0]
    page = client.get(f"/incident/{incident}").text
    assert f"/urgent/new?about=incident%3A{incident}" in page
    assert 'data-key="f"' in page


def test_the_first_click_shows_every_word_and_enters_nothing(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    about = f"claim:{claim(client, where='Ambermill', says='TWELVE SHELLS HIT THE MILL')}"
    before = len(console.store.journal)
    page = client.get(f"/urgent/new?about={about}")
    said = words_of(page.text)
    assert len(console.store.journal) == before
    for language in each(("English", "Русский", "Türkçe")):
        assert language in said
    assert "TWELVE" not in page.text
    told = page.text.partition('aria-labelledby="read-title"')[2].partition("</section>")[0]
    assert about.partition(":")[2] not in told


def test_the_second_click_queues_it_to_all_in_one_second_and_says_which(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    flash = flash_of(console.store, code)
    page = words_of(client.get(f"/urgent/{code}").text)
    assert f"queued to all at {flash.queued_at.astimezone(console.snapshot.watch.zone):%H:%M:%S}" in page
    assert len({flash.texts[party] for party in each(flash.parties)}) == 1


def test_a_second_click_sends_nothing_twice_and_leads_to_the_same_message(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    form = form_about(client, f"claim:{claim(client)}") | {"step": "send"}
    first, second = client.post("/urgent/new", data=form), client.post("/urgent/new", data=form)
    assert first.headers["location"] == second.headers["location"] == "/urgent/UM-1"
    assert len(flashes_on_record(console.store)) == 1


def test_what_changed_since_it_was_seen_is_not_sent(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    form = form_about(client, f"claim:{claim(client)}") | {"step": "send"}
    answer = client.post("/urgent/new", data=form | {"matter": "flares"})
    assert answer.status_code == 422
    assert "It changed since you looked at it." in words_of(answer.text)
    assert flashes_on_record(console.store) == ()
    seen_anew = html.unescape(re.findall(r'name="seen" value="([^"]*)"', answer.text)[0])
    again = client.post("/urgent/new", data=form | {"matter": "flares", "seen": seen_anew})
    assert again.status_code == 303


def test_a_place_finer_than_the_rule_is_refused(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    form = form_about(client, f"claim:{claim(client)}") | {"step": "send", "place": "exact"}
    answer = client.post("/urgent/new", data=form)
    assert answer.status_code == 422
    assert 'id="fault-place"' in answer.text
    assert flashes_on_record(console.store) == ()


def test_words_in_one_language_alone_are_refused_beside_their_fields_and_kept(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    form = form_about(client, f"claim:{claim(client)}") | {"step": "look", "added_en": "Please call back."}
    answer = client.post("/urgent/new", data=form)
    assert "Please call back." in answer.text
    assert 'id="fault-added_ru"' in answer.text
    assert client.post("/urgent/new", data=form | {"step": "send"}).status_code == 422
    assert flashes_on_record(console.store) == ()


def test_another_about_the_same_has_to_be_meant(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    about = f"claim:{claim(client)}"
    first = send(client, about)
    form = form_about(client, about) | {"step": "send", "matter": "flares"}
    looked = client.post("/urgent/new", data=form | {"step": "look"})
    form |= {"seen": html.unescape(re.findall(r'name="seen" value="([^"]*)"', looked.text)[0])}
    answer = client.post("/urgent/new", data=form)
    assert answer.status_code == 422
    assert f'href="/urgent/{first}"' in answer.text
    assert client.post("/urgent/new", data=form | {"again": "on"}).status_code == 303
    assert len(flashes_on_record(console.store)) == 2


def test_what_a_civilian_told_the_centre_alone_is_told_to_nobody(fresh: Fresh) -> None:
    client = client_of(fresh())
    answer = client.get(f"/urgent/new?about=claim:{claim(client, speaker='civilian', may_tell='no')}")
    assert answer.status_code == 422
    assert "did not say that both sides may be told" in words_of(answer.text)


@pytest.mark.parametrize("role", [role for role in Role if Right.INSIDE in RIGHTS[role]])
def test_whoever_reads_inside_sees_it_and_only_who_may_sends_it(fresh: Fresh, role: Role) -> None:
    console = fresh()
    client = client_of(console)
    code, about = send(client), f"claim:{claim(client)}"
    browser = browser_of(console, person_as(role))
    may = Right.FLASH in RIGHTS[role]
    page = browser.get(f"/urgent/new?about={about}")
    assert page.status_code == 200
    assert ('id="send"' in page.text) == may
    assert ('id="step-acknowledge"' in browser.get(f"/urgent/{code}").text) == may
    assert ('id="sending"' in page.text) == may
    form = form_about(client, about) | {"step": "send"}
    assert browser.post("/urgent/new", data=form).status_code == (303 if may else 403)
    assert browser.post(f"/urgent/{code}/close").status_code == (303 if may else 403)


def test_quiet_is_what_both_say_and_the_later_of_both_counts(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    at = at_of(client, code)
    entered(client, f"/urgent/{code}/quiet", to="UV", via="telephone", at=at)
    assert flash_of(console.store, code).quiet_at is None
    assert "not known" in words_of(client.get(f"/urgent/{code}").text)
    entered(client, f"/urgent/{code}/quiet", to="LV", via="radio", at=at)
    assert flash_of(console.store, code).quiet_at is not None
    assert "to the later of both" in words_of(client.get("/urgent").text)


def test_the_centres_own_means_saw_quiet_only_with_what_saw_it(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    refused = client.post(f"/urgent/{code}/own-quiet", data={"at": at_of(client, code), "words": ""})
    assert refused.status_code == 422
    assert 'id="fault-words"' in refused.text
    entered(client, f"/urgent/{code}/own-quiet", at=at_of(client, code), words="three devices silent")
    assert "as the centre's own means saw" in words_of(client.get(f"/urgent/{code}").text)


def test_a_quiet_from_before_the_report_is_refused_beside_its_field(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = send(client)
    answer = client.post(f"/urgent/{code}/quiet", data={"to": "UV", "at": "2031-05-02T10:00:00Z"})
    assert answer.status_code == 422
    assert 'id="fault-at"' in answer.text
    assert '<details id="step-quiet" open>' in answer.text
    assert "2031-05-02T10:00:00Z" in answer.text


def test_a_mail_that_came_back_stays_in_sight_and_is_no_silence_of_a_side(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    answer = client.post(f"/urgent/{code}/bounce", data={"to": "LV"}, files={"file": ("back.eml", BOUNCE)})
    assert answer.status_code == 303, words_of(answer.text)[:2000]
    said = words_of(client.get("/urgent").text)
    assert "mail to Lower Valley came back" in said
    assert "no answer of Lower Valley" not in said
    twice = client.post(f"/urgent/{code}/bounce", data={"to": "LV", "pasted": BOUNCE.decode()})
    assert twice.status_code == 422


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04 no mail", b"From: a@b.example\n\nhello"])
def test_what_is_no_mail_that_came_back_is_refused_with_its_reason(fresh: Fresh, content: bytes) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    before = len(console.store.journal)
    answer = client.post(f"/urgent/{code}/bounce", data={"to": "LV"}, files={"file": ("x.eml", content)})
    assert answer.status_code == 422
    assert 'id="fault-file"' in answer.text
    assert len(console.store.journal) == before


def test_a_text_read_out_is_no_acknowledgement(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    entered(client, f"/urgent/{code}/read-out", to="UV", at=at_of(client, code))
    flash = flash_of(console.store, code)
    assert flash.acknowledged("UV") is None
    said = words_of(client.get(f"/urgent/{code}").text)
    assert "no answer of Upper Valley is on record" in said
    assert "read out" in said
    (act,) = flash.acts
    entered(client, f"/urgent/{code}/undo", entry=str(act.entry))
    assert "it is not known that it reached Upper Valley" in words_of(client.get(f"/urgent/{code}").text)


def test_a_withdrawal_says_first_what_all_are_told_and_ends_it(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    before = client.get(f"/urgent/{code}/withdraw")
    assert f"{code} is withdrawn" in words_of(before.text)
    assert flash_of(console.store, code).withdrawn is None
    entered(client, f"/urgent/{code}/withdraw", words="of another day")
    flash = flash_of(console.store, code)
    assert flash.withdrawn is not None
    assert client.post(f"/urgent/{code}/withdraw", data={}).status_code == 422
    at = at_of(client, code)
    entered(client, f"/urgent/{code}/acknowledge", to="UV", via="telephone", at=at)
    assert flash_of(console.store, code).acknowledged("UV") is None
    assert "entered after it had ended; changes nothing" in words_of(client.get(f"/urgent/{code}").text)


def test_a_closed_message_is_opened_again_and_an_entry_taken_back(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    entered(client, f"/urgent/{code}/close")
    assert "closed" in words_of(client.get(f"/urgent/{code}").text)
    entered(client, f"/urgent/{code}/reopen")
    assert flash_of(console.store, code).ended is None
    entered(client, f"/urgent/{code}/acknowledge", to="UV", via="radio", at=at_of(client, code))
    act = flash_of(console.store, code).acts[-1]
    assert "Upper Valley" in words_of(client.get(f"/urgent/{code}/undo?entry={act.entry}").text)
    entered(client, f"/urgent/{code}/undo", entry=str(act.entry))
    assert flash_of(console.store, code).acknowledged("UV") is None
    assert client.post(f"/urgent/{code}/undo", data={"entry": str(act.entry)}).status_code == 422


def test_the_page_that_looks_again_is_touched_only_where_something_changed(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    page = client.get(f"/urgent/{code}").text
    (shown,) = re.findall(rf'hx-get="(/urgent/{code}/live\?shown=[0-9a-f]+)"', page)
    assert client.get(shown).status_code == 204
    entered(client, f"/urgent/{code}/acknowledge", to="UV", via="radio", at=at_of(client, code))
    part = client.get(shown)
    assert part.status_code == 200
    assert "Upper Valley acknowledged" in words_of(part.text)


def test_programs_and_the_table_get_no_typed_word(fresh: Fresh) -> None:
    client = client_of(fresh())
    about = f"claim:{claim(client, says='A SECRET PLACE')}"
    looked = form_about(client, about)
    added = {f"added_{language}": "CALL THE CENTRE" for language in ("en", "ru", "tr")}
    seen = client.post("/urgent/new", data=looked | added | {"step": "look"}).text
    looked |= {"seen": html.unescape(re.findall(r'name="seen" value="([^"]*)"', seen)[0])}
    code = client.post("/urgent/new", data=looked | added | {"step": "send"}).headers["location"].rpartition("/")[2]
    entered(client, f"/urgent/{code}/own-quiet", at=at_of(client, code), words="THE POST BY THE MILL")
    for address in each(("/api/urgent", f"/api/urgent/{code}", "/urgent.csv")):
        answer = client.get(address)
        assert answer.status_code == 200
        for words in ("SECRET", "CALL THE CENTRE", "MILL"):
            assert words not in answer.text
        assert code in answer.text
    assert client.get("/api/urgent/UM-99").status_code == 404
    (row,) = client.get("/api/urgent").json()["messages"]
    assert row["seconds_to_quiet"] == 0


def test_the_paper_of_a_message_holds_text_and_history(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    entered(client, f"/urgent/{code}/acknowledge", to="LV", via="in_person", at=at_of(client, code))
    said = words_of(client.get(f"/urgent/{code}/paper").text)
    assert "Lower Valley acknowledged" in said
    assert "not checked" in said or "has not been checked" in said


def test_the_ledger_leads_from_an_entry_to_its_page_and_names_no_typed_word(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = send(client)
    entry = flash_of(console.store, code).entry
    record = next(console.store.journal.entries(entry)).record
    assert record["schema"] == FLASH
    assert client.get(f"/ledger/entry/{entry}").status_code == 200
