"""The list is swapped in the middle of a request: whatever is answered is of one state of the watch, and not of two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from tests.conftest import each
from tests.server.addresses import ADDRESSES, OF_STRANGERS, Address, Busy, Kind, put_to_work
from tests.server.conftest import client_of, copy_of, now
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.server.snapshot import Snapshot
from trucewatch.server.view import View, view_of
from trucewatch.store import Store

ANSWERING: Final = [
    address
    for address in ADDRESSES
    if address.kind not in (Kind.FEED, Kind.ONWARD) and address.template not in OF_STRANGERS
]
"""All that answers with something of the watch."""
ALIKE: Final = {"/api", "/ogc"}
"""Pages that say the same of both states."""


@dataclass(frozen=True, slots=True)
class Swapping:
    """A console, two states of its watch, and a client whose requests can be cut short by the other state."""

    busy: Busy
    before: Snapshot
    after: Snapshot

    def shows(self, snapshot: Snapshot) -> None:
        self.busy.console._snapshot = snapshot

    def swaps(self) -> None:
        """From now on the list is swapped as soon as a request has taken its view."""

        async def view_then_swap(request: Request) -> View:
            view = await view_of(request)
            self.shows(self.after)
            return view

        self._app.dependency_overrides[view_of] = view_then_swap

    def swaps_no_more(self) -> None:
        self._app.dependency_overrides.clear()

    @property
    def _app(self) -> FastAPI:
        app = self.busy.client.app
        while not isinstance(app, FastAPI):
            app = app.app  # type: ignore[union-attr]
        return app

    def answer(self, address: Address) -> tuple[int, bytes]:
        answer = self.busy.client.get(self.busy.at(address))
        return answer.status_code, re.sub(rb'name="once" value="[^"]*"', b"", answer.content)


@pytest.fixture(scope="module")
def swapping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swapping]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("swapping"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        busy = put_to_work(console, client_of(console))
        before = console.snapshot
        assert before.assessment is not None
        after = _changed(console)
        assert after.rows != before.rows
        assert after.as_of != before.as_of
        yield Swapping(busy, before, after)


def _changed(console: Console) -> Snapshot:
    """The list after its files changed: every name, the clock, fewer rows."""
    settings = console.folder / "watch.toml"
    text = re.sub(r"(?m)^watch_time.*$", "", settings.read_text(encoding="utf-8"))
    settings.write_text(text.replace('names = { en = "', 'names = { en = "Renamed '), encoding="utf-8")
    for path in each((console.folder / "inbox").glob("simulated-[ps]*.csv")):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([head, *rows[: len(rows) // 2]]) + "\n", encoding="utf-8")
    after = console.refresh()
    assert console.trouble is None
    return after


@pytest.mark.parametrize("address", ANSWERING, ids=lambda address: address.name)
def test_what_is_answered_is_of_one_state(swapping: Swapping, address: Address) -> None:
    whole = []
    for snapshot in (swapping.before, swapping.after):
        swapping.shows(snapshot)
        whole.append(swapping.answer(address))
    if address.kind is Kind.PAGE and address.template not in ALIKE:
        assert whole[0] != whole[1], "both states look alike, so nothing would be seen"
    swapping.shows(swapping.before)
    swapping.swaps()
    try:
        assert swapping.answer(address) in whole
    finally:
        swapping.swaps_no_more()
