"""The words said of a road → the one that stands at a moment, or that there is no word since. Never that it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from trucewatch.messages import Message
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_roads import ADVICE_WORDS, WITHIN, RoadNotice, RoadWord, next_word_of, road_name


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadStand:
    """How a road notice stands at a moment. word: what was said last; next_by: by when the next was promised.
    has_lapsed: whether that hour is past. minutes: how long the first word took, counted up; was_in_time: within 15."""

    code: str
    notice: RoadNotice
    word: RoadNotice | RoadWord
    next_by: datetime
    has_lapsed: bool
    minutes: int
    was_in_time: bool

    @property
    def is_withdrawn(self) -> bool:
        return self.word.advice == "withdrawn"

    def text(self, clock: Callable[[datetime], Message | str | datetime] = lambda at: at) -> Message:
        """The one sentence that is sent, read out and printed; past its hour it says no advice any more, and nothing in
        its place. clock: how a moment is said, as `09:42` where day and zone stand beside it."""
        if self.has_lapsed:
            line = Message(
                "{road}: no word since {said}; the next was due by {at}",
                road=road_name(self.notice),
                said=clock(self.word.said_at),
                at=clock(self.next_by),
            )
        else:
            line = Message(
                "{road}: {advice}, said {at}, next word by {next}",
                road=road_name(self.notice),
                advice=ADVICE_WORDS[self.word.advice],
                at=clock(self.word.said_at),
                next=clock(self.next_by),
            )
        return Message("DRILL: {line}", line=line) if self.notice.is_drill else line


def road_stand(item: Item, at: datetime) -> RoadStand | None:
    """How a notice stands at `at`; None once its content was erased, and before its first word."""
    if item.row is None or item.row.said_at > at:
        return None
    notice: RoadNotice = item.row
    words: list[RoadNotice | RoadWord] = [notice, *(step.row for step in item.steps_of("road_word"))]
    # Of two words of one moment the one that was entered later stands.
    word = max((each for each in reversed(words) if each.said_at <= at), key=lambda each: each.said_at)
    next_by, took = next_word_of(word), notice.said_at - notice.asked_at
    return RoadStand(
        code=item.code,
        notice=notice,
        word=word,
        next_by=next_by,
        has_lapsed=at > next_by,
        minutes=-(-took // timedelta(minutes=1)),
        was_in_time=took <= WITHIN,
    )


def road_notices_in_force(items: Iterable[Item], at: datetime) -> tuple[RoadStand, ...]:
    """The notices that whoever plans a movement at `at` has to see: all that were not withdrawn, those without a word
    since among them, in order of code. items: of table `road_notice`."""
    stands = (road_stand(item, at) for item in items if item.table == "road_notice")
    return tuple(
        sorted(
            (each for each in stands if each and not each.is_withdrawn),
            key=lambda each: (each.code.count(":"), each.code),
        )
    )
