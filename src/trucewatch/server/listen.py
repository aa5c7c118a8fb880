"""The server itself: address, certificate, start and stop."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from trucewatch.errors import TrucewatchError, system_words
from trucewatch.messages import Message
from trucewatch.server.aid_clock import let_lapse_hourly
from trucewatch.server.app import LOOPBACK, create_app
from trucewatch.server.background import Background
from trucewatch.server.connections import (
    HANDSHAKE_S,
    MOST_CONNECTIONS,
    MOST_HEADER_BYTES,
    Gate,
    Listening,
    most_connections,
    protocol_of,
    quieten,
    raise_descriptors,
)
from trucewatch.server.console import Console
from trucewatch.server.entrance import ENTRANCE
from trucewatch.server.security import is_loopback
from trucewatch.server.session_gate import SIGN_IN
from trucewatch.server.static_files import AnyDesk
from trucewatch.server.watcher import Watcher
from trucewatch.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the console listens. Beyond loopback only with a certificate and its key."""

    host: str = "127.0.0.1"
    port: int = 8020
    certificate: Path | None = None
    key: Path | None = None

    def check(self) -> None:
        """Raises TrucewatchError for an address that would send pages unencrypted, and for half a certificate."""
        if (self.certificate is None) != (self.key is None):
            raise TrucewatchError(
                Message("a certificate needs its key and a key its certificate; give --tls-cert and --tls-key")
            )
        for path in (self.certificate, self.key):
            if path is not None and not path.is_file():
                raise TrucewatchError(Message("{path} is no file; give the certificate and its key in PEM", path=path))
        if self.certificate is not None and self.key is not None:
            _check_pair(self.certificate, self.key)
        if self.certificate is None and not is_loopback(self.host):
            raise TrucewatchError(
                Message(
                    "{host} can be reached from other computers, and without TLS anyone on the way reads along; give "
                    "--tls-cert and --tls-key, or leave --host out",
                    host=self.host,
                )
            )

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}"


def _check_pair(certificate: Path, key: Path) -> None:
    """Raises TrucewatchError for a certificate and a key that are not of each other, or cannot be read."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as exc:
        if exc.reason == "KEY_VALUES_MISMATCH":
            raise TrucewatchError(
                Message(
                    "{key} is not the key of {certificate}; give the two that were made together",
                    key=key,
                    certificate=certificate,
                )
            ) from exc
        raise TrucewatchError(
            Message(
                "{certificate} and {key} cannot be used for TLS; give both in PEM, the key without a passphrase",
                certificate=certificate,
                key=key,
            )
        ) from exc
    except OSError as exc:
        raise TrucewatchError(
            Message("{path} cannot be read: {strerror}", path=key, strerror=system_words(exc))
        ) from exc


def address_with(url: str, token: str) -> str:
    """The address that opens a console once."""
    return f"{url}{ENTRANCE}?once={token}"


def serve(
    store: Store,
    folder: Path,
    now: Callable[[], datetime],
    address: Address,
    *,
    started: Callable[[str], None],
    desks: Sequence[AnyDesk],
    begin: Callable[[Console], None] | None = None,
    new_token: bool = False,
) -> None:
    """Serve the console of an open store until it is stopped. `started` is told the address once pages can be opened:
    it opens them once, for one browser.

    A port of 0 takes any that is free. begin: what is done first, before pages can be opened. new_token: whoever was
    let in so far has to be let in again.
    Raises TrucewatchError for a port that is taken.
    """
    address.check()
    listening = _listen(address)
    console = Console(store, folder, now, desks, is_watched=True)
    hosts = {*LOOPBACK, address.host}
    if is_loopback(address.host):
        console.reached_at = address
    else:
        hosts |= {socket.gethostname(), socket.getfqdn()}
    app = create_app(console, hosts)
    let_lapse_hourly(console)  # a store that was put back from a copy may hold what is due since long
    watcher, background = Watcher(console), Background(console)
    gate = listening.gate = Gate(most_connections(raise_descriptors()))
    console.hub.most = min(console.hub.most, gate.most // 2)
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=protocol_of(gate),
        ws="none",
        backlog=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # whoever could name another address would begin every wait after wrong passwords anew
        timeout_graceful_shutdown=2,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        lifespan="off",
    )
    quieten()
    actual = replace(address, port=listening.getsockname()[1])
    console.door.open(anew=new_token)
    if new_token:
        console.sessions.end_all()

    def tell_address() -> None:
        """An address that opens the console once; once there are accounts the one to sign in at."""
        is_signing_in = console.gate.in_use
        started(f"{actual.url}{SIGN_IN}" if is_signing_in else address_with(actual.url, console.door.own_token()))

    server = _Server(config, console, gate, tell_address)
    if begin is not None:
        begin(console)
    console.door.stands_at(actual.url)
    watcher.start()
    background.start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # the server has let go of its pages already; it passes the key press on
    finally:
        console.door.stands_at("")
        console.close()
        watcher.stop()
        background.stop()


class _Server(uvicorn.Server):
    """Says when it can be reached, and lets go of open feeds when it stops."""

    def __init__(self, config: uvicorn.Config, console: Console, gate: Gate, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._console, self._gate, self._on_start = console, gate, on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self.config.is_ssl:  # uvicorn has no word for it, and the loop's own limit is a minute
            loop: Any = asyncio.get_running_loop()
            loop.create_server = partial(loop.create_server, ssl_handshake_timeout=HANDSHAKE_S)
        await super().startup(sockets=sockets)
        self._looking_after = asyncio.create_task(self._gate.look_after())
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._looking_after.cancel()
        self._console.hub.close()
        await super().shutdown(sockets=sockets)


def _listen(address: Address) -> Listening:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = Listening(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address.host, address.port))
    except OSError as exc:
        listening.close()
        raise TrucewatchError(
            Message(
                "port {port} of {host} cannot be used: {strerror}; name another with --port, or --port 0 for any",
                port=address.port,
                host=address.host,
                strerror=system_words(exc),
            )
        ) from exc
    return listening


def app_of(console: Console) -> FastAPI:
    """The application for tests and programs that serve it themselves."""
    return create_app(console, (*LOOPBACK, "testserver"))
