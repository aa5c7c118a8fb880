"""One signed POST to a webhook, bounded in every way: where it may go, how long it takes, what is read of the answer.

1. The host's addresses are looked up once; where one of them is not public and the webhook is not said to be near, none
   is asked. The connection goes to an address that was looked at, so that a second look-up cannot lead elsewhere.
2. TLS is verified against the host's name. Proxies of the environment are not used, redirects are not followed.
3. Whatever the answer, it is its status that counts; nothing of its body is read.

Signed as the Standard Webhooks specification 1.0 has it (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from trucewatch.store.webhooks import Webhook, is_public

STEP_S: Final = 10.0
"""How long the connection, or any one part of the answer, may take."""
WHOLE_S: Final = 30.0
"""How long all of it may take, from the connection on: an answer that drips ends here."""
_MOST_ADDRESSES: Final = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the status, 0 where none came; `fault`: a word of `outbox.FAULTS`, "" where it was taken."""

    code: int = 0
    fault: str = ""


class _ElsewhereError(Exception):
    """The address is one that this webhook may not lead to."""


def post(hook: Webhook, body: bytes, *, delivery_id: str, now: datetime) -> Answer:
    """Send a body once and say what came of it; raises nothing that the network does. now: stands in the signature."""
    parts = urlsplit(hook.url)
    reaching = _Reaching(parts, is_near=hook.is_near)
    try:
        connection = reaching.connection()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, _headers(hook, body, delivery_id, now))
        code = connection.getresponse().status
    except _ElsewhereError:
        return Answer(fault="elsewhere")
    except (OSError, http.client.HTTPException, ValueError) as exc:
        if reaching.is_cut or isinstance(exc, TimeoutError):
            return Answer(fault="slow")
        return Answer(fault="tls" if isinstance(exc, ssl.SSLError) else "unreachable")
    finally:
        reaching.close()
    if 200 <= code < 300:
        return Answer(code)
    return Answer(code, "redirect" if 300 <= code < 400 else "gone" if code == 410 else "refused")


def signature_of(hook: Webhook, body: bytes, *, delivery_id: str, timestamp: int) -> str:
    """What `webhook-signature` holds: `v1,` and the base64 of the HMAC."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(hook.signing_key, signed, hashlib.sha256).digest()).decode()


def _headers(hook: Webhook, body: bytes, delivery_id: str, now: datetime) -> dict[str, str]:
    timestamp = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Trucewatch",
        "Idempotency-Key": delivery_id,
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(hook, body, delivery_id=delivery_id, timestamp=timestamp),
        "Connection": "close",
    }


def look_up(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    """The addresses of a host, as the socket module has them. Raises OSError."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class _Reaching:
    """A connection to an address that was looked at, which ends after `WHOLE_S` whatever goes on."""

    def __init__(self, parts: SplitResult, *, is_near: bool) -> None:
        self._host, self._is_tls = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._is_tls else 80)
        self._is_near = is_near
        self._socket: socket.socket | None = None
        self._ending = threading.Timer(WHOLE_S, self._cut)
        self._ending.daemon = True
        self.is_cut = False

    def connection(self) -> http.client.HTTPConnection:
        """Raises OSError, _ElsewhereError."""
        addresses = look_up(self._host, self._port)
        are_public = [is_public(str(address[0])) for *_, address in addresses]
        if not all(are_public) and not self._is_near:
            raise _ElsewhereError
        if not self._is_tls and any(are_public):
            raise _ElsewhereError  # without TLS nothing leaves the own network
        self._ending.start()
        self._reach(addresses[:_MOST_ADDRESSES])
        assert self._socket is not None
        if self._is_tls:
            # The handshake is part of what is bounded, so that it waits until the timer knows this socket.
            self._socket = wrapped = ssl.create_default_context().wrap_socket(
                self._socket, server_hostname=self._host, do_handshake_on_connect=False
            )
            wrapped.do_handshake()
        connection = http.client.HTTPConnection(self._host, self._port)
        connection.default_port = 443 if self._is_tls else 80
        connection.sock = self._socket
        return connection

    def _reach(self, addresses: Sequence[tuple[Any, ...]]) -> None:
        fault = OSError("no address")
        for family, kind, protocol, _, address in addresses:
            self._socket = socket.socket(family, kind, protocol)
            self._socket.settimeout(STEP_S)
            try:
                self._socket.connect(address)
            except OSError as exc:
                self._socket.close()
                fault = exc
            else:
                return
        raise fault

    def _cut(self) -> None:
        self.is_cut = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._ending.cancel()
        if self._socket is not None:
            self._socket.close()
