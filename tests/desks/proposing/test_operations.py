"""The list of initiatives: numbers, moments, steps, what is taken back, what is refused; nothing typed leaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch
from tests.conftest import each
from trucewatch.desks import indexes
from trucewatch.desks.proposing.operations import MOST_REASON, InitiativeList, NotEnteredError, watch_clock
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.model.initiatives import MOST, Initiative, Step
from trucewatch.store import Store
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANALYST = "Ann Example"
SAID = "a line between the staffs"


@contextmanager
def opened(folder: Path, now: datetime = NOW) -> Iterator[InitiativeList]:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        yield InitiativeList(store, load_watch(folder), now)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w")


@pytest.fixture
def listed(folder: Path) -> Iterator[InitiativeList]:
    with opened(folder) as listed:
        yield listed


def at(listed: InitiativeList, now: datetime) -> InitiativeList:
    return InitiativeList(listed.store, listed.watch, now)


def proposal(**changed: Any) -> Initiative:
    fields: dict[str, Any] = {
        "code": "P-1",
        "proposed_by": ("A",),
        "to": ("B",),
        "day": date(2031, 5, 2),
        "what": {"en": SAID},
        "about": ("work",),
        "source": "a zebra letter",
        "known_at": NOW - 30 * HOUR,
    }
    return Initiative(**fields | changed)


def step(word: Any = "accepted", *by: str, **changed: Any) -> Step:
    fields: dict[str, Any] = {
        "word": word,
        "by": by or ("B",),
        "day": date(2031, 5, 3),
        "says": {"en": "so be it"},
        "source": "a zebra answer",
        "known_at": NOW - 2 * HOUR,
    }
    return Step(**fields | changed)


def enter(listed: InitiativeList, **changed: Any) -> str:
    return f"P-{listed.propose(proposal(**changed), by=ANALYST).record['number']}"


def words_of(listed: InitiativeList, code: str = "P-1") -> dict[str, Any]:
    document: dict[str, Any] = listed.row(listed.initiative(code))["standing"]
    return document


def test_an_initiative_gets_the_next_number_after_those_of_the_file(folder: Path) -> None:
    text = """schema = 1
[[initiative]]
code = "P-7"
proposed_by = ["A"]
to = ["B"]
day = 2031-05-02
what = { en = "x" }
about = ["work"]
source = "y"
known_at = 2031-05-02T12:00:00Z
"""
    (folder / "initiatives.toml").write_text(text, encoding="utf-8")
    with opened(folder) as listed:
        assert [enter(listed), enter(listed)] == ["P-8", "P-9"]
        listed.take_step("P-7", step(), by=ANALYST)
        assert words_of(listed, "7") == {"accepted": ["B"]}
        assert [row.initiative.code for row in listed.listed()] == ["P-9", "P-8", "P-7"]
        with pytest.raises(StoreError, match="changed since it was looked at"):
            listed.undo("P-7", 0, by=ANALYST, reason="x")
        listed.undo("P-7", 1, by=ANALYST, reason="x")
        with pytest.raises(StoreError, match=r"stands in initiatives\.toml; change it there"):
            listed.undo("P-7", 0, by=ANALYST, reason="x")


def test_steps_count_from_when_they_were_known(listed: InitiativeList) -> None:
    enter(listed)
    listed.take_step("P-1", step(), by=ANALYST)
    assert words_of(listed) == {"accepted": ["B"]}
    assert words_of(at(listed, NOW - 3 * HOUR)) == {}
    with pytest.raises(StoreError, match='no initiative "P-1" by now'):
        at(listed, NOW - 31 * HOUR).initiative("P-1")
    assert at(listed, NOW - 31 * HOUR).listed() == []


def test_the_list_is_by_day_and_can_be_of_the_open_ones_and_of_a_clause(listed: InitiativeList) -> None:
    part = next(listed.watch.agreement.stipulations())
    enter(listed)
    enter(listed, day=date(2031, 5, 1), about=(part[1].id,))
    enter(listed, about=(part[0].number,))
    listed.take_step("P-3", step("done"), by=ANALYST)

    def codes(**chosen: Any) -> list[str]:
        return [row.initiative.code for row in listed.listed(**chosen)]

    assert codes() == ["P-3", "P-1", "P-2"]
    assert codes(open_only=True) == ["P-1", "P-2"]
    assert codes(about="work") == ["P-1"]
    assert codes(about=part[1].id) == ["P-3", "P-2"]
    assert codes(about="nothing") == []


def test_what_was_taken_back_counts_no_more_and_its_number_is_not_given_again(listed: InitiativeList) -> None:
    enter(listed)
    listed.take_step("P-1", step(), by=ANALYST)
    with pytest.raises(StoreError, match="changed since it was looked at"):
        listed.undo("P-1", 0, by=ANALYST, reason="x")
    listed.undo("P-1", 1, by=ANALYST, reason="the wrong one")
    assert words_of(listed) == {}
    listed.take_step("P-1", step(), by=ANALYST)
    listed.undo("P-1", 2, by=ANALYST, reason="the wrong one")
    listed.undo("P-1", 0, by=ANALYST, reason="entered twice")
    assert listed.listed() == []
    for act in (
        lambda: listed.undo("P-1", 0, by=ANALYST, reason="x"),
        lambda: listed.take_step("P-1", step(), by=ANALYST),
    ):
        with pytest.raises(StoreError, match="P-1 is taken out"):
            act()
    assert enter(listed) == "P-2"


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"proposed_by": ()}, "proposed_by", "names nobody"),
        ({"to": ("Z",)}, "to", "is no party, body or delegation"),
        ({"about": ("99",)}, "about", "no clause of this agreement"),
        ({"what": {}}, "what", "what is empty"),
        ({"what": {"en": "ж" * (MOST["what"] + 1)}}, "what-en", "at most 4,000 are kept"),
        ({"source": " "}, "source", "source is empty"),
        ({"day": date(2031, 5, 5), "known_at": NOW + 24 * HOUR}, "day", "ahead of the watch's clock"),
        ({"known_at": NOW + HOUR}, "known_at", "ahead of the watch's clock"),
        ({"known_at": NOW - 100 * HOUR}, "known_at", "before its day"),
    ],
)
def test_what_cannot_be_proposed_is_refused_by_its_field_and_nothing_is_kept(
    listed: InitiativeList, changed: dict[str, Any], field: str, why: str
) -> None:
    entries = len(listed.store.journal)
    with pytest.raises(NotEnteredError) as refused:
        enter(listed, **changed)
    assert why in str(refused.value.faults[field])
    assert "Nothing was entered" in str(refused.value)
    assert len(listed.store.journal) == entries
    assert not list(listed.store.words.folder.glob("*"))


@pytest.mark.parametrize(
    ("steps", "refused_step", "field", "why"),
    [
        ((), step(day=date(2031, 5, 1)), "day", "before the day on which it was proposed"),
        ((), replace(step(), by=()), "by", "names nobody"),
        ((step(),), step(), "word", 'the same is on record of "B" already'),
        ((step("withdrawn", "A"),), step(), "day", "comes after it was withdrawn"),
        ((step("discussed"),), step("withdrawn", "A", day=date(2031, 5, 2)), "day", "would no longer fit"),
        ((), step("withdrawn", "B"), "by", "did not propose it"),
        ((), step(says={"en": "x" * 4001}), "says-en", "at most 4,000"),
        ((), step(meeting="x"), "meeting", "no number of a meeting"),
        ((), step(known_at=NOW + HOUR), "known_at", "ahead of the watch's clock"),
    ],
)
def test_a_step_that_cannot_be_is_refused_and_nothing_is_kept(
    listed: InitiativeList, steps: tuple[Step, ...], refused_step: Step, field: str, why: str
) -> None:
    enter(listed)
    for taken_step in steps:
        listed.take_step("P-1", taken_step, by=ANALYST)
    entries = len(listed.store.journal)
    with pytest.raises(NotEnteredError) as refused:
        listed.take_step("P-1", refused_step, by=ANALYST)
    assert list(refused.value.faults) == [field]
    assert why in str(refused.value.faults[field])
    assert len(listed.store.journal) == entries


@pytest.mark.parametrize("reason", ["", " \n", "x" * (MOST_REASON + 1), "a\x07"])
def test_what_is_taken_back_later_needs_a_reason_that_can_be_kept(listed: InitiativeList, reason: str) -> None:
    enter(listed)
    with pytest.raises(NotEnteredError) as refused:
        listed.undo("P-1", 0, by=ANALYST, reason=reason)
    assert list(refused.value.faults) == ["reason"]
    listed.undo("P-1", 0, by=ANALYST, reason_code="at_once")


@pytest.mark.parametrize("code", ["", "P-", "x", "-1", "1e3", "²", "9" * 40, "P-1; DROP TABLE"])
def test_a_number_that_is_none_names_no_initiative(listed: InitiativeList, code: str) -> None:
    enter(listed)
    with pytest.raises(StoreError, match="no initiative"):
        listed.initiative(code)


def test_no_number_is_given_twice_and_a_side_accepts_once_under_several_writers(listed: InitiativeList) -> None:
    numbers: list[str] = []
    ends: list[str] = []

    def write() -> None:
        for _ in range(4):
            numbers.append(enter(listed))
        try:
            listed.take_step("P-1", step(), by=ANALYST)
            ends.append("entered")
        except TrucewatchError:
            ends.append("refused")

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(numbers, key=lambda code: int(code[2:])) == [f"P-{number}" for number in range(1, 13)]
    assert sorted(ends) == ["entered", "refused", "refused"]


def test_an_index_made_again_gives_the_same_list(folder: Path) -> None:
    with opened(folder) as listed:
        enter(listed)
        listed.take_step("P-1", step(), by=ANALYST)
        before = listed.document()
        listed.store.rebuild()
        assert listed.document() == before
    (folder / ".trucewatch" / "records.sqlite").unlink()
    with opened(folder) as listed:
        assert listed.document() == before


def test_nothing_that_was_typed_lies_in_objects_ledger_index_or_document(folder: Path) -> None:
    with opened(folder) as listed:
        enter(listed, origin="statement", reference="zebra statement", what={"en": SAID, "ru": "линия связи"})
        listed.take_step("P-1", step(), by=ANALYST)
        listed.undo("P-1", 1, by=ANALYST, reason="zebra reason")
        listed.store.publish()
        document = json.dumps(listed.document()) + json.dumps(listed.document_of(listed.initiative("P-1")))
    root = folder / ".trucewatch"
    public = [path for path in each(sorted(root.rglob("*"))) if path.is_file() and root / "private" not in path.parents]
    private = b"".join(path.read_bytes() for path in (root / "private" / "words").iterdir())
    for text in (SAID, "zebra", "so be it"):
        assert text.encode() in private
        assert text not in document
        assert [path for path in public if text.encode() in path.read_bytes()] == []
    assert not [path for path in public if ANALYST.encode() in path.read_bytes()]


def test_both_sides_get_the_same_words_in_the_document(listed: InitiativeList) -> None:
    enter(listed, proposed_by=("A",), to=("B",))
    enter(listed, proposed_by=("B",), to=("A",))
    listed.take_step("P-1", step("declined", "B"), by=ANALYST)
    listed.take_step("P-2", step("declined", "A"), by=ANALYST)
    first, second = (listed.row(listed.initiative(code)) for code in ("P-1", "P-2"))
    exchanged = json.dumps(first).translate(str.maketrans("AB", "BA"))
    assert json.loads(exchanged) | {"number": "", "entry": 0, "steps": []} == second | {
        "number": "",
        "entry": 0,
        "steps": [],
    }


def test_a_past_case_runs_on_its_own_clock(folder: Path) -> None:
    watch = load_watch(folder)
    moment = datetime(2031, 5, 1, tzinfo=UTC)
    past = replace(watch, settings=replace(watch.settings, watch_time=moment))
    live = replace(watch, settings=replace(watch.settings, watch_time=None))
    assert watch_clock(past, lambda: NOW) == moment
    assert watch_clock(live, lambda: NOW) == NOW
