"""A receiver of webhooks on a free port of loopback: what it was sent, and what it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver(ThreadingHTTPServer):
    """`answers`: a status each, the last one again and again. `drip`: the answer comes a byte a tenth of a second.
    `before`: called before an answer."""

    daemon_threads = True

    def __init__(self, *answers: int, drip: bool = False, body: bytes = b"") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.drip, self.body = list(answers) or [204], drip, body
        self.before: Callable[[], Any] = lambda: None
        self.received: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/in?token=of-the-receiver"

    @property
    def ids(self) -> list[str]:
        return [headers["idempotency-key"] for _, headers, _ in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append((self.path, {k.lower(): v for k, v in self.headers.items()}, content))
        self.server.before()
        status = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        lines = f"HTTP/1.1 {status} x\r\nLocation: http://127.0.0.1:{self.server.server_port}/elsewhere\r\n\r\n"
        try:
            if self.server.drip:
                for byte in lines.encode():
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.1)
            else:
                self.wfile.write(lines.encode() + self.server.body)
        except OSError:
            pass  # the sender had enough
        self.close_connection = True

    def do_GET(self) -> None:
        self.server.received.append((self.path, {}, b"GET"))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def receiving(*answers: int, **options: Any) -> Iterator[Receiver]:
    receiver = Receiver(*answers, **options)
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()
