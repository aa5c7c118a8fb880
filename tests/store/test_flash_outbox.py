"""Urgent messages in the outbox: to all in one second, at least once on the wire and once after it was taken, whatever
is slow, down, killed or came back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch, template_watch
from tests.conftest import ROOT, each
from tests.store.mail_server import mail_room
from tests.store.receivers import receiving
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.flash import FlashRecipient
from trucewatch.store import Store
from trucewatch.store.flash_queue import FIRST_WAIT, LONG_WAIT, LONGEST_WAIT
from trucewatch.store.journal import read_entries
from trucewatch.store.mail_server import MailServer, forget_mail_server, keep_mail_server
from trucewatch.store.outbox import ACT, DELIVERY, Delivery, FlashMail, Outbox
from trucewatch.store.private_files import private_names
from trucewatch.store.protection import protect
from trucewatch.store.vault import forget
from trucewatch.store.webhook_post import Answer
from trucewatch.store.webhooks import new_webhook

NOW = datetime(2031, 5, 4, 9, 0, 0, 250_000, tzinfo=UTC)
WATCH = template_watch().settings
NEAR = pytest.mark.allow_hosts(["127.0.0.1"])
TEXT = "URGENT MESSAGE\nСрочное уведомление сторон\nTəcili\nՇտապ\n"
TO = tuple(FlashRecipient(id=name, ways=("console", "mail", "webhook", "telephone")) for name in ("UV", "LV", "PK"))
ADDRESSES = {"UV": "duty@upper.example", "LV": "duty@lower.example"}


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store(tmp_path, clock) as store:
        yield store


def ann(outbox: Outbox) -> str:
    return outbox.store.keys.actor_reference("Ann", ())


def with_mail(outbox: Outbox, port: int = 25, addresses: dict[str, str] = ADDRESSES) -> dict[str, str]:
    """A server on loopback and a line for each; the keys."""
    server = MailServer(host="127.0.0.1", port=port, security="none", sender="floor@centre.example")
    keep_mail_server(outbox.store.root / "private", server)
    return {to: outbox.add_line(to, by=ann(outbox), address=address).key for to, address in addresses.items()}


def queue(outbox: Outbox, code: str = "UM-1", revision: int = 0, text: str = TEXT) -> tuple[Delivery, ...]:
    ways = outbox.ways_out(TO, {"UV": 1})
    mails = {
        to.id: FlashMail(subject=f"Urgent {code}", text=text, document={"number": code, "text": text}) for to in TO
    }
    records = outbox.flash_deliveries(code, revision, mails, outbox.store._clock(), WATCH, ways)
    outbox.store.commit(records)
    return outbox.deliveries_of(code)


def send(outbox: Outbox, clock: Callable[[], datetime], **options: Any) -> list[Delivery]:
    return outbox.send_flashes(clock, WATCH, guard=nullcontext, **{"wait_s": None} | options)


def by_mail(deliveries: tuple[Delivery, ...] | list[Delivery]) -> list[Delivery]:
    return each(delivery for delivery in deliveries if delivery.channel == "mail")


class Post:
    """What each address is answered; what was sent to whom."""

    def __init__(self, **faults: Answer) -> None:
        self.faults, self.sent = faults, list[tuple[str, str, str]]()

    def __call__(self, server: Any, mail: Any) -> Answer:
        answer = self.faults.get(mail.to.partition("@")[2].partition(".")[0], Answer(250))
        if not answer.fault:
            self.sent.append((mail.to, mail.subject, mail.message_id))
        return answer


def test_every_way_of_a_rule_is_told_with_what_it_lacks(store: Store) -> None:
    outbox = Outbox(store)
    ways = outbox.ways_out(TO, {"UV": 2})
    assert [(way.way, way.is_ready) for way in ways if way.recipient == "UV"] == [
        ("console", True),
        ("mail", False),
        ("webhook", False),
        ("telephone", True),
    ]
    assert "nobody has an account that speaks for LV" in str(next(w.why_not for w in ways if w.recipient == "LV"))
    keys = with_mail(outbox)
    assert {way.key for way in outbox.ways_out(TO, {}) if way.way == "mail" and way.is_ready} == set(keys.values())
    forget_mail_server(store.root / "private")
    (why_not,) = {str(way.why_not) for way in outbox.ways_out(TO, {}) if way.key in keys.values()}
    assert "no mail server is named" in why_not


@NEAR
def test_all_are_queued_in_one_second_and_each_gets_the_same_text_once(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    with mail_room() as room, receiving() as receiver:
        with_mail(outbox, room.port)
        outbox.add_line("PK", by=ann(outbox), hook=new_webhook("peacekeepers", receiver.url, is_near=True))
        queued = queue(outbox)
        assert {delivery.queued_at for delivery in queued} == {NOW.replace(microsecond=0)}
        assert [(each.recipient, each.channel, each.state, each.fault) for each in queued] == [
            ("UV", "console", "sent", ""),
            ("UV", "mail", "queued", ""),
            ("UV", "telephone", "queued", ""),
            ("LV", "console", "queued", "nobody"),
            ("LV", "mail", "queued", ""),
            ("LV", "telephone", "queued", ""),
            ("PK", "console", "queued", "nobody"),
            ("PK", "webhook", "queued", ""),
            ("PK", "telephone", "queued", ""),
        ]
        sent = send(outbox, clock)
        clock.now += timedelta(days=1)
        assert send(outbox, clock) == []
    assert sorted((delivery.recipient, delivery.state) for delivery in sent) == [
        ("LV", "sent"),
        ("PK", "sent"),
        ("UV", "sent"),
    ]
    assert sorted(envelope.rcpt_tos[0] for envelope in room.received) == sorted(ADDRESSES.values())
    assert room.texts == [TEXT, TEXT]
    ((_, headers, body),) = receiver.received
    told = json.loads(body)
    assert (told["schema"], told["to"], told["text"]) == ("trucewatch/flash-notice/1", "PK", TEXT)
    assert headers["idempotency-key"] == told["id"]
    assert {id[1:].partition("@")[0] for id in room.ids} == {each.id for each in by_mail(sent)}


def test_what_is_queued_of_a_revision_is_not_queued_twice(store: Store) -> None:
    outbox = Outbox(store)
    with_mail(outbox)
    before = queue(outbox)
    assert queue(outbox) == before
    assert len(queue(outbox, revision=1)) == 2 * len(before)


@NEAR
def test_a_server_that_is_down_for_a_day_loses_nothing_and_fills_no_ledger(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    with mail_room() as room:
        port = room.port
    with_mail(outbox, port)
    queue(outbox)
    begun, attempts = clock.now, 0
    while clock.now < begun + timedelta(days=1):
        steps = send(outbox, clock)
        attempts += len(steps)
        waits = [step.next_try - clock.now for step in steps if step.next_try]
        assert not waits or FIRST_WAIT <= min(waits) <= max(waits) <= LONGEST_WAIT
        clock.now = min(step.next_try for step in by_mail(outbox.deliveries()) if step.next_try)
        if clock.now == begun + timedelta(hours=12):
            outbox = Outbox(store)
    assert attempts > 280
    entries = [entry for entry in read_entries(store.root) if entry.record["schema"] == DELIVERY]
    assert len(entries) < 70, "an hour is an entry, not an attempt"
    (state,) = {(step.state, step.fault) for step in by_mail(outbox.deliveries())}
    assert state == ("failed", "unreachable")
    assert min(step.attempts for step in by_mail(outbox.deliveries())) > 140
    with mail_room(port=port) as room:
        assert {step.state for step in each(send(outbox, clock))} == {"sent"}
        clock.now += timedelta(days=1)
        assert send(outbox, clock) == []
    assert room.texts == [TEXT, TEXT]
    assert len(set(room.ids)) == 2


def test_a_message_is_tried_for_three_days_at_least_and_given_up_by_no_jump_of_the_clock(
    store: Store, clock: Clock
) -> None:
    outbox, down = Outbox(store), Post(upper=Answer(fault="unreachable"), lower=Answer(fault="unreachable"))
    with_mail(outbox)
    queue(outbox)
    clock.now += timedelta(days=400)
    (state,) = {step.state for step in each(send(outbox, clock, by_mail=down))}
    assert state == "failed", "a clock that jumps ahead gives nothing up at once"
    clock.now = NOW + timedelta(minutes=1)
    assert len(send(outbox, clock, by_mail=down)) == 2, "a clock that was put back holds nothing up"
    while any(step.is_waiting for step in by_mail(outbox.deliveries())):
        clock.now += timedelta(minutes=30)
        send(outbox, clock, by_mail=down)
    assert clock.now - NOW >= timedelta(days=3)
    assert {step.state for step in by_mail(outbox.deliveries())} == {"given_up"}
    outbox.retry(by_mail(outbox.deliveries())[0].id, by=ann(outbox), now=clock.now)
    assert [step.state for step in send(outbox, clock, by_mail=Post())] == ["sent"]


def test_a_slow_receiver_holds_up_no_other_and_nothing_that_is_queued_meanwhile(store: Store, clock: Clock) -> None:
    outbox, is_free = Outbox(store), threading.Event()
    with_mail(outbox)
    post = Post()

    def slowly(server: Any, mail: Any) -> Answer:
        if "upper" in mail.to:
            assert is_free.wait(20)
        return post(server, mail)

    queue(outbox)
    done = send(outbox, clock, by_mail=slowly, wait_s=0.0)
    queue(outbox, "UM-2")
    while len(post.sent) < 2:
        done += send(outbox, clock, by_mail=slowly, wait_s=0.0)
    assert [(to, subject) for to, subject, _ in post.sent] == [
        (ADDRESSES["LV"], "Urgent UM-1"),
        (ADDRESSES["LV"], "Urgent UM-2"),
    ]
    is_free.set()
    while len(done) < 4:
        done += send(outbox, clock, by_mail=slowly, wait_s=None)
    assert {step.state for step in done} == {"sent"}
    assert len(post.sent) == len(set(post.sent)) == 4


def test_an_address_that_is_refused_stays_visible_and_is_tried_at_a_long_wait_only(store: Store, clock: Clock) -> None:
    outbox, post = Outbox(store), Post(upper=Answer(550, "bounced"))
    with_mail(outbox)
    queue(outbox)
    (bounced,) = (step for step in send(outbox, clock, by_mail=post) if step.recipient == "UV")
    assert (bounced.state, bounced.fault, bounced.code) == ("failed", "bounced", 550)
    assert bounced.next_try == clock.now + LONG_WAIT
    queue(outbox, "UM-2")
    second = send(outbox, clock, by_mail=Post())
    assert {step.number for step in second} == {"UM-2"}, "the next message is tried, the one refused waits"
    clock.now += LONG_WAIT
    assert [(step.number, step.state) for step in send(outbox, clock, by_mail=Post())] == [("UM-1", "sent")]


def test_a_mail_that_comes_back_later_is_a_state_of_its_line_and_is_sent_once_more(store: Store, clock: Clock) -> None:
    outbox, post = Outbox(store), Post()
    with_mail(outbox)
    queue(outbox)
    send(outbox, clock, by_mail=post)
    to, _, message_id = post.sent[0]
    delivery = outbox.delivery_of_mail(message_id)
    step = outbox.bounced(delivery.id, code=0, now=clock.now)
    assert (step.state, step.fault) == ("failed", "bounced")
    assert outbox.bounced(delivery.id, code=0, now=clock.now) == step, "the same again is no second one"
    assert send(outbox, clock, by_mail=post) == []
    clock.now += LONG_WAIT
    send(outbox, clock, by_mail=post)
    assert post.sent[2] == (to, "Urgent UM-1", message_id)
    for unknown in ("<q-x@a>", "", "<" + "a" * 500, "<q-" + "a" * 26 + "@centre.example>"):
        with pytest.raises(StoreError, match="names no mail of ours"):
            outbox.delivery_of_mail(unknown)


def test_a_bounce_that_was_entered_by_mistake_leaves_the_mail_as_it_stood_and_sends_nothing_twice(
    store: Store, clock: Clock
) -> None:
    outbox, post = Outbox(store), Post(lower=Answer(550, "bounced"))
    with_mail(outbox)
    queue(outbox)
    send(outbox, clock, by_mail=post)
    taken = outbox.delivery_of_mail(post.sent[0][2])
    act = len(store.journal)
    outbox.bounced(taken.id, code=511, now=clock.now)
    store.commit(outbox.not_bounced_records(taken.id, entry=act))
    step = outbox.delivery(taken.id)
    assert (step.state, step.fault, step.code, step.next_try) == ("sent", "", 250, None)
    assert outbox.not_bounced_records(taken.id, entry=act) == [], "it stands so already"
    (refused,) = [each for each in by_mail(outbox.deliveries_of("UM-1")) if each.fault == "bounced"]
    assert outbox.not_bounced_records(refused.id, entry=len(store.journal)) == [], "its own server said so, no file"
    clock.now += LONG_WAIT
    send(outbox, clock, by_mail=post)
    assert len(post.sent) == 1


def test_a_message_that_was_withdrawn_on_a_line_comes_there_no_more(store: Store, clock: Clock) -> None:
    outbox, post = Outbox(store), Post(upper=Answer(550, "bounced"))
    with_mail(outbox)
    queue(outbox)
    send(outbox, clock, by_mail=post)
    post.faults.clear()
    queue(outbox, revision=1)
    send(outbox, clock, by_mail=post)
    clock.now += LONG_WAIT
    (step,) = send(outbox, clock, by_mail=post)
    assert (step.revision, step.state, step.fault) == (0, "given_up", "overtaken")
    assert len([to for to, _, _ in post.sent if "upper" in to]) == 1


def test_what_a_line_did_not_take_comes_before_what_was_queued_later(store: Store, clock: Clock) -> None:
    outbox, post = Outbox(store), Post(upper=Answer(fault="unreachable"), lower=Answer(fault="slow"))
    with_mail(outbox)
    for code in ("UM-1", "UM-2", "UM-3"):
        queue(outbox, code)
        send(outbox, clock, by_mail=post)
        clock.now += timedelta(seconds=1)
    post.faults.clear()
    queue(outbox, "UM-4")
    send(outbox, clock, by_mail=post)
    for address in ADDRESSES.values():
        assert [subject for to, subject, _ in post.sent if to == address] == [f"Urgent UM-{n}" for n in (1, 2, 3, 4)]


def test_what_was_taken_and_could_not_be_recorded_is_not_sent_once_more(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox, post = Outbox(store), Post()
    with_mail(outbox)
    queue(outbox)
    enter = store.commit

    def refuse(*_: Any, **__: Any) -> Any:
        raise StoreError(Message("the disk is full"))

    monkeypatch.setattr(store, "commit", refuse)
    for _ in range(3):
        with pytest.raises(StoreError, match="the disk is full"):
            send(outbox, clock, by_mail=post)
    monkeypatch.setattr(store, "commit", enter)
    assert {step.state for step in each(send(outbox, clock, by_mail=post))} == {"sent"}
    assert len(post.sent) == 2


def test_erased_words_take_what_waits_of_their_message_along_and_no_other(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    with_mail(outbox)
    words = store.keep_words("words that are to go")
    store.commit([{"schema": "trucewatch/flash/1", "number": 1, "texts": {"UV": words}}])
    queue(outbox, "UM-1")
    queue(outbox, "UM-2")
    store.erase([], reason="asked for", ordered_by="Ann", people=[words])
    steps = send(outbox, clock, by_mail=Post())
    assert sorted({(step.number, step.state, step.fault) for step in steps}) == [
        ("UM-1", "given_up", "lost"),
        ("UM-2", "sent", ""),
    ]


def test_under_a_passphrase_nothing_of_a_line_lies_in_the_clear(store: Store, clock: Clock) -> None:
    outbox, post = Outbox(store), Post()
    with_mail(outbox)
    queue(outbox)
    protect(store, "five quiet words on paper")
    outbox.add_line("PK", by=ann(outbox), address="duty@posts.example")
    queue(outbox, "UM-2")
    paths = each(path for path in (store.root / "private").rglob("*") if path.is_file())
    content = b"".join(path.read_bytes() for path in paths)
    for secret in (b"upper.example", b"posts.example", b"centre.example", b"URGENT"):
        assert secret not in content
    send(outbox, clock, by_mail=post)
    assert len(post.sent) == 5
    forget(store.root / "private")


def test_without_a_server_a_message_waits_until_one_is_named(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    with_mail(outbox)
    forget_mail_server(store.root / "private")
    queue(outbox)
    (fault,) = {step.fault for step in each(send(outbox, clock))}
    assert fault == "no_server"
    with_mail(outbox, addresses={})
    clock.now += LONGEST_WAIT
    assert {step.state for step in each(send(outbox, clock, by_mail=Post()))} == {"sent"}


def test_a_line_that_is_removed_gives_up_what_waits_and_forgets_its_address(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    keys = with_mail(outbox)
    queue(outbox)
    outbox.remove_line(keys["UV"], by=ann(outbox))
    (delivery,) = (step for step in by_mail(outbox.deliveries()) if step.recipient == "UV")
    assert (delivery.state, delivery.fault) == ("given_up", "removed")
    assert [step.recipient for step in send(outbox, clock, by_mail=Post())] == ["LV"]
    with pytest.raises(StoreError, match="its line was removed"):
        outbox.retry(delivery.id, by=ann(outbox), now=clock.now)
    with pytest.raises(StoreError, match="there is no line"):
        outbox.remove_line(keys["UV"], by=ann(outbox))
    assert list(outbox.line_names().values()) == ["d…@l….example"]
    assert f"outbox/{delivery.id}.json" not in private_names(store.root / "private", "outbox")


def test_a_text_is_read_out_once_and_that_can_be_taken_back(store: Store) -> None:
    outbox = Outbox(store)
    telephone, page = (next(d for d in queue(outbox) if d.channel == way) for way in ("telephone", "console"))
    assert outbox.read_out(telephone.id, by=ann(outbox)).state == "sent"
    with pytest.raises(StoreError, match="read out already"):
        outbox.read_out(telephone.id, by=ann(outbox))
    store.commit(outbox.not_read_out_records(telephone.id, by=ann(outbox)))
    assert outbox.delivery(telephone.id).state == "queued"
    with pytest.raises(StoreError, match="does not go by telephone"):
        outbox.read_out(page.id, by=ann(outbox))


def test_no_record_holds_an_address_or_a_text_and_the_outbox_reads_back_as_it_stood(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    with_mail(outbox)
    outbox.add_line("PK", by=ann(outbox), hook=new_webhook("pk", "https://example.org/in?token=theirs"))
    queue(outbox)
    send(outbox, clock, by_mail=Post(upper=Answer(451, "refused")), by_program=lambda *_, **__: Answer(500, "refused"))
    texts = [json.dumps(e.record) for e in read_entries(store.root) if e.record["schema"] in (DELIVERY, ACT)]
    assert len(texts) > 10
    for secret in ("upper.example", "duty", "example.org", "theirs", "URGENT", "Ann"):
        assert [text for text in texts if secret in text] == [], secret
    assert Outbox(store).deliveries() == outbox.deliveries()
    assert Outbox(store).lines() == outbox.lines()


def test_what_nobody_entered_is_swept_and_what_waits_is_not(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    with_mail(outbox)
    waiting = queue(outbox)
    ways = outbox.ways_out(TO, {})
    outbox.flash_deliveries("UM-9", 0, {"UV": FlashMail(subject="x", text="y", document={})}, NOW, WATCH, ways)
    private = store.root / "private"
    assert len(private_names(private, "outbox")) == 3
    send(outbox, clock, by_mail=Post(upper=Answer(451, "refused")))
    assert private_names(private, "outbox") == sorted(f"outbox/{step.id}.json" for step in by_mail(waiting))
    clock.now += timedelta(days=6)
    send(outbox, clock, by_mail=Post(upper=Answer(451, "refused")))
    assert len(private_names(private, "outbox")) == 1, "what was taken is kept while it may come back, and no longer"


@pytest.mark.slow
@NEAR
def test_a_kill_between_sending_and_recording_sends_the_same_mail_again_by_the_same_id(tmp_path: Path) -> None:
    """The server kills the program that sends to it, before it answers."""
    watch = make_watch(tmp_path / "watch", rows=3)
    program_text = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime; from contextlib import nullcontext\n"
        "from trucewatch.store import Store; from trucewatch.store.outbox import Outbox\n"
        "clock = lambda: datetime.now(UTC)\n"
        "with Store(Path(sys.argv[1]), clock) as store:\n"
        "    steps = Outbox(store).send_flashes(clock, None, guard=nullcontext, wait_s=None)\n"
        "    print(*[step.state for step in steps])\n"
    )
    command = [sys.executable, "-c", program_text, str(watch)]
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with mail_room() as room:
        with Store(watch, lambda: datetime.now(UTC)) as store:
            outbox = Outbox(store)
            with_mail(outbox, room.port, {"UV": ADDRESSES["UV"]})
            queue(outbox)
        program = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
        room.before = lambda: (program.send_signal(signal.SIGKILL), program.wait())
        assert program.communicate(timeout=60) == (b"", None)
        room.before = lambda: None
        done, again = (subprocess.run(command, env=env, capture_output=True, timeout=60, check=False) for _ in range(2))
    assert (done.stdout.split(), again.stdout.split()) == ([b"sent"], []), done.stderr
    first, second = room.mails
    assert room.ids[0] == room.ids[1]
    assert first.as_bytes().replace(b"\r", b"") == second.as_bytes().replace(b"\r", b"")
