"""One sealed message to the post-box of a peer over HTTPS, bounded in every way, and what it answers.

1. TLS is verified against the host's name, or against the fingerprint that the peer's card says, before anything
   is sent.
2. Proxies of the environment are not used, redirects are not followed.
3. Of the answer the status counts, and at most one sealed acknowledgement of its body is read.
"""

from __future__ import annotations

import hashlib
import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from trucewatch.model.post_card import PostCard
from trucewatch.model.sealed_message import MOST_SEALED_BYTES

STEP_S: Final = 15.0
"""How long the connection, or any one part of the answer, may take."""
WHOLE_S: Final = 60.0
"""How long all of it may take: an answer that drips ends here."""
TAKES: Final = "/post/in"
"""Where a post-box takes messages, below the address of its card."""
SEALED_TYPE: Final = "application/age"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of it. fault: a word, "" where it was taken: `tls`, `unreachable`, `slow`, `redirect`, `refused`.
    answer: the sealed acknowledgement."""

    code: int = 0
    fault: str = ""
    answer: bytes = b""


class _OtherCertificateError(ssl.SSLError):
    """The certificate is not the one of the card."""


def post_sealed(card: PostCard, content: bytes) -> HandedOver:
    """Hand one sealed message over, once, and say what came of it; raises nothing that the network does."""
    parts = urlsplit(card.https)
    host, port = parts.hostname or "", parts.port or 443
    connection = _Pinned(host, port, card.certificate_sha256)
    ending = threading.Timer(WHOLE_S, connection.cut)
    ending.daemon = True
    ending.start()
    try:
        headers = {
            "Content-Type": SEALED_TYPE,
            "Accept": SEALED_TYPE,
            "User-Agent": "Trucewatch",
            "Connection": "close",
        }
        connection.request("POST", parts.path.rstrip("/") + TAKES, content, headers)
        response = connection.getresponse()
        code = response.status
        if 200 <= code < 300:
            answer = response.read(MOST_SEALED_BYTES + 1)
            return HandedOver(code, "" if len(answer) <= MOST_SEALED_BYTES else "refused", answer)
        return HandedOver(code, "redirect" if 300 <= code < 400 else "refused")
    except (OSError, http.client.HTTPException, ValueError) as exc:
        if connection.is_cut or isinstance(exc, TimeoutError):
            return HandedOver(fault="slow")
        return HandedOver(fault="tls" if isinstance(exc, ssl.SSLError) else "unreachable")
    finally:
        ending.cancel()
        connection.close()


class _Pinned(http.client.HTTPSConnection):
    """A connection that stands only where the certificate is the one of the card, or an authority vouches for it."""

    def __init__(self, host: str, port: int, fingerprint: str) -> None:
        context = ssl.create_default_context()
        if fingerprint:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # the certificate itself is known
        super().__init__(host, port, timeout=STEP_S, context=context)
        self._fingerprint = fingerprint.replace(":", "").lower()
        self.is_cut = False

    def connect(self) -> None:
        super().connect()
        if self._fingerprint:
            assert isinstance(self.sock, ssl.SSLSocket)
            certificate = self.sock.getpeercert(binary_form=True) or b""
            if hashlib.sha256(certificate).hexdigest() != self._fingerprint:
                raise _OtherCertificateError("another certificate")

    def cut(self) -> None:
        self.is_cut = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
