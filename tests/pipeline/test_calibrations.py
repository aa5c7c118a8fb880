"""What is learnt is kept: which calibration stands for which month, made once, moved by no later row, made anew by hand
only. The learner here is a small one that depends on its rows; what holds of it has to hold of any."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import observations
from tests.conftest import each
from tests.pipeline.test_lists import kept
from tests.pipeline.test_run import run
from trucewatch.desks.sources import operations
from trucewatch.errors import StoreError, WatchError
from trucewatch.model.calibration import METHOD, OPENING, Calibration, DeviceBook, calibration_record, read_calibration
from trucewatch.pipeline import Assessment, Steps, assess, calibrations
from trucewatch.pipeline.calibrations import Due, periods_due, still_due
from trucewatch.pipeline.issue import issue_report
from trucewatch.store import Store
from trucewatch.store.calibration_records import (
    EVERY,
    Calibrated,
    calibration_entry,
    calibration_of,
    calibrations_in_force,
    every_calibration,
    in_force,
)
from trucewatch.store.lists import recorded_lists
from trucewatch.watch.schemas import schema_of
from trucewatch.watch.template import write_template

METHOD_NOW = METHOD


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2031, month, day, hour, tzinfo=UTC)


def small_learner(
    rows: pa.Table, *, rule: object, setting: object, period: str, since: datetime, until: datetime
) -> Calibration:
    """Books that say how many rows there were, and the share of them that began on an even minute."""
    assert all(moment < until for moment in rows["known_at"].to_pylist()), "learnt from what was not known yet"
    even = sum(moment.minute % 2 == 0 for moment in rows["occurred_start"].to_pylist())
    book = DeviceBook(
        source="reports",
        sensor="",
        key="0a",
        means="patrol",
        reports=rows.num_rows,
        alone=even,
        answers=even / max(rows.num_rows, 1),
        answers_sd=0.1,
        alone_answers=0.5,
        alone_logit=0.0,
        false_per_day=even / 7,
        days=7.0,
        expected=0.0,
        noticed=0,
        notices_times=1.0,
    )
    return Calibration(
        period=period,
        since=since,
        until=until,
        rows=rows.num_rows,
        method=METHOD_NOW,
        devices=(book,) if rows.num_rows else (),
    )


@pytest.fixture(autouse=True)
def learner(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The periods that were learnt, in order."""
    learnt: list[str] = []

    def learn(rows: pa.Table, **words: Any) -> Calibration:
        learnt.append(words["period"])
        return small_learner(rows, **words)

    monkeypatch.setattr(calibrations, "learn_calibration", learn)
    return learnt


def rows_of(*moments: datetime) -> list[str]:
    return [
        f'{moment:%m%d%H%M},{moment:%Y-%m-%dT%H:%M:00Z},"{-35.3 + 0.01 * (moment.day % 30):.4f}, -25.2000",blast,1,x'
        for moment in moments
    ]


def watch_of(folder: Path, lines: Sequence[str]) -> Path:
    write_template(folder)
    bring(folder, lines, whole=True)
    return folder


def bring(folder: Path, lines: Sequence[str], *, whole: bool = False) -> None:
    """Append rows to the inbox's file, which begins with the template's own head."""
    path = folder / "inbox" / "reports.csv"
    text = path.read_text()
    head = text.splitlines(keepends=True)[0]
    path.write_text((head if whole else text) + "".join(f"{line}\n" for line in lines))


def stands(folder: Path, now: datetime) -> dict[str, tuple[str, datetime, int]]:
    """What is in force: period, and its hash, until when, from how many rows."""
    with Store(folder, lambda: now) as store:
        return {record.period: (record.sha256, record.until, record.rows) for record in calibrations_in_force(store)}


def books(folder: Path, now: datetime) -> list[Calibration]:
    with Store(folder, lambda: now) as store:
        return [calibration_of(store, record) for record in calibrations_in_force(store)]


def anew(folder: Path, now: datetime, as_of: datetime, anew_from: str = EVERY) -> list[Calibrated]:
    text = (folder / "watch.toml").read_text()
    (folder / "watch.toml").write_text(set_clock(text, as_of))
    with Store(folder, lambda: now) as store:
        outlook = operations.look_ahead(store, folder, now=now, anew_from=anew_from, steps=Steps())
        return operations.enter(store, outlook, reason="a history was entered", by="D1")


def set_clock(text: str, moment: datetime) -> str:
    lines = text.splitlines(keepends=True)
    number = next(number for number, line in enumerate(lines) if line.startswith("watch_time"))
    lines[number] = f"watch_time = {moment:%Y-%m-%dT%H:%M:%SZ}\n"
    return "".join(lines)


MANY = rows_of(
    *(at(1, day, hour) + timedelta(minutes=day) for day in (10, 14, 20, 28) for hour in (3, 9)),
    *(at(month, day, 5) + timedelta(minutes=day) for month in (2, 3, 4) for day in (3, 12, 25)),
)


def test_what_is_due_at_a_moment() -> None:
    """A record from 10 January on: the opening until it spans thirty days, then months that begin after that."""
    rows = observations(*({"occurred_start": moment} for moment in (at(1, 10, 3), at(1, 20), at(2, 12), at(4, 2, 6))))

    def due(moment: datetime, closes: datetime | None = None) -> list[Due]:
        known = rows.filter(pa.array([row <= moment for row in rows["known_at"].to_pylist()]))
        return periods_due(rows, known, moment, closes)

    assert due(at(1, 9)) == []
    assert due(at(1, 10, 23)) == [], "before the first midnight the prior stands"
    (first,) = due(at(1, 11))
    assert (first.period, first.since, first.until, first.closes) == (OPENING, at(1, 10), at(1, 11), None)
    assert due(at(1, 15)) == [first], "nothing new came, so that nothing is to be learnt"
    (second,) = due(at(1, 21, 7))
    assert second.until == at(1, 21)
    (last,) = due(at(2, 12))
    assert (last.until, last.closes) == (at(2, 9), at(2, 9, 3)), "the midnight before it spanned thirty days"
    opening, april = due(at(5, 1))
    assert opening == last
    assert (april.period, april.since, april.until) == ("2031-04", datetime(2029, 4, 1, tzinfo=UTC), at(4, 1))
    assert due(at(5, 1), at(2, 20)) == [april], "once it was closed it is not learnt again"
    assert [each.period for each in due(at(5, 1), at(4, 1, 1))] == [], "April had begun by then"
    assert due(at(1, 21, 7), at(2, 9, 3)) == [second], "a look back before it was closed"


def test_a_file_that_was_known_all_at_once_is_judged_by_what_it_shows_itself() -> None:
    told = at(4, 1, 10)
    rows = observations(
        *({"occurred_start": datetime(year, 6, 1, tzinfo=UTC), "known_at": told} for year in range(2015, 2031))
    )
    (due,) = periods_due(rows, rows, at(8, 1))
    assert (due.period, due.until) == (OPENING, at(4, 2))
    assert due.since == datetime(2028, 6, 1, tzinfo=UTC), "and from no further back than a month's"


def test_acts_end_what_they_make_anew() -> None:
    def record(entry: int, period: str, act: str = "", anew_from: str = "") -> Calibrated:
        return Calibrated(
            entry=entry,
            sha256=str(entry),
            period=period,
            until=at(1, 1),
            closes=None,
            method=METHOD,
            rows=1,
            act=act,
            anew_from=anew_from,
            supersedes="",
            recorded_at=at(6, 1),
        )

    run_made = [record(1, OPENING), record(2, "2031-03"), record(3, "2031-04")]
    later = [record(4, "2031-04", "k-1", "2031-04"), record(5, "2031-05", "k-1", "2031-04")]
    assert [each.entry for each in in_force([*run_made, *later])] == [1, 2, 4, 5]
    whole = [record(6, OPENING, "k-2", EVERY), record(7, "2031-03", "k-2", EVERY), record(8, "2031-06")]
    assert [each.entry for each in in_force([*run_made, *later, *whole])] == [6, 7, 8]
    due = [Due(period="2031-04", since=at(1, 1), until=at(4, 1))]
    assert still_due(due, in_force([*run_made, *later])) == []
    assert still_due(due, in_force([*run_made, *later, *whole])) == due, "a run makes what an act that was cut off left"


def test_each_midnight_of_the_opening_and_each_month_is_learnt_once(tmp_path: Path, learner: list[str]) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    run(folder, as_of=at(1, 10, 12))
    assert learner == []
    assert stands(folder, at(6, 1)) == {}
    run(folder, as_of=at(1, 15))
    run(folder, as_of=at(1, 15, 20))
    assert learner == [OPENING]
    run(folder, as_of=at(1, 21))
    assert learner == [OPENING] * 2
    learner.clear()
    later = run(folder, as_of=at(4, 4), now=at(6, 1))
    assert sorted(learner) == sorted([OPENING, "2031-03", "2031-04"]), "two are learnt at a time, in whatever order"
    before = stands(folder, at(6, 1))
    assert before[OPENING][1] == at(2, 9)
    # Rows of March that come in June, known in March: nothing that was learnt moves, and nothing is learnt.
    bring(folder, rows_of(at(3, 5, 5), at(3, 6, 6), at(1, 2, 2)))
    learner.clear()
    grown = run(folder, as_of=at(4, 4), now=at(6, 2))
    assert learner == []
    assert stands(folder, at(6, 2)) == before
    assert grown.observations.num_rows == later.observations.num_rows + 3
    with Store(folder, lambda: at(6, 2)) as store:
        last = recorded_lists(store)[-1]
        named = [
            store.index.rows("SELECT period FROM calibration WHERE sha256 = ?", name)
            for name in last.calibrations(store)
        ]
    assert named == [[(OPENING,)], [("2031-03",)], [("2031-04",)]]


def test_a_look_at_an_earlier_moment_has_the_months_of_today_and_the_opening_of_then(
    tmp_path: Path, learner: list[str]
) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    run(folder, as_of=at(4, 4), now=at(6, 1))
    learner.clear()
    run(folder, as_of=at(3, 20), now=at(6, 2))
    assert learner == [], "of March it has today's"
    run(folder, as_of=at(1, 21), now=at(6, 2))
    assert learner == [OPENING], "what stood at that midnight"
    learner.clear()
    again = run(folder, as_of=at(4, 4), now=at(6, 3))
    assert learner == []
    with Store(folder, lambda: at(6, 3)) as store:
        entries = len(store.journal)
        held = [recorded.calibrations(store) for recorded in recorded_lists(store)]
        periods = {record.sha256: (record.period, record.until) for record in every_calibration(store)}
    assert [periods[name][0] for name in held[-1]] == [OPENING, "2031-03", "2031-04"]
    assert [periods[name] for name in held[-2]] == [(OPENING, at(1, 21))]
    # A replay learns and records nothing, and has what was recorded by then.
    replay = run(folder, as_of=at(4, 4), recorded_by=at(6, 1), now=at(6, 4))
    assert replay.incidents.equals(again.incidents)
    run(folder, as_of=at(1, 15), recorded_by=at(6, 3), now=at(6, 4))
    assert learner == []
    with Store(folder, lambda: at(6, 4)) as store:
        assert len(store.journal) == entries


def test_a_run_that_is_killed_after_learning_has_made_nothing_and_the_next_makes_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, other = (watch_of(tmp_path / name, MANY) for name in ("a", "b"))
    with monkeypatch.context() as killed:

        def kill(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        killed.setattr(calibrations, "record_calibrations", kill)
        with pytest.raises(KeyboardInterrupt):
            run(folder, as_of=at(4, 4))
    assert stands(folder, at(6, 1)) == {}
    found, plain = run(folder, as_of=at(4, 4)), run(other, as_of=at(4, 4))
    assert books(folder, at(6, 1)) == each(books(other, at(6, 1)))
    assert found.incidents.equals(plain.incidents)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(MANY))), cuts=st.lists(st.integers(1, len(MANY) - 1), min_size=1, max_size=2))
def test_grown_in_any_order_and_calibrated_anew_it_is_a_fresh_watch(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cuts: list[int]
) -> None:
    root = tmp_path_factory.mktemp("grown")
    moment = at(4, 28)
    grown = watch_of(root / "grown", [])
    bounds = [0, *sorted(set(cuts)), len(MANY)]
    for step, (begin, end) in enumerate(pairwise(bounds)):
        bring(grown, [MANY[number] for number in order[begin:end]])
        run(grown, as_of=moment, now=at(6, 1 + step))
    anew(grown, at(6, 9), moment)
    fresh = watch_of(root / "fresh", MANY)
    (fresh / "watch.toml").write_text((grown / "watch.toml").read_text())
    found, plain = run(grown, now=at(6, 10)), run(fresh, now=at(6, 10))
    assert books(grown, at(6, 10)) == each(books(fresh, at(6, 10)))
    assert_same_list(found, grown, plain, fresh)


def assert_same_list(one: Assessment, folder: Path, other: Assessment, elsewhere: Path) -> None:
    """Members, places, ids and figures; what stood first and what changed is a matter of arrival."""
    mine, theirs = kept(one, folder), kept(other, elsewhere)
    for name in ("incidents", "findings", "contributions", "rejected"):
        assert mine[name] == theirs[name], name


def test_calibrating_anew_from_a_month_on_leaves_what_is_before(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    run(folder, as_of=at(4, 28), now=at(6, 1))
    before = stands(folder, at(6, 1))
    bring(folder, rows_of(at(2, 20, 4), at(3, 5, 4), at(3, 6, 4)))
    entered = anew(folder, at(6, 2), at(4, 28), "2031-04")
    assert [(record.period, record.supersedes) for record in entered] == [("2031-04", before["2031-04"][0])]
    after = stands(folder, at(6, 2))
    assert (after[OPENING], after["2031-03"]) == (before[OPENING], before["2031-03"])
    assert after["2031-04"][2] == before["2031-04"][2] + 3
    with pytest.raises(StoreError, match="no month from 2031-09 on"):
        anew(folder, at(6, 3), at(4, 28), "2031-09")
    with pytest.raises(WatchError, match="write it like 2031-05"):
        operations.month_of("2031-13")
    # A replay of the moment before has what stood then.
    replay = run(folder, as_of=at(4, 28), recorded_by=at(6, 1), now=at(6, 4))
    assert replay.observations.num_rows == len(MANY)
    with Store(folder, lambda: at(6, 4)) as store:
        then = {record.period: record.sha256 for record in calibrations_in_force(store, at(6, 1))}
    assert then == {period: values[0] for period, values in before.items()}


def test_nothing_can_be_learnt_before_the_first_midnight(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", rows_of(at(1, 10, 3)))
    with pytest.raises(StoreError, match="nothing can be learnt yet"):
        anew(folder, at(6, 1), at(1, 10, 12))


def test_a_record_holds_to_the_published_schema_and_gives_its_books_back(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    run(folder, as_of=at(4, 28), now=at(6, 1))
    schema = json.loads(schema_of("calibration"))
    with Store(folder, lambda: at(6, 1)) as store:
        for record in each(calibrations_in_force(store)):
            content = calibration_entry(store, record)
            jsonschema.validate(content, schema)
            assert set(content) - {"schema", "recorded_at"} == set(schema["properties"])
            assert calibration_record(calibration_of(store, record)).items() <= content.items()
            exported = json.loads(operations.exported(store, record.period))
            assert read_calibration(exported) == calibration_of(store, record)


def test_the_index_that_is_made_again_holds_the_same(tmp_path: Path) -> None:
    folder = watch_of(tmp_path / "w", MANY)
    run(folder, as_of=at(4, 28), now=at(6, 1))
    anew(folder, at(6, 2), at(4, 28))
    with Store(folder, lambda: at(6, 3)) as store:
        before, digest = every_calibration(store), store.index.digest()
        store.rebuild()
        assert every_calibration(store) == each(before)
        assert store.index.digest() == digest


def test_a_later_report_says_that_it_was_calibrated_anew_apart_from_what_evidence_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = watch_of(tmp_path / "w", MANY)

    def corrections(now: datetime) -> list[tuple[str, str]]:
        with Store(folder, lambda: now) as store:
            assessment = assess(store, folder, now=now, as_of=at(4, 28))
            (text,) = issue_report(
                store,
                assessment,
                recipient="joint-centre",
                day_from=at(4, 12).date() if now < at(6, 2) else at(4, 13).date(),
                day_until=at(4, 13).date() if now < at(6, 2) else at(4, 14).date(),
                languages=["en"],
                formats=["geojson"],
            ).values()
            found = json.loads(text)["corrections"]
            return [(correction["kind"], correction["text"]) for correction in found]

    assert corrections(at(6, 1)) == []
    assert corrections(at(6, 2)) == [], "new evidence alone is no such thing"
    anew(folder, at(6, 3), at(4, 28))
    assert corrections(at(6, 4)) == [("calibrated", "calibrated_anew:  → 2031-06-03")]
    monkeypatch.setattr(sys.modules[__name__], "METHOD_NOW", "sure/99")
    anew(folder, at(6, 5), at(4, 28))
    said = "calibrated_anew:  → 2031-06-05; method_changed:  → 2031-06-05 sure/99"
    assert corrections(at(6, 6)) == [("calibrated", said)]
