"""Who may take links as a file: whoever may release alone, and nobody gets a line of power, gas, water or telephone."""

from __future__ import annotations

from tests.conftest import each
from tests.server.signing_in import Colleague, enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import RIGHTS, Right, roles_of
from trucewatch.server.console import Console
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.role_records import sides_of


def test_a_role_without_the_right_to_release_gets_neither_page_nor_file(
    nora: Colleague, console: Console, clock: Clock
) -> None:
    network = console.snapshot.watch.network
    assert network is not None
    inside = each(link.id for link in network.links if link.is_inside_only)
    taken = 0
    for role in roles_of("centre"):
        sides = sides_of(console.snapshot.watch, role)
        side = "NI" if "NI" in sides else next(iter(sides), "")
        person = enrol(console, clock, f"Person {role}", f"person-{role.value[:5]}", role, side=side)
        page = person.browser.get("/links/export?recipient=public")
        answers = [page]
        for recipient in each(console.snapshot.watch.settings.recipient):
            for name in ("geojson", "csv"):
                typed = {"recipient": recipient.id, "format": name}
                answers.append(person.browser.post("/links/export", data=typed))
        may = Right.RELEASE in RIGHTS[role]
        assert {answer.status_code == 403 for answer in answers} == {not may}, role
        taken += sum("attachment" in answer.headers.get("content-disposition", "") for answer in answers)
        for answer in answers:
            assert not [link_id for link_id in inside if link_id in answer.text], role
    entered = list(entries_of_kind(console.store, "trucewatch/link-export/1"))
    assert len(entered) == taken
    if console.snapshot.watch.settings.quorum.release in ("each_delegation", "each_head"):
        assert not taken, "a file that cannot be agreed to leaves for nobody"
    else:
        assert taken
