"""What a liaison reads of the reports: those that were issued to the recipient for which they speak, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.conftest import each
from tests.desks.dispatch.test_feed import issue
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.ids import sha256_of
from trucewatch.model.roles import Role
from trucewatch.server.console import Console


def test_a_liaison_reads_what_was_released_to_their_recipient_and_nothing_else(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    party = browser_of(console, person_as(Role.LIAISON, side="UV"))
    agency = browser_of(console, person_as(Role.LIAISON, side="public"))
    assert "No report was issued to this recipient yet." in party.get("/released").text
    issue(console, "parties")
    issue(console, "joint-centre")
    page = party.get("/released")
    assert "two-valleys/" in page.text
    assert "/parties" in page.text
    assert "joint-centre" not in page.text
    assert ">Reports<" in re.sub(r"\s+", "", page.text), "the menu leads here"
    links = re.findall(r'href="(/released/parties/[0-9a-f]{64})"', page.text)
    for link in each(links):
        file = party.get(link)
        assert (file.status_code, sha256_of(file.content)) == (200, link.rpartition("/")[2])
        assert file.headers["content-disposition"].startswith("attachment")
        assert agency.get(link).status_code == 403
        assert party.get(link.replace("parties", "joint-centre")).status_code == 403
    assert "No report was issued" in agency.get("/released").text
    assert party.get("/released?to=joint-centre").status_code == 403
    assert party.get(f"/released/parties/{'0' * 64}").status_code == 404
    assert party.get("/reports").status_code == 403


def test_both_parties_read_the_same(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    issue(console, "parties")
    lists = [
        re.findall(
            r'href="(/released/[^"]*)"', browser_of(console, person_as(Role.LIAISON, side=side)).get("/released").text
        )
        for side in ("UV", "LV")
    ]
    assert lists[0]
    assert lists[0] == lists[1]


def test_a_liaison_for_whom_no_recipient_is_named_is_told_so(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    page = browser_of(console, person_as(Role.LIAISON, side="NI")).get("/released")
    assert page.status_code == 200
    assert "No recipient of reports is named for the side that you speak for." in page.text


def test_the_centre_sees_what_each_recipient_reads(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    for recipient in ("joint-centre", "parties", "public"):
        assert client.get(f"/released?to={recipient}").status_code == 200
    assert client.get("/released?to=nobody").status_code == 404
