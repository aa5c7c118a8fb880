"""The form of a call: what is wrong stands beside its field and what was typed is kept; when and where are resolved
while they are typed; danger comes first."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from tests.builders import without_table
from tests.desks.claiming.samples import CALL, take_down
from tests.desks.claiming.test_pages import words_of
from tests.desks.replaying import replaying
from tests.server.conftest import client_of
from trucewatch.desks.claiming.rule import CallRule, read
from trucewatch.errors import WatchError
from trucewatch.server.console import Console


@pytest.fixture(name="fresh")
def fresh_without_rule(fresh: Callable[[], Console]) -> Callable[[], Console]:
    """A watch that states nothing for this desk yet."""

    def make() -> Console:
        console = fresh()
        without_table(console.folder, "desk.claiming")
        console.refresh()
        return console

    return make


def test_the_call_begins_when_the_page_is_opened(fresh: Callable[[], Console]) -> None:
    page = client_of(fresh()).get("/claims/new").text
    begun = re.search(r'name="received_at"[^>]*value="([^"]*)"', page)
    assert begun
    assert html.unescape(begun[1]) == "4 May 2031 00:00"
    assert page.index('name="speaker"') < page.index('name="says"') < page.index('name="when"')


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("speaker", ""),
        ("speaker", "party:XX"),
        ("says", ""),
        ("says", "a" * 4001),
        ("says", "a\x07b"),
        ("when", "gobbledygook"),
        ("where", "Nowhere-at-all"),
        ("from_place", "Nowhere-at-all"),
        ("count", "many"),
        ("count", "5 to 2"),
        ("killed", "9999999"),
        ("kind", "dragon"),
        ("received_at", "some time"),
        ("received_at", "2031-05-05T12:00:00Z"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    fresh: Callable[[], Console], field: str, typed: str
) -> None:
    client = client_of(fresh())
    speaker = {"speaker": "civilian"} if field == "from_place" else {}
    answer = client.post("/claims/new", data=CALL | speaker | {"call_back": "radio four", field: typed})
    assert answer.status_code == 422
    assert f'id="fault-{field}"' in answer.text
    assert "radio four" in answer.text
    assert "Nothing was entered." in words_of(answer)
    assert client.get("/claims.json").json()["claims"] == []


def test_a_call_is_not_lost_over_a_time_or_place_that_cannot_be_read(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    said = CALL | {"when": "next Saturday", "where": "behind the old mill"}
    assert 'name="keep_unread"' in client.post("/claims/new", data=said).text
    answer = client.post("/claims/new", data=said | {"keep_unread": "yes"}, follow_redirects=True)
    page = words_of(answer)
    assert "CL-1" in page
    for words in ("next Saturday", "behind the old mill"):
        assert words in page
    (claim,) = client.get("/claims.json").json()["claims"]
    assert claim["occurred_from"] is None
    assert claim["lon"] is None


def test_only_words_for_when_and_where_can_stay_unread(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    for field, typed in (("says", ""), ("received_at", "some time"), ("when", "a" * 121)):
        answer = client.post("/claims/new", data=CALL | {field: typed, "keep_unread": "yes"})
        assert answer.status_code == 422
        assert 'name="keep_unread"' not in answer.text
    assert client.get("/claims.json").json()["claims"] == []


def test_looking_first_shows_what_was_understood_and_enters_nothing(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    answer = client.post("/claims/new", data=CALL | {"when": "10:10", "where": "Ambermill", "look": "yes"})
    assert answer.status_code == 200
    assert "Nothing is entered yet." in words_of(answer)
    assert "→ 3 May 2031, 10:10 (UTC-2)" in words_of(answer)
    assert client.get("/claims.json").json()["claims"] == []


def test_when_and_where_are_resolved_while_they_are_typed(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    when = client.get("/claims/resolve", params={"when": "10:10", "received_at": "2031-05-03T12:20:00Z"})
    assert "3 May 2031, 10:10 (UTC-2)" in words_of(when)
    assert "within about" in words_of(client.get("/claims/resolve", params={"where": "Ambermill"}))
    assert 'class="error"' in client.get("/claims/resolve", params={"where": "Nowhere-at-all"}).text
    assert words_of(client.get("/claims/resolve", params={"where": ""})).strip() == ""


def test_a_moment_as_pages_write_it_and_iso_are_read(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    for text in ("3 May 2031 10:10", "2031-05-03T12:10:00Z"):
        page = words_of(client.get(f"/claims/{take_down(client, when=text)}"))
        assert "3 May 2031, 10:10 (UTC-2)" in page


def state(console: Console, lines: str) -> None:
    """What the watch states for calls: these lines alone."""
    settings = console.folder / "watch.toml"
    rest = re.sub(r"(?ms)^\[desk\.claiming\]\n.*?(?=^\[|^#|\Z)", "", settings.read_text("utf-8"))
    settings.write_text(f"{rest}\n[desk.claiming]\n{lines}\n", "utf-8")


def test_somebody_in_danger_stands_out_in_the_list(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client, speaker="civilian", in_danger="no")
    assert "somebody in danger" not in words_of(client.get("/claims"))
    take_down(client, speaker="civilian", in_danger="yes")
    assert "somebody in danger" in words_of(client.get("/claims"))


def test_the_medical_line_is_the_watchs_own(fresh: Callable[[], Console]) -> None:
    console = fresh()
    state(console, "")
    client = client_of(console)
    assert "This watch names no line for medical help" in words_of(client.get("/claims/new"))
    state(console, 'medical_line = "Ambulance: 103"')
    console.refresh()
    page = words_of(client.get("/claims/new"))
    assert "Ambulance: 103" in page
    assert page.index("Ambulance: 103") < page.index("Who speaks")


def test_agencies_that_the_watch_names_can_speak(fresh: Callable[[], Console]) -> None:
    console = fresh()
    state(console, 'agencies = ["Red Crescent"]')
    console.refresh()
    client = client_of(console)
    code = take_down(client, speaker="agency:Red Crescent")
    assert "what Red Crescent says" in words_of(client.get(f"/claims/{code}"))


@pytest.mark.parametrize(
    "values", [{"medical": "x"}, {"medical_line": 7}, {"medical_line": "a\nb"}, {"agencies": "x"}, {"agencies": [1]}]
)
def test_a_wrong_rule_is_said_with_what_to_do(values: dict[str, object]) -> None:
    with pytest.raises(WatchError, match=r"desk\.claiming"):
        read(values)
    assert read({}) == CallRule()


def test_nothing_is_taken_down_in_a_replay(fresh: Callable[[], Console]) -> None:
    console = fresh()
    tab, _ = replaying(console)
    assert tab.post("/claims/new", data=CALL).status_code == 422


def test_no_claim_of_this_number_is_said(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    for address in ("/claims/CL-9", "/claims/x", "/claims/CL-9/correct", "/claims/CL-9/undo"):
        assert client.get(address).status_code == 404, address


def test_the_form_of_a_correction_holds_what_was_taken_down(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    take_down(client, kind="explosion", count="2 to 5", call_back="radio four", perceived="saw", where="Ambermill")
    page = client.get("/claims/CL-1/correct").text
    for value in ("radio four", "2-5", "Ambermill"):
        assert f'value="{value}"' in page
    assert 'value="explosion" selected' in page
    assert 'value="saw" selected' in page
