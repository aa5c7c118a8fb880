"""Reads one large FIRMS file into the store and prints what came of it: `python benchmarks/read_gigabyte.py FILE`.

Run in a process of its own by benchmarks/run.py, which measures its memory.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import adapter
from trucewatch.store import Store


def main(path: Path) -> int:
    """Evidence first, then rows chunk by chunk into a Parquet object; the count of both."""
    now = datetime(2031, 5, 4, tzinfo=UTC)
    setting = SourceSetting(id="viirs", adapter="firms", files=(path.name,), simulated=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, Store(Path(folder), lambda: now) as store:
        sha256, size = store.keep_evidence(path)
        origin = Origin(evidence_sha256=sha256, file=path.name, received_at=now)
        rejected = 0
        with store.sink(STORED_OBSERVATION_SCHEMA) as sink:
            for batch in adapter("firms").read(store.evidence.path_of(sha256), origin, setting, ReadingContext()):
                sink.write(batch.observations)
                rejected += len(batch.rejected)
        sys.stdout.write(f"{size} bytes, {sink.rows} rows, {rejected} rejected\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
