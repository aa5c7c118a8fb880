"""The first day of two-valleys-aid is played in both instances: what is sent arrives sealed, once, in order, and the
window that is broken is broken by what the centre has on record."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.builders import copy_of
from tests.conftest import ROOT, each
from tests.first_day import AID, CENTRE, NOW, opened, play
from trucewatch.pipeline import assess
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.window_findings import window_findings
from trucewatch.store.aid_records import aid_entries
from trucewatch.store.post_records import post_book

STEP = 12_000
"""Bytes of both journals after which a play is killed: some fifty records."""
PLAY = "import sys; from tests.first_day import play; play(sys.argv[1])"


def account(folder: Path) -> list[tuple[object, ...]]:
    """What stands in both instances, without ids and hashes: each entry, and each message with its number and state."""
    rows: list[tuple[object, ...]] = []
    with opened(folder) as places:
        for place in places:
            rows += sorted(
                (place.id, entry.origin, entry.table, entry.code, entry.about, entry.known_at.isoformat())
                for entry in aid_entries(place.store)
            )
            for direction in post_book(place.store).by_peer.values():
                sent = [(row["code"], row["table"]) for each in direction.outgoing.values() for row in each.rows]
                rows.append(
                    (place.id, tuple(sent), tuple(sorted(direction.outgoing)), tuple(sorted(direction.received)))
                )
                assert not direction.waiting
    return rows


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("played")
    for name in (AID, CENTRE):
        copy_of(name, folder)
    assert play(folder).total() > 100
    return folder


def test_playing_it_again_enters_nothing(played: Path) -> None:
    with opened(played) as places:
        before = [len(place.store.journal) for place in places]
    assert play(played).total() == 0
    with opened(played) as places:
        assert [len(place.store.journal) for place in places] == before


def test_a_day_that_is_killed_and_begun_again_stands_once_in_both_instances(played: Path, tmp_path: Path) -> None:
    for name in (AID, CENTRE):
        copy_of(name, tmp_path)
    lengths: list[int] = []
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", PLAY, str(tmp_path)], cwd=ROOT)
        begun = lengths[-1] if lengths else 0
        while process.poll() is None and _size(tmp_path) < begun + STEP:
            time.sleep(0.01)
        process.kill()
        process.wait()
        lengths.append(_size(tmp_path))
    assert lengths[0] < _size(played)
    play(tmp_path)
    assert account(tmp_path) == account(played)


def _size(folder: Path) -> int:
    journals = [folder / name / ".trucewatch" / "ledger" / "journal" for name in (AID, CENTRE)]
    return sum(path.stat().st_size for journal in journals for path in [journal, *journal.glob("*")] if path.is_file())


def test_each_sides_answer_stands_in_the_instance_that_asked(played: Path) -> None:
    with opened(played) as (aid, centre):
        window = AidBook(aid.store, aid.watch, NOW).item("WN-1")
        assert {step.row.side: step.row.answer for step in window.steps_of("window_answer")} == {
            "LV": "changed",
            "UV": "agreed",
        }
        assert all(step.origin == centre.id for step in window.steps_of("window_answer"))
        shown = AidBook(centre.store, centre.watch, NOW).item(f"{aid.id}:WN-1")
        assert {step.row.word for step in shown.steps_of("window_word")} == {"broken"}


def test_the_window_is_broken_by_incidents_that_the_centre_holds_not_consistent_with_it(played: Path) -> None:
    with opened(played) as (_aid, centre):
        assessment = assess(centre.store, played / CENTRE, now=NOW)
        item = AidBook(centre.store, centre.watch, NOW).item(f"{AID}:WN-1")
        found = window_findings([item], assessment.incidents, watch=centre.watch, as_of=NOW)
        inside = [finding for finding in found if finding.outcome == "inconsistent"]
        clauses = assessment.findings.to_pylist()
        for finding in each(inside):
            assert any(
                row["incident_id"] == finding.incident_id and row["outcome"] == "inconsistent" for row in clauses
            )


def test_what_is_not_ticked_of_a_notification_is_nowhere_in_the_centre(played: Path) -> None:
    with opened(played) as (_, centre):
        texts = " ".join(repr(entry.row) for entry in aid_entries(centre.store))
    assert "The high road is closed" in texts
    for secret in ("the mill road", "depot at the south gate", "the coast road", "Ferry graves", "remains_handover"):
        assert secret not in texts, secret
