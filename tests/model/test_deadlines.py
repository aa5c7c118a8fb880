"""Deadline law at its edges: bounds, zones of time, ranges, extensions, renewals, notices, suspensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import TimeError
from trucewatch.model import deadlines
from trucewatch.model.agreement import InForce, Stipulation
from trucewatch.model.clause_parts import Reading, Reads
from trucewatch.model.deadlines import (
    Bound,
    Deadline,
    Due,
    Ending,
    Event,
    Extension,
    OtherText,
    Range,
    Renewal,
    Suspension,
    Term,
    TermNotice,
    due_of,
    ending_of,
    whole_day,
)
from trucewatch.model.times import NEVER, read_time

MOSCOW = ZoneInfo("Europe/Moscow")
APIA = ZoneInfo("Pacific/Apia")
DAY = date(2020, 11, 15)
Y2020 = datetime(2020, 11, 9, 21, tzinfo=UTC)


def moment(text: str) -> datetime:
    return read_time(text)


def exact(text: str) -> Range:
    return Range(moment(text), moment(text))


def between(first: str, last: str) -> Range:
    return Range(moment(first), moment(last))


def nothing(_: str) -> Range | None:
    return None


def due(
    deadline: Deadline,
    *extensions: Extension,
    at: datetime = NEVER,
    begun: Range | None = None,
    authoritative: Sequence[str] = (),
) -> Due | None:
    return due_of(deadline, extensions, at, UTC, lambda _: begun, authoritative=authoritative)


def range_of(*arguments: Any, **options: Any) -> Range:
    computed = due(*arguments, **options)
    assert computed is not None
    return computed.range


def on_day(day: date = DAY, bound: Bound = "by", zone: str = "Europe/Moscow", **more: Any) -> Deadline:
    return Deadline(day=day, bound=bound, zone=zone, text="ru-1", **more)


def after(term: str, bound: Bound = "by", zone: str = "UTC", **more: Any) -> Deadline:
    return Deadline(term=term, after="event:e", bound=bound, zone=zone, text="ru-1", **more)


def extension(day: date, known_at: str, form: Literal["oral", "written"] = "oral") -> Extension:
    return Extension(day=day, form=form, known_at=moment(known_at), source="a briefing")


# Days, bounds and zones of time


@pytest.mark.parametrize(
    ("bound", "zone", "expected"),
    [
        ("by", "Europe/Moscow", "2020-11-15T21:00Z"),
        ("until", "Europe/Moscow", "2020-11-15T21:00Z"),
        ("before", "Europe/Moscow", "2020-11-14T21:00Z"),
        ("by", "Asia/Baku", "2020-11-15T20:00Z"),
        ("before", "UTC", "2020-11-15T00:00Z"),
    ],
)
def test_a_day_ends_or_begins_in_the_zone_of_its_text(bound: Bound, zone: str, expected: str) -> None:
    assert range_of(on_day(bound=bound, zone=zone)) == exact(expected)


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (
            date(2011, 3, 26),
            "Europe/Moscow",
            "2011-03-26T21:00Z",
        ),  # UTC+3, the last day of it
        (date(2011, 3, 27), "Europe/Moscow", "2011-03-27T20:00Z"),  # from here UTC+4
        (date(2014, 10, 25), "Europe/Moscow", "2014-10-25T20:00Z"),
        (date(2014, 10, 26), "Europe/Moscow", "2014-10-26T21:00Z"),  # back to UTC+3
        (date(2015, 7, 1), "Asia/Baku", "2015-07-01T19:00Z"),  # the last summer of UTC+5
        (date(2016, 7, 1), "Asia/Baku", "2016-07-01T20:00Z"),
    ],
)
def test_a_zone_that_changed_its_offset_is_read_as_it_was_that_day(day: date, zone: str, expected: str) -> None:
    assert range_of(on_day(day, zone=zone)) == exact(expected)


def test_a_day_that_the_clocks_left_out_is_the_moment_between_its_neighbours() -> None:
    skipped = date(2011, 12, 30)
    assert whole_day(skipped, APIA) == exact("2011-12-30T10:00Z")
    assert range_of(on_day(skipped, zone="Pacific/Apia")) == exact("2011-12-30T10:00Z")
    assert range_of(on_day(skipped, bound="before", zone="Pacific/Apia")) == exact("2011-12-30T10:00Z")
    assert range_of(on_day(date(2011, 12, 29), zone="Pacific/Apia")) == exact("2011-12-30T10:00Z")


def test_zones_that_may_be_meant_give_a_range() -> None:
    deadline = Deadline(day=DAY, bound="by", text="ru-1", zones=("Europe/Moscow", "Asia/Baku"))
    assert range_of(deadline) == between("2020-11-15T20:00Z", "2020-11-15T21:00Z")


def test_a_zone_that_there_is_not_is_a_clear_error() -> None:
    with pytest.raises(TimeError, match='"Moscow" is no time zone'):
        due(on_day(zone="Moscow"))


# Terms


@pytest.mark.parametrize(
    ("term", "start", "expected"),
    [
        ("P1M", date(2021, 1, 31), date(2021, 2, 28)),
        ("P1M", date(2024, 1, 31), date(2024, 2, 29)),
        ("P1Y", date(2024, 2, 29), date(2025, 2, 28)),
        ("P4Y", date(2024, 2, 29), date(2028, 2, 29)),
        ("P1M1D", date(2021, 1, 31), date(2021, 3, 1)),
        ("P2W", date(2021, 1, 31), date(2021, 2, 14)),
        ("P10D", date(2021, 1, 31), date(2021, 2, 10)),
        ("P18M", date(2020, 11, 10), date(2022, 5, 10)),
    ],
)
def test_a_term_ends_on_the_corresponding_day_or_the_last_of_its_month(term: str, start: date, expected: date) -> None:
    assert Term.read(term).after(start) == expected


def test_months_in_one_go_do_not_drift_from_the_last_day() -> None:
    month = Term.read("P1M")
    assert month.after(month.after(date(2021, 1, 31))) == date(2021, 3, 28)
    assert month.times(2).after(date(2021, 1, 31)) == date(2021, 3, 31)


@pytest.mark.parametrize("term", ["", "P", "P0D", "1M", "PT5H", "P1.5M", "P-1M", "six months", "P99999Y"])
def test_what_is_no_term_is_refused(term: str) -> None:
    with pytest.raises(TimeError, match="is no term; write one like"):
        Term.read(term)


def test_a_term_beyond_the_calendar_is_a_clear_error() -> None:
    with pytest.raises(TimeError, match="beyond the calendar"):
        Term.read("P999Y").after(date(9500, 1, 1))
    with pytest.raises(TimeError, match="beyond the calendar"):
        Term.read("P1D").moment_after(NEVER, MOSCOW)


@pytest.mark.parametrize(
    ("counting", "term", "expected"),
    [
        ("exclusive", "P10D", "2021-01-12T00:00Z"),
        ("inclusive", "P10D", "2021-01-11T00:00Z"),
        ("exclusive", "P1M", "2021-02-02T00:00Z"),
        ("inclusive", "P1M", "2021-02-01T00:00Z"),
    ],
)
def test_the_day_that_a_term_is_counted_from_counts_only_where_the_text_counts_it(
    counting: Literal["exclusive", "inclusive"], term: str, expected: str
) -> None:
    begun = exact("2021-01-01T12:00Z")
    assert range_of(after(term, counting=counting), begun=begun) == exact(expected)


def test_the_day_of_a_start_is_that_of_the_deadlines_zone() -> None:
    begun = exact("2021-01-30T21:30Z")  # 31 January in Moscow
    assert range_of(after("P1M", zone="Europe/Moscow"), begun=begun) == exact("2021-02-28T21:00Z")
    assert range_of(after("P1D", zone="UTC"), begun=begun) == exact("2021-02-01T00:00Z")


def test_what_is_counted_from_a_range_is_a_range() -> None:
    begun = between("2020-11-09T21:00Z", "2020-12-01T21:00Z")
    assert range_of(after("P10D", zone="Europe/Moscow"), begun=begun) == between(
        "2020-11-20T21:00Z", "2020-12-12T21:00Z"
    )


def test_days_that_share_a_corresponding_day_give_it_whole() -> None:
    begun = between("2021-01-30T23:00Z", "2021-01-31T01:00Z")
    ends = Term.read("P1M").range_after(begun, UTC)
    assert ends == between("2021-02-28T00:00Z", "2021-02-28T23:59:59.999999Z")
    back = Term.read("P1M").range_after(between("2021-03-30T23:00Z", "2021-03-31T01:00Z"), UTC, back=True)
    assert back == ends


def test_an_hour_that_a_clock_has_twice_turns_no_range_round() -> None:
    begun = between("2020-10-25T00:50Z", "2020-10-25T01:10Z")  # 01:50, and then 01:10 again, in London
    assert Term.read("P1M").range_after(begun, ZoneInfo("Europe/London")) == between(
        "2020-11-25T01:10Z", "2020-11-25T01:50Z"
    )


def test_a_term_from_what_is_not_on_record_has_no_due_moment_yet() -> None:
    assert due_of(after("P1M"), (), NEVER, UTC, nothing) is None


def test_a_days_length_of_an_event_gives_one_day_and_its_two_days_a_range() -> None:
    event = Event(id="e", names={"en": "First meeting"}, day=date(2021, 1, 30), known_at=Y2020, source="s")
    begun = event.range(UTC)
    assert begun is not None
    assert range_of(after("P1M"), begun=begun) == exact("2021-03-01T00:00Z")
    later = replace(event, day_latest=date(2021, 2, 2)).range(UTC)
    assert later is not None
    assert range_of(after("P1M"), begun=later) == between("2021-03-01T00:00Z", "2021-03-03T00:00Z")


def test_the_range_of_an_event_on_a_day_that_was_left_out_is_no_range_backwards() -> None:
    event = Event(id="e", names={}, day=date(2011, 12, 30), zone="Pacific/Apia", known_at=Y2020, source="s")
    assert event.range(UTC) == exact("2011-12-30T10:00Z")


# Texts that differ


def test_two_authoritative_texts_leave_what_is_due_between_them() -> None:
    deadline = on_day(other_texts=(OtherText(text="az-1", bound="before"),))
    both = due(deadline, authoritative=("ru-1", "az-1"))
    assert both is not None
    assert both.range == between("2020-11-14T21:00Z", "2020-11-15T21:00Z")
    assert both.by_text == (("az-1", exact("2020-11-14T21:00Z")),)
    first = due(deadline, authoritative=("ru-1",))
    assert first is not None
    assert first.range == exact("2020-11-15T21:00Z")
    assert first.by_text == both.by_text


def test_another_text_gives_its_bound_of_a_term_too() -> None:
    computed = due(
        after("P1M", other_texts=(OtherText(text="en-1", bound="before"),)), begun=exact("2021-01-01T12:00Z")
    )
    assert computed is not None
    assert computed.by_text == (("en-1", exact("2021-02-01T00:00Z")),)


def test_a_reading_of_the_bound_settles_between_the_texts() -> None:
    stipulation = Stipulation(
        id="s1",
        kind="required",
        summary={},
        obliged=(),
        in_force=InForce(),
        deadline=on_day(other_texts=(OtherText(text="az-1", bound="before"),)),
    )
    reading = Reading(by="AZ", about="s1", says={}, known_at=Y2020, source="s", reads=Reads(bound="before"))
    read = stipulation.read_by(reading).due(NEVER, UTC, authoritative=("ru-1", "az-1"))
    assert read is not None
    assert read.range == exact("2020-11-14T21:00Z")


# Extensions

LATER = date(2020, 11, 25)


@pytest.mark.parametrize("form", ["oral", "written"])
@pytest.mark.parametrize(
    ("known_at", "expected", "which", "afterwards"),
    [
        ("2020-11-14T00:00Z", "2020-11-25T21:00Z", 1, ()),
        ("2020-11-15T21:00Z", "2020-11-25T21:00Z", 1, ()),
        ("2020-11-15T21:00:00.000001Z", "2020-11-15T21:00Z", 0, (1,)),
        ("2020-11-20T00:00Z", "2020-11-15T21:00Z", 0, (1,)),
    ],
)
def test_an_extension_counts_if_it_was_known_by_the_due_moment(
    form: Literal["oral", "written"], known_at: str, expected: str, which: int, afterwards: tuple[int, ...]
) -> None:
    computed = due(on_day(), extension(LATER, known_at, form))
    assert computed is not None
    assert (computed.range, computed.extension, computed.afterwards) == (exact(expected), which, afterwards)


def test_an_extension_that_was_not_known_yet_is_not_spoken_of() -> None:
    computed = due(on_day(), extension(LATER, "2020-11-15T00:00Z"), at=moment("2020-11-14T23:59Z"))
    assert computed is not None
    assert (computed.moment, computed.extension, computed.afterwards) == (moment("2020-11-15T21:00Z"), 0, ())


def test_twice_the_same_extension_counts_once_and_both_are_kept() -> None:
    computed = due(on_day(), extension(LATER, "2020-11-14T00:00Z"), extension(LATER, "2020-11-15T00:00Z", "written"))
    assert computed is not None
    assert (computed.extension, computed.unchanged) == (1, (2,))


@pytest.mark.parametrize("day", [date(2020, 11, 10), DAY])
def test_an_extension_to_no_later_day_changes_nothing(day: date) -> None:
    computed = due(on_day(), extension(day, "2020-11-12T00:00Z"))
    assert computed is not None
    assert (computed.moment, computed.extension, computed.unchanged) == (moment("2020-11-15T21:00Z"), 0, (1,))


def test_an_extension_cannot_make_what_was_put_off_due_in_the_past() -> None:
    known = (extension(LATER, "2020-11-14T00:00Z"), extension(date(2020, 11, 17), "2020-11-20T00:00Z"))
    computed = due(on_day(), *known)
    assert computed is not None
    assert (computed.moment, computed.extension, computed.unchanged) == (moment("2020-11-25T21:00Z"), 1, (2,))


def test_a_second_extension_counts_if_it_was_known_before_the_first_ran_out() -> None:
    first, second = extension(LATER, "2020-11-14T00:00Z"), extension(date(2020, 12, 1), "2020-11-25T20:00Z")
    computed = due(on_day(), second, first)  # the order in the file says nothing
    assert computed is not None
    assert (computed.moment, computed.extension) == (moment("2020-12-01T21:00Z"), 1)


# Renewal and notice: clause 4b of the reference watch

END = between("2025-11-09T21:00Z", "2025-12-01T21:00Z")
RENEWAL = Renewal(term="P5Y", notice="P6M", may=("AM", "AZ"), text="ru-1")
LAST = between("2025-05-09T21:00Z", "2025-06-01T21:00Z")


def notice(
    by: str, given_at: str | None = None, *, day: date | None = None, known_at: str = "2026-01-01T00:00Z"
) -> TermNotice:
    return TermNotice(
        by=by, given_at=moment(given_at) if given_at else None, day=day, known_at=moment(known_at), source="a letter"
    )


def ending(*notices: TermNotice, at: str = "2026-06-01T00:00Z", end: Range = END) -> Ending:
    return ending_of(end, RENEWAL, notices, moment(at), MOSCOW)


def test_4b_ends_in_a_range_and_the_last_day_for_notice_is_one() -> None:
    force = InForce(
        from_earliest=moment("2020-11-09T21:00Z"),
        from_latest=moment("2020-12-01T21:00Z"),
        term="P5Y",
        zone="Europe/Moscow",
    )
    stipulation = Stipulation(
        id="4b", kind="kept_up", summary={}, obliged=("RU",), in_force=force, renewal=RENEWAL, what="presence"
    )
    running = stipulation.ending(moment("2024-01-01T00:00Z"), UTC)
    assert (running.end, running.last_notice, running.renewed) == (END, LAST, 0)
    bound = stipulation.binding_at(moment("2024-01-01T00:00Z"), UTC).in_force
    assert Range(bound.surely_until, bound.maybe_until) == END


@pytest.mark.parametrize(
    ("by", "given_at", "status", "ended", "unsure"),
    [
        ("AZ", "2025-05-01T00:00Z", "in_time", True, False),
        ("AZ", "2025-05-09T21:00Z", "in_time", True, False),  # the last moment that is surely one
        ("AM", "2025-05-20T00:00Z", "perhaps_late", False, True),
        ("AM", "2025-06-01T21:00Z", "perhaps_late", False, True),
        ("AM", "2025-06-01T21:00:01Z", "late", False, False),
        ("", "2025-05-01T00:00Z", "by_nobody", False, False),
        ("RU", "2025-05-01T00:00Z", "not_entitled", False, False),
        ("ru-mod", "2025-05-01T00:00Z", "not_entitled", False, False),
    ],
)
def test_a_notice_counts_by_who_gave_it_and_when(
    by: str, given_at: str, status: str, ended: bool, unsure: bool
) -> None:
    heard = ending(notice(by, given_at, known_at=given_at), at="2025-07-01T00:00Z")
    assert [each.status for each in heard.notices] == [status]
    assert (heard.is_ended, heard.is_unsure, heard.end) == (ended, unsure, END)


def test_a_notice_of_which_only_the_day_is_known_counts_with_its_whole_day() -> None:
    end = exact("2025-11-09T21:00Z")
    assert ending(notice("AZ", day=date(2025, 5, 9)), end=end).is_ended
    assert not ending(notice("AZ", day=date(2025, 5, 10)), end=end, at="2025-10-01T00:00Z").notices
    late = ending(notice("AZ", day=date(2025, 5, 11), known_at="2025-05-11T00:00Z"), end=end, at="2025-10-01T00:00Z")
    assert [each.status for each in late.notices] == ["late"]


def test_a_notice_may_be_a_day_late_in_one_zone_of_time_and_in_time_in_another() -> None:
    given = notice("AZ", "2025-05-09T21:30Z", known_at="2025-05-09T21:30Z")
    at = moment("2025-07-01T00:00Z")
    in_moscow = ending_of(whole_day_end(date(2025, 11, 9), MOSCOW), RENEWAL, [given], at, MOSCOW)
    in_utc = ending_of(whole_day_end(date(2025, 11, 9), ZoneInfo("UTC")), RENEWAL, [given], at, ZoneInfo("UTC"))
    assert [each.status for each in in_moscow.notices] == ["late"]
    assert [each.status for each in in_utc.notices] == ["in_time"]


def whole_day_end(day: date, zone: ZoneInfo) -> Range:
    ends = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    return Range(ends.astimezone(UTC), ends.astimezone(UTC))


def test_without_a_notice_a_term_is_renewed_again_and_again() -> None:
    running = ending(at="2036-06-01T00:00Z")
    assert (running.renewed, running.end) == (3, between("2040-11-09T21:00Z", "2040-12-01T21:00Z"))
    assert running.last_notice == between("2040-05-09T21:00Z", "2040-06-01T21:00Z")
    heard = ending(notice("RU", "2025-05-01T00:00Z"), at="2036-06-01T00:00Z")
    assert (heard.renewed, heard.end) == (running.renewed, running.end)


def test_a_notice_late_for_one_term_counts_for_the_next() -> None:
    given = notice("AZ", "2025-07-01T00:00Z", known_at="2025-07-01T00:00Z")
    assert not ending(given, at="2025-08-01T00:00Z").is_ended
    following = ending(given, at="2026-01-01T00:00Z")
    assert (following.is_ended, following.renewed, following.end.latest) == (True, 1, moment("2030-12-01T21:00Z"))
    assert [each.status for each in following.notices] == ["in_time"]


def test_where_a_notice_is_perhaps_late_the_next_term_may_run() -> None:
    heard = ending(notice("AZ", "2025-05-20T00:00Z", known_at="2025-05-20T00:00Z"))
    assert (heard.end, heard.otherwise) == (END, between("2030-11-09T21:00Z", "2030-12-01T21:00Z"))
    force = InForce(from_=Y2020, until_earliest=END.earliest, until_latest=END.latest, zone="Europe/Moscow")
    stipulation = Stipulation(
        id="4b",
        kind="kept_up",
        summary={},
        obliged=(),
        in_force=force,
        renewal=RENEWAL,
        term_notice=(notice("AZ", "2025-05-20T00:00Z", known_at="2025-05-20T00:00Z"),),
    )
    bound = stipulation.binding_at(moment("2027-01-01T00:00Z"), UTC).in_force
    assert Range(bound.surely_until, bound.maybe_until) == between("2025-11-09T21:00Z", "2030-12-01T21:00Z")


def test_a_term_of_a_week_is_renewed_for_ever_and_a_month_does_not_drift() -> None:
    end = exact("2020-01-31T00:00Z")
    weekly = Renewal(term="P1W", notice="P1D", may=("A",), text="t")
    at = moment("2035-06-01T00:00Z")
    for notices in ([], [notice("B", "2020-01-01T00:00Z")]):
        running = ending_of(end, weekly, notices, at, UTC).end
        assert at < running.latest <= at + timedelta(days=7)
    monthly = replace(weekly, term="P1M")
    assert ending_of(end, monthly, [], moment("2020-03-15T00:00Z"), UTC).end == exact("2020-03-31T00:00Z")


@pytest.mark.parametrize(("by", "status"), [("B", "not_entitled"), ("", "by_nobody"), ("A", "in_time")])
def test_of_a_term_of_a_day_only_what_a_notice_can_end_is_looked_at(
    by: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily, looked = Renewal(term="P1D", notice="P1D", may=("A",), text="t"), []
    renewed = deadlines._renewed
    monkeypatch.setattr(deadlines, "_renewed", lambda *args: looked.append(args) or renewed(*args))
    given = [notice(by, "5000-01-01T00:00Z", known_at="2021-01-01T00:00Z")]
    found = ending_of(exact("2020-01-31T00:00Z"), daily, given, moment("8000-01-01T00:00Z"), UTC)
    assert found.end == (exact("5000-01-02T00:00Z") if by == "A" else exact("8000-01-02T00:00Z"))
    assert [each.status for each in found.notices] == [status]
    assert len(looked) < 20


def test_notice_longer_than_the_calendar_can_be_given_for_no_term() -> None:
    renewal = Renewal(term="P5Y", notice="P999Y9999M999W99999D", may=("A",), text="t")
    found = ending_of(END, renewal, [notice("A", "2021-01-01T00:00Z")], moment("2026-06-01T00:00Z"), UTC)
    assert (found.last_notice, [each.status for each in found.notices]) == (None, ["late"])


@pytest.mark.parametrize("begun", ["9000-01-01T00:00Z", "9998-12-01T00:00Z"])
def test_a_term_that_leads_beyond_the_calendar_has_no_due_moment(begun: str) -> None:
    assert due_of(after("P999Y"), (), moment(begun), UTC, lambda _: exact(begun)) is None


def test_an_end_of_the_calendar_is_no_error() -> None:
    assert ending(at="9999-01-01T00:00Z").end.latest > moment("9990-01-01T00:00Z")


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2023-02-22T10:59:59Z", False),
        ("2023-02-22T11:00Z", True),
        ("2023-02-22T11:59:59Z", True),
        ("2023-02-22T12:00Z", False),
    ],
)
def test_an_order_may_suspend_between_two_instants_of_one_day(at: str, holds: bool) -> None:
    order = Suspension(
        from_=moment("2023-02-22T11:00Z"), until=moment("2023-02-22T12:00Z"), instrument="o", known_at=Y2020, source="s"
    )
    assert order.holds(moment(at)) is holds
    assert replace(order, until=None).holds(moment("2029-01-01T00:00Z"))


# Properties

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
ZONES = st.sampled_from(["UTC", "Europe/Moscow", "Asia/Baku", "Pacific/Apia", "America/St_Johns", "Europe/London"])
TERMS = st.builds(Term, st.integers(0, 30), st.integers(0, 40)).filter(lambda term: term.months + term.days > 0)
BOUNDS: st.SearchStrategy[Bound] = st.sampled_from(["by", "before", "until"])
NEAR = st.dates(date(2020, 11, 1), date(2020, 12, 15))
NEAR_MOMENTS = st.datetimes(datetime(2020, 11, 1), datetime(2020, 12, 15), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
EXTENSIONS = st.lists(
    st.builds(
        Extension,
        day=NEAR,
        form=st.sampled_from(["oral", "written"]),
        known_at=NEAR_MOMENTS,
        source=st.just("s"),
        by=st.just(()),
    ),
    max_size=5,
)
RANGES = st.tuples(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=70))).map(
    lambda pair: Range(pair[0], pair[0] + pair[1])
)


@given(EXTENSIONS, st.integers(0, 4), st.integers(0, 30), NEAR_MOMENTS)
def test_a_later_day_of_an_extension_makes_nothing_due_earlier(
    extensions: list[Extension], which: int, days: int, at: datetime
) -> None:
    later = [
        replace(each, day=each.day + timedelta(days=days)) if place == which else each
        for place, each in enumerate(extensions)
    ]
    assert range_of(on_day(), *extensions, at=at).latest <= range_of(on_day(), *later, at=at).latest


@given(EXTENSIONS, NEAR_MOMENTS)
def test_what_became_known_later_changes_nothing_of_before(extensions: list[Extension], at: datetime) -> None:
    known = [each for each in extensions if each.known_at <= at]
    assert range_of(on_day(), *extensions, at=at) == range_of(on_day(), *known, at=at)


@given(EXTENSIONS, NEAR_MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_what_had_been_due_stays_so(extensions: list[Extension], at: datetime, passed: timedelta) -> None:
    then = range_of(on_day(), *extensions, at=at)
    if at > then.latest:
        assert range_of(on_day(), *extensions, at=at + passed) == then


@given(DAYS, BOUNDS, st.lists(ZONES, min_size=1, max_size=3), BOUNDS, DAYS)
def test_a_due_range_never_runs_backwards(
    day: date, bound: Bound, zones: list[str], other: Bound, second: date
) -> None:
    deadline = Deadline(
        day=day, bound=bound, text="a", zones=tuple(zones), other_texts=(OtherText(text="b", bound=other, day=second),)
    )
    given_range = range_of(deadline, authoritative=("a", "b"))
    assert given_range.earliest <= given_range.latest


@given(RANGES, TERMS, ZONES, BOUNDS, st.sampled_from(["exclusive", "inclusive"]))
def test_a_term_from_a_range_never_runs_backwards(
    begun: Range, term: Term, zone: str, bound: Bound, counting: Literal["exclusive", "inclusive"]
) -> None:
    deadline = after(f"P{term.months}M{term.days}D", bound, zone, counting=counting)
    computed = range_of(deadline, begun=begun)
    assert computed.earliest <= computed.latest


@given(RANGES, TERMS, ZONES, st.booleans(), st.floats(0, 1))
def test_the_range_of_a_term_holds_what_each_of_its_starts_gives(
    begun: Range, term: Term, zone: str, back: bool, share: float
) -> None:
    named = ZoneInfo(zone)
    ends = term.range_after(begun, named, back=back)
    inside = begun.earliest + (begun.latest - begun.earliest) * share
    hour = timedelta(hours=1)  # a clock that is put back has an hour twice
    assert ends.earliest - hour <= term.moment_after(inside, named, back=back) <= ends.latest + hour
    assert ends.earliest <= ends.latest


@given(RANGES, st.lists(st.tuples(st.sampled_from(["", "AZ", "RU"]), MOMENTS, MOMENTS), max_size=4), MOMENTS)
def test_notices_are_all_kept_and_later_ones_change_nothing_of_before(
    end: Range, rows: list[tuple[str, datetime, datetime]], at: datetime
) -> None:
    notices = [TermNotice(by=by, given_at=given_at, known_at=known, source="s") for by, given_at, known in rows]
    known = [each for each in notices if each.known_at <= at]
    heard = ending_of(end, RENEWAL, notices, at, MOSCOW)
    assert heard == ending_of(end, RENEWAL, known, at, MOSCOW)
    assert sorted(map(repr, known)) == sorted(repr(each.notice) for each in heard.notices)
    assert heard.end.earliest <= heard.end.latest
    if not heard.is_ended and not heard.is_unsure:
        assert at < heard.end.latest
