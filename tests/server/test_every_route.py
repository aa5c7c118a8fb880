"""Every route states what it needs, and lets in exactly the roles that have it; nothing is shown that would be
refused."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final
from unittest.mock import MagicMock

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.requests import Request

from tests.conftest import each
from tests.desks.posts import POSTS, filled
from tests.server.addresses import ADDRESSES, PAGES, Busy, Kind
from tests.server.signed_in import EVERYBODY, browser_of, person_as
from trucewatch.desks import find
from trucewatch.model.roles import RIGHTS, Right, Role
from trucewatch.server.listen import app_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, check_rights, is_export, needed
from trucewatch.server.ways_in import Reach, reach_of

ROUTES: Final = [
    (str(route.path), sorted(route.methods or ()), route.endpoint, route.original_route)
    for route in iter_route_contexts(app_of(MagicMock(desks=find())).routes)
    if route.endpoint is not None
]
READS_ONLY: Final = (Role.AUDITOR, Role.INTERPRETER)
SAMPLE: Final = [address for address in PAGES if "{" not in address.template][:25]


def _asking(endpoint: Any, role: Role | str) -> Request:
    return Request({"type": "http", "headers": [], "endpoint": endpoint, "state": {"person": person_as(role)}})


def _is_let_in(endpoint: Any, role: Role | str) -> bool:
    try:
        check_rights(_asking(endpoint, role))
    except RefusalError as exc:
        return (exc.status_code, exc.message) != (403, NOT_YOURS)
    return True


def _rights(role: Role | str) -> frozenset[Right]:
    return RIGHTS[role] if isinstance(role, Role) else frozenset((Right.ANYBODY, Right.OWN))


@pytest.mark.parametrize("path", sorted({path for path, *_ in ROUTES}))
def test_every_route_states_what_it_needs(path: str) -> None:
    for _path, methods, endpoint, _route in each([route for route in ROUTES if route[0] == path]):
        assert needed(endpoint), f"{methods} {path}: say @needs(Right.…) below its route"


@pytest.mark.parametrize("role", EVERYBODY)
def test_exactly_who_has_the_right_comes_in(role: Role | str) -> None:
    let_in = 0
    for path, methods, endpoint, _route in each(ROUTES):
        may = bool((needed(endpoint) or frozenset()) & _rights(role))
        assert _is_let_in(endpoint, role) == may, f"{role} {methods} {path}"
        let_in += may
    assert 0 < let_in < len(ROUTES)


def test_what_states_nothing_is_closed_to_everybody_who_has_an_account() -> None:
    def unstated() -> None: ...

    assert [role for role in EVERYBODY if _is_let_in(unstated, role)] == []


def test_whoever_only_reads_reaches_no_act() -> None:
    """An auditor takes files and plays the past; nothing that they can send changes anything but who took what."""
    open_to_readers = frozenset((Right.ANYBODY, Right.OWN, Right.TRANSLATE, Right.AUDIT))
    for role in READS_ONLY:
        reached = [path for path, methods, endpoint, _ in ROUTES if "POST" in methods and _is_let_in(endpoint, role)]
        assert "/replay" in reached
        for path, methods, endpoint, _ in ROUTES:
            if path in reached and "POST" in methods:
                may = is_export(endpoint) or path.startswith("/replay") or (needed(endpoint) or set()) & open_to_readers
                assert may, f"{role} {path}"


def test_every_route_of_a_desk_is_asked_before_it(busy_valleys: Busy) -> None:
    """Each is a route of the kind whose dependencies are asked; what is none shows nothing of any watch."""
    plain = {path for path, _, _, route in ROUTES if not isinstance(route, APIRoute)}
    assert plain == {"/", "/api/openapi.json"}


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_has_not_the_right_is_told_so_by_the_address_itself(busy_valleys: Busy, role: Role | str) -> None:
    browser, console = browser_of(busy_valleys.console, person_as(role)), busy_valleys.console
    reach, before, refused = reach_of(app_of(console)), len(console.store.journal), 0
    for address in ADDRESSES:
        if not reach.lets(_rights(role), address.template):
            answer = browser.get(busy_valleys.at(address), headers={"accept": "application/json"})
            assert answer.status_code == 403, address.name
            assert answer.json() == {"detail": str(NOT_YOURS)}
            refused += 1
    for template in POSTS:
        if not reach.lets(_rights(role), template, "POST"):
            answer = browser.post(filled(template, busy_valleys), data={"confirm": "yes", "reason": "a film set"})
            assert answer.status_code == 403, template
            assert str(NOT_YOURS)[:40] in answer.text
            refused += 1
    assert refused > 1
    assert len(console.store.journal) == before, "nothing was entered"


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_has_the_right_sees_the_page(busy_valleys: Busy, role: Role | str) -> None:
    browser, reach = browser_of(busy_valleys.console, person_as(role)), reach_of(app_of(busy_valleys.console))
    for address in each(SAMPLE):
        status = browser.get(busy_valleys.at(address), headers={"accept": "text/html"}).status_code
        assert (status == 403) == (not reach.lets(_rights(role), address.template)), address.name


class Ways(HTMLParser):
    """Where the links of a page lead, and where its forms go."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "a" and named.get("href", "").startswith("/"):
            self.links.append(named["href"])
        if named.get("formaction", "").startswith("/"):
            self.forms.append(named["formaction"])
        if tag == "form":
            (self.forms if named.get("method") == "post" else self.links).append(named.get("action", ""))


def _dead(busy: Busy, role: Role | str, reach: Reach) -> Iterator[str]:
    """What the pages that a role opens show, and the role may not do."""
    browser = browser_of(busy.console, person_as(role))
    for address in PAGES:
        if not reach.lets(_rights(role), address.template):
            continue
        where = busy.at(address)
        ways = Ways()
        ways.feed(browser.get(where, headers={"accept": "text/html"}).text)
        for link in ways.links:
            if link and not reach.lets(_rights(role), html.unescape(link)):
                yield f"{address.template}: a link to {link}"
        for form in ways.forms:
            if not reach.lets(_rights(role), html.unescape(form or where), "POST"):
                yield f"{address.template}: a form for {form or where}"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.ADMINISTRATOR, Role.LIAISON, Role.HEAD])
def test_no_page_shows_what_its_reader_may_not_do(busy_valleys: Busy, role: Role) -> None:
    reach = reach_of(app_of(busy_valleys.console))
    dead = sorted(set(_dead(busy_valleys, role, reach)))
    assert not dead, "\n".join(dead)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, "nobody"])
def test_who_reads_nothing_of_the_centre_is_given_nothing_of_it_by_any_address(
    busy_valleys: Busy, role: Role | str
) -> None:
    """Not by the pages that are open, not by the frame of a refusal, not by a file."""
    browser = browser_of(busy_valleys.console, person_as(role))
    snapshot, values = busy_valleys.console.snapshot, busy_valleys.values
    planted = [
        *snapshot.codes,
        snapshot.version,
        values["finding={finding}"],
        values["observation={observation}"],
        values["/reports/issued/{number:path}"],
    ]
    assert planted
    opened = 0
    for address in each(ADDRESSES):
        if address.kind is Kind.FEED:
            continue
        where = busy_valleys.at(address)
        answer = browser.get(where, headers={"accept": "text/html"})
        text = re.sub(r'name="back" value="[^"]*"', "", answer.text)  # the address that was asked for
        opened += answer.status_code == 200
        words = [word for word in planted if word in text]
        assert not words, f"{address.name} {answer.status_code}"
        assert not re.search(r'id="menu-count"|Log [\d,.\s]+entries', text), address.name
    assert opened or role == "nobody"
