"""One mail on the wire: whole, once, only where it may go, with nothing that a typed address could add."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store.mail_server import certificate, mail_room, server_context
from trucewatch.errors import StoreError
from trucewatch.store import mail_post
from trucewatch.store.mail_lines import new_mail_line, read_mail_lines
from trucewatch.store.mail_post import Mail, mail_bytes, post_mail
from trucewatch.store.mail_server import MailServer, checked_server, keep_mail_server, read_mail_server
from trucewatch.store.webhook_post import Answer

NEAR = pytest.mark.allow_hosts(["127.0.0.1"])
TEXT = "Срочное уведомление сторон\nՇտապ հաղորդում\nTəcili bildiriş, ğüşöçı\n.\n.. a line of dots\n" + "long " * 900
MAIL = Mail(
    to="duty@upper.example",
    subject="Urgent message UM-3 / Срочное уведомление UM-3",
    text=TEXT,
    message_id="<q-" + "a" * 26 + "@centre.example>",
    date=datetime(2031, 5, 3, 1, 2, 3, tzinfo=UTC),
)


def near(port: int, **changes: object) -> MailServer:
    return replace(
        MailServer(host="127.0.0.1", port=port, security="none", sender="floor@centre.example"),
        **changes,  # type: ignore[arg-type]
    )


@NEAR
def test_a_mail_arrives_with_its_text_in_every_script_and_is_marked_as_made_by_a_program() -> None:
    with mail_room() as room:
        assert post_mail(near(room.port), MAIL) == Answer(250)
    (envelope,), (mail,) = room.received, room.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("floor@centre.example", ["duty@upper.example"])
    assert room.texts == [TEXT + "\n"]
    assert str(mail["Subject"]) == MAIL.subject
    assert str(mail["Message-ID"]) == MAIL.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == MAIL.date
    assert len(mail.get_all("To")) == 1


@NEAR
@pytest.mark.parametrize(
    ("recipient", "content", "answer"),
    [
        ("550 5.1.1 no such user", "250 OK", Answer(550, "bounced")),
        ("451 4.3.0 later", "250 OK", Answer(451, "refused")),
        ("250 OK", "554 5.7.1 not wanted", Answer(554, "bounced")),
        ("250 OK", "452 4.3.1 full", Answer(452, "refused")),
    ],
)
def test_what_is_refused_for_good_is_told_from_what_is_refused_for_now(
    recipient: str, content: str, answer: Answer
) -> None:
    with mail_room(recipient=recipient, content=content) as room:
        assert post_mail(near(room.port), MAIL) == answer


@NEAR
def test_a_server_that_is_down_or_never_answers_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_post, "STEP_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert post_mail(near(port), MAIL) == Answer(fault="slow")
    assert post_mail(near(port), MAIL) == Answer(fault="unreachable")


@NEAR
def test_a_server_that_drips_or_floods_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_post, "WHOLE_S", 0.5)
    with mail_room(wait_s=5) as room:
        assert post_mail(near(room.port), MAIL) == Answer(fault="slow")
    monkeypatch.setattr(mail_post, "MOST_ANSWERED", 100)
    with mail_room(recipient="250-" + "x" * 200) as room:
        assert post_mail(near(room.port), MAIL) == Answer(fault="unreachable")


@NEAR
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_drips_its_handshake_ends(security: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_post, "WHOLE_S", 0.5)
    ended = threading.Event()

    def drip(server: socket.socket) -> None:
        with server, server.accept()[0] as wire, suppress(OSError):
            if security == "starttls":
                wire.sendall(b"220 mail.example\r\n")
                for answer in (b"250-mail.example\r\n250 STARTTLS\r\n", b"220 go on\r\n"):
                    wire.recv(1000)
                    wire.sendall(answer)
            for byte in b"\x16\x03\x03\x40\x00" + bytes(1000):  # a record that never ends
                wire.sendall(bytes([byte]))
                if ended.wait(0.1):
                    return

    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    thread = threading.Thread(target=drip, args=(server,))
    thread.start()
    try:
        assert post_mail(near(port, security=security), MAIL) == Answer(fault="slow")
    finally:
        ended.set()
        thread.join()


@NEAR
def test_a_look_up_that_takes_all_the_time_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_post, "WHOLE_S", 0.1)
    cut, look_up = threading.Event(), mail_post.look_up
    ending = mail_post._Conversation._cut

    def late(host: str, port: int) -> object:
        assert cut.wait(20)
        return look_up(host, port)

    def cutting(conversation: mail_post._Conversation) -> None:
        ending(conversation)
        cut.set()

    monkeypatch.setattr(mail_post, "look_up", late)
    monkeypatch.setattr(mail_post._Conversation, "_cut", cutting)
    with mail_room() as room:
        assert post_mail(near(room.port), MAIL) == Answer(fault="slow")
        assert room.received == []


@NEAR
@pytest.mark.parametrize("answers", [b"220 " + b"x" * 10_000_000 + b"\r\n", b"220-x\r\n" * 1_000_000, b"\x00\xff"])
def test_a_banner_that_never_ends_is_read_no_further(answers: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_post, "STEP_S", 1.0)

    def flood(server: socket.socket) -> None:
        with server, server.accept()[0] as wire, suppress(OSError):
            wire.sendall(answers)

    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    thread = threading.Thread(target=flood, args=(server,))
    thread.start()
    answer = post_mail(near(port), MAIL)
    thread.join()
    assert answer.fault in ("unreachable", "refused")


@NEAR
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_tls_is_verified_before_anything_is_said_and_an_own_authority_is_trusted_where_it_is_named(
    security: str, tmp_path: Path
) -> None:
    pair = certificate(tmp_path)
    own = {"starttls" if security == "starttls" else "tls": server_context(pair)}
    with mail_room(password="seven herons", **own) as room:
        server = near(room.port, security=security, login="floor", password="seven herons")
        assert post_mail(server, MAIL) == Answer(fault="tls")
        assert (room.received, room.logins) == ([], [])
        trusting = checked_server(replace(server, authority=pair[0].read_text()))
        assert post_mail(trusting, MAIL) == Answer(250)
        assert len(room.received) == 1
        wrong = post_mail(replace(trusting, password="six herons"), MAIL)
        assert (wrong.code, wrong.fault) == (535, "login")


@NEAR
def test_a_server_without_starttls_is_told_nothing_where_starttls_is_asked() -> None:
    with mail_room() as room:
        server = near(room.port, security="starttls", login="floor", password="seven herons")
        assert post_mail(server, MAIL) == Answer(fault="tls")
        assert (room.received, room.logins) == ([], [])


def test_without_tls_no_mail_leaves_the_own_network(monkeypatch: pytest.MonkeyPatch) -> None:
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 25))
    monkeypatch.setattr(mail_post, "look_up", lambda *_: [public])
    assert post_mail(near(25, host="localhost"), MAIL) == Answer(fault="elsewhere")
    with pytest.raises(StoreError, match="without TLS"):
        checked_server(near(25, host="mail.example.org"))
    with pytest.raises(StoreError, match="only over TLS"):
        checked_server(near(25, login="floor", password="seven herons"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "duty",
        "duty@",
        "@upper.example",
        "duty@upper.example\r\nBcc: all@x.example",
        "duty@upper.example\n",
        "duty@upper.example, other@x.example",
        "Duty <duty@upper.example>",
        "duty @upper.example",
        '"duty\r\n"@upper.example',
        "duty@upper..example",
        "duty@-upper.example",
        "düty@upper.example",
        "duty@upper.example\x00",
        "a" * 65 + "@upper.example",
        "duty@" + "a." * 130 + "example",
        "duty@[127.0.0.1]",
        "..@upper.example",
    ],
)
def test_an_address_that_could_add_a_header_or_a_recipient_is_refused_without_an_echo(address: str) -> None:
    with pytest.raises(StoreError) as refused:
        new_mail_line(address)
    assert "upper" not in str(refused.value)
    with pytest.raises(StoreError):
        mail_bytes(near(25), replace(MAIL, to=address))


def test_a_subject_with_a_line_end_makes_no_second_header() -> None:
    with pytest.raises(ValueError, match="Header values may not contain"):
        mail_bytes(near(25), replace(MAIL, subject="Urgent\r\nBcc: all@x.example"))


def test_a_server_is_kept_apart_and_read_back_and_a_damaged_file_is_said(tmp_path: Path) -> None:
    server = MailServer(
        host="mail.example.org",
        port=587,
        security="starttls",
        sender="floor@centre.example",
        login="floor",
        password="seven herons",
    )
    assert read_mail_server(tmp_path) is None
    keep_mail_server(tmp_path, server)
    assert read_mail_server(tmp_path) == server
    assert "herons" not in repr(server) + str(server)
    for name in ("mail-server.json", "mail-lines.json"):
        for content in (b"", b"[]", b"{}", b'{"server": 1, "lines": [1]}', b"[" * 100_000, b"\xff"):
            (tmp_path / name).write_bytes(content)
            with pytest.raises(StoreError, match="cannot be read"):
                (read_mail_server if "server" in name else read_mail_lines)(tmp_path)
