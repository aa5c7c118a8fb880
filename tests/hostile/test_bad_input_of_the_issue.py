"""Everything that goes wrong around humanitarian records, through the real consoles of both instances: each is refused
or labelled, and nothing that was entered before is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.aid_rooms import HAZARD
from tests.builders import copy_of
from tests.desks.notifying.samples import MOVEMENT, TOLD
from tests.desks.posting.samples import Outsider, add_outsider, card_of
from tests.desks.quieting.samples import WINDOW, add, answer, ask
from tests.desks.requesting.samples import REQUEST
from tests.desks.returning.samples import RETURN
from tests.desks.tallying.samples import ACTIVITY, COUNT
from tests.pipeline.test_command_line import call
from tests.server.conftest import AID, client_of, now
from trucewatch.desks import find, indexes
from trucewatch.model.aid_notification_state import NOT_PERMITTED, PROTECTION
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.aid_refusals import REFUSAL
from trucewatch.store.history import history_faults

Fresh = Callable[..., Console]
LATER = {"from": "2031-05-05T02:00:00Z", "until": "2031-05-05T06:00:00Z"}
BOW_TIE = "-25.1,-35.1; -25.0,-35.0; -25.0,-35.1; -25.1,-35.0"


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture(params=["two-valleys", AID])
def either(request: pytest.FixtureRequest, fresh: Fresh) -> Console:
    return fresh(request.param)


@pytest.fixture
def aid(fresh: Fresh) -> Console:
    return fresh(AID)


@contextmanager
def nothing_lost(console: Console) -> Iterator[None]:
    """What is on record before stands as it was after it, byte by byte."""
    before = [entry.record for entry in console.store.journal.entries()]
    yield
    after = [entry.record for entry in console.store.journal.entries()]
    assert after[: len(before)] == before
    assert before


def sent(client: TestClient, path: str, fields: Mapping[str, Any]) -> tuple[int, str]:
    answered = client.post(path, data={**fields, "confirm": "yes"})
    return answered.status_code, words_of(answered.text)


def entered(client: TestClient, path: str, fields: Mapping[str, Any]) -> str:
    answered = client.post(path, data={**fields, "confirm": "yes"})
    assert answered.status_code == 303, words_of(answered.text)[:2000]
    return str(answered.headers["location"]).partition("#")[0].rpartition("/")[2]


# Windows


def test_windows_that_overlap_are_both_kept_and_each_names_the_other(either: Console) -> None:
    client = client_of(either)
    first = ask(client, **LATER)
    with nothing_lost(either):
        summary = words_of(client.post("/windows/new", data={**WINDOW, **LATER}).text)
        assert f"{first}: asked for the same time in one of the same districts" in summary
        second = ask(client, **LATER)
    for own, other in ((first, second), (second, first)):
        assert f"{other}: asked for the same time" in words_of(client.get(f"/windows/{own}").text)


def test_a_window_half_agreed_is_labelled_and_not_in_force(either: Console) -> None:
    client = client_of(either)
    code = ask(client, **LATER)
    add(client, code, "window_answer", **answer("UV"))
    for path in ("/windows", f"/windows/{code}"):
        assert "half agreed: a side has not answered; not in force" in words_of(client.get(path).text)


def test_a_window_asked_after_it_began_is_labelled_before_it_is_entered(either: Console) -> None:
    client = client_of(either)
    began = {"from": "2031-05-03T02:00:00Z", "until": "2031-05-05T06:00:00Z"}
    summary = words_of(client.post("/windows/new", data={**WINDOW, **began}).text)
    assert "It is asked after its beginning" in summary
    code = ask(client, **began)
    for side in ("LV", "UV"):
        add(client, code, "window_answer", **answer(side, at="2031-05-04T01:30:00Z"))
    assert "answered after it began: counts from the answer on" in words_of(client.get(f"/windows/{code}").text)


# Notifications


def test_a_movement_notified_after_it_left_is_taken_and_says_so(aid: Console) -> None:
    client = client_of(aid)
    gone = {"leaves_at": "3 May 2031 20:00", "arrives_at": "4 May 2031 12:00"}
    code = entered(client, "/notifications/movements/new", MOVEMENT | gone)
    told = TOLD | {"at": "3 May 2031 22:00"}
    assert client.post(f"/notifications/send/{code}", data=told).status_code == 303
    page = words_of(client.get(f"/notifications/movements/{code}").text)
    assert "told after it was to leave" in page
    assert "the notice is as valid as any other" in page


def test_a_party_silent_for_a_week_is_called_silent_and_nothing_follows_from_it(aid: Console) -> None:
    client = client_of(aid)
    code = entered(client, "/notifications/movements/new", MOVEMENT)
    told = TOLD | {"at": "25 April 2031 10:00"}
    assert client.post(f"/notifications/send/{code}", data=told).status_code == 303
    page = words_of(client.get(f"/notifications/movements/{code}").text)
    assert "silent since" in page
    assert str(NOT_PERMITTED) in page
    assert str(PROTECTION) in page


# Sealed messages


def handed_in(client: TestClient, sealed: bytes) -> tuple[int, str]:
    answered = client.post("/post/in", files={"file": ("a.age", sealed)})
    return answered.status_code, words_of(answered.text)


def test_a_sealed_message_for_another_is_refused(either: Console) -> None:
    client = client_of(either)
    card_of(client)
    sender, other = add_outsider(client), Outsider("aid-elsewhere")
    with nothing_lost(either):
        before = len(either.store.journal)
        assert handed_in(client, sender.sealed(other.card))[0] == 422
        assert len(either.store.journal) == before


def test_a_sealed_message_that_is_replayed_is_kept_once(either: Console) -> None:
    client = client_of(either)
    card, sender = card_of(client), add_outsider(client)
    sealed = sender.sealed(card)
    assert handed_in(client, sealed)[0] == 200
    with nothing_lost(either):
        before = len(either.store.journal)
        status, page = handed_in(client, sealed)
        assert status == 200
        assert "already" in page
        assert len(either.store.journal) == before


@pytest.mark.parametrize("cut", [0.0, 0.5, 0.99])
def test_a_sealed_message_that_is_cut_is_refused(either: Console, cut: float) -> None:
    client = client_of(either)
    card, sender = card_of(client), add_outsider(client)
    sealed = sender.sealed(card)
    with nothing_lost(either):
        before = len(either.store.journal)
        assert handed_in(client, sealed[: int(len(sealed) * cut)])[0] == 422
        assert len(either.store.journal) == before
        assert handed_in(client, sealed)[0] == 200, "whole it is taken"


def test_a_sealed_message_of_a_revoked_key_is_refused(either: Console) -> None:
    client = client_of(either)
    card, sender = card_of(client), add_outsider(client)
    revoked = client.post(f"/post/peers/{sender.id}/revoke", data={"signs": sender.card.signs})
    assert revoked.status_code == 303
    with nothing_lost(either):
        before = len(either.store.journal)
        assert handed_in(client, sender.sealed(card))[0] == 422
        assert len(either.store.journal) == before


# Counters, ground, returns


def test_a_total_that_falls_is_shown_so_and_both_stay(aid: Console) -> None:
    client = client_of(aid)
    total = COUNT | {"span": "cumulative"}
    first = entered(client, "/counts/new", total | {"day": "2031-05-01", "value": "1000"})
    second = entered(client, "/counts/new", total | {"day": "2031-05-02", "value": "900"})
    page = words_of(client.get("/counts").text)
    assert re.search(rf"{second}[^.]*(falls|less|fell)", page), page
    assert "1,000" in page
    assert client.get(f"/counts/{first}").status_code == 200


def test_a_polygon_that_crosses_itself_is_refused_at_its_field(aid: Console) -> None:
    client = client_of(aid)
    entered(client, "/mines/new", HAZARD)
    with nothing_lost(aid):
        before = len(aid.store.journal)
        status, page = sent(client, "/mines/new", HAZARD | {"outline": BOW_TIE, "reference": "HA-8"})
        assert status == 422
        assert "crosses itself" in page
        assert len(aid.store.journal) == before


def test_p_codes_of_two_editions_are_labelled_and_stand_each_with_its_edition(tmp_path: Path) -> None:
    folder = copy_of(AID, tmp_path)
    on_file = folder / "humanitarian.toml"
    text = on_file.read_text("utf-8")
    on_file.write_text(text.replace('edition = "2031-01"', 'edition = "2029-07"', 1), "utf-8")
    assert on_file.read_text("utf-8") != text
    assert "P-codes come from 2 editions" in " ".join(call("check", str(folder))[1].split())
    with Store(folder, now, desks=indexes()) as store:
        client = client_of(Console(store, folder, now, find()))
        entered(client, "/activities/new", ACTIVITY)
        page = words_of(client.get("/counts/export").text)
        table = client.post("/counts/export", data={"table": "activity"}).text
    for edition in ("2029-07", "2031-01"):
        assert edition in page
        assert edition in table.splitlines()[0]


def test_nine_people_to_a_hamlet_are_refused_at_the_place(aid: Console) -> None:
    client = client_of(aid)
    entered(client, "/returns/new", RETURN)
    with nothing_lost(aid):
        before = len(aid.store.journal)
        status, page = sent(client, "/returns/new", RETURN | {"people": "9", "to_place": "Upper Mill"})
        assert status == 422
        assert "10" in page
        assert len(aid.store.journal) == before
        entered(client, "/returns/new", RETURN | {"people": "9"})


# A person


@pytest.mark.parametrize("path", ["/requests/new", "/notifications/medical/new"])
def test_a_request_for_a_named_patient_is_refused_and_only_that_is_on_record(aid: Console, path: str) -> None:
    client = client_of(aid)
    entered(client, "/requests/new", REQUEST)
    named = "Patient Anna Sample, born 1961-04-02, passport AB1234567"
    fields = REQUEST | {"what": named, "route": named, "says": named}
    with nothing_lost(aid):
        status, page = sent(client, path, fields)
        assert status == 422
        for part in ("Anna", "Sample", "1961", "AB1234567"):
            assert part not in page
        kinds = [entry.record["schema"] for entry in aid.store.journal.entries()]
        assert kinds[-1] == REFUSAL
    assert b"AB1234567" not in b"".join(path.read_bytes() for path in aid.folder.rglob("*") if path.is_file())


def test_after_all_of_it_the_ledger_has_no_fault(aid: Console) -> None:
    client = client_of(aid)
    entered(client, "/requests/new", REQUEST)
    sent(client, "/mines/new", HAZARD | {"outline": BOW_TIE})
    sent(client, "/returns/new", RETURN | {"people": "9", "to_place": "Upper Mill"})
    assert not history_faults(aid.store.root)
