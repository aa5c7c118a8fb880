"""Outside the centre stands how each review came out, and nothing of who said what; a change of it is told once."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.invented import CENTRE, DAY, EVERYONE, OPEN_CELLS, at, finding, incident, inputs_of
from tests.reports.opened import everything_in
from tests.reviewed_cases import ALL_AGREED, case_of
from trucewatch.locale import words
from trucewatch.model.incident import INCIDENT_SCHEMA, incident_rows
from trucewatch.model.report import ReportInputs
from trucewatch.model.review import Case
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, build_daily, render
from trucewatch.reports.daily_build import publication_of
from trucewatch.reports.outcome_told import held_sentences, outcome_told, outcome_with_clauses
from trucewatch.reports.page_context import page_of

NEXT = DAY + timedelta(days=1)
ENGLISH = words("en")
NONE = replace(CENTRE, id="none", outcomes="none")
PARTIES = replace(OPEN_CELLS, id="parties")
STATES = ["open", "agreed", "agreed_in_part", "not_agreed", "withheld", "closed_unreviewed"]
ROWS = [incident(str(number), hours=8 + number / 10) for number in range(3)]
FINDINGS = [finding(row["incident_id"], "1a", "inconsistent", "prohibited_act") for row in ROWS]


def case(row: dict[str, Any], state: Any = "agreed", **changes: Any) -> Case:
    (one,) = incident_rows(pa.Table.from_pylist([row], INCIDENT_SCHEMA))
    return case_of(one, **{"state": state, "put_at": at(24 * 2), "delegations": ("DP", "DQ"), **changes})


def with_cases(*cases: Case, findings: Any = FINDINGS, **changes: Any) -> ReportInputs:
    return replace(inputs_of(ROWS, findings, **changes), reviews=cases)


def report_of(inputs: ReportInputs, recipient: Recipient = CENTRE, **more: Any) -> Any:
    return build_daily(inputs, recipient=recipient, day_from=DAY, day_until=NEXT, **more)


def test_each_state_stands_as_one_of_four_words() -> None:
    told = [report_of(with_cases(case(ROWS[0], state))).rows[0].incident.review for state in STATES]
    assert told == ["not_reviewed", "agreed", "agreed_in_part", "not_agreed", "not_reviewed", "not_reviewed"]


def test_the_assessment_says_how_its_review_stands_and_to_parties_also_that_there_was_none() -> None:
    inputs = with_cases(case(ROWS[0]), case(ROWS[1], "not_agreed", number=2))
    for recipient, plain in ((CENTRE, "inconsistent"), (PARTIES, "inconsistent, not reviewed")):
        report = report_of(inputs, recipient)
        assert sorted(outcome_told(row.incident, report, ENGLISH) for row in report.rows) == [
            plain,
            "inconsistent; review: agreed",
            "inconsistent; review: not agreed",
        ]
    sentences = {outcome_with_clauses(row.incident, report, ENGLISH) for row in report.rows}
    assert "inconsistent with 1a; review: agreed" in sentences


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_where_a_review_is_told_it_is_said_of_what_it_is(form: Any) -> None:
    sentence = "not of who did it, and not of the clause"
    for inputs, recipient, is_said in (
        (with_cases(case(ROWS[0])), PARTIES, True),
        (with_cases(case(ROWS[0], "open")), PARTIES, False),
        (with_cases(case(ROWS[0])), NONE, False),
    ):
        text = " ".join(everything_in(render(report_of(inputs, recipient), format=form, language="en")).split())
        assert (sentence in text) == is_said
        assert "not put for any of them" not in text


def test_who_is_told_what_was_reviewed_is_not_told_that_nobody_reviewed_it() -> None:
    inputs = with_cases(
        case(ROWS[0], "agreed_in_part", questions={**ALL_AGREED, "what": "differ"}),
        case(ROWS[1], "not_agreed", number=2),
    )
    report = report_of(inputs, EVERYONE)
    assert [row.incident.hold for row in report.rows] == [
        "review_agreed_in_part",
        "review_not_agreed",
        "not_reviewed",
    ]
    assert held_sentences(report, ENGLISH) == [
        "No assessment of 3 incidents: 1 not reviewed by both delegations, as far as may be told; 1 agreed in part by "
        "the delegations; 1 not agreed by the delegations."
    ]


def test_who_is_told_no_assessments_is_told_of_no_review() -> None:
    (first, *_) = report_of(with_cases(case(ROWS[0])), NONE).rows
    assert (first.incident.review, first.incident.own_states) == ("", ())


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_format_holds_positions_or_who_dissented(form: str) -> None:
    questions: Any = {"happened": "dissent", "what": "differ", "where_when": "agreed"}
    dissent = finding(ROWS[1]["incident_id"], "1a", "undetermined", "dissent_from_happened", facts={"review": "R-2"})
    findings = [FINDINGS[0] | {"facts": '{"agreed_by": ["DP", "DQ"]}', "reason": "prohibited_act_agreed"}, dissent]
    inputs = with_cases(case(ROWS[0]), case(ROWS[1], "not_agreed", number=2, questions=questions), findings=findings)
    text = everything_in(render(report_of(inputs), format=form, language="en"))
    for inside in ("R-2", "R-1", "dissent_from", "agreed_by"):
        assert inside not in text


def test_the_code_of_the_review_stands_in_the_exports() -> None:
    report = report_of(with_cases(case(ROWS[0]), case(ROWS[1], "not_agreed", number=2)))
    lines = csv.DictReader(io.StringIO(render(report, format="csv", language="en").decode("utf-8-sig")))
    told = [line["review"] for line in lines if line["record"] == "incident"]
    assert told == ["agreed", "not_agreed", "not_reviewed"]


def test_whose_own_state_a_clause_binds_is_said_once_it_is_decided() -> None:
    own = {"own_clause": ("DP",), "own_evidence": ("DQ",), "recused": {"DP": "clause"}}
    notes = page_of(report_of(with_cases(case(ROWS[0], "not_agreed", **own))), ENGLISH)["lines"][0].notes
    binding = [note for note in notes if "own state" in note]
    assert len(binding) == 2
    assert "its yes makes nothing agreed" in binding[0]
    assert "its yes" not in binding[1], "nobody is recused for evidence here"
    open_notes = page_of(report_of(with_cases(case(ROWS[0], "open", **own))), ENGLISH)["lines"][0].notes
    assert not [note for note in open_notes if "own state" in note]


def test_the_common_text_is_printed_where_the_words_may_leave() -> None:
    inputs = replace(with_cases(case(ROWS[0])), wordings={"R-1": {"en": "A shell fell at the mill.", "ru": "…"}})
    shown = page_of(report_of(inputs, replace(CENTRE, text=True)), ENGLISH)["lines"][0].notes
    assert "The delegations’ common text: “A shell fell at the mill.”" in shown
    for recipient in (replace(CENTRE, text=False), OPEN_CELLS, EVERYONE):
        notes = page_of(report_of(inputs, recipient), ENGLISH)["lines"][0].notes
        assert not [note for note in notes if "mill" in note]


def test_the_next_report_names_a_change_once_and_the_one_after_does_not() -> None:
    first = report_of(with_cases(as_of=at(24 * 3)))
    agreed = case(ROWS[0], put_at=at(24 * 3 + 1))
    again = case(ROWS[0], "open", number=2, put_at=at(24 * 5 + 1), before="R-1", why="late_evidence")
    day_two: dict[str, Any] = {"day_from": NEXT, "day_until": NEXT + timedelta(days=1), "recipient": CENTRE}

    def reviews_in(report: Any) -> list[Any]:
        return [
            (correction.report_number, field[1:])
            for correction in report.corrections
            for field in correction.fields
            if field[0] == "review"
        ]

    earlier: tuple[Any, ...] = (publication_of(first),)
    second = build_daily(with_cases(agreed, as_of=at(24 * 4), earlier=earlier), **day_two)
    assert reviews_in(second) == [(first.number, ("not_reviewed", "agreed"))]
    earlier = (*earlier, publication_of(second))
    third = build_daily(
        with_cases(agreed, as_of=at(24 * 5), earlier=earlier),
        **day_two | {"day_from": NEXT + timedelta(days=1), "day_until": NEXT + timedelta(days=2)},
    )
    assert reviews_in(third) == []
    own = report_of(with_cases(agreed, again, as_of=at(24 * 6), earlier=(*earlier, publication_of(third))))
    assert own.rows[0].incident.review == "not_reviewed"
    assert first.rows[0].incident.review == "not_reviewed"


def reviews_in(report: Any) -> list[Any]:
    """What a report names of reviews that stand otherwise: in which report, from what to what."""
    return [
        (correction.report_number, field[1:])
        for correction in report.corrections
        for field in correction.fields
        if field[0] == "review"
    ]


def of_day(number: int, inputs: ReportInputs, recipient: Recipient = CENTRE, **more: Any) -> Any:
    first = DAY + timedelta(days=number)
    return build_daily(inputs, recipient=recipient, day_from=first, day_until=first + timedelta(days=1), **more)


@pytest.mark.parametrize("kind", ["spot", "casualties", "restrictions"])
def test_a_report_that_could_not_name_it_takes_nothing_away(kind: str) -> None:
    first = publication_of(report_of(with_cases(as_of=at(24 * 3))))
    agreed = case(ROWS[0], put_at=at(24 * 3 + 1))
    other = replace(first, number=f"two-valleys/{kind}/x/centre", kind=kind, cut_off=at(24 * 3 + 5), rows=())
    second = of_day(1, with_cases(agreed, as_of=at(24 * 4), earlier=(first, other)))
    assert reviews_in(second) == [(first.number, ("not_reviewed", "agreed"))]


def test_a_report_on_the_event_itself_that_has_the_word_of_now_is_where_it_was_read() -> None:
    first = publication_of(report_of(with_cases(as_of=at(24 * 3))))
    agreed = case(ROWS[0], put_at=at(24 * 3 + 1))
    event = ROWS[0]["incident_id"]
    spot = report_of(with_cases(agreed, as_of=at(24 * 3 + 5), earlier=(first,)), kind="spot", event=event)
    assert [row.incident.review for row in spot.rows] == ["agreed"]
    second = of_day(1, with_cases(agreed, as_of=at(24 * 4), earlier=(first, publication_of(spot))))
    assert reviews_in(second) == []


@pytest.mark.parametrize("days", [5, 20, 200])
def test_a_review_of_an_event_is_named_however_old_the_event_is(days: int) -> None:
    first = publication_of(report_of(with_cases(as_of=at(24 * 3))))
    late = case(ROWS[0], put_at=at(24 * days))
    report = of_day(days, with_cases(late, as_of=at(24 * (days + 1)), earlier=(first,)))
    assert reviews_in(report) == [(first.number, ("not_reviewed", "agreed"))]
    again = with_cases(late, as_of=at(24 * (days + 2)), earlier=(first, publication_of(report)))
    assert reviews_in(of_day(days + 1, again)) == []
    assert "agreed" in everything_in(render(report, format="html", language="en"))


@pytest.mark.parametrize("days", [1, 20])
@pytest.mark.parametrize("what", ["finding", "event"])
def test_it_is_named_once_also_where_finding_or_event_are_on_the_list_no_more(what: str, days: int) -> None:
    """What was read last is on record, and is not worked out from the list of today."""
    agreed = case(ROWS[0])
    first = publication_of(report_of(with_cases(agreed, as_of=at(24 * 3))))
    event = ROWS[0]["incident_id"]
    rows = ROWS if what == "finding" else ROWS[1:]
    left = [finding for finding in FINDINGS if finding["incident_id"] != event]

    def inputs(hours: float, *earlier: Any) -> ReportInputs:
        # The pipeline hands on a case of what is not on the list as it was before its outcome.
        open_again = replace(agreed, outcome=None)
        return replace(inputs_of(rows, left, as_of=at(hours), earlier=earlier), reviews=(open_again,))

    report = of_day(days, inputs(24 * (days + 2), first))
    assert reviews_in(report) == [(first.number, ("agreed", "not_reviewed"))]
    last = publication_of(report)
    assert last.reviews == ((event, "not_reviewed"),)
    assert reviews_in(of_day(days + 1, inputs(24 * (days + 3), first, last))) == []
    assert reviews_in(of_day(days, inputs(24 * (days + 3), first, last))) == reviews_in(report), "made again, the same"
    assert of_day(days, inputs(24 * (days + 3), first, last)).revision == 1


def test_a_report_that_was_issued_before_and_names_it_now_is_another_revision() -> None:
    first = publication_of(report_of(with_cases(as_of=at(24 * 3))))
    second = publication_of(of_day(1, with_cases(as_of=at(24 * 4), earlier=(first,))))
    agreed = case(ROWS[0], put_at=at(24 * 4 + 1))
    again = of_day(1, with_cases(agreed, as_of=at(24 * 5), earlier=(first, second)))
    assert (again.revision, reviews_in(again)) == (2, [(first.number, ("not_reviewed", "agreed"))])


def test_an_event_is_agreed_only_where_each_of_its_findings_that_stand_is() -> None:
    event = ROWS[0]["incident_id"]
    other = finding(event, "2", "inconsistent", "prohibited_act")
    none = finding(event, "3", "not_applicable", "outside_zone")
    of_other = {"stipulation": "2", "number": 2}
    agreed = case(ROWS[0])

    def word(*cases: Case, more: Any = other) -> str:
        rows = report_of(with_cases(*cases, findings=[*FINDINGS, more])).rows
        return str(next(row.incident.review for row in rows if row.incident.incident_id == event))

    assert word(agreed) == "agreed_in_part", "the other was never put"
    assert word(agreed, case(ROWS[0], "open", **of_other)) == "agreed_in_part"
    assert word(agreed, case(ROWS[0], "withheld", **of_other)) == "agreed_in_part"
    assert word(agreed, case(ROWS[0], **of_other)) == "agreed"
    assert word(agreed, more=none) == "agreed", "a clause that does not apply says nothing of it"
    assert word(case(ROWS[0], "not_agreed")) == "not_agreed"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["open", "agreed", "not_agreed"]), min_size=1, max_size=5),
    st.lists(st.integers(1, 40), min_size=5, max_size=5),
)
def test_whoever_reads_every_report_in_order_knows_how_each_review_stands(states: list[Any], gaps: list[int]) -> None:
    """Rows and named changes, read in order, give the word of now; and no change is named that was read already."""
    earlier: tuple[Any, ...] = (publication_of(report_of(with_cases(as_of=at(24 * 2)))),)
    cases: list[Case] = []
    read, day = "not_reviewed", 2
    for number, (state, gap) in enumerate(zip(states, gaps, strict=False), 1):
        before = f"R-{number - 1}" if cases else ""
        cases.append(case(ROWS[0], state, number=number, put_at=at(24 * day + 1), before=before))
        day += gap
        report = of_day(day - 1, with_cases(*cases, as_of=at(24 * day), earlier=earlier))
        named = [field for _, field in reviews_in(report)]
        word = "not_reviewed" if state == "open" else state
        assert named == ([] if word == read else [(read, word)])
        read = word
        earlier = (*earlier, publication_of(report))


def test_a_row_whose_review_stands_otherwise_makes_another_revision() -> None:
    first = report_of(with_cases(as_of=at(24 * 3)))
    again = report_of(with_cases(as_of=at(24 * 4), earlier=(publication_of(first),)))
    assert again.revision == 1
    agreed = with_cases(case(ROWS[0], put_at=at(24 * 3 + 1)), as_of=at(24 * 4), earlier=(publication_of(first),))
    assert report_of(agreed).revision == 2


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(STATES), st.sampled_from([EVERYONE, OPEN_CELLS, CENTRE]))
def test_a_review_of_what_is_withheld_moves_nothing(state: Any, recipient: Recipient) -> None:
    withheld = replace(recipient, withheld_kinds=("jamming",))
    secret = incident("secret", hours=9, kind="jamming")
    findings = [*FINDINGS, finding(secret["incident_id"], "1a", "inconsistent", "prohibited_act")]
    plain = inputs_of([*ROWS, secret], findings)
    reviewed = replace(plain, reviews=(case(secret, state),))
    files = [render(report_of(inputs, withheld), format="csv", language="en") for inputs in (plain, reviewed)]
    assert files[0] == files[1]
