"""What ends a session, a role and the accounts of a watch, and what is told of it."""

from __future__ import annotations

import asyncio
import html
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import without_table
from tests.own_loop import run as run_apart
from tests.server.conftest import client_of, session_of
from tests.server.signing_in import Colleague, browser_at, complete, console_with_clock
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Right, Role
from trucewatch.server.console import Console
from trucewatch.server.feed import ASK_EVERY_S, Feed
from trucewatch.server.person import Person
from trucewatch.server.session_gate import WHY
from trucewatch.store.role_records import end_role, grants_on_record
from trucewatch.store.sessions import Ending
from trucewatch.store.sign_in_accounts import ACCOUNTS, DAMAGED, GONE

COOKIE = "tw_session_0"


class Noted:
    """An access log that keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str, str]] = []

    def note(self, kind: str, reference: str, about: str) -> None:
        self.notes.append((kind, reference, about))

    def close(self) -> None:
        pass


def words_of(message: object) -> str:
    return html.escape(str(message), quote=True).replace("&#x27;", "&#39;")


# The end of it


def test_another_browser_with_the_same_cookie_is_refused_and_both_are_told(ivo: Colleague, console: Console) -> None:
    console.access = Noted()  # type: ignore[attr-defined]
    token = ivo.browser.cookies[COOKIE]
    thief = browser_at(console, agent="Browser/2")
    thief.headers["cookie"] = f"{COOKIE}={token}"
    for browser in (thief, ivo.browser):
        answer = browser.get("/watch")
        assert answer.headers["location"] == "/sign-in?next=%2Fwatch&why=other_browser"
    page = ivo.browser.get("/sign-in?next=%2Fwatch&why=other_browser")
    assert words_of(WHY[Ending.OTHER_BROWSER])[:80] in page.text
    assert [kind for kind, _, _ in console.access.notes][:1] == ["session-ended"]  # type: ignore[attr-defined]


def test_signing_out_ends_one_session_and_everywhere_ends_all(ivo: Colleague, console: Console) -> None:
    other = browser_at(console)
    ivo.sign_in(other)
    answer = ivo.browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert ivo.browser.get("/watch").status_code == 303
    assert other.get("/watch").status_code == 200
    third = browser_at(console)
    ivo.sign_in(third)
    third.post("/sign-out/everywhere")
    assert [browser.get("/watch").status_code for browser in (other, third)] == [303, 303]
    assert console.sessions.of_person(ivo.reference) == ()


def test_the_cookie_of_a_session_that_was_ended_opens_nothing(ivo: Colleague, console: Console) -> None:
    token = ivo.browser.cookies[COOKIE]
    ivo.browser.post("/sign-out")
    kept = browser_at(console)
    kept.headers["cookie"] = f"{COOKIE}={token}"
    assert kept.get("/watch").status_code == 303


def test_what_is_sent_after_the_session_is_entered_nowhere_and_one_is_told_how_to_keep_it(
    ivo: Colleague, console: Console
) -> None:
    ivo.clock.pass_on(30 * 60)
    length = len(console.store.journal)
    answer = ivo.browser.post("/letters/new", data={"text": "a film set"})
    assert answer.status_code == 401
    assert "nothing was entered" in answer.text
    assert len(console.store.journal) == length
    part = ivo.browser.get("/watch", headers={"hx-request": "true", "hx-current-url": "http://localhost/watch?a=1"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in?next=%2Fwatch&why=idle")


def test_a_role_that_ended_closes_an_open_page_on_its_next_request(ivo: Colleague, console: Console) -> None:
    assert ivo.browser.get("/watch").status_code == 200
    (grant,) = [grant for grant in grants_on_record(console.store) if grant.person == ivo.reference]
    end_role(console.store, grant.entry, by=ivo.reference, now=console.now(), reason="the rotation is over")
    admission = console.gate.admit(_scope_of(ivo))
    assert admission.person is not None
    assert admission.person.rights == {Right.ANYBODY, Right.OWN}
    assert ivo.browser.get("/sign-in").headers["location"] == "/me"


def test_a_role_that_runs_out_is_held_no_longer(ivo: Colleague, console: Console, clock: Clock) -> None:
    clock.pass_on(31 * 86_400)
    ivo.sign_in()
    admission = console.gate.admit(_scope_of(ivo))
    assert admission.person is not None
    assert admission.person.roles == frozenset()


def test_an_account_that_was_removed_opens_nothing(ivo: Colleague, console: Console) -> None:
    console.accounts.remove(ivo.reference)
    assert ivo.browser.get("/watch").status_code == 303


def test_a_feed_ends_with_the_session_and_with_the_role(
    ivo: Colleague, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trucewatch.server.feed.PING_S", 0.01)
    monkeypatch.setattr("trucewatch.server.feed.ASK_EVERY_S", 0.02)
    assert ASK_EVERY_S <= 30
    person = console.gate.admit(_scope_of(ivo)).person
    assert person is not None
    answers: list[bool] = []

    def may_go_on(person: Person = person) -> bool:
        answers.append(console.gate.may_go_on(person, frozenset((Right.INSIDE,))))
        if len(answers) == 2:
            console.sessions.end_all(person.reference)
        return answers[-1]

    async def listen() -> None:
        async for _ in console.hub.listen(may_go_on):
            pass

    run_apart(asyncio.wait_for(listen(), 30))
    assert answers == [True, True, False]
    assert console.hub.listeners == 0
    ivo.sign_in()
    person = console.gate.admit(_scope_of(ivo)).person
    assert person is not None
    assert console.gate.may_go_on(person, frozenset((Right.INSIDE,)))
    (grant,) = [grant for grant in grants_on_record(console.store) if grant.person == ivo.reference]
    end_role(console.store, grant.entry, by=ivo.reference, now=console.now(), reason="the rotation is over")
    assert not console.gate.may_go_on(person, frozenset((Right.INSIDE,)))


def test_the_feed_of_somebody_who_is_signed_in_is_asked_about(ivo: Colleague, monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[object] = []

    class Watched(Feed):
        def __init__(self, hub: object, places: object = None, may_go_on: object = None) -> None:
            questions.append(may_go_on)
            super().__init__(hub, places, lambda: False)  # type: ignore[arg-type]

    monkeypatch.setattr("trucewatch.server.routes.Feed", Watched)
    assert ivo.browser.head("/live").status_code == 200
    assert [callable(question) for question in questions] == [True]
    assert questions[0]() is True  # type: ignore[operator]


# The file and the ledger


@pytest.mark.parametrize(("content", "sentence"), [(None, GONE), (b"", DAMAGED), (b'{"accounts": {}}', DAMAGED)])
def test_without_the_file_nobody_comes_in_after_a_restart_and_is_told_what_to_do(
    ivo: Colleague, console: Console, content: bytes | None, sentence: object
) -> None:
    path = console.store.root / "private" / ACCOUNTS
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    again = Console(console.store, console.folder, console.now, console.desks)
    browsers = [client_of(again), browser_at(again), browser_at(again)]
    browsers[2].headers["cookie"] = f"{COOKIE}={ivo.browser.cookies[COOKIE]}"
    for browser in browsers:
        for where in ("/watch", "/sign-in", "/"):
            page = browser.get(where, headers={"accept": "text/html"})
            assert page.status_code == 503
            assert words_of(sentence)[:60] in page.text
            assert "Two Valleys" not in page.text
    assert browser_at(again).get("/api/state", headers={"accept": "*/*"}).json() == {"detail": str(sentence)}
    assert again.gate.trouble == sentence


def test_who_owns_the_computer_begins_anew_where_the_file_is_gone(ivo: Colleague, console: Console) -> None:
    (console.store.root / "private" / ACCOUNTS).write_bytes(b"{")
    again = Console(console.store, console.folder, console.now, console.desks)
    again.accounts.set_aside()
    again.accounts.add("Nora Quill", "nora", again.store.keys.person_reference("Nora Quill"))
    reference = again.accounts.people()[0].reference
    token = again.accounts.invite(reference)
    secret = again.accounts.begin(token).secret
    nora = Colleague(again, ivo.clock, reference, "nora", secret, browser_at(again))
    assert nora.browser.get("/sign-in").status_code == 503
    assert nora.browser.get("/sign-in/first", params={"once": token}).status_code == 200
    assert complete(nora, token).status_code == 201
    assert again.gate.trouble is None
    admission = again.gate.admit(_scope_of(nora))
    assert admission.person is not None
    assert Role.ADMINISTRATOR in admission.person.roles
    assert nora.browser.get("/watch").status_code != 503


def test_a_restart_ends_no_session_and_a_new_token_for_all_does(ivo: Colleague, console: Console) -> None:
    again = Console(console.store, console.folder, console.now, console.desks)
    same = browser_at(again)
    same.headers["cookie"] = f"{COOKIE}={ivo.browser.cookies[COOKIE]}"
    assert same.get("/watch").status_code == 200
    again.sessions.end_all()
    assert ivo.browser.get("/watch").status_code == 303


def test_what_happens_at_the_gate_reaches_the_access_log_without_login_and_name(
    ivo: Colleague, console: Console
) -> None:
    log = console.access = Noted()  # type: ignore[attr-defined]
    ivo.sign_in(browser_at(console), password="not the password at all")
    ivo.sign_in()
    ivo.browser.get("/watch")
    ivo.browser.post("/sign-out")
    assert [kind for kind, _, _ in log.notes] == ["sign-in-refused", "sign-in", "sign-out"]
    assert [reference for _, reference, _ in log.notes] == ["", ivo.reference, ivo.reference]
    assert not any(word in str(log.notes) for word in ("'ivo'", "Brandt"))


def test_the_watch_says_how_long_sessions_last(watch: Path, tmp_path: Path, clock: Clock) -> None:
    with console_with_clock(watch, tmp_path, clock) as console:
        assert (console.sessions.idle, console.sessions.shift) == (timedelta(minutes=30), timedelta(hours=12))
        settings = console.folder / "watch.toml"
        (name,) = [desk.name for desk in console.desks if desk.gives("sign_in_pages", "session_limits")]
        without_table(console.folder, f"desk.{name}")
        settings.write_text(f"{settings.read_text()}\n[desk.{name}]\nidle_minutes = 10\nshift_hours = 8\n")
        again = Console(console.store, console.folder, clock, console.desks)
        assert (again.sessions.idle, again.sessions.shift) == (timedelta(minutes=10), timedelta(hours=8))


def test_the_doors_proof_is_given_as_before(nora: Colleague, console: Console) -> None:
    console.door.open()
    assert session_of(console)
    assert browser_at(console).get("/door/proof", params={"of": "n"}).text == console.door.proof("n")


def _scope_of(colleague: Colleague) -> dict[str, object]:
    """The scope of a request of their browser, as the gate is given it."""
    cookie = f"{COOKIE}={colleague.browser.cookies[COOKIE]}"
    headers = {"host": "localhost", "user-agent": "Browser/1", "cookie": cookie}
    return {
        "type": "http",
        "method": "GET",
        "path": "/watch",
        "scheme": "http",
        "client": ("testclient", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
