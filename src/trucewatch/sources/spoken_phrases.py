"""Phrases as they were found → phrases that say one thing each: moments taken apart, dotted numbers decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.sources.spoken_lexis import Phrase

Assume = Callable[[Message], None]


def plainer(phrases: Sequence[Phrase], text: str, assume: Assume) -> list[Phrase]:
    """The phrases with moments taken apart into day and clock, dotted numbers as one of these, whole days back as
    days.

    text: as it was typed, for sentences. assume: takes what was assumed. Raises TimeError.
    """
    plain: list[Phrase] = []
    has_clock = any(phrase.kind in ("clock", "moment") for phrase in phrases)
    dotted = [at for at, phrase in enumerate(phrases) if phrase.kind == "dotted"]
    has_mid = any(phrase.kind in ("mid", "begin", "end") for phrase in phrases)
    for at, phrase in enumerate(phrases):
        match phrase.kind:
            case "moment":
                day, _, rest = phrase.value.partition("t")
                clock = rest.rstrip("z").partition("+")[0].partition("-")[0]
                plain += [date_of(text, *map(int, day.split("-"))), _clock_of(clock)]
                if zone := rest[len(clock) :]:
                    plain.append(Phrase(kind="zone", value="UTC") if zone == "z" else Phrase(kind="offset", value=zone))
            case "day":
                plain.append(date_of(text, *map(int, phrase.value.split("-"))))
            case "dmy":
                plain.append(_day_first(text, phrase.value, assume))
            case "clock" if isinstance(phrase.value, str):
                plain.append(_clock_of(phrase.value))
            case "dotted":
                is_day = has_clock or (len(dotted) == 2 and not has_mid and at == dotted[0])
                plain.append(_dotted(phrase.value, is_day and at == dotted[0], assume))
            case "span" if phrase.is_days:
                plain.append(Phrase(kind="days", value=-round(phrase.value / 86400)))
            case _:
                plain.append(phrase)
    return plain


def _clock_of(written: str) -> Phrase:
    hour, minute, *seconds = map(int, written.partition(".")[0].split(":"))
    if hour > 23 or minute > 59 or (seconds and seconds[0] > 59):
        raise TimeError(
            Message('"{text}" is no time of the day; they go from 00:00 to 23:59', text=shown_text(written))
        )
    return Phrase(kind="clock", value=hour * 60 + minute, second=seconds[0] if seconds else 0, is_24=True)


def date_of(text: str, year: int, month: int, day: int) -> Phrase:
    try:
        return Phrase(kind="date", value=(date(year, month, day).year, month, day))
    except ValueError as exc:
        raise TimeError(
            Message('"{text}" names a day that is in no calendar; correct it', text=shown_text(text))
        ) from exc


def _day_first(text: str, written: str, assume: Assume) -> Phrase:
    day, month, year = map(int, written.replace("/", ".").split("."))
    year += 2000 if year < 100 else 0
    phrase = date_of(text, year, month, day)
    if "/" in written and day <= 12 and day != month:
        assume(Message("read with the day before the month: {day}", day=date(year, month, day)))
    return phrase


def _dotted(written: str, is_day: bool, assume: Assume) -> Phrase:
    """ "03.05" beside a clock is a day, alone a clock; "25.04" can only be a day, "10.40" only a clock."""
    hour, minute = map(int, written.replace("/", ".").split("."))
    if "/" in written or is_day or hour > 23 or minute > 59:
        return Phrase(kind="date", value=(None, minute, hour))
    if 1 <= hour <= 31 and 1 <= minute <= 12:
        assume(Message("{clock} read as a time of the day, not as a day", clock=written))
    return Phrase(kind="clock", value=hour * 60 + minute, is_24=True)


def no_time(text: str, unread: str = "") -> Message:
    if unread and unread != text:
        return Message(
            '"{text}" is no time that we can read, from "{word}" on; write it like 22:10, yesterday 22:10 or 20 '
            "minutes ago",
            text=shown_text(text),
            word=shown_text(unread),
        )
    return Message(
        '"{text}" is no time that we can read; write it like 22:10, yesterday 22:10 or 20 minutes ago',
        text=shown_text(text),
    )


def shown_text(text: str) -> str:
    """What was typed, as far as it can be shown, for a sentence."""
    printable = "".join(char if char.isprintable() else "\ufffd" for char in text.strip()[:60])
    return printable + ("…" if len(text.strip()) > 60 else "")
