"""The log that most tests of the inspector spoil."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.small_log import SmallLog
from tests.ledger.small_review import SmallReview, reviewed


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallLog:
    """Twenty entries, two checkpoints, the latest cosigned by the log's witness; accusations go into the test's own
    folder."""
    monkeypatch.chdir(tmp_path)
    log = SmallLog(tmp_path / "watch")
    log.fill(12)
    log.publish(log.signer, log.witness)
    log.fill(20)
    log.publish(log.signer, log.witness)
    return log


@pytest.fixture
def review(log: SmallLog) -> SmallReview:
    """In it keys of A and B, and the case R-1."""
    return reviewed(log)
