"""Lists as trees in a store: what one more row costs, single incidents, proofs, lists of before, damage, kills and
disks that fail."""

from __future__ import annotations

import errno
import shutil
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.builders import make_watch
from tests.ledger.small_log import run as inspect
from tests.pipeline.test_run import NOW, run
from tests.store.fault_disk import FaultDisk, Flushed, Killed
from tests.store.lives import Life, check_restart, cut_power
from tests.store.old_lists import record_old_list
from tests.store.test_store import open_store
from trucewatch.errors import Corrupt, LedgerError, StoreError
from trucewatch.ledger.note import read_checkpoint
from trucewatch.messages import Message
from trucewatch.pipeline import Assessment
from trucewatch.store import Store
from trucewatch.store.arranged_rows import NO_START
from trucewatch.store.kept_trees import (
    Change,
    KeptTrees,
    change_tables,
    keep_names,
    keep_numbers,
    keep_tables,
    read_names,
    read_numbers,
)
from trucewatch.store.ledger_copy import copy_ledger
from trucewatch.store.list_proofs import prove_incident, rows_proved
from trucewatch.store.list_tables import KEYS, TABLES, in_order, schema_in_tree
from trucewatch.store.lists import RecordedList, last_list, list_before, record_list, record_roots, recorded_lists
from trucewatch.store.objects import HashedFiles
from trucewatch.store.pointers import CHANGES, pointers_to
from trucewatch.store.readings import observations_from
from trucewatch.store.trees import TREES, Key, chunks_of, read_node

HOUR = timedelta(hours=1)
FILE = "inbox/reports.csv"
ROWS = 300


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A watch of ROWS incidents and a few, an hour and a half apart."""
    folder = make_watch(tmp_path / "w")
    begin = datetime(2031, 4, 12, tzinfo=UTC)
    for number in range(ROWS):
        place = f'"{-35.3 + 0.02 * (number % 7):.4f}, {-25.3 + 0.03 * (number % 5):.4f}"'
        late_row(folder, f"{number + 10},{begin + number * 1.5 * HOUR:%Y-%m-%dT%H:%M:00Z},{place},blast,1,invented")
    run(folder)
    return folder


def late_row(folder: Path, line: str = "99999,2031-04-20T09:03:00Z,2.0 km S of Millfield,shots,2,") -> None:
    with (folder / FILE).open("a") as stream:
        stream.write(line + "\n")


def last_of(store: Store) -> RecordedList:
    recorded = last_list(store)
    assert recorded is not None
    return recorded


def names_of(folder: Path) -> set[str]:
    return set(HashedFiles(folder / ".trucewatch/objects").names())


def path_of(folder: Path, name: str) -> Path:
    return HashedFiles(folder / ".trucewatch/objects").path_of(name)


def tables_of(found: Assessment) -> dict[str, pa.Table]:
    return {
        **{name: getattr(found, name) for name in ("incidents", "findings", "contributions", "first", "history")},
        "rejected": found.rejected_incidents,
    }


def test_one_more_row_shares_all_but_what_it_touches(watch: Path) -> None:
    with Store(watch, lambda: NOW) as store:
        before = {chunk.name for name in KEYS for chunk in chunks_of(store.objects, last_of(store).tables[name])}
    held = names_of(watch)
    late_row(watch)
    found = run(watch, now=NOW + HOUR)
    with Store(watch, lambda: NOW) as store:
        recorded = last_of(store)
        after = {chunk.name for name in KEYS for chunk in chunks_of(store.objects, recorded.tables[name])}
        assert len(before & after) > len(after) / 2
        fresh = names_of(watch) - held
        assert len(fresh) < 30, "record, batch, inputs, and of four tables a chunk or two and their nodes"
        for name, table in tables_of(found).items():
            ids = list(KEYS[name][1]) if name in KEYS else TABLES[name].names[:1]
            assert sorted(recorded.table(store, name).to_pylist(), key=str) == sorted(table.to_pylist(), key=str), ids
        assert keep_tables(store, tables_of(found)) == recorded.tables, "made at once it is the same"
    assert names_of(watch) == held | fresh


def test_a_list_that_is_changed_row_by_row_is_the_one_made_at_once(watch: Path) -> None:
    whole = watch.with_name("whole")
    shutil.copytree(watch, whole)
    late_row(whole)
    tables = tables_of(run(whole, now=NOW + HOUR))
    with Store(watch, lambda: NOW) as store, Store(whole, lambda: NOW) as other:
        recorded, following = last_of(store), last_of(other)
        then = {name: recorded.table(store, name) for name in TABLES}
        changes = {}
        for name in KEYS:
            old, new = (rows_by_key(name, each) for each in (then, tables))
            gone = {key for key, row in old.items() if new.get(key) != row}
            come = [row for key, row in new.items() if old.get(key) != row]
            assert len(come) < 5
            changes[name] = Change(gone, pa.Table.from_pylist(come, schema=schema_in_tree(name)))
        for _ in ("read from the disk", "held in memory"):
            roots = change_tables(store, recorded.tables, changes)
            assert roots == following.tables | {"history": recorded.tables["history"]}
        entry = record_roots(store, roots, [], [], NOW, recorded, calibrations=[])
        assert last_of(store).entry == entry
        assert last_of(store).table(store, "findings").equals(following.table(other, "findings"))
    assert inspect(watch)[0] == 0


def rows_by_key(name: str, tables: dict[str, pa.Table]) -> dict[Key, dict[str, Any]]:
    start, ids = KEYS[name]
    ordered = in_order(name, tables)
    micros = ordered[start].cast(pa.timestamp("us")).cast(pa.int64()).fill_null(NO_START).to_pylist()
    rows = ordered.to_pylist()
    return {(when, *(row[column] for column in ids)): row for when, row in zip(micros, rows, strict=True)}


def test_rows_about_some_incidents_and_of_a_time_are_those_of_the_whole_table(
    watch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(watch, lambda: NOW) as store:
        recorded = last_of(store)
        ids = recorded.table(store, "incidents")["incident_id"].to_pylist()
        start = datetime(2031, 4, 18, 6, tzinfo=UTC)
        of_time = {
            row["incident_id"]
            for row in recorded.table(store, "incidents").to_pylist()
            if start <= row["occurred_start"] < start + 9 * HOUR
        }
        assert 0 < len(of_time) < len(ids)
        read: list[str] = []
        get = store.objects.get
        monkeypatch.setattr(store.objects, "get", lambda name: read.append(name) or get(name))
        store.memory.clear()
        for name in KEYS:
            whole = recorded.table(store, name)
            chunks = {chunk.name for chunk in chunks_of(store.objects, recorded.tables[name])}
            for wanted in (ids[:1], ids[70:73], [ids[-1], ids[2], ids[150]], [ids[-1], "i-none"], []):
                read.clear()
                rows = recorded.rows_of(store, name, wanted)
                expected = [row for row in whole.to_pylist() if row["incident_id"] in wanted]
                assert rows.to_pylist() == expected
                if len(wanted) == 1 and len(chunks) > 3 and name != "first":
                    assert len(chunks & set(read)) <= 3
            between = recorded.rows_between(store, name, start, start + 9 * HOUR)
            assert set(between["incident_id"].to_pylist()) <= of_time
            assert between.to_pylist() == [row for row in whole.to_pylist() if row["incident_id"] in of_time]


def test_the_numbers_of_a_list_and_its_calibrations_are_trees_too(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        numbers = [*range(5, 700, 3), 100_000]
        root = keep_numbers(store, "inputs", numbers)
        assert read_numbers(store, root) == numbers
        held = set(store.objects.names())
        more = keep_numbers(store, "inputs", [*numbers, 100_001])
        assert len(set(store.objects.names()) - held) == 2, "a chunk and its node"
        assert read_numbers(store, more) == [*numbers, 100_001]
        store.memory.clear()
        assert read_numbers(store, more) == [*numbers, 100_001]
        assert keep_numbers(store, "inputs", [*numbers, 100_001][::-1]) == more
        assert (keep_numbers(store, "acts", []), read_numbers(store, "")) == ("", [])
        names = [f"{number:064x}" for number in (3, 1, 2)]
        assert read_names(store, keep_names(store, "calibrations", names)) == names


def test_numbers_that_could_not_be_kept_are_not_taken_for_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        keep_numbers(store, "inputs", range(400))

        def refused(contents: Any) -> Any:
            raise StoreError(Message("the disk is full"))

        with monkeypatch.context() as patch:
            patch.setattr(store.objects, "put_many", refused)
            with pytest.raises(StoreError, match="the disk is full"):
                keep_numbers(store, "inputs", range(600))
        assert read_numbers(store, keep_numbers(store, "inputs", range(600))) == [*range(600)]


def test_a_checkpoint_proves_a_row_of_a_list_by_its_record_and_the_way_to_the_row(watch: Path) -> None:
    with Store(watch, lambda: NOW) as store:
        recorded = last_of(store)
        incident = recorded.table(store, "incidents")["incident_id"][90].as_py()
        proof = prove_incident(store, recorded, incident)
        assert incident in rows_proved(proof)["incident_id"]
        assert read_checkpoint(proof["entry"]["checkpoint"]["note"].encode()).size > recorded.entry
        assert len(proof["nodes"]) >= 1
        for name, content in (
            ("chunk", "eJwDAAAAAAE="),
            ("record", "{}"),
            ("nodes", ["{}"]),
            ("nodes", []),
            ("table", "first"),
        ):
            with pytest.raises(LedgerError, match="does not lead"):
                rows_proved(proof | {name: content})
        with pytest.raises(StoreError, match="can be proved"):
            prove_incident(store, recorded, "i-none")


def test_a_copy_of_the_ledger_holds_every_part_of_every_list(watch: Path, tmp_path: Path) -> None:
    late_row(watch)
    run(watch, now=NOW + HOUR)
    copy_ledger(watch / ".trucewatch", tmp_path / "copy")
    assert set(HashedFiles(tmp_path / "copy/objects").names()) == names_of(watch)
    code, document = inspect(tmp_path / "copy")
    assert (code, document["remarks"]) == (0, []), document


def test_the_list_before_is_the_one_with_the_latest_cut_off_also_within_a_second(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert list_before(store, NOW) is None
        cut_offs = [NOW + timedelta(seconds=step) for step in (0, 0.5, 0.25, -1, 5, 0.5, 0)]
        lists = [
            (cut_off, record_roots(store, dict.fromkeys(TABLES, ""), [], [], cut_off, None, calibrations=[]))
            for cut_off in cut_offs
        ]
        assert last_of(store).entry == lists[-1][1]
        for step in (-2, -1, -0.5, 0, 0.1, 0.25, 0.4, 0.5, 3, 5, 9):
            moment = NOW + timedelta(seconds=step)
            expected = max(((cut_off, entry) for cut_off, entry in lists if cut_off <= moment), default=None)
            before = list_before(store, moment)
            assert (before and (before.as_of, before.entry)) == expected


# Lists of version 1


def test_a_list_of_before_is_read_followed_and_erased(watch: Path) -> None:
    with Store(watch, lambda: NOW) as store:
        recorded = last_of(store)
        entry = record_old_list(store, recorded)
        old = last_of(store)
        assert (old.entry, old.version) == (entry, 1)
        for name in TABLES:
            assert old.table(store, name).equals(recorded.table(store, name))
        for read in (RecordedList.inputs, RecordedList.inputs_ever, RecordedList.acts, RecordedList.calibrations):
            assert read(old, store) == read(recorded, store)
        ids = old.table(store, "incidents")["incident_id"].to_pylist()[:2]
        start = datetime(2031, 4, 18, 6, tzinfo=UTC)
        for name in KEYS:
            assert old.rows_of(store, name, ids).equals(recorded.rows_of(store, name, ids))
            both = [each.rows_between(store, name, start, start + 9 * HOUR) for each in (old, recorded)]
            assert both[0].equals(both[1])
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    assert inspect(watch)[0] == 0
    same = run(watch, now=NOW + HOUR)
    assert same.list_entry == entry, "the same list is not recorded again as a tree"
    late_row(watch)
    found = run(watch, now=NOW + 2 * HOUR)
    assert {row["what"] for row in found.history.to_pylist()} <= {"new", "grown", "moved"}
    assert found.history.num_rows < 3
    with Store(watch, lambda: NOW) as store:
        assert last_of(store).version == 2
        ((goes,),) = store.index.rows("SELECT sha256 FROM evidence WHERE name = ? ORDER BY entry LIMIT 1", FILE)
        gone = set(store.erase([goes], reason="asked for", ordered_by=""))
        assert old.tables["incidents"] in gone, "whole, as it is one object"
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    assert inspect(watch)[0] == 0


# Erasure


def test_an_erasure_takes_the_chunks_with_what_goes_and_names_the_lists_that_held_them(watch: Path) -> None:
    with (watch / FILE).open() as stream:
        head = stream.readline()
    (watch / "inbox/more.csv").write_text(head + "7000,2031-04-22T18:30:00Z,1.0 km N of Millfield,shots,3,seen\n")
    text = (watch / "watch.toml").read_text()
    (watch / "watch.toml").write_text(text.replace('files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv"]'))
    run(watch, now=NOW + HOUR)
    late_row(watch)
    run(watch, now=NOW + 2 * HOUR)
    with Store(watch, lambda: NOW) as store:
        lists = recorded_lists(store)
        chunks = {chunk.name for chunk in chunks_of(store.objects, lists[-1].tables["incidents"])}
        ((goes,),) = store.index.rows("SELECT sha256 FROM evidence WHERE name = 'inbox/more.csv'")
        (member,) = observations_from(store, goes)
        (incident,) = [row for row in lists[-1].table(store, "incidents").to_pylist() if member in row["members"]]
        plan = store.plan_of_erasure([goes])
        gone = set(store.erase([goes], reason="asked for", ordered_by=""))
        assert gone == set(plan.going)
        assert 1 <= len(chunks & gone) < len(chunks), "the chunk that held it, and no other"
        assert sorted(plan.lists) == [recorded.entry for recorded in lists[1:]]
        assert [recorded.entry for recorded in recorded_lists(store)] == [lists[0].entry]
        assert pointers_to(store.index.rows, [incident["incident_id"]], CHANGES) == {}
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
        for name in sorted(set(store.objects.names())):
            content = store.objects.get(name)
            assert member.encode() not in unpacked(content), name
    code, document = inspect(watch)
    assert code == 0, document
    assert any("was erased, says entry" in remark for remark in document["remarks"])
    (watch / "inbox/more.csv").unlink()
    after = run(watch, now=NOW + 3 * HOUR)
    assert incident["incident_id"] not in after.incidents["incident_id"].to_pylist()
    code, document = inspect(watch)
    assert code == 0, document


def unpacked(content: bytes) -> bytes:
    """A chunk's JSON; anything else as it is."""
    with suppress(zlib.error):
        return zlib.decompress(content)
    return content


# Damage


def chunk_of(folder: Path, table: str) -> str:
    with Store(folder, lambda: NOW) as store:
        return [chunk.name for chunk in chunks_of(store.objects, last_of(store).tables[table])][1]


def node_of(folder: Path, table: str) -> str:
    with Store(folder, lambda: NOW) as store:
        return last_of(store).tables[table]


def remove(path: Path) -> None:
    path.unlink()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [remove, flip])
@pytest.mark.parametrize("part", [chunk_of, node_of])
@pytest.mark.parametrize("table", ["incidents", "findings"])
def test_a_part_of_the_last_list_that_is_missing_or_damaged_is_named_and_a_run_makes_it_again(
    watch: Path, damage: Callable[[Path], None], part: Callable[[Path, str], str], table: str
) -> None:
    name = part(watch, table)
    content = path_of(watch, name).read_bytes()
    damage(path_of(watch, name))
    code, document = inspect(watch)
    assert code == 1
    (problem,) = document["problems"]
    assert problem["file"] == f"objects/{name[:2]}/{name[2:]}"
    assert "`trucewatch run WATCH` makes it again from the evidence" in problem["do"]
    assert damage is flip or f"is missing; {table} of entry" in problem["what"]
    with Store(watch, lambda: NOW) as store:
        recorded = last_of(store)
        with pytest.raises(StoreError, match="trucewatch run WATCH makes it again from the evidence") as refused:
            recorded.table(store, table)
        assert name[2:] in str(refused.value)
        assert isinstance(refused.value, Corrupt) == (damage is flip)
    run(watch, now=NOW + HOUR)
    assert path_of(watch, name).read_bytes() == content
    assert inspect(watch)[0] == 0


@pytest.mark.parametrize("damage", [remove, flip])
@pytest.mark.parametrize("part", [chunk_of, node_of])
def test_a_part_that_what_is_new_touches_is_made_again_by_a_replay(
    watch: Path, damage: Callable[[Path], None], part: Callable[[Path, str], str]
) -> None:
    """The list that follows is held against the one before, and where that is damaged it shares nothing with it."""
    whole = watch.with_name("whole")
    shutil.copytree(watch, whole)
    name = part(watch, "incidents")
    damage(path_of(watch, name))
    for folder in (watch, whole):
        late_row(folder)
    found, expected = run(watch, now=NOW + HOUR), run(whole, now=NOW + HOUR)
    assert found.history.equals(expected.history)
    assert found.first.equals(expected.first)
    assert inspect(watch)[0] == 0
    with Store(watch, lambda: NOW) as store, Store(whole, lambda: NOW) as other:
        assert last_of(store).tables == last_of(other).tables


@pytest.mark.parametrize("damage", [remove, flip])
def test_a_run_without_news_makes_every_part_again_but_l1(watch: Path, damage: Callable[[Path], None]) -> None:
    entry = run(watch, now=NOW + HOUR).list_entry
    with Store(watch, lambda: NOW) as store:
        recorded = last_of(store)
        roots = [root for name, root in (recorded.tables | recorded.made_from).items() if root and name in TREES]
        kept = {recorded.tables["first"], recorded.made_from["inputs_ever"]}
        parts = {chunk.name for root in set(roots) - kept for chunk in chunks_of(store.objects, root)}
        spared = {chunk.name for root in kept for chunk in chunks_of(store.objects, root)}
    for name in sorted((parts | set(roots)) - spared - kept):
        damage(path_of(watch, name))
    assert inspect(watch)[0] == 1
    assert run(watch, now=NOW + 2 * HOUR).list_entry == entry, "it is the same list"
    assert inspect(watch)[0] == 0


def test_a_node_that_names_another_level_or_no_hash_is_told_by_the_inspector(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:

        def node(child: str, level: int) -> str:
            return store.objects.put(
                f'{{"children":[["{child}",1,0]],"level":{level},"schema":"trucewatch/node/1","table":"t"}}'.encode()
            )

        above, odd = node(node("0" * 64, 3), 2), node("../x", 1)
        other = store.objects.put(b'{"schema":"trucewatch/weather/1"}')
        roots = dict.fromkeys(TREES, "") | {"incidents": above, "findings": odd, "first": other, "history": ""}
        base = {"level": "L2", "as_of": "2031-05-04T17:00:00Z", "follows": -1}
        store.commit([{"schema": "trucewatch/list/2", **base, **roots}])
    code, document = inspect(tmp_path)
    assert code == 1
    told = " ".join(problem["what"] for problem in document["problems"])
    assert "is a node of another level" in told
    assert "names a child that is no hash" in told
    assert "is no node of a tree" in told


# Kills, power cuts and full disks


def test_a_kill_between_parts_and_record_leaves_the_list_of_before_and_the_next_run_makes_it(
    watch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late_row(watch)
    commit = Store.commit

    def killed(store: Store, records: Any, **more: Any) -> Any:
        if any(record["schema"].startswith("trucewatch/list/") for record in records):
            raise KeyboardInterrupt
        return commit(store, records, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "commit", killed)
        with pytest.raises(KeyboardInterrupt):
            run(watch, now=NOW + HOUR)
    left = names_of(watch)
    code, document = inspect(watch)
    assert code == 0, document
    assert any("is not named by the log" in remark for remark in document["remarks"])
    found = run(watch, now=NOW + HOUR)
    assert found.incidents.num_rows == ROWS + 4 or found.history.num_rows
    code, document = inspect(watch)
    assert (code, document["remarks"]) == (0, []), document
    assert left < names_of(watch)


def small_list(store: Store, rows: int) -> None:
    """A list of invented incidents, as a run records one."""
    start = pa.array([1_930_000_000_000_000 + 60_000_000 * row for row in range(rows)], pa.int64())
    filled = {
        "incident_id": pa.array([f"i-{row:026d}" for row in range(rows)]),
        "occurred_start": start.cast(TABLES["incidents"].field("occurred_start").type),
    }
    columns = [filled.get(field.name, pa.nulls(rows, field.type)) for field in TABLES["incidents"]]
    incidents = pa.table(columns, names=TABLES["incidents"].names)
    tables = {name: schema.empty_table() for name, schema in TABLES.items()} | {"incidents": incidents}
    record_list(store, tables, [], [], NOW, None, calibrations=[])


@pytest.mark.parametrize(("rows", "every"), [(100, 1), (40_000, 41)])
def test_a_list_that_was_acknowledged_is_whole_after_a_power_cut(folder: Path, rows: int, every: int) -> None:
    """Few parts are flushed one by one, many with all that the disk was given."""
    life = Life(FaultDisk(folder))
    with life.disk, open_store(folder) as store:
        life.promise(store)
        begun = len(life.disk.steps)
        small_list(store, rows)
        life.promise(store)
    flushes = [at for at, step in enumerate(life.disk.steps, 1) if isinstance(step, Flushed) and at > begun]
    for at in (*flushes[::every], *flushes[-12:]):
        check_restart(life, at, cut_power(life, at, "nothing"))
    for at in range(begun, len(life.disk.steps), max(every, 3)):
        check_restart(life, at, cut_power(life, at, "everything"))


def test_parts_that_are_not_flushed_are_found_out(folder: Path) -> None:
    """The test above can fail."""
    life = Life(FaultDisk(folder, forgets="files"))
    with life.disk, open_store(folder) as store:
        small_list(store, 100)
        life.promise(store)
    with pytest.raises(BaseException, match=r"lost|no journal|no checkpoint|high-water is damaged|problems"):
        check_restart(life, len(life.disk.steps), cut_power(life, len(life.disk.steps), "nothing"))


@pytest.mark.parametrize("rows", [100, 40_000])
def test_a_disk_that_is_full_in_the_middle_of_a_list_is_said_and_the_list_is_made_when_there_is_space(
    folder: Path, rows: int
) -> None:
    life = Life(FaultDisk(folder))
    with life.disk, open_store(folder) as store:
        life.promise(store)
        for number in (3, 6, 9):
            life.disk.fails_from(len(life.disk.steps) + number, errno.ENOSPC)
            with pytest.raises(StoreError, match="the disk is full; free some space"):
                small_list(store, rows)
            life.disk.revived()
        assert recorded_lists(store) == []
        small_list(store, rows)
        life.promise(store)
        assert last_of(store).table(store, "incidents").num_rows == rows
    check_restart(life, len(life.disk.steps), folder)


def test_a_kill_in_the_middle_of_a_list_leaves_nothing_half_written(folder: Path) -> None:
    life = Life(FaultDisk(folder))
    with life.disk:
        with open_store(folder) as store:
            life.promise(store)
            life.disk.killed_at(len(life.disk.steps) + 30)
            with pytest.raises(Killed):
                small_list(store, 40_000)
            life.disk.revived()
        with open_store(folder) as store:
            assert recorded_lists(store) == []
            small_list(store, 40_000)
            life.promise(store)
    check_restart(life, len(life.disk.steps), folder)


def test_what_a_store_kept_last_is_let_go_of_with_an_erasure(watch: Path) -> None:
    with Store(watch, lambda: NOW) as store:
        keep_numbers(store, "acts", [1])
        assert store.memory.of(KeptTrees).trees
        store.erase([], people=[store.keep_words("what was said")], reason="asked for", ordered_by="")
        assert not store.memory.of(KeptTrees).trees
        assert read_node(store.objects, last_of(store).tables["incidents"]).children
