"""Signing in and out: the page with login, password and code, the link that opens an account once, and the end of
sessions. Pages of their own, without the menu and with nothing of the watch."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trucewatch.desks.enrolling.rule import read
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.session_gate import (
    FIRST,
    SIGN_IN,
    WHY,
    address_of,
    after_sign_in,
    agent_of,
    give_session,
    local_address,
    note_access,
    session_in,
    take_session,
    was_completed,
)
from trucewatch.server.view import CurrentView, View
from trucewatch.store.entering import Attempt, attempting
from trucewatch.store.role_records import enter_account_act
from trucewatch.store.sessions import Ending, Session
from trucewatch.store.sign_in_accounts import EnrolmentRefused, SignInRefused

NOT_THE_SAME: Final = Message("The two are not the same; type the password once more in both.")
NOT_ON_RECORD: Final = Message(
    "Your account is complete. That could not be entered into the ledger just now; it is when somebody signs in next."
)

router = APIRouter(include_in_schema=False)


def session_limits(values: Mapping[str, Any]) -> dict[str, int]:
    """The limits of sessions that a watch agreed, as `Sessions` takes them. Raises WatchError."""
    rule = read(values)
    return {"idle_minutes": rule.idle_minutes, "shift_hours": rule.shift_hours}


@router.get(SIGN_IN)
@needs(Right.ANYBODY)
def sign_in_page(view: CurrentView, request: Request) -> Response:
    """The form; whoever is signed in already is led on."""
    next_address = local_address(request.query_params.get("next", ""))
    if view.person is not None or not view.console.gate.in_use:
        return RedirectResponse(after_sign_in(view.person, next_address), 303)
    why = next((WHY[each] for each in WHY if each.value == request.query_params.get("why", "")), None)
    return _form(view, next_address, why=why)


@router.post(SIGN_IN)
@needs(Right.ANYBODY)
def sign_in(view: CurrentView, form: Form) -> Response:
    """Sign in: a new session, whichever cookie the browser brought."""
    login, next_address = typed_of(form, "login"), local_address(typed_of(form, "next"))
    if not view.console.gate.in_use:
        return RedirectResponse("/", 303)
    address = address_of(view.request.scope)
    try:
        account = view.console.accounts.sign_in(
            login, typed_of(form, "password"), typed_of(form, "code"), address=address
        )
        _enter_completed(view, account.reference)
        answer = _led_on(view, account.reference, next_address)
    except SignInRefused as exc:
        note_access(view.console, "sign-in-refused", "", address)
        page = _form(view, next_address, login=login, trouble=exc.message, status=429 if exc.wait_s else 401)
        if exc.wait_s:
            page.headers["retry-after"] = str(exc.wait_s)
        return page
    except TrucewatchError as exc:
        return _form(view, next_address, login=login, trouble=exc.message, status=503)
    return answer


@router.get(FIRST)
@needs(Right.ANYBODY)
def first_page(view: CurrentView, once: str = "") -> Response:
    """What a link of an invitation shows; nothing is used up by looking."""
    return _first_form(view, once)


@router.post(FIRST)
@needs(Right.ANYBODY)
def complete(view: CurrentView, form: Form, once: str = "") -> Response:
    """Give an account its password and its telephone, sign its person in, and show the recovery codes once."""
    account = view.console.accounts.invited(once)
    faults = _faults_of(form)
    if account is None or faults:
        return _first_form(view, once, faults=faults)
    try:
        codes = view.console.accounts.complete(once, typed_of(form, "password"), typed_of(form, "code"))
        view.console.sessions.end_all(account.reference)
    except EnrolmentRefused as exc:
        return _first_form(view, once, faults={exc.field: exc.message})
    except TrucewatchError as exc:
        return _first_form(view, once, trouble=exc.message, status=503)
    note_access(view.console, "account-completed", account.reference, address_of(view.request.scope))
    trouble = None
    try:
        _enter_act(view, account.reference)
    except TrucewatchError:
        trouble = NOT_ON_RECORD
    # 201, so that a second click is answered with the same codes
    page = view.page("enrolling/recovery.html.jinja", status=201, codes=codes, trouble=trouble, onward=SIGN_IN)
    with suppress(TrucewatchError):  # a full disk: they sign in when it is not
        _begin(view, account.reference, page)
    return page


@router.post("/sign-out")
@needs(Right.OWN)
def sign_out(view: CurrentView) -> Response:
    """End this session."""
    return _signed_out(view, is_everywhere=False)


@router.post("/sign-out/everywhere")
@needs(Right.OWN)
def sign_out_everywhere(view: CurrentView) -> Response:
    """End all sessions of who asks, this one too."""
    return _signed_out(view, is_everywhere=True)


def _signed_out(view: View, *, is_everywhere: bool) -> Response:
    if view.person is None:
        return RedirectResponse("/", 303)
    sessions = view.console.sessions
    if is_everywhere:
        sessions.end_all(view.person.reference)
    else:
        sessions.end(view.person.session)
    note_access(view.console, "sign-out", view.person.reference, "everywhere" if is_everywhere else "")
    answer = RedirectResponse(SIGN_IN, 303)
    take_session(answer, view.request.scope)
    return answer


def _led_on(view: View, reference: str, next_address: str) -> Response:
    """Begin a session, and go on to where its person was going; who holds no role, to their own page."""
    answer = RedirectResponse("/", 303)
    session = _begin(view, reference, answer)
    person = view.console.gate.person_of(session)
    answer.headers["location"] = after_sign_in(person, next_address)
    note_access(view.console, "sign-in", reference, address_of(view.request.scope))
    return answer


def _begin(view: View, reference: str, answer: Response) -> Session:
    """A new session under a new token. The one whose cookie the browser brought ends: whoever put it there knows it."""
    scope, sessions = view.request.scope, view.console.sessions
    agent = agent_of(view.request.headers)
    before = sessions.of(session_in(scope), agent, is_act=False)
    if before is not None:
        sessions.end(before.hash)
    token = sessions.begin(reference, agent, address_of(scope))
    give_session(answer, scope, token)
    session = sessions.check(token, agent, is_act=False)
    if isinstance(session, Ending):
        raise TrucewatchError(Message("The session could not be kept. Try again in a moment."))
    return session


def _enter_completed(view: View, reference: str) -> None:
    """Where a kill came between completing the first account and its entry, the entry is made up for. A ledger that
    cannot be written keeps nobody out."""
    if was_completed(view.console.store):
        return
    try:
        _enter_act(view, reference)
    except TrucewatchError:
        return


def _enter_act(view: View, reference: str) -> None:
    """That an account was completed, on record. It is no answer to the form: a second click is given the first one."""
    with attempting(Attempt()), view.console.writing() as store:
        enter_account_act(store, person=reference, act="completed", by=reference, now=view.console.now())


def _form(
    view: View,
    next_address: str,
    *,
    login: str = "",
    why: Message | None = None,
    trouble: Message | None = None,
    status: int = 200,
) -> HTMLResponse:
    return view.page(
        "enrolling/sign_in.html.jinja",
        status=status,
        login=login[:40],
        next_address=next_address,
        why=why,
        trouble=trouble,
    )


def _first_form(
    view: View,
    token: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
    status: int = 422,
) -> HTMLResponse:
    """The form of an invitation with its faults, or why there is none. Passwords and codes are typed again."""
    account = view.console.accounts.invited(token)
    secret, picture = "", Markup("")
    try:
        enrolment = view.console.accounts.begin(token, issuer=_issuer(view))
        secret, picture = _in_fours(enrolment.secret), picture_of(enrolment.uri)
    except EnrolmentRefused as exc:
        trouble, status = exc.message, 404
    except TrucewatchError as exc:
        trouble, status = exc.message, 503
    return view.page(
        "enrolling/first.html.jinja",
        status=status if trouble or faults else 200,
        login=account.login if account else "",
        token=token,
        secret=secret,
        picture=picture,
        faults=faults or {},
        trouble=trouble,
    )


def _faults_of(form: FormData) -> dict[str, Message]:
    return {} if typed_of(form, "password") == typed_of(form, "again") else {"again": NOT_THE_SAME}


def _issuer(view: View) -> str:
    """What the telephone shows beside the login: which watch, of several that it may hold."""
    name = view.words.name(view.watch.settings.names)
    return f"Trucewatch {name}".replace(":", " ")[:60]


def picture_of(uri: str) -> Markup:
    """A QR code as a drawing in the page: no script, no style and no file."""
    import segno

    stream = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        stream, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, dark="#000", light="#fff", nl=False
    )
    return Markup(stream.getvalue().decode())


def _in_fours(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
