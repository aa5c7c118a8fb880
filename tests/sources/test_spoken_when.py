"""When something was, as callers say it: five languages, changes of clocks, and whatever else may be typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trucewatch.errors import TimeError
from trucewatch.model.times import zone_named
from trucewatch.sources.spoken_lexis import LANGUAGES, lexis_of
from trucewatch.sources.spoken_when import AHEAD, read_when

VALLEYS = zone_named("Etc/GMT+2")
CALL = datetime(2031, 5, 3, 22, 10, tzinfo=UTC)
"""A Saturday, 20:10 by the clock of the valleys."""
MOSCOW, NEW_YORK, LONDON = ZoneInfo("Europe/Moscow"), ZoneInfo("America/New_York"), ZoneInfo("Europe/London")


def local(text: str, language: str = "en", *, call: datetime = CALL, zone: tzinfo = VALLEYS) -> tuple[str, str]:
    """Start and end by the caller's clock, as "03 10:10"."""
    when = read_when(text, received_at=call, zone=zone, languages=(language,))
    return tuple(moment.astimezone(zone).strftime("%d %H:%M") for moment in (when.start, when.end))  # type: ignore[return-value]


def refusal(text: str, *, call: datetime = CALL, zone: tzinfo = VALLEYS, language: str = "en") -> str:
    with pytest.raises(TimeError) as caught:
        read_when(text, received_at=call, zone=zone, languages=(language,))
    return str(caught.value)


ENGLISH = {
    "10:10": "03 10:10",
    "10.10": "03 10:10",
    "1010": "03 10:10",
    "ten past ten": "03 10:10",
    "half past nine": "03 09:30",
    "quarter to ten": "03 09:45",
    "at ten": "03 10:00",
    "10 pm": "02 22:00",
    "10pm": "02 22:00",
    "ten thirty": "03 10:30",
    "20 minutes ago": "03 19:50",
    "half an hour ago": "03 19:40",
    "an hour and 20 minutes ago": "03 18:50",
    "1.5 hours ago": "03 18:40",
    "8": "03 20:00",
    "noon": "03 12:00",
    "midnight": "03 00:00",
    "2 in the morning": "03 02:00",
    "last night at 2": "03 02:00",
    "last night at 10": "02 22:00",
    "yesterday at 10": "02 10:00",
    "2 days ago at ten": "01 10:00",
    "on Friday at 8": "02 08:00",
    "3 May 10:10": "03 10:10",
    "3rd of May, 10:10": "03 10:10",
    "03.05 10:10": "03 10:10",
    "3/5/2031 10:10": "03 10:10",
    "2031-05-03T10:10": "03 10:10",
    "2031-05-03 10:10": "03 10:10",
    "2031-05-03T10:10Z": "03 08:10",
    "10:10 UTC": "03 08:10",
    "10:10 Moscow time": "03 05:10",
    "10:10+03:00": "03 05:10",
    "10:10 UTC+3": "03 05:10",
    "20:11": "03 20:11",
    "20:13": "02 20:13",
}
RUSSIAN = {
    "десять минут одиннадцатого": "03 10:10",
    "полчаса назад": "03 19:40",
    "час назад": "03 19:10",
    "два часа назад": "03 18:10",
    "вчера в десять": "02 10:00",
    "без четверти десять": "03 09:45",
    "в половине десятого": "03 09:30",
    "полдесятого": "03 09:30",
    "в 10 вечера": "02 22:00",
    "в два часа ночи": "03 02:00",
    "в 12 ночи": "03 00:00",
    "в час дня": "03 13:00",
    "в 10 часов 15 минут": "03 10:15",
    "3 мая в 10:10": "03 10:10",
    "в пятницу в 8": "02 08:00",
    "10:10 по Москве": "03 05:10",
    "позавчера в 22:10": "01 22:10",
}
TURKISH = {
    "bir saat önce": "03 19:10",
    "saat onu on geçe": "03 10:10",
    "on biri on geçe": "03 11:10",
    "saat ona çeyrek var": "03 09:45",
    "ona on kala": "03 09:50",
    "on buçukta": "03 10:30",
    "yarım saat önce": "03 19:40",
    "dün saat 22:10'da": "02 22:10",
    "akşam saat onda": "02 22:00",
    "aksam saat 8'de": "03 20:00",
    "3 mayıs 10:10": "03 10:10",
    "cuma günü saat 8'de": "02 08:00",
}
AZERBAIJANI = {
    "bir saat əvvəl": "03 19:10",
    "saat ona on dəqiqə işləyib": "03 09:10",
    "saat ona on dəqiqə qalmış": "03 09:50",
    "onu on dəqiqə keçir": "03 10:10",
    "onun yarısı": "03 09:30",
    "yarım saat əvvəl": "03 19:40",
    "dünən saat 22:10-da": "02 22:10",
    "axşam saat 8-də": "03 20:00",
    "3 may 10:10": "03 10:10",
}
ARMENIAN = {
    "մի ժամ առաջ": "03 19:10",
    "կես ժամ առաջ": "03 19:40",
    "քսան րոպե առաջ": "03 19:50",
    "տասն անց տասը": "03 10:10",
    "տասնմեկն անց տասը": "03 11:10",
    "տասն անց կես": "03 10:30",
    "տասից տասը պակաս": "03 09:50",
    "երեկ ժամը տասին": "02 10:00",
    "երեկ 22:10": "02 22:10",
    "մայիսի 3-ին 10:10": "03 10:10",
    "առավոտյան ժամը ութին": "03 08:00",
}
MOMENTS = [
    (language, text, clock)
    for language, table in zip(LANGUAGES, (ENGLISH, RUSSIAN, AZERBAIJANI, ARMENIAN, TURKISH), strict=True)
    for text, clock in table.items()
]
INTERVALS = [
    ("en", "about an hour ago", "03 18:55", "03 19:25"),
    ("en", "just now", "03 20:05", "03 20:10"),
    ("en", "since six", "03 18:00", "03 20:10"),
    ("en", "between 9 and 10", "03 09:00", "03 10:00"),
    ("en", "from 21:50 to 22:05", "02 21:50", "02 22:05"),
    ("en", "from 11 to 1 pm", "03 11:00", "03 13:00"),
    ("en", "yesterday from 22:00 to 02:00", "02 22:00", "03 02:00"),
    ("en", "Friday between 8 and 9 pm", "02 20:00", "02 21:00"),
    ("en", "09:00-10:00", "03 09:00", "03 10:00"),
    ("en", "this morning", "03 05:00", "03 12:00"),
    ("en", "this evening", "03 18:00", "03 20:10"),
    ("en", "last night", "02 18:00", "03 06:00"),
    ("en", "yesterday evening", "02 18:00", "02 22:00"),
    ("en", "yesterday", "02 00:00", "03 00:00"),
    ("en", "a few minutes ago", "03 20:04", "03 20:08"),
    ("en", "about ten", "03 09:45", "03 10:15"),
    ("ru", "около часа назад", "03 18:55", "03 19:25"),
    ("ru", "часа два назад", "03 17:40", "03 18:40"),
    ("ru", "часов в десять", "03 09:45", "03 10:15"),
    ("ru", "с десяти до одиннадцати", "03 10:00", "03 11:00"),
    ("ru", "между девятью и десятью", "03 09:00", "03 10:00"),
    ("ru", "вчера вечером", "02 18:00", "02 22:00"),
    ("tr", "dün akşam", "02 18:00", "02 22:00"),
    ("tr", "saat dokuz ile on arasında", "03 09:00", "03 10:00"),
    ("tr", "21:50'den 22:05'e kadar", "02 21:50", "02 22:05"),
    ("tr", "saat 10 civarında", "03 09:45", "03 10:15"),
    ("tr", "altıdan beri", "03 18:00", "03 20:10"),
    ("az", "təxminən bir saat əvvəl", "03 18:55", "03 19:25"),
    ("az", "bu səhər", "03 05:00", "03 12:00"),
    ("hy", "մոտ մեկ ժամ առաջ", "03 18:55", "03 19:25"),
    ("hy", "երեկ երեկոյան", "02 18:00", "02 22:00"),
]


@pytest.mark.parametrize(("language", "text", "clock"), MOMENTS)
def test_a_moment_is_the_one_that_was_meant(language: str, text: str, clock: str) -> None:
    assert local(text, language) == (clock, clock)


@pytest.mark.parametrize(("language", "text", "start", "end"), INTERVALS)
def test_what_is_no_moment_is_an_interval(language: str, text: str, start: str, end: str) -> None:
    assert local(text, language) == (start, end)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10:10", "no day was said: the last 10:10 before the call, on 2031-05-03"),
        ("ten past ten", "22:10 lies further from the call"),
        ("yesterday at 10", "10:00 by the 24-hour clock; write 22:00"),
        ("about an hour ago", "about: 15 minutes on either side"),
        ("this morning", "morning taken as 05:00 to 12:00"),
        ("3 May 10:10", "no year was said: 2031-05-03"),
        ("10 to 11", "write from … to … if two times were meant"),
        ("10.10", "read as a time of the day"),
        ("on Friday at 8", "2031-05-02"),
    ],
)
def test_what_the_words_left_open_is_told(text: str, words: str) -> None:
    when = read_when(text, received_at=CALL, zone=VALLEYS)
    assert words in " | ".join(map(str, when.assumed))


def test_a_whole_time_assumes_nothing() -> None:
    assert read_when("2031-05-03T10:10", received_at=CALL, zone=VALLEYS).assumed == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("today at 21:00", "lies after the call"),
        ("2031-05-03T20:13", "lies after the call"),
        ("until ten", "one end of a time"),
        ("10:10 11:11", "more than one time"),
        ("yesterday today", "more than one time"),
        ("25:10", "no time of the day"),
        ("31.02.2031", "in no calendar"),
        ("tomorrow at 10", 'from "tomorrow" on'),
        ("", "no time is written"),
        ("Monday 3 May", "another day of the week"),
        ("10 in the afternoon", "not within that part of the day"),
        ("x" * 10_000, "too long"),
    ],
)
def test_what_is_no_time_is_refused_with_what_to_do(text: str, words: str) -> None:
    assert words in refusal(text)


def test_a_time_two_minutes_ahead_of_the_call_is_a_clock_that_runs_ahead() -> None:
    assert local("2031-05-03T20:12") == ("03 20:12", "03 20:12")


def test_what_a_letter_says_may_lie_ahead() -> None:
    when = read_when("2031-05-09T10:10", received_at=CALL, zone=VALLEYS, may_lie_ahead=True)
    assert when.start == datetime(2031, 5, 9, 12, 10, tzinfo=UTC)


def test_a_time_that_was_twice_is_asked_for() -> None:
    call = datetime(2031, 11, 2, 18, tzinfo=UTC)
    assert "write 01:30 summer or 01:30 winter" in refusal("01:30", call=call, zone=NEW_YORK)
    summer = read_when("01:30 summer", received_at=call, zone=NEW_YORK)
    winter = read_when("01:30 winter", received_at=call, zone=NEW_YORK)
    assert winter.start - summer.start == timedelta(hours=1)


def test_a_time_that_never_was_is_refused() -> None:
    call = datetime(2031, 3, 9, 18, tzinfo=UTC)
    assert "there was no 02:30 on 2031-03-09" in refusal("02:30", call=call, zone=NEW_YORK)
    assert "there was no 02:30" in refusal("02:30 summer", call=call, zone=NEW_YORK)


@pytest.mark.parametrize(
    ("zone", "call", "hours"),
    [
        (NEW_YORK, datetime(2031, 11, 3, 15, tzinfo=UTC), 25),
        (NEW_YORK, datetime(2031, 3, 10, 15, tzinfo=UTC), 23),
        (MOSCOW, datetime(2010, 10, 31, 21, 30, tzinfo=UTC), 25),
        (VALLEYS, CALL, 24),
    ],
)
def test_yesterday_is_the_day_of_the_calendar_there(zone: tzinfo, call: datetime, hours: int) -> None:
    when = read_when("yesterday", received_at=call, zone=zone)
    assert when.end - when.start == timedelta(hours=hours)


def test_moscow_put_its_clocks_back_without_summer_time() -> None:
    """On 26 October 2014 the offset changed for good; 01:30 was twice that night all the same."""
    call = datetime(2014, 10, 26, 12, tzinfo=UTC)
    assert "01:30 was twice" in refusal("01:30", call=call, zone=MOSCOW)
    assert local("01:30 summer", call=call, zone=MOSCOW) == ("26 01:30", "26 01:30")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_numbers_days_months_and_parts(language: str) -> None:
    tables = lexis_of(language).tables
    numbers = range(1, 11 if lexis_of(language).ten_joins else 13)
    assert set(numbers) <= set(tables["numbers"].values())
    assert set(tables["months"].values()) == set(range(1, 13))
    assert {0, -1, -2} <= set(tables["days"].values())
    assert {"morning", "evening", "night"} <= set(tables["parts"].values())
    assert set(range(7)) - {5} <= set(tables["weekdays"].values())


@pytest.mark.parametrize("zone", [VALLEYS, MOSCOW, NEW_YORK, LONDON, ZoneInfo("Australia/Lord_Howe")], ids=str)
@given(moment=st.datetimes(datetime(2009, 1, 1), datetime(2033, 1, 1)), hours=st.integers(0, 200))  # noqa: DTZ001
def test_a_time_written_as_it_is_shown_is_read_back(zone: tzinfo, moment: datetime, hours: int) -> None:
    at = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    shown = at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    call = at + timedelta(hours=hours, minutes=3)
    try:
        moments = {read_when(shown, received_at=call, zone=zone).start}
    except TimeError:  # it was twice, and either word tells which
        moments = {read_when(f"{shown} {word}", received_at=call, zone=zone).start for word in ("summer", "winter")}
        assert len(moments) == 2
    assert at in moments


WORDS = sorted({word for language in LANGUAGES for table in lexis_of(language).tables.values() for word in table})
PIECES = st.one_of(
    st.sampled_from([" ".join(words) for words in WORDS]),
    st.sampled_from(
        ["10:10", "10.10", "1010", "-", "ago", "between", "and", "назад", "в", "önce", "'da", "3", "24", "00"]
    ),
    st.sampled_from(
        ["\0", "\u202e", "\u200f", "١٠", "१०:१०", "９", "Z", "+03:00", "9999-12-31", "0001-01-01", "29.02"]
    ),
    st.text(max_size=6),
    st.integers(0, 99999).map(str),
)


@given(
    text=st.one_of(st.lists(PIECES, max_size=7).map(" ".join), st.text(max_size=60)),
    languages=st.lists(st.sampled_from([*LANGUAGES, "xx"]), max_size=5),
    call=st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001
    zone=st.sampled_from([VALLEYS, NEW_YORK, MOSCOW, LONDON]),
)
@example(text="(" * 190, languages=["en"], call=datetime(2031, 5, 3), zone=VALLEYS)  # noqa: DTZ001
@example(text="ten " * 49, languages=["en"], call=datetime(2031, 5, 3), zone=VALLEYS)  # noqa: DTZ001
@example(text="on " * 60, languages=["tr"], call=datetime(2031, 5, 3), zone=VALLEYS)  # noqa: DTZ001
@example(text="1:1" * 60, languages=["tr"], call=datetime(2031, 5, 3), zone=VALLEYS)  # noqa: DTZ001
@settings(max_examples=600)
def test_whatever_is_typed_is_a_time_before_the_call_or_a_refusal(
    text: str, languages: list[str], call: datetime, zone: tzinfo
) -> None:
    received_at = call.replace(tzinfo=UTC)
    try:
        when = read_when(text, received_at=received_at, zone=zone, languages=tuple(languages))
    except TimeError:
        return
    assert when.start <= when.end
    assert when.end - received_at <= AHEAD


def test_a_span_that_is_counted_back_says_that_it_was_taken_as_exact() -> None:
    when = read_when("an hour ago", received_at=CALL, zone=VALLEYS)
    assert when.start == when.end == CALL - timedelta(hours=1)
    assert "as if it were exact" in " | ".join(map(str, when.assumed))
