"""Whatever two delegations do, in whatever order: no position is known before it may be, none is opened twice, nothing
is agreed by default, and the ledger verifies."""

from __future__ import annotations

import base64
import json
import logging
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zlib
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.conftest import IN_MEMORY, ROOT, each
from tests.reviews_on_record import SIDES, Hand, Room, officer_of, room_in
from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.position import SealedPosition, opened_document
from trucewatch.model.review import Case
from trucewatch.model.review_list import last_cases, told_outside
from trucewatch.model.review_outcome import changed_since, reopens
from trucewatch.model.times import read_time
from trucewatch.pipeline.judged_findings import in_force, outdated_in, puts_of
from trucewatch.pipeline.review_acts import reseal

INSPECTOR: Final = ROOT / "src/trucewatch/ledger/inspector.py"
ANSWERS: Final = st.sampled_from(("concur", "concur", "dissent", "abstain"))
Three = tuple[str, str, str]
GIVEN: Final = st.one_of(st.just(("concur", "concur", "concur")), st.tuples(ANSWERS, ANSWERS, ANSWERS))
SIDE: Final = st.sampled_from(SIDES)
CASE: Final = st.integers(0, 3)
REFUSED: Final = (StoreError, LedgerError)


@dataclass(slots=True)
class Planted:
    """A position that was handed in: its words, by which it would be known, and whether it was opened."""

    code: str
    position: SealedPosition
    words: tuple[str, ...]
    is_opened: bool = False


def inside_base64(word: str) -> list[bytes]:
    """What a word looks like in base64, whatever stands before it."""
    raw = word.encode()
    return [base64.b64encode(b"x" * before + raw + b"xxx")[4 : -4 - 4] for before in range(3)]


def every_byte(folder: Path) -> bytes:
    """All files below a folder, as they lie and, where they are compressed or tables, as they read."""
    parts = []
    for path in each(sorted(folder.rglob("*"))):
        if not path.is_file():
            continue
        content = path.read_bytes()
        parts.append(content)
        with suppress(zlib.error):
            parts.append(zlib.decompress(content))
        if content.startswith(b"SQLite format 3"):
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
                parts.append("\n".join(db.iterdump()).encode())
            db.close()
    return b"\0".join(parts)


class Lines(logging.Handler):
    """All that is logged."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Reviews(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.held = ExitStack()
        place = IN_MEMORY if IN_MEMORY.is_dir() else None
        self.root = Path(tempfile.mkdtemp(prefix="review-states-", dir=place))
        self.room: Room = self.held.enter_context(room_in(self.root / "watch"))
        self.hands: dict[str, list[Hand]] = {side: [] for side in SIDES}
        self.planted: list[Planted] = []
        self.count = 0
        self.late = 0
        self.off: list[tuple[str, pa.Table]] = []
        self.new: list[Case] = []
        self.refusals: list[str] = []
        self.log = Lines()
        logging.getLogger().addHandler(self.log)
        logging.getLogger().setLevel(0)

    @initialize()
    def begin(self) -> None:
        for side in SIDES:
            self.new_officer(side)
        self.room.put(0, 1)

    def new_officer(self, side: str) -> None:
        self.count += 1
        hand = officer_of(side, self.count)
        self.room.enrol(hand)
        self.hands[side].append(hand)

    def hand(self, side: str) -> Hand | None:
        """The officer whose key is in force, the last one first."""
        return self.hands[side][-1] if self.hands[side] else None

    def code(self, number: int) -> str:
        cases = self.room.book.cases()
        return cases[number % len(cases)].code

    def refused(self, exc: BaseException) -> None:
        self.refusals.append(str(exc))

    # What people do.

    def blind(self, side: str) -> list[str]:
        """Where a position of a delegation is awaited."""
        return [
            case.code
            for case in self.room.book.cases()
            if case.standings.get(side) in ("awaited", "withheld") and case.step == "blind"
        ]

    @precondition(lambda self: any(self.blind(side) for side in SIDES))
    @rule(sides=st.sampled_from((("D1", "D2"), ("D2", "D1"), ("D1",), ("D2",))), number=CASE, answers=GIVEN, more=GIVEN)
    def commit(self, sides: tuple[str, ...], number: int, answers: Three, more: Three) -> None:
        """Where it is awaited, by one delegation or by both, one after the other."""
        codes = self.blind(sides[0]) or self.blind(sides[-1])
        if codes:
            for side, given in zip(sides, (answers, more), strict=False):
                if self.hand(side) is None and side not in self.room.book.left():
                    self.new_officer(side)
                self.commit_as(side, codes[number % len(codes)], given)

    @rule(side=SIDE, number=CASE, answers=GIVEN)
    def commit_anywhere(self, side: str, number: int, answers: Three) -> None:
        self.commit_as(side, self.code(number), answers)

    def commit_as(self, side: str, code: str, answers: Three) -> None:
        hand = self.hand(side)
        if hand is None:
            return
        self.count += 1
        words = tuple(f"zq{self.count}{kind}vw" for kind in ("version", "reason"))
        given = dict(zip(("happened", "what", "where_when"), answers, strict=True))
        try:
            position = self.room.sign(
                hand,
                code,
                answers=given,
                versions=dict.fromkeys(given, words[0]),
                reasons={"what": words[1]},
            )
            was_blind = self.room.case(code).step == "blind"
            self.room.hand_in(hand, self.room.handed(hand, position, code))
        except REFUSED as exc:
            self.refused(exc)
            return
        assert was_blind
        shown = words if "dissent" in answers else words[1:]
        self.planted.append(Planted(code=code, position=position, words=shown))

    def unopened(self, *, blind: bool) -> list[Planted]:
        """What lies sealed in cases that are blind, or that are neither blind nor closed."""
        steps = ("blind",) if blind else ("opening", "open")
        return [each for each in self.planted if not each.is_opened and self.room.case(each.code).step in steps]

    @precondition(lambda self: self.unopened(blind=True))
    @rule(number=st.integers(0, 7))
    def open_too_early(self, number: int) -> None:
        early = self.unopened(blind=True)
        planted = early[number % len(early)]
        self.open_it(planted, planted.position.document["delegation"])

    @precondition(lambda self: self.unopened(blind=False))
    @rule(number=st.integers(0, 7), count=st.integers(1, 3))
    def open_what_is_due(self, number: int, count: int) -> None:
        due = self.unopened(blind=False)
        for at in range(min(count, len(due))):
            planted = due[(number + at) % len(due)]
            self.open_it(planted, planted.position.document["delegation"])

    @precondition(lambda self: self.planted)
    @rule(side=SIDE, number=st.integers(0, 7))
    def open_anything(self, side: str, number: int) -> None:
        self.open_it(self.planted[number % len(self.planted)], side)

    def open_it(self, planted: Planted, side: str) -> None:
        case = self.room.case(planted.code)
        is_taken = True
        try:
            self.room.open(planted.position, Hand(delegation=side, name="whoever"), planted.code)
        except REFUSED as exc:
            self.refused(exc)
            is_taken = False
        if not is_taken:
            is_own = planted.position.document["delegation"] == side
            may_be = not is_own or planted.is_opened or case.step in ("blind", "closed") or self.is_over(case.code)
            assert may_be, self.refusals[-1]
            return
        assert not planted.is_opened, "opened twice"
        assert case.step != "blind", "opened too early"
        planted.is_opened = True

    def is_over(self, code: str) -> bool:
        """Whether the case was closed by the clock as the act began, or its delegation left."""
        return self.room.case(code).step == "closed" or bool(self.room.book.left())

    @rule(side=SIDE)
    def recover(self, side: str) -> None:
        """What lies sealed to a key that is in force reads as it was handed in."""
        hand = self.hand(side)
        if hand is None:
            return
        by_commitment = {each.position.commitment: each for each in self.planted}
        for case in self.room.book.cases():
            for position in self.room.unseal(case, hand):
                assert opened_document(by_commitment[position.commitment].position) == opened_document(position)

    @precondition(lambda self: self.count % 3 == 0)
    @rule(side=SIDE, number=CASE)
    def withhold(self, side: str, number: int) -> None:
        hand = self.hand(side) or Hand(delegation=side, name="whoever")
        try:
            self.room.withhold(hand, self.code(number))
        except REFUSED as exc:
            self.refused(exc)

    @rule(side=SIDE, number=CASE)
    def give_in_the_open(self, side: str, number: int) -> None:
        hand = self.hand(side)
        try:
            if hand is not None:
                self.room.give(hand, self.code(number))
        except REFUSED as exc:
            self.refused(exc)

    @rule(side=SIDE, number=CASE)
    def say_done(self, side: str, number: int) -> None:
        hand = self.hand(side) or Hand(delegation=side, name="whoever")
        try:
            self.room.say_done(hand, self.code(number))
        except REFUSED as exc:
            self.refused(exc)

    @rule(side=SIDE)
    def lose_the_key(self, side: str) -> None:
        hand = self.hand(side)
        if hand is not None:
            self.room.end(hand, "lost")
            self.hands[side].pop()

    @rule(side=SIDE)
    def rotate(self, side: str) -> None:
        """The next officer; what the last one sealed is sealed to them too."""
        last = self.hand(side)
        if side in self.room.book.left():
            return
        self.new_officer(side)
        if last is None:
            return
        for case in self.room.book.cases():
            for position in self.room.unseal(case, last):
                sealed = self.room.seal(opened_document(position, padded=True), side)
                with suppress(*REFUSED):
                    reseal(
                        self.room.store,
                        self.room.watch,
                        self.room.speaker(last),
                        case.code,
                        commitment=position.commitment,
                        sealed=sealed,
                        key=self.room.key_of(last),
                    )

    @precondition(lambda self: self.planted or self.room.book.left())
    @rule(side=SIDE)
    def leave_or_come_back(self, side: str) -> None:
        if left := self.room.book.left():
            self.room.come_back(next(iter(left)))
            return
        open_ = [case.code for case in self.room.book.cases() if case.outcome is None and side in case.delegations]
        over = [case.code for case, _ in self.room.book.over()]
        self.room.leave(side)
        self.hands[side] = []
        for code in set(open_) - set(over):
            assert self.room.case(code).state == "closed_unreviewed"

    @rule(number=st.integers(0, 1))
    def late_evidence(self, number: int) -> None:
        if number < len(self.room.findings):
            self.late += 1
            self.room.change_list(number, kind=f"kind {self.late}")
            self.look_at_what_is_late()

    @precondition(lambda self: len(self.room.findings) > 1)
    @rule(number=st.integers(0, 2))
    def late_evidence_that_takes_it_off(self, number: int) -> None:
        if number < len(self.room.findings):
            whole = self.room.assessment
            finding = self.room.take_off(number)
            self.off.append((finding, whole.findings.filter(pc.equal(whole.findings["finding_id"], finding))))
            self.look_at_what_is_late()
            assert not [case for case in self.new if case.finding == finding], "there is nothing to put"

    @precondition(lambda self: self.off)
    @rule()
    def it_comes_back(self) -> None:
        _, rows = self.off.pop()
        findings = pa.concat_tables([self.room.assessment.findings, rows])
        self.room.assessment = replace(self.room.assessment, findings=findings)
        self.look_at_what_is_late()

    def look_at_what_is_late(self) -> None:
        before = {case.code: case for case in self.room.book.cases()}
        self.room.reopen_late()
        after = self.room.book.cases()
        self.new = [case for case in after if case.code not in before]
        for code, case in before.items():
            assert case.outcome is None or self.room.case(code) == case, "what was judged stays"

    @rule(number=st.integers(0, 2))
    def put(self, number: int) -> None:
        try:
            if number < len(self.room.findings):
                self.room.put(number)
        except REFUSED as exc:
            self.refused(exc)

    @rule(hours=st.sampled_from((1, 12, 24, 72, 100)))
    def time_passes(self, hours: int) -> None:
        self.room.pass_hours(hours)
        self.room.close_due()

    @rule(days=st.sampled_from((1, 30, 4000)))
    def the_clock_jumps_back(self, days: int) -> None:
        steps = {case.code: case.step for case in self.room.book.cases()}
        now = self.room.now
        self.room.now -= timedelta(days=days)
        order = ("blind", "opening", "open", "closed")
        for case in self.room.book.cases():
            if case.positions or case.outcome:
                assert order.index(case.step) >= order.index("opening"), "nobody is freed"
                assert case.step == steps[case.code] or case.outcome is None
        self.room.now = now

    # What always holds.

    @invariant()
    def nothing_sealed_can_be_read(self) -> None:
        closed = [each for each in self.planted if not each.is_opened]
        if not closed:
            return
        book = self.room.book
        codes = [case.code for case in book.cases() if case.step != "closed"]
        answers = [
            json.dumps(book.to_sign([code], side))
            for code in codes
            for side in SIDES
            if side in book.case(code).delegations
        ]
        said = "\n".join([repr(book.cases()), repr(book.keys()), *answers, *self.log.lines, *self.refusals])
        everything = every_byte(self.room.folder) + said.encode()
        for planted in closed:
            for word in planted.words:
                assert word.encode() not in everything, word
                assert not any(form in everything for form in inside_base64(word)), word
            assert planted.position.salt not in everything
            assert base64.b64encode(planted.position.salt) not in everything
            assert planted.position.signed not in everything

    @invariant()
    def what_was_opened_can_be_found(self) -> None:
        """Else the search above would find nothing anyhow."""
        opened = [each for each in self.planted if each.is_opened]
        if opened:
            everything = every_byte(self.room.folder)
            assert all(word.encode() in everything for planted in opened for word in planted.words)

    @invariant()
    def nothing_is_agreed_by_default(self) -> None:
        for case in self.room.book.cases():
            if case.outcome is None:
                continue
            for question, state in case.outcome.questions.items():
                if state == "agreed":
                    assert case.delegations == SIDES
                    for side in SIDES:
                        last = [said for said in case.positions if said.delegation == side][-1]
                        assert last.answers[question] == "concur"

    @invariant()
    def outside_nothing_is_reviewed_that_the_list_has_not_as_it_was_put(self) -> None:
        assessment, cases = self.room.assessment, self.room.book.cases()
        tables = assessment.recorded_incidents, assessment.recorded_findings
        outdated = outdated_in(*tables, cases)
        puts = puts_of(*tables, self.room.findings)
        for case in last_cases(in_force(cases, outdated)):
            put = puts.get(case.finding)
            if told_outside([case]) != "not_reviewed":
                assert put is not None, "the list has it"
                assert not reopens(changed_since(case.put, put)), "as it was put"
            elif case.code in outdated:
                assert put is None or reopens(changed_since(case.put, put))

    @invariant()
    def nothing_is_opened_twice_or_early(self) -> None:
        records = [entry for entry in self.room.store.journal.entries() if "review-" in entry.record["schema"]]
        opened = [entry.record for entry in records if entry.record["schema"] == "trucewatch/review-position/1"]
        commitments = [record["commitment"] for record in opened if record["commitment"]]
        assert len(commitments) == len(set(commitments))
        for case in self.room.book.cases():
            own = [entry for entry in records if entry.record.get("case") == case.code]
            given: dict[str, datetime] = {}
            for entry in own:
                kind = entry.record["schema"].split("/")[1]
                at = read_time(entry.record["known_at"])
                if kind == "review-commitment":
                    given.setdefault(entry.record["delegation"], at)
                elif kind == "review-position":
                    assert set(given) == set(case.delegations) or at >= case.put_at + timedelta(hours=24)

    def teardown(self) -> None:
        logging.getLogger().removeHandler(self.log)
        logging.getLogger().setLevel(logging.WARNING)
        try:
            self.held.close()
            command = [sys.executable, "-P", str(INSPECTOR), str(self.root / "watch")]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
            assert done.returncode == 0, done.stdout + done.stderr
        finally:
            shutil.rmtree(self.root, ignore_errors=True)


Reviews.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
TestReviews = Reviews.TestCase
