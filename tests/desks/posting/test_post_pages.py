"""The pages of the post-box: what came is shown with until when it may be kept, a peer is compared before anything
goes, and who has no account hands in and fetches sealed files, and learns nothing of the watch."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from tests.desks.heeding.samples import NOTICE
from tests.desks.posting.samples import Outsider, add_outsider, brought_row, card_of, take_card
from tests.pipeline.post_boxes import BLANKETS
from tests.server.conftest import AID, NOW, client_of
from trucewatch.desks.posting.files import armoured, bundle_of, sealed_in
from trucewatch.errors import TrucewatchError
from trucewatch.model.ids import short_id
from trucewatch.model.sealed_message import open_message, read_document
from trucewatch.pipeline.aid_retention import lapse
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.store.post_records import post_book


@pytest.fixture(params=["two-valleys", AID])
def console(request: pytest.FixtureRequest, fresh: Callable[[str], Console]) -> Console:
    return fresh(request.param)


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


@pytest.fixture
def stranger(console: Console) -> TestClient:
    """A browser that nobody let in."""
    console.door.open()
    return TestClient(app_of(console), base_url="http://localhost", follow_redirects=False)


def test_an_empty_post_box_says_what_to_do(client: TestClient) -> None:
    page = client.get("/post").text
    assert "There is nobody yet." in page
    assert "Nothing came yet." in page


def test_a_card_that_is_none_is_refused_and_nothing_is_entered(client: TestClient, console: Console) -> None:
    before = len(console.store.journal)
    for content in (b"", b"{}", b"[" * 10_000, b"x" * 20_000, b'{"schema":"trucewatch/post-card/1"}'):
        answered = client.post("/post/add", files={"file": ("card.json", content)})
        assert answered.status_code == 422
    assert len(console.store.journal) == before


def test_digits_are_compared_by_a_function_and_only_when_all_are_the_same(client: TestClient) -> None:
    outsider = Outsider("aid-north")
    take_card(client, outsider.card)
    page = client.get("/post/peers/aid-north").text
    for group in outsider.card.fingerprint:
        assert group in page
    fields = {"signs": outsider.card.signs, "function": "duty officer"}
    assert client.post("/post/peers/aid-north/confirm", data=fields).status_code == 422
    assert client.post("/post/peers/aid-north/confirm", data=fields | {"same": "yes"}).status_code == 303
    assert "duty officer" in client.get("/post/peers/aid-north").text


def test_who_has_no_account_hands_a_message_in_and_fetches_the_sealed_acknowledgement(
    client: TestClient, stranger: TestClient
) -> None:
    card, outsider = card_of(client), add_outsider(client)
    answered = stranger.post("/post/in", files={"file": ("a.age", outsider.sealed(card))})
    assert answered.status_code == 200
    assert f"/post/out?for={outsider.card.signs}" in answered.text
    assert f"/post/out/0?for={outsider.card.signs}" in stranger.get(f"/post/out?for={outsider.card.signs}").text
    sealed = stranger.get(f"/post/out/0?for={outsider.card.signs}").content
    message = read_document(open_message(sealed, outsider.keys.identities()))
    assert message.body is not None
    assert message.body["upto"] == 1
    assert message.envelope.receiver == outsider.id


def test_a_program_is_answered_with_the_sealed_acknowledgement(client: TestClient, stranger: TestClient) -> None:
    card, outsider = card_of(client), add_outsider(client)
    headers = {"content-type": "application/age"}
    answered = stranger.post("/post/in", content=outsider.sealed(card), headers=headers)
    assert answered.status_code == 200
    read_document(open_message(answered.content, outsider.keys.identities()))


def test_a_stranger_learns_nothing_of_the_watch_and_nothing_of_who_the_peers_are(
    client: TestClient, stranger: TestClient, console: Console
) -> None:
    card = card_of(client)
    waiting = add_outsider(client, confirmed=False)
    unknown = Outsider("aid-unknown")
    before = len(console.store.journal)
    pages = [stranger.post("/post/in", files={"file": ("a.age", each.sealed(card))}) for each in (waiting, unknown)]
    assert {page.status_code for page in pages} == {422}
    assert len({page.text.replace(page.text[page.text.find('name="once"') :][:80], "") for page in pages}) <= 2
    for page in (*pages, stranger.get("/post/in"), stranger.get(f"/post/out?for={'ab' * 32}")):
        assert "aid-" not in page.text
        assert console.snapshot.watch.settings.names["en"] not in page.text
    assert len(console.store.journal) == before
    for path in ("/post", "/post/own", "/post/card", "/post/take", "/post/out/x", "/post/in/1"):
        assert stranger.get(path).status_code in (401, 303)


def test_who_sends_rubbish_again_and_again_is_told_to_wait(client: TestClient, stranger: TestClient) -> None:
    card_of(client)
    codes = [
        stranger.post("/post/in", content=b"x", headers={"content-type": "application/age"}).status_code
        for _ in range(31)
    ]
    assert codes == [422] * 30 + [429]


def test_too_large_a_message_is_refused_before_it_is_read(client: TestClient, stranger: TestClient) -> None:
    card_of(client)
    answered = stranger.post("/post/in", content=b"x" * 1_200_000, headers={"content-type": "application/age"})
    assert answered.status_code == 413


def test_what_waits_is_given_out_as_files_and_the_page_says_by_which_way(client: TestClient, console: Console) -> None:
    card_of(client)
    outsider = add_outsider(client)
    client.post(f"/post/peers/{outsider.id}/leave")
    answered = client.post(f"/post/give/{outsider.id}")
    (sealed,) = sealed_in(answered.content)
    message = read_document(open_message(sealed, outsider.keys.identities()))
    assert message.envelope.kind == "leaving"
    assert "as a file" in client.get("/post").text
    (outgoing,) = post_book(console.store).of(outsider.id).outgoing.values()
    assert outgoing.state == "sent"


@pytest.mark.parametrize("kind", ["several", "mail"])
def test_sealed_messages_are_taken_in_from_a_file_with_several_and_from_a_mail(client: TestClient, kind: str) -> None:
    card, outsider = card_of(client), add_outsider(client)
    sealed = outsider.sealed(card)
    mail = "From: aid@north.example\r\nTo: post@example.org\r\nSubject: a message\r\n\r\n" + armoured(sealed)
    brought = {"several": ("a.age.txt", bundle_of([sealed, sealed])), "mail": ("a.eml", mail.encode())}[kind]
    answered = client.post("/post/take", files={"file": brought})
    assert answered.status_code == 200, answered.text[:2000]
    assert "1 message is kept" in answered.text


def test_a_removed_peer_is_refused_and_what_waits_for_it_can_still_be_taken(
    client: TestClient, stranger: TestClient
) -> None:
    card, outsider = card_of(client), add_outsider(client)
    client.post(f"/post/peers/{outsider.id}/leave")
    assert client.post(f"/post/peers/{outsider.id}/remove").status_code == 303
    assert client.post("/post/in", files={"file": ("a.age", outsider.sealed(card))}).status_code == 422
    assert client.post(f"/post/give/{outsider.id}").content.startswith(b"-----BEGIN AGE")


def test_a_request_of_an_organisation_without_an_account_stands_in_the_instance(
    fresh: Callable[[str], Console],
) -> None:
    console = fresh(AID)
    client = client_of(console)
    card, outsider = card_of(client), add_outsider(client)
    organisation = console.snapshot.watch.humanitarian.organisation[0].id  # type: ignore[union-attr]
    district = console.snapshot.watch.humanitarian.district[0].id  # type: ignore[union-attr]
    content = BLANKETS | {"organisation": organisation, "district": district, "quantity": 300}
    row = {
        "table": "request",
        "entry": short_id("a", outsider.id),
        "code": f"{outsider.id}:RQ-1",
        "about": "",
        "version": 1,
        "content": json.dumps(content),
        "known_at": "2031-05-04T00:00:00Z",
    }
    answered = client.post("/post/in", files={"file": ("a.age", outsider.sealed(card, "rows", rows=[row]))})
    assert answered.status_code == 200
    assert "refused" not in answered.text
    page = client.get("/post").text
    assert f"{outsider.id}:RQ-1" in page


def test_a_centre_shows_what_it_got_from_whom_until_when_and_when_it_is_gone(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    card_of(client)
    sender = add_outsider(client, kind="humanitarian")
    route = "by the lower bridge and the mill"
    code = brought_row(client, "shared_notice", by=sender, **NOTICE, route=route)
    page = client.get("/post").text.partition('id="came-title"')[2]
    assert code in page
    assert sender.id in page
    (message,) = post_book(console.store).of(sender.id).received.values()
    zone = console.snapshot.watch.zone
    assert str(message.keep_until.astimezone(zone).year) in page, "until when it may be kept"
    assert message.keep_until > NOW
    item = client.get(f"/notices/{code}").text
    assert "is kept here until" in item
    assert route in item
    assert lapse(console.store, console.snapshot.watch, datetime(2031, 9, 1, tzinfo=UTC))
    assert "erased: its time was over" in client.get("/post").text.partition('id="came-title"')[2]
    gone = client.get(f"/notices/{code}").text
    assert "Its content is gone" in gone
    assert route not in gone
    assert not [path for path in console.folder.rglob("*") if path.is_file() and route.encode() in path.read_bytes()]


@pytest.mark.parametrize("kind", ["plain", "mail", "several"])
def test_a_sealed_message_is_found_in_what_people_bring(kind: str) -> None:
    sealed = b"age-encryption.org/v1\n" + bytes(range(256))
    brought = {
        "plain": sealed,
        "mail": ("Subject: a message\r\nContent-Type: text/plain\r\n\r\n" + armoured(sealed)).encode(),
        "several": bundle_of([sealed, sealed]),
    }[kind]
    assert sealed_in(brought) == [sealed]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"Subject: x\r\n\r\nnothing", b"\x00" * 100])
def test_a_file_without_a_message_is_refused(content: bytes) -> None:
    with pytest.raises(TrucewatchError):
        sealed_in(content)
