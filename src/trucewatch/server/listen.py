"""The server itself: address, certificate, start and stop."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from trucewatch.errors import TrucewatchError, system_words
from trucewatch.messages import Message
from trucewatch.server.app import LOOPBACK, create_app
from trucewatch.server.console import Console
from trucewatch.server.entrance import ENTRANCE
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


def address_with(url: str, token: str) -> str:
    """The address that opens a console once."""
    return f"{url}{ENTRANCE}?once={token}"


def is_loopback(host: str) -> bool:
    """Whether an address is of this computer alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
    console = Console(store, folder, now, desks)
    hosts = {*LOOPBACK, address.host}
    if not is_loopback(address.host):
        hosts |= {socket.gethostname(), socket.getfqdn()}
    app = create_app(console, hosts)
    watcher = Watcher(console)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        lifespan="off",
    )
    actual = replace(address, port=listening.getsockname()[1])
    console.door.open(anew=new_token)
    server = _Server(config, console, lambda: started(address_with(actual.url, console.door.own_token())))
    if begin is not None:
        begin(console)
    console.door.stands_at(actual.url)
    watcher.start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # the server has let go of its pages already; it passes the key press on
    finally:
        console.door.stands_at("")
        console.close()
        watcher.stop()


class _Server(uvicorn.Server):
    """Says when it can be reached, and lets go of open feeds when it stops."""

    def __init__(self, config: uvicorn.Config, console: Console, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._console, self._on_start = console, on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._console.hub.close()
        await super().shutdown(sockets=sockets)


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
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
