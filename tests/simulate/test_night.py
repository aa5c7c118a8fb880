"""The invented night of the example: entered through the real operations, once, all of it simulated."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.conftest import ROOT, each
from tests.pipeline.test_command_line import call

from trucewatch.cli.play_night import FILE, give_accounts, night_of, play
from trucewatch.desks import find, indexes
from trucewatch.desks.watchkeeping.log_lines import strike_line
from trucewatch.desks.watchkeeping.operations import Shifts
from trucewatch.model.roles import roles_of
from trucewatch.model.watch import Watch
from trucewatch.pipeline.drilling import drilled
from trucewatch.pipeline.flash_acts import undo_act
from trucewatch.simulate.night import Night, moment_of, read_night
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of, claims_on_record, words_of_claim
from trucewatch.store.drill_records import drills_on_record
from trucewatch.store.duty_task_records import tasks_on_record
from trucewatch.store.flash_records import flashes_on_record
from trucewatch.store.letter_records import letters_on_record
from trucewatch.store.line_check_records import line_checks
from trucewatch.store.role_records import grants_on_record
from trucewatch.store.shift_records import lines_on_record, shift_now, shifts_on_record
from trucewatch.store.sign_in_accounts import Accounts
from trucewatch.watch import load_watch

EXAMPLE = ROOT / "examples" / "two-valleys"
EXPECTED = {"calls": 14, "letters": 3, "letter_claims": 18, "complaints": 6}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with its night entered."""
    folder = tmp_path_factory.mktemp("night") / "two-valleys"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".trucewatch"))
    night = night_of(folder)
    assert night is not None
    with Store(folder, now, desks=indexes()) as store:
        played = play(store, load_watch(folder), night)
    assert {name: getattr(played, name) for name in EXPECTED} == EXPECTED
    return folder


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Iterator[tuple[Store, Watch, Night]]:
    """A copy of it to be changed."""
    copy = Path(shutil.copytree(folder, tmp_path / folder.name))
    with Store(copy, now, desks=indexes()) as store:
        yield store, load_watch(copy), read_night((copy / FILE).read_text("utf-8"))


def now() -> datetime:
    return datetime.now(UTC)


def register_of(folder: Path) -> list[dict[str, object]]:
    code, text = call("complaints", str(folder), "--json")
    assert code == 0
    rows: list[dict[str, object]] = json.loads(text)["complaints"]
    return rows


def test_a_night_played_again_enters_nothing_twice(own: tuple[Store, Watch, Night]) -> None:
    store, watch, night = own
    entries = len(store.journal)
    assert play(store, watch, night).is_nothing
    assert len(store.journal) == entries


def test_what_was_entered_is_simulated_and_a_drill_is_labelled(own: tuple[Store, Watch, Night]) -> None:
    store, _, night = own
    claims = claims_on_record(store)
    assert len(claims) == EXPECTED["calls"] + EXPECTED["letter_claims"]
    assert {claim.simulated for claim in claims} == {True}
    assert [claim.code for claim in claims if claim.is_drill] == ["CL-12"]
    assert [row.key for row in night.call if row.is_drill] == ["drill"]


def test_two_callers_of_one_village_are_joined_and_a_claim_of_next_week_has_no_time(
    own: tuple[Store, Watch, Night],
) -> None:
    store, _, _ = own
    claims = {claim.code: claim for claim in claims_on_record(store)}
    first, second = claims["CL-1"], claims["CL-2"]
    assert first.speaker == second.speaker
    assert (first.joined, second.joined) == ((2,), (1,))
    assert {language for language, _, _ in second.translations} == {"en"}
    ahead = claims["CL-13"]
    assert ahead.event.when is None
    assert words_of_claim(store, ahead).when == "next Saturday"
    assert claims["CL-11"].answers.in_danger == "yes"


def test_every_call_but_the_one_of_next_week_is_understood(own: tuple[Store, Watch, Night]) -> None:
    store, _, _ = own
    calls = [claim for claim in each(claims_on_record(store)) if not claim.letter]
    assert [claim.code for claim in calls if claim.event.when is None] == ["CL-13"]
    assert [claim.code for claim in calls if claim.event.where is None] == []
    bases = Counter(claim.event.where.basis for claim in calls if claim.event.where)
    assert set(bases) == {"flash_to_bang", "mgrs", "offset", "place"}


def test_the_letters_are_of_both_sides_and_one_row_lies_ahead(own: tuple[Store, Watch, Night]) -> None:
    store, _, _ = own
    letters = letters_on_record(store)
    assert [letter.sender.code for letter in letters] == ["party:UV", "party:LV", "party:LV"]
    rows = Counter(claim.letter for claim in claims_on_record(store) if claim.letter)
    assert rows == {1: 12, 2: 4, 3: 2}
    ahead = [
        claim.row
        for claim in claims_on_record(store)
        if claim.letter == 1 and claim.event.when and claim.event.when.start > letters[0].received_at
    ]
    assert ahead == [12]


def test_one_reply_says_that_nothing_was_found_one_was_late_and_is_appealed(folder: Path) -> None:
    rows = {row["number"]: row for row in register_of(folder)}
    assert (rows["C-1"]["outcome"], rows["C-1"]["state"]) == ("nothing_found", "answered")
    assert (rows["C-2"]["appeals"], rows["C-2"]["state"]) == (1, "open")
    assert (rows["C-3"]["overdue"], rows["C-3"]["state"]) == (True, "open")
    assert rows["C-4"]["claims"] == ["CL-6", "CL-4"]
    assert rows["C-5"]["claims"] == ["CL-7", "CL-4"]


def test_no_account_is_in_force_after_the_night_alone(own: tuple[Store, Watch, Night]) -> None:
    store, _, _ = own
    accounts = Accounts(store.root / "private", now)
    assert accounts.people() == ()
    assert not accounts.in_use
    assert grants_on_record(store) == ()


def test_with_people_each_gets_one_address_and_nobody_signs_in_before_one_is_completed(
    own: tuple[Store, Watch, Night], folder: Path
) -> None:
    store, watch, night = own
    links = list(give_accounts(store, watch, night, folder))
    assert links[0][0] == "wenda"
    assert len({address for _, _, address in links}) == len(night.person) == 12
    assert {role for _, role, _ in links} == {role.value for role in roles_of("centre")} - {"analyst"}
    accounts = Accounts(store.root / "private", now)
    assert not accounts.in_use
    assert len(accounts.people()) == len(night.person)
    assert list(give_accounts(store, watch, night, folder)) == [], "a second time nobody is added twice"
    assert set(store.keys.people().values()) >= {person.name for person in night.person}


def test_the_shift_was_handed_over_at_eight_and_signed_by_who_came(own: tuple[Store, Watch, Night]) -> None:
    store, watch, night = own
    first = shifts_on_record(store)[0]
    assert first.handover is not None
    assert first.handover.signed is not None
    assert first.ended_at is not None
    assert f"{first.ended_at.astimezone(watch.zone):%Y-%m-%d %H:%M}" == "2031-05-03 08:00"
    assert first.handover.by == store.keys.person_reference(night.somebody("lead-ni").name)
    assert first.handover.signed.by == store.keys.person_reference(night.somebody("lead-si").name)
    present = shift_now(store)
    assert present is not None
    assert not present.is_past_end(moment_of(night.call[-1].at, watch))


def test_both_sides_said_that_it_was_quiet_and_the_time_runs_from_the_first_report(
    own: tuple[Store, Watch, Night],
) -> None:
    store, watch, night = own
    flash = flashes_on_record(store)[0]
    call = next(call for call in night.call if call.key == "bridge-first")
    assert flash.draft.first_report == moment_of(call.at, watch)
    assert [flash.acknowledged(side) is not None for side in ("UV", "LV", "HG")] == [True, True, True]
    said = {side: act.via for side in ("UV", "LV") if (act := flash.acknowledged(side))}
    assert said == {"UV": "console", "LV": "telephone"}
    assert flash.time_to_quiet("UV") == timedelta(minutes=25)
    assert flash.time_to_quiet() == flash.time_to_quiet("LV") == timedelta(minutes=30)
    assert flash.ended is not None
    assert not flash.is_drill


def test_the_drill_has_a_call_and_a_message_and_ended_with_a_call_that_was_real(
    own: tuple[Store, Watch, Night],
) -> None:
    store, _, _ = own
    (drill,) = drills_on_record(store)
    entered = drilled(store, drill)
    assert [claim.is_drill for claim in entered.claims] == [True]
    assert [flash.draft.drill for flash in entered.flashes] == [1]
    assert entered.flashes[0].ended is not None
    assert drill.end == "real"
    assert not claim_of(store, drill.ended_for).is_drill


def test_a_task_was_done_and_access_was_refused_with_a_reason(own: tuple[Store, Watch, Night]) -> None:
    store, _, _ = own
    look, access = tasks_on_record(store)
    assert (look.sort, look.state) == ("look", "done")
    assert (access.sort, access.state) == ("access", "refused")
    assert access.reason.startswith("w-")
    assert access.place is not None


def test_every_line_that_is_to_be_checked_was_checked_in_each_shift(own: tuple[Store, Watch, Night]) -> None:
    store, _, _ = own
    for shift in shifts_on_record(store):
        until = shift.ended_at or shift.planned_end
        assert until is not None
        checked = {each.of for each in line_checks(store) if shift.began_at <= each.at < until}
        assert checked == {"UV", "LV", "HG"}, shift.code


def test_what_was_taken_back_of_the_watch_stays_so_when_the_night_is_played_again(
    own: tuple[Store, Watch, Night],
) -> None:
    store, watch, night = own
    line = next(iter(lines_on_record(store).values()))
    act = flashes_on_record(store)[0].acts[-1]
    undo_act(store, "UM-1", act.entry, by="analyst", now=act.at)
    strike_line(Shifts(store, watch, act.at), line.entry, by="analyst", reason="another night")
    assert play(store, watch, night).is_nothing
    assert flashes_on_record(store)[0].ended is None
    assert lines_on_record(store)[line.entry].struck


def test_a_watch_of_real_facts_has_no_night() -> None:
    assert night_of(ROOT / "examples" / "karabakh-2020") is None
    assert night_of(EXAMPLE) is not None


def test_a_key_that_is_not_known_is_refused() -> None:
    text = (EXAMPLE / FILE).read_text("utf-8")
    assert read_night(text).person
    with pytest.raises(ValidationError):
        read_night(re.sub(r'^role = "auditor"$', 'rolle = "auditor"', text, flags=re.MULTILINE))


def test_the_desks_have_what_the_night_is_entered_with() -> None:
    names = {name for desk in find() for name in ("Register", "People") if desk.gives("operations", name, None)}
    assert names == {"Register", "People"}
