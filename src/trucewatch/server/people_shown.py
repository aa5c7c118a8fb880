"""How a page names who did something: by name to who may see it, to everybody else by role and delegation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from trucewatch.locale.sanitize import isolated, printable
from trucewatch.model.ids import PERSON_REFERENCE
from trucewatch.model.roles import OF_A_DELEGATION, OF_AN_ORGANISATION, Grant, Role
from trucewatch.server.person import WHO
from trucewatch.store.role_records import grants_on_record

if TYPE_CHECKING:
    from trucewatch.locale import Words
    from trucewatch.model.watch import Watch
    from trucewatch.server.person import Person
    from trucewatch.server.view import View

SEE_EVERY_NAME: Final = frozenset((Role.HEAD, Role.COORDINATOR, Role.AUDITOR, Role.ADMINISTRATOR))
"""Who answers for the others, checks them, or looks after their accounts. Others see the names of their delegation or
organisation."""
OF_A_SIDE: Final = OF_A_DELEGATION | OF_AN_ORGANISATION


def person_words(view: View, reference: str, *, at: datetime | None = None) -> str:
    """Who stands behind a reference `p-…`, for whoever asks.

    at: when they acted, on the computer's clock; the role is that of then, without it the last that they were granted.
    In a watch without accounts the name, and for the one person of this computer that it is them. What is no reference,
    as a delegation's id, stays as it is.
    """
    words = view.words
    if not PERSON_REFERENCE.fullmatch(reference):
        return reference
    name = view.console.store.keys.name_of(reference)
    if name == WHO:
        return words.gettext("analyst on this computer")
    grants = [grant for grant in grants_on_record(view.console.store) if grant.person == reference]
    if view.person is None or sees_name(view.person, reference, grants):
        return printable(name) if name else words.gettext("a person whose name was erased")
    return office_words(grants, view.watch, words, at=at)


def sees_name(person: Person, reference: str, grants: Sequence[Grant]) -> bool:
    """Whether somebody who is signed in may see another's name, to whom these roles were granted."""
    if person.reference == reference or person.roles & SEE_EVERY_NAME:
        return True
    own = set(person.sides_as(*OF_A_SIDE))
    return any(grant.role in OF_A_SIDE and grant.side in own for grant in grants)


def office_words(grants: Sequence[Grant], watch: Watch, words: Words, *, at: datetime | None = None) -> str:
    """Somebody by the role that they held at a moment, `an officer of Northern Isles`; else by the last one granted."""
    held = [grant for grant in grants if at is None or grant.is_held(at)]
    if not held:
        if watch.kind == "humanitarian":
            return words.gettext("a person of this instance")
        return words.gettext("a person of the joint centre")
    return role_words(held[-1], watch, words)


def role_words(grant: Grant, watch: Watch, words: Words) -> str:
    """A role with its side: `an officer of Northern Isles`, `the auditor`."""
    sentence = {
        Role.HEAD: words.gettext("the head of {side}"),
        Role.OFFICER: words.gettext("an officer of {side}"),
        Role.SHIFT_LEAD: words.gettext("a shift lead of {side}"),
        Role.ANALYST: words.gettext("an analyst of {side}"),
        Role.INTERPRETER: words.gettext("an interpreter of {side}"),
        Role.COORDINATOR: words.gettext("a coordinator"),
        Role.MEMBER: words.gettext("a member of {side}"),
        Role.LIAISON: words.gettext("a liaison of {side}"),
        Role.AUDITOR: words.gettext("an auditor"),
        Role.ADMINISTRATOR: words.gettext("an administrator"),
    }[grant.role]
    return sentence.format(side=side_words(grant.side, watch, words))


def side_words(side: str, watch: Watch, words: Words) -> str:
    """A delegation, party, body, organisation or recipient by the name that the watch gives it; its id where it gives
    none."""
    names = {recipient.id: recipient.names for recipient in watch.settings.recipient}
    names |= {body.id: body.names for body in watch.agreement.body}
    names |= {party.id: party.names for party in watch.agreement.party}
    names |= {delegation.id: delegation.names for delegation in watch.settings.delegation}
    names |= {organisation.id: organisation.names for organisation in watch.organisations}
    return printable(words.name(names.get(side, {}), otherwise=side))


def names_for(view: View) -> Callable[[str, datetime], str] | None:
    """How somebody who is signed in is told who acted at a moment; None in a watch without accounts."""
    if view.person is None:
        return None
    return lambda reference, at: person_words(view, reference, at=at)


def acting_words(view: View) -> str:
    """Whose act it is that a form enters, as a sentence names them: `the analyst on this computer`, or who is signed
    in."""
    if view.person is None:
        return view.words.gettext("the analyst on this computer")
    return isolated(printable(view.person.name))
