"""What is learnt of devices and of agreement: books drawn to what was believed, and a register that is overruled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON
from tests.conftest import each
from tests.fusion.learnt import YEARS, calibrated, fuse_in, with_learnt
from tests.fusion.test_company import DAY_S
from tests.fusion.test_confidence import node
from tests.fusion.test_likelihood import METRE, at, device
from trucewatch.fusion.setting import Setting
from trucewatch.model.calibration import (
    Calibration,
    Calibrations,
    DeviceBook,
    calibration_record,
    read_calibration,
)

ABC = "abc"


def heard(days: int, names: str = ABC) -> list[dict[str, Any]]:
    """An event a day, that each of these nodes reports."""
    return [device(name, key=f"{name}{day}", **at(DAY_S * day)) for day in range(days) for name in names]


def alone(count: int, name: str = "a", *, a_day: int = 5) -> list[dict[str, Any]]:
    """Reports of a node that nobody bears out."""
    return [
        device(name, key=f"lone {name}{number}", **at(20_000.0 + DAY_S * number / a_day)) for number in range(count)
    ]


def register(names: str = ABC, **more: Any) -> Setting:
    return Setting(sensors=tuple(node(name, **more) for name in names))


def book(calibration: Calibration, name: str = "a") -> DeviceBook:
    (found,) = [each for each in calibration.devices if each.sensor == name]
    return found


def test_nothing_teaches_nothing() -> None:
    learnt = calibrated([])
    assert (learnt.rows, learnt.devices, learnt.pairs, learnt.surroundings) == (0, (), (), None)


def test_it_is_a_function_of_the_set_of_rows() -> None:
    rows = [*heard(12), *alone(20), *alone(5, "b")]
    setting = register()
    learnt = calibrated(rows, setting)
    order = np.random.default_rng(7).permutation(len(rows))
    assert calibrated([rows[number] for number in order], setting) == learnt


def test_what_stands_already_teaches_nothing() -> None:
    """A calibration is of the rows and the register; nothing goes round in a circle."""
    rows, setting = [*heard(12), *alone(20)], register()
    learnt = calibrated(rows, setting)
    assert calibrated(rows, replace(setting, calibrations=Calibrations((learnt,)))) == learnt


def test_its_record_gives_the_same_numbers_back() -> None:
    learnt = calibrated([*heard(12), *alone(20)], register())
    record = json.loads(json.dumps(calibration_record(learnt)))
    assert read_calibration(record) == learnt
    text = json.dumps(record)
    assert json.loads(text, parse_float=lambda number: pytest.fail(f"{number} is no text")) == record


def test_probabilities_are_never_sure() -> None:
    learnt = calibrated([*heard(30), *alone(400, a_day=40)], register())
    for entry in each((*learnt.devices, *learnt.pairs)):
        for name in ("answers", "alone_answers"):
            assert 0.0 < getattr(entry, name) < 1.0
        assert 0.0 < entry.answers_sd < 0.5


# A device's book


def test_the_more_of_its_reports_nobody_bears_out_the_less_a_device_is_believed() -> None:
    books = [book(calibrated([*heard(60), *alone(count)], register())) for count in (0, 5, 20, 60, 120, 300)]
    answers = [entry.answers for entry in books]
    assert answers == sorted(answers, reverse=True)
    assert answers[0] > 0.9
    assert answers[-1] < 0.4
    false = [entry.false_per_day for entry in books]
    assert false == sorted(false)


def test_the_book_of_one_device_is_not_that_of_its_neighbour() -> None:
    learnt = calibrated([*heard(60), *alone(200)], register())
    assert book(learnt, "b").answers == pytest.approx(book(calibrated(heard(60), register()), "b").answers, abs=0.02)
    assert book(learnt, "a").answers < book(learnt, "b").answers - 0.3


def test_an_hour_of_shouting_is_no_measure_of_a_year() -> None:
    def shouted(count: int) -> list[dict[str, Any]]:
        return [device("a", key=f"shout {number}", **at(40_000.0 + 3500.0 / count * number)) for number in range(count)]

    calm, some, many = (book(calibrated([*heard(60), *shouted(count)], register())) for count in (1, 60, 600))
    assert calm.answers > some.answers >= many.answers
    assert some.answers - many.answers < 0.1
    assert many.answers > 0.6


def test_a_row_more_changes_little() -> None:
    rows = [*heard(40), *alone(30)]
    extra = device("b", key="extra", **at(30_000.0))
    learnt, more = (calibrated(some, register()) for some in (rows, [*rows, extra]))
    for before in each(learnt.devices):
        after = book(more, before.sensor)
        assert after.answers == pytest.approx(before.answers, abs=0.03)
        assert after.notices_times == pytest.approx(before.notices_times, abs=0.05)
    for one, other in each(zip(learnt.pairs, more.pairs, strict=True)):
        assert other.kind == one.kind
        assert other.answers == pytest.approx(one.answers, abs=0.01)


# The register


@pytest.mark.parametrize("stated", [0.01, 0.1, 1.0])
def test_a_register_that_says_too_few_false_alarms_is_overruled_and_that_is_said(stated: float) -> None:
    """Some five a day that nobody bears out, on days when all else is heard by three."""
    rows = [*heard(60), *alone(300)]
    entry = book(calibrated(rows, Setting(sensors=(node("a", false_per_day=stated), node("b"), node("c")))))
    assert entry.false_per_day > 2.0
    assert entry.answers < 0.5
    assert entry.stated_false_per_day == stated
    assert not entry.register_fits


@pytest.mark.parametrize("stated", [5.0, 50.0])
def test_a_register_that_says_too_many_false_alarms_is_overruled_and_that_is_said(stated: float) -> None:
    """All that it reports two others report too."""
    entry = book(calibrated(heard(60), Setting(sensors=(node("a", false_per_day=stated), node("b"), node("c")))))
    assert entry.answers > 0.9
    assert entry.false_per_day < stated / 10
    assert not entry.register_fits


def test_a_register_that_is_right_stands() -> None:
    rows = [*heard(60), *alone(300)]
    entry = book(calibrated(rows, Setting(sensors=(node("a", false_per_day=4.5), node("b"), node("c")))))
    assert entry.register_fits
    assert entry.false_per_day == pytest.approx(4.5, abs=0.5)


def test_of_a_few_reports_the_register_is_believed() -> None:
    few = alone(6, a_day=1)
    good, poor = (book(calibrated(few, Setting(sensors=(node("a", false_per_day=stated),)))) for stated in (0.01, 0.9))
    assert good.alone_answers > 0.7
    assert poor.alone_answers < 0.3


def test_a_device_that_notices_less_than_the_register_says_is_held_to_that() -> None:
    every_fourth = [device("d", key=f"d{day}", **at(DAY_S * day)) for day in range(0, 60, 4)]
    learnt = calibrated([*heard(60), *every_fourth], register("abcd"))
    entry = book(learnt, "d")
    assert entry.expected > 40
    assert entry.noticed == 15
    assert entry.notices_times < 0.6
    assert not entry.register_fits
    # So its silence says less against what the others report.
    lone = [device("a", key="lone", **at(80 * DAY_S))]
    setting = Setting(sensors=(node("a"), node("d")))
    (after,) = fuse_in(lone, with_learnt(replace(learnt, pairs=()), setting))
    held = tuple(replace(each, notices_times=1.0) if each.sensor == "d" else each for each in learnt.devices)
    own = replace(learnt, devices=held, pairs=())
    (unheld,) = fuse_in(lone, with_learnt(own, setting))
    assert after.happened > unheld.happened  # type: ignore[operator]


# Which stands


def test_a_month_has_its_calibration_others_the_opening_one_and_without_any_the_prior() -> None:
    rows = alone(1)
    noisy = replace(calibrated([*heard(30), *alone(300)], register()), period="2031-05")
    trusted = calibrated(heard(60), register())
    plain = fuse_in(rows)[0].happened
    opening = fuse_in(rows, with_learnt(trusted))[0].happened
    of_month = fuse_in(rows, Setting(calibrations=Calibrations((trusted, noisy))))[0].happened
    elsewhere = fuse_in(rows, Setting(calibrations=Calibrations((replace(noisy, period="2031-06"),))))[0].happened
    assert of_month != opening
    assert elsewhere == plain


def test_what_was_learnt_of_one_watch_moves_no_device_that_it_does_not_know() -> None:
    learnt = replace(calibrated([*heard(30), *alone(300)], register()), pairs=(), surroundings=None)
    stranger = [device("z", lat=-35.0 + 40_000 * METRE)]
    assert fuse_in(stranger, with_learnt(learnt))[0].happened == fuse_in(stranger)[0].happened


def test_it_says_what_it_was_learnt_from() -> None:
    rows = [*heard(5), *alone(3)]
    learnt = calibrated(rows)
    assert (learnt.rows, learnt.since, learnt.until) == (len(rows), NOON - YEARS, NOON + YEARS)
    entry = book(learnt)
    assert (entry.reports, entry.alone) == (8, 3)
    assert entry.days >= 5.0
