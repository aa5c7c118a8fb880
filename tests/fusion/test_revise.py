"""L1 stays as it was, L2 goes on, and what lies between is told by the observations that both hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import incidents
from trucewatch.fusion.list_changes import Listed, Revision, first_list, revise_list
from trucewatch.model.edits import CHANGES, REJECTED_INCIDENT_SCHEMA

NONE = REJECTED_INCIDENT_SCHEMA.empty_table()


def listed(sets: str, **more: Any) -> pa.Table:
    """Incidents by their members: "ab c" is two; an incident is named after its first member."""
    return incidents(*({"incident_id": f"i-{min(one)}", "members": sorted(one), **more} for one in sets.split()))


def out(sets: str) -> pa.Table:
    rows = [row | {"rejected_by": "a-1", "reason": "no"} for row in listed(sets).to_pylist()]
    return pa.Table.from_pylist(rows, schema=REJECTED_INCIDENT_SCHEMA)


def follow(*steps: pa.Table | tuple[pa.Table, pa.Table]) -> Revision:
    """The revision of the last of several lists."""
    before: Listed | None = None
    revision: Revision | None = None
    for step in steps:
        table, rejected = step if isinstance(step, tuple) else (step, NONE)
        now = Listed(incidents=table, rejected=rejected)
        revision = revise_list(now, before, revision.first) if before and revision else first_list(now)
        before = now
    assert revision is not None
    return revision


def told(revision: Revision) -> list[tuple[str, str, str]]:
    rows = revision.history.to_pylist()
    return [(row["what"], " ".join(row["from_ids"]), " ".join(row["to_ids"])) for row in rows]


def lives(revision: Revision) -> dict[str, str]:
    """L1: members as they were first → where they are now."""
    return {"".join(row["members"]): " ".join(row["now"]) for row in revision.first.table.to_pylist()}


def test_the_first_list_is_all_new_and_its_own_l1() -> None:
    revision = follow(listed("ab c"))
    assert told(revision) == [("new", "", "i-a"), ("new", "", "i-c")]
    assert lives(revision) == {"ab": "i-a", "c": "i-c"}


def test_the_same_list_again_tells_nothing() -> None:
    assert told(follow(listed("ab c"), listed("ab c"))) == []


def test_what_grew_keeps_the_l1_that_it_had() -> None:
    revision = follow(listed("b"), listed("abc"))
    assert told(revision) == [("grown", "i-b", "i-a")]
    assert revision.history["supersedes"].to_pylist() == [["i-b"]], "a smaller member gave it another id"
    assert lives(revision) == {"b": "i-a"}


def test_what_lost_a_report_shrank_and_what_moved_moved() -> None:
    assert told(follow(listed("ab"), listed("a"))) == [("shrunk", "i-a", "i-a")]
    assert told(follow(listed("ab"), listed("ab", lon=-25.5))) == [("moved", "i-a", "i-a")]


def test_merged_and_split_are_told_with_what_they_supersede() -> None:
    merged = follow(listed("a b c"), listed("ab c"))
    assert told(merged) == [("merged", "i-a i-b", "i-a")]
    assert merged.history["supersedes"].to_pylist() == [["i-b"]]
    assert lives(merged) == {"a": "i-a", "b": "i-a", "c": "i-c"}
    split = follow(listed("ab"), listed("a b"))
    assert told(split) == [("split", "i-a", "i-a i-b")]
    assert lives(split) == {"ab": "i-a i-b"}


def test_members_that_change_sides_are_told_from_both() -> None:
    assert told(follow(listed("abx c"), listed("ab cx"))) == [("merged", "i-a i-c", "i-c"), ("split", "i-a", "i-a i-c")]


def test_what_is_gone_keeps_its_l1_and_finds_it_again() -> None:
    gone = follow(listed("ab c"), listed("c"))
    assert told(gone) == [("gone", "i-a", "")]
    assert lives(gone) == {"ab": "", "c": "i-c"}
    back = follow(listed("ab c"), listed("c"), listed("abd c"))
    assert told(back) == [("new", "", "i-a")]
    assert lives(back) == {"ab": "i-a", "c": "i-c"}


def test_rejected_restored_and_retyped_are_told() -> None:
    assert told(follow(listed("a b"), (listed("b"), out("a")))) == [("rejected", "i-a", "i-a")]
    assert told(follow(listed("a b"), (listed("b"), out("a")), (listed("b"), out("a")))) == []
    restored = follow(listed("a b"), (listed("b"), out("a")), listed("a b"))
    assert told(restored) == [("restored", "i-a", "i-a")]
    assert lives(restored) == {"a": "i-a", "b": "i-b"}
    assert told(follow(listed("a"), listed("a", kind="shot"))) == [("retyped", "i-a", "i-a")]
    stated = listed("a", classes=["quarry_blast"], class_probabilities=[0.1], what=None)
    assert told(follow(listed("a"), stated)) == [("retyped", "i-a", "i-a")]


def test_l1_rows_are_never_written_anew() -> None:
    first = follow(listed("ab c", lon=-25.0)).first.table
    last = follow(listed("ab c", lon=-25.0), listed("abc", lon=-25.4, kind="shot"), listed("a b c")).first.table
    assert last.drop_columns(["now"]).equals(first.drop_columns(["now"]))


GROUPS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3), min_size=0, max_size=6)


def grouped(by: Mapping[str, int]) -> pa.Table:
    return listed(" ".join("".join(key for key in by if by[key] == one) for one in sorted(set(by.values()))))


@given(steps=st.lists(GROUPS, min_size=1, max_size=5))
@settings(deadline=None, max_examples=80)
def test_every_incident_has_an_l1_and_every_l1_says_where_it_is(steps: list[dict[str, int]]) -> None:
    revision = follow(*(grouped(step) for step in steps))
    now = set(grouped(steps[-1])["incident_id"].to_pylist())
    assert {one for row in revision.first.table["now"].to_pylist() for one in row} == now
    assert set(revision.history["what"].to_pylist()) <= set(CHANGES)
    for row in revision.history.to_pylist():
        assert set(row["to_ids"]) <= now
        assert not set(row["supersedes"]) & now
