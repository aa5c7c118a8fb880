"""What a notification may say, how it stands with each side, and that what is not ticked stands in no row that
travels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import copy_of
from tests.notices_on_record import MOVEMENT, PASSAGE, SITE
from trucewatch.model.aid_naming import AidNaming
from trucewatch.model.aid_notification_state import (
    FIXED_SENTENCES,
    PROTECTION,
    SideState,
    counts_line,
    has_lapsed,
    is_open,
    lateness,
    side_line,
    side_states,
    state_line,
    totals_of,
)
from trucewatch.model.aid_notifications import MOVEMENT_TICKS, SITE_TICKS, FixedSite, Movement, chosen_ways
from trucewatch.model.aid_passages import PASSAGE_TICKS, Passage
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_shared_notices import shared_fields
from trucewatch.model.humanitarian import StandardHours
from trucewatch.model.record_mapping import record_from
from trucewatch.model.watch import Watch
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.pipeline.aid_notifying import end_notice, shared_items, show_centre, tell_sides
from trucewatch.store import Store
from trucewatch.store.aid_records import row_text
from trucewatch.watch import load_watch

NOW: Final = datetime(2031, 5, 4, 9, tzinfo=UTC)
HOURS: Final = StandardHours()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(copy_of("two-valleys-aid", tmp_path), lambda: NOW) as opened:
        yield opened


@pytest.fixture
def watch(store: Store) -> Watch:
    return load_watch(store.root.parent)


@pytest.fixture
def book(store: Store, watch: Watch) -> AidBook:
    return AidBook(store, watch, NOW)


def at(book: AidBook, moment: datetime) -> AidBook:
    return AidBook(book.store, book.watch, moment)


def states(book: AidBook, code: str) -> dict[str, SideState]:
    item = book.item(code)
    sides = book.watch.agreement.bound_ids
    every = side_states(item, shared_items(book, item), sides=sides, now=book.now, zone=book.zone)
    return {each.side: each for each in every}


def faults(book: AidBook, table: str, row: dict[str, Any]) -> set[str]:
    with pytest.raises(AidRefusedError) as refused:
        book.enter(table, row, by="p-1")
    return {str(each.at[0]) for each in refused.value.troubles}


def answer(book: AidBook, code: str, side: str, reply: str, table: str = "notice_answer", **more: str) -> None:
    row = {"side": side, "answer": reply, "answered_at": "2031-05-04T08:50Z", "way": "voice", **more}
    book.enter(table, row, by="p-1", about=code)


def test_each_side_is_told_by_the_way_that_the_organisation_chose(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    assert chosen_ways(book.item("MV-1").row) == {"LV": "coordinator", "UV": "itself"}
    assert {side: each.state for side, each in states(book, "MV-1").items()} == {"LV": "not_told", "UV": "not_told"}


def test_all_four_answers_are_reached_and_each_stands_beside_the_others(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    tell_sides(book, book.item("MV-1"), {"UV": "letter", "LV": "voice"}, sent_at=NOW, by="p-1")
    assert {each.state for each in states(book, "MV-1").values()} == {"sent"}
    answer(book, "MV-1", "UV", "acknowledged")
    answer(book, "MV-1", "LV", "objected", says="the bridge carries no lorries")
    assert {side: each.state for side, each in states(book, "MV-1").items()} == {"LV": "objected", "UV": "acknowledged"}
    book.enter("fixed_site", SITE, by="p-1")
    tell_sides(book, book.item("FS-1"), {"UV": "letter"}, sent_at=NOW, by="p-1")
    later = at(book, NOW + timedelta(days=7))
    assert {side: each.state for side, each in states(later, "FS-1").items()} == {"LV": "not_told", "UV": "silent"}


def test_a_side_that_is_silent_for_a_week_is_said_to_be_so_and_nothing_follows(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    tell_sides(book, book.item("MV-1"), {"UV": "letter"}, sent_at=NOW, by="p-1")
    later = at(book, NOW + timedelta(days=7))
    state = states(later, "MV-1")["UV"]
    line = str(side_line(state, AidNaming(book.watch, "en"), later.now))
    assert state.is_silent
    assert "silent since" in line
    assert "7 days" in line
    for word in ("agree", "permit", "safe", "consent", "open"):
        assert word not in line


def test_a_movement_that_was_told_after_it_left_is_accepted_and_says_so(book: AidBook) -> None:
    past = {**MOVEMENT, "leaves_at": "2031-05-04T06:00Z", "arrives_at": "2031-05-04T12:00Z"}
    book.enter("movement", past, by="p-1")
    tell_sides(book, book.item("MV-1"), {"UV": "voice"}, sent_at=NOW, by="p-1")
    row = book.item("MV-1").row
    assert states(book, "MV-1")["UV"].state == "sent"
    assert "told after it was to leave" in str(lateness(row, NOW, hours=HOURS, zone=book.zone))


@pytest.mark.parametrize(
    ("hours_before", "is_emergency", "is_late"),
    [(48, False, False), (47, False, True), (24, True, False), (23, True, True)],
)
def test_late_by_own_rule_begins_below_the_hours_of_the_watch(
    book: AidBook, hours_before: int, is_emergency: bool, is_late: bool
) -> None:
    row = book.check("movement", {**MOVEMENT, "is_emergency": is_emergency})
    late = lateness(row, row.leaves_at - timedelta(hours=hours_before), hours=HOURS, zone=book.zone)
    assert (late is not None) is is_late
    assert late is None or "late by own rule" in str(late)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"arrives_at": "2031-05-07T06:00Z"}, "arrives_at"),
        ({"arrives_at": "2031-06-07T06:00Z"}, "arrives_at"),
        ({"from_district": "", "from_place": ""}, "from_district"),
        ({"to_district": "", "to_place": ""}, "to_district"),
        ({"vehicles": "0"}, "vehicles"),
        ({"vehicle_kinds": []}, "vehicle_kinds"),
        ({"itself": [], "by_coordinator": []}, "itself"),
        ({"by_coordinator": ["UV"]}, "by_coordinator"),
        ({"by_post_box": ["UV"], "itself": []}, "shown"),
        ({"purpose": "war"}, "purpose"),
        ({"staff": "some"}, "staff"),
        ({"from_district": "nowhere"}, "from_district"),
        ({"leaves_at": "tomorrow"}, "leaves_at"),
    ],
)
def test_what_is_wrong_with_a_movement_is_said_at_its_field(book: AidBook, change: dict[str, Any], key: str) -> None:
    assert key in faults(book, "movement", {**MOVEMENT, **change})
    assert not book.items("movement")


@pytest.mark.parametrize(
    ("table", "row", "key"),
    [
        ("fixed_site", {**SITE, "until": "2031-05-01"}, "until"),
        ("fixed_site", {**SITE, "place": "north of the mill"}, "place"),
        ("passage", {**PASSAGE, "patients": "0"}, "patients"),
        ("passage", {**PASSAGE, "patients": "501"}, "patients"),
        ("passage", {**PASSAGE, "until_at": "2031-05-04T10:00Z"}, "until_at"),
        ("passage", {**PASSAGE, "until_at": "2031-05-14T10:00Z"}, "until_at"),
        ("passage", {**PASSAGE, "asked_at": "2031-05-04T09:01Z"}, "asked_at"),
        ("passage", {**PASSAGE, "name": "x"}, "table"),
    ],
)
def test_what_is_wrong_with_a_site_or_passage_is_said_at_its_field(
    book: AidBook, table: str, row: dict[str, Any], key: str
) -> None:
    assert key in faults(book, table, row)
    assert not book.items(table)


def test_nothing_is_told_or_answered_before_it_happened(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    with pytest.raises(AidRefusedError):
        tell_sides(book, book.item("MV-1"), {"UV": "letter"}, sent_at=NOW + timedelta(minutes=1), by="p-1")
    with pytest.raises(AidRefusedError):
        answer(book, "MV-1", "UV", "acknowledged", answered_at="2031-05-04T09:01Z")
    assert not book.item("MV-1").steps


def test_a_member_tells_for_its_own_organisation_alone(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1", acting_for="GLS")
    tell_sides(book, book.item("MV-1"), {"UV": "own"}, sent_at=NOW, by="p-1", acting_for="GLS")
    assert states(book, "MV-1")["UV"].sent is not None
    with pytest.raises(AidRefusedError):
        book.enter("movement", MOVEMENT, by="p-1", acting_for="LB")


def test_a_signed_in_side_answers_for_itself_alone(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    row = {"side": "UV", "answer": "acknowledged", "answered_at": "2031-05-04T08:50Z"}
    with pytest.raises(AidRefusedError):
        book.enter("own_answer", row, by="p-1", about="MV-1", acting_for="LV")
    book.enter("own_answer", row, by="p-1", about="MV-1", acting_for="UV")
    assert states(book, "MV-1")["UV"].state == "acknowledged"


def test_a_side_that_was_told_before_a_change_was_told_something_else(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    tell_sides(book, book.item("MV-1"), {"UV": "letter"}, sent_at=NOW, by="p-1")
    later = at(book, NOW + timedelta(hours=1))
    later.correct("MV-1", 1, {**MOVEMENT, "staff": "9"}, reason="two more drivers", by="p-1")
    assert states(later, "MV-1")["UV"].is_outdated


def test_an_answer_to_what_was_told_before_a_change_is_said_to_be_to_that(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    tell_sides(book, book.item("MV-1"), {"UV": "letter"}, sent_at=NOW, by="p-1")
    reply = {"side": "UV", "answer": "acknowledged", "answered_at": "2031-05-04T09:00Z", "way": "letter"}
    book.enter("notice_answer", reply, by="p-1", about="MV-1")
    assert not states(book, "MV-1")["UV"].answers_earlier
    later = at(book, NOW + timedelta(hours=1))
    later.correct("MV-1", 1, {**MOVEMENT, "route": "by the lower road"}, reason="another road", by="p-1")
    tell_sides(later, later.item("MV-1"), {"UV": "letter"}, sent_at=later.now, by="p-1")
    state = states(later, "MV-1")["UV"]
    assert state.answers_earlier
    assert str(side_line(state, AidNaming(later.watch, "en"), later.now)).endswith("to an earlier version")
    item = later.item("MV-1")
    assert "answered: 0" in str(counts_line(item, [state], now=later.now, zone=later.zone))
    later.enter("notice_answer", reply | {"answered_at": "2031-05-04T10:00Z"}, by="p-1", about="MV-1")
    assert not states(later, "MV-1")["UV"].answers_earlier


def test_a_fixed_site_without_a_last_day_stands_in_the_centre_as_long_as_it_does_at_home(book: AidBook) -> None:
    row = {key: value for key, value in SITE.items() if key != "until"} | {"shown": ["site", "times"]}
    book.enter("fixed_site", row, by="p-1", acting_for="LB")
    show_centre(book, book.item("FS-1"), by="p-1", acting_for="LB")
    shown = book.item("NS-1").row
    assert TABLES["shared_notice"].ends_at(shown, book.zone) is None
    assert not has_lapsed(shown, now=NOW + timedelta(days=60), zone=book.zone)


def test_when_a_passage_was_asked_for_is_in_no_row_where_its_hours_are_not_ticked(book: AidBook) -> None:
    book.enter("passage", PASSAGE | {"shown": ["exists"]}, by="p-1", acting_for="GLS")
    show_centre(book, book.item("MP-1"), by="p-1", acting_for="GLS")
    assert "asked_at" not in row_text(book.item("PS-1").row)


def test_routes_and_times_are_shown_no_more_72_hours_after_the_end_and_totals_stay(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    item = book.item("MV-1")
    end = item.row.arrives_at
    assert not has_lapsed(item.row, now=end + timedelta(hours=72, seconds=-1), zone=book.zone)
    assert has_lapsed(item.row, now=end + timedelta(hours=72), zone=book.zone)
    assert TABLES["movement"].lapse_hours == 72
    assert totals_of(book.items("movement")) == {"movements": 1, "staff": 7, "vehicles": 3}


def test_what_was_erased_is_said_to_be_so_with_its_totals(book: AidBook, store: Store) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    erased = book.item("MV-1").last.content
    path = next(each for each in (store.root / "private").rglob("*") if each.is_file() and erased in each.name)
    path.unlink()
    store.memory.put(type(store.memory.of(__import__("trucewatch.store.aid_records", fromlist=["x"]).ReadAidEntries))())
    item = at(book, NOW).item("MV-1")
    assert item.row is None
    assert "lapsed" in str(state_line(item, (), AidNaming(book.watch, "en"), now=NOW, zone=book.zone))
    assert totals_of([item])["vehicles"] == 3


def test_a_withdrawn_movement_counts_in_no_total(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    end_notice(book, book.item("MV-1"), {"state": "withdrawn", "ended_at": "2031-05-04T08:00Z"}, by="p-1")
    assert totals_of(book.items("movement")) == {}


def test_a_passage_asks_every_side_and_stays_open_past_its_hours(book: AidBook) -> None:
    book.enter("passage", PASSAGE, by="p-1")
    answer(book, "MP-1", "LV", "agreed", "passage_answer")
    answer(book, "MP-1", "UV", "other_hours", "passage_answer", says="from noon on")
    assert {side: each.state for side, each in states(book, "MP-1").items()} == {"LV": "agreed", "UV": "other_hours"}
    late = NOW + timedelta(days=30)
    assert is_open(book.item("MP-1"), now=late, zone=book.zone)
    end_notice(book, book.item("MP-1"), {"state": "done", "ended_at": "2031-05-04T08:55Z"}, by="p-1")
    assert not is_open(book.item("MP-1"), now=NOW, zone=book.zone)


def test_other_hours_without_words_are_refused(book: AidBook) -> None:
    book.enter("passage", PASSAGE, by="p-1")
    with pytest.raises(AidRefusedError):
        answer(book, "MP-1", "UV", "other_hours", "passage_answer")


def test_the_fixed_sentences_promise_nothing() -> None:
    assert "does not depend on this notice" in str(PROTECTION)
    assert "does not mean permitted" in str(FIXED_SENTENCES[1])


# What travels

MARKED: Final = Movement(
    organisation="ORG-MARK",
    from_district="D-FROM",
    from_place="PLACE-FROM-MARK",
    to_district="D-TO",
    to_place="PLACE-TO-MARK",
    route="ROUTE-MARK",
    leaves_at=datetime(2031, 5, 7, 6, 13, tzinfo=UTC),
    arrives_at=datetime(2031, 5, 7, 12, 47, tzinfo=UTC),
    vehicles=9137,
    vehicle_kinds=("tankers",),
    staff=8246,
    purpose="survey",
    is_emergency=True,
    itself=("SIDE-ITSELF",),
    by_coordinator=("SIDE-COORDINATOR",),
)
MARKS: Final = {
    "organisation": ("ORG-MARK",),
    "route": ("PLACE-FROM-MARK", "PLACE-TO-MARK", "ROUTE-MARK", '"movement"'),
    "times": ("06:13", "12:47", "is_emergency"),
    "transport": ("9137", "tankers", "8246"),
    "purpose": ("survey",),
}
SITE_MARKED: Final = FixedSite(
    organisation="ORG-MARK",
    site="hospital",
    district="D-AT",
    where="WHERE-MARK",
    place=(46.7531, 39.8242),
    from_=date(2031, 5, 8),
    until=date(2031, 6, 19),
    is_emergency=True,
    itself=("SIDE-ITSELF",),
)
SITE_MARKS: Final = {
    "organisation": ("ORG-MARK",),
    "site": ("hospital", "fixed_site"),
    "place": ("WHERE-MARK", "46.7531", "39.8242"),
    "times": ("2031-06-19", "2031-06-20", "is_emergency", "from_at"),
}
PASSAGE_MARKED: Final = Passage(
    organisation="ORG-MARK",
    patients=377,
    urgency="hours",
    from_district="D-FROM",
    to_district="D-TO",
    from_at=datetime(2031, 5, 7, 6, 13, tzinfo=UTC),
    until_at=datetime(2031, 5, 7, 12, 47, tzinfo=UTC),
    asked_at=datetime(2031, 5, 7, 5, 29, tzinfo=UTC),
)
PASSAGE_MARKS: Final = {
    "organisation": ("ORG-MARK",),
    "times": ("06:13", "12:47", "05:29"),
    "patients": ("377", "hours"),
}


@given(st.data())
def test_the_bytes_that_travel_hold_what_is_ticked_and_nothing_else(data: st.DataObject) -> None:
    row, ticks, marks = data.draw(
        st.sampled_from(
            (
                (MARKED, MOVEMENT_TICKS, MARKS),
                (SITE_MARKED, SITE_TICKS, SITE_MARKS),
                (PASSAGE_MARKED, PASSAGE_TICKS, PASSAGE_MARKS),
            )
        )
    )
    ticked = data.draw(st.sets(st.sampled_from(sorted(ticks))))
    from dataclasses import replace

    shared = shared_fields(replace(row, shown=tuple(sorted(ticked))), UTC)
    if not ticked:
        assert shared is None
        return
    assert shared is not None
    table, values = shared
    travels = row_text(record_from(TABLES[table].row, values))
    for tick, words in marks.items():
        for word in words:
            is_there = word in travels
            if "all" in ticked or tick in ticked:
                assert is_there or word in ("2031-06-19", "from_at"), (tick, word)
            else:
                assert not is_there, (tick, word)
    for never in ("SIDE-ITSELF", "SIDE-COORDINATOR"):
        assert never not in travels


def test_every_tick_is_tried_above() -> None:
    for ticks, marks in ((MOVEMENT_TICKS, MARKS), (SITE_TICKS, SITE_MARKS), (PASSAGE_TICKS, PASSAGE_MARKS)):
        assert set(ticks) - {"all", "exists"} == set(marks)


def test_no_table_of_notifications_travels_but_what_was_ticked_and_answers() -> None:
    to_centre = {name for name, table in TABLES.items() if "to_centre" in table.travels}
    assert {"shared_notice", "shared_passage"} <= to_centre
    assert not to_centre & {"movement", "fixed_site", "passage", "notice_shown", "notice_end", "own_answer"}


def test_a_row_that_travels_has_a_field_for_nothing_that_cannot_be_ticked() -> None:
    for name in ("shared_notice", "shared_passage"):
        assert {each.name for each in fields(TABLES[name].row)} == {each.name for each in TABLES[name].fields}


def test_nothing_ticked_leaves_no_trace_for_the_centre(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    assert show_centre(book, book.item("MV-1"), by="p-1") is None
    assert not book.items("shared_notice", "shared_passage")


def test_what_is_shown_follows_the_ticks_and_the_end(book: AidBook) -> None:
    book.enter("movement", {**MOVEMENT, "shown": ["exists"]}, by="p-1", acting_for="GLS")
    assert show_centre(book, book.item("MV-1"), by="p-1", acting_for="GLS") is not None
    assert show_centre(book, book.item("MV-1"), by="p-1") is None, "it stands already"
    shown = book.item("NS-1")
    assert json.loads(row_text(shown.row)) == {"districts": ["kess", "long-water"], "day": "2031-05-07"}
    assert shown.last.acting_for == "", "whose it is was not ticked"
    book.correct("MV-1", 1, {**MOVEMENT, "shown": ["exists", "transport"]}, reason="more is shown", by="p-1")
    show_centre(book, book.item("MV-1"), by="p-1")
    assert (book.item("NS-1").version, book.item("NS-1").row.vehicles) == (2, 3)
    end_notice(book, book.item("MV-1"), {"state": "withdrawn", "ended_at": "2031-05-04T08:00Z"}, by="p-1")
    assert book.item("NS-1").row.ended == "withdrawn"
    assert len(book.items("shared_notice")) == 1


def test_ticks_that_are_taken_back_take_the_row_back(book: AidBook) -> None:
    book.enter("movement", {**MOVEMENT, "shown": ["all"]}, by="p-1")
    show_centre(book, book.item("MV-1"), by="p-1")
    book.correct("MV-1", 1, MOVEMENT, reason="not to be shown", by="p-1")
    show_centre(book, book.item("MV-1"), by="p-1")
    assert not book.items("shared_notice")
    book.correct("MV-1", 2, {**MOVEMENT, "shown": ["exists"]}, reason="it is", by="p-1")
    show_centre(book, book.item("MV-1"), by="p-1")
    assert [item.code for item in book.items("shared_notice")] == ["NS-2"]


def test_a_side_is_told_by_the_centre_only_of_what_the_centre_is_shown(book: AidBook) -> None:
    book.enter("movement", MOVEMENT, by="p-1")
    with pytest.raises(AidRefusedError):
        tell_sides(book, book.item("MV-1"), {"UV": "post_box"}, sent_at=NOW, by="p-1")
    through = {**MOVEMENT, "itself": [], "by_post_box": ["UV"], "shown": ["exists"]}
    book.correct("MV-1", 1, through, reason="through the centre", by="p-1")
    tell_sides(book, book.item("MV-1"), {"UV": "post_box"}, sent_at=NOW, by="p-1")
    assert book.item("NS-1").row.tell == ("UV",)
    answer(book, "NS-1", "UV", "acknowledged")
    assert states(book, "MV-1")["UV"].state == "acknowledged", "what came through the centre counts"
