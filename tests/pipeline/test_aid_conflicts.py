"""What is on record beside a notification is said by its code, informs, and hinders nothing; a table that is not there
has nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.builders import copy_of
from tests.conftest import ROOT
from tests.notices_on_record import MOVEMENT, SITE
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.links import Network
from trucewatch.pipeline.aid_conflicts import conflicts_of
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.store import Store
from trucewatch.watch import load_watch

NOW: Final = datetime(2031, 5, 4, 9, tzinfo=UTC)
WINDOW: Final[dict[str, Any]] = {
    "organisation": "HR",
    "districts": ["long-water"],
    "acts": ["fire"],
    "from": "2031-05-07T08:00:00Z",
    "until": "2031-05-07T09:00:00Z",
}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[AidBook]:
    with Store(copy_of("two-valleys-aid", tmp_path), lambda: NOW) as store:
        yield AidBook(store, load_watch(store.root.parent), NOW)


def said(book: AidBook, table: str, row: dict[str, Any], **more: Any) -> str:
    return " | ".join(map(str, conflicts_of(book.check(table, row), book, book.watch, **more)))


def test_nothing_on_record_is_no_conflict(book: AidBook) -> None:
    assert said(book, "movement", MOVEMENT) == ""
    assert said(book, "fixed_site", SITE) == ""


def test_a_window_of_its_districts_and_hours_is_said_and_another_is_not(book: AidBook) -> None:
    book.enter("window", WINDOW, by="p-1")
    assert "WN-1" in said(book, "movement", MOVEMENT)
    later = {**MOVEMENT, "leaves_at": "2031-05-07T09:00Z"}
    assert "WN-1" not in said(book, "movement", later), "the window ends as the movement begins"
    elsewhere = {**MOVEMENT, "from_district": "kess", "to_district": "sorrel"}
    assert "WN-1" not in said(book, "movement", elsewhere)


def test_a_hazardous_area_is_said_by_its_outline_or_its_district(book: AidBook) -> None:
    ring = "46.7, 39.8; 46.8, 39.8; 46.8, 39.9; 46.7, 39.9"
    fields = {"organisation": "HR", "kind": "suspected", "district": "kess", "outline": ring}
    known = {each.key for each in TABLES["hazard"].fields}
    needed = {each.key: "2031-05-01" for each in TABLES["hazard"].fields if each.is_needed and each.kind == "day"}
    book.enter("hazard", {key: value for key, value in (fields | needed).items() if key in known}, by="p-1")
    (item,) = book.items("hazard")
    assert f"{item.code}: a hazardous area is on record" in said(book, "movement", MOVEMENT)
    assert f"{item.code}: the place lies inside" in said(book, "fixed_site", SITE)
    assert item.code not in said(book, "fixed_site", {**SITE, "place": "10, 10"})
    part = {"organisation": "HR", "state": "cleared", "area_m2": "90", "day": "2031-05-02", "reference": "LR-1"}
    part["outline"] = "46.75, 39.8; 46.8, 39.8; 46.8, 39.9; 46.75, 39.9"
    book.enter("land_release", part, by="p-1", about=item.code)
    assert item.code in said(book, "movement", MOVEMENT), "a part of it is hazardous still"
    whole = {**part, "day": "2031-05-03", "outline": "", "nothing_remains": "yes"}
    book.enter("land_release", whole, by="p-1", about=item.code)
    assert item.code not in said(book, "movement", MOVEMENT)


def test_another_notification_of_the_same_organisation_is_said_and_enters_all_the_same(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    assert "MV-1" in said(book, "movement", MOVEMENT)
    assert "MV-1" not in said(book, "movement", MOVEMENT, own_code="MV-1")
    assert "MV-1" not in said(book, "movement", {**MOVEMENT, "organisation": "LB"})
    book.enter("movement", MOVEMENT, by="p-1")
    assert len(book.items("movement")) == 2


def test_a_closed_road_that_the_route_names_is_said_with_its_day(book: AidBook) -> None:
    centre = load_watch(ROOT / "examples" / "two-valleys")
    network = centre.network or Network()
    closed = [
        link for link in network.links if link.kind == "road" and {each.status for each in link.status} <= {"closed"}
    ]
    closed = [link for link in closed if link.status]
    assert closed
    link = replace(closed[0], status=tuple(replace(each, until=None) for each in closed[0].status))
    drawn = replace(network, links=(link,))
    row = {**MOVEMENT, "from_district": "", "to_district": "", "route": f"by {link.id} and back"}
    assert f"{link.id}: closed" in said(book, "movement", row, network=drawn)
    assert link.id not in said(book, "movement", {**row, "route": "another way"}, network=drawn)
