"""Who is signed in, asked before every request once there are accounts: a session's cookie → a person with the roles
that they hold at this moment.

The cookie that an address of the door gives lets nobody in any more. What is on record counts, not the file alone: the
ledger says that an account was completed, so that whoever removes `private/accounts.json` opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.person import Person
from trucewatch.server.security import SAFE
from trucewatch.server.static_files import AnyDesk
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.role_records import ACCOUNT, grants_on_record
from trucewatch.store.sessions import Ending, Session, Sessions
from trucewatch.store.sign_in_accounts import Accounts
from trucewatch.store.store import Store

if TYPE_CHECKING:
    from trucewatch.server.console import Console

SIGN_IN: Final = "/sign-in"
FIRST: Final = "/sign-in/first"
"""The address of a link that opens an account once: `/sign-in/first?once=TOKEN`."""
OPEN: Final = (SIGN_IN, FIRST)
"""What is open to who is not signed in, once there are accounts."""
OPEN_FILES: Final = ("/static/css/sign_in.css",)
"""The files that those pages name, beside those of the door's own. They hold nothing of any watch."""
MOST_FORM_BYTES: Final = 16 * 2**10
"""What somebody may send who is not signed in: a form of a few words."""
UNASKED: Final = ("/live", "/words.json", "/api/state")
"""What a page asks for by itself: no sign that somebody is there."""
_LONGEST_NEXT: Final = 2000

WHY: Final[Mapping[Ending, Message]] = {
    Ending.IDLE: Message("Nothing was done here for a while, so the session was ended. Sign in again."),
    Ending.SHIFT: Message("A session lasts for one shift, and this one is over. Sign in again."),
    Ending.ENDED: Message(
        "This session was ended: by you in another browser, or by whoever keeps the accounts. Sign in again."
    ),
    Ending.OTHER_BROWSER: Message(
        "The cookie of this session was shown by another browser, so the session was ended: somebody may have copied "
        "it. If the browser was just brought up to date, sign in again. If not, sign in, end all your sessions on your "
        "own page, change the password, and tell whoever keeps the accounts."
    ),
}
"""What is said to whoever was signed in and is not any more."""
NOT_SIGNED_IN: Final = Message(
    "Nobody is signed in here. Sign in at /sign-in; a program sends its token: Authorization: Bearer TOKEN."
)


class AccessLog(Protocol):
    """Who signed in, was refused, read or took what; kept apart from the ledger.

    kind: `sign-in`, `sign-in-refused`, `sign-out`, `session-ended`, `address-changed`, `account-completed`. reference:
    `p-…`, "" for nobody who is known. about: what it is about, never a login or a name.
    """

    def note(self, kind: str, reference: str, about: str) -> None: ...


class NoAccessLog:
    """Keeps nothing."""

    def note(self, kind: str, reference: str, about: str) -> None:
        pass


def note_access(console: Console, kind: str, reference: str, about: str = "") -> None:
    """Tell the console's access log, if it has one."""
    log: AccessLog = getattr(console, "access", None) or NoAccessLog()
    log.note(kind, reference, about)


@dataclass(frozen=True, slots=True)
class Admission:
    """What the gate answers: the person, or why nobody comes in. ending: what became of the session whose cookie was
    shown."""

    person: Person | None = None
    ending: Ending = Ending.UNKNOWN


class SessionGate:
    """The gate of one console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._looked_at = -1

    @property
    def in_use(self) -> bool:
        """Whether everybody signs in. By the file; and by the ledger, where the file says nothing of it."""
        accounts = self._console.accounts
        if accounts.in_use:
            return True
        length = len(self._console.store.journal)
        if length != self._looked_at:
            if was_completed(self._console.store):
                accounts.expect()
            self._looked_at = length
        return accounts.in_use

    @property
    def trouble(self) -> Message | None:
        """Why nobody can sign in."""
        return self._console.accounts.trouble if self.in_use else None

    def is_invitation(self, scope: Scope) -> bool:
        """Whether an address holds the token of an invitation that waits."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        return self._console.accounts.invited(query.get("once", "")) is not None

    def admit(self, scope: Scope) -> Admission:
        """Who asks. A session whose person has no account any more opens nothing. Asks the disk; not for the loop."""
        headers, console = Headers(scope=scope), self._console
        token = cookie_parser(headers.get("cookie", "")).get(session_cookie(scope), "")
        address = address_of(scope)
        session = console.sessions.check(token, agent_of(headers), address=address, is_act=is_act(scope, headers))
        if not isinstance(session, Session):
            if session is Ending.OTHER_BROWSER:
                note_access(console, "session-ended", "", f"{session} {address}")
            return Admission(ending=session)
        person = self.person_of(session)
        if person is None:
            return Admission(ending=Ending.ENDED)
        if address and address != session.address:
            note_access(console, "address-changed", session.reference, f"{session.address} {address}")
        return Admission(person=person)

    def person_of(self, session: Session) -> Person | None:
        """Whose session it is, with the roles held now; None where their account is gone."""
        console = self._console
        account = console.accounts.of(session.reference)
        if account is None or account.state != "active":
            return None
        now = console.now()
        held = tuple(
            grant
            for grant in grants_on_record(console.store)
            if grant.person == session.reference and grant.is_held(now)
        )
        return Person(reference=session.reference, name=account.name, grants=held, session=session.hash)

    def may_go_on(self, person: Person, rights: frozenset[Right]) -> bool:
        """Whether a person's session still lasts, and one of these rights with it: for an answer that goes on."""
        sessions = self._console.sessions
        own = next((each for each in sessions.of_person(person.reference) if each.hash == person.session), None)
        now = self.person_of(own) if own is not None and sessions.lasts(own.hash) else None
        return now is not None and bool(now.rights & rights)


def was_completed(store: Store) -> bool:
    """Whether the ledger says that an account was completed, whatever became of it; an entry that was erased may have
    said so."""
    return any(entry.record.get("act", "completed") == "completed" for entry in entries_of_kind(store, ACCOUNT))


def trouble_of(store: Store, now: Callable[[], datetime]) -> Message | None:
    """Why nobody can sign in to this watch, for who opens its console; None where nothing is in the way."""
    accounts = Accounts(store.root / "private", now)
    if was_completed(store):
        accounts.expect()
    return accounts.trouble


def sessions_of(
    store: Store, now: Callable[[], datetime], desks: Sequence[AnyDesk], rules: Mapping[str, Any]
) -> Sessions:
    """The sessions of a watch, with the idle minutes and shift hours that it agreed; rules: `[desk.…]` of watch.toml.
    One that cannot be is said by `check`, and counts as none."""
    limits: dict[str, int] = {}
    for desk in desks:
        read_limits = desk.gives("sign_in_pages", "session_limits")
        if read_limits:
            try:
                limits = read_limits(rules.get(desk.name, {}))
            except TrucewatchError:
                limits = {}
    return Sessions(store.root / "private", now, **limits)


def is_act(scope: Scope, headers: Headers) -> bool:
    """Whether a request is a sign that somebody is there: a page, a part of one, a form; not what a page fetches by
    itself while it lies open."""
    is_fetched = headers.get("sec-fetch-dest") == "empty" and headers.get("hx-request") != "true"
    return scope["method"] not in SAFE or not (is_fetched or scope["path"].endswith(UNASKED))


def session_cookie(scope: Scope) -> str:
    """The cookie of a session at the console behind this address, by its port as the door's is. Under TLS the browser
    holds it to this host."""
    port = Headers(scope=scope).get("host", "").rpartition(":")[2]
    number = port if port.isascii() and port.isdigit() else "0"
    return f"{'__Host-' if scope['scheme'] == 'https' else ''}tw_session_{number}"


def give_session(answer: Response, scope: Scope, token: str) -> None:
    """Set the cookie of a session that was begun; it ends with the browser, or with the session."""
    answer.set_cookie(
        session_cookie(scope), token, httponly=True, samesite="strict", secure=scope["scheme"] == "https", path="/"
    )


def take_session(answer: Response, scope: Scope) -> None:
    """Take the cookie of a session back."""
    answer.delete_cookie(
        session_cookie(scope), httponly=True, samesite="strict", secure=scope["scheme"] == "https", path="/"
    )


def session_in(scope: Scope) -> str:
    """The token that a request's cookie holds; "" for none."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(session_cookie(scope), "")


def agent_of(headers: Headers) -> str:
    """What a browser calls itself, with its language left out: that is changed by hand."""
    return headers.get("user-agent", "")[:1000]


def address_of(scope: Scope) -> str:
    """The address of the computer that asks; "" where there is none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def local_address(text: str) -> str:
    """An address of this console to go on to, "/" for anything else: another host, a script, a page to sign in.

    >>> [local_address(text) for text in ("/map?a=1", "//evil.example", "https://evil.example", "/sign-in?next=/map")]
    ['/map?a=1', '/', '/', '/']
    """
    is_local = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    if not is_local or "\\" in text or len(text) > _LONGEST_NEXT:
        return "/"
    parts = urlsplit(text)
    if parts.netloc or parts.scheme or parts.path.startswith(("/sign-", "/door", "/live")):
        return "/"
    return text


def after_sign_in(person: Person | None, next_address: str) -> str:
    """Where somebody goes on who has signed in: whoever holds no role has a page of their own, and no other."""
    where = local_address(next_address)
    return "/me" if where == "/" and person is not None and not person.grants else where
