"""`trucewatch initiatives`: the list on a terminal and as a document, and as it stood; what `erase` reaches."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch
from tests.desks.proposing.test_operations import ANALYST, SAID, proposal, step
from tests.pipeline.test_command_line import call
from trucewatch.desks import indexes
from trucewatch.desks.proposing.operations import InitiativeList
from trucewatch.errors import TimeError
from trucewatch.store import Store
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, tzinfo=UTC)


def clock_of(folder: Path) -> datetime:
    clock = load_watch(folder).settings.watch_time
    assert clock is not None
    return clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_watch(tmp_path / "w")
    clock = clock_of(folder)
    day = (clock - timedelta(hours=50)).date()
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        listed = InitiativeList(store, load_watch(folder), clock)
        listed.propose(proposal(day=day, known_at=clock - timedelta(hours=10)), by=ANALYST)
        listed.take_step("P-1", step(day=day, known_at=clock - timedelta(hours=1)), by=ANALYST)
    return folder


def document_of(folder: Path, *more: str) -> dict[str, Any]:
    code, text = call("initiatives", str(folder), "--json", *more)
    assert code == 0
    document: dict[str, Any] = json.loads(text)
    return document


def test_the_list_is_one_initiative_a_line_without_what_was_typed(folder: Path) -> None:
    code, text = call("initiatives", str(folder))
    assert code == 0
    (line,) = (line for line in text.splitlines() if line.startswith("P-"))
    assert line.split()[0] == "P-1"
    assert line.rstrip().endswith("accepted by B")
    assert "the work" in line
    assert SAID not in text
    assert "zebra" not in text


def test_as_of_shows_what_was_known_by_then(folder: Path) -> None:
    moment = clock_of(folder) - timedelta(hours=5)
    document = document_of(folder, "--as-of", moment.isoformat())
    (row,) = document["initiatives"]
    assert (row["standing"], row["nothing_on_record_from"], row["steps"]) == ({}, ["B"], [])
    assert document_of(folder)["initiatives"][0]["standing"] == {"accepted": ["B"]}
    early = (clock_of(folder) - timedelta(hours=20)).isoformat()
    text = call("initiatives", str(folder), "--as-of", early)[1]
    assert "No initiative is on record by then" in text
    assert "initiatives.toml" in text


def test_a_moment_ahead_of_the_watchs_clock_and_a_word_are_refused(folder: Path) -> None:
    with pytest.raises(TimeError, match="ahead of the watch's clock"):
        call("initiatives", str(folder), "--as-of", (clock_of(folder) + timedelta(hours=1)).isoformat())
    with pytest.raises(TimeError, match="is no time"):
        call("initiatives", str(folder), "--as-of", "yesterday")


def test_erase_reaches_what_was_typed_and_the_ledger_still_verifies(folder: Path) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        reference = InitiativeList(store, load_watch(folder), clock_of(folder)).initiative("P-1").entered.references
    assert call("erase", str(folder), reference["what-en"], "--reason", "asked for", "--yes")[0] == 0
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        row = InitiativeList(store, load_watch(folder), clock_of(folder)).initiative("P-1")
        assert row.initiative.what == {"en": ""}
    assert call("verify", str(folder))[0] == 0


def test_log_and_rebuild_know_initiatives(folder: Path) -> None:
    log = call("log", str(folder))[1]
    assert "initiative P-1: proposed by A to B" in log
    assert "initiative P-1: accepted by B" in log
    assert SAID not in log
    assert "equal to the one before" in call("rebuild", str(folder))[1]


def test_a_day_without_a_zone_is_one_of_the_watchs(folder: Path) -> None:
    day = clock_of(folder).date()
    assert document_of(folder, "--as-of", day.isoformat())["initiatives"] is not None
