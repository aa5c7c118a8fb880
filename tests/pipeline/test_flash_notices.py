"""Works that somebody announced near an event are named to who sends, before it is sent, whoever announced them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.urgent_drafts import NOW, WATCH, later
from trucewatch.model.flash import FlashDraft, FlashPlace
from trucewatch.pipeline.flash_notices import announced_near

AT = datetime(2031, 5, 2, 15, tzinfo=UTC)
THREEOAKS = FlashPlace(form="cell", lon=-24.90136, lat=-35.04503, size_m=5000.0)
DRAFT = FlashDraft(
    about=("claim:CL-1",), matter="fire", place=THREEOAKS, quarter=(AT, AT + timedelta(minutes=15)),
    reporter="civilian", reporter_id="", first_report=AT, asks=("stop",), answer_by=later(30),
)  # fmt: skip


def near(**changes: Any) -> list[str]:
    return [notice.id for notice in announced_near(WATCH, replace(DRAFT, **changes), NOW)]


def at(hours: float) -> tuple[datetime, datetime]:
    return AT + timedelta(hours=hours), AT + timedelta(hours=hours, minutes=15)


def test_an_announced_clearance_is_named_for_what_is_reported_beside_it() -> None:
    assert near() == ["n-clearance-threeoaks"]


@pytest.mark.parametrize(("hours", "is_near"), [(-1.5, True), (-3.0, False), (5.5, True), (6.5, False)])
def test_works_that_begin_early_or_end_late_by_an_hour_are_still_named(hours: float, is_near: bool) -> None:
    assert bool(near(quarter=at(hours))) == is_near


def test_works_elsewhere_and_of_another_matter_are_not_named() -> None:
    assert near(place=replace(THREEOAKS, lon=-25.4)) == []
    assert near(matter="overflight") == []


def test_what_was_not_yet_announced_is_not_named() -> None:
    assert announced_near(WATCH, DRAFT, datetime(2031, 5, 1, 12, tzinfo=UTC)) == ()


def test_either_side_s_works_are_named() -> None:
    swapped = tuple(
        replace(notice, who={"UV": "LV", "LV": "UV"}.get(notice.who, notice.who)) for notice in WATCH.notices
    )
    mirrored = announced_near(replace(WATCH, notices=swapped), DRAFT, NOW)
    assert [notice.id for notice in mirrored] == near()
    assert [notice.who for notice in mirrored] == ["UV"]
