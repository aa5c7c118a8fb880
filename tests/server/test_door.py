"""The door: nothing of a watch without a cookie or a token, and no more with a token than it is for."""

from __future__ import annotations

import html
import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from tests.conftest import each
from tests.server.addresses import ADDRESSES, OF_STRANGERS, Address, Busy, Kind
from tests.server.conftest import client_of, let_in, session_of
from trucewatch.errors import StoreError
from trucewatch.server.console import Console
from trucewatch.server.door import DOOR, PROGRAMS, Door
from trucewatch.server.entrance import ENTRANCE, FOR_ITS_PAGE
from trucewatch.server.listen import app_of
from trucewatch.server.security import host_name

NOW = datetime(2031, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    opened = Door(tmp_path / "private", lambda: NOW)
    opened.open()
    return opened


def stranger(console: Console) -> TestClient:
    """A browser on the same computer that was never let in."""
    return TestClient(app_of(console), base_url="http://localhost", follow_redirects=False)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def strangers(busy_valleys: Busy) -> dict[str, dict[str, Any]]:
    """What somebody may offer who is not to come in, by its name."""
    door = busy_valleys.console.door
    revoked = door.add_program("gone", holder="joint-centre", scope="read")
    door.revoke("gone")
    elsewhere = f"tw_door_0={'a' * 22}.{'b' * 43}"
    used = door.own_token()
    assert door.use(used)
    return {
        "nothing": {},
        "a cookie that was made up": {"cookie": elsewhere},
        "an empty cookie": {"cookie": "tw_door_0=; tw_door_0=."},
        "the cookie of a console at another port": {"cookie": f"tw_door_8021={session_of(busy_valleys.console)}"},
        "a token that was made up": bearer("tw-" + "a" * 32),
        "a token that was revoked": bearer(revoked),
        "an address used already, as a token": bearer(used),
        "no token": bearer(""),
        "a word that is not ASCII": {"cookie": "tw_door_0=é".encode()},
    }


def secrets_of(busy: Busy) -> list[str]:
    """Words that stand on the pages of this watch and in none of the program's own."""
    snapshot = busy.console.snapshot
    return ["Two Valleys", snapshot.watch.settings.id, *snapshot.codes[:3], snapshot.version]


CLOSED = [address for address in ADDRESSES if address.template not in OF_STRANGERS]


@pytest.mark.parametrize("address", CLOSED, ids=lambda address: address.name)
def test_no_address_gives_anything_to_who_was_not_let_in(
    busy_valleys: Busy, strangers: dict[str, dict[str, Any]], address: Address
) -> None:
    browser, where = stranger(busy_valleys.console), busy_valleys.at(address)
    for name, headers in each(strangers.items()):
        for accept in ("text/html", "*/*", "application/json"):
            answer = browser.get(where, headers=headers | {"accept": accept})
            assert answer.status_code == 401, (name, answer.text[:200])
            assert answer.headers["cache-control"] == "no-store"
            assert [word for word in secrets_of(busy_valleys) if word in answer.text] == []
    assert browser.head(where).status_code == 401


@pytest.mark.parametrize("address", [each for each in ADDRESSES if each.template in OF_STRANGERS], ids=str)
def test_the_post_box_tells_a_stranger_nothing_of_the_watch(
    busy_valleys: Busy, strangers: dict[str, dict[str, Any]], address: Address
) -> None:
    browser, where = stranger(busy_valleys.console), busy_valleys.at(address)
    for headers in each(strangers.values()):
        for accept in ("text/html", "*/*", "application/json"):
            answer = browser.get(where, headers=headers | {"accept": accept})
            assert answer.status_code in (200, 404, 422)
            assert answer.headers["cache-control"] == "no-store"
            assert [word for word in secrets_of(busy_valleys) if word in answer.text] == []


def test_no_act_of_who_was_not_let_in_is_entered(busy_valleys: Busy, strangers: dict[str, dict[str, Any]]) -> None:
    console = busy_valleys.console
    browser, before = stranger(console), len(console.store.journal)
    posts = [
        route.path
        for route in iter_route_contexts(app_of(console).routes)
        if route.path and "POST" in (route.methods or ())
    ]
    assert len(posts) > 30
    for path in each(posts):
        where = re.sub(r"\{[^}]*\}", "x", path)
        for name, headers in strangers.items():
            answer = browser.post(where, headers=headers, data={"reason": "x", "confirm": "yes"})
            assert answer.status_code == (422 if path in OF_STRANGERS else 401), name
    assert len(console.store.journal) == before


def test_the_files_that_the_doors_page_names_are_all_that_is_open(busy_valleys: Busy) -> None:
    browser = stranger(busy_valleys.console)
    page = browser.get("/watch", headers={"accept": "text/html"})
    assert "trucewatch tokens WATCH address" in page.text
    named = re.findall(r'(?:href|src)="(/[^"]*)"', page.text)
    assert sorted(named) == sorted(FOR_ITS_PAGE)
    assert all(browser.get(name).status_code == 200 for name in named)
    assert browser.get("/static/built/console.js").status_code == 401
    assert browser.get("/static/css/../css/frame.css").status_code == 401


def test_an_address_opens_the_console_once_and_leaves_no_trace(valleys: Console) -> None:
    valleys.door.open()
    browser, other = stranger(valleys), stranger(valleys)
    token = valleys.door.own_token()
    answer = browser.get(ENTRANCE, params={"once": token}, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert token not in str(answer.headers)
    assert browser.get("/watch").status_code == 200
    again = other.get(ENTRANCE, params={"once": token}, headers={"accept": "text/html"})
    assert again.status_code == 401
    assert "used already" in again.text
    assert token not in again.text
    # Who is in already and opens the same address again, from the history, goes on.
    assert browser.get(ENTRANCE, params={"once": token}).status_code == 303


@pytest.mark.parametrize("headers", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}])
def test_a_browser_that_only_looks_ahead_uses_no_address_up(valleys: Console, headers: dict[str, str]) -> None:
    valleys.door.open()
    token = valleys.door.own_token()
    assert stranger(valleys).get(ENTRANCE, params={"once": token}, headers=headers).status_code == 401
    assert stranger(valleys).head(ENTRANCE, params={"once": token}).status_code == 401
    assert stranger(valleys).get(ENTRANCE, params={"once": token}).status_code == 303


def test_an_address_that_a_file_or_another_page_leads_to_goes_on_by_a_page_of_ours(valleys: Console) -> None:
    """The browser keeps a strict cookie back on the way from another site, also from the one that gave it."""
    valleys.door.open()
    visit = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    browser = stranger(valleys)
    answer = browser.get(ENTRANCE, params={"once": valleys.door.own_token()}, headers=visit)
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=/")
    assert browser.get("/watch").status_code == 200
    follows = browser.get("/incidents?lang=ru&x=%3Cb%3E", headers=visit | {"accept": "text/html"})
    assert follows.status_code == 401
    assert 'href="/incidents?lang=ru&amp;x=%3Cb%3E"' in follows.text


def test_pages_of_other_sites_get_nothing_that_costs(valleys: Console) -> None:
    client = client_of(valleys)
    for site in ("cross-site", "same-site"):
        for mode, destination in (
            ("no-cors", "image"),
            ("cors", "empty"),
            ("navigate", "iframe"),
            ("navigate", "embed"),
        ):
            headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": destination}
            assert client.get("/reports/look", headers=headers).status_code == 403
        headers = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        assert client.get("/reports/look", headers=headers).status_code == 401
    assert client.get("/watch", headers={"sec-fetch-site": "none"}).status_code == 200
    assert client.get("/watch", headers={"sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "localhost:evil.com",
        "[::1]evil.com",
        "[::1]:8020:1",
        "localhost:",
        "localhost:80 ",
        "127.0.0.1@evil.com",
        "",
        "localhost.evil.com",
        "localhost#",
        "[localhost]",
        "localhost:8020/x",
        "evil.com:8020",
    ],
)
def test_a_host_with_anything_about_it_is_refused(valleys: Console, host: str) -> None:
    assert client_of(valleys).get("/watch", headers={"host": host}).status_code == 421


def test_hosts_of_this_computer_are_taken_with_any_port() -> None:
    assert [host_name(host) for host in ("localhost", "LOCALHOST:1", "127.0.0.1:65535", "[::1]:8020", "[::1]")] == [
        "localhost",
        "localhost",
        "127.0.0.1",
        "::1",
        "::1",
    ]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_head_answers_as_get_does_without_the_body(busy_valleys: Busy, address: Address) -> None:
    where = busy_valleys.at(address)
    head = busy_valleys.client.head(where, headers={"accept": "text/html"})
    assert head.content == b""
    if address.kind is not Kind.FEED:
        get = busy_valleys.client.get(where, headers={"accept": "text/html"})
        assert (head.status_code, head.headers.get("content-type")) == (
            get.status_code,
            get.headers.get("content-type"),
        )


KEPT_BY_BROWSERS = {"/words.json": "no-cache", "/watch/signs.json": "max-age=3600"}
"""Addresses whose answers a browser may keep; forms are kept for the way back, by their owner's browser alone."""


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
def test_no_unreleased_place_stays_in_a_browsers_disk_cache(busy_valleys: Busy, address: Address) -> None:
    answer = busy_valleys.client.get(busy_valleys.at(address), headers={"accept": "text/html"})
    kept = answer.headers["cache-control"]
    is_form = re.search(r"/(act|verify|new)(/|$)", urlsplit(busy_valleys.at(address)).path) is not None
    assert kept == KEPT_BY_BROWSERS.get(address.template, "no-store") or (is_form and kept == "private")


# Programs


def test_a_token_that_reads_gives_its_recipients_release_and_nothing_else(busy_valleys: Busy) -> None:
    door, browser = busy_valleys.console.door, stranger(busy_valleys.console)
    own = bearer(door.add_program("reader", holder="public", scope="read"))
    others = [recipient.id for recipient in busy_valleys.console.snapshot.watch.settings.recipient]
    assert browser.get("/ogc/public/collections/incidents/items", headers=own).status_code == 200
    assert browser.head("/ogc/public", headers=own).status_code == 200
    for recipient in each(set(others) - {"public"}):
        for path in ("", "/", "/collections/incidents/items"):
            assert browser.get(f"/ogc/{recipient}{path}", headers=own).status_code == 403
    for address in each(ADDRESSES):
        where = busy_valleys.at(address)
        # `/ogc` itself names to each program what is its own: tests/desks/ogc/test_pages.py.
        if address in CLOSED and not re.match(r"/ogc/?$|/ogc/public(/|$)", urlsplit(where).path):
            assert browser.get(where, headers=own).status_code in (401, 403)
    assert browser.post("/ogc/public", headers=own).status_code == 403
    assert browser.post("/api/inbox/patrols", headers=own, files={"file": ("a.csv", b"x")}).status_code == 403
    door.revoke("reader")
    assert browser.get("/ogc/public", headers=own).status_code == 401


def test_a_token_in_the_address_leads_on_through_every_link(busy_valleys: Busy) -> None:
    door, browser = busy_valleys.console.door, stranger(busy_valleys.console)
    token = door.add_program("qgis", holder="joint-centre", scope="read")
    waiting, seen = [f"/ogc/joint-centre?token={token}&lang=en"], set()
    while waiting:
        where = waiting.pop()
        answer = browser.get(where)
        assert answer.status_code == 200, (where, answer.text[:200])
        seen.add(urlsplit(where).path)
        content = answer.json()
        links = [link["href"] for one in (content, *content.get("collections", ())) for link in one.get("links", ())]
        waiting += [link for link in links if urlsplit(link).path not in seen]
    assert len(seen) >= 8
    assert browser.get(f"/incidents?token={token}").status_code == 401
    bringing = door.add_program("camera", holder="joint-centre", scope="inbox")
    assert browser.get(f"/ogc/joint-centre?token={bringing}").status_code == 403
    assert token not in browser.get("/ogc/joint-centre/api", headers=bearer(token)).text
    door.revoke("qgis")
    door.revoke("camera")
    assert browser.get(f"/ogc/joint-centre?token={token}").status_code == 401


def test_a_token_that_brings_files_does_nothing_else(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    browser = stranger(console)
    sources = [setting.id for setting in console.snapshot.watch.settings.source]
    own = bearer(console.door.add_program("camera", holder=sources[0], scope="inbox"))
    pattern = console.snapshot.watch.settings.source[0].files[0]
    name = pattern.rpartition("/")[2].replace("*", "x")
    (console.folder / "inbox" / name).unlink(missing_ok=True)
    file = {"file": (name, b"a,b\n1,2\n")}
    assert browser.post(f"/api/inbox/{sources[0]}", headers=own, files=file).status_code == 201
    assert browser.post(f"/api/inbox/{sources[1]}", headers=own, files=file).status_code == 403
    for path in ("/watch", "/api/state", "/ogc/public", "/api/openapi.json", f"/api/inbox/{sources[0]}"):
        assert browser.get(path, headers=own).status_code in (401, 403)
    assert browser.post("/ledger/checkpoint", headers=own).status_code == 403
    mode = stat.S_IMODE((console.folder / "inbox" / name).stat().st_mode)
    assert mode == 0o600


def test_a_token_for_a_source_that_was_taken_out_brings_no_other_sources_files(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    browser, watch = stranger(console), console.snapshot.watch
    gone, other = watch.settings.source[:2]
    gone_token = bearer(console.door.add_program("camera", holder=gone.id, scope="inbox"))
    for_all = bearer(console.door.add_program("centre", holder=watch.settings.recipient[0].id, scope="inbox"))
    left = tuple(source for source in watch.settings.source if source != gone)
    console.show(replace(console.snapshot, watch=replace(watch, settings=replace(watch.settings, source=left))))
    name = other.files[0].rpartition("/")[2].replace("*", "of-a-program")
    (console.folder / "inbox" / name).unlink(missing_ok=True)
    file = {"file": (name, b"a,b\n1,2\n")}
    assert browser.post(f"/api/inbox/{other.id}", headers=gone_token, files=file).status_code == 403
    assert browser.post(f"/api/inbox/{gone.id}", headers=gone_token, files=file).status_code == 404
    assert not (console.folder / "inbox" / name).exists()
    assert browser.post(f"/api/inbox/{other.id}", headers=for_all, files=file).status_code == 201


# What lies on the disk


def test_the_doors_files_are_their_owners_alone_and_hold_no_token(door: Door, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        address, program = door.asked_token(), door.add_program("p", holder="public", scope="read")
    finally:
        os.umask(before)
    folder = tmp_path / "private"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in (DOOR, PROGRAMS):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
        text = (folder / name).read_text()
        assert address not in text
        assert program not in text


def test_another_process_gives_addresses_and_takes_tokens_back(door: Door, tmp_path: Path) -> None:
    beside = Door(tmp_path / "private", lambda: NOW)
    token = beside.asked_token()
    cookie = door.use(token)
    assert cookie
    assert door.is_session(cookie)
    assert beside.use(token) is None
    program = beside.add_program("p", holder="public", scope="read")
    assert door.program_of(program)
    beside.revoke("p")
    assert door.program_of(program) is None
    beside.open(anew=True)
    assert not door.is_session(cookie)


def test_a_door_without_its_files_is_shut(door: Door, tmp_path: Path) -> None:
    cookie = door.use(door.own_token())
    assert cookie
    for content in (b"", b"[]", b"{", b'{"secret": ""}', b"[" * 100_000):
        (tmp_path / "private" / DOOR).write_bytes(content)
        assert not door.is_session(cookie)
    (tmp_path / "private" / DOOR).unlink()
    assert not door.is_session(cookie)
    (tmp_path / "private" / DOOR).symlink_to(tmp_path / "elsewhere.json")
    (tmp_path / "elsewhere.json").write_text('{"secret": "known"}')
    assert not door.is_session(cookie)


def test_addresses_that_nobody_used_do_not_pile_up(door: Door) -> None:
    first = door.asked_token()
    for _ in range(40):
        last = door.asked_token()
    assert door.use(first) is None
    assert door.use(last)


@pytest.mark.parametrize(
    ("name", "scope"), [("", "read"), ("a b", "read"), ("../x", "read"), ("x" * 61, "read"), ("x", "all")]
)
def test_a_program_needs_a_name_and_a_scope(door: Door, name: str, scope: str) -> None:
    with pytest.raises(StoreError, match="nothing was made"):
        door.add_program(name, holder="public", scope=scope)


def test_a_name_is_given_once_and_only_one_that_is_there_is_revoked(door: Door) -> None:
    door.add_program("p", holder="public", scope="read")
    with pytest.raises(StoreError, match="revoke its token first"):
        door.add_program("p", holder="public", scope="read")
    with pytest.raises(StoreError, match="there are: p"):
        door.revoke("q")


def test_two_consoles_of_one_host_have_two_cookies(valleys: Console) -> None:
    valleys.door.open()
    names = set()
    for port in (8020, 8021):
        answer = stranger(valleys).get(
            ENTRANCE, params={"once": valleys.door.own_token()}, headers={"host": f"localhost:{port}"}
        )
        names.add(answer.headers["set-cookie"].partition("=")[0])
    assert names == {"tw_door_8020", "tw_door_8021"}


def test_every_cookie_is_for_tls_alone_where_there_is_tls(valleys: Console) -> None:
    valleys.door.open()
    browser = TestClient(app_of(valleys), base_url="https://localhost:8443", follow_redirects=False)
    answer = browser.get(ENTRANCE, params={"once": valleys.door.own_token()})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-tw_door_8443=")
    assert "Secure" in cookie
    assert browser.get("/watch").status_code == 200
    answer = browser.post("/settings", data={"lang": "ru", "theme": "dark"})
    kept = answer.headers.get_list("set-cookie")
    assert len(kept) == 2
    assert all("Secure" in one for one in kept)


def test_the_doors_page_speaks_the_readers_language(valleys: Console) -> None:
    page = stranger(valleys).get("/watch", headers={"accept": "text/html", "accept-language": "ru"}).text
    assert 'lang="ru"' in page
    assert html.escape("trucewatch tokens WATCH address") in page


def test_who_was_let_in_reaches_everything(busy_valleys: Busy) -> None:
    client = let_in(stranger(busy_valleys.console), busy_valleys.console)
    for path in ("/watch", "/api/state", "/ogc/joint-centre", "/static/built/console.js", "/api/openapi.json"):
        assert client.get(path).status_code == 200
