"""Grave events: they head every board as what they are, and their verification is a matter of record."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.builders import incidents
from tests.pipeline.test_command_line import call
from tests.server.conftest import client_of, copy_of, now
from trucewatch.desks import find, indexes
from trucewatch.locale import words
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.people import PeopleReported
from trucewatch.model.standing import Standing, is_established
from trucewatch.server.console import Console
from trucewatch.server.formatting import Telling
from trucewatch.server.grave import grave_says
from trucewatch.store import Store

_ROW: Mapping[str, str] = {
    "means": "party",
    "kind": "explosion",
    "aspect": "undetermined",
    "occurred_start": "2031-05-02T12:00:00Z",
    "occurred_end": "2031-05-02T12:00:00Z",
    "time_sd_s": "600",
    "lon": "-24.95",
    "lat": "-34.99",
    "semi_major_m": "900",
    "semi_minor_m": "900",
    "major_azimuth_deg": "0",
    "simulated": "true",
    "known_at": "2031-05-02T14:00:00Z",
}


def say(folder: Path, side: str, number: int, **more: str) -> None:
    """One more row of what a side says."""
    path = folder / "inbox" / f"simulated-claims-{side.lower()}.csv"
    with path.open(encoding="utf-8") as stream:
        names = next(csv.reader(stream))
    row = dict.fromkeys(names, "") | _ROW
    row |= {
        "observation_id": f"o-{number:026d}".replace("0", "a").replace("1", "b"),
        "source": f"claims-{side.lower()}",
    }
    row |= {"claimed_by": side} | more
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, names).writerow(row)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The invented watch, in which each side says of one event how many were killed."""
    copy = copy_of("two-valleys", tmp_path)
    say(copy, "LV", 1, killed_best="25", injured_best="40")
    say(copy, "UV", 11, killed_best="3", text="Simulated: fewer")
    return copy


@pytest.fixture
def grave(folder: Path) -> Iterator[Console]:
    """Its console."""
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


def code_of(console: Console) -> str:
    (row,) = [row for row in range(console.snapshot.rows) if console.snapshot.grave[row]]
    return console.snapshot.codes[row]


def test_a_grave_event_heads_map_list_and_page_with_each_sides_own_number(grave: Console) -> None:
    client = client_of(grave)
    for path in ("/watch", "/incidents"):
        page = client.get(path).text
        board = page[page.index('id="grave"') :]
        assert board.index("25 killed, 40 injured according to") < board.index(code_of(grave)) + 2000
        assert "3 killed according to" in board
        assert "28" not in board[: board.index("</section>")], "numbers of two givers are never added"
        assert "not yet established" in board
    page = client.get(f"/incident/{code_of(grave)}").text
    assert page.index('id="verification"') < page.index('id="observations"')
    assert "each in its own words" in page, "both sides stated it: the record shows that by itself"
    assert client.get("/watch?grave=only").text.count('<li id="row-') == 1
    assert client.get("/watch?kind=thermal_anomaly").text.count('id="grave"') == 0


def test_access_that_was_refused_is_the_reason_inside_until_it_is_taken_back(grave: Console) -> None:
    client, code = client_of(grave), code_of(grave)
    row = grave.snapshot.row_of[code]
    assert grave.snapshot.outcome[row] == 1
    before, version = grave.snapshot.standings(np.array([row]))[0], grave.snapshot.version
    assert before.reason_word != "access_refused"
    fields = {"step": "access", "answer": "refused", "who": "UV", "note": "the road was closed by Ann"}
    assert client.post(f"/incident/{code}/verify", data=fields).status_code == 303
    page = client.get(f"/incident/{code}").text
    assert "access refused" in page
    assert "the road was closed by Ann" in page
    assert grave.snapshot.version != version, "open pages are told"
    columns = client.get("/watch/incidents.json").json()
    assert columns["helds"][columns["held"][row]] == "access_refused"
    assert client.get("/watch?reason=access_refused").text.count('<li id="row-') == 1
    assert "Ann" not in client.get("/ledger").text, "the ledger's line holds no typed word"
    assert "verification, access to the place: refused" in client.get("/ledger").text
    recipient = grave.snapshot.watch.settings.recipient[0].id
    assert "access_refused" not in client.get(f"/ogc/{recipient}/collections/incidents/items?limit=1000").text
    step = page.split(f"/incident/{code}/verify/")[1:]
    undo = next(part for part in step if part.split('"')[0].endswith("/undo")).split('"')[0]
    assert client.post(f"/incident/{code}/verify/{undo}").status_code == 303
    assert grave.snapshot.standings(np.array([row]))[0] == before
    assert client.post(f"/incident/{code}/verify/{undo}").status_code == 303, "what does not stand is refused in words"
    assert "the road was closed" not in client.get(f"/incident/{code}").text


@pytest.mark.parametrize(
    "fields",
    [
        {"step": "rumour", "answer": "asked"},
        {"step": "access", "answer": "perhaps"},
        {"step": "access", "answer": "asked", "who": "Nobody at all"},
        {"step": "analysts", "answer": "given", "who": "UV"},
        {"step": "number", "answer": "asked", "note": "x" * 501},
        {"step": "number", "answer": "asked", "note": "a\u0000b"},
    ],
)
def test_a_step_that_cannot_be_is_refused_and_nothing_is_entered(grave: Console, fields: dict[str, str]) -> None:
    before = len(grave.store.journal)
    answer = client_of(grave).post(f"/incident/{code_of(grave)}/verify", data=fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert len(grave.store.journal) == before


def test_analysts_of_one_delegation_do_not_settle_the_step(grave: Console) -> None:
    client, code = client_of(grave), code_of(grave)
    page = f"/incident/{code}"
    settled = "steps settled: {} of 5"
    assert settled.format(1) in client.get(page).text
    for number, delegation in ((1, "NI"), (1, "NI"), (2, "SI")):
        client.post(f"{page}/verify", data={"step": "analysts", "answer": "given", "who": delegation})
        assert settled.format(number) in client.get(page).text, delegation


def test_the_step_stays_with_the_event_when_more_becomes_known_of_it(grave: Console) -> None:
    client, code = client_of(grave), code_of(grave)
    client.post(f"/incident/{code}/verify", data={"step": "number", "answer": "asked", "who": "icrc"})
    say(grave.folder, "LV", 111, killed_best="26", text="Simulated: one died since")
    grave.refresh()
    page = client.get(f"/incident/{code_of(grave)}").text
    assert "the ICRC" in page
    assert "26 killed" in page


def test_the_command_line_enters_tells_and_takes_back(folder: Path) -> None:
    watch = str(folder)
    ran = call("run", watch)[1]
    assert ran.index("grave events (simulated): 0 established, 1 not yet established") < ran.index("assessment")
    listed = json.loads(call("incidents", watch, "--json")[1])["incidents"]
    (code,) = [each["incident_id"] for each in listed if each["grave"]]
    by = ("--by", "Ann Example", "--yes")
    status, text = call("incident", watch, "verify", code, "--step", "access", "--answer", "refused", *by)
    assert status == 0
    step = text.split("Entered as ")[1].split(",")[0]
    document = json.loads(call("incident", watch, "show", code, "--json")[1])
    assert {finding["held"] for finding in document["findings"] if finding["outcome"] == "undetermined"} == {
        "access_refused"
    }
    assert next(each for each in document["verification"]["steps"] if each["step"] == "access")["state"] == "refused"
    listed = json.loads(call("incidents", watch, "--json")[1])["incidents"]
    assert [each["held"] for each in listed if each["incident_id"].startswith(code)] == ["access_refused"]
    shown = call("incidents", watch)[1]
    head = "grave events (simulated): 0 established, 1 not yet established"
    assert shown.index(head) < shown.index(listed[-1]["code"])
    assert "25 killed, 40 injured according to" in shown
    assert call("incident", watch, "verify", code, "--take-back", step, *by)[0] == 0
    document = json.loads(call("incident", watch, "show", code, "--json")[1])
    assert "access_refused" not in json.dumps(document["findings"])


def test_a_hospital_reported_hit_is_told_without_a_number(valleys: Console) -> None:
    telling = Telling(words("en"), valleys.snapshot.watch.zone, valleys.snapshot.watch)
    (incident,) = incident_rows(incidents({"grave": ["hospital"]}))
    assert grave_says(incident, telling) == "a hospital reported hit"


DEAD_BY_A = {"giver": "A", "giver_kind": "party", "killed_best": 3}
DEAD_BY_DEVICE = {"giver": "s", "giver_kind": "source", "killed_best": 3}


def event(rung: str, *people: dict[str, Any], **changes: Any) -> Incident:
    entries = [{**dict.fromkeys(PeopleReported.__dataclass_fields__), **BLANK, **entry} for entry in people]
    (record,) = incident_rows(incidents({"rung": rung, "people": entries, **changes}))
    return record


BLANK = {"sensor": "", "means": "party", "status": "not_stated", "perceived": "", "observations": []}


@pytest.mark.parametrize(
    ("standing", "incident", "established"),
    [
        (Standing("inconsistent"), event("claimed"), True),
        (Standing("not_applicable"), event("corroborated"), True),
        (Standing("not_applicable"), event("claimed"), False),
        (Standing("undetermined", "not_checked", kind_alone=True), event("corroborated"), False),
        (Standing("inconsistent"), event("corroborated", DEAD_BY_A, grave=["killed"]), False),
        (Standing("inconsistent"), event("corroborated", DEAD_BY_DEVICE, grave=["killed"]), True),
        (Standing("inconsistent"), event("corroborated", grave=["hospital"], claimed_by=["A"]), False),
        (Standing("inconsistent"), event("corroborated", grave=["hospital"]), True),
    ],
)
def test_what_is_held_back_or_rests_on_a_claim_is_never_called_established(
    standing: Standing, incident: Incident, established: bool
) -> None:
    assert is_established(standing, incident) is established
