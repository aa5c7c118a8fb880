"""Requests of every bad shape once there are accounts, of somebody who is signed in with one role and of a stranger:
answered, never by a fault of the program, and to the stranger with nothing of the watch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from tests.conftest import each
from tests.server.addresses import OF_EXAMPLE, Busy, Kind
from tests.server.conftest import busy_console, now
from tests.server.signing_in import Clock, browser_at, enrol
from tests.server.test_any_request import (
    PAYLOADS,
    Forms,
    answered,
    body_of,
    hostile_address,
    in_path,
    parameters_of,
)
from trucewatch.model.roles import Role
from trucewatch.server.entrance import ENTRANCE, FOR_ITS_PAGE, PROOF
from trucewatch.server.listen import app_of
from trucewatch.server.session_gate import OPEN, OPEN_FILES

GETS, POSTS = 2, 2
POST_BOX: frozenset[str] = frozenset(("/post/in", "/post/out", "/post/out/{number}"))
"""Where whoever has a message brings it, and asks for what waits by a public key; its receiver alone opens that."""
ENDS: frozenset[str] = frozenset(("/sign-out", "/sign-out/everywhere", "/me/session/end", "/me/password", "/sign-in"))
"""What ends the session that the others need, or begins another one."""


@dataclass(frozen=True)
class Both:
    """A console with accounts, as an officer meets it, or in an instance a member, and as a stranger does."""

    officer: Busy
    stranger: Busy


@pytest.fixture(scope="module", params=OF_EXAMPLE)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with busy_console(request.param, tmp_path_factory) as busy:
        clock = Clock(now())
        enrol(busy.console, clock, "Nora Keeper", "nora", Role.ADMINISTRATOR)
        role, side = (Role.MEMBER, "HR") if busy.is_aid else (Role.OFFICER, "NI")
        officer = enrol(busy.console, clock, "Ida Officer", "ida", role, side=side)
        yield Both(seen_by(busy, officer.browser), seen_by(busy, browser_at(busy.console)))
        busy.console.close()


def seen_by(busy: Busy, client: TestClient) -> Busy:
    return replace(busy, client=client)


def posted(busy: Busy) -> list[str]:
    """Every route that is posted to, as it is written."""
    routes = iter_route_contexts(app_of(busy.console).routes)
    return [route.path for route in routes if route.path and "POST" in (route.methods or ())]


def asked(busy: Busy, lot: Random, faults: list[str]) -> tuple[Counter[int], set[str]]:
    """Every address a few times: how often each status, and which addresses were answered with a page."""
    names, statuses, opened = parameters_of(busy), Counter[int](), set[str]()
    for address in each(address for address in busy.addresses if address.kind is not Kind.FEED):
        for _ in range(GETS):
            where = hostile_address(busy, address, names, lot)
            status, _text = answered(busy, "GET", where, faults)
            statuses[status] += 1
            if status == 200:
                opened.add(address.template)
    return statuses, opened


def sent(busy: Busy, lot: Random, faults: list[str], ends: frozenset[str] = frozenset()) -> Counter[int]:
    """Every form that is shown to them, and every route that is posted to, a few times."""
    forms: dict[str, list[tuple[str, str]]] = {}
    for address in busy.addresses:
        if address.kind is Kind.PAGE:
            reader = Forms()
            reader.feed(answered(busy, "GET", busy.at(address), faults)[1])
            forms |= {action.partition("?")[0] or busy.at(address): fields for action, fields in reader.forms}
    statuses = Counter[int]()
    filled = [re.sub(r"\{[^}]*\}", lambda _: in_path(lot.choice(PAYLOADS)), path) for path in each(posted(busy))]
    for where in [where for where in (*forms, *filled) if where not in ends]:
        for _ in range(POSTS):
            fields = list(forms.get(where, [])) or [("reason", ""), ("confirm", "")]
            at = lot.randrange(len(fields))
            fields[at] = (fields[at][0], lot.choice(PAYLOADS))
            statuses[answered(busy, "POST", where, faults, **body_of(fields, lot))[0]] += 1
    return statuses


def test_no_address_fails_whatever_somebody_with_one_role_asks_for(both: Both) -> None:
    faults = list[str]()
    statuses, opened = asked(both.officer, Random(31), faults)
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults)
    assert {200, 403, 404} <= statuses.keys(), "some pages open, some are not of the role"
    assert len(opened) > 20


# Of a part that is cut off Starlette leaves the file to the collector of garbage, which closes it.
@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning")
def test_no_form_fails_whatever_somebody_with_one_role_sends(both: Both) -> None:
    faults = list[str]()
    statuses = sent(both.officer, Random(32), faults, ENDS)
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults)
    assert {403, 422} <= statuses.keys(), "some are refused to the role, some as they were typed"
    assert statuses[401] == 0, "the session lasts"


def test_no_address_fails_whatever_a_stranger_asks_for_and_none_shows_the_watch(both: Both) -> None:
    faults = list[str]()
    statuses, opened = asked(both.stranger, Random(33), faults)
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults)
    assert {200, 303} <= statuses.keys()
    assert opened <= {*OPEN, *OPEN_FILES, *FOR_ITS_PAGE, ENTRANCE, PROOF, *POST_BOX}


def test_no_form_fails_whatever_a_stranger_sends_and_nothing_is_entered(both: Both) -> None:
    faults, before = list[str](), len(both.stranger.console.store.journal)
    statuses = sent(both.stranger, Random(34), faults)
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults)
    assert 401 in statuses
    assert not {200, 201} & statuses.keys()
    assert len(both.stranger.console.store.journal) == before
