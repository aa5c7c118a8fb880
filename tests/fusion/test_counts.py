"""How many: devices and claims apart, what is repeated adds nothing, and no single slip or claim moves the number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from trucewatch.fusion.counts import CountReport, count_rounds, range_of
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.setting import Setting
from trucewatch.model.count_claims import CountClaim, read_count_claim
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.watch import AssociationRule

PARTIES = {"lv": "LV", "lower valley": "LV", "uv": "UV"}


def fuse(*rows: dict[str, Any], centre: frozenset[str] = frozenset()) -> Incident:
    """The one incident of rows that are all of one burst of fire."""
    plain = {"kind": "burst"}
    table = fuse_observations(
        observations(*(plain | {"key": str(sorted(row.items(), key=str))} | row for row in rows)),
        rule=AssociationRule(rule="cylinder"),
        setting=Setting(parties=PARTIES, centre_sources=centre),
    )
    (incident,) = incident_rows(table)
    return incident


def node(sensor: str, number: int | None, **more: Any) -> dict[str, Any]:
    return {"source": "nodes", "sensor": sensor, "count_best": number} | more


def post(number: int | None, text: str = "bursts by the mill", **more: Any) -> dict[str, Any]:
    return {"means": "public", "source": "channel", "text": text, "count_best": number} | more


def claim(number: int | None, who: str = "LV", **more: Any) -> dict[str, Any]:
    return {"means": "party", "source": f"statements-{who}", "claimed_by": who, "count_best": number} | more


def counts(incident: Incident) -> tuple[int | None, int | None, int | None]:
    return incident.count_min, incident.count_best, incident.count_max


def later(minutes: int) -> dict[str, Any]:
    return {"known_at": NOON + timedelta(minutes=minutes)}


def test_three_posts_of_seven_bursts_two_of_them_reposts_are_seven() -> None:
    incident = fuse(*(post(7, key=f"p{number}", **later(number)) for number in range(3)))
    assert counts(incident) == (None, None, None), "nobody counted: there is no number of ours"
    assert incident.count_claims == ("/7/ :public",)
    retold = fuse(*(post(7, f"7 bursts, says channel {number}") for number in range(3)))
    assert retold.count_claims == ("/7/ :public",)


def test_posts_that_differ_are_given_from_the_least_to_the_most() -> None:
    incident = fuse(post(5, "five"), post(9, "nine"), post(9, "nine again"))
    assert incident.count_claims == ("5//9 :public",)


def test_of_a_party_the_latest_number_stands_and_is_not_added() -> None:
    incident = fuse(claim(25, **later(10)), claim(21, **later(90)), claim(21, **later(95), key="again"))
    assert incident.count_claims == ("/21/ LV",)
    assert counts(incident) == (None, None, None)


def test_a_party_by_another_name_is_the_same_giver() -> None:
    incident = fuse(claim(25, **later(10)), claim(21, "Lower Valley", **later(90)))
    assert incident.count_claims == ("/21/ LV",)


def test_no_claim_moves_what_devices_counted() -> None:
    alone = fuse(node("1", 7), node("2", 7))
    beside = fuse(node("1", 7), node("2", 7), claim(210), claim(1, "UV"), post(50))
    assert counts(beside) == counts(alone)
    assert alone.count_best == 7
    assert beside.count_by == ("acoustic 2",)
    assert beside.count_claims == ("/50/ :public", "/210/ LV", "/1/ UV")


def test_a_device_that_a_party_speaks_for_is_the_partys_word() -> None:
    incident = fuse(node("1", 7), node("2", 40, source="theirs", claimed_by="UV"))
    assert (incident.count_by, incident.count_claims) == (("acoustic 1",), ("/40/ UV",))


def test_a_list_is_its_keepers_claim() -> None:
    kept = {"means": "event_list", "source": "list", "count_best": 12, "claimed_by": "Observers"}
    assert fuse(kept).count_claims == ("/12/ Observers",)
    assert fuse(kept | {"claimed_by": ""}).count_claims == ("/12/ :event_list",)


def test_a_patrol_of_observers_counts_as_a_patrol_does() -> None:
    incident = fuse({"means": "patrol", "source": "patrols", "sensor": "p", "count_best": 4, "claimed_by": "Observers"})
    assert (incident.count_by, incident.count_best, incident.count_claims) == (("patrol 1",), 4, ())


def test_several_devices_saw_the_same_rounds() -> None:
    one, five = fuse(node("1", 12)), fuse(*(node(str(number), 12) for number in range(5)))
    assert one.count_best == five.count_best == 12
    assert one.count_max is not None
    assert five.count_max is not None
    assert five.count_max < one.count_max
    assert five.count_by == ("acoustic 5",)


def test_rounds_of_one_device_add_up_and_looks_at_the_same_items_do_not() -> None:
    rows = [node("1", 2, key="a"), node("1", 3, key="b")]
    assert fuse(*rows).count_best == 5
    assert fuse(*({**row, "kind": "weapon_present"} for row in rows)).count_best == 3


def test_one_device_through_two_sources_is_not_added() -> None:
    rows = [
        CountReport(voice=1, means="camera", source=feed, giver="", low=None, best=number, high=None, known_at=NOON)
        for feed, number in (("a", 3), ("a", 4), ("b", 7))
    ]
    counted = count_rounds(rows, "burst")
    assert counted.by == ("camera 1",)
    assert counted.numbers is not None
    assert counted.numbers[1] == 7


def test_devices_of_the_centre_give_the_number_and_others_stand_beside_it() -> None:
    rows = [node("1", 7), node("2", 30, source="elsewhere"), claim(21)]
    incident = fuse(*rows, centre=frozenset({"nodes"}))
    assert (incident.count_best, incident.count_by) == (7, ("centre", "acoustic 1"))
    beside = [read_count_claim(text) for text in incident.count_claims]
    assert [(one.giver, one.best) for one in beside] == [(":devices", 30), ("LV", 21)]
    others = fuse(*rows, centre=frozenset({"nobody"}))
    assert others.count_by == ("acoustic 2",)
    patrol = fuse(*rows, node("p", 9, means="patrol", source="mission"), centre=frozenset({"nodes"}))
    givers = [read_count_claim(text).giver for text in patrol.count_claims]
    assert givers == [":devices", ":patrol", "LV"], "a patrol is no device"


def test_one_gross_voice_among_three_does_not_matter() -> None:
    incident = fuse(node("1", 7), node("2", 8), node("3", 700))
    assert incident.count_best in (7, 8)
    assert incident.count_max is not None
    assert incident.count_max < 14


def test_two_that_contradict_each_other_leave_a_wide_range_and_not_the_larger_number() -> None:
    incident = fuse(node("1", 7), node("2", 70))
    low, best, high = counts(incident)
    assert low is not None
    assert high is not None
    assert low <= 7
    assert high >= 70
    assert best == 7


def test_what_a_row_says_of_its_own_range_is_used() -> None:
    narrow, wide = fuse(node("1", 20)), fuse(node("1", 20, count_min=5, count_max=60))
    assert wide.count_max > narrow.count_max  # type: ignore[operator]
    assert wide.count_min < narrow.count_min  # type: ignore[operator]
    alone = fuse(node("1", 1, count_min=1, count_max=2))
    assert counts(alone) == (1, 1, 2), "no narrower than the device's own"
    at_least = fuse(node("1", None, count_min=5))
    assert at_least.count_max > 10  # type: ignore[operator]


def test_more_devices_that_report_another_kind_leave_the_number_open() -> None:
    bursts = [node("1", 12), node("2", 12)]
    assert fuse(*bursts, node("3", 1, kind="explosion"), claim(3, kind="explosion")).count_best is None
    assert fuse(node("1", 12), node("3", 1, kind="explosion")).count_best == 1


@pytest.mark.parametrize("number", [0, None])
def test_nothing_is_no_number(number: int | None) -> None:
    incident = fuse(node("1", number), post(number), claim(number))
    assert (counts(incident), incident.count_by, incident.count_claims) == ((None, None, None), (), ())


def test_people_harmed_are_never_fused() -> None:
    incident = fuse(node("1", 3, kind="harm", means="patrol"), claim(25, kind="harm"))
    assert (counts(incident), incident.count_claims) == ((None, None, None), ("/3/ :patrol", "/25/ LV"))


def test_the_largest_numbers_that_are_read_are_answered() -> None:
    low, best, high = range_of((("acoustic", 100_000, 100_000, 100_000), ("patrol", None, 1, None)))
    assert 1 <= low <= best <= high
    assert range_of((("acoustic", None, 100_000, None),))[1] == 100_000


SOME = st.lists(
    st.tuples(st.sampled_from("1234"), st.integers(1, 60), st.sampled_from(["node", "post", "LV", "UV"])),
    min_size=1,
    max_size=7,
)


@settings(max_examples=60)
@given(SOME, st.randoms())
def test_the_order_of_the_rows_changes_nothing(some: list[tuple[str, int, str]], random: Any) -> None:
    rows = [
        node(sensor, number, key=place)
        if who == "node"
        else post(number, f"text {sensor}", key=place)
        if who == "post"
        else claim(number, who, key=place, **later(number % 3))
        for place, (sensor, number, who) in enumerate(some)
    ]
    mixed = list(rows)
    random.shuffle(mixed)
    one, other = fuse(*rows), fuse(*mixed)
    assert (counts(one), one.count_by, one.count_claims) == (counts(other), other.count_by, other.count_claims)


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.sampled_from(["acoustic", "camera", "uav", "patrol", "seismic"]), st.integers(1, 500)),
        min_size=1,
        max_size=6,
    )
)
def test_the_best_number_is_in_the_range_and_the_range_in_reach_of_what_was_said(some: list[tuple[str, int]]) -> None:
    low, best, high = range_of(tuple((means, None, number, None) for means, number in sorted(some)))
    numbers = [number for _, number in some]
    assert 1 <= low <= best <= high
    assert low >= min(numbers) / 4 - 1
    assert high <= 4 * max(numbers) + 4
    if len(some) == 1:
        assert best == numbers[0]


def test_the_range_holds_the_truth_when_devices_miss_one_round_in_ten() -> None:
    """Not the simulator's errors: each round is missed by each device by itself."""
    import numpy as np

    rng = np.random.default_rng(5)
    held, widths = 0, []
    for _ in range(400):
        true, voices = 1 + int(rng.geometric(1 / 8)), int(rng.integers(1, 5))
        heard = sorted(max(1, int(number)) for number in rng.binomial(true, 0.9, voices))
        low, _, high = range_of(tuple(("acoustic", None, number, None) for number in heard))
        held += low <= true <= high
        widths.append((high - low) / true)
    assert held >= 0.9 * 400
    assert np.median(widths) <= 1.5


def test_a_claim_reads_back_as_it_was_written() -> None:
    for one in (
        CountClaim(giver="Observers of peace", low=None, best=7, high=None),
        CountClaim(giver=":public", low=5, best=None, high=9),
        CountClaim(giver="LV", low=None, best=None, high=9),
    ):
        assert read_count_claim(str(one)) == one
