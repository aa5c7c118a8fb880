"""A process that goes on says what one says that begins from nothing, whatever comes, waits, is lost or is damaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.builders import edit
from tests.server.conftest import copy_of
from trucewatch.pipeline import Assessment, assess
from trucewatch.store import Store

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
TABLES = (
    *("incidents", "findings", "rejected_incidents", "contributions", "weights", "observations", "counters"),
    *("rejected", "first", "history"),
)


def assert_is_from_nothing(store: Store, folder: Path, as_of: datetime) -> Assessment:
    """The list of the process that goes on is that of one that begins, which finds nothing new to record."""
    step = assess(store, folder, now=NOW, as_of=as_of)
    store.memory.clear()
    anew = assess(store, folder, now=NOW, as_of=as_of)
    for name in TABLES:
        assert getattr(step, name).equals(getattr(anew, name)), name
    assert (step.list_entry, step.warnings, step.not_yet_known) == (anew.list_entry, anew.warnings, anew.not_yet_known)
    return step


def test_a_standard_pixel_that_waited_replaces_the_quick_one_of_another_id(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    edit(folder / "watch.toml", "inbox/simulated-fires.csv", "inbox/simulated-fires*.csv")
    head, pixel = (folder / "inbox" / "simulated-fires.csv").read_text(encoding="utf-8").splitlines()[:2]
    place, standard = pixel.split(",")[0], pixel.replace("2.0NRT", "2.0")
    # Computed anew for the standard row, a place is another by metres: the rows are linked, for their ids differ.
    standard = standard.replace(place, f"{float(place) + 0.0002:.5f}", 1)
    (folder / "inbox" / "simulated-fires-standard.csv").write_text(f"{head}\n{standard}\n", encoding="utf-8")
    with Store(folder, lambda: NOW) as store:
        quick = assess(store, folder, now=NOW, as_of=NOW)
        assert not any("version=2.0;" in text for text in quick.observations["source_quality"].to_pylist())
        known = assert_is_from_nothing(store, folder, NOW + timedelta(days=120))
        assert sum("version=2.0;" in text for text in known.observations["source_quality"].to_pylist()) == 1
