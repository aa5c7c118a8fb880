"""The console of a humanitarian instance: its own desks, its own roles, and no address of the joint centre's."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

import pytest
from fastapi.routing import iter_route_contexts

from tests.conftest import each
from tests.desks.posts import AID_ENTERS_NOTHING, AID_POSTS, POSTS
from tests.server.addresses import ADDRESSES, AID_ADDRESSES, AID_PAGES, Busy, Kind, put_to_work
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from tests.server.signing_in import invite
from tests.server.test_every_route import Ways
from trucewatch.desks import find, serving
from trucewatch.model.roles import EVERY, RIGHTS, Role, roles_of
from trucewatch.server.console import Console
from trucewatch.server.listen import Address, app_of
from trucewatch.server.neighbours import neighbours_of
from trucewatch.server.ways_in import reach_of
from trucewatch.watch.template import write_template

OF_THE_CENTRE: Final = sorted(
    {address.template for address in ADDRESSES} - {address.template for address in AID_ADDRESSES}
)
ROLES: Final = roles_of("humanitarian")
SIDES: Final = {Role.MEMBER: "HR", Role.LIAISON: "UV"}


def test_a_console_has_the_desks_that_serve_its_kind_and_no_others(aid: Console, valleys: Console) -> None:
    assert [desk.name for desk in aid.desks] == [desk.name for desk in serving("humanitarian")]
    assert [desk.name for desk in valleys.desks] == [desk.name for desk in serving("centre")]
    assert {"ledger", "enrolling", "convening", "telephoning"} <= {desk.name for desk in aid.desks}
    assert set(find()) == {*serving("humanitarian"), *serving("centre")}, "a desk that serves no kind is never there"


@pytest.mark.parametrize("template", OF_THE_CENTRE)
def test_no_address_of_the_centre_alone_answers(aid: Console, template: str) -> None:
    """Whatever stands for its parameters: there is no route."""
    client, where = client_of(aid), re.sub(r"\{[^}]*\}", "1", template)
    assert client.get(where).status_code == 404
    assert client.post(where).status_code in (404, 405)


def test_every_own_address_answers(busy_aid: Busy) -> None:
    client = client_of(busy_aid.console)
    for address in each(address for address in AID_ADDRESSES if address.kind is not Kind.FEED):
        status = client.get(busy_aid.at(address)).status_code
        assert status in (200, 303, 307) or address.kind is Kind.ABSENT, (address.name, status)


def test_whoever_comes_is_led_to_the_first_page_of_its_menu(aid: Console) -> None:
    first = min((desk.menu for desk in aid.desks if desk.menu), key=lambda item: item.place)
    answer = client_of(aid).get("/")
    assert answer.status_code == 307
    assert answer.headers["location"] == first.path


def test_every_route_that_takes_a_form_is_known_to_enter_something_or_nothing(aid: Console) -> None:
    posts = {route.path for route in iter_route_contexts(app_of(aid).routes) if "POST" in (route.methods or ())}
    assert posts <= {*AID_POSTS, *AID_ENTERS_NOTHING}
    assert set(AID_POSTS) <= posts


def test_what_enters_something_enters_it(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    client = client_of(console)
    busy = put_to_work(console, client)
    for template, sending_of in each(AID_POSTS.items()):
        sending = sending_of(busy)
        before = len(console.store.journal)
        answer = sending.sent_by(client)
        assert answer.status_code in (200, 303), (template, answer.text[-2000:])
        assert len(console.store.journal) > before, template


@pytest.mark.parametrize("role", ["", *ROLES])
def test_no_page_leads_where_nothing_is_or_its_reader_may_not(busy_aid: Busy, role: Role | str) -> None:
    """Also of whoever uses a watch without accounts."""
    console, reach = busy_aid.console, reach_of(app_of(busy_aid.console))
    is_one = not isinstance(role, Role)
    rights = EVERY if is_one else RIGHTS[Role(role)]
    browser = client_of(console) if is_one else browser_of(console, person_as(role, SIDES.get(Role(role), "")))
    opened, dead = 0, []
    for address in each(AID_PAGES):
        where = busy_aid.at(address)
        if not reach.lets(rights, address.template):
            continue
        ways = Ways()
        page = browser.get(where, headers={"accept": "text/html"})
        opened += page.status_code == 200
        ways.feed(page.text)
        for leads_to, method in [*((link, "GET") for link in ways.links), *((form, "POST") for form in ways.forms)]:
            onward = html.unescape(leads_to or where)
            if not (reach.leads(onward, method) and reach.lets(rights, onward, method)):
                dead.append((address.template, method, onward))
    assert opened
    assert not sorted(set(dead))


def test_no_act_of_the_centre_is_taken(aid: Console) -> None:
    client, before = client_of(aid), len(aid.store.journal)
    for template in each(sorted(set(POSTS) - set(AID_POSTS))):
        where = re.sub(r"\{[^}]*\}", "1", template)
        assert client.post(where, data={"confirm": "yes"}).status_code in (404, 405), template
    assert len(aid.store.journal) == before


def test_a_centre_and_an_instance_beside_it_do_not_name_each_other(fresh: Callable[[str], Console]) -> None:
    centre, instance = fresh("two-valleys"), fresh(AID)
    assert centre.folder.parent == instance.folder.parent
    for console, other in ((centre, instance), (instance, centre)):
        console.reached_at = Address()
        client = client_of(console)
        name = other.folder.name
        assert [beside.name for beside in neighbours_of(console).all()] == []
        assert client.get(f"/watches/{name}").status_code == 404
        assert client.post(f"/watches/{name}/open").status_code == 404
        assert f"/watches/{name}" not in client.get("/people").text


def test_an_instance_names_another_one_beside_it(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    console.reached_at = Address()
    write_template(console.folder.parent / "second", "humanitarian")
    assert [beside.name for beside in neighbours_of(console).all()] == ["second"]


def test_people_of_an_instance_are_offered_its_roles_and_its_organisations(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    watch = console.snapshot.watch
    invite(console, "Ada North", "ada", Role.ADMINISTRATOR)
    page = client_of(console).get("/people/add").text
    assert re.findall(r'name="role" value="([^"]*)"', page) == [role.value for role in ROLES]
    offered = set(re.findall(r'<option value="([^"]*)"', page))
    assert {*(organisation.id for organisation in watch.organisations), *watch.agreement.bound_ids} <= offered
