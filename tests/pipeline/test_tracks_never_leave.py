"""Where a patrol was is kept for coverage and leaves by no door: no release reads tracks, no outlet holds a point."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import ROOT, each
from tests.pipeline.test_command_line import call
from tests.reports.opened import everything_in
from tests.server.conftest import copy_of
from tests.store.test_store import NOW
from trucewatch.pipeline.intake import standing_batches
from trucewatch.store import Store
from trucewatch.store.batches import track_points_in, tracks_of
from trucewatch.watch import load_watch

PLANTED = ("-25.137913", "-35.246824", "planted-patrol-5517")
SOURCE = '\n[[source]]\nid = "walks"\nadapter = "tracks"\nfiles = ["inbox/*.gpx"]\nof = "centre"\n'
MAY_READ = {"model/batch.py", "model/track.py", "reader", "sources", "store", "pipeline/intake.py", "desks/sources"}
"""Where track points pass on their way into the store, and where they are counted. Coverage will be added here."""


def track() -> str:
    points = "".join(
        f'<trkpt lat="{PLANTED[1]}" lon="{PLANTED[0]}{number}"><time>2031-05-01T08:{number:02d}:00Z</time></trkpt>'
        for number in range(10)
    )
    return f'<gpx version="1.1"><trk><name>{PLANTED[2]}</name><trkseg>{points}</trkseg></trk></gpx>'


def test_no_release_and_no_rule_reads_tracks() -> None:
    package = ROOT / "src" / "trucewatch"
    words = ("model.track", "TRACK_SCHEMA", "tracks_of", "track_points_in", "empty_tracks")
    readers = {
        path.relative_to(package).as_posix()
        for path in each(package.rglob("*.py"))
        if any(word in path.read_text("utf-8") for word in words)
    }
    assert "store/batches.py" in readers
    assert [path for path in sorted(readers) if not any(path.startswith(place) for place in MAY_READ)] == []


def test_a_track_makes_no_event_and_stands_in_nothing_that_is_written(tmp_path: Path) -> None:
    plain = copy_of("two-valleys", tmp_path / "plain")
    folder = copy_of("two-valleys", tmp_path / "tracked")
    (folder / "inbox" / "patrol.gpx").write_text(track())
    toml = folder / "watch.toml"
    toml.write_text(toml.read_text("utf-8") + SOURCE)
    before, after = (json.loads(call("run", str(place), "--json")[1]) for place in (plain, folder))
    counts = ("observations", "rejected", "incidents", "findings")
    assert {name: before[name] for name in counts} == {name: after[name] for name in counts}
    with Store(folder, lambda: NOW) as store:
        batch = standing_batches(store, load_watch(folder))["walks", "inbox/patrol.gpx"]
        assert (track_points_in(store, batch), batch.rows, batch.rejected_rows) == (10, 0, 0)
        assert set(tracks_of(store, batch)["platform"].to_pylist()) == {PLANTED[2]}
    for recipient in [recipient.id for recipient in load_watch(folder).settings.recipient]:
        for form in ("csv", "geojson", "gpkg", "kml", "xlsx"):
            out = folder / f"{recipient}.{form}"
            assert call("report", str(folder), "--recipient", recipient, "--format", form, "--out", str(out))[0] == 0
    beside = [path for path in folder.rglob("*") if path.is_file() and not {"inbox", ".trucewatch"} & set(path.parts)]
    assert len(beside) > 15
    for path in each(sorted(beside)):
        content = everything_in(path.read_bytes())
        assert not any(word in content for word in PLANTED), path.name
