"""Entered is entered, whatever comes after; and what is sent again enters nothing twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from tests.builders import edit
from tests.conftest import ROOT, each
from tests.desks.posts import POSTS, Sending
from tests.server.addresses import Busy
from tests.server.conftest import busy_console, client_of, copy_of
from trucewatch.desks import find, indexes
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.server.console import Console
from trucewatch.server.door import door_of
from trucewatch.store import Store
from trucewatch.store.entering import MARK
from trucewatch.store.index import Index

EACH_TIME = {
    "/reports/download",
    "/reports/draft/{draft_id}/download",
    "/reports/take/{number:path}",
    "/links/export",
    "/reports/take-all/{number:path}",
    "/show/{code}",
    "/bundle/{code}",
    "/statements/out",
    "/access/export",
    "/post/give/{peer_id}",
}
"""Files that are handed over: handed over twice is taken twice, and recorded twice."""
NO_ENTRY_OF_A_PERSON = {"/sources/pending/{token}/accept"}
"""The file is read as any other of the inbox; who brought it is not on record. It waits no longer, so that the same
form enters nothing."""
SEALED = {"/post/in", "/post/take"}
"""A message that is brought twice is known by its own number: tests/pipeline/test_post.py."""
LEFT_OUT = EACH_TIME | NO_ENTRY_OF_A_PERSON | SEALED
ONCE = {template: sending for template, sending in POSTS.items() if template not in LEFT_OUT}
STEP = {"step": "access", "answer": "asked", "note": "by radio"}
"""A step of a verification: an act after which no list is made anew."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """The invented watch with work under way, to be changed by these tests."""
    with busy_console("two-valleys", tmp_path_factory) as working:
        yield working


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """Another one."""
    with busy_console("two-valleys", tmp_path_factory) as working:
        yield working


def verify(console: Console) -> str:
    """Where a step of an incident's verification is entered."""
    return f"/incident/{console.snapshot.codes[0]}/verify"


def acts_of(console: Console) -> list[tuple[str, str]]:
    """Kind and mark of every entry that says whose act it is."""
    records = [entry.record for entry in console.store.journal.entries()]
    return [(str(record["schema"]), str(record.get(MARK, ""))) for record in records if record.get("by")]


def sent(client: Any, sending: Sending, token: str = "") -> Response:
    fields = ({"once": token} if token else {}) | dict(sending.fields)
    answer: Response = client.post(sending.where, data=fields, files=sending.files)
    return answer


@pytest.mark.parametrize("template", ONCE)
def test_an_act_sent_again_is_answered_as_the_first_and_enters_nothing(busy: Busy, template: str) -> None:
    """By a second click, and after the program was started again: then only the ledger knows of it."""
    sending = ONCE[template](busy)
    before = len(acts_of(busy.console))
    token = f"token-of-{re.sub(r'[^a-z]', '-', template)}-aaaa"
    first = sent(busy.client, sending, token)
    assert first.status_code == 303, first.text[:500]
    acts = acts_of(busy.console)[before:]
    assert sum(bool(mark) for _, mark in acts) == 1, "one record of an act holds the mark"
    entries = len(busy.console.store.journal)
    again = sent(busy.client, sending, token)
    assert (again.status_code, again.headers["location"]) == (first.status_code, first.headers["location"])
    assert again.headers["set-cookie"] == first.headers["set-cookie"]
    later = sent(client_of(busy.console), sending, token)  # an application that has answered nothing yet
    assert later.status_code == 303
    assert (
        urllib.parse.urlsplit(later.headers["location"]).path == urllib.parse.urlsplit(first.headers["location"]).path
    )
    assert len(busy.console.store.journal) == entries


FAULTS = (OSError(24, "Too many open files"), StoreError(Message("the disk is full")), RuntimeError("unforeseen"))
FAILING = {
    template: FAULTS[number % len(FAULTS)]
    for number, template in enumerate(name for name in ONCE if not name.startswith("/reports/correct/"))
}
"""Each act meets one of the faults."""


@pytest.mark.parametrize("template", FAILING)
def test_an_act_that_was_entered_is_answered_so_whatever_fails_afterwards(
    another: Busy, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = another.console
    sending, before = ONCE[template](another), len(acts_of(console))

    def fails(*_: object, **__: object) -> None:
        raise FAILING[template]

    with monkeypatch.context() as patched:
        for name in ("refresh", "retell", "show", "tell_state"):
            patched.setattr(console, name, fails)
        patched.setattr(console.store, "publish", fails)
        answer = sent(another.client, sending)
    assert answer.status_code == 303, answer.text[:500]
    assert len(acts_of(console)) > before
    console.refresh()


def test_a_full_index_after_the_entry_is_no_refusal(
    fresh: Callable[..., Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = fresh()
    client, before = client_of(console), len(console.store.journal)

    def full(*_: object) -> int:
        raise StoreError(Message("records.sqlite: the disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(Index, "apply", full)
        refused = client.post(verify(console), data=STEP)
    # Nothing can be looked up any more, so nothing is entered: the lock on the store says so first.
    assert refused.status_code == 422
    assert len(console.store.journal) == before

    taken = console.store.catch_up
    with monkeypatch.context() as patched:
        patched.setattr(console.store, "catch_up", lambda: (taken(), patched.setattr(Index, "apply", full)))
        entered = client.post(verify(console), data=STEP)
    assert entered.status_code == 303
    assert len(console.store.journal) == before + 1
    assert client.post(verify(console), data=STEP).status_code == 303
    assert len(console.store.journal) == before + 2
    assert console.store.index.applied == len(console.store.journal)


def test_a_form_that_was_changed_on_the_way_back_is_another_act(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, before = client_of(console), len(console.store.journal)
    for note in ("by radio", "by letter", "by radio"):
        answer = client.post(verify(console), data={"once": "token-aaaa"} | STEP | {"note": note})
        assert answer.status_code == 303
    assert len(console.store.journal) == before + 2


def test_every_form_of_every_page_carries_a_token(busy: Busy) -> None:
    from tests.server.addresses import OF_STRANGERS, PAGES

    tokens = set()
    pages = [address for address in PAGES if address.template not in OF_STRANGERS]
    for address in each(pages):
        page = busy.client.get(busy.at(address)).text
        forms = re.findall(r'<form\b[^>]*method="post"[^>]*>(<input type="hidden" name="once" value="[^"]*">)?', page)
        assert forms, f"the frame of every page has one: {address.name}"
        assert all(forms)
        assert len(set(forms)) == 1
        tokens.add(forms[0])
    assert len(tokens) == len(pages)


def test_programs_name_an_attempt_by_a_header(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, before = client_of(console), len(console.store.journal)
    for _ in range(2):
        answer = client.post(verify(console), data=STEP, headers={"idempotency-key": "7f1c-key-of-a-program"})
        assert answer.status_code == 303
    assert len(console.store.journal) == before + 1


def test_many_clicks_at_once_enter_one(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, before = client_of(console), len(console.store.journal)
    fields, where = {"once": "clicks-aaaa"} | STEP, verify(console)
    with client, ThreadPoolExecutor(8) as clicks:
        answers = list(clicks.map(lambda _: client.post(where, data=fields), range(8)))
    assert len({answer.headers["set-cookie"] for answer in answers}) == 1
    assert len(console.store.journal) == before + 1


def test_four_uploads_of_one_name_are_one_file_and_three_refusals(fresh: Callable[..., Console]) -> None:
    console = fresh()
    edit(console.folder / "watch.toml", "inbox/simulated-patrols.csv", "inbox/*patrols*.csv")
    console.refresh()
    with client_of(console) as client, ThreadPoolExecutor(4) as programs:
        for turn in range(25):
            name = f"more-patrols-{turn}.csv"

            def send(number: int, name: str = name) -> tuple[int, bytes]:
                content = f"who,{number}\n".encode() * (1000 + number)
                answer = client.post("/api/inbox/patrols", files={"file": (name, content)})
                return answer.status_code, content

            answers = list(programs.map(send, range(4)))
            assert sorted(status for status, _ in answers) == [201, 409, 409, 409]
            taken = next(content for status, content in answers if status == 201)
            assert (console.folder / "inbox" / name).read_bytes() == taken
            again = client.post("/api/inbox/patrols", files={"file": (name, taken)})
            assert again.status_code == 201
    assert not list((console.folder / "inbox").glob(".*"))


# Killed between the entry and the answer

KILLED = """
import os, signal, sys
from trucewatch.server.console import Console
from trucewatch.store import Store
real = Store.commit
def commit(self, records, **more):
    entries = real(self, records, **more)
    if any(record.get("by") for record in records):
        os.kill(os.getpid(), signal.SIGKILL)
    return entries
Store.commit = commit
sys.argv = ["trucewatch", "serve", sys.argv[1], "--port", "0"]
from trucewatch.cli import main
main()
"""


@contextmanager
def console_process(*command: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-u", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"(http://[0-9.:]+)/door", line):
                break
        else:
            pytest.fail("".join(said))
        yield found[1], process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        process.stdout.close()


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def posted(url: str, session: str, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """Status and location of an answer over a real socket."""
    port = url.rpartition(":")[2]
    request = urllib.request.Request(
        url + path,
        urllib.parse.urlencode(fields).encode(),
        {"Cookie": f"tw_door_{port}={session}", "Origin": url, "Accept": "text/html"},
    )
    try:
        with urllib.request.build_opener(_Stays).open(request, timeout=60) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as answer:
        return answer.code, str(answer.headers.get("location", ""))


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_act_whose_answer_was_killed_is_found_when_it_is_sent_again(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        where = verify(Console(store, folder, lambda: datetime.now(UTC), find()))
        before = len(store.journal)
    acts = [{"once": "killed-aaaa"} | STEP, {"once": "killed-bbbb"} | STEP | {"note": "by letter"}]
    door = door_of(folder, lambda: datetime.now(UTC))
    for number, fields in enumerate(acts, 1):
        with console_process("-c", KILLED, str(folder)) as (url, process):
            session = door.use(door.asked_token())
            assert session
            with pytest.raises((OSError, urllib.error.URLError)):
                posted(url, session, where, fields)
            assert process.wait(timeout=30) == -signal.SIGKILL
        with console_process("-m", "trucewatch", "serve", str(folder), "--port", "0") as (url, _):
            # The session outlives the kill.
            answers = [posted(url, session, where, fields) for _ in range(2)]
        assert [status for status, _ in answers] == [303, 303]
        assert all(location.endswith("#verification") for _, location in answers)
        with Store(folder, lambda: datetime.now(UTC), desks=indexes()) as store:
            steps = [entry for entry in store.journal.entries(before) if entry.record.get(MARK)]
            assert len(steps) == number


def test_the_mark_tells_nothing_of_what_was_typed(busy: Busy) -> None:
    assert busy.client.post(verify(busy.console), data={"once": "mark-aaaa"} | STEP).status_code == 303
    marks = [mark for _, mark in acts_of(busy.console) if mark]
    assert marks
    assert all(re.fullmatch(r"k-[a-z2-7]{26}", mark) for mark in marks)
    assert len(set(marks)) == len(marks)
