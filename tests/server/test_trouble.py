"""What keeps the list from being of today is said, whatever it is; the log has it once; what is mended clears it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from tests.server.conftest import client_of
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.server.console import Console


@pytest.mark.parametrize("step", ["trucewatch.pipeline.assess", "trucewatch.pipeline.intake.take_in"])
def test_a_fault_that_nobody_foresaw_is_said_and_the_old_list_is_said_to_be_old(
    step: str, fresh: Callable[..., Console], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    console = fresh()
    client, before = client_of(console), console.snapshot

    def fail(*_: object, **__: object) -> object:
        raise RuntimeError("what nobody foresaw")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR, "trucewatch.server"):
        patched.setattr(step, fail)
        for _ in range(3):
            assert console.refresh().version == before.version
        page = client.get("/incidents").text
        assert client.get("/incidents").status_code == 200
    assert "The list could not be made again, for a reason that this program does not know (RuntimeError)" in page
    assert "The last good list" in page
    assert "RuntimeError" in client.get("/api/state").json()["trouble"]
    assert len(caplog.records) == 1, "one fault is one line of the log, however often it comes"
    console.refresh()
    assert client.get("/api/state").json()["trouble"] == ""
    assert "The last good list" not in client.get("/incidents").text
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR, "trucewatch.server"):
        patched.setattr(step, fail)
        console.refresh()
    assert len(caplog.records) == 2, "the same fault after a good list is another one"


def test_a_fault_with_words_of_its_own_is_said_in_them(
    fresh: Callable[..., Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = fresh()

    def fail(*_: object, **__: object) -> object:
        raise StoreError(Message("the disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr("trucewatch.pipeline.intake.take_in", fail)
        console.refresh()
    assert client_of(console).get("/api/state").json()["trouble"] == "the disk is full"


def test_who_enters_something_reads_no_file(fresh: Callable[..., Console], monkeypatch: pytest.MonkeyPatch) -> None:
    console = fresh()
    looks = []
    monkeypatch.setattr("trucewatch.pipeline.intake.take_in", lambda *_, **__: looks.append(1))
    with console.writing():
        assert console.refresh().assessment is not None
    assert looks == []
