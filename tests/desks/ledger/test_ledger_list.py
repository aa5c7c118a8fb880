"""The ledger's list: by kind, by day, by person, in words; and what is no day says so."""

from __future__ import annotations

import re

from tests.server.addresses import Busy
from tests.server.conftest import client_of, unbroken
from trucewatch.server.console import Console


def numbers_on(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/ledger/entry/(\d+)"', page[page.index("newest first") :])]


def test_entries_of_a_person_are_those_that_they_entered(busy_valleys: Busy) -> None:
    console = busy_valleys.console
    people = console.store.keys.people()
    reference = next(reference for reference, name in people.items() if name == "analyst on this computer")
    page = busy_valleys.client.get(f"/ledger?who={reference}").text
    theirs = {entry.number for entry in console.store.journal.entries() if entry.record.get("by") == reference}
    assert numbers_on(page) == sorted(theirs, reverse=True)[:50]
    assert theirs
    assert re.search(rf'<option value="{reference}" selected', page)
    acts = busy_valleys.client.get(f"/ledger?who={reference}&kind=incident-act").text
    assert set(numbers_on(acts)) < theirs
    assert numbers_on(busy_valleys.client.get(f"/ledger?who={reference}&kind=evidence").text or "") == []


def test_entries_of_a_day_are_those_of_that_day_in_the_pages_zone(valleys: Console) -> None:
    client = client_of(valleys)
    every = numbers_on(client.get("/ledger").text)
    assert numbers_on(client.get("/ledger?day=2031-05-04").text) == every
    assert numbers_on(client.get("/ledger?day=2031-05-03").text) == []
    assert "No such entry." in client.get("/ledger?day=2031-05-03").text


def test_what_is_no_day_says_so_and_shows_nothing(valleys: Console) -> None:
    page = unbroken(client_of(valleys).get("/ledger?day=%3Cscript%3E").text)
    assert "&#34;&lt;script&gt;&#34; is no day here; write 4 May 2031" in page
    assert 'aria-invalid="true"' in page
    assert "<script>alert" not in page
    assert client_of(valleys).get("/ledger?day=0001-01-01&who=p-x&offset=-4").status_code == 200


def test_a_day_is_typed_as_the_page_writes_days_and_chosen_from_a_calendar(valleys: Console) -> None:
    client = client_of(valleys)
    page = client.get("/ledger?day=4 May 2031").text
    assert numbers_on(page) == numbers_on(client.get("/ledger").text)
    assert 'name="day" value="4 May 2031"' in page
    assert 'data-calendar="day"' in page


def test_kinds_and_people_stand_in_words(busy_valleys: Busy) -> None:
    page = busy_valleys.client.get("/ledger").text
    rows = page[page.index("newest first") :]
    assert "analyst on this computer" in rows
    assert "Evidence received" in rows
    assert "trucewatch/evidence" not in rows


def test_the_next_page_keeps_what_is_looked_for(busy_valleys: Busy) -> None:
    page = busy_valleys.client.get("/ledger?day=2031-05-04").text
    (older,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert "day=2031-05-04" in older
    assert "offset=50" in older
