"""Who sees links: the inside, and nobody else; and the way from a page to what may be entered."""

from __future__ import annotations

import pytest

from tests.conftest import each
from tests.server.signing_in import Colleague, enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

PAGES = (
    "/links",
    "/links/opening?from=highmere&to=port-merrow&open=bridge",
    "/links/bridge",
    "/links/routes/north-south",
    "/links/corridors/bridge-way",
)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.ADMINISTRATOR])
def test_who_is_not_inside_sees_no_page_of_links(console: Console, nora: Colleague, clock: Clock, role: Role) -> None:
    other = nora
    if role is Role.LIAISON:
        other = enrol(console, clock, "Lio Farrow", "lio", Role.LIAISON, side="UV")
    for path in each(PAGES):
        assert other.browser.get(path).status_code == 403, path
    assert 'href="/links"' not in other.browser.get("/me").text


def test_an_officer_reads_links_and_is_offered_no_form(ivo: Colleague) -> None:
    page = ivo.browser.get("/links")
    assert page.status_code == 200
    assert "/links/entries/new" not in page.text
