"""Whatever is taken in, decided, decided anew, taken back and erased in whatever order: what stands is what a plain
list of it says, from the journal as from memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.server.conftest import copy_of
from tests.spoken import bytes_of, reads_what_it_is_given, said_in, statement
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.model.statements import Statement
from trucewatch.pipeline import statement_intake
from trucewatch.pipeline.annotation_entering import decide, take_back, take_back_version
from trucewatch.pipeline.statement_intake import take_in_statement
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries
from trucewatch.store.statement_records import heading_at, official_statements, words_of
from trucewatch.store.undertaking_records import undertakings
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
WORDS = ("We will repair the road.", "Clause 1a lets posts stay.")
KINDS = ("commitment", "reading")


@dataclass
class Copy:
    """What the plain list holds of a version."""

    number: int
    version: int
    text: Statement
    is_out: bool = False
    is_erased: bool = False


@dataclass
class Decision:
    """What it holds of a decision."""

    number: int
    copy: Copy
    which: int
    decision: str
    is_over: bool = False


class TakenInAndDecided(RuleBasedStateMachine):
    """The store beside a plain list of what should stand."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        patch = pytest.MonkeyPatch()
        self.open.callback(patch.undo)
        patch.setattr(os, "fsync", lambda descriptor: None)  # nothing is cut off here
        patch.setattr(statement_intake, "parse_statement", reads_what_it_is_given)
        patch.setattr(statement_intake, "screen_brought", lambda content: None)
        folder = copy_of("two-valleys", Path(self.open.enter_context(tempfile.TemporaryDirectory())))
        self.watch = load_watch(folder)
        self.store = self.open.enter_context(Store(folder, lambda: NOW))
        self.copies: list[Copy] = []
        self.decisions: list[Decision] = []

    def teardown(self) -> None:
        self.open.close()

    def refused_if(self, is_refused: bool, act: Callable[[], object]) -> bool:
        """Do it; whether it was done."""
        if not is_refused:
            act()
            return True
        entries = len(self.store.journal)
        with pytest.raises(TrucewatchError):
            act()
        assert len(self.store.journal) == entries
        return False

    def last(self, number: int) -> Copy | None:
        standing = [copy for copy in self.copies if copy.number == number and not copy.is_out]
        return standing[-1] if standing else None

    @rule()
    def take_in(self) -> None:
        number = max((copy.number for copy in self.copies), default=0) + 1
        day = date(2031, 1, 1) + timedelta(days=len(self.copies))
        text = statement(*WORDS, title=f"Talk {len(self.copies)}", day=day)
        came = take_in_statement(self.store, self.watch, bytes_of(text), "a", by="A", now=NOW, voice="LV")
        assert (came.what, came.number) == ("new", number)
        self.copies.append(Copy(number, 1, text))

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 50))
    def take_in_later_version(self, which: int) -> None:
        of = self.copies[which % len(self.copies)]
        text = replace(of.text, title=f"Talk {len(self.copies)}, corrected", place="")
        content = bytes_of(text)

        def act() -> None:
            came = take_in_statement(
                self.store, self.watch, content, "a", by="A", now=NOW, voice="LV", version_of=of.number
            )
            assert came.what == "version"

        if self.refused_if(self.last(of.number) is None, act):
            version = max(copy.version for copy in self.copies if copy.number == of.number) + 1
            self.copies.append(Copy(of.number, version, text))

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 50), kind=st.integers(0, 1), word=st.sampled_from(["accepted", "changed", "rejected"]))
    def decide(self, which: int, kind: int, word: str) -> None:
        copy = self.copies[which % len(self.copies)]
        passage = said_in(copy.text, WORDS[kind], KINDS[kind], about=("1a",))  # type: ignore[arg-type]

        def act() -> None:
            decided = decide(
                self.store,
                self.watch,
                copy.number,
                "en",
                copy.version,
                passage,
                decision=word,  # type: ignore[arg-type]
                offer=passage.key,
                by="A",
                now=NOW,
            )
            same = [each for each in self.decisions if each.copy is copy and each.which == kind and not each.is_over]
            number = same[0].number if same else max((each.number for each in self.decisions), default=0) + 1
            for each in same:
                each.is_over = True
            self.decisions.append(Decision(number, copy, kind, word))
            assert decided.annotation.number == number

        self.refused_if(copy.is_out or copy.is_erased, act)

    @precondition(lambda self: self.decisions)
    @rule(which=st.integers(0, 50))
    def take_decision_back(self, which: int) -> None:
        number = self.decisions[which % len(self.decisions)].number
        standing = [each for each in self.decisions if each.number == number and not each.is_over]
        if self.refused_if(not standing, lambda: take_back(self.store, number, by="A", now=NOW, reason="mistake")):
            standing[0].is_over = True

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 50))
    def take_version_out(self, which: int) -> None:
        copy = self.copies[which % len(self.copies)]
        is_held = any(each.copy is copy and not each.is_over for each in self.decisions)

        def act() -> None:
            take_back_version(self.store, copy.number, "en", copy.version, by="A", now=NOW, reason="mistake")

        if self.refused_if(copy.is_out or is_held, act):
            copy.is_out = True

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 50))
    def erase_bytes(self, which: int) -> None:
        copy = self.copies[which % len(self.copies)]
        evidence = self.on_record(copy)
        if self.refused_if(copy.is_erased, lambda: self.store.erase([evidence], reason="r", ordered_by="Court")):
            copy.is_erased = True

    def on_record(self, copy: Copy) -> str:
        (of,) = (each for each in official_statements(self.store) if each.number == copy.number)
        return next(each.evidence for each in of.versions if each.version == copy.version)

    @rule()
    def forget_what_is_in_memory(self) -> None:
        self.store.memory.clear()

    @invariant()
    def holds_what_stands(self) -> None:
        statements = official_statements(self.store)
        listed = [(each, of) for of in statements for each in of.versions]
        assert [(each.number, each.version, each.stands) for each, _ in listed] == [
            (copy.number, copy.version, not copy.is_out)
            for copy in sorted(self.copies, key=lambda copy: (copy.number, copy.version))
        ]
        for copy in self.copies:
            each = next(each for each, _ in listed if (each.number, each.version) == (copy.number, copy.version))
            words, heading = words_of(self.store, each), heading_at(self.store, each)
            assert words == (None if copy.is_erased else copy.text)
            assert (heading is None) == copy.is_erased
        annotations = sorted((a for of in statements for a in of.annotations), key=lambda a: a.entry)
        assert [(a.number, a.decision, a.undone is None, a.passage.words) for a in annotations] == [
            (each.number, each.decision, not each.is_over, "" if each.copy.is_erased else WORDS[each.which])
            for each in self.decisions
        ]
        says = [each for each in self.decisions if not each.is_over and each.decision != "rejected"]
        assert [each.number for each in undertakings(self.store, UTC, NOW)] == sorted(
            each.number for each in says if KINDS[each.which] == "commitment"
        )
        readings = [entry for entry in agreement_entries(self.store) if entry.undone is None]
        assert len(readings) == sum(KINDS[each.which] == "reading" for each in says)


TestTakenInAndDecided = TakenInAndDecided.TestCase
TestTakenInAndDecided.settings = settings(
    max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_record_of_a_later_version_is_one_sentence(tmp_path: Path) -> None:
    with Store(copy_of("two-valleys", tmp_path), lambda: NOW) as store:
        store.commit([{"schema": "trucewatch/official-statement/1", "number": "many", "by": "p-x"}])
        with pytest.raises(StoreError, match="a later version wrote it"):
            official_statements(store)
