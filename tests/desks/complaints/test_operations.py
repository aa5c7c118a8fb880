"""The register of complaints: numbers, moments, answers, what is taken back, what is refused; nothing typed leaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch
from tests.conftest import each
from tests.desks.complaints.steps import ALONE, NOT_OBSERVED, answered_as_before, sent
from trucewatch.desks import indexes, record_kinds
from trucewatch.desks.complaints.operations import MOST, NotEnteredError, Register, Registration, watch_clock
from trucewatch.desks.complaints.records import KINDS
from trucewatch.desks.complaints.replies import Draft, Replies
from trucewatch.desks.complaints.rule import MOST_HOURS, ReplyRule, read
from trucewatch.errors import StoreError, TrucewatchError, WatchError
from trucewatch.messages import Message
from trucewatch.model.record_kind import kind_name, sentence_of
from trucewatch.store import Store
from trucewatch.store.ledger_lines import entries_for_people, log_lines
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANALYST = "Ann Example"
TYPED = {
    "own_number": "A/117-zebra",
    "says": "three shots from the ridge\nnobody hurt",
    "name": "Officer Quince",
    "call_back": "radio four",
}


@contextmanager
def opened(folder: Path, now: datetime = NOW, rule: dict[str, Any] | None = None) -> Iterator[Register]:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        watch = load_watch(folder)
        desk = {"complaints": rule} if rule is not None else {}
        yield Register(store, replace(watch, settings=replace(watch.settings, desk=desk)), now)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w")


@pytest.fixture
def register(folder: Path) -> Iterator[Register]:
    with opened(folder, rule={"reply_hours": 72}) as register:
        yield register


def at(register: Register, now: datetime) -> Register:
    return Register(register.store, register.watch, now)


def complaint(**changed: Any) -> Registration:
    fields: dict[str, Any] = {"sender": "civilian", "received_at": NOW - 10 * HOUR, **TYPED}
    return Registration(**fields | changed)


def enter(register: Register, **changed: Any) -> str:
    return f"C-{register.register(complaint(**changed), by=ANALYST).record['number']}"


def test_a_complaint_gets_the_next_number_and_the_time_for_a_reply_that_was_agreed(register: Register) -> None:
    assert [enter(register), enter(register)] == ["C-1", "C-2"]
    first = register.complaint("C-1")
    assert first.received_at == NOW - 10 * HOUR
    assert first.reply_due == NOW + 62 * HOUR
    assert (first.state, first.answer, first.sender.code) == ("open", None, "civilian")
    texts = {name: register.words(getattr(first, name)) for name in TYPED}
    assert texts == TYPED


def test_where_no_time_was_agreed_none_is_made_up(folder: Path) -> None:
    with opened(folder) as register:
        enter(register, received_at=NOW - 1000 * HOUR)
        assert register.complaint("1").reply_due is None
        assert not register.complaint("1").is_overdue(NOW)
        assert register.document()["reply_hours"] is None
        assert register.document()["reply_rule"] == "none was agreed"
        assert register.document()["complaints"][0]["reply_due"] is None


def test_a_rule_that_changes_moves_no_moment_that_was_entered(folder: Path) -> None:
    with opened(folder, rule={"reply_hours": 2}) as register:
        enter(register)
    with opened(folder, rule={"reply_hours": 200}) as register:
        assert register.complaint("C-1").reply_due == NOW - 8 * HOUR


def test_overdue_is_open_after_the_moment_by_the_watchs_clock(register: Register) -> None:
    enter(register)
    due = NOW + 62 * HOUR
    for now, is_overdue in ((due - HOUR, False), (due, False), (due + timedelta(seconds=1), True)):
        assert at(register, now).complaints()[0].is_overdue(now) is is_overdue
        assert at(register, now).counts().overdue == is_overdue
    answered_as_before(register, "C-1", "it was ours", answered_at=NOW, by=ANALYST)
    assert at(register, due + HOUR).counts().overdue == 0


def test_a_past_case_runs_on_its_own_clock(folder: Path) -> None:
    watch = load_watch(folder)
    moment = datetime(2031, 5, 1, tzinfo=UTC)
    past = replace(watch, settings=replace(watch.settings, watch_time=moment))
    live = replace(watch, settings=replace(watch.settings, watch_time=None))
    assert watch_clock(past, lambda: NOW) == moment
    assert watch_clock(live, lambda: NOW) == NOW


def test_the_register_lists_open_ones_by_due_then_answered_then_withdrawn(register: Register) -> None:
    for hours in (1, 9, 5, 7, 3):
        enter(register, received_at=NOW - hours * HOUR)
    answered_as_before(register, "C-2", "said", answered_at=NOW - 2 * HOUR, by=ANALYST)
    answered_as_before(register, "C-3", "said", answered_at=NOW - HOUR, by=ANALYST)
    register.undo("C-4", 0, by=ANALYST, reason="twice")
    assert [row.code for row in register.complaints()] == ["C-5", "C-1", "C-3", "C-2", "C-4"]
    assert [row.code for row in register.complaints(offset=1, limit=2)] == ["C-1", "C-3"]
    counts = register.counts()
    assert (counts.open, counts.answered, counts.withdrawn, counts.total) == (2, 2, 1, 5)


def test_where_no_reply_is_due_the_one_received_first_stands_first(folder: Path) -> None:
    with opened(folder) as register:
        for hours in (1, 9, 5):
            enter(register, received_at=NOW - hours * HOUR)
        assert [row.code for row in register.complaints()] == ["C-2", "C-3", "C-1"]


def test_the_register_at_an_earlier_moment_holds_what_was_received_and_answered_by_then(register: Register) -> None:
    enter(register)
    enter(register, received_at=NOW - HOUR)
    answered_as_before(register, "C-1", "said", answered_at=NOW - 2 * HOUR, by=ANALYST)
    before = at(register, NOW - 3 * HOUR)
    assert [(row.code, row.state) for row in before.complaints()] == [("C-1", "open")]
    with pytest.raises(StoreError, match="no complaint"):
        before.complaint("C-2")
    assert at(register, NOW - 2 * HOUR).complaint("C-1").state == "answered"


def test_an_answer_is_given_once_and_another_only_after_it_is_taken_back(register: Register) -> None:
    enter(register)
    entry = answered_as_before(register, "C-1", "it was ours", answered_at=NOW - HOUR, by=ANALYST)
    assert entry.record["schema"] == "trucewatch/complaint-answer/1"
    undone = register.undo("C-1", 1, by=ANALYST, reason="to the wrong one")
    assert register.complaint("C-1").state == "open"
    answered_as_before(register, "C-1", "it was theirs", answered_at=NOW, by=ANALYST)
    standing = register.complaint("C-1")
    assert standing.answer is not None
    assert (standing.answer.number, register.words(standing.answer.says)) == (2, "it was theirs")
    first, second = register.answers(standing)
    assert (first.undone and first.undone.entry, second.undone) == (undone.number, None)
    assert register.words(first.says) == "it was ours", "both stay"


def test_a_registration_is_withdrawn_with_a_reason_and_its_number_is_never_given_again(register: Register) -> None:
    enter(register)
    with pytest.raises(NotEnteredError) as refused:
        register.undo("C-1", 0, by=ANALYST, reason="  ")
    assert set(refused.value.faults) == {"reason"}
    register.undo("C-1", 0, by=ANALYST, reason="entered twice")
    withdrawn = register.complaint("C-1")
    assert withdrawn.state == "withdrawn"
    assert withdrawn.withdrawn is not None
    assert register.words(withdrawn.withdrawn.reason) == "entered twice"
    for act in (
        lambda: register.undo("C-1", 0, by=ANALYST, reason="again"),
        lambda: sent(register, "C-1", NOW),
    ):
        with pytest.raises(StoreError, match="withdrawn"):
            act()
    assert enter(register) == "C-2"


def test_what_changed_since_it_was_looked_at_is_not_taken_back(register: Register) -> None:
    enter(register)
    answered_as_before(register, "C-1", "said", answered_at=NOW, by=ANALYST)
    entries = len(register.store.journal)
    for stands in (0, 2, -1):
        with pytest.raises(StoreError, match="changed since it was looked at"):
            register.undo("C-1", stands, by=ANALYST, reason="why")
    assert len(register.store.journal) == entries


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("sender", "party:nobody", "Choose from whom"),
        ("sender", "", "Choose from whom"),
        ("received_at", NOW + timedelta(seconds=1), "ahead of the watch's clock"),
        ("received_at", datetime(2031, 5, 1), "no zone of time"),  # noqa: DTZ001 - that is what is refused
        ("says", " \n", "empty"),
        *((name, "ж" * (MOST[name] + 1), f"at most {MOST[name]:,} are kept") for name in TYPED),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_kept(
    register: Register, field: str, value: Any, why: str
) -> None:
    entries = len(register.store.journal)
    with pytest.raises(NotEnteredError, match=why) as refused:
        enter(register, **{field: value})
    assert set(refused.value.faults) == {field}
    assert "Nothing was entered" in str(refused.value)
    assert len(register.store.journal) == entries
    assert not list(register.store.words.folder.glob("*"))


def test_everything_that_is_wrong_is_said_at_once(register: Register) -> None:
    with pytest.raises(NotEnteredError) as refused:
        register.check(complaint(sender="x", says="", name="x" * 1000, received_at=NOW + HOUR))
    assert list(refused.value.faults) == ["sender", "received_at", "name", "says"]


def test_a_text_as_long_as_may_be_is_kept_whole(register: Register) -> None:
    enter(register, says="ж" * MOST["says"])
    assert register.words(register.complaint("C-1").says) == "ж" * MOST["says"]


def test_a_reply_is_sent_between_receipt_and_now_and_has_words(register: Register) -> None:
    enter(register)
    for sent_at, why in ((NOW - 11 * HOUR, "before what it answers was received"), (NOW + HOUR, "ahead of")):
        with pytest.raises(NotEnteredError, match=why):
            sent(register, "C-1", sent_at)
    for says in ("", "x" * (MOST["says"] + 1)):
        with pytest.raises(NotEnteredError):
            sent(register, "C-1", NOW, Draft(outcome="not_observable", says=says))
    with pytest.raises(StoreError, match="no complaint"):
        sent(register, "C-9", NOW)


def test_from_whom_it_can_come_is_what_the_watch_names(register: Register) -> None:
    watch = register.watch
    parties = {f"party:{row.id}" for row in watch.agreement.party}
    delegations = {f"delegation:{row.id}" for row in watch.settings.delegation}
    codes = {row.code for row in register.senders}
    assert codes == parties | delegations | {"civilian"}
    for code in each(sorted(codes)):
        register.register(complaint(sender=code), by=ANALYST)
    assert {row.sender.code for row in register.complaints()} == codes


@pytest.mark.parametrize("code", ["", "C-", "x", "-1", "1e3", "²", "9" * 40, "C-1; DROP TABLE"])
def test_a_number_that_is_none_names_no_complaint(register: Register, code: str) -> None:
    enter(register)
    with pytest.raises(StoreError, match="no complaint"):
        register.complaint(code)


def test_no_number_is_given_twice_under_two_writers(register: Register) -> None:
    numbers: list[str] = []

    def write() -> None:
        for _ in range(12):
            numbers.append(enter(register))

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(numbers, key=lambda code: int(code[2:])) == [f"C-{number}" for number in range(1, 25)]
    assert register.counts().total == 24


def test_one_complaint_is_answered_once_under_two_writers(register: Register) -> None:
    enter(register)
    ends: list[str] = []
    replies = Replies(register)
    replies.draft("C-1", NOT_OBSERVED, actor=ALONE, seen=0)
    replies.check("C-1", 1, actor=ALONE)
    replies.agree("C-1", 1, actor=ALONE)

    def write() -> None:
        try:
            replies.send("C-1", 1, actor=ALONE, sent_at=NOW, how="letter")
            ends.append("entered")
        except TrucewatchError:
            ends.append("refused")

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(ends) == ["entered", "refused", "refused", "refused"]


def test_an_index_made_again_gives_the_same_register(folder: Path) -> None:
    with opened(folder, rule={"reply_hours": 5}) as register:
        busy(register)
        before, document = register.complaints(), register.document()
        assert register.store.rebuild() == len(register.store.journal)
        assert register.complaints() == before
    (folder / ".trucewatch" / "records.sqlite").unlink()
    with opened(folder, rule={"reply_hours": 5}) as register:
        assert register.complaints() == before
        assert register.document() == document


def test_a_store_that_was_written_without_the_desk_gets_its_tables(folder: Path) -> None:
    with opened(folder) as register:
        busy(register)
        before = register.complaints()
    (folder / ".trucewatch" / "records.sqlite").unlink()
    with Store(folder, lambda: NOW) as store:
        assert not store.index.rows("SELECT 1 FROM sqlite_master WHERE name GLOB 'complaints_*'")
    with opened(folder) as register:
        assert register.complaints() == before


def test_nothing_that_was_typed_lies_in_objects_ledger_index_log_or_document(folder: Path) -> None:
    with opened(folder, rule={"reply_hours": 5}) as register:
        busy(register)
        register.store.publish()
        texts = [*TYPED["says"].split("\n"), TYPED["own_number"], TYPED["name"], TYPED["call_back"]]
        texts += ["it was ours", "wrong one", "entered twice", ANALYST]
        document = repr(register.document()) + repr(register.document_of(register.complaint("C-1")))
        page = entries_for_people(register.store.root, record_kinds(), limit=1000)
        log = repr(log_lines(page.entries, record_kinds()))
    root = folder / ".trucewatch"
    kept = [path for path in each(sorted(root.rglob("*"))) if path.is_file() and root / "private" not in path.parents]
    private = b"".join(path.read_bytes() for path in (root / "private" / "words").iterdir())
    assert any("objects" in path.parts for path in kept)
    for text in texts:
        assert text == ANALYST or text.encode() in private
        assert text not in document
        assert text not in log
        for path in kept:
            assert text.encode() not in path.read_bytes(), (text, path)
    assert "complaint C-1 from a civilian: registered, reply due 2031-05-03T19:00Z" in log


def test_an_erased_text_is_gone_and_the_complaint_stays(folder: Path) -> None:
    with opened(folder) as register:
        enter(register)
        row = register.complaint("C-1")
        register.store.erase([], people=[row.name, row.says], reason="asked for", ordered_by="")
        for register_again in (register, at(register, NOW)):
            assert register_again.words(row.name) is None
            assert register_again.words(row.says) is None
            assert register_again.words(row.call_back) == TYPED["call_back"]
        register.store.rebuild()
        assert register.complaint("C-1") == row
    words = b"".join(path.read_bytes() for path in (folder / ".trucewatch/private/words").iterdir())
    assert TYPED["name"].encode() not in words


def test_the_same_words_twice_have_two_references(register: Register) -> None:
    enter(register)
    enter(register)
    first, second = register.complaint("C-1"), register.complaint("C-2")
    assert first.name != second.name


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({"sender": "party", "sender_id": "A"}, "complaint C-3 from A: registered, reply due 2031-05-06T10:00Z"),
        (
            {"sender": "delegation", "sender_id": "N"},
            "complaint C-3 from the delegation N: registered, reply due 2031-05-06T10:00Z",
        ),
        (
            {"sender": "civilian", "sender_id": "", "reply_due": ""},
            "complaint C-3 from a civilian: registered, no time for a reply was agreed",
        ),
    ],
)
def test_a_registration_is_one_line(record: dict[str, str], sentence: str) -> None:
    plain = {"schema": "trucewatch/complaint/1", "number": 3, "reply_due": "2031-05-06T10:00:00Z", "by": "p-x"}
    assert str(sentence_of(plain | record, record_kinds())[0]) == sentence


def busy(register: Register) -> None:
    """Four complaints in every state, with everything typed."""
    for _ in range(4):
        enter(register)
    answered_as_before(register, "C-1", "it was ours", answered_at=NOW - HOUR, by=ANALYST)
    register.undo("C-1", 1, by=ANALYST, reason="wrong one")
    answered_as_before(register, "C-2", "it was ours", answered_at=NOW - HOUR, by=ANALYST)
    register.undo("C-3", 0, by=ANALYST, reason="entered twice")


@pytest.mark.parametrize("hours", [1, 72, 0.5, MOST_HOURS])
def test_a_rule_gives_the_moment_of_a_reply(hours: float) -> None:
    assert read({"reply_hours": hours}).due(NOW) == NOW + timedelta(hours=hours)


def test_an_empty_rule_agrees_nothing() -> None:
    assert read({}) == ReplyRule(None)
    assert read({}).due(NOW) is None


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"reply_days": 3}, 'has no key "reply_days"; it takes: reply_hours. Correct it'),
        ({"reply_hours": 72, "x": 1}, 'has no key "x"'),
        *(
            ({"reply_hours": value}, "no positive number of hours; write it like 72")
            for value in (0, -1, "72", True, None, [72], float("nan"), float("inf"), -float("inf"))
        ),
        *(({"reply_hours": value}, "more than a year") for value in (MOST_HOURS + 1, 1e300, 10**400)),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_says_what_to_do(values: dict[str, Any], why: str) -> None:
    with pytest.raises(WatchError, match=why) as refused:
        read(values)
    assert isinstance(refused.value.message, Message)


def test_a_watch_with_a_wrong_rule_takes_no_complaint_until_it_is_mended(folder: Path) -> None:
    with opened(folder, rule={"reply_hours": "soon"}) as register:
        entries = len(register.store.journal)
        with pytest.raises(WatchError, match="reply_hours is soon"):
            enter(register)
        assert len(register.store.journal) == entries


def test_every_act_names_its_analyst_by_a_reference(register: Register) -> None:
    acts: list[Callable[[], Any]] = [
        lambda: register.register(complaint(), by=ANALYST),
        lambda: answered_as_before(register, "C-1", "said", answered_at=NOW, by=ANALYST),
        lambda: register.undo("C-1", 1, by=ANALYST, reason="wrong"),
    ]
    for act in each(acts):
        assert act().record["by"] == register.store.keys.person_reference(ANALYST)


def test_what_was_typed_goes_by_the_number_of_the_entry_and_the_register_stays(register: Register) -> None:
    enter(register, says="ZWSAYS", own_number="ZWNUMBER", name="ZWNAME", call_back="ZWCALL")
    answered_as_before(register, "C-1", "ZWANSWER", answered_at=NOW, by=ANALYST)
    register.undo("C-1", 1, by=ANALYST, reason="ZWREASON")
    store = register.store
    schemas = [kind.name for kind in KINDS]
    entries = [entry for entry in store.journal.entries() if kind_name(str(entry.record["schema"])) in schemas]
    assert len(entries) == 3
    assert len(list(store.words.folder.glob("w-*"))) == 6
    store.erase([str(entry.sha256) for entry in entries], reason="asked for", ordered_by="")
    left = [path.read_text("utf-8") for path in store.words.folder.glob("w-*")]
    assert [json.loads(text)["text"] for text in left] == ["asked for"]
    assert register.words(register.complaint("C-1").says) is None
    assert register.complaint("C-1").state == "open"
