"""The clock of an undertaking says what the words name, and nothing of what became of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from trucewatch.model.times import zone_named
from trucewatch.model.undertakings import Undertaking, UndertakingStep, clock_message, due_of

DAY = date(2031, 5, 9)
EAST = zone_named("Asia/Yerevan")


def undertaking(**changes: Any) -> Undertaking:
    values: dict[str, Any] = {"by_day": DAY, "by_bound": "by"} | changes
    return Undertaking(
        number=12,
        statement=3,
        language="en",
        version=1,
        paragraph="p1",
        words="We will open the Bridge Road.",
        who=("UV",),
        due=due_of(values["by_day"], values["by_bound"], EAST),
        known_at=datetime(2031, 5, 1, tzinfo=UTC),
        **values,
    )


def step(word: str) -> UndertakingStep:
    moment = datetime(2031, 5, 8, tzinfo=UTC)
    return UndertakingStep(
        number=1, day=DAY, word=word, by=("LV",), says="", source="a letter", entry=1, recorded_at=moment,  # type: ignore[arg-type]
        known_at=moment, entered_by="p-x",
    )  # fmt: skip


@pytest.mark.parametrize("steps", [(), (step("not_done"),)])
def test_before_a_day_has_not_passed_while_that_day_runs(steps: tuple[UndertakingStep, ...]) -> None:
    before = undertaking(by_bound="before", steps=steps)
    starts = datetime(2031, 5, 8, 20, tzinfo=UTC)  # 9 May begins in the zone of the statement
    assert "begins" in str(clock_message(before, starts - timedelta(seconds=1)))
    sentence = str(clock_message(before, starts))
    assert "has begun" in sentence
    assert "passed" not in sentence


def test_by_a_day_runs_until_that_day_ends_in_the_zone_of_the_statement() -> None:
    ends = datetime(2031, 5, 9, 20, tzinfo=UTC)
    assert "ends" in str(clock_message(undertaking(), ends - timedelta(seconds=1)))
    assert "has passed" in str(clock_message(undertaking(), ends))


@pytest.mark.parametrize("bound", ["by", "before", "on", "within"])
def test_no_clock_says_that_an_undertaking_was_broken_or_kept(bound: str) -> None:
    for at in (datetime(2031, 5, 2, tzinfo=UTC), datetime(2031, 6, 2, tzinfo=UTC)):
        sentence = str(clock_message(undertaking(by_bound=bound), at))
        assert sentence
        assert not any(word in sentence for word in ("broken", "failed", "missed", "late", "kept", "overdue"))
