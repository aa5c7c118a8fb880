"""The console with twenty thousand incidents: the server, the feed, the cold start. Simulated rows on the invented
island, seeded.

The server is the real one, in a process of its own, asked over loopback. The browser's own figures are in
`console_browser.py`.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from benchmarks.figures import Figure, as_installed

ROOT = Path(__file__).resolve().parents[1]
INCIDENTS = 20_000
LISTENERS = 200
KINDS = ("explosion", "shot", "burst", "movement", "thermal_anomaly", "flare")
MEANS = ("acoustic", "seismic", "camera", "patrol", "uav")


def make_watch(folder: Path, incidents: int = INCIDENTS) -> Path:
    """A copy of the invented watch with so many incidents more, each of one report, over a year and the whole
    island."""
    watch = folder / "two-valleys"
    shutil.copytree(ROOT / "examples" / "two-valleys", watch, ignore=shutil.ignore_patterns(".trucewatch"))
    settings = (watch / "watch.toml").read_text(encoding="utf-8")
    source = (
        '[[source]]\nid = "many"\nadapter = "observations"\nfiles = ["inbox/many*.csv"]\ntitle = '
        '{ en = "Many (simulated)" }\n'
        'organisation = "Simulated"\nsimulated = true\n\n'
    )
    settings = settings.replace('rule = "likelihood"', 'rule = "cylinder"\nradius_m = 20.0\ngap_hours = 0.01')
    (watch / "watch.toml").write_text(settings.replace("[[source]]", source + "[[source]]", 1), encoding="utf-8")
    (watch / "inbox" / "many.csv").write_text(rows(incidents, seed=5), encoding="utf-8")
    return watch


def rows(count: int, *, seed: int) -> str:
    """So many reports as our own table, no two of them one event."""
    random = np.random.default_rng(seed)
    begin = np.datetime64("2030-05-03T00:00:00") + np.sort(random.choice(365 * 86_400, count, replace=False))
    lons, lats = random.uniform(-25.5, -24.4, count), random.uniform(-35.4, -34.7, count)
    kinds, means = random.choice(KINDS, count), random.choice(MEANS, count)
    sizes, best = random.uniform(80, 900, count), random.integers(1, 9, count)
    head = (
        "means,kind,occurred_start,occurred_end,time_sd_s,lon,lat,semi_major_m,semi_minor_m,major_azimuth_deg,"
        "count_min,count_best,count_max,simulated,known_at,text"
    )
    lines = [
        f"{means[n]},{kinds[n]},{begin[n]}Z,{begin[n]}Z,5,{lons[n]:.5f},{lats[n]:.5f},"
        f"{sizes[n]:.0f},{sizes[n] / 2:.0f},{n % 180},"
        f"{best[n]},{best[n]},{best[n] + 1},true,{begin[n]}Z,Simulated: benchmark row {n}"
        for n in range(count)
    ]
    return "\n".join([head, *lines]) + "\n"


@dataclass
class Served:
    """A console that runs."""

    url: str
    cookie: str
    """The header of a browser that was let in."""
    process: subprocess.Popen[str]
    until_ready_s: float

    def memory_mb(self) -> float:
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def get(self, path: str, **headers: str) -> bytes:
        request = urllib.request.Request(self.url + path, headers=headers | {"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    def seconds(self, path: str, runs: int, **headers: str) -> list[float]:
        taken = []
        for _ in range(runs):
            begun = time.perf_counter()
            self.get(path, **headers)
            taken.append(time.perf_counter() - begun)
        return taken


def cookie_for(address: str) -> str:
    """What a browser sends once it has opened the address that a console printed."""

    class Stays(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stays).open(address, timeout=60)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["set-cookie"]).partition(";")[0]
    raise SystemExit("the console's address led nowhere")


@contextmanager
def served(watch: Path) -> Iterator[Served]:
    """The console of a watch on a free port, from the start of the program on."""
    environment = as_installed(watch.parent)
    begun = time.perf_counter()
    command = [sys.executable, "-u", "-m", "trucewatch", "serve", str(watch), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        found = re.search(r"(http://[0-9.:]+)(?:/door\?once=\S+|/sign-in|/?\s)", line)
        if found:
            break
    else:
        raise SystemExit("the console did not start:\n" + "".join(said))
    try:
        cookie = cookie_for(found[0]) if "once=" in found[0] else ""  # with accounts everybody signs in
        yield Served(found[1], cookie, process, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()


def settle(console: Served, incidents: int) -> None:
    """Wait until the list is worked out in this process, and the pages were made once."""
    for _ in range(240):
        try:
            state = json.loads(console.get("/api/state"))
            if state["incidents"] >= incidents and console.get("/reports"):
                return
        except urllib.error.HTTPError as exc:
            if exc.code != 503:  # it says so itself while a large list is still worked out
                raise
        time.sleep(0.5)
    raise SystemExit("the list did not come")


def server() -> list[Figure]:
    """What the server takes for the Watch page of 20,000 incidents, whole and filtered, and of others."""
    with tempfile.TemporaryDirectory() as folder, served(make_watch(Path(folder))) as console:
        settle(console, INCIDENTS)
        shown = json.loads(console.get("/api/state"))["incidents"]
        pages = {
            "Watch page": console.seconds("/watch", 15),
            "Watch page, filtered": console.seconds(
                "/watch?kind=explosion&outcome=inconsistent", 15, **{"HX-Request": "true"}
            ),
            "Watch page, a week of it": console.seconds("/watch?from=2031-01-01T00:00Z&to=2031-01-08T00:00Z", 15),
            "columns for the map": console.seconds("/watch/incidents.json", 9),
            "agreement": console.seconds("/agreement", 9),
            "ledger": console.seconds("/ledger", 9),
        }
        note = f"{shown:,} incidents"
        figures = [
            Figure(f"console: {name}, server", tuple(taken), "s", 0.15 if name.startswith("Watch") else None, note)
            for name, taken in pages.items()
        ]
        figures.append(Figure("console: memory of the server", (console.memory_mb(),), "MB", None, note))
        return figures


def feed() -> list[Figure]:
    """200 open pages: how long until the last of them hears of new evidence's list, and what the server then holds."""
    with tempfile.TemporaryDirectory() as folder:
        watch = make_watch(Path(folder))
        with served(watch) as console:
            settle(console, INCIDENTS)
            delays = asyncio.run(_hear(console, watch, runs=5))
            return [
                Figure(
                    f"console: a new list reaches the last of {LISTENERS} feeds after the first",
                    tuple(delays),
                    "s",
                    1.0,
                ),
                Figure(
                    f"console: memory of the server with {LISTENERS} feeds",
                    (console.memory_mb(),),
                    "MB",
                    400.0,
                    f"{INCIDENTS:,} incidents",
                ),
            ]


async def _hear(console: Served, watch: Path, runs: int) -> list[float]:
    host, port = console.url.removeprefix("http://").split(":")
    feeds = [await asyncio.open_connection(host, int(port)) for _ in range(LISTENERS)]
    for _, writer in feeds:
        headers = f"Host: {host}:{port}\r\nAccept: text/event-stream\r\nCookie: {console.cookie}\r\n"
        writer.write(f"GET /live HTTP/1.1\r\n{headers}\r\n".encode())
        await writer.drain()
    delays = []
    await asyncio.sleep(1.0)
    for run in range(runs):
        heard: list[float] = []

        async def listen(reader: asyncio.StreamReader, heard: list[float] = heard) -> None:
            while True:
                line = await reader.readline()
                if not line:
                    raise SystemExit("a feed ended")
                if line.startswith(b"event: snapshot"):
                    heard.append(time.perf_counter())
                    return

        waiting = [asyncio.create_task(listen(reader)) for reader, _ in feeds]
        (watch / "inbox" / f"many-{run}.csv").write_text(rows(3, seed=100 + run), encoding="utf-8")
        await asyncio.wait_for(asyncio.gather(*waiting), 60)
        delays.append(max(heard) - min(heard))
    for _, writer in feeds:
        writer.close()
    return delays


def start() -> list[Figure]:
    """From the start of the program to the first whole page, on a watch that was run before, with compiled kernels
    cached."""
    with tempfile.TemporaryDirectory() as folder:
        watch = make_watch(Path(folder))
        with served(watch) as console:
            settle(console, INCIDENTS)
        taken = []
        for _ in range(5):
            begun = time.perf_counter()
            with served(watch) as console:
                console.get("/watch")
                taken.append(time.perf_counter() - begun)
        return [
            Figure(
                "console: from the program's start to the first page",
                tuple(taken),
                "s",
                3.0,
                f"{INCIDENTS:,} incidents on record",
            )
        ]
