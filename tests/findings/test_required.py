"""What a deadline is counted from, a due moment that is a range, and a time for which a clause was suspended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import NOON, frame_of, incidents, template_files
from trucewatch.findings import check_agreement
from trucewatch.model.deadlines import Range
from trucewatch.model.incident import Finding, finding_rows
from trucewatch.model.observation import empty_counters
from trucewatch.model.times import read_time
from trucewatch.model.watch import Watch
from trucewatch.watch import read_watch

DEADLINE = 'deadline = { day = 2031-05-10, bound = "by", zone = "UTC", text = "en-1" }'
BINDS = "in_force = { from = 2031-05-01T00:00:00Z }"
SENTENCE_1A = f'unless = ["notice", "aspect:controlled"]\n  {BINDS}'
FIRST_MEETING = """
[[provision]]
number = "4"
instrument = "agreement"
summary = { en = "A working group meets." }

  [[provision.stipulation]]
  id = "s1"
  kind = "required"
  what = "meeting"
  summary = { en = "It meets for the first time by 30 May." }
  obliged = ["A", "B"]
  in_force = { from = 2031-05-01T00:00:00Z }
  deadline = { day = 2031-05-30, bound = "by", zone = "UTC", text = "en-1" }
"""
AFTER_MEETING = 'deadline = { term = "P1M", after = "s1", bound = "by", zone = "Europe/Moscow", text = "en-1" }'
ORDER = """
[[instrument]]
id = "order"
kind = "order"
names = { en = "An order of the court" }
signed = 2031-05-02
source = "the court"
by = ["the court"]
"""
KNOWN = 'known_at = 2031-05-02T00:00:00Z, source = "an order of the court" '


def watch_of(*changes: tuple[str, str], further: str = "") -> Watch:
    text = template_files()["agreement.toml"].decode() + further
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    watch, faults = read_watch(template_files() | {"agreement.toml": text.encode()})
    assert watch is not None, [fault.sentence() for fault in faults]
    return watch


def findings(watch: Watch, *rows: dict[str, Any], as_of: datetime = NOON + timedelta(days=90)) -> list[Finding]:
    table = check_agreement(incidents(*rows), empty_counters(), watch=watch, frame=frame_of(watch), as_of=as_of)
    return finding_rows(table)


def whole(listed: list[Finding], stipulation: str) -> Finding:
    (finding,) = [each for each in listed if each.stipulation == stipulation and not each.incident_id]
    return finding


def single(listed: list[Finding], stipulation: str) -> Finding:
    (finding,) = [each for each in listed if each.stipulation == stipulation and each.incident_id]
    return finding


def at(text: str, kind: str, until: str = "") -> dict[str, Any]:
    start = read_time(text)
    zones = ["theatre", "pass"] if kind == "handover" else ["theatre"]
    return {
        "kind": kind,
        "zones": zones,
        "means": ["patrol"],
        "occurred_start": start,
        "occurred_end": read_time(until) if until else start,
    }


def test_a_term_counted_from_a_meeting_begins_once_the_meeting_is_on_record() -> None:
    watch = watch_of((DEADLINE, AFTER_MEETING), further=FIRST_MEETING)
    before = whole(findings(watch), "2")
    assert (before.outcome, before.reason, before.due) == ("not_applicable", "not_begun", None)
    assert before.facts["after"] == "s1"
    # Met on the last of May, late in the evening: in Moscow it is June already, and a month later is 1 July.
    met = at("2031-05-31T22:00Z", "meeting")
    assert whole(findings(watch, met, as_of=read_time("2031-06-02T00:00Z")), "2").reason == "not_due"
    due = read_time("2031-07-01T21:00Z")
    in_time = whole(findings(watch, met, at("2031-07-01T20:59Z", "handover")), "2")
    assert (in_time.outcome, in_time.reason, in_time.due) == ("consistent", "happened_in_time", due)
    late = whole(findings(watch, met, at("2031-07-01T21:01Z", "handover")), "2")
    assert (late.outcome, late.reason, late.due) == ("inconsistent", "happened_late", due)


def test_of_two_meetings_the_first_counts() -> None:
    watch = watch_of((DEADLINE, AFTER_MEETING), further=FIRST_MEETING)
    meetings = at("2031-05-20T10:00Z", "meeting"), at("2031-05-12T10:00Z", "meeting")
    assert whole(findings(watch, *meetings), "2").due == read_time("2031-06-12T21:00Z")


def test_a_meeting_of_which_only_the_day_is_known_makes_no_false_moment() -> None:
    watch = watch_of((DEADLINE, AFTER_MEETING), further=FIRST_MEETING)
    day = at("2031-05-20T00:00Z", "meeting", until="2031-05-21T00:00Z")
    # The day of the watch (UTC) holds two days of Moscow.
    around = whole(findings(watch, day, at("2031-06-21T10:00Z", "handover")), "2")
    assert (around.outcome, around.reason, around.held) == ("undetermined", "happened_around_due", "at_edge")
    assert (around.facts["due_from"], around.facts["due"]) == ("2031-06-20T21:00:00Z", "2031-06-21T21:00:00Z")


@pytest.mark.parametrize(
    ("occurred", "outcome", "reason"),
    [
        ("2031-05-10T19:59Z", "consistent", "happened_in_time"),
        ("2031-05-10T20:30Z", "undetermined", "happened_around_due"),
        ("2031-05-10T21:00Z", "inconsistent", "happened_late"),
    ],
)
def test_between_the_due_moments_of_two_zones_of_time_nothing_is_said(occurred: str, outcome: str, reason: str) -> None:
    zones = 'deadline = { day = 2031-05-10, bound = "by", zones = ["Europe/Moscow", "Asia/Baku"], text = "en-1" }'
    finding = whole(findings(watch_of((DEADLINE, zones)), at(occurred, "handover")), "2")
    assert (finding.outcome, finding.reason) == (outcome, reason)


def test_a_deadline_from_a_start_that_no_text_states_is_a_range() -> None:
    start = (
        "in_force = { from_earliest = 2031-05-01T00:00:00Z, from_latest = 2031-05-08T00:00:00Z }\n"
        '  deadline = { term = "P10D", after = "in_force", bound = "by", zone = "UTC", text = "en-1" }'
    )
    watch = watch_of((f"{BINDS}\n  {DEADLINE}", start))
    stipulation = next(each for _, each in watch.agreement.stipulations() if each.id == "2")
    computed = stipulation.due(NOON, UTC)
    assert computed is not None
    assert computed.range == Range(read_time("2031-05-12T00:00Z"), read_time("2031-05-19T00:00Z"))
    assert whole(findings(watch, at("2031-05-15T00:00Z", "handover")), "2").reason == "happened_around_due"
    missing = whole(findings(watch), "2")
    assert (missing.reason, missing.facts["due_from"]) == ("no_record", "2031-05-12T00:00:00Z")


def suspended(
    until: str = ", until = 2031-05-03T12:00:00Z", by: str = 'instrument = "order"', further: str = ORDER
) -> Watch:
    pause = f"suspension = [{{ from = 2031-05-03T11:00:00Z{until}, {by}, {KNOWN}}}]"
    return watch_of((SENTENCE_1A, f"unless = []\n  {BINDS}\n  {pause}"), further=further)


@pytest.mark.parametrize(
    ("first", "last", "outcome", "reason"),
    [
        ("2031-05-03T10:59:59Z", "", "inconsistent", "prohibited_act"),
        ("2031-05-03T11:00Z", "", "not_applicable", "suspended"),
        ("2031-05-03T11:59:59Z", "", "not_applicable", "suspended"),
        ("2031-05-03T12:00Z", "", "inconsistent", "prohibited_act"),
        ("2031-05-03T11:00Z", "2031-05-03T12:00Z", "not_applicable", "suspended"),
        ("2031-05-03T10:00Z", "2031-05-03T11:00Z", "inconsistent", "prohibited_act"),
        ("2031-05-03T10:30Z", "2031-05-03T11:30Z", "undetermined", "maybe_suspended"),
        ("2031-05-03T11:30Z", "2031-05-03T12:30Z", "undetermined", "maybe_suspended"),
    ],
)
def test_what_happens_while_a_clause_is_suspended_is_not_held_against_it(
    first: str, last: str, outcome: str, reason: str
) -> None:
    finding = single(findings(suspended(), at(first, "explosion", last) | {"means": ["acoustic"]}), "1a")
    assert (finding.outcome, finding.reason) == (outcome, reason)


def test_a_suspension_without_an_end_goes_on() -> None:
    row = at("2031-06-20T00:00Z", "explosion") | {"means": ["acoustic"]}
    finding = single(findings(suspended(until=""), row), "1a")
    assert (finding.outcome, finding.reason, "until" in finding.facts) == ("not_applicable", "suspended", False)


def test_a_suspension_that_was_not_known_yet_changes_nothing_of_what_was_said() -> None:
    row = at("2031-05-01T11:30Z", "explosion") | {"means": ["acoustic"]}
    pause = f'suspension = [{{ from = 2031-05-01T11:00:00Z, instrument = "order", {KNOWN}}}]'
    watch = watch_of((SENTENCE_1A, f"unless = []\n  {BINDS}\n  {pause}"), further=ORDER)
    assert single(findings(watch, row, as_of=read_time("2031-05-01T20:00Z")), "1a").reason == "prohibited_act"
    assert single(findings(watch, row, as_of=read_time("2031-05-02T00:00Z")), "1a").reason == "suspended"


@pytest.mark.parametrize("party", ["A", "B"])
@pytest.mark.parametrize("how", ["as it says", "by its own decree"])
def test_one_side_suspends_nothing_alone(party: str, how: str) -> None:
    """Else whoever fires would say beforehand that nothing forbids it."""
    decree = ORDER.replace('"order"\nnames', '"decision"\nnames').replace('the court"]', f'{party}"]')
    by = f'by = "{party}"' if how == "as it says" else 'instrument = "order"'
    row = at("2031-05-03T11:30Z", "explosion") | {"means": ["acoustic"]}
    finding = single(findings(suspended(by=by, further=decree), row), "1a")
    assert (finding.outcome, finding.reason) == ("inconsistent", "prohibited_act")
