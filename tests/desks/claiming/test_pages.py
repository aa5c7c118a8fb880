"""Claims in the console: what was taken down is shown with whose words it is, what it was taken to mean and what was
assumed; corrections, translations and undoing keep both; who may not see a call-back sees none."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable

from httpx2 import Response

from tests.desks.claiming.samples import CALL, correct, take_back, take_down, translate
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.claiming.beside import work
from trucewatch.model.roles import Role
from trucewatch.server.console import Console


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def test_an_empty_list_teaches_how_a_call_is_taken_down(fresh: Callable[[], Console]) -> None:
    page = client_of(fresh()).get("/claims")
    assert "No claim was taken down yet." in words_of(page)
    assert re.search(r'<a href="/claims/new"[^>]*data-key="t"', page.text)


def test_a_call_becomes_a_claim_and_never_more(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    code = take_down(client, when="10:10", where="Ambermill", kind="explosion", count="2 to 5", perceived="heard")
    assert code == "CL-1"
    page = words_of(client.get("/claims/CL-1"))
    assert "claimed: what Upper Valley says; whether it is so is not said here" in page
    assert "three bangs from the ridge" in page
    assert "Explosion, 2 to 5" in page
    assert "3 May 2031, 10:10 (UTC-2)" in page
    assert "within about" in page
    assert "no number of people was entered; the words may hold one" in page


def test_what_is_not_said_stays_unknown(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    page = words_of(client.get(f"/claims/{take_down(client, speaker='not_said')}"))
    for words in ("an unnamed caller", "no time was entered", "no place was entered", "What it was not entered"):
        assert words in page


def test_both_sides_get_the_same_words(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    pages = []
    for party, name in (("UV", "Upper Valley"), ("LV", "Lower Valley")):
        page = words_of(client.get(f"/claims/{take_down(client, speaker=f'party:{party}')}"))
        rung = re.search(r"claimed: [^.]*? here", page)
        assert rung
        pages.append(rung[0].replace(name, "NAME"))
    assert pages[0] == pages[1]


def test_a_civilian_is_nobodys_side_and_two_of_one_village_are_one_voice(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    for _ in range(2):
        take_down(client, speaker="civilian", from_place="Ambermill", may_tell="no", call_back="radio four")
    take_down(client)
    page = words_of(client.get("/claims"))
    assert "3 claims, 2 voices" in page
    assert "a civilian near Ambermill" in page
    assert "radio four" not in page
    assert "May both sides be told? no" in words_of(client.get("/claims/CL-1"))


def test_a_correction_keeps_both_versions_and_can_be_taken_back(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client)
    correct(client, "CL-1", 1, says="two bangs")
    page = words_of(client.get("/claims/CL-1"))
    assert "two bangs" in page
    assert "three bangs from the ridge" in page
    assert "version 2" in page
    take_back(client, "CL-1", 2, "it was three after all")
    quote = re.search(r"<blockquote.*?</blockquote>", client.get("/claims/CL-1").text, re.DOTALL)
    assert quote
    assert "three bangs" in quote[0]
    take_back(client, "CL-1", 1, "a wrong number")
    assert "This claim was taken back here: entered by mistake, or at its speaker's wish" in words_of(
        client.get("/claims/CL-1")
    )
    assert "taken back" in words_of(client.get("/claims"))


def test_what_changed_meanwhile_is_refused_and_what_was_typed_is_kept(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client)
    correct(client, "CL-1", 1, says="two bangs")
    fields = CALL | {"version": "1", "says": "four bangs", "reason": "heard again"}
    answer = client.post("/claims/CL-1/correct", data=fields)
    assert answer.status_code == 422
    assert "Somebody else changed this claim meanwhile." in words_of(answer)
    assert "four bangs" in answer.text
    answer = client.post("/claims/CL-1/undo", data={"version": "1", "reason": "a wrong number"})
    assert answer.status_code == 422
    assert "a wrong number" in answer.text


def test_a_translation_stands_beside_the_words(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client)
    translate(client, "CL-1", "три хлопка")
    page = client.get("/claims/CL-1")
    assert "three bangs from the ridge" in page.text
    assert re.search(r'<blockquote[^>]*lang="ru">.*три хлопка', page.text, re.DOTALL)
    assert "translated by" in words_of(page)


def test_claims_are_joined_and_parted_by_hand(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client)
    take_down(client, speaker="civilian")
    assert client.post("/claims/CL-1/join", data={"other": "CL-2"}).status_code == 303
    for code, other in (("CL-1", "CL-2"), ("CL-2", "CL-1")):
        joined = re.search(r'<ul id="joined">.*?</ul>', client.get(f"/claims/{code}").text, re.DOTALL)
        assert joined
        assert other in joined[0]
    answer = client.post("/claims/CL-1/join", data={"other": "CL-2"})
    assert answer.status_code == 422
    assert client.post("/claims/CL-1/part", data={"other": "CL-2"}).status_code == 303
    assert 'id="joined"' not in client.get("/claims/CL-1").text
    assert client.post("/claims/CL-1/join", data={"other": "CL-9"}).status_code == 404


def test_files_hold_no_word_that_anybody_typed(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client, says="zebra one", name="zebra two", call_back="zebra three", when="ten past ten")
    for address in ("/claims.json", "/claims.csv"):
        text = client.get(address).text
        assert "CL-1" in text
        assert "zebra" not in text
        assert "ten past" not in text
    assert client.get("/claims.json").json()["claims"][0]["rung"] == "claimed"


def test_the_table_says_of_each_claim_what_the_document_says(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client, speaker="party:UV", when="ten past ten", where="Hollin Meadows", count="3", killed="1 to 2")
    row = next(csv.DictReader(io.StringIO(client.get("/claims.csv").text)))
    claim = client.get("/claims.json").json()["claims"][0]
    for name in ("number", "speaker", "received_at", "occurred_from", "occurred_until", "lon", "lat", "entry"):
        assert row[name] == str(claim[name]) != ""
    assert (row["count.best"], row["killed.least"], row["killed.most"]) == ("3", "1", "2")
    assert row["taken_back"] == "false"


def test_the_table_holds_what_the_document_holds_and_nothing_for_what_was_not_said(
    fresh: Callable[[], Console],
) -> None:
    client = client_of(fresh())
    take_down(client, when="10:10", where="Ambermill", kind="explosion", count="2 to 5", killed="0")
    (row,) = csv.DictReader(io.StringIO(client.get("/claims.csv").text))
    document = client.get("/claims.json").json()["claims"][0]
    assert (row["speaker"], row["rung"]) == ("party:UV", "claimed")
    assert [row[f"count.{which}"] for which in ("least", "best", "most")] == ["2", "", "5"]
    assert (row["killed.least"], row["injured.least"]) == ("0", "")
    assert row["occurred_from"] == document["occurred_from"] == "2031-05-03T12:10:00Z"
    assert float(row["lat"]) == document["lat"]
    plain = set(document) - {"count", "killed", "injured"}
    assert plain == {name for name in row if "." not in name}


def test_a_drill_is_said_everywhere_and_counted_apart(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client)
    take_down(client, is_drill="on")
    page = client.get("/claims")
    assert "1 claim, 1 voice" in words_of(page)
    assert "1 drill" in words_of(page)
    assert 'class="sim drill"' in client.get("/claims/CL-2").text
    assert "CL-1" not in client.get("/claims?drill=only").text
    document = client.get("/claims.json").json()
    assert document["claims"][0]["drill"] is True
    assert document["drills"] == 1
    assert "It is a drill, so it stands in no list." in words_of(client.get("/claims/CL-2"))


def test_the_list_is_filtered_by_speaker_and_day(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client)
    take_down(client, speaker="party:LV", received_at="2031-05-02T12:00:00Z")
    assert "/claims/CL-1" not in client.get("/claims?speaker=party:LV").text
    assert "/claims/CL-2" in client.get("/claims?speaker=party:LV").text
    assert "/claims/CL-1" not in client.get("/claims?day=2031-05-02").text
    assert "is no day here" in words_of(client.get("/claims?day=the+day+before"))
    assert "No claim fits what was chosen." in words_of(client.get("/claims?day=2031-04-02"))


def test_a_claim_comes_into_the_list_without_anybody_waiting(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    take_down(client, when="10:10", where="Ambermill", kind="explosion")
    assert 'id="part-of"' not in client.get("/claims/CL-1").text
    work(console)
    link = re.search(r'id="part-of"><a href="(/incident/[^"]+)"', client.get("/claims/CL-1").text)
    assert link
    assert client.get(link[1]).status_code == 200
    before = len(console.store.journal)
    work(console)
    assert len(console.store.journal) == before


def test_a_claim_without_a_time_says_that_it_stands_in_no_list(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client)
    assert "No time was entered, so it stands in no list." in words_of(client.get("/claims/CL-1"))


def test_what_is_near_is_proposed_with_its_reason(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client, when="10:10", where="Ambermill", kind="explosion")
    take_down(client, speaker="party:LV", when="10:20", where="Ambermill", kind="explosion")
    take_down(client, speaker="party:LV", when="10:20", where="Ambermill", kind="explosion", is_drill="on")
    near = re.search(r'<ul id="near">.*?</ul>', client.get("/claims/CL-2").text, re.DOTALL)
    assert near
    assert "CL-1" in near[0]
    assert "join them" in near[0]
    assert "CL-3" not in near[0], "a drill is near no real claim"


def test_a_call_back_is_shown_to_who_handles_it_and_kept_through_a_correction_by_others(
    fresh: Callable[[], Console],
) -> None:
    console = fresh()
    officer, analyst = (browser_of(console, person_as(role)) for role in (Role.OFFICER, Role.ANALYST))
    take_down(officer, call_back="radio four", name="Quince")
    assert "radio four" in officer.get("/claims/CL-1").text
    for address in ("/claims/CL-1", "/claims/CL-1/correct", "/claims"):
        page = analyst.get(address).text
        assert "radio four" not in page
        assert "Quince" not in page
    assert "kept for who handles it" in words_of(analyst.get("/claims/CL-1"))
    correct(analyst, "CL-1", 1, says="two bangs", call_back="")
    assert "radio four" in officer.get("/claims/CL-1").text


def test_an_interpreter_translates_and_takes_nothing_down(fresh: Callable[[], Console]) -> None:
    console = fresh()
    officer, interpreter = (browser_of(console, person_as(role)) for role in (Role.OFFICER, Role.INTERPRETER))
    take_down(officer)
    assert interpreter.get("/claims/new").status_code == 403
    assert 'data-key="t"' not in interpreter.get("/claims").text
    translate(interpreter, "CL-1", "три хлопка")
    assert "три хлопка" in officer.get("/claims/CL-1").text
    assert "Correct …" not in interpreter.get("/claims/CL-1").text


def test_an_interpreter_finds_what_is_still_to_be_translated(fresh: Callable[[], Console]) -> None:
    console = fresh()
    officer, interpreter = (browser_of(console, person_as(role)) for role in (Role.OFFICER, Role.INTERPRETER))
    take_down(officer, language="en")
    assert 'id="to-translate"' not in interpreter.get("/claims").text, "it is in the reader's own language"
    take_down(officer, language="ru", says="три хлопка")
    page = interpreter.get("/claims")
    assert "To translate, since their words are not in English yet: 1" in words_of(page)
    assert 'id="to-translate"' not in browser_of(console, person_as(Role.AUDITOR)).get("/claims").text
    chosen = interpreter.get("/claims?said_in=untranslated").text
    assert re.findall(r'href="/claims/(CL-\d)"', chosen) == ["CL-2"]
    typed = {"language": "en", "translation": "three bangs"}
    says = re.search(r'name="says" value="([^"]*)"', interpreter.get("/claims/CL-2/translate").text)
    assert says
    answer = interpreter.post("/claims/CL-2/translate", data=typed | {"says": says[1]})
    assert answer.status_code == 303, words_of(answer)[:1000]
    assert "No claim fits" in words_of(interpreter.get("/claims?said_in=untranslated"))
    assert 'id="to-translate"' not in interpreter.get("/claims").text
