"""Evidence that no memory holds: kept and verified in a bounded one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

INGEST = """
import json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.ledger import inspector
from trucewatch.store import Store
def peak():
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024
folder, big = Path(sys.argv[1]), Path(sys.argv[2])
with Store(folder, lambda: datetime(2031, 5, 4, tzinfo=UTC)) as store:
    before, begun = peak(), time.perf_counter()
    sha256, size = store.keep_evidence(big)
    says = {"source": "s", "name": big.name, "size_bytes": size, "received_at": "2031-05-04T00:00:00Z"}
    store.commit([{"schema": "trucewatch/evidence/1", "sha256": sha256, **says}])
    kept_s, kept_mb, begun = time.perf_counter() - begun, peak(), time.perf_counter()
code = inspector.main([str(folder)])
verified_s = time.perf_counter() - begun
print(json.dumps({"code": code, "size": size, "before_mb": before, "kept_mb": kept_mb, "kept_s": kept_s,
                  "verified_mb": peak(), "verified_s": verified_s}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("size_mb", [300, 10_000])
def test_large_evidence_is_kept_and_verified_in_bounded_memory(tmp_path: Path, size_mb: int) -> None:
    if size_mb > 1000 and not os.environ.get("TRUCEWATCH_SLOW"):
        pytest.skip("10 GB are written only with TRUCEWATCH_SLOW=1")
    big = tmp_path / "big.wav"
    with big.open("wb") as stream:
        stream.truncate(size_mb * 1_000_000)
    (tmp_path / "w").mkdir()
    try:
        done = subprocess.run(
            [sys.executable, "-c", INGEST, str(tmp_path / "w"), str(big)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    finally:
        for path in (tmp_path / "w/.trucewatch/evidence").rglob("*"):
            if path.is_file():
                path.unlink()
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(found)
    assert (found["code"], found["size"]) == (0, size_mb * 1_000_000)
    assert max(found["kept_mb"], found["verified_mb"]) - found["before_mb"] < 64
