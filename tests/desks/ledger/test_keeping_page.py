"""The retention clock on its page: for every kind the days and what goes next, for whoever keeps the machine too."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from tests.desks.requesting.samples import REQUEST
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.roles import Role
from trucewatch.pipeline.aid_retention import clock_of
from trucewatch.server.console import Console


def rows_of(page: str) -> dict[str, str]:
    body = page.partition('id="keeping"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    plain = (" ".join(html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</t[hd]>", " | ", row))).split()) for row in rows)
    return {row.partition(" |")[0].partition("|")[0].strip(): row for row in plain}


def test_every_kind_has_its_days_and_what_goes_next(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    client = client_of(console)
    rows = rows_of(client.get("/ledger/keeping").text)
    titles = {str(table.title) for table in TABLES.values() if not table.is_step and "humanitarian" in table.only_in}
    assert titles < set(rows)
    assert "| 90 |" in rows["Request"]
    assert client.post("/requests/new", data=REQUEST | {"confirm": "yes"}).status_code == 303
    (due,) = clock_of(console.store, console.snapshot.watch)
    page = client.get("/ledger/keeping").text
    assert "| 1 |" in rows_of(page)["Request"]
    assert str(due.at.year) in rows_of(page)["Request"]
    assert "/ledger/keeping" in client.get("/ledger").text


def test_whoever_keeps_the_machine_sees_the_clock_and_nothing_of_what_is_kept(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    typed = REQUEST | {"what": "quilted ones", "confirm": "yes"}
    assert client_of(console).post("/requests/new", data=typed).status_code == 303
    keeper = browser_of(console, person_as(Role.ADMINISTRATOR))
    page = keeper.get("/ledger/keeping")
    assert page.status_code == 200
    assert "quilted" not in page.text
    assert keeper.get("/ledger").status_code == 403
    assert browser_of(console, person_as(Role.LIAISON, "LV")).get("/ledger/keeping").status_code == 403
