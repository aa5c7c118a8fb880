"""How it stands with the people whom an incident is reported to have killed or injured: a function of what was
released, of no number that is made of two others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from trucewatch.locale import Words
from trucewatch.model.people import PEOPLE_COUNTED, PEOPLE_NUMBERS
from trucewatch.model.watch import Recipient, Watch
from trucewatch.reports.people_words import giver_words
from trucewatch.reports.released import ReleasedIncident, ReleasedPeople

Footing = Literal["established", "being_checked", "not_established", ""]
Contest = Literal["denied", "disputed", ""]
NOT_STATED: Final = "not_stated"


@dataclass(frozen=True, slots=True)
class CasualtyState:
    """footing: whether that people were killed (injured, where nobody speaks of killed) is established; empty where the
    recipient is not told. contest: whether a giver says that there were none, or givers' numbers leave each other no
    room. deniers: who says that there were none."""

    footing: Footing
    contest: Contest
    deniers: tuple[ReleasedPeople, ...] = ()

    @property
    def code(self) -> str:
        """`established`, `being_checked; denied`"""
        return "; ".join(part for part in (self.footing, self.contest) if part)


def concerns_people(incident: ReleasedIncident) -> bool:
    """Whether somebody says that people were killed or injured, or that there was harm."""
    states_number = any(getattr(each, name) for each in incident.people for name in PEOPLE_NUMBERS)
    return states_number or "killed" in incident.grave or incident.kind == "harm"


def casualty_state(incident: ReleasedIncident, recipient: Recipient) -> CasualtyState:
    """How it stands with the people of one released incident."""
    what = _counted(incident.people)
    stated = [each for each in _last_of_each(incident.people) if what and _limits(each, what) != (None, None)]
    some, none = (
        [each for each in stated if _says_some(each, what)],
        [each for each in stated if _limits(each, what)[1] == 0],
    )
    deniers = tuple(
        each
        for each in none
        if any(each.status in (NOT_STATED, other.status) and _are_two(each, other) for other in some)
    )
    apart = any(_leave_no_room(first, other, what) for first, other in combinations(some, 2))
    contest: Contest = "denied" if deniers else "disputed" if apart else ""
    if recipient.smallest_count > 1:
        return CasualtyState("", contest, deniers)
    # A caller's number establishes no more than a party's does, though the event itself is established.
    by_source = any(each.giver_kind == "source" and not each.is_claim for each in some)
    if incident.is_established and by_source:
        return CasualtyState("established", contest, deniers)
    return CasualtyState("being_checked" if incident.verification else "not_established", contest, deniers)


def state_words(state: CasualtyState, watch: Watch, words: Words) -> str:
    """`established; the numbers differ`; a dash where nothing is told."""
    footing = {
        "established": words.pgettext("casualties", "established"),
        "being_checked": words.pgettext("casualties", "being checked"),
        "not_established": words.pgettext("casualties", "not yet established"),
        "": "",
    }[state.footing]
    contest = words.pgettext("casualties", "the numbers differ") if state.contest == "disputed" else ""
    if state.contest == "denied":
        givers = dict.fromkeys(giver_words(each, watch, words) for each in state.deniers)
        if named := words.listed([giver for giver in givers if giver]):
            contest = words.gettext("none, according to {giver}").format(giver=named)
        else:
            contest = words.gettext("none, according to one statement")
    return "; ".join(part for part in (footing, contest) if part) or "–"


def _counted(statements: Sequence[ReleasedPeople]) -> str:
    """Of which number the state is: killed where anybody says that people were, else injured, else both together."""
    return next(
        (what for what in PEOPLE_COUNTED if any(_says_some(each, what) for each in statements)),
        "",
    )


def _limits(statement: ReleasedPeople, what: str) -> tuple[int | None, int | None]:
    low, best, high = (getattr(statement, f"{what}_{which}") for which in ("min", "best", "max"))
    return (low if low is not None else best, high if high is not None else best)


def _says_some(statement: ReleasedPeople, what: str) -> bool:
    return any(getattr(statement, f"{what}_{which}") for which in ("min", "best", "max"))


def _giver(statement: ReleasedPeople) -> tuple[object, ...]:
    """Of sources only the means is told, so two statements are held to be of two."""
    if statement.giver_kind == "source":
        return statement.giver_kind, statement.means, statement
    return statement.giver_kind, statement.giver


def _last_of_each(statements: Sequence[ReleasedPeople]) -> list[ReleasedPeople]:
    """Those of each giver's last day: what a giver said before, it has said anew. Of sources all stand, since a later
    "none" may be another's."""
    last: dict[tuple[object, ...], int] = {}
    for each in statements:
        last[_giver(each)] = max(last.get(_giver(each), 0), _day(each))
    return [each for each in statements if _day(each) == last[_giver(each)]]


def _day(statement: ReleasedPeople) -> int:
    return statement.day.toordinal() if statement.day else 0


def _are_two(first: ReleasedPeople, other: ReleasedPeople) -> bool:
    return _giver(first) != _giver(other)


def _leave_no_room(first: ReleasedPeople, other: ReleasedPeople, what: str) -> bool:
    """Whether two givers' numbers of the same people cannot both be right."""
    if first.status != other.status or not _are_two(first, other):
        return False
    (low, high), (low_2, high_2) = _limits(first, what), _limits(other, what)
    return (high is not None and low_2 is not None and high < low_2) or (
        high_2 is not None and low is not None and high_2 < low
    )
