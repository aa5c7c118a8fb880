"""What the console does while others hold thousands of its connections: 1,500 that send a header a letter at a time and
1,500 that say nothing, for two minutes. Meanwhile pages are fetched and acts entered."""

from __future__ import annotations

import json
import multiprocessing
import re
import resource
import shutil
import socket
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.console import ROOT, Served, served
from benchmarks.figures import Figure, NotMeasurableError

EACH = 1500
FOR_S = 120.0
SLOW, IDLE = "slow", "idle"


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def connections() -> list[Figure]:
    """Seconds for a page and for an act, each the slowest; acts that were acknowledged and are not there: none."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * EACH + 200:
        raise NotMeasurableError(f"only {hard} files may be open")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * EACH + 200, hard))
    with tempfile.TemporaryDirectory() as folder:
        watch = Path(folder) / "two-valleys"
        shutil.copytree(ROOT / "examples" / "two-valleys", watch, ignore=shutil.ignore_patterns(".trucewatch"))
        with served(watch) as console:
            found = re.search(rb'href="(/incident/(?!new")[^"/?]+)"', console.get("/incidents"))
            if found is None:
                raise SystemExit("no incident is listed")
            before = _entries(console)
            pages, acts = _under_attack(console, f"{found[1].decode()}/verify")
            if _entries(console) != before + len(acts):
                raise SystemExit("an acknowledged act is gone, or was entered twice")
    note = f"{EACH:,} slow and {EACH:,} idle connections for {FOR_S:g} s; {len(acts)} acts entered, none lost"
    return [
        Figure("console under slow and idle connections: a page, the slowest", (max(pages),), "s", 1.0, note),
        Figure("console under slow and idle connections: an act, the slowest", (max(acts),), "s", 1.0, note),
    ]


def _entries(console: Served) -> int:
    return int(json.loads(console.get("/api/state"))["entries"])


def _under_attack(console: Served, act: str) -> tuple[list[float], list[float]]:
    apart = multiprocessing.get_context("spawn")  # so that the one who measures does not wait for them
    is_over = apart.Event()
    others = [
        apart.Process(target=_hold, args=(console.url, kind, EACH, is_over), daemon=True) for kind in (SLOW, IDLE)
    ]
    for other in others:
        other.start()
    pages, acts = [], []
    time.sleep(3)
    until = time.monotonic() + FOR_S
    while time.monotonic() < until:
        begun = time.perf_counter()
        console.get("/ledger")
        pages.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        _enter(console, act)
        acts.append(time.perf_counter() - begun)
        time.sleep(0.5)
    is_over.set()
    for other in others:
        other.join()
    return pages, acts


def _hold(url: str, kind: str, count: int, is_over: Event) -> None:
    """Keep so many connections open, whatever the console ends."""
    host, port = url.removeprefix("http://").split(":")
    opened: dict[socket.socket, int] = {}
    while not is_over.is_set():
        while len(opened) < count and not is_over.is_set():
            try:
                opened[socket.create_connection((host, int(port)), timeout=5)] = 0
            except OSError:
                break
        for each in list(opened):
            try:
                if kind == SLOW:
                    each.sendall(b"a" if opened[each] else b"GET /watch HTTP/1.1\r\nX: a")
                    opened[each] += 1
                each.setblocking(False)
                if each.recv(1) == b"":
                    raise ConnectionError
            except BlockingIOError:
                each.settimeout(5)
            except OSError:
                each.close()
                del opened[each]
        is_over.wait(1.0)
    for each in opened:
        each.close()


def _enter(console: Served, act: str) -> None:
    """Enter a step of an incident's verification."""
    fields = urllib.parse.urlencode({"step": "access", "answer": "asked", "note": "by radio"}).encode()
    headers = {"Cookie": console.cookie, "Origin": console.url}
    request = urllib.request.Request(console.url + act, fields, headers=headers)
    try:
        urllib.request.build_opener(_Stays).open(request, timeout=60)
    except urllib.error.HTTPError as answer:
        if answer.code == 303:
            return
        raise SystemExit(f"an act was answered {answer.code}") from answer
    raise SystemExit("an act was not entered")
