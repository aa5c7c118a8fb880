"""A drill among real calls: through the assessment it stays apart, and everywhere that it stands it says what it is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import edit
from tests.pipeline.test_claims_assessed import HERE, LV, UV, draft
from tests.server.conftest import NOW, client_of, copy_of, now
from trucewatch.desks import find, indexes
from trucewatch.errors import StoreError
from trucewatch.model.incident import Incident
from trucewatch.pipeline.claim_entering import enter_claims, join_claims
from trucewatch.server.console import Console
from trucewatch.sources.recorded.claim_rows import row_of_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claims_on_record

DRILL = "CL-3"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Console]:
    """A watch that is real, with two real claims and a drill of the same place and minute."""
    folder = copy_of("two-valleys", tmp_path)
    edit(folder / "watch.toml", "\nsimulated = true    ", "\nsimulated = false    ")
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        drafts = [draft(UV), draft(HERE), draft(LV, is_drill=True)]
        enter_claims(store, console.snapshot.watch, drafts, by="analyst", now=NOW)
        console.refresh()
        yield console
        console.close()


def incidents_with(console: Console, number: int) -> list[Incident]:
    """The incidents of the list that a claim is in."""
    snapshot = console.snapshot
    incidents = [snapshot.incident(row) for row in range(snapshot.rows)]
    return [incident for incident in incidents if row_of_claim(number) in incident.members]


def test_a_drill_stands_in_no_list_and_moves_no_real_incident(centre: Console) -> None:
    (first,), (second,) = incidents_with(centre, 1), incidents_with(centre, 2)
    assert first.incident_id == second.incident_id
    assert not first.simulated
    assert first.claimed_by == ("UV",)
    assert incidents_with(centre, 3) == []
    page = words_of(client_of(centre).get(f"/claims/{DRILL}").text.partition("<main")[2])
    assert "it stands in no list" in page


@pytest.mark.parametrize(("code", "other"), [("CL-1", DRILL), (DRILL, "CL-2")])
def test_a_drill_is_joined_with_no_real_claim(centre: Console, code: str, other: str) -> None:
    length = len(centre.store.journal)
    with pytest.raises(StoreError, match="CL-3 is a drill"):
        join_claims(centre.store, centre.snapshot.watch, code, other, by="analyst", now=NOW)
    answer = client_of(centre).post(f"/claims/{code}/join", data={"other": other})
    assert answer.status_code in (200, 422)
    assert "is a drill" in answer.text
    assert len(centre.store.journal) == length
    assert [claim.joined for claim in claims_on_record(centre.store)] == [(), (), ()]


def test_a_drill_says_what_it_is_in_list_page_file_and_counts(centre: Console) -> None:
    client = client_of(centre)
    rows = {row["number"]: row for row in csv.DictReader(io.StringIO(client.get("/claims.csv").text))}
    assert {code: (row["drill"], row["simulated"]) for code, row in rows.items()} == {
        "CL-1": ("false", "false"),
        "CL-2": ("false", "false"),
        DRILL: ("true", "true"),
    }
    words = words_of(client.get("/claims").text)
    assert "2 claims" in words
    assert "1 drill" in words
    assert 'class="sim drill"' in client.get(f"/claims/{DRILL}").text
    assert 'class="sim drill"' not in client.get("/claims/CL-1").text


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
