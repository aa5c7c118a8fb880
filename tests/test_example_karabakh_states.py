"""How the parts of the clauses of the reference watch stood at chosen moments, each with the facts that imply it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trucewatch.desks.provisions.state_sentences import finding_sentence, why
from trucewatch.errors import StoreError
from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.locale import words
from trucewatch.locale.reasons import rule_sentence
from trucewatch.model.clause_state import ClauseState
from trucewatch.model.deadlines import Range
from trucewatch.model.times import read_time
from trucewatch.pipeline import assess
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.pipeline.clause_record import ClauseRecord
from trucewatch.store import Store

WATCH = Path(__file__).resolve().parents[1] / "examples" / "karabakh-2020"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
END = datetime(2025, 11, 30, tzinfo=UTC)

MOMENTS = [
    # moment, part, state, why the facts imply it
    ("2020-11-09T20:59:00Z", "1a", None, "nobody had published the text"),
    ("2020-11-10T12:00:00Z", "1a", "no_deadline", "a prohibition has no day; its findings stand beside it"),
    ("2020-11-12T00:00:00Z", "2", "not_yet_due", "20 November is more than seven days off"),
    ("2020-11-16T00:00:00Z", "2", "due_soon", "the end of 20 November in Moscow is five days off"),
    ("2020-11-14T20:00:00Z", "6a", "due_soon", "15 November is the day of the text, and nobody knew of another yet"),
    ("2020-11-15T00:00:00Z", "6a", "extended", "on 15 November Baku told that it was put off to the 25th"),
    ("2020-11-24T12:00:00Z", "6a", "extended", "it was put off, and the 25th is not over"),
    ("2020-11-26T00:00:00Z", "6a", "met", "the ministry to whose state it was owed announced it for 25 November"),
    ("2020-11-26T00:00:00Z", "6b", "due_soon", "1 December is the day of the text; it was never put off"),
    ("2020-12-02T00:00:00Z", "6b", "met", "announced for 1 December by the one to whom it was owed"),
    ("2020-12-15T20:00:00Z", "1b", "no_deadline", "nobody had said yet what it means"),
    ("2020-12-15T20:00:00Z", "5", "no_deadline", "no centre was open, and the text gives no day for opening one"),
    (
        "2021-02-01T00:00:00Z",
        "5",
        "kept_up",
        "two heads of state, of a Party and of a signatory, stated that it opened",
    ),
    ("2024-04-26T12:00:00Z", "5", "kept_up", "nothing said otherwise before the day's end"),
    ("2024-04-27T00:00:00Z", "5", "lapsed", "three governments stated on 26 April 2024 that its work had ended"),
    ("2021-01-29T00:00:00Z", "s1", "due_soon", "the first meeting was due by 30 January 2021"),
    ("2021-02-25T00:00:00Z", "s2", "due_soon", "a month from the meeting of 30 January ends with 28 February"),
    ("2021-03-02T00:00:00Z", "s3", "not_shown", "1 March is over and no list or schedule is on record"),
    ("2021-08-11T21:00:00Z", "1b", "no_deadline", "one Party alone had read it, and forbids no more by that reading"),
    ("2021-08-12T21:00:00Z", "1b", "reading_disputed", "one reading lets forces stay, the other does not"),
    ("2021-08-12T21:00:00Z", "4a", "reading_disputed", "the Parties differ on the ground of the withdrawal"),
    ("2021-12-07T19:00:00Z", "8", "no_deadline", "the order in which both readings stand was not published yet"),
    ("2021-12-07T22:00:00Z", "8", "reading_disputed", "they differ on those detained after 10 November 2020"),
    ("2022-12-20T00:00:00Z", "6e", "no_deadline", "one Party alone states that it was not kept"),
    ("2023-02-23T00:00:00Z", "6e", "disputed", "before the Court one Party states the opposite of the other"),
    ("2023-11-05T00:00:00Z", "6d", "due_soon", "three years from the start end with 10 November 2023 in Moscow"),
    ("2023-11-11T00:00:00Z", "6d", "not_shown", "no plan is on record; one Party's word that there is none is a claim"),
    ("2024-07-01T00:00:00Z", "4b", "no_deadline", "that the contingent left is one Party's figure; the term still ran"),
    ("2025-08-09T00:00:00Z", "9b", "no_deadline", "no text and nobody's reading says what the paper of 8 August does"),
    ("2025-11-29T00:00:00Z", "9a", "no_deadline", "nor do the statements and orders in between"),
]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseRecord]:
    folder = shutil.copytree(WATCH, tmp_path_factory.mktemp("states") / "karabakh-2020")
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
        yield clause_record(store, folder, now=NOW, as_of=END)


def state_of(record: ClauseRecord, part: str, at: str) -> ClauseState | None:
    return next((state for state in record.states_at(read_time(at)) if state.stipulation == part), None)


@pytest.mark.parametrize(("at", "part", "state", "why"), MOMENTS, ids=[f"{row[1]} {row[0][:16]}" for row in MOMENTS])
def test_state(record: ClauseRecord, at: str, part: str, state: str | None, why: str) -> None:
    stands = state_of(record, part, at)
    assert (stands.state if stands else None) == state, why


def test_the_last_moment_for_notice_of_4b_is_a_range_and_nobody_gave_any(record: ClauseRecord) -> None:
    stands = state_of(record, "4b", "2025-11-01T00:00:00Z")
    assert stands is not None
    assert stands.ending is not None
    assert stands.ending.last_notice == Range(read_time("2025-05-09T21:00:00Z"), read_time("2025-06-01T21:00:00Z"))
    assert stands.ending.end == Range(read_time("2025-11-09T21:00:00Z"), read_time("2025-12-01T21:00:00Z"))
    assert stands.ending.notices == ()
    assert not stands.ending.is_ended


def test_each_reading_of_1b_stands_with_its_answer_and_speaker(record: ClauseRecord) -> None:
    stands = state_of(record, "1b", "2021-09-01T00:00:00Z")
    assert stands is not None
    answers = {answer.by: answer for answer in stands.readings}
    assert set(answers) == {"AM", "AZ"}
    assert answers["AM"].forbids == ("line_crossing",)
    assert answers["AM"].permits == ("weapon_present",)
    assert answers["AZ"].forbids == ("line_crossing", "weapon_present")
    assert all(answer.source and answer.known_at and answer.says for answer in answers.values())


def test_the_centres_life_is_a_span_with_its_evidence(record: ClauseRecord) -> None:
    stands = state_of(record, "5", "2025-01-01T00:00:00Z")
    assert stands is not None
    assert [(span.word, span.first) for span in stands.spans] == [("kept", "2021-01-30"), ("not_kept", "2024-04-26")]
    # All who stated it, whoever of them was heard last: two presidents, then three governments.
    assert [len(span.evidence) for span in stands.spans] == [2, 3]
    assert stands.facts["stated_by"] == ["az-mod", "ru-embassy", "tr-mod"]


def test_the_day_that_a_term_is_counted_from_is_told_as_its_sources(record: ClauseRecord) -> None:
    stands = state_of(record, "s2", "2021-02-15T00:00:00Z")
    assert stands is not None
    told = " ".join(rule_sentence(line, RULE_SENTENCES, record.watch, words("en")) for line in stands.rule)
    assert "that is 30 Jan 2021" in told
    assert "When that was: Anadolu Agency, 30 Jan 2021; Massis Post" in told


def test_what_one_alone_reports_of_a_number_says_which_way(record: ClauseRecord) -> None:
    english = words("en")
    told = {}
    for at in ("2020-12-15T00:00:00Z", "2025-11-01T00:00:00Z"):
        stands = state_of(record, "4b", at)
        assert stands is not None
        told[at[:4]] = finding_sentence(stands, record.watch, english)
    assert "was kept up is reported for 20 Nov 2020 by Russian Federation alone" in told["2020"]
    assert "was not kept up is reported for 12 Jun 2024 by Azerbaijan alone" in told["2025"]


def test_what_is_stated_is_told_with_the_day_of_its_source(record: ClauseRecord) -> None:
    """The day's end is assumed for the hour; in the watch's zone of time that is still the day."""
    for provision, stipulation in record.agreement.stipulations():
        readings = [reading for reading in provision.reading if reading.about == stipulation.id]
        for each in (*stipulation.claim, *readings):
            day = each.known_at.astimezone(record.watch.zone)
            assert f"{day.day} {day:%b %Y}" in each.source, (stipulation.id, each.by)


def test_readings_that_come_to_one_word_are_told_by_what_they_say(record: ClauseRecord) -> None:
    stands = state_of(record, "1b", "2021-09-01T00:00:00Z")
    assert stands is not None
    told = why(stands, record.watch, words("en"))
    assert "as Armenia reads it: The sides stand where they stood" in told
    assert "as Azerbaijan reads it: To stop is not to remain" in told
    assert "in force, no deadline" not in told


def test_every_date_says_its_text_and_rule(record: ClauseRecord) -> None:
    english = words("en")
    for state in record.states_at(END):
        sentences = [rule_sentence(line, RULE_SENTENCES, record.watch, english) for line in state.rule]
        assert "–" not in " ".join(sentences).replace("Azerbaijan – ", "")
        if state.due is not None:
            assert any(state.text in sentence for sentence in sentences), state.stipulation
    kalbajar = state_of(record, "6a", "2020-11-20T00:00:00Z")
    assert kalbajar is not None
    lines = [rule_sentence(line, RULE_SENTENCES, record.watch, english) for line in kalbajar.rule]
    assert lines[0] == "Text ru-1: by 15 Nov 2020 (Europe/Moscow)."
    assert lines[1].startswith("Extension 1 of text ru-1 (oral): 25 Nov 2020. Source: ")


def test_what_one_party_alone_states_is_a_claim_with_its_speaker_and_no_state(record: ClauseRecord) -> None:
    stands = state_of(record, "6e", "2022-12-20T00:00:00Z")
    assert stands is not None
    assert [(claim.by, claim.state) for claim in stands.claims] == [("AM", "not_kept_up")]
    assert stands.state == "no_deadline"


def test_changes_are_what_each_moment_gives(record: ClauseRecord) -> None:
    standing: dict[str, str] = {}
    changes = iter(record.changes())
    change = next(changes, None)
    for moment in record.moments():
        while change is not None and change.at <= moment:
            standing[change.stipulation] = change.state
            change = next(changes, None)
        assert standing == {state.stipulation: state.state for state in record.states_at(moment)}


def test_the_pace_is_of_the_whole_agreement(record: ClauseRecord) -> None:
    pace = record.pace_at(read_time("2020-12-02T00:00:00Z"))
    assert (pace.due, pace.met, pace.not_shown, pace.ahead) == (3, 3, 0, 1)


def test_the_list_that_is_on_record_gives_the_same_as_what_is_worked_out(tmp_path: Path) -> None:
    """A moment before the last list's cut-off is told from that list; one after it is worked out."""
    folder = shutil.copytree(WATCH, tmp_path / "karabakh-2020")
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
        worked_out = clause_record(store, folder, now=NOW, as_of=END)
        assess(store, folder, now=NOW, as_of=END)
        listed = clause_record(store, folder, now=NOW, as_of=END)
        assert (worked_out.list_entry, listed.list_entry) == (-1, store.index.rows("SELECT max(entry) FROM list")[0][0])
        for at in listed.moments():
            assert listed.states_at(at) == worked_out.states_at(at)


def test_a_state_says_what_the_finding_of_a_list_made_then_says(tmp_path: Path) -> None:
    """As known then: the finding of a run at that moment, and the state told of it today."""
    folder = shutil.copytree(WATCH, tmp_path / "karabakh-2020")
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
        record = clause_record(store, folder, now=NOW, as_of=END)
        for day in ("2020-11-16", "2020-12-03", "2021-02-15", "2022-04-01", "2024-05-01"):
            at = read_time(f"{day}T00:00:00Z")
            then = assess(store, folder, now=NOW, as_of=at)
            wholes = {
                row["stipulation"]: (row["reason"], row["finding_id"])
                for row in then.findings.to_pylist()
                if not row["incident_id"]
            }
            for state in record.states_at(at):
                if state.kind != "prohibited" and not state.readings:
                    assert (state.reason, state.finding) == wholes[state.stipulation], (day, state.stipulation)


def test_the_word_prints_one_document(tmp_path: Path) -> None:
    from trucewatch.cli.main import app

    folder = shutil.copytree(WATCH, tmp_path / "karabakh-2020")
    asked = ["provisions", str(folder), "--as-of", "2020-11-26T00:00:00Z", "--json"]
    unread = CliRunner().invoke(app, asked)
    assert isinstance(unread.exception, StoreError)  # of what nobody read in nothing is told
    with Store(folder, lambda: NOW) as store:
        assess(store, folder, now=NOW)
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["schema"] == "trucewatch/provisions/1"
    (kalbajar,) = [row for row in document["stipulations"] if row["id"] == "6a"]
    assert (kalbajar["state"], kalbajar["due"], kalbajar["met_at"]) == ("met", "2020-11-25T21:00:00Z", "2020-11-25")
    assert "xtension 1 of text ru-1" in kalbajar["rule"]
    assert kalbajar["roles"][0] == {"role": "bearer", "who": "AM", "names": {}, "by": "text"}
    assert document["recorded_by"] is None
    of_now = CliRunner().invoke(app, [*asked, "--recorded-by", "2100-01-01T00:00:00Z"])
    assert json.loads(of_now.stdout) == document | {"recorded_by": "2100-01-01T00:00:00Z"}
    of_before = CliRunner().invoke(app, [*asked, "--recorded-by", "2020-01-01T00:00:00Z"])
    assert of_before.exit_code, "the journal held nothing then"
    shown = CliRunner().invoke(app, [*asked[:-1], "--recorded-by", "2100-01-01T00:00:00Z"])
    assert "By what the journal held 1 Jan 2100" in shown.output
    assert re.search(r"6b +due soon, due 2 Dec 2020", shown.output), "a day that no sentence tells stands in the line"
    assert kalbajar["evidence"]
