"""The page and the command: looked at first, entered once, written to a new file and over none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desks.bundling.opened_bundles import check
from tests.desks.bundling.samples import form_of
from tests.desks.disclosure.test_command import pick_of
from tests.pipeline.test_command_line import call
from tests.server.conftest import client_of, copy_of, now
from trucewatch.desks import indexes
from trucewatch.errors import TrucewatchError
from trucewatch.pipeline import assess
from trucewatch.server.console import Console
from trucewatch.store import Store


def test_what_would_leave_is_shown_then_the_bundle_is_taken_and_entered(
    fresh: Callable[[str], Console], tmp_path: Path
) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    code = console.snapshot.codes[-2]
    assert f'href="/bundle/{code}"' in client.get(f"/incident/{code}").text
    before = len(console.store.journal)
    page = client.get(f"/bundle/{code}?recipient=joint-centre").text
    assert "What stays closed" in page
    assert "observer_lon" in page[page.index('id="closed"') :]
    assert len(console.store.journal) == before
    stale = client.post(f"/bundle/{code}", data={**form_of(client, code), "seen": "x"})
    assert stale.status_code == 422
    assert len(console.store.journal) == before
    taken = client.post(f"/bundle/{code}", data=form_of(client, code))
    assert taken.status_code == 200
    assert taken.headers["content-type"] == "application/zip"
    kinds = [entry.record["schema"] for entry in console.store.journal.entries(before)]
    assert kinds == ["trucewatch/dossier/1", "trucewatch/bundle-given/1"]
    path = tmp_path / "taken.zip"
    path.write_bytes(taken.content)
    assert check(path, str(console.store.public_key))[0] == 0


def test_the_command_opens_nothing_beyond_the_rule_unasked_and_keeps_what_is_there(tmp_path: Path) -> None:
    folder, out = copy_of("two-valleys", tmp_path), tmp_path / "given" / "one.zip"
    assert call("run", str(folder))[0] == 0
    with Store(folder, now, desks=indexes()) as store:
        incident = pick_of(assess(store, folder, now=now()))
        before = len(store.journal)
    words = ("bundle", str(folder), incident[:12], "--out", str(out), "--recipient", "joint-centre")
    with pytest.raises(TrucewatchError, match="nothing was entered"):
        call(*words, "--open", "incident/lon")
    assert not out.exists()
    with Store(folder, now, desks=indexes()) as store:
        assert len(store.journal) == before
    assert call(*words)[0] == 0
    content = out.read_bytes()
    with pytest.raises(TrucewatchError, match="exists and is kept"):
        call(*words, "--yes")
    assert out.read_bytes() == content
    assert check(out)[1]["bundle"]["recipient"] == "joint-centre"
