"""Contacts in a humanitarian instance: by function, tested on a day, by whom as a function; it has no shift."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.desks.telephoning.samples import add_line, check_line
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import Role
from trucewatch.server.console import Console


@pytest.mark.parametrize("path", ["/lines", "/lines/check", "/lines/card", "/lines/own", "/lines/add"])
def test_no_page_of_contacts_speaks_of_a_shift(fresh: Callable[[str], Console], path: str) -> None:
    client = client_of(fresh(AID))
    add_line(client, "duty officer", of="UV", telephone="555-0101")
    page = client.get(path).text.partition("<main")[2].partition("</main")[0]
    assert page
    assert "shift" not in page.replace("shift-title", "").casefold()


def test_a_contact_says_when_it_was_tested_and_by_whom_as_a_function(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    add_line(client_of(console), "duty officer", of="UV", telephone="555-0101")
    coordinator = browser_of(console, person_as(Role.COORDINATOR))
    check_line(coordinator, "UV", "answered", number="F-1:1")
    page = coordinator.get("/lines").text
    assert "tested by a person of this instance" in page or "tested by a coordinator" in page
    assert person_as(Role.COORDINATOR).name not in page.partition("<main")[2]
