"""Five hundred hostile copies on a reader's computer; `make bench PARTS=inspector-fuzz` runs twenty thousand."""

from __future__ import annotations

from pathlib import Path

from tests.ledger.inspector_fuzzing import fuzz


def test_five_hundred_hostile_copies_write_nothing_hang_nowhere_and_break_nothing(tmp_path: Path) -> None:
    outcome = fuzz(tmp_path, 500, seed=12, process_every=25)
    assert outcome.writes == []
    assert outcome.hangs == []
    assert outcome.tracebacks == []
    assert outcome.processes == 20
    assert sum(outcome.ends.values()) == 500
    assert min(outcome.ends[code] for code in (0, 1, 2)) >= 10, "inputs of every kind: sound, wrong and unusable"
