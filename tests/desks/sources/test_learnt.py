"""What was learnt: on the Sources page and in the terminal, in words that a keeper can act on; and calibrating anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.pipeline.test_calibrations import MANY, at, bring, set_clock, watch_of
from tests.pipeline.test_command_line import call
from tests.pipeline.test_run import run
from tests.server.conftest import client_of, unbroken
from trucewatch.desks import find
from trucewatch.desks.sources import operations
from trucewatch.desks.sources.learnt import answers_words, learnt_at, means_too_sure, pair_name, remarks_on
from trucewatch.locale import languages, words
from trucewatch.messages import Message
from trucewatch.model.calibration import Calibration, ClassBook, DeviceBook, MeansBook, PairBook
from trucewatch.pipeline import Steps, calibrations
from trucewatch.server.console import Console
from trucewatch.store import Store, calibration_records

BOOK = DeviceBook(
    source="posts",
    sensor="ac-7",
    key="0a",
    means="acoustic",
    reports=40,
    alone=20,
    answers=0.55,
    answers_sd=0.08,
    alone_answers=0.5,
    alone_logit=0.0,
    false_per_day=4.0,
    days=30.0,
    expected=12.0,
    noticed=2,
    notices_times=0.2,
    stated_false_per_day=0.02,
    register_fits=False,
    clock_s=12.0,
    clock_sd_s=1.5,
    clock_pairs=18,
    clock_proposed_s=3600.0,
)
ALONE = {"alone_answers": 0.5, "alone_logit": 0.0}
LEARNT = {
    "devices": (BOOK, replace(BOOK, sensor="ac-8", register_fits=True, clock_s=0.0, clock_proposed_s=0.0)),
    "pairs": (
        PairBook(
            kind="acoustic / near",
            events=30,
            borne_out=9,
            answers=0.41,
            answers_sd=0.09,
            alone_answers=0.5,
            alone_logit=0.0,
        ),
        PairBook(
            kind="acoustic / camera",
            events=12,
            borne_out=11,
            answers=0.97,
            answers_sd=0.03,
            alone_answers=0.5,
            alone_logit=0.0,
        ),
    ),
    "classes": (
        ClassBook(name="thunder", share=0.2),
        ClassBook(name="shelling", share=0.798),
        ClassBook(name="fire", share=0.002),
    ),
    "class_events": 41,
    "means": (MeansBook(means="acoustic", pairs=50, place_times=2.4, time_times=1.0),),
}


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner that finds all that there may be to say."""

    def learn(rows: Any, *, period: str, since: datetime, until: datetime, **_: object) -> Calibration:
        made = Calibration(period=period, since=since, until=until, rows=rows.num_rows)
        return replace(made, **LEARNT)  # type: ignore[arg-type]

    monkeypatch.setattr(calibrations, "learn_calibration", learn)


@pytest.fixture
def console_of(tmp_path: Path) -> Iterator[Callable[[datetime], Console]]:
    """A console of a watch with rows of four months, at a moment."""
    folder, opened = watch_of(tmp_path / "w", MANY), []

    def make(moment: datetime) -> Console:
        toml = folder / "watch.toml"
        toml.write_text(set_clock(toml.read_text(), moment))
        store = Store(folder, lambda: moment).__enter__()
        opened.append(store)
        console = Console(store, folder, lambda: moment, find())
        console.assessment()
        return console

    yield make
    for store in opened:
        store.__exit__(None, None, None)


@pytest.mark.usefixtures("learning")
def test_the_page_says_what_was_learnt_and_where_the_register_cannot_be_right(
    console_of: Callable[[datetime], Console],
) -> None:
    page = unbroken(client_of(console_of(at(4, 28))).get("/sources").text)
    section = page[page.index('id="learnt"') :]
    assert "It stands for what begins in 2031-04 (UTC)." in section
    assert "ac-7" in section
    assert "about half (55 ± 8 %)" in section
    assert "the register cannot be right: it says 0.02 false alarms a day, and its reports fit 4" in section
    assert "its clock is 12 ± 1.5 s ahead, by 18 events that it shares with others" in section
    assert "perhaps a wrong time zone" in section
    assert "close together" in section
    assert "2 devices and sources" in section
    assert "What happens here, learnt from 41 events: explosions as of artillery 80% and thunder 20%." in section
    assert "places are taken as 2.4 times as unsure" in section
    assert "2 more stand, for what began earlier." in section


@pytest.mark.usefixtures("learning")
def test_what_a_later_version_wrote_is_said_and_can_be_made_anew(
    console_of: Callable[[datetime], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = console_of(at(4, 28))
    with monkeypatch.context() as later:
        read = calibration_records.read_calibration

        def refuse(record: Any) -> Calibration:
            if record["act"]:
                return read(record)
            raise TypeError("another field")

        later.setattr(calibration_records, "read_calibration", refuse)
        console.store.memory.clear()  # another version of the program is another process
        page = unbroken(client_of(console).get("/sources").text)
        assert "is no calibration that this program can read (another field); a later version wrote it" in page
        now = at(6, 1)
        outlook = operations.look_ahead(console.store, console.folder, now=now, anew_from="all", steps=Steps())
        operations.enter(console.store, outlook, reason="back to the earlier version", by="D1")
        assert "It stands for what begins in 2031-04 (UTC)." in unbroken(client_of(console).get("/sources").text)


def test_before_the_first_midnight_the_page_says_that_nothing_is_learnt_yet(
    console_of: Callable[[datetime], Console],
) -> None:
    page = unbroken(client_of(console_of(at(1, 10, 12))).get("/sources").text)
    assert "Nothing learnt yet: the first calibration is made after the first midnight UTC." in page


@pytest.mark.parametrize("answers", [0.0, 0.05, 0.3, 0.5, 0.7, 0.95, 1.0])
def test_every_sentence_about_a_device_is_said_in_every_language(answers: float) -> None:
    book = replace(BOOK, answers=answers)
    behind = replace(book, clock_s=-12.0, stated_false_per_day=None)
    sentences = [answers_words(book), answers_words(replace(book, reports=0)), *remarks_on(book), *remarks_on(behind)]
    assert len(sentences) == 8
    for language in each(languages()):
        said = [words(language).say(sentence) for sentence in sentences]
        assert language == "en" or all(line != str(sentence) for line, sentence in zip(said, sentences, strict=True)), (
            said
        )
        names = [pair_name(pair, words(language)) for pair in LEARNT["pairs"]]  # type: ignore[arg-type]
        assert len(set(names)) == 2


def test_a_device_that_is_as_its_register_says_needs_no_remark() -> None:
    assert remarks_on(replace(BOOK, register_fits=True, clock_s=0.0, clock_proposed_s=0.0)) == []
    assert isinstance(answers_words(BOOK), Message)
    even = MeansBook(means="acoustic", pairs=9, place_times=1.0, time_times=1.04)
    some = Calibration(period="2031-05", since=at(1, 1), until=at(5, 1), rows=1, means=(even,))
    assert means_too_sure(some) == []
    for which in each(("place_times", "bearing_times", "time_times")):
        book = replace(even, **{which: 3.0})
        assert means_too_sure(replace(some, means=(book,))) == [book], which


@pytest.mark.usefixtures("learning")
def test_calibrating_anew_says_what_it_changes_and_enters_only_what_is_asked_for(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    toml = folder / "watch.toml"
    toml.write_text(set_clock(toml.read_text(), at(4, 28)))
    name = str(folder)
    assert call("calibrate", name, "--show")[1].startswith("Nothing learnt yet")
    assert call("run", name)[0] == 0

    def entries() -> list[str]:
        return [entry["kind"] for entry in json.loads(call("log", name, "--last", "0", "--json")[1])["entries"]]

    before = entries()
    assert before.count("calibration") == 3
    with pytest.raises(Exception, match="an act needs a reason"):
        call("calibrate", name, "--by", "D1", "--yes")
    with pytest.raises(Exception, match="whose act it is"):
        call("calibrate", name, "--reason", "the register was corrected", "--yes")
    code, text = call("calibrate", name, "--dry-run")
    assert code == 0
    assert "2031-04" in text
    assert "would stand otherwise" in text or "Of the list of" in text
    assert text.rstrip().endswith("Nothing was entered.")
    said = ("--reason", "the register was corrected", "--by", "Nino")
    with pytest.raises(Exception, match="say --yes"):
        call("calibrate", name, *said)
    assert entries() == before
    bring(folder, ['99,2031-03-03T04:00:00Z,"-35.2, -25.2",blast,1,late'])
    code, text = call("calibrate", name, "--from", "2031-04", *said, "--yes")
    assert code == 0
    assert "Calibrated anew: entry" in text
    after = entries()[len(before) :]
    assert [kind for kind in after if kind in ("calibration", "list")] == ["calibration", "list"]
    shown = call("calibrate", name, "--show")[1]
    assert "the register was corrected" in shown
    assert "Nino" not in shown, "a person stands behind a reference"
    document = json.loads(call("calibrate", name, "--show", "--json")[1])
    assert document["now"]["period"] == "2031-04"
    assert [record["by_hand"] for record in document["in_force"]] == [False, False, True]
    lines = json.loads(call("log", name, "--kind", "calibration", "--json")[1])["entries"]
    assert lines[-1]["what"].startswith("calibrated anew: learnt for 2031-04")
    assert "register" not in lines[-1]["what"], "the ledger's line holds no typed word"
    file = tmp_path / "learnt.json"
    assert call("calibrate", name, "--export", str(file), "--period", "opening")[0] == 0
    assert json.loads(file.read_text())["period"] == "opening"
    with pytest.raises(Exception, match="nothing was learnt for 1999-01; there is: 2031-03"):
        call("calibrate", name, "--export", str(file), "--period", "1999-01")


@pytest.mark.usefixtures("learning")
def test_an_earlier_method_is_said_in_every_language(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    run(folder, as_of=at(4, 28))
    with Store(folder, lambda: at(6, 1)) as store:
        learnt = learnt_at(store, at(4, 28))
    assert learnt is not None
    assert learnt.of_earlier_method is None
    earlier = replace(learnt, record=replace(learnt.record, method="sure/0")).of_earlier_method
    assert earlier is not None
    assert "by the method sure/0; this program has" in str(earlier)
    assert len({words(language).say(earlier) for language in languages()}) == len(languages())


@pytest.mark.usefixtures("learning")
def test_what_was_learnt_of_devices_is_in_no_report(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    toml = folder / "watch.toml"
    toml.write_text(set_clock(toml.read_text(), at(4, 28)))
    assert call("run", str(folder))[0] == 0
    with Store(folder, lambda: datetime(2031, 6, 1, tzinfo=UTC)) as store:
        assert learnt_at(store, at(4, 28)) is not None
    reports = each(path for path in (folder / ".trucewatch" / "out").rglob("*") if path.is_file())
    assert [path for path in reports if b"ac-7" in path.read_bytes() or b"sure/1" in path.read_bytes()] == []
