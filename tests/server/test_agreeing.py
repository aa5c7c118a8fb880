"""The quorum rule on the pages: a report leaves once everybody agreed whom the watch's rule asks, and not before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.desks.provisions.samples import enter, take_back
from tests.server.addresses import _chosen, _field, _posted, _version
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from tests.server.signing_in import console_with_clock, enrol, worked_out
from tests.store.test_sign_in_accounts import Clock
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
        rule = path.read_text(encoding="utf-8").replace('release = "one_head"', f'release = "{release}"', 1)
        path.write_text(rule, encoding="utf-8")
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


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked_out(tmp_path_factory.mktemp("worked-out"))


@dataclass(frozen=True)
class Centre:
    """A watch in which people sign in, with the rule that stands where none is written."""

    console: Console
    clock: Clock

    def browser(self, role: Role, side: str) -> TestClient:
        name = f"{role} {side}"
        return enrol(self.console, self.clock, name, name.replace(" ", "-").lower(), role, side=side).browser

    @property
    def let_by(self) -> tuple[str, ...]:
        """Who lets the last reading of 1a hold something back."""
        snapshot = self.console.snapshot
        return tuple(snapshot.watch.agreement.readings_of("1a", snapshot.as_of)[-1].let_by)


@pytest.fixture
def centre(listed: Path, tmp_path: Path) -> Iterator[Centre]:
    clock = Clock()
    with console_with_clock(listed, tmp_path, clock) as console:
        enrol(console, clock, "Ada North", "ada", Role.ADMINISTRATOR)
        yield Centre(console, clock)


def test_a_reading_holds_back_once_both_heads_let_it_and_not_before(centre: Centre) -> None:
    first, second = centre.browser(Role.HEAD, "NI"), centre.browser(Role.HEAD, "SI")
    here = f"/agreement/entered/{enter(first)}/agree"
    assert "holds nothing back until those agree" in first.get("/agreement/entered").text
    page = first.get(here).text
    assert 'id="agree"' in page
    assert "It holds nothing back until everybody whom the rule asks lets it." in page
    assert page.count("Still missing: the head of") == 2
    assert first.post(here, data={"of": ""}).status_code == 303
    assert centre.let_by == ("NI",)
    clause = first.get("/agreement/1").text
    assert "holds nothing back until the head of" in clause
    assert f'href="{here}"' in clause
    assert second.post(here, data={"of": ""}).status_code == 303
    assert centre.let_by == ("NI", "SI")
    assert "the heads let it hold an assessment back" in first.get("/agreement/1").text
    assert first.post(f"{here}/undo").status_code == 303
    assert centre.let_by == ("SI",)


def test_who_only_reads_sees_who_is_missing_and_no_button(centre: Centre) -> None:
    head = centre.browser(Role.HEAD, "NI")
    here = f"/agreement/entered/{enter(head)}/agree"
    auditor = centre.browser(Role.AUDITOR, "")
    page = auditor.get(here).text
    assert "Still missing: the head of" in page
    assert 'id="agree"' not in page
    assert auditor.post(here, data={"of": ""}).status_code == 403
    officer = centre.browser(Role.OFFICER, "SI")
    assert officer.post(here, data={"of": ""}).status_code == 403
    assert centre.let_by == ()


def test_a_reading_that_was_taken_back_is_agreed_to_by_nobody(centre: Centre) -> None:
    head = centre.browser(Role.HEAD, "NI")
    name = enter(head)
    take_back(head, name, "the wrong clause")
    here, before = f"/agreement/entered/{name}/agree", len(centre.console.store.journal)
    assert "so it holds nothing back" in head.get(here).text
    assert head.post(here, data={"of": ""}).status_code == 409
    assert len(centre.console.store.journal) == before


def test_a_file_that_cannot_be_agreed_to_does_not_leave_by_one_head(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("each_head")
    head, before = desk.browser(Role.HEAD, "NI"), len(desk.console.store.journal)
    shown = f"/show/{desk.console.snapshot.codes[0]}?recipient=joint-centre"
    for address in (shown, "/statements/out"):
        page = head.get(address).text
        assert "this file cannot be put to them" in page
        assert 'class="main" id="' not in page, "no button that would be refused"
    sent = head.post("/statements/out", data={"recipient": "joint-centre", "format": "csv"})
    assert "this file cannot be put to them" in sent.text
    assert "this file cannot be put to them" in head.post(shown, data={"recipient": "joint-centre", "seen": "x"}).text
    assert len(desk.console.store.journal) == before


def test_by_the_rule_of_one_head_a_head_takes_a_copy(with_rule: Callable[[str], Desk]) -> None:
    desk = with_rule("one_head")
    shown = f"/show/{desk.console.snapshot.codes[0]}?recipient=joint-centre"
    page = desk.browser(Role.HEAD, "NI").get(shown).text
    assert "cannot be put to them" not in page
    seen = _field(page, "seen")
    taken = desk.browser(Role.HEAD, "NI").post(shown, data={"recipient": "joint-centre", "seen": seen})
    assert taken.headers["content-disposition"].startswith("attachment")
