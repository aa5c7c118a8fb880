"""One's own page: roles with their last day, sessions, password, recovery codes, telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trucewatch.desks.enrolling.forms import people_of
from trucewatch.desks.enrolling.links import link_address
from trucewatch.desks.enrolling.operations import own_link
from trucewatch.desks.enrolling.pages import row_of
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.person import Person
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.session_gate import address_of, note_access
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.sign_in_accounts import EnrolmentRefused

NOT_THE_SAME: Final = Message("The two are not the same; type the new password once more in both.")
NO_ACCOUNTS: Final = Message("There are no accounts in this watch, so there is nothing of your own to change.")

router = APIRouter(include_in_schema=False)


@router.get("/me")
@needs(Right.OWN)
def me(view: CurrentView) -> HTMLResponse:
    return _me(view)


@router.post("/me/session/end")
@needs(Right.OWN)
def end_session(view: CurrentView, form: Form) -> Response:
    """End one of one's own sessions, by its hash; somebody else's is not touched."""
    person, name = _person(view), typed_of(form, "session")
    sessions = view.console.sessions
    if not any(session.hash == name for session in sessions.of_person(person.reference)):
        return after("/me", Toast(Message("This session is over already."), trouble=True))
    sessions.end(name)
    note_access(view.console, "session-ended", person.reference, address_of(view.request.scope))
    if name == person.session:
        return RedirectResponse("/sign-in", 303)
    return after("/me", Toast(Message("The session is ended.")))


@router.post("/me/password")
@needs(Right.OWN)
def change_password(view: CurrentView, form: Form) -> Response:
    """Another password. Every other session ends: whoever knew the old one is out."""
    person = _person(view)
    if typed_of(form, "new") != typed_of(form, "again"):
        return _me(view, {"again": NOT_THE_SAME})
    try:
        view.console.accounts.change_password(
            person.reference, typed_of(form, "old"), typed_of(form, "new"), address=address_of(view.request.scope)
        )
    except EnrolmentRefused as exc:
        return _me(view, {"old" if exc.field == "old" else "new": exc.message})
    except TrucewatchError as exc:
        return _me(view, {"old": exc.message})
    view.console.sessions.end_all(person.reference, but=person.session)
    return after("/me", Toast(Message("The password is changed. Your other sessions are ended.")))


@router.post("/me/codes")
@needs(Right.OWN)
def new_codes(view: CurrentView, form: Form) -> Response:
    """Ten new recovery codes, shown once; the earlier ones are good no more."""
    person = _person(view)
    try:
        codes = view.console.accounts.new_recovery_codes(
            person.reference, typed_of(form, "password"), address=address_of(view.request.scope)
        )
    except TrucewatchError as exc:
        return _me(view, {"codes": exc.message})
    page = view.page("enrolling/recovery.html.jinja", status=201, codes=codes, trouble=None, onward="/me")
    page.headers["cache-control"] = "no-store"
    return page


@router.post("/me/telephone")
@needs(Right.OWN)
def new_telephone(view: CurrentView, form: Form) -> Response:
    """On to choosing a telephone and a password anew, for who types the password until now."""
    person = _person(view)
    try:
        password, address = typed_of(form, "password"), address_of(view.request.scope)
        # The same one in both places is a check of it, with the waits that wrong ones lead to, and changes nothing.
        view.console.accounts.change_password(person.reference, password, password, address=address)
        with view.writing() as now:
            token = own_link(people_of(now), person.reference)
    except TrucewatchError as exc:
        return _me(view, {"telephone": exc.message})
    return RedirectResponse(link_address("", token), 303)


def _person(view: View) -> Person:
    """Who is signed in. Raises RefusalError 409 in a watch without accounts."""
    if view.person is None:
        raise RefusalError(409, NO_ACCOUNTS)
    return view.person


def _me(view: View, faults: Mapping[str, Message] | None = None) -> HTMLResponse:
    person = view.person
    standing = people_of(view).standing(person.reference) if person else None
    return view.page(
        "enrolling/me.html.jinja",
        status=422 if faults else 200,
        row=row_of(view, standing) if standing else None,
        account=standing.account if standing else None,
        sessions=view.console.sessions.of_person(person.reference) if person else (),
        session=person.session if person else "",
        faults=faults or {},
    )
