"""The pages of the tables of humanitarian records: of every table the form, its faults, the guard; of a request the
whole way through summary, entry, steps, correction and undo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final

import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.server.conftest import client_of
from tests.server.entering import ITEMS, REQUEST, entered, entering_console, faults_of, path_of, undo_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.aid_registry import TABLES, steps_about
from trucewatch.model.aid_tables import TYPED, AidTable
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

PATH: Final = path_of(TABLES["request"])
MARKER: Final = "Aren Vosk, born 12.05.1980"
"""What looks like a person with a birth date."""
PARTS: Final = ("Aren", "Vosk", "12.05.1980")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One in which nothing is ever entered."""
    with entering_console(tmp_path_factory.mktemp("entering")) as console:
        yield console


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with entering_console(tmp_path) as console:
        yield console


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


@pytest.mark.parametrize("table", ITEMS, ids=lambda table: table.name)
def test_the_form_of_every_table_has_its_fields_and_nothing_preselected(untouched: Console, table: AidTable) -> None:
    client = client_of(untouched)
    page = client.get(f"{path_of(table)}/new").text
    for field in each(table.fields):
        assert f'name="{field.key}"' in page or field.kind.endswith("s"), field.key
    assert " checked" not in page
    selected = [field for field in table.fields if field.begins in field.choices]
    assert page.split("<form")[-1].count(" selected") == len(selected)


@pytest.mark.parametrize("table", ITEMS, ids=lambda table: table.name)
def test_an_empty_form_of_every_table_says_what_is_needed_beside_the_fields_and_enters_nothing(
    untouched: Console, table: AidTable
) -> None:
    console, client = untouched, client_of(untouched)
    before = len(console.store.journal)
    answered = client.post(f"{path_of(table)}/new", data={"confirm": "yes"})
    assert answered.status_code == 422
    needed = {field.key for field in table.fields if field.is_needed}
    assert needed <= set(faults_of(answered.text))
    assert "Nothing was entered" in answered.text
    assert len(console.store.journal) == before


@pytest.mark.parametrize("table", [table for table in ITEMS if any(field.kind in TYPED for field in table.fields)])
def test_what_is_never_kept_is_refused_at_every_field_and_said_nowhere(untouched: Console, table: AidTable) -> None:
    console, client = untouched, client_of(untouched)
    for field in each(field for field in table.fields if field.kind in TYPED):
        answered = client.post(f"{path_of(table)}/new", data={field.key: MARKER, "confirm": "yes"})
        assert answered.status_code == 422
        assert "referred to ICRC" in answered.text
        assert not any(part in answered.text or part in str(answered.headers) for part in PARTS)
    schemas = [entry.record["schema"] for entry in console.store.journal.entries()]
    assert "trucewatch/aid-refusal/1" in schemas
    assert "trucewatch/aid-entry/1" not in schemas


@pytest.mark.parametrize("key", ["kind", "quantity", "by", "what", "district"])
def test_a_refused_form_keeps_what_was_chosen_and_nothing_that_was_typed(untouched: Console, key: str) -> None:
    client = client_of(untouched)
    answered = client.post(f"{PATH}/new", data={**REQUEST, key: MARKER, "confirm": "change"})
    assert answered.status_code == 422
    assert not any(part in answered.text for part in PARTS)
    form = answered.text.split('<form method="post" action="/entering')[1]
    assert 'value="HR" selected' in form
    assert not re.search(r'value="(400|2031|6 May|wool)', form)


def test_a_request_is_seen_before_it_is_entered_and_leads_to_its_page(console: Console, client: TestClient) -> None:
    before = len(console.store.journal)
    summary = client.post(f"{PATH}/new", data=REQUEST)
    assert summary.status_code == 200
    assert len(console.store.journal) == before
    assert "The road is closed until evening." in summary.text
    assert "blankets and bedding" in summary.text
    assert entered(client, f"{PATH}/new", REQUEST) == f"{PATH}/RQ-1"
    page = client.get(f"{PATH}/RQ-1").text
    assert "wool, for the school hall" in page
    assert "Halvane Relief" in page
    assert "A sentence of the desk." in page
    assert "&lt;b&gt;12&lt;/b&gt;" in page
    assert 'id="undo"' in page


def test_what_was_typed_wrongly_stays_in_the_form_beside_what_is_wrong(client: TestClient) -> None:
    answered = client.post(f"{PATH}/new", data={**REQUEST, "by": "the day after", "quantity": "some"})
    faults = faults_of(answered.text)
    assert set(faults) == {"by", "quantity"} or set(faults) == {"quantity"}, faults
    assert "the day after" in answered.text
    assert "wool, for the school hall" in answered.text


def test_steps_stand_on_the_page_in_their_order_each_with_its_undo(console: Console, client: TestClient) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    for step in each(steps_about("request")):
        assert client.get(f"{PATH}/RQ-1/add/{step.name}").status_code == 200
    where = entered(client, f"{PATH}/RQ-1/add/promise", {"organisation": "LB", "quantity": "150"})
    assert where.startswith(f"{PATH}/RQ-1#a-")
    page = client.get(f"{PATH}/RQ-1").text
    assert "Lamp and Bread" in page
    assert "1 steps so far" in page
    client.post(undo_of(console, client))
    page = client.get(f"{PATH}/RQ-1").text
    assert "0 steps so far" in page
    assert "taken back" in page


def test_a_correction_shows_what_changes_and_stays_in_the_history_with_its_reason(client: TestClient) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    form = client.get(f"{PATH}/RQ-1/correct").text
    assert 'name="version" value="1"' in form
    changed = {**REQUEST, "quantity": "250", "version": "1"}
    assert "reason" in faults_of(client.post(f"{PATH}/RQ-1/correct", data=changed).text)
    summary = client.post(f"{PATH}/RQ-1/correct", data={**changed, "reason": "a count was wrong"}).text
    assert re.search(r"<del>.*400.*<ins>.*250", summary, re.DOTALL)
    assert entered(client, f"{PATH}/RQ-1/correct", {**changed, "reason": "a count was wrong"}) == f"{PATH}/RQ-1"
    page = client.get(f"{PATH}/RQ-1").text
    assert "a count was wrong" in page
    assert "Version 2" in page


def test_of_two_who_correct_at_once_the_second_is_told_and_enters_nothing(console: Console, client: TestClient) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    first = {**REQUEST, "quantity": "250", "version": "1", "reason": "a count was wrong"}
    second = {**REQUEST, "quantity": "90", "version": "1", "reason": "another count"}
    entered(client, f"{PATH}/RQ-1/correct", first)
    before = len(console.store.journal)
    answered = client.post(f"{PATH}/RQ-1/correct", data={**second, "confirm": "yes"})
    assert answered.status_code == 409
    assert "corrected by somebody else meanwhile" in answered.text
    assert 'value="90"' in answered.text
    assert 'name="version" value="1"' in answered.text
    assert len(console.store.journal) == before


def test_a_correction_of_nothing_is_no_correction(console: Console, client: TestClient) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    before = len(console.store.journal)
    answered = client.post(f"{PATH}/RQ-1/correct", data={**REQUEST, "version": "1", "reason": "no reason"})
    assert answered.status_code == 409
    assert len(console.store.journal) == before


def test_undone_at_once_no_reason_is_asked_and_the_number_is_not_given_again(
    console: Console, client: TestClient
) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    answered = client.post(undo_of(console, client))
    assert (answered.status_code, answered.headers["location"]) == (303, PATH)
    gone = client.get(f"{PATH}/RQ-1")
    assert gone.status_code == 404
    assert "taken back" in gone.text
    assert entered(client, f"{PATH}/new", REQUEST) == f"{PATH}/RQ-2"


def test_an_undo_from_its_form_asks_for_a_reason_which_is_guarded_too(console: Console, client: TestClient) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    where = undo_of(console, client)
    assert client.get(where).status_code == 200
    assert "reason" in faults_of(client.post(where, data={"reason": " "}).text)
    refused = client.post(where, data={"reason": MARKER})
    assert refused.status_code == 422
    assert not any(part in refused.text for part in PARTS)
    assert client.post(where, data={"reason": "the wrong district"}).status_code == 303


def test_a_member_states_for_their_own_organisation_and_changes_nothing_of_another(console: Console) -> None:
    lamp, relief = (browser_of(console, person_as(Role.MEMBER, side)) for side in ("LB", "HR"))
    form = lamp.get(f"{PATH}/new").text
    assert 'type="hidden" name="organisation" value="LB"' in form
    assert '<select name="organisation"' not in form
    entered(lamp, f"{PATH}/new", {**REQUEST, "organisation": "HR"})
    page = unescape(lamp.get(f"{PATH}/RQ-1").text)
    assert "Lamp and Bread (simulated) asks for" in re.sub("[\u2066-\u2069]", "", page)
    assert f"{PATH}/RQ-1/correct" not in relief.get(f"{PATH}/RQ-1").text
    assert relief.get(f"{PATH}/RQ-1/correct").status_code == 403
    before = len(console.store.journal)
    foreign = relief.post(f"{PATH}/RQ-1/correct", data={**REQUEST, "version": "1", "reason": "x", "confirm": "yes"})
    assert foreign.status_code == 403
    assert relief.post(undo_of(console, relief)).status_code == 403
    assert len(console.store.journal) == before
    coordinator = browser_of(console, person_as(Role.COORDINATOR, ""))
    assert coordinator.get(f"{PATH}/RQ-1/correct").status_code == 200


def test_who_only_reads_is_offered_nothing_to_enter(console: Console, client: TestClient) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    auditor = browser_of(console, person_as(Role.AUDITOR, ""))
    page = auditor.get(f"{PATH}/RQ-1")
    assert page.status_code == 200
    assert "/correct" not in page.text
    assert 'id="to-add"' not in page.text
    assert auditor.get(f"{PATH}/new").status_code == 403


def test_what_was_erased_is_said_so_and_offers_nothing_but_to_be_read(console: Console, client: TestClient) -> None:
    entered(client, f"{PATH}/new", REQUEST)
    content = list(console.store.journal.entries())[-1].record["content"]
    console.store.erase([], people=[content], reason="kept for 90 days", ordered_by="the coordinator")
    page = client.get(f"{PATH}/RQ-1")
    assert page.status_code == 200
    assert "Erased" in page.text
    assert "kept for 90 days" in page.text
    assert "wool" not in page.text
    assert client.get(f"{PATH}/RQ-1/correct").status_code == 404


@pytest.mark.parametrize(
    "where", ["RQ-9", "rq-1'", "centre:RQ-1", "%00", "x" * 300, "RQ-9/correct", "RQ-9/add/promise", "entries/a-x/undo"]
)
def test_what_is_not_there_is_said_so(untouched: Console, where: str) -> None:
    assert client_of(untouched).get(f"{PATH}/{where}").status_code == 404
