"""A road notice in words for one reader: its one sentence with clock times, how long it took, where it went."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.aid_roads import WITHIN
from trucewatch.model.road_notice_state import RoadStand
from trucewatch.model.times import zone_label
from trucewatch.server.view import View

ADVICE: Final = Message("This is advice. The organisation decides.")
NOT_OPEN: Final = Message(
    "Where no word stands, nothing is known here of the road; it does not mean that it can be used."
)
_MINUTES: Final = int(WITHIN.total_seconds() // 60)


def sentence(view: View, stand: RoadStand) -> Message:
    """The sentence that is read out, with the hours by the reader's clock and the day where it is another."""
    zone, words = view.reader.zone, view.words
    days = {moment.astimezone(zone).date() for moment in (stand.word.said_at, stand.next_by, view.clock)}
    if len(days) > 1:
        return stand.text(lambda moment: words.moment(moment, zone))
    line = stand.text(lambda moment: words.time(moment, zone))
    return Message("{line} ({zone})", line=line, zone=zone_label(view.clock, zone))


def took(stand: RoadStand) -> Message:
    """How long the first word took, as a number."""
    minutes = Plural("{count} minute", "{count} minutes", stand.minutes, count=Amount(stand.minutes))
    if stand.was_in_time:
        return Message("said {minutes} after it was asked for or known", minutes=minutes)
    return Message(
        "said {minutes} after it was asked for or known; the watch's own rule is {within}",
        minutes=minutes,
        within=Plural("{count} minute", "{count} minutes", _MINUTES, count=_MINUTES),
    )
