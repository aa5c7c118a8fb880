"""Words of the pages of urgent messages: names, hours, spans, what is missing and of whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from trucewatch.desks.flashing.reach import ENDED, Side
from trucewatch.messages import Message, Term
from trucewatch.model.flash import WAY_WORDS, Ask, Flash, PlaceForm, ReporterKind
from trucewatch.model.zone import Notice
from trucewatch.server.people_shown import side_words
from trucewatch.server.view import View
from trucewatch.store.outbox import Delivery

ASK_WORDS: Final[Mapping[Ask, Message]] = {
    "stop": Message("to stop"),
    "check_units": Message("to check their units"),
    "answer": Message("to answer by the time below"),
}
PLACE_WORDS: Final[Mapping[PlaceForm, Message]] = {
    "settlement": Message("the settlement"),
    "cell": Message("a cell of at least 5 km"),
    "zone": Message("the zone"),
}
REPORTER_WORDS: Final[Mapping[ReporterKind, Message]] = {
    "party": Message("a party"),
    "delegation": Message("a delegation"),
    "body": Message("a body of the agreement"),
    "agency": Message("an agency"),
    "civilian": Message("a civilian"),
    "not_said": Message("somebody who did not say who they are"),
    "centre": Message("the centre's own means"),
    "source": Message("a source of the watch"),
}
OWN_ACT_WORDS: Final[Mapping[str, Message]] = {
    "acknowledged": Message("you acknowledged it"),
    "quiet": Message("since then it is quiet on your side, as you say"),
}
"""What a side reads of what it said itself."""
STATE_WORDS: Final[Mapping[str, Term]] = {
    "queued": Term("urgent delivery", "queued"),
    "failed": Term("urgent delivery", "failed, will be tried again"),
    "given_up": Term("urgent delivery", "given up"),
    "sent": Term("urgent delivery", "sent"),
}
_FAULTS: Final[Mapping[str, Message]] = {
    "refused": Message("the receiver answered with an error"),
    "redirect": Message("the receiver's address leads elsewhere, and is not followed"),
    "gone": Message("the receiver says that nobody is there any more"),
    "slow": Message("the receiver took too long"),
    "tls": Message("the receiver's certificate is not good"),
    "unreachable": Message("the receiver cannot be reached"),
    "elsewhere": Message("the address lies where this program may not go"),
    "lost": Message("its address or its bytes are not kept here any more"),
    "stopped": Message("somebody stopped it"),
    "removed": Message("this way was removed"),
    "bounced": Message("it came back, or the address was refused for good"),
    "login": Message("the mail server refused our login"),
    "no_server": Message("no mail server is named here"),
    "nobody": Message("nobody speaks for them in an account yet"),
    "overtaken": Message("what followed it was taken first, so that it comes no more"),
}


def name_of(view: View, to: str) -> str:
    """A recipient by the name that the watch gives it, a body of the agreement too."""
    return side_words(to, view.watch, view.words)


def announced_words(view: View, notice: Notice) -> Message:
    """Who announced what near it, for when, and who acknowledged that. Inside only."""
    parties = [name_of(view, each) for each in notice.acknowledged_by]
    who = view.words.listed([name_of(view, each) for each in notice.who.replace(";", " ").split()])
    values = {
        "who": who,
        "start": view.telling.moment(notice.start),
        "end": view.telling.moment(notice.end),
        "known": view.telling.moment(notice.known_at),
    }
    if parties:
        return Message(
            "{who}, for {start} to {end}; announced {known}, acknowledged by {sides}",
            sides=view.words.listed(parties),
            **values,
        )
    return Message("{who}, for {start} to {end}; announced {known}, acknowledged by nobody", **values)


def hour(view: View, moment: datetime) -> str:
    """`21:27`, of the day that the watch's clock shows; of another day the day with it."""
    zone = view.reader.zone
    time = view.words.time(moment, zone)
    if moment.astimezone(zone).date() == view.clock.astimezone(zone).date():
        return time
    return view.words.gettext("{day}, {time}").format(
        day=view.words.short_day(moment.astimezone(zone).date()), time=time
    )


def second(view: View, moment: datetime) -> str:
    """`21:27:03`: the second by the computer's clock in which something was queued or entered; of another day than its
    today the day with it."""
    zone = view.reader.zone
    local = moment.astimezone(zone)
    if local.date() == view.console.now().astimezone(zone).date():
        return f"{local:%H:%M:%S}"
    return view.words.gettext("{day}, {time}").format(day=view.words.short_day(local.date()), time=f"{local:%H:%M:%S}")


def lasting(view: View, span: timedelta) -> str:
    """A span as a page says it: `12 min`, `3 h 5 min`; of a moment stated before the first report, that it was."""
    if span <= -timedelta(minutes=1):  # seconds alone are the rounding of a moment
        return view.words.gettext("before the first report")
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return view.words.gettext("{count} min").format(count=view.words.number(minutes))
    return view.words.gettext("{hours} h {minutes} min").format(
        hours=view.words.number(minutes // 60), minutes=view.words.number(minutes % 60)
    )


def why_not(delivery: Delivery) -> Message | None:
    """Why a delivery was not taken, in words with the answer's status; None where nothing is wrong."""
    fault = _FAULTS.get(delivery.fault)
    if fault is None or not delivery.code:
        return fault
    return Message("{fault} ({code})", fault=fault, code=delivery.code)


def way_words(delivery: Delivery) -> Term:
    """By which way it goes: mail, a program, the console, the telephone."""
    return next((words for way, words in WAY_WORDS.items() if way == delivery.channel), WAY_WORDS["webhook"])


def standing_of(view: View, flash: Flash, side: Side) -> Message:
    """Where a recipient stands, in one sentence. A line that is silent says nothing of what happens there."""
    name = name_of(view, side.to)
    if side.quiet and side.acknowledged:
        return Message(
            "{side} acknowledged {time}, and says that it is quiet on its side since {quiet}",
            side=name,
            time=hour(view, side.acknowledged.at),
            quiet=hour(view, side.quiet.at),
        )
    if side.quiet:
        return Message(
            "{side} says that it is quiet on its side since {quiet}", side=name, quiet=hour(view, side.quiet.at)
        )
    if side.acknowledged:
        return Message("{side} acknowledged {time}", side=name, time=hour(view, side.acknowledged.at))
    if side.said == "on_its_way":
        return Message("to {side} it is being sent", side=name)
    if side.said == "not_known" and flash.ended:
        return Message("it is not known that it reached {side}", side=name)
    if side.said == "not_known":
        return Message("it is not known that it reached {side}: read it out to them by telephone", side=name)
    if side.said == "silent_late":
        return Message(
            "no answer of {side} is on record; one was asked for by {by}",
            side=name,
            by=hour(view, flash.draft.answer_by),
        )
    return Message(
        "no answer of {side} is on record yet; one is asked for by {by}",
        side=name,
        by=hour(view, flash.draft.answer_by),
    )


def faults_of(view: View, side: Side) -> Iterator[Message]:
    """What went wrong on the way to a recipient, a sentence for each way; none of it says anything of the recipient."""
    name = name_of(view, side.to)
    if side.bounced:
        yield Message("mail to {side} came back {time}", side=name, time=hour(view, side.bounced[-1].at))
    for delivery in side.faults:
        if delivery.state not in ENDED or (side.bounced and delivery.fault == "bounced"):
            continue
        way, why = way_words(delivery), why_not(delivery) or STATE_WORDS[delivery.state]
        if delivery.next_try is not None:
            yield Message(
                "{way} to {side} failed: {why}; tried again {time}",
                way=way,
                side=name,
                why=why,
                time=hour(view, delivery.next_try),
            )
        else:
            yield Message("{way} to {side} failed: {why}; it is tried no more", way=way, side=name, why=why)


def ended_words(view: View, flash: Flash) -> Message | None:
    """How it ended and when; None while it is open."""
    if flash.ended is None:
        return None
    if flash.ended.act == "withdrawn":
        return Message("withdrawn {time}", time=hour(view, flash.ended.at))
    return Message("closed {time}", time=hour(view, flash.ended.at))
