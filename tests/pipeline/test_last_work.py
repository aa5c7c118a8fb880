"""A run that goes on from the last one in memory gives what a run that begins from nothing gives."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.server.conftest import copy_of
from trucewatch.pipeline import Assessment, arrivals, assess
from trucewatch.pipeline.current_rows import CurrentRows
from trucewatch.pipeline.last_work import LastWork
from trucewatch.store import Store
from trucewatch.store.edit_records import record_act
from trucewatch.store.kept_rows import KeptRows
from trucewatch.store.kept_trees import KeptTrees

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
TABLES = (
    *("incidents", "findings", "rejected_incidents", "contributions", "weights", "observations", "counters"),
    *("rejected", "first", "history"),
)


def halves(folder: Path) -> Callable[[], None]:
    """Leaves half of every file of the inbox; what is given back brings the rest."""
    whole = {path: path.read_text(encoding="utf-8") for path in (folder / "inbox").glob("*.csv")}
    for path, text in whole.items():
        head, *lines = text.splitlines()
        path.write_text("\n".join([head, *lines[::2]]) + "\n", encoding="utf-8")

    def bring_back() -> None:
        for path, text in whole.items():
            path.write_text(text, encoding="utf-8")

    return bring_back


def test_a_list_made_from_the_last_one_is_the_list_made_from_nothing(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    moments = [NOW]
    reused = []

    with Store(folder, lambda: moments[-1]) as store:

        def assessed(as_of: datetime | None = None, recorded_by: datetime | None = None) -> Assessment:
            """Worked out from what is in memory and from nothing, with the same result."""
            last, options = store.memory.of(LastWork), {"as_of": as_of, "recorded_by": recorded_by}
            step = assess(store, folder, now=moments[-1], **options)  # type: ignore[arg-type]
            work = store.memory.of(LastWork)
            fused = work.fused
            assert fused is not None
            reused.append(0.0 if fused.begun else 1.0 - fused.fresh.num_rows / fused.incidents.num_rows)
            current = store.memory.of(CurrentRows)
            for nothing in (LastWork(), CurrentRows(), KeptRows(), KeptTrees()):
                store.memory.put(nothing)
            anew = assess(store, folder, now=moments[-1], **options)  # type: ignore[arg-type]
            for name in TABLES:
                assert getattr(step, name).equals(getattr(anew, name)), name
            assert (step.list_entry, step.warnings) == (anew.list_entry, anew.warnings)
            store.memory.put(last if recorded_by else work)
            store.memory.put(current)
            moments.append(moments[-1] + timedelta(minutes=1))
            return step

        bring_back = halves(folder)
        first = assessed()
        assert reused == [0.0]
        bring_back()
        whole = assessed()
        assert 0.0 < reused[-1] < 1.0
        again = assessed()
        assert reused[-1] == 1.0
        assert again.list_entry == whole.list_entry
        # Earlier cut-offs: fewer reports, fewer notices and readings known.
        for hours in (40, 20, 0):
            assessed(as_of=NOW - timedelta(hours=hours))
        listed = whole.incidents.to_pylist()
        rejected, retyped = listed[0], next(row for row in listed[1:] if row["kind"] == "explosion")
        record_act(store, "reject", reason="a quarry", by="Anna", known_at=NOW, members=rejected["members"])
        act = record_act(
            store, "retype", reason="heard it", by="Anna", known_at=NOW, members=retyped["members"], kind="shot"
        )
        acted = assessed()
        assert acted.incidents.num_rows == whole.incidents.num_rows - 1
        record_act(store, "undo", reason="a slip", by="Anna", known_at=NOW, undoes=act.act_id)
        assessed()
        assert reused[-1] < 1.0
        # As it stood before anybody acted, while what is in memory is of today.
        assert assessed(recorded_by=moments[1]).incidents.num_rows in (
            whole.incidents.num_rows,
            first.incidents.num_rows,
        )
        assessed()
        assert 0.9 < reused[-1] < 1.0, "but for the one that an act shapes"
        # Files of the watch, each as far as it reaches: what findings say alone, where incidents lie, everything.
        settings, zones = folder / "watch.toml", folder / "zones.geojson"
        text, places = settings.read_text(encoding="utf-8"), zones.read_text(encoding="utf-8")
        settings.write_text(re.sub(r"due_soon_days = \d", "due_soon_days = 3", text), encoding="utf-8")
        assessed()
        assert reused[-1] > 0.9
        zones.write_text(re.sub(r'"accuracy_m": \d+', '"accuracy_m": 900', places), encoding="utf-8")
        before = assessed().incidents
        assert reused[-1] > 0.9
        zones.write_text(places, encoding="utf-8")
        assert not assessed().incidents.equals(before)
        settings.write_text(text.replace('rule = "likelihood"', 'rule = "cylinder"\nradius_m = 1500\ngap_hours = 2'))
        assessed()
        assert reused[-1] == 0.0


def test_an_erasure_lets_go_of_what_is_in_memory(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
        assert store.memory.of(LastWork).fused is not None
        ((evidence,),) = store.index.rows("SELECT evidence FROM batch WHERE source = 'public'")
        store.erase([evidence], reason="asked for", ordered_by="")
        assert store.memory.of(LastWork).fused is None
        (folder / "inbox" / "simulated-public.csv").unlink()
        after = assess(store, folder, now=NOW)
        assert "public" not in set(after.observations["source"].to_pylist())


def test_only_a_file_that_changed_is_hashed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, hashed = copy_of("two-valleys", tmp_path), list[str]()
    keep = Store.keep_evidence

    def counted(store: Store, path: Path, **options: bool) -> object:
        hashed.append(path.name)
        return keep(store, path, **options)

    monkeypatch.setattr(arrivals, "_SETTLED_NS", 0)
    monkeypatch.setattr(Store, "keep_evidence", counted)
    with Store(folder, lambda: NOW) as store:
        first = assess(store, folder, now=NOW)
        assert len(hashed) == len(list((folder / "inbox").iterdir()))
        hashed.clear()
        assess(store, folder, now=NOW)
        assert hashed == []
        # Another byte in its place, with the time of writing that it had.
        path = folder / "inbox" / "simulated-patrols.csv"
        state, text = path.stat(), path.read_text(encoding="utf-8")
        path.write_text(text.replace("-24.93380", "-24.93381"), encoding="utf-8")
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert path.stat().st_size == state.st_size
        again = assess(store, folder, now=NOW)
        assert hashed == [path.name]
        assert not again.observations.equals(first.observations)
        # What is kept of a file is gone: it is kept again.
        ((sha256,),) = store.index.rows("SELECT evidence FROM batch WHERE source = 'uav'")
        store.evidence.path_of(sha256).unlink()
        hashed.clear()
        assess(store, folder, now=NOW)
        assert hashed == ["simulated-uav.csv"]
        assert sha256 in store.evidence
