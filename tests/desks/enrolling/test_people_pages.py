"""The pages of people: who sees what of whom, what an administrator can do, and one's own page."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tests.conftest import each
from tests.server.conftest import client_of
from tests.server.signing_in import Colleague, browser_at, complete, enrol, invite
from tests.store.test_sign_in_accounts import PASSWORD, Clock
from trucewatch.desks.enrolling.operations import THE_ONE
from trucewatch.model.roles import RIGHTS, Right, Role
from trucewatch.server.console import Console
from trucewatch.server.person import WHO
from trucewatch.server.session_gate import FIRST
from trucewatch.store.role_records import grants_on_record, held_by

DOCS = Path(__file__).parents[3] / "docs" / "accounts.md"


def last_day(page: str) -> str:
    return html.unescape(re.findall(r'name="until" value="([^"]*)"', page)[0])


def faults_in(page: str) -> list[str]:
    return [html.unescape(fault) for fault in re.findall(r'class="error" id="fault-\w+">([^<]*)', page)]


def added(by: Colleague, **typed: str) -> str:
    """The page with the link for somebody whom an administrator adds."""
    until = last_day(by.browser.get("/people/add").text)
    fields = {"name": "Mara Lind", "login": "mara", "role": "analyst", "side": "NI", "until": until, **typed}
    answer = by.browser.post("/people/add", data=fields)
    assert answer.status_code == 201, faults_in(answer.text)
    return answer.text


def token_in(page: str) -> str:
    (address,) = re.findall(r'id="link"[^>]*>([^<]*)', page)
    where, _, token = html.unescape(address).partition("?once=")
    assert where.endswith(FIRST)
    return token


def test_an_administrator_adds_somebody_who_opens_the_link_and_comes_in(
    nora: Colleague, console: Console, clock: Clock
) -> None:
    token = token_in(added(nora))
    account = console.accounts.invited(token)
    assert account
    assert account.name == "Mara Lind"
    secret = console.accounts.begin(token).secret
    mara = Colleague(console, clock, account.reference, account.login, secret, browser_at(console))
    assert complete(mara, token).status_code == 201
    assert mara.browser.get("/incidents").status_code == 200
    assert token not in nora.browser.get(f"/people/{account.reference}").text, "a link is shown once"


def test_what_is_wrong_with_somebody_new_stands_beside_its_fields_and_what_was_typed_stays(
    nora: Colleague, console: Console
) -> None:
    before = len(console.store.journal)
    fields = {"name": "Nora Quill", "login": "a b", "role": "head", "side": "UV", "from": "", "until": "some day"}
    answer = nora.browser.post("/people/add", data=fields)
    assert answer.status_code == 422
    assert len(faults_in(answer.text)) == 4
    assert 'value="Nora Quill"' in answer.text
    assert 'value="some day"' in answer.text
    assert len(console.store.journal) == before


def test_no_record_of_an_account_holds_a_name_or_a_login(nora: Colleague, console: Console) -> None:
    added(nora, name="Mara Lind", login="maralogin")
    records = [
        dict(entry.record)
        for entry in console.store.journal.entries()
        if re.match("trucewatch/(account|role-)", str(entry.record["schema"]))
    ]
    assert len(records) >= 4
    assert not re.search("Mara|Lind|maralogin|Nora", repr(records))


def test_a_role_that_an_administrator_ends_closes_the_pages_that_it_opened(nora: Colleague, ivo: Colleague) -> None:
    assert ivo.browser.get("/incidents").status_code == 200
    page = nora.browser.get(f"/people/{ivo.reference}").text
    (grant,) = re.findall(r'name="grant" value="(\d+)"', page)
    where = f"/people/{ivo.reference}/end"
    refused = nora.browser.post(where, data={"grant": grant, "reason": " "})
    assert faults_in(refused.text) == ["Say why; a few words are enough."]
    assert ivo.browser.get("/incidents").status_code == 200
    assert nora.browser.post(where, data={"grant": grant, "reason": "went home"}).status_code == 303
    assert ivo.browser.get("/incidents").status_code == 403
    assert 'id="no-role"' in ivo.browser.get("/me").text
    assert "went home" in nora.browser.get(f"/people/{ivo.reference}").text


def test_another_role_is_granted_and_one_that_cannot_be_is_refused(
    nora: Colleague, ivo: Colleague, console: Console, clock: Clock
) -> None:
    where = f"/people/{ivo.reference}"
    until = last_day(nora.browser.get("/people/add").text)
    for role, side in (("auditor", ""), ("shift_lead", "SI"), ("king", "NI")):
        answer = nora.browser.post(f"{where}/grant", data={"role": role, "side": side, "until": until})
        assert answer.status_code == 422
        assert len(faults_in(answer.text)) == 1
    granted = nora.browser.post(f"{where}/grant", data={"role": "shift_lead", "side": "NI", "until": until})
    assert granted.status_code == 303
    held = held_by(grants_on_record(console.store), ivo.reference, clock())
    assert {grant.role for grant in held} == {Role.OFFICER, Role.SHIFT_LEAD}


def test_nobody_grants_themselves_a_role_and_the_last_administrator_stays(nora: Colleague, console: Console) -> None:
    until = last_day(nora.browser.get("/people/add").text)
    where, before = f"/people/{nora.reference}", len(console.store.journal)
    fields = {"role": "head", "side": "NI", "until": until}
    assert "themselves" in nora.browser.post(f"{where}/grant", data=fields).text
    assert "last administrator" in nora.browser.post(f"{where}/remove", data={"sure": "yes"}).text
    assert len(console.store.journal) == before


def test_everybody_who_may_see_people_can_open_every_persons_page_their_own_too(
    nora: Colleague, ivo: Colleague, console: Console, clock: Clock
) -> None:
    hana = enrol(console, clock, "Hana Reef", "hana", Role.HEAD, side="SI")
    for reader in (nora, hana):
        for person in (nora, ivo, hana):
            assert reader.browser.get(f"/people/{person.reference}").status_code == 200


def test_an_administrator_who_never_opened_their_link_does_not_let_the_last_one_go(nora: Colleague) -> None:
    added(nora, role="administrator", side="")
    answer = nora.browser.post(f"/people/{nora.reference}/remove", data={"sure": "yes"})
    assert "who can sign in" in answer.text


def test_a_removed_account_is_gone_with_its_sessions_and_its_name_stays(
    nora: Colleague, ivo: Colleague, console: Console
) -> None:
    where = f"/people/{ivo.reference}"
    assert nora.browser.post(f"{where}/remove").status_code == 422
    assert ivo.browser.get("/me").status_code == 200
    assert nora.browser.post(f"{where}/remove", data={"sure": "yes"}).status_code == 303
    assert ivo.browser.get("/me").status_code in (303, 401)
    assert console.accounts.of(ivo.reference) is None
    assert "Ivo Brandt" in nora.browser.get("/people").text


def test_a_new_link_ends_nothing_until_it_is_used_and_all_sessions_can_be_ended(
    nora: Colleague, ivo: Colleague
) -> None:
    where = f"/people/{ivo.reference}"
    assert nora.browser.post(f"{where}/link").status_code == 201
    assert ivo.browser.get("/me").status_code == 200
    assert nora.browser.post(f"{where}/sign-out").status_code == 303
    assert ivo.browser.get("/me").status_code in (303, 401)


def test_a_head_and_an_auditor_see_the_people_without_logins_and_change_nothing(
    nora: Colleague, ivo: Colleague, console: Console, clock: Clock
) -> None:
    hana = enrol(console, clock, "Hana Reef", "hanalogin", Role.HEAD, side="SI")
    audra = enrol(console, clock, "Audra Pell", "audralogin", Role.AUDITOR)
    for reader in (hana, audra):
        page = reader.browser.get("/people").text
        assert "Ivo Brandt" in page
        assert "Granted in the last 30 days" in page
        for where in ("/people", f"/people/{ivo.reference}"):
            page = reader.browser.get(where).text
            assert "login" not in page
            assert 'action="/people' not in page
        assert reader.browser.post(f"/people/{ivo.reference}/link").status_code == 403
        assert reader.browser.get("/people/add").status_code == 403
    assert ivo.browser.get("/people").status_code == 403


def test_who_did_something_is_named_within_a_delegation_and_by_office_outside_it(
    nora: Colleague, ivo: Colleague, console: Console, clock: Clock
) -> None:
    (completed,) = [
        entry.number
        for entry in console.store.journal.entries()
        if entry.record.get("act") == "completed" and entry.record["person"] == ivo.reference
    ]
    where = f"/ledger/entry/{completed}"
    beside = enrol(console, clock, "Mara Lind", "mara", Role.ANALYST, side="NI")
    other = enrol(console, clock, "Sena Reef", "sena", Role.ANALYST, side="SI")
    head = enrol(console, clock, "Hana Reef", "hana", Role.HEAD, side="SI")
    for reader in (ivo, beside, head):
        assert "Ivo Brandt" in reader.browser.get(where).text
    page = other.browser.get(where).text
    assert "Ivo Brandt" not in page
    assert "an officer of Northern Isles" in page
    assert "Ivo Brandt" not in other.browser.get("/ledger").text


def test_the_frame_and_the_forms_name_who_is_signed_in(nora: Colleague, ivo: Colleague, console: Console) -> None:
    page = ivo.browser.get("/watch").text
    assert "Ivo Brandt" in page
    assert 'action="/sign-out"' in page
    assert THE_ONE not in page


def test_whoever_uses_a_watch_without_accounts_is_named_as_before(console: Console) -> None:
    assert THE_ONE == WHO
    assert f"You act as {WHO}." in from_this_computer(console, "/watch")
    assert "There are no accounts" in from_this_computer(console, "/me")
    page = from_this_computer(console, "/people")
    assert 'id="no-accounts"' in page
    assert "Begin with an administrator" in page


def test_a_first_account_of_a_wrong_name_can_be_removed_before_it_is_completed(console: Console) -> None:
    reference, _ = invite(console, "Nora Quil", "nora", Role.ADMINISTRATOR)
    browser = client_of(console)
    assert browser.post(f"/people/{reference}/remove", data={"sure": "yes"}).status_code == 303
    assert "There are no accounts" in from_this_computer(console, "/people")


def from_this_computer(console: Console, where: str) -> str:
    return client_of(console).get(where).text


def test_one_ends_ones_own_sessions_and_nobody_elses(nora: Colleague, ivo: Colleague, console: Console) -> None:
    elsewhere = browser_at(console)
    assert ivo.sign_in(elsewhere).status_code == 303
    hers = console.sessions.of_person(nora.reference)[0].hash
    ivo.browser.post("/me/session/end", data={"session": hers})
    assert nora.browser.get("/me").status_code == 200
    page = elsewhere.get("/me").text
    names = set(re.findall(r'name="session" value="(\w+)"', page))
    assert len(names) == 2
    own = re.search(r'value="(\w+)">\s*<span>\s*<strong>', page)
    assert own
    (other,) = names - {own[1]}
    assert elsewhere.post("/me/session/end", data={"session": other}).status_code == 303
    assert ivo.browser.get("/me").status_code in (303, 401)
    assert elsewhere.get("/me").status_code == 200


def test_another_password_needs_the_one_until_now_and_ends_the_other_sessions(ivo: Colleague, console: Console) -> None:
    elsewhere = browser_at(console)
    assert ivo.sign_in(elsewhere).status_code == 303
    other = "plain walnut harbour 9"
    wrong = ivo.browser.post("/me/password", data={"old": "no", "new": other, "again": other})
    assert len(faults_in(wrong.text)) == 1
    twice = ivo.browser.post("/me/password", data={"old": PASSWORD, "new": other, "again": "x"})
    assert len(faults_in(twice.text)) == 1
    assert elsewhere.get("/me").status_code == 200
    assert ivo.browser.post("/me/password", data={"old": PASSWORD, "new": other, "again": other}).status_code == 303
    assert ivo.browser.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code in (303, 401)


def test_new_codes_and_another_telephone_need_the_password(ivo: Colleague) -> None:
    for where in ("/me/codes", "/me/telephone"):
        assert len(faults_in(ivo.browser.post(where, data={"password": "no"}).text)) == 1
    codes = ivo.browser.post("/me/codes", data={"password": PASSWORD})
    assert codes.status_code == 201
    assert len(re.findall(r"<li><bdi>", codes.text)) == 10
    onward = ivo.browser.post("/me/telephone", data={"password": PASSWORD})
    assert onward.status_code == 303
    assert ivo.browser.get(onward.headers["location"]).status_code == 200


def test_the_table_of_roles_in_the_manual_says_what_each_may_do() -> None:
    rows = dict(re.findall(r"^\| \*\*([\w ]+)\*\* \| (.*) \|$", DOCS.read_text("utf-8"), re.MULTILINE))
    assert set(rows) == {str(role.label) for role in Role}
    heads = re.findall(r"^\| role \| (.*) \|$", DOCS.read_text("utf-8"), re.MULTILINE)[0].split(" | ")
    rights = [Right(head.strip("`")) for head in heads]
    assert set(rights) == set(Right) - {Right.ANYBODY, Right.OWN}
    for role in each(Role):
        marks = [mark.strip() for mark in rows[str(role.label)].split(" | ")]
        assert {right for right, mark in zip(rights, marks, strict=True) if mark == "x"} == RIGHTS[role] - {
            Right.ANYBODY,
            Right.OWN,
        }, role
