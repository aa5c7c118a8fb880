"""The quorum rule: whose word is missing, whatever the order in which people agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.quorum import NEEDS, Assent, Needs, standing
from trucewatch.model.roles import Role

SIDES = ("NI", "SI")
ASSENTS = st.lists(
    st.builds(
        Assent,
        subject=st.just("release:d-1:4"),
        person=st.sampled_from(["p-a", "p-b", "p-c", "p-d"]),
        side=st.sampled_from(["NI", "SI", "UV", ""]),
        role=st.sampled_from([*Role, ""]),
        entry=st.integers(0, 99),
        recorded_at=st.just(datetime(2031, 5, 3, 10, tzinfo=UTC)),
        taken_back=st.booleans(),
    ),
    max_size=5,
)


def assent(side: str, role: Role, person: str = "p-a") -> Assent:
    moment = datetime(2031, 5, 3, 10, tzinfo=UTC)
    return Assent(subject="reply:C-3:2", person=person, side=side, role=role, entry=1, recorded_at=moment)


@given(ASSENTS, st.sampled_from(NEEDS), st.randoms())
def test_the_order_in_which_people_agree_changes_nothing(assents: list[Assent], needs: Needs, lot: object) -> None:
    shuffled = sorted(assents, key=lambda _: lot.random())  # type: ignore[attr-defined]
    assert standing(needs, shuffled, SIDES).missing == standing(needs, assents, SIDES).missing


@given(ASSENTS, ASSENTS, st.sampled_from(NEEDS))
def test_one_more_word_never_makes_more_missing(assents: list[Assent], more: list[Assent], needs: Needs) -> None:
    later = [replace(each, entry=each.entry + 100) for each in more]  # what is entered later has a later entry
    assert set(standing(needs, [*assents, *later], SIDES).missing) <= set(standing(needs, assents, SIDES).missing)


@given(ASSENTS, st.sampled_from(NEEDS))
def test_what_was_taken_back_counts_for_nothing(assents: list[Assent], needs: Needs) -> None:
    gone = [replace(each, taken_back=True) for each in assents]
    assert standing(needs, gone, SIDES) == standing(needs, [], SIDES)


@given(ASSENTS)
def test_what_both_heads_agreed_is_agreed_by_every_rule(assents: list[Assent]) -> None:
    if standing("each_head", assents, SIDES).is_reached:
        assert all(standing(needs, assents, SIDES).is_reached for needs in NEEDS)


def test_two_officers_of_one_delegation_are_one_voice() -> None:
    both = [assent("NI", Role.OFFICER, "p-a"), assent("NI", Role.OFFICER, "p-b")]
    assert standing("each_delegation", both, SIDES).missing == ("SI",)
    assert standing("each_delegation", [*both, assent("SI", Role.HEAD, "p-c")], SIDES).is_reached


def test_an_officer_is_no_head_and_a_shift_lead_speaks_for_no_delegation() -> None:
    for order in permutations([assent("NI", Role.OFFICER), assent("SI", Role.OFFICER, "p-b")]):
        assert standing("each_head", order, SIDES).missing == SIDES
        assert standing("one_head", order, SIDES).missing == ("",)
    leads = [assent("NI", Role.SHIFT_LEAD), assent("SI", Role.SHIFT_LEAD, "p-b")]
    assert standing("each_delegation", leads, SIDES).missing == SIDES


def test_a_word_for_somebody_who_is_no_delegation_of_the_watch_is_not_asked_for() -> None:
    assert standing("each_head", [assent("UV", Role.HEAD)], SIDES).missing == SIDES


def test_somebody_who_changed_sides_has_one_word() -> None:
    early, late = assent("NI", Role.HEAD), replace(assent("SI", Role.HEAD), entry=2)
    for needs in ("each_head", "each_delegation"):
        assert standing(needs, [early, late], SIDES).missing == ("SI",)
        other = replace(late, person="p-b")
        assert standing(needs, [early, other], SIDES).is_reached
