"""What the watch's files say of who speaks reaches the list, and reads no file again."""

from __future__ import annotations

from pathlib import Path

from tests.builders import edit, make_watch
from tests.conftest import each
from tests.pipeline.test_run import NOW, run
from trucewatch.store import Store

POSTS = """
[[source]]
id = "{name}"
adapter = "event_table"
files = ["inbox/{name}.csv"]
time_zone = "UTC"
delay_hours = 0
place_sd_m = 1000
columns = {{ natural_key = "number", occurred_start = "when", place = "where", kind = "=explosion", {more} }}
"""
ROW = 'number,when,where,who,remark\n1,2031-05-02T16:40:00Z,"-35.20, -25.30",{who},{remark}\n'


def with_two(folder: Path, means: str, *rows: str) -> Path:
    """The template with two sources more, `east` and `west`, of one row each about one event."""
    make_watch(folder)
    more = f'means = "={means}", claimed_by = "who", text = "remark"'
    for name, row in zip(("east", "west"), rows, strict=True):
        edit(folder / "watch.toml", "\n[[recipient]]", POSTS.format(name=name, more=more) + "\n[[recipient]]")
        (folder / "inbox" / f"{name}.csv").write_text(row)
    return folder


def happened(folder: Path) -> float:
    """How surely the event of both sources happened, when it was assessed anew."""
    (one,) = [row for row in run(folder).incidents.to_pylist() if len(row["members"]) == 2]
    return float(one["happened"])


def batches(folder: Path) -> int:
    with Store(folder, lambda: NOW) as store:
        return len(store.index.rows("SELECT entry FROM batch"))


def test_a_side_that_is_stated_counts_at_once_and_reads_nothing_again(tmp_path: Path) -> None:
    rows = (ROW.format(who="", remark="a bang"), ROW.format(who="", remark="two blasts"))
    folder = with_two(tmp_path / "w", "public", *rows)
    one_voice, read = happened(folder), batches(folder)
    for name, side in (("east", "A"), ("west", "B")):
        edit(folder / "watch.toml", f'id = "{name}"', f'id = "{name}"\nside = "{side}"\nof = "{side}"')
    assert happened(folder) > one_voice
    assert batches(folder) == read
    edit(folder / "watch.toml", 'side = "B"', 'side = "B"\nrepeats = ["east", "press:Courier"]')
    assert happened(folder) > 0
    assert batches(folder) == read


def test_a_ministry_counts_with_its_party_and_keeps_its_name(tmp_path: Path) -> None:
    rows = (ROW.format(who="A", remark="we were shot at"), ROW.format(who="Ministry of A", remark="fire was opened"))
    folder = with_two(tmp_path / "w", "party", *rows)
    as_two = happened(folder)
    body = '[[body]]\nid = "mod-a"\nnames = { en = "Ministry of A" }\ncounts_with = "A"\n\n[[text]]'
    edit(folder / "agreement.toml", "[[text]]", body)
    assert happened(folder) < as_two
    found = run(folder)
    (claims,) = [row["claimed_by"] for row in each(found.incidents.to_pylist()) if row["claimed_by"]]
    assert claims == ["A", "Ministry of A"]
    assert not any("Ministry" in str(warning) for warning in found.warnings)


def test_one_camera_of_the_register_through_two_feeds_is_one_incident(tmp_path: Path) -> None:
    folder = with_two(tmp_path / "w", "camera", ROW.format(who="", remark="flash"), ROW.format(who="", remark="flash"))
    for sensor in ("cam-3", "relay"):
        edit(
            folder / "watch.toml",
            'means = "=camera", claimed_by',
            f'sensor = "={sensor}", means = "=camera",  claimed_by',
        )
    (folder / "sensors.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "cam-3", "geometry": {"type": "Point", '
        '"coordinates": [-25.3, -35.1]}, "properties": {"means": "camera", "range_m": 20000, "also": ["relay"]}}]}'
    )
    (one,) = [row for row in run(folder).incidents.to_pylist() if len(row["members"]) == 2]
    assert one["rung"] == "recorded"
    edit(folder / "sensors.geojson", '"also": ["relay"]', '"also": []')
    (two,) = [row for row in run(folder).incidents.to_pylist() if len(row["members"]) == 2]
    assert two["happened"] > one["happened"]
