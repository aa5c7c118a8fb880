"""The page of drills, and what every page says while one runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.server.conftest import client_of, copy_of
from tests.server.signing_in import console_with_clock, enrol, worked_out
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.store.drill_records import drill_now, drills_on_record

LABEL = "Storage <at> Stonegate"
SHOWN = "Storage &lt;at&gt; Stonegate"


def test_while_a_drill_runs_every_page_says_so_and_afterwards_none(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    pages = ("/watch", "/claims", "/claims/new", "/letters", "/drills", "/reports")
    assert client.post("/drills/begin", data={"label": LABEL}).status_code == 303
    for page in pages:
        text = client.get(page).text
        assert 'id="drilling"' in text, page
        assert SHOWN in text, page
        assert 'class="drill-print"' in text, page
        assert "data-real" in text, page
    assert client.post("/drills/end", data={"end": "over"}).status_code == 303
    for page in pages:
        text = client.get(page).text
        assert 'id="drilling"' not in text, page
        assert 'class="drill-print"' not in text, page


def test_real_ends_the_drill_and_leads_to_the_form_of_a_call(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    client.post("/drills/begin", data={"label": LABEL})
    answer = client.post("/drills/real")
    assert (answer.status_code, answer.headers["location"]) == (303, "/claims/new")
    assert drills_on_record(console.store)[0].end == "real"
    again = client.post("/drills/real")
    assert (again.status_code, again.headers["location"]) == (303, "/claims/new")
    assert len(drills_on_record(console.store)) == 1


@pytest.mark.parametrize("label", ["", "x" * 81, "bell \x07"])
def test_a_label_that_is_refused_keeps_what_was_typed_beside_why(fresh: Callable[[str], Console], label: str) -> None:
    console = fresh("two-valleys")
    answer = client_of(console).post("/drills/begin", data={"label": label})
    assert answer.status_code == 422
    assert 'id="fault-label"' in answer.text
    assert drill_now(console.store) is None


def test_the_page_counts_what_was_entered_in_a_drill_by_itself(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    call = {"speaker": "party:UV", "says": "a blast", "received_at": "2031-05-03 23:00"}
    client.post("/drills/begin", data={"label": LABEL})
    assert client.post("/claims/new", data=call | {"is_drill": "on"}).status_code == 303
    assert "1 claim" in client.get("/drills").text
    assert client.post("/claims/new", data=call).status_code == 303
    page = client.get("/drills").text
    assert "ended by something real" in page
    assert '<a href="/claims/CL-2">CL-2</a>' in page
    assert "1 claim" in page
    assert "2 claims" not in page


def test_a_drill_that_nobody_ended_asks_on_every_page(tmp_path: Path) -> None:
    clock = Clock()
    folder = copy_of("two-valleys", tmp_path / "made")
    text = (folder / "watch.toml").read_text("utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("watch_time")]
    (folder / "watch.toml").write_text("".join(lines), "utf-8")
    clock.moment = datetime.fromisoformat("2031-05-02T21:00-02:00")
    with console_with_clock(folder, tmp_path / "kept", clock) as console:
        client = client_of(console)
        client.post("/drills/begin", data={"label": LABEL})
        assert 'id="drill-long"' not in client.get("/claims").text
        clock.moment += timedelta(hours=12)
        assert 'id="drill-long"' in client.get("/claims").text


def test_who_may_not_stand_the_watch_sees_a_drill_and_ends_none(tmp_path: Path) -> None:
    clock = Clock()
    with console_with_clock(worked_out(tmp_path / "made"), tmp_path / "kept", clock) as console:
        enrol(console, clock, "Keeper", "keeper", Role.ADMINISTRATOR)
        lead = enrol(console, clock, "Lead", "lead", Role.SHIFT_LEAD, side="NI")
        interpreter = enrol(console, clock, "Words", "words", Role.INTERPRETER, side="NI")
        analyst = enrol(console, clock, "Analyst", "analyst", Role.ANALYST, side="NI")
        liaison = enrol(console, clock, "Liaison", "liaison", Role.LIAISON, side="UV")
        assert interpreter.browser.post("/drills/begin", data={"label": LABEL}).status_code == 403
        assert lead.browser.post("/drills/begin", data={"label": LABEL}).status_code == 303
        for colleague, may_end in ((interpreter, False), (liaison, False), (analyst, True), (lead, True)):
            page = colleague.browser.get("/me").text
            assert SHOWN in page, colleague.login
            assert ("data-real" in page) == may_end, colleague.login
        for colleague in (interpreter, liaison):
            assert colleague.browser.post("/drills/real").status_code == 403
        assert analyst.browser.post("/drills/end", data={"end": "over"}).status_code == 403
        assert SHOWN not in client_of(console).get("/sign-in").text
        assert analyst.browser.post("/drills/real").status_code == 303
        assert drill_now(console.store) is None
