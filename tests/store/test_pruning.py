"""Lists that nothing rests on go by a record that says so: what stays and why, what is told of them, kills and power
cuts."""

from __future__ import annotations

import html
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.builders import make_watch
from tests.ledger.small_log import run as inspect
from tests.pipeline.test_run import run
from tests.server.conftest import client_of
from tests.store.fault_disk import FaultDisk, Killed
from tests.store.lives import Life, check_restart, cut_power
from tests.store.old_lists import record_old_list
from tests.store.test_list_trees import late_row, names_of, small_list
from tests.store.test_store import open_store
from trucewatch.cli import prune as word
from trucewatch.cli.main import app
from trucewatch.desks import find, indexes
from trucewatch.desks.reports import cli as reports_cli
from trucewatch.errors import LedgerError, StoreError, TrucewatchError
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.note import WITNESS_ALGORITHM
from trucewatch.ledger.witness import cosign
from trucewatch.model.times import iso_utc
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store import pruning as module
from trucewatch.store.ledger_copy import copy_ledger
from trucewatch.store.list_history import descent_of
from trucewatch.store.lists import RecordedList, last_list, pruned_lists, recorded_lists
from trucewatch.store.objects import HashedFiles
from trucewatch.store.pruning import PruningPlan, plan_pruning, prune
from trucewatch.terminal import base

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
BEGIN = datetime(2031, 5, 5, 6, tzinfo=UTC)
LATER = BEGIN + 20 * DAY
A_DAY = 5
"""Lists a day."""


def make_lists(folder: Path, days: int = 3) -> None:
    for day in range(days):
        for hour in range(A_DAY):
            line = (
                f"{900 + day * A_DAY + hour},2031-05-0{day + 1}T0{hour}:20:00Z,{hour + 2}.0 km S of Millfield,shots,2,"
            )
            late_row(folder, line)
            run(folder, now=BEGIN + day * DAY + hour * HOUR)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A watch with five lists on each of three days."""
    folder = make_watch(tmp_path_factory.mktemp("days") / "w", rows=40)
    make_lists(folder)
    return folder


@pytest.fixture
def watch(days: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(days, tmp_path / "w"))


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (base, word):
        monkeypatch.setattr(place, "clock", lambda: LATER)


def call(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(each) for each in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def lists_of(folder: Path) -> list[RecordedList]:
    with Store(folder, lambda: LATER) as store:
        return recorded_lists(store)


def plan_of(folder: Path, **more: Any) -> PruningPlan:
    with Store(folder, lambda: LATER) as store:
        return plan_pruning(store, before=LATER - 7 * DAY, **more)


def do_prune(folder: Path, *, plan: PruningPlan | None = None) -> PruningPlan:
    with Store(folder, lambda: LATER) as store:
        plan = plan or plan_pruning(store, before=LATER - 7 * DAY)
        prune(store, plan, reason="the disk is nearly full", by="p-aaaaaaaaaaaaaaaaaaaaaaaaaa")
    return plan


def check_sound(folder: Path) -> dict[str, Any]:
    """The inspector is content with nothing but what was pruned to remark; a rebuilt index is the same."""
    code, document = inspect(folder)
    assert code == 0, document
    assert [remark for remark in document["remarks"] if "prunes" not in remark] == [], document
    with Store(folder, lambda: LATER, desks=indexes()) as store:
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
    return document


def history_of(folder: Path) -> list[Any]:
    """What became of each incident of the last list, the same by a rebuilt index."""
    with Store(folder, lambda: LATER) as store:
        last = last_list(store)
        assert last is not None
        latest = max(each.as_of for each in (*recorded_lists(store), *pruned_lists(store)))
        names = last.table(store, "incidents")["incident_id"].to_pylist()
        changes = [descent_of(store, name, latest).changes for name in names]
        store.rebuild()
        assert [descent_of(store, name, latest).changes for name in names] == changes
        return changes


def test_it_says_what_would_go_and_then_does_it(watch: Path) -> None:
    lists, held, history = lists_of(watch), names_of(watch), history_of(watch)
    code, text = call("prune", watch)
    assert code == 0, text
    assert "15 lists are on record." in text
    assert "Would prune 9, " in text
    assert "the first or the last of its day (UTC)" in text
    assert "the last list, which the next one follows" in text
    assert "Nothing was done. It cannot be undone" in text
    assert names_of(watch) == held
    code, text = call("prune", watch, "--enter", "--reason", "nearly full", "--by", "A. Nobody")
    assert code == 0, text
    assert "Pruned 9, " in text
    left = [recorded.entry for recorded in lists_of(watch)]
    assert left == [lists[number].entry for number in (0, 4, 5, 9, 10, 14)]
    assert len(names_of(watch)) < len(held) - 20
    assert history_of(watch) == history, "what became of an incident is told as before"
    document = check_sound(watch)
    assert any("prunes 9 lists" in remark for remark in document["remarks"])
    assert call("verify", watch)[1].startswith("ALL RIGHT")
    assert "9 lists pruned: nearly full" in call("log", watch, "--kind", "pruning")[1]
    assert "Nothing can go: there is a reason for each to stay." in call("prune", watch)[1]
    late_row(watch)
    assert run(watch, now=LATER).history.num_rows < 3
    check_sound(watch)


def test_what_is_pruned_is_what_the_plan_says_and_all_that_stays_can_be_read(watch: Path) -> None:
    held, lists = names_of(watch), lists_of(watch)
    with Store(watch, lambda: LATER) as store:
        tables = {recorded.entry: {name: recorded.table(store, name) for name in recorded.tables} for recorded in lists}
    plan = do_prune(watch)
    left = names_of(watch)
    assert held - left == set(plan.objects)
    assert len(left - held) == 1, "the record"
    assert plan.size_bytes >= 512 * len(plan.objects)
    assert set(plan.going) == {recorded.entry for recorded in lists} - {recorded.entry for recorded in lists_of(watch)}
    with Store(watch, lambda: LATER) as store:
        for recorded in recorded_lists(store):
            for name in recorded.tables:
                assert recorded.table(store, name).equals(tables[recorded.entry][name])
            assert recorded.inputs(store)
            assert recorded.inputs_ever(store)
        for pruned in pruned_lists(store):
            assert pruned.table(store, "history").equals(tables[pruned.entry]["history"])


def test_an_empty_watch_and_a_young_one_say_why_nothing_can_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_watch(tmp_path / "w", rows=3)
    assert "Nothing can go: there is no list yet." in call("prune", folder)[1]
    make_lists(folder, days=1)
    for place in (base, word):
        monkeypatch.setattr(place, "clock", lambda: BEGIN + 2 * DAY)
    text = call("prune", folder)[1]
    assert "Nothing can go: there is a reason for each to stay." in text
    assert "2 stay: younger than 7 days" in text, "one is the last, and calibrations rest on two"
    assert "Would prune 2," in call("prune", folder, "--older-than", 1)[1]
    assert call("prune", folder, "--older-than", 0)[0] == 2
    with pytest.raises(LedgerError, match="say whose act it is"):
        call("prune", folder, "--enter", "--reason", "because")
    with pytest.raises(TrucewatchError, match="reason"):
        call("prune", folder, "--enter", "--by", "A. Nobody")
    with Store(folder, lambda: LATER) as store:
        plan = plan_pruning(store, before=BEGIN)
        with pytest.raises(StoreError, match="no list can be pruned now"):
            prune(store, plan, reason="because", by="p-a")
        with pytest.raises(StoreError, match="say why"):
            prune(store, plan_pruning(store, before=LATER), reason=" ", by="p-a")
        assert not pruned_lists(store)


def test_what_a_record_names_or_a_witness_holds_stays(watch: Path, tmp_path: Path) -> None:
    lists = lists_of(watch)
    plan = plan_of(watch)
    assert {lists[number].entry for number in (2, 7, 12)} < {*plan.going}
    secret = new_key("w.example/one", WITNESS_ALGORITHM)
    checkpoints = watch / ".trucewatch/ledger/checkpoints"
    sizes = sorted(int(path.name) for path in checkpoints.iterdir())
    (size,) = [size for size in sizes if lists[7].entry < size <= lists[8].entry][:1]
    content = (checkpoints / str(size)).read_bytes()
    with Store(watch, lambda: LATER) as store:
        store.commit([{"schema": "trucewatch/report-draft/1", "draft": "d-a", "list": lists[2].entry, "notes": []}])
        log = store.public_key
        ledger = watch / ".trucewatch/ledger"
        given = cosign(content, log, secret, None, lambda name: (ledger / name).read_bytes(), 1_930_000_000)
    assert lists[2].entry not in plan_of(watch).going
    (watch / "witnessed").mkdir()
    (watch / "witnessed/note").write_bytes(given)
    plan = plan_of(watch)
    assert lists[7].entry not in plan.going
    assert plan.staying["checkpoint"] == 1
    (watch / "witnessed/note").unlink()
    (checkpoints / str(size)).write_bytes(given)
    assert plan_of(watch) == plan, "a witness's line in the ledger says the same"


def test_the_list_before_a_rule_changed_stays(watch: Path) -> None:
    lists = lists_of(watch)
    (goes,) = {each.entry for each in lists if each.entry in plan_of(watch).going} & {lists[2].entry}
    for hour in (1, 2):
        with Store(watch, lambda hour=hour: BEGIN + 4 * DAY + hour * HOUR) as store:  # type: ignore[misc]
            last = store.journal.hash_of(lists[-1].entry)
            record = json.loads(store.objects.get(last))
            record.pop("recorded_at")
            store.commit([record | {"rules_before": goes}])
    assert goes not in plan_of(watch).going


def test_a_replay_of_a_pruned_moment_says_so_and_what_to_do(watch: Path) -> None:
    lists = lists_of(watch)
    plan = do_prune(watch)
    pruned = lists[2]
    assert pruned.entry in plan.going
    with pytest.raises(StoreError, match=f"entry {pruned.entry}, was pruned on 2031-05-25 by entry") as refused:
        run(watch, now=LATER, recorded_by=pruned.recorded_at)
    assert "--as-of" in str(refused.value)
    again = run(watch, now=LATER, recorded_by=pruned.recorded_at, as_of=pruned.as_of)
    assert any(f"the list of entry {pruned.entry} was pruned" in str(words) for words in again.warnings)
    assert again.incidents.num_rows
    before = run(watch, now=LATER, recorded_by=lists[0].recorded_at)
    assert before.list_entry == lists[0].entry
    assert not any("was pruned" in str(words) for words in before.warnings)


def test_the_page_of_a_pruned_list_says_so_and_what_to_do(watch: Path) -> None:
    lists = lists_of(watch)
    plan = do_prune(watch)
    with Store(watch, lambda: LATER, desks=indexes()) as store:
        client = client_of(Console(store, watch, lambda: LATER, find()))
        for recorded in lists:
            page = html.unescape(client.get(f"/ledger/entry/{recorded.entry}").text)
            assert ("This list was pruned on" in page) is (recorded.entry in plan.going)
        assert f"--recorded-by {iso_utc(lists[1].recorded_at)}" in html.unescape(
            client.get(f"/ledger/entry/{lists[1].entry}").text
        )


def test_a_report_that_was_issued_is_made_again_byte_by_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_watch(tmp_path / "w", rows=40)
    words = ("report", folder, "--recipient", "joint-centre", "--date", "2031-05-02", "--format", "csv")
    for hour in range(5):
        late_row(folder, f"9999{hour},2031-05-02T1{hour}:03:00Z,3.0 km S of Millfield,shots,2,")
        moment = BEGIN + hour * HOUR
        run(folder, now=moment)
        if hour == 1:
            issued = moment + HOUR / 2
            for place in (base, reports_cli):
                monkeypatch.setattr(place, "clock", lambda issued=issued: issued)
            assert call(*words, "--issue", "--by", "Ann", "--out", tmp_path / "issued.csv")[0] == 0
    for place in (base, reports_cli):
        monkeypatch.setattr(place, "clock", lambda: LATER)
    entries = [recorded.entry for recorded in lists_of(folder)]
    plan = do_prune(folder)
    assert plan.going == (*entries[2:4],), "not the first, the last, and that of the report"
    check_sound(folder)
    code, text = call(*words, "--recorded-by", f"{issued:%Y-%m-%dT%H:%M:%SZ}", "--out", tmp_path / "again.csv")
    assert code == 0, text
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "issued.csv").read_bytes()


def test_lists_of_before_go_as_well(watch: Path) -> None:
    with Store(watch, lambda: BEGIN + 4 * DAY) as store:
        recorded = last_list(store)
        assert recorded is not None
        old = [record_old_list(store, recorded)]
    for hour in (1, 2, 3):
        late_row(watch, f"9999{hour},2031-05-02T1{hour}:03:00Z,3.0 km S of Millfield,shots,2,")
        run(watch, now=BEGIN + 4 * DAY + hour * HOUR)
        with Store(watch, lambda hour=hour: BEGIN + 4 * DAY + hour * HOUR) as store:  # type: ignore[misc]
            recorded = last_list(store)
            assert recorded is not None
            old.append(record_old_list(store, recorded))
    plan = do_prune(watch)
    assert set(plan.going) >= set(old[1:3])
    check_sound(watch)
    with Store(watch, lambda: LATER) as store:
        assert {each.version for each in pruned_lists(store)} == {1, 2}
        for each in pruned_lists(store):
            each.table(store, "history")


def test_erasure_passes_over_pruned_lists_but_for_what_changed(watch: Path) -> None:
    do_prune(watch)
    with Store(watch, lambda: LATER) as store:
        pruned = pruned_lists(store)
        goes = [str(name) for (name,) in store.index.rows("SELECT DISTINCT sha256 FROM evidence ORDER BY entry")]
        erased = store.erase(goes[:1], reason="asked for", ordered_by="")
        names = {each.tables["history"] for each in pruned}
        left = [each.tables["history"] for each in pruned_lists(store)]
        assert names.isdisjoint(erased) or len(left) < len(pruned)
        assert set(left) == names.difference(erased)
    code, document = inspect(watch)
    assert code == 0, document
    with Store(watch, lambda: LATER) as store:
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
        plan_pruning(store, before=LATER)


def test_a_copy_leaves_out_what_was_pruned_and_a_loss_forgets_it(watch: Path, tmp_path: Path) -> None:
    do_prune(watch)
    copy_ledger(watch / ".trucewatch", tmp_path / "copy")
    assert set(HashedFiles(tmp_path / "copy/objects").names()) == names_of(watch)
    code, document = inspect(tmp_path / "copy")
    assert code == 0, document
    shutil.rmtree(watch / ".trucewatch/ledger/tile")
    (watch / ".trucewatch/ledger/journal").write_bytes(b"")
    with Store(watch, lambda: LATER, accept_loss=True) as store:
        kinds = [entry.record["schema"] for entry in store.journal.entries()]
        assert "trucewatch/pruning/1" not in kinds
        assert not pruned_lists(store)
    assert run(watch, now=LATER).incidents.num_rows


# What is missing stays missing


def test_a_part_that_a_list_that_stays_needs_is_missing_also_after_a_pruning(watch: Path) -> None:
    do_prune(watch)
    lists = lists_of(watch)
    goes = lists[0].tables["findings"]
    HashedFiles(watch / ".trucewatch/objects").path_of(goes).unlink()
    code, document = inspect(watch)
    assert code == 1
    assert "is missing; findings of entry" in document["problems"][0]["what"]


def test_a_history_that_is_missing_of_a_pruned_list_is_missing(watch: Path) -> None:
    do_prune(watch)
    with Store(watch, lambda: LATER) as store:
        goes = pruned_lists(store)[0].tables["history"]
    HashedFiles(watch / ".trucewatch/objects").path_of(goes).unlink()
    code, document = inspect(watch)
    assert code == 1
    assert "is missing" in document["problems"][0]["what"]


def test_no_record_prunes_a_list_that_something_was_made_from(watch: Path) -> None:
    lists = lists_of(watch)
    with Store(watch, lambda: LATER) as store:
        store.commit(
            [
                {"schema": "trucewatch/report-draft/1", "draft": "d-a", "list": lists[2].entry, "notes": []},
                {"schema": "trucewatch/pruning/1", "lists": [lists[2].entry], "objects": 0, "reason": "", "by": ""},
            ]
        )
    code, document = inspect(watch)
    assert code == 1
    assert f"was made from the list of entry {lists[2].entry}, which entry" in document["problems"][0]["what"]


# Kills and power cuts


@pytest.mark.parametrize("place", ["commit", "publish", "remove_many"])
def test_a_kill_leaves_all_of_it_or_the_next_start_finishes(
    watch: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    plan = plan_of(watch)

    def killed(*words: Any, **more: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(HashedFiles if place == "remove_many" else Store, place, killed)
        with pytest.raises(KeyboardInterrupt):
            do_prune(watch, plan=plan)
    assert (watch / ".trucewatch/pruning").is_file()
    assert set(plan.objects) <= names_of(watch)
    if place == "remove_many":
        assert inspect(watch)[0] == 0
    with Store(watch, lambda: LATER) as store:
        is_done = place != "commit"
        assert bool(pruned_lists(store)) is is_done
        assert any("what pruned lists left" in words for words in store.recovered) is is_done
    assert not (watch / ".trucewatch/pruning").exists()
    assert set(plan.objects).isdisjoint(names_of(watch)) is is_done
    check_sound(watch)
    if not is_done:
        do_prune(watch)
        check_sound(watch)


def test_a_kill_in_the_middle_of_the_removal_is_finished_by_the_next_start(
    watch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(watch, lambda: LATER) as store:
        plan = plan_pruning(store, before=LATER - 7 * DAY)

        def advance(step: str, position: int, total: int) -> None:
            if position == 10:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            prune(store, plan, reason="because", by="p-a", advance=advance)
    left = set(plan.objects) & names_of(watch)
    assert 0 < len(left) < len(plan.objects)
    assert inspect(watch)[0] == 0
    with Store(watch, lambda: LATER):
        pass
    assert set(plan.objects).isdisjoint(names_of(watch))
    check_sound(watch)


def test_what_a_list_that_came_since_may_hold_again_is_not_removed(
    watch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(watch)
    with monkeypatch.context() as patch:
        patch.setattr(module, "finish_pruning", lambda *words: [])
        do_prune(watch, plan=plan)
        content = (watch / ".trucewatch/pruning").read_bytes()
    (watch / ".trucewatch/pruning").unlink()
    late_row(watch)
    run(watch, now=LATER)
    (watch / ".trucewatch/pruning").write_bytes(content)
    with Store(watch, lambda: LATER):
        pass
    assert set(plan.objects) <= names_of(watch)
    assert inspect(watch)[0] == 0


def test_a_power_cut_leaves_what_stays_whole(folder: Path) -> None:
    life = Life(FaultDisk(folder))
    with life.disk:
        for hour in range(4):
            with open_store(folder) as store:
                small_list(store, 40 + 30 * hour)
                life.promise(store)
        begun = len(life.disk.steps)
        with Store(folder, lambda: LATER) as store:
            plan = plan_pruning(store, before=LATER)
            assert len(plan.going) == 2
            prune(store, plan, reason="because", by="p-a")
            life.promise(store)
    for at in range(begun, len(life.disk.steps) + 1):
        for luck in ("nothing", "everything"):
            check_restart(life, at, cut_power(life, at, luck))  # type: ignore[arg-type]


def test_a_full_disk_leaves_every_list(folder: Path) -> None:
    life = Life(FaultDisk(folder))
    with life.disk:
        for hour in range(4):
            with open_store(folder) as store:
                small_list(store, 40 + 30 * hour)
        with Store(folder, lambda: LATER) as store:
            life.promise(store)
            plan = plan_pruning(store, before=LATER)
            life.disk.killed_at(len(life.disk.steps) + 3)
            with pytest.raises(Killed):
                prune(store, plan, reason="because", by="p-a")
            life.disk.revived()
    with Store(folder, lambda: LATER) as store:
        assert len(recorded_lists(store)) in (2, 4)
    assert json.loads(json.dumps(inspect(folder)[1]["problems"])) == []
