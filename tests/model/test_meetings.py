"""Meetings: when they took place, their accounts beside each other, what is counted from them, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import template_watch
from tests.conftest import each
from trucewatch.errors import TimeError
from trucewatch.model.deadlines import Deadline, Range, due_of
from trucewatch.model.meeting_checks import Vocabulary, id_trouble, troubles
from trucewatch.model.meetings import (
    AgendaItem,
    Decision,
    Gathering,
    Meeting,
    Participant,
    content_of,
    gatherings,
    known_by,
    later_about,
    later_of_level,
    meeting_lines,
    meeting_of,
    when_met,
)

MOSCOW = ZoneInfo("Europe/Moscow")
KNOWN = datetime(2021, 1, 31, tzinfo=UTC)
AGREEMENT = template_watch().agreement
WORDS = Vocabulary.of(AGREEMENT, ["D"], ["M-7"])
MEETING = Meeting(
    id="M-1",
    names={"en": "First meeting"},
    day=date(2021, 1, 30),
    zone="Europe/Moscow",
    known_at=KNOWN,
    who=(Participant(id="A"), Participant(office={"en": "deputy prime minister"})),
    level="deputy_ministers",
    source="an agency",
    agenda=(AgendaItem(words={"en": "links"}, clauses=("1",)),),
    decision=(Decision(words={"en": "sub-groups"}, clauses=("2",), by=("A", "B"), due=date(2021, 2, 2)),),
)


def what_of(meeting: Meeting) -> list[str]:
    return [f"{'.'.join(map(str, wrong.at))}: {wrong.sentence}" for wrong in troubles(meeting, WORDS, UTC)]


def test_a_day_is_the_whole_day_of_its_zone_and_moments_are_themselves() -> None:
    assert MEETING.range(UTC) == Range(
        datetime(2021, 1, 29, 21, tzinfo=UTC), datetime(2021, 1, 30, 20, 59, 59, 999999, tzinfo=UTC)
    )
    two_days = replace(MEETING, zone="", day_latest=date(2021, 1, 31))
    assert two_days.range(UTC).latest == datetime(2021, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    begins, ends = datetime(2021, 1, 30, 9, tzinfo=UTC), datetime(2021, 1, 30, 11, tzinfo=UTC)
    assert replace(MEETING, day=None, from_=begins, until=ends).range(UTC) == Range(begins, ends)
    assert replace(MEETING, day=None, from_=begins).range(UTC).is_exact


def test_a_month_after_the_first_meeting() -> None:
    deadline = Deadline(bound="by", text="t", term="P1M", after="meeting:M-1", zone="Europe/Moscow")
    due = due_of(deadline, (), KNOWN, UTC, lambda what: when_met(what, [MEETING], UTC))
    assert due is not None
    assert due.moment == datetime(2021, 2, 28, 21, tzinfo=UTC), "the last day of February, in Moscow"
    assert due.range.is_exact


def test_accounts_that_differ_leave_a_range_and_so_does_the_term() -> None:
    other = replace(MEETING, id="M-2", day=date(2021, 2, 1), account_of="M-1", source="another agency")
    (gathering,) = gatherings([other, MEETING], UTC)
    assert [account.id for account in gathering.accounts] == ["M-1", "M-2"]
    met = when_met("meeting:M-2", [other, MEETING], UTC)
    assert met == Range(MEETING.range(UTC).earliest, other.range(UTC).latest)
    deadline = Deadline(bound="by", text="t", term="P10D", after="meeting:M-1", zone="Europe/Moscow")
    due = due_of(deadline, (), KNOWN, UTC, lambda what: when_met(what, [other, MEETING], UTC))
    assert due is not None
    assert due.range.latest - due.range.earliest == timedelta(days=2)


def test_what_is_not_known_to_have_been_counts_from_nothing() -> None:
    assert when_met("meeting:M-9", [MEETING], UTC) is None
    assert when_met("event:M-1", [MEETING], UTC) is None
    assert known_by([MEETING], KNOWN - timedelta(seconds=1)) == ()
    assert when_met("meeting:M-1", known_by([MEETING], KNOWN), UTC) is not None
    corrected = replace(MEETING, day=date(2021, 1, 29), known_at=KNOWN + timedelta(days=1))
    assert known_by([MEETING, corrected], KNOWN) == (MEETING,)
    assert known_by([MEETING, corrected], KNOWN + timedelta(days=1)) == (corrected,)


def test_an_account_of_a_meeting_that_is_not_there_stands_alone() -> None:
    (gathering,) = gatherings([replace(MEETING, id="M-2", account_of="M-1")], UTC)
    assert gathering.id == "M-2"


def test_two_bound_parties_make_it_more_than_a_claim_of_a_source() -> None:
    bodies = {body.id: body.counts_with for body in AGREEMENT.body}
    assert Gathering((MEETING,)).voices(AGREEMENT) == ()
    assert Gathering((replace(MEETING, stated_by=("A", "A")),)).voices(AGREEMENT) == ("A",)
    second = replace(MEETING, id="M-2", stated_by=("B",), account_of="M-1")
    assert Gathering((replace(MEETING, stated_by=("A",)), second)).voices(AGREEMENT) == ("A", "B"), bodies


def test_a_meeting_about_one_part_of_a_clause_is_none_about_another_part() -> None:
    agenda = (AgendaItem(words={"en": "links"}, clauses=("1b",)),)
    later = replace(MEETING, id="M-2", day=date(2021, 3, 1), agenda=agenda, decision=())
    every = gatherings([MEETING, later], UTC)
    provision = AGREEMENT.provision[0]
    (part,) = provision.stipulation
    both = replace(provision, stipulation=(part, replace(part, id="1b")))
    agreement = replace(AGREEMENT, provision=(both, *AGREEMENT.provision[1:]))
    for clause, expected in each((("1a", []), ("1b", ["M-2"]), ("1", ["M-2"]))):
        assert [meeting.id for meeting in later_about((clause,), every[-1], every, agreement, UTC)] == expected


def test_later_meetings_about_a_clause_and_of_a_level() -> None:
    later = replace(MEETING, id="M-2", day=date(2021, 3, 1), level="experts", known_at=KNOWN + timedelta(days=60))
    every = gatherings([MEETING, later], UTC)
    first = every[-1]
    assert [each.id for each in later_about(("1a",), first, every, AGREEMENT, UTC)] == ["M-2"], "a part of clause 1"
    assert later_about(("2a",), first, every, AGREEMENT, UTC) == ()
    assert later_of_level(first, every, UTC) == ()
    assert later_about(("1",), every[0], every, AGREEMENT, UTC) == ()
    same_day = replace(later, day=MEETING.day, level=MEETING.level)
    both = gatherings([MEETING, same_day], UTC)
    for first in both:
        assert len(later_of_level(first, both, UTC)) == 1, "of one day nobody can tell which was later"


def test_a_meeting_stands_in_json_and_is_read_again() -> None:
    assert meeting_of(content_of(MEETING)) == MEETING
    assert "simulated" not in content_of(MEETING)


def test_a_sound_meeting_has_no_trouble() -> None:
    assert what_of(MEETING) == []
    assert what_of(replace(MEETING, format="restricted", agenda=())) == []


DAY = date(2021, 1, 30)
AT = datetime(2021, 1, 30, 9, tzinfo=UTC)
WRONG = [
    ({"day": None}, "day: it is not said in one way when it was; give its day, or from when until when"),
    ({"from_": AT}, "day: it is not said in one way"),
    ({"day": None, "from_": AT, "until": AT - timedelta(hours=1)}, "until: it ends before it begins"),
    ({"day_latest": date(2021, 1, 29)}, "day_latest: it ends before it begins"),
    ({"until": AT}, "until: it ends, and does not begin"),
    ({"zone": "Moscow"}, 'zone: "Moscow" is no time zone'),
    ({"day": date(1, 1, 1)}, "day: 0001-01-01 lies outside the years 1900 to 2200"),
    ({"known_at": AT - timedelta(days=3)}, "known_at: it would be known of before it took place"),
    ({"next_by": date(2021, 1, 1)}, "next_by: the next meeting is due by 2021-01-01, before this one"),
    ({"who": ()}, "who: nobody took part"),
    ({"who": (Participant(id="Z"),)}, 'who.0.id: "Z" is no id of a party, body or delegation; write one of: A, B'),
    ({"who": (Participant(),)}, "who.0: a participant has neither id nor office"),
    (
        {"format": "restricted"},
        "agenda.0: a restricted meeting has no agenda on record; take the agenda out, or choose",
    ),
    ({"agenda": (AgendaItem(words={"en": "x"}, clauses=("99",)),)}, 'agenda.0.clauses: "99" is no id of a clause'),
    ({"stated_by": ("D",)}, 'stated_by: "D" is no id of a party or body'),
    ({"account_of": "M-1"}, "account_of: it is an account of itself"),
    ({"account_of": "M-8"}, 'account_of: "M-8" is no id of a meeting; write one of: M-7'),
    ({"source": " "}, "source: this is empty; write it in words"),
    ({"names": {"en": "x" * 100_000}}, "names: this has 100,000 characters, at most 300 are kept; shorten it"),
    ({"place": {"en": "a\u0007"}}, "place: the text holds a character that cannot be shown"),
    ({"who": (Participant(id="A"),) * 61}, "who: there are 61 of them, at most 60 are kept"),
]


@pytest.mark.parametrize(("changes", "what"), WRONG, ids=[what[:50] for _, what in WRONG])
def test_what_is_wrong_is_said_with_what_to_do(changes: dict[str, object], what: str) -> None:
    wrong = what_of(replace(MEETING, **changes))
    assert any(sentence.startswith(what) for sentence in wrong), wrong
    assert all("; " in sentence for sentence in wrong)


def test_a_decision_is_not_due_before_the_meeting_and_names_what_there_is() -> None:
    decision = MEETING.decision[0]
    early = what_of(replace(MEETING, decision=(decision, replace(decision, due=date(2021, 1, 29)))))
    assert early == [
        "decision.1.due: decision D-2 is to be done by 2021-01-29, before the meeting (2021-01-30); check both days"
    ]
    unknown = replace(decision, by=("Z",), clauses=("99",), instruments=("x",), zone="Nowhere", words={})
    assert len(what_of(replace(MEETING, decision=(unknown,)))) == 5


def test_an_id_of_a_file_is_none_that_the_program_gives() -> None:
    for name in each(("M-1", "", "Two words", "x" * 99)):
        assert id_trouble(replace(MEETING, id=name)) is not None
    assert id_trouble(replace(MEETING, id="working-group-1")) is None


def test_a_meeting_without_a_day_has_no_range() -> None:
    with pytest.raises(TimeError):
        replace(MEETING, day=None).range(UTC)


def test_the_lines_of_a_report_name_who_says_so() -> None:
    lines = meeting_lines(
        gatherings([replace(MEETING, next_by=date(2021, 3, 1))], UTC), AGREEMENT, UTC, str.upper, "en"
    )
    assert [str(line) for line in lines] == [
        "2021-01-30: First meeting (deputy ministers; A, deputy prime minister), as an agency says",
        "D-1: sub-groups (about 2), to be done by 2021-02-02",
        "the next one by 2021-03-01, as an agency says",
    ]
