"""A store whose incidents held one number of people killed or hurt, the largest that anybody gave: it opens, shows what
it showed, and gives nobody a number that was not theirs (tests/store/old_stores/README.md says how it was made)."""

from __future__ import annotations

import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.pipeline.test_command_line import call
from tests.server.conftest import client_of
from tests.store.test_old_stores import OLD_STORES, answer
from trucewatch.desks import find, indexes
from trucewatch.model.people import PEOPLE_NUMBERS
from trucewatch.pipeline import assess
from trucewatch.server.console import Console
from trucewatch.store import Store

FOLDER = OLD_STORES / "89adcfd"
BEFORE = json.loads((FOLDER / "people.json").read_text(encoding="utf-8"))
HARM = ("harm_min", "harm_best", "harm_max")
EVENT, DEATHS = "i-nralnyjukifz4nbtzb5eciweym", "i-ztlw5opstkf6vw5b2kfgsu547u"


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A copy of the old watch, as its own program left it."""
    with tarfile.open(FOLDER / "people.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    return folder


def people_of(watch: Path) -> dict[str, list[dict[str, Any]]]:
    """Incident → the statements that the list has, without what they do not state."""
    told = {}
    for incident in answer("incidents", str(watch), "--json")["incidents"]:
        kept = ("giver", *PEOPLE_NUMBERS)
        told[incident["incident_id"]] = [
            {name: row[name] for name in kept if row[name] is not None} for row in incident["people"]
        ]
    return told


def test_the_old_list_shows_its_number_and_says_that_its_giver_was_not_kept(watch: Path) -> None:
    expected = {}
    for incident in BEFORE["incidents"]:
        numbers = {name: incident[name] for name in HARM if incident[name] is not None}
        expected[incident["incident_id"]] = [{"giver": "", **numbers}] if numbers else []
    assert people_of(watch) == expected
    assert sorted(map(len, expected.values())) == [0, 1, 1]


def test_what_was_stored_stays_byte_for_byte(watch: Path) -> None:
    objects = watch / ".trucewatch" / "objects"
    before = {path.relative_to(objects): path.read_bytes() for path in objects.rglob("*") if path.is_file()}
    assert call("run", str(watch))[0] == 0
    assert {name: (objects / name).read_bytes() for name in before} == before
    assert answer("verify", str(watch), "--json")["ok"]
    parquet = [objects / name for name, content in before.items() if content[:4] == b"PAR1"]
    assert any("harm_best" in pq.read_schema(path).names for path in parquet)


def test_a_new_run_gives_each_giver_its_own_number(watch: Path) -> None:
    assert call("run", str(watch))[0] == 0
    people = people_of(watch)
    assert people[EVENT] == [
        {"giver": "A", "harm_min": 2, "harm_best": 4},
        {"giver": "Village hospital", "harm_best": 7},
    ], "killed or hurt, not told apart: neither is made a number of killed or of injured"
    assert people[DEATHS] == [{"giver": "UCDP", "killed_min": 1, "killed_best": 2, "killed_max": 3}]
    assert "2 (1 to 3) killed according to UCDP" in call("incident", str(watch), "show", DEATHS)[1].replace("\n", " ")
    entries = answer("log", str(watch), "--last", "0", "--json")["entries"][6:]
    assert [entry["kind"] for entry in entries].count("batch") == 2, (
        "only the file whose rows mean more, and the list whose days and units are read now, are read again"
    )


def test_a_replay_makes_no_death_of_what_was_stored(watch: Path) -> None:
    moment = datetime(2031, 5, 5, tzinfo=UTC)
    with Store(watch, lambda: moment, desks=indexes()) as store:
        then = assess(store, watch, now=moment, recorded_by=moment)
    rows = {row["incident_id"]: row["people"] for row in then.incidents.to_pylist()}
    assert [(row["giver"], row["killed_best"], row["harm_best"]) for row in rows[DEATHS]] == [("UCDP", None, 2)]


def test_pages_of_the_old_list_open(watch: Path) -> None:
    def now() -> datetime:
        return datetime(2031, 5, 5, tzinfo=UTC)

    with Store(watch, now, desks=indexes()) as store:
        client = client_of(Console(store, watch, now, find()))
        page = client.get(f"/incident/{EVENT[:12]}").text
        assert "7 (at least 2) killed or injured" in page
        assert "an earlier version did not keep whose" in page
        assert client.get("/incidents").status_code == 200


def test_the_page_tells_each_giver_and_no_total(watch: Path) -> None:
    assert call("run", str(watch))[0] == 0

    def now() -> datetime:
        return datetime(2031, 5, 5, tzinfo=UTC)

    with Store(watch, now, desks=indexes()) as store:
        page = client_of(Console(store, watch, now, find())).get(f"/incident/{EVENT[:12]}").text
    section = page[page.index('id="people"') :].partition("</section>")[0]
    assert section.index("First party") < section.index("Village hospital")
    assert "4 (at least 2)" in section
    assert "not stated" in section, "nobody said how many were killed"
    assert "11" not in section
    title = page[page.index('<h1 id="sentence">') :].partition("</h1>")[0]
    first = "4 (at least 2) killed or injured according to First party"
    assert f"{first}; 7 killed or injured according to Village hospital" in title
