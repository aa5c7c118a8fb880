"""Texts and shapes from outside that try something: every page stays whole, escapes them, and cuts what nobody
reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import each
from tests.server.addresses import Busy, Kind, put_to_work
from tests.server.conftest import AID, client_of
from tests.server.directions import assert_marks_end_with_their_text
from trucewatch.server.basemap import MOST_VERTICES
from trucewatch.server.console import STALE_AFTER, Console

MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'
TURNED = "\u202e\u2067turned\u2069\u202c"
EMOJI = "\U0001f9ff\U0001f6a9"
LONG = "ж" * 100_000


@pytest.fixture
def hostile(fresh: Callable[[str], Console]) -> Console:
    """A watch whose names, texts and rows carry all of it."""
    console = fresh("two-valleys")
    ground = json.loads((console.folder / "basemap.geojson").read_text(encoding="utf-8"))
    for number, feature in enumerate(one for one in ground["features"] if one["properties"].get("kind") == "town"):
        feature["properties"]["names"]["en"] = (MARKUP, TURNED, EMOJI + "town")[number % 3] + str(number)
    (console.folder / "basemap.geojson").write_text(json.dumps(ground), encoding="utf-8")
    agreement = console.folder / "agreement.toml"
    text = agreement.read_text(encoding="utf-8")
    summary = text.index("summary = {")
    head = text[summary : text.index("\n", summary)]
    agreement.write_text(
        text.replace(head, f"summary = {{ en = {json.dumps(MARKUP + EMOJI, ensure_ascii=False)} }}", 1),
        encoding="utf-8",
    )
    patrols = console.folder / "inbox" / "simulated-patrols.csv"
    lines = patrols.read_text(encoding="utf-8").splitlines()
    told = [MARKUP, TURNED, EMOJI, LONG]
    mended = [
        line.rpartition(",")[0] + "," + '"' + told[number % 4].replace('"', '""') + '"'
        for number, line in enumerate(lines[1:])
    ]
    patrols.write_text("\n".join([lines[0], *mended]) + "\n", encoding="utf-8")
    console.refresh()
    assert console.trouble is None
    return console


def test_every_page_escapes_what_comes_from_outside(hostile: Console) -> None:
    """Also what is typed here: a reason, a note, a zone's name."""
    busy = put_to_work(hostile, client_of(hostile), text=MARKUP + TURNED + EMOJI)
    incidents = [
        f"/incident/{code}"
        for code, means in zip(hostile.snapshot.codes, hostile.snapshot.incidents["means"].to_pylist(), strict=True)
        if "patrol" in means
    ]
    for path in (*_shown(busy), *each(incidents[:12])):
        assert_harmless(busy, path)
    for path in ("/agreement", "/incidents"):
        assert "&lt;script&gt;alert" in busy.client.get(path).text, path


def test_every_page_of_a_humanitarian_instance_escapes_what_is_typed_there(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    busy = put_to_work(console, client_of(console), text=MARKUP + TURNED + EMOJI)
    for path in _shown(busy):
        assert_harmless(busy, path)
    escaped = [path for path in _shown(busy) if "&lt;script&gt;alert" in busy.client.get(path).text]
    assert len(escaped) > 5, "what was typed is shown"


def _shown(busy: Busy) -> list[str]:
    kinds = (Kind.PAGE, Kind.FRAGMENT, Kind.REPORT, Kind.RELEASE)
    return [busy.at(address) for address in each(busy.addresses) if address.kind in kinds]


def assert_harmless(busy: Busy, path: str) -> None:
    answer = busy.client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, path
    assert "<script>alert" not in answer.text, path
    assert "<img src=x" not in answer.text, path
    assert_marks_end_with_their_text(answer.text, path)
    assert len(answer.text) < 600_000, path


def test_what_goes_to_the_map_is_data_and_nothing_else(hostile: Console) -> None:
    answer = client_of(hostile).get("/watch/ground.json")
    assert answer.headers["content-type"].startswith("application/json")
    names = [one["properties"]["name"] for one in answer.json()["towns"]["features"]]
    assert any(EMOJI in one for one in names)
    assert not any("\u202e" in one for one in names)


def test_a_zone_of_a_hundred_thousand_corners_is_kept_whole_and_drawn_lighter(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    turn = np.linspace(0, 2 * np.pi, 100_000)
    wave = 0.2 + 0.002 * np.sin(turn * 500)
    ring = [
        [round(-25.0 + x, 7), round(-35.0 + y, 7)]
        for x, y in zip(wave * np.cos(turn), wave * np.sin(turn), strict=True)
    ]
    ring[-1] = ring[0]
    file = console.folder / "zones.geojson"
    zones = json.loads(file.read_text(encoding="utf-8"))
    first = next(one for one in zones["features"] if one["geometry"]["type"] == "Polygon")
    zones["features"].append(
        {
            "type": "Feature",
            "properties": first["properties"] | {"id": "huge"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
    )
    file.write_text(json.dumps(zones), encoding="utf-8")
    console.refresh()
    assert console.trouble is None
    huge = console.snapshot.watch.zone_with("huge")
    assert huge is not None
    assert len(huge.geometry.exterior.coords) == len(ring)
    ground = client_of(console).get("/watch/ground.json").json()
    drawn = next(one for one in ground["zones"]["features"] if one["properties"]["id"] == "huge")
    assert 100 < len(drawn["geometry"]["coordinates"][0]) <= MOST_VERTICES
    assert client_of(console).get("/watch?zone=huge").status_code == 200


def test_a_live_watch_that_hears_nothing_says_that_it_is_late(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    settings = console.folder / "watch.toml"
    kept = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("watch_time")]
    settings.write_text("\n".join(kept) + "\n", encoding="utf-8")
    console.refresh()
    last = console.last_known()
    assert last is not None
    moment = {"now": last + STALE_AFTER / 2}
    console.now = lambda: moment["now"]
    assert not console.is_stale
    assert 'data-state="live"' in client_of(console).get("/watch").text
    moment["now"] = last + STALE_AFTER * 2
    page = client_of(console).get("/watch").text
    assert 'data-state="stale"' in page
    assert "Late · last record" in page


def test_a_past_case_is_never_late(karabakh: Console) -> None:
    assert karabakh.is_past
    assert not karabakh.is_stale
    assert datetime.now(UTC) > karabakh.snapshot.as_of
    assert Path(karabakh.folder).is_dir()
