"""Once there are accounts: who comes in, and who does not."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.routing import iter_route_contexts

from tests.conftest import each
from tests.server.addresses import OF_STRANGERS
from tests.server.conftest import client_of
from tests.server.signing_in import Colleague, browser_at, complete, enrol, invite
from tests.store.test_sign_in_accounts import PASSWORD, Clock
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.security import POLICY
from trucewatch.server.session_gate import NOT_SIGNED_IN

COOKIE = "tw_session_0"


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
    open_to_all = {re.sub(r"\{[^}]*\}", "x", template) for template in OF_STRANGERS}
    length = len(console.store.journal)
    for method, path in each(sorted(routes)):
        for accept in ("text/html", "application/json"):
            answer = stranger.request(
                method, path, headers={"accept": accept}, data={"reason": "x"} if method == "POST" else None
            )
            assert "Two Valleys" not in answer.text
            if path in open_to_all:
                assert answer.status_code in (200, 303, 401, 404, 422), (method, path, answer.status_code)
                continue
            assert answer.status_code in (303, 401), (method, path, answer.status_code)
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
