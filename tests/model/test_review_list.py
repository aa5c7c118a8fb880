"""The R list is derived from cases: one line a finding, under whatever id its incident was put."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import incidents
from tests.reviewed_cases import case_of
from trucewatch.model.incident import incident_rows
from trucewatch.model.review_list import cases_among, names_of_events, review_documents, review_lines

FIRST, OTHER = incident_rows(incidents({}, {"kind": "shot"}))


def test_cases_of_an_incident_are_found_by_its_id_its_first_report_and_the_case_before() -> None:
    put = case_of(FIRST)
    renamed = replace(case_of(FIRST, number=2, stipulation="2"), incident="i-of-then")
    again = replace(case_of(OTHER, number=3, before="R-1"), incident="i-later")
    elsewhere = case_of(OTHER, number=4)
    assert [case.code for case in cases_among([elsewhere, again, renamed, put], FIRST)] == ["R-1", "R-2", "R-3"]


def test_an_event_is_told_under_the_ids_that_its_reports_gave_it_and_under_no_other() -> None:
    table = incidents({"members": ["o-aa", "o-bb", "o-cc"]}, {"members": ["o-dd"]})
    moved, split, gone = names_of_events([("i-bb", ["o-bb", "o-cc"]), ("i-cc", ["o-dd", "o-cc"]), ("i-ee", [])], table)
    now = [row.incident_id for row in incident_rows(table)]
    assert moved == {now[0], "i-aa", "i-bb", "i-cc"}
    assert split == {now[1], "i-cc", "i-dd"}
    assert gone == {"i-ee"}


def test_a_finding_has_one_line_with_its_earlier_cases_and_who_apart() -> None:
    who = replace(case_of(FIRST, number=2, before="R-1"), questions=("who",), why="attribution")
    late = case_of(FIRST, number=3, state="open", before="R-1", why="late_evidence")
    (line,) = review_lines([case_of(FIRST), who, late])
    assert (line.case.code, [case.code for case in line.earlier], [case.code for case in line.of_who]) == (
        "R-3",
        ["R-1"],
        ["R-2"],
    )
    assert (line.state, line.is_agreed) == ("open", False)


def test_for_programs_each_case_names_its_entry_and_the_case_before() -> None:
    (document,) = review_documents([case_of(FIRST, number=2, before="R-1")])
    assert (document["code"], document["before"], document["state"]) == ("R-2", "R-1", "agreed")
    assert document["questions"]["what"] == "agreed"
