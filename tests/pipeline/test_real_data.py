"""A watch made here from the optional real data: fires, dated events and UCDP's events in one run. Skipped where
absent."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

WATCH = """
schema = 1
id = "real"
names = { en = "Real data" }
theatre = { en = "Test" }
time_zone = "UTC"
languages = ["en"]
area = [22.0, 38.0, 52.0, 53.0]
watch_time = 2025-01-01T00:00:00Z
delegation = []

[[source]]
id = "fires"
adapter = "firms"
files = ["inbox/updated_file3.csv", "inbox/wildfireDataset.csv"]

[[source]]
id = "facts"
adapter = "event_table"
preset = "dated_facts"
files = ["inbox/nk_events.csv"]
time_zone = "Asia/Baku"
place_sd_m = 5000
kinds = { "*" = "other", shelling = "explosion", "claimed_by:both" = "AM; AZ" }

[[source]]
id = "ucdp"
adapter = "event_table"
preset = "ucdp_ged"
files = ["inbox/UCDP-Ukraine_2014-2020.csv", "inbox/UCDP-Ukraine_candidate_2022-09.csv"]
time_zone = "Europe/Kyiv"

[[recipient]]
id = "public"
names = { en = "Public" }
delay_hours = 24
place = "zone"
"""

AGREEMENT = """
schema = 1
[[instrument]]
id = "a"
names = { en = "A" }
signed = 2014-09-05
source = "test"
[[party]]
id = "AM"
names = { en = "Armenia" }
[[party]]
id = "AZ"
names = { en = "Azerbaijan" }
[[text]]
id = "t"
language = "en"
instrument = "a"
authoritative = true
known_at = 2014-09-05T00:00:00Z
source = "test"
[[provision]]
number = "1"
instrument = "a"
summary = { en = "test" }
  [[provision.stipulation]]
  id = "1"
  kind = "prohibited"
  summary = { en = "test" }
  obliged = []
  zone = "all"
  kinds = ["explosion", "harm"]
  indications = ["thermal_anomaly"]
  in_force = { from = 2014-09-05T00:00:00Z }
"""

ZONES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "all",
            "properties": {"kind": "area", "names": {"en": "All"}, "provenance": "test", "accuracy_m": 1000},
            "geometry": {"type": "Polygon", "coordinates": [[[22, 38], [52, 38], [52, 53], [22, 53], [22, 38]]]},
        }
    ],
}


def test_a_watch_over_three_real_sets_runs_and_accounts_for_every_row(tmp_path: Path, shared_data: Path) -> None:
    inbox = tmp_path / "real" / "inbox"
    inbox.mkdir(parents=True)
    for folder in ("fires-karabakh", "events-karabakh", "events-ucdp-ukraine"):
        for path in (shared_data / folder).glob("*.csv"):
            shutil.copy(path, inbox / path.name)
    (tmp_path / "real" / "watch.toml").write_text(WATCH)
    (tmp_path / "real" / "agreement.toml").write_text(AGREEMENT)
    (tmp_path / "real" / "zones.geojson").write_text(json.dumps(ZONES))
    command = [sys.executable, "-m", "trucewatch", "run", "real", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(done.stdout)
    assert document["rejected"] == 0
    assert document["observations"] == 672 + 29 + 2889 + 536
    assert document["simulated"] == 0
    assert document["incidents"] <= document["observations"]
    assert sum(document["findings"].values()) > 0
