"""Records of reviews: a rule is read as it was written, and no record holds what somebody typed."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.reviews_on_record import officer_of, room_in
from trucewatch.model.review_rule import AttributionRule, ReviewRule
from trucewatch.model.roles import Role
from trucewatch.store.kept_reviews import KeptReviews, reading
from trucewatch.store.review_records import put_of, rule_of_text, rule_text

HOURS = st.floats(min_value=0.01, max_value=9999, allow_nan=False)
ROLES = st.lists(st.sampled_from((Role.HEAD, Role.OFFICER, Role.SHIFT_LEAD)), max_size=3).map(tuple)


@given(
    st.builds(
        ReviewRule,
        hours=HOURS,
        discussion_hours=HOURS,
        each=st.integers(1, 9),
        signers=ROLES,
        stands_in=ROLES,
        head_decides=st.booleans(),
        recuse=st.booleans(),
        recuse_evidence=st.booleans(),
        attribution=st.builds(AttributionRule, hours=HOURS, each=st.integers(1, 9), signers=ROLES),
    )
)
def test_a_rule_is_read_as_it_was_put(rule: ReviewRule) -> None:
    text = rule_text(rule)
    assert not any(isinstance(value, float) for value in (*text.values(), *text["attribution"].values()))
    assert rule_of_text(text) == rule


def test_what_is_not_known_is_put_as_no_text() -> None:
    finding = dict.fromkeys(
        ("finding_id", "stipulation", "provision", "instrument", "rule", "outcome", "held", "reason"), "x"
    )
    names = ("incident_id", "kind", "aspect", "occurred_start", "occurred_end", "lon", "lat", "semi_major_m")
    more = ("semi_minor_m", "count_min", "count_best", "count_max", "rung", "first_known_at", "last_known_at")
    incident = dict.fromkeys((*names, *more)) | {key: ["a"] for key in ("members", "classes", "means", "zones")}
    put = put_of(finding | {"facts": {"b": 1}, "evidence": [], "simulated": True}, incident | {"lon": 20.5})
    assert (put["lon"], put["lat"], put["facts"], put["members"]) == ("20.5", "", '{"b": 1}', ["a"])


def test_it_reads_on_as_it_would_read_anew(tmp_path: Path) -> None:
    first, second = officer_of("D1"), officer_of("D2")
    with room_in(tmp_path / "watch") as room:
        room.enrol(first, second)
        room.put(0, 1)
        one, two = room.commit(first), room.commit(second)
        room.open(one, first)
        room.open(two, second)
        room.withhold(first, "R-2")
        with reading(room.store) as kept:
            read_on = (kept.cases, kept.chains, kept.keys, kept.commitments, kept.left, kept.last_known_at)
        room.store.memory.put(KeptReviews())
        with reading(room.store) as kept:
            anew = (kept.cases, kept.chains, kept.keys, kept.commitments, kept.left, kept.last_known_at)
        assert read_on == anew
        assert len(kept.cases) == 2
