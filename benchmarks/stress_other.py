"""Runs the engine of whatever tree is on PYTHONPATH over days that `benchmarks/stress.py --write` wrote:

    PYTHONPATH=OTHER/src python benchmarks/stress_other.py FOLDER

Beside each setting.json it writes incidents.parquet. It imports nothing from the tree that it lies in, and knows the
engine by both names that it has had.
"""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

try:
    from trucewatch.fusion.fuse import Setting, fuse_observations
except ImportError:
    from trucewatch.incidents.fuse import Setting, fuse_observations  # type: ignore[import-not-found,no-redef]

from trucewatch.model.watch import AssociationRule
from trucewatch.model.zone import Notice, Sensor


def setting_of(known: dict[str, Any]) -> Setting:
    """The setting as the tree's own classes have it."""
    sensors = []
    for one in known["sensors"]:
        moments = {name: datetime.fromisoformat(one[name]) for name in ("up_from", "up_until", "built")}
        outages = tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in one["outages"])
        entry = {**one, **moments, "outages": outages, "also": tuple(one["also"])}
        # An older tree's register lacks what came later.
        sensors.append(Sensor(**{field.name: entry[field.name] for field in fields(Sensor)}))
    notices = []
    for one in known["notices"]:
        moments = {name: datetime.fromisoformat(one[name]) for name in ("start", "end", "known_at")}
        words = {name: tuple(one[name]) for name in ("kinds", "acknowledged_by")}
        entry = {**one, **moments, **words}
        notices.append(Notice(**{field.name: entry[field.name] for field in fields(Notice)}))
    return Setting(sensors=tuple(sensors), notices=tuple(notices), parties=known["parties"])


def main(folder: Path) -> None:
    """Incidents of every day in the folder."""
    for path in sorted(folder.glob("*/*/setting.json")):
        setting = setting_of(json.loads(path.read_text("utf-8")))
        observations = pq.read_table(path.with_name("observations.parquet"))
        incidents = fuse_observations(observations, rule=AssociationRule(), setting=setting)
        pq.write_table(incidents, path.with_name("incidents.parquet"))
        sys.stderr.write(f"{path.parent}: {observations.num_rows} rows, {incidents.num_rows} incidents\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
