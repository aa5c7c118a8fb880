"""Meetings in a humanitarian instance, whose agreement has no clauses: none is asked for, and organisations meet."""

from __future__ import annotations

from collections.abc import Callable

from tests.server.conftest import AID, client_of
from trucewatch.server.console import Console

FIELDS = {
    "names": "Coordination at the mill",
    "day": "2031-05-02",
    "level": "experts",
    "format": "ordinary",
    "who": ["HR", "UV"],
    "source": "the coordinator's note",
    "decision-0-words": "the pump is repaired first",
    "decision-0-due": "2031-05-09",
}


def test_no_clause_is_asked_for_where_the_agreement_has_none(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    client = client_of(console)
    form = client.get("/meetings/new").text
    assert "clause" not in form.partition("<main")[2].casefold()
    answered = client.post("/meetings/new", data=FIELDS)
    assert answered.status_code == 303, answered.text[:3000]
    page = client.get("/meetings").text.partition("<main")[2].partition("</main")[0]
    assert "Coordination at the mill" in page
    assert "clause" not in page.casefold()
    names = {each.id: each.names["en"] for each in console.snapshot.watch.organisations}
    assert names["HR"] in client.get(answered.headers["location"]).text


def test_clauses_are_asked_for_where_there_are_some(fresh: Callable[[str], Console]) -> None:
    assert "About clauses" in client_of(fresh("two-valleys")).get("/meetings/new").text
