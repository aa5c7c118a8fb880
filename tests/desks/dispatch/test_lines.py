"""Lines for urgent messages on the command line and on the page of the outbox: never an address in full, never a
silence of a side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.conftest import each
from tests.server.conftest import client_of, copy_of
from tests.store.mail_server import mail_room
from trucewatch.cli.main import app
from trucewatch.desks.dispatch.beside import outbox_of
from trucewatch.desks.dispatch.lines import recipients_of, try_words
from trucewatch.errors import StoreError
from trucewatch.model.flash import FlashRecipient
from trucewatch.server.console import Console
from trucewatch.store.mail_server import MailServer, keep_mail_server
from trucewatch.store.outbox import FlashMail
from trucewatch.store.webhook_post import Answer
from trucewatch.watch import load_watch

NEAR = pytest.mark.allow_hosts(["127.0.0.1"])
NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)


@pytest.fixture
def watch(tmp_path: Path) -> str:
    return str(copy_of("two-valleys", tmp_path))


def outbox(watch: str, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["outbox", watch, *words], input=typed)


def refusal_of(result: Result) -> str:
    assert isinstance(result.exception, StoreError), result.output
    return str(result.exception)


@NEAR
def test_a_server_is_named_a_line_added_tried_out_and_taken_back(watch: str) -> None:
    assert "No mail server is named" in outbox(watch, "mail-server").stdout
    assert "no mail server is named" in refusal_of(outbox(watch, "mail-test", "--for", "UV"))
    with mail_room() as room:
        server = ["mail-server", f"127.0.0.1:{room.port}", "--security", "none", "--sender", "floor@centre.example"]
        named = outbox(watch, *server)
        assert named.exit_code == 0, named.output
        assert "127.0.0.1" in named.stdout
        assert "floor@centre.example" not in named.output
        assert "no mail address is entered" in refusal_of(outbox(watch, "mail-test", "--for", "UV"))
        adding = ["line", "add", "--for", "UV", "--by", "Ann", "--json", "--mail"]
        added = json.loads(outbox(watch, *adding, "duty@upper.example").stdout)
        other = json.loads(outbox(watch, *adding, "-", typed="second@upper.example\n").stdout)
        assert (added["name"], other["name"]) == ("d…@u….example", "s…@u….example")
        assert "already" in refusal_of(outbox(watch, *adding, "duty@upper.example"))
        trying = outbox(watch, "mail-test", "--for", "UV", "--json")
    assert trying.exit_code == 0, trying.output
    assert [row["fault"] for row in json.loads(trying.stdout)["mails"]] == ["", ""]
    assert sorted(envelope.rcpt_tos[0] for envelope in room.received) == ["duty@upper.example", "second@upper.example"]
    assert "Test of a line: no urgent message" in str(room.mails[0]["Subject"])
    assert "Nothing happened" in room.texts[0]
    down = outbox(watch, "mail-test", "--for", "UV")
    assert (down.exit_code, "cannot be reached" in down.stdout) == (1, True)
    listed = outbox(watch, "line", "list")
    assert len(listed.stdout.splitlines()) == 2
    assert outbox(watch, "line", "remove", added["key"], "--by", "Ann").exit_code == 0
    assert "there is no line" in refusal_of(outbox(watch, "line", "remove", added["key"], "--by", "Ann"))
    for text in (listed.output, trying.output, down.output, outbox(watch, "list").output):
        assert "duty@" not in text
        assert "upper.example" not in text
    assert json.loads(outbox(watch, "mail-server", "--forget", "--json").stdout)["server"] is None


def test_a_line_to_a_program_shows_its_secret_once_and_its_address_never(watch: str) -> None:
    words = ["line", "add", "--for", "LV", "--by", "Ann", "--webhook", "-", "--json"]
    added = json.loads(outbox(watch, *words, typed="https://example.org/in?token=theirs\n").stdout)
    assert added["secret"].startswith("whsec_")
    listed = json.loads(outbox(watch, "line", "list", "--json").stdout)
    assert [(row["recipient"], row["way"], row["name"]) for row in listed["lines"]] == [
        ("LV", "webhook", added["name"])
    ]
    assert "theirs" not in str(listed)
    assert added["secret"] not in str(listed)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["--for", "nobody", "--mail", "duty@upper.example"], "no party, delegation or body"),
        (["--for", "UV"], "give --mail or --webhook"),
        (["--for", "UV", "--mail", "duty@upper.example", "--webhook", "https://example.org/in"], "give --mail or"),
        (["--for", "UV", "--mail", "duty@upper.example\nBcc: x@y.example"], "no mail address"),
        (["--for", "UV", "--webhook", "http://example.org/in"], "https://"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_nothing_is_kept(watch: str, words: list[str], refusal: str) -> None:
    assert refusal in refusal_of(outbox(watch, "line", "add", "--by", "Ann", *words))
    assert json.loads(outbox(watch, "line", "list", "--json").stdout)["lines"] == []


def test_a_password_is_read_from_the_input_or_a_file_and_is_shown_nowhere(watch: str, tmp_path: Path) -> None:
    words = ["mail-server", "mail.example.org", "--sender", "floor@centre.example", "--login", "floor"]
    typed = outbox(watch, *words, typed="seven herons\n")
    assert "mail.example.org:587 (starttls)" in typed.stdout
    assert "signs in" in typed.stdout
    file = tmp_path / "password"
    file.write_text("six herons\nsecond line\n")
    read = outbox(watch, *words, "--security", "tls", "--password-file", str(file), "--json")
    assert json.loads(read.stdout)["server"]["port"] == 465
    kept = (Path(watch) / ".trucewatch" / "private" / "mail-server.json").read_text()
    assert '"six herons"' in kept
    for result in (typed, read, outbox(watch, "mail-server")):
        assert "herons" not in result.output
    assert "a login and a password" in refusal_of(outbox(watch, *words, typed="\n"))
    assert "without TLS" in refusal_of(outbox(watch, *words[:4], "--security", "none"))
    assert outbox(watch, *words, "--security", "plain").exit_code == 2


def test_a_test_says_in_every_language_of_the_watch_that_it_is_one(watch: str) -> None:
    loaded = load_watch(Path(watch))
    subject, text = try_words(loaded)
    assert "no urgent message" in subject
    assert "Nothing happened, and nothing is asked of you." in text
    assert {"UV", "LV", "NI", "SI"} <= set(recipients_of(loaded))


def test_the_page_shows_lines_and_what_became_of_each_message_and_says_no_side_was_silent(
    fresh: Callable[[str], Console],
) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    page = client.get("/outbox").text
    assert "an urgent message reaches pages and telephones alone" in page
    assert "No mail server is named" in page
    outbox, by = outbox_of(console), console.store.keys.person_reference("Ann")
    keep_mail_server(
        console.store.root / "private",
        MailServer(host="127.0.0.1", port=25, security="none", sender="floor@centre.example"),
    )
    outbox.add_line("UV", by=by, address="duty@upper.example")
    to = [FlashRecipient(id=side, ways=("console", "mail", "telephone")) for side in ("UV", "LV")]
    mails = {each.id: FlashMail(subject="Urgent", text="Text", document={}) for each in to}
    ways = outbox.ways_out(to, {"UV": 1})
    settings = console.snapshot.watch.settings
    console.store.commit(outbox.flash_deliveries("UM-1", 0, mails, console.now(), settings, ways))
    outbox.send_flashes(
        console.now, settings, guard=nullcontext, by_mail=lambda *_: Answer(550, "bounced"), wait_s=None
    )
    page = client.get("/outbox").text
    rows = each(re.findall(r"<tr>.*?</tr>", page, re.DOTALL))
    (mail,) = (row for row in rows if "UM-1" in row and "d…@u….example" in row)
    assert "the mail came back, or its address was refused for good (550)" in mail
    assert "failed, will be tried again" in mail
    assert "/retry" in mail
    assert "/stop" in mail
    assert len([row for row in rows if "UM-1" in row]) == 5
    assert "to be read out" in page
    assert "upper.example" not in page
    assert not re.search(r"did not (answer|reply)|no answer|silen(t|ce)", page.partition("<main")[2])
    retry = each(re.findall(r'action="(/outbox/[^"]*/retry)"', mail))[0]
    assert client.post(retry).status_code == 303
    sent = outbox.send_flashes(console.now, settings, guard=nullcontext, by_mail=lambda *_: Answer(250), wait_s=None)
    assert [step.state for step in sent] == ["sent"]
    assert client.post(retry).status_code == 409
