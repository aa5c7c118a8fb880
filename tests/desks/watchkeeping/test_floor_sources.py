"""Silent sources: by their own rhythm, with the figure, and without a word of what happens there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.desks.sources.on_floor import came_in, items
from trucewatch.desks.sources.rhythm import LEAST_PAUSES, silence_of, usual_pause
from trucewatch.server.console import Console
from trucewatch.server.view import view_for_command

NOW = datetime(2031, 5, 4, 2, 0, tzinfo=UTC)
CLOCK = int(NOW.timestamp()) // 60
NONE = timedelta(0)


def every(minutes: int, count: int, *, last_before: int) -> np.ndarray:
    """So many moments, each so many minutes after the other, the last one so long before NOW."""
    return CLOCK - last_before - minutes * np.arange(count)[::-1]


def test_a_source_is_silent_by_its_own_rhythm() -> None:
    silent = silence_of("a", every(10, 40, last_before=45), NOW, delay=NONE)
    assert silent is not None
    assert (silent.usually, silent.lasting) == (timedelta(minutes=10), timedelta(minutes=45))
    assert silence_of("a", every(60, 40, last_before=45), NOW, delay=NONE) is None, "an hour is usual for it"


def test_a_pause_just_as_long_as_usual_is_no_silence() -> None:
    assert silence_of("a", every(10, 40, last_before=10), NOW, delay=NONE) is None
    assert silence_of("a", every(10, 40, last_before=11), NOW, delay=NONE) is not None


def test_with_too_few_pauses_nothing_is_usual_and_a_day_beyond_the_delay_counts() -> None:
    few = every(10, LEAST_PAUSES, last_before=60)
    assert usual_pause(few) is None
    assert silence_of("a", few, NOW, delay=NONE) is None
    late = silence_of("a", every(10, 3, last_before=25 * 60), NOW, delay=NONE)
    assert late is not None
    assert late.usually is None
    assert silence_of("a", every(10, 3, last_before=25 * 60), NOW, delay=timedelta(hours=3)) is None


def test_what_becomes_known_later_counts_for_nothing() -> None:
    """A replay stands before the end of the records."""
    moments = np.append(every(10, 40, last_before=45), CLOCK + 5)
    assert silence_of("a", moments, NOW, delay=NONE) is not None


def test_a_file_without_rows_is_a_sign_of_life() -> None:
    moments = every(10, 40, last_before=45)
    assert silence_of("a", moments, NOW, delay=NONE, heard_at=NOW - timedelta(minutes=2)) is None


def test_what_never_said_anything_broke_no_habit() -> None:
    assert silence_of("a", np.array([], dtype=np.int64), NOW, delay=NONE) is None


@given(st.lists(st.integers(0, 100_000), min_size=LEAST_PAUSES + 1, max_size=60, unique=True))
def test_nineteen_of_twenty_pauses_are_not_longer_than_the_usual_one(minutes: list[int]) -> None:
    moments = np.array(sorted(minutes))
    usual = usual_pause(moments)
    assert usual is not None
    pauses = np.diff(moments)
    assert (pauses <= usual.total_seconds() / 60).mean() >= 0.95


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    console = fresh("two-valleys")
    console.assessment()
    return console


def test_the_board_says_the_figure_and_that_silence_says_nothing(console: Console) -> None:
    silent = [str(item.label) for item in items(view_for_command(console)) if "nothing for" in str(item.label)]
    for label in each(silent):
        assert "That says nothing of what happens there." in label
        assert re.search(r"nothing for \d+ (min|h|days?)", label)
        assert "pauses were not longer than" in label or "too little is on record" in label


def test_every_line_leads_to_the_card_of_its_source(console: Console) -> None:
    known = {setting.id for setting in console.snapshot.watch.settings.source}
    for item in each(items(view_for_command(console))):
        assert item.path.partition("#source-")[2] in known or item.path.startswith("/sources/rejected?source=")


def test_files_that_came_are_told_of_with_their_rows(console: Console) -> None:
    """On the computer's clock, as they came."""
    came = came_in(view_for_command(console), console.snapshot.as_of - timedelta(days=900))
    assert all("a file with" in str(row.says()) for row in came)
