"""An outcome that another version of a rule gave says so, where no evidence did it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.test_last_work import NOW
from tests.server.conftest import copy_of
from trucewatch.desks.incidents.detail import recorded_detail
from trucewatch.desks.incidents.rule_changes import rule_words
from trucewatch.findings import prohibited
from trucewatch.locale import words
from trucewatch.pipeline import assess
from trucewatch.pipeline.intake import watch_of_today
from trucewatch.store import Store
from trucewatch.store.lists import last_list

RULE = prohibited.RULE
CHECK = prohibited.check_stipulation


def earlier_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of the rule that says of nothing that it is inconsistent."""

    def check(*case: Any) -> Iterator[dict[str, Any]]:
        for row in CHECK(*case):
            yield (
                row
                | {"rule": "prohibited/0"}
                | ({"outcome": "undetermined"} if row["outcome"] == "inconsistent" else {})
            )

    monkeypatch.setattr(prohibited, "RULE", "prohibited/0")
    monkeypatch.setattr(prohibited, "check_stipulation", check)


def told(store: Store, folder: Path) -> list[str]:
    """What is said of the first incident with an outcome that is inconsistent now."""
    recorded = last_list(store)
    assert recorded is not None
    rows = recorded.table(store, "findings").to_pylist()
    name = next(row["incident_id"] for row in rows if row["outcome"] == "inconsistent" and row["incident_id"])
    detail = recorded_detail(store, watch_of_today(store, folder), recorded, name)
    every = [
        rule_words(finding, detail.rule_changes.get(finding.finding_id), words("en")) for finding in detail.findings
    ]
    return [text for text in every if text]


@pytest.mark.parametrize("with_file", [False, True])
def test_an_outcome_that_a_rule_changed_is_said_to_be_by_the_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_file: bool
) -> None:
    """Where a file of the watch changed too, that may have done it: then nothing is said."""
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, lambda: NOW) as store:
        with monkeypatch.context() as patched:
            earlier_rule(patched)
            assess(store, folder, now=NOW)
        store.memory.clear()  # another version of the program is another process
        if with_file:
            settings = folder / "watch.toml"
            text = settings.read_text(encoding="utf-8")
            settings.write_text(text.replace("due_soon_days = 2", "due_soon_days = 3"), encoding="utf-8")
        assess(store, folder, now=NOW)
        sentence = f"By rule {RULE}, not by new evidence: by rule prohibited/0 it was undetermined."
        assert set(told(store, folder)) == (set() if with_file else {sentence})
