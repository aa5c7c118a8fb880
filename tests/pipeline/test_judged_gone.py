"""What was judged and is no longer on the list as it was put: by acts of analysts, on the real list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.reviews_on_record import CONCUR, NOW, Room, officer_of, room_in
from trucewatch.cli.main import app
from trucewatch.pipeline import assess
from trucewatch.pipeline.issue import draft_report, issue_report, make_again
from trucewatch.pipeline.review_effects import cases_at
from trucewatch.reports import build_daily
from trucewatch.store import Store
from trucewatch.store.edit_records import record_act, recorded_acts
from trucewatch.store.publications import publications, recorded_issues
from trucewatch.watch import load_watch

A, B = officer_of("D1"), officer_of("D2")
CENTRE = "joint-centre"
DAY = timedelta(days=1)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_in(tmp_path / "watch") as made:
        made.enrol(A, B)
        made.put()
        judge(made, "R-1")
        made.assessment = look(made)
        yield made


def judge(room: Room, code: str, **answers: str) -> None:
    """Both are in and open; what they dissent from stands as not agreed."""
    given = CONCUR | answers
    first, second = room.commit(A, code, answers=given), room.commit(B, code, answers=given)
    room.open(first, A, code)
    room.open(second, B, code)


def look(room: Room) -> Any:
    return assess(room.store, room.folder, now=room.now, as_of=room.now)


def act(room: Room, what: Any, **more: Any) -> None:
    """An act of an analyst, on the event of R-1 unless others are named."""
    room.pass_hours(0.1)
    of = {"members": room.case().members, **more}
    record_act(room.store, what, reason="a quarry", by="Anna", known_at=room.now, **of)
    room.assessment = look(room)


def printed(room: Room) -> dict[str, str]:
    """Incident → how its review stands in a draft of the day of R-1."""
    return {row.incident.incident_id: row.incident.review for row in report_of(room).rows}


def day_of(room: Room) -> date:
    return datetime.fromisoformat(str(room.case().put["occurred_start"])).date()


def report_of(room: Room, later: int = 0) -> Any:
    first = day_of(room) + later * DAY
    inputs = room.assessment.report_inputs()
    (recipient,) = [each for each in room.watch.settings.recipient if each.id == CENTRE]
    return build_daily(inputs, recipient=recipient, day_from=first, day_until=first + DAY)


def issue(room: Room, later: int = 0) -> None:
    first = day_of(room) + later * DAY
    issue_report(
        room.store,
        room.assessment,
        recipient=CENTRE,
        day_from=first,
        day_until=first + DAY,
        languages=["en"],
        formats=["csv"],
    )
    room.pass_hours(0.1)
    room.assessment = look(room)


def named(report: Any) -> list[tuple[str, str]]:
    return [field[1:] for each in report.corrections for field in each.fields if field[0] == "review"]


GONE: list[tuple[str, dict[str, Any]]] = [("reject", {}), ("retype", {"kind": "fire"}), ("retype", {"kind": "meeting"})]


@pytest.mark.parametrize(("what", "more"), GONE)
def test_what_is_taken_off_the_list_after_it_was_judged_is_not_reviewed_any_more(
    room: Room, what: str, more: dict[str, Any]
) -> None:
    assert printed(room)[room.case().incident] == "agreed"
    act(room, what, **more)
    assert room.assessment.outdated == {"R-1": "gone"}
    assert printed(room).get(room.case().incident, "not_reviewed") == "not_reviewed"
    rungs = {row["incident_id"]: row["rung"] for row in room.assessment.incidents.to_pylist()}
    assert rungs.get(room.case().incident) != "verified"
    assert room.reopen_late() == [], "there is nothing to put"
    assert room.case().state == "agreed", "what was judged stays"


def test_what_is_taken_back_stands_as_it_was_judged(room: Room) -> None:
    act(room, "reject")
    (rejected,) = recorded_acts(room.store)
    act(room, "undo", members=(), undoes=rejected.act_id)
    assert room.assessment.outdated == {}
    assert printed(room)[room.case().incident] == "agreed"


def test_another_kind_under_the_same_clause_is_printed_as_not_reviewed_before_anything_puts_it_anew(room: Room) -> None:
    act(room, "retype", kind="shot")
    assert room.assessment.outdated == {"R-1": "changed"}
    assert printed(room)[room.case().incident] == "not_reviewed"
    assert [case.code for case in room.book.cases()] == ["R-1"], "looking and a draft enter nothing"
    (entry,) = room.reopen_late()
    assert (entry.record["why"], entry.record["before"]) == ("late_evidence", "R-1")


def test_it_is_put_anew_before_a_report_is_issued_and_no_draft_puts_it(room: Room) -> None:
    act(room, "retype", kind="shot")
    draft_report(
        room.assessment,
        recipient=CENTRE,
        day_from=day_of(room),
        day_until=day_of(room) + DAY,
        languages=["en"],
        formats=["csv"],
    )
    assert [case.code for case in room.book.cases()] == ["R-1"]
    issue(room)
    assert [(case.code, case.state) for case in room.book.cases()] == [("R-1", "agreed"), ("R-2", "open")]
    entries = [entry.record["schema"] for entry in room.store.journal.entries()]
    case, issued = (
        max(at for at, each in enumerate(entries) if name in each) for name in ("review-case", "publication/")
    )
    assert case < issued
    (recorded,) = recorded_issues(room.store)
    remade = make_again(room.store, room.folder, recorded, format="csv", language="en", now=room.now)
    assert remade.is_as_issued


def test_a_list_of_an_earlier_moment_puts_nothing_anew(room: Room) -> None:
    act(room, "retype", kind="shot")
    early = room.assessment.as_of - timedelta(minutes=1)
    room.assessment = assess(room.store, room.folder, now=room.now, as_of=early)
    issue_report(
        room.store,
        room.assessment,
        recipient=CENTRE,
        day_from=day_of(room),
        day_until=day_of(room) + DAY,
        languages=["en"],
        formats=["csv"],
    )
    assert [case.code for case in room.book.cases()] == ["R-1"]


def test_what_is_put_anew_before_an_issue_closes_no_case_of_which_the_report_knows_nothing(room: Room) -> None:
    room.put(1)
    first = room.commit(A, "R-2")
    room.commit(B, "R-2")
    room.pass_hours(30)
    room.open(first, A, "R-2")
    room.now += 30 * DAY
    room.assessment = look(room)
    act(room, "retype", kind="shot")
    assert room.case("R-2").outcome is None
    assert room.book.over(), "nothing more is to come of it"
    issue(room)
    assert [case.code for case in room.book.cases()] == ["R-1", "R-2", "R-3"]
    assert room.case("R-2").outcome is None
    (recorded,) = recorded_issues(room.store)
    remade = make_again(room.store, room.folder, recorded, format="csv", language="en", now=room.now)
    assert remade.is_as_issued


@pytest.mark.parametrize(("what", "more"), [*GONE, ("retype", {"kind": "shot"})])
def test_the_next_report_names_it_once_whatever_was_issued_between(room: Room, what: str, more: dict[str, Any]) -> None:
    issue(room)
    act(room, what, **more)
    next_day = report_of(room, later=1)
    assert named(next_day) == [("agreed", "not_reviewed")]
    issue(room, later=1)
    (last,) = [each for each in publications(room.store) if each.number == next_day.number]
    assert last.reviews == ((room.case().incident, "not_reviewed"),)
    assert named(report_of(room, later=2)) == []
    assert named(report_of(room, later=1)) == [("agreed", "not_reviewed")], "the same report again names the same"
    assert report_of(room, later=1).revision == 1


def test_of_events_that_were_merged_the_case_of_the_one_that_is_left_stands_and_the_other_is_gone(room: Room) -> None:
    room.put(1)
    judge(room, "R-2")
    members = sorted({*room.case("R-1").members, *room.case("R-2").members})
    act(room, "merge", members=(), parts=[members])
    assert len(room.assessment.outdated) == 2
    assert "gone" in room.assessment.outdated.values()
    late = room.reopen_late()
    gone = [code for code, why in room.assessment.outdated.items() if why == "gone"]
    assert [entry.record["before"] for entry in late] == sorted({"R-1", "R-2"} - set(gone))


def test_a_finding_that_comes_of_it_under_another_id_can_be_put_by_people(room: Room) -> None:
    act(room, "retype", kind="fire")
    before = {case.finding for case in room.book.cases()}
    fresh = [
        row["finding_id"]
        for row in room.assessment.recorded_findings.to_pylist()
        if row["incident_id"] and row["finding_id"] not in before
    ]
    assert fresh
    room.put(room.findings.index(fresh[0]))
    assert room.book.cases()[-1].finding == fresh[0]
    assert room.book.cases()[-1].before == ""


def test_a_run_puts_anew_what_late_evidence_changed_and_nothing_twice(tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    with room_in(folder) as room:
        room.enrol(A, B)
        room.put()
        judge(room, "R-1")
        record_act(
            room.store, "retype", reason="a quarry", by="Anna", known_at=NOW, members=room.case().members, kind="shot"
        )
    for _ in range(2):
        assert CliRunner().invoke(app, ["run", str(folder)]).exit_code == 0
        with Store(folder, lambda: NOW + DAY) as store:
            cases = cases_at(store, load_watch(folder), NOW + DAY)
            assert [(case.code, case.state, case.why) for case in cases] == [
                ("R-1", "agreed", "put"),
                ("R-2", "open", "late_evidence"),
            ]
