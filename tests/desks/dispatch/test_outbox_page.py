"""The outbox in the console and on the command line: what is listed, tried again, stopped; what goes on by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.desks.dispatch.test_feed import issue
from tests.desks.replaying import replaying
from tests.pipeline.test_command_line import call
from tests.server.conftest import client_of, copy_of
from tests.store.receivers import receiving
from trucewatch.cli.main import app
from trucewatch.desks.dispatch import operations
from trucewatch.desks.dispatch.beside import outbox_of, work
from trucewatch.errors import StoreError
from trucewatch.server.background import Background
from trucewatch.server.console import Console
from trucewatch.store.webhook_post import Answer
from trucewatch.store.webhooks import new_webhook


def hooked(console: Console, url: str = "https://example.org/in?token=secret") -> None:
    hook = new_webhook("desk", url, is_near=url.startswith("http://"))
    outbox_of(console).add(hook, recipient="public", by=console.store.keys.person_reference("Ann"))


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_what_is_issued_in_the_console_is_told_by_itself_while_a_tab_replays_too(
    fresh: Callable[[str], Console],
) -> None:
    console = fresh("two-valleys")
    background = Background(console)
    with receiving() as receiver:
        hooked(console, receiver.url)
        issue(console, formats=("csv",))
        replaying(console, console.snapshot.as_of - timedelta(days=1))
        background.look()
        background.look()
    ((_, _, body),) = receiver.received
    told = json.loads(body)
    assert (told["recipient"], told["revision"]) == ("public", 1)
    assert [file["format"] for file in told["files"]] == ["csv"]
    file = client_of(console).get(told["files"][0]["link"])
    assert file.status_code == 200
    assert file.content not in body


def test_the_outbox_shows_what_failed_and_takes_a_retry_and_a_stop(
    fresh: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    assert "nothing leaves by itself" in client.get("/outbox").text
    hooked(console)
    issue(console)
    answers = [Answer(503, "refused"), Answer(204)]
    monkeypatch.setattr(operations, "post", lambda *_, **__: answers.pop(0))
    work(console)
    page = client.get("/outbox").text
    assert "the receiver answered with an error (503)" in page
    assert "secret" not in page
    assert "example.org" not in page
    retry, stop = (re.findall(rf'action="(/outbox/[^"]*/{act})"', page)[0] for act in ("retry", "stop"))
    assert client.post(stop).status_code == 303
    assert "given up" in client.get("/outbox").text
    assert client.post(stop).status_code == 409
    assert client.post(retry).status_code == 303
    work(console)
    page = client.get("/outbox").text
    assert "sent" in page
    assert not re.search(r"/(retry|stop)\"", page)
    assert client.post(retry).status_code == 409
    assert client.post("/outbox/q-nobody/retry").status_code == 409


def test_what_a_desk_does_beside_its_pages_never_ends_the_console(
    fresh: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    console = fresh("two-valleys")
    hooked(console)
    issue(console)

    def fail(*_: Any, **__: Any) -> Answer:
        raise RuntimeError("https://example.org/in?token=secret")

    monkeypatch.setattr(operations, "post", fail)
    background = Background(console)
    background.look()
    background.look()
    assert len(caplog.records) == 1
    assert "secret" not in caplog.text
    background.start()
    background.stop()


def test_the_command_line_adds_lists_sends_and_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = str(copy_of("two-valleys", tmp_path))
    adding = CliRunner().invoke(
        app,
        ["outbox", watch, "add", "desk", "--for", "public", "--by", "Ann", "--json"],
        input="https://example.org/in?token=of-theirs\n",
    )
    assert adding.exit_code == 0, adding.output
    added = json.loads(adding.stdout)
    assert (added["schema"], added["name"], added["for"]) == ("trucewatch/webhook/1", "desk", "public")
    assert call("report", watch, "--date", "2031-05-01", "--recipient", "public", "--issue", "--by", "Ann")[0] == 0
    told: list[str] = []

    def take(hook: Any, body: bytes, **_: Any) -> Answer:
        told.append(json.loads(body)["number"])
        return Answer(500, "refused") if len(told) == 1 else Answer(200)

    monkeypatch.setattr(operations, "post", take)
    code, output = call("outbox", watch, "send", "--json")
    assert code == 1
    assert [row["fault"] for row in json.loads(output)["deliveries"]] == ["refused"]
    code, output = call("outbox", watch, "list", "--json")
    listed = json.loads(output)
    assert (code, listed["schema"]) == (0, "trucewatch/outbox/1")
    assert [(hook["name"], hook["recipient"]) for hook in listed["webhooks"]] == [("desk", "public")]
    assert [(row["state"], row["attempts"]) for row in listed["deliveries"]] == [("failed", 1)]
    code, plain = call("outbox", watch, "list")
    assert code == 0
    assert "failed, will be tried again; the receiver answered with an error (500), 1 attempt" in plain
    assert call("outbox", watch, "remove", "desk", "--by", "Ann")[0] == 0
    assert call("outbox", watch, "send", "--json")[0] == 0
    code, bare = call("outbox", watch, "list")
    assert "There is no webhook" in bare
    for text in (output, plain, bare):
        assert "of-theirs" not in text
        assert added["secret"] not in text


def test_a_recipient_that_there_is_not_is_told_of_nothing(tmp_path: Path) -> None:
    words = ["outbox", str(copy_of("two-valleys", tmp_path)), "add", "desk", "--for", "nobody", "--by", "Ann"]
    adding = CliRunner().invoke(app, words, input="https://example.org/in\n")
    assert isinstance(adding.exception, StoreError)
    assert "is no recipient of this watch" in str(adding.exception)
