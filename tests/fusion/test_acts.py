"""Acts by hand hold: in any order of the observations, under either rule, whatever comes later; and can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from tests.conftest import each
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.manual_edits import added_observations, pin_labels, set_aside
from trucewatch.fusion.setting import Setting
from trucewatch.model.edits import Act, Stated, acts_known, added_id, standing_acts, undone_by
from trucewatch.model.ids import Sha256, observation_id
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.testimony import attestations
from trucewatch.model.watch import AssociationRule

RULES = ("cylinder", "likelihood")
FAR = 0.5


def o(key: object) -> str:
    return observation_id("s", str(key))


def act(entry: int, deed: Any, **content: Any) -> Act:
    moment = NOON + timedelta(minutes=entry)
    plain = {
        "act_id": f"a-{entry}",
        "sha256": Sha256(f"{entry:064d}"),
        "reason": "seen",
        "by": "NI",
        "known_at": moment,
        "recorded_at": moment,
    }
    return Act(entry=entry, deed=deed, **(plain | content))


def merge(entry: int, *keys: object) -> Act:
    return act(entry, "merge", parts=(tuple(sorted(o(key) for key in keys)),))


def split(entry: int, *parts: Sequence[object]) -> Act:
    return act(entry, "split", parts=tuple(tuple(sorted(o(key) for key in part)) for part in parts))


def at(key: object, place: float = 0.0, **more: Any) -> dict[str, Any]:
    """A report `place` degrees east of the others; those of one place are one event to the program."""
    return {"key": key, "sensor": str(key), "lon": -25.0 + place, **more}


def fuse(rows: Sequence[dict[str, Any]], acts: Sequence[Act], rule: str = "cylinder") -> list[Incident]:
    chosen = AssociationRule(rule=rule)  # type: ignore[arg-type]
    every = pa.concat_tables([observations(*rows), added_observations(standing_acts(acts))])
    return incident_rows(fuse_observations(every, rule=chosen, setting=Setting(), acts=standing_acts(acts)))


def sets(found: Sequence[Incident]) -> set[frozenset[str]]:
    return {frozenset(one.members) for one in found}


@pytest.mark.parametrize("rule", RULES)
def test_what_was_merged_is_one_and_names_the_act(rule: str) -> None:
    rows = [at("a"), at("b", FAR), at("c", 2 * FAR)]
    assert len(fuse(rows, [], rule)) == 3
    found = fuse(rows, [merge(5, "a", "b")], rule)
    assert sets(found) == {frozenset({o("a"), o("b")}), frozenset({o("c")})}
    assert {one.acts for one in found} == {("a-5",), ()}


@pytest.mark.parametrize("rule", RULES)
def test_what_was_split_stays_apart_and_late_reports_go_with_the_larger_part(rule: str) -> None:
    rows = [at(key) for key in "abc"]
    assert len(fuse(rows, [], rule)) == 1
    act_ = split(5, "ab", "c")
    assert sets(fuse(rows, [act_], rule)) == {frozenset({o("a"), o("b")}), frozenset({o("c")})}
    late = [*rows, at("d")]
    assert len(fuse(late, [], rule)) == 1
    assert sets(fuse(late, [act_], rule)) == {frozenset({o("a"), o("b"), o("d")}), frozenset({o("c")})}


def test_late_reports_go_with_the_smallest_id_if_parts_are_equal() -> None:
    found = fuse([at(key) for key in "abc"], [split(5, "a", "b")])
    smaller = min(o("a"), o("b"))
    assert frozenset({smaller, o("c")}) in sets(found)


def test_the_later_act_holds_where_two_name_the_same_observation() -> None:
    rows = [at("a"), at("b", FAR), at("c", 2 * FAR)]
    assert sets(fuse(rows, [merge(1, "a", "b"), merge(2, "b", "c")])) == {
        frozenset({o("a")}),
        frozenset({o("b"), o("c")}),
    }
    assert sets(fuse(rows, [merge(2, "a", "b"), split(3, "a", "b")])) == {frozenset({o(key)}) for key in "abc"}


def test_simulated_and_real_reports_are_never_one_by_hand_either() -> None:
    rows = [at("a"), at("b", simulated=True)]
    assert sets(fuse(rows, [merge(1, "a", "b")])) == {frozenset({o("a")}), frozenset({o("b")})}


def test_a_merge_of_what_is_no_more_changes_nothing_and_is_said() -> None:
    acts = [merge(1, "gone", "too")]
    rows = [at("a")]
    assert sets(fuse(rows, acts)) == {frozenset({o("a")})}
    table = fuse_observations(observations(*rows), rule=AssociationRule(), acts=acts)
    kept, rejected, idle = set_aside(table, acts)
    assert kept.all()
    assert rejected.num_rows == 0
    assert "it changes nothing" in str(idle[0])


def test_an_act_undone_does_nothing_and_an_undo_undone_does_it_again() -> None:
    rows = [at("a"), at("b", FAR)]
    acts = [merge(1, "a", "b")]
    assert len(fuse(rows, acts)) == 1
    acts.append(act(2, "undo", undoes="a-1"))
    assert len(fuse(rows, acts)) == 2
    assert undone_by(acts) == {"a-1": "a-2"}
    acts.append(act(3, "undo", undoes="a-2"))
    assert len(fuse(rows, acts)) == 1
    assert undone_by(acts) == {"a-2": "a-3"}
    acts.append(act(4, "undo", undoes="a-3"))
    assert len(fuse(rows, acts)) == 2
    assert standing_acts(acts) == ()


def test_what_was_not_known_yet_does_not_count() -> None:
    acts = [merge(1, "a", "b"), act(9, "undo", undoes="a-1")]
    assert [one.entry for one in standing_acts(acts_known(acts, NOON + timedelta(minutes=5)))] == [1]
    assert acts_known(acts, NOON) == ()


def test_a_retype_states_kind_and_class_and_keeps_claims_claims() -> None:
    rows = [at("a", kind="explosion", claimed_by="somebody", count_best=2)]
    (one,) = fuse(rows, [act(1, "retype", members=(o("a"),), kind="shot", event_class="small_arms")])
    assert one.kind == "shot"
    assert one.classes[0] == "small_arms"
    assert len(one.classes) == len(one.class_probabilities)
    assert one.what is None, "the program's probability is of its own first class"
    assert {(each.kind, each.giver) for each in attestations(one.testimony)} == {
        ("explosion", "somebody"),
        ("shot", "somebody"),
    }, "who says so stays"
    assert one.kinds == ("explosion",), "what the reports say stays"
    (claimed,) = fuse(
        [at("a", means="party", claimed_by="P")], [act(1, "retype", members=(o("a"),), kind="thermal_anomaly")]
    )
    said = attestations(claimed.testimony)
    assert all(each.is_claim for each in said), "a claim stays one, whatever it is typed as"
    assert {(each.kind, each.giver) for each in said} == {("explosion", "P"), ("thermal_anomaly", "P")}
    assert claimed.count_best is None
    (outside,) = fuse([at("a")], [act(1, "retype", members=(o("a"),), kind="meeting")])
    assert (outside.classes, outside.what) == ((), None)


def test_a_retype_follows_the_first_observation_that_is_there() -> None:
    keys = sorted("ab", key=o)
    rows = [at(keys[1])]
    (one,) = fuse(rows, [act(1, "retype", members=tuple(o(key) for key in keys), kind="shot")])
    assert one.kind == "shot"


def rejected(rows: Sequence[dict[str, Any]], acts: Sequence[Act]) -> tuple[int, list[dict[str, Any]], list[str]]:
    table = fuse_observations(observations(*rows), rule=AssociationRule(rule="cylinder"), acts=acts)
    kept, out, idle = set_aside(table, acts)
    assert int(kept.sum()) + out.num_rows == table.num_rows
    return int(kept.sum()), out.to_pylist(), idle


def test_what_was_rejected_leaves_the_list_and_stays_beside_it_with_its_reason() -> None:
    act_ = act(1, "reject", members=(o("a"),), reason="a quarry")
    count, out, idle = rejected([at("a"), at("b", FAR)], [act_])
    assert count == 1
    assert [(row["members"], row["rejected_by"], row["reason"]) for row in out] == [([o("a")], "a-1", "a quarry")]
    assert idle == []


def test_a_rejection_outgrown_by_later_reports_lapses_and_is_said() -> None:
    act_ = act(1, "reject", members=(o("a"), o("b")))
    for late, listed in (("", 0), ("cd", 0), ("cde", 1)):
        count, _, idle = rejected([at(key) for key in "ab" + late], [act_])
        assert count == listed, late
        assert bool(idle) is bool(listed)
        assert not idle or "listed again" in str(idle[0])


def test_an_observation_that_was_added_is_fused_as_every_other() -> None:
    stated = Stated(
        means="patrol",
        kind="explosion",
        occurred_start=NOON,
        occurred_end=NOON,
        lon=-25.0,
        lat=-35.0,
        semi_major_m=50.0,
        semi_minor_m=50.0,
        major_azimuth_deg=0.0,
        count=2,
        text="heard it",
        simulated=False,
    )
    (one,) = fuse([at("a")], [act(1, "add", stated=stated)])
    assert set(one.members) == {o("a"), added_id("a-1")}
    assert one.means == ("acoustic", "patrol")
    assert one.sources == ("by-hand", "s")
    assert one.acts == ("a-1",)
    (row,) = added_observations([act(1, "add", stated=stated)]).to_pylist()
    assert row["evidence_sha256"] == f"{1:064d}", "its evidence is the act's own record"


KEYS = "abcdefgh"
SETS = st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True)


@st.composite
def acts_of(draw: st.DrawFn) -> list[Act]:
    made: list[Act] = []
    for entry in range(1, draw(st.integers(1, 5)) + 1):
        deed = draw(st.sampled_from(["merge", "split", "reject", "retype", "undo"]))
        some = draw(SETS)
        if deed == "merge":
            made.append(merge(entry, *some))
        elif deed == "split":
            cut = draw(st.integers(1, len(some)))
            made.append(split(entry, *(part for part in (some[:cut], some[cut:]) if part)))
        elif deed == "undo" and entry > 1:
            made.append(act(entry, "undo", undoes=f"a-{draw(st.integers(1, entry - 1))}"))
        else:
            deed = "reject" if deed == "undo" else deed
            kind = "shot" if deed == "retype" else ""
            made.append(act(entry, deed, members=tuple(sorted(o(key) for key in some)), kind=kind))
    return made


@given(
    acts=acts_of(),
    order=st.permutations(range(len(KEYS))),
    places=st.lists(st.integers(0, 3), min_size=8, max_size=8),
    there=st.sets(st.sampled_from(KEYS), min_size=1),
    rule=st.sampled_from(RULES),
)
@settings(deadline=None, max_examples=60)
def test_the_list_is_a_function_of_the_sets_and_of_the_order_of_acts(
    acts: list[Act], order: list[int], places: list[int], there: set[str], rule: str
) -> None:
    rows = [at(key, 0.011 * place) for key, place in zip(KEYS, places, strict=True) if key in there]
    shuffled = [rows[one] for one in order if one < len(rows)]
    found = fuse(rows, acts, rule)
    assert fuse(shuffled, list(reversed(acts)), rule) == found, "acts have an order of their own: that of their entries"
    assert sorted(member for one in found for member in one.members) == sorted(o(key) for key in there)


def pins_of(standing: Sequence[Act]) -> dict[str, tuple[int, int]]:
    """Observation → the act and its part that says last where it belongs."""
    pins: dict[str, tuple[int, int]] = {}
    for standing_act in standing:
        for number, part in enumerate(standing_act.parts):
            pins |= dict.fromkeys(part, (standing_act.entry, number))
    return pins


def test_acts_as_they_are_drawn_pin_into_one_and_into_several() -> None:
    """Else the test below would hold of nothing."""

    def homes(acts: list[Act]) -> list[tuple[int, int]]:
        return list(pins_of(standing_acts(acts)).values())

    assert find(acts_of(), lambda acts: len(set(homes(acts))) > 1)
    assert find(acts_of(), lambda acts: len(homes(acts)) > len(set(homes(acts))))


@given(acts=acts_of(), labels=st.lists(st.integers(0, 3), min_size=8, max_size=8))
@settings(deadline=None, max_examples=100)
def test_every_pin_is_one_incident_and_no_two_are(acts: list[Act], labels: list[int]) -> None:
    table = observations(*(at(key) for key in KEYS)).sort_by("observation_id")
    ids = table["observation_id"].to_pylist()
    before = np.array(labels, dtype=np.int64)
    standing = standing_acts(acts)
    after = dict(zip(ids, pin_labels(before, table, standing).tolist(), strict=True))
    pins = pins_of(standing)
    for one, other in pairwise(sorted(pins)):
        assert (after[one] == after[other]) == (pins[one] == pins[other])
    for place, name in each(enumerate(ids)):
        mates = [mate for mate, label in zip(ids, labels, strict=True) if label == labels[place] and mate in pins]
        if name not in pins and not mates:
            assert after[name] == labels[place]
        elif name not in pins:
            assert after[name] in {after[mate] for mate in mates}
