"""A list of people that is brought to a console or lies in its inbox: written nowhere, named nowhere, said."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.desks.sources.test_sources_page import Fresh, bring, inbox_of, said
from tests.hostile.test_lists_of_people import LISTS, PLANTED, TABLE, holds_planted
from tests.server.conftest import client_of
from trucewatch.pipeline import intake
from trucewatch.watch import load_watch


def test_a_list_that_is_brought_to_the_console_is_written_nowhere(
    fresh: Fresh, caplog: pytest.LogCaptureFixture
) -> None:
    console = fresh("two-valleys")
    client, before = client_of(console), inbox_of(console)
    source = next(iter(load_watch(console.folder).settings.source))
    with caplog.at_level(logging.DEBUG):
        for name, content in LISTS.items():
            answer = bring(client, content, name)
            sentence = said(client, answer)
            assert "names of people together with birth dates" in sentence
            api = client.post(f"/api/inbox/{source.id}", files={"file": (name, content)})
            assert api.status_code == 422
            assert not any(word in str(answer.headers) + sentence + api.text for word in PLANTED)
        pages = "".join(client.get(path).text for path in ("/sources", "/ledger", "/sources/rejected"))
    assert not any(word in pages for word in PLANTED)
    assert not any(word in caplog.text for word in PLANTED)
    assert not holds_planted(console.folder)
    assert inbox_of(console) == before


def test_a_list_in_the_inbox_is_looked_through_once_in_a_process_and_said_at_every_look(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = fresh("two-valleys")
    path = console.folder / load_watch(console.folder).settings.source[0].files[0]
    path.write_bytes(TABLE)
    looks: list[Path] = []
    real = intake.screen_file
    monkeypatch.setattr(intake, "screen_file", lambda path, bounds: (looks.append(path), real(path, bounds)))
    monkeypatch.setattr("trucewatch.pipeline.arrivals._SETTLED_NS", -(1 << 62))
    for _ in range(3):
        taken = intake.take_in(console.store, console.folder, now=console.now())
        assert sum("names of people" in str(warning) for warning in taken.warnings) == 1
    assert looks.count(path) == 1
