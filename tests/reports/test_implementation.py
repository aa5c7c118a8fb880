"""The report on implementation: what it says of each part of a clause, to whom, and in which words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.reports.invented import CELLS, CENTRE, DAY, EVERYONE, OPEN_CELLS, PUBLIC, at, finding, incident, inputs_of
from tests.reports.invented_clauses import (
    EVIDENCE,
    INITIATIVE,
    LETTER,
    MEETING,
    MET,
    Change,
    InventedHistory,
    clauses,
    due,
    state,
)
from tests.reports.opened import everything_in
from trucewatch.desks.reports.checks import figures_of
from trucewatch.errors import ReportError
from trucewatch.findings import judged
from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.locale import languages, words
from trucewatch.locale.terms import state_named
from trucewatch.model.clause_parts import Gap, Part
from trucewatch.model.clause_state import STATES, ClauseState, RuleLine
from trucewatch.model.report import EditorsNote, ReportInputs
from trucewatch.model.watch import Recipient
from trucewatch.reports import FORMATS, DailyReport, build_daily, publication_of, render
from trucewatch.reports.clause_release import BY_PUBLIC_DATES, NOT_RELEASED, ReleasedState
from trucewatch.reports.headline import title_words
from trucewatch.reports.known_until import known_until
from trucewatch.reports.section import Section, sections_of
from trucewatch.reports.tables import tables_of

PARTIES = replace(OPEN_CELLS, id="parties", time="quarter")
FIRST = date(2031, 5, 5)
UNTIL = date(2031, 5, 13)
OF_PERSONS = re.compile(
    r"violat|guilt|consistent|breach|blame|offend|culprit|\benem|attack|cease-fire breaker"
    "|наруш|виновн|соответств|враг|ihlal|suçlu|uyumlu|uyumsuz|düşman|pozunt|pozul|günahkar|düşmən|խախտ|մեղավոր|թշնամ",
    re.IGNORECASE,
)
"""Words of outcomes and of guilt, which this kind has for nobody."""
SPEAKS = re.compile(
    r"oblige|reading of|report(s|ed)|state|gives|agreed by|[Nn]otice|let|by \w|owed|give it", re.IGNORECASE
)


def inputs(history: Any = None, findings: Any = (), **more: Any) -> ReportInputs:
    source = clauses(**({"history": history} if history else {}))
    return replace(inputs_of([], findings, **more), implementation=lambda: source)


def told(
    recipient: Recipient = CENTRE,
    source: ReportInputs | None = None,
    *,
    first: date = FIRST,
    until: date = UNTIL,
    **more: Any,
) -> DailyReport:
    return build_daily(
        source or inputs(), recipient=recipient, day_from=first, day_until=until, kind="implementation", **more
    )


def state_of(report: DailyReport, name: str) -> ReleasedState:
    assert report.implementation is not None
    return next(each for each in report.implementation.states if each.stipulation == name)


def section(report: DailyReport, name: str, language: str = "en") -> Section:
    return next(each for each in sections_of(report, words(language)) if each.name == name)


def cells_of(report: DailyReport, language: str = "en") -> Iterator[tuple[str, str]]:
    for each in sections_of(report, words(language)):
        for text in (each.heading, each.empty, each.note, *each.columns):
            yield each.name, text
        for line in each.lines:
            yield from ((each.name, cell) for cell in line.cells)


def test_its_title_names_the_period_and_the_day_up_to_which_it_knows() -> None:
    title = title_words(told(until=date(2031, 6, 1), source=inputs(as_of=at(24 * 5))), words("en"))
    assert title == "Implementation of the agreement, 5 May 2031 to 31 May 2031 (27 days): as known on 14 May 2031"
    assert title_words(told(), words("en")).endswith("as known on 12 May 2031"), "the last day of the period"


def test_every_part_of_a_clause_says_how_it_stands_since_when_and_by_which_text() -> None:
    lines = {line.cells[0]: line for line in section(told(), "stipulations").lines}
    assert list(lines) == ["1a", "2", "3a", "4", "5"]
    _, what, stands, due_cell, why = lines["3a"].cells
    assert what == "West Valley is handed over (our paraphrase)"
    assert stands == "met, since 10 May 2031"
    assert "On record as met: 10 May 2031, 12:41" in due_cell
    assert "Text en-1: by 15 May 2031 (Europe/Istanbul)." in why
    assert "is recorded on 10 May 2031, 12:41 (UTC+3), in time" in why
    assert "Quorra gives as the reason for the gap from 8 May 2031: the bridge was closed." in lines["5"].cells[4]
    facts = lines["3a"].facts
    assert (facts["state"], facts["due"], facts["evidence"]) == ("met", "2031-05-15T21:00:00Z", [EVIDENCE])


def test_a_range_of_due_is_told_as_a_range() -> None:
    ranged = state("3a", "due_soon", due=due(earliest=datetime.fromisoformat("2031-05-14T21:00:00Z")))
    line = next(
        line
        for line in section(told(source=inputs(InventedHistory({"3a": ranged}))), "stipulations").lines
        if line.cells[0] == "3a"
    )
    assert line.cells[3] == "between 15 May 2031, 00:00 (UTC+3) and 16 May 2031, 00:00 (UTC+3)"
    assert (line.facts["due_from"], line.facts["due"]) == ("2031-05-14T21:00:00Z", "2031-05-15T21:00:00Z")


def test_what_changed_in_the_period_has_its_day_and_what_gave_it() -> None:
    changes = section(told(), "state_changes").lines
    assert [line.cells[:3] for line in changes] == [
        ("5 May 2031", "2", "in force, no deadline → readings differ"),
        ("8 May 2031", "5", "its text published → lapsed"),
        ("9 May 2031", "3a", "not yet due → due soon"),
        ("10 May 2031", "3a", "due soon → met"),
    ]
    assert not section(told(first=date(2031, 5, 11)), "state_changes").lines
    assert not section(told(first=date(2031, 5, 11)), "state_changes").note.startswith("No")


def test_readings_stand_beside_each_other_and_claims_have_their_speaker() -> None:
    readings = section(told(), "readings").lines
    assert [line.cells[1] for line in readings] == ["Pella", "Quorra"]
    assert readings[0].cells[3] == state_named("met", words("en"))
    assert "No reading of its own is on record" in readings[1].cells[2]
    claims = section(told(), "claims").lines
    assert [line.cells[1:3] for line in claims] == [
        ("Pella", f"{state_named('met', words('en'))}, since 9 May 2031"),
        ("Quorra", f"{state_named('not_met', words('en'))}, since 9 May 2031"),
    ]


def test_what_falls_due_in_as_many_days_after_the_period_is_named() -> None:
    early = told(first=date(2031, 5, 1), until=date(2031, 5, 10))
    assert [line.cells[0] for line in section(early, "due_next").lines] == ["3a"], "in the nine days that follow"
    assert not section(told(), "due_next").lines, "what is met is due no more"
    assert not section(told(first=date(2031, 5, 5), until=date(2031, 5, 6)), "due_next").lines, "not in the next day"


def test_pace_counts_parts_of_the_whole_agreement_and_no_side() -> None:
    lines = {line.facts["state"]: line.facts["value"] for line in section(told(), "pace").lines}
    assert lines == {"due": 0, "ahead": 1, "no_day": 4}
    later = told(until=date(2031, 5, 20), source=inputs(as_of=at(24 * 9)))
    assert {line.facts["state"]: line.facts["value"] for line in section(later, "pace").lines} == {
        "due": 1,
        "met": 1,
        "ahead": 0,
        "no_day": 4,
    }
    text = json.dumps([line.cells for line in section(later, "pace").lines])
    assert not any(name in text for name in ("Pella", "Quorra", "%"))


def test_what_became_known_after_the_period_stands_beside_how_it_stood_at_its_end() -> None:
    early = told(until=date(2031, 5, 10))
    assert (state_of(early, "3a").state, state_of(early, "3a").now) == ("due_soon", "met")
    assert "; as known on 15 May 2031: met" in section(early, "stipulations").lines[2].cells[2]


def test_it_tells_of_no_incident_and_counts_none() -> None:
    source = replace(
        inputs_of(
            [incident("a")],
            [
                finding(
                    incident("a")["incident_id"],
                    "1a",
                    "inconsistent",
                    "prohibited_act",
                    facts={"kind": "explosion", "zone": "theatre"},
                )
            ],
        )
    )
    report = told(source=source)
    assert (report.rows, report.real.recorded) == ((), 0)
    page = everything_in(render(report, format="html", language="en"))
    assert incident("a")["incident_id"] not in page
    assert "Corrections to earlier reports" not in page
    assert "<svg" not in render(report, format="html", language="en").decode().split("<main>")[1]
    features = json.loads(render(report, format="geojson", language="en"))
    assert features["features"] == []
    assert features["report"]["recorded"]["incidents"] is None
    assert dict(tables_of(report, words("en"))["summary"].rows)["recorded"] is None, "not counted is not none"


def test_a_state_is_told_as_known_before_the_delay() -> None:
    assert known_until(at(34), PUBLIC, told().watch.zone) == at(0), "whole days, a day late"
    before, after = (told(PUBLIC, inputs(as_of=at(hours)), until=date(2031, 6, 1)) for hours in (34, 49))
    assert (state_of(before, "3a").state, state_of(after, "3a").state) == ("due_soon", "met")
    centre = told(CENTRE, inputs(as_of=at(34)), until=date(2031, 6, 1))
    assert state_of(centre, "3a").state == "met"
    quarter = told(PARTIES, inputs(as_of=MET + timedelta(minutes=2)), until=date(2031, 6, 1))
    assert state_of(quarter, "3a").state == "due_soon", "the quarter of an hour in which it was is not over"


@pytest.mark.parametrize("policy", ["reviewed", "none"])
def test_a_state_that_rests_on_what_was_not_reviewed_is_not_released(policy: Any) -> None:
    report = told(replace(PARTIES, outcomes=policy))
    given = {each.stipulation: each.state for each in report.implementation.states}  # type: ignore[union-attr]
    assert given == {"1a": "no_deadline", "2": "reading_disputed", "3a": "", "4": "no_deadline", "5": ""}
    handed_over = state_of(report, "3a")
    assert (handed_over.reason, handed_over.met_at, handed_over.since, handed_over.evidence) == (None, "", "", ())
    assert handed_over.due is not None, "the day of the text is public"
    line = section(report, "stipulations").lines[2]
    assert line.cells[2] == "not released to this recipient"
    assert line.facts["state"] == "not_released"
    readings = section(report, "readings").lines
    assert readings[0].facts["state"] == "not_released", "an answer that rests on the record"
    assert readings[1].facts["state"] == "not_yet_due"


def test_a_reviewed_finding_lets_its_state_be_told_and_another_reason_does_not() -> None:
    for reason, word in (("happened_in_time", "met"), ("no_record", NOT_RELEASED)):
        row = finding("", "3a", "consistent", reason) | {"finding_id": "f-handover", "reviewed": True}
        assert state_of(told(EVERYONE, inputs(findings=[row])), "3a").state == word
    row = finding("", "3a", "consistent", "happened_in_time") | {"finding_id": "f-handover", "reviewed": True}
    assert state_of(told(replace(PUBLIC, outcomes="none"), inputs(findings=[row])), "3a").state == NOT_RELEASED


@pytest.mark.parametrize("word", STATES)
def test_only_what_stands_by_public_dates_is_told_without_a_review(word: str) -> None:
    history = InventedHistory({"1a": state("1a", word)})
    assert (state_of(told(EVERYONE, inputs(history)), "1a").state == word) is (word in BY_PUBLIC_DATES)
    assert state_of(told(CENTRE, inputs(history)), "1a").state == word


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_finer_than_the_rule_is_in_the_bytes(form: str) -> None:
    for recipient in (PARTIES, OPEN_CELLS, PUBLIC, CELLS, EVERYONE):
        text = everything_in(render(told(recipient), format=form, language="en"))
        hidden = [EVIDENCE, "c-secretcount", "secretevid", "12:41", "09:41", LETTER, "they do not act so", "f-handover"]
        assert not [word for word in hidden if word in text], (form, recipient.id)
        assert "we act in good faith" in text, "what a party published is cited whatever else is withheld"
    centre = everything_in(render(told(CENTRE), format=form, language="en"))
    assert LETTER in centre


def test_with_a_smallest_count_no_day_of_an_act_is_told() -> None:
    report = told(PUBLIC)
    handed_over = state_of(report, "3a")
    assert (handed_over.state, handed_over.met_at, handed_over.since) == ("met", "", "")
    days = {line.cells[2]: line.cells[0] for line in section(report, "state_changes").lines}
    assert days == {
        "in force, no deadline → readings differ": "5 May 2031",
        "not yet due → due soon": "9 May 2031",
        "due soon → met": "day not told",
        "its text published → lapsed": "day not told",
    }
    assert state_of(report, "5").spans == ()


class LaterToo(InventedHistory):
    """With a change by a text's day after that of 3a."""

    def changes(self) -> tuple[Change, ...]:
        later = datetime.fromisoformat("2031-05-11T00:00:00Z")
        return (*super().changes(), Change("1a", later, state("1a", "suspended")))


def test_a_change_of_which_the_day_is_not_told_does_not_stand_between_days() -> None:
    parts = {
        recipient.id: [line.cells[1] for line in section(told(recipient, inputs(LaterToo())), "state_changes").lines]
        for recipient in (CENTRE, PUBLIC)
    }
    assert parts == {"centre": ["2", "5", "3a", "3a", "1a"], "public": ["2", "3a", "1a", "3a", "5"]}


def test_a_withheld_kind_keeps_the_state_back_whatever_it_is() -> None:
    rule = replace(PARTIES, withheld_kinds=("handover",))
    assert state_of(told(rule), "3a").state == NOT_RELEASED
    assert state_of(told(PARTIES), "3a").state == "met"


def test_a_state_that_rests_on_what_may_never_leave_is_told_to_nobody() -> None:
    source = clauses(never_leaving=frozenset([EVIDENCE]))
    report = told(CENTRE, replace(inputs(), implementation=lambda: source))
    assert state_of(report, "3a").state == NOT_RELEASED
    assert EVIDENCE not in render(report, format="csv", language="en").decode()


def test_initiatives_and_meetings_go_to_whom_they_are_public_or_who_is_told_words() -> None:
    centre, parties = told(CENTRE), told(PARTIES)
    (proposal,) = section(centre, "initiatives").lines
    assert proposal.cells == (
        "P-1, 6 May 2031",
        "Pella, to Quorra",
        "A joint patrol on the pass road",
        "2 and the work itself",
        "discussed on 7 May 2031, by the word of Quorra: we shall see; "
        "declined on 8 May 2031, by the word of Quorra: not now",
    )
    (meeting,) = section(centre, "meetings").lines
    assert meeting.cells[1] == "Pella and Quorra; level: ministers"
    assert "neither minutes nor an agenda" in meeting.cells[2]
    assert meeting.cells[3] == "a list of prisoners is exchanged (to be done by 20 May 2031)"
    (public,) = section(parties, "initiatives").lines
    assert public.cells[4] == "discussed on 7 May 2031, by the word of Quorra: we shall see", "the letter is not public"
    assert not section(parties, "meetings").lines
    assert (INITIATIVE.source[:8], MEETING.source) == ("https://", "minutes")
    assert not section(told(CENTRE, first=date(2031, 5, 8)), "meetings").lines, "it was before the period"
    before = told(CENTRE, inputs(as_of=at(-24 * 4)), until=date(2031, 5, 6))
    assert not section(before, "initiatives").lines, "nobody knew of it"


def test_a_claim_on_file_is_told_to_everybody_whatever_its_source_is_called() -> None:
    source = clauses(sources_on_file=frozenset([LETTER]))
    on_file = told(PARTIES, replace(inputs(), implementation=lambda: source))
    assert [line.cells[1] for line in section(on_file, "claims").lines] == ["Pella", "Quorra"]
    assert [line.cells[1] for line in section(told(PARTIES), "claims").lines] == ["Pella"]
    assert "the bridge was closed" not in json.dumps([line.cells for line in section(on_file, "stipulations").lines])


def test_what_delegations_say_of_an_act_is_told_as_that_they_do_and_not_as_what() -> None:
    for rule, reason, sentence in (
        (judged.RULE, "judged", "The delegations decided on clause 4."),
        (judged.RULE, "judged_differently", "The delegations see clause 4 differently."),
    ):
        facts = {"by": ["N"], "outcome": "inconsistent", "views": ["N: inconsistent"]}
        history = InventedHistory({"4": state("4", "disputed", reason=reason, rule_version=rule, facts=facts)})
        lines = section(told(source=inputs(history)), "stipulations").lines
        assert lines[3].cells[4] == sentence


class EveryState(InventedHistory):
    """One part for each state, and each rule that may give one."""

    def changes(self) -> tuple[Change, ...]:
        begun = datetime.fromisoformat("2031-05-06T00:00:00Z")
        lines = tuple(RuleLine(code=code) for code in RULE_SENTENCES)
        made: list[ClauseState] = [state(f"9{number}", word, rule=lines) for number, word in enumerate(STATES)]
        return (*super().changes(), *(Change(each.stipulation, begun, each) for each in made))


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("recipient", [CENTRE, EVERYONE], ids=lambda rule: rule.id)
def test_no_sentence_of_it_in_any_language_has_a_word_of_guilt_or_of_outcomes(
    language: str, recipient: Recipient
) -> None:
    report = told(recipient, inputs(EveryState()))
    said = list(cells_of(report, language))
    assert len(said) > 60
    assert not [(name, text) for name, text in said if OF_PERSONS.search(text)]
    assert not OF_PERSONS.search(title_words(report, words(language)))
    assert "outcome_words" not in {
        key for each in sections_of(report, words(language)) for line in each.lines for key in line.facts
    }


def test_a_sentence_that_names_a_party_says_whose_word_it_is_or_whom_the_text_obliges() -> None:
    report = told(CENTRE, inputs(EveryState()))
    for name, text in cells_of(report):
        if name in ("readings", "claims", "initiatives", "meetings"):
            continue  # a column of its own says who speaks
        for sentence in re.split(r"(?<=[.;]) ", text):
            if "Pella" in sentence or "Quorra" in sentence:
                assert SPEAKS.search(sentence), (name, sentence)


def test_the_same_states_are_the_same_issue_and_another_state_a_revision_that_says_so() -> None:
    note = EditorsNote(section="summary", language="en", text="Read with care.")
    first = publication_of(told(notes=(note,)))
    assert dict(first.states)["3a"] == "met"
    again = told(source=inputs(earlier=(first,)))
    assert (again.revision, again.notes) == (1, (note,))
    assert not [each for each in sections_of(again, words("en")) if each.name == "earlier_states"]
    other = inputs(InventedHistory({"3a": state("3a", "disputed", due=due())}), earlier=(first,))
    second = told(source=other)
    assert (second.revision, second.notes) == (2, ()), "the words were on other states"
    (line,) = section(second, "earlier_states").lines
    assert line.cells == ("3a", f"met → {state_named('disputed', words('en'))}")
    assert "revision 1" in section(second, "earlier_states").heading


def test_where_states_cannot_be_worked_out_it_is_refused_in_words() -> None:
    with pytest.raises(ReportError, match="no report on implementation was made"):
        told(source=replace(inputs(), implementation=None))


def test_no_other_kind_asks_for_the_states() -> None:
    def refuse() -> Any:
        raise AssertionError("asked")

    source = replace(inputs_of([incident("a")]), implementation=refuse)
    for kind in ("daily", "casualties", "restrictions"):
        build_daily(source, recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1), kind=kind)


def test_figures_of_an_implementation_report_are_the_same_whatever_was_issued_since() -> None:
    changed = InventedHistory({"3a": state("3a", "disputed", due=due())})
    first = publication_of(told())
    alone, after = told(source=inputs(changed)), told(source=inputs(changed, earlier=(first,)))
    assert (alone.revision, after.revision) == (1, 2)
    assert figures_of(alone) == figures_of(after) != figures_of(told())


def test_what_was_done_in_part_and_what_goes_on_no_more_is_told_with_its_speaker() -> None:
    told_as: dict[str, Any] = {"known_at": at(9, date(2031, 5, 6)), "source": "https://example.org/p/3"}
    part = Part(says={"en": "two of five posts"}, day=date(2031, 5, 5), by="P", **told_as)
    gap = Gap(says={"en": "the bridge is out"}, from_=date(2031, 5, 6), by="Q", **told_as)
    over = Gap(says={"en": "it was out"}, from_=date(2031, 5, 4), until=date(2031, 5, 5), by="Q", **told_as)
    stands = state("4", "no_deadline", kind="judged", parts=(part,), gaps=(gap, over))
    lines = section(told(source=inputs(InventedHistory({"4": stands}))), "claims").lines
    cells = [line.cells[1:4] for line in lines if line.cells[0] == "4"]
    assert [(who, stated) for who, stated, _ in cells] == [
        ("Pella", "met in part, since 5 May 2031"),
        ("Quorra", "not kept up, since 6 May 2031"),
    ]
    assert "two of five posts" in cells[0][2]
