"""The outbox: each issue once to each webhook, at least once on the wire, and never an address in a record."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch, template_watch
from tests.conftest import ROOT, each
from tests.store.receivers import receiving
from trucewatch.errors import StoreError
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import Publication
from trucewatch.store import Store, webhook_post
from trucewatch.store.journal import read_entries
from trucewatch.store.outbox import ACT, DELIVERY, LONGEST_WAIT, MOST_ATTEMPTS, Delivery, Outbox
from trucewatch.store.publications import MadeFrom, record_publication
from trucewatch.store.webhook_post import Answer, post
from trucewatch.store.webhooks import FILE, Webhook, check_url, is_public, new_webhook

NOW = datetime(2031, 5, 4, 9, 0, tzinfo=UTC)
MAKE_PAIR = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
WATCH = template_watch().settings
NEAR = pytest.mark.allow_hosts(["127.0.0.1"])


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


def issue(store: Store, *, revision: int = 0, recipient: str = "public", day: int = 3, format: str = "html") -> None:
    publication = Publication(
        number=f"TW/test/2031-05-0{day}/{recipient}",
        revision=revision,
        kind="daily",
        recipient=recipient,
        day_from=date(2031, 5, day),
        day_until=date(2031, 5, day + 1),
        cut_off=NOW,
        rows=(),
        key_digest=f"{revision}" if revision else "",
    )
    files = {(format, "en"): sha256_of(f"{recipient}{revision}{format}{day}".encode())}
    record_publication(store, publication, files, MadeFrom(program="0", list_entry=-1))


def hooked(outbox: Outbox, url: str, *, name: str = "desk", recipient: str = "public") -> Webhook:
    hook = new_webhook(name, url, is_near=url.startswith("http://"))
    outbox.add(hook, recipient=recipient, by=outbox.store.keys.actor_reference("Ann", ()))
    return hook


def send(outbox: Outbox, clock: Clock, post: Any = post) -> list[Delivery]:
    return outbox.send_due(clock, WATCH, post=post, guard=nullcontext)


def accept(*_: Any, **__: Any) -> Answer:
    return Answer(204)


@NEAR
def test_an_issue_is_told_once_signed_and_without_what_stands_in_it(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    with receiving() as receiver:
        hook = hooked(outbox, receiver.url)
        issue(store)
        (delivery,) = send(outbox, clock)
        assert send(outbox, clock) == []
    assert (delivery.state, delivery.code, delivery.attempts) == ("sent", 204, 1)
    ((path, headers, body),) = receiver.received
    assert path == "/in?token=of-the-receiver"
    assert headers["idempotency-key"] == headers["webhook-id"] == delivery.id
    signed = f"{delivery.id}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())
    told = json.loads(body)
    digest = sha256_of(b"public0html3")
    assert told == {
        "schema": "trucewatch/issue-notice/1",
        "id": delivery.id,
        "watch": WATCH.id,
        "simulated": WATCH.simulated,
        "recipient": "public",
        "number": "TW/test/2031-05-03/public",
        "revision": 0,
        "kind": "daily",
        "day_from": "2031-05-03",
        "day_until": "2031-05-04",
        "cut_off": "2031-05-04T09:00:00Z",
        "issued_at": "2031-05-04T09:00:00Z",
        "feed": "/feed/public.atom",
        "files": [
            {"format": "html", "language": "en", "sha256": digest, "link": f"/feed/public/files/{digest}"},
        ],
    }


def test_only_what_was_issued_after_a_webhook_was_added_goes_there_and_only_to_its_recipient(
    store: Store, clock: Clock
) -> None:
    outbox = Outbox(store)
    issue(store, day=1)
    hooked(outbox, "https://example.org/a")
    issue(store, day=2, recipient="parties")
    issue(store, day=1, format="csv")  # made again in another format: the same issue, which is older
    assert send(outbox, clock, accept) == []
    issue(store, day=1, revision=1)
    issue(store, day=3)
    hooked(outbox, "https://example.org/b", name="later")
    deliveries = send(outbox, clock, accept)
    assert [(delivery.number[-17:], delivery.revision) for delivery in deliveries] == [
        ("2031-05-01/public", 1),
        ("2031-05-03/public", 0),
    ]
    assert {outbox.names()[delivery.key] for delivery in deliveries} == {"desk"}


def test_no_record_and_no_document_holds_an_address_a_secret_or_a_name(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    hook = hooked(outbox, "https://example.org/in?token=of-the-receiver", name="annas-phone")
    issue(store)
    send(outbox, clock, lambda *_, **__: Answer(fault="unreachable"))
    outbox.remove("annas-phone", by=store.keys.actor_reference("Ann", ()))
    records = [entry.record for entry in read_entries(store.root)]
    texts = [json.dumps(record) for record in each(records) if record["schema"] in (DELIVERY, ACT)]
    assert len(texts) == 5
    for secret in ("of-the-receiver", "example.org", hook.secret[6:], "annas-phone", "Ann"):
        assert [text for text in texts if secret in text] == [], secret
    assert "of-the-receiver" not in repr(hook)
    assert hook.secret[6:] not in repr(hook)
    kept = (store.root / "private" / FILE).read_text()
    assert "of-the-receiver" not in kept
    assert hook.secret not in kept


def test_what_fails_is_tried_again_later_and_later_and_given_up_at_last(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    hooked(outbox, "https://example.org/a")
    issue(store)
    waits = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (delivery,) = send(outbox, clock, lambda *_, **__: Answer(503, "refused"))
        assert (delivery.attempts, delivery.code) == (attempt, 503)
        if delivery.next_try is None:
            break
        assert delivery.state == "failed"
        waits.append(delivery.next_try - clock.now)
        clock.now = delivery.next_try - timedelta(seconds=1)
        assert send(outbox, clock, accept) == [], "nothing is sent before its time"
        clock.now = delivery.next_try
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(waits) == LONGEST_WAIT
    assert len(waits) == MOST_ATTEMPTS - 1
    assert delivery.state == "given_up"
    assert send(outbox, clock, accept) == []
    outbox.retry(delivery.id, by=store.keys.actor_reference("Ann", ()), now=clock.now)
    assert [step.state for step in send(outbox, clock, accept)] == ["sent"]


def test_a_receiver_that_is_gone_is_asked_no_more(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    hooked(outbox, "https://example.org/a")
    issue(store)
    (delivery,) = send(outbox, clock, lambda *_, **__: Answer(410, "gone"))
    assert (delivery.state, delivery.next_try) == ("given_up", None)


def test_what_is_stopped_or_of_a_removed_webhook_is_not_sent(store: Store, clock: Clock) -> None:
    outbox, by = Outbox(store), store.keys.actor_reference("Ann", ())
    hooked(outbox, "https://example.org/a")
    issue(store)
    (delivery,) = outbox.queue(clock(), WATCH)
    outbox.stop(delivery.id, by=by)
    assert send(outbox, clock, accept) == []
    with pytest.raises(StoreError, match="does not wait"):
        outbox.stop(delivery.id, by=by)
    issue(store, revision=1)
    (other,) = outbox.queue(clock(), WATCH)
    outbox.remove("desk", by=by)
    assert outbox.delivery(other.id).fault == "removed"
    assert send(outbox, clock, accept) == []
    assert list((store.root / "private" / "outbox").iterdir()) == []
    with pytest.raises(StoreError, match="was removed"):
        outbox.retry(other.id, by=by, now=clock())
    with pytest.raises(StoreError, match="there is no webhook"):
        outbox.remove("desk", by=by)


def test_the_outbox_is_read_back_from_the_journal_as_it_stood(store: Store, clock: Clock) -> None:
    outbox = Outbox(store)
    hooked(outbox, "https://example.org/a")
    issue(store)
    send(outbox, clock, lambda *_, **__: Answer(500, "refused"))
    assert Outbox(store).deliveries() == outbox.deliveries()
    assert Outbox(store).channels() == outbox.channels()


@pytest.mark.slow
@NEAR
def test_a_kill_between_sending_and_recording_sends_the_same_again_by_the_same_id(tmp_path: Path) -> None:
    """The receiver kills the program that sends to it, before it answers."""
    watch = make_watch(tmp_path / "watch", rows=3)
    command = [sys.executable, "-m", "trucewatch", "outbox", str(watch), "send", "--json"]
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with receiving() as receiver:
        with Store(watch, lambda: datetime.now(UTC)) as store:
            hooked(Outbox(store), receiver.url)
            issue(store)
        program = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
        receiver.before = lambda: (program.send_signal(signal.SIGKILL), program.wait())
        assert program.communicate(timeout=60) == (b"", None)
        assert program.returncode == -signal.SIGKILL
        receiver.before = lambda: None
        done, again = (subprocess.run(command, env=env, capture_output=True, timeout=60, check=False) for _ in range(2))
    assert done.returncode == 0, done.stderr
    assert [delivery["state"] for delivery in json.loads(done.stdout)["deliveries"]] == ["sent"]
    assert json.loads(again.stdout)["deliveries"] == []
    first, second = receiver.received
    assert receiver.ids[0] == receiver.ids[1]
    assert first[2] == second[2]


def test_a_watch_without_webhooks_asks_for_no_network(store: Store, clock: Clock) -> None:
    """In these tests whatever asks for it is an error."""
    issue(store)
    before = len(store.journal)
    assert send(Outbox(store), clock) == []
    assert len(store.journal) == before


# On the wire


@NEAR
@pytest.mark.parametrize(
    ("status", "fault"),
    [(200, ""), (299, ""), (301, "redirect"), (307, "redirect"), (401, "refused"), (410, "gone"), (500, "refused")],
)
def test_the_status_alone_says_what_came_of_it_and_redirects_are_not_followed(status: int, fault: str) -> None:
    with receiving(status, body=b"x" * 1_000_000) as receiver:
        hook = new_webhook("a", receiver.url, is_near=True)
        assert post(hook, b"{}", delivery_id="q-1", now=NOW) == Answer(status, fault)
        assert len(receiver.received) == 1


@NEAR
def test_an_answer_that_drips_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_post, "WHOLE_S", 0.5)
    with receiving(200, drip=True) as receiver:
        hook = new_webhook("a", receiver.url, is_near=True)
        assert post(hook, b"{}", delivery_id="q-1", now=NOW) == Answer(fault="slow")


@NEAR
def test_a_receiver_that_never_answers_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_post, "STEP_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hook = new_webhook("a", f"http://127.0.0.1:{silent.getsockname()[1]}/", is_near=True)
        assert post(hook, b"{}", delivery_id="q-1", now=NOW) == Answer(fault="slow")
        port = silent.getsockname()[1]
    hook = new_webhook("a", f"http://127.0.0.1:{port}/", is_near=True)
    assert post(hook, b"{}", delivery_id="q-1", now=NOW) == Answer(fault="unreachable")


@NEAR
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    made = subprocess.run(
        [*MAKE_PAIR, "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")],
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0
    with receiving() as receiver:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
        receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
        receiver.handle_error = lambda *_: None  # type: ignore[method-assign]
        hook = new_webhook("a", receiver.url.replace("http:", "https:"), is_near=True)
        assert post(hook, b"{}", delivery_id="q-1", now=NOW) == Answer(fault="tls")
        assert receiver.received == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "fe80::1",
        "fc00::1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "ff02::1",
        "fec0::1",
        "::127.0.0.1",
        "::ffff:0:7f00:1",
        "192.0.0.8",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(address)
    hook = new_webhook("a", "https://hooks.example.org/in")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    near = (family, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(webhook_post, "look_up", lambda *_: [public, near])
    assert post(hook, b"{}", delivery_id="q-1", now=NOW) == Answer(fault="elsewhere")


def test_without_tls_nothing_leaves_the_own_network(monkeypatch: pytest.MonkeyPatch) -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))
    monkeypatch.setattr(webhook_post, "look_up", lambda *_: [public])
    hook = new_webhook("a", "http://hooks.example.org/in", is_near=True)
    assert post(hook, b"{}", delivery_id="q-1", now=NOW) == Answer(fault="elsewhere")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "http://example.org/",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org/#secret",
        "https://exa mple.org/secret",
        "https://localhost/secret",
        "https://[::1]/secret",
        "https://127.0.0.1/secret",
        "https://10.1.2.3/secret",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/secret\nHost: x",
        "https://exämple.org/secret",
        "https://example.org/" + "secret" * 400,
    ],
)
def test_an_address_that_cannot_be_is_refused_without_an_echo(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        check_url(url, is_near=False)
    assert "secret" not in str(refused.value).replace("signed with a secret of", "")
