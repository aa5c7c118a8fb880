"""A whole night of the watch in a real browser, by its pages alone, with a clock that moves and a real mail server: an
alarm, an urgent message whose mail comes back, quiet said by both, a drill that turns real, the hand-over at eight."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from aiosmtpd.smtp import Envelope, Session
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import copied, onward
from tests.browser.watch_night import NightClock, NightWatch, console_served, mails_served, signed_in
from tests.builders import edit
from trucewatch.model.roles import Role
from trucewatch.store.mail_server import MailServer, keep_mail_server
from trucewatch.store.outbox import Outbox

NOBODY: Final = "550 5.1.1 no such mailbox"
SAYS: Final = "Real smoke at the storage, “two” men came out & nobody drills <here>"
LONG_MS: Final = 60_000
"""Within this something comes by itself, on a slow computer too."""
pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def night(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NightWatch]:
    folder = copied("two-valleys", tmp_path_factory.mktemp("watch-night"))
    toml = (folder / "watch.toml").read_text("utf-8")
    line = next(each for each in toml.splitlines(keepends=True) if each.startswith("watch_time"))
    edit(folder / "watch.toml", line, "")
    # The clock jumps by hours; nobody is to sign in again for that.
    edit(folder / "watch.toml", "idle_minutes = 30", "idle_minutes = 240")
    edit(folder / "watch.toml", "shift_hours = 12", "shift_hours = 24")
    clock, refused = NightClock(), {"duty@lv.example"}

    async def recipient(_: Any, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if address in refused:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 OK"

    with mails_served() as mails, console_served(folder, clock) as (url, console):
        mails.handle_RCPT = recipient  # type: ignore[method-assign, assignment]
        server = MailServer(host="127.0.0.1", port=mails.port, security="none", sender="centre@jc.example")
        keep_mail_server(console.store.root / "private", server)
        outbox, keeper = Outbox(console.store), console.store.keys.person_reference("whoever owns the computer")
        for side in ("UV", "LV"):
            outbox.add_line(side, by=keeper, address=f"duty@{side.lower()}.example")
        watch = NightWatch(url, clock, console, mails, refused)
        watch.pages["wenda"] = signed_in(chromium, watch, "Wenda Tallbrook", "wenda", Role.ADMINISTRATOR)
        for name, login, role, side in (
            ("Tamsel Corrowby", "tamsel", Role.SHIFT_LEAD, "NI"),
            ("Bradoc Unthwick", "bradoc", Role.SHIFT_LEAD, "SI"),
            ("Kestor Amblegard", "kestor", Role.OFFICER, "SI"),
            ("Marrec Holloweth", "marrec", Role.LIAISON, "UV"),
            ("Orrin Skelmarsh", "orrin", Role.HEAD, "NI"),
        ):
            watch.pages[login] = signed_in(chromium, watch, name, login, role, side)
        expect.set_options(timeout=15_000)
        yield watch
        expect.set_options(timeout=5_000)
        for page in watch.pages.values():
            page.context.close()


def press(page: Page, button: str) -> None:
    with onward(page):
        page.get_by_role("button", name=button, exact=True).first.click()


def side_of(page: Page, side: str) -> Locator:
    """What the page of an urgent message has of one side."""
    return page.locator(".recipient", has=page.locator(f"#to-{side}"))


def opened(page: Page, step: str) -> Locator:
    """A form of an urgent message that is folded until somebody needs it."""
    page.locator(f"#{step} summary").click()
    return page.locator(f"#{step}")


def says_nothing_of_a_side(part: Locator) -> None:
    """A line that failed is a state of the line."""
    expect(part).not_to_contain_text("says that it is quiet")
    expect(part).not_to_contain_text(re.compile("silent|silence|did not answer", re.I))


def test_the_night_begins_with_a_shift_and_its_log(night: NightWatch) -> None:
    page = night.open("tamsel", "/shift")
    for name in ("Tamsel", "officer"):  # of the other delegation she sees the office and no name
        page.locator(".comers .row-line", has_text=name).locator("[name=on]").check()
    page.locator(".comers .row-line", has_text="Tamsel").locator("[name=lead]").check()
    press(page, "Begin the shift")
    expect(page.locator("main h1")).to_contain_text("Shift SH-1")
    night.open("tamsel", "/shift/log")
    page.locator("[name=line]").fill("Fog on the lower Sorrel.")
    with onward(page):
        page.keyboard.press("Enter")
    expect(page.locator(".watch-log .line")).to_contain_text("Fog on the lower Sorrel.")


def test_the_lines_are_entered_by_function_and_checked_and_a_silent_one_says_nothing_of_a_side(
    night: NightWatch,
) -> None:
    page = night.pages["tamsel"]
    for function, side, number in (
        ("Duty officer, Upper Valley", "UV", "555-0141"),
        ("Duty officer, Lower Valley", "LV", "555-0142"),
    ):
        night.open("tamsel", "/lines/add")
        page.locator("[name=function]").fill(function)
        page.locator("[name=of]").select_option(side)
        page.locator("[name=telephone]").fill(number)
        with onward(page):
            page.locator("main form button.main").click()
    night.until("21:05")
    night.open("tamsel", "/lines/check")
    page.locator("[name=result-UV][value=answered]").check()
    page.locator("[name=result-LV][value=no_answer]").check()
    press(page, "Enter the check")
    states = night.open("tamsel", "/lines").locator("#states")
    upper = states.locator("tr", has_text="Upper Valley")
    lower = states.locator("tr", has_text="Lower Valley")
    expect(upper).to_contain_text("checked, answered")
    expect(upper).to_contain_text("Duty officer, Upper Valley")
    expect(lower).to_contain_text("nobody reached")
    expect(states.locator("tr", has_text="Halvane Guard")).to_contain_text("not checked")
    board = night.open("tamsel", "/floor").locator("#board")
    expect(board.locator("li", has_text="Line to Lower Valley")).to_contain_text("its last check: no answer")
    expect(night.open("kestor", "/shift/log").locator(".watch-log")).to_contain_text("line check: UV: answered")


def test_a_caller_in_danger_rings_for_two_people_and_i_have_it_stops_it_for_the_other(night: NightWatch) -> None:
    for who in ("tamsel", "kestor"):
        page = night.open(who, "/alarms/rules/new")
        page.locator("[name=name]").fill("Somebody in danger")
        page.locator("[name=about]").select_option("claims")
        press(page, "Keep the rule")
    lead, officer = night.open("tamsel", "/floor"), night.pages["kestor"]
    night.until("21:20")
    night.open("kestor", "/claims/new")
    take_down(officer, "civilian", "Lights over the bridge, shots, a man is hurt.", "21:17", "Middle Bridge", "shot")
    officer.locator("[name=in_danger]").select_option("yes")
    officer.locator("[name=may_tell]").select_option("yes")
    with onward(officer):
        officer.locator("#enter").click()
    for page in (lead, officer):
        expect(page.locator("[data-alarm][data-rings]").first).to_be_visible(timeout=LONG_MS)
    press(lead, "I have it")
    expect(lead.locator("[data-alarm][data-rings]")).to_have_count(0)
    expect(officer.locator("[data-alarm][data-rings]")).to_have_count(0, timeout=LONG_MS)
    night.open("kestor", "/alarms")
    expect(officer.locator("main")).to_contain_text("has it since")
    expect(officer.locator(".alarm-card.rings")).to_have_count(0)


def test_both_sides_are_told_in_one_second_and_a_mail_that_comes_back_is_no_silence(night: NightWatch) -> None:
    night.until("21:30")
    page = night.open("tamsel", "/urgent/new?about=claim:CL-1")
    shown = page.locator(".to-send")
    expect(shown).to_contain_text("21:15")
    for finer in ("a man is hurt", "21:17", "21:20", "Lights"):
        expect(shown).not_to_contain_text(finer)
    press(page, "Send to both now")
    assert page.url.endswith("/urgent/UM-1")
    lower = side_of(page, "LV")
    expect(lower).to_contain_text(re.compile("mail.*queued.*550", re.S), timeout=LONG_MS)
    expect(side_of(page, "UV")).to_contain_text(re.compile("mail.*queued.*sent", re.S), timeout=LONG_MS)
    assert [mail["To"] for mail in night.mails.mails] == ["duty@uv.example"]
    says_nothing_of_a_side(lower)
    board = night.open("tamsel", "/floor").locator("#board")
    expect(board.locator("a[href='/urgent/UM-1']").first).to_contain_text("UM-1")


def test_a_mail_that_came_back_is_tried_again_once_the_address_stands(night: NightWatch) -> None:
    night.refused.clear()
    page = night.open("orrin", "/outbox")
    with onward(page):
        page.get_by_role("button", name=re.compile("again", re.I)).first.click()
    lower = side_of(night.open("tamsel", "/urgent/UM-1"), "LV")
    expect(lower).to_contain_text(re.compile("mail.*, sent", re.S), timeout=LONG_MS)
    assert [mail["To"] for mail in night.mails.mails] == ["duty@uv.example", "duty@lv.example"]
    assert night.mails.texts[0] == night.mails.texts[1], "the same text to both"


def test_a_mail_that_came_back_later_is_brought_as_a_file_and_says_nothing_of_the_side(night: NightWatch) -> None:
    page = night.open("tamsel", "/urgent/UM-1")
    form = opened(page, "step-bounce")
    answer = (
        "From: MAILER-DAEMON@mail.example\nSubject: Undelivered Mail Returned to Sender\n\n"
        f"550 5.1.1 mailbox is gone\nMessage-ID: {night.mails.ids[1]}\n"
    )
    form.locator("input[type=file]").set_input_files(
        {"name": "came back.eml", "mimeType": "message/rfc822", "buffer": answer.encode()}
    )
    with onward(page):
        form.locator("button.main").click()
    lower = side_of(page, "LV")
    expect(lower).to_contain_text("it came back")
    says_nothing_of_a_side(lower)
    expect(side_of(page, "UV")).not_to_contain_text("it came back")
    expect(side_of(night.open("kestor", "/urgent/UM-1"), "LV")).to_contain_text("it came back")


def test_one_side_answers_at_its_page_and_the_other_by_telephone_and_both_say_quiet(night: NightWatch) -> None:
    night.until("21:36")
    liaison = night.open("marrec", "/urgent/own")
    expect(liaison.locator("main")).not_to_contain_text("a man is hurt")
    press(liaison, "Acknowledge")
    page = night.open("tamsel", "/urgent/UM-1")
    opened(page, "step-read-out").locator("[name=to]").select_option("LV")
    press(page, "It was read out")
    opened(page, "step-acknowledge").locator("[name=to]").select_option("LV")
    press(page, "Enter the acknowledgement")
    expect(side_of(page, "UV")).to_contain_text("acknowledged 21:36")
    expect(side_of(page, "LV")).to_contain_text("acknowledged 21:36")
    expect(side_of(page, "LV")).to_contain_text("it came back")
    night.until("21:41")
    officer = night.open("kestor", "/claims/new")
    take_down(officer, "party:LV", "Flares from the other bank.", "21:35", "Middle Bridge", "flare")
    with onward(officer):
        officer.locator("#enter").click()
    expect(officer.locator("h1")).to_contain_text("CL-2")
    night.until("21:58")
    night.open("marrec", "/urgent/own")
    press(liaison, "Say so to the centre")
    expect(side_of(night.open("tamsel", "/urgent/UM-1"), "UV")).to_contain_text(
        "From the first report to what it says: 38 min"
    )
    expect(page.locator(".figures")).to_contain_text("not known")
    night.until("22:06")
    night.open("tamsel", "/urgent/UM-1")
    form = opened(page, "step-quiet")
    form.locator("[name=to]").select_option("LV")
    with onward(page):
        form.locator("button.main").click()
    expect(side_of(page, "LV")).to_contain_text("From the first report to what it says: 46 min")
    expect(page.locator(".figures")).to_contain_text(re.compile("38 min.*46 min.*the later of both.*46 min", re.S))
    press(page, "Close it")
    expect(page.locator("#now")).to_contain_text("closed")


def test_a_drill_turns_real_by_one_key_while_a_call_is_typed(night: NightWatch) -> None:
    night.until("22:25")
    page = night.open("tamsel", "/drills")
    page.locator("[name=label]").fill("Storage at Stonegate")
    press(page, "Begin the drill")
    for who in ("tamsel", "kestor", "marrec"):
        expect(night.open(who, "/me").locator("#drilling")).to_contain_text("Storage at Stonegate")
    officer = night.open("kestor", "/claims/new")
    take_down(officer, "party:UV", "Drill: an explosion at the storage.", "22:26", "Stonegate storage", "explosion")
    with onward(officer):
        officer.locator("#enter").click()
    expect(officer.locator("h1")).to_contain_text("CL-3")
    expect(officer.locator("h1 .drill")).to_contain_text("DR-1")
    night.until("22:30")
    night.open("tamsel", "/urgent/new?about=claim:CL-3")
    expect(page.locator(".to-send")).to_contain_text("DRILL")
    press(page, "Send to both now")
    assert page.url.endswith("/urgent/UM-2")
    for side in ("UV", "LV"):
        expect(side_of(page, side)).to_contain_text(re.compile("mail.*, sent", re.S), timeout=LONG_MS)
    assert ["DRILL" in text for text in night.mails.texts] == [False, False, True, True]
    night.open("kestor", "/claims/new")
    expect(officer.locator("#of-drill")).to_be_visible()
    officer.locator("[name=speaker]").select_option("civilian")
    officer.locator("[name=says]").focus()
    officer.keyboard.type(SAYS)
    with onward(officer):
        officer.keyboard.press("F8")
    expect(officer.locator("h1")).to_contain_text("CL-4")
    expect(officer.locator("h1 .drill")).to_have_count(0)
    expect(officer.locator("main")).to_contain_text(SAYS)
    for who in ("tamsel", "marrec"):
        expect(night.open(who, "/me").locator("#drilling")).to_have_count(0)
    past = night.open("tamsel", "/drills").locator("#past")
    expect(past).to_contain_text("ended by something real")
    expect(past).to_contain_text("CL-4")
    expect(past).to_contain_text("1 claim")


def test_whoever_got_a_message_of_the_drill_is_told_that_it_is_over(night: NightWatch) -> None:
    page = night.open("tamsel", "/urgent/UM-2")
    followed_by_mail = page.locator("#now .timeline li", has_text=re.compile("what followed it.*mail", re.S))
    expect(followed_by_mail).to_have_count(2)
    reload_until(page, lambda: len(night.mails.mails) == 6)
    expect(page.locator("#now .notice")).to_contain_text("closed")
    followed = night.mails.mails[4:]
    assert sorted(str(mail["To"]) for mail in followed) == ["duty@lv.example", "duty@uv.example"]
    for text in night.mails.texts[4:]:
        assert "What follows is real." in text
    own = night.open("marrec", "/urgent/own").locator("section.own", has_text="UM-2")
    expect(own).to_contain_text("DR-1")
    expect(own.get_by_role("button", name="Acknowledge", exact=True)).to_have_count(0)


def test_the_key_leaves_a_field_and_opens_the_form_of_a_call_from_any_page(night: NightWatch) -> None:
    page = night.open("tamsel", "/drills")
    page.locator("[name=label]").fill("The second one")
    press(page, "Begin the drill")
    page.locator("body").press("?")
    expect(page.locator("#keys")).to_contain_text("F8")
    page.keyboard.press("Escape")
    night.open("tamsel", "/claims")
    page.locator("[name=day]").focus()
    with onward(page):
        page.keyboard.press("F8")
    assert page.url.endswith("/claims/new")
    expect(page.locator("#drilling")).to_have_count(0)
    expect(page.locator("[name=is_drill]")).not_to_be_checked()


def test_access_that_is_refused_is_an_incident_of_the_list(night: NightWatch) -> None:
    night.until("22:50")
    page = night.open("tamsel", "/shift/tasks/ask")
    page.locator("[name=to]").select_option("party:LV")
    page.locator("[name=sort][value=access]").check()
    page.locator("[name=asks]").fill("Let the patrol see the bridge.")
    page.locator("[name=where]").fill("Middle Bridge")
    press(page, "Enter that it is asked")
    night.until("23:10")
    night.open("tamsel", "/shift/tasks/T-1")
    page.locator("[name=step][value=refused]").check()
    page.locator("[name=words]").fill("Their duty officer: not before daylight.")
    press(page, "Enter it")
    expect(page.locator("main")).to_contain_text("not before daylight")
    link = page.locator("main a[href^='/incident/']")
    reload_until(page, link.count)
    code = link.first.inner_text()
    with onward(page):
        link.first.click()
    expect(page.locator("main")).to_contain_text(re.compile("access", re.I))
    expect(night.open("kestor", "/incidents").locator(f"a[href='/incident/{code}']").first).to_be_visible()


def test_a_hand_over_is_proposed_and_changed_and_what_follows_it_unsigned_is_marked(night: NightWatch) -> None:
    night.until("07:52")
    page = night.open("tamsel", "/shift/handover")
    lines = page.locator(".proposed > li")
    expect(lines.filter(has_text="UM-1").first).to_be_visible()
    page.locator("[name=words]").fill("Shots at the bridge, both sides say quiet. A drill ended with a real call.")
    lines.filter(has_text="UM-1").first.locator("input:not([type=checkbox])").fill("Read it to the end.")
    lines.filter(has_text="Drill").first.locator("[name=out]").check()
    press(page, "Write it")
    assert "/shift/handover/H-1" in page.url
    expect(page.locator(".handed > li", has_text="Read it to the end.")).to_contain_text("UM-1")
    expect(page.locator(".paper")).to_contain_text("Lines left out: 1")
    expect(page.locator(".paper")).to_contain_text("not signed")
    night.open("kestor", "/shift/log")
    officer = night.pages["kestor"]
    officer.locator("[name=line]").fill("Fog lifts.")
    with onward(officer):
        officer.keyboard.press("Enter")
    line = officer.locator(".watch-log .line", has_text="Fog lifts.")
    expect(line).to_contain_text("entered while a hand-over was not signed")
    expect(officer.locator(".watch-log .line", has_text="Fog on the lower")).not_to_contain_text("not signed")


def test_the_shift_is_read_and_signed_at_eight_by_who_comes(night: NightWatch) -> None:
    night.until("08:00")
    comes = night.open("bradoc", "/shift/handover/H-1")
    expect(comes.locator("main")).to_contain_text("both sides say quiet")
    comes.locator("[name=remark]").fill("The bridge first.")
    press(comes, "I have read it; the shift is mine")
    night.open("bradoc", "/shift/handover/H-1")
    expect(comes.locator(".paper")).to_contain_text("Bradoc Unthwick, 3 May 2031, 08:00")
    expect(comes.locator(".paper")).to_contain_text("The bridge first.")
    expect(comes.locator("main")).not_to_contain_text("not signed")
    expect(night.open("bradoc", "/shift").locator("main h1")).to_contain_text("Shift SH-2")


def test_the_card_of_the_lines_prints_on_paper(night: NightWatch) -> None:
    page = night.open("bradoc", "/lines/card")
    expect(page.locator("main")).to_contain_text("555-0141")
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    printed = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    for words in (
        "Duty officer, Upper Valley",
        "555-0141",
        "Duty officer, Lower Valley",
        "555-0142",
        "Somebody is in danger: Halvane ambulance (invented): 555-0103",
        "It is destroyed after the shift.",
    ):
        assert words in printed
    assert "Take down a call" not in printed, "the menu is on paper"


def test_a_grave_event_stands_at_the_head_of_the_board_and_of_the_daily_report(night: NightWatch) -> None:
    night.until("14:00")
    page = night.open("bradoc", "/claims/new")
    take_down(page, "agency:Halvane Relief", "Two of the crew were killed.", "13:40", "Middle Bridge", "harm")
    page.locator("[name=killed]").fill("2")
    with onward(page):
        page.locator("#enter").click()
    night.open("bradoc", "/floor")
    board = page.locator("#board")
    reload_until(page, board.locator(".grave", has_text="2 killed").count)
    expect(board.locator(".columns section").first).to_have_class("grave")
    drafted = night.open("orrin", "/reports")
    drafted.locator("[name=recipient]").first.select_option("joint-centre")
    for name in ("from", "to"):
        drafted.locator(f"[name={name}]").first.fill("3 May 2031")
    press(drafted, "Show this report")
    press(drafted, "Begin a draft")
    look = drafted.locator("a[href*='/look?lang=en']").first.get_attribute("href")
    report = night.open("orrin", look or "")
    grave = report.locator(".box.grave").first
    expect(grave).to_contain_text(re.compile("killed", re.I))
    assert report.locator("main h2, body h2").first.inner_text() == grave.locator("h2").inner_text()


def reload_until(page: Page, is_so: Callable[[], object]) -> None:
    """Look again until it is so: lists are made anew, and mails leave, beside the pages."""
    for _ in range(120):
        if is_so():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail("it never came true")


def take_down(page: Page, speaker: str, says: str, when: str, where: str, kind: str) -> None:
    """Fill the form of a call in."""
    page.locator("[name=speaker]").select_option(speaker)
    page.locator("[name=says]").fill(says)
    page.locator("[name=when]").fill(when)
    page.locator("[name=where]").fill(where)
    page.locator("[name=kind]").select_option(kind)
