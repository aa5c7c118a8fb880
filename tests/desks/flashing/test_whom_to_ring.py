"""Whom to ring stands where somebody has to ring, for whoever may see numbers and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.desks.flashing.samples import claim, send
from tests.desks.flashing.test_pages import at_of, entered
from tests.server.conftest import client_of
from tests.server.signing_in import console_with_clock, enrol, worked_out
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

NUMBER = "555-0177"


def test_whom_to_ring_stands_before_it_is_sent_and_until_they_answered(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    client.post("/lines/add", data={"function": "duty officer", "of": "UV", "telephone": NUMBER})
    about = f"claim:{claim(client)}"
    assert NUMBER in client.get(f"/urgent/new?about={about}").text
    code = send(client, about)
    assert NUMBER in client.get(f"/urgent/{code}").text
    entered(client, f"/urgent/{code}/acknowledge", to="UV", via="telephone", at=at_of(client, code))
    assert NUMBER not in client.get(f"/urgent/{code}").text


def test_who_may_see_no_number_is_shown_none(tmp_path: Path) -> None:
    clock = Clock()
    with console_with_clock(worked_out(tmp_path / "made"), tmp_path / "kept", clock) as console:
        enrol(console, clock, "Keeper", "keeper", Role.ADMINISTRATOR)
        lead = enrol(console, clock, "Lead", "lead", Role.SHIFT_LEAD, side="NI")
        auditor = enrol(console, clock, "Auditor", "auditor", Role.AUDITOR)
        added = lead.browser.post("/lines/add", data={"function": "duty officer", "of": "UV", "telephone": NUMBER})
        assert added.status_code == 303
        code = send(lead.browser)
        assert NUMBER in lead.browser.get(f"/urgent/{code}").text
        page = auditor.browser.get(f"/urgent/{code}")
        assert page.status_code == 200
        assert NUMBER not in page.text
