"""What the pages of people share: the people of a request, what a form's fields say, words for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from starlette.datastructures import FormData

from trucewatch.desks.enrolling.operations import (
    LASTS,
    NewPerson,
    NotEnteredError,
    People,
    Standing,
    end_of_day,
    start_of_day,
)
from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.roles import Right, Role, roles_of
from trucewatch.server.forms import typed_of
from trucewatch.server.people_shown import side_words
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.store.role_records import sides_of

NEW_FIELDS: Final = ("name", "login", "role", "side", "from", "until")
GRANT_FIELDS: Final = ("role", "side", "from", "until")


def people_of(view: View) -> People:
    """Accounts and roles, by the computer's clock: people work today, also on a past case."""
    return People(view.console.store, view.snapshot.watch, view.console.accounts, view.console.now)


def standing_at(view: View, reference: str) -> Standing:
    """The person that an address names. Raises RefusalError 404 for a reference that nobody has here."""
    group = people_of(view)
    standing = group.standing(reference)
    is_known = bool(standing.account or standing.running or standing.to_come or standing.over)
    if not is_known and not view.console.store.keys.knows(reference):
        raise RefusalError(404, Message("Nobody here has this reference; the page People lists who does."))
    return standing


def typed_in(form: FormData, fields: Sequence[str]) -> dict[str, str]:
    """What was typed into these fields."""
    return {name: typed_of(form, name).strip() for name in fields}


def new_person_in(view: View, typed: dict[str, str], *, by: str) -> NewPerson:
    """The person that a form brings, checked. Raises NotEnteredError with all that is wrong with it."""
    faults: dict[str, Message] = {}
    from_at, until_at = days_in(view, typed, faults)
    person = NewPerson(
        name=typed["name"],
        login=typed["login"],
        role=typed["role"],
        side=typed["side"],
        from_at=from_at,
        until_at=until_at,
    )
    try:
        people_of(view).check_new(person, by=by)
    except NotEnteredError as exc:
        faults = {**exc.faults, **faults}
    if faults:
        raise NotEnteredError({name: faults[name] for name in NEW_FIELDS if name in faults})
    return person


def days_in(view: View, typed: dict[str, str], faults: dict[str, Message]) -> tuple[datetime | None, datetime]:
    """The first moment of a role, None for now, and the last; what is wrong with either is put among the faults."""
    group = people_of(view)
    from_at, until_at = None, group.now + LASTS
    for field in ("from", "until"):
        if field == "from" and not typed[field]:
            continue
        try:
            day = view.time_form.read_day(typed[field])
        except TimeError as exc:
            faults[field] = exc.message
            continue
        if field == "until":
            until_at = end_of_day(day, group)
        else:
            today = group.now.astimezone(group.watch.zone).date()
            from_at = None if day == today else start_of_day(day, group)
    return from_at, until_at


def offered_until(view: View) -> str:
    """The last day that a form offers for a role."""
    group = people_of(view)
    return view.time_form.write_day((group.now + LASTS).astimezone(group.watch.zone).date())


def role_choices(view: View) -> list[tuple[str, str, str]]:
    """Every role of a watch of this kind: its code, its name, what it may do in a line."""
    words = view.words
    return [(role.value, words.say(role.label), words.say(DUTIES[role])) for role in roles_of(view.snapshot.watch.kind)]


def side_choices(view: View) -> list[tuple[str, str]]:
    """For whom a role may be held: organisations, parties, delegations, bodies and recipients."""
    watch = view.snapshot.watch
    sides = dict.fromkeys((*sides_of(watch, Role.MEMBER), *sides_of(watch, Role.LIAISON)))
    return [(side, side_words(side, watch, view.words)) for side in sides]


def sees_logins(view: View) -> bool:
    """Whether whoever asks looks after accounts: logins and when somebody signed in are for them alone."""
    return view.may(Right.PEOPLE)


DUTIES: Final = {
    Role.HEAD: Message(
        "answers for a delegation: releases reports, admits readings, agrees for it; sees names and who read what"
    ),
    Role.OFFICER: Message("takes calls and letters, assesses, translates, replies to sides, agrees for the delegation"),
    Role.SHIFT_LEAD: Message("leads a shift: takes calls and letters, assesses, drafts replies"),
    Role.ANALYST: Message("takes claims and assesses; says nothing for the delegation"),
    Role.INTERPRETER: Message("reads, and enters translations"),
    Role.COORDINATOR: Message(
        "coordinates: enters, matches, sends and decides for all organisations; sees names and telephone numbers"
    ),
    Role.MEMBER: Message("reads everything here, and enters what their organisation states"),
    Role.LIAISON: Message("sees what is released to their side, and what their side complained of; nothing else"),
    Role.AUDITOR: Message("reads everything, and who read what; writes nothing"),
    Role.ADMINISTRATOR: Message("looks after accounts, keys and copies; sees no content"),
}
"""What each role is for, in a line. What it may do is RIGHTS in model/roles.py; docs/accounts.md has it as a table."""
