"""What becomes of a notification: that a side was told, by which way and when; what the side answered; that it was
withdrawn or is over. How it stands follows from these and is typed by nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.aid_tables import AidField, AidItems, AidNames, AidTable, Way, trouble
from trucewatch.model.meeting_checks import Trouble

_STRICT: Final[dict[str, Any]] = {"extra": "forbid"}
NOTICES: Final = frozenset(("movement", "fixed_site"))
SHARED: Final = frozenset(("shared_notice", "shared_passage"))
BOTH_KINDS: Final = frozenset(("centre", "humanitarian"))

SentWay = Literal["letter", "voice", "mail", "post_box", "own"]
SENT_WORDS: Final[Mapping[str, Term]] = {
    "letter": Term("sent", "as a printed letter, by hand"),
    "voice": Term("sent", "by telephone"),
    "mail": Term("sent", "by mail"),
    "post_box": Term("sent", "to the monitoring centre, which tells the side"),
    "own": Term("sent", "by the organisation's own way"),
}
HeardWay = Literal["letter", "voice", "mail", "in_person", "signed_in"]
HEARD_WORDS: Final[Mapping[str, Term]] = {
    "letter": Term("heard", "in a letter"),
    "voice": Term("heard", "by telephone"),
    "mail": Term("heard", "by mail"),
    "in_person": Term("heard", "in person"),
    "signed_in": Term("heard", "signed in here"),
}
NoticeReply = Literal["acknowledged", "objected"]
NOTICE_REPLIES: Final[Mapping[str, Term]] = {
    "acknowledged": Term("answer", "acknowledged"),
    "objected": Term("answer", "objected"),
}
PassageReply = Literal["acknowledged", "agreed", "other_hours", "objected"]
PASSAGE_REPLIES: Final[Mapping[str, Term]] = {
    "acknowledged": Term("answer", "acknowledged"),
    "agreed": Term("answer", "agreed to these hours"),
    "other_hours": Term("answer", "named other hours"),
    "objected": Term("answer", "objected"),
}
EndState = Literal["done", "withdrawn"]
END_WORDS: Final[Mapping[str, Term]] = {
    "done": Term("notice", "done"),
    "withdrawn": Term("notice", "withdrawn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """That a side was told. organisation: who told it; "" for the coordinator, and in the centre. by: a function."""

    __pydantic_config__ = _STRICT
    side: str
    way: SentWay
    sent_at: datetime
    organisation: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a side answered, as somebody heard it. organisation: who heard it; "" for the coordinator. from_: who spoke
    for the side, as a function. says: its words."""

    __pydantic_config__ = _STRICT
    side: str
    answer: NoticeReply
    answered_at: datetime
    way: HeardWay
    from_: str = ""
    says: str = ""
    organisation: str = ""


class _ByOwnHand:
    """What a side entered itself: how it was heard, and of whom, follows from that."""

    __slots__ = ()

    @property
    def way(self) -> HeardWay:
        return "signed_in"

    @property
    def from_(self) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReply(_ByOwnHand):
    """The same by the side's own hand: its liaison is signed in here."""

    __pydantic_config__ = _STRICT
    side: str
    answer: NoticeReply
    answered_at: datetime
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageAnswer:
    """What a side answered to a medical passage, as somebody heard it; of other hours, its words name them."""

    __pydantic_config__ = _STRICT
    side: str
    answer: PassageReply
    answered_at: datetime
    way: HeardWay
    from_: str = ""
    says: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPassageAnswer(_ByOwnHand):
    """The same by the side's own hand."""

    __pydantic_config__ = _STRICT
    side: str
    answer: PassageReply
    answered_at: datetime
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEnd:
    """That it is done, or was withdrawn. organisation: whose word this is; "" for the coordinator's."""

    __pydantic_config__ = _STRICT
    state: EndState
    ended_at: datetime
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """That the monitoring centre is shown what was ticked, as the row of this code."""

    __pydantic_config__ = _STRICT
    organisation: str
    shared: str


def _sent_line(row: Sent, names: AidNames) -> Message:
    return Message("{side}: told {way}, {at}", side=names.side(row.side), way=SENT_WORDS[row.way], at=row.sent_at)


def _answer_line(row: Any, names: AidNames) -> Message:
    return Message(
        "{side}: {answer}, {way}, {at}",
        side=names.side(row.side),
        answer=PASSAGE_REPLIES[row.answer],
        way=HEARD_WORDS[row.way],
        at=row.answered_at,
    )


def _end_line(row: NoticeEnd, names: AidNames) -> Message:
    return Message("{state}, {at}", state=END_WORDS[row.state], at=row.ended_at)


def _shown_line(row: Shown, names: AidNames) -> Message:
    return Message("the monitoring centre is shown what was ticked, as {code}", code=row.shared)


def not_to_come(key: str) -> Callable[[Any, Any, AidItems], Iterator[Trouble]]:
    """A check: the moment at this key is not still to come."""

    def troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
        if getattr(row, key) > items.now:
            yield trouble(key, Message("this is still to come"), Message("enter it once it happened"))

    return troubles


def _answer_troubles(row: Any, about: Any, items: AidItems) -> Iterator[Trouble]:
    yield from not_to_come("answered_at")(row, about, items)
    if row.answer == "other_hours" and not row.says:
        yield trouble("says", Message("nothing says which hours"), Message("write the side's words"))


_SIDE: Final = AidField(name="side", kind="side", label=Message("Side"), is_needed=True)
_BY: Final = AidField(
    name="organisation",
    kind="organisation",
    label=Message("By which organisation"),
    note=Message("Empty: the coordinator."),
)
_ANSWERED_AT: Final = AidField(
    name="answered_at", kind="moment", label=Message("Answered at"), is_needed=True, begins="now"
)
_SAYS: Final = AidField(
    name="says",
    kind="text",
    label=Message("In their words"),
    note=Message("As they said it. No names of people."),
)
_HEARD: Final = (
    AidField(name="way", kind="choice", label=Message("How it was heard"), is_needed=True, choices=HEARD_WORDS),
    AidField(
        name="from_",
        kind="line",
        label=Message("Who spoke for the side, as a function"),
        note=Message("As liaison officer on duty: never a name."),
    ),
    _SAYS,
    _BY,
)


def _answers(replies: Mapping[str, Term]) -> AidField:
    return AidField(name="answer", kind="choice", label=Message("Answer"), is_needed=True, choices=replies)


_TRAVELS: Final[frozenset[Way]] = frozenset(("to_aid",))
_ANSWER: Final = Message("Answer of a side")
_ANSWERS: Final = Message("Answers of the sides")
_ANSWER_NOTE: Final = Message(
    "Acknowledged does not mean permitted: a side that acknowledges says that it read the notice."
)
NOTICE_STEP_TABLES: Final[tuple[AidTable, ...]] = (
    AidTable(
        name="notice_sent",
        title=Message("A side was told"),
        plural=Message("Sides that were told"),
        note=Message("Which side was told, by which way and when."),
        row=Sent,
        fields=(
            _SIDE,
            AidField(name="way", kind="choice", label=Message("By which way"), is_needed=True, choices=SENT_WORDS),
            AidField(name="sent_at", kind="moment", label=Message("When it was told"), is_needed=True, begins="now"),
            _BY,
            AidField(name="by", kind="line", label=Message("Handed over by, as a function")),
        ),
        about=NOTICES | SHARED | {"passage"},
        line=_sent_line,
        troubles=not_to_come("sent_at"),
        owner="organisation",
        travels=_TRAVELS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="notice_answer",
        title=_ANSWER,
        plural=_ANSWERS,
        note=_ANSWER_NOTE,
        row=Reply,
        fields=(_SIDE, _answers(NOTICE_REPLIES), _ANSWERED_AT, *_HEARD),
        about=NOTICES | {"shared_notice"},
        line=_answer_line,
        troubles=_answer_troubles,
        owner="organisation",
        travels=_TRAVELS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="passage_answer",
        title=_ANSWER,
        plural=_ANSWERS,
        note=Message("What the side answered, and when. Medical help is owed without an answer too."),
        row=PassageAnswer,
        fields=(_SIDE, _answers(PASSAGE_REPLIES), _ANSWERED_AT, *_HEARD),
        about=frozenset(("passage", "shared_passage")),
        line=_answer_line,
        troubles=_answer_troubles,
        owner="organisation",
        travels=_TRAVELS,
        only_in=BOTH_KINDS,
    ),
    AidTable(
        name="own_answer",
        title=_ANSWER,
        plural=_ANSWERS,
        note=_ANSWER_NOTE,
        row=OwnReply,
        fields=(_SIDE, _answers(NOTICE_REPLIES), _ANSWERED_AT, _SAYS),
        about=NOTICES,
        line=_answer_line,
        troubles=_answer_troubles,
        owner="side",
    ),
    AidTable(
        name="own_passage_answer",
        title=_ANSWER,
        plural=_ANSWERS,
        note=_ANSWER_NOTE,
        row=OwnPassageAnswer,
        fields=(_SIDE, _answers(PASSAGE_REPLIES), _ANSWERED_AT, _SAYS),
        about=frozenset(("passage",)),
        line=_answer_line,
        troubles=_answer_troubles,
        owner="side",
    ),
    AidTable(
        name="notice_end",
        title=Message("Done or withdrawn"),
        plural=Message("Done or withdrawn"),
        note=Message("That it is over, or will not be. Sides that were told are to be told this too."),
        row=NoticeEnd,
        fields=(
            AidField(name="state", kind="choice", label=Message("How it ended"), is_needed=True, choices=END_WORDS),
            AidField(name="ended_at", kind="moment", label=Message("When it ended"), is_needed=True, begins="now"),
            _BY,
        ),
        about=NOTICES | {"passage"},
        line=_end_line,
        troubles=not_to_come("ended_at"),
        owner="organisation",
    ),
    AidTable(
        name="notice_shown",
        title=Message("Shown to the monitoring centre"),
        plural=Message("Shown to the monitoring centre"),
        note=Message("What the centre is shown follows from what was ticked."),
        row=Shown,
        fields=(
            AidField(name="organisation", kind="organisation", label=Message("Organisation"), is_needed=True),
            AidField(
                name="shared",
                kind="code",
                label=Message("As the row"),
                is_needed=True,
                of=("shared_notice", "shared_passage"),
            ),
        ),
        about=NOTICES | {"passage"},
        line=_shown_line,
        owner="organisation",
    ),
)
ANSWERS: Final = ("notice_answer", "passage_answer", "own_answer", "own_passage_answer")
