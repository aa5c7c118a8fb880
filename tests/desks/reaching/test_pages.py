"""The pages of access: by type and district, by side inside only; operations whose place goes."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable

import pytest

from tests.aid_rooms import CONSTRAINT, OPERATION, new_item, new_step
from tests.desks.reaching.samples import put_to_work
from tests.desks.watchkeeping.task_samples import ask, step
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

Fresh = Callable[..., Console]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize("example", [AID, "two-valleys"])
def test_both_kinds_of_watch_have_the_list_and_enter_their_own(fresh: Fresh, example: str) -> None:
    client = client_of(fresh(example))
    assert client.get("/access").status_code == 200
    assert client.get("/access/operations").status_code == 200
    values = put_to_work(client, "a film set")
    for path in ("/access", "/access/operations"):
        assert client.get(f"{path}/{values[f'{path}/{{code}}']}").status_code == 200
    text = text_of(client.get("/access").text)
    assert "our own patrol or sensor" in text
    assert "movement within the country restricted" in text


def test_who_is_said_to_have_imposed_it_stands_inside_and_in_no_file(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    code = new_item(client, "/access", CONSTRAINT)
    new_step(client, "/access", code, "constraint_side", side="UV")
    assert 'id="sides"' in client.get("/access").text
    assert "Upper Valley" in text_of(client.get(f"/access/{code}").text)
    content = client.post("/access/export", data={"file": "access"}).text
    (row,) = csv.DictReader(io.StringIO(content))
    assert row["code"] == code
    assert row["status"] == "inside the instance, not released"
    assert "UV" not in content
    assert "Upper" not in content


def test_counts_are_said_per_type_and_district_and_no_share_of_anything(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    for kind in ("mines", "movement", "mines"):
        new_item(client, "/access", CONSTRAINT | {"kind": kind})
    page = client.get("/access").text
    counts = [text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", page.partition('id="counts"')[2], re.DOTALL)[1:]]
    assert counts == [
        "movement within the country restricted Kess District 1",
        "mines and other explosive ordnance Kess District 2",
    ]
    assert "%" not in text_of(page)


def test_without_organisation_a_constraint_is_our_own_or_refused(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    answered = client.post("/access/new", data=CONSTRAINT | {"organisation": "", "confirm": "yes"})
    assert answered.status_code != 303
    assert "nobody is named whom it met" in text_of(answered.text)


def test_the_place_of_an_operation_is_on_its_page_until_it_is_done(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    code = new_item(client, "/access/operations", OPERATION)
    new_step(client, "/access/operations", code, "operation_place", place="-25.05, -35.09", at="2031-05-06T09:00Z")
    assert "longitude -25.05, latitude -35.09" in text_of(client.get(f"/access/operations/{code}").text)
    new_step(client, "/access/operations", code, "operation_state", state="done", day="2031-05-03")
    assert "longitude -25.05, latitude -35.09" not in text_of(client.get(f"/access/operations/{code}").text)


def test_refusals_to_our_own_patrols_stand_in_the_same_list_as_those_of_organisations(fresh: Fresh) -> None:
    client = client_of(fresh("two-valleys"))
    task = ask(client, sort="access", where="Stonegate", asks="Let the patrol in.")
    step(client, task, "refused", words="The road is closed.")
    own = new_item(
        client, "/access", {key: text for key, text in CONSTRAINT.items() if key != "organisation"} | {"own": "yes"}
    )
    (listed,) = re.findall(r'<ul class="card entered-list">(.*?)</ul>', client.get("/access").text, re.S)
    assert f'href="/shift/tasks/{task}"' in listed
    assert "Our own patrols or sensors were refused access" in listed
    assert f'href="/access/{own}"' in listed
    assert client.get(f"/shift/tasks/{task}").status_code == 200, "the link leads there"
    assert task not in client.get("/access?of=others").text.partition("<main")[2]


def test_a_file_is_taken_by_the_coordinator_alone(fresh: Fresh) -> None:
    console = fresh(AID)
    assert browser_of(console, person_as(Role.MEMBER, "HR")).get("/access/export").status_code == 403
