"""The quorum rule on the pages: a report leaves once everybody agreed whom the watch's rule asks, and not before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from tests.desks.disclosure.samples import form_of
from tests.server.addresses import _chosen, _field, _posted, _version
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.store.assent_records import assents_of


@dataclass(frozen=True)
class Desk:
    """A watch with this rule, and a checked draft in it."""

    console: Console
    draft: str

    def browser(self, role: Role, side: str, name: str = "") -> TestClient:
        """A browser of somebody on record, by this name."""
        reference = self.console.store.keys.person_reference(name or f"{role} of {side}")
        return browser_of(self.console, person_as(role, side, reference))

    def agree(self, browser: TestClient) -> int:
        page = browser.get(f"{self.draft}/issue").text
        of = re.search(r'name="of" value="([^"]*)"', page)
        return browser.post(f"{self.draft}/agree", data={"of": of[1] if of else ""}).status_code

    def issue(self, browser: TestClient) -> int:
        version = str(self.version)
        return browser.post(f"{self.draft}/issue", data={"version": version}).status_code

    @property
    def version(self) -> int:
        return int(_version(client_of(self.console), self.draft))

    @property
    def subject(self) -> str:
        return f"release:{self.draft.rpartition('/')[2]}:{self.version}"


@pytest.fixture
def with_rule(fresh: Callable[[str], Console]) -> Callable[[str], Desk]:
    def make(release: str) -> Desk:
        console = fresh("two-valleys")
        path = console.folder / "watch.toml"
        rule = f'\n[quorum]\nrelease = "{release}"\n\n[[delegation]]'
        path.write_text(path.read_text(encoding="utf-8").replace("\n[[delegation]]", rule, 1), encoding="utf-8")
        console.refresh()
        console.assessment()
        assert console.snapshot.watch.settings.quorum.release == release
        client = client_of(console)
        page = client.get("/reports").text
        asked = {name: _field(page, name) for name in ("from", "to")} | {"recipient": _chosen(page, "recipient")}
        draft = _posted(client, "/reports/drafts", asked | {"language": ["en"], "format": ["csv"]})
        _posted(client, f"{draft}/check", {"version": _version(client, draft)})
        return Desk(console, draft)

    return make


def test_by_the_rule_of_both_heads_one_head_cannot_issue_and_the_second_can(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("each_head")
    first, second = desk.browser(Role.HEAD, "NI"), desk.browser(Role.HEAD, "SI")
    page = first.get(f"{desk.draft}/issue").text
    assert "the head of" in page
    assert "It can be issued once everybody" in page
    assert desk.issue(first) == 409
    assert desk.agree(first) == 303
    page = first.get(f"{desk.draft}/issue").text
    assert "Northern Isles" in page.partition('id="agreeing"')[2]
    assert "Still missing: the head of" in page
    assert desk.issue(first) == 409
    subject = desk.subject
    assert desk.issue(second) == 303
    assert {each.side for each in assents_of(desk.console.store, subject)} == {"NI", "SI"}


def test_two_officers_of_one_delegation_are_one_word(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("each_delegation")
    assert desk.agree(desk.browser(Role.OFFICER, "NI", "One")) == 303
    assert desk.agree(desk.browser(Role.OFFICER, "NI", "Two")) == 409
    assert desk.issue(desk.browser(Role.HEAD, "NI")) == 409
    assert desk.agree(desk.browser(Role.OFFICER, "SI", "Three")) == 303
    assert desk.issue(desk.browser(Role.HEAD, "NI")) == 303


def test_what_was_changed_is_agreed_anew(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("each_head")
    first, second = desk.browser(Role.HEAD, "NI"), desk.browser(Role.HEAD, "SI")
    assert desk.agree(first) == 303
    for act in ("reopen", "check"):
        assert first.post(f"{desk.draft}/{act}", data={"version": str(desk.version)}).status_code == 303
    assert desk.issue(second) == 409


def test_an_agreement_can_be_taken_back_and_given_again(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("each_head")
    first, second = desk.browser(Role.HEAD, "NI"), desk.browser(Role.HEAD, "SI")
    assert desk.agree(first) == 303
    assert first.post(f"{desk.draft}/agree/undo").status_code == 303
    assert desk.issue(second) == 409
    assert second.post(f"{desk.draft}/agree/undo").status_code == 409, "nothing of theirs stands"
    assert desk.agree(first) == 303
    assert desk.issue(second) == 303


def test_what_somebody_did_not_look_at_is_not_agreed_to(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("each_head")
    browser, before = desk.browser(Role.HEAD, "NI"), len(desk.console.store.journal)
    assert browser.post(f"{desk.draft}/agree", data={"of": "sha256:another"}).status_code == 409
    assert len(desk.console.store.journal) == before


def test_by_the_rule_of_one_head_a_head_issues_and_nobody_else(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("one_head")
    assert desk.issue(desk.browser(Role.OFFICER, "NI")) == 403
    assert desk.agree(desk.browser(Role.OFFICER, "NI")) == 409, "the page offers an officer no agreement"
    subject = desk.subject
    assert desk.issue(desk.browser(Role.HEAD, "SI")) == 303
    assert [(each.side, each.role) for each in assents_of(desk.console.store, subject)] == [("SI", Role.HEAD)]


def test_without_accounts_one_person_acts_and_the_page_says_so(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("each_head")
    browser = client_of(desk.console)
    assert (
        "No accounts here: the quorum rule cannot be held; one person acts." in browser.get(f"{desk.draft}/issue").text
    )
    subject = desk.subject
    assert desk.issue(browser) == 303
    assert assents_of(desk.console.store, subject) == ()


@pytest.mark.parametrize(("rule", "is_given"), [("one_head", True), ("each_head", False)])
def test_a_head_alone_gives_nothing_out_by_another_page_where_both_agree(
    with_rule: Callable[[str], Desk], rule: str, is_given: bool
) -> None:
    desk = with_rule(rule)
    head = desk.browser(Role.HEAD, "NI")
    asked = {"recipient": "joint-centre", "format": "csv"}
    told = head.post("/statements/out", data=asked)
    assert ("others agree before anything is given out" in told.text) is not is_given
    assert head.post("/statements/out", data={"whose": "inside"}).status_code == 200, "it stays inside"
    before = len(desk.console.store.journal)
    codes = desk.console.snapshot.codes
    code = codes[len(codes) // 2]
    copy = head.post(f"/show/{code}", data=form_of(head, code))
    assert (copy.headers["content-type"] == "application/json") is is_given
    assert (len(desk.console.store.journal) > before) is is_given
    assert ("others agree before anything is given out" in copy.text) is not is_given
