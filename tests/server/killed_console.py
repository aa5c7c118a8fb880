"""A console in a process of its own that is killed with acts, uploads and reads in flight, and what holds then."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode, urljoin

from tests.builders import make_watch
from tests.ledger.small_log import is_whole_or_ahead
from trucewatch import desks
from trucewatch.ledger import inspector
from trucewatch.pipeline import assess
from trucewatch.store import Store
from trucewatch.store.edit_records import recorded_acts

SOURCE = "reports"
READS = ("/watch", "/incidents", "/reports", "/sources", "/ledger", "/api/state", "/watch/incidents.json")
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


class _Stay(urllib.request.HTTPRedirectHandler):
    """An act that was entered answers with a redirect: that is the acknowledgement."""

    def redirect_request(self, *words: object, **more: object) -> None:
        return None


class Visitor:
    """One who uses a console as a browser does, from the address that it printed: with its cookies, and with what its
    forms carry unseen. What the door of the console asks for is given here and nowhere else."""

    def __init__(self, printed: str) -> None:
        self._base = urljoin(printed, "/")
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies, _Stay())
        self._opener.addheaders = [("Origin", self._base.rstrip("/"))]
        self.ask(printed)

    def ask(self, path: str, body: bytes | None = None, content_type: str = "") -> tuple[int, str]:
        """Status and text of an answer; 0 for none. `body` makes it a POST."""
        headers = {"Content-Type": content_type} if content_type else {}
        request = urllib.request.Request(urljoin(self._base, path), body, headers)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as exc:
            with contextlib.suppress(OSError, http.client.HTTPException):
                return exc.code, exc.read().decode()
            return exc.code, ""
        except (OSError, http.client.HTTPException):
            return 0, ""

    def send_form(self, path: str, fields: Mapping[str, str]) -> int:
        """Open a form's page, send it with what it carries unseen; the status."""
        status, page = self.ask(path)
        if status != 200:
            return 0
        hidden = {}
        for tag in _HIDDEN.findall(page):
            attributes = dict(_ATTRIBUTE.findall(tag))
            hidden[attributes.get("name", "")] = attributes.get("value", "")
        content = urlencode({**hidden, **fields}).encode()
        return self.ask(path, content, "application/x-www-form-urlencoded")[0]

    def send_file(self, path: str, name: str, content: bytes) -> int:
        """Upload a file; the status."""
        boundary = "kept-apart-by-this"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self.ask(path, body, f"multipart/form-data; boundary={boundary}")[0]


@dataclass
class Promised:
    """What a console acknowledged: reasons of acts, and files with their bytes."""

    acts: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    reads: int = 0
    refused: list[str] = field(default_factory=list)
    """What was answered with neither yes nor silence."""


def make_killed_watch(folder: Path) -> Path:
    """A watch that takes uploads, begun in peace."""
    watch = make_watch(folder, rows=20)
    settings = watch / "watch.toml"
    text = settings.read_text().replace('files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv"]')
    settings.write_text(text)
    with _store(watch) as store:
        assess(store, watch, now=_now())
    return watch


def kill_once(watch: Path, number: int, rng: Random, promised: Promised) -> None:
    """Serve, act, upload and read from several threads, kill at a random moment; what was answered is added."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "trucewatch", "serve", str(watch), "--port", "0"],
        cwd=watch.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"TZ": "UTC"},
    )
    assert process.stdout is not None
    try:
        if rng.random() < 0.2:  # at any moment of a start
            time.sleep(rng.uniform(0.3, 3.0))
            return
        printed, heard = "", []
        for line in process.stdout:
            heard.append(line)
            if address := re.search(r"https?://\S+", line):
                printed = address[0]
                break
        assert printed, "the console did not start:\n" + "".join(heard)
        visitor = Visitor(printed)  # the printed address opens once: its cookie is everybody's here
        visitor.ask("/incident/new")  # from here on what is asked is answered at once
        is_over = threading.Event()
        works = (_act, _act, _upload, _read, _read)
        threads = [
            threading.Thread(target=work, args=(visitor, f"{number}-{at}", promised, is_over), daemon=True)
            for at, work in enumerate(works)
        ]
        threads.append(threading.Thread(target=process.stdout.read, daemon=True))
        for thread in threads:
            thread.start()
        _wait_for_acts(promised, len(promised.acts) + rng.randrange(4))
        time.sleep(rng.uniform(0, 0.7))
        process.send_signal(signal.SIGKILL)
        is_over.set()
        for thread in threads:
            thread.join(40)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _wait_for_acts(promised: Promised, count: int) -> None:
    until = time.monotonic() + 15
    while len(promised.acts) < count and time.monotonic() < until:
        time.sleep(0.02)


def _act(visitor: Visitor, name: str, promised: Promised, is_over: threading.Event) -> None:
    count = 0
    while not is_over.is_set():
        count += 1
        reason = f"killed {name}-{count}"
        status = visitor.send_form(
            "/incident/new",
            {
                "kind": "explosion",
                "means": "patrol",
                "start": f"2031-05-02T{count % 24:02}:{(count * 7) % 60:02}:00Z",
                "place": "-35.2, -25.2",
                "within_m": "250",
                "claimed_by": "a patrol",
                "reason": reason,
                "confirm": "yes",
            },
        )
        _note(promised, status, 303, reason, lambda reason=reason: promised.acts.add(reason))


def _upload(visitor: Visitor, name: str, promised: Promised, is_over: threading.Event) -> None:
    count = 0
    while not is_over.wait(0.15):  # else the acts wait for files to be read, and none is in flight
        count += 1
        file = f"sent-{name}-{count}.csv"
        head = "number,when,where,what,how many,remark\n"
        content = f'{head}sent {name} {count},2031-05-02T03:04:00Z,"-35.2, -25.2",blast,1,{file}\n'.encode()
        status = visitor.send_file(f"/api/inbox/{SOURCE}", file, content)
        _note(promised, status, 201, file, lambda: promised.files.setdefault(file, content))  # noqa: B023 - called now


def _read(visitor: Visitor, name: str, promised: Promised, is_over: threading.Event) -> None:
    rng = Random(name)
    while not is_over.is_set():
        path = rng.choice(READS)
        status, _ = visitor.ask(path)
        promised.reads += status == 200
        if status >= 500:
            promised.refused.append(f"{status} for {path}")


def _note(promised: Promised, status: int, good: int, what: str, keep: object) -> None:
    if status == good:
        assert callable(keep)
        keep()
    elif status:
        promised.refused.append(f"{status} for {what}")


def check_after_kill(watch: Path, promised: Promised) -> list[str]:
    """What does not hold right after a kill, in words: the ledger verifies as it was left, but for tiles whose
    checkpoint was cut off, and whole after the next start; every acknowledged act is on record once, every acknowledged
    file lies there whole."""
    left = _inspected(watch)
    faults = [] if left["ok"] or is_whole_or_ahead(left) else [f"verify: {left['problems'][:2]}"]
    with _store(watch) as store:
        counted = Counter(act.reason for act in recorded_acts(store))
    begun_again = _inspected(watch)
    faults += [] if begun_again["ok"] else [f"verify after the next start: {begun_again['problems'][:2]}"]
    faults += [f"lost: {reason}" for reason in promised.acts if not counted[reason]]
    faults += [f"twice: {reason}" for reason, count in counted.items() if count > 1]
    for name, content in promised.files.items():
        path = watch / "inbox" / name
        if not path.is_file() or path.read_bytes() != content:
            faults.append(f"lost: {name}")
    return faults


def _inspected(watch: Path) -> dict[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        inspector.main([str(watch), "--json"])
    document: dict[str, Any] = json.loads(said.getvalue())
    return document


def check_at_end(watch: Path, promised: Promised) -> list[str]:
    """The same after one more reading: every acknowledged file is evidence on record once, each of its rows once."""
    with _store(watch) as store:
        assessment = assess(store, watch, now=_now())
        kinds = [entry.record for entry in store.journal.entries()]
        digest = store.index.digest()
        store.rebuild()
        faults = [] if store.index.digest() == digest else ["the index is not the one that a rebuild makes"]
    received = Counter(record["sha256"] for record in kinds if record["schema"] == "trucewatch/evidence/1")
    faults += [f"evidence lost: {name}" for name, text in promised.files.items() if not received[_hash(text)]]
    faults += [f"evidence twice: {name}" for name, count in received.items() if count > 1]
    rows = assessment.observations.num_rows
    ids = len(set(assessment.observations["observation_id"].to_pylist()))
    faults += [] if rows == ids else [f"{rows} rows of {ids} observations"]
    return faults + check_after_kill(watch, promised)


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _store(watch: Path) -> Store:
    return Store(watch, _now, desks=desks.indexes())


def _now() -> datetime:
    return datetime.now(UTC)
