"""Findings are put from the list: nothing preselected, one or many, each once."""

from __future__ import annotations

import re

import pytest

from tests.conftest import each
from tests.desks.reviewing.samples import not_put
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import RIGHTS, Right, Role
from trucewatch.server.console import Console
from trucewatch.store.review_records import CASE


def _cases(console: Console) -> list[str]:
    return [entry.record["finding"] for entry in console.store.journal.entries() if entry.record["schema"] == CASE]


def test_nothing_is_preselected_and_every_finding_looks_alike(console: Console) -> None:
    page = client_of(console).get("/review/put").text
    boxes = re.findall(r'<input type="checkbox" name="finding"[^>]*>', page)
    shapes = {re.sub(r'value="[^"]*"|\s+', "", box) for box in each(boxes)}
    assert shapes == {'<inputtype="checkbox"name="finding">'}


def test_the_newest_night_stands_first(console: Console) -> None:
    page = client_of(console).get("/review/put").text
    nights = re.findall(r'name="night" value="([^"]+)"', page)
    assert nights == sorted(nights, reverse=True)
    assert len(nights) > 1


def test_one_is_put_and_many_and_each_once(console: Console) -> None:
    client = client_of(console)
    first, *others = not_put(client)
    assert client.post("/review/put", data={"finding": first}).status_code == 303
    assert first not in not_put(client)
    assert client.post("/review/put", data={"finding": others[:3]}).status_code == 303
    assert _cases(console) == [first, *others[:3]]
    before = len(console.store.journal)
    again = client.post("/review/put", data={"finding": [first, others[5]]})
    assert again.status_code == 422
    assert len(console.store.journal) == before, "all or none"


def test_a_night_is_put_as_a_whole(console: Console) -> None:
    client = client_of(console)
    page = client.get("/review/put").text
    night = re.findall(r'name="night" value="([^"]+)"', page)[0]
    section = page.partition(f'id="night-{night}"')[2].partition("</section>")[0]
    wanted = re.findall(r'name="finding" value="([^"]+)"', section)
    assert client.post("/review/put", data={"night": night}).status_code == 303
    assert sorted(_cases(console)) == sorted(wanted)


@pytest.mark.parametrize(
    "fields",
    [{}, {"finding": "f-nowhere"}, {"night": "1999-01-01"}, {"night": "x"}],
    ids=["none", "strange", "day", "no day"],
)
def test_what_cannot_be_put_is_refused_with_what_to_do(console: Console, fields: dict[str, str]) -> None:
    client = client_of(console)
    before = len(console.store.journal)
    answer = client.post("/review/put", data=fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert len(console.store.journal) == before


@pytest.mark.parametrize("role", list(Role))
def test_who_speaks_for_a_delegation_puts_and_nobody_else(console: Console, role: Role) -> None:
    answer = browser_of(console, person_as(role)).get("/review/put")
    assert (answer.status_code == 200) == (Right.AGREE in RIGHTS[role])
