"""Roles on record: who holds what at which moment, what cannot be granted, and that what is granted stays in order."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.conftest import ROOT
from trucewatch.errors import StoreError
from trucewatch.model.roles import ALONE, RIGHTS, Right, Role, roles_of
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.role_records import (
    LONGEST,
    REMOVED,
    RoleRefusedError,
    administrators,
    end_role,
    enter_account_act,
    grant_role,
    grants_on_record,
    held_by,
    kept_grants,
    remove_person,
    sides_of,
)
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KEEPER = "p-keeper"
"""Whoever sits at the computer when there are no accounts yet."""


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def watch() -> Watch:
    return load_watch(ROOT / "examples" / "two-valleys")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store(tmp_path, clock) as store:
        yield store


class Granting:
    """Grants in a store with as little said as a test needs."""

    def __init__(self, store: Store, watch: Watch, clock: Clock) -> None:
        self.store, self.watch, self.clock = store, watch, clock

    def __call__(
        self, person: str, role: Role, side: str = "", *, begins: int = 0, days: int = 30, by: str = "p-admin"
    ) -> int:
        """The entry of a grant that begins in so many days and lasts so many."""
        from_at = self.clock.now + begins * DAY
        entry = grant_role(
            self.store,
            self.watch,
            person=person,
            role=role,
            side=side,
            from_at=from_at,
            until_at=from_at + days * DAY,
            by=by,
            now=self.clock.now,
        )
        return entry.number

    def refused(self, *args: object, **how: object) -> str:
        before = len(self.store.journal)
        with pytest.raises(RoleRefusedError) as refusal:
            self(*args, **how)  # type: ignore[arg-type]
        assert len(self.store.journal) == before, "nothing is entered of what is refused"
        return str(refusal.value)

    def end(self, entry: int, *, reason: str = "she went home", by: str = "p-admin") -> None:
        end_role(self.store, entry, by=by, now=self.clock.now, reason=reason)


@pytest.fixture
def grant(store: Store, watch: Watch, clock: Clock) -> Granting:
    granting = Granting(store, watch, clock)
    granting("p-admin", Role.ADMINISTRATOR, by=KEEPER, days=400)
    return granting


def test_a_role_is_held_from_its_beginning_until_its_end_and_no_longer(store: Store, grant: Granting) -> None:
    grant("p-ann", Role.OFFICER, "NI", begins=2, days=3)
    assert held_by(grants_on_record(store), "p-ann", NOW) == ()
    (held,) = held_by(grants_on_record(store), "p-ann", NOW + 2 * DAY)
    assert (held.role, held.side, held.by) == (Role.OFFICER, "NI", "p-admin")
    assert held_by(grants_on_record(store), "p-ann", NOW + 5 * DAY) == ()


def test_a_role_that_was_ended_is_held_no_more_from_that_moment(store: Store, grant: Granting, clock: Clock) -> None:
    entry = grant("p-ann", Role.OFFICER, "NI")
    clock.now += DAY
    grant.end(entry)
    assert held_by(grants_on_record(store), "p-ann", clock.now) == ()
    assert held_by(grants_on_record(store), "p-ann", clock.now - timedelta(seconds=1))
    with pytest.raises(RoleRefusedError, match="over already"):
        grant.end(entry)


def test_the_first_grant_of_a_watch_is_an_administrators(store: Store, watch: Watch, clock: Clock) -> None:
    granting = Granting(store, watch, clock)
    assert "administrator's" in granting.refused("p-ann", Role.HEAD, "NI", by=KEEPER)
    assert granting("p-ann", Role.ADMINISTRATOR, by="p-ann") >= 0


def test_nobody_grants_a_role_to_themselves(grant: Granting) -> None:
    assert "themselves" in grant.refused("p-admin", Role.ADMINISTRATOR, begins=400)


@pytest.mark.parametrize("role", [Role.HEAD, Role.OFFICER, Role.SHIFT_LEAD, Role.ANALYST, Role.INTERPRETER])
@pytest.mark.parametrize("side", ["", "UV", "public", "XX"])
def test_a_role_of_a_delegation_names_one_of_this_watch(grant: Granting, role: Role, side: str) -> None:
    assert "NI, SI" in grant.refused("p-ann", role, side)


def test_a_liaison_speaks_for_a_party_a_delegation_or_a_recipient(grant: Granting, watch: Watch) -> None:
    sides = sides_of(watch, Role.LIAISON)
    assert {"UV", "LV", "JC", "NI", "SI"} < set(sides)
    assert {recipient.id for recipient in watch.settings.recipient} < set(sides)
    for number, side in enumerate(sides):
        grant(f"p-{number}", Role.LIAISON, side)
    assert "a party" in grant.refused("p-ann", Role.LIAISON, "XX")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_role_that_is_held_for_nobody_takes_no_side(grant: Granting, role: Role) -> None:
    assert "no side" in grant.refused("p-ann", role, "NI")


def test_a_time_that_cannot_be_is_refused_with_its_reason(grant: Granting) -> None:
    assert "before it begins" in grant.refused("p-ann", Role.OFFICER, "NI", days=0)
    assert "400 days" in grant.refused("p-ann", Role.OFFICER, "NI", days=LONGEST.days + 1)
    assert "now or later" in grant.refused("p-ann", Role.OFFICER, "NI", begins=-3)
    assert "past" in grant.refused("p-ann", Role.OFFICER, "NI", begins=-3, days=1)


def test_a_delegation_has_one_head_at_a_time_and_a_deputy_when_that_role_is_ended(grant: Granting) -> None:
    head = grant("p-ann", Role.HEAD, "NI", days=100)
    assert "deputy" in grant.refused("p-bob", Role.HEAD, "NI", begins=50, days=5)
    grant("p-cem", Role.HEAD, "SI", days=100)
    grant.end(head)
    grant("p-bob", Role.HEAD, "NI", days=5)
    grant("p-ann", Role.HEAD, "NI", begins=5)


@pytest.mark.parametrize("other", [Role.LIAISON, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_checks_keeps_or_speaks_for_a_side_takes_no_other_part(grant: Granting, other: Role) -> None:
    side = "NI" if other is Role.LIAISON else ""
    grant("p-ann", other, side)
    assert "at once" in grant.refused("p-ann", Role.OFFICER, "NI")
    grant("p-bob", Role.OFFICER, "NI")
    assert "at once" in grant.refused("p-bob", other, side)
    grant("p-bob", other, side, begins=30)


def test_nobody_works_for_two_sides(grant: Granting) -> None:
    """Else one person would be both of the two that the quorum asks for."""
    grant("p-ann", Role.OFFICER, "NI")
    grant("p-ann", Role.SHIFT_LEAD, "NI")
    assert "two sides" in grant.refused("p-ann", Role.ANALYST, "SI")
    grant("p-bob", Role.LIAISON, "UV")
    assert "two sides" in grant.refused("p-bob", Role.LIAISON, "LV")


def test_the_last_administrator_cannot_be_ended_or_removed(store: Store, grant: Granting, clock: Clock) -> None:
    first = grants_on_record(store)[0].entry
    with pytest.raises(RoleRefusedError, match="last administrator"):
        grant.end(first)
    with pytest.raises(RoleRefusedError, match="last administrator"):
        remove_person(store, "p-admin", by=KEEPER, now=clock.now)
    grant("p-bob", Role.ADMINISTRATOR)
    remove_person(store, "p-admin", by="p-bob", now=clock.now)
    assert administrators(grants_on_record(store), clock.now) == {"p-bob"}


def test_where_nobody_signs_in_yet_the_last_administrator_is_removed_too(
    store: Store, grant: Granting, clock: Clock
) -> None:
    remove_person(store, "p-admin", by=KEEPER, now=clock.now, may_be_last=True)
    assert not administrators(grants_on_record(store), clock.now)
    assert "administrator's" in grant.refused("p-bob", Role.OFFICER, "NI", by=KEEPER)
    grant("p-bob", Role.ADMINISTRATOR, by=KEEPER)


def test_where_every_administrators_time_ran_out_the_next_role_is_one(grant: Granting, clock: Clock) -> None:
    """Time ends the last one all the same; whoever owns the computer grants the role anew at its terminal."""
    clock.now += 400 * DAY
    assert "administrator's" in grant.refused("p-bob", Role.OFFICER, "NI", by=KEEPER)
    grant("p-admin", Role.ADMINISTRATOR, by=KEEPER)


def test_an_administrator_who_is_to_come_does_not_stand_in_for_the_last_one(store: Store, grant: Granting) -> None:
    grant("p-bob", Role.ADMINISTRATOR, begins=3)
    with pytest.raises(RoleRefusedError, match="last administrator"):
        grant.end(grants_on_record(store)[0].entry)


def test_an_account_that_is_removed_loses_every_role_in_one_step(store: Store, grant: Granting, clock: Clock) -> None:
    grant("p-ann", Role.OFFICER, "NI")
    grant("p-ann", Role.HEAD, "NI", begins=40)
    entries = remove_person(store, "p-ann", by="p-admin", now=clock.now)
    assert [entry.record["schema"].split("/")[1] for entry in entries] == ["account", "role-end", "role-end"]
    endings = [kept.ending for kept in kept_grants(store) if kept.grant.person == "p-ann"]
    assert [ending.reason_code if ending else None for ending in endings] == [REMOVED, REMOVED]
    assert not held_by(grants_on_record(store), "p-ann", clock.now + 45 * DAY)


def test_an_end_needs_a_reason_which_stands_apart_from_the_record(store: Store, grant: Granting) -> None:
    entry = grant("p-ann", Role.OFFICER, "NI")
    with pytest.raises(RoleRefusedError, match="Say why"):
        grant.end(entry, reason="  ")
    grant.end(entry, reason="she fell ill")
    record = list(store.journal.entries())[-1].record
    assert store.words.read(record["reason"]) == "she fell ill"
    assert "ill" not in repr(dict(record))
    with pytest.raises(StoreError, match="grants no role"):
        grant.end(0)


def test_an_act_on_an_account_holds_a_reference_and_nothing_else_of_the_person(store: Store, clock: Clock) -> None:
    entry = enter_account_act(store, person="p-ann", act="reset", by="p-admin", now=clock.now)
    assert set(entry.record) == {"schema", "person", "act", "by", "known_at", "recorded_at"}


def test_a_grant_of_another_program_is_seen_when_the_journal_has_grown(store: Store, grant: Granting) -> None:
    before = grants_on_record(store)
    assert grants_on_record(store) is before, "nothing is read anew while nothing was entered"
    grant("p-ann", Role.OFFICER, "NI")
    assert len(grants_on_record(store)) == len(before) + 1


PEOPLE = st.sampled_from(["p-ann", "p-bob", "p-cem", "p-admin"])
SIDES = st.sampled_from(["", "NI", "SI", "UV"])


class RolesInOrder(RuleBasedStateMachine):
    """Whatever is granted and ended, in whatever order, by whomever: what holds of roles holds at every moment."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.store = Store(Path(self.folder.name), self.clock)
        self.store.__enter__()
        self.watch = load_watch(ROOT / "examples" / "two-valleys")
        self.grant = Granting(self.store, self.watch, self.clock)
        self.grant("p-admin", Role.ADMINISTRATOR, by=KEEPER, days=400)

    def teardown(self) -> None:
        self.store.__exit__(None, None, None)
        self.folder.cleanup()

    @rule(
        person=PEOPLE,
        role=st.sampled_from(Role),
        side=SIDES,
        begins=st.integers(0, 20),
        days=st.integers(1, 60),
        by=PEOPLE,
    )
    def grants(self, person: str, role: Role, side: str, begins: int, days: int, by: str) -> None:
        before = administrators(grants_on_record(self.store), self.clock.now)
        try:
            self.grant(person, role, side, begins=begins, days=days, by=by)
        except RoleRefusedError:
            return
        assert by != person or not before

    @precondition(lambda self: grants_on_record(self.store))
    @rule(pick=st.integers(0, 1000))
    def ends(self, pick: int) -> None:
        grants = grants_on_record(self.store)
        self._loses_no_administrator(lambda: self.grant.end(grants[pick % len(grants)].entry))

    @rule(person=PEOPLE)
    def removes(self, person: str) -> None:
        self._loses_no_administrator(lambda: remove_person(self.store, person, by=KEEPER, now=self.clock.now))

    def _loses_no_administrator(self, act: Callable[[], object]) -> None:
        had = administrators(grants_on_record(self.store), self.clock.now)
        with suppress(RoleRefusedError):
            act()
        assert not had or administrators(grants_on_record(self.store), self.clock.now)

    @rule(days=st.integers(1, 15))
    def time_passes(self, days: int) -> None:
        self.clock.now += days * DAY

    @invariant()
    def at_every_moment_roles_are_in_order(self) -> None:
        grants = grants_on_record(self.store)
        moments = {grant.from_at for grant in grants} | {self.clock.now}
        for moment in moments:
            held = [grant for grant in grants if grant.is_held(moment)]
            heads = Counter(grant.side for grant in held if grant.role is Role.HEAD)
            assert all(count == 1 for count in heads.values())
            for person in {grant.person for grant in held}:
                own = [grant for grant in held if grant.person == person]
                assert len({grant.role for grant in own}) == 1 or not ALONE & {grant.role for grant in own}
                assert len({grant.side for grant in own}) == 1


TestRolesInOrder = RolesInOrder.TestCase
TestRolesInOrder.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)


@pytest.fixture
def aid_grant(store: Store, clock: Clock) -> Granting:
    granting = Granting(store, load_watch(ROOT / "examples" / "two-valleys-aid"), clock)
    granting("p-admin", Role.ADMINISTRATOR, by=KEEPER, days=400)
    return granting


@pytest.mark.parametrize("role", [Role.HEAD, Role.OFFICER, Role.SHIFT_LEAD, Role.ANALYST, Role.INTERPRETER])
def test_nobody_works_for_a_delegation_in_a_humanitarian_instance(aid_grant: Granting, role: Role) -> None:
    assert "a role of a joint centre" in aid_grant.refused("p-ann", role, "NI")
    assert role not in roles_of("humanitarian")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MEMBER])
def test_nobody_coordinates_or_stands_for_an_organisation_in_a_joint_centre(grant: Granting, role: Role) -> None:
    assert "a role of a humanitarian instance" in grant.refused("p-ann", role, "HR")
    assert role not in roles_of("centre")


def test_a_member_is_of_an_organisation_of_the_file_and_of_one_alone(aid_grant: Granting) -> None:
    assert "HR" in aid_grant.refused("p-ann", Role.MEMBER, "UV")
    assert "HR" in aid_grant.refused("p-ann", Role.MEMBER)
    aid_grant("p-ann", Role.MEMBER, "HR")
    assert "two sides" in aid_grant.refused("p-ann", Role.MEMBER, "LB")
    assert [held.side for held in held_by(grants_on_record(aid_grant.store), "p-ann", aid_grant.clock.now)] == ["HR"]


def test_a_coordinator_is_of_nobody_and_reads_no_log_of_who_read_what(aid_grant: Granting) -> None:
    assert "no side" in aid_grant.refused("p-cor", Role.COORDINATOR, "UNRH")
    aid_grant("p-cor", Role.COORDINATOR)
    assert Right.AUDIT not in RIGHTS[Role.COORDINATOR]
    assert {Right.AID, Right.COORDINATE} <= RIGHTS[Role.COORDINATOR]


def test_roles_that_take_no_part_are_of_both_kinds(aid_grant: Granting) -> None:
    for number, (role, side) in enumerate([(Role.LIAISON, "UV"), (Role.LIAISON, "LV"), (Role.AUDITOR, "")]):
        aid_grant(f"p-{number}", role, side)
    assert "at once" in aid_grant.refused("p-2", Role.MEMBER, "HR")


def test_no_role_of_the_centre_enters_what_organisations_state() -> None:
    for role in roles_of("centre"):
        assert not RIGHTS[role] & {Right.AID, Right.COORDINATE}, role


def test_a_watch_without_organisations_has_no_members(store: Store, clock: Clock) -> None:
    watch = load_watch(ROOT / "examples" / "two-valleys-aid")
    granting = Granting(store, replace(watch, humanitarian=None), clock)
    granting("p-admin", Role.ADMINISTRATOR, by=KEEPER, days=400)
    assert "names no organisation yet" in granting.refused("p-ann", Role.MEMBER, "HR")
