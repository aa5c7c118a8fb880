"""Every list that was ever made comes back byte for byte: L1 and L2, acts by hand, late data, and undone acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.builders import edit, make_watch
from tests.pipeline.test_run import NOW, run
from tests.store.old_lists import keep_table
from trucewatch.errors import StoreError
from trucewatch.model.edits import Act, Stated
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.pipeline import Assessment
from trucewatch.store import Store
from trucewatch.store.edit_records import record_act, recorded_acts
from trucewatch.store.kept_trees import keep_tables
from trucewatch.store.list_tables import KEYS
from trucewatch.store.lists import RecordedList, recorded_lists
from trucewatch.store.trees import chunks_of

HOUR = timedelta(hours=1)
FILE = "inbox/reports.csv"


def act(folder: Path, now: datetime, deed: Any, **content: Any) -> Act:
    with Store(folder, lambda: now) as store:
        return record_act(store, deed, **({"reason": "seen", "by": "NI", "known_at": NOW} | content))


def members(found: Assessment) -> list[list[str]]:
    every: list[list[str]] = found.incidents["members"].to_pylist()
    return every


def first_two(found: Assessment) -> list[str]:
    """The observations of the first two incidents."""
    one, other = members(found)[:2]
    return [*one, *other]


def late_row(folder: Path, line: str) -> None:
    with (folder / FILE).open("a") as stream:
        stream.write(line + "\n")


def recorded(folder: Path, *, last: int = 1) -> list[RecordedList]:
    with Store(folder, lambda: NOW) as store:
        return recorded_lists(store)[-last:]


def tables(folder: Path, which: RecordedList, names: Sequence[str]) -> list[pa.Table]:
    with Store(folder, lambda: NOW) as store:
        return [which.table(store, name) for name in names]


def kept(found: Assessment, folder: Path) -> dict[str, str]:
    """The roots under which the tables of a list would be kept."""
    with Store(folder, lambda: NOW) as store:
        return keep_tables(
            store,
            {
                "incidents": found.incidents,
                "findings": found.findings,
                "rejected": found.rejected_incidents,
                "contributions": found.contributions,
                "first": found.first,
                "history": found.history,
            },
        )


def test_each_earlier_list_comes_back_byte_for_byte(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=12)
    moments = [NOW + day * timedelta(days=1) for day in range(5)]
    first = run(folder, now=moments[0])
    two = [members(first)[0], members(first)[1]]
    merged = act(folder, moments[0] + HOUR, "merge", parts=[[*two[0], *two[1]]])
    act(folder, moments[0] + HOUR, "reject", members=members(first)[-1])
    run(folder, now=moments[1])
    late_row(folder, "99,2031-05-02T09:00:00Z,2.0 km S of Millfield,shots,2,")
    run(folder, now=moments[2])
    act(folder, moments[2] + HOUR, "undo", undoes=merged.act_id)
    edit(folder / "watch.toml", "radius_m = 1500", "radius_m = 2500")
    run(folder, now=moments[3])
    lists = recorded(folder, last=4)
    assert len({one.tables["incidents"] for one in lists}) == 4, "four lists that differ, or this shows nothing"
    for moment, one in zip(moments, lists, strict=False):
        replayed = run(folder, now=moments[4], recorded_by=moment + HOUR / 2, as_of=one.as_of)
        assert kept(replayed, folder) == one.tables
        by_moment_alone = run(folder, now=moments[4], recorded_by=moment + HOUR / 2)
        assert by_moment_alone.as_of == one.as_of
        assert kept(by_moment_alone, folder) == one.tables
    assert len(recorded(folder, last=9)) == 4, "a replay records nothing"


def test_acts_hold_in_later_runs_and_shape_what_is_told(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=12)
    before = run(folder)
    one, other = members(before)[:2]
    merge = act(folder, NOW, "merge", parts=[one + other])
    reject = act(folder, NOW, "reject", members=members(before)[-1], reason="a quarry")
    found = run(folder, now=NOW + HOUR)
    assert sorted(one + other) in members(found)
    assert found.incidents.num_rows == before.incidents.num_rows - 2
    with Store(folder, lambda: NOW) as store:
        assert [store.typed.words_of(text) for text in found.rejected_incidents["reason"].to_pylist()] == ["a quarry"]
    gone = set(found.rejected_incidents["incident_id"].to_pylist())
    assert not gone & set(found.findings["incident_id"].to_pylist()), "not held against the agreement"
    assert {one for ids in found.incidents["acts"].to_pylist() for one in ids} == {merge.act_id}
    assert {row["what"] for row in found.history.to_pylist()} == {"merged", "rejected"}
    assert [one.act_id for one in found.acts] == [merge.act_id, reject.act_id]
    assert found.first.num_rows == before.first.num_rows, "L1 is what it was"


def test_an_observation_added_by_hand_is_an_incident_with_the_act_as_its_evidence(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    before = run(folder)
    stated = Stated(
        means="patrol",
        kind="shot",
        occurred_start=NOW - 30 * HOUR,
        occurred_end=NOW - 30 * HOUR,
        lon=-25.1,
        lat=-35.1,
        semi_major_m=50.5,
        semi_minor_m=50.0,
        major_azimuth_deg=0.25,
        count=2,
        text="said the patrol",
        simulated=True,
    )
    made = act(folder, NOW, "add", stated=stated)
    assert made.stated == stated, "numbers come back as they were stated"
    found = run(folder, now=NOW + HOUR)
    assert found.incidents.num_rows == before.incidents.num_rows + 1
    (row,) = [one for one in found.observations.to_pylist() if one["source"] == "by-hand"]
    assert row["evidence_sha256"] == made.sha256
    with Store(folder, lambda: NOW) as store:
        assert row["evidence_sha256"] in store.objects
        entry = next(one for one in store.journal.entries() if one.sha256 == made.sha256)
        assert entry.record["observation"]["semi_major_m"] == "50.5"
    act(folder, NOW, "undo", undoes=made.act_id)
    assert run(folder, now=NOW + 2 * HOUR).incidents.num_rows == before.incidents.num_rows


def test_an_act_that_was_not_known_at_the_cut_off_does_not_count(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=4)
    before = run(folder, as_of=NOW)
    act(folder, NOW, "merge", parts=[first_two(before)], known_at=NOW + 2 * HOUR)
    assert members(run(folder, as_of=NOW)) == members(before)
    assert len(members(run(folder, as_of=NOW + 3 * HOUR))) == len(members(before)) - 1


def test_the_same_list_is_recorded_once_and_keeps_its_history(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=4)
    first, again = run(folder), run(folder, now=NOW + HOUR)
    assert len(recorded(folder, last=9)) == 1
    assert again.history.equals(first.history)
    assert again.first.equals(first.first)


def test_a_look_back_does_not_disturb_what_follows(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=8)
    run(folder, as_of=NOW)
    back = run(folder, as_of=NOW - 70 * HOUR)
    assert back.incidents.num_rows < run(folder, as_of=NOW).incidents.num_rows
    assert run(folder, as_of=NOW + HOUR).history.num_rows == 0, "it follows the list of the cut-off before it"
    assert set(back.history["what"].to_pylist()) <= {"new"}


def test_a_list_of_before_there_were_acts_is_read_and_followed(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=4)
    found = run(folder)
    newer = {"acts", "happened", "what", "where_when", "who", "rung", "classes", "class_probabilities"}
    plain = found.incidents.drop_columns(sorted(newer))
    with Store(folder, lambda: NOW) as store:
        store.commit(
            [
                {
                    "schema": "trucewatch/list/1",
                    "level": "L1",
                    "as_of": "2031-05-04T00:00:00Z",
                    "inputs": "",
                    "incidents": keep_table(store, plain),
                    "findings": "",
                }
            ]
        )
        (old,) = recorded_lists(store)[-1:]
        assert old.table(store, "incidents").schema.equals(INCIDENT_SCHEMA)
        assert old.table(store, "first")["now"].to_pylist() == [[one] for one in plain["incident_id"].to_pylist()]
        assert old.table(store, "history").num_rows == 0
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    assert run(folder, now=NOW + HOUR).first.num_rows == found.first.num_rows


def test_erased_evidence_takes_l1_and_history_made_from_it_along(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=4)
    late_row(folder, "99,2031-05-03T09:00:00Z,2.0 km S of Millfield,shots,2,")
    run(folder)
    with Store(folder, lambda: NOW) as store:
        ((goes,),) = store.index.rows("SELECT sha256 FROM evidence WHERE name = ?", FILE)
    whole = (folder / FILE).read_text().splitlines(keepends=True)
    (folder / FILE).write_text("".join(whole[:-1]))
    later = run(folder, now=NOW + HOUR)
    assert "gone" in later.history["what"].to_pylist()
    (second,) = recorded(folder)
    with Store(folder, lambda: NOW) as store:
        parts = {name: {chunk.name for chunk in chunks_of(store.objects, second.tables[name])} for name in KEYS}
        gone = set(store.erase([goes], reason="asked for", ordered_by=""))
        assert second.tables["history"] in gone, "it named what was erased"
        assert parts["first"] & gone, "L1 held what was erased"
        assert not parts["incidents"] & gone, "a list made without it"
        assert recorded_lists(store) == []
    after = run(folder, now=NOW + 2 * HOUR)
    assert after.first.num_rows == after.incidents.num_rows


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"reason": "x" * 501}, "501 characters"),
        ({"by": ""}, "whose act"),
        ({"reason": "0a" * 32}, '"reason" is the hash of a file'),
        ({"by": "0a" * 32}, '"by" is the hash of a file'),
    ],
)
def test_an_act_without_reason_or_name_is_not_entered(tmp_path: Path, content: dict[str, str], said: str) -> None:
    with Store(tmp_path, lambda: NOW) as store:
        before = len(store.journal)
        fields: dict[str, Any] = {"reason": "r", "by": "NI", "known_at": NOW} | content
        with pytest.raises(StoreError, match=said):
            record_act(store, "merge", parts=[["o-a"]], **fields)
        assert len(store.journal) == before
        assert recorded_acts(store) == ()


def test_acts_survive_the_loss_of_the_ledger_with_their_names(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=4)
    before = run(folder)
    made = act(folder, NOW, "merge", parts=[first_two(before)])
    journal = folder / ".trucewatch/ledger/journal"
    after = run(folder)
    journal.write_bytes(journal.read_bytes()[:-10])
    for path in (folder / ".trucewatch/ledger/tile").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    with Store(folder, lambda: NOW + HOUR, accept_loss=True) as store:
        assert any("set the ledger aside" in line for line in store.recovered)
        (again,) = recorded_acts(store)
    assert (again.act_id, again.recorded_at) == (made.act_id, made.recorded_at)
    assert members(run(folder, now=NOW + 2 * HOUR)) == members(after)
