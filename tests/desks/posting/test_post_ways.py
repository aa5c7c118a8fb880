"""A console with a certificate of its own, and the line to it: what waits goes by itself, what cannot go waits and says
since when, and a certificate that is not the one of the card gets nothing. By mail and as files too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn

from tests.desks.posting.samples import add_outsider, card_of
from tests.pipeline.post_boxes import BLANKETS, Box, Clock, opened
from tests.server.conftest import AID, NOW, client_of
from tests.store.mail_server import mail_room
from trucewatch.desks.posting.beside import post_of, work
from trucewatch.desks.posting.files import sealed_in
from trucewatch.desks.posting.operations import send_by_mail
from trucewatch.model.post_card import PostCard
from trucewatch.model.sealed_message import open_message, read_document
from trucewatch.pipeline.aid_retention import lapse
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_sending import Waits, follow_up, send_due
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.own_certificate import as_files, own_certificate
from trucewatch.store.mail_server import MailServer, keep_mail_server
from trucewatch.store.post_https import HandedOver, post_sealed
from trucewatch.store.post_peers import add_peer, confirm_peer
from trucewatch.store.post_records import post_book

NEAR = pytest.mark.allow_hosts(["127.0.0.1"])


@contextmanager
def served(console: Console, folder: Path) -> Iterator[tuple[str, str]]:
    """A console over HTTPS on a free port of loopback: its address, and the fingerprint of its certificate."""
    console.door.open()
    own = own_certificate(folder, ("127.0.0.1",), NOW)
    with as_files(own) as (certificate, key):
        config = uvicorn.Config(
            app_of(console), host="127.0.0.1", port=0, ssl_certfile=certificate, ssl_keyfile=key, log_level="error"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"https://127.0.0.1:{port}", own.fingerprint
        finally:
            server.should_exit = True
            thread.join()


def know_each_other(console: Console, box: Box, card: PostCard) -> None:
    """Either takes the other's card in, and compares its digits."""
    for store, theirs, own_id in ((box.store, card, box.id), (console.store, box.post.card(), card.id)):
        add_peer(store, theirs, own_id=own_id, by="p-1")
        confirm_peer(store, theirs.id, theirs.signs, function="duty officer", on=NOW.date(), by="p-1")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    sender = opened(tmp_path / "sender", "hills-aid", "humanitarian", Clock())
    yield sender
    sender.store.__exit__(None, None, None)


def queue(box: Box, to: str, count: int = 1) -> None:
    for _ in range(count):
        box.book.enter("request", BLANKETS, by="p-1")
        box.post.send_rows(to, [box.book.items("request")[-1].last], by="p-1")


def look(box: Box, waits: Waits, hand_over: Callable[[PostCard, bytes], HandedOver] = post_sealed) -> int:
    return send_due(lambda: box.post, waits, hand_over=hand_over, guard=threading.Lock)


@NEAR
def test_what_waits_goes_over_https_and_is_acknowledged_in_the_same_breath(
    fresh: Callable[[str], Console], box: Box, tmp_path: Path
) -> None:
    console = fresh(AID)
    card = card_of(client_of(console))
    with served(console, tmp_path / "tls") as (address, fingerprint):
        know_each_other(console, box, replace(card, https=address, certificate_sha256=fingerprint))
        queue(box, card.id, 3)
        assert look(box, Waits()) == 3
    assert box.post.waiting(card.id) == []
    came = post_book(console.store).of("hills-aid").received
    assert [message.sha256 for message in came.values()] == [
        each.envelope.sha256 for each in reversed(box.post.outgoing(card.id))
    ]


@NEAR
def test_a_certificate_that_is_not_the_one_of_the_card_gets_nothing(
    fresh: Callable[[str], Console], box: Box, tmp_path: Path
) -> None:
    console = fresh(AID)
    card = card_of(client_of(console))
    with served(console, tmp_path / "tls") as (address, fingerprint):
        other = ":".join(reversed(fingerprint.split(":")))
        for certificate in (other, ""):  # "": an authority would have to vouch for it
            handed = post_sealed(replace(card, https=address, certificate_sha256=certificate), b"x")
            assert handed == HandedOver(fault="tls")
    assert post_sealed(replace(card, https=address, certificate_sha256=fingerprint), b"x").fault == "unreachable"


def test_a_line_that_is_down_says_since_when_once_and_is_tried_again_later(box: Box, tmp_path: Path) -> None:
    other = opened(tmp_path / "other", "valleys-aid", "humanitarian", box.clock)
    card = replace(other.post.card(), https="https://post.example")
    add_peer(box.store, card, own_id=box.id, by="p-1")
    confirm_peer(box.store, card.id, card.signs, function="duty officer", on=NOW.date(), by="p-1")
    other.knows(box)
    queue(box, card.id, 3)
    waits, tries = Waits(), list[int]()

    def down(_: PostCard, content: bytes) -> HandedOver:
        tries.append(len(content))
        return HandedOver(fault="unreachable")

    for _ in range(72 * 12):
        look(box, waits, down)
        box.clock.pass_by(minutes=5)
    assert 70 <= len(tries) <= 90  # an hour apart at last, for three days
    direction = post_book(box.store).of(card.id)
    assert direction.down_since is not None
    acts = [entry.record["act"] for entry in box.store.journal.entries() if entry.record["schema"].endswith("step/1")]
    assert acts == ["down"]
    box.clock.pass_by(hours=1)

    def up(_: PostCard, content: bytes) -> HandedOver:
        return HandedOver(200, "", receive(other.post, content).answer or b"")

    assert look(box, waits, up) == 3
    assert post_book(box.store).of(card.id).down_since is None
    other.store.__exit__(None, None, None)


def test_a_step_about_an_item_of_another_instance_goes_home_by_itself(box: Box, tmp_path: Path) -> None:
    other = opened(tmp_path / "other", "valleys-aid", "humanitarian", box.clock)
    box.knows(other)
    other.knows(box)
    queue(box, other.id)
    receive(other.post, box.post.sealed(box.post.waiting(other.id)[0]))
    step = {"organisation": "aid-b", "quantity": "200", "by": "2031-05-06"}
    other.book.enter("promise", step, about="hills-aid:RQ-1", by="p-1")
    assert follow_up(other.post) == 1
    assert follow_up(other.post) == 0
    receive(box.post, other.post.sealed(other.post.waiting(box.id)[0]))
    (home,) = box.book.item("RQ-1").steps
    assert (home.table, home.origin) == ("promise", "valleys-aid")
    other.book.undo(other.book.item("hills-aid:RQ-1").steps[0].entry_id, by="p-1", reason="the wrong number")
    assert follow_up(other.post) == 1
    undoing = receive(box.post, other.post.sealed(other.post.waiting(box.id)[-1]))
    assert (undoing.state, undoing.refused) == ("kept", "")
    assert box.book.item("RQ-1").steps == ()
    other.store.__exit__(None, None, None)


@NEAR
def test_by_mail_each_message_is_one_mail_that_the_other_side_takes_in_as_a_file(
    fresh: Callable[[str], Console],
) -> None:
    console = fresh(AID)
    client = client_of(console)
    card_of(client)
    outsider = add_outsider(client)
    outsider.keys.keep_ways(mail="aid@north.example")
    add_peer(console.store, outsider.card, own_id="x", by="p-1")
    client.post(f"/post/peers/{outsider.id}/leave")
    with mail_room() as room:
        server = MailServer(host="127.0.0.1", port=room.port, security="none", sender="post@centre.example")
        keep_mail_server(console.store.root / "private", server)
        post = post_of(console)
        assert send_by_mail(post, outsider.id, clock=lambda: NOW, guard=console.writing) == 1
    (envelope,) = room.received
    assert envelope.rcpt_tos == ["aid@north.example"]
    assert isinstance(envelope.content, bytes)
    (sealed,) = sealed_in(envelope.content)
    assert read_document(open_message(sealed, outsider.keys.identities())).envelope.kind == "leaving"


def test_a_look_beside_the_pages_erases_what_is_past_its_time(fresh: Callable[[str], Console]) -> None:
    console = fresh(AID)
    client = client_of(console)
    card_of(client)
    outsider = add_outsider(client)
    post_of(console).leave(outsider.id, by="p-1")
    (outgoing,) = post_of(console).waiting(outsider.id)
    assert console.store.words.has(outgoing.body)
    work(console)
    assert console.store.words.has(outgoing.body)
    snapshot = console.snapshot
    later = replace(snapshot.watch, settings=replace(snapshot.watch.settings, watch_time=NOW + timedelta(days=120)))
    assert lapse(console.store, later, NOW + timedelta(days=120))
    assert not console.store.words.has(outgoing.body)
