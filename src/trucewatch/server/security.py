"""What every answer carries and every request has to show: only this machine's own pages act on the watch.

A console on loopback can be reached by every page that a browser on this computer shows. So the Host has to be one that
the console was started for (a foreign name that points here is refused), and what changes anything has to come from its
own pages.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import time
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src "
    "'self'; connect-src 'self'; "
    "worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with "no-referrer" a browser hides the origin of our own forms too
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), interest-cohort=()",
}
SAFE = ("GET", "HEAD", "OPTIONS")
BODY_S: Final = 20.0
"""How long a body may take to begin; from then on it has to come at least this fast."""
LEAST_BYTES_A_SECOND: Final = 2048
_REFUSALS: Final = {
    408: "What was sent came too slowly; nothing was done. Send it again.\n",
    413: "More was sent than is taken at once; put larger files into the watch's inbox folder.\n",
}
_HOST: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[^\s:/?#@\[\]\\]{1,255})(:[0-9]{1,5})?")


class Guard:
    """Middleware: refuses foreign hosts and foreign forms, limits the size of what comes in, sets HEADERS.

    hosts: names and addresses (without port) that the console is reached by. most_bytes: the largest request body that
    is announced; a body that grows past it without announcing is cut off.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], most_bytes: int) -> None:
        self._app, self._hosts, self._most_bytes = app, {host.lower() for host in hosts}, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope["method"], headers)
        if refused:
            status, sentence = refused
            await PlainTextResponse(sentence, status, headers=HEADERS)(scope, receive, send)
            return

        is_head, is_secure, is_sent = scope["method"] == "HEAD", scope["scheme"] == "https", False

        async def with_headers(message: Message) -> None:
            nonlocal is_sent
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    sent.setdefault(name, value)
                sent.setdefault("cache-control", "no-store")
                if is_secure:
                    message["headers"] = [
                        (
                            name,
                            value + b"; Secure" if name == b"set-cookie" and b"secure" not in value.lower() else value,
                        )
                        for name, value in message["headers"]
                    ]
            elif is_head:  # the answer to GET without its body; what would go on for ever ends here
                message = {"type": "http.response.body", "body": b"", "more_body": False}
                if is_sent:
                    return
                is_sent = True
            await send(message)

        if is_head:
            scope = {**scope, "method": "GET", "state": {**scope.get("state", {}), "is_head": True}}
        body = _Body(receive, self._most_bytes)
        answer = _Answer(with_headers, body)
        try:
            await self._app(scope, body.receive, answer.send)
        except ClientDisconnect:
            if not body.refusal or answer.is_begun:
                raise
            await PlainTextResponse(_REFUSALS[body.refusal], body.refusal, HEADERS)(scope, receive, answer.send)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if host_name(host) not in self._hosts:
            return (
                421,
                "This console is not served under that name; open it by the address that it printed when it started.\n",
            )
        if method in SAFE:
            is_visit = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
            if is_cross_site(headers) and not is_visit:
                return 403, "This was asked for by a page of another site; open the console's own pages.\n"
        else:
            origin = headers.get("origin")
            if (origin and urlsplit(origin).netloc.lower() != host.lower()) or is_cross_site(headers):
                return 403, "This came from a page of another site; nothing was done. Use the console's own pages.\n"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._most_bytes:
            return (
                413,
                f"At most {self._most_bytes:,} bytes are taken at once; put larger files into the watch's inbox "
                f"folder.\n",
            )
        return None


class _Body:
    """What a request brings, within limits of size and time. `refusal`: the status that says which was passed; 0 while
    none is."""

    def __init__(self, receive: Receive, most_bytes: int) -> None:
        self._receive, self._most_bytes = receive, most_bytes
        self._received, self._waited_s, self._is_whole = 0, 0.0, False
        self.refusal = 0

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        allowed_s = BODY_S + self._received / LEAST_BYTES_A_SECOND - self._waited_s
        begun_s = time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), max(allowed_s, 0.001))
        except TimeoutError:
            self.refusal = 408
            return {"type": "http.disconnect"}
        self._waited_s += time.monotonic() - begun_s
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._is_whole = not message.get("more_body", False)
            if self._received > self._most_bytes:
                self.refusal = 413
                return {"type": "http.disconnect"}
        return message


class _Answer:
    """An answer on its way; to who passed a limit it says so, and the connection ends with it."""

    def __init__(self, send: Send, body: _Body) -> None:
        self._send, self._body = send, body
        self.is_begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_begun = True
            if self._body.refusal:
                headers = [*message["headers"], (b"connection", b"close")]
                message = {**message, "status": self._body.refusal, "headers": headers}
        await self._send(message)


def host_name(host: str) -> str:
    """The name or address of a Host header, without its port; "" for one that is not of that form from end to end."""
    match = _HOST.fullmatch(host.lower())
    return match[1].strip("[]") if match else ""


def is_loopback(host: str) -> bool:
    """Whether an address is of this computer alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_cross_site(headers: Headers) -> bool:
    """Whether a browser says that a page of another origin asks. A port beside ours is another origin."""
    return headers.get("sec-fetch-site") not in (None, "same-origin", "none")
