"""Alarms as people meet them: it rings for who wished it and may read it, one has it and it stops for the others."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import each
from tests.desks.alerting.samples import RULE
from tests.desks.claiming.samples import take_down
from tests.desks.flashing.samples import send
from tests.desks.posts import OBSERVATION
from tests.server.signing_in import Colleague, enrol
from tests.store.mail_server import mail_room
from tests.store.test_sign_in_accounts import Clock
from trucewatch.desks.alerting.beside import work
from trucewatch.desks.alerting.mailing import mail_of
from trucewatch.desks.alerting.on_floor import items
from trucewatch.desks.alerting.room import background_view, room_of
from trucewatch.desks.alerting.rule import read
from trucewatch.errors import WatchError
from trucewatch.locale.sanitize import printable
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.store.alarm_records import ALARM
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.mail_server import MailServer, keep_mail_server
from trucewatch.store.role_records import end_role, grants_on_record


@pytest.fixture
def sela(nora: Colleague, console: Console, clock: Clock) -> Colleague:
    return enrol(console, clock, "Sela Marsh", "sela", Role.SHIFT_LEAD, side="SI")


def wish(colleague: Colleague, **fields: Any) -> None:
    answer = colleague.browser.post("/alarms/rules/new", data={**RULE, **fields})
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answer.text) or answer.text[:2000]
    work(colleague.console)


def report(console: Console, colleague: Colleague, **fields: str) -> None:
    """A new incident in the list, and the look that follows it."""
    before = console.snapshot.rows
    answer = colleague.browser.post("/incident/new", data={**OBSERVATION, **fields})
    assert answer.status_code == 303, answer.text[:3000]
    assert console.snapshot.rows == before + 1
    work(console)


def bar(colleague: Colleague | TestClient) -> str:
    browser = colleague.browser if isinstance(colleague, Colleague) else colleague
    answer = browser.get("/alarms/now")
    assert answer.status_code == 200
    return answer.text


def rings(colleague: Colleague) -> bool:
    return "data-rings" in bar(colleague)


def have(colleague: Colleague) -> str:
    """Take the first alarm that the page offers; what is said then."""
    number = re.findall(r'name="alarm" value="(\d+)"', colleague.browser.get("/alarms").text)[0]
    answer = colleague.browser.post("/alarms/have", data={"alarm": number})
    assert answer.status_code == 303
    return colleague.browser.get(answer.headers["location"]).text


def test_it_rings_for_two_and_stops_when_one_has_it(console: Console, ivo: Colleague, sela: Colleague) -> None:
    for colleague in (ivo, sela):
        wish(colleague)
    assert not rings(ivo)
    report(console, ivo)
    assert rings(ivo)
    assert rings(sela)
    assert "1 event" in bar(sela)
    assert "You have it. It is entry" in have(ivo)
    assert not rings(ivo)
    assert not rings(sela)
    assert "an officer of Northern Isles" in bar(sela)
    assert "Ivo Brandt" not in bar(sela), "who is of the other delegation is told the office"
    assert "You have it since" in bar(ivo)


def test_of_two_clicks_the_first_has_it_and_the_second_is_told_who(
    console: Console, ivo: Colleague, sela: Colleague
) -> None:
    for colleague in (ivo, sela):
        wish(colleague)
    report(console, ivo)
    numbers = {
        person.login: re.findall(r'name="alarm" value="(\d+)"', person.browser.get("/alarms").text)[0]
        for person in (ivo, sela)
    }
    for person in (ivo, sela):
        person.browser.post("/alarms/have", data={"alarm": numbers[person.login]})
    page = printable(sela.browser.get("/alarms").text)
    assert re.search(r"an officer of Northern Isles\W* has it since", page)
    (entry,) = entries_of_kind(console.store, ALARM)
    assert entry.record["by"] == ivo.reference


def test_what_one_does_not_have_after_all_rings_again_for_the_others(
    console: Console, ivo: Colleague, sela: Colleague
) -> None:
    for colleague in (ivo, sela):
        wish(colleague)
    report(console, ivo)
    first = re.findall(r'data-alarm="([^"]+)"', bar(sela))
    have(ivo)
    (entry,) = entries_of_kind(console.store, ALARM)
    assert sela.browser.post("/alarms/undo", data={"entry": str(entry.number)}).status_code == 303
    assert not rings(sela), "nobody gives back what another has"
    assert ivo.browser.post("/alarms/undo", data={"entry": str(entry.number)}).status_code == 303
    assert rings(sela)
    assert re.findall(r'data-alarm="([^"]+)"', bar(sela)) != first, "the same ring would make no second sound"
    assert len(list(entries_of_kind(console.store, ALARM))) == 2


def test_who_only_checks_the_others_has_no_alarms_and_takes_none_from_anybody(
    console: Console, ivo: Colleague, clock: Clock
) -> None:
    auditor = enrol(console, clock, "Tess Wold", "tess", Role.AUDITOR)
    wish(ivo)
    report(console, ivo)
    (alarm,) = room_of(console).ringing.of(ivo.reference)
    assert auditor.browser.get("/alarms").status_code == 403
    assert auditor.browser.post("/alarms/have", data={"alarm": str(alarm.number)}).status_code == 403
    assert not list(entries_of_kind(console.store, ALARM))
    assert 'action="/alarms/have"' in bar(ivo)
    assert rings(ivo)


def test_that_somebody_has_an_alarm_of_a_drill_says_so(console: Console, ivo: Colleague) -> None:
    wish(ivo, about="claims", drills="yes")
    take_down(ivo.browser, speaker="civilian", in_danger="yes", is_drill="yes")
    work(console)
    have(ivo)
    (entry,) = entries_of_kind(console.store, ALARM)
    assert (entry.record["drill"], entry.record["simulated"]) == (True, True)
    ivo.browser.post("/alarms/undo", data={"entry": str(entry.number)})
    assert [each.record["drill"] for each in entries_of_kind(console.store, ALARM)] == [True, True]
    assert ivo.browser.get("/ledger").text.count("; drill</bdi>") >= 2


def test_at_the_start_nothing_old_rings_and_nothing_rings_twice(console: Console, ivo: Colleague) -> None:
    wish(ivo)
    for _ in range(3):
        work(console)
    assert not rings(ivo)
    report(console, ivo)
    number = re.findall(r"data-alarm=\S+", bar(ivo))
    console.refresh()
    work(console)
    assert re.findall(r"data-alarm=\S+", bar(ivo)) == number


def test_a_rule_of_another_zone_does_not_ring(console: Console, ivo: Colleague) -> None:
    wish(ivo, zones=["eastmark"])
    report(console, ivo)
    assert not rings(ivo)


def test_a_call_of_somebody_in_danger_rings_and_a_drill_only_where_the_rule_says_so(
    console: Console, ivo: Colleague, sela: Colleague
) -> None:
    wish(ivo, about="claims")
    wish(sela, about="claims", drills="yes")
    take_down(ivo.browser, speaker="civilian", in_danger="no")
    work(console)
    assert not rings(sela)
    take_down(ivo.browser, speaker="civilian", in_danger="yes", is_drill="yes")
    work(console)
    assert not rings(ivo)
    assert "DRILL" in bar(sela)
    take_down(ivo.browser, speaker="civilian", in_danger="yes")
    work(console)
    assert rings(ivo)
    assert "DRILL" not in bar(ivo)


def test_an_urgent_message_that_nobody_answered_rings_once_and_names_nobody(
    console: Console, ivo: Colleague, clock: Clock
) -> None:
    wish(ivo, about="urgent")
    send(ivo.browser)
    for _ in range(3):
        work(console)
        clock.pass_on(60)
    assert rings(ivo)
    (alarm,) = room_of(console).ringing.of(ivo.reference)
    assert all(re.fullmatch(r"floor:/urgent/UM-\d+:[0-9a-f]{12}", key) for key in each(alarm.things))
    assert "Upper Valley" not in bar(ivo)


def test_rules_of_somebody_who_lost_their_role_ring_no_more(
    console: Console, ivo: Colleague, sela: Colleague, nora: Colleague, clock: Clock
) -> None:
    for colleague in (ivo, sela):
        wish(colleague)
    (grant,) = [grant for grant in grants_on_record(console.store) if grant.person == sela.reference]
    end_role(console.store, grant.entry, by=nora.reference, now=clock(), reason="went home")
    report(console, ivo)
    assert sela.reference not in room_of(console).people()
    assert room_of(console).ringing.of(sela.reference) == []
    assert rings(ivo)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.ADMINISTRATOR])
def test_who_does_not_read_the_list_has_no_alarms(console: Console, nora: Colleague, clock: Clock, role: Role) -> None:
    other = nora
    if role is Role.LIAISON:
        other = enrol(console, clock, "Lio Farrow", "lio", Role.LIAISON, side="UV")
    for address in ("/alarms", "/alarms/now", "/alarms/rules/new"):
        assert other.browser.get(address).status_code == 403
    assert other.browser.post("/alarms/rules/new", data=RULE).status_code == 403
    assert 'id="alarm"' not in other.browser.get("/me").text


def test_the_feed_says_that_something_changed_and_nothing_of_what(console: Console, ivo: Colleague) -> None:
    wish(ivo, name="corridor at night")
    report(console, ivo)
    told = console.hub._last["alarms"].decode()
    assert re.search(r'data: \{"number": \d+\}', told)
    assert "corridor" not in told


def test_a_notice_names_no_place_finer_than_a_zone(console: Console, ivo: Colleague) -> None:
    wish(ivo, ways=["notice"], name="named after somebody")
    report(console, ivo)
    notice = re.findall(r'data-notice="([^"]*)"', bar(ivo))
    assert len(notice) == 1
    assert "in Salt Coast" in notice[0]
    assert "open the console" in notice[0]
    assert "somebody" not in notice[0]
    assert not re.search(r"\d{3}-\d{3}|km|harm", notice[0])


def test_quiet_hours_hold_it_back_and_the_page_says_so(console: Console, ivo: Colleague, clock: Clock) -> None:
    wish(ivo)
    hours = {"quiet_from": "00:00", "quiet_until": "23:59", "mail": ""}
    assert ivo.browser.post("/alarms/told", data=hours).status_code == 303
    report(console, ivo, kind="explosion")
    assert not rings(ivo)
    assert "quiet hours" in ivo.browser.get("/alarms").text


def test_a_clock_that_jumps_rings_nothing_twice_and_loses_nothing(
    console: Console, ivo: Colleague, clock: Clock
) -> None:
    wish(ivo)
    report(console, ivo)
    for hours in (-300, 320, -20):
        clock.moment += timedelta(hours=hours)
        work(console)
        (alarm,) = room_of(console).ringing.of(ivo.reference)
        assert len(alarm.things) == 1
    ivo.sign_in()
    assert rings(ivo)


def test_the_board_says_that_nobody_has_it(console: Console, ivo: Colleague, clock: Clock) -> None:
    wish(ivo)
    report(console, ivo)
    view = background_view(console)
    assert list(items(view)) == []
    clock.pass_on(11 * 60)
    (item,) = items(view)
    assert item.part == "other"
    assert item.is_late
    assert str(item.label) == "An alarm rang for 1 event, and nobody has it"
    ivo.sign_in()
    have(ivo)
    assert list(items(view)) == []


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_mail_says_the_least_and_one_in_five_minutes(console: Console, ivo: Colleague, clock: Clock) -> None:
    with mail_room() as room:
        server = MailServer(host="127.0.0.1", port=room.port, security="none", sender="watch@centre.example")
        keep_mail_server(console.store.root / "private", server)
        assert ivo.browser.post("/alarms/told", data={"mail": "ivo@centre.example"}).status_code == 303
        wish(ivo, ways=["mail"], name="Night watch")
        report(console, ivo)
        post = room_of(console).post
        post.wait(20)
        assert post.fault == ""
        (mail,) = room.mails
        assert mail["To"] == "ivo@centre.example"
        (text,) = room.texts
        assert "Night watch" in text
        assert re.search(r"2031-05-01 0[01]:00 \(UTC", text), text
        assert not re.search(r"harm|told|\d{3}-\d{3}|killed|-25\.3|1 event", text), text
        clock.pass_on(60)
        report(console, ivo, start="2031-04-22T05:00:00Z", place="-34.7, -25.1")
        post.wait(20)
        assert len(room.mails) == 1
        clock.pass_on(5 * 60)
        work(console)
        post.wait(20)
        assert len(room.mails) == 2
        work(console)
        post.wait(20)
        assert len(room.mails) == 2, "what was mailed is told by no second mail"


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_mail_server_that_is_down_loses_no_alarm(console: Console, ivo: Colleague, clock: Clock) -> None:
    private = console.store.root / "private"
    with mail_room() as room:
        port = room.port
    keep_mail_server(private, MailServer(host="127.0.0.1", port=port, security="none", sender="watch@centre.example"))
    ivo.browser.post("/alarms/told", data={"mail": "ivo@centre.example"})
    wish(ivo, ways=["mail"])
    report(console, ivo)
    post = room_of(console).post
    post.wait(20)
    assert post.fault
    with mail_room(port=port) as room:
        clock.pass_on(5 * 60)
        work(console)
        post.wait(20)
        assert len(room.mails) == 1


def test_a_drill_says_so_in_a_mail_first(console: Console, ivo: Colleague) -> None:
    wish(ivo, about="claims", drills="yes")
    take_down(ivo.browser, speaker="civilian", in_danger="yes", is_drill="yes")
    work(console)
    habits, alarms = room_of(console).people()[ivo.reference], room_of(console).ringing.of(ivo.reference)
    subject, text = mail_of(console.snapshot.watch, habits, alarms, "https://centre.example")
    assert "DRILL" in subject
    assert text.startswith("This is a drill.")
    assert "https://centre.example/alarms" in text


def test_a_form_shows_its_faults_beside_its_fields_and_keeps_what_was_typed(console: Console, ivo: Colleague) -> None:
    answer = ivo.browser.post("/alarms/rules/new", data={"name": "", "happened": "12e9", "clause": "1a", "ways": []})
    assert answer.status_code == 422
    assert {"name", "about", "happened", "ways"} <= set(re.findall(r'id="fault-(\w+)"', answer.text))
    assert 'value="12e9"' in answer.text
    for field, value in each({"mail": "a@b\nBcc: c@d", "quiet_from": "25:00", "quiet_until": "22:00"}.items()):
        answer = ivo.browser.post("/alarms/told", data={field: value})
        assert answer.status_code == 422, field
        assert "fault-" in answer.text


def test_nobody_has_more_than_twenty_rules(console: Console, ivo: Colleague) -> None:
    for number in range(20):
        wish(ivo, name=f"rule {number}")
    assert ivo.browser.post("/alarms/rules/new", data=RULE).status_code == 422
    assert "rule 19" in ivo.browser.get("/alarms").text


def test_a_rule_that_was_removed_comes_back_from_the_message_that_follows(console: Console, ivo: Colleague) -> None:
    wish(ivo, name="corridor")
    assert ivo.browser.post("/alarms/rules/1/remove").status_code == 303
    page = ivo.browser.get("/alarms").text
    assert "/alarms/rules/1/restore" in page
    assert ivo.browser.post("/alarms/rules/1/restore").status_code == 303
    assert "corridor" in ivo.browser.get("/alarms").text


def test_rules_are_nobodys_record_and_nobody_elses(console: Console, ivo: Colleague, sela: Colleague) -> None:
    before = len(console.store.journal)
    wish(ivo, name="what only I know")
    assert len(console.store.journal) == before
    assert "what only I know" not in sela.browser.get("/alarms").text
    assert sela.browser.get("/alarms/rules/1").status_code == 404


def test_a_trial_rings_for_who_asked_alone_and_is_no_record(console: Console, ivo: Colleague, sela: Colleague) -> None:
    wish(sela)
    before = len(console.store.journal)
    assert ivo.browser.post("/alarms/try").status_code == 303
    assert rings(ivo)
    assert not rings(sela)
    assert "Put away" in have(ivo)
    assert not rings(ivo)
    assert len(console.store.journal) == before


@pytest.mark.parametrize(
    "values", [{"minutes": 3}, {"nobody_minutes": 0}, {"nobody_minutes": True}, {"address": "ftp://x"}, {"address": 3}]
)
def test_a_rule_that_cannot_be_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(WatchError):
        read(values)
