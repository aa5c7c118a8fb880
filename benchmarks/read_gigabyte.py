"""Takes one large FIRMS file into a fresh watch as a run does: `python benchmarks/read_gigabyte.py FILE`.

Run in a process of its own by benchmarks/run.py. Prints one line of JSON: seconds from the file in the inbox to its
batch acknowledged and in the index, rows, refused rows, and the peak memory of the program and of its reader, added.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.run import watch_over_area

from trucewatch.pipeline.intake import take_in
from trucewatch.reader import end_readers
from trucewatch.store import Store


def main(path: Path) -> int:
    now = datetime(2031, 5, 4, tzinfo=UTC)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        watch = Path(folder) / "watch"
        watch_over_area(watch, area=(43.0, 38.0, 50.0, 42.0), simulated=True)
        os.link(path, watch / "inbox" / path.name)
        with Store(watch, clock=lambda: now) as store:
            begun = time.perf_counter()
            take_in(store, watch, now=now)
            seconds = time.perf_counter() - begun
            ((rows, rejected),) = store.index.rows("SELECT observation_rows, rejected_rows FROM batch")
    end_readers()  # so that its memory is told
    memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    figures = {"seconds": seconds, "rows": rows, "rejected": rejected, "memory_mb": memory}
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
