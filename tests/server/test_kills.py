"""Kill -9 of a real console in the middle of work. `make bench PARTS=kills` does it a thousand times."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.server.killed_console import Promised, check_after_kill, check_at_end, kill_once, make_killed_watch


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_console_that_is_killed_with_acts_uploads_and_reads_in_flight_loses_nothing(tmp_path: Path) -> None:
    watch, promised, rng = make_killed_watch(tmp_path / "watch"), Promised(), Random(1)
    for number in range(7):
        kill_once(watch, number, rng, promised)
        assert check_after_kill(watch, promised) == []
    assert check_at_end(watch, promised) == []
    assert promised.acts, "some were acknowledged"
    assert promised.files
    assert promised.reads
    assert promised.refused == []
