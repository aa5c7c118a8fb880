"""A second writer is refused, and a clock that jumps back is remarked: both leave a ledger that verifies."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger.small_log import run as inspect
from tests.store.test_store import NOW, open_store, record
from trucewatch.errors import LedgerError, WatchBusy
from trucewatch.ledger.log import Log
from trucewatch.store import Store

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.ledger.log import Log
from trucewatch.store import Store
folder = Path(sys.argv[1])
held = Store(folder, lambda: datetime(2031, 5, 4, tzinfo=UTC)).__enter__() if sys.argv[2] == "store" else Log(folder)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["store", "log"])
def test_a_second_writer_in_another_process_is_refused_and_told_what_to_do(tmp_path: Path, kind: str) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        if kind == "store":
            with (
                pytest.raises(WatchBusy, match=rf"process {holder.pid}\)\. Wait, or end it"),
                open_store(tmp_path),
            ):
                pass
        else:
            with pytest.raises(LedgerError, match="another process; wait for it, or end it"):
                Log(tmp_path)
        holder.kill()
    if kind == "store":
        with open_store(tmp_path):
            pass
    else:
        Log(tmp_path).close()


def test_a_clock_that_jumps_back_is_taken_as_it_is_and_remarked(tmp_path: Path) -> None:
    times = [NOW, NOW + timedelta(days=1), NOW - timedelta(days=400), NOW]
    now = [NOW]
    with Store(tmp_path, lambda: now[0]) as store:
        for number, moment in enumerate(times):
            now[0] = moment
            store.commit([record(number)])
    now[0] = NOW - timedelta(days=900)
    with Store(tmp_path, lambda: now[0]) as store:
        store.commit([record(9)])
        assert len(store.journal) == 6
    code, document = inspect(tmp_path)
    assert code == 0, document
    assert any("clock went back before 2 of the entries" in one for one in document["remarks"])
