"""One mail to one address, once, bounded in every way: where it goes, how long it takes, what is read of the answers.

1. The server's addresses are looked up once. Without TLS none of them may be public.
2. TLS is verified against the server's name, by STARTTLS or from the first byte on; no mail and no password leaves
   before it stands.
3. Text and headers are made here from checked parts: UTF-8, base64, `Auto-Submitted: auto-generated` (RFC 3834), so
   that no program answers it; the Message-ID is that of the delivery, the same in each attempt.
4. Of the server's answers the codes count (RFC 5321): 2yz taken, 4yz not now, 5yz for the recipient or the mail not at
   all. Where the server says that it can, it is asked to tell of failure and delay (RFC 3461).
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Any, Final

from trucewatch.store.mail_server import MailServer, check_address
from trucewatch.store.webhook_post import Answer, look_up
from trucewatch.store.webhooks import is_public

STEP_S: Final = 15.0
"""How long the connection, or any one answer, may take."""
WHOLE_S: Final = 60.0
"""How long all of it may take: a server that drips ends here."""
MOST_ANSWERED: Final = 64_000
"""Bytes of answers that are read in one connection."""
_MOST_ADDRESSES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. message_id: with its angle brackets. text: as it is to be read, lines of any length."""

    to: str = field(repr=False)
    subject: str
    text: str
    message_id: str
    date: datetime


class _ElsewhereError(Exception):
    """The server's name leads into the public network, and there is no TLS."""


class _FloodError(OSError):
    """The server answers more than any does."""


def mail_bytes(server: MailServer, mail: Mail) -> bytes:
    """The mail as it goes over the wire. Raises StoreError for an address that is none, ValueError for a header that
    would be two."""
    check_address(mail.to)
    check_address(server.sender)
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = Address(addr_spec=server.sender)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, subtype="plain", charset="utf-8", cte="base64")
    return message.as_bytes()


def post_mail(server: MailServer, mail: Mail) -> Answer:
    """Send a mail once and say what came of it; raises nothing that the network does."""
    content = mail_bytes(server, mail)
    conversation = _Conversation(server)
    try:
        conversation.open()
        return conversation.deliver(mail, content)
    except _ElsewhereError:
        return Answer(fault="elsewhere")
    except smtplib.SMTPAuthenticationError as exc:
        return Answer(exc.smtp_code, "login")
    except smtplib.SMTPDataError as exc:
        return Answer(exc.smtp_code, _refusal(exc.smtp_code))
    except smtplib.SMTPResponseException as exc:
        return Answer(exc.smtp_code, "refused")
    except smtplib.SMTPNotSupportedError:
        return Answer(fault="tls" if conversation.is_plain else "login")
    except (OSError, ValueError) as exc:
        if conversation.is_cut or isinstance(exc, TimeoutError) or isinstance(exc.__context__, TimeoutError):
            return Answer(fault="slow")
        return Answer(fault="tls" if isinstance(exc, ssl.SSLError) else "unreachable")
    finally:
        conversation.end()


class _BoundedAnswers:
    """The lines that a server answers, so many bytes of them and no more."""

    def __init__(self, lines: Any) -> None:
        self._lines, self._left = lines, MOST_ANSWERED

    def readline(self, most: int) -> bytes:
        line: bytes = self._lines.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise _FloodError("too long an answer")
        return line

    def close(self) -> None:
        self._lines.close()


class _Conversation(smtplib.SMTP):
    """A connection to the server, which ends after `WHOLE_S` whatever goes on."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._wire: socket.socket | None = None
        self._ending = threading.Timer(WHOLE_S, self._cut)
        self._ending.daemon = True
        self.is_cut = False
        self.is_plain = server.security == "starttls"
        """Whether TLS is still to come."""
        super().__init__(local_hostname=server.sender.rpartition("@")[2], timeout=STEP_S)

    def open(self) -> None:
        """Connect, stand behind TLS, sign in."""
        self._host = self._server.host  # what TLS is verified against
        self._ending.start()
        code, _ = self.connect(self._server.host, self._server.port)
        if code != 220:
            raise smtplib.SMTPResponseException(code, b"")
        self.ehlo_or_helo_if_needed()
        if self.is_plain:
            code, answer = self.starttls(context=_context(self._server))
            if code != 220:
                raise smtplib.SMTPResponseException(code, answer)
            self.is_plain = False
            self.ehlo_or_helo_if_needed()
        if self._server.login:
            self.login(self._server.login, self._server.password)

    def deliver(self, mail: Mail, content: bytes) -> Answer:
        """The envelope and the mail. Whoever is named as sender gets what comes back."""
        tells = self.has_extn("dsn")
        envelope = ["RET=HDRS", f"ENVID={mail.message_id.strip('<>').partition('@')[0]}"]
        code, answer = self.mail(self._server.sender, envelope if tells else [])
        if code != 250:
            raise smtplib.SMTPResponseException(code, answer)
        code, _ = self.rcpt(mail.to, ["NOTIFY=FAILURE,DELAY"] if tells else [])
        if code not in (250, 251):
            return Answer(code, _refusal(code))
        code, _ = self.data(content)
        return Answer(code) if code == 250 else Answer(code, _refusal(code))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        addresses = look_up(host, port)[:_MOST_ADDRESSES]
        if self._server.security == "none" and any(is_public(str(address[0])) for *_, address in addresses):
            raise _ElsewhereError
        fault = OSError("no address")
        for family, kind, protocol, _, address in addresses:
            if self.is_cut:  # the look-up took all the time that there is
                raise TimeoutError
            self._wire = wire = socket.socket(family, kind, protocol)
            wire.settimeout(timeout)
            try:
                wire.connect(address)
            except OSError as exc:
                wire.close()
                fault = exc
                continue
            return self._behind_tls(wire) if self._server.security == "tls" else wire
        raise fault

    def _behind_tls(self, wire: socket.socket) -> socket.socket:
        # The handshake is part of what is bounded, so that it waits until the timer knows this socket.
        context = _context(self._server)
        self._wire = wrapped = context.wrap_socket(
            wire, server_hostname=self._server.host, do_handshake_on_connect=False
        )
        wrapped.do_handshake()
        return wrapped

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _BoundedAnswers(self.sock.makefile("rb"))
        return super().getreply()

    def _cut(self) -> None:
        self.is_cut = True
        for wire in (self.sock, self._wire):
            if wire is not None:
                with suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Say goodbye where anybody listens, and close."""
        with suppress(OSError, smtplib.SMTPException):
            if self.sock is not None and not self.is_cut:
                self.sock.settimeout(1.0)
                self.quit()
        self._ending.cancel()
        with suppress(OSError):
            self.close()
        if self._wire is not None:
            self._wire.close()


def _refusal(code: int) -> str:
    return "bounced" if 500 <= code < 600 else "refused"


def _context(server: MailServer) -> ssl.SSLContext:
    """What is trusted: the authorities of the system, or the centre's own where it named one."""
    return ssl.create_default_context(cadata=server.authority or None)
