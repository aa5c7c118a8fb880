"""`trucewatch complaints`: the register on a terminal and as a document, and as it stood; what `erase` reaches."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch
from tests.desks.complaints.steps import sent
from tests.pipeline.test_command_line import call
from trucewatch.desks import indexes
from trucewatch.desks.complaints.operations import Register, Registration
from trucewatch.errors import TimeError, WatchError
from trucewatch.store import Store
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_watch(tmp_path / "w")
    watch = load_watch(folder)
    clock = watch.settings.watch_time
    assert clock is not None
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        register = Register(store, watch, clock)
        for hours, name in ((30, "Quince"), (2, "Rowan")):
            received_at = clock - hours * HOUR
            code = f"party:{watch.agreement.party[0].id}"
            complaint = Registration(sender=code, received_at=received_at, says="three shots", name=name)
            register.register(complaint, by="Ann")
        sent(register, "C-1", clock - HOUR)
    return folder


def clock_of(folder: Path) -> datetime:
    clock = load_watch(folder).settings.watch_time
    assert clock is not None
    return clock


def document_of(folder: Path, *more: str) -> dict[str, Any]:
    code, text = call("complaints", str(folder), "--json", *more)
    assert code == 0
    document: dict[str, Any] = json.loads(text)
    return document


def test_the_register_is_one_complaint_a_line(folder: Path) -> None:
    code, text = call("complaints", str(folder))
    assert code == 0
    assert "By the watch's clock, 20" in text
    assert "No time for a reply was agreed" in text
    assert text.startswith("Simulated: ") == load_watch(folder).settings.simulated
    lines = [line for line in text.splitlines() if line.startswith("C-")]
    assert [line.split()[0] for line in lines] == ["C-2", "C-1"]
    assert lines[0].rstrip().endswith("open")
    assert "none agreed" in lines[0]
    assert "answered 20" in lines[1]
    assert "2 complaints: 1 open, 0 of them past" in text
    assert "Quince" not in text
    assert "shots" not in text


def test_as_of_shows_what_was_received_and_answered_by_then(folder: Path) -> None:
    moment = clock_of(folder) - 3 * HOUR
    document = document_of(folder, "--as-of", moment.isoformat())
    assert [(row["number"], row["state"]) for row in document["complaints"]] == [("C-1", "open")]
    assert document["as_of"] == moment.isoformat().replace("+00:00", "Z")
    assert document_of(folder)["complaints"][1]["state"] == "answered"
    early = (clock_of(folder) - 1000 * HOUR).isoformat()
    assert "No complaint was registered by then" in call("complaints", str(folder), "--as-of", early)[1]


def test_a_moment_ahead_of_the_watchs_clock_and_a_word_are_refused(folder: Path) -> None:
    with pytest.raises(TimeError, match="ahead of the watch's clock"):
        call("complaints", str(folder), "--as-of", (clock_of(folder) + HOUR).isoformat())
    with pytest.raises(TimeError, match="is no time"):
        call("complaints", str(folder), "--as-of", "yesterday")


def test_overdue_is_said_neutrally_and_by_what_was_agreed_when_it_came(folder: Path) -> None:
    settings = folder / "watch.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[desk.complaints]\nreply_hours = 1\n", "utf-8")
    assert not any(row["reply_due"] for row in document_of(folder)["complaints"]), "it was not agreed then"
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        watch, clock = load_watch(folder), clock_of(folder)
        registration = Registration(sender="civilian", received_at=clock - 5 * HOUR, says="x")
        Register(store, watch, clock).register(registration, by="Ann")
    text = call("complaints", str(folder))[1]
    assert "A reply is due within 1 h of receipt" in text
    (line,) = (line for line in text.splitlines() if line.startswith("C-3"))
    assert "open, the time for a reply has passed" in line
    assert "a civilian" in line
    assert document_of(folder)["complaints"][0]["overdue"] is True


def test_a_wrong_rule_is_said_with_what_to_do(folder: Path) -> None:
    settings = folder / "watch.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[desk.complaints]\nreply_hour = 1\n", "utf-8")
    with pytest.raises(WatchError, match='no key "reply_hour"; it takes: reply_hours'):
        call("complaints", str(folder))
    assert call("check", str(folder))[0] != 0


def test_erase_reaches_what_was_typed_and_the_ledger_still_verifies(folder: Path) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        reference = Register(store, load_watch(folder), clock_of(folder)).complaint("C-1").name
    code, text = call("erase", str(folder), reference, "--reason", "asked for", "--yes")
    assert code == 0
    assert reference in text
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        register = Register(store, load_watch(folder), clock_of(folder))
        assert register.words(reference) is None
        assert register.complaint("C-1").name == reference
    assert call("verify", str(folder))[0] == 0
    assert [row["number"] for row in document_of(folder)["complaints"]] == ["C-2", "C-1"]


def test_log_and_rebuild_know_complaints(folder: Path) -> None:
    log = call("log", str(folder))[1]
    assert "complaint C-1 from" in log
    assert "Quince" not in log
    assert "equal to the one before" in call("rebuild", str(folder))[1]


def test_help_says_which_moments_count() -> None:
    code, text = call("complaints", "--help")
    assert code == 0
    assert "moments of receipt and of answers" in " ".join(text.split())
