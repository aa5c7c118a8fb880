"""Asked, answered, lengthened, ended → in which place, time and acts a window of silence is in force.

A side's word counts from the moment at which it gave it: what it agrees to after the window began is in force from then
on only, and what it agrees to after the end never. In force is the intersection over all sides; nothing else adds to
it, and in which order answers were entered changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_windows import ExtensionAnswer, Window, WindowAnswer, WindowEnd
from trucewatch.model.times import ALWAYS, NEVER

Ring = tuple[tuple[float, float], ...]
SideWord = Literal["agreed", "changed", "declined", "unanswered"]
Phase = Literal["unanswered", "half", "declined", "nothing_shared", "agreed", "in_force", "between", "over"]
PHASES: Final = ("unanswered", "half", "declined", "nothing_shared", "agreed", "in_force", "between", "over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Which acts rest, where, in `[from_, until)`. outlines: all of which a place lies inside; none for the whole of
    the districts."""

    from_: datetime
    until: datetime
    districts: frozenset[str]
    acts: frozenset[str]
    outlines: frozenset[Ring] = frozenset()

    def shared(self, other: Terms) -> Terms | None:
        """What both hold; None for nothing. Whether outlines meet is not looked at here (`geo`)."""
        both = Terms(
            from_=max(self.from_, other.from_),
            until=min(self.until, other.until),
            districts=self.districts & other.districts,
            acts=self.acts & other.acts,
            outlines=self.outlines | other.outlines,
        )
        return both if both.from_ < both.until and both.districts and both.acts else None

    def meets(self, districts: Collection[str], start: datetime, end: datetime) -> bool:
        """Whether it holds anywhere in these districts at any time of `[start, end)`; a moment has no length."""
        in_time = self.from_ < end and start < self.until if start < end else self.from_ <= start < self.until
        return in_time and not self.districts.isdisjoint(districts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideStand:
    """What a side said last of a window by a moment. is_late: it answered after the window had begun; is_after: after
    its end. terms: what it agreed to, None where it agreed to nothing. of_version: of the window that it answered."""

    side: str
    word: SideWord
    at: datetime | None = None
    terms: Terms | None = None
    of_version: int = 0
    is_late: bool = False
    is_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowState:
    """How a window stands at a moment.

    sides: in the order of their ids. pieces: in what it is in force, in order of time; none overlaps another. longer:
    to which hour more time was asked last. longer_sides: what each side says of that. ended: who ended it first.
    """

    phase: Phase
    wanted: Terms
    version: int
    sides: tuple[SideStand, ...]
    pieces: tuple[Terms, ...]
    longer: datetime | None = None
    longer_sides: tuple[SideStand, ...] = ()
    ended: WindowEnd | None = None

    @property
    def is_asked_anew(self) -> bool:
        """Whether it was changed after a side had answered: what that side agreed to stands as it was."""
        return any(stand.of_version and stand.of_version != self.version for stand in self.sides)

    def in_force_at(self, at: datetime) -> Terms | None:
        return next((piece for piece in self.pieces if piece.from_ <= at < piece.until), None)


def asked_terms(window: Window) -> Terms:
    return Terms(
        from_=window.from_,
        until=window.until,
        districts=frozenset(window.districts),
        acts=frozenset(window.acts),
        outlines=frozenset([window.outline] if window.outline else []),
    )


def window_state(item: Item, sides: Iterable[str], at: datetime) -> WindowState | None:
    """How a window stands at `at` by what was entered by then; None once its content was erased.

    sides: the ids of all that have to agree. With none, nothing is ever in force.
    """
    if item.row is None:
        return None
    wanted, every = asked_terms(item.row), sorted(set(sides))
    pieces = in_force(item, every)
    stands = tuple(_stand(item, side, at) for side in every)
    extensions = [step.row.until for step in item.steps_of("window_extension")]
    longer = extensions[-1] if extensions else None
    ended = min(
        (step.row for step in item.steps_of("window_end")),
        key=lambda end: (end.at, end.side, end.organisation),
        default=None,
    )
    return WindowState(
        phase=_phase(wanted, stands, pieces, at),
        wanted=wanted,
        version=item.version,
        sides=stands,
        pieces=pieces,
        longer=longer,
        longer_sides=tuple(_longer_stand(item, side, longer) for side in every) if longer else (),
        ended=ended,
    )


def _phase(wanted: Terms, stands: Sequence[SideStand], pieces: Sequence[Terms], at: datetime) -> Phase:
    if any(piece.from_ <= at < piece.until for piece in pieces):
        return "in_force"
    if pieces:
        if at < pieces[0].from_:
            return "agreed"
        return "between" if at < pieces[-1].until else "over"
    words = {stand.word for stand in stands}
    if "declined" in words:
        return "declined"
    if not words or words == {"unanswered"}:
        return "unanswered" if at < wanted.until else "over"
    if "unanswered" in words:
        return "half"
    return "nothing_shared"


def in_force(item: Item, sides: Iterable[str]) -> tuple[Terms, ...]:
    """In what a window is in force, by all that stands of it: pieces in order of time. A subset of what each side
    agreed to; the same in whichever order sides and answers are given."""
    every = sorted(set(sides))
    if not every or item.row is None:
        return ()
    shared = agreed_by(item, every[0])
    for side in every[1:]:
        other = agreed_by(item, side)
        shared = tuple(both for one_piece in shared for piece in other if (both := one_piece.shared(piece)))
    end = min((step.row.at for step in item.steps_of("window_end")), default=NEVER)
    cut = (replace(piece, until=min(piece.until, end)) for piece in shared if piece.from_ < end)
    return _joined(sorted(cut, key=lambda piece: piece.from_))


def agreed_by(item: Item, side: str) -> tuple[Terms, ...]:
    """What a side agreed to, in order of time: each of its answers from when it was given until its next one."""
    answers = _answers(item, side)
    longer = _longer(item, side)
    pieces: list[Terms] = []
    for number, answer in enumerate(answers):
        terms = _terms_of(item, answer)
        if terms is None:
            continue
        gives_way = answers[number + 1].answered_at if number + 1 < len(answers) else NEVER
        pieces += _within(terms, answer.answered_at, gives_way)
        # More time is of the same place and acts, from the end on, and counts from when it was agreed to.
        for place, more in enumerate(longer):
            until = more.until if more.answer == "agreed" and more.until else terms.until
            after = longer[place + 1].answered_at if place + 1 < len(longer) else NEVER
            if until > terms.until:
                later = replace(terms, from_=terms.until, until=until)
                pieces += _within(later, max(more.answered_at, answer.answered_at), min(gives_way, after))
    return _joined(sorted(pieces, key=lambda piece: piece.from_))


def _within(terms: Terms, start: datetime, end: datetime) -> list[Terms]:
    from_, until = max(terms.from_, start), min(terms.until, end)
    return [replace(terms, from_=from_, until=until)] if from_ < until else []


def _joined(pieces: Sequence[Terms]) -> tuple[Terms, ...]:
    """Pieces of the same terms that follow at once are one."""
    joined: list[Terms] = []
    for piece in pieces:
        if (
            joined
            and joined[-1].until == piece.from_
            and replace(joined[-1], until=piece.until) == replace(piece, from_=joined[-1].from_)
        ):
            joined[-1] = replace(joined[-1], until=piece.until)
        else:
            joined.append(piece)
    return tuple(joined)


_GIVES: Final = {"agreed": 0, "changed": 1, "declined": 2}


def _answers(item: Item, side: str) -> list[WindowAnswer]:
    """A side's answers in the order in which it gave them; of two of one moment the one that agrees to less is the
    last."""
    rows = [step.row for step in item.steps_of("window_answer") if step.row.side == side]
    return sorted(rows, key=lambda row: (row.answered_at, _GIVES[row.answer], repr(row)))


def _longer(item: Item, side: str) -> list[ExtensionAnswer]:
    rows = [step.row for step in item.steps_of("window_extension_answer") if step.row.side == side]
    return sorted(rows, key=lambda row: (row.answered_at, _GIVES[row.answer], -(row.until or ALWAYS).timestamp()))


def _terms_of(item: Item, answer: WindowAnswer) -> Terms | None:
    """What an answer agrees to: the version that was asked of the side, with the side's own terms in their place."""
    version = _version(item, answer.version or 1)
    if answer.answer == "declined" or version is None:
        return None
    wanted = asked_terms(version.row)
    terms = Terms(
        from_=answer.from_ or wanted.from_,
        until=answer.until or wanted.until,
        districts=frozenset(answer.districts) or wanted.districts,
        acts=frozenset(answer.acts) or wanted.acts,
        outlines=frozenset([answer.outline]) if answer.outline else wanted.outlines,
    )
    return terms if terms.from_ < terms.until else None


def _version(item: Item, number: int) -> AidEntry | None:
    """A version of the window, also one that was replaced; None once its content was erased."""
    return next((each for each in item.versions if each.version == number and each.row is not None), None)


def _stand(item: Item, side: str, at: datetime) -> SideStand:
    answers = [answer for answer in _answers(item, side) if answer.answered_at <= at]
    if not answers:
        return SideStand(side=side, word="unanswered")
    last = answers[-1]
    terms = _terms_of(item, last)
    own = terms or asked_terms(item.row)
    return SideStand(
        side=side,
        word=last.answer,
        at=last.answered_at,
        terms=terms,
        of_version=last.version or 1,
        is_late=last.answered_at > own.from_,
        is_after=last.answered_at >= own.until,
    )


def _longer_stand(item: Item, side: str, longer: datetime) -> SideStand:
    answers = _longer(item, side)
    if not answers:
        return SideStand(side=side, word="unanswered")
    last = answers[-1]
    is_other = last.until is not None and last.until != longer
    word: SideWord = "changed" if last.answer == "agreed" and is_other else last.answer
    return SideStand(side=side, word=word, at=last.answered_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowInForce:
    """A piece of a window that is in force in a district, at a time that somebody asks about."""

    code: str
    terms: Terms


def windows_in_force(
    items: Iterable[Item], district: str, start: datetime, end: datetime, *, sides: Iterable[str]
) -> tuple[WindowInForce, ...]:
    """The windows in force in a district at any time of `[start, end)`, in order of time and code. Windows that overlap
    stand each for itself. items: of table `window`; sides: `watch.agreement.bound_ids`."""
    every = tuple(sides)
    pieces = (
        WindowInForce(code=item.code, terms=piece)
        for item in items
        if item.table == "window"
        for piece in in_force(item, every)
        if piece.meets((district,), start, end)
    )
    return tuple(sorted(pieces, key=lambda each: (each.terms.from_, each.code)))


def overlapping(item: Item, others: Iterable[Item]) -> tuple[str, ...]:
    """The codes of other windows that are asked for the same time in one of the same districts."""
    if item.row is None:
        return ()
    wanted = asked_terms(item.row)
    return tuple(
        other.code
        for other in others
        if other.code != item.code and other.row is not None and wanted.meets(other.row.districts, *_span(other))
    )


def _span(item: Item) -> tuple[datetime, datetime]:
    return item.row.from_, item.row.until
