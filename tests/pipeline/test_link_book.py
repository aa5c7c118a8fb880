"""Whatever is entered, taken back and refused in whatever order: the network is that of the file with what stands, a
book that is opened anew says the same, and each moment of the ledger sees what stood then."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from tests.conftest import ROOT
from tests.links_on_record import NETWORK, ROWS
from tests.server.conftest import copy_of
from trucewatch.errors import TrucewatchError
from trucewatch.model.link_statements import OF_CORRIDORS
from trucewatch.model.links import Network
from trucewatch.pipeline.link_entering import LinkBook, network_of
from trucewatch.store import Store
from trucewatch.store.link_records import ReadLinkEntries, link_entries
from trucewatch.watch import load_watch

NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
TABLES: Final = ("length", "minutes", "works", "rules", "need", "passage", "checkpoint")
"""Of which any number stands beside each other."""


class Minutes:
    """A clock that goes on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class LinkBookMachine(RuleBasedStateMachine):
    """The book beside a list of what stands."""

    names: Bundle[str] = Bundle("names")

    @initialize()
    def begin(self) -> None:
        self.open = ExitStack()
        folder = copy_of("two-valleys", Path(self.open.enter_context(tempfile.TemporaryDirectory())))
        self.clock = Minutes()
        self.store = self.open.enter_context(Store(folder, self.clock))
        self.watch = replace(load_watch(ROOT / "examples" / "two-valleys"), network=NETWORK)
        self.stands: dict[str, tuple[str, str]] = {}
        self.moments: list[tuple[datetime, tuple[str, ...]]] = []

    @property
    def book(self) -> LinkBook:
        return LinkBook(self.store, self.watch, NOW)

    @rule(target=names, table=st.sampled_from(TABLES), about=st.sampled_from(("ford-road", "hill-road")))
    def enter(self, table: str, about: str) -> Any:
        about = "the-passage" if table in OF_CORRIDORS else about
        name = str(self.book.enter(table, about, ROWS[table], by="Anna").record["id"])
        assert name not in self.stands
        self.stands[name] = about, table
        return name

    @rule(target=names, table=st.sampled_from(TABLES), about=st.sampled_from(("moon-road", "")))
    def be_refused(self, table: str, about: str) -> Any:
        before = len(self.store.journal)
        try:
            self.book.enter(table, about, ROWS[table], by="Anna")
        except TrucewatchError:
            assert len(self.store.journal) == before
            return multiple()
        raise AssertionError("a row about nothing was entered")

    @rule(name=consumes(names))
    def undo(self, name: str) -> None:
        self.book.undo(name, by="Anna", reason="a slip")
        del self.stands[name]

    @rule(name=names)
    def erase(self, name: str) -> None:
        entry = self.book.entry(name)
        kept = [reference for reference in entry.typed.values() if self.store.words.has(reference)]
        if kept:
            self.store.erase([], people=kept, reason="asked for", ordered_by="the centre")

    @rule()
    def remember(self) -> None:
        self.moments.append((self.clock.now, tuple(self.stands)))

    @invariant()
    def the_network_holds_what_stands_and_nothing_else(self) -> None:
        network = self.book.network
        for about, tables in _counted(network).items():
            own = [table for subject, table in self.stands.values() if subject == about]
            assert tables == sorted(own), about

    @invariant()
    def who_reads_everything_anew_sees_the_same(self) -> None:
        entries, network = link_entries(self.store), network_of(self.store, self.watch)
        self.store.memory.put(ReadLinkEntries())
        assert link_entries(self.store) == entries
        assert network_of(self.store, self.watch) == network

    @invariant()
    def each_moment_sees_what_stood_then(self) -> None:
        for moment, names in self.moments:
            assert tuple(each.entry_id for each in link_entries(self.store, moment) if each.stands) == names

    def teardown(self) -> None:
        if hasattr(self, "open"):
            self.open.close()


def _counted(network: Network) -> dict[str, list[str]]:
    """The tables of each link and corridor, once a row."""
    holders: list[Any] = [*network.links, *network.corridors]
    return {holder.id: sorted(table for table in TABLES for _ in getattr(holder, table, ())) for holder in holders}


LinkBookMachine.TestCase.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
TestLinkBook = LinkBookMachine.TestCase
