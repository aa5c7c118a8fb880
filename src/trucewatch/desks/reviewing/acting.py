"""Whose delegation somebody speaks for in a review, and the cases as they stand at the watch's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.model.roles import OF_A_DELEGATION, Role
from trucewatch.model.watch import Watch
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.pipeline.review_speaker import Speaker
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

SPEAKS: Final = (Role.HEAD, Role.OFFICER)
"""Who speaks for a delegation in a review, the head first."""
NO_ACCOUNTS: Final = Message(
    "Two keys need two people, and nobody has an account in this watch, so that nobody speaks for a delegation. Make "
    "accounts first, by trucewatch people WATCH add or on the page People; until then cases can be put and read."
)
_NO_SIDE: Final = Message(
    "The head and the officers of a delegation give its positions, and you are neither. Your own page says which roles "
    "you have and until when."
)


@dataclass(frozen=True, slots=True)
class Side:
    """A delegation, and the role in which somebody speaks for it."""

    delegation: str
    role: Role


def book_of(view: View) -> ReviewBook:
    """The cases as they stand at the watch's own clock; in a replay as they stood at its moment, by what was known."""
    return ReviewBook(view.console.store, view.snapshot.watch, view.clock, known_by=known_by_of(view))


def known_by_of(view: View) -> datetime | None:
    """The moment of a replay, by which what it shows was known; None outside of one."""
    return view.snapshot.as_of if view.snapshot.is_replay else None


def case_at(view: View, number: str) -> Case:
    """The case R-n of an address. Raises RefusalError 404 if there is none."""
    code = f"R-{number}"
    try:
        return book_of(view).case(code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def side_of(view: View) -> Side | None:
    """For whom whoever asks speaks, as its head where they are that; None for everybody else."""
    if view.person is None:
        return None
    held = [
        Side(grant.side, grant.role)
        for role in SPEAKS
        for grant in view.person.grants
        if grant.role is role and grant.side in view.watch.delegation_ids
    ]
    return held[0] if held else None


def delegation_of(view: View) -> str:
    """The delegation that somebody works for, in whatever role; "" for who works for none, and without accounts."""
    if view.person is None:
        return ""
    side = side_of(view)
    return side.delegation if side else next(iter(view.person.sides_as(*OF_A_DELEGATION)), "")


def speaking(view: View) -> Speaker:
    """Who acts for their delegation, at the watch's own clock. Raises StoreError without accounts, RefusalError 403 for
    who speaks for none; in a replay what `refuse_in_replay` raises."""
    view.refuse_in_replay()
    if view.person is None:
        raise StoreError(NO_ACCOUNTS)
    side = side_of(view)
    if side is None:
        raise RefusalError(403, _NO_SIDE)
    return Speaker(delegation=side.delegation, role=side.role, person=view.by, now=view.clock)


def letters_of(watch: Watch) -> dict[str, str]:
    """The letter of each delegation, by the order in which the watch names them; a letter carries no rank."""
    return {each.id: chr(ord("A") + place % 26) for place, each in enumerate(watch.settings.delegation)}
