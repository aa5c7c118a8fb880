"""What is on record of a case and the time → how it stands: step, clocks, what each delegation has given.

1. Blind: until every delegation that takes part has sealed, or all say that they give none, or the clock ran out, or
   anything was opened. Who says so while another's lies sealed opens nothing by it.
2. Opening: what is sealed is opened. It ends when all is, or after as many hours as the blind clock had where something
   is; where nothing is, after `discussion_hours` more, and the case with it.
3. Open: discussion, for `discussion_hours`. A position that was sealed can still be opened.
4. Closed: when the outcome is entered. `over` says that it is due, and why.

Every clock stands still while a delegation's line is down, for 72 h at most in one case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from trucewatch.model.review import Case, Sealed, Standing, Step
from trucewatch.model.review_clock import MOST_PAUSE, Down, down_since, due_of
from trucewatch.model.review_outcome import is_in, rule_of, settle
from trucewatch.model.times import NEVER
from trucewatch.store.kept_reviews import Commit, KeptCase
from trucewatch.store.review_records import WhyOutcome

Downs = Mapping[str, tuple[Down, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """A case as it stands.

    at, until: for which moments that holds as long as nothing is entered, `[at, until)`; None: for ever. over: why
    nothing more is to come and its outcome is to be entered, "" where more is. done: who has no more to say.
    """

    case: Case
    version: int
    at: datetime
    until: datetime | None
    over: WhyOutcome | Literal[""]
    done: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """How every case stands, by code, and what is asked of all of them. over: codes of those whose outcome is due.

    at, until: for which moments all of it holds as long as nothing is entered and no line check changes, `[at, until)`.
    """

    by_code: Mapping[str, Stands]
    cases: tuple[Case, ...]
    over: tuple[str, ...]
    downs: Downs
    at: datetime
    until: datetime


def standings_of(
    kept_cases: Mapping[str, KeptCase], touched: Collection[str], before: Standings | None, downs: Downs, now: datetime
) -> Standings:
    """How all cases stand at a moment; a book is asked for at every look, and mostly nothing came since.

    touched: codes of those of which something came since `before`, which was worked out of the same.
    """
    if before is not None and before.downs == downs and before.at <= now < before.until:
        if not touched:
            return before
        anew = {code: standing_of(kept_cases[code], downs, now) for code in kept_cases if code in touched}
        by_code = {**before.by_code, **anew}
        still = [code for code in before.over if code not in anew]
        return Standings(
            by_code=by_code,
            cases=tuple([stands.case for stands in by_code.values()]),
            over=(*still, *(code for code, stands in anew.items() if stands.over)),
            downs=downs,
            at=max(before.at, now),
            until=min([before.until, *(stands.until for stands in anew.values() if stands.until)]),
        )
    is_same = before is not None and before.downs == downs
    old = {} if before is None else before.by_code
    by_code = {
        code: stands
        if (stands := old.get(code)) is not None and _holds(stands, each, now, is_same=is_same)
        else standing_of(each, downs, now)
        for code, each in kept_cases.items()
    }
    return Standings(
        by_code=by_code,
        cases=tuple([stands.case for stands in by_code.values()]),
        over=tuple(code for code, stands in by_code.items() if stands.over),
        downs=downs,
        at=now,
        until=min((stands.until for stands in by_code.values() if stands.until), default=NEVER),
    )


def _holds(stands: Stands, kept_case: KeptCase, now: datetime, *, is_same: bool) -> bool:
    """Whether what was worked out before stands: nothing came since, no clock ran out and no line check changed."""
    return (
        stands.version == kept_case.version
        and (is_same or kept_case.outcome is not None)
        and stands.at <= now
        and (stands.until is None or now < stands.until)
    )


@dataclass(slots=True)
class _Clock:
    """The clock of a case through its steps. now: not after its outcome. paused: for how long it stood still in the
    steps that are over."""

    downs: list[Down]
    now: datetime
    paused: timedelta = timedelta()

    def until(self, begin: datetime, hours: float) -> datetime:
        """When the step that began then runs out, as far as is known."""
        return due_of(begin, hours, self.downs, self.now, most=MOST_PAUSE - self.paused)[0]

    def pass_on(self, begin: datetime, hours: float, end: datetime) -> None:
        """Count for how long it stood still in a step, which ended then or goes on."""
        end = min(end, self.now)
        self.paused += timedelta(seconds=due_of(begin, hours, self.downs, end, most=MOST_PAUSE - self.paused)[1])

    @property
    def may_stand_still(self) -> bool:
        """Whether a line is down now, so that it runs out later as time goes on."""
        return any(end is None for _, end in self.downs)


def standing_of(kept_case: KeptCase, downs: Downs, now: datetime) -> Stands:
    """How a case stands at a moment. downs: when the lines of delegations were down."""
    put, rule = kept_case.case, rule_of(kept_case.case, kept_case.rule)
    own = [down for each in put.delegations for down in downs.get(each, ())]
    clock = _Clock(own, now if kept_case.outcome is None else min(now, kept_case.outcome.known_at))
    due = clock.until(put.put_at, rule.hours)
    unopened = tuple(commit for commit in kept_case.commits.values() if not commit.is_opened)
    are_in = _are_in(kept_case)
    opening_from = _opening_from(kept_case, are_in, due)
    clock.pass_on(put.put_at, rule.hours, opening_from)
    case = replace(
        put,
        due=due,
        paused_s=int(clock.paused.total_seconds()),
        sealed=tuple(commit.sealed for commit in unopened),
        positions=tuple(kept_case.opened),
        acts=tuple(kept_case.acts),
        outcome=kept_case.outcome,
    )
    done = frozenset(kept_case.done)
    if not (kept_case.outcome or are_in or kept_case.opened or now >= due):
        blind = replace(
            case,
            standings={each: _blind(kept_case, each) for each in case.delegations},
            line_down_since=_down(downs, case.delegations, now),
        )
        holds = now if clock.may_stand_still else due
        return Stands(case=blind, version=kept_case.version, at=now, until=holds, over="", done=done)
    discussion = kept_case.rule.discussion_hours
    # What is done before the clock of opening can have run out ends nobody's.
    held = [at for at in _acts_in_the_open(kept_case) if at >= opening_from + timedelta(hours=rule.hours)]
    opening_until = min([clock.until(opening_from, rule.hours), *held])
    reached = _after_blind(kept_case, unopened, opening_from, opening_until, discussion, clock)
    step, opened_at, until = reached.step, reached.opened_at, reached.until
    clock.pass_on(opening_from, rule.hours, opening_until if opened_at is None else opened_at)
    discussion_due = None if opened_at is None else clock.until(opened_at, discussion)
    if opened_at is not None:
        clock.pass_on(opened_at, discussion, clock.now)
    later = replace(
        case,
        step="closed" if kept_case.outcome else step,
        paused_s=int(clock.paused.total_seconds()),
        standings={each: _later(kept_case, each, step, unopened) for each in case.delegations},
        line_down_since={} if kept_case.outcome else _down(downs, case.delegations, now),
        line_was_down=_down(downs, case.delegations, due) if opening_from == due <= clock.now else {},
        opening_due=until if step == "opening" else None,
        opened_at=opened_at,
        discussion_due=discussion_due,
    )
    if kept_case.outcome:
        return Stands(case=later, version=kept_case.version, at=case.put_at, until=None, over="", done=done)
    over: WhyOutcome | Literal[""] = ""
    if reached.is_over:
        over = "all_done" if are_in and not kept_case.commits else "clock"
    elif step == "open" and discussion_due is not None:
        over = _over(kept_case, later, now)
        until = None if over else discussion_due
    holds_until = now if clock.may_stand_still and not over else until
    return Stands(case=later, version=kept_case.version, at=now, until=holds_until, over=over, done=done)


def _acts_in_the_open(kept_case: KeptCase) -> Iterator[datetime]:
    """When somebody first acted upon it that a case is open: no line check that is entered later takes that back."""
    yield from (position.at for position in kept_case.opened if not position.commitment)
    yield from (word.known_at for word in kept_case.words[:1])


def _over(kept_case: KeptCase, case: Case, now: datetime) -> WhyOutcome | Literal[""]:
    """Why a case in the open is over: all agreed when what was blind was opened, all said that they have no more to
    say, or the clock ran out."""
    is_opened = set(case.standings.values()) == {"opened"} and not case.sealed
    if (
        is_opened
        and all(position.turn == case.turn for position in case.positions)
        and settle(case, kept_case.rule).state == "agreed"
    ):
        return "all_agree"
    if set(case.delegations) <= set(kept_case.done):
        return "all_done"
    return "clock" if case.discussion_due is not None and now >= case.discussion_due else ""


def _are_in(kept_case: KeptCase) -> bool:
    """Whether no first position is awaited though the clock runs: every delegation sealed as many as the rule asks for,
    or nothing lies sealed and all say that they give none. Who gives none would else read what another sealed, and
    answer it before the clock ran out."""
    delegations, commits = kept_case.case.delegations, kept_case.commits.values()
    if not commits:
        return set(delegations) <= set(kept_case.withheld)
    rule = rule_of(kept_case.case, kept_case.rule)
    return all(is_in(_sealed_of(commits, delegation), rule) for delegation in delegations)


def _sealed_of(commits: Iterable[Commit], delegation: str) -> list[Sealed]:
    return [commit.sealed for commit in commits if commit.sealed.delegation == delegation]


def _blind(kept_case: KeptCase, delegation: str) -> Standing:
    own = _sealed_of(kept_case.commits.values(), delegation)
    if is_in(own, rule_of(kept_case.case, kept_case.rule)):
        return "sealed"
    return "withheld" if delegation in kept_case.withheld and not own else "awaited"


def _later(kept_case: KeptCase, delegation: str, step: Step, unopened: Iterable[Commit]) -> Standing:
    if delegation in kept_case.left:
        return "left"
    is_sealed = bool(_sealed_of(unopened, delegation))
    if is_sealed and step == "opening" and kept_case.outcome is None:
        return "sealed"
    if is_sealed:
        return "not_opened"  # of several one that is not: which to show would else be chosen knowing the other's
    if any(position.delegation == delegation for position in kept_case.opened):
        return "opened"
    return "withheld" if delegation in kept_case.withheld else "not_received"


def _opening_from(kept_case: KeptCase, are_in: bool, due: datetime) -> datetime:
    """Since when what is sealed may be opened: all were in, or the clock ran out. A line check that is entered late
    moves no clock that somebody has acted upon."""
    moments = [due, *(position.at for position in kept_case.opened[:1])]
    if are_in:
        came_at = [*(commit.sealed.at for commit in kept_case.commits.values()), *kept_case.withheld.values()]
        moments.append(max(came_at, default=kept_case.case.put_at))
    return min(moments)


class _Reached(NamedTuple):
    """A step after the blind one: since when it is open, until when that holds, whether nothing more is to come."""

    step: Step
    opened_at: datetime | None = None
    until: datetime | None = None
    is_over: bool = False


def _after_blind(
    kept_case: KeptCase,
    unopened: tuple[Commit, ...],
    opening_from: datetime,
    opening_until: datetime,
    discussion_hours: float,
    clock: _Clock,
) -> _Reached:
    """How far a case is whose first positions are awaited no more. What nobody opened can be opened for as long as a
    discussion would have been after `opening_until`."""
    if not kept_case.commits and not kept_case.opened:
        return _Reached("opening", is_over=True)  # nobody gave any
    if not unopened:
        first = [position.at for position in kept_case.opened if position.commitment]
        return _Reached("open", opened_at=min(max(first, default=opening_from), opening_until))
    if kept_case.opened and clock.now >= opening_until:
        return _Reached("open", opened_at=opening_until)
    if kept_case.opened:
        return _Reached("opening", until=opening_until)
    last = clock.until(opening_until, discussion_hours)
    return _Reached("opening", is_over=True) if clock.now >= last else _Reached("opening", until=last)


def _down(downs: Downs, delegations: Iterable[str], at: datetime) -> dict[str, datetime]:
    return {each: since for each, since in down_since(downs, at).items() if each in set(delegations)}
