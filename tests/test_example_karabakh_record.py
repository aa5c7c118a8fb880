"""The record of the reference watch: who says what, in which role, and what the clauses come to at each time."""

from __future__ import annotations

import csv
import re
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import each
from trucewatch.findings.applicability import Case, Columns
from trucewatch.findings.gate import under_readings
from trucewatch.findings.prohibited import judge_incident
from trucewatch.geo.frame import frame_of_area
from trucewatch.locale import words
from trucewatch.locale.reasons import speakers_named
from trucewatch.model.agreement import Agreement
from trucewatch.model.faults import Fault
from trucewatch.model.incident import Finding, finding_rows
from trucewatch.pipeline import Assessment, assess
from trucewatch.store import Store
from trucewatch.watch import check_watch, load_watch

WATCH = Path(__file__).resolve().parents[1] / "examples" / "karabakh-2020"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
FILES = ("inbox/dated-facts.csv", "inbox/before-the-ceasefire.csv.txt", "inbox/bulletin.csv", "inbox/dated-figures.csv")


def rows_of(*names: str) -> list[dict[str, str]]:
    rows = []
    for name in names:
        with (WATCH / name).open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


FACTS = rows_of("inbox/dated-facts.csv")


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return load_watch(WATCH).agreement


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Assessment]]:
    """What was known on three days: while the centre was open, in May 2024, and in July 2024."""
    folder = shutil.copytree(WATCH, tmp_path_factory.mktemp("record") / "karabakh-2020")
    with Store(folder, lambda: NOW) as store:
        yield {
            day: assess(store, folder, now=NOW, as_of=datetime.fromisoformat(f"{day}T20:00:00+00:00"))
            for day in ("2020-12-15", "2023-06-01", "2024-05-01", "2024-07-01")
        }


def whole(assessment: Assessment, clause: str) -> Finding:
    (finding,) = [
        finding
        for finding in finding_rows(assessment.findings)
        if finding.stipulation == clause and not finding.incident_id
    ]
    return finding


def incidents_on(assessment: Assessment, day: str, kind: str) -> list[dict[str, Any]]:
    local = [
        (row, row["occurred_start"].astimezone(assessment.watch.zone).date().isoformat())
        for row in assessment.incidents.to_pylist()
    ]
    return [row for row, began in local if began == day and row["kind"] == kind]


def faults_but_names(folder: Path) -> list[Fault]:
    """What `check` says, warnings on places with one side's name alone left out, which are the other side's to mend,
    and the one on Akhalkalaki, where trains do change gauge."""
    faults = check_watch(folder).faults
    at_akhalkalaki = [fault for fault in faults if fault.file == "links.geojson" and "gauges" in fault.sentence()]
    assert ["akhalkalaki" in str(fault.place) for fault in at_akhalkalaki] == [True]
    return [
        fault
        for fault in faults
        if (fault.file, fault.severity) != ("names.toml", "warning") and fault not in at_akhalkalaki
    ]


# ── what a row may say ───────────────────────────────────────────────────────────────────────────────────────────────


def test_each_source_is_a_publisher_with_a_day_and_no_path_of_a_repository() -> None:
    for row in each(rows_of(*FILES)):
        assert re.search(r"\b(19|20)\d\d\b", row["source"]), row["source"]
        assert not re.search(r"field notes|@[0-9a-f]{7}|\.md\b|github|[a-z0-9-]+/[a-z0-9-]+/", row["source"]), row


def test_nothing_is_of_the_kind_other() -> None:
    settings = tomllib.loads((WATCH / "watch.toml").read_text(encoding="utf-8"))
    (source,) = [each for each in settings["source"] if each["id"] == "dated-facts"]
    assert "other" not in source["kinds"].values()
    assert {row["kind"] for row in rows_of(*FILES[:2])} == set(source["kinds"])


def test_every_speaker_is_a_party_or_a_body_on_file_and_rows_of_a_day_stand_by_their_ids(agreement: Agreement) -> None:
    known = {*agreement.party_ids, *(body.id for body in agreement.body)}
    speakers = {row["reported_by"] for row in FACTS}
    assert speakers - known == {"USC Institute of Armenian Studies"}
    events: dict[tuple[str, ...], list[str]] = {}
    for row in FACTS:
        events.setdefault((row["date_start"], row["time_start"], row["place"], row["kind"]), []).append(
            row["reported_by"]
        )
    assert [speakers for speakers in each(events.values()) if speakers != sorted(speakers)] == []


def test_bodies_count_with_their_party_on_both_sides_alike(agreement: Agreement) -> None:
    counted = {body.id: body.counts_with for body in agreement.body}
    assert (counted["local-am"], counted["local-az"]) == ("AM", "AZ")
    assert {party for party in counted.values() if party} == {"AM", "AZ", "RU"}
    for body in each(agreement.body):
        prefix = body.id.partition("-")[0]
        assert body.counts_with in ({"am": "AM", "az": "AZ", "ru": "RU"}.get(prefix, ""), "AM", "AZ")


def test_both_sides_are_parties_the_third_is_a_signatory_and_the_delegations_are_another_list(
    agreement: Agreement,
) -> None:
    assert {party.id: party.role for party in agreement.party} == {"AM": "party", "AZ": "party", "RU": "signatory"}
    assert agreement.bound_ids == ("AM", "AZ")
    assert [delegation.id for delegation in load_watch(WATCH).settings.delegation] == ["RU", "TR"]


def test_one_rule_says_what_is_disputed() -> None:
    rows = {(row["date_start"], row["place"]): row for row in rows_of(FILES[1])}
    barda, town = rows["2020-10-27", "Barda"], rows["2020-10-01", "Khankendi / Stepanakert"]
    assert (barda["disputed"], town["disputed"]) == ("yes", "yes")
    assert all("Human Rights Watch" in row["source"] and "denied" in row["summary"] for row in (barda, town))
    cathedral = rows["2020-10-08", "Shusha"]
    assert (cathedral["disputed"], cathedral["struck"]) == ("partly", "place_of_worship")


def test_the_first_screen_begins_with_the_ceasefire_and_one_line_brings_the_war_before_it(tmp_path: Path) -> None:
    assert min(row["date_start"] for row in FACTS) >= "2020-11-10"
    assert max(row["date_start"] for row in rows_of(FILES[1])) < "2020-11-10"
    folder = shutil.copytree(WATCH, tmp_path / "karabakh-2020")
    text = (folder / "watch.toml").read_text(encoding="utf-8")
    (line,) = re.findall(r"#   (files = .*before-the-ceasefire.*)", text)
    (folder / "watch.toml").write_text(text.replace('files = ["inbox/dated-facts.csv"]', line, 1), encoding="utf-8")
    assert faults_but_names(folder) == []
    with Store(folder, lambda: NOW) as store:
        assessment = assess(store, folder, now=NOW)
    assert assessment.rejected.num_rows == 0
    assert assessment.observations.num_rows == len([row for row in FACTS if row["known_at"] <= "2020-12-15"]) + len(
        rows_of(FILES[1])
    )


def test_check_has_no_error_and_warns_of_nothing_but_names_that_only_one_side_gave() -> None:
    assert faults_but_names(WATCH) == []


# ── the clauses' own words ───────────────────────────────────────────────────────────────────────────────────────────


def test_districts_are_returned_forces_stop_and_nothing_is_handed_over(agreement: Agreement) -> None:
    wording = {
        f"{which}:{ident}:{language}": text
        for which, ident, summary in [
            *(("provision", provision.number, provision.summary) for provision in agreement.provision),
            *(("part", part.id, part.summary) for _, part in agreement.stipulations()),
        ]
        for language, text in summary.items()
    }
    loaded = (
        r"hand(ed)? ?over|cede|remain at|stay at|переда[чё]|остаются на|devr|western Azerbaijan|Zangezur|corridor to"
    )
    assert {key: text for key, text in wording.items() if re.search(loaded, text, re.IGNORECASE)} == {}
    for ident in ("2", "6a", "6b"):
        assert '"return' in wording[f"part:{ident}:en"]
        assert "«возвращает" in wording[f"part:{ident}:ru"]
    assert "stop" in wording["part:1b:en"]
    assert "останавливаются" in wording["part:1b:ru"]
    assert (
        "western regions of the Republic of Azerbaijan and the Nakhchivan Autonomous Republic" in wording["part:9b:en"]
    )
    assert "link of clause 9b" in wording["part:9c:en"]


def test_each_clause_says_who_is_bound_and_by_whose_word(agreement: Agreement) -> None:
    parts = {part.id: part for _, part in agreement.stipulations()}
    bound = {ident: (part.obliged, part.obliged_by) for ident, part in parts.items()}
    assert bound["2"] == (("AM",), "reading:AZ")
    assert bound["5"] == (("RU",), "reading:RU")
    assert bound["6a"] == bound["6b"] == bound["9b"] == (("AM",), "text")
    assert bound["6e"] == (("AZ",), "text")
    assert bound["1a"] == bound["1b"] == bound["8"] == (("AM", "AZ"), "text")
    assert bound["9c"] == (("RU",), "text")
    assert [ident for ident, part in parts.items() if not part.obliged] == ["7", "9a"]
    assert parts["1a"].unless_by == parts["1b"].unless_by == "watch"
    assert "hostilities" in parts["1a"].kinds
    number = parts["3a"].number
    assert number is not None
    assert (number.states, number.at_least, number.at_most) == (1960, None, None)


def test_four_english_copies_stand_each_with_its_publisher(agreement: Agreement) -> None:
    copies = [text for text in agreement.text if (text.instrument, text.language) == ("2020-11-10", "en")]
    assert len({text.source for text in copies}) == 4
    notes = {text.id: text.note for text in copies}
    assert "shall remain" in notes["en-ru-mfa-1"]
    assert all('"stop at their current positions"' in notes[ident] for ident in ("en-am-1", "en-az-1"))


def test_readings_stand_in_pairs_with_speaker_and_source_and_none_was_let_hold_back(agreement: Agreement) -> None:
    readings = [reading for provision in agreement.provision for reading in provision.reading]
    assert [(reading.about, reading.by) for reading in each(readings)] == [
        *[("1b", "AM"), ("1b", "AZ")],
        *[("4a", "AM"), ("4a", "AZ")],
        *[("8", "AM"), ("8", "AZ")],
    ]
    assert all(reading.source and not reading.let_by for reading in readings)


def test_the_last_day_of_notice_lies_between_9_may_and_1_june_2025(agreement: Agreement) -> None:
    (force,) = [part.in_force for _, part in agreement.stipulations() if part.id == "4b"]
    end = force.with_end(ZoneInfo("Asia/Baku"))
    earliest, latest = end.until_earliest, end.until_latest
    assert earliest is not None
    assert latest is not None
    months_before = [
        moment.astimezone(UTC).replace(month=moment.month - 6).date().isoformat() for moment in (earliest, latest)
    ]
    assert months_before == ["2025-05-09", "2025-06-01"]


# ── what comes of it ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_four_speakers_tell_of_december_2020_and_each_keeps_words_and_figures(lists: dict[str, Assessment]) -> None:
    assessment = lists["2020-12-15"]
    (event,) = incidents_on(assessment, "2020-12-11", "hostilities")
    assert event["claimed_by"] == ["am-mod", "az-sss", "local-am", "ru-mod"]
    assert {(row["giver"], row["injured_best"]) for row in event["people"] if row["injured_best"]} == {
        ("am-mod", 6),
        ("local-am", 3),
    }
    text = speakers_named(event["text"], assessment.watch, words("en"))
    spoken = [
        text.index(name) for name in ("Ministry of Defence of Armenia", "State Security", "Armenian-run", "“first”")
    ]
    assert spoken == sorted(spoken)
    assert not event["known_at_assumed"]


def test_one_event_is_one_row_whoever_tells_of_it(lists: dict[str, Assessment]) -> None:
    assessment = lists["2024-07-01"]
    (event,) = incidents_on(assessment, "2022-08-03", "hostilities")
    assert event["claimed_by"] == ["az-mod", "local-am", "ru-mod"]
    figures = {(row["giver"], row["killed_best"], row["injured_best"]) for row in event["people"]}
    assert figures == {("az-mod", 1, None), ("local-am", 2, 19), ("ru-mod", 2, 14)}
    for day, kind, speakers in (
        ("2022-03-24", "line_crossing", ["am-mfa", "ru-mod"]),
        ("2022-03-24", "movement", ["az-mod"]),
        ("2022-03-25", "explosion", ["local-am", "ru-mod"]),
        ("2022-09-13", "hostilities", ["am-security-council", "az-mod"]),
        ("2023-04-23", "presence", ["am-mfa", "az-border", "ru-mod"]),
        ("2023-09-19", "hostilities", ["am-mfa", "az-health", "az-mod", "local-am", "ru-mod"]),
        ("2023-09-20", "shot", ["az-prosecutor", "ru-mod"]),
    ):
        (event,) = incidents_on(assessment, day, kind)
        assert event["claimed_by"] == speakers, day
    assert len(incidents_on(assessment, "2023-09-19", "explosion")) == 2


def test_what_happened_outside_the_area_is_held_against_no_clause(lists: dict[str, Assessment]) -> None:
    assessment = lists["2024-07-01"]
    (event,) = incidents_on(assessment, "2022-09-13", "hostilities")
    of_event = [row for row in finding_rows(assessment.findings) if row.incident_id == event["incident_id"]]
    assert {finding.reason for finding in each(of_event)} == {"outside_zone"}
    assert event["text"].count("Outside the area of the watch") == 2


@pytest.mark.parametrize(
    ("day", "outcome", "reason"),
    [
        ("2020-12-15", "undetermined", "kept_up_not_shown"),
        ("2023-06-01", "consistent", "kept_up"),
        ("2024-05-01", "inconsistent", "lapsed"),
        ("2024-07-01", "inconsistent", "lapsed"),
    ],
)
def test_a_centre_that_closed_in_april_2024_is_open_before_and_not_since(
    lists: dict[str, Assessment], day: str, outcome: str, reason: str
) -> None:
    finding = whole(lists[day], "5")
    assert (finding.outcome, finding.reason) == (outcome, reason)
    if reason == "lapsed":
        assert finding.facts["lapsed"] == "2024-04-26"


def test_clauses_2_and_6_are_met_in_time_by_the_word_of_those_to_whom_it_was_owed(lists: dict[str, Assessment]) -> None:
    for clause in ("2", "6a", "6b"):
        assert whole(lists["2020-12-15"], clause).reason == "happened_in_time"


def test_1960_rests_on_the_word_of_one_and_is_not_settled(lists: dict[str, Assessment]) -> None:
    finding = whole(lists["2020-12-15"], "3a")
    assert (finding.outcome, finding.facts["claimed_by"], finding.facts["value"]) == ("undetermined", "RU", "1960")


def test_nothing_later_than_the_clock_is_held_against_anybody(lists: dict[str, Assessment]) -> None:
    assert {finding.instrument for finding in each(finding_rows(lists["2020-12-15"].findings))} == {"2020-11-10"}


def answers_of_1b(assessment: Assessment, kind: str) -> tuple[str, Sequence[str]]:
    """The outcome of clause 1b on a recorded act of a kind in the strip, and what readings say that differ."""
    (event,) = incidents_on(assessment, "2022-03-24", "line_crossing")
    seen = {
        **event,
        "kind": kind,
        "kinds": [kind],
        "zones": ["line-strip", "theatre"],
        "zones_at_edge": [],
        "testimony": [f"{kind} patrol saw record - AM - centre", f"{kind} uav recorded record - AM - x"],
        "happened": None,
    }
    table = assessment.incidents.schema.empty_table().from_pylist([seen], schema=assessment.incidents.schema)
    watch = assessment.watch
    case = Case(
        watch=watch,
        frame=frame_of_area(watch.settings.area),
        columns=Columns(table),
        counters=(),
        as_of=assessment.as_of,
    )
    (clause,) = [part for _, part in watch.agreement.stipulations() if part.id == "1b"]
    verdict = under_readings(clause, case, lambda read: judge_incident(read, case, 0), kinds=[kind])
    return verdict.outcome, verdict.facts.get("read_otherwise", [])


def test_an_advance_is_the_same_under_both_readings_of_1b_and_forces_that_stay_are_not(
    lists: dict[str, Assessment],
) -> None:
    assert answers_of_1b(lists["2024-07-01"], "line_crossing") == ("inconsistent", [])
    outcome, otherwise = answers_of_1b(lists["2024-07-01"], "weapon_present")
    assert outcome == "undetermined"
    assert otherwise == ["AM: consistent", "AZ: inconsistent"]


# ── what was known when ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_agreement_holds_only_what_was_known_at_the_clock(agreement: Agreement) -> None:
    before = agreement.known_at(datetime(2020, 11, 12, tzinfo=UTC))
    assert [instrument.id for instrument in before.instrument] == ["2020-11-10", "2020-11-11-memorandum"]
    assert {text.instrument for text in before.text} == {"2020-11-10", "2020-11-11-memorandum"}
    parts = {part.id: part for _, part in before.stipulations()}
    assert "s1" not in parts
    assert parts["6a"].extension == ()
    assert not any(provision.reading for provision in each(before.provision))
    later = agreement.known_at(datetime(2026, 1, 1, tzinfo=UTC))
    assert later == agreement
