"""The urgent message from the click to the mail server: `python -m benchmarks.urgent_messages`.

The console is the real one, in a process of its own, on a copy of the invented watch with a line by mail for each side
and for the peacekeepers; the mail server is a real one beside it. Then the queue alone, with a server that is down for
a day by a clock that is moved. Everything is invented.
"""

from __future__ import annotations

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.console import Served, served, settle
from benchmarks.figures import Figure, NotMeasurableError
from tests.store.mail_server import MailRoom, mail_room

from trucewatch.desks import indexes
from trucewatch.model.flash import FlashRecipient
from trucewatch.store import Store
from trucewatch.store.journal import read_entries
from trucewatch.store.mail_post import Mail
from trucewatch.store.mail_server import MailServer, keep_mail_server
from trucewatch.store.outbox import DELIVERY, FlashMail, Outbox
from trucewatch.store.webhook_post import Answer
from trucewatch.watch import load_watch

EXAMPLE: Final = ROOT / "examples" / "two-valleys"
ADDRESSES: Final = {"UV": "duty@upper.example", "LV": "duty@lower.example", "HG": "duty@guard.example"}
CLICKS: Final = 10
LONGEST_S: Final = 30.0


class _Fields(HTMLParser):
    """What a browser sends of the form, as it stands on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name, is_checked = values.get("name", ""), "checked" in values
        if tag == "input" and name and (values.get("type") != "checkbox" or is_checked):
            self.sent.append((name, values.get("value", "on")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in values:
            self.sent.append((self._select, values.get("value", "")))
        elif tag == "textarea":
            self._area = name
            self.sent.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


class _Stays(urllib.request.HTTPRedirectHandler):
    """What is answered to the click itself; the page after it is another question."""

    def redirect_request(self, *_: object) -> None:
        return None


def _prepared(folder: Path, port: int) -> Path:
    watch = folder / "two-valleys"
    shutil.copytree(EXAMPLE, watch, ignore=shutil.ignore_patterns(".trucewatch"))
    with Store(watch, lambda: datetime.now(UTC), desks=indexes()) as store:
        outbox, by = Outbox(store), store.keys.person_reference("Ada North")
        keep_mail_server(store.root / "private", _server(port))
        for to, address in ADDRESSES.items():
            outbox.add_line(to, by=by, address=address)
    return watch


def _incidents(watch: Path) -> list[str]:
    """The incidents of the watch, as a message names them, worked out by the command line."""
    command = [sys.executable, "-m", "trucewatch"]
    subprocess.run([*command, "run", str(watch)], check=True, capture_output=True)
    listed = subprocess.run([*command, "incidents", str(watch), "--json"], check=True, capture_output=True)
    return [f"incident:{row['incident_id']}" for row in json.loads(listed.stdout)["incidents"]]


def _server(port: int) -> MailServer:
    return MailServer(host="127.0.0.1", port=port, security="none", sender="floor@centre.example")


def _send(console: Served, about: str) -> tuple[float, str]:
    """The second click; the seconds until it is answered, and the code of the message."""
    path = "/urgent/new?about=" + urllib.parse.quote(about)
    page = console.get(path).decode()
    form = _Fields()
    form.feed(page[page.index('id="sending"') - 200 : page.index("</form>", page.index('id="sending"'))])
    body = urllib.parse.urlencode([*form.sent, ("step", "send"), ("again", "on")]).encode()
    request = urllib.request.Request(
        f"{console.url}/urgent/new", body, {"Cookie": console.cookie, "Origin": console.url, "Accept": "text/html"}
    )
    begun = time.perf_counter()
    try:
        urllib.request.build_opener(_Stays).open(request, timeout=60)
    except urllib.error.HTTPError as answer:  # on to the message
        where = urllib.parse.urlsplit(answer.headers.get("location", "")).path
        return time.perf_counter() - begun, where.rpartition("/")[2]
    return time.perf_counter() - begun, ""


def _waited_for(room: MailRoom, count: int) -> None:
    ends = time.monotonic() + LONGEST_S
    while len(room.arrived_s) < count:
        if time.monotonic() > ends:
            raise SystemExit(f"{len(room.arrived_s)} of {count} mails came")
        time.sleep(0.002)


def clicks() -> list[Figure]:
    """From the click to the record, and to the mail server."""
    with tempfile.TemporaryDirectory() as folder, mail_room() as room:
        watch = _prepared(Path(folder), room.port)
        answered, arrived, spread, codes = [], [], [], []
        abouts = _incidents(watch)
        with served(watch) as console:
            settle(console, 1)
            for about in abouts:
                if len(codes) == CLICKS:
                    break
                before, begun = len(room.arrived_s), time.monotonic()
                taken_s, code = _send(console, about)
                if not code.startswith("UM-"):
                    continue  # its place or kind is one that no message can tell
                click_s = time.monotonic() - taken_s
                _waited_for(room, before + len(ADDRESSES))
                of_message = room.arrived_s[before : before + len(ADDRESSES)]
                assert begun < click_s
                answered.append(taken_s)
                arrived.append(max(of_message) - click_s)
                spread.append(max(of_message) - min(of_message))
                codes.append(code)
        if not codes:
            raise NotMeasurableError("no incident of the invented watch could be told")
        with Store(watch, lambda: datetime.now(UTC), desks=indexes()) as store:
            seconds = [len({each.queued_at for each in Outbox(store).deliveries_of(code)}) for code in codes]
    note = f"{len(codes)} messages, each to two sides and the peacekeepers"
    return [
        Figure("queued to all, after the click", tuple(answered), "s", 1.0, note),
        Figure("different seconds in which one message was queued", tuple(map(float, seconds)), "", 1.0),
        Figure("taken by the mail server for all, after the click", tuple(arrived), "s", 3.0),
        Figure("between the first and the last of them", tuple(spread), "s", 1.0),
    ]


def a_day_without_a_server() -> list[Figure]:
    """Twenty messages while the mail server is down for a day; then it is up."""
    settings, moment = load_watch(EXAMPLE).settings, datetime(2031, 5, 4, tzinfo=UTC)
    to = [FlashRecipient(id=name, ways=("mail",)) for name in ADDRESSES]
    taken: list[str] = []
    attempts = 0
    with tempfile.TemporaryDirectory() as folder:
        now = [moment]
        with Store(Path(folder), lambda: now[0]) as store:
            outbox, by = Outbox(store), store.keys.person_reference("Ada North")
            with socket.create_server(("127.0.0.1", 0)) as closed:
                keep_mail_server(store.root / "private", _server(closed.getsockname()[1]))
            for name, address in ADDRESSES.items():
                outbox.add_line(name, by=by, address=address)
            queued = 0
            while now[0] < moment + timedelta(days=1):
                if queued < 20 and now[0] >= moment + timedelta(hours=queued):
                    queued += 1
                    mails = {each.id: FlashMail(subject="Urgent", text="Text", document={}) for each in to}
                    ways = outbox.ways_out(to, {})
                    store.commit(outbox.flash_deliveries(f"UM-{queued}", 0, mails, now[0], settings, ways))
                attempts += len(outbox.send_flashes(lambda: now[0], settings, guard=nullcontext, wait_s=None))
                tries = [each.next_try for each in outbox.deliveries() if each.next_try]
                now[0] = max(min(tries), now[0] + timedelta(seconds=1))

            def take(_: MailServer, mail: Mail) -> Answer:
                taken.append(mail.message_id)
                return Answer(250)

            for _ in range(3):
                outbox.send_flashes(lambda: now[0], settings, guard=nullcontext, by_mail=take, wait_s=None)
                now[0] += timedelta(hours=1)
            entries = sum(entry.record["schema"] == DELIVERY for entry in read_entries(store.root))
    expected = 20 * len(ADDRESSES)
    return [
        Figure("messages lost", (float(expected - len(set(taken))),), "", 0.0, f"{attempts:,} attempts failed"),
        Figure("messages sent twice", (float(len(taken) - len(set(taken))),), "", 0.0),
        Figure("entries of the ledger a message and line", (entries / expected,), "", 40.0, "an hour is one at most"),
    ]


def figures_of() -> list[Figure]:
    return [*clicks(), *a_day_without_a_server()]


if __name__ == "__main__":
    for figure in figures_of():
        print(f"{figure.name}: {statistics.median(figure.runs):.3f} {figure.unit} ({figure.bound_words}) {figure.note}")
