"""How an incident came to be, found by the index and from the rows of L1 that it came from alone: what a walk through
all lists and all of L1 tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.builders import NOON, incidents, make_watch
from tests.store.old_lists import record_old_list
from trucewatch.desks.incidents.detail import IncidentDetail
from trucewatch.errors import Corrupt
from trucewatch.fusion.list_changes import Listed, first_list, revise_list
from trucewatch.model.edits import REJECTED_INCIDENT_SCHEMA
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.watch import Watch
from trucewatch.server.snapshot import Snapshot, snapshot_recorded
from trucewatch.store import Store
from trucewatch.store import list_history as list_history_module
from trucewatch.store.kept_trees import KeptTrees
from trucewatch.store.list_history import KeptHistories, changes_in
from trucewatch.store.list_tables import TABLES
from trucewatch.store.lists import (
    RecordedList,
    last_list,
    list_before,
    list_made,
    record_list,
    recorded_list,
    recorded_lists,
)
from trucewatch.store.pointers import CHANGES, pointers_to
from trucewatch.watch.load import load_watch

BEGIN = datetime(2031, 6, 1, tzinfo=UTC)
LETTERS = "abcdefgh"


class Clock:
    """A second later each time."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w")


def listed(sets: Sequence[str]) -> pa.Table:
    """Incidents by their members, each at a time of its own."""
    return incidents(
        *(
            {
                "incident_id": f"i-{members[0]}",
                "members": list(members),
                "occurred_start": NOON + timedelta(hours=LETTERS.index(members[0])),
            }
            for members in sets
        )
    )


def rejected(sets: Sequence[str]) -> pa.Table:
    rows = [row | {"rejected_by": "a-1", "reason": "no"} for row in listed(sets).to_pylist()]
    return pa.Table.from_pylist(rows, schema=REJECTED_INCIDENT_SCHEMA)


def random_sets(random: Random) -> list[str]:
    """Some letters in sets, each in one, some in none."""
    names = [letter for letter in LETTERS if random.random() < 0.8]
    groups: dict[int, str] = {}
    for letter in names:
        group = random.randrange(5)
        groups[group] = groups.get(group, "") + letter
    return sorted(groups.values())


def next_sets(random: Random, sets: list[str]) -> list[str]:
    """The same with one letter that goes, comes or changes sides."""
    letter = random.choice(LETTERS)
    rest = [kept for kept in (members.replace(letter, "") for members in sets) if kept]
    chance = random.random()
    if chance < 0.3:
        return rest
    if chance < 0.6 or not rest:
        return sorted([*rest, letter])
    place = random.randrange(len(rest))
    rest[place] = "".join(sorted(rest[place] + letter))
    return sorted(rest)


def record(store: Store, sets: list[str], out: list[str], as_of: datetime) -> int:
    now = Listed(incidents=listed(sets), rejected=rejected(out))
    before = list_before(store, as_of)
    if before is None:
        revision = first_list(now)
    else:
        then = {name: before.table(store, name) for name in ("incidents", "rejected", "first")}
        revision = revise_list(now, Listed(incidents=then["incidents"], rejected=then["rejected"]), then["first"])
    tables = {name: schema.empty_table() for name, schema in TABLES.items()} | {
        "incidents": now.incidents,
        "rejected": now.rejected,
        "first": revision.first.table,
        "history": revision.history,
    }
    return record_list(store, tables, [], [], as_of, before, calibrations=[])


def changes_of_all_lists(store: Store, incident_id: str, as_of: datetime) -> list[dict[str, Any]]:
    """The oracle: every list read, from the last back to where all were new."""
    ids, unborn, changes = {incident_id}, {incident_id}, list[dict[str, Any]]()
    for recorded in reversed([each for each in recorded_lists(store) if each.as_of <= as_of]):
        if not unborn:
            break
        rows = [row for row in recorded.table(store, "history").to_pylist() if ids.intersection(row["to_ids"])]
        changes += [{**row, "list": recorded.entry, "as_of": recorded.as_of} for row in rows]
        before = {name for row in rows for name in row["from_ids"]}
        unborn = (unborn - {name for row in rows for name in row["to_ids"]}) | before
        ids |= before
    return changes


def first_of_all(snapshot: Snapshot, incident_id: str) -> list[Incident]:
    table = snapshot.first
    rows = [row for row, now in enumerate(table["now"].to_pylist()) if incident_id in now]
    return incident_rows(table.take(pa.array(rows, pa.int64())).drop_columns(["now"]))


def details_of(store: Store, watch: Watch, recorded: RecordedList) -> list[IncidentDetail]:
    """Of each incident, listed or rejected, on a snapshot of its own that holds nothing yet."""
    details = []
    for name in ("incidents", "rejected"):
        table = recorded.table(store, name)
        columns = [column for column in table.column_names if column not in ("rejected_by", "reason")]
        for row, incident in enumerate(incident_rows(table.select(columns))):
            snapshot = snapshot_recorded(store, watch, recorded)
            details.append(IncidentDetail(store, snapshot, incident, "", row if name == "incidents" else None))
    return details


@pytest.mark.parametrize("seed", range(10))
def test_what_an_incident_came_from_is_what_all_lists_and_all_of_l1_tell(folder: Path, seed: int) -> None:
    random, as_of, sets = Random(seed), NOON, list[str]()
    watch, ways = load_watch(folder), list[bool]()
    with Store(folder, Clock()) as store:
        for step in range(14):
            is_shuffled = step == 0 or random.random() < (0.6 if seed % 3 == 2 else 0.2)
            sets = random_sets(random) if is_shuffled else next_sets(random, sets)
            out = [members for members in sets if random.random() < 0.1]
            is_side_line = seed % 2 == 1 and step > 3 and random.random() < 0.2
            as_of += timedelta(minutes=1)
            moment = as_of - timedelta(minutes=5) if is_side_line else as_of
            record(store, [members for members in sets if members not in out], out, moment)
            if seed == 4 and step == 5:
                record_old_list(store, recorded_lists(store)[-1])
            if step % 3:
                continue
            store.memory.put(KeptTrees())  # as after a start: nothing of the list is held
            recorded = recorded_lists(store)[-1]
            for detail in details_of(store, watch, recorded):
                own = detail._own_first()
                ways.append(own is not None)
                assert detail.first == first_of_all(detail.snapshot, detail.incident.incident_id)
                assert detail.history == changes_of_all_lists(store, detail.incident.incident_id, recorded.as_of)
                assert detail.list_entry == max(e.entry for e in recorded_lists(store) if e.as_of <= recorded.as_of)
        assert any(ways), "its own rows are enough for some"
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest


def test_reports_that_come_back_in_a_new_incident_live_on_there_though_no_change_says_so(folder: Path) -> None:
    watch = load_watch(folder)
    with Store(folder, Clock()) as store:
        for step, sets in enumerate((["ab", "c"], ["c"], ["b", "c"])):
            record(store, sets, [], NOON + timedelta(minutes=step))
        store.memory.put(KeptTrees())
        back, stays = details_of(store, watch, recorded_lists(store)[-1])
        assert back._own_first() is None
        assert [incident.incident_id for incident in back.first] == ["i-a"]
        own = stays._own_first()
        assert own is not None
        assert own["incident_id"].to_pylist() == ["i-c"]


def test_of_many_lists_those_alone_are_read_that_changed_the_incident(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, read = load_watch(folder), list[int]()

    def reading(store: Store, recorded: RecordedList, ids: Any) -> Any:
        read.append(recorded.entry)
        return changes_in(store, recorded, ids)

    monkeypatch.setattr(list_history_module, "changes_in", reading)
    with Store(folder, Clock()) as store:
        entries = [record(store, sets, [], NOON) for sets in (["a"], ["a", "b"])]
        for step in range(30):
            record(store, ["a", "bc" if step % 2 else "bcd"], [], NOON + timedelta(minutes=step))
        entries.append(record(store, ["ae", "bc"], [], NOON + timedelta(hours=1)))
        (detail, _) = details_of(store, watch, recorded_lists(store)[-1])
        assert [change["what"] for change in detail.history] == ["grown", "new"]
        assert set(read) == {entries[0], entries[2]}


def test_a_history_that_is_damaged_when_the_index_is_made_is_read_once_it_is_whole_again(folder: Path) -> None:
    watch = load_watch(folder)
    with Store(folder, Clock()) as store:
        for step, sets in enumerate((["a", "b"], ["ac", "b"], ["ac", "bd"])):
            record(store, sets, [], NOON + timedelta(minutes=step))
        lists = recorded_lists(store)
        path = store.objects.path_of(lists[1].tables["history"])
        expected = [detail.history for detail in details_of(store, watch, lists[-1])]
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (folder / ".trucewatch/records.sqlite").unlink()
    with Store(folder, Clock()) as store:
        assert len(recorded_lists(store)) == 3
        detail, other = details_of(store, watch, recorded_lists(store)[-1])
        with pytest.raises(Corrupt):
            _ = detail.history
        path.write_bytes(content)
        assert [each.history for each in details_of(store, watch, recorded_lists(store)[-1])] == expected
        assert other._own_first() is None
        assert [incident.incident_id for incident in other.first] == ["i-b"]


def test_histories_are_let_go_of_after_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_history_module, "MOST_KEPT", 3)
    with Store(folder, Clock()) as store:
        for step in range(6):
            record(store, ["a" + LETTERS[1 : 1 + step]], [], NOON + timedelta(minutes=step))
        for recorded in recorded_lists(store):
            assert changes_in(store, recorded, ["i-a"])
        assert len(store.memory.of(KeptHistories).tables) == 3


def test_lists_are_found_by_entry_cut_off_and_moment(folder: Path) -> None:
    minutes, part = (0, 2, 1, 2, 3, 1), timedelta(milliseconds=250)
    moments = [
        NOON + timedelta(minutes=minute) + (part if place % 2 else 0 * part) for place, minute in enumerate(minutes)
    ]
    with Store(folder, Clock()) as store:
        for step, moment in enumerate(moments):
            record(store, [LETTERS[step]], [], moment)
        lists = recorded_lists(store)
        assert [recorded_list(store, each.entry) for each in lists] == lists
        assert recorded_list(store, lists[0].entry - 1) is None
        bounds = {*moments, *(moment + part / 2 for moment in moments), NOON - part}
        times = [None, BEGIN, *(each.recorded_at for each in lists)]
        for recorded_by in times:
            by_then = recorded_lists(store, recorded_by)
            assert last_list(store, recorded_by=recorded_by) == (by_then[-1] if by_then else None)
            for bound in bounds:
                earlier = [each for each in by_then if each.as_of <= bound]
                assert last_list(store, up_to=bound, recorded_by=recorded_by) == (earlier[-1] if earlier else None)
                same = [each for each in by_then if each.as_of == bound]
                if recorded_by is not None:
                    assert list_made(store, bound, recorded_by) == (same[-1] if same else None)


def test_more_lists_of_one_second_than_are_read_at_once(folder: Path) -> None:
    with Store(folder, Clock()) as store:
        first = record(store, ["a"], [], NOON)
        for step in range(1, 70):
            record(store, [LETTERS[step % 2]], [], NOON + timedelta(milliseconds=step))
        found = last_list(store, up_to=NOON)
        assert found is not None
        assert found.entry == first


def test_the_index_points_to_each_incident_that_a_change_led_to(folder: Path) -> None:
    with Store(folder, Clock()) as store:
        for step, sets in enumerate((["ab"], ["a", "b"], ["b"])):
            record(store, sets, [], NOON + timedelta(minutes=step))
        lists = recorded_lists(store)
        for name in ("i-a", "i-b"):
            held = [
                each.entry
                for each in lists
                if pc.is_in(
                    pa.array([name]), value_set=pc.list_flatten(each.table(store, "history")["to_ids"])
                ).to_pylist()[0]
            ]
            places = pointers_to(store.index.rows, [name], CHANGES)[name]
            assert [entry for entry, _ in reversed(places)] == held
