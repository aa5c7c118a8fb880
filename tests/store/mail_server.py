"""A real mail server on a free port of loopback: what it was sent, and what it answers."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

MAKE_PAIR = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
FOR_LOOPBACK = ["-addext", "subjectAltName=IP:127.0.0.1"]


@dataclass
class MailRoom:
    """`recipient`, `content`: what is answered to RCPT and to the mail. `before`: called before the mail is answered.
    `wait_s`: how long that takes."""

    recipient: str = "250 OK"
    content: str = "250 OK"
    password: str = ""
    wait_s: float = 0.0
    before: Callable[[], Any] = lambda: None
    port: int = 0
    received: list[Envelope] = field(default_factory=list)
    arrived_s: list[float] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  (the server looks for this name)
        self, _: Any, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _: Any, __: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.wait_s:
            await asyncio.sleep(self.wait_s)
        self.received.append(envelope)
        self.arrived_s.append(time.monotonic())
        await asyncio.get_running_loop().run_in_executor(None, self.before)
        return self.content

    def authenticated(self, _: Any, __: Any, ___: Any, mechanism: str, credentials: Any) -> AuthResult:
        pair = cast(LoginPassword, credentials)
        self.logins.append(f"{mechanism} {pair.login.decode()}")
        return AuthResult(success=pair.password.decode() == self.password, handled=False)

    @property
    def mails(self) -> list[EmailMessage]:
        contents = [cast(bytes, envelope.content) for envelope in self.received]
        return [cast(EmailMessage, message_from_bytes(content, policy=policy.SMTP)) for content in contents]

    @property
    def texts(self) -> list[str]:
        return [mail.get_content().replace("\r\n", "\n") for mail in self.mails]

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody vouches for, and its key."""
    paths = folder / "cert.pem", folder / "key.pem"
    words = [*MAKE_PAIR, *FOR_LOOPBACK, "-keyout", str(paths[1]), "-out", str(paths[0])]
    subprocess.run(words, capture_output=True, check=True)
    return paths


def server_context(pair: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


@contextmanager
def mail_room(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, port: int = 0, **options: Any
) -> Iterator[MailRoom]:
    """A server while the block runs; port: of one that was up before."""
    room = MailRoom(**options)
    loop = asyncio.new_event_loop()

    spoken: list[SMTP] = []

    def speaking() -> SMTP:
        protocol = SMTP(
            room,
            hostname="mail.example",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=room.authenticated,
            auth_required=bool(room.password and starttls),
            auth_require_tls=bool(starttls),
            loop=loop,
        )
        spoken.append(protocol)
        return protocol

    server = loop.run_until_complete(loop.create_server(speaking, "127.0.0.1", port, ssl=tls))
    room.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield room
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server, spoken), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _ended(server: asyncio.AbstractServer, spoken: list[SMTP]) -> None:
    server.close()
    for protocol in spoken:
        if protocol.transport is not None:
            protocol.transport.abort()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)
