"""People: who has which role until when, adding somebody, and one person with what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.enrolling.forms import (
    GRANT_FIELDS,
    NEW_FIELDS,
    days_in,
    new_person_in,
    offered_until,
    people_of,
    role_choices,
    sees_logins,
    side_choices,
    standing_at,
    typed_in,
)
from trucewatch.desks.enrolling.links import link_address
from trucewatch.desks.enrolling.operations import MOST_NAME, NotEnteredError, Standing
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Grant, Right
from trucewatch.server.forms import Form, number_of
from trucewatch.server.people_shown import person_words, side_words
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.role_records import MOST_REASON, REASONS, kept_grants

RECENT: Final = timedelta(days=30)
"""For how long the list shows what was granted."""
SOON: Final = timedelta(days=30)
"""How long before its end a role is marked."""

router = APIRouter(include_in_schema=False)


@router.get("/people")
@needs(Right.PEOPLE, Right.AUDIT)
def people(view: CurrentView) -> HTMLResponse:
    """Who has which role until when; where there are no accounts, what they change and how to begin."""
    group = people_of(view)
    everybody = group.everybody()
    rows = [row_of(view, standing) for standing in everybody]
    recent = group.granted_since(group.now - RECENT)
    return view.page(
        "enrolling/people.html.jinja",
        rows=[row for row in rows if row.is_here],
        gone=[row for row in rows if not row.is_here],
        recent=[_grant_line(view, grant) for grant in recent],
        in_use=group.accounts.in_use,
        trouble=group.accounts.trouble,
        sees_logins=sees_logins(view),
        can_act=view.may(Right.PEOPLE) and not view.snapshot.is_replay,
        **_new_form(view, _offered(view)),
    )


@router.get("/people/add")
@needs(Right.PEOPLE)
def add_form(view: CurrentView) -> HTMLResponse:
    return _add_page(view, _offered(view))


@router.post("/people/add")
@needs(Right.PEOPLE)
def add(view: CurrentView, form: Form) -> Response:
    """A new account; its link is shown on the page that answers, and nowhere again."""
    typed = typed_in(form, NEW_FIELDS)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            person = new_person_in(now, typed, by=now.by)
            reference, token = people_of(now).add(person, by=now.by)
    except NotEnteredError as exc:
        return _add_page(view, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _add_page(view, typed, trouble=exc.message)
    return _link_page(view, reference, token)


@router.get("/people/{reference}")
@needs(Right.PEOPLE, Right.AUDIT)
def person_page(view: CurrentView, reference: str) -> HTMLResponse:
    return _person(view, reference)


@router.post("/people/{reference}/grant")
@needs(Right.PEOPLE)
def grant(view: CurrentView, reference: str, form: Form) -> Response:
    """Another role."""
    typed = typed_in(form, GRANT_FIELDS)
    faults: dict[str, Message] = {}
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            from_at, until_at = days_in(now, typed, faults)
            if faults:
                raise NotEnteredError(faults)
            entry = people_of(now).grant(reference, typed["role"], typed["side"], from_at, until_at, by=now.by)
    except NotEnteredError as exc:
        return _person(view, reference, typed=typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _person(view, reference, typed=typed, trouble=exc.message)
    receipt = Message("Granted. That is entry {entry} of the ledger.", entry=entry.number)
    return after(f"/people/{reference}", Toast(receipt))


@router.post("/people/{reference}/end")
@needs(Right.PEOPLE)
def end(view: CurrentView, reference: str, form: Form) -> Response:
    """End a role, with the reason. Whoever holds it can do nothing more with it from then on."""
    typed = typed_in(form, ("reason", "grant"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = people_of(now).end(reference, number_of(form, "grant"), typed["reason"], by=now.by)
    except NotEnteredError as exc:
        return _person(view, reference, typed=typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _person(view, reference, typed=typed, trouble=exc.message)
    receipt = Message("Ended, from this moment on. That is entry {entry} of the ledger.", entry=entry.number)
    return after(f"/people/{reference}", Toast(receipt))


@router.post("/people/{reference}/link")
@needs(Right.PEOPLE)
def link(view: CurrentView, reference: str) -> Response:
    """A new link, for a lost password or telephone."""
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            token = people_of(now).invite(reference, by=now.by)
    except TrucewatchError as exc:
        return _person(view, reference, trouble=exc.message)
    return _link_page(view, reference, token)


@router.post("/people/{reference}/sign-out")
@needs(Right.PEOPLE)
def end_sessions(view: CurrentView, reference: str) -> Response:
    """End every session of a person, as where a telephone or a computer was lost."""
    try:
        standing_at(view, reference)
        count = view.console.sessions.end_all(reference)
    except TrucewatchError as exc:
        return _person(view, reference, trouble=exc.message)
    return after(f"/people/{reference}", Toast(Message("Sessions ended: {count}.", count=count)))


@router.post("/people/{reference}/remove")
@needs(Right.PEOPLE)
def remove(view: CurrentView, reference: str, form: Form) -> Response:
    """Remove an account, once its box is ticked."""
    if "sure" not in form:
        fault = Message("Tick this first: a removed account is gone, and is added anew where it is needed again.")
        return _person(view, reference, faults={"sure": fault})
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            people_of(now).remove(reference, now.console.sessions, by=now.by)
    except TrucewatchError as exc:
        return _person(view, reference, trouble=exc.message)
    return after("/people", Toast(Message("The account is removed. Its roles and sessions are ended.")))


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """A grant as pages show it. soon: whether it ends within a month. reason: why it was ended, in lines."""

    entry: int
    person: str
    who: str
    role: str
    side: str
    from_at: datetime
    until_at: datetime
    is_to_come: bool
    is_soon: bool
    by: str
    recorded_at: datetime
    ended_at: datetime | None = None
    reason: str | Message = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as the list shows them. login, seen_at: for who looks after accounts."""

    reference: str
    name: str
    login: str
    is_here: bool
    is_invited: bool
    seen_at: datetime | None
    roles: tuple[GrantLine, ...]


def row_of(view: View, standing: Standing) -> PersonRow:
    """A person in the list."""
    account = standing.account
    sessions = view.console.sessions.of_person(standing.reference) if sees_logins(view) else ()
    return PersonRow(
        reference=standing.reference,
        name=person_words(view, standing.reference),
        login=account.login if account and sees_logins(view) else "",
        is_here=account is not None,
        is_invited=account is not None and account.state == "invited",
        seen_at=max((session.seen_at for session in sessions), default=None),
        roles=tuple(_grant_line(view, grant) for grant in (*standing.running, *standing.to_come)),
    )


def _grant_line(view: View, grant: Grant) -> GrantLine:
    now, words = view.console.now(), view.words
    kept = next((kept for kept in kept_grants(view.console.store) if kept.grant.entry == grant.entry), None)
    ending = kept.ending if kept else None
    reason: str | Message = ""
    if ending:
        code = ending.reason_code
        reason = REASONS[code] if code in REASONS else view.console.store.words.read(ending.reason) or Message("erased")
    return GrantLine(
        entry=grant.entry,
        person=grant.person,
        who=person_words(view, grant.person),
        role=words.say(grant.role.label),
        side=side_words(grant.side, view.snapshot.watch, words) if grant.side else "",
        from_at=grant.from_at,
        until_at=grant.until_at,
        is_to_come=now < grant.from_at,
        is_soon=now < grant.until_at <= now + SOON,
        by=person_words(view, grant.by),
        recorded_at=grant.recorded_at,
        ended_at=grant.ended_at,
        reason=reason,
    )


def _offered(view: View) -> dict[str, str]:
    """What a new form holds: a role until about the end of a rotation, the first one an administrator's."""
    is_first = not people_of(view).administrators
    return {"until": offered_until(view), "role": "administrator" if is_first else ""}


def _new_form(
    view: View, typed: Mapping[str, str], *, faults: Mapping[str, Message] | None = None, trouble: Message | None = None
) -> dict[str, Any]:
    group = people_of(view)
    return {
        "typed": typed,
        "faults": faults or {},
        "form_trouble": trouble or view.replay_trouble,
        "roles": role_choices(view),
        "sides": side_choices(view),
        "is_first": not group.administrators,
        "today": view.time_form.write_day(group.now.astimezone(view.reader.zone).date()),
        "most_name": MOST_NAME,
        "most_reason": MOST_REASON,
    }


def _add_page(
    view: View, typed: Mapping[str, str], *, faults: Mapping[str, Message] | None = None, trouble: Message | None = None
) -> HTMLResponse:
    return view.page(
        "enrolling/add.html.jinja",
        status=422 if faults or trouble else 200,
        can_act=not view.snapshot.is_replay,
        **_new_form(view, typed, faults=faults, trouble=trouble),
    )


def _link_page(view: View, reference: str, token: str) -> HTMLResponse:
    """The link, once: it is in no address and in no cookie, and a page that is loaded again shows it no more."""
    base = str(view.request.base_url).rstrip("/")
    account = view.console.accounts.of(reference)
    response = view.page(
        "enrolling/link.html.jinja",
        status=201,  # so that a second click is answered with the same link
        reference=reference,
        who=person_words(view, reference),
        account=account,
        address=link_address(base, token),
        in_use=view.console.accounts.in_use,
    )
    response.headers["cache-control"] = "no-store"
    return response


def _person(
    view: View,
    reference: str,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    standing = standing_at(view, reference)
    can_act = view.may(Right.PEOPLE) and not view.snapshot.is_replay
    return view.page(
        "enrolling/person.html.jinja",
        status=422 if faults or trouble else 200,
        row=row_of(view, standing),
        account=standing.account if sees_logins(view) else None,
        over=[_grant_line(view, grant) for grant in reversed(standing.over)],
        sessions=view.console.sessions.of_person(reference) if sees_logins(view) else (),
        can_act=can_act,
        is_own=view.person is not None and view.person.reference == reference,
        **_new_form(view, typed or _offered(view), faults=faults, trouble=trouble),
    )
