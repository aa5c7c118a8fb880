"""Many reports at once: bounded time, one answer whatever the order, nothing of different kinds thrown together,
nothing dropped."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from tests.builders import observations
from tests.fusion.grown import is_grown_alike
from tests.fusion.learnt import fuse_in, fuse_learnt
from tests.fusion.test_confidence import fuse
from tests.fusion.test_likelihood import METRE, at, device, ray, resolved, table_of, together
from trucewatch.fusion import likelihood
from trucewatch.fusion.likelihood import DENSE, associate_by_likelihood
from trucewatch.fusion.measurements import prepare_reports, with_room_to_move
from trucewatch.model.speakers import Speakers


def test_a_vague_report_beside_a_device_that_shouts_ends() -> None:
    shouted = [device("a", **at(number)) for number in range(1200)]
    table = table_of(
        *shouted, {"means": "public", "key": "v", "time_sd_s": 900.0, "semi_major_m": 1500.0, "semi_minor_m": 1500.0}
    )
    assert associate_by_likelihood(table).shape == (1201,)


def test_a_crowd_throws_nothing_together_that_never_meets() -> None:
    def crowd(tag: str, **more: Any) -> list[dict[str, Any]]:
        return [device(f"{tag}{number}", **more) for number in range(DENSE + 40)]

    table = table_of(*crowd("r"), *crowd("s", simulated=True), *crowd("m", kind="meeting"))
    labels = associate_by_likelihood(table)
    for name in ("simulated", "kind"):
        words = np.array(table[name].to_pylist(), dtype=object)
        assert all(len(set(words[labels == one])) == 1 for one in set(labels.tolist()))
    assert len(set(labels.tolist())) == 3


@pytest.mark.parametrize("seed", range(2))
def test_about_a_dense_cell_the_order_of_arrival_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense = [
        device(f"d{number}", lat=-35.0 + rng.normal() * 50 * METRE, **at(rng.uniform(0, 20)))
        for number in range(DENSE + 60)
    ]
    around = [
        device(
            f"a{number % 7}",
            key=f"x{number}",
            lat=-35.0 + rng.uniform(-4000, 4000) * METRE,
            **at(rng.uniform(-300, 300)),
        )
        for number in range(120)
    ]
    table = table_of(*dense, *around)
    reports = with_room_to_move(prepare_reports(table))
    batch = together(table, associate_by_likelihood(table))
    for _ in range(2):
        order = rng.permutation(table.num_rows)
        assert together(table.take(order), resolved(reports, order)) == batch
    # The cell is full, then one report more makes it dense, then more come.
    count, more = len(dense), len(dense) + len(around) // 2
    parts = [*range(DENSE), *range(count, more)], [DENSE], [*range(DENSE + 1, count), *range(more, count + len(around))]
    assert is_grown_alike([*dense, *around], parts)


@pytest.mark.parametrize("filler", [-(2**40), -1, 0, 2**40])
def test_what_the_memory_held_before_decides_nothing(filler: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports beside a dense cell meet those of another set, whose place in this one nobody wrote yet."""
    rng = np.random.default_rng(0)
    dense = [
        device(f"d{number}", lat=-35.0 + rng.normal() * 50 * METRE, **at(number % 20)) for number in range(DENSE + 9)
    ]
    around = [device(f"a{number}", lat=-35.0 + (number - 40) * 60 * METRE, **at(number % 60)) for number in range(80)]
    table = table_of(*dense, *around)
    expected = associate_by_likelihood(table).tolist()
    resolve_all = likelihood.resolve_all
    is_filled = []

    def over_old_memory(*arguments: Any) -> None:
        names = inspect.signature(resolve_all.py_func).parameters
        arguments[list(names).index("local")][:] = filler
        is_filled.append(True)
        resolve_all(*arguments)

    monkeypatch.setattr(likelihood, "resolve_all", over_old_memory)
    assert associate_by_likelihood(table).tolist() == expected
    assert is_filled


def test_many_vague_reports_take_bounded_time() -> None:
    rows = [
        {
            "means": "public",
            "source": f"c{number}",
            "key": number,
            "text": f"told {number}",
            "semi_major_m": 2000.0,
            "semi_minor_m": 2000.0,
            "time_sd_s": 900.0,
            "lat": -35.0 + number * METRE,
        }
        | at(number / 2)
        for number in range(6000)
    ]
    labels = associate_by_likelihood(table_of(*rows))
    assert labels.shape == (6000,)


def test_directions_of_a_device_that_shouts_have_no_place_in_bounded_time() -> None:
    from trucewatch.fusion.locate import locate_events

    rows = prepare_reports(
        observations(*(ray("a", -25.0, -35.0, number % 360, key=number, **at(number)) for number in range(8000)))
    )
    places, _ = locate_events(rows, np.arange(8000), np.array([0, 8000]))
    assert places.shape == (1, 5)


def test_a_row_without_a_place_does_not_draw_a_crowd() -> None:
    from trucewatch.fusion.locate import locate_events

    rows = [device(str(number)) for number in range(2100)]
    reports = prepare_reports(observations(*rows, device("none", lon=None, lat=None)))
    places, _ = locate_events(reports, np.arange(2101), np.array([0, 2101]))
    assert places[0, 1] == pytest.approx(-35.0, abs=1e-7)


def test_a_text_that_is_retold_later_is_still_one_voice() -> None:
    told = {
        "means": "public",
        "semi_major_m": 1500.0,
        "semi_minor_m": 1500.0,
        "time_sd_s": 600.0,
        "text": "Two blasts, north of the mill!",
    }
    (ten,) = fuse(
        *(
            told | {"key": number, "source": f"c{number}", "lat": -35.0 + number * 5 * METRE} | at(60 * number)
            for number in range(10)
        )
    )
    (once,) = fuse(told | {"key": 0, "source": "c0"})
    assert ten.happened is not None
    assert ten.happened == once.happened
    # In other words it is no second voice; from the other side of the line it is.
    two = {"text": "Heard it from the school.", "source": "c9", "key": "z"}
    rows = [*(told | {"key": number, "source": "c1"} | at(60 * number) for number in range(3)), told | two]
    (reworded,) = fuse(*rows)
    assert reworded.happened == ten.happened
    (borne_out,) = fuse(*rows, speakers=Speakers(side={"c1": "AL", "c9": "BE"}))
    assert borne_out.happened is not None
    assert borne_out.happened > ten.happened


def test_a_party_that_repeats_itself_is_one_voice() -> None:
    said = {"means": "party", "claimed_by": "Aldor", "semi_major_m": 1000.0, "semi_minor_m": 1000.0, "time_sd_s": 600.0}
    (four,) = fuse(*(said | {"key": number, "text": f"statement {number}"} | at(300 * number) for number in range(4)))
    (once,) = fuse(said | {"key": 0})
    assert four.happened is not None
    assert four.happened == once.happened


def jumped_clock() -> list[dict[str, Any]]:
    """Six events that three devices hear, and a fourth eight minutes later by its own clock."""
    events = [3600.0 * number for number in range(6)]
    right = [device(name, key=f"{name}{when}", **at(when)) for when in events for name in ("a", "b", "c")]
    return [*right, *(device("d", key=f"d{when}", **at(when + 480)) for when in events)]


def test_a_device_whose_clock_jumped_stands_alone_and_is_not_dropped() -> None:
    found = fuse_in(jumped_clock())
    assert sorted(len(one.members) for one in found) == [1] * 6 + [3] * 6
    alone = [one.happened for one in found if len(one.members) == 1]
    assert max(alone) < min(one.happened for one in found if len(one.members) == 3)


def test_a_clock_that_was_learnt_to_be_off_is_set_right() -> None:
    assert [len(one.members) for one in fuse_learnt(jumped_clock())] == [4] * 6


def test_an_interval_that_ends_before_it_starts_is_refused_with_its_row() -> None:
    from datetime import timedelta

    from tests.builders import NOON

    with pytest.raises(ValueError, match="row 0 ends before it starts"):
        prepare_reports(observations(device("a", occurred_end=NOON - timedelta(hours=1))))
