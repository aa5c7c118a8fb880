"""Which columns are proposed for people killed and injured: those that say so, and no other."""

from __future__ import annotations

import pytest

from tests.conftest import each
from trucewatch.server.column_mapping import TARGET_WORDS
from trucewatch.sources.event_table import TARGETS
from trucewatch.sources.guess import guess_columns

ROW = {"when": "2031-05-03T09:10:00Z", "kind": "shelling"}


def proposed(*columns: str) -> dict[str, str]:
    """Their column → what is proposed for it, of a table with these columns of numbers beside time and kind."""
    rows = [ROW | dict.fromkeys((name.casefold() for name in columns), "2")]
    targets = guess_columns(["when", "kind", *columns], rows)
    return {theirs: ours for ours, theirs in targets.items() if theirs in columns}


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("Killed", "killed_best"),
        ("fatalities", "killed_best"),
        ("dead", "killed_best"),
        ("погибло", "killed_best"),
        ("killed_max", "killed_max"),
        ("Killed civilians", "killed_best"),
        ("wounded", "injured_best"),
        ("Injured", "injured_best"),
        ("раненые", "injured_best"),
        ("yaralı", "injured_best"),
        ("harm_best", "harm_best"),
    ],
)
def test_a_column_that_says_what_it_counts_is_proposed(column: str, target: str) -> None:
    assert proposed(column) == {column: target}


@pytest.mark.parametrize(
    "column",
    [
        "casualties",
        "victims",
        "losses",
        "пострадавшие",
        "kayıp",
        "killed or wounded",
        "dead and injured",
        "harmed",
        "best estimate",
    ],
)
def test_a_column_that_may_count_both_is_for_the_person_to_say(column: str) -> None:
    assert proposed(column) == {}


def test_killed_and_injured_are_told_apart_in_one_table() -> None:
    assert proposed("Injured", "Killed") == {"Killed": "killed_best", "Injured": "injured_best"}


def test_the_page_offers_every_target_for_people() -> None:
    people = [name for name in TARGETS if name.startswith(("killed_", "injured_", "harm_", "per"))]
    for name in each(people):
        assert name in TARGET_WORDS
    assert len(people) == 11
