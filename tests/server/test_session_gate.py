"""Once there are accounts: who comes in, who does not, and what ends that."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from tests.builders import without_table
from tests.conftest import each
from tests.own_loop import run as run_apart
from tests.server.conftest import client_of, session_of
from tests.server.signing_in import Colleague, browser_at, complete, console_with_clock, enrol, invite, worked_out
from tests.store.test_sign_in_accounts import PASSWORD, Clock
from trucewatch.model.roles import Right, Role
from trucewatch.server.console import Console
from trucewatch.server.feed import ASK_EVERY_S, Feed
from trucewatch.server.listen import app_of
from trucewatch.server.person import Person
from trucewatch.server.security import POLICY
from trucewatch.server.session_gate import NOT_SIGNED_IN, WHY
from trucewatch.store.role_records import end_role, grants_on_record
from trucewatch.store.sessions import Ending
from trucewatch.store.sign_in_accounts import ACCOUNTS, DAMAGED, GONE

COOKIE = "tw_session_0"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked_out(tmp_path_factory.mktemp("watch"))


@pytest.fixture
def console(watch: Path, tmp_path: Path, clock: Clock) -> Iterator[Console]:
    with console_with_clock(watch, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def nora(console: Console, clock: Clock) -> Colleague:
    """The administrator, whose account was the first."""
    return enrol(console, clock, "Nora Quill", "nora", Role.ADMINISTRATOR)


@pytest.fixture
def ivo(nora: Colleague, console: Console, clock: Clock) -> Colleague:
    """An officer of a delegation."""
    return enrol(console, clock, "Ivo Brandt", "ivo", Role.OFFICER, side="NI")


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


# Sent again


def test_a_second_click_shows_the_same_recovery_codes_whole(console: Console, clock: Clock, nora: Colleague) -> None:
    reference, token = invite(console, "Ivo Brandt", "ivo", Role.OFFICER, side="NI")
    secret = console.accounts.begin(token).secret
    ivo = Colleague(console, clock, reference, "ivo", secret, browser_at(console))
    ivo.browser.headers["idempotency-key"] = "a-second-click"
    code = ivo.code()
    first, second = (complete(ivo, token, code=code) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.headers["content-encoding"] == second.headers["content-encoding"] == "gzip"
    assert len(first.text) > 1000
    assert first.text == second.text


def test_nobody_is_given_the_answer_to_what_another_did(console: Console, nora: Colleague, ivo: Colleague) -> None:
    key = {"idempotency-key": "somebody-elses"}
    address = f"/people/{ivo.reference}/link"
    link = nora.browser.post(address, headers=key)
    assert link.status_code == 201
    assert "?once=" in link.text
    answer = ivo.browser.post(address, headers=key)
    assert answer.status_code == 403
    assert "?once=" not in answer.text
    assert nora.browser.post(address, headers=key).text == link.text


# The first account


def test_an_invitation_that_waits_changes_nothing(console: Console) -> None:
    _, token = invite(console, "Nora Quill", "nora", Role.ADMINISTRATOR)
    assert client_of(console).get("/watch").status_code == 200
    stranger = browser_at(console)
    assert stranger.get("/sign-in").status_code == 401
    assert stranger.get("/sign-in/first", params={"once": "x" * 32}).status_code == 401
    assert stranger.get("/sign-in/first", params={"once": token}).status_code == 200
    assert stranger.get("/watch").status_code == 401


def test_once_the_first_account_is_complete_the_doors_cookie_lets_nobody_in(console: Console, clock: Clock) -> None:
    before = client_of(console)
    assert before.get("/watch").status_code == 200
    enrol(console, clock, "Nora Quill", "nora", Role.ADMINISTRATOR)
    answer = before.get("/watch?standing=open", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fwatch%3Fstanding%3Dopen")
    once = console.door.own_token()
    answer = before.get("/door", params={"once": once})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "set-cookie" not in answer.headers


def test_the_page_of_a_link_shows_a_picture_and_the_secret_and_uses_nothing_up(console: Console) -> None:
    _, token = invite(console, "Nora Quill", "nora", Role.ADMINISTRATOR)
    secret = console.accounts.begin(token).secret
    stranger = browser_at(console)
    pages = [stranger.get("/sign-in/first", params={"once": token}) for _ in range(2)]
    for page in pages:
        assert page.headers["content-security-policy"] == POLICY
        assert page.headers["cache-control"] == "no-store"
        assert "<svg" in page.text
        assert "style=" not in page.text
        assert " ".join(re.findall("....", secret)) in page.text
    assert console.accounts.invited(token) is not None


def test_a_link_is_good_once_and_its_faults_stand_beside_their_fields(console: Console, clock: Clock) -> None:
    reference, token = invite(console, "Nora Quill", "nora", Role.ADMINISTRATOR)
    nora = Colleague(console, clock, reference, "nora", console.accounts.begin(token).secret, browser_at(console))
    for field, typed in (
        ("again", {"again": "something else"}),
        ("password", {"password": "short", "again": "short"}),
        ("code", {"code": "000000"}),
    ):
        answer = complete(nora, token, **typed)
        assert answer.status_code == 422
        assert f'id="fault-{field}"' in answer.text
        assert PASSWORD not in answer.text
    answer = complete(nora, token)
    assert (answer.status_code, len(re.findall(r"<li><bdi>[A-Z2-7-]{19}</bdi>", answer.text))) == (201, 10)
    assert nora.browser.get("/sign-in").headers["location"] == "/me" or console.gate.in_use
    clock.pass_on(60)
    for stranger in (browser_at(console), nora.browser):
        assert stranger.get("/sign-in/first", params={"once": token}).status_code == 404
        assert stranger.post("/sign-in/first", params={"once": token}, data={"password": "x"}).status_code == 404


def test_completing_is_on_record_and_holds_no_name_and_no_login(nora: Colleague, console: Console) -> None:
    records = [entry.record for entry in console.store.journal.entries()]
    completed = [record for record in records if record.get("act") == "completed"]
    assert [record["person"] for record in completed] == [nora.reference]
    assert not any(word in str(record) for record in records for word in ("Quill", "'nora'"))


# Nobody else


def test_no_address_gives_anything_to_who_is_not_signed_in(nora: Colleague, console: Console) -> None:
    stranger = client_of(console)
    app = app_of(console)
    routes = {
        (method, re.sub(r"\{[^}]*\}", "x", route.path))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if route.path and not route.path.startswith("/sign-in")
    }
    assert len(routes) > 100
    length = len(console.store.journal)
    for method, path in each(sorted(routes)):
        for accept in ("text/html", "application/json"):
            answer = stranger.request(
                method, path, headers={"accept": accept}, data={"reason": "x"} if method == "POST" else None
            )
            assert answer.status_code in (303, 401), (method, path, answer.status_code)
            assert "Two Valleys" not in answer.text
            if answer.status_code == 303:
                assert (method, accept) in (("GET", "text/html"), ("HEAD", "text/html")) or path == "/door"
                assert answer.headers["location"].startswith("/sign-in")
    assert len(console.store.journal) == length
    assert stranger.get("/api/state", headers={"accept": "*/*"}).json() == {"detail": str(NOT_SIGNED_IN)}


def test_the_page_to_sign_in_says_nothing_of_the_watch_and_names_open_files_alone(
    nora: Colleague, console: Console
) -> None:
    stranger = browser_at(console)
    pages = [stranger.get("/sign-in"), stranger.delete("/sign-in"), stranger.get("/sign-in/first?once=x")]
    for page in pages:
        assert "Two Valleys" not in page.text
        assert "/watch" not in page.text
    named = re.findall(r'(?:href|src)="(/static[^"]*)"', pages[0].text)
    assert len(named) == 4
    assert [stranger.get(name).status_code for name in named] == [200] * 4
    assert stranger.get("/static/built/console.js").status_code == 303


def test_a_program_comes_in_by_its_token_as_before(nora: Colleague, console: Console) -> None:
    token = console.door.add_program("reader", holder="joint-centre", scope="read")
    stranger = browser_at(console)
    bearer = {"authorization": f"Bearer {token}", "accept": "application/json"}
    assert stranger.get("/ogc/joint-centre", headers=bearer).status_code == 200
    assert stranger.get("/api/state", headers=bearer).status_code == 403


def test_a_stranger_can_send_a_small_form_and_no_file(nora: Colleague, console: Console) -> None:
    stranger = browser_at(console)
    assert stranger.post("/sign-in", data={"login": "x" * 20_000}).status_code == 413
    assert stranger.post("/sign-in", files={"login": ("a", b"x")}).status_code == 415


# Signing in


def test_signing_in_leads_on_to_where_one_was_going(ivo: Colleague, console: Console) -> None:
    browser = browser_at(console)
    answer = ivo.sign_in(browser, next="/watch?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/watch?a=1")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/"))
    assert "domain" not in cookie
    assert browser.get("/watch").status_code == 200


def test_under_tls_the_cookie_is_held_to_this_host(nora: Colleague, console: Console) -> None:
    answer = nora.sign_in(browser_at(console, scheme="https"))
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-tw_session_0=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/sign-in",
    ],
)
def test_nobody_is_led_to_another_host(ivo: Colleague, console: Console, where: str) -> None:
    browser = browser_at(console)
    page = browser.get("/sign-in", params={"next": where})
    assert 'name="next" value="/"' in page.text
    assert ivo.sign_in(browser, next=where).headers["location"] == "/"


def test_signing_in_gives_a_new_token_and_ends_the_session_that_the_browser_brought(
    ivo: Colleague, nora: Colleague, console: Console
) -> None:
    """A cookie that somebody else put into a browser does not become the session of who signs in there."""
    brought = nora.browser.cookies[COOKIE]
    browser = browser_at(console)
    browser.cookies.set(COOKIE, brought, domain="localhost.local", path="/")
    answer = ivo.sign_in(browser)
    assert answer.status_code == 303
    assert brought not in answer.headers["set-cookie"]
    assert nora.browser.get("/sign-in").status_code == 200  # no longer led on
    planted = browser_at(console)
    planted.headers["cookie"] = f"{COOKIE}={'A' * 43}"
    answer = ivo.sign_in(planted)
    assert "A" * 43 not in answer.headers["set-cookie"]


def test_wrong_words_are_answered_alike_and_the_wait_is_said(ivo: Colleague, console: Console) -> None:
    answers = {}
    for login in ("ivo", "nobody"):
        texts = []
        for _ in range(7):
            answer = ivo.sign_in(browser_at(console), login=login, password="not the password at all")
            texts.append((answer.status_code, re.sub(r'name="once" value="[^"]*"|value="\w+"', "", answer.text)))
            ivo.clock.pass_on(-60)
        answers[login] = texts
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "Too many tries" in answer.text
        console.accounts._waits.succeed(login, "testclient")
    assert answers["ivo"] == answers["nobody"]


def test_a_code_is_good_once_also_in_another_browser(ivo: Colleague, console: Console) -> None:
    ivo.clock.pass_on(60)
    code = ivo.code()
    fields = {"login": "ivo", "password": PASSWORD, "code": code}
    assert browser_at(console).post("/sign-in", data=fields).status_code == 303
    answer = browser_at(console).post("/sign-in", data=fields)
    assert answer.status_code == 401
    assert "used already" in answer.text
    assert 'value="ivo"' in answer.text
    assert PASSWORD not in answer.text


def test_a_telephone_that_is_an_hour_off_is_told_so(ivo: Colleague, console: Console) -> None:
    ivo.clock.pass_on(60)
    answer = browser_at(console).post("/sign-in", data={"login": "ivo", "password": PASSWORD, "code": ivo.code(3600)})
    assert answer.status_code == 401
    assert "about 60 minutes ahead of the clock of the centre" in html.unescape(answer.text)


def test_a_page_of_another_site_signs_nobody_in_and_out(ivo: Colleague, console: Console) -> None:
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        browser = browser_at(console)
        browser.headers.update(headers)
        assert ivo.sign_in(browser).status_code == 403
        assert ivo.browser.post("/sign-out", headers=headers).status_code == 403
    assert ivo.browser.get("/watch").status_code == 200


def test_who_comes_by_a_link_of_another_site_goes_on_by_a_page_of_ours(ivo: Colleague) -> None:
    visit = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    page = ivo.browser.get("/watch?a=1", headers=visit)
    assert page.status_code == 401
    assert 'href="/watch?a=1"' in page.text
    assert "Two Valleys" not in page.text


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
